/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking things up in settled questions. */
#pragma once

#include "check/chain.h"

/* Whether a question counts at all: settled with a reply that is not another server's copy. */
bool evidence_counts(const struct evidence *evidence, const struct question *question);

/* The nth question (from 0) that counts and asks for name and type; NULL: no more. */
const struct question *evidence_asked(const struct evidence *evidence, const struct name *name,
                                      uint16_t type, size_t nth);

/* Whether anything at all was asked about the name and type, answered or not. */
bool evidence_was_asked(const struct evidence *evidence, const struct name *name, uint16_t type);

/*
 * Whether the reply to a question for another name speaks of this one too: aliases in it lead
 * there, and the zone that signs what it says of it was asked about.
 */
bool evidence_tells(const struct evidence *evidence, const struct question *question,
                    const struct name *name, uint16_t type);

/* Whether any reply does. */
bool evidence_is_told(const struct evidence *evidence, const struct name *name, uint16_t type);

/*
 * The nth RRset of owner and type with records, in the answer section of any reply or, for DS,
 * in the authority section of a referral; `from` is set to the question that brought it.
 */
const struct rrset *evidence_rrset(const struct evidence *evidence, const struct name *owner,
                                   uint16_t type, size_t nth, const struct question **from);

/*
 * How the questions for name and type failed, in words, with the reason that the server gives:
 * "SERVFAIL from 192.0.2.1, EDE 22: no servers answer"; NULL: none did.
 */
const char *evidence_failure(struct arena *arena, const struct evidence *evidence,
                             const struct name *name, uint16_t type);

/* Whether time ran out before some question for name and type was answered or given up. */
bool evidence_open(const struct evidence *evidence, const struct name *name, uint16_t type);

/*
 * The deepest signer name at or above `name` in signatures over data of `name` in any reply to
 * questions about it: the zone that holds it, if it is to be believed.  False when there is none.
 */
bool evidence_signer(const struct evidence *evidence, const struct name *name, uint16_t type,
                     struct name *signer);

/*
 * The deepest zone at or above `name` of which any reply holds SOA, DNSKEY or DS: where the name
 * lies, if that is to be believed.  False when there is none.
 */
bool evidence_apex(const struct evidence *evidence, const struct name *name, struct name *apex);
