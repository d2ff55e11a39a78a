/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes reports for tests. */
#include "lib/reports.h"

#include <math.h>

#include <check.h>

const char reports_hostile[] = "a|b\nc\\d\"e'f\x1b[31m\xc3\xa9 ;<&>$`\t\x7f\r";

struct name reports_name(const char *text)
{
    struct name name = {0};
    ck_assert_ptr_null(name_from_text(text, &name));
    return name;
}

struct report reports_about(struct arena *arena, const char *subject)
{
    struct name name = reports_name(subject);
    struct report report = report_start(arena, NULL, &name);
    report.zone = name;
    return report;
}

struct result reports_result(struct report *reports, size_t count)
{
    struct report **list = NULL;
    for (size_t i = 0; i < count; i++) {
        list = arena_grow(reports->arena, list, i, sizeof *list);
        list[i] = &reports[i];
    }
    return (struct result){
        .plugin = "check_rrsig_expiry",
        .service = "RRSIG",
        .version = "0.1.0",
        .noun = "zones",
        .error_state = STATE_UNKNOWN,
        .at = 1789000000,
        .elapsed_ms = 41,
        .reports = list,
        .count = count,
    };
}

void reports_add(struct report *report, enum finding_id id, const char *text)
{
    struct finding finding = {.id = id, .key_tag = KEY_TAG_NONE};
    report_add(report, &finding, "%s", text);
}

void reports_add_life(struct report *report, double seconds)
{
    report_metric(report, FOLD_MIN,
                  (struct metric){
                      .label = "min_remaining",
                      .value = seconds,
                      .unit = "s",
                      .warning = {.start = 259200, .end = INFINITY},
                      .critical = {.start = 86400, .end = INFINITY},
                  });
}

void reports_add_count(struct report *report, const char *label, double value)
{
    report_metric(report, FOLD_SUM,
                  (struct metric){
                      .label = label,
                      .value = value,
                      .unit = "",
                      .warning = range_whole(),
                      .critical = range_whole(),
                  });
}

struct report reports_all_hostile(struct arena *arena)
{
    struct report report = reports_about(arena, "a\\124b\\010c\\034d.example");
    struct finding finding = {
        .id = FINDING_RRSIG_BAD_SERVER,
        .zone = report.zone,
        .owner = report.zone,
        .type = reports_hostile,
        .server = reports_hostile,
        .key_tag = 12345,
    };
    report_add(&report, &finding, "%s", reports_hostile);
    reports_add(&report, FINDING_TIMEOUT_ONE, reports_hostile);
    reports_add(&report, FINDING_REPORT_CHANNEL, reports_hostile);
    report_summary(&report, "%s", reports_hostile);
    for (int level = 1; level <= 3; level++) {
        report_detail(&report, level, "%s", reports_hostile);
    }
    for (enum family family = 0; family < FAMILY_COUNT; family++) {
        report_sample(&report, &(struct sample){.family = family,
                                                .zone = reports_hostile,
                                                .record_type = reports_hostile,
                                                .error_type = reports_hostile,
                                                .algorithm = 13,
                                                .key_tag = 1});
    }
    reports_add_life(&report, 7);
    report_sort(&report);
    return report;
}
