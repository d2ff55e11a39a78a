/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts and ends of all signatures, for people and for graphs. */
#include <math.h>

#include "base/text.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr.h"

struct tally {
    const struct item *first; /* the good item of the zone that ends first */
    size_t rrsets;
    size_t failing;
    size_t signatures;
    int64_t oldest; /* seconds since the earliest inception */
};

/* A malformed signature has no times. */
static bool has_times(const struct item *item)
{
    return item->deciding != NULL && !item->deciding->sig->malformed;
}

static struct tally count_items(const struct survey *survey)
{
    struct tally tally = {.first = NULL};
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        tally.rrsets++;
        tally.failing += item->failed && !survey->unsigned_as_meant;
        tally.signatures += item->set->sig_count;
        if (!has_times(item)) {
            continue;
        }
        if (tally.first == NULL || item->deciding->remaining < tally.first->deciding->remaining) {
            tally.first = item;
        }
        tally.oldest = item->deciding->age > tally.oldest ? item->deciding->age : tally.oldest;
    }
    return tally;
}

static struct range at_least(struct horizon horizon, int64_t life)
{
    struct range range = range_whole();
    double bound = horizon_bound(horizon, life);
    if (isfinite(bound)) {
        range.start = bound;
    }
    return range;
}

static void add_metrics(const struct survey *survey, const struct tally *tally,
                        struct report *report)
{
    if (tally->first != NULL) {
        const struct sig_verdict *verdict = tally->first->deciding;
        struct metric remaining = {
            .label = "min_remaining",
            .value = (double)verdict->remaining,
            .unit = "s",
            .warning = at_least(survey->options->warning, verdict->life),
            .critical = at_least(survey->options->critical, verdict->life),
        };
        report_metric(report, FOLD_MIN, remaining);
        report_number(report, FOLD_MIN, "lifetime", "s", (double)verdict->life);
        report_number(report, FOLD_MAX, "max_age", "s", (double)tally->oldest);
    }
    report_number(report, FOLD_SUM, "rrsets", "", (double)tally->rrsets);
    report_number(report, FOLD_SUM, "failing", "", (double)tally->failing);
    report_number(report, FOLD_SUM, "servers", "", (double)survey->view_count);
}

/* Validators give up on an RRset that has more. */
enum { SIGS_SAMPLED = 16 };

static void add_samples(const struct survey *survey, const struct item *item, struct report *report)
{
    if (!item->failed && item->verdicts == NULL) {
        return; /* not judged, for want of keys */
    }
    struct arena *arena = survey->run->arena;
    struct sample sample = {
        .zone = name_text(arena, &survey->target->zone.name),
        .record_type = rr_type_text(arena, item->set->type),
    };
    report_sample_of(report, FAMILY_VALIDATION_SUCCESS, sample.zone, sample.record_type,
                     !item->failed);
    if (!has_times(item)) {
        return;
    }
    double remaining = (double)item->deciding->remaining;
    report_sample_of(report, FAMILY_VALIDITY, sample.zone, sample.record_type, remaining);
    if (item->role != ROLE_PARENT_DS) {
        report_sample_of(report, FAMILY_SHORTEST, sample.zone, NULL, remaining);
    }
    for (size_t i = 0; i < item->set->sig_count && i < SIGS_SAMPLED; i++) {
        const struct sig_verdict *verdict = &item->verdicts[i];
        if (verdict->sig->malformed) {
            continue;
        }
        sample.algorithm = verdict->sig->algorithm;
        sample.key_tag = verdict->sig->key_tag;
        sample.family = FAMILY_EXPIRATION;
        sample.value = (double)(survey->run->now + verdict->remaining);
        report_sample(report, &sample);
        sample.family = FAMILY_INCEPTION;
        sample.value = (double)(survey->run->now - verdict->age);
        report_sample(report, &sample);
    }
}

/* The key that signs the zone's data, or when none does one that is published; NULL: none. */
static const struct dnskey *signing_key(const struct survey *survey)
{
    for (size_t i = 0; i < survey->item_count; i++) {
        const struct item *item = &survey->items[i];
        if (item->role == ROLE_DATA && !item->failed && item->deciding != NULL) {
            return item->deciding->key;
        }
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        if (survey->views[i].key_count > 0) {
            return &survey->views[i].keys[0];
        }
    }
    return NULL;
}

static void add_zone_samples(const struct survey *survey, struct report *report)
{
    bool any = false;
    for (size_t i = 0; i < survey->view_count; i++) {
        any = any || (survey->views[i].has_dnskey && survey->views[i].any_signature);
    }
    const char *zone = name_text(survey->run->arena, &survey->target->zone.name);
    if (survey->view_count > 0) {
        report_sample_of(report, FAMILY_SIGNED, zone, NULL, any);
    }
    target_sample_errors(survey->target, zone, report);
    const struct dnskey *key = signing_key(survey);
    if (key != NULL) {
        report_sample_key(report, zone, key->algorithm, key->tag);
    }
}

static void add_detail(const struct survey *survey, const struct item *item, struct report *report)
{
    struct arena *arena = survey->run->arena;
    const char *type = rr_type_text(arena, item->set->type);
    const char *owner = name_text(arena, &item->set->owner);
    if (item->verdicts == NULL) {
        report_detail(report, 2, "%s %s %s: %s", item->view->server->text, owner, type,
                      item->set->sig_count == 0 ? "no signature"
                                                : "not verified, the keys are not known");
        return;
    }
    for (size_t i = 0; i < item->set->sig_count; i++) {
        const struct sig_verdict *verdict = &item->verdicts[i];
        if (verdict->sig->malformed) {
            report_detail(report, 2, "%s %s %s: malformed signature", item->view->server->text,
                          owner, type);
            continue;
        }
        const char *how =
            verdict->defects == 0 ? "good" : sig_defects_text(arena, verdict->defects);
        report_detail(report, 2, "%s %s %s: key %s %s, %s (%s)", item->view->server->text, owner,
                      type, policy_key_text(arena, verdict->sig->key_tag, verdict->sig->algorithm),
                      how, text_expiry(arena, verdict->remaining),
                      text_time(arena, survey->run->now + verdict->remaining));
    }
}

void rrsig_summarise(const struct survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    struct tally tally = count_items(survey);
    const char *servers = text_count(arena, survey->view_count, "server");
    if (tally.first != NULL) {
        report_summary(report, "%s, %s, %s, the first %s (%s at %s)", servers,
                       text_count(arena, tally.rrsets, "RRset"),
                       text_count(arena, tally.signatures, "signature"),
                       text_expiry(arena, tally.first->deciding->remaining),
                       rr_type_text(arena, tally.first->set->type),
                       tally.first->view->server->text);
    } else {
        report_summary(report, "%s, not signed", servers);
    }
    add_metrics(survey, &tally, report);
    for (size_t i = 0; i < survey->item_count; i++) {
        add_samples(survey, &survey->items[i], report);
    }
    for (size_t i = 0; report_keeps(report, 2) && i < survey->item_count; i++) {
        add_detail(survey, &survey->items[i], report);
    }
    add_zone_samples(survey, report);
}
