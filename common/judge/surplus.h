/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What some validators fail on although a good signature and a good DS are there: too many
 * signatures, keys of one tag, digests of impossible length.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "result/finding.h"
#include "wire/rr.h"

/* Of so many signatures over one RRset: OK up to 8, CRITICAL above 16 (CVE-2023-50387). */
enum state surplus_signatures(size_t count);

/*
 * How many of `keys` share tag and algorithm with the one at `index`, itself included; 0 when one
 * before it does, so that each such group is counted once.
 */
size_t surplus_same_tag(const struct dnskey *keys, size_t count, size_t index);

/* Of `same` keys with one tag, one of which signs or not; to be asked for two and more. */
enum state surplus_collision(size_t same, bool signs);

/* The same in words, and what to do. */
const char *surplus_collision_text(struct arena *arena, const struct dnskey *key, size_t same,
                                   bool signs);

/* Whether the digest has a length that its type cannot have, or none (RFC 4034 5.1.4). */
bool surplus_is_length(const struct ds *ds);

/* The same in words. */
const char *surplus_length_text(struct arena *arena, const struct ds *ds);
