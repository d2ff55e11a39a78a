/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 hashes by OpenSSL, their base32hex form, and intervals on their circle. */
#include "judge/nsec3_hash.h"

#include <string.h>

#include <openssl/evp.h>

struct nsec3_hasher {
    struct arena *arena;
    EVP_MD *sha1;
    EVP_MD_CTX *context;
    bool opened;
    size_t digests;
};

static const char base32hex[] = "0123456789abcdefghijklmnopqrstuv";

struct nsec3_hasher *nsec3_hasher_create(struct arena *arena)
{
    struct nsec3_hasher *hasher = arena_alloc(arena, sizeof *hasher);
    hasher->arena = arena;
    return hasher;
}

static void close_digest(void *object)
{
    EVP_MD_free(object);
}

static void close_context(void *object)
{
    EVP_MD_CTX_free(object);
}

/* OpenSSL is touched only when there is something to hash. */
static bool open_hasher(struct nsec3_hasher *hasher)
{
    if (!hasher->opened) {
        hasher->opened = true;
        hasher->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
        arena_defer(hasher->arena, close_digest, hasher->sha1);
        hasher->context = EVP_MD_CTX_new();
        arena_defer(hasher->arena, close_context, hasher->context);
    }
    return hasher->sha1 != NULL && hasher->context != NULL;
}

/* One SHA-1 over `data` and the salt; `data` may be what `hash` holds. */
static bool digest(struct nsec3_hasher *hasher, struct bytes data, struct bytes salt,
                   uint8_t hash[NSEC3_HASH_SIZE])
{
    hasher->digests++;
    return EVP_DigestInit_ex2(hasher->context, hasher->sha1, NULL) == 1 &&
           EVP_DigestUpdate(hasher->context, data.data, data.size) == 1 &&
           EVP_DigestUpdate(hasher->context, salt.data, salt.size) == 1 &&
           EVP_DigestFinal_ex(hasher->context, hash, NULL) == 1;
}

bool nsec3_hash(struct nsec3_hasher *hasher, const struct name *name, struct bytes salt,
                uint16_t iterations, uint8_t hash[NSEC3_HASH_SIZE])
{
    if (!open_hasher(hasher)) {
        return false;
    }
    bool done = digest(hasher, (struct bytes){name->wire, name->size}, salt, hash);
    for (unsigned i = 0; done && i < iterations; i++) {
        done = digest(hasher, (struct bytes){hash, NSEC3_HASH_SIZE}, salt, hash);
    }
    return done;
}

size_t nsec3_digests(const struct nsec3_hasher *hasher)
{
    return hasher->digests;
}

bool nsec3_owner_hash(const struct name *owner, const struct name *zone,
                      uint8_t hash[NSEC3_HASH_SIZE])
{
    if (owner->labels != zone->labels + 1u || owner->wire[0] != NSEC3_OWNER_SIZE ||
        !name_is_under(owner, zone)) {
        return false;
    }
    uint8_t decoded[NSEC3_HASH_SIZE] = {0};
    for (size_t i = 0; i < NSEC3_OWNER_SIZE; i++) {
        const char *digit = memchr(base32hex, owner->wire[1 + i], sizeof base32hex - 1);
        if (digit == NULL) {
            return false;
        }
        size_t octet = i * 5 / 8;
        unsigned bits = (unsigned)(digit - base32hex) << (11 - i * 5 % 8); /* in two octets */
        decoded[octet] |= (uint8_t)(bits >> 8);
        if ((bits & 0xff) != 0) { /* never behind the last octet: 32 digits are 160 bits */
            decoded[octet + 1] |= (uint8_t)bits;
        }
    }
    memcpy(hash, decoded, sizeof decoded);
    return true;
}

bool nsec3_owner(const uint8_t hash[NSEC3_HASH_SIZE], const struct name *zone, struct name *owner)
{
    char label[NSEC3_OWNER_SIZE];
    for (size_t i = 0; i < sizeof label; i++) {
        size_t octet = i * 5 / 8;
        unsigned next = octet + 1 < NSEC3_HASH_SIZE ? hash[octet + 1] : 0u;
        unsigned bits = (unsigned)hash[octet] << 8 | next;
        label[i] = base32hex[bits >> (11 - i * 5 % 8) & 31];
    }
    return name_prepend(zone, label, sizeof label, owner);
}

bool nsec3_covers(const uint8_t owner[NSEC3_HASH_SIZE], const uint8_t next[NSEC3_HASH_SIZE],
                  const uint8_t hash[NSEC3_HASH_SIZE])
{
    bool behind = memcmp(owner, hash, NSEC3_HASH_SIZE) < 0;
    bool before = memcmp(hash, next, NSEC3_HASH_SIZE) < 0;
    int order = memcmp(owner, next, NSEC3_HASH_SIZE);
    return order < 0 ? behind && before : behind || before;
}

unsigned nsec3_distance(const uint8_t owner[NSEC3_HASH_SIZE], const uint8_t next[NSEC3_HASH_SIZE])
{
    unsigned borrow = 0;
    unsigned distance = 0;
    for (size_t i = NSEC3_HASH_SIZE; i-- > 0;) {
        unsigned octet = (0x100u + next[i] - owner[i] - borrow) & 0xff;
        borrow = next[i] < owner[i] + borrow ? 1 : 0;
        if (i == NSEC3_HASH_SIZE - 1) {
            distance = octet;
        } else if (octet != 0) {
            return 0;
        }
    }
    return distance;
}
