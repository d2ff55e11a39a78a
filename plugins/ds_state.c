/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Histories as lines of words and back.
 *
 *   checked BEGUN KEYS DS TTL TTL TTL   first look, last looks; TTLs of DNSKEY, DS and data
 *   key TAG ALGORITHM FLAGS DIGEST FIRST LAST SIGNING REVOKED
 *   ds TAG ALGORITHM TYPE DIGEST FIRST LAST      and the same for cds
 *   phase WORD OLD NEW SINCE
 */
#include "plugins/ds_state.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "judge/link.h"
#include "wire/rr_data.h"

enum { WORDS_MOST = 10, SHA256 = 2, PHASE_WORD_MOST = 40, DIGEST_MOST = 64 };

/* One line cut into words. */
struct words {
    const char *items[WORDS_MOST];
    size_t count;
    bool good; /* every number so far was one */
};

static struct words split(struct arena *arena, const char *line)
{
    struct words words = {.good = true};
    while (*line != '\0' && words.count < WORDS_MOST) {
        size_t size = strcspn(line, " ");
        words.items[words.count++] = arena_printf(arena, "%.*s", (int)size, line);
        line += size;
        line += *line == ' ';
    }
    words.good = *line == '\0';
    return words;
}

static uint64_t number(struct words *words, size_t index, uint64_t most)
{
    uint64_t value = 0;
    words->good =
        words->good && index < words->count && text_number(words->items[index], most, &value);
    return value;
}

static int64_t point(struct words *words, size_t index)
{
    return (int64_t)number(words, index, INT64_MAX / 4);
}

static struct bytes hex(struct arena *arena, struct words *words, size_t index)
{
    struct bytes octets = {.size = 0};
    words->good = words->good && index < words->count &&
                  rr_hex_parse(arena, words->items[index], &octets) && octets.size > 0;
    return octets;
}

static bool read_checked(struct ds_history *history, struct words *words)
{
    history->begun = point(words, 1);
    history->keys_checked = point(words, 2);
    history->ds_checked = point(words, 3);
    history->key_ttl = (uint32_t)number(words, 4, UINT32_MAX);
    history->ds_ttl = (uint32_t)number(words, 5, UINT32_MAX);
    history->data_ttl = (uint32_t)number(words, 6, UINT32_MAX);
    return words->good && words->count == 7 && history->begun > 0;
}

static bool read_key(struct ds_history *history, struct words *words)
{
    struct known_key key = {
        .id = {.key_tag = (uint16_t)number(words, 1, UINT16_MAX),
               .algorithm = (uint8_t)number(words, 2, UINT8_MAX),
               .digest_type = SHA256,
               .digest = hex(history->arena, words, 4)},
        .flags = (uint16_t)number(words, 3, UINT16_MAX),
        .first = point(words, 5),
        .last = point(words, 6),
        .signing = point(words, 7),
        .revoked = point(words, 8),
    };
    if (!words->good || words->count != 9 || history->key_count >= DS_HISTORY_MOST) {
        return false;
    }
    history->keys =
        arena_grow(history->arena, history->keys, history->key_count, sizeof *history->keys);
    history->keys[history->key_count++] = key;
    return true;
}

static bool read_record(struct arena *arena, struct known_ds **list, size_t *count,
                        struct words *words)
{
    struct known_ds known = {
        .ds = {.key_tag = (uint16_t)number(words, 1, UINT16_MAX),
               .algorithm = (uint8_t)number(words, 2, UINT8_MAX),
               .digest_type = (uint8_t)number(words, 3, UINT8_MAX),
               .digest = hex(arena, words, 4)},
        .first = point(words, 5),
        .last = point(words, 6),
    };
    if (!words->good || words->count != 7 || *count >= DS_HISTORY_MOST) {
        return false;
    }
    *list = arena_grow(arena, *list, *count, sizeof **list);
    (*list)[(*count)++] = known;
    return true;
}

static bool read_phase(struct ds_history *history, struct words *words)
{
    struct known_phase phase = {
        .old_tag = (uint16_t)number(words, 2, UINT16_MAX),
        .new_tag = (uint16_t)number(words, 3, UINT16_MAX),
        .since = point(words, 4),
    };
    if (!words->good || words->count != 5 || strlen(words->items[1]) > PHASE_WORD_MOST ||
        history->phase_count >= DS_HISTORY_MOST) {
        return false;
    }
    phase.phase = words->items[1];
    history->phases =
        arena_grow(history->arena, history->phases, history->phase_count, sizeof *history->phases);
    history->phases[history->phase_count++] = phase;
    return true;
}

