/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RSA keys whose private half is known or can be computed, told by the modulus alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "judge/crypto.h"

/*
 * Whether a modulus (no zeros in front) is built as that of ROCA keys is (CVE-2017-15361): both its
 * primes are k * M + (65537^a mod M), with M the product of the first 39 primes or more.  Of other
 * moduli one in 240 million looks so.
 */
bool weak_is_roca(struct bytes modulus);

/* Octets of a fingerprint: the last ones of a SHA-1. */
enum { WEAK_PRINT_SIZE = 10 };

struct weak_print {
    uint8_t octets[WEAK_PRINT_SIZE];
};

/* Fingerprints of moduli, in ascending order. */
struct weak_list {
    const struct weak_print *prints;
    size_t count;
};

/* Sorts the fingerprints and takes them as the list; they are not copied. */
struct weak_list weak_list_of(struct weak_print *prints, size_t count);

/*
 * Whether a modulus is not in the list (GOOD), is there (BAD), or cannot be looked up as this host
 * does no SHA-1 (REFUSED).  The fingerprint is that of Debian's lists of the keys that its OpenSSL
 * made from 2006 to 2008 (CVE-2008-0166): of the text "Modulus=", the digits, and a line end.
 */
enum crypto_result weak_look_up(struct crypto *crypto, const struct weak_list *list,
                                struct bytes modulus);
