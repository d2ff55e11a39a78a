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

/* One name at work. */
struct chain_work {
    struct name name;
    uint16_t type;
    struct zone zone;   /* that of the name; with --iterate */
    struct zone *zones; /* that one and those that aliases lead to */
    size_t zone_count;
    struct questions questions; /* the evidence about this name */
    struct chain chain;         /* over all servers */
    struct chain *by_server;    /* with --iterate: over each server of one zone alone */
    const struct server **servers;
    size_t server_count;
};

/* A validating resolver under test (-s): with and without CD, and the canary. */
struct resolver_test {
    const struct server *server;
    const struct question *plain;     /* CD clear */
    const struct question *unchecked; /* CD set */
    const struct question *canary;    /* or NULL */
    const struct question *keys;      /* DNSKEY and DS of the zone as it has them, asked for when */
    const struct question *ds;        /* it is bogus there and secure here; or NULL */
};

/* The plugin's run (struct plugin): `options` is a struct chain_options. */
void chain_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Puts the judgement of one name into its report. */
void chain_report(struct run *run, const struct chain_work *work,
                  const struct chain_options *options, struct report *report);

/* Judges the resolvers under test against our own verdict. */
void chain_judge_resolvers(struct run *run, const struct chain_work *work,
                           const struct resolver_test *tests, size_t count, struct report *report);

/* The chain as a tree, one line each for -v, and as a Graphviz graph. */
void chain_draw_tree(struct run *run, const struct chain *chain, struct report *report);
char *chain_draw_graph(struct run *run, const struct chain *chain);
