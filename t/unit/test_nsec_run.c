/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions check_nsec asks in which round trip, how it walks, and what it sums up. */
#include <stdlib.h>
#include <string.h>

#include "lib/asked.h"
#include "lib/denialzone.h"
#include "lib/suite.h"

#define ZONE "example.com"

static void run(struct signedzone *zone, const struct denial_plan *plan)
{
    signedzone_open(zone);
    denialzone_publish(zone, plan);
    denialzone_run(zone, plan);
}

START_TEST(cold_start)
{
    static const struct asked rows[] = {
        {1, SERVER_RESOLVER, ZONE, "NS"},
        {2, SERVER_RESOLVER, "ns1." ZONE, "A"},
        {3, SERVER_PARENT, ZONE, "NS"},
        {3, SERVER_1, ZONE, "SOA NS DNSKEY NSEC NSEC3PARAM A AAAA MX TXT TYPE65280"},
        {3, SERVER_1, R "." ZONE, "A"},
        {3, SERVER_1, R "." R "." ZONE, "A"},
        {3, SERVER_1, LAST "." ZONE, "A"},
    };
    static const struct denial_plan plan = {.nsec3 = true};
    struct signedzone zone;
    run(&zone, &plan);
    expect_asked_there(zone.net, rows, COUNT(rows));
    ck_assert_uint_eq(fakenet_stages(zone.net), 3);
    ck_assert_uint_eq(fakenet_count(zone.net, 3), 1 + 2 * 13);
    ck_assert_str_eq(zone.subject.report.summary,
                     "NSEC3 (0 iterations, no salt), 2 servers, 16 denials proved");
    signedzone_close(&zone);
}
END_TEST

static void name_all(struct nsec_options *options)
{
    options->names.wildcard = fixture_name("*.w." ZONE);
    options->names.unsigned_child = fixture_name("sub." ZONE);
    options->names.ent = fixture_name("ent." ZONE);
}

START_TEST(servers_given)
{
    static const struct asked rows[] = {
        {1, SERVER_2, R ".w." ZONE, "A"}, {1, SERVER_2, R ".w." ZONE, "TYPE65280"},
        {1, SERVER_2, "sub." ZONE, "DS"}, {1, SERVER_2, "sub." ZONE, "NS"},
        {1, SERVER_2, "ent." ZONE, "A"},
    };
    static const struct denial_plan plan = {.zone = {.use_servers = true}, .tune = name_all};
    struct signedzone zone;
    run(&zone, &plan);
    expect_asked_there(zone.net, rows, COUNT(rows));
    ck_assert_uint_eq(fakenet_stages(zone.net), 1);
    ck_assert_uint_eq(fakenet_count(zone.net, 1), 2 * 18);
    signedzone_close(&zone);
}
END_TEST

/* The NSECs of the zone's names, as their own servers would give them. */
#define LINKS                                                                                      \
    {.question = "x.ent NSEC", .answer = "x.ent NSEC sub A RRSIG NSEC"},                           \
        {.question = "sub NSEC", .authority = "sub NS ns.example.net.", .not_aa = true},           \
        {.question = "sub\\000 A",                                                                 \
         .rcode = RCODE_NXDOMAIN,                                                                  \
         .authority = "sub NSEC *.w NS RRSIG NSEC"},                                               \
    {                                                                                              \
        .question = "*.w NSEC", .answer = "*.w NSEC www A RRSIG NSEC"                              \
    }

/* A label of 63 octets by its last one. */
#define TEN        "qqqqqqqqqq"
#define FULL(last) TEN TEN TEN TEN TEN TEN "qq" last

static void walk_twenty(struct nsec_options *options)
{
    options->walk = 20;
}

static void walk_three(struct nsec_options *options)
{
    options->walk = 3;
}

static void leave_open(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_1, "www." ZONE, "NSEC", NET_PENDING);
    fakenet_fail(zone->net, SERVER_2, "www." ZONE, "NSEC", NET_PENDING);
}

