/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside good signatures on the path, and the numbers about those that end first. */
#include <math.h>
#include <string.h>

#include "lib/chainworld.h"
#include "lib/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define AT_2         "@" WORLD_EXAMPLE_2
#define ZONE(...)    .zones = {{.name = EXAMPLE, __VA_ARGS__}}

static void multiply(struct arena *arena, struct rrset *set, size_t count)
{
    struct rrsig *sigs = arena_alloc(arena, count * sizeof *sigs);
    for (size_t i = 0; i < count; i++) {
        sigs[i] = set->sigs[0];
    }
    set->sigs = sigs;
    set->sig_count = count;
}

static void eight(struct arena *arena, struct rrset *set)
{
    multiply(arena, set, 8);
}

static void nine(struct arena *arena, struct rrset *set)
{
    multiply(arena, set, 9);
}

static void seventeen(struct arena *arena, struct rrset *set)
{
    multiply(arena, set, 17);
}

static const struct world_row rows[] = {
    {"8 signatures", SECURE, {.odd = {{WWW, {.alter = eight}}}}},
    {"9 signatures",
     "secure: rrsig-too-many=WARNING chain-secure=OK",
     {.odd = {{WWW, {.alter = nine}}}}},
    {"17 signatures",
     "secure: rrsig-too-many=CRITICAL chain-secure=OK",
     {.odd = {{WWW, {.alter = seventeen}}}}},
    {"17 signatures over a DS",
     "secure: rrsig-too-many=CRITICAL chain-secure=OK",
     {.odd = {{EXAMPLE, {.types = "DS", .alter = seventeen}}}}},
    {"a wrong signature over a denial",
     "secure: rrsig-bad-extra=WARNING chain-secure=OK",
     {.name = "example.net",
      .odd = {{NULL, {.types = "NSEC", .deed = DEED_ALSO, .keys = "Z1", .spoilt = true}}}}},
    {"a wrong signature at one server",
     "secure: rrsig-bad-extra=WARNING" AT_2 " chain-secure=OK",
     {.iterate = true,
      .odd = {{WWW, {.servers = "2", .deed = DEED_ALSO, .keys = "Z1", .spoilt = true}}}}},
    {"a wrong signature at both servers",
     "secure: rrsig-bad-extra=WARNING chain-secure=OK",
     {.iterate = true, .odd = {{WWW, {.deed = DEED_ALSO, .keys = "Z1", .spoilt = true}}}}},
    {"a signature by an unpublished key",
     SECURE,
     {.odd = {{WWW, {.deed = DEED_ALSO, .keys = "Z2"}}}}},
    {"two keys of one tag, one of which signs",
     "secure: rrsig-tag-collision=CRITICAL chain-secure=OK",
     {ZONE(.dnskey = "K1 Z1 Z1c")}},
    {"two keys of one tag, none of which signs",
     "secure: rrsig-tag-collision=WARNING chain-secure=OK",
     {ZONE(.dnskey = "K1 Z1 Z2 Z2c")}},
    {"a DS with a digest of impossible length beside a good one",
     "secure: ds-digest-length=CRITICAL chain-secure=OK",
     {ZONE(.ds = "K1 K2=l")}},
    {"the same in the zone above",
     "secure: ds-digest-length=CRITICAL chain-secure=OK",
     {.zones = {{.name = "com", .ds = "K1 K2=l"}}}},
    {"above what is broken",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL" BROKEN
     " rrsig-tag-collision=CRITICAL",
     {.zones = {{.name = "com", .dnskey = "K1 Z1 Z1c"}},
      .odd = {{WWW, {.types = "A", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}}},
    {"a zone that is not on the path",
     SECURE,
     {.zones = {{.name = "example.net", .dnskey = "K1 Z1 Z1c"}}}},
};

START_TEST(beside_good_ones)
{
    chainworld_judge_rows(rows, COUNT(rows));
}
END_TEST

static double min_remaining(const struct report *report)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        if (strcmp(report->metrics[i].label, "min_remaining") == 0) {
            return report->metrics[i].value;
        }
    }
    return -1e9;
}

#define WINDOW(start, end) .deed = DEED_RESIGN, .from = (start), .until = (end)

/* What had expired did not count, so that the number was good in a broken zone. */
START_TEST(what_has_expired_counts)
{
    static const struct {
        struct world_plan plan;
        int64_t remaining;
    } plans[] = {
        {{.name = NULL}, 11 * DAY},
        {{.odd = {{WWW, {WINDOW(-20 * DAY, -6 * DAY)}}}}, -6 * DAY},
        {{.odd = {{EXAMPLE, {.types = "DNSKEY", WINDOW(-20 * DAY, -5 * DAY)}}}}, -5 * DAY},
        {{.odd = {{EXAMPLE, {.types = "DS", WINDOW(-20 * DAY, -4 * DAY)}}}}, -4 * DAY},
        {{.iterate = true, .odd = {{WWW, {.servers = "2", WINDOW(-20 * DAY, -3 * DAY)}}}},
         -3 * DAY},
        {{.odd = {{WWW, {.deed = DEED_RESIGN, .spoilt = true}}}}, 11 * DAY},
    };
    struct chainworld world;
    chainworld_open(&world);
    for (size_t i = 0; i < COUNT(plans); i++) {
        (void)chainworld_judge(&world, &plans[i].plan);
        ck_assert_double_eq(min_remaining(&world.subject.report), (double)plans[i].remaining);
    }
    chainworld_close(&world);
}
END_TEST

static size_t samples(const struct report *report, enum family family, const char *zone,
                      double value)
{
    size_t count = 0;
    for (size_t i = 0; i < report->sample_count; i++) {
        const struct sample *sample = &report->samples[i];
        count += sample->family == family && strcmp(sample->zone, zone) == 0 &&
                         fabs(sample->value - value) < 0.5
                     ? 1
                     : 0;
    }
    return count;
}

START_TEST(families_of_the_path)
{
    struct chainworld world;
    chainworld_open(&world);
    const struct world_plan plan = {.odd = {{WWW, {WINDOW(-DAY, 2 * DAY)}}}};
    (void)chainworld_judge(&world, &plan);
    const struct report *report = &world.subject.report;
    static const char *const zones[] = {".", "com", EXAMPLE};
    for (size_t i = 0; i < COUNT(zones); i++) {
        size_t sets = i == 0 ? 1 : 2; /* DNSKEY, and DS */
        ck_assert_uint_eq(samples(report, FAMILY_VALIDITY, zones[i], 11 * DAY), sets);
        ck_assert_uint_eq(samples(report, FAMILY_EXPIRATION, zones[i], ZONE_NOW + 11 * DAY), sets);
        ck_assert_uint_eq(samples(report, FAMILY_INCEPTION, zones[i], ZONE_NOW - 3 * DAY), sets);
        ck_assert_uint_eq(samples(report, FAMILY_SIGNED, zones[i], 1), 1);
        ck_assert_uint_eq(samples(report, FAMILY_ALGORITHM, zones[i], 13), 1);
    }
    ck_assert_uint_eq(samples(report, FAMILY_VALIDITY, EXAMPLE, 2 * DAY), 1);
    ck_assert_uint_eq(samples(report, FAMILY_SHORTEST, EXAMPLE, 2 * DAY), 1);
    ck_assert_uint_eq(samples(report, FAMILY_SHORTEST, "com", 11 * DAY), 1);
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_beside", beside_good_ones, what_has_expired_counts, families_of_the_path)
