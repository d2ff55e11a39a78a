/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_nsec judges, part by part: each gathers one kind of faults.
 *
 * One finding for one cause: what shows at several probes and servers is gathered before it is
 * reported, so that a dead signer is one line and not forty.
 */
#pragma once

#include "plugins/nsec_survey.h"

/* Something that is wrong, or worth a note, at one server. */
struct nsec_fault {
    enum finding_id id;
    enum finding_id cause; /* the same; or what denial-server-differs is about */
    enum state state;
    const struct nsec_view *view;
    const struct nsec_probe *probe; /* NULL: it is not about one */
    const char *type;               /* of the records concerned; NULL: what the probe asked for */
    int key_tag;
    const char *what;  /* in words; NULL: what the table of findings says */
    const char *shown; /* times, numbers; or NULL */
};

/* One in the state that its class has, about no probe in particular. */
struct nsec_fault nsec_fault(enum finding_id id, const struct nsec_view *view);

struct nsec_gathered;

struct nsec_gathering {
    struct nsec_survey *survey;
    struct nsec_gathered *list;
    size_t count;
};

/* Adds a fault to those of the same id, cause and state. */
void nsec_gather(struct nsec_gathering *gathering, const struct nsec_fault *fault);

/* Reports all that was gathered. */
void nsec_gather_report(const struct nsec_gathering *gathering, struct report *report);

/* NSEC3PARAM by itself and beside the NSEC3 records: goes first, because it may explain the rest.
 */
void nsec_gather_param(struct nsec_gathering *gathering);

/* "NSEC3PARAM has 0 iterations, salt aabb"; NULL when the server has none. */
const char *nsec_param_text(const struct nsec_survey *survey, const struct nsec_view *view);

/* The finding for a record without a good signature. */
enum finding_id nsec_signature_id(const struct nsec_set *set);

/* "key 12345/ECDSAP256SHA256, expired, 2d 3h ago"; NULL when there is no signature. */
const char *nsec_signature_text(const struct nsec_survey *survey, const struct nsec_set *set);

/* Denials that are not signed or prove nothing, and what is odd about their records. */
void nsec_gather_denials(struct nsec_gathering *gathering);

/* Names given by the user that are not what their option wants. */
void nsec_gather_unfit(struct nsec_gathering *gathering);

/* Names and types that exist by one answer of the run and do not by a denial of another. */
void nsec_gather_contradictions(struct nsec_gathering *gathering);

/*
 * NSEC or NSEC3, TTLs, sizes, algorithms: what the servers should have in common, and what
 * current standards want.
 */
void nsec_gather_parameters(struct nsec_gathering *gathering);

/* How the walks ended, and what they came across. */
void nsec_gather_walks(struct nsec_gathering *gathering);

/* Summary line, perfdata, samples, lines for -vv. */
void nsec_summarise(const struct nsec_survey *survey, struct report *report);
