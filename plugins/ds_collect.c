/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_ds_match asks: DS, NS and SOA at every server of the parent; DNSKEY, CDS, CDNSKEY,
 * SOA, NS and a DS that should not be there at every server of the zone; and, of a resolver, the
 * keys and DS of all zones above, for the chain from the anchor.
 */
#include <string.h>

#include "frame/state_file.h"
#include "frame/targets.h"
#include "plugins/ds_match.h"
#include "wire/rr.h"

enum { RR_DSYNC = 66, SIGNALS_MOST = 16 };

static void probe_child(struct target *target)
{
    static const uint16_t types[] = {RR_DNSKEY, RR_SOA, RR_NS, RR_CDS, RR_CDNSKEY, RR_DS};
    static const uint16_t strays[] = {RR_DNSKEY, RR_CDS, RR_CDNSKEY};
    const struct zone *zone = &target->zone;
    bool below = !name_equal(&zone->subject, &zone->name);
    for (size_t i = 0; i < zone->child.server_count; i++) {
        const struct server *server = zone->child.servers[i];
        for (size_t j = 0; j < sizeof types / sizeof types[0]; j++) {
            /* The root has no parent, so a DS of it can stand nowhere else. */
            (void)target_ask_child(target, server, &zone->name, types[j]);
        }
        for (size_t j = 0; below && j < sizeof strays / sizeof strays[0]; j++) {
            (void)target_ask_child(target, server, &zone->subject, strays[j]);
        }
    }
}

static void probe_parent(struct target *target)
{
    const struct zone *zone = &target->zone;
    for (size_t i = 0; i < zone->above.server_count && zone->parent.size > 0; i++) {
        const struct server *server = zone->above.servers[i];
        (void)target_ask_parent(target, server, &zone->name, RR_DS);
        (void)target_ask_parent(target, server, &zone->name, RR_NS);
        (void)target_ask_parent(target, server, &zone->parent, RR_SOA);
    }
}

static void probe(struct target *target, const void *options)
{
    (void)options;
    probe_child(target);
    probe_parent(target);
    if (target->run->resolver_count > 0) {
        struct questions ignored = {.list = NULL}; /* found again when they are settled */
        run_resolve_chain(target->run, &ignored, &target->zone.name);
    }
}

/* Signalling names (RFC 9615 4.2): only of name servers outside of the zone. */

static bool signalling_name(const struct name *zone, const struct name *host, struct name *name)
{
    struct name under = *host;
    if (!name_prepend(host, "_signal", 7, &under)) {
        return false;
    }
    uint8_t at[NAME_WIRE_MAX];
    size_t labels = 0;
    for (size_t i = 0; zone->wire[i] != 0; i += zone->wire[i] + 1u) {
        at[labels++] = (uint8_t)i;
    }
    while (labels > 0) {
        const uint8_t *label = zone->wire + at[--labels];
        struct name inner = under;
        if (!name_prepend(&inner, (const char *)label + 1, *label, &under)) {
            return false;
        }
    }
    return name_prepend(&under, "_dsboot", 7, name);
}

static void ask_signal(struct target *target, struct ds_facts *facts, const struct name *host)
{
    struct run *run = target->run;
    bool known = name_is_under(host, &target->zone.name);
    for (size_t i = 0; i < facts->signal_count; i++) {
        known = known || name_equal(facts->signals[i].host, host);
    }
    if (known || facts->signal_count == SIGNALS_MOST) {
        return;
    }
    struct ds_signal *signal = &facts->signals[facts->signal_count++];
    *signal = (struct ds_signal){.host = host};
    if (!signalling_name(&target->zone.name, host, &signal->name)) {
        signal->name = (struct name){.size = 0};
        return;
    }
    run_resolve_chain(run, &signal->evidence, &signal->name);
    signal->cds = run_resolve(run, &signal->evidence, &signal->name, RR_CDS);
    signal->cdnskey = run_resolve(run, &signal->evidence, &signal->name, RR_CDNSKEY);
}

/* With -s nobody has looked for name servers: then by the NS records that the servers have. */
static void ask_signals_given(struct target *target, struct ds_facts *facts)
{
    struct arena *arena = target->run->arena;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        const struct rrset *set =
            question->type == RR_NS && question->status == NET_ANSWERED
                ? section_records(&question->reply->answer, &target->zone.name, RR_NS)
                : NULL;
        for (size_t j = 0; set != NULL && j < set->count; j++) {
            struct name *host = arena_alloc(arena, sizeof *host);
            if (rr_target(RR_NS, set->rr[j], host)) {
                ask_signal(target, facts, host);
            }
        }
    }
}

