/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is odd about single answers: TTLs, negative answers, owners, TCP and time. */
#include <ctype.h>

#include "base/text.h"
#include "plugins/records_judge.h"

enum { TTL_MOST = 7 * 86400, HASH_DIGITS = 56 };

/* TTL. */

static const char *ttl_problem(const struct survey *survey, uint32_t ttl)
{
    struct arena *arena = survey->run->arena;
    const struct given_range *range = &survey->options->ttl;
    if (range->given) {
        return range_alerts(range->range, ttl)
                   ? arena_printf(arena, "the TTL is %u, %s", ttl,
                                  records_bound(arena, range->range, true))
                   : NULL;
    }
    if (survey->facts->recursive) {
        return NULL; /* what is left of it in a cache */
    }
    if (ttl == 0) {
        return "the TTL is 0: every use asks the servers anew";
    }
    return ttl > TTL_MOST ? arena_printf(arena, "the TTL is %u (%s): resolvers cut it to a week",
                                         ttl, text_span(arena, ttl))
                          : NULL;
}

static void judge_set_ttl(struct survey *survey, const struct view *view, const struct rrset *set)
{
    const char *problem = ttl_problem(survey, set->ttl);
    if (problem != NULL) {
        records_gather(survey, FINDING_TTL_RANGE, &set->owner, set->type, view, "%s", problem);
    }
}

/* Of the records, and of an alias at the name itself: it is asked for again as often. */
static void judge_ttl(struct survey *survey, const struct answer *answer)
{
    if (answer->trail.first != NULL) {
        judge_set_ttl(survey, answer->view, answer->trail.first);
    }
    if (answer->kind == ANSWER_RECORDS && !answer->leads_out) {
        judge_set_ttl(survey, answer->view, answer->set);
    }
}

/* Negative answers. */

static const struct rrset *any_soa(const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        if (reply->authority.rrsets[i].type == RR_SOA && reply->authority.rrsets[i].count > 0) {
            return &reply->authority.rrsets[i];
        }
    }
    return NULL;
}

/* The end of an alias may lie in a zone below that the same server has. */
static bool is_zone_of(const struct survey *survey, const struct answer *answer,
                       const struct name *owner)
{
    const struct name *zone = &survey->target->zone.name;
    return name_equal(owner, zone) || (answer->trail.steps > 0 && name_is_under(owner, zone) &&
                                       name_is_under(&answer->end, owner));
}

/* Without the zone's SOA no resolver may keep the answer (RFC 2308 5). */
static void judge_negative(struct survey *survey, const struct answer *answer)
{
    bool negative = answer->kind == ANSWER_NODATA || answer->kind == ANSWER_NXDOMAIN;
    if (!negative || answer->leads_out || survey->facts->recursive) {
        return;
    }
    const struct rrset *soa = any_soa(answer->question->reply);
    if (soa != NULL && is_zone_of(survey, answer, &soa->owner)) {
        return;
    }
    records_gather_as(survey, FINDING_NEGATIVE_NO_SOA,
                      answer->view->is_signed ? STATE_CRITICAL : STATE_WARNING, survey->subject,
                      answer->type, answer->view, "the negative answer has %s%s",
                      soa == NULL ? "no SOA: resolvers do not keep it" : "the SOA of ",
                      soa == NULL ? "" : name_text(survey->run->arena, &soa->owner));
}

static bool says_exists(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS || answer->kind == ANSWER_NODATA;
}

/* NXDOMAIN is about a name, whatever the type (RFC 8020). */
static void judge_nxdomain(struct survey *survey, const struct answer *answer)
{
    for (size_t i = 0; answer->kind == ANSWER_NXDOMAIN && i < survey->type_count; i++) {
        const struct answer *other = records_answer(survey, answer->view, survey->types[i]);
        if (other != NULL && says_exists(other) && name_equal(&other->end, &answer->end)) {
            records_gather(survey, FINDING_NXDOMAIN_BY_TYPE, &answer->end, answer->type,
                           answer->view,
                           "the name does not exist for this type (NXDOMAIN), but for %s",
                           rr_type_text(survey->run->arena, other->type));
            return;
        }
    }
}

