/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One socket to one server, non-blocking: open, send, receive, frame.
 *
 * No policy: when to send, to wait, to retry and to give up is decided in net.c and its parts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/server.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "wire/message.h"

enum channel_result {
    CHANNEL_DONE,
    CHANNEL_AGAIN,       /* would block: poll first */
    CHANNEL_FULL,        /* no descriptor or buffer is free at the moment */
    CHANNEL_REFUSED,     /* nobody listens there */
    CHANNEL_UNREACHABLE, /* no route, no address of that family, forbidden */
    CHANNEL_CLOSED       /* closed by the server, or broken in some other way */
};

/*
 * A UDP socket connected to the server, its port chosen by the kernel, so that only datagrams of
 * that server arrive.  Sets `fd` for CHANNEL_DONE only.
 */
enum channel_result channel_udp_open(const struct server *server, int *fd);

/* Sends one datagram.  Also reports what ICMP said about the one before. */
enum channel_result channel_udp_send(int fd, struct bytes query);

/* Receives one datagram of at most `size` octets; `received` may come out as 0. */
enum channel_result channel_udp_receive(int fd, uint8_t *buffer, size_t size, size_t *received);

/* A TCP connection with the two-octet framing of RFC 1035 4.2.2. */
struct stream {
    int fd;         /* -1: closed */
    bool connected; /* the handshake is over */
    uint8_t out[2 + MESSAGE_QUERY_MAX];
    size_t out_size; /* octets of the query being sent */
    size_t out_sent; /* of these */
    uint8_t *in;     /* from the arena, kept when the stream is opened again */
    size_t in_capacity;
    size_t in_size; /* octets received */
    size_t in_used; /* of these, octets of messages already handed out */
};

struct stream stream_closed(void);

/*
 * Starts to connect: CHANNEL_AGAIN while the handshake is under way, and `stream->fd` is open for
 * that and for CHANNEL_DONE only.
 */
enum channel_result stream_open(struct stream *stream, const struct server *server);

/* Closes the socket, if it is open, and forgets what was half sent or received. */
void stream_close(struct stream *stream);

/* Whether poll(2) should wait until the stream can be written. */
bool stream_wants_out(const struct stream *stream);

/* Ends the handshake when the socket has become writable, and sends what is left of a query. */
enum channel_result stream_flush(struct stream *stream);

/*
 * Sends a query, or as much of it as goes.  CHANNEL_AGAIN: the stream is busy with the handshake
 * or an earlier query and has taken nothing of this one.
 */
enum channel_result stream_send(struct stream *stream, struct bytes query);

/* Reads what has arrived.  CHANNEL_CLOSED when the server will send no more. */
enum channel_result stream_receive(struct arena *arena, struct stream *stream);

/* The next whole message received; false when there is none.  Valid until the next receive. */
bool stream_next(struct stream *stream, struct bytes *message);

/* Whether an idle stream is still good: open, and nothing has come on it, not even its end. */
bool stream_is_quiet(const struct stream *stream);
