/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects servers and puts them into words. */
#include "check/places.h"

#include "base/text.h"
#include "wire/rr.h"

enum { MOST = 3 };

const char *place_text(struct arena *arena, const struct place *place)
{
    const struct server *server = place->server;
    const char *serial = place->has_serial ? arena_printf(arena, ", serial %u", place->serial) : "";
    return server->host == NULL
               ? arena_printf(arena, "%s%s", server->text, serial)
               : arena_printf(arena, "%s (%s%s)", server->text, server->host, serial);
}

const char *places_text(struct arena *arena, const struct places *places)
{
    const char *text = "";
    for (size_t i = 0; i < places->count && i < MOST; i++) {
        text = text_join(arena, text, place_text(arena, &places->list[i]));
    }
    return places->count > MOST
               ? arena_printf(arena, "%s and %s", text,
                              text_count(arena, places->count - MOST, "more server"))
               : text;
}

bool places_have(const struct places *places, const struct server *server)
{
    for (size_t i = 0; i < places->count; i++) {
        if (server_equal(places->list[i].server, server)) {
            return true;
        }
    }
    return false;
}

void places_add(struct arena *arena, struct places *places, const struct place *place)
{
    if (!places_have(places, place->server)) {
        places->list = arena_grow(arena, places->list, places->count, sizeof *places->list);
        places->list[places->count++] = *place;
    }
}

bool place_is_older(const struct place *place, const struct place *other)
{
    return place->has_serial && other->has_serial &&
           rr_serial_difference(other->serial, place->serial) > 0;
}

static bool is_behind(const struct place *place, const struct places *all)
{
    for (size_t i = 0; i < all->count; i++) {
        if (place_is_older(place, &all->list[i])) {
            return true;
        }
    }
    return false;
}

bool places_behind(const struct places *some, const struct places *all)
{
    bool behind = some->count > 0;
    for (size_t i = 0; i < some->count; i++) {
        behind = behind && is_behind(&some->list[i], all);
    }
    return behind;
}
