/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bump allocator: blocks in a list, freed together at the end of the run. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Small objects are cut from the current block.  An object larger than a quarter of a block gets
 * one of its own, put behind the current block, so that the rest of that is not wasted.  Under
 * AddressSanitizer every object has its own block, so that writing past its end is seen.
 */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define SANITIZED
#endif

#ifdef SANITIZED
enum { LARGE_SIZE = 0 };
#else
enum { LARGE_SIZE = 8192 };
#endif

enum {
    BLOCK_SIZE = 32768,
    UNIT = _Alignof(max_align_t),
    SMALL_TEXT = 256,
    FIRST_CAPACITY = 4, /* of an array that grows; 1 where its elements are large */
    LARGE_ELEMENT = 256,
    STATUS_UNKNOWN = 3
};

struct block {
    struct block *next;
    max_align_t data[];
};

struct closer {
    struct closer *next;
    void (*close)(void *object);
    void *object;
};

struct arena {
    struct block *blocks; /* the current one first */
    size_t used;          /* octets of the current block */
    struct closer *closers;
    void (*exhausted)(void *context);
    void *exhausted_context;
    size_t fail_in; /* allocations until one fails, for tests; 0 is never */
};

/* Nothing but write(2) may be relied on here: stdio may want memory itself. */
static _Noreturn void die_exhausted(void)
{
    static const char line[] = "UNKNOWN - out of memory\n";
    ssize_t written = write(STDOUT_FILENO, line, sizeof line - 1);
    (void)written; /* there is nobody left to tell */
    _exit(STATUS_UNKNOWN);
}

static _Noreturn void run_out(struct arena *arena)
{
    if (arena->exhausted != NULL) {
        arena->exhausted(arena->exhausted_context);
    }
    die_exhausted();
}

struct arena *arena_create(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        die_exhausted();
    }
    return arena;
}

void arena_destroy(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    while (arena->closers != NULL) {
        const struct closer *closer = arena->closers;
        arena->closers = closer->next; /* taken off first: a closer may defer more */
        closer->close(closer->object);
    }
    for (struct block *block = arena->blocks; block != NULL;) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

static bool fails_now(struct arena *arena)
{
    if (arena->fail_in == 0) {
        return false;
    }
    arena->fail_in--;
    return arena->fail_in == 0;
}

static struct block *new_block(struct arena *arena, size_t size)
{
    struct block *block = calloc(1, sizeof *block + size);
    if (block == NULL) {
        run_out(arena);
    }
    return block;
}

static void *alloc_large(struct arena *arena, size_t size)
{
    struct block *block = new_block(arena, size);
    if (arena->blocks == NULL) {
        arena->blocks = block;
        arena->used = BLOCK_SIZE; /* it is full: nothing else is cut from it */
        return block->data;
    }
    block->next = arena->blocks->next;
    arena->blocks->next = block;
    return block->data;
}

static void *alloc_small(struct arena *arena, size_t size)
{
    if (arena->blocks == NULL || size > BLOCK_SIZE - arena->used) {
        struct block *block = new_block(arena, BLOCK_SIZE);
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = 0;
    }
    uint8_t *at = (uint8_t *)arena->blocks->data + arena->used;
    arena->used += size;
    return at;
}

/* The octets that an object takes, so that the next one is aligned. */
static size_t room_for(size_t size)
{
    return size == 0 ? UNIT : (size + UNIT - 1) / UNIT * UNIT;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (fails_now(arena) || size > PTRDIFF_MAX - sizeof(struct block) - UNIT) {
        run_out(arena);
    }
    size_t room = room_for(size);
    return room > LARGE_SIZE ? alloc_large(arena, size) : alloc_small(arena, room);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* Most texts are short: those are made once and copied, and only longer ones are made twice. */
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char small[SMALL_TEXT];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length < 0) {
        va_end(again);
        run_out(arena); /* only memory can be missing: our formats are constant and valid */
    }
    size_t size = (size_t)length + 1;
    char *text = arena_alloc(arena, size);
    if (size <= sizeof small) {
        memcpy(text, small, size);
    } else {
        (void)vsnprintf(text, size, format, again); /* the first pass has measured it */
    }
    va_end(again);
    return text;
}

/* Grows the last object cut from the current block where it lies, if there is room. */
static bool extend(struct arena *arena, const void *object, size_t size, size_t larger)
{
    if (LARGE_SIZE == 0 || arena->blocks == NULL) {
        return false;
    }
    const uint8_t *free_from = (uint8_t *)arena->blocks->data + arena->used;
    size_t more = room_for(larger) - room_for(size);
    if ((const uint8_t *)object + room_for(size) != free_from || more > BLOCK_SIZE - arena->used) {
        return false;
    }
    arena->used += more;
    return true;
}

/* An array is full when it is empty or holds a power of two from its first capacity on. */
static bool is_full(size_t count, size_t first)
{
    return count == 0 || (count >= first && (count & (count - 1)) == 0);
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
    size_t first = size > LARGE_ELEMENT ? 1 : FIRST_CAPACITY;
    if (!is_full(count, first)) {
        return array;
    }
    if (size != 0 && count > PTRDIFF_MAX / 2 / size) {
        run_out(arena);
    }
    size_t capacity = count == 0 ? first : 2 * count;
    if (count > 0 && extend(arena, array, count * size, capacity * size)) {
        return array;
    }
    void *larger = arena_alloc(arena, capacity * size);
    if (count > 0) {
        memcpy(larger, array, count * size);
    }
    return larger;
}

void arena_defer(struct arena *arena, void (*close)(void *object), void *object)
{
    struct closer *closer = arena_alloc(arena, sizeof *closer);
    *closer = (struct closer){.next = arena->closers, .close = close, .object = object};
    arena->closers = closer;
}

void arena_on_exhausted(struct arena *arena, void (*handler)(void *context), void *context)
{
    arena->exhausted = handler;
    arena->exhausted_context = context;
}

void arena_fail_at(struct arena *arena, size_t nth)
{
    arena->fail_in = nth;
}
