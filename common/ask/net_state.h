/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the transport share: net.c and net_*.c only.
 *
 * net.c is the loop: it paces what is sent, polls, and calls the others when something arrives
 * or a time has come.  net_policy.c is the life of one question: tries, resolvers, truncation, how
 * it ends.  net_server.c is what concerns all questions of one server: its silence and
 * giving it up; net_stream.c is its one TCP connection.
 */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/channel.h"
#include "ask/net.h"

enum {
    WINDOW = 100,       /* questions in flight to one server: more can overflow its socket buffer */
    PACED_PER_MS = 25,  /* datagrams to one server beyond that, when it is far away */
    PACED_BURST = 50,   /* of them */
    SENDS_PER_MS = 160, /* datagrams, to all servers */
    SENDS_BURST = 800,  /* at most saved up while nothing was sent */
    SOCKETS_MAX = 4096, /* open at once, when the limit of the process allows so many */
    SOCKETS_MIN = 4,
    SOCKETS_RESERVE = 32, /* left to the rest of the process */
    SPARES_MAX = WINDOW,  /* UDP sockets that wait for another question */
    PORT_USES = 16,       /* questions, one after the other, for which a port is used */
    DROPPED_MAX = 32,     /* datagrams that do not answer a question before UDP is given up */
    POOL_SIZE = 240,      /* octets of randomness fetched at once */
    STARVED_MS = 10,      /* until a descriptor is asked for again when the system has none */
};

#define NEVER INT64_MAX

enum tcp_phase { TCP_NONE, TCP_WAITING, TCP_SENT };

/* A question while it is being settled. */
struct ask {
    struct question *question;
    struct peer *peer; /* the server asked at the moment */
    struct ask *next;  /* in the queue or among the active of the peer */
    struct ask *previous;
    bool settled;
    bool queued;
    bool udp_over;  /* no reply over UDP is waited for any more, though one may still come */
    bool malformed; /* a reply came that does not parse */
    uint16_t id;
    uint32_t case_bits;
    int fd;        /* UDP; -1: none */
    size_t slot;   /* of fd among what is polled */
    unsigned uses; /* of fd, this one included */
    bool clean;    /* answered at once, and nothing else came: nothing more is to come on fd */
    enum tcp_phase tcp;
    unsigned sends;
    unsigned moves;  /* to another resolver */
    unsigned others; /* resolvers that can be asked instead */
    unsigned dropped;
    int64_t since;           /* first send, or -1 */
    int64_t sent;            /* last send over UDP */
    int64_t due;             /* when the wait for UDP ends */
    int64_t tcp_since;       /* when it began to wait for TCP */
    enum net_status failure; /* what UDP ended with */
    const struct message *truncated;
    const struct message *fallback; /* a resolver's error, while another one is asked */
    const struct peer *fallback_peer;
    const struct ask *twin; /* the same question over TCP, whose reply serves for both */
};

struct ask_list {
    struct ask *first;
    struct ask *last;
    size_t count;
};

/* What may be sent now; a datagram costs one token for each net that shares. */
struct bucket {
    int64_t tokens;
    int64_t refilled;
};

/* A server, for the whole run. */
struct peer {
    const struct server *server;
    struct ask_list queue;  /* not sent yet */
    struct ask_list active; /* sent, not settled */
    size_t udp_count;       /* of the active, with a UDP socket */
    size_t window;          /* what udp_count may become */
    int64_t fastest_ms;     /* reply over UDP so far; NEVER: none */
    struct bucket paced;    /* what is sent beyond WINDOW */

    bool alive;       /* UDP was answered, or is known to be lost */
    bool udp_lost;    /* TCP was answered while UDP was silent: all goes over TCP */
    bool udp_refused; /* in this batch */
    bool suspect;     /* answered nothing in the last batch it had: one question has to probe it */
    bool doubted;     /* silent for as long as the wait, here or to another net of the run */
    bool lagging;     /* a resolver that let a try run out */
    size_t answered;  /* questions of this batch */
    size_t ran_out;   /* questions of this batch without an answer */
    int64_t silence_since; /* first send of this batch while not alive; NEVER: it is not counted */
    unsigned silence_step;

