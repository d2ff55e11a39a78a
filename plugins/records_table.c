/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of check_dns_records as a table, and their defaults. */
#include <stddef.h>

#include "plugins/records.h"

static const char *parse_count(struct arena *arena, const char *text, void *target)
{
    return records_parse_range(arena, text, false, target);
}

static const char *parse_ttl(struct arena *arena, const char *text, void *target)
{
    return records_parse_range(arena, text, true, target);
}

#define AT(member) offsetof(struct records_options, member)

static const struct option_def option_table[] = {
    {"type", 'T', "TYPE[,TYPE...]", AT(types), records_parse_types,
     "record types to ask for (default: those of --expect-value, else SOA and NS at the apex of a "
     "zone, A and AAAA elsewhere)"},
    {"expect-value", 'e', "RDATA", AT(values), option_texts,
     "a record that has to be there, as in a zone file; with several types \"TYPE RDATA\"; may be "
     "repeated"},
    {"exact", 0, NULL, AT(exact), option_flag, "records that are not expected are CRITICAL"},
    {"regex", 0, "RE", AT(regex), option_text,
     "a POSIX extended regular expression that a record of each type has to match"},
    {"expect-rcode", 0, "RCODE", AT(rcode), records_parse_rcode,
     "the response code that is expected: NOERROR, NXDOMAIN, REFUSED and so on"},
    {"count", 0, "RANGE", AT(count), parse_count,
     "CRITICAL when the number of records is outside this range"},
    {"ttl", 0, "RANGE", AT(ttl), parse_ttl,
     "WARNING when a TTL is outside this range (default: 1:1w)"},
    {"serial-lag", 0, "RANGE", AT(lag), records_parse_lag,
     "servers may lie behind the newest serial by this: in serials, or in time where the range "
     "has a unit (2h); CRITICAL outside (default: any lag is a WARNING)"},
    {"compare", 0, NULL, AT(compare), option_flag,
     "compare the servers whatever their serials; with several --resolver compare these instead"},
    {"allow-variants", 0, NULL, AT(allow_variants), option_flag,
     "servers may answer differently, and one of the expected records suffices"},
    {"baseline", 0, "FILE", AT(baseline), option_text,
     "CRITICAL when the answer is not the one recorded there"},
    {"baseline-update", 0, NULL, AT(baseline_update), option_flag,
     "record the answer in the file of --baseline"},
    {"require-secure", 0, NULL, AT(require_secure), option_flag,
     "CRITICAL when the answer is not secure (always so for TLSA, SSHFP, OPENPGPKEY, SMIMEA, DS, "
     "CDS, CDNSKEY)"},
    {"allow-private", 0, NULL, AT(allow_private), option_flag,
     "name servers may have addresses that cannot be reached from the Internet"},
    {"check-csync", 0, NULL, AT(check_csync), option_flag,
     "WARNING when the parent has not copied what the zone asks for by CSYNC (RFC 7477)"},
    {"check-axfr", 0, NULL, AT(check_axfr), option_flag,
     "WARNING when a server gives the whole zone to this host (AXFR)"},
    {"warning", 'w', "RANGE", AT(warning), option_range,
     "WARNING when an answer takes longer, in seconds (default: none)"},
    {"critical", 'c', "RANGE", AT(critical), option_range,
     "CRITICAL when an answer takes longer, in seconds (default: none)"},
    OPTION_END,
};

const struct option_def *records_option_table(void)
{
    return option_table;
}

struct records_options records_defaults(void)
{
    return (struct records_options){
        .rcode = RCODE_ANY,
        .warning = range_whole(),
        .critical = range_whole(),
    };
}
