/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads, locks and replaces state files. */
#include "frame/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask/net.h"
#include "base/text.h"
#include "frame/output.h"

enum {
    VERSION_KNOWN = 1,
    SIZE_LIMIT = 64 * 1024 * 1024,
    LOCK_ROUNDS_LEAST = 20,
    LOCK_WAIT_MS = 10,
    PATH_SHOWN = 200
};

#define MAGIC "dnssec-plugins"

static const char *failure(const struct state_file *file, const char *problem)
{
    const char *path = text_clean(file->arena, file->path, strlen(file->path), PATH_SHOWN);
    return arena_printf(file->arena, "%s %s", path, problem);
}

static const char *damaged(const struct state_file *file, const char *how)
{
    return failure(file, arena_printf(file->arena,
                                      "is damaged: %s (it was left as it is: restore it, or delete "
                                      "it to begin anew)",
                                      how));
}

/* Locks. */

/* Waits for whoever has the lock; false when it takes too long. */
static bool lock(const struct state_file *file)
{
    int kind = (file->use == STATE_FILE_WRITE ? LOCK_EX : LOCK_SH) | LOCK_NB;
    for (int round = 0; round < LOCK_ROUNDS_LEAST || net_now_ms() < file->until_ms; round++) {
        if (flock(file->file, kind) == 0) {
            return true;
        }
        (void)poll(NULL, 0, LOCK_WAIT_MS); /* a wait, whatever ends it */
    }
    return false;
}

/* Whether the path still leads to the open file: the one before us may have replaced it. */
static bool is_current(const struct state_file *file)
{
    struct stat open_one;
    struct stat named_one;
    return fstat(file->file, &open_one) == 0 && stat(file->path, &named_one) == 0 &&
           open_one.st_dev == named_one.st_dev && open_one.st_ino == named_one.st_ino;
}

static void let_go(struct state_file *file)
{
    if (file->file >= 0) {
        (void)close(file->file); /* unlocks; nothing was written by way of it */
    }
    file->file = -1;
}

/* Text. */

static const char *read_text(struct state_file *file, char **text)
{
    struct stat status;
    if (fstat(file->file, &status) != 0 || status.st_size > SIZE_LIMIT) {
        return failure(file, "is larger than 64 MiB, so is none of ours");
    }
    size_t size = (size_t)status.st_size;
    char *data = arena_alloc(file->arena, size + 1);
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(file->file, data + done, size - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return failure(file, arena_printf(file->arena, "cannot be read: %s",
                                              got == 0 ? "it has shrunk" : strerror(errno)));
        }
        done += (size_t)got;
    }
    *text = data;
    return strlen(data) == size ? NULL : damaged(file, "it holds a NUL octet");
}