bool records_is_broken_aaaa(const struct survey *survey, const struct question *question)
{
    bool chosen = records_are_chosen(survey->options);
    bool fails = question->status != NET_ANSWERED || question->reply->rcode != RCODE_NOERROR;
    if (chosen || question->type != RR_AAAA || question->status == NET_PENDING || !fails ||
        question->status == NET_UNREACHABLE ||
        (question->reply != NULL && question->reply->rcode == RCODE_NXDOMAIN)) {
        return false;
    }
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->type == RR_A && server_equal(answer->view->server, question->server)) {
            return says_exists(answer);
        }
    }
    return false;
}

static void judge_aaaa(struct survey *survey, const struct answer *answer)
{
    const struct question *question = answer->question;
    if (records_is_broken_aaaa(survey, question)) {
        records_gather(survey, FINDING_AAAA_BROKEN, survey->subject, RR_AAAA, answer->view,
                       "the question for AAAA gets %s, the one for A an answer",
                       question->reply == NULL
                           ? net_status_text(question->status)
                           : rr_rcode_text(survey->run->arena, question->reply->rcode));
    }
}

/* Owners and mixtures of special types. */

/* The nth label from the left, counted from 0; size 0 when there is none. */
static struct bytes label_of(const struct name *name, unsigned nth)
{
    if (nth >= name->labels) {
        return (struct bytes){.data = name->wire};
    }
    struct name suffix = name_suffix(name, name->labels - nth);
    const uint8_t *at = name->wire + (name->size - suffix.size);
    return (struct bytes){.data = at + 1, .size = at[0]};
}

static bool is_label(struct bytes label, const char *prefix, int (*rest)(int))
{
    size_t i = 0;
    for (; prefix[i] != '\0'; i++) {
        if (i >= label.size || label.data[i] != (uint8_t)prefix[i]) {
            return false;
        }
    }
    if (i == label.size) {
        return false;
    }
    for (; i < label.size; i++) {
        if (rest(label.data[i]) == 0) {
            return false;
        }
    }
    return true;
}

/* _443._tcp.name (RFC 6698 3); a wildcard may stand for the port. */
static bool is_tlsa_name(const struct name *name)
{
    struct bytes port = label_of(name, 0);
    bool any = port.size == 1 && port.data[0] == '*';
    return (any || is_label(port, "_", isdigit)) && is_label(label_of(name, 1), "_", isalpha);
}

/* A hash of 56 digits below _smimecert (RFC 8162 3). */
static bool is_smimea_name(const struct name *name)
{
    struct bytes hash = label_of(name, 0);
    return hash.size == HASH_DIGITS && is_label(hash, "", isxdigit) &&
           is_label(label_of(name, 1), "_smimecer", isalpha) && label_of(name, 1).size == 10;
}

static void judge_owner(struct survey *survey, const struct answer *answer)
{
    const struct name *owner = &answer->set->owner;
    if (answer->type == RR_TLSA && !is_tlsa_name(owner)) {
        records_gather(survey, FINDING_TLSA_NAME, owner, RR_TLSA, answer->view,
                       "the owner is not of the form _443._tcp.NAME: no client looks there");
    }
    if (answer->type == RR_SMIMEA && !is_smimea_name(owner)) {
        records_gather(survey, FINDING_SMIMEA_NAME, owner, RR_SMIMEA, answer->view,
                       "the owner is not of the form HASH._smimecert.NAME: no client looks there");
    }
}

/* The address question about a mail server that was put to the resolver, if it brought an alias. */
static bool is_alias(const struct survey *survey, const struct name *host)
{
    for (size_t i = 0; i < survey->facts->chain.count; i++) {
        const struct question *question = survey->facts->chain.list[i];
        if (question->type == RR_A && question->reply != NULL &&
            name_equal(&question->name, host)) {
            return section_records(&question->reply->answer, host, RR_CNAME) != NULL;
        }
    }
    return false;
}

