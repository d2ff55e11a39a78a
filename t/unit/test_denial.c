/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of RFC 4035 appendix B and RFC 5155 appendix B; which records count; signatures. */
#include <stdbool.h>
#include <string.h>

#include "judge/denial.h"
#include "judge/sig.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define BIT(id) (UINT64_C(1) << DEFECT_##id)

enum { RECORDS_MAX = 16, NOW = 1789000000, DAY = 86400 };

/* RFC 4035 appendix A and B. */
#define NSEC_APEX "example NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY\n"
#define NSEC_B    "b.example NSEC ns1.example. NS RRSIG NSEC\n"
#define NSEC_NS1  "ns1.example NSEC ns2.example. A RRSIG NSEC\n"
#define NSEC_XYW  "x.y.w.example NSEC xx.example. MX RRSIG NSEC\n"
#define NSEC_WW   "*.w.example NSEC x.w.example. MX RRSIG NSEC\n"

/* RFC 5155 appendix A; the names are in the comments. */
#define NSEC3  " NSEC3 1 1 12 aabbccdd "
#define H_APEX /* example */                                                                       \
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example" NSEC3                                               \
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG\n"
#define H_NS1 /* ns1 */                                                                            \
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example" NSEC3 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n"
#define H_A /* a */                                                                                \
    "35mthgpgcu1qg68fab165klnsnk3dpvl.example" NSEC3                                               \
    "b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG\n"
#define H_XW /* x.w */                                                                             \
    "b4um86eghhds6nea196smvmlo4ors995.example" NSEC3 "gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG\n"
#define H_YW /* y.w */                                                                             \
    "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example" NSEC3 "k8udemvp1j2f7eg6jebps17vp3n8i58h\n"
#define H_W /* w */                                                                                \
    "k8udemvp1j2f7eg6jebps17vp3n8i58h.example" NSEC3 "kohar7mbb8dc2ce8a9qvl8hon4k53uhi\n"
#define H_NS2 /* ns2 */                                                                            \
    "q04jkcevqvmu85r014c7dkba38o0ji5r.example" NSEC3 "r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG\n"
#define H_WW /* *.w */                                                                             \
    "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example" NSEC3 "t644ebqk9bibcna874givr6joj62mlhv MX RRSIG\n"

/* The hashes of the appendix in records whose parameters would not make them. */
#define OTHER_ITERATIONS                                                                           \
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example NSEC3 1 1 13 aabbccdd "                              \
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA DNSKEY RRSIG\n"
#define OTHER_SALT                                                                                 \
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example NSEC3 1 1 12 aabbccde "                              \
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA DNSKEY RRSIG\n"
#define OTHER_SPAN                                                                                 \
    "35mthgpgcu1qg68fab165klnsnk3dpvl.example NSEC3 1 1 12 - b4um86eghhds6nea196smvmlo4ors995 NS " \
    "DS RRSIG\n"
#define USUAL (BIT(NSEC3_OPTOUT_ON) | BIT(NSEC3_ITER_NONZERO) | BIT(NSEC3_SALT))

struct row {
    const char *what;
    const char *name;
    uint16_t type;
    enum denial_claim claim;
    uint8_t labels;
    const char *records;
    enum denial verdict;
    bool opt_out;
    uint64_t defects;
    const char *encloser;
};

