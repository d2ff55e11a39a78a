/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of one question: its tries, its resolvers, truncation, and how it ends. */
#include "ask/net_state.h"

/*
 * A question waits in the queue of a server, is sent and becomes active, and is settled.  While
 * active it may have a UDP socket, wait for TCP, or both: TCP is tried beside UDP when UDP looks
 * bad, and then the first to bring a reply wins.
 */

enum { FLAG_TC = 0x02, FLAGS_AT = 2 };

bool ask_is_recursive(const struct ask *ask)
{
    return (ask->question->flags & QUERY_RECURSE) != 0;
}

bool ask_is_forced(const struct network *network, const struct ask *ask)
{
    return network->options.tcp || (ask->question->flags & QUERY_TCP) != 0;
}

bool ask_goes_over_tcp(const struct network *network, const struct ask *ask)
{
    return ask_is_forced(network, ask) || ask->peer->udp_lost || ask->peer->udp_refused;
}

struct bytes ask_query(const struct ask *ask, uint8_t wire[MESSAGE_QUERY_MAX])
{
    const struct question *question = ask->question;
    size_t size = message_query(wire, &question->name, question->type, question->flags, ask->id,
                                ask->case_bits);
    return (struct bytes){wire, size};
}

void ask_close_udp(struct network *network, struct ask *ask)
{
    ask->due = NEVER;
    if (ask->fd >= 0) {
        net_unwatch(network, ask->slot);
        peer_close_udp(network, ask);
    }
}

static void stop_tcp(struct network *network, struct ask *ask)
{
    if (ask->tcp == TCP_WAITING) {
        ask->peer->tcp_waiting--;
        network->tcp_waiting--;
    } else if (ask->tcp == TCP_SENT) {
        ask->peer->tcp_sent--;
    }
    ask->tcp = TCP_NONE;
}

/* Takes the question from its server, whatever it was doing there. */
static void leave_peer(struct network *network, struct ask *ask)
{
    struct peer *peer = ask->peer;
    ask_close_udp(network, ask);
    if (ask->tcp == TCP_SENT) {
        peer->tcp_late++;
    }
    stop_tcp(network, ask);
    list_remove(ask->queued ? &peer->queue : &peer->active, ask);
    network->queued -= ask->queued ? 1 : 0;
    ask->queued = false;
}

static void settle(struct network *network, struct ask *ask, enum net_status status,
                   const struct message *reply, const struct peer *from)
{
    struct question *question = ask->question;
    leave_peer(network, ask);
    question->status = status;
    question->reply = reply;
    if (!server_equal(question->server, from->server)) {
        question->server = from->server;
    }
    if (ask->since >= 0) {
        question->elapsed_ms = (unsigned)(network->now - ask->since);
    }
    ask->settled = true;
    network->unsettled--;
}

static void settle_answered(struct network *network, struct ask *ask, const struct message *reply,
                            enum transport transport)
{
    struct question *question = ask->question;
    question->transport = transport;
    question->udp_lost =
        transport == TRANSPORT_TCP && !question->truncated && !ask_is_forced(network, ask);
    settle(network, ask, NET_ANSWERED, reply, ask->peer);
}

void ask_give_up(struct network *network, struct ask *ask)
{
    if (ask->tcp != TCP_NONE) {
        ask->question->tcp_failed = true;
    }
    if (ask->fallback) {
        settle(network, ask, NET_ANSWERED, ask->fallback, ask->fallback_peer);
        return;
    }
    ask->peer->ran_out++;
    enum net_status status = ask->failure;
    if (ask->truncated) {
        status = NET_TCP_FAILED;
    } else if (ask->malformed) {
        status = NET_MALFORMED;
    } else if (status == NET_TIMEOUT && ask->question->mismatches > 0) {
        status = NET_MISMATCHED;
    }
    ask->question->cut = status == NET_TCP_FAILED ? ask->truncated : NULL;
    settle(network, ask, status, NULL, ask->peer);
}

void ask_end(struct network *network, struct ask *ask)
{
    bool waited = ask->since >= 0 && network->now - ask->since >= ask_wait_ms(network, ask);
    bool silent = ask->peer->suspect && !ask_is_recursive(ask);
    if (waited || silent || ask->fallback) {
        ask_give_up(network, ask);
    } else {
        settle(network, ask, NET_PENDING, NULL, ask->peer);
    }
}

static void move_on(struct network *network, struct ask *ask)
{
    const struct server *server = peer_next_resolver(network, ask->peer);
    leave_peer(network, ask);
    ask->moves++;
    peer_queue(network, peer_of(network, server), ask);
}

/* Whether there is a resolver that this question has not been to. */
static bool has_fresh_resolver(const struct ask *ask)
{
    return ask->moves < ask->others;
}

