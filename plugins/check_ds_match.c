/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_ds_match: DS at the parent, DNSKEY and CDS of the zone, at each of their servers. */
#include <stddef.h>

#include "frame/plugin.h"
#include "plugins/ds_match.h"

#define AT(member) offsetof(struct ds_options, member)

static const struct option_def option_table[] = {
    {"expect-tag", 0, "TAG", AT(pins), ds_parse_tag,
     "CRITICAL unless the DS records have just the tags given so; may be repeated"},
    {"expect-ds", 0, "DS", AT(pins), ds_parse_record,
     "CRITICAL unless the DS records are just those given so, each as \"TAG ALGORITHM TYPE "
     "DIGEST\"; may be repeated"},
    {"state-file", 0, "FILE", AT(state_file), option_text,
     "remember keys, DS and CDS there from run to run: their age, and what has changed"},
    {"roll-grace", 0, "DURATION", AT(roll_grace), option_duration,
     "how long a phase of a rollover or a pending CDS may last, with --state-file (default: 14d)"},
    {"max-key-age", 0, "DURATION", AT(max_key_age), option_duration,
     "WARNING for keys in use for longer than this, with --state-file (default: any age)"},
    {"multi-signer", 0, NULL, AT(multi_signer), option_flag,
     "several providers sign the zone: their KSKs may differ, each must publish all ZSKs"},
    {"check-bootstrap", 0, NULL, AT(check_bootstrap), option_flag,
     "look for copies of the CDS at the signalling names of the name servers (RFC 9615)"},
    {"weak-keys", 0, "FILE", AT(weak_files), option_texts,
     "CRITICAL for RSA keys in this list of fingerprints, in the format of Debian's "
     "openssl-blacklist; may be repeated"},
    OPTION_END,
};

int main(int argc, char **argv)
{
    const struct ds_options defaults = {.roll_grace = 14 * 86400};
    const struct plugin plugin = {
        .name = "check_ds_match",
        .service = "DS",
        .summary = "Checks the link between the DS at each server of the parent and the DNSKEY, "
                   "CDS and CDNSKEY at each server of the zone, the keys, and the phase of "
                   "rollovers.",
        .noun = "zones",
        .options = option_table,
        .needs_anchors = true,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .validate = ds_validate,
        .keeps = ds_keeps,
        .run = ds_run,
    };
    return plugin_main(&plugin, argc, argv);
}
