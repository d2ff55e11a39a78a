/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a run may ask: what -s, -r, --iterate, -p, -4 and -6 come to. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ask/server.h"
#include "base/arena.h"
#include "frame/run.h"

struct servers {
    const struct server *given; /* -s */
    size_t given_count;
    const struct server *resolvers; /* -r or resolv.conf; none with --iterate */
    size_t resolver_count;
    const struct server *hints; /* root servers; with --iterate only */
    size_t hint_count;
    const char *left_out; /* what is said about addresses that -4 or -6 excludes; NULL: nothing */
    bool none_left;       /* they were all that could be asked: there is nothing to look at */
};

/*
 * Reads the addresses and files that the options name.  An address of the family that -4 or -6
 * excludes is left out; those given by -s or -r are told in `left_out`.  `needs_resolver`: also
 * with -s, where it is otherwise only there for a control question.  Returns NULL, or one line that
 * names the option and the problem.
 */
const char *servers_find(struct arena *arena, const struct common_options *options,
                         bool needs_resolver, struct servers *servers);

/* Reports what was left out: UNKNOWN when nothing is left to ask, otherwise a note. */
void servers_report(const struct servers *servers, struct report *report);
