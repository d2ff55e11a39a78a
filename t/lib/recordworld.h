/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An unsigned zone and its parent on a fake net, for tests of check_dns_records.
 *
 * The zone example.com is served by 192.0.2.1 (ns1.example.com) and 192.0.2.2 (ns2.example.com),
 * its parent com by 192.0.2.101 and 192.0.2.102; 192.0.2.53 and 192.0.2.54 are resolvers.  It has
 * SOA (serial 7), NS, A 192.0.2.80 and MX at the apex, A 192.0.2.81 and 192.0.2.82 at www and
 * TXT "one" "two" at txt; all else is denied properly.  A row says where a server deviates.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/fakenet.h"
#include "lib/fixture.h"
#include "plugins/records.h"

enum { WORLD_NOW = 1789000000, WORLD_ODD = 12 };

/* An address where nobody answers, and which all of the Internet can reach. */
#define WORLD_SILENT "193.0.9.1"

#define WORLD_SOA "example.com. SOA ns1.example.com. h.example.com. 7 7200 3600 604800 3600\n"

/* What some servers answer to a question: the letters 1 2 (zone), P Q (parent), R S (resolvers). */
struct world_reply {
    const char *servers;        /* NULL ends the list */
    struct fixture_reply reply; /* AA is set unless `not_aa` or a resolver answers */
    bool not_aa;
    enum net_status status; /* other than NET_PENDING: there is no reply */
};

struct world_row {
    const char *what;
    const char *expected;  /* findings in words: "rec-missing=CRITICAL@192.0.2.2"; "" for none */
    const char *subject;   /* NULL: www.example.com */
    const char *arguments; /* of the plugin, between blanks; ~ stands for a blank within one */
    struct world_reply odd[WORLD_ODD];
    bool private_matters; /* without --allow-private, which is given otherwise */
};

struct world {
    struct arena *arena;
    struct arena *run_arena; /* of the run alone */
    struct fakenet *net;
    struct records_options options;
    struct run run;
    struct subject subject;
    const char *no_tcp;  /* servers whose TCP is silent */
    unsigned elapsed_ms; /* of all answers; 0: 1 */
    const char *problem; /* what is wrong with the arguments; or NULL */
};

/* Sets up the net and the run for a row; `world->arena` is new. */
void world_open(struct world *world, const struct world_row *row);
void world_close(struct world *world);

/* Runs check_dns_records; gives its findings in words, notes that are OK left out. */
const char *world_run(struct world *world);

/* The same with the notes. */
const char *world_findings(struct world *world, bool notes);

/* Runs each row, and fails with all those that are not as expected. */
void world_judge_rows(const struct world_row *rows, size_t count);
