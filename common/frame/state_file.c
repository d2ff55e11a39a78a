/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads, locks and replaces state files. */
#include "frame/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask/net.h"
#include "base/text.h"
#include "frame/output.h"
#include "frame/state_text.h"
#include "result/report.h"

/* A run spends no more than a twentieth of its time with writing the file before it ends. */
enum {
    SIZE_LIMIT = 64 * 1024 * 1024,
    LOCK_ROUNDS_LEAST = 20,
    LOCK_WAIT_MS = 10,
    PATH_SHOWN = 200,
    PAUSE_TIMES = 20
};

struct state_file {
    struct state_use use;
    const struct state_text *then; /* as it was when the run began */
    const char *problem;           /* why it cannot be used; or NULL */
    pthread_mutex_t lock;          /* for all that follows */
    struct arena *arena;           /* of its own, since threads set lines */
    struct state_section *learnt;  /* in the order in which they were set */
    size_t count;
    size_t written;  /* so many of them */
    int64_t next_ms; /* before then it is not written again */
};

/* The file, open. */
struct handle {
    struct arena *arena;
    const char *path;
    const char *plugin;
    bool writes;
    int64_t until_ms;
    int file; /* -1: there is none */
    bool created;
};

static const char *failure(const struct handle *handle, const char *problem)
{
    const char *path = text_clean(handle->arena, handle->path, strlen(handle->path), PATH_SHOWN);
    return arena_printf(handle->arena, "%s %s", path, problem);
}

