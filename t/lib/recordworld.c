/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the fake net of a row and runs check_dns_records over it. */
#include "lib/recordworld.h"

#include <string.h>

#include <check.h>

#include "frame/options.h"
#include "judge/sig.h"

enum { WORDS_MOST = 40 };

struct server_letter {
    char letter;
    const char *text;
};

static const struct server_letter letters[] = {
    {'1', "192.0.2.1"},   {'2', "192.0.2.2"},  {'P', "192.0.2.101"},
    {'Q', "192.0.2.102"}, {'R', "192.0.2.53"}, {'S', "192.0.2.54"},
};

#define NS "example.com. NS ns1.example.com.\nexample.com. NS ns2.example.com.\n"

/* What the zone's servers answer; the later row counts. */
static const struct world_reply usual[] = {
    {"12", {.question = "* A", .rcode = 3, .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "* AAAA", .rcode = 3, .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "* TXT", .rcode = 3, .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "* MX", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "* NS", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "* SOA", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "example.com SOA", .answer = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "example.com NS", .answer = NS}, false, NET_PENDING},
    {"12",
     {.question = "example.com A", .answer = "example.com. A 192.0.2.80"},
     false,
     NET_PENDING},
    {"12", {.question = "example.com AAAA", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12",
     {.question = "example.com MX", .answer = "example.com. MX 10 mail.example.com."},
     false,
     NET_PENDING},
    {"12",
     {.question = "www.example.com A",
      .answer = "www.example.com. A 192.0.2.81\nwww.example.com. A 192.0.2.82"},
     false,
     NET_PENDING},
    {"12", {.question = "www.example.com AAAA", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "www.example.com TXT", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12",
     {.question = "txt.example.com TXT", .answer = "txt.example.com. TXT \"one\" \"two\""},
     false,
     NET_PENDING},
    {"12R",
     {.question = "ns1.example.com A", .answer = "ns1.example.com. A 192.0.2.1"},
     false,
     NET_PENDING},
    {"12R",
     {.question = "ns2.example.com A", .answer = "ns2.example.com. A 192.0.2.2"},
     false,
     NET_PENDING},
    {"12", {.question = "ns1.example.com AAAA", .authority = WORLD_SOA}, false, NET_PENDING},
    {"12", {.question = "ns2.example.com AAAA", .authority = WORLD_SOA}, false, NET_PENDING},
    {"PQ",
     {.question = "example.com NS",
      .authority = NS,
      .additional = "ns1.example.com. A 192.0.2.1\nns2.example.com. A 192.0.2.2"},
     true,
     NET_PENDING},
    {"R", {.question = ". NS", .answer = ". NS a.root.test."}, false, NET_PENDING},
    {"R",
     {.question = "com NS", .answer = "com. NS p.nic.test.\ncom. NS q.nic.test."},
     false,
     NET_PENDING},
    {"R", {.question = "example.com NS", .answer = NS}, false, NET_PENDING},
    {"R", {.question = "p.nic.test A", .answer = "p.nic.test. A 192.0.2.101"}, false, NET_PENDING},
    {"R", {.question = "q.nic.test A", .answer = "q.nic.test. A 192.0.2.102"}, false, NET_PENDING},
};

static const char *server_of(char letter)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].letter == letter) {
            return letters[i].text;
        }
    }
    ck_abort_msg("recordworld: no server %c", letter);
    return NULL;
}

static const struct message *parsed(struct world *world, const struct world_reply *reply, bool any)
{
    struct fixture_reply fixture = reply->reply;
    if (any) { /* the fake net puts the name that was asked for */
        fixture.question =
            arena_printf(world->arena, "any.example.com%s", strchr(fixture.question, ' '));
    }
    return fixture_parsed(world->arena, &fixture);
}

static void publish_one(struct world *world, char letter, const struct world_reply *reply)
{
    const char *question = reply->reply.question;
    const char *blank = strchr(question, ' ');
    const char *name = arena_printf(world->arena, "%.*s", (int)(blank - question), question);
    if (reply->status != NET_PENDING) {
        fakenet_fail(world->net, server_of(letter), name, blank + 1, reply->status);
        return;
    }
    struct message message = *parsed(world, reply, strcmp(name, "*") == 0);
    bool is_resolver = letter == 'R' || letter == 'S';
    message.aa = !reply->not_aa && !is_resolver;
    message.ra = is_resolver;
    message.case_kept = true;
    message.edns = true;
    message.edns_do = true;
    fakenet_answer(world->net, server_of(letter), name, blank + 1, &message);
}

static void publish(struct world *world, const struct world_reply *replies, size_t count)
{
    for (size_t i = 0; i < count && replies[i].servers != NULL; i++) {
        for (const char *letter = replies[i].servers; *letter != '\0'; letter++) {
            publish_one(world, *letter, &replies[i]);
        }
    }
}

/* Options. */

static char **split(struct arena *arena, const char *text, int *count)
{
    char **words = arena_alloc(arena, (WORDS_MOST + 1) * sizeof *words);
    char *at = arena_text(arena, text);
    *count = 0;
    words[(*count)++] = arena_text(arena, "check_dns_records");
    while (*at != '\0') {
        at += strspn(at, " ");
        size_t size = strcspn(at, " ");
        if (size > 0) {
            ck_assert_int_lt(*count, WORDS_MOST);
            words[(*count)++] = at;
        }
        at += size;
        if (*at == ' ') {
            *at++ = '\0';
        }
    }
    for (int i = 0; i < *count; i++) {
        for (char *blank = strchr(words[i], '~'); blank != NULL; blank = strchr(blank, '~')) {
            *blank = ' ';
        }
    }
    return words;
}

