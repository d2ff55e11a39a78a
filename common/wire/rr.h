/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records as they are judged: canonical rdata, decoded where a rule needs a field.
 *
 * Decoders borrow from the rdata; on false nothing is written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/name.h"

enum rr_type {
    RR_A = 1,
    RR_NS = 2,
    RR_CNAME = 5,
    RR_SOA = 6,
    RR_PTR = 12,
    RR_MX = 15,
    RR_TXT = 16,
    RR_AAAA = 28,
    RR_SRV = 33,
    RR_DNAME = 39,
    RR_OPT = 41,
    RR_DS = 43,
    RR_SSHFP = 44,
    RR_RRSIG = 46,
    RR_NSEC = 47,
    RR_DNSKEY = 48,
    RR_NSEC3 = 50,
    RR_NSEC3PARAM = 51,
    RR_TLSA = 52,
    RR_SMIMEA = 53,
    RR_CDS = 59,
    RR_CDNSKEY = 60,
    RR_OPENPGPKEY = 61,
    RR_CSYNC = 62,
    RR_SVCB = 64,
    RR_HTTPS = 65,
    RR_NXNAME = 128,
    RR_AXFR = 252,
    RR_ANY = 255,
    RR_CAA = 257
};
enum { RR_CLASS_IN = 1 };
enum {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_NOTAUTH = 9
};
enum { CSYNC_IMMEDIATE = 0x0001, CSYNC_SOA_MINIMUM = 0x0002 };
enum { DNSKEY_ZONE = 0x0100, DNSKEY_REVOKE = 0x0080, DNSKEY_SEP = 0x0001 };

/* An RRSIG (RFC 4034 3.1).  A malformed one has `malformed` set and nothing else to rely on. */
struct rrsig {
    bool malformed; /* rdata too short, signer name invalid, or no signature octets */
    uint16_t covered;
    uint8_t algorithm;
    uint8_t labels;
    uint32_t original_ttl;
    uint32_t expiration; /* serial numbers (RFC 1982): compare by rr_serial_difference */
    uint32_t inception;
    uint16_t key_tag;
    struct name signer;
    uint32_t ttl;      /* of the RRSIG record itself */
    struct bytes head; /* rdata up to the signature, signer in canonical form */
    struct bytes signature;
};

/*
 * The records of one owner, type and class in one section.  An RRSIG whose covered type has no
 * records there stands in an RRset of that type with `count` 0.
 */
struct rrset {
    struct name owner;
    uint16_t type;
    uint16_t class;
    uint32_t ttl;           /* the smallest in the RRset; 0 when count is 0 */
    bool ttl_uneven;        /* not all records had the same TTL (RFC 2181 5.2) */
    bool duplicates;        /* a record stood there twice */
    const struct bytes *rr; /* canonical rdata (RFC 4034 6.2, RFC 6840 5.1), in canonical order */
    size_t count;
    const struct rrsig *sigs; /* in canonical order of their rdata */
    size_t sig_count;
};

struct dnskey {
    uint16_t flags;
    uint8_t protocol;
    uint8_t algorithm;
    uint16_t tag;
    struct bytes public_key;
    struct bytes rdata;
};

struct ds {
    uint16_t key_tag;
    uint8_t algorithm;
    uint8_t digest_type;
    struct bytes digest;
};

struct soa {
    struct name mname, rname;
    uint32_t serial, refresh, retry, expire, minimum;
};

struct nsec {
    struct name next;
    struct bytes types; /* the bitmap, not checked */
};

struct nsec3 {
    uint8_t algorithm, flags;
    uint16_t iterations;
    struct bytes salt;
    struct bytes next; /* raw hash */
    struct bytes types;
};

/* What a zone asks its parent to copy (RFC 7477 2.1.1). */
struct csync {
    uint32_t serial;
    uint16_t flags;
    struct bytes types; /* the bitmap, not checked */
};

bool rr_dnskey(struct bytes rdata, struct dnskey *key);
bool rr_ds(struct bytes rdata, struct ds *ds);
bool rr_soa(struct bytes rdata, struct soa *soa);
bool rr_nsec(struct bytes rdata, struct nsec *nsec);
bool rr_nsec3(struct bytes rdata, struct nsec3 *nsec3);
bool rr_csync(struct bytes rdata, struct csync *csync);

/* The name that an NS, CNAME, PTR or DNAME record holds (MX and SRV: their target). */
bool rr_target(uint16_t type, struct bytes rdata, struct name *target);

/* An RRSIG from its rdata; a short or odd one comes back with `malformed` set. */
struct rrsig rr_rrsig(struct arena *arena, struct bytes rdata, uint32_t ttl);

/*
 * a - b for serials, and for the times of RRSIGs (RFC 1982 3.2): above 0 where `a` is the newer
 * one. Of two that are half the circle apart, 68 years of times, each is the older one.
 */
int64_t rr_serial_difference(uint32_t a, uint32_t b);

/* The key tag of DNSKEY rdata (RFC 4034 appendix B; algorithm 1 by B.1). */
uint16_t rr_key_tag(struct bytes rdata);

/* Every DNSKEY of an RRset that decodes, in its order; `count` says how many.  NULL set: none. */
const struct dnskey *rr_dnskeys(struct arena *arena, const struct rrset *set, size_t *count);

/* The same for a DS (or CDS) RRset. */
const struct ds *rr_ds_set(struct arena *arena, const struct rrset *set, size_t *count);

/* Whether a type bitmap (RFC 4034 4.1.2) has `type`; malformed windows end the search. */
bool rr_bitmap_has(struct bytes bitmap, uint16_t type);

/* Whether windows ascend, are 1 to 32 octets long and end in a non-zero octet. */
bool rr_bitmap_well_formed(struct bytes bitmap);

/* Counts the types up to the end or a malformed window; false when there is one. */
bool rr_bitmap_count(struct bytes bitmap, size_t *count);

bool rr_same_ds(const struct ds *a, const struct ds *b);

/* Whether two DS speak of one key, as tag and algorithm go. */
bool rr_same_key(const struct ds *a, const struct ds *b);

bool rr_have_ds(const struct ds *list, size_t count, const struct ds *ds);

/* Same records (rdata), TTL and signatures aside. */
bool rrset_same_data(const struct rrset *a, const struct rrset *b);

/* Whether records of the type mean something only when they are secure (RFC 6698, 4255, 7929,
 * 8162). */
bool rr_needs_security(uint16_t type);

/* "SOA"; "TYPE65280" where the type has no name. */
const char *rr_type_text(struct arena *arena, uint16_t type);

/* A type by name or as TYPEnnn, any case; false when there is none. */
bool rr_type_from_text(const char *text, uint16_t *type);

/* "NXDOMAIN"; "RCODE42" where it has no name. */
const char *rr_rcode_text(struct arena *arena, unsigned rcode);

/*
 * Rdata from the wire made canonical: names expanded and, for the types of RFC 4034 6.2 with RFC
 * 6840 5.1, folded to lower case.  `offset` and `size` say where it stands in `message`.
 * False when a name in it is malformed or the fixed fields do not fit.
 */
bool rr_canonical(struct arena *arena, struct bytes message, size_t offset, size_t size,
                  uint16_t type, struct bytes *rdata);
