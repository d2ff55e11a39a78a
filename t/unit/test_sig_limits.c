/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many keys and signatures: which are tried, how many, and what is said about the others. */
#include <stdbool.h>
#include <string.h>

#include "judge/sig.h"
#include "lib/fixture.h"
#include "lib/suite.h"
#include "unit/sig_bench.h"

enum { MANY = 40 };

/*
 * A key that signed nothing, of the algorithm and with the tag of another: the tag is a checksum,
 * so two octets of the public key are free to make it what one wants.
 */
static struct dnskey impostor(struct arena *arena, const struct dnskey *model, uint8_t number)
{
    uint8_t *rdata = arena_copy(arena, model->rdata.data, model->rdata.size);
    struct bytes bytes = {rdata, model->rdata.size};
    uint8_t *free_octets = rdata + bytes.size - 2;
    rdata[10] = number;
    rdata[11] ^= 0x5a;
    bytes_put16(free_octets, 0);
    unsigned guess = (unsigned)model->tag - rr_key_tag(bytes);
    for (unsigned i = 0; i < 3 && rr_key_tag(bytes) != model->tag; i++) {
        bytes_put16(free_octets, (uint16_t)(guess + i - 1)); /* the sum may carry */
    }
    struct dnskey key;
    ck_assert(rr_dnskey(bytes, &key));
    ck_assert_uint_eq(key.tag, model->tag);
    return key;
}

/* Gives the zone `count` impostors and, at the place `at`, the real key; `count` for none. */
static void surround(struct bench *bench, size_t count, size_t at)
{
    struct dnskey *keys = arena_alloc(bench->arena, (count + 1) * sizeof *keys);
    for (size_t i = 0; i <= count; i++) {
        keys[i] = impostor(bench->arena, &bench->key.dnskey, (uint8_t)(i + 1));
    }
    if (at < count) {
        keys[at] = bench->key.dnskey;
    }
    bench->keys = keys;
    bench->context.keys = keys;
    bench->context.key_count = count;
}

static size_t operations(const struct bench *bench)
{
    return crypto_operations(bench->context.crypto);
}

struct collision_row {
    size_t keys;
    size_t at; /* the real one; `keys` for none */
    unsigned defects;
    size_t operations;
};

static const struct collision_row collision_rows[] = {
    {1, 0, 0, 1},       {2, 0, 0, 1},         {2, 1, 0, 2},
    {4, 3, 0, 4},       {4, 4, SIG_BAD, 4},   {5, 4, SIG_LIMIT, 4},
    {5, 0, 0, 1},       {8, 8, SIG_LIMIT, 4}, {MANY, MANY, SIG_LIMIT, 4},
    {1, 1, SIG_BAD, 1},
};

START_TEST(keys_with_one_tag)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        for (size_t i = 0; i < COUNT(collision_rows); i++) {
            const struct collision_row *row = &collision_rows[i];
            struct bench bench;
            bench_open(&bench, "example.com", algorithms[a]);
            surround(&bench, row->keys, row->at);
            struct rrset set = sign(&bench, WWW);
            struct sig_verdict verdict = expect(&bench, &set, row->defects, "collision");
            ck_assert_uint_eq(operations(&bench), row->operations);
            ck_assert_uint_eq(bench.checks_left, 512 - row->operations);
            ck_assert_int_eq(verdict.tag_shared, row->keys > 1);
            ck_assert_ptr_eq(verdict.key, &bench.keys[row->defects == 0 ? row->at : 0]);
            bench_close(&bench);
        }
    }
}
END_TEST

/* A key that must not sign does not use up the tries of one that may. */
START_TEST(fit_keys_are_tried_alone)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    surround(&bench, 9, 8);
    for (size_t i = 0; i < 8; i++) {
        bench.keys[i].flags = 0;
    }
    struct rrset set = sign(&bench, WWW);
    expect(&bench, &set, 0, "the fit key is good");
    ck_assert_uint_eq(operations(&bench), 1);
    bench.keys[8] = bench.keys[0];
    bench.keys[2] = bench.key.dnskey;
    bench.keys[2].protocol = 0;
    struct sig_verdict verdict =
        expect(&bench, &set, SIG_KEY_PROTOCOL, "the unfit key that signed");
    ck_assert_ptr_eq(verdict.key, &bench.keys[2]);
    bench_close(&bench);
}
END_TEST

/* KeyTrap (CVE-2023-50387): many keys of one tag times many signatures. */
START_TEST(many_keys_times_many_signatures)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    surround(&bench, MANY, MANY);
    struct rrset set = fixture_rrset(bench.arena, WWW);
    for (unsigned i = 0; i < MANY; i++) {
        struct fixture_window window = usual();
        window.inception -= i;
        set = fixture_sign(bench.arena, &set, &bench.key, window);
    }
    const struct sig_verdict *verdicts = sig_judge(&bench.context, &set);
    for (size_t i = 0; i < MANY; i++) {
        ck_assert_uint_eq(verdicts[i].defects, SIG_LIMIT);
        ck_assert_ptr_eq(verdicts[i].sig, &set.sigs[i]);
    }
    ck_assert_uint_eq(operations(&bench), SIG_CHECKS_PER_RRSET);
    for (unsigned server = 1; server < 6; server++) {
        ck_assert_uint_eq(sig_judge(&bench.context, &set)->defects, SIG_LIMIT);
    }
    ck_assert_uint_eq(operations(&bench), SIG_CHECKS_PER_RRSET);
    bench_close(&bench);
}
END_TEST

