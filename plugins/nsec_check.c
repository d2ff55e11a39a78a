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
static bool judge_clock(struct run *run, const struct nsec_facts *facts, struct report *report)
{
    const struct target_questions questions[] = {{facts->child, facts->child_count},
                                                 {facts->others, facts->other_count}};
    return target_judge_clock(run, questions, sizeof questions / sizeof questions[0], report);
}

/* The questions that tell about servers: a referral is the right answer about another zone. */
static void judge_servers(const struct nsec_survey *survey, struct report *report)
{
    const struct nsec_facts *facts = survey->facts;
    const struct question **questions =
        arena_alloc(survey->run->arena, (facts->child_count + 1) * sizeof *questions);
    size_t count = 0;
    for (size_t i = 0; i < facts->child_count; i++) {
        const struct message *reply = facts->child[i]->reply;
        bool elsewhere = reply != NULL && nsec_view_of(survey, facts->child[i]->server) != NULL &&
                         !facts->child[i]->reply->aa &&
                         nsec_is_elsewhere(&facts->zone->name, facts->child[i]);
        if (!elsewhere) {
            questions[count++] = facts->child[i];
        }
    }
    /* What is asked for at names that do not exist. */
    static const uint16_t vital[] = {RR_A};
    struct target_servers servers = {
        .zone = &facts->zone->name,
        .questions = questions,
        .count = count,
        .zone_signed = nsec_is_signed(survey),
        .vital = vital,
        .vital_count = sizeof vital / sizeof vital[0],
        .online = facts->online,
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

void nsec_check(struct run *run, const struct nsec_facts *facts, const struct nsec_options *options,
                struct report *report)
{
    bool clock_wrong = judge_clock(run, facts, report);
    struct nsec_survey survey = nsec_survey(run, facts, options, clock_wrong);
    report->zone = facts->zone->name;
    judge_servers(&survey, report);
    if (survey.view_count > 0) {
        bool is_signed = nsec_is_signed(&survey);
        target_judge_expected(run, &facts->zone->name, is_signed, survey.view_count, report);
        if (is_signed) {
            judge_signed(&survey, report);
        }
    }
    nsec_summarise(&survey, report);
}
