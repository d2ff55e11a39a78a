/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_dnssec_chain asks.
 *
 * Through a resolver everything at once: the answer, and DNSKEY and DS of the name and all its
 * ancestors, whether they are zones or not.  With --iterate the servers themselves, down from the
 * root.  Only an alias into names not asked about yet costs another round.
 */
#include "plugins/chain.h"
#include "wire/alias.h"

enum { RESOLVE = QUERY_RECURSE | QUERY_CHECKING_DISABLED };

struct collection {
    struct run *run;
    const struct chain_options *options;
    struct chain_work *works; /* of the subjects, and of the canary if there is one */
    size_t count;
};

/* The name and, for each ancestor, what makes it a link of the chain. */
static void ask_resolver(struct run *run, struct chain_work *work, const struct name *name,
                         bool both)
{
    (void)run_resolve(run, &work->questions, name, work->type);
    if (both) {
        (void)run_resolve(run, &work->questions, name, RR_SOA);
    }
    run_resolve_chain(run, &work->questions, name);
}

/* Keeps a zone, each once: an alias may lead back. */
static void take_zone(struct arena *arena, struct chain_work *work, const struct zone *zone)
{
    for (size_t i = 0; i < work->zone_count; i++) {
        if (name_equal(&work->zones[i].name, &zone->name)) {
            return;
        }
    }
    work->zones = arena_grow(arena, work->zones, work->zone_count, sizeof *work->zones);
    work->zones[work->zone_count++] = *zone;
    work->zone = work->zones[0];
}

static void iterate(struct collection *collection, const struct name *names, const bool *wanted)
{
    struct run *run = collection->run;
    struct zone_search search = run_zone_search(run);
    struct zone *zones = arena_alloc(run->arena, collection->count * sizeof *zones);
    size_t *of = arena_alloc(run->arena, collection->count * sizeof *of);
    size_t count = 0;
    for (size_t i = 0; i < collection->count; i++) {
        if (wanted[i]) {
            zones[count].subject = names[i];
            of[count++] = i;
        }
    }
    search.type = collection->options->type == 0 ? RR_A : collection->options->type;
    search.wants_ds = true;
    /* Servers asked directly are soon found to be silent: one that is slow may have a try's time.
     */
    int64_t patience = run->options->try_timeout_ms * 4 / 3;
    if (search.stage_limit_ms < patience) {
        search.stage_limit_ms = patience;
    }
    zone_iterate(&search, zones, count);
    for (size_t i = 0; i < count; i++) {
        take_zone(run->arena, &collection->works[of[i]], &zones[i]);
        chain_ask_zone(run, &collection->works[of[i]], &zones[i]);
    }
    ledger_settle(&run->ledger, 0);
    for (size_t i = 0; i < count; i++) {
        run_take_path(run, &collection->works[of[i]].questions, &zones[i]);
    }
}

/* Asks about the names of those works that want something: one round, or a way down. */
static void gather_evidence(struct collection *collection, const struct name *names,
                            const bool *wanted, bool first)
{
    struct run *run = collection->run;
    if (run->options->iterate) {
        iterate(collection, names, wanted);
        return;
    }
    for (size_t i = 0; i < collection->count; i++) {
        uint16_t type = first ? 0 : collection->works[i].chain.wanted_type;
        if (wanted[i] && type != 0) {
            (void)run_resolve(run, &collection->works[i].questions, &names[i], type);
        } else if (wanted[i]) {
            ask_resolver(run, &collection->works[i], &names[i],
                         first && collection->options->type == 0);
        }
    }
    ledger_settle(&run->ledger, 0);
}

static void judge(struct run *run, struct chain_work *work)
{
    struct chain_terms terms = run_chain_terms(run);
    struct evidence evidence = {.questions = work->questions.list, .count = work->questions.count};
    bool any_family = !run->options->ipv4_only && !run->options->ipv6_only;
    if (any_family && work->zone.child.host_count > 0 && work->zone.child.server_count == 0) {
        evidence.unreachable = &work->zone.name;
    }
    work->chain = chain_judge(&terms, &evidence, &work->name, work->type);
}

/* The first answer to (name, type), which a referral is not; NULL when there is none. */
static const struct message *answer_of(const struct chain_work *work, uint16_t type)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if (question->type == type && question->reply != NULL &&
            name_equal(&question->name, &work->name) && question->reply->rcode == RCODE_NOERROR &&
            (question->reply->aa || (question->flags & QUERY_RECURSE) != 0)) {
            return question->reply;
        }
    }
    return NULL;
}

/* Without -T: an apex that has no A is asked about its SOA. */
static void choose_type(struct collection *collection, struct chain_work *work)
{
    struct run *run = collection->run;
    const struct message *a = answer_of(work, RR_A);
    if (collection->options->type != 0 || a == NULL || a->answer.count > 0) {
        return;
    }
    bool apex = run->options->iterate && name_equal(&work->zone.name, &work->name);
    const struct message *soa = answer_of(work, RR_SOA);
    if (soa != NULL) {
        apex = apex || section_records(&soa->answer, &work->name, RR_SOA) != NULL;
    }
    if (!apex) {
        return;
    }
    work->type = RR_SOA;
    for (size_t i = 0; run->options->iterate && i < work->zone.child.server_count; i++) {
        (void)run_ask(run, &work->questions, work->zone.child.servers[i], &work->name, RR_SOA, 0);
    }
}

