/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes named keys, spoils copies of them, and signs with them. */
#include "lib/keyring.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

enum { DAY_SECONDS = 86400 };

const char *keyring_word(struct arena *arena, const char **at)
{
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    const char *word = arena_printf(arena, "%.*s", (int)size, *at);
    *at += size;
    return size == 0 ? NULL : word;
}

bool keyring_has_word(struct arena *arena, const char *words, const char *wanted)
{
    for (const char *word = keyring_word(arena, &words); word != NULL;
         word = keyring_word(arena, &words)) {
        if (strcmp(word, wanted) == 0) {
            return true;
        }
    }
    return false;
}

/* Keys. */

static const struct {
    const char *name;
    uint16_t flags;
    uint8_t algorithm;
} key_kinds[] = {{"K1", 257, 13}, {"K2", 257, 13}, {"Z1", 256, 13},
                 {"Z2", 256, 13}, {"X1", 256, 13}, {"Kb", 257, 15},
                 {"Zb", 256, 15}, {"K5", 257, 5},  {"Z5", 256, 5}};

static struct fixture_key new_key(struct arena *arena, const char *owner, const char *name)
{
    for (size_t i = 0; i < sizeof key_kinds / sizeof key_kinds[0]; i++) {
        if (strcmp(key_kinds[i].name, name) == 0) {
            return fixture_key(arena, owner, key_kinds[i].flags, key_kinds[i].algorithm);
        }
    }
    ck_abort_msg("keyring: no key %s", name);
}

/* By chance two keys of a ring may share a tag, which would be another test. */
static bool tag_is_taken(const struct keyring *ring, uint16_t tag)
{
    for (size_t i = 0; i < ring->count; i++) {
        uint16_t other = ring->keys[i]->key.dnskey.tag;
        if (tag == other || tag == (uint16_t)(other + DNSKEY_REVOKE)) {
            return true;
        }
    }
    return false;
}

/* The tag is a sum of 16-bit words, whatever their order. */
static void swap_words(uint8_t *public_key, size_t a, size_t b)
{
    uint8_t word[2];
    memcpy(word, public_key + 2 * a, 2);
    memcpy(public_key + 2 * a, public_key + 2 * b, 2);
    memcpy(public_key + 2 * b, word, 2);
}

/* The original with the change that the letter stands for. */
static struct fixture_key spoil(struct arena *arena, const struct fixture_key *original,
                                const char *how)
{
    struct fixture_key key = *original;
    struct bytes from = original->dnskey.rdata;
    uint8_t *rdata = arena_copy(arena, from.data, from.size);
    size_t size = from.size;
    switch (how[0]) {
    case 'r':
        rdata[1] |= DNSKEY_REVOKE;
        break;
    case 'n':
        rdata[0] = 0;
        break;
    case 'p':
        rdata[2] = 2;
        break;
    case 's':
        size -= 2;
        break;
    case 'u':
        rdata[3] = 17;
        break;
    case 'c':
    case 'd':
    case 'e':
    case 'f':
        swap_words(rdata + 4, 0, 1 + (size_t)(how[0] - 'c'));
        break;
    case ':': {
        unsigned long number = strtoul(how + 1, NULL, 10);
        swap_words(rdata + 4, number % 10, 10 + number / 10 % 6);
        swap_words(rdata + 4, 5 + number / 10, 15);
        break;
    }
    default:
        ck_abort_msg("keyring: no way %s to spoil a key", how);
    }
    ck_assert(rr_dnskey((struct bytes){rdata, size}, &key.dnskey));
    return key;
}

const struct fixture_key *keyring_key(struct keyring *ring, const char *owner, const char *name)
{
    struct name zone = fixture_name(owner);
    for (size_t i = 0; i < ring->count; i++) {
        if (strcmp(ring->keys[i]->name, name) == 0 && name_equal(&ring->keys[i]->owner, &zone)) {
            return &ring->keys[i]->key;
        }
    }
    struct fixture_key key;
    if (name[2] == '\0') {
        do {
            key = new_key(ring->arena, owner, name);
        } while (tag_is_taken(ring, key.dnskey.tag));
    } else {
        const char *original = arena_printf(ring->arena, "%.2s", name);
        key = spoil(ring->arena, keyring_key(ring, owner, original), name + 2);
    }
    struct keyring_key *entry = arena_alloc(ring->arena, sizeof *entry);
    *entry = (struct keyring_key){.owner = zone, .name = arena_text(ring->arena, name), .key = key};
    ring->keys = arena_grow(ring->arena, ring->keys, ring->count, sizeof entry);
    ring->keys[ring->count++] = entry;
    return &entry->key;
}

/* RRsets of keys. */

