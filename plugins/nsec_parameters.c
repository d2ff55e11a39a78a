/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a zone denies: by which records and parameters, alike at all servers, as RFCs want it. */
#include "base/text.h"
#include "judge/coverage.h"
#include "judge/nsec3_hash.h"
#include "plugins/nsec_judge.h"

enum { ALGORITHM_DSA = 3, ALGORITHM_RSASHA1 = 5 };

/* NSEC3PARAM (RFC 5155 4.2). */
struct param {
    uint8_t algorithm;
    uint8_t flags;
    uint16_t iterations;
    struct bytes salt;
};

static bool read_param(struct bytes rdata, struct param *param)
{
    enum { FIXED = 5 };
    if (rdata.size < FIXED || rdata.size != FIXED + (size_t)rdata.data[4]) {
        return false;
    }
    *param = (struct param){
        .algorithm = rdata.data[0],
        .flags = rdata.data[1],
        .iterations = bytes_u16(rdata.data + 2),
        .salt = {.data = rdata.data + FIXED, .size = rdata.size - FIXED},
    };
    return true;
}

static void add(struct nsec_gathering *gathering, const struct nsec_view *view, enum finding_id id,
                enum state state, const char *shown)
{
    struct nsec_fault fault = nsec_fault(id, view);
    fault.state = state;
    fault.type = view->nsec3 == NULL ? "NSEC" : "NSEC3";
    fault.shown = shown;
    nsec_gather(gathering, &fault);
}

static void add_default(struct nsec_gathering *gathering, const struct nsec_view *view,
                        enum finding_id id, const char *shown)
{
    add(gathering, view, id, finding_class(id)->state, shown);
}

static const char *hex_text(struct arena *arena, struct bytes bytes)
{
    enum { MOST = 16 };
    const char *text = bytes.size == 0 ? "-" : "";
    for (size_t i = 0; i < bytes.size && i < MOST; i++) {
        text = arena_printf(arena, "%s%02x", text, bytes.data[i]);
    }
    return bytes.size > MOST ? arena_printf(arena, "%s...", text) : text;
}

static const char *param_text(struct arena *arena, uint16_t iterations, struct bytes salt)
{
    return arena_printf(arena, "%s, salt %s", text_count(arena, iterations, "iteration"),
                        hex_text(arena, salt));
}

/* Whether the NSEC3PARAM RRset has a record with the parameters of the NSEC3. */
static bool fits(const struct rrset *set, const struct nsec3 *nsec3)
{
    for (size_t i = 0; i < set->count; i++) {
        struct param param;
        if (read_param(set->rr[i], &param) && param.algorithm == nsec3->algorithm &&
            param.iterations == nsec3->iterations && bytes_equal(param.salt, nsec3->salt)) {
            return true;
        }
    }
    return false;
}

const char *nsec_param_text(const struct nsec_survey *survey, const struct nsec_view *view)
{
    struct arena *arena = survey->run->arena;
    struct param param;
    if (view->param == NULL || !read_param(view->param->rr[0], &param)) {
        return NULL;
    }
    const char *text = param_text(arena, param.iterations, param.salt);
    return param.algorithm == NSEC3_SHA1
               ? arena_printf(arena, "NSEC3PARAM has %s", text)
               : arena_printf(arena, "NSEC3PARAM has hash algorithm %u, %s", param.algorithm, text);
}

static void judge_param_set(struct nsec_gathering *gathering, const struct nsec_view *view)
{
    if (view->param->count > 1) {
        add_default(gathering, view, FINDING_NSEC3PARAM_MULTIPLE, NULL);
    }
    for (size_t i = 0; i < view->param->count; i++) {
        struct param param;
        if (!read_param(view->param->rr[i], &param) || param.flags != 0 ||
            param.algorithm != NSEC3_SHA1) {
            add_default(gathering, view, FINDING_NSEC3PARAM_FLAGS, NULL);
            return;
        }
    }
}

static void judge_param(struct nsec_gathering *gathering, const struct nsec_view *view)
{
    struct arena *arena = gathering->survey->run->arena;
    struct nsec3 nsec3;
    if (view->param != NULL) {
        judge_param_set(gathering, view);
    }
    if (view->nsec3 == NULL || !view->told_param || !rr_nsec3(view->nsec3->rr[0], &nsec3)) {
        return;
    }
    /* That a hash algorithm is unknown, or that there are NSEC too, explains what does not fit. */
    if (nsec3.algorithm != NSEC3_SHA1 || view->nsec != NULL) {
        return;
    }
    if (view->param == NULL) {
        add_default(gathering, view, FINDING_NSEC3PARAM_MISSING, NULL);
    } else if (!fits(view->param, &nsec3) && nsec_param_text(gathering->survey, view) != NULL) {
        add(gathering, view, FINDING_NSEC3PARAM_MISMATCH,
            view->failing > 0 ? STATE_CRITICAL : STATE_WARNING,
            arena_printf(arena, "%s, NSEC3 has %s", nsec_param_text(gathering->survey, view),
                         param_text(arena, nsec3.iterations, nsec3.salt)));
    }
}

static void judge_algorithms(struct nsec_gathering *gathering, const struct nsec_view *view)
{
    for (size_t i = 0; i < view->key_count && view->nsec3 != NULL; i++) {
        if (view->keys[i].algorithm == ALGORITHM_DSA ||
            view->keys[i].algorithm == ALGORITHM_RSASHA1) {
            add_default(gathering, view, FINDING_NSEC3_WITH_OLD_ALG, NULL);
            return;
        }
    }
}

