/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_dns_records is told, what it collects, and the judgement of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame/options.h"
#include "frame/run.h"
#include "frame/state_file.h"
#include "frame/targets.h"
#include "result/report.h"
#include "result/threshold.h"

enum { RECORDS_TYPES_MAX = 16 };

/* Types to ask for; none: SOA and NS at the apex of a zone, A and AAAA elsewhere. */
struct record_types {
    const uint16_t *types;
    size_t count;
};

/* A record that has to be there. */
struct expected {
    uint16_t type;
    struct bytes rdata; /* canonical */
};

/* How far servers may lie behind the newest serial: in serials, or in the time they stand for. */
enum lag_unit { LAG_NONE, LAG_SERIALS, LAG_SECONDS };

struct lag {
    enum lag_unit unit; /* LAG_NONE: not given */
    struct range range;
};

/* A compiled regular expression. */
struct pattern;

/* A range that knows whether it was given. */
struct given_range {
    bool given;
    struct range range;
};

enum { RCODE_ANY = -1 };

struct records_options {
    struct common_options common;
    struct record_types types;
    struct texts values;             /* --expect-value as given */
    const struct expected *expected; /* what they mean, once records_validate has read them */
    size_t expected_count;
    bool exact;
    const char *regex; /* as given, or NULL */
    const struct pattern *pattern;
    int rcode; /* or RCODE_ANY */
    struct given_range count;
    struct given_range ttl;
    struct lag lag;
    bool compare;
    bool allow_variants;
    const char *baseline; /* a file, or NULL */
    bool baseline_update;
    bool require_secure;
    bool allow_private;
    bool check_csync;
    bool check_axfr;
    struct range warning; /* seconds that an answer may take */
    struct range critical;
};

/*
 * All that was collected about one name.  Of the target `child` has the questions to the servers
 * (or resolvers) that are compared, `parent` those for NS to the parent's servers.
 */
struct records_facts {
    struct target *target;
    struct questions chain;     /* keys and DS from the anchor down, and alias targets */
    struct questions tcp;       /* SOA over TCP, one a server */
    struct questions hosts;     /* addresses of the zone's own name servers, at it */
    struct questions transfers; /* AXFR of the zone, one a server */
    bool recursive;             /* the servers are resolvers */
    bool discovered; /* servers and parent were looked for, so the delegation can be judged */
    bool anchored;   /* `chain` reaches up to an anchor; otherwise it is the zone's own keys */
};

/* The plugin's own options, and what they are when not given. */
const struct option_def *records_option_table(void);
struct records_options records_defaults(void);

/*
 * Readers of option values into a struct record_types, an int, a struct given_range, a struct lag;
 * each returns NULL or what is wrong with the text.
 */
const char *records_parse_types(struct arena *arena, const char *text, void *types);
const char *records_parse_rcode(struct arena *arena, const char *text, void *rcode);
const char *records_parse_range(struct arena *arena, const char *text, bool durations,
                                struct given_range *range);
const char *records_parse_lag(struct arena *arena, const char *text, void *lag);

/* Says what is wrong with a struct records_options as a whole, or NULL and completes it. */
const char *records_validate(struct arena *arena, void *options);

/* Whether the types are the user's choice, so that each has to be there. */
bool records_are_chosen(const struct records_options *options);

/* The types to ask for; `types` has room for RECORDS_TYPES_MAX. */
size_t records_types(const struct records_options *options, bool is_apex, uint16_t *types);

/* Whether nothing but the response code is expected, one that says that there is no answer. */
bool records_wants_refusal(const struct records_options *options);

/* The file of --baseline (struct plugin). */
struct state_use records_keeps(const void *options);

/* The plugin's run (struct plugin): `options` is a struct records_options. */
void records_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Judges one name. */
void records_check(const struct records_facts *facts, const struct records_options *options,
                   struct report *report);
