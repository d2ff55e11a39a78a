/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verdicts on several signatures amount to, and which of them decides. */
#include "judge/reason.h"
#include "lib/suite.h"

enum { MOST = 4, DAYS = 86400 };

/* A signature as sig_judge leaves it. */
struct given {
    unsigned defects;
    uint8_t algorithm; /* 0: 13 */
    int64_t remaining; /* 0: ten days */
    int64_t age;       /* 0: a day */
};

struct bench {
    struct rrsig sigs[MOST];
    struct sig_verdict verdicts[MOST];
    struct rrset set;
};

static void bench_fill(struct bench *bench, const struct given *given, size_t count)
{
    *bench = (struct bench){.set = {.type = RR_A, .count = 1, .sig_count = count}};
    for (size_t i = 0; i < count; i++) {
        bench->sigs[i].algorithm = given[i].algorithm == 0 ? 13 : given[i].algorithm;
        bench->sigs[i].inception = 2000;
        bench->sigs[i].expiration = 1000;
        bench->verdicts[i] = (struct sig_verdict){
            .defects = given[i].defects,
            .sig = &bench->sigs[i],
            .remaining = given[i].remaining == 0 ? 10 * DAYS : given[i].remaining,
            .age = given[i].age == 0 ? DAYS : given[i].age,
        };
    }
    bench->set.sigs = bench->sigs;
}

static struct judgement judge(struct bench *bench, const struct given *given, size_t count)
{
    bench_fill(bench, given, count);
    return reason_judge(&bench->set, bench->verdicts, NULL);
}

/* Each defect alone. */
static const struct {
    unsigned defects;
    enum finding_id id;
} reasons[] = {
    {SIG_MALFORMED, FINDING_RRSIG_MALFORMED},
    {SIG_OFF_TREE, FINDING_RRSIG_SIGNER_NOT_ZONE},
    {SIG_LABELS_HIGH, FINDING_RRSIG_LABELS_HIGH},
    {SIG_LABELS_BELOW_SIGNER, FINDING_RRSIG_LABELS_BELOW_SIGNER},
    {SIG_UNSUPPORTED, FINDING_RRSIG_UNSUPPORTED_ALG},
    {SIG_FORBIDDEN, FINDING_RRSIG_UNSUPPORTED_ALG},
    {SIG_NO_KEY | SIG_ALGORITHM_MISMATCH, FINDING_RRSIG_ALG_MISMATCH},
    {SIG_NO_KEY, FINDING_RRSIG_NO_KEY},
    {SIG_KEY_NOT_ZONE, FINDING_RRSIG_KEY_NOT_ZONE},
    {SIG_KEY_PROTOCOL, FINDING_RRSIG_KEY_PROTOCOL},
    {SIG_KEY_REVOKED, FINDING_RRSIG_KEY_REVOKED},
    {SIG_KEY_LENGTH, FINDING_DNSKEY_LENGTH},
    {SIG_LENGTH, FINDING_RRSIG_LENGTH},
    {SIG_NSEC_OVERREACH, FINDING_NSEC_NEXT_OVERREACH},
    {SIG_INVERTED, FINDING_RRSIG_WINDOW_INVERTED},
    {SIG_REFUSED_HERE, FINDING_CRYPTO_REFUSED},
    {SIG_LIMIT, FINDING_LIMIT_VALIDATIONS},
    {SIG_BAD, FINDING_RRSIG_BAD_CRYPTO},
    {SIG_EXPIRED, FINDING_RRSIG_EXPIRED_RRSET},
    {SIG_NOT_YET_VALID, FINDING_RRSIG_NOT_YET_RRSET},
    {SIG_WRONG_TYPE, FINDING_RRSIG_TYPE_COVERED},
    /* Time explains a wrong signature, keys explain everything but the place. */
    {SIG_EXPIRED | SIG_BAD, FINDING_RRSIG_EXPIRED_RRSET},
    {SIG_NOT_YET_VALID | SIG_BAD, FINDING_RRSIG_NOT_YET_RRSET},
    {SIG_EXPIRED | SIG_KEY_REVOKED, FINDING_RRSIG_KEY_REVOKED},
    {SIG_NO_KEY | SIG_OFF_TREE, FINDING_RRSIG_SIGNER_NOT_ZONE},
    {SIG_INVERTED | SIG_EXPIRED, FINDING_RRSIG_WINDOW_INVERTED},
};

START_TEST(one_signature)
{
    struct bench bench;
    for (size_t i = 0; i < COUNT(reasons); i++) {
        struct judgement judgement =
            judge(&bench, &(struct given){.defects = reasons[i].defects}, 1);
        ck_assert(!judgement.good);
        ck_assert_msg(judgement.reason == reasons[i].id, "defects %x: %s", reasons[i].defects,
                      finding_class(judgement.reason)->slug);
        ck_assert_ptr_eq(judgement.deciding, &bench.verdicts[0]);
        ck_assert_ptr_eq(judgement.verdicts, bench.verdicts);
    }
}
END_TEST

START_TEST(no_signature)
{
    struct bench bench;
    struct judgement judgement = judge(&bench, NULL, 0);
    ck_assert(!judgement.good);
    ck_assert_int_eq(judgement.reason, FINDING_RRSIG_MISSING_RRSET);
    ck_assert_ptr_null(judgement.deciding);
}
END_TEST

