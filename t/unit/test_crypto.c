/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public-key checks, DS digests and what a host that refuses them makes of both. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>

#include "judge/crypto.h"
#include "judge/crypto_key.h"
#include "judge/crypto_vectors.h"
#include "lib/fixture.h"
#include "lib/suite.h"

static const uint8_t implemented[] = {5, 7, 8, 10, 13, 14, 15, 16};

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct bytes octets(struct arena *arena, uint8_t value, size_t size)
{
    uint8_t *data = arena_alloc(arena, size);
    memset(data, value, size);
    return (struct bytes){data, size};
}

/* A copy with the bits of `mask` turned over in one octet. */
static struct bytes altered(struct arena *arena, struct bytes bytes, size_t at, uint8_t mask)
{
    uint8_t *copy = arena_copy(arena, bytes.data, bytes.size);
    copy[at] ^= mask;
    return (struct bytes){copy, bytes.size};
}

static struct bytes joined(struct arena *arena, struct bytes a, struct bytes b)
{
    uint8_t *data = arena_alloc(arena, a.size + b.size);
    memcpy(data, a.data, a.size);
    memcpy(data + a.size, b.data, b.size);
    return (struct bytes){data, a.size + b.size};
}

/* The DNSKEY that an algorithm and public key make. */
static struct dnskey key_of(struct arena *arena, uint8_t algorithm, struct bytes public_key)
{
    const uint8_t head[] = {1, 0, 3, algorithm};
    struct bytes rdata = joined(arena, (struct bytes){head, sizeof head}, public_key);
    struct dnskey key;
    ck_assert(rr_dnskey(rdata, &key));
    return key;
}

/* Which step failed on a host that refuses everything; 0: none. */
static int refused_everything(struct arena *arena, struct crypto *crypto)
{
    for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
        const struct crypto_vector *vector = &crypto_vectors[i];
        struct dnskey key = key_of(arena, vector->algorithm, vector->public_key);
        struct bytes wrong = altered(arena, vector->signature, 5, 1);
        if (crypto_verify(crypto, &key, crypto_vector_data, vector->signature) != CRYPTO_REFUSED ||
            crypto_verify(crypto, &key, crypto_vector_data, wrong) != CRYPTO_REFUSED ||
            crypto_key_usable(crypto, &key) != CRYPTO_REFUSED) {
            return 1;
        }
        key.public_key.size--;
        if (key.algorithm > 10 &&
            crypto_verify(crypto, &key, crypto_vector_data, wrong) != CRYPTO_BAD) {
            return 2;
        }
    }
    struct name owner = name_root();
    struct dnskey key = key_of(arena, 13, crypto_vectors[12].public_key);
    struct ds ds = {key.tag, 13, 2, octets(arena, 0, 32)};
    struct ds shorter = {key.tag, 13, 2, octets(arena, 0, 31)};
    if (crypto_ds_matches(crypto, &owner, &key, &ds) != CRYPTO_REFUSED ||
        crypto_ds_matches(crypto, &owner, &key, &shorter) != CRYPTO_BAD) {
        return 3;
    }
    return ERR_peek_error() == 0 ? 0 : 4;
}

/*
 * Must stand first: policy is read when OpenSSL is first used in a process, and the crypto object
 * made before the policy is set shows that making one does not use it.
 */
