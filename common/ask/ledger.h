/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every question of a run, each once.
 *
 * Asking the same question of the same server again gives the question already there, settled or
 * not, so no collect step has to remember what another one asked.  The ledger is also the trace
 * that -vvv prints: there is no logging code.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ask/net.h"
#include "ask/question.h"

struct ledger {
    struct arena *arena;
    struct net *net;
    struct question **questions; /* in the order in which they were first asked */
    size_t count;
    size_t settled; /* the first so many have been through an exchange */
    unsigned stage;
    struct question **slots; /* open addressing, a power of two */
    size_t slot_count;
};

struct ledger ledger_start(struct arena *arena, struct net *net);

/* The question, new or not.  A new one is asked by the next ledger_settle. */
struct question *ledger_ask(struct ledger *ledger, const struct server *server,
                            const struct name *name, uint16_t type, unsigned flags);

/*
 * Asks all new questions at once and returns when they are settled; a stage of its own unless
 * there are none.  `limit_ms`: 0, or the most that this stage may take.
 */
void ledger_settle(struct ledger *ledger, int64_t limit_ms);
