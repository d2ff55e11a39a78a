/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithm and digest tables against the registries. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/policy.h"
#include "lib/suite.h"

struct algorithm_row {
    uint8_t number;
    const char *mnemonic;
    enum use signing;
    enum use validation;
    bool usable;
    bool usable_without_sha1;
    size_t key_size;
    size_t signature_size;
};

static const struct algorithm_row algorithm_rows[] = {
    {0, "DELETE", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {1, "RSAMD5", USE_MUST_NOT, USE_MUST_NOT, false, false, 0, 0},
    {2, "DH", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {3, "DSA", USE_MUST_NOT, USE_MUST_NOT, false, false, 0, 0},
    {4, "ALGORITHM", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {5, "RSASHA1", USE_MUST_NOT, USE_RECOMMENDED, true, false, 0, 0},
    {6, "DSA-NSEC3-SHA1", USE_MUST_NOT, USE_MUST_NOT, false, false, 0, 0},
    {7, "RSASHA1-NSEC3-SHA1", USE_MUST_NOT, USE_RECOMMENDED, true, false, 0, 0},
    {8, "RSASHA256", USE_RECOMMENDED, USE_RECOMMENDED, true, true, 0, 0},
    {9, "ALGORITHM", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {10, "RSASHA512", USE_NOT_RECOMMENDED, USE_RECOMMENDED, true, true, 0, 0},
    {12, "ECC-GOST", USE_MUST_NOT, USE_MUST_NOT, false, false, 64, 64},
    {13, "ECDSAP256SHA256", USE_RECOMMENDED, USE_RECOMMENDED, true, true, 64, 64},
    {14, "ECDSAP384SHA384", USE_MAY, USE_RECOMMENDED, true, true, 96, 96},
    {15, "ED25519", USE_RECOMMENDED, USE_RECOMMENDED, true, true, 32, 64},
    {16, "ED448", USE_MAY, USE_RECOMMENDED, true, true, 57, 114},
    {17, "SM2SM3", USE_MAY, USE_MAY, false, false, 64, 64},
    {18, "ALGORITHM", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {23, "ECC-GOST12", USE_MAY, USE_MAY, false, false, 64, 64},
    {123, "ALGORITHM", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {252, "INDIRECT", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
    {253, "PRIVATEDNS", USE_MAY, USE_MAY, false, false, 0, 0},
    {254, "PRIVATEOID", USE_MAY, USE_MAY, false, false, 0, 0},
    {255, "ALGORITHM", USE_NOT_ASSIGNED, USE_NOT_ASSIGNED, false, false, 0, 0},
};

START_TEST(algorithms_follow_the_registry)
{
    for (size_t i = 0; i < COUNT(algorithm_rows); i++) {
        const struct algorithm_row *row = &algorithm_rows[i];
        const struct algorithm *algorithm = policy_algorithm(row->number);
        ck_assert_str_eq(algorithm->mnemonic, row->mnemonic);
        ck_assert_int_eq(algorithm->signing, row->signing);
        ck_assert_int_eq(algorithm->validation, row->validation);
        ck_assert_uint_eq(algorithm->key_size, row->key_size);
        ck_assert_uint_eq(algorithm->signature_size, row->signature_size);
        ck_assert_int_eq(policy_algorithm_usable(row->number, SHA1_WARN), row->usable);
        ck_assert_int_eq(policy_algorithm_usable(row->number, SHA1_OK), row->usable);
        ck_assert_int_eq(policy_algorithm_usable(row->number, SHA1_INSECURE),
                         row->usable_without_sha1);
    }
}
END_TEST

struct digest_row {
    uint8_t number;
    const char *mnemonic;
    enum use validation;
    bool usable;
    size_t size;
};

static const struct digest_row digest_rows[] = {
    {0, "NULL", USE_MUST_NOT, false, 0},
    {1, "SHA-1", USE_RECOMMENDED, true, 20},
    {2, "SHA-256", USE_RECOMMENDED, true, 32},
    {3, "GOST R 34.11-94", USE_MUST_NOT, false, 32},
    {4, "SHA-384", USE_RECOMMENDED, true, 48},
    {5, "GOST R 34.11-2012", USE_MAY, false, 32},
    {6, "SM3", USE_MAY, false, 32},
    {7, "DIGEST", USE_NOT_ASSIGNED, false, 0},
    {128, "DIGEST", USE_NOT_ASSIGNED, false, 0},
    {255, "DIGEST", USE_NOT_ASSIGNED, false, 0},
};

START_TEST(digests_follow_the_registry)
{
    for (size_t i = 0; i < COUNT(digest_rows); i++) {
        const struct digest_row *row = &digest_rows[i];
        const struct digest *digest = policy_digest(row->number);
        ck_assert_str_eq(digest->mnemonic, row->mnemonic);
        ck_assert_int_eq(digest->validation, row->validation);
        ck_assert_uint_eq(digest->size, row->size);
        ck_assert_int_eq(policy_digest_usable(row->number), row->usable);
    }
}
END_TEST

/* Whoever walks all 256 numbers gets a row with a name for each, and never one to use by mistake.
 */
START_TEST(every_number_has_a_row)
{
    size_t usable = 0;
    for (unsigned number = 0; number < 256; number++) {
        const struct algorithm *algorithm = policy_algorithm((uint8_t)number);
        ck_assert_ptr_nonnull(algorithm);
        ck_assert_ptr_nonnull(algorithm->mnemonic);
        ck_assert_ptr_nonnull(policy_digest((uint8_t)number)->mnemonic);
        if (policy_algorithm_usable((uint8_t)number, SHA1_WARN)) {
            ck_assert_uint_eq(algorithm->number, number);
            usable++;
        }
    }
    ck_assert_uint_eq(usable, 8);
}
END_TEST

START_TEST(algorithms_have_names)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(policy_algorithm_text(arena, 13), "ECDSAP256SHA256");
    ck_assert_str_eq(policy_algorithm_text(arena, 18), "18");
    ck_assert_str_eq(policy_key_text(arena, 12345, 200), "12345/200");
    ck_assert_str_eq(policy_key_text(arena, 12345, 8), "12345/RSASHA256");
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("policy", algorithms_follow_the_registry, digests_follow_the_registry,
           every_number_has_a_row, algorithms_have_names)
