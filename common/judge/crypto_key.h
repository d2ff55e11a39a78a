/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys of DNSKEY records: their shape, and OpenSSL's form of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

/*
 * Limits for RSA.  Nobody signs with more than 4096 bits (RFC 5702 2) and the work grows with the
 * square of the modulus and with the exponent, so a key beyond these counts as none at all.
 */
enum { CRYPTO_RSA_BITS_MIN = 512, CRYPTO_RSA_BITS_MAX = 8192, CRYPTO_RSA_EXPONENT_MAX = 8 };

/*
 * Whether the public key has a shape that its algorithm allows: the one size, or for RSA one that
 * decodes within the limits above.  False for an algorithm that is not implemented.
 */
bool crypto_key_well_formed(uint8_t algorithm, struct bytes public_key);

/* The numbers of an RSA key (RFC 3110 2), as far as they can be odd. */
struct crypto_rsa {
    size_t bits; /* of the modulus */
    size_t exponent_bits;
    bool exponent_even;
    bool leading_zeros;   /* in one of the numbers */
    struct bytes modulus; /* without them */
};

/* Reads the numbers; false when they do not decode. */
bool crypto_rsa_look(struct bytes public_key, struct crypto_rsa *rsa);

/* Bits of the modulus of a public key; 0 when it does not decode. */
size_t crypto_rsa_bits(struct bytes public_key);

/* Octets of a signature by that (well-formed) key. */
size_t crypto_key_signature_size(uint8_t algorithm, struct bytes public_key);

/* A key ready to verify with. */
struct crypto_key;

/*
 * Opens a well-formed key.  NULL when OpenSSL does not take it: no point on the curve, or an
 * algorithm that this host may not use.  Closed with the arena.
 */
struct crypto_key *crypto_key_open(struct arena *arena, uint8_t algorithm, struct bytes public_key);

/* Whether the signature verifies; false for any other reason too. */
bool crypto_key_verifies(struct crypto_key *key, struct bytes data, struct bytes signature);
