/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What NSEC records prove (RFC 4035 5.4, RFC 6840 4, RFC 4592). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/name.h"
#include "judge/denial.h"

/*
 * Whether an NSEC from `owner` to `next` covers `name`: it is strictly between them in canonical
 * order.  Nothing outside the zone is covered, nor the apex; an NSEC that goes back must go back
 * to the apex (RFC 4034 4.1.1), and covers what is behind its owner; the only NSEC of a zone, from
 * apex to apex, covers everything below it.
 */
bool nsec_covers(const struct name *owner, const struct name *next, const struct name *zone,
                 const struct name *name);

/*
 * Whether `next` is the first name that can follow `owner`: `\000` in front of it, or behind its
 * first label, as at the unsigned delegations of RFC 9824 3.3.
 */
bool nsec_is_successor(const struct name *owner, const struct name *next);

/* What the NSEC records alone prove; see denial_prove, which calls this.  Others are passed over.
 */
struct proof nsec_prove(const struct denial_question *question, const struct denial_record *records,
                        size_t count);

/* The NSEC part of denial_contradicts. */
bool nsec_contradicts(const struct denial_question *question, const struct denial_record *records,
                      size_t count);
