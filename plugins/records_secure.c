/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answers by the chain of trust.
 *
 * Each server's answer is judged on its own, with the DNSKEY RRset that this server has for the
 * zone: a validator may get both there, so one that another server's keys would help is bogus all
 * the same.  Equal replies are judged once.  Where there is no chain up to an anchor, be it that
 * just the servers given were asked or that the anchors of this host do not fit, the keys that a
 * server has for the zone are believed: so wrong signatures are seen all the same, though nothing
 * counts as secure.
 */
#include "base/text.h"
#include "check/health.h"
#include "frame/targets.h"
#include "plugins/records_judge.h"

struct judged {
    const struct answer *answer;
    struct chain chain;
    const char *reason; /* why it is not secure */
    enum finding_id id; /* of the reason */
    struct name zone;   /* whose fault the reason is; size 0: that of the zone looked at */
};

static bool same_sigs(const struct rrset *a, const struct rrset *b)
{
    if (a->sig_count != b->sig_count) {
        return false;
    }
    for (size_t i = 0; i < a->sig_count; i++) {
        if (a->sigs[i].malformed || b->sigs[i].malformed ||
            !bytes_equal(a->sigs[i].head, b->sigs[i].head) ||
            !bytes_equal(a->sigs[i].signature, b->sigs[i].signature)) {
            return false;
        }
    }
    return true;
}

static bool same_section(const struct section *a, const struct section *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!name_equal(&a->rrsets[i].owner, &b->rrsets[i].owner) ||
            a->rrsets[i].type != b->rrsets[i].type ||
            !rrset_same_data(&a->rrsets[i], &b->rrsets[i]) ||
            !same_sigs(&a->rrsets[i], &b->rrsets[i])) {
            return false;
        }
    }
    return true;
}

static bool same_reply(const struct message *a, const struct message *b)
{
    return a->rcode == b->rcode && same_section(&a->answer, &b->answer) &&
           same_section(&a->authority, &b->authority);
}

/* The question to a view's server for the DNSKEY RRset of the zone, if it was answered; or NULL. */
static const struct question *keys_at(const struct survey *survey, const struct view *view)
{
    const struct records_facts *facts = survey->facts;
    for (size_t i = 0; i < facts->chain.count; i++) {
        const struct question *question = facts->chain.list[i];
        bool by_resolver = (question->flags & QUERY_RECURSE) != 0;
        if (question->type == RR_DNSKEY && question->reply != NULL &&
            by_resolver == facts->recursive &&
            name_equal(&question->name, &facts->target->zone.name) &&
            server_equal(question->server, view->server)) {
            return question;
        }
    }
    return NULL;
}

/* The same where the server tells as an authority which keys there are, be it none. */
static const struct question *own_keys(const struct survey *survey, const struct view *view)
{
    const struct question *keys = keys_at(survey, view);
    return keys != NULL && health_usable(keys) ? keys : NULL;
}

static bool same_keys(const struct survey *survey, const struct view *a, const struct view *b)
{
    const struct question *x = own_keys(survey, a);
    const struct question *y = own_keys(survey, b);
    return x == NULL || y == NULL ? x == y : same_reply(x->reply, y->reply);
}

/* Whether a question is for the keys of the zone, but not to the server that tells its own. */
static bool is_others_keys(const struct survey *survey, const struct question *question,
                           const struct question *keys)
{
    return keys != NULL && question != keys && question->type == RR_DNSKEY &&
           name_equal(&question->name, &survey->target->zone.name);
}

/*
 * A referral of the parent that may prove that there is no DS: a resolver that has the zone itself
 * makes no such proof.
 */
static bool denies_ds(const struct survey *survey, const struct question *question)
{
    const struct name *zone = &survey->target->zone.name;
    return question->status == NET_ANSWERED && !question->reply->aa &&
           section_records(&question->reply->authority, zone, RR_DS) == NULL;
}

static struct questions evidence_for(const struct survey *survey, const struct answer *answer,
                                     bool own)
{
    struct run *run = survey->run;
    const struct records_facts *facts = survey->facts;
    const struct question *keys = own_keys(survey, answer->view);
    struct questions evidence = {.count = 0};
    for (size_t i = 0; i < facts->chain.count; i++) {
        const struct question *question = facts->chain.list[i];
        bool of_other = own && (question->flags & QUERY_RECURSE) == 0 &&
                        !server_equal(question->server, answer->view->server);
        if (!of_other && !is_others_keys(survey, question, keys)) {
            run_note(run, &evidence, question);
        }
    }
    for (size_t i = 0; !own && i < facts->target->parent.count; i++) {
        if (denies_ds(survey, facts->target->parent.list[i])) {
            run_note(run, &evidence, facts->target->parent.list[i]);
        }
    }
    struct alias_trail trail = answer->trail;
    if (answer->leads_out) {
        trail.steps--; /* what is at the end is not for this server to tell */
    }
    run_note_trail(run, &evidence, answer->question, &trail);
    for (size_t i = 0; i < answer->beyond_count; i++) {
        const struct question *beyond = answer->beyond[i];
        trail = alias_follow(beyond->reply, &beyond->name, beyond->type);
        bool by_resolver = (beyond->flags & QUERY_RECURSE) != 0;
        trail.steps -= !by_resolver && trail.set == NULL && trail.steps > 0 ? 1 : 0;
        run_note_trail(run, &evidence, beyond, &trail);
    }
    return evidence;
}

