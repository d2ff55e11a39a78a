/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking things up in settled questions: which count, and what they show. */
#include "check/evidence.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define RRSIG(covered, signer)                                                                     \
    " RRSIG " covered " 13 2 3600 20260920112640 20260901000000 1 " signer " AAAA\n"

enum { MOST = 6 };

struct bench {
    struct arena *arena;
    struct server servers[3]; /* 192.0.2.1, .2 and .3; the first two serve example.com */
    const struct server *own[2];
    struct question questions[MOST];
    const struct question *list[MOST];
    struct evidence evidence;
};

static void bench_open(struct bench *bench)
{
    *bench = (struct bench){.arena = arena_create()};
    static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    for (size_t i = 0; i < COUNT(addresses); i++) {
        ck_assert_ptr_null(server_parse(bench->arena, addresses[i], 53, &bench->servers[i]));
    }
    bench->own[0] = &bench->servers[0];
    bench->own[1] = &bench->servers[1];
    bench->evidence.questions.list = bench->list;
}

/* One more question to a server; `reply` NULL: none came. */
static struct question *add(struct bench *bench, size_t server, const char *question,
                            const struct fixture_reply *reply)
{
    ck_assert_uint_lt(bench->evidence.questions.count, MOST);
    struct question *added = &bench->questions[bench->evidence.questions.count];
    bench->list[bench->evidence.questions.count++] = added;
    struct fixture_reply full = reply == NULL ? (struct fixture_reply){.aa = true} : *reply;
    full.question = question;
    const struct message *message = fixture_parsed(bench->arena, &full);
    *added = (struct question){.server = &bench->servers[server],
                               .name = message->qname,
                               .type = message->qtype,
                               .status = reply == NULL ? NET_TIMEOUT : NET_ANSWERED,
                               .reply = reply == NULL ? NULL : message};
    return added;
}

static const struct fixture_reply plain = {.aa = true};
static const struct fixture_reply address = {.aa = true, .answer = "www.example.com. A 192.0.2.80"};

START_TEST(what_counts)
{
    struct bench bench;
    bench_open(&bench);
    const struct question *answered = add(&bench, 0, "www.example.com A", &plain);
    const struct question *silent = add(&bench, 1, "www.example.com A", NULL);
    struct question *cut = add(&bench, 0, "www.example.com A", &plain);
    cut->status = NET_TCP_FAILED;
    ck_assert(evidence_counts(&bench.evidence, answered));
    ck_assert(!evidence_counts(&bench.evidence, silent));
    ck_assert(!evidence_counts(&bench.evidence, cut));
    arena_destroy(bench.arena);
}
END_TEST

/* What counts when 192.0.2.1 alone is meant of the servers of example.com. */
static const struct {
    size_t server;
    const char *question;
    struct fixture_reply reply;
    bool counts;
} only_rows[] = {
    {0, "www.example.com A", {.aa = true}, true},
    {1, "www.example.com A", {.aa = true}, false},
    {1, "example.com DNSKEY", {.aa = true}, false},
    {1, "example.com DS", {.aa = true}, true},      /* of the zone above */
    {1, "www.example.com DS", {.aa = true}, false}, /* of this one */
    {1, "com DNSKEY", {.aa = true}, true},
    {1, "www.example.com A", {.aa = false, .authority = "example.com. NS a."}, true},
    {2, "www.sub.example.com A", {.aa = true}, true}, /* of a zone below */
};

START_TEST(one_server_of_several)
{
    for (size_t i = 0; i < COUNT(only_rows); i++) {
        struct bench bench;
        bench_open(&bench);
        bench.evidence.only = &bench.servers[0];
        bench.evidence.only_zone = fixture_name("example.com");
        bench.evidence.servers = bench.own;
        bench.evidence.server_count = 2;
        const struct question *question =
            add(&bench, only_rows[i].server, only_rows[i].question, &only_rows[i].reply);
        ck_assert_msg(evidence_counts(&bench.evidence, question) == only_rows[i].counts,
                      "row %zu: %s", i, only_rows[i].question);
        arena_destroy(bench.arena);
    }
}
END_TEST

START_TEST(questions)
{
    struct bench bench;
    bench_open(&bench);
    struct name name = fixture_name("www.example.com");
    ck_assert(!evidence_was_asked(&bench.evidence, &name, RR_A));
    (void)add(&bench, 0, "www.example.com A", NULL);
    ck_assert(evidence_was_asked(&bench.evidence, &name, RR_A));
    ck_assert(!evidence_was_asked(&bench.evidence, &name, RR_AAAA));
    ck_assert_ptr_null(evidence_asked(&bench.evidence, &name, RR_A, 0));
    const struct question *first = add(&bench, 1, "www.example.com A", &plain);
    (void)add(&bench, 1, "example.com A", &plain);
    const struct question *second = add(&bench, 2, "www.example.com A", &plain);
    ck_assert_ptr_eq(evidence_asked(&bench.evidence, &name, RR_A, 0), first);
    ck_assert_ptr_eq(evidence_asked(&bench.evidence, &name, RR_A, 1), second);
    ck_assert_ptr_null(evidence_asked(&bench.evidence, &name, RR_A, 2));
    arena_destroy(bench.arena);
}
END_TEST

