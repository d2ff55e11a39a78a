/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single answers that are odd: aliases, negative answers, special types, servers, time. */
#include "lib/recordworld.h"
#include "lib/suite.h"

#define ANSWER(servers, asked, text)                                                               \
    {                                                                                              \
        servers, {.question = asked, .answer = text}, false, NET_PENDING                           \
    }
#define RCODE(servers, asked, code)                                                                \
    {                                                                                              \
        servers, {.question = asked, .rcode = code, .authority = WORLD_SOA}, false, NET_PENDING    \
    }
#define DEAD(servers, asked, how)                                                                  \
    {                                                                                              \
        servers, {.question = asked}, false, how                                                   \
    }
#define WWW     "www.example.com. "
#define WEB     "web.example.com. "
#define IN_ZONE WWW "CNAME " WEB "\n" WEB "A 192.0.2.81"
#define OUTSIDE WWW "CNAME cdn.test.\n"

static const struct world_row alias_rows[] = {
    {"False alarm: CNAME answers called wrong",
     "",
     NULL,
     "-T A -e 192.0.2.81 --exact",
     {ANSWER("12", "www.example.com A", IN_ZONE)},
     false},
    {"the alias itself",
     "",
     NULL,
     "-T CNAME -e web.example.com",
     {ANSWER("12", "www.example.com CNAME", WWW "CNAME " WEB)},
     false},
    {"out of the zone, by the resolver",
     "",
     NULL,
     "-T A -e 192.0.2.9",
     {ANSWER("12", "www.example.com A", OUTSIDE),
      ANSWER("R", "cdn.test A", "cdn.test. A 192.0.2.9")},
     false},
    {"what a server says beyond its zone does not count",
     "",
     NULL,
     "-T A -e 192.0.2.9",
     {ANSWER("1", "www.example.com A", OUTSIDE "cdn.test. A 192.0.2.66"),
      ANSWER("2", "www.example.com A", OUTSIDE),
      ANSWER("R", "cdn.test A", "cdn.test. A 192.0.2.9")},
     false},
    {"out of the zone, to another record",
     "rec-missing=CRITICAL",
     NULL,
     "-T A -e 192.0.2.81",
     {ANSWER("12", "www.example.com A", OUTSIDE),
      ANSWER("R", "cdn.test A", "cdn.test. A 192.0.2.9")},
     false},
    {"out of the zone, to no name",
     "rec-nxdomain=CRITICAL",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A", OUTSIDE), RCODE("R", "cdn.test A", 3)},
     false},
    {"out of the zone, and the resolver fails",
     "rec-nodata=CRITICAL",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A", OUTSIDE), RCODE("R", "cdn.test A", 2)},
     false},
    {"to different names",
     "rec-differs-server=WARNING" AT2,
     NULL,
     "-T A",
     {ANSWER("1", "www.example.com A", OUTSIDE),
      ANSWER("2", "www.example.com A", WWW "CNAME other.test."),
      ANSWER("R", "cdn.test A", "cdn.test. A 192.0.2.9"),
      ANSWER("R", "other.test A", "other.test. A 192.0.2.10")},
     false},
    {"a loop",
     "alias-loop=CRITICAL",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A", WWW "CNAME " WEB "\n" WEB "CNAME " WWW)},
     false},
    {"to itself",
     "alias-loop=CRITICAL",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A", WWW "CNAME " WWW)},
     false},
    {"several aliases",
     "cname-multiple=WARNING",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A",
             WWW "CNAME x.example.com.\n" WWW "CNAME y.example.com.\nx.example.com. A 192.0.2.81")},
     false},
    {"other data in one answer",
     "cname-other-data=WARNING",
     NULL,
     "-T A",
     {ANSWER("12", "www.example.com A", WWW "CNAME " WEB "\n" WWW "A 192.0.2.81")},
     false},
    {"other data in another answer",
     "cname-other-data=WARNING",
     NULL,
     NULL,
     {ANSWER("12", "www.example.com A", IN_ZONE),
      ANSWER("12", "www.example.com AAAA", WWW "AAAA 2001:db8::1")},
     false},
    {"at the apex, by default types",
     "cname-other-data=CRITICAL",
     "example.com",
     NULL,
     {ANSWER("12", "example.com A", "example.com. CNAME " WEB "\n" WEB "A 192.0.2.80")},
     false},
    {"at the apex of one server",
     "cname-other-data=CRITICAL" AT2,
     "example.com",
     NULL,
     {ANSWER("2", "example.com A", "example.com. CNAME " WEB "\n" WEB "A 192.0.2.80")},
     false},
};

