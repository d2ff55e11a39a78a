/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust anchors, signalling names and pins, as check_ds_match judges them. */
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "frame/options.h"
#include "lib/linkzone.h"
#include "lib/suite.h"

/* The root and its anchors. */

#define KSK_2017                                                                                   \
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN"     \
    "7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8"     \
    "efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLY"     \
    "A4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="

static void publish_root(struct linkzone *zone, const char *keys, const char *more,
                         const char *signers)
{
    static const char *const servers[] = {SERVER_1, SERVER_2, SERVER_RESOLVER};
    struct arena *arena = zone->base.arena;
    struct rrset set;
    (void)keyring_dnskeys(&zone->base.keyring, ".", keys, &set);
    if (more != NULL) {
        struct rrset other = fixture_rrset(arena, more);
        struct bytes *rr = arena_alloc(arena, (set.count + 1) * sizeof *rr);
        size_t at = 0;
        for (; at < set.count && bytes_compare(set.rr[at], other.rr[0]) < 0; at++) {
            rr[at] = set.rr[at];
        }
        rr[at] = other.rr[0];
        for (; at < set.count; at++) {
            rr[at + 1] = set.rr[at];
        }
        set.rr = rr;
        set.count++;
    }
    const struct signer signer = {
        .ring = &zone->base.keyring, .owner = ".", .now = zone->base.now, .keys = signers};
    set = keyring_sign(&signer, set, NULL, 0);
    for (size_t i = 0; i < COUNT(servers); i++) {
        linkzone_answer(zone, servers[i], RCODE_NOERROR, &set, NULL, ".", "DNSKEY");
    }
}

static void root_plain(struct linkzone *zone)
{
    publish_root(zone, "K1 Z1", NULL, "K1");
}

static void root_real(struct linkzone *zone)
{
    publish_root(zone, "K1 Z1", ". DNSKEY 257 3 8 " KSK_2017, "K1");
}

static void root_other(struct linkzone *zone)
{
    publish_root(zone, "K2 Z1", NULL, "K2");
}

static void root_revoked(struct linkzone *zone)
{
    publish_root(zone, "K1r K2 Z1", NULL, "K1r K2");
}

static void root_successor(struct linkzone *zone)
{
    publish_root(zone, "K1 K2 Z1", NULL, "K1");
}

/* Where the run remembers; a test sets it. */
static const char *state_path;

static void remember(struct ds_options *options)
{
    options->state_file = state_path;
}

#define ROOT .zone = {.subject = ".", .use_servers = true}, .anchored = true

static const struct link_row root_rows[] = {
    {"the anchor signs", "", {ROOT, .twist = root_plain}},
    {"no anchor signs", "ta-lacks-current-root=CRITICAL", {ROOT, .twist = root_other}},
    {"the real root", "ta-lacks-next-root=WARNING", {ROOT, .twist = root_real}},
    {"the anchor is revoked",
     "ta-lacks-current-root=CRITICAL ta-revoked=CRITICAL dnskey-revoked-present=OK <revocation>",
     {ROOT, .twist = root_revoked}},
};

START_TEST(root)
{
    linkzone_judge_rows(root_rows, COUNT(root_rows));
}
END_TEST

/* A new key waits for 30 days before it becomes an anchor (RFC 5011 2.4.1). */
START_TEST(hold_down)
{
    static const struct {
        int64_t later;
        const char *expected;
    } runs[] = {{0, "ta-pending=OK"},
                {29 * DAY, "ta-pending=OK dnskey-unused=OK dnskey-unused=OK"},
                {31 * DAY, "dnskey-unused=OK dnskey-unused=OK"}};
    char folder[] = "/tmp/test_ds_trust.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct linkzone zone;
    linkzone_open(&zone);
    state_path = arena_printf(zone.base.arena, "%s/state", folder);
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct link_plan plan = {ROOT, .twist = root_successor, .tune = remember};
        plan.zone.now = ZONE_NOW + runs[i].later;
        ck_assert_str_eq(linkzone_judge(&zone, &plan), runs[i].expected);
    }
    ck_assert_int_eq(unlink(state_path), 0);
    linkzone_close(&zone);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* Signalling names (RFC 9615). */

