/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How walks ended, and how the links on the way are signed. */
#include "base/text.h"
#include "plugins/nsec_judge.h"

/* Signature checks that a walk leaves to other zones of the run. */
enum { CHECKS_RESERVE = 64 };

static void add(struct nsec_gathering *gathering, const struct nsec_view *view, enum finding_id id,
                const char *shown)
{
    struct nsec_fault fault = nsec_fault(id, view);
    fault.type = "NSEC";
    fault.shown = shown;
    nsec_gather(gathering, &fault);
}

static void judge_links(struct nsec_gathering *gathering, const struct nsec_view *view,
                        const struct nsec_walk *walk)
{
    struct nsec_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    for (size_t i = 0; i < walk->count && survey->run->checks_left > CHECKS_RESERVE; i++) {
        const struct nsec_set *set = nsec_judge_set(survey, view, walk->links[i]);
        if (set->record.usable) {
            continue;
        }
        const char *text = nsec_signature_text(survey, set);
        add(gathering, view, nsec_signature_id(set),
            arena_printf(arena, "the NSEC of %s%s", name_text(arena, &walk->links[i]->owner),
                         text_within(arena, ", ", text, "")));
    }
}

/* Why there was no answer to go on with. */
static enum finding_id stop_id(const struct question *question)
{
    if (question->status == NET_PENDING) {
        return FINDING_DEADLINE;
    }
    if (question->reply == NULL) {
        return FINDING_TIMEOUT_ONE;
    }
    switch (question->reply->rcode) {
    case RCODE_SERVFAIL:
        return FINDING_SERVFAIL;
    case RCODE_REFUSED:
        return FINDING_REFUSED;
    case RCODE_NOERROR:
    case RCODE_NXDOMAIN:
        return FINDING_LAME;
    default:
        return FINDING_NOTAUTH;
    }
}

static void judge_end(struct nsec_gathering *gathering, const struct nsec_view *view,
                      const struct nsec_walk *walk)
{
    struct arena *arena = gathering->survey->run->arena;
    const char *at = name_text(arena, &walk->at);
    switch (walk->end) {
    case NSEC_WALK_GAP:
        add(gathering, view, FINDING_CHAIN_NSEC_BROKEN,
            arena_printf(arena, "%s, after %s from the apex", at,
                         text_count(arena, walk->count, "link")));
        break;
    case NSEC_WALK_BACKWARDS:
        add(gathering, view, FINDING_NSEC_LAST_NOT_APEX, arena_printf(arena, "that of %s", at));
        break;
    case NSEC_WALK_OUTSIDE:
        add(gathering, view, FINDING_NSEC_NEXT_OVERREACH, arena_printf(arena, "that of %s", at));
        break;
    case NSEC_WALK_STOPPED:
        if (walk->last != NULL) {
            add(gathering, view, stop_id(walk->last),
                arena_printf(arena, "walking the zone, at %s after %s", at,
                             text_count(arena, walk->count, "link")));
        }
        break;
    case NSEC_WALK_LIMIT:
    case NSEC_WALK_COMPLETE:
    case NSEC_WALK_ONLINE:
    case NSEC_WALK_NO_NSEC:
        break;
    }
}

void nsec_gather_walks(struct nsec_gathering *gathering)
{
    const struct nsec_facts *facts = gathering->survey->facts;
    for (size_t i = 0; i < facts->walk_count; i++) {
        const struct nsec_view *view = nsec_view_of(gathering->survey, facts->walks[i].server);
        if (view != NULL) {
            judge_end(gathering, view, &facts->walks[i]);
            judge_links(gathering, view, &facts->walks[i]);
        }
    }
}
