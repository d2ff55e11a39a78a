/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A signed zone and its parent on a fake net, made of a few words, for tests of checks.
 *
 * The zone example.com is served by 192.0.2.1 (ns1.example.com) and 192.0.2.2 (ns2.example.com),
 * its parent com by 192.0.2.101 (ns.nic.test); 192.0.2.53 is the resolver.  A plan says which keys
 * there are, which of them sign, and where a server deviates; what it leaves out is healthy.
 *
 * Keys are those of lib/keyring.h; P1 is the key of com.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/fakenet.h"
#include "lib/fixture.h"
#include "lib/keyring.h"
#include "plugins/rrsig_expiry.h"

enum { ZONE_NOW = 1789000000, MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* Servers as the fake net names them. */
#define SERVER_1        "192.0.2.1"
#define SERVER_2        "192.0.2.2"
#define SERVER_PARENT   "192.0.2.101"
#define SERVER_RESOLVER "192.0.2.53"

struct signedzone;

struct zone_plan {
    const char *subject;     /* NULL: example.com */
    const char *dnskey;      /* NULL: "K1 Z1"; "" for a zone that is not signed */
    const char *ds;          /* NULL: "K1"; "" for none */
    const char *sign_dnskey; /* NULL: "K1" */
    const char *sign_data;   /* NULL: "Z1" */
    const char *soa;         /* NULL: "7200 3600 604800 3600" (refresh retry expire minimum) */
    bool nsec3;              /* denial by NSEC3 */
    bool use_servers;        /* -s 192.0.2.1 -s 192.0.2.2 */
    bool now_given;          /* --at */
    int64_t now;             /* 0: ZONE_NOW */
    const char *warning, *critical; /* -w and -c; NULL: the defaults */
    struct deviation odd[3]; /* at servers of "12P"; in this order; a deed of DEED_RESIGN replaces
                                what came before */
    void (*twist)(struct signedzone *zone);      /* changes what the net answers */
    void (*tune)(struct rrsig_options *options); /* changes options */
};

struct signedzone {
    struct arena *arena;     /* keys, net and report */
    struct arena *run_arena; /* of the last run */
    struct fakenet *net;     /* of the last plan */
    const struct zone_plan *plan;
    int64_t now;
    struct rrsig_options options;
    struct server resolver;
    struct server servers[2];
    struct run run;
    struct subject subject; /* with the report of the last run, sorted */
    struct keyring keyring;
};

/* Keys are made when first named and kept until the zone is closed, over all plans. */
void signedzone_open(struct signedzone *zone);
void signedzone_close(struct signedzone *zone);

/* Puts what the plan says onto a new fake net. */
void signedzone_publish(struct signedzone *zone, const struct zone_plan *plan);

/* Sets up run, options and an empty report, for tests that call rrsig_run themselves. */
void signedzone_prepare(struct signedzone *zone);

/* Runs check_rrsig_expiry over it; questions and stages stay for the test to look at. */
void signedzone_run(struct signedzone *zone);

/*
 * Publishes, runs, gives the run's memory back and tells all findings, worst first:
 * "rrsig-expired-server=CRITICAL@192.0.2.2 rrsig-no-key-extra=OK".
 */
const char *signedzone_judge(struct signedzone *zone, const struct zone_plan *plan);

/* A plan, and what signedzone_judge says of it. */
struct zone_row {
    const char *what;
    const char *expected;
    struct zone_plan plan;
};

/* Judges each row, and fails with all those that are not as expected. */
void signedzone_judge_rows(const struct zone_row *rows, size_t count);

/* The findings of a report in these words. */
const char *signedzone_findings(struct arena *arena, const struct report *report);

const struct fixture_key *signedzone_key(struct signedzone *zone, const char *name);

/* The RRset that a server ('1', '2' or 'P') gives, signed as the plan says. */
struct rrset signedzone_rrset(struct signedzone *zone, char server, const char *text);

/* The DNSKEY RRset (server '1' or '2') or DS RRset ('P') of the named keys; false for none. */
bool signedzone_keys(struct signedzone *zone, char server, const char *names, struct rrset *set);

/* A reply with AA and EDNS that holds the RRsets; both may be NULL. */
struct message signedzone_reply(struct signedzone *zone, uint16_t rcode, const struct rrset *answer,
                                const struct rrset *authority);
