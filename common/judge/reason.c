/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the verdicts on signatures into the terms of findings. */
#include "judge/reason.h"

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
static size_t row_of(unsigned defects)
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

unsigned reason_defects(const struct sig_verdict *verdict)
{
    if (verdict->age < 0 && verdict->age >= -REASON_SKEW) {
        return verdict->defects & ~(unsigned)SIG_NOT_YET_VALID;
    }
    return verdict->defects;
}

enum finding_id reason_of(const struct rrset *set, const struct sig_verdict *verdict)
{
    size_t row = row_of(reason_defects(verdict));
    enum finding_id id = row < REASONS ? reasons[row].id : FINDING_RRSIG_TYPE_COVERED;
    if (id == FINDING_NSEC_NEXT_OVERREACH && set->type == RR_NSEC3) {
        return FINDING_NSEC3_OWNER_INVALID;
    }
    /* A window that is upright as plain numbers is too long rather than inverted. */
    if (id == FINDING_RRSIG_WINDOW_INVERTED && verdict->sig->expiration > verdict->sig->inception) {
        return FINDING_RRSIG_WINDOW_AMBIGUOUS;
    }
    return id;
}

static bool better(const struct sig_verdict *a, const struct sig_verdict *b)
{
    unsigned a_defects = reason_defects(a);
    unsigned b_defects = reason_defects(b);
    if (a_defects == 0 && b_defects == 0) {
        return a->remaining > b->remaining;
    }
    return row_of(a_defects) > row_of(b_defects);
}

/* The signatures that count. */
struct field {
    const struct rrset *set;
    const struct sig_verdict *verdicts;
    const bool *eligible;
};

/* The best signature of one algorithm, or of any when that is below 0; NULL: none. */
static const struct sig_verdict *best(const struct field *field, int algorithm)
{
    const struct sig_verdict *found = NULL;
    for (size_t i = 0; i < field->set->sig_count; i++) {
        const struct sig_verdict *verdict = &field->verdicts[i];
        if ((field->eligible == NULL || field->eligible[i]) &&
            (algorithm < 0 || verdict->sig->algorithm == algorithm) &&
            (found == NULL || better(verdict, found))) {
            found = verdict;
        }
    }
    return found;
}

static const struct sig_verdict *first_to_end(const struct field *field)
{
    const struct sig_verdict *found = NULL;
    bool seen[256] = {false};
    for (size_t i = 0; i < field->set->sig_count; i++) {
        uint8_t algorithm = field->verdicts[i].sig->algorithm;
        const struct sig_verdict *verdict = seen[algorithm] ? NULL : best(field, algorithm);
        seen[algorithm] = true;
        if (verdict != NULL && reason_defects(verdict) == 0 &&
            (found == NULL || verdict->remaining < found->remaining)) {
            found = verdict;
        }
    }
    return found;
}

static bool any_has(const struct field *field, unsigned defect)
{
    for (size_t i = 0; i < field->set->sig_count; i++) {
        if ((field->eligible == NULL || field->eligible[i]) &&
            (field->verdicts[i].defects & defect) != 0) {
            return true;
        }
    }
    return false;
}

struct judgement reason_judge(const struct rrset *set, const struct sig_verdict *verdicts,
                              const bool *eligible)
{
    struct field field = {.set = set, .verdicts = verdicts, .eligible = eligible};
    struct judgement judgement = {.reason = FINDING_RRSIG_MISSING_RRSET, .verdicts = verdicts};
    if (set->sig_count == 0) {
        return judgement;
    }
    judgement.deciding = first_to_end(&field);
    judgement.good = judgement.deciding != NULL;
    if (judgement.good) {
        return judgement;
    }
    judgement.deciding = best(&field, -1);
    /* What fails for want of the host's policy or our own work limit is not the zone's fault. */
    if (any_has(&field, SIG_REFUSED_HERE)) {
        judgement.reason = FINDING_CRYPTO_REFUSED;
    } else if (any_has(&field, SIG_LIMIT)) {
        judgement.reason = FINDING_LIMIT_VALIDATIONS;
    } else if (judgement.deciding != NULL) {
        judgement.reason = reason_of(set, judgement.deciding);
    }
    return judgement;
}

bool reason_is_open(enum finding_id reason)
{
    return reason == FINDING_RRSIG_UNSUPPORTED_ALG || reason == FINDING_CRYPTO_REFUSED ||
           reason == FINDING_LIMIT_VALIDATIONS;
}

bool reason_is_time(enum finding_id reason)
{
    return reason == FINDING_RRSIG_EXPIRED_RRSET || reason == FINDING_RRSIG_NOT_YET_RRSET;
}
