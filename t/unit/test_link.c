/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DS records against DNSKEYs, one by one and as a set. */
#include <string.h>

#include "judge/link.h"
#include "lib/keyring.h"
#include "lib/suite.h"

enum { NOW = 1789000000 };

struct bench {
    struct arena *arena;
    struct keyring ring;
    struct crypto *crypto;
    struct name zone;
    size_t checks_left;
};

static void bench_open(struct bench *bench)
{
    *bench = (struct bench){.arena = arena_create(), .zone = fixture_name("example.com")};
    bench->ring.arena = bench->arena;
    bench->crypto = crypto_create(bench->arena);
    bench->checks_left = 512;
}

static struct link judge(struct bench *bench, const char *ds, const char *dnskey,
                         const char *signers)
{
    struct rrset ds_set;
    struct rrset key_set;
    ck_assert(keyring_ds(&bench->ring, "example.com", ds, &ds_set));
    bool any = keyring_dnskeys(&bench->ring, "example.com", dnskey, &key_set);
    if (any) {
        const struct signer signer = {
            .ring = &bench->ring, .owner = "example.com", .now = NOW, .keys = signers};
        key_set = keyring_sign(&signer, key_set, NULL, 0);
    }
    struct rrset *kept = arena_alloc(bench->arena, 2 * sizeof *kept);
    kept[0] = ds_set;
    kept[1] = key_set;
    struct link_terms terms = {.ds = &kept[0], .dnskey = any ? &kept[1] : NULL};
    terms.context = (struct sig_context){
        .arena = bench->arena,
        .crypto = bench->crypto,
        .zone = &bench->zone,
        .now = NOW,
        .checks_left = &bench->checks_left,
    };
    terms.context.keys = rr_dnskeys(bench->arena, terms.dnskey, &terms.context.key_count);
    return link_judge(&terms);
}

static const struct {
    const char *ds;
    const char *dnskey;
    const char *signers;
    enum link_state state;
    enum finding_id reason; /* where the state is not LINK_SECURE */
} rows[] = {
    {"K1", "K1 Z1", "K1", LINK_SECURE, 0},
    {"K1/1", "K1 Z1", "K1", LINK_SECURE, 0},
    {"K1/4", "K1 Z1", "K1", LINK_SECURE, 0},
    {"K1 X1", "K1 Z1", "K1", LINK_SECURE, 0},
    {"K1 K1=d", "K1 Z1", "K1", LINK_SECURE, 0},
    {"K1 K2", "K1 K2 Z1", "K2", LINK_SECURE, 0},
    {"K1", "K1 Z1", "K1 Z1", LINK_SECURE, 0},
    {"K1", "", "", LINK_BROKEN, FINDING_DS_CHILD_UNSIGNED},
    {"K1=t", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_TAG_WRONG},
    {"K1=a", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_ALG_WRONG},
    {"K1=d", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_DIGEST_WRONG},
    {"K1=l", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_DIGEST_LENGTH},
    {"K2", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_NONE_MATCH},
    {"K1/1 K1=d", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_SHA1_MASKS},
    {"K1/1 K2", "K1 Z1", "K1", LINK_BROKEN, FINDING_DS_SHA1_MASKS},
    {"K1", "K1 Z1", "Z1", LINK_BROKEN, FINDING_RRSIG_MISSING_KSK},
    {"K1", "K1 Z1", "", LINK_BROKEN, FINDING_RRSIG_MISSING_DNSKEY},
    {"K1", "K1r Z1", "K1r", LINK_BROKEN, FINDING_DS_POINTS_REVOKED},
    {"K1r", "K1r Z1", "K1r", LINK_BROKEN, FINDING_DS_POINTS_REVOKED},
    {"K1r", "K1r Z1", "Z1", LINK_BROKEN, FINDING_DS_POINTS_REVOKED},
    {"K1=u", "K1 Z1", "K1", LINK_INSECURE, FINDING_DS_ALG_UNSUPPORTED},
    {"K1=g", "K1 Z1", "K1", LINK_INSECURE, FINDING_DS_DIGEST_UNSUPPORTED},
    {"K1=u K1=g", "K1 Z1", "K1", LINK_INSECURE, FINDING_DS_DIGEST_UNSUPPORTED},
    {"K1=u", "", "", LINK_INSECURE, FINDING_DS_ALG_UNSUPPORTED},
};

START_TEST(sets)
{
    struct bench bench;
    bench_open(&bench);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct link link = judge(&bench, rows[i].ds, rows[i].dnskey, rows[i].signers);
        ck_assert_msg(link.state == rows[i].state, "%s with %s: state %d", rows[i].ds,
                      rows[i].dnskey, (int)link.state);
        ck_assert_msg(link.state == LINK_SECURE || link.reason == rows[i].reason, "%s with %s: %s",
                      rows[i].ds, rows[i].dnskey, finding_class(link.reason)->slug);
    }
    arena_destroy(bench.arena);
}
END_TEST

