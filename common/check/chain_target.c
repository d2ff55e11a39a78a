/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what is at a name, once the zone that holds it has been reached. */
#include "check/chain_walk.h"
#include "wire/alias.h"
#include "wire/rr.h"

/*
 * A reply about the hop's name: to the question for its type, or with the CNAME asked for alone, or
 * one whose aliases lead to it.
 */
static bool speaks_of(const struct walk *walk, const struct question *question)
{
    const struct name *name = &walk->hop->name;
    if (evidence_tells(walk->evidence, question, name, walk->chain->type)) {
        return true;
    }
    if (!name_equal(&question->name, name) || !evidence_counts(walk->evidence, question)) {
        return false;
    }
    return question->type == walk->chain->type ||
           (question->type == RR_CNAME &&
            section_records(&question->reply->answer, name, RR_CNAME) != NULL);
}

/* An answer RRset, CNAME or DNAME in a reply; NULL when it denies or says nothing. */
static const struct rrset *find_answer(const struct walk *walk, const struct message *reply)
{
    const struct name *name = &walk->hop->name;
    const struct rrset *set = section_records(&reply->answer, name, walk->chain->type);
    /* A CNAME made from a DNAME is not signed: the DNAME is, to which it has to fit. */
    bool made = set != NULL && set->type == RR_CNAME && set->sig_count == 0;
    return set != NULL && !made ? set : alias_find(&reply->answer, name);
}

static void check_synthesis(struct walk *walk, const struct question *from,
                            const struct rrset *dname)
{
    const struct name *name = &walk->hop->name;
    const struct rrset *cname = section_records(&from->reply->answer, name, RR_CNAME);
    struct name target;
    if (cname == NULL) {
        walk_note(
            walk,
            walk_finding(walk, FINDING_DNAME_CNAME_MISSING, &dname->owner, name, RR_CNAME, from),
            "the DNAME comes without the CNAME made from it");
    } else if (!rr_target(RR_CNAME, cname->rr[0], &target) ||
               !name_equal(&target, &walk->hop->target)) {
        walk_note(
            walk,
            walk_finding(walk, FINDING_DNAME_CNAME_WRONG, &dname->owner, name, RR_CNAME, from),
            "the CNAME beside the DNAME is not the one made from it");
        walk_end(walk, SECURITY_BOGUS);
    }
}

/* Follows an alias, secure or not. */
static void take_alias(struct walk *walk, const struct question *from, const struct rrset *set)
{
    struct chain_hop *hop = walk->hop;
    if (!alias_target(set, &hop->name, &hop->target)) {
        walk_note(walk,
                  walk_finding(walk, FINDING_ALIAS_LOOP, &hop->name, &hop->name, set->type, from),
                  "the alias leads nowhere: its target is no valid name");
        walk_end(walk, SECURITY_BOGUS);
        return;
    }
    hop->outcome = OUTCOME_ALIAS;
    if (set->type == RR_DNAME) {
        check_synthesis(walk, from, set);
    }
}

static void take_answer(struct walk *walk, const struct question *from, const struct rrset *set)
{
    walk->hop->answer = set;
    walk->hop->outcome = OUTCOME_ANSWER;
    bool alias = (set->type == RR_CNAME || set->type == RR_DNAME) &&
                 (set->type != walk->chain->type || !name_equal(&set->owner, &walk->hop->name));
    if (alias) {
        take_alias(walk, from, set);
    }
    if (walk->chain->type == RR_CNAME &&
        section_records(&from->reply->answer, &walk->hop->name, RR_CNAME) != NULL) {
        walk->hop->outcome = OUTCOME_ANSWER; /* also one made from a DNAME */
    }
}

static void note_unverified(struct walk *walk, const struct question *from, const struct rrset *set,
                            const struct judgement *judgement)
{
    const struct name *zone = &walk_zone(walk)->name;
    if (judgement->reason == FINDING_RRSIG_MISSING_RRSET) {
        walk_note(
            walk,
            walk_finding(walk, FINDING_CHAIN_ANSWER_UNSIGNED, zone, &set->owner, set->type, from),
            "%s has no signature, while the chain is secure down to %s: re-sign the zone, or see "
            "whether its servers leave signatures out",
            walk_set_text(walk, set), name_text(walk->terms->arena, zone));
        return;
    }
    struct finding finding =
        walk_finding(walk, judgement->reason, zone, &set->owner, set->type, from);
    bool undecided = walk_undecided(walk, judgement->reason);
    finding.state = undecided ? finding.state : STATE_CRITICAL;
    if (judgement->deciding != NULL) {
        finding.key_tag = judgement->deciding->sig->key_tag;
        walk_note(walk, finding, "%s: %s", walk_why(walk, walk_zone(walk), set, judgement),
                  walk_remedy(walk, walk_zone(walk), judgement, true));
    }
    finding.id = FINDING_CHAIN_ANSWER_BOGUS;
    finding.state = finding_class(finding.id)->state;
    if (!undecided) {
        walk_note(walk, finding, "no signature over the answer %s is good",
                  walk_set_text(walk, set));
    }
}

