/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of check_ds_match.
 *
 * The survey holds what each server has; then each part says what it finds, remarks that hold at
 * several servers come together, and what was seen becomes the history for the next run.
 */
#include "plugins/ds_match.h"

#include "base/text.h"
#include "frame/targets.h"
#include "plugins/ds_judge.h"

/* Questions whose answers tell how a server of the parent is: a referral is none of them. */
static struct questions parent_questions(const struct ds_survey *survey)
{
    const struct questions *all = &survey->target->parent;
    struct questions questions = {.count = 0};
    for (size_t i = 0; i < all->count; i++) {
        const struct question *question = all->list[i];
        bool referral = question->type == RR_NS;
        for (size_t j = 0; j < survey->parent_count && question->type == RR_DS; j++) {
            referral =
                referral || (survey->parents[j].referral &&
                             server_equal(survey->parents[j].place.server, question->server));
        }
        if (!referral) {
            run_note(survey->run, &questions, question);
        }
    }
    return questions;
}

static void judge_health(const struct ds_survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    struct target_servers servers = {
        .zone = &target->zone.name,
        .questions = target->child,
        .zone_signed = survey->is_signed || survey->ds != NULL,
        .online = target->online,
        .any_usable = survey->child_count > 0,
    };
    target_judge_servers(survey->run, &servers, report);
    struct target_servers above = {
        .zone = &survey->parent_name,
        .questions = parent_questions(survey),
        .online = target->online,
        .any_usable = survey->child_count > 0,
        .zone_signed = survey->ds != NULL,
    };
    if (above.questions.count > 0) {
        target_judge_servers(survey->run, &above, report);
    }
}

static bool judge_clock(const struct target *target, struct report *report)
{
    const struct questions lists[] = {target->child, target->parent, target->others};
    return target_judge_clock(target->run, lists, sizeof lists / sizeof lists[0], report);
}

static void judge_unsigned(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    bool any = false;
    for (size_t i = 0; i < survey->child_count; i++) {
        any = any || survey->children[i].dnskey.answered;
    }
    if (!any) {
        return; /* how the servers are says enough */
    }
    if (survey->ds != NULL) {
        ds_say(gathering, ds_remark(FINDING_DS_CHILD_UNSIGNED, "DS"), NULL,
               "the parent has a DS but no server has a DNSKEY: validators fail, sign the zone or "
               "have the DS removed");
        return;
    }
    bool wanted = survey->options->common.expect == EXPECT_SECURE;
    ds_say(gathering,
           ds_remark_as(FINDING_ZONE_UNSIGNED, wanted ? STATE_CRITICAL : STATE_OK, "DNSKEY"), NULL,
           "the zone is not signed, there is no DNSKEY at %s%s%s",
           survey->child_count == 1 ? "" : "any of ",
           text_count(survey->run->arena, survey->child_count, "server"),
           wanted ? ": sign it, or check with --expect insecure" : "");
}

/* Whether the parent cannot vouch for anything, as it is not signed itself. */
static bool parent_is_unsigned(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->parent_count; i++) {
        if (survey->parents[i].reply != NULL && survey->parents[i].trust != TRUST_UNSIGNED) {
            return false;
        }
    }
    return survey->parents_answering > 0;
}

/* Whether by every server of the parent there is no delegation that a DS could belong to. */
static bool is_undelegated(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->parent_count; i++) {
        const struct ds_parent *parent = &survey->parents[i];
        if (!parent->denied_name && (!parent->ns_known || parent->delegates)) {
            return false;
        }
    }
    return survey->parent_count > 0;
}

/* The key that a DS should be of: one that signs the DNSKEY RRset, with SEP flag if any. */
static const struct dnskey *entry_key(const struct ds_survey *survey)
{
    const struct dnskey *key = NULL;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *known = &survey->keys[i];
        if (known->key != NULL && known->seen.signs_keys && !known->seen.revoked &&
            (key == NULL || known->seen.sep)) {
            key = known->key;
        }
    }
    return key;
}

