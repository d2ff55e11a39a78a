/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement of a chain of trust, hop by hop: from the anchor down to the zone that holds a
 * name, then what is at the name; an alias begins the next hop.
 */
#include "check/chain.h"

#include <stdarg.h>

#include "check/chain_walk.h"
#include "wire/rr.h"

/* Aliases followed before it counts as a loop, as resolvers do. */
enum { ALIASES = 11 };

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

struct chain_zone *walk_zone(const struct walk *walk)
{
    return &walk->hop->zones[walk->hop->zone_count - 1];
}

void walk_end(struct walk *walk, enum security security)
{
    walk->hop->security = security;
    walk->broken = true;
}

void walk_note(struct walk *walk, struct finding finding, const char *format, ...)
{
    struct chain *chain = walk->chain;
    struct arena *arena = walk->terms->arena;
    va_list arguments;
    va_start(arguments, format);
    chain->notes = arena_grow(arena, chain->notes, chain->note_count, sizeof *chain->notes);
    chain->notes[chain->note_count++] =
        (struct chain_note){.finding = finding, .text = arena_vprintf(arena, format, arguments)};
    va_end(arguments);
}

/*
 * The server that a fault shows at, where only one was asked: with several it shows at all of them,
 * since one good copy would have been enough.
 */
static const char *server_of(const struct walk *walk, const struct question *from)
{
    if (from == NULL || (from->flags & QUERY_RECURSE) != 0 ||
        evidence_asked(walk->evidence, &from->name, from->type, 1) != NULL) {
        return NULL;
    }
    return from->server->text;
}

static bool run_is_exhausted(const struct walk *walk)
{
    return *walk->terms->checks_left == 0;
}

bool walk_undecided(const struct walk *walk, enum finding_id id)
{
    return id == FINDING_CRYPTO_REFUSED || id == FINDING_CHAIN_INDETERMINATE ||
           (id == FINDING_LIMIT_VALIDATIONS && run_is_exhausted(walk));
}

/* Our limits for one RRset are those of validators: what exceeds them fails there, too. */
static enum state state_of(const struct walk *walk, enum finding_id id)
{
    if (id == FINDING_LIMIT_VALIDATIONS) {
        return run_is_exhausted(walk) ? STATE_UNKNOWN : STATE_CRITICAL;
    }
    return finding_class(id)->state;
}

struct finding walk_finding(const struct walk *walk, enum finding_id id, const struct name *zone,
                            const struct name *owner, uint16_t type, const struct question *from)
{
    return (struct finding){
        .id = id,
        .state = state_of(walk, id),
        .zone = *zone,
        .owner = *owner,
        .type = rr_type_text(walk->terms->arena, type),
        .server = server_of(walk, from),
        .key_tag = KEY_TAG_NONE,
    };
}

static struct sig_context context_of(const struct walk *walk, const struct chain_zone *zone)
{
    return (struct sig_context){
        .arena = walk->terms->arena,
        .crypto = walk->terms->crypto,
        .zone = &zone->name,
        .keys = zone->keys,
        .key_count = zone->key_count,
        .now = walk->terms->now,
        .sha1 = walk->terms->sha1,
        .checks_left = walk->terms->checks_left,
    };
}

static void remember_end(struct chain *chain, const struct rrset *set,
                         const struct judgement *judgement)
{
    if (judgement->good && (chain->first_to_end == NULL ||
                            judgement->deciding->remaining < chain->first_to_end->remaining)) {
        chain->first_to_end = judgement->deciding;
        chain->first_owner = set->owner;
        chain->first_type = set->type;
    }
}

struct judgement walk_verify(struct walk *walk, const struct chain_zone *zone,
                             const struct rrset *set)
{
    struct sig_context context = context_of(walk, zone);
    struct judgement judgement = reason_judge(set, sig_judge(&context, set), NULL);
    remember_end(walk->chain, set, &judgement);
    return judgement;
}

