/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grouping: everything is sorted once, then each RRset is a run of neighbours. */
#include "wire/group.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A record, and the type of the RRset that it goes to. */
struct entry {
    const struct record *record;
    uint16_t type;
    bool is_sig;
};

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* Any order of names will do here, so the cheapest is taken. */
static int compare_owners(const struct name *a, const struct name *b)
{
    if (a == b) {
        return 0;
    }
    if (a->size != b->size) {
        return compare_numbers(a->size, b->size);
    }
    return memcmp(a->wire, b->wire, a->size);
}

/* By RRset. */
static int compare_sets(const struct entry *a, const struct entry *b)
{
    int order = compare_owners(a->record->owner, b->record->owner);
    return order != 0 ? order : compare_numbers(a->type, b->type);
}

/* By RRset, data before signatures, then by rdata; of equal ones the smallest TTL comes first. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = compare_sets(a, b);
    if (order == 0) {
        order = compare_numbers(a->is_sig, b->is_sig);
    }
    if (order == 0) {
        order = bytes_compare(a->record->rdata, b->record->rdata);
    }
    return order != 0 ? order : compare_numbers(a->record->ttl, b->record->ttl);
}

static bool is_double(const struct entry *entry, const struct entry *before)
{
    return entry->is_sig == before->is_sig &&
           bytes_equal(entry->record->rdata, before->record->rdata);
}

static void add_data(struct rrset *set, struct bytes *rr, const struct record *record, bool again)
{
    if (set->count == 0) {
        set->ttl = record->ttl;
    }
    set->ttl_uneven |= record->ttl != set->ttl;
    set->ttl = record->ttl < set->ttl ? record->ttl : set->ttl;
    set->duplicates |= again;
    if (!again) {
        rr[set->count++] = record->rdata;
    }
}

/* The RRset made of `count` neighbours. */
static struct rrset make_set(struct arena *arena, const struct entry *entries, size_t count)
{
    struct rrset set = {
        .owner = *entries->record->owner,
        .type = entries->type,
        .class = RR_CLASS_IN,
    };
    size_t data = 0;
    while (data < count && !entries[data].is_sig) {
        data++;
    }
    struct bytes *rr = data == 0 ? NULL : arena_alloc(arena, data * sizeof *rr);
    struct rrsig *sigs = data == count ? NULL : arena_alloc(arena, (count - data) * sizeof *sigs);
    for (size_t i = 0; i < count; i++) {
        const struct record *record = entries[i].record;
        bool again = i > 0 && is_double(&entries[i], &entries[i - 1]);
        if (!entries[i].is_sig) {
            add_data(&set, rr, record, again);
        } else if (!again) {
            sigs[set.sig_count++] = rr_rrsig(arena, record->rdata, record->ttl);
        }
    }
    set.rr = rr;
    set.sigs = sigs;
    return set;
}

static struct entry *sorted_entries(struct arena *arena, const struct record *records, size_t count)
{
    struct entry *entries = arena_alloc(arena, count * sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        bool is_sig = records[i].type == RR_RRSIG;
        struct bytes rdata = records[i].rdata;
        uint16_t covered = rdata.size < 2 ? 0 : bytes_u16(rdata.data);
        entries[i] = (struct entry){&records[i], is_sig ? covered : records[i].type, is_sig};
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    return entries;
}

/* How many entries from the first one on belong to its RRset. */
static size_t set_size(const struct entry *entries, size_t count)
{
    size_t size = 1;
    while (size < count && compare_sets(&entries[0], &entries[size]) == 0) {
        size++;
    }
    return size;
}

static size_t count_sets(const struct entry *entries, size_t count)
{
    size_t sets = 0;
    for (size_t at = 0; at < count; at += set_size(&entries[at], count - at)) {
        sets++;
    }
    return sets;
}

const struct rrset *group_records(struct arena *arena, const struct record *records, size_t count,
                                  size_t *set_count)
{
    *set_count = 0;
    if (count == 0) {
        return NULL;
    }
    const struct entry *entries = sorted_entries(arena, records, count);
    struct rrset *sets = arena_alloc(arena, count_sets(entries, count) * sizeof *sets);
    for (size_t first = 0; first < count;) {
        size_t size = set_size(&entries[first], count - first);
        sets[(*set_count)++] = make_set(arena, &entries[first], size);
        first += size;
    }
    return sets;
}
