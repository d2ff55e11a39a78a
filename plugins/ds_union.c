/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts together where each key is seen: at which servers, in DS and CDS, signing what. */
#include "plugins/ds_survey.h"

enum { KEYS_MOST = 64 };

static struct ds_key *add_key(struct ds_survey *survey, struct ds_key key)
{
    if (survey->key_count >= KEYS_MOST) {
        return NULL;
    }
    survey->keys =
        arena_grow(survey->run->arena, survey->keys, survey->key_count, sizeof *survey->keys);
    survey->keys[survey->key_count] = key;
    return &survey->keys[survey->key_count++];
}

static void add_published(struct ds_survey *survey, const struct dnskey *key)
{
    struct ds_key *known = ds_key_of(survey, key);
    if (known == NULL) {
        known = add_key(survey, (struct ds_key){
                                    .key = key,
                                    .seen = {.tag = key->tag,
                                             .algorithm = key->algorithm,
                                             .sep = (key->flags & DNSKEY_SEP) != 0,
                                             .revoked = (key->flags & DNSKEY_REVOKE) != 0,
                                             .published = true},
                                });
    }
    if (known != NULL) {
        known->servers++;
    }
}

/* One that is named without being published; `any`: or that is, as tags go. */
static struct ds_key *add_absent(struct ds_survey *survey, uint16_t tag, uint8_t algorithm,
                                 bool any)
{
    for (size_t i = 0; i < survey->key_count; i++) {
        struct ds_key *known = &survey->keys[i];
        if ((known->key == NULL || any) && known->seen.tag == tag &&
            known->seen.algorithm == algorithm) {
            return known;
        }
    }
    return add_key(survey, (struct ds_key){.seen = {.tag = tag, .algorithm = algorithm}});
}

/* The keys of all servers in a row, for DS and CDS to be held against. */
static const struct dnskey *all_keys(const struct ds_survey *survey, size_t *count)
{
    struct dnskey *keys = arena_alloc(survey->run->arena, (KEYS_MOST + 1) * sizeof *keys);
    *count = 0;
    for (size_t i = 0; i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL) {
            keys[(*count)++] = *survey->keys[i].key;
        }
    }
    return keys;
}

/* What one DS or CDS speaks of; NULL when that is no key, or a DS that is wrong. */
static struct ds_key *named_key(struct ds_survey *survey, const struct ds_verdict *verdict)
{
    if (verdict->fit == DS_FITS) {
        return ds_key_of(survey, verdict->key);
    }
    return verdict->fit == DS_NO_KEY
               ? add_absent(survey, verdict->ds.key_tag, verdict->ds.algorithm, false)
               : NULL;
}

static void take_variant(struct ds_survey *survey, size_t variant, const struct dnskey *keys,
                         size_t key_count)
{
    size_t count = 0;
    const struct ds_verdict *verdicts =
        link_judge_ds(survey->run->arena, survey->run->crypto, &survey->target->zone.name,
                      survey->variants[variant], keys, key_count, &count);
    unsigned servers = 0;
    for (size_t i = 0; i < survey->parent_count; i++) {
        const struct ds_parent *parent = &survey->parents[i];
        servers += parent->reply != NULL && !parent->alias && parent->variant == variant;
    }
    for (size_t i = 0; i < count; i++) {
        struct ds_key *key = named_key(survey, &verdicts[i]);
        /* Two digests of one key count once. */
        bool again = false;
        for (size_t j = 0; j < i; j++) {
            again = again || (rr_same_key(&verdicts[j].ds, &verdicts[i].ds) &&
                              verdicts[j].key == verdicts[i].key);
        }
        if (key != NULL) {
            key->seen.in_ds = true;
            key->seen.ds_servers += again ? 0 : servers;
        }
    }
}

bool ds_means_delete(const struct rrset *set)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        size_t at = set->type == RR_CDS ? 2 : 3;
        if (set->rr[i].size > at && set->rr[i].data[at] == 0) {
            return true;
        }
    }
    return false;
}