/* The servers at which the zone is not signed. */
static const char *unsigned_places(const struct ds_survey *survey)
{
    struct places places = {.count = 0};
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (child->dnskey.answered && child->key_count == 0) {
            places_add(survey->run->arena, &places, &child->place);
        }
    }
    return places_text(survey->run->arena, &places);
}

/* What to do about a signed zone without DS: a new one can break it, or be against its own wish. */
static const char *island_words(const struct ds_survey *survey)
{
    struct arena *arena = survey->run->arena;
    const char *line = ds_line(survey, entry_key(survey), 2);
    const char *places = unsigned_places(survey);
    if (ds_is_anchored(survey)) {
        return "the zone is signed and has no DS, a trust anchor of this host is for it";
    }
    if (parent_is_unsigned(survey)) {
        return "the zone is signed, the parent is not, so nobody can validate it";
    }
    if (survey->options->common.expect == EXPECT_INSECURE) {
        return "the zone is signed and has no DS, so it is insecure, as expected";
    }
    if (ds_wants_removal(survey)) {
        return arena_printf(arena,
                            "the zone is signed but has no DS, as its CDS ask for: go on and check "
                            "with --expect insecure, or take these CDS back, then publish %s",
                            line);
    }
    if (places[0] != '\0') {
        return arena_printf(arena,
                            "the zone is signed but has no DS, and a DS would break it at %s, "
                            "which has no DNSKEY: sign it there too, then publish %s",
                            places, line);
    }
    return arena_printf(
        arena, "the zone is signed but has no DS, so nobody validates it: publish %s", line);
}

static void judge_island(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    enum expect expect = survey->options->common.expect;
    bool meant = expect == EXPECT_INSECURE || ds_is_anchored(survey);
    bool above = parent_is_unsigned(survey);
    if (!ds_is_known(survey) || survey->target->zone.name.labels == 0 ||
        (survey->ds != NULL && !above) || is_undelegated(survey)) {
        return;
    }
    ds_say(gathering,
           ds_remark_as(FINDING_DS_ABSENT,
                        meant                     ? STATE_OK
                        : expect == EXPECT_SECURE ? STATE_CRITICAL
                                                  : STATE_WARNING,
                        "DS"),
           NULL, "%s", island_words(survey));
}

static void judge_signed(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->options->common.expect == EXPECT_INSECURE && survey->ds != NULL) {
        ds_say(gathering, ds_remark(FINDING_ZONE_SIGNED, "DS"), NULL,
               "the zone is signed and has a DS, expected was an insecure one");
    }
    ds_find_rollovers(gathering);
    judge_island(gathering);
    ds_judge_records(gathering);
    ds_judge_links(gathering);
    ds_judge_keys(gathering);
    ds_judge_servers(gathering);
    ds_judge_anchors(gathering);
    ds_judge_rollovers(gathering);
}

void ds_check(const struct ds_facts *facts, const struct ds_options *options,
              struct ds_history *history, struct report *report)
{
    bool clock_wrong = judge_clock(facts->target, report);
    struct ds_survey survey = ds_survey(facts, options, clock_wrong);
    /* A copy: the phases of this run take the place of those that they are held against. */
    struct ds_history before = history == NULL ? (struct ds_history){.begun = 0} : *history;
    struct ds_gathering gathering = {.survey = &survey, .before = history == NULL ? NULL : &before};
    report->zone = facts->target->zone.name;
    judge_health(&survey, report);
    ds_judge_parents(&gathering);
    ds_judge_pins(&gathering);
    if (survey.is_signed) {
        judge_signed(&gathering);
    } else {
        judge_unsigned(&gathering);
    }
    ds_judge_cds(&gathering);
    ds_judge_bootstrap(&gathering);
    ds_judge_history(&gathering);
    ds_gather_report(&gathering, report);
    ds_judge_chain(&gathering, report);
    ds_summarise(&gathering, report);
    if (history != NULL && !clock_wrong) {
        ds_remember(&gathering, history);
    }
}
