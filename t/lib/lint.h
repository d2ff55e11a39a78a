/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What readers of the three output formats demand of every output, whatever it says. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* How often a byte stands in a text. */
size_t lint_count(const char *text, char byte);

/* Fails unless all bytes may go to a scheduler's page, mail and shell, and the text ends a line. */
void lint_bytes(const char *text);

/*
 * Fails unless a multi-line output ends in ` | ` and `items` items of perfdata, and has no other
 * `|`.  An item is `label=value[unit][;warning[;critical]]` with plain numbers and ranges.
 */
void lint_perfdata(const char *text, size_t items);

/* Fails unless the text is one well-formed JSON value on one line, without any escape. */
void lint_json(const char *text);

/*
 * Fails unless the text is what node_exporter and promtool take: families in one piece, each once
 * and with HELP and TYPE, counters alone ending in `_total`, and no label set twice.
 */
void lint_prometheus(struct arena *arena, const char *text);
