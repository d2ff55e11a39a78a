/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of durations, points in time, numbers and the cleaning of network text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "lib/suite.h"

static const int64_t untouched = -12345;

START_TEST(test_durations)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {
        {"0", 0},
        {"1", 1},
        {"007", 7},
        {"90", 90},
        {"45s", 45},
        {"90m", 5400},
        {"36h", 129600},
        {"7d", 604800},
        {"2w", 1209600},
        {"1d12h", 129600},
        {"1w2d3h4m5s", 604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5},
        {"1w1s", 604801},
        {"0d", 0},
        {"36525d", INT64_C(3155760000)},
        {"3155760000", INT64_C(3155760000)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t seconds = untouched;
        ck_assert_msg(text_duration(rows[i].text, &seconds), "%s: refused", rows[i].text);
        ck_assert_msg(seconds == rows[i].seconds, "%s: %" PRId64, rows[i].text, seconds);
    }
}
END_TEST

static const char *const bad_durations[] = {
    "",
    " ",
    "d",
    "-1",
    "+1",
    "-1d",
    "1.5h",
    "1,5h",
    ".5",
    "1e3",
    "0x10",
    "7D",
    "7 d",
    " 7d",
    "7d ",
    "7d:",
    "7days",
    "7dd",
    "1h1d",
    "1d1d",
    "12h30",
    "1d12",
    "1y",
    "1d\n",
    "36526d",
    "36525d1s",
    "3155760001",
    "5300w",
    "4294967296w",
    "18446744073709551616",
    "99999999999999999999999999999999999999d",
    "1w99999999999999999999999999s",
};

START_TEST(test_bad_durations)
{
    for (size_t i = 0; i < sizeof bad_durations / sizeof bad_durations[0]; i++) {
        int64_t seconds = untouched;
        ck_assert_msg(!text_duration(bad_durations[i], &seconds), "\"%s\": accepted",
                      bad_durations[i]);
        ck_assert_msg(seconds == untouched, "\"%s\": %" PRId64, bad_durations[i], seconds);
    }
}
END_TEST

START_TEST(test_read_duration_stops)
{
    static const struct {
        const char *text;
        int64_t seconds;
        const char *rest;
    } rows[] = {
        {"7d:", 604800, ":"},  {"10:20", 10, ":20"},    {"3d/10%", 259200, "/10%"},
        {"10%", 10, "%"},      {"1.5h", 1, ".5h"},      {"1h1d", 3600, "1d"},
        {"1d12", 86400, "12"}, {"1d12x", 86400, "12x"}, {"5x", 5, "x"},
        {"1d2d", 86400, "2d"}, {"4s", 4, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t seconds = untouched;
        const char *rest = text_read_duration(rows[i].text, &seconds);
        ck_assert_ptr_nonnull(rest);
        ck_assert_str_eq(rest, rows[i].rest);
        ck_assert_int_eq(seconds, rows[i].seconds);
    }
    static const char *const none[] = {"", ":", "d", "-1d", "x7d", "99999999999d"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        int64_t seconds = untouched;
        ck_assert_msg(text_read_duration(none[i], &seconds) == NULL, "\"%s\"", none[i]);
        ck_assert_int_eq(seconds, untouched);
    }
}
END_TEST

START_TEST(test_spans)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {1, "1s"},
        {59, "59s"},
        {60, "1m"},
        {61, "1m 1s"},
        {3599, "59m 59s"},
        {3600, "1h"},
        {3601, "1h"},
        {11520, "3h 12m"},
        {86399, "23h 59m"},
        {86400, "1d"},
        {86460, "1d"},
        {90061, "1d 1h"},
        {9 * 86400 + 4 * 3600, "9d 4h"},
        {604800, "7d"},
        {-1, "-1s"},
        {-(3 * 86400 + 2 * 3600), "-3d 2h"},
        {INT64_MAX, "106751991167300d 15h"},
        {INT64_MIN, "-106751991167300d 15h"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(text_span(arena, rows[i].seconds), rows[i].text);
    }
    arena_destroy(arena);
}
END_TEST

/* False alarm: "expired before -3 days". */
START_TEST(test_expiry)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(text_expiry(arena, 9 * 86400), "expires in 9d");
    ck_assert_str_eq(text_expiry(arena, 0), "expires in 0s");
    ck_assert_str_eq(text_expiry(arena, -1), "expired 1s ago");
    ck_assert_str_eq(text_expiry(arena, -3 * 86400 - 7200), "expired 3d 2h ago");
    arena_destroy(arena);
}
END_TEST

