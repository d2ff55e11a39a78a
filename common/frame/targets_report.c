/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says why there is no zone, or no name server of it, to look at. */
#include "frame/targets.h"

static void report_no_zone(const struct target *target, bool online, struct report *report)
{
    const struct zone *zone = &target->zone;
    struct run *run = target->run;
    struct finding finding = {.owner = zone->subject, .key_tag = KEY_TAG_NONE};
    if (zone->status == ZONE_NO_SUCH_NAME) {
        finding.id = FINDING_NO_SUCH_NAME;
        finding.zone = zone->name;
        report_add(report, &finding, "the name does not exist (NXDOMAIN from %s)",
                   name_text(run->arena, &zone->name));
    } else if (run->options->iterate) {
        finding.id = online ? FINDING_NO_SERVERS : FINDING_MONITOR_OFFLINE;
        report_add(report, &finding, "%s",
                   online ? "no name server of the zone could be found from the root servers down"
                          : "no root server answers: check the network of this host");
    } else if (!online) {
        finding.id = FINDING_MONITOR_OFFLINE;
        finding.server = run->resolvers[0].text;
        report_add(report, &finding,
                   "the resolver %s does not answer: check the network of this host",
                   finding.server);
    } else {
        finding.id = FINDING_NO_SERVERS;
        report_add(report, &finding,
                   "no name server of the zone could be found: the resolver %s fails and the "
                   "zone above gives no usable delegation",
                   run->resolvers[0].text);
    }
    report_summary(report, "not found");
}

/* Whether everything that was asked is settled, with a reply or without. */
static bool all_settled(const struct run *run)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        if (run->ledger.questions[i]->status == NET_PENDING) {
            return false;
        }
    }
    return true;
}

static bool was_answered(const struct question *question)
{
    return question == NULL || question->reply != NULL;
}

/* Whether the zone has name servers and none of them an address, as far as anybody can tell. */
static bool is_unreachable(const struct run *run, const struct zone_servers *servers)
{
    for (size_t i = 0; i < servers->host_count; i++) {
        if (!was_answered(servers->hosts[i].a) || !was_answered(servers->hosts[i].aaaa)) {
            return false;
        }
    }
    return servers->host_count > 0 && servers->server_count == 0 && all_settled(run);
}

static struct finding no_address(const struct zone *zone, const struct zone_host *host)
{
    return (struct finding){.id = FINDING_NS_NO_ADDRESS,
                            .state = STATE_WARNING,
                            .zone = zone->name,
                            .owner = host->name,
                            .type = "A",
                            .key_tag = KEY_TAG_NONE};
}

static void report_unreachable(struct run *run, const struct zone *zone, struct report *report)
{
    const struct zone_servers *child = &zone->child;
    struct finding finding = no_address(zone, &child->hosts[0]);
    finding.state = STATE_CRITICAL;
    bool within = false;
    for (size_t i = 0; i < child->host_count; i++) {
        within = within || name_is_under(&child->hosts[i].name, &zone->name);
    }
    report_add_as(report, &finding, "none of the name servers (%s%s) has an address%s",
                  name_text(run->arena, &child->hosts[0].name),
                  child->host_count > 1 ? ", ..." : "",
                  within ? ": the zone above has to give glue" : "");
}

/* A zone with more servers than are looked at is not known as a whole. */
static void report_left_out(const struct name *zone, const struct zone_servers *servers,
                            struct report *report)
{
    if (servers->hosts_left_out + servers->servers_left_out == 0) {
        return;
    }
    struct finding finding = {
        .id = FINDING_LIMIT_SERVERS, .zone = *zone, .owner = *zone, .key_tag = KEY_TAG_NONE};
    report_add(report, &finding,
               "not looked at for their number: %zu name servers beyond the first %d, %zu "
               "addresses beyond the first %d",
               servers->hosts_left_out, ZONE_HOSTS_MAX, servers->servers_left_out,
               ZONE_SERVERS_MAX);
}

void target_report_left_out(const struct zone *zone, struct report *report)
{
    report_left_out(&zone->name, &zone->child, report);
    report_left_out(&zone->parent, &zone->above, report);
}

bool target_report_hosts(struct run *run, const struct zone *zone, struct report *report)
{
    if (is_unreachable(run, &zone->child)) {
        report_unreachable(run, zone, report);
        return false;
    }
    target_report_left_out(zone, report);
    for (size_t i = 0; i < zone->child.host_count; i++) {
        const struct zone_host *host = &zone->child.hosts[i];
        if (zone_host_lacks_address(host)) {
            struct finding finding = no_address(zone, host);
            report_add_as(report, &finding, "the name server %s has no address",
                          name_text(run->arena, &host->name));
        }
    }
    return true;
}

bool target_report(const struct target *target, bool online, struct report *report)
{
    const struct zone *zone = &target->zone;
    report->zone = zone->name;
    bool reachable = target_report_hosts(target->run, zone, report);
    if (zone->status == ZONE_FOUND && zone->child.server_count > 0) {
        return true;
    }
    if (reachable) {
        report_no_zone(target, online, report);
    }
    return false;
}
