/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What concerns all questions of a server: its silence, and giving it up. */
#include <unistd.h>

#include "ask/net_state.h"

/*
 * Silence.  As long as a server has never answered, nobody knows whether it lives, and a monitor
 * that asks twenty questions must not wait twenty times for a dead one.  So only the first of its
 * questions is sent again, TCP is tried beside it, and when the wait for one try is over, all its
 * questions are.  In a later batch one question goes ahead, once, and the others wait for it.
 *
 * How much is under way.  What a server has not read yet waits in its socket buffer, so little may
 * be under way to one that is near.  To one that is far, as much more may as is on the wire: the
 * window grows by one with each reply that came as fast as the fastest, so that nothing queues up
 * at a slow server, and is halved when one does not come.
 */

/*
 * Ports.  Each question under way has a socket of its own, whose port the kernel chooses, so that
 * whoever wants to forge its reply has to guess port, id and case.  Of a batch with more questions
 * to one server than may be under way, the next one gets the socket of one that is answered: to
 * make and to end a socket is nearly half of what a question costs in the kernel.
 */

enum { FIRST_PEER_SLOTS = 64, QUEUED_MS = 4, DOUBTED_PART = 4 };

enum silence_action { SILENCE_RESEND, SILENCE_TCP, SILENCE_END };

/* When, in parts of the wait for one try, what is done about a server that is silent. */
static const struct {
    int64_t numerator, denominator;
    enum silence_action action;
} silence_steps[] = {
    {1, 3, SILENCE_RESEND},
    {1, 2, SILENCE_TCP},
    {2, 3, SILENCE_RESEND},
    {1, 1, SILENCE_END},
};
enum { SILENCE_STEPS = sizeof silence_steps / sizeof silence_steps[0] };

static struct peer **find_slot(const struct network *network, const struct server *server)
{
    size_t mask = network->peer_slot_count - 1;
    size_t at = server_hash(server) & mask;
    while (network->peer_slots[at] && !server_equal(network->peer_slots[at]->server, server)) {
        at = (at + 1) & mask;
    }
    return &network->peer_slots[at];
}

static void make_room(struct network *network)
{
    if ((network->peer_count + 1) * 2 <= network->peer_slot_count) {
        return;
    }
    network->peer_slot_count =
        network->peer_slot_count ? network->peer_slot_count * 2 : FIRST_PEER_SLOTS;
    network->peer_slots =
        arena_alloc(network->arena, network->peer_slot_count * sizeof(struct peer *));
    for (size_t i = 0; i < network->peer_count; i++) {
        *find_slot(network, network->peers[i]->server) = network->peers[i];
    }
}

struct peer *peer_of(struct network *network, const struct server *server)
{
    make_room(network);
    struct peer **slot = find_slot(network, server);
    if (*slot) {
        return *slot;
    }
    struct peer *peer = arena_alloc(network->arena, sizeof *peer);
    *peer = (struct peer){
        .server = server_copy(network->arena, server),
        .window = net_window(network),
        .fastest_ms = NEVER,
        .silence_since = NEVER,
        .stream = stream_closed(),
    };
    if (network->options.silence != NULL) {
        peer->doubted = silence_of(network->options.silence, server);
        peer->lagging = peer->doubted;
    }
    network->peers =
        arena_grow(network->arena, network->peers, network->peer_count, sizeof(struct peer *));
    network->peers[network->peer_count++] = peer;
    *slot = peer;
    return peer;
}

void peer_is_silent(struct network *network, struct peer *peer)
{
    if (network->options.silence != NULL && !peer->alive && !peer->doubted) {
        peer->doubted = true;
        silence_note(network->options.silence, peer->server);
    }
}

/* What is waited for a server that has not answered this net yet. */
static int64_t peer_wait_ms(const struct network *network, const struct peer *peer)
{
    int64_t wait = network->options.try_timeout_ms;
    return peer->doubted ? wait / DOUBTED_PART : wait;
}

int64_t ask_wait_ms(const struct network *network, const struct ask *ask)
{
    return ask_is_recursive(ask) ? network->options.try_timeout_ms
                                 : peer_wait_ms(network, ask->peer);
}

const struct server *peer_next_resolver(const struct network *network, const struct peer *peer)
{
    const struct server *resolvers = network->options.resolvers;
    size_t count = network->options.resolver_count;
    size_t at = 0;
    while (at < count && !server_equal(peer->server, &resolvers[at])) {
        at++;
    }
    for (size_t i = 1; at < count && i < count; i++) {
        const struct server *next = &resolvers[(at + i) % count];
        if (!server_equal(peer->server, next)) {
            return next;
        }
    }
    return peer->server;
}