/* UDP has failed by an error of this host or by ICMP: waiting would not help. */
static void udp_failed(struct network *network, struct ask *ask, enum net_status failure)
{
    struct peer *peer = ask->peer;
    ask->failure = failure;
    ask->udp_over = true;
    ask_close_udp(network, ask);
    if (has_fresh_resolver(ask)) {
        peer->lagging = true;
        move_on(network, ask);
        return;
    }
    bool whole_server = !ask_is_recursive(ask) && !peer->alive;
    if (whole_server && (failure == NET_UNREACHABLE || peer->suspect)) {
        peer_give_up(network, peer, failure);
    } else if (failure == NET_UNREACHABLE) {
        ask_give_up(network, ask);
    } else if (whole_server) {
        peer_udp_refused(network, peer);
    } else {
        ask_over_tcp(network, ask);
    }
}

/* What an error of the socket means for the question; false when it can be passed over. */
static bool take_error(struct network *network, struct ask *ask, enum channel_result result)
{
    if (result == CHANNEL_REFUSED || result == CHANNEL_UNREACHABLE) {
        udp_failed(network, ask, result == CHANNEL_REFUSED ? NET_REFUSED : NET_UNREACHABLE);
        return true;
    }
    return false;
}

void ask_schedule(struct network *network, struct ask *ask)
{
    if (ask_is_recursive(ask) || ask->peer->alive) {
        ask->due = ask->sent + network->options.try_timeout_ms;
        net_wake_at(network, ask->due);
    } else {
        ask->due = NEVER;
        peer_count_silence(network, ask->peer);
    }
}

/* A datagram that the socket does not take counts as lost on the way. */
void ask_resend(struct network *network, struct ask *ask)
{
    uint8_t wire[MESSAGE_QUERY_MAX];
    enum channel_result result = channel_udp_send(ask->fd, ask_query(ask, wire));
    ask->sends++;
    ask->question->tries++;
    ask->sent = network->now;
    bucket_take(network, &network->sends);
    if (!take_error(network, ask, result)) {
        ask_schedule(network, ask);
    }
}

/* From the queue to the active ones. */
static void activate(struct network *network, struct ask *ask)
{
    list_remove(&ask->peer->queue, ask);
    list_append(&ask->peer->active, ask);
    ask->queued = false;
    network->queued--;
    net_randomise(network, ask);
    ask->udp_over = false;
    ask->dropped = 0;
    if (ask->since < 0) {
        ask->since = network->now;
    }
}

static bool start_over_udp(struct network *network, struct ask *ask)
{
    if (!bucket_allows(network, &network->sends, SENDS_PER_MS, SENDS_BURST) ||
        !net_has_socket(network)) {
        return false;
    }
    enum channel_result result = peer_open_udp(network, ask);
    if (result == CHANNEL_FULL) {
        net_close_spares(network);
        network->starved = true;
        return false;
    }
    activate(network, ask);
    if (result != CHANNEL_DONE) {
        udp_failed(network, ask, result == CHANNEL_REFUSED ? NET_REFUSED : NET_UNREACHABLE);
        return true;
    }
    ask->slot = net_watch(network, ask->fd, (struct owner){.ask = ask});
    peer_sends(network, ask->peer);
    ask_resend(network, ask);
    return true;
}

bool ask_start(struct network *network, struct ask *ask)
{
    if (ask->sends == 0 && has_fresh_resolver(ask) && ask->peer->lagging) {
        move_on(network, ask);
        return true;
    }
    if (!ask_goes_over_tcp(network, ask)) {
        return start_over_udp(network, ask);
    }
    activate(network, ask);
    ask->udp_over = true;
    ask->sends++;
    if (ask->peer->udp_refused) {
        ask->failure = NET_REFUSED;
    }
    ask_over_tcp(network, ask);
    return true;
}

void ask_over_tcp(struct network *network, struct ask *ask)
{
    if (ask->tcp != TCP_NONE) {
        return;
    }
    if (ask->peer->tcp_dead && !ask_is_forced(network, ask) && !ask->peer->udp_lost) {
        ask_tcp_failed(network, ask, NET_TIMEOUT);
        return;
    }
    ask->tcp = TCP_WAITING;
    ask->tcp_since = network->now;
    ask->question->tries++;
    ask->peer->tcp_waiting++;
    network->tcp_waiting++;
    net_wake_at(network, network->now + ask_wait_ms(network, ask));
}

void ask_tcp_failed(struct network *network, struct ask *ask, enum net_status failure)
{
    stop_tcp(network, ask);
    ask->question->tcp_failed = true;
    if (ask->fd >= 0 && !ask->udp_over) {
        return;
    }
    if (ask_goes_over_tcp(network, ask) && ask->failure == NET_TIMEOUT) {
        ask->failure = failure;
    }
    if (ask_is_forced(network, ask) && ask->others > 0 && ask->sends < network->options.tries) {
        ask->peer->lagging = true;
        move_on(network, ask);
        return;
    }
    struct peer *peer = ask->peer;
    ask_give_up(network, ask);
    peer_end_probe(network, peer, failure);
}

