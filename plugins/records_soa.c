/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SOA and the NS records at the apex, at each server and against each other. */
#include "base/text.h"
#include "plugins/records_judge.h"

enum { MINIMUM_MOST = 86400 };

bool records_same_serial(const struct view *a, const struct view *b)
{
    return !a->has_timers || !b->has_timers || a->timers.serial == b->timers.serial;
}

static bool same_parameters(const struct soa *a, const struct soa *b)
{
    return name_equal(&a->mname, &b->mname) && name_equal(&a->rname, &b->rname) &&
           a->refresh == b->refresh && a->retry == b->retry && a->expire == b->expire &&
           a->minimum == b->minimum;
}

bool records_same_but_serial(struct bytes a, struct bytes b)
{
    struct soa x;
    struct soa y;
    return rr_soa(a, &x) && rr_soa(b, &y) && same_parameters(&x, &y);
}

/* Whether two servers can be compared in a respect, and whether they are alike in it. */
struct respect {
    bool (*tells)(const struct view *view);
    bool (*alike)(const struct view *a, const struct view *b);
};

static bool tells_parameters(const struct view *view)
{
    return view->has_timers;
}

static bool alike_parameters(const struct view *a, const struct view *b)
{
    return same_parameters(&a->timers, &b->timers);
}

static bool tells_ns(const struct view *view)
{
    return view->ns != NULL;
}

static bool alike_ns(const struct view *a, const struct view *b)
{
    return rrset_same_data(a->ns, b->ns);
}

static size_t count_alike(const struct survey *survey, const struct respect *respect,
                          const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *other = &survey->views[i];
        count += respect->tells(other) && records_same_serial(view, other) &&
                 respect->alike(view, other);
    }
    return count;
}

/* What most servers of the same serial have; of equally many the first. */
static const struct view *usual_view(const struct survey *survey, const struct respect *respect,
                                     const struct view *view)
{
    const struct view *usual = view;
    size_t most = 0;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *other = &survey->views[i];
        if (!respect->tells(other) || !records_same_serial(view, other)) {
            continue;
        }
        size_t count = count_alike(survey, respect, other);
        if (count > most) {
            usual = other;
            most = count;
        }
    }
    return usual;
}

/* The first parameter that differs. */
static const char *difference(struct arena *arena, const struct soa *a, const struct soa *b)
{
    const struct {
        const char *label;
        uint32_t a;
        uint32_t b;
    } numbers[] = {
        {"refresh", a->refresh, b->refresh},
        {"retry", a->retry, b->retry},
        {"expire", a->expire, b->expire},
        {"minimum", a->minimum, b->minimum},
    };
    if (!name_equal(&a->mname, &b->mname)) {
        return arena_printf(arena, "MNAME is %s, not %s", name_text(arena, &a->mname),
                            name_text(arena, &b->mname));
    }
    if (!name_equal(&a->rname, &b->rname)) {
        return arena_printf(arena, "RNAME is %s, not %s", name_text(arena, &a->rname),
                            name_text(arena, &b->rname));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].a != numbers[i].b) {
            return arena_printf(arena, "%s is %u, not %u", numbers[i].label, numbers[i].a,
                                numbers[i].b);
        }
    }
    return "nothing differs";
}

static void judge_parameters(struct survey *survey)
{
    static const struct respect respect = {tells_parameters, alike_parameters};
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        const struct view *usual = view->has_timers ? usual_view(survey, &respect, view) : view;
        if (usual != view && !alike_parameters(view, usual)) {
            records_gather(survey, FINDING_SOA_PARAMS_DIFFER, &survey->target->zone.name, RR_SOA,
                           view, "%s as at %s: check the transfers between them",
                           difference(survey->run->arena, &view->timers, &usual->timers),
                           records_server(survey->run->arena, usual->server));
        }
    }
}

static void judge_ns_sets(struct survey *survey)
{
    static const struct respect respect = {tells_ns, alike_ns};
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        const struct view *usual = view->ns != NULL ? usual_view(survey, &respect, view) : view;
        if (usual != view && !alike_ns(view, usual)) {
            records_gather(survey, FINDING_NS_SET_DIFFERS, &survey->target->zone.name, RR_NS, view,
                           "%s, but %s at %s", records_list(arena, view->ns),
                           records_list(arena, usual->ns), records_server(arena, usual->server));
        }
    }
}

/* What RFC 1912 2.2 and RFC 2308 5 ask of the timers. */
static const char *odd_timers(struct arena *arena, const struct soa *soa)
{
    if (soa->retry > soa->refresh) {
        return arena_printf(arena, "retry (%u) is longer than refresh (%u)", soa->retry,
                            soa->refresh);
    }
    if (soa->expire <= (uint64_t)soa->refresh + soa->retry) {
        return arena_printf(arena,
                            "expire (%u) is not longer than refresh and retry together: one lost "
                            "refresh and the secondaries give up the zone",
                            soa->expire);
    }
    if (soa->minimum > MINIMUM_MOST) {
        return arena_printf(arena, "minimum (%u) is above a day: so long a mistaken NXDOMAIN stays",
                            soa->minimum);
    }
    return NULL;
}

static void judge_timers(struct survey *survey, const struct view *view)
{
    const struct name *zone = &survey->target->zone.name;
    const char *odd = view->has_timers ? odd_timers(survey->run->arena, &view->timers) : NULL;
    if (odd != NULL) {
        records_gather(survey, FINDING_SOA_TIMERS, zone, RR_SOA, view, "%s", odd);
    }
    if (view->soa != NULL && view->soa->count > 1) {
        records_gather(survey, FINDING_SOA_MULTIPLE, zone, RR_SOA, view,
                       "there are %zu SOA records", view->soa->count);
    }
}

/* The reply of a server to the SOA question at the apex, if it is an answer. */
static const struct message *soa_reply(const struct survey *survey, const struct view *view)
{
    const struct question *question =
        questions_find(&survey->target->child, view->server, &survey->target->zone.name, RR_SOA);
    return question != NULL && question->status == NET_ANSWERED && question->reply->aa
               ? question->reply
               : NULL;
}

/* Given servers only, a name without SOA anywhere may just be none of an apex. */
static bool is_apex_known(const struct survey *survey)
{
    bool known = survey->facts->discovered;
    for (size_t i = 0; i < survey->view_count; i++) {
        known = known || survey->views[i].soa != NULL || survey->views[i].ns != NULL;
    }
    return known;
}

static void judge_presence(struct survey *survey, const struct view *view)
{
    const struct name *zone = &survey->target->zone.name;
    const struct message *reply = soa_reply(survey, view);
    if (!view->usable || reply == NULL || !is_apex_known(survey) ||
        (reply->rcode != RCODE_NOERROR && reply->rcode != RCODE_NXDOMAIN)) {
        return;
    }
    if (section_records(&reply->answer, zone, RR_SOA) == NULL) {
        records_gather(survey, FINDING_SOA_MISSING, zone, RR_SOA, view,
                       "%s has no SOA record there", name_text(survey->run->arena, zone));
    }
}

void records_judge_soa(struct survey *survey)
{
    if (survey->facts->recursive) {
        return;
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        judge_presence(survey, &survey->views[i]);
        judge_timers(survey, &survey->views[i]);
    }
    judge_parameters(survey);
    judge_ns_sets(survey);
    records_judge_serials(survey);
}
