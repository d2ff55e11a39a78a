/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of state files: what is read back, and what is refused. */
#include <stdint.h>
#include <string.h>

#include "frame/state_text.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define PLUGIN "check_something"

static const char *set(struct arena *arena, const char *zone, const char *line)
{
    struct state_text state = state_text_start(arena, PLUGIN);
    struct name name = fixture_name(zone);
    state_text_set(&state, &name, (struct texts){.items = &line, .count = 1});
    return state_text_write(&state);
}

/* What is wrong with a text; NULL: nothing. */
static const char *problem_of(struct arena *arena, const char *text)
{
    struct state_text state = state_text_start(arena, PLUGIN);
    return state_text_read(&state, arena_text(arena, text));
}

static void expect_refused(struct arena *arena, const char *text, const char *why)
{
    const char *problem = problem_of(arena, text);
    ck_assert_msg(problem != NULL, "taken: %.200s", text);
    ck_assert_msg(strstr(problem, why) != NULL, "%s", problem);
}

/* The names of zones are read as they were written, many of them, too. */
START_TEST(read_back)
{
    static const char *const odd[] = {".",
                                      "com",
                                      "_dmarc.example.com",
                                      "a\\.b.example",
                                      "*.example",
                                      "\\000\\255x.example",
                                      "xn--a.example",
                                      "\\032.\\\\"};
    enum { ZONES = 5000 };
    struct arena *arena = arena_create();
    struct state_text state = state_text_start(arena, PLUGIN);
    struct name names[COUNT(odd) + ZONES];
    for (size_t i = 0; i < COUNT(names); i++) {
        names[i] = fixture_name(i < COUNT(odd) ? odd[i] : arena_printf(arena, "z%zu.example", i));
        const char **line = arena_alloc(arena, sizeof *line);
        *line = arena_printf(arena, "%zu", i);
        state_text_set(&state, &names[i], (struct texts){.items = line, .count = 1});
    }
    struct state_text again = state_text_start(arena, PLUGIN);
    ck_assert_ptr_null(state_text_read(&again, arena_text(arena, state_text_write(&state))));
    ck_assert_uint_eq(again.count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        struct texts lines = state_text_lines(&again, &names[i]);
        ck_assert_uint_eq(lines.count, 1);
        ck_assert_str_eq(lines.items[0], arena_printf(arena, "%zu", i));
    }
    ck_assert_str_eq(state_text_write(&again), state_text_write(&state));
    arena_destroy(arena);
}
END_TEST

START_TEST(truncated)
{
    struct arena *arena = arena_create();
    const char *whole = set(arena, "example.com", "one two three");
    for (size_t size = 0; size < strlen(whole); size++) {
        expect_refused(arena, arena_printf(arena, "%.*s", (int)size, whole), "");
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(changed)
{
    struct arena *arena = arena_create();
    const char *whole = set(arena, "com", "one two three");
    for (size_t i = 0; i < strlen(whole); i++) {
        char *other = arena_text(arena, whole);
        other[i] ^= 1;
        expect_refused(arena, other, "");
    }
    expect_refused(arena, arena_printf(arena, "%s\n", whole), "damaged");
    expect_refused(arena, arena_printf(arena, "%s%s", whole, whole), "damaged");
    arena_destroy(arena);
}
END_TEST

START_TEST(foreign)
{
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
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_refused(arena, rows[i].text, rows[i].why);
    }
    arena_destroy(arena);
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
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(bodies); i++) {
        expect_refused(arena, sealed(arena, bodies[i]), "damaged");
    }
    const char *good = sealed(arena, "dnssec-plugins " PLUGIN " 1\nzone com\n a b\n");
    ck_assert_ptr_null(problem_of(arena, good));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("state_text", read_back, truncated, changed, foreign, forged)
