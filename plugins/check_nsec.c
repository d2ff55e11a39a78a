/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_nsec: authenticated denial of existence at each authoritative server of a zone. */
#include <stddef.h>

#include "base/text.h"
#include "frame/plugin.h"
#include "plugins/nsec_check.h"

enum { ITERATIONS_MAX = 65535, WALK_MAX = 10000 };

static const char *parse_name(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    return name_from_text(text, target);
}

static const char *parse_wildcard(struct arena *arena, const char *text, void *target)
{
    struct name name;
    const char *problem = parse_name(arena, text, &name);
    if (problem == NULL && !name_is_wildcard(&name)) {
        return "not the owner of a wildcard, as in *.w.example.com";
    }
    if (problem == NULL) {
        *(struct name *)target = name;
    }
    return problem;
}

static const char *parse_up_to(const char *text, uint64_t most, const char *problem, void *target)
{
    uint64_t number;
    if (!text_number(text, most, &number)) {
        return problem;
    }
    *(unsigned *)target = (unsigned)number;
    return NULL;
}

static const char *parse_iterations(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    return parse_up_to(text, ITERATIONS_MAX, "not a number from 0 to 65535", target);
}

static const char *parse_walk(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    return parse_up_to(text, WALK_MAX, "not a number from 0 to 10000", target);
}

#define AT(member) offsetof(struct nsec_options, member)

static const struct option_def option_table[] = {
    {"wildcard", 0, "NAME", AT(names.wildcard), parse_wildcard,
     "owner of a wildcard of the zone, as in *.w.example.com: an answer made from it and an absent "
     "type there are probed too"},
    {"unsigned-child", 0, "NAME", AT(names.unsigned_child), parse_name,
     "a delegation without DS: the proof that it has none is probed too"},
    {"ent", 0, "NAME", AT(names.ent), parse_name,
     "an empty non-terminal, a name without records that has names below it: it must not be "
     "denied"},
    {"max-iterations", 0, "N", AT(max_iterations), parse_iterations,
     "NSEC3 iterations that are no fault; above 150 validators refuse them whatever is said here "
     "(default: 0)"},
    {"forbid-nsec", 0, NULL, AT(forbid_nsec), option_flag,
     "WARNING when the names of the zone can be listed by following its NSEC records"},
    {"allow-opt-out", 0, NULL, AT(allow_opt_out), option_flag,
     "Opt-Out is no fault; it never is one right below the root"},
    {"walk", 0, "N", AT(walk), parse_walk,
     "follow N links of the NSEC chain from the apex at each server, a round trip each "
     "(default: 0)"},
    OPTION_END,
};

int main(int argc, char **argv)
{
    const struct nsec_options defaults = {.max_iterations = 0};
    const struct plugin plugin = {
        .name = "check_nsec",
        .service = "NSEC",
        .summary = "Checks authenticated denial of existence at each authoritative server of a "
                   "zone: NSEC and NSEC3 records prove what they should, contradict no answer and "
                   "are signed.",
        .noun = "zones",
        .options = option_table,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = nsec_run,
    };
    return plugin_main(&plugin, argc, argv);
}
