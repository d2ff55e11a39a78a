/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the DS RRset by itself: digest types, algorithms, numbers; and by the pins of the user. */
#include "base/text.h"
#include "judge/surplus.h"
#include "plugins/ds_judge.h"

enum { RECORDS_USUAL = 8, MISSES_PER_TAG = 4, GOST = 3, RESERVED_FROM = 7, SHA1_TYPE = 1 };

/* The DS RRset at work. */
struct records {
    struct ds_gathering *gathering;
    const struct ds *list;
    size_t count;
};

typedef bool is_kind(const struct ds *ds);

static bool is_sha1(const struct ds *ds)
{
    return ds->digest_type == SHA1_TYPE;
}

static bool is_sha2(const struct ds *ds)
{
    return ds->digest_type == 2 || ds->digest_type == 4;
}

static bool is_gost(const struct ds *ds)
{
    return ds->digest_type == GOST;
}

static bool is_reserved(const struct ds *ds)
{
    return ds->digest_type == 0 || ds->digest_type >= RESERVED_FROM;
}

static bool is_forbidden(const struct ds *ds)
{
    return policy_algorithm(ds->algorithm)->validation == USE_MUST_NOT;
}

static bool is_rsa_sha1(const struct ds *ds)
{
    return policy_algorithm(ds->algorithm)->sha1;
}

static size_t count_of(const struct records *records, is_kind *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < records->count; i++) {
        count += kind(&records->list[i]);
    }
    return count;
}

/* Something that is a WARNING beside other records and CRITICAL when there are no others. */
static void say_bad_kind(const struct records *records, is_kind *kind, enum finding_id id,
                         const char *text)
{
    size_t count = count_of(records, kind);
    if (count == 0) {
        return;
    }
    struct ds_remark remark =
        ds_remark_as(id, count == records->count ? STATE_CRITICAL : STATE_WARNING, "DS");
    ds_say(records->gathering, remark, NULL, "%zu of %s: %s", count,
           text_count(records->gathering->survey->run->arena, records->count, "DS record"), text);
}

static void judge_sha1(const struct records *records)
{
    size_t count = count_of(records, is_sha1);
    if (count > 0 && count == records->count) {
        ds_say(records->gathering, ds_remark(FINDING_DS_SHA1_ONLY, "DS"), NULL,
               "the DS have SHA-1 digests only: hand in SHA-256 ones");
    } else if (count > 0 && count_of(records, is_sha2) > 0) {
        ds_say(records->gathering, ds_remark(FINDING_DS_SHA1_EXTRA, "DS"), NULL,
               "a SHA-1 DS stands beside SHA-2 ones, which makes validators pass over it: have it "
               "removed");
    }
}

static void judge_sha256(const struct records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        bool any = false;
        for (size_t j = 0; j < records->count; j++) {
            any = any || (records->list[j].key_tag == records->list[i].key_tag &&
                          records->list[j].digest_type != 4);
        }
        if (!any) {
            uint16_t tag = records->list[i].key_tag;
            ds_say(records->gathering, ds_remark_about(FINDING_DS_SHA256_MISSING, "DS", tag), NULL,
                   "DS %u has a SHA-384 digest only, every validator knows SHA-256", tag);
        }
    }
}

struct ds_remark ds_deprecated(const struct ds_survey *survey, const char *type)
{
    return ds_remark_as(FINDING_DS_ALG_DEPRECATED, run_sha1_state(&survey->options->common), type);
}

static void judge_deprecated(const struct records *records)
{
    enum sha1 taken = records->gathering->survey->options->common.sha1;
    if (count_of(records, is_rsa_sha1) < records->count || taken == SHA1_OK) {
        return;
    }
    ds_say(records->gathering, ds_deprecated(records->gathering->survey, "DS"), NULL,
           "RSA/SHA-1 is deprecated and some resolvers treat this zone as insecure: roll to "
           "algorithm 13 or 8");
}

static void judge_lengths(const struct records *records)
{
    struct arena *arena = records->gathering->survey->run->arena;
    for (size_t i = 0; i < records->count; i++) {
        const struct ds *ds = &records->list[i];
        if (surplus_is_length(ds)) {
            ds_say(records->gathering, ds_remark_about(FINDING_DS_DIGEST_LENGTH, "DS", ds->key_tag),
                   NULL, "%s", surplus_length_text(arena, ds));
        }
    }
}

/* Records with the tag that fit no key at any server. */
static size_t misses(const struct ds_survey *survey, uint16_t tag)
{
    size_t count = 0;
    const struct link *link = survey->child_count == 0 ? NULL : ds_link(survey, survey->children);
    for (size_t i = 0; link != NULL && i < link->count; i++) {
        count += link->set[i].ds.key_tag == tag && link->set[i].fit != DS_FITS;
    }
    return count;
}