static bool read_line(struct ds_history *history, const char *line)
{
    struct words words = split(history->arena, line);
    const char *kind = words.count == 0 ? "" : words.items[0];
    if (strcmp(kind, "checked") == 0) {
        return read_checked(history, &words);
    }
    if (strcmp(kind, "key") == 0) {
        return read_key(history, &words);
    }
    if (strcmp(kind, "ds") == 0) {
        return read_record(history->arena, &history->ds, &history->ds_count, &words);
    }
    if (strcmp(kind, "cds") == 0) {
        return read_record(history->arena, &history->cds, &history->cds_count, &words);
    }
    return strcmp(kind, "phase") == 0 && read_phase(history, &words);
}

static void bound(int64_t *time, int64_t now)
{
    *time = *time > now ? now : *time;
}

/* Leaves no time after `now`. */
static void bound_times(struct ds_history *history, int64_t now)
{
    bound(&history->begun, now);
    bound(&history->keys_checked, now);
    bound(&history->ds_checked, now);
    for (size_t i = 0; i < history->key_count; i++) {
        bound(&history->keys[i].first, now);
        bound(&history->keys[i].last, now);
        bound(&history->keys[i].signing, now);
        bound(&history->keys[i].revoked, now);
    }
    for (size_t i = 0; i < history->ds_count + history->cds_count; i++) {
        struct known_ds *known =
            i < history->ds_count ? &history->ds[i] : &history->cds[i - history->ds_count];
        bound(&known->first, now);
        bound(&known->last, now);
    }
    for (size_t i = 0; i < history->phase_count; i++) {
        bound(&history->phases[i].since, now);
    }
}

const char *ds_history_read(struct arena *arena, struct texts lines, int64_t now,
                            struct ds_history *history)
{
    *history = (struct ds_history){.arena = arena};
    for (size_t i = 0; i < lines.count; i++) {
        if (!read_line(history, lines.items[i])) {
            return arena_printf(arena, "line %zu about the zone does not read", i + 1);
        }
    }
    bound_times(history, now);
    return lines.count > 0 && history->begun == 0 ? "its lines about the zone are not whole" : NULL;
}

static bool is_kept(int64_t last, int64_t now)
{
    return now - last <= DS_HISTORY_KEEP;
}

static void write_records(const struct ds_history *history, struct texts *lines, const char *kind,
                          const struct known_ds *list, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++) {
        if (is_kept(list[i].last, now)) {
            texts_add(history->arena, lines,
                      arena_printf(history->arena, "%s %s %" PRId64 " %" PRId64, kind,
                                   link_ds_rdata(history->arena, &list[i].ds), list[i].first,
                                   list[i].last));
        }
    }
}

struct texts ds_history_write(const struct ds_history *history, int64_t now)
{
    struct texts lines = {.items = NULL};
    struct arena *arena = history->arena;
    texts_add(arena, &lines,
              arena_printf(arena, "checked %" PRId64 " %" PRId64 " %" PRId64 " %u %u %u",
                           history->begun, history->keys_checked, history->ds_checked,
                           history->key_ttl, history->ds_ttl, history->data_ttl));
    for (size_t i = 0; i < history->key_count; i++) {
        const struct known_key *key = &history->keys[i];
        if (is_kept(key->last, now)) {
            /* The rdata of the id with the flags in the place of its digest type, always 2. */
            const char *digest = strrchr(link_ds_rdata(arena, &key->id), ' ') + 1;
            texts_add(arena, &lines,
                      arena_printf(arena,
                                   "key %u %u %u %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                                   key->id.key_tag, key->id.algorithm, key->flags, digest,
                                   key->first, key->last, key->signing, key->revoked));
        }
    }
    write_records(history, &lines, "ds", history->ds, history->ds_count, now);
    write_records(history, &lines, "cds", history->cds, history->cds_count, now);
    for (size_t i = 0; i < history->phase_count; i++) {
        const struct known_phase *phase = &history->phases[i];
        texts_add(arena, &lines,
                  arena_printf(arena, "phase %s %u %u %" PRId64, phase->phase, phase->old_tag,
                               phase->new_tag, phase->since));
    }
    return lines;
}

static bool same_lines(struct texts a, struct texts b)
{
    bool same = a.count == b.count;
    for (size_t i = 0; same && i < a.count; i++) {
        same = strcmp(a.items[i], b.items[i]) == 0;
    }
    return same;
}

