/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State files: what is kept, what is refused and left alone, and what happens when several run. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/state_file.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define PLUGIN              "check_something"
#define OPEN(at, use, file) state_file_open((at).arena, (at).path, PLUGIN, use, 0, file)

/* A folder of its own, and a path in it. */
struct place {
    struct arena *arena;
    char folder[64];
    const char *path;
};

static struct place place_open(void)
{
    struct place place = {.arena = arena_create(), .folder = "/tmp/test_state_file.XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(place.folder));
    place.path = arena_printf(place.arena, "%s/state", place.folder);
    return place;
}

/* Nothing but the file may be left in the folder. */
static void place_close(struct place *place)
{
    (void)unlink(place->path);
    ck_assert_msg(rmdir(place->folder) == 0, "%s: %s", place->folder, strerror(errno));
    arena_destroy(place->arena);
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

/* The contents, or NULL when there is no file. */
static char *read_file(struct arena *arena, const char *path)
{
    enum { ROOM = 1 << 20 };
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    char *text = arena_alloc(arena, ROOM);
    text[fread(text, 1, ROOM - 1, file)] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

static struct texts one_line(struct arena *arena, const char *line)
{
    struct texts lines = {.items = arena_alloc(arena, sizeof(char *)), .count = 1};
    lines.items[0] = line;
    return lines;
}

/* Adds a line about a zone. */
static const char *set(struct arena *arena, const char *path, const char *zone, const char *line)
{
    struct state_file file;
    const char *problem = state_file_open(arena, path, PLUGIN, STATE_FILE_WRITE, INT64_MAX, &file);
    if (problem != NULL) {
        return problem;
    }
    struct name name = fixture_name(zone);
    state_file_set(&file, &name, one_line(arena, line));
    return state_file_close(&file);
}

/* The first line about a zone; "" for none. */
static const char *get(struct arena *arena, const char *path, const char *zone)
{
    struct state_file file;
    ck_assert_ptr_null(state_file_open(arena, path, PLUGIN, STATE_FILE_READ, 0, &file));
    struct name name = fixture_name(zone);
    struct texts lines = state_file_lines(&file, &name);
    ck_assert_ptr_null(state_file_close(&file));
    return lines.count == 0 ? "" : lines.items[0];
}

static const char *const zones[] = {".",
                                    "com",
                                    "example.com",
                                    "_dmarc.example.com",
                                    "a\\.b.example",
                                    "\\000\\255x.example",
                                    "*.example",
                                    "xn--bcher-kva.example",
                                    "xn--a.example"};

START_TEST(several_zones)
{
    struct place place = place_open();
    ck_assert_str_eq(get(place.arena, place.path, "com"), "");
    for (size_t i = 0; i < COUNT(zones); i++) {
        ck_assert_ptr_null(
            set(place.arena, place.path, zones[i], arena_printf(place.arena, "line %zu of it", i)));
    }
    for (size_t i = 0; i < COUNT(zones); i++) {
        ck_assert_str_eq(get(place.arena, place.path, zones[i]),
                         arena_printf(place.arena, "line %zu of it", i));
    }
    ck_assert_str_eq(get(place.arena, place.path, "example.org"), "");
    struct stat status;
    ck_assert_int_eq(stat(place.path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0644);
    place_close(&place);
}
END_TEST

START_TEST(thousands_of_zones)
{
    enum { ZONES = 5000 };
    struct place place = place_open();
    struct state_file file;
    ck_assert_ptr_null(OPEN(place, STATE_FILE_WRITE, &file));
    for (unsigned i = 0; i < ZONES; i++) {
        struct name name = fixture_name(arena_printf(place.arena, "zone%u.example", i));
        state_file_set(&file, &name, one_line(place.arena, arena_printf(place.arena, "%u", i)));
    }
    ck_assert_ptr_null(state_file_close(&file));
    ck_assert_str_eq(get(place.arena, place.path, "zone0.example"), "0");
    ck_assert_str_eq(get(place.arena, place.path, "zone4999.example"), "4999");
    place_close(&place);
}
END_TEST

/* What is refused is refused for reading and writing alike, and is not touched. */
static void expect_refused(struct place *place, const char *text, size_t size, const char *why)
{
    write_file(place->path, text, size);
    struct state_file file;
    for (enum state_file_use use = STATE_FILE_READ; use <= STATE_FILE_WRITE; use++) {
        const char *problem = OPEN(*place, use, &file);
        ck_assert_msg(problem != NULL, "taken: %.200s", text);
        ck_assert_msg(strstr(problem, why) != NULL, "%s", problem);
        ck_assert_msg(strncmp(problem, place->path, strlen(place->path)) == 0, "%s", problem);
    }
    char *after = read_file(place->arena, place->path);
    ck_assert_ptr_nonnull(after);
    ck_assert_int_eq(memcmp(after, text, size), 0);
}

/* False OK: a file that lost all it held began anew in silence. */
START_TEST(empty_file)
{
    struct place place = place_open();
    expect_refused(&place, "", 0, "is damaged: it is empty");
    expect_refused(&place, "", 0, "delete it to begin anew");
    place_close(&place);
}
END_TEST

START_TEST(nothing_set)
{
    struct place place = place_open();
    struct state_file file;
    ck_assert_ptr_null(OPEN(place, STATE_FILE_WRITE, &file));
    ck_assert_ptr_null(state_file_close(&file));
    ck_assert_ptr_null(read_file(place.arena, place.path)); /* not even an empty one */
    ck_assert_ptr_null(OPEN(place, STATE_FILE_WRITE, &file));
    ck_assert_int_eq(close(file.file), 0); /* as the end of the process does */
    ck_assert_str_eq(get(place.arena, place.path, "com"), "");
    place_close(&place);
}
END_TEST

START_TEST(truncated)
{
    struct place place = place_open();
    ck_assert_ptr_null(set(place.arena, place.path, "com", "one"));
    ck_assert_ptr_null(set(place.arena, place.path, "example.com", "two"));
    const char *whole = read_file(place.arena, place.path);
    for (size_t size = 1; size < strlen(whole); size++) {
        expect_refused(&place, whole, size, "");
    }
    place_close(&place);
}
END_TEST

START_TEST(changed)
{
    struct place place = place_open();
    ck_assert_ptr_null(set(place.arena, place.path, "com", "one two three"));
    const char *whole = read_file(place.arena, place.path);
    size_t size = strlen(whole);
    for (size_t i = 0; i < size; i++) {
        char *other = arena_text(place.arena, whole);
        other[i] ^= 1;
        expect_refused(&place, other, size, "");
    }
    expect_refused(&place, arena_printf(place.arena, "%s\n", whole), size + 1, "damaged");
    expect_refused(&place, arena_printf(place.arena, "%s%s", whole, whole), 2 * size, "damaged");
    place_close(&place);
}
END_TEST

START_TEST(foreign)
{
    static const char nul[] = "dnssec-plugins " PLUGIN " 1\n\0";
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"hello\n", "no state file of " PLUGIN},
        {"hello", "no state file of " PLUGIN},
        {"\n", "no state file of " PLUGIN},
        {"dnssec-plugins check_other 1\nend 0\n", "no state file of " PLUGIN},
        {"dnssec-plugins " PLUGIN " 2\nend 0\n", "newer"},
        {"dnssec-plugins " PLUGIN " 4000000000\n", "newer"},
        {"dnssec-plugins " PLUGIN " x\n", "damaged"},
        {"dnssec-plugins " PLUGIN " 0\n", "damaged"},
        {"dnssec-plugins " PLUGIN " 1\n", "damaged"},
        {"dnssec-plugins " PLUGIN " 1\nend 0000000000000000\n", "damaged"},
        {"[section]\nkey = value\n", "no state file of " PLUGIN},
    };
    struct place place = place_open();
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_refused(&place, rows[i].text, strlen(rows[i].text), rows[i].why);
    }
    expect_refused(&place, nul, sizeof nul, "NUL");
    place_close(&place);
}
END_TEST

/* With the checksum right: what no run of ours would write. */
static const char *sealed(struct arena *arena, const char *body)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = body; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    }
    return arena_printf(arena, "%send %016llx\n", body, (unsigned long long)hash);
}

