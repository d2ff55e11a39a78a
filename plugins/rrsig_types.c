/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The argument of --type. */
#include "plugins/rrsig_expiry.h"
#include "wire/rr_data.h"

const char *rrsig_parse_types(struct arena *arena, const char *text, void *target)
{
    struct rrsig_types *types = target;
    struct rrsig_types chosen = {.types = NULL};
    const char *problem = rr_types_parse(arena, text, &chosen.named, &chosen.named_count);
    if (problem != NULL) {
        return problem;
    }
    uint16_t *list = arena_alloc(arena, (chosen.named_count + 2) * sizeof *list);
    /* Without the keys no signature can be judged; a signer that stops may show at the SOA only. */
    list[chosen.count++] = RR_SOA;
    list[chosen.count++] = RR_DNSKEY;
    for (size_t i = 0; i < chosen.named_count; i++) {
        uint16_t type = chosen.named[i];
        chosen.parent = chosen.parent || type == RR_DS;
        /* The negative answer is always asked for. */
        bool other = type == RR_NSEC || type == RR_NSEC3 || type == RR_DS;
        if (!other && !rr_types_have(list, chosen.count, type)) {
            list[chosen.count++] = type;
        }
    }
    chosen.types = list;
    *types = chosen;
    return NULL;
}