START_TEST(policy_of_the_host_refuses)
{
    static const char config[] = "openssl_conf = init\n[init]\nalg_section = algorithms\n"
                                 "[algorithms]\ndefault_properties = fips=yes\n";
    char path[] = "/tmp/test_crypto.XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, config, strlen(config)), (ssize_t)strlen(config));
    ck_assert_int_eq(close(file), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct arena *arena = arena_create();
        struct crypto *crypto = crypto_create(arena);
        int failed = setenv("OPENSSL_CONF", path, 1) != 0 ? 9 : refused_everything(arena, crypto);
        arena_destroy(arena);
        _exit(failed);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(known_answers_are_right)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
        const struct crypto_vector *vector = &crypto_vectors[i];
        struct dnskey key = key_of(arena, vector->algorithm, vector->public_key);
        struct bytes wrong = altered(arena, vector->signature, 5, 1);
        ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, vector->signature),
                         CRYPTO_GOOD);
        ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, wrong), CRYPTO_BAD);
        ck_assert_uint_le(vector->bits, crypto_rsa_bits(vector->public_key));
    }
    for (unsigned number = 0; number < 256; number++) {
        bool expected = memchr(implemented, (int)number, sizeof implemented) != NULL;
        bool found = false;
        for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
            found = found || crypto_vectors[i].algorithm == number;
        }
        ck_assert_int_eq(found, expected);
    }
    arena_destroy(arena);
}
END_TEST

/* The signature of fixture_sign and the data that it covers, without the help of sig.c. */
static struct bytes signed_data(struct arena *arena, const struct rrset *set)
{
    uint8_t fixed[10];
    bytes_put16(fixed, set->type);
    bytes_put16(fixed + 2, set->class);
    bytes_put32(fixed + 4, set->sigs[0].original_ttl);
    bytes_put16(fixed + 8, (uint16_t)set->rr[0].size);
    struct bytes owner = {set->owner.wire, set->owner.size};
    struct bytes data = joined(arena, set->sigs[0].head, owner);
    data = joined(arena, data, (struct bytes){fixed, sizeof fixed});
    return joined(arena, data, set->rr[0]);
}

START_TEST(fresh_signatures_verify)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < COUNT(implemented); i++) {
        struct fixture_key key = fixture_key(arena, "example.com", 256, implemented[i]);
        struct fixture_key other = fixture_key(arena, "example.com", 256, implemented[i]);
        struct fixture_window window = {.inception = 1000, .expiration = 2000};
        struct rrset plain = fixture_rrset(arena, "www.example.com A 192.0.2.1");
        struct rrset set = fixture_sign(arena, &plain, &key, window);
        struct bytes data = signed_data(arena, &set);
        struct bytes signature = set.sigs[0].signature;
        ck_assert_int_eq(crypto_verify(crypto, &key.dnskey, data, signature), CRYPTO_GOOD);
        ck_assert_int_eq(crypto_verify(crypto, &other.dnskey, data, signature), CRYPTO_BAD);
        for (size_t at = 0; at < signature.size; at += 7) {
            struct bytes wrong = altered(arena, signature, at, 0x80);
            ck_assert_int_eq(crypto_verify(crypto, &key.dnskey, data, wrong), CRYPTO_BAD);
            ck_assert_uint_eq(ERR_peek_error(), 0);
        }
        for (size_t at = 0; at < data.size; at += 5) {
            struct bytes wrong = altered(arena, data, at, 1);
            ck_assert_int_eq(crypto_verify(crypto, &key.dnskey, wrong, signature), CRYPTO_BAD);
        }
        data.size--;
        ck_assert_int_eq(crypto_verify(crypto, &key.dnskey, data, signature), CRYPTO_BAD);
    }
    arena_destroy(arena);
}
END_TEST

