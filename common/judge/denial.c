/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses among the proofs by NSEC and by NSEC3, and gives their parts names. */
#include "judge/denial.h"

#include <assert.h>

#include "judge/bitmap.h"
#include "judge/nsec.h"
#include "judge/nsec3.h"

/* How many RRsets of one kind there are, and how many of them may be used. */
struct tally {
    size_t present;
    size_t usable;
};

struct denial_record denial_record(const struct rrset *set, const struct sig_verdict *verdicts)
{
    struct denial_record record = {.set = set};
    for (size_t i = 0; i < set->sig_count && !record.usable; i++) {
        if (verdicts[i].defects == 0) {
            record.usable = true;
            record.labels = verdicts[i].sig->labels;
        }
    }
    return record;
}

bool denial_supports(const struct proof *proof, enum denial_claim claim)
{
    switch (proof->verdict) {
    case DENIAL_NODATA:
    case DENIAL_ENT:
    case DENIAL_WILDCARD_NODATA:
        return claim == CLAIM_NODATA;
    case DENIAL_NXDOMAIN:
        return claim == CLAIM_NXDOMAIN ||
               (claim == CLAIM_NODATA && proof_has(proof, DEFECT_COMPACT_DENIAL));
    case DENIAL_WILDCARD_EXPANSION:
        return claim == CLAIM_WILDCARD;
    case DENIAL_INSECURE_DELEGATION:
    case DENIAL_OPT_OUT:
        return claim == CLAIM_NODATA || claim == CLAIM_UNSIGNED_CUT;
    case DENIAL_NONE:
    case DENIAL_EXISTS:
    case DENIAL_TOO_COSTLY:
    case DENIAL_REFUSED_HERE:
        break;
    }
    return false;
}

static unsigned rank(const struct proof *proof, enum denial_claim claim)
{
    if (denial_supports(proof, claim)) {
        return 3;
    }
    bool undecided = proof->verdict == DENIAL_TOO_COSTLY || proof->verdict == DENIAL_REFUSED_HERE;
    if (undecided) {
        return 1;
    }
    return proof->verdict == DENIAL_NONE ? 0 : 2;
}

bool denial_is_better(const struct proof *a, const struct proof *b, enum denial_claim claim)
{
    return rank(a, claim) > rank(b, claim);
}

static struct tally count_records(const struct denial_record *records, size_t count, uint16_t type)
{
    struct tally tally = {0};
    for (size_t i = 0; i < count; i++) {
        bool is_kind = records[i].set->type == type && records[i].set->count > 0;
        tally.present += is_kind ? 1 : 0;
        tally.usable += is_kind && records[i].usable ? 1 : 0;
    }
    return tally;
}

/* Whether the answer was not made from a wildcard, so that no closer name need be denied. */
static bool is_literal(const struct denial_question *question)
{
    return question->claim == CLAIM_WILDCARD && question->labels >= sig_labels(question->name);
}

/* Whether the record is that of a zone whose apex is `apex`. */
static bool is_apex_of(const struct name *apex, const struct rrset *set)
{
    struct name parent = name_parent(&set->owner);
    struct nsec nsec;
    struct nsec3 nsec3;
    if (set->type == RR_NSEC) {
        return set->count == 1 && name_equal(&set->owner, apex) && rr_nsec(set->rr[0], &nsec) &&
               bitmap_has(nsec.types, RR_SOA);
    }
    return set->type == RR_NSEC3 && set->count == 1 && name_equal(&parent, apex) &&
           rr_nsec3(set->rr[0], &nsec3) && bitmap_has(nsec3.types, RR_SOA);
}

/*
 * A server that has parent and child answers a question about DS from the child's side.  Those
 * records are signed by the child, so they are not usable, and tell what is wrong all the same.
 */
static uint64_t child_side(const struct denial_question *question,
                           const struct denial_record *records, size_t count)
{
    bool any = false;
    bool is_cut = question->type == RR_DS && !name_equal(question->name, question->zone);
    for (size_t i = 0; i < count && is_cut; i++) {
        any = any || is_apex_of(question->name, records[i].set);
    }
    return denial_defect_if(any, DEFECT_NSEC_CHILD_SIDE_DS);
}

