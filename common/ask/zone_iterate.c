/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding zones from the root servers down: where walks start, and what they brought. */
#include <string.h>

#include "ask/iterate.h"

static struct iteration start(const struct zone_search *search, size_t count)
{
    struct iteration iteration = {
        .search = search,
        .arena = search->ledger->arena,
        .host_walks_left = ITERATE_HOST_WALKS * count,
    };
    struct name name = name_root();
    struct cut *root = cut_add(&iteration, &name, NULL);
    struct zone_servers *servers = &root->zone.servers;
    for (size_t i = 0; i < search->hint_count && servers->server_count < ITERATE_ADDRESSES; i++) {
        const struct server *hint = &search->hints[i];
        if (hint->family == 4 ? search->ipv4 : search->ipv6) {
            servers->servers = arena_grow(iteration.arena, servers->servers, servers->server_count,
                                          sizeof *servers->servers);
            servers->servers[servers->server_count++] = hint;
        }
    }
    return iteration;
}

/* The DNSKEY question of a zone that brought most; NULL: not asked. */
static const struct question *find_dnskey(const struct iteration *iteration, const struct cut *cut)
{
    if (cut->asked == 0 && cut->hidden) {
        return cut_best(iteration, cut->via, cut->via_servers, &cut->zone.name, RR_DNSKEY);
    }
    return cut_best(iteration, cut, cut->asked, &cut->zone.name, RR_DNSKEY);
}

/* The cuts from the root to `last`, complete. */
static void set_path(const struct iteration *iteration, struct cut *last, struct zone *zone)
{
    size_t count = 0;
    for (const struct cut *cut = last; cut != NULL; cut = cut->parent) {
        count++;
    }
    struct zone_cut *path = arena_alloc(iteration->arena, count * sizeof *path);
    zone->path = path;
    zone->path_count = count;
    for (struct cut *cut = last; cut != NULL; cut = cut->parent) {
        (void)cut_fall_back(iteration, cut); /* what has servers keeps them */
        cut->zone.dnskey = find_dnskey(iteration, cut);
        path[--count] = cut->zone;
    }
}

static void set_zone(const struct iteration *iteration, const struct walk *walk, struct zone *zone)
{
    struct cut *cut = walk->at;
    zone->status = walk->status;
    if (walk->status != ZONE_FOUND && walk->status != ZONE_NO_SUCH_NAME) {
        zone->stuck = cut->zone.servers.server_count == 0 ? &cut->zone : NULL;
        return;
    }
    while (cut->doubtful) {
        cut = cut->parent;
    }
    set_path(iteration, cut, zone);
    zone->name = cut->zone.name;
    zone->child = cut_copy_servers(iteration->arena, &cut->zone.servers);
    if (cut->parent != NULL && iteration->search->want_parent) {
        zone->parent = cut->parent->zone.name;
        zone->above = cut_copy_servers(iteration->arena, &cut->parent->zone.servers);
        zone->parent_dnskey = cut->parent->zone.dnskey;
    }
}

void zone_iterate(const struct zone_search *search, struct zone *zones, size_t count)
{
    struct iteration iteration = start(search, count);
    for (size_t i = 0; i < count; i++) {
        (void)walk_add(&iteration, &zones[i].subject, 0, iteration.cuts[0]);
        iteration.cuts[0]->wanted = true;
    }
    walk_all(&iteration);
    for (size_t i = 0; i < count; i++) {
        set_zone(&iteration, iteration.walks[i], &zones[i]);
    }
}

/* Makes the zones on a path known, with the servers that they have. */
static void add_path(struct iteration *iteration, const struct zone *zone)
{
    struct cut *above = NULL;
    for (size_t i = 0; i < zone->path_count; i++) {
        const struct zone_cut *known = &zone->path[i];
        struct cut *cut = cut_find(iteration, &known->name);
        if (cut == NULL) {
            cut = cut_add(iteration, &known->name, above);
            cut->zone.servers = cut_copy_servers(iteration->arena, &known->servers);
            cut->known = UINT32_MAX; /* nobody looks for more addresses of these */
        }
        above = cut;
    }
}

static bool has_address(struct arena *arena, const struct zone_servers *servers,
                        const struct zone_host *host)
{
    const char *text = name_text(arena, &host->name);
    for (size_t i = 0; i < servers->server_count; i++) {
        if (servers->servers[i]->host != NULL && strcmp(servers->servers[i]->host, text) == 0) {
            return true;
        }
    }
    return host->a != NULL || host->aaaa != NULL;
}

static void want_hosts(struct iteration *iteration, const struct zone *zone)
{
    for (size_t i = 0; i < zone->child.host_count; i++) {
        const struct zone_host *host = &zone->child.hosts[i];
        if (iteration->host_walks_left > 0 && walk_to_host(iteration, &host->name) == NULL &&
            !has_address(iteration->arena, &zone->child, host)) {
            iteration->host_walks_left--;
            (void)walk_add(iteration, &host->name, 1, cut_above(iteration, &host->name));
        }
    }
}

static void take_hosts(const struct iteration *iteration, struct zone *zone)
{
    for (size_t i = 0; i < zone->child.host_count; i++) {
        struct zone_host *host = &zone->child.hosts[i];
        const struct walk *walk = walk_to_host(iteration, &host->name);
        if (walk != NULL && host->a == NULL && host->aaaa == NULL) {
            host->a = walk->a;
            host->aaaa = walk->aaaa;
        }
    }
    (void)zone_take_addresses(iteration->search, &zone->child); /* none new is no fault here */
}

void zone_iterate_hosts(const struct zone_search *search, struct zone *zones, size_t count)
{
    struct iteration iteration = start(search, count);
    for (size_t i = 0; i < count; i++) {
        add_path(&iteration, &zones[i]);
    }
    for (size_t i = 0; i < count; i++) {
        want_hosts(&iteration, &zones[i]);
    }
    walk_all(&iteration);
    for (size_t i = 0; i < count; i++) {
        take_hosts(&iteration, &zones[i]);
    }
}
