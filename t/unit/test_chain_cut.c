/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each way in which the link from a zone to the one below can hold or break, and what is said. */
#include "lib/chainworld.h"
#include "lib/suite.h"

#define ZONE(...) .zones = {{.name = EXAMPLE, __VA_ARGS__}}
#define SPOIL(owner, covered)                                                                      \
    .odd = {{owner, {.types = covered, .deed = DEED_RESIGN, .spoilt = true}}}
#define EXPIRED .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY
#define EARLY   .deed = DEED_RESIGN, .from = DAY, .until = 12 * DAY

/* A name that is no zone cut: the questions for DS and DNSKEY there were speculation. */

static const struct world_row speculation_rows[] = {
    {"nothing there", SECURE, {.name = NULL}},
    {"proof that there is no DS",
     SECURE,
     {.replies = {{"www.example.com DS",
                   .authority = "www.example.com. NSEC example.com. A RRSIG NSEC"}}}},
    {"proof that does not hold",
     SECURE,
     {.replies = {{"www.example.com DS",
                   .authority = "www.example.com. NSEC example.com. A NS DS RRSIG NSEC"}}}},
    {"SERVFAIL",
     SECURE,
     {.replies = {{"www.example.com DS", .rcode = RCODE_SERVFAIL},
                  {"www.example.com DNSKEY", .rcode = RCODE_SERVFAIL}}}},
    {"silence",
     SECURE,
     {.replies = {{"www.example.com DS", .status = NET_TIMEOUT},
                  {"www.example.com DNSKEY", .status = NET_MALFORMED}}}},
    {"REFUSED and FORMERR",
     SECURE,
     {.replies = {{"www.example.com DS", .rcode = RCODE_REFUSED},
                  {"www.example.com DNSKEY", .rcode = RCODE_FORMERR}}}},
    {"NXDOMAIN for an empty non-terminal",
     "secure: ent-nxdomain=WARNING chain-secure=OK",
     {.name = "a.ent.example.com",
      .replies = {{"a.ent.example.com A", .answer = "a.ent.example.com. A 192.0.2.1"},
                  {"ent.example.com DS", .rcode = RCODE_NXDOMAIN},
                  {"ent.example.com DNSKEY", .rcode = RCODE_NXDOMAIN}}}},
};

START_TEST(speculation)
{
    chainworld_judge_rows(speculation_rows, COUNT(speculation_rows));
}
END_TEST

