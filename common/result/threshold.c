/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nagios ranges, and horizons for time left. */
#include "result/threshold.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "result/render.h"

/*
 * Numbers are read here and not by strtod(3): that takes signs, exponents, hexadecimal, infinities
 * and the locale's decimal point, none of which is in the grammar.  A number of at most 15 digits
 * is exact in a double's 53 bits, so reading it digit by digit loses nothing.
 */
enum { DIGITS_MAX = 15, DECIMALS_MAX = 6 };

struct range range_whole(void)
{
    return (struct range){.start = -INFINITY, .end = INFINITY};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Adds the digits at `*at` to `value` and moves on; returns how many there are. */
static int read_digits(const char **at, double *value)
{
    int count = 0;
    for (; is_digit(**at) && count <= DIGITS_MAX; (*at)++) {
        *value = *value * 10 + (**at - '0');
        count++;
    }
    return count;
}

/* 1*DIGIT ["." 1*DIGIT] at `*at`; returns NULL and moves on, or says what is wrong. */
static const char *read_decimal(const char **at, double *number)
{
    const char *end = *at;
    double value = 0;
    int digits = read_digits(&end, &value);
    if (digits == 0) {
        return *end == '\0' ? "a number is missing" : "no number where one should stand";
    }
    int decimals = 0;
    if (*end == '.') {
        end++;
        decimals = read_digits(&end, &value);
        if (decimals == 0) {
            return "no digit after the decimal point";
        }
    }
    if (digits + decimals > DIGITS_MAX || decimals > DECIMALS_MAX) {
        return "the number has too many digits";
    }
    double scale = 1;
    for (int i = 0; i < decimals; i++) {
        scale *= 10;
    }
    *number = value / scale;
    *at = end;
    return NULL;
}

/* A number of a range: a decimal with an optional minus, or a duration. */
static const char *read_number(const char **at, bool durations, double *number)
{
    int64_t seconds = 0;
    const char *after_duration = durations ? text_read_duration(*at, &seconds) : NULL;
    if (after_duration != NULL && *after_duration != '.') {
        *number = (double)seconds;
        *at = after_duration;
        return NULL;
    }
    const char *end = *at;
    bool negative = *end == '-';
    end += negative ? 1 : 0;
    double value = 0;
    const char *problem = read_decimal(&end, &value);
    if (problem != NULL) {
        return problem;
    }
    if (durations && *end != '\0' && strchr("wdhms", *end) != NULL) {
        return "a duration has no sign, no fraction and at most 100 years";
    }
    *number = negative && value > 0 ? -value : value; /* no minus zero */
    *at = end;
    return NULL;
}

/* The start of a range up to its colon; `range` gets both ends when there is no colon. */
static const char *read_start(const char **at, bool durations, struct range *range)
{
    if (**at == '~') {
        (*at)++;
        return **at == ':' ? NULL : "a colon must follow the ~";
    }
    if (**at == ':') {
        return "no number before the colon";
    }
    double number = 0;
    const char *problem = read_number(at, durations, &number);
    if (problem != NULL) {
        return problem;
    }
    if (**at == ':') {
        range->start = number;
        return NULL;
    }
    range->start = 0;
    range->end = number;
    return number < 0 ? "a single number is an upper end and cannot be negative" : NULL;
}

static const char *read_end(const char **at, bool durations, struct range *range)
{
    if (**at != ':') {
        return NULL;
    }
    (*at)++;
    if (**at == '\0') {
        return NULL;
    }
    if (**at == '~') {
        return "~ can only be the start of a range";
    }
    return read_number(at, durations, &range->end);
}

const char *range_parse(const char *text, bool durations, struct range *range)
{
    if (strchr(text, '/') != NULL) {
        return "a slash is in the range: was an unquoted ~ expanded by the shell?";
    }
    if (*text == '\0') {
        return "the range is empty";
    }
    struct range result = range_whole();
    const char *at = text;
    if (*at == '@') {
        result.alert_inside = true;
        at++;
    }
    const char *problem = read_start(&at, durations, &result);
    if (problem == NULL) {
        problem = read_end(&at, durations, &result);
    }
    if (problem != NULL) {
        return problem;
    }
    if (*at != '\0') {
        return "junk after the number";
    }
    if (result.start > result.end) {
        return "the start is above the end";
    }
    *range = result;
    return NULL;
}

bool range_alerts(struct range range, double value)
{
    bool is_outside = value < range.start || value > range.end;
    return is_outside != range.alert_inside;
}

char *range_text(struct arena *arena, struct range range)
{
    bool is_open = isinf(range.start) && isinf(range.end);
    if (is_open && !range.alert_inside) {
        return arena_text(arena, "");
    }
    const char *sign = range.alert_inside ? "@" : "";
    const char *end = isinf(range.end) ? "" : result_number(arena, range.end);
    if (range.start == 0 && isfinite(range.end)) {
        return arena_printf(arena, "%s%s", sign, end);
    }
    const char *start = isinf(range.start) ? "~" : result_number(arena, range.start);
    return arena_printf(arena, "%s%s:%s", sign, start, end);
}

static const char *read_share(const char **at, struct horizon *horizon)
{
    double percent = 0;
    const char *problem = read_decimal(at, &percent);
    if (problem != NULL) {
        return problem;
    }
    if (percent <= 0 || percent > 100) {
        return "a percentage must be above 0 and at most 100";
    }
    if (isfinite(horizon->share)) {
        return "two percentages are given";
    }
    horizon->share = percent / 100;
    (*at)++; /* the caller has seen the % */
    return NULL;
}

static const char *read_time_left(const char **at, struct horizon *horizon)
{
    int64_t seconds = 0;
    const char *end = text_read_duration(*at, &seconds);
    if (end == NULL) {
        return is_digit(**at) ? "the duration is longer than 100 years"
                              : "neither a duration nor a percentage";
    }
    if (isfinite(horizon->seconds)) {
        return "two durations are given";
    }
    horizon->seconds = (double)seconds;
    *at = end;
    if (strcmp(end, ":") == 0) {
        (*at)++;
    }
    return NULL;
}

/* One side of the slash, or all of it. */
static const char *read_horizon_part(const char **at, struct horizon *horizon)
{
    if (**at == '\0' || **at == '/') {
        return "a duration or percentage is missing";
    }
    size_t number = strspn(*at, "0123456789.");
    return (*at)[number] == '%' ? read_share(at, horizon) : read_time_left(at, horizon);
}

const char *horizon_parse(const char *text, struct horizon *horizon)
{
    struct horizon result = {.seconds = INFINITY, .share = INFINITY};
    const char *at = text;
    const char *problem = read_horizon_part(&at, &result);
    if (problem == NULL && *at == '/') {
        at++;
        problem = read_horizon_part(&at, &result);
    }
    if (problem != NULL) {
        return problem;
    }
    if (*at != '\0') {
        return "junk after the duration or percentage";
    }
    *horizon = result;
    return NULL;
}

double horizon_bound(struct horizon horizon, int64_t life)
{
    if (!isfinite(horizon.share)) {
        return horizon.seconds; /* no share of anything, also of a life of nothing */
    }
    /* Times are whole seconds: below 6048.5 is below 6049, and 7 % of 86400 is 6048 all the same.
     */
    double part = life > 0 ? ceil(horizon.share * (double)life - 1e-6) : 0;
    return part < horizon.seconds ? part : horizon.seconds;
}