/* Waits for whoever has the lock; false when it takes too long. */
static bool lock(const struct handle *handle)
{
    for (int round = 0; round < LOCK_ROUNDS_LEAST || net_now_ms() < handle->until_ms; round++) {
        if (flock(handle->file, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        (void)poll(NULL, 0, LOCK_WAIT_MS); /* a wait, whatever ends it */
    }
    return false;
}

/* Whether the path still leads to the open file: the one before us may have replaced it. */
static bool is_current(const struct handle *handle)
{
    struct stat open_one;
    struct stat named_one;
    return fstat(handle->file, &open_one) == 0 && stat(handle->path, &named_one) == 0 &&
           open_one.st_dev == named_one.st_dev && open_one.st_ino == named_one.st_ino;
}

static void let_go(struct handle *handle)
{
    if (handle->file >= 0) {
        (void)close(handle->file); /* unlocks; nothing was written by way of it */
    }
    handle->file = -1;
}

/* NULL, or what is wrong; without a problem `handle->file` is -1 when there is no file. */
static const char *open_once(struct handle *handle)
{
    int access = handle->writes ? O_RDWR : O_RDONLY;
    handle->file = open(handle->path, access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (handle->file < 0 && errno != ENOENT) {
        return arena_printf(handle->arena, "cannot be opened: %s", strerror(errno));
    }
    if (handle->file >= 0 || !handle->writes) {
        return NULL;
    }
    handle->created = true;
    struct state_text none = state_text_start(handle->arena, handle->plugin);
    const char *problem = output_create(handle->arena, handle->path, state_text_write(&none));
    return problem == NULL ? NULL : arena_printf(handle->arena, "cannot be written: %s", problem);
}

/* Why the open file is not to be used; NULL when it may be, locked for who writes. */
static const char *lock_regular(const struct handle *handle)
{
    struct stat status;
    if (fstat(handle->file, &status) != 0 || !S_ISREG(status.st_mode)) {
        return "is no regular file";
    }
    return !handle->writes || lock(handle) ? NULL : "another run has it locked for too long";
}

/*
 * Opens the file, for writing locked, and made if need be: one without zones.  Who reads needs no
 * lock, since a file is replaced, never written into.
 */
static const char *open_file(struct handle *handle)
{
    for (;;) {
        const char *problem = open_once(handle);
        bool is_open = handle->file >= 0;
        if (problem == NULL && is_open) {
            problem = lock_regular(handle);
        }
        if (problem != NULL) {
            let_go(handle);
            return failure(handle, problem);
        }
        if (!handle->writes || (is_open && is_current(handle))) {
            return NULL;
        }
        let_go(handle);
    }
}

static const char *read_text(struct handle *handle, char **text)
{
    struct stat status;
    if (fstat(handle->file, &status) != 0 || status.st_size > SIZE_LIMIT) {
        return failure(handle, "is larger than 64 MiB, so is none of ours");
    }
    size_t size = (size_t)status.st_size;
    char *data = arena_alloc(handle->arena, size + 1);
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(handle->file, data + done, size - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return failure(handle, arena_printf(handle->arena, "cannot be read: %s",
                                                got == 0 ? "it has shrunk" : strerror(errno)));
        }
        done += (size_t)got;
    }
    *text = data;
    return strlen(data) == size ? NULL
                                : failure(handle, "is damaged: it holds a NUL octet (it was left "
                                                  "as it is: restore it, or delete it to begin "
                                                  "anew)");
}

/* Reads what the file that is open holds. */
static const char *read_state(struct handle *handle, struct state_text *state)
{
    char *text = NULL;
    const char *problem = read_text(handle, &text);
    if (problem != NULL) {
        return problem;
    }
    problem = state_text_read(state, text);
    return problem == NULL ? NULL : failure(handle, problem);
}

static void destroy(void *object)
{
    struct state_file *file = object;
    (void)pthread_mutex_destroy(&file->lock); /* nobody holds it any more */
    arena_destroy(file->arena);
}

static const char *read_first(struct arena *arena, const struct state_use *use,
                              struct state_text *state)
{
    struct handle handle = {.arena = arena, .path = use->path, .plugin = use->plugin, .file = -1};
    *state = state_text_start(arena, use->plugin);
    const char *problem = open_file(&handle);
    if (problem == NULL && handle.file >= 0) {
        problem = read_state(&handle, state);
    }
    let_go(&handle);
    return problem;
}

struct state_file *state_file_open(struct arena *arena, const struct state_use *use)
{
    if (use->path == NULL) {
        return NULL;
    }
    struct state_text *then = arena_alloc(arena, sizeof *then);
    struct state_file *file = arena_alloc(arena, sizeof *file);
    *file = (struct state_file){.use = *use, .then = then, .arena = arena_create()};
    file->problem = read_first(arena, use, then);
    (void)pthread_mutex_init(&file->lock, NULL); /* cannot fail without attributes */
    arena_defer(arena, destroy, file);
    return file;
}

bool state_file_usable(const struct state_file *file)
{
    return file != NULL && file->problem == NULL;
}

struct texts state_file_lines(const struct state_file *file, const struct name *zone)
{
    return state_text_lines(file->then, zone);
}

void state_file_set(struct state_file *file, const struct name *zone, struct texts lines)
{
    (void)pthread_mutex_lock(&file->lock);
    struct texts copy = {.items = arena_alloc(file->arena, lines.count * sizeof *copy.items),
                         .count = lines.count};
    for (size_t i = 0; i < lines.count; i++) {
        copy.items[i] = arena_text(file->arena, lines.items[i]);
    }
    file->learnt = arena_grow(file->arena, file->learnt, file->count, sizeof *file->learnt);
    file->learnt[file->count++] = (struct state_section){.zone = *zone, .lines = copy};
    (void)pthread_mutex_unlock(&file->lock);
}

/* What the file is to hold: what it holds now, with what is not written yet. */
static void take_learnt(const struct state_file *file, struct state_text *state)
{
    for (size_t i = file->written; i < file->count; i++) {
        const struct state_section *section = &file->learnt[i];
        const struct state_lines lines = {
            .then = state_text_lines(file->then, &section->zone),
            .held = state_text_lines(state, &section->zone),
            .learnt = section->lines,
        };
        state_text_set(state, &section->zone, file->use.join(state->arena, &lines, file->use.now));
    }
}

static const char *replace(const struct state_file *file, struct handle *handle)
{
    struct state_text state = state_text_start(handle->arena, handle->plugin);
    const char *problem = read_state(handle, &state);
    if (problem != NULL) {
        return problem;
    }
    bool is_new = handle->created && state.count == 0; /* another run may have been faster */
    take_learnt(file, &state);
    problem = output_replace(handle->arena, handle->path, state_text_write(&state));
    if (problem != NULL && is_new) {
        (void)unlink(handle->path); /* still without zones, and ours by the lock */
    }
    return problem == NULL
               ? NULL
               : failure(handle, arena_printf(handle->arena, "cannot be written: %s", problem));
}

/* Writes what is not written yet; the lock is held. */
static const char *write_learnt(struct state_file *file, int64_t until_ms)
{
    if (file->problem != NULL || !file->use.writes || file->written == file->count) {
        return file->problem;
    }
    struct arena *arena = arena_create();
    struct handle handle = {
        .arena = arena,
        .path = file->use.path,
        .plugin = file->use.plugin,
        .writes = true,
        .until_ms = until_ms,
        .file = -1,
    };
    const char *problem = open_file(&handle);
    if (problem == NULL) {
        problem = replace(file, &handle);
        file->written = problem == NULL ? file->count : file->written;
    }
    let_go(&handle);
    problem = problem == NULL ? NULL : arena_text(file->arena, problem);
    arena_destroy(arena);
    return problem;
}

void state_file_keep(struct state_file *file)
{
    if (file == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&file->lock);
    int64_t begun_ms = net_now_ms();
    if (begun_ms >= file->next_ms) {
        (void)write_learnt(file, 0); /* what is wrong then is told when the run ends */
        file->next_ms = begun_ms + PAUSE_TIMES * (net_now_ms() - begun_ms + 1);
    }
    (void)pthread_mutex_unlock(&file->lock);
}

const char *state_file_save(struct state_file *file, int64_t until_ms)
{
    (void)pthread_mutex_lock(&file->lock);
    const char *problem = write_learnt(file, until_ms);
    (void)pthread_mutex_unlock(&file->lock);
    return problem;
}

void state_file_close(struct state_file *file, int64_t until_ms, struct report *const *reports,
                      size_t count)
{
    const char *problem = file == NULL ? NULL : state_file_save(file, until_ms);
    for (size_t i = 0; problem != NULL && i < count; i++) {
        struct finding finding = {
            .id = file->use.unusable, .owner = reports[i]->subject, .key_tag = KEY_TAG_NONE};
        report_add(reports[i], &finding, "%s %s", file->use.option, problem);
    }
}
