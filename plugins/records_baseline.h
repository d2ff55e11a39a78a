/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of earlier runs, in a file that the user names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "frame/run.h"
#include "frame/state_file.h"
#include "plugins/records.h"

/* The file, open and locked while the names of a chunk are judged. */
struct baseline {
    struct state_file file;
    bool updates;
    const char *problem; /* why it cannot be used; or NULL */
};

/* NULL without --baseline. */
struct baseline *baseline_open(struct run *run, const struct records_options *options);

/* Writes what was recorded and adds a finding to each report when that or the opening failed. */
void baseline_close(struct baseline *baseline, struct subject *subjects, size_t count);
