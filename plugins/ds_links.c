/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges how the DNSKEY RRset of each server is linked to the DS. */
#include "plugins/ds_judge.h"

/* Single DS beside others. */

static bool signs(const struct ds_child *child, const struct dnskey *key, bool *tried)
{
    for (size_t i = 0; child->dnskey.verdicts != NULL && i < child->dnskey.set->sig_count; i++) {
        const struct sig_verdict *verdict = &child->dnskey.verdicts[i];
        if (verdict->sig->key_tag == key->tag && verdict->sig->algorithm == key->algorithm) {
            *tried = true;
            if (reason_defects(verdict) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the keys are signed by the algorithm at all. */
static bool algorithm_signs(const struct ds_child *child, uint8_t algorithm)
{
    for (size_t i = 0; child->dnskey.verdicts != NULL && i < child->dnskey.set->sig_count; i++) {
        const struct sig_verdict *verdict = &child->dnskey.verdicts[i];
        if (verdict->sig->algorithm == algorithm && reason_defects(verdict) == 0) {
            return true;
        }
    }
    return false;
}

static void judge_flags(const struct ds_linking *linking, const struct ds_verdict *verdict)
{
    const struct dnskey *key = verdict->key;
    const struct place *place = &linking->child->place;
    bool broken = linking->link->state == LINK_BROKEN;
    if ((key->flags & DNSKEY_ZONE) == 0 && !broken) {
        ds_say(linking->gathering,
               ds_remark_tag(FINDING_DS_POINTS_NON_ZONE, STATE_WARNING, "DS", verdict->ds.key_tag),
               place, "DS %u points to a key without the Zone Key flag: have it removed",
               verdict->ds.key_tag);
    } else if ((key->flags & DNSKEY_REVOKE) != 0 && !broken) {
        ds_say(linking->gathering,
               ds_remark_tag(FINDING_DS_POINTS_REVOKED, STATE_WARNING, "DS", verdict->ds.key_tag),
               place, "DS %u points to a revoked key: have it removed", verdict->ds.key_tag);
    } else if ((key->flags & DNSKEY_SEP) == 0) {
        ds_say(linking->gathering,
               ds_remark_tag(FINDING_DS_POINTS_NON_SEP, STATE_OK, "DS", verdict->ds.key_tag), place,
               "DS %u points to a key without the SEP flag, which is allowed", verdict->ds.key_tag);
    }
}

/* A key that has a DS and does not sign: a standby KSK, or a fault. */
static void judge_idle(const struct ds_linking *linking, const struct ds_verdict *verdict)
{
    const struct dnskey *key = verdict->key;
    bool tried = false;
    if (linking->link->state != LINK_SECURE || !link_ds_counts(verdict) ||
        (key->flags & (DNSKEY_ZONE | DNSKEY_REVOKE)) != DNSKEY_ZONE ||
        signs(linking->child, key, &tried) || !algorithm_signs(linking->child, key->algorithm)) {
        return;
    }
    bool standby = !tried && (key->flags & DNSKEY_SEP) != 0;
    const struct ds_key *known = ds_key_of(linking->gathering->survey, key);
    ds_say(linking->gathering,
           ds_remark_tag(FINDING_DS_KEY_IDLE, standby ? STATE_OK : STATE_WARNING, "DS",
                         verdict->ds.key_tag),
           &linking->child->place, "DS %u points to a key that %s%s", verdict->ds.key_tag,
           tried ? "signs the DNSKEY RRset badly" : "does not sign the DNSKEY RRset",
           known != NULL && known->seen.signs_keys ? " here, it does at other servers"
           : standby                               ? ": a standby key"
                                                   : ": sign with it or have the DS removed");
}

/* Whether the key is published at some other server. */
static bool fits_elsewhere(const struct ds_linking *linking, const struct ds_verdict *verdict)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct dnskey *key = survey->keys[i].key;
        if (key != NULL && crypto_ds_matches(survey->run->crypto, &survey->target->zone.name, key,
                                             &verdict->ds) == CRYPTO_GOOD) {
            return true;
        }
    }
    return false;
}

static void judge_stale(const struct ds_linking *linking, const struct ds_verdict *verdict)
{
    struct ds_gathering *gathering = linking->gathering;
    const struct ds_survey *survey = gathering->survey;
    if (linking->link->state != LINK_SECURE || fits_elsewhere(linking, verdict) ||
        !algorithm_signs(linking->child, verdict->ds.algorithm)) {
        return;
    }
    bool announced = ds_in_cds(survey, &verdict->ds);
    bool young = ds_is_young(gathering, &verdict->ds);
    bool replaced = ds_is_replaced(gathering, &verdict->ds);
    bool healthy = survey->cds_count > 0 || young || replaced;
    ds_say(gathering,
           ds_remark_tag(FINDING_DS_STALE, healthy ? STATE_OK : STATE_WARNING, "DS",
                         verdict->ds.key_tag),
           NULL, "DS %u matches no DNSKEY%s", verdict->ds.key_tag,
           announced               ? ": CDS list it, a key to come"
           : survey->cds_count > 0 ? ": CDS no longer list it, its removal is pending"
           : replaced              ? ": its key was published until lately, its removal may follow"
           : young                 ? ": it is new"
                   : ", another one works: have it removed unless its key is to come");
}

static void judge_record(const struct ds_linking *linking, const struct ds_verdict *verdict)
{
    enum finding_id id = FINDING_COUNT;
    bool broken = linking->link->state == LINK_BROKEN;
    if (ds_wrong_id(verdict->fit, &id)) {
        if (!broken || verdict != linking->link->ds) {
            ds_say_wrong(linking, verdict, id,
                         broken && link_ds_counts(verdict) ? STATE_CRITICAL : STATE_WARNING);
        }
    } else if (verdict->fit == DS_FITS) {
        judge_flags(linking, verdict);
        judge_idle(linking, verdict);
    } else if (verdict->fit == DS_NO_KEY && link_ds_counts(verdict)) {
        judge_stale(linking, verdict);
    }
}

/* What to do about an algorithm that has a DS and does not sign the keys of this server. */
static const char *algorithm_remedy(const struct ds_linking *linking, const struct ds *ds)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *other = &survey->children[i];
        if (algorithm_signs(other, ds->algorithm) && !ds_is_older(other, linking->child)) {
            return survey->several_signers
                       ? "all signers of a zone need the same algorithms (RFC 8901 4)"
                       : "others sign with it, check the transfers of this server";
        }
    }
    return arena_printf(survey->run->arena, "sign with it or have DS %u removed", ds->key_tag);
}

