/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 hashes, their base32hex form, and intervals on their circle. */
#include "judge/nsec3_hash.h"

#include <string.h>

static const char base32hex[] = "0123456789abcdefghijklmnopqrstuv";

bool nsec3_hash(struct crypto *crypto, const struct name *name, struct bytes salt,
                uint16_t iterations, uint8_t hash[NSEC3_HASH_SIZE])
{
    struct bytes parts[] = {{name->wire, name->size}, salt};
    bool done = crypto_sha1(crypto, parts, 2, hash);
    parts[0] = (struct bytes){hash, NSEC3_HASH_SIZE};
    for (unsigned i = 0; done && i < iterations; i++) {
        done = crypto_sha1(crypto, parts, 2, hash);
    }
    return done;
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
