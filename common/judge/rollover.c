/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phases of rollovers by table look-up.
 *
 * An entry key is one that a DS or CDS names or that has the SEP flag; the others are ZSKs.  Of an
 * entry key the table knows four letters, D (in the DS), P (published), S (signs the DNSKEY RRset)
 * and C (in the CDS); an algorithm rollover has rows of the same kind for sets of algorithms.
 */
#include "judge/rollover.h"

#include <string.h>

#include "base/text.h"
#include "judge/policy.h"
#include "judge/rollover_table.h"

/* Two keys, or two algorithms, one of which replaces the other. */
struct pair {
    const struct rollover_terms *terms;
    const struct rollover_key *old;
    const struct rollover_key *new;
};

enum { ENTRY_KEYS_MAX = 16, LETTERS = 4 };

/* Words. */

static const char *key_words(struct arena *arena, const struct rollover_key *key)
{
    return arena_printf(arena, "%u", key->tag);
}

/* "2 of 3 servers of the parent", "all servers of the parent". */
static const char *seen_words(const struct rollover_terms *terms, const struct rollover_key *key)
{
    if (key->ds_servers >= terms->parent_servers) {
        return "all servers of the parent";
    }
    return arena_printf(terms->arena, "%u of %u servers of the parent", key->ds_servers,
                        terms->parent_servers);
}

/* What stands for a word in braces. */
static const char *expand_word(const struct pair *pair, const char *word, size_t size)
{
    const struct rollover_terms *terms = pair->terms;
    struct arena *arena = terms->arena;
    if (size == 3 && strncmp(word, "old", size) == 0) {
        return key_words(arena, pair->old);
    }
    if (size == 3 && strncmp(word, "new", size) == 0) {
        return key_words(arena, pair->new);
    }
    if (size == 7 && strncmp(word, "old-alg", size) == 0) {
        return policy_algorithm_text(arena, pair->old->algorithm);
    }
    if (size == 7 && strncmp(word, "new-alg", size) == 0) {
        return policy_algorithm_text(arena, pair->new->algorithm);
    }
    if (size == 4 && strncmp(word, "seen", size) == 0) {
        return seen_words(terms, pair->new);
    }
    if (size == 7 && strncmp(word, "key-ttl", size) == 0) {
        return text_span(arena, terms->key_ttl);
    }
    if (size == 6 && strncmp(word, "ds-ttl", size) == 0) {
        return terms->ds_ttl == 0 ? "its TTL" : text_span(arena, terms->ds_ttl);
    }
    return text_span(arena, terms->data_ttl); /* {data-ttl} */
}

/* A text of the table with its words in braces replaced. */
static const char *expand(const struct pair *pair, const char *text)
{
    struct arena *arena = pair->terms->arena;
    const char *result = "";
    for (;;) {
        size_t plain = strcspn(text, "{");
        result = arena_printf(arena, "%s%.*s", result, (int)plain, text);
        text += plain;
        if (*text == '\0') {
            return result;
        }
        size_t size = strcspn(text, "}");
        result = arena_printf(arena, "%s%s", result, expand_word(pair, text + 1, size - 1));
        text += size + 1;
    }
}

static const char *row_text(const struct pair *pair, const struct rollover_row *row)
{
    struct arena *arena = pair->terms->arena;
    const char *seen = expand(pair, row->seen);
    return row->next == NULL ? seen
                             : arena_printf(arena, "%s. Next: %s", seen, expand(pair, row->next));
}

static struct rollover result_of(const struct pair *pair, const struct rollover_row *row,
                                 enum rollover_kind kind)
{
    return (struct rollover){
        .kind = kind,
        .health = row->health,
        .phase = row->phase,
        .old_tag = pair->old == NULL ? 0 : pair->old->tag,
        .new_tag = pair->new == NULL ? 0 : pair->new->tag,
        .text = row_text(pair, row),
    };
}

/* Rows. */

