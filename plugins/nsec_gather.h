/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One finding for one cause: what shows at several probes and servers is gathered before it is
 * reported, so that a dead signer is one line and not forty.
 */
#pragma once

#include "plugins/nsec_survey.h"

/* Something that is wrong, or worth a note, at one server. */
struct nsec_fault {
    enum finding_id id;
    enum finding_id cause; /* the same; or what denial-server-differs is about */
    enum state state;
    const struct nsec_view *view;
    const struct nsec_probe *probe; /* NULL: it is not about one */
    const char *type;               /* of the records concerned; NULL: what the probe asked for */
    int key_tag;
    const char *what;  /* in words; NULL: what the table of findings says */
    const char *shown; /* times, numbers; or NULL */
};

/* One in the state that its class has, about no probe in particular. */
struct nsec_fault nsec_fault(enum finding_id id, const struct nsec_view *view);

struct nsec_gathered;

struct nsec_gathering {
    struct nsec_survey *survey;
    struct nsec_gathered *list;
    size_t count;
};

/* Adds a fault to those of the same id, cause and state. */
void nsec_gather(struct nsec_gathering *gathering, const struct nsec_fault *fault);

/* Reports all that was gathered. */
void nsec_gather_report(const struct nsec_gathering *gathering, struct report *report);