START_TEST(aliases)
{
    world_judge_rows(alias_rows, COUNT(alias_rows));
}
END_TEST

#define SUB "x.sub.example.com"
#define DNAME(cname, ttl)                                                                          \
    ANSWER("12", SUB " A",                                                                         \
           "sub.example.com. DNAME example.com.\n" SUB ". " ttl " CNAME " cname                    \
           "\nx.example.com. A 192.0.2.1\ny.example.com. A 192.0.2.1")

static const struct world_row dname_rows[] = {
    {"right", "", SUB, "-T A", {DNAME("x.example.com.", "3600")}, false},
    {"of TTL 0", "dname-ttl=WARNING", SUB, "-T A", {DNAME("x.example.com.", "0")}, false},
    {"wrong", "dname-cname-wrong=CRITICAL", SUB, "-T A", {DNAME("y.example.com.", "3600")}, false},
    {"missing",
     "dname-cname-missing=WARNING",
     SUB,
     "-T A",
     {ANSWER("12", SUB " A", "sub.example.com. DNAME example.com.\nx.example.com. A 192.0.2.1")},
     false},
};

START_TEST(dnames)
{
    world_judge_rows(dname_rows, COUNT(dname_rows));
}
END_TEST

static const struct world_row negative_rows[] = {
    {"no SOA",
     "negative-no-soa=WARNING",
     NULL,
     NULL,
     {{"12", {.question = "www.example.com AAAA"}, false, NET_PENDING}},
     false},
    {"no SOA in a signed zone",
     "negative-no-soa=CRITICAL",
     NULL,
     NULL,
     {{"12", {.question = "www.example.com AAAA"}, false, NET_PENDING},
      ANSWER("12", "www.example.com A",
             WWW "A 192.0.2.81\n" WWW "RRSIG A 13 3 3600 20260920000000 20260901000000 1 "
                 "example.com. AAAA")},
     false},
    {"the SOA of another zone",
     "negative-no-soa=WARNING",
     NULL,
     NULL,
     {{"12",
       {.question = "www.example.com AAAA", .authority = "com. SOA a. b. 1 7200 3600 604800 3600"},
       false,
       NET_PENDING}},
     false},
    {"False alarm: an alias into a zone below, at the same servers",
     "",
     NULL,
     NULL,
     {{"12",
       {.question = "www.example.com AAAA",
        .answer = "www.example.com. CNAME a.kid.example.com.",
        .authority = "kid.example.com. SOA a. b. 1 7200 3600 604800 3600"},
       false,
       NET_PENDING},
      ANSWER("12", "www.example.com A",
             "www.example.com. CNAME a.kid.example.com.\na.kid.example.com. A 192.0.2.1")},
     false},
    {"an alias, and the SOA of a zone beside",
     "negative-no-soa=WARNING",
     NULL,
     NULL,
     {{"12",
       {.question = "www.example.com AAAA",
        .answer = "www.example.com. CNAME a.kid.example.com.",
        .authority = "kin.example.com. SOA a. b. 1 7200 3600 604800 3600"},
       false,
       NET_PENDING},
      ANSWER("12", "www.example.com A",
             "www.example.com. CNAME a.kid.example.com.\na.kid.example.com. A 192.0.2.1")},
     false},
    {"NXDOMAIN for one type",
     "nxdomain-by-type=WARNING",
     NULL,
     NULL,
     {RCODE("12", "www.example.com AAAA", 3)},
     false},
    {"NXDOMAIN for a type that was asked for",
     "rec-nodata=CRITICAL nxdomain-by-type=WARNING",
     NULL,
     "-T A,AAAA",
     {RCODE("12", "www.example.com AAAA", 3)},
     false},
    {"SERVFAIL for AAAA",
     "aaaa-broken=WARNING",
     NULL,
     NULL,
     {RCODE("12", "www.example.com AAAA", 2)},
     false},
    {"silence for AAAA",
     "aaaa-broken=WARNING" AT2,
     NULL,
     NULL,
     {DEAD("2", "www.example.com AAAA", NET_TIMEOUT)},
     false},
    {"SERVFAIL for both is another matter",
     "rcode-servfail=WARNING" AT2,
     NULL,
     NULL,
     {RCODE("2", "www.example.com A", 2), RCODE("2", "www.example.com AAAA", 2)},
     false},
};

