/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of zone_iterate share.
 *
 * A cut is a zone that was found, known once for all who pass through it.  A walk is on its way
 * down to a name: one that the caller asked about, or a name server's whose addresses are needed.
 * All walks take a step in each stage; where two can learn the same from one question, only the
 * first of them asks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/zone.h"

enum {
    ITERATE_ASKED = 3,       /* servers of a zone that a walk asks at once */
    ITERATE_HOSTS = 13,      /* name servers of a zone that count */
    ITERATE_ADDRESSES = 26,  /* and their addresses; below 32, as sets of them are bits */
    ITERATE_CUTS = 16,       /* zones on the way */
    ITERATE_NAMES = 16,      /* names that are asked about where a zone may be hidden */
    ITERATE_DEPTH = 3,       /* name servers' names that need name servers' names */
    ITERATE_HOST_WALKS = 20, /* name servers looked for, for each subject */
    ITERATE_STAGES = 64
};

/* Whether names above a cut were asked about that its referral or answer skipped. */
enum gap { GAP_NONE, GAP_OPEN, GAP_ASKED, GAP_CLOSED };

struct cut {
    struct zone_cut zone;
    struct cut *parent;
    uint32_t asked; /* servers that were asked for the DNSKEY RRset */
    uint32_t dead;  /* servers that were silent */
    uint32_t known; /* hosts whose addresses are known, or known not to be there */
    bool wanted;    /* a subject's way leads through it */
    enum gap gap;
    unsigned gap_labels; /* the deepest of the names in the gap has so many */
    struct cut *via;     /* whose servers brought it */
    uint32_t via_servers;
    bool hidden;   /* the servers of `via` serve it themselves, and did not refer to it */
    bool doubtful; /* it may be no zone at all: `gap` will tell */
};

enum walk_state {
    WALK_ASKS,  /* the servers of `at` */
    WALK_WAITS, /* for their addresses */
    WALK_ENDED
};

struct walk {
    struct name name;
    unsigned depth; /* 0: a subject; a name server of a zone on a walk of depth n has n + 1 */
    enum walk_state state;
    enum zone_status status;
    struct cut *at;
    uint32_t asked;           /* servers of `at` */
    uint32_t round;           /* those of them asked in this stage */
    bool follows;             /* in this stage another walk asks for both */
    bool alone;               /* following did not help */
    const struct question *a; /* of a name server, once ended */
    const struct question *aaaa;
};

struct iteration {
    const struct zone_search *search;
    struct arena *arena;
    struct cut **cuts;
    size_t cut_count;
    struct walk **walks;
    size_t walk_count;
    size_t host_walks_left;
};

/* iterate_reply.c: one reply */

enum step_kind { STEP_DEAD, STEP_DENIED, STEP_ANSWER, STEP_REFERRAL };

/* What a reply of a server of `zone` says about the way to a name. */
struct step {
    enum step_kind kind;
    unsigned worth; /* the higher the better, among the replies to one walk */
    const struct question *question;
    const struct rrset *ns; /* of a referral: the NS RRset */
    unsigned apex_labels;   /* of an answer: the zone it comes from; of a referral: the zone that
                               signed it; each as labels of the name */
    bool apex_known;
};

struct step step_read(const struct question *question, const struct name *zone,
                      const struct name *name);

/* The NS RRset of exactly that zone in an answer with authority or a referral; or NULL. */
const struct rrset *step_zone_ns(const struct question *question, const struct name *zone);

/* iterate_cut.c: zones and their servers */

/* The zone of that name, or NULL. */
struct cut *cut_find(const struct iteration *iteration, const struct name *name);

/* The deepest zone known that holds the name; there always is the root. */
struct cut *cut_above(const struct iteration *iteration, const struct name *name);

/* The zone known as delegated by `above` that holds the name, or NULL. */
struct cut *cut_below(const struct iteration *iteration, const struct cut *above,
                      const struct name *name);

struct cut *cut_add(struct iteration *iteration, const struct name *name, struct cut *parent);

/* Takes name servers and glue from the reply of a server of `above`. */
void cut_take_hosts(const struct iteration *iteration, struct cut *cut, const struct name *above,
                    const struct rrset *ns, const struct message *reply);

/*
 * Servers to ask now, of those that are not dead: some of them at first, and when those that the
 * walk has asked did not lead on, all others.
 */
uint32_t cut_choose(const struct cut *cut, uint32_t asked);

/* Notes addresses that a walk to a name server brought, wherever it is one. */
void cut_take_walk(struct iteration *iteration, const struct walk *walk);

/* Without any other server, those that answered for a hidden zone serve it; true when it has some.
 */
bool cut_fall_back(const struct iteration *iteration, struct cut *cut);

/*
 * Among the questions that `servers` of `from` were asked: the first with an answer of that type,
 * else the first; NULL for no servers.
 */
const struct question *cut_best(const struct iteration *iteration, const struct cut *from,
                                uint32_t servers, const struct name *name, uint16_t type);

/* iterate_gap.c: asks about the names in the gap above the cut, and reads what came of it. */
void cut_ask_gap(const struct iteration *iteration, struct cut *cut);
void cut_read_gap(struct iteration *iteration, struct cut *cut);

/* A copy that the caller may let grow. */
struct zone_servers cut_copy_servers(struct arena *arena, const struct zone_servers *servers);

/* iterate_walk.c: the steps */

/* A new walk; `depth` as in struct walk. */
struct walk *walk_add(struct iteration *iteration, const struct name *name, unsigned depth,
                      struct cut *at);

/* The walk to a name server, or NULL. */
struct walk *walk_to_host(const struct iteration *iteration, const struct name *name);

/* Makes sure that the addresses of the cut's name servers are looked for. */
void walk_want_hosts(struct iteration *iteration, struct cut *cut, unsigned depth);

/* Walks on until all walks have ended. */
void walk_all(struct iteration *iteration);
