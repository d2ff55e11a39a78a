/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many questions: silence, loss, connections, budget and pacing against servers on loopback. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#include "lib/loopback.h"
#include "lib/standstill.h"
#include "lib/suite.h"

enum { TRY_MS = 150, SLACK_MS = 5, BUDGET_MS = 20000 };

static const struct net_options defaults = {
    .tries = 3, .try_timeout_ms = TRY_MS, .budget_ms = BUDGET_MS};

START_TEST(silence_costs_one_wait)
{
    const struct misbehave_options silent = {.udp = UDP_SILENT, .tcp = TCP_SILENT};
    struct loopback loopback = loopback_start(&silent, 1);
    struct net_options options = defaults;
    options.try_timeout_ms = 200;
    loopback.net = net_create(loopback.arena, &options);
    struct question **questions = loopback_ask(&loopback, 120, RR_SOA, 0);
    int64_t took = loopback_settle(&loopback, questions, 120, 0);
    ck_assert_uint_eq(loopback_count(questions, 120, NET_TIMEOUT), 120);
    ck_assert_int_ge(took, 200);
    ck_assert_int_le(took, 200 + SLACK_MS);
    ck_assert_uint_eq(questions[0]->tries, 4);
    ck_assert_uint_eq(questions[1]->tries, 1);
    ck_assert_uint_eq(questions[119]->tries, 0);
    ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 102);

    questions = loopback_ask(&loopback, 120, RR_TXT, 0);
    took = loopback_settle(&loopback, questions, 120, 0);
    ck_assert_uint_eq(loopback_count(questions, 120, NET_TIMEOUT), 120);
    ck_assert_int_le(took, 200 + SLACK_MS);
    ck_assert_uint_eq(questions[0]->tries, 1);
    ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 103);
    loopback_end(&loopback);
}
END_TEST

START_TEST(silence_over_wanted_tcp_costs_one_wait)
{
    const struct misbehave_options silent = {.tcp = TCP_SILENT};
    struct loopback loopback = loopback_start(&silent, 1);
    struct net_options options = defaults;
    options.tcp = true;
    loopback.net = net_create(loopback.arena, &options);
    for (size_t i = 0; i < 2; i++) {
        struct question **questions = loopback_ask(&loopback, 150, RR_SOA, 0);
        int64_t took = loopback_settle(&loopback, questions, 150, 0);
        ck_assert_uint_eq(loopback_count(questions, 150, NET_TIMEOUT), 150);
        ck_assert_int_ge(took, TRY_MS);
        ck_assert_int_le(took, TRY_MS + SLACK_MS);
        ck_assert(!questions[0]->udp_lost);
    }
    ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 0);
    ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), 2);
    loopback_end(&loopback);
}
END_TEST

START_TEST(silent_server_comes_back)
{
    const struct misbehave_options late = {.drop_first = 12, .tcp = TCP_CLOSED};
    struct loopback loopback = loopback_start(&late, 1);
    loopback.net = net_create(loopback.arena, &defaults);
    struct question **questions = loopback_ask(&loopback, 10, RR_SOA, 0);
    loopback_settle(&loopback, questions, 10, 0);
    ck_assert_uint_eq(loopback_count(questions, 10, NET_TIMEOUT), 10);
    questions = loopback_ask(&loopback, 10, RR_TXT, 0);
    int64_t took = loopback_settle(&loopback, questions, 10, 0);
    ck_assert_uint_eq(loopback_count(questions, 10, NET_ANSWERED), 10);
    ck_assert_int_le(took, SLACK_MS);
    loopback_end(&loopback);
}
END_TEST

