/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CNAME and DNAME records where they should not be, or not be so. */
#include "plugins/records_judge.h"

/* A type other than CNAME that this server has at the name, or 0 (RFC 2181 10.1). */
static uint16_t other_data(const struct survey *survey, const struct view *view,
                           const struct name *owner)
{
    for (size_t i = 0; i < survey->target->child.count; i++) {
        const struct question *question = survey->target->child.list[i];
        if (!server_equal(question->server, view->server) || question->status != NET_ANSWERED ||
            !question->reply->aa) {
            continue;
        }
        for (size_t j = 0; j < question->reply->answer.count; j++) {
            const struct rrset *set = &question->reply->answer.rrsets[j];
            if (set->count > 0 && set->type != RR_CNAME && set->type != RR_NSEC &&
                set->type != RR_DNAME && name_equal(&set->owner, owner)) {
                return set->type;
            }
        }
    }
    return 0;
}

static void judge_cname(struct survey *survey, const struct view *view, const struct rrset *cname)
{
    struct arena *arena = survey->run->arena;
    uint16_t other = other_data(survey, view, &cname->owner);
    bool apex = name_equal(&cname->owner, &survey->target->zone.name);
    if (other != 0) {
        records_gather_as(survey, FINDING_CNAME_OTHER_DATA, apex ? STATE_CRITICAL : STATE_WARNING,
                          &cname->owner, RR_CNAME, view, "%s %s is an alias and has %s records too",
                          apex ? "the apex" : "the name", name_text(arena, &cname->owner),
                          rr_type_text(arena, other));
    }
    if (cname->count > 1) {
        records_gather(survey, FINDING_CNAME_MULTIPLE, &cname->owner, RR_CNAME, view,
                       "%s has %zu aliases: %s", name_text(arena, &cname->owner), cname->count,
                       records_list(arena, cname));
    }
}

/* The CNAME that a server makes from a DNAME (RFC 6672 3.1). */
static void judge_synthesis(struct survey *survey, const struct answer *answer,
                            const struct rrset *dname)
{
    struct arena *arena = survey->run->arena;
    const struct name *name = survey->subject;
    const struct rrset *cname = section_records(&answer->question->reply->answer, name, RR_CNAME);
    struct name made;
    struct name given;
    if (cname == NULL) {
        records_gather(survey, FINDING_DNAME_CNAME_MISSING, name, RR_CNAME, answer->view,
                       "the DNAME at %s comes without the CNAME made from it",
                       name_text(arena, &dname->owner));
        return;
    }
    if (!alias_target(dname, name, &made) || !alias_target(cname, name, &given) ||
        !name_equal(&made, &given)) {
        records_gather(survey, FINDING_DNAME_CNAME_WRONG, name, RR_CNAME, answer->view,
                       "the CNAME beside the DNAME at %s is not the one made from it",
                       name_text(arena, &dname->owner));
    }
    if (cname->ttl != dname->ttl) {
        records_gather(survey, FINDING_DNAME_TTL, name, RR_CNAME, answer->view,
                       "the CNAME made from the DNAME at %s has TTL %u, not %u",
                       name_text(arena, &dname->owner), cname->ttl, dname->ttl);
    }
}

static void judge_answer(struct survey *survey, const struct answer *answer)
{
    const struct message *reply = answer->question->reply;
    const struct rrset *first = answer->trail.first;
    const struct rrset *cname = section_records(&reply->answer, survey->subject, RR_CNAME);
    if (first != NULL && first->type == RR_DNAME) {
        judge_synthesis(survey, answer, first);
    } else if (cname != NULL) {
        judge_cname(survey, answer->view, cname);
    }
    if (answer->kind == ANSWER_LOOP) {
        records_gather(survey, FINDING_ALIAS_LOOP, survey->subject, answer->type, answer->view,
                       "the aliases form a loop or a chain of more than %d, at %s", ALIAS_STEPS,
                       name_text(survey->run->arena, &answer->end));
    }
}

/* An alias at the apex, whatever was asked for: SOA and NS are there too. */
static void judge_apex(struct survey *survey, const struct view *view)
{
    const struct name *zone = &survey->target->zone.name;
    for (size_t i = 0; i < survey->target->child.count; i++) {
        const struct question *question = survey->target->child.list[i];
        if (question->status == NET_ANSWERED && question->reply->aa && question->type != RR_CNAME &&
            server_equal(question->server, view->server) && name_equal(&question->name, zone)) {
            const struct rrset *cname = section_records(&question->reply->answer, zone, RR_CNAME);
            if (cname != NULL) {
                judge_cname(survey, view, cname);
                return;
            }
        }
    }
}

void records_judge_aliases(struct survey *survey)
{
    for (size_t i = 0; !survey->facts->recursive && i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->kind != ANSWER_NONE && answer->kind != ANSWER_FAILED) {
            judge_answer(survey, answer);
        }
    }
    for (size_t i = 0; !survey->facts->recursive && i < survey->view_count; i++) {
        judge_apex(survey, &survey->views[i]);
    }
}
