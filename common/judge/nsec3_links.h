/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The NSEC3 records of a reply that may be used, and what is wrong with the others. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/name.h"
#include "judge/denial.h"
#include "judge/nsec3_hash.h"

/* One NSEC3 that may be used. */
struct nsec3_link {
    uint8_t owner[NSEC3_HASH_SIZE];
    uint8_t next[NSEC3_HASH_SIZE];
    bool opt_out;
    uint16_t iterations;
    struct bytes salt;
    struct bytes types;
};

struct nsec3_links {
    struct nsec3_link link[DENIAL_NSEC3_MAX];
    size_t count;
    size_t seen; /* records verified, used or not, and those that were too many to verify */
};

/*
 * Collects the verified NSEC3 records that RFC 5155 8.1 and 8.2 allow to use, DENIAL_NSEC3_MAX at
 * most.  `links` must be empty.  Returns the defects of all records looked at.
 */
uint64_t nsec3_read_links(const struct name *zone, const struct denial_record *records,
                          size_t count, struct nsec3_links *links);

/* Whether two records may stand in one proof (RFC 5155 8.2); all have algorithm 1. */
bool nsec3_same_parameters(const struct nsec3_link *a, const struct nsec3_link *b);

/* Whether no record before `index` has its parameters. */
bool nsec3_is_first_of_set(const struct nsec3_links *links, size_t index);
