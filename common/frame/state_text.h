/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a state file, taken apart and put together: a head with plugin and version, for each
 * zone its name and the plugin's lines, and an end with a checksum.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/name.h"
#include "frame/run.h"

struct state_section {
    struct name zone;
    struct texts lines; /* without their newlines */
};

struct state_text {
    struct arena *arena;
    const char *plugin;
    struct state_section *sections; /* in the order of the file */
    size_t count;
    size_t room;   /* of the table of slots */
    size_t *slots; /* sections by the hash of their name, as number + 1 */
};

/* One without zones. */
struct state_text state_text_start(struct arena *arena, const char *plugin);

/*
 * Reads the sections of `text`, whose lines are cut from it.  Returns NULL, or what is wrong with
 * it, to be said behind the name of the file; then what `state` holds is of no use.
 */
const char *state_text_read(struct state_text *state, char *text);

/* The lines about the zone; none at all for one that has no section. */
struct texts state_text_lines(const struct state_text *state, const struct name *zone);

/* Replaces the lines about the zone, or adds a section; they hold printable ASCII only. */
void state_text_set(struct state_text *state, const struct name *zone, struct texts lines);

/* The whole text. */
const char *state_text_write(const struct state_text *state);
