/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what a check finds, applies the user's rating, and finds the root cause. */
#include "result/report.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The longest text of a finding, a summary or a detail: a few of them fit into 4,096 bytes. */
enum { TEXT_LIMIT = 400, LABEL_LIMIT = NAME_TEXT_MAX, DETAILS_ALL = 3 };

struct report report_start(struct arena *arena, const struct rating *rating,
                           const struct name *subject)
{
    return (struct report){
        .arena = arena, .rating = rating, .subject = *subject, .details_up_to = DETAILS_ALL};
}

struct finding finding_about(enum finding_id id, const struct name *zone, const struct name *owner,
                             const char *type)
{
    return (struct finding){
        .id = id,
        .state = finding_class(id)->state,
        .zone = *zone,
        .owner = *owner,
        .type = type,
        .key_tag = KEY_TAG_NONE,
    };
}

static const char *clean_text(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static const char *clean_text(struct arena *arena, const char *format, va_list arguments)
{
    char text[TEXT_LIMIT + 1]; /* no more of it is read, however long it is */
    int length = vsnprintf(text, sizeof text, format, arguments);
    return text_clean(arena, text, length < 0 ? 0 : (size_t)length, TEXT_LIMIT);
}

static const char *clean_label(struct arena *arena, const char *label)
{
    return label == NULL ? NULL : text_clean(arena, label, strlen(label), LABEL_LIMIT);
}

static bool is_above(const struct report *report, const struct name *zone)
{
    return zone->size > 0 && report->zone.size > 0 && name_is_below(&report->zone, zone);
}

/* The state after the user's rating; false when the finding is to be dropped. */
static bool rate(const struct report *report, const struct finding *finding, enum state *state)
{
    const struct rating *rating = report->rating;
    if (rating == NULL) {
        return true;
    }
    int wish = rating->state[finding->id];
    if (wish == RATING_IGNORE) {
        return false;
    }
    if (wish != RATING_DEFAULT) {
        *state = (enum state)wish;
    } else if (rating->own_zone_only && *state == STATE_CRITICAL &&
               is_above(report, &finding->zone)) {
        *state = STATE_WARNING;
    }
    return true;
}

static void add(struct report *report, const struct finding *finding, enum state state,
                const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

static void add(struct report *report, const struct finding *finding, enum state state,
                const char *format, va_list arguments)
{
    if (!rate(report, finding, &state)) {
        return;
    }
    struct arena *arena = report->arena;
    report->findings =
        arena_grow(arena, report->findings, report->finding_count, sizeof *report->findings);
    struct finding *added = &report->findings[report->finding_count];
    *added = *finding;
    added->state = state;
    added->type = clean_label(arena, finding->type);
    added->server = clean_label(arena, finding->server);
    added->text = clean_text(arena, format, arguments);
    report->finding_count++;
}

void report_add(struct report *report, const struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(report, finding, finding_class(finding->id)->state, format, arguments);
    va_end(arguments);
}

void report_add_as(struct report *report, const struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(report, finding, finding->state, format, arguments);
    va_end(arguments);
}

void report_summary(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report->summary = clean_text(report->arena, format, arguments);
    va_end(arguments);
}

bool report_keeps(const struct report *report, int level)
{
    return level <= report->details_up_to;
}

void report_detail(struct report *report, int level, const char *format, ...)
{
    if (!report_keeps(report, level)) {
        return;
    }
    report->details =
        arena_grow(report->arena, report->details, report->detail_count, sizeof *report->details);
    va_list arguments;
    va_start(arguments, format);
    report->details[report->detail_count] = (struct detail){
        .level = level,
        .text = clean_text(report->arena, format, arguments),
    };
    va_end(arguments);
    report->detail_count++;
}

double fold_value(enum fold fold, double a, double b)
{
    if (fold == FOLD_SUM) {
        return a + b;
    }
    return (fold == FOLD_MIN) == (a < b) ? a : b;
}

/* Adds `other` to `into`, or lets the lesser or greater one stand with its thresholds. */
static void fold_metric(struct metric *into, enum fold fold, const struct metric *other)
{
    if (fold == FOLD_SUM) {
        into->value += other->value;
    } else if (fold_value(fold, into->value, other->value) != into->value) {
        *into = *other;
    }
}

void report_metric(struct report *report, enum fold fold, struct metric metric)
{
    if (!isfinite(metric.value)) {
        return;
    }
    for (size_t i = 0; i < report->metric_count; i++) {
        if (strcmp(report->metrics[i].label, metric.label) == 0) {
            fold_metric(&report->metrics[i], fold, &metric);
            return;
        }
    }
    size_t count = report->metric_count;
    report->metrics = arena_grow(report->arena, report->metrics, count, sizeof *report->metrics);
    report->metrics[count] = metric;
    report->metrics[count].fold = fold;
    report->metric_count++;
}

void report_number(struct report *report, enum fold fold, const char *label, const char *unit,
                   double value)
{
    struct metric metric = {
        .label = label,
        .value = value,
        .unit = unit,
        .warning = range_whole(),
        .critical = range_whole(),
    };
    report_metric(report, fold, metric);
}

enum fold family_fold(enum family family)
{
    switch (family) {
    case FAMILY_PROBE_ERRORS:
        return FOLD_SUM;
    case FAMILY_INCEPTION:
        return FOLD_MAX;
    default:
        return FOLD_MIN;
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_labels(const struct sample *a, const struct sample *b)
{
    return a->family == b->family && a->algorithm == b->algorithm && a->key_tag == b->key_tag &&
           same_text(a->record_type, b->record_type) && same_text(a->error_type, b->error_type) &&
           same_text(a->zone, b->zone);
}

void report_sample(struct report *report, const struct sample *sample)
{
    assert(sample->family < FAMILY_COUNT);
    if (report->without_samples || !isfinite(sample->value)) {
        return;
    }
    struct sample clean = *sample;
    clean.zone = clean_label(report->arena, sample->zone);
    clean.record_type = clean_label(report->arena, sample->record_type);
    clean.error_type = clean_label(report->arena, sample->error_type);
    for (size_t i = 0; i < report->sample_count; i++) {
        struct sample *old = &report->samples[i];
        if (same_labels(old, &clean)) {
            old->value = fold_value(family_fold(clean.family), old->value, clean.value);
            return;
        }
    }
    if (report->sample_count == REPORT_SAMPLES_MAX) {
        return;
    }
    report->samples =
        arena_grow(report->arena, report->samples, report->sample_count, sizeof *report->samples);
    report->samples[report->sample_count] = clean;
    report->sample_count++;
}

void report_sample_of(struct report *report, enum family family, const char *zone,
                      const char *record_type, double value)
{
    report_sample(report, &(struct sample){.family = family,
                                           .zone = zone,
                                           .record_type = record_type,
                                           .algorithm = -1,
                                           .key_tag = KEY_TAG_NONE,
                                           .value = value});
}

void report_sample_key(struct report *report, const char *zone, uint8_t algorithm, uint16_t tag)
{
    report_sample_of(report, FAMILY_ALGORITHM, zone, NULL, algorithm);
    report_sample_of(report, FAMILY_KEY_TAG, zone, NULL, tag);
}

enum state report_state(const struct report *report)
{
    enum state worst = STATE_OK;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (state_worse(report->findings[i].state, worst)) {
            worst = report->findings[i].state;
        }
    }
    return worst;
}

/* What decides a finding's place; `index` keeps the sort stable. */
struct place {
    enum state state;
    enum cause cause;
    bool beside;
    unsigned depth; /* labels of the zone at fault */
    size_t index;
};

/* A finding that names no zone is about the one that is checked. */
static struct place place_of(const struct report *report, size_t index)
{
    const struct finding *finding = &report->findings[index];
    const struct name *zone = &finding->zone;
    if (zone->size == 0) {
        zone = report->zone.size > 0 ? &report->zone : &report->subject;
    }
    return (struct place){
        .state = finding->state,
        .cause = finding_class(finding->id)->cause,
        .beside = finding->beside,
        .depth = zone->labels,
        .index = index,
    };
}

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->state != b->state) {
        return state_worse(a->state, b->state) ? -1 : 1;
    }
    if ((a->cause == CAUSE_MONITOR) != (b->cause == CAUSE_MONITOR)) {
        return a->cause == CAUSE_MONITOR ? -1 : 1;
    }
    if (a->beside != b->beside) {
        return b->beside ? -1 : 1;
    }
    if (a->depth != b->depth) {
        return a->depth < b->depth ? -1 : 1;
    }
    if (a->cause != b->cause) {
        return a->cause < b->cause ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

void report_sort(struct report *report)
{
    size_t count = report->finding_count;
    if (count < 2) {
        return;
    }
    struct place *places = arena_alloc(report->arena, count * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = place_of(report, i);
    }
    qsort(places, count, sizeof *places, compare_places);
    const struct finding *unsorted =
        arena_copy(report->arena, report->findings, count * sizeof *unsorted);
    for (size_t i = 0; i < count; i++) {
        report->findings[i] = unsorted[places[i].index];
    }
}

const struct finding *report_root(const struct report *report)
{
    if (report->finding_count == 0 || report->findings[0].state == STATE_OK) {
        return NULL;
    }
    return &report->findings[0];
}
