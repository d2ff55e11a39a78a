/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the arena, of growing arrays in it, and of comparing bytes. */
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "lib/suite.h"

START_TEST(test_alloc_is_zeroed_and_aligned)
{
    struct arena *arena = arena_create();
    for (size_t size = 0; size < 70000; size = size * 5 / 4 + 1) {
        uint8_t *object = arena_alloc(arena, size);
        ck_assert_ptr_nonnull(object);
        ck_assert_uint_eq((uintptr_t)object % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            ck_assert_uint_eq(object[i], 0);
        }
        memset(object, 0xAA, size);
    }
    arena_destroy(arena);
}
END_TEST

/* Small and large ones in turn, so that blocks are filled, skipped and taken up again. */
START_TEST(test_objects_do_not_overlap)
{
    enum { COUNT = 2000 };
    struct arena *arena = arena_create();
    uint8_t *objects[COUNT];
    size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 50 == 0 ? 8100 + i : i * 7 % 300 + 1;
        objects[i] = arena_alloc(arena, sizes[i]);
        memset(objects[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(objects[i][0], i % 251);
        ck_assert_mem_eq(objects[i], objects[i] + sizes[i] / 2, sizes[i] / 2);
        ck_assert_uint_eq(objects[i][sizes[i] - 1], i % 251);
    }
    arena_destroy(arena);
}
END_TEST

/* A large object is not cut from: what follows it goes elsewhere. */
START_TEST(test_large_object_first)
{
    struct arena *arena = arena_create();
    char *large = arena_alloc(arena, 50000);
    char *small = arena_alloc(arena, 16);
    memset(large, 1, 50000);
    ck_assert_int_eq(small[0], 0);
    memset(small, 2, 16);
    ck_assert_int_eq(large[0], 1);
    ck_assert_int_eq(large[49999], 1);
    arena_destroy(arena);
}
END_TEST

START_TEST(test_empty_allocations_differ)
{
    struct arena *arena = arena_create();
    const void *first = arena_alloc(arena, 0);
    const void *second = arena_alloc(arena, 0);
    ck_assert_ptr_ne(first, second);
    arena_destroy(arena);
}
END_TEST

START_TEST(test_destroy_null)
{
    arena_destroy(NULL);
}
END_TEST

START_TEST(test_copies)
{
    struct arena *arena = arena_create();
    char original[] = "octets\0and more";
    char *copy = arena_copy(arena, original, sizeof original);
    char *text = arena_text(arena, original);
    original[0] = 'X';
    ck_assert_mem_eq(copy, "octets\0and more", sizeof original);
    ck_assert_str_eq(text, "octets");
    ck_assert_ptr_nonnull(arena_copy(arena, NULL, 0));
    ck_assert_str_eq(arena_text(arena, ""), "");
    arena_destroy(arena);
}
END_TEST

START_TEST(test_printf)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(arena_printf(arena, "%s-%d", "a", 5), "a-5");
    ck_assert_str_eq(arena_printf(arena, "%s", ""), "");
    const char *wide = arena_printf(arena, "%*d", 100000, 7);
    ck_assert_uint_eq(strlen(wide), 100000);
    ck_assert_int_eq(wide[99999], '7');
    arena_destroy(arena);
}
END_TEST

START_TEST(test_grow_keeps_what_was_there)
{
    enum { COUNT = 5000 };
    struct arena *arena = arena_create();
    uint32_t *numbers = NULL;
    unsigned moves = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t *grown = arena_grow(arena, numbers, i, sizeof *numbers);
        moves += grown != numbers ? 1 : 0;
        numbers = grown;
        numbers[i] = i * 3;
        memset(arena_alloc(arena, 1), 0xAA, 1); /* in the way of what would grow in its place */
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(numbers[i], i * 3);
    }
    ck_assert_uint_eq(moves, 12); /* 4, 8, ... 8192 elements */
    arena_destroy(arena);
}
END_TEST

START_TEST(test_grow_moves_at_powers_of_two_from_four)
{
    static const struct {
        size_t count;
        int moves;
    } rows[] = {{1, 0}, {2, 0}, {3, 0}, {4, 1}, {5, 0}, {7, 0}, {8, 1}, {9, 0}, {12, 0}, {16, 1}};
    struct arena *arena = arena_create();
    char *array = arena_alloc(arena, 16);
    (void)arena_alloc(arena, 1); /* so that it cannot grow in its place */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int moves = arena_grow(arena, array, rows[i].count, 1) != array;
        ck_assert_msg(moves == rows[i].moves, "count %zu: moved %d", rows[i].count, moves);
    }
    ck_assert_ptr_nonnull(arena_grow(arena, NULL, 0, 1));
    arena_destroy(arena);
}
END_TEST

