/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which phase of which rollover a zone shows (RFC 6781 4.1, RFC 7583 3).
 *
 * Nothing is remembered here: a phase is looked up in tables by where each key is seen: in the
 * DNSKEY RRset, in a DS, in a CDS, signing the keys, signing data.  Some phases look the same from
 * both ends of a rollover; then what is known of the age of the keys or what CDS ask for decides,
 * or else both readings are told.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Where one key is seen.  A DS or CDS whose key is not published is one too. */
struct rollover_key {
    uint16_t tag;
    uint8_t algorithm;
    bool sep;
    bool revoked;
    bool published; /* in the DNSKEY RRset of some server */
    bool in_ds;
    bool in_cds;         /* or CDNSKEY */
    bool signs_keys;     /* by a good signature over the DNSKEY RRset */
    bool signs_data;     /* over some of the data looked at */
    bool signs_all_data; /* over all of it */
    unsigned ds_servers; /* servers of the parent that give its DS */
    int64_t first_seen;  /* as a published key; 0 when not known */
};

struct rollover_terms {
    struct arena *arena;
    const struct rollover_key *keys;
    size_t count;
    bool ds_known; /* whether the parent could be asked: else nothing is said about entry keys */
    bool ds_there; /* the parent has some DS, be it a wrong one */
    bool cds;      /* there are CDS or CDNSKEY that name keys */
    bool cds_delete;
    unsigned parent_servers;
    uint32_t key_ttl;  /* of the DNSKEY RRset */
    uint32_t ds_ttl;   /* of the DS RRset; 0 when not known */
    uint32_t data_ttl; /* the longest of the data looked at */
};

enum rollover_kind {
    ROLLOVER_ENTRY,     /* of a KSK or CSK: the DS changes */
    ROLLOVER_ZSK,       /* the DS stays */
    ROLLOVER_ALGORITHM, /* of all keys to another algorithm */
    ROLLOVER_SECURITY,  /* from unsigned to signed or back */
    ROLLOVER_REVOCATION /* RFC 5011 */
};

enum rollover_health {
    ROLLOVER_HEALTHY,
    ROLLOVER_RESTING, /* may stay so for ever: a standby key, a key published ahead */
    ROLLOVER_BROKEN
};

struct rollover {
    enum rollover_kind kind;
    enum rollover_health health;
    const char *phase; /* one word that stays the same while the phase does: "ksk-submitted" */
    uint16_t old_tag;  /* of the keys that it is about; 0 where there is none */
    uint16_t new_tag;
    const char *text; /* what is seen, what may come next, what must not yet */
};

/* One of each kind at most. */
enum { ROLLOVERS_MAX = 5 };

/*
 * Fills `found` and returns how many; 0 for a zone at rest, and for one in no phase known here.
 * Of a zone with several signers the keys have to be those of one of them, or two keys of a kind
 * would be said to replace each other.
 */
size_t rollover_judge(const struct rollover_terms *terms, struct rollover found[ROLLOVERS_MAX]);
