/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what the servers of the parent say about the DS, and what it is worth. */
#include "plugins/ds_survey.h"

/* Servers whose DS RRset is compared. */
enum { VARIANTS_MOST = 8 };

static bool asks(const struct question *question, const struct name *name, uint16_t type)
{
    return question->type == type && name_equal(&question->name, name);
}

static struct ds_parent *parent_of(struct ds_survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->parent_count; i++) {
        if (server_equal(survey->parents[i].place.server, server)) {
            return &survey->parents[i];
        }
    }
    survey->parents = arena_grow(survey->run->arena, survey->parents, survey->parent_count,
                                 sizeof *survey->parents);
    struct ds_parent *parent = &survey->parents[survey->parent_count++];
    *parent = (struct ds_parent){.place = {.server = server}};
    return parent;
}

static void read_ds(const struct ds_survey *survey, struct ds_parent *parent,
                    const struct message *reply)
{
    const struct name *zone = &survey->target->zone.name;
    parent->reply = reply;
    parent->denied_name = reply->rcode == RCODE_NXDOMAIN;
    parent->alias = section_records(&reply->answer, zone, RR_CNAME) != NULL;
    parent->ds = section_records(&reply->answer, zone, RR_DS);
}

static void read_parent(struct ds_survey *survey, const struct question *question)
{
    const struct name *zone = &survey->target->zone.name;
    const struct message *reply = question->reply;
    if (question->status != NET_ANSWERED || reply->rcode == RCODE_SERVFAIL) {
        return;
    }
    struct ds_parent *parent = parent_of(survey, question->server);
    if (asks(question, zone, RR_DS)) {
        if (health_usable(question)) {
            read_ds(survey, parent, reply);
        } else if (section_records(&reply->authority, zone, RR_NS) != NULL) {
            parent->referral = true;
        }
    } else if (asks(question, zone, RR_NS)) {
        parent->ns_known = reply->rcode == RCODE_NOERROR || reply->rcode == RCODE_NXDOMAIN;
        parent->delegates = section_records(&reply->authority, zone, RR_NS) != NULL ||
                            section_records(&reply->answer, zone, RR_NS) != NULL;
    } else if (asks(question, &survey->parent_name, RR_SOA)) {
        const struct rrset *set = section_records(&reply->answer, &survey->parent_name, RR_SOA);
        struct soa soa;
        if (set != NULL && rr_soa(set->rr[0], &soa)) {
            parent->place.has_serial = true;
            parent->place.serial = soa.serial;
        }
    }
}

/* With -s there is one DS, from the resolver; whose servers it has it from is not known. */
static void read_resolver(struct ds_survey *survey)
{
    const struct question *question = survey->facts->resolver_ds;
    if (question == NULL || question->status != NET_ANSWERED ||
        (question->reply->rcode != RCODE_NOERROR && question->reply->rcode != RCODE_NXDOMAIN)) {
        return;
    }
    struct ds_parent *parent = parent_of(survey, question->server);
    read_ds(survey, parent, question->reply);
    parent->ns_known = false;
}

/* The zone above by its own word: who signs the DS, or whose SOA comes with the denial. */
static void find_name(struct ds_survey *survey)
{
    const struct name *zone = &survey->target->zone.name;
    survey->parent_name = survey->target->zone.parent;
    for (size_t i = 0; i < survey->parent_count && survey->parent_name.size == 0; i++) {
        const struct ds_parent *parent = &survey->parents[i];
        if (parent->ds != NULL && parent->ds->sig_count > 0) {
            survey->parent_name = parent->ds->sigs[0].signer;
        }
        for (size_t j = 0; parent->reply != NULL && j < parent->reply->authority.count; j++) {
            const struct rrset *set = &parent->reply->authority.rrsets[j];
            if (set->type == RR_SOA && name_is_below(zone, &set->owner)) {
                survey->parent_name = set->owner;
            }
        }
    }
}

/* The DNSKEY RRset of the parent in any answer; `asked` tells whether there was one at all. */
static const struct rrset *parent_keys(const struct ds_survey *survey, bool *asked)
{
    const struct target *target = survey->target;
    const struct question *known = target->zone.parent_dnskey;
    for (size_t i = 0; i <= target->others.count; i++) {
        const struct question *question = i == 0 ? known : target->others.list[i - 1];
        if (question == NULL || question->reply == NULL || survey->parent_name.size == 0 ||
            !asks(question, &survey->parent_name, RR_DNSKEY) ||
            question->reply->rcode != RCODE_NOERROR) {
            continue;
        }
        *asked = true;
        const struct rrset *set =
            section_records(&question->reply->answer, &survey->parent_name, RR_DNSKEY);
        if (set != NULL) {
            return set;
        }
    }
    return NULL;
}