/* The keys that the server itself has for the zone, as anchors; false when it has none. */
static bool own_anchors(const struct survey *survey, const struct view *view,
                        struct anchors *anchors)
{
    const struct question *question = keys_at(survey, view);
    if (question == NULL) {
        return false;
    }
    struct arena *arena = survey->run->arena;
    const struct name *zone = &survey->target->zone.name;
    size_t count = 0;
    const struct rrset *set = section_find(&question->reply->answer, zone, RR_DNSKEY);
    const struct dnskey *keys = rr_dnskeys(arena, set, &count);
    struct anchor *list = arena_alloc(arena, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct anchor){.zone = *zone, .key = keys[i]};
    }
    *anchors = (struct anchors){.list = list, .count = count};
    return count > 0;
}

/* The note that explains the verdict. */
static void find_reason(struct judged *judged)
{
    const struct chain *chain = &judged->chain;
    for (size_t i = 0; i < chain->note_count; i++) {
        const struct chain_note *note = &chain->notes[i];
        bool fits = chain->verdict == SECURITY_BOGUS ? note->finding.state == STATE_CRITICAL
                                                     : note->finding.state != STATE_OK;
        if (fits) {
            judged->reason = note->text;
            judged->id = note->finding.id;
            judged->zone = note->finding.zone;
            return;
        }
    }
}

/* By the anchors of this host, or by the keys of the server itself. */
static struct judged judge_by(const struct survey *survey, const struct answer *answer,
                              const struct anchors *anchors, bool own)
{
    struct run *run = survey->run;
    struct chain_terms terms = run_chain_terms(run);
    terms.anchors = anchors;
    struct evidence evidence = {.questions = evidence_for(survey, answer, own)};
    struct judged judged = {.answer = answer, .id = FINDING_COUNT};
    judged.chain = chain_judge(&terms, &evidence, &answer->question->name, answer->type);
    if (judged.chain.wants) {
        judged.chain.verdict = SECURITY_INDETERMINATE;
        judged.reason = arena_printf(run->arena, "nothing is known about the alias target %s",
                                     name_text(run->arena, &judged.chain.wanted));
    } else {
        find_reason(&judged);
    }
    return judged;
}

/* Anchors that do not fit are a fault of this host, and leave the answer undecided. */
static struct judged judge_anchored(const struct survey *survey, const struct answer *answer)
{
    struct judged judged = judge_by(survey, answer, &survey->run->anchors, false);
    if (judged.id == FINDING_TA_LACKS_CURRENT) {
        judged.chain.verdict = SECURITY_INDETERMINATE;
    }
    return judged;
}

/* False when nothing can be said about the answer. */
static bool judge(const struct survey *survey, const struct answer *answer, struct judged *judged)
{
    struct anchors own = {.count = 0};
    bool anchored = survey->facts->anchored;
    if (anchored) {
        *judged = judge_anchored(survey, answer);
    }
    if ((anchored && judged->chain.verdict != SECURITY_INDETERMINATE) ||
        !own_anchors(survey, answer->view, &own)) {
        return anchored;
    }
    struct judged by_own = judge_by(survey, answer, &own, true);
    if (!anchored || by_own.chain.verdict == SECURITY_BOGUS) {
        *judged = by_own;
    }
    return true;
}

enum security records_security(const struct survey *survey, const struct answer *answer,
                               const char **reason)
{
    struct judged judged;
    if (!judge(survey, answer, &judged) ||
        (survey->clock_wrong && judged.chain.verdict == SECURITY_BOGUS)) {
        *reason = NULL;
        return SECURITY_INDETERMINATE;
    }
    *reason = judged.reason;
    return judged.chain.verdict;
}

static bool needs_security(const struct survey *survey, uint16_t type)
{
    return survey->options->require_secure || rr_needs_security(type);
}

static void gather_bogus(struct survey *survey, const struct judged *judged)
{
    const struct answer *answer = judged->answer;
    bool told = judged->id != FINDING_COUNT;
    struct finding finding = {.id = FINDING_REC_BOGUS,
                              .state = finding_class(FINDING_REC_BOGUS)->state,
                              .zone = judged->zone,
                              .owner = *survey->subject};
    records_gather_fault(survey, &finding, answer->type, answer->view,
                         "bogus, validating resolvers fail%s%s%s%s%s", told ? ": " : "",
                         told ? judged->reason : "", told ? " (" : "",
                         told ? finding_class(judged->id)->slug : "", told ? ")" : "");
    if (answer->type == RR_CAA && answer->kind == ANSWER_RECORDS) {
        finding.id = FINDING_CAA_INSECURE;
        finding.state = finding_class(FINDING_CAA_INSECURE)->state;
        records_gather_fault(survey, &finding, RR_CAA, answer->view,
                             "bogus: certification authorities have to refuse");
    }
}