/* A wildcard's answer needs the proof that no closer name exists (RFC 4035 5.3.4). */
static bool wildcard_proved(struct walk *walk, const struct question *from, const struct rrset *set,
                            const struct judgement *judgement)
{
    if (!judgement->deciding->wildcard) {
        return true;
    }
    size_t count = 0;
    const struct denial_record *records = walk_records(walk, walk_zone(walk), from->reply, &count);
    struct denial_question question = {
        .zone = &walk_zone(walk)->name,
        .name = &set->owner,
        .type = set->type,
        .claim = CLAIM_WILDCARD,
        .labels = judgement->deciding->sig->labels,
    };
    struct proof proof = denial_prove(walk->terms->crypto, &question, records, count);
    if (proof.verdict == DENIAL_WILDCARD_EXPANSION && !proof.opt_out) {
        return true;
    }
    if (walk_proof_refused(walk, &proof, from) || walk_too_costly(walk, &proof, from)) {
        return true;
    }
    if (proof.verdict == DENIAL_OPT_OUT || proof.opt_out) {
        walk_note(walk,
                  walk_finding(walk, FINDING_CHAIN_INSECURE_OPTOUT, &walk_zone(walk)->name,
                               &set->owner, set->type, from),
                  "the wildcard answer rests on Opt-Out: insecure");
        walk_end(walk, SECURITY_INSECURE);
        return true;
    }
    bool replay = proof.verdict == DENIAL_EXISTS;
    walk_note(walk,
              walk_finding(walk,
                           replay ? FINDING_CHAIN_WILDCARD_REPLAY : FINDING_CHAIN_WILDCARD_UNPROVEN,
                           &walk_zone(walk)->name, &set->owner, set->type, from),
              replay ? "a wildcard answer for a name that exists or has a closer encloser"
                     : "a wildcard answer without proof that no closer name exists");
    return false;
}

static bool verified(struct walk *walk, const struct question *from, const struct rrset *set,
                     bool say)
{
    size_t notes = walk->chain->note_count;
    struct judgement judgement = walk_verify(walk, walk_zone(walk), set);
    walk->hop->judgement = judgement;
    if (judgement.good && wildcard_proved(walk, from, set, &judgement)) {
        return true;
    }
    if (!judgement.good) {
        note_unverified(walk, from, set, &judgement);
    }
    if (!say) {
        walk->chain->note_count = notes; /* another reply may do better */
    }
    return false;
}

/* Signatures come first: records that may not be used prove nothing. */
static bool signature_reason(const struct denial_record *records, size_t count, enum finding_id *id)
{
    bool is_signed = false;
    for (size_t i = 0; i < count; i++) {
        if (records[i].usable) {
            return false;
        }
        is_signed = is_signed || records[i].set->sig_count > 0;
    }
    *id = is_signed ? FINDING_DENIAL_BAD_SIG : FINDING_DENIAL_UNSIGNED;
    return count > 0;
}

/* The first defect that makes the proof fail; of those that need not, one of a record it needs. */
static bool defect_reason(const struct proof *proof, enum finding_id *id)
{
    bool found = false;
    for (unsigned bit = 0; bit < DENIAL_DEFECT_COUNT; bit++) {
        enum denial_defect defect = (enum denial_defect)bit;
        enum finding_id candidate = FINDING_DENIAL_MISSING;
        if (!proof_has(proof, defect) ||
            !finding_from_slug(denial_defect_slug(defect), &candidate)) {
            continue;
        }
        const struct finding_class *class = finding_class(candidate);
        if (class->state == STATE_CRITICAL) {
            *id = candidate;
            return true;
        }
        if (!found && class->state == STATE_WARNING && class->cause == CAUSE_DENIAL) {
            *id = candidate;
            found = true;
        }
    }
    return found;
}

