/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules for NSEC3.
 *
 * Records of one reply may have several sets of parameters while a zone changes its salt.  A proof
 * must not mix them (RFC 5155 8.2), so each set is tried by itself, and all of them together may
 * not do more hashing than one of them would need twice.
 */
#include "judge/nsec3.h"

#include <string.h>

#include "judge/bitmap.h"
#include "judge/nsec3_links.h"

enum { NARROW_SPAN = 2 };

/* What may still be spent on hashes. */
struct budget {
    size_t hashes;
    size_t iterations;
};

/* The attempt to prove something with one set of parameters. */
struct attempt {
    struct crypto *crypto;
    const struct denial_question *question;
    const struct nsec3_links *links;
    const struct nsec3_link *parameters; /* any record of the set */
    struct budget *budget;
    struct proof proof;
};

/* The closest provable encloser: its record, and the one that covers the next closer name. */
struct enclosure {
    const struct nsec3_link *match;
    const struct nsec3_link *cover;
};

/* Hashes a name within the budget; false, with the verdict set, when that is not possible. */
static bool hash_name(struct attempt *attempt, const struct name *name,
                      uint8_t hash[NSEC3_HASH_SIZE])
{
    uint16_t iterations = attempt->parameters->iterations;
    struct budget *budget = attempt->budget;
    if (iterations > NSEC3_ITERATIONS_MAX || iterations > budget->iterations ||
        budget->hashes == 0) {
        attempt->proof.verdict = DENIAL_TOO_COSTLY;
        return false;
    }
    budget->hashes--;
    budget->iterations -= iterations;
    if (!nsec3_hash(attempt->crypto, name, attempt->parameters->salt, iterations, hash)) {
        attempt->proof.verdict = DENIAL_REFUSED_HERE;
        return false;
    }
    return true;
}

static const struct nsec3_link *find_match(const struct attempt *attempt,
                                           const uint8_t hash[NSEC3_HASH_SIZE])
{
    for (size_t i = 0; i < attempt->links->count; i++) {
        const struct nsec3_link *link = &attempt->links->link[i];
        if (nsec3_same_parameters(link, attempt->parameters) &&
            memcmp(link->owner, hash, NSEC3_HASH_SIZE) == 0) {
            return link;
        }
    }
    return NULL;
}

static const struct nsec3_link *find_cover(const struct attempt *attempt,
                                           const uint8_t hash[NSEC3_HASH_SIZE])
{
    for (size_t i = 0; i < attempt->links->count; i++) {
        const struct nsec3_link *link = &attempt->links->link[i];
        if (nsec3_same_parameters(link, attempt->parameters) &&
            nsec3_covers(link->owner, link->next, hash)) {
            return link;
        }
    }
    return NULL;
}

/* Notes what a covering record shows beside the covering: spans of H - 1 to H + 1 (RFC 7129 B). */
static void note_cover(struct attempt *attempt, const struct nsec3_link *cover)
{
    unsigned distance = nsec3_distance(cover->owner, cover->next);
    attempt->proof.defects |=
        denial_defect_if(distance > 0 && distance <= NARROW_SPAN, DEFECT_WHITE_LIES);
}

static void judge_match(struct attempt *attempt, const struct nsec3_link *link)
{
    struct matched match = {.kind = DENIAL_BY_NSEC3,
                            .types = link->types,
                            .successor = nsec3_distance(link->owner, link->next) == 1};
    bitmap_judge(attempt->question, &match, &attempt->proof);
}

/* The defect of a step of the closest-encloser proof, by what the reply claims. */
static void fail(struct attempt *attempt, enum denial_defect nxdomain_defect)
{
    attempt->proof.defects |= denial_defect_bit(
        attempt->question->claim == CLAIM_NXDOMAIN ? nxdomain_defect : DEFECT_NSEC3_NO_MATCH);
}

/*
 * The closest encloser proof (RFC 5155 8.3) for a name that no record matches; `hash` is that of
 * the name, and then of the next closer one.
 */
static bool prove_encloser(struct attempt *attempt, uint8_t hash[NSEC3_HASH_SIZE],
                           struct enclosure *enclosure)
{
    const struct denial_question *question = attempt->question;
    for (unsigned labels = question->name->labels; labels-- > question->zone->labels;) {
        struct name ancestor = name_suffix(question->name, labels);
        uint8_t ancestor_hash[NSEC3_HASH_SIZE];
        if (!hash_name(attempt, &ancestor, ancestor_hash)) {
            return false;
        }
        enclosure->match = find_match(attempt, ancestor_hash);
        if (enclosure->match != NULL) {
            attempt->proof.encloser = ancestor;
            break;
        }
        memcpy(hash, ancestor_hash, NSEC3_HASH_SIZE);
    }
    if (enclosure->match == NULL) {
        fail(attempt, DEFECT_NSEC3_NO_CLOSEST_ENCLOSER);
        return false;
    }
    enclosure->cover = find_cover(attempt, hash);
    if (enclosure->cover == NULL) {
        fail(attempt, DEFECT_NSEC3_NEXT_CLOSER_UNCOVERED);
        return false;
    }
    return true;
}