static const struct row rfc_rows[] = {
    {"4035 B.2", "ml.example", RR_A, CLAIM_NXDOMAIN, 0, NSEC_B NSEC_APEX, DENIAL_NXDOMAIN, false, 0,
     "example"},
    {"4035 B.3", "ns1.example", RR_MX, CLAIM_NODATA, 0, NSEC_NS1, DENIAL_NODATA, false, 0, NULL},
    {"4035 B.5", "b.example", RR_DS, CLAIM_UNSIGNED_CUT, 0, NSEC_B, DENIAL_INSECURE_DELEGATION,
     false, 0, NULL},
    {"4035 B.6", "a.z.w.example", RR_MX, CLAIM_WILDCARD, 2, NSEC_XYW, DENIAL_WILDCARD_EXPANSION,
     false, 0, "w.example"},
    {"4035 B.7", "a.z.w.example", RR_AAAA, CLAIM_NODATA, 0, NSEC_XYW NSEC_WW,
     DENIAL_WILDCARD_NODATA, false, 0, "w.example"},
    {"4035 B.8", "example", RR_DS, CLAIM_NODATA, 0, NSEC_APEX, DENIAL_NONE, false,
     BIT(NSEC_CHILD_SIDE_DS), NULL},
    {"5155 B.1", "a.c.x.w.example", RR_A, CLAIM_NXDOMAIN, 0, H_APEX H_XW H_A, DENIAL_NXDOMAIN, true,
     USUAL, "x.w.example"},
    {"5155 B.2", "ns1.example", RR_MX, CLAIM_NODATA, 0, H_NS1, DENIAL_NODATA, false, USUAL, NULL},
    {"5155 B.2.1", "y.w.example", RR_A, CLAIM_NODATA, 0, H_YW, DENIAL_ENT, false, USUAL, NULL},
    {"5155 B.3", "c.example", RR_DS, CLAIM_UNSIGNED_CUT, 0, H_A H_APEX, DENIAL_OPT_OUT, true, USUAL,
     "example"},
    {"5155 B.4", "a.z.w.example", RR_MX, CLAIM_WILDCARD, 2, H_NS2, DENIAL_WILDCARD_EXPANSION, true,
     USUAL, "w.example"},
    {"5155 B.5", "a.z.w.example", RR_AAAA, CLAIM_NODATA, 0, H_W H_NS2 H_WW, DENIAL_WILDCARD_NODATA,
     true, USUAL, "w.example"},
    {"5155 B.6", "example", RR_DS, CLAIM_NODATA, 0, H_APEX, DENIAL_NONE, false,
     USUAL | BIT(NSEC_CHILD_SIDE_DS), NULL},
};

#define SOA "example SOA ns1.example. bugs.example. 1 3600 300 3600000 3600\n"

static const struct row choice_rows[] = {
    {"no records", "b.example", RR_A, CLAIM_NXDOMAIN, 0, "", DENIAL_NONE, false,
     BIT(DENIAL_MISSING), NULL},
    {"records of other types", "b.example", RR_A, CLAIM_NODATA, 0, SOA, DENIAL_NONE, false,
     BIT(DENIAL_MISSING), NULL},
    {"no records for a wildcard", "b.example", RR_A, CLAIM_WILDCARD, 1, "", DENIAL_NONE, false,
     BIT(DENIAL_MISSING_WILDCARD), NULL},
    {"the answer is no expansion", "b.example", RR_A, CLAIM_WILDCARD, 2, "",
     DENIAL_WILDCARD_EXPANSION, false, 0, NULL},
    {"the answer is the wildcard", "*.example", RR_A, CLAIM_WILDCARD, 1, "",
     DENIAL_WILDCARD_EXPANSION, false, 0, NULL},
    {"labels below the zone", "b.example", RR_A, CLAIM_WILDCARD, 0, NSEC_APEX, DENIAL_NONE, false,
     0, NULL},
    {"outside the zone", "b.test", RR_A, CLAIM_NXDOMAIN, 0, "xx.example NSEC example. A NSEC RRSIG",
     DENIAL_NONE, false, BIT(NSEC_COVERS_OUTSIDE), NULL},
    {"above the zone", ".", RR_A, CLAIM_NODATA, 0, NSEC_APEX, DENIAL_NONE, false,
     BIT(NSEC_COVERS_OUTSIDE), NULL},
    {"other types do not matter", "ns1.example", RR_MX, CLAIM_NODATA, 0, SOA NSEC_NS1,
     DENIAL_NODATA, false, 0, NULL},
    {"both kinds, NSEC whole", "ns1.example", RR_MX, CLAIM_NODATA, 0, NSEC_NS1 H_A, DENIAL_NODATA,
     false, BIT(NSEC_MIXED), NULL},
    {"both kinds, NSEC3 whole", "ns1.example", RR_MX, CLAIM_NODATA, 0, NSEC_APEX H_NS1,
     DENIAL_NODATA, false, USUAL | BIT(NSEC_MIXED), NULL},
    {"whole only if mixed", "ml.example", RR_A, CLAIM_NXDOMAIN, 0, NSEC_B H_APEX, DENIAL_NONE,
     false, BIT(NSEC_MIXED) | BIT(NSEC_WILDCARD_UNCOVERED), NULL},
    {"one more iteration matches", "example", RR_TXT, CLAIM_NODATA, 0, H_A OTHER_ITERATIONS,
     DENIAL_NONE, false, USUAL | BIT(NSEC3_PARAMS_MIXED) | BIT(NSEC3_NO_MATCH), NULL},
    {"another salt matches", "example", RR_TXT, CLAIM_NODATA, 0, H_A OTHER_SALT, DENIAL_NONE, false,
     USUAL | BIT(NSEC3_PARAMS_MIXED) | BIT(NSEC3_NO_MATCH), NULL},
    {"another salt covers", "c.example", RR_DS, CLAIM_NODATA, 0, H_APEX OTHER_SPAN, DENIAL_NONE,
     false, USUAL | BIT(NSEC3_PARAMS_MIXED) | BIT(NSEC3_NO_MATCH), NULL},
};

