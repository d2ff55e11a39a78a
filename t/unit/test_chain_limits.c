/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zones made to cost validators much (KeyTrap, CVE-2023-50387, and CVE-2023-50868): what is done is
 * bounded, and said.
 */
#include <string.h>

#include "lib/chainworld.h"
#include "lib/suite.h"

enum { CROWD = 100 };

/* "first Kb:0 Kb:1 ... Kb:99": keys that all have one tag. */
static const char *crowd(struct arena *arena, const char *first, const char *name)
{
    const char *text = first;
    for (unsigned i = 0; i < CROWD; i++) {
        text = arena_printf(arena, "%s %s:%u", text, name, i);
    }
    return text;
}

/* A hundred signatures in place of the first one, all different and all wrong. */
static void multiply(struct arena *arena, struct rrset *set)
{
    struct rrsig *sigs = arena_alloc(arena, CROWD * sizeof *sigs);
    for (size_t i = 0; i < CROWD; i++) {
        uint8_t *octets =
            arena_copy(arena, set->sigs[0].signature.data, set->sigs[0].signature.size);
        octets[0] ^= (uint8_t)(i + 1);
        sigs[i] = set->sigs[0];
        sigs[i].signature.data = octets;
    }
    set->sigs = sigs;
    set->sig_count = CROWD;
}

/* A hundred wrong signatures before the right one. */
static void multiply_before(struct arena *arena, struct rrset *set)
{
    struct rrset wrong = *set;
    multiply(arena, &wrong);
    struct rrsig *sigs = arena_copy(arena, wrong.sigs, CROWD * sizeof *sigs);
    sigs[CROWD - 1] = set->sigs[0];
    set->sigs = sigs;
    set->sig_count = CROWD;
}

/* What a plan gives, and how many public-key operations it took. */
static const char *cost(const struct world_plan *plan, size_t checks_left, size_t *operations,
                        struct chainworld *world)
{
    chainworld_publish(world, plan);
    world->run.checks_left = checks_left;
    chain_run(&world->run, &world->subject, 1, &world->options);
    report_sort(&world->subject.report);
    *operations = crypto_operations(world->run.crypto);
    return arena_printf(world->arena, "%s: %s", world->subject.report.verdict,
                        signedzone_findings(world->arena, &world->subject.report));
}

static void expect_cost(const struct world_plan *plan, size_t checks_left, const char *findings,
                        size_t most)
{
    struct chainworld world;
    chainworld_open(&world);
    size_t operations = 0;
    ck_assert_str_eq(cost(plan, checks_left, &operations, &world), findings);
    ck_assert_uint_le(operations, most);
    chainworld_close(&world);
}

/* DNSKEY and DS of three zones, and the answer. */
enum { HEALTHY = 6 };

START_TEST(what_a_healthy_name_costs)
{
    expect_cost(&(const struct world_plan){.name = NULL}, SIG_CHECKS_PER_RUN, SECURE, HEALTHY);
}
END_TEST

#define ED25519 .ds = "Kb", .sign_dnskey = "Kb", .sign_data = "Zb"

START_TEST(a_hundred_keys_and_a_hundred_signatures)
{
    struct chainworld world;
    chainworld_open(&world);
    struct world_plan plan = {
        .zones = {{.name = EXAMPLE, ED25519, .dnskey = crowd(world.arena, "Kb Zb", "Zb")}},
        .odd = {{WWW, {.alter = multiply}}},
    };
    size_t operations = 0;
    ck_assert_str_eq(cost(&plan, SIG_CHECKS_PER_RUN, &operations, &world),
                     "bogus: limit-validations=CRITICAL chain-answer-bogus=CRITICAL" BROKEN
                     " rrsig-tag-collision=CRITICAL");
    ck_assert_uint_le(operations, HEALTHY + SIG_CHECKS_PER_RRSET);
    chainworld_close(&world);
}
END_TEST

