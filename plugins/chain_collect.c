/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_dnssec_chain asks.
 *
 * Through a resolver everything at once: the answer, and DNSKEY and DS of the name and all its
 * ancestors, whether they are zones or not.  With --iterate the servers themselves, down from the
 * root.  Only an alias into a zone not asked about yet costs another round, and where replies lead
 * over several of them, all are asked about at once.
 */
#include "check/evidence.h"
#include "check/health.h"
#include "plugins/chain.h"
#include "wire/alias.h"

enum { RESOLVE = QUERY_RECURSE | QUERY_CHECKING_DISABLED };

/* A name that has to be asked about, and for which work. */
struct lookup {
    size_t work;
    struct name name;
};

struct lookups {
    struct lookup *list;
    size_t count;
};

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

static void iterate(struct collection *collection, const struct lookups *lookups)
{
    struct run *run = collection->run;
    struct zone_search search = run_zone_search(run);
    struct zone *zones = arena_alloc(run->arena, (lookups->count + 1) * sizeof *zones);
    for (size_t i = 0; i < lookups->count; i++) {
        zones[i].subject = lookups->list[i].name;
    }
    search.type = collection->options->type == 0 ? RR_A : collection->options->type;
    search.wants_ds = true;
    /* Servers asked directly are soon found to be silent: one that is slow may have a try's time.
     */
    int64_t patience = run->options->try_timeout_ms * 4 / 3;
    if (search.stage_limit_ms < patience) {
        search.stage_limit_ms = patience;
    }
    zone_iterate(&search, zones, lookups->count);
    for (size_t i = 0; i < lookups->count; i++) {
        struct chain_work *work = &collection->works[lookups->list[i].work];
        take_zone(run->arena, work, &zones[i]);
        chain_ask_zone(run, work, &zones[i]);
    }
    ledger_settle(&run->ledger, 0);
    for (size_t i = 0; i < lookups->count; i++) {
        run_take_path(run, &collection->works[lookups->list[i].work].questions, &zones[i]);
    }
}

/* Asks about names: one round, or a way down. */
static void gather_evidence(struct collection *collection, const struct lookups *lookups,
                            bool first)
{
    struct run *run = collection->run;
    if (run->options->iterate) {
        iterate(collection, lookups);
        return;
    }
    for (size_t i = 0; i < lookups->count; i++) {
        struct chain_work *work = &collection->works[lookups->list[i].work];
        const struct name *name = &lookups->list[i].name;
        uint16_t type = first ? 0 : work->chain.wanted_type;
        if (type != 0) {
            (void)run_resolve(run, &work->questions, name, type);
        } else {
            ask_resolver(run, work, name, first && collection->options->type == 0);
        }
    }
    ledger_settle(&run->ledger, 0);
}

static void add_lookup(struct arena *arena, struct lookups *lookups, size_t work,
                       const struct name *name)
{
    lookups->list = arena_grow(arena, lookups->list, lookups->count, sizeof *lookups->list);
    lookups->list[lookups->count++] = (struct lookup){.work = work, .name = *name};
}

/* Where the aliases at a name lead by the replies that there are: that is asked about at once. */
static void add_beyond(struct collection *collection, struct lookups *lookups, size_t index)
{
    const struct chain_work *work = &collection->works[index];
    const struct evidence evidence = {.questions = work->questions};
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if (question->type != work->type || question->reply == NULL ||
            question->reply->answer.count == 0) {
            continue;
        }
        struct alias_trail trail = alias_follow(question->reply, &question->name, work->type);
        unsigned at = 0;
        while (at <= trail.steps && !name_equal(&trail.names[at], &work->chain.wanted)) {
            at++;
        }
        if (at > trail.steps) {
            continue;
        }
        while (++at <= trail.steps) {
            if (!evidence_was_asked(&evidence, &trail.names[at], work->type)) {
                add_lookup(collection->run->arena, lookups, index, &trail.names[at]);
            }
        }
        return;
    }
}

static void judge(struct run *run, struct chain_work *work)
{
    struct chain_terms terms = run_chain_terms(run);
    struct evidence evidence = {.questions = work->questions};
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
    for (unsigned round = 0; round <= ALIAS_STEPS; round++) {
        struct lookups lookups = {.count = 0};
        for (size_t i = 0; i < collection->count; i++) {
            struct chain_work *work = &collection->works[i];
            if (round == 0 || work->chain.wants) {
                judge(collection->run, work);
            }
            if (work->chain.wants) {
                add_lookup(collection->run->arena, &lookups, i, &work->chain.wanted);
            }
            if (work->chain.wants && work->chain.wanted_type == 0) {
                add_beyond(collection, &lookups, i);
            }
        }
        if (lookups.count == 0) {
            return;
        }
        gather_evidence(collection, &lookups, false);
    }
}

