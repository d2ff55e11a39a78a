/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of a chain of trust, hop by hop: from the anchor down to the zone that holds a
 * name, then what is at the name; an alias begins the next hop.
 */
#include "check/chain_walk.h"
#include "wire/alias.h"
#include "wire/rr.h"

const char *security_text(enum security security)
{
    static const char *const texts[] = {
        [SECURITY_SECURE] = "secure",
        [SECURITY_INSECURE] = "insecure",
        [SECURITY_BOGUS] = "bogus",
        [SECURITY_INDETERMINATE] = "indeterminate",
    };
    return texts[security];
}

bool chain_says_insecure(enum finding_id id)
{
    switch (id) {
    case FINDING_CHAIN_INSECURE:
    case FINDING_CHAIN_INSECURE_OPTOUT:
    case FINDING_CHAIN_INSECURE_ALG:
    case FINDING_DS_ALG_FORBIDDEN:
    case FINDING_DS_ALG_UNSUPPORTED:
    case FINDING_DS_DIGEST_UNSUPPORTED:
        return true;
    default:
        return false;
    }
}

enum state chain_note_state(const struct chain_note *note, bool expected)
{
    if (chain_says_insecure(note->finding.id)) {
        return expected ? STATE_CRITICAL : STATE_OK;
    }
    return note->finding.id == FINDING_UNSIGNED_ISLAND && !expected ? STATE_OK
                                                                    : note->finding.state;
}

enum crypto_result chain_anchor_names(struct crypto *crypto, const struct anchor *anchor,
                                      const struct dnskey *key)
{
    if (anchor->is_ds) {
        return crypto_ds_matches(crypto, &anchor->zone, key, &anchor->ds);
    }
    return bytes_equal(anchor->key.rdata, key->rdata) ? CRYPTO_GOOD : CRYPTO_BAD;
}

/*
 * Which signatures over the anchored DNSKEY RRset are by a key that a trust anchor names; `named`
 * tells whether any is, or cannot be told on this host.
 */
static const bool *anchored(const struct walk *walk, const struct name *zone,
                            const struct rrset *dnskey, const struct sig_verdict *verdicts,
                            enum crypto_result *named)
{
    const struct anchors *anchors = walk->terms->anchors;
    bool *by_anchor = arena_alloc(walk->terms->arena, dnskey->sig_count + 1);
    *named = CRYPTO_BAD;
    for (size_t i = 0; i < dnskey->sig_count; i++) {
        const struct dnskey *key = verdicts[i].key;
        for (size_t j = 0; key != NULL && j < anchors->count && !by_anchor[i]; j++) {
            if (name_equal(&anchors->list[j].zone, zone)) {
                enum crypto_result result =
                    chain_anchor_names(walk->terms->crypto, &anchors->list[j], key);
                by_anchor[i] = result == CRYPTO_GOOD;
                *named = *named == CRYPTO_GOOD || result == CRYPTO_BAD ? *named : result;
            }
        }
    }
    return by_anchor;
}

/* The anchored zone by one DNSKEY RRset; true when that is good. */
static bool try_anchor(struct walk *walk, struct chain_zone *zone, const struct rrset *dnskey,
                       enum crypto_result *named)
{
    zone->dnskey = dnskey;
    zone->keys = rr_dnskeys(walk->terms->arena, dnskey, &zone->key_count);
    struct sig_context context = walk_context(walk, zone);
    const struct sig_verdict *verdicts = sig_judge(&context, dnskey);
    const bool *by_anchor = anchored(walk, &zone->name, dnskey, verdicts, named);
    zone->dnskey_judgement = reason_judge(dnskey, verdicts, by_anchor);
    walk_remember(walk, zone, dnskey, &zone->dnskey_judgement);
    return zone->dnskey_judgement.good;
}

