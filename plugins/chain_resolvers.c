/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges validating resolvers by what they say to a name whose verdict we know. */
#include "base/text.h"
#include "plugins/chain.h"
#include "wire/rr.h"

struct testing {
    struct run *run;
    const struct chain_work *work;
    const struct resolver_test *test;
    struct report *report;
};

static void add(const struct testing *testing, enum finding_id id, const char *text)
{
    struct finding finding = {
        .id = id,
        .zone = testing->report->zone,
        .owner = testing->work->name,
        .type = rr_type_text(testing->run->arena, testing->work->type),
        .server = testing->test->server->text,
        .key_tag = KEY_TAG_NONE,
    };
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
            arena_printf(testing->run->arena, "says EDE %u%s%s", ede->code,
                         *text == '\0' ? "" : ": ", text));
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
    if (canary != NULL && canary->reply != NULL &&
        (canary->reply->rcode == RCODE_NOERROR || canary->reply->rcode == RCODE_NXDOMAIN)) {
        struct finding finding = {
            .id = FINDING_RESOLVER_NOT_VALIDATING,
            .state = STATE_CRITICAL,
            .owner = canary->name,
            .type = "A",
            .server = testing->test->server->text,
            .key_tag = KEY_TAG_NONE,
        };
        report_add_as(testing->report, &finding,
                      "resolver %s answers %s for the canary %s: it does not validate",
                      finding.server, rr_rcode_text(testing->run->arena, canary->reply->rcode),
                      name_text(testing->run->arena, &canary->name));
    }
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
        add(testing, FINDING_RESOLVER_SILENT,
            arena_printf(testing->run->arena, "does not answer (%s)",
                         net_status_text(testing->test->plain->status)));
        return;
    }
    judge_ede(testing, reply);
    if (reply->rcode == RCODE_SERVFAIL) {
        judge_failure(testing);
    } else if (reply->rcode == RCODE_NOERROR || reply->rcode == RCODE_NXDOMAIN) {
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
    for (size_t i = 0; i < count; i++) {
        struct testing testing = {.run = run, .work = work, .test = &tests[i], .report = report};
        judge_one(&testing);
    }
}
