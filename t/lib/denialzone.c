/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what the servers of a planned zone deny, and runs check_nsec over it. */
#include "lib/denialzone.h"

#include <string.h>

#include <check.h>

#include "lib/nsec3zone.h"

#define NAME         "example.com"
#define ORIGIN       "$ORIGIN " NAME ".\n"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct denial_edit nsec_usual[] = {
    {.question = "@ NSEC", .answer = NSEC_APEX_SET},
    {.question = "@ NSEC3PARAM", .authority = NSEC_APEX_SET},
    {.question = "@ TYPE65280", .authority = NSEC_APEX_SET},
    {.question = "@ AAAA", .authority = NSEC_APEX_SET},
    {.question = "@ MX", .authority = NSEC_APEX_SET},
    {.question = "@ TXT", .authority = NSEC_APEX_SET},
    {.question = R " A", .rcode = RCODE_NXDOMAIN, .authority = NSEC_X NSEC_APEX_SET},
    {.question = R "." R " A", .rcode = RCODE_NXDOMAIN, .authority = NSEC_X NSEC_APEX_SET},
    {.question = LAST " A", .rcode = RCODE_NXDOMAIN, .authority = NSEC_WWW NSEC_APEX_SET},
    {.question = R ".w A", .answer = "*.w A 192.0.2.5", .expanded = R ".w", .authority = NSEC_W},
    {.question = R ".w TYPE65280", .authority = NSEC_W},
    {.question = "sub DS", .authority = NSEC_SUB},
    {.question = "sub NS", .authority = "sub NS ns.example.net.", .not_aa = true},
    {.question = "ent A", .authority = NSEC_APEX_SET},
    {.question = "www A", .answer = "www A 192.0.2.81"},
    {.question = "www AAAA", .authority = NSEC_WWW},
    {.question = "www TYPE65280", .authority = NSEC_WWW},
};

static const struct denial_edit nsec3_usual[] = {
    {.question = "@ NSEC", .authority = "=@"},
    {.question = "@ TYPE65280", .authority = "=@"},
    {.question = "@ AAAA", .authority = "=@"},
    {.question = "@ MX", .authority = "=@"},
    {.question = "@ TXT", .authority = "=@"},
    {.question = R " A", .rcode = RCODE_NXDOMAIN, .authority = "=@ ~" R " ~*"},
    {.question = R "." R " A", .rcode = RCODE_NXDOMAIN, .authority = "=@ ~" R " ~*"},
    {.question = LAST " A", .rcode = RCODE_NXDOMAIN, .authority = "=@ ~" LAST " ~*"},
    {.question = R ".w A",
     .answer = "*.w A 192.0.2.5",
     .expanded = R ".w",
     .authority = "~" R ".w"},
    {.question = R ".w TYPE65280", .authority = "=w ~" R ".w =*.w"},
    {.question = "sub DS", .authority = "=sub"},
    {.question = "sub NS", .authority = "sub NS ns.example.net.", .not_aa = true},
    {.question = "ent A", .authority = "=ent"},
    {.question = "www A", .answer = "www A 192.0.2.81"},
    {.question = "www AAAA", .authority = "=www"},
    {.question = "www TYPE65280", .authority = "=www"},
};

static const struct nsec3zone_name chain_names[] = {
    {NAME, "A NS SOA RRSIG DNSKEY NSEC3PARAM"},
    {"ent." NAME, ""},
    {"x.ent." NAME, "A RRSIG"},
    {"sub." NAME, "NS"},
    {"w." NAME, ""},
    {"*.w." NAME, "A RRSIG"},
    {"www." NAME, "A RRSIG"},
};

/* "@" and relative names made whole. */
static const char *whole(struct arena *arena, const char *name, size_t size)
{
    if (size == 1 && name[0] == '@') {
        return NAME;
    }
    return arena_printf(arena, "%.*s." NAME, (int)size, name);
}

/* The words of a recipe with whole names. */
static const char *whole_recipe(struct arena *arena, const char *recipe)
{
    const char *text = "";
    for (const char *at = recipe; *at != '\0'; at += strspn(at, " ")) {
        size_t sign = at[0] == '2' ? 2 : 1;
        size_t word = strcspn(at, " ");
        size_t name = strcspn(at, ": ") - sign;
        text =
            arena_printf(arena, "%s%.*s%s%.*s ", text, (int)sign, at, whole(arena, at + sign, name),
                         (int)(word - sign - name), at + sign + name);
        at += word;
    }
    return text;
}

