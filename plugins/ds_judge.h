/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check_ds_match judges, part by part, and how it says things once.
 *
 * A remark that holds at several servers is gathered and becomes one finding that names them.
 */
#pragma once

#include "plugins/ds_survey.h"

/* Something to say; see struct finding. */
struct ds_remark {
    enum finding_id id;
    enum state state;
    const char *type;
    int key_tag;
    bool above;   /* the parent's fault */
    bool partial; /* about some servers only, though none is named by itself */
};

struct ds_gathered {
    struct ds_remark remark;
    const char *text;
    struct places places; /* none: not about single servers */
};

struct ds_gathering {
    struct ds_survey *survey;
    const struct ds_history *before; /* what earlier runs saw; NULL without --state-file */
    struct ds_gathered *list;
    size_t count;
};

/* A remark in the default state of its id, without key tag, about the zone itself. */
struct ds_remark ds_remark(enum finding_id id, const char *type);
/* The same in another state. */
struct ds_remark ds_remark_as(enum finding_id id, enum state state, const char *type);
/* Both about one key, or a DS of it. */
struct ds_remark ds_remark_about(enum finding_id id, const char *type, uint16_t tag);
struct ds_remark ds_remark_tag(enum finding_id id, enum state state, const char *type,
                               uint16_t tag);

/* That RSA/SHA-1 is deprecated: who takes it for insecure, by --sha1, and wants a secure zone
 * fails. */
struct ds_remark ds_deprecated(const struct ds_survey *survey, const char *type);

/* Words under which a history keeps since when something else than a rollover lasts. */
#define DS_PHASE_PENDING "cds-pending"
#define DS_PHASE_APART   "servers-apart"

/* Adds a remark; `place` is the server where it holds, NULL when it is about no single one. */
void ds_say(struct ds_gathering *gathering, struct ds_remark remark, const struct place *place,
            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Reports all that was gathered. */
void ds_gather_report(const struct ds_gathering *gathering, struct report *report);

/* What is wrong with a signature: "expired, it ended at 2026-11-29 10:00:07 UTC". */
const char *ds_defects_text(const struct ds_survey *survey, const struct sig_verdict *verdict);

/* "example.com. IN DS 12345 13 2 49FD...", the record to publish for a key. */
const char *ds_line(const struct ds_survey *survey, const struct dnskey *key, uint8_t digest_type);

/* By --state-file: since when a phase lasts; now for one that was not seen before. */
int64_t ds_since(const struct ds_gathering *gathering, const struct known_phase *phase);

/* By --state-file: whether a DS has not been there for longer than --roll-grace. */
bool ds_is_young(const struct ds_gathering *gathering, const struct ds *ds);

/* And whether the key of a DS that fits none was published until then. */
bool ds_is_replaced(const struct ds_gathering *gathering, const struct ds *ds);

void ds_judge_parents(struct ds_gathering *gathering);
void ds_judge_records(struct ds_gathering *gathering);
void ds_judge_links(struct ds_gathering *gathering);

/* One server's link at work. */
struct ds_linking {
    struct ds_gathering *gathering;
    const struct ds_child *child;
    const struct link *link;
};

/* Of links that are not LINK_SECURE. */
void ds_judge_broken(const struct ds_linking *linking);
void ds_judge_unusable(const struct ds_linking *linking);
void ds_judge_undecided(const struct ds_linking *linking);

/* The finding that a DS by itself amounts to, if it is wrong in a way that can be told. */
bool ds_wrong_id(enum ds_fit fit, enum finding_id *id);

/* What is wrong with the DS and what to publish instead. */
void ds_say_wrong(const struct ds_linking *linking, const struct ds_verdict *verdict,
                  enum finding_id id, enum state state);

/* How the rollover went wrong, to follow what is said of the link; "" when it did not. */
const char *ds_rollover_words(const struct ds_linking *linking);

void ds_judge_keys(struct ds_gathering *gathering);
void ds_judge_servers(struct ds_gathering *gathering);
void ds_judge_cds(struct ds_gathering *gathering);
void ds_judge_bootstrap(struct ds_gathering *gathering);
void ds_judge_anchors(struct ds_gathering *gathering);
void ds_judge_pins(struct ds_gathering *gathering);

/* Finds the phases of rollovers; `ds_judge_links` and others lean on them. */
void ds_find_rollovers(struct ds_gathering *gathering);
void ds_judge_rollovers(struct ds_gathering *gathering);

/* What has changed since the last run; then the history becomes that of this one. */
void ds_judge_history(struct ds_gathering *gathering);
void ds_remember(const struct ds_gathering *gathering, struct ds_history *history);

/* How old and how long in use a key is by what was remembered; 0: not known. */
int64_t ds_first_seen(const struct ds_gathering *gathering, const struct dnskey *key);
bool ds_key_id(const struct ds_survey *survey, const struct dnskey *key, struct ds *id);

/* The chain from the trust anchor down to the parent; sets the report's verdict. */
void ds_judge_chain(const struct ds_gathering *gathering, struct report *report);

/* Summary line, perfdata, samples, lines for -vv. */
void ds_summarise(const struct ds_gathering *gathering, struct report *report);
