/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times, thresholds and terms of check_rrsig_expiry. */
#include <string.h>

#include "lib/signedzone.h"
#include "lib/suite.h"

/* One window for everything in the zone, or for one type, or at one server. */
#define WINDOW(start, end)                                                                         \
    {                                                                                              \
        {                                                                                          \
            .deed = DEED_RESIGN, .from = (start), .until = (end)                                   \
        }                                                                                          \
    }
#define TYPE_WINDOW(rrset, start, end)                                                             \
    {                                                                                              \
        {                                                                                          \
            .types = (rrset), .deed = DEED_RESIGN, .from = (start), .until = (end)                 \
        }                                                                                          \
    }
#define SERVER_WINDOW(server, start, end)                                                          \
    {                                                                                              \
        {                                                                                          \
            .servers = (server), .deed = DEED_RESIGN, .from = (start), .until = (end)              \
        }                                                                                          \
    }

static const struct zone_row time_rows[] = {
    {"all expired", "rrsig-expired-all=CRITICAL", {.odd = WINDOW(-20 * DAY, -6 * DAY)}},
    {"one RRset expired",
     "rrsig-expired-rrset=CRITICAL",
     {.odd = TYPE_WINDOW("A", -20 * DAY, -6 * DAY)}},
    {"NSEC3 alone expired",
     "rrsig-expired-rrset=CRITICAL",
     {.nsec3 = true, .odd = TYPE_WINDOW("NSEC3", -20 * DAY, -6 * DAY)}},
    {"expired at a stalled server",
     "rrsig-expired-server=CRITICAL" AT2,
     {.odd = SERVER_WINDOW("2", -20 * DAY, -6 * DAY)}},
    {"none valid yet", "rrsig-not-yet-all=CRITICAL", {.odd = WINDOW(HOUR, 14 * DAY)}},
    {"one RRset not valid yet",
     "rrsig-not-yet-rrset=CRITICAL",
     {.odd = TYPE_WINDOW("A", HOUR, 14 * DAY)}},
    {"not valid yet at one server",
     "rrsig-not-yet-rrset=CRITICAL" AT2,
     {.odd = SERVER_WINDOW("2", HOUR, 14 * DAY)}},
    {"inverted", "rrsig-window-inverted=CRITICAL", {.odd = TYPE_WINDOW("A", 4 * DAY, -4 * DAY)}},
    {"inverted, now after both",
     "rrsig-window-inverted=CRITICAL",
     {.odd = TYPE_WINDOW("A", -DAY, -4 * DAY)}},
    {"longer than serial arithmetic",
     "rrsig-window-ambiguous=CRITICAL",
     {.odd = TYPE_WINDOW("A", -DAY, (INT64_C(1) << 31) - DAY + 1)}},
    {"ends now: still valid",
     "rrsig-expiration-skew=CRITICAL rrsig-ttl-outlives=WARNING",
     {.odd = TYPE_WINDOW("A", -14 * DAY, 0)}},
    {"ended a second ago",
     "rrsig-expired-rrset=CRITICAL",
     {.odd = TYPE_WINDOW("A", -14 * DAY, -1)}},
    {"ends in 300 s",
     "rrsig-expiration-skew=CRITICAL rrsig-ttl-outlives=WARNING",
     {.odd = TYPE_WINDOW("A", -14 * DAY, 300)}},
    {"ends in 301 s",
     "rrsig-expiring-crit=CRITICAL rrsig-ttl-outlives=WARNING",
     {.odd = TYPE_WINDOW("A", -14 * DAY, 301)}},
    {"starts now", "rrsig-inception-skew=WARNING", {.odd = TYPE_WINDOW("A", 0, 14 * DAY)}},
    {"started 300 s ago",
     "rrsig-inception-skew=WARNING",
     {.odd = TYPE_WINDOW("A", -300, 14 * DAY)}},
    {"started 301 s ago", "", {.odd = TYPE_WINDOW("A", -301, 14 * DAY)}},
    {"starts in 300 s", "rrsig-inception-skew=WARNING", {.odd = TYPE_WINDOW("A", 300, 14 * DAY)}},
    {"starts in 301 s", "rrsig-not-yet-rrset=CRITICAL", {.odd = TYPE_WINDOW("A", 301, 14 * DAY)}},
    {"180 days", "", {.odd = TYPE_WINDOW("A", -10 * DAY, 170 * DAY)}},
    {"longer than 180 days",
     "rrsig-validity-long=WARNING",
     {.odd = TYPE_WINDOW("A", -10 * DAY, 170 * DAY + 1)}},
    {"shorter than SOA expire",
     "rrsig-validity-short=WARNING",
     {.odd = TYPE_WINDOW("A", -DAY, 5 * DAY)}},
    {"shorter than twice the TTL",
     "rrsig-validity-short=WARNING",
     {.odd = {{.types = "A", .ttl = 8 * DAY}}}},
    {"online signer with one day", "", {.odd = WINDOW(-12 * HOUR, 12 * HOUR)}},
    {"online signer, three hours left", "", {.odd = WINDOW(-21 * HOUR, 3 * HOUR)}},
    {"TTL outlives",
     "rrsig-ttl-outlives=WARNING",
     {.odd = {{.types = "A",
               .deed = DEED_RESIGN,
               .from = -12 * DAY,
               .until = 2 * DAY,
               .ttl = 2 * DAY + 1}}}},
    {"TTL ends with the signature",
     "",
     {.odd = {{.types = "A",
               .deed = DEED_RESIGN,
               .from = -12 * DAY,
               .until = 2 * DAY,
               .ttl = 2 * DAY}}}},
    {"expired beside good",
     "rrsig-expired-extra=WARNING",
     {.odd =
          {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .from = -20 * DAY, .until = -6 * DAY}}}},
    {"expiring beside good",
     "",
     {.odd =
          {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .from = -13 * DAY, .until = 2 * HOUR}}}},
    {"signature by the ZSK over the keys ends before that by the KSK",
     "",
     {.odd = {{.types = "DNSKEY",
               .deed = DEED_ALSO,
               .keys = "Z1",
               .from = -13 * DAY,
               .until = 2 * HOUR}}}},
    {"signature by the KSK over the keys ends before that by the ZSK",
     "rrsig-expiring-crit=CRITICAL",
     {.odd = {{.types = "DNSKEY", .deed = DEED_RESIGN, .from = -12 * DAY, .until = 2 * HOUR},
              {.types = "DNSKEY", .deed = DEED_ALSO, .keys = "Z1"}}}},
    {"made ahead of time beside good",
     "rrsig-not-yet-rrset=OK",
     {.odd = {{.types = "A", .deed = DEED_ALSO, .keys = "Z1", .from = DAY, .until = 15 * DAY}}}},
};

