/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies made by hand, good and bad ones, for the misbehaving server. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "lib/misbehave.h"

/* The type that a query asks for; 0 when its question is not whole. */
uint16_t misreply_type(struct bytes query);

/*
 * What the server sends for a query with a whole question, `reply` having room for any message.
 * Returns the octets; over TCP without the length in front.
 */
size_t misreply_udp(uint8_t *reply, struct bytes query, enum misbehave_udp how, uint16_t rcode);
size_t misreply_tcp(uint8_t *reply, struct bytes query, enum misbehave_tcp how, uint16_t rcode);
