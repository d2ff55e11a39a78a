/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each server is, by what came of its questions, and the findings that make it known. */
#include <string.h>

#include "check/health.h"
#include "lib/fixture.h"
#include "lib/signedzone.h"
#include "lib/suite.h"

/*
 * What came of a question, in a word: a status (timeout refused noroute malformed mismatched
 * pending), an rcode (NOERROR ...), or an oddity of a good answer.
 */
struct outcome {
    const char *word;
    enum net_status status;
    bool no_reply;
    bool lame;
    struct message reply;
    enum transport transport;
    bool udp_lost;
    unsigned mismatches;
};

#define REPLY(...)                                                                                 \
    {                                                                                              \
        .aa = true, .edns = true, .edns_do = true, .case_kept = true, __VA_ARGS__                  \
    }

static const struct outcome outcomes[] = {
    {.word = "good", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_NOERROR, .size = 300)},
    {.word = "nxdomain", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_NXDOMAIN)},
    {.word = "pending", .status = NET_PENDING, .no_reply = true},
    {.word = "timeout", .status = NET_TIMEOUT, .no_reply = true},
    {.word = "closed", .status = NET_REFUSED, .no_reply = true},
    {.word = "noroute", .status = NET_UNREACHABLE, .no_reply = true},
    {.word = "malformed", .status = NET_MALFORMED, .no_reply = true},
    {.word = "mismatched", .status = NET_MISMATCHED, .no_reply = true},
    {.word = "servfail", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_SERVFAIL)},
    {.word = "refused", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_REFUSED)},
    {.word = "notauth", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_NOTAUTH)},
    {.word = "formerr", .status = NET_ANSWERED, .reply = REPLY(.rcode = RCODE_FORMERR)},
    {.word = "formerr-edns",
     .status = NET_ANSWERED,
     .reply = {.rcode = RCODE_FORMERR, .case_kept = true}},
    {.word = "notimp-edns",
     .status = NET_ANSWERED,
     .reply = {.rcode = RCODE_NOTIMP, .case_kept = true}},
    {.word = "rcode42", .status = NET_ANSWERED, .reply = REPLY(.rcode = 42)},
    {.word = "lame", .status = NET_ANSWERED, .lame = true, .reply = REPLY(.rcode = RCODE_NOERROR)},
    {.word = "upward",
     .status = NET_ANSWERED,
     .lame = true,
     .reply = REPLY(.rcode = RCODE_NOERROR)},
    {.word = "no-edns", .status = NET_ANSWERED, .reply = {.aa = true, .case_kept = true}},
    {.word = "no-do",
     .status = NET_ANSWERED,
     .reply = {.aa = true, .edns = true, .case_kept = true}},
    {.word = "tcp-failed", .status = NET_TCP_FAILED, .reply = REPLY(.tc = true)},
    {.word = "udp-lost",
     .status = NET_ANSWERED,
     .transport = TRANSPORT_TCP,
     .udp_lost = true,
     .reply = REPLY(.rcode = RCODE_NOERROR, .size = 900)},
    {.word = "udp-lost-small",
     .status = NET_ANSWERED,
     .transport = TRANSPORT_TCP,
     .udp_lost = true,
     .reply = REPLY(.rcode = RCODE_NOERROR, .size = 200)},
    {.word = "forged",
     .status = NET_ANSWERED,
     .transport = TRANSPORT_TCP,
     .udp_lost = true,
     .mismatches = 32,
     .reply = REPLY(.rcode = RCODE_NOERROR, .size = 900)},
    {.word = "large", .status = NET_ANSWERED, .reply = REPLY(.size = 1000)},
    {.word = "truncated", .status = NET_TRUNCATED, .reply = REPLY(.tc = true)},
    {.word = "truncated-lame", .status = NET_TRUNCATED, .lame = true, .reply = REPLY(.tc = true)},
    {.word = "truncated-formerr",
     .status = NET_TRUNCATED,
     .reply = {.rcode = RCODE_FORMERR, .tc = true}},
    {.word = "tc-over-tcp",
     .status = NET_ANSWERED,
     .transport = TRANSPORT_TCP,
     .reply = REPLY(.tc = true)},
    {.word = "chaos", .status = NET_ANSWERED, .reply = REPLY(.class_foreign = true)},
    {.word = "case",
     .status = NET_ANSWERED,
     .reply = {.aa = true, .edns = true, .edns_do = true, .case_kept = false}},
    {.word = "agent", .status = NET_ANSWERED, .reply = REPLY(.report_channel = true)},
};

enum { QUESTIONS_MAX = 16, SERVERS = 3 };

