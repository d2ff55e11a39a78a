/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network made of a table, for tests of whatever asks questions.
 *
 * It stands behind `net->exchange`.  Servers are named by their text ("192.0.2.1"), types by
 * theirs ("SOA").  A question without a row gets an empty NOERROR reply: with AA, or with RA when
 * it asks for recursion; fakenet_default changes that for one server.  Everything asked is kept by
 * stage, so that a test can say which questions went into which round trip.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/net.h"
#include "base/arena.h"
#include "wire/message.h"

/* Behind the id of a finding that shows at the first or second server only. */
#define AT1 "@192.0.2.1"
#define AT2 "@192.0.2.2"

struct fakenet;

struct fakenet *fakenet_create(struct arena *arena);

/* The network to hand to ledger_start. */
struct net *fakenet_net(struct fakenet *fake);

/*
 * What `server` replies to a question; the last row for a question counts.  The name "*" is any
 * name that has no row of its own for that server and type, the server "*" any server without a
 * row for the question.  A row for "192.0.2.53 +cd" is for questions with CD to that server and
 * goes before others.  The reply is sent with the name and type of the question.
 */
void fakenet_answer(struct fakenet *fake, const char *server, const char *name, const char *type,
                    const struct message *reply);

/* The question ends with `status` and no reply; names and servers as for fakenet_answer. */
void fakenet_fail(struct fakenet *fake, const char *server, const char *name, const char *type,
                  enum net_status status);

/* The server answers nothing at all, whatever rows it has: NET_TIMEOUT. */
void fakenet_silent(struct fakenet *fake, const char *server);

/* What the server replies to questions without a row: empty, with this rcode and AA bit. */
void fakenet_default(struct fakenet *fake, const char *server, uint16_t rcode, bool aa);

/* How many exchanges there were. */
size_t fakenet_stages(const struct fakenet *fake);

/* How many questions went into a stage, counted from 1; 0 for a stage that never was. */
size_t fakenet_count(const struct fakenet *fake, size_t stage);

/* Whether the question went into that stage; NULL for a server, name or type means any. */
bool fakenet_asked(const struct fakenet *fake, size_t stage, const char *server, const char *name,
                   const char *type);

/* The nth question of a stage, both counted: stages from 1, questions from 0; or NULL. */
const struct question *fakenet_question(const struct fakenet *fake, size_t stage, size_t nth);
