/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions check_dnssec_chain asks in which round trip. */
#include "lib/asked.h"
#include "lib/chainworld.h"
#include "lib/suite.h"

#define R      WORLD_RESOLVER
#define TO_NET .replies = {{WWW " A", .answer = WWW ". CNAME " NET "."}}

/* DNSKEY and DS of all ancestors. */
#define ANCESTORS(stage, parent)                                                                   \
    {(stage), R, "www.example." parent, "DNSKEY DS"},                                              \
        {(stage), R, "example." parent, "DNSKEY DS"},                                              \
    {                                                                                              \
        (stage), R, parent, "DNSKEY DS"                                                            \
    }

static void expect_run(const struct world_plan *plan, const char *findings,
                       const struct asked *rows, size_t count)
{
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, plan);
    chain_run(&world.run, &world.subject, 1, &world.options);
    report_sort(&world.subject.report);
    const char *found = arena_printf(world.arena, "%s: %s", world.subject.report.verdict,
                                     signedzone_findings(world.arena, &world.subject.report));
    ck_assert_str_eq(found, findings);
    expect_asked(world.net, rows, count);
    chainworld_close(&world);
}

START_TEST(one_round_through_a_resolver)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"}, {1, R, ".", "DNSKEY"}, ANCESTORS(1, "com")};
    expect_run(&(const struct world_plan){.name = NULL}, SECURE, rows, COUNT(rows));
}
END_TEST

START_TEST(everything_is_asked_without_validation)
{
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &(const struct world_plan){.name = NULL});
    chain_run(&world.run, &world.subject, 1, &world.options);
    for (size_t i = 0; i < fakenet_count(world.net, 1); i++) {
        ck_assert_uint_eq(fakenet_question(world.net, 1, i)->flags,
                          QUERY_RECURSE | QUERY_CHECKING_DISABLED);
    }
    chainworld_close(&world);
}
END_TEST

START_TEST(no_type_given)
{
    static const struct asked rows[] = {{1, R, "example.net", "A SOA DNSKEY DS"},
                                        {1, R, "net", "DNSKEY DS"},
                                        {1, R, ".", "DNSKEY"}};
    expect_run(&(const struct world_plan){.name = "example.net", .type = ""}, SECURE, rows,
               COUNT(rows));
}
END_TEST

START_TEST(two_rounds_with_an_alias)
{
    static const struct asked rows[] = {{1, R, WWW, "A"},
                                        {1, R, ".", "DNSKEY"},
                                        ANCESTORS(1, "com"),
                                        {2, R, NET, "A"},
                                        ANCESTORS(2, "net")};
    expect_run(&(const struct world_plan){TO_NET}, SECURE, rows, COUNT(rows));
}
END_TEST

START_TEST(an_alias_within_the_zone)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"}, {1, R, ".", "DNSKEY"}, ANCESTORS(1, "com"), {2, R, "example.com", "A"}};
    expect_run(
        &(const struct world_plan){.replies = {{WWW " A", .answer = WWW ". CNAME example.com."}}},
        SECURE, rows, COUNT(rows));
}
END_TEST

#define TOLD                                                                                       \
    {                                                                                              \
        WWW " A", .answer = WWW ". CNAME a.example.com.\n"                                         \
                                "a.example.com. CNAME b.example.com.\n"                            \
                                "b.example.com. A 192.0.2.85"                                      \
    }

/* Each alias took a round although the first reply held them all. */
START_TEST(aliases_that_the_first_reply_tells)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"}, {1, R, ".", "DNSKEY"}, ANCESTORS(1, "com")};
    expect_run(&(const struct world_plan){.replies = {TOLD}}, SECURE, rows, COUNT(rows));
}
END_TEST

START_TEST(a_denial_behind_aliases_that_the_first_reply_tells)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"}, {1, R, ".", "DNSKEY"}, ANCESTORS(1, "com")};
    expect_run(
        &(const struct world_plan){
            .replies = {{WWW " A", .answer = WWW ". CNAME b.example.com.",
                         .authority = "example.com. SOA . . 7 7200 3600 604800 "
                                      "3600\n"
                                      "b.example.com. NSEC c.example.com. TXT "
                                      "RRSIG NSEC"}}},
        SECURE, rows, COUNT(rows));
}
END_TEST

/* The way from the root to WWW: a stage for each cut, and all servers of the last two zones. */
static const struct asked way_down[] = {
    {1, WORLD_ROOT, WWW, "A"},
    {1, WORLD_ROOT, ".", "DNSKEY"},
    {2, WORLD_TLD, WWW, "A"},
    {2, WORLD_TLD, "com", "DNSKEY"},
    {3, WORLD_EXAMPLE_1, WWW, "A"},
    {3, WORLD_EXAMPLE_1, "example.com", "DNSKEY"},
    {3, WORLD_EXAMPLE_2, WWW, "A"},
    {3, WORLD_EXAMPLE_2, "example.com", "DNSKEY"},
    {3, WORLD_TLD, "example.com", "DS"},
};