static void read_options(struct world *world, const struct world_row *row)
{
    int count = 0;
    const char *text =
        arena_printf(world->arena, "-H x %s %s", row->private_matters ? "" : "--allow-private",
                     row->arguments == NULL ? "" : row->arguments);
    char **words = split(world->arena, text, &count);
    world->options = records_defaults();
    options_defaults(&world->options.common);
    world->problem =
        options_parse(world->arena, records_option_table(), count, words, &world->options);
    if (world->problem == NULL) {
        world->problem = records_validate(world->arena, &world->options);
    }
}

static const struct server *parse_servers(struct world *world, const struct texts *texts)
{
    struct server *list = arena_alloc(world->arena, (texts->count + 1) * sizeof *list);
    for (size_t i = 0; i < texts->count; i++) {
        ck_assert_ptr_null(server_parse(world->arena, texts->items[i], 53, &list[i]));
    }
    return list;
}

/* The net: what no table can say comes on top of the fake one. */

struct topped_net {
    struct net net; /* first, so that the net is the topped one */
    struct world *world;
};

static void exchange(struct net *net, struct batch *batch)
{
    const struct world *world = ((struct topped_net *)net)->world;
    struct net *below = fakenet_net(world->net);
    below->exchange(below, batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct question *question = batch->questions[i];
        if (world->elapsed_ms > 0) {
            question->elapsed_ms = world->elapsed_ms;
        }
        if ((question->flags & QUERY_TCP) != 0 && world->no_tcp != NULL &&
            strstr(world->no_tcp, question->server->text) != NULL) {
            question->status = NET_TIMEOUT;
            question->reply = NULL;
        }
    }
}

static void prepare(struct world *world, const struct world_row *row)
{
    const char *default_resolver = server_of('R');
    const struct texts resolver = {.items = &default_resolver, .count = 1};
    world->run_arena = arena_create();
    struct topped_net *net = arena_alloc(world->arena, sizeof *net);
    *net = (struct topped_net){.net = {.exchange = exchange}, .world = world};
    const struct common_options *common = &world->options.common;
    const struct texts *resolvers = common->resolvers.count > 0 ? &common->resolvers : &resolver;
    world->run = (struct run){
        .arena = world->run_arena,
        .options = common,
        .now = WORLD_NOW,
        .ledger = ledger_start(world->run_arena, &net->net),
        .crypto = crypto_create(world->run_arena),
        .checks_left = SIG_CHECKS_PER_RUN,
        .servers = parse_servers(world, &common->servers),
        .server_count = common->servers.count,
        .resolvers = parse_servers(world, resolvers),
        .resolver_count = resolvers->count,
        .random_label = "qwertyuiopasdfgh",
    };
    world->subject.name = fixture_name(row->subject == NULL ? "www.example.com" : row->subject);
    world->subject.report =
        report_start(world->arena, &world->options.common.rating, &world->subject.name);
}

void world_open(struct world *world, const struct world_row *row)
{
    *world = (struct world){.arena = arena_create()};
    world->net = fakenet_create(world->arena);
    fakenet_silent(world->net, WORLD_SILENT);
    publish(world, usual, sizeof usual / sizeof usual[0]);
    publish(world, row->odd, WORLD_ODD);
    read_options(world, row);
    if (world->problem == NULL) {
        prepare(world, row);
    }
}

void world_close(struct world *world)
{
    arena_destroy(world->run_arena);
    arena_destroy(world->arena);
}

const char *world_findings(struct world *world, bool notes)
{
    const char *text = "";
    const struct report *report = &world->subject.report;
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        /* What cannot be printed safely became a question mark. */
        ck_assert_ptr_null(strchr(finding->text, '?'));
        if (finding->state == STATE_OK && !notes) {
            continue;
        }
        text = arena_printf(world->arena, "%s%s%s=%s%s%s", text, *text == '\0' ? "" : " ",
                            finding_class(finding->id)->slug, state_text(finding->state),
                            finding->server == NULL ? "" : "@",
                            finding->server == NULL ? "" : finding->server);
    }
    return text;
}

const char *world_run(struct world *world)
{
    if (world->problem != NULL) {
        return world->problem;
    }
    struct state_use use = records_keeps(&world->options);
    use.now = world->run.now;
    world->run.state = state_file_open(world->run_arena, &use);
    records_run(&world->run, &world->subject, 1, &world->options);
    struct report *report = &world->subject.report;
    /* Whoever has the file locked gets the time that it takes. */
    state_file_close(world->run.state, INT64_MAX, &report, 1);
    report_sort(&world->subject.report);
    return world_findings(world, false);
}

void world_judge_rows(const struct world_row *rows, size_t count)
{
    struct arena *arena = arena_create();
    const char *wrong = "";
    for (size_t i = 0; i < count; i++) {
        struct world world;
        world_open(&world, &rows[i]);
        const char *findings = world_run(&world);
        /* What the report says must not lean on the run, whose memory ends before it is rendered.
         */
        arena_destroy(world.run_arena);
        world.run_arena = NULL;
        findings = world.problem == NULL ? world_findings(&world, false) : findings;
        if (strcmp(findings, rows[i].expected) != 0) {
            wrong = arena_printf(arena, "%s\n%s: got '%s', expected '%s'", wrong, rows[i].what,
                                 findings, rows[i].expected);
        }
        world_close(&world);
    }
    ck_assert_msg(*wrong == '\0', "%s", wrong);
    arena_destroy(arena);
}
