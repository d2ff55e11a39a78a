/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer against the one recorded.
 *
 * In the file a name has a line for each record, "has A 192.0.2.1", and for what there is not,
 * "none AAAA" or "absent A".  Records are compared as rdata.  A serial may have grown, but not gone
 * back.  With --allow-variants the records of all servers are recorded, and each server may have
 * some of them.
 */
#include <string.h>

#include "base/text.h"
#include "plugins/records_judge.h"
#include "wire/rr_data.h"

/* What is recorded of one type. */
struct recorded {
    bool known;
    enum answer_kind kind; /* ANSWER_RECORDS, ANSWER_NODATA or ANSWER_NXDOMAIN */
    const struct bytes *rr;
    size_t count;
    struct bytes *grown; /* the same, while it is read */
};

static void add_rdata(struct arena *arena, struct recorded *recorded, struct bytes rdata)
{
    recorded->grown = arena_grow(arena, recorded->grown, recorded->count, sizeof rdata);
    recorded->grown[recorded->count++] = rdata;
    recorded->rr = recorded->grown;
}

/* The type that a line is about; returns what follows, or NULL when there is no type. */
static const char *read_type(struct arena *arena, const char *line, uint16_t *type)
{
    size_t verb = strcspn(line, " ");
    const char *word = line + verb + (line[verb] == '\0' ? 0 : 1);
    size_t size = strcspn(word, " ");
    bool known = rr_type_from_text(arena_printf(arena, "%.*s", (int)size, word), type);
    return known ? word + size : NULL;
}

/* Reads a line about the type into `recorded`; false when it is damaged. */
static bool read_line(struct arena *arena, const char *line, uint16_t type,
                      struct recorded *recorded)
{
    uint16_t of = 0;
    const char *rest = read_type(arena, line, &of);
    if (rest == NULL || of != type) {
        return rest != NULL;
    }
    recorded->known = true;
    if (strncmp(line, "none ", 5) == 0 || strncmp(line, "absent ", 7) == 0) {
        recorded->kind = line[0] == 'n' ? ANSWER_NODATA : ANSWER_NXDOMAIN;
        return true;
    }
    recorded->kind = ANSWER_RECORDS;
    struct bytes rdata;
    if (strncmp(line, "has ", 4) != 0 || rr_data_parse(arena, type, rest, &rdata) != NULL) {
        return false;
    }
    add_rdata(arena, recorded, rdata);
    return true;
}

static bool read_recorded(struct arena *arena, struct texts lines, uint16_t type,
                          struct recorded *recorded)
{
    *recorded = (struct recorded){.kind = ANSWER_NODATA};
    for (size_t i = 0; i < lines.count; i++) {
        if (!read_line(arena, lines.items[i], type, recorded)) {
            return false;
        }
    }
    return true;
}

/* Comparing. */

/* SOA records are the same when they differ by the serial only. */
static bool same_record(uint16_t type, struct bytes a, struct bytes b)
{
    return rr_data_same(type, a, b) || (type == RR_SOA && records_same_but_serial(a, b));
}

static bool has(uint16_t type, const struct bytes *rr, size_t count, struct bytes rdata)
{
    for (size_t i = 0; i < count; i++) {
        if (same_record(type, rr[i], rdata)) {
            return true;
        }
    }
    return false;
}

/* "added 192.0.2.9, 192.0.2.10": what is in `now` and not in `then`; "" for nothing. */
static const char *more(struct arena *arena, const char *verb, uint16_t type,
                        const struct recorded *now, const struct recorded *then)
{
    struct bytes *extra = arena_alloc(arena, (now->count + 1) * sizeof *extra);
    size_t count = 0;
    for (size_t i = 0; i < now->count; i++) {
        if (!has(type, then->rr, then->count, now->rr[i])) {
            extra[count++] = now->rr[i];
        }
    }
    return count == 0 ? ""
                      : arena_printf(arena, "%s%s", verb, records_words(arena, type, extra, count));
}