START_TEST(aliases_that_the_first_reply_tells_iterating)
{
    expect_run(&(const struct world_plan){.replies = {TOLD}, .iterate = true}, SECURE, way_down,
               COUNT(way_down));
}
END_TEST

/* The reply leads on, but the keys of these zones are not known yet. */
START_TEST(two_aliases_at_once)
{
    static const struct asked rows[] = {{1, R, WWW, "A"},
                                        {1, R, ".", "DNSKEY"},
                                        ANCESTORS(1, "com"),
                                        {2, R, NET, "A"},
                                        ANCESTORS(2, "net"),
                                        {2, R, "www.example.org", "A DNSKEY DS"},
                                        {2, R, "example.org", "DNSKEY DS"},
                                        {2, R, "org", "DNSKEY DS"}};
    expect_run(
        &(const struct world_plan){
            .zones = {{.name = "org"}, {.name = "example.org"}},
            .replies = {{WWW " A", .answer =
                                       WWW ". CNAME " NET ".\n" NET ". CNAME www.example.org.\n"
                                           "www.example.org. A 192.0.2.86"},
                        {NET " A",
                         .answer = NET ". CNAME www.example.org.\nwww.example.org. A 192.0.2.86"},
                        {"www.example.org A", .answer = "www.example.org. A 192.0.2.86"}}},
        SECURE, rows, COUNT(rows));
}
END_TEST

START_TEST(the_root)
{
    static const struct asked rows[] = {{1, R, ".", "SOA DNSKEY"}};
    expect_run(&(const struct world_plan){.name = ".",
                                          .type = "SOA",
                                          .replies = {{". SOA", .answer = ". SOA . . 1 2 3 4 5"}}},
               SECURE, rows, COUNT(rows));
}
END_TEST

#define TESTED                                                                                     \
    {1, WORLD_TESTED, WWW, "A"},                                                                   \
    {                                                                                              \
        1, WORLD_TESTED, WWW, "A"                                                                  \
    }

START_TEST(resolvers_are_tested_in_the_same_round)
{
    static const struct asked rows[] = {{1, R, WWW, "A"},
                                        {1, R, ".", "DNSKEY"},
                                        ANCESTORS(1, "com"),
                                        TESTED,
                                        {1, WORLD_TESTED, "bad.example.org", "A"},
                                        {1, R, "bad.example.org", "A DNSKEY DS"},
                                        {1, R, "example.org", "DNSKEY DS"},
                                        {1, R, "org", "DNSKEY DS"}};
    expect_run(
        &(const struct world_plan){
            .use_resolvers = true,
            .canary = "bad.example.org",
            .replies = {{WWW " A", .answer = WWW ". A 192.0.2.80", .ad = true, .at = WORLD_TESTED},
                        {"bad.example.org A", .rcode = RCODE_SERVFAIL, .at = WORLD_TESTED}}},
        SECURE, rows, COUNT(rows));
}
END_TEST

START_TEST(iterating)
{
    expect_run(&(const struct world_plan){.iterate = true}, SECURE, way_down, COUNT(way_down));
}
END_TEST

START_TEST(iterating_with_an_alias)
{
    static const struct asked rows[] = {
        {1, WORLD_ROOT, WWW, "A"},
        {1, WORLD_ROOT, ".", "DNSKEY"},
        {2, WORLD_TLD, WWW, "A"},
        {2, WORLD_TLD, "com", "DNSKEY"},
        {3, WORLD_EXAMPLE_1, WWW, "A"},
        {3, WORLD_EXAMPLE_1, "example.com", "DNSKEY"},
        {3, WORLD_EXAMPLE_2, WWW, "A"},
        {3, WORLD_EXAMPLE_2, "example.com", "DNSKEY"},
        {3, WORLD_TLD, "example.com", "DS"},
        {4, WORLD_ROOT, NET, "A"},
        {5, WORLD_TLD, NET, "A"},
        {5, WORLD_TLD, "net", "DNSKEY"},
        {6, WORLD_NET, NET, "A"},
        {6, WORLD_NET, "example.net", "DNSKEY"},
        {6, WORLD_TLD, "example.net", "DS"},
    };
    expect_run(&(const struct world_plan){TO_NET, .iterate = true}, SECURE, rows, COUNT(rows));
}
END_TEST

/*
 * A resolver keeps one NSEC record a name, and servers that sign online list other types in each:
 * what is asked at once comes with the record of another question.
 */
