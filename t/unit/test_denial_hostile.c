/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Malformed denial records, and the bounds on the work that they can cause. */
#include <stdbool.h>
#include <string.h>

#include "judge/bitmap.h"
#include "judge/denial.h"
#include "judge/nsec.h"
#include "judge/nsec3.h"
#include "judge/nsec3_hash.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define BIT(id) (UINT64_C(1) << DEFECT_##id)

enum { MANY = 1000, ROUNDS = 4000, RDATA_MAX = 96 };

/* A bitmap as it stands in a record. */
static const struct {
    const char *what;
    const char *hex;
    bool parses, well_formed;
    size_t count;
    bool has_a, has_nsec;
} bitmaps[] = {
    {"empty", "", true, true, 0, false, false},
    {"A NSEC", "0006400000000001", true, true, 2, true, true},
    {"two windows", "0001 40 0101 40", true, true, 2, true, false},
    {"last window, all bits",
     "0001 40 ff20 ffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ffffffffffff",
     true, true, 257, true, false},
    {"trailing zeros", "0002 4000", true, false, 1, true, false},
    {"zeros alone", "0001 00", true, false, 0, false, false},
    {"NXNAME", "0011 0000000000000000000000000000000080", true, true, 1, false, false},
    {"ANY", "0020 4000000000000000000000000000000000000000000000000000000000000001", true, false, 2,
     true, false},
    {"type 0", "0001 c0", true, false, 2, true, false},
    {"OPT", "0006 400000000040", true, false, 2, true, false},
    {"window number alone", "00", false, false, 0, false, false},
    {"length 0", "0000", false, false, 0, false, false},
    {"length 33", "0021 ff40000000000000000000000000000000000000000000000000000000000000000000",
     false, false, 0, false, false},
    {"cut", "0006 40", false, false, 0, false, false},
    {"second window cut", "0001 40 0102 40", false, false, 1, true, false},
    {"window twice", "0001 40 0001 01", false, false, 1, true, false},
    {"windows in wrong order", "0101 40 0001 40", false, false, 1, false, false},
};

START_TEST(type_bitmaps)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(bitmaps); i++) {
        struct bytes types = fixture_hex(arena, bitmaps[i].hex);
        struct bitmap bitmap = bitmap_read(types);
        ck_assert_msg(bitmap.parses == bitmaps[i].parses, "%s: parses", bitmaps[i].what);
        ck_assert_msg(bitmap.well_formed == bitmaps[i].well_formed, "%s: form", bitmaps[i].what);
        ck_assert_msg(bitmap.count == bitmaps[i].count, "%s: %zu types", bitmaps[i].what,
                      bitmap.count);
        ck_assert_msg(bitmap_has(types, RR_A) == bitmaps[i].has_a, "%s: A", bitmaps[i].what);
        ck_assert_msg(bitmap_has(types, RR_NSEC) == bitmaps[i].has_nsec, "%s", bitmaps[i].what);
        ck_assert_msg(!bitmap_has(types, RR_ANY) && !bitmap_has(types, 0), "%s", bitmaps[i].what);
    }
    arena_destroy(arena);
}
END_TEST

/* Spans of the zone example.com. */
static const struct {
    const char *owner, *next, *name;
    bool covers;
} spans[] = {
    {"a.example.com", "c.example.com", "b.example.com", true},
    {"a.example.com", "c.example.com", "x.a.example.com", true},
    {"a.example.com", "c.example.com", "a.example.com", false},
    {"a.example.com", "c.example.com", "c.example.com", false},
    {"a.example.com", "c.example.com", "x.c.example.com", false},
    {"a.example.com", "c.example.com", "example.com", false},
    {"a.example.com", "c.example.com", "b.example.net", false},
    {"a.example.com", "c.example.com", "\\255.a.example.com", true},
    {"example.com", "a.example.com", "\\000.example.com", true},
    {"z.example.com", "example.com", "zz.example.com", true},
    {"z.example.com", "example.com", "x.z.example.com", true},
    {"z.example.com", "example.com", "y.example.com", false},
    {"z.example.com", "example.com", "example.com", false},
    {"z.example.com", "example.com", "a.example.net", false},
    {"z.example.com", "example.com", "com", false},
    {"z.example.com", "a.example.com", "zz.example.com", false},
    {"z.example.com", "z.example.com", "zz.example.com", false},
    {"com", "z.example.com", "example.com", false},
    {"example.com", "example.com", "a.example.com", true},
    {"example.com", "example.com", "example.com", false},
    {"example.com", "example.com", "example.net", false},
};

