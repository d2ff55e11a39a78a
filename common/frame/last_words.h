/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last resort when a run outlives its budget or the memory, or its scheduler ends it: without a
 * line and a state there would be no result.
 */
#pragma once

#include "result/finding.h"

/* Whole results, made in advance, since a handler may only call what is async-signal-safe. */
struct last_words {
    const char *late;
    const char *ended; /* by SIGTERM */
    const char *exhausted;
    enum state late_state; /* the others are STATE_UNKNOWN */
    unsigned late_after;   /* seconds from now */
};

/*
 * From now on the process says one of these and ends when its time comes, whatever it does then.
 * The texts stay in use.  Writing to a closed pipe or beyond a limit of file sizes does not end it.
 */
void last_words_set(const struct last_words *words);

/* For arena_on_exhausted, once they are set; the context is not used. */
void last_words_on_exhausted(void *context);
