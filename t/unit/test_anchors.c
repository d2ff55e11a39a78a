/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust anchors: every form of file, what is left out, and what is wrong with a file. */
#include <stdio.h>
#include <string.h>

#include "ask/anchors.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define DIGEST_20326 "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
#define DIGEST_38696 "683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"
#define KEY_20326                                                                                  \
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SW"  \
    "XgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rC"  \
    "j/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSV"  \
    "IzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="
#define KEY_38696                                                                                  \
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspa"  \
    "QWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJN"  \
    "g/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2"  \
    "XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc="
/* 20326 with the REVOKE flag has another tag. */
#define ROOT_20326 ".\t86400\tIN\tDNSKEY\t257 3 8 " KEY_20326
#define ROOT_38696 ".\t86400\tIN\tDNSKEY\t257 3 8 " KEY_38696
#define P256_KEY                                                                                   \
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="

/* "DS:.:20326 KEY:example:1234" of what was read. */
static const char *told(struct arena *arena, const struct anchors *anchors)
{
    const char *text = "";
    for (size_t i = 0; i < anchors->count; i++) {
        const struct anchor *anchor = &anchors->list[i];
        text = arena_printf(arena, "%s%s%s:%s:%u", text, i == 0 ? "" : " ",
                            anchor->is_ds ? "DS" : "KEY", name_text(arena, &anchor->zone),
                            anchor->is_ds ? anchor->ds.key_tag : anchor->key.tag);
    }
    return text;
}

static const struct {
    const char *text;
    const char *expected;
} good_files[] = {
    {". IN DS 20326 8 2 " DIGEST_20326 "\n. IN DS 38696 8 2 " DIGEST_38696 "\n",
     "DS:.:20326 DS:.:38696"},
    {". IN DNSKEY 257 3 8 " KEY_20326 " ; keytag 20326\n"
     ". IN DNSKEY 257 3 8 " KEY_38696 " ; keytag 38696\n",
     "KEY:.:20326 KEY:.:38696"},
    /* several zones, parentheses, the same one twice, no line feed at the end */
    {"test. DS 20326 8 2 (\n" DIGEST_20326 " )\nTEST DS 20326 8 2 " DIGEST_20326
     "\nexample.com 60 DNSKEY 257 3 13 " P256_KEY,
     "DS:test:20326 KEY:example.com:55648"},
    /* what no validator uses */
    {". DS 1 99 2 " DIGEST_20326 "\n. DS 2 8 250 00\ntest. DNSKEY 257 3 99 AAAA\n" ROOT_38696 "\n",
     "KEY:.:38696"},
    /* Unbound's file */
    {"; autotrust trust anchor file\n;;id: . 1\n;;last_queried: 1700000000 ;;Tue Nov "
     "14\n" ROOT_20326 " ;{id = 20326 (ksk), size = 2048b} ;;state=2 [  VALID  ] ;;count=0 "
     ";;lastchange=1502438004 ;;Fri Aug 11\n" ROOT_38696
     " ;{id = 38696 (ksk), size = 2048b} ;;state=1 [ ADDPEND ] ;;count=3\n",
     "KEY:.:20326"},
    {";;id: . 1\n" ROOT_20326 " ;{id = 20326 (ksk)} ;;state=3 [ MISSING ] ;;count=0\n" ROOT_38696
     " ;{id = 38696 (ksk)} ;;state=4 [ REVOKED ] ;;count=0\n",
     "KEY:.:20326"},
    {";;id: . 1\n" ROOT_20326 " ;;state=5 [ REMOVED ] ;;count=0\n" ROOT_38696
     " ;;state=2 [  VALID  ]\n",
     "KEY:.:38696"},
    {";;id: . 1\n" ROOT_20326 " ;;state=0 [  START  ]\n" ROOT_38696 " ;;state=2 [  VALID  ]\n",
     "KEY:.:38696"},
    /* revoked */
    {". DNSKEY 385 3 8 " KEY_20326 "\n" ROOT_38696 "\n", "KEY:.:38696"},
    /* BIND's files */
    {"// the root\ntrusted-keys {\n\t\".\" 257 3 8 \"" KEY_20326 "\";\n};\n", "KEY:.:20326"},
    {"/* several\n * lines */\nmanaged-keys {\n # old\n . initial-key 257 3 8 \"" KEY_20326
     "\"; // new\n\t. initial-key 257 3 8 \"" KEY_38696 "\";\n};\n",
     "KEY:.:20326 KEY:.:38696"},
    {"trust-anchors{ . static-ds 20326 8 2 \"" DIGEST_20326
     "\";example. initial-ds 38696 8 2 \"" DIGEST_38696 "\"; test static-key 257 3 13 \"" P256_KEY
     "\"; }; managed-keys { };",
     "DS:.:20326 DS:example:38696 KEY:test:55648"},
    {"trust-anchors {\n . initial-ds 20326 8 2 \"E06D44B80B8F1D39A95C0B0D7C65D084\n"
     "   58E880409BBC683457104237C7F8EC8D\";\n};\ntrusted-keys { test. 257 3 13 \"" P256_KEY
     "\"; };\n",
     "DS:.:20326 KEY:test:55648"},
    {"managed-keys { . initial-key 385 3 8 \"" KEY_20326 "\"; . initial-key 257 3 8 \"" KEY_38696
     "\"; };",
     "KEY:.:38696"},
};

