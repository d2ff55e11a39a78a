/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name servers without glue, dead ones, families, and replies that lead astray. */
#include <stdio.h>

#include "lib/iterworld.h"
#include "lib/suite.h"

#define HOSTER_NS   "hoster.com. NS ns.hoster.com.\n"
#define HOSTER_GLUE "ns.hoster.com. A 192.0.2.31\n"
#define HOSTER      "192.0.2.31"
#define V6_1        "2001:db8::21"

/* example.com served by hosts in hoster.com, for which com has no glue. */
static void publish_glueless(struct iterworld *world)
{
    static const char *const hosts[] = {"d1.hoster.com", "d2.hoster.com"};
    iterworld_publish_chain(world);
    for (size_t i = 0; i < 2; i++) {
        iterworld_refer(world, ROOT_1, hosts[i], COM_NS, COM_GLUE);
        iterworld_refer(world, COM_1, hosts[i], HOSTER_NS, HOSTER_GLUE);
        iterworld_refer(world, COM_2, hosts[i], HOSTER_NS, HOSTER_GLUE);
    }
    iterworld_refer(world, COM_1, "www.example.com",
                    "example.com. NS d1.hoster.com.\nexample.com. NS d2.hoster.com.\n", "");
    fakenet_silent(world->net, COM_2);
    iterworld_answer(world, HOSTER, "d1.hoster.com A", "d1.hoster.com. A " EXAMPLE_1, "");
    iterworld_answer(world, HOSTER, "d1.hoster.com AAAA", "d1.hoster.com. AAAA " V6_1, "");
    iterworld_answer(world, HOSTER, "d2.hoster.com A", "d2.hoster.com. A " EXAMPLE_2, "");
}

START_TEST(hosts_without_glue_are_looked_up_from_the_zones_known)
{
    struct iterworld world;
    iterworld_open(&world);
    publish_glueless(&world);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    /* root, com, com for the hosts, hoster.com, example.com */
    ck_assert_uint_eq(fakenet_stages(world.net), 5);
    ck_assert(!fakenet_asked(world.net, 3, ROOT_1, NULL, NULL));
    ck_assert(fakenet_asked(world.net, 3, COM_1, "d1.hoster.com", "AAAA"));
    ck_assert(!fakenet_asked(world.net, 3, COM_1, "d2.hoster.com", NULL)); /* the same way */
    ck_assert(fakenet_asked(world.net, 4, HOSTER, "d2.hoster.com", "A"));
    ck_assert(!fakenet_asked(world.net, 4, HOSTER, "hoster.com", "DNSKEY"));
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " V6_1 " " EXAMPLE_2);
    ck_assert_str_eq(zone.child.servers[1]->host, "d1.hoster.com");
    ck_assert_uint_eq(zone.child.hosts[0].a->type, RR_A);
    ck_assert_uint_eq(zone.child.hosts[1].aaaa->type, RR_AAAA);
    iterworld_close(&world);
}
END_TEST

START_TEST(a_host_that_is_not_there_is_known_to_lack_an_address)
{
    struct iterworld world;
    iterworld_open(&world);
    publish_glueless(&world);
    iterworld_deny(&world, HOSTER, "d2.hoster.com", RCODE_NXDOMAIN, "hoster.com");
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " V6_1);
    ck_assert(!zone_host_lacks_address(&zone.child.hosts[0]));
    ck_assert(zone_host_lacks_address(&zone.child.hosts[1]));
    iterworld_close(&world);
}
END_TEST

START_TEST(a_host_that_cannot_be_found_is_not_called_without_address)
{
    struct iterworld world;
    iterworld_open(&world);
    publish_glueless(&world);
    fakenet_silent(world.net, HOSTER);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(name_text(world.arena, &zone.name), "example.com");
    ck_assert_uint_eq(zone.child.server_count, 0);
    ck_assert(!zone_host_lacks_address(&zone.child.hosts[0]));
    iterworld_close(&world);
}
END_TEST

