/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the keys of the zone: their fields, algorithms, sizes, tags and number. */
#include "judge/keys.h"
#include "plugins/ds_judge.h"

enum { KEYS_USUAL = 12, COLLIDING_KEYS = 4, DNSKEY_SIZE_USUAL = 1232, REVOKED_DAYS = 30 };

/* When a defect is graver than its finding is by default. */
enum graver { NEVER, ALWAYS, NEEDED, ALONE };

static const struct {
    unsigned defect;
    enum finding_id id;
    enum graver critical;
    const char *text; /* follows "key 12345/RSASHA256 " */
} rows[] = {
    {KEY_FLAGS_RESERVED, FINDING_DNSKEY_FLAGS, NEVER,
     "has reserved flags: publish it with 256 or "
     "257"},
    {KEY_PROTOCOL, FINDING_DNSKEY_PROTOCOL, NEEDED, "has a protocol other than 3: replace it"},
    {KEY_RSA_TINY, FINDING_DNSKEY_RSA_SHORT, ALWAYS,
     "is below 1024 bits and can be broken: "
     "replace it"},
    {KEY_RSA_SHORT, FINDING_DNSKEY_RSA_SHORT, NEVER, "is below 2048 bits: replace it"},
    {KEY_RSA_LONG, FINDING_DNSKEY_RSA_LONG, NEVER,
     "is above 4096 bits, which not every validator "
     "takes"},
    {KEY_RSA_EXPONENT_WEAK, FINDING_DNSKEY_RSA_EXPONENT, ALWAYS,
     "has an exponent that is 1 or "
     "even: replace it"},
    {KEY_RSA_EXPONENT_ODD, FINDING_DNSKEY_RSA_EXPONENT, NEVER,
     "has an exponent above 32 bits or "
     "zeros in front of a number"},
    {KEY_LENGTH, FINDING_DNSKEY_LENGTH, ALWAYS,
     "has an impossible length, some validators then "
     "refuse all keys: replace it"},
    {KEY_ROCA, FINDING_DNSKEY_WEAK, ALWAYS,
     "is built as the keys of a faulty chip are (ROCA, CVE-2017-15361), whose private half can be "
     "computed: replace it"},
    {KEY_POINT, FINDING_DNSKEY_POINT, NEEDED, "is no point of its curve: replace it"},
    {KEY_ALG_FORBIDDEN, FINDING_DS_ALG_FORBIDDEN, ALONE,
     "has an algorithm that validators must "
     "not use: roll to 13 or 8"},
    {KEY_ALG_NOT_RECOMMENDED, FINDING_DNSKEY_ALG_NOTREC, NEVER,
     "has an algorithm that is not "
     "recommended: roll to 13 or 8"},
    {KEY_ALG_NOT_ZONE, FINDING_DNSKEY_ALG_NOT_ZONE, ALONE,
     "has an algorithm that does not sign "
     "zones: remove it"},
    {KEY_ALG_UNASSIGNED, FINDING_DNSKEY_ALG_UNASSIGNED, ALONE,
     "has an algorithm that is not "
     "assigned: remove it, or roll to 13 or 8"},
    {KEY_ALG_PRIVATE, FINDING_DNSKEY_ALG_PRIVATE, NEVER,
     "has a private algorithm, which few validators know: roll to 13 or 8"},
};

static bool all_useless(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL &&
            !key_algorithm_is_useless(survey->keys[i].key->algorithm)) {
            return false;
        }
    }
    return true;
}

static bool is_needed(const struct ds_key *key)
{
    return key->seen.in_ds || key->claimed;
}

static enum state state_of(const struct ds_survey *survey, const struct ds_key *key,
                           enum finding_id id, enum graver critical)
{
    bool grave = critical == ALWAYS || (critical == NEEDED && is_needed(key)) ||
                 (critical == ALONE && all_useless(survey));
    if (grave) {
        return STATE_CRITICAL;
    }
    enum state state = finding_class(id)->state;
    return critical == NEEDED || state == STATE_CRITICAL ? STATE_WARNING : state;
}

static void judge_key(struct ds_gathering *gathering, const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    unsigned defects = key_defects(survey->run->crypto, key->key);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((defects & rows[i].defect) == 0) {
            continue;
        }
        ds_say(gathering,
               ds_remark_tag(rows[i].id, state_of(survey, key, rows[i].id, rows[i].critical),
                             "DNSKEY", key->seen.tag),
               NULL, "key %s %s", policy_key_text(arena, key->seen.tag, key->seen.algorithm),
               rows[i].text);
    }
}

/* By the lists of --weak-keys. */
static void judge_weak(struct ds_gathering *gathering, const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    const char *text = policy_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm);
    switch (key_look_up(survey->run->crypto, &survey->options->weak, key->key)) {
    case CRYPTO_GOOD:
        break;
    case CRYPTO_BAD:
        ds_say(gathering,
               ds_remark_tag(FINDING_DNSKEY_WEAK, STATE_CRITICAL, "DNSKEY", key->seen.tag), NULL,
               "key %s is in the list of weak keys, so that others have its private half: replace "
               "it",
               text);
        break;
    case CRYPTO_REFUSED:
        ds_say(gathering,
               ds_remark_tag(FINDING_CRYPTO_REFUSED, STATE_UNKNOWN, "DNSKEY", key->seen.tag), NULL,
               "this host does no SHA-1, so key %s was not looked for in the list of weak keys",
               text);
        break;
    }
}

