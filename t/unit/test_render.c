/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three output formats, with reports_hostile text and at sizes that nobody should meet. */
#include <math.h>
#include <string.h>

#include "base/page.h"
#include "lib/lint.h"
#include "lib/reports.h"
#include "lib/suite.h"
#include "result/render.h"

START_TEST(numbers_have_no_exponent)
{
    static const struct {
        double number;
        const char *expected;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-3, "-3"},
        {100, "100"},
        {1789000000, "1789000000"},
        {0.5, "0.5"},
        {41.25, "41.25"},
        {1.0 / 3, "0.333333"},
        {0.0000001, "0"},
        {-0.0000001, "0"},
        {4294967295.0 * 1000, "4294967295000"},
        {1e15, "1000000000000000"},
        {100.000001, "100.000001"},
        {99.9999999, "100"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(result_number(arena, rows[i].number), rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(page_grows)
{
    struct arena *arena = arena_create();
    struct page page = page_start(arena);
    ck_assert_str_eq(page.text, "");
    for (int i = 0; i < 1000; i++) {
        page_printf(&page, "%d,", i % 10);
        page_add(&page, i % 100 == 0 ? "a rather longer text for once" : "");
    }
    ck_assert_uint_eq(strlen(page.text), page.size);
    ck_assert_uint_eq(page.size, 2 * 1000 + 10 * strlen("a rather longer text for once"));
    arena_destroy(arena);
}
END_TEST

START_TEST(all_well_is_one_line)
{
    struct arena *arena = arena_create();
    struct report report = reports_about(arena, "example.com");
    report_summary(&report, "%d signatures at %d addresses", 36, 4);
    reports_add(&report, FINDING_REPORT_CHANNEL, "a note");
    report_detail(&report, 1, "a detail");
    reports_add_life(&report, 1051200);
    reports_add_count(&report, "servers", 4);
    struct result result = reports_result(&report, 1);
    ck_assert_str_eq(render_nagios(arena, &result),
                     "RRSIG OK - example.com: 36 signatures at 4 addresses"
                     " | min_remaining=1051200s;259200:;86400: servers=4\n");
    ck_assert_int_eq(result_state(&result), STATE_OK);
    arena_destroy(arena);
}
END_TEST

START_TEST(headline_names_the_root_cause)
{
    static const struct {
        const char *verdict;
        const char *summary;
        bool is_faulty;
        const char *expected;
    } rows[] = {
        {NULL, NULL, false, "RRSIG OK - example.com"},
        {NULL, "fine", false, "RRSIG OK - example.com: fine"},
        {"secure", "fine", false, "RRSIG OK - secure: example.com: fine"},
        {NULL, NULL, true, "RRSIG CRITICAL - example.com: no answer [net-timeout-all]"},
        {"bogus", "fine", true, "RRSIG CRITICAL - bogus: example.com: no answer [net-timeout-all]"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct report report = reports_about(arena, "example.com");
        report.verdict = rows[i].verdict;
        report.summary = rows[i].summary;
        if (rows[i].is_faulty) {
            reports_add(&report, FINDING_RRSIG_VALIDITY_LONG, "long");
            reports_add(&report, FINDING_TIMEOUT_ALL, "no answer");
        }
        report_sort(&report);
        struct result result = reports_result(&report, 1);
        ck_assert_str_eq(result_headline(arena, &result), rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(nothing_checked_is_unknown)
{
    struct arena *arena = arena_create();
    struct result result = reports_result(NULL, 0);
    ck_assert_int_eq(result_state(&result), STATE_UNKNOWN);
    ck_assert_str_eq(render_nagios(arena, &result), "RRSIG UNKNOWN - nothing was checked\n");
    ck_assert_str_eq(render_json(arena, &result),
                     "{\"plugin\":\"check_rrsig_expiry\",\"version\":\"0.1.0\","
                     "\"state\":\"UNKNOWN\",\"exit_code\":3,"
                     "\"summary\":\"RRSIG UNKNOWN - nothing was checked\","
                     "\"at\":1789000000,\"elapsed_ms\":41,\"subjects\":[]}\n");
    ck_assert_ptr_nonnull(
        strstr(render_prometheus(arena, &result),
               "dnssec_check_state{zone=\"\",plugin=\"check_rrsig_expiry\"} 3\n"));
    arena_destroy(arena);
}
END_TEST

static struct report faulty_report(struct arena *arena)
{
    struct report report = reports_about(arena, "example.com");
    reports_add(&report, FINDING_REPORT_CHANNEL, "a note");
    reports_add(&report, FINDING_RRSIG_VALIDITY_LONG, "signed for 400d");
    reports_add(&report, FINDING_RRSIG_EXPIRED_ALL, "expired 3d ago");
    reports_add(&report, FINDING_DEADLINE, "time is up");
    reports_add(&report, FINDING_RRSIG_BAD_CRYPTO, "SOA does not verify");
    report_detail(&report, 3, "level 3");
    report_detail(&report, 1, "level 1");
    report_detail(&report, 2, "level 2");
    reports_add_life(&report, -3);
    report_sort(&report);
    return report;
}

START_TEST(verbosity_adds_lines)
{
#define FIRST "RRSIG CRITICAL - example.com: expired 3d ago [rrsig-expired-all]\n"
#define OTHERS                                                                                     \
    "CRITICAL: SOA does not verify [rrsig-bad-crypto]\n"                                           \
    "WARNING: signed for 400d [rrsig-validity-long]\n"                                             \
    "UNKNOWN: time is up [plugin-deadline]"
#define PERFDATA " | min_remaining=-3s;259200:;86400:\n"
    static const char *const expected[] = {
        FIRST OTHERS PERFDATA,
        FIRST OTHERS "\nOK: a note [report-channel]\nlevel 1" PERFDATA,
        FIRST OTHERS "\nOK: a note [report-channel]\nlevel 1\nlevel 2" PERFDATA,
        FIRST OTHERS "\nOK: a note [report-channel]\nlevel 1\nlevel 2\nlevel 3" PERFDATA,
    };
    struct arena *arena = arena_create();
    struct report report = faulty_report(arena);
    struct result result = reports_result(&report, 1);
    for (int verbosity = 0; verbosity <= 3; verbosity++) {
        result.verbosity = verbosity;
        ck_assert_str_eq(render_nagios(arena, &result), expected[verbosity]);
    }
    arena_destroy(arena);
#undef FIRST
#undef OTHERS
#undef PERFDATA
}
END_TEST

START_TEST(many_names_are_counted)
{
    static const struct {
        const char *states; /* of one name each: - ok, w, c, u */
        const char *expected;
    } rows[] = {
        {"--", "RRSIG OK - 2 zones ok"},
        {"-w", "RRSIG WARNING - 1 of 2 zones warning: z1.example"},
        {"u-", "RRSIG UNKNOWN - 1 of 2 zones unknown: z0.example"},
        {"uwc", "RRSIG CRITICAL - 1 of 3 zones critical, 1 warning, 1 unknown: z2.example, "
                "z1.example, z0.example"},
        {"wcwcc", "RRSIG CRITICAL - 3 of 5 zones critical, 2 warning: z1.example, z3.example, "
                  "z4.example, z0.example, z2.example"},
        {"cccccc", "RRSIG CRITICAL - 6 of 6 zones critical: z0.example, z1.example, z2.example, "
                   "z3.example, z4.example ..."},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct report reports[8];
        size_t count = strlen(rows[i].states);
        for (size_t j = 0; j < count; j++) {
            reports[j] = reports_about(arena, arena_printf(arena, "z%zu.example", j));
            if (rows[i].states[j] != '-') {
                reports_add(&reports[j],
                            rows[i].states[j] == 'c'   ? FINDING_TIMEOUT_ALL
                            : rows[i].states[j] == 'w' ? FINDING_TIMEOUT_ONE
                                                       : FINDING_DEADLINE,
                            "fault");
            }
        }
        struct result result = reports_result(reports, count);
        ck_assert_str_eq(result_headline(arena, &result), rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(many_names_show_root_causes_first)
{
    struct arena *arena = arena_create();
    struct report reports[3] = {
        reports_about(arena, "a.example"),
        reports_about(arena, "b.example"),
        reports_about(arena, "c.example"),
    };
    reports_add(&reports[1], FINDING_RRSIG_EXPIRED_ALL, "expired");
    reports_add(&reports[1], FINDING_RRSIG_BAD_CRYPTO, "echo");
    reports_add(&reports[2], FINDING_TIMEOUT_ONE, "silent");
    reports_add(&reports[2], FINDING_RRSIG_EXPIRED_ALL, "expired too");
    report_detail(&reports[0], 1, "a detail");
    for (size_t i = 0; i < 3; i++) {
        reports_add_life(&reports[i], 100 - (double)i);
        reports_add_count(&reports[i], "servers", 2);
        report_sort(&reports[i]);
    }
    struct result result = reports_result(reports, 3);
    result.verbosity = 1;
    ck_assert_str_eq(render_nagios(arena, &result),
                     "RRSIG CRITICAL - 2 of 3 zones critical: b.example, c.example\n"
                     "CRITICAL: b.example: expired [rrsig-expired-all]\n"
                     "CRITICAL: c.example: expired too [rrsig-expired-all]\n"
                     "CRITICAL: b.example: echo [rrsig-bad-crypto]\n"
                     "WARNING: c.example: silent [net-timeout-one]\n"
                     "a.example: a detail"
                     " | min_remaining=98s;259200:;86400: servers=6\n");
    arena_destroy(arena);
}
END_TEST

START_TEST(perfdata_follows_the_grammar)
{
    static const struct {
        double value;
        const char *unit;
        struct range warning;
        struct range critical;
        const char *expected;
    } rows[] = {
        {1, "s", {-INFINITY, INFINITY, false}, {-INFINITY, INFINITY, false}, "x=1s"},
        {1, "%", {10, INFINITY, false}, {-INFINITY, INFINITY, false}, "x=1%;10:"},
        {1, "c", {-INFINITY, INFINITY, false}, {5, INFINITY, false}, "x=1c;;5:"},
        {1, "", {0, 10, false}, {-INFINITY, 20, false}, "x=1;10;~:20"},
        {-1.5, "", {1, 3, true}, {10, 20, false}, "x=-1.5;@1:3;10:20"},
        {0.000012, "s", {0.25, INFINITY, false}, {-2, 2, false}, "x=0.000012s;0.25:;-2:2"},
        {4294967295e3,
         "s",
         {-INFINITY, INFINITY, false},
         {1e15, INFINITY, false},
         "x=4294967295000s;;1000000000000000:"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct report report = reports_about(arena, "example.com");
        report_metric(&report, FOLD_MIN,
                      (struct metric){"x", rows[i].value, rows[i].unit, rows[i].warning,
                                      rows[i].critical, FOLD_SUM});
        struct result result = reports_result(&report, 1);
        const char *text = render_nagios(arena, &result);
        lint_perfdata(text, 1);
        ck_assert_str_eq(strchr(text, '|') + 2, arena_printf(arena, "%s\n", rows[i].expected));
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(hostile_text_does_not_reach_nagios)
{
    struct arena *arena = arena_create();
    struct report reports[2] = {reports_all_hostile(arena), reports_all_hostile(arena)};
    for (size_t count = 1; count <= 2; count++) {
        struct result result = reports_result(reports, count);
        for (result.verbosity = 0; result.verbosity <= 3; result.verbosity++) {
            const char *text = render_nagios(arena, &result);
            lint_bytes(text);
            lint_perfdata(text, 1);
            size_t lines = 1 + (size_t)(count == 2) * count + count +
                           (result.verbosity > 0 ? count : 0) + count * (size_t)result.verbosity;
            ck_assert_uint_eq(lint_count(text, '\n'), lines);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(many_findings_stay_in_bounds)
{
    char filler[1000];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    struct arena *arena = arena_create();
    struct report report = reports_about(arena, "example.com");
    for (int i = 0; i < 500; i++) {
        reports_add(&report, i % 2 == 0 ? FINDING_TIMEOUT_ONE : FINDING_RRSIG_BAD_SERVER,
                    i % 50 == 0 ? filler : "a text of usual length about 192.0.2.1");
        report_detail(&report, 1 + i % 3, "%s", filler);
    }
    for (int i = 0; i < 20; i++) {
        reports_add_count(&report, arena_printf(arena, "label_%d", i), i);
    }
    reports_add_life(&report, 5);
    report_sort(&report);
    struct result result = reports_result(&report, 1);
    for (result.verbosity = 0; result.verbosity <= 3; result.verbosity++) {
        const char *text = render_nagios(arena, &result);
        size_t limit = result.verbosity <= 1 ? 4096 : 8192;
        ck_assert_uint_le(strlen(text), limit);
        ck_assert_uint_ge(strlen(text), limit - 600); /* what fits is shown */
        lint_perfdata(text, 21);
        lint_bytes(text);
        const char *more = strstr(text, "\n... and ");
        ck_assert_ptr_nonnull(more);
        size_t shown = lint_count(text, '\n') - 2; /* first line, and the one about the rest */
        size_t all = 499 + (result.verbosity == 0   ? 0
                            : result.verbosity == 1 ? 167
                            : result.verbosity == 2 ? 334
                                                    : 500);
        ck_assert_int_eq(strncmp(more + 9, arena_printf(arena, "%zu more | ", all - shown), 8), 0);
    }
    lint_json(render_json(arena, &result));
    lint_prometheus(arena, render_prometheus(arena, &result));
    arena_destroy(arena);
}
END_TEST

START_TEST(nothing_is_shown_behind_what_had_no_room)
{
    char filler[380];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    struct arena *arena = arena_create();
    struct report report = reports_about(arena, "example.com");
    for (int i = 0; i < 20; i++) {
        reports_add(&report, FINDING_TIMEOUT_ONE, filler);
    }
    reports_add(&report, FINDING_TIMEOUT_ONE, "short");
    struct result result = reports_result(&report, 1);
    const char *text = render_nagios(arena, &result);
    ck_assert_ptr_null(strstr(text, "short"));
    ck_assert_ptr_nonnull(strstr(text, "\n... and 12 more\n"));
    arena_destroy(arena);
}
END_TEST

START_TEST(perfdata_is_never_cut)
{
    struct arena *arena = arena_create();
    struct report report = reports_about(arena, "example.com");
    reports_add(&report, FINDING_TIMEOUT_ONE, "one");
    reports_add(&report, FINDING_TIMEOUT_ONE, "two");
    for (int i = 0; i < 1000; i++) {
        reports_add_count(&report, arena_printf(arena, "label_%d", i), i);
    }
    struct result result = reports_result(&report, 1);
    const char *text = render_nagios(arena, &result);
    lint_perfdata(text, 1000);
    ck_assert_ptr_nonnull(strstr(text, "\n... and 1 more | "));
    arena_destroy(arena);
}
END_TEST

START_TEST(five_thousand_names_stay_in_bounds)
{
    enum { COUNT = 5000 };
    struct arena *arena = arena_create();
    struct report *reports = arena_alloc(arena, COUNT * sizeof *reports);
    for (size_t i = 0; i < COUNT; i++) {
        reports[i] = reports_about(arena, arena_printf(arena, "z%zu.example", i));
        report_detail(&reports[i], 1, "a detail");
        reports_add_life(&reports[i], (double)(COUNT - i));
        report_sample(&reports[i], &(struct sample){.family = FAMILY_SIGNED,
                                                    .zone = arena_printf(arena, "z%zu.example", i),
                                                    .algorithm = -1,
                                                    .key_tag = KEY_TAG_NONE,
                                                    .value = 1});
        if (i % 7 == 3) {
            reports_add(&reports[i], FINDING_TIMEOUT_ONE, "silent");
            reports_add(&reports[i], FINDING_RRSIG_EXPIRED_ALL, "expired");
        }
        report_sort(&reports[i]);
    }
    struct result result = reports_result(reports, COUNT);
    for (result.verbosity = 0; result.verbosity <= 3; result.verbosity++) {
        const char *text = render_nagios(arena, &result);
        ck_assert_uint_le(strlen(text), result.verbosity <= 1 ? 4096 : 8192);
        ck_assert_uint_le(strcspn(text, "\n"), 200);
        lint_perfdata(text, 1);
        static const char first[] = "RRSIG CRITICAL - 714 of 5000 zones critical: z3.example, ";
        ck_assert_int_eq(strncmp(text, first, strlen(first)), 0);
        ck_assert_ptr_nonnull(strstr(text, " | min_remaining=1s;"));
    }
    lint_json(render_json(arena, &result));
    const char *text = render_prometheus(arena, &result);
    ck_assert_ptr_nonnull(strstr(text, "dnssec_zone_signed{zone=\"z4999.example\"} 1\n"));
    arena_destroy(arena);
}
END_TEST

START_TEST(long_names_do_not_fill_the_headline)
{
    static const char label[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789";
    struct arena *arena = arena_create();
    struct report reports[5];
    for (size_t i = 0; i < 5; i++) {
        reports[i] =
            reports_about(arena, arena_printf(arena, "%zu%s.%s.%s.com", i, label, label, label));
        reports_add(&reports[i], FINDING_TIMEOUT_ALL, "silent");
    }
    struct result result = reports_result(reports, 5);
    const char *text = result_headline(arena, &result);
    ck_assert_uint_le(strlen(text), 300);
    ck_assert_str_eq(text + strlen(text) - 8, ".com ...");
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("render", numbers_have_no_exponent, page_grows, all_well_is_one_line,
           headline_names_the_root_cause, nothing_checked_is_unknown, verbosity_adds_lines,
           many_names_are_counted, many_names_show_root_causes_first, perfdata_follows_the_grammar,
           hostile_text_does_not_reach_nagios, many_findings_stay_in_bounds,
           nothing_is_shown_behind_what_had_no_room, perfdata_is_never_cut,
           five_thousand_names_stay_in_bounds, long_names_do_not_fill_the_headline)
