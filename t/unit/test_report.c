/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of findings, ratings, order of findings, and folding of numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "lib/suite.h"
#include "result/report.h"

static struct name name_of(const char *text)
{
    struct name name = {0};
    ck_assert_ptr_null(name_from_text(text, &name));
    return name;
}

static struct rating default_rating(void)
{
    struct rating rating = {.own_zone_only = false};
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        rating.state[i] = RATING_DEFAULT;
    }
    return rating;
}

static struct report start(struct arena *arena, const struct rating *rating)
{
    struct name subject = name_of("www.example.com");
    struct report report = report_start(arena, rating, &subject);
    report.zone = name_of("example.com");
    return report;
}

static struct finding finding_of(enum finding_id id)
{
    return (struct finding){.id = id, .key_tag = KEY_TAG_NONE};
}

static void add(struct report *report, enum finding_id id, const char *zone, const char *text)
{
    struct finding finding = finding_of(id);
    if (zone != NULL) {
        finding.zone = name_of(zone);
    }
    report_add(report, &finding, "%s", text);
}

START_TEST(every_row_of_the_table_is_sound)
{
    for (enum finding_id id = 0; id < FINDING_COUNT; id++) {
        const struct finding_class *row = finding_class(id);
        ck_assert_uint_eq(strspn(row->slug, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                          strlen(row->slug));
        enum finding_id found = FINDING_COUNT;
        ck_assert_msg(finding_from_slug(row->slug, &found), "%s", row->slug);
        ck_assert_msg(found == id, "%s stands twice", row->slug);
        ck_assert_int_ge(row->ede, EDE_NONE);
        ck_assert_int_le(row->ede, 33);
        ck_assert_int_gt((int)strlen(row->meaning), 0);
        ck_assert_int_gt((int)strlen(row->reference), 0);
    }
}
END_TEST

START_TEST(unknown_slugs_are_refused)
{
    static const char *const slugs[] = {"", "rrsig", "rrsig-expired-all ", "RRSIG-EXPIRED-ALL",
                                        "rrsig-expired-allx"};
    for (size_t i = 0; i < sizeof slugs / sizeof slugs[0]; i++) {
        enum finding_id id = FINDING_COUNT;
        ck_assert_msg(!finding_from_slug(slugs[i], &id), "%s", slugs[i]);
        ck_assert_int_eq(id, FINDING_COUNT);
    }
}
END_TEST

START_TEST(states_have_an_order_and_a_text)
{
    static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            ck_assert_int_eq(state_worse(order[i], order[j]), i > j);
        }
    }
    ck_assert_str_eq(state_text(STATE_OK), "OK");
    ck_assert_str_eq(state_text(STATE_WARNING), "WARNING");
    ck_assert_str_eq(state_text(STATE_CRITICAL), "CRITICAL");
    ck_assert_str_eq(state_text(STATE_UNKNOWN), "UNKNOWN");
}
END_TEST

START_TEST(list_of_findings_has_a_line_each)
{
    struct arena *arena = arena_create();
    const char *line = findings_table(arena);
    for (enum finding_id id = 0; id < FINDING_COUNT; id++) {
        const struct finding_class *row = finding_class(id);
        const char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        char slug[40];
        char state[10];
        char ede[4];
        ck_assert_int_eq(sscanf(line, "%39s %9s %3s", slug, state, ede), 3);
        ck_assert_str_eq(slug, row->slug);
        ck_assert_str_eq(state, state_text(row->state));
        ck_assert_str_eq(ede, row->ede == EDE_NONE ? "-" : arena_printf(arena, "%d", row->ede));
        size_t length = strlen(row->meaning);
        ck_assert_int_eq(strncmp(end - length, row->meaning, length), 0);
        line = end + 1;
    }
    ck_assert_str_eq(line, "");
    arena_destroy(arena);
}
END_TEST

