/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BIND key files: trust-anchors, managed-keys and trusted-keys statements as records. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* How far a key file was read; `line` counts from 1 and is that of the entry read last. */
struct bind_file {
    const char *text; /* what follows */
    unsigned line;
    unsigned next_line;
    const char *statement; /* that is open; NULL between statements */
    char *word;            /* read last */
    bool quoted;           /* whether it stood in quotation marks */
};

/* Whether the text, comments aside, begins as a BIND key file does. */
bool bind_is(const char *text);

struct bind_file bind_open(struct arena *arena, const char *text);

/*
 * The next anchor as a DS or DNSKEY record in master file form.  False at the end or when
 * something is wrong with `line`, which `problem` then says; it must be NULL before.
 */
bool bind_next(struct arena *arena, struct bind_file *file, const char **record,
               const char **problem);
