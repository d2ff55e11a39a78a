/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and signatures for tests, made by OpenSSL. */
#include <string.h>

#include <check.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "lib/fixture.h"

/* As short as a validator takes, because making RSA keys is slow, under valgrind above all. */
enum { RSA_BITS = 1024, KEY_MAX = 1024, RRSIG_FIXED = 18 };

static void free_pair(void *pair)
{
    EVP_PKEY_free(pair);
}

static EVP_PKEY *make_pair(uint8_t algorithm)
{
    switch (algorithm) {
    case 5:
    case 7:
    case 8:
    case 10:
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS);
    case 13:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    case 14:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    case 15:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    case 16:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
    default:
        return NULL;
    }
}

/* The digest that goes with an algorithm; NULL for EdDSA, which has its own. */
static const EVP_MD *digest_of(uint8_t algorithm)
{
    switch (algorithm) {
    case 5:
    case 7:
        return EVP_sha1();
    case 8:
    case 13:
        return EVP_sha256();
    case 10:
        return EVP_sha512();
    case 14:
        return EVP_sha384();
    default:
        return NULL;
    }
}

/* Octets of each half of an ECDSA signature; 0 for other algorithms. */
static int half_size(uint8_t algorithm)
{
    return algorithm == 13 ? 32 : algorithm == 14 ? 48 : 0;
}

/* Exponent with its length in front, then modulus (RFC 3110 2). */
static size_t write_rsa(const EVP_PKEY *pair, uint8_t *at)
{
    BIGNUM *exponent = NULL;
    BIGNUM *modulus = NULL;
    ck_assert_int_eq(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_E, &exponent), 1);
    ck_assert_int_eq(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
    at[0] = (uint8_t)BN_num_bytes(exponent);
    size_t size = 1;
    size += (size_t)BN_bn2bin(exponent, at + size);
    size += (size_t)BN_bn2bin(modulus, at + size);
    BN_free(exponent);
    BN_free(modulus);
    return size;
}

/* The two coordinates (RFC 6605 4): the uncompressed point without the octet 4 in front. */
static size_t write_point(const EVP_PKEY *pair, uint8_t *at)
{
    uint8_t point[KEY_MAX];
    size_t size = 0;
    ck_assert_int_eq(
        EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size),
        1);
    ck_assert_uint_eq(point[0], 4);
    memcpy(at, point + 1, size - 1);
    return size - 1;
}

static size_t write_public_key(const EVP_PKEY *pair, uint8_t algorithm, uint8_t *at)
{
    if (algorithm <= 10) {
        return write_rsa(pair, at);
    }
    if (half_size(algorithm) > 0) {
        return write_point(pair, at);
    }
    size_t size = KEY_MAX;
    ck_assert_int_eq(EVP_PKEY_get_raw_public_key(pair, at, &size), 1);
    return size;
}

struct fixture_key fixture_key(struct arena *arena, const char *owner, uint16_t flags,
                               uint8_t algorithm)
{
    struct fixture_key key = {.owner = fixture_name(owner), .pair = make_pair(algorithm)};
    ck_assert_msg(key.pair != NULL, "fixture: no key of algorithm %u", (unsigned)algorithm);
    arena_defer(arena, free_pair, key.pair);
    uint8_t *rdata = arena_alloc(arena, 4 + KEY_MAX);
    bytes_put16(rdata, flags);
    rdata[2] = 3;
    rdata[3] = algorithm;
    size_t size = 4 + write_public_key(key.pair, algorithm, rdata + 4);
    ck_assert(rr_dnskey((struct bytes){rdata, size}, &key.dnskey));
    return key;
}

/* `rr` with `added` in its place by canonical order. */
static const struct bytes *with_rr(struct arena *arena, const struct bytes *rr, size_t count,
                                   struct bytes added)
{
    struct bytes *result = arena_alloc(arena, (count + 1) * sizeof *result);
    size_t at = 0;
    for (; at < count && bytes_compare(rr[at], added) < 0; at++) {
        result[at] = rr[at];
    }
    result[at] = added;
    for (; at < count; at++) {
        result[at + 1] = rr[at];
    }
    return result;
}

struct rrset fixture_dnskeys(struct arena *arena, uint32_t ttl, const struct fixture_key *keys,
                             size_t count)
{
    struct rrset set = {
        .owner = keys[0].owner, .type = RR_DNSKEY, .class = RR_CLASS_IN, .ttl = ttl};
    for (size_t i = 0; i < count; i++) {
        set.rr = with_rr(arena, set.rr, set.count, keys[i].dnskey.rdata);
        set.count++;
    }
    return set;
}

struct rrset fixture_ds(struct arena *arena, uint32_t ttl, const struct fixture_key *key,
                        uint8_t digest_type)
{
    const EVP_MD *digest = digest_type == 1   ? EVP_sha1()
                           : digest_type == 2 ? EVP_sha256()
                           : digest_type == 4 ? EVP_sha384()
                                              : NULL;
    ck_assert_msg(digest != NULL, "fixture: no digest type %u", (unsigned)digest_type);
    uint8_t *rdata = arena_alloc(arena, 4 + EVP_MAX_MD_SIZE);
    bytes_put16(rdata, key->dnskey.tag);
    rdata[2] = key->dnskey.algorithm;
    rdata[3] = digest_type;
    uint8_t data[NAME_WIRE_MAX + 4 + KEY_MAX];
    unsigned size = 0;
    memcpy(data, key->owner.wire, key->owner.size);
    memcpy(data + key->owner.size, key->dnskey.rdata.data, key->dnskey.rdata.size);
    ck_assert_int_eq(
        EVP_Digest(data, key->owner.size + key->dnskey.rdata.size, rdata + 4, &size, digest, NULL),
        1);
    struct rrset set = {.owner = key->owner, .type = RR_DS, .class = RR_CLASS_IN, .ttl = ttl};
    set.rr = with_rr(arena, NULL, 0, (struct bytes){rdata, 4 + (size_t)size});
    set.count = 1;
    return set;
}

