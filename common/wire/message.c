/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages: the query that we send, the rules for taking a reply, and the walk over a reply. */
#include "wire/message.h"

#include <assert.h>
#include <string.h>

#include "wire/group.h"

enum { HEADER_SIZE = 12, QUESTION_FIXED = 4, RECORD_FIXED = 10, OPT_SIZE = 11 };
enum { RECORD_MIN = 1 + RECORD_FIXED };
enum {
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RD = 0x0100,
    FLAG_RA = 0x0080,
    FLAG_AD = 0x0020,
    FLAG_CD = 0x0010,
    OPCODE_MASK = 0x7800,
    RCODE_MASK = 0x000f
};
enum { EDNS_DO = 0x8000, OPTION_EDE = 15, OPTION_REPORT_CHANNEL = 18 };
enum { AT_FLAGS = 2, AT_QDCOUNT = 4, AT_ANCOUNT = 6, AT_NSCOUNT = 8, AT_ARCOUNT = 10 };

/* The name with the nth letter in upper case where bit n of `case_bits` is set (0x20). */
static void write_name(uint8_t *at, const struct name *name, uint32_t case_bits)
{
    unsigned letter = 0;
    memcpy(at, name->wire, name->size);
    /* A label is at most 63 octets long and the least letter is 97, so no length is mistaken. */
    for (size_t i = 0; i < name->size; i++) {
        if (at[i] >= 'a' && at[i] <= 'z') {
            at[i] = (case_bits >> letter % 32 & 1) != 0 ? (uint8_t)(at[i] - 'a' + 'A') : at[i];
            letter++;
        }
    }
}

size_t message_query(uint8_t wire[MESSAGE_QUERY_MAX], const struct name *name, uint16_t type,
                     unsigned query_flags, uint16_t id, uint32_t case_bits)
{
    assert(name->size > 0);
    unsigned flags = ((query_flags & QUERY_RECURSE) != 0 ? FLAG_RD : 0u) |
                     ((query_flags & QUERY_CHECKING_DISABLED) != 0 ? FLAG_CD : 0u);
    bytes_put16(wire, id);
    bytes_put16(wire + AT_FLAGS, (uint16_t)flags);
    bytes_put16(wire + AT_QDCOUNT, 1);
    bytes_put16(wire + AT_ANCOUNT, 0);
    bytes_put16(wire + AT_NSCOUNT, 0);
    bytes_put16(wire + AT_ARCOUNT, 1);
    write_name(wire + HEADER_SIZE, name, case_bits);
    uint8_t *at = wire + HEADER_SIZE + name->size;
    bytes_put16(at, type);
    bytes_put16(at + 2, RR_CLASS_IN);
    at += QUESTION_FIXED;
    at[0] = 0; /* OPT stands at the root (RFC 6891 6.1.2) */
    bytes_put16(at + 1, RR_OPT);
    bytes_put16(at + 3, MESSAGE_UDP_MAX);
    bytes_put32(at + 5, EDNS_DO);
    bytes_put16(at + 9, 0);
    return (size_t)(at + OPT_SIZE - wire);
}

struct question_section {
    struct name name;
    struct bytes raw; /* as it is on the wire */
};

/* The one question of a message; false when there is not exactly one or it does not parse. */
static bool read_question(struct bytes message, struct question_section *question)
{
    if (message.size < HEADER_SIZE || bytes_u16(message.data + AT_QDCOUNT) != 1) {
        return false;
    }
    size_t used = name_from_message(message, HEADER_SIZE, &question->name);
    if (used == 0 || message.size - HEADER_SIZE - used < QUESTION_FIXED) {
        return false;
    }
    question->raw = (struct bytes){message.data + HEADER_SIZE, used + QUESTION_FIXED};
    return true;
}

/* Type and class, which end a question. */
static uint32_t question_kind(const struct question_section *question)
{
    return bytes_u32(question->raw.data + question->raw.size - QUESTION_FIXED);
}

