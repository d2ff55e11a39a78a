/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Master files (RFC 1035 5) in memory as a stream of records.
 *
 * The form of the lines is read here, so that errors can say what is wrong with them; only the
 * rdata of a record is left to ldns.
 */
#include "wire/masterfile.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <ldns/ldns.h>

#include "base/text.h"
#include "wire/rr.h"

enum { SHOWN = 60, COMMENT_MAX = 4096, RDATA_ROOM = 512 };

/* A record's lines as one, without comments and parentheses. */
struct line {
    char *text;
    bool starts_blank; /* the owner is that of the record before */
    const char *comment;
};

struct masterfile masterfile_open(struct arena *arena, const char *text)
{
    return (struct masterfile){
        .text = text,
        .line = 1,
        .next_line = 1,
        .origin = name_root(),
        .scratch = arena_alloc(arena, strlen(text) + 1),
    };
}

static const char *shown(struct arena *arena, const char *text)
{
    return text_clean(arena, text, strlen(text), SHOWN);
}

/* A copy of the comment that begins here; the first one of a record is kept. */
static size_t take_comment(struct arena *arena, const char *at, struct line *line)
{
    size_t size = strcspn(at, "\n");
    if (line->comment[0] == '\0') {
        line->comment =
            arena_printf(arena, "%.*s", (int)(size < COMMENT_MAX ? size : COMMENT_MAX), at);
    }
    return size;
}

/* Copies a quoted text with its quotes; 0 when it does not end on the line. */
static size_t take_quoted(const char *at, char *to)
{
    size_t size = 1;
    while (at[size] != '"') {
        if (at[size] == '\0' || at[size] == '\n') {
            return 0;
        }
        size += at[size] == '\\' && at[size + 1] != '\0' && at[size + 1] != '\n' ? 2 : 1;
    }
    size++;
    memcpy(to, at, size);
    return size;
}

/* Reads up to the end of a line that is not within parentheses; NULL or what is wrong. */
static const char *read_line(struct arena *arena, struct masterfile *file, struct line *line)
{
    const char *at = file->text;
    bool open = false;
    size_t used = 0;
    for (; *at != '\0' && (open || *at != '\n'); at++) {
        size_t taken = 1;
        char byte = *at;
        if (byte == ';') {
            at += take_comment(arena, at, line) - 1;
            continue;
        }
        if (byte == '"') {
            taken = take_quoted(at, line->text + used);
            if (taken == 0) {
                return "a quotation mark is not closed";
            }
        } else if (byte == '\\' && at[1] != '\0' && at[1] != '\n') {
            memcpy(line->text + used, at, 2);
            taken = 2;
        } else if (byte == '(' || byte == ')') {
            if (open == (byte == '(')) {
                return open ? "a parenthesis within parentheses" : "a parenthesis was not opened";
            }
            open = !open;
            line->text[used] = ' ';
        } else {
            file->next_line += byte == '\n' ? 1 : 0;
            line->text[used] = strchr("\t\r\n", byte) != NULL ? ' ' : byte;
        }
        used += taken;
        at += taken - 1;
    }
    line->text[used] = '\0';
    file->text = at + (*at == '\n' ? 1 : 0);
    file->next_line += *at == '\n' ? 1 : 0;
    return open ? "a parenthesis is not closed" : NULL;
}

/* Cuts the next word off the text; "" at its end. */
static char *next_word(char **text)
{
    char *word = *text + strspn(*text, " ");
    char *end = word;
    while (*end != '\0' && *end != ' ') {
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }
    *text = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

static ldns_rdf *name_to_rdf(const struct name *name)
{
    return ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->size, name->wire);
}

static bool name_from_rdf(const ldns_rdf *rdf, struct name *name)
{
    return rdf != NULL && name_from_wire(ldns_rdf_data(rdf), ldns_rdf_size(rdf), name) > 0;
}

/* The parts of a record's line. */
struct parts {
    const char *owner; /* "" stands for the one before */
    const char *ttl;
    const char *type;
    const char *rdata;
};

