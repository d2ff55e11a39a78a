/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What NSEC3 records prove (RFC 5155 8). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "judge/denial.h"

/* Cap on work: hashes of one proof about a name of so many labels, over all sets of parameters. */
#define NSEC3_HASHES_MAX(labels) (2u * (labels) + 8u)

/* What the NSEC3 records alone prove; see denial_prove, which calls this.  Others are passed over.
 */
struct proof nsec3_prove(struct crypto *crypto, const struct denial_question *question,
                         const struct denial_record *records, size_t count);

/* The NSEC3 part of denial_contradicts; false, too, when the work limits are reached. */
bool nsec3_contradicts(struct crypto *crypto, const struct denial_question *question,
                       const struct denial_record *records, size_t count);
