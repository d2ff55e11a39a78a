/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply denies, and whether its records prove that. */
#include "judge/bitmap.h"
#include "plugins/nsec_survey.h"
#include "wire/alias.h"

/* RRsets of a reply that are looked at (CVE-2023-50868): more than any proof needs. */
enum { SETS_MAX = 32 };

static bool same_signatures(const struct rrset *a, const struct rrset *b)
{
    bool same = a->sig_count == b->sig_count;
    for (size_t i = 0; same && i < a->sig_count; i++) {
        same = bytes_equal(a->sigs[i].head, b->sigs[i].head) &&
               bytes_equal(a->sigs[i].signature, b->sigs[i].signature);
    }
    return same;
}

static bool same_set(const struct rrset *a, const struct rrset *b)
{
    return a->type == b->type && name_equal(&a->owner, &b->owner) && rrset_same_data(a, b) &&
           a->ttl == b->ttl && same_signatures(a, b);
}

static struct judgement judge_signatures(struct nsec_survey *survey, const struct nsec_view *view,
                                         const struct rrset *set)
{
    struct sig_context context =
        run_sig_context(survey->run, &survey->target->zone.name, view->keys, view->key_count);
    return reason_judge(set, sig_judge(&context, set), NULL);
}

bool nsec_signed_labels(const struct name *zone, const struct rrset *set, uint8_t *labels)
{
    for (size_t i = 0; i < set->sig_count; i++) {
        if (!set->sigs[i].malformed && name_equal(&set->sigs[i].signer, zone)) {
            *labels = set->sigs[i].labels;
            return true;
        }
    }
    return false;
}

const struct nsec_set *nsec_judge_set(struct nsec_survey *survey, const struct nsec_view *view,
                                      const struct rrset *set)
{
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < survey->set_count; i++) {
        if (survey->sets[i]->keys == view->keys && same_set(survey->sets[i]->set, set)) {
            return survey->sets[i];
        }
    }
    struct nsec_set *new = arena_alloc(arena, sizeof *new);
    *new = (struct nsec_set){.set = set, .keys = view->keys};
    new->judgement = judge_signatures(survey, view, set);
    new->excused =
        !new->judgement.good && set->sig_count > 0 &&
        (survey->keys_unknown || (survey->clock_wrong && reason_is_time(new->judgement.reason)));
    new->record = (struct denial_record){
        .set = set, .usable = new->judgement.good || new->excused, .labels = set->owner.labels};
    if (new->judgement.good) {
        new->record.labels = new->judgement.deciding->sig->labels;
    } else {
        (void)nsec_signed_labels(&survey->target->zone.name, set, &new->record.labels);
    }
    new->signed_record = new->record;
    new->signed_record.usable = true;
    survey->sets = arena_grow(arena, survey->sets, survey->set_count, sizeof *survey->sets);
    survey->sets[survey->set_count++] = new;
    return new;
}

/* Behind an alias a server may go on in another of its zones, and add that one's denial. */
static bool is_foreign(const struct name *zone, const struct rrset *set)
{
    uint8_t labels;
    if (!name_is_under(&set->owner, zone)) {
        return true;
    }
    return set->sig_count > 0 && !set->sigs[0].malformed &&
           !nsec_signed_labels(zone, set, &labels) &&
           name_is_under(&set->owner, &set->sigs[0].signer);
}

/* What a child signs about its own DS (RFC 6840 4.4) does not show how this zone denies. */
static bool is_of_child(const struct name *zone, const struct nsec_denial *denial,
                        const struct rrset *set)
{
    uint8_t labels;
    return denial->type == RR_DS && set->sig_count > 0 && !nsec_signed_labels(zone, set, &labels);
}

static void add_sets(struct nsec_survey *survey, struct nsec_denial *denial,
                     const struct section *section)
{
    for (size_t i = 0; i < section->count && denial->left_out == NULL; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count == 0 || (set->type != RR_NSEC && set->type != RR_NSEC3) ||
            (denial->aliased && is_foreign(&survey->target->zone.name, set))) {
            continue;
        }
        if (denial->set_count == SETS_MAX) {
            denial->left_out = set;
            continue;
        }
        denial->sets =
            arena_grow(survey->run->arena, denial->sets, denial->set_count, sizeof *denial->sets);
        denial->sets[denial->set_count++] = nsec_judge_set(survey, denial->view, set);
        const struct rrset **kind =
            set->type == RR_NSEC ? &denial->view->nsec : &denial->view->nsec3;
        *kind =
            *kind == NULL && !is_of_child(&survey->target->zone.name, denial, set) ? set : *kind;
    }
}

/* What the records prove; `apparent`: as if every signature were good. */
static struct proof prove(struct nsec_survey *survey, const struct nsec_denial *denial,
                          bool apparent)
{
    struct denial_record records[SETS_MAX + 1];
    size_t count = denial->set_count;
    for (size_t i = 0; i < count; i++) {
        records[i] = apparent ? denial->sets[i]->signed_record : denial->sets[i]->record;
    }
    if (denial->left_out != NULL) {
        records[count++] = (struct denial_record){.set = denial->left_out, .unjudged = true};
    }
    struct denial_question question = {
        .zone = &survey->target->zone.name,
        .name = &denial->name,
        .type = denial->type,
        .claim = denial->claim,
        .labels = denial->labels,
    };
    return denial_prove(survey->run->crypto, &question, records, count);
}