static void check_bootstrap(struct ds_options *options)
{
    options->check_bootstrap = true;
}

/* One name server of the zone is not in it. */
static void outside(struct linkzone *zone)
{
    struct rrset ns = fixture_rrset(zone->base.arena, "example.com. NS ns1.example.com.\n"
                                                      "example.com. NS ns.operator.com.");
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &ns, NULL, "example.com", "NS");
    struct rrset address = fixture_rrset(zone->base.arena, "ns.operator.com. A " SERVER_2);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &address, NULL, "ns.operator.com", "A");
    for (const char *server = "12"; *server != '\0'; server++) {
        struct rrset own = linkzone_rrset(zone, *server,
                                          "example.com. NS ns1.example.com.\n"
                                          "example.com. NS ns.operator.com.");
        linkzone_answer(zone, *server == '1' ? SERVER_1 : SERVER_2, RCODE_NOERROR, &own, NULL,
                        "example.com", "NS");
    }
    for (size_t i = 0; i < 3; i++) {
        static const char *const servers[] = {SERVER_P, SERVER_Q, SERVER_R};
        struct message referral = signedzone_reply(&zone->base, RCODE_NOERROR, NULL, &ns);
        referral.aa = false;
        fakenet_answer(zone->base.net, servers[i], "example.com", "NS", &referral);
    }
}

#define SIGNAL "_dsboot.example.com._signal.ns.operator.com"

/* The copy, in com itself, whose keys sign it. */
static void publish_copy(struct linkzone *zone, const char *keys, const char *signers)
{
    struct keyring *ring = &zone->base.keyring;
    const struct signer com = {
        .ring = ring, .owner = "com", .now = zone->base.now, .keys = signers};
    outside(zone);
    struct rrset set;
    ck_assert(keyring_ds(ring, "example.com", keys, &set));
    set.type = RR_CDS;
    set.owner = fixture_name(SIGNAL);
    set = keyring_sign(&com, set, NULL, 0);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, SIGNAL, "CDS");
    ck_assert(keyring_dnskeys(ring, "example.com", keys, &set));
    set.type = RR_CDNSKEY;
    set.owner = fixture_name(SIGNAL);
    set = keyring_sign(&com, set, NULL, 0);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, SIGNAL, "CDNSKEY");
}

static void good_copy(struct linkzone *zone)
{
    publish_copy(zone, "K1", "K1");
}

static void other_copy(struct linkzone *zone)
{
    publish_copy(zone, "K2", "K1");
}

static void half_secure_copy(struct linkzone *zone)
{
    good_copy(zone);
    struct rrset set;
    ck_assert(keyring_dnskeys(&zone->base.keyring, "example.com", "K1", &set));
    set.owner = fixture_name(SIGNAL);
    set.type = RR_CDNSKEY;
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, SIGNAL, "CDNSKEY");
}

static void copy_not_to_be_had(struct linkzone *zone)
{
    outside(zone);
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_SERVFAIL, NULL, NULL, SIGNAL, "CDS");
}

static void insecure_copy(struct linkzone *zone)
{
    publish_copy(zone, "K1", "");
}

static void announced(struct linkzone *zone)
{
    good_copy(zone);
    struct rrset set =
        fixture_rrset(zone->base.arena, "_dsync.com. TYPE66 \\# 8 003B 01 14E9 016100");
    linkzone_answer(zone, SERVER_RESOLVER, RCODE_NOERROR, &set, NULL, "_dsync.com", "TYPE66");
}

#define BOOT .anchored = true, .cds = "K1", .cdnskey = "K1", .tune = check_bootstrap

