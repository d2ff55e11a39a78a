/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of a signed zone by the chain of trust, or by the zone's own keys. */
#include <string.h>

#include <openssl/evp.h>

#include "frame/options.h"
#include "lib/signedzone.h"
#include "lib/suite.h"
#include "plugins/records.h"

#define WWW "www.example.com"

struct secure_row {
    const char *what;
    const char *expected;
    const char *verdict; /* or NULL */
    const char *type;    /* of www.example.com; NULL: A */
    struct zone_plan plan;
    bool unanchored; /* no anchor of the host covers the zone */
    bool required;   /* --require-secure */
};

/* The DNSKEY of the zone as trust anchor of the host; for another zone where none shall fit. */
static struct anchors make_anchors(struct signedzone *zone, bool fits)
{
    struct anchor *anchor = arena_alloc(zone->arena, sizeof *anchor);
    *anchor = (struct anchor){.zone = fixture_name(fits ? "example.com" : "other.test"),
                              .key = signedzone_key(zone, "K1")->dnskey};
    return (struct anchors){.list = anchor, .count = 1};
}

static const char *run_row(struct signedzone *zone, const struct secure_row *row)
{
    static uint16_t type;
    struct records_options options = records_defaults();
    ck_assert(rr_type_from_text(row->type == NULL ? "A" : row->type, &type));
    options_defaults(&options.common);
    options.types = (struct record_types){.types = &type, .count = 1};
    options.allow_private = true;
    options.require_secure = row->required;
    signedzone_publish(zone, &row->plan);
    signedzone_prepare(zone);
    zone->run.anchors = make_anchors(zone, !row->unanchored);
    zone->run.options = &options.common;
    records_run(&zone->run, &zone->subject, 1, &options);
    report_sort(&zone->subject.report);
    const char *all = signedzone_findings(zone->arena, &zone->subject.report);
    return all;
}

/* Without the notes that every healthy zone has. */
static const char *faults(struct arena *arena, const char *findings)
{
    const char *note = strstr(findings, "ns-single=OK");
    return note == NULL ? findings : arena_printf(arena, "%.*s", (int)(note - findings), findings);
}

static struct section one_set(struct signedzone *zone, const struct rrset *set)
{
    return (struct section){.rrsets = arena_copy(zone->arena, set, sizeof *set), .count = 1};
}

static void add_caa(struct signedzone *zone)
{
    for (unsigned i = 0; i < 2; i++) {
        struct rrset set =
            signedzone_rrset(zone, i == 0 ? '1' : '2', WWW ". CAA 0 issue \"ca.example.net\"");
        struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
        reply.answer = one_set(zone, &set);
        fakenet_answer(zone->net, i == 0 ? SERVER_1 : SERVER_2, WWW, "CAA", &reply);
    }
}

/* The DNSKEY RRset at the second server. */
static void publish_keys_2(struct signedzone *zone, const char *names)
{
    struct rrset set;
    ck_assert(signedzone_keys(zone, '2', names, &set));
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    reply.answer = one_set(zone, &set);
    fakenet_answer(zone->net, SERVER_2, "example.com", "DNSKEY", &reply);
}

static void hide_zsk(struct signedzone *zone)
{
    publish_keys_2(zone, "K1");
}

static void fail_keys(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_2, "example.com", "DNSKEY", NET_TIMEOUT);
}

