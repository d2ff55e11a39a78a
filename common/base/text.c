/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durations, points in time and network text, to and from what people read. */
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/*
 * The calendar is computed here and not by mktime(3) and its relatives: those look at TZ and the
 * locale, and quietly turn the 31st of February into a day in March.
 */

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 604800 };

static const uint64_t longest_duration = UINT64_C(36525) * DAY; /* 100 years */
static const uint64_t last_time = UINT64_C(253402300799);       /* the end of the year 9999 */

struct unit {
    char letter;
    uint32_t seconds;
};

static const struct unit units[] = {
    {'w', WEEK}, {'d', DAY}, {'h', HOUR}, {'m', MINUTE}, {'s', 1},
};

enum { UNIT_COUNT = sizeof units / sizeof units[0], UNIT_OF_DAYS = 1 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits at `text` as a number of at most `most`; NULL when there are none or it is above. */
static const char *read_digits(const char *text, uint64_t most, uint64_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (digit > most || value > (most - digit) / 10) {
            return NULL;
        }
        value = value * 10 + digit;
    }
    if (at == text) {
        return NULL;
    }
    *number = value;
    return at;
}

const char *text_skip_mark(const char *text)
{
    static const char mark[] = "\xEF\xBB\xBF";
    return strncmp(text, mark, sizeof mark - 1) == 0 ? text + sizeof mark - 1 : text;
}

const char *text_join(struct arena *arena, const char *list, const char *item)
{
    if (*list == '\0' || *item == '\0') {
        return *list == '\0' ? item : list;
    }
    return arena_printf(arena, "%s, %s", list, item);
}

const char *text_more(struct arena *arena, const char *list, size_t count, size_t most)
{
    return count > most ? arena_printf(arena, "%s and %zu more", list, count - most) : list;
}

const char *text_within(struct arena *arena, const char *before, const char *text,
                        const char *after)
{
    return text == NULL || *text == '\0' ? "" : arena_printf(arena, "%s%s%s", before, text, after);
}

const char *text_list(struct arena *arena, const char *const *items, size_t count)
{
    enum { LISTED = 3 };
    const char *text = "";
    for (size_t i = 0; i < count && i < LISTED; i++) {
        text = text_join(arena, text, items[i]);
    }
    return text_more(arena, text, count, LISTED);
}

bool text_number(const char *text, uint64_t most, uint64_t *number)
{
    uint64_t value = 0;
    const char *end = read_digits(text, most, &value);
    if (end == NULL || *end != '\0') {
        return false;
    }
    *number = value;
    return true;
}

/* The place of a unit's letter in the table; UNIT_COUNT when it is none. */
static size_t find_unit(char letter)
{
    size_t i = 0;
    while (i < UNIT_COUNT && units[i].letter != letter) {
        i++;
    }
    return i;
}

const char *text_read_duration(const char *text, int64_t *seconds)
{
    uint64_t sum = 0;
    size_t next_unit = 0; /* the largest unit that may still come */
    const char *at = text;
    while (is_digit(*at)) {
        uint64_t number = 0;
        const char *end = read_digits(at, longest_duration, &number);
        if (end == NULL) {
            return NULL;
        }
        size_t unit = find_unit(*end);
        if (unit == UNIT_COUNT && at == text) {
            *seconds = (int64_t)number;
            return end;
        }
        if (unit == UNIT_COUNT || unit < next_unit) {
            break; /* what follows does not belong to the sum */
        }
        sum += number * units[unit].seconds; /* both below 2^32: no overflow */
        if (sum > longest_duration) {
            return NULL;
        }
        next_unit = unit + 1;
        at = end + 1;
    }
    if (at == text) {
        return NULL;
    }
    *seconds = (int64_t)sum;
    return at;
}

bool text_duration(const char *text, int64_t *seconds)
{
    int64_t value = 0;
    const char *end = text_read_duration(text, &value);
    if (end == NULL || *end != '\0') {
        return false;
    }
    *seconds = value;
    return true;
}

char *text_span(struct arena *arena, int64_t seconds)
{
    const char *sign = seconds < 0 ? "-" : "";
    uint64_t rest = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
    size_t unit = UNIT_OF_DAYS;
    while (unit < UNIT_COUNT - 1 && rest < units[unit].seconds) {
        unit++;
    }
    uint64_t first = rest / units[unit].seconds;
    rest %= units[unit].seconds;
    uint64_t second = unit < UNIT_COUNT - 1 ? rest / units[unit + 1].seconds : 0;
    if (second == 0) {
        return arena_printf(arena, "%s%" PRIu64 "%c", sign, first, units[unit].letter);
    }
    return arena_printf(arena, "%s%" PRIu64 "%c %" PRIu64 "%c", sign, first, units[unit].letter,
                        second, units[unit + 1].letter);
}

