/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages to and from the wire.
 *
 * Replies are made canonical here, once: from then on comparing two servers' answers is comparing
 * bytes, and the data that a signature covers is a concatenation.  The walk over the wire is our
 * own, because ldns refuses a whole message for one malformed RRSIG, and such an RRSIG has to
 * become a finding about that RRSIG.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"
#include "wire/rr.h"

enum {
    MESSAGE_QUERY_MAX = 12 + NAME_WIRE_MAX + 4 + 11,
    MESSAGE_MAX = 65535,
    MESSAGE_UDP_MAX = 1232
};

/*
 * Bounds on the memory that hostile replies take: each RRset and each RRSIG is far larger here than
 * the dozen octets that it may have on the wire, and so is each extended error.
 */
enum { MESSAGE_PIECES_MAX = 512, MESSAGE_EDE_MAX = 16 };

struct section {
    const struct rrset *rrsets;
    size_t count;
};

/* An extended DNS error (RFC 8914); `text` is raw network text. */
struct ede {
    uint16_t code;
    struct bytes text;
};

struct message {
    struct name qname;
    uint16_t qtype;
    uint16_t rcode; /* with the EDNS extension */
    bool aa, tc, ra, ad;
    bool edns;             /* an OPT was there */
    bool edns_do;          /* and echoed DO */
    bool case_kept;        /* the question came back octet by octet as it was asked */
    bool class_foreign;    /* a record of a class other than IN was there (and left out) */
    bool report_channel;   /* RFC 9567 option 18 */
    size_t size;           /* octets on the wire */
    const struct ede *ede; /* the first MESSAGE_EDE_MAX */
    size_t ede_count;
    struct section answer, authority, additional;
};

enum query_flag {
    QUERY_RECURSE = 1,           /* RD */
    QUERY_CHECKING_DISABLED = 2, /* CD */
    QUERY_TCP = 4,               /* not a header flag: ask over TCP from the start */
    QUERY_PINNED = 8             /* not a header flag: this resolver is meant and no other */
};

/*
 * Writes a query with EDNS0 (1232 octets, DO) and returns its octets.  Bit n of `case_bits`
 * (cycling every 32) asks for the nth letter of the name in upper case (0x20).
 */
size_t message_query(uint8_t wire[MESSAGE_QUERY_MAX], const struct name *name, uint16_t type,
                     unsigned query_flags, uint16_t id, uint32_t case_bits);

/* Whether `reply` answers `query`: a response with the id and the question of it (RFC 5452 9.1). */
bool message_answers(struct bytes query, struct bytes reply);

/*
 * Parses and canonicalises a reply to `query`.  NULL when it does not parse.  Malformed RRSIGs do
 * not make a message malformed.  Nothing in the result points into `reply`.
 *
 * MESSAGE_PIECES_MAX RRsets and RRSIGs are read and MESSAGE_EDE_MAX extended errors.  What the
 * additional section or a zone transfer has beyond them is left out; a reply with more in its
 * answer and authority sections counts as one that does not parse.
 */
const struct message *message_parse(struct arena *arena, struct bytes query, struct bytes reply);

/* The RRset of that owner and type in a section (also one with signatures only), or NULL. */
const struct rrset *section_find(const struct section *section, const struct name *owner,
                                 uint16_t type);

/* The same, but NULL as well when there are signatures only: what is returned has records. */
const struct rrset *section_records(const struct section *section, const struct name *owner,
                                    uint16_t type);

/*
 * Whether anything of the zone in the answer or authority section has a signature.  Behind an alias
 * a reply may have records of other zones, also of signed ones below.
 */
bool message_is_signed(const struct message *message, const struct name *zone);

/*
 * Whether the reply says that the name does not exist: by its response code, or by NXNAME in a
 * compact denial (RFC 9824 3.1).  The records are taken as they are, not verified.
 */
bool message_denies_name(const struct message *reply);
