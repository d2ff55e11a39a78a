/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what the zone asks its parent for by CDS and CDNSKEY (RFC 7344, RFC 8078). */
#include "plugins/ds_judge.h"

static const char *type_text(uint16_t type)
{
    return type == RR_CDS ? "CDS" : "CDNSKEY";
}

/* Tags and algorithms of the DS, CDS or CDNSKEY in a set; NULL is an empty one. */
static const struct ds *named(struct arena *arena, const struct rrset *set, size_t *count)
{
    if (set == NULL || set->type != RR_CDNSKEY) {
        return rr_ds_set(arena, set, count);
    }
    const struct dnskey *keys = rr_dnskeys(arena, set, count);
    struct ds *list = arena_alloc(arena, (*count + 1) * sizeof *list);
    for (size_t i = 0; i < *count; i++) {
        list[i] = (struct ds){.key_tag = keys[i].tag, .algorithm = keys[i].algorithm};
    }
    return list;
}

/* Whether all keys that the first set names are named by the second one. */
static bool names_all(struct arena *arena, const struct rrset *first, const struct rrset *second)
{
    size_t counts[2] = {0};
    const struct ds *ones = named(arena, first, &counts[0]);
    const struct ds *others = named(arena, second, &counts[1]);
    for (size_t i = 0; i < counts[0]; i++) {
        bool found = false;
        for (size_t j = 0; j < counts[1]; j++) {
            /* Digests of one type can be compared; a key may have another type at the parent. */
            found = found || (rr_same_key(&ones[i], &others[j]) &&
                              (ones[i].digest_type != others[j].digest_type ||
                               bytes_equal(ones[i].digest, others[j].digest)));
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* Whether CDS or CDNSKEY ask for other DS than some server of the parent gives. */
static bool asks_change(const struct ds_survey *survey, const struct rrset *set)
{
    struct arena *arena = survey->run->arena;
    if (set == NULL) {
        return false;
    }
    if (ds_means_delete(set)) {
        return ds_asks_delete(set) && survey->ds != NULL;
    }
    for (size_t i = 0; i < survey->variant_count; i++) {
        const struct rrset *ds = survey->variants[i];
        if (!names_all(arena, set, ds) || !names_all(arena, ds, set)) {
            return true;
        }
    }
    return false;
}

/* Whether the DS that the zone asks for, at any of its servers, are not those that are there. */
static bool is_pending(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (asks_change(survey, child->cds.set) || asks_change(survey, child->cdnskey.set)) {
            return true;
        }
    }
    return false;
}

/* Servers compared. */

static void judge_consistency(struct ds_gathering *gathering, uint16_t type)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_child *first = NULL;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (!ds_child_set(child, type)->answered) {
            continue;
        }
        if (first == NULL) {
            first = child;
        } else if (!ds_same_set(ds_child_set(first, type)->set, ds_child_set(child, type)->set)) {
            bool roll = is_pending(survey) && ds_is_known(survey);
            bool passes = ds_is_older(first, child) || ds_is_older(child, first);
            ds_say(gathering,
                   ds_remark_as(FINDING_CDS_INCONSISTENT,
                                passes ? STATE_OK
                                : roll ? STATE_CRITICAL
                                       : STATE_WARNING,
                                type_text(type)),
                   &child->place, "%s differ from those at %s: %s", type_text(type),
                   place_text(survey->run->arena, &first->place),
                   passes ? "the parent must not act on them until all servers have one version of "
                            "the zone"
                          : "the parent will not act on them, publish the same everywhere");
        }
    }
}

/* Whether a CDNSKEY is the key of the CDS. */
static bool has_cdnskey(const struct ds_survey *survey, const struct ds *cds)
{
    size_t count = 0;
    const struct dnskey *keys = rr_dnskeys(survey->run->arena, survey->cdnskey, &count);
    for (size_t i = 0; i < count; i++) {
        if (crypto_ds_matches(survey->run->crypto, &survey->target->zone.name, &keys[i], cds) !=
            CRYPTO_BAD) {
            return true;
        }
    }
    return false;
}

