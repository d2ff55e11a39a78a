/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which servers of a zone answer, and answer as its authority: conditions
 * that every plugin reports.  Pure: reads settled questions only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ask/question.h"
#include "base/arena.h"
#include "base/name.h"
#include "result/report.h"

enum health {
    HEALTH_GOOD,     /* at least one authoritative answer */
    HEALTH_UNASKED,  /* the time budget was spent before anything was settled */
    HEALTH_SILENT,   /* no reply to anything */
    HEALTH_NO_ROUTE, /* this host cannot reach the address's family */
    HEALTH_REFUSING, /* REFUSED */
    HEALTH_FAILING,  /* SERVFAIL */
    HEALTH_LAME,     /* answers without authority */
    HEALTH_BROKEN    /* nothing but malformed, mismatched or other error replies */
};

struct server_health {
    const struct server *server;
    enum health health;
};

/* What the judgement depends on beside the questions. */
struct health_terms {
    struct arena *arena;
    struct name zone;
    bool zone_signed; /* edns-none is CRITICAL then */
    /* Types besides SOA and DNSKEY that some server has to answer; only at that name, or NULL. */
    const uint16_t *vital;
    size_t vital_count;
    const struct name *vital_name;
    unsigned min_good;
    enum state partial; /* --partial; STATE_OK when not given */
    bool online;        /* some server of another zone, or the resolver, answered in this run */
};

/*
 * Adds the findings about the servers that `questions` were put to and says how each one is, in
 * order of first appearance.  `questions` are those of one zone.
 */
const struct server_health *health_judge(struct report *report, const struct health_terms *terms,
                                         const struct questions *questions, size_t *server_count);

/*
 * The state of it that servers are lost while `good` others answer well: CRITICAL when these are
 * none or fewer than --min-good, else what --partial says (STATE_OK: not given), or a WARNING.
 */
enum state health_lost_state(size_t good, unsigned min_good, enum state partial);

/* How one question went, in the word that would fit its server if they all went so. */
enum health health_of(const struct question *question);

/* Whether the question has a reply that its server gave as the zone's authority. */
bool health_usable(const struct question *question);
