/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Following the links of an NSEC chain.
 *
 * The NSEC of a name is asked for by that name and type.  At a delegation many servers refer to the
 * child instead; there the first name that can follow the delegation and all below it is asked
 * for, and the denial of that has the NSEC of the delegation.  At an alias some give the alias;
 * there may be names below that, so the first of these is asked for.
 */
#include "plugins/nsec_walk.h"

#include <stdint.h>
#include <string.h>

#include "check/health.h"
#include "judge/bitmap.h"
#include "judge/nsec.h"

struct step {
    struct nsec_walk walk;
    bool ended;
    bool behind; /* a name behind `walk.at` is being asked for */
    bool alias;  /* the server gave an alias instead of the NSEC */
    const struct question *question;
};

struct walking {
    struct run *run;
    struct step *steps;
    size_t count;
    size_t limit;
};

/* The NSEC of `owner` in the zone: below the apex one with SOA is that of a child zone. */
static const struct rrset *nsec_in(const struct section *section, const struct name *owner,
                                   const struct name *apex)
{
    struct nsec nsec;
    const struct rrset *set = section_records(section, owner, RR_NSEC);
    if (set == NULL) {
        return NULL;
    }
    bool is_child =
        !name_equal(owner, apex) && rr_nsec(set->rr[0], &nsec) && bitmap_has(nsec.types, RR_SOA);
    return is_child ? NULL : set;
}

static const struct rrset *nsec_of(const struct message *reply, const struct name *owner,
                                   const struct name *apex)
{
    const struct rrset *set = nsec_in(&reply->answer, owner, apex);
    return set != NULL ? set : nsec_in(&reply->authority, owner, apex);
}

enum { LABEL_MAX = 63 };

/* Makes the label the next one of its length or less: lower case stands for both (RFC 4034 6.1). */
static bool raise_label(char label[LABEL_MAX], size_t *size)
{
    while (*size > 0 && (uint8_t)label[*size - 1] == UINT8_MAX) {
        (*size)--;
    }
    if (*size == 0) {
        return false;
    }
    char *last = &label[*size - 1];
    *last = *last == 'A' - 1 ? 'Z' + 1 : (char)(*last + 1);
    return true;
}

/*
 * The first name that can follow `name` and all below it: a zero octet more in its first label or,
 * where there is no room for one, a higher label (RFC 4471 3.1.2).
 */
static bool name_behind(const struct name *name, struct name *behind)
{
    char label[LABEL_MAX] = "";
    size_t size = name->wire[0];
    struct name parent = name_parent(name);
    memcpy(label, name->wire + 1, size);
    return (size < LABEL_MAX && name_prepend(&parent, label, size + 1, behind)) ||
           (raise_label(label, &size) && name_prepend(&parent, label, size, behind));
}

/* The first name that can follow `name`, which is below it. */
static bool name_first_below(const struct name *name, struct name *below)
{
    return name_prepend(name, "", 1, below);
}

static void end_walk(struct step *step, enum nsec_walk_end end)
{
    step->walk.end = end;
    step->ended = true;
}

/* Takes a link and goes to where it leads. */
static void follow(const struct walking *walking, struct step *step, const struct rrset *set)
{
    struct nsec_walk *walk = &step->walk;
    const struct name *apex = &walk->target->zone.name;
    struct nsec nsec;
    walk->links = arena_grow(walking->run->arena, walk->links, walk->count, sizeof *walk->links);
    walk->links[walk->count++] = set;
    step->behind = false;
    if (!rr_nsec(set->rr[0], &nsec) || !name_is_under(&nsec.next, apex)) {
        end_walk(step, NSEC_WALK_OUTSIDE);
    } else if (name_equal(&nsec.next, apex)) {
        end_walk(step, NSEC_WALK_COMPLETE);
    } else if (name_compare(&nsec.next, &walk->at) <= 0) {
        end_walk(step, NSEC_WALK_BACKWARDS);
    } else if (nsec_is_successor(&walk->at, &nsec.next)) {
        end_walk(step, NSEC_WALK_ONLINE);
    } else {
        walk->at = nsec.next;
        if (walk->count >= walking->limit) {
            end_walk(step, NSEC_WALK_LIMIT);
        }
    }
}

