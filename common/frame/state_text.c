/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads and writes the text of state files. */
#include "frame/state_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { VERSION_KNOWN = 1, FIRST_ROOM = 64, END_SIZE = sizeof "end 0123456789abcdef\n" };

#define MAGIC  "dnssec-plugins"
#define ADVICE "it was left as it is: restore it, or delete it to begin anew"

static const char *damaged(const struct state_text *state, const char *how)
{
    return arena_printf(state->arena, "is damaged: %s (" ADVICE ")", how);
}

/* FNV-1a: it finds damage, it does not keep anybody from writing what he likes. */
static uint64_t checksum(const char *text, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static size_t hash_of(const struct name *name)
{
    return (size_t)checksum((const char *)name->wire, name->size);
}

/* The slot of the zone, or the free one where it would be. */
static size_t *slot_of(const struct state_text *state, const struct name *zone)
{
    size_t at = hash_of(zone) & (state->room - 1);
    while (state->slots[at] != 0 &&
           !name_equal(&state->sections[state->slots[at] - 1].zone, zone)) {
        at = (at + 1) & (state->room - 1);
    }
    return &state->slots[at];
}

static void make_room(struct state_text *state)
{
    if (state->count * 2 < state->room) {
        return;
    }
    state->room = state->room == 0 ? FIRST_ROOM : state->room * 2;
    state->slots = arena_alloc(state->arena, state->room * sizeof *state->slots);
    for (size_t i = 0; i < state->count; i++) {
        *slot_of(state, &state->sections[i].zone) = i + 1;
    }
}

static struct state_section *section_of(struct state_text *state, const struct name *zone)
{
    make_room(state);
    size_t *slot = slot_of(state, zone);
    if (*slot == 0) {
        state->sections =
            arena_grow(state->arena, state->sections, state->count, sizeof *state->sections);
        state->sections[state->count] = (struct state_section){.zone = *zone};
        state->count++;
        *slot = state->count;
    }
    return &state->sections[*slot - 1];
}

/* Takes the line at `*at`, ends it with a NUL and moves on; NULL at the end of the text. */
static char *next_line(char **at)
{
    char *line = *at;
    char *end = strchr(line, '\n');
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool is_printable(const char *line)
{
    for (; *line != '\0'; line++) {
        if (*line < ' ' || *line > '~') {
            return false;
        }
    }
    return true;
}

/* Reads the head alone: the checksum is over the text as it stands. */
static const char *read_head(const struct state_text *state, const char *text)
{
    const char *expected = arena_printf(state->arena, MAGIC " %s ", state->plugin);
    size_t size = strcspn(text, "\n");
    if (text[size] == '\0' || strncmp(text, expected, strlen(expected)) != 0) {
        return arena_printf(state->arena,
                            "is no state file of %s, it was left as it is: name another one, or "
                            "delete it to begin anew",
                            state->plugin);
    }
    const char *digits =
        arena_printf(state->arena, "%.*s", (int)(size - strlen(expected)), text + strlen(expected));
    uint64_t version = 0;
    if (!text_number(digits, UINT32_MAX, &version) || version == 0) {
        return damaged(state, "its first line tells no version");
    }
    return version <= VERSION_KNOWN
               ? NULL
               : arena_printf(state->arena,
                              "is of version %" PRIu64 ", newer than this program knows, it was "
                              "left as it is: update the plugin, or name another file",
                              version);
}

/* The lines between the first and the last. */
static const char *read_sections(struct state_text *state, char *at)
{
    size_t current = 0; /* number + 1 */
    for (char *line = next_line(&at); line != NULL; line = next_line(&at)) {
        struct name zone;
        if (strncmp(line, "zone ", 5) == 0) {
            if (name_from_text(line + 5, &zone) != NULL) {
                return "it names a zone that is no name";
            }
            current = state->count + 1;
            if (section_of(state, &zone) != &state->sections[current - 1]) {
                return "it names a zone twice";
            }
        } else if (current == 0 || line[0] != ' ' || !is_printable(line)) {
            return "a line belongs to no zone";
        } else {
            texts_add(state->arena, &state->sections[current - 1].lines, line + 1);
        }
    }
    return NULL;
}

struct state_text state_text_start(struct arena *arena, const char *plugin)
{
    struct state_text state = {.arena = arena, .plugin = plugin};
    make_room(&state);
    return state;
}

const char *state_text_read(struct state_text *state, char *text)
{
    if (*text == '\0') {
        return damaged(state, "it is empty");
    }
    const char *problem = read_head(state, text);
    if (problem != NULL) {
        return problem;
    }
    size_t size = strlen(text);
    char *last = size < 2 ? NULL : text + size - 1;
    while (last != NULL && last > text && last[-1] != '\n') {
        last--;
    }
    size_t body = last == NULL ? 0 : (size_t)(last - text);
    const char *expected = arena_printf(state->arena, "end %016" PRIx64 "\n", checksum(text, body));
    if (last == NULL || text[size - 1] != '\n' || strcmp(last, expected) != 0) {
        return damaged(state, "it is cut off or was changed");
    }
    *last = '\0';
    char *rest = text;
    (void)next_line(&rest); /* the head */
    problem = read_sections(state, rest);
    return problem == NULL ? NULL : damaged(state, problem);
}

struct texts state_text_lines(const struct state_text *state, const struct name *zone)
{
    size_t slot = *slot_of(state, zone);
    return slot == 0 ? (struct texts){.items = NULL} : state->sections[slot - 1].lines;
}

void state_text_set(struct state_text *state, const struct name *zone, struct texts lines)
{
    section_of(state, zone)->lines = lines;
}

/* A name that can be read back: labels as they are, what is special as \DDD. */
static char *write_name(char *at, const struct name *name)
{
    if (name->labels == 0) {
        *at++ = '.';
    }
    for (const uint8_t *label = name->wire; *label != 0; label += *label + 1) {
        for (unsigned i = 1; i <= *label; i++) {
            bool plain = (label[i] >= 'a' && label[i] <= 'z') ||
                         (label[i] >= '0' && label[i] <= '9') || label[i] == '-' || label[i] == '_';
            if (plain) {
                *at++ = (char)label[i];
            } else {
                at += snprintf(at, sizeof "\\000", "\\%03u", label[i]);
            }
        }
        *at++ = '.';
    }
    return at;
}

static char *write_text(char *at, const char *text)
{
    size_t size = strlen(text);
    memcpy(at, text, size);
    return at + size;
}

/* The most that a section takes, every octet of its name written as \DDD. */
static size_t room_of(const struct state_section *section)
{
    size_t room = sizeof "zone .\n" + 4 * (size_t)section->zone.size;
    for (size_t i = 0; i < section->lines.count; i++) {
        room += strlen(section->lines.items[i]) + sizeof " \n";
    }
    return room;
}

const char *state_text_write(const struct state_text *state)
{
    const char *head = arena_printf(state->arena, MAGIC " %s %d\n", state->plugin, VERSION_KNOWN);
    size_t room = strlen(head) + END_SIZE;
    for (size_t i = 0; i < state->count; i++) {
        room += room_of(&state->sections[i]);
    }
    char *text = arena_alloc(state->arena, room);
    char *at = write_text(text, head);
    for (size_t i = 0; i < state->count; i++) {
        const struct state_section *section = &state->sections[i];
        at = write_text(at, "zone ");
        at = write_name(at, &section->zone);
        at = write_text(at, "\n");
        for (size_t j = 0; j < section->lines.count; j++) {
            at = write_text(at, " ");
            at = write_text(at, section->lines.items[j]);
            at = write_text(at, "\n");
        }
    }
    (void)snprintf(at, END_SIZE, "end %016" PRIx64 "\n", checksum(text, (size_t)(at - text)));
    return text;
}
