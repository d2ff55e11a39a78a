/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers what shows at several probes and servers, and puts it into words. */
#include <string.h>

#include "base/text.h"
#include "check/places.h"
#include "plugins/nsec_judge.h"

struct nsec_gathered {
    struct nsec_fault first;
    const struct nsec_probe **probes;
    size_t probe_count;
    struct places places;
};

/* What to do about a finding. */
static const struct {
    enum finding_id id;
    const char *remedy;
} remedies[] = {
    {FINDING_DENIAL_MISSING, "the server does not know that the zone is signed, or the chain was "
                             "lost: re-sign the zone"},
    {FINDING_DENIAL_MISSING_WILDCARD, "check the server software, re-sign the zone"},
    {FINDING_DENIAL_UNSIGNED, "re-sign the zone"},
    {FINDING_DENIAL_BAD_SIG, "re-sign the zone"},
    {FINDING_DENIAL_SERVER_DIFFERS, "compare zone data and keys of the servers"},
    {FINDING_NSEC_EXISTS_CONTRADICTION,
     "resolvers that use denials aggressively make it vanish: re-sign the zone"},
    {FINDING_NSEC_TYPE_CONTRADICTION,
     "resolvers that use denials aggressively make it vanish: re-sign the zone"},
    {FINDING_NSEC_BITMAP_MALFORMED,
     "some validators drop the record: update the signer, re-sign the zone"},
    {FINDING_NSEC_BITMAP_NO_SELF, "update the signer, re-sign the zone"},
    {FINDING_NSEC_BITMAP_APEX,
     "resolvers that use denials aggressively make what is missing vanish: re-sign the zone"},
    {FINDING_NSEC_MULTIPLE, "leave one at each name: re-sign the zone"},
    {FINDING_NSEC_MIXED, "leave one of the two chains: re-sign the zone"},
    {FINDING_NSEC3_TOO_MANY, "some resolvers give up: check the server software"},
    {FINDING_NSEC3_MULTIPLE_OWNER, "leave one at each owner: re-sign the zone"},
    {FINDING_NSEC3PARAM_FLAGS, "publish it with algorithm 1 and flags 0"},
    {FINDING_NSEC3PARAM_MULTIPLE, "leave the one of the chain that is in use"},
    {FINDING_COMPACT_MALFORMED,
     "NXNAME stands beside RRSIG and NSEC alone, in front of the nearest next name: update the "
     "signer"},
    {FINDING_NSEC_CHILD_SIDE_DS, "about DS the server must answer as the zone above the child"},
    {FINDING_NEGATIVE_NO_SOA, "resolvers do not keep it: check the server software"},
    {FINDING_NSEC_TTL, "it should be the lesser of SOA minimum and SOA TTL"},
    {FINDING_NSEC_KIND_DIFFERS, "load one version of the zone at all servers"},
    {FINDING_NSEC3_OPTOUT_ON, "sign without Opt-Out, or allow it with --allow-opt-out"},
    {FINDING_NSEC3_ITER_NONZERO, "sign with 0 iterations"},
    {FINDING_NSEC3_ITER_INSECURE, "sign with 0 iterations"},
    {FINDING_NSEC3_ITER_REFUSED, "sign with 0 iterations"},
    {FINDING_NSEC3_SALT, "sign without one"},
    {FINDING_NSEC3PARAM_MISSING, "secondaries need it to find the chain: re-sign the zone"},
    {FINDING_NSEC3PARAM_MISMATCH, "secondaries find the chain by it: re-sign the zone"},
    {FINDING_NSEC3_WITH_OLD_ALG, "roll to algorithm 13 or 8"},
    {FINDING_ENT_DENIED_NXDOMAIN,
     "resolvers will take all names below it for absent: check the server software"},
    {FINDING_DENIAL_OVERSIZE, "large UDP answers get lost: keep TCP open, use ECDSA keys"},
    {FINDING_DENIAL_ALG_MISSING, "sign with every algorithm that is published"},
    {FINDING_ZONE_WALKABLE, "NSEC3 makes that harder"},
    {FINDING_RRSIG_UNSUPPORTED_ALG, "validators may treat the zone as insecure"},
    {FINDING_CRYPTO_REFUSED, "run the check on a host that allows it"},
    {FINDING_LIMIT_VALIDATIONS, "remove surplus keys and signatures"},
    {FINDING_NO_SUCH_NAME, "check the name given to the option, or the zone"},
    {FINDING_PROBE_NAME_UNFIT, "correct the option"},
    {FINDING_CHAIN_NSEC_BROKEN, "re-sign the zone"},
    {FINDING_DEADLINE, "give more time with -t, or follow fewer links"},
};

