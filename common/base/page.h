/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that is written piece by piece. */
#pragma once

#include <stddef.h>

#include "base/arena.h"

struct page {
    struct arena *arena;
    char *text;  /* always ends in a NUL */
    size_t size; /* without the NUL */
    size_t room;
};

struct page page_start(struct arena *arena);
void page_add(struct page *page, const char *text);
void page_printf(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
