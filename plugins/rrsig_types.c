/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The argument of --type. */
#include "plugins/rrsig_expiry.h"
#include "wire/rr_data.h"

const char *rrsig_parse_types(struct arena *arena, const char *text, void *target)
{
    struct rrsig_types *types = target;
    struct rrsig_types chosen = {.types = NULL};
    const uint16_t *given = NULL;
    size_t count = 0;
    /* Without these two no signature can be judged and no server placed. */
    const char *problem =
        rr_types_parse(arena, arena_printf(arena, "SOA,DNSKEY,%s", text), &given, &count);
    if (problem != NULL) {
        return problem;
    }
    uint16_t *list = arena_alloc(arena, count * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        if (given[i] == RR_NSEC || given[i] == RR_NSEC3) {
            chosen.negative = true;
        } else if (given[i] == RR_DS) {
            chosen.parent = true;
        } else {
            list[chosen.count++] = given[i];
        }
    }
    chosen.types = list;
    *types = chosen;
    return NULL;
}
