/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries as they are written, which replies answer them, and what a reply is read as. */
#include <string.h>

#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/message.h"

START_TEST(query_octets)
{
    static const struct {
        const char *name;
        uint16_t type;
        unsigned flags;
        uint32_t case_bits;
        const char *wire;
    } rows[] = {
        {".", RR_SOA, 0, 0,
         "abcd0000000100000000000100"
         "00060001"
         "00002904d0000080000000"},
        {"a.b", RR_A, QUERY_RECURSE, 0,
         "abcd01000001000000000001"
         "0161016200"
         "0001000100002904d0000080000000"},
        {"a.b", RR_A, QUERY_CHECKING_DISABLED | QUERY_TCP, 1,
         "abcd00100001000000000001"
         "0141016200"
         "0001000100002904d0000080000000"},
        {"a.b", RR_DNSKEY, QUERY_RECURSE | QUERY_CHECKING_DISABLED, 2,
         "abcd01100001000000000001"
         "0161014200"
         "0030000100002904d0000080000000"},
        /* Digits and hyphens use up no bit. */
        {"1-a.b2c", 65535, 0, 5,
         "abcd00000001000000000001"
         "03312d41"
         "036232"
         "4300"
         "ffff000100002904d0000080000000"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t wire[MESSAGE_QUERY_MAX];
        struct name name = fixture_name(rows[i].name);
        size_t size =
            message_query(wire, &name, rows[i].type, rows[i].flags, 0xabcd, rows[i].case_bits);
        ck_assert_str_eq(fixture_hex_text(arena, (struct bytes){wire, size}), rows[i].wire);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(case_bits_cycle_and_the_longest_name_fits)
{
    struct name name = name_root();
    static const char label[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk";
    for (int i = 0; i < 3; i++) {
        ck_assert(name_prepend(&name, label, 63, &name));
    }
    ck_assert(name_prepend(&name, label, 61, &name));
    ck_assert_uint_eq(name.size, NAME_WIRE_MAX);
    uint8_t wire[MESSAGE_QUERY_MAX];
    ck_assert_uint_eq(message_query(wire, &name, RR_A, 0, 1, 0x80000001), MESSAGE_QUERY_MAX);
    unsigned letter = 0;
    for (size_t i = 0; i < name.size; i++) {
        bool is_letter = name.wire[i] >= 'a' && name.wire[i] <= 'z';
        bool is_upper = is_letter && (letter % 32 == 0 || letter % 32 == 31);
        ck_assert_uint_eq(wire[12 + i], is_upper ? name.wire[i] - 32u : name.wire[i]);
        letter += is_letter ? 1 : 0;
    }
    ck_assert_uint_eq(letter, 3 * 63 + 61);
    /* Every bit set: nothing but the letters changes. */
    message_query(wire, &name, RR_A, 0, 1, UINT32_MAX);
    struct name back;
    ck_assert_uint_eq(name_from_wire(wire + 12, name.size, &back), name.size);
    ck_assert(name_equal(&name, &back));
}
END_TEST

#define QUERY   "1234 0100 0001 0000 0000 0001 0141 016200 0001 0001 00002904d0000080000000"
#define BODY    " 0001 0000 0000 0000 0141 016200 0001 0001"
#define NO_BODY " 0000 0000 0000 0000"

START_TEST(answers)
{
    static const struct {
        const char *reply;
        bool answers;
    } rows[] = {
        {"1234 8180" BODY, true},
        {"1234 8003" BODY, true},
        {"1234 8000 0001 0000 0000 0000 0161 014200 0001 0001", true},
        {"1235 8180" BODY, false},
        {"1234 0180" BODY, false}, /* a query */
        {"1234 a000" BODY, false}, /* NOTIFY */
        {"1234 8000 0001 0000 0000 0000 0161 016300 0001 0001", false},
        {"1234 8000 0001 0000 0000 0000 016100 0001 0001", false},
        {"1234 8000 0001 0000 0000 0000 0141 016200 0002 0001", false},
        {"1234 8000 0001 0000 0000 0000 0141 016200 0001 0003", false},
        {"1234 8000 0002 0000 0000 0000 0141 016200 0001 0001", false},
        {"1234 8000 0001 0000 0000 0000 0141 016200 0001 00", false},
        {"1234 8000 0001 0000 0000 0000 0141 0162", false},
        {"1234 8000 0001 0000 0000 0000", false},
        {"1234 8000 0001 0000 0000", false},
        {"", false},
        /* Without a question only from who could not read or would not answer. */
        {"1234 8001" NO_BODY, true},
        {"1234 8002" NO_BODY, true},
        {"1234 8004" NO_BODY, true},
        {"1234 8005" NO_BODY, true},
        {"1234 8000" NO_BODY, false},
        {"1234 8003" NO_BODY, false},
        {"1234 8009" NO_BODY, false},
        {"1235 8001" NO_BODY, false},
        {"1234 0001" NO_BODY, false},
    };
    struct arena *arena = arena_create();
    struct bytes query = fixture_hex(arena, QUERY);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes reply = fixture_hex(arena, rows[i].reply);
        ck_assert_msg(message_answers(query, reply) == rows[i].answers, "%s", rows[i].reply);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(case_of_the_question)
{
    static const struct {
        const char *reply;
        bool kept;
    } rows[] = {
        {"1234 8000" BODY, true},
        {"1234 8000 0001 0000 0000 0000 0161 016200 0001 0001", false},
        {"1234 8000 0001 0000 0000 0000 0141 014200 0001 0001", false},
        {"1234 8005" NO_BODY, true},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct message *message =
            message_parse(arena, fixture_hex(arena, QUERY), fixture_hex(arena, rows[i].reply));
        ck_assert_ptr_nonnull(message);
        ck_assert_msg(message->case_kept == rows[i].kept, "%s", rows[i].reply);
        ck_assert_str_eq(name_text(arena, &message->qname), "a.b");
        ck_assert_uint_eq(message->qtype, RR_A);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(header_bits)
{
    enum { FLAG_COUNT = 5 };
    for (unsigned bits = 0; bits < 1u << FLAG_COUNT; bits++) {
        struct arena *arena = arena_create();
        struct fixture_reply reply = {
            .question = "example.com SOA",
            .aa = (bits & 1) != 0,
            .tc = (bits & 2) != 0,
            .ra = (bits & 4) != 0,
            .ad = (bits & 8) != 0,
            .cd = (bits & 16) != 0,
            .rcode = bits % 11,
            .no_edns = true,
        };
        const struct message *message = fixture_parsed(arena, &reply);
        ck_assert_int_eq(message->aa, reply.aa);
        ck_assert_int_eq(message->tc, reply.tc);
        ck_assert_int_eq(message->ra, reply.ra);
        ck_assert_int_eq(message->ad, reply.ad);
        ck_assert_uint_eq(message->rcode, reply.rcode);
        ck_assert(!message->edns && !message->edns_do);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(sections)
{
    struct arena *arena = arena_create();
    struct fixture_reply reply = {
        .question = "www.example.com A",
        .aa = true,
        .id = 4711,
        .answer = "www.example.com. 60 A 192.0.2.1\n"
                  "www.example.com. 60 RRSIG A 13 3 60 20300101000000 20200101000000 1 "
                  "example.com. AAAA\n",
        .authority = "Example.COM. NS ns1.example.com.\nexample.com. NS ns2.example.com.\n",
        .additional = "ns1.example.com. A 192.0.2.53\nns2.example.com. AAAA 2001:db8::53\n",
    };
    const struct message *message = fixture_parsed(arena, &reply);
    ck_assert_uint_eq(message->size, fixture_message(arena, &reply).size);
    ck_assert_uint_eq(message->answer.count, 1);
    ck_assert_uint_eq(message->authority.count, 1);
    ck_assert_uint_eq(message->additional.count, 2); /* the OPT stands in no section */
    ck_assert(message->edns && message->edns_do && message->case_kept);
    ck_assert(!message->class_foreign && !message->report_channel);
    ck_assert_uint_eq(message->ede_count, 0);
    struct name zone = fixture_name("example.com");
    const struct rrset *ns = section_find(&message->authority, &zone, RR_NS);
    ck_assert_uint_eq(ns->count, 2);
    ck_assert_ptr_null(section_find(&message->answer, &zone, RR_NS));
    ck_assert_ptr_null(section_find(&message->authority, &zone, RR_SOA));
    arena_destroy(arena);
}
END_TEST

/* The reply behind a query for "a. A", from its counts on. */
static const struct message *parse_hex(struct arena *arena, const char *flags, const char *rest)
{
    struct bytes query = fixture_query(arena, "a A", 0x1234);
    const char *text = arena_printf(arena, "1234 %s 0001 %s", flags, rest);
    return message_parse(arena, query, fixture_hex(arena, text));
}

#define ASKED "016100 0001 0001"

START_TEST(compressed_names)
{
    struct arena *arena = arena_create();
    const struct message *message =
        parse_hex(arena, "8400",
                  "0003 0000 0000" ASKED "c00c 000f 0001 00000e10 0004 000a c00c"
                  "c00c 000f 0001 00000e10 0006 000a 0142 c00c"
                  "c031 0002 0001 00000e10 0002 c031");
    ck_assert_ptr_nonnull(message);
    struct name a = fixture_name("a");
    struct name b_a = fixture_name("b.a");
    const struct rrset *mx = section_find(&message->answer, &a, RR_MX);
    ck_assert_uint_eq(mx->count, 2);
    ck_assert_str_eq(fixture_hex_text(arena, mx->rr[0]), "000a016100");
    ck_assert_str_eq(fixture_hex_text(arena, mx->rr[1]), "000a0162016100");
    const struct rrset *ns = section_find(&message->answer, &b_a, RR_NS);
    ck_assert_str_eq(fixture_hex_text(arena, ns->rr[0]), "0162016100");
    arena_destroy(arena);
}
END_TEST

START_TEST(ttl_with_the_top_bit_is_zero)
{
    static const struct {
        const char *ttl;
        uint32_t expected;
    } rows[] = {{"7fffffff", 0x7fffffff}, {"80000000", 0}, {"ffffffff", 0}};
    struct arena *arena = arena_create();
    for (size_t i = 0; i < 3; i++) {
        const char *rest = arena_printf(
            arena, "0001 0000 0000" ASKED "c00c 0001 0001 %s 0004 0a000001", rows[i].ttl);
        const struct message *message = parse_hex(arena, "8400", rest);
        ck_assert_uint_eq(message->answer.rrsets[0].ttl, rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(other_classes_are_left_out)
{
    struct arena *arena = arena_create();
    struct fixture_reply reply = {
        .question = "a A",
        .answer = "a. CH A 10.0.0.1\na. IN A 10.0.0.2\n",
    };
    const struct message *message = fixture_parsed(arena, &reply);
    ck_assert(message->class_foreign);
    ck_assert_uint_eq(message->answer.count, 1);
    ck_assert_uint_eq(message->answer.rrsets[0].count, 1);
    reply = (struct fixture_reply){.question = "a A", .authority = "a. CH TXT x\n"};
    message = fixture_parsed(arena, &reply);
    ck_assert(message->class_foreign);
    ck_assert_uint_eq(message->authority.count, 0);
    /* In the additional section that is what TSIG looks like. */
    reply = (struct fixture_reply){.question = "a A", .additional = "a. CH TXT x\n"};
    message = fixture_parsed(arena, &reply);
    ck_assert(!message->class_foreign);
    ck_assert_uint_eq(message->additional.count, 0);
    arena_destroy(arena);
}
END_TEST

START_TEST(rcode_with_its_extension)
{
    static const unsigned rcodes[] = {0, 3, 15, 16, 23, 4095};
    for (size_t i = 0; i < sizeof rcodes / sizeof rcodes[0]; i++) {
        struct arena *arena = arena_create();
        struct fixture_reply reply = {.question = "a A", .rcode = rcodes[i]};
        ck_assert_uint_eq(fixture_parsed(arena, &reply)->rcode, rcodes[i]);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(do_is_read_from_the_opt)
{
    static const struct {
        const char *opt;
        bool edns_do;
    } rows[] = {
        {"00 0029 04d0 00008000 0000", true},
        {"00 0029 04d0 00000000 0000", false},
        {"00 0029 04d0 00007fff 0000", false},
        {"00 0029 0000 0001c000 0000", true}, /* another version, another flag */
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *rest = arena_printf(arena, "0000 0000 0001" ASKED "%s", rows[i].opt);
        const struct message *message = parse_hex(arena, "8400", rest);
        ck_assert(message->edns);
        ck_assert_msg(message->edns_do == rows[i].edns_do, "%s", rows[i].opt);
        ck_assert_uint_eq(message->rcode, 0);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(edns_options)
{
    static const struct {
        const char *options;
        size_t ede_count;
        bool report_channel;
    } rows[] = {
        {"", 0, false},
        {"000f 0002 0006", 1, false},
        {"000f 0005 0006 616263", 1, false},
        {"000f 0005 0006 616263 000f 0002 0016 000f 0003 0007 ff", 3, false},
        {"0012 0003 016100", 0, true},
        {"0012 0000", 0, true},
        {"0003 0004 61626364 000a 0008 0102030405060708 000f 0002 0006 0012 0001 00", 1, true},
        {"000f 0001 00", 0, false},                  /* too short for a code */
        {"000f 0000 000f 0002 0006", 1, false},      /* and the next one counts */
        {"000f 0002 0006 000f 0003 0007", 1, false}, /* cut: the rest is ignored */
        {"000f 0002 0006 000f", 1, false},
        {"000f 0002 0006 00", 1, false},
        {"ffff ffff 000f 0002 0006", 0, false},
        {"0012", 0, false},
        {"0012 0001", 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct fixture_reply reply = {.question = "a A",
                                      .options = fixture_hex(arena, rows[i].options)};
        const struct message *message = fixture_parsed(arena, &reply);
        ck_assert_msg(message->ede_count == rows[i].ede_count, "%s", rows[i].options);
        ck_assert_msg(message->report_channel == rows[i].report_channel, "%s", rows[i].options);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(extended_errors_keep_their_order_and_text)
{
    struct arena *arena = arena_create();
    struct fixture_reply reply = {
        .question = "a A",
        .rcode = RCODE_SERVFAIL,
        .options = fixture_hex(arena, "000f 0005 0016 616200 000f 0002 0006"),
    };
    const struct message *message = fixture_parsed(arena, &reply);
    ck_assert_uint_eq(message->ede[0].code, 22);
    ck_assert_str_eq(fixture_hex_text(arena, message->ede[0].text), "616200");
    ck_assert_uint_eq(message->ede[1].code, 6);
    ck_assert_uint_eq(message->ede[1].text.size, 0);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("message", query_octets, case_bits_cycle_and_the_longest_name_fits, answers,
           case_of_the_question, header_bits, sections, compressed_names,
           ttl_with_the_top_bit_is_zero, other_classes_are_left_out, rcode_with_its_extension,
           do_is_read_from_the_opt, edns_options, extended_errors_keep_their_order_and_text)