/* What may be the resolver's doing, and what tells. */
enum doubt {
    DOUBT_NONE,
    /*
     * A denial that has the type, or an alias, among the types that its own NSEC record lists.
     * Servers that sign online list other types in each reply about a name, and a resolver keeps
     * one NSEC record a name, so that of questions asked at once it gives one the record of
     * another.
     */
    DOUBT_MIXED,
    /* Signatures that are missing from the reply about the name alone: left out on the way. */
    DOUBT_STRIPPED,
    DOUBT_WITHHELD /* SERVFAIL for the name: it validates in spite of CD, or cannot reach it
                    */
};

static const struct name *last_name(const struct chain *chain)
{
    return &chain->hops[chain->hop_count - 1].name;
}

static bool resolver_fails(const struct chain_work *work)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if ((question->flags & QUERY_RECURSE) != 0 && question->type == work->type &&
            name_equal(&question->name, last_name(&work->chain)) && question->reply != NULL) {
            return question->reply->rcode == RCODE_SERVFAIL;
        }
    }
    return false;
}

static enum doubt doubt_of(const struct chain_work *work)
{
    const struct chain *chain = &work->chain;
    const struct chain_note *fault = chain_first_fault(chain);
    if (chain->hop_count == 0 || chain->wants) {
        return DOUBT_NONE;
    }
    const struct chain_hop *last = &chain->hops[chain->hop_count - 1];
    if (chain->verdict == SECURITY_INDETERMINATE) {
        return last->reached && resolver_fails(work) ? DOUBT_WITHHELD : DOUBT_NONE;
    }
    if (chain->verdict != SECURITY_BOGUS || fault == NULL) {
        return DOUBT_NONE;
    }
    switch (fault->finding.id) {
    case FINDING_CHAIN_DNSKEY_UNREACHABLE:
        return resolver_fails(work) ? DOUBT_WITHHELD : DOUBT_NONE;
    case FINDING_NSEC_TYPE_SET:
    case FINDING_NSEC_CNAME_SET:
        return last->outcome == OUTCOME_NODATA ? DOUBT_MIXED : DOUBT_NONE;
    case FINDING_CHAIN_ANSWER_UNSIGNED:
    case FINDING_DENIAL_MISSING:
    case FINDING_DENIAL_UNSIGNED:
        return DOUBT_STRIPPED;
    default:
        return DOUBT_NONE;
    }
}

/* Nobody can tell whether the zone or the resolver is to blame. */
static void leave_open(struct arena *arena, struct chain *chain)
{
    for (size_t i = 0; i < chain->note_count; i++) {
        struct chain_note *note = &chain->notes[i];
        if (note->finding.state == STATE_CRITICAL && !chain_says_insecure(note->finding.id)) {
            note->finding.state = STATE_UNKNOWN;
            note->text = arena_printf(arena,
                                      "%s, or the resolver mixes replies, and no server of %s "
                                      "could be asked: use --iterate, or another resolver",
                                      note->text, name_text(arena, &note->finding.zone));
        }
    }
    chain->hops[chain->hop_count - 1].security = SECURITY_INDETERMINATE;
    chain->verdict = SECURITY_INDETERMINATE;
}

/* Whether a server of the zone says anything about the name. */
static bool has_word(const struct chain_work *work, const struct zone *zone)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if ((question->flags & QUERY_RECURSE) == 0 && question->type == work->type &&
            name_equal(&question->name, &zone->subject) && health_usable(question)) {
            return true;
        }
    }
    return false;
}

/* Of replies that are not good the first one tells why: that of a server of the zone. */
static void put_owners_first(struct run *run, struct chain_work *work)
{
    const struct questions all = work->questions;
    work->questions = (struct questions){.count = 0};
    for (unsigned recursive = 0; recursive < 2; recursive++) {
        for (size_t i = 0; i < all.count; i++) {
            if (((all.list[i]->flags & QUERY_RECURSE) != 0) == (recursive == 1)) {
                run_note(run, &work->questions, all.list[i]);
            }
        }
    }
}