/* Signatures: expired or spoilt first in the set, `good` sound ones last. */
static struct rrset crowd(struct bench *bench, unsigned junk, bool expired, unsigned good)
{
    struct rrset set = fixture_rrset(bench->arena, WWW);
    for (unsigned i = 0; i < junk + good; i++) {
        /* Earlier expiration sorts first. */
        struct fixture_window window = {.inception = NOW - DAY - 200 + i,
                                        .expiration = NOW - DAY + i,
                                        .spoilt = i < junk && !expired};
        window.expiration += i >= junk || !expired ? 2 * DAY : 0;
        set = fixture_sign(bench->arena, &set, &bench->key, window);
    }
    return set;
}

START_TEST(sound_signatures_come_first)
{
    struct bench bench;
    bench_open(&bench, "example.com", 15);
    struct rrset set = crowd(&bench, 30, true, 2);
    const struct sig_verdict *verdicts = sig_judge(&bench.context, &set);
    for (size_t i = 0; i < 30; i++) {
        unsigned defects = SIG_EXPIRED | (i < SIG_CHECKS_PER_RRSET - 2 ? 0u : SIG_LIMIT);
        ck_assert_msg(verdicts[i].defects == defects, "%zu: %s", i,
                      sig_defects_text(bench.arena, verdicts[i].defects));
    }
    ck_assert_uint_eq(verdicts[30].defects, 0);
    ck_assert_uint_eq(verdicts[31].defects, 0);
    ck_assert_uint_eq(operations(&bench), SIG_CHECKS_PER_RRSET);
    bench_close(&bench);
}
END_TEST

/* Every signature is judged, whatever the others are. */
START_TEST(a_good_signature_does_not_hide_a_bad_one)
{
    struct bench bench;
    bench_open(&bench, "example.com", 15);
    struct rrset set = crowd(&bench, 3, false, 3);
    const struct sig_verdict *verdicts = sig_judge(&bench.context, &set);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(verdicts[i].defects, i < 3 ? SIG_BAD : 0);
    }
    ck_assert_uint_eq(operations(&bench), 6);
    ck_assert_ptr_nonnull(sig_judge(&bench.context, &set));
    ck_assert_uint_eq(operations(&bench), 6);
    ck_assert_uint_eq(bench.checks_left, 512 - 6);
    bench_close(&bench);
}
END_TEST

START_TEST(a_run_has_so_many_checks)
{
    struct bench bench;
    bench_open(&bench, "example.com", 15);
    bench.checks_left = 2;
    struct rrset set = crowd(&bench, 0, false, 4);
    const struct sig_verdict *verdicts = sig_judge(&bench.context, &set);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(verdicts[i].defects, i < 2 ? 0 : SIG_LIMIT);
    }
    ck_assert_uint_eq(bench.checks_left, 0);
    bench.context.now = NOW + 9 * DAY;
    ck_assert_uint_eq(sig_judge(&bench.context, &set)[3].defects, SIG_EXPIRED | SIG_LIMIT);
    ck_assert_uint_eq(operations(&bench), 2);
    bench_close(&bench);
}
END_TEST

/* RFC 4035 5.3.2, octet by octet. */
START_TEST(data_that_a_signature_covers)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    struct rrset set = fixture_rrset(bench.arena, "x.Y.example.com 300 A 192.0.2.2\n"
                                                  "x.y.example.com 300 A 192.0.2.1");
    struct fixture_window window = {.inception = 0x01020304,
                                    .expiration = 0x05060708,
                                    .labels = &(const uint8_t){3},
                                    .key_tag = &(const uint16_t){0x1234},
                                    .original_ttl = &(const uint32_t){600}};
    set = fixture_sign(bench.arena, &set, &bench.key, window);
    set.ttl = 7;
    const char *head = "00010d03000002580506070801020304"
                       "1234076578616d706c6503636f6d00";
    const char *record = "012a0179076578616d706c6503636f6d0000010001000002580004c00002";
    const char *expected = arena_printf(bench.arena, "%s%s01%s02", head, record, record);
    struct bytes data = sig_data(bench.arena, &set, &set.sigs[0]);
    ck_assert_str_eq(fixture_hex_text(bench.arena, data), expected);
    bench_close(&bench);
}
END_TEST

START_TEST(defects_in_words)
{
    static const struct {
        unsigned defects;
        const char *text;
    } rows[] = {
        {0, ""},
        {SIG_EXPIRED, "expired"},
        {SIG_NOT_YET_VALID, "not valid yet"},
        {SIG_NO_KEY, "by a key that is not published"},
        {SIG_BAD, "cryptographically wrong"},
        {SIG_EXPIRED | SIG_BAD, "expired, cryptographically wrong"},
        {SIG_MALFORMED | SIG_LIMIT, "malformed, not checked (too many signatures or keys)"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_str_eq(sig_defects_text(arena, rows[i].defects), rows[i].text);
    }
    size_t before = 0;
    for (unsigned defect = SIG_EXPIRED; defect <= SIG_LIMIT; defect <<= 1) {
        const char *text = sig_defects_text(arena, (defect << 1) - 1);
        ck_assert_uint_gt(strlen(sig_defects_text(arena, defect)), 0);
        ck_assert_uint_gt(strlen(text), before);
        before = strlen(text);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("sig_limits", keys_with_one_tag, fit_keys_are_tried_alone,
           many_keys_times_many_signatures, sound_signatures_come_first,
           a_good_signature_does_not_hide_a_bad_one, a_run_has_so_many_checks,
           data_that_a_signature_covers, defects_in_words)
