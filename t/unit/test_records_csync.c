/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is looked at when wanted: CSYNC records, that the parent has not copied or does not act on,
 * and transfers.
 */
#include <string.h>

#include "frame/options.h"
#include "lib/recordworld.h"
#include "lib/signedzone.h"
#include "lib/suite.h"

#define ZONE "example.com"
#define NS1  ZONE ". NS ns1." ZONE ".\n"
#define NS2  ZONE ". NS ns2." ZONE ".\n"
#define A1   "ns1." ZONE ". A 192.0.2.1\n"
#define A2   "ns2." ZONE ". A 192.0.2.2\n"
#define REFERRAL(servers, ns, glue)                                                                \
    {                                                                                              \
        servers, {.question = ZONE " NS", .authority = ns, .additional = glue}, true, NET_PENDING  \
    }
#define CSYNC(servers, rdata)                                                                      \
    {                                                                                              \
        servers, {.question = ZONE " CSYNC", .answer = ZONE ". CSYNC " rdata}, false, NET_PENDING  \
    }

/* The zone's serial is 7. */
static const struct {
    const char *what;
    const char *text; /* of the one csync-stuck, or a part of it; NULL: there is none */
    struct world_reply odd[4];
} rows[] = {
    {"none at all", NULL, {REFERRAL("PQ", NS1, A1)}},
    {"in line", NULL, {CSYNC("12", "7 3 NS A AAAA")}},
    {"NS to add",
     "CSYNC: the parent has yet to add NS ns2.example.com (soaminimum 7 is reached by serial 7, "
     "immediate is set)",
     {CSYNC("12", "7 3 NS"), REFERRAL("PQ", NS1, A1)}},
    {"at one of the parent's servers",
     "add NS ns2.example.com, add A of ns2.example.com 192.0.2.2 (soa",
     {CSYNC("12", "7 3 NS A"), REFERRAL("Q", NS1, A1)}},
    {"NS to remove",
     "add NS ns2.example.com, remove NS ns3.example.com",
     {CSYNC("12", "7 3 NS"), REFERRAL("PQ", NS1 ZONE ". NS ns3." ZONE ".", A1)}},
    {"NS are not asked for", NULL, {CSYNC("12", "7 3 A AAAA"), REFERRAL("PQ", NS1, A1)}},
    {"an address to change",
     "change A of ns2.example.com from 192.0.2.3 to 192.0.2.2",
     {CSYNC("12", "7 3 A"), REFERRAL("PQ", NS1 NS2, A1 "ns2." ZONE ". A 192.0.2.3")}},
    {"an address to add",
     "yet to add A of ns2.example.com 192.0.2.2",
     {CSYNC("12", "7 3 A"), REFERRAL("PQ", NS1 NS2, A1)}},
    {"addresses are not asked for", NULL, {CSYNC("12", "7 3 NS"), REFERRAL("PQ", NS1 NS2, A1)}},
    {"the parent's reply is cut",
     NULL,
     {CSYNC("12", "7 3 A"),
      {"PQ", {.question = ZONE " NS", .tc = true, .authority = NS1 NS2}, true, NET_PENDING}}},
    {"a serial that is not reached",
     "soaminimum 8 is not reached by serial 7, so it has to wait",
     {CSYNC("12", "8 3 NS"), REFERRAL("PQ", NS1, A1)}},
    {"serials live on a circle",
     "soaminimum 4294967295 is reached by serial 7",
     {CSYNC("12", "4294967295 3 NS"), REFERRAL("PQ", NS1, A1)}},
    {"without soaminimum the serial means nothing",
     "no soaminimum is set, immediate is set",
     {CSYNC("12", "8 1 NS"), REFERRAL("PQ", NS1, A1)}},
    {"not immediate",
     "immediate is not set: it waits for another sign",
     {CSYNC("12", "7 2 NS"), REFERRAL("PQ", NS1, A1)}},
    {"at one server",
     "CSYNC at 192.0.2.2 (ns2.example.com): ",
     {CSYNC("2", "7 3 NS"), REFERRAL("PQ", NS1, A1)}},
    {"a flag that nobody knows",
     "flags that nobody knows (7), so the parent cannot act on it",
     {CSYNC("12", "7 7 NS")}},
    {"a type that is not copied", "types other than NS, A and AAAA", {CSYNC("12", "7 3 NS MX")}},
    {"one of a higher window", "types other than NS, A and AAAA", {CSYNC("12", "7 3 NS CAA")}},
    {"one of a higher window alone", "types other than NS, A and AAAA", {CSYNC("12", "7 3 CAA")}},
    {"one beyond AAAA", "types other than NS, A and AAAA", {CSYNC("12", "7 3 NS DS")}},
    {"two of them", "2 records and not one", {CSYNC("12", "7 3 NS\n" ZONE ". CSYNC 6 3 NS")}},
};

/* What the findings of an id say, one after another. */
static const char *texts_of(struct arena *arena, const struct report *report, enum finding_id id)
{
    const char *text = "";
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].id == id) {
            ck_assert_int_eq(report->findings[i].state, STATE_WARNING);
            text = arena_printf(arena, "%s%s.", text, report->findings[i].text);
        }
    }
    return text;
}

START_TEST(copied_or_not)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world_row row = {.subject = ZONE, .arguments = "--check-csync"};
        memcpy(row.odd, rows[i].odd, sizeof rows[i].odd);
        struct world world;
        world_open(&world, &row);
        (void)world_run(&world);
        const char *text = texts_of(world.arena, &world.subject.report, FINDING_CSYNC_STUCK);
        ck_assert_msg(rows[i].text == NULL ? *text == '\0' : strstr(text, rows[i].text) != NULL,
                      "%s: %s", rows[i].what, text);
        world_close(&world);
    }
}
END_TEST

