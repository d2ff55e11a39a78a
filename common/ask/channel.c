/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets: UDP connected to one server, TCP with two-octet framing. */
#include "ask/channel.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 2048 };

static enum channel_result result_of(int error)
{
    switch (error) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
    case EINTR:
    case EINPROGRESS:
    case EALREADY:
        return CHANNEL_AGAIN;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return CHANNEL_FULL;
    case ECONNREFUSED:
        return CHANNEL_REFUSED;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case EINVAL:
    case EACCES:
    case EPERM:
        return CHANNEL_UNREACHABLE;
    default:
        return CHANNEL_CLOSED;
    }
}

/* Opens and connects; `fd` is set for CHANNEL_DONE and CHANNEL_AGAIN. */
static enum channel_result open_connected(const struct server *server, int type, int *fd)
{
    int family = server->family == 4 ? AF_INET : AF_INET6;
    int opened = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (opened < 0) {
        return result_of(errno);
    }
    struct sockaddr_storage address;
    socklen_t size = server_sockaddr(server, &address);
    enum channel_result result = CHANNEL_DONE;
    if (connect(opened, (const struct sockaddr *)&address, size) < 0) {
        result = result_of(errno);
    }
    if (result == CHANNEL_DONE || result == CHANNEL_AGAIN) {
        *fd = opened;
    } else {
        (void)close(opened); /* nothing was sent on it */
    }
    return result;
}

enum channel_result channel_udp_open(const struct server *server, int *fd)
{
    int opened = -1;
    enum channel_result result = open_connected(server, SOCK_DGRAM, &opened);
    if (result == CHANNEL_AGAIN) {
        (void)close(opened); /* no port is free: as good as no socket */
        return CHANNEL_FULL;
    }
    if (result == CHANNEL_DONE) {
        *fd = opened;
    }
    return result;
}

enum channel_result channel_udp_send(int fd, struct bytes query)
{
    ssize_t sent = send(fd, query.data, query.size, MSG_NOSIGNAL);
    return sent < 0 ? result_of(errno) : CHANNEL_DONE;
}

enum channel_result channel_udp_receive(int fd, uint8_t *buffer, size_t size, size_t *received)
{
    ssize_t got = recv(fd, buffer, size, 0);
    if (got < 0) {
        return result_of(errno);
    }
    *received = (size_t)got;
    return CHANNEL_DONE;
}

struct stream stream_closed(void)
{
    return (struct stream){.fd = -1};
}

enum channel_result stream_open(struct stream *stream, const struct server *server)
{
    int fd = -1;
    enum channel_result result = open_connected(server, SOCK_STREAM, &fd);
    if (fd < 0) {
        return result;
    }
    int on = 1;
    /* Without it pipelined queries may wait for each other; with an error they just wait. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    stream->fd = fd;
    stream->connected = result == CHANNEL_DONE;
    stream->out_size = 0;
    stream->out_sent = 0;
    stream->in_size = 0;
    stream->in_used = 0;
    return result;
}

void stream_close(struct stream *stream)
{
    if (stream->fd >= 0) {
        (void)close(stream->fd); /* nothing sent on it matters any more */
        stream->fd = -1;
    }
    stream->connected = false;
}

bool stream_wants_out(const struct stream *stream)
{
    return !stream->connected || stream->out_sent < stream->out_size;
}

static enum channel_result finish_handshake(struct stream *stream)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) {
        error = errno;
    }
    if (error != 0) {
        return result_of(error);
    }
    stream->connected = true;
    return CHANNEL_DONE;
}

static enum channel_result send_rest(struct stream *stream)
{
    while (stream->out_sent < stream->out_size) {
        ssize_t sent = send(stream->fd, stream->out + stream->out_sent,
                            stream->out_size - stream->out_sent, MSG_NOSIGNAL);
        if (sent < 0) {
            return result_of(errno);
        }
        stream->out_sent += (size_t)sent;
    }
    return CHANNEL_DONE;
}

enum channel_result stream_flush(struct stream *stream)
{
    if (!stream->connected) {
        enum channel_result result = finish_handshake(stream);
        if (result != CHANNEL_DONE) {
            return result;
        }
    }
    return send_rest(stream);
}

enum channel_result stream_send(struct stream *stream, struct bytes query)
{
    if (stream_wants_out(stream)) {
        return CHANNEL_AGAIN;
    }
    bytes_put16(stream->out, (uint16_t)query.size);
    memcpy(stream->out + 2, query.data, query.size);
    stream->out_size = 2 + query.size;
    stream->out_sent = 0;
    enum channel_result result = send_rest(stream);
    return result == CHANNEL_AGAIN ? CHANNEL_DONE : result;
}

/* Octets of the message at the start of what is received and not handed out, with its length. */
static size_t frame_size(const struct stream *stream)
{
    return 2 + (size_t)bytes_u16(stream->in + stream->in_used);
}

/* Moves the unread rest to the front and makes room for the whole message that it begins. */
static void make_room(struct arena *arena, struct stream *stream)
{
    size_t rest = stream->in_size - stream->in_used;
    size_t needed = rest >= 2 ? frame_size(stream) : 2;
    uint8_t *from = stream->in + stream->in_used;
    if (needed > stream->in_capacity) {
        size_t capacity = FIRST_CAPACITY;
        while (capacity < needed) {
            capacity *= 2;
        }
        stream->in_capacity = capacity;
        stream->in = arena_alloc(arena, capacity);
    }
    if (rest > 0) {
        memmove(stream->in, from, rest);
    }
    stream->in_size = rest;
    stream->in_used = 0;
}

enum channel_result stream_receive(struct arena *arena, struct stream *stream)
{
    if (!stream->in) {
        stream->in_capacity = FIRST_CAPACITY;
        stream->in = arena_alloc(arena, stream->in_capacity);
    }
    make_room(arena, stream);
    ssize_t got =
        recv(stream->fd, stream->in + stream->in_size, stream->in_capacity - stream->in_size, 0);
    if (got < 0) {
        return result_of(errno);
    }
    int on = 1;
    /* A server without TCP_NODELAY keeps its next reply back until the kernel, which takes its
     * time, has acknowledged this one.  The option lasts only until then; without it we wait. */
    (void)setsockopt(stream->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    stream->in_size += (size_t)got;
    return got == 0 ? CHANNEL_CLOSED : CHANNEL_DONE;
}

bool stream_next(struct stream *stream, struct bytes *message)
{
    size_t rest = stream->in_size - stream->in_used;
    if (rest < 2 || rest < frame_size(stream)) {
        return false;
    }
    size_t size = frame_size(stream);
    *message = (struct bytes){stream->in + stream->in_used + 2, size - 2};
    stream->in_used += size;
    return true;
}

bool stream_is_quiet(const struct stream *stream)
{
    uint8_t octet;
    return stream->fd >= 0 && stream->connected && recv(stream->fd, &octet, 1, MSG_PEEK) < 0 &&
           result_of(errno) == CHANNEL_AGAIN;
}
