/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rule for NSEC, and each way to break it. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "judge/bitmap.h"
#include "judge/denial.h"
#include "judge/nsec.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define BIT(id) (UINT64_C(1) << DEFECT_##id)

enum { RECORDS_MAX = 32, TYPE_UNKNOWN = 65280 };

/* The chain of a zone in order.  w, ent and *.we are empty non-terminals. */
#define APEX   "example.com NSEC a.example.com. A NS SOA RRSIG NSEC DNSKEY\n"
#define A      "a.example.com NSEC alias.example.com. A RRSIG NSEC\n"
#define ALIAS  "alias.example.com NSEC d.example.com. CNAME RRSIG NSEC\n"
#define D      "d.example.com NSEC b.ent.example.com. A DNAME RRSIG NSEC\n"
#define B_ENT  "b.ent.example.com NSEC signed.example.com. A RRSIG NSEC\n"
#define SIGNED "signed.example.com NSEC sub.example.com. NS DS RRSIG NSEC\n"
#define SUB    "sub.example.com NSEC *.w.example.com. NS RRSIG NSEC\n"
#define W      "*.w.example.com NSEC b.*.we.example.com. MX RRSIG NSEC\n"
#define WE     "b.*.we.example.com NSEC zz.example.com. A RRSIG NSEC\n"
#define ZZ     "zz.example.com NSEC example.com. A RRSIG NSEC\n"

/* What is asked, the records of the reply, and what they prove; the zone is example.com. */
struct row {
    const char *what;
    const char *name;
    uint16_t type;
    enum denial_claim claim;
    const char *records;
    enum denial verdict;
    uint64_t defects;
    const char *encloser; /* NULL: not looked at */
};

static const struct row nxdomain_rows[] = {
    {"covered, wildcard by the apex", "b.example.com", RR_A, CLAIM_NXDOMAIN, ALIAS APEX,
     DENIAL_NXDOMAIN, 0, "example.com"},
    {"one record for both", "!.example.com", RR_A, CLAIM_NXDOMAIN, APEX, DENIAL_NXDOMAIN, 0,
     "example.com"},
    {"the order of records is nothing", "b.example.com", RR_A, CLAIM_NXDOMAIN, ZZ APEX W ALIAS,
     DENIAL_NXDOMAIN, 0, "example.com"},
    {"deep", "x.y.a.example.com", RR_A, CLAIM_NXDOMAIN, A, DENIAL_NXDOMAIN, 0, "a.example.com"},
    {"encloser shared with the next name", "a.ent.example.com", RR_A, CLAIM_NXDOMAIN,
     "d.example.com NSEC b.ent.example.com. A RRSIG NSEC", DENIAL_NXDOMAIN, 0, "ent.example.com"},
    {"behind the last name", "zzz.example.com", RR_A, CLAIM_NXDOMAIN, ZZ APEX, DENIAL_NXDOMAIN, 0,
     "example.com"},
    {"below the last name", "a.zz.example.com", RR_A, CLAIM_NXDOMAIN, ZZ, DENIAL_NXDOMAIN, 0,
     "zz.example.com"},
    {"only name of the zone", "x.y.example.com", RR_A, CLAIM_NXDOMAIN,
     "example.com NSEC example.com. NS SOA RRSIG NSEC DNSKEY", DENIAL_NXDOMAIN, 0, "example.com"},
    {"of DS", "b.example.com", RR_DS, CLAIM_NXDOMAIN, ALIAS APEX, DENIAL_NXDOMAIN, 0,
     "example.com"},
    {"of the wildcard itself", "*.a.example.com", RR_A, CLAIM_NXDOMAIN, A, DENIAL_NXDOMAIN, 0,
     "a.example.com"},
    {"beside a delegation", "t.example.com", RR_A, CLAIM_NXDOMAIN, SUB APEX, DENIAL_NXDOMAIN, 0,
     "example.com"},
    {"name not covered", "b.example.com", RR_A, CLAIM_NXDOMAIN, A APEX, DENIAL_NONE,
     BIT(NSEC_QNAME_UNCOVERED), NULL},
    {"wildcard not covered", "b.example.com", RR_A, CLAIM_NXDOMAIN, ALIAS, DENIAL_NONE,
     BIT(NSEC_WILDCARD_UNCOVERED), NULL},
    {"a shallower wildcard covered", "x.r.a.example.com", RR_A, CLAIM_NXDOMAIN,
     "q.a.example.com NSEC s.a.example.com. A RRSIG NSEC\n" APEX, DENIAL_NONE,
     BIT(NSEC_WILDCARD_UNCOVERED), NULL},
    {"wildcard matched", "a.w.example.com", RR_A, CLAIM_NXDOMAIN, W, DENIAL_WILDCARD_NODATA,
     BIT(NSEC_WILDCARD_UNCOVERED), "w.example.com"},
    {"wildcard matched, has the type", "a.w.example.com", RR_MX, CLAIM_NXDOMAIN, W, DENIAL_EXISTS,
     BIT(NSEC_WILDCARD_UNCOVERED) | BIT(NSEC_TYPE_SET), NULL},
    {"wildcard is an ENT", "a.we.example.com", RR_A, CLAIM_NXDOMAIN, W WE, DENIAL_WILDCARD_NODATA,
     BIT(NSEC_WILDCARD_UNCOVERED), "we.example.com"},
    {"name matched", "a.example.com", RR_MX, CLAIM_NXDOMAIN, A APEX, DENIAL_NODATA, 0, NULL},
    {"name matched, has the type", "a.example.com", RR_A, CLAIM_NXDOMAIN, A APEX, DENIAL_EXISTS,
     BIT(NSEC_TYPE_SET), NULL},
    {"the name is an ENT", "ent.example.com", RR_A, CLAIM_NXDOMAIN, D APEX, DENIAL_ENT, 0, NULL},
    {"below a delegation", "a.sub.example.com", RR_A, CLAIM_NXDOMAIN, SUB APEX, DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"DS below a delegation", "a.sub.example.com", RR_DS, CLAIM_NXDOMAIN, SUB APEX, DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"below a DNAME", "a.d.example.com", RR_A, CLAIM_NXDOMAIN, D APEX, DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"below a DNAME at the apex", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "example.com NSEC example.com. NS SOA DNAME RRSIG NSEC DNSKEY", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"the apex itself", "example.com", RR_MX, CLAIM_NXDOMAIN, ZZ, DENIAL_NONE,
     BIT(NSEC_QNAME_UNCOVERED), NULL},
};

