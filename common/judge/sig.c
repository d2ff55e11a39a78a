/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules for signatures.
 *
 * All rules that need no cryptography come first, for every signature.  Then the public-key checks:
 * signatures without a defect before the others, so that junk beside a good signature does not use
 * up the checks that the good one needs.  Defective ones are checked for diagnosis only: an expired
 * signature that was also never right has another cause than one that was merely forgotten.
 */
#include "judge/sig.h"

#include <stdlib.h>
#include <string.h>

#include "judge/crypto_key.h"

/* Defects of the key that a signature names. */
enum {
    KEY_DEFECTS =
        SIG_KEY_NOT_ZONE | SIG_KEY_PROTOCOL | SIG_KEY_REVOKED | SIG_KEY_LENGTH | SIG_LENGTH
};

/* Defects that leave nothing to check: no key, no data to verify, or no way to verify it. */
enum {
    BARRIERS = SIG_MALFORMED | SIG_WRONG_TYPE | SIG_OFF_TREE | SIG_LABELS_HIGH | SIG_NO_KEY |
               SIG_UNSUPPORTED | SIG_FORBIDDEN
};

/* One RRset under judgement. */
struct work {
    const struct sig_context *context;
    const struct rrset *set;
    size_t checks; /* public-key checks done for it */
};

unsigned sig_labels(const struct name *owner)
{
    return owner->labels - (name_is_wildcard(owner) ? 1u : 0u);
}

struct name sig_owner(const struct name *owner, unsigned labels)
{
    if (labels >= sig_labels(owner)) {
        return *owner;
    }
    struct name encloser = name_suffix(owner, labels);
    struct name wildcard = *owner;
    (void)name_wildcard(&encloser,
                        &wildcard); /* fits: `*` is no longer than the label it replaces */
    return wildcard;
}

static uint8_t *append(uint8_t *at, const uint8_t *data, size_t size)
{
    if (size > 0) {
        memcpy(at, data, size);
    }
    return at + size;
}

struct bytes sig_data(struct arena *arena, const struct rrset *set, const struct rrsig *sig)
{
    struct name owner = sig_owner(&set->owner, sig->labels);
    size_t size = sig->head.size;
    for (size_t i = 0; i < set->count; i++) {
        size += owner.size + 10u + set->rr[i].size;
    }
    uint8_t *data = arena_alloc(arena, size);
    uint8_t *at = append(data, sig->head.data, sig->head.size);
    for (size_t i = 0; i < set->count; i++) {
        at = append(at, owner.wire, owner.size);
        bytes_put16(at, set->type);
        bytes_put16(at + 2, set->class);
        bytes_put32(at + 4, sig->original_ttl);
        bytes_put16(at + 8, (uint16_t)set->rr[i].size);
        at = append(at + 10, set->rr[i].data, set->rr[i].size);
    }
    return (struct bytes){.data = data, .size = size};
}

/* RFC 4035 5.3.1: inception <= now <= expiration, in serial arithmetic. */
static unsigned time_defects(int64_t now, struct sig_verdict *verdict)
{
    const struct rrsig *sig = verdict->sig;
    verdict->remaining = rr_serial_difference(sig->expiration, (uint32_t)now);
    verdict->age = rr_serial_difference((uint32_t)now, sig->inception);
    verdict->life = rr_serial_difference(sig->expiration, sig->inception);
    unsigned defects = 0;
    defects |= verdict->remaining < 0 ? SIG_EXPIRED : 0u;
    defects |= verdict->age < 0 ? SIG_NOT_YET_VALID : 0u;
    defects |= verdict->life < 0 ? SIG_INVERTED : 0u;
    return defects;
}

/* Rules 2, 3, 5 and 6: what is signed, by whom, and for which names. */
static unsigned place_defects(const struct work *work, const struct rrsig *sig)
{
    const struct rrset *set = work->set;
    const struct name *zone = work->context->zone;
    unsigned defects = 0;
    defects |= sig->covered != set->type || set->count == 0 ? SIG_WRONG_TYPE : 0u;
    if (!name_equal(&sig->signer, zone) || !name_is_under(&set->owner, zone)) {
        defects |= SIG_OFF_TREE;
    }
    defects |= sig->labels > sig_labels(&set->owner) ? SIG_LABELS_HIGH : 0u;
    defects |= sig->labels < sig->signer.labels ? SIG_LABELS_BELOW_SIGNER : 0u;
    return defects;
}

/* Rule 13: a zone's denial must not reach beyond it. */
static unsigned denial_defects(const struct work *work)
{
    const struct rrset *set = work->set;
    const struct name *zone = work->context->zone;
    if (set->type == RR_NSEC3) {
        return set->owner.labels != zone->labels + 1u ? SIG_NSEC_OVERREACH : 0u;
    }
    for (size_t i = 0; set->type == RR_NSEC && i < set->count; i++) {
        struct nsec nsec;
        if (rr_nsec(set->rr[i], &nsec) && !name_is_under(&nsec.next, zone)) {
            return SIG_NSEC_OVERREACH;
        }
    }
    return 0;
}