    struct stream stream;
    size_t slot;            /* of the stream among what is polled */
    bool tcp_dead;          /* TCP has failed without ever having answered */
    size_t tcp_waiting;     /* questions to be written */
    size_t tcp_sent;        /* questions written, not answered */
    size_t tcp_answers;     /* on this connection */
    size_t tcp_late;        /* replies to come that nobody waits for */
    unsigned tcp_unmatched; /* other replies that nobody waits for */
    unsigned tcp_fruitless; /* connections in a row that were closed without an answer */
    bool tcp_ever;          /* answered over TCP in this run */
    int64_t tcp_progress;   /* when the last answer came */
};

/* A UDP socket whose question is answered. */
struct spare {
    const struct peer *peer;
    int fd;
    unsigned uses;
};

/* Who a polled socket belongs to: a question over UDP, or a server's connection. */
struct owner {
    struct ask *ask;
    struct peer *peer;
};

struct network {
    struct net net; /* first, so that the net is the network */
    struct arena *arena;
    struct net_options options;
    int64_t end; /* of the budget */
    int64_t now; /* as of the last look at the clock */

    struct arena *reply_arena; /* of this batch */
    int64_t deadline;          /* of this batch */
    struct ask *asks;
    size_t ask_capacity;
    size_t ask_count; /* of this batch */
    size_t followers; /* of them, those that wait for their twin */
    size_t unsettled;
    size_t queued;
    int64_t next_due; /* no timer ends before */

    struct peer **peers; /* in the order in which they were first asked */
    size_t peer_count;
    struct peer **peer_slots; /* open addressing, a power of two */
    size_t peer_slot_count;
    size_t turn; /* the peer that may send next */

    struct pollfd *polls;
    struct owner *owners;
    size_t poll_count;
    size_t sockets_max;
    size_t stream_count;
    size_t tcp_waiting;
    bool held;    /* there is something to send that has to wait for a bucket */
    bool starved; /* the system gave no descriptor */
    struct spare spares[SPARES_MAX];
    size_t spare_count;

    struct bucket sends;
    uint8_t pool[POOL_SIZE];
    size_t pool_left;
    uint8_t buffer[MESSAGE_MAX];
};

/* net.c */

/* Polls `fd` from now on, for its owner to read; returns its slot. */
size_t net_watch(struct network *network, int fd, struct owner owner);
void net_unwatch(struct network *network, size_t slot);
/* Notes that a timer ends at `due`. */
void net_wake_at(struct network *network, int64_t due);
/* What this net may have of the WINDOW of a server, which all nets together share. */
unsigned net_window(const struct network *network);
/*
 * Whether a datagram may be sent now: `per_ms` come in a millisecond, at most `most` are saved up.
 * If not, the net is held up.
 */
bool bucket_allows(struct network *network, struct bucket *bucket, int64_t per_ms, int64_t most);
void bucket_take(const struct network *network, struct bucket *bucket);
/* A new id and new case bits. */
void net_randomise(struct network *network, struct ask *ask);
/* Whether one more socket may be opened. */
bool net_has_socket(struct network *network);

void list_append(struct ask_list *list, struct ask *ask);
void list_remove(struct ask_list *list, struct ask *ask);

/* The question of this batch that wants the same by TCP; NULL: none. */
const struct ask *net_find_twin(const struct network *network, const struct ask *ask);

/* net_policy.c: one question */