/* Links of a chain of trust that hangs on nothing; that there are none may be insecure. */
static bool is_loose_link(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS &&
           (answer->type == RR_DS || answer->type == RR_CDS || answer->type == RR_CDNSKEY);
}

static void gather_insecure(struct survey *survey, const struct judged *judged)
{
    const struct answer *answer = judged->answer;
    if (needs_security(survey, answer->type) || is_loose_link(answer)) {
        records_gather(survey, FINDING_REC_NOT_SECURE, survey->subject, answer->type, answer->view,
                       "insecure, and has to be secure%s",
                       text_within(survey->run->arena, ": ", judged->reason, ""));
    }
    if (answer->type == RR_CAA && answer->kind == ANSWER_RECORDS) {
        records_gather_as(survey, FINDING_CAA_INSECURE, STATE_OK, survey->subject, RR_CAA,
                          answer->view, "insecure: whoever forges answers can leave them out");
    }
}

/* What this host cannot verify is told even where security is not required. */
static void gather_undecided(struct survey *survey, const struct judged *judged)
{
    const struct answer *answer = judged->answer;
    bool by_host =
        judged->id == FINDING_CRYPTO_REFUSED || judged->id == FINDING_RRSIG_UNSUPPORTED_ALG;
    if (by_host || needs_security(survey, answer->type)) {
        records_gather(survey, by_host ? judged->id : FINDING_CHAIN_INDETERMINATE, survey->subject,
                       answer->type, answer->view, "whether it is secure cannot be told%s",
                       text_within(survey->run->arena, ": ", judged->reason, ""));
    }
}

static void gather_judged(struct survey *survey, const struct judged *judged)
{
    switch (judged->chain.verdict) {
    case SECURITY_BOGUS:
        if (judged->id == FINDING_ALIAS_LOOP) {
            /* One through other zones, which a resolver gives no answer to. */
            records_gather(survey, FINDING_ALIAS_LOOP, survey->subject, judged->answer->type,
                           judged->answer->view, "%s", judged->reason);
        } else if (judged->id != FINDING_DNAME_CNAME_WRONG) { /* told by records_alias.c */
            gather_bogus(survey, judged);
        }
        break;
    case SECURITY_INSECURE:
        gather_insecure(survey, judged);
        break;
    case SECURITY_INDETERMINATE:
        gather_undecided(survey, judged);
        break;
    case SECURITY_SECURE:
        break;
    }
}

static const struct judged *find_equal(const struct survey *survey, const struct judged *list,
                                       size_t count, const struct answer *answer)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].answer->type == answer->type &&
            same_reply(list[i].answer->question->reply, answer->question->reply) &&
            same_keys(survey, list[i].answer->view, answer->view)) {
            return &list[i];
        }
    }
    return NULL;
}

static void add_sample(const struct survey *survey, const struct judged *judged,
                       struct report *report)
{
    struct arena *arena = survey->run->arena;
    report_sample_of(report, FAMILY_VALIDATION_SUCCESS, name_text(arena, survey->subject),
                     rr_type_text(arena, judged->answer->type),
                     judged->chain.verdict == SECURITY_SECURE);
}

void records_judge_security(struct survey *survey, struct report *report)
{
    struct judged *list =
        arena_alloc(survey->run->arena, (survey->answer_count + 1) * sizeof *list);
    size_t count = 0;
    enum security verdict = SECURITY_SECURE;
    const struct questions lists[] = {survey->facts->chain, survey->target->child};
    survey->clock_wrong =
        target_judge_clock(survey->run, lists, sizeof lists / sizeof lists[0], report);
    for (size_t i = 0; i < survey->answer_count; i++) {
        const struct answer *answer = &survey->answers[i];
        if (answer->kind == ANSWER_NONE || answer->kind == ANSWER_FAILED ||
            answer->kind == ANSWER_LOOP) {
            continue;
        }
        const struct judged *equal = find_equal(survey, list, count, answer);
        if (equal != NULL) {
            list[count] = *equal;
            list[count].answer = answer;
        } else if (!judge(survey, answer, &list[count])) {
            continue;
        }
        struct judged *judged = &list[count++];
        if (survey->clock_wrong && judged->chain.verdict == SECURITY_BOGUS) {
            judged->chain.verdict = SECURITY_INDETERMINATE;
        }
        gather_judged(survey, judged);
        verdict = security_worse(verdict, judged->chain.verdict);
        if (survey->facts->anchored) {
            add_sample(survey, judged, report);
        }
    }
    if (count > 0 && (survey->facts->anchored || verdict == SECURITY_BOGUS)) {
        report->verdict = security_text(verdict);
    }
}
