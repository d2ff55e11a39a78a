/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges what has changed since earlier runs, and remembers this one.
 *
 * A record was there until the last look that saw it and gone at the next one; in between nobody
 * looked.  Caches may hold it for its TTL, here counted from the former, so that nothing is said
 * that need not be so.
 */
#include <string.h>

#include "base/text.h"
#include "plugins/ds_judge.h"

static const char *span(const struct ds_gathering *gathering, int64_t seconds)
{
    return text_span(gathering->survey->run->arena, seconds);
}

/* The published key that an entry of the history is; NULL when it is not there. */
static const struct ds_key *present(const struct ds_gathering *gathering,
                                    const struct known_key *known)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        struct ds id;
        if (survey->keys[i].key != NULL && ds_key_id(survey, survey->keys[i].key, &id) &&
            bytes_equal(id.digest, known->id.digest)) {
            return &survey->keys[i];
        }
    }
    return NULL;
}

static bool has_ds(const struct ds_survey *survey, const struct ds *ds)
{
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct ds *list = rr_ds_set(survey->run->arena, survey->variants[i], &count);
        if (rr_have_ds(list, count, ds)) {
            return true;
        }
    }
    return false;
}

/* Changes. */

/* Whether CDS of an earlier run, or of this one, speak of the key of the DS. */
static bool was_announced(const struct ds_gathering *gathering, const struct ds *ds)
{
    const struct ds_history *before = gathering->before;
    for (size_t i = 0; i < before->cds_count; i++) {
        if (rr_same_key(&before->cds[i].ds, ds)) {
            return true;
        }
    }
    return ds_in_cds(gathering->survey, ds);
}

static void judge_new_ds(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_history *before = gathering->before;
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct ds *list = rr_ds_set(survey->run->arena, survey->variants[i], &count);
        for (size_t j = 0; j < count; j++) {
            const struct known_ds *known = ds_history_ds(before->ds, before->ds_count, &list[j]);
            if (known != NULL && known->last == before->ds_checked) {
                continue;
            }
            bool announced = was_announced(gathering, &list[j]);
            ds_say(gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, announced ? STATE_OK : STATE_WARNING, "DS",
                                 list[j].key_tag),
                   NULL, "DS %u has been added since the last run %s ago%s", list[j].key_tag,
                   span(gathering, survey->run->now - before->ds_checked),
                   announced ? ", as CDS asked for" : ": make sure that it was meant");
        }
    }
}

static void judge_lost_ds(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_history *before = gathering->before;
    for (size_t i = 0; i < before->ds_count; i++) {
        const struct known_ds *known = &before->ds[i];
        if (known->last != before->ds_checked || has_ds(survey, &known->ds)) {
            continue;
        }
        /* CDS that name other keys ask for its removal. */
        bool announced = survey->cds_count > 0 && before->cds_count > 0;
        for (size_t j = 0; j < survey->cds_count; j++) {
            announced = announced && survey->cds_verdicts[j].ds.key_tag != known->ds.key_tag;
        }
        announced = announced || ds_wants_removal(survey);
        ds_say(gathering,
               ds_remark_tag(FINDING_DS_CHANGED, announced ? STATE_OK : STATE_WARNING, "DS",
                             known->ds.key_tag),
               NULL, "DS %u has been removed since the last run %s ago%s", known->ds.key_tag,
               span(gathering, survey->run->now - before->ds_checked),
               announced ? ", as CDS asked for" : ": make sure that it was meant");
    }
}

