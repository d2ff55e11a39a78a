/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that are proved to be insecure, and proofs that are none. */
#include "lib/chainworld.h"
#include "lib/suite.h"

#define ZONE(...) .zones = {{.name = EXAMPLE, __VA_ARGS__}}
#define SPOIL(owner, covered)                                                                      \
    .odd = {{owner, {.types = covered, .deed = DEED_RESIGN, .spoilt = true}}}
#define EXPIRED .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY

#define UNSIGNED ZONE(.dnskey = "", .ds = "")
#define NO_DS(proof, ...)                                                                          \
    .zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}},                                          \
    .replies = {{"example.com DS", .signer = "com", .authority = proof, __VA_ARGS__}}
#define MATCH "example.com. NSEC zz.com. "
#define OPT_OUT(flags)                                                                             \
    "ck0pojmg874ljref7efn8430qvit8bsm.com. NSEC3 1 " flags                                         \
    " 0 - ck0pojmg874ljref7efn8430qvit8bsn NS SOA RRSIG DNSKEY NSEC3PARAM\n"                       \
    "onib9mgub9h0rml3cdf5bgrj59dkjhvj.com. NSEC3 1 " flags                                         \
    " 0 - onib9mgub9h0rml3cdf5bgrj59dkjhvl NS DS RRSIG"
#define NSEC3_MATCH(types)                                                                         \
    "onib9mgub9h0rml3cdf5bgrj59dkjhvk.com. NSEC3 1 1 0 - onib9mgub9h0rml3cdf5bgrj59dkjhvl " types

static const struct world_row insecure_rows[] = {
    {"NSEC", "insecure: chain-insecure-proven=CRITICAL", {UNSIGNED}},
    {"NSEC, asked for the apex",
     "insecure: chain-insecure-proven=CRITICAL",
     {UNSIGNED, .name = EXAMPLE}},
    {"NSEC3 that matches",
     "insecure: chain-insecure-proven=CRITICAL",
     {NO_DS(NSEC3_MATCH("NS"), )}},
    {"Opt-Out", "insecure: chain-insecure-optout=CRITICAL", {NO_DS(OPT_OUT("1"), )}},
    {"NSEC3 that covers without Opt-Out",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS(OPT_OUT("0"), )}},
    {"signed below an unsigned delegation: island",
     "insecure: chain-insecure-proven=CRITICAL unsigned-island=WARNING",
     {ZONE(.ds = "")}},
    {"zone above insecure",
     "insecure: chain-insecure-proven=CRITICAL",
     {.zones = {{.name = "com", .ds = "", .dnskey = ""},
                {.name = EXAMPLE, .ds = "", .dnskey = ""}}}},
    {"zone above insecure, the zone signed",
     "insecure: chain-insecure-proven=CRITICAL unsigned-island=WARNING",
     {.zones = {{.name = "com", .ds = "", .dnskey = ""}}}},
    {"no proof", "bogus: chain-no-ds-proof=CRITICAL" ABOVE, {NO_DS(NULL, )}},
    {"no proof, the zone signed",
     "bogus: chain-no-ds-proof=CRITICAL" ABOVE,
     {ZONE(.ds = ""), .replies = {{.question = "example.com DS"}}}},
    {"no proof, and nothing shows that there is a cut",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {.name = "a.b.example.com",
      .zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}},
      .replies = {{.question = "example.com DS"},
                  {.question = "example.com DNSKEY"},
                  {"a.b.example.com A", .answer = "a.b.example.com. A 192.0.2.7"}}}},
    /* False OK: reads a DS question that failed as unsigned. */
    {"SERVFAIL to the DS question",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {NO_DS(NULL, .rcode = RCODE_SERVFAIL)}},
    {"silence to the DS question",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {NO_DS(NULL, .status = NET_TIMEOUT)}},
    {"REFUSED to the DS question",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {NO_DS(NULL, .rcode = RCODE_REFUSED)}},
    {"proof with DS",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS(MATCH "NS DS RRSIG NSEC", )}},
    {"proof with SOA",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS(MATCH "NS SOA RRSIG NSEC", )}},
    {"proof without NS, where replies show the cut",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS(MATCH "A RRSIG NSEC", )}},
    {"proof without NS, the zone signed",
     "bogus: rrsig-signer-not-zone=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ZONE(.ds = ""),
      .replies = {{"example.com DS", .signer = "com", .authority = MATCH "A RRSIG NSEC"}}}},
    {"proof by the zone itself",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {ZONE(.ds = ""), .replies = {{"example.com DS", .signer = EXAMPLE,
                                   .authority = MATCH "A NS SOA RRSIG NSEC"}}}},
    {"NXDOMAIN for the cut without proof about a wildcard",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS("a.com. NSEC zz.com. NS DS RRSIG NSEC", .rcode = RCODE_NXDOMAIN)}},
    {"proof not signed",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {UNSIGNED, .odd = {{EXAMPLE, {.types = "NSEC", .deed = DEED_UNSIGN}}}}},
    {"proof signed wrongly (.de, May 2026)",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {UNSIGNED, SPOIL(EXAMPLE, "NSEC")}},
    {"proof expired",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {UNSIGNED, .odd = {{EXAMPLE, {.types = "NSEC", EXPIRED}}}}},
    {"Opt-Out signed wrongly",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ABOVE,
     {NO_DS(OPT_OUT("1"), ), SPOIL(NULL, "NSEC3")}},
    {"the absence of the DS is itself secure",
     SECURE,
     {.zones = {{.name = EXAMPLE, .dnskey = "", .ds = ""}}, .type = "DS", .name = EXAMPLE}},
};

