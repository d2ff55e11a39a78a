/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what is not a failure: signatures near their end, surplus ones, TTLs and lives. */
#include "judge/coverage.h"
#include "judge/surplus.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr.h"

enum { ONLINE_LIFE = 3 * 86400 };

static bool is_above(const struct item *item)
{
    return item->role == ROLE_PARENT_DS;
}

/* A threshold that is only a share of the signature's life asks for the signer's punctuality. */
static enum finding_id expiring_id(const struct item *item, struct horizon horizon,
                                   enum state state)
{
    if (is_above(item)) {
        return FINDING_RRSIG_PARENT_DS_EXPIRING;
    }
    if (horizon.seconds > 4e9) { /* no absolute bound: longer than any signature can live */
        return FINDING_RRSIG_REFRESH_OVERDUE;
    }
    return state == STATE_CRITICAL ? FINDING_RRSIG_EXPIRING_CRIT : FINDING_RRSIG_EXPIRING_WARN;
}

/* While the RRset does not rest on the signature, at most a WARNING is due. */
static void judge_end(struct gathering *gathering, const struct item *item,
                      const struct sig_verdict *verdict)
{
    const struct rrsig_options *options = gathering->survey->options;
    bool rests = verdict == item->deciding;
    double remaining = (double)verdict->remaining;
    double critical = horizon_bound(options->critical, verdict->life);
    if (verdict->remaining <= REASON_SKEW && rests && !is_above(item)) {
        gather(gathering, FINDING_RRSIG_EXPIRATION_SKEW, STATE_CRITICAL, false, item, verdict);
    } else if (remaining < critical && rests) {
        gather(gathering, expiring_id(item, options->critical, STATE_CRITICAL), STATE_CRITICAL,
               false, item, verdict);
    } else if (remaining < horizon_bound(options->warning, verdict->life) || remaining < critical) {
        gather(gathering, expiring_id(item, options->warning, STATE_WARNING), STATE_WARNING, false,
               item, verdict);
    }
    if (item->set->ttl > verdict->remaining) {
        gather(gathering, FINDING_RRSIG_TTL_OUTLIVES, STATE_WARNING, false, item, verdict);
    }
}

static void judge_life(struct gathering *gathering, const struct item *item,
                       const struct sig_verdict *verdict)
{
    const struct soa *soa = &item->view->soa;
    if (verdict->life > gathering->survey->options->max_life) {
        gather(gathering, FINDING_RRSIG_VALIDITY_LONG, STATE_WARNING, false, item, verdict);
    }
    /* Online signers make a fresh signature for each answer, so secondaries are no concern. */
    if (verdict->life >= ONLINE_LIFE && !is_above(item) &&
        (verdict->life < (int64_t)soa->expire || verdict->life < 2 * (int64_t)item->set->ttl)) {
        gather(gathering, FINDING_RRSIG_VALIDITY_SHORT, STATE_WARNING, false, item, verdict);
    }
    if (verdict->age <= REASON_SKEW && verdict->age >= -REASON_SKEW) {
        gather(gathering, FINDING_RRSIG_INCEPTION_SKEW, STATE_WARNING, false, item, verdict);
    }
}

static void judge_ttl(struct gathering *gathering, const struct item *item,
                      const struct sig_verdict *verdict)
{
    const struct rrset *set = item->set;
    const struct rrsig *sig = verdict->sig;
    if (sig->ttl != set->ttl) {
        gather(gathering, FINDING_RRSIG_TTL_MISMATCH, STATE_WARNING, false, item, verdict);
    }
    if (set->ttl > sig->original_ttl || sig->ttl > sig->original_ttl) {
        gather(gathering, FINDING_RRSET_TTL_ABOVE_ORIG, STATE_WARNING, false, item, verdict);
    }
}

/* Whether the item has a good signature of that algorithm that lasts for longer. */
static bool has_good(const struct item *item, uint8_t algorithm, int64_t longer_than)
{
    for (size_t i = 0; i < item->set->sig_count; i++) {
        const struct sig_verdict *verdict = &item->verdicts[i];
        if (verdict->sig->algorithm == algorithm && reason_defects(verdict) == 0 &&
            verdict->remaining > longer_than) {
            return true;
        }
    }
    return false;
}

