/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a command line by tables of options, and writes the usage text from the same tables.
 *
 * The rows of the plugin and those common to all become the two inputs of getopt_long.  A long
 * option's value there is its row's number above all letters, so it is known which form was used
 * and an error can name the option as it was typed.
 */
#include "frame/options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "base/page.h"

enum {
    LONG_BASE = 0x200000, /* value of the first row's long form: above all characters */
    HELP_COLUMN = 30,     /* where help texts start */
    PAGE_WIDTH = 80,
};

struct parser {
    struct arena *arena;
    const struct option_def **rows;
    size_t count;
    char *letters;        /* for getopt: "+:H:Z:v" */
    struct option *longs; /* for getopt, ended by an empty one */
    void *options;
};

static void add_row(struct parser *parser, const struct option_def *row)
{
    size_t count = parser->count;
    parser->rows = arena_grow(parser->arena, parser->rows, count, sizeof *parser->rows);
    parser->rows[count] = row;
    parser->longs = arena_grow(parser->arena, parser->longs, count, sizeof *parser->longs);
    parser->longs[count] = (struct option){
        .name = row->name,
        .has_arg = row->argument == NULL ? no_argument : required_argument,
        .val = LONG_BASE + (int)count,
    };
    parser->count++;
}

static char *letters_of(const struct parser *parser)
{
    char *letters = arena_alloc(parser->arena, 2 * parser->count + sizeof "+:");
    char *end = letters;
    *end++ = '+'; /* stop at the first argument that is not an option */
    *end++ = ':'; /* tell a missing argument from an unknown option */
    for (size_t i = 0; i < parser->count; i++) {
        const struct option_def *row = parser->rows[i];
        if (row->letter != 0) {
            *end++ = row->letter;
        }
        if (row->letter != 0 && row->argument != NULL) {
            *end++ = ':';
        }
    }
    return letters;
}

static struct parser parser_start(struct arena *arena, const struct option_def *own, void *options)
{
    struct parser parser = {.arena = arena, .options = options};
    for (const struct option_def *row = own; row != NULL && row->name != NULL; row++) {
        add_row(&parser, row);
    }
    for (const struct option_def *row = options_common(); row->name != NULL; row++) {
        add_row(&parser, row);
    }
    parser.longs = arena_grow(arena, parser.longs, parser.count, sizeof *parser.longs);
    parser.longs[parser.count] = (struct option){.name = NULL};
    parser.letters = letters_of(&parser);
    return parser;
}

/* The row of what getopt returned (or left in optopt); NULL when there is none. */
static const struct option_def *row_of(const struct parser *parser, int value)
{
    if (value >= LONG_BASE && value < LONG_BASE + (int)parser->count) {
        return parser->rows[value - LONG_BASE];
    }
    for (size_t i = 0; value != 0 && i < parser->count; i++) {
        if (parser->rows[i]->letter == value) {
            return parser->rows[i];
        }
    }
    return NULL;
}

/* The option as it was typed: "-w" or "--warning". */
static const char *typed(const struct parser *parser, const struct option_def *row, int value)
{
    if (value >= LONG_BASE) {
        return arena_printf(parser->arena, "--%s", row->name);
    }
    return arena_printf(parser->arena, "-%c", value);
}

/* getopt gives no detail about a long option that it cannot place. */
static const char *unknown_long(const struct parser *parser, const char *word)
{
    struct arena *arena = parser->arena;
    const char *name = arena_printf(arena, "%.*s", (int)strcspn(word, "="), word);
    size_t dashes = strspn(name, "-");
    const char *candidates = "";
    for (size_t i = 0; i < parser->count; i++) {
        if (strncmp(parser->rows[i]->name, name + dashes, strlen(name + dashes)) == 0) {
            candidates = arena_printf(arena, "%s%s--%s", candidates,
                                      *candidates == '\0' ? "" : ", ", parser->rows[i]->name);
        }
    }
    if (*candidates == '\0') {
        return arena_printf(arena, "unknown option %s", name);
    }
    return arena_printf(arena, "%s is ambiguous: %s", name, candidates);
}

/* What is wrong where getopt returned `value`, which is '?' or ':'. */
static const char *refusal(const struct parser *parser, int value, const char *word)
{
    const struct option_def *row = row_of(parser, optopt);
    if (value == ':' && row != NULL) {
        return arena_printf(parser->arena, "%s: the argument %s is missing",
                            typed(parser, row, optopt), row->argument);
    }
    if (row != NULL) {
        return arena_printf(parser->arena, "%s takes no argument", typed(parser, row, optopt));
    }
    if (optopt != 0) {
        return arena_printf(parser->arena, "unknown option -%c", optopt);
    }
    return unknown_long(parser, word);
}

