/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies that lie about themselves: every one is refused or read within its bounds. */
#include <setjmp.h>
#include <string.h>

#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/message.h"

#define ASKED "016100 0001 0001"
#define A_RR  "c00c 0001 0001 00000e10 0004 0a000001"
#define OPT   "00 0029 04d0 00008000 0000"

/* The reply behind a query for "a. A", from its flags on. */
static const struct message *parse_hex(struct arena *arena, const char *rest)
{
    struct bytes query = fixture_query(arena, "a A", 0x1234);
    struct bytes reply = fixture_hex(arena, arena_printf(arena, "1234 %s", rest));
    return message_parse(arena, query, reply);
}

/* The sum of some octets, so that each of them is read. */
static unsigned touch(struct bytes bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        sum += bytes.data[i];
    }
    return sum;
}

static unsigned touch_set(const struct rrset *set)
{
    unsigned sum = touch((struct bytes){set->owner.wire, set->owner.size});
    for (size_t i = 0; i < set->count; i++) {
        sum += touch(set->rr[i]);
        ck_assert(i == 0 || bytes_compare(set->rr[i - 1], set->rr[i]) < 0);
    }
    for (size_t i = 0; i < set->sig_count; i++) {
        const struct rrsig *sig = &set->sigs[i];
        ck_assert_uint_eq(sig->covered, set->type);
        sum += sig->malformed ? 0 : touch(sig->head) + touch(sig->signature);
    }
    return sum;
}

/* Reads all that a message holds, for the sanitizer to see, and checks what always holds. */
static unsigned touch_message(const struct message *message)
{
    const struct section *sections[] = {&message->answer, &message->authority,
                                        &message->additional};
    unsigned sum = touch((struct bytes){message->qname.wire, message->qname.size});
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < sections[i]->count; j++) {
            const struct rrset *set = &sections[i]->rrsets[j];
            ck_assert_uint_gt(set->count + set->sig_count, 0);
            sum += touch_set(set);
        }
    }
    for (size_t i = 0; i < message->ede_count; i++) {
        sum += touch(message->ede[i].text);
    }
    return sum;
}

/*
 * Parses octets that are gone when the result is read, from an array of just their size.  Returns
 * whether they parse.
 */
static bool survives(struct bytes query, struct bytes reply)
{
    struct arena *arena = arena_create();
    struct arena *wire_arena = arena_create();
    struct bytes wire = {arena_copy(wire_arena, reply.data, reply.size), reply.size};
    (void)message_answers(query, wire); /* it must not crash, whatever it says */
    const struct message *message = message_parse(arena, query, wire);
    arena_destroy(wire_arena);
    if (message != NULL) {
        ck_assert_uint_eq(message->size, reply.size);
        (void)touch_message(message); /* reading is the point */
    }
    arena_destroy(arena);
    return message != NULL;
}

/* Records of all types with a layout, with signatures and extended errors. */
static struct bytes rich_reply(struct arena *arena, bool tc)
{
    struct fixture_reply reply = {
        .question = "example.com SOA",
        .aa = true,
        .tc = tc,
        .options = fixture_hex(arena, "000f 0005 0016 616263 0012 0001 00 000f 0002 0006"),
        .answer = "example.com. SOA ns.example.com. host.example.com. 1 2 3 4 5\n"
                  "example.com. RRSIG SOA 13 2 3600 20300101000000 20200101000000 1 "
                  "example.com. AAAA\n"
                  "example.com. MX 10 mail.example.com.\n"
                  "_x._tcp.example.com. SRV 1 2 3 host.example.com.\n"
                  "example.com. NAPTR 1 2 \"u\" \"sip\" \"!a!b!\" example.com.\n"
                  "example.com. DNSKEY 257 3 13 AAAA\nexample.com. CDS 0 0 0 00\n",
        .authority = "a.example.com. NSEC Example.com. A RRSIG NSEC TYPE1234\n"
                     "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. NSEC3 1 1 12 aabb "
                     "2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG\n"
                     "b.example.com. DS 1 13 2 00\nexample.com. NSEC3PARAM 1 0 0 -\n",
        .additional = "ns.example.com. A 192.0.2.1\nns.example.com. AAAA 2001:db8::1\n",
    };
    return fixture_message(arena, &reply);
}

