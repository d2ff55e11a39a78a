/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each rule for NSEC3, and each way to break it.
 *
 * Rows do not show hashes: the words of a recipe (lib/nsec3zone.h) stand for records of the chain.
 */
#include <stdbool.h>
#include <stddef.h>

#include "judge/denial.h"
#include "judge/nsec3.h"
#include "lib/fixture.h"
#include "lib/nsec3zone.h"
#include "lib/suite.h"

#define BIT(id) (UINT64_C(1) << DEFECT_##id)

static const struct nsec3zone_name zone_names[] = {
    {"example.com", "NS SOA RRSIG DNSKEY NSEC3PARAM"},
    {"a.example.com", "A RRSIG"},
    {"alias.example.com", "CNAME RRSIG"},
    {"d.example.com", "A DNAME RRSIG"},
    {"ent.example.com", ""},
    {"b.ent.example.com", "A RRSIG"},
    {"signed.example.com", "NS DS RRSIG"},
    {"sub.example.com", "NS"},
    {"w.example.com", ""},
    {"*.w.example.com", "MX RRSIG"},
    {"wc.example.com", ""},
    {"*.wc.example.com", "CNAME RRSIG"},
    {"wn.example.com", ""},
    {"*.wn.example.com", "NS"},
};

static const struct nsec3zone_parameters plain = {1, 0, 0, "-"};
static const struct nsec3zone_parameters opt_out = {1, 1, 0, "-"};
static const struct nsec3zone_parameters second = {1, 0, 1, "aa"};

/* What is asked, the records of the reply, and what they prove; the zone is example.com. */
struct row {
    const char *what;
    const char *name;
    uint16_t type;
    enum denial_claim claim;
    const struct nsec3zone_parameters *parameters;
    const char *recipe;
    enum denial verdict;
    uint64_t defects;
    const char *encloser; /* NULL: not looked at */
};

