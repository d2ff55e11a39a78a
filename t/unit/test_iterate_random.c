/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever servers reply, iterating ends, asks a bounded number of questions and stays on its way.
 */
#include <string.h>

#include "lib/iterworld.h"
#include "lib/suite.h"

enum { WORLDS = 100, MESSAGES = 40, SUBJECTS = 3, QUESTIONS_MAX = 6000, STAGES_MAX = 64 };

static const char *const names[] = {".",      "com.",    "example.com.", "www.example.com.",
                                    "a.com.", "ns.org.", "org.",         "x.y.www.example.com."};
static const char *const servers[] = {ROOT_1, ROOT_2, COM_1, COM_2, EXAMPLE_1, EXAMPLE_2};
static const char *const types[] = {"NS", "A", "AAAA", "DNSKEY", "DS"};

/* A small generator of our own, so that every run is the same. */
static unsigned roll(uint32_t *state, size_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (unsigned)((*state >> 8) % sides);
}

static const char *any_name(uint32_t *state)
{
    return names[roll(state, COUNT(names))];
}

/* Up to three records of a kind about random names. */
static struct section random_section(struct iterworld *world, uint32_t *state)
{
    const char *text = "";
    for (unsigned i = roll(state, 4); i > 0; i--) {
        const char *owner = any_name(state);
        switch (roll(state, 5)) {
        case 0:
            text = arena_printf(world->arena, "%s%s SOA a. b. 1 1 1 1 1\n", text, owner);
            break;
        case 1:
            text = arena_printf(world->arena, "%s%s A %s\n", text, owner,
                                servers[roll(state, COUNT(servers))]);
            break;
        case 2:
            text = arena_printf(world->arena, "%s%s CNAME %s\n", text, owner, any_name(state));
            break;
        default:
            text = arena_printf(world->arena, "%s%s NS %s\n", text, owner, any_name(state));
            break;
        }
    }
    return fixture_section(world->arena, text);
}

static struct message random_message(struct iterworld *world, uint32_t *state)
{
    return (struct message){
        .aa = roll(state, 2) == 0,
        .rcode = (uint16_t)(roll(state, 4) == 0 ? roll(state, 6) : 0),
        .answer = random_section(world, state),
        .authority = random_section(world, state),
        .additional = random_section(world, state),
    };
}

static void publish(struct iterworld *world, uint32_t *state)
{
    struct message messages[MESSAGES];
    for (size_t i = 0; i < MESSAGES; i++) {
        messages[i] = random_message(world, state);
    }
    for (size_t i = 0; i < COUNT(servers) * COUNT(names) * COUNT(types); i++) {
        fakenet_answer(world->net, servers[i % COUNT(servers)],
                       names[i / COUNT(servers) % COUNT(names)],
                       types[i / COUNT(servers) / COUNT(names)], &messages[roll(state, MESSAGES)]);
    }
    if (roll(state, 4) == 0) {
        fakenet_silent(world->net, servers[roll(state, COUNT(servers))]);
    }
}

/* Each zone on the path lies below the one before and above the subject. */
static void assert_path(const struct zone *zone)
{
    if (zone->status == ZONE_NO_ANSWER || zone->status == ZONE_FAILED) {
        return;
    }
    ck_assert_uint_ge(zone->path_count, 1);
    ck_assert_uint_eq(zone->path[0].name.labels, 0);
    for (size_t i = 1; i < zone->path_count; i++) {
        const struct name *name = &zone->path[i].name;
        ck_assert_uint_gt(name->labels, zone->path[i - 1].name.labels);
        ck_assert(name_is_under(name, &zone->path[i - 1].name));
    }
    ck_assert(name_is_under(&zone->subject, &zone->name));
    ck_assert(name_equal(&zone->name, &zone->path[zone->path_count - 1].name));
    if (zone->path_count > 1) {
        ck_assert(name_equal(&zone->parent, &zone->path[zone->path_count - 2].name));
    }
}

START_TEST(random_worlds_end)
{
    for (uint32_t seed = 1; seed <= WORLDS; seed++) {
        struct iterworld world;
        uint32_t state = seed * 7919;
        iterworld_open(&world);
        publish(&world, &state);
        world.search.type = seed % 3 == 0 ? RR_A : RR_NS;
        world.search.asks_later = seed % 5 == 0;
        struct zone zones[SUBJECTS] = {{.subject = fixture_name("x.y.www.example.com")},
                                       {.subject = fixture_name("example.com")},
                                       {.subject = fixture_name("a.com")}};
        zone_iterate(&world.search, zones, SUBJECTS);
        for (size_t i = 0; i < SUBJECTS; i++) {
            assert_path(&zones[i]);
        }
        zone_iterate_hosts(&world.search, zones, SUBJECTS);
        ck_assert_uint_le(fakenet_stages(world.net), STAGES_MAX);
        ck_assert_uint_le(world.ledger.count, QUESTIONS_MAX);
        iterworld_close(&world);
    }
}
END_TEST

SUITE_MAIN("iterate_random", random_worlds_end)
