/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_rrsig_expiry asks.
 *
 * It collects in three stages (NS of all ancestors; addresses; every probe at every server) and,
 * only where delegation and zone name different servers, two more for those.  With -s one stage.
 */
#include <string.h>

#include "ask/zone.h"
#include "plugins/rrsig_expiry.h"
#include "wire/rr.h"

/* Parents' servers that are asked for the delegation too: it is the same at all of them. */
enum { REFERRAL_SERVERS = 2 };

/* A zone at work: where to look, and which questions were asked about it. */
struct work {
    struct zone zone;
    const struct question **child;
    size_t child_count;
    const struct question **parent;
    size_t parent_count;
    const struct question **others;
    size_t other_count;
};

struct collection {
    struct run *run;
    const struct rrsig_options *options;
    struct zone_search search;
    struct work *works;
    size_t count;
};

static void add_question(struct arena *arena, const struct question ***list, size_t *count,
                         const struct question *question)
{
    for (size_t i = 0; i < *count; i++) {
        if ((*list)[i] == question) {
            return;
        }
    }
    *list = arena_grow(arena, *list, *count, sizeof **list);
    (*list)[(*count)++] = question;
}

static void ask_child(struct collection *collection, struct work *work, const struct server *server,
                      const struct name *name, uint16_t type)
{
    struct run *run = collection->run;
    add_question(run->arena, &work->child, &work->child_count,
                 ledger_ask(&run->ledger, server, name, type, 0));
}

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

static void ask_negative(struct collection *collection, struct work *work,
                         const struct server *server)
{
    struct name name;
    const char *label = collection->run->random_label;
    if (name_prepend(&work->zone.name, label, strlen(label), &name)) {
        ask_child(collection, work, server, &name, RR_A);
    }
}

static void probe_child(struct collection *collection, struct work *work)
{
    const struct rrsig_types *types = &collection->options->types;
    const struct zone *zone = &work->zone;
    for (size_t i = 0; i < zone->child.server_count; i++) {
        const struct server *server = zone->child.servers[i];
        for (size_t j = 0; j < types->count; j++) {
            uint16_t type = types->types[j];
            ask_child(collection, work, server,
                      belongs_to_apex(type) ? &zone->name : &zone->subject, type);
        }
        if (types->negative) {
            ask_negative(collection, work, server);
        }
    }
}

static void ask_parent(struct collection *collection, struct work *work,
                       const struct server *server, uint16_t type)
{
    struct run *run = collection->run;
    add_question(run->arena, &work->parent, &work->parent_count,
                 ledger_ask(&run->ledger, server, &work->zone.name, type, 0));
}

static void probe_parent(struct collection *collection, struct work *work)
{
    const struct zone *zone = &work->zone;
    if (zone->parent.size == 0 || !collection->options->types.parent) {
        return;
    }
    for (size_t i = 0; i < zone->above.server_count; i++) {
        ask_parent(collection, work, zone->above.servers[i], RR_DS);
        if (i < REFERRAL_SERVERS) {
            ask_parent(collection, work, zone->above.servers[i], RR_NS);
        }
    }
}

static void probe_all(struct collection *collection)
{
    for (size_t i = 0; i < collection->count; i++) {
        struct work *work = &collection->works[i];
        if (work->zone.status == ZONE_FOUND) {
            probe_child(collection, work);
            probe_parent(collection, work);
        }
    }
    ledger_settle(&collection->run->ledger, 0);
}

/* The NS records of the zone in the answer or authority section of one reply; NULL: none. */
static const struct rrset *ns_of(const struct zone *zone, const struct message *reply)
{
    if (reply == NULL) {
        return NULL;
    }
    const struct rrset *ns = section_find(&reply->answer, &zone->name, RR_NS);
    if (ns == NULL) {
        ns = section_find(&reply->authority, &zone->name, RR_NS);
    }
    return ns;
}

