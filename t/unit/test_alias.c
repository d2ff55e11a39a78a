/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following aliases in a reply. */
#include <string.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/alias.h"

static const struct {
    const char *answer;
    const char *type;
    const char *end;
    unsigned steps;
    bool found;
    bool loops;
} rows[] = {
    {"a.test. A 192.0.2.1", "A", "a.test", 0, true, false},
    {"", "A", "a.test", 0, false, false},
    {"a.test. CNAME b.test.\nb.test. A 192.0.2.1", "A", "b.test", 1, true, false},
    {"b.test. A 192.0.2.1\na.test. CNAME b.test.", "A", "b.test", 1, true, false},
    {"a.test. CNAME b.test.", "A", "b.test", 1, false, false},
    {"a.test. CNAME b.test.", "CNAME", "a.test", 0, true, false},
    {"a.test. CNAME a.test.", "A", "a.test", 0, false, true},
    {"a.test. CNAME b.test.\nb.test. CNAME a.test.", "A", "b.test", 1, false, true},
    {"test. DNAME b.example.", "A", "a.b.example", 1, false, false},
    {"test. DNAME b.example.\na.b.example. A 192.0.2.1", "A", "a.b.example", 1, true, false},
    {"test. DNAME b.example.\na.test. CNAME other.", "A", "a.b.example", 1, false, false},
    {"a.test. DNAME b.example.", "A", "a.test", 0, false, false},
    {"a.test. DNAME b.example.", "DNAME", "a.test", 0, true, false},
    {". DNAME b.example.", "A", "a.test.b.example", 1, false, true},
};

START_TEST(trails)
{
    struct arena *arena = arena_create();
    struct name name = fixture_name("a.test");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct message reply = {.answer = fixture_section(arena, rows[i].answer)};
        uint16_t type = 0;
        ck_assert(rr_type_from_text(rows[i].type, &type));
        struct alias_trail trail = alias_follow(&reply, &name, type);
        ck_assert_msg(trail.loops == rows[i].loops, "%s: loops", rows[i].answer);
        ck_assert_int_eq(trail.set != NULL, rows[i].found);
        if (!rows[i].loops) {
            ck_assert_uint_eq(trail.steps, rows[i].steps);
            ck_assert_str_eq(name_text(arena, &trail.names[trail.steps]), rows[i].end);
        }
        ck_assert_int_eq(trail.first != NULL, rows[i].steps > 0 || rows[i].loops);
    }
    arena_destroy(arena);
}
END_TEST

/* Eleven aliases are followed, as resolvers do, and no more. */
START_TEST(limit)
{
    struct arena *arena = arena_create();
    for (unsigned most = ALIAS_STEPS; most <= ALIAS_STEPS + 1; most++) {
        const char *answer = arena_printf(arena, "n%u.test. A 192.0.2.1\n", most);
        for (unsigned i = 0; i < most; i++) {
            answer = arena_printf(arena, "%sn%u.test. CNAME n%u.test.\n", answer, i, i + 1);
        }
        const struct message reply = {.answer = fixture_section(arena, answer)};
        struct name name = fixture_name("n0.test");
        struct alias_trail trail = alias_follow(&reply, &name, RR_A);
        ck_assert_int_eq(trail.loops, most > ALIAS_STEPS);
        ck_assert_int_eq(trail.set != NULL, most == ALIAS_STEPS);
        ck_assert_uint_eq(trail.steps, ALIAS_STEPS);
    }
    arena_destroy(arena);
}
END_TEST

/* A DNAME may make a name that is too long (RFC 6672 2.2: YXDOMAIN). */
START_TEST(too_long)
{
    struct arena *arena = arena_create();
    char label[62];
    memset(label, 'x', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    const char *target = arena_printf(arena, "%s.%s.%s.%s", label, label, label, label);
    const struct message reply = {
        .answer = fixture_section(arena, arena_printf(arena, "test. DNAME %s.", target))};
    struct name name = fixture_name("abcdefgh.test");
    struct alias_trail trail = alias_follow(&reply, &name, RR_A);
    ck_assert(trail.loops);
    ck_assert_uint_eq(trail.steps, 0);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("alias", trails, limit, too_long)
