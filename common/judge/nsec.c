/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules for NSEC.
 *
 * Records are decoded anew in each pass over them: there are few passes, and nothing has to be kept
 * for a reply that may hold a thousand.
 */
#include "judge/nsec.h"

#include <string.h>

#include "judge/bitmap.h"

/* One NSEC that may be used, with the owner it was signed with. */
struct span {
    struct name owner;
    struct name next;
    struct bytes types;
};

/* The records, and what is asked of them. */
struct work {
    const struct denial_question *question;
    const struct denial_record *records;
    size_t count;
};

enum cover { COVER_NONE, COVER_FILTERED, COVER_FOUND };

bool nsec_covers(const struct name *owner, const struct name *next, const struct name *zone,
                 const struct name *name)
{
    if (!name_is_below(name, zone) || name_compare(owner, name) >= 0) {
        return false;
    }
    if (name_compare(owner, next) < 0) {
        return name_compare(name, next) < 0;
    }
    return name_equal(next, zone);
}

bool nsec_is_successor(const struct name *owner, const struct name *next)
{
    struct name first;
    if (name_prepend(owner, "\0", 1, &first) && name_equal(&first, next)) {
        return true;
    }
    size_t length = owner->wire[0];
    return length > 0 && next->size == owner->size + 1 && next->wire[0] == length + 1 &&
           next->wire[1 + length] == 0 && memcmp(next->wire + 1, owner->wire + 1, length) == 0 &&
           memcmp(next->wire + 2 + length, owner->wire + 1 + length, owner->size - 1 - length) == 0;
}

/* Whether the record is an NSEC that was verified. */
static bool is_candidate(const struct denial_record *record)
{
    return record->usable && record->set->type == RR_NSEC && record->set->count > 0;
}

/*
 * The name that was signed.  An NSEC of a wildcard that was expanded to the name asked about looks
 * like one that matches it, and would deny whatever types the name really has (CVE-2017-15105).
 */
static struct name signed_owner(const struct denial_record *record)
{
    return sig_owner(&record->set->owner, record->labels);
}

/* The NSEC of a record; false when there is none that may be used. */
static bool read_span(const struct work *work, const struct denial_record *record,
                      struct span *span)
{
    const struct name *zone = work->question->zone;
    struct nsec nsec;
    if (!is_candidate(record) || record->set->count != 1 || !rr_nsec(record->set->rr[0], &nsec) ||
        !bitmap_read(nsec.types).parses) {
        return false;
    }
    struct name owner = signed_owner(record);
    if (!name_is_under(&owner, zone) || !name_is_under(&nsec.next, zone)) {
        return false;
    }
    *span = (struct span){.owner = owner, .next = nsec.next, .types = nsec.types};
    return true;
}

/* What is wrong with one NSEC RRset whatever it is used for. */
static uint64_t record_defects(const struct work *work, const struct denial_record *record)
{
    const struct name *zone = work->question->zone;
    struct name owner = signed_owner(record);
    uint64_t defects =
        denial_defect_if(record->set->count > 1, DEFECT_NSEC_MULTIPLE) |
        denial_defect_if(denial_is_expanded(record), DEFECT_NSEC_WILDCARD_OWNER_FORGED);
    for (size_t i = 0; i < record->set->count; i++) {
        struct nsec nsec;
        if (!rr_nsec(record->set->rr[i], &nsec)) {
            defects |= denial_defect_bit(DEFECT_NSEC_BITMAP_MALFORMED);
            continue;
        }
        bool is_inside = name_is_under(&nsec.next, zone);
        bool goes_back = name_compare(&owner, &nsec.next) >= 0 && !name_equal(&nsec.next, zone);
        defects |= denial_defect_if(!is_inside, DEFECT_NSEC_NEXT_OVERREACH) |
                   denial_defect_if(is_inside && goes_back, DEFECT_NSEC_LAST_NOT_APEX) |
                   bitmap_defects(nsec.types, DENIAL_BY_NSEC, name_equal(&owner, zone));
    }
    return defects;
}