/* Signatures of any size and content, all zeros and all ones among them. */
START_TEST(senseless_signatures_are_bad)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
        const struct crypto_vector *vector = &crypto_vectors[i];
        struct dnskey key = key_of(arena, vector->algorithm, vector->public_key);
        const size_t sizes[] = {0, 1, 63, 64, 65, 95, 96, 97, 113, 114, 115, 128, 256, 257, 2000};
        for (size_t j = 0; j < COUNT(sizes); j++) {
            ck_assert_int_eq(
                crypto_verify(crypto, &key, crypto_vector_data, octets(arena, 0, sizes[j])),
                CRYPTO_BAD);
            ck_assert_int_eq(
                crypto_verify(crypto, &key, crypto_vector_data, octets(arena, 0xff, sizes[j])),
                CRYPTO_BAD);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(the_same_question_is_answered_once)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
        const struct crypto_vector *vector = &crypto_vectors[i];
        struct dnskey key = key_of(arena, vector->algorithm, vector->public_key);
        struct bytes wrong = altered(arena, vector->signature, 9, 4);
        size_t before = crypto_operations(crypto);
        for (unsigned again = 0; again < 6; again++) {
            struct bytes copy = altered(arena, vector->signature, 0, 0);
            ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, copy), CRYPTO_GOOD);
            ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, wrong), CRYPTO_BAD);
        }
        ck_assert_uint_eq(crypto_operations(crypto), before + 2);
    }
    arena_destroy(arena);
}
END_TEST

/* Where data ends and signature begins belongs to the question. */
START_TEST(memory_does_not_confuse_questions)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    const struct crypto_vector *vector = &crypto_vectors[14]; /* ED25519 */
    struct dnskey key = key_of(arena, vector->algorithm, vector->public_key);
    ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, vector->signature),
                     CRYPTO_GOOD);
    struct bytes run = joined(arena, vector->signature, crypto_vector_data);
    struct bytes longer = {run.data, vector->signature.size + 1};
    struct bytes shorter = {run.data + longer.size, crypto_vector_data.size - 1};
    ck_assert_int_eq(crypto_verify(crypto, &key, shorter, longer), CRYPTO_BAD);
    struct dnskey other = key;
    other.algorithm = 13;
    ck_assert_int_eq(crypto_verify(crypto, &other, crypto_vector_data, vector->signature),
                     CRYPTO_BAD);
    ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, vector->signature),
                     CRYPTO_GOOD);
    arena_destroy(arena);
}
END_TEST

START_TEST(algorithms_without_implementation_are_refused)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (unsigned number = 0; number < 256; number++) {
        if (memchr(implemented, (int)number, sizeof implemented) != NULL) {
            continue;
        }
        struct dnskey key = key_of(arena, (uint8_t)number, octets(arena, 1, 64));
        ck_assert_int_eq(crypto_verify(crypto, &key, text_bytes("x"), octets(arena, 1, 64)),
                         CRYPTO_REFUSED);
    }
    ck_assert_uint_eq(crypto_operations(crypto), 0);
    arena_destroy(arena);
}
END_TEST

/* Keys of every size of every algorithm: none is taken that has not the right one, none crashes. */
START_TEST(malformed_keys_are_bad)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    static const uint8_t fills[] = {0x00, 0x01, 0x80, 0xff};
    for (size_t i = 0; i < COUNT(implemented); i++) {
        for (size_t size = 0; size < 300; size++) {
            uint8_t fill = fills[size % COUNT(fills)];
            struct dnskey key = key_of(arena, implemented[i], octets(arena, fill, size));
            struct bytes signature = octets(arena, 0x55, 64);
            ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, signature),
                             CRYPTO_BAD);
        }
    }
    arena_destroy(arena);
}
END_TEST

/* An RSA key by the parts of its encoding (RFC 3110 2). */
struct rsa_row {
    const char *what;
    uint8_t head[3];
    size_t head_size;
    size_t exponent_zeros;
    size_t exponent_size; /* of octets 0x01 */
    size_t modulus_zeros;
    size_t modulus_size;
    uint8_t modulus_top; /* its first octet; the others are 0xff */
    size_t bits;
    bool well_formed;
};

