/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of one RRset at one server. */
#include "judge/link.h"
#include "plugins/rrsig_survey.h"

static const struct sig_verdict *verify(const struct survey *survey, const struct item *item)
{
    const struct zone *zone = &survey->target->zone;
    struct sig_context context =
        run_sig_context(survey->run, item->role == ROLE_PARENT_DS ? &zone->parent : &zone->name,
                        item->view->keys, item->view->key_count);
    return sig_judge(&context, item->set);
}

/* Whether a DS counts for validators and the key that it means could not be told. */
static bool is_open(const struct ds_verdict *ds)
{
    return link_ds_counts(ds) && (ds->fit == DS_REFUSED_HERE || ds->limited);
}

/*
 * Which signatures can make an item good: all, but of a DNSKEY RRset with a DS above only those by
 * keys that a DS points to.  Sets `unlinked` when there is a usable DS and no such signature.
 */
static bool *eligible(const struct survey *survey, const struct item *item, const struct rrset *ds,
                      bool *unlinked)
{
    struct arena *arena = survey->run->arena;
    const struct view *view = item->view;
    bool bound = item->role == ROLE_DNSKEY && ds != NULL;
    size_t count = 0;
    const struct ds_verdict *set =
        bound ? link_judge_ds(arena, survey->run->crypto, &survey->target->zone.name, ds,
                              view->keys, view->key_count, &count)
              : NULL;
    bool *chosen = arena_alloc(arena, item->set->sig_count + 1);
    bool any = false;
    for (size_t i = 0; i < item->set->sig_count; i++) {
        chosen[i] = !bound || link_names_key(set, count, item->verdicts[i].key);
        any = any || chosen[i];
    }
    bool usable = false;
    bool open = false;
    for (size_t i = 0; i < count; i++) {
        usable = usable || link_ds_counts(&set[i]);
        open = open || is_open(&set[i]);
    }
    *unlinked = usable && !any && !open;
    for (size_t i = 0; !any && i < item->set->sig_count; i++) {
        chosen[i] = true;
    }
    return chosen;
}

static enum finding_id missing_reason(enum role role)
{
    switch (role) {
    case ROLE_DNSKEY:
        return FINDING_RRSIG_MISSING_DNSKEY;
    case ROLE_NEGATIVE:
        return FINDING_RRSIG_MISSING_NEGATIVE;
    case ROLE_PARENT_DS:
        return FINDING_DS_PARENT_UNSIGNED;
    case ROLE_DATA:
        break;
    }
    return FINDING_RRSIG_MISSING_RRSET;
}

/* The parent's fault is one to the zone, whatever the rule. */
static enum finding_id failure(const struct item *item, enum finding_id reason)
{
    return item->role == ROLE_PARENT_DS && !reason_is_open(reason) ? FINDING_DS_PARENT_BAD_SIG
                                                                   : reason;
}

void rrsig_judge_under(const struct survey *survey, struct item *item, const struct rrset *ds)
{
    const bool *chosen = eligible(survey, item, ds, &item->unlinked);
    struct judgement judgement = reason_judge(item->set, item->verdicts, chosen);
    item->deciding = judgement.deciding;
    item->failed = !judgement.good || item->unlinked;
    item->reason = judgement.good ? FINDING_RRSIG_MISSING_KSK : failure(item, judgement.reason);
}

void rrsig_judge_item(const struct survey *survey, struct item *item)
{
    item->failed = true;
    if (item->set->sig_count == 0 && !(item->role == ROLE_PARENT_DS && survey->parent_unsigned)) {
        item->reason = missing_reason(item->role);
        return;
    }
    if (item->role == ROLE_PARENT_DS ? !survey->parent_keys_known : !survey->keys_known) {
        /* Without the keys nothing can be said here; that they are not to be had is said elsewhere.
         */
        item->failed = false;
        return;
    }
    item->verdicts = verify(survey, item);
    rrsig_judge_under(survey, item, survey->ds);
    for (size_t i = 0; item->failed && item->role == ROLE_DNSKEY && i < survey->parent_count; i++) {
        const struct rrset *ds = survey->parents[i].ds;
        if (ds == NULL || rrset_same_data(ds, survey->ds)) {
            continue;
        }
        struct item other = *item;
        rrsig_judge_under(survey, &other, ds);
        if (!other.failed || !other.unlinked) {
            *item = other;
        }
    }
}