static const struct link_row bootstrap_rows[] = {
    {"a good copy", "", {BOOT, .twist = good_copy}},
    {"no copy", "bootstrap-signal-missing=WARNING", {BOOT, .twist = outside}},
    {"another copy", "bootstrap-signal-mismatch=WARNING", {BOOT, .twist = other_copy}},
    {"a copy that is not signed",
     "bootstrap-signal-mismatch=WARNING",
     {BOOT, .twist = insecure_copy}},
    {"a copy of which only the CDS are signed",
     "bootstrap-signal-mismatch=WARNING",
     {BOOT, .twist = half_secure_copy}},
    {"a copy that is not to be had",
     "bootstrap-signal-missing=WARNING",
     {BOOT, .twist = copy_not_to_be_had}},
    {"a good copy, servers given", "", {BOOT, .zone = {.use_servers = true}, .twist = good_copy}},
    {"no server outside of the zone", "bootstrap-signal-missing=WARNING", {BOOT}},
    {"no CDS",
     "bootstrap-signal-missing=WARNING",
     {.anchored = true, .tune = check_bootstrap, .twist = good_copy}},
    {"the parent wants to be told", "dsync-present=OK", {BOOT, .twist = announced}},
};

START_TEST(bootstrap)
{
    linkzone_judge_rows(bootstrap_rows, COUNT(bootstrap_rows));
}
END_TEST

START_TEST(bootstrap_stages)
{
    struct linkzone zone;
    linkzone_open(&zone);
    const struct link_plan plan = {BOOT, .twist = announced};
    linkzone_publish(&zone, &plan);
    linkzone_run(&zone);
    ck_assert_str_eq(linkzone_findings(&zone), "dsync-present=OK");
    ck_assert_uint_eq(fakenet_stages(zone.base.net), 4);
    ck_assert(fakenet_asked(zone.base.net, 4, SERVER_RESOLVER, SIGNAL, "CDS"));
    ck_assert(fakenet_asked(zone.base.net, 4, SERVER_RESOLVER, SIGNAL, "CDNSKEY"));
    ck_assert(fakenet_asked(zone.base.net, 4, SERVER_RESOLVER, "example._dsync.com", "TYPE66"));
    linkzone_close(&zone);
}
END_TEST

/* Options. */

