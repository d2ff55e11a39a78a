/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for zone transfers, which nobody but the secondaries should get. */
#include "plugins/records_collect.h"
#include "wire/rr.h"

/* A server that has said nothing yet would only cost its wait once more. */
static bool has_replied(const struct target *target, const struct server *server)
{
    for (size_t i = 0; i < target->child.count; i++) {
        if (target->child.list[i]->reply != NULL &&
            server_equal(target->child.list[i]->server, server)) {
            return true;
        }
    }
    return false;
}

void records_ask_transfers(struct run *run, struct records_facts *facts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct target *target = facts[i].target;
        for (size_t j = 0; j < target->zone.child.server_count; j++) {
            const struct server *server = target->zone.child.servers[j];
            if (has_replied(target, server)) {
                (void)run_ask(run, &facts[i].transfers, server, &target->zone.name, RR_AXFR,
                              QUERY_TCP);
            }
        }
    }
    ledger_settle(&run->ledger, 0);
}
