/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns rdata into text and text into rdata, by ldns where it knows the type. */
#include "wire/rr_data.h"

#include <ctype.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/text.h"
#include "wire/masterfile.h"
#include "wire/rr.h"

enum { WORDS = 80, HEAD = 11, SHOWN = 60 };

bool rr_is_meta(uint16_t type)
{
    return type == 0 || type == RR_OPT || type == RR_RRSIG || type == RR_NXNAME ||
           (type >= 249 && type <= 255);
}

const char *rr_type_parse(struct arena *arena, const char *word, uint16_t *type)
{
    uint16_t found = 0;
    const char *shown = *word == '\0' ? "nothing" : text_clean(arena, word, strlen(word), SHOWN);
    if (!rr_type_from_text(word, &found)) {
        return arena_printf(arena, "%s is not a record type", shown);
    }
    if (rr_is_meta(found)) {
        return arena_printf(arena, "%s is not a type of records that a zone holds", shown);
    }
    *type = found;
    return NULL;
}

bool rr_types_have(const uint16_t *types, size_t count, uint16_t type)
{
    for (size_t i = 0; i < count; i++) {
        if (types[i] == type) {
            return true;
        }
    }
    return false;
}

const char *rr_types_parse(struct arena *arena, const char *text, const uint16_t **types,
                           size_t *count)
{
    uint16_t *list = NULL;
    size_t found = 0;
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        uint16_t type = 0;
        const char *problem =
            rr_type_parse(arena, arena_printf(arena, "%.*s", (int)size, at), &type);
        if (problem != NULL) {
            return problem;
        }
        if (!rr_types_have(list, found, type)) {
            list = arena_grow(arena, list, found, sizeof *list);
            list[found++] = type;
        }
        at += size;
        if (*at == '\0') {
            *types = list;
            *count = found;
            return NULL;
        }
    }
}

/* By number where ldns does not have the name. */
static const char *type_for_ldns(struct arena *arena, uint16_t type)
{
    const char *name = rr_type_text(arena, type);
    return ldns_get_rr_type_by_name(name) == (ldns_rr_type)type
               ? name
               : arena_printf(arena, "TYPE%u", (unsigned)type);
}

static int digit_value(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *at = digit == '\0' ? NULL : strchr(digits, tolower((unsigned char)digit));
    return at == NULL ? -1 : (int)(at - digits);
}

bool rr_hex_parse(struct arena *arena, const char *text, struct bytes *octets)
{
    uint8_t *data = arena_alloc(arena, strlen(text) / 2 + 1);
    size_t count = 0;
    for (const char *at = text; *(at += strspn(at, " \t")) != '\0'; at += 2) {
        int high = digit_value(at[0]);
        int low = high < 0 ? -1 : digit_value(at[1]);
        if (low < 0) {
            return false;
        }
        data[count++] = (uint8_t)(high * 16 + low);
    }
    *octets = (struct bytes){.data = data, .size = count};
    return true;
}

/* "4 c0000201": RFC 3597 5. */
static const char *parse_generic(struct arena *arena, uint16_t type, const char *text,
                                 struct bytes *rdata)
{
    const char *at = text + strspn(text, " \t");
    size_t digits = strcspn(at, " \t");
    uint64_t size = 0;
    if (!text_number(arena_printf(arena, "%.*s", (int)digits, at), UINT16_MAX, &size)) {
        return "the number of octets is missing behind the #";
    }
    struct bytes octets;
    if (!rr_hex_parse(arena, at + digits, &octets)) {
        return "there is something other than hexadecimal octets";
    }
    if (octets.size > size) {
        return "there are more octets than the number says";
    }
    if (octets.size < size) {
        return "there are fewer octets than the number says";
    }
    return rr_canonical(arena, octets, 0, octets.size, type, rdata)
               ? NULL
               : "the octets do not fit the type";
}

const char *rr_data_parse(struct arena *arena, uint16_t type, const char *text, struct bytes *rdata)
{
    const char *begin = text + strspn(text, " \t");
    if (begin[0] == '\\' && begin[1] == '#') {
        return parse_generic(arena, type, begin + 2, rdata);
    }
    const char *line = arena_printf(arena, ". 0 IN %s %s\n", type_for_ldns(arena, type), text);
    struct masterfile file = masterfile_open(arena, line);
    struct file_record record;
    struct file_record more;
    const char *problem = NULL;
    if (masterfile_next(arena, &file, &record, &problem) != MASTERFILE_RECORD) {
        return problem == NULL ? "there is no data" : problem;
    }
    if (masterfile_next(arena, &file, &more, &problem) != MASTERFILE_END) {
        return "there is more than one line of data";
    }
    if (record.comment[0] != '\0') {
        return "a semicolon begins a comment: put text that has one into quotation marks";
    }
    *rdata = record.rdata;
    return NULL;
}

/* Where the part begins and ends in which case means nothing though the canonical form keeps it. */
static void find_caseless(uint16_t type, struct bytes rdata, size_t *begin, size_t *end)
{
    struct name target;
    *begin = 2;
    *end = 2;
    if ((type == RR_SVCB || type == RR_HTTPS) && rdata.size > 2) {
        *end += name_from_wire(rdata.data + 2, rdata.size - 2, &target);
    } else if (type == RR_CAA && rdata.size > 1) {
        *end += rdata.data[1];
    }
}

