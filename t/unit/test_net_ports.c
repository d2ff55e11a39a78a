/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions may be sent from the same port, and which not. */
#include <fcntl.h>

#include "ask/net_state.h"
#include "lib/loopback.h"
#include "lib/suite.h"

enum { MANY = 1000, TRY_MS = 5000, BUDGET_MS = 30000 };

struct fixture {
    struct arena *arena;
    struct network *network;
    struct ask asks[3]; /* two to one server, the last one to another */
};

static struct fixture start(void)
{
    static const char *const servers[] = {"127.0.0.1", "127.0.0.1", "127.0.0.2"};
    struct fixture fixture = {.arena = arena_create()};
    fixture.network = arena_alloc(fixture.arena, sizeof *fixture.network);
    fixture.network->arena = fixture.arena;
    fixture.network->options.sharers = 1;
    for (size_t i = 0; i < 3; i++) {
        struct server server = {0};
        ck_assert_ptr_null(server_parse(fixture.arena, servers[i], 9, &server));
        fixture.asks[i].peer = peer_of(fixture.network, &server);
        fixture.asks[i].fd = -1;
    }
    return fixture;
}

static void end(struct fixture *fixture)
{
    net_close_spares(fixture->network);
    ck_assert_uint_eq(fixture->network->spare_count, 0);
    arena_destroy(fixture->arena);
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Has the question sent and ended; returns its socket, which may be closed by then. */
static int go(struct fixture *fixture, struct ask *ask, bool clean)
{
    ck_assert_int_eq(peer_open_udp(fixture->network, ask), CHANNEL_DONE);
    ask->peer->udp_count++;
    ck_assert(!ask->clean);
    ask->clean = clean;
    int fd = ask->fd;
    peer_close_udp(fixture->network, ask);
    ck_assert_int_eq(ask->fd, -1);
    return fd;
}

START_TEST(of_an_answered_question)
{
    struct fixture fixture = start();
    fixture.asks[0].peer->queue.count = 1;
    int fd = go(&fixture, &fixture.asks[0], true);
    ck_assert(is_open(fd));
    ck_assert_int_eq(go(&fixture, &fixture.asks[1], true), fd);
    ck_assert_uint_eq(fixture.asks[1].uses, 2);
    end(&fixture);
    ck_assert(!is_open(fd));
}
END_TEST

START_TEST(nobody_waits_for_it)
{
    struct fixture fixture = start();
    ck_assert(!is_open(go(&fixture, &fixture.asks[0], true)));
    end(&fixture);
}
END_TEST

/* What was sent twice, or drew stray datagrams, may still get some. */
START_TEST(more_may_come)
{
    struct fixture fixture = start();
    fixture.asks[0].peer->queue.count = 1;
    ck_assert(!is_open(go(&fixture, &fixture.asks[0], false)));
    end(&fixture);
}
END_TEST

START_TEST(other_server)
{
    struct fixture fixture = start();
    fixture.asks[0].peer->queue.count = 1;
    int fd = go(&fixture, &fixture.asks[0], true);
    ck_assert_int_ne(go(&fixture, &fixture.asks[2], true), fd);
    ck_assert_uint_eq(fixture.network->spare_count, 1);
    end(&fixture);
}
END_TEST

START_TEST(not_for_ever)
{
    struct fixture fixture = start();
    fixture.asks[0].peer->queue.count = 1;
    int fd = go(&fixture, &fixture.asks[0], true);
    for (unsigned i = 1; i < PORT_USES; i++) {
        ck_assert(is_open(fd));
        ck_assert_int_eq(go(&fixture, &fixture.asks[0], true), fd);
    }
    ck_assert(!is_open(fd));
    end(&fixture);
}
END_TEST

/* What is under way at the same time never shares a port; a long batch needs few of them. */
START_TEST(over_the_wire)
{
    static const size_t counts[] = {WINDOW, MANY};
    static const unsigned most[] = {WINDOW, MANY / 2};
    for (size_t i = 0; i < 2; i++) {
        const struct misbehave_options good = {.udp = UDP_GOOD};
        struct loopback loopback = loopback_start(&good, 1);
        const struct net_options options = {
            .tries = 3, .try_timeout_ms = TRY_MS, .budget_ms = BUDGET_MS};
        loopback.net = net_create(loopback.arena, &options);
        struct question **questions = loopback_ask(&loopback, counts[i], RR_SOA, 0);
        (void)loopback_settle(&loopback, questions, counts[i], 0);
        ck_assert_uint_eq(loopback_count(questions, counts[i], NET_ANSWERED), counts[i]);
        unsigned ports = misbehave_ports(loopback.servers[0]);
        ck_assert_uint_ge(ports, WINDOW);
        ck_assert_uint_le(ports, most[i]);
        loopback_end(&loopback);
    }
}
END_TEST

SUITE_MAIN("net_ports", of_an_answered_question, nobody_waits_for_it, more_may_come, other_server,
           not_for_ever, over_the_wire)
