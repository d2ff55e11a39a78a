/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 records of a zone for tests, asked for by the names that they match or cover. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "judge/denial.h"

/* A name that is there, with its types; an empty non-terminal has "". */
struct nsec3zone_name {
    const char *name;
    const char *types;
};

struct nsec3zone_parameters {
    unsigned algorithm;
    unsigned flags;
    unsigned iterations; /* the hashes are made with 500 at most */
    const char *salt;    /* in hexadecimal digits, "-" for none */
};

struct nsec3zone {
    const char *zone;
    const struct nsec3zone_name *names;
    size_t count;
    struct nsec3zone_parameters parameters;
    struct nsec3zone_parameters second;
};

enum { NSEC3ZONE_RECORDS_MAX = 64 };

/*
 * The records that the words of `recipe` stand for, as verified; returns how many:
 *   =NAME         the record that matches NAME
 *   =NAME:A,MX    the same with other types
 *   ~NAME         the record that covers NAME
 *   <NAME         one made up to cover NAME and nothing else
 *   ^NAME:A,MX    one made up to match NAME, and reaching to the very next hash
 * A 2 in front of a word takes the second parameters.  Two words for the same record give one.
 */
size_t nsec3zone_records(struct arena *arena, const struct nsec3zone *zone, const char *recipe,
                         struct denial_record records[NSEC3ZONE_RECORDS_MAX]);