bool rr_data_same(uint16_t type, struct bytes a, struct bytes b)
{
    size_t begin = 0;
    size_t end = 0;
    find_caseless(type, a, &begin, &end);
    for (size_t i = 0; a.size == b.size && i < a.size; i++) {
        bool caseless = i >= begin && i < end;
        if (a.data[i] != b.data[i] && (!caseless || tolower(a.data[i]) != tolower(b.data[i]))) {
            return false;
        }
    }
    return a.size == b.size;
}

/* RFC 3597 5. */
static const char *generic_text(struct arena *arena, struct bytes rdata)
{
    char *text = arena_printf(arena, "\\# %zu%s", rdata.size, rdata.size == 0 ? "" : " ");
    size_t used = strlen(text);
    char *result = arena_alloc(arena, used + 2 * rdata.size + 1);
    memcpy(result, text, used);
    for (size_t i = 0; i < rdata.size; i++) {
        result[used++] = "0123456789abcdef"[rdata.data[i] >> 4];
        result[used++] = "0123456789abcdef"[rdata.data[i] & 15];
    }
    return result;
}

/* A record of the root, of class IN and TTL 0, on the wire. */
static struct bytes as_record(struct arena *arena, uint16_t type, struct bytes rdata)
{
    uint8_t *wire = arena_alloc(arena, HEAD + rdata.size);
    bytes_put16(wire + 1, type);
    bytes_put16(wire + 3, RR_CLASS_IN);
    bytes_put16(wire + 9, (uint16_t)rdata.size);
    if (rdata.size > 0) {
        memcpy(wire + HEAD, rdata.data, rdata.size);
    }
    return (struct bytes){wire, HEAD + rdata.size};
}

/* What ldns prints behind the type, without blanks at the end; NULL when it cannot. */
static char *ldns_text(struct arena *arena, const ldns_rr *rr)
{
    ldns_buffer *buffer = ldns_buffer_new(LDNS_MAX_RDFLEN);
    char *text = NULL;
    if (buffer == NULL) {
        return NULL;
    }
    ldns_status status = LDNS_STATUS_OK;
    for (size_t i = 0; i < ldns_rr_rd_count(rr) && status == LDNS_STATUS_OK; i++) {
        if (i > 0) {
            (void)ldns_buffer_printf(buffer, " "); /* told by ldns_buffer_status */
        }
        status = ldns_rdf2buffer_str(buffer, ldns_rr_rdf(rr, i));
    }
    if (status == LDNS_STATUS_OK && ldns_buffer_status(buffer) == LDNS_STATUS_OK) {
        size_t size = ldns_buffer_position(buffer);
        const char *begin = (const char *)ldns_buffer_begin(buffer);
        while (size > 0 && begin[size - 1] == ' ') {
            size--;
        }
        text = arena_alloc(arena, size + 1);
        memcpy(text, begin, size);
    }
    ldns_buffer_free(buffer);
    return text;
}

/* What ldns leaves as it is although no line can hold it: tabs and the like. */
static const char *printable(struct arena *arena, const char *text)
{
    static const char digits[] = "0123456789";
    char *result = arena_alloc(arena, 4 * strlen(text) + 1);
    size_t used = 0;
    for (; *text != '\0'; text++) {
        unsigned octet = (uint8_t)*text;
        if (octet >= ' ' && octet <= '~') {
            result[used++] = *text;
            continue;
        }
        result[used++] = '\\';
        result[used++] = digits[octet / 100];
        result[used++] = digits[octet / 10 % 10];
        result[used++] = digits[octet % 10];
    }
    return result;
}

const char *rr_data_text(struct arena *arena, uint16_t type, struct bytes rdata)
{
    bool is_named = strncmp(type_for_ldns(arena, type), "TYPE", 4) != 0;
    if (!is_named || rdata.size > UINT16_MAX) {
        return generic_text(arena, rdata);
    }
    struct bytes wire = as_record(arena, type, rdata);
    ldns_rr *rr = NULL;
    size_t position = 0;
    char *text = NULL;
    if (ldns_wire2rr(&rr, wire.data, wire.size, &position, LDNS_SECTION_ANSWER) == LDNS_STATUS_OK &&
        position == wire.size) {
        text = ldns_text(arena, rr);
    }
    ldns_rr_free(rr);
    return text == NULL || *text == '\0' ? generic_text(arena, rdata) : printable(arena, text);
}

const char *rr_data_exact(struct arena *arena, uint16_t type, struct bytes rdata)
{
    const char *text = rr_data_text(arena, type, rdata);
    struct bytes again = {.data = NULL};
    bool same = rr_data_parse(arena, type, text, &again) == NULL && bytes_equal(again, rdata);
    return same ? text : generic_text(arena, rdata);
}

const char *rr_data_words(struct arena *arena, uint16_t type, struct bytes rdata)
{
    char *text = arena_text(arena, rr_data_text(arena, type, rdata));
    size_t used = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '\\' && (text[i + 1] == '"' || text[i + 1] == '#')) {
            continue;
        }
        if (text[i] != '"') {
            text[used++] = text[i];
        }
    }
    /* A name's final dot tells people nothing, unless it is all there is. */
    if (used > 1 && text[used - 1] == '.' && text[used - 2] != ' ') {
        used--;
    }
    return text_clean(arena, text, used, WORDS);
}
