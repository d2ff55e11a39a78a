/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps from zone to zone, of all walks at once.
 *
 * Every walk is a step further after each stage, so the stages are the zones on the longest way.
 * Each step leads deeper towards a name, walks for name servers are few, and a walk that waits for
 * itself is ended when nothing else moves: whatever the servers reply, this ends.
 */
#include "ask/iterate.h"

/* Walks. */

/* The types that a walk asks for; returns how many. */
static size_t types_of(const struct iteration *iteration, const struct walk *walk,
                       uint16_t types[2])
{
    size_t count = 0;
    if (walk->depth == 0) {
        types[count++] = iteration->search->type;
        return count;
    }
    if (iteration->search->ipv4) {
        types[count++] = RR_A;
    }
    if (iteration->search->ipv6) {
        types[count++] = RR_AAAA;
    }
    return count;
}

struct walk *walk_add(struct iteration *iteration, const struct name *name, unsigned depth,
                      struct cut *at)
{
    struct walk *walk = arena_alloc(iteration->arena, sizeof *walk);
    *walk = (struct walk){.name = *name, .depth = depth, .at = at};
    iteration->walks = arena_grow(iteration->arena, iteration->walks, iteration->walk_count,
                                  sizeof *iteration->walks);
    iteration->walks[iteration->walk_count++] = walk;
    return walk;
}

struct walk *walk_to_host(const struct iteration *iteration, const struct name *name)
{
    for (size_t i = 0; i < iteration->walk_count; i++) {
        struct walk *walk = iteration->walks[i];
        if (walk->depth > 0 && name_equal(&walk->name, name)) {
            return walk;
        }
    }
    return NULL;
}

void walk_want_hosts(struct iteration *iteration, struct cut *cut, unsigned depth)
{
    const struct zone_servers *servers = &cut->zone.servers;
    size_t first = iteration->walk_count;
    if (depth > 0 && servers->server_count > 0) {
        return; /* enough to go on */
    }
    for (size_t i = 0; i < servers->host_count && i < ITERATE_HOSTS; i++) {
        const struct name *name = &servers->hosts[i].name;
        if ((cut->known >> i & 1) != 0) {
            continue;
        }
        const struct walk *walk = walk_to_host(iteration, name);
        if (walk == NULL && depth < ITERATE_DEPTH && iteration->host_walks_left > 0) {
            iteration->host_walks_left--;
            (void)walk_add(iteration, name, depth + 1, cut_above(iteration, name));
        } else if (walk != NULL && walk->state == WALK_ENDED) {
            cut_take_walk(iteration, walk);
        }
    }
    size_t end = iteration->walk_count;
    for (size_t i = first; i < end; i++) {
        walk_want_hosts(iteration, iteration->walks[i]->at, depth + 1);
    }
}

/* Whether a walk is on its way to an address that the zone still lacks. */
static bool is_pending(const struct iteration *iteration, const struct cut *cut)
{
    const struct zone_servers *servers = &cut->zone.servers;
    for (size_t i = 0; i < servers->host_count && i < ITERATE_HOSTS; i++) {
        const struct walk *walk =
            (cut->known >> i & 1) != 0 ? NULL : walk_to_host(iteration, &servers->hosts[i].name);
        if (walk != NULL && walk->state != WALK_ENDED) {
            return true;
        }
    }
    return false;
}

static void end_walk(struct iteration *iteration, struct walk *walk, enum zone_status status)
{
    walk->state = WALK_ENDED;
    walk->status = status;
    if (walk->depth > 0) {
        cut_take_walk(iteration, walk);
    }
}

/* Whether any server of the zone replied to this walk, if only with an error. */
static bool any_reply(const struct iteration *iteration, const struct walk *walk)
{
    const struct zone_search *search = iteration->search;
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((walk->asked >> i & 1) != 0 &&
            ledger_ask(search->ledger, walk->at->zone.servers.servers[i], &walk->name, search->type,
                       0)
                    ->reply != NULL) {
            return true;
        }
    }
    return false;
}

/* No server of the zone leads on.  The zone itself is found, if there is a delegation to it. */
static void dead_end(struct iteration *iteration, struct walk *walk)
{
    enum zone_status status = ZONE_FOUND;
    if (walk->at->parent == NULL) {
        status = any_reply(iteration, walk) ? ZONE_FAILED : ZONE_NO_ANSWER;
    }
    end_walk(iteration, walk, status);
}

static bool is_too_deep(const struct cut *cut)
{
    unsigned count = 0;
    for (; cut != NULL; cut = cut->parent) {
        count++;
    }
    return count > ITERATE_CUTS;
}

static void enter(struct iteration *iteration, struct walk *walk, struct cut *cut)
{
    walk->at = cut;
    walk->asked = 0;
    walk->alone = false;
    for (struct cut *above = cut; walk->depth == 0 && above != NULL; above = above->parent) {
        above->wanted = true;
    }
    walk_want_hosts(iteration, cut, walk->depth);
    if (is_too_deep(cut)) {
        end_walk(iteration, walk, ZONE_FAILED);
    } else if (walk->depth == 0 && iteration->search->asks_later &&
               name_equal(&walk->name, &cut->zone.name)) {
        end_walk(iteration, walk, ZONE_FOUND);
    }
}

