/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files that the user or the system keeps, read as a whole. */
#include "ask/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { MIB = 1024 * 1024, LIST_MIB = 16, FIRST_ROOM = 8192, PATH_SHOWN = 200 };

static const char *failure(struct arena *arena, const char *path, const char *problem)
{
    return arena_printf(arena, "%s: %s", text_clean(arena, path, strlen(path), PATH_SHOWN),
                        problem);
}

/* Reads to the end or to one octet more than is allowed. */
static char *read_all(struct arena *arena, FILE *file, size_t most, size_t *size)
{
    size_t room = FIRST_ROOM;
    char *data = arena_alloc(arena, room + 1);
    *size = 0;
    for (;;) {
        *size += fread(data + *size, 1, room - *size, file);
        if (*size < room || *size > most) {
            data[*size] = '\0';
            return data;
        }
        char *larger = arena_alloc(arena, room * 2 + 1);
        memcpy(larger, data, *size);
        data = larger;
        room *= 2;
    }
}

static const char *read_up_to(struct arena *arena, const char *path, unsigned mib,
                              const char **text)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return failure(arena, path, arena_printf(arena, "cannot be read: %s", strerror(errno)));
    }
    size_t size = 0;
    const char *data = read_all(arena, file, (size_t)mib * MIB, &size);
    bool failed = ferror(file) != 0;
    int error = errno;
    (void)fclose(file); /* only read from */
    if (failed) {
        return failure(arena, path, arena_printf(arena, "cannot be read: %s", strerror(error)));
    }
    if (size > (size_t)mib * MIB) {
        return failure(arena, path, arena_printf(arena, "is larger than %u MiB", mib));
    }
    if (memchr(data, '\0', size) != NULL) {
        return failure(arena, path, "holds a NUL octet, so is no text");
    }
    *text = text_skip_mark(data);
    return NULL;
}

const char *file_read(struct arena *arena, const char *path, const char **text)
{
    return read_up_to(arena, path, 1, text);
}

const char *file_read_list(struct arena *arena, const char *path, const char **text)
{
    return read_up_to(arena, path, LIST_MIB, text);
}