static const struct row nodata_rows[] = {
    {"match", "a.example.com", RR_MX, CLAIM_NODATA, A, DENIAL_NODATA, 0, NULL},
    {"match at the apex", "example.com", RR_MX, CLAIM_NODATA, APEX, DENIAL_NODATA, 0, NULL},
    {"unknown type", "a.example.com", TYPE_UNKNOWN, CLAIM_NODATA, A, DENIAL_NODATA, 0, NULL},
    {"literal wildcard", "*.w.example.com", RR_A, CLAIM_NODATA, W, DENIAL_NODATA, 0, NULL},
    {"at a DNAME", "d.example.com", RR_MX, CLAIM_NODATA, D, DENIAL_NODATA, 0, NULL},
    {"no match", "a.example.com", RR_MX, CLAIM_NODATA, APEX, DENIAL_NONE, BIT(NSEC_NO_MATCH), NULL},
    {"no match at the apex", "example.com", RR_MX, CLAIM_NODATA, ZZ, DENIAL_NONE,
     BIT(NSEC_NO_MATCH), NULL},
    {"type set", "a.example.com", RR_A, CLAIM_NODATA, A, DENIAL_EXISTS, BIT(NSEC_TYPE_SET), NULL},
    {"unknown type set", "a.example.com", TYPE_UNKNOWN, CLAIM_NODATA,
     "a.example.com NSEC b.example.com. A RRSIG NSEC TYPE65280", DENIAL_EXISTS, BIT(NSEC_TYPE_SET),
     NULL},
    {"CNAME set", "alias.example.com", RR_A, CLAIM_NODATA, ALIAS, DENIAL_EXISTS,
     BIT(NSEC_CNAME_SET), NULL},
    {"CNAME asked and set", "alias.example.com", RR_CNAME, CLAIM_NODATA, ALIAS, DENIAL_EXISTS,
     BIT(NSEC_TYPE_SET), NULL},
    {"from above a cut", "sub.example.com", RR_A, CLAIM_NODATA, SUB, DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"NS from above a cut", "sub.example.com", RR_NS, CLAIM_NODATA, SUB, DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"ENT", "ent.example.com", RR_A, CLAIM_NODATA, D, DENIAL_ENT, 0, NULL},
    {"ENT above a wildcard", "w.example.com", RR_MX, CLAIM_NODATA, SUB, DENIAL_ENT, 0, NULL},
    {"ENT and literal wildcard", "*.we.example.com", RR_A, CLAIM_NODATA, W, DENIAL_ENT, 0, NULL},
    {"ENT above the next name's end", "a.ent.example.com", RR_A, CLAIM_NODATA, D, DENIAL_NXDOMAIN,
     0, "ent.example.com"},
    {"ENT below a delegation", "x.sub.example.com", RR_A, CLAIM_NODATA,
     "sub.example.com NSEC a.x.sub.example.com. NS RRSIG NSEC", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"DS at an ENT", "ent.example.com", RR_DS, CLAIM_NODATA, D, DENIAL_ENT, 0, NULL},
    {"wildcard", "a.w.example.com", RR_A, CLAIM_NODATA, W, DENIAL_WILDCARD_NODATA, 0,
     "w.example.com"},
    {"wildcard for a deep name", "z.y.x.w.example.com", RR_A, CLAIM_NODATA, W,
     DENIAL_WILDCARD_NODATA, 0, "w.example.com"},
    {"wildcard by two records", "x.w.example.com", RR_A, CLAIM_NODATA,
     "*.w.example.com NSEC a.w.example.com. MX RRSIG NSEC\n"
     "a.w.example.com NSEC y.w.example.com. MX RRSIG NSEC",
     DENIAL_WILDCARD_NODATA, 0, "w.example.com"},
    {"wildcard has the type", "a.w.example.com", RR_MX, CLAIM_NODATA, W, DENIAL_EXISTS,
     BIT(NSEC_TYPE_SET), NULL},
    {"wildcard has CNAME", "a.w.example.com", RR_A, CLAIM_NODATA,
     "*.w.example.com NSEC zz.example.com. CNAME RRSIG NSEC", DENIAL_EXISTS, BIT(NSEC_CNAME_SET),
     NULL},
    {"wildcard is a delegation", "a.w.example.com", RR_A, CLAIM_NODATA,
     "*.w.example.com NSEC zz.example.com. NS RRSIG NSEC", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"wildcard, DS", "a.w.example.com", RR_DS, CLAIM_NODATA, W, DENIAL_WILDCARD_NODATA, 0, NULL},
    {"wildcard, DS, hint of a cut", "a.w.example.com", RR_DS, CLAIM_NODATA,
     "*.w.example.com NSEC zz.example.com. NS SOA RRSIG NSEC", DENIAL_NONE,
     BIT(NSEC_ANCESTOR_DELEGATION), NULL},
    {"wildcard alone", "x.w.example.com", RR_A, CLAIM_NODATA,
     "*.w.example.com NSEC a.w.example.com. MX RRSIG NSEC", DENIAL_NONE, BIT(NSEC_NO_MATCH), NULL},
    {"name covered, nothing of the wildcard", "x.w.example.com", RR_A, CLAIM_NODATA,
     "a.w.example.com NSEC y.w.example.com. MX RRSIG NSEC", DENIAL_NONE,
     BIT(NSEC_NO_MATCH) | BIT(DENIAL_MISSING_WILDCARD), NULL},
    {"wildcard of another parent", "b.example.com", RR_A, CLAIM_NODATA, ALIAS W, DENIAL_NONE,
     BIT(NSEC_NO_MATCH) | BIT(DENIAL_MISSING_WILDCARD), NULL},
    {"wildcard is an ENT", "a.we.example.com", RR_A, CLAIM_NODATA, WE W, DENIAL_WILDCARD_NODATA, 0,
     "we.example.com"},
    {"proof of NXDOMAIN", "b.example.com", RR_A, CLAIM_NODATA, ALIAS APEX, DENIAL_NXDOMAIN, 0,
     NULL},
};

