/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question, and everything that can go wrong with it: tables of bad behaviour and outcome. */
#include <check.h>

#include "lib/loopback.h"
#include "lib/suite.h"

/* Times in the tables count sixths of the wait for one try. */
enum { SIXTH_MS = 80, TRY_MS = 6 * SIXTH_MS, SLACK_MS = 5, BUDGET_MS = 20000 };
enum { SHORT = 1, LOST = 2, FAILED = 4, BOTH = SHORT | FAILED };
enum { UDP = TRANSPORT_UDP, TCP = TRANSPORT_TCP };

/* One question to one server that has never answered before. */
struct once {
    const char *what;
    enum misbehave_udp udp;
    enum misbehave_tcp tcp;
    unsigned bad_first; /* datagrams that `udp` is for; 0: all */
    unsigned max_tries;
    unsigned flags;
    enum net_status status;
    int transport;
    unsigned marks; /* SHORT: truncated, LOST: udp_lost, FAILED: tcp_failed */
    unsigned tries;
    unsigned mismatches;
    unsigned from, to; /* sixths, the slack aside */
};

static const struct once onces[] = {
    {"good", UDP_GOOD, TCP_GOOD, 0, 3, 0, NET_ANSWERED, UDP, 0, 1, 0, 0, 0},
    {"lower case", UDP_LOWER_CASE, TCP_GOOD, 0, 3, 0, NET_ANSWERED, UDP, 0, 1, 0, 0, 0},
    {"one lost", UDP_SILENT, TCP_GOOD, 1, 3, 0, NET_ANSWERED, UDP, 0, 2, 0, 2, 3},
    {"two lost", UDP_SILENT, TCP_CLOSED, 2, 3, 0, NET_ANSWERED, UDP, FAILED, 4, 0, 4, 6},
    {"UDP silent", UDP_SILENT, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, LOST, 3, 0, 3, 6},
    {"UDP silent, 1 try", UDP_SILENT, TCP_GOOD, 0, 1, 0, NET_ANSWERED, TCP, LOST, 2, 0, 3, 6},
    {"silent", UDP_SILENT, TCP_SILENT, 0, 3, 0, NET_TIMEOUT, UDP, FAILED, 4, 0, 6, 6},
    {"silent, 1 try", UDP_SILENT, TCP_SILENT, 0, 1, 0, NET_TIMEOUT, UDP, FAILED, 2, 0, 6, 6},
    {"silent, closed", UDP_SILENT, TCP_CLOSED, 0, 3, 0, NET_TIMEOUT, UDP, FAILED, 4, 0, 6, 6},
    {"truncated", UDP_TRUNCATED, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, SHORT, 2, 0, 0, 0},
    {"cut", UDP_TRUNCATED_CUT, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, SHORT, 2, 0, 0, 0},
    {"huge", UDP_TRUNCATED, TCP_HUGE, 0, 3, 0, NET_ANSWERED, TCP, SHORT, 2, 0, 0, 0},
    {"dribble", UDP_TRUNCATED, TCP_DRIBBLE, 0, 3, 0, NET_ANSWERED, TCP, SHORT, 2, 0, 0, 6},
    {"no TCP", UDP_TRUNCATED, TCP_CLOSED, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 2, 0, 0, 0},
    {"TCP silent", UDP_TRUNCATED, TCP_SILENT, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 2, 0, 6, 6},
    {"hangs up", UDP_TRUNCATED, TCP_HANGS_UP, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 3, 0, 0, 0},
    {"TCP cut", UDP_TRUNCATED, TCP_CUT, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 3, 0, 0, 0},
    {"TCP id", UDP_TRUNCATED, TCP_WRONG_ID, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 2, 1, 6, 6},
    {"TCP bad", UDP_TRUNCATED, TCP_MALFORMED, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 2, 0, 0, 0},
    {"TC twice", UDP_TRUNCATED, TCP_TRUNCATED, 0, 3, 0, NET_TRUNCATED, TCP, SHORT, 2, 0, 0, 0},
    {"TC, all there", UDP_TRUNCATED, TCP_TRUNCATED_FULL, 0, 3, 0, NET_ANSWERED, TCP, SHORT, 2, 0, 0,
     0},
    {"cut, no TCP", UDP_TRUNCATED_CUT, TCP_CLOSED, 0, 3, 0, NET_TCP_FAILED, UDP, BOTH, 2, 0, 0, 0},
    {"nobody there", UDP_CLOSED, TCP_CLOSED, 0, 3, 0, NET_REFUSED, UDP, FAILED, 2, 0, 0, 0},
    {"UDP closed", UDP_CLOSED, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, LOST, 2, 0, 0, 0},
    {"UDP closed, silent", UDP_CLOSED, TCP_SILENT, 0, 3, 0, NET_REFUSED, UDP, FAILED, 2, 0, 6, 6},
    {"id", UDP_WRONG_ID, TCP_CLOSED, 0, 3, 0, NET_MISMATCHED, UDP, FAILED, 4, 3, 6, 6},
    {"id once", UDP_WRONG_ID, TCP_GOOD, 1, 3, 0, NET_ANSWERED, UDP, 0, 2, 1, 2, 3},
    {"name", UDP_WRONG_QUESTION, TCP_CLOSED, 0, 3, 0, NET_MISMATCHED, UDP, FAILED, 4, 3, 6, 6},
    {"garbage", UDP_GARBAGE, TCP_CLOSED, 0, 3, 0, NET_MISMATCHED, UDP, FAILED, 4, 3, 6, 6},
    {"empty", UDP_EMPTY, TCP_CLOSED, 0, 3, 0, NET_MISMATCHED, UDP, FAILED, 4, 3, 6, 6},
    {"flood", UDP_FLOOD, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, LOST, 2, 32, 0, 0},
    {"other port", UDP_OTHER_PORT, TCP_CLOSED, 0, 3, 0, NET_TIMEOUT, UDP, FAILED, 4, 0, 6, 6},
    {"malformed", UDP_MALFORMED, TCP_CLOSED, 0, 3, 0, NET_MALFORMED, UDP, FAILED, 4, 0, 6, 6},
    {"malformed UDP", UDP_MALFORMED, TCP_GOOD, 0, 3, 0, NET_ANSWERED, TCP, LOST, 3, 0, 3, 6},
    {"malformed once", UDP_MALFORMED, TCP_GOOD, 1, 3, 0, NET_ANSWERED, UDP, 0, 2, 0, 2, 3},
    {"TCP wanted", UDP_GOOD, TCP_GOOD, 0, 3, QUERY_TCP, NET_ANSWERED, TCP, 0, 1, 0, 0, 0},
    {"closed", UDP_GOOD, TCP_CLOSED, 0, 3, QUERY_TCP, NET_REFUSED, UDP, FAILED, 1, 0, 0, 0},
    {"silence", UDP_GOOD, TCP_SILENT, 0, 3, QUERY_TCP, NET_TIMEOUT, UDP, FAILED, 1, 0, 6, 6},
    {"bad", UDP_GOOD, TCP_MALFORMED, 0, 3, QUERY_TCP, NET_MALFORMED, UDP, FAILED, 1, 0, 0, 0},
    {"rude", UDP_GOOD, TCP_HANGS_UP, 0, 3, QUERY_TCP, NET_REFUSED, UDP, FAILED, 2, 0, 0, 0},
    {"by TCP", UDP_SILENT, TCP_GOOD, 0, 3, QUERY_RECURSE, NET_ANSWERED, TCP, LOST, 4, 0, 12, 12},
    {"not", UDP_SILENT, TCP_SILENT, 0, 3, QUERY_RECURSE, NET_TIMEOUT, UDP, FAILED, 4, 0, 18, 18},
    {"none", UDP_CLOSED, TCP_CLOSED, 0, 3, QUERY_RECURSE, NET_REFUSED, UDP, FAILED, 2, 0, 0, 0},
};

