/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions check_ds_match asks in which round trip, and what hangs on them. */
#include <string.h>

#include "lib/asked.h"
#include "lib/linkzone.h"
#include "lib/suite.h"

#define CHILD_TYPES "DNSKEY SOA NS CDS CDNSKEY DS"

static void expect_run(const struct link_plan *plan, const char *findings, const struct asked *rows,
                       size_t count)
{
    struct linkzone zone;
    linkzone_open(&zone);
    linkzone_publish(&zone, plan);
    linkzone_run(&zone);
    ck_assert_str_eq(linkzone_findings(&zone), findings);
    expect_asked(zone.base.net, rows, count);
    linkzone_close(&zone);
}

#define STAGES_1_2                                                                                 \
    {1, SERVER_RESOLVER, ".", "NS"}, {1, SERVER_RESOLVER, "com", "NS"},                            \
        {1, SERVER_RESOLVER, "example.com", "NS"}, {2, SERVER_RESOLVER, "com", "DNSKEY"},          \
        {2, SERVER_RESOLVER, "ns1.example.com", "A AAAA"},                                         \
        {2, SERVER_RESOLVER, "ns2.example.com", "A AAAA"},                                         \
        {2, SERVER_RESOLVER, "ns.nic.test", "A AAAA"},                                             \
        {2, SERVER_RESOLVER, "ns2.nic.test", "A AAAA"},                                            \
    {                                                                                              \
        2, SERVER_RESOLVER, "ns3.nic.test", "A AAAA"                                               \
    }
#define PARENT(server)                                                                             \
    {3, (server), "example.com", "DS NS"},                                                         \
    {                                                                                              \
        3, (server), "com", "SOA"                                                                  \
    }
#define STAGE_3                                                                                    \
    {3, SERVER_1, "example.com", CHILD_TYPES}, {3, SERVER_2, "example.com", CHILD_TYPES},          \
        PARENT(SERVER_P), PARENT(SERVER_Q), PARENT(SERVER_R), {3, SERVER_RESOLVER, ".", "DNSKEY"}, \
        {3, SERVER_RESOLVER, "com", "DS"},                                                         \
    {                                                                                              \
        3, SERVER_RESOLVER, "example.com", "DNSKEY DS"                                             \
    }

START_TEST(cold_start)
{
    static const struct asked rows[] = {STAGES_1_2, STAGE_3};
    expect_run(&(const struct link_plan){.ds_q = NULL}, "", rows, COUNT(rows));
}
END_TEST

START_TEST(below_the_apex)
{
    static const struct asked rows[] = {
        STAGES_1_2,
        {1, SERVER_RESOLVER, "www.example.com", "NS"},
        STAGE_3,
        {3, SERVER_1, "www.example.com", "DNSKEY CDS CDNSKEY"},
        {3, SERVER_2, "www.example.com", "DNSKEY CDS CDNSKEY"},
    };
    expect_run(&(const struct link_plan){.zone = {.subject = "www.example.com"}}, "", rows,
               COUNT(rows));
}
END_TEST

START_TEST(servers_given)
{
    static const struct asked rows[] = {
        {1, SERVER_1, "example.com", CHILD_TYPES},
        {1, SERVER_2, "example.com", CHILD_TYPES},
        {1, SERVER_RESOLVER, ".", "DNSKEY"},
        {1, SERVER_RESOLVER, "com", "DNSKEY DS"},
        {1, SERVER_RESOLVER, "example.com", "DNSKEY DS"},
    };
    expect_run(&(const struct link_plan){.zone = {.use_servers = true}}, "", rows, COUNT(rows));
}
END_TEST

/* A resolver that says that there is nothing, of whatever it is asked above the zone. */
static void resolver_denies(struct linkzone *zone, uint16_t rcode)
{
    struct rrset soa = fixture_rrset(zone->base.arena,
                                     "com. SOA ns.nic.test. nic.nic.test. 5 7200 3600 604800 900");
    linkzone_answer(zone, SERVER_RESOLVER, rcode, NULL, &soa, "example.com", "DS");
    linkzone_answer(zone, SERVER_RESOLVER, rcode, NULL, NULL, "com", "DNSKEY");
    linkzone_answer(zone, SERVER_RESOLVER, rcode, NULL, NULL, "com", "DS");
}

static void no_name_at_resolver(struct linkzone *zone)
{
    resolver_denies(zone, RCODE_NXDOMAIN);
}

static void no_data_at_resolver(struct linkzone *zone)
{
    resolver_denies(zone, RCODE_NOERROR);
}

static void no_ds_at_resolver(struct linkzone *zone)
{
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, NULL, NULL, "example.com", "DS");
}