START_TEST(all_servers_at_once)
{
    struct misbehave_options servers[LOOPBACK_SERVERS_MAX];
    for (size_t i = 0; i < LOOPBACK_SERVERS_MAX; i++) {
        servers[i] = (struct misbehave_options){.delay_ms = 50};
    }
    struct loopback loopback = loopback_start(servers, LOOPBACK_SERVERS_MAX);
    loopback.net =
        net_create(loopback.arena,
                   &(struct net_options){.tries = 3, .try_timeout_ms = 1500, .budget_ms = 9000});
    struct question **questions = loopback_ask(&loopback, 180, RR_SOA, 0);
    int64_t took = loopback_settle(&loopback, questions, 180, 0);
    ck_assert_uint_eq(loopback_count(questions, 180, NET_ANSWERED), 180);
    ck_assert_int_ge(took, 50);
    ck_assert_int_le(took, 50 + SLACK_MS);
    for (size_t i = 0; i < 180; i++) {
        ck_assert_uint_eq(questions[i]->tries, 1);
        ck_assert_uint_ge(questions[i]->elapsed_ms, 50);
    }
    loopback_end(&loopback);
}
END_TEST

/* A path that loses large datagrams, or a filter: one type never arrives from a live server. */
START_TEST(live_server_loses_a_question)
{
    static const struct {
        enum misbehave_tcp tcp;
        enum net_status status;
    } rows[] = {{TCP_GOOD, NET_ANSWERED}, {TCP_CLOSED, NET_TIMEOUT}};
    for (size_t i = 0; i < 2; i++) {
        struct misbehave_options options = {.lost_type = RR_TXT, .tcp = rows[i].tcp};
        struct loopback loopback = loopback_start(&options, 1);
        loopback.net = net_create(loopback.arena, &defaults);
        struct question **questions = loopback_ask(&loopback, 10, RR_SOA, 0);
        questions[4] = loopback_ask(&loopback, 1, RR_TXT, 0)[0];
        int64_t took = loopback_settle(&loopback, questions, 10, 0);
        ck_assert_uint_ge(loopback_count(questions, 10, NET_ANSWERED), 9);
        ck_assert_int_eq(questions[4]->status, rows[i].status);
        ck_assert_int_eq(questions[4]->udp_lost, rows[i].tcp == TCP_GOOD);
        ck_assert_int_eq(questions[4]->tcp_failed, rows[i].tcp == TCP_CLOSED);
        ck_assert_uint_eq(questions[4]->tries, 4);
        ck_assert(!questions[3]->udp_lost);
        ck_assert_int_ge(took, 3 * TRY_MS);
        ck_assert_int_le(took, 3 * TRY_MS + SLACK_MS);
        questions = loopback_ask(&loopback, 20, RR_SOA, 0);
        took = loopback_settle(&loopback, questions, 20, 0);
        ck_assert_int_eq(questions[19]->transport, TRANSPORT_UDP);
        ck_assert_int_le(took, SLACK_MS);
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(udp_lost_moves_all_to_tcp)
{
    const struct misbehave_options options[] = {{.udp = UDP_SILENT}, {.udp = UDP_CLOSED}};
    for (size_t i = 0; i < 2; i++) {
        struct loopback loopback = loopback_start(&options[i], 1);
        loopback.net = net_create(loopback.arena, &defaults);
        unsigned sent = 0;
        for (size_t round = 0; round < 2; round++) {
            struct question **questions = loopback_ask(&loopback, 150, RR_SOA, 0);
            int64_t took = loopback_settle(&loopback, questions, 150, 0);
            ck_assert_uint_eq(loopback_count(questions, 150, NET_ANSWERED), 150);
            ck_assert_int_le(took, TRY_MS + SLACK_MS);
            ck_assert(questions[0]->udp_lost && questions[149]->udp_lost);
            ck_assert(!questions[149]->tcp_failed);
            sent = round == 0 ? misbehave_datagrams(loopback.servers[0]) : sent;
        }
        ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), sent);
        ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), 1);
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(refusal_counts_for_the_whole_server)
{
    const struct misbehave_options closed = {.udp = UDP_CLOSED, .tcp = TCP_CLOSED};
    struct loopback loopback = loopback_start(&closed, 1);
    loopback.net = net_create(loopback.arena, &defaults);
    for (size_t i = 0; i < 2; i++) {
        struct question **questions = loopback_ask(&loopback, 150, RR_SOA, 0);
        int64_t took = loopback_settle(&loopback, questions, 150, 0);
        ck_assert_uint_eq(loopback_count(questions, 150, NET_REFUSED), 150);
        ck_assert_int_le(took, SLACK_MS);
    }
    loopback_end(&loopback);
}
END_TEST

