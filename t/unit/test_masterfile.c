/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Master files as a stream of records: what is understood, and what is wrong where. */
#include <string.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/masterfile.h"

/* All records as "owner ttl TYPE hex", each with a final "; ", up to the end or an error. */
static const char *read_all(struct arena *arena, const char *text, enum masterfile_status *status,
                            const char **problem, unsigned *line)
{
    struct masterfile file = masterfile_open(arena, text);
    struct file_record record;
    const char *all = "";
    while ((*status = masterfile_next(arena, &file, &record, problem)) == MASTERFILE_RECORD) {
        all =
            arena_printf(arena, "%s%s %u %s %s; ", all, name_text(arena, &record.owner), record.ttl,
                         rr_type_text(arena, record.type), fixture_hex_text(arena, record.rdata));
    }
    *line = file.line;
    return all;
}

START_TEST(records_are_read)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", ""},
        {"\n\n  \n; nothing but this\n", ""},
        {"example.com. 60 IN A 192.0.2.1", "example.com 60 A c0000201; "},
        {"example.com. IN 60 A 192.0.2.1\n", "example.com 60 A c0000201; "},
        {"example.com. A 192.0.2.1\r\n", "example.com 3600 A c0000201; "},
        {"example.com.\t1h\tin\ta\t192.0.2.1\n", "example.com 3600 A c0000201; "},
        {"EXAMPLE.com. NS B.Example.\n", "example.com 3600 NS 0162076578616d706c6500; "},
        {"example NS b\n", "example 3600 NS 016200; "},
        {"$ORIGIN com.\nexample NS b\n@ A 192.0.2.1\n",
         "example.com 3600 NS 016203636f6d00; com 3600 A c0000201; "},
        {"$TTL 1d\n. A 192.0.2.1\n", ". 3600 A c0000201; "},
        {". A 192.0.2.1\n  AAAA 2001:db8::1 ; the same owner\n",
         ". 3600 A c0000201; . 3600 AAAA 20010db8000000000000000000000001; "},
        {". DS 1 8 2 (\n 00 ; half\n ff )\n. A 192.0.2.1", ". 3600 DS 0001080200ff; "
                                                           ". 3600 A c0000201; "},
        {". TXT \"a;(b\" c\\;d", ". 3600 TXT 0461 3b2862"},
        {". TYPE65280 \\# 2 0a0b\n", ". 3600 TYPE65280 0a0b; "},
        {". DNSKEY 257 3 RSASHA256 AwEA AQ==\n", ". 3600 DNSKEY 0101030803010001; "},
        {"a\\.b.c. A 192.0.2.1", NULL},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum masterfile_status status;
        const char *problem = NULL;
        unsigned line = 0;
        const char *all = read_all(arena, rows[i].text, &status, &problem, &line);
        ck_assert_msg(status == MASTERFILE_END, "%s: line %u: %s", rows[i].text, line, problem);
        if (rows[i].expected != NULL && strstr(rows[i].text, "TXT") == NULL) {
            ck_assert_str_eq(all, rows[i].expected);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(quotes_and_escapes_are_kept)
{
    struct arena *arena = arena_create();
    enum masterfile_status status;
    const char *problem = NULL;
    unsigned line = 0;
    ck_assert_str_eq(read_all(arena, ". TXT \"a;(b\" c\\;d", &status, &problem, &line),
                     ". 3600 TXT 04613b286203633b64; ");
    ck_assert_str_eq(read_all(arena, ". TXT \"a\\\"b\"", &status, &problem, &line),
                     ". 3600 TXT 03612262; ");
    arena_destroy(arena);
}
END_TEST

START_TEST(comments_are_handed_on)
{
    struct arena *arena = arena_create();
    struct masterfile file =
        masterfile_open(arena, "; before\n. A 192.0.2.1 ;{id = 1} ;;state=2\n. A 192.0.2.2\n");
    struct file_record record;
    const char *problem = NULL;
    ck_assert_int_eq(masterfile_next(arena, &file, &record, &problem), MASTERFILE_RECORD);
    ck_assert_str_eq(record.comment, ";{id = 1} ;;state=2");
    ck_assert_int_eq(masterfile_next(arena, &file, &record, &problem), MASTERFILE_RECORD);
    ck_assert_str_eq(record.comment, "");
    ck_assert_uint_eq(file.line, 3);
    arena_destroy(arena);
}
END_TEST

static const struct {
    const char *text;
    unsigned line;
    const char *expected;
} errors[] = {
    {".", 1, "the type of the record is missing"},
    {". IN 3600", 1, "the type of the record is missing"},
    {". A", 1, "the record has no data"},
    {". A 192.0.2", 1, "no A record: "},
    {". A 192.0.2.1 junk", 1, "no A record: "},
    {". FOO 192.0.2.1", 1, "FOO is not the type of a record"},
    {". TYPE0 \\# 0", 1, "TYPE0 is not the type of a record"},
    {". CH A 192.0.2.1", 1, "the class is CH, not IN"},
    {". 60 hs TXT a", 1, "the class is HS, not IN"},
    {" A 192.0.2.1", 1, "the owner of the record is missing"},
    {"\n; a comment\n. A 192.0.2.1\n\n. B 1\n", 5, "B is not the type of a record"},
    {". DS 1 8 2 (\n00\n", 1, "a parenthesis is not closed"},
    {". DS 1 8 2 ( (00) )", 1, "a parenthesis within parentheses"},
    {". DS 1 8 2 00 )", 1, "a parenthesis was not opened"},
    {". TXT \"a\nb\"", 1, "a quotation mark is not closed"},
    {". TXT \"a\\", 1, "a quotation mark is not closed"},
    {". DS 1 8 2 000", 1, "there is an odd number of hexadecimal digits"},
    {". DS 1 8 2 0g", 1, "no DS record: "},
    {". DS 65536 8 2 00", 1, "65536 is no number of at most 65535"},
    {". DS 1 256 2 00", 1, "256 is no number of at most 255"},
    {". DNSKEY 257 3 300 AAAA", 1, "300 is no number of at most 255"},
    {". DNSKEY 257 3 8 AAA", 1, "no DNSKEY record: "},
    {". MX 65536 a.", 1, "65536 is no number of at most 65535"},
    {". MX -1 a.", 1, "-1 is no number of at most 65535"},
    {". SRV 0 0 65536 a.", 1, "65536 is no number of at most 65535"},
    {". SOA a. b. 4294967296 1 1 1 1", 1, "4294967296 is no number of at most 4294967295"},
    {". TLSA 3 1 256 00", 1, "256 is no number of at most 255"},
    {". TLSA 3 1 1 000", 1, "there is an odd number of hexadecimal digits"},
    {". CAA 256 issue a", 1, "256 is no number of at most 255"},
    {". CAA 0 issue a b", 1, "no CAA record: "},
    {"$INCLUDE other", 1, "the directive INCLUDE is not understood"},
    {"$ORIGIN a..b", 1, "ORIGIN a..b: "},
    {"a..b A 192.0.2.1", 1, "no A record: "},
    {". \x01|\"\x02\" x", 1, "????? is not the type of a record"},
};

START_TEST(errors_say_what_is_wrong_where)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        enum masterfile_status status;
        const char *problem = NULL;
        unsigned line = 0;
        (void)read_all(arena, errors[i].text, &status, &problem, &line);
        ck_assert_msg(status == MASTERFILE_ERROR, "%s was accepted", errors[i].text);
        ck_assert_msg(strncmp(problem, errors[i].expected, strlen(errors[i].expected)) == 0,
                      "%s: %s, expected: %s", errors[i].text, problem, errors[i].expected);
        ck_assert_uint_eq(line, errors[i].line);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(long_lines_do_no_harm)
{
    struct arena *arena = arena_create();
    char *huge = arena_alloc(arena, 100001);
    memset(huge, 'a', 100000);
    const char *const texts[] = {
        huge,
        arena_printf(arena, "%s A 192.0.2.1", huge),
        arena_printf(arena, ". %s 192.0.2.1", huge),
        arena_printf(arena, ". A %s", huge),
        arena_printf(arena, ". DNSKEY 257 3 8 %s!", huge),
        arena_printf(arena, ". TXT \"%s\"", huge),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum masterfile_status status;
        const char *problem = NULL;
        unsigned line = 0;
        (void)read_all(arena, texts[i], &status, &problem, &line);
        ck_assert_int_eq(status, MASTERFILE_ERROR);
        ck_assert_uint_lt(strlen(problem), 300);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("masterfile", records_are_read, quotes_and_escapes_are_kept, comments_are_handed_on,
           errors_say_what_is_wrong_where, long_lines_do_no_harm)
