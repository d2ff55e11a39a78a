/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of check_dns_records: what is refused and why, and what the rest means. */
#include <string.h>

#include "lib/recordworld.h"
#include "lib/suite.h"
#include "plugins/records_pattern.h"

static const struct {
    const char *arguments;
    const char *problem; /* a part of what is said */
} refused[] = {
    {"-T ~", "-T: ? is not a record type"},
    /* False OK: an empty macro of the scheduler must not be green for ever. */
    {"--type=", "--type: nothing is not a record type"},
    {"--expect-value=", "--expect-value: the value is empty"},
    {"--regex=", "--regex: the value is empty"},
    {"--expect-rcode=", "--expect-rcode: nothing is not a response code"},
    {"--count=", "--count: the range is empty"},
    {"--ttl=", "--ttl: the range is empty"},
    {"--serial-lag=", "--serial-lag: the range is empty"},
    {"--baseline=", "--baseline: the value is empty"},
    {"--warning=", "--warning: the range is empty"},
    {"--critical=", "--critical: the range is empty"},
    {"-T NOPE", "-T: NOPE is not a record type"},
    {"-T A,,NS", "-T: nothing is not a record type"},
    {"-T A,", "-T: nothing is not a record type"},
    {"-T TYPE65536", "-T: TYPE65536 is not a record type"},
    {"-T ANY", "-T: ANY is not a type of records"},
    {"-T A,RRSIG", "-T: RRSIG is not a type of records"},
    {"-T NXNAME", "-T: NXNAME is not a type of records"},
    {"-T TYPE0", "-T: TYPE0 is not a type of records"},
    {"-T OPT", "-T: OPT is not a type of records"},
    {"-T AXFR", "-T: AXFR is not a type of records"},
    {"-T TYPE1000,TYPE1001,TYPE1002,TYPE1003,TYPE1004,TYPE1005,TYPE1006,TYPE1007,TYPE1008,"
     "TYPE1009,TYPE1010,TYPE1011,TYPE1012,TYPE1013,TYPE1014,TYPE1015,TYPE1016",
     "-T: there are more than 16 types"},
    {"-T DS,A", "--type: DS goes alone"},
    {"-T A -e 192.0.2.256", "--expect-value 192.0.2.256: no A record"},
    {"-T A -e 192.0.2.1~192.0.2.2", "--expect-value"},
    {"-T A -e MX~10~a.", "--expect-value"},
    {"-e 192.0.2.1", "192.0.2.1 is not a record type"},
    {"-T A,MX -e 10~a.", "10 is not a record type"},
    {"-T A,MX -e TXT~a", "TXT is not among the types"},
    {"-T MX -e 10~a..b", "--expect-value"},
    {"-T TYPE65280 -e \\#~5~0a000001", "--expect-value"},
    {"-T TYPE65280 -e 0a000001", "--expect-value"},
    {"--exact", "--exact goes with"},
    {"--regex (", "--regex"},
    {"--regex [", "--regex"},
    {"--regex *a{2", "--regex"},
    {"--regex (a)\\1", "back-references"},
    {"--regex ((a{100}){100}){100}", "repeats too often"},
    {"--regex a{99999}", "repeats too often"},
    {"--expect-rcode NOPE", "--expect-rcode: NOPE is not a response code"},
    {"--expect-rcode 3", "--expect-rcode: 3 is not a response code"},
    {"-T A -e 192.0.2.1 --expect-rcode NXDOMAIN", "no records can be expected"},
    {"--count 1 --expect-rcode NXDOMAIN", "no records can be expected"},
    {"--count x", "--count: x"},
    {"--count 1d", "--count: 1d"},
    {"--count 3:2", "--count: 3:2"},
    {"--ttl -1", "--ttl: -1"},
    {"--ttl 1x", "--ttl: 1x"},
    {"--serial-lag x", "--serial-lag: x"},
    {"--serial-lag 2:1", "--serial-lag: 2:1"},
    {"--serial-lag 1h:2", "--serial-lag: 1h:2"},
    {"-w ~:x", "-w"},
    {"-c 1ms", "-c"},
    {"-w 0,5", "-w"},
    {"--baseline-update", "--baseline-update goes with"},
    {"--baseline /tmp/x --expect-rcode REFUSED", "--baseline: there is no answer"},
    {"-s 192.0.2.1 --check-csync", "--check-csync goes without --server"},
    {"-s 192.0.2.1 --compare", "--compare: one server"},
};

