/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What findings of check_ds_match say: versions, times, and above all what to do. */
#include <string.h>

#include "lib/linkzone.h"
#include "lib/suite.h"

#define KEYS(ds_, dnskey_, sign_) .ds = (ds_), .dnskey = (dnskey_), .sign_dnskey = (sign_)

static void expect_insecure(struct ds_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

static void multi_signer(struct ds_options *options)
{
    options->multi_signer = true;
}

/* The resolver has had the DS for a while. */
static void cached_ds(struct linkzone *zone)
{
    struct rrset set;
    ck_assert(signedzone_keys(&zone->base, 'P', "K1 K2", &set));
    set.ttl = 17;
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, "example.com", "DS");
}

static void no_route_to_parent(struct linkzone *zone)
{
    static const char *const servers[] = {SERVER_P, SERVER_Q, SERVER_R};
    static const char *const asked[][2] = {
        {"example.com", "DS"}, {"example.com", "NS"}, {"com", "SOA"}};
    for (size_t i = 0; i < COUNT(servers) * COUNT(asked); i++) {
        const char *const *about = asked[i % COUNT(asked)];
        fakenet_fail(zone->base.net, servers[i / COUNT(asked)], about[0], about[1],
                     NET_UNREACHABLE);
    }
}

#define BEHIND                                                                                     \
    .zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")}, .serial_2 = 6, .dnskey_2 = "K1 Z1",                 \
    .sign_dnskey_2 = "K1"

static const struct {
    enum finding_id id;
    const char *part; /* of its text */
    struct link_plan plan;
} rows[] = {
    {FINDING_DS_UNKNOWN,
     "this host has no route to any server of the parent",
     {.twist = no_route_to_parent}},
    /* A server that is behind: both versions, and no DS to publish. */
    {FINDING_DNSKEY_MISSING_SERVER, SERVER_1 " (ns1.example.com, serial 7)", {BEHIND}},
    {FINDING_DNSKEY_MISSING_SERVER, SERVER_2 " (ns2.example.com, serial 6)", {BEHIND}},
    {FINDING_DNSKEY_MISSING_SERVER, "check the transfers of this server", {BEHIND}},
    {FINDING_DS_MISSING_ALG,
     "others sign with it, check the transfers of this server",
     {.zone = {KEYS("K1 Kb", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {FINDING_DS_MISSING_ALG, "sign with it or have DS ", {.zone = {KEYS("K1 Kb", "K1 Z1", "K1")}}},
    {FINDING_DS_MISSING_ALG,
     "all signers of a zone need the same algorithms",
     {.zone = {KEYS("K1 Kb", "K1 Z1 Zb", "K1"), .sign_data = "Z1"},
      .dnskey_2 = "Kb Z1 Zb",
      .sign_dnskey_2 = "Kb",
      .sign_data_2 = "Zb",
      .tune = multi_signer}},
    {FINDING_DS_NO_VALID_SEP,
     "does not sign the DNSKEY RRset: others have a good one, check the transfers",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")}, .serial_2 = 6, .sign_dnskey_2 = "K1"}},
    /* The TTL of the DS, not what is left of it in a cache. */
    {FINDING_ROLLOVER_PHASE,
     "parent for 1h",
     {.zone = {KEYS("K1 K2", "K1 K2 Z1", "K1 K2"), .use_servers = true}, .twist = cached_ds}},
    /* A signature: since when it is no good. */
    {FINDING_DS_NO_VALID_SEP,
     "is expired, it ended at 2026-09-09 ",
     {.odd = {{.types = "DNSKEY", .deed = DEED_RESIGN, .from = -9 * DAY, .until = -DAY}}}},
    {FINDING_DS_NO_VALID_SEP,
     "is not valid yet, it begins at 2026-09-11 ",
     {.odd = {{.types = "DNSKEY", .deed = DEED_RESIGN, .from = DAY, .until = 9 * DAY}}}},
    {FINDING_DS_NO_VALID_SEP,
     "does not sign the DNSKEY RRset: sign it with that key",
     {.zone = {KEYS("K1", "K1 Z1", "Z1")}}},
    /* A wrong DS: a good one, in SHA-256 where it was SHA-1, unless that is there. */
    {FINDING_DS_TAG_WRONG, " 13 2 ", {.zone = {.ds = "K1/1=t"}}},
    {FINDING_DS_TAG_WRONG, " 13 4 ", {.zone = {.ds = "K1/4=t"}}},
    {FINDING_DS_DIGEST_WRONG, ": have it removed", {.zone = {.ds = "K1 K1/4=d"}}},
    {FINDING_DS_DIGEST_WRONG, ": publish example.com. IN DS ", {.zone = {.ds = "K1=d"}}},
    {FINDING_DS_DIGEST_UNSUPPORTED,
     "unsigned, publish example.com. IN DS ",
     {.zone = {.ds = "K1=g"}}},
    {FINDING_DS_ALG_UNSUPPORTED, "unsigned, publish example.com. IN DS ", {.zone = {.ds = "K1=u"}}},
    {FINDING_DS_POINTS_NON_ZONE,
     ": publish the key with flags 257, and example.com. IN DS ",
     {.zone = {KEYS("K1n", "K1n Z1", "K1n")}}},
    /* Servers of the parent that differ. */
    {FINDING_DS_PARENT_INCONSISTENT,
     ": keep or publish again the keys of all these DS",
     {.zone = {KEYS("K1", "K2 Z1", "K2")}, .ds_r = "K2"}},
    {FINDING_DS_PARENT_INCONSISTENT, ": tell its operator", {.ds_r = "K1=t"}},
    {FINDING_DS_PARENT_INCONSISTENT, " 13 2 ", {.ds_r = "K1=d"}},
    {FINDING_DS_PARENT_INCONSISTENT,
     ": tell its operator",
     {.zone = {.ds = "", .dnskey = ""}, .ds_r = "K1"}},
    /* No DS: it is not to be published where it would break a server, or against the own wish. */
    {FINDING_DS_ABSENT,
     "so nobody validates it: publish example.com. IN DS ",
     {.zone = {.ds = ""}}},
    {FINDING_DS_ABSENT, "a DS would break it at " SERVER_2, {.zone = {.ds = ""}, .dnskey_2 = ""}},
    {FINDING_DS_ABSENT,
     "as its CDS ask for: go on",
     {.zone = {.ds = ""}, .cds = "delete", .cdnskey = "delete"}},
    {FINDING_DS_ABSENT, "insecure, as expected", {.zone = {.ds = ""}, .tune = expect_insecure}},
};

START_TEST(texts)
{
    struct linkzone zone;
    linkzone_open(&zone);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)linkzone_judge(&zone, &rows[i].plan);
        const char *text = linkzone_text(&zone, rows[i].id);
        ck_assert_msg(strstr(text, rows[i].part) != NULL, "row %zu: %s", i, text);
    }
    linkzone_close(&zone);
}
END_TEST

SUITE_MAIN("ds_texts", texts)
