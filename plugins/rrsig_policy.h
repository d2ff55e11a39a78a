/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worth saying about signatures that are good, and about the keys. */
#pragma once

#include "plugins/rrsig_gather.h"

/* Nearing ends, surplus and odd signatures, TTLs, lives.  No timing when the clock is wrong. */
void rrsig_gather_policy(struct gathering *gathering, bool clock_wrong);

/* A DS RRset of some of the parent's servers that breaks the chain, where others' does not. */
void rrsig_judge_parents(const struct survey *survey, struct report *report);

/* No DS at servers of the parent, and no valid proof of that. */
void rrsig_judge_no_ds(const struct survey *survey, struct report *report);

/* What was to be looked at and could not be, or is not there. */
void rrsig_judge_asked(const struct survey *survey, struct report *report);

/* Tag collisions, deprecated algorithms, algorithms of the DS without a signature. */
void rrsig_judge_keys(const struct survey *survey, struct report *report);