static const struct rsa_row rsa_rows[] = {
    {"1024 bits", {3}, 1, 0, 3, 0, 128, 0x80, 1024, true},
    {"odd number of bits", {3}, 1, 0, 3, 0, 128, 0x01, 1017, true},
    {"three octets of length", {0, 0, 3}, 3, 0, 3, 0, 128, 0x80, 1024, true},
    {"zeros before the exponent", {6}, 1, 3, 3, 0, 128, 0x80, 1024, true},
    {"zeros before the modulus", {3}, 1, 0, 3, 2, 128, 0x80, 1024, true},
    {"many zeros before the exponent", {0, 1, 0}, 3, 253, 3, 0, 128, 0x80, 1024, true},
    {"smallest", {1}, 1, 0, 1, 0, 64, 0x80, 512, true},
    {"too small", {1}, 1, 0, 1, 0, 64, 0x7f, 511, false},
    {"4096 bits", {3}, 1, 0, 3, 0, 512, 0xff, 4096, true},
    {"largest", {3}, 1, 0, 3, 0, 1024, 0xff, 8192, true},
    {"too large", {3}, 1, 0, 3, 0, 1025, 0x01, 8193, false},
    {"absurdly large", {3}, 1, 0, 3, 0, 60000, 0x80, 480000, false},
    {"exponent of 64 bits", {8}, 1, 0, 8, 0, 128, 0x80, 1024, true},
    {"exponent of 72 bits", {9}, 1, 0, 9, 0, 128, 0x80, 1024, false},
    {"exponent of 4096 bits", {0, 2, 0}, 3, 0, 512, 0, 128, 0x80, 1024, false},
    {"no exponent", {0, 0, 0}, 3, 0, 0, 0, 128, 0x80, 0, false},
    {"exponent zero", {2}, 1, 2, 0, 0, 128, 0x80, 0, false},
    {"no modulus", {3}, 1, 0, 3, 0, 0, 0, 0, false},
    {"modulus zero", {3}, 1, 0, 3, 64, 0, 0, 0, false},
    {"exponent cut off", {200}, 1, 0, 3, 0, 0, 0, 0, false},
    {"long exponent cut off", {0, 0xff, 0xff}, 3, 0, 3, 0, 128, 0x80, 0, false},
    {"length cut off", {0, 1}, 2, 0, 0, 0, 0, 0, 0, false},
    {"nothing", {0}, 0, 0, 0, 0, 0, 0, 0, false},
};

static struct bytes rsa_key(struct arena *arena, const struct rsa_row *row)
{
    struct bytes key = {row->head, row->head_size};
    key = joined(arena, key, octets(arena, 0, row->exponent_zeros));
    key = joined(arena, key, octets(arena, 1, row->exponent_size));
    key = joined(arena, key, octets(arena, 0, row->modulus_zeros));
    size_t modulus = key.size;
    key = joined(arena, key, octets(arena, 0xff, row->modulus_size));
    return row->modulus_size == 0 ? key : altered(arena, key, modulus, row->modulus_top ^ 0xff);
}

START_TEST(rsa_keys_decode)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < COUNT(rsa_rows); i++) {
        const struct rsa_row *row = &rsa_rows[i];
        struct bytes key = rsa_key(arena, row);
        ck_assert_msg(crypto_rsa_bits(key) == row->bits, "%s: %zu bits", row->what,
                      crypto_rsa_bits(key));
        ck_assert_msg(crypto_key_well_formed(8, key) == row->well_formed, "%s", row->what);
        struct dnskey dnskey = key_of(arena, 8, key);
        struct bytes signature = octets(arena, 1, (row->bits + 7) / 8);
        size_t before = crypto_operations(crypto);
        ck_assert_int_eq(crypto_verify(crypto, &dnskey, text_bytes("x"), signature), CRYPTO_BAD);
        ck_assert_msg(crypto_operations(crypto) == before + row->well_formed, "%s", row->what);
    }
    arena_destroy(arena);
}
END_TEST

