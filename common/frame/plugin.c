/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every plugin's main is: parse, run, render, exit code.
 *
 * Names are worked off in canonical order, so that those of one zone come together and what is
 * asked for one serves the others.  They are cut into chunks, each with an arena and a struct run
 * of its own, for a few threads that wait on the network for each other's sake: no memory grows
 * with the number of names but the reports, and a chunk with silent servers does not hold up the
 * others.
 */
#include "frame/plugin.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/text.h"
#include "config.h"
#include "frame/last_words.h"
#include "frame/names.h"
#include "frame/output.h"
#include "frame/servers.h"
#include "judge/sig.h"
#include "result/render.h"

enum { CHUNK = 25, THREADS = 32, RESERVE_MS = 250, NAMES_PER_MS = 50, GRACE = 2, LABEL_SIZE = 16 };

/* A name and where it stands among those given. */
struct placed {
    const struct name *name;
    size_t place;
};

/* What the threads share; only `next`, `silence` and `state` change while they run. */
struct job {
    const struct plugin *plugin;
    struct common_options *options; /* of the plugin's options struct */
    struct arena *arena;
    int64_t now;
    bool now_given;
    int64_t started_ms;
    struct servers servers;
    struct anchors anchors;
    const char *random_label;
    struct silence *silence;
    struct state_file *state;
    const struct name *const *names; /* as they were given */
    struct placed *order;            /* the same in canonical order */
    struct report **reports;         /* of the names as they were given */
    struct arena **report_arenas;    /* one a chunk */
    size_t count;
    atomic_size_t next;
};

static struct arena *open_arena(void)
{
    struct arena *arena = arena_create();
    arena_on_exhausted(arena, last_words_on_exhausted, NULL);
    return arena;
}

/* The run ends before the scheduler's patience does, with time left to judge and to print. */
static int64_t budget_ms(const struct job *job)
{
    int64_t timeout = job->options->timeout_ms;
    int64_t wanted = RESERVE_MS + (int64_t)job->count / NAMES_PER_MS;
    int64_t reserve = timeout / 5 < wanted ? timeout / 5 : wanted;
    int64_t left = timeout - reserve - (net_now_ms() - job->started_ms);
    return left > 0 ? left : 1;
}

/* -vvv: the questions of the run, as they went. */
static void trace(const struct run *run, struct report *report)
{
    for (size_t i = 0; report_keeps(report, 3) && i < run->ledger.count; i++) {
        const struct question *question = run->ledger.questions[i];
        const char *rcode =
            question->reply == NULL ? "" : rr_rcode_text(run->arena, question->reply->rcode);
        report_detail(report, 3, "%u %s %s %s: %s %s %s %u ms, %u sent", question->stage,
                      question->server->text, name_text(run->arena, &question->name),
                      rr_type_text(run->arena, question->type),
                      question->transport == TRANSPORT_TCP ? "tcp" : "udp",
                      net_status_text(question->status), rcode, question->elapsed_ms,
                      question->tries);
    }
}

static size_t chunk_count(const struct job *job)
{
    return (job->count + CHUNK - 1) / CHUNK;
}

/* Threads at work, the one that began included. */
static size_t worker_count(const struct job *job)
{
    return chunk_count(job) < THREADS ? chunk_count(job) : THREADS;
}

static struct net *open_net(const struct job *job, struct arena *arena)
{
    const struct net_options options = {
        .tries = job->options->tries,
        .try_timeout_ms = job->options->try_timeout_ms,
        .budget_ms = budget_ms(job),
        .resolvers = job->servers.resolvers,
        .resolver_count = job->servers.resolver_count,
        .tcp = job->options->tcp,
        .sharers = (unsigned)worker_count(job),
        .silence = job->silence,
    };
    return net_create(arena, &options);
}

/* They outlive their chunk, for the sake of their reports. */
static struct subject *start_subjects(const struct job *job, size_t first, size_t count)
{
    struct arena *arena = job->report_arenas[first / CHUNK];
    struct subject *subjects = arena_alloc(arena, count * sizeof *subjects);
    for (size_t i = 0; i < count; i++) {
        const struct placed *placed = &job->order[first + i];
        struct report *report = &subjects[i].report;
        subjects[i].name = *placed->name;
        *report = report_start(arena, &job->options->rating, &subjects[i].name);
        report->details_up_to = (int)job->options->verbosity;
        report->without_samples = job->options->format != FORMAT_PROMETHEUS;
        servers_report(&job->servers, report);
        job->reports[placed->place] = report;
    }
    return subjects;
}

