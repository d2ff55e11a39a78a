/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Master files (RFC 1035 5) in memory as a stream of records. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"

/* A record of class IN. */
struct file_record {
    struct name owner;
    uint16_t type;
    uint32_t ttl;
    struct bytes rdata;  /* canonical, as in struct rrset */
    const char *comment; /* from the first `;` of its lines on; "" for none */
};

/* How far the text was read; `line` counts from 1 and is that of the record read last. */
struct masterfile {
    const char *text; /* what follows */
    unsigned line;
    unsigned next_line;
    struct name origin;   /* $ORIGIN; the root at first */
    struct name previous; /* the owner of the record before; size 0 at first */
    char *scratch;        /* room for the longest line */
};

enum masterfile_status { MASTERFILE_RECORD, MASTERFILE_END, MASTERFILE_ERROR };

/* The text must stay as it is while it is read. */
struct masterfile masterfile_open(struct arena *arena, const char *text);

/*
 * The next record: comments, parentheses, $ORIGIN and $TTL are understood, $INCLUDE is refused, the
 * class must be IN.  For MASTERFILE_ERROR `problem` says what is wrong with `line`, in text that
 * is safe to print, and reading cannot go on.
 */
enum masterfile_status masterfile_next(struct arena *arena, struct masterfile *file,
                                       struct file_record *record, const char **problem);
