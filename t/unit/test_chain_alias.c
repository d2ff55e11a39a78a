/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aliases: CNAME and DNAME, within a zone and into others, in circles, and to names that are bad.
 */
#include "lib/chainworld.h"
#include "lib/suite.h"

#define CNAME(target)                                                                              \
    {                                                                                              \
        WWW " A", .answer = WWW ". CNAME " target "."                                              \
    }
#define TO_NET  .replies = {CNAME(NET)}
#define EXPIRED .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY

static void expect_any(struct chain_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static void expect_insecure(struct chain_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

#define NET_UNSIGNED .zones = {{.name = "example.net", .dnskey = "", .ds = ""}}
#define COM_UNSIGNED .zones = {{.name = "example.com", .dnskey = "", .ds = ""}}

static const struct world_row cname_rows[] = {
    {"within the zone", SECURE, {.replies = {CNAME("example.com")}}},
    {"into another zone", SECURE, {TO_NET}},
    {"to a bogus name that the same reply tells",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL "
     "chain-alias-bogus=CRITICAL" BROKEN,
     {.replies = {{WWW " A", .answer = WWW ". CNAME a.example.com.\na.example.com. A 192.0.2.85"},
                  {"a.example.com A", .answer = "a.example.com. A 192.0.2.85"}},
      .odd = {{"a.example.com", {EXPIRED}}}}},
    {"to an insecure name that the same reply tells",
     "insecure: chain-alias-insecure=WARNING chain-insecure-proven=OK",
     {.replies = {{WWW " A", .answer = WWW ". CNAME " NET ".\n" NET ". A 192.0.2.81"}},
      NET_UNSIGNED}},
    {"into another zone, iterating", SECURE, {TO_NET, .iterate = true}},
    {"asked for itself",
     SECURE,
     {.type = "CNAME", .replies = {{WWW " CNAME", .answer = WWW ". CNAME " NET "."}}}},
    {"two, one after another",
     SECURE,
     {.replies = {CNAME("a.example.com"),
                  {"a.example.com A", .answer = "a.example.com. CNAME " NET "."}}}},
    {"to an insecure name",
     "insecure: chain-alias-insecure=WARNING chain-insecure-proven=OK",
     {TO_NET, NET_UNSIGNED}},
    {"to an insecure name, iterating",
     "insecure: chain-alias-insecure=WARNING chain-insecure-proven=OK",
     {TO_NET, NET_UNSIGNED, .iterate = true}},
    {"to an insecure name, either will do",
     "insecure: chain-insecure-proven=OK chain-alias-insecure=OK",
     {TO_NET, NET_UNSIGNED, .tune = expect_any}},
    {"to an insecure name, as expected",
     "insecure: chain-insecure-proven=OK chain-alias-insecure=OK",
     {TO_NET, NET_UNSIGNED, .tune = expect_insecure}},
    {"to an insecure name, for TLSA",
     "insecure: chain-alias-insecure=CRITICAL chain-insecure-proven=OK",
     {NET_UNSIGNED, .type = "TLSA",
      .replies = {{WWW " TLSA", .answer = WWW ". CNAME " NET "."},
                  {NET " TLSA", .answer = NET ". TLSA 3 1 1 00"}}}},
    {"to a secure name from an insecure one",
     "insecure: chain-insecure-proven=CRITICAL",
     {TO_NET, COM_UNSIGNED}},
    {"to a bogus name",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL chain-alias-bogus=CRITICAL "
     "chain-bogus=CRITICAL",
     {TO_NET, .odd = {{NET, {EXPIRED}}}}},
    {"to a bogus name, iterating",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL chain-alias-bogus=CRITICAL "
     "chain-bogus=CRITICAL",
     {TO_NET, .odd = {{NET, {EXPIRED}}}, .iterate = true}},
    {"to a name with a broken link",
     "bogus: ds-tag-wrong=CRITICAL chain-alias-bogus=CRITICAL chain-bogus=CRITICAL",
     {TO_NET, .zones = {{.name = "example.net", .ds = "K1=t"}}}},
    {"to a bogus name from an insecure one",
     "bogus: chain-insecure-proven=CRITICAL rrsig-expired-rrset=CRITICAL "
     "chain-answer-bogus=CRITICAL chain-alias-bogus=CRITICAL chain-bogus=CRITICAL",
     {TO_NET, COM_UNSIGNED, .odd = {{NET, {EXPIRED}}}}},
    {"to a name that is not there",
     SECURE,
     {.replies = {CNAME("nx.example.net"),
                  {"nx.example.net A", .rcode = RCODE_NXDOMAIN,
                   .authority = "example.net. NSEC www.example.net. NS SOA RRSIG NSEC DNSKEY"}}}},
    {"to a name that is not there, without proof",
     "bogus: denial-missing=CRITICAL chain-alias-bogus=CRITICAL chain-bogus=CRITICAL",
     {.replies = {CNAME("nx.example.net"), {"nx.example.net A", .rcode = RCODE_NXDOMAIN}}}},
    {"to a name that cannot be had",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {CNAME(NET), {NET " A", .rcode = RCODE_SERVFAIL}}}},
    {"to a name under no anchor",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {TO_NET, .anchors = "K1 com"}},
    {"signed wrongly",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {TO_NET, .odd = {{WWW, {.deed = DEED_RESIGN, .spoilt = true}}}}},
    {"not signed",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {TO_NET, .odd = {{WWW, {.deed = DEED_UNSIGN}}}}},
    {"to itself", "bogus: alias-loop=CRITICAL" BROKEN, {.replies = {CNAME(WWW)}}},
    {"in a circle",
     "bogus: alias-loop=CRITICAL" BROKEN,
     {.replies = {CNAME("a.example.com"),
                  {"a.example.com A", .answer = "a.example.com. CNAME " WWW "."}}}},
};

START_TEST(cnames)
{
    chainworld_judge_rows(cname_rows, COUNT(cname_rows));
}
END_TEST

/* d.example.com is a DNAME to example.net. */
#define D            "www.d.example.com"
#define DNAME        "d.example.com. DNAME example.net.\n"
#define MADE(target) D ". CNAME " target "."
#define FROM_D(text) .name = D, .replies = {{D " A", .answer = text}}

#define DNAME_CIRCLE(from, to)                                                                     \
    from ".example.com. DNAME " to ".example.com.\nwww." from ".example.com. CNAME www." to        \
         ".example.com."
#define LABEL "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
#define LONG  LABEL "." LABEL "." LABEL

static const struct world_row dname_rows[] = {
    {"with its CNAME", SECURE, {FROM_D(DNAME MADE(NET))}},
    {"with its CNAME, iterating", SECURE, {FROM_D(DNAME MADE(NET)), .iterate = true}},
    {"asked for its CNAME",
     SECURE,
     {.name = D, .type = "CNAME", .replies = {{D " CNAME", .answer = DNAME MADE(NET)}}}},
    {"asked for its CNAME, which is another one",
     "bogus: dname-cname-wrong=CRITICAL" BROKEN,
     {.name = D,
      .type = "CNAME",
      .replies = {{D " CNAME", .answer = DNAME MADE("other.example.net")}}}},
    {"without its CNAME", "secure: dname-cname-missing=WARNING chain-secure=OK", {FROM_D(DNAME)}},
    {"with another CNAME",
     "bogus: dname-cname-wrong=CRITICAL" BROKEN,
     {FROM_D(DNAME MADE("other.example.net"))}},
    {"CNAME in its place", SECURE, {FROM_D(MADE(NET))}},
    {"signed wrongly",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {FROM_D(DNAME MADE(NET)),
      .odd = {{NULL, {.types = "DNAME", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"not signed",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {FROM_D(DNAME MADE(NET)), .odd = {{NULL, {.types = "DNAME", .deed = DEED_UNSIGN}}}}},
    {"into an insecure zone",
     "insecure: chain-alias-insecure=WARNING chain-insecure-proven=OK",
     {FROM_D(DNAME MADE(NET)), NET_UNSIGNED}},
    {"to a bogus name",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL chain-alias-bogus=CRITICAL "
     "chain-bogus=CRITICAL",
     {FROM_D(DNAME MADE(NET)), .odd = {{NET, {EXPIRED}}}}},
    {"asked for itself",
     SECURE,
     {.name = "d.example.com",
      .type = "DNAME",
      .replies = {{"d.example.com DNAME", .answer = DNAME}}}},
    {"does not work at its own name",
     SECURE,
     {.name = "d.example.com",
      .replies = {{"d.example.com A", .answer = "d.example.com. A 192.0.2.70\n" DNAME}}}},
    {"in a circle",
     "bogus: alias-loop=CRITICAL" BROKEN,
     {.name = D,
      .replies = {{D " A", .answer = DNAME_CIRCLE("d", "e")},
                  {"www.e.example.com A", .answer = DNAME_CIRCLE("e", "d")}}}},
    {"to a name that is too long",
     "bogus: alias-loop=CRITICAL" BROKEN,
     {.name = LONG ".d.example.com",
      .replies = {{LONG ".d.example.com A",
                   .answer = "d.example.com. DNAME " LONG ".example.net."}}}},
    {"to the root",
     SECURE,
     {.name = "a.d.example.com",
      .replies =
          {{"a.d.example.com A", .answer = "d.example.com. DNAME .\na.d.example.com. CNAME a."},
           {"a A", .rcode = RCODE_NXDOMAIN, .authority = ". NSEC com. NS SOA RRSIG NSEC DNSKEY"}}}},
};

START_TEST(dnames)
{
    chainworld_judge_rows(dname_rows, COUNT(dname_rows));
}
END_TEST

/* a1 to a2 and so on; `count` aliases before the address. */
static void chain_of(struct chainworld *world, unsigned count)
{
    for (unsigned i = 0; i <= count; i++) {
        const struct world_reply reply = {
            .question = arena_printf(world->arena, "a%u.example.com A", i),
            .answer = i == count
                          ? arena_printf(world->arena, "a%u.example.com. A 192.0.2.60", i)
                          : arena_printf(world->arena, "a%u.example.com. CNAME a%u.example.com.", i,
                                         i + 1),
        };
        chainworld_answer(world, &reply);
    }
}

static void eleven(struct chainworld *world)
{
    chain_of(world, 11);
}

static void twelve(struct chainworld *world)
{
    chain_of(world, 12);
}

static const struct world_row length_rows[] = {
    {"eleven aliases", SECURE, {.name = "a0.example.com", .twist = eleven}},
    {"twelve aliases",
     "bogus: alias-loop=CRITICAL" BROKEN,
     {.name = "a0.example.com", .twist = twelve}},
    {"twelve aliases, iterating",
     "bogus: alias-loop=CRITICAL" BROKEN,
     {.name = "a0.example.com", .twist = twelve, .iterate = true}},
};

START_TEST(long_chains)
{
    chainworld_judge_rows(length_rows, COUNT(length_rows));
}
END_TEST

SUITE_MAIN("chain_alias", cnames, dnames, long_chains)
