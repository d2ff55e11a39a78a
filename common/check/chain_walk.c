/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every step of the judgement of a chain needs: notes, the hop's end, verification. */
#include "check/chain_walk.h"

#include <stdarg.h>

#include "wire/rr.h"

struct chain_zone *walk_zone(const struct walk *walk)
{
    return &walk->hop->zones[walk->hop->zone_count - 1];
}

void walk_add_zone(struct walk *walk, const struct chain_zone *zone)
{
    struct chain_hop *hop = walk->hop;
    hop->zones = arena_grow(walk->terms->arena, hop->zones, hop->zone_count, sizeof *hop->zones);
    hop->zones[hop->zone_count++] = *zone;
    walk_remark_zone(walk, zone);
}

void walk_end(struct walk *walk, enum security security)
{
    walk->hop->security = security;
    walk->broken = true;
}

void walk_break(struct walk *walk, struct finding finding, const char *text)
{
    bool undecided = walk_undecided(walk, finding.id);
    finding.state = undecided ? finding.state : STATE_CRITICAL;
    walk_note(walk, finding, "%s", text);
    walk_end(walk, undecided ? SECURITY_INDETERMINATE : SECURITY_BOGUS);
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
           id == FINDING_DEADLINE || (id == FINDING_LIMIT_VALIDATIONS && run_is_exhausted(walk));
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
    struct finding finding = finding_about(id, zone, owner, rr_type_text(walk->terms->arena, type));
    finding.state = state_of(walk, id);
    finding.server = server_of(walk, from);
    return finding;
}

void walk_lack(struct walk *walk, const struct name *zone, const struct name *owner, uint16_t type)
{
    struct arena *arena = walk->terms->arena;
    const char *what =
        arena_printf(arena, "%s of %s", rr_type_text(arena, type), name_text(arena, owner));
    if (evidence_open(walk->evidence, owner, type)) {
        walk_note(walk, walk_finding(walk, FINDING_DEADLINE, zone, owner, type, NULL),
                  "timed out before the %s was answered: give the run more time with --timeout",
                  what);
    } else {
        const char *failure = evidence_failure(arena, walk->evidence, owner, type);
        walk_note(walk, walk_finding(walk, FINDING_CHAIN_INDETERMINATE, zone, owner, type, NULL),
                  "the %s cannot be had (%s)", what, failure == NULL ? "none there" : failure);
    }
    walk_end(walk, SECURITY_INDETERMINATE);
}

bool walk_is_unsigned(const struct walk *walk, const struct name *zone)
{
    const struct question *question = NULL;
    for (size_t i = 0; (question = evidence_asked(walk->evidence, zone, RR_DNSKEY, i)) != NULL;
         i++) {
        if (question->reply->rcode == RCODE_NOERROR && zone->labels > 0 &&
            section_records(&question->reply->authority, zone, RR_SOA) != NULL) {
            return true;
        }
    }
    return false;
}

struct sig_context walk_context(const struct walk *walk, const struct chain_zone *zone)
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

struct judgement walk_verify(struct walk *walk, const struct chain_zone *zone,
                             const struct rrset *set)
{
    struct sig_context context = walk_context(walk, zone);
    struct judgement judgement = reason_judge(set, sig_judge(&context, set), NULL);
    walk_remember(walk, zone, set, &judgement);
    return judgement;
}

const struct denial_record *walk_records(struct walk *walk, const struct chain_zone *zone,
                                         const struct message *reply, size_t *count)
{
    const struct section *section = &reply->authority;
    struct sig_context context = walk_context(walk, zone);
    struct denial_record *records =
        arena_alloc(walk->terms->arena, (section->count + 1) * sizeof *records);
    *count = 0;
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count == 0 || (set->type != RR_NSEC && set->type != RR_NSEC3)) {
            continue;
        }
        if (*count >= DENIAL_NSEC3_MAX) {
            records[(*count)++] = (struct denial_record){.set = set, .unjudged = true};
            continue;
        }
        const struct sig_verdict *verdicts = sig_judge(&context, set);
        struct judgement judgement = reason_judge(set, verdicts, NULL);
        walk_remember(walk, zone, set, &judgement);
        records[(*count)++] = denial_record(set, verdicts);
    }
    return records;
}

const char *walk_proof_text(struct walk *walk, const struct question *from,
                            const struct proof *proof)
{
    const struct section *section = &from->reply->authority;
    const struct chain_zone *zone = walk_zone(walk);
    for (size_t i = 0; i < section->count && i < DENIAL_NSEC3_MAX; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count > 0 && (set->type == RR_NSEC || set->type == RR_NSEC3)) {
            struct judgement judgement = walk_verify(walk, zone, set);
            if (!judgement.good) {
                return walk_why(walk, zone, set, &judgement);
            }
        }
    }
    return proof->defects == 0 ? "its records prove something else"
                               : denial_defects_text(walk->terms->arena, proof->defects);
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
                  "%s",
                  proof_has(proof, DEFECT_NSEC3_PARAMS_MIXED)
                      ? "the denial mixes NSEC3 parameters and needs more hashes than are computed"
                      : "the denial has more records than are looked at");
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
