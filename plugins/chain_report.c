/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the judgement of a chain into findings, by what was expected. */
#include "base/text.h"
#include "check/evidence.h"
#include "frame/targets.h"
#include "plugins/chain.h"
#include "wire/rr.h"

static bool about_time(enum finding_id id)
{
    return reason_is_time(id) || id == FINDING_RRSIG_EXPIRED_ALL ||
           id == FINDING_RRSIG_NOT_YET_ALL || id == FINDING_DS_PARENT_BAD_SIG ||
           id == FINDING_CHAIN_ANSWER_BOGUS || id == FINDING_CHAIN_DS_PROOF_BOGUS;
}

/* An insecure alias target is common and no fault of the zone, unless the type needs security. */
static enum state note_state(const struct chain_work *work, const struct chain_options *options,
                             const struct chain_note *note)
{
    enum expect expect = options->common.expect;
    if (note->finding.id == FINDING_DEADLINE) {
        return options->common.timeout_state;
    }
    bool alias = work->chain.hop_count > 1 && work->chain.hops[0].security == SECURITY_SECURE;
    if (note->finding.id == FINDING_CHAIN_ALIAS_INSECURE) {
        return rr_needs_security(work->type)      ? STATE_CRITICAL
               : expect == EXPECT_SECURE && alias ? STATE_WARNING
                                                  : STATE_OK;
    }
    if (note->finding.id == FINDING_DS_ALG_DEPRECATED && expect != EXPECT_SECURE &&
        note->finding.state == STATE_CRITICAL) {
        return STATE_WARNING;
    }
    return chain_note_state(note, expect == EXPECT_SECURE && !alias);
}

/* Once is enough to say that time ran out. */
static bool has_deadline(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].id == FINDING_DEADLINE) {
            return true;
        }
    }
    return false;
}

static void add_notes(const struct chain_work *work, const struct chain *chain,
                      const struct chain_options *options, bool clock_wrong, struct report *report)
{
    for (size_t i = 0; i < chain->note_count; i++) {
        struct finding finding = chain->notes[i].finding;
        bool told = finding.id == FINDING_DEADLINE && has_deadline(report);
        if (told || (clock_wrong && about_time(finding.id))) {
            continue;
        }
        finding.state = note_state(work, options, &chain->notes[i]);
        report_add_as(report, &finding, "%s%s",
                      text_within(report->arena, "", finding.server, ": "), chain->notes[i].text);
    }
}

/* What one server of the zone does wrong, too, the resolver may have from there. */
static void add_resolver(struct run *run, const struct chain_work *work, struct report *report)
{
    if ((!work->stripped && !work->withheld) || chain_any_wrong(work)) {
        return;
    }
    struct finding finding =
        chain_about(work, run->arena,
                    work->stripped ? FINDING_RESOLVER_STRIPS : FINDING_RESOLVER_SERVFAIL_BOTH);
    finding.state = STATE_WARNING; /* it is but the way to the name, and not under test */
    finding.server = run->resolvers[0].text;
    report_add_as(
        report, &finding,
        work->stripped
            ? "resolver %s gives %s %s without the signatures that the servers of the "
              "zone give: it leaves them out, or gives other records"
            : "resolver %s fails (SERVFAIL) for %s %s, which the servers of the zone give",
        finding.server, name_text(run->arena, &work->name), finding.type);
}

static void add_remarks(const struct chain *chain, struct report *report)
{
    for (size_t i = 0; i < chain->remark_count; i++) {
        report_add_as(report, &chain->remarks[i].finding, "%s", chain->remarks[i].text);
    }
}

struct finding chain_about(const struct chain_work *work, struct arena *arena, enum finding_id id)
{
    return finding_about(id, &work->name, &work->name, rr_type_text(arena, work->type));
}

