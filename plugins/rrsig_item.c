/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of one RRset at one server.
 *
 * One good signature suffices (RFC 4035 5.3.3).  Where there is none, the signature that got
 * furthest through the rules tells why: an expired signature by a published key says more about
 * the zone than a stray one by a key nobody knows.
 */
#include "plugins/rrsig_survey.h"

/* In the order in which a signature meets the rules; the first row that fits is its reason. */
static const struct {
    unsigned defect;
    enum finding_id id;
} reasons[] = {
    {SIG_MALFORMED, FINDING_RRSIG_MALFORMED},
    {SIG_OFF_TREE, FINDING_RRSIG_SIGNER_NOT_ZONE},
    {SIG_LABELS_HIGH, FINDING_RRSIG_LABELS_HIGH},
    {SIG_LABELS_BELOW_SIGNER, FINDING_RRSIG_LABELS_BELOW_SIGNER},
    {SIG_UNSUPPORTED, FINDING_RRSIG_UNSUPPORTED_ALG},
    {SIG_FORBIDDEN, FINDING_RRSIG_UNSUPPORTED_ALG},
    {SIG_ALGORITHM_MISMATCH, FINDING_RRSIG_ALG_MISMATCH},
    {SIG_NO_KEY, FINDING_RRSIG_NO_KEY},
    {SIG_KEY_NOT_ZONE, FINDING_RRSIG_KEY_NOT_ZONE},
    {SIG_KEY_PROTOCOL, FINDING_RRSIG_KEY_PROTOCOL},
    {SIG_KEY_REVOKED, FINDING_RRSIG_KEY_REVOKED},
    {SIG_KEY_LENGTH, FINDING_DNSKEY_LENGTH},
    {SIG_LENGTH, FINDING_RRSIG_LENGTH},
    {SIG_NSEC_OVERREACH, FINDING_NSEC_NEXT_OVERREACH},
    {SIG_INVERTED, FINDING_RRSIG_WINDOW_INVERTED},
    {SIG_REFUSED_HERE, FINDING_CRYPTO_REFUSED},
    {SIG_LIMIT, FINDING_LIMIT_VALIDATIONS},
    {SIG_BAD, FINDING_RRSIG_BAD_CRYPTO},
    {SIG_EXPIRED, FINDING_RRSIG_EXPIRED_RRSET},
    {SIG_NOT_YET_VALID, FINDING_RRSIG_NOT_YET_RRSET},
};
enum { REASONS = sizeof reasons / sizeof reasons[0] };

/* Time explains a signature before cryptography does (the order of enum cause). */
static size_t reason_row(unsigned defects)
{
    if ((defects & SIG_BAD) != 0 && (defects & SIG_TIME_DEFECTS) != 0) {
        defects &= ~(unsigned)SIG_BAD;
    }
    size_t row = 0;
    while (row < REASONS && (defects & reasons[row].defect) == 0) {
        row++;
    }
    return row;
}

unsigned rrsig_defects(const struct sig_verdict *verdict)
{
    if (verdict->age < 0 && verdict->age >= -RRSIG_SKEW) {
        return verdict->defects & ~(unsigned)SIG_NOT_YET_VALID;
    }
    return verdict->defects;
}

enum finding_id rrsig_reason(const struct item *item, const struct sig_verdict *verdict)
{
    size_t row = reason_row(rrsig_defects(verdict));
    enum finding_id id = row < REASONS ? reasons[row].id : FINDING_RRSIG_TYPE_COVERED;
    if (id == FINDING_NSEC_NEXT_OVERREACH && item->set->type == RR_NSEC3) {
        return FINDING_NSEC3_OWNER_INVALID;
    }
    /* A window that is upright as plain numbers is too long rather than inverted. */
    if (id == FINDING_RRSIG_WINDOW_INVERTED && verdict->sig->expiration > verdict->sig->inception) {
        return FINDING_RRSIG_WINDOW_AMBIGUOUS;
    }
    return id;
}

static const struct sig_verdict *verify(const struct survey *survey, const struct item *item)
{
    struct run *run = survey->run;
    bool ds = item->role == ROLE_PARENT_DS;
    struct sig_context context = {
        .arena = run->arena,
        .crypto = run->crypto,
        .zone = ds ? &survey->facts->zone->parent : &survey->facts->zone->name,
        .keys = item->view->keys,
        .key_count = item->view->key_count,
        .now = run->now,
        /* --sha1 insecure is judged once for the zone, not at each signature. */
        .sha1 = SHA1_WARN,
        .checks_left = &run->checks_left,
    };
    return sig_judge(&context, item->set);
}

