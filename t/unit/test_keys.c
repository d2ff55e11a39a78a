/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is odd about single DNSKEYs. */
#include <string.h>

#include "judge/crypto_key.h"
#include "judge/keys.h"
#include "lib/keyring.h"
#include "lib/suite.h"

static struct dnskey key_of(struct arena *arena, uint16_t flags, uint8_t protocol,
                            uint8_t algorithm, struct bytes public_key)
{
    uint8_t *rdata = arena_alloc(arena, 4 + public_key.size);
    bytes_put16(rdata, flags);
    rdata[2] = protocol;
    rdata[3] = algorithm;
    memcpy(rdata + 4, public_key.data, public_key.size);
    struct dnskey key;
    ck_assert(rr_dnskey((struct bytes){rdata, 4 + public_key.size}, &key));
    return key;
}

/* An RSA key with the exponent, and a modulus of so many bits behind `zeros` octets of zero. */
static struct bytes rsa(struct arena *arena, const char *exponent, size_t bits, size_t zeros)
{
    struct bytes e = fixture_hex(arena, exponent);
    size_t size = (bits + 7) / 8;
    uint8_t *data = arena_alloc(arena, 1 + e.size + zeros + size);
    data[0] = (uint8_t)e.size;
    memcpy(data + 1, e.data, e.size);
    memset(data + 1 + e.size + zeros, 0xff, size);
    data[1 + e.size + zeros] = (uint8_t)(0xff >> (size * 8 - bits));
    return (struct bytes){data, 1 + e.size + zeros + size};
}

static const struct {
    const char *exponent;
    size_t bits;
    size_t zeros;
    unsigned defects;
} rsa_rows[] = {
    {"010001", 2048, 0, 0},
    {"03", 4096, 0, 0},
    {"010001", 4097, 0, KEY_RSA_LONG},
    {"010001", 2047, 0, KEY_RSA_SHORT},
    {"010001", 1024, 0, KEY_RSA_SHORT},
    {"010001", 1023, 0, KEY_RSA_TINY},
    {"01", 2048, 0, KEY_RSA_EXPONENT_WEAK},
    {"02", 2048, 0, KEY_RSA_EXPONENT_WEAK},
    {"010000", 2048, 0, KEY_RSA_EXPONENT_WEAK},
    {"ffffffff", 2048, 0, 0},
    {"0100000001", 2048, 0, KEY_RSA_EXPONENT_ODD},
    {"00010001", 2048, 0, KEY_RSA_EXPONENT_ODD},
    {"010001", 2048, 1, KEY_RSA_EXPONENT_ODD},
    {"010001", 1024, 3, KEY_RSA_SHORT | KEY_RSA_EXPONENT_ODD},
};

