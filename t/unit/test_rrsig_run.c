/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions check_rrsig_expiry asks in which round trip, and what it says when they fail. */
#include "lib/asked.h"
#include "lib/signedzone.h"
#include "lib/suite.h"

#define SERVER_3   "192.0.2.3"
#define RANDOM     "qwertyuiopasdfgh.example.com"
#define APEX_TYPES "SOA NS DNSKEY CDS CDNSKEY"
#define NAME_TYPES "A AAAA MX TXT"

/* One plan: its findings, and what was asked. */
static void expect_run(const struct zone_plan *plan, const char *findings, const struct asked *rows,
                       size_t count)
{
    struct signedzone zone;
    signedzone_open(&zone);
    signedzone_publish(&zone, plan);
    signedzone_run(&zone);
    ck_assert_str_eq(signedzone_findings(zone.arena, &zone.subject.report), findings);
    expect_asked(zone.net, rows, count);
    signedzone_close(&zone);
}

#define STAGE_1                                                                                    \
    {1, SERVER_RESOLVER, ".", "NS"}, {1, SERVER_RESOLVER, "com", "NS"},                            \
    {                                                                                              \
        1, SERVER_RESOLVER, "example.com", "NS"                                                    \
    }
#define STAGE_2                                                                                    \
    {2, SERVER_RESOLVER, "ns1.example.com", "A AAAA"},                                             \
        {2, SERVER_RESOLVER, "ns2.example.com", "A AAAA"},                                         \
        {2, SERVER_RESOLVER, "ns.nic.test", "A AAAA"},                                             \
    {                                                                                              \
        2, SERVER_RESOLVER, "com", "DNSKEY"                                                        \
    }
#define PROBES(stage, server)                                                                      \
    {(stage), (server), "example.com", APEX_TYPES " " NAME_TYPES},                                 \
    {                                                                                              \
        (stage), (server), RANDOM, "A"                                                             \
    }

START_TEST(cold_start)
{
    static const struct asked rows[] = {
        STAGE_1,
        STAGE_2,
        PROBES(3, SERVER_1),
        PROBES(3, SERVER_2),
        {3, SERVER_PARENT, "example.com", "DS NS"},
    };
    expect_run(&(const struct zone_plan){.subject = NULL}, "", rows, COUNT(rows));
}
END_TEST

START_TEST(below_the_apex)
{
    static const struct asked rows[] = {
        STAGE_1,
        {1, SERVER_RESOLVER, "www.example.com", "NS"},
        STAGE_2,
        {3, SERVER_1, "example.com", APEX_TYPES},
        {3, SERVER_1, "www.example.com", NAME_TYPES},
        {3, SERVER_1, RANDOM, "A"},
        {3, SERVER_2, "example.com", APEX_TYPES},
        {3, SERVER_2, "www.example.com", NAME_TYPES},
        {3, SERVER_2, RANDOM, "A"},
        {3, SERVER_PARENT, "example.com", "DS NS"},
    };
    expect_run(&(const struct zone_plan){.subject = "www.example.com"}, "", rows, COUNT(rows));
}
END_TEST

START_TEST(servers_given)
{
    static const struct asked rows[] = {PROBES(1, SERVER_1), PROBES(1, SERVER_2)};
    expect_run(&(const struct zone_plan){.use_servers = true}, "ds-unobtainable=OK", rows,
               COUNT(rows));
}
END_TEST

START_TEST(servers_given_below_the_apex)
{
    static const struct asked rows[] = {
        {1, SERVER_1, "www.example.com", APEX_TYPES " " NAME_TYPES},
        {1, SERVER_1, "qwertyuiopasdfgh.www.example.com", "A"},
        {1, SERVER_2, "www.example.com", APEX_TYPES " " NAME_TYPES},
        {1, SERVER_2, "qwertyuiopasdfgh.www.example.com", "A"},
        {2, SERVER_1, "example.com", APEX_TYPES},
        {2, SERVER_1, RANDOM, "A"},
        {2, SERVER_2, "example.com", APEX_TYPES},
        {2, SERVER_2, RANDOM, "A"},
    };
    expect_run(&(const struct zone_plan){.use_servers = true, .subject = "www.example.com"},
               "ds-unobtainable=OK", rows, COUNT(rows));
}
END_TEST