static void bad_proof_at_resolver(struct linkzone *zone)
{
    struct rrset sets[] = {
        linkzone_rrset(zone, 'P', "com. SOA ns.nic.test. nic.nic.test. 5 7200 3600 604800 900"),
        linkzone_rrset(zone, 'P', "nowhere.com. NSEC www.com. NS RRSIG NSEC"),
    };
    struct message reply = signedzone_reply(&zone->base, RCODE_NXDOMAIN, NULL, NULL);
    reply.authority.rrsets = arena_copy(zone->base.arena, sets, sizeof sets);
    reply.authority.count = 2;
    fakenet_answer(zone->base.net, SERVER_RESOLVER, "example.com", "DS", &reply);
}

static void com_insecure(struct linkzone *zone)
{
    struct keyring *ring = &zone->base.keyring;
    const struct signer root = {.ring = ring, .owner = ".", .now = zone->base.now, .keys = "K1"};
    struct rrset nsec = fixture_rrset(zone->base.arena, "com. NSEC net. NS RRSIG NSEC");
    nsec = keyring_sign(&root, nsec, NULL, 0);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, NULL, &nsec, "com", "DS");
}

static void com_not_signed(struct linkzone *zone)
{
    no_data_at_resolver(zone);
    com_insecure(zone);
}

static const struct link_row given_rows[] = {
    {"a wrong DS from the resolver",
     "ds-tag-wrong=CRITICAL",
     {.zone = {.use_servers = true, .ds = "K1=t"}}},
    {"no DS from the resolver",
     "ds-absent-signed=CRITICAL <signing-no-ds>",
     {.zone = {.use_servers = true, .ds = ""}}},
    {"the word of the resolver that there is no DS",
     "ds-unobtainable=UNKNOWN",
     {.zone = {.use_servers = true}, .twist = no_ds_at_resolver}},
    {"the word of the resolver that there is no such name",
     "ds-unobtainable=UNKNOWN",
     {.zone = {.use_servers = true}, .twist = no_name_at_resolver}},
    {"the word of the resolver that nothing is signed",
     "ds-unobtainable=UNKNOWN",
     {.zone = {.use_servers = true}, .twist = no_data_at_resolver}},
    {"a proof of the resolver that proves nothing",
     "ds-denial-bad=CRITICAL",
     {.zone = {.use_servers = true}, .twist = bad_proof_at_resolver}},
    {"a parent that is proved not to be signed",
     "chain-insecure-proven=CRITICAL ds-absent-signed=CRITICAL <signing-no-ds>",
     {.zone = {.use_servers = true}, .anchored = true, .twist = com_not_signed}},
    {"no resolver",
     "ds-unobtainable=UNKNOWN",
     {.zone = {.use_servers = true}, .no_resolver = true}},
    {"no resolver, other things are told",
     "dnskey-length=CRITICAL ds-unobtainable=UNKNOWN",
     {.zone = {.use_servers = true, .dnskey = "K1 Z1s"}, .no_resolver = true}},
};

START_TEST(servers_given_and_ds)
{
    linkzone_judge_rows(given_rows, COUNT(given_rows));
}
END_TEST

/* Servers and clock. */

static void silent_server(struct linkzone *zone)
{
    fakenet_silent(zone->base.net, SERVER_2);
}

static void silent_servers(struct linkzone *zone)
{
    fakenet_silent(zone->base.net, SERVER_1);
    fakenet_silent(zone->base.net, SERVER_2);
}

static void silent_world(struct linkzone *zone)
{
    silent_servers(zone);
    fakenet_silent(zone->base.net, SERVER_RESOLVER);
}

static void lame_server(struct linkzone *zone)
{
    static const char *const types[] = {"DNSKEY", "SOA", "NS", "CDS", "CDNSKEY", "DS"};
    for (size_t i = 0; i < COUNT(types); i++) {
        linkzone_answer(zone, SERVER_2, RCODE_REFUSED, NULL, NULL, "example.com", types[i]);
    }
}

static void without_edns(struct linkzone *zone)
{
    struct rrset set;
    ck_assert(keyring_dnskeys(&zone->base.keyring, "example.com", "K1 Z1", &set));
    struct message reply = signedzone_reply(&zone->base, RCODE_NOERROR, &set, NULL);
    reply.edns = false;
    fakenet_answer(zone->base.net, SERVER_2, "example.com", "DNSKEY", &reply);
}

/* All signatures of all zones have ended. */
#define ENDED .odd = {{.deed = DEED_RESIGN, .from = -30 * DAY, .until = -DAY}}

