/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges how the DNSKEY RRset of each server is linked to the DS. */
#include "plugins/ds_judge.h"

/* One server's link at work. */
struct linking {
    struct ds_gathering *gathering;
    const struct ds_child *child;
    const struct link *link;
};

/* How the rollover went wrong, to follow what is said of the link; "" when it did not. */
static const char *rollover_words(const struct linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->rollover_count; i++) {
        if (survey->rollovers[i].health == ROLLOVER_BROKEN) {
            return arena_printf(survey->run->arena, " (%s)", survey->rollovers[i].text);
        }
    }
    return "";
}

/* The key whose DS ought to be at the parent: one that signs the keys, with SEP flag if any. */
static const struct dnskey *entry_key(const struct linking *linking)
{
    const struct ds_signed *dnskey = &linking->child->dnskey;
    const struct dnskey *found = NULL;
    for (size_t i = 0; dnskey->verdicts != NULL && i < dnskey->set->sig_count; i++) {
        const struct sig_verdict *verdict = &dnskey->verdicts[i];
        bool fit = verdict->key != NULL && reason_defects(verdict) == 0 &&
                   (verdict->key->flags & DNSKEY_REVOKE) == 0;
        if (fit && (found == NULL || ((verdict->key->flags & DNSKEY_SEP) != 0 &&
                                      (found->flags & DNSKEY_SEP) == 0))) {
            found = verdict->key;
        }
    }
    return found;
}

static struct ds_remark about(enum finding_id id, enum state state, const struct ds *ds)
{
    struct ds_remark remark = ds_remark_as(id, state, "DS");
    remark.key_tag = ds->key_tag;
    return remark;
}

/* The finding that a DS by itself amounts to, if it is wrong in a way that can be told. */
static bool wrong_id(enum ds_fit fit, enum finding_id *id)
{
    switch (fit) {
    case DS_TAG_WRONG:
        *id = FINDING_DS_TAG_WRONG;
        return true;
    case DS_ALGORITHM_WRONG:
        *id = FINDING_DS_ALG_WRONG;
        return true;
    case DS_DIGEST_WRONG:
        *id = FINDING_DS_DIGEST_WRONG;
        return true;
    case DS_REVOKED:
        *id = FINDING_DS_POINTS_REVOKED;
        return true;
    default:
        return false;
    }
}

/* What is wrong with the DS and what to publish instead. */
static void say_wrong(const struct linking *linking, const struct ds_verdict *verdict,
                      enum finding_id id, enum state state)
{
    const struct ds_survey *survey = linking->gathering->survey;
    struct arena *arena = survey->run->arena;
    const char *text = link_ds_text(arena, verdict);
    if (verdict->fit == DS_REVOKED) {
        ds_say(linking->gathering, about(id, state, &verdict->ds), &linking->child->place,
               "%s: have it removed", text);
        return;
    }
    ds_say(linking->gathering, about(id, state, &verdict->ds), &linking->child->place,
           "%s: publish %s", text, ds_line(survey, verdict->key, verdict->ds.digest_type));
    const char *hint =
        verdict->fit == DS_DIGEST_WRONG
            ? link_ds_owner_text(arena, survey->run->crypto, &survey->facts->zone->name,
                                 verdict->key, &verdict->ds)
            : NULL;
    if (hint != NULL) {
        ds_say(linking->gathering, about(FINDING_DS_OWNER, STATE_OK, &verdict->ds),
               &linking->child->place, "DS %u: %s", verdict->ds.key_tag, hint);
    }
}

/* The broken chain. */

static enum finding_id broken_id(const struct link *link)
{
    switch (link->reason) {
    case FINDING_RRSIG_KEY_NOT_ZONE:
        return FINDING_DS_POINTS_NON_ZONE;
    case FINDING_RRSIG_KEY_REVOKED:
        return FINDING_DS_POINTS_REVOKED;
    case FINDING_DS_POINTS_REVOKED:
    case FINDING_DS_NONE_MATCH:
    case FINDING_DS_TAG_WRONG:
    case FINDING_DS_ALG_WRONG:
    case FINDING_DS_DIGEST_WRONG:
    case FINDING_DS_DIGEST_LENGTH:
    case FINDING_DS_SHA1_MASKS:
    case FINDING_LIMIT_VALIDATIONS:
    case FINDING_RRSIG_UNSUPPORTED_ALG:
        return link->reason;
    default:
        return FINDING_DS_NO_VALID_SEP;
    }
}

