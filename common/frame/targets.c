/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the zones of a run and asks a plugin's questions at all their servers. */
#include "frame/targets.h"

#include "check/health.h"
#include "wire/alias.h"
#include "wire/rr.h"

struct finding_zones {
    struct run *run;
    struct zone_search search;
    struct target *list;
    size_t count;
    target_probe *probe;
    const void *options;
    bool absent; /* names that do not exist are probed too */
};

const struct question *target_ask_child(struct target *target, const struct server *server,
                                        const struct name *name, uint16_t type)
{
    return run_ask(target->run, &target->child, server, name, type, 0);
}

const struct question *target_ask_parent(struct target *target, const struct server *server,
                                         const struct name *name, uint16_t type)
{
    return run_ask(target->run, &target->parent, server, name, type, 0);
}

void target_others(struct target *target)
{
    struct run *run = target->run;
    for (size_t i = 0; i < target->zone.path_count; i++) {
        if (target->zone.path[i].dnskey != NULL) {
            run_note(run, &target->others, target->zone.path[i].dnskey);
        }
    }
    if (run->options->iterate) {
        return;
    }
    for (unsigned labels = target->zone.name.labels; run->server_count == 0 && labels-- > 0;) {
        struct name ancestor = name_suffix(&target->zone.name, labels);
        (void)run_resolve(run, &target->others, &ancestor, RR_NS);
    }
}

static bool is_probed(const struct finding_zones *finding, const struct zone *zone)
{
    return zone->status == ZONE_FOUND || (finding->absent && zone->status == ZONE_NO_SUCH_NAME);
}

static void probe_all(struct finding_zones *finding)
{
    for (size_t i = 0; i < finding->count; i++) {
        if (is_probed(finding, &finding->list[i].zone)) {
            finding->probe(&finding->list[i], finding->options);
        }
    }
    ledger_settle(&finding->run->ledger, 0);
}

static struct zone *copy_zones(const struct finding_zones *finding)
{
    struct zone *zones = arena_alloc(finding->run->arena, finding->count * sizeof *zones);
    for (size_t i = 0; i < finding->count; i++) {
        zones[i] = finding->list[i].zone;
    }
    return zones;
}

static void take_zones(struct finding_zones *finding, const struct zone *zones)
{
    for (size_t i = 0; i < finding->count; i++) {
        finding->list[i].zone = zones[i];
    }
}

/* The NS records of the zone in the answer or authority section of one reply; NULL: none. */
static const struct rrset *ns_of(const struct zone *zone, const struct message *reply)
{
    if (reply == NULL) {
        return NULL;
    }
    const struct rrset *ns = section_find(&reply->answer, &zone->name, RR_NS);
    if (ns == NULL) {
        ns = section_find(&reply->authority, &zone->name, RR_NS);
    }
    return ns;
}

static bool add_hosts(struct finding_zones *finding, struct zone *zone,
                      const struct questions *questions)
{
    bool any = false;
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = questions->list[i];
        const struct rrset *ns = ns_of(zone, question->reply);
        if (question->type == RR_NS && ns != NULL) {
            any =
                zone_add_hosts(&finding->search, &zone->child, ns, &question->reply->additional) ||
                any;
        }
    }
    return any;
}

/* The addresses of hosts that came without. */
static void find_addresses(struct finding_zones *finding)
{
    struct zone *zones = copy_zones(finding);
    if (finding->run->options->iterate) {
        zone_iterate_hosts(&finding->search, zones, finding->count);
        take_zones(finding, zones);
        return;
    }
    ledger_settle(&finding->run->ledger, finding->search.stage_limit_ms);
    for (size_t i = 0; i < finding->count; i++) {
        (void)zone_take_addresses(&finding->search, &finding->list[i].zone.child);
    }
}

/* Servers that only the zone itself or only the delegation names are asked as well. */
static void probe_other_servers(struct finding_zones *finding)
{
    bool any = false;
    for (size_t i = 0; i < finding->count; i++) {
        struct target *target = &finding->list[i];
        any = add_hosts(finding, &target->zone, &target->child) || any;
        any = add_hosts(finding, &target->zone, &target->parent) || any;
    }
    if (!any) {
        return;
    }
    find_addresses(finding);
    probe_all(finding);
}

/* A referral from the zone to one below that holds the subject, if no server answers itself. */
static const struct message *find_referral(const struct target *target)
{
    const struct message *referral = NULL;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        const struct message *reply = question->reply;
        if (reply == NULL || !name_equal(&question->name, &target->zone.subject)) {
            continue;
        }
        if (reply->aa) {
            return NULL;
        }
        referral = reply->rcode == RCODE_NOERROR && referral == NULL ? reply : referral;
    }
    return referral;
}

/* Goes on to zones that the resolver did not tell of; true when there was one. */
static bool descend(struct finding_zones *finding)
{
    bool any = false;
    for (size_t i = 0; i < finding->count; i++) {
        struct target *target = &finding->list[i];
        const struct message *referral = find_referral(target);
        if (referral != NULL && zone_descend(&finding->search, &target->zone, referral)) {
            /* What was asked at the wrong servers is no fault. */
            target->child = (struct questions){.list = NULL};
            target->parent = (struct questions){.list = NULL};
            any = true;
        }
    }
    return any;
}

