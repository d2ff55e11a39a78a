/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules for the key and the algorithm of a signature. */
#include <stdbool.h>
#include <string.h>

#include "judge/sig.h"
#include "lib/fixture.h"
#include "lib/suite.h"
#include "unit/sig_bench.h"

/* What the DNSKEY may say; the signature itself is good unless spoilt. */
struct key_row {
    const char *what;
    uint16_t flags;
    uint8_t protocol;
    bool spoilt;
    unsigned defects;
};

static const struct key_row key_rows[] = {
    {"ZSK", 256, 3, false, 0},
    {"KSK", 257, 3, false, 0},
    {"unknown flags", 0x7d7e, 3, false, 0},
    {"no zone key", 0, 3, false, SIG_KEY_NOT_ZONE},
    {"entry point only", 1, 3, false, SIG_KEY_NOT_ZONE},
    {"revoked", 256 | 128, 3, false, SIG_KEY_REVOKED},
    {"revoked KSK, spoilt", 257 | 128, 3, true, SIG_KEY_REVOKED | SIG_BAD},
    {"protocol 0", 256, 0, false, SIG_KEY_PROTOCOL},
    {"protocol 4", 256, 4, false, SIG_KEY_PROTOCOL},
    {"everything", 128, 255, true, SIG_KEY_NOT_ZONE | SIG_KEY_REVOKED | SIG_KEY_PROTOCOL | SIG_BAD},
};

START_TEST(keys_unfit_to_sign)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        struct bench bench;
        bench_open(&bench, "example.com", algorithms[a]);
        for (size_t i = 0; i < COUNT(key_rows); i++) {
            const struct key_row *row = &key_rows[i];
            bench.keys[0].flags = row->flags;
            bench.keys[0].protocol = row->protocol;
            struct fixture_window window = usual();
            window.spoilt = row->spoilt;
            struct rrset plain = fixture_rrset(bench.arena, WWW);
            struct rrset set = fixture_sign(bench.arena, &plain, &bench.key, window);
            ck_assert_ptr_eq(expect(&bench, &set, row->defects, row->what).key, bench.keys);
        }
        bench_close(&bench);
    }
}
END_TEST

/* RFC 5011 2.1: a revoked key signs its own revocation. */
START_TEST(revoked_key_signs_its_own_dnskey_rrset)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    struct arena *arena = bench.arena;
    struct fixture_key keys[] = {fixture_key(arena, "example.com", 257 | 128, 13),
                                 fixture_key(arena, "example.com", 257, 13), bench.key};
    struct rrset plain = fixture_dnskeys(arena, 3600, keys, COUNT(keys));
    struct rrset set = fixture_sign(arena, &plain, &keys[0], usual());
    size_t count = 0;
    bench.context.keys = rr_dnskeys(arena, &set, &count);
    bench.context.key_count = count;
    ck_assert_uint_eq(count, COUNT(keys));
    expect(&bench, &set, 0, "its own RRset");
    struct rrset without = fixture_dnskeys(arena, 3600, keys + 1, COUNT(keys) - 1);
    set = fixture_sign(arena, &without, &keys[0], usual());
    expect(&bench, &set, SIG_KEY_REVOKED, "a DNSKEY RRset without it");
    plain = fixture_rrset(arena, WWW);
    set = fixture_sign(arena, &plain, &keys[0], usual());
    expect(&bench, &set, SIG_KEY_REVOKED, "data");
    bench_close(&bench);
}
END_TEST

START_TEST(tag_of_a_key_of_another_algorithm)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    struct rrset set = sign(&bench, WWW);
    bench.keys[0].algorithm = 8;
    ck_assert_ptr_null(
        expect(&bench, &set, SIG_NO_KEY | SIG_ALGORITHM_MISMATCH, "algorithm of the key").key);
    bench.context.key_count = 0;
    expect(&bench, &set, SIG_NO_KEY, "no keys at all");
    bench.context.keys = NULL;
    expect(&bench, &set, SIG_NO_KEY, "no array of keys");
    bench_close(&bench);
}
END_TEST

/* The sizes of key and signature, one octet off and empty. */
START_TEST(sizes_of_key_and_signature)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        struct bench bench;
        bench_open(&bench, "example.com", algorithms[a]);
        const struct rrset set = sign(&bench, WWW);
        struct rrsig sig = set.sigs[0];
        struct rrset changed = set;
        changed.sigs = &sig;
        sig.signature.size--;
        expect(&bench, &changed, SIG_LENGTH, "signature too short");
        uint8_t longer[300] = {0};
        memcpy(longer, set.sigs[0].signature.data, set.sigs[0].signature.size);
        sig.signature = (struct bytes){longer, set.sigs[0].signature.size + 1};
        expect(&bench, &changed, SIG_LENGTH, "signature too long");
        bench.keys[0].public_key.size = algorithms[a] == 8 ? 40 : bench.keys[0].public_key.size - 1;
        expect(&bench, &set, SIG_KEY_LENGTH, "key too short");
        bench.keys[0].public_key.size = 0;
        expect(&bench, &set, SIG_KEY_LENGTH, "empty key");
        bench.keys[0].flags = 0;
        expect(&bench, &set, SIG_KEY_LENGTH | SIG_KEY_NOT_ZONE, "empty key, no zone flag");
        ck_assert_uint_eq(crypto_operations(bench.context.crypto), 0);
        bench_close(&bench);
    }
}
END_TEST

struct algorithm_row {
    uint8_t algorithm;
    enum sha1 sha1;
    unsigned defects;
};