const struct denial_record *walk_records(struct walk *walk, const struct chain_zone *zone,
                                         const struct message *reply, size_t *count)
{
    const struct section *section = &reply->authority;
    struct sig_context context = context_of(walk, zone);
    struct denial_record *records =
        arena_alloc(walk->terms->arena, (section->count + 1) * sizeof *records);
    *count = 0;
    for (size_t i = 0; i < section->count && *count < DENIAL_NSEC3_MAX; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count == 0 || (set->type != RR_NSEC && set->type != RR_NSEC3)) {
            continue;
        }
        const struct sig_verdict *verdicts = sig_judge(&context, set);
        struct judgement judgement = reason_judge(set, verdicts, NULL);
        remember_end(walk->chain, set, &judgement);
        records[(*count)++] = denial_record(set, verdicts);
    }
    return records;
}

bool walk_too_costly(struct walk *walk, const struct proof *proof, const struct question *from)
{
    enum { ITERATIONS = 150 }; /* the bound of most validators */
    bool many = proof->kind == DENIAL_BY_NSEC3 && proof->iterations > ITERATIONS;
    const struct name *zone = &walk_zone(walk)->name;
    const struct name *name = &walk->hop->name;
    if (proof->verdict == DENIAL_TOO_COSTLY && !many) {
        walk_note(walk,
                  walk_finding(walk, FINDING_LIMIT_NSEC3, zone, name, walk->chain->type, from),
                  "the denial mixes NSEC3 parameters and needs more hashes than are computed");
        walk_end(walk, SECURITY_INDETERMINATE);
        return true;
    }
    if (proof->verdict == DENIAL_NONE || !many) {
        return false;
    }
    walk_note(walk,
              walk_finding(walk, FINDING_NSEC3_ITER_REFUSED, zone, name, walk->chain->type, from),
              "%s uses %u NSEC3 iterations, more than validators compute: use 0",
              name_text(walk->terms->arena, zone), proof->iterations);
    walk_note(walk,
              walk_finding(walk, FINDING_CHAIN_INSECURE_ALG, zone, name, walk->chain->type, from),
              "insecure: the denial needs %u NSEC3 iterations, more than validators compute",
              proof->iterations);
    walk_end(walk, SECURITY_INSECURE);
    return true;
}

bool walk_proof_refused(struct walk *walk, const struct proof *proof, const struct question *from)
{
    if (proof->verdict != DENIAL_REFUSED_HERE) {
        return false;
    }
    walk_note(walk,
              walk_finding(walk, FINDING_CRYPTO_REFUSED, &walk_zone(walk)->name, &walk->hop->name,
                           walk->chain->type, from),
              "the crypto policy of this host refuses SHA-1, which NSEC3 needs");
    walk_end(walk, SECURITY_INDETERMINATE);
    return true;
}

/* Whether a trust anchor names the key, if this host does the digest that tells. */
static enum crypto_result names_key(const struct walk *walk, const struct anchor *anchor,
                                    const struct dnskey *key)
{
    if (anchor->is_ds) {
        return crypto_ds_matches(walk->terms->crypto, &anchor->zone, key, &anchor->ds);
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
                enum crypto_result result = names_key(walk, &anchors->list[j], key);
                by_anchor[i] = result == CRYPTO_GOOD;
                *named = *named == CRYPTO_GOOD || result == CRYPTO_BAD ? *named : result;
            }
        }
    }
    return by_anchor;
}

static void add_zone(struct walk *walk, struct chain_zone zone)
{
    struct chain_hop *hop = walk->hop;
    hop->zones = arena_grow(walk->terms->arena, hop->zones, hop->zone_count, sizeof *hop->zones);
    hop->zones[hop->zone_count++] = zone;
}