struct large {
    uint8_t octets[300];
};

/* Arrays of small and large elements, alone and with others in their way. */
START_TEST(test_arrays_that_grow_do_not_overlap)
{
    enum { COUNT = 300 };
    for (size_t every = 1; every <= COUNT; every *= 3) {
        struct arena *arena = arena_create();
        struct large *large = NULL;
        uint16_t *small = NULL;
        for (size_t i = 0; i < COUNT; i++) {
            large = arena_grow(arena, large, i, sizeof *large);
            memset(&large[i], (int)(i % 251), sizeof *large);
            if (i % every == 0) {
                small = arena_grow(arena, small, i / every, sizeof *small);
                ck_assert_uint_eq(small[i / every], 0); /* fresh room is zeroed */
                small[i / every] = (uint16_t)i;
            }
        }
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_uint_eq(large[i].octets[0], i % 251);
            ck_assert_uint_eq(large[i].octets[sizeof *large - 1], i % 251);
            ck_assert_uint_eq(small[i / every], i / every * every);
        }
        arena_destroy(arena);
    }
}
END_TEST

struct journal {
    struct arena *arena;
    char text[16];
};

struct entry {
    struct journal *journal;
    char letter;
};

static void write_letter(void *object)
{
    const struct entry *entry = object;
    char *text = entry->journal->text;
    text[strlen(text)] = entry->letter;
}

static void write_and_defer(void *object)
{
    const struct entry *entry = object;
    write_letter(object);
    struct entry more = {.journal = entry->journal, .letter = 'z'};
    struct arena *arena = entry->journal->arena;
    arena_defer(arena, write_letter, arena_copy(arena, &more, sizeof more));
}

START_TEST(test_deferred_run_last_one_first)
{
    struct journal journal = {.arena = arena_create()};
    struct entry entries[] = {{&journal, 'a'}, {&journal, 'b'}, {&journal, 'c'}};
    for (size_t i = 0; i < 3; i++) {
        arena_defer(journal.arena, write_letter, &entries[i]);
    }
    ck_assert_str_eq(journal.text, "");
    arena_destroy(journal.arena);
    ck_assert_str_eq(journal.text, "cba");
}
END_TEST

START_TEST(test_deferred_may_use_the_arena)
{
    struct journal journal = {.arena = arena_create()};
    struct entry *first = arena_alloc(journal.arena, sizeof *first);
    struct entry *second = arena_alloc(journal.arena, sizeof *second);
    *first = (struct entry){.journal = &journal, .letter = 'a'};
    *second = (struct entry){.journal = &journal, .letter = 'b'};
    arena_defer(journal.arena, write_letter, first);
    arena_defer(journal.arena, write_and_defer, second);
    arena_destroy(journal.arena);
    ck_assert_str_eq(journal.text, "bza");
}
END_TEST

/* Where an exhausted arena comes back to, and how often it did. */
struct escape {
    jmp_buf place;
    volatile unsigned count;
};

static void escape_from(void *context)
{
    struct escape *escape = context;
    escape->count++;
    longjmp(escape->place, 1);
}

START_TEST(test_fail_at_strikes_the_nth)
{
    struct arena *arena = arena_create();
    struct escape escape = {.count = 0};
    arena_on_exhausted(arena, escape_from, &escape);
    arena_fail_at(arena, 3);
    if (setjmp(escape.place) == 0) {
        arena_alloc(arena, 1);
        arena_text(arena, "second");
        ck_assert_uint_eq(escape.count, 0);
        arena_printf(arena, "%s", "third");
        ck_abort_msg("the third allocation did not fail");
    }
    ck_assert_uint_eq(escape.count, 1);
    for (int i = 0; i < 100; i++) {
        arena_alloc(arena, 100); /* it strikes only once */
    }
    arena_fail_at(arena, 1);
    arena_fail_at(arena, 0);
    arena_alloc(arena, 1);
    ck_assert_uint_eq(escape.count, 1);
    arena_destroy(arena);
}
END_TEST

