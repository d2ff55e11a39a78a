/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop that settles a batch: paces what is sent, polls, and calls when a time has come. */
#include "ask/net.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "ask/net_state.h"

int64_t net_now_ms(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time); /* every system we know has this clock */
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void list_append(struct ask_list *list, struct ask *ask)
{
    ask->next = NULL;
    ask->previous = list->last;
    if (list->last) {
        list->last->next = ask;
    } else {
        list->first = ask;
    }
    list->last = ask;
    list->count++;
}

void list_remove(struct ask_list *list, struct ask *ask)
{
    if (ask->previous) {
        ask->previous->next = ask->next;
    } else {
        list->first = ask->next;
    }
    if (ask->next) {
        ask->next->previous = ask->previous;
    } else {
        list->last = ask->previous;
    }
    ask->next = NULL;
    ask->previous = NULL;
    list->count--;
}

size_t net_watch(struct network *network, int fd, struct owner owner)
{
    size_t slot = network->poll_count++;
    network->polls[slot] = (struct pollfd){.fd = fd, .events = POLLIN};
    network->owners[slot] = owner;
    return slot;
}

void net_unwatch(struct network *network, size_t slot)
{
    size_t last = --network->poll_count;
    if (slot == last) {
        return;
    }
    network->polls[slot] = network->polls[last];
    network->owners[slot] = network->owners[last];
    if (network->owners[slot].ask) {
        network->owners[slot].ask->slot = slot;
    } else {
        network->owners[slot].peer->slot = slot;
    }
}

void net_wake_at(struct network *network, int64_t due)
{
    if (due < network->next_due) {
        network->next_due = due;
    }
}

static void refill_pool(struct network *network)
{
    ssize_t got = 0;
    do {
        got = getrandom(network->pool, sizeof network->pool, 0);
    } while (got < 0 && errno == EINTR);
    /* For up to 256 octets it is all or nothing, and nothing means a kernel without the call. */
    assert(got == sizeof network->pool);
    network->pool_left = got > 0 ? (size_t)got : 0;
}

void net_randomise(struct network *network, struct ask *ask)
{
    if (network->pool_left < 6) {
        refill_pool(network);
    }
    const uint8_t *random = network->pool + sizeof network->pool - network->pool_left;
    ask->id = bytes_u16(random);
    ask->case_bits = bytes_u32(random + 2);
    network->pool_left -= 6;
}

bool net_has_socket(struct network *network)
{
    if (network->poll_count < network->sockets_max) {
        return true;
    }
    for (size_t i = 0; network->stream_count > 0 && i < network->peer_count; i++) {
        if (peer_drop_idle(network, network->peers[i])) {
            return true;
        }
    }
    return false;
}

/* Descriptors that this process may have, the soft limit raised as far as useful. */
static size_t raise_limit(void)
{
    struct rlimit limit = {0};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
        return SOCKETS_RESERVE + SOCKETS_MIN;
    }
    rlim_t wanted = limit.rlim_max < SOCKETS_MAX ? limit.rlim_max : SOCKETS_MAX;
    if (limit.rlim_cur < wanted) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
            limit.rlim_cur = before;
        }
    }
    return limit.rlim_cur < SOCKETS_MAX ? (size_t)limit.rlim_cur : SOCKETS_MAX;
}

unsigned net_window(const struct network *network)
{
    return (WINDOW + network->options.sharers - 1) / network->options.sharers;
}

bool bucket_allows(struct network *network, struct bucket *bucket, int64_t per_ms, int64_t most)
{
    int64_t tokens = bucket->tokens + (network->now - bucket->refilled) * per_ms;
    bucket->tokens = tokens < most ? tokens : most;
    bucket->refilled = network->now;
    network->held = network->held || bucket->tokens <= 0;
    return bucket->tokens > 0;
}

void bucket_take(const struct network *network, struct bucket *bucket)
{
    bucket->tokens -= network->options.sharers;
}

/* Sends what may be sent, the servers in turn. */
static void start_queued(struct network *network)
{
    network->held = false;
    size_t idle = 0; /* peers in a row that had nothing to send */
    while (network->queued > 0 && idle < network->peer_count) {
        struct ask *ask = peer_next(network, network->peers[network->turn]);
        if (ask && !ask_start(network, ask)) {
            return;
        }
        idle = ask ? 0 : idle + 1;
        network->turn = (network->turn + 1) % network->peer_count;
    }
}

static void pump_streams(struct network *network)
{
    for (size_t i = 0; network->tcp_waiting > 0 && i < network->peer_count; i++) {
        if (network->peers[i]->tcp_waiting > 0) {
            peer_pump(network, network->peers[i]);
        }
    }
}

/* How long poll(2) may wait: up to the next timer, or to when more can be sent. */
static int wait_ms(const struct network *network)
{
    int64_t until = network->next_due < network->deadline ? network->next_due : network->deadline;
    if (network->held && until > network->now + 1) {
        until = network->now + 1;
    }
    if (network->starved && until > network->now + STARVED_MS) {
        until = network->now + STARVED_MS;
    }
    int64_t wait = until > network->now ? until - network->now : 0;
    return wait < INT_MAX ? (int)wait : INT_MAX;
}

/*
 * From the last slot down: a socket that is closed meanwhile is replaced by the last one, which
 * had its turn.
 */
static void handle_events(struct network *network)
{
    for (size_t i = network->poll_count; i-- > 0;) {
        if (i >= network->poll_count || network->polls[i].revents == 0) {
            continue;
        }
        short events = network->polls[i].revents;
        struct owner owner = network->owners[i];
        network->polls[i].revents = 0;
        if (owner.ask) {
            ask_receive(network, owner.ask);
        } else {
            peer_receive(network, owner.peer, events);
        }
    }
}

