/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the servers of a run, and leaves out those of the wrong family. */
#include "frame/servers.h"

#include <string.h>

#include "ask/hints.h"
#include "base/text.h"

static const char resolv_conf[] = "/etc/resolv.conf";

struct finding_servers {
    struct arena *arena;
    const struct common_options *options;
    struct texts left_out; /* "192.0.2.1 (-s)" */
    struct servers *servers;
};

static const char *parse(struct arena *arena, const char *option, const struct texts *texts,
                         uint16_t port, const struct server **servers)
{
    struct server *list = arena_alloc(arena, (texts->count + 1) * sizeof *list);
    for (size_t i = 0; i < texts->count; i++) {
        const char *problem = server_parse(arena, texts->items[i], port, &list[i]);
        if (problem != NULL) {
            return arena_printf(arena, "--%s %s: %s", option, texts->items[i], problem);
        }
    }
    *servers = list;
    return NULL;
}

static bool is_wanted(const struct common_options *options, const struct server *server)
{
    return server->family == 4 ? !options->ipv6_only : !options->ipv4_only;
}

static void note(struct finding_servers *finding, const struct server *server, const char *source)
{
    texts_add(finding->arena, &finding->left_out,
              arena_printf(finding->arena, "%s (%s)", server->text, source));
}

/* Keeps those of the family that is wanted.  `source`: where to say that others came from. */
static void keep_family(struct finding_servers *finding, const char *source,
                        const struct server **servers, size_t *count)
{
    struct server *kept = arena_alloc(finding->arena, (*count + 1) * sizeof *kept);
    size_t kept_count = 0;
    for (size_t i = 0; i < *count; i++) {
        if (is_wanted(finding->options, &(*servers)[i])) {
            kept[kept_count++] = (*servers)[i];
        } else if (source != NULL) {
            note(finding, &(*servers)[i], source);
        }
    }
    *servers = kept;
    *count = kept_count;
}

static const char *find_hints(struct finding_servers *finding)
{
    const struct common_options *options = finding->options;
    struct servers *servers = finding->servers;
    if (options->root_hints == NULL) {
        servers->hints = hints_built_in(finding->arena, options->port, &servers->hint_count);
        return NULL;
    }
    const char *problem = hints_read(finding->arena, options->root_hints, options->port,
                                     &servers->hints, &servers->hint_count);
    return problem == NULL ? NULL : arena_printf(finding->arena, "--root-hints %s", problem);
}

static const char *find_resolvers(struct finding_servers *finding)
{
    const struct common_options *options = finding->options;
    struct servers *servers = finding->servers;
    if (options->resolvers.count == 0) {
        return server_resolv_conf(finding->arena, resolv_conf, &servers->resolvers,
                                  &servers->resolver_count);
    }
    servers->resolver_count = options->resolvers.count;
    return parse(finding->arena, "resolver", &options->resolvers, options->port,
                 &servers->resolvers);
}

/* Says that of some kind of server none is left, and which there were; none: those of a file. */
static void none_left(struct finding_servers *finding, const char *kind, const char *const *items,
                      size_t count)
{
    struct arena *arena = finding->arena;
    int wanted = finding->options->ipv6_only ? 6 : 4;
    const char *what =
        count == 0 ? arena_printf(arena, "none of --root-hints has an IPv%d address", wanted)
                   : arena_printf(arena, "%s %s IPv%d", text_list(arena, items, count),
                                  count == 1 ? "is" : "are", 10 - wanted);
    finding->servers->none_left = true;
    finding->servers->left_out =
        arena_printf(arena, "-%d leaves no %s to ask: %s", wanted, kind, what);
}

static void leave_out(struct finding_servers *finding, bool needed)
{
    const struct common_options *options = finding->options;
    struct servers *servers = finding->servers;
    const struct texts *left_out = &finding->left_out;
    keep_family(finding, "-s", &servers->given, &servers->given_count);
    if (options->servers.count > 0 && servers->given_count == 0) {
        none_left(finding, "server", left_out->items, left_out->count);
        return;
    }
    size_t before = left_out->count;
    if (options->iterate) {
        keep_family(finding, NULL, &servers->hints, &servers->hint_count);
    } else {
        bool given = options->resolvers.count > 0;
        keep_family(finding,
                    given    ? "-r"
                    : needed ? resolv_conf
                             : NULL,
                    &servers->resolvers, &servers->resolver_count);
    }
    if (needed && servers->hint_count + servers->resolver_count == 0) {
        none_left(finding, options->iterate ? "root server" : "resolver", left_out->items + before,
                  left_out->count - before);
    } else if (left_out->count > 0) {
        servers->left_out =
            arena_printf(finding->arena, "-%d leaves out %s", options->ipv6_only ? 6 : 4,
                         text_list(finding->arena, left_out->items, left_out->count));
    }
}

const char *servers_find(struct arena *arena, const struct common_options *options,
                         bool needs_resolver, struct servers *servers)
{
    *servers = (struct servers){.given_count = options->servers.count};
    struct finding_servers finding = {.arena = arena, .options = options, .servers = servers};
    bool needed = options->servers.count == 0 || needs_resolver;
    /* What is given is read even where it is not used, so that none of it is wrong. */
    const char *problem = parse(arena, "server", &options->servers, options->port, &servers->given);
    if (problem == NULL && (options->iterate || options->root_hints != NULL)) {
        problem = find_hints(&finding);
    }
    bool given = options->resolvers.count > 0;
    if (problem == NULL && (given || !options->iterate)) {
        problem = find_resolvers(&finding);
        problem = given || needed ? problem : NULL; /* resolv.conf may be unusable then */
    }
    if (problem != NULL) {
        return problem;
    }
    /* Root servers take the place of the resolver, also of one that was given. */
    size_t *unused = options->iterate ? &servers->resolver_count : &servers->hint_count;
    *unused = 0;
    leave_out(&finding, needed);
    return NULL;
}

void servers_report(const struct servers *servers, struct report *report)
{
    if (servers->left_out == NULL) {
        return;
    }
    struct finding finding = {.id = FINDING_FAMILY_UNUSABLE,
                              .state = servers->none_left ? STATE_UNKNOWN : STATE_OK,
                              .key_tag = KEY_TAG_NONE};
    report_add_as(report, &finding, "%s", servers->left_out);
    if (servers->none_left) {
        report_summary(report, "nothing to ask");
    }
}
