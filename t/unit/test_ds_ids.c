/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each finding that check_ds_match makes of DS, of the parent, and of the link between them. */
#include "lib/linkzone.h"
#include "lib/suite.h"

#define PUBLISHED                                                                                  \
    {                                                                                              \
        .dnskey = "K1 K2 Z1", .ds = "K1 K2", .sign_dnskey = "K1 K2"                                \
    }

/* One DS. */

static const struct link_row record_rows[] = {
    {"healthy", "", {.odd = {{.servers = NULL}}}},
    {"wrong tag", "ds-tag-wrong=CRITICAL", {.zone = {.ds = "K1=t"}}},
    {"wrong algorithm", "ds-alg-wrong=CRITICAL", {.zone = {.ds = "K1=a"}}},
    {"wrong digest", "ds-digest-wrong=CRITICAL", {.zone = {.ds = "K1=d"}}},
    {"wrong length", "ds-digest-length=CRITICAL", {.zone = {.ds = "K1=l"}}},
    {"no such key", "ds-none-match=CRITICAL", {.zone = {.ds = "X1"}}},
    {"wrong tag beside a good one", "ds-tag-wrong=WARNING", {.zone = {.ds = "K1 K1=t"}}},
    {"wrong algorithm beside a good one", "ds-alg-wrong=WARNING", {.zone = {.ds = "K1 K1=a"}}},
    {"wrong digest beside a good one", "ds-digest-wrong=WARNING", {.zone = {.ds = "K1 K1=d"}}},
    {"wrong length beside a good one", "ds-digest-length=CRITICAL", {.zone = {.ds = "K1 K1=l"}}},
    {"no such key beside a good one",
     "ds-stale-extra=WARNING <ksk-ds-ahead>",
     {.zone = {.ds = "K1 K2"}}},
    {"unassigned algorithm", "ds-alg-unsupported-all=CRITICAL", {.zone = {.ds = "K1=u"}}},
    {"unassigned algorithm beside a good one", "ds-alg-wrong=WARNING", {.zone = {.ds = "K1 K1=u"}}},
    {"unassigned digest type",
     "ds-digest-unsupported-all=CRITICAL ds-digest-private-reserved=CRITICAL",
     {.zone = {.ds = "K1=g"}}},
    {"unassigned digest type beside a good one",
     "ds-digest-private-reserved=WARNING",
     {.zone = {.ds = "K1 K1=g"}}},
    {"SHA-1 only", "ds-sha1-only=WARNING", {.zone = {.ds = "K1/1"}}},
    {"SHA-1 beside SHA-256", "ds-sha1-extra=WARNING", {.zone = {.ds = "K1 K1/1"}}},
    {"SHA-384 only", "ds-sha256-missing=OK", {.zone = {.ds = "K1/4"}}},
    {"SHA-384 beside SHA-256", "", {.zone = {.ds = "K1 K1/4"}}},
    {"a good SHA-1 beside a wrong SHA-256",
     "ds-sha1-masks-broken-sha2=CRITICAL ds-sha1-extra=WARNING",
     {.zone = {.ds = "K1/1 K1=d"}}},
    {"a wrong SHA-1 beside a good SHA-256",
     "ds-digest-wrong=WARNING ds-sha1-extra=WARNING",
     {.zone = {.ds = "K1/1=d K1"}}},
};

START_TEST(records)
{
    linkzone_judge_rows(record_rows, COUNT(record_rows));
}
END_TEST

/* The DS RRset replaced by other records, signed by the parent. */
static void publish(struct linkzone *zone, const char *text)
{
    static const char *const servers[] = {SERVER_P, SERVER_Q, SERVER_R, SERVER_RESOLVER};
    for (size_t i = 0; i < COUNT(servers); i++) {
        struct rrset set = linkzone_rrset(zone, 'P', text);
        linkzone_answer(zone, servers[i], RCODE_NOERROR, &set, NULL, "example.com", "DS");
    }
}

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void gost_digest(struct linkzone *zone)
{
    publish(zone, "example.com. DS 1 13 3 " DIGEST);
}

