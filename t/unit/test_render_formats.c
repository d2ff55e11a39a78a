/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats for programs: JSON and Prometheus, and errors in each format. */
#include <string.h>

#include "lib/lint.h"
#include "lib/reports.h"
#include "lib/suite.h"
#include "result/render.h"

START_TEST(json_holds_everything)
{
    struct arena *arena = arena_create();
    struct report reports[2] = {reports_about(arena, "example.com"), reports_about(arena, ".")};
    reports[0].verdict = "bogus";
    struct finding finding = {
        .id = FINDING_RRSIG_BAD_SERVER,
        .zone = reports_name("example.com"),
        .owner = reports_name("www.example.com"),
        .type = "A",
        .server = "192.0.2.1",
        .key_tag = 0,
    };
    reports_add(&reports[0], FINDING_REPORT_CHANNEL, "a note");
    report_add(&reports[0], &finding, "does not verify");
    report_sort(&reports[0]);
    reports_add_life(&reports[0], 1051200);
    reports_add_count(&reports[0], "servers", 2);
    struct result result = reports_result(reports, 2);
    const char *text = render_json(arena, &result);
    lint_json(text);
    ck_assert_str_eq(
        text,
        "{\"plugin\":\"check_rrsig_expiry\",\"version\":\"0.1.0\",\"state\":\"CRITICAL\","
        "\"exit_code\":2,\"summary\":\"RRSIG CRITICAL - 1 of 2 zones critical: example.com\","
        "\"at\":1789000000,\"elapsed_ms\":41,\"subjects\":["
        "{\"name\":\"example.com\",\"state\":\"CRITICAL\",\"verdict\":\"bogus\",\"findings\":["
        "{\"id\":\"rrsig-bad-server\",\"state\":\"CRITICAL\",\"zone\":\"example.com\","
        "\"owner\":\"www.example.com\",\"type\":\"A\",\"server\":\"192.0.2.1\",\"key_tag\":0,"
        "\"ede\":6,\"text\":\"does not verify\"},"
        "{\"id\":\"report-channel\",\"state\":\"OK\",\"text\":\"a note\"}],"
        "\"metrics\":[{\"label\":\"min_remaining\",\"value\":1051200,\"unit\":\"s\","
        "\"warning\":\"259200:\",\"critical\":\"86400:\"},{\"label\":\"servers\",\"value\":2}]},"
        "{\"name\":\".\",\"state\":\"OK\",\"findings\":[],\"metrics\":[]}]}\n");
    arena_destroy(arena);
}
END_TEST

START_TEST(hostile_text_leaves_json_well_formed)
{
    struct arena *arena = arena_create();
    struct report reports[2] = {reports_all_hostile(arena), reports_all_hostile(arena)};
    struct result result = reports_result(reports, 2);
    lint_json(render_json(arena, &result));
    result.count = 1;
    lint_json(render_json(arena, &result));
    result.count = 0;
    result.error = reports_hostile;
    lint_json(render_json(arena, &result));
    arena_destroy(arena);
}
END_TEST

START_TEST(errors_come_in_every_format)
{
    struct arena *arena = arena_create();
    struct result result = reports_result(NULL, 0);
    result.error = "--warning: 'a|b'\nis not a duration";
    ck_assert_int_eq(result_state(&result), STATE_UNKNOWN);
    ck_assert_str_eq(render_nagios(arena, &result),
                     "RRSIG UNKNOWN - --warning: ?a?b??is not a duration\n");
    const char *json = render_json(arena, &result);
    lint_json(json);
    ck_assert_ptr_nonnull(strstr(json, "\"state\":\"UNKNOWN\",\"exit_code\":3,\"summary\":\"RRSIG "
                                       "UNKNOWN - --warning: ?a?b??is not a duration\""));
    ck_assert_ptr_nonnull(strstr(json, "\"subjects\":[]}\n"));
    ck_assert_str_eq(
        render_prometheus(arena, &result),
        "# RRSIG UNKNOWN - --warning: ?a?b??is not a duration\n"
        "# HELP dnssec_probe_errors_total Errors of the last probe by type.\n"
        "# TYPE dnssec_probe_errors_total counter\n"
        "dnssec_probe_errors_total{zone=\"\",error_type=\"usage\"} 1\n"
        "# HELP dnssec_check_state State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n"
        "# TYPE dnssec_check_state gauge\n"
        "dnssec_check_state{zone=\"\",plugin=\"check_rrsig_expiry\"} 3\n");
    result.error_state = STATE_CRITICAL;
    ck_assert_int_eq(result_state(&result), STATE_CRITICAL);
    ck_assert_ptr_nonnull(strstr(render_json(arena, &result), "\"exit_code\":2"));
    ck_assert_ptr_nonnull(strstr(render_prometheus(arena, &result), "expiry\"} 2\n"));
    arena_destroy(arena);
}
END_TEST

START_TEST(long_errors_are_cut)
{
    struct arena *arena = arena_create();
    struct result result = reports_result(NULL, 0);
    char *error = arena_alloc(arena, 100001);
    memset(error, '\'', 100000);
    result.error = error;
    ck_assert_uint_lt(strlen(render_nagios(arena, &result)), 512);
    ck_assert_uint_lt(strlen(render_json(arena, &result)), 1024);
    ck_assert_uint_lt(strlen(render_prometheus(arena, &result)), 1024);
    arena_destroy(arena);
}
END_TEST

