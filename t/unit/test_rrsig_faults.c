/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_rrsig_expiry says when servers or resolver fail, and that it always says the same. */
#include <string.h>

#include "lib/signedzone.h"
#include "lib/suite.h"

/* Servers, resolver and names. */

static void answer(struct signedzone *zone, const char *server, const char *name, const char *type,
                   uint16_t rcode)
{
    struct message reply = signedzone_reply(zone, rcode, NULL, NULL);
    fakenet_answer(zone->net, server, name, type, &reply);
}

static void no_such_name(struct signedzone *zone)
{
    answer(zone, SERVER_RESOLVER, "gone.example.com", "NS", RCODE_NXDOMAIN);
}

static void no_such_name_at_servers(struct signedzone *zone)
{
    struct rrset soa = signedzone_rrset(zone, '1', "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &soa);
    fakenet_answer(zone->net, SERVER_1, "gone.example.com", "SOA", &reply);
    fakenet_answer(zone->net, SERVER_2, "gone.example.com", "SOA", &reply);
}

static void no_such_name_at_2(struct signedzone *zone)
{
    no_such_name_at_servers(zone);
    struct rrset soa = signedzone_rrset(zone, '1', "example.com. SOA . . 7 7200 3600 604800 3600");
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, &soa);
    fakenet_answer(zone->net, SERVER_1, "gone.example.com", "SOA", &reply);
}

static void no_address_of_one(struct signedzone *zone)
{
    answer(zone, SERVER_RESOLVER, "ns2.example.com", "A", RCODE_NXDOMAIN);
}

static void no_address_of_any(struct signedzone *zone)
{
    answer(zone, SERVER_RESOLVER, "ns1.example.com", "A", RCODE_NXDOMAIN);
    answer(zone, SERVER_RESOLVER, "ns2.example.com", "A", RCODE_NXDOMAIN);
    answer(zone, SERVER_RESOLVER, "ns.nic.test", "A", RCODE_NXDOMAIN);
}

static void unsigned_parent(struct signedzone *zone)
{
    answer(zone, SERVER_RESOLVER, "com", "DNSKEY", RCODE_NOERROR);
}

static void silent_resolver(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_RESOLVER);
}

static void slow_resolver(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_RESOLVER, "com", "NS", NET_PENDING);
    fakenet_fail(zone->net, SERVER_RESOLVER, "example.com", "NS", NET_PENDING);
}

static void late_resolver(struct signedzone *zone)
{
    slow_resolver(zone);
    fakenet_fail(zone->net, SERVER_RESOLVER, ".", "NS", NET_PENDING);
    fakenet_fail(zone->net, SERVER_RESOLVER, ".", "SOA", NET_PENDING);
}

static void failing_resolver(struct signedzone *zone)
{
    fakenet_default(zone->net, SERVER_RESOLVER, RCODE_SERVFAIL, false);
    static const char *const names[] = {".", "com", "example.com"};
    for (size_t i = 0; i < COUNT(names); i++) {
        answer(zone, SERVER_RESOLVER, names[i], "NS", RCODE_SERVFAIL);
    }
}

static void silent_servers(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_1);
    fakenet_silent(zone->net, SERVER_2);
}

static void silent_world(struct signedzone *zone)
{
    silent_servers(zone);
    silent_resolver(zone);
}

static void silent_parent(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_PARENT);
}

static void all_types(struct signedzone *zone, const char *server, enum net_status status)
{
    static const char *const types[] = {"SOA", "NS",   "DNSKEY", "CDS", "CDNSKEY",
                                        "A",   "AAAA", "MX",     "TXT"};
    for (size_t i = 0; i < COUNT(types); i++) {
        fakenet_fail(zone->net, server, "example.com", types[i], status);
        fakenet_fail(zone->net, server, "*", types[i], status);
    }
}

static void budget_spent(struct signedzone *zone)
{
    all_types(zone, SERVER_1, NET_PENDING);
    all_types(zone, SERVER_2, NET_PENDING);
}

static void budget_spent_at_2(struct signedzone *zone)
{
    all_types(zone, SERVER_2, NET_PENDING);
}

static void budget_spent_at_2_expired_at_1(struct signedzone *zone)
{
    budget_spent_at_2(zone);
}

static void no_route_to_2(struct signedzone *zone)
{
    all_types(zone, SERVER_2, NET_UNREACHABLE);
}

static void no_dnskey_at_2(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_2, "example.com", "DNSKEY", NET_TIMEOUT);
}

static void no_dnskey_at_all(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_1, "example.com", "DNSKEY", NET_TIMEOUT);
    fakenet_fail(zone->net, SERVER_2, "example.com", "DNSKEY", NET_TIMEOUT);
}