/* The zone that holds the name: the last on the path, or what the replies show of zones. */
static struct name zone_of(const struct chain_work *work)
{
    const struct chain_hop *hop = work->chain.hop_count > 0 ? &work->chain.hops[0] : NULL;
    struct evidence evidence = {.questions = work->questions};
    struct name zone;
    if (hop != NULL && hop->reached) {
        return hop->zones[hop->zone_count - 1].name;
    }
    if (evidence_signer(&evidence, &work->name, work->type, &zone)) {
        return zone;
    }
    if (work->zone.name.size > 0) {
        return work->zone.name;
    }
    return evidence_apex(&evidence, &work->name, &zone) ? zone : work->name;
}

const struct chain_note *chain_first_fault(const struct chain *chain)
{
    for (size_t i = 0; i < chain->note_count; i++) {
        if (chain->notes[i].finding.state == STATE_CRITICAL &&
            !chain_says_insecure(chain->notes[i].finding.id)) {
            return &chain->notes[i];
        }
    }
    return NULL;
}

static void add_bogus(struct run *run, const struct chain_work *work, struct report *report)
{
    const struct chain_note *fault = chain_first_fault(&work->chain);
    const struct name *zone = fault == NULL ? &work->name : &fault->finding.zone;
    const char *where = name_text(run->arena, zone);
    struct finding finding = chain_about(work, run->arena, FINDING_CHAIN_BOGUS);
    finding.zone = *zone;
    report_add(report, &finding, "validating resolvers fail: the chain breaks at %s%s", where,
               fault == NULL
                   ? ""
                   : text_within(run->arena, " (", finding_class(fault->finding.id)->slug, ")"));
    if (fault != NULL && name_is_below(&report->zone, zone)) {
        finding.id = FINDING_CHAIN_PARENT_FAULT;
        report_add(report, &finding, "upstream: the fault is of %s, not of %s", where,
                   name_text(run->arena, &report->zone));
    }
}

static void add_verdict(struct run *run, const struct chain_work *work,
                        const struct chain_options *options, struct report *report)
{
    struct finding finding = chain_about(work, run->arena, FINDING_CHAIN_SECURE);
    switch (work->chain.verdict) {
    case SECURITY_SECURE:
        finding.state = options->common.expect == EXPECT_INSECURE ? STATE_WARNING : STATE_OK;
        report_add_as(report, &finding, "the chain is unbroken from the anchor%s",
                      finding.state == STATE_OK ? "" : ", expected was an insecure name");
        break;
    case SECURITY_BOGUS:
        add_bogus(run, work, report);
        break;
    case SECURITY_INSECURE:
    case SECURITY_INDETERMINATE:
        break;
    }
    chain_report_servers(run, work, options, report);
}

static struct range at_least(double bound)
{
    struct range range = range_whole();
    if (bound > 0) {
        range.start = bound;
    }
    return range;
}

/* What the thresholds say of a signature; what has expired is told as that. */
static enum state expiry_state(const struct chain_options *options,
                               const struct sig_verdict *verdict)
{
    double remaining = (double)verdict->remaining;
    return verdict->remaining < 0                                        ? STATE_OK
           : remaining < horizon_bound(options->critical, verdict->life) ? STATE_CRITICAL
           : remaining < horizon_bound(options->warning, verdict->life)  ? STATE_WARNING
                                                                         : STATE_OK;
}

/* By a share of its life another signature may be near its end than the first one to end. */
static void add_nearest(struct run *run, const struct chain *chain,
                        const struct chain_options *options, struct report *report)
{
    const struct chain_signature *nearest = NULL;
    enum state state = STATE_OK;
    for (size_t i = 0; i < chain->signature_count; i++) {
        const struct chain_signature *signature = &chain->signatures[i];
        enum state own = expiry_state(options, signature->verdict);
        bool sooner =
            nearest != NULL && signature->verdict->remaining < nearest->verdict->remaining;
        if (own != STATE_OK && (state_worse(own, state) || (own == state && sooner))) {
            nearest = signature;
            state = own;
        }
    }
    if (nearest == NULL) {
        return;
    }
    struct finding finding = {
        .id = FINDING_CHAIN_EXPIRY,
        .state = state,
        .zone = nearest->verdict->sig->signer,
        .owner = nearest->owner,
        .type = rr_type_text(run->arena, nearest->type),
        .key_tag = nearest->verdict->sig->key_tag,
    };
    int64_t left = nearest->verdict->remaining;
    report_add_as(report, &finding,
                  "the signature on the path that is nearest to its end is that of %s %s by key "
                  "%u, which ends in %s (%s): check that its signer runs",
                  name_text(run->arena, &finding.owner), finding.type, finding.key_tag,
                  text_span(run->arena, left), text_time(run->arena, run->now + left));
}

