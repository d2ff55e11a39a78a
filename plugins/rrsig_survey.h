/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every signed RRset that check_rrsig_expiry saw, at every server, each with its verdicts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/reason.h"
#include "judge/sig.h"
#include "plugins/rrsig_expiry.h"

/* What an RRset is to this check. */
enum role { ROLE_DATA, ROLE_DNSKEY, ROLE_NEGATIVE, ROLE_PARENT_DS };

/* What one server of the zone shows. */
struct view {
    const struct server *server;
    const struct dnskey *keys; /* its own DNSKEY RRset; another server's where it gave none */
    size_t key_count;
    bool has_dnskey; /* its own reply held one */
    bool any_signature;
    bool edns;                       /* its replies carry EDNS, so signatures can be expected */
    struct soa soa;                  /* all zero when it gave none */
    const struct rrset *ds;          /* of the zone, as a parent's server gives it; or NULL */
    const struct question *negative; /* the question for a name that does not exist, or NULL */
};

/* One RRset at one server. */
struct item {
    const struct view *view;
    const struct rrset *set;
    enum role role;
    const struct sig_verdict *verdicts; /* set->sig_count of them */
    bool failed;                        /* no signature makes the RRset good */
    bool unlinked;                      /* of DNSKEY: no signature by a key that a DS points to */
    enum finding_id reason;             /* why, when failed */
    const struct sig_verdict *deciding; /* the signature that the judgement rests on; NULL: none */
};

struct survey {
    struct run *run;
    const struct target *target;
    const struct rrsig_options *options;
    struct view *views; /* of the servers that answer as authority */
    size_t view_count;
    struct view *parents; /* of the parent's servers, or a resolver; keys are the parent's */
    size_t parent_count;
    bool parent_keys_known;
    bool parent_unsigned;   /* the parent has no keys, so that nothing of its can be signed */
    bool unsigned_as_meant; /* not signed, and nobody expects that it is: nothing fails */
    bool keys_known; /* a server of the zone answered for its DNSKEY, be it that there is none */
    const struct rrset *ds; /* as the first of the parent's servers gives it; or NULL */
    struct item *items;
    size_t item_count;
};

/* Reads the settled questions and judges every item. */
struct survey rrsig_survey(const struct target *target, const struct rrsig_options *options);

/*
 * Verifies the signatures of an item and sets failed, reason and deciding.  Where the parent's
 * servers differ on the DS, a DNSKEY RRset is judged by the one that suits it best.
 */
void rrsig_judge_item(const struct survey *survey, struct item *item);

/* Sets these again for a verified item by the DS RRset given; NULL: there is none. */
void rrsig_judge_under(const struct survey *survey, struct item *item, const struct rrset *ds);
