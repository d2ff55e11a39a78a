/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settling questions in parallel.
 *
 * One call takes a stage's questions and returns when each is answered or has failed, or when time
 * is spent.  It cannot fail as a function.  `exchange` is the one seam that tests replace.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/question.h"
#include "ask/silence.h"
#include "base/arena.h"

struct batch {
    struct arena *arena; /* replies live here */
    struct question **questions;
    size_t count;
    int64_t limit_ms; /* of this batch, from now; 0: only the budget of the run counts */
};

struct net {
    void (*exchange)(struct net *net, struct batch *batch);
};

struct net_options {
    unsigned tries;         /* sends per question over UDP */
    int64_t try_timeout_ms; /* wait for each */
    int64_t budget_ms;      /* all exchanges together, from net_create on */
    const struct server
        *resolvers; /* a question to one of them goes to the next one on its next try */
    size_t resolver_count;
    bool tcp; /* TCP for everything */
    /*
     * Nets that ask the same servers at the same time, this one included: they share what the
     * socket buffer of a server holds.  0 counts as 1.
     */
    unsigned sharers;
    /* What the nets of a run tell each other of silent servers; NULL: nothing. */
    struct silence *silence;
};

/*
 * The real network.  Sockets are closed with the arena.  The budget starts now.  What it learns of
 * servers holds for all its batches, whose questions and servers may be gone by then.
 */
struct net *net_create(struct arena *arena, const struct net_options *options);

/* A clock that only goes forward, in milliseconds from some point in the past. */
int64_t net_now_ms(void);
