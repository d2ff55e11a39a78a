/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts servers into words. */
#include "check/places.h"

enum { MOST = 3 };

static const char *place_text(struct arena *arena, const struct place *place)
{
    const struct server *server = place->server;
    const char *serial = place->has_serial ? arena_printf(arena, ", serial %u", place->serial) : "";
    return server->host == NULL
               ? arena_printf(arena, "%s%s", server->text, serial)
               : arena_printf(arena, "%s (%s%s)", server->text, server->host, serial);
}

const char *places_text(struct arena *arena, const struct place *places, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count && i < MOST; i++) {
        text =
            arena_printf(arena, "%s%s%s", text, i == 0 ? "" : ", ", place_text(arena, &places[i]));
    }
    return count > MOST ? arena_printf(arena, "%s and %zu more servers", text, count - MOST) : text;
}
