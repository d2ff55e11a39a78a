/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is at a name: answers and their signatures, wildcards, and all kinds of denials. */
#include "lib/chainworld.h"
#include "lib/suite.h"

#define SOA      "example.com. SOA . . 7 7200 3600 604800 3600\n"
#define ODD(...) .odd = {{WWW, {.types = "A", .deed = DEED_RESIGN, __VA_ARGS__}}}
#define EXPIRED  .from = -20 * DAY, .until = -6 * DAY

static const struct world_row answer_rows[] = {
    {"not signed",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {.odd = {{WWW, {.types = "A", .deed = DEED_UNSIGN}}}}},
    {"wrong",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.spoilt = true)}},
    {"expired",
     "bogus: rrsig-expired-rrset=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(EXPIRED)}},
    {"not valid yet",
     "bogus: rrsig-not-yet-rrset=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.from = DAY, .until = 2 * DAY)}},
    {"about to begin: clocks differ", SECURE, {ODD(.from = MINUTE, .until = 2 * DAY)}},
    {"ends before it begins",
     "bogus: rrsig-window-inverted=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.from = DAY, .until = -DAY)}},
    {"by a key that is not there",
     "bogus: rrsig-no-key=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.keys = "X1")}},
    {"by the KSK", SECURE, {ODD(.keys = "K1")}},
    {"in the name of the zone above",
     "bogus: rrsig-signer-not-zone=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.signer = "com")}},
    {"in the name of another zone",
     "bogus: rrsig-signer-not-zone=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.signer = "example.net")}},
    {"in the name of a zone that is none",
     "bogus: rrsig-signer-not-zone=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.signer = WWW),
      .replies = {{WWW " DS", .authority = WWW ". NSEC example.com. A RRSIG NSEC"}}}},
    {"with more labels than the name has",
     "bogus: rrsig-labels-high=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.labels = &(uint8_t){4})}},
    {"with fewer labels than the signer has",
     "bogus: rrsig-labels-below-signer=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.labels = &(uint8_t){1})}},
    {"wrong beside a good one",
     "secure: rrsig-bad-extra=WARNING chain-secure=OK",
     {.odd = {{WWW, {.types = "A", .deed = DEED_ALSO, .spoilt = true}}}}},
    {"expired beside a good one",
     SECURE,
     {.odd = {{WWW, {.types = "A", .deed = DEED_ALSO, EXPIRED}}}}},
    {"by a revoked ZSK",
     "bogus: rrsig-key-revoked=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {.zones = {{.name = "example.com", .dnskey = "K1 Z1r", .sign_data = "Z1r"}}}},
    {"by a ZSK without zone flag",
     "bogus: rrsig-key-not-zone=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {.zones = {{.name = "example.com", .dnskey = "K1 Z1n", .sign_data = "Z1n"}}}},
    {"by a ZSK that is not published",
     "bogus: rrsig-no-key=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {.zones = {{.name = "example.com", .dnskey = "K1", .sign_data = "Z1"}}}},
    {"with another algorithm's number",
     "bogus: rrsig-alg-mismatch=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {ODD(.algorithm = &(uint8_t){8})}},
    {"SERVFAIL",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{WWW " A", .rcode = RCODE_SERVFAIL}}}},
    {"REFUSED",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{WWW " A", .rcode = RCODE_REFUSED}}}},
    {"silence",
     "indeterminate: chain-indeterminate=UNKNOWN",
     {.replies = {{WWW " A", .status = NET_TIMEOUT}}}},
    {"another name in the answer",
     "bogus: denial-missing=CRITICAL" BROKEN,
     {.replies = {{WWW " A", .answer = "ww.example.com. A 192.0.2.80"}}}},
    {"another type in the answer",
     "bogus: denial-missing=CRITICAL" BROKEN,
     {.replies = {{WWW " A", .answer = WWW ". TXT hello"}}}},
};

START_TEST(answers)
{
    chainworld_judge_rows(answer_rows, COUNT(answer_rows));
}
END_TEST

/* Wildcards: *.w.example.com has A. */

#define W "a.w.example.com"
#define EXPANDED(count)                                                                            \
    .odd = {{W, {.types = "A", .deed = DEED_RESIGN, .labels = &(uint8_t){count}}}}
#define FROM_W(proof)                                                                              \
    .name = W, EXPANDED(3), .replies = {{W " A", .answer = W ". A 192.0.2.90", .authority = proof}}
#define W_COVER "*.w.example.com. NSEC www.example.com. A RRSIG NSEC"
/* NSEC3: a.w (pikq...) is covered, with and without Opt-Out. */
#define NSEC3_COVER_W(flags)                                                                       \
    "pikqeupo0mfeoggmpgg1h2u0bpnkuk32.example.com. NSEC3 1 " flags                                 \
    " 0 - pikqeupo0mfeoggmpgg1h2u0bpnkuk34 A RRSIG"
#define NSEC3_MATCH_W                                                                              \
    "pikqeupo0mfeoggmpgg1h2u0bpnkuk33.example.com. NSEC3 1 0 0 - "                                 \
    "pikqeupo0mfeoggmpgg1h2u0bpnkuk34 "                                                            \
    "A RRSIG"

static const struct world_row wildcard_rows[] = {
    {"proved by NSEC", SECURE, {FROM_W(W_COVER)}},
    {"proved by NSEC3", SECURE, {FROM_W(NSEC3_COVER_W("0"))}},
    {"proved by NSEC3 with Opt-Out",
     "insecure: chain-insecure-optout=CRITICAL",
     {FROM_W(NSEC3_COVER_W("1"))}},
    {"not proved", "bogus: chain-wildcard-unproven=CRITICAL" BROKEN, {FROM_W(NULL)}},
    {"proof about another name",
     "bogus: chain-wildcard-unproven=CRITICAL" BROKEN,
     {FROM_W("example.com. NSEC v.example.com. NS SOA RRSIG NSEC DNSKEY")}},
    {"the name exists",
     "bogus: chain-wildcard-replay=CRITICAL" BROKEN,
     {FROM_W("a.w.example.com. NSEC www.example.com. MX RRSIG NSEC")}},
    {"the name exists, by NSEC3",
     "bogus: chain-wildcard-replay=CRITICAL" BROKEN,
     {FROM_W(NSEC3_MATCH_W)}},
    {"a closer encloser exists",
     "bogus: chain-wildcard-replay=CRITICAL" BROKEN,
     {.name = "b." W,
      .odd = {{"b." W, {.types = "A", .deed = DEED_RESIGN, .labels = &(uint8_t){3}}}},
      .replies = {{"b." W " A", .answer = "b." W ". A 192.0.2.90",
                   .authority = "a.w.example.com. NSEC www.example.com. MX RRSIG NSEC"}}}},
    {"proof not signed",
     "bogus: chain-wildcard-unproven=CRITICAL" BROKEN,
     {.name = W,
      .odd = {{W, {.types = "A", .deed = DEED_RESIGN, .labels = &(uint8_t){3}}},
              {NULL, {.types = "NSEC", .deed = DEED_UNSIGN}}},
      .replies = {{W " A", .answer = W ". A 192.0.2.90", .authority = W_COVER}}}},
    {"the wildcard itself",
     SECURE,
     {.name = "*.w.example.com",
      .replies = {{"*.w.example.com A", .answer = "*.w.example.com. A 192.0.2.90"}}}},
    {"an alias from a wildcard",
     SECURE,
     {.name = W,
      .odd = {{W, {.types = "CNAME", .deed = DEED_RESIGN, .labels = &(uint8_t){3}}}},
      .replies = {{W " A", .answer = W ". CNAME " WWW ".", .authority = W_COVER}}}},
    {"an alias from a wildcard, not proved",
     "bogus: chain-wildcard-unproven=CRITICAL" BROKEN,
     {.name = W,
      .odd = {{W, {.types = "CNAME", .deed = DEED_RESIGN, .labels = &(uint8_t){3}}}},
      .replies = {{W " A", .answer = W ". CNAME " WWW "."}}}},
};

START_TEST(wildcards)
{
    chainworld_judge_rows(wildcard_rows, COUNT(wildcard_rows));
}
END_TEST

/* Denials by NSEC. */

#define NX              "nx.example.com"
#define NX_COVER        "example.com. NSEC www.example.com. NS SOA RRSIG NSEC DNSKEY"
#define DENY(rc, proof) .name = NX, .replies = {{NX " A", .rcode = rc, .authority = proof}}
#define NODATA(types)                                                                              \
    .type = "AAAA", .replies = {{WWW " AAAA", .authority = SOA WWW ". NSEC example.com. " types}}

static const struct world_row nsec_rows[] = {
    {"no such name", SECURE, {DENY(RCODE_NXDOMAIN, SOA NX_COVER)}},
    {"no such name, without SOA", SECURE, {DENY(RCODE_NXDOMAIN, NX_COVER)}},
    {"no such type", SECURE, {NODATA("A RRSIG NSEC")}},
    {"empty non-terminal",
     SECURE,
     {.name = "ent.example.com",
      .replies = {{"ent.example.com A",
                   .authority = SOA "example.com. NSEC a.ent.example.com. NS SOA RRSIG NSEC"}}}},
    {"a wildcard without the type",
     SECURE,
     {.name = W, .type = "AAAA", .replies = {{W " AAAA", .authority = SOA W_COVER}}}},
    {"white lie",
     SECURE,
     {DENY(RCODE_NXDOMAIN, SOA "nw\\255.example.com. NSEC ny.example.com. RRSIG NSEC\n"
                               "!.example.com. NSEC +.example.com. RRSIG NSEC")}},
    {"compact denial",
     SECURE,
     {DENY(RCODE_NOERROR, SOA NX ". NSEC \\000." NX ". RRSIG NSEC TYPE128")}},
    {"compact denial with NXDOMAIN",
     SECURE,
     {DENY(RCODE_NXDOMAIN, SOA NX ". NSEC \\000." NX ". RRSIG NSEC TYPE128")}},
    {"nothing at all", "bogus: denial-missing=CRITICAL" BROKEN, {DENY(RCODE_NXDOMAIN, NULL)}},
    {"nothing but the SOA", "bogus: denial-missing=CRITICAL" BROKEN, {DENY(RCODE_NXDOMAIN, SOA)}},
    {"the name is not covered",
     "bogus: nsec-qname-uncovered=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA "a.example.com. NSEC b.example.com. A RRSIG NSEC")}},
    {"the wildcard is not covered",
     "bogus: nsec-wildcard-uncovered=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA "a.example.com. NSEC www.example.com. A RRSIG NSEC")}},
    {"the type is there",
     "bogus: nsec-type-set=CRITICAL" BROKEN,
     {NODATA("A AAAA RRSIG NSEC"), .iterate = true}},
    {"an alias is there",
     "bogus: nsec-cname-set=CRITICAL" BROKEN,
     {NODATA("CNAME RRSIG NSEC"), .iterate = true}},
    {"by the record of a cut",
     "bogus: nsec-ancestor-delegation=CRITICAL" BROKEN,
     {NODATA("NS RRSIG NSEC")}},
    {"proof for another name",
     "bogus: nsec-no-match=CRITICAL" BROKEN,
     {.type = "AAAA",
      .replies = {{WWW " AAAA", .authority = SOA "a.example.com. NSEC b.example.com. A"}}}},
    {"no such name although it is there",
     "bogus: nsec-type-set=CRITICAL" BROKEN,
     {.replies = {{WWW " A", .rcode = RCODE_NXDOMAIN,
                   .authority = SOA WWW ". NSEC example.com. A RRSIG NSEC"}}}},
    {"no such name, but the proof says no such type",
     "bogus: rcode-denial-mismatch=CRITICAL" BROKEN,
     {.replies = {{WWW " A", .rcode = RCODE_NXDOMAIN,
                   .authority = SOA WWW ". NSEC example.com. MX RRSIG NSEC"}}}},
    {"no such type, but the proof says no such name",
     "bogus: rcode-denial-mismatch=CRITICAL" BROKEN,
     {DENY(RCODE_NOERROR, SOA NX_COVER)}},
    {"proof not signed",
     "bogus: denial-unsigned=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NX_COVER), .odd = {{NULL, {.types = "NSEC", .deed = DEED_UNSIGN}}}}},
    {"proof signed wrongly",
     "bogus: denial-bad-sig=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NX_COVER),
      .odd = {{NULL, {.types = "NSEC", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"proof expired",
     "bogus: denial-bad-sig=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NX_COVER),
      .odd = {{NULL, {.types = "NSEC", .deed = DEED_RESIGN, EXPIRED}}}}},
    {"SOA signed wrongly (.de, May 2026)",
     "bogus: rrsig-bad-crypto=CRITICAL chain-answer-bogus=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NX_COVER),
      .odd = {{NULL, {.types = "SOA", .deed = DEED_RESIGN, .spoilt = true}}}}},
    {"SOA not signed",
     "bogus: chain-answer-unsigned=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NX_COVER), .odd = {{NULL, {.types = "SOA", .deed = DEED_UNSIGN}}}}},
};

START_TEST(denials_by_nsec)
{
    chainworld_judge_rows(nsec_rows, COUNT(nsec_rows));
}
END_TEST

/* Denials by NSEC3: the encloser example.com (onib...), nx (idj3...), *.example.com (4f3c...). */

#define ENCLOSER(parameters)                                                                       \
    "onib9mgub9h0rml3cdf5bgrj59dkjhvk.example.com. NSEC3 1 " parameters                            \
    " onib9mgub9h0rml3cdf5bgrj59dkjhvl NS SOA RRSIG DNSKEY NSEC3PARAM\n"
#define NEXT_CLOSER(parameters)                                                                    \
    "idj3m9m9c949tc4t5lm0oh2q0tgisnmj.example.com. NSEC3 1 " parameters                            \
    " idj3m9m9c949tc4t5lm0oh2q0tgisnml A RRSIG\n"
#define WILDCARD(parameters)                                                                       \
    "4f3cnt8cu22tngec382jj4gde4rb47ua.example.com. NSEC3 1 " parameters                            \
    " 4f3cnt8cu22tngec382jj4gde4rb47uc A RRSIG\n"
#define WHOLE(parameters) SOA ENCLOSER(parameters) NEXT_CLOSER(parameters) WILDCARD(parameters)
#define WWW_MATCH                                                                                  \
    "mifdndt3nff3od53o7tla1hrff95jkuk.example.com. NSEC3 1 0 0 - "                                 \
    "mifdndt3nff3od53o7tla1hrff95jkul "

static const struct world_row nsec3_rows[] = {
    {"no such name", SECURE, {DENY(RCODE_NXDOMAIN, WHOLE("0 0 -"))}},
    {"no such name in an Opt-Out zone",
     "insecure: chain-insecure-optout=CRITICAL",
     {DENY(RCODE_NXDOMAIN, WHOLE("1 0 -"))}},
    {"no such name in an Opt-Out zone, and a wildcard that matches it",
     "bogus: nsec3-wildcard-uncovered=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN,
           SOA ENCLOSER("1 0 -")
               NEXT_CLOSER("1 0 -") "4f3cnt8cu22tngec382jj4gde4rb47ub.example.com. NSEC3 1 1 0 - "
                                    "4f3cnt8cu22tngec382jj4gde4rb47uc TXT RRSIG\n")}},
    {"no such type",
     SECURE,
     {.type = "AAAA", .replies = {{WWW " AAAA", .authority = SOA WWW_MATCH "A RRSIG"}}}},
    {"the type is there",
     "bogus: nsec-type-set=CRITICAL" BROKEN,
     {.type = "AAAA",
      .iterate = true,
      .replies = {{WWW " AAAA", .authority = SOA WWW_MATCH "A AAAA RRSIG"}}}},
    {"without encloser",
     "bogus: nsec3-no-closest-encloser=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA NEXT_CLOSER("0 0 -") WILDCARD("0 0 -"))}},
    {"without next closer",
     "bogus: nsec3-next-closer-uncovered=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA ENCLOSER("0 0 -") WILDCARD("0 0 -"))}},
    {"without wildcard",
     "bogus: nsec3-wildcard-uncovered=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, SOA ENCLOSER("0 0 -") NEXT_CLOSER("0 0 -"))}},
    {"no match for a type",
     "bogus: nsec3-no-match=CRITICAL" BROKEN,
     {DENY(RCODE_NOERROR, SOA ENCLOSER("0 0 -"))}},
    {"unknown flags",
     "bogus: nsec3-flags-unknown=CRITICAL" BROKEN,
     {DENY(RCODE_NXDOMAIN, WHOLE("2 0 -"))}},
};

START_TEST(denials_by_nsec3)
{
    chainworld_judge_rows(nsec3_rows, COUNT(nsec3_rows));
}
END_TEST

SUITE_MAIN("chain_answer", answers, wildcards, denials_by_nsec, denials_by_nsec3)