/* Zeros before the numbers change the octets of the key and nothing else. */
START_TEST(rsa_leading_zeros_are_tolerated)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    const struct crypto_vector *vector = &crypto_vectors[8]; /* RSASHA256, 2048 bits */
    static const uint8_t head[] = {0, 0, 5, 0, 0, 1, 0, 1, 0, 0};
    struct bytes modulus = {vector->public_key.data + 4, vector->public_key.size - 4};
    struct bytes padded = joined(arena, (struct bytes){head, sizeof head}, modulus);
    struct dnskey key = key_of(arena, 8, padded);
    ck_assert_int_eq(crypto_verify(crypto, &key, crypto_vector_data, vector->signature),
                     CRYPTO_GOOD);
    arena_destroy(arena);
}
END_TEST

struct ds_row {
    const char *key;
    const char *ds;
    enum crypto_result result;
};

#define RFC4034_KEY                                                                                \
    "dskey.example.com. 86400 IN DNSKEY 256 3 5 "                                                  \
    "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmA"   \
    "phXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
#define RFC6605_P256                                                                               \
    "example.net. 3600 IN DNSKEY 257 3 13 "                                                        \
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
#define RFC6605_P384                                                                               \
    "example.net. 3600 IN DNSKEY 257 3 14 "                                                        \
    "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/u"   \
    "X45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40"

static const struct ds_row ds_rows[] = {
    /* RFC 4034 5.4, RFC 4509 2.3, RFC 6605 6.1 and 6.2 */
    {RFC4034_KEY, "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", CRYPTO_GOOD},
    {RFC4034_KEY, "60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
     CRYPTO_GOOD},
    {RFC6605_P256, "55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
     CRYPTO_GOOD},
    {RFC6605_P384,
     "10771 14 4 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405"
     "c3008a946df983d6",
     CRYPTO_GOOD},
    /* tag, algorithm, digest type, digest, its length */
    {RFC4034_KEY, "60486 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", CRYPTO_BAD},
    {RFC4034_KEY, "60485 7 1 2BB183AF5F22588179A53B0A98631FAD1A292118", CRYPTO_BAD},
    {RFC4034_KEY, "60485 5 2 2BB183AF5F22588179A53B0A98631FAD1A292118", CRYPTO_BAD},
    {RFC4034_KEY, "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292119", CRYPTO_BAD},
    {RFC4034_KEY, "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A2921", CRYPTO_BAD},
    {RFC4034_KEY, "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A29211800", CRYPTO_BAD},
    {RFC6605_P384, "10771 14 4 72d7b629", CRYPTO_BAD},
    /* digests that nothing here computes */
    {RFC4034_KEY, "60485 5 0 00", CRYPTO_REFUSED},
    {RFC4034_KEY, "60485 5 3 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
     CRYPTO_REFUSED},
    {RFC4034_KEY, "60485 5 6 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
     CRYPTO_REFUSED},
    {RFC4034_KEY, "60485 5 255 00", CRYPTO_REFUSED},
};

START_TEST(ds_match_by_digest)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < COUNT(ds_rows); i++) {
        struct rrset keys = fixture_rrset(arena, ds_rows[i].key);
        const char *text = arena_printf(arena, "example.org. DS %s", ds_rows[i].ds);
        struct rrset set = fixture_rrset(arena, text);
        struct dnskey key;
        struct ds ds;
        ck_assert(rr_dnskey(keys.rr[0], &key));
        ck_assert(rr_ds(set.rr[0], &ds));
        enum crypto_result result = crypto_ds_matches(crypto, &keys.owner, &key, &ds);
        ck_assert_msg(result == ds_rows[i].result, "%s: %d", ds_rows[i].ds, (int)result);
        struct name other = fixture_name("other.example.com");
        ck_assert_int_ne(crypto_ds_matches(crypto, &other, &key, &ds), CRYPTO_GOOD);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("crypto", policy_of_the_host_refuses, known_answers_are_right, fresh_signatures_verify,
           senseless_signatures_are_bad, the_same_question_is_answered_once,
           memory_does_not_confuse_questions, algorithms_without_implementation_are_refused,
           malformed_keys_are_bad, rsa_keys_decode, rsa_leading_zeros_are_tolerated,
           ds_match_by_digest)