/* The proof in a reply that there is no DS at what is known to be a cut. */
static void judge_denial(struct ds_survey *survey, struct ds_parent *parent,
                         const struct sig_context *context)
{
    const struct section *section = &parent->reply->authority;
    struct denial_record records[DENIAL_NSEC3_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i < section->count && count <= DENIAL_NSEC3_MAX; i++) {
        const struct rrset *set = &section->rrsets[i];
        bool denies = set->count > 0 && (set->type == RR_NSEC || set->type == RR_NSEC3);
        if (denies && count == DENIAL_NSEC3_MAX) {
            records[count++] = (struct denial_record){.set = set, .unjudged = true};
        } else if (denies) {
            const struct sig_verdict *verdicts = sig_judge(context, set);
            struct judgement judgement = reason_judge(set, verdicts, NULL);
            parent->refused =
                parent->refused || (!judgement.good && judgement.reason == FINDING_CRYPTO_REFUSED);
            records[count++] = denial_record(set, verdicts);
        }
    }
    struct denial_question question = {
        .zone = &survey->parent_name,
        .name = &survey->target->zone.name,
        .type = RR_DS,
        .claim = parent->denied_name ? CLAIM_NXDOMAIN : CLAIM_UNSIGNED_CUT,
    };
    struct proof proof = denial_prove(survey->run->crypto, &question, records, count);
    parent->refused = parent->refused || proof.verdict == DENIAL_REFUSED_HERE;
    bool undecided = parent->refused || proof.verdict == DENIAL_TOO_COSTLY;
    parent->denial_defects = proof.defects;
    parent->trust = denial_supports(&proof, question.claim) ? TRUST_GOOD
                    : undecided                             ? TRUST_UNKNOWN
                    : count == 0                            ? TRUST_MISSING
                                                            : TRUST_BAD;
}

static void judge_parent(struct ds_survey *survey, struct ds_parent *parent,
                         const struct rrset *keys, bool asked)
{
    if (parent->reply == NULL || parent->alias) {
        return;
    }
    if (keys == NULL) {
        parent->trust = asked ? TRUST_UNSIGNED : TRUST_UNKNOWN;
        return;
    }
    size_t count = 0;
    const struct dnskey *list = rr_dnskeys(survey->run->arena, keys, &count);
    struct sig_context context = run_sig_context(survey->run, &survey->parent_name, list, count);
    if (parent->ds == NULL) {
        judge_denial(survey, parent, &context);
        return;
    }
    const struct sig_verdict *verdicts = sig_judge(&context, parent->ds);
    parent->judgement = reason_judge(parent->ds, verdicts, NULL);
    parent->trust = parent->ds->sig_count == 0                 ? TRUST_MISSING
                    : parent->judgement.good                   ? TRUST_GOOD
                    : reason_is_open(parent->judgement.reason) ? TRUST_UNKNOWN
                                                               : TRUST_BAD;
}

/*
 * With -s: whether nothing but the word of a resolver says that there is no DS.  It may be its own
 * invention, or that of who is in between.
 */
static bool is_hearsay(const struct ds_survey *survey, const struct ds_parent *parent)
{
    return survey->facts->resolver_ds != NULL && parent->reply != NULL && parent->ds == NULL &&
           !parent->alias && parent->trust != TRUST_GOOD &&
           !(parent->trust == TRUST_UNSIGNED && ds_is_proved_insecure(survey));
}

static void find_variants(struct ds_survey *survey)
{
    survey->variants = arena_alloc(survey->run->arena, VARIANTS_MOST * sizeof(void *));
    size_t counts[VARIANTS_MOST] = {0};
    for (size_t i = 0; i < survey->parent_count; i++) {
        struct ds_parent *parent = &survey->parents[i];
        if (parent->reply == NULL || parent->alias || parent->hearsay) {
            continue;
        }
        size_t at = 0;
        while (at < survey->variant_count && !ds_same_set(survey->variants[at], parent->ds)) {
            at++;
        }
        at = at < VARIANTS_MOST ? at : VARIANTS_MOST - 1;
        if (at == survey->variant_count) {
            survey->variants[survey->variant_count++] = parent->ds;
        }
        parent->variant = at;
        counts[at]++;
        survey->parents_answering++;
    }
    for (size_t i = 1; i < survey->variant_count; i++) {
        /* Of equally many a set of records tells more than none. */
        if (counts[i] > counts[survey->chosen] ||
            (counts[i] == counts[survey->chosen] && survey->variants[survey->chosen] == NULL)) {
            survey->chosen = i;
        }
    }
    survey->ds = survey->variant_count > 0 ? survey->variants[survey->chosen] : NULL;
}

void ds_survey_parents(struct ds_survey *survey)
{
    const struct target *target = survey->target;
    survey->parent_name = target->zone.parent;
    for (size_t i = 0; i < target->parent.count; i++) {
        read_parent(survey, target->parent.list[i]);
    }
    read_resolver(survey);
    find_name(survey);
    bool asked = false;
    const struct rrset *keys = parent_keys(survey, &asked);
    for (size_t i = 0; i < survey->parent_count; i++) {
        judge_parent(survey, &survey->parents[i], keys, asked);
        survey->parents[i].hearsay = is_hearsay(survey, &survey->parents[i]);
    }
    find_variants(survey);
}