static struct net *new_net(struct arena *arena, unsigned tries)
{
    const struct net_options options = {
        .tries = tries, .try_timeout_ms = TRY_MS, .budget_ms = BUDGET_MS};
    return net_create(arena, &options);
}

static void check_time(const char *what, int64_t took, unsigned from, unsigned to)
{
    ck_assert_msg(took >= from * SIXTH_MS && took <= to * SIXTH_MS + SLACK_MS, "%s: %d ms", what,
                  (int)took);
}

static void check_once(const struct once *row, const struct question *question, int64_t took)
{
    unsigned marks = (question->truncated ? SHORT : 0U) | (question->udp_lost ? LOST : 0U) |
                     (question->tcp_failed ? FAILED : 0U);
    bool has_reply = row->status == NET_ANSWERED;
    bool is_cut = row->status == NET_TCP_FAILED || row->status == NET_TRUNCATED;
    ck_assert_msg(question->status == row->status, "%s: %s", row->what,
                  net_status_text(question->status));
    ck_assert_msg((question->reply != NULL) == has_reply, "%s: reply", row->what);
    ck_assert_msg((question->cut != NULL) == is_cut, "%s: cut", row->what);
    ck_assert_msg((int)question->transport == row->transport, "%s: transport %d", row->what,
                  (int)question->transport);
    ck_assert_msg(marks == row->marks, "%s: marks %u", row->what, marks);
    ck_assert_msg(question->tries == row->tries, "%s: %u tries", row->what, question->tries);
    ck_assert_msg(question->mismatches == row->mismatches, "%s: %u mismatches", row->what,
                  question->mismatches);
    ck_assert_msg(question->elapsed_ms <= took && question->elapsed_ms + SLACK_MS >= took,
                  "%s: %u ms of %d", row->what, question->elapsed_ms, (int)took);
    check_time(row->what, took, row->from, row->to);
}