static void dnskey_not_asked(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_1, "example.com", "DNSKEY", NET_PENDING);
    fakenet_fail(zone->net, SERVER_2, "example.com", "DNSKEY", NET_PENDING);
}

static void empty_dnskey(struct signedzone *zone)
{
    answer(zone, SERVER_1, "example.com", "DNSKEY", RCODE_NOERROR);
    answer(zone, SERVER_2, "example.com", "DNSKEY", RCODE_NOERROR);
}

static void lame_2(struct signedzone *zone)
{
    fakenet_default(zone->net, SERVER_2, RCODE_NOERROR, false);
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    reply.aa = false;
    static const char *const types[] = {"SOA", "NS", "DNSKEY", "A"};
    for (size_t i = 0; i < COUNT(types); i++) {
        fakenet_answer(zone->net, SERVER_2, "example.com", types[i], &reply);
    }
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

/* Every reply of the server, as it would be without EDNS: no OPT, no signatures. */
static void no_edns_at_2(struct signedzone *zone)
{
    static const char *const others[] = {"DNSKEY", "CDS", "CDNSKEY", "AAAA", "MX", "TXT"};
    struct message empty = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    empty.edns = false;
    for (size_t i = 0; i < COUNT(others); i++) {
        fakenet_answer(zone->net, SERVER_2, "example.com", others[i], &empty);
    }
    static const char *const texts[] = {
        "example.com. SOA ns1.example.com. hostmaster.example.com. 7 7200 3600 604800 3600",
        "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.",
        "example.com. A 192.0.2.80",
    };
    static const char *const types[] = {"SOA", "NS", "A"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct rrset set = fixture_rrset(zone->arena, texts[i]);
        struct message reply = signedzone_reply(zone, RCODE_NOERROR, &set, NULL);
        reply.edns = false;
        fakenet_answer(zone->net, SERVER_2, "example.com", types[i], &reply);
    }
    struct message absent = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, NULL);
    absent.edns = false;
    fakenet_answer(zone->net, SERVER_2, "*", "A", &absent);
}

static void timeout_is_critical(struct rrsig_options *options)
{
    options->common.timeout_state = STATE_CRITICAL;
}