/* Whether a reply with that rcode may come without the question: who could not read or would not.
 */
static bool may_lack_question(unsigned rcode)
{
    return rcode == RCODE_FORMERR || rcode == RCODE_SERVFAIL || rcode == RCODE_NOTIMP ||
           rcode == RCODE_REFUSED;
}

bool message_answers(struct bytes query, struct bytes reply)
{
    struct question_section asked;
    struct question_section answered;
    if (reply.size < HEADER_SIZE || !read_question(query, &asked) ||
        bytes_u16(reply.data) != bytes_u16(query.data)) {
        return false;
    }
    unsigned flags = bytes_u16(reply.data + AT_FLAGS);
    unsigned query_flags = bytes_u16(query.data + AT_FLAGS);
    if ((flags & FLAG_QR) == 0 || (flags & OPCODE_MASK) != (query_flags & OPCODE_MASK)) {
        return false;
    }
    if (bytes_u16(reply.data + AT_QDCOUNT) == 0) {
        return may_lack_question(flags & RCODE_MASK);
    }
    return read_question(reply, &answered) && name_equal(&asked.name, &answered.name) &&
           question_kind(&asked) == question_kind(&answered);
}

/* A reply while it is walked. */
struct walk {
    struct arena *arena;
    struct bytes reply;
    size_t at;
    struct message *message;
    struct ede *ede; /* that of the message, to be added to */
    size_t pieces;   /* RRsets and signatures so far */
};

/* A record as it stands on the wire. */
struct raw_record {
    struct name owner;
    uint16_t type;
    uint16_t class;
    uint32_t ttl;
    size_t rdata_at;
    size_t rdata_size;
};

static bool read_record(struct walk *walk, struct raw_record *raw)
{
    struct bytes reply = walk->reply;
    size_t used = name_from_message(reply, walk->at, &raw->owner);
    if (used == 0 || reply.size - walk->at - used < RECORD_FIXED) {
        return false;
    }
    size_t at = walk->at + used;
    raw->type = bytes_u16(reply.data + at);
    raw->class = bytes_u16(reply.data + at + 2);
    raw->ttl = bytes_u32(reply.data + at + 4);
    raw->rdata_size = bytes_u16(reply.data + at + 8);
    raw->rdata_at = at + RECORD_FIXED;
    if (raw->rdata_size > reply.size - raw->rdata_at) {
        return false;
    }
    walk->at = raw->rdata_at + raw->rdata_size;
    return true;
}

static void add_ede(struct walk *walk, struct bytes option)
{
    size_t *count = &walk->message->ede_count;
    if (option.size < 2 || *count == MESSAGE_EDE_MAX) {
        return;
    }
    walk->ede = arena_grow(walk->arena, walk->ede, *count, sizeof *walk->ede);
    walk->ede[(*count)++] = (struct ede){
        .code = bytes_u16(option.data),
        .text = {arena_copy(walk->arena, option.data + 2, option.size - 2), option.size - 2},
    };
    walk->message->ede = walk->ede;
}

/* The options of an OPT; what follows the first cut one is ignored. */
static void read_options(struct walk *walk, struct bytes options)
{
    while (options.size >= 4) {
        size_t size = bytes_u16(options.data + 2);
        if (size > options.size - 4) {
            return;
        }
        uint16_t code = bytes_u16(options.data);
        if (code == OPTION_EDE) {
            add_ede(walk, (struct bytes){options.data + 4, size});
        }
        walk->message->report_channel |= code == OPTION_REPORT_CHANNEL;
        options = (struct bytes){options.data + 4 + size, options.size - 4 - size};
    }
}

/* OPT may stand once, in the additional section and at the root (RFC 6891 6.1.1, 6.1.2). */
static bool read_opt(struct walk *walk, const struct raw_record *raw, bool is_additional)
{
    struct message *message = walk->message;
    if (!is_additional || message->edns || raw->owner.labels != 0) {
        return false;
    }
    message->edns = true;
    message->edns_do = (raw->ttl & EDNS_DO) != 0;
    message->rcode = (uint16_t)(message->rcode | raw->ttl >> 24 << 4);
    read_options(walk, (struct bytes){walk->reply.data + raw->rdata_at, raw->rdata_size});
    return true;
}

