/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the output of a run. */
#include "frame/output.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The temporary file of the process, for output_abandon: one thread at a time has one. */
static struct {
    pthread_mutex_t turn;
    char *volatile name; /* NULL: there is none */
} temporary = {.turn = PTHREAD_MUTEX_INITIALIZER};

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

/* Writes the text to a temporary file and has `place` bring that to its path; an errno, or 0. */
static int put(struct arena *arena, const char *path, const char *text,
               int (*place)(const char *from, const char *to))
{
    char *name = temporary_name(arena, path);
    (void)pthread_mutex_lock(&temporary.turn); /* one of this kind always can be locked */
    temporary.name = name; /* before the file is made: a signal may come at any time */
    int problem = 0;
    int file = mkstemp(name);
    if (file < 0) {
        problem = errno;
    } else if (!fill(file, text) || place(name, path) != 0) {
        problem = errno;
        (void)unlink(name); /* nothing half-written stays behind */
    }
    temporary.name = NULL;
    (void)pthread_mutex_unlock(&temporary.turn);
    return problem;
}

const char *output_replace(struct arena *arena, const char *path, const char *text)
{
    const char *refusal = why_not(path);
    if (refusal != NULL) {
        return refusal;
    }
    int problem = put(arena, path, text, rename);
    return problem == 0 ? NULL : strerror(problem);
}

/* The file has both names for a moment.  Where a file can have but one, it is renamed. */
static int place_new(const char *from, const char *to)
{
    if (link(from, to) == 0) {
        return unlink(from);
    }
    return errno == EEXIST ? -1 : rename(from, to);
}

const char *output_create(struct arena *arena, const char *path, const char *text)
{
    const char *refusal = why_not(path);
    if (refusal != NULL) {
        return refusal;
    }
    int problem = put(arena, path, text, place_new);
    return problem == 0 || problem == EEXIST ? NULL : strerror(problem);
}

void output_abandon(void)
{
    const char *name = temporary.name;
    if (name != NULL) {
        (void)unlink(name); /* fails when it is not there yet, or in its place by now */
    }
}

const char *output_write(struct arena *arena, const char *path, const char *text)
{
    if (path == NULL) {
        return write_all(STDOUT_FILENO, text) ? NULL : "standard output cannot be written";
    }
    const char *problem = output_replace(arena, path, text);
    return problem == NULL ? NULL : arena_printf(arena, "--output-file %s: %s", path, problem);
}
