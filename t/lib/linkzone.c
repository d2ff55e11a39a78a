/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what the servers of a planned zone and of its parent answer, and runs check_ds_match. */
#include "lib/linkzone.h"

#include <string.h>

#include <check.h>

#include "frame/options.h"

#define NAME "example.com"

static const char *const parents[] = {SERVER_P, SERVER_Q, SERVER_R};

static const char *or_usual(const char *text, const char *usual)
{
    return text == NULL ? usual : text;
}

/* Signing. */

static bool is_parent(char server)
{
    return strchr("PQR", server) != NULL;
}

static const char *signers_of(const struct linkzone *zone, char server, uint16_t type)
{
    const struct link_plan *plan = zone->plan;
    const char *dnskey = or_usual(plan->zone.sign_dnskey, "K1");
    const char *data = or_usual(plan->zone.sign_data, "Z1");
    if (is_parent(server)) {
        return type == RR_NS ? "" : "K1";
    }
    const char *keys = server == '2' ? or_usual(plan->dnskey_2, or_usual(plan->zone.dnskey, "K1"))
                                     : or_usual(plan->zone.dnskey, "K1");
    if (keys[0] == '\0') {
        return "";
    }
    switch (type) {
    case RR_DNSKEY:
        return server == '2' ? or_usual(plan->sign_dnskey_2, dnskey) : dnskey;
    case RR_CDS:
    case RR_CDNSKEY:
        return or_usual(plan->sign_cds, "K1");
    default:
        return server == '2' ? or_usual(plan->sign_data_2, data) : data;
    }
}

static struct rrset sign(struct linkzone *zone, char server, struct rrset set)
{
    enum { ODDS = sizeof zone->plan->odd / sizeof zone->plan->odd[0] };
    const struct deviation *odds[ODDS];
    size_t count = 0;
    for (size_t i = 0; i < ODDS; i++) {
        const struct deviation *odd = &zone->plan->odd[i];
        if (strchr(or_usual(odd->servers, "12PQR"), server) != NULL &&
            (odd->types == NULL || keyring_has_word(zone->base.arena, odd->types,
                                                    rr_type_text(zone->base.arena, set.type)))) {
            odds[count++] = odd;
        }
    }
    const struct signer signer = {
        .ring = &zone->base.keyring,
        .owner = is_parent(server) ? "com" : NAME,
        .now = zone->base.now,
        .keys = signers_of(zone, server, set.type),
    };
    return keyring_sign(&signer, set, odds, count);
}

struct rrset linkzone_rrset(struct linkzone *zone, char server, const char *text)
{
    return sign(zone, server, fixture_rrset(zone->base.arena, text));
}

/* Answers. */

void linkzone_answer(struct linkzone *zone, const char *server, uint16_t rcode,
                     const struct rrset *answer, const struct rrset *authority, const char *name,
                     const char *type)
{
    struct message reply = signedzone_reply(&zone->base, rcode, answer, authority);
    fakenet_answer(zone->base.net, server, name, type, &reply);
}

static void answer_set(struct linkzone *zone, const char *server, const struct rrset *set)
{
    linkzone_answer(zone, server, RCODE_NOERROR, set, NULL,
                    name_text(zone->base.arena, &set->owner),
                    rr_type_text(zone->base.arena, set->type));
}

static void publish_text(struct linkzone *zone, const char *server, char letter, const char *text)
{
    struct rrset set = linkzone_rrset(zone, letter, text);
    answer_set(zone, server, &set);
}

