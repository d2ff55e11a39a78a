/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_rrsig_expiry asks: the chosen types and a negative answer, and the parent's DS.
 *
 * With -s the parent is not known: its DS and keys then come from a resolver, if one is named or
 * the DS is.
 */
#include <string.h>

#include "frame/targets.h"
#include "plugins/rrsig_expiry.h"
#include "wire/rr.h"
#include "wire/rr_data.h"

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
        ask_negative(target, server);
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

static bool asks_resolver(const struct run *run, const struct rrsig_options *options)
{
    const struct rrsig_types *types = &options->types;
    bool wanted = options->common.resolvers.count > 0 ||
                  rr_types_have(types->named, types->named_count, RR_DS);
    return run->server_count > 0 && run->resolver_count > 0 && types->parent && wanted;
}

static void probe(struct target *target, const void *data)
{
    const struct rrsig_options *options = data;
    probe_child(target, &options->types);
    if (options->types.parent) {
        probe_parent(target);
    }
    if (asks_resolver(target->run, options)) {
        run_resolve_chain(target->run, &target->others, &target->zone.subject);
    }
}

/* The zone that signs the DS by its own word, or else the closest one above that has keys. */
static const struct question *find_parent(struct target *target, const struct question *ds)
{
    const struct name *zone = &target->zone.name;
    const struct rrset *set =
        ds->reply == NULL ? NULL : section_records(&ds->reply->answer, zone, RR_DS);
    for (unsigned labels = zone->labels; labels-- > 0;) {
        struct name above = name_suffix(zone, labels);
        const struct question *keys = run_resolve(target->run, &target->others, &above, RR_DNSKEY);
        bool has_keys =
            keys->reply != NULL && section_records(&keys->reply->answer, &above, RR_DNSKEY) != NULL;
        bool signs = set != NULL && set->sig_count > 0 && !set->sigs[0].malformed &&
                     name_equal(&set->sigs[0].signer, &above);
        if (signs || has_keys) {
            return keys;
        }
    }
    return NULL;
}

/* What the resolver, which was asked before the apex was known, says of the parent. */
static void take_parent(struct target *target)
{
    struct zone *zone = &target->zone;
    if (zone->name.labels == 0) {
        return;
    }
    const struct question *ds = run_resolve(target->run, &target->parent, &zone->name, RR_DS);
    zone->parent_dnskey = find_parent(target, ds);
    if (zone->parent_dnskey != NULL) {
        zone->parent = zone->parent_dnskey->name;
    }
}

static void judge(struct target *target, const struct rrsig_options *options, struct report *report)
{
    if (!target_report(target, report)) {
        return;
    }
    target_others(target);
    if (asks_resolver(target->run, options)) {
        take_parent(target);
    }
    rrsig_check(target, options, report);
}

void rrsig_run(struct run *run, struct subject *subjects, size_t count, const void *options)
{
    struct targets targets = targets_find(run, subjects, count, probe, options);
    for (size_t i = 0; i < count; i++) {
        judge(&targets.list[i], options, &subjects[i].report);
    }
}
