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

/* What of the copy the chain from the anchor is not secure to; NULL for nothing. */
static const char *insecure_part(const struct ds_survey *survey, const struct ds_signal *signal)
{
    static const uint16_t types[] = {RR_CDS, RR_CDNSKEY};
    struct chain_terms terms = run_chain_terms(survey->run);
    struct evidence evidence = {.questions = signal->evidence};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct question *question = types[i] == RR_CDS ? signal->cds : signal->cdnskey;
        if (records(question) == NULL) {
            continue;
        }
        enum security security = chain_judge(&terms, &evidence, &signal->name, types[i]).verdict;
        if (security != SECURITY_SECURE) {
            return arena_printf(survey->run->arena, "copy of the %s at %s is %s",
                                rr_type_text(survey->run->arena, types[i]),
                                name_text(survey->run->arena, &signal->name),
                                security_text(security));
        }
    }
    return NULL;
}

/* Whether the resolver neither gave the records nor said that there are none. */
static bool is_unknown(const struct question *question)
{
    return question != NULL &&
           (question->status != NET_ANSWERED ||
            (question->reply->rcode != RCODE_NOERROR && question->reply->rcode != RCODE_NXDOMAIN));
}

static void judge_signal(struct ds_gathering *gathering, const struct ds_signal *signal)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    const char *host = name_text(arena, signal->host);
    const struct rrset *cds = records(signal->cds);
    const struct rrset *cdnskey = records(signal->cdnskey);
    if (cds == NULL && cdnskey == NULL) {
        bool unknown = is_unknown(signal->cds) || is_unknown(signal->cdnskey);
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISSING, "CDS"), NULL,
               "name server %s has no copy of the CDS at its signalling name %s%s", host,
               signal->name.size == 0 ? "(too long)" : name_text(arena, &signal->name),
               unknown ? " that the resolver can give" : "");
        return;
    }
    if (!ds_same_set(cds, survey->cds) || !ds_same_set(cdnskey, survey->cdnskey)) {
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISMATCH, "CDS"), NULL,
               "the copy of the CDS at %s differs from those of the zone",
               name_text(arena, &signal->name));
        return;
    }
    const char *insecure = insecure_part(survey, signal);
    if (insecure != NULL) {
        ds_say(gathering, ds_remark(FINDING_BOOTSTRAP_MISMATCH, "CDS"), NULL,
               "the %s, so no parent can trust it", insecure);
    }
}

static void judge_dsync(struct ds_gathering *gathering)
{
    const struct ds_facts *facts = gathering->survey->facts;
    for (size_t i = 0; i < facts->dsync.count; i++) {
        const struct rrset *set = records(facts->dsync.list[i]);
        if (set != NULL) {
            ds_say(gathering, ds_remark(FINDING_DSYNC, "TYPE66"), NULL,
                   "the parent says at %s where new CDS are to be announced",
                   name_text(gathering->survey->run->arena, &facts->dsync.list[i]->name));
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
