/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signed zones from the root down on a fake net, made of a few words, for tests of the chain.
 *
 * The zones are the root, com, example.com, net and example.net, each with a KSK and a ZSK (see
 * lib/keyring.h), NSEC, and a DS above it; the root's KSK is the trust anchor.  Without more words
 * there are www.example.com, www.example.net and example.com with an A record, and the SOA of each
 * apex.  192.0.2.53 is the resolver, letter R.  The servers for --iterate: of the root 192.0.2.1
 * (letter 0), of com and net 192.0.2.11 (P), of com with `two_tlds` 192.0.2.12 (Q), of example.com
 * 192.0.2.21 (1) and 192.0.2.22 (2), of example.net 192.0.2.31 (3).
 *
 * A plan says what deviates from that.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/fakenet.h"
#include "lib/keyring.h"
#include "lib/signedzone.h"
#include "plugins/chain.h"

#define WORLD_RESOLVER  "192.0.2.53"
#define WORLD_TESTED    "192.0.2.54"
#define WORLD_ROOT      "192.0.2.1"
#define WORLD_TLD       "192.0.2.11"
#define WORLD_TLD_2     "192.0.2.12"
#define WORLD_EXAMPLE_1 "192.0.2.21"
#define WORLD_EXAMPLE_2 "192.0.2.22"
#define WORLD_NET       "192.0.2.31"

/* The names that plans are about, and what is usually said of them. */
#define EXAMPLE "example.com"
#define WWW     "www.example.com"
#define NET     "www.example.net"
#define SECURE  "secure: chain-secure=OK"
#define BROKEN  " chain-bogus=CRITICAL"
#define ABOVE   BROKEN " chain-parent-fault=CRITICAL"

/* A zone and its keys; what is NULL is usual. */
struct world_zone {
    const char *name;        /* NULL: none */
    const char *dnskey;      /* "K1 Z1"; "" for a zone that is not signed */
    const char *sign_dnskey; /* "K1" */
    const char *sign_data;   /* "Z1" */
    const char *ds;          /* "K1", or what else keyring_ds takes; "" for none, which is proved */
};

/* What is said to a question; RRsets are signed by the zones that they belong to. */
struct world_reply {
    const char *question; /* "www.example.com A"; NULL: none */
    const char *answer;   /* zone text; a CNAME below a DNAME is not signed */
    const char *authority;
    uint16_t rcode;
    const char *signer;     /* of NSEC and NSEC3, if not the deepest zone of their owner */
    const char *at;         /* the server; NULL: the resolver, or all servers of the name's zone */
    enum net_status status; /* other than NET_PENDING: there is no reply */
    bool open;              /* never asked: the budget was spent */
    bool no_edns, ad, lame;
    const struct ede *ede;
    size_t ede_count;
};

struct world_odd {
    const char *owner; /* of the RRset; NULL: any */
    struct deviation how;
};

struct chainworld;

enum { WORLD_ZONES = 3, WORLD_REPLIES = 8, WORLD_ODDS = 3 };

struct world_plan {
    const char *name;                          /* NULL: www.example.com */
    const char *type;                          /* NULL: A; "": none given */
    struct world_zone zones[WORLD_ZONES];      /* instead of those of that name, or more */
    struct world_reply replies[WORLD_REPLIES]; /* instead of those to that question, or more */
    struct world_odd odd[WORLD_ODDS];
    const char *anchors; /* "K1 ."; the keys and zones of anchors, as DS; NULL: that one */
    bool iterate;
    bool two_tlds;      /* com has two servers */
    bool use_resolvers; /* -s 192.0.2.54, which gives no answers but those of the plan */
    const char *canary;
    const char *warning, *critical;
    int64_t now;
    bool now_given;                              /* --at */
    void (*twist)(struct chainworld *world);     /* changes what the net answers */
    void (*tune)(struct chain_options *options); /* changes options */
};

struct chainworld {
    struct arena *arena;
    struct arena *run_arena; /* of the last run */
    struct keyring keyring;
    struct fakenet *net;
    const struct world_plan *plan;
    int64_t now;
    struct chain_options options;
    struct server resolver;
    struct server tested;
    struct server root;
    struct run run;
    struct subject subject; /* with the report of the last run, sorted */
};

/* Keys are made when first named and kept until the world is closed, over all plans. */
void chainworld_open(struct chainworld *world);
void chainworld_close(struct chainworld *world);

/* Puts what the plan says onto a new fake net, and sets up a run with an empty report. */
void chainworld_publish(struct chainworld *world, const struct world_plan *plan);

/* Makes the fake net of the plan; chainworld_publish does it. */
void chainworld_fill(struct chainworld *world);

/* The reply, signed, as the server of that letter gives it. */
struct message chainworld_message(struct chainworld *world, char letter,
                                  const struct world_reply *reply);

/* One more reply. */
void chainworld_answer(struct chainworld *world, const struct world_reply *reply);

/*
 * Publishes, runs check_dnssec_chain, gives the run's memory back and tells verdict and findings,
 * worst first: "bogus: ds-tag-wrong=CRITICAL chain-bogus=CRITICAL".
 */
const char *chainworld_judge(struct chainworld *world, const struct world_plan *plan);

/* A plan, and what chainworld_judge says of it. */
struct world_row {
    const char *what;
    const char *expected;
    struct world_plan plan;
};

/* Judges each row, and fails with all those that are not as expected. */
void chainworld_judge_rows(const struct world_row *rows, size_t count);

/*
 * The judgement alone, of a published plan: asks the resolver about each of "www.example.com A,
 * com DS" at once and judges the plan's name and type by that.
 */
struct chain chainworld_chain(struct chainworld *world, const char *questions);
