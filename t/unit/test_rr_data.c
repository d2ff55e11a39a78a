/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rdata to and from text. */
#include <string.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/rr_data.h"

/* What is given, the rdata, the text made of it, and the words for people. */
static const struct {
    const char *type;
    const char *given;
    const char *rdata;
    const char *text;
    const char *words;
} rows[] = {
    {"A", "192.0.2.1", "c0000201", "192.0.2.1", "192.0.2.1"},
    {"A", "\\# 4 C0 00 0201 ", "c0000201", "192.0.2.1", "192.0.2.1"},
    {"A", "\\# 4 c0000201", "c0000201", "192.0.2.1", "192.0.2.1"},
    {"TYPE1", "192.0.2.1", "c0000201", "192.0.2.1", "192.0.2.1"},
    {"AAAA", "2001:DB8:0::1", "20010db8000000000000000000000001", "2001:db8::1", "2001:db8::1"},
    {"MX", "10 Mail.Example.", "000a046d61696c076578616d706c6500", "10 mail.example.",
     "10 mail.example"},
    {"MX", "10 mail.example", "000a046d61696c076578616d706c6500", "10 mail.example.",
     "10 mail.example"},
    {"MX", "0 .", "000000", "0 .", "0 ."},
    {"MX", "10 b\303\274cher.Example",
     "000a"
     "0d786e2d2d62636865722d6b7661"
     "076578616d706c6500",
     "10 xn--bcher-kva.example.", "10 xn--bcher-kva.example"},
    {"NS", "b\303\274cher.", "0d786e2d2d62636865722d6b766100", "xn--bcher-kva.", "xn--bcher-kva"},
    {"TXT", "b\303\274", "0362c3bc", "\"b\\195\\188\"", "b?195?188"},
    {"NS", ".", "00", ".", "."},
    {"TXT", "\"one\" \"two\"", "036f6e650374776f", "\"one\" \"two\"", "one two"},
    {"TXT", "one two", "036f6e650374776f", "\"one\" \"two\"", "one two"},
    {"TXT", "\"a \\\"b\\\"\"", "056120226222", "\"a \\\"b\\\"\"", "a b"},
    {"TXT", "\"a\\009b\"", "03610962", "\"a\\009b\"", "a?009b"},
    {"TXT", "\"\"", "00", "\"\"", ""},
    {"TYPE65280", "\\# 4 0a000001", "0a000001", "\\# 4 0a000001", "# 4 0a000001"},
    {"TYPE65280", "\\# 0", "", "\\# 0", "# 0"},
    {"DSYNC", "\\# 3 010203", "010203", "\\# 3 010203", "# 3 010203"},
    {"SRV", "1 2 3 x.y",
     "00010002000301780179"
     "00",
     "1 2 3 x.y.", "1 2 3 x.y"},
    {"CAA", "0 issue \"ca.example\"", "0005697373756563612e6578616d706c65",
     "0 issue \"ca.example\"", "0 issue ca.example"},
    {"CAA", "0 issue ca.example", "0005697373756563612e6578616d706c65", "0 issue \"ca.example\"",
     "0 issue ca.example"},
    {"SOA", "a. b. 10 2h 1h 2w 1h",
     "016100016200"
     "0000000a"
     "00001c20"
     "00000e10"
     "00127500"
     "00000e10",
     "a. b. 10 7200 3600 1209600 3600", "a. b. 10 7200 3600 1209600 3600"},
    {"TLSA", "3 1 1 AABB", "030101aabb", "3 1 1 aabb", "3 1 1 aabb"},
};

