/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rdata from the wire made canonical (RFC 4034 6.2, RFC 6840 5.1).
 *
 * A table says how the rdata of a type is laid out as far as that matters, that is where names
 * stand in it and which part must be there.  A layout is read twice, first to learn the size of the
 * result and then to write it.
 */
#include <assert.h>
#include <string.h>

#include "wire/rr.h"

/*
 * What a layout is made of; what a type holds behind its last part is octets of any kind unless
 * PART_END closes it.
 */
enum part {
    PART_REST = 0, /* nothing more to know */
    PART_END,      /* the rdata ends here */
    PART_NAME,     /* a name, folded to lower case */
    PART_CASED,    /* a name that keeps its case (NSEC) */
    PART_COUNTED,  /* a length octet and as many octets */
    PART_OCTETS    /* PART_OCTETS + n: n octets */
};

enum { PARTS_MAX = 6 };

struct layout {
    uint16_t type;
    uint8_t parts[PARTS_MAX];
};

enum {
    TYPE_MD = 3,
    TYPE_MF = 4,
    TYPE_MB = 7,
    TYPE_MG = 8,
    TYPE_MR = 9,
    TYPE_MINFO = 14,
    TYPE_RP = 17,
    TYPE_AFSDB = 18,
    TYPE_RT = 21,
    TYPE_SIG = 24,
    TYPE_PX = 26,
    TYPE_NXT = 30,
    TYPE_NAPTR = 35,
    TYPE_KX = 36
};

static const struct layout LAYOUTS[] = {
    {RR_A, {PART_OCTETS + 4, PART_END}},
    {RR_NS, {PART_NAME, PART_END}},
    {TYPE_MD, {PART_NAME, PART_END}},
    {TYPE_MF, {PART_NAME, PART_END}},
    {RR_CNAME, {PART_NAME, PART_END}},
    {RR_SOA, {PART_NAME, PART_NAME, PART_OCTETS + 20, PART_END}},
    {TYPE_MB, {PART_NAME, PART_END}},
    {TYPE_MG, {PART_NAME, PART_END}},
    {TYPE_MR, {PART_NAME, PART_END}},
    {RR_PTR, {PART_NAME, PART_END}},
    {TYPE_MINFO, {PART_NAME, PART_NAME, PART_END}},
    {RR_MX, {PART_OCTETS + 2, PART_NAME, PART_END}},
    {TYPE_RP, {PART_NAME, PART_NAME, PART_END}},
    {TYPE_AFSDB, {PART_OCTETS + 2, PART_NAME, PART_END}},
    {TYPE_RT, {PART_OCTETS + 2, PART_NAME, PART_END}},
    {TYPE_SIG, {PART_OCTETS + 18, PART_NAME}},
    {TYPE_PX, {PART_OCTETS + 2, PART_NAME, PART_NAME, PART_END}},
    {RR_AAAA, {PART_OCTETS + 16, PART_END}},
    {TYPE_NXT, {PART_NAME}},
    {RR_SRV, {PART_OCTETS + 6, PART_NAME, PART_END}},
    {TYPE_NAPTR, {PART_OCTETS + 4, PART_COUNTED, PART_COUNTED, PART_COUNTED, PART_NAME, PART_END}},
    {TYPE_KX, {PART_OCTETS + 2, PART_NAME, PART_END}},
    {RR_DNAME, {PART_NAME, PART_END}},
    {RR_DS, {PART_OCTETS + 4}},
    {RR_RRSIG, {PART_OCTETS + 18, PART_NAME}},
    {RR_NSEC, {PART_CASED}},
    {RR_DNSKEY, {PART_OCTETS + 4}},
    {RR_NSEC3, {PART_OCTETS + 4, PART_COUNTED, PART_COUNTED}},
    {RR_NSEC3PARAM, {PART_OCTETS + 4, PART_COUNTED, PART_END}},
    {RR_CDS, {PART_OCTETS + 4}},
    {RR_CDNSKEY, {PART_OCTETS + 4}},
};

/* Where reading stands in the message, and the result: `out` is NULL while its size is counted. */
struct walk {
    struct bytes message;
    size_t at;
    size_t end;
    uint8_t *out;
    size_t size;
};

static void emit(struct walk *walk, const uint8_t *data, size_t size)
{
    if (walk->out != NULL) {
        memcpy(walk->out + walk->size, data, size);
    }
    walk->size += size;
}

static bool walk_octets(struct walk *walk, size_t size)
{
    if (size > walk->end - walk->at) {
        return false;
    }
    emit(walk, walk->message.data + walk->at, size);
    walk->at += size;
    return true;
}

static bool walk_counted(struct walk *walk)
{
    return walk->at < walk->end && walk_octets(walk, 1 + (size_t)walk->message.data[walk->at]);
}

/* The labels of the name at `offset` as they are on the wire; name_from_message has accepted it. */
static void emit_cased(struct walk *walk, size_t offset)
{
    const uint8_t *data = walk->message.data;
    while (data[offset] != 0) {
        if (data[offset] >= 0xc0) {
            offset = bytes_u16(data + offset) & 0x3fff;
        } else {
            emit(walk, data + offset, 1 + (size_t)data[offset]);
            offset += 1 + (size_t)data[offset];
        }
    }
    emit(walk, data + offset, 1);
}

static bool walk_name(struct walk *walk, enum part part)
{
    struct name name;
    size_t used = name_from_message(walk->message, walk->at, &name);
    if (used == 0 || used > walk->end - walk->at) {
        return false;
    }
    if (part == PART_CASED) {
        emit_cased(walk, walk->at);
    } else {
        emit(walk, name.wire, name.size);
    }
    walk->at += used;
    return true;
}

static bool walk_part(struct walk *walk, uint8_t part)
{
    switch (part) {
    case PART_REST:
        return walk_octets(walk, walk->end - walk->at);
    case PART_END:
        return walk->at == walk->end;
    case PART_NAME:
    case PART_CASED:
        return walk_name(walk, (enum part)part);
    case PART_COUNTED:
        return walk_counted(walk);
    default:
        return walk_octets(walk, (size_t)part - PART_OCTETS);
    }
}

/* The parts of the layout up to and with the PART_REST or PART_END that closes every layout. */
static bool walk_layout(struct walk *walk, const struct layout *layout)
{
    for (size_t i = 0; i < PARTS_MAX; i++) {
        if (!walk_part(walk, layout->parts[i])) {
            return false;
        }
        if (layout->parts[i] <= PART_END) {
            break;
        }
    }
    return true;
}

static const struct layout *layout_of(uint16_t type)
{
    static const struct layout ANY = {0, {PART_REST}};
    for (size_t i = 0; i < sizeof LAYOUTS / sizeof LAYOUTS[0]; i++) {
        if (LAYOUTS[i].type == type) {
            return &LAYOUTS[i];
        }
    }
    return &ANY;
}

bool rr_canonical(struct arena *arena, struct bytes message, size_t offset, size_t size,
                  uint16_t type, struct bytes *rdata)
{
    if (offset > message.size || size > message.size - offset) {
        return false;
    }
    const struct layout *layout = layout_of(type);
    const struct walk start = {.message = message, .at = offset, .end = offset + size};
    struct walk count = start;
    if (!walk_layout(&count, layout)) {
        return false;
    }
    struct walk write = start;
    write.out = arena_alloc(arena, count.size);
    bool again = walk_layout(&write, layout);
    assert(again && write.size == count.size);
    (void)again; /* unused without assertions */
    *rdata = (struct bytes){write.out, write.size};
    return true;
}
