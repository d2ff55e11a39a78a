/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a zone, its parent and their servers through a resolver. */
#include <string.h>

#include "ask/zone.h"
#include "lib/fakenet.h"
#include "lib/fixture.h"
#include "lib/suite.h"

#define RESOLVER "192.0.2.53"
#define PARENT   "192.0.2.101"

/* What the resolver knows. */
#define WORLD                                                                                      \
    ". NS a.root.test.\n"                                                                          \
    "com. NS ns.nic.test.\n"                                                                       \
    "example.com. NS ns1.example.com.\n"                                                           \
    "example.com. NS ns2.example.com.\n"                                                           \
    "a.root.test. A 192.0.2.100\n"                                                                 \
    "ns.nic.test. A " PARENT "\n"                                                                  \
    "ns1.example.com. A 192.0.2.1\n"                                                               \
    "ns1.example.com. AAAA 2001:db8::1\n"                                                          \
    "ns2.example.com. A 192.0.2.2\n"

struct bench {
    struct arena *arena;
    struct fakenet *net;
    struct ledger ledger;
    struct server resolver;
    struct zone_search search;
};

static struct message reply(struct section answer, uint16_t rcode, bool aa)
{
    return (struct message){.rcode = rcode,
                            .aa = aa,
                            .ra = !aa,
                            .edns = true,
                            .edns_do = true,
                            .case_kept = true,
                            .answer = answer};
}

/* Has a server answer with each RRset of the zone text. */
static void publish(struct bench *bench, const char *server, const char *text)
{
    struct section section = fixture_section(bench->arena, text);
    for (size_t i = 0; i < section.count; i++) {
        const struct rrset *set = &section.rrsets[i];
        struct message message = reply((struct section){set, 1}, RCODE_NOERROR, false);
        fakenet_answer(bench->net, server, name_text(bench->arena, &set->owner),
                       rr_type_text(bench->arena, set->type), &message);
    }
}

static void bench_open(struct bench *bench)
{
    *bench = (struct bench){.arena = arena_create()};
    bench->net = fakenet_create(bench->arena);
    bench->ledger = ledger_start(bench->arena, fakenet_net(bench->net));
    ck_assert_ptr_null(server_parse(bench->arena, RESOLVER, 53, &bench->resolver));
    bench->search = (struct zone_search){
        .ledger = &bench->ledger,
        .resolvers = &bench->resolver,
        .resolver_count = 1,
        .port = 53,
        .ipv4 = true,
        .ipv6 = true,
        .want_parent = true,
    };
    publish(bench, RESOLVER, WORLD);
}

static void bench_close(struct bench *bench)
{
    arena_destroy(bench->arena);
}

static const char *servers_text(struct bench *bench, const struct zone_servers *servers)
{
    const char *text = "";
    for (size_t i = 0; i < servers->server_count; i++) {
        text = arena_printf(bench->arena, "%s %s", text, servers->servers[i]->text);
    }
    return text;
}

/* "found example.com under com: 192.0.2.1 2001:db8::1 above: 192.0.2.101". */
static const char *describe(struct bench *bench, const struct zone *zone)
{
    static const char *const words[] = {
        [ZONE_FOUND] = "found",
        [ZONE_NO_ANSWER] = "no answer",
        [ZONE_FAILED] = "failed",
        [ZONE_NO_SUCH_NAME] = "no such name in",
    };
    if (zone->status == ZONE_NO_ANSWER || zone->status == ZONE_FAILED) {
        return words[zone->status];
    }
    const char *parent = zone->parent.size == 0
                             ? ""
                             : arena_printf(bench->arena, " under %s above:%s",
                                            name_text(bench->arena, &zone->parent),
                                            servers_text(bench, &zone->above));
    return arena_printf(bench->arena, "%s %s:%s%s", words[zone->status],
                        name_text(bench->arena, &zone->name), servers_text(bench, &zone->child),
                        parent);
}

