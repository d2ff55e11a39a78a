/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: for each algorithm a public key and a signature that it verifies. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * RSA has one for each class of key sizes, since policies differ by size (FIPS 140 refuses RSA
 * below 1024 bits, some distributions below 2048).
 */
struct crypto_vector {
    uint8_t algorithm;
    size_t bits;             /* the smallest RSA modulus that it stands for; 0 without RSA */
    struct bytes public_key; /* as in a DNSKEY */
    struct bytes signature;  /* as in an RRSIG */
};

enum { CRYPTO_VECTORS = 16 };

/* By algorithm, then by bits. */
extern const struct crypto_vector crypto_vectors[CRYPTO_VECTORS];

/* What the signatures cover. */
extern const struct bytes crypto_vector_data;
