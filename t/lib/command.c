/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes argument vectors of lines and has them parsed. */
#include "lib/command.h"

#include <string.h>

#include <check.h>

enum { ARGUMENTS_MAX = 16 };

const struct option_def command_rows[] = {
    {"type", 'T', "LIST", offsetof(struct command_options, types), option_text, "record types"},
    {"warning", 'w', "LIFE", offsetof(struct command_options, warning), option_horizon,
     "remaining life below which to warn (default 3d/10%)"},
    {"count", 0, "RANGE", offsetof(struct command_options, count), option_range, "how many"},
    {"max-life-of-any-signature", 0, "DURATION", offsetof(struct command_options, max_life),
     option_duration,
     "longest life of a signature, which has a long name here so that its help text must begin on "
     "the next line, and go on there for a while"},
    {"most", 0, "N", offsetof(struct command_options, most), option_number, "a number"},
    OPTION_END,
};

struct command_options command_defaults(void)
{
    struct command_options options = {.types = NULL};
    options_defaults(&options.common);
    return options;
}

const char *command_parse(struct arena *arena, const char *line, struct command_options *options)
{
    char *argv[ARGUMENTS_MAX + 2] = {arena_text(arena, "check_test")};
    int argc = 1;
    for (const char *word = line; *line != '\0' && word != NULL && argc <= ARGUMENTS_MAX;) {
        const char *end = strchr(word, ' ');
        size_t size = end == NULL ? strlen(word) : (size_t)(end - word);
        argv[argc++] = arena_printf(arena, "%.*s", (int)size, word);
        word = end == NULL ? NULL : end + 1;
    }
    return options_parse(arena, command_rows, argc, argv, options);
}

struct command_options command_good(struct arena *arena, const char *line)
{
    struct command_options options = command_defaults();
    const char *problem = command_parse(arena, line, &options);
    ck_assert_msg(problem == NULL, "%s: %s", line, problem);
    return options;
}