static void run_chunk(const struct job *job, struct net *net, size_t first, size_t count)
{
    struct arena *arena = open_arena();
    struct run run = {
        .arena = arena,
        .options = job->options,
        .now = job->now,
        .now_given = job->now_given,
        .ledger = ledger_start(arena, net),
        .crypto = crypto_create(arena),
        .checks_left = SIG_CHECKS_PER_RUN * count,
        .servers = job->servers.given,
        .server_count = job->servers.given_count,
        .resolvers = job->servers.resolvers,
        .resolver_count = job->servers.resolver_count,
        .hints = job->servers.hints,
        .hint_count = job->servers.hint_count,
        .anchors = job->anchors,
        .random_label = job->random_label,
        .state = job->state,
    };
    struct subject *subjects = start_subjects(job, first, count);
    if (!job->servers.none_left) {
        job->plugin->run(&run, subjects, count, job->options);
    }
    trace(&run, &subjects->report);
    arena_destroy(arena);
}

static void *work(void *argument)
{
    struct job *job = argument;
    struct arena *arena = open_arena();
    struct net *net = open_net(job, arena);
    size_t first = 0;
    while ((first = CHUNK * atomic_fetch_add(&job->next, 1)) < job->count) {
        size_t left = job->count - first;
        run_chunk(job, net, first, left < CHUNK ? left : CHUNK);
        state_file_keep(job->state);
    }
    arena_destroy(arena);
    return NULL;
}

static int compare_placed(const void *a, const void *b)
{
    return name_compare(((const struct placed *)a)->name, ((const struct placed *)b)->name);
}

static void sort_names(struct job *job)
{
    job->order = arena_alloc(job->arena, job->count * sizeof *job->order);
    for (size_t i = 0; i < job->count; i++) {
        job->order[i] = (struct placed){job->names[i], i};
    }
    qsort(job->order, job->count, sizeof *job->order, compare_placed);
}

static struct state_file *open_state(const struct job *job)
{
    if (job->plugin->keeps == NULL) {
        return NULL;
    }
    struct state_use use = job->plugin->keeps(job->options);
    use.now = job->now;
    return state_file_open(job->arena, &use);
}

static void run_all(struct job *job)
{
    size_t chunks = chunk_count(job);
    job->silence = silence_create(job->arena);
    job->state = open_state(job);
    job->report_arenas = arena_alloc(job->arena, chunks * sizeof(struct arena *));
    for (size_t i = 0; i < chunks; i++) {
        job->report_arenas[i] = open_arena();
    }
    job->reports = arena_alloc(job->arena, job->count * sizeof *job->reports);
    pthread_t threads[THREADS];
    size_t started = 0;
    while (started + 1 < worker_count(job) &&
           pthread_create(&threads[started], NULL, work, job) == 0) {
        started++;
    }
    (void)work(job); /* this thread works too, so none has to start */
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    state_file_close(job->state, net_now_ms() + budget_ms(job), job->reports, job->count);
    for (size_t i = 0; i < job->count; i++) {
        report_sort(job->reports[i]);
    }
}

/* NULL when the system has no random numbers: a label that never changes would be cached. */
static const char *random_label(struct arena *arena)
{
    uint8_t random[LABEL_SIZE];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return NULL;
    }
    char *label = arena_alloc(arena, LABEL_SIZE + 1);
    for (size_t i = 0; i < LABEL_SIZE; i++) {
        label[i] = "abcdefghijklmnopqrstuvwxyz234567"[random[i] % 32];
    }
    return label;
}

/* Files that were given are read whether the plugin needs them or not, so that none is wrong. */
static const char *find_anchors(struct job *job)
{
    const struct texts *files = &job->options->trust_anchors;
    for (size_t i = 0; i < files->count; i++) {
        const char *problem = anchors_read(job->arena, files->items[i], &job->anchors);
        if (problem != NULL) {
            return arena_printf(job->arena, "--trust-anchor %s", problem);
        }
    }
    if (files->count == 0 && job->plugin->needs_anchors) {
        job->anchors = anchors_default(job->arena);
    }
    return NULL;
}

static const char *prepare(struct job *job)
{
    const struct common_options *options = job->options;
    if (options->format == FORMAT_DOT && !job->plugin->draws) {
        return "--output-format: dot is not multi-line, json or prometheus";
    }
    job->now = (int64_t)time(NULL);
    if (options->at != NULL) {
        job->now_given = true;
        if (!text_point_in_time(options->at, job->now, &job->now)) {
            return arena_printf(job->arena,
                                "--at %s: not a point in time (as in 1789000000, 20260920112640, "
                                "2026-09-20T11:26:40Z, +3d)",
                                options->at);
        }
    }
    const char *problem =
        servers_find(job->arena, options, job->plugin->needs_resolver, &job->servers);
    if (problem == NULL) {
        problem = find_anchors(job);
    }
    if (problem == NULL) {
        problem = names_read(job->arena, options, &job->names, &job->count);
    }
    job->random_label = random_label(job->arena);
    if (problem == NULL && job->random_label == NULL) {
        problem = "the system gives no random numbers (getrandom)";
    }
    return problem;
}

