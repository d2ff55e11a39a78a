/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what the servers of the zone answered, and how each is linked to the DS. */
#include "plugins/ds_survey.h"

#include <string.h>

struct sig_context ds_child_context(const struct ds_survey *survey, const struct ds_child *child)
{
    return run_sig_context(survey->run, &survey->target->zone.name, child->keys, child->key_count);
}

/* Judges the signatures of an RRset. */
static struct ds_signed judge_set(const struct sig_context *context, const struct rrset *set)
{
    struct ds_signed result = {.set = set, .answered = true};
    if (set != NULL && context->key_count > 0) {
        result.verdicts = sig_judge(context, set);
        result.good = reason_judge(set, result.verdicts, NULL).good;
    }
    return result;
}

static struct ds_child *child_of(struct ds_survey *survey, const struct server *server)
{
    for (size_t i = 0; i < survey->child_count; i++) {
        if (server_equal(survey->children[i].place.server, server)) {
            return &survey->children[i];
        }
    }
    survey->children = arena_grow(survey->run->arena, survey->children, survey->child_count,
                                  sizeof *survey->children);
    struct ds_child *child = &survey->children[survey->child_count++];
    *child = (struct ds_child){.place = {.server = server}};
    return child;
}

/* The records of the type in the answer section; NULL for none. */
static const struct rrset *answer_of(const struct question *question)
{
    return section_records(&question->reply->answer, &question->name, question->type);
}

static void take(struct ds_signed *into, const struct rrset *set)
{
    *into = (struct ds_signed){.set = set, .answered = true};
}

static void read_soa(struct ds_child *child, const struct rrset *set)
{
    struct soa soa;
    take(&child->soa, set);
    if (set != NULL && rr_soa(set->rr[0], &soa)) {
        child->place.has_serial = true;
        child->place.serial = soa.serial;
    }
}

/* A DS that this server signs as part of the zone itself, and not as its parent. */
static void read_own_ds(const struct ds_survey *survey, struct ds_child *child,
                        const struct rrset *set)
{
    for (size_t i = 0; set != NULL && i < set->sig_count; i++) {
        if (name_equal(&set->sigs[i].signer, &survey->target->zone.name)) {
            child->own_ds = set;
        }
    }
}

static void read_apex(const struct ds_survey *survey, struct ds_child *child,
                      const struct question *question)
{
    const struct rrset *set = answer_of(question);
    switch (question->type) {
    case RR_DNSKEY:
        take(&child->dnskey, set);
        child->keys = rr_dnskeys(survey->run->arena, set, &child->key_count);
        child->dnskey_size = question->reply->size;
        child->edns = question->reply->edns;
        break;
    case RR_SOA:
        read_soa(child, set);
        break;
    case RR_NS:
        take(&child->ns, set);
        break;
    case RR_CDS:
        take(&child->cds, set);
        break;
    case RR_CDNSKEY:
        take(&child->cdnskey, set);
        break;
    case RR_DS:
        read_own_ds(survey, child, set);
        break;
    default:
        break;
    }
}

static void read_child(struct ds_survey *survey, const struct question *question)
{
    if (!health_usable(question)) {
        return;
    }
    struct ds_child *child = child_of(survey, question->server);
    if (name_equal(&question->name, &survey->target->zone.name)) {
        read_apex(survey, child, question);
    } else if (question->type == RR_DNSKEY) {
        child->stray_keys = answer_of(question);
    } else if (answer_of(question) != NULL) {
        child->stray_cds = answer_of(question);
    }
}

static void judge_child(const struct ds_survey *survey, struct ds_child *child)
{
    struct sig_context context = ds_child_context(survey, child);
    struct ds_signed *const sets[] = {&child->dnskey, &child->soa, &child->ns, &child->cds,
                                      &child->cdnskey};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (sets[i]->answered) {
            *sets[i] = judge_set(&context, sets[i]->set);
        }
    }
    struct link *links =
        arena_alloc(survey->run->arena, (survey->variant_count + 1) * sizeof *links);
    for (size_t i = 0; i < survey->variant_count; i++) {
        links[i].state = LINK_INSECURE;
        if (survey->variants[i] != NULL) {
            struct link_terms terms = {
                .context = context, .ds = survey->variants[i], .dnskey = child->dnskey.set};
            links[i] = link_judge(&terms);
        }
    }
    child->links = links;
}

