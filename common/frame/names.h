/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of a run: from the command line and from --names-from. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "frame/run.h"

/*
 * The names of --hostname and --names-from, each once, in the order given.  Returns NULL
 * and sets both, or one line that says which option or line of the file is wrong; also when there
 * is no name at all.
 */
const char *names_read(struct arena *arena, const struct common_options *options,
                       const struct name *const **list, size_t *count);
