/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files that the user or the system keeps, read as a whole. */
#pragma once

#include "base/arena.h"

/*
 * The contents of a file as text.  Returns NULL and sets `text`, or one line that names the file
 * and says why not: it cannot be read, is larger than a MiB, or holds a NUL, so is no text.
 */
const char *file_read(struct arena *arena, const char *path, const char **text);

/* The same for lists of many thousands of lines: up to 16 MiB. */
const char *file_read_list(struct arena *arena, const char *path, const char **text);