/* What the encloser's own record has against its use, and whether it is a whole one of the apex. */
static bool check_encloser(struct attempt *attempt, const struct nsec3_link *match)
{
    bool is_apex = name_equal(&attempt->proof.encloser, attempt->question->zone);
    bool hides = bitmap_hides_below(match->types);
    attempt->proof.defects |= bitmap_defects(match->types, DENIAL_BY_NSEC3, is_apex) |
                              denial_defect_if(hides, DEFECT_NSEC_ANCESTOR_DELEGATION);
    return !hides;
}

/*
 * The name is in a span without signed names; whether a wildcard at the closest encloser would
 * match it (RFC 5155 8.4 and 8.7).  False when the records do not say.
 */
static bool judge_wildcard(struct attempt *attempt)
{
    struct name wildcard;
    uint8_t hash[NSEC3_HASH_SIZE];
    if (!name_wildcard(&attempt->proof.encloser, &wildcard) ||
        !hash_name(attempt, &wildcard, hash)) {
        return true; /* too long it cannot be: it takes the place of the next closer name */
    }
    const struct nsec3_link *match = find_match(attempt, hash);
    if (match != NULL) {
        bitmap_judge_wildcard(attempt->question, match->types, &attempt->proof);
        return true;
    }
    const struct nsec3_link *cover = find_cover(attempt, hash);
    if (cover == NULL) {
        return false;
    }
    note_cover(attempt, cover);
    attempt->proof.verdict = DENIAL_NXDOMAIN;
    return true;
}

/* The closest encloser is proved, and the reply says NXDOMAIN. */
static void judge_nxdomain(struct attempt *attempt)
{
    bool known = judge_wildcard(attempt);
    bool is_other =
        attempt->proof.verdict == DENIAL_WILDCARD_NODATA || attempt->proof.verdict == DENIAL_EXISTS;
    attempt->proof.defects |= denial_defect_if(!known || is_other, DEFECT_NSEC3_WILDCARD_UNCOVERED);
}

/*
 * The closest encloser is proved, and the reply says that the name has no such type.  An Opt-Out
 * span may hold an unsigned delegation, or names above one (RFC 5155 8.6, erratum 3441), so the
 * wildcard matters only when the records prove that there is one; for DS it does not matter at all.
 */
static void judge_nodata(struct attempt *attempt, bool opt_out)
{
    bool is_ds = attempt->question->type == RR_DS;
    struct proof *proof = &attempt->proof;
    if (is_ds && opt_out) {
        proof->verdict = DENIAL_OPT_OUT;
        return;
    }
    bool known = judge_wildcard(attempt);
    bool from_wildcard = known && proof->verdict != DENIAL_NXDOMAIN;
    if (from_wildcard) {
        return;
    }
    if (opt_out) {
        proof->verdict = DENIAL_OPT_OUT;
    } else if (is_ds) {
        proof->defects |= denial_defect_bit(DEFECT_NSEC3_OPTOUT_NEEDED);
    } else if (!known) {
        proof->defects |= denial_defect_bit(DEFECT_NSEC3_NO_MATCH) |
                          denial_defect_bit(DEFECT_DENIAL_MISSING_WILDCARD);
    }
}

/* What is proved about a name that is not there, or not with the type. */
static void judge_negative(struct attempt *attempt)
{
    const struct denial_question *question = attempt->question;
    struct enclosure enclosure = {0};
    uint8_t hash[NSEC3_HASH_SIZE];
    if (!hash_name(attempt, question->name, hash)) {
        return;
    }
    const struct nsec3_link *match = find_match(attempt, hash);
    if (match != NULL) {
        bool is_apex = name_equal(question->name, question->zone);
        attempt->proof.defects |= bitmap_defects(match->types, DENIAL_BY_NSEC3, is_apex);
        judge_match(attempt, match);
        return;
    }
    if (!prove_encloser(attempt, hash, &enclosure) || !check_encloser(attempt, enclosure.match)) {
        return;
    }
    note_cover(attempt, enclosure.cover);
    attempt->proof.opt_out = enclosure.cover->opt_out;
    if (question->claim == CLAIM_NXDOMAIN) {
        judge_nxdomain(attempt);
    } else {
        judge_nodata(attempt, enclosure.cover->opt_out);
    }
}

