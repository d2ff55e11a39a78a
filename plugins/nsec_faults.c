/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why denials fail.
 *
 * Signatures come first: a record without a good one proves nothing, and what is missing from the
 * proof then is only an echo, unless it would be missing with good signatures too.  A record that
 * validators have to ignore explains what the proof lacks in the same way.
 */
#include <assert.h>

#include "base/text.h"
#include "judge/bitmap.h"
#include "judge/policy.h"
#include "plugins/nsec_judge.h"

/* What a defect is to the judgement. */
enum weight {
    WEIGHT_PROOF,  /* a part of the proof that is missing: set when it fails only */
    WEIGHT_RECORD, /* makes validators ignore a record: may be why the proof fails */
    WEIGHT_OTHER   /* something about the records that is no matter of this proof */
};

struct rule {
    enum weight weight;
    enum state harmless; /* of WEIGHT_RECORD, when the proof holds without the record */
};

static struct rule rule_of(enum denial_defect defect)
{
    switch (defect) {
    case DEFECT_NSEC_NEXT_OVERREACH:
    case DEFECT_NSEC_LAST_NOT_APEX:
    case DEFECT_NSEC_WILDCARD_OWNER_FORGED:
    case DEFECT_NSEC3_OWNER_INVALID:
    case DEFECT_NSEC3_NEXT_INVALID:
        return (struct rule){WEIGHT_RECORD, STATE_CRITICAL};
    case DEFECT_NSEC_BITMAP_MALFORMED:
    case DEFECT_NSEC_MULTIPLE:
    case DEFECT_NSEC_MIXED:
    case DEFECT_NSEC3_HASH_UNKNOWN:
    case DEFECT_NSEC3_FLAGS_UNKNOWN:
    case DEFECT_NSEC3_PARAMS_MIXED:
        return (struct rule){WEIGHT_RECORD, STATE_WARNING};
    case DEFECT_NSEC_BITMAP_NO_SELF:
    case DEFECT_NSEC_BITMAP_APEX:
    case DEFECT_NSEC3_OPTOUT_ON:
    case DEFECT_NSEC3_ITER_NONZERO:
    case DEFECT_NSEC3_ITER_INSECURE:
    case DEFECT_NSEC3_ITER_REFUSED:
    case DEFECT_NSEC3_SALT:
    case DEFECT_NSEC3_TOO_MANY:
    case DEFECT_NSEC3_MULTIPLE_OWNER:
    case DEFECT_COMPACT_DENIAL:
    case DEFECT_COMPACT_MALFORMED:
    case DEFECT_COMPACT_NO_SIGNAL:
    case DEFECT_WHITE_LIES:
        return (struct rule){WEIGHT_OTHER, STATE_OK};
    default:
        return (struct rule){WEIGHT_PROOF, STATE_CRITICAL};
    }
}

static enum finding_id id_of(enum denial_defect defect)
{
    enum finding_id id = FINDING_DENIAL_MISSING;
    bool known = finding_from_slug(denial_defect_slug(defect), &id);
    assert(known);
    (void)known; /* for builds without assert */
    return id;
}

/* Whether a server other than that of the denial denies nothing wrongly, as far as it was asked. */
static bool good_server(const struct nsec_survey *survey, const struct nsec_denial *denial)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct nsec_view *view = survey->views[i];
        if (view != denial->view && view->edns && view->failing == 0) {
            return true;
        }
    }
    return false;
}

/* Whether another server answers the same probe as it should. */
static bool sound_elsewhere(const struct nsec_survey *survey, const struct nsec_denial *denial)
{
    for (size_t i = 0; i < survey->denial_count; i++) {
        const struct nsec_denial *other = &survey->denials[i];
        if (other->view != denial->view && other->probe == denial->probe && other->sound) {
            return true;
        }
    }
    return good_server(survey, denial);
}

/* Adds a fault of a denial: critical ones that others do not have are a matter of this server. */
static void add(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                struct nsec_fault fault)
{
    const struct nsec_survey *survey = gathering->survey;
    fault.probe = denial->probe;
    if (fault.state == STATE_CRITICAL && !denial->sound && sound_elsewhere(survey, denial)) {
        fault.id = FINDING_DENIAL_SERVER_DIFFERS;
        fault.state = run_partial(survey->run, fault.state, false);
    }
    nsec_gather(gathering, &fault);
}