/* What the algorithm number alone says; a fixed signature size is judged without a key. */
static unsigned algorithm_defects(const struct sig_context *context, const struct rrsig *sig)
{
    const struct algorithm *algorithm = policy_algorithm(sig->algorithm);
    unsigned defects = 0;
    if (algorithm->validation == USE_MUST_NOT) {
        defects |= SIG_FORBIDDEN;
    } else if (!policy_algorithm_usable(sig->algorithm, context->sha1)) {
        defects |= SIG_UNSUPPORTED;
    }
    if (algorithm->signature_size != 0 && sig->signature.size != algorithm->signature_size) {
        defects |= SIG_LENGTH;
    }
    return defects;
}

/* The comparison of bsearch(3) among canonical rdata. */
static int compare_rdata(const void *a, const void *b)
{
    return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* RFC 5011 2.1: a revoked key may sign the DNSKEY RRset that it stands in, and nothing else. */
static bool may_sign_revoked(const struct rrset *set, const struct dnskey *key)
{
    return set->type == RR_DNSKEY && set->count > 0 &&
           bsearch(&key->rdata, set->rr, set->count, sizeof *set->rr, compare_rdata) != NULL;
}

/* Rules 8 and 9: whether the key may sign this, and whether key and signature are possible. */
static unsigned key_defects(const struct work *work, const struct rrsig *sig,
                            const struct dnskey *key)
{
    unsigned defects = 0;
    defects |= (key->flags & DNSKEY_ZONE) == 0 ? SIG_KEY_NOT_ZONE : 0u;
    defects |= key->protocol != 3 ? SIG_KEY_PROTOCOL : 0u;
    if ((key->flags & DNSKEY_REVOKE) != 0 && !may_sign_revoked(work->set, key)) {
        defects |= SIG_KEY_REVOKED;
    }
    if (!policy_algorithm(key->algorithm)->implemented) {
        return defects;
    }
    if (!crypto_key_well_formed(key->algorithm, key->public_key)) {
        return defects | SIG_KEY_LENGTH;
    }
    if (sig->signature.size != crypto_key_signature_size(key->algorithm, key->public_key)) {
        defects |= SIG_LENGTH;
    }
    return defects;
}

static bool is_candidate(const struct dnskey *key, const struct rrsig *sig)
{
    return key->tag == sig->key_tag && key->algorithm == sig->algorithm;
}

/* Rule 7: sets the key to judge by, a fit one when there is one. */
static unsigned find_key(const struct work *work, struct sig_verdict *verdict)
{
    const struct sig_context *context = work->context;
    size_t candidates = 0;
    unsigned missing = SIG_NO_KEY;
    unsigned defects = 0;
    for (size_t i = 0; i < context->key_count; i++) {
        const struct dnskey *key = &context->keys[i];
        if (!is_candidate(key, verdict->sig)) {
            missing |= key->tag == verdict->sig->key_tag ? SIG_ALGORITHM_MISMATCH : 0u;
            continue;
        }
        unsigned found = key_defects(work, verdict->sig, key);
        if (candidates == 0 || (defects != 0 && found == 0)) {
            verdict->key = key;
            defects = found;
        }
        candidates++;
    }
    verdict->tag_shared = candidates > 1;
    return candidates == 0 ? missing : defects;
}

/* Every rule that needs no cryptography. */
static void judge_rules(const struct work *work, struct sig_verdict *verdict)
{
    const struct rrsig *sig = verdict->sig;
    if (sig->malformed) {
        verdict->defects = SIG_MALFORMED;
        return;
    }
    unsigned defects = time_defects(work->context->now, verdict);
    defects |= place_defects(work, sig);
    defects |= denial_defects(work);
    defects |= algorithm_defects(work->context, sig);
    if ((defects & SIG_OFF_TREE) == 0) {
        defects |= find_key(work, verdict); /* the keys at hand are those of the zone */
    }
    verdict->wildcard = sig->labels < sig_labels(&work->set->owner);
    verdict->defects = defects;
}

/* Whether this RRset or the run has used up its public-key checks. */
static bool is_exhausted(const struct work *work)
{
    return work->checks == SIG_CHECKS_PER_RRSET || *work->context->checks_left == 0;
}

/* One public-key check: 0 when good, otherwise the flag that says why not. */
static unsigned check_key(struct work *work, const struct dnskey *key, struct bytes data,
                          struct bytes signature)
{
    const struct sig_context *context = work->context;
    size_t before = crypto_operations(context->crypto);
    enum crypto_result result = crypto_verify(context->crypto, key, data, signature);
    work->checks++;
    *context->checks_left -= crypto_operations(context->crypto) - before;
    if (result == CRYPTO_GOOD) {
        return 0;
    }
    return result == CRYPTO_BAD ? SIG_BAD : SIG_REFUSED_HERE;
}

/* Whether the signature may be by this key; while there is a fit one, only fit ones count. */
static bool is_worth_trying(const struct work *work, const struct sig_verdict *verdict,
                            const struct dnskey *key)
{
    if (!is_candidate(key, verdict->sig)) {
        return false;
    }
    unsigned defects = key_defects(work, verdict->sig, key);
    return defects == 0 || ((verdict->defects & KEY_DEFECTS) != 0 &&
                            (defects & (SIG_KEY_LENGTH | SIG_LENGTH)) == 0);
}

/* Of several failures the one that says least: "bad" only when all keys were really tried. */
static unsigned least_certain(unsigned failures)
{
    if ((failures & SIG_REFUSED_HERE) != 0) {
        return SIG_REFUSED_HERE;
    }
    return (failures & SIG_LIMIT) != 0 ? SIG_LIMIT : failures;
}

/* Rule 11, with each key that the signature may mean. */
static void check_signature(struct work *work, struct sig_verdict *verdict)
{
    const struct sig_context *context = work->context;
    const struct rrsig *sig = verdict->sig;
    struct bytes data = {0};
    unsigned failures = 0;
    size_t tried = 0;
    for (size_t i = 0; i < context->key_count; i++) {
        const struct dnskey *key = &context->keys[i];
        if (!is_worth_trying(work, verdict, key)) {
            continue;
        }
        if (tried++ == SIG_KEYS_PER_TAG || is_exhausted(work)) {
            failures |= SIG_LIMIT;
            break;
        }
        if (data.data == NULL) {
            data = sig_data(context->arena, work->set, sig);
        }
        unsigned failure = check_key(work, key, data, sig->signature);
        if (failure == 0) {
            verdict->key = key;
            verdict->defects &= ~(unsigned)KEY_DEFECTS;
            verdict->defects |= key_defects(work, sig, key);
            return;
        }
        failures |= failure;
    }
    verdict->defects |= least_certain(failures);
}

const struct sig_verdict *sig_judge(const struct sig_context *context, const struct rrset *set)
{
    struct work work = {.context = context, .set = set};
    struct sig_verdict *verdicts = arena_alloc(context->arena, set->sig_count * sizeof *verdicts);
    for (size_t i = 0; i < set->sig_count; i++) {
        verdicts[i].sig = &set->sigs[i];
        judge_rules(&work, &verdicts[i]);
    }
    bool *sound = arena_alloc(context->arena, set->sig_count * sizeof *sound);
    for (size_t i = 0; i < set->sig_count; i++) {
        sound[i] = verdicts[i].defects == 0;
        if (sound[i]) {
            check_signature(&work, &verdicts[i]);
        }
    }
    for (size_t i = 0; i < set->sig_count; i++) {
        if (!sound[i] && (verdicts[i].defects & BARRIERS) == 0) {
            check_signature(&work, &verdicts[i]);
        }
    }
    return verdicts;
}

char *sig_defects_text(struct arena *arena, unsigned defects)
{
    static const struct {
        unsigned defect;
        const char *text;
    } words[] = {
        {SIG_MALFORMED, "malformed"},
        {SIG_EXPIRED, "expired"},
        {SIG_NOT_YET_VALID, "not valid yet"},
        {SIG_INVERTED, "expires before its inception"},
        {SIG_WRONG_TYPE, "over a type that is not there"},
        {SIG_OFF_TREE, "by a signer that is not the zone"},
        {SIG_LABELS_HIGH, "with more labels than its owner"},
        {SIG_LABELS_BELOW_SIGNER, "with fewer labels than its signer"},
        {SIG_NSEC_OVERREACH, "over a denial that leaves the zone"},
        {SIG_NO_KEY, "by a key that is not published"},
        {SIG_ALGORITHM_MISMATCH, "whose tag is that of a key of another algorithm"},
        {SIG_KEY_NOT_ZONE, "by a key without the zone flag"},
        {SIG_KEY_PROTOCOL, "by a key with a protocol other than 3"},
        {SIG_KEY_REVOKED, "by a revoked key"},
        {SIG_KEY_LENGTH, "by a key of impossible size"},
        {SIG_LENGTH, "of impossible size"},
        {SIG_UNSUPPORTED, "by an algorithm that cannot be checked"},
        {SIG_FORBIDDEN, "by a forbidden algorithm"},
        {SIG_REFUSED_HERE, "by an algorithm that this host refuses"},
        {SIG_BAD, "cryptographically wrong"},
        {SIG_LIMIT, "not checked (too many signatures or keys)"},
    };
    const char *text = "";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((defects & words[i].defect) != 0) {
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ", words[i].text);
        }
    }
    return arena_text(arena, text);
}
