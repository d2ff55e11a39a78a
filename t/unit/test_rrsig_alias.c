/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aliases as check_rrsig_expiry sees them: what is signed, and which zone they are in. */
#include "lib/signedzone.h"
#include "lib/suite.h"

#define ALIASED "foo.d.example.com"

/* Both servers give this reply to all that is asked about the name and the random one below it. */
static void answer_all(struct signedzone *zone, const char *name, const struct message *reply)
{
    static const char *const types[] = {"SOA", "NS",   "DNSKEY", "CDS", "CDNSKEY",
                                        "A",   "AAAA", "MX",     "TXT"};
    for (size_t i = 0; i < COUNT(types); i++) {
        fakenet_answer(zone->net, SERVER_1, name, types[i], reply);
        fakenet_answer(zone->net, SERVER_2, name, types[i], reply);
    }
    const char *random = arena_printf(zone->arena, "qwertyuiopasdfgh.%s", name);
    fakenet_answer(zone->net, SERVER_1, random, "A", reply);
    fakenet_answer(zone->net, SERVER_2, random, "A", reply);
}

static struct message with_answer(struct signedzone *zone, const struct rrset *sets, size_t count)
{
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, NULL, NULL);
    reply.answer.rrsets = arena_copy(zone->arena, sets, count * sizeof *sets);
    reply.answer.count = count;
    return reply;
}

/* A DNAME, and the CNAME made from it, which has no signature. */
static struct message by_dname(struct signedzone *zone)
{
    const struct rrset sets[] = {
        signedzone_rrset(zone, '1', "d.example.com. DNAME elsewhere.test."),
        fixture_rrset(zone->arena, ALIASED ". CNAME foo.elsewhere.test."),
    };
    return with_answer(zone, sets, COUNT(sets));
}

static void below_dname(struct signedzone *zone)
{
    struct message reply = by_dname(zone);
    answer_all(zone, ALIASED, &reply);
}

/* A DNAME that is not the zone's own makes no CNAME good. */
static void below_foreign_dname(struct signedzone *zone)
{
    const struct rrset sets[] = {
        signedzone_rrset(zone, '1', "com. DNAME elsewhere.test."),
        fixture_rrset(zone->arena, ALIASED ". CNAME foo.elsewhere.test."),
    };
    struct message reply = with_answer(zone, sets, COUNT(sets));
    answer_all(zone, ALIASED, &reply);
}

/* The servers have the zone of the target as well and say that it lacks the name. */
static void below_dname_to_nothing(struct signedzone *zone)
{
    struct message reply = by_dname(zone);
    reply.rcode = RCODE_NXDOMAIN;
    reply.authority = fixture_section(zone->arena, "com. SOA . . 7 7200 3600 604800 3600");
    answer_all(zone, ALIASED, &reply);
}

/* Every name is an alias of one that another zone has. */
static void star(struct signedzone *zone)
{
    struct rrset cname = signedzone_rrset(zone, '1', "any.example.com. CNAME www.elsewhere.test.");
    struct message reply = with_answer(zone, &cname, 1);
    answer_all(zone, "any.example.com", &reply);
}

/* Every name exists, so that only types are denied. */
static void star_for_all(struct signedzone *zone)
{
    struct rrset a = signedzone_rrset(zone, '1', "qwertyuiopasdfgh.example.com. A 192.0.2.80");
    struct message reply = with_answer(zone, &a, 1);
    fakenet_answer(zone->net, SERVER_1, "*", "A", &reply);
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
    struct rrset nsec = signedzone_rrset(zone, '1', "example.com. NSEC www.example.com. A NS");
    reply = signedzone_reply(zone, RCODE_NOERROR, NULL, &nsec);
    fakenet_answer(zone->net, SERVER_1, "example.com", "MX", &reply);
    fakenet_answer(zone->net, SERVER_2, "example.com", "MX", &reply);
}

