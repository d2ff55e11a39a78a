/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
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
