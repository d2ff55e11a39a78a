/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What plugins say alike about a zone: that there is none, that its servers fail, that this host's
 * clock is wrong, that it is not signed as expected.
 */
#include "base/text.h"
#include "check/clock.h"
#include "check/health.h"
#include "frame/targets.h"

static bool one_family(const struct run *run)
{
    return run->options->ipv4_only || run->options->ipv6_only;
}

/* "ns1.example.com, ns2.example.com". */
static const char *hosts_text(struct arena *arena, const struct zone_servers *servers)
{
    const char **names = arena_alloc(arena, (servers->host_count + 1) * sizeof *names);
    for (size_t i = 0; i < servers->host_count; i++) {
        names[i] = name_text(arena, &servers->hosts[i].name);
    }
    return text_list(arena, names, servers->host_count);
}

/* Addresses of the other family were not asked for, so nothing is known to be wrong. */
static void report_other_family(struct run *run, const struct name *zone,
                                const struct zone_servers *servers, struct report *report)
{
    int wanted = run->options->ipv6_only ? 6 : 4;
    struct finding finding = finding_about(FINDING_FAMILY_UNUSABLE, zone, zone, NULL);
    finding.state = STATE_UNKNOWN;
    report_add_as(report, &finding,
                  "no name server of %s (%s) has an IPv%d address, and -%d leaves out the others",
                  name_text(run->arena, zone), hosts_text(run->arena, servers), wanted, wanted);
}

/* "the resolver 192.0.2.1 does not answer (timeout)" */
static const char *resolvers_text(struct run *run)
{
    const char **names = arena_alloc(run->arena, run->resolver_count * sizeof *names);
    for (size_t i = 0; i < run->resolver_count; i++) {
        names[i] = run->resolvers[i].text;
    }
    const char *why = "";
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if ((question->flags & QUERY_RECURSE) != 0 && question->status != NET_PENDING) {
            why = arena_printf(run->arena, " (%s)", net_status_text(question->status));
        }
    }
    return arena_printf(run->arena, "%s %s %s%s",
                        run->resolver_count == 1 ? "the resolver" : "none of the resolvers",
                        text_list(run->arena, names, run->resolver_count),
                        run->resolver_count == 1 ? "does not answer" : "answers", why);
}

/* Time was over before any question had had the wait for a try. */
static bool nothing_settled(const struct run *run)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        if (run->ledger.questions[i]->status != NET_PENDING) {
            return false;
        }
    }
    return true;
}

/* Time was over before all was answered that leads to the servers of a name. */
static bool is_open(const struct run *run, const struct name *subject)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        if (question->status == NET_PENDING && name_is_under(subject, &question->name)) {
            return true;
        }
    }
    return false;
}

static void report_late(const struct run *run, struct finding *finding, const char *what,
                        struct report *report)
{
    finding->id = FINDING_DEADLINE;
    finding->state = run->options->timeout_state;
    report_add_as(report, finding, "timed out before %s: give the run more time with --timeout",
                  what);
    report_summary(report, "timed out before %s", what);
}

static void report_offline(struct run *run, struct finding *finding, struct report *report)
{
    bool iterates = run->options->iterate;
    if (nothing_settled(run)) {
        report_late(run, finding,
                    arena_printf(run->arena, "any answer from %s",
                                 iterates ? "the root servers" : run->resolvers[0].text),
                    report);
        return;
    }
    finding->id = FINDING_MONITOR_OFFLINE;
    finding->server = iterates ? NULL : run->resolvers[0].text;
    report_add(report, finding, "%s: check %sthe network of this host",
               iterates ? "no root server answers" : resolvers_text(run),
               iterates ? "" : "that it runs, and ");
}

