/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validating resolvers under test (-s), compared with our own verdict. */
#include <string.h>

#include "lib/chainworld.h"
#include "lib/suite.h"

#define AT    "@" WORLD_TESTED
#define HOLDS " chain-secure=OK"
#define FAILS                                                                                      \
    "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL "                                \
    "chain-bogus=CRITICAL"
#define BOGUS     .odd = {{WWW, {.types = "A", .deed = DEED_RESIGN, .spoilt = true}}}
#define INSECURE  .zones = {{.name = "example.com", .dnskey = "", .ds = ""}}
#define CHECKED   .at = WORLD_TESTED
#define UNCHECKED .at = WORLD_TESTED " +cd"
#define ANSWER    WWW " A", .answer = WWW ". A 192.0.2.80"
#define FAIL      WWW " A", .rcode = RCODE_SERVFAIL
#define TEST(...) .use_resolvers = true, .replies = {__VA_ARGS__}
#define CANARY(...)                                                                                \
    .canary = "bad.example.org",                                                                   \
    TEST({ANSWER, .ad = true, CHECKED}, {"bad.example.org A", CHECKED, __VA_ARGS__})

static void strip(struct arena *arena, struct rrset *set)
{
    (void)arena;
    set->sig_count = 0;
}

static const struct world_row verdict_rows[] = {
    {"secure, AD", "secure:" HOLDS, {TEST({ANSWER, .ad = true, CHECKED})}},
    {"secure, no AD", "secure: resolver-no-ad=WARNING" AT HOLDS, {TEST({ANSWER, CHECKED})}},
    {"secure, signatures left out",
     "secure: resolver-strips-dnssec=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, CHECKED}), .odd = {{WWW, {.servers = "T", .alter = strip}}}}},
    {"secure, EDNS left out",
     "secure: resolver-strips-dnssec=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .no_edns = true, CHECKED})}},
    {"secure, failing",
     "secure: resolver-servfail=CRITICAL" AT " resolver-bogus-but-auth-ok=CRITICAL" AT HOLDS,
     {TEST({FAIL, CHECKED}, {ANSWER, UNCHECKED})}},
    {"secure, failing both ways",
     "secure: resolver-servfail-both=CRITICAL" AT HOLDS,
     {TEST({FAIL, CHECKED})}},
    {"secure, failing, without an answer otherwise",
     "secure: resolver-servfail-both=CRITICAL" AT HOLDS,
     {TEST({FAIL, CHECKED}, {WWW " A", .status = NET_TIMEOUT, UNCHECKED})}},
    {"secure, silent",
     "secure: resolver-silent=CRITICAL" AT HOLDS,
     {TEST({WWW " A", .status = NET_TIMEOUT, CHECKED})}},
    {"secure, nobody listens",
     "secure: resolver-silent=CRITICAL" AT HOLDS,
     {TEST({WWW " A", .status = NET_REFUSED, CHECKED})}},
    {"secure, not asked in time",
     "secure: plugin-deadline=UNKNOWN" AT HOLDS,
     {TEST({WWW " A", .open = true, CHECKED})}},
    {"secure, refused",
     "secure: resolver-servfail-both=CRITICAL" AT HOLDS,
     {TEST({WWW " A", .rcode = RCODE_REFUSED, CHECKED})}},
    {"secure denial, AD",
     "secure:" HOLDS,
     {TEST({"example.net A", .ad = true,
            .authority = "example.net. NSEC www.example.net. NS SOA RRSIG NSEC DNSKEY", CHECKED}),
      .name = "example.net"}},
    {"secure, an older copy that is signed well",
     "secure:" HOLDS,
     {TEST({WWW " A", .answer = WWW ". A 192.0.2.99", .ad = true, CHECKED})}},
    {"secure, a forged address with AD",
     "secure: resolver-ad-but-bogus=CRITICAL" AT HOLDS,
     {TEST({WWW " A", .answer = WWW ". A 192.0.2.99", .ad = true, CHECKED}),
      .odd = {{WWW, {.servers = "T", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"secure, a forged address without signature, with AD",
     "secure: resolver-ad-but-bogus=CRITICAL" AT " resolver-strips-dnssec=WARNING" AT HOLDS,
     {TEST({WWW " A", .answer = WWW ". A 192.0.2.99", .ad = true, CHECKED}),
      .odd = {{WWW, {.servers = "T", .alter = strip}}}}},
    {"secure, a forged NXDOMAIN with AD",
     "secure: resolver-ad-but-bogus=CRITICAL" AT " resolver-strips-dnssec=WARNING" AT HOLDS,
     {TEST({WWW " A", .rcode = RCODE_NXDOMAIN, .ad = true, CHECKED})}},
    {"secure, a forged alias with AD",
     "secure: resolver-ad-but-bogus=CRITICAL" AT HOLDS,
     {TEST(
          {WWW " A", .answer = WWW ". CNAME " NET ".\n" NET ". A 192.0.2.81", .ad = true, CHECKED}),
      .odd = {{WWW, {.servers = "T", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"bogus, failing as it must",
     FAILS " resolver-servfail=CRITICAL" AT,
     {TEST({FAIL, CHECKED}, {ANSWER, UNCHECKED}), BOGUS}},
    {"bogus, AD",
     FAILS " resolver-ad-but-bogus=WARNING" AT,
     {TEST({ANSWER, .ad = true, CHECKED}), BOGUS}},
    {"bogus, answer",
     FAILS " resolver-not-validating=WARNING" AT,
     {TEST({ANSWER, CHECKED}), BOGUS}},
    {"insecure, answer",
     "insecure: chain-insecure-proven=CRITICAL",
     {TEST({ANSWER, CHECKED}), INSECURE}},
    {"insecure, failing",
     "insecure: chain-insecure-proven=CRITICAL resolver-servfail=CRITICAL" AT,
     {TEST({FAIL, CHECKED}, {ANSWER, UNCHECKED}), INSECURE}},
    {"undecided, answer",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {TEST({ANSWER, CHECKED}, {". DNSKEY", .rcode = RCODE_SERVFAIL})}},
};

START_TEST(verdicts)
{
    chainworld_judge_rows(verdict_rows, COUNT(verdict_rows));
}
END_TEST

#define EDE(number) &(const struct ede){.code = number}, .ede_count = 1

static const struct ede many[] = {{.code = 0},  {.code = 29}, {.code = 65535},
                                  {.code = 33}, {.code = 27}, {.code = 15}};

static const struct world_row ede_rows[] = {
    {"other",
     "secure: resolver-ede=OK" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(0), CHECKED})}},
    {"forged answer",
     "secure: resolver-policy=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(4), CHECKED})}},
    {"stale answer",
     "secure: resolver-stale=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(3), CHECKED})}},
    {"cached error",
     "secure: resolver-servfail-both=CRITICAL" AT " resolver-stale=WARNING" AT HOLDS,
     {TEST({FAIL, .ede = EDE(13), CHECKED})}},
    {"stale NXDOMAIN",
     "secure: resolver-stale=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(19), CHECKED})}},
    {"blocked",
     "secure: resolver-policy=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(15), CHECKED})}},
    {"censored",
     "secure: resolver-policy=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(16), CHECKED})}},
    {"filtered",
     "secure: resolver-policy=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(17), CHECKED})}},
    {"prohibited",
     "secure: resolver-policy=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(18), CHECKED})}},
    {"NSEC3 iterations",
     "secure: resolver-limit=WARNING" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(27), CHECKED})}},
    {"negative trust anchor",
     "secure: resolver-nta=WARNING" AT " resolver-no-ad=WARNING" AT HOLDS,
     {TEST({ANSWER, .ede = EDE(33), CHECKED})}},
    {"no number that is known",
     "secure: resolver-ede=OK" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = EDE(49152), CHECKED})}},
    {"bogus as it says",
     FAILS " resolver-servfail=CRITICAL" AT " resolver-ede=OK" AT,
     {TEST({FAIL, .ede = EDE(6), CHECKED}, {ANSWER, UNCHECKED}), BOGUS}},
    {"six of them",
     "secure: resolver-nta=WARNING" AT " resolver-ede=OK" AT " resolver-ede=OK" AT
     " resolver-ede=OK" AT HOLDS,
     {TEST({ANSWER, .ad = true, .ede = many, .ede_count = COUNT(many), CHECKED})}},
};

START_TEST(extended_errors)
{
    chainworld_judge_rows(ede_rows, COUNT(ede_rows));
}
END_TEST

static const struct world_row canary_rows[] = {
    {"refused, as it must be", "secure:" HOLDS, {CANARY(.rcode = RCODE_SERVFAIL)}},
    {"answered",
     "secure: resolver-not-validating=CRITICAL" AT HOLDS,
     {CANARY(.answer = "bad.example.org. A 192.0.2.1")}},
    {"denied",
     "secure: resolver-not-validating=CRITICAL" AT HOLDS,
     {CANARY(.rcode = RCODE_NXDOMAIN)}},
    {"not answered", "secure:" HOLDS, {CANARY(.status = NET_TIMEOUT)}},
    {"answered, and secure",
     "secure: resolver-not-validating=UNKNOWN" AT HOLDS,
     {.canary = NET,
      TEST({ANSWER, .ad = true, CHECKED}, {NET " A", .answer = NET ". A 192.0.2.81", CHECKED})}},
    {"answered, and insecure",
     "secure: resolver-not-validating=UNKNOWN" AT HOLDS,
     {.canary = NET,
      .zones = {{.name = "example.net", .dnskey = "", .ds = ""}},
      TEST({ANSWER, .ad = true, CHECKED}, {NET " A", .answer = NET ". A 192.0.2.81", CHECKED})}},
};

START_TEST(canaries)
{
    chainworld_judge_rows(canary_rows, COUNT(canary_rows));
}
END_TEST

/* The text of the first finding with that id. */
static const char *text_of(const struct chainworld *world, enum finding_id id)
{
    const struct report *report = &world->subject.report;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].id == id) {
            return report->findings[i].text;
        }
    }
    return "";
}

/* What is in the cache lives for 120 and 90 seconds more. */
static const struct world_plan stale_plan = {
    TEST({FAIL, CHECKED}, {ANSWER, UNCHECKED},
         {"example.com DNSKEY", .answer = "example.com. 120 DNSKEY 257 3 13 AAAA", CHECKED},
         {"example.com DS", .answer = "example.com. 90 DS 1 13 2 00", CHECKED})};

/* Runs a plan, with the questions and findings to look at. */
static void run_plan(struct chainworld *world, const struct world_plan *plan)
{
    chainworld_publish(world, plan);
    chain_run(&world->run, &world->subject, 1, &world->options);
}

START_TEST(recovery_of_a_stale_cache)
{
    struct chainworld world;
    chainworld_open(&world);
    run_plan(&world, &stale_plan);
    ck_assert_str_eq(text_of(&world, FINDING_RESOLVER_BOGUS_BUT_AUTH_OK),
                     "resolver 192.0.2.54 holds the name for bogus though it is secure now: stale "
                     "cached keys, expect recovery in 90 s");
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert_uint_eq(fakenet_count(world.net, 2), 2);
    ck_assert(fakenet_asked(world.net, 2, WORLD_TESTED, "example.com", "DNSKEY"));
    ck_assert(fakenet_asked(world.net, 2, WORLD_TESTED, "example.com", "DS"));
    chainworld_close(&world);
}
END_TEST

static const char hostile[] = "a|b\n`$(reboot)`\\\"';\x1b[31m\xff\xfe"
                              "z";

static const struct world_plan belief_plan = {
    TEST({WWW " A", .answer = WWW ". 77 A 192.0.2.80", .ad = true, CHECKED}), BOGUS};

START_TEST(belief_in_a_cached_copy)
{
    struct chainworld world;
    chainworld_open(&world);
    run_plan(&world, &belief_plan);
    ck_assert_str_eq(text_of(&world, FINDING_RESOLVER_AD_BUT_BOGUS),
                     "resolver 192.0.2.54 says AD for a name that is bogus now: its cached copy, "
                     "good for 77 s more, is older than the fault");
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    chainworld_close(&world);
}
END_TEST

static void no_recursion(struct chainworld *world)
{
    struct message message = chainworld_message(world, 'T', &(struct world_reply){.answer = ""});
    message.ra = false;
    fakenet_answer(world->net, WORLD_TESTED, WWW, "A", &message);
}

START_TEST(no_resolver_at_all)
{
    static const struct world_row rows[] = {
        {"a referral",
         "secure: resolver-no-ad=WARNING" AT HOLDS,
         {.use_resolvers = true, .canary = "bad.example.org", .twist = no_recursion}},
    };
    chainworld_judge_rows(rows, COUNT(rows));
}
END_TEST

static const char *judge_two(unsigned min_good, enum state partial)
{
    static char findings[200];
    struct chainworld world;
    chainworld_open(&world);
    const struct world_plan plan = {TEST({ANSWER, .ad = true, CHECKED})};
    chainworld_publish(&world, &plan);
    struct server servers[2] = {world.tested, world.tested};
    ck_assert_ptr_null(server_parse(world.arena, "192.0.2.55", 53, &servers[1]));
    fakenet_silent(world.net, "192.0.2.55");
    world.run.servers = servers;
    world.run.server_count = 2;
    world.options.common.min_good = min_good;
    world.options.common.partial = partial;
    chain_run(&world.run, &world.subject, 1, &world.options);
    report_sort(&world.subject.report);
    (void)snprintf(findings, sizeof findings, "%s",
                   signedzone_findings(world.arena, &world.subject.report));
    chainworld_close(&world);
    return findings;
}

START_TEST(one_of_two_is_silent)
{
    ck_assert_str_eq(judge_two(1, STATE_OK), "resolver-silent=WARNING@192.0.2.55 chain-secure=OK");
    ck_assert_str_eq(judge_two(2, STATE_OK), "resolver-silent=CRITICAL@192.0.2.55 chain-secure=OK");
    ck_assert_str_eq(judge_two(1, STATE_CRITICAL),
                     "resolver-silent=CRITICAL@192.0.2.55 chain-secure=OK");
}
END_TEST

START_TEST(hostile_text_of_an_error)
{
    struct chainworld world;
    chainworld_open(&world);
    const struct ede ede = {.code = 6, .text = {(const uint8_t *)hostile, sizeof hostile - 1}};
    const struct world_plan plan = {
        TEST({ANSWER, .ad = true, .ede = &ede, .ede_count = 1, CHECKED})};
    run_plan(&world, &plan);
    const char *text = text_of(&world, FINDING_RESOLVER_EDE);
    ck_assert_ptr_nonnull(strstr(text, "says EDE 6: a"));
    ck_assert_ptr_null(strpbrk(text, "|\n\\\"';\x1b\xff\xfe"));
    chainworld_close(&world);
}
END_TEST

START_TEST(endless_text_of_an_error)
{
    struct chainworld world;
    chainworld_open(&world);
    uint8_t *endless = arena_alloc(world.arena, 60000);
    memset(endless, 'x', 60000);
    const struct ede ede = {.code = 6, .text = {endless, 60000}};
    const struct world_plan plan = {
        TEST({ANSWER, .ad = true, .ede = &ede, .ede_count = 1, CHECKED})};
    run_plan(&world, &plan);
    ck_assert_uint_lt(strlen(text_of(&world, FINDING_RESOLVER_EDE)), 200);
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_resolvers", verdicts, extended_errors, canaries, recovery_of_a_stale_cache,
           belief_in_a_cached_copy, no_resolver_at_all, one_of_two_is_silent,
           hostile_text_of_an_error, endless_text_of_an_error)