static void note_denial(struct walk *walk, const struct question *from, const struct proof *proof,
                        const struct denial_record *records, size_t count)
{
    struct arena *arena = walk->terms->arena;
    enum finding_id id = FINDING_DENIAL_MISSING;
    bool known = signature_reason(records, count, &id) || defect_reason(proof, &id);
    if (!known && proof->verdict != DENIAL_NONE) {
        id = FINDING_RCODE_DENIAL_MISMATCH;
    }
    struct finding finding =
        walk_finding(walk, id, &walk_zone(walk)->name, &walk->hop->name, walk->chain->type, from);
    finding.state = STATE_CRITICAL;
    if (known || proof->verdict == DENIAL_NONE) {
        walk_note(walk, finding, "that there is no %s %s is not proved: %s (%s): re-sign the zone",
                  name_text(arena, &walk->hop->name), rr_type_text(arena, walk->chain->type),
                  finding_meaning(arena, id), walk_proof_text(walk, from, proof));
    } else {
        walk_note(walk, finding,
                  "the answer says that there is no %s %s, its proof that the name %s: re-sign the "
                  "zone",
                  name_text(arena, &walk->hop->name), rr_type_text(arena, walk->chain->type),
                  denial_text(proof->verdict));
    }
}

/* Validators give up on a negative answer whose SOA is not good either, so it has to be. */
static bool soa_good(struct walk *walk, const struct question *from, bool say)
{
    const struct rrset *soa =
        section_records(&from->reply->authority, &walk_zone(walk)->name, RR_SOA);
    if (soa == NULL) {
        return true;
    }
    struct judgement judgement = walk_verify(walk, walk_zone(walk), soa);
    if (!judgement.good) {
        walk->hop->judgement = judgement;
        if (say) {
            note_unverified(walk, from, soa, &judgement);
        }
    }
    return judgement.good;
}

static bool denied(struct walk *walk, const struct question *from, bool say)
{
    size_t count = 0;
    const struct denial_record *records = walk_records(walk, walk_zone(walk), from->reply, &count);
    bool nxdomain = from->reply->rcode == RCODE_NXDOMAIN;
    struct denial_question question = {
        .zone = &walk_zone(walk)->name,
        .name = &walk->hop->name,
        .type = walk->chain->type,
        .claim = nxdomain ? CLAIM_NXDOMAIN : CLAIM_NODATA,
    };
    struct proof proof = denial_prove(walk->terms->crypto, &question, records, count);
    /* A compact denial says by its types that there is no such name (RFC 9824 3.1). */
    walk->hop->outcome =
        nxdomain || proof.verdict == DENIAL_NXDOMAIN ? OUTCOME_NXDOMAIN : OUTCOME_NODATA;
    if (walk_proof_refused(walk, &proof, from) || walk_too_costly(walk, &proof, from)) {
        return true;
    }
    bool proved = denial_supports(&proof, question.claim);
    if (proved && (proof.verdict == DENIAL_OPT_OUT || proof.opt_out)) {
        walk_note(walk,
                  walk_finding(walk, FINDING_CHAIN_INSECURE_OPTOUT, &walk_zone(walk)->name,
                               &walk->hop->name, walk->chain->type, from),
                  "the negative answer rests on Opt-Out: insecure");
        walk_end(walk, SECURITY_INSECURE);
        return true;
    }
    if (proved) {
        return soa_good(walk, from, say);
    }
    if (say) {
        note_denial(walk, from, &proof, records, count);
    }
    return false;
}

/* One reply; true when it settles the hop for good. */
static bool judge_reply(struct walk *walk, const struct question *question, bool say)
{
    const struct rrset *set = find_answer(walk, question->reply);
    if (walk->broken) { /* insecure or broken above: nothing here can be verified any more */
        if (set != NULL) {
            take_answer(walk, question, set);
        } else {
            walk->hop->outcome =
                question->reply->rcode == RCODE_NXDOMAIN ? OUTCOME_NXDOMAIN : OUTCOME_NODATA;
        }
        return true;
    }
    if (set == NULL) {
        return denied(walk, question, say);
    }
    bool good = verified(walk, question, set, say);
    if (good || say) {
        take_answer(walk, question, set);
    }
    return good;
}

