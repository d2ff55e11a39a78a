/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding zones from the root servers down: what is asked in which stage, and what is found. */
#include <string.h>

#include "lib/iterworld.h"
#include "lib/suite.h"

START_TEST(two_cuts_take_three_stages)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    world.search.type = RR_A;
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 3);
    static const char *const servers[] = {ROOT_1, COM_1, EXAMPLE_1};
    static const char *const apexes[] = {".", "com", "example.com"};
    for (size_t stage = 1; stage <= 3; stage++) {
        ck_assert_uint_eq(fakenet_count(world.net, stage), 4);
        ck_assert(fakenet_asked(world.net, stage, servers[stage - 1], "www.example.com", "A"));
        ck_assert(fakenet_asked(world.net, stage, servers[stage - 1], apexes[stage - 1], "DNSKEY"));
        ck_assert_uint_eq(fakenet_question(world.net, stage, 0)->flags, 0);
    }
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    ck_assert_str_eq(name_text(world.arena, &zone.name), "example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " EXAMPLE_2);
    ck_assert_uint_eq(zone.child.host_count, 2);
    ck_assert_str_eq(name_text(world.arena, &zone.parent), "com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.above), COM_1 " " COM_2);
    ck_assert_ptr_nonnull(zone.parent_dnskey);
    ck_assert_uint_eq(zone.parent_dnskey->type, RR_DNSKEY);
    ck_assert_str_eq(name_text(world.arena, &zone.parent_dnskey->name), "com");
    ck_assert_ptr_null(zone.path[0].referral);
    ck_assert_str_eq(zone.path[2].referral->server->text, COM_1);
    ck_assert_str_eq(name_text(world.arena, &zone.path[2].dnskey->name), "example.com");
    iterworld_close(&world);
}
END_TEST

START_TEST(a_zone_that_is_asked_later_is_not_asked_now)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    world.search.asks_later = true;
    const struct zone zone = iterworld_find(&world, "example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    ck_assert_ptr_null(zone.path[2].dnskey);
    iterworld_close(&world);
    /* A name below it may lie in another zone, so it is asked. */
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    world.search.asks_later = true;
    (void)iterworld_find(&world, "www.example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 3);
    iterworld_close(&world);
}
END_TEST

START_TEST(without_want_parent_there_is_none)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    world.search.want_parent = false;
    const struct zone zone = iterworld_find(&world, "example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.parent.size, 0);
    ck_assert_uint_eq(zone.above.server_count, 0);
    ck_assert_ptr_null(zone.parent_dnskey);
    iterworld_close(&world);
}
END_TEST

START_TEST(names_of_the_root_are_found_there)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_answer(&world, ROOT_1, ". NS", ". NS a.root.test.", "");
    struct zone zone = iterworld_find(&world, ".");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ".");
    ck_assert_uint_eq(zone.name.labels, 0);
    ck_assert_uint_eq(zone.parent.size, 0);
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), ROOT_1 " " ROOT_2);
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    iterworld_close(&world);
    iterworld_open(&world);
    iterworld_deny(&world, ROOT_1, "www.nonesuch", RCODE_NXDOMAIN, ".");
    zone = iterworld_find(&world, "www.nonesuch");
    ck_assert_int_eq(zone.status, ZONE_NO_SUCH_NAME);
    ck_assert_uint_eq(zone.name.size, 1);
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    iterworld_close(&world);
}
END_TEST

START_TEST(a_name_that_does_not_exist_is_told)
{
    static const struct {
        const char *apex; /* of the SOA record; NULL: none */
        size_t stages;
    } rows[] = {{"example.com", 3}, {NULL, 4}};
    for (size_t i = 0; i < 2; i++) {
        struct iterworld world;
        iterworld_open(&world);
        iterworld_publish_chain(&world);
        iterworld_deny(&world, EXAMPLE_1, "x.y.example.com", RCODE_NXDOMAIN, rows[i].apex);
        iterworld_deny(&world, EXAMPLE_2, "x.y.example.com", RCODE_NXDOMAIN, rows[i].apex);
        iterworld_refer_chain(&world, "x.y.example.com");
        const struct zone zone = iterworld_find(&world, "x.y.example.com");
        ck_assert_int_eq(zone.status, ZONE_NO_SUCH_NAME);
        ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
        ck_assert_uint_eq(fakenet_stages(world.net), rows[i].stages);
        iterworld_close(&world);
    }
}
END_TEST

