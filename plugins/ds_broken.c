/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges a link to the DS that is broken, useless or undecided. */
#include "plugins/ds_judge.h"

/* Digest types. */
enum { SHA1 = 1, SHA256 = 2 };

const char *ds_rollover_words(const struct ds_linking *linking)
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
static const struct dnskey *entry_key(const struct ds_linking *linking)
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

bool ds_wrong_id(enum ds_fit fit, enum finding_id *id)
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

/* What to have instead of a wrong DS: nothing where its key has a good one already. */
static const char *right_words(const struct ds_linking *linking, const struct ds_verdict *wrong)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < linking->link->count; i++) {
        const struct ds_verdict *other = &linking->link->set[i];
        if (other->fit == DS_FITS && other->key == wrong->key && other->ds.digest_type != SHA1) {
            return "have it removed";
        }
    }
    return arena_printf(survey->run->arena, "publish %s",
                        ds_line(survey, wrong->key, link_ds_type(&wrong->ds)));
}

void ds_say_wrong(const struct ds_linking *linking, const struct ds_verdict *verdict,
                  enum finding_id id, enum state state)
{
    const struct ds_survey *survey = linking->gathering->survey;
    struct arena *arena = survey->run->arena;
    const char *text = link_ds_text(arena, verdict);
    if (verdict->fit == DS_REVOKED) {
        ds_say(linking->gathering, ds_remark_tag(id, state, "DS", verdict->ds.key_tag),
               &linking->child->place, "%s: have it removed", text);
        return;
    }
    ds_say(linking->gathering, ds_remark_tag(id, state, "DS", verdict->ds.key_tag),
           &linking->child->place, "%s: %s", text, right_words(linking, verdict));
    const char *hint =
        verdict->fit == DS_DIGEST_WRONG
            ? link_ds_owner_text(arena, survey->run->crypto, &survey->target->zone.name,
                                 verdict->key, &verdict->ds)
            : NULL;
    if (hint != NULL) {
        ds_say(linking->gathering,
               ds_remark_tag(FINDING_DS_OWNER, STATE_OK, "DS", verdict->ds.key_tag),
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

/*
 * Whether the DS fit the keys of another server, whose version of the zone is no older: then it is
 * this server that has to change and not the DS.
 */
static bool is_left_behind(const struct ds_linking *linking)
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

/* Whether another DS RRset, which servers of the parent give too, fits the keys of this server. */
static bool fits_another(const struct ds_linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    for (size_t i = 0; i < survey->variant_count; i++) {
        if (survey->variants[i] != NULL && linking->child->links[i].state == LINK_SECURE) {
            return true;
        }
    }
    return false;
}

static const char *signature_words(const struct ds_linking *linking)
{
    struct arena *arena = linking->gathering->survey->run->arena;
    const struct link *link = linking->link;
    const struct sig_verdict *verdict = link->dnskey.deciding;
    static const char transfers[] = "others have a good one, check the transfers of this server";
    bool behind = is_left_behind(linking);
    const char *key = policy_key_text(arena, link->ds->ds.key_tag, link->ds->ds.algorithm);
    if (link->reason == FINDING_RRSIG_MISSING_KSK || link->reason == FINDING_RRSIG_MISSING_DNSKEY ||
        verdict == NULL) {
        return arena_printf(arena, "DS %s points to a key that does not sign the DNSKEY RRset: %s",
                            key, behind ? transfers : "sign it with that key");
    }
    return arena_printf(
        arena, "DS %s points to a key whose signature over the DNSKEY RRset is %s: %s", key,
        ds_defects_text(linking->gathering->survey, verdict),
        behind                                        ? transfers
        : (verdict->defects & SIG_NOT_YET_VALID) != 0 ? "check the clock of the signer"
                                                      : "have it signed anew");
}

/* Other flags make another tag and digest. */
static const char *not_zone_words(const struct ds_linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    const struct ds_verdict *verdict = linking->link->ds;
    const char *line = ds_line(survey, NULL, SHA256);
    if (verdict->key != NULL) {
        struct dnskey right = ds_with_flags(survey, verdict->key, DNSKEY_ZONE | DNSKEY_SEP);
        line = ds_line(survey, &right, SHA256);
    }
    return arena_printf(survey->run->arena,
                        "DS %u points to a key without the Zone Key flag: publish the key with "
                        "flags 257, and %s",
                        verdict->ds.key_tag, line);
}

static const char *broken_words(const struct ds_linking *linking, enum finding_id id)
{
    const struct ds_survey *survey = linking->gathering->survey;
    struct arena *arena = survey->run->arena;
    const struct ds *ds = &linking->link->ds->ds;
    switch (id) {
    case FINDING_DS_NONE_MATCH:
        return arena_printf(arena, "no DS corresponds to any DNSKEY (%s): publish %s",
                            link_ds_text(arena, linking->link->ds),
                            ds_line(survey, entry_key(linking), SHA256));
    case FINDING_DS_SHA1_MASKS:
        return arena_printf(arena,
                            "the SHA-1 DS is right, but validators look at SHA-2 only, and %s: "
                            "publish %s",
                            link_ds_text(arena, linking->link->ds),
                            ds_line(survey, entry_key(linking), SHA256));
    case FINDING_DS_POINTS_NON_ZONE:
        return not_zone_words(linking);
    case FINDING_DS_POINTS_REVOKED:
        return arena_printf(arena,
                            "DS %u points to a revoked key and no other DS works: publish "
                            "%s",
                            ds->key_tag, ds_line(survey, entry_key(linking), SHA256));
    case FINDING_DS_NO_VALID_SEP:
        return signature_words(linking);
    case FINDING_LIMIT_VALIDATIONS:
        return "more signature checks than a validator would spend: remove surplus keys and "
               "signatures";
    default:
        return link_ds_text(arena, linking->link->ds);
    }
}

void ds_judge_broken(const struct ds_linking *linking)
{
    const struct ds_survey *survey = linking->gathering->survey;
    enum finding_id id = broken_id(linking->link);
    if (id == FINDING_DS_NONE_MATCH && (is_left_behind(linking) || fits_another(linking))) {
        return; /* the servers of the zone differ, or those of the parent: that is told of them */
    }
    enum finding_id wrong = FINDING_COUNT;
    const struct sig_verdict *deciding = linking->link->dnskey.deciding;
    bool timing = deciding != NULL && (deciding->defects & SIG_TIME_DEFECTS) != 0;
    if ((survey->clock_wrong && timing) || id == FINDING_DS_DIGEST_LENGTH) {
        return; /* the clock is told, and so is every digest of wrong length */
    }
    if (ds_wrong_id(linking->link->ds->fit, &wrong) && wrong == id &&
        id != FINDING_DS_POINTS_REVOKED) {
        ds_say_wrong(linking, linking->link->ds, id, STATE_CRITICAL);
        return;
    }
    ds_say(linking->gathering,
           ds_remark_tag(id, STATE_CRITICAL, "DS", linking->link->ds->ds.key_tag),
           &linking->child->place, "%s%s", broken_words(linking, id), ds_rollover_words(linking));
}

/* What is left without any DS that validators use. */

static enum state unusable_state(const struct ds_linking *linking)
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

void ds_judge_unusable(const struct ds_linking *linking)
{
    const struct link *link = linking->link;
    if (link->ds == NULL) {
        return;
    }
    const struct ds_survey *survey = linking->gathering->survey;
    const struct dnskey *key = entry_key(linking);
    const char *remedy =
        key == NULL ? "roll to algorithm 13 with SHA-256"
                    : arena_printf(survey->run->arena, "publish %s", ds_line(survey, key, SHA256));
    bool digest = link->reason == FINDING_DS_DIGEST_UNSUPPORTED;
    enum state state =
        link->reason == FINDING_DS_ALG_FORBIDDEN ? STATE_CRITICAL : unusable_state(linking);
    ds_say(linking->gathering, ds_remark_tag(link->reason, state, "DS", link->ds->ds.key_tag), NULL,
           "every DS uses %s that validators do not, as DS %u with %s %u: they treat the zone as "
           "unsigned, %s",
           digest ? "a digest type" : "an algorithm", link->ds->ds.key_tag,
           digest ? "digest type" : "algorithm",
           digest ? link->ds->ds.digest_type : link->ds->ds.algorithm, remedy);
}

/* What the link rests on was not looked at by this host. */
void ds_judge_undecided(const struct ds_linking *linking)
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
