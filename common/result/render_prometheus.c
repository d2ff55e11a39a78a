/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text exposition format of Prometheus, for node_exporter's textfile collector.
 *
 * Every family is made the same way: collect its samples with their labels as text, sort them by
 * that text, fold those of one label set, print.  So no label set comes twice, and equal findings
 * give equal files.  Label values need no escaping, since reports hold clean text only.
 */
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "result/render.h"

struct line {
    const char *labels; /* `zone="example.com"` */
    double value;
};

struct lines {
    struct arena *arena;
    struct line *items;
    size_t count;
};

/* The texts are constant: node_exporter refuses a family whose HELP differs between files. */
struct header {
    const char *name;
    const char *kind;
    const char *help;
};

static void put_line(struct lines *lines, const char *labels, double value)
{
    lines->items = arena_grow(lines->arena, lines->items, lines->count, sizeof *lines->items);
    lines->items[lines->count] = (struct line){.labels = labels, .value = value};
    lines->count++;
}

static int compare_lines(const void *left, const void *right)
{
    const struct line *a = left;
    const struct line *b = right;
    return strcmp(a->labels, b->labels);
}

/* Sorts, and folds the lines of one label set. */
static void fold_lines(struct lines *lines, enum fold fold)
{
    if (lines->count == 0) {
        return;
    }
    qsort(lines->items, lines->count, sizeof *lines->items, compare_lines);
    size_t last = 0;
    for (size_t i = 1; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        if (strcmp(lines->items[last].labels, line->labels) == 0) {
            lines->items[last].value = fold_value(fold, lines->items[last].value, line->value);
        } else {
            last++;
            lines->items[last] = *line;
        }
    }
    lines->count = last + 1;
}

static void put_family(struct page *page, const struct header *header, enum fold fold,
                       struct lines *lines)
{
    fold_lines(lines, fold);
    if (lines->count == 0) {
        return;
    }
    page_printf(page, "# HELP %s %s\n# TYPE %s %s\n", header->name, header->help, header->name,
                header->kind);
    for (size_t i = 0; i < lines->count; i++) {
        const char *labels = lines->items[i].labels;
        page_printf(page, *labels == '\0' ? "%s%s %s\n" : "%s{%s} %s\n", header->name, labels,
                    result_number(page->arena, lines->items[i].value));
    }
}

static void put_label(struct page *labels, const char *key, const char *value)
{
    if (value != NULL) {
        page_printf(labels, "%s%s=\"%s\"", labels->size == 0 ? "" : ",", key, value);
    }
}

static void put_number_label(struct page *labels, const char *key, int value)
{
    if (value >= 0) {
        put_label(labels, key, arena_printf(labels->arena, "%d", value));
    }
}

static const char *sample_labels(struct arena *arena, const struct sample *sample)
{
    struct page labels = page_start(arena);
    put_label(&labels, "zone", sample->zone);
    put_label(&labels, "record_type", sample->record_type);
    put_label(&labels, "error_type", sample->error_type);
    put_number_label(&labels, "algorithm", sample->algorithm);
    put_number_label(&labels, "key_tag", sample->key_tag);
    return labels.text;
}

