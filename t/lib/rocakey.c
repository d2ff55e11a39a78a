/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes primes as the faulty library did: random in k and a only. */
#include "lib/rocakey.h"

#include <check.h>
#include <openssl/bn.h>

enum { PRIMES = 39, EXPONENT_BITS = 61 };

static void multiply_primes(BIGNUM *product)
{
    ck_assert_int_eq(BN_one(product), 1);
    unsigned found = 0;
    for (BN_ULONG candidate = 2; found < PRIMES; candidate++) {
        BN_ULONG divisor = 2;
        while (candidate % divisor != 0) {
            divisor++;
        }
        if (divisor == candidate) {
            ck_assert_int_eq(BN_mul_word(product, candidate), 1);
            found++;
        }
    }
}

static void find_prime(BIGNUM *prime, int bits, BN_CTX *context)
{
    BN_CTX_start(context);
    BIGNUM *m = BN_CTX_get(context);
    BIGNUM *power = BN_CTX_get(context);
    BIGNUM *generator = BN_CTX_get(context);
    BIGNUM *a = BN_CTX_get(context);
    ck_assert_ptr_nonnull(a);
    multiply_primes(m);
    ck_assert_int_eq(BN_set_word(generator, 65537), 1);
    do {
        ck_assert_int_eq(BN_rand(a, EXPONENT_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY), 1);
        ck_assert_int_eq(BN_mod_exp(power, generator, a, m, context), 1);
        /* A random number of the size, moved to the next one of the form. */
        ck_assert_int_eq(BN_rand(prime, bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY), 1);
        ck_assert_int_eq(BN_nnmod(a, prime, m, context), 1);
        ck_assert_int_eq(BN_sub(prime, prime, a), 1);
        ck_assert_int_eq(BN_add(prime, prime, power), 1);
    } while (BN_num_bits(prime) != bits || BN_check_prime(prime, context, NULL) != 1);
    BN_CTX_end(context);
}

static void find_usual_prime(BIGNUM *prime, int bits, BN_CTX *context)
{
    ck_assert_int_eq(BN_generate_prime_ex2(prime, bits, 0, NULL, NULL, NULL, context), 1);
}

static struct bytes modulus(struct arena *arena, int bits,
                            void (*find)(BIGNUM *prime, int bits, BN_CTX *context))
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *p = BN_new();
    BIGNUM *q = BN_new();
    ck_assert_ptr_nonnull(context);
    find(p, bits / 2, context);
    find(q, bits / 2, context);
    ck_assert_int_eq(BN_mul(p, p, q, context), 1);
    uint8_t *data = arena_alloc(arena, (size_t)bits / 8 + 1);
    struct bytes number = {.data = data, .size = (size_t)BN_bn2bin(p, data)};
    BN_free(p);
    BN_free(q);
    BN_CTX_free(context);
    return number;
}

struct bytes roca_modulus(struct arena *arena, int bits)
{
    return modulus(arena, bits, find_prime);
}

struct bytes usual_modulus(struct arena *arena, int bits)
{
    return modulus(arena, bits, find_usual_prime);
}
