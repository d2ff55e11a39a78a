/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public keys from DNSKEY form into OpenSSL's, and the one public-key operation.
 *
 * Everything is fetched explicitly, so a policy that withholds a key type or digest shows as a
 * failed fetch.  RSA and ECDSA hash first and keep a context that is set up once a key; EdDSA takes
 * the data whole.
 */
#include "judge/crypto_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "judge/policy.h"

enum { POINT_MAX = 97, DER_MAX = 112 };

/* How OpenSSL calls what an algorithm needs. */
struct method {
    uint8_t algorithm;
    const char *key_type;
    const char *group;  /* ECDSA only */
    const char *digest; /* NULL: the algorithm hashes by itself */
};

static const struct method methods[] = {
    {5, "RSA", NULL, "SHA1"},    {7, "RSA", NULL, "SHA1"},      {8, "RSA", NULL, "SHA256"},
    {10, "RSA", NULL, "SHA512"}, {13, "EC", "P-256", "SHA256"}, {14, "EC", "P-384", "SHA384"},
    {15, "ED25519", NULL, NULL}, {16, "ED448", NULL, NULL},
};

struct crypto_key {
    const struct method *method;
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *context; /* RSA and ECDSA */
    EVP_MD *digest;        /* RSA and ECDSA */
};

struct rsa_numbers {
    struct bytes exponent;
    struct bytes modulus;
    bool leading_zeros;
};

static const struct method *method_of(uint8_t algorithm)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].algorithm == algorithm) {
            return &methods[i];
        }
    }
    return NULL;
}

static struct bytes without_leading_zeros(struct bytes number)
{
    while (number.size > 0 && number.data[0] == 0) {
        number.data++;
        number.size--;
    }
    return number;
}

/* RFC 3110 2: the length of the exponent in one octet, or in two after a zero; then both numbers.
 */
static bool rsa_decode(struct bytes key, struct rsa_numbers *numbers)
{
    if (key.size < 3) {
        return false;
    }
    size_t start = key.data[0] == 0 ? 3 : 1;
    size_t length = key.data[0] == 0 ? bytes_u16(key.data + 1) : key.data[0];
    if (key.size < start || key.size - start < length) {
        return false;
    }
    struct bytes exponent = {.data = key.data + start, .size = length};
    struct bytes modulus = {.data = key.data + start + length, .size = key.size - start - length};
    numbers->exponent = without_leading_zeros(exponent);
    numbers->modulus = without_leading_zeros(modulus);
    numbers->leading_zeros =
        numbers->exponent.size < exponent.size || numbers->modulus.size < modulus.size;
    return numbers->exponent.size > 0 && numbers->modulus.size > 0;
}

/* Bits of a number that is not empty and has no zero octet in front. */
static size_t count_bits(struct bytes number)
{
    size_t bits = number.size * 8;
    for (uint8_t top = number.data[0]; top < 0x80; top = (uint8_t)(top << 1)) {
        bits--;
    }
    return bits;
}

bool crypto_rsa_look(struct bytes public_key, struct crypto_rsa *rsa)
{
    struct rsa_numbers numbers;
    if (!rsa_decode(public_key, &numbers)) {
        return false;
    }
    *rsa = (struct crypto_rsa){
        .bits = count_bits(numbers.modulus),
        .exponent_bits = count_bits(numbers.exponent),
        .exponent_even = (numbers.exponent.data[numbers.exponent.size - 1] & 1) == 0,
        .leading_zeros = numbers.leading_zeros,
        .modulus = numbers.modulus,
    };
    return true;
}

size_t crypto_rsa_bits(struct bytes public_key)
{
    struct crypto_rsa rsa;
    return crypto_rsa_look(public_key, &rsa) ? rsa.bits : 0;
}

bool crypto_key_well_formed(uint8_t algorithm, struct bytes public_key)
{
    const struct algorithm *known = policy_algorithm(algorithm);
    if (!known->implemented || !known->rsa) {
        return known->implemented && public_key.size == known->key_size;
    }
    struct rsa_numbers numbers;
    size_t bits = crypto_rsa_bits(public_key);
    return bits >= CRYPTO_RSA_BITS_MIN && bits <= CRYPTO_RSA_BITS_MAX &&
           rsa_decode(public_key, &numbers) && numbers.exponent.size <= CRYPTO_RSA_EXPONENT_MAX;
}

size_t crypto_key_signature_size(uint8_t algorithm, struct bytes public_key)
{
    const struct algorithm *known = policy_algorithm(algorithm);
    return known->rsa ? (crypto_rsa_bits(public_key) + 7) / 8 : known->signature_size;
}

static EVP_PKEY *pkey_from_params(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return pkey;
}

/* A number as OSSL_PARAM wants it: in the byte order of this host. */
static bool to_native(struct bytes number, uint8_t *native)
{
    BIGNUM *big = BN_bin2bn(number.data, (int)number.size, NULL);
    bool done = big != NULL && BN_bn2nativepad(big, native, (int)number.size) == (int)number.size;
    BN_free(big);
    return done;
}