/* The system refuses to send to the broadcast address, or has no route at all. */
START_TEST(unreachable)
{
    static const unsigned flags[] = {0, QUERY_TCP, QUERY_RECURSE};
    struct arena *arena = arena_create();
    struct loopback loopback = {.arena = arena, .net = net_create(arena, &defaults)};
    struct server server;
    ck_assert_ptr_null(server_parse(arena, "255.255.255.255", 53, &server));
    for (size_t i = 0; i < 3; i++) {
        struct question **questions = loopback_ask_server(&loopback, &server, 30, RR_SOA, flags[i]);
        int64_t took = loopback_settle(&loopback, questions, 30, 0);
        ck_assert_uint_eq(loopback_count(questions, 30, NET_UNREACHABLE), 30);
        ck_assert_int_le(took, SLACK_MS);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(pipelining)
{
    static const struct {
        struct misbehave_options server;
        unsigned connections;
        size_t count;
    } rows[] = {
        {{.tcp = TCP_GOOD}, 1, 400},   {{.tcp = TCP_REVERSED, .reverse = 10}, 1, 10},
        {{.tcp = TCP_ONE_EACH}, 5, 5}, {{.tcp = TCP_DRIBBLE}, 1, 3},
        {{.tcp = TCP_HUGE}, 1, 20},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct loopback loopback = loopback_start(&rows[i].server, 1);
        struct net_options options = defaults;
        options.tcp = true;
        options.try_timeout_ms = 1000;
        loopback.net = net_create(loopback.arena, &options);
        struct question **questions = loopback_ask(&loopback, rows[i].count, RR_TXT, 0);
        loopback_settle(&loopback, questions, rows[i].count, 0);
        ck_assert_uint_eq(loopback_count(questions, rows[i].count, NET_ANSWERED), rows[i].count);
        ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), rows[i].connections);
        ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 0);
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(connection_is_kept)
{
    const struct misbehave_options options[] = {{.truncated_type = RR_TXT},
                                                {.truncated_type = RR_TXT, .tcp = TCP_ONE_EACH}};
    static const unsigned connections[] = {1, 3};
    for (size_t i = 0; i < 2; i++) {
        struct loopback loopback = loopback_start(&options[i], 1);
        loopback.net = net_create(loopback.arena, &defaults);
        for (size_t round = 0; round < 3; round++) {
            struct question **questions = loopback_ask(&loopback, 1, RR_TXT, 0);
            loopback_settle(&loopback, questions, 1, 0);
            ck_assert_int_eq(questions[0]->status, NET_ANSWERED);
            ck_assert_int_eq(questions[0]->transport, TRANSPORT_TCP);
        }
        ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), connections[i]);
        loopback_end(&loopback);
    }
}
END_TEST

/* The same question by TCP, as wanted and as truncated, is one question; so is its failure. */
START_TEST(truncated_beside_the_same_over_tcp)
{
    static const struct misbehave_options servers[] = {
        {.udp = UDP_TRUNCATED},
        {.udp = UDP_TRUNCATED, .delay_ms = 50},
        {.udp = UDP_TRUNCATED, .tcp = TCP_CLOSED},
        {.udp = UDP_TRUNCATED, .tcp = TCP_SILENT},
    };
    static const enum net_status expected[] = {NET_ANSWERED, NET_ANSWERED, NET_TCP_FAILED,
                                               NET_TCP_FAILED};
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        struct loopback loopback = loopback_start(&servers[i], 1);
        loopback.net = net_create(loopback.arena, &defaults);
        struct question *questions[2];
        questions[0] = loopback_ask(&loopback, 1, RR_TXT, 0)[0];
        questions[1] = loopback_ask(&loopback, 1, RR_TXT, QUERY_TCP)[0];
        questions[1]->name = questions[0]->name;
        loopback_settle(&loopback, questions, 2, 0);
        ck_assert_int_eq(questions[0]->status, expected[i]);
        ck_assert(questions[0]->truncated);
        ck_assert((questions[1]->status == NET_ANSWERED) == (expected[i] == NET_ANSWERED));
        ck_assert_uint_le(misbehave_stream_queries(loopback.servers[0]), 1);
        loopback_end(&loopback);
    }
}
END_TEST

