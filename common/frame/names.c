/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the names of a run. */
#include "frame/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The names so far, with a table of slots (index + 1) so that each is taken once. */
struct names {
    struct arena *arena;
    const struct name **list;
    size_t count;
    size_t *slots;
    size_t slot_count;
};

static size_t *find_slot(const struct names *names, const struct name *name)
{
    size_t at = bytes_hash(BYTES_HASH, name->wire, name->size) & (names->slot_count - 1);
    while (names->slots[at] != 0 && !name_equal(names->list[names->slots[at] - 1], name)) {
        at = (at + 1) & (names->slot_count - 1);
    }
    return &names->slots[at];
}

static void make_room(struct names *names)
{
    if (names->count * 2 < names->slot_count) {
        return;
    }
    names->slot_count = names->slot_count == 0 ? 16 : names->slot_count * 2;
    names->slots = arena_alloc(names->arena, names->slot_count * sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++) {
        *find_slot(names, names->list[i]) = i + 1;
    }
}

static const char *add(struct names *names, const char *text)
{
    struct name name;
    const char *problem = name_from_text(text, &name);
    if (problem != NULL) {
        return problem;
    }
    make_room(names);
    size_t *slot = find_slot(names, &name);
    if (*slot == 0) {
        names->list = arena_grow(names->arena, names->list, names->count, sizeof *names->list);
        names->list[names->count] = arena_copy(names->arena, &name, sizeof name);
        *slot = ++names->count;
    }
    return NULL;
}

/* Cuts comment and white space off both ends of a line, in place. */
static char *trim(char *line)
{
    line[strcspn(line, "#\r\n")] = '\0';
    line += strspn(line, " \t");
    size_t size = strlen(line);
    while (size > 0 && strchr(" \t", line[size - 1]) != NULL) {
        line[--size] = '\0';
    }
    return line;
}

enum { LINE = 1280 }; /* 255 octets as \DDD, and some comment */

/* The next line without its end; false at the end of the file.  `good`: it fits and has no NUL. */
static bool read_line(FILE *file, char line[LINE], bool *good)
{
    size_t size = 0;
    int byte = getc(file);
    *good = true;
    if (byte == EOF) {
        return false;
    }
    for (; byte != EOF && byte != '\n'; byte = getc(file)) {
        *good = *good && byte != '\0' && size + 1 < LINE;
        if (*good) {
            line[size++] = (char)byte;
        }
    }
    line[size] = '\0';
    return true;
}

static const char *read_lines(struct names *names, FILE *file, const char *path)
{
    char line[LINE];
    bool good = false;
    for (size_t number = 1; read_line(file, line, &good); number++) {
        if (!good) {
            return arena_printf(names->arena,
                                "--names-from %s line %zu: too long for a name, or a zero byte in "
                                "it",
                                path, number);
        }
        const char *text = text_skip_mark(trim(line));
        const char *problem = *text == '\0' ? NULL : add(names, text);
        if (problem != NULL) {
            return arena_printf(names->arena, "--names-from %s line %zu: %s: %s", path, number,
                                text, problem);
        }
    }
    return ferror(file) ? arena_printf(names->arena, "--names-from %s: %s", path, strerror(errno))
                        : NULL;
}

static const char *read_file(struct names *names, const char *path)
{
    if (strcmp(path, "-") == 0) {
        return read_lines(names, stdin, "(standard input)");
    }
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return arena_printf(names->arena, "--names-from %s: %s", path, strerror(errno));
    }
    const char *problem = read_lines(names, file, path);
    (void)fclose(file); /* it was only read */
    return problem;
}

const char *names_read(struct arena *arena, const struct common_options *options,
                       const struct name *const **list, size_t *count)
{
    struct names names = {.arena = arena};
    for (size_t i = 0; i < options->names.count; i++) {
        const char *problem = add(&names, options->names.items[i]);
        if (problem != NULL) {
            return arena_printf(arena, "--hostname %s: %s", options->names.items[i], problem);
        }
    }
    for (size_t i = 0; i < options->names_from.count; i++) {
        const char *problem = read_file(&names, options->names_from.items[i]);
        if (problem != NULL) {
            return problem;
        }
        if (names.count == 0) {
            return arena_printf(arena, "--names-from %s: no name in it",
                                options->names_from.items[i]);
        }
    }
    if (names.count == 0) {
        return "no name to check: give --hostname NAME (see --help)";
    }
    *list = names.list;
    *count = names.count;
    return NULL;
}
