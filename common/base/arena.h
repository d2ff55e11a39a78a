/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of one run: everything handed out lives until the arena is destroyed. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena; when not even that much memory is left, the process ends with status 3. */
struct arena *arena_create(void);

/* Runs the deferred closers, last one first, and gives all memory back.  NULL is allowed. */
void arena_destroy(struct arena *arena);

/* `size` zeroed bytes, aligned for any object.  Never NULL: see arena_on_exhausted. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `size` bytes; `data` may be NULL when `size` is 0. */
void *arena_copy(struct arena *arena, const void *data, size_t size);

/* A copy of a text with its final NUL. */
char *arena_text(struct arena *arena, const char *text);

/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/*
 * Room for one more element behind an array of `count` elements of `size` bytes: returns `array`
 * itself while there is room or it can be made behind it, otherwise a larger copy.  Start with NULL
 * and 0.  The array must have been grown by this function alone, one element at a time.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/* Calls `close(object)` when the arena is destroyed: for sockets and objects of libraries. */
void arena_defer(struct arena *arena, void (*close)(void *object), void *object);

/*
 * What happens when memory is out: `handler(context)` is called and must not return.  Without one
 * the process ends with status 3 after a constant line on standard output.
 */
void arena_on_exhausted(struct arena *arena, void (*handler)(void *context), void *context);

/* For tests: the `nth` allocation from now on counts as exhausted; 0 switches this off. */
void arena_fail_at(struct arena *arena, size_t nth);
