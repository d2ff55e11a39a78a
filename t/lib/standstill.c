/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clock of a few threads, moved by those that wait.
 *
 * What is sent on loopback may arrive a little after it was sent, so all have to be at rest for a
 * moment of real time before the clock is moved.  `epoch` counts everything that ends such a rest.
 */
#include "lib/standstill.h"

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include <check.h>

enum { THREADS_MAX = 16, REST_MS = 20 };

/* A thread in poll. */
struct waiter {
    bool used;
    int64_t due;
    unsigned rested; /* the epoch in which nothing came for REST_MS */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct waiter waiters[THREADS_MAX];
static int64_t now = 1;
static unsigned threads = 1; /* the one that runs the test */
static unsigned epoch = 1;

/* The functions of the system; the linker gives these names to them, and to ours the usual ones. */
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);

static void take(void)
{
    ck_assert_int_eq(pthread_mutex_lock(&lock), 0);
}

static void give(void)
{
    ck_assert_int_eq(pthread_mutex_unlock(&lock), 0);
}

void standstill_join(void)
{
    take();
    threads++;
    give();
}

void standstill_leave(void)
{
    take();
    threads--;
    epoch++;
    give();
}

int64_t standstill_now(void)
{
    take();
    int64_t time = now;
    give();
    return time;
}

static struct waiter *begin(int timeout)
{
    take();
    size_t i = 0;
    while (waiters[i].used) {
        i++;
        ck_assert_uint_lt(i, THREADS_MAX);
    }
    waiters[i] = (struct waiter){.used = true, .due = timeout < 0 ? INT64_MAX : now + timeout};
    epoch++;
    give();
    return &waiters[i];
}

static void end(struct waiter *waiter)
{
    take();
    waiter->used = false;
    epoch++;
    give();
}

/* The time that the first thread waits for; `resting` is how many are at rest. */
static int64_t first_due(unsigned *resting)
{
    int64_t due = INT64_MAX;
    *resting = 0;
    for (size_t i = 0; i < THREADS_MAX; i++) {
        const struct waiter *waiter = &waiters[i];
        *resting += waiter->used && waiter->rested == epoch ? 1 : 0;
        due = waiter->used && waiter->due < due ? waiter->due : due;
    }
    return due;
}

/* Begins a rest; returns its length, and its epoch in `*since`. */
static int begin_rest(unsigned *since)
{
    take();
    unsigned resting = 0;
    int64_t left = first_due(&resting) - now;
    *since = epoch;
    give();
    return left < 1 ? 1 : left < REST_MS ? (int)left : REST_MS;
}

/* Nothing came since `since`; true when the clock has come to where this thread waits for. */
static bool rested(struct waiter *waiter, unsigned since)
{
    take();
    waiter->rested = since;
    unsigned resting = 0;
    int64_t due = first_due(&resting);
    if (resting == threads && due < INT64_MAX) {
        now = due > now ? due : now;
        epoch++;
    }
    bool is_due = waiter->due <= now;
    give();
    return is_due;
}

int standstill_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    if (timeout == 0) {
        return __real_poll(fds, count, 0);
    }
    struct waiter *waiter = begin(timeout);
    for (;;) {
        unsigned since = 0;
        int rest = begin_rest(&since);
        int ready = __real_poll(fds, count, rest);
        if (ready != 0 || rested(waiter, since)) {
            end(waiter);
            return ready;
        }
    }
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    return standstill_poll(fds, count, timeout);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    if (clock != CLOCK_MONOTONIC) {
        return __real_clock_gettime(clock, time);
    }
    int64_t ms = standstill_now();
    *time = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    return 0;
}
