/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of check_nsec.
 *
 * First the servers (check/health), then every denial at every server (nsec_denial), then what
 * that amounts to for the zone: NSEC3PARAM, which may explain the rest; failures; contradictions;
 * what the servers should have in common.
 */
#include "plugins/nsec_check.h"

#include "frame/targets.h"
#include "plugins/nsec_judge.h"

/* Whether by the signatures of unrelated zones it is this host's clock that is wrong. */
static bool judge_clock(const struct target *target, struct report *report)
{
    const struct questions lists[] = {target->child, target->others};
    return target_judge_clock(target->run, lists, sizeof lists / sizeof lists[0], report);
}

/* The questions that tell about servers: a referral is the right answer about another zone. */
static void judge_servers(const struct nsec_survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    struct questions questions = {.count = 0};
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        bool elsewhere = question->reply != NULL &&
                         nsec_view_of(survey, question->server) != NULL && !question->reply->aa &&
                         nsec_is_elsewhere(&target->zone.name, question);
        if (!elsewhere) {
            run_note(survey->run, &questions, question);
        }
    }
    /* What is asked for at names that do not exist. */
    static const uint16_t vital[] = {RR_A};
    struct target_servers servers = {
        .zone = &target->zone.name,
        .questions = questions,
        .zone_signed = nsec_is_signed(survey),
        .vital = vital,
        .vital_count = sizeof vital / sizeof vital[0],
        .online = target->online,
        .any_usable = survey->view_count > 0,
    };
    target_judge_servers(survey->run, &servers, report);
}

static void judge_signed(struct nsec_survey *survey, struct report *report)
{
    struct nsec_gathering gathering = {.survey = survey};
    nsec_gather_param(&gathering);
    nsec_gather_denials(&gathering);
    nsec_gather_unfit(&gathering);
    nsec_gather_contradictions(&gathering);
    nsec_gather_parameters(&gathering);
    nsec_gather_walks(&gathering);
    nsec_gather_report(&gathering, report);
}

void nsec_check(const struct nsec_facts *facts, const struct nsec_options *options,
                struct report *report)
{
    const struct target *target = facts->target;
    bool clock_wrong = judge_clock(target, report);
    struct nsec_survey survey = nsec_survey(facts, options, clock_wrong);
    report->zone = target->zone.name;
    judge_servers(&survey, report);
    if (survey.view_count > 0) {
        bool is_signed = nsec_is_signed(&survey);
        target_judge_expected(target->run, &target->zone.name, is_signed, survey.view_count,
                              report);
        if (is_signed) {
            judge_signed(&survey, report);
        }
    }
    nsec_summarise(&survey, report);
}
