/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases of rollovers by where keys are seen, and the words for them. */
#include <string.h>

#include "judge/rollover.h"
#include "judge/rollover_table.h"
#include "lib/suite.h"

/*
 * A zone in words: `TAG/ALGORITHM:LETTERS`, where the letters are k SEP, P published, D in the DS,
 * C in the CDS, S signs keys, a signs some data, A all data, R revoked, and a digit for the order
 * in which the keys were first seen.  The word `cds` says that there are CDS, `delete` that they
 * ask for removal, `noparent` that the parent is not known.
 */
enum { KEYS_MOST = 6 };

struct zone {
    struct rollover_key keys[KEYS_MOST];
    struct rollover_terms terms;
};

static struct rollover_key read_key(const char *word)
{
    char *end = NULL;
    struct rollover_key key = {.tag = (uint16_t)strtoul(word, &end, 10)};
    key.algorithm = (uint8_t)strtoul(end + 1, &end, 10);
    for (const char *at = end + 1; *at != '\0' && *at != ' '; at++) {
        key.sep = key.sep || *at == 'k';
        key.published = key.published || *at == 'P';
        key.in_ds = key.in_ds || *at == 'D';
        key.in_cds = key.in_cds || *at == 'C';
        key.signs_keys = key.signs_keys || *at == 'S';
        key.signs_data = key.signs_data || *at == 'a' || *at == 'A';
        key.signs_all_data = key.signs_all_data || *at == 'A';
        key.revoked = key.revoked || *at == 'R';
        key.first_seen = *at >= '1' && *at <= '9' ? *at : key.first_seen;
    }
    key.ds_servers = key.in_ds ? 3 : 0;
    return key;
}

static void read_zone(struct arena *arena, const char *text, struct zone *zone)
{
    *zone = (struct zone){.terms = {.arena = arena,
                                    .ds_known = true,
                                    .parent_servers = 3,
                                    .key_ttl = 3600,
                                    .ds_ttl = 86400,
                                    .data_ttl = 300}};
    for (; *text != '\0'; text += strspn(text, " ")) {
        size_t size = strcspn(text, " ");
        if (strncmp(text, "cds", size) == 0) {
            zone->terms.cds = true;
        } else if (strncmp(text, "delete", size) == 0) {
            zone->terms.cds_delete = true;
        } else if (strncmp(text, "noparent", size) == 0) {
            zone->terms.ds_known = false;
        } else {
            ck_assert_uint_lt(zone->terms.count, KEYS_MOST);
            zone->keys[zone->terms.count] = read_key(text);
            zone->terms.ds_there = zone->terms.ds_there || zone->keys[zone->terms.count].in_ds;
            zone->terms.count++;
        }
        text += size;
    }
    zone->terms.keys = zone->keys;
}

/* "ksk-submitted(1>2) zsk-published(3>4)": the phases, with old and new tag. */
static const char *judge(struct arena *arena, const char *text)
{
    struct zone zone;
    read_zone(arena, text, &zone);
    struct rollover found[ROLLOVERS_MAX];
    size_t count = rollover_judge(&zone.terms, found);
    const char *said = "";
    for (size_t i = 0; i < count; i++) {
        said = arena_printf(arena, "%s%s%s(%u>%u)%s", said, i == 0 ? "" : " ", found[i].phase,
                            found[i].old_tag, found[i].new_tag,
                            found[i].health == ROLLOVER_BROKEN    ? "!"
                            : found[i].health == ROLLOVER_RESTING ? "~"
                                                                  : "");
        ck_assert_ptr_null(strchr(found[i].text, '{'));
        ck_assert_ptr_null(strpbrk(found[i].text, ";|'\"`<>&$\\"));
        ck_assert_uint_lt(strlen(found[i].text), 390);
    }
    return said;
}