/* Moments both ways: as they are printed, and in the two calendar forms that are read. */
static const struct {
    int64_t time;
    const char *text;
    const char *rrsig;
    const char *iso;
} moments[] = {
    {0, "1970-01-01 00:00:00 UTC", "19700101000000", "1970-01-01T00:00:00Z"},
    {951782400, "2000-02-29 00:00:00 UTC", "20000229000000", "2000-02-29T00:00:00Z"},
    {1709251199, "2024-02-29 23:59:59 UTC", "20240229235959", "2024-02-29T23:59:59Z"},
    {1709251200, "2024-03-01 00:00:00 UTC", "20240301000000", "2024-03-01T00:00:00Z"},
    {1735689599, "2024-12-31 23:59:59 UTC", "20241231235959", "2024-12-31T23:59:59Z"},
    {1789903600, "2026-09-20 11:26:40 UTC", "20260920112640", "2026-09-20T11:26:40Z"},
    {INT64_C(2147483648), "2038-01-19 03:14:08 UTC", "20380119031408", "2038-01-19T03:14:08Z"},
    {INT64_C(4107542400), "2100-03-01 00:00:00 UTC", "21000301000000", "2100-03-01T00:00:00Z"},
    {INT64_C(4294967296), "2106-02-07 06:28:16 UTC", "21060207062816", "2106-02-07T06:28:16Z"},
    {INT64_C(253402300799), "9999-12-31 23:59:59 UTC", "99991231235959", "9999-12-31T23:59:59Z"},
};

START_TEST(test_times)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        ck_assert_str_eq(text_time(arena, moments[i].time), moments[i].text);
    }
    ck_assert_str_eq(text_time(arena, -1), "1969-12-31 23:59:59 UTC");
    ck_assert_str_eq(text_time(arena, -86400), "1969-12-31 00:00:00 UTC");
    ck_assert_str_eq(text_time(arena, INT64_C(-62135596800)), "0001-01-01 00:00:00 UTC");
    ck_assert_ptr_nonnull(text_time(arena, INT64_MAX)); /* whatever it says, it must not trap */
    ck_assert_ptr_nonnull(text_time(arena, INT64_MIN));
    arena_destroy(arena);
}
END_TEST

