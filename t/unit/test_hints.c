/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Root hints: those built in, files, and what is wrong with them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask/hints.h"
#include "lib/suite.h"

static const struct server *parse(struct arena *arena, const char *text, size_t *count)
{
    const struct server *servers = NULL;
    const char *problem = hints_parse(arena, "FILE", text, 5300, &servers, count);
    ck_assert_msg(problem == NULL, "%s: %s", text, problem);
    return servers;
}

START_TEST(thirteen_letters_in_both_families_are_built_in)
{
    struct arena *arena = arena_create();
    size_t count = 0;
    const struct server *servers = hints_built_in(arena, 53, &count);
    ck_assert_uint_eq(count, 26);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(servers[i].family, i % 2 == 0 ? 4 : 6);
        ck_assert_uint_eq(servers[i].port, 53);
        ck_assert_str_eq(servers[i].host,
                         arena_printf(arena, "%c.root-servers.net", (char)('a' + i / 2)));
    }
    ck_assert_str_eq(servers[0].text, "198.41.0.4");
    ck_assert_str_eq(servers[2].text, "170.247.170.2");
    ck_assert_str_eq(servers[3].text, "2801:1b8:10::b");
    ck_assert_str_eq(servers[25].text, "2001:dc3::35");
    arena_destroy(arena);
}
END_TEST

START_TEST(files_are_read_as_they_are_published)
{
    static const char text[] = ";       last update:     April 18, 2024\n"
                               "; \n"
                               "a.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n"
                               ".                        3600000      NS    A.ROOT-SERVERS.NET.\n"
                               "A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n"
                               "; \n"
                               ".                        3600000  IN  NS    B.ROOT-SERVERS.NET.\n"
                               "B.ROOT-SERVERS.NET.      3600000  IN  A     198.41.0.4\n"
                               "; End of file";
    struct arena *arena = arena_create();
    size_t count = 0;
    const struct server *servers = parse(arena, text, &count);
    ck_assert_uint_eq(count, 2); /* the same address counts once */
    ck_assert_str_eq(servers[0].text, "198.41.0.4");
    ck_assert_str_eq(servers[0].host, "a.root-servers.net");
    ck_assert_uint_eq(servers[0].port, 5300);
    ck_assert_str_eq(servers[1].text, "2001:503:ba3e::2:30");
    arena_destroy(arena);
}
END_TEST

START_TEST(errors_name_file_and_line)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", "FILE: no address of a root server"},
        {"; only a comment\n", "FILE: no address of a root server"},
        {". NS a.\n", "FILE: no address of a root server"},
        {". NS a.\na. A 192.0.2.1\nb. A 192.0.2.2\n",
         "FILE line 3: b is in no NS record of the root"},
        {"a. AAAA 2001:db8::1\n", "FILE line 1: a is in no NS record of the root"},
        {"com. NS a.\n", "FILE line 1: the NS record is one of com, not of the root"},
        {". NS a.\n. SOA a. b. 1 1 1 1 1\n",
         "FILE line 2: root hints are NS, A and AAAA records, not SOA"},
        {". NS a.\na. A 192.0.2\n", "FILE line 2: no A record: "},
        {". NS a.\na. A", "FILE line 2: the record has no data"},
        {". NS a.\na. 3600", "FILE line 2: the type of the record is missing"},
        {"192.0.2.1\n", "FILE line 1: the type of the record is missing"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct server *servers = NULL;
        size_t count = 7;
        const char *problem = hints_parse(arena, "FILE", rows[i].text, 53, &servers, &count);
        ck_assert_msg(problem != NULL, "%s was accepted", rows[i].text);
        ck_assert_msg(strncmp(problem, rows[i].expected, strlen(rows[i].expected)) == 0,
                      "%s, expected: %s", problem, rows[i].expected);
        ck_assert_uint_eq(count, 7);
        ck_assert_ptr_null(servers);
    }
    arena_destroy(arena);
}
END_TEST

/* A file that is removed when the test ends, whatever happens to it in between. */
static const char *temporary(struct arena *arena, const char *text, size_t size)
{
    char path[] = "/tmp/test_hints_XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
    (void)close(fd);
    return arena_text(arena, path);
}

static const char *read_and_remove(struct arena *arena, const char *text, size_t size,
                                   size_t *count)
{
    const struct server *servers = NULL;
    const char *path = temporary(arena, text, size);
    const char *problem = hints_read(arena, path, 53, &servers, count);
    (void)unlink(path);
    return problem;
}

START_TEST(files_that_cannot_be_read_are_named)
{
    struct arena *arena = arena_create();
    const struct server *servers = NULL;
    size_t count = 0;
    ck_assert_str_eq(hints_read(arena, "/nonexistent/hints", 53, &servers, &count),
                     "/nonexistent/hints: cannot be read: No such file or directory");
    ck_assert_str_eq(hints_read(arena, "/", 53, &servers, &count),
                     "/: cannot be read: Is a directory");
    static const char good[] = ". NS a.\na. A 192.0.2.1\n";
    ck_assert_ptr_null(read_and_remove(arena, good, sizeof good - 1, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_nonnull(strstr(read_and_remove(arena, good, sizeof good, &count),
                                 ": holds a NUL octet, so is no text"));
    size_t size = 1200000;
    char *large = arena_alloc(arena, size);
    memset(large, '\n', size);
    ck_assert_ptr_nonnull(
        strstr(read_and_remove(arena, large, size, &count), ": is larger than 1 MiB"));
    ck_assert_ptr_nonnull(
        strstr(read_and_remove(arena, large, 20000, &count), ": no address of a root server"));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("hints", thirteen_letters_in_both_families_are_built_in,
           files_are_read_as_they_are_published, errors_name_file_and_line,
           files_that_cannot_be_read_are_named)
