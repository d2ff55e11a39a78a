/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the signalling names by which a parent can trust the first CDS (RFC 9615), and DSYNC. */
#include "check/chain.h"
#include "plugins/ds_judge.h"

static const struct rrset *records(const struct question *question)
{
    if (question == NULL || question->status != NET_ANSWERED) {
        return NULL;
    }
    return section_records(&question->reply->answer, &question->name, question->type);
}

static bool is_secure(const struct ds_survey *survey, const struct ds_signal *signal, uint16_t type,
                      enum security *security)
{
    struct chain_terms terms = run_chain_terms(survey->run);
    struct evidence evidence = {.questions = signal->evidence, .count = signal->evidence_count};
    *security = chain_judge(&terms, &evidence, &signal->name, type).verdict;
    return *security == SECURITY_SECURE;
}

static void judge_signal(struct ds_gathering *gathering, const struct ds_signal *signal)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    const char *host = name_text(arena, signal->host);
    const struct rrset *cds = records(signal->cds);
    const struct rrset *cdnskey = records(signal->cdnskey);
    if (cds == NULL && cdnskey == NULL) {
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISSING, "CDS"), NULL,
               "name server %s has no copy of the CDS at its signalling name %s", host,
               signal->name.size == 0 ? "(too long)" : name_text(arena, &signal->name));
        return;
    }
    if (!ds_same_set(cds, survey->cds) || !ds_same_set(cdnskey, survey->cdnskey)) {
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISMATCH, "CDS"), NULL,
               "the copy of the CDS at %s differs from those of the zone",
               name_text(arena, &signal->name));
        return;
    }
    enum security security = SECURITY_INDETERMINATE;
    if (!is_secure(survey, signal, cds != NULL ? RR_CDS : RR_CDNSKEY, &security)) {
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISMATCH, "CDS"), NULL,
               "the copy of the CDS at %s is %s, so no parent can trust it",
               name_text(arena, &signal->name), security_text(security));
    }
}

static void judge_dsync(struct ds_gathering *gathering)
{
    const struct ds_facts *facts = gathering->survey->facts;
    for (size_t i = 0; i < facts->dsync_count; i++) {
        const struct rrset *set = records(facts->dsync[i]);
        if (set != NULL) {
            struct ds_remark remark = ds_remark(FINDING_DSYNC, "TYPE66");
            ds_say(gathering, remark, NULL,
                   "the parent says at %s where new CDS are to be announced",
                   name_text(gathering->survey->run->arena, &facts->dsync[i]->name));
            return;
        }
    }
}

void ds_judge_bootstrap(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (!survey->options->check_bootstrap) {
        return;
    }
    struct ds_remark remark = ds_remark(FINDING_BOOTSTRAP_MISSING, "CDS");
    if (survey->run->resolver_count == 0) {
        ds_say(gathering, remark, NULL, "the signalling names were not asked for: no resolver");
    } else if (survey->cds == NULL && survey->cdnskey == NULL) {
        ds_say(gathering, remark, NULL,
               "the zone has no CDS or CDNSKEY that signalling names could have a copy of");
    } else if (survey->facts->signal_count == 0) {
        ds_say(gathering, remark, NULL,
               "no name server has its name outside of the zone, so there are no signalling names");
    }
    for (size_t i = 0;
         i < survey->facts->signal_count && (survey->cds != NULL || survey->cdnskey != NULL); i++) {
        judge_signal(gathering, &survey->facts->signals[i]);
    }
    judge_dsync(gathering);
}
