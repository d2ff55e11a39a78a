/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up RRsets and replies in settled questions. */
#include "check/evidence.h"

#include "base/text.h"
#include "wire/alias.h"

/* Whether a question is for a zone's own word: at or below it, its DS aside. */
static bool is_own(const struct question *question, const struct name *zone)
{
    bool ds = question->type == RR_DS && name_equal(&question->name, zone);
    return !ds && name_is_under(&question->name, zone);
}

/* Whether it brought what the zone above says of the DS: that, a referral, or the keys. */
static bool is_from_above(const struct evidence *evidence, const struct question *question)
{
    if (question->type == RR_DS && name_equal(&question->name, &evidence->only_zone)) {
        return true;
    }
    if (question->type == RR_DNSKEY && name_equal(&question->name, &evidence->above)) {
        return evidence->only_keys;
    }
    return question->reply != NULL && !question->reply->aa &&
           name_is_under(&question->name, &evidence->only_zone);
}

/* Whether the question is for another server's copy of the zone that one server is meant of. */
static bool is_another_copy(const struct evidence *evidence, const struct question *question)
{
    if (evidence->only == NULL || server_equal(question->server, evidence->only)) {
        return false;
    }
    if (evidence->above.size > 0 ? !is_from_above(evidence, question)
                                 : !is_own(question, &evidence->only_zone)) {
        return false;
    }
    for (size_t i = 0; i < evidence->server_count; i++) {
        if (server_equal(question->server, evidence->servers[i])) {
            return true;
        }
    }
    return false;
}

bool evidence_counts(const struct evidence *evidence, const struct question *question)
{
    if (question->reply == NULL || question->status != NET_ANSWERED) {
        return false;
    }
    /* A referral to the zone is the word of the one above. */
    bool referral = evidence->above.size == 0 && !question->reply->aa;
    return referral || !is_another_copy(evidence, question);
}

static bool asks(const struct question *question, const struct name *name, uint16_t type)
{
    return question->type == type && name_equal(&question->name, name);
}

const struct question *evidence_asked(const struct evidence *evidence, const struct name *name,
                                      uint16_t type, size_t nth)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        if (asks(question, name, type) && evidence_counts(evidence, question) && nth-- == 0) {
            return question;
        }
    }
    return NULL;
}

bool evidence_was_asked(const struct evidence *evidence, const struct name *name, uint16_t type)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        if (asks(evidence->questions.list[i], name, type)) {
            return true;
        }
    }
    return false;
}

/* Whether a zone at or above `name` that was asked for its keys has signed the RRset. */
static bool is_by_known(const struct evidence *evidence, const struct rrset *set,
                        const struct name *name)
{
    for (size_t i = 0; i < set->sig_count; i++) {
        const struct rrsig *sig = &set->sigs[i];
        if (!sig->malformed && name_is_under(name, &sig->signer) &&
            evidence_was_asked(evidence, &sig->signer, RR_DNSKEY)) {
            return true;
        }
    }
    return false;
}

/* The same of the SOA with which a reply denies what is at the end of its aliases. */
static bool is_denied_by_known(const struct evidence *evidence, const struct message *reply,
                               const struct name *name)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_SOA && name_is_under(name, &set->owner) &&
            is_by_known(evidence, set, name)) {
            return true;
        }
    }
    return false;
}

bool evidence_tells(const struct evidence *evidence, const struct question *question,
                    const struct name *name, uint16_t type)
{
    if (question->type != type || name_equal(&question->name, name) ||
        !evidence_counts(evidence, question) || question->reply->answer.count == 0) {
        return false;
    }
    bool own = evidence->only != NULL && evidence->above.size == 0 &&
               name_is_under(name, &evidence->only_zone);
    if (own && !server_equal(question->server, evidence->only)) {
        return false; /* another server's copy of that zone */
    }
    const struct message *reply = question->reply;
    struct alias_trail trail = alias_follow(reply, &question->name, type);
    unsigned at = 1;
    while (at <= trail.steps && !name_equal(&trail.names[at], name)) {
        at++;
    }
    if (at > trail.steps) {
        return false;
    }
    const struct rrset *set = section_records(&reply->answer, name, type);
    set = set != NULL ? set : alias_find(&reply->answer, name);
    return set != NULL ? is_by_known(evidence, set, name)
                       : is_denied_by_known(evidence, reply, name);
}

