/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a zone denies, in a line, in numbers and, server by server, in details. */
#include "base/text.h"
#include "plugins/nsec_judge.h"

struct tally {
    const struct nsec_view *example; /* a server that denies by something */
    size_t proved;
    size_t failing;
    size_t largest; /* octets of a denial */
    size_t walked;  /* links, at the server with the fewest */
};

static struct tally count(const struct nsec_survey *survey)
{
    const struct nsec_facts *facts = survey->facts;
    struct tally tally = {.example = NULL};
    for (size_t i = 0; i < survey->denial_count && nsec_is_signed(survey); i++) {
        const struct nsec_denial *denial = &survey->denials[i];
        size_t size = denial->question->reply->size;
        tally.proved += denial->sound;
        tally.failing += !denial->sound;
        tally.largest = size > tally.largest ? size : tally.largest;
    }
    for (size_t i = 0; i < survey->view_count && tally.example == NULL; i++) {
        const struct nsec_view *view = survey->views[i];
        tally.example = view->nsec != NULL || view->nsec3 != NULL ? view : NULL;
    }
    for (size_t i = 0; i < facts->walk_count; i++) {
        size_t links = facts->walks[i].count;
        tally.walked = i == 0 || links < tally.walked ? links : tally.walked;
    }
    return tally;
}

/* "NSEC", "NSEC made online", "NSEC3 (0 iterations, no salt)". */
static const char *kind_text(struct arena *arena, const struct nsec_view *view)
{
    struct nsec3 nsec3;
    if (view == NULL) {
        return "no NSEC or NSEC3";
    }
    const char *online = view->lies ? " made online" : "";
    if (view->nsec3 == NULL || !rr_nsec3(view->nsec3->rr[0], &nsec3)) {
        return arena_printf(arena, "NSEC%s", online);
    }
    const char *salt =
        nsec3.salt.size == 0
            ? "no salt"
            : arena_printf(arena, "salt of %s", text_count(arena, nsec3.salt.size, "octet"));
    return arena_printf(arena, "NSEC3%s (%s, %s)", online,
                        text_count(arena, nsec3.iterations, "iteration"), salt);
}

/* The most iterations that a server uses. */
static void add_iterations(const struct nsec_survey *survey, struct report *report)
{
    uint16_t most = 0;
    bool any = false;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct rrset *set = survey->views[i]->nsec3;
        struct nsec3 nsec3;
        if (set != NULL && rr_nsec3(set->rr[0], &nsec3)) {
            most = nsec3.iterations > most ? nsec3.iterations : most;
            any = true;
        }
    }
    if (any) {
        report_number(report, FOLD_MAX, "nsec3_iterations", "", most);
    }
}

static void add_metrics(const struct nsec_survey *survey, const struct tally *tally,
                        struct report *report)
{
    report_number(report, FOLD_SUM, "servers", "", (double)survey->view_count);
    report_number(report, FOLD_SUM, "denials", "", (double)(tally->proved + tally->failing));
    report_number(report, FOLD_SUM, "failing", "", (double)tally->failing);
    report_number(report, FOLD_MAX, "max_size", "", (double)tally->largest);
    add_iterations(survey, report);
    if (survey->options->walk > 0) {
        report_number(report, FOLD_SUM, "walked", "", (double)tally->walked);
    }
}

static void add_samples(const struct nsec_survey *survey, const struct tally *tally,
                        struct report *report)
{
    const char *zone = name_text(survey->run->arena, &survey->target->zone.name);
    target_sample_errors(survey->target, zone, report);
    if (survey->view_count > 0) {
        report_sample_of(report, FAMILY_SIGNED, zone, NULL, nsec_is_signed(survey));
    }
    if (tally->example != NULL) {
        report_sample_of(report, FAMILY_VALIDATION_SUCCESS, zone,
                         tally->example->nsec3 == NULL ? "NSEC" : "NSEC3", tally->failing == 0);
    }
}

static void add_denial(const struct nsec_survey *survey, const struct nsec_denial *denial,
                       struct report *report)
{
    static const char *const claims[] = {
        [CLAIM_NXDOMAIN] = "NXDOMAIN",
        [CLAIM_NODATA] = "no data",
        [CLAIM_WILDCARD] = "wildcard answer",
        [CLAIM_UNSIGNED_CUT] = "no DS",
    };
    static const char *const kinds[] = {
        [DENIAL_BY_NOTHING] = "nothing",
        [DENIAL_BY_NSEC] = "NSEC",
        [DENIAL_BY_NSEC3] = "NSEC3",
    };
    struct arena *arena = survey->run->arena;
    report_detail(
        report, 2, "%s %s %s: %s, by %s the name %s: %s%s", denial->view->server->text,
        name_text(arena, &denial->name), rr_type_text(arena, denial->type), claims[denial->claim],
        kinds[denial->proof.kind], denial_text(denial->proof.verdict),
        denial->sound    ? "proved"
        : denial->proved ? "proved, with records that are not signed well"
                         : "not proved",
        text_within(arena, " (", denial_defects_text(arena, denial->apparent.defects), ")"));
}

static void add_walk(const struct nsec_survey *survey, const struct nsec_walk *walk,
                     struct report *report)
{
    static const char *const ends[] = {
        [NSEC_WALK_LIMIT] = "no further",
        [NSEC_WALK_COMPLETE] = "the chain is complete",
        [NSEC_WALK_ONLINE] = "the records are made for each answer, so there is no chain",
        [NSEC_WALK_NO_NSEC] = "the apex has no NSEC, so there is no chain to follow",
        [NSEC_WALK_GAP] = "the chain is broken",
        [NSEC_WALK_BACKWARDS] = "it goes back",
        [NSEC_WALK_OUTSIDE] = "it leaves the zone",
        [NSEC_WALK_STOPPED] = "no answer to go on with",
    };
    report_detail(report, 1, "%s: walked %s up to %s: %s", walk->server->text,
                  text_count(survey->run->arena, walk->count, "link"),
                  name_text(survey->run->arena, &walk->at), ends[walk->end]);
}

void nsec_summarise(const struct nsec_survey *survey, struct report *report)
{
    struct arena *arena = survey->run->arena;
    struct tally tally = count(survey);
    const char *servers = text_count(arena, survey->view_count, "server");
    if (nsec_is_signed(survey)) {
        report_summary(
            report, "%s, %s, %s proved%s", kind_text(arena, tally.example), servers,
            text_count(arena, tally.proved, "denial"),
            survey->options->walk == 0
                ? ""
                : arena_printf(arena, ", %s walked", text_count(arena, tally.walked, "link")));
    } else {
        report_summary(report, "%s, not signed", servers);
    }
    add_metrics(survey, &tally, report);
    add_samples(survey, &tally, report);
    for (size_t i = 0; report_keeps(report, 2) && i < survey->denial_count; i++) {
        add_denial(survey, &survey->denials[i], report);
    }
    for (size_t i = 0; i < survey->facts->walk_count; i++) {
        add_walk(survey, &survey->facts->walks[i], report);
    }
}
