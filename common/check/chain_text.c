/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts the faults of a chain into words: which record, which signature was found and which was
 * expected, since when, and what to do.
 */
#include "base/text.h"
#include "check/chain_walk.h"
#include "wire/rr.h"

enum { MOST_KEYS = 6 };

const char *walk_set_text(const struct walk *walk, const struct rrset *set)
{
    struct arena *arena = walk->terms->arena;
    return arena_printf(arena, "%s %s", name_text(arena, &set->owner),
                        rr_type_text(arena, set->type));
}

/* "123/ED25519, 456/ED25519": the keys of a zone. */
static const char *keys_text(const struct walk *walk, const struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    const char *text = "";
    for (size_t i = 0; i < zone->key_count && i < MOST_KEYS; i++) {
        text = text_join(arena, text,
                         policy_key_text(arena, zone->keys[i].tag, zone->keys[i].algorithm));
    }
    return text_more(arena, text, zone->key_count, MOST_KEYS);
}

/* What has to be done about an RRset without a good signature. */
static const char *remedy(enum finding_id id)
{
    switch (id) {
    case FINDING_RRSIG_EXPIRED_RRSET:
        return "re-sign it and see why the signer left it out";
    case FINDING_RRSIG_NOT_YET_RRSET:
        return "check the clock of the signer";
    case FINDING_RRSIG_WINDOW_INVERTED:
    case FINDING_RRSIG_WINDOW_AMBIGUOUS:
        return "check the validity settings of the signer and re-sign it";
    case FINDING_RRSIG_NO_KEY:
    case FINDING_RRSIG_ALG_MISMATCH:
        return "publish that key or re-sign it with a published one";
    case FINDING_RRSIG_KEY_NOT_ZONE:
        return "publish that key with flags 256 or 257";
    case FINDING_RRSIG_KEY_PROTOCOL:
        return "publish that key with protocol 3";
    case FINDING_RRSIG_KEY_REVOKED:
    case FINDING_DNSKEY_LENGTH:
        return "re-sign it with another key";
    case FINDING_CRYPTO_REFUSED:
        return "run the check on a host that allows it";
    case FINDING_LIMIT_VALIDATIONS:
        return "remove surplus keys and signatures";
    case FINDING_RRSIG_UNSUPPORTED_ALG:
        return "re-sign it with algorithm 13 or 8";
    default:
        return "re-sign it";
    }
}

static const char *fault(const struct walk *walk, const struct chain_zone *zone,
                         const struct judgement *judgement)
{
    struct arena *arena = walk->terms->arena;
    const struct sig_verdict *verdict = judgement->deciding;
    int64_t now = walk->terms->now;
    const char *ends = text_time(arena, now + verdict->remaining);
    const char *begins = text_time(arena, now - verdict->age);
    switch (judgement->reason) {
    case FINDING_RRSIG_EXPIRED_RRSET:
        return arena_printf(arena, "%s (%s)", text_expiry(arena, verdict->remaining), ends);
    case FINDING_RRSIG_NOT_YET_RRSET:
        return arena_printf(arena, "is valid only in %s (%s)", text_span(arena, -verdict->age),
                            begins);
    case FINDING_RRSIG_WINDOW_INVERTED:
        return arena_printf(arena, "expires (%s) before its inception (%s)", ends, begins);
    case FINDING_RRSIG_SIGNER_NOT_ZONE:
        return arena_printf(arena, "is by signer %s, expected is %s",
                            name_text(arena, &verdict->sig->signer), name_text(arena, &zone->name));
    case FINDING_RRSIG_NO_KEY:
    case FINDING_RRSIG_ALG_MISMATCH:
        return arena_printf(arena, "%s of %s, whose keys are %s",
                            judgement->reason == FINDING_RRSIG_NO_KEY
                                ? "is by no published key"
                                : "has another algorithm than the key with its tag",
                            name_text(arena, &zone->name), keys_text(walk, zone));
    case FINDING_RRSIG_BAD_CRYPTO:
        return "does not verify, data or key were changed after signing";
    default:
        return arena_printf(arena, "is not good (%s)", sig_defects_text(arena, verdict->defects));
    }
}

const char *walk_why(const struct walk *walk, const struct chain_zone *zone,
                     const struct rrset *set, const struct judgement *judgement)
{
    struct arena *arena = walk->terms->arena;
    const char *what = walk_set_text(walk, set);
    const struct sig_verdict *verdict = judgement->deciding;
    if (verdict == NULL) {
        return arena_printf(arena, "%s has no signature", what);
    }
    if (verdict->sig->malformed) {
        return arena_printf(arena, "%s has a malformed signature", what);
    }
    return arena_printf(arena, "the signature over %s by key %s %s", what,
                        policy_key_text(arena, verdict->sig->key_tag, verdict->sig->algorithm),
                        fault(walk, zone, judgement));
}

const char *walk_remedy(const struct walk *walk, const struct chain_zone *zone,
                        const struct judgement *judgement, bool own)
{
    struct arena *arena = walk->terms->arena;
    bool host = walk_undecided(walk, judgement->reason);
    return own || host
               ? remedy(judgement->reason)
               : arena_printf(arena, "tell the operator of %s", name_text(arena, &zone->name));
}

const char *walk_ds_text(const struct walk *walk, const struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    const struct ds_verdict *verdict = zone->link.ds;
    const char *text = link_ds_text(arena, verdict);
    const char *above = name_text(arena, &walk_zone(walk)->name);
    struct ds ds;
    const struct evidence *evidence = walk->evidence;
    if (evidence->only != NULL && evidence->above.size == 0 &&
        name_equal(&evidence->only_zone, &zone->name)) { /* judged alone: others may fit the DS */
        return arena_printf(arena, "%s of %s (%s): check the transfers of the server", text,
                            name_text(arena, &zone->name), keys_text(walk, zone));
    }
    if (verdict->fit == DS_REVOKED || verdict->fit == DS_DIGEST_LENGTH || verdict->limited) {
        return arena_printf(arena, "%s: have it replaced in %s", text, above);
    }
    if (verdict->key != NULL && crypto_ds_of(walk->terms->crypto, &zone->name, verdict->key,
                                             link_ds_type(&verdict->ds), &ds)) {
        return arena_printf(arena, "%s: have %s published in %s", text, link_ds_rdata(arena, &ds),
                            above);
    }
    return arena_printf(arena, "%s of %s (%s): have the DS of a key that signs published in %s",
                        text, name_text(arena, &zone->name), keys_text(walk, zone), above);
}