#define MIXED                                                                                      \
    {                                                                                              \
        .question = WWW " A", .authority = "example.com. SOA . . 7 7200 3600 604800 3600\n" WWW    \
                                           ". NSEC \\000." WWW ". A RRSIG NSEC"                    \
    }
#define OWNERS                                                                                     \
    {.question = "example.com NS",                                                                 \
     .answer = "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com."},              \
        {.question = "ns1.example.com A", .answer = "ns1.example.com. A " WORLD_EXAMPLE_1},        \
    {                                                                                              \
        .question = "ns2.example.com A", .answer = "ns2.example.com. A " WORLD_EXAMPLE_2           \
    }
#define DENIES(server, types)                                                                      \
    {                                                                                              \
        .question = WWW " A", .at = (server),                                                      \
        .authority =                                                                               \
            "example.com. SOA . . 7 7200 3600 604800 3600\n" WWW ". NSEC \\000." WWW ". " types    \
    }

START_TEST(the_zones_servers_have_the_word_where_a_resolver_mixes)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"},
        {1, R, ".", "DNSKEY"},
        ANCESTORS(1, "com"),
        {2, R, WWW, "NS"},
        {2, R, "example.com", "NS"},
        {2, R, "com", "NS"},
        {2, R, ".", "NS"},
        {3, R, "ns1.example.com", "A AAAA"},
        {3, R, "ns2.example.com", "A AAAA"},
        {4, WORLD_EXAMPLE_1, WWW, "A"},
        {4, WORLD_EXAMPLE_1, "example.com", "DNSKEY"},
        {4, WORLD_EXAMPLE_2, WWW, "A"},
        {4, WORLD_EXAMPLE_2, "example.com", "DNSKEY"},
    };
    expect_run(&(const struct world_plan){.replies = {MIXED, OWNERS,
                                                      DENIES(WORLD_EXAMPLE_1, "TXT RRSIG NSEC"),
                                                      DENIES(WORLD_EXAMPLE_2, "TXT RRSIG NSEC")}},
               SECURE, rows, COUNT(rows));
}
END_TEST

static const struct world_row mixed[] = {
    {"one server mixes, too",
     "bogus: nsec-type-set=CRITICAL@" WORLD_EXAMPLE_2
     " chain-bogus-partial=CRITICAL@" WORLD_EXAMPLE_2 " chain-secure=OK",
     {.replies = {MIXED, OWNERS, DENIES(WORLD_EXAMPLE_1, "TXT RRSIG NSEC"),
                  DENIES(WORLD_EXAMPLE_2, "A RRSIG NSEC")}}},
    {"all servers do",
     "bogus: nsec-type-set=CRITICAL" BROKEN,
     {.replies = {MIXED, OWNERS, DENIES(WORLD_EXAMPLE_1, "A RRSIG NSEC"),
                  DENIES(WORLD_EXAMPLE_2, "A RRSIG NSEC")}}},
    {"no server can be asked", "indeterminate: nsec-type-set=UNKNOWN", {.replies = {MIXED}}},
};

#define GIVES(server)                                                                              \
    {                                                                                              \
        .question = WWW " A", .at = (server), .answer = WWW ". A 192.0.2.80"                       \
    }
#define AT_R "@" WORLD_RESOLVER
#define UNSIGNED(letters)                                                                          \
    {                                                                                              \
        WWW,                                                                                       \
        {                                                                                          \
            .servers = (letters), .types = "A", .deed = DEED_UNSIGN                                \
        }                                                                                          \
    }

static const struct world_row stripped[] = {
    {"the resolver leaves signatures out",
     "secure: resolver-strips-dnssec=WARNING" AT_R " chain-secure=OK",
     {.replies = {OWNERS, GIVES(WORLD_EXAMPLE_1), GIVES(WORLD_EXAMPLE_2)}, .odd = {UNSIGNED("R")}}},
    {"so does one server",
     "bogus: chain-answer-unsigned=CRITICAL@" WORLD_EXAMPLE_2
     " chain-bogus-partial=CRITICAL@" WORLD_EXAMPLE_2 " chain-secure=OK",
     {.replies = {OWNERS, GIVES(WORLD_EXAMPLE_1), GIVES(WORLD_EXAMPLE_2)},
      .odd = {UNSIGNED("R2")}}},
    {"so do all servers",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {.replies = {OWNERS, GIVES(WORLD_EXAMPLE_1), GIVES(WORLD_EXAMPLE_2)},
      .odd = {UNSIGNED("R12")}}},
    {"no server can be asked",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {.odd = {UNSIGNED("R")}}},
    {"behind an alias that it leaves unsigned, too",
     "secure: resolver-strips-dnssec=WARNING" AT_R " chain-secure=OK",
     {.replies = {{"example.com NS", .answer = "example.com. NS ns1.example.com."},
                  {"ns1.example.com A", .answer = "ns1.example.com. A " WORLD_EXAMPLE_1},
                  {WWW " A", .answer = WWW ". CNAME example.com.\nexample.com. A 192.0.2.82"},
                  {WWW " A", .at = WORLD_EXAMPLE_1, .answer = WWW ". CNAME example.com."},
                  {"example.com A", .at = WORLD_EXAMPLE_1, .answer = "example.com. A 192.0.2.82"}},
      .odd = {{NULL, {.servers = "R", .types = "A CNAME", .deed = DEED_UNSIGN}}}}},
};

