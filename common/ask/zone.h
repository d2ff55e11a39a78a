/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the zone that holds a name, its parent, their name servers and all addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ask/ledger.h"
#include "ask/question.h"
#include "base/arena.h"
#include "base/name.h"

/* One name server of a zone and the questions that its addresses came from. */
struct zone_host {
    struct name name;
    const struct question *a; /* NULL where the family is not wanted */
    const struct question *aaaa;
};

/* No zone needs more; a hostile one could have thousands asked for it. */
enum { ZONE_HOSTS_MAX = 32, ZONE_SERVERS_MAX = 40 };

struct zone_servers {
    struct zone_host *hosts;
    size_t host_count;
    const struct server **servers; /* every address once */
    size_t server_count;
    /* At least so many more there were: names in one NS RRset, and addresses of those kept. */
    size_t hosts_left_out;
    size_t servers_left_out;
};

/* A zone on the way from the root to the zone that holds a name, and its servers. */
struct zone_cut {
    struct name name;
    struct zone_servers servers;
    const struct question
        *referral;                 /* whose reply delegates to it, with its DS, or for a zone that a
                                      server of the zone above skipped the DS question; or NULL */
    const struct question *dnskey; /* its DNSKEY RRset, if it was asked for */
};

enum zone_status {
    ZONE_FOUND,        /* name and servers are set */
    ZONE_NO_ANSWER,    /* the resolvers did not answer */
    ZONE_FAILED,       /* they answered, but with errors only: no server is known */
    ZONE_NO_SUCH_NAME, /* NXDOMAIN for the name the user asked about; `name` is the zone that says
                          so */
};

struct zone {
    enum zone_status status;
    struct name subject; /* the name the user asked about */
    struct name name;    /* apex of the zone that holds it */
    struct name parent;  /* apex of the zone above; size 0 for the root and with -s */
    struct zone_servers child;
    struct zone_servers above;            /* the parent's */
    const struct question *parent_dnskey; /* the parent's DNSKEY RRset; or NULL */
    /* By zone_iterate: the zones from the root to the one that holds the subject, this included. */
    const struct zone_cut *path;
    size_t path_count;
    /* By zone_iterate, unless found: the zone where it ended for want of a server's address. */
    const struct zone_cut *stuck;
};

/* How to look: ledger, resolvers, families and port. */
struct zone_search {
    struct ledger *ledger;
    const struct server *resolvers; /* the first is asked, the transport falls back to the others */
    size_t resolver_count;
    uint16_t port;
    bool ipv4, ipv6;
    int64_t stage_limit_ms;
    bool want_parent;
    const struct server *hints; /* root servers for zone_iterate */
    size_t hint_count;
    uint16_t type;   /* that zone_iterate asks for on its way; RR_NS where none matters */
    bool asks_later; /* zone_iterate need not ask the servers of a zone that is delegated by the
                        name of the subject: the caller does so, at all of them */
    bool wants_ds; /* zone_iterate asks all servers of a zone for the DS of the one below it on the
                      way, except the servers of the root, which are many */
};

/*
 * Finds the zone of each of `count` names through the resolver, in two stages: NS of every
 * ancestor at once; then all addresses at once, and the parents' DNSKEY.  Only for a zone that the
 * resolver cannot find servers of, the parent's servers are asked for a referral, a stage or two
 * more.  `zones` has `count` elements with `subject` set.
 */
void zone_find(const struct zone_search *search, struct zone *zones, size_t count);

/*
 * The same without a resolver: follows delegations from the root servers in `hints`.  A stage asks
 * a few servers of the zone reached for (subject, type) and its DNSKEY, so that the referral brings
 * NS, glue and DS; where a server is authoritative for several zones on the way and skips one, DS
 * and DNSKEY of the names between are asked for in the next stage.  Stages: the zones on the way,
 * and those on the way to name servers without glue.  Every question stays in the ledger; `path`
 * says at which servers.  Where several subjects lie in one zone to come, only one of them may
 * have been asked about above it.  Referrals that do not lead towards the subject are not followed.
 */
void zone_iterate(const struct zone_search *search, struct zone *zones, size_t count);

/*
 * Moves on to a zone that a server of `zone` refers to in `reply`, on the way to the subject: the
 * resolver may know nothing of it, as one without NS records, with an alias at its apex, or
 * delegated a moment ago.  Addresses that come without glue, and the new parent's DNSKEY, are asked
 * for with the next ledger_settle; zone_take_addresses takes the former.  False, and nothing is
 * changed, when the reply does not refer there.
 */
bool zone_descend(const struct zone_search *search, struct zone *zone, const struct message *reply);

/*
 * Finds the addresses of the hosts of `child` that have none, from the zones on `path`: for those
 * that zone_add_hosts brought after zone_iterate.  No stage at all when there are none.
 */
void zone_iterate_hosts(const struct zone_search *search, struct zone *zones, size_t count);

/*
 * Adds to `servers` the name servers of an NS RRset that it does not have yet.  Glue for them, and
 * for those found to have no address, in `additional` (which may be NULL) is taken at once; without
 * it their addresses are asked for with the next ledger_settle, to be taken by zone_take_addresses;
 * without a resolver they stay unknown (see zone_iterate_hosts).  True when there was a new name,
 * or glue where nothing was known.
 */
bool zone_add_hosts(const struct zone_search *search, struct zone_servers *servers,
                    const struct rrset *ns, const struct section *additional);

/* Adds an address of a host (4 or 16 octets); false when the zone has it already. */
bool zone_add_server(const struct zone_search *search, struct zone_servers *servers,
                     const struct name *host, struct bytes address);

/* Takes the addresses that the settled questions of the hosts brought; true when one was new. */
bool zone_take_addresses(const struct zone_search *search, struct zone_servers *servers);

/* Whether the host's addresses were asked for in both families and there is none. */
bool zone_host_lacks_address(const struct zone_host *host);
