/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads outputs by their grammars, strictly: what we never write is refused even where legal. */
#include "lib/lint.h"

#include <ctype.h>
#include <string.h>

#include <check.h>

size_t lint_count(const char *text, char byte)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == byte;
    }
    return count;
}

/* Moves on over a number: -? digits (. digits)?, without leading zeros; false when none is there.
 */
static bool skip_number(const char **at)
{
    const char *p = *at;
    p += *p == '-';
    size_t whole = strspn(p, "0123456789");
    if (whole == 0 || (whole > 1 && *p == '0')) {
        return false;
    }
    p += whole;
    if (*p == '.') {
        size_t decimals = strspn(p + 1, "0123456789");
        if (decimals == 0) {
            return false;
        }
        p += 1 + decimals;
    }
    *at = p;
    return true;
}

/* Moves on over a range, which may be empty. */
static bool skip_range(const char **at)
{
    if (**at == ';' || **at == ' ' || **at == '\n') {
        return true;
    }
    *at += **at == '@';
    if (**at == '~') {
        (*at)++;
        if (**at != ':') {
            return false;
        }
    } else if (!skip_number(at)) {
        return false;
    }
    if (**at == ':') {
        (*at)++;
        (void)skip_number(at); /* the end may be missing */
    }
    return true;
}

/* Moves on over one `label=value[unit][;warning[;critical]]`. */
static bool skip_item(const char **at)
{
    size_t label = strspn(*at, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (label == 0 || !islower((unsigned char)**at) || (*at)[label] != '=') {
        return false;
    }
    *at += label + 1;
    if (!skip_number(at)) {
        return false;
    }
    *at += strspn(*at, "s%c");
    for (int i = 0; i < 2 && **at == ';'; i++) {
        (*at)++;
        if (!skip_range(at)) {
            return false;
        }
    }
    return (*at)[-1] != ';';
}

void lint_perfdata(const char *text, size_t items)
{
    ck_assert_uint_eq(lint_count(text, '|'), items > 0);
    if (items == 0) {
        return;
    }
    const char *at = strchr(text, '|');
    ck_assert_int_eq(strncmp(at - 1, " | ", 3), 0);
    const char *perfdata = at + 2;
    at = perfdata;
    for (size_t i = 0; i < items; i++) {
        ck_assert_msg(skip_item(&at), "item %zu of %s", i, perfdata);
        ck_assert_msg(*at == (i + 1 < items ? ' ' : '\n'), "behind item %zu of %s", i, perfdata);
        at++;
    }
    ck_assert_str_eq(at, "");
}

void lint_bytes(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_msg(*p == '\n' || (*p >= ' ' && *p <= '~'), "byte %d in %s", *p, text);
        ck_assert_msg(strchr("\\\"'`$<>&", *p) == NULL, "%c in %s", *p, text);
    }
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
}

/* Moves on over one JSON value; false when it is not well-formed. */
static bool skip_json(const char **at, int depth);

static bool skip_json_text(const char **at)
{
    if (**at != '"') {
        return false;
    }
    const char *p = *at + 1;
    while (*p >= ' ' && *p <= '~' && *p != '"' && *p != '\\') {
        p++;
    }
    *at = p + 1;
    return *p == '"';
}

static bool skip_json_items(const char **at, char end, int depth)
{
    (*at)++;
    if (**at == end) {
        (*at)++;
        return true;
    }
    for (;;) {
        if (end == '}' && (!skip_json_text(at) || *(*at)++ != ':')) {
            return false;
        }
        if (!skip_json(at, depth + 1)) {
            return false;
        }
        char next = *(*at)++;
        if (next != ',') {
            return next == end;
        }
    }
}

static bool skip_json(const char **at, int depth)
{
    if (depth > 8) {
        return false;
    }
    switch (**at) {
    case '{':
        return skip_json_items(at, '}', depth);
    case '[':
        return skip_json_items(at, ']', depth);
    case '"':
        return skip_json_text(at);
    default:
        return skip_number(at);
    }
}

void lint_json(const char *text)
{
    const char *at = text;
    ck_assert_msg(skip_json(&at, 0), "at %.80s", at);
    ck_assert_str_eq(at, "\n");
}

/* How many bytes stand at `at` for a metric name or label key. */
static size_t word_size(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyz_");
}

/* Moves on over `{key="value",...}`; the values hold no byte that needs an escape. */
static bool skip_labels(const char **at)
{
    for (char before = *(*at)++; before == '{' || before == ','; before = *(*at)++) {
        *at += word_size(*at);
        if (*(*at)++ != '=' || !skip_json_text(at)) {
            return false;
        }
    }
    return (*at)[-1] == '}';
}

/* Fails unless a sample of the family `family` stands in `line`. */
static void check_sample(const char *line, const char *family)
{
    const char *at = line + word_size(line);
    ck_assert_uint_eq((size_t)(at - line), strlen(family));
    ck_assert_int_eq(strncmp(line, family, strlen(family)), 0);
    if (*at == '{') {
        ck_assert_msg(skip_labels(&at), "%.80s", line);
    }
    ck_assert_int_eq(*at++, ' ');
    ck_assert_msg(skip_number(&at), "%.80s", line);
    ck_assert_int_eq(*at, '\n');
}

/* What was read of an exposition so far. */
struct exposition {
    struct arena *arena;
    const char *families; /* " a b " */
    const char *family;   /* the present one */
    const char *last;     /* its last sample's name and labels */
};

/* Reads HELP and TYPE at `line`; returns the second of these lines. */
static const char *check_header(struct exposition *seen, const char *line)
{
    const char *name = line + strlen("# HELP ");
    seen->family = arena_printf(seen->arena, "%.*s", (int)word_size(name), name);
    seen->last = "";
    ck_assert_ptr_null(strstr(seen->families, arena_printf(seen->arena, " %s ", seen->family)));
    seen->families = arena_printf(seen->arena, "%s%s ", seen->families, seen->family);
    size_t size = strlen(seen->family);
    bool counts = size > 6 && strcmp(seen->family + size - 6, "_total") == 0;
    const char *type =
        arena_printf(seen->arena, "# TYPE %s %s\n", seen->family, counts ? "counter" : "gauge");
    line = strchr(line, '\n') + 1;
    ck_assert_int_eq(strncmp(line, type, strlen(type)), 0);
    return line;
}

/* Samples of a family are sorted by their labels, so one that comes twice is out of order. */
static void check_order(struct exposition *seen, const char *line)
{
    const char *sample = arena_printf(seen->arena, "%.*s", (int)strcspn(line, "\n"), line);
    size_t size = (size_t)(strrchr(sample, ' ') - sample);
    const char *labels = arena_printf(seen->arena, "%.*s", (int)size, sample);
    ck_assert_msg(strcmp(seen->last, labels) < 0, "%s behind %s", labels, seen->last);
    seen->last = labels;
}

void lint_prometheus(struct arena *arena, const char *text)
{
    struct exposition seen = {.arena = arena, .families = " ", .family = "", .last = ""};
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            line = check_header(&seen, line);
        } else if (*line != '#') {
            check_sample(line, seen.family);
            check_order(&seen, line);
        }
    }
}