START_TEST(hosts_that_need_each_other_end_the_search)
{
    static const char *const circles[][2] = {
        {"example.com. NS ns.example.com.", "other.com. NS ns.other.com."}, /* themselves */
        {"example.com. NS ns.other.com.", "other.com. NS ns.example.com."},
    };
    for (size_t i = 0; i < 2; i++) {
        struct iterworld world;
        iterworld_open(&world);
        iterworld_publish_chain(&world);
        static const char *const names[] = {"www.example.com", "ns.example.com", "ns.other.com"};
        for (size_t j = 0; j < 3; j++) {
            iterworld_refer(&world, ROOT_1, names[j], COM_NS, COM_GLUE);
            iterworld_refer(&world, COM_1, names[j], circles[i][j == 2], "");
            iterworld_refer(&world, COM_2, names[j], circles[i][j == 2], "");
        }
        const struct zone zone = iterworld_find(&world, "www.example.com");
        ck_assert_int_eq(zone.status, ZONE_FOUND);
        ck_assert_str_eq(name_text(world.arena, &zone.name), "example.com");
        ck_assert_uint_eq(zone.child.server_count, 0);
        ck_assert_uint_le(fakenet_stages(world.net), 5);
        iterworld_close(&world);
    }
}
END_TEST

START_TEST(glue_of_other_zones_is_not_taken)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    static const char ns[] = "example.com. NS ns.example.org.\nexample.com. NS ns1.example.com.\n";
    static const char glue[] = "ns.example.org. A 192.0.2.66\n" EXAMPLE_GLUE;
    iterworld_refer(&world, COM_1, "www.example.com", ns, glue);
    iterworld_refer(&world, COM_2, "www.example.com", ns, glue);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1);
    /* It is looked for while the walk goes on. */
    ck_assert(fakenet_asked(world.net, 3, ROOT_1, "ns.example.org", "A"));
    ck_assert(fakenet_asked(world.net, 3, EXAMPLE_1, "www.example.com", "NS"));
    iterworld_close(&world);
}
END_TEST

START_TEST(hosts_that_come_later_are_looked_up_from_the_path)
{
    struct iterworld world;
    iterworld_open(&world);
    publish_glueless(&world);
    iterworld_refer(&world, COM_1, "www.example.com", EXAMPLE_NS, EXAMPLE_GLUE);
    struct zone zone = iterworld_find(&world, "www.example.com");
    size_t stages = fakenet_stages(world.net);
    zone_iterate_hosts(&world.search, &zone, 1);
    ck_assert_uint_eq(fakenet_stages(world.net), stages); /* nothing to be done */
    struct section more = fixture_section(
        world.arena, "example.com. NS d2.hoster.com.\nexample.com. NS ns1.example.com.");
    ck_assert(zone_add_hosts(&world.search, &zone.child, &more.rrsets[0], NULL));
    zone_iterate_hosts(&world.search, &zone, 1);
    ck_assert_uint_eq(fakenet_stages(world.net), stages + 2);
    ck_assert(fakenet_asked(world.net, stages + 1, COM_1, "d2.hoster.com", "A"));
    ck_assert_uint_eq(zone.child.host_count, 3);
    ck_assert_uint_eq(zone.child.hosts[2].a->type, RR_A);
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " EXAMPLE_2);
    zone_iterate_hosts(&world.search, &zone, 1);
    ck_assert_uint_eq(fakenet_stages(world.net), stages + 2);
    iterworld_close(&world);
}
END_TEST

START_TEST(when_the_first_servers_are_dead_the_others_are_asked)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    const char *ns = "";
    const char *glue = "";
    for (unsigned i = 1; i <= 5; i++) {
        ns = arena_printf(world.arena, "%sexample.com. NS ns%u.example.com.\n", ns, i);
        glue = arena_printf(world.arena, "%sns%u.example.com. A 192.0.2.4%u\n", glue, i, i);
        const char *server = arena_printf(world.arena, "192.0.2.4%u", i);
        if (i <= 3) {
            fakenet_silent(world.net, server);
        } else {
            iterworld_deny(&world, server, "www.example.com", RCODE_NOERROR, "example.com");
        }
    }
    iterworld_refer(&world, COM_1, "www.example.com", ns, glue);
    iterworld_refer(&world, COM_2, "www.example.com", ns, glue);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 4);
    ck_assert_uint_eq(fakenet_count(world.net, 3), 3 * 2);
    ck_assert_uint_eq(fakenet_count(world.net, 4), 2 * 2);
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.child.server_count, 5);
    iterworld_close(&world);
}
END_TEST

