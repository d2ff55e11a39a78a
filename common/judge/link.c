/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges DS records against DNSKEYs, one by one and as a set. */
#include "judge/link.h"

/*
 * Keys that one DS is hashed with, digests made for a whole set, and octets that all digests of a
 * run are made of, whatever the size of hostile RRsets.  A message has room for more than a
 * thousand DS records: those that mean no key cost nothing, so that a good one among them is found.
 * Each of forty servers may give another set of keys, so sets alone are no bound.
 */
enum { KEYS_PER_DS = 32, DIGESTS_PER_SET = 4096, OCTETS_PER_RUN = 64 * 1024 * 1024 };

struct matching {
    struct arena *arena;
    struct crypto *crypto;
    const struct name *zone;
    const struct dnskey *keys;
    size_t key_count;
    size_t digests_left;
};

/* Whether the digest of `ds` is that of `key`, whatever tag and algorithm the DS names. */
static enum crypto_result digest_fits(const struct matching *matching, const struct ds *ds,
                                      const struct dnskey *key)
{
    struct ds same = *ds;
    same.key_tag = key->tag;
    same.algorithm = key->algorithm;
    return crypto_ds_matches(matching->crypto, matching->zone, key, &same);
}

/* Whether the DS was made of a key that is revoked by now: the flag changes tag and digest. */
static bool fits_before_revocation(const struct matching *matching, const struct ds *ds,
                                   const struct dnskey *key)
{
    if ((key->flags & DNSKEY_REVOKE) == 0 || key->algorithm != ds->algorithm) {
        return false;
    }
    uint8_t *rdata = arena_copy(matching->arena, key->rdata.data, key->rdata.size);
    bytes_put16(rdata, (uint16_t)(key->flags & ~DNSKEY_REVOKE));
    struct dnskey before;
    return rr_dnskey((struct bytes){rdata, key->rdata.size}, &before) &&
           crypto_ds_matches(matching->crypto, matching->zone, &before, ds) == CRYPTO_GOOD;
}

static enum ds_fit fit_with(const struct matching *matching, const struct ds *ds,
                            const struct dnskey *key)
{
    bool tag = key->tag == ds->key_tag;
    bool algorithm = key->algorithm == ds->algorithm;
    switch (digest_fits(matching, ds, key)) {
    case CRYPTO_GOOD:
        return tag && algorithm ? DS_FITS : tag ? DS_ALGORITHM_WRONG : DS_TAG_WRONG;
    case CRYPTO_REFUSED:
        return DS_REFUSED_HERE;
    case CRYPTO_BAD:
        break;
    }
    if (fits_before_revocation(matching, ds, key)) {
        return DS_REVOKED;
    }
    return tag && algorithm ? DS_DIGEST_WRONG : DS_NO_KEY;
}

/* How much a fit explains: a right digest more than right numbers, those more than nothing. */
static int rank(enum ds_fit fit)
{
    switch (fit) {
    case DS_FITS:
        return 5;
    case DS_REFUSED_HERE:
        return 4;
    case DS_TAG_WRONG:
    case DS_ALGORITHM_WRONG:
    case DS_REVOKED:
        return 3;
    case DS_DIGEST_WRONG:
        return 2;
    default:
        return 1;
    }
}

static bool is_meant(const struct ds *ds, const struct dnskey *key)
{
    return key->tag == ds->key_tag && key->algorithm == ds->algorithm;
}

static bool is_spent(const struct matching *matching)
{
    return matching->digests_left == 0 || crypto_digested(matching->crypto) > OCTETS_PER_RUN;
}

/* Tries the keys that the DS means by tag and algorithm, or the others. */
static void try_keys(struct matching *matching, bool meant, struct ds_verdict *verdict)
{
    size_t tried = 0;
    for (size_t i = 0; i < matching->key_count && verdict->fit != DS_FITS; i++) {
        const struct dnskey *key = &matching->keys[i];
        if (is_meant(&verdict->ds, key) != meant) {
            continue;
        }
        if (tried++ == KEYS_PER_DS || is_spent(matching)) {
            verdict->limited = meant;
            verdict->untried = meant && is_spent(matching);
            return;
        }
        matching->digests_left--;
        enum ds_fit fit = fit_with(matching, &verdict->ds, key);
        if (fit != DS_NO_KEY && rank(fit) > rank(verdict->fit)) {
            verdict->fit = fit;
            verdict->key = key;
        }
    }
}