START_TEST(times)
{
    signedzone_judge_rows(time_rows, COUNT(time_rows));
}
END_TEST

/* -w and -c: the remaining life at which each begins to alert, by windows that end around it. */
#define LEFT(seconds) .odd = TYPE_WINDOW("A", (seconds)-14 * DAY, (seconds))
#define WARN          "rrsig-expiring-warn=WARNING"
#define CRIT          "rrsig-expiring-crit=CRITICAL"
#define LATE          "rrsig-refresh-overdue=WARNING"
#define TOO_LATE      "rrsig-refresh-overdue=CRITICAL"

static const struct zone_row horizon_rows[] = {
    {"default: 10 % of 14 d", "", {LEFT(14 * DAY / 10)}},
    {"default: below 10 % of 14 d", WARN, {LEFT(14 * DAY / 10 - 1)}},
    {"default: 5 % of 14 d", WARN, {LEFT(14 * DAY / 20)}},
    {"default: below 5 % of 14 d", CRIT, {LEFT(14 * DAY / 20 - 1)}},
    {"default: 3 d of 60 d", "", {.odd = TYPE_WINDOW("A", -57 * DAY, 3 * DAY)}},
    {"default: below 3 d of 60 d", WARN, {.odd = TYPE_WINDOW("A", -57 * DAY, 3 * DAY - 1)}},
    {"default: 1 d of 60 d", WARN, {.odd = TYPE_WINDOW("A", -59 * DAY, DAY)}},
    {"default: below 1 d of 60 d", CRIT, {.odd = TYPE_WINDOW("A", -59 * DAY, DAY - 1)}},
    {"durations: at the bound", "", {LEFT(7 * DAY), .warning = "7d", .critical = "2d"}},
    {"durations: warning", WARN, {LEFT(7 * DAY - 1), .warning = "7d", .critical = "2d"}},
    {"durations: critical", CRIT, {LEFT(2 * DAY - 1), .warning = "7d", .critical = "2d"}},
    {"as a range", WARN, {LEFT(7 * DAY - 1), .warning = "7d:", .critical = "2d:"}},
    {"shares: at the bound", "", {LEFT(7 * DAY), .warning = "50%", .critical = "25%"}},
    {"shares: warning", LATE, {LEFT(7 * DAY - 1), .warning = "50%", .critical = "25%"}},
    {"shares: critical", TOO_LATE, {LEFT(7 * DAY / 2 - 1), .warning = "50%", .critical = "25%"}},
    {"both: the duration is smaller", "", {LEFT(2 * DAY), .warning = "2d/50%", .critical = "1h"}},
    {"both: below it", WARN, {LEFT(2 * DAY - 1), .warning = "2d/50%", .critical = "1h"}},
    {"both: the share is smaller", "", {LEFT(7 * DAY), .warning = "9d/50%", .critical = "1h"}},
    {"both: below that", WARN, {LEFT(7 * DAY - 1), .warning = "9d/50%", .critical = "1h"}},
    {"critical above warning", CRIT, {LEFT(5 * DAY), .warning = "2d", .critical = "6d"}},
};

