/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding zones through a resolver.
 *
 * NS of a name and of all its ancestors are asked at once: the deepest one that has NS records is
 * the apex, the next one its parent.  These questions are speculative, so a failure at a name
 * proves nothing: where one stands below the deepest apex found, there may be a zone that the
 * resolver cannot reach, and the servers of the zone above are asked for a referral to it.
 */
#include "ask/zone.h"

/* Servers of a parent that are asked for a referral; the delegation is the same at all of them. */
enum { REFERRAL_SERVERS = 3 };

enum { RESOLVE = QUERY_RECURSE | QUERY_CHECKING_DISABLED };

static struct question *ask_resolver(const struct zone_search *search, const struct name *name,
                                     uint16_t type)
{
    return ledger_ask(search->ledger, &search->resolvers[0], name, type, RESOLVE);
}

static void ask_ancestors(const struct zone_search *search, const struct name *name)
{
    for (unsigned labels = name->labels + 1u; labels-- > 0;) {
        struct name ancestor = name_suffix(name, labels);
        (void)ask_resolver(search, &ancestor, RR_NS); /* looked up again when settled */
    }
}

/* A reply that says something about the name, be it that it has no such records. */
static bool tells(const struct question *question)
{
    return question->reply != NULL &&
           (question->reply->rcode == RCODE_NOERROR || question->reply->rcode == RCODE_NXDOMAIN);
}

static const struct rrset *apex_ns(const struct question *question)
{
    return tells(question) ? section_records(&question->reply->answer, &question->name, RR_NS)
                           : NULL;
}

/* What the ancestors' NS questions say of one subject. */
struct ancestry {
    const struct rrset *zone;   /* NS of the deepest apex found */
    const struct rrset *parent; /* NS of the next one */
    bool answered;              /* the resolver replied to something */
    bool hidden;                /* a question below the deepest apex failed */
    bool denied;                /* the subject does not exist: itself, not the target of an alias */
};

static struct ancestry read_ancestry(const struct zone_search *search, const struct name *name)
{
    struct ancestry found = {.zone = NULL};
    for (unsigned labels = name->labels + 1u; labels-- > 0 && found.parent == NULL;) {
        struct name ancestor = name_suffix(name, labels);
        const struct question *question = ask_resolver(search, &ancestor, RR_NS);
        const struct rrset *ns = apex_ns(question);
        found.answered = found.answered || question->reply != NULL;
        if (ns != NULL && found.zone == NULL) {
            found.zone = ns;
        } else if (ns != NULL) {
            found.parent = ns;
        } else if (found.zone == NULL && !tells(question)) {
            found.hidden = true;
        } else if (labels == name->labels && tells(question) &&
                   question->reply->rcode == RCODE_NXDOMAIN && question->reply->answer.count == 0) {
            found.denied = true;
        }
    }
    return found;
}

/* Sets what the first stage tells and asks for the addresses of what it found. */
static void read_first_stage(const struct zone_search *search, struct zone *zone)
{
    struct ancestry found = read_ancestry(search, &zone->subject);
    if (found.zone == NULL) {
        zone->status = found.answered ? ZONE_FAILED : ZONE_NO_ANSWER;
        return;
    }
    if (found.hidden) {
        /* Perhaps only the enclosing zone was found: its servers can tell. */
        zone->status = ZONE_FAILED;
        zone->parent = found.zone->owner;
        (void)zone_add_hosts(search, &zone->above, found.zone, NULL);
        if (search->want_parent) {
            zone->parent_dnskey = ask_resolver(search, &zone->parent, RR_DNSKEY);
        }
        return;
    }
    zone->status = found.denied ? ZONE_NO_SUCH_NAME : ZONE_FOUND;
    zone->name = found.zone->owner;
    (void)zone_add_hosts(search, &zone->child, found.zone, NULL);
    if (found.parent != NULL && search->want_parent) {
        zone->parent = found.parent->owner;
        (void)zone_add_hosts(search, &zone->above, found.parent, NULL);
        zone->parent_dnskey = ask_resolver(search, &zone->parent, RR_DNSKEY);
    }
}

static bool needs_referral(const struct zone *zone)
{
    return zone->above.server_count > 0 && zone->status != ZONE_NO_SUCH_NAME &&
           (zone->name.size == 0 || zone->child.server_count == 0);
}

