/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --output-file replaces, what it leaves alone, and what is left when a run is ended. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/output.h"
#include "frame/plugin.h"
#include "lib/suite.h"

struct folder {
    struct arena *arena;
    char path[64];
};

static struct folder folder_open(void)
{
    struct folder folder = {.arena = arena_create(), .path = "/tmp/test_output.XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(folder.path));
    return folder;
}

static const char *in(const struct folder *folder, const char *name)
{
    return arena_printf(folder->arena, "%s/%s", folder->path, name);
}

/* Fails when a temporary file was left behind. */
static void folder_close(struct folder *folder)
{
    ck_assert_int_eq(rmdir(folder->path), 0);
    arena_destroy(folder->arena);
}

static const char *content(const struct folder *folder, const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char text[64] = "";
    size_t size = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    return arena_printf(folder->arena, "%.*s", (int)size, text);
}

START_TEST(a_file_is_made_and_replaced)
{
    struct folder folder = folder_open();
    const char *path = in(&folder, "result");
    static const char *const texts[] = {"first\n", "second\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        ck_assert_ptr_null(output_write(folder.arena, path, texts[i]));
        struct stat status;
        ck_assert_int_eq(lstat(path, &status), 0);
        ck_assert_uint_eq(status.st_mode, S_IFREG | 0644u);
        ck_assert_str_eq(content(&folder, path), texts[i]);
    }
    ck_assert_int_eq(unlink(path), 0);
    folder_close(&folder);
}
END_TEST

START_TEST(what_is_no_file_stays)
{
    struct folder folder = folder_open();
    const char *target = in(&folder, "target");
    static const struct {
        const char *name, *problem;
    } rows[] = {
        {"pipe", "only a regular file is replaced"},
        {"link", "a symbolic link is not replaced, name the file that it leads to"},
        {"dangling", "a symbolic link is not replaced, name the file that it leads to"},
        {"folder", "Is a directory"},
    };
    ck_assert_ptr_null(output_write(folder.arena, target, "kept\n"));
    ck_assert_int_eq(mkfifo(in(&folder, "pipe"), 0600), 0);
    ck_assert_int_eq(symlink("target", in(&folder, "link")), 0);
    ck_assert_int_eq(symlink("nowhere", in(&folder, "dangling")), 0);
    ck_assert_int_eq(mkdir(in(&folder, "folder"), 0700), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *path = in(&folder, rows[i].name);
        struct stat before, after;
        ck_assert_int_eq(lstat(path, &before), 0);
        const char *problem = output_write(folder.arena, path, "new\n");
        ck_assert_ptr_nonnull(problem);
        ck_assert_str_eq(problem,
                         arena_printf(folder.arena, "--output-file %s: %s", path, rows[i].problem));
        ck_assert_int_eq(lstat(path, &after), 0);
        ck_assert(before.st_ino == after.st_ino && before.st_mode == after.st_mode);
        ck_assert_int_eq(S_ISDIR(after.st_mode) ? rmdir(path) : unlink(path), 0);
    }
    ck_assert_str_eq(content(&folder, target), "kept\n");
    ck_assert_int_eq(unlink(target), 0);
    folder_close(&folder);
}
END_TEST

START_TEST(a_file_is_made_once)
{
    struct folder folder = folder_open();
    const char *path = in(&folder, "state");
    ck_assert_ptr_null(output_create(folder.arena, path, "first\n"));
    ck_assert_ptr_null(output_create(folder.arena, path, "second\n"));
    ck_assert_str_eq(content(&folder, path), "first\n");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink("nowhere", path), 0);
    ck_assert_ptr_nonnull(output_create(folder.arena, path, "third\n"));
    ck_assert_int_eq(unlink(path), 0);
    folder_close(&folder);
}
END_TEST

/*
 * The linker has fsync(2) of our code end up here: a temporary file is written then, and has not
 * yet its place.
 */
static int signal_in_fsync;
int __wrap_fsync(int file);
int __wrap_fsync(int file)
{
    (void)file;
    return signal_in_fsync == 0 ? 0 : raise(signal_in_fsync);
}

static _Noreturn void run_and_be_ended(const char *path, int number)
{
    static const struct option_def none[] = {{.name = NULL}};
    static const struct common_options defaults = {.min_good = 1};
    const struct plugin plugin = {.name = "check_test",
                                  .service = "TEST",
                                  .options = none,
                                  .options_size = sizeof defaults,
                                  .defaults = &defaults};
    char words[3][80] = {"check_test", "--at=junk"};
    (void)snprintf(words[2], sizeof words[2], "--output-file=%s", path);
    char *argv[] = {words[0], words[1], words[2], NULL};
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || signal(number, SIG_DFL) == SIG_ERR) {
        _exit(99);
    }
    signal_in_fsync = number;
    _exit(plugin_main(&plugin, 3, argv));
}

START_TEST(nothing_is_left_of_a_run_that_is_ended)
{
    static const struct {
        int signal, status;
    } rows[] = {{SIGTERM, 3 << 8}, {SIGALRM, 3 << 8}, {SIGINT, SIGINT}, {SIGHUP, SIGHUP}};
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        struct folder folder = folder_open();
        const char *path = in(&folder, "result");
        bool is_there = i % 2 == 0;
        if (is_there) {
            ck_assert_ptr_null(output_write(folder.arena, path, "before\n"));
        }
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            run_and_be_ended(path, rows[i / 2].signal);
        }
        int status = -1;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, rows[i / 2].status);
        if (is_there) {
            ck_assert_str_eq(content(&folder, path), "before\n");
            ck_assert_int_eq(unlink(path), 0);
        }
        folder_close(&folder);
    }
}
END_TEST

SUITE_MAIN("output", a_file_is_made_and_replaced, what_is_no_file_stays, a_file_is_made_once,
           nothing_is_left_of_a_run_that_is_ended)