static void standard_elsewhere(struct linkzone *zone)
{
    publish(zone, "example.com. DS 1 17 2 " DIGEST);
}

static void forbidden(struct linkzone *zone)
{
    publish(zone, "example.com. DS 1 3 2 " DIGEST);
}

static void many(struct linkzone *zone)
{
    const char *text = "";
    for (unsigned i = 0; i < 9; i++) {
        text = arena_printf(zone->base.arena,
                            "%sexample.com. DS 7 13 2 "
                            "%02u112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
                            text, i);
    }
    publish(zone, text);
}

/* Digests of K1 made with the name in upper case, and for the parent. */
static void publish_digest(struct linkzone *zone, const struct name *owner)
{
    const struct fixture_key *key = keyring_key(&zone->base.keyring, "example.com", "K1");
    struct fixture_key other = *key;
    other.owner = *owner;
    struct rrset set = fixture_ds(zone->base.arena, 3600, &other, 2);
    publish(zone,
            arena_printf(zone->base.arena, "example.com. DS %u 13 2 %s", key->dnskey.tag,
                         fixture_hex_text(zone->base.arena,
                                          (struct bytes){set.rr[0].data + 4, set.rr[0].size - 4})));
}

static void upper_case(struct linkzone *zone)
{
    struct name owner = fixture_name("example.com");
    owner.wire[1] = 'E';
    for (size_t i = 1; i < owner.size; i++) {
        if (owner.wire[i] >= 'a') {
            owner.wire[i] = (uint8_t)(owner.wire[i] - 32);
        }
    }
    publish_digest(zone, &owner);
}

static void other_name(struct linkzone *zone)
{
    struct name owner = fixture_name("www.example.com");
    publish_digest(zone, &owner);
}

static void duplicate(struct arena *arena, struct rrset *set)
{
    (void)arena;
    set->duplicates = true;
}

static void sha1_ok(struct ds_options *options)
{
    options->common.sha1 = SHA1_OK;
}

static void sha1_insecure(struct ds_options *options)
{
    options->common.sha1 = SHA1_INSECURE;
}

