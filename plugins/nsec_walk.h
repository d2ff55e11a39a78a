/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following the links of an NSEC chain at each server, a stage a link. */
#pragma once

#include <stddef.h>

#include "ask/question.h"
#include "base/name.h"
#include "frame/targets.h"
#include "wire/rr.h"

enum nsec_walk_end {
    NSEC_WALK_LIMIT,     /* as many links as were wanted */
    NSEC_WALK_COMPLETE,  /* back at the apex */
    NSEC_WALK_ONLINE,    /* the records are made up for each answer: there is no chain */
    NSEC_WALK_NO_NSEC,   /* the apex has no NSEC */
    NSEC_WALK_GAP,       /* `at` is the next name of an NSEC and has none itself */
    NSEC_WALK_BACKWARDS, /* the NSEC of `at` leads to a name that is not behind it */
    NSEC_WALK_OUTSIDE,   /* the NSEC of `at` leads out of the zone */
    NSEC_WALK_STOPPED    /* the server gave no answer about `at`, or time was spent */
};

struct nsec_walk {
    const struct target *target;
    const struct server *server;
    enum nsec_walk_end end;
    struct name at;
    const struct rrset **links; /* the NSEC RRsets, from the apex on */
    size_t count;
    const struct question *last; /* the last question asked; NULL: none */
};

/*
 * Walks at every server that gave an NSEC at the apex of its zone (one of the settled questions of
 * the targets), all at once; at most `limit` links each.  Those of one target stand together, in
 * the order of the targets.  The questions are not added to those of the targets: a referral is a
 * good answer here.
 */
struct nsec_walk *nsec_walk_all(const struct targets *targets, size_t limit, size_t *count);