static int compare_bytes(const void *a, const void *b)
{
    return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* Adds a record, which stand in canonical order. */
static void add_record(struct arena *arena, struct rrset *set, struct bytes rdata)
{
    struct bytes *rr = arena_alloc(arena, (set->count + 1) * sizeof *rr);
    if (set->count > 0) {
        memcpy(rr, set->rr, set->count * sizeof *rr);
    }
    rr[set->count++] = rdata;
    qsort(rr, set->count, sizeof *rr, compare_bytes);
    set->rr = rr;
}

static struct rrset empty_set(const char *owner, uint16_t type)
{
    return (struct rrset){
        .owner = fixture_name(owner), .type = type, .class = RR_CLASS_IN, .ttl = 3600};
}

bool keyring_dnskeys(struct keyring *ring, const char *owner, const char *names, struct rrset *set)
{
    *set = empty_set(owner, RR_DNSKEY);
    for (const char *word = keyring_word(ring->arena, &names); word != NULL;
         word = keyring_word(ring->arena, &names)) {
        add_record(ring->arena, set, keyring_key(ring, owner, word)->dnskey.rdata);
    }
    return set->count > 0;
}

/* DS rdata with a fault. */
static struct bytes spoil_ds(struct arena *arena, struct bytes rdata, char how)
{
    uint8_t *data = arena_copy(arena, rdata.data, rdata.size);
    switch (how) {
    case 't':
        data[1] ^= 1;
        break;
    case 'a':
        data[2] = 8;
        break;
    case 'u':
        data[2] = 100;
        break;
    case 'g':
        data[3] = 100;
        break;
    case 'd':
        data[4] ^= 1;
        break;
    case 'l':
        rdata.size--;
        break;
    default:
        ck_abort_msg("keyring: no way %c to spoil a DS", how);
    }
    return (struct bytes){data, rdata.size};
}

bool keyring_ds(struct keyring *ring, const char *owner, const char *names, struct rrset *set)
{
    *set = empty_set(owner, RR_DS);
    for (const char *word = keyring_word(ring->arena, &names); word != NULL;
         word = keyring_word(ring->arena, &names)) {
        const char *slash = strchr(word, '/');
        const char *equal = strchr(word, '=');
        const char *name = arena_printf(ring->arena, "%.*s", (int)strcspn(word, "/="), word);
        uint8_t digest = slash == NULL ? 2 : (uint8_t)(slash[1] - '0');
        struct rrset one = fixture_ds(ring->arena, 3600, keyring_key(ring, owner, name), digest);
        add_record(ring->arena, set,
                   equal == NULL ? one.rr[0] : spoil_ds(ring->arena, one.rr[0], equal[1]));
    }
    return set->count > 0;
}

/* Signatures. */

/* One more signature of `set` for each key that `odd` or else the signer names. */
static void sign(const struct signer *signer, const struct deviation *odd, struct rrset *set)
{
    struct fixture_window window = {
        .inception = (uint32_t)(signer->now - 3 * DAY_SECONDS),
        .expiration = (uint32_t)(signer->now + 11 * DAY_SECONDS),
        .labels = odd->labels,
        .algorithm = odd->algorithm,
        .spoilt = odd->spoilt,
    };
    if (odd->from != 0 || odd->until != 0) {
        window.inception = (uint32_t)(signer->now + odd->from);
        window.expiration = (uint32_t)(signer->now + odd->until);
    }
    struct name name;
    if (odd->signer != NULL) {
        name = fixture_name(odd->signer);
        window.signer = &name;
    }
    if (odd->tag_of != NULL) {
        window.key_tag = &keyring_key(signer->ring, signer->owner, odd->tag_of)->dnskey.tag;
    }
    const char *keys = odd->keys == NULL ? signer->keys : odd->keys;
    struct arena *arena = signer->ring->arena;
    for (const char *word = keyring_word(arena, &keys); word != NULL;
         word = keyring_word(arena, &keys)) {
        *set = fixture_sign(arena, set, keyring_key(signer->ring, signer->owner, word), window);
    }
}

struct rrset keyring_sign(const struct signer *signer, struct rrset set,
                          const struct deviation *const *odds, size_t count)
{
    const struct deviation usual = {.servers = NULL};
    for (size_t i = 0; i < count; i++) {
        set.ttl = odds[i]->ttl != 0 ? odds[i]->ttl : set.ttl;
    }
    struct rrset plain = set;
    sign(signer, &usual, &set);
    for (size_t i = 0; i < count; i++) {
        if (odds[i]->deed == DEED_RESIGN || odds[i]->deed == DEED_UNSIGN) {
            set = plain;
        }
        if (odds[i]->deed == DEED_RESIGN || odds[i]->deed == DEED_ALSO) {
            sign(signer, odds[i], &set);
        }
        if (odds[i]->alter != NULL) {
            odds[i]->alter(signer->ring->arena, &set);
        }
    }
    return set;
}
