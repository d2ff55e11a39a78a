/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three answers about a signature, and the memory that keeps them cheap.
 *
 * Six servers of a zone give the same signatures, so each answer is kept under the SHA-256 of the
 * whole question (key, data, signature): 32 octets in place of what may be kilobytes, and as hard
 * to fool as the digests that the signatures themselves rest on.
 */
#include "judge/crypto.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "judge/crypto_key.h"
#include "judge/crypto_vectors.h"
#include "judge/policy.h"

enum { BUCKETS = 256, FINGERPRINT = 32, DIGEST_TYPES = 5, DIGEST_SETUP = 1024 };

/* A public key that was asked about. */
struct known_key {
    struct known_key *next;
    uint8_t algorithm;
    struct bytes public_key;
    size_t bits;             /* RSA */
    size_t signature_size;   /* 0: not well-formed */
    struct crypto_key *open; /* NULL: OpenSSL does not take it */
    bool tried;              /* to open it */
};

/* A question that was answered. */
struct answer {
    struct answer *next;
    uint8_t fingerprint[FINGERPRINT];
    enum crypto_result result;
};

enum trial { TRIAL_NONE, TRIAL_PASSED, TRIAL_FAILED };

struct crypto {
    struct arena *arena;
    size_t operations;
    size_t digested;
    size_t sha1_count;
    bool awake; /* OpenSSL is set up */
    EVP_MD_CTX *hasher;
    EVP_MD *digests[DIGEST_TYPES]; /* by DS digest type */
    bool digest_tried[DIGEST_TYPES];
    enum trial trials[CRYPTO_VECTORS];
    struct known_key *keys[BUCKETS]; /* by key tag */
    struct answer *answers[BUCKETS]; /* by first octet of the fingerprint */
};

struct crypto *crypto_create(struct arena *arena)
{
    struct crypto *crypto = arena_alloc(arena, sizeof *crypto);
    crypto->arena = arena;
    return crypto;
}

size_t crypto_operations(const struct crypto *crypto)
{
    return crypto->operations;
}

/*
 * Two tables that OpenSSL would fill at its first use cost more than a verification: names of
 * ciphers and texts of errors.  We use neither.  Its configuration is read as ever: it is where the
 * policy of the host stands.  Nor is it to clean up at the end: the process ends then.
 */
static void wake(struct crypto *crypto)
{
    if (!crypto->awake) {
        crypto->awake = true;
        /* When that fails, so will what follows, and the answer is "refused". */
        (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                                      OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ATEXIT,
                                  NULL);
    }
}

static void close_digest(void *object)
{
    EVP_MD_free(object);
}

static void close_hasher(void *object)
{
    EVP_MD_CTX_free(object);
}

/* The digest of a DS digest type; NULL when this host does not have it. */
static const EVP_MD *digest_of(struct crypto *crypto, uint8_t type)
{
    static const char *const names[DIGEST_TYPES] = {[1] = "SHA1", [2] = "SHA256", [4] = "SHA384"};
    if (type >= DIGEST_TYPES || names[type] == NULL) {
        return NULL;
    }
    if (!crypto->digest_tried[type]) {
        crypto->digest_tried[type] = true;
        crypto->digests[type] = EVP_MD_fetch(NULL, names[type], NULL);
        arena_defer(crypto->arena, close_digest, crypto->digests[type]);
    }
    return crypto->digests[type];
}

/* The digest over the parts in a row; false when this host does not do it. */
static bool digest(struct crypto *crypto, uint8_t type, const struct bytes *parts, size_t count,
                   uint8_t result[EVP_MAX_MD_SIZE])
{
    const EVP_MD *algorithm = digest_of(crypto, type);
    if (crypto->hasher == NULL) {
        crypto->hasher = EVP_MD_CTX_new();
        arena_defer(crypto->arena, close_hasher, crypto->hasher);
    }
    if (algorithm == NULL || crypto->hasher == NULL ||
        EVP_DigestInit_ex2(crypto->hasher, algorithm, NULL) != 1) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (EVP_DigestUpdate(crypto->hasher, parts[i].data, parts[i].size) != 1) {
            return false;
        }
    }
    return EVP_DigestFinal_ex(crypto->hasher, result, NULL) == 1;
}