bool evidence_is_told(const struct evidence *evidence, const struct name *name, uint16_t type)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        if (evidence_tells(evidence, evidence->questions.list[i], name, type)) {
            return true;
        }
    }
    return false;
}

bool evidence_open(const struct evidence *evidence, const struct name *name, uint16_t type)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        if (asks(question, name, type) && question->status == NET_PENDING &&
            !is_another_copy(evidence, question)) {
            return true;
        }
    }
    return false;
}

const struct rrset *evidence_rrset(const struct evidence *evidence, const struct name *owner,
                                   uint16_t type, size_t nth, const struct question **from)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        if (!evidence_counts(evidence, question)) {
            continue;
        }
        const struct rrset *set = section_find(&question->reply->answer, owner, type);
        if (set == NULL && type == RR_DS) {
            set = section_find(&question->reply->authority, owner, type);
        }
        if (set != NULL && set->count > 0 && nth-- == 0) {
            *from = question;
            return set;
        }
    }
    return NULL;
}

/* ", EDE 22: no servers answer": why a server failed, by its own word (RFC 8914). */
static const char *ede_text(struct arena *arena, const struct message *reply)
{
    enum { TEXT = 120 };
    if (reply->ede_count == 0) {
        return "";
    }
    const struct ede *ede = &reply->ede[0];
    const char *text = text_clean(arena, (const char *)ede->text.data, ede->text.size, TEXT);
    return arena_printf(arena, ", EDE %u%s", ede->code, text_within(arena, ": ", text, ""));
}

const char *evidence_failure(struct arena *arena, const struct evidence *evidence,
                             const struct name *name, uint16_t type)
{
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        if (!asks(question, name, type) || is_another_copy(evidence, question)) {
            continue;
        }
        if (question->status != NET_ANSWERED) {
            return arena_printf(arena, "%s at %s", net_status_text(question->status),
                                question->server->text);
        }
        if (question->reply->rcode != RCODE_NOERROR && question->reply->rcode != RCODE_NXDOMAIN) {
            return arena_printf(arena, "%s from %s%s", rr_rcode_text(arena, question->reply->rcode),
                                question->server->text, ede_text(arena, question->reply));
        }
    }
    return NULL;
}

/* Takes the deepest signer of a section that is at or above `name`. */
static bool take_signer(const struct section *section, const struct name *name, bool any_owner,
                        struct name *signer, bool found)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        for (size_t j = 0; j < set->sig_count; j++) {
            const struct rrsig *sig = &set->sigs[j];
            if (sig->malformed || !name_is_under(name, &sig->signer) || sig->covered == RR_DS ||
                (!any_owner && !name_equal(&set->owner, name))) {
                continue;
            }
            if (!found || sig->signer.labels > signer->labels) {
                *signer = sig->signer;
                found = true;
            }
        }
    }
    return found;
}

bool evidence_signer(const struct evidence *evidence, const struct name *name, uint16_t type,
                     struct name *signer)
{
    bool found = false;
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        bool told = evidence_tells(evidence, question, name, type);
        if (!told && (!evidence_counts(evidence, question) || !name_equal(&question->name, name))) {
            continue;
        }
        found = take_signer(&question->reply->answer, name, false, signer, found);
        /* Of negative answers the signer of the proof counts, but a referral is the parent's. */
        if ((told || asks(question, name, type)) &&
            (question->reply->aa || (question->flags & QUERY_RECURSE) != 0)) {
            found = take_signer(&question->reply->authority, name, true, signer, found);
        }
    }
    return found;
}

static bool take_apex(const struct section *section, const struct name *name, struct name *apex,
                      bool found)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        bool shows = set->type == RR_SOA || set->type == RR_DNSKEY || set->type == RR_DS;
        if (shows && set->count > 0 && name_is_under(name, &set->owner) &&
            (!found || set->owner.labels > apex->labels)) {
            *apex = set->owner;
            found = true;
        }
    }
    return found;
}

bool evidence_apex(const struct evidence *evidence, const struct name *name, struct name *apex)
{
    bool found = false;
    for (size_t i = 0; i < evidence->questions.count; i++) {
        const struct question *question = evidence->questions.list[i];
        if (evidence_counts(evidence, question)) {
            found = take_apex(&question->reply->answer, name, apex, found);
            found = take_apex(&question->reply->authority, name, apex, found);
        }
    }
    return found;
}
