/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_dnssec_chain collects, judges and draws. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/zone.h"
#include "check/chain.h"
#include "frame/run.h"
#include "result/threshold.h"

struct chain_options {
    struct common_options common;
    uint16_t type;      /* 0: A, or SOA where the name is an apex without A */
    const char *canary; /* a name that the resolvers under test must refuse; or NULL */
    struct horizon warning;
    struct horizon critical;
};

/* A server by whose word alone the verdict is another one. */
struct chain_split {
    const struct server *server;
    const struct zone *zone;
    bool above; /* it serves the zone above that one, and it is about the DS */
    struct chain chain;
};

/* One name at work. */
struct chain_work {
    struct name name;
    uint16_t type;
    struct zone zone;   /* that of the name; with --iterate */
    struct zone *zones; /* that one and those that aliases lead to */
    size_t zone_count;
    struct questions questions; /* the evidence about this name */
    struct chain chain;         /* over all servers */
    bool stripped;              /* the resolver lacks signatures that the servers give */
    bool withheld;              /* the resolver fails for what the servers give */
    struct chain_split *splits; /* with --iterate */
    size_t split_count;
};

/* A validating resolver under test (-s): with and without CD, and the canary. */
struct resolver_test {
    const struct server *server;
    const struct question *plain;     /* CD clear */
    const struct question *unchecked; /* CD set */
    const struct question *canary;    /* or NULL */
    enum security canary_security;    /* by our own judgement */
    const struct question *keys;      /* DNSKEY and DS of the zone as it has them, asked for when */
    const struct question *ds;        /* it is bogus there and secure here; or NULL */
};

/* The plugin's run (struct plugin): `options` is a struct chain_options. */
void chain_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/*
 * With --iterate: asks every server of a zone about its name, and every server of the zone above
 * for the DS, unless an anchor stands in for it.  So a verdict that differs by server is seen.
 */
void chain_ask_zone(struct run *run, struct chain_work *work, const struct zone *zone);

/* Judges by each of these servers alone, and keeps those by whose word the verdict differs. */
void chain_judge_servers(struct run *run, struct chain_work *work);

/* Whether any of them is wrong, and not just silent. */
bool chain_any_wrong(const struct chain_work *work);

/* Reports them. */
void chain_report_servers(struct run *run, const struct chain_work *work,
                          const struct chain_options *options, struct report *report);

/* The first thing that went wrong in a chain that is bogus; or NULL. */
const struct chain_note *chain_first_fault(const struct chain *chain);

/* A finding about the name at work in the state of its class. */
struct finding chain_about(const struct chain_work *work, struct arena *arena, enum finding_id id);

/* Puts the judgement of one name into its report. */
void chain_report(struct run *run, const struct chain_work *work,
                  const struct chain_options *options, struct report *report);

/*
 * Puts the questions to the resolvers under test, about the name and the canary (NULL: none), to be
 * settled with the rest.
 */
struct resolver_test *chain_ask_resolvers(struct run *run, const struct chain_work *work,
                                          const char *canary);

/*
 * Where a resolver fails and we do not, its cache may be older: asks it for the keys, whose TTL
 * says for how long.
 */
void chain_ask_stale(struct run *run, const struct chain_work *work, struct resolver_test *tests);

/* Judges the resolvers under test against our own verdict. */
void chain_judge_resolvers(struct run *run, const struct chain_work *work,
                           const struct resolver_test *tests, size_t count, struct report *report);

/* The chain as a tree, one line each for -v, and as a Graphviz graph. */
void chain_draw_tree(struct run *run, const struct chain *chain, struct report *report);
char *chain_draw_graph(struct run *run, const struct chain *chain);