static void put_samples(struct page *page, const struct result *result, enum family family)
{
    static const struct header headers[] = {
        [FAMILY_EXPIRATION] = {"dnssec_rrsig_expiration_timestamp", "gauge",
                               "Unix time at which the RRSIG expires."},
        [FAMILY_INCEPTION] = {"dnssec_rrsig_inception_timestamp", "gauge",
                              "Unix time at which the RRSIG became valid."},
        [FAMILY_VALIDITY] = {"dnssec_rrsig_validity_seconds", "gauge",
                             "Seconds until the first RRSIG expires."},
        [FAMILY_VALIDATION_SUCCESS] = {"dnssec_validation_success", "gauge",
                                       "1 if DNSSEC validation succeeded, 0 otherwise."},
        [FAMILY_SIGNED] = {"dnssec_zone_signed", "gauge",
                           "1 if the zone has DNSSEC signatures, 0 otherwise."},
        [FAMILY_ALGORITHM] = {"dnssec_algorithm", "gauge", "DNSSEC algorithm number in use."},
        [FAMILY_KEY_TAG] = {"dnssec_key_tag", "gauge", "Key tag of the signing key."},
        [FAMILY_PROBE_ERRORS] = {"dnssec_probe_errors_total", "counter",
                                 "Errors of the last probe by type."},
        [FAMILY_SHORTEST] = {"dnssec_shortest_validity_seconds", "gauge",
                             "Seconds until the first of all RRSIGs expires."},
    };
    struct lines lines = {.arena = page->arena};
    for (size_t i = 0; i < result->count; i++) {
        const struct report *report = result->reports[i];
        for (size_t j = 0; j < report->sample_count; j++) {
            const struct sample *sample = &report->samples[j];
            if (sample->family == family) {
                put_line(&lines, sample_labels(page->arena, sample), sample->value);
            }
        }
    }
    if (family == FAMILY_PROBE_ERRORS && result->error != NULL) {
        put_line(&lines, "zone=\"\",error_type=\"usage\"", 1);
    }
    put_family(page, &headers[family], family_fold(family), &lines);
}

static const char *zone_label(struct arena *arena, const struct report *report)
{
    return arena_printf(arena, "zone=\"%s\"", name_text(arena, &report->subject));
}

static void put_duration(struct page *page, const struct result *result)
{
    static const struct header header = {"dnssec_probe_duration_seconds", "gauge",
                                         "Duration of the run that probed the zone."};
    struct lines lines = {.arena = page->arena};
    for (size_t i = 0; i < result->count; i++) {
        put_line(&lines, zone_label(page->arena, result->reports[i]),
                 (double)result->elapsed_ms / 1000);
    }
    put_family(page, &header, FOLD_MAX, &lines);
}

static void put_findings(struct page *page, const struct result *result)
{
    static const struct header header = {"dnssec_finding", "gauge",
                                         "1 for each finding of the last run, by id and state."};
    struct lines lines = {.arena = page->arena};
    for (size_t i = 0; i < result->count; i++) {
        const struct report *report = result->reports[i];
        const char *zone = zone_label(page->arena, report);
        for (size_t j = 0; j < report->finding_count; j++) {
            const struct finding *finding = &report->findings[j];
            put_line(&lines,
                     arena_printf(page->arena, "%s,id=\"%s\",state=\"%s\"", zone,
                                  finding_class(finding->id)->slug, state_text(finding->state)),
                     1);
        }
    }
    put_family(page, &header, FOLD_MAX, &lines);
}

static void put_states(struct page *page, const struct result *result)
{
    static const struct header header = {
        "dnssec_check_state", "gauge",
        "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."};
    struct lines lines = {.arena = page->arena};
    for (size_t i = 0; i < result->count; i++) {
        const struct report *report = result->reports[i];
        put_line(&lines,
                 arena_printf(page->arena, "%s,plugin=\"%s\"", zone_label(page->arena, report),
                              result->plugin),
                 report_state(report));
    }
    if (result->count == 0) {
        put_line(&lines, arena_printf(page->arena, "zone=\"\",plugin=\"%s\"", result->plugin),
                 result_state(result));
    }
    put_family(page, &header, FOLD_MAX, &lines);
}

char *render_prometheus(struct arena *arena, const struct result *result)
{
    struct page page = page_start(arena);
    if (result->error != NULL) {
        page_printf(&page, "# %s\n", result_headline(arena, result));
    }
    for (enum family family = 0; family <= FAMILY_KEY_TAG; family++) {
        put_samples(&page, result, family);
    }
    put_duration(&page, result);
    put_samples(&page, result, FAMILY_PROBE_ERRORS);
    put_samples(&page, result, FAMILY_SHORTEST);
    put_findings(&page, result);
    put_states(&page, result);
    return page.text;
}