static EVP_PKEY *open_rsa(struct bytes public_key)
{
    uint8_t modulus[CRYPTO_RSA_BITS_MAX / 8];
    uint8_t exponent[CRYPTO_RSA_EXPONENT_MAX];
    struct rsa_numbers numbers;
    if (!rsa_decode(public_key, &numbers) || !to_native(numbers.modulus, modulus) ||
        !to_native(numbers.exponent, exponent)) {
        return NULL;
    }
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, numbers.modulus.size),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exponent, numbers.exponent.size),
        OSSL_PARAM_construct_end(),
    };
    return pkey_from_params("RSA", params);
}

/* RFC 6605 4: x and y without the octet that says "uncompressed" before them. */
static EVP_PKEY *open_ec(const char *group, struct bytes public_key)
{
    uint8_t point[POINT_MAX] = {POINT_CONVERSION_UNCOMPRESSED};
    char name[8] = "";
    for (size_t i = 0; group[i] != '\0' && i + 1 < sizeof name; i++) {
        name[i] = group[i];
    }
    for (size_t i = 0; i < public_key.size; i++) {
        point[i + 1] = public_key.data[i];
    }
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, public_key.size + 1),
        OSSL_PARAM_construct_end(),
    };
    return pkey_from_params("EC", params);
}

static EVP_PKEY *open_pkey(const struct method *method, struct bytes public_key)
{
    if (method->group != NULL) {
        return open_ec(method->group, public_key);
    }
    if (method->digest != NULL) {
        return open_rsa(public_key);
    }
    return EVP_PKEY_new_raw_public_key_ex(NULL, method->key_type, NULL, public_key.data,
                                          public_key.size);
}

/* Sets up the context that verifies a digest; true also where none is needed. */
static bool prepare(struct crypto_key *key)
{
    if (key->method->digest == NULL) {
        return true;
    }
    key->digest = EVP_MD_fetch(NULL, key->method->digest, NULL);
    key->context = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (key->digest == NULL || key->context == NULL || EVP_PKEY_verify_init(key->context) != 1) {
        return false;
    }
    if (key->method->group == NULL &&
        EVP_PKEY_CTX_set_rsa_padding(key->context, RSA_PKCS1_PADDING) != 1) {
        return false;
    }
    return EVP_PKEY_CTX_set_signature_md(key->context, key->digest) == 1;
}

static void close_key(void *object)
{
    struct crypto_key *key = object;
    EVP_PKEY_CTX_free(key->context);
    EVP_MD_free(key->digest);
    EVP_PKEY_free(key->pkey);
}

struct crypto_key *crypto_key_open(struct arena *arena, uint8_t algorithm, struct bytes public_key)
{
    const struct method *method = method_of(algorithm);
    if (method == NULL || !crypto_key_well_formed(algorithm, public_key)) {
        return NULL;
    }
    struct crypto_key *key = arena_alloc(arena, sizeof *key);
    arena_defer(arena, close_key, key);
    key->method = method;
    key->pkey = open_pkey(method, public_key);
    return key->pkey != NULL && prepare(key) ? key : NULL;
}

/* RFC 6605 4: r and s side by side, into the DER that OpenSSL reads; 0 when that fails. */
static size_t ecdsa_to_der(struct bytes signature, uint8_t der[DER_MAX])
{
    int half = (int)(signature.size / 2);
    BIGNUM *r = BN_bin2bn(signature.data, half, NULL);
    BIGNUM *s = BN_bin2bn(signature.data + half, half, NULL);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    if (r == NULL || s == NULL || pair == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return 0;
    }
    int size = i2d_ECDSA_SIG(pair, NULL);
    if (size > 0 && size <= DER_MAX) {
        size = i2d_ECDSA_SIG(pair, &der);
    } else {
        size = 0;
    }
    ECDSA_SIG_free(pair);
    return size > 0 ? (size_t)size : 0;
}

static bool verifies_digest(struct crypto_key *key, struct bytes data, struct bytes signature)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    uint8_t der[DER_MAX];
    unsigned digest_size = 0;
    if (EVP_Digest(data.data, data.size, digest, &digest_size, key->digest, NULL) != 1) {
        return false;
    }
    if (key->method->group != NULL) {
        signature.size = ecdsa_to_der(signature, der);
        signature.data = der;
    }
    return signature.size > 0 &&
           EVP_PKEY_verify(key->context, signature.data, signature.size, digest, digest_size) == 1;
}

static bool verifies_whole(struct crypto_key *key, struct bytes data, struct bytes signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context != NULL &&
        EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, key->pkey, NULL) == 1 &&
        EVP_DigestVerify(context, signature.data, signature.size, data.data, data.size) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

bool crypto_key_verifies(struct crypto_key *key, struct bytes data, struct bytes signature)
{
    size_t size = policy_algorithm(key->method->algorithm)->signature_size;
    if (size != 0 && signature.size != size) {
        return false;
    }
    if (key->method->digest == NULL) {
        return verifies_whole(key, data, signature);
    }
    return verifies_digest(key, data, signature);
}