/* Makes the rdata canonical; that of a malformed RRSIG stays as it is, to become a finding. */
static bool read_rdata(struct walk *walk, const struct raw_record *raw, struct bytes *rdata)
{
    if (rr_canonical(walk->arena, walk->reply, raw->rdata_at, raw->rdata_size, raw->type, rdata)) {
        return true;
    }
    if (raw->type != RR_RRSIG) {
        return false;
    }
    const uint8_t *at = walk->reply.data + raw->rdata_at;
    *rdata = (struct bytes){arena_copy(walk->arena, at, raw->rdata_size), raw->rdata_size};
    return true;
}

struct record_list {
    struct record *records; /* with room for all that can follow */
    size_t count;
};

/* The owner for a record to keep: mostly that of the record before, or the name asked for. */
static const struct name *keep_owner(struct walk *walk, const struct record_list *list,
                                     const struct name *owner)
{
    const struct name *before =
        list->count == 0 ? &walk->message->qname : list->records[list->count - 1].owner;
    if (name_equal(before, owner)) {
        return before;
    }
    return arena_copy(walk->arena, owner, sizeof *owner);
}

/*
 * Whether there is room for the record.  Records of one RRset that stand together are one piece
 * with each other, as they take little more memory than on the wire.
 */
static bool has_room(struct walk *walk, const struct record_list *list,
                     const struct raw_record *raw)
{
    const struct record *before = list->count == 0 ? NULL : &list->records[list->count - 1];
    bool joins = before != NULL && raw->type != RR_RRSIG && before->type == raw->type &&
                 name_equal(before->owner, &raw->owner);
    walk->pieces += joins ? 0 : 1;
    return walk->pieces <= MESSAGE_PIECES_MAX;
}

/* Whether what there is no room for may be left out: glue, and most of a zone that is transferred.
 */
static bool may_be_cut(const struct walk *walk, bool is_additional)
{
    return is_additional || walk->message->qtype == RR_AXFR;
}

/* One record of a section: to the list, unless it is an OPT or of another class. */
static bool read_into(struct walk *walk, struct record_list *list, bool is_additional)
{
    struct raw_record raw;
    struct bytes rdata;
    if (!read_record(walk, &raw)) {
        return false;
    }
    if (raw.type == RR_OPT) {
        return read_opt(walk, &raw, is_additional);
    }
    if (raw.class != RR_CLASS_IN) {
        walk->message->class_foreign |= !is_additional;
        return true;
    }
    if (!has_room(walk, list, &raw)) {
        return may_be_cut(walk, is_additional);
    }
    if (!read_rdata(walk, &raw, &rdata)) {
        return false;
    }
    const struct name *owner = keep_owner(walk, list, &raw.owner);
    list->records[list->count++] = (struct record){
        .owner = owner,
        .type = raw.type,
        .ttl = raw.ttl > INT32_MAX ? 0 : raw.ttl, /* RFC 2181 8 */
        .rdata = rdata,
    };
    return true;
}

/* A section whose header count stands at `count_at`; false when it does not parse to its end. */
static bool read_section(struct walk *walk, size_t count_at, struct section *section)
{
    size_t count = bytes_u16(walk->reply.data + count_at);
    size_t most = (walk->reply.size - walk->at) / RECORD_MIN;
    size_t room = count < most ? count : most;
    struct record_list list = {arena_alloc(walk->arena, room * sizeof *list.records), 0};
    size_t read = 0;
    while (read < count && read_into(walk, &list, count_at == AT_ARCOUNT)) {
        read++;
    }
    section->rrsets = group_records(walk->arena, list.records, list.count, &section->count);
    return read == count;
}

