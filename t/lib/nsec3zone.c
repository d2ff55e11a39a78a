/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes the names of a zone, sorts them, and writes the records that are asked for as text. */
#include "lib/nsec3zone.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "judge/nsec3_hash.h"
#include "lib/fixture.h"

enum { WORD_MAX = 512, ITERATIONS_MAX = 500 };

/* A name of the zone by its hash. */
struct node {
    uint8_t hash[NSEC3_HASH_SIZE];
    const char *types;
};

/* The zone under one set of parameters. */
struct ring {
    struct arena *arena;
    struct crypto *crypto;
    struct name zone;
    const struct nsec3zone_parameters *parameters;
    struct node *nodes;
    size_t count;
};

static void hash_text(const struct ring *ring, const char *text, uint8_t hash[NSEC3_HASH_SIZE])
{
    const struct nsec3zone_parameters *parameters = ring->parameters;
    struct bytes salt =
        fixture_hex(ring->arena, parameters->salt[0] == '-' ? "" : parameters->salt);
    unsigned iterations =
        parameters->iterations < ITERATIONS_MAX ? parameters->iterations : ITERATIONS_MAX;
    struct name name = fixture_name(text);
    ck_assert(nsec3_hash(ring->crypto, &name, salt, (uint16_t)iterations, hash));
}

static int compare_nodes(const void *a, const void *b)
{
    return memcmp(((const struct node *)a)->hash, ((const struct node *)b)->hash, NSEC3_HASH_SIZE);
}

static struct ring make_ring(struct arena *arena, const struct nsec3zone *zone,
                             const struct nsec3zone_parameters *parameters)
{
    struct ring ring = {.arena = arena,
                        .crypto = crypto_create(arena),
                        .zone = fixture_name(zone->zone),
                        .parameters = parameters,
                        .nodes = arena_alloc(arena, zone->count * sizeof *ring.nodes),
                        .count = zone->count};
    for (size_t i = 0; i < zone->count; i++) {
        hash_text(&ring, zone->names[i].name, ring.nodes[i].hash);
        ring.nodes[i].types = zone->names[i].types;
    }
    qsort(ring.nodes, ring.count, sizeof *ring.nodes, compare_nodes);
    return ring;
}

/* The hash as a label. */
static const char *label_text(const struct ring *ring, const uint8_t hash[NSEC3_HASH_SIZE])
{
    struct name root = name_root();
    struct name label;
    ck_assert(nsec3_owner(hash, &root, &label));
    return name_text(ring->arena, &label);
}

static const char *record_text(const struct ring *ring, const uint8_t owner[NSEC3_HASH_SIZE],
                               const uint8_t next[NSEC3_HASH_SIZE], const char *types)
{
    const struct nsec3zone_parameters *parameters = ring->parameters;
    struct name name;
    ck_assert(nsec3_owner(owner, &ring->zone, &name));
    return arena_printf(ring->arena, "%s. NSEC3 %u %u %u %s %s %s\n", name_text(ring->arena, &name),
                        parameters->algorithm, parameters->flags, parameters->iterations,
                        parameters->salt, label_text(ring, next), types);
}

/* The hash `step` further on the circle: 1 or -1. */
static void move_hash(const uint8_t hash[NSEC3_HASH_SIZE], int step, uint8_t moved[NSEC3_HASH_SIZE])
{
    int carry = step;
    for (size_t i = NSEC3_HASH_SIZE; i-- > 0;) {
        int octet = hash[i] + carry;
        moved[i] = (uint8_t)octet;
        carry = octet > 0xff ? 1 : octet < 0 ? -1 : 0;
    }
}

/* The record of the chain that matches or covers. */
static const char *find_text(const struct ring *ring, const uint8_t hash[NSEC3_HASH_SIZE],
                             bool match, const char *types)
{
    for (size_t i = 0; i < ring->count; i++) {
        const struct node *node = &ring->nodes[i];
        const struct node *next = &ring->nodes[(i + 1) % ring->count];
        bool found = match ? memcmp(node->hash, hash, NSEC3_HASH_SIZE) == 0
                           : nsec3_covers(node->hash, next->hash, hash);
        if (found) {
            return record_text(ring, node->hash, next->hash, types == NULL ? node->types : types);
        }
    }
    return NULL;
}

/* "A,MX" with blanks in place of commas; NULL when there is no colon in the word. */
static const char *types_of(char *word)
{
    char *colon = strchr(word, ':');
    if (colon == NULL) {
        return NULL;
    }
    *colon = '\0';
    for (char *comma = strchr(colon + 1, ','); comma != NULL; comma = strchr(comma, ',')) {
        *comma = ' ';
    }
    return colon + 1;
}

/* The record for one word of a recipe. */
static const char *word_text(const struct ring *ring, char *word)
{
    uint8_t hash[NSEC3_HASH_SIZE];
    uint8_t before[NSEC3_HASH_SIZE];
    uint8_t after[NSEC3_HASH_SIZE];
    const char *types = types_of(word);
    const char *text = NULL;
    hash_text(ring, word + 1, hash);
    move_hash(hash, -1, before);
    move_hash(hash, 1, after);
    if (word[0] == '<') {
        text = record_text(ring, before, after, "");
    } else if (word[0] == '^') {
        text = record_text(ring, hash, after, types == NULL ? "" : types);
    } else {
        text = find_text(ring, hash, word[0] == '=', types);
    }
    ck_assert_msg(text != NULL, "nsec3zone: no record for %s", word);
    return text;
}

size_t nsec3zone_records(struct arena *arena, const struct nsec3zone *zone, const char *recipe,
                         struct denial_record records[NSEC3ZONE_RECORDS_MAX])
{
    const char *text = "";
    struct ring rings[] = {make_ring(arena, zone, &zone->parameters),
                           make_ring(arena, zone, &zone->second)};
    for (recipe += strspn(recipe, " "); *recipe != '\0'; recipe += strspn(recipe, " ")) {
        char word[WORD_MAX] = "";
        size_t length = strcspn(recipe, " ");
        ck_assert_uint_lt(length, sizeof word);
        memcpy(word, recipe, length);
        bool second = word[0] == '2';
        text = arena_printf(arena, "%s%s", text, word_text(&rings[second], word + second));
        recipe += length;
    }
    struct section section = fixture_section(arena, text);
    ck_assert_uint_le(section.count, NSEC3ZONE_RECORDS_MAX);
    for (size_t i = 0; i < section.count; i++) {
        const struct rrset *set = &section.rrsets[i];
        records[i] =
            (struct denial_record){.set = set, .usable = true, .labels = set->owner.labels};
    }
    return section.count;
}