/* Whether letters are those of a pattern, in which `?` is any. */
static bool fits(const char *pattern, const char *letters)
{
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        if (pattern[i] != '?' && pattern[i] != letters[i]) {
            return false;
        }
    }
    return true;
}

static void write_letters(const struct rollover_terms *terms, const struct rollover_key *key,
                          char letters[LETTERS + 1])
{
    letters[0] = key->in_ds ? 'D' : '-';
    letters[1] = key->published ? 'P' : '-';
    letters[2] = key->signs_keys ? 'S' : '-';
    /* Without any CDS it is not known what the zone asks for. */
    letters[3] = !terms->cds ? '.' : key->in_cds ? 'C' : '-';
    letters[LETTERS] = '\0';
}

static const struct rollover_row *entry_row(const struct pair *pair)
{
    char old[LETTERS + 1];
    char new[LETTERS + 1];
    write_letters(pair->terms, pair->old, old);
    write_letters(pair->terms, pair->new, new);
    for (const struct rollover_row *row = rollover_entry_rows; row->phase != NULL; row++) {
        if (fits(row->old, old) && fits(row->new, new)) {
            return row;
        }
    }
    return NULL;
}

/* Which of two is the newer one: below 0 `a`, above 0 `b`, 0 not known. */
static int newer(const struct rollover_key *a, const struct rollover_key *b)
{
    if (a->first_seen == b->first_seen) {
        return 0;
    }
    /* One that has been published once and is gone is the predecessor. */
    if (!a->published && a->first_seen != 0) {
        return 1;
    }
    if (!b->published && b->first_seen != 0) {
        return -1;
    }
    if (a->first_seen == 0 || b->first_seen == 0) {
        return 0;
    }
    return a->first_seen > b->first_seen ? -1 : 1;
}

/* Both readings of what looks the same at the begin and at the end. */
static struct rollover either(const struct pair *pair, const struct rollover_row *row,
                              const struct rollover_row *mirrored, enum rollover_kind kind)
{
    struct pair swapped = {.terms = pair->terms, .old = pair->new, .new = pair->old};
    struct rollover rollover = result_of(pair, row, kind);
    struct arena *arena = pair->terms->arena;
    if (row == mirrored) {
        return rollover;
    }
    if (row->health == ROLLOVER_BROKEN && mirrored->health == ROLLOVER_BROKEN) {
        rollover.text = arena_printf(arena, "%s, or %s", expand(pair, row->seen),
                                     expand(&swapped, mirrored->seen));
        return rollover;
    }
    const char *next = row->next == NULL ? row->seen : row->next;
    const char *other = mirrored->next == NULL ? mirrored->seen : mirrored->next;
    rollover.text = arena_printf(arena, "%s. If %s is the new one: %s. If it is the old one: %s",
                                 expand(pair, row->seen), key_words(arena, pair->new),
                                 expand(pair, next), expand(&swapped, other));
    if (mirrored->health == ROLLOVER_RESTING) {
        rollover.health = ROLLOVER_RESTING;
    }
    return rollover;
}

typedef const struct rollover_row *find_row(const struct pair *pair);

/* The row for two keys of which it is not said which one is new. */
static bool judge_pair(const struct rollover_terms *terms, const struct rollover_key *a,
                       const struct rollover_key *b, find_row *find, enum rollover_kind kind,
                       struct rollover *found)
{
    struct pair forth = {.terms = terms, .old = a, .new = b};
    struct pair back = {.terms = terms, .old = b, .new = a};
    const struct rollover_row *forth_row = find(&forth);
    const struct rollover_row *back_row = find(&back);
    int hint = newer(a, b);
    if (forth_row != NULL && back_row != NULL && hint == 0) {
        /* The reading in which the earlier row of the table holds comes first. */
        *found = forth_row <= back_row ? either(&forth, forth_row, back_row, kind)
                                       : either(&back, back_row, forth_row, kind);
        return true;
    }
    if (forth_row != NULL && (back_row == NULL || hint > 0)) {
        *found = result_of(&forth, forth_row, kind);
        return true;
    }
    if (back_row != NULL) {
        *found = result_of(&back, back_row, kind);
        return true;
    }
    return false;
}