struct nsec_fault nsec_fault(enum finding_id id, const struct nsec_view *view)
{
    return (struct nsec_fault){
        .id = id,
        .cause = id,
        .state = finding_class(id)->state,
        .view = view,
        .key_tag = KEY_TAG_NONE,
    };
}

static struct place place_of(const struct nsec_view *view)
{
    return (struct place){
        .server = view->server, .has_serial = view->has_soa, .serial = view->soa.serial};
}

/* What only servers show that lag behind has been mended at the others. */
static bool all_behind(const struct nsec_survey *survey, const struct nsec_gathered *gathered)
{
    struct places all = {.count = 0};
    for (size_t i = 0; i < survey->view_count; i++) {
        struct place place = place_of(survey->views[i]);
        places_add(survey->run->arena, &all, &place);
    }
    return gathered->first.state != STATE_OK && places_behind(&gathered->places, &all);
}

/* What servers disagree on because they have different versions of the zone: it passes. */
static bool is_spreading(const struct nsec_fault *fault)
{
    return fault->state == STATE_WARNING && (fault->id == FINDING_NSEC_KIND_DIFFERS ||
                                             fault->id == FINDING_NSEC_EXISTS_CONTRADICTION ||
                                             fault->id == FINDING_NSEC_TYPE_CONTRADICTION);
}

static const char *remedy_of(const struct nsec_survey *survey, const struct nsec_gathered *gathered)
{
    enum cause cause = finding_class(gathered->first.id)->cause;
    if (is_spreading(&gathered->first)) {
        return "the servers have different versions of the zone: if that lasts, check the "
               "transfers";
    }
    if ((cause == CAUSE_DENIAL || cause == CAUSE_POLICY) && all_behind(survey, gathered)) {
        return "other servers have a newer version of the zone, check the transfers";
    }
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
        if (remedies[i].id == gathered->first.id) {
            return remedies[i].remedy;
        }
    }
    return cause == CAUSE_DENIAL ? "check the server software, re-sign the zone" : "";
}

/* Names of the user are unfit each for a reason of its own. */
static bool same_fault(const struct nsec_fault *a, const struct nsec_fault *b)
{
    return a->id == b->id && a->cause == b->cause && a->state == b->state &&
           (a->id != FINDING_PROBE_NAME_UNFIT || strcmp(a->what, b->what) == 0);
}

static struct nsec_gathered *slot(struct nsec_gathering *gathering, const struct nsec_fault *fault)
{
    for (size_t i = 0; i < gathering->count; i++) {
        if (same_fault(&gathering->list[i].first, fault)) {
            return &gathering->list[i];
        }
    }
    gathering->list = arena_grow(gathering->survey->run->arena, gathering->list, gathering->count,
                                 sizeof *gathering->list);
    struct nsec_gathered *new = &gathering->list[gathering->count++];
    *new = (struct nsec_gathered){.first = *fault};
    return new;
}

static void add_probe(struct arena *arena, struct nsec_gathered *gathered,
                      const struct nsec_probe *probe)
{
    for (size_t i = 0; i < gathered->probe_count; i++) {
        if (gathered->probes[i] == probe) {
            return;
        }
    }
    gathered->probes =
        arena_grow(arena, gathered->probes, gathered->probe_count, sizeof *gathered->probes);
    gathered->probes[gathered->probe_count++] = probe;
}

void nsec_gather(struct nsec_gathering *gathering, const struct nsec_fault *fault)
{
    struct arena *arena = gathering->survey->run->arena;
    struct nsec_gathered *gathered = slot(gathering, fault);
    if (fault->probe != NULL) {
        add_probe(arena, gathered, fault->probe);
    }
    struct place place = place_of(fault->view);
    places_add(arena, &gathered->places, &place);
}