START_TEST(one_server)
{
    for (size_t i = 0; i < sizeof onces / sizeof onces[0]; i++) {
        const struct once *row = &onces[i];
        const struct misbehave_options server = {
            .udp = row->udp, .tcp = row->tcp, .bad_first = row->bad_first};
        struct loopback loopback = loopback_start(&server, 1);
        loopback.net = new_net(loopback.arena, row->max_tries);
        struct question **questions = loopback_ask(&loopback, 1, RR_TXT, row->flags);
        int64_t took = loopback_settle(&loopback, questions, 1, 0);
        check_once(row, questions[0], took);
        loopback_end(&loopback);
    }
}
END_TEST

/* Two resolvers, one question to the first. */
struct pair {
    const char *what;
    enum misbehave_udp udp; /* of the first */
    enum misbehave_tcp tcp;
    uint16_t rcode;
    const struct misbehave_options *second;
    unsigned flags;
    enum net_status status;
    uint16_t reply_rcode;
    size_t answered_by;
    unsigned tries;
    unsigned from, to;
};

static const struct misbehave_options good = {.udp = UDP_GOOD};
static const struct misbehave_options refuses = {.rcode = RCODE_REFUSED};
static const struct misbehave_options closed = {.udp = UDP_CLOSED, .tcp = TCP_CLOSED};
static const struct misbehave_options silent = {.udp = UDP_SILENT, .tcp = TCP_SILENT};

