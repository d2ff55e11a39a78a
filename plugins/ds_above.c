/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what the servers of the parent say. */
#include "base/text.h"
#include "plugins/ds_judge.h"

enum { LONG_TTL = 86400 };

static struct ds_remark above(enum finding_id id, const char *type)
{
    struct ds_remark remark = ds_remark(id, type);
    remark.above = true;
    return remark;
}

static const char *parent_text(const struct ds_survey *survey)
{
    return survey->parent_name.size == 0 ? "the parent"
                                         : name_text(survey->run->arena, &survey->parent_name);
}

static bool all_refer(const struct ds_survey *survey)
{
    for (size_t i = 0; i < survey->parent_count; i++) {
        if (!survey->parents[i].referral) {
            return false;
        }
    }
    return true;
}

static void judge_answer(struct ds_gathering *gathering, const struct ds_parent *parent)
{
    const struct ds_survey *survey = gathering->survey;
    if (parent->referral) {
        struct ds_remark remark = above(FINDING_DS_REFERRAL, "DS");
        remark.state = all_refer(survey) ? STATE_CRITICAL : STATE_WARNING;
        ds_say(gathering, remark, &parent->place,
               "%s answers the DS question with a referral: its server does not know that the DS "
               "belongs to it",
               parent_text(survey));
    }
    if (parent->alias) {
        ds_say(gathering, above(FINDING_DS_CNAME, "DS"), &parent->place,
               "the DS question is answered with a CNAME: %s cannot delegate a name that is an "
               "alias",
               parent_text(survey));
    }
    if (parent->hearsay) {
        return;
    }
    /* An internal zone with an anchor of its own needs nothing of a parent. */
    struct ds_remark missing = above(FINDING_DS_NXDOMAIN, parent->denied_name ? "DS" : "NS");
    missing.state = ds_is_anchored(survey) ? STATE_OK : missing.state;
    if (parent->denied_name) {
        ds_say(gathering, missing, &parent->place,
               "%s says that the name does not exist: the delegation is missing there",
               parent_text(survey));
    } else if (parent->reply != NULL && parent->ds == NULL && parent->ns_known &&
               !parent->delegates) {
        ds_say(gathering, missing, &parent->place,
               "%s has no NS records for the zone: the delegation is missing there",
               parent_text(survey));
    }
}

static const char *why(const struct ds_survey *survey, const struct judgement *judgement)
{
    struct arena *arena = survey->run->arena;
    const struct sig_verdict *verdict = judgement->deciding;
    return verdict == NULL ? "no signature"
                           : arena_printf(arena, "by key %s: %s",
                                          policy_key_text(arena, verdict->sig->key_tag,
                                                          verdict->sig->algorithm),
                                          ds_defects_text(survey, verdict));
}

static void judge_proof(struct ds_gathering *gathering, const struct ds_parent *parent)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    bool missing = parent->trust == TRUST_MISSING;
    if (parent->trust == TRUST_UNKNOWN && parent->refused) {
        ds_say(gathering, above(FINDING_CRYPTO_REFUSED, "DS"), NULL,
               "the crypto policy of this host refuses what %s signs with: run the check on a host "
               "that allows it",
               parent_text(survey));
    }
    if ((!missing && parent->trust != TRUST_BAD) || survey->clock_wrong ||
        (missing && parent->hearsay)) {
        return;
    }
    if (parent->ds != NULL && missing) {
        ds_say(gathering, above(FINDING_DS_PARENT_UNSIGNED, "DS"), &parent->place,
               "%s gives the DS without a signature: tell its operator", parent_text(survey));
    } else if (parent->ds != NULL) {
        ds_say(gathering, above(FINDING_DS_PARENT_BAD_SIG, "DS"), &parent->place,
               "the signature of %s over the DS is not valid (%s): tell its operator",
               parent_text(survey), why(survey, &parent->judgement));
    } else if (!parent->denied_name || parent->hearsay) {
        const char *defects =
            text_within(arena, " (", denial_defects_text(arena, parent->denial_defects), ")");
        ds_say(gathering, above(FINDING_DS_DENIAL_BAD, "DS"), &parent->place,
               "%s gives no DS and %s%s: tell its operator", parent_text(survey),
               missing ? "no proof that there is none" : "no valid proof that there is none",
               defects);
    }
}

static void judge_shape(struct ds_gathering *gathering, const struct ds_parent *parent)
{
    const struct ds_survey *survey = gathering->survey;
    if (parent->ds == NULL) {
        return;
    }
    if (parent->ds->duplicates) {
        ds_say(gathering, above(FINDING_DS_DUPLICATE, "DS"), &parent->place,
               "%s gives the same DS twice in one reply", parent_text(survey));
    }
    if (ds_ttl(parent->ds) > LONG_TTL) {
        ds_say(gathering, above(FINDING_DS_TTL_LONG, "DS"), &parent->place,
               "the TTL of the DS is %s: that long do mistakes last",
               text_span(survey->run->arena, ds_ttl(parent->ds)));
    }
}