/* What has changed, in words; NULL: nothing. */
static const char *change(const struct survey *survey, const struct answer *answer,
                          const struct recorded *recorded)
{
    struct arena *arena = survey->run->arena;
    struct recorded now = {.kind = answer->kind};
    if (answer->kind == ANSWER_RECORDS) {
        now.rr = answer->set->rr;
        now.count = answer->set->count;
    }
    if (answer->kind != recorded->kind && answer->kind != ANSWER_RECORDS) {
        return answer->kind == ANSWER_NXDOMAIN ? "the name does not exist any more"
               : recorded->kind == ANSWER_RECORDS
                   ? more(arena, "removed ", answer->type, recorded, &now)
                   : "the name exists now";
    }
    if (answer->kind != ANSWER_RECORDS) {
        return NULL;
    }
    const char *added = more(arena, "added ", answer->type, &now, recorded);
    const char *removed = survey->options->allow_variants
                              ? ""
                              : more(arena, "removed ", answer->type, recorded, &now);
    const char *text = text_join(arena, added, removed);
    return *text == '\0' ? NULL : text;
}

static bool can_be_recorded(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS || answer->kind == ANSWER_NODATA ||
           answer->kind == ANSWER_NXDOMAIN;
}

/* The serial is older than that recorded, by RFC 1982. */
static void judge_serial(struct survey *survey, const struct answer *answer,
                         const struct recorded *recorded)
{
    struct soa now;
    struct soa then;
    if (answer->type != RR_SOA || answer->kind != ANSWER_RECORDS || recorded->count == 0 ||
        !rr_soa(answer->set->rr[0], &now) || !rr_soa(recorded->rr[0], &then)) {
        return;
    }
    if (rr_serial_difference(then.serial, now.serial) > 0) {
        records_gather(survey, FINDING_SOA_SERIAL_BACKWARDS, survey->subject, RR_SOA, answer->view,
                       "serial %u is older than %u, which is recorded: secondaries do not take it",
                       now.serial, then.serial);
    }
}

static void judge_answer(struct survey *survey, const struct answer *answer,
                         const struct recorded *recorded, bool updates)
{
    enum state state = updates ? STATE_OK : finding_class(FINDING_REC_CHANGED)->state;
    const char *text = change(survey, answer, recorded);
    if (text != NULL) {
        records_gather_as(survey, FINDING_REC_CHANGED, state, survey->subject, answer->type,
                          answer->view, "the answer has changed%s: %s",
                          updates ? " and is recorded" : "", text);
    }
    if (!updates) {
        judge_serial(survey, answer, recorded);
    }
}

static void unusable(struct survey *survey, uint16_t type, const char *words)
{
    records_gather(survey, FINDING_BASELINE_UNUSABLE, survey->subject, type, NULL, "--baseline %s",
                   words);
}

static void judge_type(struct survey *survey, bool updates, uint16_t type)
{
    struct texts lines = state_file_lines(survey->run->state, survey->subject);
    struct recorded recorded;
    if (!read_recorded(survey->run->arena, lines, type, &recorded)) {
        unusable(
            survey, type,
            "is damaged: a line about the name is no record (restore the file, or delete it to "
            "begin anew)");
        return;
    }
    if (!recorded.known) {
        if (!updates) {
            unusable(survey, type, "has no answer for the name: record it by --baseline-update");
        }
        return;
    }
    for (size_t i = 0; i < survey->answer_count; i++) {
        if (survey->answers[i].type == type && can_be_recorded(&survey->answers[i])) {
            judge_answer(survey, &survey->answers[i], &recorded, updates);
        }
    }
}

/* Recording. */

static void add_text(struct arena *arena, struct texts *lines, const char *line)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->items[i], line) == 0) {
            return;
        }
    }
    texts_add(arena, lines, line);
}

static void add_answer(const struct survey *survey, struct texts *lines,
                       const struct answer *answer)
{
    struct arena *arena = survey->run->arena;
    const char *type = rr_type_text(arena, answer->type);
    if (answer->kind != ANSWER_RECORDS) {
        add_text(
            arena, lines,
            arena_printf(arena, "%s %s", answer->kind == ANSWER_NODATA ? "none" : "absent", type));
        return;
    }
    for (size_t i = 0; i < answer->set->count; i++) {
        add_text(arena, lines,
                 arena_printf(arena, "has %s %s", type,
                              rr_data_exact(arena, answer->type, answer->set->rr[i])));
    }
}

