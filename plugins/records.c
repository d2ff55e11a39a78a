/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_dns_records on one name, from all that was collected. */
#include "plugins/records.h"

#include "check/health.h"
#include "frame/targets.h"
#include "plugins/records_judge.h"

/* Replies that are as the user expects them are no fault of the server. */
static bool is_expected(const struct survey *survey, const struct question *question)
{
    return question->reply != NULL && records_wants_refusal(survey->options) &&
           question->reply->rcode == survey->options->rcode;
}

static void judge_servers(const struct survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    struct target_servers servers = {
        .zone = &target->zone.name,
        .vital = survey->types,
        .vital_count = survey->type_count,
        .vital_name = survey->subject,
        .online = target->online,
        .any_usable = survey->usable_count > 0,
    };
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (!is_expected(survey, question) && !records_is_broken_aaaa(survey, question)) {
            run_note(survey->run, &servers.questions, question);
        }
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        servers.zone_signed = servers.zone_signed || survey->views[i].is_signed;
    }
    if (servers.questions.count > 0) {
        target_judge_servers(survey->run, &servers, report);
    }
}

/* How a resolver that gave no answer failed, in words. */
static const char *failure_words(struct arena *arena, const struct question *question)
{
    return question->reply == NULL ? net_status_text(question->status)
                                   : rr_rcode_text(arena, question->reply->rcode);
}

static const struct question *first_question(const struct survey *survey, const struct view *view)
{
    for (size_t i = 0; i < survey->target->child.count; i++) {
        if (server_equal(survey->target->child.list[i]->server, view->server)) {
            return survey->target->child.list[i];
        }
    }
    return NULL;
}

static void judge_resolvers(struct survey *survey)
{
    const struct common_options *options = survey->run->options;
    enum state lost = health_lost_state(survey->usable_count, options->min_good, options->partial);
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        const struct question *question = first_question(survey, view);
        if (view->usable || question == NULL || is_expected(survey, question)) {
            continue;
        }
        const char *words = failure_words(survey->run->arena, question);
        if (!survey->target->online) {
            records_gather(survey, FINDING_MONITOR_OFFLINE, survey->subject, 0, NULL,
                           "no resolver answers: check the network of this host");
        } else if (question->reply == NULL) {
            records_gather_as(survey, FINDING_RESOLVER_SILENT, lost, survey->subject, 0, view,
                              "the resolver does not answer (%s)", words);
        } else {
            records_gather_as(survey, FINDING_SERVFAIL, STATE_CRITICAL, survey->subject,
                              question->type, view, "the resolver fails (%s)", words);
        }
    }
}

void records_check(const struct records_facts *facts, const struct records_options *options,
                   struct report *report)
{
    struct survey survey = records_survey(facts, options);
    if (facts->recursive) {
        judge_resolvers(&survey);
    } else {
        judge_servers(&survey, report);
    }
    records_judge_expected(&survey);
    if (!records_wants_refusal(options)) {
        records_judge_soa(&survey); /* a serial behind is the cause of other differences */
        records_judge_differences(&survey);
        records_judge_delegation(&survey);
        records_judge_hosts(&survey);
        records_judge_aliases(&survey);
        records_judge_shape(&survey);
        records_judge_security(&survey, report);
        records_judge_csync(&survey);
        records_judge_baseline(&survey);
    }
    records_report(&survey, report);
    records_summarise(&survey, report);
}