static const struct zone_row rows[] = {
    {"no such name",
     "rec-nxdomain=CRITICAL",
     {.subject = "gone.example.com", .twist = no_such_name}},
    {"no such name at the servers given",
     "rec-nxdomain=CRITICAL",
     {.subject = "gone.example.com", .use_servers = true, .twist = no_such_name_at_servers}},
    {"no such name at one of the servers given",
     "ds-unobtainable=OK",
     {.subject = "gone.example.com", .use_servers = true, .twist = no_such_name_at_2}},
    {"a name server without address", "ns-no-address=WARNING", {.twist = no_address_of_one}},
    {"no name server with address", "ns-no-address=CRITICAL", {.twist = no_address_of_any}},
    {"DS without a signature in a zone that has none",
     "ds-unobtainable=OK",
     {.odd = {{.servers = "P", .types = "DS", .deed = DEED_UNSIGN}}, .twist = unsigned_parent}},
    {"silent resolver", "net-monitor-offline=UNKNOWN@" SERVER_RESOLVER, {.twist = silent_resolver}},
    {"slow resolver", "plugin-deadline=UNKNOWN", {.twist = slow_resolver}},
    {"late resolver", "plugin-deadline=UNKNOWN", {.twist = late_resolver}},
    {"failing resolver", "zone-no-servers=UNKNOWN", {.twist = failing_resolver}},
    {"silent servers", "net-timeout-all=CRITICAL", {.twist = silent_servers}},
    {"silent servers given",
     "net-timeout-all=CRITICAL",
     {.use_servers = true, .twist = silent_servers}},
    {"silence all around",
     "net-monitor-offline=UNKNOWN",
     {.use_servers = true, .twist = silent_world}},
    {"silent parent: its DS is not known", "ds-unobtainable=OK", {.twist = silent_parent}},
    {"budget spent", "plugin-deadline=UNKNOWN", {.twist = budget_spent}},
    {"budget spent, -t 10:CRITICAL",
     "plugin-deadline=CRITICAL",
     {.twist = budget_spent, .tune = timeout_is_critical}},
    {"budget spent before one server answered",
     "plugin-deadline=UNKNOWN",
     {.twist = budget_spent_at_2, .tune = timeout_is_critical}},
    {"budget spent, but a fault is known",
     "rrsig-expired-all=CRITICAL plugin-deadline=UNKNOWN",
     {.twist = budget_spent_at_2_expired_at_1,
      .odd = {{.deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
    {"no route to one server", "net-family-unusable=OK", {.twist = no_route_to_2}},
    {"one question lost", "net-timeout-one=WARNING" AT2, {.twist = no_dnskey_at_2}},
    {"DNSKEY lost everywhere: it is not for want of keys that nothing verifies",
     "net-timeout-one=CRITICAL" AT1 " net-timeout-one=CRITICAL" AT2,
     {.twist = no_dnskey_at_all}},
    {"budget spent before the DNSKEY", "plugin-deadline=UNKNOWN", {.twist = dnskey_not_asked}},
    {"signatures without DNSKEY", "rrsig-no-key=CRITICAL", {.twist = empty_dnskey}},
    {"lame server", "lame-no-aa=WARNING" AT2, {.twist = lame_2}},
    {"server without EDNS: its missing signatures are no news",
     "edns-none=CRITICAL" AT2,
     {.twist = no_edns_at_2}},
};

START_TEST(faults)
{
    signedzone_judge_rows(rows, COUNT(rows));
}
END_TEST

/* What the first line says when the finding is rated OK. */
START_TEST(summaries_without_a_zone)
{
    static const struct zone_plan late = {.twist = late_resolver};
    static const struct zone_plan failing = {.twist = failing_resolver};
    struct signedzone zone;
    signedzone_open(&zone);
    (void)signedzone_judge(&zone, &late);
    ck_assert_str_eq(zone.subject.report.summary,
                     "timed out before any answer from " SERVER_RESOLVER);
    (void)signedzone_judge(&zone, &failing);
    ck_assert_str_eq(zone.subject.report.summary, "not found");
    signedzone_close(&zone);
}
END_TEST

/* Several servers of the parent. */

START_TEST(zone_at_fault)
{
    static const struct zone_plan plan = {
        .odd = {{.servers = "P", .types = "DS", .deed = DEED_RESIGN, .spoilt = true},
                {.types = "A", .deed = DEED_RESIGN, .keys = "X1"}}};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(signedzone_judge(&zone, &plan),
                     "ds-parent-bad-sig=CRITICAL rrsig-no-key=CRITICAL");
    const struct report *report = &zone.subject.report;
    ck_assert_ptr_eq(report_root(report), &report->findings[0]);
    struct name com = fixture_name("com");
    struct name apex = fixture_name("example.com");
    ck_assert(name_equal(&report->findings[0].zone, &com));
    ck_assert(name_equal(&report->findings[0].owner, &apex));
    ck_assert_str_eq(report->findings[0].type, "DS");
    ck_assert_int_eq(report->findings[0].key_tag, signedzone_key(&zone, "P1")->dnskey.tag);
    ck_assert(name_equal(&report->findings[1].zone, &apex));
    ck_assert_str_eq(report->findings[1].type, "A");
    ck_assert_int_eq(report->findings[1].key_tag, signedzone_key(&zone, "X1")->dnskey.tag);
    signedzone_close(&zone);
}
END_TEST

/* Two NSEC3 records in the proof; the one that expired did so at both servers. */
static void deny_by_two(struct signedzone *zone)
{
    static const char *const servers[] = {SERVER_1, SERVER_2};
    for (size_t i = 0; i < COUNT(servers); i++) {
        struct rrset sets[2];
        sets[0] = signedzone_rrset(zone, (char)('1' + i),
                                   "a.example.com. NSEC b.example.com. A RRSIG NSEC");
        sets[1] = fixture_rrset(zone->arena, "c.example.com. NSEC d.example.com. A RRSIG NSEC");
        sets[1] = fixture_sign(zone->arena, &sets[1], signedzone_key(zone, "Z1"),
                               (struct fixture_window){.inception = ZONE_NOW - 20 * DAY,
                                                       .expiration = ZONE_NOW - 6 * DAY});
        struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, NULL);
        reply.authority = (struct section){arena_copy(zone->arena, sets, sizeof sets), 2};
        fakenet_answer(zone->net, servers[i], "*", "A", &reply);
    }
}

/* White lies: each server denies by an owner of its own. */
static void deny_by_others(struct signedzone *zone)
{
    struct rrset nsec = signedzone_rrset(zone, '2',
                                         "qwertyuiopasdfg.example.com. NSEC \\000.b.example.com. "
                                         "RRSIG NSEC");
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &nsec);
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

static const struct zone_row denial_rows[] = {
    {"half of the proof expired everywhere",
     "rrsig-expired-rrset=CRITICAL",
     {.twist = deny_by_two}},
    {"another proof at each server, one unsigned",
     "rrsig-missing-server=CRITICAL" AT2,
     {.twist = deny_by_others, .odd = {{.servers = "2", .types = "NSEC", .deed = DEED_UNSIGN}}}},
};

START_TEST(denials)
{
    signedzone_judge_rows(denial_rows, COUNT(denial_rows));
}
END_TEST

/* The same findings in the same words, whatever the order of the servers. */

static const struct zone_plan order_plans[] = {
    {.use_servers = true},
    {.use_servers = true, .odd = {{.servers = "1", .deed = DEED_UNSIGN}}},
    {.use_servers = true, .odd = {{.servers = "2", .deed = DEED_UNSIGN}}},
    {.use_servers = true,
     .odd = {{.servers = "1", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}},
    {.use_servers = true,
     .odd = {{.servers = "2", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}},
    {.use_servers = true,
     .odd = {{.servers = "1", .types = "A", .deed = DEED_RESIGN, .spoilt = true},
             {.servers = "2", .types = "SOA", .deed = DEED_RESIGN, .keys = "X1"}}},
    {.use_servers = true,
     .odd = {{.types = "A", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY},
             {.servers = "2", .types = "NS", .deed = DEED_UNSIGN}}},
    {.use_servers = true, .twist = lame_2},
    {.use_servers = true, .twist = no_edns_at_2},
    {.use_servers = true, .twist = no_dnskey_at_2},
};

static const char *run_texts(struct signedzone *zone)
{
    signedzone_run(zone);
    const struct report *report = &zone->subject.report;
    const char *texts = signedzone_findings(zone->arena, report);
    for (size_t i = 0; i < report->finding_count; i++) {
        texts = arena_printf(zone->arena, "%s\n%s", texts, report->findings[i].text);
    }
    return texts;
}

START_TEST(order_of_servers)
{
    struct signedzone zone;
    signedzone_open(&zone);
    for (size_t i = 0; i < COUNT(order_plans); i++) {
        signedzone_publish(&zone, &order_plans[i]);
        const char *texts = run_texts(&zone);
        ck_assert_str_eq(run_texts(&zone), texts);
        struct server first = zone.servers[0];
        zone.servers[0] = zone.servers[1];
        zone.servers[1] = first;
        ck_assert_str_eq(run_texts(&zone), texts);
        zone.servers[1] = zone.servers[0];
        zone.servers[0] = first;
    }
    signedzone_close(&zone);
}
END_TEST

/* The argument of --type. */

static const struct {
    const char *text;
    const char *types; /* NULL: refused */
    size_t named;
    bool parent;
} type_rows[] = {
    {"A", "SOA DNSKEY A", 1, false},
    {"a,aaaa", "SOA DNSKEY A AAAA", 2, false},
    {"SOA", "SOA DNSKEY", 1, false},
    {"MX,DNSKEY,SOA", "SOA DNSKEY MX", 3, false},
    {"A,A,A", "SOA DNSKEY A", 1, false},
    {"NSEC", "SOA DNSKEY", 1, false},
    {"NSEC3,TXT", "SOA DNSKEY TXT", 2, false},
    {"DS", "SOA DNSKEY", 1, true},
    {"TYPE65280", "SOA DNSKEY TYPE65280", 1, false},
    {"", NULL, 0, false},
    {"A,", NULL, 0, false},
    {",A", NULL, 0, false},
    {"A,,MX", NULL, 0, false},
    {"A MX", NULL, 0, false},
    {"NOSUCH", NULL, 0, false},
    {"TYPE65536", NULL, 0, false},
    {"RRSIG", NULL, 0, false},
    {"ANY", NULL, 0, false},
    {"AXFR", NULL, 0, false},
    {"OPT", NULL, 0, false},
    {"TYPE250", NULL, 0, false},
};

START_TEST(types_option)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(type_rows); i++) {
        struct rrsig_types types = {.count = 77};
        const char *problem = rrsig_parse_types(arena, type_rows[i].text, &types);
        if (type_rows[i].types == NULL) {
            ck_assert_msg(problem != NULL, "'%s' is taken", type_rows[i].text);
            ck_assert_uint_eq(types.count, 77);
            continue;
        }
        ck_assert_msg(problem == NULL, "'%s': %s", type_rows[i].text, problem);
        const char *text = "";
        for (size_t j = 0; j < types.count; j++) {
            text = arena_printf(arena, "%s%s%s", text, j == 0 ? "" : " ",
                                rr_type_text(arena, types.types[j]));
        }
        ck_assert_str_eq(text, type_rows[i].types);
        ck_assert_uint_eq(types.named_count, type_rows[i].named);
        ck_assert_int_eq(types.parent, type_rows[i].parent);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("rrsig_faults", faults, summaries_without_a_zone, zone_at_fault, denials,
           order_of_servers, types_option)