struct bench {
    struct arena *arena;
    struct server servers[SERVERS];
    struct question questions[QUESTIONS_MAX];
    const struct question *list[QUESTIONS_MAX];
    struct questions asked;
};

static void bench_open(struct bench *bench)
{
    static const char *const texts[SERVERS] = {"192.0.2.1", "192.0.2.2", "2001:db8::3"};
    static const char *const hosts[SERVERS] = {"ns1.example.com", NULL, "ns3.example.com"};
    *bench = (struct bench){.arena = arena_create()};
    bench->asked.list = bench->list;
    for (size_t i = 0; i < SERVERS; i++) {
        ck_assert_ptr_null(server_parse(bench->arena, texts[i], 53, &bench->servers[i]));
        bench->servers[i].host = hosts[i];
    }
}

static const struct outcome *outcome_of(const char *word, size_t size)
{
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        if (strlen(outcomes[i].word) == size && strncmp(outcomes[i].word, word, size) == 0) {
            return &outcomes[i];
        }
    }
    ck_abort_msg("no outcome %.*s", (int)size, word);
}

static const struct message *reply_of(struct arena *arena, const struct outcome *outcome)
{
    if (outcome->no_reply) {
        return NULL;
    }
    struct message *reply = arena_copy(arena, &outcome->reply, sizeof *reply);
    reply->aa = !outcome->lame;
    if (strcmp(outcome->word, "upward") == 0) {
        reply->authority = fixture_section(arena, ". NS a.root.test.");
    }
    return reply;
}

/* "good,timeout refused": for each server, separated by blanks, what came of SOA, DNSKEY, A, DS. */
static void ask(struct bench *bench, const char *text)
{
    static const uint16_t types[] = {RR_SOA, RR_DNSKEY, RR_A, RR_DS};
    bench->asked.count = 0;
    size_t type = 0;
    for (size_t server = 0; *text != '\0'; text += *text == '\0' ? 0 : 1) {
        size_t size = strcspn(text, ", ");
        const struct outcome *outcome = outcome_of(text, size);
        ck_assert(bench->asked.count < QUESTIONS_MAX && server < SERVERS && type < COUNT(types));
        struct question *question = &bench->questions[bench->asked.count];
        *question = (struct question){
            .server = &bench->servers[server],
            .name = fixture_name("example.com"),
            .type = types[type],
            .status = outcome->status,
            .mismatches = outcome->mismatches,
            .transport = outcome->transport,
            .udp_lost = outcome->udp_lost,
        };
        bool is_cut = outcome->status == NET_TCP_FAILED || outcome->status == NET_TRUNCATED;
        *(is_cut ? &question->cut : &question->reply) = reply_of(bench->arena, outcome);
        bench->list[bench->asked.count++] = question;
        text += size;
        type = *text == ',' ? type + 1 : 0;
        server += *text == ' ';
    }
}

struct row {
    const char *outcomes;
    const char *expected;
    struct health_terms terms;
};

#define S1 "@192.0.2.1"
#define S2 "@192.0.2.2"
#define S3 "@2001:db8::3"
#define HERE                                                                                       \
    {                                                                                              \
        .min_good = 1, .online = true                                                              \
    }
#define SIGNED                                                                                     \
    {                                                                                              \
        .min_good = 1, .online = true, .zone_signed = true                                         \
    }
#define MIN2                                                                                       \
    {                                                                                              \
        .min_good = 2, .online = true                                                              \
    }
#define PARTIAL(s)                                                                                 \
    {                                                                                              \
        .min_good = 1, .online = true, .partial = (s)                                              \
    }
#define SIGNED_PARTIAL(s)                                                                          \
    {                                                                                              \
        .min_good = 1, .online = true, .zone_signed = true, .partial = (s)                         \
    }
#define OFFLINE                                                                                    \
    {                                                                                              \
        .min_good = 1                                                                              \
    }