/* Counts the records that may be used, and collects the defects of all that were verified. */
static size_t look_through(const struct work *work, uint64_t *defects)
{
    size_t usable = 0;
    for (size_t i = 0; i < work->count; i++) {
        struct span span;
        if (is_candidate(&work->records[i])) {
            *defects |= record_defects(work, &work->records[i]);
            usable += read_span(work, &work->records[i], &span) ? 1 : 0;
        }
    }
    return usable;
}

static bool find_match(const struct work *work, const struct name *name, struct span *found)
{
    for (size_t i = 0; i < work->count; i++) {
        struct span span;
        if (read_span(work, &work->records[i], &span) && name_equal(&span.owner, name)) {
            *found = span;
            return true;
        }
    }
    return false;
}

/*
 * A record that covers `name`.  One whose owner is above it and is a delegation or has a DNAME does
 * not know what is below (RFC 6840 4.1); where only such records cover it: COVER_FILTERED.
 */
static enum cover find_cover(const struct work *work, const struct name *name, struct span *found)
{
    enum cover cover = COVER_NONE;
    for (size_t i = 0; i < work->count; i++) {
        struct span span;
        if (!read_span(work, &work->records[i], &span) ||
            !nsec_covers(&span.owner, &span.next, work->question->zone, name)) {
            continue;
        }
        if (!name_is_under(name, &span.owner) || !bitmap_hides_below(span.types)) {
            *found = span;
            return COVER_FOUND;
        }
        cover = COVER_FILTERED;
    }
    return cover;
}

/* Labels of the closest encloser of a name that `span` covers: it shares them with either end. */
static unsigned encloser_labels(const struct span *span, const struct name *name)
{
    unsigned owner = name_common_labels(&span->owner, name);
    unsigned next = name_common_labels(&span->next, name);
    return owner > next ? owner : next;
}

static void judge_match(const struct work *work, const struct span *span, struct proof *proof)
{
    struct matched match = {.kind = DENIAL_BY_NSEC,
                            .types = span->types,
                            .successor = nsec_is_successor(&span->owner, &span->next)};
    bitmap_judge(work->question, &match, proof);
}

/* The defect for a name that nothing covers, or nothing that may. */
static uint64_t uncovered(enum cover cover, enum denial_defect defect)
{
    return denial_defect_bit(cover == COVER_FILTERED ? DEFECT_NSEC_ANCESTOR_DELEGATION : defect);
}

/* No record says anything of the wildcard. */
static uint64_t wildcard_unknown(const struct work *work, enum cover cover)
{
    if (work->question->claim == CLAIM_NXDOMAIN) {
        return uncovered(cover, DEFECT_NSEC_WILDCARD_UNCOVERED);
    }
    return uncovered(cover, DEFECT_NSEC_NO_MATCH) |
           denial_defect_if(cover == COVER_NONE, DEFECT_DENIAL_MISSING_WILDCARD);
}

/* The name is covered: whether a wildcard at the closest encloser would match it. */
static void judge_wildcard(const struct work *work, struct proof *proof)
{
    struct name wildcard;
    struct span span;
    if (!name_wildcard(&proof->encloser, &wildcard)) {
        return; /* cannot be: the name asked about is longer than that */
    }
    if (find_match(work, &wildcard, &span)) {
        bitmap_judge_wildcard(work->question, span.types, proof);
    } else {
        enum cover cover = find_cover(work, &wildcard, &span);
        if (cover != COVER_FOUND) {
            proof->defects |= wildcard_unknown(work, cover);
            return;
        }
        bool is_ent = name_is_under(&span.next, &wildcard);
        proof->verdict = is_ent ? DENIAL_WILDCARD_NODATA : DENIAL_NXDOMAIN;
        proof->defects |= denial_defect_if(bitmap_is_bare_nsec(span.types), DEFECT_WHITE_LIES);
    }
    bool claims_more = work->question->claim == CLAIM_NXDOMAIN && proof->verdict != DENIAL_NXDOMAIN;
    proof->defects |= denial_defect_if(claims_more, DEFECT_NSEC_WILDCARD_UNCOVERED);
}