static void judge_changed_keys(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_history *before = gathering->before;
    for (size_t i = 0; i < survey->key_count; i++) {
        struct ds id;
        const struct dnskey *key = survey->keys[i].key;
        if (key != NULL && ds_key_id(survey, key, &id) && ds_history_key(before, &id) == NULL) {
            ds_say(gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, STATE_OK, "DNSKEY", survey->keys[i].seen.tag),
                   NULL, "key %s has been added since the last run",
                   policy_key_text(survey->run->arena, key->tag, key->algorithm));
        }
    }
    for (size_t i = 0; i < before->key_count; i++) {
        const struct known_key *known = &before->keys[i];
        if (known->last == before->keys_checked && present(gathering, known) == NULL) {
            ds_say(gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, STATE_OK, "DNSKEY", known->id.key_tag), NULL,
                   "key %s has been removed since the last run",
                   policy_key_text(survey->run->arena, known->id.key_tag, known->id.algorithm));
        }
    }
}

/* Too early. */

/* Whether a key that signs the DNSKEY RRset now is the one of the DS. */
static bool works(const struct ds_gathering *gathering, const struct ds *ds)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        if (key->key != NULL && key->seen.signs_keys && !key->seen.revoked &&
            crypto_ds_matches(survey->run->crypto, &survey->target->zone.name, key->key, ds) ==
                CRYPTO_GOOD) {
            return true;
        }
    }
    return false;
}

/* A DS of the RRset as it was at `time`, none of whose keys signs now; NULL: that still works. */
static const struct ds *stranded(const struct ds_gathering *gathering, int64_t time)
{
    const struct ds_history *before = gathering->before;
    const struct ds *found = NULL;
    for (size_t i = 0; i < before->ds_count; i++) {
        const struct known_ds *known = &before->ds[i];
        bool there =
            known->first <= time && (known->last >= time || has_ds(gathering->survey, &known->ds));
        if (there && works(gathering, &known->ds)) {
            return NULL;
        }
        found = there ? &known->ds : found;
    }
    return found;
}

/* The last time before a DS was there at which caches can have taken an RRset without it. */
static int64_t before_ds(const struct ds_gathering *gathering, const struct ds *ds)
{
    const struct ds_history *before = gathering->before;
    const struct known_ds *known = ds_history_ds(before->ds, before->ds_count, ds);
    return known == NULL ? before->ds_checked : known->first > before->begun ? known->first - 1 : 0;
}

/* Of two times, the later at which a DS RRset was there that works no more. */
static int64_t later_stranded(const struct ds_gathering *gathering, int64_t one, int64_t other)
{
    return other > one && stranded(gathering, other) != NULL ? other : one;
}

/*
 * The key of the old DS has gone before caches forget that (.nz, May 2023), or before they know
 * that of the new one.
 */
static void judge_early_key(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_history *before = gathering->before;
    int64_t time = 0;
    for (size_t i = 0; i < before->ds_count; i++) {
        if (!has_ds(survey, &before->ds[i].ds)) {
            time = later_stranded(gathering, time, before->ds[i].last);
        }
    }
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct ds *list = rr_ds_set(survey->run->arena, survey->variants[i], &count);
        for (size_t j = 0; j < count; j++) {
            time = later_stranded(gathering, time, before_ds(gathering, &list[j]));
        }
    }
    int64_t left = time + before->ds_ttl - survey->run->now;
    if (time == 0 || left <= 0) {
        return;
    }
    uint16_t tag = stranded(gathering, time)->key_tag;
    ds_say(gathering, ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", tag), NULL,
           "the key of DS %u signs no more while caches may hold the DS RRset without another that "
           "works: resolvers may fail for up to %s more, publish the key again",
           tag, span(gathering, left));
}

/* A ZSK has gone while caches may still hold signatures by it. */
static void judge_early_zsk(struct ds_gathering *gathering)
{
    const struct ds_history *before = gathering->before;
    for (size_t i = 0; i < before->key_count; i++) {
        const struct known_key *known = &before->keys[i];
        int64_t left = known->signing + before->data_ttl - gathering->survey->run->now;
        bool zsk = (known->flags & DNSKEY_SEP) == 0;
        if (!zsk || known->signing == 0 || left <= 0 || present(gathering, known) != NULL) {
            continue;
        }
        ds_say(
            gathering,
            ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", known->id.key_tag), NULL,
            "key %s has gone while caches may hold signatures by it: resolvers may fail for up "
            "to %s more, publish it again",
            policy_key_text(gathering->survey->run->arena, known->id.key_tag, known->id.algorithm),
            span(gathering, left));
    }
}

