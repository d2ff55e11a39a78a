/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zones that no referral names, because a server of the zone above serves them too.
 *
 * Such a server answers from the deepest zone that it has, or refers to a zone below that.  What
 * lies between shows in the answers to NS questions for the names between; DS and DNSKEY are asked
 * for at the same time, as no referral brings them.
 */
#include "ask/iterate.h"

static const uint16_t types[] = {RR_NS, RR_DS, RR_DNSKEY};

/* The deepest name that is asked about, in labels. */
static unsigned last_labels(const struct cut *cut)
{
    unsigned most = cut->via->zone.name.labels + (unsigned)ITERATE_NAMES;
    return cut->gap_labels < most ? cut->gap_labels : most;
}

void cut_ask_gap(const struct iteration *iteration, struct cut *cut)
{
    cut->gap = GAP_ASKED;
    for (unsigned labels = cut->via->zone.name.labels + 1u; labels <= last_labels(cut); labels++) {
        struct name name = name_suffix(&cut->zone.name, labels);
        for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
            for (size_t j = 0; (cut->via_servers >> i & 1) != 0 && j < 3; j++) {
                (void)ledger_ask(iteration->search->ledger, cut->via->zone.servers.servers[i],
                                 &name, types[j], 0); /* looked up again when settled */
            }
        }
    }
}

/* The first reply that holds the NS RRset of the zone, be it an answer or a referral; or NULL. */
static const struct question *find_ns(const struct iteration *iteration, const struct cut *cut,
                                      const struct name *name)
{
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((cut->via_servers >> i & 1) == 0) {
            continue;
        }
        const struct question *question = ledger_ask(
            iteration->search->ledger, cut->via->zone.servers.servers[i], name, RR_NS, 0);
        if (step_zone_ns(question, name) != NULL) {
            return question;
        }
    }
    return NULL;
}

/* The cut of a zone that turned out to lie in the gap above `cut`. */
static struct cut *find_or_add(struct iteration *iteration, const struct cut *cut,
                               const struct name *name, struct cut *parent)
{
    struct cut *found = cut_find(iteration, name);
    if (found != NULL) {
        return found;
    }
    found = cut_add(iteration, name, parent);
    found->hidden = true;
    found->wanted = true;
    found->gap = GAP_CLOSED;
    found->via = cut->via;
    found->via_servers = cut->via_servers;
    return found;
}

/* What the questions at one name of the gap say. */
static struct cut *read_name(struct iteration *iteration, struct cut *cut, const struct name *name,
                             struct cut *above)
{
    bool itself = name_equal(name, &cut->zone.name);
    const struct question *question = find_ns(iteration, cut, name);
    if (question == NULL && !(itself && cut->hidden && !cut->doubtful)) {
        return above;
    }
    struct cut *zone = itself ? cut : find_or_add(iteration, cut, name, above);
    zone->doubtful = false;
    if (question != NULL) {
        cut_take_hosts(iteration, zone, &cut->via->zone.name, step_zone_ns(question, name),
                       question->reply);
    }
    if (zone->zone.referral == NULL) {
        zone->zone.referral = cut_best(iteration, cut->via, cut->via_servers, name, RR_DS);
    }
    walk_want_hosts(iteration, zone, 0);
    return itself ? above : zone;
}

void cut_read_gap(struct iteration *iteration, struct cut *cut)
{
    struct cut *above = cut->via;
    cut->gap = GAP_CLOSED;
    for (unsigned labels = cut->via->zone.name.labels + 1u; labels <= last_labels(cut); labels++) {
        struct name name = name_suffix(&cut->zone.name, labels);
        above = read_name(iteration, cut, &name, above);
    }
    cut->parent = above;
}
