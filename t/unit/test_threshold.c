/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of Nagios ranges and of horizons. */
#include <math.h>
#include <string.h>

#include "lib/suite.h"
#include "result/threshold.h"

/* What a range says to three values, and how it is printed. */
static const struct {
    const char *text;
    double start;
    double end;
    bool alert_inside;
    const char *printed;
} ranges[] = {
    {"10", 0, 10, false, "10"},
    {"0", 0, 0, false, "0"},
    {"10:", 10, INFINITY, false, "10:"},
    {"0:", 0, INFINITY, false, "0:"},
    {"-0:", 0, INFINITY, false, "0:"},
    {"~:10", -INFINITY, 10, false, "~:10"},
    {"~:", -INFINITY, INFINITY, false, ""},
    {"~:-5", -INFINITY, -5, false, "~:-5"},
    {"10:20", 10, 20, false, "10:20"},
    {"10:10", 10, 10, false, "10:10"},
    {"-10:20", -10, 20, false, "-10:20"},
    {"-20:-10", -20, -10, false, "-20:-10"},
    {"@10:20", 10, 20, true, "@10:20"},
    {"@10", 0, 10, true, "@10"},
    {"@10:", 10, INFINITY, true, "@10:"},
    {"@~:10", -INFINITY, 10, true, "@~:10"},
    {"@~:", -INFINITY, INFINITY, true, "@~:"},
    {"1.5:2.25", 1.5, 2.25, false, "1.5:2.25"},
    {"-0.5:0.000001", -0.5, 0.000001, false, "-0.5:0.000001"},
    {"0.10", 0, 0.1, false, "0.1"},
    {"010", 0, 10, false, "10"},
    {"100:", 100, INFINITY, false, "100:"},
    {"999999999999999", 0, 999999999999999.0, false, "999999999999999"},
    {"123456789.123456", 0, 123456789.123456, false, "123456789.123456"},
};

