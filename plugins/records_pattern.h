/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regular expressions over the text of records, with bounds on the work. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

struct pattern;

/*
 * Compiles a POSIX extended regular expression that lives as long as the arena.  Returns NULL and
 * sets `pattern`, or says what is wrong: also with one that is longer than 256 octets, refers back
 * to its own matches, or repeats more than 1000 times in all, as such can take very long.
 */
const char *pattern_compile(struct arena *arena, const char *text, const struct pattern **pattern);

/* Whether it matches somewhere in the first 4096 octets of the text. */
bool pattern_matches(struct arena *arena, const struct pattern *pattern, const char *text);