static void expect_any(struct ds_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static void sha1_insecure_any(struct ds_options *options)
{
    sha1_insecure(options);
    expect_any(options);
}

/* Keys of tests have 1024 bits. */
#define SHORT     "dnskey-rsa-short=WARNING dnskey-rsa-short=WARNING"
#define SHA1_ZONE .zone = {.ds = "K5", .dnskey = "K5 Z5", .sign_dnskey = "K5", .sign_data = "Z5"}

static const struct link_row set_rows[] = {
    {"GOST digest",
     "ds-digest-unsupported-all=CRITICAL ds-gost-digest=CRITICAL",
     {.twist = gost_digest}},
    {"an algorithm that others may know",
     "ds-alg-unsupported-all=UNKNOWN",
     {.twist = standard_elsewhere}},
    {"forbidden algorithm", "ds-alg-forbidden=CRITICAL", {.twist = forbidden}},
    {"forbidden algorithm, expected to be anything",
     "ds-alg-forbidden=CRITICAL",
     {.twist = forbidden, .tune = expect_any}},
    {"too many", "ds-none-match=CRITICAL ds-too-many=WARNING", {.twist = many}},
    {"name in upper case",
     "ds-digest-wrong=CRITICAL ds-owner-case-or-name=OK",
     {.twist = upper_case}},
    {"another name", "ds-digest-wrong=CRITICAL ds-owner-case-or-name=OK", {.twist = other_name}},
    {"twice in a reply",
     "ds-duplicate=WARNING",
     {.odd = {{.servers = "PQR", .types = "DS", .alter = duplicate}}}},
    {"long TTL", "ds-ttl-long=OK", {.odd = {{.servers = "PQR", .types = "DS", .ttl = 2 * DAY}}}},
    {"RSA/SHA-1", SHORT " ds-alg-deprecated=WARNING", {SHA1_ZONE}},
    {"RSA/SHA-1 as insecure",
     "ds-alg-deprecated=CRITICAL " SHORT,
     {SHA1_ZONE, .tune = sha1_insecure}},
    {"RSA/SHA-1 as insecure, which may be",
     SHORT " ds-alg-deprecated=WARNING",
     {SHA1_ZONE, .tune = sha1_insecure_any}},
    {"RSA/SHA-1 as it was", SHORT, {SHA1_ZONE, .tune = sha1_ok}},
};

START_TEST(sets)
{
    linkzone_judge_rows(set_rows, COUNT(set_rows));
}
END_TEST

/* The link. */

static const struct link_row link_rows[] = {
    {"keys signed by the ZSK only", "ds-no-valid-sep=CRITICAL", {.zone = {.sign_dnskey = "Z1"}}},
    {"keys not signed",
     "ds-no-valid-sep=CRITICAL",
     {.odd = {{.servers = "12", .types = "DNSKEY", .deed = DEED_UNSIGN}}}},
    {"keys not signed at one server",
     "ds-no-valid-sep=CRITICAL" AT2,
     {.odd = {{.servers = "2", .types = "DNSKEY", .deed = DEED_UNSIGN}}}},
    {"bad signature",
     "ds-no-valid-sep=CRITICAL",
     {.odd = {{.servers = "12", .types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"expired signature",
     "ds-no-valid-sep=CRITICAL",
     {.odd = {{.servers = "12",
               .types = "DNSKEY",
               .deed = DEED_RESIGN,
               .from = -9 * DAY,
               .until = -DAY}}}},
    {"a DS of a key that signs badly",
     "ds-key-not-signing=WARNING <ksk-standby>",
     {.zone = PUBLISHED,
      .odd =
          {{.servers = "12", .types = "DNSKEY", .deed = DEED_RESIGN, .keys = "K1"},
           {.servers = "12", .types = "DNSKEY", .deed = DEED_ALSO, .keys = "K2", .spoilt = true}}}},
    {"a DS of a key that does not sign",
     "ds-key-not-signing=OK <ksk-standby>",
     {.zone = PUBLISHED,
      .odd = {{.servers = "12", .types = "DNSKEY", .deed = DEED_RESIGN, .keys = "K1"}}}},
    {"a DS of a ZSK that does not sign the keys",
     "ds-key-not-signing=WARNING ds-points-non-sep=OK <ksk-standby>",
     {.zone = {.ds = "K1 Z1"}}},
    {"a DS of a CSK without SEP flag",
     "ds-points-non-sep=OK dnskey-no-sep-flag=OK",
     {.zone = {.ds = "Z1", .dnskey = "Z1", .sign_dnskey = "Z1"}}},
    {"a DS of a key without Zone flag",
     "ds-points-non-zone-key=CRITICAL",
     {.zone = {.ds = "K1n", .dnskey = "K1n Z1", .sign_dnskey = "K1n"}}},
    {"a DS of a key without Zone flag beside a good one",
     "ds-points-non-zone-key=WARNING <ksk-standby>",
     {.zone = {.ds = "K1 K2n", .dnskey = "K1 K2n Z1"}}},
    {"a DS of a revoked key",
     "ds-points-revoked=CRITICAL dnskey-revoked-present=OK",
     {.zone = {.ds = "K1r", .dnskey = "K1r Z1", .sign_dnskey = "K1r"}}},
    {"a DS of a key revoked since",
     "ds-points-revoked=CRITICAL dnskey-revoked-present=OK",
     {.zone = {.ds = "K1", .dnskey = "K1r Z1", .sign_dnskey = "K1r"}}},
    {"a DS of a revoked key beside a good one",
     "ds-points-revoked=WARNING dnskey-revoked-present=OK <revocation>",
     {.zone = {.ds = "K1r K2", .dnskey = "K1r K2 Z1", .sign_dnskey = "K1r K2"}}},
    {"a DS of an algorithm that does not sign",
     "ds-missing-sep-alg=WARNING",
     {.zone = {.ds = "K1 Kb"}}},
    {"not signed, with a DS", "ds-child-unsigned=CRITICAL", {.zone = {.dnskey = ""}}},
    {"not signed at one server", "ds-child-unsigned-server=CRITICAL" AT2, {.dnskey_2 = ""}},
    {"not signed at one server, without DS",
     "ds-absent-signed=CRITICAL dnskey-missing-server=WARNING" AT2 " <signing-no-ds>",
     {.zone = {.ds = ""}, .dnskey_2 = ""}},
    {"not signed", "zone-unsigned=CRITICAL", {.zone = {.dnskey = "", .ds = ""}}},
    {"not signed, expected to be anything",
     "zone-unsigned=OK",
     {.zone = {.dnskey = "", .ds = ""}, .tune = expect_any}},
    {"an island", "ds-absent-signed=CRITICAL <signing-no-ds>", {.zone = {.ds = ""}}},
};

START_TEST(links)
{
    linkzone_judge_rows(link_rows, COUNT(link_rows));
}
END_TEST

/* The parent. */

static void refer(struct linkzone *zone, const char *server)
{
    struct rrset ns = fixture_rrset(zone->base.arena, "example.com. NS ns1.example.com.");
    struct message reply = signedzone_reply(&zone->base, RCODE_NOERROR, NULL, &ns);
    reply.aa = false;
    fakenet_answer(zone->base.net, server, "example.com", "DS", &reply);
}

static void referral(struct linkzone *zone)
{
    refer(zone, SERVER_Q);
}

static void referrals(struct linkzone *zone)
{
    refer(zone, SERVER_P);
    refer(zone, SERVER_Q);
    refer(zone, SERVER_R);
}

static void no_such_name(struct linkzone *zone)
{
    struct rrset soa =
        linkzone_rrset(zone, 'P', "com. SOA ns.nic.test. nic.nic.test. 5 7200 3600 604800 900");
    linkzone_answer(zone, SERVER_P, RCODE_NXDOMAIN, NULL, &soa, "example.com", "DS");
    linkzone_answer(zone, SERVER_Q, RCODE_NXDOMAIN, NULL, &soa, "example.com", "DS");
    linkzone_answer(zone, SERVER_R, RCODE_NXDOMAIN, NULL, &soa, "example.com", "DS");
}

static void no_delegation(struct linkzone *zone)
{
    linkzone_answer(zone, SERVER_P, RCODE_NOERROR, NULL, NULL, "example.com", "NS");
    linkzone_answer(zone, SERVER_Q, RCODE_NOERROR, NULL, NULL, "example.com", "NS");
    linkzone_answer(zone, SERVER_R, RCODE_NOERROR, NULL, NULL, "example.com", "NS");
}

static void alias(struct linkzone *zone)
{
    struct rrset cname = linkzone_rrset(zone, 'R', "example.com. CNAME example.net.");
    linkzone_answer(zone, SERVER_R, RCODE_NOERROR, &cname, NULL, "example.com", "DS");
}

static void no_proof(struct linkzone *zone)
{
    linkzone_answer(zone, SERVER_Q, RCODE_NOERROR, NULL, NULL, "example.com", "DS");
}

static void silent_parent(struct linkzone *zone)
{
    fakenet_silent(zone->base.net, SERVER_P);
}

static void silent_parents(struct linkzone *zone)
{
    fakenet_silent(zone->base.net, SERVER_P);
    fakenet_silent(zone->base.net, SERVER_Q);
    fakenet_silent(zone->base.net, SERVER_R);
}

static void unsigned_parent(struct linkzone *zone)
{
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, NULL, NULL, "com", "DNSKEY");
}

static void pin_tags(struct ds_options *options)
{
    static uint16_t tags[] = {1};
    options->pins = (struct ds_pins){.tags = tags, .tag_count = 1};
}

static void pin_record(struct ds_options *options)
{
    static const uint8_t digest[32] = {1};
    static struct ds pinned[] = {{.key_tag = 1, .algorithm = 13, .digest_type = 2}};
    pinned[0].digest = (struct bytes){.data = digest, .size = sizeof digest};
    options->pins = (struct ds_pins){.records = pinned, .record_count = 1};
}

static void partial_warning(struct ds_options *options)
{
    options->common.partial = STATE_WARNING;
}

static const struct link_row parent_rows[] = {
    {"servers differ",
     "ds-parent-inconsistent=WARNING ds-stale-extra=WARNING <ksk-ds-ahead>",
     {.zone = {.ds = "K1 K2"}, .ds_r = "K1"}},
    {"servers differ, one without DS", "ds-parent-inconsistent=WARNING", {.ds_q = ""}},
    {"servers differ, one breaks the chain", "ds-parent-inconsistent=CRITICAL", {.ds_q = "K1=d"}},
    {"DS not signed",
     "ds-parent-unsigned-rr=CRITICAL",
     {.odd = {{.servers = "PQR", .types = "DS", .deed = DEED_UNSIGN}}}},
    {"DS signed badly",
     "ds-parent-bad-sig=CRITICAL",
     {.odd = {{.servers = "PQR", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"DS signed badly at one server",
     "ds-parent-bad-sig=CRITICAL@" SERVER_Q,
     {.odd = {{.servers = "Q", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"the same, partial faults being warnings",
     "ds-parent-bad-sig=WARNING@" SERVER_Q,
     {.odd = {{.servers = "Q", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}},
      .tune = partial_warning}},
    {"DS signature expired",
     "ds-parent-bad-sig=CRITICAL",
     {.odd = {{.servers = "PQR",
               .types = "DS",
               .deed = DEED_RESIGN,
               .from = -9 * DAY,
               .until = -DAY}}}},
    {"no proof that there is no DS",
     "ds-denial-bad=CRITICAL@" SERVER_Q " ds-absent-signed=CRITICAL <signing-no-ds>",
     {.zone = {.ds = ""}, .twist = no_proof}},
    {"a bad proof",
     "ds-denial-bad=CRITICAL ds-absent-signed=CRITICAL <signing-no-ds>",
     {.zone = {.ds = ""},
      .odd = {{.servers = "PQR", .types = "NSEC", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"a referral at one server", "ds-referral-instead=WARNING@" SERVER_Q, {.twist = referral}},
    {"referrals", "ds-referral-instead=CRITICAL", {.twist = referrals}},
    {"no such name", "ds-nxdomain-at-parent=CRITICAL <signing-no-ds>", {.twist = no_such_name}},
    {"no delegation",
     "ds-nxdomain-at-parent=CRITICAL <signing-no-ds>",
     {.zone = {.ds = ""}, .twist = no_delegation}},
    {"an alias", "ds-cname=CRITICAL@" SERVER_R, {.twist = alias}},
    {"a silent server", "net-timeout-one=WARNING@" SERVER_P, {.twist = silent_parent}},
    {"silent servers",
     "net-timeout-all=CRITICAL ds-unobtainable=UNKNOWN",
     {.twist = silent_parents}},
    {"the parent is not signed", "ds-absent-signed=CRITICAL", {.twist = unsigned_parent}},
    {"pinned tag", "ds-pin-mismatch=CRITICAL ds-pin-mismatch=CRITICAL", {.tune = pin_tags}},
    {"pinned record", "ds-pin-mismatch=CRITICAL ds-pin-mismatch=CRITICAL", {.tune = pin_record}},
};

START_TEST(parent)
{
    linkzone_judge_rows(parent_rows, COUNT(parent_rows));
}
END_TEST

SUITE_MAIN("ds_ids", records, sets, links, parent)
