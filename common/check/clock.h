/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the clock of this host can be right, by the signatures of unrelated zones. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/question.h"

enum clock_side { CLOCK_PLAUSIBLE, CLOCK_TOO_LATE, CLOCK_TOO_EARLY };

/*
 * CLOCK_TOO_LATE when by `now` every signature in the replies to these lists of questions has
 * expired, CLOCK_TOO_EARLY when none has begun, and there are signatures of at least two zones: one
 * zone alone may just be broken (RFC 4033 8, RFC 4035 4.7).
 */
enum clock_side clock_judge(const struct questions *lists, size_t count, int64_t now);
