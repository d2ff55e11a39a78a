/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Root hints: the addresses of the root servers, from a file or built in. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ask/server.h"
#include "base/arena.h"

/* The root servers with their addresses of 2026; all are asked at `port`. */
const struct server *hints_built_in(struct arena *arena, uint16_t port, size_t *count);

/*
 * The root servers of a hints file in master file form: NS records of the root, A and AAAA records
 * of the names in them, in any order.  Returns NULL and sets the array, or one line that names
 * file, line and what is wrong with it; a file without any address is an error.
 */
const char *hints_read(struct arena *arena, const char *path, uint16_t port,
                       const struct server **servers, size_t *count);

/* The same for text that stands in memory; `path` is what errors call it. */
const char *hints_parse(struct arena *arena, const char *path, const char *text, uint16_t port,
                        const struct server **servers, size_t *count);
