/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges what has changed since earlier runs, and remembers this one.
 *
 * A record was there until the last look that saw it and gone at the next one; in between nobody
 * looked.  So caches may hold it until its TTL after the later of the two.
 */
#include <string.h>

#include "base/text.h"
#include "plugins/ds_judge.h"

/* Looks back while judging. */
struct looking {
    struct ds_gathering *gathering;
    const struct ds_survey *survey;
    const struct ds_history *before;
    int64_t now;
};

static const char *span(const struct looking *looking, int64_t seconds)
{
    return text_span(looking->survey->run->arena, seconds);
}

/* The published key that an entry of the history is; NULL when it is not there. */
static const struct ds_key *present(const struct looking *looking, const struct known_key *known)
{
    const struct ds_survey *survey = looking->survey;
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
        for (size_t j = 0; j < count; j++) {
            if (rr_same_ds(&list[j], ds)) {
                return true;
            }
        }
    }
    return false;
}

/* Changes. */

/* Whether CDS of an earlier run, or of this one, speak of the key of the DS. */
static bool was_announced(const struct looking *looking, const struct ds *ds)
{
    for (size_t i = 0; i < looking->before->cds_count; i++) {
        if (looking->before->cds[i].ds.key_tag == ds->key_tag &&
            looking->before->cds[i].ds.algorithm == ds->algorithm) {
            return true;
        }
    }
    for (size_t i = 0; i < looking->survey->cds_count; i++) {
        if (looking->survey->cds_verdicts[i].ds.key_tag == ds->key_tag &&
            looking->survey->cds_verdicts[i].ds.algorithm == ds->algorithm) {
            return true;
        }
    }
    return false;
}

static void judge_new_ds(const struct looking *looking)
{
    const struct ds_survey *survey = looking->survey;
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct ds *list = rr_ds_set(survey->run->arena, survey->variants[i], &count);
        for (size_t j = 0; j < count; j++) {
            const struct known_ds *known =
                ds_history_ds(looking->before->ds, looking->before->ds_count, &list[j]);
            if (known != NULL && known->last == looking->before->ds_checked) {
                continue;
            }
            bool announced = was_announced(looking, &list[j]);
            ds_say(looking->gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, announced ? STATE_OK : STATE_WARNING, "DS",
                                 list[j].key_tag),
                   NULL, "DS %u has been added since the last run %s ago%s", list[j].key_tag,
                   span(looking, looking->now - looking->before->ds_checked),
                   announced ? ", as CDS asked for" : ": make sure that it was meant");
        }
    }
}

static void judge_lost_ds(const struct looking *looking)
{
    const struct ds_history *before = looking->before;
    for (size_t i = 0; i < before->ds_count; i++) {
        const struct known_ds *known = &before->ds[i];
        if (known->last != before->ds_checked || has_ds(looking->survey, &known->ds)) {
            continue;
        }
        /* CDS that name other keys ask for its removal. */
        bool announced = looking->survey->cds_count > 0 && before->cds_count > 0 &&
                         !has_ds(looking->survey, &known->ds);
        for (size_t j = 0; j < looking->survey->cds_count; j++) {
            announced =
                announced && looking->survey->cds_verdicts[j].ds.key_tag != known->ds.key_tag;
        }
        announced = announced || ds_asks_delete(looking->survey->cds) ||
                    ds_asks_delete(looking->survey->cdnskey);
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_DS_CHANGED, announced ? STATE_OK : STATE_WARNING, "DS",
                             known->ds.key_tag),
               NULL, "DS %u has been removed since the last run %s ago%s", known->ds.key_tag,
               span(looking, looking->now - before->ds_checked),
               announced ? ", as CDS asked for" : ": make sure that it was meant");
    }
}

static void judge_changed_keys(const struct looking *looking)
{
    const struct ds_survey *survey = looking->survey;
    const struct ds_history *before = looking->before;
    for (size_t i = 0; i < survey->key_count; i++) {
        struct ds id;
        const struct dnskey *key = survey->keys[i].key;
        if (key != NULL && ds_key_id(survey, key, &id) && ds_history_key(before, &id) == NULL) {
            ds_say(looking->gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, STATE_OK, "DNSKEY", survey->keys[i].seen.tag),
                   NULL, "key %s has been added since the last run",
                   ds_key_text(survey->run->arena, key->tag, key->algorithm));
        }
    }
    for (size_t i = 0; i < before->key_count; i++) {
        const struct known_key *known = &before->keys[i];
        if (known->last == before->keys_checked && present(looking, known) == NULL) {
            ds_say(looking->gathering,
                   ds_remark_tag(FINDING_DS_CHANGED, STATE_OK, "DNSKEY", known->id.key_tag), NULL,
                   "key %s has been removed since the last run",
                   ds_key_text(survey->run->arena, known->id.key_tag, known->id.algorithm));
        }
    }
}

/* Too early. */

