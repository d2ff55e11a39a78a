/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread with a poll loop that answers, badly or not, what comes on UDP and TCP. */
#include "lib/misbehave.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

#include "base/bytes.h"
#include "lib/misreply.h"
#include "lib/standstill.h"
#include "wire/message.h"

enum {
    LATER_MAX = 4096, /* delayed replies at a time */
    STREAMS_MAX = 16,
    QUERY_MAX = 512,
    FLOOD = 100,
    BIND_TRIES = 20,
    SOCKET_BUFFER = 4 << 20,
};

/* A query over UDP whose reply waits for its time. */
struct later {
    int64_t due;
    struct sockaddr_in from;
    size_t size;
    uint8_t query[QUERY_MAX];
};

struct stream_state {
    int fd; /* -1: free */
    size_t size;
    uint8_t in[64 * QUERY_MAX];
    size_t held; /* queries held back for TCP_REVERSED */
    uint8_t queries[64][QUERY_MAX];
    size_t query_sizes[64];
    size_t dribble_size; /* octets still to be sent one by one */
    size_t dribble_at;
    uint8_t dribble[64 * QUERY_MAX];
};

struct misbehave {
    struct misbehave_options options;
    struct server server;
    pthread_t thread;
    int udp; /* -1 when closed */
    int other;
    int listener;
    int wake[2];
    struct later *later; /* a ring, in the order of arrival and so of `due` */
    size_t later_first;
    size_t later_count;
    struct stream_state *streams;
    unsigned seen; /* datagrams, for drop_first and bad_first */
    atomic_uint datagrams;
    atomic_uint ports;
    bool seen_port[UINT16_MAX + 1];
    atomic_uint stream_queries;
    atomic_uint connections;
    uint8_t reply[2 + MESSAGE_MAX];
};

static enum misbehave_udp udp_behaviour(const struct misbehave *server, uint16_t type)
{
    const struct misbehave_options *options = &server->options;
    if (server->seen <= options->drop_first || (type != 0 && type == options->lost_type)) {
        return UDP_SILENT;
    }
    if (type != 0 && type == options->truncated_type) {
        return UDP_TRUNCATED;
    }
    return options->bad_first > 0 && server->seen > options->bad_first ? UDP_GOOD : options->udp;
}

static void reply_udp(struct misbehave *server, const struct later *later)
{
    server->seen++;
    struct bytes query = {later->query, later->size};
    uint16_t type = misreply_type(query);
    enum misbehave_udp how = udp_behaviour(server, type);
    if (how == UDP_SILENT || type == 0) {
        return;
    }
    size_t size = misreply_udp(server->reply, query, how, server->options.rcode);
    int fd = how == UDP_OTHER_PORT ? server->other : server->udp;
    for (int i = 0; i < (how == UDP_FLOOD ? FLOOD : 1); i++) {
        (void)sendto(fd, server->reply, size, 0, (const struct sockaddr *)&later->from,
                     sizeof later->from);
    }
}

static void receive_udp(struct misbehave *server)
{
    for (;;) {
        struct later query = {.due = standstill_now() + server->options.delay_ms};
        socklen_t from_size = sizeof query.from;
        ssize_t got = recvfrom(server->udp, query.query, sizeof query.query, MSG_DONTWAIT,
                               (struct sockaddr *)&query.from, &from_size);
        if (got < 0) {
            return;
        }
        query.size = (size_t)got;
        atomic_fetch_add(&server->datagrams, 1);
        atomic_fetch_add(&server->ports, !server->seen_port[query.from.sin_port]);
        server->seen_port[query.from.sin_port] = true;
        if (server->options.delay_ms == 0) {
            reply_udp(server, &query);
        } else if (server->later_count < LATER_MAX) {
            server->later[(server->later_first + server->later_count++) % LATER_MAX] = query;
        }
    }
}

static void send_later(struct misbehave *server)
{
    while (server->later_count > 0 && server->later[server->later_first].due <= standstill_now()) {
        reply_udp(server, &server->later[server->later_first]);
        server->later_first = (server->later_first + 1) % LATER_MAX;
        server->later_count--;
    }
}

static void close_state(struct stream_state *stream)
{
    (void)close(stream->fd);
    stream->fd = -1;
}

