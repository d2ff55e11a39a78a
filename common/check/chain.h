/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain of trust from an anchor to one name and type.
 *
 * A pure judgement over settled questions: it looks for the RRsets it needs wherever they came
 * from, verifies each link itself, and says where the chain ends and whose fault that is.  It
 * never asks; where an alias leads to a name about which nothing was asked, it says so.
 *
 * Zone cuts are known from DS answers, referrals and signer names.  A question for DS or DNSKEY
 * at a name that turns out to be no cut was speculation, and its failure is no fault.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/anchors.h"
#include "ask/question.h"
#include "judge/crypto.h"
#include "judge/link.h"
#include "judge/reason.h"
#include "result/report.h"

/* RFC 4033 5, RFC 4035 4.3.  The absence of a proof of insecurity is bogus. */
enum security { SECURITY_SECURE, SECURITY_INSECURE, SECURITY_BOGUS, SECURITY_INDETERMINATE };

/* "secure", ...: the verdict words. */
const char *security_text(enum security security);

/* The graver of two: secure, insecure, indeterminate, bogus. */
enum security security_worse(enum security a, enum security b);

struct chain_terms {
    struct arena *arena;
    struct crypto *crypto;
    const struct anchors *anchors;
    int64_t now;
    enum sha1 sha1;
    size_t *checks_left;
};

/*
 * The settled questions.  `only` (NULL: any) leaves out what the other `servers` of one zone say of
 * it, at the apex or below.  With `above` set they are servers of that zone instead, the one above,
 * and left out is what the others say of the DS of `only_zone`, and with `only_keys` their copy of
 * the keys that sign it.
 */
struct evidence {
    struct questions questions;
    const struct server *only;
    struct name only_zone;
    const struct server *const *servers; /* of that zone, or of the one above */
    size_t server_count;
    struct name above; /* size 0: the servers are those of `only_zone` */
    bool only_keys;
    const struct name *unreachable; /* a zone none of whose name servers has an address; or NULL */
};

/* What is wrong, or worth a note, ready for a report. */
struct chain_note {
    struct finding finding; /* zone, owner, type, server, key_tag, state */
    const char *text;
};

/* A zone on the path. */
struct chain_zone {
    struct name name;
    enum security security;        /* of its DNSKEY RRset */
    const struct rrset *ds;        /* NULL at an anchor and for an insecure zone without any */
    struct judgement ds_judgement; /* of its signatures, by the zone above */
    struct link link;              /* meaningless at an anchor */
    const struct rrset *dnskey;
    struct judgement dnskey_judgement;
    const struct dnskey *keys;
    size_t key_count;
};

/* Of an RRset on the path the signature that it rests on. */
struct chain_signature {
    struct name zone; /* that signs; of a DS the one that it is for */
    struct name owner;
    uint16_t type;
    const struct sig_verdict *verdict;
};

/* What was found at a name: an answer, an alias, or the proof that there is none. */
enum outcome { OUTCOME_NONE, OUTCOME_ANSWER, OUTCOME_ALIAS, OUTCOME_NODATA, OUTCOME_NXDOMAIN };

/* The way from the anchor to one name; an alias makes another one. */
struct chain_hop {
    struct name name;
    enum security security;
    enum outcome outcome;
    struct chain_zone *zones;
    size_t zone_count;
    const struct chain_zone
        *end;                   /* the zone below them that does not continue the chain; or NULL */
    bool reached;               /* the last of the zones holds the name */
    const struct rrset *answer; /* or the CNAME or DNAME that leads on */
    struct judgement judgement; /* of its signatures */
    struct name target;         /* of an alias */
};

struct chain {
    enum security verdict;
    struct name name;
    uint16_t type;
    struct chain_hop *hops;
    size_t hop_count;
    struct chain_note *notes;
    size_t note_count;
    bool wants; /* evidence about `wanted` is missing altogether: ask and judge again */
    struct name wanted;
    uint16_t wanted_type; /* that alone is missing, from a resolver; 0: whatever makes the chain */
    struct chain_signature *signatures; /* that the path rests on, and those that have expired */
    size_t signature_count;
    struct chain_note *remarks; /* what some validators fail on though the chain holds */
    size_t remark_count;
};

/* Whether a trust anchor names the key; REFUSED where this host does not do the digest that tells.
 */
enum crypto_result chain_anchor_names(struct crypto *crypto, const struct anchor *anchor,
                                      const struct dnskey *key);

/* The signature on the path that ends first, or ended first; NULL: none is known. */
const struct chain_signature *chain_first_to_end(const struct chain *chain);

/* Keeps a signature or a remark unless it is known; the graver remark counts. */
void chain_keep_signature(struct arena *arena, struct chain *chain,
                          const struct chain_signature *signature);
void chain_keep_remark(struct arena *arena, struct chain *chain, const struct chain_note *remark);

/* Whether a finding says why something is insecure, which is no fault where that is expected. */
bool chain_says_insecure(enum finding_id id);

/* The state of a note, given whether the name is expected to be secure. */
enum state chain_note_state(const struct chain_note *note, bool expected);

/*
 * Judges NAME/TYPE.  `anchors` decide where it may start; a name under none of them is
 * indeterminate.  The result is complete unless `wants` is set.
 */
struct chain chain_judge(const struct chain_terms *terms, const struct evidence *evidence,
                         const struct name *name, uint16_t type);