static const struct denial_row walk_rows[] = {
    {"to the end",
     "",
     {.tune = walk_twenty,
      .edits = {LINKS, {.question = "www NSEC", .answer = "www NSEC @ A RRSIG NSEC"}}}},
    {"three links", "", {.tune = walk_three, .edits = {LINKS}}},
    {"servers that have the child, too",
     "",
     {.tune = walk_twenty,
      .edits = {LINKS,
                {.question = "sub NSEC", .answer = "sub NSEC sub NS SOA RRSIG NSEC DNSKEY"},
                {.question = "www NSEC", .answer = "www NSEC @ A RRSIG NSEC"}}}},
    {"a gap",
     "chain-nsec-broken=CRITICAL",
     {.tune = walk_twenty,
      .edits = {LINKS,
                {.question = "www NSEC",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "*.w NSEC @ A RRSIG NSEC"}}}},
    {"back to a name before",
     "nsec-last-not-apex=CRITICAL",
     {.tune = walk_twenty,
      .edits = {LINKS, {.question = "www NSEC", .answer = "www NSEC sub A RRSIG NSEC"}}}},
    {"back to itself",
     "nsec-last-not-apex=CRITICAL",
     {.tune = walk_twenty,
      .edits = {LINKS, {.question = "www NSEC", .answer = "www NSEC www A RRSIG NSEC"}}}},
    {"out of the zone",
     "nsec-next-overreach=CRITICAL",
     {.tune = walk_twenty,
      .edits = {LINKS, {.question = "www NSEC", .answer = "www NSEC www.com. A RRSIG NSEC"}}}},
    {"a link that is badly signed",
     "denial-bad-sig=CRITICAL",
     {.tune = walk_twenty,
      .edits =
          {LINKS,
           {.question = "www NSEC", .answer = "www NSEC @ A RRSIG NSEC", .signing = SIGN_SPOILT}}}},
    {"no answer on the way",
     "net-timeout-one=WARNING",
     {.tune = walk_twenty, .edits = {LINKS, {.question = "www NSEC", .status = NET_TIMEOUT}}}},
    {"an error on the way",
     "rcode-notauth=WARNING",
     {.tune = walk_twenty, .edits = {LINKS, {.question = "www NSEC", .rcode = 99}}}},
    {"no time left",
     "plugin-deadline=UNKNOWN",
     {.tune = walk_twenty, .zone = {.twist = leave_open}, .edits = {LINKS}}},
    {"a delegation whose label has no room for more",
     "",
     {.tune = walk_twenty,
      .edits = {{.question = "x.ent NSEC", .answer = "x.ent NSEC " FULL("z") " A RRSIG NSEC"},
                {.question = FULL("z") " NSEC",
                 .authority = FULL("z") " NS ns.example.net.",
                 .not_aa = true},
                {.question = FULL("{") " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = FULL("z") " NSEC @ NS RRSIG NSEC"}}}},
    {"an alias with names below it, at servers that give the alias",
     "",
     {.tune = walk_twenty,
      .edits = {{.question = "x.ent NSEC", .answer = "x.ent NSEC gate A RRSIG NSEC"},
                {.question = "gate NSEC", .answer = "gate CNAME www"},
                {.question = "\\000.gate A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "gate NSEC b.gate CNAME RRSIG NSEC"},
                {.question = "b.gate NSEC", .answer = "b.gate NSEC @ A RRSIG NSEC"}}}},
    {"nothing to walk", "", {.nsec3 = true, .tune = walk_twenty}},
};

START_TEST(walks)
{
    denialzone_judge_rows(walk_rows, COUNT(walk_rows));
}
END_TEST

START_TEST(walk_stages)
{
    struct denial_plan plan = walk_rows[0].plan;
    struct signedzone zone;
    run(&zone, &plan);
    /* Four links behind the apex, and one more round for the delegation. */
    ck_assert_uint_eq(fakenet_stages(zone.net), 3 + 5);
    ck_assert_uint_eq(fakenet_count(zone.net, 4), 2);
    ck_assert(fakenet_asked(zone.net, 6, SERVER_1, "sub\\000." ZONE, "A"));
    ck_assert_str_eq(zone.subject.report.summary,
                     "NSEC, 2 servers, 16 denials proved, 5 links walked");
    signedzone_close(&zone);
}
END_TEST

/* In a zone whose name leaves room for a few octets the random label is shorter. */
START_TEST(little_room)
{
    struct zone zone = {
        .name = fixture_name(FULL("q") "." FULL("r") "." FULL("s") "." TEN TEN TEN TEN ".test")};
    struct nsec_names names = {.wildcard = {.size = 0}};
    struct nsec_probe probes[NSEC_PROBES_MAX];
    size_t count = nsec_probes(&zone, &names, R, probes);
    size_t random = 0;
    for (size_t i = 0; i < count; i++) {
        random += probes[i].role == NSEC_RANDOM && probes[i].name.size == NAME_WIRE_MAX;
        ck_assert_int_ne(probes[i].role, NSEC_DEEP); /* there is no room for a second label */
    }
    ck_assert_uint_eq(random, 1);
}
END_TEST

static const struct metric *metric_of(const struct report *report, const char *label)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        if (strcmp(report->metrics[i].label, label) == 0) {
            return &report->metrics[i];
        }
    }
    ck_abort_msg("no metric %s", label);
}

START_TEST(metrics)
{
    static const struct denial_plan plan = {
        .nsec3 = true,
        .iterations = 3,
        .edits = {{.servers = "2", .question = "@ TYPE65280", .authority = "=www", .size = 700},
                  {.servers = "1", .question = "@ NSEC", .authority = "2=@"}}, /* 0 iterations */
    };
    static const struct {
        const char *label;
        double value;
    } rows[] = {{"servers", 2},
                {"denials", 16},
                {"failing", 1},
                {"max_size", 700},
                {"nsec3_iterations", 3}};
    struct signedzone zone;
    run(&zone, &plan);
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = metric_of(&zone.subject.report, rows[i].label)->value;
        ck_assert_msg(value == rows[i].value, "%s is %g", rows[i].label, value);
    }
    signedzone_close(&zone);
}
END_TEST

/* The random label is in no text that a state depends on, or each run would look like a change. */
START_TEST(steady_texts)
{
    static const struct denial_plan plan = {
        .edits = {{.question = R " A", .rcode = RCODE_NXDOMAIN},
                  {.question = R "." R " A", .rcode = RCODE_NXDOMAIN}},
    };
    struct signedzone zone;
    run(&zone, &plan);
    const struct report *report = &zone.subject.report;
    ck_assert_uint_gt(report->finding_count, 0);
    struct name apex = fixture_name(ZONE);
    for (size_t i = 0; i < report->finding_count; i++) {
        ck_assert_ptr_null(strstr(report->findings[i].text, R));
        ck_assert(name_equal(&report->findings[i].owner, &apex));
    }
    signedzone_close(&zone);
}
END_TEST

SUITE_MAIN("nsec_run", cold_start, servers_given, walks, walk_stages, little_room, metrics,
           steady_texts)
