/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads settled questions into views of servers and what each of them denies. */
#include "plugins/nsec_survey.h"

#include "check/health.h"

struct nsec_view *nsec_view_of(const struct nsec_survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (server_equal(survey->views[i]->server, server)) {
            return survey->views[i];
        }
    }
    return NULL;
}

const struct nsec_probe *nsec_probe_of(const struct nsec_survey *survey,
                                       const struct question *question)
{
    for (size_t i = 0; i < survey->facts->probe_count; i++) {
        const struct nsec_probe *probe = &survey->facts->probes[i];
        if (probe->type == question->type && name_equal(&probe->name, &question->name)) {
            return probe;
        }
    }
    return NULL;
}

bool nsec_is_elsewhere(const struct name *zone, const struct question *question)
{
    const struct message *reply = question->reply;
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        bool below =
            name_is_below(&set->owner, zone) && name_is_under(&question->name, &set->owner);
        bool refers = set->type == RR_NS && !reply->aa && reply->rcode == RCODE_NOERROR;
        /* A denial of DS by the child itself is a fault of its own (RFC 6840 4.4). */
        bool holds = set->type == RR_SOA &&
                     !(question->type == RR_DS && name_equal(&question->name, &set->owner));
        if (below && (refers || holds)) {
            return true;
        }
    }
    return false;
}

bool nsec_is_no_cut(const struct target *target, const struct question *question)
{
    const struct question *ns =
        questions_find(&target->child, question->server, &question->name, RR_NS);
    return ns != NULL && health_usable(ns) && ns->reply->rcode == RCODE_NOERROR &&
           !nsec_is_elsewhere(&target->zone.name, ns) &&
           section_records(&ns->reply->answer, &ns->name, RR_NS) == NULL;
}

static struct nsec_view *add_view(struct nsec_survey *survey, const struct server *server)
{
    struct nsec_view *view = nsec_view_of(survey, server);
    if (view != NULL) {
        return view;
    }
    struct arena *arena = survey->run->arena;
    view = arena_alloc(arena, sizeof *view);
    view->server = server;
    survey->views = arena_grow(arena, survey->views, survey->view_count, sizeof *survey->views);
    survey->views[survey->view_count++] = view;
    return view;
}

static bool same_keys(const struct nsec_view *a, const struct nsec_view *b)
{
    bool same = a->key_count == b->key_count;
    for (size_t i = 0; same && i < a->key_count; i++) {
        same = bytes_equal(a->keys[i].rdata, b->keys[i].rdata);
    }
    return same;
}

/* Equal DNSKEY RRsets become one, so that what they verified need not be verified again. */
static void take_keys(const struct nsec_survey *survey, struct nsec_view *view,
                      const struct rrset *set)
{
    view->keys = rr_dnskeys(survey->run->arena, set, &view->key_count);
    view->has_dnskey = true;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct nsec_view *other = survey->views[i];
        if (other != view && other->has_dnskey && same_keys(other, view)) {
            view->keys = other->keys;
            return;
        }
    }
}

/* The RRset of a type at the apex, when that is what was asked for. */
static const struct rrset *apex_answer(const struct nsec_survey *survey,
                                       const struct question *question, uint16_t type)
{
    const struct name *apex = &survey->target->zone.name;
    if (question->type != type || !name_equal(&question->name, apex)) {
        return NULL;
    }
    return section_records(&question->reply->answer, apex, type);
}

/* Takes what one usable reply says about its server as such. */
static void read_view(struct nsec_survey *survey, struct nsec_view *view,
                      const struct question *question)
{
    const struct message *reply = question->reply;
    view->edns = view->edns || reply->edns;
    view->any_signature =
        view->any_signature || message_is_signed(reply, &survey->target->zone.name);
    const struct rrset *soa = apex_answer(survey, question, RR_SOA);
    if (soa != NULL && rr_soa(soa->rr[0], &view->soa)) {
        view->has_soa = true;
        view->soa_ttl = soa->ttl;
    }
    const struct rrset *keys = apex_answer(survey, question, RR_DNSKEY);
    if (keys != NULL) {
        take_keys(survey, view, keys);
    }
    if (question->type == RR_NSEC3PARAM) {
        view->told_param = true;
        view->param = apex_answer(survey, question, RR_NSEC3PARAM);
    }
}

