/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the judgement of a chain hands out beside findings, and how it is drawn. */
#include <string.h>

#include "lib/chainworld.h"
#include "lib/lint.h"
#include "lib/suite.h"

#define ALL                                                                                        \
    WWW " A, example.com DNSKEY, example.com DS, com DNSKEY, com DS, . DNSKEY, " WWW " DS, " WWW   \
        " DNSKEY"
#define ALL_NET                                                                                    \
    NET " A, example.net DNSKEY, example.net DS, net DNSKEY, net DS, . DNSKEY, " NET " DS, " NET   \
        " DNSKEY"
#define TO_NET .replies = {{WWW " A", .answer = WWW ". CNAME " NET "."}}

static const struct world_plan usual = {.name = NULL};
static const struct world_plan alias = {TO_NET};

/* "chain-bogus ds-tag-wrong": the notes. */
static const char *notes_of(struct arena *arena, const struct chain *chain)
{
    const char *text = "";
    for (size_t i = 0; i < chain->note_count; i++) {
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ",
                            finding_class(chain->notes[i].finding.id)->slug);
        ck_assert_str_ne(chain->notes[i].text, "");
    }
    return text;
}

START_TEST(words)
{
    ck_assert_str_eq(security_text(SECURITY_SECURE), "secure");
    ck_assert_str_eq(security_text(SECURITY_INSECURE), "insecure");
    ck_assert_str_eq(security_text(SECURITY_BOGUS), "bogus");
    ck_assert_str_eq(security_text(SECURITY_INDETERMINATE), "indeterminate");
}
END_TEST

START_TEST(the_path_to_a_name)
{
    static const char *const names[] = {".", "com", EXAMPLE};
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &usual);
    struct chain chain = chainworld_chain(&world, ALL);
    ck_assert_int_eq(chain.verdict, SECURITY_SECURE);
    ck_assert(!chain.wants);
    ck_assert_uint_eq(chain.note_count, 0);
    ck_assert_uint_eq(chain.hop_count, 1);
    const struct chain_hop *hop = &chain.hops[0];
    ck_assert_int_eq(hop->outcome, OUTCOME_ANSWER);
    ck_assert(hop->reached);
    ck_assert(hop->judgement.good);
    ck_assert_uint_eq(hop->answer->count, 1);
    ck_assert_uint_eq(hop->zone_count, COUNT(names));
    for (size_t i = 0; i < hop->zone_count; i++) {
        const struct chain_zone *zone = &hop->zones[i];
        ck_assert_str_eq(name_text(world.arena, &zone->name), names[i]);
        ck_assert_uint_eq(zone->key_count, 2);
        ck_assert(zone->dnskey_judgement.good);
        ck_assert(i == 0 ? zone->ds == NULL : zone->ds_judgement.good);
    }
    chainworld_close(&world);
}
END_TEST

START_TEST(the_signature_that_ends_first)
{
    static const struct world_plan plan = {
        .odd = {{"com", {.types = "DS", .deed = DEED_RESIGN, .from = -DAY, .until = 2 * DAY}},
                {WWW, {.deed = DEED_RESIGN, .from = -DAY, .until = 3 * DAY}},
                {"net", {.deed = DEED_RESIGN, .from = -DAY, .until = DAY}}}};
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &plan);
    struct chain chain = chainworld_chain(&world, ALL ", " ALL_NET);
    ck_assert_int_eq(chain.verdict, SECURITY_SECURE);
    ck_assert_int_eq(chain_first_to_end(&chain)->verdict->remaining, 2 * DAY);
    ck_assert_str_eq(name_text(world.arena, &chain_first_to_end(&chain)->owner), "com");
    ck_assert_uint_eq(chain_first_to_end(&chain)->type, RR_DS);
    chainworld_close(&world);
}
END_TEST

START_TEST(an_alias_wants_more)
{
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &alias);
    struct chain chain = chainworld_chain(&world, ALL);
    ck_assert(chain.wants);
    ck_assert_str_eq(name_text(world.arena, &chain.wanted), NET);
    ck_assert_int_eq(chain.verdict, SECURITY_INDETERMINATE);
    ck_assert_uint_eq(chain.hop_count, 1);
    ck_assert_int_eq(chain.hops[0].outcome, OUTCOME_ALIAS);
    ck_assert_int_eq(chain.hops[0].security, SECURITY_SECURE);
    chain = chainworld_chain(&world, ALL_NET);
    ck_assert(!chain.wants);
    ck_assert_int_eq(chain.verdict, SECURITY_SECURE);
    ck_assert_uint_eq(chain.hop_count, 2);
    ck_assert_str_eq(name_text(world.arena, &chain.hops[1].name), NET);
    chainworld_close(&world);
}
END_TEST

