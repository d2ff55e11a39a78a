/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user expects of the records.
 *
 * Records are compared as canonical rdata.  Without --expect-rcode and --count the name and its
 * records are expected to be there: of the default types one of A and AAAA suffices.
 */
#include <string.h>

#include "plugins/records_judge.h"
#include "plugins/records_pattern.h"
#include "wire/rr_data.h"

static bool is_expected(const struct survey *survey, uint16_t type, struct bytes rdata)
{
    const struct records_options *options = survey->options;
    for (size_t i = 0; i < options->expected_count; i++) {
        const struct expected *expected = &options->expected[i];
        if (expected->type == type && rr_data_same(type, expected->rdata, rdata)) {
            return true;
        }
    }
    return false;
}

static bool fits_pattern(const struct survey *survey, uint16_t type, struct bytes rdata)
{
    struct arena *arena = survey->run->arena;
    return survey->options->pattern != NULL &&
           pattern_matches(arena, survey->options->pattern, rr_data_text(arena, type, rdata));
}

/* With --allow-variants one of the expected records suffices at each server. */
static bool has_any(const struct survey *survey, const struct answer *answer)
{
    for (size_t i = 0; i < answer->set->count; i++) {
        if (is_expected(survey, answer->type, answer->set->rr[i])) {
            return true;
        }
    }
    return false;
}

/* The same text cut into other strings looks like what is there. */
static const char *likeness_words(struct arena *arena, const struct rrset *set, struct bytes rdata)
{
    const char *words = rr_data_words(arena, set->type, rdata);
    for (size_t i = 0; i < set->count; i++) {
        if (set->type == RR_TXT && strcmp(words, rr_data_words(arena, RR_TXT, set->rr[i])) == 0) {
            return ", cut into other strings: in the value quotation marks hold a string together";
        }
    }
    return "";
}

static void judge_values(struct survey *survey, const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    const struct records_options *options = survey->options;
    bool any = options->allow_variants && has_any(survey, answer);
    for (size_t i = 0; !any && i < options->expected_count; i++) {
        const struct expected *expected = &options->expected[i];
        if (expected->type == answer->type && !records_have(answer->set, expected->rdata)) {
            records_gather(survey, FINDING_REC_MISSING, survey->subject, answer->type, answer->view,
                           "%s is missing, there is %s%s",
                           rr_data_words(arena, answer->type, expected->rdata),
                           records_list(arena, answer->set),
                           likeness_words(arena, answer->set, expected->rdata));
        }
    }
}

static void judge_pattern(struct survey *survey, const struct answer *answer)
{
    for (size_t i = 0; i < answer->set->count; i++) {
        if (fits_pattern(survey, answer->type, answer->set->rr[i])) {
            return;
        }
    }
    records_gather(survey, FINDING_REC_MISSING, survey->subject, answer->type, answer->view,
                   "no record matches the expression of --regex, there is %s",
                   records_list(survey->run->arena, answer->set));
}

/* Whether --exact says anything about the type: with values of other types only it does not. */
static bool is_limited(const struct survey *survey, uint16_t type)
{
    const struct records_options *options = survey->options;
    bool limited = options->exact && options->pattern != NULL;
    for (size_t i = 0; i < options->expected_count; i++) {
        limited = limited || (options->exact && options->expected[i].type == type);
    }
    return limited;
}

static void judge_unexpected(struct survey *survey, const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    struct bytes *extra = arena_alloc(arena, (answer->set->count + 1) * sizeof *extra);
    size_t count = 0;
    for (size_t i = 0; i < answer->set->count; i++) {
        struct bytes rdata = answer->set->rr[i];
        if (!is_expected(survey, answer->type, rdata) &&
            !fits_pattern(survey, answer->type, rdata)) {
            extra[count++] = rdata;
        }
    }
    if (count > 0) {
        records_gather(survey, FINDING_REC_UNEXPECTED, survey->subject, answer->type, answer->view,
                       "%s %s there but not expected",
                       records_words(arena, answer->type, extra, count), count == 1 ? "is" : "are");
    }
}

static void judge_records(struct survey *survey, const struct answer *answer)
{
    judge_values(survey, answer);
    if (survey->options->pattern != NULL) {
        judge_pattern(survey, answer);
    }
    if (is_limited(survey, answer->type)) {
        judge_unexpected(survey, answer);
    }
}

/* "expected was 192.0.2.1, 192.0.2.2"; "" when nothing in particular was. */
static const char *expected_words(const struct survey *survey, uint16_t type)
{
    struct arena *arena = survey->run->arena;
    const struct records_options *options = survey->options;
    const char *text = "";
    for (size_t i = 0; i < options->expected_count; i++) {
        if (options->expected[i].type == type) {
            text = arena_printf(arena, "%s%s %s", text, *text == '\0' ? ": expected was" : ",",
                                rr_data_words(arena, type, options->expected[i].rdata));
        }
    }
    return text;
}

/*
 * Without -T, values and --count a name may have but one of A and AAAA; that a zone has no SOA is
 * told by records_soa.c.
 */
static bool may_lack(const struct survey *survey, const struct answer *answer)
{
    const struct records_options *options = survey->options;
    if (options->count.given) {
        return true; /* that range decides */
    }
    if (records_are_chosen(options) || (answer->type == RR_NS && answer->trail.steps == 0)) {
        return false;
    }
    for (size_t i = 0; i < survey->type_count; i++) {
        const struct answer *other = records_answer(survey, answer->view, survey->types[i]);
        if (other != NULL && (other->kind == ANSWER_RECORDS || other->kind == ANSWER_NONE ||
                              other->kind == ANSWER_FAILED)) {
            return true;
        }
    }
    return false;
}

