/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much is under way to one server at a time, near or far, and shared by several nets. */
#include "ask/net_state.h"
#include "lib/suite.h"

enum { SHARERS = 20 };

struct fixture {
    struct arena *arena;
    struct network *network;
    struct peer *peer;
};

/* A net with one server and a question that waits for it. */
static struct fixture start(unsigned sharers)
{
    struct arena *arena = arena_create();
    struct network *network = arena_alloc(arena, sizeof *network);
    network->arena = arena;
    network->options.sharers = sharers;
    network->now = 1000;
    struct server server = {0};
    ck_assert_ptr_null(server_parse(arena, "192.0.2.1", 53, &server));
    struct peer *peer = peer_of(network, &server);
    struct ask *ask = arena_alloc(arena, sizeof *ask);
    ask->question = arena_alloc(arena, sizeof *ask->question);
    peer_queue(network, peer, ask);
    return (struct fixture){arena, network, peer};
}

/* Sends as long as it is allowed; returns how many are under way then. */
static size_t fill(struct fixture *fixture)
{
    fixture->network->held = false;
    while (peer_next(fixture->network, fixture->peer) != NULL) {
        peer_sends(fixture->network, fixture->peer);
    }
    return fixture->peer->udp_count;
}

/* `count` replies arrive, each `elapsed_ms` after its question. */
static void reply(struct fixture *fixture, size_t count, int64_t elapsed_ms)
{
    for (size_t i = 0; i < count; i++) {
        peer_replied(fixture->network, fixture->peer, elapsed_ms);
        fixture->peer->udp_count--;
    }
}

/* Round trips to a server that far away, with all that is allowed; returns how much that is. */
static size_t go_round(struct fixture *fixture, unsigned times, int64_t elapsed_ms)
{
    for (unsigned i = 0; i < times; i++) {
        size_t sent = fill(fixture);
        for (int64_t ms = 0; ms < elapsed_ms; ms++) {
            fixture->network->now++;
            sent = fill(fixture);
        }
        reply(fixture, sent, elapsed_ms);
    }
    return fill(fixture);
}

START_TEST(near_server)
{
    struct fixture fixture = start(1);
    ck_assert_uint_eq(go_round(&fixture, 20, 0), WINDOW);
    ck_assert(!fixture.network->held); /* a reply, not time, makes room */
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(far_server)
{
    struct fixture fixture = start(1);
    ck_assert_uint_eq(fill(&fixture), WINDOW); /* nobody knows yet how far it is */
    (void)go_round(&fixture, 20, 40);
    ck_assert_uint_eq(fixture.peer->window, WINDOW + 40 * PACED_PER_MS);
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(beyond_the_window_is_paced)
{
    struct fixture fixture = start(1);
    (void)go_round(&fixture, 20, 40);
    reply(&fixture, fixture.peer->udp_count, 40);
    fixture.network->now += 1000; /* saves up no more than a burst */
    ck_assert_uint_eq(fill(&fixture), WINDOW + PACED_BURST);
    ck_assert(fixture.network->held);
    fixture.network->now++;
    ck_assert_uint_eq(fill(&fixture), WINDOW + PACED_BURST + PACED_PER_MS);
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(slow_server)
{
    struct fixture fixture = start(1);
    fill(&fixture);
    reply(&fixture, 1, 40); /* and those behind it had to queue */
    size_t window = fixture.peer->window;
    reply(&fixture, 90, 55);
    ck_assert_uint_eq(fixture.peer->window, window);
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(unused_window_does_not_grow)
{
    struct fixture fixture = start(1);
    for (unsigned i = 0; i < 500; i++) {
        peer_sends(fixture.network, fixture.peer);
        reply(&fixture, 1, 40);
    }
    ck_assert_uint_eq(fixture.peer->window, WINDOW);
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(loss_halves)
{
    struct fixture fixture = start(1);
    (void)go_round(&fixture, 20, 40);
    size_t window = fixture.peer->window;
    peer_lost(fixture.network, fixture.peer);
    ck_assert_uint_eq(fixture.peer->window, window / 2);
    for (unsigned i = 0; i < 10; i++) {
        peer_lost(fixture.network, fixture.peer);
    }
    ck_assert_uint_eq(fixture.peer->window, WINDOW);
    arena_destroy(fixture.arena);
}
END_TEST

START_TEST(shared_by_several_nets)
{
    struct fixture fixture = start(SHARERS);
    ck_assert_uint_eq(fill(&fixture), WINDOW / SHARERS);
    (void)go_round(&fixture, 50, 40);
    ck_assert_uint_eq(fixture.peer->window, (WINDOW + 40 * PACED_PER_MS) / SHARERS);
    arena_destroy(fixture.arena);
}
END_TEST

SUITE_MAIN("net_window", near_server, far_server, beyond_the_window_is_paced, slow_server,
           unused_window_does_not_grow, loss_halves, shared_by_several_nets)
