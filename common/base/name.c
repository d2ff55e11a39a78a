/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names as values: parsing, printing, canonical order and their trees. */
#include "base/name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <idn2.h>
#include <ldns/ldns.h>

#include "base/text.h"

enum { LABEL_MAX = 63, LABELS_MAX = 127, POINTER_BITS = 0xC0, TYPED_MAX = 1024 };

/* Only ASCII letters have a lower case in the DNS (RFC 4343 3), whatever the locale says. */
static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

struct name name_root(void)
{
    return (struct name){.size = 1};
}

/* Adds a label to a name that has no root label yet; false when no room for that would be left. */
static bool append_label(struct name *name, const uint8_t *label, size_t size)
{
    if (size == 0 || size > LABEL_MAX || name->size + 1 + size + 1 > NAME_WIRE_MAX) {
        return false;
    }
    name->wire[name->size] = (uint8_t)size;
    for (size_t i = 0; i < size; i++) {
        name->wire[name->size + 1 + i] = fold(label[i]);
    }
    name->size = (uint8_t)(name->size + 1 + size);
    name->labels++;
    return true;
}

static void append_root(struct name *name)
{
    name->wire[name->size] = 0;
    name->size++;
}

size_t name_from_wire(const uint8_t *wire, size_t size, struct name *name)
{
    struct name result = {0};
    size_t at = 0;
    while (at < size && wire[at] != 0) {
        size_t length = wire[at];
        if (length >= size - at || !append_label(&result, wire + at + 1, length)) {
            return 0;
        }
        at += 1 + length;
    }
    if (at >= size) {
        return 0;
    }
    append_root(&result);
    *name = result;
    return result.size;
}

/* Where a compression pointer at `at` leads; `before` or more when it is none we follow. */
static size_t pointer_target(struct bytes message, size_t at, size_t before)
{
    if (message.size - at < 2) {
        return before;
    }
    return bytes_u16(message.data + at) & (size_t) ~(POINTER_BITS << 8);
}

size_t name_from_message(struct bytes message, size_t offset, struct name *name)
{
    struct name result = {0};
    size_t at = offset;
    size_t lowest = offset; /* the first octet read so far: pointers must lead before it */
    size_t taken = 0;       /* octets at `offset`, known from the first pointer on */
    unsigned pointers = 0;
    while (at < message.size && message.data[at] != 0) {
        size_t length = message.data[at];
        if ((length & POINTER_BITS) == POINTER_BITS) {
            size_t target = pointer_target(message, at, lowest);
            if (target >= lowest || pointers == LABELS_MAX) {
                return 0; /* more pointers than labels only waste our time */
            }
            pointers++;
            taken = taken != 0 ? taken : at + 2 - offset;
            lowest = target;
            at = target;
            continue;
        }
        if (length >= message.size - at || !append_label(&result, message.data + at + 1, length)) {
            return 0;
        }
        at += 1 + length;
    }
    if (at >= message.size) {
        return 0;
    }
    append_root(&result);
    *name = result;
    return taken != 0 ? taken : at + 1 - offset;
}

static const char label_too_long[] = "a label is longer than 63 octets";
static const char name_too_long[] = "the name is longer than 255 octets";
static const char mixed_escape[] = "escapes and non-ASCII letters cannot be mixed";

/* What is wrong with the characters of a typed name before it is taken apart. */
static const char *check_typed(const char *text, bool *is_ascii)
{
    bool any_escape = false;
    size_t length = 0;
    *is_ascii = true;
    for (; text[length] != '\0'; length++) {
        uint8_t octet = (uint8_t)text[length];
        if (octet <= ' ' || octet == 0x7F) {
            return "a blank or control character stands in the name";
        }
        any_escape = any_escape || octet == '\\';
        *is_ascii = *is_ascii && octet < 0x80;
        if (length == TYPED_MAX) { /* even 255 octets as \DDD are shorter */
            return name_too_long;
        }
    }
    if (length == 0) {
        return "the name is empty";
    }
    return any_escape && !*is_ascii ? mixed_escape : NULL;
}

static const char *explain_idn(int status)
{
    switch (status) {
    case IDN2_ENCODING_ERROR:
        return "the name is not valid UTF-8";
    case IDN2_TOO_BIG_LABEL:
    case IDN2_PUNYCODE_BIG_OUTPUT:
        return label_too_long;
    case IDN2_TOO_BIG_DOMAIN:
        return name_too_long;
    default:
        return "the name is not a valid internationalised name (IDNA 2008)";
    }
}

/* The A-labels of a UTF-8 name.  An ASCII name never comes here: `_` and `*` stay as they are. */
static const char *convert_idn(const char *text, char *ascii, size_t size)
{
    uint8_t *converted = NULL;
    int status =
        idn2_lookup_u8((const uint8_t *)text, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status != IDN2_OK) {
        return explain_idn(status);
    }
    size_t length = strlen((const char *)converted);
    if (length < size) {
        memcpy(ascii, converted, length + 1);
    }
    idn2_free(converted);
    return length < size ? NULL : name_too_long;
}

static const char *explain_ldns(ldns_status status)
{
    switch (status) {
    case LDNS_STATUS_EMPTY_LABEL:
        return "a label is empty";
    case LDNS_STATUS_LABEL_OVERFLOW:
        return label_too_long;
    case LDNS_STATUS_DOMAINNAME_OVERFLOW:
        return name_too_long;
    case LDNS_STATUS_SYNTAX_BAD_ESCAPE:
        return "a backslash must be followed by a character or by three digits up to 255";
    default:
        return "the text is not a domain name";
    }
}