/* "NSEC", "NSEC3 (0 iterations, salt -)". */
static const char *kind_text(struct arena *arena, const struct nsec_view *view)
{
    struct nsec3 nsec3;
    if (view->nsec3 == NULL || !rr_nsec3(view->nsec3->rr[0], &nsec3)) {
        return view->nsec == NULL ? "nothing" : "NSEC";
    }
    return arena_printf(arena, "NSEC3 (%s)", param_text(arena, nsec3.iterations, nsec3.salt));
}

static bool same_kind(const struct nsec_view *a, const struct nsec_view *b)
{
    struct nsec3 a3;
    struct nsec3 b3;
    if ((a->nsec3 == NULL) != (b->nsec3 == NULL)) {
        return false;
    }
    return a->nsec3 == NULL || !rr_nsec3(a->nsec3->rr[0], &a3) || !rr_nsec3(b->nsec3->rr[0], &b3) ||
           (a3.iterations == b3.iterations && bytes_equal(a3.salt, b3.salt));
}

/* Each server against the first that denies by anything at all. */
static void judge_kinds(struct nsec_gathering *gathering)
{
    const struct nsec_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    const struct nsec_view *first = NULL;
    for (size_t i = 0; i < survey->view_count; i++) {
        const struct nsec_view *view = survey->views[i];
        if (view->nsec == NULL && view->nsec3 == NULL) {
            continue;
        }
        first = first == NULL ? view : first;
        if (!same_kind(first, view)) {
            /* A secondary that is behind denies in the old way until it has caught up. */
            add(gathering, view, FINDING_NSEC_KIND_DIFFERS,
                nsec_same_version(first, view) ? STATE_CRITICAL : STATE_WARNING,
                arena_printf(arena, "%s here, %s at %s", kind_text(arena, view),
                             kind_text(arena, first), first->server->text));
        }
        if (view->nsec != NULL && view->nsec3 != NULL) {
            add_default(gathering, view, FINDING_NSEC_MIXED, NULL);
        }
    }
}

static void judge_walkable(struct nsec_gathering *gathering, const struct nsec_view *view)
{
    if (view->nsec != NULL && !view->lies) {
        add(gathering, view, FINDING_ZONE_WALKABLE,
            gathering->survey->options->forbid_nsec ? STATE_WARNING : STATE_OK, NULL);
    }
}

/* RFC 9077 3. */
static void judge_ttl(struct nsec_gathering *gathering, const struct nsec_view *view,
                      const struct rrset *set)
{
    uint32_t minimum = view->soa.minimum;
    uint32_t right = minimum < view->soa_ttl ? minimum : view->soa_ttl;
    if (view->has_soa && set->ttl != right) {
        add_default(gathering, view, FINDING_NSEC_TTL,
                    arena_printf(gathering->survey->run->arena,
                                 "TTL %u, SOA minimum %u, SOA TTL %u", set->ttl, minimum,
                                 view->soa_ttl));
    }
}

static void judge_sets(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    const struct nsec_view *view = denial->view;
    for (size_t i = 0; i < denial->set_count; i++) {
        const struct rrset *set = denial->sets[i]->set;
        judge_ttl(gathering, view, set);
        if (set->sig_count > 0 && coverage_lacks_algorithm(set, view->keys, view->key_count)) {
            add_default(gathering, view, FINDING_DENIAL_ALG_MISSING, NULL);
        }
    }
}

/* Without the zone's SOA no resolver may keep the answer (RFC 2308 5). */
static void judge_soa(struct nsec_gathering *gathering, const struct nsec_denial *denial)
{
    const struct nsec_survey *survey = gathering->survey;
    bool negative = denial->claim == CLAIM_NXDOMAIN || denial->claim == CLAIM_NODATA;
    if (!negative || denial->aliased ||
        section_records(&denial->question->reply->authority, &survey->target->zone.name, RR_SOA) !=
            NULL) {
        return;
    }
    struct nsec_fault fault = nsec_fault(FINDING_NEGATIVE_NO_SOA, denial->view);
    fault.state = STATE_CRITICAL;
    fault.probe = denial->probe;
    fault.type = "SOA";
    nsec_gather(gathering, &fault);
}

/* Denials that do not fit into what RFC 9715 advises, and may come over TCP only. */
static void judge_size(struct nsec_gathering *gathering, const struct question *question)
{
    const struct nsec_survey *survey = gathering->survey;
    struct nsec_view *view = nsec_view_of(survey, question->server);
    const struct message *reply = question->reply != NULL ? question->reply : question->cut;
    if (view == NULL || reply == NULL || nsec_probe_of(survey, question) == NULL) {
        return;
    }
    bool positive = reply->answer.count > 0;
    bool failed = question->status == NET_TCP_FAILED;
    if (!positive && question->type != RR_DNSKEY &&
        (failed || question->truncated || reply->size > MESSAGE_UDP_MAX)) {
        add(gathering, view, FINDING_DENIAL_OVERSIZE, failed ? STATE_WARNING : STATE_OK,
            failed ? "not given over TCP"
                   : arena_printf(survey->run->arena, "%zu octets", reply->size));
    }
}

void nsec_gather_parameters(struct nsec_gathering *gathering)
{
    const struct nsec_survey *survey = gathering->survey;
    judge_kinds(gathering);
    for (size_t i = 0; i < survey->view_count; i++) {
        judge_algorithms(gathering, survey->views[i]);
        judge_walkable(gathering, survey->views[i]);
    }
    for (size_t i = 0; i < survey->denial_count; i++) {
        judge_sets(gathering, &survey->denials[i]);
        judge_soa(gathering, &survey->denials[i]);
    }
    for (size_t i = 0; i < survey->target->child.count; i++) {
        judge_size(gathering, survey->target->child.list[i]);
    }
}

void nsec_gather_param(struct nsec_gathering *gathering)
{
    for (size_t i = 0; i < gathering->survey->view_count; i++) {
        judge_param(gathering, gathering->survey->views[i]);
    }
}
