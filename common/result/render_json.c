/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON format: one object on one line.
 *
 * Nothing is escaped here: reports hold clean text only, which has neither quotes nor backslashes
 * nor bytes outside printable ASCII.
 */
#include <stdint.h>

#include "base/page.h"
#include "result/render.h"

/* `,"key":"value"`, or nothing for NULL. */
static void put_text(struct page *page, const char *key, const char *value)
{
    if (value != NULL) {
        page_printf(page, ",\"%s\":\"%s\"", key, value);
    }
}

static void put_integer(struct page *page, const char *key, int64_t value)
{
    page_printf(page, ",\"%s\":%lld", key, (long long)value);
}

static void put_name(struct page *page, const char *key, const struct name *name)
{
    if (name->size > 0) {
        put_text(page, key, name_text(page->arena, name));
    }
}

static void put_range(struct page *page, const char *key, struct range range)
{
    const char *text = range_text(page->arena, range);
    put_text(page, key, *text == '\0' ? NULL : text);
}

static void put_finding(struct page *page, const struct finding *finding)
{
    const struct finding_class *class = finding_class(finding->id);
    page_printf(page, "{\"id\":\"%s\"", class->slug);
    put_text(page, "state", state_text(finding->state));
    put_name(page, "zone", &finding->zone);
    put_name(page, "owner", &finding->owner);
    put_text(page, "type", finding->type);
    put_text(page, "server", finding->server);
    if (finding->key_tag != KEY_TAG_NONE) {
        put_integer(page, "key_tag", finding->key_tag);
    }
    if (class->ede != EDE_NONE) {
        put_integer(page, "ede", class->ede);
    }
    put_text(page, "text", finding->text);
    page_add(page, "}");
}

static void put_metric(struct page *page, const struct metric *metric)
{
    page_printf(page, "{\"label\":\"%s\",\"value\":%s", metric->label,
                result_number(page->arena, metric->value));
    put_text(page, "unit", *metric->unit == '\0' ? NULL : metric->unit);
    put_range(page, "warning", metric->warning);
    put_range(page, "critical", metric->critical);
    page_add(page, "}");
}

static void put_subject(struct page *page, const struct report *report)
{
    page_printf(page, "{\"name\":\"%s\"", name_text(page->arena, &report->subject));
    put_text(page, "state", state_text(report_state(report)));
    put_text(page, "verdict", report->verdict);
    page_add(page, ",\"findings\":[");
    for (size_t i = 0; i < report->finding_count; i++) {
        page_add(page, i == 0 ? "" : ",");
        put_finding(page, &report->findings[i]);
    }
    page_add(page, "],\"metrics\":[");
    for (size_t i = 0; i < report->metric_count; i++) {
        page_add(page, i == 0 ? "" : ",");
        put_metric(page, &report->metrics[i]);
    }
    page_add(page, "]}");
}

char *render_json(struct arena *arena, const struct result *result)
{
    struct page page = page_start(arena);
    enum state state = result_state(result);
    page_printf(&page, "{\"plugin\":\"%s\"", result->plugin);
    put_text(&page, "version", result->version);
    put_text(&page, "state", state_text(state));
    put_integer(&page, "exit_code", state);
    put_text(&page, "summary", result_headline(arena, result));
    put_integer(&page, "at", result->at);
    put_integer(&page, "elapsed_ms", result->elapsed_ms);
    page_add(&page, ",\"subjects\":[");
    for (size_t i = 0; i < result->count; i++) {
        page_add(&page, i == 0 ? "" : ",");
        put_subject(&page, result->reports[i]);
    }
    page_add(&page, "]}\n");
    return page.text;
}