static const struct world_row good_rows[] = {
    {"DS by SHA-384", SECURE, {ZONE(.ds = "K1/4")}},
    {"DS by SHA-1 alone", SECURE, {ZONE(.ds = "K1/1")}},
    {"SHA-1 and SHA-256", SECURE, {ZONE(.ds = "K1/1 K1")}},
    {"SHA-256 and SHA-384", SECURE, {ZONE(.ds = "K1/4 K1")}},
    {"a wrong SHA-1 DS beside SHA-256", SECURE, {ZONE(.ds = "K1/1=d K1")}},
    {"one DS is of no key", SECURE, {ZONE(.ds = "K1 K2")}},
    {"one DS is wrong", SECURE, {ZONE(.ds = "K1=d K1/4")}},
    {"one DS is of an algorithm nobody knows", SECURE, {ZONE(.ds = "K1=u K1")}},
    {"one DS is of a digest nobody knows", SECURE, {ZONE(.ds = "K1=g K1")}},
    {"two keys, one DS", SECURE, {ZONE(.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2")}},
    {"one key for all", SECURE, {ZONE(.dnskey = "K1", .sign_data = "K1")}},
    {"a DS of the ZSK", SECURE, {ZONE(.dnskey = "Z1", .ds = "Z1", .sign_dnskey = "Z1")}},
    {"Ed25519",
     SECURE,
     {ZONE(.dnskey = "Kb Zb", .ds = "Kb", .sign_dnskey = "Kb", .sign_data = "Zb")}},
    {"two algorithms",
     SECURE,
     {ZONE(.dnskey = "K1 Z1 Kb Zb", .ds = "K1 Kb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb")}},
    {"two algorithms, one signs nothing", SECURE, {ZONE(.dnskey = "K1 Z1 Kb Zb", .ds = "K1 Kb")}},
    {"a bad signature beside a good one",
     "secure: rrsig-bad-extra=WARNING chain-secure=OK",
     {.odd = {{EXAMPLE, {.types = "DNSKEY", .deed = DEED_ALSO, .spoilt = true}}}}},
    {"a revoked key beside a good one",
     SECURE,
     {ZONE(.dnskey = "K1 K2r Z1", .sign_dnskey = "K1 K2r")}},
};

START_TEST(links_that_hold)
{
    chainworld_judge_rows(good_rows, COUNT(good_rows));
}
END_TEST

static const struct world_row ds_rows[] = {
    {"wrong tag", "bogus: ds-tag-wrong=CRITICAL" BROKEN, {ZONE(.ds = "K1=t")}},
    {"wrong algorithm", "bogus: ds-alg-wrong=CRITICAL" BROKEN, {ZONE(.ds = "K1=a")}},
    {"algorithm that nobody knows, digest right",
     "insecure: ds-alg-unsupported-all=CRITICAL chain-insecure-alg=CRITICAL",
     {ZONE(.ds = "K1=u")}},
    {"wrong digest", "bogus: ds-digest-wrong=CRITICAL" BROKEN, {ZONE(.ds = "K1=d")}},
    {"digest cut off", "bogus: ds-digest-length=CRITICAL" BROKEN, {ZONE(.ds = "K1=l")}},
    {"a good SHA-1 DS beside a wrong SHA-256 one",
     "bogus: ds-sha1-masks-broken-sha2=CRITICAL" BROKEN,
     {ZONE(.ds = "K1/1 K1=d")}},
    {"a good SHA-1 DS beside a wrong SHA-384 one",
     "bogus: ds-sha1-masks-broken-sha2=CRITICAL" BROKEN,
     {ZONE(.ds = "K1/1 K1/4=d")}},
    {"of a key that is not there", "bogus: ds-none-match=CRITICAL" BROKEN, {ZONE(.ds = "K2")}},
    {"of two keys that are not there",
     "bogus: ds-none-match=CRITICAL" BROKEN,
     {ZONE(.ds = "K2 X1")}},
    {"of a key revoked since",
     "bogus: ds-points-revoked=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1r Z1")}},
    {"of a revoked key",
     "bogus: ds-points-revoked=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1r Z1", .ds = "K1r", .sign_dnskey = "K1r")}},
    {"wrong digest and wrong tag: the latter says more",
     "bogus: ds-tag-wrong=CRITICAL" BROKEN,
     {ZONE(.ds = "K1=d K1/4=t")}},
    {"digest type that nobody knows",
     "insecure: ds-digest-unsupported-all=CRITICAL chain-insecure-alg=CRITICAL",
     {ZONE(.ds = "K1=g")}},
    {"digest type and algorithm that nobody knows",
     "insecure: ds-digest-unsupported-all=CRITICAL chain-insecure-alg=CRITICAL",
     {ZONE(.ds = "K1=g K2=u")}},
    {"SHA-1 beside a digest type that nobody knows", SECURE, {ZONE(.ds = "K1=g K1/1")}},
    {"the zone is not signed", "bogus: ds-child-unsigned=CRITICAL" BROKEN, {ZONE(.dnskey = "")}},
};

START_TEST(links_with_a_bad_ds)
{
    chainworld_judge_rows(ds_rows, COUNT(ds_rows));
}
END_TEST

