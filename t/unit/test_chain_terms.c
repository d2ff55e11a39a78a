/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chain starts from, at what time, and what this host, its resolver and budget do to it. */
#include <openssl/evp.h>

#include "lib/chainworld.h"
#include "lib/suite.h"

#define OTHER   .name = "www.example.net"
#define EXPIRED .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY

/* The resolver gives no signature at all. */
static void strip(struct arena *arena, struct rrset *set)
{
    (void)arena;
    set->sig_count = 0;
}

static const struct world_row anchor_rows[] = {
    {"a key that the root does not have",
     "indeterminate: ta-lacks-current-root=CRITICAL",
     {.anchors = "K2 ."}},
    {"a key that the root has but does not sign with",
     "indeterminate: ta-lacks-current-root=CRITICAL",
     {.anchors = "K2 .", .zones = {{.name = ".", .dnskey = "K1 K2 Z1"}}}},
    {"two keys, one of which signs", SECURE, {.anchors = "K2 . K1 ."}},
    {"two keys that both sign",
     SECURE,
     {.anchors = "K2 . K1 .",
      .zones = {{.name = ".", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}}}},
    {"DS by SHA-384", SECURE, {.anchors = "K1/4 ."}},
    {"the next key signs beside the anchored one (rollover of the root)",
     SECURE,
     {.zones = {{.name = ".", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}}}},
    {"a revoked key is the only one",
     "indeterminate: ta-lacks-current-root=CRITICAL",
     {.zones = {{.name = ".", .dnskey = "K1r Z1", .sign_dnskey = "K1r"}}}},
    {"of the zone", SECURE, {.anchors = "K1 example.com"}},
    {"of the zone, which is no longer signed",
     "indeterminate: ta-lacks-current-root=CRITICAL",
     {.anchors = "K1 example.com", .zones = {{.name = EXAMPLE, .dnskey = ""}}}},
    {"of the zone above", SECURE, {.anchors = "K1 com"}},
    {"of another zone",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.anchors = "K1 example.net"}},
    {"of the zone and the root: the deeper one counts",
     SECURE,
     {.anchors = "K1 . K1 example.com", .zones = {{.name = EXAMPLE, .ds = "K1=d"}}}},
    {"of an island of security",
     SECURE,
     {.anchors = "K1 . K1 example.com", .zones = {{.name = EXAMPLE, .ds = ""}}}},
    {"of an island, out of date",
     "indeterminate: ta-lacks-current-root=CRITICAL",
     {.anchors = "K1 . K2 example.com", .zones = {{.name = EXAMPLE, .ds = ""}}}},
    {"of the name itself, which is no zone",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.anchors = "K1 www.example.com"}},
    {"of the zone whose DS is asked for, which is the word of the one above",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.anchors = "K1 example.com", .name = EXAMPLE, .type = "DS"}},
    {"of the zone whose DS is asked for, and of the root",
     SECURE,
     {.anchors = "K1 . K1 example.com", .name = EXAMPLE, .type = "DS"}},
    {"of the root, whose DS is asked for",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.name = ".", .type = "DS", .replies = {{". DS", .rcode = RCODE_NOERROR}}}},
};

START_TEST(anchors)
{
    chainworld_judge_rows(anchor_rows, COUNT(anchor_rows));
}
END_TEST

static const struct world_row root_rows[] = {
    {"signed wrongly",
     "bogus: rrsig-bad-crypto=CRITICAL" ABOVE,
     {.odd = {{".", {.types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"expired",
     "bogus: rrsig-expired-rrset=CRITICAL" ABOVE,
     {.odd = {{".", {.types = "DNSKEY", EXPIRED}}}}},
    {"SERVFAIL",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{". DNSKEY", .rcode = RCODE_SERVFAIL}}}},
    {"silence",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{". DNSKEY", .status = NET_TIMEOUT}}}},
    {"no keys",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{.question = ". DNSKEY"}}}},
    {"not signed: the resolver strips",
     "indeterminate: resolver-strips-dnssec=WARNING",
     {.odd = {{".", {.types = "DNSKEY", .deed = DEED_UNSIGN}}}}},
    {"nothing signed: the resolver strips",
     "indeterminate: resolver-strips-dnssec=WARNING",
     {.odd = {{NULL, {.alter = strip}}}}},
    {"not signed at the root server",
     "bogus: rrsig-missing-dnskey=CRITICAL@192.0.2.1" ABOVE,
     {.iterate = true, .odd = {{".", {.types = "DNSKEY", .deed = DEED_UNSIGN}}}}},
    {"silence of the root server",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.iterate = true, .replies = {{". DNSKEY", .status = NET_TIMEOUT}}}},
};

START_TEST(keys_of_the_root)
{
    chainworld_judge_rows(root_rows, COUNT(root_rows));
}
END_TEST

#define LATER                                                                                      \
    .now = ZONE_NOW, .odd = {{NULL, {.deed = DEED_RESIGN, .from = -40 * DAY, .until = -9 * DAY}}}
#define EARLIER                                                                                    \
    .now = ZONE_NOW, .odd = {{NULL, {.deed = DEED_RESIGN, .from = 9 * DAY, .until = 40 * DAY}}}

