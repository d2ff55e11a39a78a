/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation, glue, name servers and their addresses. */
#include <string.h>

#include "lib/recordworld.h"
#include "lib/suite.h"
#include "plugins/records_bogon.h"

#define NS1 "example.com. NS ns1.example.com.\n"
#define NS2 "example.com. NS ns2.example.com.\n"
#define A1  "ns1.example.com. A 192.0.2.1\n"
#define A2  "ns2.example.com. A 192.0.2.2\n"
#define REFERRAL(servers, ns, glue)                                                                \
    {                                                                                              \
        servers, {.question = "example.com NS", .authority = ns, .additional = glue}, true,        \
            NET_PENDING                                                                            \
    }
#define ANSWER(servers, asked, text)                                                               \
    {                                                                                              \
        servers, {.question = asked, .answer = text}, false, NET_PENDING                           \
    }
#define OUT "example.com. NS ns.other.test.\n"

#define GLUE(n)                                                                                    \
    "ns1.example.com. AAAA 2001:db8::" n "1\nns1.example.com. AAAA 2001:db8::" n "2\n"             \
    "ns1.example.com. AAAA 2001:db8::" n "3\nns1.example.com. AAAA 2001:db8::" n "4\n"             \
    "ns1.example.com. AAAA 2001:db8::" n "5\nns1.example.com. AAAA 2001:db8::" n "6\n"

static const struct world_row delegation_rows[] = {
    {"healthy", "", "example.com", NULL, {{.servers = NULL}}, false},
    {"the delegation names fewer",
     "ns-set-parent-child=WARNING",
     "example.com",
     NULL,
     {REFERRAL("PQ", NS1, A1)},
     false},
    {"the delegation of one parent server names fewer",
     "ns-set-parent-child=WARNING",
     "example.com",
     NULL,
     {REFERRAL("Q", NS1, A1)},
     false},
    {"one of the parent's servers has no delegation",
     "delegation-missing-server=CRITICAL",
     "example.com",
     NULL,
     {{"Q", {.question = "example.com NS", .rcode = 3}, false, NET_PENDING}},
     false},
    {"the same with --partial warning",
     "delegation-missing-server=WARNING",
     "example.com",
     "--partial warning",
     {{"Q", {.question = "example.com NS", .rcode = 3}, false, NET_PENDING}},
     false},
    {"one has an empty answer",
     "delegation-missing-server=CRITICAL",
     "example.com",
     NULL,
     {{"Q", {.question = "example.com NS"}, false, NET_PENDING}},
     false},
    {"none has it, which is meant",
     "",
     "example.com",
     NULL,
     {{"PQ", {.question = "example.com NS", .rcode = 3}, false, NET_PENDING}},
     false},
    {"a parent server that refuses says nothing",
     "",
     "example.com",
     NULL,
     {{"Q", {.question = "example.com NS", .rcode = 5}, true, NET_PENDING}},
     false},
    {"one that is silent neither",
     "",
     "example.com",
     NULL,
     {{"Q", {.question = "example.com NS"}, true, NET_TIMEOUT}},
     false},
    {"one that has the zone itself neither",
     "",
     "example.com",
     NULL,
     {ANSWER("Q", "example.com NS", NS1)},
     false},
    {"a referral of more than 1232 octets",
     "referral-oversize=WARNING",
     "example.com",
     NULL,
     {REFERRAL("P", NS1 NS2, A1 A2 GLUE("1") GLUE("2") GLUE("3") GLUE("4") GLUE("5"))},
     false},
    {"AA on a referral",
     "referral-aa=WARNING",
     "example.com",
     NULL,
     {{"Q",
       {.question = "example.com NS", .authority = NS1 NS2, .additional = A1 A2},
       false,
       NET_PENDING}},
     false},
    {"servers name different name servers",
     "ns-set-differs=WARNING" AT2,
     "example.com",
     NULL,
     {ANSWER("2", "example.com NS", NS1)},
     false},
    {"below the apex it shows too",
     "ns-set-differs=WARNING" AT2,
     NULL,
     NULL,
     {ANSWER("2", "example.com NS", NS1)},
     false},
};

START_TEST(delegations)
{
    world_judge_rows(delegation_rows, COUNT(delegation_rows));
}
END_TEST

