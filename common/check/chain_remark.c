/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the signatures on the path, and notes what some validators fail on beside good ones. */
#include <string.h>

#include "check/chain_walk.h"
#include "judge/surplus.h"
#include "wire/rr.h"

enum { SIGNATURES = 256, REMARKS = 64, KEYS = 64 };

const struct chain_signature *chain_first_to_end(const struct chain *chain)
{
    const struct chain_signature *first = NULL;
    for (size_t i = 0; i < chain->signature_count; i++) {
        if (first == NULL || chain->signatures[i].verdict->remaining < first->verdict->remaining) {
            first = &chain->signatures[i];
        }
    }
    return first;
}

static bool same_signature(const struct sig_verdict *a, const struct sig_verdict *b)
{
    return a->sig == b->sig || bytes_equal(a->sig->signature, b->sig->signature);
}

void chain_keep_signature(struct arena *arena, struct chain *chain,
                          const struct chain_signature *signature)
{
    for (size_t i = 0; i < chain->signature_count; i++) {
        const struct chain_signature *known = &chain->signatures[i];
        if (same_signature(known->verdict, signature->verdict) && known->type == signature->type &&
            name_equal(&known->owner, &signature->owner)) {
            return;
        }
    }
    if (chain->signature_count < SIGNATURES) {
        chain->signatures =
            arena_grow(arena, chain->signatures, chain->signature_count, sizeof *chain->signatures);
        chain->signatures[chain->signature_count++] = *signature;
    }
}

static bool same_remark(const struct finding *a, const struct finding *b)
{
    return a->id == b->id && a->key_tag == b->key_tag && name_equal(&a->owner, &b->owner) &&
           strcmp(a->type, b->type) == 0;
}

void chain_keep_remark(struct arena *arena, struct chain *chain, const struct chain_note *remark)
{
    for (size_t i = 0; i < chain->remark_count; i++) {
        struct chain_note *known = &chain->remarks[i];
        if (same_remark(&known->finding, &remark->finding)) {
            if (state_worse(remark->finding.state, known->finding.state)) {
                *known = *remark;
            }
            return;
        }
    }
    if (chain->remark_count == REMARKS) {
        return;
    }
    chain->remarks = arena_grow(arena, chain->remarks, chain->remark_count, sizeof *chain->remarks);
    chain->remarks[chain->remark_count++] = *remark;
}

static void keep(struct walk *walk, struct finding finding, enum state state, const char *text)
{
    finding.state = state;
    finding.beside = true;
    chain_keep_remark(walk->terms->arena, walk->chain,
                      &(struct chain_note){.finding = finding, .text = text});
}

static struct finding about(const struct walk *walk, enum finding_id id,
                            const struct chain_zone *zone, const struct rrset *set, int key_tag)
{
    struct finding finding = walk_finding(walk, id, &zone->name, &set->owner, set->type, NULL);
    finding.key_tag = key_tag;
    return finding;
}

static size_t index_of(const struct chain_zone *zone, const struct rrsig *sig)
{
    size_t at = 0;
    while (at < zone->key_count &&
           (zone->keys[at].tag != sig->key_tag || zone->keys[at].algorithm != sig->algorithm)) {
        at++;
    }
    return at;
}

static void remark_collision(struct walk *walk, const struct chain_zone *zone, size_t index,
                             bool signs)
{
    size_t same =
        index < zone->key_count ? surplus_same_tag(zone->keys, zone->key_count, index) : 0;
    if (same < 2) {
        return;
    }
    const struct dnskey *key = &zone->keys[index];
    struct finding finding =
        walk_finding(walk, FINDING_RRSIG_TAG_COLLISION, &zone->name, &zone->name, RR_DNSKEY, NULL);
    finding.key_tag = key->tag;
    keep(walk, finding, surplus_collision(same, signs),
         arena_printf(walk->terms->arena, "%s: %s", name_text(walk->terms->arena, &zone->name),
                      surplus_collision_text(walk->terms->arena, key, same, signs)));
}

/* What stands beside the signature that makes an RRset good. */
static void remark_set(struct walk *walk, const struct chain_zone *zone, const struct rrset *set,
                       const struct judgement *judgement)
{
    struct arena *arena = walk->terms->arena;
    const char *what = walk_set_text(walk, set);
    enum state many = surplus_signatures(set->sig_count);
    if (many != STATE_OK) {
        keep(walk, about(walk, FINDING_RRSIG_TOO_MANY, zone, set, KEY_TAG_NONE), many,
             arena_printf(arena,
                          "%s has %zu signatures, validators look at 8 to 16: remove the surplus",
                          what, set->sig_count));
    }
    for (size_t i = 0; i < set->sig_count; i++) {
        const struct sig_verdict *verdict = &judgement->verdicts[i];
        if (reason_defects(verdict) != 0 && reason_of(set, verdict) == FINDING_RRSIG_BAD_CRYPTO) {
            keep(walk, about(walk, FINDING_RRSIG_BAD_EXTRA, zone, set, verdict->sig->key_tag),
                 STATE_WARNING,
                 arena_printf(
                     arena,
                     "%s has a signature by key %s that does not verify beside a good "
                     "one, some validators fail on it: remove it",
                     what, policy_key_text(arena, verdict->sig->key_tag, verdict->sig->algorithm)));
        }
        if (verdict->tag_shared) {
            remark_collision(walk, zone, index_of(zone, verdict->sig), true);
        }
    }
}

void walk_remember(struct walk *walk, const struct chain_zone *zone, const struct rrset *set,
                   const struct judgement *judgement)
{
    if (judgement->good) {
        remark_set(walk, zone, set, judgement);
    }
    if (judgement->good || judgement->reason == FINDING_RRSIG_EXPIRED_RRSET) {
        struct chain_signature signature = {.zone = set->type == RR_DS ? set->owner : zone->name,
                                            .owner = set->owner,
                                            .type = set->type,
                                            .verdict = judgement->deciding};
        chain_keep_signature(walk->terms->arena, walk->chain, &signature);
    }
}

void walk_remark_zone(struct walk *walk, const struct chain_zone *zone)
{
    for (size_t i = 0; i < zone->key_count && i < KEYS; i++) {
        remark_collision(walk, zone, i, false);
    }
    size_t count = 0;
    const struct ds *set =
        zone->ds == NULL ? NULL : rr_ds_set(walk->terms->arena, zone->ds, &count);
    for (size_t i = 0; i < count; i++) {
        if (surplus_is_length(&set[i])) {
            keep(walk, about(walk, FINDING_DS_DIGEST_LENGTH, zone, zone->ds, set[i].key_tag),
                 STATE_CRITICAL,
                 arena_printf(walk->terms->arena, "%s: %s: have it removed",
                              name_text(walk->terms->arena, &zone->name),
                              surplus_length_text(walk->terms->arena, &set[i])));
        }
    }
}
