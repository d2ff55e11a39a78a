/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts for people and graphs, and what each server has for -vv. */
#include "base/text.h"
#include "plugins/ds_judge.h"

static size_t published(const struct ds_survey *survey)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->key_count; i++) {
        count += survey->keys[i].key != NULL;
    }
    return count;
}

/* The oldest key in use, by what was remembered. */
static void add_age(const struct ds_gathering *gathering, struct report *report)
{
    const struct ds_survey *survey = gathering->survey;
    int64_t oldest = 0;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        int64_t first = ds_first_seen(gathering, key->key);
        if (first != 0 && (key->seen.signs_keys || key->seen.signs_data) &&
            survey->run->now - first > oldest) {
            oldest = survey->run->now - first;
        }
    }
    struct metric metric = {
        .label = "max_key_age",
        .value = (double)oldest,
        .unit = "s",
        .warning = range_whole(),
        .critical = range_whole(),
    };
    if (survey->options->max_key_age > 0) {
        metric.warning = (struct range){.start = 0, .end = (double)survey->options->max_key_age};
    }
    if (gathering->before != NULL) {
        report_metric(report, FOLD_MAX, metric);
    }
}

static void add_metrics(const struct ds_gathering *gathering, struct report *report)
{
    const struct ds_survey *survey = gathering->survey;
    report_number(report, FOLD_SUM, "ds", "", survey->ds == NULL ? 0 : (double)survey->ds->count);
    report_number(report, FOLD_SUM, "keys", "", (double)published(survey));
    report_number(report, FOLD_SUM, "cds", "",
                  survey->cds == NULL ? 0 : (double)survey->cds->count);
    report_number(report, FOLD_SUM, "parents", "", (double)survey->parents_answering);
    report_number(report, FOLD_SUM, "servers", "", (double)survey->child_count);
    if (survey->ds != NULL) {
        report_number(report, FOLD_MAX, "ds_ttl", "s", (double)ds_ttl(survey->ds));
    }
    add_age(gathering, report);
}

static void add_samples(const struct ds_survey *survey, struct report *report)
{
    if (survey->child_count == 0) {
        return;
    }
    const char *zone = name_text(survey->run->arena, &survey->target->zone.name);
    report_sample_of(report, FAMILY_SIGNED, zone, NULL, survey->is_signed);
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ds_key *key = &survey->keys[i];
        if (key->key != NULL && key->seen.signs_keys) {
            report_sample_key(report, zone, key->seen.algorithm, key->seen.tag);
            break;
        }
    }
    for (size_t i = 0; i < survey->child_count && survey->ds != NULL; i++) {
        report_sample_of(report, FAMILY_VALIDATION_SUCCESS, zone, "DNSKEY",
                         ds_link(survey, &survey->children[i])->state == LINK_SECURE);
    }
}

static const char *ds_words(const struct ds_survey *survey, const struct rrset *set)
{
    enum { MOST = 4 };
    struct arena *arena = survey->run->arena;
    size_t count = 0;
    const struct ds *list = rr_ds_set(arena, set, &count);
    const char *text = "";
    for (size_t i = 0; i < count && i < MOST; i++) {
        text = text_join(arena, text, policy_key_text(arena, list[i].key_tag, list[i].algorithm));
    }
    return count == 0 ? "no DS" : arena_printf(arena, "DS %s", text_more(arena, text, count, MOST));
}

static const char *link_words(const struct ds_survey *survey, const struct ds_child *child)
{
    const struct link *link = ds_link(survey, child);
    if (link == NULL) {
        return "no DS to match";
    }
    static const char *const words[] = {
        [LINK_SECURE] = "linked to the DS",
        [LINK_INSECURE] = "the DS is unusable",
        [LINK_BROKEN] = "not linked to the DS",
        [LINK_UNDECIDED] = "undecided",
    };
    return words[link->state];
}

static void add_details(const struct ds_survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < survey->parent_count; i++) {
        const struct ds_parent *parent = &survey->parents[i];
        report_detail(report, 2, "parent %s: %s", place_text(arena, &parent->place),
                      parent->reply == NULL ? "no answer about the DS"
                                            : ds_words(survey, parent->ds));
    }
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        report_detail(report, 2, "%s: %s, %s", place_text(arena, &child->place),
                      text_count(arena, child->key_count, "key"), link_words(survey, child));
    }
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct rollover_key *seen = &survey->keys[i].seen;
        report_detail(report, 2, "key %s: %s%s%s%s%s%s%s",
                      policy_key_text(arena, seen->tag, seen->algorithm),
                      seen->published ? "published" : "not published", seen->sep ? ", SEP" : "",
                      seen->revoked ? ", revoked" : "", seen->in_ds ? ", has a DS" : "",
                      seen->in_cds ? ", has a CDS" : "", seen->signs_keys ? ", signs the keys" : "",
                      seen->signs_data ? ", signs data" : "");
    }
}

/* Where the DS was seen. */
static const char *parent_words(const struct ds_survey *survey)
{
    if (survey->target->zone.name.labels == 0) {
        return "it is the root";
    }
    if (survey->facts->resolver_ds != NULL && survey->parents_answering > 0) {
        return arena_printf(survey->run->arena, "%s by the resolver", ds_words(survey, survey->ds));
    }
    return arena_printf(survey->run->arena, "%s at %s of the parent",
                        survey->parents_answering == 0 ? "unknown DS"
                                                       : ds_words(survey, survey->ds),
                        text_count(survey->run->arena, survey->parents_answering, "server"));
}

void ds_summarise(const struct ds_gathering *gathering, struct report *report)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    const char *servers = text_count(arena, survey->child_count, "server");
    if (!survey->is_signed) {
        report_summary(report, "not signed at %s, %s", servers, parent_words(survey));
    } else {
        report_summary(report, "%s, %s at %s, %s", parent_words(survey),
                       text_count(arena, published(survey), "key"), servers,
                       survey->rollover_count > 0 ? survey->rollovers[0].phase
                       : survey->several_signers  ? "several signers"
                                                  : "no rollover");
    }
    add_metrics(gathering, report);
    add_samples(survey, report);
    if (report_keeps(report, 2)) {
        add_details(survey, report);
    }
}
