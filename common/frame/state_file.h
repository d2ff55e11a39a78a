/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plugin remembers about zones from run to run, in a file that the user names.
 *
 * The file is text: a head with plugin and version, for each zone its name and the plugin's lines,
 * and an end with a checksum.  It is locked from opening to closing, so runs and threads that share
 * it take turns, and replaced in one step, so nobody ever sees half of it.  What is damaged or not
 * ours is never written to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/name.h"
#include "frame/run.h"

enum state_file_use { STATE_FILE_READ, STATE_FILE_WRITE };

struct state_section {
    struct name zone;
    struct texts lines; /* without their newlines */
};

struct state_file {
    struct arena *arena;
    const char *path;
    const char *plugin;
    enum state_file_use use;
    int64_t until_ms;
    int file; /* -1: closed, or there is none */
    bool created;
    bool changed;                   /* something was set */
    struct state_section *sections; /* in the order of the file */
    size_t count;
    size_t room;   /* of the table of slots */
    size_t *slots; /* sections by the hash of their name, as number + 1 */
};

/*
 * Opens and locks the file of this plugin and reads it.  A file that is not there is one without
 * zones; for STATE_FILE_WRITE it is made.  One that is empty has lost what it held.  Whoever has it
 * locked is waited for until `until_ms` by net_now_ms, but a moment at least.  Returns NULL, or one
 * line that names the file and says what is wrong with it and what to do; then nothing is
 * left open.
 */
const char *state_file_open(struct arena *arena, const char *path, const char *plugin,
                            enum state_file_use use, int64_t until_ms, struct state_file *file);

/* The lines about the zone; none at all for one that is not in the file. */
struct texts state_file_lines(const struct state_file *file, const struct name *zone);

/* Replaces the lines about the zone; they hold printable ASCII only. */
void state_file_set(struct state_file *file, const struct name *zone, struct texts lines);

/*
 * Writes what was set, if anything was and the file was opened for that, and unlocks it.  Returns
 * NULL, or one line that says why it could not be written; then the file is as it was.
 */
const char *state_file_close(struct state_file *file);