/* "3 7": questions of each stage. */
static const char *stages_text(struct bench *bench)
{
    const char *text = "";
    for (size_t i = 1; i <= fakenet_stages(bench->net); i++) {
        text = arena_printf(bench->arena, "%s%s%zu", text, i == 1 ? "" : " ",
                            fakenet_count(bench->net, i));
    }
    return text;
}

/* What differs from the usual world. */

static void answer(struct bench *bench, const char *server, const char *name, const char *type,
                   uint16_t rcode, bool aa)
{
    struct message message = reply((struct section){.count = 0}, rcode, aa);
    fakenet_answer(bench->net, server, name, type, &message);
}

static void nothing_special(struct bench *bench)
{
    (void)bench;
}

static void silent(struct bench *bench)
{
    fakenet_silent(bench->net, RESOLVER);
}

static void failing(struct bench *bench)
{
    static const char *const names[] = {".", "com", "example.com"};
    for (size_t i = 0; i < COUNT(names); i++) {
        answer(bench, RESOLVER, names[i], "NS", RCODE_SERVFAIL, false);
    }
}

static void ipv4_only(struct bench *bench)
{
    bench->search.ipv6 = false;
}

static void ipv6_only(struct bench *bench)
{
    bench->search.ipv4 = false;
}

static void no_parent_wanted(struct bench *bench)
{
    bench->search.want_parent = false;
}

static void no_such_name(struct bench *bench)
{
    answer(bench, RESOLVER, "www.example.com", "NS", RCODE_NXDOMAIN, false);
}

static void no_such_ancestor(struct bench *bench)
{
    answer(bench, RESOLVER, "b.example.com", "NS", RCODE_NXDOMAIN, false);
    answer(bench, RESOLVER, "a.b.example.com", "NS", RCODE_NXDOMAIN, false);
}

/* The resolver fails for the zone; the parent's server refers to it. */
static void refer(struct bench *bench, const char *ns, const char *additional)
{
    answer(bench, RESOLVER, "example.com", "NS", RCODE_SERVFAIL, false);
    answer(bench, RESOLVER, "www.example.com", "NS", RCODE_SERVFAIL, false);
    struct message message = reply((struct section){.count = 0}, RCODE_NOERROR, false);
    message.authority = fixture_section(bench->arena, ns);
    message.additional = fixture_section(bench->arena, additional);
    fakenet_answer(bench->net, PARENT, "example.com", "NS", &message);
    fakenet_answer(bench->net, PARENT, "www.example.com", "NS", &message);
}

static void referral_with_glue(struct bench *bench)
{
    refer(bench, "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.",
          "ns1.example.com. A 192.0.2.11\nns2.example.com. A 192.0.2.12\n"
          "ns2.example.com. AAAA 2001:db8::12\nns9.example.com. A 192.0.2.19");
}

static void referral_without_glue(struct bench *bench)
{
    refer(bench, "example.com. NS ns.other.test.", NULL);
    publish(bench, RESOLVER, "ns.other.test. A 192.0.2.21");
}

/* And answers for it itself, as its apex lies there, too. */
static void served_with_the_parent(struct bench *bench)
{
    referral_with_glue(bench);
    publish(bench, PARENT, "example.com. NS ns1.example.com.");
}

static void referral_upward(struct bench *bench)
{
    refer(bench, ". NS a.root.test.", "a.root.test. A 192.0.2.100");
}

static void referral_sideways(struct bench *bench)
{
    refer(bench, "other.com. NS ns1.other.com.", "ns1.other.com. A 192.0.2.66");
}

static void referral_to_itself(struct bench *bench)
{
    refer(bench, "com. NS ns.nic.test.", "ns.nic.test. A " PARENT);
}

static void parent_silent_too(struct bench *bench)
{
    answer(bench, RESOLVER, "example.com", "NS", RCODE_SERVFAIL, false);
    fakenet_silent(bench->net, PARENT);
}

static void failure_at_no_cut(struct bench *bench)
{
    answer(bench, RESOLVER, "www.example.com", "NS", RCODE_SERVFAIL, false);
}

