/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the phases of rollovers, and those that last too long. */
#include <string.h>

#include "base/text.h"
#include "plugins/ds_judge.h"

bool ds_key_id(const struct ds_survey *survey, const struct dnskey *key, struct ds *id)
{
    /* A revoked key is the same one. */
    struct dnskey plain = ds_with_flags(survey, key, (uint16_t)(key->flags & ~DNSKEY_REVOKE));
    return crypto_ds_of(survey->run->crypto, &survey->target->zone.name, &plain, 2, id);
}

int64_t ds_first_seen(const struct ds_gathering *gathering, const struct dnskey *key)
{
    struct ds id;
    if (gathering->before == NULL || key == NULL || !ds_key_id(gathering->survey, key, &id)) {
        return 0;
    }
    const struct known_key *known = ds_history_key(gathering->before, &id);
    return known == NULL ? 0 : known->first;
}

int64_t ds_since(const struct ds_gathering *gathering, const struct known_phase *phase)
{
    int64_t now = gathering->survey->run->now;
    return gathering->before == NULL ? now : ds_history_since(gathering->before, phase, now);
}

bool ds_is_young(const struct ds_gathering *gathering, const struct ds *ds)
{
    const struct ds_history *before = gathering->before;
    if (before == NULL || before->ds_checked == 0) {
        return false; /* what was there at the first look may be of any age */
    }
    const struct known_ds *known = ds_history_ds(before->ds, before->ds_count, ds);
    int64_t now = gathering->survey->run->now;
    return known == NULL || (known->first > before->begun &&
                             now - known->first <= gathering->survey->options->roll_grace);
}

bool ds_is_replaced(const struct ds_gathering *gathering, const struct ds *ds)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; gathering->before != NULL && i < gathering->before->key_count; i++) {
        const struct known_key *known = &gathering->before->keys[i];
        if (rr_same_key(&known->id, ds)) {
            return survey->run->now - known->last <= survey->options->roll_grace;
        }
    }
    return false;
}

/* The first time of a key that is only named by its tag: it was published once, perhaps. */
static int64_t first_seen_tag(const struct ds_history *before, const struct rollover_key *key)
{
    for (size_t i = 0; i < before->key_count; i++) {
        if (before->keys[i].id.key_tag == key->tag &&
            before->keys[i].id.algorithm == key->algorithm) {
            return before->keys[i].first;
        }
    }
    return 0;
}

static uint32_t ttl_of(const struct ds_survey *survey)
{
    uint32_t ttl = 0;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct rrset *set = survey->children[i].dnskey.set;
        ttl = set != NULL && set->ttl > ttl ? set->ttl : ttl;
    }
    return ttl;
}

/*
 * Of all keys those that the signer of a server takes part with: published there, but not those of
 * another signer, which sign elsewhere only.  Returns how many.
 */
static size_t keys_of_signer(const struct ds_survey *survey, const struct ds_child *child,
                             const struct rollover_key *all, struct rollover_key *some)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct dnskey *key = survey->keys[i].key;
        if (key == NULL || !ds_publishes(child, key)) {
            continue;
        }
        bool soa = ds_is_signed_by(&child->soa, key);
        bool ns = ds_is_signed_by(&child->ns, key);
        struct rollover_key own = all[i];
        own.signs_keys = ds_is_signed_by(&child->dnskey, key);
        own.signs_data = soa || ns;
        own.signs_all_data = soa && ns;
        if (own.signs_keys || own.signs_data || !(all[i].signs_keys || all[i].signs_data)) {
            some[count++] = own;
        }
    }
    return count;
}

/* Whether the phase was found at a server before; one of the zone as a whole is only one. */
static bool is_found(const struct ds_survey *survey, const struct rollover *rollover)
{
    for (size_t i = 0; i < survey->rollover_count; i++) {
        const struct rollover *known = &survey->rollovers[i];
        if (strcmp(known->phase, rollover->phase) == 0 &&
            (rollover->kind == ROLLOVER_SECURITY ||
             (known->old_tag == rollover->old_tag && known->new_tag == rollover->new_tag))) {
            return true;
        }
    }
    return false;
}

static void add_rollovers(struct ds_survey *survey, const struct rollover_terms *terms)
{
    struct rollover found[ROLLOVERS_MAX];
    size_t count = rollover_judge(terms, found);
    for (size_t i = 0; i < count && survey->rollover_count < ROLLOVERS_MAX; i++) {
        if (!is_found(survey, &found[i])) {
            survey->rollovers[survey->rollover_count++] = found[i];
        }
    }
}

