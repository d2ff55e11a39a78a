/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers as findings name them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/server.h"
#include "base/arena.h"

/* A server, and the version of the zone that it has. */
struct place {
    const struct server *server;
    bool has_serial;
    uint32_t serial;
};

/* Servers that show the same. */
struct places {
    struct place *list;
    size_t count;
};

/* Adds a place unless its server is there already. */
void places_add(struct arena *arena, struct places *places, const struct place *place);

bool places_have(const struct places *places, const struct server *server);

/* "192.0.2.1 (ns1.example.com, serial 7)". */
const char *place_text(struct arena *arena, const struct place *place);

/* "192.0.2.1 (ns1.example.com), 192.0.2.2 and 4 more servers": three are named.  "" for none. */
const char *places_text(struct arena *arena, const struct places *places);

/* Whether the first has an older version of the zone; false where a serial is not known. */
bool place_is_older(const struct place *place, const struct place *other);

/*
 * Whether each of `some` has an older version of the zone than one of `all`: what they show is not
 * that of the newest.  False for none.
 */
bool places_behind(const struct places *some, const struct places *all);
