/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real transport in front of misbehaving servers, and many questions to them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ask/net.h"
#include "lib/misbehave.h"

enum { LOOPBACK_SERVERS_MAX = 9 };

struct loopback {
    struct arena *arena;
    struct net *net; /* made by the test, with the options it wants */
    struct misbehave *servers[LOOPBACK_SERVERS_MAX];
    size_t server_count;
};

struct loopback loopback_start(const struct misbehave_options *servers, size_t count);

/* Stops the servers and destroys the arena. */
void loopback_end(struct loopback *loopback);

/* `count` questions, in turn to each server, all with different names. */
struct question **loopback_ask(const struct loopback *loopback, size_t count, uint16_t type,
                               unsigned flags);

/* The same to one given address. */
struct question **loopback_ask_server(const struct loopback *loopback, const struct server *server,
                                      size_t count, uint16_t type, unsigned flags);

/* Has the questions settled and returns how many milliseconds that took by standstill_now. */
int64_t loopback_settle(const struct loopback *loopback, struct question **questions, size_t count,
                        int64_t limit_ms);

/* How many of the questions have that status. */
size_t loopback_count(struct question **questions, size_t count, enum net_status status);
