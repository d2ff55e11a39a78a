/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_rrsig_expiry asks: the chosen types and a negative answer, and the parent's DS. */
#include <string.h>

#include "frame/targets.h"
#include "plugins/rrsig_expiry.h"
#include "wire/rr.h"

/* Parents' servers that are asked for the delegation too: it is the same at all of them. */
enum { REFERRAL_SERVERS = 2 };

/* Types that only an apex can have are asked there, the others at the name the user gave. */
static bool belongs_to_apex(uint16_t type)
{
    switch (type) {
    case RR_SOA:
    case RR_NS:
    case RR_DNSKEY:
    case RR_CDS:
    case RR_CDNSKEY:
    case RR_NSEC3PARAM:
        return true;
    default:
        return false;
    }
}

static void ask_negative(struct target *target, const struct server *server)
{
    struct name name;
    const char *label = target->run->random_label;
    if (name_prepend(&target->zone.name, label, strlen(label), &name)) {
        (void)target_ask_child(target, server, &name, RR_A);
    }
}

static void probe_child(struct target *target, const struct rrsig_types *types)
{
    const struct zone *zone = &target->zone;
    for (size_t i = 0; i < zone->child.server_count; i++) {
        const struct server *server = zone->child.servers[i];
        for (size_t j = 0; j < types->count; j++) {
            uint16_t type = types->types[j];
            (void)target_ask_child(target, server,
                                   belongs_to_apex(type) ? &zone->name : &zone->subject, type);
        }
        if (types->negative) {
            ask_negative(target, server);
        }
    }
}

static void probe_parent(struct target *target)
{
    const struct zone *zone = &target->zone;
    for (size_t i = 0; i < zone->above.server_count && zone->parent.size > 0; i++) {
        (void)target_ask_parent(target, zone->above.servers[i], &zone->name, RR_DS);
        if (i < REFERRAL_SERVERS) {
            (void)target_ask_parent(target, zone->above.servers[i], &zone->name, RR_NS);
        }
    }
}

static void probe(struct target *target, const void *data)
{
    const struct rrsig_options *options = data;
    probe_child(target, &options->types);
    if (options->types.parent) {
        probe_parent(target);
    }
}

static void judge(struct target *target, bool online, const struct rrsig_options *options,
                  struct report *report)
{
    if (!target_report(target, online, report)) {
        return;
    }
    target_others(target);
    struct rrsig_facts facts = {
        .zone = &target->zone,
        .child = target->child.list,
        .child_count = target->child.count,
        .parent = target->parent.list,
        .parent_count = target->parent.count,
        .others = target->others.list,
        .other_count = target->others.count,
        .online = online,
    };
    rrsig_check(target->run, &facts, options, report);
}

void rrsig_run(struct run *run, struct subject *subjects, size_t count, const void *options)
{
    struct targets targets = targets_find(run, subjects, count, probe, options);
    for (size_t i = 0; i < count; i++) {
        judge(&targets.list[i], targets.online, options, &subjects[i].report);
    }
}