static const struct world_row dnskey_rows[] = {
    {"signed by a key without DS",
     "bogus: rrsig-missing-ksk=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1 K2 Z1", .sign_dnskey = "K2")}},
    {"signed by the ZSK only",
     "bogus: rrsig-missing-ksk=CRITICAL" BROKEN,
     {ZONE(.sign_dnskey = "Z1")}},
    {"signed by a key that is not there",
     "bogus: rrsig-missing-ksk=CRITICAL" BROKEN,
     {ZONE(.sign_dnskey = "X1")}},
    {"not signed", "bogus: rrsig-missing-dnskey=CRITICAL" BROKEN, {ZONE(.sign_dnskey = "")}},
    {"wrong signature", "bogus: rrsig-bad-crypto=CRITICAL" BROKEN, {SPOIL(EXAMPLE, "DNSKEY")}},
    {"wrong signature by the KSK, good one by the ZSK",
     "bogus: ds-no-valid-sep=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}},
              {EXAMPLE, {.types = "DNSKEY", .deed = DEED_ALSO, .keys = "Z1"}}}}},
    {"expired",
     "bogus: rrsig-expired-rrset=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", EXPIRED}}}}},
    {"not valid yet",
     "bogus: rrsig-not-yet-rrset=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", EARLY}}}}},
    {"expired like the answer",
     "bogus: rrsig-expired-all=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", EXPIRED}}, {"www.example.com", {EXPIRED}}}}},
    {"not valid yet like the answer",
     "bogus: rrsig-not-yet-all=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", EARLY}}, {"www.example.com", {EARLY}}}}},
    {"expired before inception",
     "bogus: rrsig-window-inverted=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", .deed = DEED_RESIGN, .from = DAY, .until = -DAY}}}}},
    {"by another zone's name",
     "bogus: rrsig-missing-ksk=CRITICAL" BROKEN,
     {.odd = {{EXAMPLE, {.types = "DNSKEY", .deed = DEED_RESIGN, .signer = "com"}}}}},
    {"by a key without zone flag",
     "bogus: rrsig-key-not-zone=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1n Z1", .ds = "K1n", .sign_dnskey = "K1n")}},
    {"by a key of protocol 2",
     "bogus: rrsig-key-protocol=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1p Z1", .ds = "K1p", .sign_dnskey = "K1p")}},
    {"by a key that is too short",
     "bogus: dnskey-length=CRITICAL" BROKEN,
     {ZONE(.dnskey = "K1s Z1", .ds = "K1s", .sign_dnskey = "K1s")}},
    {"by a key of an algorithm that nobody has",
     "insecure: ds-alg-unsupported-all=CRITICAL chain-insecure-alg=CRITICAL",
     {ZONE(.dnskey = "K1u Z1", .ds = "K1u", .sign_dnskey = "K1u")}},
    {"another key has the tag",
     "secure: rrsig-tag-collision=CRITICAL chain-secure=OK",
     {ZONE(.dnskey = "K1 K1c Z1")}},
    {"silence",
     "bogus: chain-dnskey-unreachable=CRITICAL" BROKEN,
     {.replies = {{"example.com DNSKEY", .status = NET_TIMEOUT}}}},
    {"SERVFAIL",
     "bogus: chain-dnskey-unreachable=CRITICAL" BROKEN,
     {.replies = {{"example.com DNSKEY", .rcode = RCODE_SERVFAIL}}}},
    {"NXDOMAIN",
     "bogus: ds-child-unsigned=CRITICAL" BROKEN,
     {.replies = {{"example.com DNSKEY", .rcode = RCODE_NXDOMAIN}}}},
    {"malformed",
     "bogus: chain-dnskey-unreachable=CRITICAL" BROKEN,
     {.replies = {{"example.com DNSKEY", .status = NET_MALFORMED}}}},
};

START_TEST(links_with_bad_keys)
{
    chainworld_judge_rows(dnskey_rows, COUNT(dnskey_rows));
}
END_TEST

static const struct world_row parent_rows[] = {
    {"DS unsigned",
     "bogus: ds-parent-unsigned-rr=CRITICAL" ABOVE,
     {.odd = {{EXAMPLE, {.types = "DS", .deed = DEED_UNSIGN}}}}},
    {"DS signed wrongly", "bogus: ds-parent-bad-sig=CRITICAL" ABOVE, {SPOIL(EXAMPLE, "DS")}},
    {"DS expired",
     "bogus: ds-parent-bad-sig=CRITICAL" ABOVE,
     {.odd = {{EXAMPLE, {.types = "DS", EXPIRED}}}}},
    {"DS signed by a key that is not there",
     "bogus: ds-parent-bad-sig=CRITICAL" ABOVE,
     {.odd = {{EXAMPLE, {.types = "DS", .deed = DEED_RESIGN, .keys = "X1"}}}}},
    {"DS signed in the name of the child",
     "bogus: ds-parent-bad-sig=CRITICAL" ABOVE,
     {.odd = {{EXAMPLE, {.types = "DS", .deed = DEED_RESIGN, .signer = "example.com"}}}}},
    {"wrong DS of the zone above",
     "bogus: ds-tag-wrong=CRITICAL" ABOVE,
     {.zones = {{.name = "com", .ds = "K1=t"}}}},
    {"keys of the zone above signed wrongly",
     "bogus: rrsig-bad-crypto=CRITICAL" ABOVE,
     {SPOIL("com", "DNSKEY")}},
    {"DS of the zone above signed wrongly",
     "bogus: ds-parent-bad-sig=CRITICAL" ABOVE,
     {SPOIL("com", "DS")}},
    {"faults in two zones: the upper one counts",
     "bogus: ds-tag-wrong=CRITICAL" ABOVE,
     {.zones = {{.name = "com", .ds = "K1=t"}, {.name = EXAMPLE, .ds = "K1=d"}}}},
};

START_TEST(faults_above)
{
    chainworld_judge_rows(parent_rows, COUNT(parent_rows));
}
END_TEST

SUITE_MAIN("chain_cut", speculation, links_that_hold, links_with_a_bad_ds, links_with_bad_keys,
           faults_above)
