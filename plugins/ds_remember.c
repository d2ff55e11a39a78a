/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts what this run saw into the history for the next one. */
#include "plugins/ds_judge.h"

static void remember_keys(const struct ds_gathering *gathering, struct ds_history *history)
{
    const struct ds_survey *survey = gathering->survey;
    int64_t now = survey->run->now;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        struct ds id;
        if (key->key == NULL || !ds_key_id(survey, key->key, &id)) {
            continue;
        }
        struct known_key *known = ds_history_add_key(history, &id, now);
        if (known == NULL) {
            continue;
        }
        known->flags = key->key->flags;
        if (key->seen.signs_keys || key->seen.signs_data) {
            known->signing = now;
        }
        if (key->seen.revoked && known->revoked == 0) {
            known->revoked = now;
        }
    }
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct rrset *set = survey->children[i].dnskey.set;
        history->key_ttl = set == NULL ? history->key_ttl : set->ttl;
    }
    history->keys_checked = now;
    history->data_ttl = survey->data_ttl;
}

static void remember_ds(const struct ds_survey *survey, struct ds_history *history)
{
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct rrset *set = survey->variants[i];
        const struct ds *list = rr_ds_set(survey->run->arena, set, &count);
        for (size_t j = 0; j < count; j++) {
            ds_history_add_ds(history->arena, &history->ds, &history->ds_count, &list[j],
                              survey->run->now);
        }
        history->ds_ttl = set == NULL ? history->ds_ttl : ds_ttl(set);
    }
    history->ds_checked = survey->run->now;
}

static void keep_phase(struct ds_history *history, const struct known_phase *phase)
{
    if (ds_history_since(history, phase, 0) == 0 && history->phase_count < DS_HISTORY_MOST) {
        history->phases = arena_grow(history->arena, history->phases, history->phase_count,
                                     sizeof *history->phases);
        history->phases[history->phase_count++] = *phase;
    }
}

static void add_phase(const struct ds_gathering *gathering, struct ds_history *history,
                      struct known_phase phase)
{
    phase.since = ds_since(gathering, &phase);
    keep_phase(history, &phase);
}

static bool has_said(const struct ds_gathering *gathering, enum finding_id id)
{
    for (size_t i = 0; i < gathering->count; i++) {
        if (gathering->list[i].remark.id == id) {
            return true;
        }
    }
    return false;
}

/* The phases of this run take the place of those before. */
static void remember_phases(const struct ds_gathering *gathering, struct ds_history *history)
{
    const struct ds_survey *survey = gathering->survey;
    history->phases = NULL;
    history->phase_count = 0;
    for (size_t i = 0; i < survey->rollover_count; i++) {
        const struct rollover *rollover = &survey->rollovers[i];
        add_phase(gathering, history,
                  (struct known_phase){.phase = rollover->phase,
                                       .old_tag = rollover->old_tag,
                                       .new_tag = rollover->new_tag});
    }
    if (has_said(gathering, FINDING_CDS_PENDING)) {
        add_phase(gathering, history, (struct known_phase){.phase = DS_PHASE_PENDING});
    }
    if (has_said(gathering, FINDING_DNSKEY_MISSING_SERVER)) {
        add_phase(gathering, history, (struct known_phase){.phase = DS_PHASE_APART});
    }
    /* Where the parent could not be asked, phases that it takes part in may go on. */
    for (size_t i = 0; i < gathering->before->phase_count && !ds_is_known(survey); i++) {
        keep_phase(history, &gathering->before->phases[i]);
    }
}

void ds_remember(const struct ds_gathering *gathering, struct ds_history *history)
{
    const struct ds_survey *survey = gathering->survey;
    if (history->begun == 0) {
        history->begun = survey->run->now;
    }
    if (survey->is_signed) {
        remember_keys(gathering, history);
    }
    if (ds_is_known(survey)) {
        remember_ds(survey, history);
    }
    for (size_t i = 0; i < survey->cds_count; i++) {
        ds_history_add_ds(history->arena, &history->cds, &history->cds_count,
                          &survey->cds_verdicts[i].ds, survey->run->now);
    }
    if (survey->child_count > 0) {
        remember_phases(gathering, history);
    }
}
