/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the algorithms of keys with those of signatures. */
#include "judge/coverage.h"

static bool has_algorithm(const struct rrset *set, uint8_t algorithm)
{
    for (size_t i = 0; i < set->sig_count; i++) {
        if (!set->sigs[i].malformed && set->sigs[i].algorithm == algorithm) {
            return true;
        }
    }
    return false;
}

bool coverage_lacks_algorithm(const struct rrset *set, const struct dnskey *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool signs = (keys[i].flags & DNSKEY_ZONE) != 0 && (keys[i].flags & DNSKEY_REVOKE) == 0;
        if (signs && !has_algorithm(set, keys[i].algorithm)) {
            return true;
        }
    }
    return false;
}