static const char *split(struct arena *arena, struct line *line, uint16_t *type,
                         struct parts *parts)
{
    static const char *const classes[] = {"CH", "HS", "CS", "NONE", "ANY"};
    char *rest = line->text;
    *parts = (struct parts){.owner = line->starts_blank ? "" : next_word(&rest), .ttl = "3600"};
    char *word = next_word(&rest);
    for (unsigned i = 0; i < 2 && (strcasecmp(word, "IN") == 0 || (*word >= '0' && *word <= '9'));
         i++) {
        parts->ttl = strcasecmp(word, "IN") == 0 ? parts->ttl : word;
        word = next_word(&rest);
    }
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strcasecmp(word, classes[i]) == 0) {
            return arena_printf(arena, "the class is %s, not IN", classes[i]);
        }
    }
    if (*word == '\0') {
        return "the type of the record is missing";
    }
    if (!rr_type_from_text(word, type) || *type == 0) {
        return arena_printf(arena, "%s is not the type of a record", shown(arena, word));
    }
    parts->type = word;
    parts->rdata = rest + strspn(rest, " ");
    return *parts->rdata == '\0' ? "the record has no data" : NULL;
}

/* The largest number that a field takes; 0 for a field of another kind. */
static uint64_t largest(ldns_rdf_type field)
{
    switch (field) {
    case LDNS_RDF_TYPE_INT8:
    case LDNS_RDF_TYPE_ALG:
    case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
    case LDNS_RDF_TYPE_SELECTOR:
    case LDNS_RDF_TYPE_MATCHING_TYPE:
        return UINT8_MAX;
    case LDNS_RDF_TYPE_INT16:
    case LDNS_RDF_TYPE_CERT_ALG:
        return UINT16_MAX;
    case LDNS_RDF_TYPE_INT32:
    case LDNS_RDF_TYPE_PERIOD:
        return UINT32_MAX;
    default:
        return 0;
    }
}

/* What ldns lets pass: too large numbers, which it cuts, and half an octet. */
static const char *check_numbers(struct arena *arena, uint16_t type, const char *rdata)
{
    const ldns_rr_descriptor *form = ldns_rr_descript(type);
    char *rest = arena_text(arena, rdata);
    for (size_t i = 0; rdata[0] != '\\' && i < ldns_rr_descriptor_maximum(form); i++) {
        ldns_rdf_type field = ldns_rr_descriptor_field_type(form, i);
        uint64_t number = 0;
        if (field == LDNS_RDF_TYPE_HEX) {
            size_t digits = 0;
            for (; *rest != '\0'; rest++) {
                digits += *rest != ' ' ? 1 : 0;
            }
            return digits % 2 != 0 ? "there is an odd number of hexadecimal digits" : NULL;
        }
        if (field != LDNS_RDF_TYPE_DNAME && largest(field) == 0) {
            return NULL;
        }
        const char *word = next_word(&rest);
        bool is_number = *word != '\0' && word[strspn(word, "-0123456789")] == '\0';
        if (is_number && largest(field) > 0 && !text_number(word, largest(field), &number)) {
            return arena_printf(arena, "%s is no number of at most %" PRIu64, shown(arena, word),
                                largest(field));
        }
    }
    return NULL;
}

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80) {
        text++;
    }
    return *text == '\0';
}

/* Names with U-labels as those of users are read; ldns takes their octets as they are. */
static const char *with_a_labels(struct arena *arena, uint16_t type, const char *rdata)
{
    const ldns_rr_descriptor *form = ldns_rr_descript(type);
    char *rest = arena_text(arena, rdata);
    const char *text = "";
    for (size_t i = 0; i < ldns_rr_descriptor_maximum(form); i++) {
        ldns_rdf_type field = ldns_rr_descriptor_field_type(form, i);
        if (field != LDNS_RDF_TYPE_DNAME && largest(field) == 0) {
            break;
        }
        const char *word = next_word(&rest);
        struct name name;
        if (!is_ascii(word) && name_from_text(word, &name) == NULL) {
            bool complete = word[strlen(word) - 1] == '.';
            word = arena_printf(arena, "%s%s", name_text(arena, &name), complete ? "." : "");
        }
        text = arena_printf(arena, "%s%s ", text, word);
    }
    return is_ascii(rdata) ? rdata : arena_printf(arena, "%s%s", text, rest);
}

/* The value of a CAA record may stand without quotation marks (RFC 8659 4.1.1), but not for ldns.
 */
static const char *quoted(struct arena *arena, uint16_t type, const char *rdata)
{
    char *rest = arena_text(arena, rdata);
    const char *flags = next_word(&rest);
    const char *tag = next_word(&rest);
    const char *value = next_word(&rest);
    bool is_bare = type == RR_CAA && rdata[0] != '\\' && *value != '\0' && *value != '"' &&
                   rest[strspn(rest, " ")] == '\0';
    return is_bare ? arena_printf(arena, "%s %s \"%s\"", flags, tag, value) : rdata;
}

