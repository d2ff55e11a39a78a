/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings: what is wrong (or worth a note), where, and how grave.  The table is findings.def. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* Exit codes; how grave they are in comparison is state_worse's matter. */
enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

/*
 * What kind of cause a finding is, in the order in which one explains another within one zone: the
 * lower one is the root cause, the higher one its echo (monitor faults explain everything).
 */
enum cause {
    CAUSE_MONITOR,     /* clock, crypto policy, network of the monitoring host, its budget */
    CAUSE_LINK,        /* DS and DNSKEY do not fit */
    CAUSE_KEY_SIG,     /* signature over the DNSKEY RRset */
    CAUSE_KEY,         /* properties of keys */
    CAUSE_SIG_TIME,    /* signature outside its window, or near its end, or missing */
    CAUSE_SIG,         /* signature wrong */
    CAUSE_DENIAL,      /* denial of existence */
    CAUSE_SERVER,      /* server silent, lame, refusing */
    CAUSE_POLICY,      /* deprecated, too long, too short */
    CAUSE_CONSISTENCY, /* servers or records that do not agree, and what explains nothing else */
};

enum finding_id {
#define FINDING(id, slug, state, ede, cause, reference, meaning) FINDING_##id,
#include "result/findings.def"
#undef FINDING
    FINDING_COUNT
};

/* EDE_NONE marks a finding that no RFC 8914 code describes. */
enum { EDE_NONE = -1, KEY_TAG_NONE = -1 };

struct finding_class {
    const char *slug; /* stable id, "rrsig-expired-all" */
    enum state state; /* default */
    int ede;          /* closest RFC 8914 INFO-CODE or EDE_NONE */
    enum cause cause;
    const char *reference; /* RFC and section */
    const char *meaning;
};

/* The row of the table for `id`. */
const struct finding_class *finding_class(enum finding_id id);

/* What the table says about `id`, without what stands behind a semicolon, about other states. */
const char *finding_meaning(struct arena *arena, enum finding_id id);

/* Looks a slug up; false when there is none. */
bool finding_from_slug(const char *slug, enum finding_id *id);

/*
 * All rows for --list-findings, one a line: slug, default state, EDE code or `-`, reference,
 * meaning, in columns.  Ends in a newline.
 */
char *findings_table(struct arena *arena);

/* "OK", "WARNING", "CRITICAL", "UNKNOWN". */
const char *state_text(enum state state);

/* Whether `a` is graver than `b` in the order OK < UNKNOWN < WARNING < CRITICAL. */
bool state_worse(enum state a, enum state b);
