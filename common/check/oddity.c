/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges single replies of servers that answer well otherwise. */
#include "check/oddity.h"

#include "check/places.h"
#include "wire/rr.h"

/* The questions of a zone, and the server at which they are looked at. */
struct looking {
    const struct health_terms *terms;
    const struct questions *questions;
    const struct server *server;
};

/* What such replies may show; `over_tcp`: where TCP brought the answer after all. */
struct oddity {
    enum finding_id id;
    const char *words;
    const char *over_tcp;
};
#define ODDITY(name, ...)                                                                          \
    {                                                                                              \
        .id = FINDING_##name, .words = __VA_ARGS__                                                 \
    }
static const struct oddity oddities[] = {
    ODDITY(TCP_FAIL, "truncates this answer and does not give it over TCP"),
    ODDITY(SERVFAIL, "fails for this question (SERVFAIL) but not for others"),
    ODDITY(REFUSED, "refuses this question (REFUSED) but not others"),
    ODDITY(NOTAUTH, "answers this question with an error but not others"),
    ODDITY(LAME, "answers this question without authority (no AA)"),
    ODDITY(MALFORMED, "answers this with replies that do not parse"),
    ODDITY(MISMATCHED_REPLY,
           "answers this with a wrong id or question only: possible spoofing or a broken middlebox",
           .over_tcp = "answers this over TCP, and over UDP with a wrong id or question only: "
                       "possible spoofing or a broken middlebox"),
    ODDITY(TIMEOUT_ONE, "does not answer this question though it does others",
           .over_tcp = "answers over TCP only: nothing comes over UDP"),
    ODDITY(EDNS_NONE, "answers without EDNS, so without signatures"),
    ODDITY(EDNS_DO_CLEARED, "does not echo the DO bit"),
    ODDITY(UDP_BLACKHOLE,
           "answers this over TCP only: large UDP answers are lost on the way, small ones are not"),
    ODDITY(TRUNCATED_TCP, "sets TC over TCP"),
    ODDITY(CLASS_FOREIGN, "sends records of a class other than IN"),
    ODDITY(CASE_CHANGED, "changes the case of the name in the question"),
    ODDITY(REPORT_CHANNEL, "names an agent for DNS error reports"),
};

/* The octets of the largest answer that its server gave over UDP; 0: none. */
static size_t largest_over_udp(const struct looking *looking, const struct server *server)
{
    size_t largest = 0;
    for (size_t i = 0; i < looking->questions->count; i++) {
        const struct question *question = looking->questions->list[i];
        if (question->transport == TRANSPORT_UDP && question->reply != NULL &&
            server_equal(question->server, server) && question->reply->size > largest) {
            largest = question->reply->size;
        }
    }
    return largest;
}

/* Whether its size is why an answer was lost over UDP: smaller ones of the same server came. */
static bool is_lost_for_size(const struct looking *looking, const struct question *question)
{
    enum { SMALL = 512 }; /* what every path takes (RFC 1035 4.2.1) */
    size_t largest = largest_over_udp(looking, question->server);
    return question->udp_lost && question->mismatches == 0 && largest > 0 &&
           question->reply->size > SMALL && question->reply->size > largest;
}

/* Whether something came from its server over UDP, if only with a wrong id or question. */
static bool is_heard_over_udp(const struct looking *looking, const struct server *server)
{
    for (size_t i = 0; i < looking->questions->count; i++) {
        if (looking->questions->list[i]->mismatches > 0 &&
            server_equal(looking->questions->list[i]->server, server)) {
            return true;
        }
    }
    return largest_over_udp(looking, server) > 0;
}

/*
 * The DS of a zone is the matter of the zone above.  A server that does not have that one, but one
 * further up, refers to it from there (RFC 4035 3.1.4.1).
 */
static bool is_for_above(const struct looking *looking, const struct question *question)
{
    return question->type == RR_DS && name_equal(&question->name, &looking->terms->zone);
}