START_TEST(negatives)
{
    world_judge_rows(negative_rows, COUNT(negative_rows));
}
END_TEST

#define HASH "d2abcde7f0a1b2c3d4e5f60718293a4b5c6d7e8f9012345678901234"

static const struct world_row type_rows[] = {
    {"a null MX alone",
     "",
     "example.com",
     "-T MX",
     {ANSWER("12", "example.com MX", "example.com. MX 0 .")},
     false},
    {"a null MX and another",
     "mx-null-mixed=WARNING",
     "example.com",
     "-T MX",
     {ANSWER("12", "example.com MX", "example.com. MX 0 .\nexample.com. MX 10 mail.example.com.")},
     false},
    {"a mail server that is an alias",
     "mx-cname=WARNING",
     "example.com",
     "-T MX",
     {ANSWER("R", "example.com MX", "example.com. MX 10 mail.example.com."),
      ANSWER("R", "mail.example.com A", "mail.example.com. CNAME " WEB "\n" WEB "A 192.0.2.9")},
     false},
    {"TLSA at a port",
     "",
     "_443._tcp.www.example.com",
     "-T TLSA --severity chain-indeterminate=ignore",
     {ANSWER("12", "_443._tcp.www.example.com TLSA", "_443._tcp.www.example.com. TLSA 3 1 1 aabb")},
     false},
    {"TLSA at any port",
     "",
     "*._tcp.example.com",
     "-T TLSA --severity chain-indeterminate=ignore",
     {ANSWER("12", "*._tcp.example.com TLSA", "*._tcp.example.com. TLSA 3 1 1 aabb")},
     false},
    {"TLSA elsewhere",
     "tlsa-name=WARNING",
     NULL,
     "-T TLSA --severity chain-indeterminate=ignore",
     {ANSWER("12", "www.example.com TLSA", WWW "TLSA 3 1 1 aabb")},
     false},
    {"TLSA at a port without protocol",
     "tlsa-name=WARNING",
     "_443.example.com",
     "-T TLSA --severity chain-indeterminate=ignore",
     {ANSWER("12", "_443.example.com TLSA", "_443.example.com. TLSA 3 1 1 aabb")},
     false},
    {"SMIMEA at a hash",
     "",
     HASH "._smimecert.example.com",
     "-T SMIMEA --severity chain-indeterminate=ignore",
     {ANSWER("12", HASH "._smimecert.example.com SMIMEA",
             HASH "._smimecert.example.com. SMIMEA 3 1 1 aabb")},
     false},
    {"SMIMEA elsewhere",
     "smimea-name=WARNING",
     NULL,
     "-T SMIMEA --severity chain-indeterminate=ignore",
     {ANSWER("12", "www.example.com SMIMEA", WWW "SMIMEA 3 1 1 aabb")},
     false},
    {"what has to be secure and cannot be told",
     "chain-indeterminate=UNKNOWN",
     NULL,
     "-T SSHFP",
     {ANSWER("12", "www.example.com SSHFP", WWW "SSHFP 4 2 aabb")},
     false},
    {"DS are asked for at the parent",
     "",
     "example.com",
     "-T DS -e 1~13~2~aabb",
     {ANSWER("PQ", "example.com DS", "example.com. DS 1 13 2 aabb"),
      ANSWER("PQ", "com SOA", "com. SOA a. b. 1 7200 3600 604800 3600"),
      ANSWER("PQ", "com NS", "com. NS p.nic.test.\ncom. NS q.nic.test.")},
     false},
};

START_TEST(types)
{
    world_judge_rows(type_rows, COUNT(type_rows));
}
END_TEST

/* Servers, and how findings about them go together with those about records. */

