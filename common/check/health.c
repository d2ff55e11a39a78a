/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which servers of a zone answer, and answer as its authority.
 *
 * Each server is first summed up in one word; then findings are made per word, one for all servers
 * that are alike; what is odd about single replies of good servers comes last.
 */
#include "check/health.h"

#include "base/text.h"
#include "check/oddity.h"
#include "check/places.h"
#include "wire/rr.h"

struct server_sum {
    const struct server *server;
    enum health health;
    const struct question *example; /* the question that decided the health */
};

struct judging {
    struct report *report;
    const struct health_terms *terms;
    const struct questions *questions;
    struct server_sum *servers;
    size_t server_count;
    size_t good;
};

bool health_usable(const struct question *question)
{
    const struct message *reply = question->reply;
    return question->status == NET_ANSWERED && reply != NULL && reply->aa &&
           (reply->rcode == RCODE_NOERROR || reply->rcode == RCODE_NXDOMAIN);
}

/* The reply, if only its header counts; NULL: none. */
static const struct message *header_of(const struct question *question)
{
    return question->reply != NULL ? question->reply : question->cut;
}

enum health health_of(const struct question *question)
{
    const struct message *reply = header_of(question);
    switch (question->status) {
    case NET_PENDING:
        return HEALTH_UNASKED;
    case NET_TIMEOUT:
    case NET_REFUSED:
        return HEALTH_SILENT;
    case NET_UNREACHABLE:
        return HEALTH_NO_ROUTE;
    case NET_MALFORMED:
    case NET_MISMATCHED:
        return HEALTH_BROKEN;
    case NET_ANSWERED:
    case NET_TCP_FAILED:
    case NET_TRUNCATED:
        break;
    }
    switch (reply->rcode) {
    case RCODE_NOERROR:
    case RCODE_NXDOMAIN:
        return reply->aa ? HEALTH_GOOD : HEALTH_LAME;
    case RCODE_REFUSED:
        return HEALTH_REFUSING;
    case RCODE_SERVFAIL:
        return HEALTH_FAILING;
    default:
        return HEALTH_BROKEN;
    }
}

/* Of two words for one server the one that says more: good, then any reply, then silence. */
static int weight(enum health health)
{
    switch (health) {
    case HEALTH_GOOD:
        return 3;
    case HEALTH_REFUSING:
    case HEALTH_FAILING:
    case HEALTH_LAME:
    case HEALTH_BROKEN:
        return 2;
    case HEALTH_SILENT:
    case HEALTH_NO_ROUTE:
        return 1;
    case HEALTH_UNASKED:
        break;
    }
    return 0;
}

static struct server_sum *sum_of(struct judging *judging, const struct question *question)
{
    for (size_t i = 0; i < judging->server_count; i++) {
        if (server_equal(judging->servers[i].server, question->server)) {
            return &judging->servers[i];
        }
    }
    judging->servers = arena_grow(judging->terms->arena, judging->servers, judging->server_count,
                                  sizeof *judging->servers);
    struct server_sum *sum = &judging->servers[judging->server_count++];
    *sum = (struct server_sum){.server = question->server, .health = HEALTH_UNASKED};
    sum->example = question;
    return sum;
}

static void sum_up(struct judging *judging)
{
    for (size_t i = 0; i < judging->questions->count; i++) {
        const struct question *question = judging->questions->list[i];
        struct server_sum *sum = sum_of(judging, question);
        enum health health = health_of(question);
        if (weight(health) > weight(sum->health)) {
            sum->health = health;
            sum->example = question;
        }
    }
    for (size_t i = 0; i < judging->server_count; i++) {
        judging->good += judging->servers[i].health == HEALTH_GOOD;
    }
}

static size_t count_health(const struct judging *judging, enum health health)
{
    size_t count = 0;
    for (size_t i = 0; i < judging->server_count; i++) {
        count += judging->servers[i].health == health;
    }
    return count;
}

enum state health_lost_state(size_t good, unsigned min_good, enum state partial)
{
    if (good < min_good || good == 0) {
        return STATE_CRITICAL;
    }
    return partial == STATE_OK ? STATE_WARNING : partial;
}

