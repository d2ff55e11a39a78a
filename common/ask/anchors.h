/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust anchors: the keys and digests that this host believes in, from files or built in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/name.h"
#include "wire/rr.h"

struct anchor {
    struct name zone;
    bool is_ds;
    struct ds ds;      /* when is_ds */
    struct dnskey key; /* otherwise */
};

/* Every anchor once. */
struct anchors {
    struct anchor *list;
    size_t count;
};

/*
 * Adds to `anchors` what the file holds: DS and DNSKEY records of any zone in master file form
 * (with the states that Unbound notes in comments, RFC 5011: only keys that are valid or missing
 * count), or a BIND key file (trust-anchors, managed-keys, trusted-keys).  Revoked keys, and what
 * is of an algorithm or digest type that validators do not use, are left out.  Returns NULL, or one
 * line that names file, line and what is wrong with it and leaves `anchors` alone; a file without a
 * usable key is an error.
 */
const char *anchors_read(struct arena *arena, const char *path, struct anchors *anchors);

/* The same for text that stands in memory; `path` is what errors call it. */
const char *anchors_parse(struct arena *arena, const char *path, const char *text,
                          struct anchors *anchors);

/*
 * The anchors of a host that was told none: those of the root that are built in, and those of the
 * system's anchor files as far as they can be read.
 */
struct anchors anchors_default(struct arena *arena);

/* The deepest anchored zone at or above the name, or NULL. */
const struct name *anchors_closest(const struct anchors *anchors, const struct name *name);
