/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the type bitmap of an NSEC or NSEC3 says about the name that it belongs to.
 *
 * The same rules hold for both kinds once the record is known to match the name, so they stand here
 * and not in nsec.c and nsec3.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "judge/denial.h"

/* A bitmap looked through once. */
struct bitmap {
    bool parses;      /* windows ascend, are 1 to 32 octets long and fill the field */
    bool well_formed; /* and none ends in zeros, nor has bits of meta-types other than NXNAME */
    size_t count;     /* how many types it has */
};

/* A record that matches a name. */
struct matched {
    enum denial_kind kind;
    struct bytes types;
    bool successor; /* its next name (or hash) is the first that is possible after its owner */
};

struct bitmap bitmap_read(struct bytes types);

/* Whether `types` has `type`; meta-types are never there (RFC 4034 4.1.2), but NXNAME may be. */
bool bitmap_has(struct bytes types, uint16_t type);

/* Whether nothing below the name belongs to the zone: a delegation, or a DNAME (RFC 6840 4.1). */
bool bitmap_hides_below(struct bytes types);

/* Whether `types` has NSEC and RRSIG and nothing else, as in a record made up to cover a name. */
bool bitmap_is_bare_nsec(struct bytes types);

/* Defects of the bitmap by itself; `is_apex` when it is the apex that it belongs to. */
uint64_t bitmap_defects(struct bytes types, enum denial_kind kind, bool is_apex);

/*
 * Sets verdict and defects for a record that matches the name asked about: RFC 4035 5.4, RFC 5155
 * 8.5 and 8.6, RFC 6840 4.1, 4.3 and 4.4, RFC 9824 3.1.
 */
void bitmap_judge(const struct denial_question *question, const struct matched *match,
                  struct proof *proof);

/* The same for a record that matches the wildcard at the closest encloser (RFC 5155 8.7). */
void bitmap_judge_wildcard(const struct denial_question *question, struct bytes types,
                           struct proof *proof);