/* -o dot: the graphs alone.  An error is told in the usual form. */
static char *graphs(struct arena *arena, const struct result *result)
{
    char *text = arena_text(arena, "");
    for (size_t i = 0; i < result->count; i++) {
        const char *graph = result->reports[i]->graph;
        text = arena_printf(arena, "%s%s", text, graph == NULL ? "" : graph);
    }
    return text;
}

static char *render(const struct job *job, const struct result *result)
{
    switch (job->options->format) {
    case FORMAT_JSON:
        return render_json(job->arena, result);
    case FORMAT_PROMETHEUS:
        return render_prometheus(job->arena, result);
    case FORMAT_DOT:
        return result->error == NULL ? graphs(job->arena, result)
                                     : render_nagios(job->arena, result);
    case FORMAT_MULTI_LINE:
        break;
    }
    return render_nagios(job->arena, result);
}

static void set_last_words(const struct job *job, const struct result *result)
{
    const struct common_options *options = job->options;
    struct result last = *result;
    struct last_words words = {.late_state = options->timeout_state,
                               .late_after = (unsigned)(options->timeout_ms / 1000 + GRACE)};
    last.at = job->now;
    last.error = "ended by SIGTERM before the run was done";
    words.ended = render(job, &last);
    last.error = "out of memory";
    words.exhausted = render(job, &last);
    last.error = arena_printf(job->arena, "timed out: the run did not end within %s s (--timeout)",
                              result_number(job->arena, (double)options->timeout_ms / 1000));
    last.error_state = options->timeout_state;
    last.elapsed_ms = options->timeout_ms;
    words.late = render(job, &last);
    last_words_set(&words);
    arena_on_exhausted(job->arena, last_words_on_exhausted, NULL);
}

static int finish(struct job *job, struct result *result)
{
    const struct common_options *options = job->options;
    result->at = job->now;
    result->elapsed_ms = net_now_ms() - job->started_ms;
    result->verbosity = (int)options->verbosity;
    char *text = render(job, result);
    const char *problem = output_write(job->arena, options->output_file, text);
    if (problem != NULL) {
        result->error = problem;
        result->error_state = STATE_UNKNOWN;
        result->count = 0;
        (void)output_write(job->arena, NULL, render(job, result));
    }
    return (int)result_state(result);
}

static int run_plugin(struct job *job, struct result *result)
{
    result->error = prepare(job);
    if (result->error == NULL && job->plugin->validate != NULL) {
        result->error = job->plugin->validate(job->arena, job->options);
    }
    if (result->error != NULL) {
        return finish(job, result);
    }
    sort_names(job);
    run_all(job);
    result->reports = job->reports;
    result->count = job->count;
    int status = finish(job, result);
    for (size_t i = 0; i < chunk_count(job); i++) {
        arena_destroy(job->report_arenas[i]);
    }
    return status;
}

/* --help, --version and --list-findings; false when none was asked for. */
static bool tell(const struct plugin *plugin, struct arena *arena,
                 const struct common_options *options)
{
    const char *version =
        arena_printf(arena, "%s v%s (dnssec-plugins %s)\n", plugin->name, VERSION, VERSION);
    if (options->help) {
        const char *usage = options_usage(arena, plugin->name, plugin->summary, plugin->options);
        (void)output_write(arena, NULL, arena_printf(arena, "%s\n%s", version, usage));
    } else if (options->version) {
        (void)output_write(arena, NULL, version);
    } else if (options->list_findings) {
        (void)output_write(arena, NULL, findings_table(arena));
    }
    return options->help || options->version || options->list_findings;
}

int plugin_main(const struct plugin *plugin, int argc, char **argv)
{
    struct arena *arena = arena_create();
    struct common_options *options = arena_copy(arena, plugin->defaults, plugin->options_size);
    options_defaults(options);
    struct result result = {
        .plugin = plugin->name,
        .service = plugin->service,
        .version = VERSION,
        .noun = plugin->noun,
        .error_state = STATE_UNKNOWN,
    };
    const char *misuse = options_parse(arena, plugin->options, argc, argv, options);
    struct job job = {
        .plugin = plugin,
        .options = options,
        .arena = arena,
        .now = (int64_t)time(NULL),
        .started_ms = net_now_ms(),
    };
    set_last_words(&job, &result);
    int status = STATE_UNKNOWN;
    if (options->help || options->version || options->list_findings) {
        (void)tell(plugin, arena, options);
    } else if (misuse != NULL) {
        result.error = misuse;
        status = finish(&job, &result);
    } else {
        status = run_plugin(&job, &result);
    }
    arena_destroy(arena);
    return status;
}
