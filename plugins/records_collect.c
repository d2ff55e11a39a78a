/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_dns_records asks.
 *
 * With the first questions of the search for the zone leave those for the chain of trust; when the
 * servers are known all of them are asked at once for the types, for SOA and NS of the zone, for
 * SOA over TCP and for the keys, one or another of them for the addresses of the zone's own name
 * servers, and the parent's servers for the delegation.
 */
#include "plugins/records_collect.h"

#include <string.h>

#include "plugins/records_judge.h"
#include "wire/rr.h"
#include "wire/rr_data.h"

enum { HOSTS_MOST = 13, MX_MOST = 16 };

static bool is_given(const struct run *run)
{
    return run->server_count > 0;
}

/* DS records belong to the zone above: they are asked for at its servers. */
static bool is_ds(const struct records_options *options)
{
    uint16_t types[RECORDS_TYPES_MAX];
    return records_types(options, false, types) == 1 && types[0] == RR_DS;
}

static bool needs_security(const struct records_options *options)
{
    uint16_t types[RECORDS_TYPES_MAX];
    size_t count = records_types(options, false, types);
    bool needs = options->require_secure;
    for (size_t i = 0; i < count; i++) {
        needs = needs || rr_needs_security(types[i]);
    }
    return needs;
}

bool records_wants_chain(const struct run *run, const struct records_options *options)
{
    if (run->options->iterate) {
        return !is_given(run);
    }
    /* Whoever gives servers but no resolver wants just those asked, unless security is required. */
    bool wanted = !is_given(run) || options->common.resolvers.count > 0 || needs_security(options);
    return wanted && run->resolver_count > 0 && !records_wants_refusal(options);
}

/* The probes of one name at the servers of its zone. */

static void ask_types(struct target *target, const struct server *server,
                      const struct records_options *options)
{
    const struct zone *zone = &target->zone;
    uint16_t types[RECORDS_TYPES_MAX];
    bool apex = name_equal(&zone->subject, &zone->name);
    size_t count = records_types(options, apex, types);
    for (size_t i = 0; i < count; i++) {
        (void)target_ask_child(target, server, &zone->subject, types[i]);
    }
}

/* With -s nobody has said what the name is, so both sets of default types are asked for. */
static void probe_given(struct target *target, const struct server *server,
                        const struct records_options *options)
{
    const struct name *subject = &target->zone.subject;
    uint16_t types[RECORDS_TYPES_MAX];
    struct name random;
    const char *label = target->run->random_label;
    for (unsigned apex = 0; apex <= 1; apex++) {
        size_t count = records_types(options, apex == 1, types);
        for (size_t i = 0; i < count; i++) {
            (void)target_ask_child(target, server, subject, types[i]);
        }
    }
    if (records_wants_refusal(options) || is_ds(options)) {
        return;
    }
    (void)target_ask_child(target, server, subject, RR_SOA);
    (void)target_ask_child(target, server, subject, RR_NS);
    /* Where the name is an alias, this tells the zone. */
    if (name_prepend(subject, label, strlen(label), &random)) {
        (void)target_ask_child(target, server, &random, RR_A);
    }
}

static void probe_found(struct target *target, const struct server *server,
                        const struct records_options *options)
{
    const struct name *zone = &target->zone.name;
    ask_types(target, server, options);
    if (!records_wants_refusal(options)) {
        (void)target_ask_child(target, server, zone, RR_SOA);
        (void)target_ask_child(target, server, zone, RR_NS);
        (void)target_ask_child(target, server, zone, RR_A); /* an alias would show */
        if (options->check_csync) {
            (void)target_ask_child(target, server, zone, RR_CSYNC);
        }
    }
}

/* Questions that concern the zone but are no answers about the name; asked, or looked up again. */

static void ask_tcp(const struct target *target, struct questions *tcp, const struct server *server)
{
    const struct zone *zone = &target->zone;
    const struct name *name = is_given(target->run) ? &zone->subject : &zone->name;
    /* Where all goes over TCP it is the same question as the usual one. */
    unsigned flags = target->run->options->tcp ? 0 : QUERY_TCP;
    (void)run_ask(target->run, tcp, server, name, RR_SOA, flags);
}

/* The keys at the name and at all above it that may be the zone: which it is nobody has said. */
static void ask_given_keys(struct target *target, struct questions *chain,
                           const struct server *server)
{
    struct run *run = target->run;
    const struct name *subject = &target->zone.subject;
    for (unsigned labels = subject->labels; labels > 0; labels--) {
        struct name ancestor = name_suffix(subject, labels);
        if (labels > 1 || subject->labels == 1) {
            (void)run_ask(run, chain, server, &ancestor, RR_DNSKEY, 0);
        }
    }
}

static void ask_keys(struct target *target, struct questions *chain, const struct server *server)
{
    struct run *run = target->run;
    if (is_given(run)) {
        ask_given_keys(target, chain, server);
        return;
    }
    (void)run_ask(run, chain, server, &target->zone.name, RR_DNSKEY, 0);
}

