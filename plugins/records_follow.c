/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks for what is at the end of aliases that leave their zones.
 *
 * A resolver tells all of it in one answer; only where that holds further aliases, what the chain
 * of trust needs of their targets takes one more round.  With --iterate each zone that an alias
 * leads to takes a way down.
 */
#include "plugins/records_collect.h"
#include "plugins/records_judge.h"
#include "wire/rr.h"

enum { ROUNDS = RECORDS_BEYOND_MAX };

/* Names whose records of a type are not known yet, and who wants to know. */
struct ends {
    struct zone *zones; /* the subjects are the names */
    struct records_facts **facts;
    uint16_t *types;
    size_t count;
};

static void add_end(struct arena *arena, struct ends *ends, struct records_facts *facts,
                    const struct name *name, uint16_t type)
{
    size_t count = ends->count;
    for (size_t i = 0; i < count; i++) {
        if (ends->facts[i] == facts && ends->types[i] == type &&
            name_equal(&ends->zones[i].subject, name)) {
            return;
        }
    }
    ends->zones = arena_grow(arena, ends->zones, count, sizeof *ends->zones);
    ends->facts = arena_grow(arena, ends->facts, count, sizeof *ends->facts);
    ends->types = arena_grow(arena, ends->types, count, sizeof *ends->types);
    ends->zones[count] = (struct zone){.subject = *name};
    ends->facts[count] = facts;
    ends->types[count] = type;
    ends->count++;
}

/* The names in a resolver's answer are in zones whose keys are needed too. */
static void ask_chains(struct run *run, struct records_facts *facts, const struct question *beyond,
                       const struct records_options *options)
{
    struct alias_trail trail = alias_follow(beyond->reply, &beyond->name, beyond->type);
    for (unsigned i = 0; records_wants_chain(run, options) && i <= trail.steps; i++) {
        run_resolve_chain(run, &facts->chain, &trail.names[i]);
    }
}

/* What one answer of the zone's servers leaves open. */
static void follow(struct run *run, struct ends *ends, struct records_facts *facts,
                   const struct question *question, const struct records_options *options)
{
    struct alias_trail trail;
    if (!records_follow(question, &facts->target->zone.name, &trail)) {
        return;
    }
    for (unsigned i = 0; i < RECORDS_BEYOND_MAX; i++) {
        const struct name *end = &trail.names[trail.steps];
        const struct question *beyond = records_beyond(&facts->chain, end, question->type);
        if (beyond == NULL) {
            add_end(run->arena, ends, facts, end, question->type);
            return;
        }
        if ((beyond->flags & QUERY_RECURSE) != 0) {
            ask_chains(run, facts, beyond, options);
            return;
        }
        trail = alias_follow(beyond->reply, &beyond->name, question->type);
        if (trail.steps == 0 || trail.set != NULL || trail.loops) {
            return;
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

static void follow_all(struct run *run, struct ends *ends, struct records_facts *facts,
                       const struct records_options *options)
{
    const struct target *target = facts->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (question->status == NET_ANSWERED && question->reply->aa &&
            name_equal(&question->name, &target->zone.subject) &&
            is_asked_type(options, question)) {
            follow(run, ends, facts, question, options);
        }
    }
}

static void resolve(struct run *run, const struct ends *ends, const struct records_options *options)
{
    for (size_t i = 0; run->resolver_count > 0 && i < ends->count; i++) {
        if (records_wants_chain(run, options)) {
            run_resolve_chain(run, &ends->facts[i]->chain, &ends->zones[i].subject);
        }
        (void)run_resolve(run, &ends->facts[i]->chain, &ends->zones[i].subject, ends->types[i]);
    }
}

/* The ends of one type; `of` says which of all ends they are. */
static void iterate_type(struct run *run, const struct ends *ends, uint16_t type)
{
    struct zone_search search = run_zone_search(run);
    struct zone *zones = arena_alloc(run->arena, (ends->count + 1) * sizeof *zones);
    size_t *of = arena_alloc(run->arena, (ends->count + 1) * sizeof *of);
    size_t count = 0;
    for (size_t i = 0; i < ends->count; i++) {
        if (ends->types[i] == type) {
            zones[count] = ends->zones[i];
            of[count++] = i;
        }
    }
    search.type = type;
    search.asks_later = false;
    zone_iterate(&search, zones, count);
    for (size_t i = 0; i < count; i++) {
        run_take_path(run, &ends->facts[of[i]]->chain, &zones[i]);
    }
}

static void iterate(struct run *run, const struct ends *ends)
{
    for (size_t i = 0; i < ends->count; i++) {
        bool done = false;
        for (size_t j = 0; j < i && !done; j++) {
            done = ends->types[j] == ends->types[i];
        }
        if (!done) {
            iterate_type(run, ends, ends->types[i]);
        }
    }
}

void records_follow_aliases(struct run *run, struct records_facts *facts, size_t count,
                            const struct records_options *options)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t before = run->ledger.count;
        struct ends ends = {.count = 0};
        for (size_t i = 0; i < count; i++) {
            follow_all(run, &ends, &facts[i], options);
        }
        if (run->options->iterate) {
            iterate(run, &ends);
        } else {
            resolve(run, &ends, options);
        }
        if (run->ledger.count == before) {
            return;
        }
        ledger_settle(&run->ledger, 0);
    }
}
