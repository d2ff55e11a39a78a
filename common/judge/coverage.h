/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an RRset is signed with every algorithm that its zone publishes (RFC 4035 2.2). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "wire/rr.h"

/*
 * Whether the DNSKEYs have a usable zone key of an algorithm that no signature of `set` has.  What
 * the signatures are worth does not matter.
 */
bool coverage_lacks_algorithm(const struct rrset *set, const struct dnskey *keys, size_t count);
