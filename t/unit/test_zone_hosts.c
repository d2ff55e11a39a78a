/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a name server of a zone is one without address. */
#include "ask/zone.h"
#include "lib/suite.h"

/* Only a host whose every address question was answered with none lacks an address. */
START_TEST(hosts_without_address)
{
    static const struct {
        int a, aaaa; /* rcode, or -1: no reply, -2: not asked */
        bool lacks;
    } cases[] = {
        {RCODE_NOERROR, RCODE_NOERROR, true},
        {RCODE_NXDOMAIN, RCODE_NXDOMAIN, true},
        {RCODE_NOERROR, RCODE_NXDOMAIN, true},
        {RCODE_SERVFAIL, RCODE_NOERROR, false},
        {RCODE_NOERROR, RCODE_SERVFAIL, false},
        {-1, RCODE_NOERROR, false},
        {RCODE_NOERROR, -1, false},
        {-2, RCODE_NOERROR, false},
        {RCODE_NXDOMAIN, -2, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message a_reply = {.rcode = (uint16_t)cases[i].a};
        struct message aaaa_reply = {.rcode = (uint16_t)cases[i].aaaa};
        struct question a = {.type = RR_A, .reply = cases[i].a < 0 ? NULL : &a_reply};
        struct question aaaa = {.type = RR_AAAA, .reply = cases[i].aaaa < 0 ? NULL : &aaaa_reply};
        struct zone_host host = {.a = cases[i].a == -2 ? NULL : &a,
                                 .aaaa = cases[i].aaaa == -2 ? NULL : &aaaa};
        ck_assert_msg(zone_host_lacks_address(&host) == cases[i].lacks, "case %zu", i);
    }
}
END_TEST

/* What an alias leads to only a resolver tells. */
START_TEST(hosts_behind_an_alias)
{
    struct rrset alias = {.type = RR_CNAME, .count = 1};
    struct message reply = {.answer = {.rrsets = &alias, .count = 1}};
    struct question a = {.type = RR_A, .reply = &reply};
    struct question aaaa = {.type = RR_AAAA, .reply = &reply};
    struct zone_host host = {.a = &a, .aaaa = &aaaa};
    ck_assert(!zone_host_lacks_address(&host));
    a.flags = QUERY_RECURSE;
    aaaa.flags = QUERY_RECURSE;
    ck_assert(zone_host_lacks_address(&host));
}
END_TEST

SUITE_MAIN("zone_hosts", hosts_without_address, hosts_behind_an_alias)
