/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules for what a signature says, and each way to break them. */
#include <stdbool.h>

#include "judge/sig.h"
#include "lib/fixture.h"
#include "lib/suite.h"
#include "unit/sig_bench.h"

/* What an RRSIG may say; what is left out is right. */
struct field_row {
    const char *what;
    const char *rrset;
    const uint8_t *labels;
    const char *signer;
    const uint16_t *tag;
    bool spoilt;
    unsigned defects;
};

#define LABELS .labels = &(const uint8_t)

static const struct field_row field_rows[] = {
    {"right", WWW, .defects = 0},
    {"apex", "example.com NS ns.example.com.", .defects = 0},
    {"several records", WWW "\nwww.example.com A 192.0.2.3\nwww.example.com A 192.0.2.2",
     .defects = 0},
    {"literal wildcard", "*.example.com A 192.0.2.1", .defects = 0},
    {"asterisk inside", "www.*.example.com A 192.0.2.1", .defects = 0},
    {"wildcard expanded", WWW, LABELS{2}},
    {"wildcard expanded from far", "a.b.c.d.example.com A 192.0.2.1", LABELS{2}},
    {"wildcard expanded to an asterisk", "*.b.example.com A 192.0.2.1", LABELS{2}},
    {"spoilt", WWW, .spoilt = true, .defects = SIG_BAD},
    {"labels above the owner", WWW, LABELS{4}, .defects = SIG_LABELS_HIGH},
    {"labels far above", WWW, LABELS{255}, .defects = SIG_LABELS_HIGH},
    {"labels above at the apex", "example.com NS ns.example.com.", LABELS{3},
     .defects = SIG_LABELS_HIGH},
    {"labels count the asterisk", "*.example.com A 192.0.2.1", LABELS{3},
     .defects = SIG_LABELS_HIGH},
    {"labels below the signer", WWW, LABELS{1}, .defects = SIG_LABELS_BELOW_SIGNER},
    {"labels of the root", WWW, LABELS{0}, .defects = SIG_LABELS_BELOW_SIGNER},
    {"labels below the signer, spoilt", WWW, LABELS{1}, .spoilt = true,
     .defects = SIG_LABELS_BELOW_SIGNER | SIG_BAD},
    {"signed by the parent", WWW, .signer = "com", .defects = SIG_OFF_TREE},
    {"signed by the root", WWW, .signer = ".", .defects = SIG_OFF_TREE},
    {"signed by the owner", WWW, .signer = "www.example.com", .defects = SIG_OFF_TREE},
    {"signed by a neighbour", WWW, .signer = "example.net", .defects = SIG_OFF_TREE},
    {"signed by a neighbour, spoilt", WWW, .signer = "example.net", .spoilt = true,
     .defects = SIG_OFF_TREE},
    {"signed by a child, labels of the zone", WWW, LABELS{2}, .signer = "www.example.com",
     .defects = SIG_OFF_TREE | SIG_LABELS_BELOW_SIGNER},
    {"owner outside the zone", "www.example.net A 192.0.2.1", .defects = SIG_OFF_TREE},
    {"owner ends like the zone", "www.badexample.com A 192.0.2.1", .defects = SIG_OFF_TREE},
    {"owner above the zone", "com NS ns.example.com.",
     .defects = SIG_OFF_TREE | SIG_LABELS_BELOW_SIGNER},
    {"tag of no key", WWW, .tag = &(const uint16_t){0}, .defects = SIG_NO_KEY},
    {"tag of no key, spoilt", WWW, .tag = &(const uint16_t){0}, .spoilt = true,
     .defects = SIG_NO_KEY},
};

