/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type bitmaps: their form, and what they say about the name that they belong to. */
#include "judge/bitmap.h"

enum { META_FIRST = 128, META_LAST = 255 };

/* Types that stand for no data (RFC 6895 3.1). */
static bool is_meta(uint16_t type)
{
    return type == 0 || type == RR_OPT ||
           (type >= META_FIRST && type <= META_LAST && type != RR_NXNAME);
}

/* Whether one of the types of window 0 is a meta-type. */
static bool has_meta(struct bytes types)
{
    bool found = rr_bitmap_has(types, 0) || rr_bitmap_has(types, RR_OPT);
    bool reaches = types.size > 2 + META_FIRST / 8; /* mostly not: spare the search for each */
    for (uint16_t type = META_FIRST; reaches && type <= META_LAST; type++) {
        found = found || (is_meta(type) && rr_bitmap_has(types, type));
    }
    return found;
}

struct bitmap bitmap_read(struct bytes types)
{
    struct bitmap result = {.well_formed = rr_bitmap_well_formed(types) && !has_meta(types)};
    result.parses = rr_bitmap_count(types, &result.count);
    return result;
}

bool bitmap_has(struct bytes types, uint16_t type)
{
    return !is_meta(type) && rr_bitmap_has(types, type);
}

/* Whether the name is a delegation seen from above: NS without SOA (RFC 6840 4.1). */
static bool is_delegation(struct bytes types)
{
    return bitmap_has(types, RR_NS) && !bitmap_has(types, RR_SOA);
}

bool bitmap_hides_below(struct bytes types)
{
    return is_delegation(types) || bitmap_has(types, RR_DNAME);
}

bool bitmap_is_bare_nsec(struct bytes types)
{
    return bitmap_has(types, RR_NSEC) && bitmap_has(types, RR_RRSIG) &&
           bitmap_read(types).count == 2;
}

uint64_t bitmap_defects(struct bytes types, enum denial_kind kind, bool is_apex)
{
    bool has_self = bitmap_has(types, RR_NSEC) && bitmap_has(types, RR_RRSIG);
    bool has_apex =
        bitmap_has(types, RR_SOA) && bitmap_has(types, RR_NS) && bitmap_has(types, RR_DNSKEY);
    return denial_defect_if(!bitmap_read(types).well_formed, DEFECT_NSEC_BITMAP_MALFORMED) |
           denial_defect_if(kind == DENIAL_BY_NSEC && !has_self, DEFECT_NSEC_BITMAP_NO_SELF) |
           denial_defect_if(is_apex && !has_apex, DEFECT_NSEC_BITMAP_APEX);
}

/* What shows that the type, or an alias in its place, exists. */
static uint64_t existence(const struct denial_question *question, struct bytes types)
{
    uint16_t type = question->type;
    bool is_set = type != RR_NXNAME && bitmap_has(types, type);
    return denial_defect_if(is_set, type == RR_DS ? DEFECT_NSEC_DS_BIT_SET : DEFECT_NSEC_TYPE_SET) |
           denial_defect_if(type != RR_CNAME && bitmap_has(types, RR_CNAME), DEFECT_NSEC_CNAME_SET);
}

/*
 * Whether the record is from the wrong side of a zone cut: about DS only the parent may speak,
 * about all else only the child.  The root has no parent, so its own apex speaks about its DS.
 */
static uint64_t wrong_side(const struct denial_question *question, struct bytes types)
{
    if (question->type != RR_DS) {
        return denial_defect_if(is_delegation(types), DEFECT_NSEC_ANCESTOR_DELEGATION);
    }
    bool is_root = question->name->labels == 0;
    bool is_apex = bitmap_has(types, RR_SOA) || name_equal(question->name, question->zone);
    return denial_defect_if(!is_root && is_apex, DEFECT_NSEC_CHILD_SIDE_DS);
}

/* RFC 9824 3.1: the types that go with NXNAME, and none else. */
static bool is_compact_set(const struct matched *match)
{
    size_t count = bitmap_read(match->types).count;
    if (match->kind == DENIAL_BY_NSEC3) {
        return count == 1;
    }
    return count == 3 && bitmap_has(match->types, RR_NSEC) && bitmap_has(match->types, RR_RRSIG);
}

/*
 * A record with NXNAME.  Beside other types, or at an apex, it cannot mean that the name does not
 * exist; what is left then is that the type does not.
 */
static void judge_nxname(const struct denial_question *question, const struct matched *match,
                         struct proof *proof)
{
    bool is_apex = name_equal(question->name, question->zone);
    bool denies = is_compact_set(match) && !is_apex;
    proof->verdict = denies ? DENIAL_NXDOMAIN : DENIAL_NODATA;
    proof->defects |= denial_defect_if(denies, DEFECT_COMPACT_DENIAL) |
                      denial_defect_if(!denies || !match->successor, DEFECT_COMPACT_MALFORMED);
}

/* Whether the record says that nothing at all is at the name: an ENT, if nothing worse. */
static bool is_empty(const struct matched *match)
{
    return match->kind == DENIAL_BY_NSEC3 ? bitmap_read(match->types).count == 0
                                          : match->successor && bitmap_is_bare_nsec(match->types);
}

static void judge_absence(const struct denial_question *question, const struct matched *match,
                          struct proof *proof)
{
    bool is_cut = question->type == RR_DS && is_delegation(match->types);
    proof->verdict = is_cut            ? DENIAL_INSECURE_DELEGATION
                     : is_empty(match) ? DENIAL_ENT
                                       : DENIAL_NODATA;
    proof->defects |=
        denial_defect_if(!is_cut && question->claim == CLAIM_UNSIGNED_CUT,
                         DEFECT_NSEC_DS_NS_BIT_CLEAR) |
        denial_defect_if(match->successor, DEFECT_WHITE_LIES) |
        denial_defect_if(match->successor && is_empty(match), DEFECT_COMPACT_NO_SIGNAL);
}

void bitmap_judge(const struct denial_question *question, const struct matched *match,
                  struct proof *proof)
{
    uint64_t unfit = wrong_side(question, match->types);
    uint64_t existing = existence(question, match->types);
    proof->defects |= unfit != 0 ? unfit : existing;
    if (unfit != 0) {
        proof->verdict = DENIAL_NONE;
    } else if (existing != 0) {
        proof->verdict = DENIAL_EXISTS;
    } else if (bitmap_has(match->types, RR_NXNAME)) {
        judge_nxname(question, match, proof);
    } else {
        judge_absence(question, match, proof);
    }
}

void bitmap_judge_wildcard(const struct denial_question *question, struct bytes types,
                           struct proof *proof)
{
    uint64_t existing = existence(question, types);
    bool hints_cut = question->type == RR_DS ? bitmap_has(types, RR_NS) : is_delegation(types);
    proof->defects |= existing | denial_defect_if(hints_cut, DEFECT_NSEC_ANCESTOR_DELEGATION);
    if (existing != 0) {
        proof->verdict = DENIAL_EXISTS;
    } else {
        proof->verdict = hints_cut ? DENIAL_NONE : DENIAL_WILDCARD_NODATA;
    }
}
