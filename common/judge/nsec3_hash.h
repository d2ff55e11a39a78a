/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash of NSEC3 (RFC 5155 5), owners made of it, and the order of hashes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/name.h"
#include "judge/crypto.h"

enum {
    NSEC3_SHA1 = 1,
    NSEC3_OPT_OUT = 1,
    NSEC3_HASH_SIZE = CRYPTO_SHA1_SIZE,
    NSEC3_OWNER_SIZE = 32
};

/* Caps on work (CVE-2023-50868): iterations of one hash, their sum over the hashes of one proof. */
enum { NSEC3_ITERATIONS_MAX = 500, NSEC3_ITERATIONS_SUM_MAX = 20000 };

/*
 * H(name) with algorithm 1.  Does as many iterations as it is told: callers set the bound.
 * False, with `hash` undefined, when this host does not do SHA-1.
 */
bool nsec3_hash(struct crypto *crypto, const struct name *name, struct bytes salt,
                uint16_t iterations, uint8_t hash[NSEC3_HASH_SIZE]);

/*
 * The hash in the owner of an NSEC3: one label of 32 base32hex digits (RFC 4648 7) right under the
 * zone.  False when the owner is none.
 */
bool nsec3_owner_hash(const struct name *owner, const struct name *zone,
                      uint8_t hash[NSEC3_HASH_SIZE]);

/* The owner of the NSEC3 with that hash; false when it would be longer than a name can be. */
bool nsec3_owner(const uint8_t hash[NSEC3_HASH_SIZE], const struct name *zone, struct name *owner);

/*
 * Whether `hash` is between `owner` and `next`, neither included, on the circle of hashes.  A
 * record that points to itself covers everything but itself.
 */
bool nsec3_covers(const uint8_t owner[NSEC3_HASH_SIZE], const uint8_t next[NSEC3_HASH_SIZE],
                  const uint8_t hash[NSEC3_HASH_SIZE]);

/* How far `next` is behind `owner` on the circle, up to 255; 0 when it is farther, or the same. */
unsigned nsec3_distance(const uint8_t owner[NSEC3_HASH_SIZE], const uint8_t next[NSEC3_HASH_SIZE]);
