/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 hashes against RFC 5155 appendix A, owners made of them, and intervals on their circle. */
#include <stdbool.h>
#include <string.h>

#include "judge/nsec3_hash.h"
#include "lib/fixture.h"
#include "lib/suite.h"

/* RFC 5155 appendix A: salt aabbccdd, 12 iterations, zone "example"; last two from appendix B. */
static const struct {
    const char *name;
    const char *hash;
} appendix[] = {
    {"example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
    {"a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
    {"ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"},
    {"ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
    {"ns2.example", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
    {"w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
    {"*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
    {"x.w.example", "b4um86eghhds6nea196smvmlo4ors995"},
    {"y.w.example", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
    {"x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"},
    {"xx.example", "t644ebqk9bibcna874givr6joj62mlhv"},
    {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
    {"c.x.w.example", "0va5bpr2ou0vk0lbqeeljri88laipsfh"},
    {"c.example", "4g6p9u5gvfshp30pqecj98b3maqbn1ck"},
};

START_TEST(appendix_a)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    struct name zone = fixture_name("example");
    struct bytes salt = fixture_hex(arena, "aabbccdd");
    for (size_t i = 0; i < COUNT(appendix); i++) {
        struct name name = fixture_name(appendix[i].name);
        struct name owner;
        uint8_t hash[NSEC3_HASH_SIZE];
        uint8_t decoded[NSEC3_HASH_SIZE];
        ck_assert(nsec3_hash(crypto, &name, salt, 12, hash));
        ck_assert(nsec3_owner(hash, &zone, &owner));
        ck_assert_str_eq(name_text(arena, &owner),
                         arena_printf(arena, "%s.example", appendix[i].hash));
        ck_assert(nsec3_owner_hash(&owner, &zone, decoded));
        ck_assert_mem_eq(decoded, hash, sizeof hash);
    }
    ck_assert_uint_eq(crypto_sha1_count(crypto), 13 * COUNT(appendix));
    arena_destroy(arena);
}
END_TEST

/* Values of ldns-nsec3-hash: SHA-1 of the wire name alone, and with a salt of 255 octets. */
static const struct {
    const char *name;
    size_t salt_size;
    uint16_t iterations;
    const char *hash;
} edges[] = {
    {".", 0, 0, "bekjp7dgpvsjukll47bk43i3urmq4u2f"},
    {"com", 0, 0, "ck0pojmg874ljref7efn8430qvit8bsm"},
    {"Example.COM", 0, 1, "9vq38lj9qs6s1aruer131mbtsfnvek2p"},
    {"example.com", 255, 2, "usqmhpanvrm19aq522k8pg37fvs6juuk"},
};

START_TEST(edges_of_parameters)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    struct name root = name_root();
    uint8_t *salt = arena_alloc(arena, 255);
    memset(salt, 0xab, 255);
    for (size_t i = 0; i < COUNT(edges); i++) {
        struct name name = fixture_name(edges[i].name);
        struct name owner;
        uint8_t hash[NSEC3_HASH_SIZE];
        struct bytes part = {edges[i].salt_size == 0 ? NULL : salt, edges[i].salt_size};
        ck_assert(nsec3_hash(crypto, &name, part, edges[i].iterations, hash));
        ck_assert(nsec3_owner(hash, &root, &owner));
        ck_assert_str_eq(name_text(arena, &owner), edges[i].hash);
    }
    arena_destroy(arena);
}
END_TEST

static const struct {
    const char *owner;
    const char *zone;
    bool valid;
} owners[] = {
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example", "example", true},
    {"0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM.example", "example", true},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", ".", true},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3to.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tomm.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tow.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3to-.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3to\\000.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.sub.example", "example", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example", "test", false},
    {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example", "sub.example", false},
    {"*.example", "example", false},
    {"example", "example", false},
    {".", ".", false},
    {".", "example", false},
};

START_TEST(owners_of_hashes)
{
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct name owner = fixture_name(owners[i].owner);
        struct name zone = fixture_name(owners[i].zone);
        uint8_t hash[NSEC3_HASH_SIZE] = {0x5a};
        ck_assert_msg(nsec3_owner_hash(&owner, &zone, hash) == owners[i].valid, "%s in %s",
                      owners[i].owner, owners[i].zone);
        ck_assert_msg(owners[i].valid || hash[0] == 0x5a, "%s: written", owners[i].owner);
    }
    struct name zone;
    struct name owner;
    char label[63];
    memset(label, 'a', sizeof label);
    struct name longest = name_root();
    while (name_prepend(&longest, label, sizeof label, &zone)) {
        longest = zone; /* three labels: 193 octets, so that 33 more fit once */
    }
    const uint8_t hash[NSEC3_HASH_SIZE] = {0xff};
    ck_assert(nsec3_owner(hash, &longest, &zone));
    ck_assert(!nsec3_owner(hash, &zone, &owner));
}
END_TEST

/* Hashes by their last octet; 0 elsewhere. */
static const struct {
    uint8_t owner;
    uint8_t next;
    uint8_t hash;
    bool covers;
} intervals[] = {
    {10, 20, 15, true},  {10, 20, 10, false}, {10, 20, 20, false}, {10, 20, 9, false},
    {10, 20, 21, false}, {10, 11, 10, false}, {10, 11, 11, false}, {20, 10, 21, true},
    {20, 10, 9, true},   {20, 10, 0, true},   {20, 10, 20, false}, {20, 10, 10, false},
    {20, 10, 15, false}, {10, 10, 9, true},   {10, 10, 11, true},  {10, 10, 10, false},
};

START_TEST(intervals_of_hashes)
{
    for (size_t i = 0; i < COUNT(intervals); i++) {
        uint8_t owner[NSEC3_HASH_SIZE] = {[19] = intervals[i].owner};
        uint8_t next[NSEC3_HASH_SIZE] = {[19] = intervals[i].next};
        uint8_t hash[NSEC3_HASH_SIZE] = {[19] = intervals[i].hash};
        ck_assert_msg(nsec3_covers(owner, next, hash) == intervals[i].covers, "%u in %u to %u",
                      (unsigned)intervals[i].hash, (unsigned)intervals[i].owner,
                      (unsigned)intervals[i].next);
    }
}
END_TEST

static const struct {
    const char *owner;
    const char *next;
    unsigned distance;
} distances[] = {
    {"0000000000000000000000000000000000000001", "0000000000000000000000000000000000000003", 2},
    {"00000000000000000000000000000000000000ff", "0000000000000000000000000000000000000101", 2},
    {"ffffffffffffffffffffffffffffffffffffffff", "0000000000000000000000000000000000000000", 1},
    {"00ffffffffffffffffffffffffffffffffffffff", "0100000000000000000000000000000000000000", 1},
    {"0000000000000000000000000000000000000000", "00000000000000000000000000000000000000ff", 255},
    {"0000000000000000000000000000000000000000", "0000000000000000000000000000000000000100", 0},
    {"0000000000000000000000000000000000000003", "0000000000000000000000000000000000000001", 0},
    {"1000000000000000000000000000000000000000", "2000000000000000000000000000000000000001", 0},
    {"0000000000000000000000000000000000000007", "0000000000000000000000000000000000000007", 0},
};

START_TEST(distances_of_hashes)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(distances); i++) {
        struct bytes owner = fixture_hex(arena, distances[i].owner);
        struct bytes next = fixture_hex(arena, distances[i].next);
        ck_assert_msg(nsec3_distance(owner.data, next.data) == distances[i].distance, "%s to %s",
                      distances[i].owner, distances[i].next);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("nsec3_hash", appendix_a, edges_of_parameters, owners_of_hashes, intervals_of_hashes,
           distances_of_hashes)
