/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State files: what is refused and left alone, and what happens when several run. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/state_file.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define PLUGIN "check_something"

/* What is learnt is added to what is held. */
static struct texts join(struct arena *arena, const struct state_lines *lines, int64_t now)
{
    (void)now;
    struct texts all = {
        .items = arena_alloc(arena, (lines->held.count + lines->learnt.count) * sizeof(char *))};
    for (size_t i = 0; i < lines->held.count; i++) {
        all.items[all.count++] = lines->held.items[i];
    }
    for (size_t i = 0; i < lines->learnt.count; i++) {
        all.items[all.count++] = lines->learnt.items[i];
    }
    return all;
}

static struct state_file *open_for(struct arena *arena, const char *path, bool writes)
{
    const struct state_use use = {
        .path = path, .option = "--file", .plugin = PLUGIN, .writes = writes, .join = join};
    return state_file_open(arena, &use);
}

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

static void add(struct state_file *file, const char *zone, const char *line)
{
    struct name name = fixture_name(zone);
    state_file_set(file, &name, (struct texts){.items = &line, .count = 1});
}

/* Adds a line about a zone. */
static const char *set(struct arena *arena, const char *path, const char *zone, const char *line)
{
    struct state_file *file = open_for(arena, path, true);
    add(file, zone, line);
    return state_file_save(file, INT64_MAX);
}

/* The lines about a zone, a space between them; "" for none. */
static const char *get(struct arena *arena, const char *path, const char *zone)
{
    struct state_file *file = open_for(arena, path, false);
    ck_assert_ptr_null(state_file_save(file, 0));
    struct name name = fixture_name(zone);
    const struct texts lines = state_file_lines(file, &name);
    const char *text = "";
    for (size_t i = 0; i < lines.count; i++) {
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ", lines.items[i]);
    }
    return text;
}

START_TEST(several_zones)
{
    static const char *const zones[] = {".", "com", "\\000\\255x.example"};
    struct place place = place_open();
    for (size_t i = 0; i < COUNT(zones); i++) {
        ck_assert_ptr_null(
            set(place.arena, place.path, zones[i], arena_printf(place.arena, "line %zu of it", i)));
    }
    for (size_t i = 0; i < COUNT(zones); i++) {
        ck_assert_str_eq(get(place.arena, place.path, zones[i]),
                         arena_printf(place.arena, "line %zu of it", i));
    }
    struct stat status;
    ck_assert_int_eq(stat(place.path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0644);
    place_close(&place);
}
END_TEST

/* What is refused is refused for reading and writing alike, and is not touched. */
static void expect_refused(struct place *place, const char *text, size_t size, const char *why)
{
    write_file(place->path, text, size);
    for (unsigned writes = 0; writes <= 1; writes++) {
        struct state_file *file = open_for(place->arena, place->path, writes == 1);
        ck_assert(!state_file_usable(file));
        add(file, "com", "x");
        const char *problem = state_file_save(file, 0);
        ck_assert_msg(problem != NULL, "taken: %.200s", text);
        ck_assert_msg(strstr(problem, why) != NULL, "%s", problem);
        ck_assert_msg(strncmp(problem, place->path, strlen(place->path)) == 0, "%s", problem);
    }
    char *after = read_file(place->arena, place->path);
    ck_assert_ptr_nonnull(after);
    ck_assert_int_eq(memcmp(after, text, size), 0);
}

START_TEST(nothing_set)
{
    struct place place = place_open();
    struct state_file *file = open_for(place.arena, place.path, true);
    ck_assert(state_file_usable(file));
    ck_assert_ptr_null(state_file_save(file, 0));
    ck_assert_ptr_null(read_file(place.arena, place.path)); /* not even an empty one */
    ck_assert(!state_file_usable(NULL));
    place_close(&place);
}
END_TEST

START_TEST(refused_files)
{
    static const char nul[] = "dnssec-plugins " PLUGIN " 1\n\0";
    static const char *const texts[] = {"hello\n", "dnssec-plugins " PLUGIN " 2\nend 0\n",
                                        "dnssec-plugins " PLUGIN " 1\nzone com\n"};
    struct place place = place_open();
    for (size_t i = 0; i < COUNT(texts); i++) {
        expect_refused(&place, texts[i], strlen(texts[i]), "left as it ");
    }
    expect_refused(&place, nul, sizeof nul, "NUL");
    /* False OK: a file that lost all it held began anew in silence. */
    expect_refused(&place, "", 0, "is damaged: it is empty");
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
    struct state_file *file = open_for(place.arena, place.path, false);
    add(file, "com", "x");
    ck_assert_ptr_null(state_file_save(file, 0));
    ck_assert_ptr_null(read_file(place.arena, place.path));
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    file = open_for(place.arena, place.path, false);
    add(file, "com", "x");
    ck_assert_ptr_null(state_file_save(file, 0));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "old");
    place_close(&place);
}
END_TEST

