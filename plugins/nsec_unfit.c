/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of the user that are not what their option wants.
 *
 * What the probe was meant to show is not looked at then, and that must not pass for OK.
 */
#include "check/health.h"
#include "plugins/nsec_judge.h"

/* Why the probe cannot show what it is for; NULL: it can. */
static const char *reason(const struct target *target, const struct nsec_probe *probe,
                          const struct question *question)
{
    const struct message *reply = question->reply;
    bool ours = probe->role == NSEC_NAME || probe->role == NSEC_BELOW ||
                probe->role == NSEC_BELOW_ABSENT || probe->role == NSEC_ENT ||
                probe->role == NSEC_CHILD;
    if (reply == NULL || !ours) {
        return NULL;
    }
    if (nsec_is_elsewhere(&target->zone.name, question)) {
        return "it belongs to another zone below this one";
    }
    if (!health_usable(question)) {
        return NULL;
    }
    if (probe->role == NSEC_CHILD && nsec_is_no_cut(target, question)) {
        return "it is no delegation, so it is no unsigned child";
    }
    if (reply->answer.count == 0) {
        return NULL;
    }
    if (probe->role == NSEC_CHILD) {
        return "it has a DS, so it is no unsigned child";
    }
    return probe->role == NSEC_ENT ? "it has records, so it is no empty non-terminal" : NULL;
}

/* The same for what the reply denies. */
static const char *denial_reason(const struct nsec_denial *denial)
{
    const struct proof *proof = &denial->apparent;
    const struct nsec_probe *probe = denial->probe;
    bool below = probe->role == NSEC_BELOW || probe->role == NSEC_BELOW_ABSENT;
    bool by_wildcard = proof->verdict == DENIAL_WILDCARD_NODATA;
    bool made_up = denial->view->lies && proof->kind == DENIAL_BY_NSEC; /* so are the types */
    if (!denial_supports(proof, denial->claim) || !name_equal(&denial->name, &probe->name)) {
        return NULL;
    }
    if (below && (by_wildcard || denial->claim == CLAIM_WILDCARD) &&
        proof->encloser.labels + 1u < probe->name.labels) {
        return "it is not there, and a wildcard above it answers";
    }
    if (probe->role == NSEC_ENT && proof->verdict == DENIAL_NODATA && !made_up) {
        return "it has records, so it is no empty non-terminal";
    }
    return probe->role == NSEC_ENT && by_wildcard ? "it is not there, and a wildcard matches it"
                                                  : NULL;
}

static void add(struct nsec_gathering *gathering, const struct nsec_view *view,
                const struct nsec_probe *probe, const char *why)
{
    struct nsec_fault fault = nsec_fault(FINDING_PROBE_NAME_UNFIT, view);
    fault.probe = probe;
    fault.what = why;
    if (why != NULL) {
        nsec_gather(gathering, &fault);
    }
}

void nsec_gather_unfit(struct nsec_gathering *gathering)
{
    const struct nsec_survey *survey = gathering->survey;
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        const struct nsec_view *view = nsec_view_of(survey, question->server);
        const struct nsec_probe *probe = nsec_probe_of(survey, question);
        if (view != NULL && probe != NULL) {
            add(gathering, view, probe, reason(target, probe, question));
        }
    }
    for (size_t i = 0; i < survey->denial_count; i++) {
        const struct nsec_denial *denial = &survey->denials[i];
        add(gathering, denial->view, denial->probe, denial_reason(denial));
    }
}