/* What happens when nothing, or not everything, was asked. */
static const struct {
    const char *questions;
    enum security verdict;
    bool wants;
    const char *notes;
} gaps[] = {
    {"", SECURITY_INDETERMINATE, true, "chain-indeterminate"},
    {WWW " A", SECURITY_INDETERMINATE, false, "chain-indeterminate"},
    {WWW " A, . DNSKEY", SECURITY_INDETERMINATE, false, "chain-indeterminate"},
    {WWW " A, . DNSKEY, com DS", SECURITY_INDETERMINATE, true, "chain-indeterminate"},
    {WWW " A, . DNSKEY, com DS, com DNSKEY", SECURITY_INDETERMINATE, false, "chain-indeterminate"},
    {WWW " A, . DNSKEY, com DS, com DNSKEY, example.com DS", SECURITY_INDETERMINATE, true,
     "chain-indeterminate"},
    {WWW " A, . DNSKEY, com DS, com DNSKEY, example.com DS, example.com DNSKEY", SECURITY_SECURE,
     false, ""},
};

START_TEST(evidence_that_is_missing)
{
    for (size_t i = 0; i < COUNT(gaps); i++) {
        struct chainworld world;
        chainworld_open(&world);
        chainworld_publish(&world, &usual);
        struct chain chain = chainworld_chain(&world, gaps[i].questions);
        ck_assert_msg(chain.verdict == gaps[i].verdict, "%s: %s", gaps[i].questions,
                      security_text(chain.verdict));
        ck_assert_msg(chain.wants == gaps[i].wants, "%s: wants %d", gaps[i].questions, chain.wants);
        ck_assert_str_eq(notes_of(world.arena, &chain), gaps[i].notes);
        chainworld_close(&world);
    }
}
END_TEST

/* An anchor as a DNSKEY is that key and no other. */
START_TEST(anchors_as_keys)
{
    static const struct {
        const char *key;
        enum security verdict;
        const char *notes;
    } rows[] = {
        {"K1", SECURITY_SECURE, ""},
        {"K2", SECURITY_INDETERMINATE, "ta-lacks-current-root"},
        {"K1c", SECURITY_INDETERMINATE, "ta-lacks-current-root"},
        {"Z1", SECURITY_INDETERMINATE, "ta-lacks-current-root"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chainworld world;
        chainworld_open(&world);
        chainworld_publish(&world, &usual);
        struct anchor anchor = {.zone = name_root(),
                                .key = keyring_key(&world.keyring, ".", rows[i].key)->dnskey};
        world.run.anchors = (struct anchors){.list = &anchor, .count = 1};
        struct chain chain = chainworld_chain(&world, ALL);
        ck_assert_msg(chain.verdict == rows[i].verdict, "%s: %s", rows[i].key,
                      security_text(chain.verdict));
        ck_assert_str_eq(notes_of(world.arena, &chain), rows[i].notes);
        chainworld_close(&world);
    }
}
END_TEST

START_TEST(no_anchor)
{
    struct chainworld world;
    chainworld_open(&world);
    chainworld_publish(&world, &usual);
    world.run.anchors = (struct anchors){.count = 0};
    struct chain chain = chainworld_chain(&world, ALL);
    ck_assert_int_eq(chain.verdict, SECURITY_INDETERMINATE);
    ck_assert_str_eq(notes_of(world.arena, &chain), "chain-indeterminate");
    chainworld_close(&world);
}
END_TEST

/* Drawings. */

static const struct world_plan drawn[] = {
    {.name = NULL},
    {TO_NET},
    {TO_NET, .zones = {{.name = "example.net", .dnskey = "", .ds = ""}}},
    {.zones = {{.name = EXAMPLE, .ds = "K1=t"}}},
    {.zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}}},
    {.zones = {{.name = EXAMPLE, .sign_dnskey = ""}}},
    {.odd = {{WWW, {.deed = DEED_UNSIGN}}}},
    {.replies = {{WWW " A", .status = NET_TIMEOUT}}},
    {.replies = {{". DNSKEY", .status = NET_TIMEOUT}}},
    {.anchors = "K1 example.org"},
    {.replies = {{WWW " A", .answer = WWW ". CNAME a\\\"\\;\\|\\010\\\\b.example.net."}}},
};

