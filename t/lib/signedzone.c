/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what the servers of a planned zone answer, and runs the check over it. */
#include "lib/signedzone.h"

#include <string.h>

#include <check.h>

#include "frame/options.h"
#include "judge/sig.h"

#define NAME         "example.com"
#define RANDOM_LABEL "qwertyuiopasdfgh"

static const char *or_usual(const char *text, const char *usual)
{
    return text == NULL ? usual : text;
}

/* Answers. */

static struct section section_of(struct arena *arena, const struct rrset *set)
{
    return set == NULL
               ? (struct section){.count = 0}
               : (struct section){.rrsets = arena_copy(arena, set, sizeof *set), .count = 1};
}

struct message signedzone_reply(struct signedzone *zone, uint16_t rcode, const struct rrset *answer,
                                const struct rrset *authority)
{
    return (struct message){
        .rcode = rcode,
        .aa = true,
        .edns = true,
        .edns_do = true,
        .case_kept = true,
        .size = 512,
        .answer = section_of(zone->arena, answer),
        .authority = section_of(zone->arena, authority),
    };
}

static void answer_set(struct signedzone *zone, const char *server, const struct rrset *set)
{
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, set, NULL);
    fakenet_answer(zone->net, server, name_text(zone->arena, &set->owner),
                   rr_type_text(zone->arena, set->type), &reply);
}

static struct rrset soa_of(struct signedzone *zone, char server)
{
    const char *timers = or_usual(zone->plan->soa, "7200 3600 604800 3600");
    return signedzone_rrset(
        zone, server,
        arena_printf(zone->arena, NAME ". SOA ns1." NAME ". hostmaster." NAME ". 7 %s", timers));
}

/* A negative answer: the SOA, and the denial where the zone is signed. */
static struct message negative(struct signedzone *zone, char server, uint16_t rcode)
{
    struct rrset sets[2] = {soa_of(zone, server)};
    bool is_signed = zone->plan->dnskey == NULL || zone->plan->dnskey[0] != '\0';
    if (is_signed) {
        sets[1] = signedzone_rrset(
            zone, server,
            zone->plan->nsec3 ? "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom." NAME ". NSEC3 1 0 0 - "
                                "2t7b4g4vsa5smi47k61mv5bv1a22bojr A NS SOA RRSIG DNSKEY NSEC3PARAM"
                              : NAME ". NSEC www." NAME ". A NS SOA RRSIG NSEC DNSKEY");
    }
    struct message reply = signedzone_reply(zone, rcode, NULL, NULL);
    reply.authority.rrsets = arena_copy(zone->arena, sets, sizeof sets);
    reply.authority.count = is_signed ? 2 : 1;
    return reply;
}

static void publish_server(struct signedzone *zone, const char *server, char letter)
{
    static const char *const data[] = {
        NAME ". NS ns1." NAME ".\n" NAME ". NS ns2." NAME ".",
        NAME ". A 192.0.2.80",
        "www." NAME ". A 192.0.2.81",
    };
    struct rrset set = soa_of(zone, letter);
    answer_set(zone, server, &set);
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++) {
        set = signedzone_rrset(zone, letter, data[i]);
        answer_set(zone, server, &set);
    }
    if (signedzone_keys(zone, letter, or_usual(zone->plan->dnskey, "K1 Z1"), &set)) {
        answer_set(zone, server, &set);
    }
    struct message absent = negative(zone, letter, RCODE_NXDOMAIN);
    fakenet_answer(zone->net, server, "*", "A", &absent);
    struct message empty = negative(zone, letter, RCODE_NOERROR);
    fakenet_answer(zone->net, server, "www." NAME, "SOA", &empty);
}

static void publish_parent(struct signedzone *zone)
{
    struct rrset ds;
    if (signedzone_keys(zone, 'P', or_usual(zone->plan->ds, "K1"), &ds)) {
        answer_set(zone, SERVER_PARENT, &ds);
    } else {
        struct rrset proof = signedzone_rrset(zone, 'P', NAME ". NSEC z.com. NS RRSIG NSEC");
        struct message none = signedzone_reply(zone, RCODE_NOERROR, NULL, &proof);
        fakenet_answer(zone->net, SERVER_PARENT, NAME, "DS", &none);
    }
    struct rrset ns =
        signedzone_rrset(zone, 'P', NAME ". NS ns1." NAME ".\n" NAME ". NS ns2." NAME ".");
    struct message referral = signedzone_reply(zone, RCODE_NOERROR, NULL, &ns);
    referral.aa = false;
    referral.additional = fixture_section(zone->arena, "ns1." NAME ". A " SERVER_1 "\n"
                                                       "ns2." NAME ". A " SERVER_2);
    fakenet_answer(zone->net, SERVER_PARENT, NAME, "NS", &referral);
}

static void publish_resolver(struct signedzone *zone)
{
    static const char *const data[] = {
        ". NS a.root.test.",
        "com. NS ns.nic.test.",
        NAME ". NS ns1." NAME ".\n" NAME ". NS ns2." NAME ".",
        "ns1." NAME ". A " SERVER_1,
        "ns2." NAME ". A " SERVER_2,
        ("ns.nic.test. A " SERVER_PARENT),
    };
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++) {
        struct rrset set = fixture_rrset(zone->arena, data[i]);
        answer_set(zone, SERVER_RESOLVER, &set);
    }
    const struct fixture_key *key = signedzone_key(zone, "P1");
    struct rrset keys = fixture_dnskeys(zone->arena, 3600, key, 1);
    answer_set(zone, SERVER_RESOLVER, &keys);
}

