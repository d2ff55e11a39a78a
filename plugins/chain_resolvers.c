/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges validating resolvers by what they say to a name whose verdict we know. */
#include "base/text.h"
#include "check/health.h"
#include "plugins/chain.h"
#include "wire/alias.h"
#include "wire/rr.h"

enum { RESOLVE = QUERY_RECURSE | QUERY_CHECKING_DISABLED };

struct resolver_test *chain_ask_resolvers(struct run *run, const struct chain_work *work,
                                          const char *canary_text)
{
    struct resolver_test *tests = arena_alloc(run->arena, (run->server_count + 1) * sizeof *tests);
    struct name canary;
    bool with_canary = canary_text != NULL && name_from_text(canary_text, &canary) == NULL;
    for (size_t i = 0; i < run->server_count; i++) {
        const struct server *server = &run->servers[i];
        tests[i] = (struct resolver_test){
            .server = server,
            .plain = ledger_ask(&run->ledger, server, &work->name, work->type,
                                QUERY_RECURSE | QUERY_PINNED),
            .unchecked =
                ledger_ask(&run->ledger, server, &work->name, work->type, RESOLVE | QUERY_PINNED),
        };
        if (with_canary) {
            tests[i].canary =
                ledger_ask(&run->ledger, server, &canary, RR_A, QUERY_RECURSE | QUERY_PINNED);
        }
    }
    return tests;
}

static bool refuses(const struct resolver_test *test)
{
    return test->plain->reply != NULL && test->plain->reply->rcode == RCODE_SERVFAIL &&
           test->unchecked->reply != NULL && test->unchecked->reply->rcode == RCODE_NOERROR;
}

void chain_ask_stale(struct run *run, const struct chain_work *work, struct resolver_test *tests)
{
    const struct chain_hop *hop = work->chain.hop_count > 0 ? &work->chain.hops[0] : NULL;
    for (size_t i = 0; i < run->server_count; i++) {
        if (hop != NULL && hop->zone_count > 0 && refuses(&tests[i]) &&
            work->chain.verdict == SECURITY_SECURE) {
            const struct name *zone = &hop->zones[hop->zone_count - 1].name;
            tests[i].keys =
                ledger_ask(&run->ledger, tests[i].server, zone, RR_DNSKEY, RESOLVE | QUERY_PINNED);
            tests[i].ds =
                ledger_ask(&run->ledger, tests[i].server, zone, RR_DS, RESOLVE | QUERY_PINNED);
        }
    }
}

struct testing {
    struct run *run;
    const struct chain_work *work;
    const struct resolver_test *test;
    size_t answering; /* resolvers under test that answer */
    struct report *report;
};

static struct finding about(const struct testing *testing, enum finding_id id)
{
    struct finding finding = chain_about(testing->work, testing->run->arena, id);
    finding.zone = testing->report->zone;
    finding.server = testing->test->server->text;
    return finding;
}

static void add(const struct testing *testing, enum finding_id id, const char *text)
{
    struct finding finding = about(testing, id);
    report_add(testing->report, &finding, "resolver %s %s", testing->test->server->text, text);
}

static enum finding_id ede_id(uint16_t code)
{
    switch (code) {
    case 3:
    case 13:
    case 19:
        return FINDING_RESOLVER_STALE;
    case 4:
    case 15:
    case 16:
    case 17:
    case 18:
        return FINDING_RESOLVER_POLICY;
    case 27:
        return FINDING_RESOLVER_LIMIT;
    case 33:
        return FINDING_RESOLVER_NTA;
    default:
        return FINDING_RESOLVER_EDE;
    }
}

static void judge_ede(const struct testing *testing, const struct message *reply)
{
    enum { MOST = 4, TEXT = 120 };
    for (size_t i = 0; i < reply->ede_count && i < MOST; i++) {
        const struct ede *ede = &reply->ede[i];
        const char *text =
            text_clean(testing->run->arena, (const char *)ede->text.data, ede->text.size, TEXT);
        add(testing, ede_id(ede->code),
            arena_printf(testing->run->arena, "says EDE %u%s", ede->code,
                         text_within(testing->run->arena, ": ", text, "")));
    }
}

static bool has_signature(const struct message *reply)
{
    for (size_t i = 0; i < reply->answer.count; i++) {
        if (reply->answer.rrsets[i].sig_count > 0) {
            return true;
        }
    }
    for (size_t i = 0; i < reply->authority.count; i++) {
        if (reply->authority.rrsets[i].sig_count > 0) {
            return true;
        }
    }
    return false;
}

/* The smallest TTL in the answer of a reply, if that is below `least`. */
static uint32_t least_ttl(const struct message *reply, uint32_t least)
{
    for (size_t i = 0; reply != NULL && i < reply->answer.count; i++) {
        uint32_t ttl = reply->answer.rrsets[i].ttl;
        least = ttl < least ? ttl : least;
    }
    return least;
}

