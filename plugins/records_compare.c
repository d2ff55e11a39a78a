/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The servers' answers against each other.
 *
 * The answer that most servers give is taken for the right one, of equally many the first by
 * address.  Where serials differ the answers may, so servers are compared with those of their
 * own serial only, unless --compare says otherwise.  TTL and signatures may differ.
 */
#include "plugins/records_judge.h"

/* Types that have findings of their own for this. */
static bool is_told_elsewhere(const struct survey *survey, uint16_t type)
{
    return survey->is_apex && !survey->facts->recursive && (type == RR_SOA || type == RR_NS);
}

/* Where the name itself is an alias in the zone; NULL: it is none. */
static const struct name *alias_of(const struct answer *answer)
{
    return answer->trail.steps > 0 ? &answer->trail.names[1] : NULL;
}

/* Resolvers have one alias of several in their caches where the zone gives them in turn. */
static bool same_alias(const struct survey *survey, const struct answer *a, const struct answer *b)
{
    const struct name *x = alias_of(a);
    const struct name *y = alias_of(b);
    return survey->facts->recursive || (x == NULL || y == NULL ? x == y : name_equal(x, y));
}

static bool same_records(const struct answer *a, const struct answer *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == ANSWER_RECORDS) {
        return rrset_same_data(a->set, b->set);
    }
    return a->kind != ANSWER_ELSEWHERE || name_equal(&a->end, &b->end);
}

static bool same_answer(const struct survey *survey, const struct answer *a, const struct answer *b)
{
    return same_records(a, b) && same_alias(survey, a, b);
}

/* Whether an answer can be compared at all. */
static bool tells(const struct answer *answer)
{
    return answer->kind != ANSWER_NONE && answer->kind != ANSWER_FAILED;
}

static bool comparable(const struct survey *survey, const struct answer *a, const struct answer *b)
{
    return a->type == b->type && tells(a) && tells(b) &&
           (records_same_serial(a->view, b->view) || survey->options->compare ||
            survey->facts->recursive);
}

static size_t count_alike(const struct survey *survey, const struct answer *answer)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *other = &survey->answers[i];
        count += comparable(survey, answer, other) && same_answer(survey, answer, other);
    }
    return count;
}

const struct answer *records_usual_answer(const struct survey *survey, const struct answer *answer)
{
    const struct answer *usual = answer;
    size_t most = 0;
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *other = &survey->answers[i];
        if (!comparable(survey, answer, other)) {
            continue;
        }
        size_t count = count_alike(survey, other);
        if (count > most) {
            usual = other;
            most = count;
        }
    }
    return usual;
}

static const char *alias_words(const struct survey *survey, const struct answer *answer)
{
    const struct name *target = alias_of(answer);
    return target == NULL ? "no alias"
                          : arena_printf(survey->run->arena, "an alias to %s",
                                         name_text(survey->run->arena, target));
}

/* What tells an answer from another. */
static const char *answer_words(const struct survey *survey, const struct answer *answer,
                                const struct answer *other)
{
    if (!same_alias(survey, answer, other)) {
        return alias_words(survey, answer); /* which is why the rest differs, if it does */
    }
    switch (answer->kind) {
    case ANSWER_RECORDS:
        return records_list(survey->run->arena, answer->set);
    case ANSWER_NXDOMAIN:
        return "NXDOMAIN";
    case ANSWER_ELSEWHERE:
        return arena_printf(survey->run->arena, "an alias to %s",
                            name_text(survey->run->arena, &answer->end));
    case ANSWER_LOOP:
        return "a loop of aliases";
    default:
        return "no such record";
    }
}

/* Where servers differ in these on purpose it is said with --allow-variants. */
static enum state state_of(const struct survey *survey, uint16_t type)
{
    bool chosen = records_are_chosen(survey->options);
    if (survey->options->allow_variants) {
        return STATE_OK;
    }
    return chosen && (type == RR_DNSKEY || type == RR_MX || type == RR_SOA || type == RR_NS)
               ? STATE_CRITICAL
               : STATE_WARNING;
}

/* SOA records of resolvers may differ by serial as their caches do. */
static bool differ_by_serial_only(const struct answer *a, const struct answer *b)
{
    return a->type == RR_SOA && a->kind == ANSWER_RECORDS && b->kind == ANSWER_RECORDS &&
           records_same_but_serial(a->set->rr[0], b->set->rr[0]);
}

/* Mostly all do, which is told without counting who says what. */
static bool all_agree(const struct survey *survey, const struct answer *answer)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *other = &survey->answers[i];
        if (comparable(survey, answer, other) && !same_answer(survey, answer, other)) {
            return false;
        }
    }
    return true;
}

void records_judge_differences(struct survey *survey)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (!tells(answer) || is_told_elsewhere(survey, answer->type) ||
            all_agree(survey, answer)) {
            continue;
        }
        const struct answer *usual = records_usual_answer(survey, answer);
        if (same_answer(survey, answer, usual) || differ_by_serial_only(answer, usual)) {
            continue;
        }
        /* For all types alike. */
        bool absent = answer->kind == ANSWER_NXDOMAIN && same_alias(survey, answer, usual);
        records_gather_as(survey, FINDING_REC_DIFFERS, state_of(survey, answer->type),
                          survey->subject, answer->type, answer->view, "%s, but %s at %s",
                          answer_words(survey, answer, usual),
                          absent ? "the name exists" : answer_words(survey, usual, answer),
                          records_server(survey->run->arena, usual->view->server));
    }
}