START_TEST(misuse)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        const struct world_row row = {.what = "misuse", .arguments = refused[i].arguments};
        struct world world;
        world_open(&world, &row);
        ck_assert_msg(world.problem != NULL, "%s is taken", refused[i].arguments);
        if (strchr(refused[i].problem, '?') == NULL) {
            ck_assert_msg(strstr(world.problem, refused[i].problem) != NULL, "%s: %s",
                          refused[i].arguments, world.problem);
        }
        ck_assert_ptr_null(strchr(world.problem, '\n'));
        world_close(&world);
    }
}
END_TEST

START_TEST(types)
{
    static const struct world_row row = {.arguments = "-T a,AAAA,a,TYPE28,TYPE65280"};
    struct world world;
    world_open(&world, &row);
    ck_assert_ptr_null(world.problem);
    ck_assert_uint_eq(world.options.types.count, 3);
    ck_assert_uint_eq(world.options.types.types[0], 1);
    ck_assert_uint_eq(world.options.types.types[1], 28);
    ck_assert_uint_eq(world.options.types.types[2], 65280);
    world_close(&world);
}
END_TEST

START_TEST(types_of_values)
{
    static const struct world_row row = {.arguments = "-e MX~10~a. -e A~192.0.2.1 -e MX~20~b."};
    uint16_t found[RECORDS_TYPES_MAX];
    struct world world;
    world_open(&world, &row);
    ck_assert_uint_eq(records_types(&world.options, true, found), 2);
    ck_assert_uint_eq(found[0], 15);
    ck_assert_uint_eq(found[1], 1);
    world_close(&world);
}
END_TEST

static const struct {
    const char *text;
    enum lag_unit unit;
    double end;
} lags[] = {
    {"5", LAG_SERIALS, 5},  {"0:100", LAG_SERIALS, 100},      {"2h", LAG_SECONDS, 7200},
    {"0s", LAG_SECONDS, 0}, {"0:1d12h", LAG_SECONDS, 129600},
};

START_TEST(serial_lags)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(lags); i++) {
        struct lag lag = {.unit = LAG_NONE};
        ck_assert_ptr_null(records_parse_lag(arena, lags[i].text, &lag));
        ck_assert_int_eq(lag.unit, lags[i].unit);
        ck_assert_double_eq(lag.range.end, lags[i].end);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(rcodes)
{
    static const char *const texts[] = {"NOERROR", "servfail", "NXDOMAIN", "REFUSED", "RCODE42"};
    static const int codes[] = {0, 2, 3, 5, 42};
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(codes); i++) {
        int code = RCODE_ANY;
        ck_assert_ptr_null(records_parse_rcode(arena, texts[i], &code));
        ck_assert_int_eq(code, codes[i]);
    }
    arena_destroy(arena);
}
END_TEST

/* A long text and an expression that some matchers take exponential time for. */
START_TEST(patterns)
{
    struct arena *arena = arena_create();
    const struct pattern *pattern = NULL;
    char text[70000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    ck_assert_ptr_null(pattern_compile(arena, "^(a|aa)+$", &pattern));
    ck_assert(pattern_matches(arena, pattern, text));
    ck_assert_ptr_null(pattern_compile(arena, "(a*)*b", &pattern));
    ck_assert(!pattern_matches(arena, pattern, text));
    ck_assert_ptr_null(pattern_compile(arena, "^a{1,3}$", &pattern));
    ck_assert(pattern_matches(arena, pattern, "aaa"));
    ck_assert(!pattern_matches(arena, pattern, "aaaa"));
    text[257] = '\0';
    ck_assert_str_eq(pattern_compile(arena, text, &pattern),
                     "the expression is longer than 256 octets");
    text[256] = '\0';
    ck_assert_ptr_null(pattern_compile(arena, text, &pattern));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("records_options", misuse, types, types_of_values, serial_lags, rcodes, patterns)