/* Signs what the row says and judges it. */
static void judge_fields(struct bench *bench, const struct field_row *row)
{
    struct fixture_window window = usual();
    struct name signer = fixture_name(row->signer == NULL ? "example.com" : row->signer);
    window.labels = row->labels;
    window.signer = &signer;
    window.key_tag = row->tag;
    window.spoilt = row->spoilt;
    struct rrset plain = fixture_rrset(bench->arena, row->rrset);
    struct rrset set = fixture_sign(bench->arena, &plain, &bench->key, window);
    struct sig_verdict verdict = expect(bench, &set, row->defects, row->what);
    unsigned labels = plain.owner.labels - (name_is_wildcard(&plain.owner) ? 1u : 0u);
    bool keyless = (row->defects & (SIG_NO_KEY | SIG_OFF_TREE)) != 0;
    ck_assert_msg(verdict.wildcard == (set.sigs->labels < labels), "%s", row->what);
    ck_assert_msg(verdict.key == (keyless ? NULL : bench->keys), "%s", row->what);
    ck_assert_int_eq(verdict.remaining, DAY);
    ck_assert_int_eq(verdict.age, DAY);
    ck_assert_int_eq(verdict.life, 2 * DAY);
    ck_assert(!verdict.tag_shared);
}

START_TEST(fields_of_the_signature)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        struct bench bench;
        bench_open(&bench, "example.com", algorithms[a]);
        for (size_t i = 0; i < COUNT(field_rows); i++) {
            judge_fields(&bench, &field_rows[i]);
        }
        bench_close(&bench);
    }
}
END_TEST

/* The signed data belongs to one owner, type, class, TTL and set of records. */
START_TEST(data_changed_after_signing)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        struct bench bench;
        bench_open(&bench, "example.com", algorithms[a]);
        const struct rrset set = sign(&bench, WWW "\nwww.example.com A 192.0.2.2");
        expect(&bench, &set, 0, "unchanged");
        struct rrset changed = set;
        changed.owner = fixture_name("ww2.example.com");
        expect(&bench, &changed, SIG_BAD, "owner");
        changed = set;
        changed.count = 1;
        expect(&bench, &changed, SIG_BAD, "one record less");
        changed = fixture_rrset(bench.arena, WWW "\nwww.example.com A 192.0.2.3");
        changed.sigs = set.sigs;
        changed.sig_count = 1;
        expect(&bench, &changed, SIG_BAD, "another record");
        changed = set;
        changed.class = 3;
        expect(&bench, &changed, SIG_BAD, "class");
        changed = set;
        changed.ttl = 17;
        expect(&bench, &changed, 0, "a TTL that a cache has counted down");
        struct rrsig sig = set.sigs[0];
        sig.original_ttl++;
        changed = set;
        changed.sigs = &sig;
        expect(&bench, &changed, SIG_BAD, "original TTL");
        bench_close(&bench);
    }
}
END_TEST

START_TEST(wildcard_expansion)
{
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        struct bench bench;
        bench_open(&bench, "example.com", algorithms[a]);
        struct rrset set = sign(&bench, "*.example.com A 192.0.2.1");
        ck_assert(!expect(&bench, &set, 0, "the wildcard itself").wildcard);
        set.owner = fixture_name("a.example.com");
        ck_assert(expect(&bench, &set, 0, "expanded").wildcard);
        set.owner = fixture_name("a.b.c.example.com");
        ck_assert(expect(&bench, &set, 0, "expanded over several labels").wildcard);
        set.owner = fixture_name("example.com");
        expect(&bench, &set, SIG_BAD, "the encloser is no expansion");
        set = sign(&bench, "*.w.example.com A 192.0.2.1");
        set.owner = fixture_name("example.com");
        expect(&bench, &set, SIG_LABELS_HIGH, "too short an owner");
        set.owner = fixture_name("a.x.example.com");
        expect(&bench, &set, SIG_BAD, "below another name");
        bench_close(&bench);
    }
}
END_TEST

