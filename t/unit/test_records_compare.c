/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers against each other: answers, SOA, serials. */
#include "lib/recordworld.h"
#include "lib/suite.h"

#define SOA(serial)                                                                                \
    "example.com. SOA ns1.example.com. h.example.com. " serial " 7200 3600 604800 3600\n"
#define OTHER_A "www.example.com. A 192.0.2.99"
#define OTHER_AT(server)                                                                           \
    {                                                                                              \
        server, {.question = "www.example.com A", .answer = OTHER_A}, false, NET_PENDING           \
    }
#define SERIAL(server, serial)                                                                     \
    {                                                                                              \
        server, {.question = "example.com SOA", .answer = SOA(serial)}, false, NET_PENDING         \
    }

#define ALIAS(server, type, target, more)                                                          \
    {                                                                                              \
        server,                                                                                    \
            {.question = "www.example.com " type,                                                  \
             .answer = "www.example.com. CNAME " target ".example.com.\n" more,                    \
             .authority = WORLD_SOA},                                                              \
            false, NET_PENDING                                                                     \
    }

static const struct world_row answer_rows[] = {
    {"another answer", "rec-differs-server=WARNING" AT2, NULL, NULL, {OTHER_AT("2")}, false},
    {"the first by address is taken for right",
     "rec-differs-server=WARNING" AT2,
     NULL,
     NULL,
     {OTHER_AT("1")},
     false},
    {"rated by --partial",
     "rec-differs-server=CRITICAL" AT2,
     NULL,
     "--partial critical",
     {OTHER_AT("2")},
     false},
    {"variants may differ", "", NULL, "--allow-variants", {OTHER_AT("2")}, false},
    {"mail servers are grave",
     "rec-differs-server=CRITICAL" AT2,
     "example.com",
     "-T MX",
     {{"2",
       {.question = "example.com MX", .answer = "example.com. MX 20 mail.example.com."},
       false,
       NET_PENDING}},
     false},
    {"another TTL and order are the same",
     "",
     NULL,
     NULL,
     {{"2",
       {.question = "www.example.com A",
        .answer = "www.example.com. 60 A 192.0.2.82\nwww.example.com. 60 A 192.0.2.81"},
       false,
       NET_PENDING}},
     false},
    {"with another serial the answer may differ",
     "soa-serial-differs=WARNING" AT1,
     NULL,
     NULL,
     {OTHER_AT("2"), SERIAL("2", "8")},
     false},
    {"unless --compare",
     "soa-serial-differs=WARNING" AT1 " rec-differs-server=WARNING" AT2,
     NULL,
     "--compare",
     {OTHER_AT("2"), SERIAL("2", "8")},
     false},
    {"given servers are compared",
     "rec-differs-server=WARNING" AT2,
     NULL,
     "-s 192.0.2.1 -s 192.0.2.2 --compare",
     {OTHER_AT("2")},
     false},
    {"another alias to the same records, told once for all types",
     "rec-differs-server=WARNING" AT2,
     NULL,
     NULL,
     {ALIAS("1", "A", "one", "one.example.com. A 192.0.2.9"),
      ALIAS("2", "A", "two", "two.example.com. A 192.0.2.9"), ALIAS("1", "AAAA", "one", ""),
      ALIAS("2", "AAAA", "two", "")},
     false},
    {"an alias here and none there",
     "rec-differs-server=WARNING" AT2,
     NULL,
     "-T A",
     {ALIAS("2", "A", "two", "two.example.com. A 192.0.2.81\ntwo.example.com. A 192.0.2.82")},
     false},
    {"a record here and none there",
     "rec-nodata=CRITICAL" AT2 " rec-differs-server=WARNING" AT2,
     NULL,
     "-T A",
     {{"2", {.question = "www.example.com A", .authority = WORLD_SOA}, false, NET_PENDING}},
     false},
};

START_TEST(answers)
{
    world_judge_rows(answer_rows, COUNT(answer_rows));
}
END_TEST

/* Resolvers. */

#define BY(server, text)                                                                           \
    {                                                                                              \
        server, {.question = "www.example.com A", .answer = text}, false, NET_PENDING              \
    }
#define TWO "--compare -r 192.0.2.53 -r 192.0.2.54 -T A"