static const char *apply(const struct parser *parser, const struct option_def *row, int value)
{
    char *target = (char *)parser->options + row->offset;
    const char *problem = row->parse(parser->arena, optarg, target);
    if (problem == NULL) {
        return NULL;
    }
    return arena_printf(parser->arena, "%s: %s", typed(parser, row, value), problem);
}

/*
 * Reads what decides over all else, errors included: format and place of the output, and --help
 * and --version.
 * Works on a copy of argv, since getopt without the `+` moves the arguments about.
 */
static void scan(const struct parser *parser, int argc, char **argv)
{
    const size_t early[] = {
        offsetof(struct common_options, format),
        offsetof(struct common_options, output_file),
        offsetof(struct common_options, help),
        offsetof(struct common_options, version),
    };
    char **copy = arena_copy(parser->arena, argv, ((size_t)argc + 1) * sizeof *copy);
    optind = 0;
    int value;
    while ((value = getopt_long(argc, copy, parser->letters + 1, parser->longs, NULL)) != -1) {
        const struct option_def *row = row_of(parser, value);
        for (size_t i = 0; row != NULL && i < sizeof early / sizeof early[0]; i++) {
            if (row->offset == early[i]) {
                (void)apply(parser, row, value); /* the second pass reports what is wrong */
            }
        }
    }
}

static const char *parse_all(const struct parser *parser, int argc, char **argv)
{
    optind = 0;
    int value;
    while ((value = getopt_long(argc, argv, parser->letters, parser->longs, NULL)) != -1) {
        const struct option_def *row = row_of(parser, value);
        const char *problem =
            row == NULL ? refusal(parser, value, argv[optind - 1]) : apply(parser, row, value);
        if (problem != NULL) {
            return problem;
        }
    }
    if (optind < argc) {
        return arena_printf(parser->arena, "unexpected argument %s", argv[optind]);
    }
    return NULL;
}

const char *options_parse(struct arena *arena, const struct option_def *own, int argc, char **argv,
                          void *options)
{
    if (argc < 1) {
        return NULL;
    }
    opterr = 0;
    const struct parser parser = parser_start(arena, own, options);
    struct common_options *common = options;
    scan(&parser, argc, argv);
    if (common->help || common->version) {
        return NULL;
    }
    const char *problem = parse_all(&parser, argc, argv);
    if (problem == NULL && common->ipv4_only && common->ipv6_only) {
        return "-4 and -6 exclude each other";
    }
    return problem;
}

/* Adds the words of `text` at `column`, further lines indented by `indent`, and ends the line. */
static void put_wrapped(struct page *page, size_t column, size_t indent, const char *text)
{
    const char *word = text + strspn(text, " ");
    while (*word != '\0') {
        size_t length = strcspn(word, " ");
        if (column > indent && column + 1 + length > PAGE_WIDTH) {
            page_printf(page, "\n%*s", (int)indent, "");
            column = indent;
        }
        const char *gap = column > indent ? " " : "";
        page_printf(page, "%s%.*s", gap, (int)length, word);
        column += strlen(gap) + length;
        word += length;
        word += strspn(word, " ");
    }
    page_add(page, "\n");
}

static void put_row(struct page *page, const struct option_def *row)
{
    struct arena *arena = page->arena;
    const char *letter = row->letter == 0 ? "   " : arena_printf(arena, "-%c,", row->letter);
    const char *argument = row->argument == NULL ? "" : arena_printf(arena, " %s", row->argument);
    const char *left = arena_printf(arena, "  %s --%s%s", letter, row->name, argument);
    if (strlen(left) + 2 > HELP_COLUMN) {
        page_printf(page, "%s\n%*s", left, HELP_COLUMN, "");
    } else {
        page_printf(page, "%-*s", HELP_COLUMN, left);
    }
    put_wrapped(page, HELP_COLUMN, HELP_COLUMN, row->help);
}

static void put_rows(struct page *page, const char *title, const struct option_def *rows)
{
    page_printf(page, "\n%s\n", title);
    for (const struct option_def *row = rows; row->name != NULL; row++) {
        put_row(page, row);
    }
}

char *options_usage(struct arena *arena, const char *plugin, const char *summary,
                    const struct option_def *own)
{
    struct page page = page_start(arena);
    page_printf(&page, "Usage: %s -H NAME [-H NAME ...] [OPTION ...]\n", plugin);
    put_wrapped(&page, 0, 0, summary);
    if (own != NULL && own->name != NULL) {
        put_rows(&page, "Options of this plugin:", own);
    }
    put_rows(&page, "Common options:", options_common());
    page_add(&page, "\n");
    put_wrapped(&page, 0, 0,
                "Durations are written 45s, 90m, 36h, 7d, 2w or 1d12h; a bare number is seconds. "
                "What is not given takes the default shown. "
                "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN or wrong usage.");
    return page.text;
}
