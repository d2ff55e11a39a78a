/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each server of a zone denies, by which records, and what these prove. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/denial.h"
#include "judge/reason.h"
#include "plugins/nsec_check.h"

/* What one server of the zone shows. */
struct nsec_view {
    const struct server *server;
    const struct dnskey *keys; /* its own DNSKEY RRset; another server's where it gave none */
    size_t key_count;
    bool has_dnskey; /* its own reply held one */
    bool any_signature;
    bool edns; /* its replies carry EDNS, so denials can be expected */
    bool has_soa;
    struct soa soa;
    uint32_t soa_ttl;
    bool told_param;           /* it answered about NSEC3PARAM */
    const struct rrset *param; /* its NSEC3PARAM RRset, or NULL */
    const struct rrset *nsec;  /* an NSEC RRset that it gave; NULL: none */
    const struct rrset *nsec3; /* an NSEC3 RRset that it gave; NULL: none */
    bool lies;                 /* its records are made up for each answer */
    size_t failing;            /* denials that are not proved */
};

/* An NSEC or NSEC3 RRset, judged by the keys of the server that gave it. */
struct nsec_set {
    const struct rrset *set;
    const struct dnskey *keys;
    struct judgement judgement;
    bool excused; /* it fails for want of time only, and this host's clock is wrong */
    struct denial_record record;        /* usable when good or excused */
    struct denial_record signed_record; /* the same as if every signature were good */
};

/* Something that a reply denies: of an alias chain each wildcard and the end by itself. */
struct nsec_denial {
    struct nsec_view *view;
    const struct nsec_probe *probe;
    const struct question *question;
    struct name name;
    uint16_t type;
    enum denial_claim claim;
    uint8_t labels; /* for CLAIM_WILDCARD */
    bool aliased;   /* the answer has an alias, so the reply may hold records of other zones */
    const struct nsec_set **sets;
    size_t set_count;
    const struct rrset *left_out; /* one that was too many; or NULL */
    struct proof proof;           /* by the records that may be used */
    struct proof apparent;        /* by all of them, as if every signature were good */
    bool proved;
    bool sound; /* proved, and all its records are signed well */
};

struct nsec_survey {
    struct run *run;
    const struct target *target;
    const struct nsec_facts *facts;
    const struct nsec_options *options;
    bool clock_wrong;
    bool keys_unknown;        /* no DNSKEY RRset could be had: signatures are not judged */
    struct nsec_view **views; /* of the servers that answer as authority */
    size_t view_count;
    const struct nsec_set **sets; /* each once for the same keys */
    size_t set_count;
    struct nsec_denial *denials;
    size_t denial_count;
};

/* Reads the settled questions and judges every denial. */
struct nsec_survey nsec_survey(const struct nsec_facts *facts, const struct nsec_options *options,
                               bool clock_wrong);

/* The view of a server; NULL when it has none. */
struct nsec_view *nsec_view_of(const struct nsec_survey *survey, const struct server *server);

/* The probe that a question puts; NULL: it is none. */
const struct nsec_probe *nsec_probe_of(const struct nsec_survey *survey,
                                       const struct question *question);

/* Judges an NSEC or NSEC3 RRset that the server of `view` gave, unless that was done already. */
const struct nsec_set *nsec_judge_set(struct nsec_survey *survey, const struct nsec_view *view,
                                      const struct rrset *set);

/*
 * The labels that the first signature of the zone over the RRset says; false when there is none:
 * then it is not the zone's own data, as far as it shows.
 */
bool nsec_signed_labels(const struct name *zone, const struct rrset *set, uint8_t *labels);

/* Reads what a reply denies, and adds it to the survey with its proofs. */
void nsec_read_denials(struct nsec_survey *survey, struct nsec_view *view,
                       const struct nsec_probe *probe, const struct question *question);

/*
 * Whether the reply shows that what was asked about belongs to a zone below `zone`: it refers
 * there, or is that zone's own negative answer.
 */
bool nsec_is_elsewhere(const struct name *zone, const struct question *question);

/*
 * Whether the server of the question says, asked for NS, that the name of the question is in the
 * zone and no delegation.
 */
bool nsec_is_no_cut(const struct target *target, const struct question *question);

/*
 * Whether two servers have the same version of the zone, as far as their SOA records tell; NULL is
 * a server whose version nobody knows.
 */
bool nsec_same_version(const struct nsec_view *a, const struct nsec_view *b);

/* Whether the zone is signed at any server. */
bool nsec_is_signed(const struct nsec_survey *survey);