static const struct world_row server_rows[] = {
    {"False OK: SERVFAIL counted as NXDOMAIN",
     "rcode-servfail=CRITICAL rec-rcode=CRITICAL",
     NULL,
     "-s 192.0.2.1 -T A --expect-rcode NXDOMAIN",
     {RCODE("12", "www.example.com A", 2), RCODE("12", "* A", 2),
      RCODE("12", "www.example.com SOA", 2), RCODE("12", "www.example.com NS", 2)},
     false},
    {"False OK: SERVFAIL of one server counted as NXDOMAIN",
     "rec-rcode=CRITICAL" AT2 " rcode-servfail=WARNING" AT2,
     "nx.example.com",
     "-T A --expect-rcode NXDOMAIN",
     {RCODE("2", "nx.example.com A", 2)},
     false},
    {"False OK: an empty result as OK",
     "net-timeout-all=CRITICAL",
     NULL,
     "-T A",
     {DEAD("12", "* A", NET_TIMEOUT), DEAD("12", "www.example.com A", NET_TIMEOUT),
      DEAD("12", "example.com SOA", NET_TIMEOUT), DEAD("12", "example.com NS", NET_TIMEOUT),
      DEAD("12", "example.com A", NET_TIMEOUT)},
     false},
    {"False OK: a resolver that fails is taken for an answer",
     "zone-no-servers=UNKNOWN",
     NULL,
     NULL,
     {RCODE("R", "* NS", 2), RCODE("R", "example.com NS", 2), RCODE("R", "com NS", 2),
      RCODE("R", ". NS", 2)},
     false},
    {"False OK: 192.0.2.8 found in 192.0.2.81",
     "rec-missing=CRITICAL",
     NULL,
     "-T A -e 192.0.2.8",
     {{.servers = NULL}},
     false},
    {"False OK: the rcode is never looked at",
     "rec-nxdomain=CRITICAL",
     NULL,
     "-T A -e 192.0.2.81",
     {{"12",
       {.question = "www.example.com A", .rcode = 3, .answer = "", .authority = WORLD_SOA},
       false,
       NET_PENDING}},
     false},
    {"False OK: one address of a name server is asked only",
     "rec-missing=CRITICAL" AT2 " rec-differs-server=WARNING" AT2,
     NULL,
     "-T A -e 192.0.2.81",
     {ANSWER("2", "www.example.com A", WWW "A 192.0.2.66")},
     false},
    {"one silent server is no wrong data",
     "net-timeout-one=WARNING" AT2,
     NULL,
     "-T A -e 192.0.2.81",
     {DEAD("2", "www.example.com A", NET_TIMEOUT), DEAD("2", "example.com SOA", NET_TIMEOUT),
      DEAD("2", "example.com NS", NET_TIMEOUT), DEAD("2", "example.com A", NET_TIMEOUT)},
     false},
    {"an answer without authority does not count",
     "lame-no-aa=WARNING" AT2,
     NULL,
     "-T A -e 192.0.2.81",
     {{"2", {.question = "www.example.com A", .answer = WWW "A 192.0.2.66"}, true, NET_PENDING}},
     false},
};

START_TEST(servers)
{
    world_judge_rows(server_rows, COUNT(server_rows));
}
END_TEST

START_TEST(tcp)
{
    static const struct world_row row = {.what = "TCP is silent at one server"};
    struct world world;
    world_open(&world, &row);
    world.no_tcp = "192.0.2.2";
    ck_assert_str_eq(world_run(&world), "net-tcp-fail=WARNING" AT2);
    world_close(&world);
}
END_TEST

static const struct {
    const char *arguments;
    unsigned elapsed_ms;
    const char *expected;
} times[] = {
    {"-w 0.2 -c 0.5", 200, ""},
    {"-w 0.2 -c 0.5", 201, "latency=WARNING"},
    {"-w 0.2 -c 0.5", 500, "latency=WARNING"},
    {"-w 0.2 -c 0.5", 501, "latency=CRITICAL"},
    {"-c 0.1", 150, "latency=CRITICAL"},
    {"-w @0:0.1", 50, "latency=WARNING"},
    {"-w 2 -c 5s", 5001, "latency=CRITICAL"},
    {NULL, 9000, ""},
    /* False OK: a milder later test overwrites a worse state. */
    {"-T A -e 192.0.2.9 -w 0.1", 150, "rec-missing=CRITICAL latency=WARNING"},
};

START_TEST(latency)
{
    for (size_t i = 0; i < COUNT(times); i++) {
        const struct world_row row = {.what = "time", .arguments = times[i].arguments};
        struct world world;
        world_open(&world, &row);
        world.elapsed_ms = times[i].elapsed_ms;
        ck_assert_str_eq(world_run(&world), times[i].expected);
        ck_assert_int_eq(report_state(&world.subject.report) == STATE_OK,
                         times[i].expected[0] == '\0');
        world_close(&world);
    }
}
END_TEST

SUITE_MAIN("records_shape", aliases, dnames, negatives, types, servers, tcp, latency)