START_TEST(forged)
{
    static const char *const bodies[] = {
        "dnssec-plugins " PLUGIN " 1\nzone com\n a\nzone com\n b\n",
        "dnssec-plugins " PLUGIN " 1\nzone ..\n a\n",
        "dnssec-plugins " PLUGIN " 1\n a\n",
        "dnssec-plugins " PLUGIN " 1\nzone com\na\n",
        "dnssec-plugins " PLUGIN " 1\nzone com\n a\tb\n",
    };
    struct place place = place_open();
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const char *text = sealed(place.arena, bodies[i]);
        expect_refused(&place, text, strlen(text), "damaged");
    }
    const char *good = sealed(place.arena, "dnssec-plugins " PLUGIN " 1\nzone com\n a b\n");
    write_file(place.path, good, strlen(good));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "a b");
    place_close(&place);
}
END_TEST

START_TEST(no_file_to_use)
{
    static const char *const paths[] = {"/nonexistent/state", "/dev/full", "/dev/null", "/tmp",
                                        "/dev/null/state"};
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(paths); i++) {
        const char *problem = set(arena, paths[i], "com", "x");
        ck_assert_msg(problem != NULL, "%s", paths[i]);
        ck_assert_msg(strncmp(problem, paths[i], strlen(paths[i])) == 0, "%s", problem);
        ck_assert_ptr_null(strchr(problem, '\n'));
    }
    arena_destroy(arena);
}
END_TEST

