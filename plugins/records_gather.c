/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One finding for what several servers show alike. */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "plugins/records_survey.h"
#include "wire/rr_data.h"

static struct gathered *find_gathered(struct survey *survey, const struct finding *finding)
{
    for (size_t i = 0; i < survey->gathered_count; i++) {
        struct gathered *gathered = &survey->gathered[i];
        if (gathered->id == finding->id && gathered->state == finding->state &&
            name_equal(&gathered->owner, &finding->owner) &&
            name_equal(&gathered->zone, &finding->zone) &&
            strcmp(gathered->text, finding->text) == 0) {
            return gathered;
        }
    }
    survey->gathered = arena_grow(survey->run->arena, survey->gathered, survey->gathered_count,
                                  sizeof *survey->gathered);
    struct gathered *gathered = &survey->gathered[survey->gathered_count++];
    *gathered = (struct gathered){.id = finding->id,
                                  .state = finding->state,
                                  .zone = finding->zone,
                                  .owner = finding->owner,
                                  .text = finding->text};
    return gathered;
}

static void add_type(struct gathered *gathered, uint16_t type)
{
    if (type != 0 && gathered->type_count < RECORDS_TYPES_MAX &&
        !rr_types_have(gathered->types, gathered->type_count, type)) {
        gathered->types[gathered->type_count++] = type;
    }
}

static void gather(struct survey *survey, struct finding finding, uint16_t type,
                   const struct view *view)
{
    if (finding.zone.size == 0) {
        finding.zone = survey->target->zone.name;
    }
    struct gathered *gathered = find_gathered(survey, &finding);
    add_type(gathered, type);
    if (view != NULL) {
        struct place place = {.server = view->server};
        places_add(survey->run->arena, &gathered->places, &place);
        gathered->failing = gathered->failing || !view->usable;
    }
}

void records_gather_fault(struct survey *survey, const struct finding *fault, uint16_t type,
                          const struct view *view, const char *format, ...)
{
    struct finding finding = *fault;
    va_list arguments;
    va_start(arguments, format);
    finding.text = arena_vprintf(survey->run->arena, format, arguments);
    va_end(arguments);
    gather(survey, finding, type, view);
}

void records_gather(struct survey *survey, enum finding_id id, const struct name *owner,
                    uint16_t type, const struct view *view, const char *format, ...)
{
    struct finding finding = {.id = id, .state = finding_class(id)->state, .owner = *owner};
    va_list arguments;
    va_start(arguments, format);
    finding.text = arena_vprintf(survey->run->arena, format, arguments);
    va_end(arguments);
    gather(survey, finding, type, view);
}

void records_gather_as(struct survey *survey, enum finding_id id, enum state state,
                       const struct name *owner, uint16_t type, const struct view *view,
                       const char *format, ...)
{
    struct finding finding = {.id = id, .state = state, .owner = *owner};
    va_list arguments;
    va_start(arguments, format);
    finding.text = arena_vprintf(survey->run->arena, format, arguments);
    va_end(arguments);
    gather(survey, finding, type, view);
}

/* "A, AAAA at 192.0.2.2 (ns2.example.com): "; "" where it is about no type at all servers. */
static const char *where(const struct survey *survey, const struct gathered *gathered, bool all)
{
    struct arena *arena = survey->run->arena;
    const char *text = "";
    for (size_t i = 0; i < gathered->type_count; i++) {
        text = text_join(arena, text, rr_type_text(arena, gathered->types[i]));
    }
    if (!all) {
        text = arena_printf(arena, "%s%s%s", text, *text == '\0' ? "" : " at ",
                            places_text(arena, &gathered->places));
    }
    return text_within(arena, "", text, ": ");
}

/* Wrong data that shows at some servers only is rated by --partial, and so is any difference. */
static enum state state_of(const struct survey *survey, const struct gathered *gathered, bool all)
{
    enum state partial = survey->run->options->partial;
    bool is_rated = gathered->state == STATE_CRITICAL || gathered->id == FINDING_REC_DIFFERS;
    return all || !is_rated || partial == STATE_OK ? gathered->state : partial;
}

/* Whether no server that answers well shows it otherwise. */
static bool shows_everywhere(const struct survey *survey, const struct gathered *gathered)
{
    size_t count = gathered->places.count;
    if (count == 0 || count == survey->view_count) {
        return true;
    }
    /* A response code may be the wrong one just because the server answers well. */
    bool tells = !gathered->failing && gathered->id != FINDING_REC_RCODE;
    return tells && count == survey->usable_count;
}

static void report_one(const struct survey *survey, const struct gathered *gathered,
                       struct report *report)
{
    struct arena *arena = survey->run->arena;
    bool all = shows_everywhere(survey, gathered);
    struct finding finding =
        finding_about(gathered->id, &gathered->zone, &gathered->owner,
                      gathered->type_count > 0 ? rr_type_text(arena, gathered->types[0]) : NULL);
    finding.state = state_of(survey, gathered, all);
    finding.server = all ? NULL : gathered->places.list[0].server->text;
    report_add_as(report, &finding, "%s%s", where(survey, gathered, all), gathered->text);
}

static void report_ids(const struct survey *survey, bool loops, struct report *report)
{
    for (size_t i = 0; i < survey->gathered_count; i++) {
        if ((survey->gathered[i].id == FINDING_ALIAS_LOOP) == loops) {
            report_one(survey, &survey->gathered[i], report);
        }
    }
}

void records_report(const struct survey *survey, struct report *report)
{
    report_ids(survey, true, report); /* it is why the aliases lead to no records */
    report_ids(survey, false, report);
}