/* The better of the proofs by the kinds that are there. */
static struct proof choose(struct crypto *crypto, const struct denial_question *question,
                           const struct denial_record *records, size_t count)
{
    bool any_nsec = count_records(records, count, RR_NSEC).usable > 0;
    bool any_nsec3 = count_records(records, count, RR_NSEC3).usable > 0;
    struct proof proof = {.kind = DENIAL_BY_NOTHING};
    if (any_nsec) {
        proof = nsec_prove(question, records, count);
    }
    if (any_nsec3) {
        struct proof other = nsec3_prove(crypto, question, records, count);
        proof = !any_nsec || denial_is_better(&other, &proof, question->claim) ? other : proof;
    }
    proof.defects |= denial_defect_if(any_nsec && any_nsec3, DEFECT_NSEC_MIXED);
    return proof;
}

/* Whether there are records that the proof was made without for their number. */
static bool is_partial(const struct denial_record *records, size_t count)
{
    size_t nsec3_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rrset *set = records[i].set;
        if (records[i].unjudged) {
            return true;
        }
        nsec3_count += set->type == RR_NSEC3 && records[i].usable ? set->count : 0;
    }
    return nsec3_count > DENIAL_NSEC3_MAX;
}

struct proof denial_prove(struct crypto *crypto, const struct denial_question *question,
                          const struct denial_record *records, size_t count)
{
    assert(question->claim != CLAIM_UNSIGNED_CUT || question->type == RR_DS);
    struct proof proof = {.kind = DENIAL_BY_NOTHING};
    size_t present = count_records(records, count, RR_NSEC).present +
                     count_records(records, count, RR_NSEC3).present;
    if (!name_is_under(question->name, question->zone)) {
        proof.defects = denial_defect_bit(DEFECT_NSEC_COVERS_OUTSIDE);
        return proof;
    }
    if (question->claim == CLAIM_WILDCARD && question->labels < question->zone->labels) {
        return proof; /* no signature of the zone can be so short */
    }
    if (is_literal(question)) {
        proof.verdict = DENIAL_WILDCARD_EXPANSION;
        return proof;
    }
    if (present == 0) {
        proof.defects =
            denial_defect_bit(question->claim == CLAIM_WILDCARD ? DEFECT_DENIAL_MISSING_WILDCARD
                                                                : DEFECT_DENIAL_MISSING);
        return proof;
    }
    proof = choose(crypto, question, records, count);
    if (proof.verdict == DENIAL_NONE && is_partial(records, count)) {
        proof.verdict = DENIAL_TOO_COSTLY;
    } else if (proof.verdict == DENIAL_NONE) {
        proof.defects |= child_side(question, records, count);
    }
    return proof;
}

bool denial_contradicts(struct crypto *crypto, const struct denial_question *question,
                        const struct denial_record *records, size_t count)
{
    return name_is_under(question->name, question->zone) &&
           (nsec_contradicts(question, records, count) ||
            nsec3_contradicts(crypto, question, records, count));
}