static bool has_cds(const struct ds_survey *survey, const struct dnskey *key)
{
    size_t count = 0;
    const struct ds *list = rr_ds_set(survey->run->arena, survey->cds, &count);
    for (size_t i = 0; i < count; i++) {
        if (crypto_ds_matches(survey->run->crypto, &survey->target->zone.name, key, &list[i]) !=
            CRYPTO_BAD) {
            return true;
        }
    }
    return false;
}

static bool pair_fits(const struct ds_survey *survey)
{
    size_t count = 0;
    const struct ds *list = rr_ds_set(survey->run->arena, survey->cds, &count);
    for (size_t i = 0; i < count; i++) {
        if (!has_cdnskey(survey, &list[i])) {
            return false;
        }
    }
    const struct dnskey *keys = rr_dnskeys(survey->run->arena, survey->cdnskey, &count);
    for (size_t i = 0; i < count; i++) {
        if (!has_cds(survey, &keys[i])) {
            return false;
        }
    }
    return true;
}

static void judge_pair(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->cds == NULL || survey->cdnskey == NULL) {
        bool cds = survey->cds != NULL;
        ds_say(gathering,
               ds_remark(cds ? FINDING_CDS_ONLY : FINDING_CDNSKEY_ONLY, cds ? "CDS" : "CDNSKEY"),
               NULL, "there is %s, parents may look at either",
               cds ? "CDS without CDNSKEY" : "CDNSKEY without CDS");
        return;
    }
    bool fit = ds_wants_removal(survey)
                   ? ds_asks_delete(survey->cds) == ds_asks_delete(survey->cdnskey)
                   : pair_fits(survey);
    if (!fit) {
        ds_say(gathering, ds_remark(FINDING_CDS_MISMATCH, "CDS"), NULL,
               "CDS and CDNSKEY do not name the same keys: publish both from the same keys");
    }
}

/* Signatures. */

static bool has_ds(const struct ds_survey *survey, const struct dnskey *key)
{
    const struct ds_key *known = ds_key_of(survey, key);
    return known != NULL && known->seen.in_ds && known->seen.published;
}

static void judge_signature(struct ds_gathering *gathering, const struct ds_child *child,
                            uint16_t type)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_signed *set = ds_child_set(child, type);
    const char *word = type_text(type);
    if (set->set == NULL || child->key_count == 0) {
        return;
    }
    if (set->set->sig_count == 0) {
        ds_say(
            gathering, ds_remark(FINDING_CDS_UNSIGNED, word), &child->place,
            "%s are not signed: the parent will not take them, sign them with a key that has a DS",
            word);
        return;
    }
    bool trusted = false;
    for (size_t i = 0; set->verdicts != NULL && i < set->set->sig_count; i++) {
        trusted = trusted ||
                  (reason_defects(&set->verdicts[i]) == 0 && has_ds(survey, set->verdicts[i].key));
    }
    if (!set->good && !survey->clock_wrong) {
        ds_say(gathering, ds_remark(FINDING_CDS_BAD_SIG, word), &child->place,
               "the signature over %s is not valid (%s): re-sign", word,
               ds_defects_text(survey, &set->verdicts[0]));
    } else if (!trusted && survey->ds != NULL && set->good) {
        ds_say(gathering, ds_remark(FINDING_CDS_NOT_TRUSTED, word), &child->place,
               "%s are not signed by a key that has a DS: the parent will refuse them, sign them "
               "with that key",
               word);
    }
}

/* Requests for removal. */