START_TEST(a_hundred_keys_with_the_tag_of_the_entry)
{
    struct chainworld world;
    chainworld_open(&world);
    struct world_plan plan = {
        .zones = {{.name = EXAMPLE, ED25519, .dnskey = crowd(world.arena, "Kb Zb", "Kb")}},
        .odd = {{EXAMPLE, {.types = "DNSKEY", .alter = multiply}}},
    };
    size_t operations = 0;
    ck_assert_str_eq(cost(&plan, SIG_CHECKS_PER_RUN, &operations, &world),
                     "bogus: limit-validations=CRITICAL" BROKEN);
    ck_assert_uint_le(operations, HEALTHY + 2 * SIG_CHECKS_PER_RRSET);
    chainworld_close(&world);
}
END_TEST

START_TEST(a_hundred_signatures_of_the_parent)
{
    expect_cost(&(const struct world_plan){.odd = {{EXAMPLE, {.types = "DS", .alter = multiply}}}},
                SIG_CHECKS_PER_RUN, "bogus: limit-validations=CRITICAL" ABOVE,
                HEALTHY + SIG_CHECKS_PER_RRSET);
}
END_TEST

START_TEST(a_good_signature_behind_a_hundred)
{
    expect_cost(&(const struct world_plan){.odd = {{WWW, {.alter = multiply_before}}}},
                SIG_CHECKS_PER_RUN,
                "bogus: limit-validations=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
                HEALTHY + SIG_CHECKS_PER_RRSET);
}
END_TEST

START_TEST(a_hundred_signatures_of_a_denial)
{
    expect_cost(
        &(const struct world_plan){.zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}},
                                   .odd = {{EXAMPLE, {.types = "NSEC", .alter = multiply}}}},
        SIG_CHECKS_PER_RUN, "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
        HEALTHY + SIG_CHECKS_PER_RRSET);
}
END_TEST

START_TEST(the_work_of_the_run_is_spent)
{
    expect_cost(&(const struct world_plan){.name = NULL}, HEALTHY - 1,
                "indeterminate: limit-validations=UNKNOWN", HEALTHY - 1);
    expect_cost(&(const struct world_plan){.name = NULL}, 3,
                "indeterminate: limit-validations=UNKNOWN", 3);
    expect_cost(&(const struct world_plan){.name = NULL}, 0,
                "indeterminate: limit-validations=UNKNOWN", 0);
}
END_TEST

START_TEST(a_hundred_ds)
{
    struct chainworld world;
    chainworld_open(&world);
    struct world_plan plan = {
        .zones = {{.name = EXAMPLE,
                   .ds = crowd(world.arena, "X1", "Kb"),
                   .dnskey = crowd(world.arena, "K1 Z1", "Zb")}},
    };
    size_t operations = 0;
    ck_assert_str_eq(cost(&plan, SIG_CHECKS_PER_RUN, &operations, &world),
                     "bogus: ds-none-match=CRITICAL" BROKEN);
    ck_assert_uint_le(operations, HEALTHY);
    chainworld_close(&world);
}
END_TEST

/* NSEC3: the denial of a DS at example.com by com, and of nx.example.com. */

#define NX "nx.example.com"
#define DS_MATCH(iterations, owner, next)                                                          \
    .zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}},                                          \
    .replies = {{"example.com DS", .signer = "com",                                                \
                 .authority = owner ".com. NSEC3 1 0 " iterations " - " next " NS"}}
#define ZERO "onib9mgub9h0rml3cdf5bgrj59dkjhvk"
#define NEXT "onib9mgub9h0rml3cdf5bgrj59dkjhvl"