static void failure_at_no_name(struct bench *bench)
{
    answer(bench, RESOLVER, "www.example.com", "NS", RCODE_SERVFAIL, false);
    answer(bench, "192.0.2.1", "www.example.com", "NS", RCODE_NXDOMAIN, true);
    answer(bench, "192.0.2.2", "www.example.com", "NS", RCODE_NXDOMAIN, true);
    answer(bench, "2001:db8::1", "www.example.com", "NS", RCODE_NXDOMAIN, true);
}

static void failure_above(struct bench *bench)
{
    answer(bench, RESOLVER, "com", "NS", RCODE_SERVFAIL, false);
    answer(bench, RESOLVER, ".", "NS", RCODE_SERVFAIL, false);
}

static void same_address_twice(struct bench *bench)
{
    publish(bench, RESOLVER, "ns2.example.com. A 192.0.2.1");
}

static void host_behind_alias(struct bench *bench)
{
    struct message message =
        reply(fixture_section(bench->arena, "ns2.example.com. CNAME ns2.other.test.\n"
                                            "ns2.other.test. A 192.0.2.32"),
              RCODE_NOERROR, false);
    fakenet_answer(bench->net, RESOLVER, "ns2.example.com", "A", &message);
}

static void subject_is_an_alias(struct bench *bench)
{
    struct message message =
        reply(fixture_section(bench->arena, "www.example.com. CNAME example.net.\n"
                                            "example.net. NS ns.example.net."),
              RCODE_NOERROR, false);
    fakenet_answer(bench->net, RESOLVER, "www.example.com", "NS", &message);
}

#define EXAMPLE  "example.com: 192.0.2.1 2001:db8::1 192.0.2.2"
#define UNDER    " under com above: " PARENT
#define REFERRED "found example.com: 192.0.2.11 192.0.2.12 2001:db8::12" UNDER

static const struct {
    const char *what;
    const char *subject;
    void (*change)(struct bench *bench);
    const char *found;
    const char *stages;
} rows[] = {
    {"apex", "example.com", nothing_special, "found " EXAMPLE UNDER, "3 7"},
    {"below the apex", "www.example.com", nothing_special, "found " EXAMPLE UNDER, "4 7"},
    {"far below", "a.b.c.example.com", nothing_special, "found " EXAMPLE UNDER, "6 7"},
    {"root", ".", nothing_special, "found .: 192.0.2.100", "1 2"},
    {"under the root", "com", nothing_special, "found com: " PARENT " under . above: 192.0.2.100",
     "2 5"},
    {"IPv4 only", "example.com", ipv4_only, "found example.com: 192.0.2.1 192.0.2.2" UNDER, "3 4"},
    {"IPv6 only", "example.com", ipv6_only,
     "found example.com: 2001:db8::1 under com above:", "3 4"},
    {"without the parent", "example.com", no_parent_wanted, "found " EXAMPLE, "3 4"},
    {"no such name", "www.example.com", no_such_name, "no such name in " EXAMPLE UNDER, "4 7"},
    {"nor the name above", "a.b.example.com", no_such_ancestor, "no such name in " EXAMPLE UNDER,
     "5 7"},
    {"silent resolver", "example.com", silent, "no answer", "3"},
    {"failing resolver", "example.com", failing, "failed", "3"},
    {"hidden zone, glue", "example.com", referral_with_glue, REFERRED, "3 3 1"},
    {"below a hidden zone", "www.example.com", referral_with_glue, REFERRED, "4 3 1"},
    {"hidden zone, no glue", "example.com", referral_without_glue,
     "found example.com: 192.0.2.21" UNDER, "3 3 1 2"},
    {"hidden zone, at the servers of the parent", "example.com", served_with_the_parent,
     "found example.com: 192.0.2.1 2001:db8::1" UNDER, "3 3 1 2"},
    {"referral upwards", "example.com", referral_upward, "failed", "3 3 1"},
    {"referral to a sibling", "example.com", referral_sideways, "failed", "3 3 1"},
    {"referral to itself", "example.com", referral_to_itself, "failed", "3 3 1"},
    {"hidden zone, parent silent", "example.com", parent_silent_too, "failed", "3 3 1"},
    {"failure at a name that is no cut", "www.example.com", failure_at_no_cut, "found " EXAMPLE,
     "4 5 3"},
    {"failure at a name that does not exist", "www.example.com", failure_at_no_name,
     "no such name in " EXAMPLE, "4 5 3"},
    {"failure above the zone is no matter", "example.com", failure_above, "found " EXAMPLE, "3 4"},
    {"two hosts of one address", "example.com", same_address_twice,
     "found example.com: 192.0.2.1 2001:db8::1" UNDER, "3 7"},
    {"host behind an alias", "example.com", host_behind_alias,
     "found example.com: 192.0.2.1 2001:db8::1 192.0.2.32" UNDER, "3 7"},
    {"the subject is an alias", "www.example.com", subject_is_an_alias, "found " EXAMPLE UNDER,
     "4 7"},
};

