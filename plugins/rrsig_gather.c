/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers what shows at several RRsets and servers, and puts it into words. */
#include <stdlib.h>

#include "base/text.h"
#include "judge/coverage.h"
#include "plugins/rrsig_judge.h"
#include "wire/rr_data.h"

/* What the parent signs is another operator's matter, so it is never one finding with the zone's.
 */
static bool same_operator(const struct item *a, const struct item *b)
{
    return (a->role == ROLE_PARENT_DS) == (b->role == ROLE_PARENT_DS);
}

static struct gathered *slot(struct gathering *gathering, enum finding_id id, enum state state,
                             bool partial, const struct item *item)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct gathered *known = &gathering->list[i];
        if (known->id == id && known->state == state && known->partial == partial &&
            same_operator(known->worst, item)) {
            return known;
        }
    }
    gathering->list = arena_grow(gathering->survey->run->arena, gathering->list, gathering->count,
                                 sizeof *gathering->list);
    struct gathered *new = &gathering->list[gathering->count++];
    *new = (struct gathered){.id = id, .state = state, .partial = partial, .worst = item};
    return new;
}

static void add_type(struct arena *arena, struct gathered *gathered, uint16_t type)
{
    if (!rr_types_have(gathered->types, gathered->type_count, type)) {
        gathered->types =
            arena_grow(arena, gathered->types, gathered->type_count, sizeof *gathered->types);
        gathered->types[gathered->type_count++] = type;
    }
}

static struct place place_of(const struct view *view)
{
    return (struct place){
        .server = view->server, .has_serial = view->soa.expire != 0, .serial = view->soa.serial};
}

void gather(struct gathering *gathering, enum finding_id id, enum state state, bool partial,
            const struct item *item, const struct sig_verdict *verdict)
{
    struct arena *arena = gathering->survey->run->arena;
    struct gathered *gathered = slot(gathering, id, state, partial, item);
    struct place place = place_of(item->view);
    if (gathered->places.count == 0 || (verdict != NULL && gathered->verdict != NULL &&
                                        verdict->remaining < gathered->verdict->remaining)) {
        gathered->worst = item;
        gathered->verdict = verdict;
    }
    add_type(arena, gathered, item->set->type);
    places_add(arena, &gathered->places, &place);
}

/* What a finding says beside its types, and what to do about it. */
struct phrase {
    enum finding_id id;
    const char *what;
    enum {
        SHOW_NOTHING,
        SHOW_END,
        SHOW_START,
        SHOW_LIFE,
        SHOW_KEY,
        SHOW_SIGNER,
        SHOW_DEFECTS,
        SHOW_TTL,
        SHOW_LACKING
    } show;
    const char *remedy;
};