static bool add_hosts(struct collection *collection, struct zone *zone,
                      const struct question *const *questions, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct rrset *ns = ns_of(zone, questions[i]->reply);
        if (questions[i]->type == RR_NS && ns != NULL) {
            any = zone_add_hosts(&collection->search, &zone->child, ns,
                                 &questions[i]->reply->additional) ||
                  any;
        }
    }
    return any;
}

/* Servers that only the zone itself or only the delegation names are asked as well. */
static void probe_other_servers(struct collection *collection)
{
    bool any = false;
    for (size_t i = 0; i < collection->count; i++) {
        struct work *work = &collection->works[i];
        any = add_hosts(collection, &work->zone, work->child, work->child_count) || any;
        any = add_hosts(collection, &work->zone, work->parent, work->parent_count) || any;
    }
    if (!any) {
        return;
    }
    ledger_settle(&collection->run->ledger, collection->search.stage_limit_ms);
    for (size_t i = 0; i < collection->count; i++) {
        (void)zone_take_addresses(&collection->search, &collection->works[i].zone.child);
    }
    probe_all(collection);
}

/*
 * With -s nobody said which zone the name is in.  The name was taken for an apex; where the servers
 * name another one in their negative answers, that is asked about too.
 */
static void correct_apex(struct work *work)
{
    struct zone *zone = &work->zone;
    for (size_t i = 0; i < work->child_count; i++) {
        const struct message *reply = work->child[i]->reply;
        if (work->child[i]->type != RR_SOA || reply == NULL || !reply->aa) {
            continue;
        }
        for (size_t j = 0; j < reply->authority.count; j++) {
            const struct rrset *soa = &reply->authority.rrsets[j];
            if (soa->type == RR_SOA && soa->count > 0 && name_is_under(&zone->name, &soa->owner) &&
                !name_equal(&zone->name, &soa->owner)) {
                zone->name = soa->owner;
                zone->status = reply->rcode == RCODE_NXDOMAIN ? ZONE_NO_SUCH_NAME : ZONE_FOUND;
                work->child = NULL; /* what was asked at the wrong apex is no fault */
                work->child_count = 0;
                return;
            }
        }
    }
}

static void use_given_servers(struct collection *collection)
{
    struct run *run = collection->run;
    for (size_t i = 0; i < collection->count; i++) {
        struct zone *zone = &collection->works[i].zone;
        zone->status = ZONE_FOUND;
        zone->name = zone->subject;
        zone->child.servers = arena_alloc(run->arena, run->server_count * sizeof(void *));
        zone->child.server_count = run->server_count;
        for (size_t j = 0; j < run->server_count; j++) {
            zone->child.servers[j] = &run->servers[j];
        }
    }
    probe_all(collection);
    for (size_t i = 0; i < collection->count; i++) {
        correct_apex(&collection->works[i]);
    }
    probe_all(collection);
}

