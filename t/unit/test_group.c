/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records made RRsets: order, doubles, TTLs, and where signatures go. */
#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/group.h"

#define SIG_TAIL(algorithm, octets)                                                                \
    algorithm " 1 60 20300101000000 20200101000000 1 a. " octets "\n"

/* The rdata of a set in hex, one after another. */
static const char *rdata_text(struct arena *arena, const struct rrset *set)
{
    const char *text = "";
    for (size_t i = 0; i < set->count; i++) {
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ",
                            fixture_hex_text(arena, set->rr[i]));
    }
    return text;
}

START_TEST(rdata_is_sorted_and_doubles_are_dropped)
{
    static const struct {
        const char *text;
        const char *rdata;
        bool duplicates;
    } rows[] = {
        {"a. A 192.0.2.1", "c0000201", false},
        {"a. A 192.0.2.9\na. A 10.0.0.1\na. A 192.0.2.1", "0a000001 c0000201 c0000209", false},
        {"a. A 10.0.0.2\na. A 10.0.0.1\na. A 10.0.0.2", "0a000001 0a000002", true},
        {"a. A 10.0.0.1\nA. A 10.0.0.1", "0a000001", true},
        {"a. MX 1 B.\na. MX 1 b.", "0001016200", true},
        {"a. TXT b\na. TXT B", "0142 0162", false},
        /* A missing octet sorts first (RFC 4034 6.3). */
        {"a. TYPE65280 \\# 2 6100\na. TYPE65280 \\# 1 61\na. TYPE65280 \\# 3 606060",
         "606060 61 6100", false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rrset set = fixture_rrset(arena, rows[i].text);
        ck_assert_str_eq(rdata_text(arena, &set), rows[i].rdata);
        ck_assert_msg(set.duplicates == rows[i].duplicates, "%s", rows[i].text);
        ck_assert_uint_eq(set.class, RR_CLASS_IN);
        ck_assert_uint_eq(set.sig_count, 0);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(smallest_ttl_counts)
{
    static const struct {
        const char *text;
        uint32_t ttl;
        bool uneven;
    } rows[] = {
        {"a. 60 A 10.0.0.1", 60, false},
        {"a. 60 A 10.0.0.1\na. 60 A 10.0.0.2", 60, false},
        {"a. 60 A 10.0.0.1\na. 30 A 10.0.0.2", 30, true},
        {"a. 30 A 10.0.0.1\na. 60 A 10.0.0.2\na. 60 A 10.0.0.3", 30, true},
        {"a. 60 A 10.0.0.1\na. 60 A 10.0.0.2\na. 0 A 10.0.0.3", 0, true},
        {"a. 60 A 10.0.0.1\na. 30 A 10.0.0.1", 30, true}, /* the same record with two TTLs */
        /* The TTL of a signature is its own. */
        {"a. 60 A 10.0.0.1\na. 30 RRSIG A " SIG_TAIL("13", "AAAA"), 60, false},
        {"a. 30 RRSIG A " SIG_TAIL("13", "AAAA"), 0, false},
        {"a. 2147483647 A 10.0.0.1", 2147483647, false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rrset set = fixture_rrset(arena, rows[i].text);
        ck_assert_msg(set.ttl == rows[i].ttl, "%s: %u", rows[i].text, (unsigned)set.ttl);
        ck_assert_msg(set.ttl_uneven == rows[i].uneven, "%s", rows[i].text);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(signatures_go_to_what_they_cover)
{
    struct arena *arena = arena_create();
    struct section section = fixture_section(
        arena,
        "a. 60 A 10.0.0.1\n"
        "a. 50 RRSIG A " SIG_TAIL("13", "AAAB") "a. 40 RRSIG A " SIG_TAIL(
            "13", "AAAA") "a. 30 RRSIG A " SIG_TAIL("8", "AAAA") "a. 60 TXT x\n"
                                                                 "b. 60 RRSIG A " SIG_TAIL(
                                                                     "13",
                                                                     "AAAA") "a. 60 RRSIG "
                                                                             "RRSIG " SIG_TAIL(
                                                                                 "13", "AAAA"));
    ck_assert_uint_eq(section.count, 4);
    struct name a = fixture_name("a");
    struct name b = fixture_name("b");
    const struct rrset *set = section_find(&section, &a, RR_A);
    ck_assert_uint_eq(set->count, 1);
    ck_assert_uint_eq(set->sig_count, 3);
    ck_assert_uint_eq(set->sigs[0].algorithm, 8); /* in canonical order */
    ck_assert_uint_eq(set->sigs[1].ttl, 40);
    ck_assert_uint_eq(set->sigs[2].ttl, 50);
    ck_assert_uint_eq(set->sigs[2].signature.data[2], 1);
    ck_assert_uint_eq(section_find(&section, &a, RR_TXT)->sig_count, 0);

    set = section_find(&section, &b, RR_A);
    ck_assert_uint_eq(set->count, 0);
    ck_assert_uint_eq(set->sig_count, 1);
    ck_assert_uint_eq(set->ttl, 0);
    set = section_find(&section, &a, RR_RRSIG);
    ck_assert_uint_eq(set->count, 0);
    ck_assert_uint_eq(set->sig_count, 1);
    ck_assert_uint_eq(set->sigs[0].covered, RR_RRSIG);
    ck_assert_ptr_null(section_find(&section, &b, RR_TXT));
    arena_destroy(arena);
}
END_TEST

START_TEST(same_signature_twice_is_one)
{
    struct arena *arena = arena_create();
    struct rrset set =
        fixture_rrset(arena, "a. 50 RRSIG A " SIG_TAIL("13", "AAAA") "a. 40 RRSIG A " SIG_TAIL(
                                 "13", "AAAA") "a. 60 A 10.0.0.1\n");
    ck_assert_uint_eq(set.sig_count, 1);
    ck_assert_uint_eq(set.sigs[0].ttl, 40);
    ck_assert(!set.duplicates);
    arena_destroy(arena);
}
END_TEST

START_TEST(malformed_signatures_are_kept)
{
    struct arena *arena = arena_create();
    struct name owner = fixture_name("a");
    struct record records[] = {
        {&owner, RR_RRSIG, 60, fixture_hex(arena, "0001 0d")},
        {&owner, RR_A, 60, fixture_hex(arena, "0a000001")},
        {&owner, RR_RRSIG, 60, fixture_hex(arena, "00")},
        {&owner, RR_RRSIG, 60, fixture_hex(arena, "")},
    };
    size_t count;
    const struct rrset *sets = group_records(arena, records, 4, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(sets[0].type, 0); /* what they cover cannot be read */
    ck_assert_uint_eq(sets[0].count, 0);
    ck_assert_uint_eq(sets[0].sig_count, 2);
    ck_assert_uint_eq(sets[1].type, RR_A);
    ck_assert_uint_eq(sets[1].count, 1);
    ck_assert_uint_eq(sets[1].sig_count, 1);
    ck_assert(sets[1].sigs[0].malformed);
    arena_destroy(arena);
}
END_TEST

START_TEST(order_of_records_does_not_matter)
{
    struct arena *arena = arena_create();
    enum { COUNT = 12 };
    struct record records[COUNT];
    struct name owners[COUNT]; /* the same name need not be the same object */
    static const char *const texts[] = {"b", "a.b", "a", "."};
    for (unsigned i = 0; i < COUNT; i++) {
        owners[i] = fixture_name(texts[i % 4]);
        records[i] = (struct record){&owners[i], i % 3 == 0 ? RR_TXT : RR_A, i,
                                     fixture_hex(arena, i % 2 == 0 ? "0a000001" : "0a000002")};
    }
    size_t expected_count;
    const struct rrset *expected = group_records(arena, records, COUNT, &expected_count);
    ck_assert_uint_eq(expected_count, 8);
    for (size_t turn = 1; turn < COUNT; turn++) {
        struct record turned[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            turned[i] = records[(i + turn) % COUNT];
        }
        size_t count;
        const struct rrset *sets = group_records(arena, turned, COUNT, &count);
        ck_assert_uint_eq(count, expected_count);
        for (size_t i = 0; i < count; i++) {
            ck_assert(name_equal(&sets[i].owner, &expected[i].owner));
            ck_assert_uint_eq(sets[i].type, expected[i].type);
            ck_assert_uint_eq(sets[i].ttl, expected[i].ttl);
            ck_assert_int_eq(sets[i].ttl_uneven, expected[i].ttl_uneven);
            ck_assert(rrset_same_data(&sets[i], &expected[i]));
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(no_records)
{
    struct arena *arena = arena_create();
    size_t count = 77;
    ck_assert_ptr_null(group_records(arena, NULL, 0, &count));
    ck_assert_uint_eq(count, 0);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("group", rdata_is_sorted_and_doubles_are_dropped, smallest_ttl_counts,
           signatures_go_to_what_they_cover, same_signature_twice_is_one,
           malformed_signatures_are_kept, order_of_records_does_not_matter, no_records)