static void ask_signals(struct target *target, struct ds_facts *facts)
{
    const struct zone_servers *child = &target->zone.child;
    facts->signals = arena_alloc(target->run->arena, SIGNALS_MOST * sizeof *facts->signals);
    for (size_t i = 0; i < child->host_count; i++) {
        ask_signal(target, facts, &child->hosts[i].name);
    }
    if (target->run->server_count > 0) {
        ask_signals_given(target, facts);
    }
}

/* Where the parent wants to hear of new CDS (RFC 9859 4.1). */
static void ask_dsync(struct target *target, struct ds_facts *facts)
{
    const struct name *parent = &target->zone.parent;
    struct name base;
    struct name own;
    if (parent->size == 0 || !name_prepend(parent, "_dsync", 6, &base)) {
        return;
    }
    (void)run_resolve(target->run, &facts->dsync, &base, RR_DSYNC);
    const uint8_t *label = target->zone.name.wire;
    if (target->zone.name.labels == parent->labels + 1 &&
        name_prepend(&base, (const char *)label + 1, *label, &own)) {
        (void)run_resolve(target->run, &facts->dsync, &own, RR_DSYNC);
    }
}

static struct ds_facts gather_facts(struct target *target)
{
    struct run *run = target->run;
    target_others(target);
    struct questions *others = &target->others;
    struct ds_facts facts = {.target = target};
    if (run->resolver_count > 0 && target->zone.status == ZONE_FOUND) {
        run_resolve_chain(run, others, &target->zone.name);
        if (run->server_count > 0 && target->zone.name.labels > 0) {
            facts.resolver_ds = run_resolve(run, others, &target->zone.name, RR_DS);
        }
    }
    for (size_t i = 0; i < target->zone.path_count; i++) {
        if (target->zone.path[i].referral != NULL) {
            run_note(run, others, target->zone.path[i].referral);
        }
    }
    return facts;
}

static const char *judge_remembering(const struct ds_facts *facts, const struct ds_options *options,
                                     struct report *report)
{
    const struct target *target = facts->target;
    struct run *run = target->run;
    struct ds_history history;
    struct texts lines = state_file_lines(run->state, &target->zone.name);
    const char *problem = ds_history_read(run->arena, lines, run->now, &history);
    ds_check(facts, options, problem == NULL ? &history : NULL, report);
    if (problem == NULL && history.begun != 0) {
        state_file_set(run->state, &target->zone.name, ds_history_write(&history, run->now));
    }
    return problem;
}

static void judge(const struct ds_facts *facts, const struct ds_options *options,
                  struct report *report)
{
    const struct target *target = facts->target;
    if (!state_file_usable(target->run->state)) {
        ds_check(facts, options, NULL, report);
        return;
    }
    const char *problem = judge_remembering(facts, options, report);
    if (problem != NULL) {
        struct finding finding = {
            .id = FINDING_STATE_FILE, .owner = target->zone.name, .key_tag = KEY_TAG_NONE};
        report_add(report, &finding,
                   "--state-file %s is damaged: %s (what it says of the zone was left as it is: "
                   "restore it, or delete it to begin anew)",
                   options->state_file, problem);
    }
}

struct state_use ds_keeps(const void *data)
{
    const struct ds_options *options = data;
    return (struct state_use){
        .path = options->state_file,
        .option = "--state-file",
        .plugin = "check_ds_match",
        .unusable = FINDING_STATE_FILE,
        .writes = options->common.at == NULL, /* another time is not to be remembered */
        .join = ds_history_join,
    };
}

void ds_run(struct run *run, struct subject *subjects, size_t count, const void *data)
{
    const struct ds_options *options = data;
    struct targets targets = targets_find(run, subjects, count, probe, options);
    struct ds_facts *facts = arena_alloc(run->arena, count * sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        facts[i] = gather_facts(&targets.list[i]);
        if (options->check_bootstrap && run->resolver_count > 0) {
            ask_signals(&targets.list[i], &facts[i]);
            ask_dsync(&targets.list[i], &facts[i]);
        }
    }
    ledger_settle(&run->ledger, 0); /* nothing at all without --check-bootstrap */
    for (size_t i = 0; i < count; i++) {
        if (target_report(&targets.list[i], &subjects[i].report)) {
            judge(&facts[i], options, &subjects[i].report);
        }
    }
}