static size_t read_records(struct arena *arena, const char *text, struct denial_record *records)
{
    struct section section = fixture_section(arena, text);
    ck_assert_uint_le(section.count, RECORDS_MAX);
    for (size_t i = 0; i < section.count; i++) {
        const struct rrset *set = &section.rrsets[i];
        int asterisk = name_is_wildcard(&set->owner) ? 1 : 0;
        records[i] = (struct denial_record){
            .set = set, .usable = true, .labels = (uint8_t)(set->owner.labels - asterisk)};
    }
    return section.count;
}

static struct proof prove(struct arena *arena, const struct row *row, const char *zone_text)
{
    struct denial_record records[RECORDS_MAX];
    struct name zone = fixture_name(zone_text);
    struct name name = fixture_name(row->name);
    struct denial_question question = {&zone, &name, row->type, row->claim, row->labels};
    size_t count = read_records(arena, row->records, records);
    return denial_prove(crypto_create(arena), &question, records, count);
}

static void run(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct arena *arena = arena_create();
        struct proof proof = prove(arena, row, "example");
        ck_assert_msg(proof.verdict == row->verdict, "%s: the name %s; expected: %s (%s)",
                      row->what, denial_text(proof.verdict), denial_text(row->verdict),
                      denial_defects_text(arena, proof.defects));
        ck_assert_msg(proof.defects == row->defects, "%s: got '%s', expected '%s'", row->what,
                      denial_defects_text(arena, proof.defects),
                      denial_defects_text(arena, row->defects));
        ck_assert_msg(proof.opt_out == row->opt_out, "%s: opt_out", row->what);
        if (row->encloser != NULL) {
            ck_assert_str_eq(name_text(arena, &proof.encloser), row->encloser);
        }
        arena_destroy(arena);
    }
}

START_TEST(answers_of_the_rfcs)
{
    run(rfc_rows, COUNT(rfc_rows));
}
END_TEST

START_TEST(choice_of_records)
{
    run(choice_rows, COUNT(choice_rows));
}
END_TEST

/* The root has no parent: its own apex denies its DS. */
START_TEST(ds_of_the_root)
{
    struct arena *arena = arena_create();
    struct row row = {.name = ".", .type = RR_DS, .claim = CLAIM_NODATA};
    row.records = ". NSEC aaa. NS SOA RRSIG NSEC DNSKEY";
    ck_assert_int_eq(prove(arena, &row, ".").verdict, DENIAL_NODATA);
    row.name = "zzz";
    row.claim = CLAIM_NXDOMAIN;
    row.records = ". NSEC aaa. NS SOA RRSIG NSEC DNSKEY\nzw NSEC . NS DS RRSIG NSEC";
    ck_assert_int_eq(prove(arena, &row, ".").verdict, DENIAL_NXDOMAIN);
    arena_destroy(arena);
}
END_TEST

/* Records that were not verified prove nothing, but may say why. */
START_TEST(unusable_records)
{
    struct arena *arena = arena_create();
    struct denial_record records[RECORDS_MAX];
    struct name zone = fixture_name("example");
    struct name name = fixture_name("sub.example");
    size_t count = read_records(
        arena, "sub.example NSEC sub.example. NS SOA RRSIG NSEC DNSKEY\n" H_APEX, records);
    ck_assert_uint_eq(count, 2);
    records[0].usable = false;
    records[1].usable = false;
    struct denial_question question = {&zone, &name, RR_A, CLAIM_NODATA, 0};
    struct proof proof = denial_prove(crypto_create(arena), &question, records, count);
    ck_assert_int_eq(proof.verdict, DENIAL_NONE);
    ck_assert_int_eq(proof.kind, DENIAL_BY_NOTHING);
    ck_assert_uint_eq(proof.defects, 0);
    question.type = RR_DS;
    proof = denial_prove(crypto_create(arena), &question, records, count);
    ck_assert_int_eq(proof.verdict, DENIAL_NONE);
    ck_assert_uint_eq(proof.defects, BIT(NSEC_CHILD_SIDE_DS));
    arena_destroy(arena);
}
END_TEST