static bool read_sections(struct walk *walk)
{
    struct message *message = walk->message;
    return read_section(walk, AT_ANCOUNT, &message->answer) &&
           read_section(walk, AT_NSCOUNT, &message->authority) &&
           read_section(walk, AT_ARCOUNT, &message->additional);
}

static void read_header(const uint8_t *reply, struct message *message)
{
    unsigned flags = bytes_u16(reply + AT_FLAGS);
    message->rcode = flags & RCODE_MASK;
    message->aa = (flags & FLAG_AA) != 0;
    message->tc = (flags & FLAG_TC) != 0;
    message->ra = (flags & FLAG_RA) != 0;
    message->ad = (flags & FLAG_AD) != 0;
}

/* The question of the reply, or that of the query when the reply has none. */
static bool read_asked(struct walk *walk, struct bytes query)
{
    struct question_section asked;
    struct question_section question;
    if (!read_question(query, &asked)) {
        return false;
    }
    bool is_missing = bytes_u16(walk->reply.data + AT_QDCOUNT) == 0;
    if (is_missing) {
        question = asked;
    } else if (!read_question(walk->reply, &question)) {
        return false;
    }
    walk->at = HEADER_SIZE + (is_missing ? 0 : question.raw.size);
    walk->message->qname = question.name;
    walk->message->qtype = (uint16_t)(question_kind(&question) >> 16);
    walk->message->case_kept = bytes_equal(asked.raw, question.raw);
    return true;
}

const struct message *message_parse(struct arena *arena, struct bytes query, struct bytes reply)
{
    if (reply.size < HEADER_SIZE) {
        return NULL;
    }
    struct message *message = arena_alloc(arena, sizeof *message);
    struct walk walk = {.arena = arena, .reply = reply, .message = message};
    message->size = reply.size;
    read_header(reply.data, message);
    /* A truncated reply may end anywhere behind the question. */
    if (!read_asked(&walk, query) || (!read_sections(&walk) && !message->tc)) {
        return NULL;
    }
    return message;
}

const struct rrset *section_find(const struct section *section, const struct name *owner,
                                 uint16_t type)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->type == type && name_equal(&set->owner, owner)) {
            return set;
        }
    }
    return NULL;
}

const struct rrset *section_records(const struct section *section, const struct name *owner,
                                    uint16_t type)
{
    const struct rrset *set = section_find(section, owner, type);
    return set != NULL && set->count > 0 ? set : NULL;
}

/* Whether a signature is made for a zone below the one given. */
static bool is_from_below(const struct rrsig *sig, const struct name *zone)
{
    return !sig->malformed && name_is_below(&sig->signer, zone);
}

static bool section_is_signed(const struct section *section, const struct name *zone)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct rrset *set = &section->rrsets[i];
        if (set->sig_count > 0 && name_is_under(&set->owner, zone) &&
            !is_from_below(&set->sigs[0], zone)) {
            return true;
        }
    }
    return false;
}

bool message_is_signed(const struct message *message, const struct name *zone)
{
    return section_is_signed(&message->answer, zone) ||
           section_is_signed(&message->authority, zone);
}

static bool has_nxname(const struct rrset *set)
{
    struct nsec nsec;
    struct nsec3 nsec3;
    if (set->count == 0) {
        return false;
    }
    return (set->type == RR_NSEC && rr_nsec(set->rr[0], &nsec) &&
            rr_bitmap_has(nsec.types, RR_NXNAME)) ||
           (set->type == RR_NSEC3 && rr_nsec3(set->rr[0], &nsec3) &&
            rr_bitmap_has(nsec3.types, RR_NXNAME));
}

bool message_denies_name(const struct message *reply)
{
    bool denied = reply->rcode == RCODE_NXDOMAIN;
    for (size_t i = 0; i < reply->authority.count && !denied; i++) {
        denied = has_nxname(&reply->authority.rrsets[i]);
    }
    return denied;
}