static const struct {
    const char *zone;
    const char *phases;
} rows[] = {
    {"", ""},
    {"1/13:kPDS 2/13:PA", ""},
    {"1/13:kPDSA", ""},
    /* Which one is new is not known: the first row of the table that fits. */
    {"1/13:kPDS 2/13:kPS 3/13:PA", "ksk-new-key(1>2)"},
    {"1/13:kPS 2/13:kPDS 3/13:PA", "ksk-new-key(2>1)"},
    /* CDS or age tell. */
    {"1/13:kPDS 2/13:kPSC 3/13:PA cds", "ksk-submitted(1>2)"},
    {"1/13:kPDSC 2/13:kPSC 3/13:PA cds", "ksk-submitted(1>2)"},
    {"1/13:kPDS1 2/13:kPS2", "ksk-new-key(1>2)"},
    {"1/13:kPDS2 2/13:kPS1", "ksk-ds-swapped(2>1)"},
    {"1/13:kPDSC2 2/13:kPS1 cds", "ksk-ds-swapped(2>1)"},
    {"1/13:kPDS 2/13:kPDSC cds", "ksk-ds-both(1>2)"},
    {"1/13:kPDSC 2/13:kPDSC cds", "ksk-ds-both(1>2)"},
    {"1/13:kPDS 2/13:kPDS", "ksk-ds-both(1>2)"},
    {"1/13:kPDS2 2/13:kPDS1", "ksk-ds-both(2>1)"},
    {"1/13:kPDS 2/13:kPD", "ksk-standby(1>2)~"},
    {"1/13:kPD 2/13:kPDS", "ksk-standby(2>1)~"},
    {"1/13:kPDS 2/13:kPDS 3/13:kP", "ksk-ds-both(1>2)"},
    {"3/13:kPD 1/13:kPDSC 2/13:kPSC cds", "ksk-submitted(1>2)"},
    {"1/13:kPDS 2/13:kP 3/13:kP", ""},
    {"1/13:kPDS 2/13:kPS 3/13:kPS", ""},
    {"1/13:kPDSC 2/13:DC cds", "ksk-ds-ahead(1>2)"},
    {"1/13:D 2/13:kPDSC cds", "ksk-old-ds-left(1>2)"},
    {"1/13:DC1 2/13:kPDSC2 cds", "ksk-old-ds-left(1>2)"},
    {"1/13:kPDS 2/13:D", "ksk-ds-ahead(1>2)"},
    {"1/13:D1 2/13:kPDS2", "ksk-old-ds-left(1>2)"},
    {"1/13:kPDSC 2/13:C cds", "ksk-cds-ahead(1>2)"},
    {"1/13:kPS 2/13:D", "ksk-broken-ds-first(1>2)!"},
    {"1/13:kPS 2/13:kPD", "ksk-broken-not-signing(1>2)!"},
    {"1/13:D1 2/13:kPS2", "ksk-broken-key-gone(1>2)!"},
    /* Three at once are none that the table knows. */
    {"1/13:kPDS 2/13:kPS 3/13:kPS", ""},
    {"1/13:kPDSA 2/13:kPSA", "ksk-new-key(1>2)"},
    /* ZSKs. */
    {"1/13:kPDS 2/13:PA 3/13:P", "zsk-published(2>3)~"},
    {"1/13:kPDS 2/13:P 3/13:PA", "zsk-published(3>2)~"},
    {"1/13:kPDS 2/13:P1 3/13:PA2", "zsk-retired(2>3)~"},
    {"1/13:kPDS 2/13:P2 3/13:PA1", "zsk-published(3>2)~"},
    {"1/13:kPDS 2/13:Pa 3/13:Pa", "zsk-signing(2>3)"},
    {"1/13:kPDS 2/13:PA 3/13:Pa", "zsk-signing(2>3)"},
    {"1/13:kPDS 2/13:PA 3/13:PA", "zsk-double-signature(2>3)"},
    {"1/13:kPDS 2/13:A 3/13:PA", "zsk-signatures-left(2>3)"},
    {"1/13:kPDS 2/13:PA 3/13:P 4/13:P", ""},
    {"1/13:kPDS 2/13:PA 3/15:P", ""},
    {"1/13:kPS 2/13:PA 3/13:P noparent", "zsk-published(2>3)~"},
    {"1/13:kPS 2/13:PA noparent", ""},
    /* Both at once. */
    {"1/13:kPDS 2/13:kPS 3/13:PA 4/13:P", "ksk-new-key(1>2) zsk-published(3>4)~"},
    /* Algorithms. */
    {"1/8:kPDS 2/8:PA 3/13:A", "algorithm-presigned(1>3)"},
    {"1/8:kPDS1 2/8:PA1 3/13:A", "algorithm-presigned(1>3)"},
    {"1/8:kPDS 2/8:PA 3/13:kPS 4/13:PA", "algorithm-published(1>3)"},
    {"1/8:kPDS1 2/8:PA1 3/13:kPS2 4/13:PA2", "algorithm-published(1>3)"},
    {"1/8:kPS1 2/8:PA1 3/13:kPDS2 4/13:PA2", "algorithm-ds-swapped(1>3)"},
    {"1/8:kPDS 2/8:PA 3/13:kPDS 4/13:PA", "algorithm-ds-both(1>3)"},
    {"1/8:kPDS 2/8:PA 3/13:kPS 4/13:P", "algorithm-partly-signed(1>3)"},
    {"1/8:kPDS 2/8:P 3/13:kPS 4/13:PA", "algorithm-broken-data(1>3)!"},
    {"1/8:kPDS 2/8:PA 3/13:D", "algorithm-broken-ds-early(1>3)!"},
    {"1/8:kPDS 2/8:PA 3/13:kPD", "algorithm-broken-ds-early(1>3)!"},
    {"1/8:kPS 2/8:PA 3/13:D", "algorithm-broken-ds-first(1>3)!"},
    {"1/8:D 3/13:kPS1 4/13:PA1", "algorithm-broken-ds-first(3>1)!"},
    /* An algorithm that nobody validates is no rollover. */
    {"1/13:kPDS 2/13:PA 3/200:P", ""},
    /* To and from security. */
    {"1/13:kPS 2/13:PA", "signing-no-ds(1>1)"},
    {"1/13:kPSC 2/13:PA cds", "signing-cds(1>1)"},
    {"1/13:kPDS 2/13:PA delete", "unsigning-requested(1>1)"},
    {"1/13:kPS 2/13:PA delete", "unsigning-ds-gone(1>1)"},
    /* RFC 5011. */
    {"1/13:kPSR 2/13:kPDS 3/13:PA", "revocation(1>2)"},
    {"1/13:kPR 2/13:kPDS 3/13:PA", ""},
};