/* Rdata that no zone file can hold. */
static const struct {
    const char *rdata;
    bool is_malformed;
} raw[] = {
    {"0000000700", true},
    {"", true},
    {"000000070003 0002 2000", true}, /* a bitmap that ends in zeros */
    {"000000070003 0002 20", true},
    {"000000070003", false}, /* nothing to copy */
    {"000000070003 0001 20", false},
};

START_TEST(malformed)
{
    static const struct world_row row = {.subject = ZONE, .arguments = "--check-csync"};
    static const struct fixture_reply usual = {
        .question = ZONE " CSYNC", .aa = true, .answer = ZONE ". CSYNC 7 3 NS"};
    for (size_t i = 0; i < COUNT(raw); i++) {
        struct world world;
        world_open(&world, &row);
        struct message reply = *fixture_parsed(world.arena, &usual);
        struct bytes rdata = fixture_hex(world.arena, raw[i].rdata);
        struct rrset set = reply.answer.rrsets[0];
        set.rr = &rdata;
        reply.answer.rrsets = &set;
        fakenet_answer(world.net, "192.0.2.1", ZONE, "CSYNC", &reply);
        (void)world_run(&world);
        ck_assert_str_eq(texts_of(world.arena, &world.subject.report, FINDING_CSYNC_STUCK),
                         raw[i].is_malformed ? "CSYNC at 192.0.2.1 (ns1.example.com): malformed, "
                                               "so the parent cannot act on it."
                                             : "");
        world_close(&world);
    }
}
END_TEST

START_TEST(asked_only_when_wanted)
{
    for (unsigned wanted = 0; wanted <= 1; wanted++) {
        const struct world_row row = {.arguments = wanted == 1 ? "--check-csync" : NULL};
        struct world world;
        world_open(&world, &row);
        (void)world_run(&world);
        ck_assert_int_eq(fakenet_asked(world.net, 3, "192.0.2.1", ZONE, "CSYNC"), wanted == 1);
        ck_assert_uint_eq(fakenet_stages(world.net), 3);
        world_close(&world);
    }
}
END_TEST

/* Signed zones. */

static void publish_csync(struct signedzone *zone)
{
    for (unsigned i = 0; i < 2; i++) {
        struct rrset set = signedzone_rrset(zone, i == 0 ? '1' : '2', ZONE ". CSYNC 7 3 NS A");
        struct message reply = signedzone_reply(zone, RCODE_NOERROR, &set, NULL);
        fakenet_answer(zone->net, i == 0 ? SERVER_1 : SERVER_2, ZONE, "CSYNC", &reply);
    }
}

static const char *run_signed(struct signedzone *zone, const struct zone_plan *plan)
{
    struct records_options options = records_defaults();
    options_defaults(&options.common);
    options.allow_private = true;
    options.check_csync = true;
    signedzone_publish(zone, plan);
    signedzone_prepare(zone);
    struct anchor anchor = {.zone = fixture_name(ZONE), .key = signedzone_key(zone, "K1")->dnskey};
    zone->run.anchors = (struct anchors){.list = &anchor, .count = 1};
    zone->run.options = &options.common;
    records_run(&zone->run, &zone->subject, 1, &options);
    return texts_of(zone->arena, &zone->subject.report, FINDING_CSYNC_STUCK);
}

START_TEST(trusted_or_not)
{
    static const struct zone_plan good = {.twist = publish_csync};
    static const struct zone_plan spoilt = {
        .twist = publish_csync, .odd = {{.types = "CSYNC", .deed = DEED_RESIGN, .spoilt = true}}};
    static const struct zone_plan expired_at_one = {.twist = publish_csync,
                                                    .odd = {{.servers = "2",
                                                             .types = "CSYNC",
                                                             .deed = DEED_RESIGN,
                                                             .from = -20 * DAY,
                                                             .until = -6 * DAY}}};
    struct signedzone zone;
    signedzone_open(&zone);
    ck_assert_str_eq(run_signed(&zone, &good), "");
    const char *text = run_signed(&zone, &spoilt);
    ck_assert_msg(strstr(text, "CSYNC: bogus (") != NULL, "%s", text);
    text = run_signed(&zone, &expired_at_one);
    ck_assert_msg(strstr(text, "CSYNC at " SERVER_2 " (ns2.example.com): bogus (") != NULL, "%s",
                  text);
    signedzone_close(&zone);
}
END_TEST

#define AXFR(servers, text, code)                                                                  \
    {                                                                                              \
        servers, {.question = "example.com AXFR", .answer = text, .rcode = code}, false,           \
            NET_PENDING                                                                            \
    }

static const struct world_row transfer_rows[] = {
    {"given by one server",
     "axfr-open=WARNING" AT2,
     NULL,
     "--check-axfr",
     {AXFR("2", WORLD_SOA "example.com. A 192.0.2.80", 0), AXFR("1", "", 5)},
     false},
    {"nothing is not a zone", "", NULL, "--check-axfr", {{.servers = NULL}}, false},
    {"no connection",
     "",
     NULL,
     "--check-axfr",
     {{"12", {.question = "example.com AXFR"}, false, NET_REFUSED}},
     false},
    {"not asked for", "", NULL, NULL, {AXFR("12", WORLD_SOA, 0)}, false},
    {"servers given",
     "axfr-open=WARNING",
     NULL,
     "--check-axfr -s 192.0.2.1 -s 192.0.2.2",
     {AXFR("12", WORLD_SOA, 0)},
     false},
};

START_TEST(transfers)
{
    world_judge_rows(transfer_rows, COUNT(transfer_rows));
}
END_TEST

SUITE_MAIN("records_csync", copied_or_not, malformed, asked_only_when_wanted, trusted_or_not,
           transfers)