enum finding_id nsec_signature_id(const struct nsec_set *set)
{
    enum finding_id reason = set->judgement.reason;
    switch (reason) {
    case FINDING_RRSIG_UNSUPPORTED_ALG:
    case FINDING_CRYPTO_REFUSED:
    case FINDING_LIMIT_VALIDATIONS:
    case FINDING_NSEC_NEXT_OVERREACH:
    case FINDING_NSEC3_OWNER_INVALID:
        return reason;
    default:
        return set->set->sig_count == 0 ? FINDING_DENIAL_UNSIGNED : FINDING_DENIAL_BAD_SIG;
    }
}

const char *nsec_signature_text(const struct nsec_survey *survey, const struct nsec_set *set)
{
    struct arena *arena = survey->run->arena;
    const struct sig_verdict *verdict = set->judgement.deciding;
    if (verdict == NULL || verdict->sig->malformed) {
        return verdict == NULL ? NULL : "malformed";
    }
    unsigned defects = reason_defects(verdict);
    const char *when = "";
    if ((defects & SIG_INVERTED) != 0) {
        when = ""; /* no time says more than that */
    } else if ((defects & SIG_EXPIRED) != 0) {
        when = arena_printf(arena, " (%s ago)", text_span(arena, -verdict->remaining));
    } else if ((defects & SIG_NOT_YET_VALID) != 0) {
        when = arena_printf(arena, " (starts in %s)", text_span(arena, -verdict->age));
    }
    return arena_printf(arena, "key %s, %s%s",
                        policy_key_text(arena, verdict->sig->key_tag, verdict->sig->algorithm),
                        sig_defects_text(arena, defects), when);
}

/* Our limits for one RRset are those of validators; the limit of a run is our own affair. */
static enum state signature_state(const struct nsec_survey *survey, enum finding_id id)
{
    if (id == FINDING_LIMIT_VALIDATIONS) {
        return survey->run->checks_left == 0 ? STATE_UNKNOWN : STATE_CRITICAL;
    }
    return finding_class(id)->state;
}

/* That the child signs what it says of its DS is no fault of its own (RFC 6840 4.4). */
static bool is_child_side(const struct nsec_survey *survey, const struct nsec_denial *denial,
                          const struct nsec_set *set)
{
    uint8_t labels;
    return proof_has(&denial->apparent, DEFECT_NSEC_CHILD_SIDE_DS) &&
           !nsec_signed_labels(&survey->target->zone.name, set->set, &labels);
}

static void add_signatures(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    for (size_t i = 0; i < denial->set_count; i++) {
        const struct nsec_set *set = denial->sets[i];
        if (set->record.usable || is_child_side(gathering->survey, denial, set)) {
            continue;
        }
        enum finding_id id = nsec_signature_id(set);
        const struct sig_verdict *verdict = set->judgement.deciding;
        struct nsec_fault fault = nsec_fault(id, denial->view);
        fault.state = signature_state(gathering->survey, id);
        fault.type = set->set->type == RR_NSEC ? "NSEC" : "NSEC3";
        fault.key_tag = verdict == NULL ? KEY_TAG_NONE : verdict->sig->key_tag;
        fault.what =
            id == FINDING_DENIAL_BAD_SIG ? "the signature over a denial is not valid" : NULL;
        fault.shown = nsec_signature_text(gathering->survey, set);
        add(gathering, denial, fault);
    }
}

static void add_defect(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                       enum denial_defect defect, enum state state)
{
    struct nsec_fault fault = nsec_fault(id_of(defect), denial->view);
    fault.state = state;
    fault.type = denial->apparent.kind == DENIAL_BY_NSEC    ? "NSEC"
                 : denial->apparent.kind == DENIAL_BY_NSEC3 ? "NSEC3"
                                                            : NULL;
    if (defect == DEFECT_DENIAL_MISSING) {
        fault.shown = nsec_param_text(gathering->survey, denial->view); /* a chain that is lost */
    }
    add(gathering, denial, fault);
}

/* A wildcard is what is missed only where one is known to be. */
static bool is_aside(const struct nsec_denial *denial, enum denial_defect defect)
{
    return defect == DEFECT_DENIAL_MISSING_WILDCARD && denial->claim != CLAIM_WILDCARD &&
           denial->probe->role != NSEC_BELOW_ABSENT;
}

/* Adds the defects of one weight in the given state; true when there is one. */
static bool add_weight(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                       enum weight weight, bool first_only)
{
    bool any = false;
    for (int i = 0; i < DENIAL_DEFECT_COUNT && !(any && first_only); i++) {
        enum denial_defect defect = (enum denial_defect)i;
        if (proof_has(&denial->apparent, defect) && rule_of(defect).weight == weight &&
            !is_aside(denial, defect)) {
            add_defect(gathering, denial, defect, STATE_CRITICAL);
            any = true;
        }
    }
    return any;
}

