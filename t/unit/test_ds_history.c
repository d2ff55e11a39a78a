/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_ds_match says of changes between runs, by its state file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/state_file.h"
#include "lib/linkzone.h"
#include "lib/suite.h"

/* Runs of one zone, one after another. */
struct step {
    int64_t after; /* since the step before */
    const char *expected;
    struct link_plan plan;
};

enum { STEPS = 5 };

struct story {
    const char *what;
    struct step steps[STEPS]; /* the first without text ends it */
};

struct world {
    struct linkzone zone;
    char folder[64];
    const char *path;
};

static void world_open(struct world *world)
{
    linkzone_open(&world->zone);
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/test_ds_history.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(world->folder));
    world->path = arena_printf(world->zone.base.arena, "%s/state", world->folder);
}

static void world_close(struct world *world)
{
    (void)unlink(world->path);
    ck_assert_int_eq(rmdir(world->folder), 0);
    linkzone_close(&world->zone);
}

/* The file of the step that runs: options are set by functions without arguments. */
static const char *current_path;

static void remember(struct ds_options *options)
{
    options->state_file = current_path;
}

static void remember_age(struct ds_options *options)
{
    remember(options);
    options->max_key_age = 10 * DAY;
}

static const char *run_step(struct world *world, const struct step *step, int64_t now)
{
    struct link_plan plan = step->plan;
    plan.zone.now = now;
    plan.tune = plan.tune == NULL ? remember : plan.tune;
    current_path = world->path;
    return linkzone_judge(&world->zone, &plan);
}

/* What is not as expected, behind what was wrong before. */
static const char *tell(struct arena *arena, const struct story *story, const char *wrong)
{
    struct world world;
    world_open(&world);
    int64_t now = ZONE_NOW;
    for (size_t i = 0; i < STEPS && story->steps[i].expected != NULL; i++) {
        now += story->steps[i].after;
        const char *said = run_step(&world, &story->steps[i], now);
        if (strcmp(said, story->steps[i].expected) != 0) {
            wrong = arena_printf(arena, "%s\n%s, step %zu: got '%s', expected '%s'", wrong,
                                 story->what, i + 1, said, story->steps[i].expected);
        }
    }
    world_close(&world);
    return wrong;
}

static void no_parent(struct linkzone *zone)
{
    fakenet_silent(zone->base.net, SERVER_P);
    fakenet_silent(zone->base.net, SERVER_Q);
    fakenet_silent(zone->base.net, SERVER_R);
}

#define KEYS(ds_, dnskey_, sign_)                                                                  \
    {                                                                                              \
        .zone = {.ds = (ds_), .dnskey = (dnskey_), .sign_dnskey = (sign_) }                        \
    }
#define CDS(ds_, dnskey_, sign_, cds_)                                                             \
    {                                                                                              \
        .zone = {.ds = (ds_), .dnskey = (dnskey_), .sign_dnskey = (sign_)}, .cds = (cds_),         \
        .cdnskey = (cds_)                                                                          \
    }

/* Server 2 lacks the new key; the zone is refreshed every two hours, or tried again in one. */
#define BEHIND                                                                                     \
    .zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}, .serial_2 = 6, .dnskey_2 = "K1 Z1",    \
    .sign_dnskey_2 = "K1"

