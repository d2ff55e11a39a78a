/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link from a parent's DS RRset to a zone's DNSKEY RRset (RFC 4035 5.2).
 *
 * Each DS is judged by itself, so that a wrong one can be told with its correction; then the set
 * as a whole, by the rules of a validator: what cannot be used does not count, SHA-1 does not count
 * beside SHA-2 (RFC 4509 3), and of the rest one DS must match a key that signs the DNSKEY RRset.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/crypto.h"
#include "judge/policy.h"
#include "judge/reason.h"
#include "judge/sig.h"
#include "result/finding.h"

enum ds_fit {
    DS_FITS,
    DS_NO_KEY,          /* no DNSKEY is anything like it */
    DS_TAG_WRONG,       /* the digest is that of `key`, the tag is not */
    DS_ALGORITHM_WRONG, /* the digest is that of `key`, the algorithm is not */
    DS_DIGEST_WRONG,    /* tag and algorithm are those of `key`, the digest is not */
    DS_REVOKED,         /* the DS of `key` as it was before it was revoked */
    DS_DIGEST_LENGTH,   /* a digest of impossible length */
    DS_UNUSABLE,        /* algorithm or digest type that a validator does not use */
    DS_REFUSED_HERE     /* this host's crypto policy refuses the digest */
};

struct ds_verdict {
    struct ds ds;
    enum ds_fit fit;
    const struct dnskey *key; /* the key that it fits, or would with the right field; or NULL */
    bool ignored;             /* SHA-1 beside a usable SHA-2 DS */
    bool limited; /* it fits none of the keys that were tried, and there are more with its tag */
    bool untried; /* limited, since what is done for a whole set was spent */
};

enum link_state {
    LINK_SECURE,
    LINK_INSECURE, /* every DS is unusable: validators treat the zone as unsigned */
    LINK_BROKEN,
    LINK_UNDECIDED /* this host refuses what would be needed, or it is too much work */
};

struct link {
    enum link_state state;
    enum finding_id reason;       /* why it is broken, insecure or undecided */
    const struct ds_verdict *set; /* one for each DS that decodes */
    size_t count;
    const struct ds_verdict *ds; /* the DS that the state rests on; or NULL */
    struct judgement dnskey;     /* of the signatures by keys that a DS fits */
};

struct link_terms {
    struct sig_context context; /* zone: the child; keys: its DNSKEYs */
    const struct rrset *ds;     /* verified already */
    const struct rrset *dnskey;
};

/*
 * `dnskey` may be NULL or without records when the zone gives none; then the reason is
 * FINDING_DS_CHILD_UNSIGNED.
 */
struct link link_judge(const struct link_terms *terms);

/* The set of DS verdicts alone. */
const struct ds_verdict *link_judge_ds(struct arena *arena, struct crypto *crypto,
                                       const struct name *zone, const struct rrset *ds,
                                       const struct dnskey *keys, size_t key_count, size_t *count);

/* Whether the DS takes part in the decision: usable, and not SHA-1 beside SHA-2. */
bool link_ds_counts(const struct ds_verdict *verdict);

/* Whether a DS of the set makes the key an entry point; never one that is revoked, or NULL. */
bool link_names_key(const struct ds_verdict *set, size_t count, const struct dnskey *key);

/* What is wrong with one DS and how it should read, in words. */
char *link_ds_text(struct arena *arena, const struct ds_verdict *verdict);

/* The digest type to publish in the place of this DS: SHA-384 where it has that, else SHA-256. */
uint8_t link_ds_type(const struct ds *ds);

/* "12345 13 2 49FD...": rdata as it is given to a registry. */
char *link_ds_rdata(struct arena *arena, const struct ds *ds);

/*
 * For a DS whose digest is not that of `key`: what the digest was made of instead, in words, if it
 * is the name in upper case or another name close by; NULL when it is none of these.
 */
const char *link_ds_owner_text(struct arena *arena, struct crypto *crypto, const struct name *zone,
                               const struct dnskey *key, const struct ds *ds);
