/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of check_rrsig_expiry.
 *
 * First the servers (check/health), then every RRset at every server (rrsig_item), then what that
 * amounts to for the zone: the same failure everywhere is the signer's, at some servers only
 * theirs.
 */
#include "plugins/rrsig_expiry.h"

#include "check/health.h"
#include "frame/targets.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr.h"

/* Items of different servers that should be the same RRset. */
static bool same_group(const struct item *a, const struct item *b)
{
    return a->role == b->role && a->set->type == b->set->type &&
           (a->role == ROLE_NEGATIVE || name_equal(&a->set->owner, &b->set->owner));
}

/* Whether other servers have the item's very RRset good; `known`: they have it at all. */
static bool good_twin(const struct survey *survey, const struct item *item, bool *known)
{
    bool good = false;
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *other = &survey->items[i];
        if (other->view != item->view && same_group(item, other) &&
            name_equal(&item->set->owner, &other->set->owner)) {
            *known = true;
            good = good || !other->failed;
        }
    }
    return good;
}

/* Servers may deny one name by records of different owners; then any good one of theirs counts. */
static bool good_elsewhere(const struct survey *survey, const struct item *item)
{
    bool known = false;
    bool good = good_twin(survey, item, &known);
    for (size_t i = 0; !known && !good && i < survey->item_count; i++) {
        const struct item *other = &survey->items[i];
        good = other->view != item->view && !other->failed && same_group(item, other);
    }
    return good;
}

/* Whether all of the zone's own items fail for the same reason. */
static bool all_fail(const struct survey *survey, enum finding_id reason)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (item->role != ROLE_PARENT_DS && (!item->failed || item->reason != reason)) {
            return false;
        }
    }
    return true;
}

static bool none_signed(const struct survey *survey)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (survey->views[i].any_signature) {
            return false;
        }
    }
    return true;
}

static enum finding_id widest(const struct survey *survey, const struct item *item, bool partial)
{
    switch (item->reason) {
    case FINDING_RRSIG_EXPIRED_RRSET:
        return partial                          ? FINDING_RRSIG_EXPIRED_SERVER
               : all_fail(survey, item->reason) ? FINDING_RRSIG_EXPIRED_ALL
                                                : item->reason;
    case FINDING_RRSIG_NOT_YET_RRSET:
        return !partial && all_fail(survey, item->reason) ? FINDING_RRSIG_NOT_YET_ALL
                                                          : item->reason;
    case FINDING_RRSIG_BAD_CRYPTO:
        return partial ? FINDING_RRSIG_BAD_SERVER : item->reason;
    case FINDING_RRSIG_MISSING_DNSKEY:
    case FINDING_RRSIG_MISSING_RRSET:
    case FINDING_RRSIG_MISSING_NEGATIVE:
        return partial               ? FINDING_RRSIG_MISSING_SERVER
               : none_signed(survey) ? FINDING_RRSIG_MISSING_ALL
                                     : item->reason;
    default:
        return item->reason;
    }
}

/* Whether a DS names an algorithm that validators know: then they insist on one. */
static bool is_secured(const struct survey *survey)
{
    size_t count = 0;
    const struct ds *set = rr_ds_set(survey->run->arena, survey->ds, &count);
    for (size_t i = 0; i < count; i++) {
        if (policy_algorithm_usable(set[i].algorithm, SHA1_WARN) &&
            policy_digest_usable(set[i].digest_type)) {
            return true;
        }
    }
    return false;
}

/* Whether no validator at all can make use of the signature that the item rests on. */
static bool is_hopeless(const struct survey *survey, const struct item *item)
{
    enum use validation = policy_algorithm(item->deciding->sig->algorithm)->validation;
    return (validation == USE_NOT_ASSIGNED || validation == USE_MUST_NOT) &&
           item->role != ROLE_PARENT_DS && is_secured(survey);
}

static enum state failure_state(const struct survey *survey, const struct item *item,
                                enum finding_id id, bool partial)
{
    enum state state = finding_class(id)->state;
    if (id == FINDING_LIMIT_VALIDATIONS) { /* KeyTrap, if it is not our own work that ended */
        state = survey->run->checks_left == 0 ? STATE_UNKNOWN : STATE_CRITICAL;
    } else if (id == FINDING_RRSIG_WINDOW_AMBIGUOUS ||
               (id == FINDING_RRSIG_UNSUPPORTED_ALG && is_hopeless(survey, item))) {
        state = STATE_CRITICAL; /* nothing else makes the RRset good */
    }
    return run_partial(survey->run, state, !partial);
}