/* CDS as they are, or as CDNSKEY make them; NULL for none and for a request for removal. */
static const struct rrset *wanted_ds(struct ds_survey *survey)
{
    if (survey->cds != NULL || survey->cdnskey == NULL) {
        return survey->cds;
    }
    struct arena *arena = survey->run->arena;
    size_t count = 0;
    const struct dnskey *keys = rr_dnskeys(arena, survey->cdnskey, &count);
    struct rrset *made = arena_alloc(arena, sizeof *made);
    struct bytes *rr = arena_alloc(arena, (count + 1) * sizeof *rr);
    *made = *survey->cdnskey;
    made->type = RR_CDS;
    made->count = 0;
    made->rr = rr;
    for (size_t i = 0; i < count; i++) {
        struct ds ds;
        if (!crypto_ds_of(survey->run->crypto, &survey->target->zone.name, &keys[i], 2, &ds)) {
            continue;
        }
        uint8_t *rdata = arena_alloc(arena, 4 + ds.digest.size);
        bytes_put16(rdata, ds.key_tag);
        rdata[2] = ds.algorithm;
        rdata[3] = ds.digest_type;
        for (size_t j = 0; j < ds.digest.size; j++) {
            rdata[4 + j] = ds.digest.data[j];
        }
        rr[made->count++] = (struct bytes){.data = rdata, .size = 4 + ds.digest.size};
    }
    return made->count > 0 ? made : NULL;
}

/* CDS or CDNSKEY as the newest version of the zone has them, of those that have any. */
static const struct rrset *newest(const struct ds_survey *survey, uint16_t type)
{
    const struct ds_child *from = NULL;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        bool has = ds_child_set(child, type)->set != NULL;
        from = has && (from == NULL || ds_is_older(from, child)) ? child : from;
    }
    return from == NULL ? NULL : ds_child_set(from, type)->set;
}

static void take_cds(struct ds_survey *survey, const struct dnskey *keys, size_t key_count)
{
    survey->cds = newest(survey, RR_CDS);
    survey->cdnskey = newest(survey, RR_CDNSKEY);
    if (ds_means_delete(survey->cds) || ds_means_delete(survey->cdnskey)) {
        return;
    }
    survey->wanted = wanted_ds(survey);
    if (survey->wanted == NULL) {
        return;
    }
    survey->cds_verdicts =
        link_judge_ds(survey->run->arena, survey->run->crypto, &survey->target->zone.name,
                      survey->wanted, keys, key_count, &survey->cds_count);
    for (size_t i = 0; i < survey->cds_count; i++) {
        struct ds_key *key = named_key(survey, &survey->cds_verdicts[i]);
        if (key != NULL) {
            key->seen.in_cds = true;
        }
    }
}

/* The key that a good signature is by, or those that a bad one may mean. */
static void claim(struct ds_survey *survey, const struct sig_verdict *verdict)
{
    const struct rrsig *sig = verdict->sig;
    bool good = reason_defects(verdict) == 0;
    for (size_t i = 0; i < survey->key_count && !sig->malformed; i++) {
        struct ds_key *key = &survey->keys[i];
        bool meant = key->seen.tag == sig->key_tag && key->seen.algorithm == sig->algorithm;
        key->claimed = key->claimed || (good ? key == ds_key_of(survey, verdict->key) : meant);
    }
}

/* Who signs an RRset at one server. */
static void take_signers(struct ds_survey *survey, const struct ds_signed *set, bool data)
{
    for (size_t i = 0; set->verdicts != NULL && i < set->set->sig_count; i++) {
        const struct sig_verdict *verdict = &set->verdicts[i];
        claim(survey, verdict);
        struct ds_key *key = ds_key_of(survey, verdict->key);
        unsigned defects = reason_defects(verdict);
        if (key != NULL && defects == 0 && data) {
            key->seen.signs_data = true;
        } else if (key != NULL && defects == 0) {
            key->seen.signs_keys = true;
        } else if (data && (defects & SIG_NO_KEY) != 0 && (defects & SIG_ALGORITHM_MISMATCH) == 0) {
            key = add_absent(survey, verdict->sig->key_tag, verdict->sig->algorithm, true);
            if (key != NULL) {
                key->seen.signs_data = true;
            }
        }
    }
}

