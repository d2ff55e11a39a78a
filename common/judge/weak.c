/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Weak RSA keys.
 *
 * A product of ROCA primes is a power of 65537 modulo M, and so modulo each prime that divides M.
 * Whether a remainder is such a power is a matter of walking through at most p - 1 of them.
 */
#include "judge/weak.h"

#include <stdlib.h>
#include <string.h>

#include "judge/crypto_key.h"

enum { GENERATOR = 65537 };

/* The first 39 primes without 2, which all odd numbers pass. */
static const uint8_t primes[] = {
    3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
    73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
};

static unsigned remainder_of(struct bytes number, unsigned prime)
{
    unsigned rest = 0;
    for (size_t i = 0; i < number.size; i++) {
        rest = (rest << 8 | number.data[i]) % prime;
    }
    return rest;
}

static bool is_power(unsigned rest, unsigned prime)
{
    unsigned power = 1;
    do {
        if (power == rest) {
            return true;
        }
        power = power * (GENERATOR % prime) % prime;
    } while (power != 1);
    return false;
}

bool weak_is_roca(struct bytes modulus)
{
    for (size_t i = 0; i < sizeof primes / sizeof primes[0]; i++) {
        if (!is_power(remainder_of(modulus, primes[i]), primes[i])) {
            return false;
        }
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct weak_print));
}

struct weak_list weak_list_of(struct weak_print *prints, size_t count)
{
    if (count > 1) {
        qsort(prints, count, sizeof *prints, compare);
    }
    return (struct weak_list){.prints = prints, .count = count};
}

/* Upper-case digits, none of them a zero in front; `text` has room for two an octet. */
static size_t write_hex(struct bytes number, char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t size = 0;
    for (size_t i = 0; i < number.size; i++) {
        if (size > 0 || number.data[i] > 0x0f) {
            text[size++] = digits[number.data[i] >> 4];
        }
        text[size++] = digits[number.data[i] & 0x0f];
    }
    return size;
}

enum crypto_result weak_look_up(struct crypto *crypto, const struct weak_list *list,
                                struct bytes modulus)
{
    static const char head[] = "Modulus=";
    uint8_t digest[CRYPTO_SHA1_SIZE];
    char hex[2 * CRYPTO_RSA_BITS_MAX / 8];
    if (list->count == 0 || modulus.size > CRYPTO_RSA_BITS_MAX / 8) {
        return CRYPTO_GOOD; /* OpenSSL was not asked for keys that long */
    }
    const struct bytes parts[] = {
        {(const uint8_t *)head, sizeof head - 1},
        {(const uint8_t *)hex, write_hex(modulus, hex)},
        {(const uint8_t *)"\n", 1},
    };
    if (!crypto_sha1(crypto, parts, sizeof parts / sizeof parts[0], digest)) {
        return CRYPTO_REFUSED;
    }
    const uint8_t *print = digest + CRYPTO_SHA1_SIZE - WEAK_PRINT_SIZE;
    return bsearch(print, list->prints, list->count, sizeof *list->prints, compare) == NULL
               ? CRYPTO_GOOD
               : CRYPTO_BAD;
}