static bool all_good(const struct nsec_denial *denial)
{
    for (size_t i = 0; i < denial->set_count; i++) {
        if (!denial->sets[i]->record.usable) {
            return false;
        }
    }
    return true;
}

static void add_denial(struct nsec_survey *survey, struct nsec_denial denial)
{
    add_sets(survey, &denial, &denial.question->reply->authority);
    bool good = all_good(&denial);
    denial.proof = prove(survey, &denial, false);
    denial.apparent = good ? denial.proof : prove(survey, &denial, true);
    denial.proved = denial_supports(&denial.proof, denial.claim);
    denial.sound = good && denial.proved;
    survey->denials = arena_grow(survey->run->arena, survey->denials, survey->denial_count,
                                 sizeof *survey->denials);
    survey->denials[survey->denial_count++] = denial;
}

/* An answer made from a wildcard denies that there is a closer name. */
static void add_expansion(struct nsec_survey *survey, const struct nsec_denial *reading,
                          const struct rrset *set)
{
    struct denial_record record = {.set = set};
    if (nsec_signed_labels(&survey->target->zone.name, set, &record.labels) &&
        denial_is_expanded(&record)) {
        struct nsec_denial denial = *reading;
        denial.claim = CLAIM_WILDCARD;
        denial.labels = record.labels;
        denial.type = set->type;
        add_denial(survey, denial);
    }
}

static const struct rrset *answer_of(const struct nsec_denial *reading, uint16_t type)
{
    return section_records(&reading->question->reply->answer, &reading->name, type);
}

/* Goes one alias further; false where there is none, or where it leads out of the zone. */
static bool follow_alias(struct nsec_survey *survey, struct nsec_denial *reading, bool *left)
{
    const struct rrset *cname = answer_of(reading, RR_CNAME);
    struct name target;
    if (cname == NULL || reading->type == RR_CNAME || !rr_target(RR_CNAME, cname->rr[0], &target)) {
        return false;
    }
    add_expansion(survey, reading, cname);
    reading->name = target;
    *left = !name_is_under(&target, &survey->target->zone.name);
    return true;
}

/* Whether an NSEC3 of the reply says that there is an NSEC3PARAM: only that of the apex can. */
static bool knows_param(const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        struct nsec3 nsec3;
        if (set->type == RR_NSEC3 && set->count > 0 && rr_nsec3(set->rr[0], &nsec3) &&
            bitmap_has(nsec3.types, RR_NSEC3PARAM)) {
            return true;
        }
    }
    return false;
}

/*
 * A server that has an NSEC but does not give it when it is asked for does no harm.  Validators do
 * not ask for NSEC3PARAM either: where it was lost, nsec3param-missing says so.
 */
static bool is_shy(const struct nsec_denial *reading)
{
    const struct message *reply = reading->question->reply;
    const struct rrset *set = section_records(&reply->authority, &reading->name, RR_NSEC);
    struct nsec nsec;
    if (reading->type == RR_NSEC3PARAM) {
        return knows_param(reply);
    }
    return reading->type == RR_NSEC && set != NULL && rr_nsec(set->rr[0], &nsec) &&
           bitmap_has(nsec.types, RR_NSEC);
}

/* Whether a reply about the target of an alias says that the zone does not have it. */
static bool says_no(const struct name *zone, const struct message *reply)
{
    return section_find(&reply->authority, zone, RR_SOA) != NULL;
}

void nsec_read_denials(struct nsec_survey *survey, struct nsec_view *view,
                       const struct nsec_probe *probe, const struct question *question)
{
    struct nsec_denial reading = {
        .view = view,
        .probe = probe,
        .question = question,
        .name = question->name,
        .type = question->type,
    };
    reading.aliased = answer_of(&reading, RR_CNAME) != NULL;
    size_t aliases = 0;
    bool left = false;
    while (aliases < ALIAS_STEPS && !left && answer_of(&reading, reading.type) == NULL &&
           follow_alias(survey, &reading, &left)) {
        aliases++;
    }
    const struct rrset *answer = answer_of(&reading, reading.type);
    if (left ||
        (aliases > 0 && answer == NULL && !says_no(&survey->target->zone.name, question->reply))) {
        return;
    }
    if (answer != NULL) {
        add_expansion(survey, &reading, answer);
    } else if (!is_shy(&reading)) {
        bool denied = question->reply->rcode == RCODE_NXDOMAIN;
        bool cut = probe->role == NSEC_CHILD && !nsec_is_no_cut(survey->target, question);
        reading.claim = denied ? CLAIM_NXDOMAIN : cut ? CLAIM_UNSIGNED_CUT : CLAIM_NODATA;
        add_denial(survey, reading);
    }
}