static const char *parse_ascii(const char *text, struct name *name)
{
    ldns_rdf *rdf = NULL;
    ldns_status status = ldns_str2rdf_dname(&rdf, text);
    if (status != LDNS_STATUS_OK) {
        return explain_ldns(status);
    }
    size_t taken = name_from_wire(ldns_rdf_data(rdf), ldns_rdf_size(rdf), name);
    ldns_rdf_deep_free(rdf);
    return taken > 0 ? NULL : name_too_long;
}

const char *name_from_text(const char *text, struct name *name)
{
    bool is_ascii = true;
    const char *problem = check_typed(text, &is_ascii);
    if (problem != NULL) {
        return problem;
    }
    if (is_ascii) {
        return parse_ascii(text, name);
    }
    char ascii[TYPED_MAX] = "";
    problem = convert_idn(text, ascii, sizeof ascii);
    if (problem == NULL) {
        problem = check_typed(ascii, &is_ascii); /* U+3000 has become a blank by now */
    }
    if (problem == NULL && strchr(ascii, '\\') != NULL) {
        return mixed_escape; /* U+FF3C was a backslash, too */
    }
    return problem != NULL ? problem : parse_ascii(ascii, name);
}

char *name_text(struct arena *arena, const struct name *name)
{
    char text[NAME_TEXT_MAX + 1];
    size_t length = 0;
    for (size_t at = 0; at < name->size && name->wire[at] != 0; at += 1u + name->wire[at]) {
        if (length > 0) {
            text[length++] = '.';
        }
        for (size_t i = 1; i <= name->wire[at]; i++) {
            uint8_t octet = name->wire[at + i];
            if (text_is_safe((char)octet) && strchr(". ?", octet) == NULL) {
                text[length++] = (char)octet;
            } else {
                length += (size_t)snprintf(text + length, sizeof text - length, "?%03u", octet);
            }
        }
    }
    if (length == 0) {
        text[length++] = '.';
    }
    text[length] = '\0';
    return arena_text(arena, text);
}

bool name_equal(const struct name *a, const struct name *b)
{
    return a->size == b->size && memcmp(a->wire, b->wire, a->size) == 0;
}

/* Where the rightmost `labels` labels begin. */
static size_t suffix_offset(const struct name *name, unsigned labels)
{
    size_t at = 0;
    for (unsigned skip = name->labels - labels; skip > 0; skip--) {
        at += 1u + name->wire[at];
    }
    return at;
}

/* Where each label begins, leftmost first. */
static void label_offsets(const struct name *name, uint8_t offsets[LABELS_MAX])
{
    size_t at = 0;
    for (unsigned i = 0; i < name->labels; i++) {
        offsets[i] = (uint8_t)at;
        at += 1u + name->wire[at];
    }
}

/*
 * Compares label by label from the root.  Returns how many labels are equal; `order` gets the order
 * of the first pair that differs, 0 when one name ran out before.
 */
static unsigned match_labels(const struct name *a, const struct name *b, int *order)
{
    uint8_t a_offsets[LABELS_MAX];
    uint8_t b_offsets[LABELS_MAX];
    label_offsets(a, a_offsets);
    label_offsets(b, b_offsets);
    unsigned fewest = a->labels < b->labels ? a->labels : b->labels;
    *order = 0;
    for (unsigned common = 0; common < fewest; common++) {
        const uint8_t *a_label = a->wire + a_offsets[a->labels - 1 - common];
        const uint8_t *b_label = b->wire + b_offsets[b->labels - 1 - common];
        *order = bytes_compare((struct bytes){a_label + 1, a_label[0]},
                               (struct bytes){b_label + 1, b_label[0]});
        if (*order != 0) {
            return common;
        }
    }
    return fewest;
}

int name_compare(const struct name *a, const struct name *b)
{
    int order = 0;
    (void)match_labels(a, b, &order); /* only the order matters here */
    return order != 0 ? order : (a->labels > b->labels) - (a->labels < b->labels);
}

bool name_is_under(const struct name *name, const struct name *ancestor)
{
    if (name->labels < ancestor->labels) {
        return false;
    }
    size_t offset = suffix_offset(name, ancestor->labels);
    return name->size - offset == ancestor->size &&
           memcmp(name->wire + offset, ancestor->wire, ancestor->size) == 0;
}

bool name_is_below(const struct name *name, const struct name *ancestor)
{
    return name->labels > ancestor->labels && name_is_under(name, ancestor);
}

unsigned name_common_labels(const struct name *a, const struct name *b)
{
    int order = 0;
    return match_labels(a, b, &order);
}

struct name name_suffix(const struct name *name, unsigned labels)
{
    assert(labels <= name->labels);
    size_t offset = suffix_offset(name, labels);
    struct name result = {.size = (uint8_t)(name->size - offset), .labels = (uint8_t)labels};
    memcpy(result.wire, name->wire + offset, result.size);
    return result;
}

struct name name_parent(const struct name *name)
{
    return name_suffix(name, name->labels == 0 ? 0u : name->labels - 1u);
}

bool name_prepend(const struct name *name, const char *label, size_t size, struct name *result)
{
    struct name longer = {0};
    if (!append_label(&longer, (const uint8_t *)label, size) ||
        (size_t)longer.size + name->size > NAME_WIRE_MAX) {
        return false;
    }
    memcpy(longer.wire + longer.size, name->wire, name->size);
    longer.size = (uint8_t)(longer.size + name->size);
    longer.labels = (uint8_t)(name->labels + 1);
    *result = longer;
    return true;
}

bool name_wildcard(const struct name *name, struct name *wildcard)
{
    return name_prepend(name, "*", 1, wildcard);
}

bool name_is_wildcard(const struct name *name)
{
    return name->labels > 0 && name->wire[0] == 1 && name->wire[1] == '*';
}
