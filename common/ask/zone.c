/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name servers of a zone and their addresses, however they were found. */
#include "ask/zone.h"

bool zone_add_server(const struct zone_search *search, struct zone_servers *servers,
                     const struct name *host, struct bytes address)
{
    struct arena *arena = search->ledger->arena;
    struct server server = server_from_address(arena, address.data, address.size, search->port,
                                               name_text(arena, host));
    for (size_t i = 0; i < servers->server_count; i++) {
        if (server_equal(servers->servers[i], &server)) {
            return false;
        }
    }
    if (servers->server_count == ZONE_SERVERS_MAX) {
        servers->servers_left_out++;
        return false;
    }
    servers->servers =
        arena_grow(arena, servers->servers, servers->server_count, sizeof *servers->servers);
    servers->servers[servers->server_count++] = arena_copy(arena, &server, sizeof server);
    return true;
}

/* Takes the addresses of `type` in a section: all of them, or those of `owner` only. */
static bool take_section(const struct zone_search *search, struct zone_servers *servers,
                         const struct name *host, const struct section *section, uint16_t type,
                         const struct name *owner)
{
    bool any = false;
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->type != type || (owner != NULL && !name_equal(&set->owner, owner))) {
            continue;
        }
        for (size_t j = 0; j < set->count; j++) {
            any = zone_add_server(search, servers, host, set->rr[j]) || any;
        }
    }
    return any;
}

static bool take_answer(const struct zone_search *search, struct zone_servers *servers,
                        const struct zone_host *host, const struct question *question)
{
    if (question == NULL || question->reply == NULL) {
        return false;
    }
    /* Whatever the owner: a host behind an alias still has the address. */
    return take_section(search, servers, &host->name, &question->reply->answer, question->type,
                        NULL);
}

bool zone_take_addresses(const struct zone_search *search, struct zone_servers *servers)
{
    bool any = false;
    size_t before = servers->servers_left_out;
    servers->servers_left_out = 0; /* what was left out before comes again */
    for (size_t i = 0; i < servers->host_count; i++) {
        const struct zone_host *host = &servers->hosts[i];
        any = take_answer(search, servers, host, host->a) || any;
        any = take_answer(search, servers, host, host->aaaa) || any;
    }
    if (servers->servers_left_out < before) {
        servers->servers_left_out = before;
    }
    return any;
}

static const struct zone_host *find_host(const struct zone_servers *servers,
                                         const struct name *name)
{
    for (size_t i = 0; i < servers->host_count; i++) {
        if (name_equal(&servers->hosts[i].name, name)) {
            return &servers->hosts[i];
        }
    }
    return NULL;
}

static void ask_addresses(const struct zone_search *search, struct zone_host *host)
{
    const unsigned flags = QUERY_RECURSE | QUERY_CHECKING_DISABLED;
    if (search->ipv4) {
        host->a = ledger_ask(search->ledger, &search->resolvers[0], &host->name, RR_A, flags);
    }
    if (search->ipv6) {
        host->aaaa = ledger_ask(search->ledger, &search->resolvers[0], &host->name, RR_AAAA, flags);
    }
}

static bool take_glue(const struct zone_search *search, struct zone_servers *servers,
                      const struct name *host, const struct section *additional)
{
    bool any = false;
    if (additional != NULL && search->ipv4) {
        any = take_section(search, servers, host, additional, RR_A, host);
    }
    if (additional != NULL && search->ipv6) {
        any = take_section(search, servers, host, additional, RR_AAAA, host) || any;
    }
    return any;
}

bool zone_add_hosts(const struct zone_search *search, struct zone_servers *servers,
                    const struct rrset *ns, const struct section *additional)
{
    bool any = false;
    size_t left_out = 0;
    for (size_t i = 0; i < ns->count; i++) {
        struct name target;
        if (!rr_target(RR_NS, ns->rr[i], &target)) {
            continue;
        }
        const struct zone_host *known = find_host(servers, &target);
        if (known != NULL) {
            /* Where nobody else has an address, resolvers use the delegation's. */
            any = (zone_host_lacks_address(known) &&
                   take_glue(search, servers, &target, additional)) ||
                  any;
            continue;
        }
        if (servers->host_count == ZONE_HOSTS_MAX) {
            left_out++;
            continue;
        }
        servers->hosts = arena_grow(search->ledger->arena, servers->hosts, servers->host_count,
                                    sizeof *servers->hosts);
        struct zone_host *host = &servers->hosts[servers->host_count++];
        *host = (struct zone_host){.name = target};
        if (!take_glue(search, servers, &target, additional) && search->resolver_count > 0) {
            ask_addresses(search, host);
        }
        any = true;
    }
    if (left_out > servers->hosts_left_out) {
        servers->hosts_left_out = left_out;
    }
    return any;
}

static bool has_none(const struct question *question)
{
    if (question == NULL || question->reply == NULL ||
        (question->reply->rcode != RCODE_NOERROR && question->reply->rcode != RCODE_NXDOMAIN)) {
        return false;
    }
    bool by_resolver = (question->flags & QUERY_RECURSE) != 0;
    for (size_t i = 0; i < question->reply->answer.count; i++) {
        const struct rrset *set = &question->reply->answer.rrsets[i];
        /* A server of the zone need not know what is at the end of an alias. */
        if (set->type == question->type || (set->type == RR_CNAME && !by_resolver)) {
            return false;
        }
    }
    return true;
}

bool zone_host_lacks_address(const struct zone_host *host)
{
    return has_none(host->a) && has_none(host->aaaa);
}