/* A name that does not exist is an alias of another one, in a zone below that denies it. */
static void star_to_below(struct signedzone *zone)
{
    struct rrset nsec = signedzone_rrset(zone, '1', "x.sub.example.com. NSEC sub.example.com. A");
    struct message reply = signedzone_reply(zone, RCODE_NXDOMAIN, NULL, &nsec);
    struct rrset cname =
        signedzone_rrset(zone, '1', "qwertyuiopasdfgh.example.com. CNAME nothing.sub.example.com.");
    reply.answer = with_answer(zone, &cname, 1).answer;
    fakenet_answer(zone->net, SERVER_1, "*", "A", &reply);
    fakenet_answer(zone->net, SERVER_2, "*", "A", &reply);
}

/* An alias of an unsigned zone into a signed one, which the servers have too. */
static void into_signed(struct signedzone *zone, const char *target, const char *signer)
{
    struct rrset sets[] = {
        fixture_rrset(zone->arena, arena_printf(zone->arena, "www.example.com. CNAME %s", target)),
        fixture_rrset(zone->arena, arena_printf(zone->arena, "%s A 192.0.2.82", target)),
    };
    struct rrsig sig = {.covered = RR_A, .signer = fixture_name(signer)};
    sets[1].sigs = arena_copy(zone->arena, &sig, sizeof sig);
    sets[1].sig_count = 1;
    struct message reply = with_answer(zone, sets, COUNT(sets));
    fakenet_answer(zone->net, SERVER_1, "www.example.com", "A", &reply);
    fakenet_answer(zone->net, SERVER_2, "www.example.com", "A", &reply);
}

static void into_signed_elsewhere(struct signedzone *zone)
{
    into_signed(zone, "www.elsewhere.test.", "elsewhere.test");
}

static void into_signed_below(struct signedzone *zone)
{
    into_signed(zone, "www.sub.example.com.", "sub.example.com");
}

static const struct zone_row rows[] = {
    {"below a DNAME", "", {.subject = ALIASED, .twist = below_dname}},
    {"below a DNAME that is badly signed",
     "rrsig-bad-crypto=CRITICAL",
     {.subject = ALIASED,
      .twist = below_dname,
      .odd = {{.types = "DNAME", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"below a DNAME that is not signed",
     "rrsig-missing-rrset=CRITICAL",
     {.subject = ALIASED, .twist = below_dname, .odd = {{.types = "DNAME", .deed = DEED_UNSIGN}}}},
    {"below a DNAME of the zone above",
     "rrsig-missing-rrset=CRITICAL",
     {.subject = ALIASED, .twist = below_foreign_dname}},
    {"below a DNAME, -s",
     "ds-unobtainable=OK",
     {.subject = ALIASED, .twist = below_dname, .use_servers = true}},
    {"below a DNAME to a name that does not exist, -s",
     "ds-unobtainable=OK",
     {.subject = ALIASED, .twist = below_dname_to_nothing, .use_servers = true}},
    {"below a wildcard alias, -s",
     "ds-unobtainable=OK",
     {.subject = "any.example.com", .twist = star, .use_servers = true}},
    {"wildcard, and the denial of a type has expired",
     "rrsig-expired-rrset=CRITICAL",
     {.twist = star_for_all,
      .odd = {{.types = "NSEC", .deed = DEED_RESIGN, .from = -20 * DAY, .until = -6 * DAY}}}},
    {"wildcard alias into a zone below",
     "",
     {.twist = star_to_below,
      .odd = {{.types = "NSEC", .deed = DEED_RESIGN, .signer = "sub.example.com"}}}},
    {"not signed, alias into a signed zone",
     "zone-unsigned=CRITICAL",
     {.subject = "www.example.com", .dnskey = "", .ds = "", .twist = into_signed_elsewhere}},
    {"not signed, alias into a signed zone below",
     "zone-unsigned=CRITICAL",
     {.subject = "www.example.com", .dnskey = "", .ds = "", .twist = into_signed_below}},
};

START_TEST(aliases)
{
    signedzone_judge_rows(rows, COUNT(rows));
}
END_TEST

SUITE_MAIN("rrsig_alias", aliases)