START_TEST(rrsets)
{
    struct bench bench;
    bench_open(&bench);
    struct name name = fixture_name("www.example.com");
    struct name zone = fixture_name("example.com");
    const struct question *from = NULL;
    ck_assert_ptr_null(evidence_rrset(&bench.evidence, &name, RR_A, 0, &from));
    const struct question *first = add(&bench, 0, "www.example.com A", &address);
    (void)add(&bench, 0, "www.example.com AAAA",
              &(struct fixture_reply){.aa = true, .authority = "www.example.com. A 192.0.2.81"});
    /* Signatures without records are no RRset. */
    (void)add(&bench, 1, "www.example.com A",
              &(struct fixture_reply){.answer = "www.example.com." RRSIG("A", "example.com.")});
    const struct question *last = add(&bench, 2, "example.com ANY", &address);
    const struct rrset *set = evidence_rrset(&bench.evidence, &name, RR_A, 0, &from);
    ck_assert_ptr_nonnull(set);
    ck_assert_ptr_eq(from, first);
    ck_assert_ptr_nonnull(evidence_rrset(&bench.evidence, &name, RR_A, 1, &from));
    ck_assert_ptr_eq(from, last);
    ck_assert_ptr_null(evidence_rrset(&bench.evidence, &name, RR_A, 2, &from));
    /* A referral brings the DS. */
    const struct question *referral =
        add(&bench, 2, "www.example.com A",
            &(struct fixture_reply){.authority = "example.com. NS a.\nexample.com. DS 1 13 2 00"});
    ck_assert_ptr_nonnull(evidence_rrset(&bench.evidence, &zone, RR_DS, 0, &from));
    ck_assert_ptr_eq(from, referral);
    arena_destroy(bench.arena);
}
END_TEST

static const struct {
    enum net_status status; /* NET_ANSWERED: with the rcode */
    uint16_t rcode;
    const char *text; /* NULL: no failure */
} failures[] = {
    {NET_ANSWERED, RCODE_NOERROR, NULL},
    {NET_ANSWERED, RCODE_NXDOMAIN, NULL},
    {NET_ANSWERED, RCODE_SERVFAIL, "SERVFAIL from 192.0.2.1"},
    {NET_ANSWERED, RCODE_REFUSED, "REFUSED from 192.0.2.1"},
    {NET_TIMEOUT, 0, "timeout at 192.0.2.1"},
};

START_TEST(failure)
{
    struct name name = fixture_name("www.example.com");
    for (size_t i = 0; i < COUNT(failures); i++) {
        struct bench bench;
        bench_open(&bench);
        struct fixture_reply reply = {.rcode = failures[i].rcode};
        (void)add(&bench, 1, "www.example.com AAAA", NULL);
        (void)add(&bench, 0, "www.example.com A",
                  failures[i].status == NET_ANSWERED ? &reply : NULL);
        const char *text = evidence_failure(bench.arena, &bench.evidence, &name, RR_A);
        if (failures[i].text == NULL) {
            ck_assert_ptr_null(text);
        } else {
            ck_assert_str_eq(text, failures[i].text);
        }
        arena_destroy(bench.arena);
    }
}
END_TEST

START_TEST(failure_of_one_server)
{
    struct bench bench;
    bench_open(&bench);
    struct name zone = fixture_name("example.com");
    bench.evidence.only = &bench.servers[0];
    bench.evidence.only_zone = zone;
    bench.evidence.servers = bench.own;
    bench.evidence.server_count = 2;
    (void)add(&bench, 1, "example.com DNSKEY", NULL);
    ck_assert_ptr_null(evidence_failure(bench.arena, &bench.evidence, &zone, RR_DNSKEY));
    struct question *cut = add(&bench, 0, "example.com DNSKEY", &plain);
    cut->status = NET_TCP_FAILED;
    ck_assert_ptr_nonnull(evidence_failure(bench.arena, &bench.evidence, &zone, RR_DNSKEY));
    arena_destroy(bench.arena);
}
END_TEST

