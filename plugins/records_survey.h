/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each server says about the name, made ready to be judged.
 *
 * A view is one server; an answer is what it says to one type.  Answers are followed through
 * aliases, so that a rule about records need not know of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/places.h"
#include "plugins/records.h"
#include "wire/alias.h"
#include "wire/rr.h"

struct view {
    const struct server *server;
    bool usable;    /* answers as an authority of the zone; of a resolver: answers; or refuses as
                       --expect-rcode says */
    bool is_signed; /* there are signatures in its replies */
    const struct rrset *soa; /* of the zone, be it from a negative answer; or NULL */
    bool has_timers;
    struct soa timers;      /* the first record of `soa` */
    const struct rrset *ns; /* at the apex; or NULL */
};

enum { RECORDS_BEYOND_MAX = 4 };

enum answer_kind {
    ANSWER_NONE,      /* no reply that counts */
    ANSWER_FAILED,    /* a response code other than NOERROR and NXDOMAIN */
    ANSWER_NXDOMAIN,  /* or NOERROR with NXNAME (RFC 9824) */
    ANSWER_NODATA,    /* the name has no records of the type */
    ANSWER_ELSEWHERE, /* an alias leads out of the zone, and nobody tells what is there */
    ANSWER_LOOP,      /* aliases lead nowhere */
    ANSWER_RECORDS
};

struct answer {
    const struct view *view;
    const struct question *question;
    uint16_t type;
    enum answer_kind kind;
    uint16_t rcode;
    struct alias_trail trail; /* in the server's own reply, as far as its zone goes */
    bool leads_out;           /* the end of the trail is beyond that */
    const struct question *beyond[RECORDS_BEYOND_MAX]; /* which tell what is there */
    size_t beyond_count;
    const struct rrset *set; /* for ANSWER_RECORDS */
    struct name end;         /* the name that the answer is about in the end */
};

/* Servers that show the same: one finding. */
struct gathered {
    enum finding_id id;
    enum state state;
    struct name zone; /* whose fault */
    struct name owner;
    const char *text;
    uint16_t types[RECORDS_TYPES_MAX];
    size_t type_count;
    struct places places;
    bool failing; /* one of these servers does not answer well */
};

struct survey {
    struct run *run;
    const struct target *target;
    const struct records_facts *facts;
    const struct records_options *options;
    const struct name *subject;
    bool is_apex;
    uint16_t types[RECORDS_TYPES_MAX];
    size_t type_count;
    struct view *views; /* in the order of their addresses */
    size_t view_count;
    size_t usable_count;
    struct answer *answers;
    size_t answer_count;
    struct gathered *gathered;
    size_t gathered_count;
    bool clock_wrong; /* this host's: signatures out of their time are no fault of the zone */
};

struct survey records_survey(const struct records_facts *facts,
                             const struct records_options *options);

/*
 * Follows the aliases in a reply of a zone's server as far as the zone goes: what such a server
 * says of other zones does not count.  True when they lead out of it, to the last name of the
 * trail.
 */
bool records_follow(const struct question *question, const struct name *zone,
                    struct alias_trail *trail);

/* The question among `chain` that tells what is at a name beyond the zone, or NULL. */
const struct question *records_beyond(const struct questions *chain, const struct name *name,
                                      uint16_t type);

/* What a view's question brought, whatever it was about. */
struct answer records_read(const struct survey *survey, const struct view *view,
                           const struct question *question);

/* The answer of a view to a type, or NULL. */
const struct answer *records_answer(const struct survey *survey, const struct view *view,
                                    uint16_t type);

/* Whether a record is in the RRset; see rr_data_same. */
bool records_have(const struct rrset *set, struct bytes rdata);

/* "192.0.2.1, 192.0.2.2 and 3 more": records, safe to print and no more than a line takes. */
const char *records_words(struct arena *arena, uint16_t type, const struct bytes *rr, size_t count);

/* The same for all records of an RRset. */
const char *records_list(struct arena *arena, const struct rrset *set);

/* Where a value lies that alerts or does not: "outside 10:", "within @1:3". */
const char *records_bound(struct arena *arena, struct range range, bool alerts);

/* "192.0.2.2 (ns2.example.com)". */
const char *records_server(struct arena *arena, const struct server *server);

/*
 * Gathers a finding in the state that its class has; `type` 0 and a `view` of NULL mean that it is
 * about none in particular.  `format` and what follows say what is wrong, the same at each server.
 */
void records_gather(struct survey *survey, enum finding_id id, const struct name *owner,
                    uint16_t type, const struct view *view, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void records_gather_as(struct survey *survey, enum finding_id id, enum state state,
                       const struct name *owner, uint16_t type, const struct view *view,
                       const char *format, ...) __attribute__((format(printf, 7, 8)));

/* The same by id, state, zone and owner of `fault`, the zone being that of another's fault. */
void records_gather_fault(struct survey *survey, const struct finding *fault, uint16_t type,
                          const struct view *view, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Reports what was gathered. */
void records_report(const struct survey *survey, struct report *report);
