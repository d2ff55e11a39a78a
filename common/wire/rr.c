/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rdata: decoders of the types that rules look into, and type bitmaps. */
#include "wire/rr.h"

#include <string.h>

enum { RRSIG_FIXED = 18, SOA_FIXED = 20, CSYNC_FIXED = 6, WINDOW_OCTETS_MAX = 32 };

/* The name at the start of `rdata`, which `rest` comes behind. */
static bool take_name(struct bytes rdata, struct name *name, struct bytes *rest)
{
    size_t used = name_from_wire(rdata.data, rdata.size, name);
    if (used == 0) {
        return false;
    }
    *rest = (struct bytes){rdata.data + used, rdata.size - used};
    return true;
}

/* A string with its length in front at the start of `rdata`, which `rest` comes behind. */
static bool take_counted(struct bytes rdata, struct bytes *counted, struct bytes *rest)
{
    if (rdata.size < 1 || rdata.size - 1 < rdata.data[0]) {
        return false;
    }
    *counted = (struct bytes){rdata.data + 1, rdata.data[0]};
    *rest = (struct bytes){rdata.data + 1 + counted->size, rdata.size - 1 - counted->size};
    return true;
}

int64_t rr_serial_difference(uint32_t a, uint32_t b)
{
    uint32_t difference = a - b;
    return difference < UINT32_C(0x80000000) ? (int64_t)difference
                                             : (int64_t)difference - (INT64_C(1) << 32);
}

uint16_t rr_key_tag(struct bytes rdata)
{
    if (rdata.size >= 4 && rdata.data[3] == 1) {
        return rdata.size < 4 + 3 ? 0 : bytes_u16(rdata.data + rdata.size - 3);
    }
    uint32_t sum = 0;
    for (size_t i = 0; i < rdata.size; i++) {
        sum += i % 2 == 0 ? (uint32_t)rdata.data[i] << 8 : rdata.data[i];
    }
    return (uint16_t)(sum + (sum >> 16));
}

bool rr_dnskey(struct bytes rdata, struct dnskey *key)
{
    if (rdata.size < 4) {
        return false;
    }
    *key = (struct dnskey){
        .flags = bytes_u16(rdata.data),
        .protocol = rdata.data[2],
        .algorithm = rdata.data[3],
        .tag = rr_key_tag(rdata),
        .public_key = {rdata.data + 4, rdata.size - 4},
        .rdata = rdata,
    };
    return true;
}

bool rr_ds(struct bytes rdata, struct ds *ds)
{
    if (rdata.size < 4) {
        return false;
    }
    *ds = (struct ds){
        .key_tag = bytes_u16(rdata.data),
        .algorithm = rdata.data[2],
        .digest_type = rdata.data[3],
        .digest = {rdata.data + 4, rdata.size - 4},
    };
    return true;
}

bool rr_soa(struct bytes rdata, struct soa *soa)
{
    struct soa found;
    struct bytes rest;
    if (!take_name(rdata, &found.mname, &rest) || !take_name(rest, &found.rname, &rest) ||
        rest.size != SOA_FIXED) {
        return false;
    }
    found.serial = bytes_u32(rest.data);
    found.refresh = bytes_u32(rest.data + 4);
    found.retry = bytes_u32(rest.data + 8);
    found.expire = bytes_u32(rest.data + 12);
    found.minimum = bytes_u32(rest.data + 16);
    *soa = found;
    return true;
}

bool rr_nsec(struct bytes rdata, struct nsec *nsec)
{
    struct nsec found;
    if (!take_name(rdata, &found.next, &found.types)) {
        return false;
    }
    *nsec = found;
    return true;
}

bool rr_nsec3(struct bytes rdata, struct nsec3 *nsec3)
{
    if (rdata.size < 4) {
        return false;
    }
    struct nsec3 found = {
        .algorithm = rdata.data[0],
        .flags = rdata.data[1],
        .iterations = bytes_u16(rdata.data + 2),
    };
    struct bytes rest = {rdata.data + 4, rdata.size - 4};
    if (!take_counted(rest, &found.salt, &rest) || !take_counted(rest, &found.next, &found.types)) {
        return false;
    }
    *nsec3 = found;
    return true;
}

bool rr_csync(struct bytes rdata, struct csync *csync)
{
    if (rdata.size < CSYNC_FIXED) {
        return false;
    }
    *csync = (struct csync){
        .serial = bytes_u32(rdata.data),
        .flags = bytes_u16(rdata.data + 4),
        .types = {rdata.data + CSYNC_FIXED, rdata.size - CSYNC_FIXED},
    };
    return true;
}

/* Octets in front of the name in the rdata of `type`; -1 when rr_target does not know the type. */
static int target_offset(uint16_t type)
{
    switch (type) {
    case RR_NS:
    case RR_CNAME:
    case RR_PTR:
    case RR_DNAME:
        return 0;
    case RR_MX:
        return 2;
    case RR_SRV:
        return 6;
    default:
        return -1;
    }
}

bool rr_target(uint16_t type, struct bytes rdata, struct name *target)
{
    int offset = target_offset(type);
    if (offset < 0 || rdata.size < (size_t)offset) {
        return false;
    }
    struct bytes at = {rdata.data + offset, rdata.size - (size_t)offset};
    struct name found;
    struct bytes rest;
    if (!take_name(at, &found, &rest) || rest.size != 0) {
        return false;
    }
    *target = found;
    return true;
}

