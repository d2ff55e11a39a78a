/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * With --iterate: the name by each server of its zone, and by each server of the zone above, alone.
 *
 * Resolvers do not all go on to another server when one is wrong, so a name that one server in six
 * breaks is broken for some.
 */
#include "check/health.h"
#include "check/places.h"
#include "plugins/chain.h"
#include "wire/rr.h"

/* Whether the chain comes by the zone's DS, and does not start at the zone or below. */
static bool needs_ds(const struct run *run, const struct zone *zone)
{
    const struct name *anchor = anchors_closest(&run->anchors, &zone->subject);
    return anchor != NULL && anchor->labels < zone->name.labels;
}

void chain_ask_zone(struct run *run, struct chain_work *work, const struct zone *zone)
{
    for (size_t i = 0; i < zone->child.server_count; i++) {
        const struct server *server = zone->child.servers[i];
        (void)run_ask(run, &work->questions, server, &zone->subject, work->type, 0);
        (void)run_ask(run, &work->questions, server, &zone->name, RR_DNSKEY, 0);
    }
    for (size_t i = 0; i < zone->above.server_count && needs_ds(run, zone); i++) {
        (void)run_ask(run, &work->questions, zone->above.servers[i], &zone->name, RR_DS, 0);
    }
}

/* What the server said with authority to a question of this run; NULL: nothing. */
static const struct message *word(const struct chain_work *work, const struct server *server,
                                  const struct name *name, uint16_t type)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if (question->type == type && server_equal(question->server, server) &&
            name_equal(&question->name, name) && health_usable(question)) {
            return question->reply;
        }
    }
    return NULL;
}

static const char *place_of(struct arena *arena, const struct server *server)
{
    const struct place place = {.server = server};
    return place_text(arena, &place);
}

/* What is known of the path at any server. */
static void take_path(struct run *run, struct chain *chain, const struct chain *other,
                      const struct server *server)
{
    for (size_t i = 0; i < other->signature_count; i++) {
        chain_keep_signature(run->arena, chain, &other->signatures[i]);
    }
    for (size_t i = 0; i < other->remark_count; i++) {
        struct chain_note remark = other->remarks[i];
        remark.finding.server = server->text;
        remark.finding.state = run_partial(run, remark.finding.state, false);
        remark.text = arena_printf(run->arena, "%s: %s", place_of(run->arena, server), remark.text);
        chain_keep_remark(run->arena, chain, &remark);
    }
}

static void judge_server(struct run *run, struct chain_work *work, const struct evidence *evidence,
                         const struct zone *zone)
{
    struct chain_terms terms = run_chain_terms(run);
    struct chain chain = chain_judge(&terms, evidence, &work->name, work->type);
    take_path(run, &work->chain, &chain, evidence->only);
    if (chain.verdict == work->chain.verdict || chain.verdict == SECURITY_INDETERMINATE) {
        return;
    }
    work->splits = arena_grow(run->arena, work->splits, work->split_count, sizeof *work->splits);
    work->splits[work->split_count++] = (struct chain_split){
        .server = evidence->only, .zone = zone, .above = evidence->above.size > 0, .chain = chain};
}

/* A server that says nothing has no verdict; that it is silent is said by check/health. */
static void judge_zone(struct run *run, struct chain_work *work, const struct zone *zone)
{
    struct evidence evidence = {
        .questions = work->questions,
        .only_zone = zone->name,
        .servers = zone->child.servers,
        .server_count = zone->child.server_count,
    };
    for (size_t i = 0; i < zone->child.server_count; i++) {
        evidence.only = zone->child.servers[i];
        if (word(work, evidence.only, &zone->subject, work->type) != NULL) {
            judge_server(run, work, &evidence, zone);
        }
    }
    evidence.above = zone->parent;
    evidence.servers = zone->above.servers;
    evidence.server_count = zone->above.server_count;
    for (size_t i = 0; i < zone->above.server_count; i++) {
        evidence.only = zone->above.servers[i];
        if (word(work, evidence.only, &zone->name, RR_DS) != NULL) {
            const struct message *keys = word(work, evidence.only, &zone->parent, RR_DNSKEY);
            evidence.only_keys = keys != NULL;
            judge_server(run, work, &evidence, zone);
        }
    }
}