bool crypto_sha1(struct crypto *crypto, const struct bytes *parts, size_t count,
                 uint8_t result[CRYPTO_SHA1_SIZE])
{
    uint8_t sha1[EVP_MAX_MD_SIZE];
    wake(crypto);
    crypto->sha1_count++;
    bool done = digest(crypto, 1, parts, count, sha1);
    if (done) {
        memcpy(result, sha1, CRYPTO_SHA1_SIZE);
    }
    return done;
}

size_t crypto_sha1_count(const struct crypto *crypto)
{
    return crypto->sha1_count;
}

size_t crypto_digested(const struct crypto *crypto)
{
    return crypto->digested;
}

/* Sizes go in first, so that no two questions run together into the same octets. */
static bool fingerprint(struct crypto *crypto, const struct dnskey *key, struct bytes data,
                        struct bytes signature, uint8_t result[EVP_MAX_MD_SIZE])
{
    uint8_t head[9] = {key->algorithm};
    bytes_put32(head + 1, (uint32_t)key->public_key.size);
    bytes_put32(head + 5, (uint32_t)signature.size);
    const struct bytes parts[] = {{head, sizeof head}, key->public_key, signature, data};
    return digest(crypto, 2, parts, sizeof parts / sizeof parts[0], result);
}

static const struct answer *recall(const struct crypto *crypto, const uint8_t *print)
{
    const struct answer *answer = crypto->answers[print[0]];
    while (answer != NULL && memcmp(answer->fingerprint, print, FINGERPRINT) != 0) {
        answer = answer->next;
    }
    return answer;
}

static void remember(struct crypto *crypto, const uint8_t *print, enum crypto_result result)
{
    struct answer *answer = arena_alloc(crypto->arena, sizeof *answer);
    memcpy(answer->fingerprint, print, FINGERPRINT);
    answer->result = result;
    answer->next = crypto->answers[print[0]];
    crypto->answers[print[0]] = answer;
}

static struct known_key *known_key(struct crypto *crypto, const struct dnskey *key)
{
    struct known_key **bucket = &crypto->keys[key->tag % BUCKETS];
    for (struct known_key *known = *bucket; known != NULL; known = known->next) {
        if (known->algorithm == key->algorithm && bytes_equal(known->public_key, key->public_key)) {
            return known;
        }
    }
    struct known_key *known = arena_alloc(crypto->arena, sizeof *known);
    known->algorithm = key->algorithm;
    known->public_key.size = key->public_key.size;
    known->public_key.data = arena_copy(crypto->arena, key->public_key.data, key->public_key.size);
    if (crypto_key_well_formed(key->algorithm, key->public_key)) {
        known->signature_size = crypto_key_signature_size(key->algorithm, key->public_key);
        known->bits = policy_algorithm(key->algorithm)->rsa ? crypto_rsa_bits(key->public_key) : 0;
    }
    known->next = *bucket;
    *bucket = known;
    return known;
}

static bool passes(struct crypto *crypto, size_t index)
{
    if (crypto->trials[index] == TRIAL_NONE) {
        const struct crypto_vector *vector = &crypto_vectors[index];
        struct crypto_key *key =
            crypto_key_open(crypto->arena, vector->algorithm, vector->public_key);
        bool good = key != NULL && crypto_key_verifies(key, crypto_vector_data, vector->signature);
        crypto->trials[index] = good ? TRIAL_PASSED : TRIAL_FAILED;
    }
    return crypto->trials[index] == TRIAL_PASSED;
}

/* Whether this host verifies that algorithm, with RSA keys of about that size. */
static bool host_does(struct crypto *crypto, uint8_t algorithm, size_t bits)
{
    size_t found = CRYPTO_VECTORS;
    for (size_t i = 0; i < CRYPTO_VECTORS; i++) {
        if (crypto_vectors[i].algorithm == algorithm && crypto_vectors[i].bits <= bits) {
            found = i;
        }
    }
    return found < CRYPTO_VECTORS && passes(crypto, found);
}

