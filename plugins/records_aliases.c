/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks for what is at the end of aliases that leave their zones.
 *
 * A resolver tells all of it in one answer; what the chain of trust needs of the names in that
 * answer takes one more round.
 */
#include "plugins/records_collect.h"
#include "plugins/records_judge.h"
#include "wire/alias.h"
#include "wire/rr.h"

enum { ROUNDS = 4, RESOLVE = QUERY_RECURSE | QUERY_CHECKING_DISABLED };

static const struct question *find_asked(const struct questions *chain, const struct name *name,
                                         uint16_t type)
{
    for (size_t i = 0; i < chain->count; i++) {
        if (chain->list[i]->type == type && name_equal(&chain->list[i]->name, name)) {
            return chain->list[i];
        }
    }
    return NULL;
}

static void ask_end(struct run *run, struct questions *chain, const struct name *end, uint16_t type,
                    bool secure)
{
    if (run->resolver_count == 0) {
        return;
    }
    records_note(run->arena, chain,
                 ledger_ask(&run->ledger, &run->resolvers[0], end, type, RESOLVE));
    if (secure) {
        records_ask_chain(run, chain, end);
    }
}

/* What an answer of the zone's servers leaves open. */
static void follow(struct run *run, struct records_work *work, const struct question *question,
                   bool secure)
{
    struct alias_trail trail = alias_follow(question->reply, &question->name, question->type);
    if (!records_leads_out(&trail, question->reply, &work->target->zone.name)) {
        return;
    }
    const struct name *end = &trail.names[trail.steps];
    const struct question *beyond = find_asked(&work->chain, end, question->type);
    if (beyond == NULL) {
        ask_end(run, &work->chain, end, question->type, secure);
    } else if (beyond->reply != NULL && secure) {
        trail = alias_follow(beyond->reply, end, question->type);
        for (unsigned i = 1; i <= trail.steps; i++) {
            records_ask_chain(run, &work->chain, &trail.names[i]);
        }
    }
}

static bool is_asked_type(const struct records_options *options, const struct question *question)
{
    uint16_t types[RECORDS_TYPES_MAX];
    for (unsigned apex = 0; apex <= 1; apex++) {
        size_t count = records_types(options, apex == 1, types);
        for (size_t i = 0; i < count; i++) {
            if (types[i] == question->type) {
                return true;
            }
        }
    }
    return false;
}

static void follow_all(struct run *run, struct records_work *work,
                       const struct records_options *options)
{
    const struct target *target = work->target;
    for (size_t i = 0; i < target->child_count; i++) {
        const struct question *question = target->child[i];
        if (question->status == NET_ANSWERED && question->reply->aa &&
            name_equal(&question->name, &target->zone.subject) &&
            is_asked_type(options, question)) {
            follow(run, work, question, records_wants_chain(run, options));
        }
    }
}

void records_follow_aliases(struct run *run, struct records_work *works, size_t count,
                            const struct records_options *options)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t before = run->ledger.count;
        for (size_t i = 0; i < count; i++) {
            follow_all(run, &works[i], options);
        }
        if (run->ledger.count == before) {
            return;
        }
        ledger_settle(&run->ledger, 0);
    }
}