/* The verdict by the numbers of the DS alone: DS_NO_KEY where keys have to be looked at. */
static struct ds_verdict judge_numbers(const struct ds *ds)
{
    struct ds_verdict verdict = {.ds = *ds, .fit = DS_NO_KEY};
    if (!policy_digest_usable(ds->digest_type)) {
        verdict.fit = DS_UNUSABLE;
    } else if (ds->digest.size != policy_digest(ds->digest_type)->size) {
        verdict.fit = DS_DIGEST_LENGTH;
    }
    return verdict;
}

/* Tries the keys that each DS means before any other, which only tell what is wrong with a DS. */
static void judge_digests(struct matching *matching, struct ds_verdict *verdicts, size_t count)
{
    for (int meant = 1; meant >= 0; meant--) {
        for (size_t i = 0; i < count; i++) {
            struct ds_verdict *verdict = &verdicts[i];
            bool open = verdict->fit != DS_UNUSABLE && verdict->fit != DS_DIGEST_LENGTH;
            if (open && !verdict->limited) {
                try_keys(matching, meant == 1, verdict);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct ds_verdict *verdict = &verdicts[i];
        /* A wrong algorithm number is a fault of its own, even when nobody could use it. */
        bool usable = policy_algorithm_usable(verdict->ds.algorithm, SHA1_WARN);
        if (!usable && verdict->fit != DS_ALGORITHM_WRONG && verdict->fit != DS_DIGEST_LENGTH) {
            verdict->fit = DS_UNUSABLE;
        }
    }
}

static bool is_sha2(const struct ds_verdict *verdict)
{
    return verdict->ds.digest_type != 1 && policy_digest_usable(verdict->ds.digest_type) &&
           policy_algorithm_usable(verdict->ds.algorithm, SHA1_WARN);
}

const struct ds_verdict *link_judge_ds(struct arena *arena, struct crypto *crypto,
                                       const struct name *zone, const struct rrset *ds,
                                       const struct dnskey *keys, size_t key_count, size_t *count)
{
    struct matching matching = {.arena = arena,
                                .crypto = crypto,
                                .zone = zone,
                                .keys = keys,
                                .key_count = key_count,
                                .digests_left = DIGESTS_PER_SET};
    const struct ds *set = rr_ds_set(arena, ds, count);
    struct ds_verdict *verdicts = arena_alloc(arena, (*count + 1) * sizeof *verdicts);
    bool sha2 = false;
    for (size_t i = 0; i < *count; i++) {
        verdicts[i] = judge_numbers(&set[i]);
        sha2 = sha2 || is_sha2(&verdicts[i]);
    }
    judge_digests(&matching, verdicts, *count);
    for (size_t i = 0; i < *count; i++) {
        verdicts[i].ignored = sha2 && verdicts[i].ds.digest_type == 1;
    }
    return verdicts;
}

bool link_ds_counts(const struct ds_verdict *verdict)
{
    return !verdict->ignored && policy_digest_usable(verdict->ds.digest_type) &&
           policy_algorithm_usable(verdict->ds.algorithm, SHA1_WARN);
}

/* A revoked key is no entry point (RFC 5011 2.1). */
bool link_names_key(const struct ds_verdict *set, size_t count, const struct dnskey *key)
{
    if (key == NULL || (key->flags & DNSKEY_REVOKE) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (set[i].fit == DS_FITS && link_ds_counts(&set[i]) &&
            bytes_equal(set[i].key->rdata, key->rdata)) {
            return true;
        }
    }
    return false;
}

/* The verdict that explains most among those that count; when none does, among all. */
static const struct ds_verdict *telling(const struct link *link)
{
    const struct ds_verdict *found = NULL;
    for (size_t i = 0; i < link->count; i++) {
        const struct ds_verdict *verdict = &link->set[i];
        if (found == NULL || (link_ds_counts(verdict) && !link_ds_counts(found)) ||
            (link_ds_counts(verdict) == link_ds_counts(found) &&
             rank(verdict->fit) > rank(found->fit))) {
            found = verdict;
        }
    }
    return found;
}

static bool sha1_fits(const struct link *link)
{
    for (size_t i = 0; i < link->count; i++) {
        if (link->set[i].ignored && link->set[i].fit == DS_FITS) {
            return true;
        }
    }
    return false;
}

/* Whether a DS that counts was not looked at because the work on the others was too much. */
static bool any_untried(const struct link *link)
{
    for (size_t i = 0; i < link->count; i++) {
        if (link->set[i].untried && link_ds_counts(&link->set[i])) {
            return true;
        }
    }
    return false;
}

static enum finding_id no_match_reason(const struct link *link)
{
    if (sha1_fits(link)) {
        return FINDING_DS_SHA1_MASKS;
    }
    if (link->ds->limited || any_untried(link)) {
        return FINDING_LIMIT_VALIDATIONS;
    }
    switch (link->ds->fit) {
    case DS_TAG_WRONG:
        return FINDING_DS_TAG_WRONG;
    case DS_ALGORITHM_WRONG:
        return FINDING_DS_ALG_WRONG;
    case DS_DIGEST_WRONG:
        return FINDING_DS_DIGEST_WRONG;
    case DS_DIGEST_LENGTH:
        return FINDING_DS_DIGEST_LENGTH;
    case DS_REVOKED:
        return FINDING_DS_POINTS_REVOKED;
    default:
        return FINDING_DS_NONE_MATCH;
    }
}

/* Why a set of which nothing counts makes the zone insecure. */
static enum finding_id unusable_reason(const struct link *link)
{
    bool forbidden = true;
    for (size_t i = 0; i < link->count; i++) {
        uint8_t algorithm = link->set[i].ds.algorithm;
        if (policy_algorithm_usable(algorithm, SHA1_WARN)) {
            return FINDING_DS_DIGEST_UNSUPPORTED;
        }
        forbidden = forbidden && policy_algorithm(algorithm)->validation == USE_MUST_NOT;
    }
    return forbidden ? FINDING_DS_ALG_FORBIDDEN : FINDING_DS_ALG_UNSUPPORTED;
}

/* Why no signature is by a key that a DS makes an entry point. */
static enum finding_id no_entry_reason(const struct link *link)
{
    bool revoked = false;
    for (size_t i = 0; i < link->count; i++) {
        const struct ds_verdict *verdict = &link->set[i];
        if (verdict->fit == DS_FITS && link_ds_counts(verdict)) {
            if ((verdict->key->flags & DNSKEY_REVOKE) == 0) {
                return FINDING_RRSIG_MISSING_KSK;
            }
            revoked = true;
        }
    }
    return revoked ? FINDING_DS_POINTS_REVOKED : FINDING_RRSIG_MISSING_KSK;
}

/* The signatures by keys that a DS fits: only those can carry the chain. */
static void judge_signatures(const struct link_terms *terms, struct link *link)
{
    struct arena *arena = terms->context.arena;
    const struct sig_verdict *verdicts = sig_judge(&terms->context, terms->dnskey);
    bool *by_ds = arena_alloc(arena, terms->dnskey->sig_count + 1);
    bool any = false;
    bool limited = false;
    for (size_t i = 0; i < terms->dnskey->sig_count; i++) {
        by_ds[i] = link_names_key(link->set, link->count, verdicts[i].key);
        any = any || by_ds[i];
        limited = limited || (verdicts[i].defects & SIG_LIMIT) != 0;
    }
    link->dnskey = reason_judge(terms->dnskey, verdicts, by_ds);
    if (link->dnskey.good) {
        link->state = LINK_SECURE;
        return;
    }
    link->reason = link->dnskey.reason;
    link->state = link->reason == FINDING_CRYPTO_REFUSED ? LINK_UNDECIDED : LINK_BROKEN;
    if (terms->dnskey->sig_count == 0) {
        link->reason = FINDING_RRSIG_MISSING_DNSKEY;
    } else if (!any) { /* an untried key of the same tag may be the one */
        link->reason = limited ? FINDING_LIMIT_VALIDATIONS : no_entry_reason(link);
    } else if (link->reason == FINDING_RRSIG_BAD_CRYPTO) {
        link->reason = FINDING_DS_NO_VALID_SEP;
    }
}

struct link link_judge(const struct link_terms *terms)
{
    const struct sig_context *context = &terms->context;
    struct link link = {.state = LINK_BROKEN};
    link.set = link_judge_ds(context->arena, context->crypto, context->zone, terms->ds,
                             context->keys, context->key_count, &link.count);
    link.ds = telling(&link);
    if (link.ds == NULL || !link_ds_counts(link.ds)) {
        link.state = LINK_INSECURE;
        link.reason = unusable_reason(&link);
    } else if (terms->dnskey == NULL || context->key_count == 0) {
        link.reason = FINDING_DS_CHILD_UNSIGNED;
    } else if (link.ds->fit == DS_REFUSED_HERE) {
        link.state = LINK_UNDECIDED;
        link.reason = FINDING_CRYPTO_REFUSED;
    } else if (link.ds->fit != DS_FITS) {
        link.reason = no_match_reason(&link);
        link.state = any_untried(&link) && link.reason == FINDING_LIMIT_VALIDATIONS ? LINK_UNDECIDED
                                                                                    : LINK_BROKEN;
    } else {
        judge_signatures(terms, &link);
    }
    return link;
}

char *link_ds_text(struct arena *arena, const struct ds_verdict *verdict)
{
    const struct ds *ds = &verdict->ds;
    const char *algorithm = policy_algorithm_text(arena, ds->algorithm);
    if (verdict->untried) {
        return arena_printf(arena,
                            "DS %u/%s was not compared: there are too many DS records for "
                            "keys of one tag",
                            ds->key_tag, algorithm);
    }
    if (verdict->limited) {
        return arena_printf(arena, "DS %u/%s: more keys have its tag than validators try",
                            ds->key_tag, algorithm);
    }
    switch (verdict->fit) {
    case DS_FITS:
        return arena_printf(arena, "DS %u/%s fits", ds->key_tag, algorithm);
    case DS_TAG_WRONG:
        return arena_printf(arena, "DS %u has the right digest but tag should be %u%s", ds->key_tag,
                            verdict->key->tag,
                            verdict->key->algorithm == ds->algorithm
                                ? ""
                                : arena_printf(arena, " and algorithm %u, not %u",
                                               verdict->key->algorithm, ds->algorithm));
    case DS_ALGORITHM_WRONG:
        return arena_printf(arena, "DS %u has the right digest but algorithm should be %u, not %u",
                            ds->key_tag, verdict->key->algorithm, ds->algorithm);
    case DS_DIGEST_WRONG:
        return arena_printf(arena, "DS %u names key %u/%s but its digest is not of that key",
                            ds->key_tag, ds->key_tag, algorithm);
    case DS_REVOKED:
        return arena_printf(arena, "DS %u is that of a key that is revoked now, tag %u",
                            ds->key_tag, verdict->key->tag);
    case DS_DIGEST_LENGTH:
        return arena_printf(arena, "DS %u has a digest of %zu octets, type %u needs %zu",
                            ds->key_tag, ds->digest.size, ds->digest_type,
                            policy_digest(ds->digest_type)->size);
    case DS_UNUSABLE:
        return arena_printf(arena,
                            "DS %u uses algorithm %u with digest type %u, which validators "
                            "do not",
                            ds->key_tag, ds->algorithm, ds->digest_type);
    case DS_REFUSED_HERE:
        return arena_printf(arena, "this host refuses digest type %u of DS %u", ds->digest_type,
                            ds->key_tag);
    case DS_NO_KEY:
        break;
    }
    return arena_printf(arena, "DS %u/%s matches no DNSKEY", ds->key_tag, algorithm);
}

uint8_t link_ds_type(const struct ds *ds)
{
    enum { SHA256 = 2, SHA384 = 4 };
    return ds->digest_type == SHA384 ? SHA384 : SHA256;
}

char *link_ds_rdata(struct arena *arena, const struct ds *ds)
{
    static const char digits[] = "0123456789ABCDEF";
    char *hex = arena_alloc(arena, 2 * ds->digest.size + 1);
    for (size_t i = 0; i < ds->digest.size; i++) {
        hex[2 * i] = digits[ds->digest.data[i] >> 4];
        hex[2 * i + 1] = digits[ds->digest.data[i] & 15];
    }
    return arena_printf(arena, "%u %u %u %s", ds->key_tag, ds->algorithm, ds->digest_type, hex);
}

/* The octets of the name with its letters in upper case: no name by our rules, but one to hash. */
static struct name in_upper_case(const struct name *name)
{
    struct name upper = *name;
    for (size_t at = 0; at < upper.size; at += upper.wire[at] + 1u) {
        for (size_t i = at + 1; i <= at + upper.wire[at]; i++) {
            if (upper.wire[i] >= 'a' && upper.wire[i] <= 'z') {
                upper.wire[i] = (uint8_t)(upper.wire[i] - 'a' + 'A');
            }
        }
    }
    return upper;
}

const char *link_ds_owner_text(struct arena *arena, struct crypto *crypto, const struct name *zone,
                               const struct dnskey *key, const struct ds *ds)
{
    struct name upper = in_upper_case(zone);
    if (crypto_ds_matches(crypto, &upper, key, ds) == CRYPTO_GOOD) {
        return "the digest was made with the name in upper case, it has to be in lower case";
    }
    struct name others[] = {name_parent(zone), name_root(), *zone};
    (void)name_prepend(zone, "www", 3, &others[2]); /* else it stays the zone, which does not fit */
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (crypto_ds_matches(crypto, &others[i], key, ds) == CRYPTO_GOOD) {
            return arena_printf(arena, "the digest was made for the name %s instead",
                                name_text(arena, &others[i]));
        }
    }
    return NULL;
}
