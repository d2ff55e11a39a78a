/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The delegation at each of the parent's servers against what the zone says of itself.
 *
 * A server that is an authority of the zone as well as of its parent answers as the zone does, and
 * says nothing about the delegation.
 */
#include "base/text.h"
#include "plugins/records_judge.h"

/* What parents' servers have in common: counted, and one named. */
struct tally {
    size_t referring;
    size_t lacking;
    const struct question *lacks;
};

const struct rrset *records_delegation(const struct survey *survey, const struct question *question)
{
    const struct message *reply = question->reply;
    if (question->status != NET_ANSWERED || reply->rcode != RCODE_NOERROR ||
        reply->answer.count > 0) {
        return NULL;
    }
    const struct rrset *ns = section_find(&reply->authority, &survey->target->zone.name, RR_NS);
    return ns != NULL && ns->count > 0 ? ns : NULL;
}

/* Says with authority that there is nothing at the name of the zone. */
static bool lacks_delegation(const struct survey *survey, const struct question *question)
{
    const struct message *reply = question->reply;
    return question->status == NET_ANSWERED && reply->aa && reply->answer.count == 0 &&
           (reply->rcode == RCODE_NXDOMAIN || reply->rcode == RCODE_NOERROR) &&
           records_delegation(survey, question) == NULL;
}

static struct tally count(const struct survey *survey)
{
    struct tally tally = {.referring = 0};
    for (size_t i = 0; i < survey->target->parent.count; i++) {
        const struct question *question = survey->target->parent.list[i];
        tally.referring += records_delegation(survey, question) != NULL;
        if (lacks_delegation(survey, question)) {
            tally.lacking++;
            tally.lacks = question;
        }
    }
    return tally;
}

/* A zone that nobody delegates is known to this resolver only, which may be meant. */
static void judge_lacking(struct survey *survey)
{
    struct tally tally = count(survey);
    const struct name *zone = &survey->target->zone.name;
    if (tally.lacking == 0) {
        return;
    }
    struct arena *arena = survey->run->arena;
    const char *parent = name_text(arena, &survey->target->zone.parent);
    if (tally.referring > 0) {
        records_gather_as(
            survey, FINDING_DELEGATION_MISSING_SERVER,
            run_partial(survey->run, STATE_CRITICAL, false), zone, RR_NS, NULL,
            "the delegation is lacking at %zu of %zu servers of %s (%s): tell its operator",
            tally.lacking, tally.lacking + tally.referring, parent,
            records_server(arena, tally.lacks->server));
    } else {
        records_gather_as(survey, FINDING_DELEGATION_MISSING_SERVER,
                          survey->options->allow_private ? STATE_OK : STATE_WARNING, zone, RR_NS,
                          NULL,
                          "no server of %s has a delegation: the zone is known to the "
                          "resolver only",
                          parent);
    }
}

const char *records_without(struct arena *arena, const struct rrset *a, const struct rrset *b)
{
    struct bytes *extra = arena_alloc(arena, (a->count + 1) * sizeof *extra);
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (!records_have(b, a->rr[i])) {
            extra[count++] = a->rr[i];
        }
    }
    return count == 0 ? NULL : records_words(arena, a->type, extra, count);
}

/* The zone's own NS records: those that are the delegation's, else those of the first server. */
static const struct rrset *apex_ns(const struct survey *survey, const struct rrset *above)
{
    const struct rrset *first = NULL;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct rrset *ns = survey->views[i].ns;
        if (ns != NULL && rrset_same_data(ns, above)) {
            return ns;
        }
        first = first == NULL ? ns : first;
    }
    return first;
}

/* Differences are told once, whatever number of the parent's servers shows them. */
static void judge_set(struct survey *survey, const struct question *question)
{
    struct arena *arena = survey->run->arena;
    const struct rrset *above = records_delegation(survey, question);
    const struct rrset *own = apex_ns(survey, above);
    if (own == NULL || rrset_same_data(above, own)) {
        return;
    }
    const char *more = records_without(arena, above, own);
    const char *less = records_without(arena, own, above);
    records_gather(survey, FINDING_NS_SET_PARENT_CHILD, &survey->target->zone.name, RR_NS, NULL,
                   "the delegation is not what the zone says%s%s: bring both into line",
                   text_within(arena, ", only there: ", more, ""),
                   text_within(arena, ", only in the zone: ", less, ""));
}

