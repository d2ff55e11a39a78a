/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What single replies of a server that is otherwise good may show. */
#pragma once

#include <stddef.h>

#include "check/health.h"

/*
 * Adds the findings about single replies of `server`, one a kind.  `questions` are those of one
 * zone, to all of its servers.
 */
void oddity_judge(struct report *report, const struct health_terms *terms,
                  const struct questions *questions, const struct server *server);
