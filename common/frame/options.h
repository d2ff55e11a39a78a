/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options as a table: parser, usage text and the man-page check come from the same rows.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "frame/run.h"

/*
 * Reads `text` (NULL for an option without argument) into `target`.  Returns NULL, or what is
 * wrong with it; memory for either comes from the arena.
 */
typedef const char *option_parse(struct arena *arena, const char *text, void *target);

struct option_def {
    const char *name;     /* long form, without dashes */
    char letter;          /* or 0 */
    const char *argument; /* "NAME"; NULL for a flag */
    size_t offset;        /* of the target in the options struct */
    option_parse *parse;
    const char *help;
};

/* Ends a table. */
#define OPTION_END                                                                                 \
    {                                                                                              \
        .name = NULL                                                                               \
    }

option_parse option_flag, option_text, option_texts, option_number, option_duration, option_horizon,
    option_range;

/* Sets every field to its default. */
void options_defaults(struct common_options *options);

/* The rows common to all plugins. */
const struct option_def *options_common(void);

/*
 * Parses argv by the common rows and `own` into `options` (which starts with a common_options and
 * has its defaults set).  Returns NULL, or one line that names the option and the problem.
 * --output-format and --output-file are read first, so that even an error comes in the chosen
 * format and place.
 */
const char *options_parse(struct arena *arena, const struct option_def *own, int argc, char **argv,
                          void *options);

/* --help: at most 80 columns. */
char *options_usage(struct arena *arena, const char *plugin, const char *summary,
                    const struct option_def *own);
