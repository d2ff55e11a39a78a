/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durations, points in time and network text, to and from what people read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * A duration: `45s`, `90m`, `36h`, `7d`, `2w`, sums of them as `1d12h` (units strictly
 * descending), or a bare number of seconds.  Digits only, no sign, no fraction, no blanks, at most
 * 100 years.  Reads up to the first byte that cannot belong to it; returns the first unread byte,
 * or NULL (and leaves `seconds` alone) when no duration stands at the start.
 */
const char *text_read_duration(const char *text, int64_t *seconds);

/* The same for a whole text: false when anything is left over. */
bool text_duration(const char *text, int64_t *seconds);

/* Seconds as people say them, two units at most: "9d 4h", "3h 12m", "45s"; "-3d 2h" below 0. */
char *text_span(struct arena *arena, int64_t seconds);

/* "1 server", "2 servers": a number and what is counted, whose plural is made by an s. */
char *text_count(struct arena *arena, size_t count, const char *what);

/* When something ends that has so many seconds left: "expires in 9d 4h", "expired 2d ago". */
char *text_expiry(struct arena *arena, int64_t remaining);

/* A point in time in UTC, "2026-11-29 10:00:07 UTC". */
char *text_time(struct arena *arena, int64_t time);

/*
 * A point in time: seconds since 1970 (`1789000000`), RRSIG form (`20260920112640`), ISO 8601
 * in UTC (`2026-09-20T11:26:40Z`), or relative to `now` (`+3d`, `-12h`).  False for anything
 * else, also for a day that does not exist.
 */
bool text_point_in_time(const char *text, int64_t now, int64_t *time);

/*
 * Whether a byte can be printed anywhere: printable ASCII, and none of | \ " ' ` < > & $ ; either.
 * `;` is none because Nagios turns it into `:`.
 */
bool text_is_safe(char c);

/*
 * Bytes from the network made safe to print: what is not becomes `?`.  At most `limit` bytes are
 * kept, with "..." when something was left out.
 */
char *text_clean(struct arena *arena, const char *bytes, size_t size, size_t limit);

/* Behind the mark (U+FEFF) that some editors put before the first line of a file. */
const char *text_skip_mark(const char *text);

/* "a, b": a list with another item; just one of them where the other is "". */
const char *text_join(struct arena *arena, const char *list, const char *item);

/* "a, b and 3 more": a list of the first `most` items, where there are `count`. */
const char *text_more(struct arena *arena, const char *list, size_t count, size_t most);

/* A text between two others, as in " (why)"; "" where it is NULL or "". */
const char *text_within(struct arena *arena, const char *before, const char *text,
                        const char *after);

/* "a, b, c and 2 more": what is listed in a text, three of it at most.  "" for none. */
const char *text_list(struct arena *arena, const char *const *items, size_t count);

/* The decimal number that the whole text is, 0 to `most`; false for anything else. */
bool text_number(const char *text, uint64_t most, uint64_t *number);
