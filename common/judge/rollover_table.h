/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phases of rollovers as tables; each but the last one ends in a row without phase. */
#pragma once

#include "judge/rollover.h"

/*
 * A phase: letters of the old and of the new key (`?` is any), what is seen and what follows.
 * Entry keys: D in the DS, P published, S signs the keys, C in the CDS (`.`: there is no CDS).
 * ZSKs: P published, A signs data, * all data.  Algorithms: D, P, S as above, A signs data.
 * Words in braces stand for the keys, for times and for where the new DS is seen.
 */
struct rollover_row {
    const char *phase;
    const char *old;
    const char *new;
    enum rollover_health health;
    const char *seen;
    const char *next;
};

extern const struct rollover_row rollover_entry_rows[];
extern const struct rollover_row rollover_zsk_rows[];
extern const struct rollover_row rollover_algorithm_rows[];
extern const struct rollover_row rollover_security_rows[];
extern const struct rollover_row rollover_revocation_row[1];