/* The anchored zone by one DNSKEY RRset; true when that is good. */
static bool try_anchor(struct walk *walk, struct chain_zone *zone, const struct rrset *dnskey,
                       enum crypto_result *named)
{
    zone->dnskey = dnskey;
    zone->keys = rr_dnskeys(walk->terms->arena, dnskey, &zone->key_count);
    struct sig_context context = context_of(walk, zone);
    const struct sig_verdict *verdicts = sig_judge(&context, dnskey);
    const bool *by_anchor = anchored(walk, &zone->name, dnskey, verdicts, named);
    zone->dnskey_judgement = reason_judge(dnskey, verdicts, by_anchor);
    remember_end(walk->chain, dnskey, &zone->dnskey_judgement);
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
              "the signature over the DNSKEY RRset of %s by the anchored key: %s", name,
              sig_defects_text(arena, zone->dnskey_judgement.deciding->defects));
    walk_end(walk, walk_undecided(walk, id) ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
}

void walk_start(struct walk *walk)
{
    const struct name *apex = anchors_closest(walk->terms->anchors, &walk->hop->name);
    if (apex == NULL) {
        walk_note(walk,
                  walk_finding(walk, FINDING_CHAIN_INDETERMINATE, &walk->hop->name,
                               &walk->hop->name, walk->chain->type, NULL),
                  "no trust anchor covers the name");
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
            add_zone(walk, zone);
            return;
        }
    }
    if (zone.dnskey != NULL) {
        note_no_anchor_key(walk, &zone, from, named);
        return;
    }
    const char *failure = evidence_failure(walk->terms->arena, walk->evidence, apex, RR_DNSKEY);
    walk_note(walk, walk_finding(walk, FINDING_CHAIN_INDETERMINATE, apex, apex, RR_DNSKEY, NULL),
              "the DNSKEY RRset of the anchored zone %s cannot be had (%s)",
              name_text(walk->terms->arena, apex), failure == NULL ? "none there" : failure);
    walk_end(walk, SECURITY_INDETERMINATE);
}

/* Judges one hop; true when an alias leads on. */
static bool judge_hop(struct walk *walk)
{
    if (!evidence_signer(walk->evidence, &walk->hop->name, walk->chain->type, &walk->signer)) {
        walk->signer.size = 0;
    }
    walk_start(walk);
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

static enum security worse(enum security a, enum security b)
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
    bool bogus = hop->security == SECURITY_BOGUS;
    walk_note(walk,
              walk_finding(walk, bogus ? FINDING_CHAIN_ALIAS_BOGUS : FINDING_CHAIN_ALIAS_INSECURE,
                           &hop->name, &hop->name, walk->chain->type, NULL),
              bogus ? "the alias leads to %s, which is bogus"
                    : "the alias leads to %s, which is insecure",
              name_text(walk->terms->arena, &hop->name));
}

static void loop(struct walk *walk, const struct name *name)
{
    walk_note(walk, walk_finding(walk, FINDING_ALIAS_LOOP, name, name, RR_CNAME, NULL),
              "the aliases form a loop or a chain of more than %d, at %s", ALIASES,
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

struct chain chain_judge(const struct chain_terms *terms, const struct evidence *evidence,
                         const struct name *name, uint16_t type)
{
    struct chain chain = {.verdict = SECURITY_SECURE, .name = *name, .type = type};
    struct walk walk = {
        .terms = terms,
        .evidence = evidence,
        .hasher = nsec3_hasher_create(terms->arena),
        .chain = &chain,
    };
    struct name next = *name;
    for (;;) {
        if (seen_before(&chain, &next) || chain.hop_count > ALIASES) {
            loop(&walk, &next);
            return chain;
        }
        if (!evidence_was_asked(evidence, &next, type)) {
            want(&walk, &next);
            return chain;
        }
        chain.hops = arena_grow(terms->arena, chain.hops, chain.hop_count, sizeof *chain.hops);
        walk.hop = &chain.hops[chain.hop_count++];
        *walk.hop = (struct chain_hop){.name = next, .security = SECURITY_SECURE};
        walk.broken = false;
        bool on = judge_hop(&walk);
        note_alias(&walk);
        chain.verdict = worse(chain.verdict, walk.hop->security);
        if (!on) {
            return chain;
        }
        next = walk.hop->target;
    }
}