static const struct row ds_rows[] = {
    {"unsigned delegation", "sub.example.com", RR_DS, CLAIM_NODATA, SUB, DENIAL_INSECURE_DELEGATION,
     0, NULL},
    {"unsigned cut", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT, SUB, DENIAL_INSECURE_DELEGATION,
     0, NULL},
    {"no cut", "a.example.com", RR_DS, CLAIM_NODATA, A, DENIAL_NODATA, 0, NULL},
    {"cut that the bitmap does not know", "a.example.com", RR_DS, CLAIM_UNSIGNED_CUT, A,
     DENIAL_NODATA, BIT(NSEC_DS_NS_BIT_CLEAR), NULL},
    {"cut at an ENT", "ent.example.com", RR_DS, CLAIM_UNSIGNED_CUT, D, DENIAL_ENT,
     BIT(NSEC_DS_NS_BIT_CLEAR), NULL},
    {"DS set", "signed.example.com", RR_DS, CLAIM_UNSIGNED_CUT, SIGNED, DENIAL_EXISTS,
     BIT(NSEC_DS_BIT_SET), NULL},
    {"CNAME set", "alias.example.com", RR_DS, CLAIM_NODATA, ALIAS, DENIAL_EXISTS,
     BIT(NSEC_CNAME_SET), NULL},
    {"by the apex of the child", "example.com", RR_DS, CLAIM_NODATA, APEX, DENIAL_NONE,
     BIT(NSEC_CHILD_SIDE_DS), NULL},
    {"by an apex without SOA", "example.com", RR_DS, CLAIM_NODATA,
     "example.com NSEC a.example.com. NS RRSIG NSEC DNSKEY", DENIAL_NONE,
     BIT(NSEC_CHILD_SIDE_DS) | BIT(NSEC_BITMAP_APEX), NULL},
    {"SOA at a cut", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT,
     "sub.example.com NSEC t.example.com. NS SOA RRSIG NSEC", DENIAL_NONE, BIT(NSEC_CHILD_SIDE_DS),
     NULL},
    {"no record of the cut", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT, A, DENIAL_NONE,
     BIT(NSEC_NO_MATCH), NULL},
    {"no such delegation", "b.example.com", RR_DS, CLAIM_UNSIGNED_CUT, ALIAS APEX, DENIAL_NXDOMAIN,
     0, NULL},
};

