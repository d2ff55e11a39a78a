/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question to one server, and what came of it: data only, so that checks can read it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/server.h"
#include "wire/message.h"

enum net_status {
    NET_PENDING,     /* not settled; left so only when the budget was spent before it was sent */
    NET_ANSWERED,    /* reply is set */
    NET_TIMEOUT,     /* no answer to any try, UDP nor TCP */
    NET_REFUSED,     /* the host answered that nobody listens (ICMP, TCP reset) */
    NET_UNREACHABLE, /* this host has no route to the address (ENETUNREACH and the like) */
    NET_MALFORMED,   /* only replies that do not parse */
    NET_MISMATCHED,  /* only replies with another id or question */
    NET_TCP_FAILED,  /* truncated over UDP and no answer over TCP; cut is set */
    NET_TRUNCATED    /* truncated over TCP, too, and without what was asked for; cut is set */
};

enum transport { TRANSPORT_UDP, TRANSPORT_TCP };

struct question {
    /* asked */
    const struct server *server;
    struct name name;
    uint16_t type;
    unsigned flags; /* enum query_flag */
    unsigned stage; /* counted from 1: all questions of a stage are asked at once */

    /* settled */
    enum net_status status;
    const struct message *reply; /* for NET_ANSWERED; else NULL */
    const struct message *cut;   /* a truncated reply: good for its header, evidence of nothing */
    enum transport transport;    /* that brought the reply */
    bool truncated;              /* the UDP reply was truncated */
    bool udp_lost;               /* answered over TCP only after UDP had been silent */
    bool tcp_failed;             /* TCP was tried and refused or silent */
    unsigned tries;              /* datagrams sent and connections tried */
    unsigned mismatches;         /* datagrams dropped for id or question */
    unsigned elapsed_ms;         /* from the first send to the reply or the giving up */
};

/* Questions of a run, each once. */
struct questions {
    const struct question **list;
    size_t count;
};

/* The question that was put to the server for name and type, the first of them; NULL: none. */
const struct question *questions_find(const struct questions *questions,
                                      const struct server *server, const struct name *name,
                                      uint16_t type);

/* Whether the message has records of the type asked for, not only an alias that leads there. */
bool question_answered(const struct question *question, const struct message *message);

/* "answered", "timeout": for traces and texts. */
const char *net_status_text(enum net_status status);
