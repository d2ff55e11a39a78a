/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of check_ds_match: settled questions in, findings out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame/run.h"
#include "frame/state_file.h"
#include "frame/targets.h"
#include "judge/weak.h"
#include "plugins/ds_state.h"
#include "result/report.h"

/* --expect-tag and --expect-ds. */
struct ds_pins {
    uint16_t *tags;
    size_t tag_count;
    struct ds *records;
    size_t record_count;
};

struct ds_options {
    struct common_options common;
    struct ds_pins pins;
    const char *state_file;
    int64_t roll_grace;  /* seconds */
    int64_t max_key_age; /* seconds; 0: any age */
    bool multi_signer;
    bool check_bootstrap;
    struct texts weak_files; /* --weak-keys */
    struct weak_list weak;   /* what they hold, once ds_validate has read them */
};

/* The copy of the CDS under one name server's signalling name (RFC 9615). */
struct ds_signal {
    const struct name *host;
    struct name name; /* size 0: it would be too long */
    const struct question *cds;
    const struct question *cdnskey;
    struct questions evidence; /* DNSKEY and DS of the names above, and these */
};

/* All that was collected about one zone. */
struct ds_facts {
    const struct target *target;        /* with every question of the run that concerns the zone */
    const struct question *resolver_ds; /* with -s: the DS as a resolver gives it; or NULL */
    struct ds_signal *signals; /* with --check-bootstrap: of name servers outside the zone */
    size_t signal_count;
    struct questions dsync;
};

/* Readers of --expect-tag and --expect-ds, into a struct ds_pins. */
const char *ds_parse_tag(struct arena *arena, const char *text, void *target);
const char *ds_parse_record(struct arena *arena, const char *text, void *target);

/* What is wrong with the options together, or NULL. */
const char *ds_validate(struct arena *arena, void *options);

/* The file of --state-file (struct plugin). */
struct state_use ds_keeps(const void *options);

/* The plugin's run (struct plugin): `options` is a struct ds_options. */
void ds_run(struct run *run, struct subject *subjects, size_t count, const void *options);

/*
 * Judges one zone.  `history` is what earlier runs saw of it and becomes what this one sees, unless
 * by the signatures the clock of this host is wrong; NULL without --state-file.
 */
void ds_check(const struct ds_facts *facts, const struct ds_options *options,
              struct ds_history *history, struct report *report);
