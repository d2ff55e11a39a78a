/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of --expect-tag and --expect-ds, and what options exclude each other. */
#include <string.h>

#include "ask/file.h"
#include "base/text.h"
#include "plugins/ds_match.h"
#include "wire/rr_data.h"

enum { FIELDS = 3, PRINT_DIGITS = 2 * WEAK_PRINT_SIZE, SHOWN = 60, DIGEST_MOST = 64 };

static const char *refuse(struct arena *arena, const char *text, const char *expected)
{
    if (*text == '\0') {
        return arena_printf(arena, "the value is empty, not %s", expected);
    }
    return arena_printf(arena, "%s is not %s", text_clean(arena, text, strlen(text), SHOWN),
                        expected);
}

const char *ds_parse_tag(struct arena *arena, const char *text, void *target)
{
    struct ds_pins *pins = target;
    uint64_t tag = 0;
    if (!text_number(text, UINT16_MAX, &tag)) {
        return refuse(arena, text, "a key tag from 0 to 65535");
    }
    pins->tags = arena_grow(arena, pins->tags, pins->tag_count, sizeof *pins->tags);
    pins->tags[pins->tag_count++] = (uint16_t)tag;
    return NULL;
}

const char *ds_parse_record(struct arena *arena, const char *text, void *target)
{
    static const char expected[] = "a DS (as in \"12345 13 2 49FD...\": tag, algorithm, digest "
                                   "type, digest)";
    static const uint64_t most[FIELDS] = {UINT16_MAX, UINT8_MAX, UINT8_MAX};
    struct ds_pins *pins = target;
    uint64_t fields[FIELDS] = {0};
    const char *at = text;
    for (size_t i = 0; i < FIELDS; i++) {
        at += strspn(at, " ");
        size_t size = strcspn(at, " ");
        if (!text_number(arena_printf(arena, "%.*s", (int)size, at), most[i], &fields[i])) {
            return refuse(arena, text, expected);
        }
        at += size;
    }
    struct ds ds = {
        .key_tag = (uint16_t)fields[0],
        .algorithm = (uint8_t)fields[1],
        .digest_type = (uint8_t)fields[2],
    };
    if (!rr_hex_parse(arena, at, &ds.digest) || ds.digest.size == 0 ||
        ds.digest.size > DIGEST_MOST) {
        return refuse(arena, text, expected);
    }
    pins->records = arena_grow(arena, pins->records, pins->record_count, sizeof *pins->records);
    pins->records[pins->record_count++] = ds;
    return NULL;
}

/* The digits of a fingerprint and nothing else. */
static bool read_print(struct arena *arena, const char *line, size_t size, struct weak_print *print)
{
    struct bytes octets;
    if (size != PRINT_DIGITS ||
        !rr_hex_parse(arena, arena_printf(arena, "%.*s", (int)size, line), &octets) ||
        octets.size != WEAK_PRINT_SIZE) {
        return false;
    }
    memcpy(print->octets, octets.data, octets.size);
    return true;
}

struct prints {
    struct weak_print *list;
    size_t count;
};

/* As in Debian's openssl-blacklist: a fingerprint a line, and comments that begin with #. */
static const char *read_prints(struct arena *arena, const char *path, const char *text,
                               struct prints *prints)
{
    for (unsigned line = 1; *text != '\0'; line++) {
        size_t length = strcspn(text, "\n");
        size_t size = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        struct weak_print print;
        bool is_comment = size == 0 || *text == '#';
        if (!is_comment && !read_print(arena, text, size, &print)) {
            return arena_printf(arena,
                                "--weak-keys %s: line %u is not a fingerprint of 20 hexadecimal "
                                "digits",
                                text_clean(arena, path, strlen(path), SHOWN), line);
        }
        if (!is_comment) {
            prints->list = arena_grow(arena, prints->list, prints->count, sizeof *prints->list);
            prints->list[prints->count++] = print;
        }
        text += text[length] == '\0' ? length : length + 1;
    }
    return NULL;
}

static const char *read_weak_files(struct arena *arena, struct ds_options *options)
{
    struct prints prints = {.count = 0};
    for (size_t i = 0; i < options->weak_files.count; i++) {
        const char *path = options->weak_files.items[i];
        const char *text = NULL;
        const char *problem = file_read_list(arena, path, &text);
        if (problem != NULL) {
            return arena_printf(arena, "--weak-keys %s", problem);
        }
        problem = read_prints(arena, path, text, &prints);
        if (problem != NULL) {
            return problem;
        }
    }
    options->weak = weak_list_of(prints.list, prints.count);
    return NULL;
}

const char *ds_validate(struct arena *arena, void *data)
{
    struct ds_options *options = data;
    if (options->max_key_age > 0 && options->state_file == NULL) {
        return "--max-key-age needs --state-file, which knows how old keys are";
    }
    if (options->check_bootstrap && options->common.iterate) {
        return "--check-bootstrap needs a resolver and does not go with --iterate";
    }
    return read_weak_files(arena, options);
}
