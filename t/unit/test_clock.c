/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the signatures of unrelated zones say that this host's clock is wrong. */
#include "check/clock.h"
#include "judge/reason.h"
#include "lib/fixture.h"
#include "lib/suite.h"

enum { NOW = 1789000000, DAY = 86400, MOST = 3 };

/* A signature: by which zone, from and until when. */
struct window {
    const char *signer; /* NULL: none; "": malformed */
    int64_t from, until;
};

#define LATE  -9 * DAY, -DAY
#define EARLY DAY, 9 * DAY
#define RIGHT -DAY, DAY

static const struct row {
    const char *what;
    struct window windows[MOST];
    enum clock_side side;
} rows[] = {
    {"no signature", {{NULL, 0, 0}}, CLOCK_PLAUSIBLE},
    {"two zones, both right", {{"com", RIGHT}, {".", RIGHT}}, CLOCK_PLAUSIBLE},
    {"two zones, both expired", {{"com", LATE}, {".", LATE}}, CLOCK_TOO_LATE},
    {"two zones, neither begun", {{"com", EARLY}, {".", EARLY}}, CLOCK_TOO_EARLY},
    {"one zone, expired", {{"com", LATE}, {"com", LATE}}, CLOCK_PLAUSIBLE},
    {"one zone, not begun", {{"com", EARLY}}, CLOCK_PLAUSIBLE},
    {"one of two zones expired", {{"com", LATE}, {".", RIGHT}}, CLOCK_PLAUSIBLE},
    {"one signature of three is right",
     {{"com", LATE}, {".", LATE}, {".", RIGHT}},
     CLOCK_PLAUSIBLE},
    {"one expired, one not begun", {{"com", LATE}, {".", EARLY}}, CLOCK_PLAUSIBLE},
    {"malformed ones do not count", {{"com", LATE}, {"", LATE}}, CLOCK_PLAUSIBLE},
    {"a malformed one beside", {{"", RIGHT}, {"com", LATE}, {".", LATE}}, CLOCK_TOO_LATE},
    {"the last second", {{"com", -DAY, 0}, {".", LATE}}, CLOCK_PLAUSIBLE},
    {"a second later", {{"com", -DAY, -1}, {".", LATE}}, CLOCK_TOO_LATE},
    {"within the skew", {{"com", REASON_SKEW, DAY}, {".", EARLY}}, CLOCK_PLAUSIBLE},
    {"a second beyond the skew", {{"com", REASON_SKEW + 1, DAY}, {".", EARLY}}, CLOCK_TOO_EARLY},
};

static struct rrset signed_set(const struct window *window, struct rrsig *sig, int64_t now)
{
    *sig = (struct rrsig){.malformed = window->signer[0] == '\0',
                          .inception = (uint32_t)(now + window->from),
                          .expiration = (uint32_t)(now + window->until)};
    if (!sig->malformed) {
        sig->signer = fixture_name(window->signer);
    }
    return (struct rrset){.type = RR_SOA, .sigs = sig, .sig_count = 1};
}

/* The first signature in an answer, the others in the authority section of another reply. */
static enum clock_side judge(const struct row *row, int64_t now)
{
    struct rrsig sigs[MOST];
    struct rrset sets[MOST];
    size_t count = 0;
    for (; count < MOST && row->windows[count].signer != NULL; count++) {
        sets[count] = signed_set(&row->windows[count], &sigs[count], now);
    }
    const struct message answer = {.answer = {sets, count > 0 ? 1 : 0}};
    const struct message denial = {.authority = {sets + 1, count > 1 ? count - 1 : 0}};
    const struct question questions[] = {{.reply = &answer}, {.reply = NULL}, {.reply = &denial}};
    const struct question *first[] = {&questions[0], &questions[1]};
    const struct question *second[] = {&questions[2]};
    const struct questions lists[] = {{first, COUNT(first)}, {second, COUNT(second)}};
    return clock_judge(lists, COUNT(lists), now);
}

START_TEST(clocks)
{
    /* Also where 32 bits of time begin anew. */
    static const int64_t times[] = {NOW, INT64_C(0x7fffffff), INT64_C(0x100000000)};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; j < COUNT(times); j++) {
            enum clock_side side = judge(&rows[i], times[j]);
            ck_assert_msg(side == rows[i].side, "%s: side %d", rows[i].what, (int)side);
        }
    }
}
END_TEST

START_TEST(no_questions)
{
    ck_assert_int_eq(clock_judge(NULL, 0, NOW), CLOCK_PLAUSIBLE);
}
END_TEST

SUITE_MAIN("clock", clocks, no_questions)