static const struct row nxdomain_rows[] = {
    {"whole", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, 0, "example.com"},
    {"deep", "x.y.a.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=a.example.com ~y.a.example.com ~*.a.example.com", DENIAL_NXDOMAIN, 0, "a.example.com"},
    {"with more than is needed", "x.a.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com =a.example.com ~x.a.example.com ~*.a.example.com", DENIAL_NXDOMAIN, 0,
     "a.example.com"},
    {"below an ENT", "c.ent.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=ent.example.com ~c.ent.example.com ~*.ent.example.com", DENIAL_NXDOMAIN, 0,
     "ent.example.com"},
    {"of DS", "g.example.com", RR_DS, CLAIM_NXDOMAIN, &plain,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, 0, "example.com"},
    {"Opt-Out", "g.example.com", RR_A, CLAIM_NXDOMAIN, &opt_out,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, BIT(NSEC3_OPTOUT_ON), NULL},
    {"Opt-Out, of DS", "g.example.com", RR_DS, CLAIM_NXDOMAIN, &opt_out,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, BIT(NSEC3_OPTOUT_ON), NULL},
    {"no encloser", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain, "~g.example.com ~*.example.com",
     DENIAL_NONE, BIT(NSEC3_NO_CLOSEST_ENCLOSER), NULL},
    {"next closer not covered", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~*.example.com", DENIAL_NONE, BIT(NSEC3_NEXT_CLOSER_UNCOVERED), NULL},
    {"next closer exists", "x.a.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~x.a.example.com ~*.example.com", DENIAL_NONE, BIT(NSEC3_NEXT_CLOSER_UNCOVERED),
     NULL},
    {"wildcard not covered", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~g.example.com", DENIAL_NONE, BIT(NSEC3_WILDCARD_UNCOVERED), NULL},
    {"wildcard not covered, Opt-Out", "g.example.com", RR_A, CLAIM_NXDOMAIN, &opt_out,
     "=example.com ~g.example.com", DENIAL_NONE,
     BIT(NSEC3_WILDCARD_UNCOVERED) | BIT(NSEC3_OPTOUT_ON), NULL},
    {"a shallower wildcard covered", "x.ent.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=ent.example.com <x.ent.example.com <*.example.com", DENIAL_NONE,
     BIT(NSEC3_WILDCARD_UNCOVERED) | BIT(WHITE_LIES), NULL},
    {"below a delegation", "x.sub.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=sub.example.com ~x.sub.example.com ~*.sub.example.com", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"DS below a delegation", "x.sub.example.com", RR_DS, CLAIM_NODATA, &opt_out,
     "=sub.example.com ~x.sub.example.com", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION) | BIT(NSEC3_OPTOUT_ON), NULL},
    {"below a DNAME", "x.d.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=d.example.com ~x.d.example.com ~*.d.example.com", DENIAL_NONE, BIT(NSEC_ANCESTOR_DELEGATION),
     NULL},
    {"wildcard matched", "x.w.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_WILDCARD_NODATA,
     BIT(NSEC3_WILDCARD_UNCOVERED), NULL},
    {"wildcard has the type", "x.w.example.com", RR_MX, CLAIM_NXDOMAIN, &plain,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_EXISTS,
     BIT(NSEC3_WILDCARD_UNCOVERED) | BIT(NSEC_TYPE_SET), NULL},
    {"name matched", "a.example.com", RR_MX, CLAIM_NXDOMAIN, &plain, "=a.example.com",
     DENIAL_NODATA, 0, NULL},
    {"name matched, has the type", "a.example.com", RR_A, CLAIM_NXDOMAIN, &plain, "=a.example.com",
     DENIAL_EXISTS, BIT(NSEC_TYPE_SET), NULL},
    {"name is an ENT", "ent.example.com", RR_A, CLAIM_NXDOMAIN, &plain, "=ent.example.com",
     DENIAL_ENT, 0, NULL},
    {"the apex itself", "example.com", RR_A, CLAIM_NXDOMAIN, &plain, "=a.example.com", DENIAL_NONE,
     BIT(NSEC3_NO_CLOSEST_ENCLOSER), NULL},
    {"encloser is an incomplete apex", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com:NS,SOA ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, BIT(NSEC_BITMAP_APEX),
     NULL},
};

static const struct row nodata_rows[] = {
    {"match", "a.example.com", RR_MX, CLAIM_NODATA, &plain, "=a.example.com", DENIAL_NODATA, 0,
     NULL},
    {"match at the apex", "example.com", RR_MX, CLAIM_NODATA, &plain, "=example.com", DENIAL_NODATA,
     0, NULL},
    {"incomplete apex", "example.com", RR_MX, CLAIM_NODATA, &plain, "=example.com:NS,SOA",
     DENIAL_NODATA, BIT(NSEC_BITMAP_APEX), NULL},
    {"match with Opt-Out set", "a.example.com", RR_MX, CLAIM_NODATA, &opt_out, "=a.example.com",
     DENIAL_NODATA, BIT(NSEC3_OPTOUT_ON), NULL},
    {"ENT", "ent.example.com", RR_A, CLAIM_NODATA, &plain, "=ent.example.com", DENIAL_ENT, 0, NULL},
    {"type set", "a.example.com", RR_A, CLAIM_NODATA, &plain, "=a.example.com", DENIAL_EXISTS,
     BIT(NSEC_TYPE_SET), NULL},
    {"CNAME set", "alias.example.com", RR_A, CLAIM_NODATA, &plain, "=alias.example.com",
     DENIAL_EXISTS, BIT(NSEC_CNAME_SET), NULL},
    {"from above a cut", "signed.example.com", RR_A, CLAIM_NODATA, &plain, "=signed.example.com",
     DENIAL_NONE, BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"no match", "a.example.com", RR_MX, CLAIM_NODATA, &plain, "=example.com", DENIAL_NONE,
     BIT(NSEC3_NO_MATCH), NULL},
    {"no match at the apex", "example.com", RR_MX, CLAIM_NODATA, &plain, "=a.example.com",
     DENIAL_NONE, BIT(NSEC3_NO_MATCH), NULL},
    {"wildcard", "x.w.example.com", RR_A, CLAIM_NODATA, &plain,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_WILDCARD_NODATA, 0,
     "w.example.com"},
    {"wildcard, Opt-Out", "x.w.example.com", RR_A, CLAIM_NODATA, &opt_out,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_WILDCARD_NODATA,
     BIT(NSEC3_OPTOUT_ON), "w.example.com"},
    {"wildcard has the type", "x.w.example.com", RR_MX, CLAIM_NODATA, &plain,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_EXISTS, BIT(NSEC_TYPE_SET), NULL},
    {"wildcard has CNAME", "x.wc.example.com", RR_A, CLAIM_NODATA, &plain,
     "=wc.example.com ~x.wc.example.com =*.wc.example.com", DENIAL_EXISTS, BIT(NSEC_CNAME_SET),
     NULL},
    {"wildcard is a delegation", "x.wn.example.com", RR_A, CLAIM_NODATA, &plain,
     "=wn.example.com ~x.wn.example.com =*.wn.example.com", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"wildcard without encloser", "x.w.example.com", RR_A, CLAIM_NODATA, &plain,
     "~x.w.example.com =*.w.example.com", DENIAL_NONE, BIT(NSEC3_NO_MATCH), NULL},
    {"wildcard, next closer not covered", "x.w.example.com", RR_A, CLAIM_NODATA, &plain,
     "=w.example.com =*.w.example.com", DENIAL_NONE, BIT(NSEC3_NO_MATCH), NULL},
    {"nothing of the wildcard", "x.w.example.com", RR_A, CLAIM_NODATA, &plain,
     "=w.example.com ~x.w.example.com", DENIAL_NONE,
     BIT(NSEC3_NO_MATCH) | BIT(DENIAL_MISSING_WILDCARD), NULL},
    {"erratum 3441: name above an unsigned delegation", "g.example.com", RR_A, CLAIM_NODATA,
     &opt_out, "=example.com ~g.example.com", DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON), "example.com"},
    {"erratum 3441, wildcard denied, too", "g.example.com", RR_A, CLAIM_NODATA, &opt_out,
     "=example.com ~g.example.com ~*.example.com", DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON), NULL},
    {"proof of NXDOMAIN", "g.example.com", RR_A, CLAIM_NODATA, &plain,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, 0, NULL},
};

