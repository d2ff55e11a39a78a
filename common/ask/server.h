/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server addresses: literals, resolv.conf. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/arena.h"

struct server {
    uint8_t family;      /* 4 or 6 */
    uint8_t address[16]; /* network order; the first 4 octets for family 4 */
    uint16_t port;
    uint32_t scope;   /* of a link-local IPv6 address */
    const char *text; /* "192.0.2.1"; with "@5353" where the port was given with the address */
    const char *host; /* name of the name server that has this address, cleaned; or NULL */
};

/*
 * `192.0.2.1`, `192.0.2.1@5353`, `[2001:db8::1]:5353`, `2001:db8::1@5353`, `192.0.2.1:5353`;
 * `port` is for addresses without one.  Returns NULL and sets `server`, or says what is wrong.
 * `tls://` is refused with a text that says it is not available yet.
 */
const char *server_parse(struct arena *arena, const char *text, uint16_t port,
                         struct server *server);

/* A server from the rdata of an A (4 octets) or AAAA (16 octets) record. */
struct server server_from_address(struct arena *arena, const uint8_t *address, size_t size,
                                  uint16_t port, const char *host);

/* A copy that lives as long as the arena, without the name of the host. */
const struct server *server_copy(struct arena *arena, const struct server *server);

/* Same family, address, port and scope. */
bool server_equal(const struct server *a, const struct server *b);

/* A hash over what server_equal compares. */
uint32_t server_hash(const struct server *server);

/* Fills a socket address and returns its length. */
socklen_t server_sockaddr(const struct server *server, struct sockaddr_storage *address);

/*
 * The name servers of a resolv.conf (at most three count, as for the C library).  Returns NULL and
 * sets the array, or says what is wrong: unreadable, or no usable nameserver line.
 */
const char *server_resolv_conf(struct arena *arena, const char *path, const struct server **servers,
                               size_t *count);