static const struct world_row glue_rows[] = {
    {"none for one",
     "glue-missing=WARNING",
     "example.com",
     NULL,
     {REFERRAL("PQ", NS1 NS2, A1)},
     false},
    {"none at all",
     "glue-missing=CRITICAL glue-missing=CRITICAL",
     "example.com",
     NULL,
     {REFERRAL("PQ", NS1 NS2, NULL)},
     false},
    {"none at all, but a name server elsewhere",
     "glue-missing=WARNING glue-missing=WARNING",
     "example.com",
     "--severity net-timeout-one=ignore",
     {REFERRAL("PQ", NS1 NS2 OUT, NULL), ANSWER("12", "example.com NS", NS1 NS2 OUT),
      ANSWER("R", "example.com NS", NS1 NS2 OUT),
      ANSWER("R", "ns.other.test A", "ns.other.test. A 193.0.9.1")},
     false},
    {"none, and the reply is truncated: it is there by TCP",
     "",
     "example.com",
     NULL,
     {{"PQ", {.question = "example.com NS", .tc = true, .authority = NS1 NS2}, true, NET_PENDING}},
     false},
    {"another address",
     "glue-wrong=WARNING",
     "example.com",
     NULL,
     {REFERRAL("PQ", NS1 NS2, A1 "ns2.example.com. A 192.0.2.3")},
     false},
    {"one address more",
     "glue-wrong=WARNING",
     "example.com",
     NULL,
     {REFERRAL("PQ", NS1 NS2, A1 A2 "ns2.example.com. A 192.0.2.3")},
     false},
    {"one address less",
     "glue-wrong=WARNING",
     "example.com",
     NULL,
     {ANSWER("12", "ns2.example.com A", A2 "ns2.example.com. A 192.0.2.3")},
     false},
    {"none of a family that the zone has",
     "glue-missing=WARNING",
     "example.com",
     NULL,
     {ANSWER("12", "ns2.example.com AAAA", "ns2.example.com. AAAA 2001:db8::2")},
     false},
    {"all of both families",
     "",
     "example.com",
     NULL,
     {ANSWER("12", "ns2.example.com AAAA", "ns2.example.com. AAAA 2001:db8::2"),
      REFERRAL("PQ", NS1 NS2, A1 A2 "ns2.example.com. AAAA 2001:db8::2")},
     false},
};

START_TEST(glue)
{
    world_judge_rows(glue_rows, COUNT(glue_rows));
}
END_TEST

static const struct world_row host_rows[] = {
    {"addresses for documentation", "ns-bogon=CRITICAL", NULL, NULL, {{.servers = NULL}}, true},
    {"one of two",
     "ns-bogon=WARNING glue-wrong=WARNING",
     NULL,
     "--severity net-timeout-one=ignore",
     {ANSWER("R", "ns1.example.com A",
             "ns1.example.com. A 192.0.2.1\nns1.example.com. A 193.0.9.1"),
      ANSWER("12", "ns1.example.com A",
             "ns1.example.com. A 192.0.2.1\nns1.example.com. A 193.0.9.1")},
     true},
    {"allowed", "", NULL, NULL, {{.servers = NULL}}, false},
    {"one name server",
     "ns-single=WARNING",
     NULL,
     NULL,
     {ANSWER("12R", "example.com NS", NS1), REFERRAL("PQ", NS1, A1)},
     false},
    {"given servers tell the number too",
     "ns-single=WARNING",
     "example.com",
     "-s 192.0.2.1",
     {ANSWER("12", "example.com NS", NS1)},
     false},
    {"two with one address",
     "ns-single=WARNING ns-same-address=WARNING",
     NULL,
     NULL,
     {ANSWER("12R", "ns2.example.com A", "ns2.example.com. A 192.0.2.1"),
      REFERRAL("PQ", NS1 NS2, A1 "ns2.example.com. A 192.0.2.1")},
     false},
    {"two with one common address of three",
     "ns-same-address=WARNING",
     NULL,
     NULL,
     {ANSWER("12R", "ns2.example.com A", A2 "ns2.example.com. A 192.0.2.1"),
      REFERRAL("PQ", NS1 NS2, A1 A2 "ns2.example.com. A 192.0.2.1")},
     false},
    {"an alias",
     "ns-cname=WARNING",
     NULL,
     NULL,
     {ANSWER("R", "ns2.example.com A",
             "ns2.example.com. CNAME real.example.com.\nreal.example.com. A 192.0.2.2"),
      ANSWER("12", "ns2.example.com A", "ns2.example.com. CNAME real.example.com.")},
     false},
    {"False OK: an alias that only the zone itself tells of",
     "ns-single=WARNING ns-cname=WARNING",
     NULL,
     NULL,
     {{"R", {.question = "ns2.example.com A"}, false, NET_TIMEOUT},
      ANSWER("12", "ns2.example.com A", "ns2.example.com. CNAME real.example.com.")},
     false},
    {"no address but that of the delegation, which is asked",
     "ns-no-address=WARNING",
     NULL,
     NULL,
     {{"R", {.question = "ns2.example.com A"}, false, NET_PENDING}},
     false},
    {"no address at all",
     "ns-no-address=WARNING glue-missing=WARNING ns-single=WARNING",
     NULL,
     NULL,
     {{"R", {.question = "ns2.example.com A"}, false, NET_PENDING}, REFERRAL("PQ", NS1 NS2, A1)},
     false},
    {"an address that only the resolver knows of",
     "ns-no-address=WARNING",
     NULL,
     NULL,
     {{"12", {.question = "ns2.example.com A", .authority = WORLD_SOA}, false, NET_PENDING}},
     false},
};