static const struct pair pairs[] = {
    {"good", UDP_GOOD, TCP_GOOD, 0, &good, 0, NET_ANSWERED, 0, 0, 1, 0, 0},
    {"silent", UDP_SILENT, TCP_GOOD, 0, &good, 0, NET_ANSWERED, 0, 1, 2, 6, 6},
    {"closed", UDP_CLOSED, TCP_GOOD, 0, &good, 0, NET_ANSWERED, 0, 1, 2, 0, 0},
    {"fails", UDP_GOOD, TCP_GOOD, 2, &good, 0, NET_ANSWERED, 0, 1, 2, 0, 0},
    {"refuses", UDP_GOOD, TCP_GOOD, 5, &good, 0, NET_ANSWERED, 0, 1, 2, 0, 0},
    {"no such name", UDP_GOOD, TCP_GOOD, 3, &good, 0, NET_ANSWERED, 3, 0, 1, 0, 0},
    {"both fail", UDP_GOOD, TCP_GOOD, 2, &refuses, 0, NET_ANSWERED, 5, 1, 2, 0, 0},
    {"fails, closed", UDP_GOOD, TCP_GOOD, 2, &closed, 0, NET_ANSWERED, 2, 0, 3, 0, 0},
    {"both silent", UDP_SILENT, TCP_SILENT, 0, &silent, 0, NET_TIMEOUT, 0, 0, 4, 24, 24},
    {"both closed", UDP_CLOSED, TCP_CLOSED, 0, &closed, 0, NET_REFUSED, 0, 0, 3, 0, 0},
    {"silent TCP", UDP_GOOD, TCP_SILENT, 0, &good, QUERY_TCP, NET_ANSWERED, 0, 1, 2, 6, 6},
    {"closed TCP", UDP_GOOD, TCP_CLOSED, 0, &good, QUERY_TCP, NET_ANSWERED, 0, 1, 2, 0, 0},
    {"fails by TCP", UDP_GOOD, TCP_GOOD, 2, &good, QUERY_TCP, NET_ANSWERED, 0, 1, 2, 0, 0},
};

static void check_pair(const struct pair *row, const struct question *question,
                       const struct server *resolvers)
{
    ck_assert_msg(question->status == row->status, "%s: %s", row->what,
                  net_status_text(question->status));
    ck_assert_msg(question->tries == row->tries, "%s: %u tries", row->what, question->tries);
    if (row->status == NET_ANSWERED) {
        ck_assert_msg(question->reply->rcode == row->reply_rcode, "%s: rcode %u", row->what,
                      (unsigned)question->reply->rcode);
        ck_assert_msg(server_equal(question->server, &resolvers[row->answered_by]), "%s: server",
                      row->what);
    }
}

static struct net *new_resolvers(struct arena *arena, const struct server *resolvers)
{
    const struct net_options options = {.tries = 3,
                                        .try_timeout_ms = TRY_MS,
                                        .budget_ms = BUDGET_MS,
                                        .resolvers = resolvers,
                                        .resolver_count = 2};
    return net_create(arena, &options);
}

START_TEST(two_resolvers)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct pair *row = &pairs[i];
        const struct misbehave_options servers[] = {
            {.udp = row->udp, .tcp = row->tcp, .rcode = row->rcode}, *row->second};
        struct loopback loopback = loopback_start(servers, 2);
        const struct server resolvers[] = {*misbehave_server(loopback.servers[0]),
                                           *misbehave_server(loopback.servers[1])};
        loopback.net = new_resolvers(loopback.arena, resolvers);
        struct question **questions =
            loopback_ask(&loopback, 1, RR_TXT, QUERY_RECURSE | row->flags);
        int64_t took = loopback_settle(&loopback, questions, 1, 0);
        check_pair(row, questions[0], resolvers);
        check_time(row->what, took, row->from, row->to);
        loopback_end(&loopback);
    }
}
END_TEST

START_TEST(slow_resolver_is_not_asked_first_again)
{
    const struct misbehave_options servers[] = {{.udp = UDP_SILENT}, {.udp = UDP_GOOD}};
    struct loopback loopback = loopback_start(servers, 2);
    const struct server resolvers[] = {*misbehave_server(loopback.servers[0]),
                                       *misbehave_server(loopback.servers[1])};
    loopback.net = new_resolvers(loopback.arena, resolvers);
    for (unsigned round = 0; round < 2; round++) {
        struct question **questions =
            loopback_ask_server(&loopback, &resolvers[0], 20, RR_TXT, QUERY_RECURSE);
        int64_t took = loopback_settle(&loopback, questions, 20, 0);
        ck_assert_uint_eq(loopback_count(questions, 20, NET_ANSWERED), 20);
        ck_assert_int_le(took, SLACK_MS + (round == 0 ? TRY_MS : 0));
        ck_assert_uint_eq(misbehave_datagrams(loopback.servers[0]), 20);
        ck_assert(server_equal(questions[19]->server, &resolvers[1]));
    }
    loopback_end(&loopback);
}
END_TEST

