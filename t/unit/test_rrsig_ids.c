/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each finding that check_rrsig_expiry can make of signatures, with all that comes along. */
#include <openssl/evp.h>

#include "lib/signedzone.h"
#include "lib/suite.h"

/* Presence. */

static void without_denial(struct signedzone *zone)
{
    struct rrset soa = signedzone_rrset(zone, '2', "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &soa);
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

static const struct zone_row presence_rows[] = {
    {"healthy", "", {.nsec3 = false}},
    {"healthy with NSEC3", "", {.nsec3 = true}},
    {"healthy below the apex", "", {.subject = "www.example.com"}},
    {"healthy, not delegated securely", "", {.ds = ""}},
    {"nothing signed", "rrsig-missing-all=CRITICAL", {.odd = {{.deed = DEED_UNSIGN}}}},
    {"DNSKEY unsigned",
     "rrsig-missing-dnskey=CRITICAL",
     {.odd = {{.types = "DNSKEY", .deed = DEED_UNSIGN}}}},
    {"one RRset unsigned",
     "rrsig-missing-rrset=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_UNSIGN}}}},
    {"one server strips signatures",
     "rrsig-missing-server=CRITICAL" AT2,
     {.odd = {{.servers = "2", .deed = DEED_UNSIGN}}}},
    {"denial unsigned",
     "rrsig-missing-negative=CRITICAL",
     {.odd = {{.types = "NSEC", .deed = DEED_UNSIGN}}}},
    {"NSEC3 unsigned",
     "rrsig-missing-negative=CRITICAL",
     {.nsec3 = true, .odd = {{.types = "NSEC3", .deed = DEED_UNSIGN}}}},
    {"no denial at one server", "denial-missing=CRITICAL" AT2, {.twist = without_denial}},
    {"DNSKEY and one RRset unsigned: the former is the cause",
     "rrsig-missing-dnskey=CRITICAL rrsig-missing-rrset=CRITICAL",
     {.odd = {{.types = "DNSKEY SOA", .deed = DEED_UNSIGN}}}},
    {"an algorithm does not sign data",
     "rrsig-missing-alg-dnskey=WARNING",
     {.dnskey = "K1 Z1 Kb", .sign_dnskey = "K1 Kb"}},
    {"an algorithm of the DS does not sign", "rrsig-missing-alg-ds=WARNING", {.ds = "K1 Kb"}},
};

START_TEST(presence)
{
    signedzone_judge_rows(presence_rows, COUNT(presence_rows));
}
END_TEST

/* --partial. */

static void partial_warning(struct rrsig_options *options)
{
    options->common.partial = STATE_WARNING;
}

static void without_any_denial(struct signedzone *zone)
{
    struct rrset soa = signedzone_rrset(zone, '1', "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &soa);
    fakenet_answer(zone->net, SERVER_1, "*", "A", &reply);
    without_denial(zone);
}

#define ENDS(where, seconds)                                                                       \
    {                                                                                              \
        {                                                                                          \
            .servers = (where), .types = "A", .deed = DEED_RESIGN, .from = -14 * DAY,              \
            .until = (seconds)                                                                     \
        }                                                                                          \
    }

static const struct zone_row partial_rows[] = {
    {"ends soon at one server",
     "rrsig-expiring-crit=WARNING" AT2,
     {.odd = ENDS("2", 2 * HOUR), .tune = partial_warning}},
    {"the same without --partial",
     "rrsig-expiring-crit=CRITICAL" AT2,
     {.odd = ENDS("2", 2 * HOUR)}},
    {"ends soon at all servers",
     "rrsig-expiring-crit=CRITICAL",
     {.odd = ENDS("12", 2 * HOUR), .tune = partial_warning}},
    {"ends in a moment at one server",
     "rrsig-expiration-skew=WARNING" AT2 " rrsig-ttl-outlives=WARNING" AT2,
     {.odd = ENDS("2", 200), .tune = partial_warning}},
    {"expired at one server",
     "rrsig-expired-server=WARNING" AT2,
     {.odd = ENDS("2", -200), .tune = partial_warning}},
    {"no denial at one server",
     "denial-missing=WARNING" AT2,
     {.twist = without_denial, .tune = partial_warning}},
    {"no denial at any",
     "denial-missing=CRITICAL",
     {.twist = without_any_denial, .tune = partial_warning}},
};

START_TEST(partial)
{
    signedzone_judge_rows(partial_rows, COUNT(partial_rows));
}
END_TEST

/* The link to the parent, and what is expected. */

static void expect_insecure(struct rrsig_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

static void expect_any(struct rrsig_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static void sha1_insecure(struct rrsig_options *options)
{
    options->common.sha1 = SHA1_INSECURE;
}

static void sha1_insecure_any(struct rrsig_options *options)
{
    sha1_insecure(options);
    options->common.expect = EXPECT_ANY;
}

static void sha1_ok(struct rrsig_options *options)
{
    options->common.sha1 = SHA1_OK;
}

static const struct zone_row link_rows[] = {
    {"no DS names a key that signs", "rrsig-missing-ksk=CRITICAL", {.sign_dnskey = "Z1"}},
    {"DS of a key that is gone", "rrsig-missing-ksk=CRITICAL", {.ds = "K2"}},
    {"DS of a key that is gone, and expired",
     "rrsig-missing-ksk=CRITICAL rrsig-expired-all=CRITICAL",
     {.ds = "K2", .odd = {{.deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
    {"DS of a key that is gone, and does not verify",
     "rrsig-bad-crypto=CRITICAL",
     {.ds = "K2", .odd = {{.types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"SHA-1 right, SHA-256 wrong", "rrsig-missing-ksk=CRITICAL", {.ds = "K1/1 K1=d"}},
    {"SHA-1 alone", "", {.ds = "K1/1"}},
    {"DS of a key that is revoked",
     "rrsig-missing-ksk=CRITICAL",
     {.dnskey = "K1r Z1", .ds = "K1r", .sign_dnskey = "K1r"}},
    {"not signed", "zone-unsigned=CRITICAL", {.dnskey = "", .ds = ""}},
    {"not signed, as expected",
     "zone-unsigned=OK",
     {.dnskey = "", .ds = "", .tune = expect_insecure}},
    {"not signed, either will do",
     "zone-unsigned=OK",
     {.dnskey = "", .ds = "", .tune = expect_any}},
    {"not signed, as expected, but its parent does not prove that there is no DS",
     "ds-denial-bad=CRITICAL zone-unsigned=OK",
     {.dnskey = "",
      .ds = "",
      .tune = expect_insecure,
      .odd = {{.servers = "P", .types = "NSEC", .deed = DEED_UNSIGN}}}},
    {"an island whose parent does not prove that there is no DS",
     "ds-denial-bad=CRITICAL",
     {.ds = "", .odd = {{.servers = "P", .types = "NSEC", .spoilt = true, .deed = DEED_RESIGN}}}},
    {"not signed with a DS",
     "ds-child-unsigned=CRITICAL zone-unsigned=OK",
     {.dnskey = "", .tune = expect_insecure}},
    {"signed against expectation", "zone-signed=WARNING", {.tune = expect_insecure}},
    {"signed, either will do", "", {.tune = expect_any}},
    {"DS unsigned",
     "ds-parent-unsigned-rr=CRITICAL",
     {.odd = {{.servers = "P", .types = "DS", .deed = DEED_UNSIGN}}}},
    {"DS signature wrong",
     "ds-parent-bad-sig=CRITICAL",
     {.odd = {{.servers = "P", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"DS signature expired: the cause of all below",
     "ds-parent-bad-sig=CRITICAL rrsig-expired-rrset=CRITICAL",
     {.odd = {{.servers = "P", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY},
              {.types = "A", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
    {"DS signature near its end",
     "rrsig-parent-ds-expiring=WARNING",
     {.odd = {{.servers = "P", .deed = DEED_RESIGN, .from = -13 * DAY, .until = DAY}}}},
    {"DS signature at its end",
     "rrsig-parent-ds-expiring=CRITICAL",
     {.odd = {{.servers = "P", .deed = DEED_RESIGN, .from = -14 * DAY, .until = 2 * HOUR}}}},
    {"the parent signs the delegation",
     "rrsig-over-nonauth=WARNING",
     {.odd = {{.servers = "P", .types = "NS", .deed = DEED_ALSO, .keys = "K1"}}}},
    {"SHA-1",
     "ds-alg-deprecated=WARNING",
     {.dnskey = "K5 Z5", .ds = "K5", .sign_dnskey = "K5", .sign_data = "Z5"}},
    {"SHA-1 as insecure",
     "ds-alg-deprecated=CRITICAL",
     {.dnskey = "K5 Z5",
      .ds = "K5",
      .sign_dnskey = "K5",
      .sign_data = "Z5",
      .tune = sha1_insecure}},
    {"SHA-1 as insecure, which may be",
     "ds-alg-deprecated=WARNING",
     {.dnskey = "K5 Z5",
      .ds = "K5",
      .sign_dnskey = "K5",
      .sign_data = "Z5",
      .tune = sha1_insecure_any}},
    {"SHA-1 taken as it is",
     "",
     {.dnskey = "K5 Z5", .ds = "K5", .sign_dnskey = "K5", .sign_data = "Z5", .tune = sha1_ok}},
};

START_TEST(links)
{
    signedzone_judge_rows(link_rows, COUNT(link_rows));
}
END_TEST

/* Keys and cryptography. */

#define NINE_Z1 "Z1 Z1 Z1 Z1 Z1 Z1 Z1 Z1 Z1"

static struct rrsig *own_sigs(struct arena *arena, struct rrset *set)
{
    struct rrsig *sigs = arena_copy(arena, set->sigs, set->sig_count * sizeof *sigs);
    set->sigs = sigs;
    return sigs;
}

static void shorten(struct arena *arena, struct rrset *set)
{
    own_sigs(arena, set)[0].signature.size--;
}

static void garble(struct arena *arena, struct rrset *set)
{
    own_sigs(arena, set)[0] = (struct rrsig){.malformed = true};
}

static const struct zone_row crypto_rows[] = {
    {"wrong everywhere",
     "rrsig-bad-crypto=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"wrong at one server",
     "rrsig-bad-server=CRITICAL" AT2,
     {.odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"wrong denial at one server (.de, May 2026)",
     "rrsig-bad-server=CRITICAL" AT1,
     {.nsec3 = true,
      .odd = {{.servers = "1", .types = "NSEC3", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"another key with the tag signs at one server",
     "rrsig-bad-server=CRITICAL" AT2 " rrsig-tag-collision-hidden=CRITICAL" AT2,
     {.odd = {{.servers = "2",
               .types = "SOA NS A NSEC",
               .deed = DEED_RESIGN,
               .keys = "X1",
               .tag_of = "Z1"}}}},
    {"wrong and expired: time is the cause",
     "rrsig-expired-rrset=CRITICAL",
     {.odd = {{.types = "A",
               .deed = DEED_RESIGN,
               .spoilt = true,
               .from = -20 * DAY,
               .until = -6 * DAY}}}},
    {"wrong beside good",
     "rrsig-bad-extra=WARNING",
     {.odd = {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .spoilt = true}}}},
    {"unpublished key",
     "rrsig-no-key=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .keys = "X1"}}}},
    {"unpublished key beside good",
     "rrsig-no-key-extra=OK",
     {.odd = {{.types = "A", .deed = DEED_ALSO, .keys = "X1"}}}},
    {"other algorithm than the key",
     "rrsig-alg-mismatch=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .algorithm = &(const uint8_t){15}}}}},
    {"other algorithm than the key beside good",
     "rrsig-alg-mismatch=WARNING",
     {.odd = {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .algorithm = &(const uint8_t){15}}}}},
    {"colliding tags, one signs", "rrsig-tag-collision=CRITICAL", {.dnskey = "K1 Z1 Z1c"}},
    {"colliding tags that do not sign",
     "rrsig-tag-collision=WARNING",
     {.dnskey = "K1 Z1 X1 X1c X1d X1e"}},
    {"five colliding tags", "rrsig-tag-collision=CRITICAL", {.dnskey = "K1 Z1 X1 X1c X1d X1e X1f"}},
    {"revoked key signs data",
     "rrsig-key-revoked=CRITICAL",
     {.dnskey = "K1 Z1r", .sign_data = "Z1r"}},
    {"key is no zone key", "rrsig-key-not-zone=CRITICAL", {.dnskey = "K1 Z1n", .sign_data = "Z1n"}},
    {"key of another protocol",
     "rrsig-key-protocol=CRITICAL",
     {.dnskey = "K1 Z1p", .sign_data = "Z1p"}},
    {"key of another protocol beside good",
     "rrsig-key-protocol=WARNING",
     {.dnskey = "K1 Z1 Z2p", .sign_data = "Z1 Z2p"}},
    {"key too short", "dnskey-length=CRITICAL", {.dnskey = "K1 Z1s", .sign_data = "Z1s"}},
    {"algorithm that is not implemented here",
     "rrsig-unsupported-alg=UNKNOWN rrsig-unsupported-alg=OK",
     {.dnskey = "K1 Z1u", .sign_dnskey = "K1 Z1u", .sign_data = "Z1u"}},
    {"algorithm that nobody implements, under a DS of one that all do",
     "rrsig-unsupported-alg=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .algorithm = &(const uint8_t){100}}}}},
    {"algorithm that nobody implements, and no DS",
     "rrsig-unsupported-alg=UNKNOWN",
     {.ds = "", .odd = {{.types = "A", .deed = DEED_RESIGN, .algorithm = &(const uint8_t){100}}}}},
    {"algorithm that nobody implements, and no DS that can be used",
     "rrsig-unsupported-alg=UNKNOWN",
     {.ds = "K1=u",
      .odd = {{.types = "A", .deed = DEED_RESIGN, .algorithm = &(const uint8_t){100}}}}},
    {"signer is the parent",
     "rrsig-signer-not-zone=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .signer = "com"}}}},
    {"labels above the owner's",
     "rrsig-labels-high=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .labels = &(const uint8_t){3}}}}},
    {"labels below the signer's",
     "rrsig-labels-below-signer=CRITICAL",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .labels = &(const uint8_t){1}}}}},
    {"signature too short", "rrsig-length=CRITICAL", {.odd = {{.types = "A", .alter = shorten}}}},
    {"signature malformed", "rrsig-malformed=CRITICAL", {.odd = {{.types = "A", .alter = garble}}}},
    {"more wrong signatures than are tried",
     "limit-validations=CRITICAL rrsig-too-many=WARNING",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .keys = NINE_Z1, .spoilt = true}}}},
};

START_TEST(cryptography)
{
    signedzone_judge_rows(crypto_rows, COUNT(crypto_rows));
}
END_TEST

/* OpenSSL finds no algorithm any more, as under a policy that bans them all. */
static void ban_all(struct signedzone *zone)
{
    (void)zone;
    ck_assert_int_eq(EVP_set_default_properties(NULL, "provider=none"), 1);
}

/* False OK: an algorithm that this host refuses passes as unsigned. */
START_TEST(refused_by_policy)
{
    const struct zone_plan plan = {.twist = ban_all};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(signedzone_judge(&zone, &plan),
                     "crypto-refused=UNKNOWN crypto-refused=UNKNOWN");
    ck_assert_int_eq(EVP_set_default_properties(NULL, ""), 1);
    ck_assert_str_eq(signedzone_judge(&zone, &(const struct zone_plan){.nsec3 = false}), "");
    signedzone_close(&zone);
}
END_TEST

/* Denial and shape. */

static void deny_with(struct signedzone *zone, const char *text)
{
    struct rrset nsec = signedzone_rrset(zone, '1', text);
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &nsec);
    fakenet_answer(zone->net, SERVER_1, "*", "A", &reply);
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

static void nsec_leaves_zone(struct signedzone *zone)
{
    deny_with(zone, "example.com. NSEC www.example.net. A NS SOA RRSIG NSEC DNSKEY");
}

static void nsec3_too_deep(struct signedzone *zone)
{
    deny_with(zone, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.sub.example.com. NSEC3 1 0 0 - "
                    "2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG");
}

/* A signature at the first server over records of `type` that are not in the reply. */
static void add_stray(struct signedzone *zone, uint16_t type)
{
    struct rrset stray = signedzone_rrset(zone, '1', "example.com. A 192.0.2.80");
    stray.type = type;
    stray.count = 0;
    struct rrset soa = signedzone_rrset(zone, '1', "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, &soa, &stray);
    fakenet_answer(zone->net, SERVER_1, "example.com", "SOA", &reply);
}

static void stray_mx(struct signedzone *zone)
{
    add_stray(zone, RR_MX);
}

static void stray_rrsig(struct signedzone *zone)
{
    add_stray(zone, RR_RRSIG);
}

static void lower_sig_ttl(struct arena *arena, struct rrset *set)
{
    own_sigs(arena, set)[0].ttl = 1800;
}

static void raise_ttls(struct arena *arena, struct rrset *set)
{
    own_sigs(arena, set)[0].ttl = 7200;
    set->ttl = 7200;
}

static void uneven_ttls(struct arena *arena, struct rrset *set)
{
    (void)arena;
    set->ttl_uneven = true;
}

static const struct zone_row shape_rows[] = {
    {"NSEC leaves the zone", "nsec-next-overreach=CRITICAL", {.twist = nsec_leaves_zone}},
    {"NSEC3 two labels below", "nsec3-owner-invalid=CRITICAL", {.twist = nsec3_too_deep}},
    {"signature over absent records", "rrsig-type-covered=WARNING" AT1, {.twist = stray_mx}},
    {"signature over signatures", "rrsig-over-rrsig=WARNING" AT1, {.twist = stray_rrsig}},
    {"TTL of the signature",
     "rrsig-ttl-mismatch=WARNING",
     {.odd = {{.types = "A", .alter = lower_sig_ttl}}}},
    {"TTL above the original",
     "rrset-ttl-above-orig=WARNING",
     {.odd = {{.types = "A", .alter = raise_ttls}}}},
    {"uneven TTLs", "rrset-ttl-uneven=WARNING", {.odd = {{.types = "A", .alter = uneven_ttls}}}},
    {"eight signatures",
     "",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .keys = "Z1 Z1 Z1 Z1 Z1 Z1 Z1 Z1"}}}},
    {"nine signatures",
     "limit-validations=WARNING rrsig-too-many=WARNING",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .keys = NINE_Z1}}}},
    {"eighteen signatures",
     "rrsig-too-many=CRITICAL limit-validations=WARNING",
     {.odd = {{.types = "A", .deed = DEED_RESIGN, .keys = NINE_Z1 " " NINE_Z1}}}},
};

START_TEST(shapes)
{
    signedzone_judge_rows(shape_rows, COUNT(shape_rows));
}
END_TEST

SUITE_MAIN("rrsig_ids", presence, partial, links, cryptography, refused_by_policy, shapes)
