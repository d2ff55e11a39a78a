/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the questions that a fake net kept with those that a test expects. */
#include "lib/asked.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

enum { STAGES = 8 };

/* The same, and counts the questions by their stages. */
static void expect_and_count(const struct fakenet *net, const struct asked *rows, size_t count,
                             size_t counts[STAGES])
{
    for (size_t i = 0; i < count; i++) {
        char types[128];
        ck_assert_uint_lt(strlen(rows[i].types), sizeof types);
        memcpy(types, rows[i].types, strlen(rows[i].types) + 1);
        char *rest = types;
        for (char *type = strtok_r(types, " ", &rest); type != NULL;
             type = strtok_r(NULL, " ", &rest)) {
            ck_assert_msg(fakenet_asked(net, rows[i].stage, rows[i].server, rows[i].name, type),
                          "%s %s is not asked of %s in stage %zu", rows[i].name, type,
                          rows[i].server, rows[i].stage);
            counts[rows[i].stage]++;
        }
    }
}

void expect_asked_there(const struct fakenet *net, const struct asked *rows, size_t count)
{
    size_t counts[STAGES] = {0};
    expect_and_count(net, rows, count, counts);
}

void expect_asked(const struct fakenet *net, const struct asked *rows, size_t count)
{
    size_t counts[STAGES] = {0};
    expect_and_count(net, rows, count, counts);
    size_t stages = 0;
    for (size_t stage = 1; stage < STAGES; stage++) {
        ck_assert_msg(fakenet_count(net, stage) == counts[stage],
                      "%zu questions in stage %zu instead of %zu", fakenet_count(net, stage), stage,
                      counts[stage]);
        stages += counts[stage] > 0;
    }
    ck_assert_uint_eq(fakenet_stages(net), stages);
}
