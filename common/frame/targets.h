/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zones that a run is about: which they are, their servers, and what was asked of them.
 *
 * Every plugin that looks at authoritative servers collects in three stages: NS of all ancestors;
 * addresses; every probe at every server.  Two more follow where delegation and zone name
 * different servers, for those, and where the servers refer to a zone below that the resolver did
 * not tell of.  With -s it is one stage, and another where the servers say that the name belongs to
 * a zone above it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/question.h"
#include "ask/zone.h"
#include "frame/run.h"
#include "result/report.h"

/* A zone at work: where to look, and which questions were asked about it, each once. */
struct target {
    struct run *run;
    struct zone zone;
    struct questions child;  /* to the zone's servers */
    struct questions parent; /* to the parent's servers */
    struct questions others; /* all others of the run that concern it: see target_others */
    bool online;             /* something answered in this run, if only a control question */
};

struct targets {
    struct target *list; /* in the order of the subjects */
    size_t count;
};

/*
 * Puts a plugin's questions about one zone, by target_ask_child and target_ask_parent.  May be
 * called again for the same zone when more servers of it are known: questions are asked once.
 */
typedef void target_probe(struct target *target, const void *options);

/* Finds the zones of all subjects and asks at once whatever `probe` wants to know. */
struct targets targets_find(struct run *run, const struct subject *subjects, size_t count,
                            target_probe *probe, const void *options);

/* The same; a name that does not exist is probed too, at the servers of the zone that says so. */
struct targets targets_find_any(struct run *run, const struct subject *subjects, size_t count,
                                target_probe *probe, const void *options);

/* Questions that ledger_settle will ask; the same one again changes nothing. */
const struct question *target_ask_child(struct target *target, const struct server *server,
                                        const struct name *name, uint16_t type);
const struct question *target_ask_parent(struct target *target, const struct server *server,
                                         const struct name *name, uint16_t type);

/*
 * Fills `others` with the ancestors' NS questions, whose signatures tell whether this host's clock
 * can be right.
 */
void target_others(struct target *target);

/* Reports how many name servers of the zone and of its parent were too many to look at. */
void target_report_left_out(const struct zone *zone, struct report *report);

/*
 * Reports name servers without address, and those left out.  False when there are name servers and
 * not one of them has an address: the zone cannot be reached by anybody, which is CRITICAL; with -4
 * or -6 one of that family, which is UNKNOWN.
 */
bool target_report_hosts(struct run *run, const struct zone *zone, struct report *report);

/*
 * Reports name servers without address and, when there is no zone or no server to look at, why.
 * False in that case: then there is nothing to judge.
 */
bool target_report(const struct target *target, struct report *report);

/*
 * Whether it is this host's clock that is wrong, by all signatures in the replies to these lists of
 * questions (check/clock.h); reported then.  Never with --at.
 */
bool target_judge_clock(struct run *run, const struct questions *lists, size_t count,
                        struct report *report);

/* What is judged about the servers of a zone. */
struct target_servers {
    const struct name *zone;
    struct questions questions; /* to them */
    bool zone_signed;
    const uint16_t *vital; /* this and the next two as in struct health_terms */
    size_t vital_count;
    const struct name *vital_name;
    bool online;
    bool
        any_usable; /* some server answers as authority: what follows from open questions is less */
};

/* The findings of check/health, and plugin-deadline when questions are still open. */
void target_judge_servers(struct run *run, const struct target_servers *servers,
                          struct report *report);

/* A zone that `is_signed` at its `servers`, or is not, against what --expect says of it. */
void target_judge_expected(struct run *run, const struct name *zone, bool is_signed, size_t servers,
                           struct report *report);

/* How many questions to the servers got no answer, as the sample of that; `zone` is its label. */
void target_sample_errors(const struct target *target, const char *zone, struct report *report);