static void add_simple(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                       enum finding_id id, const char *shown)
{
    struct nsec_fault fault = nsec_fault(id, denial->view);
    fault.shown = shown;
    add(gathering, denial, fault);
}

/* The proof fails although, or even if, every signature is good. */
static void add_failure(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    const struct proof *proof = &denial->apparent;
    struct arena *arena = gathering->survey->run->arena;
    if (proof->verdict == DENIAL_TOO_COSTLY) {
        if (!proof_has(proof, DEFECT_NSEC3_ITER_REFUSED)) { /* otherwise that tells it */
            add_simple(gathering, denial, FINDING_LIMIT_NSEC3, NULL);
        }
        return;
    }
    if (proof->verdict == DENIAL_REFUSED_HERE) {
        add_simple(gathering, denial, FINDING_CRYPTO_REFUSED, "NSEC3 needs SHA-1");
        return;
    }
    bool unsigned_child =
        denial->type == RR_DS && proof_has(proof, DEFECT_DENIAL_MISSING) &&
        section_find(&denial->question->reply->authority, &denial->name, RR_SOA) != NULL;
    if (unsigned_child || proof_has(proof, DEFECT_NSEC_CHILD_SIDE_DS)) {
        /* As one of this zone the child's record looks odd in other ways, too. */
        add_defect(gathering, denial, DEFECT_NSEC_CHILD_SIDE_DS, STATE_CRITICAL);
        return;
    }
    if (add_weight(gathering, denial, WEIGHT_RECORD, false) ||
        add_weight(gathering, denial, WEIGHT_PROOF, true)) {
        return;
    }
    add_simple(gathering, denial, FINDING_RCODE_DENIAL_MISMATCH,
               arena_printf(arena, "%s by its rcode, but by its records the name %s",
                            denial->claim == CLAIM_NXDOMAIN ? "NXDOMAIN" : "no such type",
                            denial_text(proof->verdict)));
}

/* Opt-Out is what a zone of delegations is expected to use (RFC 9276 3.1). */
static bool may_opt_out(const struct nsec_survey *survey)
{
    return survey->options->allow_opt_out || survey->target->zone.name.labels <= 1;
}

static enum state iterations_state(const struct nsec_survey *survey, enum denial_defect defect,
                                   unsigned iterations)
{
    bool allowed =
        iterations <= survey->options->max_iterations && defect != DEFECT_NSEC3_ITER_REFUSED;
    return allowed ? STATE_OK : finding_class(id_of(defect))->state;
}

/* Which types the bitmap of the apex lacks: "SOA, DNSKEY". */
static const char *apex_lacks(const struct nsec_survey *survey, const struct nsec_denial *denial)
{
    static const uint16_t types[] = {RR_SOA, RR_NS, RR_DNSKEY};
    struct arena *arena = survey->run->arena;
    const char *text = "";
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        bool lacking = false;
        for (size_t j = 0; j < denial->set_count; j++) {
            const struct rrset *set = denial->sets[j]->set;
            struct nsec nsec;
            struct nsec3 nsec3;
            /* A denial of a type at the apex comes with the one record that matches it. */
            if (set->type == RR_NSEC && name_equal(&set->owner, &survey->target->zone.name) &&
                rr_nsec(set->rr[0], &nsec)) {
                lacking = lacking || !bitmap_has(nsec.types, types[i]);
            } else if (set->type == RR_NSEC3 && denial->set_count == 1 &&
                       rr_nsec3(set->rr[0], &nsec3)) {
                lacking = lacking || !bitmap_has(nsec3.types, types[i]);
            }
        }
        const char *type = rr_type_text(arena, types[i]);
        text = lacking ? text_join(arena, text, type) : text;
    }
    return *text == '\0' ? NULL : text;
}

