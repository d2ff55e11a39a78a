/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs check_dnssec_chain, or its judgement alone, over a planned world. */
#include <string.h>

#include <check.h>

#include "frame/options.h"
#include "lib/chainworld.h"
#include "lib/signedzone.h"

void chainworld_open(struct chainworld *world)
{
    *world = (struct chainworld){.arena = arena_create()};
    world->keyring = (struct keyring){.arena = world->arena};
    ck_assert_ptr_null(server_parse(world->arena, WORLD_RESOLVER, 53, &world->resolver));
    ck_assert_ptr_null(server_parse(world->arena, WORLD_TESTED, 53, &world->tested));
    ck_assert_ptr_null(server_parse(world->arena, WORLD_ROOT, 53, &world->root));
}

void chainworld_close(struct chainworld *world)
{
    arena_destroy(world->run_arena);
    arena_destroy(world->arena);
}

static void set_horizon(struct horizon *horizon, const char *text)
{
    if (text != NULL) {
        const char *problem = horizon_parse(text, horizon);
        ck_assert_msg(problem == NULL, "chainworld: %s: %s", text, problem);
    }
}

static void set_options(struct chainworld *world)
{
    const struct world_plan *plan = world->plan;
    world->options = (struct chain_options){.type = RR_A, .canary = plan->canary};
    options_defaults(&world->options.common);
    world->options.common.iterate = plan->iterate;
    set_horizon(&world->options.warning, plan->warning);
    set_horizon(&world->options.critical, plan->critical);
    if (plan->type != NULL) {
        world->options.type = 0;
        ck_assert(plan->type[0] == '\0' || rr_type_from_text(plan->type, &world->options.type));
    }
    if (plan->tune != NULL) {
        plan->tune(&world->options);
    }
}

/* "K1 . K2 example.com" as DS. */
static struct anchors anchors_of(struct chainworld *world)
{
    const char *words = world->plan->anchors == NULL ? "K1 ." : world->plan->anchors;
    struct anchor *list = NULL;
    size_t count = 0;
    for (const char *key = keyring_word(world->arena, &words); key != NULL;
         key = keyring_word(world->arena, &words)) {
        const char *zone = keyring_word(world->arena, &words);
        struct rrset set;
        ck_assert(keyring_ds(&world->keyring, zone, key, &set));
        struct anchor anchor = {.zone = fixture_name(zone), .is_ds = true};
        ck_assert(rr_ds(set.rr[0], &anchor.ds));
        list = arena_grow(world->arena, list, count, sizeof *list);
        list[count++] = anchor;
    }
    return (struct anchors){.list = list, .count = count};
}

static void prepare(struct chainworld *world)
{
    arena_destroy(world->run_arena);
    world->run_arena = arena_create();
    set_options(world);
    world->run = (struct run){
        .arena = world->run_arena,
        .options = &world->options.common,
        .now = world->now,
        .now_given = world->plan->now_given,
        .ledger = ledger_start(world->run_arena, fakenet_net(world->net)),
        .crypto = crypto_create(world->run_arena),
        .checks_left = SIG_CHECKS_PER_RUN,
        .servers = &world->tested,
        .server_count = world->plan->use_resolvers ? 1 : 0,
        .resolvers = &world->resolver,
        .resolver_count = world->plan->iterate ? 0 : 1,
        .hints = &world->root,
        .hint_count = 1,
        .anchors = anchors_of(world),
        .random_label = "qwertyuiopasdfgh",
    };
    struct subject *subject = &world->subject;
    subject->name = fixture_name(world->plan->name == NULL ? "www.example.com" : world->plan->name);
    subject->report = report_start(world->arena, &world->options.common.rating, &subject->name);
}

void chainworld_publish(struct chainworld *world, const struct world_plan *plan)
{
    world->plan = plan;
    world->now = plan->now == 0 ? ZONE_NOW : plan->now;
    chainworld_fill(world);
    if (plan->twist != NULL) {
        plan->twist(world);
    }
    prepare(world);
}

const char *chainworld_judge(struct chainworld *world, const struct world_plan *plan)
{
    chainworld_publish(world, plan);
    chain_run(&world->run, &world->subject, 1, &world->options);
    report_sort(&world->subject.report);
    /* What the report says must not lean on the run, whose memory ends before it is rendered. */
    arena_destroy(world->run_arena);
    world->run_arena = NULL;
    return arena_printf(world->arena, "%s: %s", world->subject.report.verdict,
                        signedzone_findings(world->arena, &world->subject.report));
}

void chainworld_judge_rows(const struct world_row *rows, size_t count)
{
    struct chainworld world;
    chainworld_open(&world);
    const char *wrong = "";
    for (size_t i = 0; i < count; i++) {
        const char *findings = chainworld_judge(&world, &rows[i].plan);
        if (strcmp(findings, rows[i].expected) != 0) {
            wrong = arena_printf(world.arena, "%s\n%s: got '%s', expected '%s'", wrong,
                                 rows[i].what, findings, rows[i].expected);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    chainworld_close(&world);
}

/* Asks the resolver about each of "www.example.com A, com DS". */
static void ask_all(struct chainworld *world, const char *questions)
{
    while (*questions != '\0') {
        const char *name = keyring_word(world->arena, &questions);
        size_t size = strcspn(questions + 1, ",");
        const char *type = arena_printf(world->arena, "%.*s", (int)size, questions + 1);
        questions += 1 + size;
        questions += *questions == ',' ? 1 : 0;
        struct name owner = fixture_name(name);
        uint16_t number;
        ck_assert_msg(rr_type_from_text(type, &number), "chainworld: type %s", type);
        (void)ledger_ask(&world->run.ledger, &world->resolver, &owner, number,
                         QUERY_RECURSE | QUERY_CHECKING_DISABLED);
    }
    ledger_settle(&world->run.ledger, 0);
}

struct chain chainworld_chain(struct chainworld *world, const char *questions)
{
    struct run *run = &world->run;
    ask_all(world, questions);
    struct chain_terms terms = {
        .arena = run->arena,
        .crypto = run->crypto,
        .anchors = &run->anchors,
        .now = run->now,
        .sha1 = world->options.common.sha1,
        .checks_left = &run->checks_left,
    };
    struct evidence evidence = {.questions.count = 0};
    for (size_t i = 0; i < run->ledger.count; i++) {
        run_note(run, &evidence.questions, run->ledger.questions[i]);
    }
    return chain_judge(&terms, &evidence, &world->subject.name, world->options.type);
}