static const struct story stories[] = {
    {"nothing changes", {{0, "", {.ds_q = NULL}}, {HOUR, "", {.ds_q = NULL}}}},
    {"a KSK rollover by the book",
     {{0, "", CDS("K1", "K1 Z1", "K1", "K1")},
      {DAY, "ds-changed=OK <ksk-new-key>", CDS("K1", "K1 K2 Z1", "K1 K2", "K1")},
      {DAY, "<ksk-submitted> cds-pending=OK", CDS("K1", "K1 K2 Z1", "K1 K2", "K2")},
      {DAY,
       "ds-changed=OK ds-changed=OK <ksk-ds-swapped>",
       {.zone = {.ds = "K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"},
        .cds = "K2",
        .cdnskey = "K2",
        .sign_cds = "K2"}},
      {DAY,
       "ds-changed=OK",
       {.zone = {.ds = "K2", .dnskey = "K2 Z1", .sign_dnskey = "K2"},
        .cds = "K2",
        .cdnskey = "K2",
        .sign_cds = "K2"}}}},
    {"a DS that nobody announced",
     {{0, "", {.ds_q = NULL}},
      {DAY, "ds-changed=WARNING ds-stale-extra=OK <ksk-ds-ahead>", KEYS("K1 K2", "K1 Z1", "K1")},
      {DAY, "ds-stale-extra=OK <ksk-ds-ahead>", KEYS("K1 K2", "K1 Z1", "K1")},
      {15 * DAY, "ds-stale-extra=WARNING rollover-stuck=WARNING <ksk-ds-ahead>",
       KEYS("K1 K2", "K1 Z1", "K1")}}},
    {"a DS without key that was there before the first run",
     {{0, "ds-stale-extra=WARNING <ksk-ds-ahead>", KEYS("K1 K2", "K1 Z1", "K1")},
      {DAY, "ds-stale-extra=WARNING <ksk-ds-ahead>", KEYS("K1 K2", "K1 Z1", "K1")}}},
    {"a DS is removed that nobody announced",
     {{0, "<ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")},
      {DAY, "ds-changed=WARNING <ksk-new-key>", KEYS("K1", "K1 K2 Z1", "K1 K2")}}},
    {"the old key goes before caches forget its DS (.nz 2023)",
     {{0, "<ksk-new-key>", KEYS("K1", "K1 K2 Z1", "K1 K2")},
      {HOUR / 2, "ds-changed=WARNING ds-changed=WARNING rollover-too-early=WARNING ds-changed=OK",
       KEYS("K2", "K2 Z1", "K2")},
      {HOUR, "", KEYS("K2", "K2 Z1", "K2")}}},
    {"the new key comes before caches know its DS",
     {{0, "", KEYS("K1", "K1 Z1", "K1")},
      {DAY, "ds-changed=WARNING ds-stale-extra=OK <ksk-ds-ahead>", KEYS("K1 K2", "K1 Z1", "K1")},
      {HOUR / 2,
       "rollover-too-early=WARNING ds-stale-extra=OK ds-changed=OK ds-changed=OK "
       "<ksk-old-ds-left>",
       KEYS("K1 K2", "K2 Z1", "K2")},
      {HOUR, "ds-stale-extra=OK <ksk-old-ds-left>", KEYS("K1 K2", "K2 Z1", "K2")},
      {15 * DAY, "ds-stale-extra=WARNING rollover-stuck=WARNING <ksk-old-ds-left>",
       KEYS("K1 K2", "K2 Z1", "K2")}}},
    {"the new key comes with its DS",
     {{0, "", KEYS("K1", "K1 Z1", "K1")},
      {HOUR / 2,
       "ds-changed=WARNING rollover-too-early=WARNING ds-stale-extra=OK ds-changed=OK "
       "ds-changed=OK <ksk-old-ds-left>",
       KEYS("K1 K2", "K2 Z1", "K2")}}},
    {"the old key goes when the DS of both was cached",
     {{0, "<ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")},
      {HOUR / 2, "ds-changed=WARNING ds-changed=OK", KEYS("K2", "K2 Z1", "K2")}}},
    {"a ZSK rollover by the book",
     {{0, "", {.zone = {.dnskey = "K1 Z1"}}},
      {DAY, "ds-changed=OK <zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}},
      {DAY, "<zsk-retired>", {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}}},
      {DAY, "ds-changed=OK", {.zone = {.dnskey = "K1 Z2", .sign_data = "Z2"}}}}},
    {"a ZSK that signs without having been published",
     {{0, "", {.zone = {.dnskey = "K1 Z1"}}},
      {HOUR / 2,
       "rollover-too-early=WARNING ds-changed=OK <zsk-retired>",
       {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}}}}},
    {"a ZSK that signs half an hour after it was published",
     {{0, "", {.zone = {.dnskey = "K1 Z1"}}},
      {DAY, "ds-changed=OK <zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}},
      {HOUR / 2,
       "rollover-too-early=WARNING <zsk-retired>",
       {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}}},
      {HOUR, "<zsk-retired>", {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}}}}},
    {"a ZSK that signs at once beside the old one",
     {{0, "", {.zone = {.dnskey = "K1 Z1"}}},
      {HOUR / 2,
       "ds-changed=OK <zsk-double-signature>",
       {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}}}}},
    {"a ZSK that goes while caches hold its signatures",
     {{0, "<zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}},
      {HOUR / 2,
       "rollover-too-early=WARNING ds-changed=OK",
       {.zone = {.dnskey = "K1 Z2", .sign_data = "Z2"}}}}},
    {"CDS that nobody acts on",
     {{0, "<ksk-submitted> cds-pending=OK", CDS("K1", "K1 K2 Z1", "K1 K2", "K2")},
      {15 * DAY, "rollover-stuck=WARNING cds-pending=WARNING <ksk-submitted>",
       CDS("K1", "K1 K2 Z1", "K1 K2", "K2")}}},
    {"a ZSK that waits for ever",
     {{0, "<zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}},
      {30 * DAY, "dnskey-unused=OK <zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}}}},
    {"keys in use for too long",
     {{0, "", {.tune = remember_age}},
      {9 * DAY, "", {.tune = remember_age}},
      {2 * DAY, "key-overdue=WARNING key-overdue=WARNING", {.tune = remember_age}}}},
    {"a revoked key that stays",
     {{0, "dnskey-revoked-present=OK <revocation>", KEYS("K2", "K1r K2 Z1", "K1r K2")},
      {29 * DAY, "dnskey-revoked-present=OK <revocation>", KEYS("K2", "K1r K2 Z1", "K1r K2")},
      {2 * DAY, "dnskey-revoked-present=WARNING <revocation>", KEYS("K2", "K1r K2 Z1", "K1r K2")},
      {14 * DAY, "dnskey-revoked-present=WARNING rollover-stuck=WARNING <revocation>",
       KEYS("K2", "K1r K2 Z1", "K1r K2")}}},
    {"a phase that lasts over many runs",
     {{0, "<ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")},
      {10 * DAY, "<ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")},
      {5 * DAY, "rollover-stuck=WARNING <ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")}}},
    {"a phase that lasts while the parent is not to be reached once",
     {{0, "<ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")},
      {10 * DAY,
       "net-timeout-all=CRITICAL ds-unobtainable=UNKNOWN",
       {.zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}, .twist = no_parent}},
      {5 * DAY, "rollover-stuck=WARNING <ksk-ds-both>", KEYS("K1 K2", "K1 K2 Z1", "K1 K2")}}},
    {"a look while the clock of this host was wrong",
     {{0, "clock-implausible=UNKNOWN", {.later = -40 * DAY, .tune = remember_age}},
      {HOUR, "", {.tune = remember_age}}}},
    {"a ZSK rollover that waits for signatures to be renewed",
     {{0, "<zsk-double-signature>", {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}}},
      {29 * DAY, "<zsk-double-signature>", {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}}},
      {2 * DAY,
       "rollover-stuck=WARNING <zsk-double-signature>",
       {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}}}}},
    {"a secondary that stays behind",
     {{0, "dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>", {BEHIND}},
      {2 * HOUR, "dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>", {BEHIND}},
      {2 * HOUR, "dnskey-missing-server=WARNING@" SERVER_2 " <ksk-new-key>", {BEHIND}}}},
    {"a key that is revoked is still the same key",
     {{0, "<ksk-new-key>", KEYS("K2", "K1 K2 Z1", "K1 K2")},
      {DAY, "dnskey-revoked-present=OK <revocation>", KEYS("K2", "K1r K2 Z1", "K1r K2")}}},
};