static bool is_bogus(const struct survey *survey)
{
    for (size_t i = 0; i < survey->gathered_count; i++) {
        if (survey->gathered[i].id == FINDING_REC_BOGUS) {
            return true;
        }
    }
    return false;
}

static void record_type(const struct survey *survey, struct texts *lines, uint16_t type)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->type != type || !can_be_recorded(answer)) {
            continue;
        }
        if (!survey->options->allow_variants) {
            add_answer(survey, lines, records_usual_answer(survey, answer));
            return;
        }
        add_answer(survey, lines, answer);
    }
}

/* The same records, the serial aside: it differs while the servers fetch a new version. */
static bool same_answer(const struct answer *a, const struct answer *b)
{
    if (a->kind != b->kind || a->kind != ANSWER_RECORDS) {
        return a->kind == b->kind;
    }
    bool same = a->set->count == b->set->count;
    for (size_t i = 0; same && i < a->set->count; i++) {
        same = has(a->type, b->set->rr, b->set->count, a->set->rr[i]);
    }
    return same;
}

/* A type that servers answer differently to; 0: none. */
static uint16_t find_difference(const struct survey *survey)
{
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *first = &survey->answers[i];
        for (size_t j = 0; j < i; j++) {
            const struct answer *other = &survey->answers[j];
            if (first->type == other->type && can_be_recorded(first) && can_be_recorded(other) &&
                !same_answer(first, other)) {
                return first->type;
            }
        }
    }
    return 0;
}

/* Whether there is one answer to record, and that one sound. */
static bool may_record(struct survey *survey)
{
    uint16_t type = survey->options->allow_variants ? 0 : find_difference(survey);
    if (is_bogus(survey)) {
        unusable(survey, 0, "is left as it is: a bogus answer is not recorded");
        return false;
    }
    if (type != 0) {
        unusable(survey, type,
                 "is left as it is, since the servers answer differently: where each may have an "
                 "answer of its own add --allow-variants");
        return false;
    }
    return true;
}

static void record(const struct survey *survey)
{
    struct texts lines = {.count = 0};
    for (size_t i = 0; i < survey->type_count; i++) {
        record_type(survey, &lines, survey->types[i]);
    }
    if (lines.count > 0) {
        state_file_set(survey->run->state, survey->subject, lines);
    }
}

void records_judge_baseline(struct survey *survey)
{
    bool updates = survey->options->baseline_update;
    if (!state_file_usable(survey->run->state) || (updates && !may_record(survey))) {
        return;
    }
    for (size_t i = 0; i < survey->type_count; i++) {
        judge_type(survey, updates, survey->types[i]);
    }
    if (updates) {
        record(survey);
    }
}

static bool has_type_of(struct arena *arena, struct texts lines, const char *line)
{
    uint16_t type = 0;
    bool has = false;
    for (size_t i = 0; i < lines.count && read_type(arena, line, &type) != NULL && !has; i++) {
        uint16_t other = 0;
        has = read_type(arena, lines.items[i], &other) != NULL && other == type;
    }
    return has;
}

/* Types that were recorded and have got no answer now, or were not asked for, stay as they are. */
static struct texts join(struct arena *arena, const struct state_lines *lines, int64_t now)
{
    (void)now; /* answers have no date */
    struct texts joined = {.count = 0};
    for (size_t i = 0; i < lines->held.count; i++) {
        if (!has_type_of(arena, lines->learnt, lines->held.items[i])) {
            add_text(arena, &joined, lines->held.items[i]);
        }
    }
    for (size_t i = 0; i < lines->learnt.count; i++) {
        add_text(arena, &joined, lines->learnt.items[i]);
    }
    return joined;
}

struct state_use records_keeps(const void *data)
{
    const struct records_options *options = data;
    return (struct state_use){
        .path = options->baseline,
        .option = "--baseline",
        .plugin = "check_dns_records",
        .unusable = FINDING_BASELINE_UNUSABLE,
        .writes = options->baseline_update,
        .join = join,
    };
}
