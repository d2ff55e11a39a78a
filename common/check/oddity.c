/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges single replies of servers that answer well otherwise. */
#include "check/oddity.h"

#include "check/places.h"
#include "wire/rr.h"

/* The questions of a zone, and the server at which they are looked at. */
struct looking {
    const struct health_terms *terms;
    const struct question *const *questions;
    size_t count;
    const struct server *server;
};

/* What such replies may show. */
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
    enum health health = health_of(question);
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
static bool answered(const struct looking *looking, const struct question *question)
{
    for (size_t i = 0; i < looking->count; i++) {
        const struct question *other = looking->questions[i];
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
    for (size_t i = 0; i < looking->count; i++) {
        const struct question *other = looking->questions[i];
        if (!server_equal(other->server, looking->server) && health_usable(other) &&
            !shows(id, other)) {
            return true;
        }
    }
    return false;
}

static enum state usual_state(const struct looking *looking, enum finding_id id,
                              const struct question *question)
{
    if ((id == FINDING_EDNS_NONE && looking->terms->zone_signed) ||
        (id == FINDING_TCP_FAIL && question->type == RR_DNSKEY)) {
        return STATE_CRITICAL;
    }
    /* Without these two no validator gets anywhere. */
    if ((question->type == RR_DNSKEY || question->type == RR_SOA) && !health_usable(question) &&
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
    struct finding finding = {.state = STATE_OK};
    for (size_t i = 0; i < looking->count; i++) {
        const struct question *question = looking->questions[i];
        if (!server_equal(question->server, looking->server) || !shows(oddity->id, question)) {
            continue;
        }
        enum state state = state_of(looking, oddity->id, question);
        if (worst == NULL || state_worse(state, finding.state)) {
            worst = question;
            finding.state = state;
        }
    }
    if (worst == NULL) {
        return;
    }
    finding.id = oddity->id;
    finding.zone = looking->terms->zone;
    finding.owner = worst->name;
    finding.type = rr_type_text(arena, worst->type);
    finding.server = looking->server->text;
    finding.key_tag = KEY_TAG_NONE;
    report_add_as(report, &finding, "%s %s (%s %s)",
                  place_text(arena, &(struct place){.server = looking->server}), oddity->words,
                  name_text(arena, &worst->name), finding.type);
}

void oddity_judge(struct report *report, const struct health_terms *terms,
                  const struct question *const *questions, size_t count,
                  const struct server *server)
{
    const struct looking looking = {
        .terms = terms, .questions = questions, .count = count, .server = server};
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++) {
        judge(&looking, &oddities[i], report);
    }
}