START_TEST(stories_told)
{
    struct arena *arena = arena_create();
    const char *wrong = "";
    for (size_t i = 0; i < COUNT(stories); i++) {
        wrong = tell(arena, &stories[i], wrong);
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    arena_destroy(arena);
}
END_TEST

/* Files that are none of ours: one UNKNOWN, everything else is judged, the file stays. */
START_TEST(bad_files)
{
    static const char *const texts[] = {
        "hello\n",
        "dnssec-plugins check_ds_match 9\nend 0\n",
        "dnssec-plugins check_ds_match 1\nzone com\n",
    };
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < COUNT(texts); i++) {
        FILE *file = fopen(world.path, "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(texts[i], file), 0);
        ck_assert_int_eq(fclose(file), 0);
        const struct step step = {.plan = {.zone = {.ds = "K1=t"}}};
        ck_assert_str_eq(run_step(&world, &step, ZONE_NOW),
                         "ds-tag-wrong=CRITICAL state-file-bad=UNKNOWN");
        struct stat status;
        ck_assert_int_eq(stat(world.path, &status), 0);
        ck_assert_int_eq(status.st_size, (off_t)strlen(texts[i]));
    }
    world_close(&world);
}
END_TEST

/* One that another run holds is waited for no longer than there is time, here none. */
START_TEST(locked_file)
{
    struct world world;
    world_open(&world);
    const struct step step = {.plan = {.ds_q = NULL}};
    ck_assert_str_eq(run_step(&world, &step, ZONE_NOW), "");
    int holder = open(world.path, O_RDONLY);
    ck_assert_int_eq(flock(holder, LOCK_EX), 0);
    ck_assert_str_eq(run_step(&world, &step, ZONE_NOW), "state-file-bad=UNKNOWN");
    ck_assert_int_eq(close(holder), 0);
    ck_assert_str_eq(run_step(&world, &step, ZONE_NOW), "");
    world_close(&world);
}
END_TEST

/* With --at nothing is remembered. */
START_TEST(another_time)
{
    struct world world;
    world_open(&world);
    const struct step step = {.plan = {.zone = {.now_given = true}}};
    ck_assert_str_eq(run_step(&world, &step, ZONE_NOW), "");
    ck_assert_int_ne(access(world.path, F_OK), 0);
    world_close(&world);
}
END_TEST

SUITE_MAIN("ds_history", stories_told, bad_files, locked_file, another_time)