/* For how long caches may hold the DNSKEY RRset without the key; 0: no longer. */
static int64_t unknown_for(const struct ds_gathering *gathering, const struct dnskey *key)
{
    const struct ds_history *before = gathering->before;
    struct ds id;
    if (key == NULL || !ds_key_id(gathering->survey, key, &id)) {
        return 0;
    }
    const struct known_key *known = ds_history_key(before, &id);
    if (known != NULL && known->first <= before->begun) {
        return 0; /* how old it was at the first look is not known */
    }
    int64_t left = (known == NULL ? before->keys_checked : known->first) + before->key_ttl -
                   gathering->survey->run->now;
    return left > 0 ? left : 0;
}

/* The signature over the data by the key that was published first, unless caches know that. */
static const struct dnskey *early_signer(const struct ds_gathering *gathering,
                                         const struct ds_signed *data)
{
    const struct dnskey *found = NULL;
    for (size_t i = 0; data->verdicts != NULL && i < data->set->sig_count; i++) {
        const struct sig_verdict *verdict = &data->verdicts[i];
        if (reason_defects(verdict) != 0) {
            continue;
        }
        int64_t left = unknown_for(gathering, verdict->key);
        if (left == 0) {
            return NULL;
        }
        found = found == NULL || left < unknown_for(gathering, found) ? verdict->key : found;
    }
    return found;
}

/* Data is signed only by keys that caches of the keys cannot all know yet. */
static void judge_early_use(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct dnskey *early = NULL;
    for (size_t i = 0; i < survey->child_count && early == NULL; i++) {
        early = early_signer(gathering, &survey->children[i].soa);
        early = early == NULL ? early_signer(gathering, &survey->children[i].ns) : early;
    }
    if (early != NULL) {
        ds_say(gathering,
               ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", early->tag), NULL,
               "key %s signs before all caches can know it: resolvers that hold the old keys fail "
               "for up to %s more, sign with the old key until then",
               policy_key_text(survey->run->arena, early->tag, early->algorithm),
               span(gathering, unknown_for(gathering, early)));
    }
}

/* Age. */

static void judge_age(struct ds_gathering *gathering, const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_options *options = survey->options;
    int64_t first = ds_first_seen(gathering, key->key);
    int64_t age = first == 0 ? 0 : survey->run->now - first;
    bool used = key->seen.signs_keys || key->seen.signs_data;
    const char *text = policy_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm);
    if (used && options->max_key_age > 0 && age > options->max_key_age) {
        ds_say(gathering,
               ds_remark_tag(FINDING_KEY_OVERDUE, STATE_WARNING, "DNSKEY", key->seen.tag), NULL,
               "key %s has been in use for %s or longer, allowed are %s: roll it", text,
               span(gathering, age), span(gathering, options->max_key_age));
    }
    if (!used && !key->seen.in_ds && !key->seen.revoked && age > options->roll_grace) {
        ds_say(gathering, ds_remark_tag(FINDING_DNSKEY_UNUSED, STATE_OK, "DNSKEY", key->seen.tag),
               NULL, "key %s has been published for %s and is not in use", text,
               span(gathering, age));
    }
}

void ds_judge_history(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_history *before = gathering->before;
    if (before == NULL) {
        return;
    }
    if (before->ds_checked != 0 && ds_is_known(survey)) {
        judge_new_ds(gathering);
        judge_lost_ds(gathering);
    }
    if (before->keys_checked != 0 && survey->is_signed) {
        judge_changed_keys(gathering);
        judge_early_zsk(gathering);
        judge_early_use(gathering);
        if (ds_is_known(survey)) {
            judge_early_key(gathering);
        }
    }
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL) {
            judge_age(gathering, &survey->keys[i]);
        }
    }
}