/* Entry keys: KSKs and CSKs. */

static bool is_entry(const struct rollover_key *key)
{
    return !key->revoked && (key->in_ds || key->in_cds || (key->published && key->sep));
}

static size_t entry_keys(const struct rollover_terms *terms,
                         const struct rollover_key *keys[ENTRY_KEYS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < terms->count && count < ENTRY_KEYS_MAX; i++) {
        if (is_entry(&terms->keys[i])) {
            keys[count++] = &terms->keys[i];
        }
    }
    return count;
}

/* Leaves out keys that stand by where others are in a rollover; returns how many are left. */
static size_t leave_out_idle(const struct rollover_key *keys[ENTRY_KEYS_MAX], size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!keys[i]->published || keys[i]->signs_keys) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

static bool judge_entry(const struct rollover_terms *terms, struct rollover *found)
{
    const struct rollover_key *keys[ENTRY_KEYS_MAX];
    size_t count = entry_keys(terms, keys);
    count = count > 2 ? leave_out_idle(keys, count) : count;
    return terms->ds_known && count == 2 &&
           judge_pair(terms, keys[0], keys[1], entry_row, ROLLOVER_ENTRY, found);
}

/* Zone-signing keys. */

static const struct rollover_row *zsk_row(const struct pair *pair)
{
    char letters[2][4];
    const struct rollover_key *const keys[2] = {pair->old, pair->new};
    for (size_t i = 0; i < 2; i++) {
        letters[i][0] = keys[i]->published ? 'P' : '-';
        letters[i][1] = keys[i]->signs_data ? 'A' : '-';
        letters[i][2] = keys[i]->signs_all_data ? '*' : '-';
        letters[i][3] = '\0';
    }
    for (const struct rollover_row *row = rollover_zsk_rows; row->phase != NULL; row++) {
        if (fits(row->old, letters[0]) && fits(row->new, letters[1])) {
            return row;
        }
    }
    return NULL;
}

static bool judge_zsk(const struct rollover_terms *terms, struct rollover *found)
{
    const struct rollover_key *keys[2] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < terms->count; i++) {
        const struct rollover_key *key = &terms->keys[i];
        if (is_entry(key) || key->revoked || !(key->published || key->signs_data)) {
            continue;
        }
        if (count < 2) {
            keys[count] = key;
        }
        count++;
    }
    return count == 2 && keys[0]->algorithm == keys[1]->algorithm &&
           judge_pair(terms, keys[0], keys[1], zsk_row, ROLLOVER_ZSK, found);
}

/* Algorithms: the keys of each are taken together. */

static struct rollover_key sum_of(const struct rollover_terms *terms, uint8_t algorithm)
{
    struct rollover_key sum = {.algorithm = algorithm};
    for (size_t i = 0; i < terms->count; i++) {
        const struct rollover_key *key = &terms->keys[i];
        if (key->algorithm != algorithm || key->revoked) {
            continue;
        }
        if (sum.tag == 0 || key->in_ds || key->in_cds) {
            sum.tag = key->tag;
        }
        sum.published = sum.published || key->published;
        sum.in_ds = sum.in_ds || key->in_ds;
        sum.in_cds = sum.in_cds || key->in_cds;
        sum.signs_keys = sum.signs_keys || key->signs_keys;
        sum.signs_data = sum.signs_data || key->signs_data;
        sum.ds_servers = key->ds_servers > sum.ds_servers ? key->ds_servers : sum.ds_servers;
        if (key->first_seen != 0 && (sum.first_seen == 0 || key->first_seen < sum.first_seen)) {
            sum.first_seen = key->first_seen;
        }
    }
    return sum;
}