static bool upward(const struct judging *judging, const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && name_is_below(&judging->terms->zone, &set->owner)) {
            return true;
        }
    }
    return false;
}

/* Which finding a server that is not good gives, and in which words. */
struct fault {
    enum finding_id id;
    const char *words;
};

static struct fault broken_fault(const struct judging *judging, const struct question *question)
{
    struct arena *arena = judging->terms->arena;
    if (question->status == NET_MALFORMED) {
        return (struct fault){FINDING_MALFORMED, "sends replies that do not parse"};
    }
    if (question->status == NET_MISMATCHED) {
        return (struct fault){FINDING_MISMATCHED_REPLY,
                              "sends only replies with a wrong id or question: possible spoofing "
                              "or a broken middlebox"};
    }
    const struct message *reply = header_of(question);
    const char *rcode = rr_rcode_text(arena, reply->rcode);
    if (!reply->edns && (reply->rcode == RCODE_FORMERR || reply->rcode == RCODE_NOTIMP)) {
        return (struct fault){FINDING_EDNS_NONE,
                              arena_printf(arena, "answers EDNS questions with %s", rcode)};
    }
    return (struct fault){FINDING_NOTAUTH, arena_printf(arena, "answers with %s", rcode)};
}

static struct fault fault_of(const struct judging *judging, const struct server_sum *sum)
{
    switch (sum->health) {
    case HEALTH_SILENT:
        return (struct fault){FINDING_TIMEOUT_ONE, sum->example->status == NET_REFUSED
                                                       ? "refuses connections on its port: no name "
                                                         "server runs there"
                                                       : "does not answer, neither UDP nor TCP: it "
                                                         "is down, or cut off from here"};
    case HEALTH_REFUSING:
        return (struct fault){FINDING_REFUSED, "refuses the zone (REFUSED): not configured there, "
                                               "or an access list"};
    case HEALTH_FAILING:
        return (struct fault){FINDING_SERVFAIL, "fails (SERVFAIL): zone expired or not loaded"};
    case HEALTH_LAME:
        if (upward(judging, header_of(sum->example))) {
            return (struct fault){FINDING_REFERRAL_UPWARD, "refers to a zone above: not configured "
                                                           "for this zone"};
        }
        return (struct fault){FINDING_LAME, "answers without authority (no AA): not configured as "
                                            "a server of this zone"};
    default:
        return broken_fault(judging, sum->example);
    }
}

/* "192.0.2.1, 192.0.2.2 and 1 more". */
static const char *servers_text(const struct judging *judging, enum health health)
{
    struct arena *arena = judging->terms->arena;
    const char **texts = arena_alloc(arena, judging->server_count * sizeof *texts);
    size_t count = 0;
    for (size_t i = 0; i < judging->server_count; i++) {
        if (judging->servers[i].health == health) {
            texts[count++] = judging->servers[i].server->text;
        }
    }
    return text_list(arena, texts, count);
}

static void add_fault(struct judging *judging, const struct server_sum *sum, bool all)
{
    const struct health_terms *terms = judging->terms;
    struct fault fault = fault_of(judging, sum);
    struct finding finding = finding_about(fault.id, &terms->zone, &terms->zone, NULL);
    finding.state = health_lost_state(judging->good, terms->min_good, terms->partial);
    finding.server = all ? NULL : sum->server->text;
    if (fault.id == FINDING_EDNS_NONE && terms->zone_signed && terms->partial == STATE_OK) {
        finding.state = STATE_CRITICAL;
    }
    if (all && judging->server_count > 1) {
        report_add_as(judging->report, &finding, "each of the %zu server addresses (%s) %s",
                      judging->server_count, servers_text(judging, sum->health), fault.words);
    } else {
        report_add_as(judging->report, &finding, "%s %s",
                      place_text(terms->arena, &(struct place){.server = sum->server}),
                      fault.words);
    }
}

