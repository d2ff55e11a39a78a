/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain from the trust anchor down to the zone, as far as it is not the link itself.
 *
 * Private roots are known to no anchor of this host unless one was given: then nothing is said.
 */
#include "check/chain.h"
#include "plugins/ds_judge.h"

/* Whether an anchor is for a key that the anchored zone publishes, so that it can be meant. */
static bool anchor_fits(const struct ds_survey *survey, const struct question *question)
{
    struct run *run = survey->run;
    if (question->reply == NULL || question->type != RR_DNSKEY) {
        return false;
    }
    size_t count = 0;
    const struct rrset *set = section_find(&question->reply->answer, &question->name, RR_DNSKEY);
    const struct dnskey *keys = rr_dnskeys(run->arena, set, &count);
    for (size_t i = 0; i < run->anchors.count; i++) {
        const struct anchor *anchor = &run->anchors.list[i];
        for (size_t j = 0; j < count && name_equal(&anchor->zone, &question->name); j++) {
            if (chain_anchor_names(run->crypto, anchor, &keys[j]) == CRYPTO_GOOD) {
                return true;
            }
        }
    }
    return false;
}

static bool may_judge(const struct ds_survey *survey)
{
    const struct target *target = survey->target;
    if (survey->run->options->trust_anchors.count > 0) {
        return anchors_closest(&survey->run->anchors, &target->zone.name) != NULL;
    }
    for (size_t i = 0; i < target->others.count; i++) {
        if (anchor_fits(survey, target->others.list[i])) {
            return true;
        }
    }
    return false;
}

static struct questions evidence_of(const struct ds_survey *survey)
{
    const struct target *target = survey->target;
    const struct questions *const lists[] = {&target->parent, &target->child, &target->others};
    struct questions evidence = {.count = 0};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (size_t j = 0; j < lists[i]->count; j++) {
            run_note(survey->run, &evidence, lists[i]->list[j]);
        }
    }
    return evidence;
}

static struct chain judge_chain(const struct ds_survey *survey)
{
    struct chain_terms terms = run_chain_terms(survey->run);
    struct evidence evidence = {.questions = evidence_of(survey)};
    return chain_judge(&terms, &evidence, &survey->target->zone.name, RR_SOA);
}

bool ds_is_proved_insecure(const struct ds_survey *survey)
{
    return !survey->clock_wrong && may_judge(survey) &&
           judge_chain(survey).verdict == SECURITY_INSECURE;
}

/* Whether a note is about a link above the one to the zone, which is judged here in detail. */
static bool is_above(const struct ds_survey *survey, const struct chain_note *note)
{
    const struct name *zone = &survey->target->zone.name;
    return note->finding.zone.size > 0 && !name_equal(&note->finding.zone, zone) &&
           !name_equal(&note->finding.owner, zone) && name_is_under(zone, &note->finding.zone);
}

/* By any DS RRset that a server of the parent gives, at any server of the zone. */
static bool any_broken(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        for (size_t j = 0; j < survey->variant_count && child->dnskey.answered; j++) {
            if (survey->variants[j] != NULL && child->links[j].state == LINK_BROKEN) {
                return true;
            }
        }
    }
    return false;
}

static void report_notes(const struct ds_survey *survey, const struct chain *chain,
                         struct report *report)
{
    struct arena *arena = survey->run->arena;
    const struct finding *root = NULL;
    for (size_t i = 0; i < chain->note_count; i++) {
        const struct chain_note *note = &chain->notes[i];
        if (!is_above(survey, note)) {
            continue;
        }
        struct finding finding = note->finding;
        finding.state = chain_note_state(note, survey->options->common.expect == EXPECT_SECURE);
        report_add_as(report, &finding, "%s", note->text);
        root = root == NULL && finding.state == STATE_CRITICAL ? &note->finding : root;
    }
    if (chain->verdict == SECURITY_BOGUS && root != NULL) {
        struct finding finding = finding_about(FINDING_CHAIN_PARENT_FAULT, &root->zone,
                                               &survey->target->zone.name, NULL);
        report_add(report, &finding,
                   "upstream: the chain is broken at %s, so the DS is worth "
                   "nothing",
                   name_text(arena, &root->zone));
    }
}

void ds_judge_chain(const struct ds_gathering *gathering, struct report *report)
{
    const struct ds_survey *survey = gathering->survey;
    report->quiet_verdict = true;
    if (any_broken(survey)) {
        report->verdict = security_text(SECURITY_BOGUS);
    }
    if (survey->clock_wrong || !may_judge(survey)) {
        return;
    }
    struct chain chain = judge_chain(survey);
    if (report->verdict == NULL) {
        report->verdict = security_text(chain.verdict);
    }
    report_notes(survey, &chain, report);
}
