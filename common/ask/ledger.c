/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds questions that were asked before, and has the new ones settled. */
#include "ask/ledger.h"

/*
 * The transport may note another resolver than the one asked in `question.server`, so what the
 * question is found by is kept apart.
 */
struct entry {
    struct question question; /* first, so that a question is its entry */
    const struct server *asked;
};

enum { FIRST_SLOTS = 64 };

struct ledger ledger_start(struct arena *arena, struct net *net)
{
    return (struct ledger){.arena = arena, .net = net};
}

static const struct server *server_asked(const struct question *question)
{
    return ((const struct entry *)question)->asked;
}

static uint32_t hash_of(const struct server *server, const struct name *name, uint16_t type,
                        unsigned flags)
{
    uint32_t hash = bytes_hash(server_hash(server), name->wire, name->size);
    uint8_t rest[3] = {(uint8_t)(type >> 8), (uint8_t)type, (uint8_t)flags};
    hash = bytes_hash(hash, rest, sizeof rest);
    return hash ^ hash >> 15;
}

static bool is_same(const struct question *question, const struct server *server,
                    const struct name *name, uint16_t type, unsigned flags)
{
    return question->type == type && question->flags == flags &&
           name_equal(&question->name, name) && server_equal(server_asked(question), server);
}

/* The slot of the question, or the free one where it belongs. */
static struct question **find_slot(const struct ledger *ledger, const struct server *server,
                                   const struct name *name, uint16_t type, unsigned flags)
{
    size_t mask = ledger->slot_count - 1;
    size_t at = hash_of(server, name, type, flags) & mask;
    while (ledger->slots[at] && !is_same(ledger->slots[at], server, name, type, flags)) {
        at = (at + 1) & mask;
    }
    return &ledger->slots[at];
}

/* Keeps at least half of the slots free, so that every search ends soon. */
static void make_room(struct ledger *ledger)
{
    if ((ledger->count + 1) * 2 <= ledger->slot_count) {
        return;
    }
    ledger->slot_count = ledger->slot_count ? ledger->slot_count * 2 : FIRST_SLOTS;
    ledger->slots = arena_alloc(ledger->arena, ledger->slot_count * sizeof *ledger->slots);
    for (size_t i = 0; i < ledger->count; i++) {
        struct question *question = ledger->questions[i];
        *find_slot(ledger, server_asked(question), &question->name, question->type,
                   question->flags) = question;
    }
}

struct question *ledger_ask(struct ledger *ledger, const struct server *server,
                            const struct name *name, uint16_t type, unsigned flags)
{
    make_room(ledger);
    struct question **slot = find_slot(ledger, server, name, type, flags);
    if (*slot) {
        return *slot;
    }
    struct entry *entry = arena_alloc(ledger->arena, sizeof *entry);
    *entry = (struct entry){
        .question = {.server = server, .name = *name, .type = type, .flags = flags},
        .asked = server,
    };
    ledger->questions =
        arena_grow(ledger->arena, ledger->questions, ledger->count, sizeof(struct question *));
    ledger->questions[ledger->count++] = &entry->question;
    *slot = &entry->question;
    return &entry->question;
}

void ledger_settle(struct ledger *ledger, int64_t limit_ms)
{
    if (ledger->settled == ledger->count) {
        return;
    }
    ledger->stage++;
    for (size_t i = ledger->settled; i < ledger->count; i++) {
        ledger->questions[i]->stage = ledger->stage;
    }
    struct batch batch = {
        .arena = ledger->arena,
        .questions = ledger->questions + ledger->settled,
        .count = ledger->count - ledger->settled,
        .limit_ms = limit_ms,
    };
    ledger->net->exchange(ledger->net, &batch);
    ledger->settled = ledger->count;
}