START_TEST(zones)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bench bench;
        bench_open(&bench);
        rows[i].change(&bench);
        struct zone zone = {.subject = fixture_name(rows[i].subject)};
        zone_find(&bench.search, &zone, 1);
        const char *found = describe(&bench, &zone);
        ck_assert_msg(strcmp(found, rows[i].found) == 0, "%s: got '%s', expected '%s'",
                      rows[i].what, found, rows[i].found);
        const char *stages = stages_text(&bench);
        ck_assert_msg(strcmp(stages, rows[i].stages) == 0, "%s: stages %s instead of %s",
                      rows[i].what, stages, rows[i].stages);
        bench_close(&bench);
    }
}
END_TEST

/* Each question once, in its stage, with RD and CD. */
START_TEST(questions)
{
    static const struct {
        size_t stage;
        const char *name;
        const char *type;
    } asked[] = {
        {1, ".", "NS"},
        {1, "com", "NS"},
        {1, "example.com", "NS"},
        {1, "a.example.com", "NS"},
        {1, "b.example.com", "NS"},
        {2, "ns1.example.com", "A"},
        {2, "ns1.example.com", "AAAA"},
        {2, "ns2.example.com", "A"},
        {2, "ns2.example.com", "AAAA"},
        {2, "ns.nic.test", "A"},
        {2, "ns.nic.test", "AAAA"},
        {2, "com", "DNSKEY"},
    };
    struct bench bench;
    bench_open(&bench);
    struct zone list[] = {{.subject = fixture_name("example.com")},
                          {.subject = fixture_name("a.example.com")},
                          {.subject = fixture_name("b.example.com")}};
    zone_find(&bench.search, list, COUNT(list));
    for (size_t i = 0; i < COUNT(asked); i++) {
        ck_assert_msg(
            fakenet_asked(bench.net, asked[i].stage, RESOLVER, asked[i].name, asked[i].type),
            "%s %s not in stage %zu", asked[i].name, asked[i].type, asked[i].stage);
    }
    ck_assert_str_eq(stages_text(&bench), "5 7");
    for (size_t i = 0; i < COUNT(list); i++) {
        ck_assert_str_eq(describe(&bench, &list[i]), "found " EXAMPLE UNDER);
        ck_assert_ptr_eq(list[i].parent_dnskey, list[0].parent_dnskey);
    }
    for (size_t i = 0; i < bench.ledger.count; i++) {
        ck_assert_uint_eq(bench.ledger.questions[i]->flags,
                          QUERY_RECURSE | QUERY_CHECKING_DISABLED);
    }
    ck_assert_str_eq(list[0].child.servers[0]->host, "ns1.example.com");
    ck_assert_str_eq(list[0].above.servers[0]->host, "ns.nic.test");
    bench_close(&bench);
}
END_TEST