static void discover(struct finding_zones *finding)
{
    struct zone *zones = copy_zones(finding);
    if (finding->run->options->iterate) {
        zone_iterate(&finding->search, zones, finding->count);
    } else {
        zone_find(&finding->search, zones, finding->count);
    }
    take_zones(finding, zones);
    probe_all(finding);
    while (!finding->run->options->iterate && descend(finding)) {
        find_addresses(finding);
        probe_all(finding);
    }
    probe_other_servers(finding);
}

static bool is_above(const struct zone *zone, const struct name *apex)
{
    return name_is_under(&zone->name, apex) && !name_equal(&zone->name, apex);
}

/*
 * The zone above the supposed apex that a reply is from: the one that signs an alias, since the SOA
 * may be that of the target's zone, or else the one whose SOA a negative answer has; NULL: none.
 */
static const struct name *apex_above(const struct zone *zone, const struct question *question)
{
    const struct message *reply = question->reply;
    if (reply == NULL || !reply->aa) {
        return NULL;
    }
    const struct rrset *alias = alias_find(&reply->answer, &question->name);
    if (alias != NULL && alias->sig_count > 0 && !alias->sigs[0].malformed &&
        is_above(zone, &alias->sigs[0].signer)) {
        return &alias->sigs[0].signer;
    }
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *soa = &reply->authority.rrsets[i];
        if (soa->type == RR_SOA && soa->count > 0 && is_above(zone, &soa->owner)) {
            return &soa->owner;
        }
    }
    return NULL;
}

/*
 * With -s nobody said which zone the name is in.  The name was taken for an apex; where the servers
 * name another one in their negative answers, that is asked about too.
 */
static void correct_apex(struct target *target)
{
    struct zone *zone = &target->zone;
    const struct name *apex = NULL;
    bool denied = false;
    bool exists = false; /* at one server at least: then the others are looked at, too */
    /* Of an unsigned alias only the answer to the random name below it tells. */
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        const struct name *above = apex_above(zone, question);
        bool itself = question->type == RR_SOA && health_usable(question);
        bool absent = itself && question->reply->rcode == RCODE_NXDOMAIN &&
                      question->reply->answer.count == 0;
        denied = denied || (absent && above != NULL);
        exists = exists || (itself && !absent);
        if (itself && section_records(&question->reply->answer, &zone->name, RR_SOA) != NULL) {
            return; /* it is an apex, whatever servers of the zone above say */
        }
        apex = above != NULL && (apex == NULL || itself) ? above : apex;
    }
    if (apex != NULL) {
        zone->name = *apex;
        zone->status = denied && !exists ? ZONE_NO_SUCH_NAME : ZONE_FOUND;
        /* What was asked at the wrong apex is no fault. */
        target->child = (struct questions){.list = NULL};
    }
}

static void use_given_servers(struct finding_zones *finding)
{
    struct run *run = finding->run;
    for (size_t i = 0; i < finding->count; i++) {
        struct zone *zone = &finding->list[i].zone;
        zone->status = ZONE_FOUND;
        zone->name = zone->subject;
        zone->child.servers = arena_alloc(run->arena, run->server_count * sizeof(void *));
        zone->child.server_count = run->server_count;
        for (size_t j = 0; j < run->server_count; j++) {
            zone->child.servers[j] = &run->servers[j];
        }
    }
    probe_all(finding);
    for (size_t i = 0; i < finding->count; i++) {
        correct_apex(&finding->list[i]);
    }
    probe_all(finding);
}

static bool anything_answered(const struct run *run)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if (question->reply != NULL || question->cut != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether the resolver was asked already: when nothing answered, it is silent. */
static bool resolver_was_asked(const struct run *run)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if ((question->flags & QUERY_RECURSE) != 0 && question->status != NET_PENDING) {
            return true;
        }
    }
    return false;
}

/* Whether this host can reach anything: asked for only when nothing else tells. */
static bool is_online(struct run *run)
{
    if (anything_answered(run) || run->resolver_count == 0 || resolver_was_asked(run)) {
        return anything_answered(run);
    }
    struct name root = name_root();
    const struct question *control = ledger_ask(&run->ledger, &run->resolvers[0], &root, RR_SOA,
                                                QUERY_RECURSE | QUERY_CHECKING_DISABLED);
    ledger_settle(&run->ledger, 0);
    return control->reply != NULL;
}

static struct targets find(struct run *run, const struct subject *subjects, size_t count,
                           struct finding_zones finding)
{
    finding.run = run;
    finding.search = run_zone_search(run);
    finding.list = arena_alloc(run->arena, count * sizeof(struct target));
    finding.count = count;
    for (size_t i = 0; i < count; i++) {
        finding.list[i].run = run;
        finding.list[i].zone.subject = subjects[i].name;
    }
    if (run->server_count > 0) {
        use_given_servers(&finding);
    } else {
        discover(&finding);
    }
    bool online = is_online(run);
    for (size_t i = 0; i < count; i++) {
        finding.list[i].online = online;
    }
    return (struct targets){.list = finding.list, .count = count};
}

struct targets targets_find(struct run *run, const struct subject *subjects, size_t count,
                            target_probe *probe, const void *options)
{
    return find(run, subjects, count, (struct finding_zones){.probe = probe, .options = options});
}

struct targets targets_find_any(struct run *run, const struct subject *subjects, size_t count,
                                target_probe *probe, const void *options)
{
    return find(run, subjects, count,
                (struct finding_zones){.probe = probe, .options = options, .absent = true});
}
