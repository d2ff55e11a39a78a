/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that are cut off or changed at random: judged somehow, and never remembered wrongly. */
#include <string.h>
#include <unistd.h>

#include "frame/state_file.h"
#include "lib/linkzone.h"
#include "lib/suite.h"

enum { ROUNDS = 150 };

/* What the functions below, which are called without arguments, go by. */
static uint32_t state;
static const char *path;

static uint32_t random_number(uint32_t below)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
}

/* Some records shorter, some with other octets, a few doubled. */
static void mutate(struct arena *arena, struct rrset *set)
{
    if (set->count == 0 || random_number(3) != 0) {
        return;
    }
    struct bytes *rr = arena_alloc(arena, (set->count + 1) * sizeof *rr);
    for (size_t i = 0; i < set->count; i++) {
        uint8_t *data = arena_copy(arena, set->rr[i].data, set->rr[i].size);
        rr[i] = (struct bytes){data, set->rr[i].size};
        if (random_number(2) == 0) {
            rr[i].size = random_number((uint32_t)rr[i].size + 1);
        } else if (rr[i].size > 0) {
            size_t at = random_number(random_number(2) == 0 ? 5 : (uint32_t)rr[i].size);
            data[at < rr[i].size ? at : 0] = (uint8_t)random_number(256);
        }
    }
    rr[set->count] = rr[0];
    set->count += random_number(2);
    set->rr = rr;
    set->ttl = random_number(4) == 0 ? UINT32_MAX : set->ttl;
    set->duplicates = random_number(2) == 0;
}

static void options(struct ds_options *chosen)
{
    chosen->state_file = path;
    chosen->check_bootstrap = random_number(2) == 0;
    chosen->multi_signer = random_number(2) == 0;
    chosen->max_key_age = random_number(100) * DAY;
    chosen->common.expect = (enum expect)random_number(3);
}

START_TEST(mutations)
{
    char folder[] = "/tmp/test_ds_hostile.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct linkzone zone;
    linkzone_open(&zone);
    path = arena_printf(zone.base.arena, "%s/state", folder);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        state = i * 7919;
        const struct link_plan plan = {
            .zone = {.ds = "K1 K2 K1/4 K1/1",
                     .dnskey = "K1 K2 Z1 Z2 Kb",
                     .sign_dnskey = "K1 K2",
                     .now = ZONE_NOW + i * HOUR},
            .cds = "K1 K2",
            .cdnskey = "K2",
            .anchored = true,
            .odd = {{.alter = mutate}, {.alter = mutate}},
            .tune = options,
        };
        linkzone_publish(&zone, &plan);
        linkzone_run(&zone);
        const struct report *report = &zone.base.subject.report;
        for (size_t j = 0; j < report->finding_count; j++) {
            ck_assert_msg(report->findings[j].id != FINDING_STATE_FILE, "%s",
                          report->findings[j].text);
        }
        const struct state_use use = ds_keeps(&zone.options);
        struct state_file *file = state_file_open(zone.base.arena, &use);
        ck_assert_msg(state_file_usable(file), "%s", state_file_save(file, 0));
    }
    (void)unlink(path);
    linkzone_close(&zone);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

SUITE_MAIN("ds_hostile", mutations)
