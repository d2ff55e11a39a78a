/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questions went into which round trip of a fake net. */
#pragma once

#include <stddef.h>

#include "lib/fakenet.h"

/* Questions that a stage must hold. */
struct asked {
    size_t stage;
    const char *server;
    const char *name;
    const char *types; /* "SOA NS" */
};

/* Fails unless each row was asked in its stage. */
void expect_asked_there(const struct fakenet *net, const struct asked *rows, size_t count);

/* Fails unless each row was asked in its stage, and the stages hold nothing else. */
void expect_asked(const struct fakenet *net, const struct asked *rows, size_t count);