/* The C library as an independent witness, over more than an era of 400 years. */
START_TEST(test_times_agree_with_gmtime)
{
    struct arena *arena = arena_create();
    for (time_t time = 0; time < (time_t)INT64_C(15000000000); time += 86400 * 13 + 4321) {
        struct tm parts;
        char expected[64];
        ck_assert_ptr_nonnull(gmtime_r(&time, &parts));
        strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S UTC", &parts);
        ck_assert_str_eq(text_time(arena, time), expected);
        strftime(expected, sizeof expected, "%Y%m%d%H%M%S", &parts);
        int64_t back = untouched;
        ck_assert_msg(text_point_in_time(expected, 0, &back), "%s: refused", expected);
        ck_assert_int_eq(back, time);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_points_in_time)
{
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        int64_t time = untouched;
        ck_assert_msg(text_point_in_time(moments[i].rrsig, 5, &time), "%s", moments[i].rrsig);
        ck_assert_int_eq(time, moments[i].time);
        time = untouched;
        ck_assert_msg(text_point_in_time(moments[i].iso, 5, &time), "%s", moments[i].iso);
        ck_assert_int_eq(time, moments[i].time);
    }
    static const struct {
        const char *text;
        int64_t time;
    } rows[] = {
        {"0", 0},
        {"1789000000", 1789000000},
        {"4294967296", INT64_C(4294967296)},
        {"253402300799", INT64_C(253402300799)},
        {"+3d", 1000000 + 259200},
        {"-12h", 1000000 - 43200},
        {"+0", 1000000},
        {"-1000000", 0},
        {"+1d12h", 1000000 + 129600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t time = untouched;
        ck_assert_msg(text_point_in_time(rows[i].text, 1000000, &time), "%s", rows[i].text);
        ck_assert_int_eq(time, rows[i].time);
    }
}
END_TEST

START_TEST(test_points_in_time_ignore_the_zone)
{
    ck_assert_int_eq(setenv("TZ", "Pacific/Kiritimati", 1), 0);
    tzset();
    int64_t time = untouched;
    ck_assert(text_point_in_time("20260920112640", 0, &time));
    ck_assert_int_eq(time, 1789903600);
    unsetenv("TZ");
    tzset();
}
END_TEST

static const char *const bad_points[] = {
    "",
    "now",
    "+",
    "-",
    "+-3d",
    "++3d",
    "+3x",
    "+3d ",
    " +3d",
    "+ 3d",
    "3d",
    "-1000001",
    "+36526d",
    "1e9",
    "1789000000.5",
    "1789000000 ",
    "253402300800",
    "1789000000000",
    "99999999999999999999999",
    "20260229000000",
    "20260931000000",
    "20260431000000",
    "21000229000000",
    "20261301000000",
    "20260001000000",
    "20260100000000",
    "20260132000000",
    "20260920240000",
    "20260920116040",
    "20260920112660",
    "19691231235959",
    "00000101000000",
    "2026092011264",
    "202609201126400",
    "2026-09-20",
    "2026-09-20T11:26:40",
    "2026-09-20T11:26:40z",
    "2026-09-20t11:26:40Z",
    "2026-09-20 11:26:40Z",
    "2026-09-20T11:26:40+02:00",
    "2026-09-20T11:26:40Zx",
    "2026-9-20T11:26:40Z",
    "2026-02-30T00:00:00Z",
    "2026-09-20T24:00:00Z",
    "YYYYMMDDhhmmss",
};

START_TEST(test_bad_points_in_time)
{
    for (size_t i = 0; i < sizeof bad_points / sizeof bad_points[0]; i++) {
        int64_t time = untouched;
        ck_assert_msg(!text_point_in_time(bad_points[i], 1000000, &time), "\"%s\": accepted",
                      bad_points[i]);
        ck_assert_msg(time == untouched, "\"%s\": %" PRId64, bad_points[i], time);
    }
}
END_TEST

START_TEST(test_relative_to_an_absurd_now)
{
    static const int64_t nows[] = {INT64_MAX, INT64_MIN, -1};
    for (size_t i = 0; i < sizeof nows / sizeof nows[0]; i++) {
        int64_t time = untouched;
        ck_assert(!text_point_in_time("+100d", nows[i], &time));
        ck_assert(!text_point_in_time("-100d", nows[i], &time));
        ck_assert_int_eq(time, untouched);
    }
}
END_TEST

START_TEST(test_clean)
{
    static const struct {
        const char *text;
        size_t size;
        size_t limit;
        const char *clean;
    } rows[] = {
        {"", 0, 10, ""},
        {NULL, 0, 10, ""},
        {"plain text, 1-2.", 16, 100, "plain text, 1-2."},
        {"|\\\"'`<>&$;", 10, 100, "??????????"},
        {"a\0b", 3, 100, "a?b"},
        {"\t\r\n\x1b[31m", 8, 100, "????[31m"},
        {"\x7f\x80\xff\xc3\xbc", 5, 100, "?????"},
        {" ~!#%()*+,-./:=?@[]^_{}", 23, 100, " ~!#%()*+,-./:=?@[]^_{}"},
        {"abcdef", 6, 6, "abcdef"},
        {"abcdef", 6, 5, "abcde..."},
        {"abcdef", 6, 0, "..."},
        {"", 0, 0, ""},
        {"abcdef", 3, 6, "abc"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(text_clean(arena, rows[i].text, rows[i].size, rows[i].limit),
                         rows[i].clean);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_clean_every_octet)
{
    struct arena *arena = arena_create();
    for (int octet = 0; octet < 256; octet++) {
        char raw = (char)octet;
        const char *clean = text_clean(arena, &raw, 1, 1);
        int is_safe = octet >= 0x20 && octet <= 0x7E && strchr("|\\\"'`<>&$;", octet) == NULL;
        ck_assert_int_eq((unsigned char)clean[0], is_safe ? octet : '?');
        ck_assert_uint_eq(strlen(clean), 1);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_numbers)
{
    static const struct {
        const char *text;
        uint64_t most;
        uint64_t number;
    } rows[] = {
        {"0", 0, 0},
        {"1", 1, 1},
        {"0053", 65535, 53},
        {"65535", 65535, 65535},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t number = 99;
        ck_assert_msg(text_number(rows[i].text, rows[i].most, &number), "%s", rows[i].text);
        ck_assert_uint_eq(number, rows[i].number);
    }
}
END_TEST

START_TEST(test_bad_numbers)
{
    static const struct {
        const char *text;
        uint64_t most;
    } rows[] = {
        {"", 10},
        {" 1", 10},
        {"1 ", 10},
        {"-1", 10},
        {"+1", 10},
        {"1.0", 10},
        {"0x1", 10},
        {"1e1", 100},
        {"1", 0},
        {"11", 10},
        {"20", 10},
        {"65536", 65535},
        {"abc", 10},
        {"1a", 10},
        {"18446744073709551616", UINT64_MAX},
        {"99999999999999999999999", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t number = 99;
        ck_assert_msg(!text_number(rows[i].text, rows[i].most, &number), "\"%s\"", rows[i].text);
        ck_assert_uint_eq(number, 99);
    }
}
END_TEST

START_TEST(test_counts_and_lists)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(text_count(arena, 0, "server"), "0 servers");
    ck_assert_str_eq(text_count(arena, 1, "server"), "1 server");
    ck_assert_str_eq(text_count(arena, 2, "server"), "2 servers");
    static const char *const items[] = {"a", "b", "c", "d", "e"};
    ck_assert_str_eq(text_list(arena, items, 0), "");
    ck_assert_str_eq(text_list(arena, items, 3), "a, b, c");
    ck_assert_str_eq(text_list(arena, items, 5), "a, b, c and 2 more");
    ck_assert_str_eq(text_join(arena, "a, b", text_join(arena, "", "c")), "a, b, c");
    ck_assert_str_eq(text_more(arena, text_join(arena, "a", ""), 3, 1), "a and 2 more");
    ck_assert_str_eq(text_within(arena, " (", text_more(arena, "a", 1, 1), ")"), " (a)");
    ck_assert_str_eq(text_within(arena, "", NULL, text_within(arena, "b", "", "c")), "");
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("text", test_durations, test_bad_durations, test_read_duration_stops, test_spans,
           test_expiry, test_times, test_times_agree_with_gmtime, test_points_in_time,
           test_points_in_time_ignore_the_zone, test_bad_points_in_time,
           test_relative_to_an_absurd_now, test_clean, test_clean_every_octet, test_numbers,
           test_bad_numbers, test_counts_and_lists)
