/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses that cannot be reached over the Internet. */
#pragma once

#include "ask/server.h"

/*
 * What the address is for ("private", "loopback"), or NULL when the whole Internet can reach it: by
 * the special-purpose address registries of IANA (RFC 6890), and multicast.
 */
const char *bogon_words(const struct server *server);
