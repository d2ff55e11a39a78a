/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records and replies for tests: ldns reads the zone text, the result goes over the wire. */
#include "lib/fixture.h"

#include <stdio.h>
#include <string.h>

#include <check.h>
#include <ldns/ldns.h>

enum { DEFAULT_TTL = 3600, TEXT_MAX = 256, OPT_SIZE = 11 };
enum {
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RA = 0x0080,
    FLAG_AD = 0x0020,
    FLAG_CD = 0x0010,
    EDNS_DO = 0x8000
};

struct name fixture_name(const char *text)
{
    struct name name;
    const char *problem = name_from_text(text, &name);
    ck_assert_msg(problem == NULL, "fixture: name %s: %s", text, problem);
    return name;
}

static unsigned hex_digit(char digit)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *at = digit == '\0' ? NULL : strchr(DIGITS, digit);
    ck_assert_msg(at != NULL, "fixture: hex digit %c", digit);
    return (unsigned)(at - DIGITS);
}

struct bytes fixture_hex(struct arena *arena, const char *text)
{
    uint8_t *data = arena_alloc(arena, strlen(text) / 2);
    size_t size = 0;
    while (text[strspn(text, " ")] != '\0') {
        text += strspn(text, " ");
        data[size++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
        text += 2;
    }
    return (struct bytes){data, size};
}

char *fixture_hex_text(struct arena *arena, struct bytes bytes)
{
    char *text = arena_alloc(arena, 2 * bytes.size + 1);
    for (size_t i = 0; i < bytes.size; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", (unsigned)bytes.data[i]); /* three octets fit */
    }
    return text;
}

/* What ldns remembers from line to line. */
struct reader {
    FILE *file;
    uint32_t ttl;
    ldns_rdf *origin;
    ldns_rdf *previous;
    int line;
};

/* The next record, or NULL at the end. */
static ldns_rr *read_record(struct reader *reader, const char *text)
{
    while (!feof(reader->file)) {
        ldns_rr *rr = NULL;
        ldns_status status = ldns_rr_new_frm_fp_l(&rr, reader->file, &reader->ttl, &reader->origin,
                                                  &reader->previous, &reader->line);
        if (status == LDNS_STATUS_OK) {
            return rr;
        }
        ck_assert_msg(status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
                          status == LDNS_STATUS_SYNTAX_ORIGIN,
                      "fixture: %s in line %d of:\n%s", ldns_get_errorstr_by_id(status),
                      reader->line, text);
    }
    return NULL;
}

/* Appends the records of zone text to a message; returns how many there are. */
static unsigned write_records(struct arena *arena, ldns_buffer *wire, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        return 0;
    }
    char *copy = arena_text(arena, text); /* fmemopen takes no const */
    struct reader reader = {.file = fmemopen(copy, strlen(copy), "r"), .ttl = DEFAULT_TTL};
    ck_assert_ptr_nonnull(reader.file);
    unsigned count = 0;
    ldns_rr *rr = read_record(&reader, text);
    for (; rr != NULL; rr = read_record(&reader, text)) {
        ck_assert_int_eq(ldns_rr2buffer_wire(wire, rr, LDNS_SECTION_ANSWER), LDNS_STATUS_OK);
        ldns_rr_free(rr);
        count++;
    }
    ldns_rdf_deep_free(reader.origin);
    ldns_rdf_deep_free(reader.previous);
    (void)fclose(reader.file); /* read only: nothing can be lost */
    return count;
}

struct section fixture_section(struct arena *arena, const char *text)
{
    struct fixture_reply reply = {.question = ". SOA", .no_edns = true, .answer = text};
    return fixture_parsed(arena, &reply)->answer;
}

struct rrset fixture_rrset(struct arena *arena, const char *text)
{
    struct section section = fixture_section(arena, text);
    ck_assert_msg(section.count == 1, "fixture: %zu RRsets instead of one in:\n%s", section.count,
                  text);
    return section.rrsets[0];
}

