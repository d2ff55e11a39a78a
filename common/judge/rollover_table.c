/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The phases of rollovers (RFC 6781 4.1, RFC 7583 3).
 *
 * The first row that fits counts, so rows that need more letters stand first.
 */
#include "judge/rollover_table.h"

#include <stddef.h>

/* KSK and CSK: by two keys, by two DS, or by both. */
const struct rollover_row rollover_entry_rows[] = {
    {"ksk-submitted", "DPS?", "-PSC", ROLLOVER_HEALTHY,
     "{old} has the DS, CDS ask for that of {new}",
     "keep {old} until the new DS has been at all servers of the parent for {ds-ttl}"},
    {"ksk-new-key", "DPSC", "-P?-", ROLLOVER_HEALTHY,
     "{old} has the DS and CDS, {new} is published beside it",
     "once {new} signs the DNSKEY RRset and has been at all servers for {key-ttl}, its CDS may "
     "follow, do not remove {old} yet"},
    {"ksk-new-key", "DPS.", "-P?.", ROLLOVER_HEALTHY,
     "{old} has the DS, {new} is published beside it",
     "once {new} signs the DNSKEY RRset and has been at all servers for {key-ttl}, its DS may go "
     "to "
     "the parent, do not remove {old} yet"},
    {"ksk-ds-swapped", "-P?-", "DPSC", ROLLOVER_HEALTHY,
     "the DS is that of {new} at {seen}, {old} is still published",
     "keep {old} until the old DS has been gone from all servers of the parent for {ds-ttl}, then "
     "remove it"},
    {"ksk-ds-swapped", "-P?.", "DPS.", ROLLOVER_HEALTHY,
     "the DS is that of {new} at {seen}, {old} is still published",
     "keep {old} until the old DS has been gone from all servers of the parent for {ds-ttl}, then "
     "remove it"},
    {"ksk-ds-both", "DPS-", "DPSC", ROLLOVER_HEALTHY,
     "DS of {old} and of {new}, the latter at {seen}, CDS ask for the new one alone",
     "the old DS may go, keep {old} until that is gone from all servers of the parent for "
     "{ds-ttl}"},
    {"ksk-ds-both", "DPS?", "DPS?", ROLLOVER_HEALTHY,
     "DS of {old} and of {new}, both sign the DNSKEY RRset",
     "once both DS have been at all servers of the parent for {ds-ttl}, the old DS may go, and "
     "{ds-ttl} later its key"},
    {"ksk-standby", "DPS?", "DP-?", ROLLOVER_RESTING,
     "{old} signs the DNSKEY RRset, {new} stands by with a DS and does not sign",
     "it may take over at any time once its DS has been there for {ds-ttl}"},
    {"ksk-ds-ahead", "DPSC", "D--C", ROLLOVER_HEALTHY,
     "{old} signs, the DS of {new} is at {seen} ahead of its key, as CDS ask",
     "once that DS has been at all servers of the parent for {ds-ttl}, {new} may replace {old}, "
     "not before"},
    {"ksk-old-ds-left", "D---", "DPSC", ROLLOVER_HEALTHY,
     "{new} has replaced {old}, whose DS is still there and no longer in the CDS",
     "the old DS may go once {new} has been at all servers for {key-ttl}"},
    {"ksk-old-ds-left", "D--C", "DPSC", ROLLOVER_HEALTHY,
     "{new} has replaced {old}, whose DS is still there",
     "the old DS and CDS may go once {new} has been at all servers for {key-ttl}"},
    {"ksk-ds-ahead", "DPS.", "D--.", ROLLOVER_HEALTHY,
     "{old} signs, a DS of {new} is at {seen} without its key",
     "once that DS has been at all servers of the parent for {ds-ttl}, {new} may replace {old}, "
     "not before"},
    {"ksk-old-ds-left", "D--.", "DPS.", ROLLOVER_HEALTHY,
     "{new} has replaced {old}, whose DS is still there", "the old DS may go now"},
    {"ksk-cds-ahead", "DPSC", "---C", ROLLOVER_HEALTHY,
     "{old} signs, CDS ask for a DS of {new} ahead of its key",
     "{new} may replace {old} once its DS has been at all servers of the parent for {ds-ttl}, not "
     "before"},
    {"ksk-broken-ds-first", "-PS?", "D--?", ROLLOVER_BROKEN,
     "the DS was changed to {new} before that key was published", NULL},
    {"ksk-broken-not-signing", "-PS?", "DP-?", ROLLOVER_BROKEN,
     "the DS was changed to {new}, which does not sign the DNSKEY RRset yet", NULL},
    {"ksk-broken-key-gone", "D--?", "-PS?", ROLLOVER_BROKEN,
     "the key {old} was removed before its DS was changed to that of {new}", NULL},
    {.phase = NULL},
};