static const struct secure_row rows[] = {
    {"secure", "", "secure", NULL, {.subject = WWW}, false, false},
    {"secure, as required", "", "secure", NULL, {.subject = WWW}, false, true},
    {"wrong signature",
     "rec-bogus=CRITICAL ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.types = "A", .deed = DEED_RESIGN, .spoilt = true}}},
     false,
     false},
    {"wrong signature at one server",
     "rec-bogus=CRITICAL" AT2 " ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}}},
     false,
     false},
    {"False OK: a stale secondary beside a good primary",
     "rec-bogus=CRITICAL" AT2 " ",
     "bogus",
     NULL,
     {.subject = WWW,
      .odd = {{.servers = "2",
               .types = "A",
               .deed = DEED_RESIGN,
               .from = -20 * DAY,
               .until = -6 * DAY}}},
     false,
     false},
    {"expired",
     "rec-bogus=CRITICAL ",
     "bogus",
     NULL,
     {.subject = WWW,
      .odd = {{.types = "A", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}},
     false,
     false},
    {"False OK: valid only from tomorrow",
     "rec-bogus=CRITICAL ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.types = "A", .deed = DEED_RESIGN, .from = DAY, .until = 9 * DAY}}},
     false,
     false},
    {"False OK: signatures stripped are read as unsigned",
     "rec-bogus=CRITICAL ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.types = "A", .deed = DEED_UNSIGN}}},
     false,
     false},
    {"False OK: a bad signature beside a good one",
     "",
     "secure",
     NULL,
     {.subject = WWW, .odd = {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .spoilt = true}}},
     false,
     false},
    {.what = "False OK: a server without the key that signs, other servers have it",
     .expected = "rec-bogus=CRITICAL" AT2 " ",
     .verdict = "bogus",
     .plan = {.subject = WWW, .twist = hide_zsk}},
    {.what = "False OK: a server with a wrong signature over its keys",
     .expected = "rec-bogus=CRITICAL" AT2 " ",
     .verdict = "bogus",
     .plan = {.subject = WWW,
              .odd = {{.servers = "2", .types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}},
    {.what = "False OK: a server with an expired signature over its keys",
     .expected = "rec-bogus=CRITICAL" AT2 " ",
     .verdict = "bogus",
     .plan = {.subject = WWW,
              .odd = {{.servers = "2",
                       .types = "DNSKEY",
                       .deed = DEED_RESIGN,
                       .from = -20 * DAY,
                       .until = -6 * DAY}}}},
    {.what = "False OK: a server whose keys are not signed",
     .expected = "rec-bogus=CRITICAL" AT2 " ",
     .verdict = "bogus",
     .plan = {.subject = WWW, .odd = {{.servers = "2", .types = "DNSKEY", .deed = DEED_UNSIGN}}}},
    {.what = "a server that does not answer for its keys: those of the others count",
     .expected = "",
     .verdict = "secure",
     .plan = {.subject = WWW, .twist = fail_keys}},
    {"by a key that nobody publishes",
     "rec-bogus=CRITICAL ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.types = "A", .deed = DEED_RESIGN, .keys = "X1"}}},
     false,
     false},
    {"no anchor: undecided, and nobody asked",
     "",
     "indeterminate",
     NULL,
     {.subject = WWW},
     true,
     false},
    {"no anchor, and security required",
     "chain-indeterminate=UNKNOWN ",
     "indeterminate",
     NULL,
     {.subject = WWW},
     true,
     true},
    {"no anchor, yet a wrong signature shows",
     "rec-bogus=CRITICAL" AT2 " ",
     "bogus",
     NULL,
     {.subject = WWW, .odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}}},
     true,
     false},
    {"servers given: no word about security",
     "",
     NULL,
     NULL,
     {.subject = WWW, .use_servers = true},
     false,
     false},
    {"servers given: a wrong signature shows",
     "rec-bogus=CRITICAL" AT2,
     "bogus",
     NULL,
     {.subject = WWW,
      .use_servers = true,
      .odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}}},
     false,
     false},
    {"CAA", "", "secure", "CAA", {.subject = WWW, .twist = add_caa}, false, false},
    {"CAA that are bogus",
     "rec-bogus=CRITICAL caa-insecure=CRITICAL ",
     "bogus",
     "CAA",
     {.subject = WWW,
      .twist = add_caa,
      .odd = {{.types = "CAA", .deed = DEED_RESIGN, .spoilt = true}}},
     false,
     false},
    {"the zone is not signed",
     "",
     "indeterminate",
     NULL,
     {.subject = WWW, .dnskey = "", .ds = ""},
     true,
     false},
};