static void accept_stream(struct misbehave *server)
{
    int fd = accept(server->listener, NULL, NULL);
    if (fd < 0) {
        return;
    }
    atomic_fetch_add(&server->connections, 1);
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream_state *stream = &server->streams[i];
        if (stream->fd < 0) {
            stream->fd = fd;
            stream->size = stream->held = stream->dribble_size = stream->dribble_at = 0;
            int on = 1;
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return;
        }
    }
    (void)close(fd);
}

static void send_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        data += sent;
        size -= (size_t)sent;
    }
}

/* The framed reply to a query over TCP, in `server->reply`; returns its octets. */
static size_t put_framed(struct misbehave *server, struct bytes query)
{
    size_t size =
        misreply_tcp(server->reply + 2, query, server->options.tcp, server->options.rcode);
    bytes_put16(server->reply, (uint16_t)size);
    return 2 + size;
}

static void hold_back(struct misbehave *server, struct stream_state *stream, struct bytes query)
{
    memcpy(stream->queries[stream->held], query.data, query.size);
    stream->query_sizes[stream->held++] = query.size;
    if (stream->held < server->options.reverse) {
        return;
    }
    while (stream->held > 0) {
        stream->held--;
        size_t length = put_framed(server, (struct bytes){stream->queries[stream->held],
                                                          stream->query_sizes[stream->held]});
        send_all(stream->fd, server->reply, length);
    }
}

/* False when the connection is closed now. */
static bool reply_stream(struct misbehave *server, struct stream_state *stream, struct bytes query)
{
    size_t length = put_framed(server, query);
    switch (server->options.tcp) {
    case TCP_SILENT:
        return true;
    case TCP_HANGS_UP:
        return false;
    case TCP_CUT:
        send_all(stream->fd, server->reply, length / 2);
        return false;
    case TCP_REVERSED:
        hold_back(server, stream, query);
        return true;
    case TCP_DRIBBLE:
        if (stream->dribble_size + length <= sizeof stream->dribble) {
            memcpy(stream->dribble + stream->dribble_size, server->reply, length);
            stream->dribble_size += length;
        }
        return true;
    default:
        send_all(stream->fd, server->reply, length);
        return server->options.tcp != TCP_ONE_EACH;
    }
}

/* False when the connection is to be closed. */
static bool receive_stream(struct misbehave *server, struct stream_state *stream)
{
    ssize_t got =
        recv(stream->fd, stream->in + stream->size, sizeof stream->in - stream->size, MSG_DONTWAIT);
    if (got <= 0) {
        return got < 0 && errno == EAGAIN;
    }
    stream->size += (size_t)got;
    size_t at = 0;
    while (stream->size - at >= 2) {
        size_t size = bytes_u16(stream->in + at);
        struct bytes query = {stream->in + at + 2, size};
        if (stream->size - at - 2 < size) {
            break;
        }
        if (size > QUERY_MAX || misreply_type(query) == 0) {
            return false;
        }
        atomic_fetch_add(&server->stream_queries, 1);
        if (!reply_stream(server, stream, query)) {
            return false;
        }
        at += 2 + size;
    }
    memmove(stream->in, stream->in + at, stream->size - at);
    stream->size -= at;
    return true;
}

static void dribble(struct stream_state *stream)
{
    if (stream->dribble_at < stream->dribble_size) {
        send_all(stream->fd, stream->dribble + stream->dribble_at, 1);
        stream->dribble_at++;
    }
}

static int wait_ms(const struct misbehave *server)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        const struct stream_state *stream = &server->streams[i];
        if (stream->fd >= 0 && stream->dribble_at < stream->dribble_size) {
            return 0;
        }
    }
    if (server->later_count == 0) {
        return -1;
    }
    int64_t wait = server->later[server->later_first].due - standstill_now();
    return wait > 0 ? (int)wait : 0;
}

static void serve_streams(struct misbehave *server, const struct pollfd *polls)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream_state *stream = &server->streams[i];
        if (stream->fd < 0 || stream->fd != polls[i].fd) {
            continue;
        }
        if (polls[i].revents != 0 && !receive_stream(server, stream)) {
            close_state(stream);
        } else {
            dribble(stream);
        }
    }
}