START_TEST(every_form_of_file_is_read)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof good_files / sizeof good_files[0]; i++) {
        struct anchors anchors = {.list = NULL};
        const char *problem = anchors_parse(arena, "FILE", good_files[i].text, &anchors);
        ck_assert_msg(problem == NULL, "%s: %s", good_files[i].text, problem);
        ck_assert_str_eq(told(arena, &anchors), good_files[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

static const struct {
    const char *text;
    const char *expected;
} bad_files[] = {
    {"", "FILE: no usable key or digest"},
    {"; nothing\n\n", "FILE: no usable key or digest"},
    {"managed-keys { };", "FILE: no usable key or digest"},
    {". DNSKEY 385 3 8 " KEY_20326 "\n", "FILE: no usable key or digest"},
    {ROOT_20326 " ;;state=4 [ REVOKED ]\n", "FILE: no usable key or digest"},
    {". DS 1 8 250 00\n", "FILE: no usable key or digest"},
    /* half-written lines */
    {". IN DS 20326 8 2 " DIGEST_20326 "\n. IN DS 386", "FILE line 2: no DS record: "},
    {". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084\n",
     "FILE line 1: a digest of type 2 has 32 octets, not 16"},
    {". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8",
     "FILE line 1: there is an odd number of hexadecimal digits"},
    {". IN DS 20326 8 1 " DIGEST_20326, "FILE line 1: a digest of type 1 has 20 octets, not 32"},
    {". IN DS 20326 8 4 " DIGEST_20326, "FILE line 1: a digest of type 4 has 48 octets, not 32"},
    {". IN DS 20326 8 2", "FILE line 1: no DS record: "},
    {". IN DNSKEY 257 3 8", "FILE line 1: no DNSKEY record: "},
    {". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBA", "FILE line 1: no DNSKEY record"},
    {". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTO",
     "FILE line 1: the public key is not whole"},
    {". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixH"
     "lFlExOLAJr5emLvN7SWXgnLh4+B5xQlN",
     "FILE line 1: the public key is not whole"},
    {". IN DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR",
     "FILE line 1: the public key is not whole"},
    {". IN DNSKEY 257 3 15 GojI", "FILE line 1: the public key is not whole"},
    {". IN", "FILE line 1: the type of the record is missing"},
    {". IN DS (20326 8 2 " DIGEST_20326 "\n", "FILE line 1: a parenthesis is not closed"},
    /* what cannot be an anchor */
    {". NS a.\n", "FILE line 1: trust anchors are DS and DNSKEY records, not NS"},
    {"; one\n. CDS 0 0 0 00\n", "FILE line 2: trust anchors are DS and DNSKEY records, not CDS"},
    {". DNSKEY 1 3 13 " P256_KEY, "FILE line 1: the flags 1 are not those of a zone key"},
    {". DNSKEY 257 2 13 " P256_KEY, "FILE line 1: the protocol of the key is 2, not 3"},
    {". CH DS 1 8 2 00", "FILE line 1: the class is CH, not IN"},
    {"<?xml version=\"1.0\"?>\n", "FILE line 1: "},
    /* Unbound's file */
    {";;id: . 1\n" ROOT_20326 " ;{id = 20326 (ksk)}",
     "FILE line 2: the state that Unbound notes of each key is missing"},
    {";;id: . 1\n" ROOT_20326 " ;;state=", "FILE line 2: the state of the key is none of 0 to 5"},
    /* BIND's files */
    {"trust-anchors", "FILE line 1: the file ends where { should stand"},
    {"managed-keys {\n . initial-key 257 3 8 \"AwEA",
     "FILE line 2: a quotation mark is not closed"},
    {"managed-keys {\n . initial-key 257 3 8 \"" KEY_20326 "\"",
     "FILE line 2: the file ends where ; should stand"},
    {"managed-keys {\n . initial-key 257 3 8 \"" KEY_20326 "\";\n",
     "FILE line 3: the file ends where the name of a zone should stand"},
    {"managed-keys {\n . initial-key 257 3 8 \"" KEY_20326 "\"; }",
     "FILE line 2: the file ends where ; should stand"},
    {"managed-keys { . 257 3 8 \"" KEY_20326 "\"; };",
     "FILE line 1: 257 where initial-key, static-key, initial-ds or static-ds should stand"},
    {"trusted-keys { . initial-key 257 3 8 \"" KEY_20326 "\"; };",
     "FILE line 1: initial-key where a number should stand"},
    {"trusted-keys { . 257 3 8 unquoted; };",
     "FILE line 1: unquoted where a key or digest in quotation marks should stand"},
    {"trusted-keys { . 257 3 8 \"AwEA\"; };", "FILE line 1: the public key is not whole"},
    {"trusted-keys { . 70000 3 8 \"AwEA\"; };", "FILE line 1: 70000 where a number should stand"},
    {"trusted-keys { . 257 3 8 \"" KEY_20326 "\"; };\noptions { };",
     "FILE line 2: options where trust-anchors, managed-keys or trusted-keys should stand"},
    {"trusted-keys { \"$TTL\" 257 3 8 \"AwEA\"; };", "FILE line 1: "},
    {"trusted-keys { \"a b\" 257 3 8 \"AwEA\"; };", "FILE line 1: a b where the name of a zone"},
    {"trusted-keys { . 257 3 8 \"AwEA ; x\"; };", "FILE line 1: AwEA ? x where a key or digest"},
};

START_TEST(errors_name_file_and_line)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        struct anchors anchors = {.list = NULL};
        const char *problem = anchors_parse(arena, "FILE", bad_files[i].text, &anchors);
        ck_assert_msg(problem != NULL, "%s was accepted", bad_files[i].text);
        ck_assert_msg(strncmp(problem, bad_files[i].expected, strlen(bad_files[i].expected)) == 0,
                      "%s, expected: %s", problem, bad_files[i].expected);
        ck_assert_uint_eq(anchors.count, 0);
        ck_assert_uint_lt(strlen(problem), 300);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(every_cut_of_a_file_is_refused_or_read)
{
    /* Whatever stands there after a crash of whoever wrote it: no harm, and no key that is not. */
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof good_files / sizeof good_files[0]; i++) {
        struct anchors whole = {.list = NULL};
        ck_assert_ptr_null(anchors_parse(arena, "FILE", good_files[i].text, &whole));
        for (size_t size = 0; size < strlen(good_files[i].text); size++) {
            struct arena *own = arena_create();
            struct anchors anchors = {.list = NULL};
            const char *text = arena_printf(own, "%.*s", (int)size, good_files[i].text);
            if (anchors_parse(own, "FILE", text, &anchors) == NULL) {
                ck_assert_uint_le(anchors.count, whole.count);
            }
            arena_destroy(own);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(files_add_up)
{
    struct arena *arena = arena_create();
    struct anchors anchors = {.list = NULL};
    ck_assert_ptr_null(anchors_parse(arena, "A", ". DS 20326 8 2 " DIGEST_20326, &anchors));
    ck_assert_ptr_null(anchors_parse(
        arena, "B", "test. DS 1 8 2 " DIGEST_20326 "\n. DS 20326 8 2 " DIGEST_20326, &anchors));
    ck_assert_str_eq(told(arena, &anchors), "DS:.:20326 DS:test:1");
    ck_assert_ptr_nonnull(anchors_parse(arena, "C", ". DS 2 8 2 " DIGEST_20326 "\n. DS", &anchors));
    ck_assert_str_eq(told(arena, &anchors), "DS:.:20326 DS:test:1");
    ck_assert_str_eq(anchors_read(arena, "/nonexistent/key", &anchors),
                     "/nonexistent/key: cannot be read: No such file or directory");
    ck_assert_uint_eq(anchors.count, 2);
    arena_destroy(arena);
}
END_TEST

START_TEST(the_root_is_built_in)
{
    struct arena *arena = arena_create();
    const struct anchors anchors = anchors_default(arena);
    ck_assert_uint_ge(anchors.count, 2);
    ck_assert_int_eq(strncmp(told(arena, &anchors), "DS:.:20326 DS:.:38696", 21), 0);
    ck_assert_str_eq(fixture_hex_text(arena, anchors.list[0].ds.digest),
                     "e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d");
    ck_assert_str_eq(fixture_hex_text(arena, anchors.list[1].ds.digest),
                     "683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16");
    for (size_t i = 2; i < anchors.count; i++) {
        ck_assert(!anchors.list[i].is_ds || anchors.list[i].ds.digest_type != 2 ||
                  (anchors.list[i].ds.key_tag != 20326 && anchors.list[i].ds.key_tag != 38696));
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(the_closest_anchor_counts)
{
    static const struct {
        const char *name;
        const char *expected;
    } rows[] = {
        {"www.lab.test", "lab.test"}, {"lab.test", "lab.test"},  {"test", "test"},
        {"xlab.test", "test"},        {"www.example.com", NULL}, {".", NULL},
    };
    struct arena *arena = arena_create();
    struct anchors anchors = {.list = NULL};
    ck_assert_ptr_null(anchors_parse(arena, "FILE",
                                     "test. DS 1 8 2 " DIGEST_20326
                                     "\nlab.test. DS 1 8 2 " DIGEST_20326
                                     "\ntest. DS 2 8 2 " DIGEST_20326,
                                     &anchors));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = fixture_name(rows[i].name);
        const struct name *closest = anchors_closest(&anchors, &name);
        ck_assert_str_eq(closest == NULL ? "none" : name_text(arena, closest),
                         rows[i].expected == NULL ? "none" : rows[i].expected);
    }
    const struct anchors none = {.list = NULL};
    struct name name = fixture_name("test");
    ck_assert_ptr_null(anchors_closest(&none, &name));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("anchors", every_form_of_file_is_read, errors_name_file_and_line,
           every_cut_of_a_file_is_refused_or_read, files_add_up, the_root_is_built_in,
           the_closest_anchor_counts)