START_TEST(hosts)
{
    world_judge_rows(host_rows, COUNT(host_rows));
}
END_TEST

/* All of one family is worth a note. */
START_TEST(one_family)
{
    static const struct world_row row = {.what = "one family"};
    struct world world;
    world_open(&world, &row);
    ck_assert_str_eq(world_run(&world), "");
    ck_assert_str_eq(world_findings(&world, true), "ns-single=OK");
    world_close(&world);
}
END_TEST

static const struct {
    const char *address;
    const char *words;
} addresses[] = {
    {"192.0.2.1", "documentation"},
    {"127.0.53.11", "loopback"},
    {"10.255.255.255", "private"},
    {"11.0.0.0", NULL},
    {"172.16.0.0", "private"},
    {"172.31.255.255", "private"},
    {"172.32.0.0", NULL},
    {"192.168.1.1", "private"},
    {"100.64.0.1", "shared by carriers"},
    {"100.128.0.1", NULL},
    {"169.254.1.1", "link-local"},
    {"198.18.0.1", "benchmarking"},
    {"198.20.0.1", NULL},
    {"192.0.0.1", "for protocols"},
    {"192.0.0.9", NULL},
    {"192.0.0.10", NULL},
    {"224.0.0.1", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.1", "reserved"},
    {"255.255.255.255", "broadcast"},
    {"0.0.0.0", "this network"},
    {"198.41.0.4", NULL},
    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "IPv4-compatible"},
    {"::ffff:192.0.2.1", "IPv4-mapped"},
    {"64:ff9b::1", "NAT64"},
    {"64:ff9b:1::1", "NAT64"},
    {"100::1", "discarded"},
    {"2001::1", "Teredo"},
    {"2001:1::1", NULL},
    {"2001:1::4", "for protocols"},
    {"2001:3::1", NULL},
    {"2001:4:112::1", NULL},
    {"2001:20::1", NULL},
    {"2001:10::1", "ORCHID"},
    {"2001:db8::1", "documentation"},
    {"2001:500:2::c", NULL},
    {"2002::1", "6to4"},
    {"3fff::1", "documentation"},
    {"5f00::1", "segment routing"},
    {"fd00::1", "private"},
    {"fe80::1%1", "link-local"},
    {"fec0::1", "site-local"},
    {"ff02::1", "multicast"},
    {"2a00::1", NULL},
};

START_TEST(bogons)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct server server;
        ck_assert_ptr_null(server_parse(arena, addresses[i].address, 53, &server));
        const char *words = bogon_words(&server);
        ck_assert_msg((words == NULL) == (addresses[i].words == NULL), "%s: %s",
                      addresses[i].address, words == NULL ? "reachable" : words);
        if (words != NULL) {
            ck_assert_str_eq(words, addresses[i].words);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(bogons_are_counted)
{
    static const struct {
        struct world_row row;
        const char *text; /* begins like this */
    } rows[] = {
        {{.private_matters = true}, "NS: all 2 name server addresses cannot be reached"},
        {{.private_matters = true,
          .odd = {ANSWER("12R", "example.com NS", NS1), REFERRAL("PQ", NS1, A1)}},
         "NS: the only name server address cannot be reached"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_open(&world, &rows[i].row);
        (void)world_run(&world);
        const char *text = world.subject.report.findings[0].text;
        ck_assert_msg(strncmp(text, rows[i].text, strlen(rows[i].text)) == 0, "%s", text);
        world_close(&world);
    }
}
END_TEST

/* What is beyond the bound on name servers is not passed over in silence. */
START_TEST(too_many_hosts)
{
    static const struct {
        unsigned hosts;
        const char *text;
    } rows[] = {
        {ZONE_HOSTS_MAX, NULL},
        {ZONE_HOSTS_MAX + 5,
         "not looked at for their number: 5 name servers beyond the first 32, and of "
         "addresses 0 beyond the first 40"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_create();
        const char *ns = "";
        for (unsigned n = 0; n < rows[i].hosts; n++) {
            ns = arena_printf(arena, "%sexample.com. NS ns%u.example.com.\n", ns, n);
        }
        const struct world_row row = {
            .arguments = "--severity ns-no-address=ignore",
            .odd = {ANSWER("12R", "example.com NS", ns), REFERRAL("PQ", ns, NULL)}};
        struct world world;
        world_open(&world, &row);
        (void)world_run(&world);
        const char *text = NULL;
        for (size_t j = 0; j < world.subject.report.finding_count; j++) {
            const struct finding *finding = &world.subject.report.findings[j];
            text = finding->id == FINDING_LIMIT_SERVERS ? finding->text : text;
        }
        ck_assert_pstr_eq(text, rows[i].text);
        world_close(&world);
        arena_destroy(arena);
    }
}
END_TEST

SUITE_MAIN("records_delegation", delegations, glue, hosts, too_many_hosts, one_family, bogons,
           bogons_are_counted)