/* A resolver that validates in spite of CD fails for what is bogus, and does not say why. */
#define FAILS                                                                                      \
    {                                                                                              \
        .question = WWW " A", .rcode = RCODE_SERVFAIL                                              \
    }

#define KEYLESS(server)                                                                            \
    {                                                                                              \
        .question = "example.com DNSKEY", .at = (server),                                          \
        .authority = "example.com. SOA . . 7 7200 3600 604800 3600"                                \
    }

static const struct world_row withheld[] = {
    {"for the keys, too, of which the zone has none",
     "bogus: ds-child-unsigned=CRITICAL" BROKEN,
     {.replies = {FAILS,
                  OWNERS,
                  GIVES(WORLD_EXAMPLE_1),
                  {"example.com DNSKEY", .rcode = RCODE_SERVFAIL},
                  KEYLESS(WORLD_EXAMPLE_1),
                  KEYLESS(WORLD_EXAMPLE_2)}}},
    {"the servers give a bad answer",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {.replies = {FAILS, OWNERS, GIVES(WORLD_EXAMPLE_1), GIVES(WORLD_EXAMPLE_2)},
      .odd = {UNSIGNED("12")}}},
    {"the servers give a good answer",
     "secure: resolver-servfail-both=WARNING" AT_R " chain-secure=OK",
     {.replies = {FAILS, OWNERS, GIVES(WORLD_EXAMPLE_1), GIVES(WORLD_EXAMPLE_2)}}},
    {"for the DS, too, so that the zone may be unsigned",
     "indeterminate: resolver-servfail-both=WARNING" AT_R " chain-indeterminate=UNKNOWN",
     {.replies = {FAILS,
                  OWNERS,
                  GIVES(WORLD_EXAMPLE_1),
                  GIVES(WORLD_EXAMPLE_2),
                  {WWW " DS", .rcode = RCODE_SERVFAIL}},
      .odd = {UNSIGNED("12")}}},
    {"no server gives any", "indeterminate: chain-indeterminate=UNKNOWN", {.replies = {FAILS}}},
};

START_TEST(a_resolver_that_fails)
{
    chainworld_judge_rows(withheld, COUNT(withheld));
}
END_TEST

START_TEST(signatures_that_only_the_resolver_lacks)
{
    chainworld_judge_rows(stripped, COUNT(stripped));
}
END_TEST

START_TEST(a_denial_that_contradicts_itself)
{
    chainworld_judge_rows(mixed, COUNT(mixed));
}
END_TEST

/* Names of one run share what they have in common. */
START_TEST(two_names_in_one_round)
{
    static const struct asked rows[] = {
        {1, R, WWW, "A"}, {1, R, ".", "DNSKEY"}, ANCESTORS(1, "com"), {1, R, "example.com", "A"}};
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &(const struct world_plan){.name = NULL});
    struct subject subjects[2] = {world.subject, world.subject};
    subjects[1].name = fixture_name("example.com");
    subjects[1].report = report_start(world.arena, NULL, &subjects[1].name);
    chain_run(&world.run, subjects, 2, &world.options);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(subjects[i].report.verdict, "secure");
        ck_assert_str_eq(signedzone_findings(world.arena, &subjects[i].report), "chain-secure=OK");
    }
    expect_asked(world.net, rows, COUNT(rows));
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_run", one_round_through_a_resolver, everything_is_asked_without_validation,
           no_type_given, two_rounds_with_an_alias, an_alias_within_the_zone,
           aliases_that_the_first_reply_tells, a_denial_behind_aliases_that_the_first_reply_tells,
           aliases_that_the_first_reply_tells_iterating, two_aliases_at_once, the_root,
           resolvers_are_tested_in_the_same_round, iterating, iterating_with_an_alias,
           the_zones_servers_have_the_word_where_a_resolver_mixes, a_denial_that_contradicts_itself,
           a_resolver_that_fails, signatures_that_only_the_resolver_lacks, two_names_in_one_round)
