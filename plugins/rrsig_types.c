/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The argument of --type. */
#include <string.h>

#include "plugins/rrsig_expiry.h"
#include "wire/rr.h"

/* Types that are no data of a zone, so nothing signs them. */
static bool is_meta(uint16_t type)
{
    return type == RR_OPT || type == RR_RRSIG || type == RR_NXNAME || (type >= 249 && type <= 255);
}

static const char *add_type(struct arena *arena, struct rrsig_types *types, const char *word)
{
    uint16_t type = 0;
    if (!rr_type_from_text(word, &type)) {
        return arena_printf(arena, "%s is not a record type", *word == '\0' ? "nothing" : word);
    }
    if (is_meta(type)) {
        return arena_printf(arena, "%s is not a type that is signed", word);
    }
    if (type == RR_NSEC || type == RR_NSEC3) {
        types->negative = true;
        return NULL;
    }
    if (type == RR_DS) {
        types->parent = true;
        return NULL;
    }
    for (size_t i = 0; i < types->count; i++) {
        if (types->types[i] == type) {
            return NULL;
        }
    }
    uint16_t *grown = arena_alloc(arena, (types->count + 1) * sizeof *grown);
    for (size_t i = 0; i < types->count; i++) {
        grown[i] = types->types[i];
    }
    grown[types->count++] = type;
    types->types = grown;
    return NULL;
}

const char *rrsig_parse_types(struct arena *arena, const char *text, struct rrsig_types *types)
{
    struct rrsig_types chosen = {.types = NULL};
    /* Without these two no signature can be judged and no server placed. */
    (void)add_type(arena, &chosen, "SOA");
    (void)add_type(arena, &chosen, "DNSKEY");
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        const char *problem = add_type(arena, &chosen, arena_printf(arena, "%.*s", (int)size, at));
        if (problem != NULL) {
            return problem;
        }
        at += size;
        if (*at == '\0') {
            break;
        }
    }
    *types = chosen;
    return NULL;
}