static const struct world_row resolver_rows[] = {
    {"alike", "", NULL, TWO, {BY("RS", OTHER_A)}, false},
    {"what is left of the TTL does not matter",
     "",
     NULL,
     TWO,
     {BY("R", OTHER_A), BY("S", "www.example.com. 0 A 192.0.2.99")},
     false},
    {"not alike",
     "rec-differs-server=WARNING@192.0.2.54",
     NULL,
     TWO,
     {BY("R", OTHER_A), BY("S", "www.example.com. A 192.0.2.98")},
     false},
    {"by another alias",
     "",
     NULL,
     TWO,
     {BY("R", "www.example.com. CNAME a.\na. A 192.0.2.9"),
      BY("S", "www.example.com. CNAME b.\nb. A 192.0.2.9")},
     false},
    {"one is silent",
     "resolver-silent=WARNING@192.0.2.54",
     NULL,
     TWO,
     {BY("R", OTHER_A), {"S", {.question = "www.example.com A"}, false, NET_TIMEOUT}},
     false},
    {"one is silent, which matters",
     "resolver-silent=CRITICAL@192.0.2.54",
     NULL,
     TWO " --partial critical",
     {BY("R", OTHER_A), {"S", {.question = "www.example.com A"}, false, NET_TIMEOUT}},
     false},
    {"one is silent of two that are needed",
     "resolver-silent=CRITICAL@192.0.2.54",
     NULL,
     TWO " --min-good 2",
     {BY("R", OTHER_A), {"S", {.question = "www.example.com A"}, false, NET_TIMEOUT}},
     false},
    {"one fails",
     "rcode-servfail=CRITICAL@192.0.2.54",
     NULL,
     TWO,
     {BY("R", OTHER_A), {"S", {.question = "www.example.com A", .rcode = 2}, false, NET_PENDING}},
     false},
    {"both are silent: this host is offline",
     "net-monitor-offline=UNKNOWN",
     NULL,
     TWO,
     {{"RS", {.question = "www.example.com A"}, false, NET_TIMEOUT},
      {"R", {.question = "* DNSKEY"}, false, NET_TIMEOUT},
      {"R", {.question = "* DS"}, false, NET_TIMEOUT}},
     false},
    {"the name does not exist",
     "rec-nxdomain=CRITICAL",
     NULL,
     TWO,
     {{"RS",
       {.question = "www.example.com A", .rcode = 3, .authority = WORLD_SOA},
       false,
       NET_PENDING}},
     false},
};

START_TEST(resolvers)
{
    world_judge_rows(resolver_rows, COUNT(resolver_rows));
}
END_TEST

/* Serials. */

static const struct world_row serial_rows[] = {
    {"behind", "soa-serial-differs=WARNING" AT2, NULL, NULL, {SERIAL("1", "17")}, false},
    {"the other is behind",
     "soa-serial-differs=WARNING" AT1,
     NULL,
     NULL,
     {SERIAL("2", "17")},
     false},
    {"False alarm: after a wrap the right server is blamed",
     "soa-serial-differs=WARNING" AT2,
     NULL,
     NULL,
     {SERIAL("1", "5"), SERIAL("2", "4294967290")},
     false},
    {"within the lag", "", NULL, "--serial-lag 10", {SERIAL("1", "17")}, false},
    {"outside",
     "soa-serial-differs=CRITICAL" AT2,
     NULL,
     "--serial-lag 9",
     {SERIAL("1", "17")},
     false},
    {"within over a wrap",
     "",
     NULL,
     "--serial-lag 11",
     {SERIAL("1", "5"), SERIAL("2", "4294967290")},
     false},
    {"outside over a wrap",
     "soa-serial-differs=CRITICAL" AT2,
     NULL,
     "--serial-lag 10",
     {SERIAL("1", "5"), SERIAL("2", "4294967290")},
     false},
    {"half the circle: no order",
     "soa-serial-differs=WARNING" AT2,
     NULL,
     NULL,
     {SERIAL("1", "0"), SERIAL("2", "2147483648")},
     false},
    {"no order is in no range",
     "soa-serial-differs=CRITICAL" AT2,
     NULL,
     "--serial-lag 5000000000",
     {SERIAL("1", "0"), SERIAL("2", "2147483648")},
     false},
    {"dates, within the time",
     "",
     NULL,
     "--serial-lag 2d",
     {SERIAL("1", "2026091003"), SERIAL("2", "2026090801")},
     false},
    {"dates, outside",
     "soa-serial-differs=CRITICAL" AT2,
     NULL,
     "--serial-lag 36h",
     {SERIAL("1", "2026091003"), SERIAL("2", "2026090801")},
     false},
    {"the same day",
     "",
     NULL,
     "--serial-lag 0s",
     {SERIAL("1", "2026091003"), SERIAL("2", "2026091001")},
     false},
    {"seconds since 1970, within",
     "",
     NULL,
     "--serial-lag 1h",
     {SERIAL("1", "1789000000"), SERIAL("2", "1788996400")},
     false},
    {"seconds, outside",
     "soa-serial-differs=CRITICAL" AT2,
     NULL,
     "--serial-lag 59m",
     {SERIAL("1", "1789000000"), SERIAL("2", "1788996400")},
     false},
    {"neither dates nor times: not told",
     "soa-serial-differs=WARNING" AT2,
     NULL,
     "--serial-lag 2h",
     {SERIAL("1", "17")},
     false},
    {"no such day",
     "soa-serial-differs=WARNING" AT2,
     NULL,
     "--serial-lag 2h",
     {SERIAL("1", "2026093201"), SERIAL("2", "2026093101")},
     false},
};

