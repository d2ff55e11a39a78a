/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plugin remembers about zones from run to run, in a file that the user names.
 *
 * It is read once, when the run begins, and written when it ends, and from time to time before, so
 * that a run that is killed loses little.  For writing it is locked, and what is written is what
 * it holds by then with what this run has learnt, so runs that share it lose nothing of each other.
 * It is replaced in one step, so nobody ever sees half of it.  What is damaged or not ours is never
 * written to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/name.h"
#include "frame/run.h"
#include "result/finding.h"

/* The lines about one zone. */
struct state_lines {
    struct texts then;   /* when the run began */
    struct texts held;   /* in the file now */
    struct texts learnt; /* those that were set */
};

/* How a plugin uses its file. */
struct state_use {
    const char *path;         /* NULL: nothing is kept */
    const char *option;       /* that names it: "--state-file" */
    const char *plugin;       /* "check_ds_match" */
    enum finding_id unusable; /* what is found when the file cannot be used */
    bool writes;
    int64_t now; /* seconds since 1970 */
    /* The lines to be written; other runs may have changed those that are held. */
    struct texts (*join)(struct arena *arena, const struct state_lines *lines, int64_t now);
};

struct state_file;

/*
 * Reads the file.  One that is not there is one without zones; one that is empty has lost what it
 * held.  NULL when nothing is kept.
 */
struct state_file *state_file_open(struct arena *arena, const struct state_use *use);

/* Whether there is a file and it could be read. */
bool state_file_usable(const struct state_file *file);

/* The lines about the zone when the run began; none at all for one that was not in the file. */
struct texts state_file_lines(const struct state_file *file, const struct name *zone);

/* Takes down lines about the zone, from any thread; they hold printable ASCII only. */
void state_file_set(struct state_file *file, const struct name *zone, struct texts lines);

/* Writes what was set, unless that was done a moment ago; from any thread. */
void state_file_keep(struct state_file *file);

/*
 * Writes what was set and is not written yet.  Whoever has the file locked is waited for until
 * `until_ms` by net_now_ms, but a moment at least.  Returns NULL, or one line that names the file
 * and says what was wrong with it, when it was read or now, and what to do; then it is as it was.
 */
const char *state_file_save(struct state_file *file, int64_t until_ms);

/* The same at the end of a run, with a finding in each report when the file cannot be used. */
void state_file_close(struct state_file *file, int64_t until_ms, struct report *const *reports,
                      size_t count);