/* An unverified record beside verified ones is not used either. */
START_TEST(unusable_beside_usable)
{
    static const char *const texts[] = {NSEC_NS1 NSEC_APEX, H_NS1 H_APEX};
    struct arena *arena = arena_create();
    struct name zone = fixture_name("example");
    struct name name = fixture_name("ns1.example");
    struct denial_question question = {&zone, &name, RR_MX, CLAIM_NODATA, 0};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct denial_record records[RECORDS_MAX];
        ck_assert_uint_eq(read_records(arena, texts[i], records), 2);
        struct crypto *crypto = crypto_create(arena);
        ck_assert_int_eq(denial_prove(crypto, &question, records, 2).verdict, DENIAL_NODATA);
        for (size_t j = 0; j < 2; j++) {
            records[j].usable = name_equal(&records[j].set->owner, &zone) ||
                                memcmp(records[j].set->owner.wire + 1, "0p9m", 4) == 0;
        }
        ck_assert_int_eq(denial_prove(crypto, &question, records, 2).verdict, DENIAL_NONE);
    }
    arena_destroy(arena);
}
END_TEST

/* Which verdicts are what a reply says: NXDOMAIN, NODATA, wildcard, unsigned cut. */
static const struct {
    enum denial verdict;
    uint64_t defects;
    bool supports[4];
} support[] = {
    {DENIAL_NONE, 0, {false, false, false, false}},
    {DENIAL_EXISTS, 0, {false, false, false, false}},
    {DENIAL_NODATA, 0, {false, true, false, false}},
    {DENIAL_ENT, 0, {false, true, false, false}},
    {DENIAL_NXDOMAIN, 0, {true, false, false, false}},
    {DENIAL_NXDOMAIN, BIT(COMPACT_DENIAL), {true, true, false, false}},
    {DENIAL_WILDCARD_NODATA, 0, {false, true, false, false}},
    {DENIAL_WILDCARD_EXPANSION, 0, {false, false, true, false}},
    {DENIAL_INSECURE_DELEGATION, 0, {false, true, false, true}},
    {DENIAL_OPT_OUT, 0, {false, true, false, true}},
    {DENIAL_TOO_COSTLY, 0, {false, false, false, false}},
    {DENIAL_REFUSED_HERE, 0, {false, false, false, false}},
};

START_TEST(claims)
{
    struct proof nothing = {.verdict = DENIAL_NONE};
    for (size_t i = 0; i < COUNT(support); i++) {
        struct proof proof = {.verdict = support[i].verdict, .defects = support[i].defects};
        for (int claim = CLAIM_NXDOMAIN; claim <= CLAIM_UNSIGNED_CUT; claim++) {
            ck_assert_msg(denial_supports(&proof, (enum denial_claim)claim) ==
                              support[i].supports[claim],
                          "%s, claim %d", denial_text(proof.verdict), claim);
            ck_assert_int_eq(denial_is_better(&proof, &nothing, (enum denial_claim)claim),
                             support[i].verdict != DENIAL_NONE);
        }
    }
}
END_TEST

/* An answer that was seen, and records that may deny it; zone example. */
static const struct {
    const char *what;
    const char *name;
    uint16_t type;
    const char *records;
    bool contradicts;
} contradictions[] = {
    {"covered", "ml.example", RR_A, NSEC_B, true},
    {"not covered", "zz.example", RR_A, NSEC_B, false},
    {"type not in the bitmap", "ns1.example", RR_MX, NSEC_NS1, true},
    {"type in the bitmap", "ns1.example", RR_A, NSEC_NS1, false},
    {"from above a cut", "b.example", RR_A, NSEC_B, false},
    {"below a cut", "x.b.example", RR_A, NSEC_B, false},
    {"DS not in the bitmap", "b.example", RR_DS, NSEC_B, true},
    {"outside", "ml.test", RR_A, NSEC_B, false},
    {"NSEC3, type not in the bitmap", "ns1.example", RR_MX, H_NS1, true},
    {"NSEC3, type in the bitmap", "ns1.example", RR_A, H_NS1, false},
    {"NSEC3, covered by Opt-Out", "c.example", RR_NS, H_A, false},
    {"NSEC3, covered", "c.example", RR_NS,
     "35mthgpgcu1qg68fab165klnsnk3dpvl.example NSEC3 1 0 12 aabbccdd "
     "b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG",
     true},
    {"nothing", "c.example", RR_A, "", false},
};

