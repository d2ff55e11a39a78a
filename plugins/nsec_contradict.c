/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Denials that lie: what one answer shows, another one denies.
 *
 * A validator that asked both questions would accept both answers.  One that uses denials it has
 * seen for other questions (RFC 8198) does not ask the second one: then the data vanishes.
 */
#include "judge/bitmap.h"
#include "judge/nsec3_hash.h"
#include "plugins/nsec_judge.h"

/*
 * Answers that are taken as evidence, and hashes made for all of them.  An honest zone needs a
 * fraction of that.
 */
enum { EVIDENCE_MAX = 256, DIGESTS_MAX = 60000 };

/* A name that has a type, and the server that shows it (NULL: one that was not probed). */
struct evidence {
    struct name name;
    uint16_t type;
    const struct nsec_view *view;
};

struct court {
    struct nsec_gathering *gathering;
    struct evidence *list;
    size_t count;
};

/* Types that are a matter of how a server denies: they say nothing about other servers. */
static bool is_own(uint16_t type)
{
    return type == RR_NSEC || type == RR_NSEC3PARAM;
}

/* Keeps one piece for each name, type and version of the zone. */
static void add_evidence(struct court *court, const struct evidence *new)
{
    for (size_t i = 0; i < court->count; i++) {
        const struct evidence *known = &court->list[i];
        if (known->type == new->type && name_equal(&known->name, &new->name) &&
            (!is_own(new->type) || known->view == new->view) &&
            nsec_same_version(known->view, new->view)) {
            return;
        }
    }
    if (court->count < EVIDENCE_MAX) {
        court->list = arena_grow(court->gathering->survey->run->arena, court->list, court->count,
                                 sizeof *court->list);
        court->list[court->count++] = *new;
    }
}

/* The zone's own data, by who signed it; made from a wildcard, it shows the wildcard. */
static void read_set(struct court *court, const struct nsec_view *view, const struct rrset *set)
{
    const struct name *zone = &court->gathering->survey->target->zone.name;
    struct evidence evidence = {.name = set->owner, .type = set->type, .view = view};
    struct denial_record record = {.set = set};
    bool is_denial = set->type == RR_NSEC3 || set->type == RR_RRSIG ||
                     (set->type == RR_NSEC && (view == NULL || view->lies));
    if (set->count == 0 || is_denial || !name_is_under(&set->owner, zone) ||
        !nsec_signed_labels(zone, set, &record.labels)) {
        return;
    }
    if (denial_is_expanded(&record)) {
        struct name encloser = name_suffix(&set->owner, record.labels);
        (void)name_wildcard(&encloser, &evidence.name); /* fits: no longer than the owner */
    }
    add_evidence(court, &evidence);
}

static void read_section(struct court *court, const struct nsec_view *view,
                         const struct section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        read_set(court, view, &section->rrsets[i]);
    }
}

/* What a resolver remembers may be gone from the zone: an address that has moved is no lie. */
static void read_host(struct court *court, const struct question *question)
{
    if (question != NULL && question->reply != NULL && question->reply->aa) {
        const struct nsec_view *view = nsec_view_of(court->gathering->survey, question->server);
        read_section(court, view, &question->reply->answer);
    }
}

static void read_evidence(struct court *court)
{
    const struct nsec_survey *survey = court->gathering->survey;
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        const struct nsec_view *view = nsec_view_of(survey, target->child.list[i]->server);
        const struct message *reply = target->child.list[i]->reply;
        if (view != NULL && reply != NULL && reply->aa &&
            !nsec_is_elsewhere(&target->zone.name, target->child.list[i])) {
            read_section(court, view, &reply->answer);
            read_section(court, view, &reply->authority);
            read_section(court, view, &reply->additional);
        }
    }
    for (size_t i = 0; i < target->zone.child.host_count; i++) {
        read_host(court, target->zone.child.hosts[i].a);
        read_host(court, target->zone.child.hosts[i].aaaa);
    }
}

