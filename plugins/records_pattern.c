/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiles regular expressions and matches records against them. */
#include "plugins/records_pattern.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "base/text.h"

enum { PATTERN_MOST = 256, REPEAT_MOST = 1000, TEXT_MOST = 4096, MESSAGE_MOST = 120 };

struct pattern {
    regex_t regex;
};

static void close_pattern(void *object)
{
    regfree(object);
}

/* The larger number of an interval that begins behind the brace; at least 1. */
static unsigned interval(const char *text)
{
    unsigned most = 1;
    unsigned number = 0;
    for (; isdigit((unsigned char)*text) || *text == ','; text++) {
        number = *text == ',' ? 0 : number * 10 + (unsigned)(*text - '0');
        if (number > REPEAT_MOST) {
            return REPEAT_MOST + 1;
        }
        most = number > most ? number : most;
    }
    return most;
}

/* What makes an expression costly, whatever the text. */
static const char *find_cost(const char *text)
{
    if (strlen(text) > PATTERN_MOST) {
        return "the expression is longer than 256 octets";
    }
    unsigned repeats = 1;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && isdigit((unsigned char)at[1])) {
            return "back-references are not understood";
        }
        if (*at == '\\' && at[1] != '\0') {
            at++;
        } else if (*at == '{') {
            repeats *= interval(at + 1);
            if (repeats > REPEAT_MOST) {
                return "the expression repeats too often";
            }
        }
    }
    return NULL;
}

const char *pattern_compile(struct arena *arena, const char *text, const struct pattern **pattern)
{
    const char *cost = find_cost(text);
    if (cost != NULL) {
        return cost;
    }
    struct pattern *result = arena_alloc(arena, sizeof *result);
    int status = regcomp(&result->regex, text, REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        char message[MESSAGE_MOST];
        (void)regerror(status, &result->regex, message, sizeof message); /* always fits somehow */
        return text_clean(arena, message, strlen(message), sizeof message);
    }
    arena_defer(arena, close_pattern, &result->regex);
    *pattern = result;
    return NULL;
}

bool pattern_matches(struct arena *arena, const struct pattern *pattern, const char *text)
{
    const char *part =
        strlen(text) <= TEXT_MOST ? text : arena_printf(arena, "%.*s", TEXT_MOST, text);
    return regexec(&pattern->regex, part, 0, NULL, 0) == 0;
}
