/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First line, perfdata and details of check_dns_records. */
#include "base/text.h"
#include "plugins/records_judge.h"
#include "wire/rr_data.h"

enum { LISTED = 2 };

/* The first server's answer with records of the type; NULL: none. */
static const struct rrset *first_set(const struct survey *survey, uint16_t type)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->type == type && answer->kind == ANSWER_RECORDS) {
            return answer->set;
        }
    }
    return NULL;
}

/* "A 192.0.2.1 and 192.0.2.2", "SOA serial 10". */
static const char *set_words(struct arena *arena, const struct rrset *set)
{
    struct soa soa;
    if (set->type == RR_SOA && rr_soa(set->rr[0], &soa)) {
        return arena_printf(arena, "SOA serial %u", soa.serial);
    }
    const char *first = arena_printf(arena, "%s %s", rr_type_text(arena, set->type),
                                     rr_data_words(arena, set->type, set->rr[0]));
    if (set->count == LISTED) {
        return arena_printf(arena, "%s and %s", first, rr_data_words(arena, set->type, set->rr[1]));
    }
    return set->count < LISTED ? first
                               : arena_printf(arena, "%s and %zu more", first, set->count - 1);
}

/* "A 192.0.2.1, 192.0.2.2; MX 10 mail.example.com": what there is, a type each. */
static const char *content_words(const struct survey *survey, size_t *records)
{
    struct arena *arena = survey->run->arena;
    const char *text = "";
    *records = 0;
    for (size_t i = 0; i < survey->type_count; i++) {
        const struct rrset *set = first_set(survey, survey->types[i]);
        if (set == NULL) {
            continue;
        }
        *records += set->count;
        text = arena_printf(arena, "%s, %s", text, set_words(arena, set));
    }
    return text;
}

static const char *absence_words(const struct survey *survey)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        switch (survey->answers[i].kind) {
        case ANSWER_NXDOMAIN:
            return ", the name does not exist";
        case ANSWER_FAILED:
            return arena_printf(survey->run->arena, ", %s",
                                rr_rcode_text(survey->run->arena, survey->answers[i].rcode));
        default:
            break;
        }
    }
    return ", no records";
}

static void add_metric(struct report *report, const char *label, const char *unit, enum fold fold,
                       double value, struct range warning, struct range critical)
{
    struct metric metric = {
        .label = label, .value = value, .unit = unit, .warning = warning, .critical = critical};
    report_metric(report, fold, metric);
}

/* The least TTL of all answers; below 0: there is none. */
static double least_ttl(const struct survey *survey)
{
    double least = -1;
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        const struct rrset *sets[] = {answer->kind == ANSWER_RECORDS ? answer->set : NULL,
                                      answer->trail.first};
        for (size_t j = 0; j < sizeof sets / sizeof sets[0]; j++) {
            if (sets[j] != NULL && (least < 0 || sets[j]->ttl < least)) {
                least = sets[j]->ttl;
            }
        }
    }
    return least;
}

/* The time of the slowest server; below 0: nobody answered. */
static double slowest(const struct survey *survey)
{
    double time = -1;
    for (size_t i = 0; i < survey->view_count; i++) {
        if (survey->views[i].usable) {
            double seconds = records_response_time(survey, &survey->views[i]);
            time = seconds > time ? seconds : time;
        }
    }
    return time;
}

static struct range range_of(const struct given_range *range)
{
    return range->given ? range->range : range_whole();
}

static void add_serials(const struct survey *survey, struct report *report)
{
    const struct lag *lag = &survey->options->lag;
    struct range bound = lag->unit == LAG_NONE ? range_whole() : lag->range;
    double worst = records_worst_lag(survey);
    const struct view *newest = records_newest(survey);
    if (survey->facts->recursive) {
        return;
    }
    if (newest != NULL) {
        add_metric(report, "serial", "", FOLD_MAX, newest->timers.serial, range_whole(),
                   range_whole());
    }
    if (worst >= 0) {
        add_metric(report, "serial_lag", lag->unit == LAG_SECONDS ? "s" : "", FOLD_MAX, worst,
                   range_whole(), bound);
    }
}

static void add_metrics(const struct survey *survey, size_t records, struct report *report)
{
    const struct records_options *options = survey->options;
    double ttl = least_ttl(survey);
    double time = slowest(survey);
    /* A bound for each of several types is none for their sum. */
    bool bounded = survey->type_count == 1 || !records_are_chosen(options);
    add_metric(report, "records", "", FOLD_SUM, (double)records, range_whole(),
               bounded ? range_of(&options->count) : range_whole());
    add_metric(report, "servers", "", FOLD_SUM, (double)survey->usable_count, range_whole(),
               range_whole());
    if (time >= 0) {
        add_metric(report, "time", "s", FOLD_MAX, time, options->warning, options->critical);
    }
    if (ttl >= 0) {
        add_metric(report, "ttl", "s", FOLD_MIN, ttl, range_of(&options->ttl), range_whole());
    }
    add_serials(survey, report);
}

static const char *kind_words(const struct survey *survey, const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    switch (answer->kind) {
    case ANSWER_RECORDS:
        return arena_printf(arena, "%s, TTL %u", records_list(arena, answer->set),
                            answer->set->ttl);
    case ANSWER_NXDOMAIN:
        return "the name does not exist";
    case ANSWER_NODATA:
        return "no such record";
    case ANSWER_ELSEWHERE:
        return "an alias to a name that is not known here";
    case ANSWER_LOOP:
        return "a loop of aliases";
    case ANSWER_FAILED:
        return rr_rcode_text(arena, answer->rcode);
    case ANSWER_NONE:
        break;
    }
    return net_status_text(answer->question->status);
}

static void add_details(const struct survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        report_detail(report, 2, "%s %s: %s (%u ms)", answer->view->server->text,
                      rr_type_text(arena, answer->type), kind_words(survey, answer),
                      answer->question->elapsed_ms);
    }
}

void records_summarise(const struct survey *survey, struct report *report)
{
    size_t records = 0;
    const char *content = content_words(survey, &records);
    report_summary(report, "%s%s",
                   text_count(survey->run->arena, survey->usable_count,
                              survey->facts->recursive ? "resolver" : "server"),
                   *content == '\0' ? absence_words(survey) : content);
    add_metrics(survey, records, report);
    if (report_keeps(report, 2)) {
        add_details(survey, report);
    }
    target_sample_errors(survey->target, name_text(survey->run->arena, survey->subject), report);
}