static void add_expiry(struct run *run, const struct chain_work *work,
                       const struct chain_options *options, struct report *report)
{
    const struct chain_signature *first = chain_first_to_end(&work->chain);
    if (first == NULL) {
        return;
    }
    int64_t life = first->verdict->life;
    struct metric metric = {.label = "min_remaining",
                            .value = (double)first->verdict->remaining,
                            .unit = "s",
                            .warning = at_least(horizon_bound(options->warning, life)),
                            .critical = at_least(horizon_bound(options->critical, life))};
    report_metric(report, FOLD_MIN, metric);
    add_nearest(run, &work->chain, options, report);
}

/* The families that dashboards know, as far as the path has signatures. */
static void add_signature(struct run *run, const struct chain_signature *signature,
                          struct report *report)
{
    const struct sig_verdict *verdict = signature->verdict;
    struct sample sample = {
        .family = FAMILY_EXPIRATION,
        .zone = name_text(run->arena, &signature->zone),
        .record_type = rr_type_text(run->arena, signature->type),
        .algorithm = verdict->sig->algorithm,
        .key_tag = verdict->sig->key_tag,
        .value = (double)(run->now + verdict->remaining),
    };
    report_sample_of(report, FAMILY_VALIDITY, sample.zone, sample.record_type,
                     (double)verdict->remaining);
    report_sample(report, &sample);
    sample.family = FAMILY_INCEPTION;
    sample.value = (double)(run->now - verdict->age);
    report_sample(report, &sample);
    if (signature->type != RR_DS) { /* that is signed by the zone above */
        report_sample_of(report, FAMILY_SHORTEST, sample.zone, NULL, (double)verdict->remaining);
    }
}

static void add_zone(struct run *run, const struct chain_zone *zone, struct report *report)
{
    const char *name = name_text(run->arena, &zone->name);
    report_sample_of(report, FAMILY_SIGNED, name, NULL, 1);
    if (zone->dnskey_judgement.deciding != NULL) {
        const struct rrsig *sig = zone->dnskey_judgement.deciding->sig;
        report_sample_key(report, name, sig->algorithm, sig->key_tag);
    }
}

static void add_path(struct run *run, const struct chain *chain, struct report *report)
{
    for (size_t i = 0; i < chain->signature_count; i++) {
        add_signature(run, &chain->signatures[i], report);
    }
    for (size_t i = 0; i < chain->hop_count; i++) {
        for (size_t j = 0; j < chain->hops[i].zone_count; j++) {
            add_zone(run, &chain->hops[i].zones[j], report);
        }
    }
}

static void add_numbers(struct run *run, const struct chain_work *work, struct report *report)
{
    size_t zones = 0;
    for (size_t i = 0; i < work->chain.hop_count; i++) {
        zones += work->chain.hops[i].zone_count;
    }
    size_t aliases = work->chain.hop_count > 0 ? work->chain.hop_count - 1 : 0;
    report_number(report, FOLD_SUM, "zones", "", (double)zones);
    report_number(report, FOLD_SUM, "aliases", "", (double)aliases);
    report_sample_of(report, FAMILY_VALIDATION_SUCCESS, name_text(run->arena, &work->name),
                     rr_type_text(run->arena, work->type), work->chain.verdict == SECURITY_SECURE);
}

static const char *outcome_text(const struct chain *chain)
{
    if (chain->hop_count == 0) {
        return "not reached";
    }
    switch (chain->hops[chain->hop_count - 1].outcome) {
    case OUTCOME_NODATA:
        return "no such type";
    case OUTCOME_NXDOMAIN:
        return "no such name";
    case OUTCOME_NONE:
        return "no answer";
    default:
        return "answered";
    }
}