void peer_queue(struct network *network, struct peer *peer, struct ask *ask)
{
    ask->peer = peer;
    ask->queued = true;
    list_append(&peer->queue, ask);
    network->queued++;
}

enum channel_result peer_open_udp(struct network *network, struct ask *ask)
{
    ask->clean = false;
    for (size_t i = network->spare_count; i-- > 0;) {
        struct spare *spare = &network->spares[i];
        if (spare->peer == ask->peer) {
            ask->fd = spare->fd;
            ask->uses = spare->uses + 1;
            *spare = network->spares[--network->spare_count];
            return CHANNEL_DONE;
        }
    }
    ask->uses = 1;
    return channel_udp_open(ask->peer->server, &ask->fd);
}

void peer_close_udp(struct network *network, struct ask *ask)
{
    bool wanted = ask->peer->queue.count > 0 && network->spare_count < SPARES_MAX;
    if (wanted && ask->clean && ask->uses < PORT_USES) {
        network->spares[network->spare_count++] = (struct spare){ask->peer, ask->fd, ask->uses};
    } else {
        (void)close(ask->fd); /* what still arrives is not wanted */
    }
    ask->fd = -1;
    ask->peer->udp_count--;
}

void net_close_spares(struct network *network)
{
    while (network->spare_count > 0) {
        (void)close(network->spares[--network->spare_count].fd); /* nothing is under way on it */
    }
}

void peer_sends(struct network *network, struct peer *peer)
{
    if (peer->udp_count >= net_window(network)) {
        bucket_take(network, &peer->paced);
    }
    peer->udp_count++;
}

void peer_replied(struct network *network, struct peer *peer, int64_t elapsed_ms)
{
    if (elapsed_ms < peer->fastest_ms) {
        peer->fastest_ms = elapsed_ms;
    }
    int64_t on_the_way = PACED_PER_MS * peer->fastest_ms / network->options.sharers;
    bool queued = elapsed_ms > peer->fastest_ms + peer->fastest_ms / 8 + QUEUED_MS;
    bool used = peer->udp_count * 2 >= peer->window;
    if (used && !queued && (int64_t)peer->window < net_window(network) + on_the_way) {
        peer->window++;
    }
}

void peer_lost(struct network *network, struct peer *peer)
{
    size_t least = net_window(network);
    peer->window = peer->window / 2 > least ? peer->window / 2 : least;
}

static bool has_room(struct network *network, struct peer *peer)
{
    if (peer->udp_count < net_window(network)) {
        return true;
    }
    if (peer->udp_count >= peer->window) {
        return false;
    }
    return bucket_allows(network, &peer->paced, PACED_PER_MS, PACED_BURST);
}

struct ask *peer_next(struct network *network, struct peer *peer)
{
    struct ask *ask = peer->queue.first;
    if (!ask) {
        return NULL;
    }
    if (peer->suspect && !ask_is_recursive(ask) && peer->active.count > 0) {
        return NULL;
    }
    return ask_goes_over_tcp(network, ask) || has_room(network, peer) ? ask : NULL;
}

/* A connection kept from an earlier batch may have been closed by the server meanwhile. */
void peer_begin(struct network *network, struct peer *peer)
{
    peer->answered = 0;
    peer->ran_out = 0;
    peer->udp_refused = false;
    peer->silence_since = NEVER;
    peer->tcp_fruitless = 0;
    if (peer->stream.fd >= 0 && peer->tcp_late == 0 && !stream_is_quiet(&peer->stream)) {
        peer_close_stream(network, peer);
    }
}

void peer_end(struct network *network, struct peer *peer)
{
    if (peer->answered == 0 && peer->ran_out > 0) {
        peer->suspect = true;
        peer->alive = false;
    }
    if (peer->stream.fd >= 0 && stream_wants_out(&peer->stream)) {
        peer_close_stream(network, peer);
    }
}

void peer_give_up(struct network *network, struct peer *peer, enum net_status failure)
{
    struct ask_list *lists[] = {&peer->active, &peer->queue};
    peer->silence_since = NEVER;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (struct ask *ask = lists[i]->first; ask;) {
            struct ask *next = ask->next;
            bool over_tcp_only = ask->tcp != TCP_NONE && ask_is_forced(network, ask);
            if (!ask_is_recursive(ask) && !over_tcp_only) {
                ask->failure = ask->failure == NET_TIMEOUT ? failure : ask->failure;
                ask_give_up(network, ask);
            }
            ask = next;
        }
    }
}