/* A growing run of octets. */
struct octets {
    uint8_t *data;
    size_t size;
};

static void append(struct octets *octets, const void *data, size_t size)
{
    memcpy(octets->data + octets->size, data, size);
    octets->size += size;
}

/* The owner that goes into the signed data: the wildcard where labels say that it is expanded. */
static struct name signed_owner(const struct name *owner, unsigned labels)
{
    if (labels >= owner->labels) {
        return *owner;
    }
    struct name encloser = name_suffix(owner, labels);
    struct name wildcard;
    ck_assert(name_wildcard(&encloser, &wildcard));
    return wildcard;
}

/* The RRSIG rdata up to the signature, then each record (RFC 4035 5.3.2). */
static struct bytes signed_data(struct arena *arena, const struct rrset *set, struct bytes head)
{
    struct name owner = signed_owner(&set->owner, head.data[3]);
    size_t room = head.size;
    for (size_t i = 0; i < set->count; i++) {
        room += owner.size + 10 + set->rr[i].size;
    }
    struct octets data = {.data = arena_alloc(arena, room)};
    append(&data, head.data, head.size);
    for (size_t i = 0; i < set->count; i++) {
        uint8_t fixed[10];
        bytes_put16(fixed, set->type);
        bytes_put16(fixed + 2, set->class);
        memcpy(fixed + 4, head.data + 4, 4);
        bytes_put16(fixed + 8, (uint16_t)set->rr[i].size);
        append(&data, owner.wire, owner.size);
        append(&data, fixed, sizeof fixed);
        append(&data, set->rr[i].data, set->rr[i].size);
    }
    return (struct bytes){data.data, data.size};
}

/* r and s, each filled up to the size of the curve (RFC 6605 4), from their DER. */
static size_t write_halves(const uint8_t *der, size_t size, int half, uint8_t *at)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    ck_assert_ptr_nonnull(pair);
    ck_assert_int_eq(BN_bn2binpad(ECDSA_SIG_get0_r(pair), at, half), half);
    ck_assert_int_eq(BN_bn2binpad(ECDSA_SIG_get0_s(pair), at + half, half), half);
    ECDSA_SIG_free(pair);
    return 2 * (size_t)half;
}

static size_t write_signature(const struct fixture_key *key, struct bytes data, uint8_t *at)
{
    uint8_t raw[KEY_MAX];
    size_t size = sizeof raw;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ck_assert_ptr_nonnull(context);
    const EVP_MD *digest = digest_of(key->dnskey.algorithm);
    ck_assert_int_eq(EVP_DigestSignInit(context, NULL, digest, NULL, key->pair), 1);
    ck_assert_int_eq(EVP_DigestSign(context, raw, &size, data.data, data.size), 1);
    EVP_MD_CTX_free(context);
    int half = half_size(key->dnskey.algorithm);
    if (half > 0) {
        return write_halves(raw, size, half, at);
    }
    memcpy(at, raw, size);
    return size;
}

/* The rdata up to the signature. */
static size_t write_head(const struct rrset *set, const struct fixture_key *key,
                         const struct fixture_window *window, uint8_t *at)
{
    unsigned labels = set->owner.labels - (name_is_wildcard(&set->owner) ? 1u : 0u);
    const struct name *signer = window->signer == NULL ? &key->owner : window->signer;
    bytes_put16(at, set->type);
    at[2] = window->algorithm == NULL ? key->dnskey.algorithm : *window->algorithm;
    at[3] = window->labels == NULL ? (uint8_t)labels : *window->labels;
    bytes_put32(at + 4, window->original_ttl == NULL ? set->ttl : *window->original_ttl);
    bytes_put32(at + 8, window->expiration);
    bytes_put32(at + 12, window->inception);
    bytes_put16(at + 16, window->key_tag == NULL ? key->dnskey.tag : *window->key_tag);
    memcpy(at + RRSIG_FIXED, signer->wire, signer->size);
    return RRSIG_FIXED + (size_t)signer->size;
}

static int compare_sigs(const struct rrsig *a, const struct rrsig *b)
{
    int order = bytes_compare(a->head, b->head);
    return order != 0 ? order : bytes_compare(a->signature, b->signature);
}

static const struct rrsig *with_sig(struct arena *arena, const struct rrset *set,
                                    struct rrsig added)
{
    struct rrsig *result = arena_alloc(arena, (set->sig_count + 1) * sizeof *result);
    size_t at = 0;
    for (; at < set->sig_count && compare_sigs(&set->sigs[at], &added) < 0; at++) {
        result[at] = set->sigs[at];
    }
    result[at] = added;
    for (; at < set->sig_count; at++) {
        result[at + 1] = set->sigs[at];
    }
    return result;
}

struct rrset fixture_sign(struct arena *arena, const struct rrset *set,
                          const struct fixture_key *key, struct fixture_window window)
{
    uint8_t *rdata = arena_alloc(arena, RRSIG_FIXED + NAME_WIRE_MAX + KEY_MAX);
    size_t head = write_head(set, key, &window, rdata);
    struct bytes data = signed_data(arena, set, (struct bytes){rdata, head});
    size_t size = head + write_signature(key, data, rdata + head);
    rdata[size - 1] ^= window.spoilt ? 1 : 0;
    struct rrset result = *set;
    result.sigs = with_sig(arena, set, rr_rrsig(arena, (struct bytes){rdata, size}, set->ttl));
    result.sig_count++;
    return result;
}