START_TEST(horizons)
{
    signedzone_judge_rows(horizon_rows, COUNT(horizon_rows));
}
END_TEST

/* Seconds of 2038-01-19 and 2106-02-07, where 31 and 32 bits are full. */
#define FULL_31 (INT64_C(1) << 31)
#define FULL_32 (INT64_C(1) << 32)

static const struct zone_row epoch_rows[] = {
    {"ends after 2038", "", {.now = FULL_31 - 5 * DAY}},
    {"starts before 2038", "", {.now = FULL_31 + DAY}},
    {"2038 to the second", "", {.now = FULL_31}},
    {"expired before 2038",
     "rrsig-expired-all=CRITICAL",
     {.now = FULL_31 + DAY, .odd = WINDOW(-15 * DAY, -2 * DAY)}},
    {"not valid before 2038",
     "rrsig-not-yet-all=CRITICAL",
     {.now = FULL_31 - DAY, .odd = WINDOW(2 * DAY, 16 * DAY)}},
    {"ends after 2106", "", {.now = FULL_32 - 5 * DAY}},
    {"starts before 2106", "", {.now = FULL_32 + DAY}},
    {"2106 to the second", "", {.now = FULL_32}},
    {"the second before", "", {.now = FULL_32 - 1}},
    {"expired before 2106",
     "rrsig-expired-all=CRITICAL",
     {.now = FULL_32 + DAY, .odd = WINDOW(-15 * DAY, -2 * DAY)}},
    {"not valid before 2106",
     "rrsig-not-yet-all=CRITICAL",
     {.now = FULL_32 - DAY, .odd = WINDOW(2 * DAY, 16 * DAY)}},
    {"near its end across 2106",
     "rrsig-expiring-warn=WARNING",
     {.now = FULL_32 - HOUR, .odd = WINDOW(-13 * DAY, DAY)}},
};

START_TEST(epochs)
{
    signedzone_judge_rows(epoch_rows, COUNT(epoch_rows));
}
END_TEST

/* The clock of this host. */

#define BOTH_WINDOWS(start, end)                                                                   \
    {                                                                                              \
        {                                                                                          \
            .servers = "12P", .deed = DEED_RESIGN, .from = (start), .until = (end)                 \
        }                                                                                          \
    }

static const struct zone_row clock_rows[] = {
    {"too late for two zones",
     "clock-implausible=UNKNOWN",
     {.odd = BOTH_WINDOWS(-20 * DAY, -6 * DAY)}},
    {"too early for two zones",
     "clock-implausible=UNKNOWN",
     {.odd = BOTH_WINDOWS(6 * DAY, 20 * DAY)}},
    {"too late by --at",
     "ds-parent-bad-sig=CRITICAL rrsig-expired-all=CRITICAL",
     {.now_given = true, .odd = BOTH_WINDOWS(-20 * DAY, -6 * DAY)}},
    {"one signature of the zone is right",
     "ds-parent-bad-sig=CRITICAL rrsig-expired-rrset=CRITICAL",
     {.odd = {{.servers = "12P", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY},
              {.types = "A", .deed = DEED_RESIGN, .from = -DAY, .until = 12 * DAY}}}},
    {"other faults stay when the clock is wrong",
     "rrsig-missing-rrset=CRITICAL clock-implausible=UNKNOWN",
     {.odd = {{.servers = "12P", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY},
              {.types = "A", .deed = DEED_UNSIGN}}}},
};

START_TEST(clocks)
{
    signedzone_judge_rows(clock_rows, COUNT(clock_rows));
}
END_TEST

/* --severity, --own-zone-only, --partial, --min-good, --max-life. */

static void rate_expired(struct rrsig_options *options)
{
    options->common.rating.state[FINDING_RRSIG_EXPIRED_RRSET] = STATE_WARNING;
}