START_TEST(a_denial_on_one_server_only_does_not_decide)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    iterworld_deny(&world, COM_1, "www.example.com", RCODE_NXDOMAIN, "com");
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    iterworld_close(&world);
}
END_TEST

START_TEST(an_alias_to_a_name_that_does_not_exist_exists)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    struct message message = {.aa = true, .rcode = RCODE_NXDOMAIN};
    message.answer = fixture_section(world.arena, "www.example.com. CNAME nonesuch.example.org.");
    message.authority = fixture_section(world.arena, "example.org. SOA a. b. 1 1 1 1 1");
    fakenet_answer(world.net, EXAMPLE_1, "www.example.com", "A", &message);
    fakenet_answer(world.net, EXAMPLE_2, "www.example.com", "A", &message);
    world.search.type = RR_A;
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    iterworld_close(&world);
}
END_TEST

START_TEST(a_zone_skipped_by_a_referral_is_found_beside_the_way)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    /* The root servers serve com too. */
    iterworld_refer(&world, ROOT_1, "www.example.com", EXAMPLE_NS, EXAMPLE_GLUE);
    iterworld_refer(&world, ROOT_2, "www.example.com", EXAMPLE_NS, EXAMPLE_GLUE);
    iterworld_answer(&world, ROOT_2, "com NS", "com. NS r.com.", "r.com. A " ROOT_1);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert(fakenet_asked(world.net, 2, ROOT_1, "com", "NS"));
    ck_assert(fakenet_asked(world.net, 2, ROOT_1, "com", "DS"));
    ck_assert(fakenet_asked(world.net, 2, ROOT_2, "com", "DNSKEY"));
    ck_assert(fakenet_asked(world.net, 2, EXAMPLE_1, "www.example.com", "NS"));
    ck_assert_uint_eq(fakenet_count(world.net, 2), 6 + 4);
    ck_assert_str_eq(name_text(world.arena, &zone.parent), "com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.above), ROOT_1);
    ck_assert_uint_eq(zone.path[1].referral->type, RR_DS);
    ck_assert_uint_eq(zone.parent_dnskey->type, RR_DNSKEY);
    ck_assert_str_eq(name_text(world.arena, &zone.parent_dnskey->name), "com");
    iterworld_close(&world);
}
END_TEST

