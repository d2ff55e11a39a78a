/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_rrsig_expiry judges, part by part, and how it says things once.
 *
 * One finding for one cause: what shows at several RRsets and servers is gathered before it is
 * reported, so that a dead signer is one line and not forty.
 */
#pragma once

#include "check/places.h"
#include "plugins/rrsig_survey.h"

struct gathered {
    enum finding_id id;
    enum state state;
    bool partial;                      /* other servers are right */
    const struct item *worst;          /* the item whose signature ends first */
    const struct sig_verdict *verdict; /* that signature; NULL where none is concerned */
    uint16_t *types;
    size_t type_count;
    struct places places;
};

struct gathering {
    const struct survey *survey;
    struct gathered *list;
    size_t count;
};

/* Adds an item to what is gathered for (id, state, partial). */
void gather(struct gathering *gathering, enum finding_id id, enum state state, bool partial,
            const struct item *item, const struct sig_verdict *verdict);

/* Reports all that was gathered. */
void gather_report(const struct gathering *gathering, struct report *report);

/* Nearing ends, surplus and odd signatures, TTLs, lives.  No timing when the clock is wrong. */
void rrsig_gather_policy(struct gathering *gathering, bool clock_wrong);

/* A DS RRset of some of the parent's servers that breaks the chain, where others' does not. */
void rrsig_judge_parents(const struct survey *survey, struct report *report);

/* No DS at servers of the parent, and no valid proof of that. */
void rrsig_judge_no_ds(const struct survey *survey, struct report *report);

/* What was to be looked at and could not be, or is not there. */
void rrsig_judge_asked(const struct survey *survey, struct report *report);

/* Tag collisions, deprecated algorithms, algorithms of the DS without a signature. */
void rrsig_judge_keys(const struct survey *survey, struct report *report);

/* Summary line, perfdata, samples, lines for -vv. */
void rrsig_summarise(const struct survey *survey, struct report *report);
