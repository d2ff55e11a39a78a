/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The servers that are silent, as the nets of a run tell each other, from several threads.
 *
 * Names are worked off by several nets, one after the other.  Without this each of them would wait
 * anew for a server that all names share.
 */
#pragma once

#include <stdbool.h>

#include "ask/server.h"
#include "base/arena.h"

struct silence;

/* Nothing is known of any server.  It ends with the arena. */
struct silence *silence_create(struct arena *arena);

/* Notes that a net has got no answer from a server; one that has answered another stays as it is.
 */
void silence_note(struct silence *silence, const struct server *server);

/* Notes that a server has answered: from then on it counts as alive, whatever is noted. */
void silence_broken(struct silence *silence, const struct server *server);

/* Whether a net has got no answer from this server, and none has got one since. */
bool silence_of(struct silence *silence, const struct server *server);
