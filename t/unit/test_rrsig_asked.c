/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who tells check_rrsig_expiry the DS, what it says of what it could not look at, and its advice.
 */
#include <string.h>

#include "lib/asked.h"
#include "lib/signedzone.h"
#include "lib/suite.h"

#define SERVER_PARENT_2 "192.0.2.102"

static void answer_set(struct signedzone *zone, const char *server, const struct rrset *set)
{
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, set, NULL);
    fakenet_answer(zone->net, server, name_text(zone->arena, &set->owner),
                   rr_type_text(zone->arena, set->type), &reply);
}

/* The DS of the named keys at a server, signed by com. */
static void answer_ds(struct signedzone *zone, const char *server, const char *names)
{
    struct rrset ds;
    ck_assert(signedzone_keys(zone, 'P', names, &ds));
    answer_set(zone, server, &ds);
}

/* The parent's servers. */

static void add_parent(struct signedzone *zone, const char *names)
{
    static const char *const data[] = {
        "com. NS ns.nic.test.\ncom. NS ns2.nic.test.",
        "ns2.nic.test. A " SERVER_PARENT_2,
    };
    for (size_t i = 0; i < COUNT(data); i++) {
        struct rrset set = fixture_rrset(zone->arena, data[i]);
        answer_set(zone, SERVER_RESOLVER, &set);
    }
    answer_ds(zone, SERVER_PARENT_2, names);
}

static void second_has_k1(struct signedzone *zone)
{
    add_parent(zone, "K1");
}

static void second_has_k2(struct signedzone *zone)
{
    add_parent(zone, "K2");
}

static void silent_parent(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_PARENT);
}

static void no_parent_keys(struct signedzone *zone)
{
    fakenet_fail(zone->net, SERVER_RESOLVER, "com", "DNSKEY", NET_TIMEOUT);
}

/* A resolver that refuses what is above the zone, as one does that is none. */
static void parent_refused(struct signedzone *zone)
{
    struct message refusal = signedzone_reply(zone, RCODE_REFUSED, NULL, NULL);
    fakenet_answer(zone->net, SERVER_RESOLVER, ".", "NS", &refusal);
    fakenet_answer(zone->net, SERVER_RESOLVER, "com", "NS", &refusal);
}

static void name_ds(struct rrsig_options *options)
{
    static const uint16_t named[] = {RR_DS};
    options->types.named = named;
    options->types.named_count = COUNT(named);
}

static void warn_of_partial(struct rrsig_options *options)
{
    options->common.partial = STATE_WARNING;
}

static const struct zone_row parent_rows[] = {
    {"both alike", "", {.twist = second_has_k1}},
    {"False OK: the second server of the parent has a DS that breaks the chain",
     "ds-parent-inconsistent=CRITICAL@" SERVER_PARENT_2,
     {.twist = second_has_k2}},
    {"the first one has it",
     "ds-parent-inconsistent=CRITICAL@" SERVER_PARENT,
     {.twist = second_has_k1, .ds = "K2"}},
    {"False alarm: they differ, and both keys sign",
     "",
     {.twist = second_has_k2, .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}},
    {"both break it", "rrsig-missing-ksk=CRITICAL", {.twist = second_has_k2, .ds = "X1"}},
    {"--partial warning",
     "ds-parent-inconsistent=WARNING@" SERVER_PARENT_2,
     {.twist = second_has_k2, .tune = warn_of_partial}},
    {"a silent parent", "ds-unobtainable=OK", {.twist = silent_parent}},
    {"False OK: a silent parent, and its DS named",
     "ds-unobtainable=UNKNOWN",
     {.twist = silent_parent, .tune = name_ds}},
    {"False OK: the parent cannot be found, and its DS is named",
     "ds-unobtainable=UNKNOWN",
     {.twist = parent_refused, .tune = name_ds}},
    {"the keys of the parent cannot be had", "ds-unobtainable=OK", {.twist = no_parent_keys}},
    {"False OK: the same, and the DS named",
     "ds-unobtainable=UNKNOWN",
     {.twist = no_parent_keys, .tune = name_ds}},
};

START_TEST(parents)
{
    signedzone_judge_rows(parent_rows, COUNT(parent_rows));
}
END_TEST

/* With -s the resolver tells the DS, in the same stage. */

static void resolver_has_ds(struct signedzone *zone)
{
    answer_ds(zone, SERVER_RESOLVER, "K1");
}