/* The root user may write everywhere, so the test runs as nobody where it can. */
static int in_child(int (*act)(const char *path), const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(77);
        }
        _exit(act(path));
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int try_to_write(const char *path)
{
    struct arena *arena = arena_create();
    int failed = set(arena, path, "com", "x") != NULL;
    arena_destroy(arena);
    return failed;
}

START_TEST(unwritable_folder)
{
    struct place place = place_open();
    ck_assert_int_eq(chmod(place.folder, 0555), 0);
    ck_assert_int_eq(in_child(try_to_write, place.path), 1);
    ck_assert_ptr_null(read_file(place.arena, place.path));
    /* A file that can be written in a folder that cannot be: it stays as it is. */
    ck_assert_int_eq(chmod(place.folder, 0755), 0);
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    ck_assert_int_eq(chmod(place.path, 0666), 0);
    ck_assert_int_eq(chmod(place.folder, 0555), 0);
    ck_assert_int_eq(in_child(try_to_write, place.path), 1);
    ck_assert_int_eq(chmod(place.folder, 0755), 0);
    ck_assert_str_eq(get(place.arena, place.path, "com"), "old");
    /* And one that cannot even be read. */
    ck_assert_int_eq(chmod(place.path, 0600), 0);
    ck_assert_int_eq(in_child(try_to_write, place.path), 1);
    place_close(&place);
}
END_TEST

/* A disk that is full: files may grow to a few octets only. */
static int write_to_full_disk(const char *path)
{
    struct rlimit limit = {.rlim_cur = 20, .rlim_max = 20};
    (void)signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &limit) != 0 ? 2 : try_to_write(path);
}

START_TEST(full_disk)
{
    struct place place = place_open();
    ck_assert_int_eq(chmod(place.folder, 0777), 0);
    ck_assert_int_eq(in_child(write_to_full_disk, place.path), 1);
    ck_assert_ptr_null(read_file(place.arena, place.path)); /* not even an empty one */
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    ck_assert_int_eq(chmod(place.path, 0666), 0);
    ck_assert_int_eq(in_child(write_to_full_disk, place.path), 1);
    ck_assert_str_eq(get(place.arena, place.path, "com"), "old");
    place_close(&place);
}
END_TEST

/* Each adds lines about zones of its own, one run after the other. */
struct worker {
    const char *path;
    unsigned number;
};

enum { WORKERS = 4, ROUNDS = 12 };

static void work(const struct worker *worker)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct arena *arena = arena_create();
        const char *zone = arena_printf(arena, "zone%u-%u.example", worker->number, i);
        const char *problem = set(arena, worker->path, zone, "here");
        ck_assert_msg(problem == NULL, "%s", problem);
        arena_destroy(arena);
    }
}

static void *work_in_thread(void *argument)
{
    work(argument);
    return NULL;
}

static void expect_all(struct place *place)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        for (unsigned j = 0; j < ROUNDS; j++) {
            const char *zone = arena_printf(place->arena, "zone%u-%u.example", i, j);
            ck_assert_msg(strcmp(get(place->arena, place->path, zone), "here") == 0, "%s", zone);
        }
    }
}

START_TEST(threads_at_once)
{
    struct place place = place_open();
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.path = place.path, .number = i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work_in_thread, &workers[i]), 0);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    expect_all(&place);
    place_close(&place);
}
END_TEST

START_TEST(processes_at_once)
{
    struct place place = place_open();
    pid_t children[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            work(&(struct worker){.path = place.path, .number = i});
            _exit(0);
        }
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        int status = 0;
        ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_int_eq(status, 0);
    }
    expect_all(&place);
    place_close(&place);
}
END_TEST

/* A reader writes nothing, whatever it sets. */
START_TEST(reading_only)
{
    struct place place = place_open();
    struct state_file file;
    struct name name = fixture_name("com");
    ck_assert_ptr_null(OPEN(place, STATE_FILE_READ, &file));
    state_file_set(&file, &name, one_line(place.arena, "x"));
    ck_assert_ptr_null(state_file_close(&file));
    ck_assert_ptr_null(read_file(place.arena, place.path));
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    ck_assert_ptr_null(OPEN(place, STATE_FILE_READ, &file));
    state_file_set(&file, &name, one_line(place.arena, "x"));
    ck_assert_ptr_null(state_file_close(&file));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "old");
    place_close(&place);
}
END_TEST

SUITE_MAIN("state_file", several_zones, thousands_of_zones, empty_file, nothing_set, truncated,
           changed, foreign, forged, no_file_to_use, unwritable_folder, full_disk, threads_at_once,
           processes_at_once, reading_only)