static const struct sample prometheus_holds_everything_samples[] = {
    {FAMILY_SHORTEST, NULL, NULL, NULL, -1, KEY_TAG_NONE, 60.5},
    {FAMILY_PROBE_ERRORS, "example.com", NULL, "timeout", -1, KEY_TAG_NONE, 2},
    {FAMILY_KEY_TAG, "example.com", NULL, NULL, -1, KEY_TAG_NONE, 4711},
    {FAMILY_ALGORITHM, "example.com", NULL, NULL, -1, KEY_TAG_NONE, 13},
    {FAMILY_SIGNED, "example.com", NULL, NULL, -1, KEY_TAG_NONE, 1},
    {FAMILY_VALIDATION_SUCCESS, "example.com", "SOA", NULL, -1, KEY_TAG_NONE, 1},
    {FAMILY_VALIDITY, "example.com", "SOA", NULL, -1, KEY_TAG_NONE, 60.5},
    {FAMILY_INCEPTION, "example.com", "SOA", NULL, 13, 0, 1788000000},
    {FAMILY_EXPIRATION, "example.com", "SOA", NULL, 13, 0, 4294967295.0},
    {FAMILY_EXPIRATION, "example.com", "NS", NULL, 13, 0, 1789000001},
};

START_TEST(prometheus_holds_everything)
{
    struct arena *arena = arena_create();
    struct report report = reports_about(arena, "example.com");
    reports_add(&report, FINDING_TIMEOUT_ONE, "silent");
    reports_add(&report, FINDING_TIMEOUT_ONE, "silent too");
    reports_add(&report, FINDING_REPORT_CHANNEL, "a note");
    for (size_t i = 0; i < sizeof prometheus_holds_everything_samples /
                               sizeof prometheus_holds_everything_samples[0];
         i++) {
        report_sample(&report, &prometheus_holds_everything_samples[i]);
    }
    struct result result = reports_result(&report, 1);
    const char *text = render_prometheus(arena, &result);
    lint_prometheus(arena, text);
    static const char *const lines[] = {
        "dnssec_rrsig_expiration_timestamp{zone=\"example.com\",record_type=\"NS\","
        "algorithm=\"13\",key_tag=\"0\"} 1789000001\n"
        "dnssec_rrsig_expiration_timestamp{zone=\"example.com\",record_type=\"SOA\","
        "algorithm=\"13\",key_tag=\"0\"} 4294967295\n",
        "dnssec_rrsig_inception_timestamp{zone=\"example.com\",record_type=\"SOA\","
        "algorithm=\"13\",key_tag=\"0\"} 1788000000\n",
        "dnssec_rrsig_validity_seconds{zone=\"example.com\",record_type=\"SOA\"} 60.5\n",
        "dnssec_validation_success{zone=\"example.com\",record_type=\"SOA\"} 1\n",
        "dnssec_zone_signed{zone=\"example.com\"} 1\n",
        "dnssec_algorithm{zone=\"example.com\"} 13\n",
        "dnssec_key_tag{zone=\"example.com\"} 4711\n",
        "dnssec_probe_duration_seconds{zone=\"example.com\"} 0.041\n",
        "dnssec_probe_errors_total{zone=\"example.com\",error_type=\"timeout\"} 2\n",
        "dnssec_shortest_validity_seconds 60.5\n",
        "dnssec_finding{zone=\"example.com\",id=\"net-timeout-one\",state=\"WARNING\"} 1\n"
        "dnssec_finding{zone=\"example.com\",id=\"report-channel\",state=\"OK\"} 1\n",
        "dnssec_check_state{zone=\"example.com\",plugin=\"check_rrsig_expiry\"} 1\n",
    };
    const char *at = text;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        at = strstr(at, lines[i]);
        ck_assert_msg(at != NULL, "%s missing or out of order in\n%s", lines[i], text);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(hostile_text_leaves_prometheus_well_formed)
{
    struct arena *arena = arena_create();
    struct report reports[2] = {reports_all_hostile(arena), reports_all_hostile(arena)};
    struct result result = reports_result(reports, 2); /* the same name twice, too */
    lint_prometheus(arena, render_prometheus(arena, &result));
    arena_destroy(arena);
}
END_TEST

START_TEST(two_reports_of_one_zone_make_one_sample)
{
    struct arena *arena = arena_create();
    struct report reports[2] = {reports_about(arena, "example.com"),
                                reports_about(arena, "example.com")};
    for (size_t i = 0; i < 2; i++) {
        report_sample(&reports[i], &(struct sample){.family = FAMILY_VALIDITY,
                                                    .zone = "example.com",
                                                    .record_type = "SOA",
                                                    .algorithm = -1,
                                                    .key_tag = KEY_TAG_NONE,
                                                    .value = 7 + (double)i});
    }
    reports_add(&reports[1], FINDING_TIMEOUT_ALL, "silent");
    struct result result = reports_result(reports, 2);
    const char *text = render_prometheus(arena, &result);
    lint_prometheus(arena, text);
    ck_assert_ptr_nonnull(strstr(text, "{zone=\"example.com\",record_type=\"SOA\"} 7\n"));
    ck_assert_ptr_nonnull(strstr(text, "plugin=\"check_rrsig_expiry\"} 2\n"));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("render_formats", json_holds_everything, hostile_text_leaves_json_well_formed,
           errors_come_in_every_format, long_errors_are_cut, prometheus_holds_everything,
           hostile_text_leaves_prometheus_well_formed, two_reports_of_one_zone_make_one_sample)