bool ask_is_recursive(const struct ask *ask);
/* Whether the user wants TCP for it, whatever UDP would bring. */
bool ask_is_forced(const struct network *network, const struct ask *ask);
/* Whether it is asked over TCP from the start. */
bool ask_goes_over_tcp(const struct network *network, const struct ask *ask);
/* The query as it was or will be sent; `wire` holds it. */
struct bytes ask_query(const struct ask *ask, uint8_t wire[MESSAGE_QUERY_MAX]);
/* Sends a queued question for the first time; false when it has to stay in the queue. */
bool ask_start(struct network *network, struct ask *ask);
/* Sends it over UDP once more. */
void ask_resend(struct network *network, struct ask *ask);
/* Sets its timer after a send, or once its server has turned out to be alive. */
void ask_schedule(struct network *network, struct ask *ask);
/* Something arrived on its UDP socket. */
void ask_receive(struct network *network, struct ask *ask);
/* A reply that answers it arrived over TCP. */
void ask_take_stream(struct network *network, struct ask *ask, struct bytes reply);
/* Settles it as its twin was. */
void ask_follow(struct network *network, struct ask *ask);
/* Its wait for UDP has ended. */
void ask_run_out(struct network *network, struct ask *ask);
/* Stops waiting for UDP. */
void ask_close_udp(struct network *network, struct ask *ask);
/* Asks it over its server's connection, beside UDP or instead. */
void ask_over_tcp(struct network *network, struct ask *ask);
/* TCP has brought nothing, for the reason given. */
void ask_tcp_failed(struct network *network, struct ask *ask, enum net_status failure);
/* Settles it with the best that it has got, or with why it has got nothing. */
void ask_give_up(struct network *network, struct ask *ask);
/* The time of the batch is spent. */
void ask_end(struct network *network, struct ask *ask);

/* net_server.c: all questions of a server */

struct peer *peer_of(struct network *network, const struct server *server);
/* The wait for a try is over: unless it lives, the run waits less for it from now on. */
void peer_is_silent(struct network *network, struct peer *peer);
/* What a question waits for a try: a resolver may be busy, so it is always given all of it. */
int64_t ask_wait_ms(const struct network *network, const struct ask *ask);
/* The resolver after this one, which may be listed twice; itself when it is the only one. */
const struct server *peer_next_resolver(const struct network *network, const struct peer *peer);
void peer_begin(struct network *network, struct peer *peer);
void peer_end(struct network *network, struct peer *peer);
/* Puts a question behind those that wait to be sent. */
void peer_queue(struct network *network, struct peer *peer, struct ask *ask);
/* The question that it may be sent now, or NULL. */
struct ask *peer_next(struct network *network, struct peer *peer);
/* Finds a UDP socket for a question to its server; sets `ask->fd` for CHANNEL_DONE only. */
enum channel_result peer_open_udp(struct network *network, struct ask *ask);
/* Closes the socket of a question, or keeps it for the next one to the same server. */
void peer_close_udp(struct network *network, struct ask *ask);
/* Closes the sockets that were kept. */
void net_close_spares(struct network *network);
/* A datagram with a question leaves for it. */
void peer_sends(struct network *network, struct peer *peer);
/* A reply came over UDP, so long after the one time that its question was sent. */
void peer_replied(struct network *network, struct peer *peer, int64_t elapsed_ms);
/* No reply came in time from a server that lives. */
void peer_lost(struct network *network, struct peer *peer);
/*
 * A valid reply came: the other questions of the peer learn that it lives.  `forced`: it was to
 * come over TCP, so it says nothing about UDP.
 */
void peer_answered(struct network *network, struct peer *peer, enum transport transport,
                   bool forced);
/* A question has failed: if it was the probe of a suspect, the questions behind it fail too. */
void peer_end_probe(struct network *network, struct peer *peer, enum net_status failure);
/* A question was sent to a peer that has not answered yet. */
void peer_count_silence(struct network *network, struct peer *peer);
/* The host says by ICMP that nobody listens: everything goes over TCP. */
void peer_udp_refused(struct network *network, struct peer *peer);
/* Settles all questions that are not recursive; those without a failure of their own: `failure`. */
void peer_give_up(struct network *network, struct peer *peer, enum net_status failure);
/* Does what is due by now and notes what is due next. */
void peer_tick(struct network *network, struct peer *peer);

/* net_stream.c: the connection to a server */

/* Opens the connection if need be and writes what waits for it. */
void peer_pump(struct network *network, struct peer *peer);
/* Something happened to its connection. */
void peer_receive(struct network *network, struct peer *peer, short events);
/* Closes a connection that nobody waits for; true when there was one. */
bool peer_drop_idle(struct network *network, struct peer *peer);
void peer_close_stream(struct network *network, struct peer *peer);
/* Fails what has waited too long for the connection, and closes it with the last of these. */
void peer_tick_stream(struct network *network, struct peer *peer);