/*
 * An answer made from the wildcard at the encloser (RFC 5155 8.8).  The answer proves that the
 * encloser exists, so only the next closer name has to be covered.
 */
static void judge_expansion(struct attempt *attempt)
{
    const struct denial_question *question = attempt->question;
    struct proof *proof = &attempt->proof;
    struct name closer = name_suffix(question->name, question->labels + 1u);
    struct name wildcard = closer;
    uint8_t closer_hash[NSEC3_HASH_SIZE];
    uint8_t wildcard_hash[NSEC3_HASH_SIZE];
    proof->encloser = name_suffix(question->name, question->labels);
    (void)name_wildcard(&proof->encloser, &wildcard); /* fits in the place of the next closer */
    if (!hash_name(attempt, &closer, closer_hash) ||
        !hash_name(attempt, &wildcard, wildcard_hash)) {
        return;
    }
    const struct nsec3_link *cover = find_cover(attempt, closer_hash);
    if (find_cover(attempt, wildcard_hash) != NULL) {
        proof->defects |= denial_defect_bit(DEFECT_WILDCARD_COVERED);
    } else if (cover == NULL) {
        bool exists = find_match(attempt, closer_hash) != NULL;
        proof->verdict = exists ? DENIAL_EXISTS : DENIAL_NONE;
        proof->defects |= denial_defect_bit(DEFECT_NSEC3_NEXT_CLOSER_UNCOVERED);
    } else {
        note_cover(attempt, cover);
        proof->opt_out = cover->opt_out;
        proof->verdict = DENIAL_WILDCARD_EXPANSION;
    }
}

/* Tries the set of parameters that `parameters` is the first record of. */
static struct proof try_parameters(struct attempt *attempt, const struct nsec3_link *parameters)
{
    attempt->parameters = parameters;
    attempt->proof = (struct proof){.kind = DENIAL_BY_NSEC3, .iterations = parameters->iterations};
    if (attempt->question->claim == CLAIM_WILDCARD) {
        judge_expansion(attempt);
    } else {
        judge_negative(attempt);
    }
    attempt->proof.opt_out = attempt->proof.opt_out && attempt->proof.verdict != DENIAL_NONE;
    return attempt->proof;
}

static struct budget full_budget(const struct denial_question *question)
{
    return (struct budget){.hashes = NSEC3_HASHES_MAX(question->name->labels),
                           .iterations = NSEC3_ITERATIONS_SUM_MAX};
}

struct proof nsec3_prove(struct crypto *crypto, const struct denial_question *question,
                         const struct denial_record *records, size_t count)
{
    struct nsec3_links links = {.count = 0};
    uint64_t defects = nsec3_read_links(question->zone, records, count, &links);
    struct budget budget = full_budget(question);
    struct attempt attempt = {
        .crypto = crypto, .question = question, .links = &links, .budget = &budget};
    struct proof best = {.kind = DENIAL_BY_NSEC3};
    for (size_t i = 0; i < links.count; i++) {
        if (nsec3_is_first_of_set(&links, i)) {
            struct proof proof = try_parameters(&attempt, &links.link[i]);
            best = i == 0 || denial_is_better(&proof, &best, question->claim) ? proof : best;
        }
    }
    best.defects |= defects;
    return best;
}

/* Whether the set of `parameters` denies the name or the type. */
static bool set_contradicts(struct attempt *attempt, const struct nsec3_link *parameters)
{
    uint8_t hash[NSEC3_HASH_SIZE];
    attempt->parameters = parameters;
    attempt->proof = (struct proof){.kind = DENIAL_BY_NSEC3};
    if (!hash_name(attempt, attempt->question->name, hash)) {
        return false;
    }
    const struct nsec3_link *match = find_match(attempt, hash);
    if (match == NULL) {
        const struct nsec3_link *cover = find_cover(attempt, hash);
        return cover != NULL && !cover->opt_out;
    }
    judge_match(attempt, match);
    return attempt->proof.verdict != DENIAL_NONE && attempt->proof.verdict != DENIAL_EXISTS;
}

bool nsec3_contradicts(struct crypto *crypto, const struct denial_question *question,
                       const struct denial_record *records, size_t count)
{
    struct nsec3_links links = {.count = 0};
    (void)nsec3_read_links(question->zone, records, count,
                           &links); /* defects are for nsec3_prove */
    struct budget budget = full_budget(question);
    struct attempt attempt = {
        .crypto = crypto, .question = question, .links = &links, .budget = &budget};
    for (size_t i = 0; i < links.count; i++) {
        if (nsec3_is_first_of_set(&links, i) && set_contradicts(&attempt, &links.link[i])) {
            return true;
        }
    }
    return false;
}
