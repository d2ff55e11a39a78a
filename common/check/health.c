/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which servers of a zone answer, and answer as its authority.
 *
 * Each server is first summed up in one word; then findings are made per word, one for all servers
 * that are alike; what is odd about single replies of good servers comes last.
 */
#include "check/health.h"

#include <stdio.h>

#include "wire/rr.h"

struct server_sum {
    const struct server *server;
    enum health health;
    const struct question *example; /* the question that decided the health */
};

struct judging {
    struct report *report;
    const struct health_terms *terms;
    const struct question *const *questions;
    size_t count;
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

/* How one question went, in the word that would fit its server if they all went so. */
static enum health question_health(const struct question *question)
{
    const struct message *reply = question->reply;
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
    for (size_t i = 0; i < judging->count; i++) {
        struct server_sum *sum = sum_of(judging, judging->questions[i]);
        enum health health = question_health(judging->questions[i]);
        if (weight(health) > weight(sum->health)) {
            sum->health = health;
            sum->example = judging->questions[i];
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

/* "192.0.2.1 (ns1.example.com)". */
static const char *server_words(struct arena *arena, const struct server *server)
{
    if (server->host == NULL) {
        return server->text;
    }
    return arena_printf(arena, "%s (%s)", server->text, server->host);
}

static enum state fault_state(const struct judging *judging)
{
    if (judging->good < judging->terms->min_good || judging->good == 0) {
        return STATE_CRITICAL;
    }
    return judging->terms->partial == STATE_OK ? STATE_WARNING : judging->terms->partial;
}

static bool upward(const struct judging *judging, const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && name_is_under(&judging->terms->zone, &set->owner) &&
            !name_equal(&judging->terms->zone, &set->owner)) {
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
    const char *rcode = rr_rcode_text(arena, question->reply->rcode);
    if (!question->reply->edns &&
        (question->reply->rcode == RCODE_FORMERR || question->reply->rcode == RCODE_NOTIMP)) {
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
                                                       ? "refuses connections on its port"
                                                       : "does not answer, neither UDP nor TCP"};
    case HEALTH_REFUSING:
        return (struct fault){FINDING_REFUSED, "refuses the zone (REFUSED): not configured there, "
                                               "or an access list"};
    case HEALTH_FAILING:
        return (struct fault){FINDING_SERVFAIL, "fails (SERVFAIL): zone expired or not loaded"};
    case HEALTH_LAME:
        if (upward(judging, sum->example->reply)) {
            return (struct fault){FINDING_REFERRAL_UPWARD, "refers to a zone above: not configured "
                                                           "for this zone"};
        }
        return (struct fault){FINDING_LAME, "answers without authority (no AA): not configured as "
                                            "a server of this zone"};
    default:
        return broken_fault(judging, sum->example);
    }
}

static void add_fault(struct judging *judging, const struct server_sum *sum, bool all)
{
    const struct health_terms *terms = judging->terms;
    struct fault fault = fault_of(judging, sum);
    struct finding finding = {
        .id = fault.id,
        .state = fault_state(judging),
        .zone = terms->zone,
        .owner = terms->zone,
        .server = all ? NULL : sum->server->text,
        .key_tag = KEY_TAG_NONE,
    };
    if (fault.id == FINDING_EDNS_NONE && terms->zone_signed) {
        finding.state = STATE_CRITICAL;
    }
    if (all) {
        report_add_as(judging->report, &finding, "each of the %zu server addresses %s",
                      judging->server_count, fault.words);
    } else {
        report_add_as(judging->report, &finding, "%s %s", server_words(terms->arena, sum->server),
                      fault.words);
    }
}

static void add_all_silent(struct judging *judging)
{
    const struct health_terms *terms = judging->terms;
    struct finding finding = {.zone = terms->zone, .key_tag = KEY_TAG_NONE};
    if (terms->online) {
        finding.id = FINDING_TIMEOUT_ALL;
        report_add(judging->report, &finding, "none of the %zu server addresses answers (%s)",
                   judging->server_count, judging->servers[0].server->text);
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
    report_add_as(judging->report, &finding,
                  "this host has no route to %zu of the %zu server addresses (IPv%d)", count,
                  judging->server_count, family);
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

/* What single replies of a server that is otherwise good may show. */
struct oddity {
    enum finding_id id;
    const char *words;
};
static const struct oddity oddities[] = {
    {FINDING_TCP_FAIL, "truncates this answer and does not give it over TCP"},
    {FINDING_SERVFAIL, "fails for this question (SERVFAIL) but not for others"},
    {FINDING_REFUSED, "refuses this question (REFUSED) but not others"},
    {FINDING_NOTAUTH, "answers this question with an error but not others"},
    {FINDING_LAME, "answers this question without authority (no AA)"},
    {FINDING_MALFORMED, "answers this with replies that do not parse"},
    {FINDING_MISMATCHED_REPLY,
     "answers this with a wrong id or question only: possible spoofing or a broken middlebox"},
    {FINDING_TIMEOUT_ONE, "does not answer this question though it does others"},
    {FINDING_EDNS_NONE, "answers without EDNS, so without signatures"},
    {FINDING_EDNS_DO_CLEARED, "does not echo the DO bit"},
    {FINDING_UDP_BLACKHOLE, "answers this over TCP only: large UDP answers are lost on the way"},
    {FINDING_TRUNCATED_TCP, "sets TC over TCP"},
    {FINDING_CLASS_FOREIGN, "sends records of a class other than IN"},
    {FINDING_CASE_CHANGED, "changes the case of the name in the question"},
    {FINDING_REPORT_CHANNEL, "names an agent for DNS error reports"},
};

static bool shows(enum finding_id id, const struct question *question)
{
    const struct message *reply = question->reply;
    enum health health = question_health(question);
    switch (id) {
    case FINDING_TCP_FAIL:
        return question->status == NET_TCP_FAILED;
    case FINDING_TIMEOUT_ONE:
        return health == HEALTH_SILENT;
    case FINDING_SERVFAIL:
        return health == HEALTH_FAILING;
    case FINDING_REFUSED:
        return health == HEALTH_REFUSING;
    case FINDING_LAME:
        return health == HEALTH_LAME;
    case FINDING_MALFORMED:
        return question->status == NET_MALFORMED;
    case FINDING_MISMATCHED_REPLY:
        return question->status == NET_MISMATCHED;
    case FINDING_NOTAUTH:
        return question->status == NET_ANSWERED && health == HEALTH_BROKEN;
    case FINDING_EDNS_NONE:
        return health_usable(question) && !reply->edns;
    case FINDING_EDNS_DO_CLEARED:
        return health_usable(question) && reply->edns && !reply->edns_do;
    case FINDING_UDP_BLACKHOLE:
        return question->udp_lost;
    case FINDING_TRUNCATED_TCP:
        return question->transport == TRANSPORT_TCP && reply != NULL && reply->tc;
    case FINDING_CLASS_FOREIGN:
        return reply != NULL && reply->class_foreign;
    case FINDING_CASE_CHANGED:
        return reply != NULL && !reply->case_kept;
    case FINDING_REPORT_CHANNEL:
        return reply != NULL && reply->report_channel;
    default:
        return false;
    }
}

/* Whether some server answers this question as the zone's authority. */
static bool answered(const struct judging *judging, const struct question *question)
{
    for (size_t i = 0; i < judging->count; i++) {
        const struct question *other = judging->questions[i];
        if (other->type == question->type && name_equal(&other->name, &question->name) &&
            health_usable(other)) {
            return true;
        }
    }
    return false;
}

static enum state oddity_state(const struct judging *judging, enum finding_id id,
                               const struct question *question)
{
    if ((id == FINDING_EDNS_NONE && judging->terms->zone_signed) ||
        (id == FINDING_TCP_FAIL && question->type == RR_DNSKEY)) {
        return STATE_CRITICAL;
    }
    /* Without these two no validator gets anywhere. */
    if ((question->type == RR_DNSKEY || question->type == RR_SOA) && !health_usable(question) &&
        !answered(judging, question)) {
        return STATE_CRITICAL;
    }
    return finding_class(id)->state;
}

/* One finding a server and oddity, for the first of the gravest questions that show it. */
static void judge_oddity(struct judging *judging, const struct oddity *oddity,
                         const struct server_sum *sum)
{
    struct arena *arena = judging->terms->arena;
    const struct question *worst = NULL;
    struct finding finding = {.state = STATE_OK};
    for (size_t i = 0; i < judging->count; i++) {
        const struct question *question = judging->questions[i];
        if (!server_equal(question->server, sum->server) || !shows(oddity->id, question)) {
            continue;
        }
        enum state state = oddity_state(judging, oddity->id, question);
        if (worst == NULL || state_worse(state, finding.state)) {
            worst = question;
            finding.state = state;
        }
    }
    if (worst == NULL) {
        return;
    }
    finding.id = oddity->id;
    finding.zone = judging->terms->zone;
    finding.owner = worst->name;
    finding.type = rr_type_text(arena, worst->type);
    finding.server = sum->server->text;
    finding.key_tag = KEY_TAG_NONE;
    report_add_as(judging->report, &finding, "%s %s (%s %s)", server_words(arena, sum->server),
                  oddity->words, name_text(arena, &worst->name), finding.type);
}

const struct server_health *health_judge(struct report *report, const struct health_terms *terms,
                                         const struct question *const *questions, size_t count,
                                         size_t *server_count)
{
    struct judging judging = {
        .report = report,
        .terms = terms,
        .questions = questions,
        .count = count,
    };
    sum_up(&judging);
    judge_servers(&judging);
    struct server_health *healths =
        arena_alloc(terms->arena, (judging.server_count + 1) * sizeof *healths);
    for (size_t i = 0; i < judging.server_count; i++) {
        const struct server_sum *sum = &judging.servers[i];
        healths[i] = (struct server_health){.server = sum->server, .health = sum->health};
        for (size_t j = 0; sum->health == HEALTH_GOOD && j < sizeof oddities / sizeof *oddities;
             j++) {
            judge_oddity(&judging, &oddities[j], sum);
        }
    }
    *server_count = judging.server_count;
    return healths;
}