/* Each of the zone's own name servers at one server: they take turns. */
static void ask_hosts(struct target *target, struct questions *hosts)
{
    struct run *run = target->run;
    const struct zone *zone = &target->zone;
    for (size_t i = 0; i < zone->child.host_count && i < HOSTS_MOST; i++) {
        const struct name *host = &zone->child.hosts[i].name;
        if (zone->child.server_count > 0 && name_is_under(host, &zone->name) &&
            zone->parent.size > 0) {
            const struct server *server = zone->child.servers[i % zone->child.server_count];
            (void)run_ask(run, hosts, server, host, RR_A, 0);
            (void)run_ask(run, hosts, server, host, RR_AAAA, 0);
        }
    }
}

static const struct rrset *mx_in(const struct target *target, const struct question *question)
{
    return question->reply == NULL
               ? NULL
               : section_find(&question->reply->answer, &target->zone.subject, RR_MX);
}

/* The mail servers that the resolver named in the first stage, or without one the zone did. */
static const struct rrset *find_mail_servers(struct target *target, struct questions *chain)
{
    struct run *run = target->run;
    const struct rrset *mx = NULL;
    if (run->resolver_count > 0) {
        return mx_in(target, run_resolve(run, chain, &target->zone.subject, RR_MX));
    }
    for (size_t i = 0; i < target->child.count && mx == NULL; i++) {
        mx = mx_in(target, target->child.list[i]);
    }
    return mx;
}

/* Whether they are aliases: the zone's servers know that of those within it. */
static void ask_mail_servers(struct target *target, struct questions *chain)
{
    struct run *run = target->run;
    const struct zone *zone = &target->zone;
    const struct rrset *mx = find_mail_servers(target, chain);
    for (size_t i = 0; mx != NULL && i < mx->count && i < MX_MOST; i++) {
        struct name host;
        if (!rr_target(RR_MX, mx->rr[i], &host) || host.labels == 0) {
            continue;
        }
        if (run->resolver_count > 0) {
            (void)run_resolve(run, chain, &host, RR_A);
        } else if (name_is_under(&host, &zone->name) && zone->child.server_count > 0) {
            (void)run_ask(run, chain, zone->child.servers[0], &host, RR_A, 0);
        }
    }
}

static bool wants_mail_servers(const struct run *run, const struct records_options *options)
{
    uint16_t types[RECORDS_TYPES_MAX];
    size_t count = records_types(options, false, types);
    return !is_given(run) && rr_types_have(types, count, RR_MX);
}

static void ask_others(struct target *target, const struct records_options *options,
                       struct records_facts *facts)
{
    struct run *run = target->run;
    const struct zone *zone = &target->zone;
    bool found = zone->status == ZONE_FOUND || zone->status == ZONE_NO_SUCH_NAME;
    if (!found || records_wants_refusal(options)) {
        return;
    }
    for (size_t i = 0; i < zone->child.server_count; i++) {
        const struct server *server = zone->child.servers[i];
        ask_keys(target, &facts->chain, server);
        if (!run->options->tcp && !is_ds(options)) {
            ask_tcp(target, &facts->tcp, server);
        }
    }
    if (!is_given(run)) {
        ask_hosts(target, &facts->hosts);
    }
    if (wants_mail_servers(run, options)) {
        ask_mail_servers(target, &facts->chain);
    }
}

/* The DS of a zone is found at its parent, so that is the zone to look at. */
static void go_up(struct target *target)
{
    struct zone *zone = &target->zone;
    if (name_equal(&zone->name, &zone->subject) && zone->parent.size > 0) {
        zone->name = zone->parent;
        zone->child = zone->above;
        zone->parent = (struct name){.size = 0};
        zone->above = (struct zone_servers){.hosts = NULL};
    }
}

static void probe(struct target *target, const void *data)
{
    const struct records_options *options = data;
    const struct zone *zone = &target->zone;
    bool given = is_given(target->run);
    struct records_facts forgotten = {.target = target}; /* looked up again later */
    if (is_ds(options) && !given) {
        go_up(target);
    }
    for (size_t i = 0; i < zone->child.server_count; i++) {
        if (given) {
            probe_given(target, zone->child.servers[i], options);
        } else {
            probe_found(target, zone->child.servers[i], options);
        }
    }
    for (size_t i = 0; i < zone->above.server_count && zone->parent.size > 0; i++) {
        (void)target_ask_parent(target, zone->above.servers[i], &zone->name, RR_NS);
    }
    ask_others(target, options, &forgotten);
}

/* Resolvers against each other: no zone has to be found. */

static bool compares_resolvers(const struct run *run, const struct records_options *options)
{
    return options->compare && !is_given(run) && options->common.resolvers.count > 1;
}

