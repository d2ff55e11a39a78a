/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all output formats share: state, headline and metrics of a run, and numbers. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"
#include "result/render.h"

enum {
    ERROR_LIMIT = 400, /* bytes of an error's text */
    NAMES_SHOWN = 5,   /* names in the headline of many, and bytes after which none is added */
    NAMES_LENGTH = 100,
};

char *result_number(struct arena *arena, double number)
{
    assert(isfinite(number));
    char *text = arena_printf(arena, "%.6f", number);
    size_t size = strlen(text);
    while (text[size - 1] == '0') {
        size--;
    }
    if (text[size - 1] == '.') {
        size--;
    }
    text[size] = '\0';
    return strcmp(text, "-0") == 0 ? arena_text(arena, "0") : text;
}

enum state result_state(const struct result *result)
{
    if (result->error != NULL) {
        return result->error_state;
    }
    if (result->count == 0) {
        return STATE_UNKNOWN;
    }
    enum state worst = STATE_OK;
    for (size_t i = 0; i < result->count; i++) {
        enum state state = report_state(result->reports[i]);
        if (state_worse(state, worst)) {
            worst = state;
        }
    }
    return worst;
}

static void put_one(struct page *page, const struct report *report)
{
    if (report->verdict != NULL && !report->quiet_verdict) {
        page_printf(page, "%s: ", report->verdict);
    }
    page_add(page, name_text(page->arena, &report->subject));
    if (report->subject_type != NULL) {
        page_printf(page, "/%s", report->subject_type);
    }
    const struct finding *root = report_root(report);
    if (root != NULL) {
        page_printf(page, ": %s [%s]", root->text, finding_class(root->id)->slug);
    } else if (report->summary != NULL) {
        page_printf(page, ": %s", report->summary);
    }
}

/* The grave states and what the headline calls them, worst first. */
static const struct {
    enum state state;
    const char *word;
} grave[] = {
    {STATE_CRITICAL, "critical"},
    {STATE_WARNING, "warning"},
    {STATE_UNKNOWN, "unknown"},
};
enum { GRAVE_COUNT = sizeof grave / sizeof grave[0] };

static size_t count_of(const struct result *result, enum state state)
{
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++) {
        count += report_state(result->reports[i]) == state;
    }
    return count;
}

/* "3 of 5000 zones critical, 12 warning" */
static void put_counts(struct page *page, const struct result *result)
{
    bool first = true;
    for (size_t i = 0; i < GRAVE_COUNT; i++) {
        size_t count = count_of(result, grave[i].state);
        if (count > 0 && first) {
            page_printf(page, "%zu of %zu %s %s", count, result->count, result->noun,
                        grave[i].word);
            first = false;
        } else if (count > 0) {
            page_printf(page, ", %zu %s", count, grave[i].word);
        }
    }
}

/* ": a.example, b.example ..." */
static void put_worst_names(struct page *page, const struct result *result)
{
    size_t start = page->size;
    size_t shown = 0;
    for (size_t i = 0; i < GRAVE_COUNT; i++) {
        for (size_t j = 0; j < result->count; j++) {
            const struct report *report = result->reports[j];
            if (report_state(report) != grave[i].state) {
                continue;
            }
            if (shown == NAMES_SHOWN || page->size - start > NAMES_LENGTH) {
                page_add(page, " ...");
                return;
            }
            page_printf(page, "%s%s", shown == 0 ? ": " : ", ",
                        name_text(page->arena, &report->subject));
            shown++;
        }
    }
}

static void put_many(struct page *page, const struct result *result)
{
    if (result_state(result) == STATE_OK) {
        page_printf(page, "%zu %s ok", result->count, result->noun);
        return;
    }
    put_counts(page, result);
    put_worst_names(page, result);
}

char *result_headline(struct arena *arena, const struct result *result)
{
    struct page page = page_start(arena);
    page_printf(&page, "%s %s - ", result->service, state_text(result_state(result)));
    if (result->error != NULL) {
        page_add(&page, text_clean(arena, result->error, strlen(result->error), ERROR_LIMIT));
    } else if (result->count == 0) {
        page_add(&page, "nothing was checked");
    } else if (result->count == 1) {
        put_one(&page, result->reports[0]);
    } else {
        put_many(&page, result);
    }
    return page.text;
}

struct metric *result_metrics(struct arena *arena, const struct result *result, size_t *count)
{
    struct report all = {.arena = arena};
    for (size_t i = 0; i < result->count; i++) {
        const struct report *report = result->reports[i];
        for (size_t j = 0; j < report->metric_count; j++) {
            report_metric(&all, report->metrics[j].fold, report->metrics[j]);
        }
    }
    *count = all.metric_count;
    return all.metrics;
}