/* What is proved about a name that is not there, or not with the type. */
static void judge_negative(const struct work *work, struct proof *proof)
{
    const struct denial_question *question = work->question;
    struct span span;
    if (find_match(work, question->name, &span)) {
        judge_match(work, &span, proof);
        return;
    }
    enum cover cover = find_cover(work, question->name, &span);
    if (cover != COVER_FOUND) {
        proof->defects |=
            uncovered(cover, question->claim == CLAIM_NXDOMAIN ? DEFECT_NSEC_QNAME_UNCOVERED
                                                               : DEFECT_NSEC_NO_MATCH);
        return;
    }
    proof->defects |= denial_defect_if(bitmap_is_bare_nsec(span.types), DEFECT_WHITE_LIES);
    if (name_is_under(&span.next, question->name)) {
        proof->verdict = DENIAL_ENT;
        proof->defects |=
            denial_defect_if(question->claim == CLAIM_UNSIGNED_CUT, DEFECT_NSEC_DS_NS_BIT_CLEAR);
        return;
    }
    proof->encloser = name_suffix(question->name, encloser_labels(&span, question->name));
    judge_wildcard(work, proof);
}

/*
 * An answer made from the wildcard at `encloser` (RFC 4035 5.3.4).  The next closer
 * name must not exist, not even as an ENT, and the record that says so must not deny the wildcard
 * or its parent: both are proved to exist by the answer.
 */
static void judge_expansion(const struct work *work, struct proof *proof)
{
    const struct denial_question *question = work->question;
    struct name closer = name_suffix(question->name, question->labels + 1u);
    struct name wildcard = closer;
    struct span span;
    proof->encloser = name_suffix(question->name, question->labels);
    (void)name_wildcard(&proof->encloser, &wildcard); /* fits in the place of the next closer */
    if (find_cover(work, &wildcard, &span) == COVER_FOUND) {
        proof->defects |= denial_defect_bit(DEFECT_WILDCARD_COVERED);
        return;
    }
    enum cover cover = find_cover(work, &closer, &span);
    bool exists = find_match(work, &closer, &span) ||
                  (cover == COVER_FOUND && name_is_under(&span.next, &closer));
    if (exists || cover != COVER_FOUND) {
        proof->verdict = exists ? DENIAL_EXISTS : DENIAL_NONE;
        proof->defects |= uncovered(exists ? COVER_NONE : cover, DEFECT_NSEC_QNAME_UNCOVERED);
        return;
    }
    proof->verdict = DENIAL_WILDCARD_EXPANSION;
    proof->defects |= denial_defect_if(bitmap_is_bare_nsec(span.types), DEFECT_WHITE_LIES);
}

struct proof nsec_prove(const struct denial_question *question, const struct denial_record *records,
                        size_t count)
{
    struct work work = {.question = question, .records = records, .count = count};
    struct proof proof = {.kind = DENIAL_BY_NSEC};
    if (look_through(&work, &proof.defects) == 0) {
        return proof;
    }
    if (question->claim == CLAIM_WILDCARD) {
        judge_expansion(&work, &proof);
    } else {
        judge_negative(&work, &proof);
    }
    return proof;
}

bool nsec_contradicts(const struct denial_question *question, const struct denial_record *records,
                      size_t count)
{
    struct work work = {.question = question, .records = records, .count = count};
    struct span span;
    if (find_match(&work, question->name, &span)) {
        struct proof proof = {0};
        judge_match(&work, &span, &proof);
        return proof.verdict != DENIAL_NONE && proof.verdict != DENIAL_EXISTS;
    }
    return find_cover(&work, question->name, &span) == COVER_FOUND;
}