void ds_find_rollovers(struct ds_gathering *gathering)
{
    struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    struct rollover_key *keys = arena_alloc(arena, (survey->key_count + 1) * sizeof *keys);
    for (size_t i = 0; i < survey->key_count; i++) {
        keys[i] = survey->keys[i].seen;
        if (gathering->before != NULL) {
            keys[i].first_seen = survey->keys[i].key == NULL
                                     ? first_seen_tag(gathering->before, &keys[i])
                                     : ds_first_seen(gathering, survey->keys[i].key);
            /* A key nobody has seen before is the newest of all. */
            if (keys[i].first_seen == 0 && keys[i].published && gathering->before->begun != 0) {
                keys[i].first_seen = survey->run->now;
            }
        }
    }
    struct rollover_terms terms = {
        .arena = arena,
        .keys = keys,
        .count = survey->key_count,
        .ds_known = ds_is_known(survey),
        .ds_there = survey->ds != NULL,
        .cds = survey->cds_count > 0,
        .cds_delete = ds_wants_removal(survey),
        .parent_servers = (unsigned)survey->parents_answering,
        .key_ttl = ttl_of(survey),
        .ds_ttl = survey->ds != NULL          ? ds_ttl(survey->ds)
                  : gathering->before != NULL ? gathering->before->ds_ttl
                                              : 0,
        .data_ttl = survey->data_ttl,
    };
    survey->rollover_count = 0;
    if (!survey->several_signers) {
        add_rollovers(survey, &terms);
        return;
    }
    struct rollover_key *some = arena_alloc(arena, (survey->key_count + 1) * sizeof *some);
    for (size_t i = 0; i < survey->child_count; i++) {
        terms.keys = some;
        terms.count = keys_of_signer(survey, &survey->children[i], keys, some);
        add_rollovers(survey, &terms);
    }
}

/* Data without the other algorithm: valid to present validators, forbidden to signers. */
static void judge_data(struct ds_gathering *gathering, const struct rollover *rollover)
{
    if (strcmp(rollover->phase, "algorithm-broken-data") == 0 ||
        strcmp(rollover->phase, "algorithm-partly-signed") == 0) {
        ds_say(gathering, ds_remark(FINDING_RRSIG_MISSING_ALG_DNSKEY, "SOA"), NULL,
               "data lacks a signature of an algorithm that is published: %s%s", rollover->text,
               rollover->health == ROLLOVER_BROKEN ? ", sign it with both" : "");
    }
}

/*
 * How long a phase of this kind may last: a ZSK rollover goes on when all signatures have been
 * renewed, which takes their life, and a key stays revoked for 30 days (RFC 5011 6.6).
 */
static int64_t grace_of(const struct ds_survey *survey, enum rollover_kind kind)
{
    enum { RENEWAL = 16 * 86400, REVOCATION = 30 * 86400 };
    int64_t grace = survey->options->roll_grace;
    return kind == ROLLOVER_ZSK          ? grace + RENEWAL
           : kind == ROLLOVER_REVOCATION ? grace + REVOCATION
                                         : grace;
}

static void judge_rollover(struct ds_gathering *gathering, const struct rollover *rollover)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    int64_t now = survey->run->now;
    const struct known_phase phase = {
        .phase = rollover->phase, .old_tag = rollover->old_tag, .new_tag = rollover->new_tag};
    int64_t since = ds_since(gathering, &phase);
    const char *age = since == now
                          ? ""
                          : arena_printf(arena, " (so since %s, for %s)", text_time(arena, since),
                                         text_span(arena, now - since));
    struct ds_remark remark = ds_remark(FINDING_ROLLOVER_PHASE, "DNSKEY");
    if (rollover->health != ROLLOVER_BROKEN) {
        ds_say(gathering, remark, NULL, "%s: %s%s", rollover->phase, rollover->text, age);
    }
    /* To be signed without a DS is the choice of who wants no secure zone, or has an anchor. */
    bool meant = rollover->kind == ROLLOVER_SECURITY &&
                 (survey->options->common.expect != EXPECT_SECURE || ds_is_anchored(survey));
    if (!meant && rollover->health == ROLLOVER_HEALTHY &&
        now - since > grace_of(survey, rollover->kind)) {
        remark = ds_remark(FINDING_ROLLOVER_STUCK, "DNSKEY");
        ds_say(gathering, remark, NULL, "the rollover does not go on, %s for %s: %s",
               rollover->phase, text_span(arena, now - since), rollover->text);
    }
    judge_data(gathering, rollover);
}

void ds_judge_rollovers(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->rollover_count; i++) {
        judge_rollover(gathering, &survey->rollovers[i]);
    }
}