static const char *signature_words(const struct linking *linking)
{
    struct arena *arena = linking->gathering->survey->run->arena;
    const struct link *link = linking->link;
    const struct sig_verdict *verdict = link->dnskey.deciding;
    const char *key = ds_key_text(arena, link->ds->ds.key_tag, link->ds->ds.algorithm);
    if (link->reason == FINDING_RRSIG_MISSING_KSK || link->reason == FINDING_RRSIG_MISSING_DNSKEY ||
        verdict == NULL) {
        return arena_printf(arena, "DS %s points to a key that does not sign the DNSKEY RRset",
                            key);
    }
    return arena_printf(arena, "DS %s points to a key whose signature over the DNSKEY RRset is %s",
                        key, sig_defects_text(arena, verdict->defects));
}

static const char *broken_words(const struct linking *linking, enum finding_id id)
{
    const struct ds_survey *survey = linking->gathering->survey;
    struct arena *arena = survey->run->arena;
    const struct ds *ds = &linking->link->ds->ds;
    switch (id) {
    case FINDING_DS_NONE_MATCH:
        return arena_printf(arena, "no DS corresponds to any DNSKEY (%s): publish %s",
                            link_ds_text(arena, linking->link->ds),
                            ds_line(survey, entry_key(linking), 2));
    case FINDING_DS_SHA1_MASKS:
        return arena_printf(arena,
                            "the SHA-1 DS is right, but validators look at SHA-2 only, and %s: "
                            "publish %s",
                            link_ds_text(arena, linking->link->ds),
                            ds_line(survey, entry_key(linking), 2));
    case FINDING_DS_POINTS_NON_ZONE:
        return arena_printf(arena,
                            "DS %u points to a key without the Zone Key flag: publish it "
                            "with flags 257",
                            ds->key_tag);
    case FINDING_DS_POINTS_REVOKED:
        return arena_printf(arena,
                            "DS %u points to a revoked key and no other DS works: publish "
                            "%s",
                            ds->key_tag, ds_line(survey, entry_key(linking), 2));
    case FINDING_DS_NO_VALID_SEP:
        return signature_words(linking);
    case FINDING_LIMIT_VALIDATIONS:
        return "more signature checks than a validator would spend: remove surplus keys and "
               "signatures";
    default:
        return link_ds_text(arena, linking->link->ds);
    }
}

/*
 * Whether the DS fit the keys of another server, whose version of the zone is no older: then it is
 * this server that has to change and not the DS, as is said where the keys are compared.
 */
static bool is_left_behind(const struct linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->child_count && !survey->several_signers; i++) {
        const struct ds_child *other = &survey->children[i];
        if (other->key_count > 0 && ds_link(survey, other)->state == LINK_SECURE &&
            !ds_is_older(other, linking->child)) {
            return true;
        }
    }
    return false;
}

static void judge_broken(const struct linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    enum finding_id id = broken_id(linking->link);
    if (id == FINDING_DS_NONE_MATCH && is_left_behind(linking)) {
        return;
    }
    enum finding_id wrong = FINDING_COUNT;
    const struct sig_verdict *deciding = linking->link->dnskey.deciding;
    bool timing = deciding != NULL && (deciding->defects & SIG_TIME_DEFECTS) != 0;
    if ((survey->clock_wrong && timing) || id == FINDING_DS_DIGEST_LENGTH) {
        return; /* the clock is told, and so is every digest of wrong length */
    }
    if (wrong_id(linking->link->ds->fit, &wrong) && wrong == id &&
        id != FINDING_DS_POINTS_REVOKED) {
        say_wrong(linking, linking->link->ds, id, STATE_CRITICAL);
        return;
    }
    ds_say(linking->gathering, about(id, STATE_CRITICAL, &linking->link->ds->ds),
           &linking->child->place, "%s%s", broken_words(linking, id), rollover_words(linking));
}

/* What is left without any DS that validators use. */

static enum state unusable_state(const struct linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < linking->link->count; i++) {
        const struct ds *ds = &linking->link->set[i].ds;
        const struct algorithm *algorithm = policy_algorithm(ds->algorithm);
        const struct digest *digest = policy_digest(ds->digest_type);
        bool standard = algorithm->validation > USE_MUST_NOT && ds->algorithm < 252 &&
                        digest->validation > USE_MUST_NOT;
        if (standard) {
            return STATE_UNKNOWN; /* others may do what we cannot */
        }
    }
    return survey->options->common.expect == EXPECT_SECURE ? STATE_CRITICAL : STATE_WARNING;
}