static const struct row rows[] = {
    {"", "", HERE},
    {"good good good", "", HERE},
    {"good,nxdomain good good", "", HERE},
    {"pending", "", HERE},
    {"good pending", "", HERE},

    /* Silence. */
    {"good timeout", "net-timeout-one=WARNING" S2, HERE},
    {"good closed", "net-timeout-one=WARNING" S2, HERE},
    {"good timeout timeout", "net-timeout-one=WARNING" S2 " net-timeout-one=WARNING" S3, HERE},
    {"good timeout", "net-timeout-one=CRITICAL" S2, MIN2},
    {"good good timeout", "net-timeout-one=WARNING" S3, MIN2},
    {"good timeout", "net-timeout-one=CRITICAL" S2, PARTIAL(STATE_CRITICAL)},
    {"good timeout", "net-timeout-one=WARNING" S2, PARTIAL(STATE_WARNING)},
    {"timeout timeout timeout", "net-timeout-all=CRITICAL", HERE},
    {"timeout closed", "net-timeout-all=CRITICAL", HERE},
    {"timeout timeout timeout", "net-monitor-offline=UNKNOWN", OFFLINE},
    {"noroute refused", "rcode-refused=CRITICAL" S2 " net-family-unusable=OK", HERE},
    {"pending refused", "rcode-refused=CRITICAL" S2, HERE},
    {"timeout refused", "net-timeout-one=CRITICAL" S1 " rcode-refused=CRITICAL" S2, HERE},
    {"good,timeout good,good", "net-timeout-one=WARNING" S1, HERE},
    {"timeout,good good", "net-timeout-one=WARNING" S1, HERE},
    /* Families. */
    {"good good noroute", "net-family-unusable=OK", HERE},
    {"good good noroute", "net-family-unusable=OK", PARTIAL(STATE_CRITICAL)},
    {"noroute noroute noroute", "net-family-unusable=UNKNOWN", HERE},
    {"timeout timeout noroute", "net-timeout-all=CRITICAL net-family-unusable=OK", HERE},

    /* Error codes. */
    {"good servfail", "rcode-servfail=WARNING" S2, HERE},
    {"servfail servfail", "rcode-servfail=CRITICAL", HERE},
    {"good refused", "rcode-refused=WARNING" S2, HERE},
    {"refused refused", "rcode-refused=CRITICAL", HERE},
    {"refused servfail", "rcode-refused=CRITICAL" S1 " rcode-servfail=CRITICAL" S2, HERE},
    {"good notauth", "rcode-notauth=WARNING" S2, HERE},
    {"notauth notauth", "rcode-notauth=CRITICAL", HERE},
    {"good formerr", "rcode-notauth=WARNING" S2, HERE},
    {"good rcode42", "rcode-notauth=WARNING" S2, HERE},
    {"good,servfail good,good", "rcode-servfail=WARNING" S1, HERE},
    {"servfail,good good", "rcode-servfail=WARNING" S1, HERE},
    {"timeout,refused good", "rcode-refused=WARNING" S1, HERE},

    /* Authority. */
    {"good lame", "lame-no-aa=WARNING" S2, HERE},
    {"lame lame", "lame-no-aa=CRITICAL", HERE},
    {"good upward", "referral-upward=WARNING" S2, HERE},
    {"upward upward", "referral-upward=CRITICAL", HERE},

    /* Replies that are none. */
    {"good malformed", "net-malformed=WARNING" S2, HERE},
    {"malformed malformed", "net-malformed=CRITICAL", HERE},
    {"good mismatched", "net-mismatched-reply=WARNING" S2, HERE},
    {"mismatched mismatched", "net-mismatched-reply=CRITICAL", HERE},
    {"malformed notauth", "net-malformed=CRITICAL" S1 " rcode-notauth=CRITICAL" S2, HERE},
    {"good,refused good,good", "rcode-refused=WARNING" S1, HERE},
    {"good,notauth good,good", "rcode-notauth=WARNING" S1, HERE},
    {"good,lame good,good", "lame-no-aa=WARNING" S1, HERE},
    {"good,good,good,lame good,good,good,good", "", HERE},
    {"good,closed good,good", "net-timeout-one=WARNING" S1, HERE},
    {"good,servfail good,servfail", "rcode-servfail=CRITICAL" S1 " rcode-servfail=CRITICAL" S2,
     HERE},
    {"servfail,good,good servfail,good", "rcode-servfail=CRITICAL" S1 " rcode-servfail=CRITICAL" S2,
     HERE},
    {"good,good,timeout good,good,timeout",
     "net-timeout-one=WARNING" S1 " net-timeout-one=WARNING" S2, HERE},
    {"good,timeout good,pending", "net-timeout-one=CRITICAL" S1, HERE},
    {"good,malformed good,good", "net-malformed=WARNING" S1, HERE},
    {"good,mismatched good,good", "net-mismatched-reply=WARNING" S1, HERE},

    /* EDNS. */
    {"good no-edns", "edns-none=WARNING" S2, HERE},
    {"good no-edns", "edns-none=CRITICAL" S2, SIGNED},
    {"good formerr-edns", "edns-none=WARNING" S2, HERE},
    {"good formerr-edns", "edns-none=CRITICAL" S2, SIGNED},
    {"good notimp-edns", "edns-none=CRITICAL" S2, SIGNED},
    {"good no-do", "edns-do-cleared=WARNING" S2, HERE},

    /* Transport and shape. */
    {"tcp-failed,good good", "net-tcp-fail=WARNING" S1, HERE},
    {"good,tcp-failed good", "net-tcp-fail=CRITICAL" S1, HERE},
    {"good,udp-lost good", "udp-size-blackhole=WARNING" S1, HERE},
    {"udp-lost good", "net-timeout-one=WARNING" S1, HERE},
    {"udp-lost,udp-lost-small good", "net-timeout-one=WARNING" S1, HERE},
    {"good,udp-lost-small good", "", HERE},
    {"large,udp-lost good", "", HERE},
    {"forged,forged good", "net-mismatched-reply=WARNING" S1, HERE},
    {"forged,udp-lost good", "net-mismatched-reply=WARNING" S1, HERE},
    {"good,forged good", "net-mismatched-reply=WARNING" S1, HERE},
    {"good,tc-over-tcp good", "answer-truncated-tcp=WARNING" S1, HERE},
    {"good,truncated good,good", "answer-truncated-tcp=WARNING" S1, HERE},
    {"good,truncated good,truncated",
     "answer-truncated-tcp=CRITICAL" S1 " answer-truncated-tcp=CRITICAL" S2, HERE},
    {"good truncated-lame", "lame-no-aa=WARNING" S2, HERE},
    {"good truncated-formerr", "edns-none=WARNING" S2, HERE},
    {"chaos good", "class-foreign=WARNING" S1, HERE},
    {"case good", "case-not-preserved=WARNING" S1, HERE},
    {"agent good", "report-channel=OK" S1, HERE},
    {"agent,agent,agent good", "report-channel=OK" S1, HERE},

    /* --partial for what a server that is good otherwise fails at, if others do not. */
    {"good,servfail good,good", "rcode-servfail=CRITICAL" S1, PARTIAL(STATE_CRITICAL)},
    {"good,closed good,good", "net-timeout-one=CRITICAL" S1, PARTIAL(STATE_CRITICAL)},
    {"good,servfail good,servfail", "rcode-servfail=CRITICAL" S1 " rcode-servfail=CRITICAL" S2,
     PARTIAL(STATE_WARNING)},
    {"good,good,servfail good,good,servfail",
     "rcode-servfail=WARNING" S1 " rcode-servfail=WARNING" S2, PARTIAL(STATE_CRITICAL)},
    {"good,tcp-failed good,good", "net-tcp-fail=WARNING" S1, PARTIAL(STATE_WARNING)},
    {"good,tcp-failed good,tcp-failed", "net-tcp-fail=CRITICAL" S1 " net-tcp-fail=CRITICAL" S2,
     PARTIAL(STATE_WARNING)},
    {"good no-edns", "edns-none=WARNING" S2, SIGNED_PARTIAL(STATE_WARNING)},
    {"no-edns no-edns", "edns-none=CRITICAL" S1 " edns-none=CRITICAL" S2,
     SIGNED_PARTIAL(STATE_WARNING)},
    {"good formerr-edns", "edns-none=WARNING" S2, SIGNED_PARTIAL(STATE_WARNING)},
    {"formerr-edns formerr-edns", "edns-none=CRITICAL", SIGNED_PARTIAL(STATE_WARNING)},
    {"case good", "case-not-preserved=WARNING" S1, PARTIAL(STATE_CRITICAL)},
    {"no-edns,no-edns case", "edns-none=WARNING" S1 " case-not-preserved=WARNING" S2, HERE},
};