static const struct row ds_rows[] = {
    {"unsigned delegation", "sub.example.com", RR_DS, CLAIM_NODATA, &plain, "=sub.example.com",
     DENIAL_INSECURE_DELEGATION, 0, NULL},
    {"unsigned cut", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain, "=sub.example.com",
     DENIAL_INSECURE_DELEGATION, 0, NULL},
    {"no cut", "a.example.com", RR_DS, CLAIM_NODATA, &plain, "=a.example.com", DENIAL_NODATA, 0,
     NULL},
    {"cut that the bitmap does not know", "a.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain,
     "=a.example.com", DENIAL_NODATA, BIT(NSEC_DS_NS_BIT_CLEAR), NULL},
    {"cut at an ENT", "ent.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain, "=ent.example.com",
     DENIAL_ENT, BIT(NSEC_DS_NS_BIT_CLEAR), NULL},
    {"DS set", "signed.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain, "=signed.example.com",
     DENIAL_EXISTS, BIT(NSEC_DS_BIT_SET), NULL},
    {"CNAME set", "alias.example.com", RR_DS, CLAIM_NODATA, &plain, "=alias.example.com",
     DENIAL_EXISTS, BIT(NSEC_CNAME_SET), NULL},
    {"by the apex of the child", "example.com", RR_DS, CLAIM_NODATA, &plain, "=example.com",
     DENIAL_NONE, BIT(NSEC_CHILD_SIDE_DS), NULL},
    {"SOA at a cut", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain,
     "=sub.example.com:NS,SOA", DENIAL_NONE, BIT(NSEC_CHILD_SIDE_DS), NULL},
    {"Opt-Out", "g.example.com", RR_DS, CLAIM_NODATA, &opt_out, "=example.com ~g.example.com",
     DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON), "example.com"},
    {"Opt-Out at a cut", "g.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &opt_out,
     "=example.com ~g.example.com", DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON), "example.com"},
    {"Opt-Out, deep", "x.y.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &opt_out,
     "=example.com ~y.example.com", DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON), "example.com"},
    {"Opt-Out, no encloser", "g.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &opt_out, "~g.example.com",
     DENIAL_NONE, BIT(NSEC3_OPTOUT_ON) | BIT(NSEC3_NO_MATCH), NULL},
    {"span without Opt-Out", "g.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain,
     "=example.com ~g.example.com", DENIAL_NONE, BIT(NSEC3_OPTOUT_NEEDED), NULL},
    {"span without Opt-Out, NODATA", "g.example.com", RR_DS, CLAIM_NODATA, &plain,
     "=example.com ~g.example.com", DENIAL_NONE, BIT(NSEC3_OPTOUT_NEEDED), NULL},
    {"no such delegation", "g.example.com", RR_DS, CLAIM_UNSIGNED_CUT, &plain,
     "=example.com ~g.example.com ~*.example.com", DENIAL_NXDOMAIN, BIT(NSEC3_OPTOUT_NEEDED), NULL},
    {"Opt-Out, whatever a wildcard is", "x.wn.example.com", RR_DS, CLAIM_NODATA, &opt_out,
     "=wn.example.com ~x.wn.example.com =*.wn.example.com", DENIAL_OPT_OUT, BIT(NSEC3_OPTOUT_ON),
     "wn.example.com"},
    {"wildcard", "x.w.example.com", RR_DS, CLAIM_NODATA, &plain,
     "=w.example.com ~x.w.example.com =*.w.example.com", DENIAL_WILDCARD_NODATA, 0, NULL},
};