START_TEST(same)
{
    static const struct {
        const char *type;
        const char *a;
        const char *b;
        bool same;
    } pairs[] = {
        {"MX", "10 A.b.", "10 a.B.", true},
        {"HTTPS", "1 A.b. alpn=h2", "1 a.B. alpn=h2", true},
        {"HTTPS", "1 A.b. alpn=h2", "1 a.B. alpn=H2", false},
        {"HTTPS", "65 . port=1", "97 . port=1", false},
        {"SVCB", "0 a.b.", "0 a.c.", false},
        {"CAA", "0 ISSUE a", "0 issue a", true},
        {"CAA", "0 issue A", "0 issue a", false},
        {"CAA", "65 issue a", "97 issue a", false},
        {"TXT", "A", "a", false},
        {"TXT", "a", "a b", false},
        {"TYPE64", "\\# 0", "\\# 0", true},
        {"TYPE257", "\\# 0", "\\# 1 00", false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(pairs); i++) {
        uint16_t type = 0;
        struct bytes a;
        struct bytes b;
        ck_assert(rr_type_from_text(pairs[i].type, &type));
        ck_assert_ptr_null(rr_data_parse(arena, type, pairs[i].a, &a));
        ck_assert_ptr_null(rr_data_parse(arena, type, pairs[i].b, &b));
        ck_assert_msg(rr_data_same(type, a, b) == pairs[i].same, "%s %s and %s", pairs[i].type,
                      pairs[i].a, pairs[i].b);
        ck_assert(rr_data_same(type, b, a) == pairs[i].same);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(both_ways)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint16_t type = 0;
        struct bytes rdata = {.size = 99};
        ck_assert(rr_type_from_text(rows[i].type, &type));
        const char *problem = rr_data_parse(arena, type, rows[i].given, &rdata);
        ck_assert_msg(problem == NULL, "%s %s: %s", rows[i].type, rows[i].given, problem);
        ck_assert_str_eq(fixture_hex_text(arena, rdata), rows[i].rdata);
        ck_assert_str_eq(rr_data_text(arena, type, rdata), rows[i].text);
        ck_assert_str_eq(rr_data_words(arena, type, rdata), rows[i].words);
        struct bytes again = {.size = 99};
        ck_assert_ptr_null(rr_data_parse(arena, type, rows[i].text, &again));
        ck_assert(bytes_equal(rdata, again));
    }
    arena_destroy(arena);
}
END_TEST

static const struct {
    const char *type;
    const char *given;
} refused[] = {
    {"TXT", "v=DMARC1; p=none"},
    {"TXT", "v=DMARC1;"},
    {"A", "192.0.2.1 ; a comment"},
    {"A", ""},
    {"A", "  "},
    {"A", "192.0.2"},
    {"A", "192.0.2.1 192.0.2.2"},
    {"A", "192.0.2.1\n192.0.2.2"},
    {"A", "192.0.2.1\n. 0 IN A 192.0.2.2"},
    {"A", "\n192.0.2.1"},
    {"A", "(192.0.2.1"},
    {"A", "\\# 3 c00002"},
    {"A", "\\# 5 c0000201"},
    {"AAAA", "192.0.2.1"},
    {"MX", "mail.example."},
    {"MX", "10 a..b"},
    {"TXT", "\"one"},
    {"TYPE65280", "0a000001"},
    {"DSYNC", "CDS NOTIFY 53 a."},
    {"NS", "; nothing"},
    {"A", "\\#"},
    {"A", "\\# x c0000201"},
    {"A", "\\# 4 c000020"},
    {"A", "\\# 4 c00002zz"},
    {"A", "\\# 4 c000020100"},
    {"TYPE65280", "\\# 65536 00"},
};

START_TEST(what_is_refused)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint16_t type = 0;
        struct bytes rdata = {.size = 99};
        ck_assert(rr_type_from_text(refused[i].type, &type));
        ck_assert_msg(rr_data_parse(arena, type, refused[i].given, &rdata) != NULL,
                      "%s %s is taken", refused[i].type, refused[i].given);
        ck_assert_uint_eq(rdata.size, 99);
    }
    arena_destroy(arena);
}
END_TEST

/* Rdata that does not fit its type, as hostile servers send it. */
START_TEST(unfit)
{
    static const char *const types[] = {"A", "AAAA", "MX", "TXT", "SOA", "NAPTR"};
    struct arena *arena = arena_create();
    struct bytes rdata = fixture_hex(arena, "ff");
    for (size_t i = 0; i < COUNT(types); i++) {
        uint16_t type = 0;
        ck_assert(rr_type_from_text(types[i], &type));
        ck_assert_str_eq(rr_data_text(arena, type, rdata), "\\# 1 ff");
    }
    arena_destroy(arena);
}
END_TEST

/* Any octets at all, of every type: text that can be printed, in bounded time. */
START_TEST(any_octets)
{
    struct arena *arena = arena_create();
    uint32_t random = 1;
    for (unsigned type = 0; type < 300; type++) {
        uint8_t octets[40];
        for (size_t i = 0; i < sizeof octets; i++) {
            random = random * 1103515245u + 12345u;
            octets[i] = (uint8_t)(random >> 16);
        }
        struct bytes rdata = {octets, type % (sizeof octets + 1)};
        const char *text = rr_data_text(arena, (uint16_t)type, rdata);
        for (size_t i = 0; text[i] != '\0'; i++) {
            ck_assert_int_ge(text[i], ' ');
            ck_assert_int_le(text[i], '~');
        }
        const char *exact = rr_data_exact(arena, (uint16_t)type, rdata);
        struct bytes again = {.size = 99};
        struct bytes canonical = {.size = 99};
        if (rr_canonical(arena, rdata, 0, rdata.size, (uint16_t)type, &canonical)) {
            ck_assert_ptr_null(rr_data_parse(arena, (uint16_t)type, exact, &again));
            ck_assert(bytes_equal(again, canonical));
        }
        ck_assert_uint_le(strlen(rr_data_words(arena, (uint16_t)type, rdata)), 83);
    }
    uint8_t *tabs = arena_alloc(arena, 65280);
    memset(tabs, 255, 65280);
    for (size_t i = 0; i < 65280; i++) {
        tabs[i] = i % 256 == 0 ? 255 : '\t';
    }
    const char *text = rr_data_text(arena, RR_TXT, (struct bytes){tabs, 65280});
    ck_assert_uint_gt(strlen(text), 65280);
    arena_destroy(arena);
}
END_TEST

START_TEST(meta_types)
{
    static const uint16_t meta[] = {0, 41, 46, 128, 249, 250, 251, 252, 253, 254, 255};
    static const uint16_t data[] = {1, 43, 47, 48, 50, 127, 129, 248, 256, 65535};
    for (size_t i = 0; i < COUNT(meta); i++) {
        ck_assert(rr_is_meta(meta[i]));
    }
    for (size_t i = 0; i < COUNT(data); i++) {
        ck_assert(!rr_is_meta(data[i]));
    }
}
END_TEST

SUITE_MAIN("rr_data", both_ways, same, what_is_refused, unfit, any_octets, meta_types)