/* When the resolver will ask again for the zone's keys that it holds. */
static uint32_t recovery(const struct resolver_test *test)
{
    uint32_t least = least_ttl(test->keys == NULL ? NULL : test->keys->reply, UINT32_MAX);
    return least_ttl(test->ds == NULL ? NULL : test->ds->reply, least);
}

static void judge_failure(const struct testing *testing)
{
    const struct message *unchecked = testing->test->unchecked->reply;
    enum security verdict = testing->work->chain.verdict;
    if (unchecked == NULL || unchecked->rcode == RCODE_SERVFAIL) {
        add(testing, FINDING_RESOLVER_SERVFAIL_BOTH,
            "fails (SERVFAIL) with and without validation: it cannot resolve the name");
        return;
    }
    add(testing, FINDING_RESOLVER_SERVFAIL,
        verdict == SECURITY_BOGUS ? "fails (SERVFAIL), as it must for a bogus name"
                                  : "fails (SERVFAIL) but answers without validation (CD)");
    if (verdict == SECURITY_SECURE) {
        uint32_t seconds = recovery(testing->test);
        add(testing, FINDING_RESOLVER_BOGUS_BUT_AUTH_OK,
            seconds == UINT32_MAX
                ? "holds the name for bogus though it is secure now: stale cached keys"
                : arena_printf(testing->run->arena,
                               "holds the name for bogus though it is secure now: stale cached "
                               "keys, expect recovery in %u s",
                               seconds));
    }
}

/* A resolver that still believes in what is bogus now, and how long its cache will. */
static void judge_belief(const struct testing *testing, const struct message *reply)
{
    uint32_t ttl = least_ttl(reply, UINT32_MAX);
    if (!reply->ad) {
        add(testing, FINDING_RESOLVER_NOT_VALIDATING,
            "gives an answer for a name that is bogus: it does not validate");
    } else if (ttl == UINT32_MAX) {
        add(testing, FINDING_RESOLVER_AD_BUT_BOGUS,
            "says AD for a name that is bogus now: its cached copy is older than the fault");
    } else {
        add(testing, FINDING_RESOLVER_AD_BUT_BOGUS,
            arena_printf(testing->run->arena,
                         "says AD for a name that is bogus now: its cached copy, good for %u s "
                         "more, is older than the fault",
                         ttl));
    }
}

/* Whether the resolver says another thing than what is secure: other records, or another rcode. */
static bool differs(const struct testing *testing, const struct message *reply,
                    const struct alias_trail *trail)
{
    const struct chain *chain = &testing->work->chain;
    const struct chain_hop *last = &chain->hops[chain->hop_count - 1];
    if (last->outcome == OUTCOME_ANSWER) {
        return trail->set == NULL || !rrset_same_data(trail->set, last->answer);
    }
    return trail->set != NULL ||
           (reply->rcode == RCODE_NXDOMAIN) != (last->outcome == OUTCOME_NXDOMAIN);
}

static bool on_trail(const struct alias_trail *trail, const struct name *name)
{
    for (unsigned i = 0; i <= trail->steps; i++) {
        if (name_equal(&trail->names[i], name)) {
            return true;
        }
    }
    return false;
}

/* The keys and DS that we know, and what the resolver says of the name and where it leads. */
static struct questions evidence_of(const struct testing *testing, const struct alias_trail *trail)
{
    struct run *run = testing->run;
    const struct chain_work *work = testing->work;
    struct questions evidence = {.count = 0};
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        bool answer = (question->flags & QUERY_RECURSE) != 0 || question->reply == NULL ||
                      question->reply->aa;
        bool same = question->type == work->type && on_trail(trail, &question->name);
        if (!answer || !same) {
            run_note(run, &evidence, question);
        }
    }
    run_note_trail(run, &evidence, testing->test->plain, trail);
    return evidence;
}

/*
 * A secure name of which the resolver says another thing with AD.  It may be an older copy, and
 * then its signatures are good; otherwise whoever believes in AD is deceived.
 */
static void judge_contradiction(const struct testing *testing, const struct message *reply)
{
    const struct chain_work *work = testing->work;
    struct arena *arena = testing->run->arena;
    struct alias_trail trail = alias_follow(reply, &work->name, work->type);
    if (testing->test->plain->type != work->type || !differs(testing, reply, &trail)) {
        return;
    }
    struct chain_terms terms = run_chain_terms(testing->run);
    struct evidence evidence = {.questions = evidence_of(testing, &trail)};
    struct chain chain = chain_judge(&terms, &evidence, &work->name, work->type);
    if (chain.verdict != SECURITY_BOGUS) {
        return;
    }
    const struct chain_note *fault = chain_first_fault(&chain);
    struct finding finding = about(testing, FINDING_RESOLVER_AD_BUT_BOGUS);
    finding.state = STATE_CRITICAL;
    report_add_as(testing->report, &finding,
                  "resolver %s says AD for %s that the keys of the zone do not verify (%s), the "
                  "true answer is secure: it, or somebody before it, forges",
                  finding.server,
                  reply->rcode == RCODE_NOERROR ? "records" : rr_rcode_text(arena, reply->rcode),
                  finding_class(fault == NULL ? FINDING_CHAIN_BOGUS : fault->finding.id)->slug);
}