/* More name servers of a zone that was found: new ones only, glue at once. */
START_TEST(more_hosts)
{
    struct bench bench;
    bench_open(&bench);
    publish(&bench, RESOLVER, "ns4.example.com. A 192.0.2.4");
    struct zone zone = {.subject = fixture_name("example.com")};
    zone_find(&bench.search, &zone, 1);
    struct rrset ns = fixture_rrset(bench.arena, "example.com. NS ns1.example.com.\n"
                                                 "example.com. NS ns2.example.com.");
    ck_assert(!zone_add_hosts(&bench.search, &zone.child, &ns, NULL));
    ns = fixture_rrset(bench.arena, "example.com. NS ns2.example.com.\n"
                                    "example.com. NS ns3.example.com.\n"
                                    "example.com. NS ns4.example.com.");
    struct section glue = fixture_section(bench.arena, "ns3.example.com. A 192.0.2.3\n"
                                                       "ns3.example.com. AAAA 2001:db8::3\n"
                                                       "ns2.example.com. A 192.0.2.92\n"
                                                       "ns5.example.com. A 192.0.2.95");
    bench.search.ipv6 = false;
    ck_assert(zone_add_hosts(&bench.search, &zone.child, &ns, &glue));
    ck_assert_uint_eq(zone.child.host_count, 4);
    ck_assert_str_eq(servers_text(&bench, &zone.child),
                     " 192.0.2.1 2001:db8::1 192.0.2.2 192.0.2.3");
    ledger_settle(&bench.ledger, 0);
    ck_assert_str_eq(stages_text(&bench), "3 7 1");
    ck_assert(zone_take_addresses(&bench.search, &zone.child));
    ck_assert(!zone_take_addresses(&bench.search, &zone.child));
    ck_assert_str_eq(servers_text(&bench, &zone.child),
                     " 192.0.2.1 2001:db8::1 192.0.2.2 192.0.2.3 192.0.2.4");
    bench_close(&bench);
}
END_TEST

/* A hostile zone does not make us ask without bounds. */
START_TEST(too_many_hosts)
{
    struct bench bench;
    bench_open(&bench);
    const char *ns = "";
    const char *addresses = "";
    for (unsigned i = 0; i < 100; i++) {
        ns = arena_printf(bench.arena, "%sexample.com. NS h%u.example.com.\n", ns, i);
        addresses =
            arena_printf(bench.arena, "%sh0.example.com. A 192.0.2.%u\n", addresses, i + 100);
    }
    publish(&bench, RESOLVER, ns);
    publish(&bench, RESOLVER, addresses);
    bench.search.want_parent = false;
    struct zone zone = {.subject = fixture_name("example.com")};
    zone_find(&bench.search, &zone, 1);
    ck_assert_int_eq(zone.status, ZONE_FOUND);
    ck_assert_uint_eq(zone.child.host_count, ZONE_HOSTS_MAX);
    ck_assert_uint_eq(zone.child.server_count, ZONE_SERVERS_MAX);
    ck_assert_uint_eq(zone.child.hosts_left_out, 100 - ZONE_HOSTS_MAX);
    ck_assert_uint_eq(zone.child.servers_left_out, 100 - ZONE_SERVERS_MAX);
    /* Seen once more they are not counted twice. */
    ck_assert(!zone_take_addresses(&bench.search, &zone.child));
    struct rrset again = fixture_rrset(bench.arena, ns);
    ck_assert(!zone_add_hosts(&bench.search, &zone.child, &again, NULL));
    ck_assert_uint_eq(zone.child.hosts_left_out, 100 - ZONE_HOSTS_MAX);
    ck_assert_uint_eq(zone.child.servers_left_out, 100 - ZONE_SERVERS_MAX);
    ck_assert_uint_eq(fakenet_count(bench.net, 2), 2 * ZONE_HOSTS_MAX);
    bench_close(&bench);
}
END_TEST

SUITE_MAIN("zone", zones, questions, more_hosts, too_many_hosts)