START_TEST(a_zone_with_dead_servers_is_found_all_the_same)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    fakenet_silent(world.net, EXAMPLE_1);
    fakenet_silent(world.net, EXAMPLE_2);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " EXAMPLE_2);
    ck_assert_uint_eq(fakenet_stages(world.net), 3);
    iterworld_close(&world);
}
END_TEST

START_TEST(without_the_root_there_is_nothing)
{
    struct iterworld world;
    iterworld_open(&world);
    fakenet_silent(world.net, ROOT_1);
    fakenet_silent(world.net, ROOT_2);
    ck_assert_int_eq(iterworld_find(&world, "www.example.com").status, ZONE_NO_ANSWER);
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    iterworld_close(&world);
    iterworld_open(&world);
    fakenet_default(world.net, ROOT_1, RCODE_REFUSED, false);
    fakenet_silent(world.net, ROOT_2);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FAILED);
    ck_assert_uint_eq(zone.path_count, 0);
    iterworld_close(&world);
    iterworld_open(&world);
    world.search.hint_count = 0;
    ck_assert_int_eq(iterworld_find(&world, "www.example.com").status, ZONE_NO_ANSWER);
    ck_assert_uint_eq(fakenet_stages(world.net), 0);
    iterworld_close(&world);
}
END_TEST

START_TEST(families_are_kept_apart_and_mixed)
{
    static const struct {
        bool ipv4, ipv6;
        const char *asked[3];
    } rows[] = {
        {true, true, {"198.41.0.4", "2801:1b8:10::b", "192.33.4.12"}},
        {true, false, {"198.41.0.4", "170.247.170.2", "192.33.4.12"}},
        {false, true, {"2001:503:ba3e::2:30", "2801:1b8:10::b", "2001:500:2::c"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iterworld world;
        iterworld_open(&world);
        struct server hints[6];
        static const char *const texts[] = {"198.41.0.4",    "2001:503:ba3e::2:30",
                                            "170.247.170.2", "2801:1b8:10::b",
                                            "192.33.4.12",   "2001:500:2::c"};
        for (size_t j = 0; j < 6; j++) {
            ck_assert_ptr_null(server_parse(world.arena, texts[j], 53, &hints[j]));
            hints[j].host = arena_printf(world.arena, "%c", (char)('a' + j / 2));
        }
        world.search.hints = hints;
        world.search.hint_count = 6;
        world.search.ipv4 = rows[i].ipv4;
        world.search.ipv6 = rows[i].ipv6;
        (void)iterworld_find(&world, ".");
        ck_assert_uint_eq(fakenet_count(world.net, 1), 3 * 2);
        for (size_t j = 0; j < 3; j++) {
            ck_assert(fakenet_asked(world.net, 1, rows[i].asked[j], ".", "NS"));
        }
        iterworld_close(&world);
    }
}
END_TEST

START_TEST(referrals_that_do_not_lead_on_are_not_followed)
{
    static const char *const authorities[] = {
        ". NS a.root.test.\n",                    /* upward */
        "com. NS a.nic.com.\n",                   /* to itself */
        "example.org. NS ns1.example.org.\n",     /* sideways */
        "x.www.example.com. NS ns1.example.com.", /* below the name */
        "xexample.com. NS ns1.example.com.",
    };
    for (size_t i = 0; i < sizeof authorities / sizeof authorities[0]; i++) {
        struct iterworld world;
        iterworld_open(&world);
        iterworld_publish_chain(&world);
        iterworld_refer(&world, COM_1, "www.example.com", authorities[i], EXAMPLE_GLUE);
        iterworld_refer(&world, COM_2, "www.example.com", authorities[i], EXAMPLE_GLUE);
        struct zone zone = iterworld_find(&world, "www.example.com");
        ck_assert_uint_eq(fakenet_stages(world.net), 2);
        ck_assert_int_eq(zone.status, ZONE_FOUND);
        ck_assert_str_eq(iterworld_path(&world, &zone), ". com");
        iterworld_close(&world);
    }
}
END_TEST

START_TEST(five_hundred_name_servers_are_cut_down)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    char *ns = arena_alloc(world.arena, 100000);
    char *glue = arena_alloc(world.arena, 200000);
    size_t ns_size = 0;
    size_t glue_size = 0;
    for (unsigned i = 0; i < 500; i++) {
        ns_size += (size_t)snprintf(ns + ns_size, 100, "example.com. NS n%03u.example.com.\n", i);
        for (unsigned j = 0; j < 3; j++) {
            glue_size += (size_t)snprintf(glue + glue_size, 100,
                                          "n%03u.example.com. A 198.51.%u.%u\n", i, j, i % 250);
        }
    }
    iterworld_refer(&world, COM_1, "www.example.com", ns, glue);
    iterworld_refer(&world, COM_2, "www.example.com", ns, glue);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.child.host_count, 13);
    ck_assert_uint_eq(zone.child.server_count, 26);
    iterworld_close(&world);
}
END_TEST

