/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world of servers from the root down on a fake net. */
#include "lib/iterworld.h"

#include <string.h>

#include <check.h>

static const char *const types[] = {"NS", "A", "AAAA"};

void iterworld_open(struct iterworld *world)
{
    *world = (struct iterworld){.arena = arena_create()};
    world->net = fakenet_create(world->arena);
    world->ledger = ledger_start(world->arena, fakenet_net(world->net));
    ck_assert_ptr_null(server_parse(world->arena, ROOT_1, 53, &world->hints[0]));
    ck_assert_ptr_null(server_parse(world->arena, ROOT_2, 53, &world->hints[1]));
    world->search = (struct zone_search){
        .ledger = &world->ledger,
        .port = 53,
        .ipv4 = true,
        .ipv6 = true,
        .want_parent = true,
        .hints = world->hints,
        .hint_count = 2,
        .type = RR_NS,
    };
}

void iterworld_close(struct iterworld *world)
{
    arena_destroy(world->arena);
}

void iterworld_refer(struct iterworld *world, const char *server, const char *name, const char *ns,
                     const char *glue)
{
    struct message message = {
        .authority = fixture_section(world->arena, ns),
        .additional = fixture_section(world->arena, glue),
    };
    for (size_t i = 0; i < 3; i++) {
        fakenet_answer(world->net, server, name, types[i], &message);
    }
}

void iterworld_answer(struct iterworld *world, const char *server, const char *question,
                      const char *answer, const char *additional)
{
    struct message message = {
        .aa = true,
        .answer = fixture_section(world->arena, answer),
        .additional = fixture_section(world->arena, additional),
    };
    size_t size = strcspn(question, " ");
    fakenet_answer(world->net, server, arena_printf(world->arena, "%.*s", (int)size, question),
                   question + size + 1, &message);
}

void iterworld_deny(struct iterworld *world, const char *server, const char *name, uint16_t rcode,
                    const char *apex)
{
    struct message message = {.aa = true, .rcode = rcode};
    if (apex != NULL) {
        const char *dot = strcmp(apex, ".") == 0 ? "" : ".";
        message.authority = fixture_section(
            world->arena, arena_printf(world->arena, "%s%s SOA a. b. 1 1 1 1 1", apex, dot));
    }
    for (size_t i = 0; i < 3; i++) {
        fakenet_answer(world->net, server, name, types[i], &message);
    }
}

void iterworld_refer_chain(struct iterworld *world, const char *name)
{
    iterworld_refer(world, ROOT_1, name, COM_NS, COM_GLUE);
    iterworld_refer(world, ROOT_2, name, COM_NS, COM_GLUE);
    iterworld_refer(world, COM_1, name, EXAMPLE_NS, EXAMPLE_GLUE);
    iterworld_refer(world, COM_2, name, EXAMPLE_NS, EXAMPLE_GLUE);
}

void iterworld_publish_chain(struct iterworld *world)
{
    static const char *const servers[] = {EXAMPLE_1, EXAMPLE_2};
    iterworld_refer_chain(world, "www.example.com");
    iterworld_refer_chain(world, "example.com");
    for (size_t i = 0; i < 2; i++) {
        iterworld_deny(world, servers[i], "www.example.com", RCODE_NOERROR, "example.com");
        iterworld_answer(world, servers[i], "example.com NS", EXAMPLE_NS, EXAMPLE_GLUE);
    }
}

struct zone iterworld_find(struct iterworld *world, const char *name)
{
    struct zone zone = {.subject = fixture_name(name)};
    zone_iterate(&world->search, &zone, 1);
    return zone;
}

const char *iterworld_path(const struct iterworld *world, const struct zone *zone)
{
    const char *text = "";
    for (size_t i = 0; i < zone->path_count; i++) {
        text = arena_printf(world->arena, "%s%s%s", text, i == 0 ? "" : " ",
                            name_text(world->arena, &zone->path[i].name));
    }
    return text;
}

const char *iterworld_servers(const struct iterworld *world, const struct zone_servers *servers)
{
    const char *text = "";
    for (size_t i = 0; i < servers->server_count; i++) {
        text = arena_printf(world->arena, "%s%s%s", text, i == 0 ? "" : " ",
                            servers->servers[i]->text);
    }
    return text;
}