void signedzone_publish(struct signedzone *zone, const struct zone_plan *plan)
{
    zone->plan = plan;
    zone->now = plan->now == 0 ? ZONE_NOW : plan->now;
    zone->net = fakenet_create(zone->arena);
    publish_server(zone, SERVER_1, '1');
    publish_server(zone, SERVER_2, '2');
    publish_parent(zone);
    publish_resolver(zone);
    if (plan->twist != NULL) {
        plan->twist(zone);
    }
}

/* Runs. */

void signedzone_open(struct signedzone *zone)
{
    *zone = (struct signedzone){.arena = arena_create()};
    zone->keyring = (struct keyring){.arena = zone->arena};
    const char *const texts[] = {SERVER_RESOLVER, SERVER_1, SERVER_2};
    struct server *const targets[] = {&zone->resolver, &zone->servers[0], &zone->servers[1]};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_ptr_null(server_parse(zone->arena, texts[i], 53, targets[i]));
    }
}

void signedzone_close(struct signedzone *zone)
{
    arena_destroy(zone->run_arena);
    arena_destroy(zone->arena);
}

static void set_horizon(struct horizon *horizon, const char *text)
{
    if (text != NULL) {
        const char *problem = horizon_parse(text, horizon);
        ck_assert_msg(problem == NULL, "signedzone: %s: %s", text, problem);
    }
}

static void set_options(struct signedzone *zone)
{
    static const uint16_t types[] = {RR_SOA, RR_NS,   RR_DNSKEY, RR_CDS, RR_CDNSKEY,
                                     RR_A,   RR_AAAA, RR_MX,     RR_TXT};
    zone->options = (struct rrsig_options){
        .types = {.types = types, .count = sizeof types / sizeof types[0], .parent = true},
        .warning = {.seconds = 3 * DAY, .share = 0.10},
        .critical = {.seconds = DAY, .share = 0.05},
        .max_life = 180 * DAY,
    };
    options_defaults(&zone->options.common);
    set_horizon(&zone->options.warning, zone->plan->warning);
    set_horizon(&zone->options.critical, zone->plan->critical);
    if (zone->plan->tune != NULL) {
        zone->plan->tune(&zone->options);
    }
}

void signedzone_prepare(struct signedzone *zone)
{
    arena_destroy(zone->run_arena);
    zone->run_arena = arena_create();
    set_options(zone);
    zone->run = (struct run){
        .arena = zone->run_arena,
        .options = &zone->options.common,
        .now = zone->now,
        .now_given = zone->plan->now_given,
        .ledger = ledger_start(zone->run_arena, fakenet_net(zone->net)),
        .crypto = crypto_create(zone->run_arena),
        .checks_left = SIG_CHECKS_PER_RUN,
        .servers = zone->servers,
        .server_count = zone->plan->use_servers ? 2 : 0,
        .resolvers = &zone->resolver,
        .resolver_count = 1,
        .random_label = RANDOM_LABEL,
    };
    struct subject *subject = &zone->subject;
    subject->name = fixture_name(or_usual(zone->plan->subject, NAME));
    subject->report = report_start(zone->arena, &zone->options.common.rating, &subject->name);
}

void signedzone_run(struct signedzone *zone)
{
    signedzone_prepare(zone);
    rrsig_run(&zone->run, &zone->subject, 1, &zone->options);
    report_sort(&zone->subject.report);
}

const char *signedzone_findings(struct arena *arena, const struct report *report)
{
    const char *text = "";
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        /* What cannot be printed safely became a question mark. */
        ck_assert_ptr_null(strchr(finding->text, '?'));
        text = arena_printf(arena, "%s%s%s=%s%s%s", text, i == 0 ? "" : " ",
                            finding_class(finding->id)->slug, state_text(finding->state),
                            finding->server == NULL ? "" : "@",
                            finding->server == NULL ? "" : finding->server);
    }
    return text;
}

const char *signedzone_judge(struct signedzone *zone, const struct zone_plan *plan)
{
    signedzone_publish(zone, plan);
    signedzone_run(zone);
    /* What the report says must not lean on the run, whose memory ends before it is rendered. */
    arena_destroy(zone->run_arena);
    zone->run_arena = NULL;
    return signedzone_findings(zone->arena, &zone->subject.report);
}

void signedzone_judge_rows(const struct zone_row *rows, size_t count)
{
    struct signedzone zone;
    signedzone_open(&zone);
    const char *wrong = "";
    for (size_t i = 0; i < count; i++) {
        const char *findings = signedzone_judge(&zone, &rows[i].plan);
        if (strcmp(findings, rows[i].expected) != 0) {
            wrong = arena_printf(zone.arena, "%s\n%s: got '%s', expected '%s'", wrong, rows[i].what,
                                 findings, rows[i].expected);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    signedzone_close(&zone);
}
