/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums up what each server said. */
#include "plugins/records_survey.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/health.h"
#include "wire/rr_data.h"

enum { LISTED = 4 };

static bool is_usable(const struct records_facts *facts, const struct question *question)
{
    const struct message *reply = question->reply;
    if (!facts->recursive) {
        return health_usable(question);
    }
    return question->status == NET_ANSWERED &&
           (reply->rcode == RCODE_NOERROR || reply->rcode == RCODE_NXDOMAIN);
}

static void read_reply(const struct records_facts *facts, struct view *view,
                       const struct question *question)
{
    const struct message *reply = question->reply;
    const struct name *zone = &facts->target->zone.name;
    if (!is_usable(facts, question)) {
        return;
    }
    view->usable = true;
    view->is_signed = view->is_signed || message_is_signed(reply, zone);
    const struct rrset *soa = section_records(&reply->answer, zone, RR_SOA);
    if (soa == NULL && view->soa == NULL) {
        soa = section_records(&reply->authority, zone, RR_SOA);
    }
    if (soa != NULL) {
        view->soa = soa;
        view->has_timers = rr_soa(soa->rr[0], &view->timers);
    }
    const struct rrset *ns = section_records(&reply->answer, zone, RR_NS);
    view->ns = ns == NULL ? view->ns : ns;
}

/* Whether the server says that there is no answer, in the way that the user expects. */
static bool refuses_as_expected(const struct survey *survey, const struct question *question)
{
    return records_wants_refusal(survey->options) && question->status == NET_ANSWERED &&
           question->reply->rcode == survey->options->rcode;
}

static struct view *view_of(struct survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (server_equal(survey->views[i].server, server)) {
            return &survey->views[i];
        }
    }
    survey->views =
        arena_grow(survey->run->arena, survey->views, survey->view_count, sizeof *survey->views);
    survey->views[survey->view_count] = (struct view){.server = server};
    return &survey->views[survey->view_count++];
}

/* Whether the reply refers from the zone to one below that holds the name. */
static bool refers_on(const struct message *reply, const struct name *zone, const struct name *name)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && name_is_below(&set->owner, zone) &&
            name_is_under(name, &set->owner)) {
            return true;
        }
    }
    return false;
}

bool records_follow(const struct question *question, const struct name *zone,
                    struct alias_trail *trail)
{
    *trail = alias_follow(question->reply, &question->name, question->type);
    for (unsigned i = 1; i <= trail->steps; i++) {
        if (!name_is_under(&trail->names[i], zone)) {
            trail->steps = i;
            trail->set = NULL;
            trail->loops = false;
            return true;
        }
    }
    return trail->steps > 0 && trail->set == NULL && !trail->loops &&
           refers_on(question->reply, zone, &trail->names[trail->steps]);
}

static enum answer_kind kind_of(const struct message *reply, const struct alias_trail *trail)
{
    if (trail->set != NULL) {
        return ANSWER_RECORDS;
    }
    if (trail->loops) {
        return ANSWER_LOOP;
    }
    return message_denies_name(reply) ? ANSWER_NXDOMAIN : ANSWER_NODATA;
}

const struct question *records_beyond(const struct questions *chain, const struct name *name,
                                      uint16_t type)
{
    for (size_t i = 0; i < chain->count; i++) {
        const struct question *question = chain->list[i];
        bool by_resolver = (question->flags & QUERY_RECURSE) != 0;
        if (question->type == type && name_equal(&question->name, name) &&
            question->status == NET_ANSWERED && (by_resolver || question->reply->aa) &&
            (question->reply->rcode == RCODE_NOERROR || question->reply->rcode == RCODE_NXDOMAIN)) {
            return question;
        }
    }
    return NULL;
}

/* Takes what others told about the end of the aliases, from zone to zone. */
static void follow_out(const struct survey *survey, struct answer *answer)
{
    answer->kind = ANSWER_ELSEWHERE;
    answer->set = NULL;
    while (answer->beyond_count < RECORDS_BEYOND_MAX) {
        const struct question *beyond =
            records_beyond(&survey->facts->chain, &answer->end, answer->type);
        if (beyond == NULL) {
            return;
        }
        answer->beyond[answer->beyond_count++] = beyond;
        struct alias_trail trail = alias_follow(beyond->reply, &answer->end, answer->type);
        answer->end = trail.names[trail.steps];
        bool by_resolver = (beyond->flags & QUERY_RECURSE) != 0;
        if (by_resolver || trail.steps == 0 || trail.set != NULL || trail.loops) {
            answer->kind = kind_of(beyond->reply, &trail);
            answer->set = trail.set;
            return;
        }
    }
}