static const struct world_row nsec3_rows[] = {
    {"65535 iterations",
     "insecure: nsec3-iter-refused=CRITICAL chain-insecure-alg=CRITICAL",
     {DS_MATCH("65535", ZERO, NEXT)}},
    {"65535 iterations, not signed",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {DS_MATCH("65535", ZERO, NEXT), .odd = {{NULL, {.types = "NSEC3", .deed = DEED_UNSIGN}}}}},
    {"65535 iterations, signed wrongly",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {DS_MATCH("65535", ZERO, NEXT),
      .odd = {{NULL, {.types = "NSEC3", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"65535 iterations for a name",
     "insecure: nsec3-iter-refused=CRITICAL chain-insecure-alg=CRITICAL",
     {.name = NX,
      .replies = {{NX " A", .rcode = RCODE_NXDOMAIN,
                   .authority = ZERO ".example.com. NSEC3 1 0 65535 - " NEXT " A RRSIG"}}}},
    {"65535 iterations for a wildcard's answer",
     "insecure: nsec3-iter-refused=CRITICAL chain-insecure-alg=CRITICAL",
     {.odd = {{WWW, {.types = "A", .deed = DEED_RESIGN, .labels = &(uint8_t){2}}}},
      .replies = {{WWW " A", .answer = WWW ". A 192.0.2.80",
                   .authority = ZERO ".example.com. NSEC3 1 0 65535 - " NEXT " A RRSIG"}}}},
    {"501 iterations",
     "insecure: nsec3-iter-refused=CRITICAL chain-insecure-alg=CRITICAL",
     {DS_MATCH("501", ZERO, NEXT)}},
    {"151 iterations",
     "insecure: nsec3-iter-refused=CRITICAL chain-insecure-alg=CRITICAL",
     {DS_MATCH("151", "usuug952m6ojqosqaimam2lt4ogs50aq", "usuug952m6ojqosqaimam2lt4ogs50ar")}},
    {"150 iterations",
     "insecure: chain-insecure-proven=CRITICAL",
     {DS_MATCH("150", "n4penbpvhrv4l6s27q5eo0t6apa010f1", "n4penbpvhrv4l6s27q5eo0t6apa010f2")}},
};

START_TEST(nsec3_iterations)
{
    chainworld_judge_rows(nsec3_rows, COUNT(nsec3_rows));
}
END_TEST

/* Sixteen NSEC3 records, each with a salt of its own. */
static void salts(struct chainworld *world)
{
    const char *text = "";
    for (unsigned i = 0; i < 16; i++) {
        text = arena_printf(world->arena, "%s%032u.example.com. NSEC3 1 0 0 %02x %032u A RRSIG\n",
                            text, i, i + 1, i + 1);
    }
    chainworld_answer(
        world, &(const struct world_reply){NX " A", .rcode = RCODE_NXDOMAIN, .authority = text});
}

static const struct world_row salt_rows[] = {
    {"sixteen salts", "indeterminate: limit-nsec3-hash=UNKNOWN", {.name = NX, .twist = salts}},
    {"sixteen salts, not signed",
     "bogus: denial-unsigned=CRITICAL" BROKEN,
     {.name = NX, .twist = salts, .odd = {{NULL, {.types = "NSEC3", .deed = DEED_UNSIGN}}}}},
};

START_TEST(nsec3_salts)
{
    chainworld_judge_rows(salt_rows, COUNT(salt_rows));
}
END_TEST

/* A name of 126 labels: a question for DNSKEY and DS at each. */
START_TEST(the_longest_name)
{
    struct chainworld world;
    chainworld_open(&world);
    const char *name = EXAMPLE;
    for (unsigned i = 0; i < 120; i++) {
        name = arena_printf(world.arena, "a.%s", name);
    }
    const struct world_plan plan = {
        .name = name,
        .replies = {{arena_printf(world.arena, "%s A", name),
                     .answer = arena_printf(world.arena, "%s. A 192.0.2.9", name)}},
    };
    size_t operations = 0;
    ck_assert_str_eq(cost(&plan, SIG_CHECKS_PER_RUN, &operations, &world), SECURE);
    ck_assert_uint_eq(operations, HEALTHY);
    ck_assert_uint_eq(fakenet_stages(world.net), 1);
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_limits", what_a_healthy_name_costs, a_hundred_keys_and_a_hundred_signatures,
           a_hundred_keys_with_the_tag_of_the_entry, a_hundred_signatures_of_the_parent,
           a_good_signature_behind_a_hundred, a_hundred_signatures_of_a_denial,
           the_work_of_the_run_is_spent, a_hundred_ds, nsec3_iterations, nsec3_salts,
           the_longest_name)
