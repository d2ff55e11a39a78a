/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the servers of the zone with each other, and finds records that stand where none may. */
#include "base/text.h"
#include "plugins/ds_judge.h"

/* Keys in words: "key 12345/ECDSAP256SHA256" or "keys A, B". */
struct key_list {
    const char *text;
    size_t count;
    uint16_t tag; /* of the first, or of one with a DS */
    bool ds;
};

/* What sets a server apart from others with DNSKEYs. */
struct apart {
    struct key_list lacks; /* keys that others have */
    struct key_list keeps; /* keys that are gone from newer versions of the zone */
    const struct ds_child *newer;
    bool mixed; /* keys of one server do not verify data of another */
};

static void list_key(struct arena *arena, struct key_list *list, const struct ds_key *key)
{
    const char *text = policy_key_text(arena, key->seen.tag, key->seen.algorithm);
    list->text = list->count == 0 ? text : text_join(arena, list->text, text);
    if (list->count == 0 || (key->seen.in_ds && !list->ds)) {
        list->tag = key->seen.tag;
        list->ds = key->seen.in_ds;
    }
    list->count++;
}

static bool is_verified_by(const struct ds_signed *set, const struct ds_child *keys)
{
    for (size_t i = 0; set->verdicts != NULL && i < set->set->sig_count; i++) {
        if (reason_defects(&set->verdicts[i]) == 0 && ds_publishes(keys, set->verdicts[i].key)) {
            return true;
        }
    }
    return false;
}

/*
 * Whether resolvers that hold the keys of one server fail on data of another one, which is good by
 * its own keys.
 */
static bool clashes(const struct ds_child *keys, const struct ds_child *data)
{
    return (data->soa.good && !is_verified_by(&data->soa, keys)) ||
           (data->ns.good && !is_verified_by(&data->ns, keys));
}

/* Whether the chain is broken at a server, by a DS that fits the keys of another one. */
static bool chain_fails(const struct ds_survey *survey, const struct ds_child *child)
{
    for (size_t i = 0; i < survey->variant_count; i++) {
        bool elsewhere = false;
        for (size_t j = 0; j < survey->child_count && survey->variants[i] != NULL; j++) {
            elsewhere = elsewhere || survey->children[j].links[i].state == LINK_SECURE;
        }
        if (elsewhere && child->links[i].state == LINK_BROKEN) {
            return true;
        }
    }
    return false;
}

/* Whether data is signed by no key that the server publishes. */
static bool data_fails(const struct ds_child *child)
{
    const struct ds_signed *const sets[] = {&child->soa, &child->ns};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        bool foreign = false;
        for (size_t j = 0; sets[i]->verdicts != NULL && j < sets[i]->set->sig_count; j++) {
            foreign = foreign || (sets[i]->verdicts[j].defects & SIG_NO_KEY) != 0;
        }
        if (foreign && !sets[i]->good) {
            return true;
        }
    }
    return false;
}

/* Takes a key that one of two servers has and the other has not into what sets `child` apart. */
static void take_key(const struct ds_survey *survey, const struct ds_child *child,
                     const struct ds_key *key, struct apart *apart)
{
    struct arena *arena = survey->run->arena;
    bool here = ds_publishes(child, key->key);
    bool newer_lacks = false;
    bool others_have = false;
    bool older_only = true;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *other = &survey->children[i];
        if (other->key_count == 0 || ds_publishes(other, key->key) == here) {
            continue;
        }
        newer_lacks = newer_lacks || (here && ds_is_older(child, other));
        others_have = others_have || !here;
        older_only = older_only && ds_is_older(other, child);
        apart->mixed = apart->mixed || clashes(child, other) || clashes(other, child);
    }
    if (newer_lacks) {
        list_key(arena, &apart->keeps, key);
    } else if (others_have && !older_only) {
        list_key(arena, &apart->lacks, key);
    }
}

static struct apart apart_of(const struct ds_survey *survey, const struct ds_child *child)
{
    struct apart apart = {.newer = NULL};
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL) {
            take_key(survey, child, &survey->keys[i], &apart);
        }
    }
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *other = &survey->children[i];
        if (ds_is_older(apart.newer == NULL ? child : apart.newer, other)) {
            apart.newer = other;
        }
    }
    return apart;
}

/* "key 12345/ECDSAP256SHA256 is missing", "keys A, B are still there". */
static const char *list_words(struct arena *arena, const struct key_list *list, const char *how)
{
    return arena_printf(arena, "key%s %s %s %s", list->count == 1 ? "" : "s", list->text,
                        list->count == 1 ? "is" : "are", how);
}

