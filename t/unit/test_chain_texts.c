/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the root cause says: the record, the signature found and expected, since when, what to do.
 */
#include <string.h>

#include "lib/chainworld.h"
#include "lib/suite.h"

#define COUNT(array)       (sizeof(array) / sizeof(array)[0])
#define WINDOW(start, end) .deed = DEED_RESIGN, .from = (start), .until = (end)

struct text_row {
    const char *text; /* `*` stands for whatever does not matter */
    const char *zone; /* of the first finding */
    struct world_plan plan;
};

static const struct ede unreachable = {22, {(const uint8_t *)"no servers", 10}};

static const struct text_row rows[] = {
    {"the A of www.example.com cannot be had (SERVFAIL from 192.0.2.53, EDE 22: no servers)",
     EXAMPLE,
     {.replies = {{WWW " A", .rcode = RCODE_SERVFAIL, .ede = &unreachable, .ede_count = 1}}}},
    {"the signature over www.example.com A by key */ECDSAP256SHA256 expired 6d ago "
     "(2026-09-04 00:26:40 UTC): re-sign it*",
     EXAMPLE,
     {.odd = {{WWW, {WINDOW(-20 * DAY, -6 * DAY)}}}}},
    {"the signature over www.example.com A by key * does not verify*: re-sign it",
     EXAMPLE,
     {.odd = {{WWW, {.deed = DEED_RESIGN, .spoilt = true}}}}},
    {"the signature over www.example.com A by key * is by no published key of example.com, whose "
     "keys are */ECDSAP256SHA256, */ECDSAP256SHA256: publish*",
     EXAMPLE,
     {.odd = {{WWW, {.deed = DEED_RESIGN, .keys = "Z2"}}}}},
    {"the signature over www.example.com A by key * is valid only in 2d (2026-09-12 *): check the "
     "clock*",
     EXAMPLE,
     {.odd = {{WWW, {WINDOW(2 * DAY, 9 * DAY)}}}}},
    {"www.example.com A has no signature*: re-sign*",
     EXAMPLE,
     {.odd = {{WWW, {.deed = DEED_UNSIGN}}}}},
    {"the signature over example.com DS by key * expired 6d ago (*): tell the operator of com",
     "com",
     {.odd = {{EXAMPLE, {.types = "DS", WINDOW(-20 * DAY, -6 * DAY)}}}}},
    {"DS * has the right digest but tag should be *: have * 13 2 * published in com",
     EXAMPLE,
     {.zones = {{.name = EXAMPLE, .ds = "K1=t"}}}},
    {"the DNSKEY RRset of example.com is signed by key *, expected is *, which a DS names: sign*",
     EXAMPLE,
     {.zones = {{.name = EXAMPLE, .sign_dnskey = "Z1"}}}},
    {"the signature over www.example.net A by key * expired 6d ago*",
     "example.net",
     {.replies = {{WWW " A", .answer = WWW ". CNAME " NET "."}},
      .odd = {{NET, {WINDOW(-20 * DAY, -6 * DAY)}}}}},
};

/* Whether the text is the pattern, in which `*` fits anything. */
static bool fits(const char *text, const char *pattern)
{
    const char *star = strchr(pattern, '*');
    size_t size = star == NULL ? strlen(pattern) : (size_t)(star - pattern);
    if (strncmp(text, pattern, size) != 0) {
        return false;
    }
    if (star == NULL) {
        return text[size] == '\0';
    }
    for (text += size; *text != '\0'; text++) {
        if (fits(text, star + 1)) {
            return true;
        }
    }
    return fits(text, star + 1);
}

START_TEST(root_causes)
{
    struct chainworld world;
    chainworld_open(&world);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)chainworld_judge(&world, &rows[i].plan);
        const struct finding *root = report_root(&world.subject.report);
        ck_assert_ptr_nonnull(root);
        ck_assert_msg(fits(root->text, rows[i].text), "%s", root->text);
        ck_assert_str_eq(name_text(world.arena, &root->zone), rows[i].zone);
    }
    chainworld_close(&world);
}
END_TEST

/* It was given the alias itself for a zone. */
START_TEST(a_bogus_alias_names_the_zone_of_its_target)
{
    static const struct world_plan plan = {
        .replies = {{WWW " A", .answer = WWW ". CNAME " NET "."}},
        .odd = {{NET, {.deed = DEED_RESIGN, .spoilt = true}}},
    };
    struct chainworld world;
    chainworld_open(&world);
    (void)chainworld_judge(&world, &plan);
    const struct report *report = &world.subject.report;
    size_t at = 0;
    while (at < report->finding_count && report->findings[at].id != FINDING_CHAIN_ALIAS_BOGUS) {
        at++;
    }
    ck_assert_uint_lt(at, report->finding_count);
    ck_assert_str_eq(name_text(world.arena, &report->findings[at].zone), "example.net");
    chainworld_close(&world);
}
END_TEST

SUITE_MAIN("chain_texts", root_causes, a_bogus_alias_names_the_zone_of_its_target)
