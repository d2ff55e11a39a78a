/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone's name servers: how many, where, and whether they can be reached. */
#include "base/text.h"
#include "check/health.h"
#include "plugins/records_bogon.h"
#include "plugins/records_judge.h"

enum { NS_LEAST = 2, LISTED = 4 };

static bool has_address(const struct section *section, const struct name *owner,
                        const struct server *server)
{
    struct bytes address = {server->address, server->family == 4 ? 4 : 16};
    uint16_t type = server->family == 4 ? RR_A : RR_AAAA;
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        for (size_t j = 0; set->type == type && j < set->count; j++) {
            /* In an answer whatever the owner: a host behind an alias has the address too. */
            if ((owner == NULL || name_equal(&set->owner, owner)) &&
                bytes_equal(set->rr[j], address)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a name server has the address, by its own records or by glue. */
static bool is_at(const struct survey *survey, const struct zone_host *host,
                  const struct server *server)
{
    const struct question *question = server->family == 4 ? host->a : host->aaaa;
    if (question != NULL && question->reply != NULL) {
        return has_address(&question->reply->answer, NULL, server);
    }
    for (size_t i = 0; i < survey->target->parent.count; i++) {
        const struct message *reply = survey->target->parent.list[i]->reply;
        if (reply != NULL && has_address(&reply->additional, &host->name, server)) {
            return true;
        }
    }
    return false;
}

static void judge_shared(struct survey *survey, const struct server *server)
{
    struct arena *arena = survey->run->arena;
    const struct zone_servers *child = &survey->target->zone.child;
    const char *names = "";
    size_t count = 0;
    for (size_t i = 0; i < child->host_count; i++) {
        if (is_at(survey, &child->hosts[i], server)) {
            names = text_join(arena, names, name_text(arena, &child->hosts[i].name));
            count++;
        }
    }
    if (count > 1) {
        records_gather(survey, FINDING_NS_SAME_ADDRESS, &survey->target->zone.name, RR_NS, NULL,
                       "%s have one address, %s: where one fails, all do", names, server->text);
    }
}

/* The CNAME at a name server's name in an answer about its address; NULL: none. */
static const struct rrset *alias_in(const struct question *question, const struct name *host)
{
    bool asks = question != NULL && question->reply != NULL && name_equal(&question->name, host);
    return asks ? section_records(&question->reply->answer, host, RR_CNAME) : NULL;
}

/* By a resolver's word, or where glue was enough to find the host, by that of the zone. */
static const struct rrset *alias_at(const struct survey *survey, const struct zone_host *host)
{
    const struct records_facts *facts = survey->facts;
    const struct rrset *cname = alias_in(host->a, &host->name);
    cname = cname == NULL ? alias_in(host->aaaa, &host->name) : cname;
    for (size_t i = 0; cname == NULL && i < facts->hosts.count; i++) {
        cname = alias_in(facts->hosts.list[i], &host->name);
    }
    return cname;
}

static void judge_alias(struct survey *survey, const struct zone_host *host)
{
    struct name target;
    const struct rrset *cname = alias_at(survey, host);
    if (cname != NULL && rr_target(RR_CNAME, cname->rr[0], &target)) {
        records_gather(survey, FINDING_NS_CNAME, &host->name, RR_NS, NULL,
                       "the name server %s is an alias for %s: resolvers may refuse it",
                       name_text(survey->run->arena, &host->name),
                       name_text(survey->run->arena, &target));
    }
}

/* Whether the zone says with authority that its name server has no such address. */
static bool denies(const struct survey *survey, const struct name *host, uint16_t type)
{
    for (size_t i = 0; i < survey->facts->hosts.count; i++) {
        const struct question *question = survey->facts->hosts.list[i];
        if (question->type == type && name_equal(&question->name, host) &&
            health_usable(question)) {
            const struct message *reply = question->reply;
            return reply->answer.count == 0 &&
                   section_records(&reply->authority, &survey->target->zone.name, RR_SOA) != NULL;
        }
    }
    return false;
}

/* One that no resolver knows an address of is told for all plugins alike. */
static void judge_absent(struct survey *survey, const struct zone_host *host)
{
    if (!zone_host_lacks_address(host) && denies(survey, &host->name, RR_A) &&
        denies(survey, &host->name, RR_AAAA)) {
        records_gather(survey, FINDING_NS_NO_ADDRESS, &host->name, RR_NS, NULL,
                       "the zone has no address for its name server %s, only the delegation has: "
                       "add it to the zone",
                       name_text(survey->run->arena, &host->name));
    }
}

static void judge_bogons(struct survey *survey)
{
    struct arena *arena = survey->run->arena;
    const struct zone_servers *child = &survey->target->zone.child;
    const char *text = "";
    size_t count = 0;
    for (size_t i = 0; i < child->server_count; i++) {
        const struct server *server = child->servers[i];
        const char *words = bogon_words(server);
        if (words == NULL) {
            continue;
        }
        if (count < LISTED) {
            text = text_join(arena, text, arena_printf(arena, "%s (%s)", server->text, words));
        }
        count++;
    }
    if (count == 0 || survey->options->allow_private) {
        return;
    }
    bool all = count == child->server_count;
    const char *which = all && count == 1 ? "the only name server address"
                        : all ? arena_printf(arena, "all %zu name server addresses", count)
                              : arena_printf(arena, "%zu of the %zu name server addresses", count,
                                             child->server_count);
    records_gather_as(survey, FINDING_NS_BOGON, all ? STATE_CRITICAL : STATE_WARNING,
                      &survey->target->zone.name, RR_NS, NULL,
                      "%s cannot be reached from the Internet: %s%s (where that is meant use "
                      "--allow-private)",
                      which, text, count > LISTED ? " and more" : "");
}

/* Name servers by all that name them; of servers that were given only what they say counts. */
static size_t count_names(const struct survey *survey)
{
    size_t most = survey->target->zone.child.host_count;
    for (size_t i = 0; !survey->facts->discovered && i < survey->view_count; i++) {
        const struct rrset *ns = survey->views[i].ns;
        most = ns != NULL && ns->count > most ? ns->count : most;
    }
    return most;
}

static void judge_families(struct survey *survey)
{
    const struct zone_servers *child = &survey->target->zone.child;
    const struct common_options *options = survey->run->options;
    size_t v4 = 0;
    for (size_t i = 0; i < child->server_count; i++) {
        v4 += child->servers[i]->family == 4;
    }
    bool one = v4 == 0 || v4 == child->server_count;
    if (one && !options->ipv4_only && !options->ipv6_only) {
        records_gather_as(survey, FINDING_NS_SINGLE, STATE_OK, &survey->target->zone.name, RR_NS,
                          NULL, "all name servers have %s addresses only",
                          v4 == 0 ? "IPv6" : "IPv4");
    }
}

static void judge_number(struct survey *survey)
{
    size_t names = count_names(survey);
    size_t addresses = survey->target->zone.child.server_count;
    const struct common_options *options = survey->run->options;
    bool all_families = !options->ipv4_only && !options->ipv6_only;
    const struct name *zone = &survey->target->zone.name;
    if (names == 1) {
        records_gather(survey, FINDING_NS_SINGLE, zone, RR_NS, NULL,
                       "there is but one name server: where it fails, the zone does");
    } else if (survey->facts->discovered && addresses == 1 && all_families) {
        records_gather(survey, FINDING_NS_SINGLE, zone, RR_NS, NULL,
                       "the name servers have but one address: where it fails, the zone does");
    } else if (survey->facts->discovered) {
        judge_families(survey);
    }
}

void records_judge_hosts(struct survey *survey)
{
    const struct zone_servers *child = &survey->target->zone.child;
    if (survey->facts->recursive) {
        return;
    }
    judge_number(survey);
    if (!survey->facts->discovered) {
        return;
    }
    judge_bogons(survey);
    for (size_t i = 0; i < child->server_count; i++) {
        judge_shared(survey, child->servers[i]);
    }
    for (size_t i = 0; i < child->host_count; i++) {
        judge_alias(survey, &child->hosts[i]);
        judge_absent(survey, &child->hosts[i]);
    }
}