static const struct algorithm_row algorithm_rows[] = {
    {0, SHA1_WARN, SIG_UNSUPPORTED},     {1, SHA1_WARN, SIG_FORBIDDEN},
    {2, SHA1_WARN, SIG_UNSUPPORTED},     {3, SHA1_WARN, SIG_FORBIDDEN},
    {4, SHA1_WARN, SIG_UNSUPPORTED},     {6, SHA1_WARN, SIG_FORBIDDEN},
    {12, SHA1_WARN, SIG_FORBIDDEN},      {17, SHA1_WARN, SIG_UNSUPPORTED},
    {23, SHA1_WARN, SIG_UNSUPPORTED},    {99, SHA1_WARN, SIG_UNSUPPORTED},
    {253, SHA1_WARN, SIG_UNSUPPORTED},   {255, SHA1_WARN, SIG_UNSUPPORTED},
    {5, SHA1_INSECURE, SIG_UNSUPPORTED}, {7, SHA1_INSECURE, SIG_UNSUPPORTED},
};

/* An algorithm that is not used is not tried either, and the other rules still hold. */
START_TEST(algorithms_not_used)
{
    for (size_t i = 0; i < COUNT(algorithm_rows); i++) {
        const struct algorithm_row *row = &algorithm_rows[i];
        struct bench bench;
        bench_open(&bench, "example.com", row->algorithm == 5 || row->algorithm == 7 ? 5 : 13);
        struct fixture_window window = usual();
        window.algorithm = &row->algorithm;
        struct rrset plain = fixture_rrset(bench.arena, WWW);
        struct rrset set = fixture_sign(bench.arena, &plain, &bench.key, window);
        bench.keys[0].algorithm = row->algorithm;
        bench.context.sha1 = row->sha1;
        expect(&bench, &set, row->defects, "alone");
        bench.keys[0].flags = 0;
        bench.context.now = NOW + 2 * DAY;
        expect(&bench, &set, row->defects | SIG_KEY_NOT_ZONE | SIG_EXPIRED, "with other defects");
        ck_assert_uint_eq(crypto_operations(bench.context.crypto), 0);
        bench_close(&bench);
    }
}
END_TEST

START_TEST(sha1_is_verified_unless_insecure)
{
    static const uint8_t numbers[] = {5, 7};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct bench bench;
        bench_open(&bench, "example.com", numbers[i]);
        struct rrset set = sign(&bench, WWW);
        bench.context.sha1 = SHA1_WARN;
        expect(&bench, &set, 0, "warn");
        bench.context.sha1 = SHA1_OK;
        expect(&bench, &set, 0, "ok");
        bench.context.sha1 = SHA1_INSECURE;
        expect(&bench, &set, SIG_UNSUPPORTED, "insecure");
        bench_close(&bench);
    }
}
END_TEST

/* The examples of RFC 5702 6, RFC 6605 6 and, with the signatures of its errata, RFC 8080 6. */
struct example {
    const char *key;
    const char *rrset;
};

#define WWW_NET "www.example.net. 3600 IN A 192.0.2."
#define MX_COM  "example.com. 3600 IN MX 10 mail.example.com.\n"
#define KEY_NET "example.net. 3600 IN DNSKEY "
#define KEY_COM "example.com. 3600 IN DNSKEY "
#define SIG_NET "\nwww.example.net. 3600 IN RRSIG A "
#define SIG_COM "example.com. 3600 IN RRSIG MX "

static const struct example examples[] = {
    {KEY_NET "256 3 10 AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/Ay"
             "hqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBl"
             "Z3PFY12ZTSncorffcGmhOL",
     WWW_NET "91" SIG_NET "10 3 3600 20300101000000 20000101000000 3740 example.net. "
             "tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWz"
             "r0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fth"
             "PgxdDLw="},
    {KEY_NET "257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+"
             "Wi9xMWyQLc8NAA==",
     WWW_NET "1" SIG_NET "13 3 3600 20100909100439 20100812100439 55648 example.net. "
             "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep66"
             "6VCw=="},
    {KEY_NET "257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X"
             "1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
     WWW_NET "1" SIG_NET "14 3 3600 20100909102025 20100812102025 10771 example.net. "
             "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJN"
             "uydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm"},
    {KEY_COM "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     MX_COM SIG_COM "15 2 3600 1440021600 1438207200 3613 example.com. "
                    "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMn"
                    "gwcrqNAg=="},
    {KEY_COM "257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
     MX_COM SIG_COM "15 2 3600 1440021600 1438207200 35217 example.com. "
                    "zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7Ku"
                    "I5k2pcBg=="},
};

START_TEST(examples_of_the_standards)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct rrset keys = fixture_rrset(arena, examples[i].key);
        struct rrset set = fixture_rrset(arena, examples[i].rrset);
        size_t left = 9;
        struct sig_context context = {.arena = arena,
                                      .crypto = crypto_create(arena),
                                      .zone = &keys.owner,
                                      .now = set.sigs[0].inception,
                                      .checks_left = &left};
        context.keys = rr_dnskeys(arena, &keys, &context.key_count);
        ck_assert_uint_eq(set.sig_count, 1);
        unsigned defects = sig_judge(&context, &set)->defects;
        ck_assert_msg(defects == 0, "%zu: %s", i, sig_defects_text(arena, defects));
    }
    arena_destroy(arena);
}
END_TEST
SUITE_MAIN("sig_key", keys_unfit_to_sign, revoked_key_signs_its_own_dnskey_rrset,
           tag_of_a_key_of_another_algorithm, sizes_of_key_and_signature, algorithms_not_used,
           sha1_is_verified_unless_insecure, examples_of_the_standards)