/* Which signature decides, by its place; and why, where none is good. */
static const struct {
    const char *what;
    struct given given[MOST];
    size_t count;
    size_t deciding;
    bool good;
    enum finding_id reason;
} sets[] = {
    {"a good one among bad ones",
     {{SIG_BAD, 0, 0, 0}, {0, 0, 0, 0}, {SIG_EXPIRED, 0, 0, 0}},
     3,
     1,
     true,
     FINDING_COUNT},
    {"of one algorithm the one that lasts longest",
     {{0, 0, 5 * DAYS, 0}, {0, 0, 9 * DAYS, 0}, {0, 0, 7 * DAYS, 0}},
     3,
     1,
     true,
     FINDING_COUNT},
    {"of two algorithms the one that ends first",
     {{0, 8, 5 * DAYS, 0}, {0, 13, 9 * DAYS, 0}, {0, 8, 7 * DAYS, 0}},
     3,
     2,
     true,
     FINDING_COUNT},
    {"an algorithm without a good one does not count",
     {{SIG_BAD, 8, DAYS, 0}, {0, 13, 9 * DAYS, 0}},
     2,
     1,
     true,
     FINDING_COUNT},
    {"an expired one says more than one by an unknown key",
     {{SIG_NO_KEY, 0, 0, 0}, {SIG_EXPIRED, 0, 0, 0}},
     2,
     1,
     false,
     FINDING_RRSIG_EXPIRED_RRSET},
    {"a wrong one says more than a foreign one",
     {{SIG_BAD, 0, 0, 0}, {SIG_OFF_TREE, 0, 0, 0}},
     2,
     0,
     false,
     FINDING_RRSIG_BAD_CRYPTO},
    {"what this host refuses might have been good",
     {{SIG_BAD, 0, 0, 0}, {SIG_REFUSED_HERE, 0, 0, 0}},
     2,
     0,
     false,
     FINDING_CRYPTO_REFUSED},
    {"what was not tried might have been good",
     {{SIG_BAD, 0, 0, 0}, {SIG_LIMIT, 0, 0, 0}},
     2,
     0,
     false,
     FINDING_LIMIT_VALIDATIONS},
    {"begins in five minutes: clocks differ",
     {{SIG_NOT_YET_VALID, 0, 0, -REASON_SKEW}},
     1,
     0,
     true,
     FINDING_COUNT},
    {"begins in more than five minutes",
     {{SIG_NOT_YET_VALID, 0, 0, -REASON_SKEW - 1}},
     1,
     0,
     false,
     FINDING_RRSIG_NOT_YET_RRSET},
    {"begins in five minutes and is wrong",
     {{SIG_NOT_YET_VALID | SIG_BAD, 0, 0, -REASON_SKEW}},
     1,
     0,
     false,
     FINDING_RRSIG_BAD_CRYPTO},
};

START_TEST(several_signatures)
{
    struct bench bench;
    for (size_t i = 0; i < COUNT(sets); i++) {
        struct judgement judgement = judge(&bench, sets[i].given, sets[i].count);
        ck_assert_msg(judgement.good == sets[i].good, "%s: good %d", sets[i].what, judgement.good);
        ck_assert_msg(judgement.deciding == &bench.verdicts[sets[i].deciding],
                      "%s: another one decides", sets[i].what);
        ck_assert_msg(judgement.good || judgement.reason == sets[i].reason, "%s: %s", sets[i].what,
                      finding_class(judgement.reason)->slug);
    }
}
END_TEST

/* Only those that may carry the RRset count, also for what is refused or left untried. */
START_TEST(eligible_signatures)
{
    static const struct given given[] = {
        {0, 0, 0, 0}, {SIG_REFUSED_HERE, 0, 0, 0}, {SIG_EXPIRED, 0, 0, 0}};
    struct bench bench;
    bench_fill(&bench, given, COUNT(given));
    struct judgement judgement =
        reason_judge(&bench.set, bench.verdicts, (const bool[]){false, false, true});
    ck_assert(!judgement.good);
    ck_assert_int_eq(judgement.reason, FINDING_RRSIG_EXPIRED_RRSET);
    judgement = reason_judge(&bench.set, bench.verdicts, (const bool[]){false, true, true});
    ck_assert_int_eq(judgement.reason, FINDING_CRYPTO_REFUSED);
    judgement = reason_judge(&bench.set, bench.verdicts, (const bool[]){true, false, false});
    ck_assert(judgement.good);
    judgement = reason_judge(&bench.set, bench.verdicts, (const bool[]){false, false, false});
    ck_assert(!judgement.good);
    ck_assert_ptr_null(judgement.deciding);
}
END_TEST

START_TEST(reasons_that_hang_on_the_set)
{
    struct bench bench;
    bench_fill(&bench, &(struct given){.defects = SIG_NSEC_OVERREACH}, 1);
    bench.set.type = RR_NSEC3;
    ck_assert_int_eq(reason_of(&bench.set, &bench.verdicts[0]), FINDING_NSEC3_OWNER_INVALID);
    /* Inverted by serial arithmetic alone: too long. */
    bench_fill(&bench, &(struct given){.defects = SIG_INVERTED}, 1);
    bench.sigs[0].inception = 1;
    bench.sigs[0].expiration = UINT32_C(0x90000000);
    ck_assert_int_eq(reason_of(&bench.set, &bench.verdicts[0]), FINDING_RRSIG_WINDOW_AMBIGUOUS);
}
END_TEST

SUITE_MAIN("reason", one_signature, no_signature, several_signatures, eligible_signatures,
           reasons_that_hang_on_the_set)