static void add_third_server(struct signedzone *zone, const char *glue)
{
    static const char ns[] = "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.\n"
                             "example.com. NS ns3.example.com.";
    struct rrset set = signedzone_rrset(zone, '1', ns);
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, &set, NULL);
    reply.additional = fixture_section(zone->arena, glue);
    fakenet_answer(zone->net, SERVER_1, "example.com", "NS", &reply);
    set = fixture_rrset(zone->arena, "ns3.example.com. A " SERVER_3);
    reply = signedzone_reply(zone, RCODE_NOERROR, &set, NULL);
    fakenet_answer(zone->net, SERVER_RESOLVER, "ns3.example.com", "A", &reply);
    fakenet_silent(zone->net, SERVER_3);
}

static void third_server_without_glue(struct signedzone *zone)
{
    add_third_server(zone, NULL);
}

static void third_server_with_glue(struct signedzone *zone)
{
    add_third_server(zone, "ns3.example.com. A " SERVER_3);
}

START_TEST(server_that_the_delegation_lacks)
{
    static const struct asked rows[] = {
        STAGE_1,
        STAGE_2,
        PROBES(3, SERVER_1),
        PROBES(3, SERVER_2),
        {3, SERVER_PARENT, "example.com", "DS NS"},
        {4, SERVER_RESOLVER, "ns3.example.com", "A AAAA"},
        PROBES(5, SERVER_3),
    };
    expect_run(&(const struct zone_plan){.twist = third_server_without_glue},
               "net-timeout-one=WARNING@" SERVER_3, rows, COUNT(rows));
}
END_TEST

START_TEST(server_that_the_delegation_lacks_with_glue)
{
    static const struct asked rows[] = {
        STAGE_1,
        STAGE_2,
        PROBES(3, SERVER_1),
        PROBES(3, SERVER_2),
        {3, SERVER_PARENT, "example.com", "DS NS"},
        PROBES(4, SERVER_3),
    };
    expect_run(&(const struct zone_plan){.twist = third_server_with_glue},
               "net-timeout-one=WARNING@" SERVER_3, rows, COUNT(rows));
}
END_TEST

/* The parent delegates to one more server than the zone itself names. */
static void third_server_of_parent(struct signedzone *zone)
{
    struct rrset ns = fixture_rrset(zone->arena, "example.com. NS ns1.example.com.\n"
                                                 "example.com. NS ns3.example.com.");
    struct message referral = signedzone_reply(zone, RCODE_NOERROR, NULL, &ns);
    referral.aa = false;
    referral.additional = fixture_section(zone->arena, "ns1.example.com. A " SERVER_1 "\n"
                                                       "ns3.example.com. A " SERVER_3);
    fakenet_answer(zone->net, SERVER_PARENT, "example.com", "NS", &referral);
    fakenet_default(zone->net, SERVER_3, RCODE_REFUSED, false);
}

START_TEST(server_that_only_the_delegation_names)
{
    static const struct asked rows[] = {
        STAGE_1,
        STAGE_2,
        PROBES(3, SERVER_1),
        PROBES(3, SERVER_2),
        {3, SERVER_PARENT, "example.com", "DS NS"},
        PROBES(4, SERVER_3),
    };
    expect_run(&(const struct zone_plan){.twist = third_server_of_parent},
               "rcode-refused=WARNING@" SERVER_3, rows, COUNT(rows));
}
END_TEST

/* The resolver fails for all that is at or below the zone. */
static void resolver_fails(struct signedzone *zone)
{
    struct message failure = signedzone_reply(zone, RCODE_SERVFAIL, NULL, NULL);
    static const char *const names[] = {"example.com", "ns1.example.com", "ns2.example.com"};
    static const char *const types[] = {"NS", "A", "AAAA"};
    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t j = 0; j < COUNT(types); j++) {
            fakenet_answer(zone->net, SERVER_RESOLVER, names[i], types[j], &failure);
        }
    }
}

