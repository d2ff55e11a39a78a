/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of a plugin that does not exist. */
#pragma once

#include <stdint.h>

#include "frame/options.h"
#include "result/threshold.h"

struct command_options {
    struct common_options common;
    const char *types;
    struct horizon warning;
    struct range count;
    int64_t max_life;
    unsigned most;
};

/* The rows that this plugin adds to the common ones. */
extern const struct option_def command_rows[];

/* All options as they are when none is given. */
struct command_options command_defaults(void);

/*
 * Parses the words of `line`, which are separated by one space each: a space at the end makes an
 * empty word.  Returns what options_parse does.
 */
const char *command_parse(struct arena *arena, const char *line, struct command_options *options);

/* The options of a line that must be right. */
struct command_options command_good(struct arena *arena, const char *line);
