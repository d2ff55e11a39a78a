/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the state file of check_ds_match: written, read, refused and joined. */
#include "lib/suite.h"
#include "plugins/ds_state.h"

/* Lines that the file's checksum vouches for, and that say nothing we know. */
START_TEST(bad_lines)
{
    static const char *const lines[] = {
        "",
        "checked",
        "checked 1 2 3",
        "checked 0 1 1 1 1 1",
        "checked x 1 1 1 1 1",
        "key 1 13 257 00 1 1 1 1", /* without a line that says when */
        "checked 1 1 1 1 1 1 1",
        "frog 1",
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct texts texts = {.items = (const char **)arena_copy(arena, &lines[i], sizeof lines[i]),
                              .count = 1};
        struct ds_history history;
        ck_assert_msg(ds_history_read(arena, texts, 30, &history) != NULL, "taken: %s", lines[i]);
    }
    static const char *const seconds[] = {
        "key 1 13 257 0 1 1 1 1",
        "key 1 13 257 0g 1 1 1 1",
        "key 70000 13 257 00 1 1 1 1",
        "key 1 300 257 00 1 1 1 1",
        "key 1 13 257 00 1 1 1",
        "key 1 13 257 00 1 1 1 1 1",
        "ds 1 13 2  1 1",
        "ds 1 13 2 00 1",
        "cds 1 13 2 00 -1 1",
        "phase x 1 2",
        "phase x 1 2 y",
        "phase  1 2 3 4",
        "phase aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1 2 3",
    };
    for (size_t i = 0; i < COUNT(seconds); i++) {
        const char *both[] = {"checked 1 1 1 1 1 1", seconds[i]};
        struct texts texts = {.items = both, .count = 2};
        struct ds_history history;
        ck_assert_msg(ds_history_read(arena, texts, 30, &history) != NULL, "taken: %s", seconds[i]);
    }
    arena_destroy(arena);
}
END_TEST

static struct texts texts_of(struct arena *arena, const char *const *items, size_t count)
{
    return (struct texts){.items = (const char **)arena_copy(arena, items, count * sizeof *items),
                          .count = count};
}

static void expect_lines(struct texts lines, const char *const *expected, size_t count)
{
    ck_assert_uint_eq(lines.count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(lines.items[i], expected[i]);
    }
}

/* Reads lines as of second 30, and expects them written as such. */
static struct ds_history expect_kept(struct arena *arena, const char *const *items,
                                     const char *const *kept, size_t count)
{
    struct ds_history history;
    ck_assert_ptr_null(ds_history_read(arena, texts_of(arena, items, count), 30, &history));
    expect_lines(ds_history_write(&history, 30), kept, count);
    return history;
}

START_TEST(written_and_read)
{
    static const char *const items[] = {
        "checked 5 10 20 3600 7200 300", "key 12345 13 257 00FF 6 10 10 0",
        "key 1 8 256 AB 7 10 0 9",       "ds 12345 13 2 0123 5 20",
        "cds 12345 13 4 4567 5 10",      "phase ksk-new-key 12345 2 8",
    };
    struct arena *arena = arena_create();
    struct ds_history history = expect_kept(arena, items, items, COUNT(items));
    /* What has not been seen for long is forgotten. */
    struct texts written = ds_history_write(&history, 20 + DS_HISTORY_KEEP);
    ck_assert_uint_eq(written.count, 3);
    arena_destroy(arena);
}
END_TEST

/* Times from before the clock was set back are not in the future. */
START_TEST(clock_set_back)
{
    static const char *const items[] = {
        "checked 50 60 70 3600 7200 300",
        "key 1 13 257 00 50 60 60 60",
        "ds 1 13 2 01 5 70",
        "cds 1 13 2 01 50 60",
        "phase ksk-new-key 1 2 50",
    };
    static const char *const bounded[] = {
        "checked 30 30 30 3600 7200 300",
        "key 1 13 257 00 30 30 30 30",
        "ds 1 13 2 01 5 30",
        "cds 1 13 2 01 30 30",
        "phase ksk-new-key 1 2 30",
    };
    struct arena *arena = arena_create();
    (void)expect_kept(arena, items, bounded, COUNT(items));
    arena_destroy(arena);
}
END_TEST