/* Calls what is due and finds the next time; see handle_events for the order. */
static void handle_timers(struct network *network)
{
    if (network->now < network->next_due) {
        return;
    }
    network->next_due = NEVER;
    for (size_t i = network->poll_count; i-- > 0;) {
        struct ask *ask = i < network->poll_count ? network->owners[i].ask : NULL;
        if (ask && ask->due <= network->now) {
            ask_run_out(network, ask);
        } else if (ask) {
            net_wake_at(network, ask->due);
        }
    }
    for (size_t i = 0; i < network->peer_count; i++) {
        peer_tick(network, network->peers[i]);
    }
}

const struct ask *net_find_twin(const struct network *network, const struct ask *ask)
{
    for (size_t i = 0; i < network->ask_count; i++) {
        const struct ask *other = &network->asks[i];
        if (other != ask && other->peer == ask->peer &&
            other->question->flags == (ask->question->flags | QUERY_TCP) &&
            other->question->type == ask->question->type &&
            name_equal(&other->question->name, &ask->question->name)) {
            return other;
        }
    }
    return NULL;
}

static void settle_followers(struct network *network)
{
    size_t left = 0;
    for (size_t i = 0; network->followers > 0 && i < network->ask_count; i++) {
        struct ask *ask = &network->asks[i];
        if (ask->settled || ask->twin == NULL) {
            continue;
        }
        if (ask->twin->settled) {
            ask_follow(network, ask);
        } else {
            left++;
        }
    }
    network->followers = left;
}

/* One turn of the loop. */
static void turn(struct network *network)
{
    network->starved = false;
    pump_streams(network); /* before UDP takes the last socket */
    start_queued(network);
    pump_streams(network);
    if (network->unsettled == 0) {
        return;
    }
    int ready = poll(network->polls, (nfds_t)network->poll_count, wait_ms(network));
    network->now = net_now_ms();
    if (ready > 0) {
        handle_events(network);
    }
    handle_timers(network);
    settle_followers(network);
}

static unsigned count_others(const struct network *network, const struct question *question)
{
    if ((question->flags & QUERY_PINNED) != 0) {
        return 0;
    }
    const struct net_options *options = &network->options;
    for (size_t i = 0; (question->flags & QUERY_RECURSE) && i < options->resolver_count; i++) {
        if (server_equal(question->server, &options->resolvers[i])) {
            return (unsigned)(options->resolver_count - 1);
        }
    }
    return 0;
}

static void queue_batch(struct network *network, const struct batch *batch)
{
    if (network->ask_capacity < batch->count) {
        network->asks = arena_alloc(network->arena, batch->count * sizeof *network->asks);
        network->ask_capacity = batch->count;
    }
    for (size_t i = 0; i < batch->count; i++) {
        struct question *question = batch->questions[i];
        network->asks[i] = (struct ask){
            .question = question,
            .fd = -1,
            .others = count_others(network, question),
            .since = -1,
            .due = NEVER,
            .failure = NET_TIMEOUT,
        };
        peer_queue(network, peer_of(network, question->server), &network->asks[i]);
    }
}

static int64_t deadline_of(const struct network *network, const struct batch *batch)
{
    if (batch->limit_ms <= 0 || network->end - network->now <= batch->limit_ms) {
        return network->end;
    }
    return network->now + batch->limit_ms;
}

static void exchange(struct net *net, struct batch *batch)
{
    struct network *network = (struct network *)net;
    network->now = net_now_ms();
    network->reply_arena = batch->arena;
    network->deadline = deadline_of(network, batch);
    network->unsettled = batch->count;
    network->ask_count = batch->count;
    network->followers = 0;
    network->queued = 0;
    network->next_due = NEVER;
    for (size_t i = 0; i < network->peer_count; i++) {
        peer_begin(network, network->peers[i]);
    }
    queue_batch(network, batch);
    while (network->unsettled > 0 && network->now < network->deadline) {
        turn(network);
    }
    for (size_t i = 0; network->unsettled > 0 && i < batch->count; i++) {
        if (!network->asks[i].settled) {
            ask_end(network, &network->asks[i]);
        }
    }
    for (size_t i = 0; i < network->peer_count; i++) {
        peer_end(network, network->peers[i]);
    }
    net_close_spares(network);
}

static void close_streams(void *object)
{
    struct network *network = object;
    for (size_t i = 0; i < network->peer_count; i++) {
        stream_close(&network->peers[i]->stream);
    }
}

struct net *net_create(struct arena *arena, const struct net_options *options)
{
    struct network *network = arena_alloc(arena, sizeof *network);
    size_t limit = raise_limit();
    network->net.exchange = exchange;
    network->arena = arena;
    network->options = *options;
    network->options.tries = options->tries > 0 ? options->tries : 1;
    network->options.sharers = options->sharers > 0 ? options->sharers : 1;
    network->now = net_now_ms();
    network->end = network->now + options->budget_ms;
    network->sockets_max =
        limit > SOCKETS_RESERVE + SOCKETS_MIN ? limit - SOCKETS_RESERVE : SOCKETS_MIN;
    network->polls = arena_alloc(arena, network->sockets_max * sizeof *network->polls);
    network->owners = arena_alloc(arena, network->sockets_max * sizeof *network->owners);
    arena_defer(arena, close_streams, network);
    return &network->net;
}
