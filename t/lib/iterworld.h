/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world of servers from the root down on a fake net, for tests of zone_iterate. */
#pragma once

#include "ask/zone.h"
#include "lib/fakenet.h"
#include "lib/fixture.h"

#define ROOT_1       "192.0.2.1"
#define ROOT_2       "192.0.2.2"
#define COM_1        "192.0.2.11"
#define COM_2        "192.0.2.12"
#define EXAMPLE_1    "192.0.2.21"
#define EXAMPLE_2    "192.0.2.22"
#define COM_NS       "com. NS a.nic.com.\ncom. NS b.nic.com.\n"
#define COM_GLUE     "a.nic.com. A " COM_1 "\nb.nic.com. A " COM_2 "\n"
#define EXAMPLE_NS   "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.\n"
#define EXAMPLE_GLUE "ns1.example.com. A " EXAMPLE_1 "\nns2.example.com. A " EXAMPLE_2 "\n"

struct iterworld {
    struct arena *arena;
    struct fakenet *net;
    struct ledger ledger;
    struct server hints[2];    /* ROOT_1 and ROOT_2 */
    struct zone_search search; /* port 53, both families, want_parent, type NS */
};

void iterworld_open(struct iterworld *world);
void iterworld_close(struct iterworld *world);

/* What the server refers to when asked for NS, A or AAAA of the name. */
void iterworld_refer(struct iterworld *world, const char *server, const char *name, const char *ns,
                     const char *glue);

/* An authoritative answer to a question as in "www.example.com A". */
void iterworld_answer(struct iterworld *world, const char *server, const char *question,
                      const char *answer, const char *additional);

/* A denial for NS, A and AAAA of the name with the SOA of that apex; NULL: without. */
void iterworld_deny(struct iterworld *world, const char *server, const char *name, uint16_t rcode,
                    const char *apex);

/* Root and com refer to com and example.com for the name; the latter has no such records. */
void iterworld_refer_chain(struct iterworld *world, const char *name);

/* The same for www.example.com and example.com, which exist. */
void iterworld_publish_chain(struct iterworld *world);

/* zone_iterate for one name. */
struct zone iterworld_find(struct iterworld *world, const char *name);

/* ". com example.com" and "192.0.2.1 192.0.2.2". */
const char *iterworld_path(const struct iterworld *world, const struct zone *zone);
const char *iterworld_servers(const struct iterworld *world, const struct zone_servers *servers);
