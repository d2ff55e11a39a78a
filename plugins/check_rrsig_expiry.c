/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_rrsig_expiry: signatures of a zone at each of its authoritative servers. */
#include <stddef.h>

#include "frame/plugin.h"
#include "plugins/rrsig_expiry.h"
#include "wire/rr.h"

#define AT(member) offsetof(struct rrsig_options, member)

static const struct option_def option_table[] = {
    {"type", 'T', "LIST", AT(types), rrsig_parse_types,
     "types to look at, comma separated; DS stands for the signature of the parent; SOA, DNSKEY "
     "and the NSEC or NSEC3 of a negative answer are always looked at (default: these, NS, CDS, "
     "CDNSKEY, A, AAAA, MX, TXT where present, and DS)"},
    {"warning", 'w', "LIFE", AT(warning), option_horizon,
     "WARNING below this remaining life: a duration (7d), a share of the signature's life (10%), "
     "or both, of which the smaller counts (default: 3d/10%)"},
    {"critical", 'c', "LIFE", AT(critical), option_horizon,
     "CRITICAL below this remaining life (default: 1d/5%)"},
    {"max-life", 0, "DURATION", AT(max_life), option_duration,
     "WARNING for signatures made for longer than this (default: 180d)"},
    OPTION_END,
};

static const uint16_t default_types[] = {RR_SOA, RR_NS,   RR_DNSKEY, RR_CDS, RR_CDNSKEY,
                                         RR_A,   RR_AAAA, RR_MX,     RR_TXT};

int main(int argc, char **argv)
{
    const struct rrsig_options defaults = {
        .types = {.types = default_types,
                  .count = sizeof default_types / sizeof default_types[0],
                  .parent = true},
        .warning = {.seconds = 3 * 86400, .share = 0.10},
        .critical = {.seconds = 86400, .share = 0.05},
        .max_life = 180 * 86400,
    };
    const struct plugin plugin = {
        .name = "check_rrsig_expiry",
        .service = "RRSIG",
        .summary = "Checks the DNSSEC signatures of a zone at each of its authoritative servers: "
                   "present, in their window, far from expiry, cryptographically right.",
        .noun = "zones",
        .options = option_table,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = rrsig_run,
    };
    return plugin_main(&plugin, argc, argv);
}
