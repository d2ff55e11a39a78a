/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The findings, numbers and lines about one subject.
 *
 * Checks add to a report and never print; the renderers read it and never judge.  All text that
 * enters a report is made safe to print at that moment (text_clean), so no renderer has to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/name.h"
#include "result/finding.h"
#include "result/threshold.h"

/* How the user re-rates findings: --severity, --own-zone-only. */
struct rating {
    signed char state[FINDING_COUNT]; /* RATING_DEFAULT, RATING_IGNORE or an enum state */
    bool own_zone_only; /* a CRITICAL finding above the subject's zone becomes a WARNING */
};
enum { RATING_DEFAULT = -1, RATING_IGNORE = -2 };

struct finding {
    enum finding_id id;
    enum state state;
    struct name zone;   /* whose fault; size 0 when not about a zone */
    struct name owner;  /* size 0 when not about an owner name */
    const char *type;   /* "DS", or NULL */
    const char *server; /* address where it shows, the first of several; NULL for all servers */
    int key_tag;        /* or KEY_TAG_NONE */
    const char *text;   /* what is wrong, times, what to do */
    bool beside;        /* stands beside what is good: it explains no other fault of its state */
};

/* How several metrics of one label become one when many names are reported together. */
enum fold { FOLD_SUM, FOLD_MIN, FOLD_MAX };

/* A number for the perfdata: label `[a-z][a-z0-9_]*`, unit "s", "%", "c" or "". */
struct metric {
    const char *label;
    double value;
    const char *unit;
    struct range warning;
    struct range critical;
    enum fold fold; /* in a report */
};

double fold_value(enum fold fold, double a, double b);

/* Prometheus families that existing dashboards know. */
enum family {
    FAMILY_EXPIRATION,         /* dnssec_rrsig_expiration_timestamp: the earliest counts */
    FAMILY_INCEPTION,          /* dnssec_rrsig_inception_timestamp: the latest counts */
    FAMILY_VALIDITY,           /* dnssec_rrsig_validity_seconds: seconds left, the least counts */
    FAMILY_VALIDATION_SUCCESS, /* dnssec_validation_success: 1 or 0, the least counts */
    FAMILY_SIGNED,             /* dnssec_zone_signed: 1 or 0, the least counts */
    FAMILY_ALGORITHM,          /* dnssec_algorithm: number, the lowest counts */
    FAMILY_KEY_TAG,            /* dnssec_key_tag: number, the lowest counts */
    FAMILY_PROBE_ERRORS,       /* dnssec_probe_errors_total: by error type, summed */
    FAMILY_SHORTEST,           /* dnssec_shortest_validity_seconds: the least counts */
    FAMILY_COUNT
};

/* How samples of one label set become one: as said at each family. */
enum fold family_fold(enum family family);

/* One sample; label values that do not apply to the family stay NULL or KEY_TAG_NONE. */
struct sample {
    enum family family;
    const char *zone;
    const char *record_type;
    const char *error_type;
    int algorithm; /* or -1 */
    int key_tag;   /* or KEY_TAG_NONE */
    double value;
};

/* A line that -v (1), -vv (2) or -vvv (3) shows. */
struct detail {
    int level;
    const char *text;
};

struct report {
    struct arena *arena;
    const struct rating *rating;
    struct name subject;      /* the name the user asked about */
    struct name zone;         /* the zone that holds it, once known; size 0 before */
    const char *subject_type; /* of a plugin that is about a name and type, "A"; or NULL */
    const char *verdict;      /* "secure", "insecure", "bogus", "indeterminate", or NULL */
    bool quiet_verdict;       /* the first line does not begin with the verdict */
    int details_up_to;        /* the level of details that somebody will see: 0 to 3 */
    bool without_samples;     /* nobody will see them */
    const char *graph;        /* Graphviz text of a plugin that draws; or NULL */
    const char *summary;      /* what the first line says when there is no finding to name */
    struct finding *findings;
    size_t finding_count;
    struct metric *metrics;
    size_t metric_count;
    struct sample *samples;
    size_t sample_count;
    struct detail *details;
    size_t detail_count;
};

/* An empty report about `subject` that keeps all details and samples. */
struct report report_start(struct arena *arena, const struct rating *rating,
                           const struct name *subject);

/*
 * A finding in the state its class has by default about records of a type (NULL: none in
 * particular) at a name of a zone; without server and key tag.
 */
struct finding finding_about(enum finding_id id, const struct name *zone, const struct name *owner,
                             const char *type);

/*
 * Adds a finding in the state its class has by default, `finding->state` being ignored; the
 * user's rating is applied.  `format` and what follows give its text.
 */
void report_add(struct report *report, const struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same in the state `finding->state`, where circumstances decide it; --severity still wins. */
void report_add_as(struct report *report, const struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void report_summary(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether a detail of that level is kept; where it is not, its words need not be found. */
bool report_keeps(const struct report *report, int level);

void report_detail(struct report *report, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Adds a metric, or folds it into the one with the same label.  `label` and `unit` are constant
 * texts.  A value that is not finite is left out, as the perfdata has no way to say it.
 */
void report_metric(struct report *report, enum fold fold, struct metric metric);

/* The same for a metric without thresholds. */
void report_number(struct report *report, enum fold fold, const char *label, const char *unit,
                   double value);

/* Label sets of a report: key tags are labels, and a hostile zone can have tens of thousands. */
enum { REPORT_SAMPLES_MAX = 1000 };

/*
 * Adds a sample, or folds it into the one with the same labels, the worse value counting.  What
 * would be one more than REPORT_SAMPLES_MAX is left out.
 */
void report_sample(struct report *report, const struct sample *sample);

/* The same with the labels of the zone and, unless it is NULL, of the record type only. */
void report_sample_of(struct report *report, enum family family, const char *zone,
                      const char *record_type, double value);

/* Adds the samples of a key that signs in the zone: its algorithm and its tag. */
void report_sample_key(struct report *report, const char *zone, uint8_t algorithm, uint16_t tag);

/* The worst state of all findings; OK when there is none (a run that looked at nothing adds one).
 */
enum state report_state(const struct report *report);

/*
 * Sorts the findings: worst state first; then by cause with monitor faults first, what stands
 * beside good data last, then the zone nearest the root, then enum cause, then in the order in
 * which they were added.  So the first one is the root cause of the state.
 */
void report_sort(struct report *report);

/* The root cause: the first finding after report_sort that is not OK; NULL when all is well. */
const struct finding *report_root(const struct report *report);