/* Who signs www.example.com A, by what one reply says; NULL: nobody. */
static const struct {
    const char *question;
    struct fixture_reply reply;
    const char *signer;
} signers[] = {
    {"www.example.com A", {.aa = true, .answer = "www.example.com. A 192.0.2.1"}, NULL},
    {"www.example.com A",
     {.aa = true, .answer = "www.example.com." RRSIG("A", "example.com.")},
     "example.com"},
    {"www.example.com A",
     {.aa = true, .answer = "www.example.com." RRSIG("A", "www.example.com.")},
     "www.example.com"},
    {"www.example.com A", {.aa = true, .answer = "www.example.com." RRSIG("A", ".")}, "."},
    {"www.example.com A", {.aa = true, .answer = "www.example.com." RRSIG("A", "net.")}, NULL},
    /* The signature over a DS is the zone above's. */
    {"www.example.com A", {.aa = true, .answer = "www.example.com." RRSIG("DS", "com.")}, NULL},
    /* The end of an alias lies elsewhere. */
    {"www.example.com A", {.aa = true, .answer = "x.com." RRSIG("A", "com.")}, NULL},
    {"www.example.com TXT",
     {.aa = true, .answer = "www.example.com." RRSIG("TXT", "example.com.")},
     "example.com"},
    {"mail.example.com A",
     {.aa = true, .answer = "mail.example.com." RRSIG("A", "example.com.")},
     NULL},
    {"www.example.com A",
     {.aa = true, .authority = "example.com." RRSIG("SOA", "example.com.")},
     "example.com"},
    /* A referral is signed by the zone above. */
    {"www.example.com A", {.authority = "example.com." RRSIG("NSEC", "com.")}, NULL},
    {"www.example.com TXT",
     {.aa = true, .authority = "example.com." RRSIG("SOA", "example.com.")},
     NULL},
};

START_TEST(signer)
{
    struct name name = fixture_name("www.example.com");
    for (size_t i = 0; i < COUNT(signers); i++) {
        struct bench bench;
        bench_open(&bench);
        (void)add(&bench, 0, signers[i].question, &signers[i].reply);
        struct name found;
        bool any = evidence_signer(&bench.evidence, &name, RR_A, &found);
        ck_assert_msg(any == (signers[i].signer != NULL), "row %zu: %d", i, any);
        if (any) {
            ck_assert_str_eq(name_text(bench.arena, &found), signers[i].signer);
        }
        arena_destroy(bench.arena);
    }
}
END_TEST

/* Replies through a resolver have no AA, and the deepest signer counts. */
START_TEST(signers_through_a_resolver)
{
    struct bench bench;
    bench_open(&bench);
    struct name name = fixture_name("www.example.com");
    struct name found;
    add(&bench, 0, "www.example.com A",
        &(struct fixture_reply){.ra = true, .authority = "com." RRSIG("SOA", "com.")})
        ->flags = QUERY_RECURSE;
    ck_assert(evidence_signer(&bench.evidence, &name, RR_A, &found));
    ck_assert_str_eq(name_text(bench.arena, &found), "com");
    add(&bench, 0, "www.example.com A",
        &(struct fixture_reply){.ra = true,
                                .authority = "example.com." RRSIG("SOA", "example.com.")})
        ->flags = QUERY_RECURSE;
    ck_assert(evidence_signer(&bench.evidence, &name, RR_A, &found));
    ck_assert_str_eq(name_text(bench.arena, &found), "example.com");
    arena_destroy(bench.arena);
}
END_TEST

START_TEST(apex)
{
    struct bench bench;
    bench_open(&bench);
    struct name name = fixture_name("www.example.com");
    struct name found;
    (void)add(&bench, 0, "www.example.com A", &address);
    ck_assert(!evidence_apex(&bench.evidence, &name, &found));
    (void)add(&bench, 0, "net DNSKEY", &(struct fixture_reply){.answer = "net. SOA . . 1 2 3 4 5"});
    ck_assert(!evidence_apex(&bench.evidence, &name, &found));
    (void)add(&bench, 0, "com DS", &(struct fixture_reply){.answer = "com. DS 1 13 2 00"});
    ck_assert(evidence_apex(&bench.evidence, &name, &found));
    ck_assert_str_eq(name_text(bench.arena, &found), "com");
    (void)add(&bench, 0, "www.example.com DNSKEY",
              &(struct fixture_reply){.authority = "example.com. SOA . . 1 2 3 4 5"});
    (void)add(&bench, 0, ". DNSKEY", &(struct fixture_reply){.answer = ". DNSKEY 257 3 13 AAAA"});
    ck_assert(evidence_apex(&bench.evidence, &name, &found));
    ck_assert_str_eq(name_text(bench.arena, &found), "example.com");
    arena_destroy(bench.arena);
}
END_TEST

SUITE_MAIN("evidence", what_counts, one_server_of_several, questions, rrsets, failure,
           failure_of_one_server, signer, signers_through_a_resolver, apex)
