/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports made up for tests of what reads them. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/name.h"
#include "result/render.h"
#include "result/report.h"

/* Bytes that some reader of our output would trip over. */
extern const char reports_hostile[];

/* A name that must be well-formed. */
struct name reports_name(const char *text);

/* An empty report about a zone of this name, rated by default. */
struct report reports_about(struct arena *arena, const char *subject);

/* A finding that says no more than its text. */
void reports_add(struct report *report, enum finding_id id, const char *text);

/* Perfdata: the least time left, with thresholds; and a count, without. */
void reports_add_life(struct report *report, double seconds);
void reports_add_count(struct report *report, const char *label, double value);

/* A report in which every text is hostile: a CRITICAL, a WARNING, a note, a detail a level. */
struct report reports_all_hostile(struct arena *arena);

/* The run of check_rrsig_expiry that made these reports. */
struct result reports_result(struct report *reports, size_t count);
