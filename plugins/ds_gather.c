/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers remarks about servers and reports each once. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugins/ds_judge.h"

struct ds_remark ds_remark_as(enum finding_id id, enum state state, const char *type)
{
    return (struct ds_remark){.id = id, .state = state, .type = type, .key_tag = KEY_TAG_NONE};
}

struct ds_remark ds_remark_tag(enum finding_id id, enum state state, const char *type, uint16_t tag)
{
    struct ds_remark remark = ds_remark_as(id, state, type);
    remark.key_tag = tag;
    return remark;
}

struct ds_remark ds_remark_about(enum finding_id id, const char *type, uint16_t tag)
{
    return ds_remark_tag(id, finding_class(id)->state, type, tag);
}

struct ds_remark ds_remark(enum finding_id id, const char *type)
{
    return ds_remark_as(id, finding_class(id)->state, type);
}

static bool same_remark(const struct ds_remark *a, const struct ds_remark *b)
{
    return a->id == b->id && a->state == b->state && a->key_tag == b->key_tag &&
           a->above == b->above;
}

static struct ds_gathered *slot(struct ds_gathering *gathering, const struct ds_remark *remark,
                                const char *text)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct ds_gathered *known = &gathering->list[i];
        if (same_remark(&known->remark, remark) && strcmp(known->text, text) == 0) {
            return known;
        }
    }
    gathering->list = arena_grow(gathering->survey->run->arena, gathering->list, gathering->count,
                                 sizeof *gathering->list);
    struct ds_gathered *new = &gathering->list[gathering->count++];
    *new = (struct ds_gathered){.remark = *remark, .text = text};
    return new;
}

void ds_say(struct ds_gathering *gathering, struct ds_remark remark, const struct place *place,
            const char *format, ...)
{
    struct arena *arena = gathering->survey->run->arena;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    struct ds_gathered *gathered = slot(gathering, &remark, text);
    if (place != NULL) {
        places_add(arena, &gathered->places, place);
    }
}

static void report_one(const struct ds_survey *survey, const struct ds_gathered *gathered,
                       struct report *report)
{
    struct arena *arena = survey->run->arena;
    const struct ds_remark *remark = &gathered->remark;
    const struct name *zone = &survey->target->zone.name;
    size_t servers = remark->above ? survey->parent_count : survey->child_count;
    bool all = gathered->places.count == 0 || gathered->places.count == servers;
    struct finding finding = {
        .id = remark->id,
        .state = run_partial(survey->run, remark->state, all && !remark->partial),
        .zone = remark->above && survey->parent_name.size > 0 ? survey->parent_name : *zone,
        .owner = *zone,
        .type = remark->type,
        .server = all ? NULL : gathered->places.list[0].server->text,
        .key_tag = remark->key_tag,
    };
    if (all) {
        report_add_as(report, &finding, "%s", gathered->text);
    } else {
        report_add_as(report, &finding, "%s (at %s)", gathered->text,
                      places_text(arena, &gathered->places));
    }
}

/* By id, so that the order in which servers were asked does not show. */
static int compare(const void *left, const void *right)
{
    const struct ds_gathered *a = left;
    const struct ds_gathered *b = right;
    if (a->remark.id != b->remark.id) {
        return a->remark.id < b->remark.id ? -1 : 1;
    }
    return strcmp(a->text, b->text);
}

void ds_gather_report(const struct ds_gathering *gathering, struct report *report)
{
    if (gathering->count > 1) {
        qsort(gathering->list, gathering->count, sizeof *gathering->list, compare);
    }
    for (size_t i = 0; i < gathering->count; i++) {
        report_one(gathering->survey, &gathering->list[i], report);
    }
}

const char *ds_defects_text(const struct ds_survey *survey, const struct sig_verdict *verdict)
{
    struct arena *arena = survey->run->arena;
    const char *text = sig_defects_text(arena, verdict->defects);
    int64_t now = survey->run->now;
    if ((verdict->defects & SIG_EXPIRED) != 0) {
        return arena_printf(arena, "%s, it ended at %s", text,
                            text_time(arena, now + verdict->remaining));
    }
    if ((verdict->defects & SIG_NOT_YET_VALID) != 0) {
        return arena_printf(arena, "%s, it begins at %s", text,
                            text_time(arena, now - verdict->age));
    }
    return text;
}

const char *ds_line(const struct ds_survey *survey, const struct dnskey *key, uint8_t digest_type)
{
    struct arena *arena = survey->run->arena;
    const struct name *zone = &survey->target->zone.name;
    struct ds ds;
    if (key == NULL || !crypto_ds_of(survey->run->crypto, zone, key, digest_type, &ds)) {
        return "the DS of a key that signs the DNSKEY RRset";
    }
    return arena_printf(arena, "%s%s IN DS %s", name_text(arena, zone),
                        zone->labels == 0 ? "" : ".", link_ds_rdata(arena, &ds));
}