START_TEST(state_is_the_default_or_the_one_given)
{
    struct arena *arena = arena_create();
    struct rating rating = default_rating();
    const struct rating *ratings[] = {&rating, NULL};
    for (size_t i = 0; i < 2; i++) {
        struct report report = start(arena, ratings[i]);
        ck_assert_int_eq(report_state(&report), STATE_OK);
        ck_assert_ptr_null(report_root(&report));
        struct finding finding = finding_of(FINDING_TIMEOUT_ONE);
        finding.state = STATE_CRITICAL; /* must not count */
        report_add(&report, &finding, "silent");
        ck_assert_int_eq(report.findings[0].state, STATE_WARNING);
        report_add_as(&report, &finding, "silent, and the only one");
        ck_assert_int_eq(report.findings[1].state, STATE_CRITICAL);
        ck_assert_int_eq(report_state(&report), STATE_CRITICAL);
        ck_assert_int_eq((int)report.finding_count, 2);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(severity_wins)
{
    static const struct {
        int wish;
        int added;    /* state of report_add, or -1 where nothing is added */
        int added_as; /* of report_add_as with UNKNOWN */
    } rows[] = {
        {RATING_DEFAULT, STATE_CRITICAL, STATE_UNKNOWN},
        {RATING_IGNORE, -1, -1},
        {STATE_OK, STATE_OK, STATE_OK},
        {STATE_WARNING, STATE_WARNING, STATE_WARNING},
        {STATE_CRITICAL, STATE_CRITICAL, STATE_CRITICAL},
        {STATE_UNKNOWN, STATE_UNKNOWN, STATE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct rating rating = default_rating();
        rating.state[FINDING_RRSIG_EXPIRED_ALL] = (signed char)rows[i].wish;
        struct report report = start(arena, &rating);
        struct finding finding = finding_of(FINDING_RRSIG_EXPIRED_ALL);
        report_add(&report, &finding, "expired");
        ck_assert_int_eq(report.finding_count == 0 ? -1 : (int)report.findings[0].state,
                         rows[i].added);
        finding.state = STATE_UNKNOWN;
        report_add_as(&report, &finding, "expired");
        ck_assert_int_eq(report.finding_count == 0 ? -1 : (int)report.findings[1].state,
                         rows[i].added_as);
        add(&report, FINDING_TIMEOUT_ALL, NULL, "others keep their state");
        ck_assert_int_eq(report.findings[report.finding_count - 1].state, STATE_CRITICAL);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(own_zone_only_softens_what_is_above)
{
    static const struct {
        const char *zone; /* at fault, or NULL */
        enum finding_id id;
        enum state expected;
    } rows[] = {
        {"com", FINDING_RRSIG_EXPIRED_ALL, STATE_WARNING},
        {".", FINDING_RRSIG_EXPIRED_ALL, STATE_WARNING},
        {"example.com", FINDING_RRSIG_EXPIRED_ALL, STATE_CRITICAL},
        {"www.example.com", FINDING_RRSIG_EXPIRED_ALL, STATE_CRITICAL},
        {"ample.com", FINDING_RRSIG_EXPIRED_ALL, STATE_CRITICAL},
        {"org", FINDING_RRSIG_EXPIRED_ALL, STATE_CRITICAL},
        {NULL, FINDING_RRSIG_EXPIRED_ALL, STATE_CRITICAL},
        {"com", FINDING_DEADLINE, STATE_UNKNOWN},
        {"com", FINDING_TIMEOUT_ONE, STATE_WARNING},
        {"com", FINDING_REPORT_CHANNEL, STATE_OK},
        {"com", FINDING_TIMEOUT_ALL, STATE_CRITICAL}, /* --severity has the last word */
    };
    struct rating rating = default_rating();
    rating.own_zone_only = true;
    rating.state[FINDING_TIMEOUT_ALL] = STATE_CRITICAL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct report report = start(arena, &rating);
        add(&report, rows[i].id, rows[i].zone, "fault");
        ck_assert_msg(report.findings[0].state == rows[i].expected, "row %zu: %s", i,
                      state_text(report.findings[0].state));
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(own_zone_only_needs_to_know_the_zone)
{
    struct arena *arena = arena_create();
    struct rating rating = default_rating();
    rating.own_zone_only = true;
    struct report report = start(arena, &rating);
    report.zone = (struct name){.size = 0};
    add(&report, FINDING_RRSIG_EXPIRED_ALL, "example.com", "perhaps its own zone");
    ck_assert_int_eq(report.findings[0].state, STATE_CRITICAL);
    arena_destroy(arena);
}
END_TEST

START_TEST(all_text_is_made_clean)
{
    static const char hostile[] = "a|b\nc\\d\"e'f\x1b[31m\xc3\xa9;<&>$`\t\x7f";
    static const char forbidden[] = "|\n\\\"'\x1b\xc3\xa9;<&>$`\t\x7f";
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    struct finding finding = finding_of(FINDING_TIMEOUT_ONE);
    finding.type = hostile;
    finding.server = hostile;
    report_add(&report, &finding, "%s", hostile);
    report_summary(&report, "%s", hostile);
    report_detail(&report, 2, "%s", hostile);
    report_sample(&report, &(struct sample){.family = FAMILY_PROBE_ERRORS,
                                            .zone = hostile,
                                            .record_type = hostile,
                                            .error_type = hostile,
                                            .algorithm = -1,
                                            .key_tag = KEY_TAG_NONE});
    const char *const texts[] = {
        report.findings[0].text,      report.findings[0].type,
        report.findings[0].server,    report.summary,
        report.details[0].text,       report.samples[0].zone,
        report.samples[0].error_type, report.samples[0].record_type,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_uint_eq(strcspn(texts[i], forbidden), strlen(texts[i]));
        ck_assert_int_eq(strncmp(texts[i], "a?b?c?d?e?f", 11), 0);
    }
    ck_assert_int_eq(report.details[0].level, 2);
    arena_destroy(arena);
}
END_TEST

START_TEST(long_text_is_cut)
{
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    add(&report, FINDING_TIMEOUT_ONE, NULL, text);
    report_summary(&report, "%s", text);
    report_detail(&report, 1, "%s", text);
    ck_assert_uint_le(strlen(report.findings[0].text), 410);
    ck_assert_uint_le(strlen(report.summary), 410);
    ck_assert_uint_le(strlen(report.details[0].text), 410);
    arena_destroy(arena);
}
END_TEST

START_TEST(findings_are_sorted_to_the_root_cause)
{
    static const struct {
        enum finding_id id;
        const char *zone;
        const char *text;
        int place; /* where it must end up */
    } rows[] = {
        {FINDING_REPORT_CHANNEL, "example.com", "note", 9},
        {FINDING_TIMEOUT_ONE, "example.com", "first warning of its kind", 6},
        {FINDING_RRSIG_BAD_CRYPTO, "example.com", "echo", 4},
        {FINDING_DEADLINE, NULL, "unknown", 8},
        {FINDING_RRSIG_EXPIRED_ALL, "example.com", "cause", 2},
        {FINDING_TIMEOUT_ONE, "example.com", "second warning of its kind", 7},
        {FINDING_RRSIG_EXPIRED_RRSET, NULL, "of no zone: that of the report", 3},
        {FINDING_RRSIG_BAD_CRYPTO, "com", "above", 1},
        {FINDING_RRSIG_PARENT_DS_EXPIRING, "com", "warning above", 5},
        {FINDING_RRSIG_BAD_CRYPTO, ".", "at the root", 0},
    };
    enum { COUNT = sizeof rows / sizeof rows[0] };
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    for (size_t i = 0; i < COUNT; i++) {
        add(&report, rows[i].id, rows[i].zone, rows[i].text);
    }
    for (int again = 0; again < 2; again++) {
        report_sort(&report);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_str_eq(report.findings[rows[i].place].text, rows[i].text);
        }
    }
    ck_assert_str_eq(report_root(&report)->text, "at the root");
    arena_destroy(arena);
}
END_TEST

START_TEST(monitor_faults_explain_all_of_their_state)
{
    struct arena *arena = arena_create();
    struct rating rating = default_rating();
    rating.state[FINDING_CLOCK_IMPLAUSIBLE] = STATE_CRITICAL;
    struct report report = start(arena, &rating);
    add(&report, FINDING_RRSIG_NOT_YET_ALL, ".", "not yet");
    add(&report, FINDING_CLOCK_IMPLAUSIBLE, NULL, "clock");
    report_sort(&report);
    ck_assert_int_eq(report_root(&report)->id, FINDING_CLOCK_IMPLAUSIBLE);
    arena_destroy(arena);
}
END_TEST

START_TEST(notes_have_no_root_cause)
{
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    report_sort(&report);
    ck_assert_ptr_null(report_root(&report));
    add(&report, FINDING_REPORT_CHANNEL, NULL, "note");
    report_sort(&report);
    ck_assert_ptr_null(report_root(&report));
    ck_assert_int_eq(report_state(&report), STATE_OK);
    arena_destroy(arena);
}
END_TEST

START_TEST(sorting_many_keeps_the_order_of_equals)
{
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    for (int i = 0; i < 1000; i++) {
        add(&report, i % 2 == 0 ? FINDING_TIMEOUT_ONE : FINDING_TIMEOUT_ALL, NULL,
            arena_printf(arena, "%d", i));
    }
    report_sort(&report);
    for (int i = 0; i < 500; i++) {
        ck_assert_str_eq(report.findings[i].text, arena_printf(arena, "%d", 2 * i + 1));
        ck_assert_str_eq(report.findings[500 + i].text, arena_printf(arena, "%d", 2 * i));
    }
    arena_destroy(arena);
}
END_TEST

static struct metric metric_of(const char *label, double value, double warning)
{
    return (struct metric){
        .label = label,
        .value = value,
        .unit = "s",
        .warning = {.start = warning, .end = INFINITY},
        .critical = range_whole(),
    };
}

START_TEST(metrics_of_one_label_fold)
{
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    static const double values[] = {5, 3, 4, NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        report_metric(&report, FOLD_MIN, metric_of("least", values[i], values[i] * 10));
        report_metric(&report, FOLD_MAX, metric_of("most", values[i], values[i] * 10));
        report_metric(&report, FOLD_SUM, metric_of("sum", values[i], values[i] * 10));
    }
    ck_assert_int_eq((int)report.metric_count, 3);
    static const double expected[] = {3, 5, 12};
    static const double thresholds[] = {30, 50, 50};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(report.metrics[i].value, expected[i]);
        ck_assert_double_eq(report.metrics[i].warning.start, thresholds[i]);
    }
    ck_assert_int_eq(report.metrics[2].fold, FOLD_SUM);
    arena_destroy(arena);
}
END_TEST

START_TEST(samples_of_one_label_set_fold_to_the_worse)
{
    static const struct {
        enum family family;
        double expected; /* of 2, 1 and 3 */
    } rows[] = {
        {FAMILY_EXPIRATION, 1}, {FAMILY_INCEPTION, 3},          {FAMILY_VALIDITY, 1},
        {FAMILY_SIGNED, 1},     {FAMILY_VALIDATION_SUCCESS, 1}, {FAMILY_PROBE_ERRORS, 6},
        {FAMILY_SHORTEST, 1},   {FAMILY_ALGORITHM, 1},          {FAMILY_KEY_TAG, 1},
    };
    static const double values[] = {2, 1, 3, NAN, INFINITY};
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct report report = start(arena, NULL);
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            report_sample(&report, &(struct sample){.family = rows[i].family,
                                                    .zone = "example.com",
                                                    .algorithm = 13,
                                                    .key_tag = 4711,
                                                    .value = values[j]});
        }
        ck_assert_int_eq((int)report.sample_count, 1);
        ck_assert_double_eq(report.samples[0].value, rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(samples_of_other_labels_stay_apart)
{
    static const struct sample samples[] = {
        {FAMILY_EXPIRATION, "a", "SOA", NULL, 13, 1, 1},
        {FAMILY_INCEPTION, "a", "SOA", NULL, 13, 1, 1},
        {FAMILY_EXPIRATION, "b", "SOA", NULL, 13, 1, 1},
        {FAMILY_EXPIRATION, "a", "NS", NULL, 13, 1, 1},
        {FAMILY_EXPIRATION, "a", NULL, NULL, 13, 1, 1},
        {FAMILY_EXPIRATION, "a", "SOA", "timeout", 13, 1, 1},
        {FAMILY_EXPIRATION, "a", "SOA", NULL, 8, 1, 1},
        {FAMILY_EXPIRATION, "a", "SOA", NULL, 13, 2, 1},
    };
    enum { COUNT = sizeof samples / sizeof samples[0] };
    struct arena *arena = arena_create();
    struct report report = start(arena, NULL);
    for (size_t i = 0; i < 2 * COUNT; i++) {
        report_sample(&report, &samples[i % COUNT]);
    }
    ck_assert_int_eq((int)report.sample_count, COUNT);
    struct sample other = samples[0];
    for (other.key_tag = 10; other.key_tag < 2000; other.key_tag++) {
        report_sample(&report, &other);
    }
    ck_assert_int_eq((int)report.sample_count, REPORT_SAMPLES_MAX);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("report", every_row_of_the_table_is_sound, unknown_slugs_are_refused,
           states_have_an_order_and_a_text, list_of_findings_has_a_line_each,
           state_is_the_default_or_the_one_given, severity_wins,
           own_zone_only_softens_what_is_above, own_zone_only_needs_to_know_the_zone,
           all_text_is_made_clean, long_text_is_cut, findings_are_sorted_to_the_root_cause,
           monitor_faults_explain_all_of_their_state, notes_have_no_root_cause,
           sorting_many_keeps_the_order_of_equals, metrics_of_one_label_fold,
           samples_of_one_label_set_fold_to_the_worse, samples_of_other_labels_stay_apart)