START_TEST(types_that_are_not_there)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    struct rrset set = sign(&bench, WWW);
    struct rrset changed = set;
    changed.count = 0;
    expect(&bench, &changed, SIG_WRONG_TYPE, "no records");
    changed = set;
    changed.type = RR_AAAA;
    expect(&bench, &changed, SIG_WRONG_TYPE, "another type");
    set.sig_count = 0;
    (void)sig_judge(&bench.context, &set); /* nothing to judge, nothing to read of the result */
    const uint8_t octets[4] = {0};
    struct rrsig broken = rr_rrsig(bench.arena, (struct bytes){octets, sizeof octets}, 3600);
    changed = set;
    changed.sigs = &broken;
    changed.sig_count = 1;
    struct sig_verdict verdict = expect(&bench, &changed, SIG_MALFORMED, "malformed");
    ck_assert_ptr_null(verdict.key);
    ck_assert_uint_eq(crypto_operations(bench.context.crypto), 0);
    bench_close(&bench);
}
END_TEST

/* Times; all but the defects is relative to `now`. */
struct time_row {
    const char *what;
    int64_t now;
    int64_t inception;
    int64_t expiration;
    bool spoilt;
    unsigned defects;
};

#define Y2037 INT64_C(2143238400) /* 2037-12-01 */
#define Y2039 INT64_C(2177452800) /* 2039-01-01 */
#define Y2105 INT64_C(4289155200) /* 2105-12-01 */
#define Y2107 INT64_C(4323369600) /* 2107-01-01 */

static const struct time_row time_rows[] = {
    {"within", NOW, -DAY, DAY, false, 0},
    {"at inception", NOW, 0, DAY, false, 0},
    {"before inception", NOW, 1, DAY, false, SIG_NOT_YET_VALID},
    {"at expiration", NOW, -DAY, 0, false, 0},
    {"after expiration", NOW, -DAY, -1, false, SIG_EXPIRED},
    {"one second of life", NOW, 0, 0, false, 0},
    {"expired and spoilt", NOW, -DAY, -1, true, SIG_EXPIRED | SIG_BAD},
    {"early and spoilt", NOW, 1, DAY, true, SIG_NOT_YET_VALID | SIG_BAD},
    {"inverted around now", NOW, DAY, -DAY, false, SIG_EXPIRED | SIG_NOT_YET_VALID | SIG_INVERTED},
    {"inverted, past", NOW, -DAY, -2 * DAY, false, SIG_EXPIRED | SIG_INVERTED},
    {"inverted, future", NOW, 2 * DAY, DAY, false, SIG_NOT_YET_VALID | SIG_INVERTED},
    {"inverted by a second", NOW, 0, -1, false, SIG_EXPIRED | SIG_INVERTED},
    {"over 2038", Y2037, -30 * DAY, 90 * DAY, false, 0},
    {"over 2038, early", Y2037, 1, 90 * DAY, false, SIG_NOT_YET_VALID},
    {"over 2038, expired", Y2039, -600 * DAY, -1, false, SIG_EXPIRED},
    {"over 2038, years", Y2037, -1000 * DAY, 1000 * DAY, false, 0},
    {"after 2038", Y2039, -DAY, DAY, false, 0},
    {"after 2038, since before", Y2039, -600 * DAY, DAY, false, 0},
    {"after 2038, early", Y2039, DAY, 2 * DAY, false, SIG_NOT_YET_VALID},
    {"over 2106", Y2105, -30 * DAY, 90 * DAY, false, 0},
    {"over 2106, expired", Y2107, -600 * DAY, -DAY, false, SIG_EXPIRED},
    {"over 2106, early", Y2105, 80 * DAY, 90 * DAY, false, SIG_NOT_YET_VALID},
    {"over 2106, inverted", Y2105, 90 * DAY, -DAY, false,
     SIG_EXPIRED | SIG_NOT_YET_VALID | SIG_INVERTED},
    {"after 2106", Y2107, -DAY, DAY, false, 0},
    {"after 2106, since before", Y2107, -600 * DAY, 0, false, 0},
};