static bool anything_answered(const struct run *run)
{
    for (size_t i = 0; i < run->ledger.count; i++) {
        if (run->ledger.questions[i]->reply != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether this host can reach anything: asked for only when nothing answered. */
static bool is_online(struct collection *collection)
{
    struct run *run = collection->run;
    if (anything_answered(run) || run->resolver_count == 0) {
        return anything_answered(run);
    }
    struct name root = name_root();
    const struct question *control = ledger_ask(&run->ledger, &run->resolvers[0], &root, RR_SOA,
                                                QUERY_RECURSE | QUERY_CHECKING_DISABLED);
    ledger_settle(&run->ledger, 0);
    return control->reply != NULL;
}

/* The ancestors' NS questions: their signatures tell whether this host's clock can be right. */
static void note_others(struct collection *collection, struct work *work)
{
    struct run *run = collection->run;
    for (unsigned labels = work->zone.name.labels; run->server_count == 0 && labels-- > 0;) {
        struct name ancestor = name_suffix(&work->zone.name, labels);
        add_question(run->arena, &work->others, &work->other_count,
                     ledger_ask(&run->ledger, &run->resolvers[0], &ancestor, RR_NS,
                                QUERY_RECURSE | QUERY_CHECKING_DISABLED));
    }
}

static void report_no_zone(const struct work *work, const struct collection *collection,
                           bool online, struct report *report)
{
    const struct zone *zone = &work->zone;
    struct arena *arena = collection->run->arena;
    struct finding finding = {.owner = zone->subject, .key_tag = KEY_TAG_NONE};
    if (zone->status == ZONE_NO_SUCH_NAME) {
        finding.id = FINDING_NO_SUCH_NAME;
        finding.zone = zone->name;
        report_add(report, &finding, "the name does not exist (NXDOMAIN from %s)",
                   name_text(arena, &zone->name));
    } else if (!online) {
        finding.id = FINDING_MONITOR_OFFLINE;
        finding.server = collection->run->resolvers[0].text;
        report_add(report, &finding,
                   "the resolver %s does not answer: check the network of this host",
                   finding.server);
    } else {
        finding.id = FINDING_NO_SERVERS;
        report_add(report, &finding,
                   "no name server of the zone could be found: the resolver %s fails and the "
                   "zone above gives no usable delegation",
                   collection->run->resolvers[0].text);
    }
    report_summary(report, "not found");
}

static void report_hosts(const struct zone *zone, struct arena *arena, struct report *report)
{
    for (size_t i = 0; i < zone->child.host_count; i++) {
        if (!zone_host_lacks_address(&zone->child.hosts[i])) {
            continue;
        }
        const char *host = name_text(arena, &zone->child.hosts[i].name);
        struct finding finding = {
            .id = FINDING_NS_NO_ADDRESS,
            .state = zone->child.server_count == 0 ? STATE_CRITICAL : STATE_WARNING,
            .zone = zone->name,
            .owner = zone->child.hosts[i].name,
            .type = "A",
            .key_tag = KEY_TAG_NONE,
        };
        report_add_as(report, &finding, "the name server %s has no address", host);
    }
}

static void judge(struct collection *collection, struct work *work, bool online,
                  struct report *report)
{
    const struct zone *zone = &work->zone;
    report->zone = zone->name;
    report_hosts(zone, collection->run->arena, report);
    if (zone->status != ZONE_FOUND || zone->child.server_count == 0) {
        report_no_zone(work, collection, online, report);
        return;
    }
    note_others(collection, work);
    struct rrsig_facts facts = {
        .zone = zone,
        .child = work->child,
        .child_count = work->child_count,
        .parent = work->parent,
        .parent_count = work->parent_count,
        .others = work->others,
        .other_count = work->other_count,
        .online = online,
    };
    rrsig_check(collection->run, &facts, collection->options, report);
}

static void discover(struct collection *collection)
{
    struct zone *zones = arena_alloc(collection->run->arena, collection->count * sizeof *zones);
    for (size_t i = 0; i < collection->count; i++) {
        zones[i] = collection->works[i].zone;
    }
    zone_find(&collection->search, zones, collection->count);
    for (size_t i = 0; i < collection->count; i++) {
        collection->works[i].zone = zones[i];
    }
    probe_all(collection);
    probe_other_servers(collection);
}

void rrsig_run(struct run *run, struct subject *subjects, size_t count, const void *options)
{
    struct collection collection = {
        .run = run,
        .options = options,
        .search = run_zone_search(run),
        .works = arena_alloc(run->arena, count * sizeof(struct work)),
        .count = count,
    };
    for (size_t i = 0; i < count; i++) {
        collection.works[i].zone.subject = subjects[i].name;
    }
    if (run->server_count > 0) {
        use_given_servers(&collection);
    } else {
        discover(&collection);
    }
    bool online = is_online(&collection);
    for (size_t i = 0; i < count; i++) {
        judge(&collection, &collection.works[i], online, &subjects[i].report);
    }
}