START_TEST(pins)
{
    static const struct {
        const char *text;
        bool good;
    } tags[] = {{"0", true},   {"12345", true}, {"65535", true}, {"65536", false}, {"", false},
                {"-1", false}, {"1x", false},   {"0x10", false}, {" 1", false}};
    static const struct {
        const char *text;
        bool good;
    } records[] = {
        {"12345 13 2 00ff", true},
        {"12345 13 2 00FF aa", true},
        {" 1 1 1 00", true},
        {"12345 13 2", false},
        {"12345 13 2 ", false},
        {"12345 13 2 0", false},
        {"12345 13 2 0g", false},
        {"70000 13 2 00", false},
        {"1 300 2 00", false},
        {"1 13 2 00;00", false},
        {"", false},
        {"a b c d", false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(tags); i++) {
        struct ds_pins found = {.tags = NULL};
        ck_assert_msg((ds_parse_tag(arena, tags[i].text, &found) == NULL) == tags[i].good, "%s",
                      tags[i].text);
        ck_assert_uint_eq(found.tag_count, tags[i].good ? 1 : 0);
    }
    for (size_t i = 0; i < COUNT(records); i++) {
        struct ds_pins found = {.tags = NULL};
        ck_assert_msg((ds_parse_record(arena, records[i].text, &found) == NULL) == records[i].good,
                      "%s", records[i].text);
        ck_assert_uint_eq(found.record_count, records[i].good ? 1 : 0);
    }
    arena_destroy(arena);
}
END_TEST

/* Pins that are right raise nothing; they name the tag of a key made for this run. */
static uint16_t pinned_tag;
static struct ds pinned_record;

static void pin_right(struct ds_options *options)
{
    static struct ds records[1];
    records[0] = pinned_record;
    options->pins = (struct ds_pins){
        .tags = &pinned_tag, .tag_count = 1, .records = records, .record_count = 1};
}

START_TEST(right_pins)
{
    struct linkzone zone;
    linkzone_open(&zone);
    struct rrset set;
    ck_assert(keyring_ds(&zone.base.keyring, "example.com", "K1", &set));
    ck_assert(rr_ds(set.rr[0], &pinned_record));
    pinned_tag = pinned_record.key_tag;
    const struct link_plan good = {.tune = pin_right};
    ck_assert_str_eq(linkzone_judge(&zone, &good), "");
    const struct link_plan forged = {.ds_r = "K1/4", .tune = pin_right};
    ck_assert_str_eq(linkzone_judge(&zone, &forged),
                     "ds-pin-mismatch=CRITICAL ds-pin-mismatch=CRITICAL "
                     "ds-parent-inconsistent=WARNING");
    ck_assert(keyring_ds(&zone.base.keyring, ".", "K1", &set));
    ck_assert(rr_ds(set.rr[0], &pinned_record));
    pinned_tag = pinned_record.key_tag;
    const struct link_plan top = {ROOT, .twist = root_plain, .tune = pin_right};
    ck_assert_str_eq(linkzone_judge(&zone, &top), "");
    const struct link_plan other_top = {ROOT, .twist = root_successor, .tune = pin_right};
    ck_assert_str_eq(linkzone_judge(&zone, &other_top),
                     "ds-pin-mismatch=CRITICAL ds-pin-mismatch=CRITICAL");
    linkzone_close(&zone);
}
END_TEST

START_TEST(options_together)
{
    struct arena *arena = arena_create();
    struct ds_options options = {.max_key_age = 0};
    options_defaults(&options.common);
    ck_assert_ptr_null(ds_validate(arena, &options));
    options.max_key_age = DAY;
    ck_assert_ptr_nonnull(ds_validate(arena, &options));
    options.state_file = "x";
    ck_assert_ptr_null(ds_validate(arena, &options));
    options.check_bootstrap = true;
    ck_assert_ptr_null(ds_validate(arena, &options));
    options.common.iterate = true;
    ck_assert_ptr_nonnull(ds_validate(arena, &options));
    arena_destroy(arena);
}
END_TEST

static void ban_all(struct ds_options *options)
{
    (void)options;
    ck_assert_int_eq(EVP_set_default_properties(NULL, "provider=none"), 1);
}

/* False OK: an algorithm that this host refuses passes as unsigned; nor is a proof wrong for it. */
START_TEST(refused_by_policy)
{
    static const struct link_row rows[] = {
        {"a link", "crypto-refused=UNKNOWN", {.anchored = true, .tune = ban_all}},
        {"no DS",
         "zone-unsigned=CRITICAL crypto-refused=UNKNOWN",
         {.anchored = true, .zone = {.dnskey = "", .ds = ""}, .tune = ban_all}},
        {"an anchor", "crypto-refused=UNKNOWN", {ROOT, .twist = root_plain, .tune = ban_all}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        linkzone_judge_rows(&rows[i], 1);
        ck_assert_int_eq(EVP_set_default_properties(NULL, ""), 1);
    }
}
END_TEST

START_TEST(words)
{
    struct linkzone zone;
    linkzone_open(&zone);
    const struct link_plan plan = {.zone = {.ds = "K1=t"}};
    (void)linkzone_judge(&zone, &plan);
    const struct fixture_key *key = keyring_key(&zone.base.keyring, "example.com", "K1");
    const char *expected =
        arena_printf(zone.base.arena,
                     "DS %u has the right digest but tag should be %u: publish example.com. IN "
                     "DS %u 13 2 ",
                     key->dnskey.tag ^ 1, key->dnskey.tag, key->dnskey.tag);
    const char *text = linkzone_text(&zone, FINDING_DS_TAG_WRONG);
    ck_assert_msg(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
    linkzone_close(&zone);
}
END_TEST

SUITE_MAIN("ds_trust", root, hold_down, bootstrap, bootstrap_stages, pins, right_pins,
           options_together, refused_by_policy, words)