/* Validators take the DNSKEY RRset from any server, so one that lost it borrows another's. */
static void lend_keys(struct nsec_survey *survey)
{
    const struct nsec_view *lender = NULL;
    for (size_t i = 0; i < survey->view_count && lender == NULL; i++) {
        lender = survey->views[i]->has_dnskey ? survey->views[i] : NULL;
    }
    for (size_t i = 0; lender != NULL && i < survey->view_count; i++) {
        if (!survey->views[i]->has_dnskey) {
            survey->views[i]->keys = lender->keys;
            survey->views[i]->key_count = lender->key_count;
        }
    }
    const struct target *target = survey->target;
    for (size_t i = 0; lender == NULL && i < target->child.count; i++) {
        survey->keys_unknown = survey->keys_unknown || (target->child.list[i]->type == RR_DNSKEY &&
                                                        !health_usable(target->child.list[i]));
    }
}

static void read_views(struct nsec_survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        if (health_usable(target->child.list[i])) {
            read_view(survey, add_view(survey, target->child.list[i]->server),
                      target->child.list[i]);
        }
    }
    lend_keys(survey);
}

/* Whether the records are made for the answer: no random name has types or is next to another. */
static bool shows_lies(const struct nsec_denial *denial)
{
    const struct proof *proof = &denial->apparent;
    return proof_has(proof, DEFECT_WHITE_LIES) || proof_has(proof, DEFECT_COMPACT_DENIAL) ||
           (nsec_probe_is_random(denial->probe) && proof->verdict == DENIAL_NODATA &&
            denial->claim == CLAIM_NODATA);
}

/* Where no random name is denied, since an online signer made them from a wildcard, others tell. */
static bool is_online_signer(const struct nsec_survey *survey, const struct nsec_view *view)
{
    bool lies[2] = {false, false};
    bool any_random = false;
    for (size_t i = 0; i < survey->denial_count; i++) {
        const struct nsec_denial *denial = &survey->denials[i];
        bool random = nsec_probe_is_random(denial->probe);
        if (denial->view == view) {
            any_random = any_random || random;
            lies[random] = lies[random] || shows_lies(denial);
        }
    }
    return lies[any_random];
}

static void read_all(struct nsec_survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        struct nsec_view *view = nsec_view_of(survey, question->server);
        const struct nsec_probe *probe = nsec_probe_of(survey, question);
        if (view != NULL && probe != NULL && health_usable(question) &&
            !nsec_is_elsewhere(&target->zone.name, question)) {
            nsec_read_denials(survey, view, probe, question);
        }
    }
    for (size_t i = 0; i < survey->denial_count; i++) {
        survey->denials[i].view->failing += !survey->denials[i].sound;
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        survey->views[i]->lies = is_online_signer(survey, survey->views[i]);
    }
}

struct nsec_survey nsec_survey(const struct nsec_facts *facts, const struct nsec_options *options,
                               bool clock_wrong)
{
    struct nsec_survey survey = {
        .run = facts->target->run,
        .target = facts->target,
        .facts = facts,
        .options = options,
        .clock_wrong = clock_wrong,
    };
    read_views(&survey);
    read_all(&survey);
    return survey;
}

bool nsec_same_version(const struct nsec_view *a, const struct nsec_view *b)
{
    return a == NULL || b == NULL || a == b || !a->has_soa || !b->has_soa ||
           a->soa.serial == b->soa.serial;
}

bool nsec_is_signed(const struct nsec_survey *survey)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (survey->views[i]->has_dnskey || survey->views[i]->any_signature) {
            return true;
        }
    }
    return false;
}