struct rrsig rr_rrsig(struct arena *arena, struct bytes rdata, uint32_t ttl)
{
    struct rrsig sig = {.malformed = true, .ttl = ttl};
    sig.covered = rdata.size < 2 ? 0 : bytes_u16(rdata.data);
    if (rdata.size < RRSIG_FIXED) {
        return sig;
    }
    struct bytes behind = {rdata.data + RRSIG_FIXED, rdata.size - RRSIG_FIXED};
    if (!take_name(behind, &sig.signer, &sig.signature) || sig.signature.size == 0) {
        return sig;
    }
    sig.malformed = false;
    sig.algorithm = rdata.data[2];
    sig.labels = rdata.data[3];
    sig.original_ttl = bytes_u32(rdata.data + 4);
    sig.expiration = bytes_u32(rdata.data + 8);
    sig.inception = bytes_u32(rdata.data + 12);
    sig.key_tag = bytes_u16(rdata.data + 16);
    uint8_t *head = arena_copy(arena, rdata.data, RRSIG_FIXED + (size_t)sig.signer.size);
    memcpy(head + RRSIG_FIXED, sig.signer.wire, sig.signer.size);
    sig.head = (struct bytes){head, RRSIG_FIXED + (size_t)sig.signer.size};
    return sig;
}

const struct dnskey *rr_dnskeys(struct arena *arena, const struct rrset *set, size_t *count)
{
    *count = 0;
    if (set == NULL || set->count == 0) {
        return NULL;
    }
    struct dnskey *keys = arena_alloc(arena, set->count * sizeof *keys);
    for (size_t i = 0; i < set->count; i++) {
        if (rr_dnskey(set->rr[i], &keys[*count])) {
            ++*count;
        }
    }
    return keys;
}

const struct ds *rr_ds_set(struct arena *arena, const struct rrset *set, size_t *count)
{
    *count = 0;
    if (set == NULL || set->count == 0) {
        return NULL;
    }
    struct ds *all = arena_alloc(arena, set->count * sizeof *all);
    for (size_t i = 0; i < set->count; i++) {
        if (rr_ds(set->rr[i], &all[*count])) {
            ++*count;
        }
    }
    return all;
}

/* One window of a type bitmap; `number` is -1 before the first. */
struct window {
    int number;
    struct bytes bits;
    struct bytes rest;
};

/*
 * Moves on to the next window; false at the end and at a window that is cut, empty, longer than 32
 * octets or not above the one before: then octets are left in `rest`.
 */
static bool next_window(struct window *window)
{
    struct bytes rest = window->rest;
    if (rest.size < 2 || rest.data[0] <= window->number) {
        return false;
    }
    size_t size = rest.data[1];
    if (size == 0 || size > WINDOW_OCTETS_MAX || size > rest.size - 2) {
        return false;
    }
    window->number = rest.data[0];
    window->bits = (struct bytes){rest.data + 2, size};
    window->rest = (struct bytes){rest.data + 2 + size, rest.size - 2 - size};
    return true;
}

bool rr_bitmap_has(struct bytes bitmap, uint16_t type)
{
    struct window window = {.number = -1, .rest = bitmap};
    while (next_window(&window)) {
        if (window.number == type >> 8) {
            size_t octet = (size_t)(type & 0xff) / 8;
            return octet < window.bits.size && (window.bits.data[octet] & 0x80 >> type % 8) != 0;
        }
    }
    return false;
}

bool rr_bitmap_well_formed(struct bytes bitmap)
{
    struct window window = {.number = -1, .rest = bitmap};
    while (next_window(&window)) {
        if (window.bits.data[window.bits.size - 1] == 0) {
            return false;
        }
    }
    return window.rest.size == 0;
}

bool rr_bitmap_count(struct bytes bitmap, size_t *count)
{
    struct window window = {.number = -1, .rest = bitmap};
    *count = 0;
    while (next_window(&window)) {
        for (size_t i = 0; i < window.bits.size; i++) {
            for (unsigned octet = window.bits.data[i]; octet != 0; octet &= octet - 1) {
                (*count)++;
            }
        }
    }
    return window.rest.size == 0;
}

bool rr_same_ds(const struct ds *a, const struct ds *b)
{
    return a->key_tag == b->key_tag && a->algorithm == b->algorithm &&
           a->digest_type == b->digest_type && bytes_equal(a->digest, b->digest);
}

bool rr_same_key(const struct ds *a, const struct ds *b)
{
    return a->key_tag == b->key_tag && a->algorithm == b->algorithm;
}

bool rr_have_ds(const struct ds *list, size_t count, const struct ds *ds)
{
    for (size_t i = 0; i < count; i++) {
        if (rr_same_ds(&list[i], ds)) {
            return true;
        }
    }
    return false;
}

bool rrset_same_data(const struct rrset *a, const struct rrset *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!bytes_equal(a->rr[i], b->rr[i])) {
            return false;
        }
    }
    return true;
}

bool rr_needs_security(uint16_t type)
{
    return type == RR_TLSA || type == RR_SSHFP || type == RR_OPENPGPKEY || type == RR_SMIMEA;
}
