/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far servers lie behind each other.
 *
 * Serials live on a circle (RFC 1982): 5 is newer than 4294967290.  Two that are half the circle
 * apart have no order.  A lag in time is taken from serials that are dates (2026112001) or seconds
 * since 1970: of both readings the one that lies nearer to now, if it is within five years.
 */
#include <stdlib.h>

#include "base/text.h"
#include "plugins/records_judge.h"

enum { NEAR = 5 * 366 * 86400 };

/* How far `b` lies behind `a`; 0 when it does not. */
static uint32_t behind(uint32_t a, uint32_t b)
{
    int64_t distance = rr_serial_difference(a, b);
    return distance > 0 ? (uint32_t)distance : 0;
}

static bool no_order(uint32_t a, uint32_t b)
{
    return a - b == UINT32_C(1) << 31; /* half the circle */
}

const struct view *records_newest(const struct survey *survey)
{
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        bool beaten = !view->has_timers;
        for (size_t j = 0; j < survey->view_count && !beaten; j++) {
            const struct view *other = &survey->views[j];
            if (!other->has_timers) {
                continue;
            }
            beaten = behind(other->timers.serial, view->timers.serial) > 0 ||
                     no_order(other->timers.serial, view->timers.serial);
        }
        if (!beaten) {
            return view;
        }
    }
    return NULL;
}

/* 2026112001 as the time at which that day begins; false when it is no such date. */
static bool date_of(uint32_t serial, int64_t *time)
{
    char text[16];
    if (serial < 1970010100 || serial > 2199123199) {
        return false;
    }
    uint32_t day = serial / 100;
    for (int i = 7; i >= 0; i--) {
        text[i] = (char)('0' + day % 10);
        day /= 10;
    }
    for (int i = 8; i < 14; i++) {
        text[i] = '0';
    }
    text[14] = '\0';
    return text_point_in_time(text, 0, time);
}

/* The time that a serial stands for. */
static bool time_of(uint32_t serial, int64_t now, int64_t *time)
{
    int64_t date = 0;
    int64_t seconds = serial;
    bool is_date = date_of(serial, &date) && llabs(date - now) <= NEAR;
    bool is_time = llabs(seconds - now) <= NEAR;
    if (!is_date && !is_time) {
        return false;
    }
    *time = is_date && (!is_time || llabs(date - now) < llabs(seconds - now)) ? date : seconds;
    return true;
}

/* The lag of a view behind the newest one in the unit of --serial-lag; below 0: not known. */
static double lag_of(const struct survey *survey, const struct view *newest,
                     const struct view *view)
{
    int64_t a = 0;
    int64_t b = 0;
    if (survey->options->lag.unit != LAG_SECONDS) {
        return behind(newest->timers.serial, view->timers.serial);
    }
    if (view->timers.serial == newest->timers.serial) {
        return 0;
    }
    if (!time_of(newest->timers.serial, survey->run->now, &a) ||
        !time_of(view->timers.serial, survey->run->now, &b)) {
        return -1;
    }
    return a > b ? (double)(a - b) : 0;
}

double records_worst_lag(const struct survey *survey)
{
    const struct view *newest = records_newest(survey);
    double worst = 0;
    if (newest == NULL) {
        return -1;
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        if (!survey->views[i].has_timers) {
            continue;
        }
        double lag = lag_of(survey, newest, &survey->views[i]);
        if (lag < 0) {
            return -1;
        }
        worst = lag > worst ? lag : worst;
    }
    return worst;
}

/* "10 behind", "2h behind". */
static const char *lag_words(const struct survey *survey, double lag)
{
    struct arena *arena = survey->run->arena;
    return survey->options->lag.unit == LAG_SECONDS
               ? arena_printf(arena, "%s behind", text_span(arena, (int64_t)lag))
               : arena_printf(arena, "%.0f behind", lag);
}

static enum state lag_state(const struct survey *survey, double lag)
{
    if (survey->options->lag.unit == LAG_NONE) {
        return STATE_WARNING;
    }
    return range_alerts(survey->options->lag.range, lag) ? STATE_CRITICAL : STATE_OK;
}

/* A lag in time was asked for, and the serials stand for none. */
static void judge_undated(struct survey *survey, const struct view *view, const struct view *newest)
{
    records_gather(survey, FINDING_SOA_SERIAL_DIFFERS, &survey->target->zone.name, RR_SOA, view,
                   "serial %u is not %u of %s, and for how long cannot be told: serials are "
                   "neither dates nor times",
                   view->timers.serial, newest->timers.serial,
                   records_server(survey->run->arena, newest->server));
}

static void judge_against(struct survey *survey, const struct view *newest)
{
    const struct lag *bound = &survey->options->lag;
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        if (!view->has_timers || view->timers.serial == newest->timers.serial) {
            continue;
        }
        double lag = lag_of(survey, newest, view);
        if (lag < 0) {
            judge_undated(survey, view, newest);
            continue;
        }
        enum state state = lag_state(survey, lag);
        const char *limit =
            bound->unit == LAG_NONE
                ? ""
                : arena_printf(arena, ", %s",
                               records_bound(arena, bound->range, state != STATE_OK));
        records_gather_as(survey, FINDING_SOA_SERIAL_DIFFERS, state, &survey->target->zone.name,
                          RR_SOA, view, "serial %u is %s%s: %s has %u%s", view->timers.serial,
                          lag_words(survey, lag), limit, records_server(arena, newest->server),
                          newest->timers.serial, state == STATE_OK ? "" : ", check the transfers");
    }
}

static void judge_unordered(struct survey *survey)
{
    const struct view *first = NULL;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        if (!view->has_timers) {
            continue;
        }
        first = first == NULL ? view : first;
        if (view->timers.serial != first->timers.serial) {
            records_gather_as(survey, FINDING_SOA_SERIAL_DIFFERS,
                              survey->options->lag.unit == LAG_NONE ? STATE_WARNING
                                                                    : STATE_CRITICAL,
                              &survey->target->zone.name, RR_SOA, view,
                              "serial %u is not %u of %s, and neither is the newer one, being "
                              "half the circle of serials apart",
                              view->timers.serial, first->timers.serial,
                              records_server(survey->run->arena, first->server));
        }
    }
}

void records_judge_serials(struct survey *survey)
{
    const struct view *newest = records_newest(survey);
    if (newest != NULL) {
        judge_against(survey, newest);
    } else {
        judge_unordered(survey);
    }
}
