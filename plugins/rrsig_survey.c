/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads settled questions into views of servers and the RRsets they gave. */
#include "plugins/rrsig_survey.h"

#include "check/health.h"
#include "wire/alias.h"

static struct view *view_of(struct arena *arena, struct view **views, size_t *count,
                            const struct server *server)
{
    for (size_t i = 0; i < *count; i++) {
        if (server_equal((*views)[i].server, server)) {
            return &(*views)[i];
        }
    }
    *views = arena_grow(arena, *views, *count, sizeof **views);
    struct view *view = &(*views)[(*count)++];
    *view = (struct view){.server = server};
    return view;
}

static bool same_question(const struct question *question, const struct name *name, uint16_t type)
{
    return question->type == type && name_equal(&question->name, name);
}

/* Takes what one usable reply says about its server as such. */
static void read_view(struct survey *survey, struct view *view, const struct question *question)
{
    const struct message *reply = question->reply;
    const struct name *zone = &survey->target->zone.name;
    view->edns = view->edns || reply->edns;
    view->any_signature = view->any_signature || message_is_signed(reply, zone);
    const struct rrset *soa = section_records(&reply->answer, zone, RR_SOA);
    if (soa != NULL) {
        (void)rr_soa(soa->rr[0], &view->soa); /* stays zero when malformed */
    }
    const struct rrset *keys = section_records(&reply->answer, zone, RR_DNSKEY);
    if (same_question(question, zone, RR_DNSKEY) && keys != NULL) {
        view->keys = rr_dnskeys(survey->run->arena, keys, &view->key_count);
        view->has_dnskey = true;
    }
}

static void read_views(struct survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        if (health_usable(target->child.list[i])) {
            struct view *view = view_of(survey->run->arena, &survey->views, &survey->view_count,
                                        target->child.list[i]->server);
            read_view(survey, view, target->child.list[i]);
            survey->keys_known = survey->keys_known || same_question(target->child.list[i],
                                                                     &target->zone.name, RR_DNSKEY);
        }
    }
    /* Validators take the DNSKEY RRset from any server, so one that lost it borrows another's. */
    const struct view *lender = NULL;
    for (size_t i = 0; i < survey->view_count && lender == NULL; i++) {
        lender = survey->views[i].has_dnskey ? &survey->views[i] : NULL;
    }
    for (size_t i = 0; lender != NULL && i < survey->view_count; i++) {
        if (!survey->views[i].has_dnskey) {
            survey->views[i].keys = lender->keys;
            survey->views[i].key_count = lender->key_count;
        }
    }
}

static void add_item(struct survey *survey, const struct view *view, const struct rrset *set,
                     enum role role)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (item->view == view && item->set->type == set->type &&
            name_equal(&item->set->owner, &set->owner)) {
            return;
        }
    }
    survey->items =
        arena_grow(survey->run->arena, survey->items, survey->item_count, sizeof *survey->items);
    survey->items[survey->item_count++] = (struct item){.view = view, .set = set, .role = role};
}

/*
 * Of an answer only the RRset asked for, or the alias instead: what follows an alias may belong to
 * another zone, and a CNAME made from a DNAME has no signature (RFC 6672 5.3.1).
 */
static void read_answer(struct survey *survey, const struct view *view,
                        const struct question *question)
{
    const struct name *zone = &survey->target->zone.name;
    const struct section *answer = &question->reply->answer;
    const struct rrset *alias = alias_find(answer, &question->name);
    bool by_dname = alias != NULL && alias->type == RR_DNAME && name_is_under(&alias->owner, zone);
    for (size_t i = 0; i < answer->count; i++) {
        const struct rrset *set = &answer->rrsets[i];
        bool asked = (set->type == question->type || set->type == RR_CNAME) &&
                     name_equal(&set->owner, &question->name) &&
                     !(by_dname && set->type == RR_CNAME);
        if (set->count == 0 || !(asked || (by_dname && set == alias))) {
            continue;
        }
        bool keys = set->type == RR_DNSKEY && name_equal(&set->owner, zone);
        add_item(survey, view, set, keys ? ROLE_DNSKEY : ROLE_DATA);
    }
}

