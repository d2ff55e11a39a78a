/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone of signedzone.h with all that it denies, for tests of check_nsec.
 *
 * Its names: example.com, x.ent (so that ent is an empty non-terminal), sub (an unsigned
 * delegation), *.w (A) and www (A); w is an empty non-terminal, too.  Names in edits are relative
 * to example.com; the random label of the run is qwertyuiopasdfgh, R in the tables.
 */
#pragma once

#include "lib/signedzone.h"
#include "plugins/nsec_check.h"

#define R "qwertyuiopasdfgh"

/* The name behind all others that is asked for. */
#define LAST "zzzzzzzzzzzzzzzz" R

/* The NSEC records of the zone, as its replies have them. */
#define NSEC_APEX_SET "@ NSEC x.ent A NS SOA RRSIG NSEC DNSKEY\n"
#define NSEC_X        "x.ent NSEC sub A RRSIG NSEC\n"
#define NSEC_SUB      "sub NSEC *.w NS RRSIG NSEC\n"
#define NSEC_W        "*.w NSEC www A RRSIG NSEC\n"
#define NSEC_WWW      "www NSEC @ A RRSIG NSEC\n"

enum denial_signing {
    SIGN_WELL,
    SIGN_NOT,
    SIGN_EXPIRED,
    SIGN_EARLY,
    SIGN_SPOILT,
    SIGN_STRANGER, /* by a key that is not published */
    SIGN_FOREIGN   /* by another signer's name */
};

/* A reply that differs from the usual one. */
struct denial_edit {
    const char *servers;  /* of "12"; NULL: both */
    const char *question; /* "@ TYPE65280", "www A" */
    uint16_t rcode;
    const char *answer;          /* zone text; NULL: none */
    const char *authority;       /* the same; beginning with one of =~<^2 words of nsec3zone.h */
    enum denial_signing signing; /* of NSEC, NSEC3 and SOA; all else is signed well */
    const char *expanded;        /* what becomes of the owner of a wildcard in the answer */
    bool not_aa;
    bool no_soa;     /* of a negative answer */
    bool expand_all; /* wildcards of the authority section, too */
    void (*spoil)(struct arena *arena, struct rrset *set); /* of NSEC and NSEC3, before signing */
    size_t size;                                           /* of the message; 0: 512 */
    enum net_status status; /* other than NET_PENDING: there is no reply */
};

struct denial_plan {
    struct zone_plan zone;
    bool nsec3;
    const char *param;  /* NSEC3PARAM; NULL: "1 0 0 -" in an NSEC3 zone; "" for none */
    unsigned algorithm; /* of the hashes, by the records; 0: 1 */
    unsigned iterations;
    const char *salt; /* NULL: none */
    unsigned flags;   /* of the NSEC3 records */
    struct denial_edit edits[9];
    void (*tune)(struct nsec_options *options);
};

struct denial_row {
    const char *what;
    const char *expected;
    struct denial_plan plan;
};

/* Puts the zone on a new fake net. */
void denialzone_publish(struct signedzone *zone, const struct denial_plan *plan);

/* Runs check_nsec over it; questions and stages stay for the test to look at. */
void denialzone_run(struct signedzone *zone, const struct denial_plan *plan);

/* All findings but zone-walkable as a note, in the words of signedzone_findings. */
const char *denialzone_findings(struct arena *arena, const struct report *report);

/* Publishes and runs each row, and fails with all whose findings are not as expected. */
void denialzone_judge_rows(const struct denial_row *rows, size_t count);