/* Whether each host is there, but nobody listens on its port. */
static bool all_refuse_connections(const struct judging *judging)
{
    for (size_t i = 0; i < judging->server_count; i++) {
        const struct server_sum *sum = &judging->servers[i];
        if (sum->health == HEALTH_SILENT && sum->example->status != NET_REFUSED) {
            return false;
        }
    }
    return true;
}

static void add_all_silent(struct judging *judging)
{
    const struct health_terms *terms = judging->terms;
    struct finding finding = {.zone = terms->zone, .key_tag = KEY_TAG_NONE};
    if (terms->online) {
        finding.id = FINDING_TIMEOUT_ALL;
        const char *silent = servers_text(judging, HEALTH_SILENT);
        bool refused = all_refuse_connections(judging);
        if (judging->server_count == 1) {
            report_add(judging->report, &finding, "the only server address, %s, %s", silent,
                       refused ? "refuses connections on its port: no name server runs there"
                               : "does not answer: it is down, or cut off from here");
        } else {
            report_add(judging->report, &finding, "none of the %zu server addresses answers (%s)%s",
                       judging->server_count, silent,
                       refused ? ": they refuse connections on their port"
                               : ": they are down, or cut off from here");
        }
    } else {
        finding.id = FINDING_MONITOR_OFFLINE;
        report_add(judging->report, &finding,
                   "nothing answers, a control question neither: check the network of this host");
    }
}

static void add_no_route(struct judging *judging, size_t count)
{
    uint8_t family = 4;
    for (size_t i = 0; i < judging->server_count; i++) {
        if (judging->servers[i].health == HEALTH_NO_ROUTE) {
            family = judging->servers[i].server->family;
        }
    }
    struct finding finding = {
        .id = FINDING_FAMILY_UNUSABLE,
        .state = count == judging->server_count ? STATE_UNKNOWN : STATE_OK,
        .zone = judging->terms->zone,
        .key_tag = KEY_TAG_NONE,
    };
    const char *which = count == judging->server_count
                            ? "any server address"
                            : arena_printf(judging->terms->arena, "%zu of the %zu server addresses",
                                           count, judging->server_count);
    report_add_as(judging->report, &finding, "this host has no route to %s (IPv%d)", which, family);
}

/* Whether every server shows the fault of this one, so that one line says it. */
static bool alike(const struct judging *judging, const struct server_sum *sum)
{
    enum finding_id id = fault_of(judging, sum).id;
    for (size_t i = 0; i < judging->server_count; i++) {
        const struct server_sum *other = &judging->servers[i];
        if (other->health != sum->health || fault_of(judging, other).id != id) {
            return false;
        }
    }
    return true;
}

static void judge_servers(struct judging *judging)
{
    size_t no_route = count_health(judging, HEALTH_NO_ROUTE);
    size_t silent = count_health(judging, HEALTH_SILENT);
    if (no_route > 0) {
        add_no_route(judging, no_route);
    }
    if (silent > 0 && silent + no_route == judging->server_count) {
        add_all_silent(judging);
        return;
    }
    for (size_t i = 0; i < judging->server_count; i++) {
        const struct server_sum *sum = &judging->servers[i];
        if (sum->health == HEALTH_GOOD || sum->health == HEALTH_NO_ROUTE ||
            sum->health == HEALTH_UNASKED) {
            continue;
        }
        bool all = alike(judging, sum);
        add_fault(judging, sum, all);
        if (all) {
            return;
        }
    }
}

const struct server_health *health_judge(struct report *report, const struct health_terms *terms,
                                         const struct questions *questions, size_t *server_count)
{
    struct judging judging = {.report = report, .terms = terms, .questions = questions};
    sum_up(&judging);
    judge_servers(&judging);
    struct server_health *healths =
        arena_alloc(terms->arena, (judging.server_count + 1) * sizeof *healths);
    for (size_t i = 0; i < judging.server_count; i++) {
        const struct server_sum *sum = &judging.servers[i];
        healths[i] = (struct server_health){.server = sum->server, .health = sum->health};
        if (sum->health == HEALTH_GOOD) {
            oddity_judge(report, terms, questions, sum->server);
        }
    }
    *server_count = judging.server_count;
    return healths;
}
