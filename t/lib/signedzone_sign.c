/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the keys of a planned zone and signs its RRsets. */
#include <string.h>

#include <check.h>

#include "lib/signedzone.h"

#define NAME "example.com"

static const char *or_usual(const char *text, const char *usual)
{
    return text == NULL ? usual : text;
}

/* The next word of `*at` copied into the arena, or NULL at the end. */
static const char *next_word(struct arena *arena, const char **at)
{
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    const char *word = arena_printf(arena, "%.*s", (int)size, *at);
    *at += size;
    return size == 0 ? NULL : word;
}

/* Keys. */

static const struct {
    const char *name;
    const char *owner;
    uint16_t flags;
    uint8_t algorithm;
} key_kinds[] = {{"K1", NAME, 257, 13}, {"K2", NAME, 257, 13}, {"Z1", NAME, 256, 13},
                 {"Z2", NAME, 256, 13}, {"X1", NAME, 256, 13}, {"Kb", NAME, 257, 15},
                 {"Zb", NAME, 256, 15}, {"K5", NAME, 257, 5},  {"Z5", NAME, 256, 5},
                 {"P1", "com", 257, 13}};

static struct fixture_key new_key(struct arena *arena, const char *name)
{
    for (size_t i = 0; i < sizeof key_kinds / sizeof key_kinds[0]; i++) {
        if (strncmp(key_kinds[i].name, name, 2) == 0) {
            return fixture_key(arena, key_kinds[i].owner, key_kinds[i].flags,
                               key_kinds[i].algorithm);
        }
    }
    ck_abort_msg("signedzone: no key %s", name);
}

/* The original with the change that the letter stands for. */
static struct fixture_key spoil(struct arena *arena, const struct fixture_key *original, char how)
{
    struct fixture_key key = *original;
    struct bytes from = original->dnskey.rdata;
    uint8_t *rdata = arena_copy(arena, from.data, from.size);
    size_t size = from.size;
    switch (how) {
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
    case 'c': /* the tag is a sum of 16-bit words, whatever their order */
    case 'd':
    case 'e':
    case 'f':
        memcpy(rdata + 4, from.data + 6 + 2 * (how - 'c'), 2);
        memcpy(rdata + 6 + 2 * (how - 'c'), from.data + 4, 2);
        break;
    default:
        ck_abort_msg("signedzone: no way %c to spoil a key", how);
    }
    ck_assert(rr_dnskey((struct bytes){rdata, size}, &key.dnskey));
    return key;
}

const struct fixture_key *signedzone_key(struct signedzone *zone, const char *name)
{
    for (size_t i = 0; i < zone->key_count; i++) {
        if (strcmp(zone->key_names[i], name) == 0) {
            return &zone->keys[i];
        }
    }
    struct fixture_key key;
    if (name[2] == '\0') {
        key = new_key(zone->arena, name);
    } else {
        const char *original = arena_printf(zone->arena, "%.2s", name);
        key = spoil(zone->arena, signedzone_key(zone, original), name[2]);
    }
    ck_assert_uint_lt(zone->key_count, ZONE_KEYS);
    zone->keys[zone->key_count] = key;
    zone->key_names[zone->key_count] = arena_text(zone->arena, name);
    return &zone->keys[zone->key_count++];
}

/* Signatures. */

static bool has_word(struct arena *arena, const char *words, const char *wanted)
{
    for (const char *word = next_word(arena, &words); word != NULL;
         word = next_word(arena, &words)) {
        if (strcmp(word, wanted) == 0) {
            return true;
        }
    }
    return false;
}

static bool applies(const struct signedzone *zone, const struct deviation *odd, char server,
                    uint16_t type)
{
    return strchr(or_usual(odd->servers, "12"), server) != NULL &&
           (odd->types == NULL ||
            has_word(zone->arena, odd->types, rr_type_text(zone->arena, type)));
}

