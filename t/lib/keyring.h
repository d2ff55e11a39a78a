/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Throw-away keys that have names, and signatures by them that are as good as a test wants.
 *
 * K1 K2 are KSKs, Z1 Z2 ZSKs of algorithm 13, X1 one more that nobody publishes, Kb Zb the same of
 * algorithm 15, K5 Z5 of algorithm 5.  A letter behind the name spoils a copy: r revoked, n without
 * the zone flag, p with protocol 2, s with a public key that is too short, u with an algorithm
 * nobody implements, c d e f with other public keys but the tag of the original, and `:` and a
 * number below 100 one of a hundred more of these.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/fixture.h"

struct keyring_key {
    struct name owner;
    const char *name;
    struct fixture_key key;
};

/* Keys are made when first named. */
struct keyring {
    struct arena *arena;
    struct keyring_key **keys;
    size_t count;
};

/* The key of that name that the zone `owner` has; it stays where it is. */
const struct fixture_key *keyring_key(struct keyring *ring, const char *owner, const char *name);

enum deed {
    DEED_NOTHING, /* signed as usual; only `ttl` and `alter` count */
    DEED_RESIGN,  /* the usual keys, or `keys`, sign as the rest says */
    DEED_ALSO,    /* one more signature for each of `keys`, as the rest says */
    DEED_UNSIGN   /* no signature */
};

/* How servers differ from what a plan makes usual. */
struct deviation {
    const char *servers; /* letters of servers; NULL: every server of the zone */
    const char *types;   /* "SOA NS"; NULL: everything signed there */
    enum deed deed;
    const char *keys;
    int64_t from, until; /* the window relative to now; both 0: 3 d ago to 11 d from now */
    const char *signer;
    const uint8_t *labels;    /* `&(uint8_t){2}`, as in struct fixture_window */
    const uint8_t *algorithm; /* what the RRSIG says */
    const char *tag_of;       /* the key whose tag the RRSIG says */
    bool spoilt;
    uint32_t ttl;                                          /* of the RRset; 0: 3600 */
    void (*alter)(struct arena *arena, struct rrset *set); /* after signing */
};

/* Who signs, when, and with which keys ("Z1") where a deviation does not say. */
struct signer {
    struct keyring *ring;
    const char *owner;
    int64_t now;
    const char *keys;
};

/* `set` signed as usual, and then by what each of `count` deviations says, one after another. */
struct rrset keyring_sign(const struct signer *signer, struct rrset set,
                          const struct deviation *const *odds, size_t count);

/* The DNSKEY RRset of the named keys; false for none. */
bool keyring_dnskeys(struct keyring *ring, const char *owner, const char *names, struct rrset *set);

/*
 * The DS RRset of the named keys; false for none.  A word is the name of a key, then `/` and the
 * digest type if that is not 2, then `=` and a letter for what is wrong with it: t the tag,
 * a the algorithm (8), u the algorithm (100), d the digest, l its length, g the digest type (100).
 */
bool keyring_ds(struct keyring *ring, const char *owner, const char *names, struct rrset *set);

/* The next word of `*at` copied into the arena, or NULL at the end. */
const char *keyring_word(struct arena *arena, const char **at);

bool keyring_has_word(struct arena *arena, const char *words, const char *wanted);