static void survey_children(struct ds_survey *survey)
{
    const struct target *target = survey->target;
    for (size_t i = 0; i < target->child.count; i++) {
        read_child(survey, target->child.list[i]);
    }
    for (size_t i = 0; i < survey->child_count; i++) {
        struct ds_child *child = &survey->children[i];
        judge_child(survey, child);
        survey->is_signed = survey->is_signed || child->key_count > 0;
        const struct rrset *const data[] = {child->soa.set, child->ns.set};
        for (size_t j = 0; j < sizeof data / sizeof data[0]; j++) {
            if (data[j] != NULL && data[j]->ttl > survey->data_ttl) {
                survey->data_ttl = data[j]->ttl;
            }
        }
    }
}

bool ds_is_known(const struct ds_survey *survey)
{
    return survey->parents_answering > 0;
}

const struct link *ds_link(const struct ds_survey *survey, const struct ds_child *child)
{
    return survey->ds == NULL ? NULL : &child->links[survey->chosen];
}

bool ds_is_older(const struct ds_child *child, const struct ds_child *other)
{
    return place_is_older(&child->place, &other->place);
}

struct dnskey ds_with_flags(const struct ds_survey *survey, const struct dnskey *key,
                            uint16_t flags)
{
    uint8_t *rdata = arena_copy(survey->run->arena, key->rdata.data, key->rdata.size);
    bytes_put16(rdata, flags);
    struct dnskey other = *key;
    (void)rr_dnskey((struct bytes){rdata, key->rdata.size}, &other); /* it decoded as it was */
    return other;
}

bool ds_is_signed_by(const struct ds_signed *set, const struct dnskey *key)
{
    for (size_t i = 0; set->verdicts != NULL && i < set->set->sig_count; i++) {
        if (reason_defects(&set->verdicts[i]) == 0 &&
            bytes_equal(set->verdicts[i].key->rdata, key->rdata)) {
            return true;
        }
    }
    return false;
}

bool ds_publishes(const struct ds_child *child, const struct dnskey *key)
{
    for (size_t i = 0; i < child->key_count; i++) {
        if (bytes_equal(child->keys[i].rdata, key->rdata)) {
            return true;
        }
    }
    return false;
}

struct ds_key *ds_key_of(const struct ds_survey *survey, const struct dnskey *key)
{
    for (size_t i = 0; key != NULL && i < survey->key_count; i++) {
        if (survey->keys[i].key != NULL && bytes_equal(survey->keys[i].key->rdata, key->rdata)) {
            return &survey->keys[i];
        }
    }
    return NULL;
}

uint32_t ds_ttl(const struct rrset *set)
{
    uint32_t ttl = set->ttl;
    for (size_t i = 0; i < set->sig_count; i++) {
        const struct rrsig *sig = &set->sigs[i];
        ttl = !sig->malformed && sig->original_ttl > ttl ? sig->original_ttl : ttl;
    }
    return ttl;
}

const struct ds_signed *ds_child_set(const struct ds_child *child, uint16_t type)
{
    return type == RR_CDS ? &child->cds : &child->cdnskey;
}

bool ds_same_set(const struct rrset *a, const struct rrset *b)
{
    return a == NULL || b == NULL ? a == b : rrset_same_data(a, b);
}

bool ds_is_delete(uint16_t type, struct bytes rdata)
{
    static const uint8_t cds[] = {0, 0, 0, 0, 0};
    static const uint8_t cdnskey[] = {0, 0, 3, 0, 0};
    return rdata.size == sizeof cds &&
           memcmp(rdata.data, type == RR_CDS ? cds : cdnskey, sizeof cds) == 0;
}

bool ds_asks_delete(const struct rrset *set)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        if (ds_is_delete(set->type, set->rr[i])) {
            return true;
        }
    }
    return false;
}

bool ds_wants_removal(const struct ds_survey *survey)
{
    return ds_asks_delete(survey->cds) || ds_asks_delete(survey->cdnskey);
}

bool ds_in_cds(const struct ds_survey *survey, const struct ds *ds)
{
    for (size_t i = 0; i < survey->cds_count; i++) {
        if (rr_same_key(&survey->cds_verdicts[i].ds, ds)) {
            return true;
        }
    }
    return false;
}

struct ds_survey ds_survey(const struct ds_facts *facts, const struct ds_options *options,
                           bool clock_wrong)
{
    struct ds_survey survey = {
        .run = facts->target->run,
        .target = facts->target,
        .facts = facts,
        .options = options,
        .clock_wrong = clock_wrong,
    };
    ds_survey_parents(&survey);
    survey_children(&survey);
    ds_survey_keys(&survey);
    return survey;
}