static void take_records(struct arena *arena, struct known_ds **list, size_t *count,
                         const struct known_ds *others, size_t other_count)
{
    for (size_t i = 0; i < other_count; i++) {
        if (*count < DS_HISTORY_MOST && ds_history_ds(*list, *count, &others[i].ds) == NULL) {
            *list = arena_grow(arena, *list, *count, sizeof **list);
            (*list)[(*count)++] = others[i];
        }
    }
}

static void take_history(struct ds_history *history, const struct ds_history *other)
{
    struct arena *arena = history->arena;
    for (size_t i = 0; i < other->key_count; i++) {
        if (history->key_count < DS_HISTORY_MOST &&
            ds_history_key(history, &other->keys[i].id) == NULL) {
            history->keys =
                arena_grow(arena, history->keys, history->key_count, sizeof *history->keys);
            history->keys[history->key_count++] = other->keys[i];
        }
    }
    take_records(arena, &history->ds, &history->ds_count, other->ds, other->ds_count);
    take_records(arena, &history->cds, &history->cds_count, other->cds, other->cds_count);
    history->begun = other->begun < history->begun ? other->begun : history->begun;
}

struct texts ds_history_join(struct arena *arena, const struct state_lines *lines, int64_t now)
{
    struct ds_history history;
    struct ds_history other;
    if (lines->held.count == 0 || same_lines(lines->held, lines->then)) {
        return lines->learnt;
    }
    if (ds_history_read(arena, lines->held, now, &other) != NULL ||
        ds_history_read(arena, lines->learnt, now, &history) != NULL) {
        return lines->held; /* damaged since: it is left as it is */
    }
    take_history(&history, &other);
    return ds_history_write(&history, now);
}

struct known_key *ds_history_key(const struct ds_history *history, const struct ds *id)
{
    for (size_t i = 0; i < history->key_count; i++) {
        if (rr_same_ds(&history->keys[i].id, id)) {
            return &history->keys[i];
        }
    }
    return NULL;
}

const struct known_ds *ds_history_ds(const struct known_ds *list, size_t count, const struct ds *ds)
{
    for (size_t i = 0; i < count; i++) {
        if (rr_same_ds(&list[i].ds, ds)) {
            return &list[i];
        }
    }
    return NULL;
}

struct known_key *ds_history_add_key(struct ds_history *history, const struct ds *id, int64_t now)
{
    struct known_key *known = ds_history_key(history, id);
    if (known == NULL && history->key_count < DS_HISTORY_MOST) {
        history->keys =
            arena_grow(history->arena, history->keys, history->key_count, sizeof *history->keys);
        known = &history->keys[history->key_count++];
        *known = (struct known_key){.id = *id, .first = now};
    } else if (known == NULL) {
        known = history->keys;
        for (size_t i = 1; i < history->key_count; i++) {
            known = history->keys[i].last < known->last ? &history->keys[i] : known;
        }
        if (known->last >= now) {
            return NULL;
        }
        *known = (struct known_key){.id = *id, .first = now};
    }
    if (known != NULL) {
        known->last = now;
    }
    return known;
}

static size_t oldest(const struct known_ds *list, size_t count)
{
    size_t found = 0;
    for (size_t i = 1; i < count; i++) {
        found = list[i].last < list[found].last ? i : found;
    }
    return found;
}

void ds_history_add_ds(struct arena *arena, struct known_ds **list, size_t *count,
                       const struct ds *ds, int64_t now)
{
    if (ds->digest.size == 0 || ds->digest.size > DIGEST_MOST) {
        return; /* no digest at all, and nothing worth a line */
    }
    size_t at = 0;
    while (at < *count && !rr_same_ds(&(*list)[at].ds, ds)) {
        at++;
    }
    if (at == *count && at < DS_HISTORY_MOST) {
        *list = arena_grow(arena, *list, *count, sizeof **list);
        (*list)[(*count)++] = (struct known_ds){.ds = *ds, .first = now};
    } else if (at == *count) {
        at = oldest(*list, *count);
        if ((*list)[at].last >= now) {
            return;
        }
        (*list)[at] = (struct known_ds){.ds = *ds, .first = now};
    }
    (*list)[at].last = now;
}

int64_t ds_history_since(const struct ds_history *history, const struct known_phase *phase,
                         int64_t now)
{
    for (size_t i = 0; i < history->phase_count; i++) {
        const struct known_phase *known = &history->phases[i];
        if (strcmp(known->phase, phase->phase) == 0 && known->old_tag == phase->old_tag &&
            known->new_tag == phase->new_tag) {
            return known->since;
        }
    }
    return now;
}