static bool is_signed_by(const struct ds_signed *set, const struct ds_key *key)
{
    for (size_t i = 0; set->verdicts != NULL && i < set->set->sig_count; i++) {
        if (set->verdicts[i].sig->key_tag == key->seen.tag &&
            set->verdicts[i].sig->algorithm == key->seen.algorithm) {
            return true;
        }
    }
    return false;
}

static bool signs_all(const struct ds_survey *survey, const struct ds_key *key)
{
    bool any = false;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        const struct ds_signed *const sets[] = {&child->soa, &child->ns};
        for (size_t j = 0; j < sizeof sets / sizeof sets[0]; j++) {
            if (sets[j]->set != NULL && !is_signed_by(sets[j], key)) {
                return false;
            }
            any = any || sets[j]->set != NULL;
        }
    }
    return any;
}

/* The key of a good signature over the SOA; NULL for none. */
static const struct dnskey *data_key(const struct ds_child *child)
{
    const struct ds_signed *soa = &child->soa;
    for (size_t i = 0; soa->verdicts != NULL && i < soa->set->sig_count; i++) {
        if (reason_defects(&soa->verdicts[i]) == 0) {
            return soa->verdicts[i].key;
        }
    }
    return NULL;
}

/* Whether the first server has a key with a DS that the other one does not have. */
static bool has_own_entry(const struct ds_survey *survey, const struct ds_child *child,
                          const struct ds_child *other)
{
    for (size_t i = 0; i < child->key_count; i++) {
        const struct ds_key *key = ds_key_of(survey, &child->keys[i]);
        if (key != NULL && key->seen.in_ds && !ds_publishes(other, &child->keys[i])) {
            return true;
        }
    }
    return false;
}

/*
 * Whether two servers are of different providers (RFC 8901 2.1): each signs with a key of its own,
 * which the other one publishes too.  In a rollover an older version of the zone could look so,
 * unless there are two KSKs with a DS as well (2.1.2) or the versions are the same.
 */
static bool are_apart(const struct ds_survey *survey, const struct ds_child *a,
                      const struct ds_child *b)
{
    const struct dnskey *first = data_key(a);
    const struct dnskey *second = data_key(b);
    if (first == NULL || second == NULL || ds_is_signed_by(&b->soa, first) ||
        ds_is_signed_by(&a->soa, second) || !ds_publishes(b, first) || !ds_publishes(a, second)) {
        return false;
    }
    bool in_step = a->place.has_serial && b->place.has_serial && a->place.serial == b->place.serial;
    return in_step || (has_own_entry(survey, a, b) && has_own_entry(survey, b, a));
}

static bool has_several_signers(const struct ds_survey *survey)
{
    bool several = survey->options->multi_signer;
    for (size_t i = 0; i < survey->child_count; i++) {
        for (size_t j = 0; j < i && !several; j++) {
            several = are_apart(survey, &survey->children[i], &survey->children[j]);
        }
    }
    return several;
}

void ds_survey_keys(struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        for (size_t j = 0; j < child->key_count; j++) {
            add_published(survey, &child->keys[j]);
        }
    }
    size_t key_count = 0;
    const struct dnskey *keys = all_keys(survey, &key_count);
    for (size_t i = 0; i < survey->variant_count; i++) {
        if (survey->variants[i] != NULL) {
            take_variant(survey, i, keys, key_count);
        }
    }
    take_cds(survey, keys, key_count);
    for (size_t i = 0; i < survey->child_count; i++) {
        take_signers(survey, &survey->children[i].dnskey, false);
        take_signers(survey, &survey->children[i].soa, true);
        take_signers(survey, &survey->children[i].ns, true);
    }
    for (size_t i = 0; i < survey->key_count; i++) {
        survey->keys[i].seen.signs_all_data = signs_all(survey, &survey->keys[i]);
    }
    survey->several_signers = has_several_signers(survey);
}