static void judge_algorithms(const struct ds_linking *linking)
{
    const struct link *link = linking->link;
    for (size_t i = 0; link->state == LINK_SECURE && i < link->count; i++) {
        const struct ds *ds = &link->set[i].ds;
        enum finding_id wrong = FINDING_COUNT;
        if (!link_ds_counts(&link->set[i]) || algorithm_signs(linking->child, ds->algorithm) ||
            ds_wrong_id(link->set[i].fit, &wrong)) {
            continue; /* one that is wrong has been told */
        }
        ds_say(linking->gathering,
               ds_remark_tag(FINDING_DS_MISSING_ALG, STATE_WARNING, "DS", ds->key_tag),
               &linking->child->place,
               "the DS RRset names algorithm %s, no key of it signs the DNSKEY RRset: %s%s",
               policy_algorithm(ds->algorithm)->mnemonic, algorithm_remedy(linking, ds),
               ds_rollover_words(linking));
    }
}

static void judge_link(struct ds_gathering *gathering, const struct ds_child *child)
{
    struct ds_linking linking = {
        .gathering = gathering, .child = child, .link = ds_link(gathering->survey, child)};
    switch (linking.link->state) {
    case LINK_SECURE:
        break;
    case LINK_BROKEN:
        ds_judge_broken(&linking);
        break;
    case LINK_INSECURE:
        ds_judge_unusable(&linking);
        return;
    case LINK_UNDECIDED:
        ds_judge_undecided(&linking);
        return;
    }
    for (size_t i = 0; i < linking.link->count; i++) {
        judge_record(&linking, &linking.link->set[i]);
    }
    judge_algorithms(&linking);
}

void ds_judge_links(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (survey->ds == NULL || !child->dnskey.answered) {
            continue;
        }
        if (child->key_count > 0) {
            /* Without EDNS no signatures come, and that is told of the server. */
            if (child->edns || child->dnskey.set->sig_count > 0) {
                judge_link(gathering, child);
            }
        } else {
            ds_say(gathering, ds_remark(FINDING_DS_CHILD_UNSIGNED_SERVER, "DNSKEY"), &child->place,
                   "the parent has a DS but the zone comes without DNSKEY: check transfers and "
                   "settings of the server");
        }
    }
}