static void start(struct walking *walking, const struct target *target,
                  const struct question *question)
{
    const struct name *apex = &target->zone.name;
    walking->steps =
        arena_grow(walking->run->arena, walking->steps, walking->count, sizeof *walking->steps);
    struct step *step = &walking->steps[walking->count++];
    *step = (struct step){.walk = {.target = target, .server = question->server, .at = *apex}};
    const struct rrset *set = nsec_of(question->reply, apex, apex);
    if (set == NULL) {
        end_walk(step, NSEC_WALK_NO_NSEC);
    } else {
        follow(walking, step, set);
    }
}

static void ask(const struct walking *walking, struct step *step)
{
    struct name name = step->walk.at;
    bool found = !step->behind || (step->alias && name_first_below(&step->walk.at, &name)) ||
                 name_behind(&step->walk.at, &name);
    if (!found) {
        end_walk(step, NSEC_WALK_LIMIT);
        return;
    }
    step->question = ledger_ask(&walking->run->ledger, step->walk.server, &name,
                                step->behind ? RR_A : RR_NSEC, 0);
    step->walk.last = step->question;
}

/* A referral to the name asked about, or to one above it. */
static bool is_referral(const struct name *apex, const struct message *reply)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.rrsets[i];
        if (set->type == RR_NS && name_is_below(&set->owner, apex)) {
            return !reply->aa;
        }
    }
    return false;
}

static void read_step(const struct walking *walking, struct step *step)
{
    const struct question *question = step->question;
    if (question->status != NET_ANSWERED ||
        !(health_usable(question) || is_referral(&step->walk.target->zone.name, question->reply))) {
        end_walk(step, NSEC_WALK_STOPPED);
        return;
    }
    const struct rrset *set =
        nsec_of(question->reply, &step->walk.at, &step->walk.target->zone.name);
    if (set != NULL) {
        follow(walking, step, set);
    } else if (step->behind) {
        end_walk(step, NSEC_WALK_GAP);
    } else {
        step->behind = true;
        step->alias = section_records(&question->reply->answer, &step->walk.at, RR_CNAME) != NULL;
    }
}

/* One stage for all walks that go on; false when there is none. */
static bool go_on(const struct walking *walking)
{
    bool any = false;
    for (size_t i = 0; i < walking->count; i++) {
        if (!walking->steps[i].ended) {
            ask(walking, &walking->steps[i]);
            any = true;
        }
    }
    if (any) {
        ledger_settle(&walking->run->ledger, 0);
    }
    for (size_t i = 0; i < walking->count; i++) {
        if (!walking->steps[i].ended) {
            read_step(walking, &walking->steps[i]);
        }
    }
    return any;
}

static void start_all(struct walking *walking, const struct target *target)
{
    for (size_t i = 0; i < target->child.count; i++) {
        const struct question *question = target->child.list[i];
        if (question->type == RR_NSEC && name_equal(&question->name, &target->zone.name) &&
            health_usable(question)) {
            start(walking, target, question);
        }
    }
}

struct nsec_walk *nsec_walk_all(const struct targets *targets, size_t limit, size_t *count)
{
    struct walking walking = {.limit = limit};
    for (size_t i = 0; i < targets->count && limit > 0; i++) {
        walking.run = targets->list[i].run;
        start_all(&walking, &targets->list[i]);
    }
    while (go_on(&walking)) {
        /* a stage each time, until every walk has ended */
    }
    struct nsec_walk *walks = NULL;
    for (size_t i = 0; i < walking.count; i++) {
        walks = arena_grow(walking.run->arena, walks, i, sizeof *walks);
        walks[i] = walking.steps[i].walk;
    }
    *count = walking.count;
    return walks;
}
