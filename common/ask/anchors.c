/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trust anchors: the keys and digests that this host believes in, from files or built in.
 *
 * Whatever the form of a file, each anchor in it becomes a DS or DNSKEY record in master file form
 * first, so there is one place that reads and checks them.
 */
#include "ask/anchors.h"

#include <string.h>

#include "ask/anchors_bind.h"
#include "ask/file.h"
#include "base/text.h"
#include "judge/policy.h"
#include "wire/masterfile.h"

enum { PATH_SHOWN = 200, RSA_MODULUS_MIN = 64, RSA_MODULUS_STEP = 8 };

/* KSK-2017 and KSK-2024 (https://data.iana.org/root-anchors/root-anchors.xml). */
static const char built_in[] =
    ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

static const char *const system_files[] = {"/usr/share/dns/root.ds", "/var/lib/unbound/root.key"};

static bool same(const struct anchor *a, const struct anchor *b)
{
    return a->is_ds == b->is_ds && name_equal(&a->zone, &b->zone) &&
           (a->is_ds ? rr_same_ds(&a->ds, &b->ds) : bytes_equal(a->key.rdata, b->key.rdata));
}

static void add(struct arena *arena, struct anchors *anchors, const struct anchor *anchor)
{
    for (size_t i = 0; i < anchors->count; i++) {
        if (same(&anchors->list[i], anchor)) {
            return;
        }
    }
    anchors->list = arena_grow(arena, anchors->list, anchors->count, sizeof *anchors->list);
    anchors->list[anchors->count++] = *anchor;
}

static const char *read_ds(struct arena *arena, struct bytes rdata, struct anchor *anchor)
{
    anchor->is_ds = true;
    if (!rr_ds(rdata, &anchor->ds)) {
        return "not a DS record";
    }
    size_t size = policy_digest(anchor->ds.digest_type)->size;
    if (size > 0 && anchor->ds.digest.size != size) {
        return arena_printf(arena, "a digest of type %u has %zu octets, not %zu",
                            (unsigned)anchor->ds.digest_type, size, anchor->ds.digest.size);
    }
    return NULL;
}

/* Whether an RSA key (RFC 3110 2) is whole: a modulus that was cut off has an odd size. */
static bool is_whole_rsa(struct bytes key)
{
    if (key.size < 3) {
        return false;
    }
    size_t exponent = key.data[0];
    size_t head = 1;
    if (exponent == 0) {
        exponent = bytes_u16(key.data + 1);
        head = 3;
    }
    if (exponent == 0 || key.size < head + exponent + RSA_MODULUS_MIN) {
        return false;
    }
    return (key.size - head - exponent) % RSA_MODULUS_STEP == 0;
}

static const char *read_key(struct arena *arena, struct bytes rdata, struct anchor *anchor)
{
    anchor->is_ds = false;
    struct dnskey *key = &anchor->key;
    if (!rr_dnskey(rdata, key)) {
        return "not a DNSKEY record";
    }
    if ((key->flags & DNSKEY_ZONE) == 0) {
        return arena_printf(arena, "the flags %u are not those of a zone key (256 or 257)",
                            (unsigned)key->flags);
    }
    if (key->protocol != 3) {
        return arena_printf(arena, "the protocol of the key is %u, not 3", (unsigned)key->protocol);
    }
    const struct algorithm *algorithm = policy_algorithm(key->algorithm);
    bool whole = algorithm->rsa
                     ? is_whole_rsa(key->public_key)
                     : !algorithm->implemented || key->public_key.size == algorithm->key_size;
    return whole ? NULL : "the public key is not whole";
}

/*
 * The state that Unbound notes of a key (RFC 5011 4) in a comment; `noted`: it does so in this
 * file, so that a key without state was not written to its end.
 */
static const char *read_state(const char *comment, bool noted, bool *usable)
{
    static const char mark[] = ";;state=";
    const char *state = strstr(comment, mark);
    if (state == NULL) {
        *usable = true;
        return noted ? "the state that Unbound notes of each key is missing" : NULL;
    }
    state += sizeof mark - 1;
    if (*state < '0' || *state > '5') {
        return "the state of the key is none of 0 to 5";
    }
    /* VALID, and MISSING, which is a valid key that was not seen of late. */
    *usable = *state == '2' || *state == '3';
    return NULL;
}

