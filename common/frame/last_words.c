/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catches the signals that end a run. */
#include "frame/last_words.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "frame/output.h"

static struct last_words last_words; /* a handler has nothing else to know them by */
static atomic_bool spoken;           /* whether a thread has begun to say one */

/*
 * Only the first thread speaks; signals must not interrupt it, since its own handler would wait for
 * it here.
 */
static _Noreturn void end_with(const char *text, enum state state)
{
    sigset_t all;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (atomic_exchange(&spoken, true)) {
        (void)pause(); /* until the other thread ends the process */
    }
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));
    (void)written; /* there is nothing left to do about a failure */
    output_abandon();
    _exit((int)state);
}

void last_words_on_exhausted(void *context)
{
    (void)context;
    end_with(last_words.exhausted, STATE_UNKNOWN);
}

static void on_signal(int signal)
{
    if (signal == SIGALRM) {
        end_with(last_words.late, last_words.late_state);
    }
    end_with(last_words.ended, STATE_UNKNOWN);
}

/* Of the user at a terminal: the process ends as if it did not catch this signal. */
static void on_interrupt(int signal)
{
    output_abandon();
    (void)raise(signal); /* comes when this handler returns, and finds the default action */
}

static void catch_interrupt(int signal)
{
    struct sigaction action = {.sa_handler = SIG_IGN};
    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = on_interrupt;
        action.sa_flags = (int)SA_RESETHAND;
        (void)sigaction(signal, &action, NULL);
    }
}

void last_words_set(const struct last_words *words)
{
    last_words = *words;
    struct sigaction action = {.sa_handler = on_signal}; /* and no signal is blocked */
    (void)sigaction(SIGALRM, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    catch_interrupt(SIGINT);
    catch_interrupt(SIGHUP);
    action.sa_handler = SIG_IGN; /* the write itself fails then, and that is told */
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL);
    (void)alarm(words->late_after);
}
