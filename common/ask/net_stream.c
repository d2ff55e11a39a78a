/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one TCP connection to a server: pipelining, matching replies, opening it again. */
#include "ask/net_state.h"

enum { UNMATCHED_MAX = 32, FRUITLESS_MAX = 2 };

static bool is_wanted(const struct peer *peer)
{
    return peer->tcp_waiting + peer->tcp_sent > 0;
}

void peer_close_stream(struct network *network, struct peer *peer)
{
    if (peer->stream.fd >= 0) {
        net_unwatch(network, peer->slot);
        stream_close(&peer->stream);
        network->stream_count--;
        peer->tcp_answers = 0;
        peer->tcp_late = 0;
        peer->tcp_unmatched = 0;
    }
}

bool peer_drop_idle(struct network *network, struct peer *peer)
{
    if (peer->stream.fd < 0 || is_wanted(peer)) {
        return false;
    }
    peer_close_stream(network, peer);
    return true;
}

static enum net_status failure_of(enum channel_result result)
{
    return result == CHANNEL_UNREACHABLE ? NET_UNREACHABLE : NET_REFUSED;
}

static void fail_all(struct network *network, struct peer *peer, enum net_status failure)
{
    peer->tcp_dead = peer->tcp_dead || !peer->tcp_ever;
    for (struct ask *ask = peer->active.first; ask;) {
        struct ask *next = ask->next;
        if (ask->tcp != TCP_NONE) {
            ask_tcp_failed(network, ask, failure);
        }
        ask = next;
    }
}

/* The question that a message on the connection answers, or NULL. */
static struct ask *find_answered(const struct peer *peer, struct bytes reply)
{
    for (struct ask *ask = peer->active.first; ask && reply.size >= 2; ask = ask->next) {
        if (ask->tcp == TCP_SENT && ask->id == bytes_u16(reply.data)) {
            uint8_t wire[MESSAGE_QUERY_MAX];
            if (message_answers(ask_query(ask, wire), reply)) {
                return ask;
            }
        }
    }
    return NULL;
}

/* A message that answers nothing is held against the question that has waited longest. */
static void count_unmatched(struct peer *peer)
{
    struct ask *ask = peer->active.first;
    while (ask && ask->tcp != TCP_SENT) {
        ask = ask->next;
    }
    if (peer->tcp_late > 0) {
        peer->tcp_late--;
        return;
    }
    peer->tcp_unmatched++;
    if (ask) {
        ask->question->mismatches++;
    }
}

/* Whether a reply begins a zone transfer, so that more messages follow to the same question. */
static bool begins_transfer(const struct ask *ask, struct bytes reply)
{
    return ask->question->type == RR_AXFR && (reply.data[3] & 0x0f) == RCODE_NOERROR;
}

/* True when a transfer began, whose first message tells enough. */
static bool take_messages(struct network *network, struct peer *peer)
{
    struct bytes reply = {NULL, 0};
    while (peer->tcp_unmatched < UNMATCHED_MAX && stream_next(&peer->stream, &reply)) {
        struct ask *ask = find_answered(peer, reply);
        if (ask) {
            bool transfers = begins_transfer(ask, reply);
            peer->tcp_ever = true;
            peer->tcp_dead = false;
            peer->tcp_answers++;
            peer->tcp_progress = network->now;
            ask_take_stream(network, ask, reply);
            if (transfers) {
                return true;
            }
        } else {
            count_unmatched(peer);
        }
    }
    return false;
}

/* What was sent on a connection that is gone has to be sent again on the next. */
static void send_again(struct network *network, struct peer *peer)
{
    for (struct ask *ask = peer->active.first; ask; ask = ask->next) {
        if (ask->tcp == TCP_SENT) {
            ask->tcp = TCP_WAITING;
            ask->question->tries++;
            peer->tcp_sent--;
            peer->tcp_waiting++;
            network->tcp_waiting++;
        }
    }
}

/* Writing fails as soon as the server has closed, though its last replies may still be unread. */
static void read_last(struct network *network, struct peer *peer)
{
    while (peer->stream.connected &&
           stream_receive(network->arena, &peer->stream) == CHANNEL_DONE) {
        (void)take_messages(network, peer); /* there will be no more */
    }
}

/*
 * The connection is gone.  A server may close it after an answer or two (RFC 7766 6.2.3), so it is
 * opened again for the rest as long as each brings something, and once when it brought nothing.
 */