START_TEST(spans_of_names)
{
    struct name zone = fixture_name("example.com");
    for (size_t i = 0; i < COUNT(spans); i++) {
        struct name owner = fixture_name(spans[i].owner);
        struct name next = fixture_name(spans[i].next);
        struct name name = fixture_name(spans[i].name);
        ck_assert_msg(nsec_covers(&owner, &next, &zone, &name) == spans[i].covers, "%s in %s to %s",
                      spans[i].name, spans[i].owner, spans[i].next);
    }
}
END_TEST

static const struct {
    const char *owner, *next;
    bool successor;
} successors[] = {
    {"a.example.com", "\\000.a.example.com", true},
    {"a.example.com", "a\\000.example.com", true},
    {".", "\\000", true},
    {"a.example.com", "b.example.com", false},
    {"a.example.com", "a.example.com", false},
    {"a.example.com", "ab.example.com", false},
    {"a.example.com", "a\\000.example.net", false},
    {"a.example.com", "\\001.a.example.com", false},
    {"a.example.com", "\\000\\000.a.example.com", false},
    {".", ".", false},
    {".", "a", false},
};

START_TEST(next_possible_names)
{
    for (size_t i = 0; i < COUNT(successors); i++) {
        struct name owner = fixture_name(successors[i].owner);
        struct name next = fixture_name(successors[i].next);
        ck_assert_msg(nsec_is_successor(&owner, &next) == successors[i].successor, "%s to %s",
                      successors[i].owner, successors[i].next);
    }
}
END_TEST

#define HASH  "0000000000000000000000000000000000000000"
#define OWNER "00000000000000000000000000000000.example.com"

/* Rdata in hexadecimal digits for the name a.example.com. */
static const struct {
    const char *what, *owner;
    uint16_t type;
    uint8_t labels;
    const char *rdata;
    uint64_t defects;
} raw_rows[] = {
    {"NSEC without rdata", "a.example.com", RR_NSEC, 3, "", BIT(NSEC_BITMAP_MALFORMED)},
    {"NSEC, name cut", "a.example.com", RR_NSEC, 3, "03636f", BIT(NSEC_BITMAP_MALFORMED)},
    {"NSEC, bitmap cut", "a.example.com", RR_NSEC, 3, "016207657861 6d706c6503636f6d00 0006 40",
     BIT(NSEC_BITMAP_MALFORMED) | BIT(NSEC_BITMAP_NO_SELF)},
    {"NSEC3 without rdata", OWNER, RR_NSEC3, 3, "", BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, salt cut", OWNER, RR_NSEC3, 3, "0100000005aa", BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, no next hash", OWNER, RR_NSEC3, 3, "0100000000", BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, empty next hash", OWNER, RR_NSEC3, 3, "010000000000", BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, next hash of 19", OWNER, RR_NSEC3, 3,
     "0100000000 13 00000000000000000000000000000000000000", BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, next hash of 21", OWNER, RR_NSEC3, 3, "0100000000 15" HASH "00",
     BIT(NSEC3_NEXT_INVALID)},
    {"NSEC3, bitmap cut", OWNER, RR_NSEC3, 3, "0100000000 14" HASH "0006 40",
     BIT(NSEC_BITMAP_MALFORMED)},
    {"NSEC3, algorithm 0", OWNER, RR_NSEC3, 3, "0000000000 14" HASH, BIT(NSEC3_HASH_UNKNOWN)},
    {"NSEC3, algorithm 255, short hash", OWNER, RR_NSEC3, 3, "ff00000000 01 00",
     BIT(NSEC3_HASH_UNKNOWN)},
    {"NSEC3, short owner", "000.example.com", RR_NSEC3, 3, "0100000000 14" HASH,
     BIT(NSEC3_OWNER_INVALID)},
    {"NSEC3, owner too deep", "00000000000000000000000000000000.a.example.com", RR_NSEC3, 4,
     "0100000000 14" HASH, BIT(NSEC3_OWNER_INVALID)},
    {"NSEC3, owner outside", "00000000000000000000000000000000.example.net", RR_NSEC3, 3,
     "0100000000 14" HASH, BIT(NSEC3_OWNER_INVALID)},
    {"NSEC3 at a wildcard", "*.example.com", RR_NSEC3, 2, "0100000000 14" HASH,
     BIT(NSEC3_OWNER_INVALID)},
    {"NSEC3 with an expanded owner", OWNER, RR_NSEC3, 2, "0100000000 14" HASH,
     BIT(NSEC_WILDCARD_OWNER_FORGED)},
};