/* Once the zone's servers have spoken. */
static void judge_again(struct run *run, struct chain_work *work, const struct zone *zone)
{
    enum doubt doubt = doubt_of(work);
    if (has_word(work, zone)) {
        take_zone(run->arena, work, zone);
        put_owners_first(run, work);
        judge(run, work);
        bool good = work->chain.verdict != SECURITY_BOGUS;
        work->stripped = good && doubt == DOUBT_STRIPPED;
        work->withheld = good && doubt == DOUBT_WITHHELD;
    } else if (doubt == DOUBT_MIXED) {
        leave_open(run->arena, &work->chain);
    }
}

/*
 * Where the resolver is in doubt about a subject, the zone's servers have the word.  True when an
 * alias that was in doubt led on, and the resolver may be so again.
 */
static bool ask_owners(struct collection *collection, size_t subjects)
{
    struct run *run = collection->run;
    struct zone *zones = arena_alloc(run->arena, (subjects + 1) * sizeof *zones);
    struct chain_work **works = arena_alloc(run->arena, (subjects + 1) * sizeof *works);
    size_t count = 0;
    for (size_t i = 0; i < subjects && !run->options->iterate; i++) {
        struct chain_work *work = &collection->works[i];
        if (doubt_of(work) != DOUBT_NONE) {
            works[count] = work;
            zones[count++].subject = *last_name(&work->chain);
        }
    }
    if (count == 0) {
        return false;
    }
    struct zone_search search = run_zone_search(run);
    zone_find(&search, zones, count);
    for (size_t i = 0; i < count; i++) {
        chain_ask_zone(run, works[i], &zones[i]);
    }
    ledger_settle(&run->ledger, 0);
    bool wants = false;
    bool on = false;
    for (size_t i = 0; i < count; i++) {
        const struct chain *chain = &works[i]->chain;
        judge_again(run, works[i], &zones[i]);
        wants = wants || chain->wants;
        on = on || chain->wants ||
             (doubt_of(works[i]) != DOUBT_NONE && !name_equal(last_name(chain), &zones[i].subject));
    }
    if (wants) {
        follow_aliases(collection);
    }
    return on;
}

/* The canary is judged like a name of the run: it tests nothing unless it is bogus. */
static bool add_canary(struct collection *collection, struct lookups *lookups)
{
    const char *canary = collection->options->canary;
    struct name name;
    if (canary == NULL || collection->run->server_count == 0 ||
        name_from_text(canary, &name) != NULL) {
        return false;
    }
    add_lookup(collection->run->arena, lookups, collection->count, &name);
    collection->works[collection->count++] = (struct chain_work){.name = name, .type = RR_A};
    return true;
}

/* Judges by single servers, and asks resolvers that fail for what they hold. */
static void look_closer(struct collection *collection, struct resolver_test **tests, size_t count,
                        bool canary)
{
    struct run *run = collection->run;
    for (size_t i = 0; i < count; i++) {
        chain_judge_servers(run, &collection->works[i]);
        chain_ask_stale(run, &collection->works[i], tests[i]);
        for (size_t j = 0; canary && j < run->server_count; j++) {
            tests[i][j].canary_security = collection->works[count].chain.verdict;
        }
    }
    ledger_settle(&run->ledger, 0);
}

void chain_run(struct run *run, struct subject *subjects, size_t count, const void *options)
{
    struct collection collection = {
        .run = run,
        .options = options,
        .works = arena_alloc(run->arena, (count + 1) * sizeof(struct chain_work)),
        .count = count,
    };
    struct lookups lookups = {.count = 0};
    struct resolver_test **tests = arena_alloc(run->arena, (count + 1) * sizeof *tests);
    for (size_t i = 0; i < count; i++) {
        struct chain_work *work = &collection.works[i];
        work->name = subjects[i].name;
        work->type = collection.options->type == 0 ? RR_A : collection.options->type;
        add_lookup(run->arena, &lookups, i, &work->name);
        tests[i] = chain_ask_resolvers(run, work, collection.options->canary);
    }
    bool canary = add_canary(&collection, &lookups);
    gather_evidence(&collection, &lookups, true);
    for (size_t i = 0; i < count; i++) {
        choose_type(&collection, &collection.works[i]);
    }
    ledger_settle(&run->ledger, 0);
    follow_aliases(&collection);
    for (unsigned round = 0; round <= ALIAS_STEPS && ask_owners(&collection, count); round++) {
    }
    look_closer(&collection, tests, count, canary);
    for (size_t i = 0; i < count; i++) {
        chain_report(run, &collection.works[i], options, &subjects[i].report);
        chain_judge_resolvers(run, &collection.works[i], tests[i], run->server_count,
                              &subjects[i].report);
    }
}
