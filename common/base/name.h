/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domain names as values.
 *
 * A name is its uncompressed wire form in lower case (RFC 4034 6.2), so two names are the same
 * name exactly when their bytes are, and no name is ever allocated or shared.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

enum {
    NAME_WIRE_MAX = 255,
    NAME_TEXT_MAX = 4 * NAME_WIRE_MAX /* octets of name_text at most */
};

struct name {
    uint8_t size;   /* octets of `wire`, the root label included; 0 in a name not given */
    uint8_t labels; /* labels without the root: 0 for the root name */
    uint8_t wire[NAME_WIRE_MAX];
};

/* The root name. */
struct name name_root(void);

/*
 * A name as typed: with or without the final dot, `\.` and `\DDD` escapes (RFC 4343 2.1), U-labels
 * converted by IDNA 2008 with UTS 46 mapping (libidn2).  Returns NULL and sets `name`, or says what
 * is wrong with the text ("a label is longer than 63 octets") and leaves `name` alone.
 */
const char *name_from_text(const char *text, struct name *name);

/*
 * An uncompressed name at the start of `wire` (compression pointers are refused).  Returns its
 * octets, or 0 when none of at most 255 octets stands there.  Folds to lower case.
 */
size_t name_from_wire(const uint8_t *wire, size_t size, struct name *name);

/*
 * A name at `offset` of a message, compression followed (RFC 1035 4.1.4): each pointer must point
 * before all octets read so far, so loops end.  Returns the octets it takes at `offset`, or 0.
 */
size_t name_from_message(struct bytes message, size_t offset, struct name *name);

/*
 * "example.com", "." for the root.  Within a label, octets that are not safe to print (see
 * text_is_safe), dots, blanks and question marks are `?DDD`, in decimal, so that no two names have
 * one text.
 */
char *name_text(struct arena *arena, const struct name *name);

bool name_equal(const struct name *a, const struct name *b);

/* Canonical order of RFC 4034 6.1: below 0, 0 or above 0. */
int name_compare(const struct name *a, const struct name *b);

/* Whether `name` is `ancestor` or below it.  Everything is under the root. */
bool name_is_under(const struct name *name, const struct name *ancestor);

/* Whether `name` is below `ancestor`, and not that name itself. */
bool name_is_below(const struct name *name, const struct name *ancestor);

/* How many labels, counted from the root, the two have in common. */
unsigned name_common_labels(const struct name *a, const struct name *b);

/* The rightmost `labels` labels of `name`; `labels` must not exceed what it has. */
struct name name_suffix(const struct name *name, unsigned labels);

/* `name` without its leftmost label; the root stays the root. */
struct name name_parent(const struct name *name);

/* `label` in front of `name`; false when the result would exceed 255 octets or `size` is not 1-63.
 */
bool name_prepend(const struct name *name, const char *label, size_t size, struct name *result);

/* `*.name`; false when that would be too long. */
bool name_wildcard(const struct name *name, struct name *wildcard);

bool name_is_wildcard(const struct name *name);