void chain_judge_servers(struct run *run, struct chain_work *work)
{
    for (size_t i = 0; i < work->zone_count; i++) {
        judge_zone(run, work, &work->zones[i]);
    }
}

/* A server that does not give the keys is like a silent one: resolvers go on to the next. */
static bool lacks_keys(const struct chain *chain)
{
    const struct chain_note *fault = chain_first_fault(chain);
    return fault != NULL && fault->finding.id == FINDING_CHAIN_DNSKEY_UNREACHABLE;
}

bool chain_any_wrong(const struct chain_work *work)
{
    for (size_t i = 0; i < work->split_count; i++) {
        if (!lacks_keys(&work->splits[i].chain)) {
            return true;
        }
    }
    return false;
}

static bool lacks_edns(const struct chain_work *work, const struct server *server)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if (server_equal(question->server, server) && question->reply != NULL &&
            !question->reply->edns) {
            return true;
        }
    }
    return false;
}

/* A zone that is signed elsewhere needs no signing: it is this server that has to be mended. */
static void report_note(struct run *run, const struct chain_split *split,
                        const struct chain_note *note, enum state state, struct report *report)
{
    struct finding finding = note->finding;
    const char *place = place_of(run->arena, split->server);
    finding.server = split->server->text;
    finding.state = finding.state == STATE_CRITICAL ? state : finding.state;
    if (split->above && chain_says_insecure(finding.id)) {
        finding.zone = split->zone->parent; /* by its server alone the DS is not there */
    }
    if (finding.id == FINDING_UNSIGNED_ISLAND) {
        return; /* there is a DS, if not here */
    }
    if (finding.id == FINDING_DS_CHILD_UNSIGNED && !split->above) {
        finding.id = FINDING_DS_CHILD_UNSIGNED_SERVER;
        report_add_as(report, &finding,
                      "%s serves %s without DNSKEY, other servers serve it signed: check transfers "
                      "and settings of this server",
                      place, name_text(run->arena, &finding.zone));
        return;
    }
    report_add_as(report, &finding, "%s: %s", place, note->text);
}

static void report_split(struct run *run, const struct chain_work *work,
                         const struct chain_split *split, enum state state, struct report *report)
{
    const struct chain *chain = &split->chain;
    struct finding finding = chain_about(work, run->arena, FINDING_CHAIN_BOGUS_PARTIAL);
    finding.state = state;
    finding.server = split->server->text;
    const struct chain_note *fault = chain_first_fault(chain);
    finding.zone = fault != NULL  ? fault->finding.zone
                   : split->above ? split->zone->parent
                                  : finding.zone;
    const char *which = "";
    if (split->above) {
        which = arena_printf(run->arena, ", a server of %s,",
                             name_text(run->arena, &split->zone->parent));
    }
    /* Without EDNS there are no signatures: whatever else it fails at is an echo of that. */
    bool echo = !split->above && lacks_edns(work, split->server);
    for (size_t i = 0; i < chain->note_count && !echo; i++) {
        report_note(run, split, &chain->notes[i], state, report);
    }
    report_add_as(report, &finding,
                  "by %s%s alone the name is %s, by other servers %s: compare its data with theirs",
                  place_of(run->arena, split->server), which, security_text(chain->verdict),
                  security_text(work->chain.verdict));
}

void chain_report_servers(struct run *run, const struct chain_work *work,
                          const struct chain_options *options, struct report *report)
{
    for (size_t i = 0; i < work->split_count; i++) {
        const struct chain_split *split = &work->splits[i];
        enum state state = options->common.partial != STATE_OK ? options->common.partial
                           : lacks_keys(&split->chain)         ? STATE_WARNING
                                                               : STATE_CRITICAL;
        report_split(run, work, split, state, report);
    }
}