static void judge_unusable(const struct linking *linking)
{
    const struct link *link = linking->link;
    if (link->ds == NULL) {
        return;
    }
    bool digest = link->reason == FINDING_DS_DIGEST_UNSUPPORTED;
    enum state state =
        link->reason == FINDING_DS_ALG_FORBIDDEN ? STATE_CRITICAL : unusable_state(linking);
    ds_say(linking->gathering, about(link->reason, state, &link->ds->ds), NULL,
           "every DS uses %s that validators do not, as DS %u with %s %u: they treat the zone as "
           "unsigned, roll to algorithm 13 with SHA-256",
           digest ? "a digest type" : "an algorithm", link->ds->ds.key_tag,
           digest ? "digest type" : "algorithm",
           digest ? link->ds->ds.digest_type : link->ds->ds.algorithm);
}

/* Single DS beside others. */

static bool signs(const struct ds_child *child, const struct dnskey *key, bool *tried)
{
    for (size_t i = 0; child->dnskey.verdicts != NULL && i < child->dnskey.set->sig_count; i++) {
        const struct sig_verdict *verdict = &child->dnskey.verdicts[i];
        if (verdict->sig->key_tag == key->tag && verdict->sig->algorithm == key->algorithm) {
            *tried = true;
            if (reason_defects(verdict) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the keys are signed by the algorithm at all. */
static bool algorithm_signs(const struct ds_child *child, uint8_t algorithm)
{
    for (size_t i = 0; child->dnskey.verdicts != NULL && i < child->dnskey.set->sig_count; i++) {
        const struct sig_verdict *verdict = &child->dnskey.verdicts[i];
        if (verdict->sig->algorithm == algorithm && reason_defects(verdict) == 0) {
            return true;
        }
    }
    return false;
}

static void judge_flags(const struct linking *linking, const struct ds_verdict *verdict)
{
    const struct dnskey *key = verdict->key;
    const struct place *place = &linking->child->place;
    bool broken = linking->link->state == LINK_BROKEN;
    if ((key->flags & DNSKEY_ZONE) == 0 && !broken) {
        ds_say(linking->gathering, about(FINDING_DS_POINTS_NON_ZONE, STATE_WARNING, &verdict->ds),
               place, "DS %u points to a key without the Zone Key flag: have it removed",
               verdict->ds.key_tag);
    } else if ((key->flags & DNSKEY_REVOKE) != 0 && !broken) {
        ds_say(linking->gathering, about(FINDING_DS_POINTS_REVOKED, STATE_WARNING, &verdict->ds),
               place, "DS %u points to a revoked key: have it removed", verdict->ds.key_tag);
    } else if ((key->flags & DNSKEY_SEP) == 0) {
        ds_say(linking->gathering, about(FINDING_DS_POINTS_NON_SEP, STATE_OK, &verdict->ds), place,
               "DS %u points to a key without the SEP flag, which is allowed", verdict->ds.key_tag);
    }
}

/* A key that has a DS and does not sign: a standby KSK, or a fault. */
static void judge_idle(const struct linking *linking, const struct ds_verdict *verdict)
{
    const struct dnskey *key = verdict->key;
    bool tried = false;
    if (linking->link->state != LINK_SECURE || !link_ds_counts(verdict) ||
        (key->flags & (DNSKEY_ZONE | DNSKEY_REVOKE)) != DNSKEY_ZONE ||
        signs(linking->child, key, &tried) || !algorithm_signs(linking->child, key->algorithm)) {
        return;
    }
    bool standby = !tried && (key->flags & DNSKEY_SEP) != 0;
    ds_say(linking->gathering,
           about(FINDING_DS_KEY_IDLE, standby ? STATE_OK : STATE_WARNING, &verdict->ds),
           &linking->child->place, "DS %u points to a key that %s%s", verdict->ds.key_tag,
           tried ? "signs the DNSKEY RRset badly" : "does not sign the DNSKEY RRset",
           standby ? ": a standby key" : ": sign with it or have the DS removed");
}

/* Whether the key is published at some other server. */
static bool fits_elsewhere(const struct linking *linking, const struct ds_verdict *verdict)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct dnskey *key = survey->keys[i].key;
        if (key != NULL && crypto_ds_matches(survey->run->crypto, &survey->facts->zone->name, key,
                                             &verdict->ds) == CRYPTO_GOOD) {
            return true;
        }
    }
    return false;
}

static void judge_stale(const struct linking *linking, const struct ds_verdict *verdict)
{
    struct ds_gathering *gathering = linking->gathering;
    const struct ds_survey *survey = gathering->survey;
    if (linking->link->state != LINK_SECURE || fits_elsewhere(linking, verdict) ||
        !algorithm_signs(linking->child, verdict->ds.algorithm)) {
        return;
    }
    bool announced = false;
    for (size_t i = 0; i < survey->cds_count; i++) {
        announced = announced || (survey->cds_verdicts[i].ds.key_tag == verdict->ds.key_tag &&
                                  survey->cds_verdicts[i].ds.algorithm == verdict->ds.algorithm);
    }
    bool young = ds_is_young(gathering, &verdict->ds);
    bool healthy = survey->cds_count > 0 || young;
    ds_say(gathering, about(FINDING_DS_STALE, healthy ? STATE_OK : STATE_WARNING, &verdict->ds),
           NULL, "DS %u matches no DNSKEY%s", verdict->ds.key_tag,
           announced               ? ": CDS list it, a key to come"
           : survey->cds_count > 0 ? ": CDS no longer list it, its removal is pending"
           : young                 ? ": it is new"
                   : ", another one works: have it removed unless its key is to come");
}

static void judge_record(const struct linking *linking, const struct ds_verdict *verdict)
{
    enum finding_id id = FINDING_COUNT;
    bool broken = linking->link->state == LINK_BROKEN;
    if (wrong_id(verdict->fit, &id)) {
        if (!broken || verdict != linking->link->ds) {
            say_wrong(linking, verdict, id,
                      broken && link_ds_counts(verdict) ? STATE_CRITICAL : STATE_WARNING);
        }
    } else if (verdict->fit == DS_FITS) {
        judge_flags(linking, verdict);
        judge_idle(linking, verdict);
    } else if (verdict->fit == DS_NO_KEY && link_ds_counts(verdict)) {
        judge_stale(linking, verdict);
    }
}

static void judge_algorithms(const struct linking *linking)
{
    const struct link *link = linking->link;
    for (size_t i = 0; link->state == LINK_SECURE && i < link->count; i++) {
        const struct ds *ds = &link->set[i].ds;
        enum finding_id wrong = FINDING_COUNT;
        if (!link_ds_counts(&link->set[i]) || algorithm_signs(linking->child, ds->algorithm) ||
            wrong_id(link->set[i].fit, &wrong)) {
            continue; /* one that is wrong has been told */
        }
        ds_say(linking->gathering, about(FINDING_DS_MISSING_ALG, STATE_WARNING, ds),
               &linking->child->place,
               "the DS RRset names algorithm %s, no key of it signs the DNSKEY RRset: sign with it "
               "or have DS %u removed%s",
               policy_algorithm(ds->algorithm)->mnemonic, ds->key_tag, rollover_words(linking));
    }
}

/* What the link rests on was not looked at by this host. */
static void judge_undecided(const struct linking *linking)
{
    const struct ds *ds = linking->link->ds == NULL ? NULL : &linking->link->ds->ds;
    if (linking->link->reason == FINDING_LIMIT_VALIDATIONS) {
        ds_say(linking->gathering, ds_remark_as(FINDING_LIMIT_VALIDATIONS, STATE_UNKNOWN, "DS"),
               NULL,
               "there are too many DS records and keys of one tag to compare them all: remove what "
               "is not used");
        return;
    }
    ds_say(linking->gathering, ds_remark(FINDING_CRYPTO_REFUSED, "DS"), NULL,
           "the crypto policy of this host refuses what DS %u needs: run the check on a host "
           "that allows it",
           ds == NULL ? 0u : ds->key_tag);
}

static void judge_link(struct ds_gathering *gathering, const struct ds_child *child)
{
    struct linking linking = {
        .gathering = gathering, .child = child, .link = ds_link(gathering->survey, child)};
    switch (linking.link->state) {
    case LINK_SECURE:
        break;
    case LINK_BROKEN:
        judge_broken(&linking);
        break;
    case LINK_INSECURE:
        judge_unusable(&linking);
        return;
    case LINK_UNDECIDED:
        judge_undecided(&linking);
        return;
    }
    for (size_t i = 0; i < linking.link->count; i++) {
        judge_record(&linking, &linking.link->set[i]);
    }
    judge_algorithms(&linking);
}

void ds_judge_links(struct ds_gathering *gathering)
{
    const struct ds_survey *survey = gathering->survey;
    for (size_t i = 0; i < survey->child_count; i++) {
        const struct ds_child *child = &survey->children[i];
        if (survey->ds == NULL || !child->dnskey.answered) {
            continue;
        }
        if (child->key_count > 0) {
            /* Without EDNS no signatures come, and that is told of the server. */
            if (child->edns || child->dnskey.set->sig_count > 0) {
                judge_link(gathering, child);
            }
        } else {
            ds_say(gathering, ds_remark(FINDING_DS_CHILD_UNSIGNED_SERVER, "DNSKEY"), &child->place,
                   "the parent has a DS but the zone comes without DNSKEY: check transfers and "
                   "settings of the server");
        }
    }
}