/* Sends the active questions that wait for UDP over TCP instead. */
static void leave_udp(struct network *network, struct peer *peer, enum net_status failure)
{
    for (struct ask *ask = peer->active.first; ask;) {
        struct ask *next = ask->next;
        if (ask->fd >= 0 && !ask_is_recursive(ask)) {
            ask->udp_over = true;
            ask->failure = failure;
            ask_close_udp(network, ask);
        }
        if (ask->fd < 0 && ask->tcp == TCP_NONE && !ask_is_recursive(ask)) {
            ask_over_tcp(network, ask);
        }
        ask = next;
    }
}

void peer_udp_refused(struct network *network, struct peer *peer)
{
    peer->udp_refused = true;
    peer->silence_since = NEVER;
    leave_udp(network, peer, NET_REFUSED);
}

void peer_answered(struct network *network, struct peer *peer, enum transport transport,
                   bool forced)
{
    peer->answered++;
    peer->suspect = false;
    if (peer->doubted) {
        peer->doubted = false;
        silence_broken(network->options.silence, peer->server);
    }
    if (peer->alive || (transport == TRANSPORT_TCP && forced)) {
        return;
    }
    peer->alive = true;
    peer->silence_since = NEVER;
    if (transport == TRANSPORT_TCP) {
        peer->udp_lost = true;
        leave_udp(network, peer, NET_TIMEOUT);
        return;
    }
    for (struct ask *other = peer->active.first; other; other = other->next) {
        if (other->fd >= 0 && !other->udp_over) {
            ask_schedule(network, other);
        }
    }
}

/* Settles what waits behind a question to a resolver, and has no other one to go to. */
static void give_up_behind(struct network *network, const struct peer *peer)
{
    for (struct ask *ask = peer->queue.first; ask;) {
        struct ask *next = ask->next;
        if (ask_is_recursive(ask) && ask->others == 0) {
            ask_give_up(network, ask);
        }
        ask = next;
    }
}

/*
 * A server on probation has its probe settled: the questions behind it share its fate.  So do those
 * to a resolver that has let all tries of a question run out, and takes no connection.
 */
void peer_end_probe(struct network *network, struct peer *peer, enum net_status failure)
{
    if (peer->suspect && peer->active.count == 0) {
        peer_give_up(network, peer, failure);
    } else if (failure == NET_TIMEOUT && !peer->alive && !peer->stream.connected) {
        give_up_behind(network, peer);
    }
}

void peer_count_silence(struct network *network, struct peer *peer)
{
    if (peer->silence_since == NEVER) {
        peer->silence_since = network->now;
        peer->silence_step = 0;
        net_wake_at(network, network->now + peer_wait_ms(network, peer) / 3);
    }
}

/* The question that is asked again for all of them. */
static struct ask *find_lead(const struct peer *peer)
{
    struct ask *ask = peer->active.first;
    while (ask && (ask_is_recursive(ask) || ask->fd < 0 || ask->udp_over)) {
        ask = ask->next;
    }
    return ask;
}

static void take_silence_step(struct network *network, struct peer *peer,
                              enum silence_action action)
{
    struct ask *lead = find_lead(peer);
    if (action == SILENCE_END) {
        peer_give_up(network, peer, NET_TIMEOUT);
        peer->suspect = true;
        peer_is_silent(network, peer);
    } else if (!lead || peer->suspect) {
        return;
    } else if (action == SILENCE_TCP) {
        ask_over_tcp(network, lead);
    } else if (lead->sends < network->options.tries) {
        ask_resend(network, lead);
    }
}

static void tick_silence(struct network *network, struct peer *peer)
{
    while (peer->silence_since != NEVER && peer->silence_step < SILENCE_STEPS) {
        size_t step = peer->silence_step;
        int64_t due = peer->silence_since + peer_wait_ms(network, peer) *
                                                silence_steps[step].numerator /
                                                silence_steps[step].denominator;
        if (network->now < due) {
            net_wake_at(network, due);
            return;
        }
        peer->silence_step++;
        take_silence_step(network, peer, silence_steps[step].action);
    }
}

void peer_tick(struct network *network, struct peer *peer)
{
    tick_silence(network, peer);
    if (peer->tcp_waiting + peer->tcp_sent > 0) {
        peer_tick_stream(network, peer);
    }
}