START_TEST(malformed_records)
{
    struct name zone = fixture_name("example.com");
    struct name name = fixture_name("a.example.com");
    struct denial_question question = {&zone, &name, RR_MX, CLAIM_NODATA, 0};
    for (size_t i = 0; i < COUNT(raw_rows); i++) {
        struct arena *arena = arena_create();
        struct bytes rdata = fixture_hex(arena, raw_rows[i].rdata);
        struct rrset set = {.owner = fixture_name(raw_rows[i].owner),
                            .type = raw_rows[i].type,
                            .class = RR_CLASS_IN,
                            .rr = &rdata,
                            .count = 1};
        struct denial_record record = {.set = &set, .usable = true, .labels = raw_rows[i].labels};
        struct proof proof = denial_prove(crypto_create(arena), &question, &record, 1);
        ck_assert_msg(proof.verdict == DENIAL_NONE, "%s: %s", raw_rows[i].what,
                      denial_text(proof.verdict));
        ck_assert_msg(proof.defects == raw_rows[i].defects, "%s: got '%s', expected '%s'",
                      raw_rows[i].what, denial_defects_text(arena, proof.defects),
                      denial_defects_text(arena, raw_rows[i].defects));
        arena_destroy(arena);
    }
}
END_TEST

/* `count` NSEC3 records with owners in ascending order that have nothing to do with any name. */
static void fill_records(struct arena *arena, const struct name *zone, uint16_t iterations,
                         bool different, struct denial_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t hash[NSEC3_HASH_SIZE] = {[18] = (uint8_t)(i >> 8), [19] = (uint8_t)i};
        uint8_t rdata[] = {1, 0, 0, 0, 1, (uint8_t)(different ? i : 0), 20, [26] = 0};
        bytes_put16(rdata + 2, iterations);
        struct bytes *rr = arena_alloc(arena, sizeof *rr);
        *rr = (struct bytes){arena_copy(arena, rdata, sizeof rdata), sizeof rdata};
        struct rrset *set = arena_alloc(arena, sizeof *set);
        *set = (struct rrset){.type = RR_NSEC3, .rr = rr, .count = 1};
        ck_assert(nsec3_owner(hash, zone, &set->owner));
        records[i] =
            (struct denial_record){.set = set, .usable = true, .labels = set->owner.labels};
    }
}

/* A name of `labels` labels in example.com. */
static struct name deep_name(unsigned labels)
{
    struct name name = fixture_name("example.com");
    while (name.labels < labels) {
        struct name longer;
        ck_assert(name_prepend(&name, "a", 1, &longer));
        name = longer;
    }
    return name;
}

