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
static const struct question *const *parent_questions(const struct ds_survey *survey, size_t *count)
{
    const struct ds_facts *facts = survey->facts;
    const struct question **list =
        arena_alloc(survey->run->arena, (facts->parent_count + 1) * sizeof(void *));
    *count = 0;
    for (size_t i = 0; i < facts->parent_count; i++) {
        const struct question *question = facts->parent[i];
        bool referral = question->type == RR_NS;
        for (size_t j = 0; j < survey->parent_count && question->type == RR_DS; j++) {
            referral =
                referral || (survey->parents[j].referral &&
                             server_equal(survey->parents[j].place.server, question->server));
        }
        if (!referral) {
            list[(*count)++] = question;
        }
    }
    return list;
}

static void judge_health(const struct ds_survey *survey, struct report *report)
{
    const struct ds_facts *facts = survey->facts;
    struct target_servers servers = {
        .zone = &facts->zone->name,
        .questions = facts->child,
        .count = facts->child_count,
        .zone_signed = survey->is_signed || survey->ds != NULL,
        .online = facts->online,
        .any_usable = survey->child_count > 0,
    };
    target_judge_servers(survey->run, &servers, report);
    struct target_servers above = {
        .zone = &survey->parent_name,
        .online = facts->online,
        .any_usable = survey->child_count > 0,
        .zone_signed = survey->ds != NULL,
    };
    above.questions = parent_questions(survey, &above.count);
    if (above.count > 0) {
        target_judge_servers(survey->run, &above, report);
    }
}

static bool judge_clock(struct run *run, const struct ds_facts *facts, struct report *report)
{
    const struct target_questions questions[] = {{facts->child, facts->child_count},
                                                 {facts->parent, facts->parent_count},
                                                 {facts->others, facts->other_count}};
    return target_judge_clock(run, questions, sizeof questions / sizeof questions[0], report);
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
           "the zone is not signed: no DNSKEY at %s%s", survey->child_count == 1 ? "" : "any of ",
           text_count(survey->run->arena, survey->child_count, "server"));
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

static void judge_island(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct name *zone = &survey->facts->zone->name;
    bool above = parent_is_unsigned(survey);
    if (!ds_is_known(survey) || zone->labels == 0 || (survey->ds != NULL && !above)) {
        return;
    }
    bool wanted = survey->options->common.expect == EXPECT_SECURE;
    const struct dnskey *key = NULL;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *known = &survey->keys[i];
        if (known->key != NULL && known->seen.signs_keys && !known->seen.revoked &&
            (key == NULL || known->seen.sep)) {
            key = known->key;
        }
    }
    ds_say(gathering,
           ds_remark_as(FINDING_DS_ABSENT, wanted ? STATE_CRITICAL : STATE_WARNING, "DS"), NULL,
           above ? "the zone is signed, the parent is not, so nobody can validate it%s%s"
                 : "the zone is signed but has no DS, so nobody validates it: %s%s",
           above ? "" : "publish ", above ? "" : ds_line(survey, key, 2));
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

void ds_check(struct run *run, const struct ds_facts *facts, const struct ds_options *options,
              struct ds_history *history, struct report *report)
{
    bool clock_wrong = judge_clock(run, facts, report);
    struct ds_survey survey = ds_survey(run, facts, options, clock_wrong);
    /* A copy: the phases of this run take the place of those that they are held against. */
    struct ds_history before = history == NULL ? (struct ds_history){.begun = 0} : *history;
    struct ds_gathering gathering = {.survey = &survey, .before = history == NULL ? NULL : &before};
    report->zone = facts->zone->name;
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
    if (history != NULL) {
        ds_remember(&gathering, history);
    }
}