START_TEST(insecure)
{
    chainworld_judge_rows(insecure_rows, COUNT(insecure_rows));
}
END_TEST

/* What is expected, and how strictly. */

static void expect_insecure(struct chain_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

static void expect_any(struct chain_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static void sha1_insecure(struct chain_options *options)
{
    options->common.sha1 = SHA1_INSECURE;
}

static void sha1_insecure_expected(struct chain_options *options)
{
    options->common.sha1 = SHA1_INSECURE;
    options->common.expect = EXPECT_INSECURE;
}

static void sha1_ok(struct chain_options *options)
{
    options->common.sha1 = SHA1_OK;
}

static void own_zone_only(struct chain_options *options)
{
    options->common.rating.own_zone_only = true;
}

#define SHA1_ZONE ZONE(.dnskey = "K5 Z5", .ds = "K5", .sign_dnskey = "K5", .sign_data = "Z5")
#define SHA1_BESIDE                                                                                \
    ZONE(.dnskey = "K5 Z5 K1 Z1", .ds = "K5 K1", .sign_dnskey = "K5 K1", .sign_data = "Z5 Z1")

static const struct world_row expect_rows[] = {
    {"secure against expectation", "secure: chain-secure=WARNING", {.tune = expect_insecure}},
    {"secure, either will do", SECURE, {.tune = expect_any}},
    {"insecure as expected",
     "insecure: chain-insecure-proven=OK",
     {UNSIGNED, .tune = expect_insecure}},
    {"insecure, either will do",
     "insecure: chain-insecure-proven=OK",
     {UNSIGNED, .tune = expect_any}},
    {"Opt-Out as expected",
     "insecure: chain-insecure-optout=OK",
     {NO_DS(OPT_OUT("1"), ), .tune = expect_insecure}},
    {"Opt-Out, either will do",
     "insecure: chain-insecure-optout=OK",
     {NO_DS(OPT_OUT("1"), ), .tune = expect_any}},
    {"unknown algorithm as expected",
     "insecure: ds-alg-unsupported-all=OK chain-insecure-alg=OK",
     {ZONE(.ds = "K1=u"), .tune = expect_insecure}},
    {"unknown digest, either will do",
     "insecure: ds-digest-unsupported-all=OK chain-insecure-alg=OK",
     {ZONE(.ds = "K1=g"), .tune = expect_any}},
    {"bogus is never as expected",
     "bogus: ds-digest-wrong=CRITICAL" BROKEN,
     {ZONE(.ds = "K1=d"), .tune = expect_insecure}},
    {"bogus, either will not do",
     "bogus: ds-digest-wrong=CRITICAL" BROKEN,
     {ZONE(.ds = "K1=d"), .tune = expect_any}},
    {"undecided, either will not do",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {NO_DS(NULL, .rcode = RCODE_SERVFAIL), .tune = expect_any}},
    {"SHA-1", "secure: ds-alg-deprecated=WARNING chain-secure=OK", {SHA1_ZONE}},
    {"SHA-1 taken as it is", SECURE, {SHA1_ZONE, .tune = sha1_ok}},
    {"SHA-1 taken as insecure",
     "insecure: ds-alg-deprecated=CRITICAL chain-insecure-alg=CRITICAL",
     {SHA1_ZONE, .tune = sha1_insecure}},
    {"SHA-1 taken as insecure, as expected",
     "insecure: ds-alg-deprecated=WARNING chain-insecure-alg=OK",
     {SHA1_ZONE, .tune = sha1_insecure_expected}},
    {"SHA-1 beside another algorithm", SECURE, {SHA1_BESIDE, .tune = sha1_insecure}},
    {"the zone's own fault with --own-zone-only",
     "bogus: ds-digest-wrong=CRITICAL" BROKEN,
     {ZONE(.ds = "K1=d"), .tune = own_zone_only}},
    {"the parent's fault with --own-zone-only",
     "bogus: ds-parent-bad-sig=WARNING chain-bogus=WARNING chain-parent-fault=WARNING",
     {SPOIL(EXAMPLE, "DS"), .tune = own_zone_only}},
    {"a grandparent's fault with --own-zone-only",
     "bogus: ds-tag-wrong=WARNING chain-bogus=WARNING chain-parent-fault=WARNING",
     {.zones = {{.name = "com", .ds = "K1=t"}}, .tune = own_zone_only}},
    {"a proof of the parent with --own-zone-only",
     "bogus: chain-ds-proof-bogus-rrsig=WARNING chain-bogus=WARNING chain-parent-fault=WARNING",
     {UNSIGNED, SPOIL(EXAMPLE, "NSEC"), .tune = own_zone_only}},
    {"the link of an unsigned zone with --own-zone-only",
     "bogus: ds-child-unsigned=CRITICAL" BROKEN,
     {ZONE(.dnskey = ""), .tune = own_zone_only}},
    {"no DS of the zone itself",
     "insecure: chain-insecure-proven=CRITICAL unsigned-island=WARNING",
     {ZONE(.ds = ""), .tune = own_zone_only}},
    {"no DS of the zone above",
     "insecure: chain-insecure-proven=WARNING unsigned-island=WARNING",
     {.zones = {{.name = "com", .ds = ""}}, .tune = own_zone_only}},
};

START_TEST(expectation)
{
    chainworld_judge_rows(expect_rows, COUNT(expect_rows));
}
END_TEST

SUITE_MAIN("chain_insecure", insecure, expectation)
