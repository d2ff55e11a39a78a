/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several nets in one run: what one has waited for in vain, the next does not wait for as long. */
#include <check.h>

#include "lib/loopback.h"
#include "lib/suite.h"

enum { TRY_MS = 800, SLACK_MS = 5, BUDGET_MS = 20000 };

static const struct misbehave_options silent = {.udp = UDP_SILENT, .tcp = TCP_SILENT};

static struct net_options options_with(struct silence *silence)
{
    return (struct net_options){
        .tries = 3, .try_timeout_ms = TRY_MS, .budget_ms = BUDGET_MS, .silence = silence};
}

START_TEST(silence_costs_one_wait_in_a_run)
{
    static const unsigned flags[] = {0, QUERY_TCP};
    for (size_t i = 0; i < COUNT(flags); i++) {
        struct loopback loopback = loopback_start(&silent, 1);
        struct net_options options = options_with(silence_create(loopback.arena));
        for (size_t net = 0; net < 3; net++) {
            loopback.net = net_create(loopback.arena, &options);
            struct question **questions = loopback_ask(&loopback, 20, RR_SOA, 0);
            questions[7]->flags = flags[i];
            int64_t took = loopback_settle(&loopback, questions, 20, 0);
            ck_assert_uint_eq(loopback_count(questions, 20, NET_TIMEOUT), 20);
            ck_assert_uint_eq(questions[0]->tries, 4);
            ck_assert_int_ge(took, net == 0 ? TRY_MS : TRY_MS / 4);
            ck_assert_int_le(took, (net == 0 ? TRY_MS : TRY_MS / 4) + SLACK_MS);
        }
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(later_stages_wait_less)
{
    struct loopback loopback = loopback_start(&silent, 1);
    struct net_options options = options_with(silence_create(loopback.arena));
    loopback.net = net_create(loopback.arena, &options);
    (void)loopback_settle(&loopback, loopback_ask(&loopback, 3, RR_SOA, 0), 3, 0);
    int64_t took = loopback_settle(&loopback, loopback_ask(&loopback, 3, RR_TXT, 0), 3, 0);
    ck_assert_int_le(took, TRY_MS / 4 + SLACK_MS);
    loopback_end(&loopback);
}
END_TEST

START_TEST(one_answer_breaks_the_silence)
{
    const struct misbehave_options late = {.drop_first = 3, .tcp = TCP_SILENT};
    struct loopback loopback = loopback_start(&late, 1);
    struct net_options options = options_with(silence_create(loopback.arena));
    const struct server *server = misbehave_server(loopback.servers[0]);
    static const enum net_status expected[] = {NET_TIMEOUT, NET_ANSWERED, NET_ANSWERED};
    for (size_t net = 0; net < COUNT(expected); net++) {
        loopback.net = net_create(loopback.arena, &options);
        struct question **questions = loopback_ask(&loopback, 1, RR_SOA, 0);
        (void)loopback_settle(&loopback, questions, 1, 0);
        ck_assert_int_eq(questions[0]->status, expected[net]);
        ck_assert_int_eq(silence_of(options.silence, server), net == 0);
    }
    silence_note(options.silence, server);
    ck_assert(!silence_of(options.silence, server));
    loopback_end(&loopback);
}
END_TEST

START_TEST(silent_resolver_is_asked_last)
{
    const struct misbehave_options servers[] = {silent, {.udp = UDP_GOOD}};
    struct loopback loopback = loopback_start(servers, 2);
    const struct server resolvers[] = {*misbehave_server(loopback.servers[0]),
                                       *misbehave_server(loopback.servers[1])};
    struct net_options options = options_with(silence_create(loopback.arena));
    options.resolvers = resolvers;
    options.resolver_count = 2;
    for (size_t net = 0; net < 2; net++) {
        loopback.net = net_create(loopback.arena, &options);
        struct question **questions =
            loopback_ask_server(&loopback, &resolvers[0], 5, RR_TXT, QUERY_RECURSE);
        int64_t took = loopback_settle(&loopback, questions, 5, 0);
        ck_assert_uint_eq(loopback_count(questions, 5, NET_ANSWERED), 5);
        ck_assert_int_le(took, (net == 0 ? TRY_MS : 0) + SLACK_MS);
    }
    ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 5);
    loopback_end(&loopback);
}
END_TEST

/* More questions than may be under way to it: those behind share the fate of the first. */
START_TEST(dead_resolver_costs_the_tries_of_one_question)
{
    enum { SHORT_MS = 200, QUESTIONS = 250 };
    static const struct misbehave_options dead = {.udp = UDP_SILENT, .tcp = TCP_DEAF};
    struct loopback loopback = loopback_start(&dead, 1);
    struct net_options options = options_with(NULL);
    options.try_timeout_ms = SHORT_MS;
    loopback.net = net_create(loopback.arena, &options);
    struct question **questions = loopback_ask(&loopback, QUESTIONS, RR_SOA, QUERY_RECURSE);
    int64_t took = loopback_settle(&loopback, questions, QUESTIONS, 0);
    ck_assert_uint_eq(loopback_count(questions, QUESTIONS, NET_TIMEOUT), QUESTIONS);
    ck_assert_int_le(took, 3 * SHORT_MS + SLACK_MS);
    ck_assert_uint_eq(questions[QUESTIONS - 1]->tries, 0);
    loopback_end(&loopback);
}
END_TEST

START_TEST(busy_resolver_is_given_its_time)
{
    struct loopback loopback = loopback_start(&silent, 1);
    struct net_options options = options_with(silence_create(loopback.arena));
    const struct server *server = misbehave_server(loopback.servers[0]);
    options.tries = 1;
    silence_note(options.silence, server);
    loopback.net = net_create(loopback.arena, &options);
    struct question **questions = loopback_ask(&loopback, 1, RR_SOA, QUERY_RECURSE);
    ck_assert_int_ge(loopback_settle(&loopback, questions, 1, 0), TRY_MS);
    loopback_end(&loopback);
}
END_TEST

SUITE_MAIN("silence", silence_costs_one_wait_in_a_run, later_stages_wait_less,
           one_answer_breaks_the_silence, silent_resolver_is_asked_last,
           dead_resolver_costs_the_tries_of_one_question, busy_resolver_is_given_its_time)