START_TEST(correction)
{
    static const struct {
        const char *ds;
        const char *format;
    } texts[] = {
        {"K1", "DS %u/ECDSAP256SHA256 fits"},
        {"K1=a", "DS %u has the right digest but algorithm should be 13, not 8"},
        {"K1=d", "DS %u names key %u/ECDSAP256SHA256 but its digest is not of that key"},
        {"K1=l", "DS %u has a digest of 31 octets, type 2 needs 32"},
        {"K1=u", "DS %u has the right digest but algorithm should be 13, not 100"},
        {"K1=g", "DS %u uses algorithm 13 with digest type 100, which validators do not"},
    };
    struct bench bench;
    bench_open(&bench);
    unsigned tag = keyring_key(&bench.ring, "example.com", "K1")->dnskey.tag;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct link link = judge(&bench, texts[i].ds, "K1 Z1", "K1");
        const char *expected = texts[i].format;
        for (const char *at = strstr(expected, "%u"); at != NULL; at = strstr(expected, "%u")) {
            expected =
                arena_printf(bench.arena, "%.*s%u%s", (int)(at - expected), expected, tag, at + 2);
        }
        ck_assert_str_eq(link_ds_text(bench.arena, &link.set[0]), expected);
    }
    struct link link = judge(&bench, "K1=t", "K1 Z1", "K1");
    ck_assert_str_eq(
        link_ds_text(bench.arena, &link.set[0]),
        arena_printf(bench.arena, "DS %u has the right digest but tag should be %u", tag ^ 1, tag));
    arena_destroy(bench.arena);
}
END_TEST

START_TEST(rdata)
{
    struct arena *arena = arena_create();
    static const uint8_t digest[] = {0x00, 0xab, 0xff};
    const struct ds ds = {.key_tag = 12345,
                          .algorithm = 13,
                          .digest_type = 2,
                          .digest = {.data = digest, .size = sizeof digest}};
    ck_assert_str_eq(link_ds_rdata(arena, &ds), "12345 13 2 00ABFF");
    arena_destroy(arena);
}
END_TEST

/* The digest of a key with other names. */
START_TEST(owners)
{
    struct bench bench;
    bench_open(&bench);
    const struct dnskey *key = &keyring_key(&bench.ring, "example.com", "K1")->dnskey;
    static const struct {
        const char *owner;
        const char *part;
    } names[] = {{"com", "for the name com"},
                 {".", "for the name ."},
                 {"www.example.com", "for the name www.example.com"},
                 {"example.net", NULL},
                 {"example.com", NULL}};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct name owner = fixture_name(names[i].owner);
        struct ds ds;
        ck_assert(crypto_ds_of(bench.crypto, &owner, key, 2, &ds));
        const char *text = link_ds_owner_text(bench.arena, bench.crypto, &bench.zone, key, &ds);
        ck_assert_msg(names[i].part == NULL ? text == NULL
                                            : text != NULL && strstr(text, names[i].part) != NULL,
                      "%s: %s", names[i].owner, text == NULL ? "nothing" : text);
    }
    struct name upper = bench.zone;
    memcpy(upper.wire + 1, "EXAMPLE", 7);
    memcpy(upper.wire + 9, "COM", 3);
    struct ds ds;
    ck_assert(crypto_ds_of(bench.crypto, &upper, key, 2, &ds));
    const char *text = link_ds_owner_text(bench.arena, bench.crypto, &bench.zone, key, &ds);
    ck_assert_ptr_nonnull(text);
    ck_assert_ptr_nonnull(strstr(text, "upper case"));
    arena_destroy(bench.arena);
}
END_TEST

/* Many DS and many keys of every shape: each that decodes has its verdict. */
START_TEST(hostile_sets)
{
    struct bench bench;
    bench_open(&bench);
    enum { MANY = 200 };
    struct bytes rr[MANY];
    for (size_t i = 0; i < MANY; i++) {
        uint8_t *data = arena_alloc(bench.arena, 36);
        data[1] = (uint8_t)i;
        data[2] = 13;
        data[3] = 2;
        data[4] = (uint8_t)i;
        rr[i] = (struct bytes){data, i % 7 == 0 ? i % 36 : 36};
    }
    struct rrset set = {.owner = bench.zone, .type = RR_DS, .rr = rr, .count = MANY};
    struct dnskey keys[MANY];
    for (size_t i = 0; i < MANY; i++) {
        keys[i] = keyring_key(&bench.ring, "example.com", i % 2 == 0 ? "K1" : "K2r")->dnskey;
    }
    size_t count = 0;
    (void)link_judge_ds(bench.arena, bench.crypto, &bench.zone, &set, keys, MANY, &count);
    size_t decoding = 0;
    for (size_t i = 0; i < MANY; i++) {
        decoding += rr[i].size >= 4 ? 1 : 0;
    }
    ck_assert_uint_eq(count, decoding);
    arena_destroy(bench.arena);
}
END_TEST