static void judge_delete(struct ds_gathering *gathering, const struct rrset *set)
{
    const struct ds_survey *survey = gathering->survey;
    const char *word = set == NULL ? "" : type_text(set->type);
    size_t proper = 0;
    size_t malformed = 0;
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        bool is_delete = ds_is_delete(set->type, set->rr[i]);
        proper += is_delete;
        /* Both types have the algorithm in their fourth octet or, CDS, in the third. */
        size_t at = set->type == RR_CDS ? 2 : 3;
        malformed += !is_delete && set->rr[i].size > at && set->rr[i].data[at] == 0;
    }
    if (malformed > 0) {
        ds_say(gathering, ds_remark(FINDING_CDS_DELETE_MALFORMED, word), NULL,
               "%s of algorithm 0 that is no proper request for removal: it has to be %s", word,
               set->type == RR_CDS ? "0 0 0 00" : "0 3 0 AA==");
    }
    if (proper > 0 && set->count > proper) {
        ds_say(gathering, ds_remark(FINDING_CDS_DELETE_MIXED, word), NULL,
               "a request to remove the DS stands beside other %s: publish one or the other", word);
    } else if (proper > 0) {
        bool meant = survey->options->common.expect == EXPECT_INSECURE;
        ds_say(gathering, ds_remark_as(FINDING_CDS_DELETE, meant ? STATE_OK : STATE_WARNING, word),
               NULL, "CDS or CDNSKEY ask for the removal of the DS%s",
               meant ? ": the zone is to become insecure"
                     : ": take them back unless the zone is to become insecure");
    }
}

/* What would come of them. */

/* Whether a newer version of the zone is on its way to the server. */
static bool is_behind(const struct ds_survey *survey, const struct ds_child *child)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        if (ds_is_older(child, &survey->children[i])) {
            return true;
        }
    }
    return false;
}

static void judge_outcome(struct ds_gathering *gathering, const struct ds_child *child)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    const struct rrset *wanted = child->cds.set != NULL ? child->cds.set : survey->wanted;
    if (child->key_count == 0 || wanted == NULL || !asks_change(survey, wanted) ||
        ds_means_delete(wanted)) {
        return;
    }
    struct link_terms terms = {
        .context = ds_child_context(survey, child),
        .ds = wanted,
        .dnskey = child->dnskey.set,
    };
    struct link link = link_judge(&terms);
    /* What is broken already breaks for its own reason. */
    const struct link *now = ds_link(survey, child);
    bool broken_now = now != NULL && now->state == LINK_BROKEN && link.reason == now->reason &&
                      now->dnskey.verdicts != NULL;
    if ((link.state != LINK_BROKEN && link.state != LINK_INSECURE) || broken_now) {
        return;
    }
    bool passes = is_behind(survey, child);
    ds_say(
        gathering, ds_remark_as(FINDING_CDS_WOULD_BREAK, passes ? STATE_OK : STATE_CRITICAL, "CDS"),
        &child->place, "if the parent took the CDS the chain would break (%s): %s",
        link.dnskey.verdicts != NULL || link.ds == NULL ? "their keys do not sign the DNSKEY RRset"
                                                        : link_ds_text(arena, link.ds),
        passes ? "it must not before this server has the zone of the others"
               : "correct them before it does");
}

/* Whether the DS that work now are all among the CDS, so that one more is a roll by two DS. */
static bool keeps_all(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct rollover_key *seen = &survey->keys[i].seen;
        if (seen->in_ds && seen->published && !seen->in_cds) {
            return false;
        }
    }
    return true;
}

static bool has_same_ds(const struct ds_survey *survey, const struct ds *cds)
{
    size_t count = 0;
    const struct ds *list = rr_ds_set(survey->run->arena, survey->ds, &count);
    return rr_have_ds(list, count, cds);
}