START_TEST(times_and_serial_numbers)
{
    struct bench bench;
    bench_open(&bench, "example.com", 13);
    for (size_t i = 0; i < COUNT(time_rows); i++) {
        const struct time_row *row = &time_rows[i];
        struct fixture_window window = {.inception = (uint32_t)(row->now + row->inception),
                                        .expiration = (uint32_t)(row->now + row->expiration),
                                        .spoilt = row->spoilt};
        struct rrset plain = fixture_rrset(bench.arena, WWW);
        struct rrset set = fixture_sign(bench.arena, &plain, &bench.key, window);
        bench.context.now = row->now;
        struct sig_verdict verdict = expect(&bench, &set, row->defects, row->what);
        ck_assert_int_eq(verdict.remaining, row->expiration);
        ck_assert_int_eq(verdict.age, -row->inception);
        ck_assert_int_eq(verdict.life, row->expiration - row->inception);
    }
    bench_close(&bench);
}
END_TEST

START_TEST(time_differences)
{
    static const struct {
        uint32_t a;
        uint32_t b;
        int64_t difference;
    } rows[] = {
        {0, 0, 0},
        {5, 3, 2},
        {3, 5, -2},
        {0, UINT32_MAX, 1},
        {UINT32_MAX, 0, -1},
        {0x80000000, 0x7fffffff, 1},
        {0x7fffffff, 0x80000000, -1},
        {0x7fffffff, 0, INT32_MAX},
        {0, 0x7fffffff, -(int64_t)INT32_MAX},
        {86400, UINT32_MAX - 86399, 172800},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(rr_serial_difference(rows[i].a, rows[i].b), rows[i].difference);
    }
}
END_TEST

struct denial_row {
    const char *zone;
    const char *rrset;
    unsigned defects;
};

#define HASH "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"

static const struct denial_row denial_rows[] = {
    {"example.com", "a.example.com NSEC b.example.com. A RRSIG NSEC", 0},
    {"example.com", "z.example.com NSEC example.com. A RRSIG NSEC", 0},
    {"example.com", "z.example.com NSEC com. A RRSIG NSEC", SIG_NSEC_OVERREACH},
    {"example.com", "z.example.com NSEC example.net. A RRSIG NSEC", SIG_NSEC_OVERREACH},
    {"example.com", "z.example.com NSEC . A RRSIG NSEC", SIG_NSEC_OVERREACH},
    {"example.com", "z.example.com NSEC a.notexample.com. A RRSIG NSEC", SIG_NSEC_OVERREACH},
    {"example.com", "a.example.com NSEC *.example.com. A RRSIG NSEC", 0},
    {".", "a NSEC b. A RRSIG NSEC", 0},
    {"example.com", HASH ".example.com NSEC3 1 0 0 - " HASH " A RRSIG", 0},
    {"example.com", HASH ".a.example.com NSEC3 1 0 0 - " HASH " A RRSIG", SIG_NSEC_OVERREACH},
    {"example.com", "example.com NSEC3 1 0 0 - " HASH " A RRSIG", SIG_NSEC_OVERREACH},
    {"com", HASH ".example.com NSEC3 1 0 0 - " HASH " A RRSIG", SIG_NSEC_OVERREACH},
};

START_TEST(denial_stays_in_the_zone)
{
    for (size_t i = 0; i < COUNT(denial_rows); i++) {
        struct bench bench;
        bench_open(&bench, denial_rows[i].zone, 13);
        struct rrset set = sign(&bench, denial_rows[i].rrset);
        expect(&bench, &set, denial_rows[i].defects, denial_rows[i].rrset);
        bench_close(&bench);
    }
}
END_TEST

SUITE_MAIN("sig", fields_of_the_signature, data_changed_after_signing, wildcard_expansion,
           types_that_are_not_there, times_and_serial_numbers, time_differences,
           denial_stays_in_the_zone)