static const char *tags_text(struct arena *arena, const struct rrset *ds)
{
    enum { MOST = 6, DIGEST_SHOWN = 4 };
    size_t count = 0;
    const struct ds *set = rr_ds_set(arena, ds, &count);
    const char *text = count == 0 ? "no DS" : "DS";
    for (size_t i = 0; i < count && i < MOST; i++) {
        struct ds begin = set[i]; /* of a digest that tells DS of one tag apart */
        begin.digest.size =
            begin.digest.size < DIGEST_SHOWN ? begin.digest.size : (size_t)DIGEST_SHOWN;
        text =
            arena_printf(arena, "%s%s %s", text, i == 0 ? "" : ",", link_ds_rdata(arena, &begin));
    }
    return text_more(arena, text, count, MOST);
}

/* How a variant of the DS RRset breaks the chain at some server; NULL: it does not. */
static const struct link *broken_by(const struct ds_survey *survey, size_t variant)
{
    for (size_t i = 0; i < survey->child_count && survey->variants[variant] != NULL; i++) {
        if (survey->children[i].links[variant].state == LINK_BROKEN) {
            return &survey->children[i].links[variant];
        }
    }
    return NULL;
}

static void judge_variants(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    struct arena *arena = survey->run->arena;
    struct ds_remark remark = above(FINDING_DS_PARENT_INCONSISTENT, "DS");
    const char *text = "";
    bool wrong = !survey->is_signed; /* then keeping keys does not help */
    for (size_t i = 0; i < survey->variant_count; i++) {
        struct places places = {.count = 0};
        for (size_t j = 0; j < survey->parent_count; j++) {
            const struct ds_parent *parent = &survey->parents[j];
            if (parent->reply != NULL && !parent->alias && parent->variant == i) {
                places_add(arena, &places, &parent->place);
            }
        }
        const struct link *broken = broken_by(survey, i);
        remark.state = broken != NULL ? STATE_CRITICAL : remark.state;
        remark.partial = remark.partial || broken == NULL;
        wrong = wrong || (broken != NULL && broken->reason != FINDING_DS_NONE_MATCH);
        text = arena_printf(arena, "%s%s%s at %s%s", text, i == 0 ? "" : " and ",
                            tags_text(arena, survey->variants[i]), places_text(arena, &places),
                            broken != NULL ? ", by which the chain is broken" : "");
    }
    if (survey->variant_count > 1) {
        ds_say(gathering, remark, NULL, "servers of %s differ: %s: %s", parent_text(survey), text,
               wrong ? "tell its operator"
                     : "keep or publish again the keys of all these DS until they agree");
    }
}

/* Why none of the parent's servers could be asked; NULL when one could. */
static const char *unasked_words(const struct ds_survey *survey)
{
    const struct common_options *options = survey->run->options;
    const struct questions *asked = &survey->target->parent;
    int family = options->ipv4_only ? 4 : options->ipv6_only ? 6 : 0;
    if (asked->count == 0) {
        return family == 0 || survey->target->zone.above.host_count == 0
                   ? NULL
                   : arena_printf(
                         survey->run->arena,
                         "no server of the parent has an IPv%d address, and -%d leaves out "
                         "the others",
                         family, family);
    }
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->list[i]->status != NET_UNREACHABLE) {
            return NULL;
        }
    }
    return "this host has no route to any server of the parent";
}

/* Why the DS is not known; NULL when that has been said. */
static const char *unknown_words(const struct ds_survey *survey)
{
    bool given = survey->run->server_count > 0;
    for (size_t i = 0; i < survey->parent_count; i++) {
        const struct ds_parent *parent = &survey->parents[i];
        bool told = parent->referral || parent->alias || parent->refused ||
                    (parent->trust == TRUST_BAD && !survey->clock_wrong);
        if (told) {
            return NULL;
        }
        if (parent->hearsay) {
            return arena_printf(survey->run->arena,
                                "the resolver says that %s and does not prove it: name one with -r "
                                "that hands on DNSSEC records, or check without -s",
                                parent->denied_name ? "the name does not exist" : "there is no DS");
        }
    }
    if (given) {
        return survey->run->resolver_count == 0
                   ? "the DS was not asked for: with -s it comes from a resolver, name one with -r"
                   : "the resolver gives neither a DS nor the word that there is none";
    }
    const char *words = unasked_words(survey);
    return words != NULL ? words : "no server of the parent gives a DS or says that there is none";
}

static void judge_unknown(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    if (ds_is_known(survey) || survey->target->zone.name.labels == 0) {
        return;
    }
    const char *words = unknown_words(survey);
    struct ds_remark remark = above(FINDING_DS_UNKNOWN, "DS");
    remark.state = ds_is_anchored(survey) ? STATE_OK : remark.state;
    if (words != NULL) {
        ds_say(gathering, remark, NULL, "%s", words);
    }
}

void ds_judge_parents(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->parent_count; i++) {
        judge_answer(gathering, &survey->parents[i]);
        judge_proof(gathering, &survey->parents[i]);
        judge_shape(gathering, &survey->parents[i]);
    }
    judge_variants(gathering);
    judge_unknown(gathering);
}