static void note_no_anchor_key(struct walk *walk, const struct chain_zone *zone,
                               const struct question *from, enum crypto_result named)
{
    struct arena *arena = walk->terms->arena;
    const char *name = name_text(arena, &zone->name);
    if (zone->dnskey->sig_count == 0) {
        bool resolver = (from->flags & QUERY_RECURSE) != 0;
        struct finding finding =
            walk_finding(walk, resolver ? FINDING_RESOLVER_STRIPS : FINDING_RRSIG_MISSING_DNSKEY,
                         &zone->name, &zone->name, RR_DNSKEY, from);
        walk_note(walk, finding,
                  "the DNSKEY RRset of %s comes without signatures from %s: nothing can be "
                  "validated by it",
                  name, from->server->text);
        walk_end(walk, resolver ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
        return;
    }
    if (named != CRYPTO_GOOD) { /* a fault of this host: what others see is not known */
        bool refused = named == CRYPTO_REFUSED;
        enum finding_id fault = refused ? FINDING_CRYPTO_REFUSED : FINDING_TA_LACKS_CURRENT;
        walk_note(walk, walk_finding(walk, fault, &zone->name, &zone->name, RR_DNSKEY, from),
                  refused ? "this host refuses the digest of its trust anchor for %s: run the "
                            "check on a host that allows it"
                          : "no trust anchor of this host signs the DNSKEY RRset of %s: bring the "
                            "anchors up to date",
                  name);
        walk_end(walk, SECURITY_INDETERMINATE);
        return;
    }
    enum finding_id id = zone->dnskey_judgement.reason;
    walk_note(walk, walk_finding(walk, id, &zone->name, &zone->name, RR_DNSKEY, from),
              "%s, which a trust anchor names: %s",
              walk_why(walk, zone, zone->dnskey, &zone->dnskey_judgement),
              walk_remedy(walk, zone, &zone->dnskey_judgement, true));
    walk_end(walk, walk_undecided(walk, id) ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
}

/* Where to start: the DS of a name belongs to the zone above it (RFC 4035 2.4). */
static const struct name *start_of(const struct walk *walk)
{
    struct name name = walk->hop->name;
    if (walk->chain->type == RR_DS) {
        if (name.labels == 0) {
            return NULL;
        }
        name = name_parent(&name);
    }
    return anchors_closest(walk->terms->anchors, &name);
}

/* Puts the first zone on the hop's path: its DNSKEY RRset by the trust anchors. */
static void start(struct walk *walk)
{
    const struct name *apex = start_of(walk);
    if (apex == NULL) {
        walk_note(walk,
                  walk_finding(walk, FINDING_CHAIN_INDETERMINATE, &walk->hop->name,
                               &walk->hop->name, walk->chain->type, NULL),
                  walk->chain->type == RR_DS
                      ? "no trust anchor covers the zone above the name, to which the DS belongs"
                      : "no trust anchor covers the name");
        walk_end(walk, SECURITY_INDETERMINATE);
        return;
    }
    struct chain_zone zone = {.name = *apex, .security = SECURITY_SECURE};
    const struct question *from = NULL;
    const struct rrset *dnskey = NULL;
    enum crypto_result named = CRYPTO_BAD;
    enum { MOST = 8 };
    for (size_t i = 0; i < MOST; i++) {
        dnskey = evidence_rrset(walk->evidence, apex, RR_DNSKEY, i, &from);
        if (dnskey == NULL) {
            break;
        }
        if (try_anchor(walk, &zone, dnskey, &named)) {
            walk_add_zone(walk, &zone);
            return;
        }
    }
    if (zone.dnskey != NULL) {
        note_no_anchor_key(walk, &zone, from, named);
        return;
    }
    if (walk_is_unsigned(walk, apex)) {
        walk_note(walk, walk_finding(walk, FINDING_TA_LACKS_CURRENT, apex, apex, RR_DNSKEY, NULL),
                  "%s has no DNSKEY, but this host has a trust anchor for it: sign the zone or "
                  "remove the anchor",
                  name_text(walk->terms->arena, apex));
        walk_end(walk, SECURITY_INDETERMINATE);
        return;
    }
    walk_lack(walk, apex, apex, RR_DNSKEY);
}

/* Judges one hop; true when an alias leads on. */
static bool judge_hop(struct walk *walk)
{
    if (!evidence_signer(walk->evidence, &walk->hop->name, walk->chain->type, &walk->signer)) {
        walk->signer.size = 0;
    }
    start(walk);
    if (!walk->broken) {
        walk_down(walk);
        walk->hop->reached = !walk->broken;
    }
    walk_target(walk);
    return walk->hop->outcome == OUTCOME_ALIAS && walk->hop->security != SECURITY_BOGUS;
}

static bool seen_before(const struct chain *chain, const struct name *name)
{
    for (size_t i = 0; i < chain->hop_count; i++) {
        if (name_equal(&chain->hops[i].name, name)) {
            return true;
        }
    }
    return false;
}

enum security security_worse(enum security a, enum security b)
{
    static const int rank[] = {
        [SECURITY_SECURE] = 0,
        [SECURITY_INSECURE] = 1,
        [SECURITY_INDETERMINATE] = 2,
        [SECURITY_BOGUS] = 3,
    };
    return rank[a] >= rank[b] ? a : b;
}

static void note_alias(struct walk *walk)
{
    const struct chain_hop *hop = walk->hop;
    if (walk->chain->hop_count < 2 || hop->security == SECURITY_SECURE ||
        hop->security == SECURITY_INDETERMINATE) {
        return;
    }
    struct arena *arena = walk->terms->arena;
    bool bogus = hop->security == SECURITY_BOGUS;
    /* The note that ended the hop names the zone of the target that is at fault. */
    const struct chain_note *last =
        walk->chain->note_count == 0 ? NULL : &walk->chain->notes[walk->chain->note_count - 1];
    const struct name *zone = last == NULL ? &hop->name : &last->finding.zone;
    walk_note(walk,
              walk_finding(walk, bogus ? FINDING_CHAIN_ALIAS_BOGUS : FINDING_CHAIN_ALIAS_INSECURE,
                           zone, &hop->name, walk->chain->type, NULL),
              "the alias %s leads to %s, which is %s%s%s",
              name_text(arena, &walk->chain->hops[walk->chain->hop_count - 2].name),
              name_text(arena, &hop->name), bogus ? "bogus" : "insecure", last == NULL ? "" : ": ",
              last == NULL ? "" : arena_printf(arena, "a matter of %s", name_text(arena, zone)));
}

static void loop(struct walk *walk, const struct name *name)
{
    const struct name *zone = walk->hop->reached ? &walk_zone(walk)->name : name;
    walk_note(walk, walk_finding(walk, FINDING_ALIAS_LOOP, zone, name, RR_CNAME, NULL),
              "the aliases form a loop or a chain of more than %d, at %s", ALIAS_STEPS,
              name_text(walk->terms->arena, name));
    walk->chain->verdict = SECURITY_BOGUS;
}

/* Should nobody ask after all, it stays at this. */
static void want(struct walk *walk, const struct name *name)
{
    struct chain *chain = walk->chain;
    chain->wants = true;
    chain->wanted = *name;
    chain->verdict = SECURITY_INDETERMINATE;
    walk_note(walk, walk_finding(walk, FINDING_CHAIN_INDETERMINATE, name, name, chain->type, NULL),
              "no server could be asked about %s", name_text(walk->terms->arena, name));
}

/* What a chain has before a hop that may have to be taken back. */
struct mark {
    size_t hops, notes, signatures, remarks;
};

/* Judges the next hop; true when an alias leads on. */
static bool add_hop(struct walk *walk, const struct name *name)
{
    struct chain *chain = walk->chain;
    chain->hops =
        arena_grow(walk->terms->arena, chain->hops, chain->hop_count, sizeof *chain->hops);
    walk->hop = &chain->hops[chain->hop_count++];
    *walk->hop = (struct chain_hop){.name = *name, .security = SECURITY_SECURE};
    walk->broken = false;
    bool on = judge_hop(walk);
    note_alias(walk);
    return on;
}

/*
 * What another reply tells on its way is believed when it is good.  Otherwise the name itself has
 * to be asked about, but at a single server, which will not say another thing.
 */
static bool is_settled(const struct walk *walk, const struct name *name)
{
    return walk->hop->security == SECURITY_SECURE || walk->evidence->only != NULL ||
           evidence_was_asked(walk->evidence, name, walk->chain->type);
}

struct chain chain_judge(const struct chain_terms *terms, const struct evidence *evidence,
                         const struct name *name, uint16_t type)
{
    struct chain chain = {.verdict = SECURITY_SECURE, .name = *name, .type = type};
    struct walk walk = {
        .terms = terms,
        .evidence = evidence,
        .chain = &chain,
    };
    struct name next = *name;
    for (;;) {
        if (seen_before(&chain, &next) || chain.hop_count > ALIAS_STEPS) {
            loop(&walk, &next);
            return chain;
        }
        if (!evidence_was_asked(evidence, &next, type) &&
            !evidence_is_told(evidence, &next, type)) {
            want(&walk, &next);
            return chain;
        }
        struct mark mark = {chain.hop_count, chain.note_count, chain.signature_count,
                            chain.remark_count};
        bool on = add_hop(&walk, &next);
        if (!is_settled(&walk, &next)) {
            chain.hop_count = mark.hops;
            chain.note_count = mark.notes;
            chain.signature_count = mark.signatures;
            chain.remark_count = mark.remarks;
            want(&walk, &next);
            return chain;
        }
        chain.verdict = security_worse(chain.verdict, walk.hop->security);
        if (!on) {
            return chain;
        }
        next = walk.hop->target;
    }
}
