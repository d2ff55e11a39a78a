/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zones that zone_iterate has found, their servers, and those that may be hidden above them. */
#include <string.h>

#include "ask/iterate.h"

struct cut *cut_add(struct iteration *iteration, const struct name *name, struct cut *parent)
{
    struct cut *cut = arena_alloc(iteration->arena, sizeof *cut);
    *cut = (struct cut){.zone = {.name = *name}, .parent = parent};
    iteration->cuts = arena_grow(iteration->arena, iteration->cuts, iteration->cut_count,
                                 sizeof *iteration->cuts);
    iteration->cuts[iteration->cut_count++] = cut;
    return cut;
}

struct cut *cut_find(const struct iteration *iteration, const struct name *name)
{
    for (size_t i = 0; i < iteration->cut_count; i++) {
        struct cut *cut = iteration->cuts[i];
        if (!cut->doubtful && name_equal(&cut->zone.name, name)) {
            return cut;
        }
    }
    return NULL;
}

struct cut *cut_above(const struct iteration *iteration, const struct name *name)
{
    struct cut *deepest = iteration->cuts[0];
    for (size_t i = 1; i < iteration->cut_count; i++) {
        struct cut *cut = iteration->cuts[i];
        if (!cut->doubtful && cut->zone.name.labels > deepest->zone.name.labels &&
            name_is_under(name, &cut->zone.name)) {
            deepest = cut;
        }
    }
    return deepest;
}

struct cut *cut_below(const struct iteration *iteration, const struct cut *above,
                      const struct name *name)
{
    for (size_t i = 0; i < iteration->cut_count; i++) {
        struct cut *cut = iteration->cuts[i];
        if (cut->parent == above && !cut->doubtful && name_is_under(name, &cut->zone.name)) {
            return cut;
        }
    }
    return NULL;
}

/* Adds the addresses of `type` in a section: all of them, or those of `owner` only. */
static bool take_addresses(const struct iteration *iteration, struct zone_servers *servers,
                           const struct name *host, const struct section *section, uint16_t type,
                           const struct name *owner)
{
    bool any = false;
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->type != type || (owner != NULL && !name_equal(&set->owner, owner))) {
            continue;
        }
        for (size_t j = 0; j < set->count && servers->server_count < ITERATE_ADDRESSES; j++) {
            (void)zone_add_server(iteration->search, servers, host, set->rr[j]);
            any = true;
        }
    }
    return any;
}

static bool take_glue(const struct iteration *iteration, struct cut *cut, const struct name *host,
                      const struct section *additional)
{
    bool any = false;
    if (iteration->search->ipv4) {
        any = take_addresses(iteration, &cut->zone.servers, host, additional, RR_A, host);
    }
    if (iteration->search->ipv6) {
        any = take_addresses(iteration, &cut->zone.servers, host, additional, RR_AAAA, host) || any;
    }
    return any;
}

static size_t find_host(const struct zone_servers *servers, const struct name *name)
{
    size_t at = 0;
    while (at < servers->host_count && !name_equal(&servers->hosts[at].name, name)) {
        at++;
    }
    return at;
}

void cut_take_hosts(const struct iteration *iteration, struct cut *cut, const struct name *above,
                    const struct rrset *ns, const struct message *reply)
{
    struct zone_servers *servers = &cut->zone.servers;
    for (size_t i = 0; i < ns->count && servers->host_count < ITERATE_HOSTS; i++) {
        struct name host;
        if (!rr_target(RR_NS, ns->rr[i], &host) ||
            find_host(servers, &host) < servers->host_count) {
            continue;
        }
        servers->hosts = arena_grow(iteration->arena, servers->hosts, servers->host_count,
                                    sizeof *servers->hosts);
        servers->hosts[servers->host_count] = (struct zone_host){.name = host};
        /* As resolvers do: a server has a say about addresses below its own zone only. */
        if (name_is_under(&host, above) && take_glue(iteration, cut, &host, &reply->additional)) {
            cut->known |= UINT32_C(1) << servers->host_count;
        }
        servers->host_count++;
    }
}

/* All of its servers as bits. */
static uint32_t all_servers(const struct cut *cut)
{
    size_t count = cut->zone.servers.server_count;
    return (UINT32_C(1) << (count < ITERATE_ADDRESSES ? count : ITERATE_ADDRESSES)) - 1;
}