/* NXDOMAIN for one type only: the name is there by the word of the same server. */
static bool exists_by_other_type(const struct survey *survey, const struct answer *answer)
{
    for (size_t i = 0; i < survey->type_count; i++) {
        const struct answer *other = records_answer(survey, answer->view, survey->types[i]);
        if (other != NULL && name_equal(&other->end, &answer->end) &&
            (other->kind == ANSWER_RECORDS || other->kind == ANSWER_NODATA)) {
            return true;
        }
    }
    return false;
}

static void judge_absence(struct survey *survey, const struct answer *answer)
{
    const char *end = name_text(survey->run->arena, &answer->end);
    bool alias = answer->trail.steps > 0;
    const char *expected = expected_words(survey, answer->type);
    bool absent = answer->kind == ANSWER_NXDOMAIN && !exists_by_other_type(survey, answer);
    if (absent) {
        records_gather(survey, FINDING_NO_SUCH_NAME, survey->subject, 0, answer->view,
                       "%s%s%s (NXDOMAIN)", alias ? "the alias leads to " : "the name ", end,
                       alias ? ", which does not exist" : " does not exist");
    } else if (answer->kind == ANSWER_ELSEWHERE && !may_lack(survey, answer)) {
        records_gather(survey, FINDING_REC_NODATA, survey->subject, answer->type, answer->view,
                       "the alias leads to %s, whose records cannot be looked up%s", end, expected);
    } else if (answer->kind != ANSWER_ELSEWHERE && !may_lack(survey, answer)) {
        records_gather(survey, FINDING_REC_NODATA, survey->subject, answer->type, answer->view,
                       "%s%s%s%s", alias ? "the alias leads to " : "the name ", end,
                       alias ? ", which has no such record" : " has no such record", expected);
    }
}

static void judge_content(struct survey *survey, const struct answer *answer)
{
    switch (answer->kind) {
    case ANSWER_RECORDS:
        judge_records(survey, answer);
        break;
    case ANSWER_NXDOMAIN:
    case ANSWER_NODATA:
    case ANSWER_ELSEWHERE:
        judge_absence(survey, answer);
        break;
    case ANSWER_LOOP: /* told by records_alias.c */
    case ANSWER_FAILED:
    case ANSWER_NONE: /* told by check/health */
        break;
    }
}

/* A failure is never taken for another response code: SERVFAIL is not NXDOMAIN. */
static void judge_rcode(struct survey *survey, const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    const char *got = rr_rcode_text(arena, answer->rcode);
    const char *wanted = rr_rcode_text(arena, (unsigned)survey->options->rcode);
    if (answer->rcode == survey->options->rcode) {
        return;
    }
    if (answer->rcode == RCODE_NOERROR && survey->options->rcode == RCODE_NXDOMAIN) {
        records_gather(survey, FINDING_REC_EXISTS, survey->subject, 0, answer->view,
                       "the name exists (%s), expected was %s", got, wanted);
    } else if (answer->rcode == RCODE_NXDOMAIN && survey->options->rcode == RCODE_NOERROR) {
        records_gather(survey, FINDING_NO_SUCH_NAME, survey->subject, 0, answer->view,
                       "the name does not exist (%s), expected was %s", got, wanted);
    } else {
        records_gather(survey, FINDING_REC_RCODE, survey->subject, answer->type, answer->view,
                       "the response code is %s, expected was %s", got, wanted);
    }
}

static size_t count_of(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS ? answer->set->count : 0;
}

static bool tells_count(const struct answer *answer)
{
    return answer != NULL && (answer->kind == ANSWER_RECORDS || answer->kind == ANSWER_NODATA);
}

static void judge_one_count(struct survey *survey, const struct view *view, uint16_t type,
                            size_t count)
{
    struct range range = survey->options->count.range;
    if (range_alerts(range, (double)count)) {
        records_gather(survey, FINDING_REC_COUNT, survey->subject, type, view,
                       "the number of records is %zu, %s", count,
                       records_bound(survey->run->arena, range, true));
    }
}

/* Default types count together, types that were chosen one by one. */
static void judge_count(struct survey *survey, const struct view *view)
{
    bool together = !records_are_chosen(survey->options);
    size_t sum = 0;
    bool any = false;
    for (size_t i = 0; i < survey->type_count; i++) {
        const struct answer *answer = records_answer(survey, view, survey->types[i]);
        if (!tells_count(answer)) {
            continue;
        }
        any = true;
        sum += count_of(answer);
        if (!together) {
            judge_one_count(survey, view, answer->type, count_of(answer));
        }
    }
    if (together && any) {
        judge_one_count(survey, view, 0, sum);
    }
}

void records_judge_expected(struct survey *survey)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        bool has_rcode = answer->question->status == NET_ANSWERED &&
                         (answer->kind != ANSWER_NONE || records_wants_refusal(survey->options));
        if (survey->options->rcode != RCODE_ANY && has_rcode) {
            judge_rcode(survey, answer);
        }
        bool as_expected =
            survey->options->rcode == RCODE_ANY ||
            (survey->options->rcode == RCODE_NOERROR && answer->rcode == RCODE_NOERROR);
        if (as_expected) {
            judge_content(survey, answer);
        }
    }
    for (size_t i = 0; survey->options->count.given && i < survey->view_count; i++) {
        if (survey->options->rcode <= RCODE_NOERROR) {
            judge_count(survey, &survey->views[i]);
        }
    }
}