/* A server of a zone above sends on to the zone below: that says nothing about the name. */
static bool is_referral(const struct question *question)
{
    const struct message *reply = question->reply;
    if ((question->flags & QUERY_RECURSE) != 0 || reply->aa || reply->answer.count > 0) {
        return false;
    }
    bool ns = false;
    for (size_t i = 0; i < reply->authority.count; i++) {
        if (reply->authority.rrsets[i].type == RR_SOA) {
            return false;
        }
        ns = ns || reply->authority.rrsets[i].type == RR_NS;
    }
    return ns;
}

static bool has_content(const struct question *question)
{
    return (question->reply->rcode == RCODE_NOERROR || question->reply->rcode == RCODE_NXDOMAIN) &&
           !is_referral(question);
}

/* A resolver fails where aliases form a loop; the CNAME alone it gives. */
static void want_cname(struct walk *walk)
{
    const struct question *failed = NULL;
    for (size_t i = 0; i < walk->evidence->questions.count && failed == NULL; i++) {
        const struct question *question = walk->evidence->questions.list[i];
        if (question->type == walk->chain->type && (question->flags & QUERY_RECURSE) != 0 &&
            question->reply != NULL && name_equal(&question->name, &walk->hop->name)) {
            failed = question;
        }
    }
    if (failed != NULL && !evidence_was_asked(walk->evidence, &walk->hop->name, RR_CNAME)) {
        walk->chain->wants = true;
        walk->chain->wanted = walk->hop->name;
        walk->chain->wanted_type = RR_CNAME;
    }
}

static void no_reply(struct walk *walk)
{
    if (!walk->broken) {
        walk_lack(walk, &walk_zone(walk)->name, &walk->hop->name, walk->chain->type);
        want_cname(walk);
    }
}

static bool undecided(const struct walk *walk)
{
    const struct judgement *judgement = &walk->hop->judgement;
    return !judgement->good && judgement->verdicts != NULL &&
           walk_undecided(walk, judgement->reason);
}

/* A name exists as soon as one below it does (RFC 8020 2). */
static void note_denied_ancestors(struct walk *walk)
{
    const struct chain_hop *hop = walk->hop;
    if (walk->broken || (hop->outcome != OUTCOME_ANSWER && hop->outcome != OUTCOME_ALIAS)) {
        return;
    }
    for (unsigned labels = walk_zone(walk)->name.labels + 1u; labels < hop->name.labels; labels++) {
        struct name above = name_suffix(&hop->name, labels);
        const struct question *question = evidence_asked(walk->evidence, &above, RR_DS, 0);
        if (question != NULL && question->reply->rcode == RCODE_NXDOMAIN) {
            walk_note(walk,
                      walk_finding(walk, FINDING_ENT_NXDOMAIN, &walk_zone(walk)->name, &above,
                                   RR_DS, question),
                      "%s is NXDOMAIN though %s below it exists: resolvers that ask label by label "
                      "fail",
                      name_text(walk->terms->arena, &above),
                      name_text(walk->terms->arena, &hop->name));
        }
    }
}

/*
 * Data that nobody has signed may be that of an unsigned zone of which nothing is known, because
 * whoever was asked for its DS gives no answer.
 */
static bool lacks_cut(struct walk *walk)
{
    const struct name *name = &walk->hop->name;
    for (unsigned labels = walk_zone(walk)->name.labels + 1u;
         walk->signer.size == 0 && labels <= name->labels; labels++) {
        struct name cut = name_suffix(name, labels);
        bool known = !evidence_was_asked(walk->evidence, &cut, RR_DS);
        const struct question *question = NULL;
        for (size_t i = 0;
             (question = evidence_asked(walk->evidence, &cut, RR_DS, i)) != NULL && !known; i++) {
            known = has_content(question);
        }
        if (!known) {
            walk_lack(walk, &walk_zone(walk)->name, &cut, RR_DS);
            return true;
        }
    }
    return false;
}

void walk_target(struct walk *walk)
{
    const struct question *first = NULL;
    for (size_t i = 0; i < walk->evidence->questions.count; i++) {
        const struct question *question = walk->evidence->questions.list[i];
        if (!speaks_of(walk, question) || !has_content(question)) {
            continue;
        }
        first = first == NULL ? question : first;
        if (judge_reply(walk, question, false)) {
            note_denied_ancestors(walk);
            return;
        }
    }
    if (first == NULL) {
        no_reply(walk);
        return;
    }
    if (lacks_cut(walk)) {
        return;
    }
    /* No reply was good: the first one tells why. */
    (void)judge_reply(walk, first, true);
    walk_end(walk, undecided(walk) ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
}
