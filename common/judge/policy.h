/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known about DNSKEY algorithms and DS digest types: the IANA columns as data. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A "use" column of the IANA registries (RFC 9904). */
enum use { USE_NOT_ASSIGNED, USE_MUST_NOT, USE_NOT_RECOMMENDED, USE_MAY, USE_RECOMMENDED };

/* How algorithms 5 and 7 are taken (--sha1, RFC 9905). */
enum sha1 { SHA1_WARN, SHA1_INSECURE, SHA1_OK };

struct algorithm {
    uint8_t number;
    const char *mnemonic; /* "ECDSAP256SHA256"; "ALGORITHM" where unassigned */
    enum use signing;
    enum use validation;
    bool implemented; /* we can verify it, host policy permitting */
    bool sha1;        /* RSA/SHA-1 (RFC 9905) */
    bool rsa;
    size_t key_size;       /* octets of the public key; 0: varies */
    size_t signature_size; /* octets; 0: as long as the RSA modulus */
};

struct digest {
    uint8_t number;
    const char *mnemonic;
    enum use validation;
    bool implemented;
    size_t size; /* octets; 0 where not known */
};

/*
 * Never NULL: all numbers that are unassigned or reserved share one row, which has number 255,
 * mnemonic "ALGORITHM" (or "DIGEST") and USE_NOT_ASSIGNED.
 */
const struct algorithm *policy_algorithm(uint8_t number);
const struct digest *policy_digest(uint8_t number);

/* "ECDSAP256SHA256"; "18" where the number is unassigned. */
const char *policy_algorithm_text(struct arena *arena, uint8_t number);

/* "12345/ECDSAP256SHA256": a key by its tag. */
const char *policy_key_text(struct arena *arena, uint16_t tag, uint8_t algorithm);

/* Whether a validator may use signatures of this algorithm: implemented and not MUST NOT. */
bool policy_algorithm_usable(uint8_t number, enum sha1 sha1);
bool policy_digest_usable(uint8_t number);
