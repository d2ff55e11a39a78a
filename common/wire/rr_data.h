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

/*
 * Canonical rdata from its text ("10 mail.example.com", or `\# 4 c0000201` for any type).  Names
 * need no final dot.  Returns NULL and sets `rdata`, or says what is wrong, safe to print.
 */
const char *rr_data_parse(struct arena *arena, uint16_t type, const char *text,
                          struct bytes *rdata);

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