static void *serve(void *argument)
{
    struct misbehave *server = argument;
    enum misbehave_tcp tcp = server->options.tcp;
    /* Of a socket that does not listen poll says all the time that it is closed. */
    int listener = tcp == TCP_DEAF || tcp == TCP_CLOSED ? -1 : server->listener;
    for (;;) {
        struct pollfd polls[3 + STREAMS_MAX] = {
            {.fd = server->wake[0], .events = POLLIN},
            {.fd = server->udp, .events = POLLIN},
            {.fd = listener, .events = POLLIN},
        };
        for (size_t i = 0; i < STREAMS_MAX; i++) {
            polls[3 + i] = (struct pollfd){.fd = server->streams[i].fd, .events = POLLIN};
        }
        (void)standstill_poll(polls, 3 + STREAMS_MAX, wait_ms(server));
        if (polls[0].revents != 0) {
            standstill_leave();
            return NULL;
        }
        if (polls[1].revents != 0) {
            receive_udp(server);
        }
        send_later(server);
        serve_streams(server, polls + 3);
        if (polls[2].revents != 0) {
            accept_stream(server);
        }
    }
}

static int bind_loopback(int type, uint16_t port)
{
    int fd = socket(AF_INET, type, 0);
    ck_assert_int_ge(fd, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in address = {.sin_port = 0};
    socklen_t size = sizeof address;
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

/* Both sockets on one port; a closed one keeps the port to itself all the same where it can. */
static uint16_t bind_both(struct misbehave *server)
{
    for (int i = 0; i < BIND_TRIES; i++) {
        server->udp = bind_loopback(SOCK_DGRAM, 0);
        uint16_t port = port_of(server->udp);
        server->listener = bind_loopback(SOCK_STREAM, port);
        if (server->listener >= 0) {
            return port;
        }
        (void)close(server->udp);
    }
    ck_abort_msg("no port is free for both UDP and TCP");
    return 0;
}

/* The one connection that may wait to be taken, so that no other one is made. */
static void fill_backlog(struct misbehave *server, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(listen(server->listener, 0), 0);
    server->streams[0].fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(
        connect(server->streams[0].fd, (const struct sockaddr *)&address, sizeof address), 0);
}

static void open_sockets(struct misbehave *server)
{
    uint16_t port = bind_both(server);
    int size = SOCKET_BUFFER; /* as much of it as the system allows */
    (void)setsockopt(server->udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (server->options.udp == UDP_CLOSED) {
        (void)close(server->udp);
        server->udp = -1;
    }
    if (server->options.tcp == TCP_DEAF) {
        fill_backlog(server, port);
    } else if (server->options.tcp != TCP_CLOSED) {
        ck_assert_int_eq(listen(server->listener, STREAMS_MAX), 0);
        ck_assert_int_eq(fcntl(server->listener, F_SETFL, O_NONBLOCK), 0);
    }
    server->other = bind_loopback(SOCK_DGRAM, 0);
    server->server.port = port;
}

struct misbehave *misbehave_start(struct arena *arena, const struct misbehave_options *options)
{
    static const uint8_t loopback[] = {127, 0, 0, 1};
    struct misbehave *server = arena_alloc(arena, sizeof *server);
    server->options = *options;
    server->later = arena_alloc(arena, LATER_MAX * sizeof *server->later);
    server->streams = arena_alloc(arena, STREAMS_MAX * sizeof *server->streams);
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        server->streams[i].fd = -1;
    }
    server->server = server_from_address(arena, loopback, sizeof loopback, 0, NULL);
    open_sockets(server);
    ck_assert_int_eq(pipe(server->wake), 0);
    standstill_join();
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
    return server;
}

void misbehave_stop(struct misbehave *server)
{
    ck_assert_int_eq(write(server->wake[1], "", 1), 1);
    ck_assert_int_eq(pthread_join(server->thread, NULL), 0);
    const int fds[] = {server->wake[0], server->wake[1], server->udp, server->other,
                       server->listener};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        if (server->streams[i].fd >= 0) {
            close_state(&server->streams[i]);
        }
    }
}

const struct server *misbehave_server(const struct misbehave *server)
{
    return &server->server;
}

unsigned misbehave_datagrams(const struct misbehave *server)
{
    return atomic_load(&server->datagrams);
}

unsigned misbehave_ports(const struct misbehave *server)
{
    return atomic_load(&server->ports);
}

unsigned misbehave_stream_queries(const struct misbehave *server)
{
    return atomic_load(&server->stream_queries);
}

unsigned misbehave_connections(const struct misbehave *server)
{
    return atomic_load(&server->connections);
}
