/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_rrsig_expiry: settled questions in, findings out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/question.h"
#include "ask/zone.h"
#include "frame/run.h"
#include "result/report.h"
#include "result/threshold.h"

/* What is looked at, beside a negative answer. */
struct rrsig_types {
    const uint16_t *types; /* asked at the apex or at the name, as befits the type */
    size_t count;
    bool parent;           /* the parent's DS */
    const uint16_t *named; /* by --type; without it none */
    size_t named_count;
};

struct rrsig_options {
    struct common_options common;
    struct rrsig_types types;
    struct horizon warning;
    struct horizon critical;
    int64_t max_life; /* seconds */
};

/* All that was collected about one zone. */
struct rrsig_facts {
    const struct zone *zone;             /* names only are read */
    const struct question *const *child; /* every question to the zone's servers */
    size_t child_count;
    const struct question *const *parent; /* DS questions to the parent's servers or the resolver */
    size_t parent_count;
    const struct question *const *others; /* every other question of the run that concerns it */
    size_t other_count;
    bool online; /* a control question was answered */
};

/* Reads the argument of --type into a struct rrsig_types; returns NULL or what is wrong with it. */
const char *rrsig_parse_types(struct arena *arena, const char *text, void *types);

/* The plugin's run (struct plugin): `options` is a struct rrsig_options. */
void rrsig_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Judges one zone. */
void rrsig_check(struct run *run, const struct rrsig_facts *facts,
                 const struct rrsig_options *options, struct report *report);
