/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A DNS server on loopback that misbehaves as told, in a thread of its own.
 *
 * It listens on 127.0.0.1, on one port that the kernel picks, over UDP and TCP.  Its good answer to
 * SOA and TXT is one record with AA and an OPT record, to other types an empty NOERROR.  Stop it
 * before the test ends.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/server.h"
#include "base/arena.h"

enum misbehave_udp {
    UDP_GOOD,
    UDP_CLOSED, /* nobody listens: ICMP port unreachable */
    UDP_SILENT,
    UDP_TRUNCATED,     /* TC and no records */
    UDP_TRUNCATED_CUT, /* TC and cut in the middle of a record */
    UDP_WRONG_ID,
    UDP_WRONG_QUESTION,
    UDP_GARBAGE,    /* octets that make no message */
    UDP_EMPTY,      /* datagrams of no octets */
    UDP_MALFORMED,  /* right id and question, a record that ends too soon */
    UDP_OTHER_PORT, /* a good reply from another port */
    UDP_LOWER_CASE, /* the question in lower case */
    UDP_FLOOD       /* a hundred datagrams with a wrong id for each query */
};

enum misbehave_tcp {
    TCP_GOOD,
    TCP_CLOSED,   /* nobody listens */
    TCP_DEAF,     /* connections are never made */
    TCP_SILENT,   /* takes connections and queries and says nothing */
    TCP_HANGS_UP, /* closes the connection on the first query */
    TCP_CUT,      /* closes in the middle of the first reply */
    TCP_ONE_EACH, /* closes after one reply */
    TCP_REVERSED, /* waits for `reverse` queries and replies to them last one first */
    TCP_DRIBBLE,  /* one octet at a time */
    TCP_WRONG_ID,
    TCP_MALFORMED,
    TCP_TRUNCATED,      /* TC and no records */
    TCP_TRUNCATED_FULL, /* TC and all records */
    TCP_HUGE            /* a reply of nearly 60,000 octets */
};

struct misbehave_options {
    enum misbehave_udp udp;
    enum misbehave_tcp tcp;
    unsigned drop_first;     /* datagrams that get no reply */
    unsigned bad_first;      /* datagrams that `udp` is for, all later get good replies; 0: all */
    uint16_t lost_type;      /* never answered over UDP */
    uint16_t truncated_type; /* answered with TC over UDP */
    unsigned delay_ms;       /* before each reply over UDP */
    uint16_t rcode;
    unsigned reverse;
};

struct misbehave;

struct misbehave *misbehave_start(struct arena *arena, const struct misbehave_options *options);
void misbehave_stop(struct misbehave *server);

const struct server *misbehave_server(const struct misbehave *server);

/* Datagrams received, ports that they came from, queries over TCP, connections taken. */
unsigned misbehave_datagrams(const struct misbehave *server);
unsigned misbehave_ports(const struct misbehave *server);
unsigned misbehave_stream_queries(const struct misbehave *server);
unsigned misbehave_connections(const struct misbehave *server);