static const struct phrase phrases[] = {
    {FINDING_RRSIG_EXPIRED_ALL, "every signature has expired, the first", SHOW_END,
     "the signer has stopped: re-sign the zone now"},
    {FINDING_RRSIG_EXPIRED_RRSET, "signature expired", SHOW_END,
     "re-sign the RRset and see why the signer left it out"},
    {FINDING_RRSIG_EXPIRED_SERVER, "signature expired", SHOW_END,
     "this server does not get the re-signed zone: check its transfers"},
    {FINDING_RRSIG_NOT_YET_ALL, "no signature is valid yet, the first", SHOW_START,
     "check the clock of the signer"},
    {FINDING_RRSIG_NOT_YET_RRSET, "signature not valid yet, it", SHOW_START,
     "check the clock of the signer"},
    {FINDING_RRSIG_WINDOW_INVERTED, "signature ends before its inception,", SHOW_END,
     "check the validity settings of the signer"},
    {FINDING_RRSIG_WINDOW_AMBIGUOUS,
     "validity longer than 68 years cannot be told from an inverted one", SHOW_LIFE,
     "sign for a shorter time"},
    {FINDING_RRSIG_EXPIRATION_SKEW, "signature expires", SHOW_END, "re-sign the zone now"},
    {FINDING_RRSIG_EXPIRING_CRIT, "signature expires", SHOW_END,
     "the signer should have refreshed it: check that it runs"},
    {FINDING_RRSIG_EXPIRING_WARN, "signature expires", SHOW_END,
     "the signer should have refreshed it: check that it runs"},
    {FINDING_RRSIG_REFRESH_OVERDUE, "signature is late in its life, it expires", SHOW_END,
     "the signer should have refreshed it: check that it runs"},
    {FINDING_RRSIG_PARENT_DS_EXPIRING, "the signature of the parent over the DS expires", SHOW_END,
     "tell the operator of the parent zone"},
    {FINDING_DS_PARENT_BAD_SIG, "the signature of the parent over the DS is not valid",
     SHOW_DEFECTS, "tell the operator of the parent zone"},
    {FINDING_DS_PARENT_UNSIGNED, "the parent gives the DS without a signature", SHOW_NOTHING,
     "tell the operator of the parent zone"},
    {FINDING_RRSIG_INCEPTION_SKEW, "inception within 300 s of now, the signature", SHOW_START,
     "backdate inception by an hour"},
    {FINDING_RRSIG_VALIDITY_LONG, "signed for", SHOW_LIFE,
     "shorter signatures limit replay, see --max-life"},
    {FINDING_RRSIG_VALIDITY_SHORT, "signature life is shorter than SOA expire or twice the TTL:",
     SHOW_LIFE, "a secondary cut off from its primary would serve dead signatures"},
    {FINDING_RRSIG_TTL_OUTLIVES, "TTL exceeds what is left of the signature, which expires",
     SHOW_END, "re-sign earlier or lower the TTL"},
    {FINDING_RRSIG_EXPIRED_EXTRA, "an expired signature stands beside a valid one, it expired",
     SHOW_END, "remove it"},
    {FINDING_RRSIG_MISSING_ALL, "DNSKEY is published but nothing is signed", SHOW_NOTHING,
     "sign the zone"},
    {FINDING_RRSIG_MISSING_DNSKEY, "the DNSKEY RRset has no signature", SHOW_NOTHING,
     "sign it with the key that the DS names"},
    {FINDING_RRSIG_MISSING_RRSET, "no signature", SHOW_NOTHING, "re-sign the zone"},
    {FINDING_RRSIG_MISSING_SERVER, "no signature, other servers give one", SHOW_NOTHING,
     "this server serves an unsigned copy or strips DNSSEC: check its transfers and settings"},
    {FINDING_RRSIG_MISSING_NEGATIVE, "negative answers are unsigned", SHOW_NOTHING,
     "re-sign the zone"},
    {FINDING_RRSIG_MISSING_KSK, "not signed by any key that a DS of the parent points to",
     SHOW_SIGNER, "sign it with one that a DS names, or have the DS corrected"},
    {FINDING_RRSIG_MISSING_ALG_DNSKEY, "no valid signature of algorithm", SHOW_LACKING,
     "it is in the DNSKEY RRset, so sign with it too or withdraw its keys"},
    {FINDING_RRSIG_BAD_CRYPTO, "signature does not verify", SHOW_KEY,
     "the data or the key was changed after signing: re-sign the zone"},
    {FINDING_RRSIG_BAD_SERVER, "signature does not verify, at other servers it does", SHOW_KEY,
     "split signing: compare zone data and keys of the servers"},
    {FINDING_RRSIG_TAG_COLLISION_HIDDEN,
     "everything signed with this key tag fails here and "
     "verifies elsewhere",
     SHOW_KEY, "another private key with the same tag is signing: withdraw it"},
    {FINDING_RRSIG_BAD_EXTRA, "a broken signature stands beside a good one", SHOW_KEY,
     "some validators fail on it: remove it"},
    {FINDING_RRSIG_NO_KEY, "signed by a key that is not in the DNSKEY RRset", SHOW_KEY,
     "publish that key or re-sign"},
    {FINDING_RRSIG_NO_KEY_EXTRA, "one more signature, by a key that is not published", SHOW_KEY,
     "normal in a rollover"},
    {FINDING_RRSIG_ALG_MISMATCH, "the key with this tag has another algorithm", SHOW_KEY,
     "re-sign with a published key"},
    {FINDING_RRSIG_KEY_REVOKED, "the signing key is revoked", SHOW_KEY,
     "re-sign with a key that is not"},
    {FINDING_RRSIG_KEY_NOT_ZONE, "the signing key lacks the Zone Key flag", SHOW_KEY,
     "publish it with flags 256 or 257"},
    {FINDING_RRSIG_KEY_PROTOCOL, "the protocol field of the signing key is not 3", SHOW_KEY,
     "publish it with protocol 3"},
    {FINDING_DNSKEY_LENGTH, "the signing key has an impossible length", SHOW_KEY,
     "replace the key"},
    {FINDING_RRSIG_SIGNER_NOT_ZONE, "the signer name is not the zone", SHOW_KEY,
     "re-sign the zone"},
    {FINDING_RRSIG_LABELS_HIGH, "the Labels field exceeds the owner name", SHOW_KEY,
     "re-sign the zone"},
    {FINDING_RRSIG_LABELS_BELOW_SIGNER, "the Labels field is below the signer name", SHOW_KEY,
     "attack or broken signer: re-sign the zone"},
    {FINDING_RRSIG_LENGTH, "signature of impossible length", SHOW_KEY, "re-sign the zone"},
    {FINDING_RRSIG_MALFORMED, "malformed RRSIG", SHOW_NOTHING, "re-sign the zone"},
    {FINDING_RRSIG_UNSUPPORTED_ALG, "signed only with an algorithm that cannot be verified here",
     SHOW_KEY,
     "validators fail if a DS names one that they know, else they treat the zone as insecure"},
    {FINDING_CRYPTO_REFUSED, "the crypto policy of this host refuses the algorithm", SHOW_KEY,
     "run the check on a host that allows it"},
    {FINDING_LIMIT_VALIDATIONS, "more signature checks than a validator would spend", SHOW_KEY,
     "remove surplus keys and signatures"},
    {FINDING_NSEC_NEXT_OVERREACH, "the next name is outside the zone", SHOW_KEY,
     "re-sign the zone"},
    {FINDING_NSEC3_OWNER_INVALID, "the owner is not one hash label under the zone", SHOW_KEY,
     "re-sign the zone"},
    {FINDING_RRSIG_TYPE_COVERED, "a signature covers a type that is not in the answer",
     SHOW_NOTHING, "re-sign the zone"},
    {FINDING_RRSIG_TTL_MISMATCH, "TTL of signature and RRset differ:", SHOW_TTL,
     "serve both with one TTL"},
    {FINDING_RRSET_TTL_ABOVE_ORIG, "TTL above the signed original TTL:", SHOW_TTL,
     "re-sign after a change of TTL"},
    {FINDING_RRSET_TTL_UNEVEN, "TTLs differ inside the RRset", SHOW_NOTHING, "use one TTL"},
    {FINDING_RRSIG_OVER_RRSIG, "a signature covers signatures", SHOW_NOTHING, "remove it"},
    {FINDING_RRSIG_OVER_NONAUTH, "the parent signs records that are not its own", SHOW_NOTHING,
     "tell the operator of the parent zone"},
    {FINDING_RRSIG_TOO_MANY, "too many signatures", SHOW_NOTHING,
     "validators look at 8 to 16: remove the surplus"},
};

