/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions go into which round trip, and what a run sums up. */
#include <string.h>

#include "lib/asked.h"
#include "lib/recordworld.h"
#include "lib/suite.h"

#define ZONE     "example.com"
#define RESOLVER "192.0.2.53"
#define ANSWER(servers, asked, text)                                                               \
    {                                                                                              \
        servers, {.question = asked, .answer = text}, false, NET_PENDING                           \
    }

static void open_and_run(struct world *world, const struct world_row *row)
{
    world_open(world, row);
    ck_assert_str_eq(world_run(world), row->expected);
}

/* Runs a row, and expects the questions in so many stages; leaves the world open. */
static void run_asked(struct world *world, const struct world_row *row, size_t stages,
                      const struct asked *rows, size_t count)
{
    open_and_run(world, row);
    expect_asked_there(world->net, rows, count);
    ck_assert_uint_eq(fakenet_stages(world->net), stages);
}

START_TEST(cold_start)
{
    static const struct asked rows[] = {
        {1, RESOLVER, ZONE, "NS"},      {1, RESOLVER, "com", "NS"},
        {1, RESOLVER, ".", "NS"},       {1, RESOLVER, ZONE, "DNSKEY"},
        {1, RESOLVER, ZONE, "DS"},      {1, RESOLVER, "com", "DS"},
        {1, RESOLVER, ".", "DNSKEY"},   {2, RESOLVER, "ns1." ZONE, "A"},
        {3, "192.0.2.1", ZONE, "SOA"},  {3, "192.0.2.1", ZONE, "NS"},
        {3, "192.0.2.1", ZONE, "A"},    {3, "192.0.2.1", ZONE, "DNSKEY"},
        {3, "192.0.2.2", ZONE, "SOA"},  {3, "192.0.2.1", "ns1." ZONE, "AAAA"},
        {3, "192.0.2.101", ZONE, "NS"}, {3, "192.0.2.102", ZONE, "NS"},
    };
    static const struct world_row row = {.expected = "", .subject = ZONE};
    struct world world;
    run_asked(&world, &row, 3, rows, COUNT(rows));
    ck_assert_uint_eq(fakenet_count(world.net, 1), 3 + 5);
    /* SOA, NS, A, DNSKEY, SOA by TCP, addresses of the name servers in turn; the delegation. */
    ck_assert_uint_eq(fakenet_count(world.net, 3), 2 * (5 + 2) + 2);
    ck_assert_str_eq(world.subject.report.summary,
                     "2 servers, SOA serial 7, NS ns1.example.com and ns2.example.com");
    world_close(&world);
}
END_TEST

/* What the parent's servers say of every name below the zone: where to go on. */
#define REFERRAL                                                                                   \
    {                                                                                              \
        "PQ",                                                                                      \
            {.question = "www.example.com A",                                                      \
             .authority = "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.",    \
             .additional = "ns1.example.com. A 192.0.2.1\nns2.example.com. A 192.0.2.2"},          \
            true, NET_PENDING                                                                      \
    }

/* An alias at the apex, or a delegation of a moment ago: the resolver has no NS records. */
START_TEST(zone_unknown_to_the_resolver)
{
    static const struct asked rows[] = {
        {3, "192.0.2.101", "www." ZONE, "A"},
        {4, "192.0.2.1", "www." ZONE, "A"},
        {4, "192.0.2.2", ZONE, "SOA"},
        {4, "192.0.2.101", ZONE, "NS"},
    };
    static const struct world_row row = {
        .expected = "",
        .arguments = "-T A -e 192.0.2.81",
        .odd = {ANSWER("R", "example.com NS", "example.com. CNAME www.example.com."), REFERRAL},
    };
    struct world world;
    run_asked(&world, &row, 4, rows, COUNT(rows));
    ck_assert_str_eq(world.subject.report.summary, "2 servers, A 192.0.2.81 and 192.0.2.82");
    world_close(&world);
}
END_TEST

/* A server that knows the name itself says that the name is in its zone. */
START_TEST(referral_beside_an_answer)
{
    static const struct world_row row = {
        .expected = "lame-no-aa=WARNING@192.0.2.102",
        .arguments = "-T A -e 192.0.2.81",
        .odd = {ANSWER("R", "example.com NS", "example.com. CNAME www.example.com."), REFERRAL,
                ANSWER("P", "www.example.com A", "www.example.com. A 192.0.2.81"),
                ANSWER("PQ", "com SOA", "com. SOA ns.com. h.com. 7 7200 3600 604800 3600"),
                ANSWER("PQ", "com NS", "com. NS p.nic.test.\ncom. NS q.nic.test.")},
    };
    struct world world;
    open_and_run(&world, &row);
    world_close(&world);
}
END_TEST

START_TEST(below_the_apex)
{
    static const struct asked rows[] = {
        {3, "192.0.2.1", "www." ZONE, "A"},   {3, "192.0.2.1", "www." ZONE, "AAAA"},
        {3, "192.0.2.1", ZONE, "SOA"},        {3, "192.0.2.2", "www." ZONE, "A"},
        {1, RESOLVER, "www." ZONE, "DNSKEY"}, {1, RESOLVER, "www." ZONE, "DS"},
    };
    static const struct world_row row = {.expected = ""};
    struct world world;
    run_asked(&world, &row, 3, rows, COUNT(rows));
    world_close(&world);
}
END_TEST