static bool entry_still_works(const struct looking *looking, const struct known_ds *gone)
{
    const struct ds_history *before = looking->before;
    const struct ds_survey *survey = looking->survey;
    for (size_t i = 0; i < before->ds_count; i++) {
        const struct known_ds *other = &before->ds[i];
        bool cached_with_it = other->first <= gone->last && other->last >= gone->last;
        for (size_t j = 0; cached_with_it && j < survey->key_count; j++) {
            const struct ds_key *key = &survey->keys[j];
            if (key->key != NULL && key->seen.signs_keys && !key->seen.revoked &&
                crypto_ds_matches(survey->run->crypto, &survey->facts->zone->name, key->key,
                                  &other->ds) == CRYPTO_GOOD) {
                return true;
            }
        }
    }
    return false;
}

/* The DS has changed and its key has gone before caches forget the old DS (.nz, May 2023). */
static void judge_early_key(const struct looking *looking)
{
    const struct ds_history *before = looking->before;
    for (size_t i = 0; i < before->ds_count; i++) {
        const struct known_ds *gone = &before->ds[i];
        int64_t left = gone->last + before->ds_ttl - looking->now;
        if (has_ds(looking->survey, &gone->ds) || left <= 0 || entry_still_works(looking, gone)) {
            continue;
        }
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", gone->ds.key_tag),
               NULL,
               "the key of DS %u has gone before caches forget that DS: resolvers may fail for up "
               "to %s more, publish the key again",
               gone->ds.key_tag, span(looking, left));
        return;
    }
}

/* A ZSK has gone while caches may still hold signatures by it. */
static void judge_early_zsk(const struct looking *looking)
{
    const struct ds_history *before = looking->before;
    for (size_t i = 0; i < before->key_count; i++) {
        const struct known_key *known = &before->keys[i];
        int64_t left = known->signing + before->data_ttl - looking->now;
        bool zsk = (known->flags & DNSKEY_SEP) == 0;
        if (!zsk || known->signing == 0 || left <= 0 || present(looking, known) != NULL) {
            continue;
        }
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", known->id.key_tag),
               NULL,
               "key %s has gone while caches may hold signatures by it: resolvers may fail for up "
               "to %s more, publish it again",
               ds_key_text(looking->survey->run->arena, known->id.key_tag, known->id.algorithm),
               span(looking, left));
    }
}

/* A ZSK signs that caches of the keys cannot know yet, and no key that they know does. */
static void judge_early_use(const struct looking *looking)
{
    const struct ds_survey *survey = looking->survey;
    const struct ds_history *before = looking->before;
    int64_t left = before->keys_checked + before->key_ttl - looking->now;
    const struct ds_key *new_one = NULL;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        struct ds id;
        if (key->key == NULL || !key->seen.signs_data || !ds_key_id(survey, key->key, &id)) {
            continue;
        }
        if (ds_history_key(before, &id) != NULL && key->seen.signs_all_data) {
            return;
        }
        if (ds_history_key(before, &id) == NULL) {
            new_one = key;
        }
    }
    if (new_one != NULL && left > 0) {
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_ROLLOVER_EARLY, STATE_WARNING, "DNSKEY", new_one->seen.tag),
               NULL,
               "key %s signs though it was not published %s ago: resolvers that hold the old keys "
               "fail for up to %s more",
               ds_key_text(survey->run->arena, new_one->seen.tag, new_one->seen.algorithm),
               span(looking, looking->now - before->keys_checked), span(looking, left));
    }
}

/* Age. */

static void judge_age(const struct looking *looking, const struct ds_key *key)
{
    const struct ds_survey *survey = looking->survey;
    const struct ds_options *options = survey->options;
    int64_t first = ds_first_seen(looking->gathering, key->key);
    int64_t age = first == 0 ? 0 : looking->now - first;
    bool used = key->seen.signs_keys || key->seen.signs_data;
    const char *text = ds_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm);
    if (used && options->max_key_age > 0 && age > options->max_key_age) {
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_KEY_OVERDUE, STATE_WARNING, "DNSKEY", key->seen.tag), NULL,
               "key %s has been in use for %s or longer, allowed are %s: roll it", text,
               span(looking, age), span(looking, options->max_key_age));
    }
    if (!used && !key->seen.in_ds && !key->seen.revoked && age > options->roll_grace) {
        ds_say(looking->gathering,
               ds_remark_tag(FINDING_DNSKEY_UNUSED, STATE_OK, "DNSKEY", key->seen.tag), NULL,
               "key %s has been published for %s and is not in use", text, span(looking, age));
    }
}

void ds_judge_history(struct ds_gathering *gathering)
{
    struct looking looking = {
        .gathering = gathering,
        .survey = gathering->survey,
        .before = gathering->before,
        .now = gathering->survey->run->now,
    };
    if (looking.before == NULL) {
        return;
    }
    if (looking.before->ds_checked != 0 && ds_is_known(looking.survey)) {
        judge_new_ds(&looking);
        judge_lost_ds(&looking);
    }
    if (looking.before->keys_checked != 0 && looking.survey->is_signed) {
        judge_changed_keys(&looking);
        judge_early_zsk(&looking);
        judge_early_use(&looking);
        if (ds_is_known(looking.survey)) {
            judge_early_key(&looking);
        }
    }
    for (size_t i = 0; i < looking.survey->key_count; i++) {
        if (looking.survey->keys[i].key != NULL) {
            judge_age(&looking, &looking.survey->keys[i]);
        }
    }
}
