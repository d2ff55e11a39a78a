/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recorded answers: what counts as a change, and files that cannot be used. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/state_file.h"
#include "lib/recordworld.h"
#include "lib/suite.h"

#define ANSWER(servers, asked, text)                                                               \
    {                                                                                              \
        servers, {.question = asked, .answer = text}, false, NET_PENDING                           \
    }
#define WWW(servers, text) ANSWER(servers, "www.example.com A", text)
#define SOA(servers, serial)                                                                       \
    ANSWER(servers, "example.com SOA",                                                             \
           "example.com. SOA ns1.example.com. h.example.com. " serial " 7200 3600 604800 3600")

/* A folder of its own, gone in the end. */
struct place {
    struct arena *arena;
    char *folder;
    const char *file;
};

static struct place open_place(void)
{
    struct place place = {.arena = arena_create()};
    place.folder = arena_text(place.arena, "/tmp/baseline.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place.folder));
    place.file = arena_printf(place.arena, "%s/answers", place.folder);
    return place;
}

static void close_place(struct place *place)
{
    (void)unlink(place->file);                 /* some tests never make it */
    ck_assert_int_eq(rmdir(place->folder), 0); /* so no temporary file is left */
    arena_destroy(place->arena);
}

/* The findings of a run with the file; `update` records. */
static const char *run(const struct place *place, const struct world_row *row, bool update,
                       bool notes)
{
    struct world_row copy = *row;
    copy.arguments = arena_printf(place->arena, "%s --baseline %s%s",
                                  row->arguments == NULL ? "" : row->arguments, place->file,
                                  update ? " --baseline-update" : "");
    struct world world;
    world_open(&world, &copy);
    (void)world_run(&world);
    const char *found = arena_text(place->arena, world_findings(&world, notes));
    world_close(&world);
    return found;
}

static const char *text_of(const struct place *place)
{
    enum { ROOM = 65536 };
    char *text = arena_alloc(place->arena, ROOM);
    FILE *file = fopen(place->file, "r");
    if (file == NULL) {
        return NULL;
    }
    size_t size = fread(text, 1, ROOM - 1, file);
    (void)fclose(file);
    text[size] = '\0';
    return text;
}

static void write_text(const struct place *place, const char *text)
{
    FILE *file = fopen(place->file, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Changes. */

struct change {
    struct world_row before;
    struct world_row after;
};

#define OLD                                                                                        \
    {                                                                                              \
        WWW("12", "www.example.com. A 192.0.2.1\nwww.example.com. A 192.0.2.2")                    \
    }

static const struct change changes[] = {
    {{.arguments = "-T A", .odd = OLD},
     {.what = "nothing", .expected = "", .arguments = "-T A", .odd = OLD}},
    {{.arguments = "-T A", .odd = OLD},
     {.what = "TTL and order",
      .expected = "",
      .arguments = "-T A",
      .odd = {WWW("12", "www.example.com. 60 A 192.0.2.2\nwww.example.com. 60 A 192.0.2.1")}}},
    {{.arguments = "-T A", .odd = OLD},
     {.what = "one more",
      .expected = "rec-changed=CRITICAL",
      .arguments = "-T A",
      .odd = {WWW("12", "www.example.com. A 192.0.2.1\nwww.example.com. A 192.0.2.2\n"
                        "www.example.com. A 192.0.2.3")}}},
    {{.arguments = "-T A", .odd = OLD},
     {.what = "one less",
      .expected = "rec-changed=CRITICAL",
      .arguments = "-T A",
      .odd = {WWW("12", "www.example.com. A 192.0.2.1")}}},
    {{.arguments = "-T A", .odd = OLD},
     {.what = "other ones at one server",
      .expected = "rec-changed=CRITICAL" AT2 " rec-differs-server=WARNING" AT2,
      .arguments = "-T A",
      .odd = {WWW("1", "www.example.com. A 192.0.2.1\nwww.example.com. A 192.0.2.2"),
              WWW("2", "www.example.com. A 192.0.2.66")}}},
    {{.arguments = "-T A", .odd = OLD},
     {.what = "the name is gone",
      .expected = "rec-nxdomain=CRITICAL rec-changed=CRITICAL",
      .arguments = "-T A",
      .odd = {{"12",
               {.question = "www.example.com A", .rcode = 3, .authority = WORLD_SOA},
               false,
               NET_PENDING}}}},
    {{.subject = "nx.example.com", .arguments = "-T A --expect-rcode NXDOMAIN"},
     {.what = "a name that is not there, still",
      .expected = "",
      .subject = "nx.example.com",
      .arguments = "-T A --expect-rcode NXDOMAIN"}},
    {{.subject = "nx.example.com", .arguments = "-T A --expect-rcode NXDOMAIN"},
     {.what = "a name that is there now",
      .expected = "rec-changed=CRITICAL",
      .subject = "nx.example.com",
      .arguments = "-T A",
      .odd = {ANSWER("12", "nx.example.com A", "nx.example.com. A 192.0.2.1")}}},
    {{.arguments = "-T TXT --count 0:"},
     {.what = "a type that is there now",
      .expected = "rec-changed=CRITICAL",
      .arguments = "-T TXT --count 0:",
      .odd = {ANSWER("12", "www.example.com TXT", "www.example.com. TXT \"a b\"")}}},
    {{.subject = "example.com", .odd = {SOA("12", "4294967290")}},
     {.what = "a serial that grew, over the wrap",
      .expected = "",
      .subject = "example.com",
      .odd = {SOA("12", "5")}}},
    {{.subject = "example.com", .odd = {SOA("12", "5")}},
     {.what = "a serial that went back",
      .expected = "soa-serial-backwards=CRITICAL",
      .subject = "example.com",
      .odd = {SOA("12", "4294967290")}}},
    {{.subject = "example.com"},
     {.what = "hijacked name servers",
      .expected = "rec-changed=CRITICAL ns-set-parent-child=WARNING",
      .subject = "example.com",
      .arguments = "--severity net-timeout-one=ignore --severity ns-no-address=ignore",
      .odd = {ANSWER("12R", "example.com NS",
                     "example.com. NS ns1.example.com.\nexample.com. NS ns.evil.test."),
              ANSWER("R", "ns.evil.test A", "ns.evil.test. A 193.0.9.1")}}},
    {{.arguments = "-T A --allow-variants",
      .odd = {WWW("1", "www.example.com. A 192.0.2.1"), WWW("2", "www.example.com. A 192.0.2.2")}},
     {.what = "variants that change places",
      .expected = "",
      .arguments = "-T A --allow-variants",
      .odd = {WWW("1", "www.example.com. A 192.0.2.2"), WWW("2", "www.example.com. A 192.0.2.1")}}},
    {{.arguments = "-T A --allow-variants",
      .odd = {WWW("1", "www.example.com. A 192.0.2.1"), WWW("2", "www.example.com. A 192.0.2.2")}},
     {.what = "a new variant",
      .expected = "rec-changed=CRITICAL" AT2,
      .arguments = "-T A --allow-variants",
      .odd = {WWW("1", "www.example.com. A 192.0.2.2"), WWW("2", "www.example.com. A 192.0.2.3")}}},
    {{.arguments = "-T TXT",
      .odd = {ANSWER("12", "www.example.com TXT", "www.example.com. TXT \"a\\009b\" \"\\\"\"")}},
     {.what = "odd octets",
      .expected = "",
      .arguments = "-T TXT",
      .odd = {ANSWER("12", "www.example.com TXT", "www.example.com. TXT \"a\\009b\" \"\\\"\"")}}},
};

START_TEST(what_changes)
{
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct place place = open_place();
        (void)run(&place, &changes[i].before, true, false);
        const char *found = run(&place, &changes[i].after, false, false);
        ck_assert_msg(strcmp(found, changes[i].after.expected) == 0, "%s: got '%s', expected '%s'",
                      changes[i].after.what, found, changes[i].after.expected);
        close_place(&place);
    }
}
END_TEST

static const struct world_row usual = {.arguments = "-T A"};
static const struct world_row changed = {
    .arguments = "-T A",
    .odd = {WWW("12", "www.example.com. A 192.0.2.81\nwww.example.com. A 192.0.2.9")}};

START_TEST(recording)
{
    struct place place = open_place();
    ck_assert_str_eq(run(&place, &usual, true, true), "ns-single=OK");
    const char *first = text_of(&place);
    ck_assert_ptr_nonnull(strstr(first, "zone www.example.com.\n has A 192.0.2.81\n has A "));
    ck_assert_str_eq(run(&place, &changed, true, true), "ns-single=OK rec-changed=OK");
    ck_assert_str_eq(run(&place, &changed, false, true), "ns-single=OK");
    ck_assert_str_eq(run(&place, &usual, false, false), "rec-changed=CRITICAL");
    struct stat status;
    ck_assert_int_eq(stat(place.file, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0644);
    close_place(&place);
}
END_TEST

START_TEST(says_what_changed)
{
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    struct world_row row = changed;
    row.arguments = arena_printf(place.arena, "-T A --baseline %s", place.file);
    struct world world;
    world_open(&world, &row);
    ck_assert_str_eq(world_run(&world), "rec-changed=CRITICAL");
    ck_assert_str_eq(world.subject.report.findings[0].text,
                     "A: the answer has changed: added 192.0.2.9, removed 192.0.2.82");
    world_close(&world);
    close_place(&place);
}
END_TEST

/* Types and names that a run does not ask for stay as they are. */
START_TEST(others_stay)
{
    static const struct world_row mx = {.subject = "example.com", .arguments = "-T MX"};
    static const struct world_row a = {.subject = "example.com", .arguments = "-T A"};
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    (void)run(&place, &mx, true, false);
    (void)run(&place, &a, true, false);
    ck_assert_str_eq(run(&place, &usual, false, false), "");
    ck_assert_str_eq(run(&place, &mx, false, false), "");
    ck_assert_str_eq(run(&place, &a, false, false), "");
    close_place(&place);
}
END_TEST

/* False OK: the answer of one server was recorded, and that of the other was a change ever after.
 */
START_TEST(differing_answers_are_not_recorded)
{
    static const struct world_row differing = {.arguments = "-T A",
                                               .odd = {WWW("1", "www.example.com. A 192.0.2.1"),
                                                       WWW("2", "www.example.com. A 192.0.2.2")}};
    static const struct world_row partial = {
        .arguments = "-T TXT --count 0:",
        .odd = {ANSWER("2", "www.example.com TXT", "www.example.com. TXT \"x\"")}};
    static const struct world_row lagging = {.subject = "example.com",
                                             .odd = {SOA("1", "9"), SOA("2", "8")}};
    struct place place = open_place();
    ck_assert_str_eq(run(&place, &differing, true, false),
                     "rec-differs-server=WARNING" AT2 " baseline-unusable=UNKNOWN");
    ck_assert_ptr_null(text_of(&place));
    (void)run(&place, &usual, true, false);
    const char *before = text_of(&place);
    (void)run(&place, &differing, true, false);
    ck_assert_str_eq(text_of(&place), before);
    ck_assert_ptr_nonnull(strstr(run(&place, &partial, true, false), "baseline-unusable=UNKNOWN"));
    ck_assert_str_eq(text_of(&place), before);
    ck_assert_str_eq(run(&place, &lagging, true, false), "soa-serial-differs=WARNING" AT2);
    ck_assert_str_ne(text_of(&place), before);
    close_place(&place);
}
END_TEST

/* Where no server answers there is nothing to record, and what is there stays. */
START_TEST(silence_is_not_recorded)
{
    static const struct world_row rows[] = {
        {.arguments = "-T A -s " WORLD_SILENT},
        {.arguments = "-T A --allow-variants -s " WORLD_SILENT},
        {.arguments = "-T A,MX --allow-variants -s " WORLD_SILENT},
    };
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    const char *before = text_of(&place);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)run(&place, &rows[i], true, false);
        ck_assert_str_eq(text_of(&place), before);
    }
    close_place(&place);
}
END_TEST

START_TEST(not_recorded_yet)
{
    static const struct world_row mx = {.subject = "example.com", .arguments = "-T MX"};
    struct place place = open_place();
    ck_assert_str_eq(run(&place, &usual, false, false), "baseline-unusable=UNKNOWN");
    ck_assert_ptr_null(text_of(&place));
    (void)run(&place, &usual, true, false);
    ck_assert_str_eq(run(&place, &mx, false, false), "baseline-unusable=UNKNOWN");
    close_place(&place);
}
END_TEST

/* A file that is damaged or not ours is a clear UNKNOWN, and stays as it is. */

static void expect_refused(const struct place *place, const char *text)
{
    for (unsigned update = 0; update <= 1; update++) {
        write_text(place, text);
        ck_assert_str_eq(run(place, &usual, update == 1, false), "baseline-unusable=UNKNOWN");
        ck_assert_str_eq(text_of(place), text);
    }
}

START_TEST(truncated)
{
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    const char *whole = text_of(&place);
    for (size_t size = 1; size < strlen(whole); size++) {
        expect_refused(&place, arena_printf(place.arena, "%.*s", (int)size, whole));
    }
    close_place(&place);
}
END_TEST

START_TEST(not_ours)
{
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    const char *whole = text_of(&place);
    const char *rest = strchr(whole, '\n');
    expect_refused(&place, arena_printf(place.arena, "dnssec-plugins check_dns_records 2%s", rest));
    expect_refused(&place, arena_printf(place.arena, "dnssec-plugins check_ds_match 1%s", rest));
    expect_refused(&place, "something else\n");
    expect_refused(&place, "\n");
    close_place(&place);
}
END_TEST

/* Whole as a file, but with a line that is no record. */
START_TEST(junk_within)
{
    static const char *const lines[] = {"has A 192.0.2.256", "has A",      "has",
                                        "had A 192.0.2.1",   "has NOPE x", "A 192.0.2.81"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct place place = open_place();
        const char *line = lines[i];
        struct name name = fixture_name("www.example.com");
        const struct records_options options = {.baseline = place.file, .baseline_update = true};
        const struct state_use use = records_keeps(&options);
        struct state_file *file = state_file_open(place.arena, &use);
        state_file_set(file, &name, (struct texts){.items = &line, .count = 1});
        ck_assert_ptr_null(state_file_save(file, 0));
        ck_assert_msg(strcmp(run(&place, &usual, false, false), "baseline-unusable=UNKNOWN") == 0,
                      "%s is taken", line);
        close_place(&place);
    }
}
END_TEST

START_TEST(no_such_folder)
{
    struct place place = open_place();
    struct place elsewhere = place;
    elsewhere.file = arena_printf(place.arena, "%s/nothere/answers", place.folder);
    ck_assert_str_eq(run(&elsewhere, &usual, true, false), "baseline-unusable=UNKNOWN");
    elsewhere.file = place.folder;
    ck_assert_str_eq(run(&elsewhere, &usual, true, false), "baseline-unusable=UNKNOWN");
    ck_assert_str_eq(run(&elsewhere, &usual, false, false), "baseline-unusable=UNKNOWN");
    close_place(&place);
}
END_TEST

/* A full disk, as a limit to the size of files makes one: the old file stays, nothing else. */
START_TEST(disk_full)
{
    struct place place = open_place();
    (void)run(&place, &usual, true, false);
    const char *before = text_of(&place);
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct rlimit full = {.rlim_cur = 16, .rlim_max = limit.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
    const char *found = run(&place, &changed, true, false);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    (void)signal(SIGXFSZ, handler);
    ck_assert_str_eq(found, "baseline-unusable=UNKNOWN");
    ck_assert_str_eq(text_of(&place), before);
    close_place(&place);
}
END_TEST

/* Runs at once record a name each; none of them may lose what another wrote. */
START_TEST(at_once)
{
    enum { RUNS = 8 };
    static const char *const names[RUNS] = {"a.example.com", "b.example.com", "c.example.com",
                                            "d.example.com", "e.example.com", "f.example.com",
                                            "g.example.com", "h.example.com"};
    struct place place = open_place();
    for (size_t i = 0; i < RUNS; i++) {
        pid_t pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            struct world_row row = {.subject = names[i],
                                    .arguments = "-T A --expect-rcode NXDOMAIN"};
            _exit(strcmp(run(&place, &row, true, false), "") == 0 ? 0 : 1);
        }
    }
    for (size_t i = 0; i < RUNS; i++) {
        int status = 0;
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    for (size_t i = 0; i < RUNS; i++) {
        struct world_row row = {.subject = names[i], .arguments = "-T A --expect-rcode NXDOMAIN"};
        ck_assert_str_eq(run(&place, &row, false, false), "");
    }
    close_place(&place);
}
END_TEST

SUITE_MAIN("records_baseline", what_changes, recording, says_what_changed, others_stay,
           differing_answers_are_not_recorded, silence_is_not_recorded, not_recorded_yet, truncated,
           not_ours, junk_within, no_such_folder, disk_full, at_once)