static void resolver_has_other_ds(struct signedzone *zone)
{
    answer_ds(zone, SERVER_RESOLVER, "K2");
}

static void give_resolver(struct rrsig_options *options)
{
    options->common.resolvers.count = 1;
}

static void give_resolver_for_a(struct rrsig_options *options)
{
    static const uint16_t named[] = {RR_A};
    give_resolver(options);
    options->types.named = named;
    options->types.named_count = COUNT(named);
    options->types.parent = false;
}

#define GIVEN(change, resolver) .use_servers = true, .tune = (change), .twist = (resolver)

static const struct zone_row resolver_rows[] = {
    {"good", "", {GIVEN(give_resolver, resolver_has_ds)}},
    {"good, of a name below",
     "",
     {GIVEN(give_resolver, resolver_has_ds), .subject = "www.example.com"}},
    {"False OK: with -s nobody looked at the DS",
     "ds-parent-bad-sig=CRITICAL",
     {GIVEN(give_resolver, resolver_has_ds),
      .odd = {{.servers = "P", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"False OK: the same with -T DS",
     "ds-parent-bad-sig=CRITICAL",
     {GIVEN(name_ds, resolver_has_ds),
      .odd = {{.servers = "P", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"a DS for another key",
     "rrsig-missing-ksk=CRITICAL",
     {GIVEN(give_resolver, resolver_has_other_ds)}},
    {"False OK: nobody tells the DS that is named",
     "ds-unobtainable=UNKNOWN",
     {GIVEN(name_ds, NULL)}},
    {"nobody tells the DS", "ds-unobtainable=OK", {GIVEN(give_resolver, NULL)}},
    {"the DS is not wanted", "", {GIVEN(give_resolver_for_a, NULL)}},
};

/* A resolver that does not answer. */
static void silent_resolver(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_RESOLVER);
}

START_TEST(servers_given)
{
    struct zone_row rows[COUNT(resolver_rows)];
    memcpy(rows, resolver_rows, sizeof rows);
    for (size_t i = 0; i < COUNT(rows); i++) {
        rows[i].plan.twist = rows[i].plan.twist == NULL ? silent_resolver : rows[i].plan.twist;
    }
    signedzone_judge_rows(rows, COUNT(rows));
}
END_TEST

START_TEST(servers_given_take_one_stage)
{
    static const struct zone_plan plan = {GIVEN(give_resolver, resolver_has_ds)};
    static const struct asked rows[] = {
        {1, SERVER_1, "example.com", "SOA NS DNSKEY CDS CDNSKEY A AAAA MX TXT"},
        {1, SERVER_1, "qwertyuiopasdfgh.example.com", "A"},
        {1, SERVER_2, "example.com", "SOA NS DNSKEY CDS CDNSKEY A AAAA MX TXT"},
        {1, SERVER_2, "qwertyuiopasdfgh.example.com", "A"},
        {1, SERVER_RESOLVER, "example.com", "DNSKEY DS"},
        {1, SERVER_RESOLVER, "com", "DNSKEY DS"},
        {1, SERVER_RESOLVER, ".", "DNSKEY"},
    };
    struct signedzone zone;
    signedzone_open(&zone);
    signedzone_publish(&zone, &plan);
    signedzone_run(&zone);
    expect_asked(zone.net, rows, COUNT(rows));
    signedzone_close(&zone);
}
END_TEST

/* Types that the user names. */

static void name_types(struct rrsig_options *options, struct arena *arena, const char *text)
{
    ck_assert_ptr_null(rrsig_parse_types(arena, text, &options->types));
}

static const struct {
    const char *types;
    const char *expected;
    struct zone_plan plan;
} type_rows[] = {
    {"A", "", {.subject = "www.example.com"}},
    {"TYPE65280", "rrsig-type-absent=UNKNOWN", {.subject = NULL}},
    {"A,TYPE65280", "rrsig-type-absent=OK", {.subject = NULL}},
    {"CDS,TYPE65280", "rrsig-type-absent=UNKNOWN rrsig-type-absent=UNKNOWN", {.subject = NULL}},
    {"MX,DS", "rrsig-type-absent=OK", {.subject = NULL}},
    {"DS", "", {.subject = NULL}},
    {"NSEC", "", {.subject = NULL}},
    /* False OK: the denial and the SOA were left out. */
    {"A",
     "rrsig-expired-rrset=CRITICAL",
     {.odd = {{.types = "NSEC", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
    {"A",
     "rrsig-expired-rrset=CRITICAL",
     {.odd = {{.types = "SOA", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
};

START_TEST(types_named)
{
    struct signedzone zone;
    signedzone_open(&zone);
    for (size_t i = 0; i < COUNT(type_rows); i++) {
        signedzone_publish(&zone, &type_rows[i].plan);
        signedzone_prepare(&zone);
        name_types(&zone.options, zone.arena, type_rows[i].types);
        rrsig_run(&zone.run, &zone.subject, 1, &zone.options);
        report_sort(&zone.subject.report);
        ck_assert_str_eq(signedzone_findings(zone.arena, &zone.subject.report),
                         type_rows[i].expected);
    }
    signedzone_close(&zone);
}
END_TEST

/* A name that is denied by NXNAME (RFC 9824), with NOERROR. */

static void deny(struct signedzone *zone, const char *server)
{
    static const char *const types[] = {"A", "AAAA", "MX", "TXT"};
    struct rrset nsec = signedzone_rrset(
        zone, '1', "gone.example.com. NSEC \\000.gone.example.com. RRSIG NSEC TYPE128");
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, &nsec);
    for (size_t i = 0; i < COUNT(types); i++) {
        fakenet_answer(zone->net, server, "gone.example.com", types[i], &reply);
    }
}

static void denied_by_one(struct signedzone *zone)
{
    deny(zone, SERVER_1);
}

static void denied_by_both(struct signedzone *zone)
{
    deny(zone, SERVER_1);
    deny(zone, SERVER_2);
}

static const struct zone_row name_rows[] = {
    {"False OK: no such name",
     "rec-nxdomain=CRITICAL",
     {.subject = "gone.example.com", .twist = denied_by_both}},
    {"there at one server", "", {.subject = "gone.example.com", .twist = denied_by_one}},
};

START_TEST(names_denied)
{
    signedzone_judge_rows(name_rows, COUNT(name_rows));
}
END_TEST

/* Advice. */

static const char *root_text(struct signedzone *zone, const struct zone_plan *plan)
{
    signedzone_publish(zone, plan);
    signedzone_run(zone);
    const struct finding *root = report_root(&zone->subject.report);
    ck_assert_ptr_nonnull(root);
    return root->text;
}

static void stale_2(struct signedzone *zone)
{
    static const char soa[] =
        "example.com. SOA ns1.example.com. hostmaster.example.com. 5 7200 3600 604800 3600";
    struct rrset set = signedzone_rrset(zone, '2', soa);
    answer_set(zone, SERVER_2, &set);
    ck_assert(signedzone_keys(zone, '2', "K1 Z1", &set));
    answer_set(zone, SERVER_2, &set);
}

static void no_k2_at_2(struct signedzone *zone)
{
    struct rrset set;
    ck_assert(signedzone_keys(zone, '2', "K1 Z1", &set));
    answer_set(zone, SERVER_2, &set);
}

/* A stale secondary in a rollover is no reason to change the DS. */
START_TEST(advice_for_a_stale_secondary)
{
    static const struct zone_plan stale = {
        .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2", .ds = "K2", .twist = stale_2};
    static const struct zone_plan equal = {
        .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2", .ds = "K2", .twist = no_k2_at_2};
    struct signedzone zone;
    signedzone_open(&zone);
    const char *text = root_text(&zone, &stale);
    ck_assert_ptr_nonnull(strstr(text, "not signed by any key that a DS of the parent points to"));
    ck_assert_ptr_nonnull(strstr(text, "check the transfers"));
    ck_assert_ptr_null(strstr(text, "correct the DS"));
    text = root_text(&zone, &equal);
    ck_assert_ptr_null(strstr(text, "check the transfers"));
    signedzone_close(&zone);
}
END_TEST

START_TEST(algorithm_that_is_missing)
{
    static const struct zone_plan plan = {.dnskey = "K1 Z1 Kb Zb"};
    struct signedzone zone;
    signedzone_open(&zone);
    const char *text = root_text(&zone, &plan);
    ck_assert_ptr_nonnull(strstr(text, "no valid signature of algorithm 15/ED25519: "));
    signedzone_close(&zone);
}
END_TEST

SUITE_MAIN("rrsig_asked", parents, servers_given, servers_given_take_one_stage, types_named,
           names_denied, advice_for_a_stale_secondary, algorithm_that_is_missing)