/* Failures that a wrong clock makes, also those of the parent's signature. */
static bool about_time(const struct item *item)
{
    enum finding_id id = item->reason;
    if (id == FINDING_DS_PARENT_BAD_SIG) {
        id = reason_of(item->set, item->deciding);
    }
    return reason_is_time(id);
}

static void gather_failures(struct gathering *gathering, bool clock_wrong)
{
    const struct survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (!item->failed || (clock_wrong && about_time(item)) ||
            (item->set->sig_count == 0 && item->role != ROLE_PARENT_DS && !item->view->edns)) {
            continue;
        }
        bool partial = good_elsewhere(survey, item);
        enum finding_id id = widest(survey, item, partial);
        gather(gathering, id, failure_state(survey, item, id, partial), partial, item,
               item->deciding);
        if (item->unlinked && !partial && about_time(item)) { /* to sign again is not enough */
            id = FINDING_RRSIG_MISSING_KSK;
            gather(gathering, id, failure_state(survey, item, id, partial), partial, item,
                   item->deciding);
        }
    }
}

/* How signatures by one key tag fare at one server. */
static void count_tag(const struct survey *survey, const struct view *view, uint16_t tag,
                      size_t *good, size_t *bad)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        for (size_t j = 0; item->view == view && item->verdicts != NULL && j < item->set->sig_count;
             j++) {
            if (item->verdicts[j].sig->key_tag == tag) {
                *good += (item->verdicts[j].defects & SIG_BAD) == 0;
                *bad += (item->verdicts[j].defects & SIG_BAD) != 0;
            }
        }
    }
}

/* All that a tag signed fails at this server and all verifies at another (.de, May 2026). */
static bool hidden_collision(const struct survey *survey, const struct item *item)
{
    size_t good = 0;
    size_t bad = 0;
    uint16_t tag = item->deciding->sig->key_tag;
    count_tag(survey, item->view, tag, &good, &bad);
    if (good > 0 || bad < 2) {
        return false;
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        size_t good_there = 0;
        size_t bad_there = 0;
        count_tag(survey, &survey->views[i], tag, &good_there, &bad_there);
        if (good_there > 1 && bad_there == 0) {
            return true;
        }
    }
    return false;
}

static void gather_hidden_collisions(struct gathering *gathering)
{
    const struct survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (item->failed && item->reason == FINDING_RRSIG_BAD_CRYPTO &&
            hidden_collision(survey, item)) {
            gather(gathering, FINDING_RRSIG_TAG_COLLISION_HIDDEN,
                   failure_state(survey, item, FINDING_RRSIG_TAG_COLLISION_HIDDEN, true), true,
                   item, item->deciding);
        }
    }
}

/* A negative answer of a server that is known to serve signatures. */
static bool denies(const struct view *view)
{
    return view->negative != NULL && view->any_signature && view->edns &&
           view->negative->reply->answer.count == 0;
}

static bool lacks_proof(const struct view *view)
{
    const struct section *authority = &view->negative->reply->authority;
    for (size_t i = 0; i < authority->count; i++) {
        if (authority->rrsets[i].type == RR_NSEC || authority->rrsets[i].type == RR_NSEC3) {
            return false;
        }
    }
    return true;
}

static void judge_denial(const struct survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    struct places places = {.count = 0};
    bool everywhere = true; /* no server proves it */
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        if (denies(view) && lacks_proof(view)) {
            places_add(arena, &places, &(struct place){.server = view->server});
        } else {
            everywhere = everywhere && !denies(view);
        }
    }
    if (places.count == 0) {
        return;
    }
    bool all = places.count == survey->view_count;
    const struct name *zone = &survey->target->zone.name;
    struct finding finding = finding_about(FINDING_DENIAL_MISSING, zone, zone, NULL);
    finding.state = run_partial(survey->run, STATE_CRITICAL, everywhere);
    finding.server = all ? NULL : places.list[0].server->text;
    report_add_as(report, &finding, "negative answers%s%s come without NSEC or NSEC3: %s",
                  all ? "" : " at ", all ? "" : places_text(arena, &places),
                  everywhere ? "re-sign the zone"
                             : "check the transfers and settings of the server");
}

