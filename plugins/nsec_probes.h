/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_nsec asks each server: names that do not exist, types that do not, and what does. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/zone.h"
#include "base/arena.h"
#include "base/name.h"

/* Names that the user knows; size 0 where none was given. */
struct nsec_names {
    struct name wildcard; /* the owner, `*.w.example.com` */
    struct name unsigned_child;
    struct name ent;
};

enum nsec_role {
    NSEC_APEX,         /* types that show what the apex has */
    NSEC_ABSENT,       /* a type that no zone has, at the apex */
    NSEC_RANDOM,       /* a random label under the apex */
    NSEC_DEEP,         /* two of them */
    NSEC_LAST,         /* one that sorts behind every name of the zone */
    NSEC_NAME,         /* types at the name of --hostname, when that is not the apex */
    NSEC_BELOW,        /* an address at a random name that the wildcard matches */
    NSEC_BELOW_ABSENT, /* a type that no zone has, there */
    NSEC_CHILD,        /* DS of the unsigned delegation */
    NSEC_CUT,          /* its NS, which tell that it is a delegation */
    NSEC_ENT           /* an address at the empty non-terminal */
};

struct nsec_probe {
    enum nsec_role role;
    struct name name;
    uint16_t type;
};

enum { NSEC_PROBES_MAX = 24, NSEC_ABSENT_TYPE = 65280 };

/*
 * Fills `probes`, for which there must be room for NSEC_PROBES_MAX, and returns how many there are.
 * Random labels are shortened where there is no room for them, left out where there is none at all;
 * so are names of the user outside the zone.
 */
size_t nsec_probes(const struct zone *zone, const struct nsec_names *names, const char *label,
                   struct nsec_probe *probes);

/* Whether the name of a probe is random and at no place that the user named. */
bool nsec_probe_is_random(const struct nsec_probe *probe);

/* "a random name", "DS at the unsigned child": what is asked, in words that do not change. */
const char *nsec_probe_text(struct arena *arena, const struct nsec_probe *probe);

/* The name to report: random ones are left out of reports, which should not change with each run.
 */
const struct name *nsec_probe_owner(const struct nsec_probe *probe, const struct zone *zone);
