/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_dnssec_chain: validates a name and type from the trust anchor. */
#include <stddef.h>

#include "frame/plugin.h"
#include "plugins/chain.h"
#include "wire/rr_data.h"

static const char *parse_type(struct arena *arena, const char *text, void *target)
{
    return rr_type_parse(arena, text, target);
}

#define AT(member) offsetof(struct chain_options, member)

static const struct option_def option_table[] = {
    {"type", 'T', "TYPE", AT(type), parse_type,
     "record type to validate (default: A; SOA where the name is a zone apex without A)"},
    {"warning", 'w', "LIFE", AT(warning), option_horizon,
     "WARNING when a signature on the path lives less than this: a duration (7d), a share of its "
     "life (10%), or both, of which the smaller counts (default: none)"},
    {"critical", 'c', "LIFE", AT(critical), option_horizon,
     "CRITICAL when a signature on the path lives less than this (default: none)"},
    {"canary", 0, "NAME", AT(canary), option_text,
     "a name known to be bogus, which each resolver given with --server must refuse"},
    OPTION_END,
};

static const char *validate(struct arena *arena, void *target)
{
    const struct chain_options *options = target;
    struct name name;
    if (options->canary == NULL) {
        return NULL;
    }
    const char *problem = name_from_text(options->canary, &name);
    if (problem != NULL) {
        return arena_printf(arena, "--canary %s: %s", options->canary, problem);
    }
    return options->common.servers.count == 0
               ? "--canary: there is no resolver to test, give it with --server"
               : NULL;
}

int main(int argc, char **argv)
{
    const struct chain_options defaults = {
        .warning = {.seconds = 0, .share = 0},
        .critical = {.seconds = 0, .share = 0},
    };
    const struct plugin plugin = {
        .name = "check_dnssec_chain",
        .service = "CHAIN",
        .summary = "Validates a name and type from the trust anchor, says where and why the chain "
                   "of trust breaks, and compares validating resolvers with that.",
        .noun = "names",
        .options = option_table,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .draws = true,
        .needs_resolver = true,
        .needs_anchors = true,
        .validate = validate,
        .run = chain_run,
    };
    return plugin_main(&plugin, argc, argv);
}