/* An anchor of an algorithm or digest that validators do not use is none to them. */
static bool is_usable(const struct anchor *anchor)
{
    if (anchor->is_ds) {
        return policy_algorithm_usable(anchor->ds.algorithm, SHA1_WARN) &&
               policy_digest_usable(anchor->ds.digest_type);
    }
    return (anchor->key.flags & DNSKEY_REVOKE) == 0 &&
           policy_algorithm_usable(anchor->key.algorithm, SHA1_WARN);
}

static const char *take_record(struct arena *arena, const struct file_record *record, bool states,
                               struct anchors *anchors)
{
    struct anchor anchor = {.zone = record->owner};
    const char *problem = NULL;
    bool usable = true;
    if (record->type == RR_DS) {
        problem = read_ds(arena, record->rdata, &anchor);
    } else if (record->type == RR_DNSKEY) {
        problem = read_key(arena, record->rdata, &anchor);
        problem = problem != NULL ? problem : read_state(record->comment, states, &usable);
    } else {
        problem = arena_printf(arena, "trust anchors are DS and DNSKEY records, not %s",
                               rr_type_text(arena, record->type));
    }
    if (problem == NULL && usable && is_usable(&anchor)) {
        add(arena, anchors, &anchor);
    }
    return problem;
}

/* All records of a text; what is wrong with `line`, or NULL. */
static const char *read_records(struct arena *arena, const char *text, struct anchors *anchors,
                                unsigned *line)
{
    bool states = strstr(text, ";;id: ") != NULL; /* in the head of Unbound's file */
    struct masterfile file = masterfile_open(arena, text);
    struct file_record record;
    const char *problem = NULL;
    while (masterfile_next(arena, &file, &record, &problem) == MASTERFILE_RECORD) {
        problem = take_record(arena, &record, states, anchors);
        if (problem != NULL) {
            break;
        }
    }
    *line = file.line;
    return problem;
}

/* The statements of a BIND key file, each turned into a record. */
static const char *read_bind(struct arena *arena, const char *text, struct anchors *anchors,
                             unsigned *line)
{
    struct bind_file file = bind_open(arena, text);
    const char *record = NULL;
    const char *problem = NULL;
    while (problem == NULL && bind_next(arena, &file, &record, &problem)) {
        unsigned ignored = 0;
        problem = read_records(arena, record, anchors, &ignored);
    }
    *line = file.line;
    return problem;
}

const char *anchors_parse(struct arena *arena, const char *path, const char *text,
                          struct anchors *anchors)
{
    struct anchors found = *anchors;
    struct anchors own = {.list = NULL};
    unsigned line = 0;
    const char *shown = text_clean(arena, path, strlen(path), PATH_SHOWN);
    const char *problem = bind_is(text) ? read_bind(arena, text, &own, &line)
                                        : read_records(arena, text, &own, &line);
    if (problem != NULL) {
        return arena_printf(arena, "%s line %u: %s", shown, line, problem);
    }
    if (own.count == 0) {
        return arena_printf(arena, "%s: no usable key or digest", shown);
    }
    for (size_t i = 0; i < own.count; i++) {
        add(arena, &found, &own.list[i]);
    }
    *anchors = found;
    return NULL;
}

const char *anchors_read(struct arena *arena, const char *path, struct anchors *anchors)
{
    const char *text = NULL;
    const char *problem = file_read(arena, path, &text);
    return problem != NULL ? problem : anchors_parse(arena, path, text, anchors);
}

struct anchors anchors_default(struct arena *arena)
{
    struct anchors anchors = {.list = NULL};
    (void)anchors_parse(arena, "built in", built_in, &anchors); /* right, as a test makes sure */
    for (size_t i = 0; i < sizeof system_files / sizeof system_files[0]; i++) {
        /* A file that is not there or broken is passed over: those built in do. */
        (void)anchors_read(arena, system_files[i], &anchors);
    }
    return anchors;
}

const struct name *anchors_closest(const struct anchors *anchors, const struct name *name)
{
    const struct name *closest = NULL;
    for (size_t i = 0; i < anchors->count; i++) {
        const struct name *zone = &anchors->list[i].zone;
        if (name_is_under(name, zone) && (closest == NULL || zone->labels > closest->labels)) {
            closest = zone;
        }
    }
    return closest;
}
