/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_ds_match saw at every server of the parent and of the zone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/health.h"
#include "check/places.h"
#include "judge/denial.h"
#include "judge/link.h"
#include "judge/rollover.h"
#include "plugins/ds_match.h"

/* What the parent's signature over the DS, or its proof that there is none, is worth. */
enum ds_trust {
    TRUST_UNKNOWN, /* the keys of the parent could not be had */
    TRUST_GOOD,
    TRUST_BAD,
    TRUST_MISSING, /* no signature, no NSEC or NSEC3 */
    TRUST_UNSIGNED /* the parent is not signed, so there is nothing to expect */
};

/* One server of the parent; with -s a resolver stands for all of them. */
struct ds_parent {
    struct place place;
    const struct message *reply; /* to the DS question, when it tells whether there is a DS */
    const struct rrset *ds;      /* NULL: there is none */
    bool referral;               /* instead of an answer */
    bool alias;                  /* a CNAME instead of a DS */
    bool denied_name;            /* NXDOMAIN */
    bool hearsay;  /* a resolver says that there is no DS, or no such name, and does not prove it */
    bool ns_known; /* it answered the NS question */
    bool delegates; /* and has NS records for the zone */
    enum ds_trust trust;
    struct judgement judgement; /* of the signatures over the DS */
    uint64_t denial_defects;    /* of a proof that is bad */
    bool refused;               /* this host refuses what a proof is signed with */
    size_t variant;             /* which of the DS RRsets it gives; see ds_survey */
};

/* One RRset at one server of the zone and its signatures. */
struct ds_signed {
    const struct rrset *set; /* NULL: not there */
    bool answered;           /* the server told whether it is there */
    const struct sig_verdict *verdicts;
    bool good;
};

/* One server of the zone. */
struct ds_child {
    struct place place;
    struct ds_signed dnskey;
    const struct dnskey *keys;
    size_t key_count;
    struct ds_signed soa;
    struct ds_signed ns;
    struct ds_signed cds;
    struct ds_signed cdnskey;
    const struct rrset *own_ds;     /* a DS at the apex, signed by the zone itself */
    const struct rrset *stray_keys; /* DNSKEY, CDS or CDNSKEY at a name below the apex */
    const struct rrset *stray_cds;
    size_t dnskey_size;       /* octets of the answer with the DNSKEY RRset */
    bool edns;                /* and it has EDNS, so signatures can be expected */
    const struct link *links; /* with each variant of the DS; state LINK_INSECURE for none */
};

/* A key, wherever it is seen; the same in terms of a rollover. */
struct ds_key {
    const struct dnskey *key; /* NULL: only a DS, CDS or signature speaks of it */
    size_t servers;           /* of the zone that publish it */
    bool claimed;             /* a signature says to be by it, good or not */
    struct rollover_key seen;
};

struct ds_survey {
    struct run *run;
    const struct target *target;
    const struct ds_facts *facts;
    const struct ds_options *options;
    struct name parent_name;   /* size 0: not known */
    struct ds_parent *parents; /* those that tell something of the DS */
    size_t parent_count;
    size_t parents_answering;      /* with a DS or the word that there is none */
    const struct rrset **variants; /* the DS RRsets that differ; NULL for none */
    size_t variant_count;
    size_t chosen;             /* the variant that most servers give */
    const struct rrset *ds;    /* it; NULL: there is no DS, or nothing is known */
    struct ds_child *children; /* those that answer as authority */
    size_t child_count;
    bool is_signed;          /* some server has a DNSKEY */
    bool several_signers;    /* RFC 8901, by --multi-signer or by the keys of the servers */
    const struct rrset *cds; /* as the first server gives them that has any */
    const struct rrset *cdnskey;
    const struct rrset *wanted; /* the CDS, or made from the CDNSKEY; NULL for a removal */
    const struct ds_verdict *cds_verdicts; /* of these, against the keys of all servers */
    size_t cds_count;
    struct ds_key *keys;
    size_t key_count;
    uint32_t data_ttl;
    bool clock_wrong;
    struct rollover rollovers[ROLLOVERS_MAX];
    size_t rollover_count;
};

/* Reads the settled questions; nothing is said yet. */
struct ds_survey ds_survey(const struct ds_facts *facts, const struct ds_options *options,
                           bool clock_wrong);

/* Parts of it: the parent's servers, before those of the zone, and the keys of all, after them. */
void ds_survey_parents(struct ds_survey *survey);
void ds_survey_keys(struct ds_survey *survey);

/* How signatures of the zone are judged at one of its servers. */
struct sig_context ds_child_context(const struct ds_survey *survey, const struct ds_child *child);

/* Whether a good signature is by the key. */
bool ds_is_signed_by(const struct ds_signed *set, const struct dnskey *key);

/* Whether the RRset of the DS is known, be it that there is none. */
bool ds_is_known(const struct ds_survey *survey);

/* The link of a server with the chosen variant of the DS; NULL when there is no DS. */
const struct link *ds_link(const struct ds_survey *survey, const struct ds_child *child);

/* Whether a server has an older version of the zone than another one, as far as it is known. */
bool ds_is_older(const struct ds_child *child, const struct ds_child *other);

/* The key as it is with other flags. */
struct dnskey ds_with_flags(const struct ds_survey *survey, const struct dnskey *key,
                            uint16_t flags);

/* Whether a server publishes a key. */
bool ds_publishes(const struct ds_child *child, const struct dnskey *key);

/* The key by which a verdict fits, or the one it names, among all keys; NULL: none. */
struct ds_key *ds_key_of(const struct ds_survey *survey, const struct dnskey *key);

/* Whether the chain begins at the zone itself: a trust anchor is for a key that signs its keys. */
bool ds_is_anchored(const struct ds_survey *survey);

/* Whether the chain from a trust anchor proves that it ends above the zone. */
bool ds_is_proved_insecure(const struct ds_survey *survey);

/*
 * The TTL in seconds that the servers of the parent give to a DS RRset: what comes from a resolver
 * has been counted down, its signatures still tell (RFC 4034 3.1.4).
 */
uint32_t ds_ttl(const struct rrset *set);

/* Its CDS or CDNSKEY. */
const struct ds_signed *ds_child_set(const struct ds_child *child, uint16_t type);

/* Same records; NULL, which is none, is only the same as itself. */
bool ds_same_set(const struct rrset *a, const struct rrset *b);

/* Whether the zone asks for the removal of its DS (RFC 8078 4); `rdata` is that of a CDS. */
bool ds_is_delete(uint16_t type, struct bytes rdata);
bool ds_asks_delete(const struct rrset *set);

/* Whether it does by CDS or by CDNSKEY. */
bool ds_wants_removal(const struct ds_survey *survey);

/* Whether CDS speak of the key of a DS. */
bool ds_in_cds(const struct ds_survey *survey, const struct ds *ds);

/* Whether it does, or is meant to: some record of it has algorithm 0. */
bool ds_means_delete(const struct rrset *set);