static const struct row record_rows[] = {
    {"next name outside", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "alias.example.com NSEC a.example.net. CNAME RRSIG NSEC\n" APEX, DENIAL_NONE,
     BIT(NSEC_NEXT_OVERREACH) | BIT(NSEC_QNAME_UNCOVERED), NULL},
    {"next name above", "zzz.example.com", RR_A, CLAIM_NXDOMAIN,
     "zz.example.com NSEC com. A RRSIG NSEC\n" APEX, DENIAL_NONE,
     BIT(NSEC_NEXT_OVERREACH) | BIT(NSEC_QNAME_UNCOVERED), NULL},
    {"next name outside of what matches", "a.example.com", RR_MX, CLAIM_NODATA,
     "a.example.com NSEC example.net. A RRSIG NSEC", DENIAL_NONE, BIT(NSEC_NEXT_OVERREACH), NULL},
    {"last name not to the apex", "zzz.example.com", RR_A, CLAIM_NXDOMAIN,
     "zz.example.com NSEC a.example.com. A RRSIG NSEC\n" APEX, DENIAL_NONE,
     BIT(NSEC_LAST_NOT_APEX) | BIT(NSEC_QNAME_UNCOVERED), NULL},
    {"to itself", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "a.example.com NSEC a.example.com. A RRSIG NSEC\n" APEX, DENIAL_NONE,
     BIT(NSEC_LAST_NOT_APEX) | BIT(NSEC_QNAME_UNCOVERED), NULL},
    {"match is all that is asked of the last", "zz.example.com", RR_MX, CLAIM_NODATA,
     "zz.example.com NSEC a.example.com. A RRSIG NSEC", DENIAL_NODATA, BIT(NSEC_LAST_NOT_APEX),
     NULL},
    {"several at one owner", "a.example.com", RR_MX, CLAIM_NODATA,
     A "a.example.com NSEC b.example.com. A RRSIG NSEC", DENIAL_NONE, BIT(NSEC_MULTIPLE), NULL},
    {"several elsewhere", "a.example.com", RR_MX, CLAIM_NODATA,
     A "q.example.com NSEC r.example.com. A RRSIG NSEC\n"
       "q.example.com NSEC s.example.com. A RRSIG NSEC",
     DENIAL_NODATA, BIT(NSEC_MULTIPLE), NULL},
    {"bitmap without NSEC", "a.example.com", RR_MX, CLAIM_NODATA,
     "a.example.com NSEC b.example.com. A RRSIG", DENIAL_NODATA, BIT(NSEC_BITMAP_NO_SELF), NULL},
    {"bitmap without RRSIG", "a.example.com", RR_MX, CLAIM_NODATA,
     "a.example.com NSEC b.example.com. A NSEC", DENIAL_NODATA, BIT(NSEC_BITMAP_NO_SELF), NULL},
    {"apex without DNSKEY", "example.com", RR_MX, CLAIM_NODATA,
     "example.com NSEC b.example.com. A NS SOA NSEC RRSIG", DENIAL_NODATA, BIT(NSEC_BITMAP_APEX),
     NULL},
    {"apex without NS", "example.com", RR_MX, CLAIM_NODATA,
     "example.com NSEC b.example.com. A SOA NSEC RRSIG DNSKEY", DENIAL_NODATA,
     BIT(NSEC_BITMAP_APEX), NULL},
    {"meta-type set", "a.example.com", RR_MX, CLAIM_NODATA,
     "a.example.com NSEC b.example.com. A RRSIG NSEC TYPE250", DENIAL_NODATA,
     BIT(NSEC_BITMAP_MALFORMED), NULL},
    {"meta-type asked and set", "a.example.com", RR_ANY, CLAIM_NODATA,
     "a.example.com NSEC b.example.com. A RRSIG NSEC TYPE255", DENIAL_NODATA,
     BIT(NSEC_BITMAP_MALFORMED), NULL},
    {"owner outside the zone", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "com NSEC zz.example.com. A RRSIG NSEC", DENIAL_NONE, 0, NULL},
};

