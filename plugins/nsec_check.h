/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_nsec: settled questions in, findings out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ask/question.h"
#include "ask/zone.h"
#include "frame/run.h"
#include "plugins/nsec_probes.h"
#include "plugins/nsec_walk.h"
#include "result/report.h"

struct nsec_options {
    struct common_options common;
    struct nsec_names names;
    unsigned max_iterations;
    bool forbid_nsec;
    bool allow_opt_out;
    unsigned walk; /* NSEC links to follow */
};

/* All that was collected about one zone. */
struct nsec_facts {
    const struct zone *zone; /* names, and the addresses of name servers, are read */
    const struct nsec_probe *probes;
    size_t probe_count;
    const struct question *const
        *child; /* every question to the zone's servers but those of walks */
    size_t child_count;
    const struct question *const *others; /* every other question of the run that concerns it */
    size_t other_count;
    const struct nsec_walk *walks; /* one a server that was walked at */
    size_t walk_count;
    bool online; /* a control question was answered */
};

/* The plugin's run (struct plugin): `options` is a struct nsec_options. */
void nsec_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Judges one zone. */
void nsec_check(struct run *run, const struct nsec_facts *facts, const struct nsec_options *options,
                struct report *report);
