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

/* The DS RRset of a cut, if any reply has one that the zone above signed. */
static enum step judge_ds(struct walk *walk, const struct name *cut)
{
    struct judgement first = {.good = false};
    const struct rrset *first_ds = NULL;
    const struct question *first_from = NULL;
    for (size_t i = 0; i < WALK_CANDIDATES; i++) {
        const struct question *from = NULL;
        const struct rrset *ds = evidence_rrset(walk->evidence, cut, RR_DS, i, &from);
        if (ds == NULL) {
            break;
        }
        struct judgement judgement = walk_verify(walk, walk_zone(walk), ds);
        if (judgement.good) {
            return walk_link(walk, cut, ds, &judgement) ? STEP_DONE : STEP_END;
        }
        if (first_from == NULL) {
            first = judgement;
            first_ds = ds;
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
    walk_break(walk, walk_finding(walk, id, &walk_zone(walk)->name, cut, RR_DS, first_from),
               arena_printf(arena, "%s: %s", walk_why(walk, walk_zone(walk), first_ds, &first),
                            walk_remedy(walk, walk_zone(walk), &first, false)));
    return STEP_END;
}

/* Whether a reply is a referral to the cut, so that a proof about its DS comes with it. */
static bool refers_to(const struct message *reply, const struct name *cut)
{
    return !reply->aa && section_records(&reply->authority, cut, RR_NS) != NULL;
}

static bool shows_cut(const struct walk *walk, const struct name *cut)
{
    for (size_t i = 0; i < walk->evidence->questions.count; i++) {
        const struct question *question = walk->evidence->questions.list[i];
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
    bool known_cut = walk->signer.size == 0 && shows_cut(walk, cut);
    struct denial_question question = {
        .zone = &walk_zone(walk)->name,
        .name = cut,
        .type = RR_DS,
        .claim = refers_to(from->reply, cut)            ? CLAIM_UNSIGNED_CUT
                 : from->reply->rcode == RCODE_NXDOMAIN ? CLAIM_NXDOMAIN
                 : known_cut                            ? CLAIM_UNSIGNED_CUT
                                                        : CLAIM_NODATA,
    };
    return denial_prove(walk->terms->crypto, &question, list, *records);
}

/* A signed zone at or below the cut where the chain ends: an island of security. */
static void note_island(struct walk *walk, const struct name *cut)
{
    struct arena *arena = walk->terms->arena;
    const struct name *name = &walk->hop->name;
    for (unsigned labels = cut->labels; labels <= name->labels; labels++) {
        struct name zone = name_suffix(name, labels);
        const struct question *from = NULL;
        const struct rrset *dnskey = evidence_rrset(walk->evidence, &zone, RR_DNSKEY, 0, &from);
        if (dnskey == NULL || dnskey->sig_count == 0) {
            continue;
        }
        struct finding finding =
            walk_finding(walk, FINDING_UNSIGNED_ISLAND, &zone, &zone, RR_DNSKEY, NULL);
        if (labels == cut->labels) {
            walk_note(walk, finding,
                      "%s is signed, but no DS leads to it: have its DS published in %s",
                      name_text(arena, &zone), name_text(arena, &walk_zone(walk)->name));
        } else {
            walk_note(walk, finding, "%s is signed, but the chain ends above it, at %s",
                      name_text(arena, &zone), name_text(arena, cut));
        }
        return;
    }
}

static enum step insecure(struct walk *walk, const struct name *cut, const struct proof *proof)
{
    bool opt_out = proof->verdict == DENIAL_OPT_OUT || proof->opt_out;
    struct arena *arena = walk->terms->arena;
    const char *zone = name_text(arena, &walk_zone(walk)->name);
    const char *below = name_text(arena, cut);
    note_island(walk, cut); /* before the note that says where the chain ends */
    walk_note(
        walk,
        walk_finding(walk, opt_out ? FINDING_CHAIN_INSECURE_OPTOUT : FINDING_CHAIN_INSECURE, cut,
                     cut, RR_DS, NULL), /* the zone that lacks one has to see to it */
        opt_out ? "%s proves by Opt-Out that %s has no DS: insecure until its DS is published there"
                : "%s proves that %s has no DS: insecure until its DS is published there",
        zone, below);
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
    for (size_t i = 0; i < walk->evidence->questions.count; i++) {
        const struct question *question = walk->evidence->questions.list[i];
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
            /* That nobody knows the cut is why what is below it is missed as unsigned data. */
            if (walk->signer.size > 0 || !proof_has(&proof, DEFECT_NSEC_DS_NS_BIT_CLEAR)) {
                return STEP_NO_CUT;
            }
            break;
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
        walk_lack(walk, &walk_zone(walk)->name, cut, RR_DS);
        return STEP_END;
    }
    if (!denied->records) {
        walk_break(walk,
                   walk_finding(walk, FINDING_CHAIN_NO_DS_PROOF, &walk_zone(walk)->name, cut, RR_DS,
                                denied->from),
                   arena_printf(arena,
                                "%s gives no DS for %s and no proof that there is none: tell the "
                                "operator of %s",
                                zone, below, zone));
        return STEP_END;
    }
    walk_break(walk,
               walk_finding(walk, FINDING_CHAIN_DS_PROOF_BOGUS, &walk_zone(walk)->name, cut, RR_DS,
                            denied->from),
               arena_printf(arena,
                            "the proof of %s that %s has no DS is not valid (%s): tell the "
                            "operator of %s",
                            zone, below, walk_proof_text(walk, denied->from, &denied->proof),
                            zone));
    return STEP_END;
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
    for (size_t i = 0; i < WALK_CANDIDATES; i++) {
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