START_TEST(servers_given)
{
    static const struct asked rows[] = {
        {1, "192.0.2.1", "www." ZONE, "A"},    {1, "192.0.2.1", "www." ZONE, "SOA"},
        {1, "192.0.2.1", "www." ZONE, "NS"},   {1, "192.0.2.1", "www." ZONE, "DNSKEY"},
        {1, "192.0.2.1", ZONE, "DNSKEY"},      {1, "192.0.2.1", "qwertyuiopasdfgh.www." ZONE, "A"},
        {1, "192.0.2.1", "www." ZONE, "AAAA"},
    };
    static const struct world_row row = {.expected = "", .arguments = "-s 192.0.2.1"};
    struct world world;
    run_asked(&world, &row, 1, rows, COUNT(rows));
    ck_assert(!fakenet_asked(world.net, 1, RESOLVER, NULL, NULL));
    ck_assert_str_eq(world.subject.report.summary, "1 server, A 192.0.2.81 and 192.0.2.82");
    world_close(&world);
}
END_TEST

START_TEST(servers_and_resolver_given)
{
    static const struct asked rows[] = {
        {1, "192.0.2.1", ZONE, "SOA"},
        {1, RESOLVER, ZONE, "DNSKEY"},
        {1, RESOLVER, ZONE, "DS"},
    };
    static const struct world_row row = {
        .expected = "", .subject = ZONE, .arguments = "-s 192.0.2.1 -r 192.0.2.53"};
    struct world world;
    run_asked(&world, &row, 1, rows, COUNT(rows));
    world_close(&world);
}
END_TEST

START_TEST(resolvers_compared)
{
    static const struct asked rows[] = {
        {1, RESOLVER, "www." ZONE, "A"},
        {1, "192.0.2.54", "www." ZONE, "A"},
    };
    static const struct world_row row = {
        .expected = "",
        .arguments = "--compare -r 192.0.2.53 -r 192.0.2.54 -T A",
        .odd = {ANSWER("RS", "www.example.com A", "www.example.com. A 192.0.2.9")}};
    struct world world;
    run_asked(&world, &row, 1, rows, COUNT(rows));
    ck_assert_str_eq(world.subject.report.summary, "2 resolvers, A 192.0.2.9");
    world_close(&world);
}
END_TEST

START_TEST(alias_out_of_the_zone)
{
    static const struct asked rows[] = {
        {4, RESOLVER, "cdn.test", "A"},
        {4, RESOLVER, "test", "DNSKEY"},
        {4, RESOLVER, "cdn.test", "DS"},
    };
    static const struct world_row row = {
        .expected = "",
        .arguments = "-T A",
        .odd = {ANSWER("12", "www.example.com A", "www.example.com. CNAME cdn.test."),
                ANSWER("R", "cdn.test A", "cdn.test. A 192.0.2.9")}};
    struct world world;
    run_asked(&world, &row, 4, rows, COUNT(rows));
    world_close(&world);
}
END_TEST

START_TEST(mail_servers_cost_no_round)
{
    static const struct asked rows[] = {
        {1, RESOLVER, ZONE, "MX"},
        {3, RESOLVER, "mail." ZONE, "A"},
    };
    static const struct world_row row = {
        .expected = "",
        .subject = ZONE,
        .arguments = "-T MX",
        .odd = {ANSWER("R", "example.com MX", "example.com. MX 10 mail.example.com.")}};
    struct world world;
    run_asked(&world, &row, 3, rows, COUNT(rows));
    world_close(&world);
}
END_TEST

/* A refusal is expected: nothing but the question itself is put. */
START_TEST(refusal_expected)
{
    static const struct world_row row = {.expected = "rec-rcode=CRITICAL",
                                         .arguments = "-T A --expect-rcode REFUSED -s 192.0.2.1"};
    struct world world;
    open_and_run(&world, &row);
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    ck_assert_uint_eq(fakenet_count(world.net, 1), 1);
    world_close(&world);
}
END_TEST

START_TEST(refusal_found)
{
    static const struct world_row row = {
        .expected = "",
        .arguments = "-T A --expect-rcode REFUSED",
        .odd = {{"12", {.question = "www.example.com A", .rcode = 5}, true, NET_PENDING}},
    };
    struct world world;
    open_and_run(&world, &row);
    ck_assert_str_eq(world.subject.report.summary, "2 servers, REFUSED");
    world_close(&world);
}
END_TEST

static const struct {
    const char *label;
    double value;
    const char *unit;
} perfdata[] = {
    {"records", 2, ""}, {"servers", 2, ""}, {"time", 0.25, "s"},
    {"ttl", 3600, "s"}, {"serial", 7, ""},  {"serial_lag", 0, ""},
};

START_TEST(metrics)
{
    static const struct world_row row = {.expected = ""};
    struct world world;
    world_open(&world, &row);
    world.elapsed_ms = 250;
    ck_assert_str_eq(world_run(&world), "");
    const struct report *report = &world.subject.report;
    ck_assert_uint_eq(report->metric_count, COUNT(perfdata));
    for (size_t i = 0; i < COUNT(perfdata); i++) {
        ck_assert_str_eq(report->metrics[i].label, perfdata[i].label);
        ck_assert_double_eq(report->metrics[i].value, perfdata[i].value);
        ck_assert_str_eq(report->metrics[i].unit, perfdata[i].unit);
    }
    world_close(&world);
}
END_TEST

SUITE_MAIN("records_run", cold_start, zone_unknown_to_the_resolver, referral_beside_an_answer,
           below_the_apex, servers_given, servers_and_resolver_given, resolvers_compared,
           alias_out_of_the_zone, mail_servers_cost_no_round, refusal_expected, refusal_found,
           metrics)