static void judge_answer(const struct testing *testing, const struct message *reply)
{
    switch (testing->work->chain.verdict) {
    case SECURITY_SECURE:
        if (!reply->edns || !has_signature(reply)) {
            add(testing, FINDING_RESOLVER_STRIPS, "leaves out signatures or EDNS");
        }
        if (!reply->ad) {
            add(testing, FINDING_RESOLVER_NO_AD,
                "answers without AD: it does not validate, or has a negative trust anchor");
        } else {
            judge_contradiction(testing, reply);
        }
        break;
    case SECURITY_BOGUS:
        judge_belief(testing, reply);
        break;
    case SECURITY_INSECURE:
    case SECURITY_INDETERMINATE:
        break;
    }
}

static void judge_canary(const struct testing *testing)
{
    const struct question *canary = testing->test->canary;
    if (canary == NULL || canary->reply == NULL) {
        return;
    }
    struct finding finding = {
        .id = FINDING_RESOLVER_NOT_VALIDATING,
        .state = STATE_UNKNOWN,
        .owner = canary->name,
        .type = "A",
        .server = testing->test->server->text,
        .key_tag = KEY_TAG_NONE,
    };
    enum security security = testing->test->canary_security;
    if (security == SECURITY_SECURE || security == SECURITY_INSECURE) {
        report_add_as(testing->report, &finding,
                      "the canary %s is %s, so that resolver %s may answer it: give --canary a "
                      "name that is bogus",
                      name_text(testing->run->arena, &canary->name), security_text(security),
                      finding.server);
        return;
    }
    if (canary->reply->rcode == RCODE_NOERROR || canary->reply->rcode == RCODE_NXDOMAIN) {
        finding.state = STATE_CRITICAL;
        report_add_as(testing->report, &finding,
                      "resolver %s answers %s for the canary %s: it does not validate",
                      finding.server, rr_rcode_text(testing->run->arena, canary->reply->rcode),
                      name_text(testing->run->arena, &canary->name));
    }
}

static bool answers(const struct message *reply)
{
    return reply != NULL && (reply->rcode == RCODE_NOERROR || reply->rcode == RCODE_NXDOMAIN);
}

/* Clients go on to another resolver where there is one. */
static void judge_silence(const struct testing *testing)
{
    const struct common_options *options = testing->run->options;
    struct finding finding = about(testing, FINDING_RESOLVER_SILENT);
    finding.state = health_lost_state(testing->answering, options->min_good, options->partial);
    report_add_as(testing->report, &finding, "resolver %s does not answer (%s)", finding.server,
                  net_status_text(testing->test->plain->status));
}

static void judge_one(const struct testing *testing)
{
    const struct message *reply = testing->test->plain->reply;
    if (testing->test->plain->status == NET_PENDING) {
        struct finding finding = {.id = FINDING_DEADLINE,
                                  .state = testing->run->options->timeout_state,
                                  .server = testing->test->server->text,
                                  .key_tag = KEY_TAG_NONE};
        report_add_as(testing->report, &finding, "timed out before resolver %s was asked",
                      finding.server);
        return;
    }
    if (reply == NULL) {
        judge_silence(testing);
        return;
    }
    if (answers(reply) && !reply->ra && !reply->aa && reply->answer.count == 0) {
        add(testing, FINDING_RESOLVER_NO_AD,
            "offers no recursion (RA): it is no resolver, or none for this host");
        return;
    }
    judge_ede(testing, reply);
    if (reply->rcode == RCODE_SERVFAIL) {
        judge_failure(testing);
    } else if (answers(reply)) {
        judge_answer(testing, reply);
    } else {
        add(testing, FINDING_RESOLVER_SERVFAIL_BOTH,
            arena_printf(testing->run->arena, "answers with %s",
                         rr_rcode_text(testing->run->arena, reply->rcode)));
    }
    judge_canary(testing);
}

void chain_judge_resolvers(struct run *run, const struct chain_work *work,
                           const struct resolver_test *tests, size_t count, struct report *report)
{
    struct testing testing = {.run = run, .work = work, .report = report};
    for (size_t i = 0; i < count; i++) {
        testing.answering += answers(tests[i].plain->reply) ? 1 : 0;
    }
    for (size_t i = 0; i < count; i++) {
        testing.test = &tests[i];
        judge_one(&testing);
    }
}