/* Of keys and DS that come and go the latest are remembered. */
START_TEST(more_than_are_kept)
{
    struct arena *arena = arena_create();
    struct ds_history history = {.arena = arena, .begun = 1};
    for (uint16_t i = 0; i <= DS_HISTORY_MOST; i++) {
        const struct ds ds = {.key_tag = i, .digest = {.data = (const uint8_t *)"x", .size = 1}};
        ck_assert_ptr_nonnull(ds_history_add_key(&history, &ds, 100 + i));
        ds_history_add_ds(arena, &history.ds, &history.ds_count, &ds, 100 + i);
    }
    ck_assert_uint_eq(history.key_count, DS_HISTORY_MOST);
    ck_assert_uint_eq(history.ds_count, DS_HISTORY_MOST);
    for (uint16_t i = 0; i <= DS_HISTORY_MOST; i++) {
        const struct ds ds = {.key_tag = i, .digest = {.data = (const uint8_t *)"x", .size = 1}};
        ck_assert_int_eq(ds_history_key(&history, &ds) != NULL, i > 0);
        ck_assert_int_eq(ds_history_ds(history.ds, history.ds_count, &ds) != NULL, i > 0);
    }
    /* All of now: there is no place for one more. */
    history.key_count = 0;
    for (uint16_t i = 0; i <= DS_HISTORY_MOST; i++) {
        const struct ds ds = {.key_tag = i, .digest = {.data = (const uint8_t *)"x", .size = 1}};
        ck_assert_int_eq(ds_history_add_key(&history, &ds, 500) != NULL, i < DS_HISTORY_MOST);
    }
    arena_destroy(arena);
}
END_TEST

/* Another run has written of the zone since this one began: nothing that it saw is lost. */
START_TEST(joined)
{
    static const char *const then[] = {"checked 5 10 10 3600 7200 300", "ds 1 13 2 01 5 10"};
    static const char *const held[] = {"checked 5 20 20 3600 7200 300",
                                       "key 7 13 257 07 20 20 20 0", "ds 1 13 2 01 5 20",
                                       "ds 2 13 2 02 20 20", "phase ksk-new-key 1 7 20"};
    static const char *const learnt[] = {"checked 6 21 21 3600 7200 300",
                                         "key 8 13 257 08 21 21 21 0", "ds 1 13 2 01 5 21",
                                         "cds 3 13 2 03 21 21", "phase ksk-ds-both 1 2 21"};
    static const char *const both[] = {"checked 5 21 21 3600 7200 300",
                                       "key 8 13 257 08 21 21 21 0",
                                       "key 7 13 257 07 20 20 20 0",
                                       "ds 1 13 2 01 5 21",
                                       "ds 2 13 2 02 20 20",
                                       "cds 3 13 2 03 21 21",
                                       "phase ksk-ds-both 1 2 21"};
    struct arena *arena = arena_create();
    struct state_lines lines = {.then = texts_of(arena, then, COUNT(then)),
                                .held = texts_of(arena, held, COUNT(held)),
                                .learnt = texts_of(arena, learnt, COUNT(learnt))};
    expect_lines(ds_history_join(arena, &lines, 30), both, COUNT(both));
    lines.held = lines.then;
    expect_lines(ds_history_join(arena, &lines, 30), learnt, COUNT(learnt));
    lines.held.items = (const char *[]){"checked 5 10 10 3600 7200 300", "damaged"};
    ck_assert_ptr_eq(ds_history_join(arena, &lines, 30).items, lines.held.items);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("ds_state", bad_lines, written_and_read, clock_set_back, more_than_are_kept, joined)
