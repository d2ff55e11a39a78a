/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers questions from a table and remembers them by stage. */
#include "lib/fakenet.h"

#include <string.h>

#include <check.h>

struct row {
    const char *server; /* "*": any */
    bool unchecked;     /* only for questions with CD */
    bool any_name;
    struct name name;
    uint16_t type;
    enum net_status status;
    struct message reply;
};

/* What is known about a server besides its rows. */
struct habit {
    const char *server;
    bool silent;
    bool has_default;
    uint16_t rcode;
    bool aa;
};

struct stage {
    struct question **questions;
    size_t count;
};

struct fakenet {
    struct net net; /* first, so that the net is the fake */
    struct arena *arena;
    struct row *rows;
    size_t row_count;
    struct habit *habits;
    size_t habit_count;
    struct stage *stages;
    size_t stage_count;
};

static struct habit *find_habit(const struct fakenet *fake, const char *server)
{
    for (size_t i = 0; i < fake->habit_count; i++) {
        if (strcmp(fake->habits[i].server, server) == 0) {
            return &fake->habits[i];
        }
    }
    return NULL;
}

/* How well a row fits, the better the higher; 0: not at all. */
static int row_fits(const struct row *row, const struct question *question)
{
    bool any_server = strcmp(row->server, "*") == 0;
    bool unchecked = (question->flags & QUERY_CHECKING_DISABLED) != 0;
    if (row->type != question->type || (row->unchecked && !unchecked) ||
        (!any_server && strcmp(row->server, question->server->text) != 0) ||
        (!row->any_name && !name_equal(&row->name, &question->name))) {
        return 0;
    }
    return 1 + (row->any_name ? 0 : 1) + (any_server ? 0 : 2) + (row->unchecked ? 4 : 0);
}

static const struct row *find_row(const struct fakenet *fake, const struct question *question)
{
    const struct row *best = NULL;
    int best_fit = 0;
    for (size_t i = 0; i < fake->row_count; i++) {
        int fit = row_fits(&fake->rows[i], question);
        if (fit > 0 && fit >= best_fit) {
            best = &fake->rows[i];
            best_fit = fit;
        }
    }
    return best;
}

static struct message default_reply(const struct habit *habit, const struct question *question)
{
    bool recurse = (question->flags & QUERY_RECURSE) != 0;
    struct message reply = {.aa = !recurse,
                            .ra = recurse,
                            .edns = true,
                            .edns_do = true,
                            .case_kept = true,
                            .size = 512};
    if (habit && habit->has_default) {
        reply.rcode = habit->rcode;
        reply.aa = habit->aa;
    }
    return reply;
}

static void settle(const struct fakenet *fake, struct arena *arena, struct question *question)
{
    const struct habit *habit = find_habit(fake, question->server->text);
    const struct row *row = find_row(fake, question);
    question->tries = 1;
    if (habit && habit->silent) {
        question->status = NET_TIMEOUT;
        return;
    }
    question->elapsed_ms = 1;
    question->status = row ? row->status : NET_ANSWERED;
    if (question->status != NET_ANSWERED) {
        return;
    }
    struct message *reply = arena_alloc(arena, sizeof *reply);
    *reply = row ? row->reply : default_reply(habit, question);
    reply->qname = question->name;
    reply->qtype = question->type;
    question->reply = reply;
}

static void exchange(struct net *net, struct batch *batch)
{
    struct fakenet *fake = (struct fakenet *)net;
    struct stage stage = {.count = batch->count};
    stage.questions =
        arena_copy(fake->arena, batch->questions, batch->count * sizeof *batch->questions);
    fake->stages = arena_grow(fake->arena, fake->stages, fake->stage_count, sizeof stage);
    fake->stages[fake->stage_count++] = stage;
    for (size_t i = 0; i < batch->count; i++) {
        settle(fake, batch->arena, batch->questions[i]);
    }
}

struct fakenet *fakenet_create(struct arena *arena)
{
    struct fakenet *fake = arena_alloc(arena, sizeof *fake);
    *fake = (struct fakenet){.net = {.exchange = exchange}, .arena = arena};
    return fake;
}

struct net *fakenet_net(struct fakenet *fake)
{
    return &fake->net;
}

static struct row *add_row(struct fakenet *fake, const char *server, const char *name,
                           const char *type)
{
    ck_assert_ptr_nonnull(server);
    struct row row = {
        .server = arena_printf(fake->arena, "%.*s", (int)strcspn(server, " "), server),
        .unchecked = strstr(server, " +cd") != NULL,
        .any_name = strcmp(name, "*") == 0,
    };
    if (!row.any_name) {
        ck_assert_ptr_null(name_from_text(name, &row.name));
    }
    ck_assert_msg(rr_type_from_text(type, &row.type), "no such type: %s", type);
    fake->rows = arena_grow(fake->arena, fake->rows, fake->row_count, sizeof row);
    fake->rows[fake->row_count] = row;
    return &fake->rows[fake->row_count++];
}

void fakenet_answer(struct fakenet *fake, const char *server, const char *name, const char *type,
                    const struct message *reply)
{
    struct row *row = add_row(fake, server, name, type);
    row->status = NET_ANSWERED;
    row->reply = *reply;
}

void fakenet_fail(struct fakenet *fake, const char *server, const char *name, const char *type,
                  enum net_status status)
{
    add_row(fake, server, name, type)->status = status;
}

static struct habit *habit_of(struct fakenet *fake, const char *server)
{
    struct habit *habit = find_habit(fake, server);
    if (habit) {
        return habit;
    }
    fake->habits = arena_grow(fake->arena, fake->habits, fake->habit_count, sizeof *habit);
    habit = &fake->habits[fake->habit_count++];
    *habit = (struct habit){.server = arena_text(fake->arena, server)};
    return habit;
}

void fakenet_silent(struct fakenet *fake, const char *server)
{
    habit_of(fake, server)->silent = true;
}

void fakenet_default(struct fakenet *fake, const char *server, uint16_t rcode, bool aa)
{
    struct habit *habit = habit_of(fake, server);
    habit->has_default = true;
    habit->rcode = rcode;
    habit->aa = aa;
}

size_t fakenet_stages(const struct fakenet *fake)
{
    return fake->stage_count;
}

size_t fakenet_count(const struct fakenet *fake, size_t stage)
{
    return stage >= 1 && stage <= fake->stage_count ? fake->stages[stage - 1].count : 0;
}

const struct question *fakenet_question(const struct fakenet *fake, size_t stage, size_t nth)
{
    return nth < fakenet_count(fake, stage) ? fake->stages[stage - 1].questions[nth] : NULL;
}

bool fakenet_asked(const struct fakenet *fake, size_t stage, const char *server, const char *name,
                   const char *type)
{
    struct name wanted = name_root();
    uint16_t number = 0;
    if (name) {
        ck_assert_ptr_null(name_from_text(name, &wanted));
    }
    if (type) {
        ck_assert_msg(rr_type_from_text(type, &number), "no such type: %s", type);
    }
    for (size_t i = 0; i < fakenet_count(fake, stage); i++) {
        const struct question *question = fakenet_question(fake, stage, i);
        if ((!server || strcmp(question->server->text, server) == 0) &&
            (!name || name_equal(&question->name, &wanted)) &&
            (!type || question->type == number)) {
            return true;
        }
    }
    return false;
}