/* The delegation in a referral towards `subject` from the servers of `parent`, or NULL. */
static const struct rrset *referral(const struct message *reply, const struct name *subject,
                                    const struct name *parent)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && set->count > 0 && name_is_under(subject, &set->owner) &&
            name_is_below(&set->owner, parent)) {
            return set;
        }
    }
    return NULL;
}

static struct question *ask_referral(const struct zone_search *search, const struct zone *zone,
                                     size_t server)
{
    return ledger_ask(search->ledger, zone->above.servers[server], &zone->subject, RR_NS, 0);
}

static void ask_referrals(const struct zone_search *search, const struct zone *zone)
{
    for (size_t i = 0; i < zone->above.server_count && i < REFERRAL_SERVERS; i++) {
        (void)ask_referral(search, zone, i);
    }
}

/* The enclosing zone itself holds the subject: the hidden names below it were no zone cuts. */
static void settle_on_parent(struct zone *zone, bool denied)
{
    zone->status = denied ? ZONE_NO_SUCH_NAME : ZONE_FOUND;
    zone->name = zone->parent;
    zone->child = zone->above;
    zone->parent = (struct name){.size = 0};
    zone->above = (struct zone_servers){.hosts = NULL};
    zone->parent_dnskey = NULL;
}

/* Goes on to the zone that is delegated; true when it has names of servers. */
static bool go_down(const struct zone_search *search, struct zone *zone, const struct rrset *ns,
                    const struct message *referral)
{
    zone->status = ZONE_FOUND;
    zone->name = ns->owner;
    zone->child = (struct zone_servers){.hosts = NULL};
    return zone_add_hosts(search, &zone->child, ns, &referral->additional);
}

bool zone_descend(const struct zone_search *search, struct zone *zone, const struct message *reply)
{
    const struct rrset *ns = referral(reply, &zone->subject, &zone->name);
    if (ns == NULL) {
        return false;
    }
    zone->parent = zone->name;
    zone->above = zone->child;
    zone->parent_dnskey =
        search->want_parent ? ask_resolver(search, &zone->parent, RR_DNSKEY) : NULL;
    (void)go_down(search, zone, ns, reply); /* without servers that is told later */
    return true;
}

/* Takes the first referral; true when addresses have still to be asked for. */
static bool read_referrals(const struct zone_search *search, struct zone *zone)
{
    for (size_t i = 0; i < zone->above.server_count && i < REFERRAL_SERVERS; i++) {
        const struct question *question = ask_referral(search, zone, i);
        if (!tells(question)) {
            continue;
        }
        /* A server of both zones answers for the one below. */
        const struct rrset *ns = apex_ns(question);
        ns = ns != NULL ? ns : referral(question->reply, &zone->subject, &zone->parent);
        if (ns != NULL) {
            /* Where the resolver failed at these names before, their questions are settled. */
            return go_down(search, zone, ns, question->reply) && zone->child.server_count == 0;
        }
        if (question->reply->aa && zone->name.size == 0) {
            settle_on_parent(zone, question->reply->rcode == RCODE_NXDOMAIN);
            return false;
        }
    }
    return false;
}

/* Asks for referrals to the zones that still lack servers, then for addresses without glue. */
static void follow_referrals(const struct zone_search *search, struct zone *zones, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (needs_referral(&zones[i])) {
            ask_referrals(search, &zones[i]);
        }
    }
    ledger_settle(search->ledger, search->stage_limit_ms);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (needs_referral(&zones[i])) {
            any = read_referrals(search, &zones[i]) || any;
        }
    }
    if (any) {
        ledger_settle(search->ledger, search->stage_limit_ms);
    }
    for (size_t i = 0; i < count; i++) {
        (void)zone_take_addresses(search, &zones[i].child); /* none new is no fault here */
    }
}

void zone_find(const struct zone_search *search, struct zone *zones, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ask_ancestors(search, &zones[i].subject);
    }
    ledger_settle(search->ledger, search->stage_limit_ms);
    for (size_t i = 0; i < count; i++) {
        read_first_stage(search, &zones[i]);
    }
    ledger_settle(search->ledger, search->stage_limit_ms);
    for (size_t i = 0; i < count; i++) {
        (void)zone_take_addresses(search, &zones[i].child);
        (void)zone_take_addresses(search, &zones[i].above);
    }
    follow_referrals(search, zones, count);
}