START_TEST(rsa_keys)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    for (size_t i = 0; i < COUNT(rsa_rows); i++) {
        struct bytes public_key =
            rsa(arena, rsa_rows[i].exponent, rsa_rows[i].bits, rsa_rows[i].zeros);
        struct dnskey key = key_of(arena, 256, 3, 8, public_key);
        ck_assert_msg(key_defects(crypto, &key) == rsa_rows[i].defects, "row %zu: %x", i,
                      key_defects(crypto, &key));
        struct crypto_rsa numbers;
        ck_assert(crypto_rsa_look(public_key, &numbers));
        ck_assert_uint_eq(numbers.bits, rsa_rows[i].bits);
    }
    /* Keys that are cut off. */
    for (size_t size = 0; size < 4; size++) {
        struct dnskey key =
            key_of(arena, 256, 3, 8, (struct bytes){(const uint8_t *)"\x03\x01\x00\x01", size});
        ck_assert_uint_eq(key_defects(crypto, &key), KEY_LENGTH);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(fields)
{
    static const struct {
        uint16_t flags;
        uint8_t protocol;
        uint8_t algorithm;
        unsigned defects;
    } rows[] = {
        {256, 3, 13, 0},
        {257, 3, 13, 0},
        {0, 3, 13, KEY_NOT_ZONE},
        {1, 3, 13, KEY_NOT_ZONE},
        {385, 3, 13, KEY_REVOKED},
        {258, 3, 13, KEY_FLAGS_RESERVED},
        {0x8100, 3, 13, KEY_FLAGS_RESERVED},
        {256, 2, 13, KEY_PROTOCOL},
        {0xffff, 255, 13, KEY_FLAGS_RESERVED | KEY_REVOKED | KEY_PROTOCOL},
        {256, 3, 0, KEY_ALG_NOT_ZONE},
        {256, 3, 2, KEY_ALG_NOT_ZONE},
        {256, 3, 252, KEY_ALG_NOT_ZONE},
        {256, 3, 1, KEY_ALG_FORBIDDEN},
        {256, 3, 3, KEY_ALG_FORBIDDEN},
        {256, 3, 6, KEY_ALG_FORBIDDEN},
        {256, 3, 12, KEY_ALG_FORBIDDEN},
        {256, 3, 4, KEY_ALG_UNASSIGNED},
        {256, 3, 9, KEY_ALG_UNASSIGNED},
        {256, 3, 200, KEY_ALG_UNASSIGNED},
        {256, 3, 255, KEY_ALG_UNASSIGNED},
        {256, 3, 253, KEY_ALG_PRIVATE},
        {256, 3, 254, KEY_ALG_PRIVATE},
        {256, 3, 17, 0},
        {256, 3, 14, KEY_LENGTH},
        {256, 3, 15, KEY_LENGTH},
        {256, 3, 16, KEY_LENGTH},
    };
    struct arena *arena = arena_create();
    struct keyring ring = {.arena = arena};
    struct crypto *crypto = crypto_create(arena);
    const struct dnskey *good = &keyring_key(&ring, "example.com", "Z1")->dnskey;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dnskey key =
            key_of(arena, rows[i].flags, rows[i].protocol, rows[i].algorithm, good->public_key);
        ck_assert_msg(key_defects(crypto, &key) == rows[i].defects, "row %zu: %x", i,
                      key_defects(crypto, &key));
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(points)
{
    struct arena *arena = arena_create();
    struct keyring ring = {.arena = arena};
    struct crypto *crypto = crypto_create(arena);
    struct dnskey good = keyring_key(&ring, "example.com", "Z1")->dnskey;
    uint8_t *octets = arena_copy(arena, good.public_key.data, good.public_key.size);
    octets[63] ^= 1;
    struct dnskey off = key_of(arena, 256, 3, 13, (struct bytes){octets, 64});
    ck_assert_uint_eq(key_defects(crypto, &off), KEY_POINT);
    ck_assert_int_eq(crypto_key_usable(crypto, &off), CRYPTO_BAD);
    ck_assert_int_eq(crypto_key_usable(crypto, &good), CRYPTO_GOOD);
    struct dnskey cut = key_of(arena, 256, 3, 13, (struct bytes){octets, 63});
    ck_assert_uint_eq(key_defects(crypto, &cut), KEY_LENGTH);
    ck_assert_int_eq(crypto_key_usable(crypto, &cut), CRYPTO_BAD);
    struct dnskey none = key_of(arena, 256, 3, 13, (struct bytes){octets, 0});
    ck_assert_uint_eq(key_defects(crypto, &none), KEY_LENGTH);
    arena_destroy(arena);
}
END_TEST

START_TEST(useless)
{
    for (unsigned algorithm = 0; algorithm < 256; algorithm++) {
        bool used = algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10 ||
                    (algorithm >= 13 && algorithm <= 17) || algorithm == 23;
        ck_assert_msg(key_algorithm_is_useless((uint8_t)algorithm) == !used, "%u", algorithm);
    }
}
END_TEST

SUITE_MAIN("keys", rsa_keys, fields, points, useless)
