/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgements of check_dns_records, a file each: all gather findings in the survey. */
#pragma once

#include "plugins/records_survey.h"

/* records_expect.c: what the user expects of the records: values, number, TTL, response code. */
void records_judge_expected(struct survey *survey);

/* records_compare.c: the servers' answers against each other. */
void records_judge_differences(struct survey *survey);

/* What most servers say that this one can be compared with; of equally many the first. */
const struct answer *records_usual_answer(const struct survey *survey, const struct answer *answer);

/* records_soa.c: the SOA at each server, and their serials. */
void records_judge_soa(struct survey *survey);

/* records_serial.c: how far servers lie behind in sequence space (RFC 1982), or in time. */
void records_judge_serials(struct survey *survey);

/* A server whose serial no other is newer than; NULL when there is none, or no order. */
const struct view *records_newest(const struct survey *survey);

/* How far the servers lie behind the newest serial, at most; -1 when that cannot be said. */
double records_worst_lag(const struct survey *survey);

/* records_delegation.c: the delegation against the zone. */
void records_judge_delegation(struct survey *survey);

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

/* records_baseline.c: the answers against those recorded in a file. */
void records_judge_baseline(struct survey *survey);

/* records_summary.c: first line, perfdata and details. */
void records_summarise(const struct survey *survey, struct report *report);