/* A resolver that truncates over TCP, too; where servers are asked, judge_health tells of it. */
static void add_truncated(struct run *run, const struct chain_work *work, struct report *report)
{
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        if (question->status == NET_TRUNCATED) {
            struct finding finding = chain_about(work, run->arena, FINDING_TRUNCATED_TCP);
            finding.owner = question->name;
            finding.type = rr_type_text(run->arena, question->type);
            finding.server = question->server->text;
            report_add(report, &finding, "%s sets TC over TCP (%s %s)", finding.server,
                       name_text(run->arena, &question->name), finding.type);
            return;
        }
    }
}

static void judge_health(struct run *run, const struct chain_work *work, struct report *report)
{
    struct target_servers servers = {
        .zone = &work->zone.name,
        .zone_signed = work->chain.verdict != SECURITY_INSECURE,
        .online = true,
        .any_usable = work->chain.verdict != SECURITY_INDETERMINATE,
    };
    for (size_t i = 0; i < work->questions.count; i++) {
        const struct question *question = work->questions.list[i];
        for (size_t j = 0; j < work->zone.child.server_count; j++) {
            if (server_equal(question->server, work->zone.child.servers[j]) &&
                name_is_under(&question->name, &work->zone.name) && question->type != RR_DS) {
                run_note(run, &servers.questions, question);
            }
        }
    }
    target_judge_servers(run, &servers, report);
}

/* What the budget was too short for. */
static void add_deadline(struct run *run, const struct chain_work *work, struct report *report)
{
    size_t open = 0;
    for (size_t i = 0; i < work->questions.count; i++) {
        open += work->questions.list[i]->status == NET_PENDING ? 1 : 0;
    }
    if (open > 0 && !has_deadline(report)) {
        struct finding finding = chain_about(work, run->arena, FINDING_DEADLINE);
        finding.state = run->options->timeout_state;
        report_add_as(report, &finding, "timed out with %zu of %zu questions open", open,
                      work->questions.count);
    }
}

void chain_report(struct run *run, const struct chain_work *work,
                  const struct chain_options *options, struct report *report)
{
    report->zone = zone_of(work);
    report->subject_type = rr_type_text(report->arena, work->type);
    bool clock_wrong = target_judge_clock(run, &work->questions, 1, report);
    enum security verdict = clock_wrong && work->chain.verdict == SECURITY_BOGUS
                                ? SECURITY_INDETERMINATE
                                : work->chain.verdict;
    report->verdict = security_text(chain_any_wrong(work) ? SECURITY_BOGUS : verdict);
    if (work->zone.child.server_count > 0) {
        judge_health(run, work, report);
        target_report_left_out(&work->zone, report);
    } else {
        (void)target_report_hosts(run, &work->zone, report); /* the chain tells what follows */
        add_truncated(run, work, report);
    }
    add_notes(work, &work->chain, options, clock_wrong, report);
    add_resolver(run, work, report);
    add_remarks(&work->chain, report);
    if (work->chain.verdict == SECURITY_INDETERMINATE) {
        add_deadline(run, work, report);
    }
    if (!clock_wrong) {
        add_verdict(run, work, options, report);
    }
    add_expiry(run, work, options, report);
    add_numbers(run, work, report);
    add_path(run, &work->chain, report);
    const struct chain_signature *first = chain_first_to_end(&work->chain);
    report_summary(report, "%s, %s on the path%s%s", outcome_text(&work->chain),
                   text_count(run->arena,
                              work->chain.hop_count > 0 ? work->chain.hops[0].zone_count : 0,
                              "zone"),
                   first == NULL ? "" : ", first signature ends in ",
                   first == NULL ? "" : text_span(run->arena, first->verdict->remaining));
    if (report_keeps(report, 1)) {
        chain_draw_tree(run, &work->chain, report);
    }
    if (run->options->format == FORMAT_DOT) {
        report->graph = arena_text(report->arena, chain_draw_graph(run, &work->chain));
    }
}
