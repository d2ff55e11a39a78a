/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records, replies, keys and signatures for tests, from zone text.
 *
 * Zone text is what a master file holds: records on one or more lines, comments, $TTL and $ORIGIN;
 * the TTL is 3600 and the class IN where they are left out.  Text that does not parse ends the
 * test.  Everything lives in the arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"
#include "wire/message.h"
#include "wire/rr.h"

/* A name from text that must be right. */
struct name fixture_name(const char *text);

/* "00ff 2a" as bytes, and bytes as "00ff2a". */
struct bytes fixture_hex(struct arena *arena, const char *text);
char *fixture_hex_text(struct arena *arena, struct bytes bytes);

/* The one RRset of `text`; RRSIG lines become its signatures. */
struct rrset fixture_rrset(struct arena *arena, const char *text);

/* All RRsets of `text`, which may be empty or NULL. */
struct section fixture_section(struct arena *arena, const char *text);

/* A reply; what is left out is empty, false or 0, so rcode NOERROR. */
struct fixture_reply {
    const char *question; /* "example.com SOA"; NULL: no question */
    unsigned rcode;       /* up to 4095: with the EDNS extension */
    bool aa, tc, ra, ad, cd;
    uint16_t id;
    bool no_edns;         /* no OPT; otherwise one with DO stands last */
    struct bytes options; /* of the OPT, raw */
    const char *answer;   /* zone text each */
    const char *authority;
    const char *additional;
};

/* The wire of a reply, not compressed. */
struct bytes fixture_message(struct arena *arena, const struct fixture_reply *reply);

/* A query for "example.com SOA" with the id, nothing in upper case. */
struct bytes fixture_query(struct arena *arena, const char *question, uint16_t id);

/* fixture_message put through message_parse, which must take it; the question must be given. */
const struct message *fixture_parsed(struct arena *arena, const struct fixture_reply *reply);

/* A throw-away key pair; the private key is freed with the arena. */
struct fixture_key {
    struct name owner;
    struct dnskey dnskey; /* with its rdata; change a copy of it to break it */
    EVP_PKEY *pair;
};

/*
 * A new key for algorithm 5, 7, 8, 10 (RSA, 1024 bits), 13, 14, 15 or 16.  `flags` are those of the
 * DNSKEY: 256 for a ZSK, 257 for a KSK.
 */
struct fixture_key fixture_key(struct arena *arena, const char *owner, uint16_t flags,
                               uint8_t algorithm);

/* The DNSKEY RRset of `count` keys with the owner of the first. */
struct rrset fixture_dnskeys(struct arena *arena, uint32_t ttl, const struct fixture_key *keys,
                             size_t count);

/* The DS RRset of one key; digest types 1, 2 and 4. */
struct rrset fixture_ds(struct arena *arena, uint32_t ttl, const struct fixture_key *key,
                        uint8_t digest_type);

/* The times of a signature, and what else it says where that is not what it should say. */
struct fixture_window {
    uint32_t inception;
    uint32_t expiration;
    const uint8_t *labels; /* NULL here and below: the right value; `&(uint8_t){2}` to set one */
    const struct name *signer;
    const uint32_t *original_ttl;
    const uint8_t *algorithm;
    const uint16_t *key_tag;
    bool spoilt; /* one bit of the signature is turned over */
};

/*
 * `set` with one more signature, by `key`, over what the RRSIG says (RFC 4035 5.3.2); it is good
 * as cryptography goes unless `spoilt`.  For a wildcard expansion sign the wildcard, then change
 * the owner of the result.
 */
struct rrset fixture_sign(struct arena *arena, const struct rrset *set,
                          const struct fixture_key *key, struct fixture_window window);