/* Each function that allocates hands the failure on. */
static void allocate(struct arena *arena, int way)
{
    switch (way) {
    case 0:
        arena_alloc(arena, 100000);
        break;
    case 1:
        arena_copy(arena, "abc", 3);
        break;
    case 2:
        arena_grow(arena, NULL, 0, 4);
        break;
    case 3:
        arena_defer(arena, free, NULL);
        break;
    case 4:
        arena_printf(arena, "%d", 1);
        break;
    case 5:
        arena_fail_at(arena, 0);
        arena_alloc(arena, SIZE_MAX);
        break;
    case 6:
        arena_fail_at(arena, 0);
        arena_alloc(arena, (size_t)PTRDIFF_MAX);
        break;
    default:
        arena_fail_at(arena, 0);
        arena_grow(arena, arena_alloc(arena, 16), SIZE_MAX / 2 + 1,
                   16); /* the product would wrap to nothing */
        break;
    }
}

START_TEST(test_every_allocation_can_fail)
{
    struct escape escape = {.count = 0};
    for (volatile int way = 0; way <= 7; way++) {
        struct arena *volatile arena = arena_create();
        arena_on_exhausted(arena, escape_from, &escape);
        arena_fail_at(arena, 1);
        if (setjmp(escape.place) == 0) {
            allocate(arena, way);
        }
        ck_assert_uint_eq(escape.count, (unsigned)way + 1);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(test_without_handler_the_process_ends_unknown)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct arena *arena = arena_create();
        arena_fail_at(arena, 1);
        if (dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO) {
            arena_alloc(arena, 1);
        }
        _exit(0);
    }
    close(ends[1]);
    char output[100] = "";
    ck_assert_int_gt(read(ends[0], output, sizeof output - 1), 0);
    close(ends[0]);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 3);
    ck_assert_str_eq(output, "UNKNOWN - out of memory\n");
}
END_TEST

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

START_TEST(test_bytes_compare)
{
    static const struct {
        const char *a;
        size_t a_size;
        const char *b;
        size_t b_size;
        int order;
    } rows[] = {
        {NULL, 0, NULL, 0, 0},      {NULL, 0, "", 1, -1},       {"a", 1, NULL, 0, 1},
        {"a", 1, "a", 1, 0},        {"a", 1, "b", 1, -1},       {"a", 1, "a\0", 2, -1},
        {"ab", 2, "b", 1, -1},      {"\x7f", 1, "\x80", 1, -1}, {"\xff", 1, "\x01", 1, 1},
        {"a\0b", 3, "a\0c", 3, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes a = {(const uint8_t *)rows[i].a, rows[i].a_size};
        struct bytes b = {(const uint8_t *)rows[i].b, rows[i].b_size};
        ck_assert_msg(sign(bytes_compare(a, b)) == rows[i].order, "row %zu", i);
        ck_assert_msg(sign(bytes_compare(b, a)) == -rows[i].order, "row %zu turned round", i);
        ck_assert_msg(bytes_equal(a, b) == (rows[i].order == 0), "row %zu: equality", i);
    }
}
END_TEST

START_TEST(test_bytes_integers)
{
    uint8_t wire[6] = {0};
    bytes_put16(wire, 0xFE01);
    bytes_put32(wire + 2, 0x89ABCDEF);
    static const uint8_t expected[] = {0xFE, 0x01, 0x89, 0xAB, 0xCD, 0xEF};
    ck_assert_mem_eq(wire, expected, sizeof expected);
    ck_assert_uint_eq(bytes_u16(wire), 0xFE01);
    ck_assert_uint_eq(bytes_u32(wire + 2), 0x89ABCDEF);
}
END_TEST

SUITE_MAIN("arena", test_alloc_is_zeroed_and_aligned, test_objects_do_not_overlap,
           test_large_object_first, test_empty_allocations_differ, test_destroy_null, test_copies,
           test_printf, test_grow_keeps_what_was_there, test_grow_moves_at_powers_of_two_from_four,
           test_arrays_that_grow_do_not_overlap, test_deferred_run_last_one_first,
           test_deferred_may_use_the_arena, test_fail_at_strikes_the_nth,
           test_every_allocation_can_fail, test_without_handler_the_process_ends_unknown,
           test_bytes_compare, test_bytes_integers)