/* The name is made of the wildcard at w.example.com: labels 3. */
static const struct row expansion_rows[] = {
    {"next closer covered", "x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain, "~x.w.example.com",
     DENIAL_WILDCARD_EXPANSION, 0, "w.example.com"},
    {"deep", "z.y.x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain, "~x.w.example.com",
     DENIAL_WILDCARD_EXPANSION, 0, "w.example.com"},
    {"Opt-Out", "x.w.example.com", RR_MX, CLAIM_WILDCARD, &opt_out, "~x.w.example.com",
     DENIAL_WILDCARD_EXPANSION, BIT(NSEC3_OPTOUT_ON), "w.example.com"},
    {"not covered", "x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain, "=w.example.com", DENIAL_NONE,
     BIT(NSEC3_NEXT_CLOSER_UNCOVERED), NULL},
    {"only the deep name covered", "y.x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain,
     "<y.x.w.example.com", DENIAL_NONE, BIT(NSEC3_NEXT_CLOSER_UNCOVERED), NULL},
    {"next closer exists", "y.x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain, "^x.w.example.com:A",
     DENIAL_EXISTS, BIT(NSEC3_NEXT_CLOSER_UNCOVERED), NULL},
    {"wildcard covered", "x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain,
     "~x.w.example.com <*.w.example.com", DENIAL_NONE, BIT(WILDCARD_COVERED), NULL},
    {"narrow", "x.w.example.com", RR_MX, CLAIM_WILDCARD, &plain, "<x.w.example.com",
     DENIAL_WILDCARD_EXPANSION, BIT(WHITE_LIES), NULL},
};