static bool same_host(const struct server *a, const struct server *b)
{
    return a->host != NULL && b->host != NULL && strcmp(a->host, b->host) == 0;
}

/* Whether one of the chosen servers has the same host. */
static bool has_host(const struct cut *cut, uint32_t chosen, const struct server *server)
{
    const struct zone_servers *servers = &cut->zone.servers;
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((chosen >> i & 1) != 0 && same_host(servers->servers[i], server)) {
            return true;
        }
    }
    return false;
}

/* The best of the candidates: of that family, then of another host than those chosen. */
static uint32_t choose_one(const struct cut *cut, uint32_t candidates, uint32_t chosen,
                           unsigned family)
{
    uint32_t best = 0;
    int best_fit = -1;
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((candidates >> i & 1) == 0) {
            continue;
        }
        const struct server *server = cut->zone.servers.servers[i];
        int fit = (server->family == family ? 2 : 0) + (has_host(cut, chosen, server) ? 0 : 1);
        if (fit > best_fit) {
            best = UINT32_C(1) << i;
            best_fit = fit;
        }
    }
    return best;
}

uint32_t cut_choose(const struct cut *cut, uint32_t asked)
{
    uint32_t candidates = all_servers(cut) & ~asked & ~cut->dead;
    if (asked != 0) {
        return candidates;
    }
    uint32_t chosen = 0;
    for (unsigned i = 0; i < ITERATE_ASKED; i++) {
        chosen |= choose_one(cut, candidates & ~chosen, chosen, i % 2 == 0 ? 4 : 6);
    }
    return chosen;
}

static void take_answer(const struct iteration *iteration, struct cut *cut, const struct name *host,
                        const struct question *question)
{
    if (question != NULL && question->reply != NULL) {
        /* Whatever the owner: a host behind an alias still has the address. */
        (void)take_addresses(iteration, &cut->zone.servers, host, &question->reply->answer,
                             question->type, NULL);
    }
}

void cut_take_walk(struct iteration *iteration, const struct walk *walk)
{
    for (size_t i = 0; i < iteration->cut_count; i++) {
        struct cut *cut = iteration->cuts[i];
        struct zone_servers *servers = &cut->zone.servers;
        size_t host = find_host(servers, &walk->name);
        if (host >= servers->host_count || host >= ITERATE_HOSTS || (cut->known >> host & 1) != 0) {
            continue;
        }
        cut->known |= UINT32_C(1) << host;
        servers->hosts[host].a = walk->a;
        servers->hosts[host].aaaa = walk->aaaa;
        take_answer(iteration, cut, &walk->name, walk->a);
        take_answer(iteration, cut, &walk->name, walk->aaaa);
    }
}

bool cut_fall_back(const struct iteration *iteration, struct cut *cut)
{
    struct zone_servers *servers = &cut->zone.servers;
    if (!cut->hidden || servers->server_count > 0) {
        return false;
    }
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((cut->via_servers >> i & 1) != 0) {
            servers->servers = arena_grow(iteration->arena, servers->servers, servers->server_count,
                                          sizeof *servers->servers);
            servers->servers[servers->server_count++] = cut->via->zone.servers.servers[i];
        }
    }
    return servers->server_count > 0;
}

struct zone_servers cut_copy_servers(struct arena *arena, const struct zone_servers *servers)
{
    struct zone_servers copy = {.hosts = NULL};
    for (size_t i = 0; i < servers->host_count; i++) {
        copy.hosts = arena_grow(arena, copy.hosts, copy.host_count, sizeof *copy.hosts);
        copy.hosts[copy.host_count++] = servers->hosts[i];
    }
    for (size_t i = 0; i < servers->server_count; i++) {
        copy.servers = arena_grow(arena, copy.servers, copy.server_count, sizeof *copy.servers);
        copy.servers[copy.server_count++] = servers->servers[i];
    }
    return copy;
}

const struct question *cut_best(const struct iteration *iteration, const struct cut *from,
                                uint32_t servers, const struct name *name, uint16_t type)
{
    const struct question *first = NULL;
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((servers >> i & 1) == 0) {
            continue;
        }
        const struct question *question =
            ledger_ask(iteration->search->ledger, from->zone.servers.servers[i], name, type, 0);
        const struct message *reply = question->reply;
        if (reply != NULL && section_records(&reply->answer, name, type) != NULL) {
            return question;
        }
        first = first == NULL ? question : first;
    }
    return first;
}