START_TEST(signatures_in_a_referral_tell_what_it_skipped)
{
    static const struct {
        const char *signer;
        size_t questions; /* in stage 2 */
        const char *path;
    } rows[] = {
        {".", 4, ". example.com"},
        {"com.", 6 + 4, ". com example.com"},
        {"example.com.", 6 + 4, ". com example.com"}, /* a lie does no harm */
        {"org.", 6 + 4, ". com example.com"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iterworld world;
        iterworld_open(&world);
        iterworld_publish_chain(&world);
        const char *ns = arena_printf(world.arena,
                                      EXAMPLE_NS "example.com. DS 1 13 2 00\n"
                                                 "example.com. RRSIG DS 13 2 60 20300101000000 "
                                                 "20200101000000 1 %s AAAA\n",
                                      rows[i].signer);
        iterworld_refer(&world, ROOT_1, "www.example.com", ns, EXAMPLE_GLUE);
        iterworld_refer(&world, ROOT_2, "www.example.com", ns, EXAMPLE_GLUE);
        iterworld_answer(&world, ROOT_1, "com NS", "com. NS r.com.", "r.com. A " ROOT_1);
        const struct zone zone = iterworld_find(&world, "www.example.com");
        ck_assert_uint_eq(fakenet_stages(world.net), 2);
        ck_assert_uint_eq(fakenet_count(world.net, 2), rows[i].questions);
        ck_assert_str_eq(iterworld_path(&world, &zone), rows[i].path);
        iterworld_close(&world);
    }
}
END_TEST

START_TEST(zones_on_one_server_are_told_apart)
{
    struct iterworld world;
    iterworld_open(&world);
    static const char *const roots[] = {ROOT_1, ROOT_2};
    for (size_t i = 0; i < 2; i++) {
        iterworld_answer(&world, roots[i], "www.example.com NS", "", "");
        iterworld_deny(&world, roots[i], "www.example.com", RCODE_NOERROR, "example.com");
        iterworld_answer(&world, roots[i], "com NS", "com. NS r.com.", "r.com. A " ROOT_1);
        iterworld_answer(&world, roots[i], "example.com NS", EXAMPLE_NS, EXAMPLE_GLUE);
    }
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert_uint_eq(fakenet_count(world.net, 2), 2 * 2 * 3);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), EXAMPLE_1 " " EXAMPLE_2);
    ck_assert_str_eq(iterworld_servers(&world, &zone.above), ROOT_1);
    ck_assert_uint_eq(zone.path[2].dnskey->type, RR_DNSKEY);
    ck_assert_str_eq(zone.path[2].dnskey->server->text, ROOT_1);
    ck_assert_uint_eq(zone.path[2].referral->type, RR_DS);
    iterworld_close(&world);
}
END_TEST

START_TEST(a_hidden_zone_without_usable_ns_is_served_by_whoever_answered)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_deny(&world, ROOT_1, "www.example.com", RCODE_NOERROR, "example.com");
    fakenet_silent(world.net, ROOT_2);
    const struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zone), ". example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), ROOT_1);
    iterworld_close(&world);
}
END_TEST

START_TEST(an_answer_that_does_not_tell_its_zone_is_followed_up)
{
    /* Unsigned, and the server puts nothing into the authority section. */
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    iterworld_answer(&world, EXAMPLE_1, "www.example.com A", "www.example.com. A 192.0.2.99", "");
    iterworld_answer(&world, EXAMPLE_2, "www.example.com A", "www.example.com. A 192.0.2.99", "");
    world.search.type = RR_A;
    struct zone zone = iterworld_find(&world, "www.example.com");
    ck_assert_uint_eq(fakenet_stages(world.net), 4);
    ck_assert(fakenet_asked(world.net, 4, EXAMPLE_1, "www.example.com", "NS"));
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com");
    iterworld_answer(&world, EXAMPLE_2, "www.example.com NS",
                     "www.example.com. NS ns1.example.com.", "ns1.example.com. A 192.0.2.31");
    world.ledger = ledger_start(world.arena, fakenet_net(world.net));
    zone = iterworld_find(&world, "www.example.com");
    ck_assert_str_eq(iterworld_path(&world, &zone), ". com example.com www.example.com");
    ck_assert_str_eq(iterworld_servers(&world, &zone.child), "192.0.2.31");
    ck_assert_str_eq(name_text(world.arena, &zone.parent), "example.com");
    iterworld_close(&world);
}
END_TEST