struct answer records_read(const struct survey *survey, const struct view *view,
                           const struct question *question)
{
    const struct message *reply = question->reply;
    struct answer answer = {.view = view, .question = question, .type = question->type};
    answer.end = question->name;
    if (question->status != NET_ANSWERED || reply == NULL) {
        return answer;
    }
    answer.rcode = reply->rcode;
    if (!is_usable(survey->facts, question)) {
        bool is_error = reply->rcode != RCODE_NOERROR && reply->rcode != RCODE_NXDOMAIN;
        answer.kind = is_error ? ANSWER_FAILED : ANSWER_NONE;
        return answer;
    }
    answer.trail = alias_follow(reply, &question->name, question->type);
    if (!survey->facts->recursive) {
        answer.leads_out = records_follow(question, &survey->target->zone.name, &answer.trail);
    }
    answer.kind = kind_of(reply, &answer.trail);
    answer.set = answer.trail.set;
    answer.end = answer.trail.names[answer.trail.steps];
    if (answer.leads_out) {
        follow_out(survey, &answer);
    }
    if (answer.kind == ANSWER_NXDOMAIN) {
        answer.rcode = RCODE_NXDOMAIN;
    }
    return answer;
}

/* By address, so that a report does not depend on which server came first. */
static int compare_views(const void *a, const void *b)
{
    const struct server *x = ((const struct view *)a)->server;
    const struct server *y = ((const struct view *)b)->server;
    if (x->family != y->family) {
        return x->family < y->family ? -1 : 1;
    }
    int order = memcmp(x->address, y->address, sizeof x->address);
    if (order != 0) {
        return order;
    }
    return x->port < y->port ? -1 : x->port > y->port;
}

static void read_views(struct survey *survey)
{
    const struct records_facts *facts = survey->facts;
    for (size_t i = 0; i < facts->target->child.count; i++) {
        (void)view_of(survey, facts->target->child.list[i]->server);
    }
    if (survey->view_count > 1) {
        qsort(survey->views, survey->view_count, sizeof *survey->views, compare_views);
    }
    for (size_t i = 0; i < facts->target->child.count; i++) {
        struct view *view = view_of(survey, facts->target->child.list[i]->server);
        read_reply(facts, view, facts->target->child.list[i]);
        view->usable = view->usable || refuses_as_expected(survey, facts->target->child.list[i]);
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        survey->usable_count += survey->views[i].usable;
    }
}

static void read_answers(struct survey *survey, const struct view *view)
{
    for (size_t i = 0; i < survey->type_count; i++) {
        const struct question *question =
            questions_find(&survey->target->child, view->server, survey->subject, survey->types[i]);
        if (question != NULL) {
            survey->answers[survey->answer_count++] = records_read(survey, view, question);
        }
    }
}

struct survey records_survey(const struct records_facts *facts,
                             const struct records_options *options)
{
    struct survey survey = {
        .run = facts->target->run,
        .target = facts->target,
        .facts = facts,
        .options = options,
        .subject = &facts->target->zone.subject,
        .is_apex = name_equal(&facts->target->zone.subject, &facts->target->zone.name),
    };
    survey.type_count = records_types(options, survey.is_apex, survey.types);
    read_views(&survey);
    survey.answers = arena_alloc(survey.run->arena, (survey.view_count * survey.type_count + 1) *
                                                        sizeof *survey.answers);
    for (size_t i = 0; i < survey.view_count; i++) {
        read_answers(&survey, &survey.views[i]);
    }
    return survey;
}

const struct answer *records_answer(const struct survey *survey, const struct view *view,
                                    uint16_t type)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        if (survey->answers[i].view == view && survey->answers[i].type == type) {
            return &survey->answers[i];
        }
    }
    return NULL;
}

bool records_have(const struct rrset *set, struct bytes rdata)
{
    for (size_t i = 0; i < set->count; i++) {
        if (rr_data_same(set->type, set->rr[i], rdata)) {
            return true;
        }
    }
    return false;
}

const char *records_words(struct arena *arena, uint16_t type, const struct bytes *rr, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count && i < LISTED; i++) {
        text = text_join(arena, text, rr_data_words(arena, type, rr[i]));
    }
    return text_more(arena, text, count, LISTED);
}

const char *records_list(struct arena *arena, const struct rrset *set)
{
    return records_words(arena, set->type, set->rr, set->count);
}

const char *records_bound(struct arena *arena, struct range range, bool alerts)
{
    return arena_printf(arena, "%s %s", alerts == range.alert_inside ? "within" : "outside",
                        range_text(arena, range));
}

const char *records_server(struct arena *arena, const struct server *server)
{
    return place_text(arena, &(struct place){.server = server});
}