/* A server that delegates ever deeper, and one host name a level that needs another. */
START_TEST(a_way_without_end_ends)
{
    struct iterworld world;
    iterworld_open(&world);
    const char *zone_text = "";
    const char *name = "";
    for (unsigned i = 0; i < 60; i++) {
        name = arena_printf(world.arena, "%s%sa", name, i == 0 ? "" : ".");
    }
    for (unsigned i = 0; i < 60; i++) {
        zone_text = arena_printf(world.arena, "a.%s", zone_text);
        const char *server = i == 0 ? ROOT_1 : arena_printf(world.arena, "198.51.100.%u", i);
        const char *ns = arena_printf(world.arena, "%s NS n.%s\n", zone_text, zone_text);
        const char *glue = arena_printf(world.arena, "n.%s A 198.51.100.%u\n", zone_text, i + 1);
        iterworld_refer(&world, server, name, ns, glue);
    }
    fakenet_silent(world.net, ROOT_2);
    const struct zone zone = iterworld_find(&world, name);
    ck_assert_int_eq(zone.status, ZONE_FAILED);
    ck_assert_uint_eq(fakenet_stages(world.net), 16);
    iterworld_close(&world);
}
END_TEST

START_TEST(name_servers_in_ever_new_zones_are_few)
{
    /* Every zone is delegated to thirteen hosts without glue, in zones delegated the same way. */
    struct iterworld world;
    iterworld_open(&world);
    for (unsigned zone = 0; zone < 400; zone++) {
        const char *ns = "";
        for (unsigned i = 0; i < 13; i++) {
            ns = arena_printf(world.arena, "%sz%u. NS n.z%u.\n", ns, zone,
                              (zone * 13 + i + 1) % 400);
        }
        const char *name = arena_printf(world.arena, "n.z%u", zone);
        iterworld_refer(&world, ROOT_1, name, ns, "");
        iterworld_refer(&world, ROOT_2, name, ns, "");
    }
    const struct zone zone = iterworld_find(&world, "n.z0");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.child.server_count, 0);
    ck_assert_uint_le(fakenet_stages(world.net), 6);
    ck_assert_uint_le(world.ledger.count, 2 * (2 + 20 * 2));
    iterworld_close(&world);
}
END_TEST

START_TEST(a_deep_name_without_evidence_costs_little)
{
    /* The root answers for everything and never says from which zone. */
    struct iterworld world;
    iterworld_open(&world);
    const char *name = "a";
    for (unsigned i = 1; i < 126; i++) {
        name = arena_printf(world.arena, "a.%s", name);
    }
    const struct zone zone = iterworld_find(&world, name);
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.name.labels, 0);
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert_uint_eq(fakenet_count(world.net, 2), 2 * 16 * 3);
    iterworld_close(&world);
}
END_TEST

SUITE_MAIN("iterate_hosts", hosts_without_glue_are_looked_up_from_the_zones_known,
           a_host_that_is_not_there_is_known_to_lack_an_address,
           a_host_that_cannot_be_found_is_not_called_without_address,
           hosts_that_need_each_other_end_the_search, glue_of_other_zones_is_not_taken,
           hosts_that_come_later_are_looked_up_from_the_path,
           when_the_first_servers_are_dead_the_others_are_asked,
           a_zone_with_dead_servers_is_found_all_the_same, without_the_root_there_is_nothing,
           families_are_kept_apart_and_mixed, referrals_that_do_not_lead_on_are_not_followed,
           five_hundred_name_servers_are_cut_down, a_way_without_end_ends,
           name_servers_in_ever_new_zones_are_few, a_deep_name_without_evidence_costs_little)