/* Something that holds of the records, whatever comes of the proof. */
static void add_other(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                      enum denial_defect defect)
{
    const struct nsec_survey *survey = gathering->survey;
    struct nsec_fault fault = nsec_fault(id_of(defect), denial->view);
    fault.type = denial->apparent.kind == DENIAL_BY_NSEC ? "NSEC" : "NSEC3";
    switch (defect) {
    case DEFECT_NSEC_BITMAP_NO_SELF:
    case DEFECT_NSEC_BITMAP_APEX:
        if (proof_has(&denial->apparent, DEFECT_NSEC_BITMAP_MALFORMED)) {
            return; /* nothing can be said of what does not parse */
        }
        fault.shown = defect == DEFECT_NSEC_BITMAP_APEX ? apex_lacks(survey, denial) : NULL;
        break;
    case DEFECT_NSEC3_OPTOUT_ON:
        fault.state = may_opt_out(survey) ? STATE_OK : fault.state;
        break;
    case DEFECT_NSEC3_ITER_NONZERO:
    case DEFECT_NSEC3_ITER_INSECURE:
    case DEFECT_NSEC3_ITER_REFUSED:
        fault.state = iterations_state(survey, defect, denial->apparent.iterations);
        fault.what = text_count(survey->run->arena, denial->apparent.iterations,
                                "additional NSEC3 iteration");
        break;
    case DEFECT_COMPACT_NO_SIGNAL:
        if (!nsec_probe_is_random(denial->probe)) {
            return; /* of a real name it says that this is an empty non-terminal */
        }
        break;
    default:
        break;
    }
    nsec_gather(gathering, &fault);
}

/* Ways to deny that are told only of denials that hold. */
static bool is_note(enum denial_defect defect)
{
    return defect == DEFECT_WHITE_LIES || defect == DEFECT_COMPACT_DENIAL ||
           defect == DEFECT_COMPACT_NO_SIGNAL;
}

static void add_others(struct nsec_gathering *gathering, const struct nsec_denial *denial,
                       bool supported)
{
    for (int i = 0; i < DENIAL_DEFECT_COUNT; i++) {
        enum denial_defect defect = (enum denial_defect)i;
        struct rule rule = rule_of(defect);
        if (!proof_has(&denial->apparent, defect) || (is_note(defect) && !supported)) {
            continue;
        }
        if (rule.weight == WEIGHT_OTHER) {
            add_other(gathering, denial, defect);
        } else if (rule.weight == WEIGHT_RECORD && supported) {
            add_defect(gathering, denial, defect, rule.harmless);
        }
    }
}

static bool is_compact(const struct nsec_denial *denial)
{
    return proof_has(&denial->apparent, DEFECT_COMPACT_DENIAL);
}

/* Whether the reply denies the name itself: by its rcode, or by NXNAME (RFC 9824 3.1). */
static bool denies_name(const struct nsec_denial *denial)
{
    /* With an alias the rcode is about the name that it leads to (RFC 6604 3). */
    return !denial->aliased && (denial->claim == CLAIM_NXDOMAIN || is_compact(denial));
}

/* Some signers invent types for names that do not exist, which says as little (RFC 9824 A). */
static void add_invention(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    if (nsec_probe_is_random(denial->probe) && denial->claim == CLAIM_NODATA &&
        denial->apparent.verdict == DENIAL_NODATA &&
        !proof_has(&denial->apparent, DEFECT_COMPACT_MALFORMED)) {
        add_other(gathering, denial, DEFECT_COMPACT_NO_SIGNAL);
    }
}

/* Names that the user said exist, or exist in a certain way. */
static void add_expectation(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    enum nsec_role role = denial->probe->role;
    if (!denies_name(denial)) {
        return;
    }
    /* Of the name of --hostname the rcode has told already. */
    bool name = role == NSEC_NAME && denial->type == RR_A && is_compact(denial);
    if (role == NSEC_ENT) {
        add_simple(gathering, denial, FINDING_ENT_DENIED_NXDOMAIN, NULL);
    } else if (name || role == NSEC_BELOW || role == NSEC_BELOW_ABSENT || role == NSEC_CHILD) {
        add_simple(gathering, denial, FINDING_NO_SUCH_NAME, NULL);
    }
}

/* RFC 9824 5.1: NXDOMAIN beside such a record is for those who ask for it. */
static void add_rcode(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    if (is_compact(denial) && denial->claim == CLAIM_NXDOMAIN) {
        add_simple(gathering, denial, FINDING_COMPACT_RCODE, NULL);
    }
}

void nsec_gather_denials(struct nsec_gathering *gathering)
{
    const struct nsec_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->denial_count; i++) {
        const struct nsec_denial *denial = &survey->denials[i];
        if (!denial->view->edns) {
            continue; /* the lack of EDNS explains all that is missing */
        }
        bool supported = denial_supports(&denial->apparent, denial->claim);
        bool ent_denied =
            denial->probe->role == NSEC_ENT && denial->claim == CLAIM_NXDOMAIN; /* told as such */
        add_signatures(gathering, denial);
        if (!supported && !ent_denied) {
            add_failure(gathering, denial);
        }
        add_others(gathering, denial, supported);
        add_invention(gathering, denial);
        add_expectation(gathering, denial);
        add_rcode(gathering, denial);
    }
}
