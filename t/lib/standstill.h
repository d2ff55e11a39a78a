/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A clock for tests that stands still while any thread works.
 *
 * poll(2) and clock_gettime(2) of the code under test end up here where a program is linked with
 * standstill_ldflags.  Time goes on only when all threads wait in poll and nothing comes, and then
 * it is at once the time that the first of them waits for.  So a machine that is slow, or busy with
 * other things, makes no timeout, and no test takes the time that it is about.
 */
#pragma once

#include <poll.h>
#include <stdint.h>

/* To be called before a thread is made that waits in poll, and by that thread when it ends. */
void standstill_join(void);
void standstill_leave(void);

/* poll(2) by this clock. */
int standstill_poll(struct pollfd *fds, nfds_t count, int timeout);

/* Milliseconds since the program began. */
int64_t standstill_now(void);
