/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BIND key files: trust-anchors, managed-keys and trusted-keys statements as records. */
#include "ask/anchors_bind.h"

#include <string.h>

#include "base/text.h"

enum { SHOWN = 60 };

static const char *const statements[] = {"trust-anchors", "managed-keys", "trusted-keys"};

enum { STATEMENT_COUNT = sizeof statements / sizeof statements[0] };

/* What the words before the data of an entry say of it. */
static const struct {
    const char *word;
    const char *type;
} kinds[] = {
    {"initial-key", "DNSKEY"},
    {"static-key", "DNSKEY"},
    {"initial-ds", "DS"},
    {"static-ds", "DS"},
};

/* Behind blanks and comments of all kinds: the shell's, C's, C++'s. */
static const char *skip(const char *text, unsigned *line)
{
    for (;;) {
        if (*text == '\n') {
            (*line)++;
            text++;
        } else if (*text != '\0' && strchr(" \t\r", *text) != NULL) {
            text++;
        } else if (*text == '#' || strncmp(text, "//", 2) == 0) {
            text += strcspn(text, "\n");
        } else if (strncmp(text, "/*", 2) == 0) {
            const char *end = strstr(text + 2, "*/");
            for (; *text != '\0' && text != end; text++) {
                *line += *text == '\n' ? 1 : 0;
            }
            text += end == NULL ? 0 : 2;
        } else {
            return text;
        }
    }
}

/* The statement that begins here, or NULL. */
static const char *statement_at(const char *text)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        size_t size = strlen(statements[i]);
        if (strncmp(text, statements[i], size) == 0 && strchr(" \t\r\n{#/", text[size]) != NULL) {
            return statements[i];
        }
    }
    return NULL;
}

bool bind_is(const char *text)
{
    unsigned line = 1;
    return statement_at(skip(text, &line)) != NULL;
}

struct bind_file bind_open(struct arena *arena, const char *text)
{
    return (struct bind_file){
        .text = text,
        .line = 1,
        .next_line = 1,
        .word = arena_alloc(arena, strlen(text) + 1),
    };
}

/* Reads a word, a quoted text or one of { } ; into file->word; "" at the end. */
static void read_word(struct bind_file *file)
{
    const char *text = skip(file->text, &file->next_line);
    file->quoted = *text == '"' && strchr(text + 1, '"') != NULL;
    size_t size = strcspn(text, " \t\r\n{};\"#");
    if (file->quoted) {
        text++;
        size = strcspn(text, "\"");
    } else if (size == 0 && *text != '\0') {
        size = 1;
    }
    for (size_t i = 0; i < size; i++) {
        file->next_line += text[i] == '\n' ? 1 : 0;
        file->word[i] = strchr("\t\r\n", text[i]) != NULL ? ' ' : text[i];
    }
    file->word[size] = '\0';
    file->text = text + size + (file->quoted ? 1 : 0);
}

static bool word_is(const struct bind_file *file, const char *word)
{
    return !file->quoted && strcmp(file->word, word) == 0;
}

/* Says what stands where something else should. */
static const char *unexpected(struct arena *arena, const struct bind_file *file,
                              const char *expected)
{
    if (file->word[0] == '\0' && !file->quoted) {
        return arena_printf(arena, "the file ends where %s should stand", expected);
    }
    if (word_is(file, "\"")) {
        return "a quotation mark is not closed";
    }
    return arena_printf(arena, "%s where %s should stand",
                        text_clean(arena, file->word, strlen(file->word), SHOWN), expected);
}

static const char *expect(struct arena *arena, struct bind_file *file, const char *word)
{
    read_word(file);
    return word_is(file, word) ? NULL : unexpected(arena, file, word);
}

/* Opens the next statement; false at the end of the file and for an error. */
static bool open_statement(struct arena *arena, struct bind_file *file, const char **problem)
{
    file->text = skip(file->text, &file->next_line);
    file->line = file->next_line;
    if (*file->text == '\0') {
        return false;
    }
    file->statement = statement_at(file->text);
    read_word(file);
    *problem = file->statement == NULL
                   ? unexpected(arena, file, "trust-anchors, managed-keys or trusted-keys")
                   : expect(arena, file, "{");
    return *problem == NULL;
}

/* The type of record that an entry makes; the word behind its name is left in file->word. */
static const char *read_kind(struct arena *arena, struct bind_file *file, const char **problem)
{
    read_word(file);
    if (strcmp(file->statement, "trusted-keys") == 0) {
        return "DNSKEY";
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (word_is(file, kinds[i].word)) {
            read_word(file);
            return kinds[i].type;
        }
    }
    *problem = unexpected(arena, file, "initial-key, static-key, initial-ds or static-ds");
    return NULL;
}

static bool is_number(const struct bind_file *file)
{
    uint64_t number = 0;
    return !file->quoted && text_number(file->word, UINT16_MAX, &number);
}

/* An entry whose name stands in file->word: a kind, three numbers, the quoted data. */
static const char *read_entry(struct arena *arena, struct bind_file *file, const char **record)
{
    const char *name = arena_text(arena, file->word);
    const char *problem = NULL;
    if (name[0] == '\0' || strpbrk(name, " ();$@") != NULL) {
        return unexpected(arena, file, "the name of a zone");
    }
    const char *type = read_kind(arena, file, &problem);
    if (type == NULL) {
        return problem;
    }
    const char *text =
        arena_printf(arena, "%s%s %s", name, name[strlen(name) - 1] == '.' ? "" : ".", type);
    for (unsigned i = 0; i < 3; i++) {
        if (!is_number(file)) {
            return unexpected(arena, file, "a number");
        }
        text = arena_printf(arena, "%s %s", text, file->word);
        read_word(file);
    }
    if (!file->quoted || strpbrk(file->word, ";()\\") != NULL) {
        return unexpected(arena, file, "a key or digest in quotation marks");
    }
    *record = arena_printf(arena, "%s %s\n", text, file->word);
    return expect(arena, file, ";");
}

bool bind_next(struct arena *arena, struct bind_file *file, const char **record,
               const char **problem)
{
    for (;;) {
        if (file->statement == NULL && !open_statement(arena, file, problem)) {
            return false;
        }
        file->text = skip(file->text, &file->next_line);
        file->line = file->next_line;
        read_word(file);
        if (!word_is(file, "}")) {
            *problem = read_entry(arena, file, record);
            return *problem == NULL;
        }
        file->statement = NULL;
        *problem = expect(arena, file, ";");
        if (*problem != NULL) {
            return false;
        }
    }
}
