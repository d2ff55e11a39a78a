/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the trust anchors of this host where the zone is one of their trust points (RFC 5011). */
#include "check/chain.h"
#include "plugins/ds_judge.h"

enum { HOLD_DOWN = 30 * 86400 };

/* KSK-2017 and KSK-2024 of the root; only zones that publish one of them are the real root. */
enum { ROOT_TAG_OLD = 20326, ROOT_TAG_NEXT = 38696, ROOT_ALGORITHM = 8 };

static const uint8_t digest_old[] = {
    0xE0, 0x6D, 0x44, 0xB8, 0x0B, 0x8F, 0x1D, 0x39, 0xA9, 0x5C, 0x0B, 0x0D, 0x7C, 0x65, 0xD0, 0x84,
    0x58, 0xE8, 0x80, 0x40, 0x9B, 0xBC, 0x68, 0x34, 0x57, 0x10, 0x42, 0x37, 0xC7, 0xF8, 0xEC, 0x8D,
};
static const uint8_t digest_next[] = {
    0x68, 0x3D, 0x2D, 0x0A, 0xCB, 0x8C, 0x9B, 0x71, 0x2A, 0x19, 0x48, 0xB2, 0x7F, 0x74, 0x12, 0x19,
    0x29, 0x8D, 0x0A, 0x45, 0x0D, 0x61, 0x2C, 0x48, 0x3A, 0xF4, 0x44, 0xA4, 0xC0, 0xFB, 0x2B, 0x16,
};

static struct ds root_ds(uint16_t tag, const uint8_t *digest)
{
    return (struct ds){.key_tag = tag,
                       .algorithm = ROOT_ALGORITHM,
                       .digest_type = 2,
                       .digest = {.data = digest, .size = sizeof digest_old}};
}

static bool fits(const struct ds_survey *survey, const struct anchor *anchor,
                 const struct dnskey *key)
{
    /* Before it was revoked an anchor for it did fit. */
    struct dnskey before = ds_with_flags(survey, key, (uint16_t)(key->flags & ~DNSKEY_REVOKE));
    return chain_anchor_names(survey->run->crypto, anchor, &before) == CRYPTO_GOOD;
}

static uint16_t tag_of(const struct anchor *anchor)
{
    return anchor->is_ds ? anchor->ds.key_tag : anchor->key.tag;
}

/* An anchor of this zone: the key that it names as published; NULL for none. */
static const struct ds_key *key_of(const struct ds_survey *survey, const struct anchor *anchor)
{
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL && fits(survey, anchor, survey->keys[i].key)) {
            return &survey->keys[i];
        }
    }
    return NULL;
}

static bool is_here(const struct ds_survey *survey, const struct anchor *anchor)
{
    return name_equal(&anchor->zone, &survey->target->zone.name);
}

static void judge_revoked(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct anchors *anchors = &survey->run->anchors;
    size_t good = 0;
    for (size_t i = 0; i < anchors->count; i++) {
        const struct ds_key *key =
            is_here(survey, &anchors->list[i]) ? key_of(survey, &anchors->list[i]) : NULL;
        good += key != NULL && !key->seen.revoked;
    }
    for (size_t i = 0; i < anchors->count; i++) {
        const struct ds_key *key =
            is_here(survey, &anchors->list[i]) ? key_of(survey, &anchors->list[i]) : NULL;
        if (key == NULL || !key->seen.revoked) {
            continue;
        }
        uint16_t tag = tag_of(&anchors->list[i]);
        ds_say(gathering,
               ds_remark_tag(FINDING_TA_REVOKED, good == 0 ? STATE_CRITICAL : STATE_WARNING,
                             "DNSKEY", tag),
               NULL, "trust anchor %u of this host has been revoked by its owner: %s", tag,
               good == 0 ? "it is the only one, take over the new ones" : "remove it");
    }
}