START_TEST(test_ranges)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (int durations = 0; durations <= 1; durations++) {
            struct range range = {.start = 77};
            const char *problem = range_parse(ranges[i].text, durations != 0, &range);
            ck_assert_msg(problem == NULL, "%s: %s", ranges[i].text, problem);
            ck_assert_msg(range.start == ranges[i].start, "%s: %f", ranges[i].text, range.start);
            ck_assert_msg(range.end == ranges[i].end, "%s: %f", ranges[i].text, range.end);
            ck_assert_int_eq(range.alert_inside, ranges[i].alert_inside);
            ck_assert_str_eq(range_text(arena, range), ranges[i].printed);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_printed_ranges_read_back)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct range range;
        struct range again = range_whole();
        ck_assert_ptr_null(range_parse(ranges[i].text, false, &range));
        const char *printed = range_text(arena, range);
        ck_assert(printed[0] == '\0' || range_parse(printed, false, &again) == NULL);
        ck_assert_msg(range.start == again.start && range.end == again.end &&
                          range.alert_inside == again.alert_inside,
                      "%s", printed);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_ranges_of_durations)
{
    static const struct {
        const char *text;
        const char *printed;
    } rows[] = {
        {"7d:", "604800:"},       {"3d", "259200"},
        {"~:36h", "~:129600"},    {"1d:2w", "86400:1209600"},
        {"@1h:2h", "@3600:7200"}, {"1d12h:", "129600:"},
        {"90:5m", "90:300"},      {"1.5:2m", "1.5:120"},
        {"-10:1m", "-10:60"},     {"10s:", "10:"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range = {.start = 77};
        const char *problem = range_parse(rows[i].text, true, &range);
        ck_assert_msg(problem == NULL, "%s: %s", rows[i].text, problem);
        ck_assert_str_eq(range_text(arena, range), rows[i].printed);
    }
    arena_destroy(arena);
}
END_TEST

static void refuse_range(const char *text, bool durations, const char *hint)
{
    struct range range = {.start = 77, .end = 78};
    const char *problem = range_parse(text, durations, &range);
    ck_assert_msg(problem != NULL, "\"%s\": accepted", text);
    ck_assert_msg(strstr(problem, hint) != NULL, "\"%s\": %s", text, problem);
    ck_assert_msg(range.start == 77 && range.end == 78, "\"%s\": changed", text);
}

static const struct {
    const char *text;
    const char *hint;
} bad_ranges[] = {
    {"", "empty"},
    {"@", "missing"},
    {":", "before the colon"},
    {"@:", "before the colon"},
    {":10", "before the colon"},
    {"@:10", "before the colon"},
    {"~", "colon must follow"},
    {"@~", "colon must follow"},
    {"~10", "colon must follow"},
    {"~10:20", "colon must follow"},
    {"~~:10", "colon must follow"},
    {"10:~", "only be the start"},
    {"~:~", "only be the start"},
    {"20:10", "above the end"},
    {"@20:10", "above the end"},
    {"1:0.5", "above the end"},
    {"-5:-10", "above the end"},
    {"-5", "cannot be negative"},
    {"@-5", "cannot be negative"},
    {"+5", "no number"},
    {"5:+6", "no number"},
    {".5", "no number"},
    {"5.", "decimal point"},
    {"5.:6", "decimal point"},
    {"-", "missing"},
    {"-:", "no number"},
    {"--5:", "no number"},
    {"- 5:", "no number"},
    {"10:-", "missing"},
    {"1e3", "junk"},
    {"1E3:", "junk"},
    {"0x10", "junk"},
    {"1,5", "junk"},
    {"1.2.3", "junk"},
    {"10abc", "junk"},
    {"10%", "junk"},
    {"10:20:30", "junk"},
    {"10::", "no number"},
    {"10::20", "no number"},
    {"10:20@", "junk"},
    {"10@", "junk"},
    {"@@10", "no number"},
    {" 10", "no number"},
    {"10 ", "junk"},
    {"10 :20", "junk"},
    {"10: 20", "no number"},
    {"10:20 ", "junk"},
    {"10\n", "junk"},
    {" ", "no number"},
    {"@ 10", "no number"},
    {"~ :10", "colon must follow"},
    {">10", "no number"},
    {"<10", "no number"},
    {"abc", "no number"},
    {"inf", "no number"},
    {"nan", "no number"},
    {"10:inf", "no number"},
    {"\xc3\xa9", "no number"},
    {"1000000000000000", "too many digits"},
    {"0.0000001", "too many digits"},
    {"1000000000.1234567", "too many digits"},
    {"10000000000.123456", "too many digits"},
    {"99999999999999999999999999999999999999999", "too many digits"},
    {"0.99999999999999999999999999999999999999", "too many digits"},
    {"/root:10", "expanded by the shell"},
    {"/home/nagios:10", "expanded by the shell"},
    {"@/root:10", "expanded by the shell"},
    {"10/20", "expanded by the shell"},
};

START_TEST(test_bad_ranges)
{
    for (size_t i = 0; i < sizeof bad_ranges / sizeof bad_ranges[0]; i++) {
        refuse_range(bad_ranges[i].text, false, bad_ranges[i].hint);
        refuse_range(bad_ranges[i].text, true, bad_ranges[i].hint);
    }
}
END_TEST

START_TEST(test_bad_ranges_of_durations)
{
    static const char *const only_with_durations[] = {"10s", "7d:", "36h:", "1d12h:", "5:2w"};
    for (size_t i = 0; i < sizeof only_with_durations / sizeof only_with_durations[0]; i++) {
        refuse_range(only_with_durations[i], false, "junk");
    }
    static const char *const never[] = {
        "7x:", "1h1d:", "1.5h:", "-7d:", "1d12:", "7 d:", "7D:", "1d.5:", "1y:2y:", "7d:7e"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        refuse_range(never[i], true, "");
    }
    refuse_range("2d:1d", true, "above the end");
    refuse_range("-7d:", true, "no sign");
    refuse_range("1.5h:", true, "no fraction");
    refuse_range("36526d:", true, "100 years");
}
END_TEST

START_TEST(test_alerts)
{
    static const struct {
        const char *range;
        double value;
        bool alerts;
    } rows[] = {
        {"10", -0.1, true},      {"10", 0, false},        {"10", 10, false},
        {"10", 10.1, true},      {"10:", 9.9, true},      {"10:", 10, false},
        {"10:", 1e300, false},   {"~:10", 10, false},     {"~:10", 10.1, true},
        {"~:10", -1e300, false}, {"10:20", 9, true},      {"10:20", 10, false},
        {"10:20", 20, false},    {"10:20", 21, true},     {"@10:20", 9, false},
        {"@10:20", 10, true},    {"@10:20", 15, true},    {"@10:20", 20, true},
        {"@10:20", 21, false},   {"~:", -1e300, false},   {"~:", 1e300, false},
        {"@~:", 0, true},        {"0", 0, false},         {"0", 1, true},
        {"@0", 0, true},         {"~:0", INFINITY, true}, {"0:", -INFINITY, true},
        {"-5:5", -5, false},     {"-5:5", -6, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range;
        ck_assert_ptr_null(range_parse(rows[i].range, false, &range));
        ck_assert_msg(range_alerts(range, rows[i].value) == rows[i].alerts, "%s of %f",
                      rows[i].range, rows[i].value);
    }
}
END_TEST

START_TEST(test_whole_range_never_alerts)
{
    static const double values[] = {0, -1, 1e308, -1e308, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert_msg(!range_alerts(range_whole(), values[i]), "%f", values[i]);
    }
    struct arena *arena = arena_create();
    ck_assert_str_eq(range_text(arena, range_whole()), "");
    arena_destroy(arena);
}
END_TEST

/* Bounds that were computed and not typed, as a share of a life. */
START_TEST(test_computed_ranges_print_without_exponent)
{
    static const struct {
        double start;
        const char *printed;
    } rows[] = {
        {86400 * 0.05, "4320:"},        {1.0 / 3, "0.333333:"},     {-1e-9, "0:"},
        {1e18, "1000000000000000000:"}, {2592000 * 0.1, "259200:"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range = {.start = rows[i].start, .end = INFINITY};
        ck_assert_str_eq(range_text(arena, range), rows[i].printed);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_horizons)
{
    static const struct {
        const char *text;
        double seconds;
        double share;
    } rows[] = {
        {"7d", 604800, INFINITY},  {"7d:", 604800, INFINITY}, {"3600", 3600, INFINITY},
        {"3600:", 3600, INFINITY}, {"0", 0, INFINITY},        {"1d12h", 129600, INFINITY},
        {"10%", INFINITY, 0.1},    {"2.5%", INFINITY, 0.025}, {"100%", INFINITY, 1},
        {"0.5%", INFINITY, 0.005}, {"3d/10%", 259200, 0.1},   {"10%/3d", 259200, 0.1},
        {"10%/3d:", 259200, 0.1},  {"1d/5%", 86400, 0.05},    {"60/100.0%", 60, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct horizon horizon = {.seconds = 77, .share = 78};
        const char *problem = horizon_parse(rows[i].text, &horizon);
        ck_assert_msg(problem == NULL, "%s: %s", rows[i].text, problem);
        ck_assert_msg(horizon.seconds == rows[i].seconds, "%s: %f", rows[i].text, horizon.seconds);
        ck_assert_msg(horizon.share == rows[i].share, "%s: %f", rows[i].text, horizon.share);
    }
}
END_TEST

static const struct {
    const char *text;
    const char *hint;
} bad_horizons[] = {
    {"", "missing"},
    {"/", "missing"},
    {"7d/", "missing"},
    {"/7d", "missing"},
    {"10%/", "missing"},
    {"/10%", "missing"},
    {"7d//10%", "missing"},
    {"0%", "above 0"},
    {"0.0%", "above 0"},
    {"100.1%", "above 0"},
    {"101%", "above 0"},
    {"1000%", "above 0"},
    {"-10%", "neither"},
    {"-7d", "neither"},
    {"+7d", "neither"},
    {"%", "no number"},
    {".5%", "no number"},
    {"5.%", "decimal point"},
    {"1.2.3%", "junk"},
    {"1e1%", "junk"},
    {"10 %", "junk"},
    {"10%%", "junk"},
    {"10%:", "junk"},
    {"10% ", "junk"},
    {" 10%", "neither"},
    {"0.0000001%", "too many digits"},
    {"99999999999999999999%", "too many digits"},
    {"7d/7d", "two durations"},
    {"7d/3d", "two durations"},
    {"10%/5%", "two percentages"},
    {"7d/10%/5%", "junk"},
    {"7d/10%/3d", "junk"},
    {"7d:/10%", "junk"},
    {"7d::", "junk"},
    {"7d:10d", "junk"},
    {"~:7d", "neither"},
    {"@7d", "neither"},
    {":7d", "neither"},
    {":", "neither"},
    {"7x", "junk"},
    {"7d ", "junk"},
    {" 7d", "neither"},
    {"7 d", "junk"},
    {"1.5d", "junk"},
    {"1h1d", "junk"},
    {"1d12", "junk"},
    {"abc", "neither"},
    {"36526d", "100 years"},
    {"99999999999999999999", "100 years"},
};

START_TEST(test_bad_horizons)
{
    for (size_t i = 0; i < sizeof bad_horizons / sizeof bad_horizons[0]; i++) {
        struct horizon horizon = {.seconds = 77, .share = 78};
        const char *problem = horizon_parse(bad_horizons[i].text, &horizon);
        ck_assert_msg(problem != NULL, "\"%s\": accepted", bad_horizons[i].text);
        ck_assert_msg(strstr(problem, bad_horizons[i].hint) != NULL, "\"%s\": %s",
                      bad_horizons[i].text, problem);
        ck_assert_msg(horizon.seconds == 77 && horizon.share == 78, "\"%s\"", bad_horizons[i].text);
    }
}
END_TEST

START_TEST(test_horizon_bounds)
{
    static const struct {
        double seconds;
        double share;
        int64_t life;
        double bound;
    } rows[] = {
        {INFINITY, INFINITY, 86400, INFINITY},
        {INFINITY, INFINITY, 0, INFINITY},
        {259200, INFINITY, 86400, 259200},
        {259200, INFINITY, 0, 259200},
        {INFINITY, 0.5, 86400, 43200},
        {INFINITY, 0.5, 0, 0},
        {INFINITY, 0.5, -100, 0},
        {259200, 0.5, 86400, 43200},
        {259200, 0.5, 2592000, 259200},
        {0, 0.5, 2592000, 0},
        {INFINITY, 1, INT64_C(4294967295), 4294967295.0},
        {INFINITY, 0.07, 86400, 6048},
        {INFINITY, 0.07, 3600, 252},
        {INFINITY, 0.10, 86405, 8641},
        {INFINITY, 0.10, 86410, 8641},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct horizon horizon = {.seconds = rows[i].seconds, .share = rows[i].share};
        double bound = horizon_bound(horizon, rows[i].life);
        ck_assert_msg(bound == rows[i].bound, "row %zu: %f", i, bound);
    }
}
END_TEST

SUITE_MAIN("threshold", test_ranges, test_printed_ranges_read_back, test_ranges_of_durations,
           test_bad_ranges, test_bad_ranges_of_durations, test_alerts,
           test_whole_range_never_alerts, test_computed_ranges_print_without_exponent,
           test_horizons, test_bad_horizons, test_horizon_bounds)