START_TEST(phases)
{
    struct arena *arena = arena_create();
    const char *wrong = "";
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *said = judge(arena, rows[i].zone);
        if (strcmp(said, rows[i].phases) != 0) {
            wrong = arena_printf(arena, "%s\n%s: got '%s', expected '%s'", wrong, rows[i].zone,
                                 said, rows[i].phases);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    arena_destroy(arena);
}
END_TEST

static const char *text_of(struct arena *arena, const char *text, unsigned ds_servers)
{
    struct zone zone;
    read_zone(arena, text, &zone);
    for (size_t i = 0; i < zone.terms.count; i++) {
        zone.keys[i].ds_servers = zone.keys[i].in_ds ? ds_servers : 0;
    }
    struct rollover found[ROLLOVERS_MAX];
    ck_assert_uint_gt(rollover_judge(&zone.terms, found), 0);
    return found[0].text;
}

START_TEST(words)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(text_of(arena, "1/13:kPS1 2/13:kPDS2", 2),
                     "the DS is that of 2 at 2 of 3 servers of the parent, 1 is still published. "
                     "Next: keep 1 until the old DS has been gone from all servers of the parent "
                     "for 1d, then remove it");
    ck_assert_str_eq(text_of(arena, "1/13:kPDS 2/13:kPSC cds", 3),
                     "1 has the DS, CDS ask for that of 2. Next: keep 1 until the new DS has been "
                     "at all servers of the parent for 1d");
    const char *both = text_of(arena, "1/13:kPDS 2/13:kPS", 3);
    ck_assert_ptr_nonnull(strstr(both, "If 2 is the new one: "));
    ck_assert_ptr_nonnull(strstr(both, "If it is the old one: "));
    ck_assert_ptr_nonnull(strstr(text_of(arena, "1/8:kPDS1 2/8:PA1 3/13:kPS2 4/13:PA2", 3),
                                 "keys of RSASHA256 and ECDSAP256SHA256 both sign"));
    arena_destroy(arena);
}
END_TEST

/* Whatever keys there are, no read goes astray and at most one phase of each kind is told. */
START_TEST(anything)
{
    struct arena *arena = arena_create();
    uint32_t random = 12345;
    for (unsigned round = 0; round < 20000; round++) {
        struct rollover_key keys[KEYS_MOST];
        struct rollover_terms terms = {.arena = arena, .keys = keys, .parent_servers = 2};
        random = random * 1664525 + 1013904223;
        terms.count = (random >> 16) % (KEYS_MOST + 1);
        terms.ds_known = (random & 0x10000000) != 0;
        terms.cds = (random & 0x20000000) != 0;
        terms.cds_delete = (random & 0x40000000) != 0;
        for (size_t i = 0; i < terms.count; i++) {
            random = random * 1664525 + 1013904223;
            uint32_t bits = random >> 8;
            keys[i] = (struct rollover_key){
                .tag = (uint16_t)(bits & 7),
                .algorithm = (bits & 8) != 0    ? 13
                             : (bits & 16) != 0 ? 8
                                                : 200,
                .sep = (bits & 32) != 0,
                .revoked = (bits & 0xc0) == 0xc0,
                .published = (bits & 0x100) != 0,
                .in_ds = (bits & 0x200) != 0,
                .in_cds = (bits & 0x400) != 0,
                .signs_keys = (bits & 0x800) != 0,
                .signs_data = (bits & 0x1000) != 0,
                .signs_all_data = (bits & 0x3000) == 0x3000,
                .ds_servers = (bits >> 14) & 3,
                .first_seen = (bits >> 16) & 3,
            };
        }
        struct rollover found[ROLLOVERS_MAX];
        size_t count = rollover_judge(&terms, found);
        ck_assert_uint_le(count, ROLLOVERS_MAX);
        for (size_t i = 0; i < count; i++) {
            ck_assert_ptr_null(strchr(found[i].text, '{'));
            for (size_t j = 0; j < i; j++) {
                ck_assert_int_ne((int)found[i].kind, (int)found[j].kind);
            }
        }
    }
    arena_destroy(arena);
}
END_TEST

/* Phases go into state files as words of bounded length. */
START_TEST(phase_words)
{
    const struct rollover_row *const tables[] = {rollover_entry_rows, rollover_zsk_rows,
                                                 rollover_algorithm_rows};
    for (size_t i = 0; i < COUNT(tables); i++) {
        for (const struct rollover_row *row = tables[i]; row->phase != NULL; row++) {
            ck_assert_uint_lt(strlen(row->phase), 40);
            ck_assert_uint_eq(strspn(row->phase, "abcdefghijklmnopqrstuvwxyz-"),
                              strlen(row->phase));
            ck_assert_int_eq(row->next == NULL, row->health == ROLLOVER_BROKEN);
        }
    }
}
END_TEST

SUITE_MAIN("rollover", phases, words, anything, phase_words)