void ask_run_out(struct network *network, struct ask *ask)
{
    ask->due = NEVER;
    peer_lost(network, ask->peer);
    if (ask->others > 0) {
        ask->peer->lagging = true;
        peer_is_silent(network, ask->peer);
    }
    if (ask->sends >= network->options.tries) {
        ask->udp_over = true; /* but a late reply is still welcome while TCP is tried */
        ask_over_tcp(network, ask);
    } else if (ask->others > 0) {
        move_on(network, ask);
    } else {
        ask_resend(network, ask);
        bool last = ask->sends == network->options.tries;
        if (last && !ask->settled && !ask->peer->alive) {
            ask_over_tcp(network, ask); /* beside it, so that silence does not last a try longer */
        }
    }
}

/* A resolver that fails is not the last word while there is another one. */
static void take_message(struct network *network, struct ask *ask, const struct message *message,
                         enum transport transport)
{
    bool failed = message->rcode == RCODE_SERVFAIL || message->rcode == RCODE_REFUSED;
    if (failed && has_fresh_resolver(ask)) {
        ask->fallback = message;
        ask->fallback_peer = ask->peer;
        ask->question->transport = transport;
        move_on(network, ask);
        return;
    }
    settle_answered(network, ask, message, transport);
}

/* A datagram that does not help: go on waiting, but not for ever more of them. */
static void drop(struct network *network, struct ask *ask)
{
    ask->dropped++;
    if (ask->dropped >= DROPPED_MAX) {
        ask->udp_over = true;
        ask_close_udp(network, ask);
        ask_over_tcp(network, ask);
    }
}

static void take_truncated(struct network *network, struct ask *ask, const struct message *message)
{
    ask->question->truncated = true;
    ask->truncated = message;
    ask->malformed = message == NULL;
    ask->udp_over = true;
    ask_close_udp(network, ask);
    peer_answered(network, ask->peer, TRANSPORT_UDP, false);
    ask->twin = ask_is_recursive(ask) ? NULL : net_find_twin(network, ask);
    if (ask->twin != NULL) {
        network->followers++;
    } else {
        ask_over_tcp(network, ask);
    }
}

void ask_follow(struct network *network, struct ask *ask)
{
    const struct question *twin = ask->twin->question;
    if (twin->status == NET_ANSWERED || twin->status == NET_TRUNCATED) {
        ask->question->transport = TRANSPORT_TCP;
        ask->question->cut = twin->cut;
        settle(network, ask, twin->status, twin->reply, ask->peer);
    } else {
        ask->question->tcp_failed = true;
        ask_give_up(network, ask);
    }
}

/* A datagram with the right id and question. */
static void take_datagram(struct network *network, struct ask *ask, struct bytes query,
                          struct bytes reply)
{
    const struct message *message = message_parse(network->reply_arena, query, reply);
    ask->clean = ask->sends == 1 && ask->dropped == 0;
    if (ask->sends == 1) {
        peer_replied(network, ask->peer, network->now - ask->sent);
    }
    if ((reply.data[FLAGS_AT] & FLAG_TC) != 0) {
        take_truncated(network, ask, message);
    } else if (!message) {
        ask->malformed = true;
        drop(network, ask);
    } else {
        struct peer *peer = ask->peer;
        take_message(network, ask, message, TRANSPORT_UDP);
        peer_answered(network, peer, TRANSPORT_UDP, false);
    }
}

void ask_receive(struct network *network, struct ask *ask)
{
    size_t size = 0;
    enum channel_result result =
        channel_udp_receive(ask->fd, network->buffer, sizeof network->buffer, &size);
    if (result != CHANNEL_DONE) {
        (void)take_error(network, ask, result); /* others: as if nothing had come */
        return;
    }
    uint8_t wire[MESSAGE_QUERY_MAX];
    struct bytes query = ask_query(ask, wire);
    struct bytes reply = {network->buffer, size};
    if (message_answers(query, reply)) {
        take_datagram(network, ask, query, reply);
    } else {
        ask->question->mismatches++;
        drop(network, ask);
    }
}

/* TC over TCP: what is missing may be missing because it was cut off (RFC 2181 9). */
static void take_cut(struct network *network, struct ask *ask, const struct message *message)
{
    if (has_fresh_resolver(ask)) {
        move_on(network, ask);
        return;
    }
    ask->question->transport = TRANSPORT_TCP;
    ask->question->cut = message;
    settle(network, ask, NET_TRUNCATED, NULL, ask->peer);
}

void ask_take_stream(struct network *network, struct ask *ask, struct bytes reply)
{
    uint8_t wire[MESSAGE_QUERY_MAX];
    struct bytes query = ask_query(ask, wire);
    const struct message *message = message_parse(network->reply_arena, query, reply);
    stop_tcp(network, ask);
    if (message) {
        struct peer *peer = ask->peer;
        if (message->tc && !question_answered(ask->question, message)) {
            take_cut(network, ask, message);
        } else {
            take_message(network, ask, message, TRANSPORT_TCP);
        }
        peer_answered(network, peer, TRANSPORT_TCP, ask_is_forced(network, ask));
        return;
    }
    ask->malformed = true;
    ask_tcp_failed(network, ask, NET_MALFORMED);
}