/* A transfer is cut off behind its first message, and the questions beside it are sent again. */
START_TEST(transfer_takes_its_connection_along)
{
    static const struct {
        uint16_t rcode;
        unsigned connections;
    } rows[] = {{RCODE_NOERROR, 2}, {RCODE_REFUSED, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct misbehave_options server = {.rcode = rows[i].rcode};
        struct loopback loopback = loopback_start(&server, 1);
        loopback.net = net_create(loopback.arena, &defaults);
        struct question *questions[4];
        questions[0] = loopback_ask(&loopback, 1, RR_AXFR, QUERY_TCP)[0];
        memcpy(questions + 1, loopback_ask(&loopback, 3, RR_TXT, QUERY_TCP), 3 * sizeof(void *));
        loopback_settle(&loopback, questions, 4, 0);
        ck_assert_uint_eq(loopback_count(questions, 4, NET_ANSWERED), 4);
        ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), rows[i].connections);
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(hanging_up_is_tried_twice)
{
    const struct misbehave_options rude = {.tcp = TCP_HANGS_UP};
    struct loopback loopback = loopback_start(&rude, 1);
    loopback.net = net_create(loopback.arena, &defaults);
    struct question **questions = loopback_ask(&loopback, 20, RR_TXT, QUERY_TCP);
    loopback_settle(&loopback, questions, 20, 0);
    ck_assert_uint_eq(loopback_count(questions, 20, NET_REFUSED), 20);
    ck_assert_uint_eq(misbehave_connections(loopback.servers[0]), 2);
    loopback_end(&loopback);
}
END_TEST

START_TEST(budget_ends_everything)
{
    const struct misbehave_options servers[] = {{.udp = UDP_SILENT, .tcp = TCP_SILENT},
                                                {.udp = UDP_GOOD}};
    struct loopback loopback = loopback_start(servers, 2);
    struct net_options options = defaults;
    options.try_timeout_ms = 5000;
    options.budget_ms = 200;
    loopback.net = net_create(loopback.arena, &options);
    struct question **questions = loopback_ask(&loopback, 20, RR_SOA, 0);
    int64_t took = loopback_settle(&loopback, questions, 20, 100);
    ck_assert_int_ge(took, 100);
    ck_assert_int_le(took, 100 + SLACK_MS);
    ck_assert_uint_eq(loopback_count(questions, 20, NET_ANSWERED), 10);
    ck_assert_uint_eq(loopback_count(questions, 20, NET_PENDING), 10);
    ck_assert_uint_eq(questions[0]->tries, 1);
    ck_assert_uint_ge(questions[0]->elapsed_ms, 100);

    took = loopback_settle(&loopback, loopback_ask(&loopback, 20, RR_SOA, 0), 20, 0);
    ck_assert_int_le(took, 100 + SLACK_MS);
    questions = loopback_ask(&loopback, 20, RR_TXT, 0);
    took = loopback_settle(&loopback, questions, 20, 0);
    ck_assert_int_le(took, SLACK_MS);
    ck_assert_uint_eq(loopback_count(questions, 20, NET_PENDING), 20);
    ck_assert_uint_eq(questions[1]->tries, 0);
    loopback_end(&loopback);
}
END_TEST

START_TEST(what_waited_long_enough_is_a_timeout)
{
    const struct misbehave_options options = {.lost_type = RR_TXT, .tcp = TCP_SILENT};
    struct loopback loopback = loopback_start(&options, 1);
    loopback.net = net_create(loopback.arena, &defaults);
    struct question **questions = loopback_ask(&loopback, 2, RR_SOA, 0);
    questions[1] = loopback_ask(&loopback, 1, RR_TXT, 0)[0];
    int64_t took = loopback_settle(&loopback, questions, 2, TRY_MS + TRY_MS / 2);
    ck_assert_int_le(took, TRY_MS + TRY_MS / 2 + SLACK_MS);
    ck_assert_int_eq(questions[0]->status, NET_ANSWERED);
    ck_assert_int_eq(questions[1]->status, NET_TIMEOUT);
    ck_assert_uint_eq(questions[1]->tries, 2);
    loopback_end(&loopback);
}
END_TEST

START_TEST(nothing_to_settle)
{
    struct loopback loopback = {.arena = arena_create()};
    loopback.net = net_create(loopback.arena, &defaults);
    ck_assert_int_le(loopback_settle(&loopback, NULL, 0, 0), SLACK_MS);
    arena_destroy(loopback.arena);
}
END_TEST

START_TEST(sockets_are_closed)
{
    int before = dup(STDIN_FILENO);
    ck_assert_int_ge(before, 0);
    ck_assert_int_eq(close(before), 0);
    const struct misbehave_options servers[] = {{.udp = UDP_SILENT, .tcp = TCP_SILENT},
                                                {.udp = UDP_TRUNCATED}};
    struct loopback loopback = loopback_start(servers, 2);
    loopback.net = net_create(loopback.arena, &defaults);
    loopback_settle(&loopback, loopback_ask(&loopback, 20, RR_SOA, 0), 20, TRY_MS / 2);
    loopback_settle(&loopback, loopback_ask(&loopback, 20, RR_TXT, 0), 20, 0);
    loopback_end(&loopback);
    int after = dup(STDIN_FILENO);
    ck_assert_int_eq(after, before);
    ck_assert_int_eq(close(after), 0);
}
END_TEST

/* Returns how many of many questions to four servers were answered. */
static size_t settle_many(unsigned flags, size_t count)
{
    const struct misbehave_options servers[4] = {{.udp = UDP_GOOD}};
    struct loopback loopback = loopback_start(servers, 4);
    loopback.net =
        net_create(loopback.arena,
                   &(struct net_options){.tries = 3, .try_timeout_ms = 1500, .budget_ms = 20000});
    struct question **questions = loopback_ask(&loopback, count, RR_SOA, flags);
    loopback_settle(&loopback, questions, count, 0);
    size_t answered = loopback_count(questions, count, NET_ANSWERED);
    loopback_end(&loopback);
    return answered;
}

START_TEST(many_questions)
{
    int64_t start = standstill_now();
    ck_assert_uint_eq(settle_many(0, 2000), 2000);
    ck_assert_int_le(standstill_now() - start, 2000 / 160 + SLACK_MS);
}
END_TEST

/* Runs settle_many in a child with few descriptors, `used` of them taken by others. */
static int settle_many_with(rlim_t descriptors, int used)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        const struct rlimit limit = {descriptors, descriptors};
        bool limited = setrlimit(RLIMIT_NOFILE, &limit) == 0;
        for (int i = 0; i < used; i++) {
            limited = dup(STDIN_FILENO) >= 0 && limited;
        }
        /* Where limits cannot be set, as under valgrind, there is nothing to see. */
        _exit(!limited || settle_many(0, 2000) == 2000 ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(few_descriptors)
{
    ck_assert_int_eq(settle_many_with(64, 0), 0);
    ck_assert_int_eq(settle_many_with(128, 94), 0); /* fewer than the reserve are left */
}
END_TEST

SUITE_MAIN("net", silence_costs_one_wait, silence_over_wanted_tcp_costs_one_wait,
           silent_server_comes_back, all_servers_at_once, live_server_loses_a_question,
           udp_lost_moves_all_to_tcp, refusal_counts_for_the_whole_server, unreachable, pipelining,
           connection_is_kept, truncated_beside_the_same_over_tcp,
           transfer_takes_its_connection_along, hanging_up_is_tried_twice, budget_ends_everything,
           what_waited_long_enough_is_a_timeout, nothing_to_settle, sockets_are_closed,
           many_questions, few_descriptors)
