/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of --expect-tag and --expect-ds, and what options exclude each other. */
#include <string.h>

#include "base/text.h"
#include "plugins/ds_match.h"
#include "wire/rr_data.h"

enum { FIELDS = 3, SHOWN = 60, DIGEST_MOST = 64 };

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

const char *ds_validate(struct arena *arena, void *data)
{
    (void)arena;
    const struct ds_options *options = data;
    if (options->max_key_age > 0 && options->state_file == NULL) {
        return "--max-key-age needs --state-file, which knows how old keys are";
    }
    if (options->check_bootstrap && options->common.iterate) {
        return "--check-bootstrap needs a resolver and does not go with --iterate";
    }
    return NULL;
}