static const struct {
    const char *what;
    size_t records;
    bool different; /* each with a salt of its own */
    uint16_t iterations;
    unsigned labels;
    enum denial verdict;
    size_t hashes;
} works[] = {
    {"deep name", 1, false, 0, 120, DENIAL_NONE, 119},
    {"deep name, 169 iterations", 1, false, 169, 120, DENIAL_TOO_COSTLY, 118},
    {"deep name, 500 iterations", 1, false, 500, 120, DENIAL_TOO_COSTLY, 40},
    {"shallow name, 500 iterations", 1, false, 500, 3, DENIAL_NONE, 2},
    {"501 iterations", 1, false, 501, 3, DENIAL_TOO_COSTLY, 0},
    {"65535 iterations", MANY, true, 65535, 120, DENIAL_TOO_COSTLY, 0},
    {"many salts", MANY, true, 0, 120, DENIAL_TOO_COSTLY, 248},
    {"many salts, 500 iterations", MANY, true, 500, 120, DENIAL_TOO_COSTLY, 40},
    {"16 salts, shallow name", 16, true, 0, 3, DENIAL_TOO_COSTLY, 14},
    {"one set of many", MANY, false, 0, 3, DENIAL_TOO_COSTLY, 2},
    {"as many as are looked at", DENIAL_NSEC3_MAX, false, 0, 3, DENIAL_NONE, 2},
};

START_TEST(bounded_work)
{
    static struct denial_record records[MANY];
    for (size_t i = 0; i < COUNT(works); i++) {
        struct arena *arena = arena_create();
        struct crypto *crypto = crypto_create(arena);
        struct name zone = fixture_name("example.com");
        struct name name = deep_name(works[i].labels);
        struct denial_question question = {&zone, &name, RR_A, CLAIM_NXDOMAIN, 0};
        fill_records(arena, &zone, works[i].iterations, works[i].different, records,
                     works[i].records);
        struct proof proof = denial_prove(crypto, &question, records, works[i].records);
        ck_assert_msg(proof.verdict == works[i].verdict, "%s: %s", works[i].what,
                      denial_text(proof.verdict));
        ck_assert_msg(crypto_sha1_count(crypto) == works[i].hashes * (works[i].iterations + 1u),
                      "%s: %zu digests", works[i].what, crypto_sha1_count(crypto));
        ck_assert_uint_le(works[i].hashes, NSEC3_HASHES_MAX(name.labels));
        ck_assert_msg(proof_has(&proof, DEFECT_NSEC3_TOO_MANY) ==
                          (works[i].records > DENIAL_NSEC3_USUAL),
                      "%s: too many", works[i].what);
        arena_destroy(arena);
    }
}
END_TEST

/* The record that matters as the last one looked at, and behind it. */
START_TEST(cap_on_records)
{
    static struct denial_record records[DENIAL_NSEC3_MAX + 1];
    struct arena *arena = arena_create();
    struct name zone = fixture_name("example.com");
    struct denial_question question = {&zone, &zone, RR_MX, CLAIM_NODATA, 0};
    uint8_t hash[NSEC3_HASH_SIZE];
    fill_records(arena, &zone, 0, false, records, COUNT(records));
    ck_assert(nsec3_hash(crypto_create(arena), &zone, fixture_hex(arena, "00"), 0, hash));
    for (size_t place = DENIAL_NSEC3_MAX - 1; place <= DENIAL_NSEC3_MAX; place++) {
        struct rrset match = *records[place].set;
        ck_assert(nsec3_owner(hash, &zone, &match.owner));
        const struct rrset *other = records[place].set;
        records[place].set = &match;
        struct proof proof = denial_prove(crypto_create(arena), &question, records, COUNT(records));
        ck_assert_int_eq(proof.verdict, place < DENIAL_NSEC3_MAX ? DENIAL_ENT : DENIAL_TOO_COSTLY);
        records[place].set = other;
    }
    arena_destroy(arena);
}
END_TEST

