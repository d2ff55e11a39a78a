/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe set, made of the zone's name, the user's names and the random label of the run. */
#include "plugins/nsec_probes.h"

#include <assert.h>
#include <string.h>

#include "wire/rr.h"

struct probing {
    struct nsec_probe *probes;
    size_t count;
};

static void add(struct probing *probing, enum nsec_role role, const struct name *name,
                uint16_t type)
{
    assert(probing->count < NSEC_PROBES_MAX);
    probing->probes[probing->count++] =
        (struct nsec_probe){.role = role, .name = *name, .type = type};
}

/* As much of the label as there is room for; false when there is none. */
static bool prepend(const struct name *parent, const char *label, struct name *name)
{
    for (size_t size = strlen(label); size > 0; size--) {
        if (name_prepend(parent, label, size, name)) {
            return true;
        }
    }
    return false;
}

static void add_below(struct probing *probing, enum nsec_role role, const char *label,
                      const struct name *parent, uint16_t type)
{
    struct name name;
    if (prepend(parent, label, &name)) {
        add(probing, role, &name, type);
    }
}

/*
 * A name behind all others in canonical order (RFC 4034 6.1), which the NSEC that leads back to the
 * apex denies: other random names meet that one by chance only.  It keeps to the letters of host
 * names, since there are servers that fail on other octets (PowerDNS 4.7 on 255).
 */
static void add_last(struct probing *probing, const struct name *apex, const char *label)
{
    enum { MOST = 63 };
    char last[MOST + 1] = "zzzzzzzzzzzzzzzz";
    size_t front = strlen(last);
    size_t size = strlen(label);
    if (size <= MOST - front) {
        memcpy(last + front, label, size);
        add_below(probing, NSEC_LAST, last, apex, RR_A);
    }
}

static void add_apex(struct probing *probing, const struct name *apex)
{
    /* What the apex has shows what a denial there must not deny, and how the zone denies. */
    static const uint16_t types[] = {RR_SOA, RR_NS,   RR_DNSKEY, RR_NSEC3PARAM, RR_NSEC,
                                     RR_A,   RR_AAAA, RR_MX,     RR_TXT};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        add(probing, NSEC_APEX, apex, types[i]);
    }
    add(probing, NSEC_ABSENT, apex, NSEC_ABSENT_TYPE);
}

static void add_name(struct probing *probing, const struct name *name)
{
    static const uint16_t types[] = {RR_A, RR_AAAA, NSEC_ABSENT_TYPE};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        add(probing, NSEC_NAME, name, types[i]);
    }
}

static void add_wildcard(struct probing *probing, const struct name *wildcard, const char *label)
{
    struct name encloser = name_parent(wildcard);
    add_below(probing, NSEC_BELOW, label, &encloser, RR_A);
    add_below(probing, NSEC_BELOW_ABSENT, label, &encloser, NSEC_ABSENT_TYPE);
}

static bool is_inside(const struct zone *zone, const struct name *name)
{
    return name->size > 0 && name_is_below(name, &zone->name);
}

size_t nsec_probes(const struct zone *zone, const struct nsec_names *names, const char *label,
                   struct nsec_probe *probes)
{
    struct probing probing = {.probes = probes};
    struct name random;
    add_apex(&probing, &zone->name);
    if (prepend(&zone->name, label, &random)) {
        add(&probing, NSEC_RANDOM, &random, RR_A);
        add_below(&probing, NSEC_DEEP, label, &random, RR_A);
    }
    add_last(&probing, &zone->name, label);
    if (is_inside(zone, &zone->subject)) {
        add_name(&probing, &zone->subject);
    }
    if (is_inside(zone, &names->wildcard)) {
        add_wildcard(&probing, &names->wildcard, label);
    }
    if (is_inside(zone, &names->unsigned_child)) {
        add(&probing, NSEC_CHILD, &names->unsigned_child, RR_DS);
        add(&probing, NSEC_CUT, &names->unsigned_child, RR_NS);
    }
    if (is_inside(zone, &names->ent)) {
        add(&probing, NSEC_ENT, &names->ent, RR_A);
    }
    return probing.count;
}

bool nsec_probe_is_random(const struct nsec_probe *probe)
{
    return probe->role == NSEC_RANDOM || probe->role == NSEC_DEEP || probe->role == NSEC_LAST;
}

const char *nsec_probe_text(struct arena *arena, const struct nsec_probe *probe)
{
    const char *type = rr_type_text(arena, probe->type);
    switch (probe->role) {
    case NSEC_APEX:
        return arena_printf(arena, "%s at the apex", type);
    case NSEC_ABSENT:
        return "an absent type at the apex";
    case NSEC_RANDOM:
        return "a random name";
    case NSEC_DEEP:
        return "a random name two labels deep";
    case NSEC_LAST:
        return "a random name behind all others";
    case NSEC_NAME:
        return arena_printf(arena, "%s at %s",
                            probe->type == NSEC_ABSENT_TYPE ? "an absent type" : type,
                            name_text(arena, &probe->name));
    case NSEC_BELOW:
        return "a name that the wildcard matches";
    case NSEC_BELOW_ABSENT:
        return "an absent type at the wildcard";
    case NSEC_CHILD:
        return "DS at the unsigned child";
    case NSEC_CUT:
        return "NS at the unsigned child";
    case NSEC_ENT:
        return "the empty non-terminal";
    }
    return type;
}

const struct name *nsec_probe_owner(const struct nsec_probe *probe, const struct zone *zone)
{
    bool random = nsec_probe_is_random(probe) || probe->role == NSEC_BELOW ||
                  probe->role == NSEC_BELOW_ABSENT;
    return random ? &zone->name : &probe->name;
}