char *text_count(struct arena *arena, size_t count, const char *what)
{
    return arena_printf(arena, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

char *text_expiry(struct arena *arena, int64_t remaining)
{
    return remaining < 0 ? arena_printf(arena, "expired %s ago", text_span(arena, -remaining))
                         : arena_printf(arena, "expires in %s", text_span(arena, remaining));
}

struct date {
    int64_t year;
    int64_t month;
    int64_t day;
};

enum { DAYS_IN_ERA = 146097, YEARS_IN_ERA = 400, DAYS_TO_1970 = 719468 };

/*
 * Days since 1970 and dates: years are taken to begin in March, so that the leap day is a year's
 * last, and are counted within an era of 400 years, after which the calendar repeats.
 */
static int64_t days_from_date(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = year / YEARS_IN_ERA; /* the years read here are never negative */
    int64_t year_of_era = year % YEARS_IN_ERA;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_ERA + day_of_era - DAYS_TO_1970;
}

static struct date date_from_days(int64_t days)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
    int64_t day_of_era = shifted - era * DAYS_IN_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct date){
        .year = year_of_era + era * YEARS_IN_ERA + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

char *text_time(struct arena *arena, int64_t time)
{
    int64_t second = time % DAY;
    int64_t days = time / DAY;
    if (second < 0) {
        second += DAY;
        days--;
    }
    struct date date = date_from_days(days);
    return arena_printf(
        arena,
        "%04" PRId64 "-%02" PRId64 "-%02" PRId64 " %02" PRId64 ":%02" PRId64 ":%02" PRId64 " UTC",
        date.year, date.month, date.day, second / HOUR, second / MINUTE % 60, second % 60);
}

/*
 * Reads a moment in the form of `pattern`, where YMDhms are digits of its parts and all else
 * stands for itself.  The whole text must match, and the moment must exist.
 */
static bool read_moment(const char *text, const char *pattern, int64_t *time)
{
    static const char letters[] = "YMDhms";
    int64_t part[sizeof letters - 1] = {0};
    for (; *pattern != '\0'; pattern++, text++) {
        const char *letter = strchr(letters, *pattern);
        if (letter == NULL ? *text != *pattern : !is_digit(*text)) {
            return false;
        }
        if (letter != NULL) {
            part[letter - letters] = part[letter - letters] * 10 + (*text - '0');
        }
    }
    struct date date = {.year = part[0], .month = part[1], .day = part[2]};
    if (*text != '\0' || date.year < 1970 || date.month < 1 || date.month > 12 || part[3] > 23 ||
        part[4] > 59 || part[5] > 59) {
        return false;
    }
    int64_t days = days_from_date(date);
    if (date.day < 1 || date_from_days(days).day != date.day) {
        return false; /* the 30th of February comes back as the 2nd of March */
    }
    *time = days * DAY + part[3] * HOUR + part[4] * MINUTE + part[5];
    return true;
}

/* `+3d`, `-12h`.  Nothing before 1970 is reached, and nothing after the year 9999. */
static bool read_relative(const char *text, int64_t now, int64_t *time)
{
    int64_t distance = 0;
    if ((*text != '+' && *text != '-') || !text_duration(text + 1, &distance)) {
        return false;
    }
    if (now < 0 || now > (int64_t)last_time) {
        return false;
    }
    int64_t result = *text == '+' ? now + distance : now - distance;
    if (result < 0 || result > (int64_t)last_time) {
        return false;
    }
    *time = result;
    return true;
}

bool text_point_in_time(const char *text, int64_t now, int64_t *time)
{
    uint64_t seconds = 0;
    if (text_number(text, last_time, &seconds) && strlen(text) != strlen("YYYYMMDDhhmmss")) {
        *time = (int64_t)seconds;
        return true;
    }
    return read_moment(text, "YYYYMMDDhhmmss", time) ||
           read_moment(text, "YYYY-MM-DDThh:mm:ssZ", time) || read_relative(text, now, time);
}

/* A switch, since every octet of every text comes by here. */
bool text_is_safe(char c)
{
    switch (c) {
    case '|':
    case '\\':
    case '"':
    case '\'':
    case '`':
    case '<':
    case '>':
    case '&':
    case '$':
    case ';':
        return false;
    default:
        return c >= ' ' && c <= '~';
    }
}

char *text_clean(struct arena *arena, const char *bytes, size_t size, size_t limit)
{
    static const char dots[] = "...";
    size_t kept = size < limit ? size : limit;
    char *text = arena_alloc(arena, kept + sizeof dots);
    for (size_t i = 0; i < kept; i++) {
        text[i] = text_is_safe(bytes[i]) ? bytes[i] : '?';
    }
    if (kept < size) {
        memcpy(text + kept, dots, sizeof dots);
    }
    return text;
}