#define UNDER "\\000."

static const struct row online_rows[] = {
    {"white lies", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "azz.example.com NSEC b-.example.com. RRSIG NSEC\n"
     "\\041.example.com NSEC \\043.example.com. RRSIG NSEC",
     DENIAL_NXDOMAIN, BIT(WHITE_LIES), "example.com"},
    {"white lie for the name, a true wildcard", "x.w.example.com", RR_A, CLAIM_NODATA,
     "wz.w.example.com NSEC x-.w.example.com. RRSIG NSEC\n"
     "*.w.example.com NSEC " UNDER "*.w.example.com. MX RRSIG NSEC",
     DENIAL_WILDCARD_NODATA, BIT(WHITE_LIES), "w.example.com"},
    {"compact NXDOMAIN", "b.example.com", RR_A, CLAIM_NODATA,
     "b.example.com NSEC " UNDER "b.example.com. RRSIG NSEC TYPE128", DENIAL_NXDOMAIN,
     BIT(COMPACT_DENIAL), NULL},
    {"compact NXDOMAIN with the rcode", "b.example.com", RR_A, CLAIM_NXDOMAIN,
     "b.example.com NSEC " UNDER "b.example.com. RRSIG NSEC TYPE128", DENIAL_NXDOMAIN,
     BIT(COMPACT_DENIAL), NULL},
    {"compact NXDOMAIN, DS", "b.example.com", RR_DS, CLAIM_NODATA,
     "b.example.com NSEC " UNDER "b.example.com. RRSIG NSEC TYPE128", DENIAL_NXDOMAIN,
     BIT(COMPACT_DENIAL), NULL},
    {"NXNAME asked", "b.example.com", RR_NXNAME, CLAIM_NODATA,
     "b.example.com NSEC " UNDER "b.example.com. RRSIG NSEC TYPE128", DENIAL_NXDOMAIN,
     BIT(COMPACT_DENIAL), NULL},
    {"compact NXDOMAIN, far next name", "b.example.com", RR_A, CLAIM_NODATA,
     "b.example.com NSEC c.example.com. RRSIG NSEC TYPE128", DENIAL_NXDOMAIN,
     BIT(COMPACT_DENIAL) | BIT(COMPACT_MALFORMED), NULL},
    {"NXNAME with a type", "b.example.com", RR_A, CLAIM_NODATA,
     "b.example.com NSEC " UNDER "b.example.com. MX RRSIG NSEC TYPE128", DENIAL_NODATA,
     BIT(COMPACT_MALFORMED), NULL},
    {"NXNAME with the type", "b.example.com", RR_MX, CLAIM_NODATA,
     "b.example.com NSEC " UNDER "b.example.com. MX RRSIG NSEC TYPE128", DENIAL_EXISTS,
     BIT(NSEC_TYPE_SET), NULL},
    {"NXNAME at the apex", "example.com", RR_MX, CLAIM_NODATA,
     "example.com NSEC " UNDER "example.com. RRSIG NSEC TYPE128", DENIAL_NODATA,
     BIT(COMPACT_MALFORMED) | BIT(NSEC_BITMAP_APEX), NULL},
    {"compact ENT, or legacy lie", "ent.example.com", RR_A, CLAIM_NODATA,
     "ent.example.com NSEC " UNDER "ent.example.com. RRSIG NSEC", DENIAL_ENT,
     BIT(COMPACT_NO_SIGNAL) | BIT(WHITE_LIES), NULL},
    {"compact NODATA", "a.example.com", RR_MX, CLAIM_NODATA,
     "a.example.com NSEC " UNDER "a.example.com. A RRSIG NSEC", DENIAL_NODATA, BIT(WHITE_LIES),
     NULL},
    {"compact unsigned delegation", "sub.example.com", RR_DS, CLAIM_UNSIGNED_CUT,
     "sub.example.com NSEC sub\\000.example.com. NS RRSIG NSEC", DENIAL_INSECURE_DELEGATION,
     BIT(WHITE_LIES), NULL},
};