static const struct row online_rows[] = {
    {"narrow", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com <g.example.com <*.example.com", DENIAL_NXDOMAIN, BIT(WHITE_LIES), NULL},
    {"compact NXDOMAIN", "g.example.com", RR_A, CLAIM_NODATA, &plain, "^g.example.com:TYPE128",
     DENIAL_NXDOMAIN, BIT(COMPACT_DENIAL), NULL},
    {"compact NXDOMAIN with the rcode", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "^g.example.com:TYPE128", DENIAL_NXDOMAIN, BIT(COMPACT_DENIAL), NULL},
    {"compact NXDOMAIN, far next hash", "a.example.com", RR_MX, CLAIM_NODATA, &plain,
     "=a.example.com:TYPE128", DENIAL_NXDOMAIN, BIT(COMPACT_DENIAL) | BIT(COMPACT_MALFORMED), NULL},
    {"NXNAME with a type", "g.example.com", RR_A, CLAIM_NODATA, &plain, "^g.example.com:MX,TYPE128",
     DENIAL_NODATA, BIT(COMPACT_MALFORMED), NULL},
    {"compact ENT, or legacy lie", "ent.example.com", RR_A, CLAIM_NODATA, &plain,
     "^ent.example.com:", DENIAL_ENT, BIT(COMPACT_NO_SIGNAL) | BIT(WHITE_LIES), NULL},
};

static const struct nsec3zone_parameters iterations[] = {
    {1, 0, 1, "-"},   {1, 0, 50, "-"},  {1, 0, 51, "-"},  {1, 0, 150, "-"},
    {1, 0, 151, "-"}, {1, 0, 500, "-"}, {1, 0, 501, "-"}, {1, 0, 65535, "-"},
    {1, 0, 0, "ab"},  {2, 0, 0, "-"},   {1, 2, 0, "-"},   {1, 0x81, 0, "-"},
};

#define WITH(what, index, verdict, defects)                                                        \
    {                                                                                              \
        what, "a.example.com", RR_MX, CLAIM_NODATA, &iterations[index], "=a.example.com", verdict, \
            defects, NULL                                                                          \
    }

static const struct row parameter_rows[] = {
    WITH("1 iteration", 0, DENIAL_NODATA, BIT(NSEC3_ITER_NONZERO)),
    WITH("50", 1, DENIAL_NODATA, BIT(NSEC3_ITER_NONZERO)),
    WITH("51", 2, DENIAL_NODATA, BIT(NSEC3_ITER_INSECURE)),
    WITH("150", 3, DENIAL_NODATA, BIT(NSEC3_ITER_INSECURE)),
    WITH("151", 4, DENIAL_NODATA, BIT(NSEC3_ITER_REFUSED)),
    WITH("500", 5, DENIAL_NODATA, BIT(NSEC3_ITER_REFUSED)),
    WITH("501", 6, DENIAL_TOO_COSTLY, BIT(NSEC3_ITER_REFUSED)),
    WITH("65535", 7, DENIAL_TOO_COSTLY, BIT(NSEC3_ITER_REFUSED)),
    WITH("salt", 8, DENIAL_NODATA, BIT(NSEC3_SALT)),
    WITH("unknown algorithm", 9, DENIAL_NONE, BIT(NSEC3_HASH_UNKNOWN)),
    WITH("unknown flag", 10, DENIAL_NONE, BIT(NSEC3_FLAGS_UNKNOWN)),
    WITH("unknown flag and Opt-Out", 11, DENIAL_NONE, BIT(NSEC3_FLAGS_UNKNOWN)),
};

#define MIXED (BIT(NSEC3_PARAMS_MIXED) | BIT(NSEC3_SALT) | BIT(NSEC3_ITER_NONZERO))

/* Words with a 2 in front are made with the second parameters. */
static const struct row mixed_rows[] = {
    {"two whole sets", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~g.example.com ~*.example.com 2=example.com 2~g.example.com 2~*.example.com",
     DENIAL_NXDOMAIN, MIXED, "example.com"},
    {"the second is whole", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com 2=example.com 2~g.example.com 2~*.example.com", DENIAL_NXDOMAIN, MIXED,
     "example.com"},
    {"the first is whole", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com ~g.example.com ~*.example.com 2=example.com", DENIAL_NXDOMAIN, MIXED,
     "example.com"},
    {"whole only if mixed", "g.example.com", RR_A, CLAIM_NXDOMAIN, &plain,
     "=example.com 2~g.example.com 2~*.example.com", DENIAL_NONE,
     MIXED | BIT(NSEC3_NO_CLOSEST_ENCLOSER), NULL},
};

/* Opt-Out counts only where something is proved by it: a span, not a match. */
static bool is_opt_out(const struct row *row, const struct proof *proof)
{
    return row->parameters->flags == 1 && row->verdict != DENIAL_NONE && proof->encloser.size > 0;
}

static void expect(struct arena *arena, const struct row *row, const struct proof *proof)
{
    ck_assert_msg(proof->verdict == row->verdict, "%s: the name %s; expected: %s (%s)", row->what,
                  denial_text(proof->verdict), denial_text(row->verdict),
                  denial_defects_text(arena, proof->defects));
    ck_assert_msg(proof->defects == row->defects, "%s: got '%s', expected '%s'", row->what,
                  denial_defects_text(arena, proof->defects),
                  denial_defects_text(arena, row->defects));
    ck_assert_msg(proof->kind == DENIAL_BY_NSEC3, "%s: kind %d", row->what, (int)proof->kind);
    ck_assert_msg(proof->opt_out == is_opt_out(row, proof), "%s: opt_out %d", row->what,
                  proof->opt_out);
    if (row->encloser != NULL) {
        ck_assert_str_eq(name_text(arena, &proof->encloser), row->encloser);
    }
}

static struct proof prove(struct arena *arena, const struct row *row)
{
    struct denial_record records[NSEC3ZONE_RECORDS_MAX];
    struct nsec3zone chain = {"example.com", zone_names, COUNT(zone_names), *row->parameters,
                              second};
    struct name zone = fixture_name("example.com");
    struct name name = fixture_name(row->name);
    struct denial_question question = {&zone, &name, row->type, row->claim, 3};
    size_t count = nsec3zone_records(arena, &chain, row->recipe, records);
    return denial_prove(crypto_create(arena), &question, records, count);
}

static void run(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_create();
        struct proof proof = prove(arena, &rows[i]);
        expect(arena, &rows[i], &proof);
        arena_destroy(arena);
    }
}

