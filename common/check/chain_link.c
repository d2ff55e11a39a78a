/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the zone below a verified DS: whether the chain goes on there (RFC 4035 5.2). */
#include "check/chain_walk.h"
#include "wire/rr.h"

/* A note about the link between a zone and the one above it. */
static struct finding link_finding(const struct walk *walk, const struct chain_zone *zone,
                                   enum finding_id id, uint16_t type, const struct question *from)
{
    struct finding finding = walk_finding(walk, id, &zone->name, &zone->name, type, from);
    if (zone->link.ds != NULL) {
        finding.key_tag = zone->link.ds->ds.key_tag;
    }
    return finding;
}

static void no_dnskey(struct walk *walk, struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    const struct evidence *evidence = walk->evidence;
    const char *name = name_text(arena, &zone->name);
    const char *failure = evidence_failure(arena, evidence, &zone->name, RR_DNSKEY);
    enum finding_id id = FINDING_CHAIN_DNSKEY_UNREACHABLE;
    const char *text = arena_printf(arena,
                                    "%s has a DS, its DNSKEY RRset cannot be had (%s): check its "
                                    "servers over UDP and TCP",
                                    name, failure == NULL ? "" : failure);
    if (evidence->unreachable != NULL && name_equal(evidence->unreachable, &zone->name)) {
        text = arena_printf(arena,
                            "%s has a DS, none of its name servers has an address: correct its "
                            "delegation",
                            name);
    } else if (!evidence_was_asked(evidence, &zone->name, RR_DNSKEY)) {
        walk->chain->wants = true;
        walk->chain->wanted = walk->hop->name;
        id = FINDING_CHAIN_INDETERMINATE;
        text = arena_printf(arena, "%s has a DS, its DNSKEY RRset was not asked for", name);
    } else if (evidence_open(evidence, &zone->name, RR_DNSKEY)) {
        zone->link.reason = FINDING_DEADLINE;
        walk_lack(walk, &zone->name, &zone->name, RR_DNSKEY);
        return;
    } else if (failure == NULL || walk_is_unsigned(walk, &zone->name)) {
        id = FINDING_DS_CHILD_UNSIGNED;
        text = arena_printf(arena,
                            "%s has a DS in %s but no DNSKEY: sign the zone or have the DS "
                            "removed",
                            name, name_text(arena, &walk_zone(walk)->name));
    }
    zone->link.reason = id;
    walk_break(walk, link_finding(walk, zone, id, RR_DNSKEY, NULL), text);
}

/* What a reply says of the hop's name: the answer, or the SOA of a denial; NULL: nothing. */
static const struct rrset *data_of(const struct walk *walk, const struct chain_zone *zone,
                                   const struct message *reply)
{
    const struct rrset *set = section_records(&reply->answer, &walk->hop->name, walk->chain->type);
    return set != NULL ? set : section_records(&reply->authority, &zone->name, RR_SOA);
}