/* Whether a DS that validators would use points to the key. */
static bool ds_names(const struct survey *survey, const struct dnskey *key, bool *usable)
{
    size_t count = 0;
    const struct ds *set = rr_ds_set(survey->run->arena, survey->ds, &count);
    for (size_t i = 0; i < count; i++) {
        if (!policy_algorithm_usable(set[i].algorithm, SHA1_WARN) ||
            !policy_digest_usable(set[i].digest_type)) {
            continue;
        }
        *usable = true;
        if (key != NULL && key->tag == set[i].key_tag && key->algorithm == set[i].algorithm &&
            crypto_ds_matches(survey->run->crypto, &survey->facts->zone->name, key, &set[i]) ==
                CRYPTO_GOOD) {
            return true;
        }
    }
    return false;
}

/*
 * Which signatures can make an item good: all, but of a DNSKEY RRset with a DS above only those by
 * keys that a DS points to.  Sets `none` when there is a usable DS and no such signature.
 */
static bool *eligible(const struct survey *survey, const struct item *item, bool *none)
{
    bool *chosen = arena_alloc(survey->run->arena, item->set->sig_count + 1);
    bool usable = false;
    bool any = false;
    for (size_t i = 0; i < item->set->sig_count; i++) {
        chosen[i] = item->role != ROLE_DNSKEY || survey->ds == NULL ||
                    ds_names(survey, item->verdicts[i].key, &usable);
        any = any || chosen[i];
    }
    *none = usable && !any;
    for (size_t i = 0; !any && i < item->set->sig_count; i++) {
        chosen[i] = true;
    }
    return chosen;
}

static bool better(const struct sig_verdict *a, const struct sig_verdict *b)
{
    unsigned a_defects = rrsig_defects(a);
    unsigned b_defects = rrsig_defects(b);
    if (a_defects == 0 && b_defects == 0) {
        return a->remaining > b->remaining;
    }
    return reason_row(a_defects) > reason_row(b_defects);
}

/* The best signature of one algorithm (or of any, below 0) among the eligible; NULL: none. */
static const struct sig_verdict *best(const struct item *item, const bool *chosen, int algorithm)
{
    const struct sig_verdict *found = NULL;
    for (size_t i = 0; i < item->set->sig_count; i++) {
        const struct sig_verdict *verdict = &item->verdicts[i];
        if (chosen[i] && (algorithm < 0 || verdict->sig->algorithm == algorithm) &&
            (found == NULL || better(verdict, found))) {
            found = verdict;
        }
    }
    return found;
}

/*
 * Of a good RRset: per algorithm the signature that lasts longest, and of these the one that ends
 * first, because validators may know only one of the algorithms.
 */
static const struct sig_verdict *first_to_end(const struct item *item, const bool *chosen)
{
    const struct sig_verdict *found = NULL;
    for (size_t i = 0; i < item->set->sig_count; i++) {
        const struct sig_verdict *verdict = best(item, chosen, item->verdicts[i].sig->algorithm);
        if (verdict != NULL && rrsig_defects(verdict) == 0 &&
            (found == NULL || verdict->remaining < found->remaining)) {
            found = verdict;
        }
    }
    return found;
}

static enum finding_id missing_reason(enum role role)
{
    switch (role) {
    case ROLE_DNSKEY:
        return FINDING_RRSIG_MISSING_DNSKEY;
    case ROLE_NEGATIVE:
        return FINDING_RRSIG_MISSING_NEGATIVE;
    case ROLE_PARENT_DS:
        return FINDING_DS_PARENT_UNSIGNED;
    case ROLE_DATA:
        break;
    }
    return FINDING_RRSIG_MISSING_RRSET;
}

static bool any_has(const struct item *item, unsigned defect)
{
    for (size_t i = 0; i < item->set->sig_count; i++) {
        if ((item->verdicts[i].defects & defect) != 0) {
            return true;
        }
    }
    return false;
}

/* What failed for want of the host's policy or our own work limit is not the zone's fault. */
static enum finding_id failure(const struct item *item)
{
    if (any_has(item, SIG_REFUSED_HERE)) {
        return FINDING_CRYPTO_REFUSED;
    }
    if (any_has(item, SIG_LIMIT)) {
        return FINDING_LIMIT_VALIDATIONS;
    }
    enum finding_id id = rrsig_reason(item, item->deciding);
    return item->role == ROLE_PARENT_DS && id != FINDING_RRSIG_UNSUPPORTED_ALG
               ? FINDING_DS_PARENT_BAD_SIG
               : id;
}

void rrsig_judge_item(const struct survey *survey, struct item *item)
{
    item->failed = true;
    if (item->set->sig_count == 0) {
        item->reason = missing_reason(item->role);
        return;
    }
    if (item->role == ROLE_PARENT_DS && !survey->parent_keys_known) {
        /* Without the parent's keys nothing can be said; check_dnssec_chain tells why. */
        item->failed = false;
        return;
    }
    item->verdicts = verify(survey, item);
    bool none = false;
    const bool *chosen = eligible(survey, item, &none);
    item->deciding = first_to_end(item, chosen);
    item->failed = item->deciding == NULL || none;
    if (item->deciding == NULL) {
        item->deciding = best(item, chosen, -1);
        item->reason = failure(item);
    } else if (none) {
        item->reason = FINDING_RRSIG_MISSING_KSK;
    }
}
