/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 records of a zone for tests, asked for by the names that they match or cover. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "judge/denial.h"

/* A name that is there, with its types; an empty non-terminal has "". */
struct chain_name {
    const char *name;
    const char *types;
};

struct chain_parameters {
    unsigned algorithm;
    unsigned flags;
    unsigned iterations; /* the hashes are made with 500 at most */
    const char *salt;    /* in hexadecimal digits, "-" for none */
};

struct chain {
    const char *zone;
    const struct chain_name *names;
    size_t count;
    struct chain_parameters parameters;
    struct chain_parameters second;
};

enum { CHAIN_RECORDS_MAX = 64 };

/*
 * The records that the words of `recipe` stand for, as verified; returns how many:
 *   =NAME         the record that matches NAME
 *   =NAME:A,MX    the same with other types
 *   ~NAME         the record that covers NAME
 *   <NAME         one made up to cover NAME and nothing else
 *   ^NAME:A,MX    one made up to match NAME, and reaching to the very next hash
 * A 2 in front of a word takes the second parameters.  Two words for the same record give one.
 */
size_t chain_records(struct arena *arena, const struct chain *chain, const char *recipe,
                     struct denial_record records[CHAIN_RECORDS_MAX]);
