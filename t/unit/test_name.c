/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of domain names: typed, printed, ordered and in their tree. */
#include <string.h>

#include "base/name.h"
#include "lib/suite.h"

static struct name parse(const char *text)
{
    struct name name = {0};
    const char *problem = name_from_text(text, &name);
    ck_assert_msg(problem == NULL, "\"%s\": %s", text, problem);
    return name;
}

/* A text of `count` times `part`. */
static const char *repeat(struct arena *arena, const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = arena_alloc(arena, count * length + 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * length, part, length);
    }
    return text;
}

/* A name of 255 octets: three labels of 63 and one of 61, behind `first`. */
static const char *long_name(struct arena *arena, const char *first)
{
    const char *label = repeat(arena, "a", 63);
    return arena_printf(arena, "%s%s.%s.%s.%s", first, repeat(arena, "b", 61), label, label, label);
}

#define WIRE(text) text, sizeof text /* the literal's NUL is the root label */

START_TEST(test_typed)
{
    static const struct {
        const char *text;
        const char *wire;
        size_t size;
        unsigned labels;
    } rows[] = {
        {".", WIRE(""), 0},
        {"com", WIRE("\003com"), 1},
        {"example.com", WIRE("\007example\003com"), 2},
        {"example.com.", WIRE("\007example\003com"), 2},
        {"EXAMPLE.Com", WIRE("\007example\003com"), 2},
        {"_25._tcp.mail.example", WIRE("\003_25\004_tcp\004mail\007example"), 4},
        {"*.example", WIRE("\001*\007example"), 2},
        {"0/25.2.0.192.in-addr.arpa", WIRE("\0040/25\0012\0010\003192\007in-addr\004arpa"), 6},
        {"a\\.b.c", WIRE("\003a.b\001c"), 2},
        {"a\\\\b.c", WIRE("\003a\\b\001c"), 2},
        {"a\\065b.c", WIRE("\003aab\001c"), 2},
        {"a\\000b.c", WIRE("\003a\000b\001c"), 2},
        {"a\\032b.c", WIRE("\003a b\001c"), 2},
        {"\\255.c", WIRE("\001\xff\001c"), 2},
        {"a\\.", WIRE("\002a."), 1},
        {"a\\..", WIRE("\002a."), 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = parse(rows[i].text);
        ck_assert_msg(name.size == rows[i].size, "%s: %u octets", rows[i].text, name.size);
        ck_assert_mem_eq(name.wire, rows[i].wire, rows[i].size);
        ck_assert_msg(name.labels == rows[i].labels, "%s: %u labels", rows[i].text, name.labels);
    }
}
END_TEST

START_TEST(test_typed_at_the_limits)
{
    struct arena *arena = arena_create();
    struct name longest = parse(long_name(arena, ""));
    ck_assert_uint_eq(longest.size, 255);
    ck_assert_uint_eq(longest.labels, 4);
    struct name with_dot = parse(arena_printf(arena, "%s.", long_name(arena, "")));
    ck_assert(name_equal(&longest, &with_dot));
    struct name deepest = parse(repeat(arena, "a.", 127));
    ck_assert_uint_eq(deepest.size, 255);
    ck_assert_uint_eq(deepest.labels, 127);
    struct name escaped = parse(arena_printf(arena, "%s.x", repeat(arena, "\\001", 63)));
    ck_assert_uint_eq(escaped.size, 67);
    arena_destroy(arena);
}
END_TEST

START_TEST(test_typed_international)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"m\xc3\xbcller.de", "xn--mller-kva.de"},
        {"M\xc3\x9cLLER.DE.", "xn--mller-kva.de"},
        {"mu\xcc\x88ller.de", "xn--mller-kva.de"},
        {"stra\xc3\x9f"
         "e.de",
         "xn--strae-oqa.de"},
        {"_dmarc.m\xc3\xbcller.de", "_dmarc.xn--mller-kva.de"},
        {"*.m\xc3\xbcller.de", "*.xn--mller-kva.de"},
        {"a\xe3\x80\x82m\xc3\xbcller", "a.xn--mller-kva"},
        {"\xef\xbc\xa1\xef\xbc\xa2.de", "ab.de"},
        {"xn--mller-kva.de", "xn--mller-kva.de"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = parse(rows[i].text);
        ck_assert_str_eq(name_text(arena, &name), rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

static void refuse(const char *text, const char *hint)
{
    struct name name = name_root();
    const char *problem = name_from_text(text, &name);
    ck_assert_msg(problem != NULL, "\"%s\": accepted", text);
    ck_assert_msg(strstr(problem, hint) != NULL, "\"%s\": %s", text, problem);
    struct name root = name_root();
    ck_assert_mem_eq(&name, &root, sizeof name);
}

START_TEST(test_bad_typed)
{
    static const struct {
        const char *text;
        const char *hint;
    } rows[] = {
        {"", "name is empty"},
        {"..", "label is empty"},
        {"example..com", "label is empty"},
        {".example.com", "label is empty"},
        {"example.com..", "label is empty"},
        {"m\xc3\xbcller..de", "label is empty"},
        {"\xc3\xbc.de..", "label is empty"},
        {" example.com", "blank or control"},
        {"example.com ", "blank or control"},
        {"exam ple.com", "blank or control"},
        {"exam\\ ple.com", "blank or control"},
        {"exam\tple.com", "blank or control"},
        {"example.com\n", "blank or control"},
        {"example.com\r", "blank or control"},
        {"exam\x01ple.com", "blank or control"},
        {"exam\x7fple.com", "blank or control"},
        {"exam\xe3\x80\x80ple.m\xc3\xbcller", "blank or control"},
        {"a\\", "backslash"},
        {"a\\1", "backslash"},
        {"a\\12", "backslash"},
        {"a\\12x.com", "backslash"},
        {"a\\256.com", "backslash"},
        {"a\\999.com", "backslash"},
        {"\xff.de", "UTF-8"},
        {"a.\xc3", "UTF-8"},
        {"\xc0\xae.de", "UTF-8"},
        {"\xed\xa0\x80.de", "UTF-8"},
        {"\xcc\x88.de", "IDNA"},
        {"ab--\xc3\xbc.de", "IDNA"},
        {"-\xc3\xbc.de", "IDNA"},
        {"m\xc3\xbcller\\046.de", "escapes"},
        {"\xef\xbc\xbc"
         "046.m\xc3\xbcller",
         "escapes"},
        {"\xc2\xad", "empty"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        refuse(rows[i].text, rows[i].hint);
    }
}
END_TEST

START_TEST(test_bad_typed_lengths)
{
    struct arena *arena = arena_create();
    refuse(repeat(arena, "a", 64), "longer than 63");
    refuse(arena_printf(arena, "%s.com", repeat(arena, "a", 64)), "longer than 63");
    refuse(arena_printf(arena, "com.%s", repeat(arena, "a", 64)), "longer than 63");
    refuse(arena_printf(arena, "%s.com", repeat(arena, "\\255", 64)), "longer than 63");
    refuse(arena_printf(arena, "%s.de", repeat(arena, "\xc3\xbc", 70)), "longer than 63");
    refuse(long_name(arena, "b"), "longer than 255"); /* the label fits, the name does not */
    refuse(arena_printf(arena, "%s.", long_name(arena, "b")), "longer than 255");
    refuse(long_name(arena, "b."), "longer than 255");
    refuse(repeat(arena, "a.", 128), "longer than 255");
    refuse(repeat(arena, "a", 1000000), "longer than 255");
    refuse(repeat(arena, "\xc3\xbc.", 60), "longer than 255");
    refuse(repeat(arena, "\xc3\xbc.", 100000), "longer than 255");
    arena_destroy(arena);
}
END_TEST

START_TEST(test_printed)
{
    static const struct {
        const char *text;
        const char *printed;
    } rows[] = {
        {".", "."},
        {"Example.COM.", "example.com"},
        {"_dmarc.*.x", "_dmarc.*.x"},
        {"a\\.b.c", "a?046b.c"},
        {"a\\032b.c", "a?032b.c"},
        {"a?046b.c", "a?063046b.c"},
        {"a\\000\\010\\027\\255b", "a?000?010?027?255b"},
        {"a|b.c;d.\\\"'`$<>&\\\\", "a?124b.c?059d.?034?039?096?036?060?062?038?092"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = parse(rows[i].text);
        ck_assert_str_eq(name_text(arena, &name), rows[i].printed);
    }
    const char *longest = long_name(arena, "");
    struct name name = parse(longest);
    ck_assert_str_eq(name_text(arena, &name), longest);
    const char *deepest = repeat(arena, "a.", 127);
    name = parse(deepest);
    ck_assert_uint_eq(strlen(name_text(arena, &name)), 253);
    name = (struct name){.size = NAME_WIRE_MAX, .labels = 4};
    memcpy(name.wire, (uint8_t[]){63, [64] = 63, [128] = 63, [192] = 61}, 193);
    ck_assert_uint_eq(strlen(name_text(arena, &name)), 3 * (4 * 63 + 1) + 4 * 61);
    struct name not_given = {0};
    ck_assert_str_eq(name_text(arena, &not_given), ".");
    arena_destroy(arena);
}
END_TEST

/* The example of RFC 4034 6.1, with the root in front. */
static const char *const canonical_order[] = {
    ".",           "example",         "a.example", "yljkjljk.a.example",
    "Z.a.example", "zABC.a.EXAMPLE",  "z.example", "\\001.z.example",
    "*.z.example", "\\200.z.example",
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

START_TEST(test_canonical_order)
{
    enum { COUNT = sizeof canonical_order / sizeof canonical_order[0] };
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) {
            struct name a = parse(canonical_order[i]);
            struct name b = parse(canonical_order[j]);
            ck_assert_msg(sign(name_compare(&a, &b)) == sign(i - j), "%s and %s",
                          canonical_order[i], canonical_order[j]);
            ck_assert_int_eq(name_equal(&a, &b), i == j);
        }
    }
}
END_TEST

START_TEST(test_under)
{
    static const struct {
        const char *name;
        const char *ancestor;
        bool is_under;
        unsigned common;
    } rows[] = {
        {".", ".", true, 0},
        {"com", ".", true, 0},
        {".", "com", false, 0},
        {"example.com", "example.com", true, 2},
        {"www.Example.com", "eXample.com", true, 2},
        {"a.b.example.com", "com", true, 1},
        {"example.com", "www.example.com", false, 2},
        {"badexample.com", "example.com", false, 1},
        {"www.example.org", "example.com", false, 0},
        {"a.example.com", "b.example.com", false, 2},
        {"example.com.net", "example.com", false, 0},
        {"x\\003com.org", "com.org", false, 1},
        {"a.x.b", "x.x.b", false, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = parse(rows[i].name);
        struct name ancestor = parse(rows[i].ancestor);
        ck_assert_msg(name_is_under(&name, &ancestor) == rows[i].is_under, "%s under %s",
                      rows[i].name, rows[i].ancestor);
        ck_assert_msg(name_is_below(&name, &ancestor) ==
                          (rows[i].is_under && !name_equal(&name, &ancestor)),
                      "%s below %s", rows[i].name, rows[i].ancestor);
        ck_assert_msg(name_common_labels(&name, &ancestor) == rows[i].common, "%s, %s",
                      rows[i].name, rows[i].ancestor);
        ck_assert_uint_eq(name_common_labels(&ancestor, &name), rows[i].common);
    }
}
END_TEST

START_TEST(test_suffix_and_parent)
{
    static const char *const suffixes[] = {".", "com", "example.com", "www.example.com"};
    struct name name = parse(suffixes[3]);
    for (unsigned labels = 0; labels <= 3; labels++) {
        struct name expected = parse(suffixes[labels]);
        struct name suffix = name_suffix(&name, labels);
        ck_assert_mem_eq(&suffix, &expected, sizeof suffix);
        struct name parent = name_parent(&expected);
        struct name expected_parent = parse(suffixes[labels == 0 ? 0 : labels - 1]);
        ck_assert_mem_eq(&parent, &expected_parent, sizeof parent);
    }
}
END_TEST

START_TEST(test_prepend)
{
    struct name name = parse("example.com");
    struct name result = {.size = 77};
    ck_assert(name_prepend(&name, "WWW", 3, &result));
    struct name expected = parse("www.example.com");
    ck_assert_mem_eq(&result, &expected, sizeof result);
    ck_assert(name_prepend(&result, "a", 1, &result)); /* in place */
    expected = parse("a.www.example.com");
    ck_assert_mem_eq(&result, &expected, sizeof result);
    struct name root = name_root();
    ck_assert(name_prepend(&root, "com", 3, &result));
    expected = parse("com");
    ck_assert_mem_eq(&result, &expected, sizeof result);
}
END_TEST

START_TEST(test_prepend_limits)
{
    struct arena *arena = arena_create();
    const char *label = repeat(arena, "x", 64);
    struct name name = parse("com");
    struct name result = {.size = 77};
    ck_assert(!name_prepend(&name, "", 0, &result));
    ck_assert(!name_prepend(&name, label, 64, &result));
    struct name longest = parse(long_name(arena, ""));
    ck_assert(!name_prepend(&longest, "x", 1, &result));
    ck_assert(!name_wildcard(&longest, &result));
    ck_assert_uint_eq(result.size, 77);
    ck_assert(name_prepend(&name, label, 63, &result));
    struct name shorter = name_parent(&longest);
    ck_assert(!name_prepend(&shorter, label, 62, &result));
    ck_assert(name_prepend(&shorter, label, 61, &result));
    ck_assert_uint_eq(result.size, 255);
    arena_destroy(arena);
}
END_TEST

START_TEST(test_wildcards)
{
    struct name name = parse("example.com");
    struct name wildcard;
    ck_assert(name_wildcard(&name, &wildcard));
    struct name expected = parse("*.example.com");
    ck_assert_mem_eq(&wildcard, &expected, sizeof wildcard);
    static const struct {
        const char *text;
        bool is_wildcard;
    } rows[] = {{"*.example.com", true}, {"*", true},       {".", false},      {"www.*.com", false},
                {"**.com", false},       {"a*.com", false}, {"*a.com", false}, {"\\042.com", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        name = parse(rows[i].text);
        ck_assert_msg(name_is_wildcard(&name) == rows[i].is_wildcard, "%s", rows[i].text);
    }
}
END_TEST

SUITE_MAIN("name", test_typed, test_typed_at_the_limits, test_typed_international, test_bad_typed,
           test_bad_typed_lengths, test_printed, test_canonical_order, test_under,
           test_suffix_and_parent, test_prepend, test_prepend_limits, test_wildcards)