/* Whether a signature over the keys claims to be by this one, good or not. */
static bool signs_itself(const struct ds_survey *survey, const struct ds_key *key)
{
    return key->seen.signs_keys || survey->clock_wrong;
}

static void judge_revoked(struct ds_gathering *gathering, const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    if (!key->seen.revoked) {
        return;
    }
    int64_t revoked = 0;
    struct ds id;
    if (gathering->before != NULL && ds_key_id(survey, key->key, &id)) {
        const struct known_key *known = ds_history_key(gathering->before, &id);
        revoked = known == NULL ? 0 : known->revoked;
    }
    bool late = revoked != 0 && survey->run->now - revoked > REVOKED_DAYS * INT64_C(86400);
    ds_say(gathering,
           ds_remark_tag(FINDING_DNSKEY_REVOKED, late ? STATE_WARNING : STATE_OK, "DNSKEY",
                         key->seen.tag),
           NULL, "key %u is revoked%s", key->seen.tag,
           late ? " for more than 30 days: remove it" : ": keep it for 30 days, then remove it");
    if (!signs_itself(survey, key)) {
        ds_say(
            gathering,
            ds_remark_tag(FINDING_DNSKEY_REVOKED_UNSIGNED, STATE_WARNING, "DNSKEY", key->seen.tag),
            NULL,
            "revoked key %u does not sign the DNSKEY RRset, so nobody believes it: sign with it",
            key->seen.tag);
    }
}

static void judge_collision(struct ds_gathering *gathering, size_t index)
{
    const struct ds_survey *survey = gathering->survey;
    const struct ds_key *key = &survey->keys[index];
    size_t same = 0;
    bool active = false;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *other = &survey->keys[i];
        if (other->key == NULL || other->seen.tag != key->seen.tag ||
            other->seen.algorithm != key->seen.algorithm) {
            continue;
        }
        if (i < index) {
            return; /* said at the first of them */
        }
        same++;
        active = active || other->seen.signs_keys || other->seen.signs_data;
    }
    if (same < 2) {
        return;
    }
    ds_say(gathering,
           ds_remark_tag(FINDING_DNSKEY_TAG_COLLISION,
                         active || same > COLLIDING_KEYS ? STATE_CRITICAL : STATE_WARNING, "DNSKEY",
                         key->seen.tag),
           NULL, "%zu DNSKEYs share tag and algorithm %s%s: replace all but one of them", same,
           policy_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm),
           active ? ", one of them signs, and some validators give up at the first failure" : "");
}

/* Things that no single key is to blame for. */
static void judge_all(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    bool zone = false;
    bool sep = false;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct dnskey *key = survey->keys[i].key;
        zone = zone || (key != NULL && (key->flags & DNSKEY_ZONE) != 0);
        sep = sep || (key != NULL && (key->flags & DNSKEY_SEP) != 0);
    }
    if (!zone) {
        ds_say(gathering, ds_remark(FINDING_DNSKEY_NO_ZONE_KEY, "DNSKEY"), NULL,
               "no key has the Zone Key flag: publish them with flags 256 or 257");
    }
    if (!sep) {
        ds_say(gathering, ds_remark(FINDING_DNSKEY_NO_SEP, "DNSKEY"), NULL,
               "no key has the SEP flag, which is allowed");
    }
}

static void judge_size(struct ds_gathering *gathering, const struct ds_child *child)
{
    /* In a rollover there are more keys than usual, and that passes. */
    bool passes = gathering->survey->rollover_count > 0;
    if (child->key_count > KEYS_USUAL) {
        ds_say(gathering, ds_remark(FINDING_DNSKEY_TOO_MANY, "DNSKEY"), &child->place,
               "%zu keys, more than the %d that are usual: remove those not in use",
               child->key_count, KEYS_USUAL);
    } else if (child->dnskey_size > DNSKEY_SIZE_USUAL) {
        ds_say(gathering,
               ds_remark_as(FINDING_DNSKEY_TOO_MANY, passes ? STATE_OK : STATE_WARNING, "DNSKEY"),
               &child->place,
               "the DNSKEY answer has %zu octets and does not fit into %d: resolvers need TCP",
               child->dnskey_size, DNSKEY_SIZE_USUAL);
    }
}

static void judge_sha1(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    enum sha1 taken = survey->options->common.sha1;
    bool only = true;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct dnskey *key = survey->keys[i].key;
        only = only && (key == NULL || policy_algorithm(key->algorithm)->sha1);
    }
    /* With a DS it is said of that. */
    if (only && taken != SHA1_OK && survey->ds == NULL) {
        ds_say(gathering, ds_deprecated(survey, "DNSKEY"), NULL,
               "RSA/SHA-1 is deprecated: roll to algorithm 13 or 8");
    }
}

void ds_judge_keys(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL) {
            judge_key(gathering, &survey->keys[i]);
            judge_weak(gathering, &survey->keys[i]);
            judge_revoked(gathering, &survey->keys[i]);
            judge_collision(gathering, i);
        }
    }
    judge_all(gathering);
    judge_sha1(gathering);
    for (size_t i = 0; i < survey->child_count; i++) {
        judge_size(gathering, &survey->children[i]);
    }
}