const struct rollover_row rollover_zsk_rows[] = {
    {"zsk-double-signature", "PA*", "PA*", ROLLOVER_HEALTHY, "ZSKs {old} and {new} both sign",
     "either may go once both signatures have been at all servers for {data-ttl}, or a mixture is "
     "left"},
    {"zsk-signing", "PA-", "PA-", ROLLOVER_HEALTHY,
     "part of the data is signed by {old}, part by {new}",
     "keep both until everything is signed by one and {data-ttl} have passed"},
    {"zsk-signing", "PA?", "PA?", ROLLOVER_HEALTHY,
     "the data is signed by {old}, part of it by {new} too",
     "keep both until everything is signed by one and {data-ttl} have passed"},
    {"zsk-published", "PA?", "P--", ROLLOVER_RESTING, "ZSK {old} signs, {new} is published",
     "{new} may sign once it has been at all servers for {key-ttl}, not before"},
    {"zsk-retired", "P--", "PA?", ROLLOVER_RESTING, "ZSK {new} signs, {old} no longer does",
     "{old} may go once no signature of it is left and {data-ttl} have passed"},
    {"zsk-signatures-left", "-A?", "PA*", ROLLOVER_HEALTHY,
     "signatures by {old}, which is not published, stand beside those of {new}",
     "they may go: {old} was removed, or is about to be published"},
    {.phase = NULL},
};

/* RFC 6781 4.1.4, conservative and liberal (RFC 6840 5.11). */
const struct rollover_row rollover_algorithm_rows[] = {
    {"algorithm-presigned", "DPSA", "---A", ROLLOVER_HEALTHY,
     "{old-alg} is in use, data is signed with {new-alg} too, keys of which are not published",
     "they may be published once all is signed with both and {data-ttl} have passed"},
    {"algorithm-published", "DPSA", "-PSA", ROLLOVER_HEALTHY,
     "keys of {old-alg} and {new-alg} both sign, the DS is of {old-alg}",
     "the DS of {new-alg} may go to the parent once all servers have had its keys for {key-ttl}, "
     "do "
     "not remove keys of {old-alg} yet"},
    {"algorithm-ds-both", "DPSA", "DPSA", ROLLOVER_HEALTHY,
     "keys and DS of {old-alg} and {new-alg}",
     "the DS of {old-alg} may go, keep its keys until that has been gone from all servers of the "
     "parent for {ds-ttl}"},
    {"algorithm-ds-swapped", "-PSA", "DPSA", ROLLOVER_HEALTHY,
     "keys of {old-alg} and {new-alg} both sign, the DS is of {new-alg} at {seen}",
     "keys of {old-alg} may go once its DS has been gone from all servers of the parent for "
     "{ds-ttl}, their signatures {key-ttl} later"},
    {"algorithm-unpublished", "---A", "DPSA", ROLLOVER_HEALTHY,
     "{new-alg} is in use, signatures of {old-alg}, keys of which are gone, are left",
     "they may go once the keys have been gone for {key-ttl}"},
    {"algorithm-partly-signed", "DPSA", "?PS-", ROLLOVER_HEALTHY,
     "keys of {old-alg} and {new-alg}, data is not signed with {new-alg} yet",
     "sign all data with both, keep keys and DS of {old-alg} until then and {ds-ttl} longer"},
    {"algorithm-broken-data", "DPS-", "-PSA", ROLLOVER_BROKEN,
     "the DS is of {old-alg}, data is signed with {new-alg} only", NULL},
    {"algorithm-broken-ds-early", "DPS?", "D?-?", ROLLOVER_BROKEN,
     "a DS of {new-alg} was added before keys of it sign", NULL},
    {"algorithm-broken-ds-first", "-PS?", "D--?", ROLLOVER_BROKEN,
     "the DS was changed to {new-alg} before keys of it were published", NULL},
    {"algorithm-broken-keys-gone", "D--?", "-PS?", ROLLOVER_BROKEN,
     "the keys of {old-alg} were removed before its DS was", NULL},
    {.phase = NULL},
};

const struct rollover_row rollover_security_rows[] = {
    {"signing-no-ds", "", "", ROLLOVER_HEALTHY, "the zone is signed, the parent has no DS yet",
     "once all servers have had the signed zone for {data-ttl}, the DS of {new} may go to the "
     "parent"},
    {"signing-cds", "", "", ROLLOVER_HEALTHY,
     "the zone is signed and asks for its first DS by CDS, the parent has none yet",
     "keep the zone signed from now on, the parent may take it, or hand in the DS of {new}"},
    {"unsigning-requested", "", "", ROLLOVER_HEALTHY,
     "the removal of the DS is requested, the parent still has it",
     "keep the zone signed until the DS has been gone from all servers of the parent for {ds-ttl}"},
    {"unsigning-ds-gone", "", "", ROLLOVER_HEALTHY, "the DS has been removed as was requested",
     "the zone may become unsigned once the DS has been gone from all servers of the parent for "
     "{ds-ttl}"},
};

const struct rollover_row rollover_revocation_row[1] = {
    {"revocation", "", "", ROLLOVER_HEALTHY,
     "key {old} is revoked and says so itself, {new} signs the DNSKEY RRset",
     "keep {old} published for 30 days, then remove it"},
};
