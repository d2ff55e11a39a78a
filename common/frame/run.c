/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a run looks for zones. */
#include "frame/run.h"

struct zone_search run_zone_search(struct run *run)
{
    const struct common_options *options = run->options;
    return (struct zone_search){
        .ledger = &run->ledger,
        .resolvers = run->resolvers,
        .resolver_count = run->resolver_count,
        .hints = run->hints,
        .hint_count = run->hint_count,
        .type = RR_NS,
        .asks_later = true,
        .port = options->port,
        .ipv4 = !options->ipv6_only,
        .ipv6 = !options->ipv4_only,
        /* A zone whose servers are all dead keeps a resolver busy: leave time to ask them. */
        .stage_limit_ms = options->timeout_ms * 2 / 5,
        .want_parent = true,
    };
}