static const char *const slugs[DENIAL_DEFECT_COUNT] = {
    [DEFECT_DENIAL_MISSING] = "denial-missing",
    [DEFECT_DENIAL_MISSING_WILDCARD] = "denial-missing-wildcard",
    [DEFECT_NSEC_QNAME_UNCOVERED] = "nsec-qname-uncovered",
    [DEFECT_NSEC_WILDCARD_UNCOVERED] = "nsec-wildcard-uncovered",
    [DEFECT_NSEC_NO_MATCH] = "nsec-no-match",
    [DEFECT_NSEC_TYPE_SET] = "nsec-type-set",
    [DEFECT_NSEC_CNAME_SET] = "nsec-cname-set",
    [DEFECT_NSEC_ANCESTOR_DELEGATION] = "nsec-ancestor-delegation",
    [DEFECT_NSEC_CHILD_SIDE_DS] = "nsec-child-side-ds",
    [DEFECT_NSEC_DS_NS_BIT_CLEAR] = "nsec-ds-ns-bit-clear",
    [DEFECT_NSEC_DS_BIT_SET] = "nsec-ds-bit-set",
    [DEFECT_NSEC_WILDCARD_OWNER_FORGED] = "nsec-wildcard-owner-forged",
    [DEFECT_NSEC_NEXT_OVERREACH] = "nsec-next-overreach",
    [DEFECT_NSEC_LAST_NOT_APEX] = "nsec-last-not-apex",
    [DEFECT_NSEC_COVERS_OUTSIDE] = "nsec-covers-outside",
    [DEFECT_NSEC_BITMAP_NO_SELF] = "nsec-bitmap-no-self",
    [DEFECT_NSEC_BITMAP_APEX] = "nsec-bitmap-apex",
    [DEFECT_NSEC_BITMAP_MALFORMED] = "nsec-bitmap-malformed",
    [DEFECT_NSEC_MULTIPLE] = "nsec-multiple",
    [DEFECT_NSEC_MIXED] = "nsec-mixed",
    [DEFECT_NSEC3_NO_CLOSEST_ENCLOSER] = "nsec3-no-closest-encloser",
    [DEFECT_NSEC3_NEXT_CLOSER_UNCOVERED] = "nsec3-next-closer-uncovered",
    [DEFECT_NSEC3_WILDCARD_UNCOVERED] = "nsec3-wildcard-uncovered",
    [DEFECT_NSEC3_NO_MATCH] = "nsec3-no-match",
    [DEFECT_NSEC3_OPTOUT_NEEDED] = "nsec3-optout-needed",
    [DEFECT_NSEC3_OPTOUT_ON] = "nsec3-optout-on",
    [DEFECT_NSEC3_ITER_NONZERO] = "nsec3-iter-nonzero",
    [DEFECT_NSEC3_ITER_INSECURE] = "nsec3-iter-insecure",
    [DEFECT_NSEC3_ITER_REFUSED] = "nsec3-iter-refused",
    [DEFECT_NSEC3_SALT] = "nsec3-salt",
    [DEFECT_NSEC3_HASH_UNKNOWN] = "nsec3-hash-unknown",
    [DEFECT_NSEC3_FLAGS_UNKNOWN] = "nsec3-flags-unknown",
    [DEFECT_NSEC3_PARAMS_MIXED] = "nsec3-params-mixed",
    [DEFECT_NSEC3_OWNER_INVALID] = "nsec3-owner-invalid",
    [DEFECT_NSEC3_NEXT_INVALID] = "nsec3-next-invalid",
    [DEFECT_NSEC3_TOO_MANY] = "nsec3-too-many",
    [DEFECT_NSEC3_MULTIPLE_OWNER] = "nsec3-multiple-owner",
    [DEFECT_COMPACT_DENIAL] = "compact-denial",
    [DEFECT_COMPACT_MALFORMED] = "compact-malformed",
    [DEFECT_COMPACT_NO_SIGNAL] = "compact-no-signal",
    [DEFECT_WHITE_LIES] = "white-lies",
    [DEFECT_WILDCARD_COVERED] = "wildcard-covered",
};

const char *denial_defect_slug(enum denial_defect defect)
{
    assert(defect < DENIAL_DEFECT_COUNT);
    return slugs[defect];
}

const char *denial_defects_text(struct arena *arena, uint64_t defects)
{
    const char *text = "";
    for (int defect = 0; defect < DENIAL_DEFECT_COUNT; defect++) {
        if ((defects & denial_defect_bit((enum denial_defect)defect)) != 0) {
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
                                denial_defect_slug((enum denial_defect)defect));
        }
    }
    return text;
}

const char *denial_text(enum denial denial)
{
    static const char *const texts[] = {
        [DENIAL_NONE] = "is not denied",
        [DENIAL_EXISTS] = "exists",
        [DENIAL_NODATA] = "has no such type",
        [DENIAL_ENT] = "is an empty non-terminal",
        [DENIAL_NXDOMAIN] = "does not exist",
        [DENIAL_WILDCARD_NODATA] = "matches a wildcard without such type",
        [DENIAL_WILDCARD_EXPANSION] = "comes from a wildcard",
        [DENIAL_INSECURE_DELEGATION] = "is an unsigned delegation",
        [DENIAL_OPT_OUT] = "is in an Opt-Out span",
        [DENIAL_TOO_COSTLY] = "is denied with too much work",
        [DENIAL_REFUSED_HERE] = "cannot be decided without SHA-1",
    };
    assert((size_t)denial < sizeof texts / sizeof texts[0]);
    return texts[denial];
}