static void publish_cds(struct linkzone *zone, const char *server, char letter, const char *cds,
                        const char *cdnskey)
{
    struct keyring *ring = &zone->base.keyring;
    struct rrset set;
    if (cds != NULL && strcmp(cds, "delete") == 0) {
        publish_text(zone, server, letter, NAME ". CDS 0 0 0 00");
    } else if (cds != NULL && keyring_ds(ring, NAME, cds, &set)) {
        set.type = RR_CDS;
        set = sign(zone, letter, set);
        answer_set(zone, server, &set);
    }
    if (cdnskey != NULL && strcmp(cdnskey, "delete") == 0) {
        publish_text(zone, server, letter, NAME ". CDNSKEY 0 3 0 AA==");
    } else if (cdnskey != NULL && keyring_dnskeys(ring, NAME, cdnskey, &set)) {
        set.type = RR_CDNSKEY;
        set = sign(zone, letter, set);
        answer_set(zone, server, &set);
    }
}

static void publish_child(struct linkzone *zone, const char *server, char letter)
{
    const struct link_plan *plan = zone->plan;
    bool second = letter == '2';
    const char *keys = or_usual(plan->zone.dnskey, "K1 Z1");
    publish_text(zone, server, letter,
                 arena_printf(zone->base.arena,
                              NAME ". SOA ns1." NAME ". hostmaster." NAME
                                   ". %u 7200 3600 604800 3600",
                              second && plan->serial_2 != 0 ? plan->serial_2 : 7));
    publish_text(zone, server, letter, NAME ". NS ns1." NAME ".\n" NAME ". NS ns2." NAME ".");
    struct rrset set;
    if (keyring_dnskeys(&zone->base.keyring, NAME, second ? or_usual(plan->dnskey_2, keys) : keys,
                        &set)) {
        set = sign(zone, letter, set);
        answer_set(zone, server, &set);
    } else {
        linkzone_answer(zone, server, RCODE_NOERROR, NULL, NULL, NAME, "DNSKEY");
    }
    publish_cds(zone, server, letter, second ? or_usual(plan->cds_2, plan->cds) : plan->cds,
                second ? or_usual(plan->cdnskey_2, plan->cdnskey) : plan->cdnskey);
}

/* The word of the parent that there is no DS at the cut. */
static void publish_denial(struct linkzone *zone, const char *server, char letter)
{
    struct rrset sets[] = {
        linkzone_rrset(zone, letter, "com. SOA ns.nic.test. nic.nic.test. 5 7200 3600 604800 900"),
        linkzone_rrset(zone, letter, NAME ". NSEC example1.com. NS RRSIG NSEC"),
    };
    struct message reply = signedzone_reply(&zone->base, RCODE_NOERROR, NULL, NULL);
    reply.authority.rrsets = arena_copy(zone->base.arena, sets, sizeof sets);
    reply.authority.count = 2;
    fakenet_answer(zone->base.net, server, NAME, "DS", &reply);
}

static void publish_ds(struct linkzone *zone, const char *server, char letter, const char *keys)
{
    struct rrset set;
    if (keyring_ds(&zone->base.keyring, NAME, keys, &set)) {
        set = sign(zone, letter, set);
        answer_set(zone, server, &set);
    } else {
        publish_denial(zone, server, letter);
    }
}

static void publish_parents(struct linkzone *zone)
{
    const struct link_plan *plan = zone->plan;
    const char *ds = or_usual(plan->zone.ds, "K1");
    const char *const sets[] = {ds, or_usual(plan->ds_q, ds), or_usual(plan->ds_r, ds)};
    for (size_t i = 0; i < 3; i++) {
        publish_ds(zone, parents[i], "PQR"[i], sets[i]);
        publish_text(zone, parents[i], "PQR"[i],
                     "com. SOA ns.nic.test. nic.nic.test. 5 7200 3600 604800 900");
        struct rrset ns =
            fixture_rrset(zone->base.arena, NAME ". NS ns1." NAME ".\n" NAME ". NS ns2." NAME ".");
        struct message referral = signedzone_reply(&zone->base, RCODE_NOERROR, NULL, &ns);
        referral.aa = false;
        fakenet_answer(zone->base.net, parents[i], NAME, "NS", &referral);
    }
}

