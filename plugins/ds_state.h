/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_ds_match remembers of a zone from run to run, and how that is written down. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "frame/run.h"
#include "frame/state_file.h"
#include "wire/rr.h"

/* How much is kept: entries of a kind, and for how long after something was last seen. */
enum { DS_HISTORY_MOST = 64, DS_HISTORY_KEEP = 90 * 86400 };

/* A key by the digest of its DS (SHA-256), so that equal tags do not make keys equal. */
struct known_key {
    struct ds id;
    uint16_t flags;
    int64_t first; /* seen in the DNSKEY RRset; seconds since 1970 here and below */
    int64_t last;
    int64_t signing; /* last seen signing anything; 0: never */
    int64_t revoked; /* first seen revoked; 0: never */
};

/* A DS or CDS record. */
struct known_ds {
    struct ds ds;
    int64_t first;
    int64_t last;
};

/* A phase of a rollover, or something else that should not last. */
struct known_phase {
    const char *phase; /* one word */
    uint16_t old_tag;
    uint16_t new_tag;
    int64_t since;
};

struct ds_history {
    struct arena *arena;
    int64_t begun;        /* the first look at the zone; 0: this is it */
    int64_t keys_checked; /* when the keys were last seen; 0: never */
    int64_t ds_checked;   /* when the parent last told the DS, or that there is none */
    uint32_t key_ttl;
    uint32_t ds_ttl;
    uint32_t data_ttl;
    struct known_key *keys;
    size_t key_count;
    struct known_ds *ds;
    size_t ds_count;
    struct known_ds *cds;
    size_t cds_count;
    struct known_phase *phases;
    size_t phase_count;
};

/*
 * Reads the lines of a state file about one zone.  Returns NULL, or what is wrong with them.  No
 * lines make one that has not begun.  Times after `now`, from before a clock was set back, are
 * taken as `now`.
 */
const char *ds_history_read(struct arena *arena, struct texts lines, int64_t now,
                            struct ds_history *history);

/* The lines for the next run of one that has begun; what was not seen for long is left out. */
struct texts ds_history_write(const struct ds_history *history, int64_t now);

/*
 * The lines for the file (struct state_use): those of this run, and where another run has written
 * of the zone since this one began, also the keys and records that only that one has seen.
 */
struct texts ds_history_join(struct arena *arena, const struct state_lines *lines, int64_t now);

/* The key or record, or NULL. */
struct known_key *ds_history_key(const struct ds_history *history, const struct ds *id);
const struct known_ds *ds_history_ds(const struct known_ds *list, size_t count,
                                     const struct ds *ds);

/*
 * The same, added with `now` as its first time where it was not known; it takes the place of the
 * one that was not seen for longest where there are DS_HISTORY_MOST.  NULL where all are of now.
 */
struct known_key *ds_history_add_key(struct ds_history *history, const struct ds *id, int64_t now);
void ds_history_add_ds(struct arena *arena, struct known_ds **list, size_t *count,
                       const struct ds *ds, int64_t now);

/* Since when the phase lasts: earlier runs have seen it too, or `now`. */
int64_t ds_history_since(const struct ds_history *history, const struct known_phase *phase,
                         int64_t now);
