/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one reply says about the way from the root to a name. */
#include "ask/iterate.h"

/* The kinds as they are preferred; a referral to a zone less deep is better than one that skips. */
enum {
    WORTH_REFERRAL = 1000,
    WORTH_ANSWER = 200,
    WORTH_DENIED = 100,
    WORTH_EMPTY = 80,    /* no records, and no word of the zone that has none */
    WORTH_TRUNCATED = 50 /* is taken off */
};

static bool is_between(const struct name *owner, const struct name *zone, const struct name *name)
{
    return name_is_below(owner, zone) && name_is_under(name, owner);
}

static bool has_soa(const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        if (reply->authority.rrsets[i].type == RR_SOA && reply->authority.rrsets[i].count > 0) {
            return true;
        }
    }
    return false;
}

/* The NS RRset of a zone on the way from `zone` to `name` in a referral; or NULL. */
static const struct rrset *referral(const struct message *reply, const struct name *zone,
                                    const struct name *name)
{
    if (reply->rcode != RCODE_NOERROR || (reply->aa && reply->answer.count > 0) || has_soa(reply)) {
        return NULL;
    }
    const struct rrset *best = NULL;
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && set->count > 0 && is_between(&set->owner, zone, name) &&
            (best == NULL || set->owner.labels < best->owner.labels)) {
            best = set;
        }
    }
    return best;
}

static bool has_alias(const struct message *reply)
{
    for (size_t i = 0; i < reply->answer.count; i++) {
        uint16_t type = reply->answer.rrsets[i].type;
        if (type == RR_CNAME || type == RR_DNAME) {
            return true;
        }
    }
    return false;
}

/* Takes `apex` for the zone that a reply comes from if it lies on the way and is deeper. */
static void take_apex(struct step *step, const struct name *apex, const struct name *zone,
                      const struct name *name)
{
    bool on_way = name_is_under(apex, zone) && name_is_under(name, apex);
    if (on_way && (!step->apex_known || apex->labels > step->apex_labels)) {
        step->apex_known = true;
        step->apex_labels = apex->labels;
    }
}

static void take_signers(struct step *step, const struct rrset *set, const struct name *zone,
                         const struct name *name)
{
    for (size_t i = 0; i < set->sig_count; i++) {
        if (!set->sigs[i].malformed) {
            take_apex(step, &set->sigs[i].signer, zone, name);
        }
    }
}

/* What in the answer section tells the zone of the name: signers, and records of an apex. */
static void read_answer_apex(struct step *step, const struct name *zone, const struct name *name)
{
    const struct section *answer = &step->question->reply->answer;
    for (size_t i = 0; i < answer->count; i++) {
        const struct rrset *set = &answer->rrsets[i];
        bool at_name = name_equal(&set->owner, name);
        if (at_name || (set->type == RR_DNAME && name_is_under(name, &set->owner))) {
            take_signers(step, set, zone, name);
        }
        bool apex_only = set->type == RR_SOA || set->type == RR_NS || set->type == RR_DNSKEY;
        if (at_name && apex_only && set->count > 0) {
            take_apex(step, name, zone, name);
        }
    }
}

/* What in the authority section tells it; behind an alias that is about another name. */
static void read_authority_apex(struct step *step, const struct name *zone, const struct name *name)
{
    const struct section *authority = &step->question->reply->authority;
    for (size_t i = 0; i < authority->count; i++) {
        const struct rrset *set = &authority->rrsets[i];
        if ((set->type == RR_SOA || set->type == RR_NS) && set->count > 0) {
            take_apex(step, &set->owner, zone, name);
        }
        take_signers(step, set, zone, name);
    }
}

static void read_referral(struct step *step, const struct name *zone, const struct name *name)
{
    const struct section *authority = &step->question->reply->authority;
    step->kind = STEP_REFERRAL;
    step->worth = WORTH_REFERRAL - step->ns->owner.labels;
    for (size_t i = 0; i < authority->count; i++) {
        const struct rrset *set = &authority->rrsets[i];
        if (set->type == RR_DS || set->type == RR_NSEC || set->type == RR_NSEC3) {
            take_signers(step, set, zone, name);
        }
    }
}

static void read_authoritative(struct step *step, const struct name *zone, const struct name *name)
{
    const struct message *reply = step->question->reply;
    bool alias = has_alias(reply);
    bool denied = reply->rcode == RCODE_NXDOMAIN && !alias;
    step->kind = denied ? STEP_DENIED : STEP_ANSWER;
    step->worth = denied ? WORTH_DENIED : WORTH_ANSWER;
    if (zone->labels == name->labels) {
        take_apex(step, name, zone, name);
        return;
    }
    read_answer_apex(step, zone, name);
    if (!alias) {
        read_authority_apex(step, zone, name);
    }
    if (!denied && !step->apex_known && reply->answer.count == 0) {
        step->worth = WORTH_EMPTY;
    }
}

struct step step_read(const struct question *question, const struct name *zone,
                      const struct name *name)
{
    struct step step = {.kind = STEP_DEAD, .question = question};
    const struct message *reply = question->reply;
    if (reply == NULL || (reply->rcode != RCODE_NOERROR && reply->rcode != RCODE_NXDOMAIN)) {
        return step;
    }
    step.ns = referral(reply, zone, name);
    if (step.ns != NULL) {
        read_referral(&step, zone, name);
    } else if (reply->aa) {
        read_authoritative(&step, zone, name);
    }
    if (step.kind != STEP_DEAD && question->status != NET_ANSWERED) {
        step.worth -= WORTH_TRUNCATED;
    }
    return step;
}

const struct rrset *step_zone_ns(const struct question *question, const struct name *zone)
{
    const struct message *reply = question->reply;
    if (reply == NULL || reply->rcode != RCODE_NOERROR) {
        return NULL;
    }
    const struct rrset *ns = NULL;
    if (reply->aa) {
        ns = section_find(&reply->answer, zone, RR_NS);
    }
    if (ns == NULL && !has_soa(reply)) {
        ns = section_find(&reply->authority, zone, RR_NS);
    }
    return ns != NULL && ns->count > 0 ? ns : NULL;
}