START_TEST(every_truncation)
{
    struct arena *arena = arena_create();
    struct bytes query = fixture_query(arena, "example.com SOA", 0);
    struct bytes reply = rich_reply(arena, false);
    ck_assert(survives(query, reply));
    for (size_t size = 0; size < reply.size; size++) {
        ck_assert_msg(!survives(query, (struct bytes){reply.data, size}), "%zu octets", size);
    }
    /* With TC set all that has the whole question is taken. */
    reply = rich_reply(arena, true);
    size_t question_end = 12 + 13 + 4;
    for (size_t size = 0; size <= reply.size; size++) {
        bool taken = survives(query, (struct bytes){reply.data, size});
        ck_assert_msg(taken == (size >= question_end), "%zu octets", size);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(every_octet_changed)
{
    static const uint8_t masks[] = {0x01, 0x02, 0x20, 0x40, 0x80, 0xc0, 0xff};
    struct arena *arena = arena_create();
    struct bytes query = fixture_query(arena, "example.com SOA", 0);
    struct bytes original = rich_reply(arena, false);
    uint8_t *changed = arena_copy(arena, original.data, original.size);
    size_t taken = 0;
    for (size_t at = 0; at < original.size; at++) {
        for (size_t i = 0; i < sizeof masks; i++) {
            changed[at] = original.data[at] ^ masks[i];
            taken += survives(query, (struct bytes){changed, original.size}) ? 1 : 0;
        }
        for (unsigned value = 0; value <= 0xff; value += 0x3f) {
            changed[at] = (uint8_t)value;
            taken += survives(query, (struct bytes){changed, original.size}) ? 1 : 0;
        }
        changed[at] = original.data[at];
    }
    ck_assert_uint_gt(taken, original.size); /* TTLs, signatures and the like may be anything */
    arena_destroy(arena);
}
END_TEST

/* Numbers that look random and are the same in each run. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

START_TEST(several_octets_changed)
{
    struct arena *arena = arena_create();
    struct bytes query = fixture_query(arena, "example.com SOA", 0);
    struct bytes original = rich_reply(arena, false);
    uint32_t state = 20201120;
    for (int turn = 0; turn < 4000; turn++) {
        uint8_t *changed = arena_copy(arena, original.data, original.size);
        for (int i = 0; i < 4; i++) {
            /* Not the header: its counts would end most turns early. */
            size_t at = 12 + next_random(&state) % (original.size - 12);
            changed[at] = (uint8_t)next_random(&state);
        }
        (void)survives(query, (struct bytes){changed, original.size}); /* either is right */
    }
    arena_destroy(arena);
}
END_TEST