START_TEST(contradicted_answers)
{
    for (size_t i = 0; i < COUNT(contradictions); i++) {
        struct arena *arena = arena_create();
        struct denial_record records[RECORDS_MAX];
        struct name zone = fixture_name("example");
        struct name name = fixture_name(contradictions[i].name);
        struct denial_question question = {&zone, &name, contradictions[i].type, CLAIM_NODATA, 0};
        size_t count = read_records(arena, contradictions[i].records, records);
        ck_assert_msg(denial_contradicts(crypto_create(arena), &question, records, count) ==
                          contradictions[i].contradicts,
                      "%s", contradictions[i].what);
        arena_destroy(arena);
    }
}
END_TEST

/* Signed, verified, judged: the NSEC of *.w for a name that it was expanded to. */
START_TEST(signed_records)
{
    struct arena *arena = arena_create();
    struct fixture_key key = fixture_key(arena, "example", 256, 13);
    struct fixture_window window = {.inception = NOW - DAY, .expiration = NOW + DAY};
    struct name zone = fixture_name("example");
    size_t checks_left = 512;
    struct sig_context context = {.arena = arena,
                                  .crypto = crypto_create(arena),
                                  .zone = &zone,
                                  .keys = &key.dnskey,
                                  .key_count = 1,
                                  .now = NOW,
                                  .checks_left = &checks_left};
    struct rrset plain = fixture_rrset(arena, "*.w.example NSEC xx.example. MX RRSIG NSEC");
    struct rrset set = fixture_sign(arena, &plain, &key, window);
    struct denial_record record = denial_record(&set, sig_judge(&context, &set));
    ck_assert(record.usable);
    ck_assert_uint_eq(record.labels, 2);
    ck_assert(!denial_is_expanded(&record));
    set.owner = fixture_name("z.w.example");
    record = denial_record(&set, sig_judge(&context, &set));
    ck_assert(record.usable && denial_is_expanded(&record));
    struct denial_question question = {&zone, &set.owner, RR_A, CLAIM_NODATA, 0};
    struct proof proof = denial_prove(crypto_create(arena), &question, &record, 1);
    ck_assert_int_eq(proof.verdict, DENIAL_WILDCARD_NODATA);
    ck_assert_uint_eq(proof.defects, BIT(NSEC_WILDCARD_OWNER_FORGED));
    window.spoilt = true;
    set = fixture_sign(arena, &plain, &key, window);
    ck_assert(!denial_record(&set, sig_judge(&context, &set)).usable);
    ck_assert(!denial_record(&plain, NULL).usable);
    window.spoilt = false;
    set = fixture_sign(arena, &set, &key, window); /* a good one beside the bad one */
    ck_assert(denial_record(&set, sig_judge(&context, &set)).usable);
    arena_destroy(arena);
}
END_TEST

START_TEST(words)
{
    struct arena *arena = arena_create();
    ck_assert_int_le(DENIAL_DEFECT_COUNT, 64);
    for (int a = 0; a < DENIAL_DEFECT_COUNT; a++) {
        const char *slug = denial_defect_slug((enum denial_defect)a);
        ck_assert_msg(slug != NULL && slug[0] != '\0', "defect %d has no slug", a);
        for (int b = 0; b < a; b++) {
            ck_assert_str_ne(slug, denial_defect_slug((enum denial_defect)b));
        }
    }
    for (int denial = DENIAL_NONE; denial <= DENIAL_REFUSED_HERE; denial++) {
        ck_assert_ptr_nonnull(denial_text((enum denial)denial));
    }
    ck_assert_str_eq(denial_defects_text(arena, 0), "");
    ck_assert_str_eq(denial_defects_text(arena, BIT(NSEC_MIXED) | BIT(WILDCARD_COVERED)),
                     "nsec-mixed, wildcard-covered");
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("denial", answers_of_the_rfcs, choice_of_records, ds_of_the_root, unusable_records,
           unusable_beside_usable, claims, contradicted_answers, signed_records, words)
