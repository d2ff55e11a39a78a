/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_nsec asks: the probe set at every server, then, when wanted, a walk. */
#include "check/health.h"
#include "frame/targets.h"
#include "plugins/nsec_check.h"
#include "wire/rr.h"

/* Parents' servers that are asked for the delegation: it is the same at all of them. */
enum { REFERRAL_SERVERS = 2 };

/* What was walked, and how much of it belongs to zones judged already. */
struct walks {
    const struct nsec_walk *list;
    size_t count;
    size_t used;
};

static void probe(struct target *target, const void *data)
{
    const struct nsec_options *options = data;
    const struct zone *zone = &target->zone;
    struct nsec_probe probes[NSEC_PROBES_MAX];
    size_t count = nsec_probes(zone, &options->names, target->run->random_label, probes);
    for (size_t i = 0; i < zone->child.server_count; i++) {
        for (size_t j = 0; j < count; j++) {
            (void)target_ask_child(target, zone->child.servers[i], &probes[j].name, probes[j].type);
        }
    }
    for (size_t i = 0; i < zone->above.server_count && i < REFERRAL_SERVERS; i++) {
        (void)target_ask_parent(target, zone->above.servers[i], &zone->name, RR_NS);
    }
}

static void take_walks(struct walks *walks, struct nsec_facts *facts)
{
    facts->walks = walks->list == NULL ? NULL : &walks->list[walks->used];
    while (walks->used < walks->count && walks->list[walks->used].target == facts->target) {
        facts->walk_count++;
        walks->used++;
    }
}

static void judge(struct target *target, struct walks *walks, const struct nsec_options *options,
                  struct report *report)
{
    struct nsec_probe probes[NSEC_PROBES_MAX];
    if (!target_report(target, report)) {
        return;
    }
    target_others(target);
    struct nsec_facts facts = {
        .target = target,
        .probes = probes,
        .probe_count =
            nsec_probes(&target->zone, &options->names, target->run->random_label, probes),
    };
    take_walks(walks, &facts);
    nsec_check(&facts, options, report);
}

/* A name outside the zone would be checked nowhere, in silence. */
static void judge_outsider(const struct zone *zone, const char *option, const struct name *name,
                           struct report *report)
{
    bool inside = name_is_below(name, &zone->name);
    if (name->size > 0 && !inside) {
        struct finding finding = finding_about(FINDING_PROBE_NAME_UNFIT, &zone->name, name, NULL);
        report_add(report, &finding, "--%s %s is not a name below the apex of the zone", option,
                   name_text(report->arena, name));
    }
}

/* Whether a server answered: with -s nothing else tells where the apex is. */
static bool is_known(const struct target *target)
{
    for (size_t i = 0; i < target->child.count; i++) {
        if (health_usable(target->child.list[i])) {
            return true;
        }
    }
    return false;
}

static void judge_outsiders(const struct target *target, const struct nsec_names *names,
                            struct report *report)
{
    const struct zone *zone = &target->zone;
    if (is_known(target)) {
        judge_outsider(zone, "wildcard", &names->wildcard, report);
        judge_outsider(zone, "unsigned-child", &names->unsigned_child, report);
        judge_outsider(zone, "ent", &names->ent, report);
    }
}

void nsec_run(struct run *run, struct subject *subjects, size_t count, const void *data)
{
    const struct nsec_options *options = data;
    struct targets targets = targets_find(run, subjects, count, probe, options);
    struct walks walks = {.used = 0};
    walks.list = nsec_walk_all(&targets, options->walk, &walks.count);
    for (size_t i = 0; i < count; i++) {
        judge(&targets.list[i], &walks, options, &subjects[i].report);
        /* Of several zones only one can hold the names. */
        if (options->common.names.count == 1 && options->common.names_from.count == 0) {
            judge_outsiders(&targets.list[i], &options->names, &subjects[i].report);
        }
    }
}