/* "first name:0 ... name:79": keys that all have the tag of `name`. */
static const char *crowd(struct arena *arena, const char *first, const char *name)
{
    const char *text = first;
    for (unsigned i = 0; i < 80; i++) {
        text = arena_printf(arena, "%s %s:%u", text, name, i);
    }
    return text;
}

START_TEST(many_keys)
{
    struct bench bench;
    bench_open(&bench);
    struct link link = judge(&bench, "Kb", crowd(bench.arena, "Kb", "Zb"), "Kb");
    ck_assert_int_eq(link.state, LINK_SECURE);
    ck_assert(!link.set[0].limited);
    link = judge(&bench, "Kb=d", crowd(bench.arena, "Kb", "Kb"), "Kb");
    ck_assert_int_eq(link.state, LINK_BROKEN);
    ck_assert_int_eq(link.reason, FINDING_LIMIT_VALIDATIONS);
    ck_assert(link.set[0].limited);
    ck_assert_ptr_nonnull(strstr(link_ds_text(bench.arena, &link.set[0]), "more keys"));
    arena_destroy(bench.arena);
}
END_TEST

/*
 * A DS RRset as large as a message allows: `wrong` records of K1 with a wrong digest, and with tags
 * one off for each of them when `strange`, then the right one.
 */
static struct link judge_many(struct bench *bench, size_t wrong, bool strange, const char *keys)
{
    struct rrset good;
    struct rrset dnskey;
    ck_assert(keyring_ds(&bench->ring, "example.com", "Kb", &good));
    ck_assert(keyring_dnskeys(&bench->ring, "example.com", keys, &dnskey));
    const struct signer signer = {
        .ring = &bench->ring, .owner = "example.com", .now = NOW, .keys = "Kb"};
    struct rrset *signed_keys = arena_alloc(bench->arena, sizeof *signed_keys);
    *signed_keys = keyring_sign(&signer, dnskey, NULL, 0);
    struct rrset *set = arena_copy(bench->arena, &good, sizeof good);
    struct bytes *rr = arena_alloc(bench->arena, (wrong + 1) * sizeof *rr);
    for (size_t i = 0; i < wrong; i++) {
        uint8_t *data = arena_copy(bench->arena, good.rr[0].data, good.rr[0].size);
        bytes_put16(data, (uint16_t)(bytes_u16(data) + (strange ? i + 1 : 0)));
        bytes_put16(data + 4, (uint16_t)i);
        rr[i] = (struct bytes){data, good.rr[0].size};
    }
    rr[wrong] = good.rr[0];
    set->rr = rr;
    set->count = wrong + 1;
    struct link_terms terms = {.ds = set, .dnskey = signed_keys};
    terms.context = (struct sig_context){.arena = bench->arena,
                                         .crypto = bench->crypto,
                                         .zone = &bench->zone,
                                         .now = NOW,
                                         .checks_left = &bench->checks_left};
    terms.context.keys = rr_dnskeys(bench->arena, signed_keys, &terms.context.key_count);
    return link_judge(&terms);
}

START_TEST(one_good_among_many)
{
    struct bench bench;
    bench_open(&bench);
    ck_assert_int_eq(judge_many(&bench, 200, true, "Kb").state, LINK_SECURE);
    ck_assert_int_eq(judge_many(&bench, 200, false, "Kb").state, LINK_SECURE);
    ck_assert_int_eq(judge_many(&bench, 1300, false, "Kb").state, LINK_SECURE);
    /* Only where each of them has many keys to be compared with, not all of it is done. */
    struct link link = judge_many(&bench, 1300, false, crowd(bench.arena, "Kb", "Kb"));
    ck_assert_int_eq(link.state, LINK_UNDECIDED);
    ck_assert_int_eq(link.reason, FINDING_LIMIT_VALIDATIONS);
    arena_destroy(bench.arena);
}
END_TEST

START_TEST(many_sets_of_one_run)
{
    struct bench bench;
    bench_open(&bench);
    size_t judged = 0;
    while (judge_many(&bench, 1300, false, "Kb").state == LINK_SECURE) {
        judged++;
        ck_assert_uint_le(judged, 100);
    }
    ck_assert_uint_gt(judged, 30);
    ck_assert_uint_lt(crypto_digested(bench.crypto), 65 * 1024 * 1024);
    struct link link = judge_many(&bench, 0, false, "Kb");
    ck_assert_int_eq(link.state, LINK_UNDECIDED);
    ck_assert_int_eq(link.reason, FINDING_LIMIT_VALIDATIONS);
    arena_destroy(bench.arena);
}
END_TEST

SUITE_MAIN("link", sets, correction, rdata, owners, hostile_sets, many_keys, one_good_among_many,
           many_sets_of_one_run)
