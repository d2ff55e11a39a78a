/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of a record to and from the text that zone files have. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

/* Whether a type stands for a question of another kind, or one that servers may refuse (RFC 8482).
 */
bool rr_is_meta(uint16_t type);

/* Whether a type is in a list. */
bool rr_types_have(const uint16_t *types, size_t count, uint16_t type);

/*
 * The record type that a word names.  Returns NULL, or what is wrong, safe to print: there is no
 * such type, or it is a meta-type.
 */
const char *rr_type_parse(struct arena *arena, const char *word, uint16_t *type);

/* The same for a list of words with commas between them: each type once, in their order. */
const char *rr_types_parse(struct arena *arena, const char *text, const uint16_t **types,
                           size_t *count);

/*
 * The octets that the whole text gives in hexadecimal digits; blanks may stand between octets.
 * False for anything else.  A text without digits gives no octets.
 */
bool rr_hex_parse(struct arena *arena, const char *text, struct bytes *octets);

/*
 * Canonical rdata from its text ("10 mail.example.com", or `\# 4 c0000201` for any type).  Names
 * need no final dot and may have U-labels; a comment is refused, since a text was meant.  Returns
 * NULL and sets `rdata`, or says what is wrong, safe to print.
 */
const char *rr_data_parse(struct arena *arena, uint16_t type, const char *text,
                          struct bytes *rdata);

/*
 * Whether canonical rdata is the same: octet by octet, but the target of SVCB and HTTPS, which
 * RFC 4034 6.2 does not lower, and the tag of CAA (RFC 8659 4.1) in any case.
 */
bool rr_data_same(uint16_t type, struct bytes a, struct bytes b);

/*
 * The text of canonical rdata, for machines to compare: as zone files have it, `\# 4 c0000201`
 * for a type without a form of its own and for what does not fit its type.  Printable ASCII, but
 * not safe to print: there may be quotation marks and the like in it.
 */
const char *rr_data_text(struct arena *arena, uint16_t type, struct bytes rdata);

/* The same in a form that rr_data_parse makes the very same rdata of. */
const char *rr_data_exact(struct arena *arena, uint16_t type, struct bytes rdata);

/* The same for people: without quotation marks, safe to print, shortened to 80 octets. */
const char *rr_data_words(struct arena *arena, uint16_t type, struct bytes rdata);
