/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worth saying about signatures that are good, and about the keys and the clock. */
#pragma once

#include "plugins/rrsig_gather.h"

/* Nearing ends, surplus and odd signatures, TTLs, lives.  No timing when the clock is wrong. */
void rrsig_gather_policy(struct gathering *gathering, bool clock_wrong);

/*
 * Whether the signatures of at least two unrelated zones all exclude the present time on the same
 * side, so that it is this host's clock that is wrong; reported then.  Never with --at.
 */
bool rrsig_judge_clock(const struct survey *survey, struct report *report);

/* Tag collisions, deprecated algorithms, algorithms of the DS without a signature. */
void rrsig_judge_keys(const struct survey *survey, struct report *report);
