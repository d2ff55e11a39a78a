/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one run carries through collect steps and checks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask/anchors.h"
#include "ask/ledger.h"
#include "ask/zone.h"
#include "base/arena.h"
#include "judge/crypto.h"
#include "judge/policy.h"
#include "judge/sig.h"
#include "result/report.h"
#include "wire/alias.h"

struct chain_terms; /* check/chain.h */
struct state_file;  /* frame/state_file.h */

enum expect { EXPECT_SECURE, EXPECT_INSECURE, EXPECT_ANY };
enum format { FORMAT_MULTI_LINE, FORMAT_JSON, FORMAT_PROMETHEUS, FORMAT_DOT };

struct texts {
    const char **items;
    size_t count;
};

/* Adds a text, which is borrowed. */
void texts_add(struct arena *arena, struct texts *texts, const char *text);

/* The options common to all plugins, as given.  Every plugin's options struct starts with one of
 * these. */
struct common_options {
    struct texts names;
    struct texts names_from;
    struct texts servers; /* literals, parsed once the port is known */
    struct texts resolvers;
    bool iterate;
    const char *root_hints;
    struct texts trust_anchors; /* files */
    uint16_t port;
    bool ipv4_only;
    bool ipv6_only;
    bool tcp;
    int64_t timeout_ms;
    enum state timeout_state;
    unsigned tries;
    int64_t try_timeout_ms;
    enum expect expect;
    struct rating rating;
    enum state partial; /* STATE_OK: not given */
    unsigned min_good;
    enum sha1 sha1;
    const char *at;
    enum format format;
    const char *output_file;
    unsigned verbosity;
    bool list_findings, help, version;
};

/* One name of the run, and what was found out about it. */
struct subject {
    struct name name;
    struct report report;
};

struct run {
    struct arena *arena;
    const struct common_options *options;
    int64_t now;
    bool now_given; /* --at: the clock of this host is not in question */
    struct ledger ledger;
    struct crypto *crypto;
    size_t checks_left;           /* public-key checks */
    const struct server *servers; /* -s */
    size_t server_count;
    const struct server *resolvers; /* -r or resolv.conf */
    size_t resolver_count;
    const struct server *hints; /* root servers; with --iterate only */
    size_t hint_count;
    struct anchors anchors;   /* those given, or the default ones for plugins that need any */
    const char *random_label; /* one label that exists nowhere, other in each run */
    struct state_file *state; /* what is kept from run to run; NULL: nothing */
};

/* Adds a question, unless it is there. */
void run_note(struct run *run, struct questions *questions, const struct question *question);

/*
 * Adds a question once for each name that the aliases in its reply lead to, as if that had been
 * asked: the reply counts as one about all of them.
 */
void run_note_trail(struct run *run, struct questions *questions, const struct question *question,
                    const struct alias_trail *trail);

/* Puts a question for ledger_settle (`flags`: enum query_flag), and adds it. */
const struct question *run_ask(struct run *run, struct questions *questions,
                               const struct server *server, const struct name *name, uint16_t type,
                               unsigned flags);

/* Puts the same to the first resolver, which is not to validate. */
const struct question *run_resolve(struct run *run, struct questions *questions,
                                   const struct name *name, uint16_t type);

/*
 * Asks the resolver, if there is one, for DNSKEY and DS of a name and of all above it, whether they
 * are zones or not; no DNSKEY where it gave no answer about NS before.
 */
void run_resolve_chain(struct run *run, struct questions *questions, const struct name *name);

/* Adds what the way down to a zone (--iterate) brought about its name and the zones above. */
void run_take_path(struct run *run, struct questions *questions, const struct zone *zone);

/*
 * The state of a fault that is `state` by itself: what --partial says, if it was given, for a
 * CRITICAL one that does not show at all servers.
 */
enum state run_partial(const struct run *run, enum state state, bool all);

/*
 * The state of a zone that has RSA/SHA-1 alone: CRITICAL to who takes it for insecure, by --sha1,
 * and wants a secure zone.
 */
enum state run_sha1_state(const struct common_options *options);

/*
 * How this run judges signatures of a zone by its keys.  With --sha1 insecure those by SHA-1 count,
 * too: that is judged once for the zone.
 */
struct sig_context run_sig_context(struct run *run, const struct name *zone,
                                   const struct dnskey *keys, size_t key_count);

/* How this run judges chains, from its own anchors. */
struct chain_terms run_chain_terms(struct run *run);

/* How this run looks for zones: families, port, resolvers, and the most a stage may take. */
struct zone_search run_zone_search(struct run *run);