/* " at 192.0.2.1 (ns1.example.com, serial 7)", or "" when all servers show it. */
static const char *where_text(const struct nsec_survey *survey,
                              const struct nsec_gathered *gathered)
{
    struct arena *arena = survey->run->arena;
    if (gathered->places.count == survey->view_count && survey->view_count > 1) {
        return "";
    }
    return arena_printf(arena, "%s%s", gathered->probe_count > 0 ? " at " : "",
                        places_text(arena, &gathered->places));
}

/* Whether the probes are all that the servers deny anything about. */
static bool is_every_denial(const struct nsec_survey *survey, const struct nsec_gathered *gathered)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->facts->probe_count; i++) {
        bool denied = false;
        for (size_t j = 0; j < survey->denial_count && !denied; j++) {
            const struct nsec_denial *denial = &survey->denials[j];
            denied = denial->probe == &survey->facts->probes[i] &&
                     places_have(&gathered->places, denial->view->server);
        }
        count += denied;
    }
    return count > 2 && count == gathered->probe_count;
}

static const char *probes_text(const struct nsec_survey *survey,
                               const struct nsec_gathered *gathered)
{
    struct arena *arena = survey->run->arena;
    if (is_every_denial(survey, gathered)) {
        return "every denial";
    }
    enum { MOST = 3 };
    const char *text = "";
    for (size_t i = 0; i < gathered->probe_count && i < MOST; i++) {
        text = text_join(arena, text, nsec_probe_text(arena, gathered->probes[i]));
    }
    return text_more(arena, text, gathered->probe_count, MOST);
}

/* What is wrong, in which words it is to be said. */
static const char *what_text(struct arena *arena, const struct nsec_fault *fault)
{
    const char *what = fault->what == NULL ? finding_meaning(arena, fault->cause) : fault->what;
    if (fault->cause != fault->id) {
        what = arena_printf(arena, "wrong here, right at other servers: %s (%s)", what,
                            finding_class(fault->cause)->slug);
    }
    return fault->shown == NULL ? what : arena_printf(arena, "%s: %s", what, fault->shown);
}

static void report_one(const struct nsec_survey *survey, const struct nsec_gathered *gathered,
                       struct report *report)
{
    struct arena *arena = survey->run->arena;
    const struct nsec_fault *fault = &gathered->first;
    const struct zone *zone = &survey->target->zone;
    bool all = gathered->places.count == survey->view_count;
    const char *type = fault->type;
    if (type == NULL && fault->probe != NULL) {
        type = rr_type_text(arena, fault->probe->type);
    }
    struct finding finding = {
        .id = fault->id,
        .state = run_partial(survey->run, fault->state, all),
        .zone = zone->name,
        .owner = fault->probe == NULL ? zone->name : *nsec_probe_owner(fault->probe, zone),
        .type = type,
        .server = all ? NULL : gathered->places.list[0].server->text,
        .key_tag = fault->key_tag,
    };
    const char *remedy = remedy_of(survey, gathered);
    const char *head =
        arena_printf(arena, "%s%s", probes_text(survey, gathered), where_text(survey, gathered));
    report_add_as(report, &finding, "%s%s%s", text_within(arena, "", head, ": "),
                  what_text(arena, fault), text_within(arena, ": ", remedy, ""));
}

static bool has_fault(const struct nsec_gathering *gathering, enum finding_id id)
{
    for (size_t i = 0; i < gathering->count; i++) {
        if (gathering->list[i].first.id == id || gathering->list[i].first.cause == id) {
            return true;
        }
    }
    return false;
}

/* A bitmap that lacks what the apex has is told by the contradiction, where there is one. */
static bool is_echo(const struct nsec_gathering *gathering, const struct nsec_gathered *gathered)
{
    return gathered->first.id == FINDING_NSEC_BITMAP_APEX &&
           has_fault(gathering, FINDING_NSEC_TYPE_CONTRADICTION);
}

void nsec_gather_report(const struct nsec_gathering *gathering, struct report *report)
{
    /* Where some denials are wrong and others missing, the wrong ones say more about the cause. */
    for (int missing = 0; missing <= 1; missing++) {
        for (size_t i = 0; i < gathering->count; i++) {
            const struct nsec_gathered *gathered = &gathering->list[i];
            if (!is_echo(gathering, gathered) &&
                (gathered->first.cause == FINDING_DENIAL_MISSING) == (missing == 1)) {
                report_one(gathering->survey, gathered, report);
            }
        }
    }
}