/* Splits "example.com SOA". */
static void read_question(const char *question, struct name *name, uint16_t *type)
{
    char owner[TEXT_MAX];
    const char *space = strchr(question, ' ');
    ck_assert_msg(space != NULL && space - question < TEXT_MAX, "fixture: question %s", question);
    (void)snprintf(owner, sizeof owner, "%.*s", (int)(space - question), question);
    *name = fixture_name(owner);
    ck_assert_msg(rr_type_from_text(space + 1, type), "fixture: question %s", question);
}

struct bytes fixture_query(struct arena *arena, const char *question, uint16_t id)
{
    struct name name;
    uint16_t type;
    read_question(question, &name, &type);
    uint8_t *wire = arena_alloc(arena, MESSAGE_QUERY_MAX);
    return (struct bytes){wire, message_query(wire, &name, type, 0, id, 0)};
}

/* Appends; the buffer of ldns grows, but not by itself. */
static void write_bytes(ldns_buffer *wire, const void *data, size_t size)
{
    ck_assert(ldns_buffer_reserve(wire, size));
    ldns_buffer_write(wire, data, size);
}

static void write_u16(ldns_buffer *wire, unsigned value)
{
    uint8_t octets[2];
    bytes_put16(octets, (uint16_t)value);
    write_bytes(wire, octets, sizeof octets);
}

static void write_question(ldns_buffer *wire, const char *question)
{
    struct name name;
    uint16_t type;
    if (question == NULL) {
        return;
    }
    read_question(question, &name, &type);
    write_bytes(wire, name.wire, name.size);
    write_u16(wire, type);
    write_u16(wire, RR_CLASS_IN);
}

static void write_opt(ldns_buffer *wire, const struct fixture_reply *reply)
{
    uint8_t opt[OPT_SIZE] = {0};
    bytes_put16(opt + 1, RR_OPT);
    bytes_put16(opt + 3, MESSAGE_UDP_MAX);
    bytes_put32(opt + 5, (uint32_t)(reply->rcode >> 4) << 24 | EDNS_DO);
    bytes_put16(opt + 9, (uint16_t)reply->options.size);
    write_bytes(wire, opt, sizeof opt);
    if (reply->options.size > 0) {
        write_bytes(wire, reply->options.data, reply->options.size);
    }
}

static unsigned reply_flags(const struct fixture_reply *reply)
{
    return FLAG_QR | (reply->aa ? FLAG_AA : 0u) | (reply->tc ? FLAG_TC : 0u) |
           (reply->ra ? FLAG_RA : 0u) | (reply->ad ? FLAG_AD : 0u) | (reply->cd ? FLAG_CD : 0u) |
           (reply->rcode & 0xf);
}

struct bytes fixture_message(struct arena *arena, const struct fixture_reply *reply)
{
    ldns_buffer *wire = ldns_buffer_new(MESSAGE_UDP_MAX);
    ck_assert_ptr_nonnull(wire);
    const uint8_t no_counts[6] = {0};
    write_u16(wire, reply->id);
    write_u16(wire, reply_flags(reply));
    write_u16(wire, reply->question == NULL ? 0 : 1);
    write_bytes(wire, no_counts, sizeof no_counts);
    write_question(wire, reply->question);
    unsigned answers = write_records(arena, wire, reply->answer);
    unsigned authorities = write_records(arena, wire, reply->authority);
    unsigned additionals = write_records(arena, wire, reply->additional);
    if (!reply->no_edns) {
        write_opt(wire, reply);
        additionals++;
    }
    ldns_buffer_write_u16_at(wire, 6, (uint16_t)answers);
    ldns_buffer_write_u16_at(wire, 8, (uint16_t)authorities);
    ldns_buffer_write_u16_at(wire, 10, (uint16_t)additionals);
    size_t size = ldns_buffer_position(wire);
    ck_assert_msg(size <= MESSAGE_MAX, "fixture: a message of %zu octets", size);
    struct bytes result = {arena_copy(arena, ldns_buffer_begin(wire), size), size};
    ldns_buffer_free(wire);
    return result;
}

const struct message *fixture_parsed(struct arena *arena, const struct fixture_reply *reply)
{
    struct bytes query = fixture_query(arena, reply->question, reply->id);
    const struct message *message = message_parse(arena, query, fixture_message(arena, reply));
    ck_assert_msg(message != NULL, "fixture: the reply to %s does not parse", reply->question);
    return message;
}
