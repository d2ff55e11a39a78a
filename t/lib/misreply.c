/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes replies octet by octet, so that they can be wrong where a library would not let them. */
#include "lib/misreply.h"

#include <string.h>

#include "wire/rr.h"

enum {
    HEADER_SIZE = 12,
    TXT_SIZE = 255,
    SOA_SIZE = 22,
    GARBAGE_SIZE = 40,
    HUGE_RECORDS = 223, /* TXT records that make nearly 60,000 octets */
};

/* Where the question section ends, or 0. */
static size_t question_end(struct bytes query)
{
    size_t at = HEADER_SIZE;
    while (at < query.size && query.data[at] != 0) {
        at += (size_t)query.data[at] + 1;
    }
    return at + 5 <= query.size ? at + 5 : 0;
}

uint16_t misreply_type(struct bytes query)
{
    size_t end = question_end(query);
    return end ? bytes_u16(query.data + end - 4) : 0;
}

static size_t put_record(uint8_t *at, uint16_t type, size_t rdata_size)
{
    bytes_put16(at, 0xc00c);
    bytes_put16(at + 2, type);
    bytes_put16(at + 4, RR_CLASS_IN);
    bytes_put32(at + 6, 3600);
    bytes_put16(at + 10, (uint16_t)rdata_size);
    memset(at + 12, 0, rdata_size);
    return 12 + rdata_size;
}

/* The nth TXT record of an answer, all different. */
static size_t put_txt(uint8_t *at, uint16_t nth)
{
    size_t size = put_record(at, RR_TXT, 1 + TXT_SIZE);
    at[12] = TXT_SIZE;
    memset(at + 13, 'x', TXT_SIZE);
    bytes_put16(at + 13, nth);
    return size;
}

static size_t put_opt(uint8_t *at)
{
    static const uint8_t opt[] = {0, 0, RR_OPT, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0};
    memcpy(at, opt, sizeof opt);
    return sizeof opt;
}

/* Header and question. */
static size_t put_head(uint8_t *reply, struct bytes query, uint16_t rcode)
{
    size_t end = question_end(query);
    memcpy(reply, query.data, end);
    reply[2] = (uint8_t)(0x84 | (query.data[2] & 0x01));
    reply[3] = (uint8_t)(0x80 | rcode);
    memset(reply + 6, 0, 6);
    return end;
}

/* AA, an OPT record, and to SOA one record, to TXT `records`, to other types none. */
static size_t put_good(uint8_t *reply, struct bytes query, uint16_t rcode, uint16_t records)
{
    size_t at = put_head(reply, query, rcode);
    uint16_t type = rcode == 0 ? misreply_type(query) : 0;
    uint16_t count = 0;
    if (type == RR_SOA) {
        at += put_record(reply + at, RR_SOA, SOA_SIZE);
        count = 1;
    }
    for (; type == RR_TXT && count < records; count++) {
        at += put_txt(reply + at, count);
    }
    bytes_put16(reply + 6, count);
    bytes_put16(reply + 10, 1);
    return at + put_opt(reply + at);
}

/* A reply whose only record ends too soon. */
static size_t put_cut(uint8_t *reply, struct bytes query)
{
    size_t at = put_head(reply, query, 0);
    bytes_put16(reply + 6, 1);
    at += put_record(reply + at, RR_TXT, 20);
    return at - 15;
}

static void lower_case(uint8_t *reply, struct bytes query)
{
    size_t end = question_end(query);
    for (size_t i = HEADER_SIZE; i < end; i++) {
        reply[i] = reply[i] >= 'A' && reply[i] <= 'Z' ? (uint8_t)(reply[i] + 32) : reply[i];
    }
}

size_t misreply_udp(uint8_t *reply, struct bytes query, enum misbehave_udp how, uint16_t rcode)
{
    size_t end = put_good(reply, query, rcode, 1);
    switch (how) {
    case UDP_TRUNCATED:
        end = put_head(reply, query, rcode);
        reply[2] |= 0x02;
        return end;
    case UDP_TRUNCATED_CUT:
        end = put_cut(reply, query);
        reply[2] |= 0x02;
        return end;
    case UDP_WRONG_ID:
    case UDP_FLOOD:
        reply[0] ^= 0x55;
        return end;
    case UDP_WRONG_QUESTION:
        reply[question_end(query) - 3] ^= 0x01;
        return end;
    case UDP_GARBAGE:
        memset(reply, 0xa5, GARBAGE_SIZE);
        return GARBAGE_SIZE;
    case UDP_EMPTY:
        return 0;
    case UDP_MALFORMED:
        return put_cut(reply, query);
    case UDP_LOWER_CASE:
        lower_case(reply, query);
        return end;
    default:
        return end;
    }
}

size_t misreply_tcp(uint8_t *reply, struct bytes query, enum misbehave_tcp how, uint16_t rcode)
{
    if (how == TCP_MALFORMED) {
        return put_cut(reply, query);
    }
    if (how == TCP_TRUNCATED) {
        return misreply_udp(reply, query, UDP_TRUNCATED, rcode);
    }
    size_t size = put_good(reply, query, rcode, how == TCP_HUGE ? HUGE_RECORDS : 1);
    if (how == TCP_WRONG_ID) {
        reply[0] ^= 0x55;
    }
    if (how == TCP_TRUNCATED_FULL) {
        reply[2] |= 0x02;
    }
    return size;
}
