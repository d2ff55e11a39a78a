/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes room for what is added to a text. */
#include "base/page.h"

#include <stdarg.h>
#include <string.h>

struct page page_start(struct arena *arena)
{
    enum { FIRST_ROOM = 128 };
    return (struct page){
        .arena = arena,
        .text = arena_alloc(arena, FIRST_ROOM),
        .room = FIRST_ROOM,
    };
}

void page_add(struct page *page, const char *text)
{
    size_t length = strlen(text);
    if (page->room - page->size <= length) {
        size_t room = (page->size + length + 1) * 2;
        char *larger = arena_alloc(page->arena, room);
        memcpy(larger, page->text, page->size);
        page->text = larger;
        page->room = room;
    }
    memcpy(page->text + page->size, text, length + 1);
    page->size += length;
}

void page_printf(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    page_add(page, arena_vprintf(page->arena, format, arguments));
    va_end(arguments);
}
