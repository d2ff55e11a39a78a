/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a single DNSKEY, as flags: its fields, its algorithm, its public key. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "judge/crypto.h"
#include "judge/weak.h"
#include "wire/rr.h"

enum key_defect {
    KEY_NOT_ZONE = 1 << 0, /* without the Zone Key flag (RFC 4034 2.1.1) */
    KEY_FLAGS_RESERVED = 1 << 1,
    KEY_PROTOCOL = 1 << 2,          /* not 3 */
    KEY_RSA_TINY = 1 << 3,          /* below 1024 bits */
    KEY_RSA_SHORT = 1 << 4,         /* 1024 to 2047 bits */
    KEY_RSA_LONG = 1 << 5,          /* above 4096 bits */
    KEY_RSA_EXPONENT_WEAK = 1 << 6, /* 1 or even: anybody can sign, or nobody */
    KEY_RSA_EXPONENT_ODD = 1 << 7,  /* above 32 bits, or a number with zeros in front */
    KEY_LENGTH = 1 << 8,            /* impossible for its algorithm; an RSA key that is cut off */
    KEY_POINT = 1 << 9,             /* no point on the curve */
    KEY_ALG_FORBIDDEN = 1 << 10,    /* MUST NOT be used for validation */
    KEY_ALG_NOT_RECOMMENDED = 1 << 11, /* for signing */
    KEY_ALG_NOT_ZONE = 1 << 12,        /* 0, 2, 252: no algorithm for zones */
    KEY_ALG_UNASSIGNED = 1 << 13,
    KEY_ALG_PRIVATE = 1 << 14, /* 253, 254 */
    KEY_REVOKED = 1 << 15,
    KEY_ROCA = 1 << 16 /* CVE-2017-15361 */
};

/* Bits of RSA keys that are asked for. */
enum { KEY_RSA_BITS_MIN = 1024, KEY_RSA_BITS_USUAL = 2048, KEY_RSA_BITS_MAX = 4096 };

/* Every enum key_defect that holds.  What this host's crypto policy refuses is no defect. */
unsigned key_defects(struct crypto *crypto, const struct dnskey *key);

/* What the list says of an RSA key (judge/weak.h); GOOD for other keys, and for such without sense.
 */
enum crypto_result key_look_up(struct crypto *crypto, const struct weak_list *list,
                               const struct dnskey *key);

/* Whether nobody can validate with the algorithm: no key of it is an entry to the zone. */
bool key_algorithm_is_useless(uint8_t algorithm);