/* Asking. */

/* Near the root one question finds the zone that several names lie in. */
static bool can_follow(const struct iteration *iteration, const struct walk *walk, size_t index)
{
    unsigned labels = walk->at->zone.name.labels;
    if (walk->alone || labels > 1) {
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        const struct walk *other = iteration->walks[i];
        if (other->round != 0 && other->at == walk->at &&
            name_common_labels(&other->name, &walk->name) > labels) {
            return true;
        }
    }
    return false;
}

static void ask(struct iteration *iteration, struct walk *walk, const struct server *server)
{
    uint16_t types[2];
    size_t count = types_of(iteration, walk, types);
    for (size_t i = 0; i < count; i++) {
        (void)ledger_ask(iteration->search->ledger, server, &walk->name, types[i], 0);
    }
    if (walk->depth == 0) {
        (void)ledger_ask(iteration->search->ledger, server, &walk->at->zone.name, RR_DNSKEY, 0);
    }
}

/* The servers that the walk asks now; without any it waits or ends. */
static uint32_t choose(struct iteration *iteration, struct walk *walk)
{
    do {
        uint32_t servers = cut_choose(walk->at, walk->asked);
        if (servers != 0) {
            walk->state = WALK_ASKS;
            return servers;
        }
        if (is_pending(iteration, walk->at)) {
            walk->state = WALK_WAITS;
            return 0;
        }
    } while (cut_fall_back(iteration, walk->at));
    dead_end(iteration, walk);
    return 0;
}

/*
 * While the zone itself is asked, so that it takes no stage more.  Servers that lead past a zone
 * because they serve it are those of the zone above.
 */
static void ask_ds(const struct iteration *iteration, const struct cut *cut)
{
    bool root = cut->parent == NULL || cut->parent->parent == NULL;
    bool open = cut->gap == GAP_OPEN;
    if (!iteration->search->wants_ds || cut->parent == NULL || (root && !open)) {
        return;
    }
    const struct zone_servers *above = &cut->parent->zone.servers;
    for (size_t i = 0; i < above->server_count && i < ITERATE_ADDRESSES; i++) {
        if (!open || (cut->via_servers >> i & 1) != 0) {
            (void)ledger_ask(iteration->search->ledger, above->servers[i], &cut->zone.name, RR_DS,
                             0);
        }
    }
}

static void ask_walk(struct iteration *iteration, struct walk *walk, size_t index)
{
    walk->round = 0;
    walk->follows = false;
    if (walk->state == WALK_ENDED) {
        return;
    }
    if (walk->state == WALK_ASKS && can_follow(iteration, walk, index)) {
        walk->follows = true;
        return;
    }
    walk->round = choose(iteration, walk);
    walk->asked |= walk->round;
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        if ((walk->round >> i & 1) != 0) {
            ask(iteration, walk, walk->at->zone.servers.servers[i]);
        }
    }
    if (walk->depth == 0 && walk->round != 0) {
        walk->at->asked |= walk->round;
        ask_ds(iteration, walk->at);
    }
}

/* False when nothing moves any more. */
static bool ask_all(struct iteration *iteration)
{
    bool moves = false;
    for (size_t i = 0; i < iteration->walk_count; i++) {
        struct walk *walk = iteration->walks[i];
        bool ended = walk->state == WALK_ENDED;
        ask_walk(iteration, walk, i);
        moves = moves || (!ended && walk->state != WALK_WAITS);
    }
    for (size_t i = 0; i < iteration->cut_count; i++) {
        struct cut *cut = iteration->cuts[i];
        if (cut->wanted && cut->gap == GAP_OPEN) {
            cut_ask_gap(iteration, cut);
            moves = true;
        }
    }
    return moves;
}

/* Reading. */

/* What the replies to a walk say, which of its servers replied, and which of use. */
struct news {
    struct step step;
    uint32_t replied;
    uint32_t useful;
};

static void read_question(struct news *news, const struct walk *walk,
                          const struct question *question, size_t server)
{
    struct step step = step_read(question, &walk->at->zone.name, &walk->name);
    news->replied |= (question->reply != NULL ? UINT32_C(1) : 0) << server;
    if (step.kind == STEP_DEAD) {
        return;
    }
    news->useful |= UINT32_C(1) << server;
    if (news->step.kind == STEP_DEAD || step.worth > news->step.worth) {
        news->step = step;
    }
}

static struct news read_replies(const struct iteration *iteration, const struct walk *walk)
{
    struct news news = {.step = {.kind = STEP_DEAD}};
    uint16_t types[2];
    size_t count = types_of(iteration, walk, types);
    for (size_t i = 0; i < ITERATE_ADDRESSES; i++) {
        for (size_t j = 0; (walk->round >> i & 1) != 0 && j < count; j++) {
            const struct server *server = walk->at->zone.servers.servers[i];
            read_question(&news, walk,
                          ledger_ask(iteration->search->ledger, server, &walk->name, types[j], 0),
                          i);
        }
    }
    return news;
}