/* Several records at one owner: with the same parameters odd, with others a change of salt. */
START_TEST(several_at_one_owner)
{
    struct arena *arena = arena_create();
    struct name zone = fixture_name("example.com");
    struct denial_question question = {&zone, &zone, RR_MX, CLAIM_NODATA, 0};
    struct section section =
        fixture_section(arena, OWNER " NSEC3 1 0 0 - 00000000000000000000000000000001 A\n" OWNER
                                     " NSEC3 1 0 0 - 00000000000000000000000000000002 A\n");
    struct denial_record record = {.set = &section.rrsets[0], .usable = true, .labels = 3};
    struct proof proof = denial_prove(crypto_create(arena), &question, &record, 1);
    ck_assert_uint_eq(proof.defects, BIT(NSEC3_MULTIPLE_OWNER) | BIT(NSEC3_NO_MATCH));
    section =
        fixture_section(arena, OWNER " NSEC3 1 0 0 - 00000000000000000000000000000001 A\n" OWNER
                                     " NSEC3 1 0 0 aa 00000000000000000000000000000001 A\n");
    record.set = &section.rrsets[0];
    proof = denial_prove(crypto_create(arena), &question, &record, 1);
    ck_assert_uint_eq(proof.defects,
                      BIT(NSEC3_PARAMS_MIXED) | BIT(NSEC3_SALT) | BIT(NSEC3_NO_MATCH));
    arena_destroy(arena);
}
END_TEST

/* xorshift: the same octets in each run. */
static uint8_t next_octet(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return (uint8_t)(*seed >> 11);
}

/* Octets changed at random: no crash, no work beyond the bounds, and never a verdict out of range.
 */
START_TEST(random_records)
{
    static const char *const seeds[] = {
        "0162076578616d706c6503636f6d00 0006400000000003",
        "0100000000 14" HASH "0006400000000003",
    };
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    struct name zone = fixture_name("example.com");
    struct name name = fixture_name("x.a.example.com");
    uint32_t seed = 2463534242;
    for (size_t round = 0; round < ROUNDS; round++) {
        uint8_t octets[RDATA_MAX];
        bool is_nsec = round % 2 == 0;
        struct bytes model = fixture_hex(arena, seeds[round % 2]);
        memcpy(octets, model.data, model.size);
        for (unsigned changes = next_octet(&seed) % 4u; changes > 0; changes--) {
            octets[next_octet(&seed) % model.size] = next_octet(&seed);
        }
        struct bytes rdata = {octets, model.size - next_octet(&seed) % 4u};
        struct rrset set = {.owner = fixture_name(is_nsec ? "a.example.com" : OWNER),
                            .type = is_nsec ? RR_NSEC : RR_NSEC3,
                            .rr = &rdata,
                            .count = 1};
        struct denial_record record = {
            .set = &set, .usable = true, .labels = next_octet(&seed) % 4u};
        enum denial_claim claim = (enum denial_claim)(next_octet(&seed) % 4u);
        uint16_t type = claim == CLAIM_UNSIGNED_CUT ? RR_DS : RR_A;
        struct denial_question question = {&zone, &name, type, claim, next_octet(&seed) % 5u};
        size_t before = crypto_sha1_count(crypto);
        struct proof proof = denial_prove(crypto, &question, &record, 1);
        ck_assert_int_le(proof.verdict, DENIAL_REFUSED_HERE);
        ck_assert_uint_le(crypto_sha1_count(crypto) - before,
                          NSEC3_ITERATIONS_SUM_MAX + NSEC3_HASHES_MAX(4));
        ck_assert_uint_lt(proof.defects, UINT64_C(1) << DENIAL_DEFECT_COUNT);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("denial_hostile", type_bitmaps, spans_of_names, next_possible_names, malformed_records,
           bounded_work, cap_on_records, several_at_one_owner, random_records)