static void judge_mx(struct survey *survey, const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; answer->type == RR_MX && i < answer->set->count; i++) {
        struct name host;
        if (!rr_target(RR_MX, answer->set->rr[i], &host)) {
            continue;
        }
        if (host.labels == 0 && answer->set->count > 1) {
            records_gather(survey, FINDING_MX_NULL_MIXED, survey->subject, RR_MX, answer->view,
                           "a null MX stands beside others: it says that the domain takes no mail");
        }
        if (is_alias(survey, &host)) {
            records_gather(survey, FINDING_MX_CNAME, &host, RR_MX, answer->view,
                           "the mail server %s is an alias", name_text(arena, &host));
        }
    }
}

/* Servers. */

static const struct view *view_of(const struct survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (server_equal(survey->views[i].server, server)) {
            return &survey->views[i];
        }
    }
    return NULL;
}

static void judge_tcp(struct survey *survey)
{
    for (size_t i = 0; i < survey->facts->tcp.count; i++) {
        const struct question *question = survey->facts->tcp.list[i];
        const struct view *view = view_of(survey, question->server);
        bool failed = question->status != NET_ANSWERED && question->status != NET_PENDING &&
                      question->status != NET_TRUNCATED && question->status != NET_UNREACHABLE;
        if (failed && view != NULL && view->usable) {
            records_gather(survey, FINDING_TCP_FAIL, &survey->target->zone.name, RR_SOA, view,
                           "TCP is %s while UDP works: large answers are lost",
                           question->status == NET_REFUSED ? "refused" : "silent");
        }
    }
}

/* Whether the reply begins a transfer: with the SOA, that or more in the first message. */
static bool gives_zone(const struct survey *survey, const struct question *question)
{
    return question->status == NET_ANSWERED && question->reply->rcode == RCODE_NOERROR &&
           section_records(&question->reply->answer, &survey->target->zone.name, RR_SOA) != NULL;
}

static void judge_transfers(struct survey *survey)
{
    for (size_t i = 0; i < survey->facts->transfers.count; i++) {
        const struct question *question = survey->facts->transfers.list[i];
        if (gives_zone(survey, question)) {
            records_gather(survey, FINDING_AXFR_OPEN, &survey->target->zone.name, RR_AXFR,
                           view_of(survey, question->server),
                           "the whole zone is given to this host without a key: allow transfers "
                           "to the secondaries only");
        }
    }
}

double records_response_time(const struct survey *survey, const struct view *view)
{
    unsigned slowest = 0;
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->view == view && answer->question->reply != NULL &&
            answer->question->elapsed_ms > slowest) {
            slowest = answer->question->elapsed_ms;
        }
    }
    return slowest / 1000.0;
}

static void judge_time(struct survey *survey, const struct view *view)
{
    const struct records_options *options = survey->options;
    struct arena *arena = survey->run->arena;
    double seconds = records_response_time(survey, view);
    bool critical = range_alerts(options->critical, seconds);
    if (!critical && !range_alerts(options->warning, seconds)) {
        return;
    }
    records_gather_as(survey, FINDING_LATENCY, critical ? STATE_CRITICAL : STATE_WARNING,
                      survey->subject, 0, view, "an answer took %.3f s, %s", seconds,
                      records_bound(arena, critical ? options->critical : options->warning, true));
}

void records_judge_shape(struct survey *survey)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        judge_ttl(survey, answer);
        judge_negative(survey, answer);
        judge_nxdomain(survey, answer);
        judge_aaaa(survey, answer);
        if (answer->kind == ANSWER_RECORDS) {
            judge_owner(survey, answer);
            judge_mx(survey, answer);
        }
    }
    judge_tcp(survey);
    judge_transfers(survey);
    for (size_t i = 0; i < survey->view_count; i++) {
        if (survey->views[i].usable) {
            judge_time(survey, &survey->views[i]);
        }
    }
}