/* A zone that is served by servers of the zone above without a referral, or may be. */
static void go_hidden(struct iteration *iteration, struct walk *walk, const struct news *news)
{
    const struct step *step = &news->step;
    unsigned labels = step->apex_known ? step->apex_labels : walk->name.labels;
    struct name name = name_suffix(&walk->name, labels);
    struct cut *cut = cut_find(iteration, &name);
    if (cut == NULL) {
        cut = cut_add(iteration, &name, walk->at);
        cut->hidden = true;
        cut->doubtful = !step->apex_known;
        cut->gap = GAP_OPEN;
        /* A name that does not exist is no zone. */
        cut->gap_labels = cut->doubtful && step->kind == STEP_DENIED ? labels - 1 : labels;
        cut->via = walk->at;
        cut->via_servers = news->useful;
    }
    walk->at = cut;
    cut->wanted = true;
}

static void reach(struct iteration *iteration, struct walk *walk, const struct news *news)
{
    const struct step *step = &news->step;
    if (walk->depth > 0) {
        walk->a = cut_best(iteration, walk->at, iteration->search->ipv4 ? news->useful : 0,
                           &walk->name, RR_A);
        walk->aaaa = cut_best(iteration, walk->at, iteration->search->ipv6 ? news->useful : 0,
                              &walk->name, RR_AAAA);
    } else if (!step->apex_known || step->apex_labels > walk->at->zone.name.labels) {
        go_hidden(iteration, walk, news);
    }
    end_walk(iteration, walk, step->kind == STEP_DENIED ? ZONE_NO_SUCH_NAME : ZONE_FOUND);
}

static void follow_referral(struct iteration *iteration, struct walk *walk, const struct news *news)
{
    const struct step *step = &news->step;
    const struct name *name = &step->ns->owner;
    unsigned above = walk->at->zone.name.labels;
    struct cut *cut = cut_find(iteration, name);
    if (cut == NULL) {
        cut = cut_add(iteration, name, walk->at);
        cut->zone.referral = step->question;
        cut->via = walk->at;
        cut->via_servers = news->useful;
        cut->gap_labels = step->apex_known && step->apex_labels < name->labels ? step->apex_labels
                                                                               : name->labels - 1u;
        cut->gap = cut->gap_labels > above ? GAP_OPEN : GAP_NONE;
        cut_take_hosts(iteration, cut, &walk->at->zone.name, step->ns, step->question->reply);
    }
    enter(iteration, walk, cut);
}

static void read_walk(struct iteration *iteration, struct walk *walk)
{
    if (walk->follows) {
        struct cut *cut = cut_below(iteration, walk->at, &walk->name);
        walk->alone = cut == NULL;
        if (cut != NULL) {
            enter(iteration, walk, cut);
        }
        return;
    }
    struct news news = read_replies(iteration, walk);
    walk->at->dead |= walk->round & ~news.replied;
    if (news.step.kind == STEP_REFERRAL) {
        follow_referral(iteration, walk, &news);
    } else if (news.step.kind != STEP_DEAD) {
        reach(iteration, walk, &news);
    }
}

static void read_all(struct iteration *iteration)
{
    size_t walk_count = iteration->walk_count;
    for (size_t i = 0; i < walk_count; i++) {
        struct walk *walk = iteration->walks[i];
        if (walk->state == WALK_ASKS && (walk->round != 0 || walk->follows)) {
            read_walk(iteration, walk);
        }
    }
    size_t cut_count = iteration->cut_count;
    for (size_t i = 0; i < cut_count; i++) {
        if (iteration->cuts[i]->gap == GAP_ASKED) {
            cut_read_gap(iteration, iteration->cuts[i]);
        }
    }
}

/* Name servers that can only be found by asking each other are not to be found. */
static bool end_circles(struct iteration *iteration)
{
    bool any = false;
    for (size_t i = 0; i < iteration->walk_count; i++) {
        struct walk *walk = iteration->walks[i];
        if (walk->state == WALK_WAITS && walk->depth > 0) {
            end_walk(iteration, walk, ZONE_FAILED);
            any = true;
        }
    }
    return any;
}

void walk_all(struct iteration *iteration)
{
    for (unsigned stage = 0; stage < ITERATE_STAGES; stage++) {
        if (ask_all(iteration)) {
            ledger_settle(iteration->search->ledger, iteration->search->stage_limit_ms);
            read_all(iteration);
        } else if (!end_circles(iteration)) {
            return;
        }
    }
    for (size_t i = 0; i < iteration->walk_count; i++) {
        if (iteration->walks[i]->state != WALK_ENDED) {
            dead_end(iteration, iteration->walks[i]);
        }
    }
}
