/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges keys as far as signatures depend on them. */
#include "judge/surplus.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr.h"

static bool signs(const struct survey *survey, uint16_t tag, uint8_t algorithm)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct rrset *set = survey->items[i].set;
        for (size_t j = 0; survey->items[i].role != ROLE_PARENT_DS && j < set->sig_count; j++) {
            if (set->sigs[j].key_tag == tag && set->sigs[j].algorithm == algorithm) {
                return true;
            }
        }
    }
    return false;
}

static void judge_collision(const struct survey *survey, struct report *report,
                            const struct view *view, size_t index)
{
    const struct dnskey *key = &view->keys[index];
    size_t same = surplus_same_tag(view->keys, view->key_count, index);
    if (same < 2) {
        return;
    }
    bool active = signs(survey, key->tag, key->algorithm);
    const struct name *zone = &survey->target->zone.name;
    struct finding finding = finding_about(FINDING_RRSIG_TAG_COLLISION, zone, zone, "DNSKEY");
    finding.state = surplus_collision(same, active);
    finding.key_tag = key->tag;
    report_add_as(report, &finding, "%s",
                  surplus_collision_text(survey->run->arena, key, same, active));
}

static void judge_sha1(const struct survey *survey, struct report *report, const struct view *view)
{
    enum sha1 taken = survey->options->common.sha1;
    bool only = view->key_count > 0;
    for (size_t i = 0; i < view->key_count; i++) {
        only = only && policy_algorithm(view->keys[i].algorithm)->sha1;
    }
    if (!only || taken == SHA1_OK) {
        return;
    }
    const struct name *zone = &survey->target->zone.name;
    struct finding finding = finding_about(FINDING_DS_ALG_DEPRECATED, zone, zone, "DNSKEY");
    finding.state = run_sha1_state(&survey->options->common);
    finding.key_tag = view->keys[0].tag;
    report_add_as(report, &finding,
                  "RSA/SHA-1 is deprecated and some resolvers treat this zone as insecure: roll to "
                  "algorithm 13 or 8");
}

static bool dnskey_has_algorithm(const struct survey *survey, uint8_t algorithm)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        for (size_t j = 0; item->role == ROLE_DNSKEY && j < item->set->sig_count; j++) {
            if (item->set->sigs[j].algorithm == algorithm) {
                return true;
            }
        }
    }
    return false;
}

/* An algorithm of the DS set that the DNSKEY RRset is not signed with (RFC 6840 5.11). */
static void judge_ds_algorithms(const struct survey *survey, struct report *report)
{
    size_t count = 0;
    const struct ds *set = rr_ds_set(survey->run->arena, survey->ds, &count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        any = any || dnskey_has_algorithm(survey, set[i].algorithm);
    }
    for (size_t i = 0; i < count && any; i++) {
        if (policy_algorithm(set[i].algorithm)->implemented &&
            !dnskey_has_algorithm(survey, set[i].algorithm)) {
            const struct name *zone = &survey->target->zone.name;
            struct finding finding =
                finding_about(FINDING_RRSIG_MISSING_ALG_DS, zone, zone, "DNSKEY");
            finding.key_tag = set[i].key_tag;
            report_add(report, &finding,
                       "the DS RRset names algorithm %s, the DNSKEY RRset is not signed with it: "
                       "sign with it or remove that DS",
                       policy_algorithm(set[i].algorithm)->mnemonic);
            return;
        }
    }
}

/* Whether a DNSKEY RRset of the zone is good by another parent server's DS, but not by this one. */
static bool breaks(const struct survey *survey, const struct rrset *ds)
{
    for (size_t i = 0; ds != NULL && i < survey->item_count; i++) {
        struct item item = survey->items[i];
        if (item.role == ROLE_DNSKEY && !item.failed && item.verdicts != NULL) {
            rrsig_judge_under(survey, &item, ds);
            if (item.failed) {
                return true;
            }
        }
    }
    return false;
}

/* The first of the parent's servers with the DS RRset that this one has. */
static size_t first_with_ds_of(const struct survey *survey, size_t index)
{
    const struct rrset *ds = survey->parents[index].ds;
    size_t i = 0;
    while (i < index && (ds == NULL || survey->parents[i].ds == NULL ||
                         !rrset_same_data(ds, survey->parents[i].ds))) {
        i++;
    }
    return i;
}

void rrsig_judge_parents(const struct survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    const struct zone *zone = &survey->target->zone;
    struct places places = {.count = 0};
    bool *broken = arena_alloc(arena, survey->parent_count + 1);
    for (size_t i = 0; i < survey->parent_count; i++) {
        size_t first = first_with_ds_of(survey, i);
        broken[i] = first < i ? broken[first] : breaks(survey, survey->parents[i].ds);
        if (broken[i]) {
            struct place place = {.server = survey->parents[i].server};
            places_add(arena, &places, &place);
        }
    }
    if (places.count == 0) {
        return;
    }
    struct finding finding =
        finding_about(FINDING_DS_PARENT_INCONSISTENT, &zone->parent, &zone->name, "DS");
    finding.state = run_partial(survey->run, STATE_CRITICAL, false);
    finding.server = places.list[0].server->text;
    report_add_as(
        report, &finding,
        "servers of %s differ: no key that the DS at %s points to signs the DNSKEY RRset, "
        "by the DS of other servers one does: sign by the keys of both until all have one DS",
        name_text(arena, &zone->parent), places_text(arena, &places));
}

void rrsig_judge_keys(const struct survey *survey, struct report *report)
{
    const struct view *view = NULL;
    for (size_t i = 0; i < survey->view_count && view == NULL; i++) {
        view = survey->views[i].has_dnskey ? &survey->views[i] : NULL;
    }
    if (view == NULL) {
        return;
    }
    enum { MOST = 64 }; /* keys compared with each other: hostile sets are large */
    for (size_t i = 0; i < view->key_count && i < MOST; i++) {
        judge_collision(survey, report, view, i);
    }
    judge_sha1(survey, report, view);
    judge_ds_algorithms(survey, report);
}
