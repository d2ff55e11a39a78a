/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the output of a run. */
#include "frame/output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int file, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(file, text, left);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text += written;
        left -= (size_t)written;
    }
    return true;
}

/* `dir/.name.XXXXXX`: its name does not end in .prom, so no collector reads it half-written. */
static char *temporary_name(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    return arena_printf(arena, "%.*s.%s.XXXXXX", (int)folder, path, path + folder);
}

static bool fill(int file, const char *text)
{
    bool good = write_all(file, text) && fchmod(file, 0644) == 0 && fsync(file) == 0;
    int problem = errno;
    if (close(file) != 0 && good) {
        return false;
    }
    errno = problem;
    return good;
}

/* Why what is at this place is not to be replaced; NULL when it is a file or there is nothing. */
static const char *why_not(const char *path)
{
    struct stat there;
    if (lstat(path, &there) != 0 || S_ISREG(there.st_mode)) {
        return NULL; /* what else is wrong comes up when the temporary file is made */
    }
    if (S_ISLNK(there.st_mode)) {
        return "a symbolic link is not replaced, name the file that it leads to";
    }
    return S_ISDIR(there.st_mode) ? strerror(EISDIR) : "only a regular file is replaced";
}

const char *output_replace(struct arena *arena, const char *path, const char *text)
{
    const char *refusal = why_not(path);
    if (refusal != NULL) {
        return refusal;
    }
    char *temporary = temporary_name(arena, path);
    int file = mkstemp(temporary);
    if (file < 0) {
        return strerror(errno);
    }
    if (!fill(file, text) || rename(temporary, path) != 0) {
        int problem = errno;
        (void)unlink(temporary); /* nothing half-written stays behind */
        return strerror(problem);
    }
    return NULL;
}

const char *output_write(struct arena *arena, const char *path, const char *text)
{
    if (path == NULL) {
        return write_all(STDOUT_FILENO, text) ? NULL : "standard output cannot be written";
    }
    const char *problem = output_replace(arena, path, text);
    return problem == NULL ? NULL : arena_printf(arena, "--output-file %s: %s", path, problem);
}
