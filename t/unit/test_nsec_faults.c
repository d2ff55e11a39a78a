/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_nsec says of denials that are right, wrong, badly signed or missing. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/denialzone.h"
#include "lib/suite.h"

#define RANDOM(...)                                                                                \
    {                                                                                              \
        .question = R " A", .rcode = RCODE_NXDOMAIN, __VA_ARGS__                                   \
    }
#define DEEP(...)                                                                                  \
    {                                                                                              \
        .question = R "." R " A", .rcode = RCODE_NXDOMAIN, __VA_ARGS__                             \
    }
#define LAST_ONE(...)                                                                              \
    {                                                                                              \
        .question = LAST " A", .rcode = RCODE_NXDOMAIN, __VA_ARGS__                                \
    }
#define ABSENT(...)                                                                                \
    {                                                                                              \
        .question = "@ TYPE65280", __VA_ARGS__                                                     \
    }

static void name_all(struct nsec_options *options)
{
    options->names.wildcard = fixture_name("*.w.example.com");
    options->names.unsigned_child = fixture_name("sub.example.com");
    options->names.ent = fixture_name("ent.example.com");
}

static const struct denial_row healthy_rows[] = {
    {"NSEC", "", {.tune = NULL}},
    {"NSEC3", "", {.nsec3 = true}},
    {"NSEC, all names", "", {.tune = name_all}},
    {"NSEC3, all names", "", {.nsec3 = true, .tune = name_all}},
    {"NSEC, a name", "", {.zone = {.subject = "www.example.com"}}},
    {"NSEC3, a name", "", {.nsec3 = true, .zone = {.subject = "www.example.com"}}},
    {"servers given", "", {.zone = {.use_servers = true}, .tune = name_all}},
    {"a second key that does not sign", "", {.zone = {.dnskey = "K1 Z1 Z2"}}},
};

START_TEST(healthy)
{
    denialzone_judge_rows(healthy_rows, COUNT(healthy_rows));
}
END_TEST