START_TEST(verdicts)
{
    struct signedzone zone;
    signedzone_open(&zone);
    const char *wrong = "";
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *found = faults(zone.arena, run_row(&zone, &rows[i]));
        const char *verdict = zone.subject.report.verdict;
        const char *expected = rows[i].verdict == NULL ? "none" : rows[i].verdict;
        if (strcmp(found, rows[i].expected) != 0 ||
            strcmp(verdict == NULL ? "none" : verdict, expected) != 0) {
            wrong = arena_printf(zone.arena, "%s\n%s: got '%s' and %s, expected '%s' and %s", wrong,
                                 rows[i].what, found, verdict == NULL ? "none" : verdict,
                                 rows[i].expected, expected);
        }
    }
    ck_assert_msg(*wrong == '\0', "%s", wrong);
    signedzone_close(&zone);
}
END_TEST

/* A chain from com down, by the resolver. */

static void answer_resolver(struct signedzone *zone, const char *name, const char *type,
                            const struct rrset *set)
{
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    reply.answer = one_set(zone, set);
    fakenet_answer(zone->net, SERVER_RESOLVER, name, type, &reply);
}

static void publish_chain(struct signedzone *zone)
{
    const struct fixture_key *key = signedzone_key(zone, "P1");
    struct rrset keys = fixture_dnskeys(zone->arena, 3600, key, 1);
    keys = fixture_sign(zone->arena, &keys, key,
                        (struct fixture_window){.inception = (uint32_t)(ZONE_NOW - 3 * DAY),
                                                .expiration = (uint32_t)(ZONE_NOW + 11 * DAY)});
    answer_resolver(zone, "com", "DNSKEY", &keys);
    struct rrset ds;
    ck_assert(signedzone_keys(zone, 'P', "K1", &ds));
    answer_resolver(zone, "example.com", "DS", &ds);
    struct rrset own;
    ck_assert(signedzone_keys(zone, '1', "K1 Z1", &own));
    answer_resolver(zone, "example.com", "DNSKEY", &own);
}

static void lose_ksk(struct signedzone *zone)
{
    publish_chain(zone);
    publish_keys_2(zone, "K2 Z1");
}

static const char *run_below_com(struct signedzone *zone, const struct zone_plan *plan,
                                 bool own_zone_only)
{
    static const uint16_t type = RR_A;
    struct records_options options = records_defaults();
    options_defaults(&options.common);
    options.types = (struct record_types){.types = &type, .count = 1};
    options.allow_private = true;
    options.common.resolvers.count = 1;
    signedzone_publish(zone, plan);
    signedzone_prepare(zone);
    zone->options.common.rating.own_zone_only = own_zone_only; /* what the report looks at */
    struct anchor anchor = {.zone = fixture_name("com"), .key = signedzone_key(zone, "P1")->dnskey};
    zone->run.anchors = (struct anchors){.list = &anchor, .count = 1};
    zone->run.options = &options.common;
    records_run(&zone->run, &zone->subject, 1, &options);
    report_sort(&zone->subject.report);
    return faults(zone->arena, signedzone_findings(zone->arena, &zone->subject.report));
}

/* False OK: with -s the DNSKEY RRset of the resolver stood in for that of the server. */
START_TEST(keys_of_the_servers_given)
{
    static const struct zone_plan good = {
        .subject = WWW, .twist = publish_chain, .use_servers = true};
    static const struct zone_plan stale = {.subject = WWW, .twist = lose_ksk, .use_servers = true};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(run_below_com(&zone, &good, false), "");
    ck_assert_str_eq(zone.subject.report.verdict, "secure");
    ck_assert_str_eq(run_below_com(&zone, &stale, false), "rec-bogus=CRITICAL" AT2);
    ck_assert_ptr_nonnull(strstr(zone.subject.report.findings[0].text, "(ds-none-match)"));
    signedzone_close(&zone);
}
END_TEST

