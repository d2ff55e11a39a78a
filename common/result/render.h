/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports as text: what a scheduler, a script or a scraper reads. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "result/report.h"

/* All that a renderer knows about a run.  The reports are sorted (report_sort). */
struct result {
    const char *plugin;  /* "check_rrsig_expiry" */
    const char *service; /* "RRSIG" */
    const char *version;
    const char *noun; /* what the subjects are, "zones" */
    int64_t at;       /* the time judged for */
    int64_t elapsed_ms;
    int verbosity;          /* 0 to 3 */
    const char *error;      /* usage error or the like: one line; then there are no reports */
    enum state error_state; /* what it comes to */
    struct report *const *reports;
    size_t count;
};

/* The state of the whole run: the worst of all; UNKNOWN when there is no report. */
enum state result_state(const struct result *result);

/* The text without perfdata that names state and cause: the first line, and JSON's "summary". */
char *result_headline(struct arena *arena, const struct result *result);

/* The metrics of all reports by label, in order of first appearance, folded. */
struct metric *result_metrics(struct arena *arena, const struct result *result, size_t *count);

/*
 * A number as every format takes it: an integer without a fraction, otherwise at most six decimals,
 * never an exponent.  `number` must be finite.
 */
char *result_number(struct arena *arena, double number);

/* Each ends in a newline. */
char *render_nagios(struct arena *arena, const struct result *result);
char *render_json(struct arena *arena, const struct result *result);
char *render_prometheus(struct arena *arena, const struct result *result);
