/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says what was to be looked at and was not: a run must not pass for a look at everything.
 *
 * What the user has named and cannot be had leaves the run UNKNOWN; of what is looked at by default
 * it is a note.
 */
#include "check/health.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr_data.h"

static bool is_named(const struct survey *survey, uint16_t type)
{
    const struct rrsig_types *types = &survey->options->types;
    return rr_types_have(types->named, types->named_count, type);
}

/* Why nobody has told the DS. */
static const char *without_ds(const struct survey *survey)
{
    const struct zone *zone = &survey->target->zone;
    if (survey->run->server_count == 0) {
        return zone->parent.size == 0
                   ? "the zone above could not be found, so its DS was not looked at"
                   : "no server of the parent gives a DS or says that there is none";
    }
    return survey->target->parent.count == 0
               ? "the DS was not looked at: with -s it comes from a resolver, see -r"
               : "the resolver gives neither a DS nor the word that there is none";
}

static bool unverified_ds(const struct survey *survey)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (item->role == ROLE_PARENT_DS && !item->failed && item->verdicts == NULL) {
            return true;
        }
    }
    return false;
}

static void judge_ds(const struct survey *survey, struct report *report)
{
    const struct zone *zone = &survey->target->zone;
    const char *text = survey->parent_count == 0 ? without_ds(survey)
                       : !unverified_ds(survey)  ? NULL
                       : survey->parent_unsigned
                           ? "the parent is not signed, so there is no signature over the DS"
                           : "the keys of the parent cannot be had, so the signature of the DS was "
                             "not verified";
    if (text == NULL || !survey->options->types.parent || zone->name.labels == 0) {
        return;
    }
    struct finding finding = finding_about(FINDING_DS_UNKNOWN, &zone->name, &zone->name, "DS");
    finding.state = is_named(survey, RR_DS) ? STATE_UNKNOWN : STATE_OK;
    report_add_as(report, &finding, "%s", text);
}

/* Whether servers say that there are no records of the type, and at which name; the root has no DS.
 */
static bool is_absent(const struct survey *survey, uint16_t type, const struct name **owner)
{
    const struct target *target = survey->target;
    *owner = &target->zone.name;
    if (type == RR_DS) {
        bool told = survey->parent_count > 0 || target->zone.name.labels == 0;
        return told && survey->ds == NULL;
    }
    bool denied = false;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        /* Not the question that brings the negative answer. */
        bool is_meant = name_equal(&question->name, &target->zone.name) ||
                        name_equal(&question->name, &target->zone.subject);
        if (question->type != type || !is_meant || !health_usable(question)) {
            continue;
        }
        if (question->reply->answer.count > 0) {
            return false;
        }
        *owner = &question->name;
        denied = true;
    }
    return denied;
}

/* Types that the user named: one of them has to be there. */
static void judge_named(const struct survey *survey, struct report *report)
{
    const struct rrsig_types *types = &survey->options->types;
    const struct name *owner = NULL;
    size_t absent = 0;
    for (size_t i = 0; i < types->named_count; i++) {
        absent += is_absent(survey, types->named[i], &owner);
    }
    for (size_t i = 0; i < types->named_count; i++) {
        if (!is_absent(survey, types->named[i], &owner)) {
            continue;
        }
        struct finding finding =
            finding_about(FINDING_RRSIG_TYPE_ABSENT, &survey->target->zone.name, owner,
                          rr_type_text(survey->run->arena, types->named[i]));
        finding.state = absent == types->named_count ? STATE_UNKNOWN : STATE_OK;
        report_add_as(report, &finding, "no %s records at %s: there is nothing to look at",
                      finding.type, name_text(survey->run->arena, owner));
    }
}

/* A denial with NXNAME (RFC 9824), which has NOERROR: no resolver has said so before. */
static void judge_name(const struct survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    const struct zone *zone = &target->zone;
    bool denied = false;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (!name_equal(&question->name, &zone->subject) || !health_usable(question)) {
            continue;
        }
        /* Behind an alias another name is denied. */
        denied = question->reply->answer.count == 0 && message_denies_name(question->reply);
        if (!denied) {
            return;
        }
    }
    if (denied) {
        struct finding finding =
            finding_about(FINDING_NO_SUCH_NAME, &zone->name, &zone->subject, NULL);
        report_add(report, &finding, "the name does not exist (NXNAME from %s)",
                   name_text(survey->run->arena, &zone->name));
    }
}

void rrsig_judge_asked(const struct survey *survey, struct report *report)
{
    judge_name(survey, report);
    judge_ds(survey, report);
    judge_named(survey, report);
}
