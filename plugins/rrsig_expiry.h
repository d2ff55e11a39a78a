/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_rrsig_expiry: settled questions in, findings out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame/run.h"
#include "frame/targets.h"
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

/* Reads the argument of --type into a struct rrsig_types; returns NULL or what is wrong with it. */
const char *rrsig_parse_types(struct arena *arena, const char *text, void *types);

/* The plugin's run (struct plugin): `options` is a struct rrsig_options. */
void rrsig_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Judges one zone about which all was asked. */
void rrsig_check(const struct target *target, const struct rrsig_options *options,
                 struct report *report);
