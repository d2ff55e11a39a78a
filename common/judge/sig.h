/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rule for one RRSIG over one RRset (RFC 4035 5.3, RFC 6840), as flags.
 *
 * A validator may stop at the first defect; a monitor reports all of them, so each rule sets its
 * own flag and later rules still run where they can.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "judge/crypto.h"
#include "judge/policy.h"
#include "wire/rr.h"

enum sig_defect {
    SIG_EXPIRED = 1 << 0,             /* now is after expiration */
    SIG_NOT_YET_VALID = 1 << 1,       /* now is before inception */
    SIG_INVERTED = 1 << 2,            /* expiration before inception */
    SIG_MALFORMED = 1 << 3,           /* rdata too short, or signer name invalid */
    SIG_WRONG_TYPE = 1 << 4,          /* covers a type that is not there */
    SIG_OFF_TREE = 1 << 5,            /* signer is not the zone */
    SIG_LABELS_HIGH = 1 << 6,         /* more labels than the owner has */
    SIG_LABELS_BELOW_SIGNER = 1 << 7, /* fewer labels than the signer has */
    SIG_NO_KEY = 1 << 8,              /* no DNSKEY of that tag and algorithm */
    SIG_ALGORITHM_MISMATCH = 1 << 9,  /* a DNSKEY has the tag but another algorithm (with NO_KEY) */
    SIG_KEY_NOT_ZONE = 1 << 10,
    SIG_KEY_PROTOCOL = 1 << 11,
    SIG_KEY_REVOKED = 1 << 12,
    SIG_KEY_LENGTH = 1 << 13,     /* public key impossible for its algorithm */
    SIG_LENGTH = 1 << 14,         /* signature size impossible for its algorithm or key */
    SIG_NSEC_OVERREACH = 1 << 15, /* NSEC next name or NSEC3 owner leaves the zone */
    SIG_UNSUPPORTED = 1 << 16,    /* algorithm not implemented, or SHA-1 taken as insecure */
    SIG_FORBIDDEN = 1 << 17,      /* algorithm that MUST NOT validate (instead of UNSUPPORTED) */
    SIG_REFUSED_HERE = 1 << 18,   /* this host's crypto policy */
    SIG_BAD = 1 << 19,            /* cryptographically wrong */
    SIG_LIMIT = 1 << 20           /* not checked: our work limit was reached */
};

/* The defects that only time makes or mends. */
enum { SIG_TIME_DEFECTS = SIG_EXPIRED | SIG_NOT_YET_VALID };

/* Caps on work (KeyTrap, CVE-2023-50387). */
enum { SIG_CHECKS_PER_RRSET = 8, SIG_KEYS_PER_TAG = 4, SIG_CHECKS_PER_RUN = 512 };

struct sig_context {
    struct arena *arena;
    struct crypto *crypto;
    const struct name *zone;   /* the zone that the RRset belongs to: its parent's for a DS */
    const struct dnskey *keys; /* the DNSKEYs of that zone */
    size_t key_count;
    int64_t now;
    enum sha1 sha1;
    size_t *checks_left; /* public-key checks that the run may still do */
};

struct sig_verdict {
    unsigned defects; /* 0: this signature alone makes the RRset good */
    const struct rrsig *sig;
    const struct dnskey *key; /* the key that verified it, or the first that might; or NULL */
    bool wildcard;     /* fewer labels than the owner: good only with a denial (RFC 4035 5.3.4) */
    bool tag_shared;   /* several DNSKEYs have its tag and algorithm */
    int64_t remaining; /* expiration - now, serial arithmetic */
    int64_t life;      /* expiration - inception */
    int64_t age;       /* now - inception */
};

/*
 * Judges each RRSIG of `set` and returns set->sig_count verdicts in its order.  Owner, class and
 * covered type have brought RRset and RRSIG together; that `keys` are those of `zone`, the denial
 * that a wildcard needs and the TTL to trust are the caller's (RFC 4035 5.3.1, 5.3.3, 5.3.4).
 *
 * Signatures with time or key defects are checked cryptographically too, after the others; those
 * that cannot be right anyway (no key, foreign signer, unusable algorithm, impossible size) are
 * not.  SIG_LIMIT stands instead of SIG_BAD while a key that might have made it is left untried.
 */
const struct sig_verdict *sig_judge(const struct sig_context *context, const struct rrset *set);

/* Labels of an owner as RRSIGs count them (RFC 4034 3.1.3): without the root and a leading `*`. */
unsigned sig_labels(const struct name *owner);

/* The name that a signature with so many labels is over: of an expanded wildcard, the wildcard. */
struct name sig_owner(const struct name *owner, unsigned labels);

/* The octets that an RRSIG signs (RFC 4035 5.3.2).  The labels field must have been checked. */
struct bytes sig_data(struct arena *arena, const struct rrset *set, const struct rrsig *sig);

/* "expired, by a key that is not published": the defects in words; "" for none. */
char *sig_defects_text(struct arena *arena, unsigned defects);