/* A resolver that has the zone itself and makes no proof that it has no DS; the parent does. */
static void inner_zone(struct signedzone *zone)
{
    publish_chain(zone);
    struct rrset soa = fixture_rrset(zone->arena, "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message unproved = signedzone_reply(zone, RCODE_NOERROR, NULL, &soa);
    fakenet_answer(zone->net, SERVER_RESOLVER, "example.com", "DS", &unproved);
    fakenet_answer(zone->net, SERVER_RESOLVER, "example.com", "DNSKEY", &unproved);
}

static void inner_zone_proved(struct signedzone *zone)
{
    inner_zone(zone);
    struct rrset sets[2] = {
        fixture_rrset(zone->arena,
                      "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com."),
        signedzone_rrset(zone, 'P', "example.com. NSEC z.com. NS RRSIG NSEC"),
    };
    struct message referral = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    referral.aa = false;
    referral.authority = (struct section){.rrsets = arena_copy(zone->arena, sets, sizeof sets),
                                          .count = COUNT(sets)};
    referral.additional = fixture_section(zone->arena, "ns1.example.com. A " SERVER_1 "\n"
                                                       "ns2.example.com. A " SERVER_2);
    fakenet_answer(zone->net, SERVER_PARENT, "example.com", "NS", &referral);
}

START_TEST(no_ds_by_the_word_of_the_parent)
{
    static const struct zone_plan lost = {
        .subject = WWW, .dnskey = "", .ds = "K1", .twist = inner_zone};
    static const struct zone_plan proved = {
        .subject = WWW, .dnskey = "", .ds = "K1", .twist = inner_zone_proved};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(run_below_com(&zone, &lost, false), "rec-bogus=CRITICAL ");
    ck_assert_str_eq(run_below_com(&zone, &proved, false), "");
    ck_assert_str_eq(zone.subject.report.verdict, "insecure");
    signedzone_close(&zone);
}
END_TEST

/* False CRITICAL: --own-zone-only did not count for a fault of the zone above. */
START_TEST(fault_above)
{
    static const struct zone_plan plan = {.subject = WWW,
                                          .twist = publish_chain,
                                          .odd = {{.servers = "P",
                                                   .types = "DS",
                                                   .deed = DEED_RESIGN,
                                                   .from = -20 * DAY,
                                                   .until = -6 * DAY}}};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(run_below_com(&zone, &plan, false), "rec-bogus=CRITICAL ");
    ck_assert_str_eq(name_text(zone.arena, &zone.subject.report.findings[0].zone), "com");
    ck_assert_str_eq(run_below_com(&zone, &plan, true), "rec-bogus=WARNING ");
    signedzone_close(&zone);
}
END_TEST

/* Signatures of two unrelated zones that all lie in the past: the clock is wrong, not the zones. */
static void date_parent(struct signedzone *zone)
{
    const struct fixture_key *key = signedzone_key(zone, "P1");
    struct rrset keys = fixture_dnskeys(zone->arena, 3600, key, 1);
    keys = fixture_sign(zone->arena, &keys, key,
                        (struct fixture_window){.inception = (uint32_t)(ZONE_NOW - 20 * DAY),
                                                .expiration = (uint32_t)(ZONE_NOW - 6 * DAY)});
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    reply.answer = one_set(zone, &keys);
    fakenet_answer(zone->net, SERVER_RESOLVER, "com", "DNSKEY", &reply);
}

START_TEST(wrong_clock)
{
    static const struct secure_row row = {
        .plan = {.subject = WWW,
                 .twist = date_parent,
                 .odd = {{.deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(faults(zone.arena, run_row(&zone, &row)), "clock-implausible=UNKNOWN ");
    ck_assert_str_eq(zone.subject.report.verdict, "indeterminate");
    signedzone_close(&zone);
}
END_TEST

static void ban_all(struct signedzone *zone)
{
    (void)zone;
    ck_assert_int_eq(EVP_set_default_properties(NULL, "provider=none"), 1);
}

/* False OK: an algorithm that this host refuses passes as unsigned. */
START_TEST(refused_by_policy)
{
    static const struct secure_row row = {.plan = {.subject = WWW, .twist = ban_all}};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(faults(zone.arena, run_row(&zone, &row)), "crypto-refused=UNKNOWN ");
    ck_assert_str_eq(zone.subject.report.verdict, "indeterminate");
    signedzone_close(&zone);
}
END_TEST

SUITE_MAIN("records_secure", verdicts, keys_of_the_servers_given, no_ds_by_the_word_of_the_parent,
           fault_above, wrong_clock, refused_by_policy)