/* Two runs at once about one zone: each adds to what the other has written since it began. */
START_TEST(runs_meet)
{
    struct place place = place_open();
    struct state_file *first = open_for(place.arena, place.path, true);
    struct state_file *second = open_for(place.arena, place.path, true);
    add(first, "com", "a");
    add(second, "com", "b");
    add(second, "org", "c");
    ck_assert_ptr_null(state_file_save(second, 0));
    ck_assert_ptr_null(state_file_save(first, 0));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "b a");
    ck_assert_str_eq(get(place.arena, place.path, "org"), "c");
    struct name name = fixture_name("com");
    ck_assert_uint_eq(state_file_lines(first, &name).count, 0); /* as it was in the beginning */
    place_close(&place);
}
END_TEST

/* What is kept during a run is there when it is killed, and is not written a second time. */
START_TEST(kept)
{
    struct place place = place_open();
    struct state_file *file = open_for(place.arena, place.path, true);
    add(file, "com", "a");
    state_file_keep(file);
    ck_assert_str_eq(get(place.arena, place.path, "com"), "a");
    add(file, "org", "b");
    ck_assert_ptr_null(state_file_save(file, 0));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "a");
    ck_assert_str_eq(get(place.arena, place.path, "org"), "b");
    place_close(&place);
}
END_TEST

/* A file that is damaged while a run is at work is not written to. */
START_TEST(damaged_meanwhile)
{
    struct place place = place_open();
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    struct state_file *file = open_for(place.arena, place.path, true);
    ck_assert(state_file_usable(file));
    add(file, "com", "new");
    write_file(place.path, "gone", 4);
    ck_assert_ptr_nonnull(state_file_save(file, 0));
    ck_assert_str_eq(read_file(place.arena, place.path), "gone");
    place_close(&place);
}
END_TEST

/* One that another run has locked is read all the same, and waited for to be written. */
START_TEST(locked)
{
    struct place place = place_open();
    ck_assert_ptr_null(set(place.arena, place.path, "com", "old"));
    int holder = open(place.path, O_RDONLY);
    ck_assert_int_eq(flock(holder, LOCK_EX), 0);
    struct state_file *file = open_for(place.arena, place.path, true);
    ck_assert(state_file_usable(file));
    add(file, "com", "new");
    const char *problem = state_file_save(file, 0);
    ck_assert_ptr_nonnull(problem);
    ck_assert_ptr_nonnull(strstr(problem, "locked for too long"));
    ck_assert_int_eq(close(holder), 0);
    ck_assert_ptr_null(state_file_save(file, 0));
    ck_assert_str_eq(get(place.arena, place.path, "com"), "old new");
    place_close(&place);
}
END_TEST

/* A finding in each report, and none without a file. */
START_TEST(told)
{
    struct arena *arena = arena_create();
    const struct name name = fixture_name("a.example");
    struct report report = report_start(arena, NULL, &name);
    struct report other = report;
    struct report *const reports[] = {&report, &other};
    state_file_close(NULL, 0, reports, COUNT(reports));
    ck_assert_uint_eq(report.finding_count, 0);
    state_file_close(open_for(arena, "/dev/null", true), 0, reports, COUNT(reports));
    ck_assert_uint_eq(report.finding_count, 1);
    ck_assert_str_eq(other.findings->text, "--file /dev/null is no regular file");
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("state_file", several_zones, nothing_set, refused_files, no_file_to_use,
           unwritable_folder, full_disk, threads_at_once, processes_at_once, reading_only,
           runs_meet, kept, damaged_meanwhile, locked, told)