START_TEST(serials)
{
    world_judge_rows(serial_rows, COUNT(serial_rows));
}
END_TEST

/* SOA. */

#define TIMERS(server, text)                                                                       \
    {                                                                                              \
        server,                                                                                    \
            {.question = "example.com SOA",                                                        \
             .answer = "example.com. SOA ns1.example.com. h.example.com. 7 " text},                \
            false, NET_PENDING                                                                     \
    }

static const struct world_row soa_rows[] = {
    {"none anywhere",
     "soa-missing=CRITICAL",
     "example.com",
     "-T A",
     {{"12", {.question = "example.com SOA", .authority = WORLD_SOA}, false, NET_PENDING}},
     false},
    {"none at one server",
     "soa-missing=CRITICAL" AT2,
     "example.com",
     "-T A",
     {{"2", {.question = "example.com SOA", .authority = WORLD_SOA}, false, NET_PENDING}},
     false},
    {"two",
     "soa-multiple=WARNING",
     NULL,
     NULL,
     {{"12", {.question = "example.com SOA", .answer = SOA("7") SOA("8")}, false, NET_PENDING}},
     false},
    {"retry above refresh",
     "soa-timers=WARNING",
     NULL,
     NULL,
     {TIMERS("12", "3600 7200 604800 3600")},
     false},
    {"retry as refresh", "", NULL, NULL, {TIMERS("12", "3600 3600 604800 3600")}, false},
    {"expire as refresh and retry",
     "soa-timers=WARNING",
     NULL,
     NULL,
     {TIMERS("12", "7200 3600 10800 3600")},
     false},
    {"expire a little longer", "", NULL, NULL, {TIMERS("12", "7200 3600 10801 3600")}, false},
    {"sums do not wrap",
     "soa-timers=WARNING",
     NULL,
     NULL,
     {TIMERS("12", "4294967295 4294967295 604800 3600")},
     false},
    {"minimum of a day", "", NULL, NULL, {TIMERS("12", "7200 3600 604800 86400")}, false},
    {"minimum above",
     "soa-timers=WARNING",
     NULL,
     NULL,
     {TIMERS("12", "7200 3600 604800 86401")},
     false},
    {"differs",
     "soa-params-differ=WARNING" AT2,
     NULL,
     NULL,
     {TIMERS("2", "7200 3600 704800 3600")},
     false},
    {"differs with another serial: that is the cause",
     "soa-serial-differs=WARNING" AT1,
     NULL,
     NULL,
     {{"2",
       {.question = "example.com SOA",
        .answer = "example.com. SOA ns2.example.com. h.example.com. 8 7200 3600 604800 3600"},
       false,
       NET_PENDING}},
     false},
    {"another primary",
     "soa-params-differ=WARNING" AT2,
     NULL,
     NULL,
     {{"2",
       {.question = "example.com SOA",
        .answer = "example.com. SOA ns2.example.com. h.example.com. 7 7200 3600 604800 3600"},
       false,
       NET_PENDING}},
     false},
};

START_TEST(soas)
{
    world_judge_rows(soa_rows, COUNT(soa_rows));
}
END_TEST

SUITE_MAIN("records_compare", answers, resolvers, serials, soas)