static void sign(struct signedzone *zone, struct rrset *set, const struct deviation *odd,
                 const char *keys)
{
    struct fixture_window window = {
        .inception = (uint32_t)(zone->now - 3 * DAY),
        .expiration = (uint32_t)(zone->now + 11 * DAY),
        .labels = odd->labels,
        .algorithm = odd->algorithm,
        .spoilt = odd->spoilt,
    };
    if (odd->from != 0 || odd->until != 0) {
        window.inception = (uint32_t)(zone->now + odd->from);
        window.expiration = (uint32_t)(zone->now + odd->until);
    }
    struct name signer;
    if (odd->signer != NULL) {
        signer = fixture_name(odd->signer);
        window.signer = &signer;
    }
    if (odd->tag_of != NULL) {
        window.key_tag = &signedzone_key(zone, odd->tag_of)->dnskey.tag;
    }
    for (const char *word = next_word(zone->arena, &keys); word != NULL;
         word = next_word(zone->arena, &keys)) {
        *set = fixture_sign(zone->arena, set, signedzone_key(zone, word), window);
    }
}

static struct rrset sign_all(struct signedzone *zone, char server, struct rrset set,
                             const char *usual_keys)
{
    enum { ODDS = sizeof zone->plan->odd / sizeof zone->plan->odd[0] };
    const struct deviation usual = {.servers = NULL};
    const struct deviation *const odds = zone->plan->odd;
    for (size_t i = 0; i < ODDS; i++) {
        if (odds[i].ttl != 0 && applies(zone, &odds[i], server, set.type)) {
            set.ttl = odds[i].ttl;
        }
    }
    struct rrset plain = set;
    sign(zone, &set, &usual, usual_keys);
    for (size_t i = 0; i < ODDS; i++) {
        const struct deviation *odd = &odds[i];
        if (!applies(zone, odd, server, set.type)) {
            continue;
        }
        if (odd->deed == DEED_RESIGN || odd->deed == DEED_UNSIGN) {
            set = plain;
        }
        if (odd->deed == DEED_RESIGN || odd->deed == DEED_ALSO) {
            sign(zone, &set, odd, or_usual(odd->keys, usual_keys));
        }
        if (odd->alter != NULL) {
            odd->alter(zone->arena, &set);
        }
    }
    return set;
}

static const char *signers_of(const struct signedzone *zone, char server, uint16_t type)
{
    const struct zone_plan *plan = zone->plan;
    if (server == 'P') {
        return type == RR_NS ? "" : "P1";
    }
    if (plan->dnskey != NULL && plan->dnskey[0] == '\0') {
        return "";
    }
    return type == RR_DNSKEY ? or_usual(plan->sign_dnskey, "K1") : or_usual(plan->sign_data, "Z1");
}

struct rrset signedzone_rrset(struct signedzone *zone, char server, const char *text)
{
    struct rrset set = fixture_rrset(zone->arena, text);
    return sign_all(zone, server, set, signers_of(zone, server, set.type));
}

bool signedzone_keys(struct signedzone *zone, char server, const char *names, struct rrset *set)
{
    struct bytes rr[8];
    size_t count = 0;
    *set = (struct rrset){.type = server == 'P' ? RR_DS : RR_DNSKEY, .class = RR_CLASS_IN};
    for (const char *word = next_word(zone->arena, &names); word != NULL;
         word = next_word(zone->arena, &names)) {
        struct fixture_key key = *signedzone_key(zone, word);
        struct rrset one = server == 'P' ? fixture_ds(zone->arena, 3600, &key, 2)
                                         : fixture_dnskeys(zone->arena, 3600, &key, 1);
        size_t at = count++;
        for (; at > 0 && bytes_compare(rr[at - 1], one.rr[0]) > 0; at--) {
            rr[at] = rr[at - 1];
        }
        rr[at] = one.rr[0];
    }
    set->owner = fixture_name(NAME);
    set->ttl = 3600;
    set->rr = arena_copy(zone->arena, rr, count * sizeof *rr);
    set->count = count;
    *set = count > 0 ? sign_all(zone, server, *set, signers_of(zone, server, set->type)) : *set;
    return count > 0;
}