/* ldns' record; NULL and `problem` where it takes none. */
static ldns_rr *parse_rr(struct arena *arena, const struct masterfile *file,
                         const struct parts *parts, const char **problem)
{
    const char *text =
        arena_printf(arena, "%s %s IN %s %s", parts->owner, parts->ttl, parts->type, parts->rdata);
    ldns_rdf *origin = name_to_rdf(&file->origin);
    ldns_rdf *previous = file->previous.size > 0 ? name_to_rdf(&file->previous) : NULL;
    ldns_rr *rr = NULL;
    ldns_status status = ldns_rr_new_frm_str(&rr, text, 3600, origin, &previous);
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    if (status != LDNS_STATUS_OK) {
        *problem = arena_printf(arena, "no %s record: %s", shown(arena, parts->type),
                                shown(arena, ldns_get_errorstr_by_id(status)));
        return NULL;
    }
    return rr;
}

static bool take_rr(struct arena *arena, ldns_rr *rr, struct file_record *record)
{
    bool taken = false;
    ldns_buffer *buffer = ldns_buffer_new(RDATA_ROOM);
    if (buffer != NULL && name_from_rdf(ldns_rr_owner(rr), &record->owner) &&
        ldns_rr_rdata2buffer_wire(buffer, rr) == LDNS_STATUS_OK) {
        struct bytes wire = {ldns_buffer_begin(buffer), ldns_buffer_position(buffer)};
        record->ttl = ldns_rr_ttl(rr);
        taken = rr_canonical(arena, wire, 0, wire.size, record->type, &record->rdata);
    }
    ldns_buffer_free(buffer);
    return taken;
}

static const char *read_record(struct arena *arena, struct masterfile *file, struct line *line,
                               struct file_record *record)
{
    struct file_record read = {.comment = line->comment};
    struct parts parts;
    const char *problem = split(arena, line, &read.type, &parts);
    if (problem == NULL && parts.owner[0] == '\0' && file->previous.size == 0) {
        problem = "the owner of the record is missing";
    }
    if (problem == NULL) {
        problem = check_numbers(arena, read.type, parts.rdata);
        parts.rdata = quoted(arena, read.type, with_a_labels(arena, read.type, parts.rdata));
    }
    ldns_rr *rr = problem == NULL ? parse_rr(arena, file, &parts, &problem) : NULL;
    if (rr == NULL) {
        return problem;
    }
    bool taken = take_rr(arena, rr, &read);
    ldns_rr_free(rr);
    if (!taken) {
        return arena_printf(arena, "no %s record", shown(arena, parts.type));
    }
    file->previous = read.owner;
    *record = read;
    return NULL;
}

static const char *read_directive(struct arena *arena, struct masterfile *file, char *text)
{
    const char *word = next_word(&text);
    if (strcasecmp(word, "$TTL") == 0) {
        return NULL;
    }
    if (strcasecmp(word, "$ORIGIN") != 0) {
        return arena_printf(arena, "the directive %s is not understood", shown(arena, word + 1));
    }
    const char *name = next_word(&text);
    const char *problem = name_from_text(name, &file->origin);
    return problem == NULL ? NULL
                           : arena_printf(arena, "ORIGIN %s: %s", shown(arena, name), problem);
}

enum masterfile_status masterfile_next(struct arena *arena, struct masterfile *file,
                                       struct file_record *record, const char **problem)
{
    while (*file->text != '\0') {
        struct line line = {.comment = ""};
        line.starts_blank = strchr(" \t", file->text[0]) != NULL;
        file->line = file->next_line;
        line.text = file->scratch;
        *problem = read_line(arena, file, &line);
        size_t blank = strspn(line.text, " ");
        if (*problem == NULL && line.text[blank] == '\0') {
            continue;
        }
        if (*problem == NULL && line.text[0] == '$') {
            *problem = read_directive(arena, file, line.text);
        } else if (*problem == NULL) {
            *problem = read_record(arena, file, &line, record);
            if (*problem == NULL) {
                return MASTERFILE_RECORD;
            }
        }
        if (*problem != NULL) {
            return MASTERFILE_ERROR;
        }
    }
    return MASTERFILE_END;
}