static void judge_record(struct ds_gathering *gathering, const struct ds_verdict *verdict)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    uint16_t tag = verdict->ds.key_tag;
    struct ds_remark remark = ds_remark_about(FINDING_CDS_NO_MATCH, "CDS", tag);
    if (verdict->ds.digest_type == 1 || verdict->ds.digest_type == 3) {
        ds_say(gathering, ds_remark_about(FINDING_CDS_SHA1, "CDS", tag), NULL,
               "CDS %u has a %s digest: publish SHA-256", tag,
               policy_digest(verdict->ds.digest_type)->mnemonic);
    }
    if (verdict->fit == DS_NO_KEY) {
        bool roll = keeps_all(survey) || has_same_ds(survey, &verdict->ds);
        remark.state = roll ? STATE_OK : remark.state;
        ds_say(gathering, remark, NULL, "CDS %u matches no DNSKEY%s", tag,
               roll ? ": a key to come, or one that has gone" : ": remove it or publish its key");
    } else if (verdict->fit != DS_FITS && verdict->fit != DS_UNUSABLE) {
        ds_say(gathering, remark, NULL, "CDS matches no DNSKEY: %s", link_ds_text(arena, verdict));
    } else if (verdict->fit == DS_FITS && (verdict->key->flags & DNSKEY_ZONE) == 0) {
        ds_say(gathering, ds_remark_about(FINDING_CDS_NON_ZONE, "CDS", tag), NULL,
               "CDS %u refers to a key without the Zone Key flag", tag);
    } else if (verdict->fit == DS_FITS && (verdict->key->flags & DNSKEY_SEP) == 0) {
        ds_say(gathering, ds_remark_about(FINDING_CDS_NON_SEP, "CDS", tag), NULL,
               "CDS %u refers to a key without the SEP flag", tag);
    }
}

static void judge_pending(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (!is_pending(survey) || survey->ds == NULL || !ds_is_known(survey)) {
        return;
    }
    const struct known_phase phase = {.phase = DS_PHASE_PENDING};
    bool late = survey->run->now - ds_since(gathering, &phase) > survey->options->roll_grace;
    ds_say(gathering, ds_remark_as(FINDING_CDS_PENDING, late ? STATE_WARNING : STATE_OK, "CDS"),
           NULL, "CDS ask for other DS records than there are%s",
           late ? ", for longer than --roll-grace: the parent does not act on them" : "");
}

static void judge_bootstrap(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->ds != NULL || !ds_is_known(survey) || survey->cds_count == 0) {
        return;
    }
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (!ds_same_set(child->cds.set, survey->cds) && child->cds.answered) {
            return;
        }
    }
    bool wanted = survey->options->common.expect == EXPECT_SECURE;
    ds_say(gathering,
           ds_remark_as(FINDING_BOOTSTRAP_POSSIBLE, wanted ? STATE_WARNING : STATE_OK, "CDS"), NULL,
           "the zone asks for its first DS by CDS at all servers, the parent has none: hand it in "
           "or see whether the parent looks for CDS");
}

void ds_judge_cds(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->cds == NULL && survey->cdnskey == NULL) {
        return;
    }
    if (!survey->is_signed) {
        ds_say(gathering, ds_remark(FINDING_CDS_WITHOUT_DNSKEY, "CDS"), NULL,
               "there are CDS or CDNSKEY but no DNSKEY: remove them");
        return;
    }
    judge_consistency(gathering, RR_CDS);
    judge_consistency(gathering, RR_CDNSKEY);
    judge_pair(gathering);
    for (size_t i = 0; i < survey->child_count; i++) {
        judge_delete(gathering, survey->children[i].cds.set);
        judge_delete(gathering, survey->children[i].cdnskey.set);
        judge_signature(gathering, &survey->children[i], RR_CDS);
        judge_signature(gathering, &survey->children[i], RR_CDNSKEY);
        judge_outcome(gathering, &survey->children[i]);
    }
    for (size_t i = 0; i < survey->cds_count; i++) {
        judge_record(gathering, &survey->cds_verdicts[i]);
    }
    judge_pending(gathering);
    judge_bootstrap(gathering);
}
