/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every plugin's main is: parse, run, render, exit code. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "frame/options.h"
#include "frame/run.h"
#include "frame/state_file.h"

struct plugin {
    const char *name;    /* "check_rrsig_expiry" */
    const char *service; /* "RRSIG" */
    const char *summary; /* one sentence for --help */
    const char *noun;    /* what its subjects are: "zones" */
    const struct option_def *options;
    bool draws;           /* --output-format dot: its reports have a graph */
    bool needs_resolver;  /* also with -s, unless it iterates */
    bool needs_anchors;   /* struct run has the trust anchors */
    const void *defaults; /* of the plugin's options struct */
    size_t options_size;
    /* Says what is wrong with the options as a whole, or NULL.  May be NULL itself. */
    const char *(*validate)(struct arena *arena, void *options);
    /* The file that is kept from run to run; the time is not set.  May be NULL itself. */
    struct state_use (*keeps)(const void *options);
    /* Collects and judges all subjects of one chunk; each has an empty report. */
    void (*run)(struct run *run, struct subject *subjects, size_t count, const void *options);
};

/* Runs the plugin and returns the exit code.  Nothing is written but the one output. */
int plugin_main(const struct plugin *plugin, int argc, char **argv);