static void ask_resolvers(struct target *target, const struct records_options *options)
{
    struct run *run = target->run;
    const struct name *subject = &target->zone.subject;
    uint16_t types[RECORDS_TYPES_MAX];
    for (size_t i = 0; i < run->resolver_count; i++) {
        for (unsigned apex = 0; apex <= 1; apex++) {
            size_t count = records_types(options, apex == 1, types);
            for (size_t j = 0; j < count; j++) {
                (void)run_ask(run, &target->child, &run->resolvers[i], subject, types[j],
                              QUERY_RECURSE | QUERY_PINNED);
            }
        }
    }
}

/* The zone that the resolvers' answers come from, as far as they tell. */
static void find_zone(struct zone *zone, const struct target *target)
{
    for (size_t i = 0; i < target->child.count; i++) {
        const struct message *reply = target->child.list[i]->reply;
        for (size_t j = 0; reply != NULL && j < reply->authority.count; j++) {
            const struct rrset *set = &reply->authority.rrsets[j];
            if (set->type == RR_SOA && name_is_under(&zone->subject, &set->owner)) {
                zone->name = set->owner;
                return;
            }
        }
    }
}

static struct targets compare_resolvers(struct run *run, const struct subject *subjects,
                                        size_t count, const struct records_options *options)
{
    struct targets targets = {.list = arena_alloc(run->arena, count * sizeof *targets.list),
                              .count = count};
    for (size_t i = 0; i < count; i++) {
        struct target *target = &targets.list[i];
        target->run = run;
        target->zone = (struct zone){
            .status = ZONE_FOUND, .subject = subjects[i].name, .name = subjects[i].name};
        ask_resolvers(target, options);
    }
    ledger_settle(&run->ledger, 0);
    bool online = false;
    for (size_t i = 0; i < run->ledger.count; i++) {
        online = online || run->ledger.questions[i]->reply != NULL;
    }
    for (size_t i = 0; i < count; i++) {
        find_zone(&targets.list[i].zone, &targets.list[i]);
        targets.list[i].online = online;
    }
    return targets;
}

/* All of it. */

static void ask_first(struct run *run, struct records_facts *facts, const struct name *subject,
                      const struct records_options *options)
{
    if (records_wants_chain(run, options)) {
        run_resolve_chain(run, &facts->chain, subject);
    }
    if (wants_mail_servers(run, options) && run->resolver_count > 0 &&
        !compares_resolvers(run, options)) {
        (void)run_resolve(run, &facts->chain, subject, RR_MX);
    }
}

/* Answers to what is judged are no evidence for each other. */
static void drop_answers(const struct target *target, struct questions *chain)
{
    size_t kept = 0;
    for (size_t i = 0; i < chain->count; i++) {
        const struct question *question = chain->list[i];
        bool is_judged =
            name_equal(&question->name, &target->zone.subject) || question->type == RR_CSYNC;
        bool is_answer = is_judged && (question->flags & QUERY_RECURSE) == 0 &&
                         question->reply != NULL && question->reply->aa &&
                         question->type != RR_DNSKEY && question->type != RR_DS;
        if (!is_answer) {
            chain->list[kept++] = question;
        }
    }
    chain->count = kept;
}

static void judge(struct run *run, struct records_facts *facts,
                  const struct records_options *options, struct report *report)
{
    struct target *target = facts->target;
    struct zone *zone = &target->zone;
    bool recursive = compares_resolvers(run, options);
    if (zone->status == ZONE_NO_SUCH_NAME && target->child.count > 0) {
        zone->status = ZONE_FOUND; /* what the servers say of the name is judged */
    }
    if (!recursive && !target_report(target, report)) {
        return;
    }
    facts->recursive = recursive;
    facts->discovered = !recursive && !is_given(run);
    facts->anchored = records_wants_chain(run, options);
    report->zone = zone->name;
    records_check(facts, options, report);
}

void records_run(struct run *run, struct subject *subjects, size_t count, const void *data)
{
    const struct records_options *options = data;
    struct records_facts *facts = arena_alloc(run->arena, (count + 1) * sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        ask_first(run, &facts[i], &subjects[i].name, options);
    }
    bool recursive = compares_resolvers(run, options);
    struct targets targets = recursive ? compare_resolvers(run, subjects, count, options)
                                       : targets_find_any(run, subjects, count, probe, options);
    for (size_t i = 0; i < count; i++) {
        facts[i].target = &targets.list[i];
        if (!recursive) {
            ask_others(facts[i].target, options, &facts[i]);
        }
    }
    ledger_settle(&run->ledger, 0);
    for (size_t i = 0; run->options->iterate && i < count; i++) {
        run_take_path(run, &facts[i].chain, &facts[i].target->zone);
        drop_answers(facts[i].target, &facts[i].chain);
    }
    records_follow_aliases(run, facts, count, options);
    if (options->check_axfr && !recursive) {
        records_ask_transfers(run, facts, count);
    }
    for (size_t i = 0; i < count; i++) {
        judge(run, &facts[i], options, &subjects[i].report);
    }
}