/* A signature that does not help, beside one that does. */
static void judge_extra(struct gathering *gathering, const struct item *item,
                        const struct sig_verdict *verdict)
{
    enum finding_id id = reason_of(item->set, verdict);
    enum state state = STATE_WARNING;
    bool mendable = reason_is_time(id) || id == FINDING_RRSIG_BAD_CRYPTO;
    if (mendable && !has_good(item, verdict->sig->algorithm, INT64_MIN)) {
        id = FINDING_RRSIG_MISSING_ALG_DNSKEY; /* by a published key, so not a surplus */
    }
    switch (id) {
    case FINDING_RRSIG_EXPIRED_RRSET:
        id = FINDING_RRSIG_EXPIRED_EXTRA;
        break;
    case FINDING_RRSIG_NO_KEY:
        id = FINDING_RRSIG_NO_KEY_EXTRA;
        state = STATE_OK;
        break;
    case FINDING_RRSIG_BAD_CRYPTO:
        id = FINDING_RRSIG_BAD_EXTRA;
        break;
    case FINDING_RRSIG_NOT_YET_RRSET: /* made ahead of time: it will help later */
    case FINDING_RRSIG_UNSUPPORTED_ALG:
        state = STATE_OK;
        break;
    case FINDING_CRYPTO_REFUSED:
        state = STATE_UNKNOWN;
        break;
    default:
        break;
    }
    gather(gathering, id, state, false, item, verdict);
}

static void judge_algorithms(struct gathering *gathering, const struct item *item)
{
    if (!is_above(item) &&
        coverage_lacks_algorithm(item->set, item->view->keys, item->view->key_count)) {
        gather(gathering, FINDING_RRSIG_MISSING_ALG_DNSKEY, STATE_WARNING, false, item, NULL);
    }
}

static void judge_good_item(struct gathering *gathering, const struct item *item, bool clock_wrong)
{
    for (size_t i = 0; i < item->set->sig_count; i++) {
        const struct sig_verdict *verdict = &item->verdicts[i];
        if (reason_defects(verdict) != 0) {
            judge_extra(gathering, item, verdict);
            continue;
        }
        /* Nothing ends with a signature that a good one of its algorithm outlives. */
        bool counts = verdict == item->deciding ||
                      !has_good(item, verdict->sig->algorithm, verdict->remaining);
        if (!clock_wrong && counts) {
            judge_end(gathering, item, verdict);
        }
        if (!clock_wrong) {
            judge_life(gathering, item, verdict);
        }
        judge_ttl(gathering, item, verdict);
    }
    judge_algorithms(gathering, item);
}

static void judge_shape(struct gathering *gathering, const struct item *item)
{
    const struct rrset *set = item->set;
    if (set->ttl_uneven) {
        gather(gathering, FINDING_RRSET_TTL_UNEVEN, STATE_WARNING, false, item, NULL);
    }
    enum state many = surplus_signatures(set->sig_count);
    if (many != STATE_OK) {
        gather(gathering, FINDING_RRSIG_TOO_MANY, many, false, item, NULL);
    }
}

/* Signatures over what is not there, in any section that the zone's servers gave. */
static void judge_strays(struct gathering *gathering, const struct view *view,
                         const struct section *section)
{
    struct arena *arena = gathering->survey->run->arena;
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->count == 0 && set->sig_count > 0) {
            struct item stray = {.view = view, .set = set};
            const struct item *item = arena_copy(arena, &stray, sizeof stray);
            gather(gathering,
                   set->type == RR_RRSIG ? FINDING_RRSIG_OVER_RRSIG : FINDING_RRSIG_TYPE_COVERED,
                   STATE_WARNING, false, item, NULL);
            return; /* one is enough to say it */
        }
    }
}

static const struct view *view_at(const struct survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        if (server_equal(survey->views[i].server, server)) {
            return &survey->views[i];
        }
    }
    return NULL;
}

/* Delegation NS that the parent signed, in a referral of the parent's servers. */
static void judge_referrals(struct gathering *gathering)
{
    const struct survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->target->parent.count; i++) {
        const struct question *question = survey->target->parent.list[i];
        if (question->reply == NULL || question->reply->aa || survey->parent_count == 0) {
            continue;
        }
        const struct rrset *ns =
            section_find(&question->reply->authority, &survey->target->zone.name, RR_NS);
        if (ns != NULL && ns->sig_count > 0) {
            struct item signed_ns = {
                .view = &survey->parents[0], .set = ns, .role = ROLE_PARENT_DS};
            gather(gathering, FINDING_RRSIG_OVER_NONAUTH, STATE_WARNING, false,
                   arena_copy(survey->run->arena, &signed_ns, sizeof signed_ns), NULL);
            return;
        }
    }
}

void rrsig_gather_policy(struct gathering *gathering, bool clock_wrong)
{
    const struct survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (!item->failed && item->verdicts != NULL) {
            judge_good_item(gathering, item, clock_wrong);
        }
        judge_shape(gathering, item);
    }
    for (size_t i = 0; i < survey->target->child.count; i++) {
        const struct question *question = survey->target->child.list[i];
        const struct view *view = view_at(survey, question->server);
        if (view != NULL && question->reply != NULL) {
            judge_strays(gathering, view, &question->reply->answer);
            judge_strays(gathering, view, &question->reply->authority);
        }
    }
    judge_referrals(gathering);
}