static void ignore_expired(struct rrsig_options *options)
{
    options->common.rating.state[FINDING_RRSIG_EXPIRED_RRSET] = RATING_IGNORE;
}

static void own_zone_only(struct rrsig_options *options)
{
    options->common.rating.own_zone_only = true;
}

static void partial_warning(struct rrsig_options *options)
{
    options->common.partial = STATE_WARNING;
}

static void partial_critical(struct rrsig_options *options)
{
    options->common.partial = STATE_CRITICAL;
}

static void two_good(struct rrsig_options *options)
{
    options->common.min_good = 2;
}

static void live_a_week(struct rrsig_options *options)
{
    options->max_life = 7 * DAY;
}

static void silence_2(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_2);
}

static const struct zone_row term_rows[] = {
    {"--severity lowers",
     "rrsig-expired-rrset=WARNING",
     {.odd = TYPE_WINDOW("A", -20 * DAY, -6 * DAY), .tune = rate_expired}},
    {"--severity ignores",
     "",
     {.odd = TYPE_WINDOW("A", -20 * DAY, -6 * DAY), .tune = ignore_expired}},
    {"--own-zone-only and the parent",
     "ds-parent-bad-sig=WARNING",
     {.odd = {{.servers = "P", .deed = DEED_RESIGN, .spoilt = true}}, .tune = own_zone_only}},
    {"--own-zone-only and the zone",
     "rrsig-expired-all=CRITICAL",
     {.odd = WINDOW(-20 * DAY, -6 * DAY), .tune = own_zone_only}},
    {"--partial warning, one server expired",
     "rrsig-expired-server=WARNING" AT2,
     {.odd = SERVER_WINDOW("2", -20 * DAY, -6 * DAY), .tune = partial_warning}},
    {"--partial warning, one server unsigned",
     "rrsig-missing-server=WARNING" AT2,
     {.odd = {{.servers = "2", .deed = DEED_UNSIGN}}, .tune = partial_warning}},
    {"--partial warning, one server wrong",
     "rrsig-bad-server=WARNING" AT2,
     {.odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}},
      .tune = partial_warning}},
    {"--partial warning, all servers expired",
     "rrsig-expired-all=CRITICAL",
     {.odd = WINDOW(-20 * DAY, -6 * DAY), .tune = partial_warning}},
    {"one server silent", "net-timeout-one=WARNING" AT2, {.twist = silence_2}},
    {"--partial critical, one server silent",
     "net-timeout-one=CRITICAL" AT2,
     {.twist = silence_2, .tune = partial_critical}},
    {"--min-good 2, one server silent",
     "net-timeout-one=CRITICAL" AT2,
     {.twist = silence_2, .tune = two_good}},
    {"--min-good 2, both well", "", {.tune = two_good}},
    {"--max-life 7d",
     "rrsig-validity-long=WARNING rrsig-validity-long=WARNING",
     {.tune = live_a_week}},
};

START_TEST(terms)
{
    signedzone_judge_rows(term_rows, COUNT(term_rows));
}
END_TEST

/* The numbers. */

static void garble(struct arena *arena, struct rrset *set)
{
    struct rrsig *sigs = arena_copy(arena, set->sigs, set->sig_count * sizeof *sigs);
    sigs[0] = (struct rrsig){.malformed = true};
    set->sigs = sigs;
}

/* "min_remaining=950400s;121000:;60480: lifetime=..." */
static const char *metrics_text(struct arena *arena, const struct report *report)
{
    const char *text = "";
    for (size_t i = 0; i < report->metric_count; i++) {
        const struct metric *metric = &report->metrics[i];
        text = arena_printf(arena, "%s%s%s=%.0f%s;%s;%s", text, i == 0 ? "" : " ", metric->label,
                            metric->value, metric->unit, range_text(arena, metric->warning),
                            range_text(arena, metric->critical));
    }
    return text;
}

#define REST(rrsets, failing, servers)                                                             \
    "rrsets=" rrsets ";; failing=" failing ";; servers=" servers ";;"