static const struct link_row server_rows[] = {
    {"a silent server", "net-timeout-one=WARNING@" SERVER_2, {.twist = silent_server}},
    {"silent servers", "net-timeout-all=CRITICAL", {.twist = silent_servers}},
    {"a silent world", "net-monitor-offline=UNKNOWN@" SERVER_RESOLVER, {.twist = silent_world}},
    {"a server that refuses", "rcode-refused=WARNING@" SERVER_2, {.twist = lame_server}},
    {"a server without EDNS", "edns-none=CRITICAL@" SERVER_2, {.twist = without_edns}},
    {"everything has ended, so it is the clock of this host",
     "clock-implausible=UNKNOWN",
     {.later = 40 * DAY}},
    {"everything is yet to begin", "clock-implausible=UNKNOWN", {.later = -40 * DAY}},
    {"everything has ended, by the clock of another time",
     "ds-parent-bad-sig=CRITICAL ds-no-valid-sep=CRITICAL",
     {.zone = {.now_given = true}, ENDED}},
};

START_TEST(servers)
{
    linkzone_judge_rows(server_rows, COUNT(server_rows));
}
END_TEST

/* The chain above, as far as the anchor of the root tells. */

static void com_badly_linked(struct linkzone *zone)
{
    struct rrset set;
    (void)keyring_ds(&zone->base.keyring, "com", "K2", &set);
    const struct signer root = {
        .ring = &zone->base.keyring, .owner = ".", .now = zone->base.now, .keys = "K1"};
    set = keyring_sign(&root, set, NULL, 0);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, "com", "DS");
}

static void own_zone_only(struct ds_options *options)
{
    options->common.rating.own_zone_only = true;
}

static void expect_any(struct ds_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static const struct link_row chain_rows[] = {
    {"unbroken", "", {.anchored = true}},
    {"a private root that no anchor is for", "", {.anchored = false, .twist = com_badly_linked}},
    {"the zone above is broken",
     "ds-none-match=CRITICAL chain-parent-fault=CRITICAL",
     {.anchored = true, .twist = com_badly_linked}},
    {"the same, and not ours to mend",
     "ds-none-match=WARNING chain-parent-fault=WARNING",
     {.anchored = true, .twist = com_badly_linked, .tune = own_zone_only}},
    {"the zone above is insecure",
     "chain-insecure-proven=CRITICAL unsigned-island=WARNING",
     {.anchored = true, .twist = com_insecure}},
    {"the same, and that is fine",
     "chain-insecure-proven=OK unsigned-island=OK",
     {.anchored = true, .twist = com_insecure, .tune = expect_any}},
};

START_TEST(chain)
{
    linkzone_judge_rows(chain_rows, COUNT(chain_rows));
}
END_TEST

START_TEST(verdicts)
{
    static const struct {
        const char *verdict;
        struct link_plan plan;
    } rows[] = {
        {"secure", {.anchored = true}},
        {"bogus", {.anchored = true, .zone = {.ds = "K1=t"}}},
        {"bogus", {.zone = {.ds = "K1=t"}}},
        {"insecure", {.anchored = true, .zone = {.ds = ""}}},
        {NULL, {.ds_q = NULL}},
    };
    struct linkzone zone;
    linkzone_open(&zone);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)linkzone_judge(&zone, &rows[i].plan);
        const char *verdict = zone.base.subject.report.verdict;
        ck_assert_msg((verdict == NULL) == (rows[i].verdict == NULL) &&
                          (verdict == NULL || strcmp(verdict, rows[i].verdict) == 0),
                      "row %zu: %s", i, verdict == NULL ? "none" : verdict);
    }
    linkzone_close(&zone);
}
END_TEST

static void resolver_gives_up(struct linkzone *zone)
{
    fakenet_fail(zone->base.net, SERVER_RESOLVER, "example.com", "NS", NET_TIMEOUT);
}

/* Where its NS cost the whole wait the DNSKEY would, too: the DS from above is still asked for. */
START_TEST(resolver_that_gives_up)
{
    struct linkzone zone;
    linkzone_open(&zone);
    linkzone_publish(&zone,
                     &(const struct link_plan){.anchored = true, .twist = resolver_gives_up});
    linkzone_run(&zone);
    bool ds = false;
    for (size_t stage = 1; stage <= fakenet_stages(zone.base.net); stage++) {
        ck_assert(!fakenet_asked(zone.base.net, stage, SERVER_RESOLVER, "example.com", "DNSKEY"));
        ds = ds || fakenet_asked(zone.base.net, stage, SERVER_RESOLVER, "example.com", "DS");
    }
    ck_assert(ds);
    ck_assert_str_eq(linkzone_findings(&zone), "");
    linkzone_close(&zone);
}
END_TEST

SUITE_MAIN("ds_run", resolver_that_gives_up, cold_start, below_the_apex, servers_given,
           servers_given_and_ds, servers, chain, verdicts)