static const struct denial_row signature_rows[] = {
    {"expired",
     "denial-bad-sig=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED)}}},
    {"not valid yet",
     "denial-bad-sig=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_EARLY)}}},
    {"cryptographically wrong",
     "denial-bad-sig=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_SPOILT)}}},
    {"by a key that is not published",
     "denial-bad-sig=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_STRANGER)}}},
    {"by another signer",
     "denial-bad-sig=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_FOREIGN)}}},
    {"unsigned",
     "denial-unsigned=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_NOT)}}},
    {"NSEC3, wrong",
     "denial-bad-sig=CRITICAL",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@", .signing = SIGN_SPOILT)}}},
    {"NSEC3, unsigned",
     "denial-unsigned=CRITICAL",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@", .signing = SIGN_NOT)}}},
    {"at one server only",
     "denial-server-differs=CRITICAL@192.0.2.2",
     {.edits = {ABSENT(.servers = "2", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED)}}},
    {"badly signed and no proof either",
     "denial-bad-sig=CRITICAL nsec-no-match=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_WWW, .signing = SIGN_SPOILT)}}},
    {"nothing at all",
     "denial-missing=CRITICAL",
     {.edits = {ABSENT(.rcode = RCODE_NOERROR), RANDOM(.answer = NULL), DEEP(.answer = NULL)}}},
    {"nothing at one server",
     "denial-server-differs=CRITICAL@192.0.2.1",
     {.edits = {RANDOM(.servers = "1")}}},
    {"a key of an algorithm that does not sign denials",
     "denial-alg-missing=WARNING",
     {.zone = {.dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb"}}},
    {"not signed", "zone-unsigned=CRITICAL", {.zone = {.dnskey = "", .ds = ""}}},
};

START_TEST(signatures)
{
    denialzone_judge_rows(signature_rows, COUNT(signature_rows));
}
END_TEST

/* One octet more in the last window than there is. */
static void garble(struct arena *arena, struct rrset *set)
{
    struct bytes *rr = arena_copy(arena, set->rr, set->count * sizeof *rr);
    uint8_t *rdata = arena_copy(arena, rr[0].data, rr[0].size);
    rr[0] = (struct bytes){rdata, rr[0].size - 1};
    set->rr = rr;
}

#define ALL_EXPIRED                                                                                \
    {                                                                                              \
        {.question = "@ NSEC", .answer = NSEC_APEX_SET, .signing = SIGN_EXPIRED},                  \
            {.question = "@ NSEC3PARAM", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED},     \
            ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED),                           \
            {.question = "@ AAAA", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED},           \
            {.question = "@ MX", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED},             \
            {.question = "@ TXT", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED},            \
            RANDOM(.authority = NSEC_X NSEC_APEX_SET, .signing = SIGN_EXPIRED),                    \
            DEEP(.authority = NSEC_X NSEC_APEX_SET, .signing = SIGN_EXPIRED),                      \
            LAST_ONE(.authority = NSEC_WWW NSEC_APEX_SET, .signing = SIGN_EXPIRED)                 \
    }
#define DATA_EXPIRED                                                                               \
    {                                                                                              \
        {                                                                                          \
            .servers = "12", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY             \
        }                                                                                          \
    }

/* The zone above, as the resolver has it, has expired, too. */
static void expire_parent(struct signedzone *zone)
{
    struct rrset ns = fixture_rrset(zone->arena, "com. NS ns.nic.test.");
    struct fixture_window window = {.inception = (uint32_t)(zone->now - 20 * DAY),
                                    .expiration = (uint32_t)(zone->now - 6 * DAY)};
    ns = fixture_sign(zone->arena, &ns, signedzone_key(zone, "P1"), window);
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, &ns, NULL);
    fakenet_answer(zone->net, SERVER_RESOLVER, "com", "NS", &reply);
}

static const struct denial_row clock_rows[] = {
    {"everything has expired",
     "denial-bad-sig=CRITICAL",
     {.zone = {.odd = DATA_EXPIRED}, .edits = ALL_EXPIRED}},
    {"everything has expired, above the zone, too",
     "clock-implausible=UNKNOWN",
     {.zone = {.odd = DATA_EXPIRED, .twist = expire_parent}, .edits = ALL_EXPIRED}},
    {"the same by --at",
     "denial-bad-sig=CRITICAL",
     {.zone = {.odd = DATA_EXPIRED, .twist = expire_parent, .now_given = true},
      .edits = ALL_EXPIRED}},
};

START_TEST(clocks)
{
    denialzone_judge_rows(clock_rows, COUNT(clock_rows));
}
END_TEST

/* One NSEC3 with as many salts. */
#define SALTED(salt)                                                                               \
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 0 0 " salt " 2t7b4g4vsa5smi47k61mv5bv1a22bojr A\n"
#define SALTED_TEN                                                                                 \
    SALTED("01")                                                                                   \
    SALTED("02")                                                                                   \
    SALTED("03")                                                                                   \
    SALTED("04") SALTED("05") SALTED("06") SALTED("07") SALTED("08") SALTED("09") SALTED("0a")

/* NSEC3 records that have nothing to do with the question. */
#define OTHER_TEN(x)                                                                               \
    "^" x "0:A ^" x "1:A ^" x "2:A ^" x "3:A ^" x "4:A ^" x "5:A ^" x "6:A ^" x "7:A ^" x          \
    "8:A ^" x "9:A "

static const struct denial_row work_rows[] = {
    {"more keys of one tag than validators try",
     "limit-validations=CRITICAL",
     {.zone = {.dnskey = "K1 Z1 Z1c Z1d Z1e Z1f"},
      .edits = {ABSENT(.authority = NSEC_APEX_SET, .signing = SIGN_SPOILT)}}},
    {"records of several salts",
     "nsec3-salt=WARNING nsec3-too-many=WARNING limit-nsec3-hash=UNKNOWN",
     {.nsec3 = true, .edits = {RANDOM(.authority = SALTED_TEN)}}},
    {"more records than are looked at",
     "nsec3-too-many=WARNING limit-nsec3-hash=UNKNOWN",
     {.nsec3 = true, .edits = {RANDOM(.authority = OTHER_TEN("a") OTHER_TEN("b") "=@ ~" R " ~*")}}},
    {"more of them than are verified",
     "nsec3-too-many=WARNING limit-nsec3-hash=UNKNOWN",
     {.nsec3 = true,
      .edits = {RANDOM(.authority = OTHER_TEN("a") OTHER_TEN("b") OTHER_TEN("c")
                           OTHER_TEN("d") "=@ ~" R " ~*")}}},
};

START_TEST(work)
{
    denialzone_judge_rows(work_rows, COUNT(work_rows));
}
END_TEST

static const struct denial_row nsec_rows[] = {
    {"the name is not covered",
     "nsec-qname-uncovered=CRITICAL",
     {.edits = {RANDOM(.authority = NSEC_APEX_SET)}}},
    {"the wildcard is not covered",
     "nsec-wildcard-uncovered=CRITICAL",
     {.edits = {DEEP(.authority = NSEC_X)}}},
    {"no match", "nsec-no-match=CRITICAL", {.edits = {ABSENT(.authority = NSEC_WWW)}}},
    {"the type is there",
     "nsec-type-set=CRITICAL",
     {.edits = {ABSENT(.authority = "@ NSEC x.ent A NS SOA RRSIG NSEC DNSKEY TYPE65280\n")}}},
    {"the DS is there",
     "nsec-ds-bit-set=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "sub DS", .authority = "sub NSEC *.w NS DS RRSIG NSEC\n"}}}},
    {"an alias is there",
     "nsec-cname-set=CRITICAL nsec-bitmap-apex=WARNING",
     {.edits = {ABSENT(.authority = "@ NSEC x.ent CNAME RRSIG NSEC\n")}}},
    {"an NSEC of a delegation denies what is below",
     "nsec-ancestor-delegation=CRITICAL nsec-exists-contradiction=CRITICAL",
     {.edits = {DEEP(.authority = R " NSEC sub NS RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"the rcode says more than the proof",
     "rcode-denial-mismatch=CRITICAL",
     {.edits = {{.question = "ent A", .authority = NSEC_X NSEC_APEX_SET},
                {.question = "www AAAA", .rcode = RCODE_NXDOMAIN, .authority = NSEC_WWW}},
      .zone = {.subject = "www.example.com"}}},
    {"the rcode says less than the proof",
     "rcode-denial-mismatch=CRITICAL",
     {.edits = {{.question = R " A", .authority = NSEC_X NSEC_APEX_SET}}}},
    {"an NSEC that goes back, but not to the apex",
     "nsec-last-not-apex=CRITICAL",
     {.edits = {RANDOM(.authority = "x.ent NSEC ent A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"an NSEC that leaves the zone",
     "nsec-next-overreach=CRITICAL",
     {.edits = {RANDOM(.authority = "x.ent NSEC com. A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"the last NSEC does not lead to the apex",
     "nsec-last-not-apex=CRITICAL",
     {.edits = {LAST_ONE(.authority = "www NSEC ent A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"the last NSEC leaves the zone",
     "nsec-next-overreach=CRITICAL",
     {.edits = {LAST_ONE(.authority = "www NSEC zz.com. A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"no NSEC and RRSIG in the bitmap",
     "nsec-bitmap-no-self=WARNING",
     {.edits = {RANDOM(.authority = "x.ent NSEC sub A\n" NSEC_APEX_SET)}}},
    {"two at one owner",
     "nsec-multiple=CRITICAL",
     {.edits = {RANDOM(.authority = NSEC_X "x.ent NSEC www A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {"an expanded owner",
     "nsec-wildcard-owner-forged=CRITICAL",
     {.edits = {{.question = R ".w TYPE65280",
                 .authority = NSEC_W,
                 .expanded = R ".w",
                 .expand_all = true}},
      .tune = name_all}},
    {"a bitmap that does not parse",
     "nsec-bitmap-malformed=CRITICAL",
     {.edits = {ABSENT(.authority = NSEC_APEX_SET, .spoil = garble)}}},
    {"the bitmap of the apex lacks DNSKEY",
     "nsec-type-contradiction=CRITICAL",
     {.edits = {ABSENT(.authority = "@ NSEC x.ent A NS SOA RRSIG NSEC\n")}}},
};

START_TEST(nsec)
{
    denialzone_judge_rows(nsec_rows, COUNT(nsec_rows));
}
END_TEST

/* The hash of the owner spoilt, so that it is no hash. */
static void shorten_owner(struct arena *arena, struct rrset *set)
{
    (void)arena;
    set->owner = fixture_name("abc.example.com");
}

/* The next hash one octet shorter than SHA-1 makes it, and one of the bitmap longer. */
static void shorten_next(struct arena *arena, struct rrset *set)
{
    struct bytes *rr = arena_copy(arena, set->rr, set->count * sizeof *rr);
    uint8_t *rdata = arena_copy(arena, rr[0].data, rr[0].size);
    rdata[5]--; /* behind hash, flags, iterations and no salt */
    rr[0].data = rdata;
    set->rr = rr;
}

static const struct denial_row nsec3_rows[] = {
    {"no closest encloser",
     "nsec3-no-closest-encloser=CRITICAL",
     {.nsec3 = true, .edits = {RANDOM(.authority = "~" R " ~*")}}},
    {"the next closer name is not covered",
     "nsec3-next-closer-uncovered=CRITICAL",
     {.nsec3 = true, .edits = {RANDOM(.authority = "=@ ~*")}}},
    {"the wildcard is not covered",
     "nsec3-wildcard-uncovered=CRITICAL",
     {.nsec3 = true, .edits = {RANDOM(.authority = "=@ <" R)}}},
    {"no match",
     "nsec3-no-match=CRITICAL",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=www")}}},
    {"the type is there",
     "nsec-type-set=CRITICAL",
     {.nsec3 = true,
      .edits = {ABSENT(.authority = "=@:A,NS,SOA,RRSIG,DNSKEY,NSEC3PARAM,TYPE65280")}}},
    {"DS of an unsigned child that is not provably a cut",
     "nsec-ds-ns-bit-clear=CRITICAL",
     {.nsec3 = true, .tune = name_all, .edits = {{.question = "sub DS", .authority = "=sub:A"}}}},
    {"DS denied by a span without Opt-Out",
     "nsec3-optout-needed=CRITICAL",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = "sub DS", .authority = "=@ <sub ~*"}}}},
    {"a hash that nobody knows, which NSEC3PARAM does not have",
     "nsec3-hash-unknown=CRITICAL",
     {.nsec3 = true, .algorithm = 2}},
    {"a hash that nobody knows, and NSEC3PARAM neither",
     "nsec3-hash-unknown=CRITICAL nsec3param-flags=WARNING",
     {.nsec3 = true, .algorithm = 2, .param = "2 0 0 -"}},
    {"an owner that is no hash",
     "nsec3-owner-invalid=CRITICAL",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@", .spoil = shorten_owner)}}},
    {"a next hash that is too short",
     "nsec3-next-invalid=CRITICAL nsec-bitmap-malformed=CRITICAL",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@", .spoil = shorten_next)}}},
    {"another salt beside the right one",
     "nsec3-salt=WARNING nsec3-params-mixed=WARNING",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@ 2=@")}}},
    {"two at one owner",
     "nsec3-multiple-owner=WARNING white-lies=OK",
     {.nsec3 = true, .edits = {ABSENT(.authority = "=@ ^@:A,NS,SOA,RRSIG,DNSKEY,NSEC3PARAM")}}},
    {"a wildcard answer without proof",
     "denial-missing-wildcard=CRITICAL",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w A", .answer = "*.w A 192.0.2.5", .expanded = R ".w"}}}},
    {"a wildcard answer, and the wildcard is denied",
     "wildcard-covered=CRITICAL",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w A",
                 .answer = "*.w A 192.0.2.5",
                 .expanded = R ".w",
                 .authority = "<" R ".w <*.w"}}}},
    {"NODATA at a wildcard that the records do not have",
     "denial-missing-wildcard=CRITICAL",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w TYPE65280", .authority = "=w <" R ".w"}}}},
};

START_TEST(nsec3)
{
    denialzone_judge_rows(nsec3_rows, COUNT(nsec3_rows));
}
END_TEST

static const struct {
    enum finding_id id;
    const char *part;
    struct denial_plan plan;
} word_rows[] = {
    {FINDING_NSEC_BITMAP_APEX,
     "SOA, NS, DNSKEY: resolvers",
     {.edits = {ABSENT(.authority = "@ NSEC x.ent CNAME RRSIG NSEC\n")}}},
    {FINDING_NSEC_BITMAP_NO_SELF,
     "update the signer",
     {.edits = {RANDOM(.authority = "x.ent NSEC sub A\n" NSEC_APEX_SET)}}},
    {FINDING_NSEC_MULTIPLE,
     "leave one at each name",
     {.edits = {RANDOM(.authority = NSEC_X "x.ent NSEC www A RRSIG NSEC\n" NSEC_APEX_SET)}}},
    {FINDING_NSEC3PARAM_FLAGS,
     "publish it with algorithm 1 and flags 0",
     {.nsec3 = true, .param = "1 1 0 -"}},
    {FINDING_NSEC3PARAM_MISMATCH,
     "hash algorithm 2, 0 iterations, salt -, NSEC3 has 0 iterations, salt -",
     {.nsec3 = true, .param = "2 0 0 -"}},
    {FINDING_DENIAL_SERVER_DIFFERS,
     "expired (2d ago): other servers have a newer version of the zone, check the transfers",
     {.edits = {ABSENT(.servers = "2", .authority = NSEC_APEX_SET, .signing = SIGN_EXPIRED),
                {.servers = "2",
                 .question = "@ SOA",
                 .answer = "@ SOA ns1 hostmaster 6 7200 3600 604800 3600"}}}},
    {FINDING_NSEC_KIND_DIFFERS,
     "the servers have different versions of the zone: if that lasts, check the transfers",
     {.nsec3 = true,
      .edits = {{.servers = "2",
                 .question = "@ SOA",
                 .answer = "@ SOA ns1 hostmaster 8 7200 3600 604800 3600"},
                {.servers = "2", .question = "@ NSEC", .authority = "2=@"},
                {.servers = "2", .question = "@ TYPE65280", .authority = "2=@"}}}},
    {FINDING_PROBE_NAME_UNFIT,
     "child: it is no delegation, so it is no unsigned child: correct the option",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = "sub DS", .authority = "=sub:A"},
                {.question = "sub NS", .authority = "=sub:A"},
                {.question = "ent A", .answer = "ent A 192.0.2.7"}}}},
};

/* What to do, and about what, is said. */
START_TEST(words)
{
    struct signedzone zone;
    signedzone_open(&zone);
    for (size_t i = 0; i < COUNT(word_rows); i++) {
        denialzone_publish(&zone, &word_rows[i].plan);
        denialzone_run(&zone, &word_rows[i].plan);
        const struct report *report = &zone.subject.report;
        size_t at = 0;
        while (at < report->finding_count && report->findings[at].id != word_rows[i].id) {
            at++;
        }
        ck_assert_msg(at < report->finding_count, "row %zu", i);
        ck_assert_msg(strstr(report->findings[at].text, word_rows[i].part) != NULL, "%s",
                      report->findings[at].text);
    }
    signedzone_close(&zone);
}
END_TEST

static void ban_all(struct nsec_options *options)
{
    (void)options;
    ck_assert_int_eq(EVP_set_default_properties(NULL, "provider=none"), 1);
}

/* False OK: an algorithm that this host refuses passes as unsigned. */
START_TEST(refused_by_policy)
{
    static const struct denial_row rows[] = {
        {"NSEC", "crypto-refused=UNKNOWN", {.tune = ban_all}},
        {"NSEC3", "crypto-refused=UNKNOWN", {.nsec3 = true, .tune = ban_all}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        denialzone_judge_rows(&rows[i], 1);
        ck_assert_int_eq(EVP_set_default_properties(NULL, ""), 1);
    }
}
END_TEST

SUITE_MAIN("nsec_faults", healthy, signatures, clocks, work, nsec, nsec3, words, refused_by_policy)