/* The records of zone text as verified, with as many labels as their owners have. */
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

static void expect(struct arena *arena, const struct row *row, const struct proof *proof)
{
    ck_assert_msg(proof->verdict == row->verdict, "%s: the name %s; expected: %s (%s)", row->what,
                  denial_text(proof->verdict), denial_text(row->verdict),
                  denial_defects_text(arena, proof->defects));
    ck_assert_msg(proof->defects == row->defects, "%s: got '%s', expected '%s'", row->what,
                  denial_defects_text(arena, proof->defects),
                  denial_defects_text(arena, row->defects));
    ck_assert_msg(proof->kind == DENIAL_BY_NSEC && !proof->opt_out, "%s", row->what);
    if (row->encloser != NULL) {
        ck_assert_str_eq(name_text(arena, &proof->encloser), row->encloser);
    }
}

static struct proof prove(struct arena *arena, const struct row *row, uint8_t labels)
{
    struct denial_record records[RECORDS_MAX];
    struct name zone = fixture_name("example.com");
    struct name name = fixture_name(row->name);
    struct denial_question question = {&zone, &name, row->type, row->claim, labels};
    size_t count = read_records(arena, row->records, records);
    return denial_prove(crypto_create(arena), &question, records, count);
}

static void run(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_create();
        struct proof proof = prove(arena, &rows[i], 0);
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

START_TEST(odd_records)
{
    run(record_rows, COUNT(record_rows));
}
END_TEST

START_TEST(online_signers)
{
    run(online_rows, COUNT(online_rows));
}
END_TEST

/* An answer for `name` whose RRSIG has `labels` labels. */
struct expansion_row {
    struct row row;
    uint8_t labels;
};

#define EXPANSION(what, name, labels, records, verdict, defects, encloser)                         \
    {                                                                                              \
        {what, name, RR_MX, CLAIM_WILDCARD, records, verdict, defects, encloser}, labels           \
    }

static const struct expansion_row expansion_rows[] = {
    EXPANSION("next closer covered", "a.w.example.com", 3, W, DENIAL_WILDCARD_EXPANSION, 0,
              "w.example.com"),
    EXPANSION("deep", "z.y.a.w.example.com", 3, W, DENIAL_WILDCARD_EXPANSION, 0, "w.example.com"),
    EXPANSION("wildcard in the answer", "*.a.w.example.com", 3, W, DENIAL_WILDCARD_EXPANSION, 0,
              "w.example.com"),
    EXPANSION("at the apex", "b.example.com", 2, ALIAS, DENIAL_WILDCARD_EXPANSION, 0,
              "example.com"),
    EXPANSION("white lie", "x.w.example.com", 3,
              "wz.w.example.com NSEC x-.w.example.com. RRSIG NSEC", DENIAL_WILDCARD_EXPANSION,
              BIT(WHITE_LIES), "w.example.com"),
    EXPANSION("not covered", "a.w.example.com", 3, A, DENIAL_NONE, BIT(NSEC_QNAME_UNCOVERED), NULL),
    EXPANSION("only the deep name covered", "z.a.w.example.com", 3,
              "b.a.w.example.com NSEC zz.a.w.example.com. A RRSIG NSEC", DENIAL_NONE,
              BIT(NSEC_QNAME_UNCOVERED), NULL),
    EXPANSION("next closer exists", "z.a.w.example.com", 3,
              "a.w.example.com NSEC b.w.example.com. A RRSIG NSEC", DENIAL_EXISTS,
              BIT(NSEC_QNAME_UNCOVERED), NULL),
    EXPANSION("next closer is an ENT", "z.a.w.example.com", 3,
              "*.w.example.com NSEC b.a.w.example.com. A RRSIG NSEC", DENIAL_EXISTS,
              BIT(NSEC_QNAME_UNCOVERED), NULL),
    EXPANSION("below a delegation", "a.w.example.com", 3,
              "w.example.com NSEC zz.example.com. NS RRSIG NSEC", DENIAL_NONE,
              BIT(NSEC_ANCESTOR_DELEGATION), NULL),
    EXPANSION("wildcard covered by the same record", "a.w.example.com", 3,
              "w.example.com NSEC zz.example.com. A RRSIG NSEC", DENIAL_NONE, BIT(WILDCARD_COVERED),
              NULL),
    EXPANSION("wildcard covered by a record from above", "a.w.example.com", 3,
              "sub.example.com NSEC zz.example.com. A RRSIG NSEC", DENIAL_NONE,
              BIT(WILDCARD_COVERED), NULL),
    EXPANSION("wildcard covered by another record", "b.w.example.com", 3,
              "a.w.example.com NSEC c.w.example.com. A RRSIG NSEC\n" SIGNED
              "w.example.com NSEC a.w.example.com. A RRSIG NSEC",
              DENIAL_NONE, BIT(WILDCARD_COVERED), NULL),
};

START_TEST(expansions)
{
    for (size_t i = 0; i < COUNT(expansion_rows); i++) {
        struct arena *arena = arena_create();
        struct proof proof = prove(arena, &expansion_rows[i].row, expansion_rows[i].labels);
        expect(arena, &expansion_rows[i].row, &proof);
        arena_destroy(arena);
    }
}
END_TEST

/* CVE-2017-15105: the NSEC of *.w, expanded to a name that has other types. */
START_TEST(expanded_owner)
{
    struct arena *arena = arena_create();
    struct name zone = fixture_name("example.com");
    struct name name = fixture_name("a.w.example.com");
    struct rrset set = fixture_rrset(arena, W);
    set.owner = name;
    struct denial_record record = {.set = &set, .usable = true, .labels = 3};
    struct denial_question question = {&zone, &name, RR_A, CLAIM_NODATA, 0};
    struct proof proof = nsec_prove(&question, &record, 1);
    ck_assert_int_eq(proof.verdict, DENIAL_WILDCARD_NODATA); /* as the record of *.w it is right */
    ck_assert_uint_eq(proof.defects, BIT(NSEC_WILDCARD_OWNER_FORGED));
    struct name wildcard = fixture_name("*.w.example.com");
    question.name = &wildcard;
    ck_assert_int_eq(nsec_prove(&question, &record, 1).verdict, DENIAL_NODATA);
    set = fixture_rrset(arena, "*.w.example.com NSEC a.w.example.com. MX RRSIG NSEC");
    set.owner = name;
    question.name = &name;
    proof = nsec_prove(&question, &record, 1);
    ck_assert_int_eq(proof.verdict, DENIAL_NONE); /* the name exists: the wildcard says nothing */
    ck_assert_uint_eq(proof.defects, BIT(NSEC_WILDCARD_OWNER_FORGED) | BIT(NSEC_NO_MATCH));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("nsec", nxdomain, nodata, no_ds, odd_records, online_signers, expansions, expanded_owner)
