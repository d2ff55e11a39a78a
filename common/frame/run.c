/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run asks, how it looks for zones and judges chains. */
#include "frame/run.h"

#include "check/chain.h"

void texts_add(struct arena *arena, struct texts *texts, const char *text)
{
    texts->items = arena_grow(arena, texts->items, texts->count, sizeof *texts->items);
    texts->items[texts->count++] = text;
}

void run_note(struct run *run, struct questions *questions, const struct question *question)
{
    for (size_t i = 0; i < questions->count; i++) {
        if (questions->list[i] == question) {
            return;
        }
    }
    questions->list =
        arena_grow(run->arena, questions->list, questions->count, sizeof *questions->list);
    questions->list[questions->count++] = question;
}

void run_note_trail(struct run *run, struct questions *questions, const struct question *question,
                    const struct alias_trail *trail)
{
    for (unsigned i = 0; i <= trail->steps; i++) {
        struct question *copy = arena_copy(run->arena, question, sizeof *question);
        copy->name = trail->names[i];
        run_note(run, questions, copy);
    }
}

const struct question *run_ask(struct run *run, struct questions *questions,
                               const struct server *server, const struct name *name, uint16_t type,
                               unsigned flags)
{
    const struct question *question = ledger_ask(&run->ledger, server, name, type, flags);
    run_note(run, questions, question);
    return question;
}

const struct question *run_resolve(struct run *run, struct questions *questions,
                                   const struct name *name, uint16_t type)
{
    return run_ask(run, questions, &run->resolvers[0], name, type,
                   QUERY_RECURSE | QUERY_CHECKING_DISABLED);
}

/* Whether the resolver let time run out at the name servers of this name: it would again. */
static bool resolver_gave_up(const struct run *run, const struct name *name)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if (question->type == RR_NS && question->status == NET_TIMEOUT &&
            (question->flags & QUERY_RECURSE) != 0 && name_equal(&question->name, name)) {
            return true;
        }
    }
    return false;
}

void run_resolve_chain(struct run *run, struct questions *questions, const struct name *name)
{
    for (unsigned labels = name->labels + 1u; run->resolver_count > 0 && labels-- > 0;) {
        struct name ancestor = name_suffix(name, labels);
        if (!resolver_gave_up(run, &ancestor)) {
            (void)run_resolve(run, questions, &ancestor, RR_DNSKEY);
        }
        if (labels > 0) {
            (void)run_resolve(run, questions, &ancestor, RR_DS);
        }
    }
}

void run_take_path(struct run *run, struct questions *questions, const struct zone *zone)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if ((question->flags & QUERY_RECURSE) == 0 &&
            name_is_under(&zone->subject, &question->name)) {
            run_note(run, questions, question);
        }
    }
    /* A referral may stand in the reply about another name that lies in the same zone. */
    for (size_t i = 0; i < zone->path_count; i++) {
        if (zone->path[i].referral != NULL) {
            run_note(run, questions, zone->path[i].referral);
        }
    }
}

enum state run_partial(const struct run *run, enum state state, bool all)
{
    enum state partial = run->options->partial;
    return !all && state == STATE_CRITICAL && partial != STATE_OK ? partial : state;
}

enum state run_sha1_state(const struct common_options *options)
{
    bool grave = options->sha1 == SHA1_INSECURE && options->expect == EXPECT_SECURE;
    return grave ? STATE_CRITICAL : STATE_WARNING;
}

struct sig_context run_sig_context(struct run *run, const struct name *zone,
                                   const struct dnskey *keys, size_t key_count)
{
    return (struct sig_context){
        .arena = run->arena,
        .crypto = run->crypto,
        .zone = zone,
        .keys = keys,
        .key_count = key_count,
        .now = run->now,
        .sha1 = SHA1_WARN,
        .checks_left = &run->checks_left,
    };
}

struct chain_terms run_chain_terms(struct run *run)
{
    return (struct chain_terms){
        .arena = run->arena,
        .crypto = run->crypto,
        .anchors = &run->anchors,
        .now = run->now,
        .sha1 = run->options->sha1,
        .checks_left = &run->checks_left,
    };
}

struct zone_search run_zone_search(struct run *run)
{
    const struct common_options *options = run->options;
    return (struct zone_search){
        .ledger = &run->ledger,
        .resolvers = run->resolvers,
        .resolver_count = run->resolver_count,
        .hints = run->hints,
        .hint_count = run->hint_count,
        .type = RR_NS,
        .asks_later = true,
        .port = options->port,
        .ipv4 = !options->ipv6_only,
        .ipv6 = !options->ipv4_only,
        /* A zone whose servers are all dead keeps a resolver busy: leave time to ask them. */
        .stage_limit_ms = options->timeout_ms * 2 / 5,
        .want_parent = true,
    };
}