static struct rrset sign_set(struct signedzone *zone, const struct rrset *set,
                             enum denial_signing how)
{
    struct name foreign = fixture_name("com");
    const struct fixture_key *key = signedzone_key(zone, how == SIGN_STRANGER ? "X1" : "Z1");
    struct fixture_window window = {
        .inception = (uint32_t)(zone->now - 3 * DAY),
        .expiration = (uint32_t)(zone->now + 11 * DAY),
        .signer = how == SIGN_FOREIGN ? &foreign : NULL,
        .spoilt = how == SIGN_SPOILT,
    };
    if (how == SIGN_EXPIRED) {
        window.inception = (uint32_t)(zone->now - 9 * DAY);
        window.expiration = (uint32_t)(zone->now - 2 * DAY);
    } else if (how == SIGN_EARLY) {
        window.inception = (uint32_t)(zone->now + 2 * DAY);
    }
    return how == SIGN_NOT ? *set : fixture_sign(zone->arena, set, key, window);
}

static bool is_denial(uint16_t type)
{
    return type == RR_NSEC || type == RR_NSEC3;
}

/* Text as signed RRsets; what is below a zone cut has no signature. */
static struct section signed_section(struct signedzone *zone, const struct denial_edit *edit,
                                     struct section plain)
{
    struct rrset *sets = arena_alloc(zone->arena, (plain.count + 1) * sizeof *sets);
    struct name sub = fixture_name("sub." NAME);
    for (size_t i = 0; i < plain.count; i++) {
        const struct rrset *set = &plain.rrsets[i];
        struct rrset spoilt = *set;
        bool goes_with = is_denial(set->type) || set->type == RR_SOA;
        enum denial_signing how = goes_with ? edit->signing : SIGN_WELL;
        if (!is_denial(set->type) && name_is_under(&set->owner, &sub)) {
            how = SIGN_NOT;
        }
        if (is_denial(set->type) && edit->spoil != NULL) {
            edit->spoil(zone->arena, &spoilt);
        }
        sets[i] = sign_set(zone, &spoilt, how);
        if (name_is_wildcard(&set->owner) && edit->expanded != NULL &&
            (edit->expand_all || !is_denial(set->type))) {
            sets[i].owner =
                fixture_name(whole(zone->arena, edit->expanded, strlen(edit->expanded)));
        }
    }
    return (struct section){.rrsets = sets, .count = plain.count};
}

static struct section records(struct signedzone *zone, const struct denial_plan *plan,
                              const char *text)
{
    struct arena *arena = zone->arena;
    if (text == NULL || strchr("=~<^2", text[0]) == NULL) {
        return fixture_section(arena, arena_printf(arena, ORIGIN "%s", text == NULL ? "" : text));
    }
    struct nsec3zone_parameters parameters = {.algorithm =
                                                  plan->algorithm == 0 ? 1 : plan->algorithm,
                                              .flags = plan->flags,
                                              .iterations = plan->iterations,
                                              .salt = plan->salt == NULL ? "-" : plan->salt};
    const struct nsec3zone chain = {
        .zone = NAME,
        .names = chain_names,
        .count = COUNT(chain_names),
        .parameters = parameters,
        .second = {.algorithm = 1, .iterations = 0, .salt = "bb"},
    };
    struct denial_record *found = arena_alloc(arena, NSEC3ZONE_RECORDS_MAX * sizeof *found);
    size_t count = nsec3zone_records(arena, &chain, whole_recipe(arena, text), found);
    struct rrset *sets = arena_alloc(arena, (count + 1) * sizeof *sets);
    for (size_t i = 0; i < count; i++) {
        sets[i] = *found[i].set;
    }
    return (struct section){.rrsets = sets, .count = count};
}

/* The authority section of a reply; a negative answer has the SOA of the zone, too. */
static struct section authority_of(struct signedzone *zone, const struct denial_plan *plan,
                                   const struct denial_edit *edit)
{
    struct section given = records(zone, plan, edit->authority);
    if (edit->answer != NULL || edit->not_aa || edit->no_soa) {
        return given;
    }
    struct rrset *sets = arena_alloc(zone->arena, (given.count + 1) * sizeof *sets);
    sets[0] = fixture_rrset(zone->arena, NAME ". SOA ns1." NAME ". hostmaster." NAME
                                              ". 7 7200 3600 604800 3600");
    for (size_t i = 0; i < given.count; i++) {
        sets[i + 1] = given.rrsets[i];
    }
    return (struct section){.rrsets = sets, .count = given.count + 1};
}

