/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the chain judgement share while they work. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "check/chain.h"
#include "check/evidence.h"
#include "judge/denial.h"

/* The judgement at work on one hop. */
struct walk {
    const struct chain_terms *terms;
    const struct evidence *evidence;
    struct chain *chain;
    struct chain_hop *hop;
    struct name signer; /* who signs the data of the hop's name, by its own word; size 0: unknown */
    bool broken;        /* the hop's security is settled and no further step is possible */
};

/* The zone reached: the last on the hop's path, whose keys are trusted. */
struct chain_zone *walk_zone(const struct walk *walk);

/* Puts a zone on the hop's path. */
void walk_add_zone(struct walk *walk, const struct chain_zone *zone);

/* What signatures of the zone are judged by. */
struct sig_context walk_context(const struct walk *walk, const struct chain_zone *zone);

/* Keeps the signature that a good RRset rests on, or that has expired, and what is odd about it. */
void walk_remember(struct walk *walk, const struct chain_zone *zone, const struct rrset *set,
                   const struct judgement *judgement);

/* Keeps what is odd about the keys of a zone on the path, and about its DS. */
void walk_remark_zone(struct walk *walk, const struct chain_zone *zone);

/* "www.example.com A": an RRset in words. */
const char *walk_set_text(const struct walk *walk, const struct rrset *set);

/* Settles the hop. */
void walk_end(struct walk *walk, enum security security);

/* Adds a note; `finding` gives id, zone, owner, type, server and tag. */
void walk_note(struct walk *walk, struct finding finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Ends the hop by the fault of whoever is responsible for the link: bogus, or indeterminate where
 * the fault is this host's (walk_undecided).
 */
void walk_break(struct walk *walk, struct finding finding, const char *text);

/*
 * Why an RRset of `zone` is not good, in words: the signature that decides, its key, since when,
 * and what was expected.
 */
const char *walk_why(const struct walk *walk, const struct chain_zone *zone,
                     const struct rrset *set, const struct judgement *judgement);

/* What to do about it: for the operator of the zone (`own`) or of a zone below that one. */
const char *walk_remedy(const struct walk *walk, const struct chain_zone *zone,
                        const struct judgement *judgement, bool own);

/* What is wrong with the DS that decides, and what to have published by the zone reached. */
const char *walk_ds_text(const struct walk *walk, const struct chain_zone *zone);

/* A finding about an RRset of a zone, to be given to walk_note. */
struct finding walk_finding(const struct walk *walk, enum finding_id id, const struct name *zone,
                            const struct name *owner, uint16_t type, const struct question *from);

/*
 * Ends the hop as indeterminate for want of records of `owner` and `type` in the zone reached, and
 * says so: by plugin-deadline when it was time that ran out.
 */
void walk_lack(struct walk *walk, const struct name *zone, const struct name *owner, uint16_t type);

/* Whether a server says that a zone, other than the root, is there, without DNSKEY. */
bool walk_is_unsigned(const struct walk *walk, const struct name *zone);

/* Whether a reason is about this host, or about the work of the run, and not about the data. */
bool walk_undecided(const struct walk *walk, enum finding_id id);

/* Verifies an RRset by the keys of a zone on the path and remembers which signature ends first. */
struct judgement walk_verify(struct walk *walk, const struct chain_zone *zone,
                             const struct rrset *set);

/* The NSEC and NSEC3 RRsets of a reply, verified by the keys of the zone. */
const struct denial_record *walk_records(struct walk *walk, const struct chain_zone *zone,
                                         const struct message *reply, size_t *count);

/* Why a proof fails: the signature of a record that is not good, or the defects; in words. */
const char *walk_proof_text(struct walk *walk, const struct question *from,
                            const struct proof *proof);

/* Copies of one RRset, from several servers, that are tried before the chain is called broken. */
enum { WALK_CANDIDATES = 16 };

/*
 * A verified DS RRset: takes the zone below on the hop's path by its DNSKEY RRset, at whatever
 * server that is good.  False when the hop ends there: insecure, broken or undecided.
 */
bool walk_link(struct walk *walk, const struct name *cut, const struct rrset *ds,
               const struct judgement *ds_judgement);

/* Goes down from zone cut to zone cut as far as the hop's name needs. */
void walk_down(struct walk *walk);

/* Judges what is at the hop's name, the zone having been reached. */
void walk_target(struct walk *walk);

/*
 * Whether a proof stands on more NSEC3 iterations than validators compute (RFC 9276 3.2): verified
 * as it is, it makes the name insecure.  More hashes than we compute leave it undecided.  Ends the
 * hop and says so.
 */
bool walk_too_costly(struct walk *walk, const struct proof *proof, const struct question *from);

/* Whether this host refused what the proof needs; ends the hop as indeterminate and says so. */
bool walk_proof_refused(struct walk *walk, const struct proof *proof, const struct question *from);
