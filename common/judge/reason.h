/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verdicts on the signatures of an RRset amount to, as a finding.
 *
 * One good signature suffices (RFC 4035 5.3.3).  Where there is none, the signature that got
 * furthest through the rules tells why: an expired signature by a published key says more about
 * the zone than a stray one by a key nobody knows.
 */
#pragma once

#include <stdbool.h>

#include "judge/sig.h"
#include "result/finding.h"

/* Seconds by which clocks usually differ: a signature that starts that much later still counts. */
enum { REASON_SKEW = 300 };

/* The defects of a verdict, a small clock skew forgiven. */
unsigned reason_defects(const struct sig_verdict *verdict);

/* The finding that the defects of one signature of `set` amount to when it stands alone. */
enum finding_id reason_of(const struct rrset *set, const struct sig_verdict *verdict);

/* Whether a reason leaves open what others make of the signature: it is about this host's means. */
bool reason_is_open(enum finding_id reason);

/* Whether it is one that a wrong clock makes. */
bool reason_is_time(enum finding_id reason);

struct judgement {
    bool good;
    enum finding_id reason;             /* why not, when not good */
    const struct sig_verdict *verdicts; /* one for each signature; NULL when there is none */
    /*
     * The signature that it rests on; NULL when there is none.  Of a good RRset: per algorithm the
     * signature that lasts longest, and of these the one that ends first, because validators may
     * know only one of the algorithms.
     */
    const struct sig_verdict *deciding;
};

/*
 * Judges `set` by its signatures.  `eligible` says for each whether it may make the RRset good
 * (NULL: all may).  Without any signature the reason is FINDING_RRSIG_MISSING_RRSET.
 */
struct judgement reason_judge(const struct rrset *set, const struct sig_verdict *verdicts,
                              const bool *eligible);