static const struct phrase *phrase_of(enum finding_id id)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].id == id) {
            return &phrases[i];
        }
    }
    static const struct phrase none = {.what = "", .show = SHOW_NOTHING, .remedy = ""};
    return &none;
}

static const char *point(struct arena *arena, int64_t now, int64_t distance)
{
    const char *time = text_time(arena, now + distance);
    return distance < 0 ? arena_printf(arena, "%s ago (%s)", text_span(arena, -distance), time)
                        : arena_printf(arena, "in %s (%s)", text_span(arena, distance), time);
}

/* "ED25519, RSASHA256": algorithms of the keys that an item's signatures do not have. */
static const char *lacking(struct arena *arena, const struct item *item)
{
    const char *text = "";
    bool told[UINT8_MAX + 1] = {false};
    for (size_t i = 0; i < item->view->key_count; i++) {
        const struct dnskey *key = &item->view->keys[i];
        if (!told[key->algorithm] && coverage_lacks_algorithm(item->set, key, 1)) {
            text = text_join(arena, text, policy_key_text(arena, key->algorithm, key->algorithm));
            told[key->algorithm] = true;
        }
    }
    return text;
}

static const char *shown(const struct survey *survey, const struct gathered *gathered,
                         const struct phrase *phrase)
{
    struct arena *arena = survey->run->arena;
    const struct sig_verdict *verdict = gathered->verdict;
    if (verdict == NULL) {
        return phrase->show == SHOW_LACKING
                   ? arena_printf(arena, " %s", lacking(arena, gathered->worst))
                   : "";
    }
    const char *key = policy_key_text(arena, verdict->sig->key_tag, verdict->sig->algorithm);
    switch (phrase->show) {
    case SHOW_END:
        return arena_printf(arena, " %s, key %u",
                            point(arena, survey->run->now, verdict->remaining),
                            verdict->sig->key_tag);
    case SHOW_START:
        return arena_printf(arena, " %s %s", verdict->age < 0 ? "starts" : "started",
                            point(arena, survey->run->now, -verdict->age));
    case SHOW_LIFE:
        return arena_printf(arena, " %s", text_span(arena, verdict->life));
    case SHOW_SIGNER:
        return arena_printf(arena, ", only by key %s", key);
    case SHOW_KEY:
        return arena_printf(arena, ", key %s", key);
    case SHOW_DEFECTS:
        return arena_printf(arena, ", key %u: %s", verdict->sig->key_tag,
                            sig_defects_text(arena, verdict->defects));
    case SHOW_TTL:
        return arena_printf(arena, " RRset %u, RRSIG %u, original %u", gathered->worst->set->ttl,
                            verdict->sig->ttl, verdict->sig->original_ttl);
    case SHOW_LACKING:
        return arena_printf(arena, " %u/%s (key %u: %s)", verdict->sig->algorithm,
                            policy_algorithm(verdict->sig->algorithm)->mnemonic,
                            verdict->sig->key_tag, sig_defects_text(arena, verdict->defects));
    case SHOW_NOTHING:
        break;
    }
    return "";
}

