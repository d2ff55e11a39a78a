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

/*
 * "192.0.2.1 (ns1.example.com, serial 7), 192.0.2.2 and 4 more servers": the first three are named.
 * "" for none.
 */
const char *places_text(struct arena *arena, const struct place *places, size_t count);