static void judge_number(const struct records *records)
{
    const struct ds_survey *survey = records->gathering->survey;
    size_t most = 0;
    for (size_t i = 0; i < records->count && records->count <= survey->ds->count; i++) {
        size_t count = misses(survey, records->list[i].key_tag);
        most = count > most ? count : most;
    }
    if (records->count > RECORDS_USUAL || most > MISSES_PER_TAG) {
        ds_say(records->gathering, ds_remark(FINDING_DS_TOO_MANY, "DS"), NULL,
               "%zu DS records, up to %zu of one tag that fit no key: some validators give up",
               records->count, most);
    }
}

void ds_judge_records(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->ds == NULL) {
        return;
    }
    struct records records = {.gathering = gathering};
    records.list = rr_ds_set(survey->run->arena, survey->ds, &records.count);
    if (records.count == 0) {
        return;
    }
    judge_sha1(&records);
    judge_sha256(&records);
    judge_deprecated(&records);
    judge_lengths(&records);
    judge_number(&records);
    say_bad_kind(
        &records, is_gost, FINDING_DS_GOST,
        "GOST R 34.11-94 digests, which validators must not use (RFC 9906): hand in SHA-256 ones");
    say_bad_kind(&records, is_reserved, FINDING_DS_DIGEST_RESERVED,
                 "a digest type that is reserved, private or not assigned: hand in SHA-256 ones");
    if (count_of(&records, is_forbidden) < records.count) { /* all: that is said of the link */
        say_bad_kind(&records, is_forbidden, FINDING_DS_ALG_FORBIDDEN,
                     "an algorithm that validators must not use");
    }
}

/* Pins. */

static bool has_tag(const struct ds_pins *pins, uint16_t tag)
{
    for (size_t i = 0; i < pins->tag_count; i++) {
        if (pins->tags[i] == tag) {
            return true;
        }
    }
    return pins->tag_count == 0;
}

/* The root has no DS, but keys that anchors are for. */
static const char *pinned_kind(const struct ds_gathering *gathering)
{
    return gathering->survey->target->zone.name.labels == 0 ? "key of DS" : "DS";
}

static void judge_tags(struct ds_gathering *gathering, const struct ds *list, size_t count)
{
    const struct ds_pins *pins = &gathering->survey->options->pins;
    struct ds_remark remark = ds_remark(FINDING_DS_PIN, "DS");
    for (size_t i = 0; i < pins->tag_count; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++) {
            found = found || list[j].key_tag == pins->tags[i];
        }
        remark.key_tag = pins->tags[i];
        if (!found) {
            ds_say(gathering, remark, NULL, "there is no %s %u, which --expect-tag asks for",
                   pinned_kind(gathering), pins->tags[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        remark.key_tag = list[i].key_tag;
        if (!has_tag(pins, list[i].key_tag)) {
            ds_say(gathering, remark, NULL, "%s %u is there and not among the --expect-tag",
                   pinned_kind(gathering), list[i].key_tag);
        }
    }
}

static void judge_pinned(struct ds_gathering *gathering, const struct ds *list, size_t count)
{
    const struct ds_pins *pins = &gathering->survey->options->pins;
    struct arena *arena = gathering->survey->run->arena;
    struct ds_remark remark = ds_remark(FINDING_DS_PIN, "DS");
    for (size_t i = 0; i < pins->record_count; i++) {
        remark.key_tag = pins->records[i].key_tag;
        if (!rr_have_ds(list, count, &pins->records[i])) {
            ds_say(gathering, remark, NULL, "there is no %s %s, which --expect-ds asks for",
                   pinned_kind(gathering), link_ds_rdata(arena, &pins->records[i]));
        }
    }
    for (size_t i = 0; i < count && pins->record_count > 0; i++) {
        remark.key_tag = list[i].key_tag;
        if (!rr_have_ds(pins->records, pins->record_count, &list[i])) {
            ds_say(gathering, remark, NULL, "%s %s is there and not among the --expect-ds",
                   pinned_kind(gathering), link_ds_rdata(arena, &list[i]));
        }
    }
}

static void judge_root_pins(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_pins *pins = &survey->options->pins;
    uint8_t type = pins->record_count > 0 ? pins->records[0].digest_type : 2;
    struct ds *list = arena_alloc(survey->run->arena, (survey->key_count + 1) * sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        if (key->key != NULL && key->seen.sep && !key->seen.revoked &&
            crypto_ds_of(survey->run->crypto, &survey->target->zone.name, key->key, type,
                         &list[count])) {
            count++;
        }
    }
    judge_tags(gathering, list, count);
    judge_pinned(gathering, list, count);
}

void ds_judge_pins(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (survey->target->zone.name.labels == 0 && survey->is_signed) {
        judge_root_pins(gathering);
    }
    if (!ds_is_known(survey)) {
        return;
    }
    /* At every server: a forged set at one of them is what pins are for. */
    for (size_t i = 0; i < survey->variant_count; i++) {
        size_t count = 0;
        const struct ds *list = rr_ds_set(survey->run->arena, survey->variants[i], &count);
        judge_tags(gathering, list, count);
        judge_pinned(gathering, list, count);
    }
}