static const char *types_text(struct arena *arena, const struct gathered *gathered)
{
    enum { MOST = 6 };
    const char *text = "";
    for (size_t i = 0; i < gathered->type_count && i < MOST; i++) {
        text = text_join(arena, text, rr_type_text(arena, gathered->types[i]));
    }
    return text_more(arena, text, gathered->type_count, MOST);
}

/* Servers that lag behind: what the others have has been mended already. */
static bool all_behind(const struct survey *survey, const struct gathered *gathered)
{
    struct places all = {.count = 0};
    for (size_t i = 0; i < survey->view_count; i++) {
        struct place place = place_of(&survey->views[i]);
        places_add(survey->run->arena, &all, &place);
    }
    return gathered->partial && places_behind(&gathered->places, &all);
}

static void report_one(const struct survey *survey, const struct gathered *gathered,
                       struct report *report)
{
    struct arena *arena = survey->run->arena;
    const struct zone *zone = &survey->target->zone;
    const struct phrase *phrase = phrase_of(gathered->id);
    const struct item *item = gathered->worst;
    bool above = item->role == ROLE_PARENT_DS;
    bool all = gathered->places.count == (above ? survey->parent_count : survey->view_count);
    struct finding finding = {
        .id = gathered->id,
        .state = run_partial(survey->run, gathered->state, all),
        .zone = above ? zone->parent : zone->name,
        .owner = item->set->owner,
        .type = rr_type_text(arena, item->set->type),
        .server = all && !gathered->partial ? NULL : gathered->places.list[0].server->text,
        .key_tag = gathered->verdict == NULL ? KEY_TAG_NONE : gathered->verdict->sig->key_tag,
    };
    report_add_as(report, &finding, "%s%s%s: %s%s: %s", types_text(arena, gathered),
                  all ? "" : " at ", all ? "" : places_text(arena, &gathered->places), phrase->what,
                  shown(survey, gathered, phrase),
                  all_behind(survey, gathered)
                      ? "other servers have a newer version of the zone, check the transfers"
                      : phrase->remedy);
}

/* By id, so that the order in which servers were asked does not show. */
static int compare(const void *left, const void *right)
{
    const struct gathered *a = left;
    const struct gathered *b = right;
    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    if (a->state != b->state) {
        return a->state < b->state ? -1 : 1;
    }
    if (a->partial != b->partial) {
        return a->partial ? 1 : -1;
    }
    return (a->worst->role == ROLE_PARENT_DS) - (b->worst->role == ROLE_PARENT_DS);
}

void gather_report(const struct gathering *gathering, struct report *report)
{
    if (gathering->count > 1) {
        qsort(gathering->list, gathering->count, sizeof *gathering->list, compare);
    }
    for (size_t i = 0; i < gathering->count; i++) {
        report_one(gathering->survey, &gathering->list[i], report);
    }
}