static const char *draw(struct chainworld *world, const struct world_plan *plan)
{
    chainworld_publish(world, plan);
    world->options.common.format = FORMAT_DOT;
    chain_run(&world->run, &world->subject, 1, &world->options);
    return world->subject.report.graph;
}

/* What Graphviz demands: braces and quotes in pairs, and each node that an edge names. */
static void expect_graph(const char *graph)
{
    ck_assert_ptr_nonnull(graph);
    ck_assert_int_eq(strncmp(graph, "digraph chain {\n", 16), 0);
    ck_assert_str_eq(graph + strlen(graph) - 2, "}\n");
    ck_assert_uint_eq(lint_count(graph, '{'), lint_count(graph, '}'));
    ck_assert_uint_eq(lint_count(graph, '"') % 2, 0);
    ck_assert_ptr_null(strpbrk(graph, "\\|\x01\x08\x7f"));
    for (const char *edge = strstr(graph, " -> "); edge != NULL; edge = strstr(edge + 4, " -> ")) {
        char node[64] = " ";
        size_t size = strcspn(edge + 4, " ;\n");
        ck_assert_uint_lt(size, sizeof node - 3);
        memcpy(node + 1, edge + 4, size);
        memcpy(node + 1 + size, " [", 3);
        ck_assert_msg(strstr(graph, node) != NULL, "no node%s in:\n%s", node, graph);
    }
}

START_TEST(graphs)
{
    struct chainworld world;
    chainworld_open(&world);
    for (size_t i = 0; i < COUNT(drawn); i++) {
        expect_graph(draw(&world, &drawn[i]));
    }
    chainworld_close(&world);
}
END_TEST

START_TEST(colours_of_a_graph)
{
    struct chainworld world;
    chainworld_open(&world);
    const char *good = draw(&world, &drawn[0]);
    ck_assert_ptr_nonnull(strstr(good, "forestgreen"));
    ck_assert_ptr_null(strstr(good, "red3"));
    const char *bad = draw(&world, &drawn[3]);
    ck_assert_ptr_nonnull(strstr(bad, "red3"));
    ck_assert_ptr_nonnull(strstr(bad, "label=\"" WWW "/A: bogus\""));
    ck_assert_ptr_nonnull(strstr(draw(&world, &drawn[4]), "gray40"));
    ck_assert_ptr_nonnull(strstr(draw(&world, &drawn[9]), "orange3"));
    chainworld_close(&world);
}
END_TEST

/* The lines of -v, their tags and times left out. */
static const char *tree_of(struct chainworld *world, const struct world_plan *plan)
{
    chainworld_publish(world, plan);
    chain_run(&world->run, &world->subject, 1, &world->options);
    const char *text = "";
    for (size_t i = 0; i < world->subject.report.detail_count; i++) {
        const struct detail *detail = &world->subject.report.details[i];
        ck_assert_int_eq(detail->level, 1);
        size_t size = strcspn(detail->text, ",");
        const char *ds = strstr(detail->text, " DS ");
        size = ds != NULL ? (size_t)(ds - detail->text) + 3 : size;
        text = arena_printf(world->arena, "%s%.*s\n", text, (int)size, detail->text);
    }
    return text;
}

START_TEST(trees)
{
    static const struct {
        size_t plan;
        const char *tree;
    } rows[] = {
        {0, ". (trust anchor)\n"
            "+- com DS\n"
            "   +- example.com DS\n"
            "      +- www.example.com/A: secure\n"},
        {1, ". (trust anchor)\n"
            "+- com DS\n"
            "   +- example.com DS\n"
            "      +- www.example.com/A alias of www.example.net: secure\n"
            ". (trust anchor)\n"
            "+- net DS\n"
            "   +- example.net DS\n"
            "      +- www.example.net/A: secure\n"},
        {3, ". (trust anchor)\n"
            "+- com DS\n"
            "   +- example.com DS\n"
            "      +- www.example.com/A: bogus\n"},
        {4, ". (trust anchor)\n"
            "+- com DS\n"
            "   +- www.example.com/A: insecure\n"},
        {9, "+- www.example.com/A: indeterminate\n"},
    };
    struct chainworld world;
    chainworld_open(&world);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_str_eq(tree_of(&world, &drawn[rows[i].plan]), rows[i].tree);
    }
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain", words, the_path_to_a_name, the_signature_that_ends_first, an_alias_wants_more,
           evidence_that_is_missing, anchors_as_keys, no_anchor, graphs, colours_of_a_graph, trees)