START_TEST(findings)
{
    struct bench bench;
    bench_open(&bench);
    struct name zone = fixture_name("example.com");
    const char *wrong = "";
    for (size_t i = 0; i < COUNT(rows); i++) {
        ask(&bench, rows[i].outcomes);
        struct health_terms terms = rows[i].terms;
        terms.arena = bench.arena;
        terms.zone = zone;
        struct report report = report_start(bench.arena, NULL, &zone);
        size_t count = 0;
        (void)health_judge(&report, &terms, &bench.asked, &count);
        report_sort(&report);
        const char *found = signedzone_findings(bench.arena, &report);
        if (strcmp(found, rows[i].expected) != 0) {
            wrong = arena_printf(bench.arena, "%s\n'%s': got '%s', expected '%s'", wrong,
                                 rows[i].outcomes, found, rows[i].expected);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    arena_destroy(bench.arena);
}
END_TEST

/* Which servers are meant, where one finding is about several. */
START_TEST(servers_by_address)
{
    static const struct {
        const char *outcomes, *text;
    } texts[] = {
        {"timeout", "the only server address, 192.0.2.1, does not answer"},
        {"closed", "the only server address, 192.0.2.1, refuses connections on its port"},
        {"closed timeout", "none of the 2 server addresses answers (192.0.2.1, 192.0.2.2)"},
        {"closed closed", "none of the 2 server addresses answers (192.0.2.1, 192.0.2.2): they "
                          "refuse connections on their port"},
        {"noroute timeout timeout",
         "none of the 3 server addresses answers (192.0.2.2, 2001:db8::3)"},
        {"servfail servfail", "each of the 2 server addresses (192.0.2.1, 192.0.2.2) fails"},
    };
    struct bench bench;
    bench_open(&bench);
    struct name zone = fixture_name("example.com");
    for (size_t i = 0; i < COUNT(texts); i++) {
        ask(&bench, texts[i].outcomes);
        struct health_terms terms = {
            .arena = bench.arena, .zone = zone, .min_good = 1, .online = true};
        struct report report = report_start(bench.arena, NULL, &zone);
        size_t count = 0;
        (void)health_judge(&report, &terms, &bench.asked, &count);
        report_sort(&report);
        ck_assert_msg(strstr(report.findings[0].text, texts[i].text) != NULL, "%s",
                      report.findings[0].text);
    }
    arena_destroy(bench.arena);
}
END_TEST

static const struct {
    const char *outcomes; /* of one server */
    enum health health;
    bool usable; /* the first question */
} health_rows[] = {
    {"good", HEALTH_GOOD, true},
    {"nxdomain", HEALTH_GOOD, true},
    {"pending", HEALTH_UNASKED, false},
    {"timeout", HEALTH_SILENT, false},
    {"closed", HEALTH_SILENT, false},
    {"noroute", HEALTH_NO_ROUTE, false},
    {"refused", HEALTH_REFUSING, false},
    {"servfail", HEALTH_FAILING, false},
    {"lame", HEALTH_LAME, false},
    {"upward", HEALTH_LAME, false},
    {"malformed", HEALTH_BROKEN, false},
    {"mismatched", HEALTH_BROKEN, false},
    {"notauth", HEALTH_BROKEN, false},
    {"formerr-edns", HEALTH_BROKEN, false},
    {"no-edns", HEALTH_GOOD, true},
    {"tcp-failed", HEALTH_GOOD, false},
    {"truncated", HEALTH_GOOD, false},
    {"pending,timeout", HEALTH_SILENT, false},
    {"timeout,pending", HEALTH_SILENT, false},
    {"timeout,refused", HEALTH_REFUSING, false},
    {"timeout,servfail,good", HEALTH_GOOD, false},
    {"good,timeout,refused", HEALTH_GOOD, true},
    {"servfail,refused", HEALTH_FAILING, false},
};

START_TEST(healths)
{
    struct bench bench;
    bench_open(&bench);
    struct health_terms terms = HERE;
    terms.arena = bench.arena;
    terms.zone = fixture_name("example.com");
    for (size_t i = 0; i < COUNT(health_rows); i++) {
        ask(&bench, health_rows[i].outcomes);
        struct report report = report_start(bench.arena, NULL, &terms.zone);
        size_t count = 0;
        const struct server_health *list = health_judge(&report, &terms, &bench.asked, &count);
        ck_assert_uint_eq(count, 1);
        ck_assert_ptr_eq(list[0].server, &bench.servers[0]);
        ck_assert_msg(list[0].health == health_rows[i].health, "%s: health %d instead of %d",
                      health_rows[i].outcomes, list[0].health, health_rows[i].health);
        ck_assert_msg(health_usable(bench.list[0]) == health_rows[i].usable, "%s: usable",
                      health_rows[i].outcomes);
    }
    arena_destroy(bench.arena);
}
END_TEST

/* One server asked under two objects of equal address is one server. */
START_TEST(same_server_twice)
{
    struct bench bench;
    bench_open(&bench);
    struct health_terms terms = HERE;
    terms.arena = bench.arena;
    terms.zone = fixture_name("example.com");
    bench.servers[1] = bench.servers[0];
    ask(&bench, "good timeout");
    struct report report = report_start(bench.arena, NULL, &terms.zone);
    size_t count = 0;
    (void)health_judge(&report, &terms, &bench.asked, &count);
    ck_assert_uint_eq(count, 1);
    arena_destroy(bench.arena);
}
END_TEST

SUITE_MAIN("health", findings, servers_by_address, healths, same_server_twice)
