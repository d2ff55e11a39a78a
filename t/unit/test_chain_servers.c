/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone at each of its servers, iterating: verdicts that differ, silence, and what they cost. */
#include "lib/chainworld.h"
#include "lib/suite.h"

#define AT_OTHER "@" WORLD_EXAMPLE_2
#define PARTIAL  " chain-bogus-partial=CRITICAL" AT_OTHER " chain-secure=OK"
#define ANSWER   " chain-answer-bogus=CRITICAL" AT_OTHER
#define ITERATE  .iterate = true
#define ODD2(covered, ...)                                                                         \
    .odd = {{NULL, {.servers = "2", .types = covered, .deed = DEED_RESIGN, __VA_ARGS__}}}
#define AT_SERVER_2(...) .replies = {{__VA_ARGS__, .at = WORLD_EXAMPLE_2}}

static void partial_warning(struct chain_options *options)
{
    options->common.partial = STATE_WARNING;
}

static void partial_critical(struct chain_options *options)
{
    options->common.partial = STATE_CRITICAL;
}

static void min_good_two(struct chain_options *options)
{
    options->common.min_good = 2;
}

static const struct world_row split_rows[] = {
    {"all is well", SECURE, {ITERATE}},
    {"wrong signature",
     "bogus: rrsig-bad-crypto=CRITICAL" AT_OTHER ANSWER PARTIAL,
     {ITERATE, ODD2("A", .spoilt = true)}},
    {"wrong signature with --partial warning",
     "bogus: rrsig-bad-crypto=WARNING" AT_OTHER " chain-answer-bogus=WARNING" AT_OTHER
     " chain-bogus-partial=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, ODD2("A", .spoilt = true), .tune = partial_warning}},
    {"by another key with the tag (.de, May 2026)",
     "bogus: rrsig-bad-crypto=CRITICAL" AT_OTHER ANSWER PARTIAL,
     {ITERATE, ODD2("A", .keys = "X1", .tag_of = "Z1")}},
    {"expired",
     "bogus: rrsig-expired-rrset=CRITICAL" AT_OTHER ANSWER PARTIAL,
     {ITERATE, ODD2("A", .from = -20 * DAY, .until = -6 * DAY)}},
    {"expired altogether",
     "bogus: rrsig-expired-all=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, ODD2(NULL, .from = -20 * DAY, .until = -6 * DAY)}},
    {"signatures missing",
     "bogus: rrsig-missing-all=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, .odd = {{NULL, {.servers = "2", .deed = DEED_UNSIGN}}}}},
    {"another DNSKEY RRset",
     "bogus: ds-none-match=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, AT_SERVER_2("example.com DNSKEY", .answer = "example.com. DNSKEY 257 3 13 AAAA")}},
    {"no DNSKEY",
     "bogus: ds-child-unsigned-server=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, AT_SERVER_2("example.com DNSKEY", .answer = NULL)}},
    {"no DNSKEY answer",
     "secure: net-timeout-one=WARNING" AT_OTHER " chain-dnskey-unreachable=WARNING" AT_OTHER
     " chain-bogus-partial=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, AT_SERVER_2("example.com DNSKEY", .status = NET_TIMEOUT)}},
    {"no DNSKEY answer with --partial critical",
     "secure: net-timeout-one=CRITICAL" AT_OTHER " chain-dnskey-unreachable=CRITICAL" AT_OTHER
     " chain-bogus-partial=CRITICAL" AT_OTHER " chain-secure=OK",
     {ITERATE, AT_SERVER_2("example.com DNSKEY", .status = NET_TIMEOUT), .tune = partial_critical}},
    {"a denial without proof",
     "bogus: denial-missing=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, AT_SERVER_2(WWW " A", .rcode = RCODE_NXDOMAIN)}},
    {"bad at both",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ITERATE, .odd = {{WWW, {.deed = DEED_RESIGN, .spoilt = true}}}}},
    {"bad in two ways",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ITERATE, .odd = {{WWW, {.servers = "1", .deed = DEED_RESIGN, .spoilt = true}},
                       {WWW, {.servers = "2", .deed = DEED_UNSIGN}}}}},
    {"a bad alias at one server",
     "bogus: rrsig-bad-crypto=CRITICAL" AT_OTHER ANSWER PARTIAL,
     {ITERATE, .replies = {{WWW " A", .answer = WWW ". CNAME " NET "."}},
      ODD2("CNAME", .spoilt = true)}},
    {"a bad target in the reply to a good alias",
     "bogus: rrsig-bad-crypto=CRITICAL" AT_OTHER ANSWER
     " chain-alias-bogus=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE,
      .replies = {{WWW " A", .answer = WWW ". CNAME a.example.com.\na.example.com. A 192.0.2.85"}},
      .odd = {{"a.example.com", {.servers = "2", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"a good alias to a zone with a bad server",
     "bogus: rrsig-bad-crypto=CRITICAL" AT_OTHER " chain-answer-bogus=CRITICAL" AT_OTHER
     " chain-alias-bogus=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE,
      .replies = {{WWW " A", .answer = WWW ". CNAME " NET "."},
                  {NET " A", .answer = NET ". CNAME example.com."},
                  {"example.com A", .answer = "example.com. A 192.0.2.82"}},
      .odd = {{"example.com",
               {.servers = "2", .types = "A", .deed = DEED_RESIGN, .spoilt = true}}}}},
};

START_TEST(split_verdicts)
{
    chainworld_judge_rows(split_rows, COUNT(split_rows));
}
END_TEST

#define ATQ       "@" WORLD_TLD_2
#define PARTIAL_Q " chain-bogus-partial=CRITICAL" ATQ " chain-secure=OK"
#define TWO_TLDS  ITERATE, .two_tlds = true
#define NO_DS     .authority = "example.com. NSEC zz.com. NS RRSIG NSEC", .signer = "com"
#define NO_DS_AT_Q                                                                                 \
    {                                                                                              \
        "example.com DS", NO_DS, .at = WORLD_TLD_2                                                 \
    }
#define REFERRAL                                                                                   \
    {                                                                                              \
        WWW " A", .lame = true, .at = WORLD_TLD_2, .signer = "com",                                \
                  .authority = "example.com. NS ns1.example.com.\n"                                \
                               "example.com. NSEC zz.com. NS RRSIG NSEC"                           \
    }
#define UNSIGNED .zones = {{.name = "example.com", .dnskey = "", .ds = ""}}

static void own_zone_only(struct chain_options *options)
{
    options->common.rating.own_zone_only = true;
}

/* The servers of the zone above, which need not agree either. */
static const struct world_row above_rows[] = {
    {"all is well", SECURE, {TWO_TLDS}},
    {"DS badly signed",
     "bogus: ds-parent-bad-sig=CRITICAL" ATQ PARTIAL_Q,
     {TWO_TLDS,
      .odd = {{NULL, {.servers = "Q", .types = "DS", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"DS unsigned",
     "bogus: ds-parent-unsigned-rr=CRITICAL" ATQ PARTIAL_Q,
     {TWO_TLDS, .odd = {{NULL, {.servers = "Q", .types = "DS", .deed = DEED_UNSIGN}}}}},
    {"no DS, proved",
     "bogus: chain-insecure-proven=CRITICAL" ATQ PARTIAL_Q,
     {TWO_TLDS, .replies = {NO_DS_AT_Q, REFERRAL}}},
    {"no DS, proved, where faults above count less",
     "bogus: chain-insecure-proven=WARNING" ATQ " chain-bogus-partial=WARNING" ATQ
     " chain-secure=OK",
     {TWO_TLDS, .replies = {NO_DS_AT_Q, REFERRAL}, .tune = own_zone_only}},
    {"no DS, not proved",
     "bogus: chain-no-ds-proof=CRITICAL" ATQ PARTIAL_Q,
     {TWO_TLDS, .replies = {{"example.com DS", .at = WORLD_TLD_2},
                            {WWW " A", .lame = true, .at = WORLD_TLD_2,
                             .authority = "example.com. NS ns1.example.com."}}}},
    {"keys badly signed",
     "bogus: rrsig-bad-crypto=CRITICAL" ATQ PARTIAL_Q,
     {TWO_TLDS,
      .odd = {{"com", {.servers = "Q", .types = "DNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"the proof for an unsigned zone badly signed",
     "bogus: chain-ds-proof-bogus-rrsig=CRITICAL" ATQ " chain-bogus-partial=CRITICAL" ATQ
     " chain-insecure-proven=CRITICAL",
     {TWO_TLDS, UNSIGNED,
      .odd = {{NULL, {.servers = "Q", .types = "NSEC", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"a server of the zone above is silent about the DS",
     SECURE,
     {TWO_TLDS, .replies = {{"example.com DS", .status = NET_TIMEOUT, .at = WORLD_TLD_2}}}},
};

START_TEST(servers_of_the_zone_above)
{
    chainworld_judge_rows(above_rows, COUNT(above_rows));
}
END_TEST

static void silent_2(struct chainworld *world)
{
    fakenet_silent(world->net, WORLD_EXAMPLE_2);
}

static void silent_both(struct chainworld *world)
{
    fakenet_silent(world->net, WORLD_EXAMPLE_1);
    fakenet_silent(world->net, WORLD_EXAMPLE_2);
}

static void silent_root(struct chainworld *world)
{
    fakenet_silent(world->net, WORLD_ROOT);
}

static const struct world_row silence_rows[] = {
    {"one server",
     "secure: net-timeout-one=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, .twist = silent_2}},
    {"one server with --min-good 2",
     "secure: net-timeout-one=CRITICAL" AT_OTHER " chain-secure=OK",
     {ITERATE, .twist = silent_2, .tune = min_good_two}},
    {"both servers",
     "bogus: net-timeout-all=CRITICAL chain-dnskey-unreachable=CRITICAL" BROKEN,
     {ITERATE, .twist = silent_both}},
    {"the root", "indeterminate: chain-indeterminate=UNKNOWN", {ITERATE, .twist = silent_root}},
    {"one server fails",
     "secure: rcode-servfail=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, AT_SERVER_2(WWW " A", .rcode = RCODE_SERVFAIL)}},
    {"one server refuses",
     "secure: rcode-refused=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, AT_SERVER_2(WWW " A", .rcode = RCODE_REFUSED)}},
    {"one server is lame",
     "secure: lame-no-aa=WARNING" AT_OTHER " chain-secure=OK",
     {ITERATE, AT_SERVER_2(WWW " A", .lame = true)}},
    {"one server without EDNS",
     "bogus: edns-none=CRITICAL" AT_OTHER PARTIAL,
     {ITERATE, AT_SERVER_2(WWW " A", .answer = WWW ". A 192.0.2.80", .no_edns = true),
      .odd = {{WWW, {.servers = "2", .deed = DEED_UNSIGN}}}}},
};

START_TEST(silence)
{
    chainworld_judge_rows(silence_rows, COUNT(silence_rows));
}
END_TEST

SUITE_MAIN("chain_servers", split_verdicts, servers_of_the_zone_above, silence)
