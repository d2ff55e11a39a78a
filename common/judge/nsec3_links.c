/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which NSEC3 records may be used at all, judged one by one and against each other. */
#include "judge/nsec3_links.h"

#include <string.h>

#include "judge/bitmap.h"

enum { ITERATIONS_UNUSUAL = 50, ITERATIONS_REFUSED = 150 };

/* Whether the record is a set of NSEC3 that was verified. */
static bool is_candidate(const struct denial_record *record)
{
    return record->usable && record->set->type == RR_NSEC3;
}

/* False, and the reason, for a record that must be ignored (RFC 5155 8.1, 8.2). */
static bool read_link(const struct name *zone, const struct rrset *set, size_t index,
                      struct nsec3_link *link, uint64_t *defects)
{
    struct nsec3 nsec3;
    bool parses = rr_nsec3(set->rr[index], &nsec3);
    if (!parses || nsec3.algorithm != NSEC3_SHA1) {
        *defects |=
            denial_defect_bit(parses ? DEFECT_NSEC3_HASH_UNKNOWN : DEFECT_NSEC3_NEXT_INVALID);
        return false;
    }
    *link = (struct nsec3_link){.opt_out = (nsec3.flags & NSEC3_OPT_OUT) != 0,
                                .iterations = nsec3.iterations,
                                .salt = nsec3.salt,
                                .types = nsec3.types};
    uint64_t unfit =
        denial_defect_if(!nsec3_owner_hash(&set->owner, zone, link->owner),
                         DEFECT_NSEC3_OWNER_INVALID) |
        denial_defect_if(nsec3.next.size != NSEC3_HASH_SIZE, DEFECT_NSEC3_NEXT_INVALID) |
        denial_defect_if((nsec3.flags & ~NSEC3_OPT_OUT) != 0, DEFECT_NSEC3_FLAGS_UNKNOWN);
    *defects |= unfit | bitmap_defects(nsec3.types, DENIAL_BY_NSEC3, false);
    if (unfit != 0 || !bitmap_read(nsec3.types).parses) {
        return false;
    }
    memcpy(link->next, nsec3.next.data, NSEC3_HASH_SIZE);
    return true;
}

bool nsec3_same_parameters(const struct nsec3_link *a, const struct nsec3_link *b)
{
    return a->iterations == b->iterations && bytes_equal(a->salt, b->salt);
}

/* What the parameters of a record are reported for. */
static uint64_t parameter_defects(const struct nsec3_link *link)
{
    unsigned iterations = link->iterations;
    bool unusual = iterations > ITERATIONS_UNUSUAL;
    bool refused = iterations > ITERATIONS_REFUSED;
    return denial_defect_if(iterations > 0 && !unusual, DEFECT_NSEC3_ITER_NONZERO) |
           denial_defect_if(unusual && !refused, DEFECT_NSEC3_ITER_INSECURE) |
           denial_defect_if(refused, DEFECT_NSEC3_ITER_REFUSED) |
           denial_defect_if(link->salt.size > 0, DEFECT_NSEC3_SALT) |
           denial_defect_if(link->opt_out, DEFECT_NSEC3_OPTOUT_ON);
}

/* The defects of records compared with each other. */
static uint64_t links_defects(const struct nsec3_links *links)
{
    uint64_t defects = denial_defect_if(links->seen > DENIAL_NSEC3_USUAL, DEFECT_NSEC3_TOO_MANY);
    const struct nsec3_link *costliest = &links->link[0];
    for (size_t i = 0; i < links->count; i++) {
        const struct nsec3_link *link = &links->link[i];
        costliest = link->iterations > costliest->iterations ? link : costliest;
        defects |= parameter_defects(link) & (denial_defect_bit(DEFECT_NSEC3_SALT) |
                                              denial_defect_bit(DEFECT_NSEC3_OPTOUT_ON));
        for (size_t j = 0; j < i; j++) {
            bool same = nsec3_same_parameters(link, &links->link[j]);
            bool same_owner = memcmp(link->owner, links->link[j].owner, NSEC3_HASH_SIZE) == 0;
            defects |= denial_defect_if(!same, DEFECT_NSEC3_PARAMS_MIXED) |
                       denial_defect_if(same && same_owner, DEFECT_NSEC3_MULTIPLE_OWNER);
        }
    }
    return links->count == 0 ? defects : defects | parameter_defects(costliest);
}

uint64_t nsec3_read_links(const struct name *zone, const struct denial_record *records,
                          size_t count, struct nsec3_links *links)
{
    uint64_t defects = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rrset *set = records[i].set;
        if (records[i].unjudged && set->type == RR_NSEC3) {
            links->seen += set->count;
        }
        if (!is_candidate(&records[i])) {
            continue;
        }
        links->seen += set->count;
        if (denial_is_expanded(&records[i])) {
            defects |= denial_defect_bit(DEFECT_NSEC_WILDCARD_OWNER_FORGED);
            continue;
        }
        for (size_t j = 0; j < set->count && links->count < DENIAL_NSEC3_MAX; j++) {
            if (read_link(zone, set, j, &links->link[links->count], &defects)) {
                links->count++;
            }
        }
    }
    return defects | links_defects(links);
}

bool nsec3_is_first_of_set(const struct nsec3_links *links, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (nsec3_same_parameters(&links->link[i], &links->link[index])) {
            return false;
        }
    }
    return true;
}