START_TEST(resolver_that_fails)
{
    static const struct asked rows[] = {
        STAGE_1,
        {2, SERVER_RESOLVER, "ns.nic.test", "A AAAA"},
        {2, SERVER_RESOLVER, "com", "DNSKEY"},
        {3, SERVER_PARENT, "example.com", "NS"},
        PROBES(4, SERVER_1),
        PROBES(4, SERVER_2),
        {4, SERVER_PARENT, "example.com", "DS"},
    };
    expect_run(&(const struct zone_plan){.twist = resolver_fails}, "", rows, COUNT(rows));
}
END_TEST

static void resolver_is_silent(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_RESOLVER);
}

/* It is not asked a control question: that would cost the same wait again. */
START_TEST(resolver_that_is_silent)
{
    static const struct asked rows[] = {STAGE_1};
    expect_run(&(const struct zone_plan){.twist = resolver_is_silent},
               "net-monitor-offline=UNKNOWN@" SERVER_RESOLVER, rows, COUNT(rows));
}
END_TEST

/* The second server has the zone above instead, which lacks the delegation. */
static void only_zone_above_at_2(struct signedzone *zone)
{
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, NULL);
    reply.authority = fixture_section(zone->arena, "com. SOA . . 7 7200 3600 604800 3600");
    static const char *const types[] = {"SOA", "NS", "DNSKEY", "A"};
    for (size_t i = 0; i < COUNT(types); i++) {
        fakenet_answer(zone->net, SERVER_2, "example.com", types[i], &reply);
    }
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

START_TEST(server_of_the_zone_above)
{
    static const struct asked given[] = {PROBES(1, SERVER_1), PROBES(1, SERVER_2)};
    expect_run(&(const struct zone_plan){.use_servers = true, .twist = only_zone_above_at_2},
               "soa-missing=CRITICAL" AT2 " ds-unobtainable=OK", given, COUNT(given));
}
END_TEST

START_TEST(two_names_of_one_zone)
{
    static const struct asked rows[] = {
        STAGE_1,
        {1, SERVER_RESOLVER, "www.example.com", "NS"},
        STAGE_2,
        PROBES(3, SERVER_1),
        PROBES(3, SERVER_2),
        {3, SERVER_1, "www.example.com", NAME_TYPES},
        {3, SERVER_2, "www.example.com", NAME_TYPES},
        {3, SERVER_PARENT, "example.com", "DS NS"},
    };
    static const struct zone_plan plan = {.odd = {{.types = "A", .deed = DEED_UNSIGN}}};
    struct signedzone zone;
    signedzone_open(&zone);
    signedzone_publish(&zone, &plan);
    signedzone_prepare(&zone);
    struct subject subjects[2] = {zone.subject, zone.subject};
    subjects[1].name = fixture_name("www.example.com");
    subjects[1].report = report_start(zone.arena, NULL, &subjects[1].name);
    rrsig_run(&zone.run, subjects, 2, &zone.options);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(signedzone_findings(zone.arena, &subjects[i].report),
                         "rrsig-missing-rrset=CRITICAL");
        ck_assert(name_equal(&subjects[i].report.findings[0].owner, &subjects[i].name));
    }
    expect_asked(zone.net, rows, COUNT(rows));
    signedzone_close(&zone);
}
END_TEST

/* What ends with the work that a run does is not the zone's fault. */
START_TEST(work_of_the_run_spent)
{
    static const struct zone_plan plan = {.ds = ""};
    struct signedzone zone;
    signedzone_open(&zone);
    signedzone_publish(&zone, &plan);
    signedzone_prepare(&zone);
    zone.run.checks_left = 3;
    rrsig_run(&zone.run, &zone.subject, 1, &zone.options);
    report_sort(&zone.subject.report);
    ck_assert_str_eq(signedzone_findings(zone.arena, &zone.subject.report),
                     "limit-validations=UNKNOWN limit-validations=UNKNOWN" AT2);
    signedzone_close(&zone);
}
END_TEST

SUITE_MAIN("rrsig_run", cold_start, below_the_apex, servers_given, servers_given_below_the_apex,
           server_that_the_delegation_lacks, server_that_the_delegation_lacks_with_glue,
           server_that_only_the_delegation_names, resolver_that_fails, resolver_that_is_silent,
           server_of_the_zone_above, two_names_of_one_zone, work_of_the_run_spent)