static const struct {
    const char *rest; /* behind the id */
    bool parses;
} malformed_messages_rows[] = {
    {"8400 0001 0001 0000 0000" ASKED A_RR, true},
    /* Counts. */
    {"8400 0001 0002 0000 0000" ASKED A_RR, false},
    {"8400 0001 0001 0001 0000" ASKED A_RR, false},
    {"8400 0001 0001 0000 0001" ASKED A_RR, false},
    {"8400 0001 ffff ffff ffff" ASKED A_RR, false},
    {"8400 0002 0001 0000 0000" ASKED ASKED A_RR, false},
    {"8400 0001 0000 0000 0000", false},
    {"8400 0000 0000 0000 0000", true},
    {"8400 0000 0001 0000 0000 00 0001 0001 00000e10 0004 0a000001", true},
    /* What is behind the last record is of no interest. */
    {"8400 0001 0001 0000 0000" ASKED A_RR "ff", true},
    {"8400 0001 0000 0000 0000" ASKED A_RR, true},
    /* Names. */
    {"8400 0001 0001 0000 0000" ASKED "c013 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "c014 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "c0ff 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "0162 c013 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "4162 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "8162 0001 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0002 0001 00000e10 0002 c01f", false},
    {"8400 0001 0000 0000 0000 c00c 0001 0001", false},
    /* Rdata. */
    {"8400 0001 0001 0000 0000" ASKED "c00c 0001 0001 00000e10 0005 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0001 0001 00000e10 0003 0a0000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0001 0001 00000e10 0005 0a00000100", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0001 0001 00000e10 0000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 001c 0001 00000e10 0004 0a000001", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 002b 0001 00000e10 0003 000000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0030 0001 00000e10 0003 000000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0006 0001 00000e10 0003 000000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 002f 0001 00000e10 0001 01", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c 0032 0001 00000e10 0004 01000000", false},
    {"8400 0001 0001 0000 0000" ASKED "c00c ff00 0001 00000e10 0000", true},
    /* Of another class nothing is known about the rdata. */
    {"8400 0001 0001 0000 0000" ASKED "c00c 0001 0003 00000e10 0003 0a0000", true},
    /* OPT: at most one, at the root, in the additional section. */
    {"8400 0001 0000 0000 0001" ASKED OPT, true},
    {"8400 0001 0000 0000 0002" ASKED OPT OPT, false},
    {"8400 0001 0001 0000 0000" ASKED OPT, false},
    {"8400 0001 0000 0001 0000" ASKED OPT, false},
    {"8400 0001 0000 0000 0001" ASKED "c00c 0029 04d0 00008000 0000", false},
    {"8400 0001 0000 0000 0001" ASKED "00 0029 04d0 00008000 0001", false},
    /* Cut short with TC. */
    {"8600 0001 0002 0000 0001" ASKED A_RR, true},
    {"8600 0001 0001 0000 0000" ASKED "c00c 0001", true},
    {"8600 0001 0001 0000 0000 0161", false},
};

START_TEST(malformed_messages)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof malformed_messages_rows / sizeof malformed_messages_rows[0];
         i++) {
        const struct message *message = parse_hex(arena, malformed_messages_rows[i].rest);
        ck_assert_msg((message != NULL) == malformed_messages_rows[i].parses, "%s",
                      malformed_messages_rows[i].rest);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(what_came_before_the_cut_is_kept)
{
    struct arena *arena = arena_create();
    const struct message *message =
        parse_hex(arena, "8600 0001 0001 0002 0001" ASKED A_RR
                         "c00c 0002 0001 00000e10 0002 c00c c00c 0002 0001 00000e10 0004 0162");
    ck_assert_ptr_nonnull(message);
    ck_assert(message->tc && !message->edns);
    ck_assert_uint_eq(message->answer.count, 1);
    ck_assert_uint_eq(message->authority.count, 1);
    ck_assert_uint_eq(message->authority.rrsets[0].count, 1);
    ck_assert_uint_eq(message->additional.count, 0);
    arena_destroy(arena);
}
END_TEST

#define SIG(size, rdata) "c00c 002e 0001 00000e10 " size rdata

START_TEST(malformed_signature_spares_the_message)
{
    static const char *const records[] = {
        SIG("0003", "0001 0d"),
        SIG("0012", "0001 0d 01 00000e10 00000002 00000001 002a"),
        SIG("0013", "0001 0d 01 00000e10 00000002 00000001 002a 01"),
        SIG("0015", "0001 0d 01 00000e10 00000002 00000001 002a 016100"),
        SIG("0014", "0001 0d 01 00000e10 00000002 00000001 002a c0ff"),
        SIG("0016", "0001 0d 01 00000e10 00000002 00000001 002a ff610000"),
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        const struct message *message = parse_hex(
            arena, arena_printf(arena, "8400 0001 0002 0000 0000" ASKED "%s" A_RR, records[i]));
        ck_assert_msg(message != NULL, "%s", records[i]);
        ck_assert_uint_eq(message->answer.count, 1);
        const struct rrset *set = &message->answer.rrsets[0];
        ck_assert_uint_eq(set->count, 1);
        ck_assert_uint_eq(set->sig_count, 1);
        ck_assert_msg(set->sigs[0].malformed, "%s", records[i]);
        ck_assert_uint_eq(set->sigs[0].covered, RR_A);
    }
    arena_destroy(arena);
}
END_TEST

/*
 * A reply of 64 KiB to a question, all `record` with its number in it at `at`, counted at
 * `count_at` of the header, and an OPT.
 */
static struct bytes crowd(struct arena *arena, const char *question, struct bytes record, size_t at,
                          size_t count_at)
{
    struct bytes head =
        fixture_hex(arena, arena_printf(arena, "1234 8400 0001 0000 0000 0000 %s", question));
    struct bytes opt = fixture_hex(arena, OPT);
    uint8_t *wire = arena_alloc(arena, MESSAGE_MAX);
    memcpy(wire, head.data, head.size);
    size_t size = head.size;
    uint16_t count = 0;
    while (size + record.size + opt.size <= MESSAGE_MAX) {
        memcpy(wire + size, record.data, record.size);
        bytes_put16(wire + size + at, (uint16_t)(count * 40503u)); /* no sorted input */
        size += record.size;
        count++;
    }
    memcpy(wire + size, opt.data, opt.size);
    bytes_put16(wire + count_at, count);
    bytes_put16(wire + 10, (uint16_t)(bytes_u16(wire + 10) + 1));
    return (struct bytes){wire, size + opt.size};
}

#define LONE_RRSETS "02 0000 00 0010 0001 00000e10 0000"    /* a few differ in case only */
#define LONE_SIGS   "c00c 002e 0001 00000e10 0002 0000"     /* signatures over nothing */
#define SAME_SIGS   "c00c 002e 0001 00000e10 0004 00010000" /* of one RRset */

START_TEST(crowds_of_tiny_records)
{
    static const struct {
        const char *record;
        size_t at; /* where its number stands */
        size_t count_at;
        const char *question;
        size_t sets; /* of the crowded section; 0: the reply is refused */
    } rows[] = {
        {"c00c ff00 0001 00000000 0000", 6, 6, ASKED, 1}, /* all the same but for the TTL */
        {"c00c 0001 0001 00000e10 0004 0a000000", 14, 6, ASKED, 1},
        {LONE_RRSETS, 1, 6, ASKED, 0},
        {LONE_RRSETS, 1, 8, ASKED, 0},
        {LONE_RRSETS, 1, 10, ASKED, MESSAGE_PIECES_MAX},
        {LONE_RRSETS, 1, 6, "016100 00fc 0001", MESSAGE_PIECES_MAX},
        {LONE_SIGS, 12, 6, ASKED, 0},
        {LONE_SIGS, 12, 10, ASKED, MESSAGE_PIECES_MAX},
        {SAME_SIGS, 14, 6, ASKED, 0},
        {SAME_SIGS, 14, 10, ASKED, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        bool is_transfer = strcmp(rows[i].question, ASKED) != 0;
        struct bytes query = fixture_query(arena, is_transfer ? "a AXFR" : "a A", 0x1234);
        struct bytes reply = crowd(arena, rows[i].question, fixture_hex(arena, rows[i].record),
                                   rows[i].at, rows[i].count_at);
        const struct message *message = message_parse(arena, query, reply);
        ck_assert_msg((message != NULL) == (rows[i].sets > 0), "row %zu", i);
        if (message != NULL) {
            const struct section *section =
                rows[i].count_at == 6 ? &message->answer : &message->additional;
            ck_assert_msg(section->count == rows[i].sets, "row %zu: %zu", i, section->count);
            ck_assert(message->edns); /* read behind what was left out */
        }
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(crowd_of_extended_errors)
{
    enum { ERRORS = 10000 };
    struct arena *arena = arena_create();
    uint8_t *options = arena_alloc(arena, ERRORS * (size_t)6);
    for (size_t i = 0; i < ERRORS; i++) {
        bytes_put16(options + 6 * i, 15);
        bytes_put16(options + 6 * i + 2, 2);
        bytes_put16(options + 6 * i + 4, (uint16_t)i);
    }
    const struct message *message =
        fixture_parsed(arena, &(struct fixture_reply){.question = "a A",
                                                      .options = {options, ERRORS * (size_t)6}});
    ck_assert_uint_eq(message->ede_count, MESSAGE_EDE_MAX);
    ck_assert_uint_eq(message->ede[MESSAGE_EDE_MAX - 1].code, MESSAGE_EDE_MAX - 1);
    arena_destroy(arena);
}
END_TEST

static _Noreturn void jump_back(void *context)
{
    longjmp(*(jmp_buf *)context, 1);
}

/* Whether the reply is read when the `nth` allocation fails, so: when there are fewer. */
static bool is_read_before(size_t nth, struct bytes query, struct bytes reply)
{
    struct arena *arena = arena_create();
    jmp_buf back;
    arena_on_exhausted(arena, jump_back, &back);
    arena_fail_at(arena, nth);
    if (setjmp(back) != 0) {
        arena_destroy(arena);
        return false;
    }
    bool is_read = message_parse(arena, query, reply) != NULL;
    arena_destroy(arena);
    return is_read;
}

START_TEST(memory_runs_out_at_each_allocation)
{
    struct arena *arena = arena_create();
    struct bytes query = fixture_query(arena, "example.com SOA", 0);
    struct bytes reply = rich_reply(arena, false);
    size_t nth = 1;
    while (!is_read_before(nth, query, reply)) {
        nth++;
    }
    ck_assert_uint_gt(nth, 10);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("message_hostile", every_truncation, every_octet_changed, several_octets_changed,
           malformed_messages, what_came_before_the_cut_is_kept,
           malformed_signature_spares_the_message, crowds_of_tiny_records, crowd_of_extended_errors,
           memory_runs_out_at_each_allocation)
