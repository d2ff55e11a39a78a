/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgements of check_dns_records, a file each: all gather findings in the survey. */
#pragma once

#include "check/chain.h"
#include "plugins/records_survey.h"

/* records_expect.c: what the user expects of the records: values, number, TTL, response code. */
void records_judge_expected(struct survey *survey);

/* records_compare.c: the servers' answers against each other. */
void records_judge_differences(struct survey *survey);

/* What most servers say that this one can be compared with; of equally many the first. */
const struct answer *records_usual_answer(const struct survey *survey, const struct answer *answer);

/* records_soa.c: the SOA at each server, and their serials. */
void records_judge_soa(struct survey *survey);

/* Whether two servers have one version of the zone, as far as it is known. */
bool records_same_serial(const struct view *a, const struct view *b);

/* Whether two SOA records are the same, their serials aside; false where one is malformed. */
bool records_same_but_serial(struct bytes a, struct bytes b);

/* records_serial.c: how far servers lie behind in sequence space (RFC 1982), or in time. */
void records_judge_serials(struct survey *survey);

/* A server whose serial no other is newer than; NULL when there is none, or no order. */
const struct view *records_newest(const struct survey *survey);

/* How far the servers lie behind the newest serial, at most; -1 when that cannot be said. */
double records_worst_lag(const struct survey *survey);

/* records_delegation.c: the delegation against the zone. */
void records_judge_delegation(struct survey *survey);

/* The NS records in the referral of one of the parent's servers; NULL when it is none. */
const struct rrset *records_delegation(const struct survey *survey,
                                       const struct question *question);

/* The addresses of that type that a referral has for a name server; NULL: none. */
const struct rrset *records_glue(const struct message *referral, const struct name *host,
                                 uint16_t type);

/* The same by the word of the zone itself, in an answer with authority; NULL: none known. */
const struct rrset *records_own_address(const struct survey *survey, const struct name *host,
                                        uint16_t type);

/* The records of `a` that are not in `b`, in words; NULL when there is none. */
const char *records_without(struct arena *arena, const struct rrset *a, const struct rrset *b);

/* records_csync.c: what the zone asks its parent to copy, and whether that was done. */
void records_judge_csync(struct survey *survey);

/* records_hosts.c: the zone's name servers and their addresses. */
void records_judge_hosts(struct survey *survey);

/* records_alias.c: CNAME and DNAME records, and aliases that lead nowhere. */
void records_judge_aliases(struct survey *survey);

/* records_shape.c: TTLs, negative answers, special types, TCP and response time. */
void records_judge_shape(struct survey *survey);

/* Whether a server fails for AAAA and answers for A, both being asked by default (RFC 4074). */
bool records_is_broken_aaaa(const struct survey *survey, const struct question *question);

/* The slowest answer of a server, in seconds. */
double records_response_time(const struct survey *survey, const struct view *view);

/* records_secure.c: the answers by the chain of trust; sets the report's verdict. */
void records_judge_security(struct survey *survey, struct report *report);

/*
 * The verdict on one answer, with `reason` why it is not secure, or NULL.  Indeterminate where
 * nothing can be said, and where it is this host's clock that is wrong.
 */
enum security records_security(const struct survey *survey, const struct answer *answer,
                               const char **reason);

/* records_baseline.c: the answers against those recorded in a file. */
void records_judge_baseline(struct survey *survey);

/* records_summary.c: first line, perfdata and details. */
void records_summarise(const struct survey *survey, struct report *report);