static void apply(struct signedzone *zone, const struct denial_plan *plan,
                  const struct denial_edit *edit)
{
    struct arena *arena = zone->arena;
    size_t size = strcspn(edit->question, " ");
    const char *name = whole(arena, edit->question, size);
    const char *type = edit->question + size + 1;
    struct message reply = signedzone_reply(zone, edit->rcode, NULL, NULL);
    reply.aa = !edit->not_aa;
    reply.answer = signed_section(zone, edit, records(zone, plan, edit->answer));
    reply.authority = signed_section(zone, edit, authority_of(zone, plan, edit));
    reply.size = edit->size == 0 ? reply.size : edit->size;
    const char *servers[] = {SERVER_1, SERVER_2};
    for (size_t i = 0; i < COUNT(servers); i++) {
        bool wanted = edit->servers == NULL || strchr(edit->servers, i == 0 ? '1' : '2') != NULL;
        if (wanted && edit->status != NET_PENDING) {
            fakenet_fail(zone->net, servers[i], name, type, edit->status);
        } else if (wanted) {
            fakenet_answer(zone->net, servers[i], name, type, &reply);
        }
    }
}

static void publish_param(struct signedzone *zone, const struct denial_plan *plan)
{
    const char *param = plan->param == NULL ? "1 0 0 -" : plan->param;
    struct denial_edit edit = {.question = "@ NSEC3PARAM", .authority = "=@:A,NS,SOA,RRSIG,DNSKEY"};
    if (param[0] != '\0') {
        edit.answer = arena_printf(zone->arena, "@ NSEC3PARAM %s", param);
        edit.authority = NULL;
    }
    apply(zone, plan, &edit);
}

void denialzone_publish(struct signedzone *zone, const struct denial_plan *plan)
{
    signedzone_publish(zone, &plan->zone);
    bool is_signed = plan->zone.dnskey == NULL || plan->zone.dnskey[0] != '\0';
    size_t usual = plan->nsec3 ? COUNT(nsec3_usual) : COUNT(nsec_usual);
    for (size_t i = 0; i < usual && is_signed; i++) {
        apply(zone, plan, plan->nsec3 ? &nsec3_usual[i] : &nsec_usual[i]);
    }
    if (plan->nsec3) {
        publish_param(zone, plan);
    }
    for (size_t i = 0; i < COUNT(plan->edits); i++) {
        if (plan->edits[i].question != NULL) {
            apply(zone, plan, &plan->edits[i]);
        }
    }
}

void denialzone_run(struct signedzone *zone, const struct denial_plan *plan)
{
    signedzone_prepare(zone);
    struct nsec_options options = {.common = zone->options.common};
    options.common.names.count = 1;
    if (plan->tune != NULL) {
        plan->tune(&options);
    }
    zone->run.options = &options.common;
    nsec_run(&zone->run, &zone->subject, 1, &options);
    zone->run.options = &zone->options.common;
    report_sort(&zone->subject.report);
}

const char *denialzone_findings(struct arena *arena, const struct report *report)
{
    struct report shown = *report;
    shown.findings =
        arena_copy(arena, report->findings, report->finding_count * sizeof *report->findings);
    shown.finding_count = 0;
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        if (finding->id != FINDING_ZONE_WALKABLE || finding->state != STATE_OK) {
            shown.findings[shown.finding_count++] = *finding;
        }
    }
    return signedzone_findings(arena, &shown);
}

void denialzone_judge_rows(const struct denial_row *rows, size_t count)
{
    struct signedzone zone;
    signedzone_open(&zone);
    const char *wrong = "";
    for (size_t i = 0; i < count; i++) {
        denialzone_publish(&zone, &rows[i].plan);
        denialzone_run(&zone, &rows[i].plan);
        /* What the report says must not lean on the run, whose memory ends first. */
        arena_destroy(zone.run_arena);
        zone.run_arena = NULL;
        const char *findings = denialzone_findings(zone.arena, &zone.subject.report);
        if (strcmp(findings, rows[i].expected) != 0) {
            wrong = arena_printf(zone.arena, "%s\n%s: got '%s', expected '%s'", wrong, rows[i].what,
                                 findings, rows[i].expected);
        }
    }
    ck_assert_msg(wrong[0] == '\0', "%s", wrong);
    signedzone_close(&zone);
}
