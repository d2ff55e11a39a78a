/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone of signedzone.h with three servers of its parent, CDS, and a chain from a root of its
 * own, for tests of check_ds_match.
 *
 * The parent com is served by 192.0.2.101, .102 and .103, P, Q and R in deviations.
 */
#pragma once

#include "lib/signedzone.h"
#include "plugins/ds_match.h"

#define SERVER_P "192.0.2.101"
#define SERVER_Q "192.0.2.102"
#define SERVER_R "192.0.2.103"

struct linkzone;

/* What NULL means is in brackets. */
struct link_plan {
    struct zone_plan zone; /* its odd, twist and tune are not looked at */
    const char *ds_q;      /* [the DS of the plan] */
    const char *ds_r;
    const char *dnskey_2;      /* keys at server 2 [as at 1] */
    const char *sign_dnskey_2; /* and who signs them */
    const char *sign_data_2;
    uint32_t serial_2; /* 0: as at 1, which is 7 */
    const char *cds;   /* keys as in keyring_ds, or "delete" [none]; "" for none */
    const char *cds_2;
    const char *cdnskey; /* keys, or "delete" */
    const char *cdnskey_2;
    const char *sign_cds;    /* ["K1"] */
    struct deviation odd[3]; /* at servers of "12PQR" [all] */
    bool no_resolver;
    bool anchored;   /* the run has the anchor of the root */
    bool own_anchor; /* or one of the zone, for K1 */
    int64_t later;   /* seconds by which the clock of the run is ahead of what was signed */
    void (*tune)(struct ds_options *options);
    void (*twist)(struct linkzone *zone);
};

struct linkzone {
    struct signedzone base; /* with run and report */
    const struct link_plan *plan;
    struct ds_options options;
};

void linkzone_open(struct linkzone *zone);
void linkzone_close(struct linkzone *zone);

/* Puts what the plan says onto a new fake net. */
void linkzone_publish(struct linkzone *zone, const struct link_plan *plan);

/* Runs check_ds_match over it. */
void linkzone_run(struct linkzone *zone);

/*
 * All findings of the last run, worst first, as signedzone_findings tells them; of a phase of a
 * rollover its word: "ds-stale-extra=OK <ksk-ds-ahead>".
 */
const char *linkzone_findings(const struct linkzone *zone);

/* Publishes, runs, gives the memory of the run back and tells the findings. */
const char *linkzone_judge(struct linkzone *zone, const struct link_plan *plan);

struct link_row {
    const char *what;
    const char *expected;
    struct link_plan plan;
};

/* Judges each row, and fails with all those that are not as expected. */
void linkzone_judge_rows(const struct link_row *rows, size_t count);

/* The text of the finding with that id in the last report; it has to be there. */
const char *linkzone_text(const struct linkzone *zone, enum finding_id id);

/* An RRset as a server ('1', '2', 'P', 'Q', 'R') signs it. */
struct rrset linkzone_rrset(struct linkzone *zone, char server, const char *text);

/* Adds DNSKEY records made by hand, which sign nothing, to K1 and Z1 at both servers. */
void linkzone_add_key(struct linkzone *zone, const char *text);

/* What a server answers from now on. */
void linkzone_answer(struct linkzone *zone, const char *server, uint16_t rcode,
                     const struct rrset *answer, const struct rrset *authority, const char *name,
                     const char *type);
