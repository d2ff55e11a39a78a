/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public-key operation and the digests, by OpenSSL.
 *
 * OpenSSL is touched only when there is something to verify.  A signature that does not verify is
 * called bad only after a known-answer test of the same algorithm has passed on this host: where
 * policy (FIPS mode, a SHA-1 ban) withholds an algorithm, the answer is "refused", never "bad".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"
#include "wire/rr.h"

enum crypto_result {
    CRYPTO_GOOD,
    CRYPTO_BAD,
    CRYPTO_REFUSED /* this host cannot or may not do the algorithm */
};

/* Parsed keys, results of self-tests and signatures already checked; one a run. */
struct crypto;

struct crypto *crypto_create(struct arena *arena);

/*
 * Whether `signature` is `key`'s signature over `data`.  The same question asked again is answered
 * from memory.  A key that is no valid public key of its algorithm makes every signature BAD;
 * so does one beyond the limits of judge/crypto_key.h, without any work.
 * The algorithm must be one that policy_algorithm calls implemented; REFUSED otherwise.
 */
enum crypto_result crypto_verify(struct crypto *crypto, const struct dnskey *key, struct bytes data,
                                 struct bytes signature);

/* How many public-key operations were really done; answers from memory and self-tests aside. */
size_t crypto_operations(const struct crypto *crypto);

/*
 * Whether a DS of `owner` is one of `key` (RFC 4035 5.2): tag, algorithm and digest.  BAD when one
 * of them differs, also for a digest of wrong length; REFUSED for a digest this host cannot do.
 * To learn whether the digest alone is right, ask with a DS that has the tag of the key.
 */
enum crypto_result crypto_ds_matches(struct crypto *crypto, const struct name *owner,
                                     const struct dnskey *key, const struct ds *ds);

/*
 * How many octets the digests of keys were made of so far, each with a KiB more for what it takes
 * to begin one.
 */
size_t crypto_digested(const struct crypto *crypto);

/* The DS of `key` at `owner`, with that digest type; false for a digest this host cannot do. */
bool crypto_ds_of(struct crypto *crypto, const struct name *owner, const struct dnskey *key,
                  uint8_t digest_type, struct ds *ds);

/*
 * Whether the public key is one: BAD for an impossible length or a point that is not on its curve,
 * REFUSED when this host does not do the algorithm, which must be an implemented one.
 */
enum crypto_result crypto_key_usable(struct crypto *crypto, const struct dnskey *key);

enum { CRYPTO_SHA1_SIZE = 20 };

/*
 * The SHA-1 over the parts in a row, one of which may be what `result` holds; false when this host
 * does not do it.
 */
bool crypto_sha1(struct crypto *crypto, const struct bytes *parts, size_t count,
                 uint8_t result[CRYPTO_SHA1_SIZE]);

/* How many SHA-1 digests were asked for so far. */
size_t crypto_sha1_count(const struct crypto *crypto);