static void open_once(struct crypto *crypto, struct known_key *known)
{
    if (!known->tried) {
        known->tried = true;
        known->open = crypto_key_open(crypto->arena, known->algorithm, known->public_key);
    }
}

static enum crypto_result verify_now(struct crypto *crypto, struct known_key *known,
                                     const struct dnskey *key, struct bytes data,
                                     struct bytes signature)
{
    open_once(crypto, known);
    crypto->operations++;
    if (known->open != NULL && crypto_key_verifies(known->open, data, signature)) {
        return CRYPTO_GOOD;
    }
    return host_does(crypto, key->algorithm, known->bits) ? CRYPTO_BAD : CRYPTO_REFUSED;
}

enum crypto_result crypto_verify(struct crypto *crypto, const struct dnskey *key, struct bytes data,
                                 struct bytes signature)
{
    if (!policy_algorithm(key->algorithm)->implemented) {
        return CRYPTO_REFUSED;
    }
    struct known_key *known = known_key(crypto, key);
    if (known->signature_size == 0 || known->signature_size != signature.size) {
        return CRYPTO_BAD;
    }
    wake(crypto);
    uint8_t print[EVP_MAX_MD_SIZE];
    bool printed = fingerprint(crypto, key, data, signature, print);
    const struct answer *answer = printed ? recall(crypto, print) : NULL;
    if (answer != NULL) {
        return answer->result;
    }
    enum crypto_result result = verify_now(crypto, known, key, data, signature);
    if (printed) {
        remember(crypto, print, result);
    }
    ERR_clear_error();
    return result;
}

/* The digest of a DS (RFC 4034 5.1.4); false when this host does not do it. */
static bool ds_digest(struct crypto *crypto, const struct name *owner, const struct dnskey *key,
                      uint8_t type, uint8_t result[EVP_MAX_MD_SIZE])
{
    wake(crypto);
    crypto->digested += key->rdata.size + DIGEST_SETUP;
    const struct bytes parts[] = {{owner->wire, owner->size}, key->rdata};
    bool done = digest(crypto, type, parts, sizeof parts / sizeof parts[0], result);
    ERR_clear_error();
    return done;
}

enum crypto_result crypto_ds_matches(struct crypto *crypto, const struct name *owner,
                                     const struct dnskey *key, const struct ds *ds)
{
    if (ds->key_tag != key->tag || ds->algorithm != key->algorithm) {
        return CRYPTO_BAD;
    }
    const struct digest *type = policy_digest(ds->digest_type);
    if (!type->implemented) {
        return CRYPTO_REFUSED;
    }
    if (ds->digest.size != type->size) {
        return CRYPTO_BAD;
    }
    uint8_t result[EVP_MAX_MD_SIZE];
    if (!ds_digest(crypto, owner, key, ds->digest_type, result)) {
        return CRYPTO_REFUSED;
    }
    return memcmp(result, ds->digest.data, type->size) == 0 ? CRYPTO_GOOD : CRYPTO_BAD;
}

bool crypto_ds_of(struct crypto *crypto, const struct name *owner, const struct dnskey *key,
                  uint8_t digest_type, struct ds *ds)
{
    uint8_t result[EVP_MAX_MD_SIZE];
    if (!ds_digest(crypto, owner, key, digest_type, result)) {
        return false;
    }
    size_t size = policy_digest(digest_type)->size;
    *ds = (struct ds){
        .key_tag = key->tag,
        .algorithm = key->algorithm,
        .digest_type = digest_type,
        .digest = {.data = arena_copy(crypto->arena, result, size), .size = size},
    };
    return true;
}

enum crypto_result crypto_key_usable(struct crypto *crypto, const struct dnskey *key)
{
    struct known_key *known = known_key(crypto, key);
    if (known->signature_size == 0) {
        return CRYPTO_BAD;
    }
    wake(crypto);
    open_once(crypto, known);
    bool done = known->open != NULL || host_does(crypto, key->algorithm, known->bits);
    ERR_clear_error();
    return known->open != NULL ? CRYPTO_GOOD : done ? CRYPTO_BAD : CRYPTO_REFUSED;
}