static void judge_referral(struct survey *survey, const struct question *question)
{
    const struct message *reply = question->reply;
    struct arena *arena = survey->run->arena;
    const struct name *zone = &survey->target->zone.name;
    if (reply->aa) {
        records_gather(survey, FINDING_REFERRAL_AA, zone, RR_NS, NULL,
                       "the referral of %s has AA set", records_server(arena, question->server));
    }
    if (reply->size > MESSAGE_UDP_MAX || question->truncated) {
        records_gather(survey, FINDING_REFERRAL_OVERSIZE, zone, RR_NS, NULL,
                       "the referral does not fit into %d octets: resolvers have to ask by TCP",
                       MESSAGE_UDP_MAX);
    }
}

/* Glue. */

const struct rrset *records_own_address(const struct survey *survey, const struct name *host,
                                        uint16_t type)
{
    for (size_t i = 0; i < survey->facts->hosts.count; i++) {
        const struct question *question = survey->facts->hosts.list[i];
        if (question->type != type || question->status != NET_ANSWERED || !question->reply->aa ||
            !name_equal(&question->name, host)) {
            continue;
        }
        const struct rrset *set = section_find(&question->reply->answer, host, type);
        if (set != NULL && set->count > 0) {
            return set;
        }
    }
    return NULL;
}

const struct rrset *records_glue(const struct message *referral, const struct name *host,
                                 uint16_t type)
{
    const struct rrset *set = section_find(&referral->additional, host, type);
    return set != NULL && set->count > 0 ? set : NULL;
}

static void judge_glue(struct survey *survey, const struct message *referral,
                       const struct name *host, uint16_t type)
{
    struct arena *arena = survey->run->arena;
    const struct rrset *glue = records_glue(referral, host, type);
    const struct rrset *own = records_own_address(survey, host, type);
    if (glue == NULL || own == NULL) {
        bool other = records_glue(referral, host, type == RR_A ? RR_AAAA : RR_A) != NULL;
        if (own != NULL && other && !referral->tc) {
            records_gather(
                survey, FINDING_GLUE_MISSING, host, type, NULL,
                "the delegation has no glue of this kind for %s, which is %s: have it added",
                name_text(arena, host), records_list(arena, own));
        }
        return;
    }
    if (!rrset_same_data(glue, own)) {
        records_gather(survey, FINDING_GLUE_WRONG, host, type, NULL,
                       "the glue for %s is %s, the zone says %s", name_text(arena, host),
                       records_list(arena, glue), records_list(arena, own));
    }
}

/* Whether the zone can be reached by the delegation although this host has no glue. */
static bool has_other_way(const struct survey *survey, const struct rrset *ns,
                          const struct message *referral)
{
    for (size_t i = 0; i < ns->count; i++) {
        struct name host;
        if (rr_target(RR_NS, ns->rr[i], &host) &&
            (!name_is_under(&host, &survey->target->zone.name) ||
             records_glue(referral, &host, RR_A) != NULL ||
             records_glue(referral, &host, RR_AAAA) != NULL)) {
            return true;
        }
    }
    return false;
}

/* A name server within the zone cannot be found without glue (RFC 9471). */
static void judge_host(struct survey *survey, const struct rrset *ns,
                       const struct message *referral, const struct name *host)
{
    bool any =
        records_glue(referral, host, RR_A) != NULL || records_glue(referral, host, RR_AAAA) != NULL;
    if (any || referral->tc) {
        judge_glue(survey, referral, host, RR_A);
        judge_glue(survey, referral, host, RR_AAAA);
        return;
    }
    bool reachable = has_other_way(survey, ns, referral);
    records_gather_as(
        survey, FINDING_GLUE_MISSING, reachable ? STATE_WARNING : STATE_CRITICAL, host, RR_A, NULL,
        "the delegation has no glue for %s%s: have it added at the zone above",
        name_text(survey->run->arena, host), reachable ? "" : ", so the zone cannot be reached");
}

void records_judge_delegation(struct survey *survey)
{
    if (!survey->facts->discovered || survey->target->zone.parent.size == 0) {
        return;
    }
    judge_lacking(survey);
    for (size_t i = 0; i < survey->target->parent.count; i++) {
        const struct question *question = survey->target->parent.list[i];
        const struct rrset *ns = records_delegation(survey, question);
        if (ns == NULL) {
            continue;
        }
        judge_set(survey, question);
        judge_referral(survey, question);
        for (size_t j = 0; j < ns->count && j < ZONE_HOSTS_MAX; j++) {
            struct name host;
            if (rr_target(RR_NS, ns->rr[j], &host) &&
                name_is_under(&host, &survey->target->zone.name)) {
                judge_host(survey, ns, question->reply, &host);
            }
        }
    }
}