/* FNV-1a: it finds damage, it does not keep anybody from writing what he likes. */
static uint64_t checksum(const char *text, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

/* A name that can be read back: labels as they are, what is special as \DDD. */
static const char *written_name(struct arena *arena, const struct name *name)
{
    if (name->labels == 0) {
        return ".";
    }
    enum { ROOM = 4 * NAME_WIRE_MAX + 1 };
    char *text = arena_alloc(arena, ROOM);
    size_t size = 0;
    for (size_t at = 0; name->wire[at] != 0; at += name->wire[at] + 1u) {
        for (size_t i = at + 1; i <= at + name->wire[at]; i++) {
            uint8_t octet = name->wire[i];
            bool plain = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') ||
                         octet == '-' || octet == '_';
            const char *piece =
                plain ? arena_printf(arena, "%c", octet) : arena_printf(arena, "\\%03u", octet);
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        text[size++] = '.';
    }
    text[size] = '\0';
    return text;
}

/* Sections. */

static size_t hash_of(const struct name *name)
{
    return (size_t)checksum((const char *)name->wire, name->size);
}

/* The slot of the zone, or the free one where it would be. */
static size_t *slot_of(const struct state_file *file, const struct name *zone)
{
    size_t at = hash_of(zone) & (file->room - 1);
    while (file->slots[at] != 0 && !name_equal(&file->sections[file->slots[at] - 1].zone, zone)) {
        at = (at + 1) & (file->room - 1);
    }
    return &file->slots[at];
}

static void make_room(struct state_file *file)
{
    if (file->count * 2 < file->room) {
        return;
    }
    file->room = file->room == 0 ? 64 : file->room * 2;
    file->slots = arena_alloc(file->arena, file->room * sizeof *file->slots);
    for (size_t i = 0; i < file->count; i++) {
        *slot_of(file, &file->sections[i].zone) = i + 1;
    }
}

static struct state_section *section_of(struct state_file *file, const struct name *zone)
{
    make_room(file);
    size_t *slot = slot_of(file, zone);
    if (*slot == 0) {
        file->sections =
            arena_grow(file->arena, file->sections, file->count, sizeof *file->sections);
        file->sections[file->count] = (struct state_section){.zone = *zone};
        file->count++;
        *slot = file->count;
    }
    return &file->sections[*slot - 1];
}

static void add_line(struct arena *arena, struct texts *lines, const char *line)
{
    lines->items = arena_grow(arena, lines->items, lines->count, sizeof *lines->items);
    lines->items[lines->count++] = line;
}

/* Takes the line at `*at`, ends it with a NUL and moves on; NULL at the end of the text. */
static char *next_line(char **at)
{
    char *line = *at;
    char *end = strchr(line, '\n');
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool is_printable(const char *line)
{
    for (; *line != '\0'; line++) {
        if (*line < ' ' || *line > '~') {
            return false;
        }
    }
    return true;
}

static const char *read_head(struct state_file *file, const char *line)
{
    const char *expected = arena_printf(file->arena, MAGIC " %s ", file->plugin);
    if (line == NULL || strncmp(line, expected, strlen(expected)) != 0) {
        return failure(file, arena_printf(file->arena,
                                          "is no state file of %s, it was left as it is: name "
                                          "another one, or delete it to begin anew",
                                          file->plugin));
    }
    uint64_t version = 0;
    if (!text_number(line + strlen(expected), UINT32_MAX, &version) || version == 0) {
        return damaged(file, "its first line tells no version");
    }
    return version <= VERSION_KNOWN
               ? NULL
               : failure(file, arena_printf(file->arena,
                                            "is of version %" PRIu64 ", newer than this program "
                                            "knows, it was left as it is: update the plugin, or "
                                            "name another file",
                                            version));
}

/* The lines between the first and the last. */
static const char *read_sections(struct state_file *file, char *at)
{
    struct state_section *section = NULL;
    for (char *line = next_line(&at); line != NULL; line = next_line(&at)) {
        struct name zone;
        if (strncmp(line, "zone ", 5) == 0) {
            size_t count = file->count;
            if (name_from_text(line + 5, &zone) != NULL) {
                return "it names a zone that is no name";
            }
            section = section_of(file, &zone);
            if (file->count == count) {
                return "it names a zone twice";
            }
        } else if (section == NULL || line[0] != ' ' || !is_printable(line)) {
            return "a line belongs to no zone";
        } else {
            add_line(file->arena, &section->lines, line + 1);
        }
    }
    return NULL;
}

static const char *parse(struct state_file *file, char *text)
{
    if (*text == '\0') {
        return damaged(file, "it is empty");
    }
    size_t size = strlen(text);
    char *rest = text;
    /* The head is read from a copy: the checksum is over the text as it stands. */
    char *copy = arena_copy(file->arena, text, size + 1);
    const char *problem = read_head(file, next_line(&copy));
    if (problem != NULL) {
        return problem;
    }
    char *last = size < 2 ? NULL : text + size - 1;
    while (last != NULL && last > text && last[-1] != '\n') {
        last--;
    }
    size_t body = last == NULL ? 0 : (size_t)(last - text);
    const char *expected = arena_printf(file->arena, "end %016" PRIx64 "\n", checksum(text, body));
    if (last == NULL || text[size - 1] != '\n' || strcmp(last, expected) != 0) {
        return damaged(file, "it is cut off or was changed");
    }
    *last = '\0';
    (void)next_line(&rest); /* the head */
    problem = read_sections(file, rest);
    return problem == NULL ? NULL : damaged(file, problem);
}

struct texts state_file_lines(const struct state_file *file, const struct name *zone)
{
    size_t slot = *slot_of(file, zone);
    return slot == 0 ? (struct texts){.items = NULL} : file->sections[slot - 1].lines;
}

void state_file_set(struct state_file *file, const struct name *zone, struct texts lines)
{
    section_of(file, zone)->lines = lines;
    file->changed = true;
}

/* Text that grows by doubling. */
struct growing {
    struct arena *arena;
    char *text;
    size_t size;
    size_t room;
};

static void append(struct growing *growing, const char *piece)
{
    size_t size = strlen(piece);
    if (growing->size + size + 1 > growing->room) {
        growing->room = (growing->size + size + 1) * 2;
        char *larger = arena_alloc(growing->arena, growing->room);
        memcpy(larger, growing->text == NULL ? "" : growing->text, growing->size);
        growing->text = larger;
    }
    memcpy(growing->text + growing->size, piece, size + 1);
    growing->size += size;
}

static const char *whole_text(const struct state_file *file)
{
    struct growing all = {.arena = file->arena};
    append(&all, arena_printf(file->arena, MAGIC " %s %d\n", file->plugin, VERSION_KNOWN));
    for (size_t i = 0; i < file->count; i++) {
        const struct state_section *section = &file->sections[i];
        append(&all,
               arena_printf(file->arena, "zone %s\n", written_name(file->arena, &section->zone)));
        for (size_t j = 0; j < section->lines.count; j++) {
            append(&all, " ");
            append(&all, section->lines.items[j]);
            append(&all, "\n");
        }
    }
    append(&all, arena_printf(file->arena, "end %016" PRIx64 "\n", checksum(all.text, all.size)));
    return all.text;
}

/* NULL, or what is wrong; without a problem `file->file` is -1 when there is no file. */
static const char *open_once(struct state_file *file)
{
    bool writes = file->use == STATE_FILE_WRITE;
    file->file = open(file->path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file->file >= 0) {
        return NULL;
    }
    if (errno != ENOENT) {
        return arena_printf(file->arena, "cannot be opened: %s", strerror(errno));
    }
    file->created = writes;
    const char *problem = writes ? output_create(file->arena, file->path, whole_text(file)) : NULL;
    return problem == NULL ? NULL : arena_printf(file->arena, "cannot be written: %s", problem);
}

/* Why the open file is not to be used; NULL when it is locked now. */
static const char *lock_regular(const struct state_file *file)
{
    struct stat status;
    if (fstat(file->file, &status) != 0 || !S_ISREG(status.st_mode)) {
        return "is no regular file";
    }
    return lock(file) ? NULL : "another run has it locked for too long";
}

/* A new file is one without zones, so that it reads even if this run does not get to its end. */
static const char *open_locked(struct state_file *file)
{
    for (;;) {
        const char *problem = open_once(file);
        bool is_open = file->file >= 0;
        if (problem == NULL && is_open) {
            problem = lock_regular(file);
        }
        if (problem != NULL) {
            let_go(file);
            return failure(file, problem);
        }
        if (is_open ? is_current(file) : file->use == STATE_FILE_READ) {
            return NULL;
        }
        let_go(file);
    }
}

static const char *read_file(struct state_file *file)
{
    char *text = NULL;
    const char *problem = read_text(file, &text);
    return problem == NULL ? parse(file, text) : problem;
}

const char *state_file_open(struct arena *arena, const char *path, const char *plugin,
                            enum state_file_use use, int64_t until_ms, struct state_file *file)
{
    *file = (struct state_file){.arena = arena,
                                .path = path,
                                .plugin = plugin,
                                .use = use,
                                .until_ms = until_ms,
                                .file = -1};
    make_room(file);
    const char *problem = open_locked(file);
    if (problem != NULL || file->file < 0) {
        return problem;
    }
    problem = read_file(file);
    file->created = file->created && file->count == 0; /* another run may have been faster */
    if (problem != NULL) {
        let_go(file);
    }
    return problem;
}

const char *state_file_close(struct state_file *file)
{
    if (file->file < 0) {
        return NULL;
    }
    const char *problem = NULL;
    bool writes = file->use == STATE_FILE_WRITE && file->changed;
    if (writes) {
        problem = output_replace(file->arena, file->path, whole_text(file));
    }
    if (file->created && (!writes || problem != NULL)) {
        (void)unlink(file->path); /* still without zones, and ours by the lock */
    }
    let_go(file);
    return problem == NULL
               ? NULL
               : failure(file, arena_printf(file->arena, "cannot be written: %s", problem));
}
