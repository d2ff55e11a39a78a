/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts servers, makes questions, measures how long they take. */
#include "lib/loopback.h"

#include <check.h>

#include "lib/standstill.h"

struct loopback loopback_start(const struct misbehave_options *servers, size_t count)
{
    struct loopback loopback = {.arena = arena_create(), .server_count = count};
    for (size_t i = 0; i < count; i++) {
        loopback.servers[i] = misbehave_start(loopback.arena, &servers[i]);
    }
    return loopback;
}

void loopback_end(struct loopback *loopback)
{
    for (size_t i = 0; i < loopback->server_count; i++) {
        misbehave_stop(loopback->servers[i]);
    }
    arena_destroy(loopback->arena);
}

static struct question *new_question(struct arena *arena, const struct server *server,
                                     size_t number, uint16_t type, unsigned flags)
{
    struct question *question = arena_alloc(arena, sizeof *question);
    *question = (struct question){.server = server, .type = type, .flags = flags};
    const char *text = arena_printf(arena, "Question-%zu.Example.COM", number);
    ck_assert_ptr_null(name_from_text(text, &question->name));
    return question;
}

struct question **loopback_ask(const struct loopback *loopback, size_t count, uint16_t type,
                               unsigned flags)
{
    struct question **questions = arena_alloc(loopback->arena, count * sizeof *questions);
    for (size_t i = 0; i < count; i++) {
        const struct misbehave *server = loopback->servers[i % loopback->server_count];
        questions[i] = new_question(loopback->arena, misbehave_server(server), i, type, flags);
    }
    return questions;
}

struct question **loopback_ask_server(const struct loopback *loopback, const struct server *server,
                                      size_t count, uint16_t type, unsigned flags)
{
    struct question **questions = arena_alloc(loopback->arena, count * sizeof *questions);
    for (size_t i = 0; i < count; i++) {
        questions[i] = new_question(loopback->arena, server, i, type, flags);
    }
    return questions;
}

int64_t loopback_settle(const struct loopback *loopback, struct question **questions, size_t count,
                        int64_t limit_ms)
{
    struct batch batch = {
        .arena = loopback->arena, .questions = questions, .count = count, .limit_ms = limit_ms};
    int64_t start = standstill_now();
    loopback->net->exchange(loopback->net, &batch);
    return standstill_now() - start;
}

size_t loopback_count(struct question **questions, size_t count, enum net_status status)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += questions[i]->status == status ? 1 : 0;
    }
    return found;
}
