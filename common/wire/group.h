/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records in any order made RRsets in canonical form. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"
#include "wire/rr.h"

/* A record of class IN; `rdata` is canonical, or as it came in an RRSIG that is malformed. */
struct record {
    const struct name *owner; /* records may share it */
    uint16_t type;
    uint32_t ttl;
    struct bytes rdata;
};

/*
 * The RRsets of `count` records: rdata sorted, doubles dropped, each RRSIG with the RRset that it
 * covers.  The order of the RRsets depends on their owners and types alone.  The rdata is borrowed.
 * Takes n log n steps.  For no records: no RRsets, and NULL.
 */
const struct rrset *group_records(struct arena *arena, const struct record *records, size_t count,
                                  size_t *set_count);
