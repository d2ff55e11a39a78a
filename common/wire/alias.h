/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aliases in a reply, and where they lead. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/name.h"
#include "wire/message.h"
#include "wire/rr.h"

/* Aliases followed before it counts as a loop, as resolvers do. */
enum { ALIAS_STEPS = 11 };

/*
 * Where a CNAME at `name`, or a DNAME above it (RFC 6672 2.2), sends the name; by the first record
 * of the RRset.  False when that is no valid name.
 */
bool alias_target(const struct rrset *alias, const struct name *name, struct name *target);

/*
 * The DNAME above the name, else the CNAME at it, in a section; NULL when there is none.  A DNAME
 * comes first, since a CNAME beside it is made from it.
 */
const struct rrset *alias_find(const struct section *section, const struct name *name);

/* How far the aliases in the answer of one reply lead. */
struct alias_trail {
    struct name names[ALIAS_STEPS + 1]; /* the name asked for, then the targets */
    unsigned steps;                     /* aliases followed; names[steps] is the end */
    const struct rrset *first;          /* the alias at the name asked for; or NULL */
    const struct rrset *set;            /* the records of the type at the end; or NULL */
    bool loops; /* a name comes twice, there are too many aliases, or one leads to no valid name */
};

/* Follows the aliases at `name`; a CNAME that is asked for is no alias. */
struct alias_trail alias_follow(const struct message *reply, const struct name *name,
                                uint16_t type);