static void report_no_zone(const struct target *target, struct report *report)
{
    const struct zone *zone = &target->zone;
    struct run *run = target->run;
    struct finding finding = {.owner = zone->subject, .key_tag = KEY_TAG_NONE};
    report_summary(report, "not found");
    if (zone->status == ZONE_NO_SUCH_NAME) {
        finding.id = FINDING_NO_SUCH_NAME;
        finding.zone = zone->name;
        report_add(report, &finding, "the name does not exist (NXDOMAIN from %s)",
                   name_text(run->arena, &zone->name));
    } else if (!target->online) {
        report_offline(run, &finding, report);
    } else if (is_open(run, &zone->subject)) {
        report_late(run, &finding, "the name servers of the zone were known", report);
    } else if (run->options->iterate) {
        finding.id = FINDING_NO_SERVERS;
        report_add(report, &finding,
                   "no name server of the zone could be found from the root servers down");
    } else {
        finding.id = FINDING_NO_SERVERS;
        report_add(report, &finding,
                   "no name server of the zone could be found: the resolver %s fails and the "
                   "zone above gives no usable delegation",
                   run->resolvers[0].text);
    }
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

static void report_unreachable(struct run *run, const struct zone *zone, struct report *report)
{
    const struct zone_servers *child = &zone->child;
    if (one_family(run)) {
        report_other_family(run, &zone->name, child, report);
        return;
    }
    struct finding finding =
        finding_about(FINDING_NS_NO_ADDRESS, &zone->name, &child->hosts[0].name, "A");
    finding.state = STATE_CRITICAL;
    bool within = false;
    for (size_t i = 0; i < child->host_count; i++) {
        within = within || name_is_under(&child->hosts[i].name, &zone->name);
    }
    report_add_as(report, &finding, "none of the name servers (%s) has an address%s",
                  hosts_text(run->arena, child), within ? ": the zone above has to give glue" : "");
}

/* A zone with more servers than are looked at is not known as a whole. */
static void report_left_out(const struct name *zone, const struct zone_servers *servers,
                            struct report *report)
{
    if (servers->hosts_left_out + servers->servers_left_out == 0) {
        return;
    }
    struct finding finding = finding_about(FINDING_LIMIT_SERVERS, zone, zone, NULL);
    report_add(
        report, &finding,
        "not looked at for their number: %s beyond the first %d, and of addresses %zu beyond the "
        "first %d",
        text_count(report->arena, servers->hosts_left_out, "name server"), ZONE_HOSTS_MAX,
        servers->servers_left_out, ZONE_SERVERS_MAX);
}

void target_report_left_out(const struct zone *zone, struct report *report)
{
    report_left_out(&zone->name, &zone->child, report);
    report_left_out(&zone->parent, &zone->above, report);
}

bool target_report_hosts(struct run *run, const struct zone *zone, struct report *report)
{
    if (zone->stuck != NULL && one_family(run)) {
        report_other_family(run, &zone->stuck->name, &zone->stuck->servers, report);
        return false;
    }
    if (is_unreachable(run, &zone->child)) {
        report_unreachable(run, zone, report);
        return false;
    }
    target_report_left_out(zone, report);
    for (size_t i = 0; i < zone->child.host_count; i++) {
        const struct zone_host *host = &zone->child.hosts[i];
        if (zone_host_lacks_address(host)) {
            struct finding finding =
                finding_about(FINDING_NS_NO_ADDRESS, &zone->name, &host->name, "A");
            report_add(report, &finding,
                       "the name server %s has no address: give it one, or take it out of the NS",
                       name_text(run->arena, &host->name));
        }
    }
    return true;
}

bool target_report(const struct target *target, struct report *report)
{
    const struct zone *zone = &target->zone;
    report->zone = zone->name;
    bool reachable = target_report_hosts(target->run, zone, report);
    if (zone->status == ZONE_FOUND && zone->child.server_count > 0) {
        return true;
    }
    if (reachable) {
        report_no_zone(target, report);
    }
    return false;
}

bool target_judge_clock(struct run *run, const struct questions *lists, size_t count,
                        struct report *report)
{
    enum clock_side side = run->now_given ? CLOCK_PLAUSIBLE : clock_judge(lists, count, run->now);
    if (side == CLOCK_PLAUSIBLE) {
        return false;
    }
    struct finding finding = {.id = FINDING_CLOCK_IMPLAUSIBLE, .key_tag = KEY_TAG_NONE};
    report_add(report, &finding,
               "by the clock of this host (%s) the signatures of this zone and of the zones above "
               "%s: set the clock",
               text_time(run->arena, run->now),
               side == CLOCK_TOO_LATE ? "have all expired" : "are all not valid yet");
    return true;
}

void target_judge_servers(struct run *run, const struct target_servers *servers,
                          struct report *report)
{
    const struct common_options *options = run->options;
    struct health_terms terms = {
        .arena = run->arena,
        .zone = *servers->zone,
        .zone_signed = servers->zone_signed,
        .vital = servers->vital,
        .vital_count = servers->vital_count,
        .vital_name = servers->vital_name,
        .min_good = options->min_good,
        .partial = options->partial,
        .online = servers->online,
    };
    size_t count = 0;
    (void)health_judge(report, &terms, &servers->questions, &count);
    size_t pending = 0;
    for (size_t i = 0; i < servers->questions.count; i++) {
        pending += servers->questions.list[i]->status == NET_PENDING;
    }
    if (pending > 0) {
        struct finding finding = {
            .id = FINDING_DEADLINE,
            .state = servers->any_usable ? STATE_UNKNOWN : options->timeout_state,
            .zone = *servers->zone,
            .key_tag = KEY_TAG_NONE,
        };
        report_add_as(report, &finding,
                      "timed out with %zu of %zu questions to the servers of the zone open",
                      pending, servers->questions.count);
    }
}

void target_judge_expected(struct run *run, const struct name *zone, bool is_signed, size_t servers,
                           struct report *report)
{
    enum expect expect = run->options->expect;
    if (!is_signed) {
        struct finding finding = finding_about(FINDING_ZONE_UNSIGNED, zone, zone, NULL);
        bool wanted = expect == EXPECT_SECURE;
        finding.state = wanted ? STATE_CRITICAL : STATE_OK;
        report_add_as(report, &finding,
                      "the zone is not signed: no DNSKEY and no signature at %s%s%s",
                      servers == 1 ? "" : "any of ", text_count(run->arena, servers, "server"),
                      wanted ? ": sign it, or check with --expect insecure if that is meant" : "");
    } else if (expect == EXPECT_INSECURE) {
        struct finding finding = finding_about(FINDING_ZONE_SIGNED, zone, zone, NULL);
        report_add(report, &finding, "the zone is signed, expected was an unsigned one");
    }
}

void target_sample_errors(const struct target *target, const char *zone, struct report *report)
{
    size_t errors = 0;
    for (size_t i = 0; i < target->child.count; i++) {
        errors += target->child.list[i]->status != NET_ANSWERED;
    }
    report_sample(report, &(struct sample){.family = FAMILY_PROBE_ERRORS,
                                           .zone = zone,
                                           .error_type = "no_answer",
                                           .algorithm = -1,
                                           .key_tag = KEY_TAG_NONE,
                                           .value = (double)errors});
}
