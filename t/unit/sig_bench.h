/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zone with one key to judge signatures in, for the tests of sig. */
#pragma once

#include <stdbool.h>

#include "judge/sig.h"
#include "lib/fixture.h"
#include "lib/suite.h"

/* What is signed where it does not matter what. */
#define WWW "www.example.com A 192.0.2.1"

enum { NOW = 1789000000, DAY = 86400 };

static const uint8_t algorithms[] = {8, 13, 15};

/* A zone with one key, and the context to judge it in. */
struct bench {
    struct arena *arena;
    struct name zone;
    struct fixture_key key;
    struct dnskey *keys; /* a copy of its DNSKEY, to be broken */
    size_t checks_left;
    struct sig_context context;
};

/* The context borrows from the bench, so it is set up in place. */
static inline void bench_open(struct bench *bench, const char *zone, uint8_t algorithm)
{
    struct arena *arena = arena_create();
    *bench = (struct bench){.arena = arena, .zone = fixture_name(zone), .checks_left = 512};
    bench->key = fixture_key(arena, zone, 256, algorithm);
    bench->keys = arena_copy(arena, &bench->key.dnskey, sizeof *bench->keys);
    bench->context = (struct sig_context){.arena = arena,
                                          .crypto = crypto_create(arena),
                                          .zone = &bench->zone,
                                          .keys = bench->keys,
                                          .key_count = 1,
                                          .now = NOW,
                                          .checks_left = &bench->checks_left};
}

static inline void bench_close(struct bench *bench)
{
    arena_destroy(bench->arena);
}

static inline struct fixture_window usual(void)
{
    return (struct fixture_window){.inception = NOW - DAY, .expiration = NOW + DAY};
}

static inline struct rrset sign(struct bench *bench, const char *text)
{
    struct rrset set = fixture_rrset(bench->arena, text);
    return fixture_sign(bench->arena, &set, &bench->key, usual());
}

/* Judges the only signature, and shows the defects in words when they are others than expected. */
static inline struct sig_verdict expect(struct bench *bench, const struct rrset *set,
                                        unsigned defects, const char *what)
{
    ck_assert_uint_eq(set->sig_count, 1);
    const struct sig_verdict *verdict = sig_judge(&bench->context, set);
    ck_assert_ptr_eq(verdict->sig, set->sigs);
    ck_assert_msg(verdict->defects == defects, "%s, algorithm %u: got '%s', expected '%s'", what,
                  (unsigned)bench->key.dnskey.algorithm,
                  sig_defects_text(bench->arena, verdict->defects),
                  sig_defects_text(bench->arena, defects));
    return *verdict;
}