/* How long the servers have differed, by --state-file. */
static int64_t apart_for(const struct ds_gathering *gathering)
{
    const struct known_phase phase = {.phase = DS_PHASE_APART};
    return gathering->survey->run->now - ds_since(gathering, &phase);
}

/* Whether a secondary had the time to take over the version of the zone that is newer. */
static bool is_late(const struct ds_gathering *gathering, const struct ds_child *newer)
{
    struct soa soa;
    const struct rrset *set = newer->soa.set;
    return set != NULL && rr_soa(set->rr[0], &soa) &&
           apart_for(gathering) > (int64_t)soa.refresh + soa.retry;
}

/* Of a server without the keys of others. */
static void say_apart(struct ds_gathering *gathering, const struct ds_child *child,
                      const struct apart *apart)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    bool fails = chain_fails(survey, child) || data_fails(child);
    bool passes = apart->newer != NULL && !is_late(gathering, apart->newer);
    bool lacks = apart->lacks.count > 0;
    struct ds_remark remark = ds_remark_about(FINDING_DNSKEY_MISSING_SERVER, "DNSKEY",
                                              lacks ? apart->lacks.tag : apart->keeps.tag);
    remark.state = fails || apart->mixed ? STATE_CRITICAL : passes ? STATE_OK : STATE_WARNING;
    const char *keys = lacks ? list_words(arena, &apart->lacks, "missing") : "";
    if (apart->keeps.count > 0) {
        keys = text_join(arena, keys, list_words(arena, &apart->keeps, "still there"));
    }
    const char *effect = fails          ? ", validators fail here"
                         : apart->mixed ? ", resolvers with keys of one server fail at another"
                                        : "";
    if (apart->newer != NULL) {
        ds_say(gathering, remark, &child->place, "the zone is older than that of %s, %s%s: %s",
               place_text(arena, &apart->newer->place), keys, effect,
               remark.state == STATE_OK ? "it validates, the next transfer settles it"
                                        : "check the transfers of this server");
    } else {
        ds_say(gathering, remark, &child->place,
               "%s though other servers have %s%s: load one version of the zone everywhere", keys,
               apart->lacks.count == 1 ? "it" : "them", effect);
    }
}

/* Of a server of one provider of several (RFC 8901). */
static void say_foreign(struct ds_gathering *gathering, const struct ds_child *child,
                        const struct ds_key *key)
{
    const struct ds_survey *survey = gathering->survey;
    const char *text = policy_key_text(survey->run->arena, key->seen.tag, key->seen.algorithm);
    bool entry = key->seen.in_ds || key->seen.sep;
    struct ds_remark remark =
        ds_remark_about(FINDING_DNSKEY_MISSING_SERVER, "DNSKEY", key->seen.tag);
    if (key->seen.signs_data) {
        remark.id = FINDING_MULTISIGNER_ZSK;
        ds_say(gathering, remark, &child->place,
               "key %s signs the zone at other servers and is not published: import it (RFC 8901)",
               text);
        return;
    }
    remark.state = entry ? STATE_OK : STATE_WARNING;
    ds_say(gathering, remark, &child->place, "key %s is not published%s", text,
           entry ? ": it belongs to another provider"
                 : ", other servers have it: import it before it signs (RFC 8901)");
}

static void judge_providers(struct ds_gathering *gathering, const struct ds_child *child)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL && !ds_publishes(child, survey->keys[i].key)) {
            say_foreign(gathering, child, &survey->keys[i]);
        }
    }
}

static void judge_sets(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (child->key_count == 0) {
            continue;
        }
        if (survey->several_signers) {
            judge_providers(gathering, child);
            continue;
        }
        struct apart apart = apart_of(survey, child);
        if (apart.lacks.count + apart.keeps.count > 0) {
            say_apart(gathering, child, &apart);
        }
    }
}

/* Whether a version of the zone with keys is newer than that of the server, or the other way. */
static bool is_in_step(const struct ds_survey *survey, const struct ds_child *child)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *other = &survey->children[i];
        if (other->key_count > 0 && (ds_is_older(child, other) || ds_is_older(other, child))) {
            return false;
        }
    }
    return true;
}

/* Without a DS it is no broken chain, but one to be. */
static void judge_unsigned(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    bool harmless = survey->options->common.expect == EXPECT_INSECURE;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (survey->ds == NULL && survey->is_signed && child->dnskey.answered &&
            child->key_count == 0) {
            bool passes = harmless || !is_in_step(survey, child);
            ds_say(gathering,
                   ds_remark_as(FINDING_DNSKEY_MISSING_SERVER, passes ? STATE_OK : STATE_WARNING,
                                "DNSKEY"),
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