static const struct rollover_row *algorithm_row(const struct pair *pair)
{
    char letters[2][LETTERS + 1];
    const struct rollover_key *const sums[2] = {pair->old, pair->new};
    for (size_t i = 0; i < 2; i++) {
        write_letters(pair->terms, sums[i], letters[i]);
        letters[i][3] = sums[i]->signs_data ? 'A' : '-';
    }
    for (const struct rollover_row *row = rollover_algorithm_rows; row->phase != NULL; row++) {
        if (fits(row->old, letters[0]) && fits(row->new, letters[1])) {
            return row;
        }
    }
    return NULL;
}

/* How many algorithms there are that validators use; the first two are set. */
static size_t algorithms_of(const struct rollover_terms *terms, uint8_t algorithms[2])
{
    size_t count = 0;
    for (size_t i = 0; i < terms->count && count < 3; i++) {
        uint8_t algorithm = terms->keys[i].algorithm;
        bool known =
            (count > 0 && algorithms[0] == algorithm) || (count > 1 && algorithms[1] == algorithm);
        if (known || !policy_algorithm_usable(algorithm, SHA1_WARN)) {
            continue;
        }
        if (count < 2) {
            algorithms[count] = algorithm;
        }
        count++;
    }
    return count;
}

static bool judge_algorithm(const struct rollover_terms *terms, struct rollover *found)
{
    uint8_t algorithms[2] = {0};
    if (!terms->ds_known || algorithms_of(terms, algorithms) != 2) {
        return false;
    }
    struct rollover_key a = sum_of(terms, algorithms[0]);
    struct rollover_key b = sum_of(terms, algorithms[1]);
    return judge_pair(terms, &a, &b, algorithm_row, ROLLOVER_ALGORITHM, found);
}

/* The rest. */

static bool judge_security(const struct rollover_terms *terms, struct rollover *found)
{
    const struct rollover_key *signer = NULL;
    bool any_ds = terms->ds_there;
    for (size_t i = 0; i < terms->count; i++) {
        if (signer == NULL || (terms->keys[i].sep && !signer->sep)) {
            signer = &terms->keys[i];
        }
    }
    struct pair pair = {.terms = terms, .old = signer, .new = signer};
    if (!terms->ds_known || signer == NULL || (any_ds && !terms->cds_delete)) {
        return false;
    }
    const char *phase = any_ds              ? "unsigning-requested"
                        : terms->cds_delete ? "unsigning-ds-gone"
                        : terms->cds        ? "signing-cds"
                                            : "signing-no-ds";
    const struct rollover_row *row = rollover_security_rows;
    while (strcmp(row->phase, phase) != 0) {
        row++;
    }
    *found = result_of(&pair, row, ROLLOVER_SECURITY);
    return true;
}

static bool judge_revocation(const struct rollover_terms *terms, struct rollover *found)
{
    const struct rollover_key *revoked = NULL;
    const struct rollover_key *other = NULL;
    for (size_t i = 0; i < terms->count; i++) {
        const struct rollover_key *key = &terms->keys[i];
        if (key->revoked && key->published) {
            revoked = key;
        } else if (key->published && key->signs_keys) {
            other = key;
        }
    }
    if (revoked == NULL || other == NULL || !revoked->signs_keys) {
        return false;
    }
    struct pair pair = {.terms = terms, .old = revoked, .new = other};
    *found = result_of(&pair, rollover_revocation_row, ROLLOVER_REVOCATION);
    return true;
}

/* Keys and algorithms that replace each other; `settled`: the DS are there for another reason. */
static size_t judge_replacements(const struct rollover_terms *terms, bool settled,
                                 struct rollover *found)
{
    size_t count = 0;
    if (judge_algorithm(terms, &found[count])) {
        return 1;
    }
    count += !settled && judge_entry(terms, &found[count]);
    count += judge_zsk(terms, &found[count]);
    return count;
}

size_t rollover_judge(const struct rollover_terms *terms, struct rollover found[ROLLOVERS_MAX])
{
    size_t count = 0;
    count += judge_security(terms, &found[count]);
    count += judge_replacements(terms, count > 0, &found[count]);
    count += judge_revocation(terms, &found[count]);
    return count;
}