/* Behind an alias a denial may be that of a zone below. */
static bool is_foreign(const struct message *reply, const struct rrset *denial,
                       const struct name *zone)
{
    return reply->answer.count > 0 &&
           (denial->sig_count == 0 || !name_equal(&denial->sigs[0].signer, zone));
}

static void read_authority(struct survey *survey, const struct view *view,
                           const struct question *question)
{
    enum { MOST = 16 }; /* records of a proof that are looked at (CVE-2023-50868) */
    const struct name *zone = &survey->target->zone.name;
    size_t taken = 0;
    for (size_t i = 0; i < question->reply->authority.count && taken < MOST; i++) {
        const struct rrset *set = &question->reply->authority.rrsets[i];
        if (set->count > 0 && (set->type == RR_NSEC || set->type == RR_NSEC3) &&
            name_is_under(&set->owner, zone) && !is_foreign(question->reply, set, zone)) {
            add_item(survey, view, set, ROLE_NEGATIVE);
            taken++;
        }
    }
}

static void read_child(struct survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (!health_usable(question)) {
            continue;
        }
        struct view *view =
            view_of(survey->run->arena, &survey->views, &survey->view_count, question->server);
        read_answer(survey, view, question);
        if (question->name.labels > 0 && !name_equal(&question->name, &target->zone.subject) &&
            !name_equal(&question->name, &target->zone.name)) {
            view->negative = question;
            read_authority(survey, view, question);
        }
    }
}

/* Where a wildcard or a DNAME answers for the random name, other negative answers have to do. */
static void read_other_denials(struct survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (!health_usable(question) || question->reply->answer.count > 0) {
            continue;
        }
        const struct view *view =
            view_of(survey->run->arena, &survey->views, &survey->view_count, question->server);
        if (view->negative == NULL || view->negative->reply->answer.count > 0) {
            read_authority(survey, view, question);
        }
    }
}

static void read_parent_keys(struct survey *survey, struct view *parent)
{
    const struct question *question = survey->target->zone.parent_dnskey;
    if (question == NULL || question->reply == NULL) {
        return;
    }
    const struct rrset *keys =
        section_records(&question->reply->answer, &question->name, RR_DNSKEY);
    if (keys != NULL) {
        parent->keys = rr_dnskeys(survey->run->arena, keys, &parent->key_count);
        survey->parent_keys_known = true;
    }
    survey->parent_unsigned =
        question->reply->rcode == RCODE_NOERROR && question->reply->answer.count == 0;
}

/* Whether a reply says which DS there is, or that there is none; a resolver does by hearsay. */
static bool tells_ds(const struct survey *survey, const struct question *question)
{
    bool hearsay =
        (question->flags & QUERY_RECURSE) != 0 && question->status == NET_ANSWERED &&
        (question->reply->rcode == RCODE_NOERROR || question->reply->rcode == RCODE_NXDOMAIN);
    return same_question(question, &survey->target->zone.name, RR_DS) &&
           (hearsay || health_usable(question));
}

static void read_parent(struct survey *survey)
{
    const struct target *target = survey->target;
    const struct name *zone = &target->zone.name;
    for (size_t i = 0; i < target->parent.count; i++) {
        if (tells_ds(survey, target->parent.list[i])) {
            (void)view_of(survey->run->arena, &survey->parents, &survey->parent_count,
                          target->parent.list[i]->server);
        }
    }
    for (size_t i = 0; i < target->parent.count; i++) {
        const struct question *question = target->parent.list[i];
        if (!tells_ds(survey, question)) {
            continue;
        }
        struct view *view =
            view_of(survey->run->arena, &survey->parents, &survey->parent_count, question->server);
        read_parent_keys(survey, view);
        view->ds = section_records(&question->reply->answer, zone, RR_DS);
        if (view->ds != NULL) {
            survey->ds = survey->ds == NULL ? view->ds : survey->ds;
            add_item(survey, view, view->ds, ROLE_PARENT_DS);
        }
    }
}

struct survey rrsig_survey(const struct target *target, const struct rrsig_options *options)
{
    struct survey survey = {.run = target->run, .target = target, .options = options};
    read_views(&survey);
    read_parent(&survey);
    read_child(&survey);
    read_other_denials(&survey);
    for (size_t i = 0; i < survey.item_count; i++) {
        rrsig_judge_item(&survey, &survey.items[i]);
    }
    return survey;
}