/* Judges, and asks for what an alias needs, until nothing is wanted any more. */
static void follow_aliases(struct collection *collection)
{
    struct arena *arena = collection->run->arena;
    bool *wanted = arena_alloc(arena, collection->count + 1);
    struct name *names = arena_alloc(arena, (collection->count + 1) * sizeof *names);
    for (unsigned round = 0; round <= ALIAS_STEPS; round++) {
        bool any = false;
        for (size_t i = 0; i < collection->count; i++) {
            struct chain_work *work = &collection->works[i];
            if (round == 0 || wanted[i]) {
                judge(collection->run, work);
            }
            wanted[i] = work->chain.wants;
            names[i] = work->chain.wanted;
            any = any || wanted[i];
        }
        if (!any) {
            return;
        }
        gather_evidence(collection, names, wanted, false);
    }
}

/* The resolvers under test: they are asked together with the rest. */
static struct resolver_test *ask_tests(struct collection *collection, const struct chain_work *work)
{
    struct run *run = collection->run;
    struct resolver_test *tests = arena_alloc(run->arena, (run->server_count + 1) * sizeof *tests);
    struct name canary;
    bool with_canary = collection->options->canary != NULL &&
                       name_from_text(collection->options->canary, &canary) == NULL;
    for (size_t i = 0; i < run->server_count; i++) {
        const struct server *server = &run->servers[i];
        tests[i] = (struct resolver_test){
            .server = server,
            .plain = ledger_ask(&run->ledger, server, &work->name, work->type,
                                QUERY_RECURSE | QUERY_PINNED),
            .unchecked =
                ledger_ask(&run->ledger, server, &work->name, work->type, RESOLVE | QUERY_PINNED),
        };
        if (with_canary) {
            tests[i].canary =
                ledger_ask(&run->ledger, server, &canary, RR_A, QUERY_RECURSE | QUERY_PINNED);
        }
    }
    return tests;
}

static bool refuses(const struct resolver_test *test)
{
    return test->plain->reply != NULL && test->plain->reply->rcode == RCODE_SERVFAIL &&
           test->unchecked->reply != NULL && test->unchecked->reply->rcode == RCODE_NOERROR;
}

/* Where a resolver fails and we do not, its cache may be older: its keys' TTL says for how long. */
static void ask_stale(struct run *run, const struct chain_work *work, struct resolver_test *tests)
{
    const struct chain_hop *hop = work->chain.hop_count > 0 ? &work->chain.hops[0] : NULL;
    for (size_t i = 0; i < run->server_count; i++) {
        if (hop != NULL && hop->zone_count > 0 && refuses(&tests[i]) &&
            work->chain.verdict == SECURITY_SECURE) {
            const struct name *zone = &hop->zones[hop->zone_count - 1].name;
            tests[i].keys =
                ledger_ask(&run->ledger, tests[i].server, zone, RR_DNSKEY, RESOLVE | QUERY_PINNED);
            tests[i].ds =
                ledger_ask(&run->ledger, tests[i].server, zone, RR_DS, RESOLVE | QUERY_PINNED);
        }
    }
}

/* The canary is judged like a name of the run: it tests nothing unless it is bogus. */
static bool add_canary(struct collection *collection, struct name *names)
{
    const char *canary = collection->options->canary;
    if (canary == NULL || collection->run->server_count == 0 ||
        name_from_text(canary, &names[collection->count]) != NULL) {
        return false;
    }
    struct chain_work *work = &collection->works[collection->count];
    *work = (struct chain_work){.name = names[collection->count], .type = RR_A};
    collection->count++;
    return true;
}

void chain_run(struct run *run, struct subject *subjects, size_t count, const void *options)
{
    struct collection collection = {
        .run = run,
        .options = options,
        .works = arena_alloc(run->arena, (count + 1) * sizeof(struct chain_work)),
        .count = count,
    };
    struct name *names = arena_alloc(run->arena, (count + 1) * sizeof *names);
    bool *all = arena_alloc(run->arena, count + 1);
    struct resolver_test **tests = arena_alloc(run->arena, (count + 1) * sizeof *tests);
    for (size_t i = 0; i < count; i++) {
        struct chain_work *work = &collection.works[i];
        names[i] = subjects[i].name;
        all[i] = true;
        work->name = subjects[i].name;
        work->type = collection.options->type == 0 ? RR_A : collection.options->type;
        tests[i] = ask_tests(&collection, work);
    }
    all[count] = add_canary(&collection, names);
    gather_evidence(&collection, names, all, true);
    for (size_t i = 0; i < count; i++) {
        choose_type(&collection, &collection.works[i]);
    }
    ledger_settle(&run->ledger, 0);
    follow_aliases(&collection);
    for (size_t i = 0; i < count; i++) {
        chain_judge_servers(run, &collection.works[i]);
        ask_stale(run, &collection.works[i], tests[i]);
        for (size_t j = 0; all[count] && j < run->server_count; j++) {
            tests[i][j].canary_security = collection.works[count].chain.verdict;
        }
    }
    ledger_settle(&run->ledger, 0);
    for (size_t i = 0; i < count; i++) {
        chain_report(run, &collection.works[i], options, &subjects[i].report);
        chain_judge_resolvers(run, &collection.works[i], tests[i], run->server_count,
                              &subjects[i].report);
    }
}
