/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_nsec: settled questions in, findings out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "frame/run.h"
#include "frame/targets.h"
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
    const struct target
        *target; /* its `child` has all questions to the servers but those of walks */
    const struct nsec_probe *probes;
    size_t probe_count;
    const struct nsec_walk *walks; /* one a server that was walked at */
    size_t walk_count;
};

/* The plugin's run (struct plugin): `options` is a struct nsec_options. */
void nsec_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/* Judges one zone. */
void nsec_check(const struct nsec_facts *facts, const struct nsec_options *options,
                struct report *report);
