/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The multi-line format.
 *
 * First line, further lines while there is room, and all perfdata behind the one `|` at the very
 * end.  Lines come in the order of their worth, so what has no room is what matters least.
 */
#include <stdarg.h>
#include <string.h>

#include "base/page.h"
#include "result/render.h"

enum {
    SIZE_LIMIT = 4096,         /* up to -v */
    SIZE_LIMIT_VERBOSE = 8192, /* beyond */
    MORE_ROOM = 32,            /* for "... and N more" */
};

struct lines {
    struct page page;
    size_t limit;   /* of the page's size */
    size_t dropped; /* once a line had no room, none is shown any more */
};

/* " | label=value;warning;critical ...", or "" when there is no metric. */
static char *perfdata(struct arena *arena, const struct result *result)
{
    size_t count = 0;
    const struct metric *metrics = result_metrics(arena, result, &count);
    struct page page = page_start(arena);
    for (size_t i = 0; i < count; i++) {
        const struct metric *metric = &metrics[i];
        page_printf(&page, "%s%s=%s%s", i == 0 ? " | " : " ", metric->label,
                    result_number(arena, metric->value), metric->unit);
        const char *warning = range_text(arena, metric->warning);
        const char *critical = range_text(arena, metric->critical);
        if (*warning != '\0' || *critical != '\0') {
            page_printf(&page, ";%s", warning);
        }
        if (*critical != '\0') {
            page_printf(&page, ";%s", critical);
        }
    }
    return page.text;
}

static void put_line(struct lines *lines, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_line(struct lines *lines, const char *format, ...)
{
    if (lines->dropped > 0) {
        lines->dropped++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_vprintf(lines->page.arena, format, arguments);
    va_end(arguments);
    if (lines->page.size + 1 + strlen(line) > lines->limit) {
        lines->dropped++;
        return;
    }
    page_add(&lines->page, "\n");
    page_add(&lines->page, line);
}

/* What a line begins with to say which subject it is about: nothing when there is just one. */
static const char *subject_prefix(const struct lines *lines, const struct result *result,
                                  const struct report *report)
{
    if (result->count == 1 || lines->dropped > 0) {
        return "";
    }
    struct arena *arena = lines->page.arena;
    return arena_printf(arena, "%s: ", name_text(arena, &report->subject));
}

/* The finding of this rank in its report if it is in `state` and the headline does not name it. */
static void put_finding(struct lines *lines, const struct result *result,
                        const struct report *report, enum state state, size_t rank)
{
    if (rank >= report->finding_count || report->findings[rank].state != state) {
        return;
    }
    const struct finding *finding = &report->findings[rank];
    if (result->count == 1 && finding == report_root(report)) {
        return;
    }
    put_line(lines, "%s: %s%s [%s]", state_text(state), subject_prefix(lines, result, report),
             finding->text, finding_class(finding->id)->slug);
}

static size_t most_findings(const struct result *result)
{
    size_t most = 0;
    for (size_t i = 0; i < result->count; i++) {
        if (result->reports[i]->finding_count > most) {
            most = result->reports[i]->finding_count;
        }
    }
    return most;
}

/* Root causes of all subjects come before the second finding of any. */
static void put_findings(struct lines *lines, const struct result *result, enum state state)
{
    size_t most = most_findings(result);
    for (size_t rank = 0; rank < most; rank++) {
        for (size_t i = 0; i < result->count; i++) {
            put_finding(lines, result, result->reports[i], state, rank);
        }
    }
}

static void put_details(struct lines *lines, const struct result *result, int level)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct report *report = result->reports[i];
        for (size_t j = 0; j < report->detail_count; j++) {
            if (report->details[j].level == level) {
                put_line(lines, "%s%s", subject_prefix(lines, result, report),
                         report->details[j].text);
            }
        }
    }
}

static void put_lines(struct lines *lines, const struct result *result)
{
    put_findings(lines, result, STATE_CRITICAL);
    put_findings(lines, result, STATE_WARNING);
    put_findings(lines, result, STATE_UNKNOWN);
    if (result->verbosity >= 1) {
        put_findings(lines, result, STATE_OK);
    }
    for (int level = 1; level <= result->verbosity; level++) {
        put_details(lines, result, level);
    }
}

char *render_nagios(struct arena *arena, const struct result *result)
{
    const char *perf = perfdata(arena, result);
    size_t limit = result->verbosity <= 1 ? SIZE_LIMIT : SIZE_LIMIT_VERBOSE;
    size_t reserved = MORE_ROOM + strlen(perf) + 1;
    struct lines lines = {
        .page = page_start(arena),
        .limit = limit > reserved ? limit - reserved : 0,
    };
    page_add(&lines.page, result_headline(arena, result));
    put_lines(&lines, result);
    if (lines.dropped > 0) {
        page_printf(&lines.page, "\n... and %zu more", lines.dropped);
    }
    page_printf(&lines.page, "%s\n", perf);
    return lines.page.text;
}