START_TEST(subjects_share_what_they_can)
{
    enum { SUBJECTS = 50 };
    struct iterworld world;
    iterworld_open(&world);
    struct zone *zones = arena_alloc(world.arena, SUBJECTS * sizeof *zones);
    for (size_t i = 0; i < SUBJECTS; i++) {
        const char *name = arena_printf(world.arena, "d%zu.com", i);
        zones[i].subject = fixture_name(name);
        const char *ns = arena_printf(world.arena, "%s. NS ns.%s.\n", name, name);
        const char *glue = arena_printf(world.arena, "ns.%s. A 192.0.2.200\n", name);
        iterworld_refer(&world, COM_1, name, ns, glue);
        iterworld_refer(&world, COM_2, name, ns, glue);
    }
    iterworld_refer(&world, ROOT_1, "d0.com", COM_NS, COM_GLUE);
    iterworld_refer(&world, ROOT_2, "d0.com", COM_NS, COM_GLUE);
    world.search.asks_later = true;
    zone_iterate(&world.search, zones, SUBJECTS);
    ck_assert_uint_eq(fakenet_stages(world.net), 2);
    ck_assert_uint_eq(fakenet_count(world.net, 1), 2 * 2);
    ck_assert_uint_eq(fakenet_count(world.net, 2), 2 * (SUBJECTS + 1));
    for (size_t i = 0; i < SUBJECTS; i++) {
        ck_assert_int_eq(zones[i].status, ZONE_FOUND);
        ck_assert_str_eq(iterworld_path(&world, &zones[i]),
                         arena_printf(world.arena, ". com d%zu.com", i));
        ck_assert_ptr_eq(zones[i].path[1].referral, zones[0].path[1].referral);
    }
    iterworld_close(&world);
}
END_TEST

START_TEST(a_subject_that_could_not_follow_asks_itself)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    /* The root knows of one zone below com directly, and refers to com for the rest. */
    iterworld_refer(&world, ROOT_1, "a.other.com", "other.com. NS n.other.com.",
                    "n.other.com. A 192.0.2.40");
    iterworld_refer(&world, ROOT_2, "a.other.com", "other.com. NS n.other.com.",
                    "n.other.com. A 192.0.2.40");
    struct zone zones[] = {{.subject = fixture_name("a.other.com")},
                           {.subject = fixture_name("www.example.com")}};
    zone_iterate(&world.search, zones, 2);
    ck_assert(!fakenet_asked(world.net, 1, NULL, "www.example.com", NULL));
    ck_assert(fakenet_asked(world.net, 2, ROOT_1, "www.example.com", "NS"));
    ck_assert_int_eq(zones[1].status, ZONE_FOUND);
    ck_assert_str_eq(iterworld_path(&world, &zones[1]), ". com example.com");
    iterworld_close(&world);
}
END_TEST

START_TEST(copies_can_grow_apart)
{
    struct iterworld world;
    iterworld_open(&world);
    iterworld_publish_chain(&world);
    struct zone zones[] = {{.subject = fixture_name("www.example.com")},
                           {.subject = fixture_name("www.example.com")}};
    zone_iterate(&world.search, zones, 2);
    struct section more = fixture_section(world.arena, "x. NS n1.x.\ny. NS n2.y.");
    ck_assert(zone_add_hosts(&world.search, &zones[0].child, &more.rrsets[0], NULL));
    ck_assert(zone_add_hosts(&world.search, &zones[1].child, &more.rrsets[1], NULL));
    ck_assert_uint_eq(zones[0].child.host_count, 3);
    ck_assert_str_eq(name_text(world.arena, &zones[0].child.hosts[2].name), "n1.x");
    ck_assert_str_eq(name_text(world.arena, &zones[1].child.hosts[2].name), "n2.y");
    ck_assert_uint_eq(zones[0].path[2].servers.host_count, 2);
    iterworld_close(&world);
}
END_TEST

SUITE_MAIN("iterate", two_cuts_take_three_stages, a_zone_that_is_asked_later_is_not_asked_now,
           without_want_parent_there_is_none, names_of_the_root_are_found_there,
           a_name_that_does_not_exist_is_told, a_denial_on_one_server_only_does_not_decide,
           an_alias_to_a_name_that_does_not_exist_exists,
           a_zone_skipped_by_a_referral_is_found_beside_the_way,
           signatures_in_a_referral_tell_what_it_skipped, zones_on_one_server_are_told_apart,
           a_hidden_zone_without_usable_ns_is_served_by_whoever_answered,
           an_answer_that_does_not_tell_its_zone_is_followed_up, subjects_share_what_they_can,
           a_subject_that_could_not_follow_asks_itself, copies_can_grow_apart)