/* Whether the zone's data is not good, wherever it came from, and always for this reason. */
static bool data_has_fault(struct walk *walk, const struct chain_zone *zone, enum finding_id reason)
{
    bool any = false;
    for (size_t i = 0; i < walk->evidence->questions.count; i++) {
        const struct question *question = walk->evidence->questions.list[i];
        const struct rrset *set =
            evidence_counts(walk->evidence, question) ? data_of(walk, zone, question->reply) : NULL;
        if (set != NULL) {
            struct judgement judgement = walk_verify(walk, zone, set);
            if (judgement.good || judgement.reason != reason) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

/* What is wrong with the keys may be wrong with the data too: then the whole zone has that fault.
 */
static enum finding_id of_whole_zone(struct walk *walk, const struct chain_zone *zone,
                                     enum finding_id id)
{
    static const struct {
        enum finding_id dnskey, data, whole;
    } faults[] = {
        {FINDING_RRSIG_EXPIRED_RRSET, FINDING_RRSIG_EXPIRED_RRSET, FINDING_RRSIG_EXPIRED_ALL},
        {FINDING_RRSIG_NOT_YET_RRSET, FINDING_RRSIG_NOT_YET_RRSET, FINDING_RRSIG_NOT_YET_ALL},
        {FINDING_RRSIG_MISSING_DNSKEY, FINDING_RRSIG_MISSING_RRSET, FINDING_RRSIG_MISSING_ALL},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (faults[i].dnskey == id && data_has_fault(walk, zone, faults[i].data)) {
            return faults[i].whole;
        }
    }
    return id;
}

static bool any_zone_key(const struct chain_zone *zone)
{
    for (size_t i = 0; i < zone->key_count; i++) {
        if ((zone->keys[i].flags & DNSKEY_ZONE) != 0) {
            return true;
        }
    }
    return false;
}

/* Whether some key, if not one that a DS names, has signed the DNSKEY RRset well. */
static bool any_good_signature(const struct chain_zone *zone)
{
    for (size_t i = 0; i < zone->dnskey->sig_count; i++) {
        if (reason_defects(&zone->link.dnskey.verdicts[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The reason of a broken link in the terms of what its zone has to mend. */
static enum finding_id root_cause(struct walk *walk, const struct chain_zone *zone)
{
    switch (zone->link.reason) {
    case FINDING_RRSIG_KEY_NOT_ZONE:
        return any_zone_key(zone) ? FINDING_RRSIG_KEY_NOT_ZONE : FINDING_DNSKEY_NO_ZONE_KEY;
    case FINDING_DS_NO_VALID_SEP:
        return any_good_signature(zone) ? FINDING_DS_NO_VALID_SEP : FINDING_RRSIG_BAD_CRYPTO;
    default:
        return of_whole_zone(walk, zone, zone->link.reason);
    }
}

/* The tags of the keys that a DS names. */
static const char *named_keys(struct arena *arena, const struct link *link)
{
    const char *text = "";
    for (size_t i = 0; i < link->count; i++) {
        if (link->set[i].fit == DS_FITS) {
            text = arena_printf(arena, "%s%s%u", text, *text == '\0' ? "" : ", ",
                                link->set[i].ds.key_tag);
        }
    }
    return text;
}

/* Who did sign. */
static const char *signers(struct arena *arena, const struct rrset *set)
{
    enum { MOST = 6 };
    const char *text = "";
    for (size_t i = 0; i < set->sig_count && i < MOST; i++) {
        text = arena_printf(arena, "%s%s%u", text, i == 0 ? "" : ", ", set->sigs[i].key_tag);
    }
    return text;
}

/* The signatures over the DNSKEY RRset that break the link, in words. */
static const char *broken_text(struct walk *walk, const struct chain_zone *zone, enum finding_id id)
{
    struct arena *arena = walk->terms->arena;
    const char *name = name_text(arena, &zone->name);
    switch (id) {
    case FINDING_RRSIG_MISSING_KSK:
        return arena_printf(arena,
                            "the DNSKEY RRset of %s is signed by key %s, expected is %s, which a "
                            "DS names: sign it with that key or correct the DS",
                            name, signers(arena, zone->dnskey), named_keys(arena, &zone->link));
    case FINDING_RRSIG_MISSING_DNSKEY:
        return arena_printf(arena,
                            "the DNSKEY RRset of %s has no signature: sign it with key %s, which "
                            "a DS names",
                            name, named_keys(arena, &zone->link));
    case FINDING_RRSIG_MISSING_ALL:
        return arena_printf(arena,
                            "neither the DNSKEY RRset of %s nor its data has a signature: sign "
                            "the zone, or see whether its servers leave signatures out",
                            name);
    case FINDING_DNSKEY_NO_ZONE_KEY:
        return arena_printf(
            arena, "no DNSKEY of %s has the Zone flag: publish keys with flags 256 or 257", name);
    default:
        break;
    }
    const struct judgement *judgement = &zone->link.dnskey;
    bool whole = id == FINDING_RRSIG_EXPIRED_ALL || id == FINDING_RRSIG_NOT_YET_ALL;
    return arena_printf(arena, "%s%s: %s", walk_why(walk, zone, zone->dnskey, judgement),
                        whole ? ", and so it is with the data" : "",
                        id == FINDING_RRSIG_EXPIRED_ALL
                            ? "the signer has stopped, re-sign the zone now"
                            : walk_remedy(walk, zone, judgement, true));
}

static void broken_link(struct walk *walk, struct chain_zone *zone, const struct question *from)
{
    struct link *link = &zone->link;
    if (link->state == LINK_UNDECIDED && link->reason == FINDING_LIMIT_VALIDATIONS) {
        struct finding finding = link_finding(walk, zone, link->reason, RR_DS, from);
        finding.state = STATE_UNKNOWN;
        walk_note(walk, finding, "%s", link_ds_text(walk->terms->arena, link->ds));
        walk_end(walk, SECURITY_INDETERMINATE);
        return;
    }
    if (link->dnskey.verdicts == NULL) {
        walk_break(walk, link_finding(walk, zone, link->reason, RR_DS, from),
                   walk_ds_text(walk, zone));
        return;
    }
    walk_remember(walk, zone, zone->dnskey, &link->dnskey);
    enum finding_id id = link->reason = root_cause(walk, zone);
    walk_break(walk, link_finding(walk, zone, id, RR_DNSKEY, from), broken_text(walk, zone, id));
}

static void insecure_link(struct walk *walk, const struct chain_zone *zone)
{
    struct arena *arena = walk->terms->arena;
    walk_note(walk, link_finding(walk, zone, zone->link.reason, RR_DS, NULL), "%s",
              link_ds_text(arena, zone->link.ds));
    walk_note(
        walk, link_finding(walk, zone, FINDING_CHAIN_INSECURE_ALG, RR_DS, NULL),
        "insecure from %s down: validators do not use any of its DS records, use algorithm 13 "
        "or 8 and digest type 2",
        name_text(arena, &zone->name));
    walk_end(walk, SECURITY_INSECURE);
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

static void deprecated(struct walk *walk, const struct chain_zone *zone)
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
    }
}

static void judge_keys(struct walk *walk, struct chain_zone *zone)
{
    zone->keys = rr_dnskeys(walk->terms->arena, zone->dnskey, &zone->key_count);
    struct link_terms terms = {.ds = zone->ds, .dnskey = zone->dnskey};
    terms.context = walk_context(walk, zone);
    terms.context.sha1 = SHA1_WARN; /* what --sha1 says of it is the matter of deprecated() */
    zone->link = link_judge(&terms);
    zone->dnskey_judgement = zone->link.dnskey;
}

/* The zone does not continue the chain. */
static void end_at(struct walk *walk, struct chain_zone *zone, const struct question *from)
{
    if (zone->link.state == LINK_INSECURE) {
        insecure_link(walk, zone);
    } else if (zone->key_count == 0) {
        no_dnskey(walk, zone);
    } else {
        broken_link(walk, zone, from);
    }
    zone->security = walk->hop->security;
    walk->hop->end = arena_copy(walk->terms->arena, zone, sizeof *zone);
}

bool walk_link(struct walk *walk, const struct name *cut, const struct rrset *ds,
               const struct judgement *ds_judgement)
{
    struct chain_zone zone = {
        .name = *cut, .security = SECURITY_SECURE, .ds = ds, .ds_judgement = *ds_judgement};
    const struct question *from = NULL;
    for (size_t i = 0; i <= WALK_CANDIDATES; i++) {
        const struct rrset *dnskey = evidence_rrset(walk->evidence, cut, RR_DNSKEY, i, &from);
        if (dnskey == NULL && i > 0) {
            break; /* the last copy is what is said to be broken */
        }
        zone.dnskey = dnskey;
        judge_keys(walk, &zone);
        if (zone.link.state == LINK_SECURE) {
            walk_add_zone(walk, &zone);
            (void)walk_verify(walk, &zone, zone.dnskey); /* remembers its end */
            if (sha1_only(&zone)) {
                deprecated(walk, &zone);
            }
            return !walk->broken;
        }
        if (zone.dnskey == NULL) {
            break;
        }
    }
    end_at(walk, &zone, from);
    return false;
}
