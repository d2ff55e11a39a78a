/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a run may ask, by -s, -r, -p, -4 and -6. */
#include <string.h>

#include "frame/servers.h"
#include "lib/command.h"
#include "lib/signedzone.h"
#include "lib/suite.h"

static const char *texts(struct arena *arena, const struct server *servers, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        all = arena_printf(arena, "%s %s:%u", all, servers[i].text, servers[i].port);
    }
    return all;
}

START_TEST(each_family_by_itself)
{
    static const struct {
        const char *line;
        bool needs_resolver;
        const char *given, *resolvers;
        const char *left_out; /* NULL: nothing to say */
        bool none_left;
    } rows[] = {
        {"-s 192.0.2.1 -s ::1 -r 192.0.2.53", false, " 192.0.2.1:53 ::1:53", " 192.0.2.53:53", NULL,
         false},
        {"-s 192.0.2.1 -s ::1 -r 192.0.2.53 -6", false, " ::1:53", "",
         "-6 leaves out 192.0.2.1 (-s), 192.0.2.53 (-r)", false},
        {"-s 192.0.2.1 -s ::1 -r 192.0.2.53 -4", false, " 192.0.2.1:53", " 192.0.2.53:53",
         "-4 leaves out ::1 (-s)", false},
        {"-s 192.0.2.1 -r ::1 -6", false, "", " ::1:53",
         "-6 leaves no server to ask: 192.0.2.1 (-s) is IPv4", true},
        {"-s 192.0.2.1 -s 192.0.2.2 -r ::1 -6", false, "", " ::1:53",
         "-6 leaves no server to ask: 192.0.2.1 (-s), 192.0.2.2 (-s) are IPv4", true},
        {"-r ::1 -r ::2 -4", false, "", "",
         "-4 leaves no resolver to ask: ::1 (-r), ::2 (-r) are IPv6", true},
        {"-s 192.0.2.1 -s ::1 -r 192.0.2.53 -6", true, " ::1:53", "",
         "-6 leaves no resolver to ask: 192.0.2.53 (-r) is IPv4", true},
        {"-r 192.0.2.53 -p 5353", false, "", " 192.0.2.53:5353", NULL, false},
        {"-p 5353 -r 192.0.2.53@53 -s 192.0.2.1 -s 192.0.2.2@54", false,
         " 192.0.2.1:5353 192.0.2.2@54:54", " 192.0.2.53@53:53", NULL, false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct command_options options = command_good(arena, rows[i].line);
        struct servers servers;
        ck_assert_ptr_null(servers_find(arena, &options.common, rows[i].needs_resolver, &servers));
        ck_assert_msg(servers.none_left == rows[i].none_left, "%s", rows[i].line);
        if (rows[i].left_out == NULL || servers.left_out == NULL) {
            ck_assert_msg(servers.left_out == rows[i].left_out, "%s: %s", rows[i].line,
                          servers.left_out);
        } else {
            ck_assert_str_eq(servers.left_out, rows[i].left_out);
        }
        ck_assert_str_eq(texts(arena, servers.given, servers.given_count), rows[i].given);
        if (!servers.none_left || servers.given_count > 0) {
            ck_assert_str_eq(texts(arena, servers.resolvers, servers.resolver_count),
                             rows[i].resolvers);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(nothing_left_is_unknown_and_the_rest_a_note)
{
    struct arena *arena = arena_create();
    struct rating rating;
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        rating.state[i] = RATING_DEFAULT;
    }
    struct name name = fixture_name("example.com");
    for (int none = 0; none < 2; none++) {
        struct report report = report_start(arena, &rating, &name);
        struct servers servers = {.left_out = "-6 leaves out 192.0.2.1", .none_left = none == 1};
        servers_report(&servers, &report);
        ck_assert_str_eq(signedzone_findings(arena, &report),
                         none == 1 ? "net-family-unusable=UNKNOWN" : "net-family-unusable=OK");
    }
    struct report report = report_start(arena, &rating, &name);
    servers_report(&(struct servers){.given = NULL}, &report);
    ck_assert_uint_eq(report.finding_count, 0);
    arena_destroy(arena);
}
END_TEST

START_TEST(root_servers_of_the_family)
{
    struct arena *arena = arena_create();
    struct command_options options = command_good(arena, "--iterate -6 -r 192.0.2.53");
    struct servers servers;
    ck_assert_ptr_null(servers_find(arena, &options.common, false, &servers));
    ck_assert(!servers.none_left);
    ck_assert_ptr_null(servers.left_out);
    ck_assert_uint_eq(servers.resolver_count, 0);
    ck_assert_uint_eq(servers.hint_count, 13);
    for (size_t i = 0; i < servers.hint_count; i++) {
        ck_assert_uint_eq(servers.hints[i].family, 6);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(what_is_not_used_is_read_too)
{
    static const struct {
        const char *line, *problem;
    } rows[] = {
        {"--iterate -r nobody", "--resolver nobody: "},
        {"--root-hints /etc/no-such-hints -r 192.0.2.53", "--root-hints /etc/no-such-hints"},
        {"--root-hints /etc/no-such-hints -s 192.0.2.1", "--root-hints /etc/no-such-hints"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct command_options options = command_good(arena, rows[i].line);
        struct servers servers;
        const char *problem = servers_find(arena, &options.common, false, &servers);
        ck_assert_msg(problem != NULL && strstr(problem, rows[i].problem) == problem, "%s: %s",
                      rows[i].line, problem);
    }
    arena_destroy(arena);
}
END_TEST

/* A zone with name servers that have addresses of the other family only is not found at fault. */
static void six_only(struct rrsig_options *options)
{
    options->common.ipv6_only = true;
}

static void four_only(struct rrsig_options *options)
{
    options->common.ipv4_only = true;
}

START_TEST(a_zone_of_the_other_family)
{
    static const struct zone_row rows[] = {
        {"-6 and a zone with IPv4 addresses", "net-family-unusable=UNKNOWN", {.tune = six_only}},
        {"-4 and a zone with IPv4 addresses", "", {.tune = four_only}},
    };
    signedzone_judge_rows(rows, COUNT(rows));
}
END_TEST

SUITE_MAIN("servers", each_family_by_itself, nothing_left_is_unknown_and_the_rest_a_note,
           root_servers_of_the_family, what_is_not_used_is_read_too, a_zone_of_the_other_family)
