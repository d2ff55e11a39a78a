/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nagios ranges, and horizons for time left. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* A range as two numbers and a flag: `~` and a missing end are infinities, so none is special. */
struct range {
    double start;
    double end;
    bool alert_inside; /* `@`: alert within the range, both ends included */
};

/* A threshold that was not given: the whole line, which never alerts. */
struct range range_whole(void);

/*
 * The range grammar of the plugin guidelines (`10`, `10:`, `~:10`, `10:20`, `@10:20`); where
 * `durations`, each number may be a duration (`36h`), in seconds.  Returns NULL and sets `range`,
 * or says what is wrong ("junk after the number") and leaves it alone.
 */
const char *range_parse(const char *text, bool durations, struct range *range);

bool range_alerts(struct range range, double value);

/* As perfdata wants it ("259200:", "@1:3"); "" for a range that never alerts. */
char *range_text(struct arena *arena, struct range range);

/*
 * How near an end may come: a time, a share of a life, or both, of which the smaller counts.
 * What was not given is infinite.
 */
struct horizon {
    double seconds;
    double share; /* of the life, 0.10 for 10 % */
};

/*
 * `7d`, `10%`, `3d/10%`; a final `:` after a duration is allowed, since `7d:` is how the range
 * grammar says "at least".  Returns NULL and sets `horizon`, or says what is wrong.
 */
const char *horizon_parse(const char *text, struct horizon *horizon);

/*
 * The bound for something that lives `life` seconds, in whole seconds, so that what is printed is
 * what is judged by; infinite when nothing was given.
 */
double horizon_bound(struct horizon horizon, int64_t life);