START_TEST(resolver_listed_twice)
{
    const struct misbehave_options servers[] = {silent, good};
    struct loopback loopback = loopback_start(servers, 2);
    const struct server resolvers[] = {*misbehave_server(loopback.servers[0]),
                                       *misbehave_server(loopback.servers[0]),
                                       *misbehave_server(loopback.servers[1])};
    const struct net_options options = {.tries = 2,
                                        .try_timeout_ms = TRY_MS,
                                        .budget_ms = BUDGET_MS,
                                        .resolvers = resolvers,
                                        .resolver_count = 3};
    loopback.net = net_create(loopback.arena, &options);
    struct question **questions =
        loopback_ask_server(&loopback, &resolvers[0], 1, RR_TXT, QUERY_RECURSE);
    loopback_settle(&loopback, questions, 1, 0);
    ck_assert_int_eq(questions[0]->status, NET_ANSWERED);
    ck_assert(server_equal(questions[0]->server, &resolvers[2]));
    loopback_end(&loopback);
}
END_TEST

START_TEST(earlier_batches_are_gone)
{
    struct loopback loopback = loopback_start(&(struct misbehave_options){.udp = UDP_GOOD}, 1);
    loopback.net = new_net(loopback.arena, 3);
    for (unsigned round = 0; round < 2; round++) {
        struct arena *arena = arena_create();
        struct loopback part = loopback;
        struct server server = *misbehave_server(loopback.servers[0]);
        server.text = arena_text(arena, server.text);
        part.arena = arena;
        struct question **questions =
            loopback_ask_server(&part, arena_copy(arena, &server, sizeof server), 3, RR_SOA, 0);
        loopback_settle(&part, questions, 3, 0);
        ck_assert_uint_eq(loopback_count(questions, 3, NET_ANSWERED), 3);
        arena_destroy(arena);
    }
    loopback_end(&loopback);
}
END_TEST

START_TEST(replies_are_parsed)
{
    const struct misbehave_options servers[] = {{.udp = UDP_LOWER_CASE},
                                                {.udp = UDP_GOOD},
                                                {.udp = UDP_TRUNCATED, .tcp = TCP_HUGE},
                                                {.udp = UDP_TRUNCATED, .tcp = TCP_CLOSED}};
    struct loopback loopback = loopback_start(servers, 4);
    loopback.net = new_net(loopback.arena, 3);
    struct question **questions = loopback_ask(&loopback, 4, RR_TXT, 0);
    loopback_settle(&loopback, questions, 4, 0);
    ck_assert(!questions[0]->reply->case_kept);
    ck_assert(questions[1]->reply->case_kept);
    ck_assert(questions[1]->reply->aa);
    ck_assert_uint_eq(questions[1]->reply->answer.count, 1);
    ck_assert_uint_gt(questions[2]->reply->size, 59000);
    ck_assert_uint_gt(questions[2]->reply->answer.rrsets[0].count, 200);
    ck_assert_ptr_null(questions[3]->reply);
    ck_assert(questions[3]->cut->tc);
    loopback_end(&loopback);
}
END_TEST

START_TEST(texts)
{
    for (int i = NET_PENDING; i <= NET_TRUNCATED; i++) {
        ck_assert_str_ne(net_status_text((enum net_status)i), "unknown");
    }
    ck_assert_str_eq(net_status_text(NET_ANSWERED), "answered");
    ck_assert_str_eq(net_status_text(NET_TIMEOUT), "timeout");
}
END_TEST

SUITE_MAIN("net_once", resolver_listed_twice, one_server, two_resolvers,
           slow_resolver_is_not_asked_first_again, earlier_batches_are_gone, replies_are_parsed,
           texts)