START_TEST(nxdomain)
{
    run(nxdomain_rows, COUNT(nxdomain_rows));
}
END_TEST

START_TEST(nodata)
{
    run(nodata_rows, COUNT(nodata_rows));
}
END_TEST

START_TEST(no_ds)
{
    run(ds_rows, COUNT(ds_rows));
}
END_TEST

START_TEST(expansions)
{
    run(expansion_rows, COUNT(expansion_rows));
}
END_TEST

START_TEST(online_signers)
{
    run(online_rows, COUNT(online_rows));
}
END_TEST

START_TEST(parameters_of_records)
{
    run(parameter_rows, COUNT(parameter_rows));
    for (size_t i = 0; i < COUNT(parameter_rows); i++) {
        struct arena *arena = arena_create();
        struct proof proof = prove(arena, &parameter_rows[i]);
        bool ignored = parameter_rows[i].verdict == DENIAL_NONE;
        ck_assert_uint_eq(proof.iterations, ignored ? 0 : parameter_rows[i].parameters->iterations);
        arena_destroy(arena);
    }
}
END_TEST

START_TEST(mixed_parameters)
{
    run(mixed_rows, COUNT(mixed_rows));
}
END_TEST

SUITE_MAIN("nsec3", nxdomain, nodata, no_ds, expansions, online_signers, parameters_of_records,
           mixed_parameters)
