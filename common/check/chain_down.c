/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes down from zone cut to zone cut (RFC 4035 5.2). */
#include "check/chain_walk.h"
#include "wire/rr.h"

/* What is known of a name below the zone reached. */
enum step {
    STEP_NO_CUT, /* proved, or nothing speaks for one */
    STEP_DONE,   /* the next zone is on the path */
    STEP_END,    /* insecure, broken or undecided: the hop's security is set */
    STEP_UNKNOWN /* there was no usable evidence */
};

enum { CANDIDATES = 16 };

/* The fault of whoever is responsible for the link: of the parent where it is the DS. */
static enum step broken(struct walk *walk, struct finding finding, const char *text)
{
    bool undecided = walk_undecided(walk, finding.id);
    finding.state = undecided ? finding.state : STATE_CRITICAL;
    walk_note(walk, finding, "%s", text);
    walk_end(walk, undecided ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
    return STEP_END;
}

static const char *why(const struct walk *walk, const struct judgement *judgement)
{
    struct arena *arena = walk->terms->arena;
    const struct sig_verdict *verdict = judgement->deciding;
    if (verdict == NULL) {
        return "no signature";
    }
    return arena_printf(arena, "signature by key %u/%s: %s", verdict->sig->key_tag,
                        policy_algorithm(verdict->sig->algorithm)->mnemonic,
                        sig_defects_text(arena, verdict->defects));
}

/* A note about a link between `parent` and the zone below it. */
static struct finding link_finding(const struct walk *walk, const struct chain_zone *zone,
                                   enum finding_id id, uint16_t type, const struct question *from)
{
    struct finding finding = walk_finding(walk, id, &zone->name, &zone->name, type, from);
    if (zone->link.ds != NULL) {
        finding.key_tag = zone->link.ds->ds.key_tag;
    }
    return finding;
}

static enum step no_dnskey(struct walk *walk, const struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    const char *name = name_text(arena, &zone->name);
    if (!evidence_was_asked(walk->evidence, &zone->name, RR_DNSKEY)) {
        walk->chain->wants = true;
        walk->chain->wanted = walk->hop->name;
        return broken(walk, link_finding(walk, zone, FINDING_CHAIN_INDETERMINATE, RR_DNSKEY, NULL),
                      arena_printf(arena, "%s has a DS, its DNSKEY RRset was not asked for", name));
    }
    const char *failure = evidence_failure(arena, walk->evidence, &zone->name, RR_DNSKEY);
    if (failure == NULL || evidence_asked(walk->evidence, &zone->name, RR_DNSKEY, 0) != NULL) {
        bool answered = failure == NULL;
        return broken(
            walk,
            link_finding(walk, zone,
                         answered ? FINDING_DS_CHILD_UNSIGNED : FINDING_CHAIN_DNSKEY_UNREACHABLE,
                         RR_DNSKEY, NULL),
            answered ? arena_printf(arena,
                                    "%s has a DS but no DNSKEY: sign the zone or have "
                                    "the DS removed",
                                    name)
                     : arena_printf(arena, "%s has a DS, its DNSKEY RRset cannot be had (%s)", name,
                                    failure));
    }
    return broken(
        walk, link_finding(walk, zone, FINDING_CHAIN_DNSKEY_UNREACHABLE, RR_DNSKEY, NULL),
        arena_printf(arena, "%s has a DS, its DNSKEY RRset cannot be had (%s)", name, failure));
}

static enum finding_id everything_expired(struct walk *walk, const struct chain_zone *zone)
{
    const struct question *from = NULL;
    const struct rrset *answer =
        evidence_rrset(walk->evidence, &walk->hop->name, walk->chain->type, 0, &from);
    if (answer == NULL || answer->sig_count == 0) {
        return zone->link.reason;
    }
    struct judgement judgement = walk_verify(walk, zone, answer);
    if (judgement.good || judgement.reason != zone->link.reason) {
        return zone->link.reason;
    }
    return zone->link.reason == FINDING_RRSIG_EXPIRED_RRSET   ? FINDING_RRSIG_EXPIRED_ALL
           : zone->link.reason == FINDING_RRSIG_NOT_YET_RRSET ? FINDING_RRSIG_NOT_YET_ALL
                                                              : zone->link.reason;
}

static enum step broken_link(struct walk *walk, const struct chain_zone *zone,
                             const struct question *from)
{
    struct arena *arena = walk->terms->arena;
    const struct link *link = &zone->link;
    if (link->dnskey.verdicts == NULL) {
        return broken(walk, link_finding(walk, zone, link->reason, RR_DS, from),
                      link_ds_text(arena, link->ds));
    }
    enum finding_id id = everything_expired(walk, zone);
    const char *text = id == FINDING_RRSIG_MISSING_KSK
                           ? "the DNSKEY RRset is not signed by any key that a DS points to"
                       : id == FINDING_RRSIG_MISSING_DNSKEY
                           ? "the DNSKEY RRset has no signature"
                           : arena_printf(arena, "DNSKEY RRset: %s", why(walk, &link->dnskey));
    return broken(walk, link_finding(walk, zone, id, RR_DNSKEY, from), text);
}

static enum step insecure_link(struct walk *walk, const struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    walk_note(walk, link_finding(walk, zone, zone->link.reason, RR_DS, NULL), "%s",
              link_ds_text(arena, zone->link.ds));
    walk_note(walk, link_finding(walk, zone, FINDING_CHAIN_INSECURE_ALG, RR_DS, NULL),
              "insecure from %s down: validators do not use any of its DS records",
              name_text(arena, &zone->name));
    walk_end(walk, SECURITY_INSECURE);
    return STEP_END;
}

static void push_zone(struct walk *walk, const struct chain_zone *zone)
{
    struct chain_hop *hop = walk->hop;
    hop->zones = arena_grow(walk->terms->arena, hop->zones, hop->zone_count, sizeof *hop->zones);
    hop->zones[hop->zone_count++] = *zone;
}

static bool sha1_only(const struct chain_zone *zone)
{
    for (size_t i = 0; i < zone->link.count; i++) {
        if (!policy_algorithm(zone->link.set[i].ds.algorithm)->sha1) {
            return false;
        }
    }
    return zone->link.count > 0;
}

static enum step deprecated(struct walk *walk, const struct chain_zone *zone)
{
    bool strict = walk->terms->sha1 == SHA1_INSECURE;
    struct finding finding = link_finding(walk, zone, FINDING_DS_ALG_DEPRECATED, RR_DS, NULL);
    if (strict) {
        finding.state = STATE_CRITICAL;
    }
    if (walk->terms->sha1 != SHA1_OK) {
        walk_note(walk, finding,
                  "RSA/SHA-1 is deprecated and some resolvers treat %s as insecure: roll to "
                  "algorithm 13 or 8",
                  name_text(walk->terms->arena, &zone->name));
    }
    if (strict) {
        walk_note(walk, link_finding(walk, zone, FINDING_CHAIN_INSECURE_ALG, RR_DS, NULL),
                  "insecure from %s down: only RSA/SHA-1, see --sha1",
                  name_text(walk->terms->arena, &zone->name));
        walk_end(walk, SECURITY_INSECURE);
        return STEP_END;
    }
    return STEP_DONE;
}

/* A verified DS: the zone below by its DNSKEY RRset, at whatever server that is good. */
static enum step judge_link(struct walk *walk, const struct name *cut, const struct rrset *ds,
                            const struct judgement *ds_judgement)
{
    struct chain_zone zone = {
        .name = *cut, .security = SECURITY_SECURE, .ds = ds, .ds_judgement = *ds_judgement};
    const struct question *from = NULL;
    for (size_t i = 0; i <= CANDIDATES; i++) {
        zone.dnskey = evidence_rrset(walk->evidence, cut, RR_DNSKEY, i, &from);
        if (zone.dnskey == NULL && i > 0) {
            break;
        }
        zone.keys = zone.dnskey == NULL
                        ? NULL
                        : rr_dnskeys(walk->terms->arena, zone.dnskey, &zone.key_count);
        struct link_terms terms = {.ds = ds, .dnskey = zone.dnskey};
        terms.context = (struct sig_context){
            .arena = walk->terms->arena,
            .crypto = walk->terms->crypto,
            .zone = cut,
            .keys = zone.keys,
            .key_count = zone.key_count,
            .now = walk->terms->now,
            .sha1 = SHA1_WARN,
            .checks_left = walk->terms->checks_left,
        };
        zone.link = link_judge(&terms);
        zone.dnskey_judgement = zone.link.dnskey;
        if (zone.link.state == LINK_SECURE) {
            push_zone(walk, &zone);
            (void)walk_verify(walk, &zone, zone.dnskey); /* remembers its end */
            return sha1_only(&zone) ? deprecated(walk, &zone) : STEP_DONE;
        }
        if (zone.dnskey == NULL) {
            break;
        }
    }
    if (zone.link.state == LINK_INSECURE) {
        return insecure_link(walk, &zone);
    }
    if (zone.key_count == 0) {
        return no_dnskey(walk, &zone);
    }
    return broken_link(walk, &zone, from);
}

/* The DS RRset of a cut, if any reply has one that the zone above signed. */
static enum step judge_ds(struct walk *walk, const struct name *cut)
{
    struct judgement first = {.good = false};
    const struct question *first_from = NULL;
    for (size_t i = 0; i < CANDIDATES; i++) {
        const struct question *from = NULL;
        const struct rrset *ds = evidence_rrset(walk->evidence, cut, RR_DS, i, &from);
        if (ds == NULL) {
            break;
        }
        struct judgement judgement = walk_verify(walk, walk_zone(walk), ds);
        if (judgement.good) {
            return judge_link(walk, cut, ds, &judgement);
        }
        if (first_from == NULL) {
            first = judgement;
            first_from = from;
        }
    }
    if (first_from == NULL) {
        return STEP_UNKNOWN;
    }
    enum finding_id id = first.reason;
    if (id == FINDING_RRSIG_MISSING_RRSET) {
        id = FINDING_DS_PARENT_UNSIGNED;
    } else if (id != FINDING_CRYPTO_REFUSED && id != FINDING_LIMIT_VALIDATIONS) {
        id = FINDING_DS_PARENT_BAD_SIG;
    }
    struct arena *arena = walk->terms->arena;
    return broken(walk, walk_finding(walk, id, &walk_zone(walk)->name, cut, RR_DS, first_from),
                  arena_printf(arena, "%s fails to sign the DS of %s: %s",
                               name_text(arena, &walk_zone(walk)->name), name_text(arena, cut),
                               why(walk, &first)));
}

/* Whether a reply is a referral to the cut, so that a proof about its DS comes with it. */
static bool refers_to(const struct message *reply, const struct name *cut)
{
    return !reply->aa && section_records(&reply->authority, cut, RR_NS) != NULL;
}

static bool shows_cut(const struct walk *walk, const struct name *cut)
{
    for (size_t i = 0; i < walk->evidence->count; i++) {
        const struct question *question = walk->evidence->questions[i];
        if (!evidence_counts(walk->evidence, question)) {
            continue;
        }
        const struct message *reply = question->reply;
        if (refers_to(reply, cut) || section_find(&reply->authority, cut, RR_SOA) != NULL ||
            section_find(&reply->answer, cut, RR_SOA) != NULL ||
            section_find(&reply->answer, cut, RR_DNSKEY) != NULL) {
            return true;
        }
    }
    return false;
}

/* What one reply proves about the DS at the cut. */
static struct proof prove(struct walk *walk, const struct name *cut, const struct question *from,
                          size_t *records)
{
    const struct denial_record *list = walk_records(walk, walk_zone(walk), from->reply, records);
    struct denial_question question = {
        .zone = &walk_zone(walk)->name,
        .name = cut,
        .type = RR_DS,
        .claim = refers_to(from->reply, cut)            ? CLAIM_UNSIGNED_CUT
                 : from->reply->rcode == RCODE_NXDOMAIN ? CLAIM_NXDOMAIN
                                                        : CLAIM_NODATA,
    };
    return denial_prove(walk->hasher, &question, list, *records);
}

static enum step insecure(struct walk *walk, const struct name *cut, const struct proof *proof)
{
    bool opt_out = proof->verdict == DENIAL_OPT_OUT || proof->opt_out;
    struct arena *arena = walk->terms->arena;
    walk_note(walk,
              walk_finding(walk, opt_out ? FINDING_CHAIN_INSECURE_OPTOUT : FINDING_CHAIN_INSECURE,
                           &walk_zone(walk)->name, cut, RR_DS, NULL),
              opt_out ? "%s proves by Opt-Out that %s has no DS: insecure from there down"
                      : "%s proves that %s has no DS: insecure from there down",
              name_text(arena, &walk_zone(walk)->name), name_text(arena, cut));
    walk_end(walk, SECURITY_INSECURE);
    return STEP_END;
}

/* The replies that could deny the DS: to the DS question itself, and referrals. */
static bool may_deny(const struct question *question, const struct name *cut)
{
    if (question->type == RR_DS && name_equal(&question->name, cut)) {
        return question->reply->rcode == RCODE_NOERROR || question->reply->rcode == RCODE_NXDOMAIN;
    }
    return name_is_under(&question->name, cut) && refers_to(question->reply, cut);
}

struct denied {
    bool seen;    /* some reply denied the DS, with whatever proof */
    bool records; /* with NSEC or NSEC3 records */
    struct proof proof;
    const struct question *from;
};

static enum step judge_denial(struct walk *walk, const struct name *cut, struct denied *denied)
{
    for (size_t i = 0; i < walk->evidence->count; i++) {
        const struct question *question = walk->evidence->questions[i];
        if (!evidence_counts(walk->evidence, question) || !may_deny(question, cut)) {
            continue;
        }
        size_t records = 0;
        struct proof proof = prove(walk, cut, question, &records);
        if (walk_proof_refused(walk, &proof, question) || walk_too_costly(walk, &proof, question)) {
            return STEP_END;
        }
        switch (proof.verdict) {
        case DENIAL_INSECURE_DELEGATION:
        case DENIAL_OPT_OUT:
            return insecure(walk, cut, &proof);
        case DENIAL_NODATA:
        case DENIAL_ENT:
        case DENIAL_NXDOMAIN:
        case DENIAL_WILDCARD_NODATA:
            return STEP_NO_CUT;
        default:
            break;
        }
        if (!denied->seen || (records > 0 && !denied->records)) {
            *denied = (struct denied){
                .seen = true, .records = records > 0, .proof = proof, .from = question};
        }
    }
    return STEP_UNKNOWN;
}

/* There is a cut, and neither a DS nor a proof that there is none. */
static enum step no_proof(struct walk *walk, const struct name *cut, const struct denied *denied)
{
    struct arena *arena = walk->terms->arena;
    const char *zone = name_text(arena, &walk_zone(walk)->name);
    const char *below = name_text(arena, cut);
    if (!denied->seen) {
        const char *failure = evidence_failure(arena, walk->evidence, cut, RR_DS);
        walk_note(walk,
                  walk_finding(walk, FINDING_CHAIN_INDETERMINATE, &walk_zone(walk)->name, cut,
                               RR_DS, NULL),
                  "the DS of %s cannot be had (%s)", below,
                  failure == NULL ? "not asked" : failure);
        walk_end(walk, SECURITY_INDETERMINATE);
        return STEP_END;
    }
    if (!denied->records) {
        return broken(walk,
                      walk_finding(walk, FINDING_CHAIN_NO_DS_PROOF, &walk_zone(walk)->name, cut,
                                   RR_DS, denied->from),
                      arena_printf(arena, "%s gives no DS for %s and no proof that there is none",
                                   zone, below));
    }
    return broken(walk,
                  walk_finding(walk, FINDING_CHAIN_DS_PROOF_BOGUS, &walk_zone(walk)->name, cut,
                               RR_DS, denied->from),
                  arena_printf(arena, "the proof of %s that %s has no DS is not valid%s%s", zone,
                               below, denied->proof.defects == 0 ? "" : ": ",
                               denial_defects_text(arena, denied->proof.defects)));
}

static enum step judge_cut(struct walk *walk, const struct name *cut)
{
    enum step step = judge_ds(walk, cut);
    if (step != STEP_UNKNOWN) {
        return step;
    }
    struct denied denied = {.seen = false};
    step = judge_denial(walk, cut, &denied);
    if (step != STEP_UNKNOWN) {
        return step;
    }
    bool signs = walk->signer.size > 0 && name_equal(&walk->signer, cut);
    if (!signs && walk->signer.size > 0 && name_is_under(&walk->signer, cut)) {
        return STEP_NO_CUT; /* a deeper zone signs, and this name may be none */
    }
    return signs || shows_cut(walk, cut) ? no_proof(walk, cut, &denied) : STEP_NO_CUT;
}

/* Whether a DS that the zone reached has signed well proves the cut. */
static bool has_good_ds(struct walk *walk, const struct name *cut)
{
    for (size_t i = 0; i < CANDIDATES; i++) {
        const struct question *from = NULL;
        const struct rrset *ds = evidence_rrset(walk->evidence, cut, RR_DS, i, &from);
        if (ds == NULL) {
            return false;
        }
        if (walk_verify(walk, walk_zone(walk), ds).good) {
            return true;
        }
    }
    return false;
}

void walk_down(struct walk *walk)
{
    const struct name *name = &walk->hop->name;
    /* The DS of a name belongs to the zone above it (RFC 4035 2.4). */
    unsigned last = name->labels - (walk->chain->type == RR_DS && name->labels > 0 ? 1u : 0u);
    for (unsigned labels = walk_zone(walk)->name.labels + 1u; labels <= last; labels++) {
        struct name cut = name_suffix(name, labels);
        /* Below the zone that signs the data only a cut that is proved matters. */
        bool below = walk->signer.size > 0 && walk->signer.labels < labels &&
                     walk->signer.labels <= walk_zone(walk)->name.labels;
        if (below && !has_good_ds(walk, &cut)) {
            continue;
        }
        if (judge_cut(walk, &cut) == STEP_END) {
            return;
        }
    }
}
