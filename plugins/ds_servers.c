/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the servers of the zone with each other, and finds records that stand where none may. */
#include "plugins/ds_judge.h"

static bool publishes(const struct ds_child *child, const struct dnskey *key)
{
    for (size_t i = 0; i < child->key_count; i++) {
        if (bytes_equal(child->keys[i].rdata, key->rdata)) {
            return true;
        }
    }
    return false;
}

static void say_missing(struct ds_gathering *gathering, const struct ds_child *child,
                        const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    const char *text = ds_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm);
    bool multi = survey->options->multi_signer;
    bool entry = key->seen.in_ds || key->seen.sep;
    struct ds_remark remark = ds_remark(FINDING_DNSKEY_MISSING_SERVER, "DNSKEY");
    remark.key_tag = key->seen.tag;
    if (multi && key->seen.signs_data) {
        remark.id = FINDING_MULTISIGNER_ZSK;
        ds_say(gathering, remark, &child->place,
               "key %s signs the zone at other servers and is not published: import it (RFC 8901)",
               text);
        return;
    }
    remark.state = multi && entry ? STATE_OK
                   : key->seen.signs_data || key->seen.in_ds || key->seen.signs_keys
                       ? STATE_CRITICAL
                       : STATE_WARNING;
    ds_say(gathering, remark, &child->place, "key %s is not published%s", text,
           multi && entry ? ": it belongs to another provider"
                          : ", other servers have it: check the transfers of the server");
}

static void judge_sets(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        for (size_t j = 0; key->key != NULL && j < survey->child_count; j++) {
            const struct ds_child *child = &survey->children[j];
            if (child->key_count > 0 && !publishes(child, key->key)) {
                say_missing(gathering, child, key);
            }
        }
    }
}

/* Without a DS it is no broken chain, but one to be. */
static void judge_unsigned(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (survey->ds == NULL && survey->is_signed && child->dnskey.answered &&
            child->key_count == 0) {
            ds_say(gathering, ds_remark_as(FINDING_DNSKEY_MISSING_SERVER, STATE_WARNING, "DNSKEY"),
                   &child->place,
                   "the zone comes without any DNSKEY, at other servers it is signed: a DS would "
                   "break it here");
        }
    }
}

static void judge_strays(struct ds_gathering *gathering, const struct ds_child *child)
{
    struct arena *arena = gathering->survey->run->arena;
    if (child->stray_keys != NULL) {
        ds_say(gathering, ds_remark(FINDING_DNSKEY_NOT_APEX, "DNSKEY"), &child->place,
               "there are DNSKEYs at %s, which is not the apex of a zone: remove them",
               name_text(arena, &child->stray_keys->owner));
    }
    if (child->stray_cds != NULL) {
        ds_say(gathering, ds_remark(FINDING_CDS_NOT_APEX, "CDS"), &child->place,
               "there are %s records at %s, which is not the apex of a zone: remove them",
               rr_type_text(arena, child->stray_cds->type),
               name_text(arena, &child->stray_cds->owner));
    }
    if (child->own_ds != NULL) {
        ds_say(gathering, ds_remark(FINDING_DS_AT_CHILD, "DS"), &child->place,
               "the zone holds a DS at its own apex, where nobody looks for it: remove it");
    }
}

void ds_judge_servers(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    judge_sets(gathering);
    judge_unsigned(gathering);
    for (size_t i = 0; i < survey->child_count; i++) {
        judge_strays(gathering, &survey->children[i]);
    }
}