/* Whether some anchor names a key that signs the DNSKEY RRset now. */
static bool any_signs(const struct ds_survey *survey, bool *any)
{
    const struct anchors *anchors = &survey->run->anchors;
    for (size_t i = 0; i < anchors->count; i++) {
        if (!is_here(survey, &anchors->list[i])) {
            continue;
        }
        *any = true;
        const struct ds_key *key = key_of(survey, &anchors->list[i]);
        if (key != NULL && !key->seen.revoked && key->seen.signs_keys) {
            return true;
        }
    }
    return false;
}

/* The first signature over the keys whose algorithm this host refuses; NULL for none. */
static const struct rrsig *refused_here(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_signed *keys = &survey->children[i].dnskey;
        for (size_t j = 0; keys->verdicts != NULL && j < keys->set->sig_count; j++) {
            if ((keys->verdicts[j].defects & SIG_REFUSED_HERE) != 0) {
                return keys->verdicts[j].sig;
            }
        }
    }
    return NULL;
}

static bool publishes(const struct ds_survey *survey, const struct ds *ds)
{
    struct anchor anchor = {.zone = survey->target->zone.name, .is_ds = true, .ds = *ds};
    return key_of(survey, &anchor) != NULL;
}

static bool trusts(const struct ds_survey *survey, const struct ds *ds)
{
    const struct anchors *anchors = &survey->run->anchors;
    for (size_t i = 0; i < anchors->count; i++) {
        const struct anchor *anchor = &anchors->list[i];
        if (is_here(survey, anchor) &&
            (anchor->is_ds ? rr_same_key(&anchor->ds, ds)
                           : crypto_ds_matches(survey->run->crypto, &anchor->zone, &anchor->key,
                                               ds) == CRYPTO_GOOD)) {
            return true;
        }
    }
    return false;
}

/* Only where the root that is asked is the real one: private roots have keys of their own. */
static void judge_next(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    struct ds old = root_ds(ROOT_TAG_OLD, digest_old);
    struct ds next = root_ds(ROOT_TAG_NEXT, digest_next);
    if (survey->target->zone.name.labels > 0 || trusts(survey, &next) ||
        (!publishes(survey, &old) && !publishes(survey, &next))) {
        return;
    }
    ds_say(gathering, ds_remark_about(FINDING_TA_LACKS_NEXT, "DNSKEY", ROOT_TAG_NEXT), NULL,
           "the trust anchors of this host lack KSK-2024 (38696), which signs or will sign the "
           "root: add it");
}

static void judge_pending(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count && gathering->before != NULL; i++) {
        const struct ds_key *key = &survey->keys[i];
        struct ds id;
        if (key->key == NULL || !key->seen.sep || key->seen.revoked ||
            !ds_key_id(survey, key->key, &id) || trusts(survey, &id)) {
            continue;
        }
        int64_t first = ds_first_seen(gathering, key->key);
        int64_t left = HOLD_DOWN - (first == 0 ? 0 : survey->run->now - first);
        if (left > 0) {
            ds_say(gathering, ds_remark_about(FINDING_TA_PENDING, "DNSKEY", key->seen.tag), NULL,
                   "key %u is new at this trust point: by RFC 5011 it becomes an anchor after 30 "
                   "days",
                   key->seen.tag);
        }
    }
}

bool ds_is_anchored(const struct ds_survey *survey)
{
    bool any = false;
    return any_signs(survey, &any);
}

void ds_judge_anchors(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    bool any = false;
    bool signs = any_signs(survey, &any);
    if (!any || survey->clock_wrong) {
        return;
    }
    const struct rrsig *refused = signs ? NULL : refused_here(survey);
    if (refused != NULL) {
        ds_say(gathering, ds_remark(FINDING_CRYPTO_REFUSED, "DNSKEY"), NULL,
               "the crypto policy of this host refuses %s, so its trust anchors cannot be judged: "
               "run the check on a host that allows it",
               policy_algorithm(refused->algorithm)->mnemonic);
    } else if (!signs) {
        ds_say(gathering, ds_remark(FINDING_TA_LACKS_CURRENT, "DNSKEY"), NULL,
               "none of the trust anchors of this host is for a key that signs the DNSKEY RRset "
               "now: update them, see --trust-anchor");
    }
    judge_revoked(gathering);
    judge_next(gathering);
    judge_pending(gathering);
}