/* The keys of a zone above, signed by themselves, and its DS, signed by the root. */
static void publish_above(struct linkzone *zone, const char *name)
{
    struct keyring *ring = &zone->base.keyring;
    const struct signer own = {.ring = ring, .owner = name, .now = zone->base.now, .keys = "K1"};
    const struct signer root = {.ring = ring, .owner = ".", .now = zone->base.now, .keys = "K1"};
    struct rrset set;
    (void)keyring_dnskeys(ring, name, "K1", &set);
    set = keyring_sign(&own, set, NULL, 0);
    answer_set(zone, SERVER_RESOLVER, &set);
    if (strcmp(name, ".") != 0) {
        (void)keyring_ds(ring, name, "K1", &set);
        set = keyring_sign(&root, set, NULL, 0);
        answer_set(zone, SERVER_RESOLVER, &set);
    }
}

static void publish_resolver(struct linkzone *zone)
{
    static const char *const data[] = {
        "com. NS ns.nic.test.\ncom. NS ns2.nic.test.\ncom. NS ns3.nic.test.",
        "ns.nic.test. A " SERVER_P,
        "ns2.nic.test. A " SERVER_Q,
        "ns3.nic.test. A " SERVER_R,
    };
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++) {
        struct rrset set = fixture_rrset(zone->base.arena, data[i]);
        answer_set(zone, SERVER_RESOLVER, &set);
    }
    publish_above(zone, ".");
    publish_above(zone, "com");
    publish_ds(zone, SERVER_RESOLVER, 'P', or_usual(zone->plan->zone.ds, "K1"));
}

void linkzone_publish(struct linkzone *zone, const struct link_plan *plan)
{
    zone->plan = plan;
    signedzone_publish(&zone->base, &plan->zone);
    publish_child(zone, SERVER_1, '1');
    publish_child(zone, SERVER_2, '2');
    publish_parents(zone);
    publish_resolver(zone);
    if (plan->twist != NULL) {
        plan->twist(zone);
    }
}

void linkzone_add_key(struct linkzone *zone, const char *text)
{
    static const char *const servers[] = {SERVER_1, SERVER_2};
    struct arena *arena = zone->base.arena;
    const struct fixture_key *usual[] = {keyring_key(&zone->base.keyring, "example.com", "K1"),
                                         keyring_key(&zone->base.keyring, "example.com", "Z1")};
    struct rrset set = fixture_rrset(arena, text);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        struct bytes *rr = arena_alloc(arena, (set.count + 1) * sizeof *rr);
        size_t at = 0;
        for (; at < set.count && bytes_compare(set.rr[at], usual[i]->dnskey.rdata) < 0; at++) {
            rr[at] = set.rr[at];
        }
        rr[at] = usual[i]->dnskey.rdata;
        for (; at < set.count; at++) {
            rr[at + 1] = set.rr[at];
        }
        set.rr = rr;
        set.count++;
    }
    const struct signer signer = {
        .ring = &zone->base.keyring, .owner = "example.com", .now = zone->base.now, .keys = "K1"};
    set = keyring_sign(&signer, set, NULL, 0);
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        linkzone_answer(zone, servers[i], RCODE_NOERROR, &set, NULL, "example.com", "DNSKEY");
    }
}

/* Runs. */

void linkzone_open(struct linkzone *zone)
{
    *zone = (struct linkzone){.plan = NULL};
    signedzone_open(&zone->base);
}

void linkzone_close(struct linkzone *zone)
{
    signedzone_close(&zone->base);
}

static struct anchors anchor_of(struct linkzone *zone, const char *owner)
{
    struct rrset set;
    (void)keyring_ds(&zone->base.keyring, owner, "K1", &set);
    struct anchor *anchor = arena_alloc(zone->base.arena, sizeof *anchor);
    anchor->zone = set.owner;
    anchor->is_ds = true;
    ck_assert(rr_ds(set.rr[0], &anchor->ds));
    return (struct anchors){.list = anchor, .count = 1};
}

