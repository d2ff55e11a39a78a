/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's proof that there is no DS: where its signatures are not good, validators fail for an
 * unsigned zone, too (RFC 4035 5.2).
 */
#include "check/health.h"
#include "check/places.h"
#include "judge/denial.h"
#include "plugins/rrsig_judge.h"

/* A server of the parent, which is no resolver, that says that there is no DS. */
static bool denies_ds(const struct survey *survey, const struct question *question)
{
    return question->type == RR_DS && name_equal(&question->name, &survey->target->zone.name) &&
           health_usable(question) && (question->flags & QUERY_RECURSE) == 0 &&
           question->reply->rcode == RCODE_NOERROR && question->reply->answer.count == 0;
}

static bool is_proved(const struct survey *survey, const struct question *question)
{
    const struct section *section = &question->reply->authority;
    const struct sig_context context =
        run_sig_context(survey->run, &survey->target->zone.parent, survey->parents[0].keys,
                        survey->parents[0].key_count);
    struct denial_record records[DENIAL_NSEC3_MAX];
    size_t count = 0;
    for (size_t i = 0; i < section->count && count < DENIAL_NSEC3_MAX; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count > 0 && (set->type == RR_NSEC || set->type == RR_NSEC3)) {
            const struct sig_verdict *verdicts = sig_judge(&context, set);
            struct judgement judgement = reason_judge(set, verdicts, NULL);
            if (!judgement.good && reason_is_open(judgement.reason)) {
                return true; /* nobody knows, on this host */
            }
            records[count++] = denial_record(set, verdicts);
        }
    }
    const struct denial_question asked = {
        .zone = &survey->target->zone.parent,
        .name = &survey->target->zone.name,
        .type = RR_DS,
        .claim = CLAIM_UNSIGNED_CUT,
    };
    struct proof proof = denial_prove(survey->run->crypto, &asked, records, count);
    return denial_supports(&proof, asked.claim) || proof.verdict == DENIAL_TOO_COSTLY ||
           proof.verdict == DENIAL_REFUSED_HERE;
}

void rrsig_judge_no_ds(const struct survey *survey, struct report *report)
{
    const struct target *target = survey->target;
    struct places places = {.count = 0};
    for (size_t i = 0; i < target->parent.count && survey->parent_keys_known; i++) {
        const struct question *question = target->parent.list[i];
        if (denies_ds(survey, question) && !is_proved(survey, question)) {
            places_add(survey->run->arena, &places, &(struct place){.server = question->server});
        }
    }
    if (places.count == 0) {
        return;
    }
    bool all = places.count == survey->parent_count;
    struct finding finding =
        finding_about(FINDING_DS_DENIAL_BAD, &target->zone.parent, &target->zone.name, "DS");
    finding.state = run_partial(survey->run, STATE_CRITICAL, all);
    finding.server = all ? NULL : places.list[0].server->text;
    report_add_as(report, &finding,
                  "the parent %s gives no DS and no valid proof that there is none%s%s: validators "
                  "fail, tell the operator of the parent zone",
                  name_text(survey->run->arena, &finding.zone), all ? "" : " at ",
                  all ? "" : places_text(survey->run->arena, &places));
}
