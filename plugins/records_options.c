/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the options of check_dns_records, and sees that they make sense together. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plugins/records.h"
#include "plugins/records_pattern.h"
#include "wire/rr.h"
#include "wire/rr_data.h"

enum { RCODE_MOST = 4095, SHOWN = 60 };

static const char *shown(struct arena *arena, const char *text)
{
    return *text == '\0' ? "nothing" : text_clean(arena, text, strlen(text), SHOWN);
}

const char *records_parse_types(struct arena *arena, const char *text, void *target)
{
    struct record_types types = {.types = NULL};
    const char *problem = rr_types_parse(arena, text, &types.types, &types.count);
    if (problem == NULL && types.count > RECORDS_TYPES_MAX) {
        problem = arena_printf(arena, "there are more than %d types", RECORDS_TYPES_MAX);
    }
    if (problem == NULL) {
        *(struct record_types *)target = types;
    }
    return problem;
}

const char *records_parse_rcode(struct arena *arena, const char *text, void *rcode)
{
    for (unsigned code = 0; code <= RCODE_MOST; code++) {
        if (strcasecmp(text, rr_rcode_text(arena, code)) == 0) {
            *(int *)rcode = (int)code;
            return NULL;
        }
    }
    return arena_printf(arena, "%s is not a response code (as in NOERROR, NXDOMAIN, REFUSED)",
                        shown(arena, text));
}

const char *records_parse_range(struct arena *arena, const char *text, bool durations,
                                struct given_range *range)
{
    const char *problem = range_parse(text, durations, &range->range);
    if (problem != NULL) {
        return *text == '\0' ? problem : arena_printf(arena, "%s: %s", shown(arena, text), problem);
    }
    range->given = true;
    return NULL;
}

const char *records_parse_lag(struct arena *arena, const char *text, void *lag)
{
    struct given_range range = {.given = false};
    bool is_time = strpbrk(text, "smhdw") != NULL;
    const char *problem = records_parse_range(arena, text, is_time, &range);
    if (problem == NULL) {
        *(struct lag *)lag =
            (struct lag){.unit = is_time ? LAG_SECONDS : LAG_SERIALS, .range = range.range};
    }
    return problem;
}

/* Reads "TYPE RDATA". */
static const char *read_typed(struct arena *arena, const struct records_options *options,
                              const char *value, struct expected *expected)
{
    size_t size = strcspn(value, " \t");
    const char *word = arena_printf(arena, "%.*s", (int)size, value);
    const char *problem = rr_type_parse(arena, word, &expected->type);
    if (problem != NULL) {
        return arena_printf(arena, "%s; without one type in --type the value begins with its type",
                            problem);
    }
    if (options->types.count > 0 &&
        !rr_types_have(options->types.types, options->types.count, expected->type)) {
        return arena_printf(arena, "%s is not among the types of --type", shown(arena, word));
    }
    return rr_data_parse(arena, expected->type, value + size, &expected->rdata);
}

static const char *read_value(struct arena *arena, const struct records_options *options,
                              const char *value, struct expected *expected)
{
    if (options->types.count != 1) {
        return read_typed(arena, options, value, expected);
    }
    expected->type = options->types.types[0];
    const char *problem = rr_data_parse(arena, expected->type, value, &expected->rdata);
    /* The type may be said although it is known. */
    return problem != NULL && read_typed(arena, options, value, expected) == NULL ? NULL : problem;
}

/* What is expected has to be asked for. */
static const char *check_asked(const struct records_options *options)
{
    uint16_t types[RECORDS_TYPES_MAX];
    size_t count = records_types(options, false, types);
    for (size_t i = 0; i < options->expected_count; i++) {
        if (!rr_types_have(types, count, options->expected[i].type)) {
            return "--expect-value: there are too many types";
        }
    }
    return NULL;
}

static const char *read_values(struct arena *arena, struct records_options *options)
{
    size_t count = options->values.count;
    struct expected *list = arena_alloc(arena, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        const char *value = options->values.items[i];
        const char *problem = read_value(arena, options, value, &list[i]);
        if (problem != NULL) {
            return arena_printf(arena, "--expect-value %s: %s", shown(arena, value), problem);
        }
    }
    options->expected = list;
    options->expected_count = count;
    return check_asked(options);
}

bool records_wants_refusal(const struct records_options *options)
{
    return options->rcode != RCODE_ANY && options->rcode != RCODE_NOERROR &&
           options->rcode != RCODE_NXDOMAIN;
}

static const char *check_together(struct arena *arena, const struct records_options *options)
{
    uint16_t types[RECORDS_TYPES_MAX];
    size_t count = records_types(options, false, types);
    if (count > 1 && rr_types_have(types, count, RR_DS)) {
        return "--type: DS goes alone, since the zone above has it";
    }
    bool has_content = options->expected_count > 0 || options->regex != NULL;
    if (options->exact && !has_content) {
        return "--exact goes with --expect-value or --regex only";
    }
    if (options->rcode > RCODE_NOERROR && (has_content || options->count.given)) {
        return arena_printf(arena, "--expect-rcode %s: no records can be expected then",
                            rr_rcode_text(arena, (unsigned)options->rcode));
    }
    if (options->baseline_update && options->baseline == NULL) {
        return "--baseline-update goes with --baseline only";
    }
    if (options->baseline != NULL && options->rcode > RCODE_NXDOMAIN) {
        return "--baseline: there is no answer to record with this --expect-rcode";
    }
    if (options->check_csync && options->common.servers.count > 0) {
        return "--check-csync goes without --server only, which leaves out the parent";
    }
    if (options->compare && options->common.servers.count == 1) {
        return "--compare: one server cannot be compared, give another --server";
    }
    return NULL;
}

const char *records_validate(struct arena *arena, void *data)
{
    struct records_options *options = data;
    const char *problem = read_values(arena, options);
    if (problem == NULL && options->regex != NULL) {
        problem = pattern_compile(arena, options->regex, &options->pattern);
        if (problem != NULL) {
            return arena_printf(arena, "--regex %s: %s", shown(arena, options->regex), problem);
        }
    }
    return problem == NULL ? check_together(arena, options) : problem;
}

bool records_are_chosen(const struct records_options *options)
{
    return options->types.count > 0 || options->expected_count > 0;
}

size_t records_types(const struct records_options *options, bool is_apex, uint16_t *types)
{
    size_t count = 0;
    for (size_t i = 0; i < options->types.count; i++) {
        types[count++] = options->types.types[i];
    }
    for (size_t i = 0; options->types.count == 0 && i < options->expected_count; i++) {
        if (!rr_types_have(types, count, options->expected[i].type) && count < RECORDS_TYPES_MAX) {
            types[count++] = options->expected[i].type;
        }
    }
    if (count == 0) {
        types[0] = is_apex ? RR_SOA : RR_A;
        types[1] = is_apex ? RR_NS : RR_AAAA;
        count = 2;
    }
    return count;
}
