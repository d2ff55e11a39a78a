/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSYNC: what the zone asks its parent to copy, and whether the parent has done so (RFC 7477).
 *
 * A parent copies when it can validate the one CSYNC record, knows all its flags and types, and
 * the serial of the zone has come as far as soaminimum wants.  Without a memory nobody can say for
 * how long it has not; so what is left to copy is told, and what it may wait for.
 */
#include "base/text.h"
#include "plugins/records_judge.h"

static bool asks_for(const struct csync *csync, uint16_t type)
{
    return rr_bitmap_has(csync->types, type);
}

/* Whether a well-formed bitmap has types that there is no procedure for (RFC 7477 3.2). */
static bool asks_for_others(const struct csync *csync)
{
    size_t known =
        (size_t)asks_for(csync, RR_NS) + asks_for(csync, RR_A) + asks_for(csync, RR_AAAA);
    size_t count = 0;
    return rr_bitmap_count(csync->types, &count) && count > known;
}

/* Why no parent acts on the records, by themselves; NULL and the record when one may. */
static const char *unfit(struct arena *arena, const struct rrset *set, struct csync *csync)
{
    if (set->count > 1) {
        return arena_printf(arena, "%zu records and not one", set->count);
    }
    if (!rr_csync(set->rr[0], csync) || !rr_bitmap_well_formed(csync->types)) {
        return "malformed";
    }
    if ((csync->flags & ~(CSYNC_IMMEDIATE | CSYNC_SOA_MINIMUM)) != 0) {
        return arena_printf(arena, "flags that nobody knows (%u)", csync->flags);
    }
    return asks_for_others(csync) ? "types other than NS, A and AAAA" : NULL;
}

/* Why no parent believes the records; NULL when it does, or when that cannot be told. */
static const char *distrusted(const struct survey *survey, const struct answer *answer)
{
    const char *reason = NULL;
    enum security security = records_security(survey, answer, &reason);
    if (security != SECURITY_BOGUS && security != SECURITY_INSECURE) {
        return NULL;
    }
    return arena_printf(survey->run->arena, "%s%s", security_text(security),
                        text_within(survey->run->arena, " (", reason, ")"));
}

static const char *pending_ns(struct arena *arena, const struct rrset *above,
                              const struct rrset *own)
{
    const char *lacks = records_without(arena, own, above);
    const char *excess = records_without(arena, above, own);
    return text_join(arena, text_within(arena, "add NS ", lacks, ""),
                     text_within(arena, "remove NS ", excess, ""));
}

static const char *pending_glue(const struct survey *survey, const struct message *referral,
                                const struct name *host, uint16_t type)
{
    struct arena *arena = survey->run->arena;
    const struct rrset *own = records_own_address(survey, host, type);
    const struct rrset *glue = records_glue(referral, host, type);
    if (own == NULL || (glue == NULL && referral->tc) ||
        (glue != NULL && rrset_same_data(own, glue))) {
        return NULL;
    }
    const char *what =
        arena_printf(arena, "%s of %s", rr_type_text(arena, type), name_text(arena, host));
    return glue == NULL ? arena_printf(arena, "add %s %s", what, records_list(arena, own))
                        : arena_printf(arena, "change %s from %s to %s", what,
                                       records_list(arena, glue), records_list(arena, own));
}

static const char *pending_addresses(const struct survey *survey, const struct csync *csync,
                                     const struct message *referral, const struct rrset *hosts)
{
    static const uint16_t types[] = {RR_A, RR_AAAA};
    const char *text = "";
    for (size_t i = 0; i < hosts->count && i < ZONE_HOSTS_MAX; i++) {
        struct name host;
        if (!rr_target(RR_NS, hosts->rr[i], &host) ||
            !name_is_under(&host, &survey->target->zone.name)) {
            continue;
        }
        for (size_t j = 0; j < sizeof types / sizeof types[0]; j++) {
            const char *more =
                asks_for(csync, types[j]) ? pending_glue(survey, referral, &host, types[j]) : NULL;
            text = more == NULL ? text : text_join(survey->run->arena, text, more);
        }
    }
    return text;
}

/* What a server of the parent lacks of that which this server of the zone has; "" for nothing. */
static const char *pending(const struct survey *survey, const struct view *view,
                           const struct csync *csync, const struct question *question)
{
    struct arena *arena = survey->run->arena;
    const struct rrset *above = records_delegation(survey, question);
    if (above == NULL) {
        return "";
    }
    bool copies_ns = asks_for(csync, RR_NS) && view->ns != NULL;
    const char *text = copies_ns ? pending_ns(arena, above, view->ns) : "";
    const char *addresses =
        pending_addresses(survey, csync, question->reply, copies_ns ? view->ns : above);
    return text_join(arena, text, addresses);
}

/* Which conditions of the record the parent may wait for. */
static const char *conditions(struct arena *arena, const struct view *view,
                              const struct csync *csync)
{
    const char *serial = "no soaminimum is set";
    if ((csync->flags & CSYNC_SOA_MINIMUM) != 0 && !view->has_timers) {
        serial = arena_printf(arena, "soaminimum is %u", csync->serial);
    } else if ((csync->flags & CSYNC_SOA_MINIMUM) != 0) {
        bool reached = rr_serial_difference(view->timers.serial, csync->serial) >= 0;
        serial = arena_printf(arena, "soaminimum %u %s reached by serial %u%s", csync->serial,
                              reached ? "is" : "is not", view->timers.serial,
                              reached ? "" : ", so it has to wait");
    }
    return arena_printf(arena, "%s, %s", serial,
                        (csync->flags & CSYNC_IMMEDIATE) != 0
                            ? "immediate is set"
                            : "immediate is not set: it waits for another sign");
}

static void judge_pending(struct survey *survey, const struct view *view, const struct csync *csync)
{
    struct arena *arena = survey->run->arena;
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->parent.count; i++) {
        const char *text = pending(survey, view, csync, target->parent.list[i]);
        if (*text != '\0') {
            records_gather(survey, FINDING_CSYNC_STUCK, &target->zone.name, RR_CSYNC, view,
                           "the parent has yet to %s (%s)", text, conditions(arena, view, csync));
            return;
        }
    }
}

static void judge_view(struct survey *survey, const struct view *view,
                       const struct question *question)
{
    const struct name *zone = &survey->target->zone.name;
    struct answer answer = records_read(survey, view, question);
    struct csync csync = {.flags = 0};
    if (answer.kind != ANSWER_RECORDS || !name_equal(&answer.set->owner, zone)) {
        return;
    }
    const char *problem = unfit(survey->run->arena, answer.set, &csync);
    problem = problem == NULL ? distrusted(survey, &answer) : problem;
    if (problem != NULL) {
        records_gather(survey, FINDING_CSYNC_STUCK, zone, RR_CSYNC, view,
                       "%s, so the parent cannot act on it", problem);
        return;
    }
    judge_pending(survey, view, &csync);
}

void records_judge_csync(struct survey *survey)
{
    const struct records_facts *facts = survey->facts;
    if (!survey->options->check_csync || !facts->discovered) {
        return;
    }
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct view *view = &survey->views[i];
        const struct question *question = questions_find(&survey->target->child, view->server,
                                                         &survey->target->zone.name, RR_CSYNC);
        if (question != NULL) {
            judge_view(survey, view, question);
        }
    }
}