static bool shows(const struct looking *looking, enum finding_id id,
                  const struct question *question)
{
    const struct message *reply = question->reply;
    enum health health = health_of(question);
    switch (id) {
    case FINDING_TCP_FAIL:
        return question->status == NET_TCP_FAILED;
    case FINDING_TIMEOUT_ONE:
        return health == HEALTH_SILENT ||
               (question->udp_lost && !is_heard_over_udp(looking, question->server));
    case FINDING_SERVFAIL:
        return health == HEALTH_FAILING;
    case FINDING_REFUSED:
        return health == HEALTH_REFUSING;
    case FINDING_LAME:
        return health == HEALTH_LAME && !is_for_above(looking, question);
    case FINDING_MALFORMED:
        return question->status == NET_MALFORMED;
    case FINDING_MISMATCHED_REPLY:
        return question->status == NET_MISMATCHED ||
               (question->udp_lost && question->mismatches > 0);
    case FINDING_NOTAUTH:
        return question->status == NET_ANSWERED && health == HEALTH_BROKEN;
    case FINDING_EDNS_NONE:
        return health_usable(question) && !reply->edns;
    case FINDING_EDNS_DO_CLEARED:
        return health_usable(question) && reply->edns && !reply->edns_do;
    case FINDING_UDP_BLACKHOLE:
        return is_lost_for_size(looking, question);
    case FINDING_TRUNCATED_TCP:
        return question->status == NET_TRUNCATED || (reply != NULL && reply->tc);
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
static bool answered(const struct looking *looking, const struct question *question)
{
    for (size_t i = 0; i < looking->questions->count; i++) {
        const struct question *other = looking->questions->list[i];
        if (other->type == question->type && name_equal(&other->name, &question->name) &&
            health_usable(other)) {
            return true;
        }
    }
    return false;
}

/* Whether another server answers well and does not show the same. */
static bool differs(const struct looking *looking, enum finding_id id)
{
    for (size_t i = 0; i < looking->questions->count; i++) {
        const struct question *other = looking->questions->list[i];
        if (!server_equal(other->server, looking->server) && health_usable(other) &&
            !shows(looking, id, other)) {
            return true;
        }
    }
    return false;
}

/* Without SOA and DNSKEY no validator gets anywhere. */
static bool is_vital(const struct health_terms *terms, const struct question *question)
{
    bool fits = terms->vital_name == NULL || name_equal(&question->name, terms->vital_name);
    bool vital = question->type == RR_DNSKEY || question->type == RR_SOA;
    for (size_t i = 0; fits && i < terms->vital_count; i++) {
        vital = vital || question->type == terms->vital[i];
    }
    return vital;
}

static enum state usual_state(const struct looking *looking, enum finding_id id,
                              const struct question *question)
{
    if ((id == FINDING_EDNS_NONE && looking->terms->zone_signed) ||
        (id == FINDING_TCP_FAIL && question->type == RR_DNSKEY)) {
        return STATE_CRITICAL;
    }
    if (is_vital(looking->terms, question) && !health_usable(question) &&
        !answered(looking, question)) {
        return STATE_CRITICAL;
    }
    return finding_class(id)->state;
}

/* A question that this server fails and others answer, or a lack of EDNS, is for --partial. */
static enum state state_of(const struct looking *looking, enum finding_id id,
                           const struct question *question)
{
    enum state partial = looking->terms->partial;
    bool here_only = id == FINDING_EDNS_NONE
                         ? differs(looking, id)
                         : !health_usable(question) && answered(looking, question);
    return partial != STATE_OK && here_only ? partial : usual_state(looking, id, question);
}

/* One finding, for the first of the gravest questions that show the oddity. */
static void judge(const struct looking *looking, const struct oddity *oddity, struct report *report)
{
    struct arena *arena = looking->terms->arena;
    const struct question *worst = NULL;
    enum state gravest = STATE_OK;
    for (size_t i = 0; i < looking->questions->count; i++) {
        const struct question *question = looking->questions->list[i];
        if (!server_equal(question->server, looking->server) ||
            !shows(looking, oddity->id, question)) {
            continue;
        }
        enum state state = state_of(looking, oddity->id, question);
        if (worst == NULL || state_worse(state, gravest)) {
            worst = question;
            gravest = state;
        }
    }
    if (worst == NULL) {
        return;
    }
    struct finding finding = finding_about(oddity->id, &looking->terms->zone, &worst->name,
                                           rr_type_text(arena, worst->type));
    finding.state = gravest;
    finding.server = looking->server->text;
    const char *words =
        worst->udp_lost && oddity->over_tcp != NULL ? oddity->over_tcp : oddity->words;
    report_add_as(report, &finding, "%s %s (%s %s)",
                  place_text(arena, &(struct place){.server = looking->server}), words,
                  name_text(arena, &worst->name), finding.type);
}

void oddity_judge(struct report *report, const struct health_terms *terms,
                  const struct questions *questions, const struct server *server)
{
    const struct looking looking = {.terms = terms, .questions = questions, .server = server};
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++) {
        judge(&looking, &oddities[i], report);
    }
}