static void lose_stream(struct network *network, struct peer *peer, enum channel_result result)
{
    bool connected = peer->stream.connected;
    read_last(network, peer);
    peer->tcp_fruitless = peer->tcp_answers > 0 ? 0 : peer->tcp_fruitless + 1;
    peer_close_stream(network, peer);
    if (!is_wanted(peer)) {
        return;
    }
    if (connected && peer->tcp_fruitless < FRUITLESS_MAX) {
        send_again(network, peer);
    } else {
        fail_all(network, peer, failure_of(result));
    }
}

/* False when there is no connection, for now or for good. */
static bool open_stream(struct network *network, struct peer *peer)
{
    enum channel_result result = CHANNEL_FULL;
    if (net_has_socket(network)) {
        result = stream_open(&peer->stream, peer->server);
        network->starved = network->starved || result == CHANNEL_FULL;
    }
    if (result == CHANNEL_DONE || result == CHANNEL_AGAIN) {
        peer->slot = net_watch(network, peer->stream.fd, (struct owner){.peer = peer});
        network->stream_count++;
        return true;
    }
    if (result == CHANNEL_FULL) {
        peer->tcp_progress = network->now; /* the wait for a reply begins with a socket */
    } else {
        fail_all(network, peer, failure_of(result));
    }
    return false;
}

static struct ask *find_waiting(const struct peer *peer)
{
    struct ask *ask = peer->active.first;
    while (ask && ask->tcp != TCP_WAITING) {
        ask = ask->next;
    }
    return ask;
}

/* Writes waiting queries until the connection takes no more. */
static enum channel_result write_waiting(struct network *network, struct peer *peer)
{
    while (peer->tcp_waiting > 0 && peer->tcp_sent < WINDOW) {
        struct ask *ask = find_waiting(peer);
        uint8_t wire[MESSAGE_QUERY_MAX];
        enum channel_result result = stream_send(&peer->stream, ask_query(ask, wire));
        if (result != CHANNEL_DONE) {
            return result;
        }
        ask->tcp = TCP_SENT;
        peer->tcp_waiting--;
        network->tcp_waiting--;
        peer->tcp_sent++;
    }
    return CHANNEL_DONE;
}

void peer_pump(struct network *network, struct peer *peer)
{
    if (peer->stream.fd < 0 && !open_stream(network, peer)) {
        return;
    }
    enum channel_result result = write_waiting(network, peer);
    if (result != CHANNEL_DONE && result != CHANNEL_AGAIN && result != CHANNEL_FULL) {
        lose_stream(network, peer, result);
        return;
    }
    network->polls[peer->slot].events = stream_wants_out(&peer->stream) ? POLLIN | POLLOUT : POLLIN;
}

/* The rest of a zone comes over this connection: what waits for answers is sent over another. */
static void leave_transfer(struct network *network, struct peer *peer)
{
    peer_close_stream(network, peer);
    send_again(network, peer);
    if (is_wanted(peer)) {
        peer_pump(network, peer);
    }
}

void peer_receive(struct network *network, struct peer *peer, short events)
{
    enum channel_result result = CHANNEL_DONE;
    if (stream_wants_out(&peer->stream)) {
        result = stream_flush(&peer->stream);
    }
    if (result == CHANNEL_DONE && (events & ~POLLOUT) != 0) {
        result = stream_receive(network->arena, &peer->stream);
        if (take_messages(network, peer)) {
            leave_transfer(network, peer);
            return;
        }
    }
    if (peer->tcp_unmatched >= UNMATCHED_MAX) {
        peer_close_stream(network, peer);
        fail_all(network, peer, NET_MISMATCHED);
    } else if (result != CHANNEL_DONE && result != CHANNEL_AGAIN && result != CHANNEL_FULL) {
        lose_stream(network, peer, result);
    } else {
        peer_pump(network, peer);
    }
}

void peer_tick_stream(struct network *network, struct peer *peer)
{
    bool any_failed = false;
    for (struct ask *ask = peer->active.first; ask;) {
        struct ask *next = ask->next;
        int64_t since = ask->tcp_since > peer->tcp_progress ? ask->tcp_since : peer->tcp_progress;
        int64_t due = since + ask_wait_ms(network, ask);
        if (ask->tcp != TCP_NONE && due <= network->now) {
            peer->tcp_dead = peer->tcp_dead || !peer->tcp_ever;
            any_failed = true;
            ask_tcp_failed(network, ask, NET_TIMEOUT);
        } else if (ask->tcp != TCP_NONE) {
            net_wake_at(network, due);
        }
        ask = next;
    }
    if (any_failed && !is_wanted(peer)) {
        peer_close_stream(network, peer);
    }
}