static void expect_insecure(struct rrsig_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

/* SOA, NS, DNSKEY, A and NSEC at two servers, DS at one. */
static const struct zone_row metric_rows[] = {
    {"healthy",
     "min_remaining=950400s;120960:;60480: lifetime=1209600s;; max_age=259200s;; " REST("11", "0",
                                                                                        "2"),
     {.subject = NULL}},
    {"durations",
     "min_remaining=950400s;604800:;86400: lifetime=1209600s;; max_age=259200s;; " REST("11", "0",
                                                                                        "2"),
     {.warning = "7d", .critical = "1d"}},
    {"expired",
     "min_remaining=-518400s;120960:;60480: lifetime=1209600s;; max_age=1728000s;; " REST("11", "2",
                                                                                          "2"),
     {.odd = TYPE_WINDOW("A", -20 * DAY, -6 * DAY)}},
    {"a malformed signature has no life",
     "min_remaining=950400s;120960:;60480: lifetime=1209600s;; max_age=259200s;; " REST("11", "2",
                                                                                        "2"),
     {.odd = {{.types = "A", .alter = garble}}}},
    {"nothing signed",
     REST("11", "11", "2"),
     {.ds = "K1",
      .odd = {{.servers = "12", .deed = DEED_UNSIGN}, {.servers = "P", .deed = DEED_UNSIGN}}}},
    {"not signed", REST("6", "6", "2"), {.dnskey = "", .ds = ""}},
    {"not signed, as is expected",
     REST("6", "0", "2"),
     {.dnskey = "", .ds = "", .tune = expect_insecure}},
    {"not signed, which is allowed, but with a DS",
     "min_remaining=950400s;120960:;60480: lifetime=1209600s;; max_age=259200s;; " REST("7", "6",
                                                                                        "2"),
     {.dnskey = "", .tune = expect_insecure}},
    {"one server silent",
     "min_remaining=950400s;120960:;60480: lifetime=1209600s;; max_age=259200s;; " REST("6", "0",
                                                                                        "1"),
     {.twist = silence_2}},
};

START_TEST(metrics)
{
    struct signedzone zone;
    signedzone_open(&zone);
    for (size_t i = 0; i < COUNT(metric_rows); i++) {
        (void)signedzone_judge(&zone, &metric_rows[i].plan);
        const char *text = metrics_text(zone.arena, &zone.subject.report);
        ck_assert_msg(strcmp(text, metric_rows[i].expected) == 0, "%s: got '%s', expected '%s'",
                      metric_rows[i].what, text, metric_rows[i].expected);
    }
    signedzone_close(&zone);
}
END_TEST

static double sample_value(const struct report *report, enum family family, const char *type)
{
    for (size_t i = 0; i < report->sample_count; i++) {
        const struct sample *sample = &report->samples[i];
        if (sample->family == family && (sample->record_type == NULL) == (type == NULL) &&
            (type == NULL || strcmp(sample->record_type, type) == 0)) {
            return sample->value;
        }
    }
    ck_abort_msg("no sample of family %d, type %s", (int)family, type == NULL ? "-" : type);
}

START_TEST(samples)
{
    static const struct zone_plan plan = {
        .dnskey = "K1 X1 Z1 Z2",
        .odd = {{.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true},
                {.servers = "1",
                 .types = "SOA",
                 .deed = DEED_RESIGN,
                 .from = -9 * DAY,
                 .until = 5 * DAY}}};
    struct signedzone zone;
    signedzone_open(&zone);
    (void)signedzone_judge(&zone, &plan);
    const struct report *report = &zone.subject.report;
    ck_assert_double_eq(sample_value(report, FAMILY_VALIDATION_SUCCESS, "A"), 0);
    ck_assert_double_eq(sample_value(report, FAMILY_VALIDATION_SUCCESS, "SOA"), 1);
    ck_assert_double_eq(sample_value(report, FAMILY_EXPIRATION, "SOA"), ZONE_NOW + 5.0 * DAY);
    ck_assert_double_eq(sample_value(report, FAMILY_INCEPTION, "SOA"), ZONE_NOW - 3.0 * DAY);
    ck_assert_double_eq(sample_value(report, FAMILY_VALIDITY, "SOA"), 5.0 * DAY);
    ck_assert_double_eq(sample_value(report, FAMILY_VALIDITY, "NS"), 11.0 * DAY);
    ck_assert_double_eq(sample_value(report, FAMILY_SHORTEST, NULL), 5.0 * DAY);
    ck_assert_double_eq(sample_value(report, FAMILY_SIGNED, NULL), 1);
    ck_assert_double_eq(sample_value(report, FAMILY_ALGORITHM, NULL), 13);
    ck_assert_double_eq(sample_value(report, FAMILY_KEY_TAG, NULL),
                        signedzone_key(&zone, "Z1")->dnskey.tag);
    ck_assert_double_eq(sample_value(report, FAMILY_PROBE_ERRORS, NULL), 0);
    signedzone_close(&zone);
}
END_TEST

SUITE_MAIN("rrsig_expiry", times, horizons, epochs, clocks, terms, metrics, samples)