static const struct world_row time_rows[] = {
    {"the clock is late", "indeterminate: clock-implausible=UNKNOWN", {LATER}},
    {"the clock is early", "indeterminate: clock-implausible=UNKNOWN", {EARLIER}},
    {"--at is no clock", "bogus: rrsig-expired-rrset=CRITICAL" ABOVE, {LATER, .now_given = true}},
    {"--at before all", "bogus: rrsig-not-yet-rrset=CRITICAL" ABOVE, {EARLIER, .now_given = true}},
    {"within the skew",
     SECURE,
     {.odd = {{NULL, {.deed = DEED_RESIGN, .from = 4 * MINUTE, .until = DAY}}}}},
    {"the last second", SECURE, {.odd = {{NULL, {.deed = DEED_RESIGN, .from = -DAY, .until = 0}}}}},
    {"far in the future", SECURE, {.now = INT64_C(4294900000)}},
    {"beyond 32 bits", SECURE, {.now = INT64_C(4295000000)}},
    {"-w", "secure: chain-expiry-summary=WARNING chain-secure=OK", {.warning = "12d"}},
    {"-w, enough left", SECURE, {.warning = "10d"}},
    {"-c",
     "secure: chain-expiry-summary=CRITICAL chain-secure=OK",
     {.warning = "20d", .critical = "12d"}},
    {"-w as a share, by which another one than the first to end is late",
     "secure: chain-expiry-summary=WARNING chain-secure=OK",
     {.odd = {{WWW, {.deed = DEED_RESIGN, .from = -186 * DAY, .until = 14 * DAY}}},
      .warning = "10%"}},
    {"-c as a share", "secure: chain-expiry-summary=CRITICAL chain-secure=OK", {.critical = "90%"}},
    {"-c as a share, enough left", SECURE, {.critical = "70%"}},
    {"-w counts any signature on the path",
     "secure: chain-expiry-summary=WARNING chain-secure=OK",
     {.warning = "3d",
      .odd = {{"com", {.types = "DS", .deed = DEED_RESIGN, .from = -DAY, .until = 2 * DAY}}}}},
    {"-w does not count what is not on the path",
     SECURE,
     {.warning = "3d",
      .odd = {{"net", {.types = "DS", .deed = DEED_RESIGN, .from = -DAY, .until = 2 * DAY}}}}},
    {"-w counts what a server gives",
     "secure: chain-expiry-summary=WARNING chain-secure=OK",
     {.iterate = true,
      .warning = "3d",
      .odd = {{"www.example.com",
               {.servers = "2", .deed = DEED_RESIGN, .from = -DAY, .until = 2 * DAY}}}}},
    {"-w counts denials",
     "secure: chain-expiry-summary=WARNING chain-secure=OK",
     {.warning = "3d",
      .name = "example.net",
      .odd = {{NULL, {.types = "NSEC", .deed = DEED_RESIGN, .from = -DAY, .until = 2 * DAY}}}}},
};

START_TEST(times)
{
    chainworld_judge_rows(time_rows, COUNT(time_rows));
}
END_TEST

static void timeout_critical(struct chain_options *options)
{
    options->common.timeout_state = STATE_CRITICAL;
}

static const struct world_row budget_rows[] = {
    {"the answer is open",
     "indeterminate: plugin-deadline=UNKNOWN",
     {.replies = {{"www.example.com A", .open = true}}}},
    {"speculation is open", SECURE, {.replies = {{"www.example.com DS", .open = true}}}},
    {"the root's keys are open, -t 10:CRITICAL",
     "indeterminate: plugin-deadline=CRITICAL",
     {.replies = {{". DNSKEY", .open = true}}, .tune = timeout_critical}},
    {"the keys of the zone are open",
     "indeterminate: plugin-deadline=UNKNOWN",
     {.replies = {{"example.com DNSKEY", .open = true}}}},
    {"the keys of the zone are open, iterating",
     "indeterminate: plugin-deadline=CRITICAL",
     {.iterate = true,
      .replies = {{"example.com DNSKEY", .open = true}},
      .tune = timeout_critical}},
    {"the keys of the zone are open at one of two servers",
     "secure: plugin-deadline=UNKNOWN chain-secure=OK",
     {.iterate = true, .replies = {{"example.com DNSKEY", .open = true, .at = WORLD_EXAMPLE_1}}}},
    {"the DS is open",
     "indeterminate: plugin-deadline=UNKNOWN",
     {.replies = {{"example.com DS", .open = true}}}},
};

START_TEST(budget)
{
    chainworld_judge_rows(budget_rows, COUNT(budget_rows));
}
END_TEST

/* False OK: an algorithm that this host refuses passes as unsigned; nor are the anchors wrong. */
START_TEST(refused_by_policy)
{
    static const struct world_plan usual = {.name = NULL};
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &usual);
    ck_assert_int_eq(EVP_set_default_properties(NULL, "provider=none"), 1);
    chain_run(&world.run, &world.subject, 1, &world.options);
    ck_assert_str_eq(world.subject.report.verdict, "indeterminate");
    ck_assert_uint_eq(world.subject.report.finding_count, 1);
    ck_assert_int_eq(world.subject.report.findings[0].id, FINDING_CRYPTO_REFUSED);
    ck_assert_int_eq(world.subject.report.findings[0].state, STATE_UNKNOWN);
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_terms", anchors, keys_of_the_root, times, budget, refused_by_policy)