void linkzone_run(struct linkzone *zone)
{
    struct signedzone *base = &zone->base;
    signedzone_prepare(base);
    zone->options = (struct ds_options){.roll_grace = 14 * DAY};
    options_defaults(&zone->options.common);
    if (zone->plan->anchored || zone->plan->own_anchor) {
        base->run.anchors = anchor_of(zone, zone->plan->own_anchor ? "example.com" : ".");
    }
    if (zone->plan->tune != NULL) {
        zone->plan->tune(&zone->options);
    }
    base->run.options = &zone->options.common;
    base->run.now += zone->plan->later;
    base->run.resolver_count = zone->plan->no_resolver ? 0 : 1;
    base->subject.report =
        report_start(base->arena, &zone->options.common.rating, &base->subject.name);
    zone->options.common.at = base->run.now_given ? "now" : NULL;
    struct state_use use = ds_keeps(&zone->options);
    use.now = base->run.now;
    base->run.state = state_file_open(base->run.arena, &use);
    ds_run(&base->run, &base->subject, 1, &zone->options);
    struct report *report = &base->subject.report;
    state_file_close(base->run.state, 0, &report, 1);
    report_sort(&base->subject.report);
}

static const char *word_of(struct arena *arena, const struct finding *finding)
{
    if (finding->id == FINDING_ROLLOVER_PHASE) {
        return arena_printf(arena, "<%.*s>", (int)strcspn(finding->text, ":"), finding->text);
    }
    return arena_printf(arena, "%s=%s%s%s", finding_class(finding->id)->slug,
                        state_text(finding->state), finding->server == NULL ? "" : "@",
                        finding->server == NULL ? "" : finding->server);
}

/* Findings of one id stand in the order of their texts, which hold random key tags. */
const char *linkzone_findings(const struct linkzone *zone)
{
    struct arena *arena = zone->base.arena;
    const struct report *report = &zone->base.subject.report;
    const char **words = arena_alloc(arena, (report->finding_count + 1) * sizeof *words);
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        /* What cannot be printed safely became a question mark; what was too long ends in dots. */
        ck_assert_msg(strchr(finding->text, '?') == NULL, "%s", finding->text);
        ck_assert_msg(strstr(finding->text, "...") == NULL, "%s", finding->text);
        const char *word = word_of(arena, finding);
        size_t at = i;
        for (; at > 0 && report->findings[at - 1].id == finding->id &&
               report->findings[at - 1].state == finding->state && strcmp(words[at - 1], word) > 0;
             at--) {
            words[at] = words[at - 1];
        }
        words[at] = word;
    }
    const char *text = "";
    for (size_t i = 0; i < report->finding_count; i++) {
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ", words[i]);
    }
    return text;
}

const char *linkzone_judge(struct linkzone *zone, const struct link_plan *plan)
{
    linkzone_publish(zone, plan);
    linkzone_run(zone);
    /* What the report says must not lean on the run, whose memory ends before it is rendered. */
    arena_destroy(zone->base.run_arena);
    zone->base.run_arena = NULL;
    return linkzone_findings(zone);
}

void linkzone_judge_rows(const struct link_row *rows, size_t count)
{
    struct linkzone zone;
    linkzone_open(&zone);
    const char *wrong = "";
    for (size_t i = 0; i < count; i++) {
        const char *said = linkzone_judge(&zone, &rows[i].plan);
        if (strcmp(said, rows[i].expected) != 0) {
            wrong = arena_printf(zone.base.arena, "%s\n%s: got '%s', expected '%s'", wrong,
                                 rows[i].what, said, rows[i].expected);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    linkzone_close(&zone);
}

const char *linkzone_text(const struct linkzone *zone, enum finding_id id)
{
    const struct report *report = &zone->base.subject.report;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].id == id) {
            return report->findings[i].text;
        }
    }
    ck_abort_msg("no finding %s", finding_class(id)->slug);
}