/* Whether one record is about the very name, rather than about a span that it is in. */
static bool is_match(const struct nsec_survey *survey, const struct rrset *set,
                     const struct name *name)
{
    struct nsec3 nsec3;
    uint8_t hash[NSEC3_HASH_SIZE];
    struct name owner;
    if (set->type == RR_NSEC) {
        struct nsec nsec;
        /* NXNAME denies the name although it stands at it (RFC 9824 3.1). */
        return name_equal(&set->owner, name) && rr_nsec(set->rr[0], &nsec) &&
               !bitmap_has(nsec.types, RR_NXNAME);
    }
    return rr_nsec3(set->rr[0], &nsec3) && !bitmap_has(nsec3.types, RR_NXNAME) &&
           nsec3_hash(survey->run->crypto, name, nsec3.salt, nsec3.iterations, hash) &&
           nsec3_owner(hash, &survey->target->zone.name, &owner) && name_equal(&owner, &set->owner);
}

static void gather(struct court *court, const struct nsec_denial *denial,
                   const struct evidence *evidence, const struct rrset *set)
{
    const struct nsec_survey *survey = court->gathering->survey;
    struct arena *arena = survey->run->arena;
    bool match = is_match(survey, set, &evidence->name);
    enum finding_id id =
        match ? FINDING_NSEC_TYPE_CONTRADICTION : FINDING_NSEC_EXISTS_CONTRADICTION;
    bool same = nsec_same_version(denial->view, evidence->view);
    const char *kind = set->type == RR_NSEC ? "NSEC" : "NSEC3";
    struct nsec_fault fault = nsec_fault(id, denial->view);
    fault.state = same ? STATE_CRITICAL : STATE_WARNING;
    fault.probe = denial->probe;
    fault.type = kind;
    fault.what = arena_printf(
        arena, "%s %s exists%s, an %s denies %s", name_text(arena, &evidence->name),
        rr_type_text(arena, evidence->type), same ? "" : " in another version of the zone", kind,
        match ? "the type" : "the name");
    nsec_gather(court->gathering, &fault);
}

/* Whether the record says that the type or the name is not there. */
static bool contradicts(const struct nsec_survey *survey, const struct nsec_set *set,
                        const struct evidence *evidence)
{
    struct denial_question question = {
        .zone = &survey->target->zone.name,
        .name = &evidence->name,
        .type = evidence->type,
        .claim = CLAIM_NODATA,
    };
    /* A bitmap without its own type is a matter of form, the two kinds together one of mixing. */
    bool form = evidence->type == RR_NSEC &&
                (set->set->type == RR_NSEC3 || name_equal(&set->set->owner, &evidence->name));
    return !form && denial_contradicts(survey->run->crypto, &question, &set->record, 1);
}

/* What a server at the same version shows counts before what others do. */
static bool is_outdated(const struct court *court, const struct evidence *evidence,
                        const struct nsec_view *view)
{
    if (is_own(evidence->type)) {
        return evidence->view != view;
    }
    for (size_t i = 0; i < court->count && !nsec_same_version(evidence->view, view); i++) {
        const struct evidence *other = &court->list[i];
        if (other->type == evidence->type && name_equal(&other->name, &evidence->name) &&
            nsec_same_version(other->view, view)) {
            return true;
        }
    }
    return false;
}

static bool uses(const struct nsec_denial *denial, const struct nsec_set *set)
{
    for (size_t i = 0; i < denial->set_count; i++) {
        if (denial->sets[i] == set) {
            return true;
        }
    }
    return false;
}

/* Every denial that a lying record stands in; what fails as a proof is believed by nobody. */
static void gather_set(struct court *court, const struct nsec_set *set,
                       const struct evidence *evidence)
{
    const struct nsec_survey *survey = court->gathering->survey;
    for (size_t i = 0; i < survey->denial_count; i++) {
        const struct nsec_denial *denial = &survey->denials[i];
        if (denial->proved && uses(denial, set) && !is_outdated(court, evidence, denial->view)) {
            gather(court, denial, evidence, set->set);
        }
    }
}

void nsec_gather_contradictions(struct nsec_gathering *gathering)
{
    const struct nsec_survey *survey = gathering->survey;
    struct court court = {.gathering = gathering};
    read_evidence(&court);
    size_t before = crypto_sha1_count(survey->run->crypto);
    for (size_t i = 0; i < survey->set_count; i++) {
        const struct nsec_set *set = survey->sets[i];
        for (size_t j = 0; set->judgement.good && j < court.count; j++) {
            if (crypto_sha1_count(survey->run->crypto) - before < DIGESTS_MAX &&
                contradicts(survey, set, &court.list[j])) {
                gather_set(&court, set, &court.list[j]);
            }
        }
    }
}