static bool is_signed(const struct survey *survey)
{
    bool any = !none_signed(survey);
    for (size_t i = 0; i < survey->view_count; i++) {
        any = any || survey->views[i].has_dnskey;
    }
    return any;
}

/* A DS left behind explains more than the missing signatures do. */
static void judge_unsigned(const struct survey *survey, struct report *report)
{
    const struct name *zone = &survey->target->zone.name;
    if (survey->ds != NULL) {
        struct finding finding = finding_about(FINDING_DS_CHILD_UNSIGNED, zone, zone, "DS");
        report_add(report, &finding,
                   "the parent %s has a DS but the zone is not signed: validators fail, sign the "
                   "zone or have the DS removed",
                   name_text(survey->run->arena, &survey->target->zone.parent));
    }
}

static bool judge_clock(const struct target *target, struct report *report)
{
    const struct questions lists[] = {target->child, target->parent, target->others};
    return target_judge_clock(target->run, lists, sizeof lists / sizeof lists[0], report);
}

static void judge_signed(const struct survey *survey, bool clock_wrong, struct report *report)
{
    struct gathering gathering = {.survey = survey};
    gather_failures(&gathering, clock_wrong);
    gather_hidden_collisions(&gathering);
    rrsig_gather_policy(&gathering, clock_wrong);
    gather_report(&gathering, report);
    judge_denial(survey, report);
    rrsig_judge_parents(survey, report);
    rrsig_judge_keys(survey, report);
}

static bool has_soa(const struct survey *survey, const struct server *server)
{
    const struct name *zone = &survey->target->zone.name;
    for (size_t i = 0; i < survey->target->child.count; i++) {
        const struct question *question = survey->target->child.list[i];
        if (question->type == RR_SOA && server_equal(question->server, server) &&
            (!health_usable(question) ||
             section_records(&question->reply->answer, zone, RR_SOA) != NULL)) {
            return true; /* or nobody knows */
        }
    }
    return false;
}

/* Servers that answer as authorities, but of the zone above: they know nothing of this one. */
static void judge_strangers(const struct survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    struct places places = {.count = 0};
    for (size_t i = 0; i < survey->view_count; i++) {
        if (!has_soa(survey, survey->views[i].server)) {
            places_add(arena, &places, &(struct place){.server = survey->views[i].server});
        }
    }
    if (places.count == 0 || places.count == survey->view_count) {
        return;
    }
    const struct name *zone = &survey->target->zone.name;
    struct finding finding = finding_about(FINDING_SOA_MISSING, zone, zone, "SOA");
    finding.state = run_partial(survey->run, STATE_CRITICAL, false);
    finding.server = places.list[0].server->text;
    report_add_as(report, &finding, "no SOA at %s, which does not have this zone: load it there",
                  places_text(arena, &places));
}

static bool judge_servers(const struct survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    struct target_servers servers = {
        .zone = &target->zone.name,
        .questions = target->child,
        .zone_signed = is_signed(survey) || survey->ds != NULL,
        .online = target->online,
        .any_usable = survey->view_count > 0,
    };
    target_judge_servers(survey->run, &servers, report);
    judge_strangers(survey, report);
    return survey->view_count > 0;
}

void rrsig_check(const struct target *target, const struct rrsig_options *options,
                 struct report *report)
{
    struct survey survey = rrsig_survey(target, options);
    report->zone = target->zone.name;
    if (!judge_servers(&survey, report)) {
        rrsig_summarise(&survey, report);
        return;
    }
    bool clock_wrong = judge_clock(target, report);
    if (is_signed(&survey)) {
        judge_signed(&survey, clock_wrong, report);
    } else {
        survey.unsigned_as_meant = options->common.expect != EXPECT_SECURE && survey.ds == NULL;
        judge_unsigned(&survey, report);
    }
    if (!clock_wrong) {
        rrsig_judge_no_ds(&survey, report);
    }
    rrsig_judge_asked(&survey, report);
    target_judge_expected(target->run, &target->zone.name, is_signed(&survey), survey.view_count,
                          report);
    rrsig_summarise(&survey, report);
}
