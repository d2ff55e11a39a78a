/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the one output of a run goes. */
#pragma once

#include "base/arena.h"

/*
 * Writes `text` to standard output, or, where `path` is not NULL, to that file: atomically, by a
 * temporary file in the same folder, mode 0644.  Returns NULL, or one line that says what is wrong;
 * then an existing file is as it was and no temporary file is left.
 */
const char *output_write(struct arena *arena, const char *path, const char *text);

/*
 * Puts a file with this text into the place of `path` in one step, as output_write does.  Returns
 * NULL, or why not ("No space left on device").  What is there already must be a regular file: a
 * device or a pipe would be gone, and a symbolic link is refused since in a folder of others it may
 * lead anywhere.
 */
const char *output_replace(struct arena *arena, const char *path, const char *text);

/*
 * Makes a file with this text at `path` in one step, and nothing when a file is there.  Returns as
 * output_replace does.
 */
const char *output_create(struct arena *arena, const char *path, const char *text);

/*
 * Removes the temporary file that this process may just be writing.  It is async-signal-safe: for
 * what ends the process at any time.
 */
void output_abandon(void);
