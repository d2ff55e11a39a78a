/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What check_nsec says of parameters, of servers that differ, of lies, and of the user's names. */
#include <stdlib.h>

#include "lib/denialzone.h"
#include "lib/suite.h"

#define NSEC_APEX_SET "@ NSEC x.ent A NS SOA RRSIG NSEC DNSKEY\n"
#define NSEC_X        "x.ent NSEC sub A RRSIG NSEC\n"
#define NSEC_WWW      "www NSEC @ A RRSIG NSEC\n"

static void name_all(struct nsec_options *options)
{
    options->names.wildcard = fixture_name("*.w.example.com");
    options->names.unsigned_child = fixture_name("sub.example.com");
    options->names.ent = fixture_name("ent.example.com");
}

static void allow_ten(struct nsec_options *options)
{
    options->max_iterations = 10;
}

static void allow_many(struct nsec_options *options)
{
    options->max_iterations = 1000;
}

static void allow_opt_out(struct nsec_options *options)
{
    options->allow_opt_out = true;
}

static void forbid_nsec(struct nsec_options *options)
{
    options->forbid_nsec = true;
}

static void partial_warning(struct nsec_options *options)
{
    options->common.partial = STATE_WARNING;
}

static const struct denial_row parameter_rows[] = {
    {"1 iteration",
     "nsec3-iter-nonzero=WARNING",
     {.nsec3 = true, .iterations = 1, .param = "1 0 1 -"}},
    {"10 iterations, allowed",
     "nsec3-iter-nonzero=OK",
     {.nsec3 = true, .iterations = 10, .param = "1 0 10 -", .tune = allow_ten}},
    {"11 iterations where 10 are allowed",
     "nsec3-iter-nonzero=WARNING",
     {.nsec3 = true, .iterations = 11, .param = "1 0 11 -", .tune = allow_ten}},
    {"100 iterations",
     "nsec3-iter-insecure=WARNING",
     {.nsec3 = true, .iterations = 100, .param = "1 0 100 -"}},
    {"200 iterations, allowed or not",
     "nsec3-iter-refused=CRITICAL",
     {.nsec3 = true, .iterations = 200, .param = "1 0 200 -", .tune = allow_many}},
    {"more iterations than are worth the work",
     "nsec3-iter-refused=CRITICAL",
     {.nsec3 = true, .iterations = 65535, .param = "1 0 65535 -"}},
    {"a salt", "nsec3-salt=WARNING", {.nsec3 = true, .salt = "aabb", .param = "1 0 0 aabb"}},
    {"Opt-Out", "nsec3-optout-on=WARNING", {.nsec3 = true, .flags = 1}},
    {"Opt-Out, allowed", "nsec3-optout-on=OK", {.nsec3 = true, .flags = 1, .tune = allow_opt_out}},
    {"flags nobody knows", "nsec3-flags-unknown=CRITICAL", {.nsec3 = true, .flags = 4}},
    {"no NSEC3PARAM", "nsec3param-missing=WARNING", {.nsec3 = true, .param = ""}},
    {"an NSEC3PARAM that was lost after the chain was made",
     "nsec3param-missing=WARNING",
     {.nsec3 = true, .edits = {{.question = "@ NSEC3PARAM", .authority = "=@"}}}},
    {"NSEC3PARAM with another salt",
     "nsec3param-mismatch=WARNING",
     {.nsec3 = true, .param = "1 0 0 aa"}},
    {"NSEC3PARAM with another salt, and wrong proofs",
     "nsec3param-mismatch=CRITICAL nsec3-no-match=CRITICAL",
     {.nsec3 = true,
      .param = "1 0 0 aa",
      .edits = {{.question = "@ TYPE65280", .authority = "=www"}}}},
    {"NSEC3PARAM with flags", "nsec3param-flags=WARNING", {.nsec3 = true, .param = "1 1 0 -"}},
    {"two NSEC3PARAM",
     "nsec3param-multiple=WARNING",
     {.nsec3 = true, .param = "1 0 0 -\n@ NSEC3PARAM 1 0 0 aa"}},
    {"an algorithm older than NSEC3",
     "nsec3-with-old-alg=WARNING denial-alg-missing=WARNING",
     {.nsec3 = true, .zone = {.dnskey = "K5 Z5 K1 Z1", .sign_dnskey = "K5 K1", .sign_data = "Z5"}}},
    {"TTL that is not SOA minimum", "nsec-ttl=WARNING", {.zone = {.soa = "7200 3600 604800 600"}}},
    {"a large denial",
     "denial-oversize=OK",
     {.edits = {{.question = "@ TYPE65280", .authority = NSEC_APEX_SET, .size = 1300}}}},
    {"NSEC forbidden", "zone-walkable=WARNING", {.tune = forbid_nsec}},
    {"NSEC3 where NSEC is forbidden", "", {.nsec3 = true, .tune = forbid_nsec}},
};

START_TEST(parameters)
{
    denialzone_judge_rows(parameter_rows, COUNT(parameter_rows));
}
END_TEST

#define SOA_AHEAD "@ SOA ns1 hostmaster 8 7200 3600 604800 3600"

static void silence(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_2);
}

static void silence_all(struct signedzone *zone)
{
    fakenet_silent(zone->net, SERVER_1);
    fakenet_silent(zone->net, SERVER_2);
}

static const struct denial_row server_rows[] = {
    {"NSEC at one, NSEC3 at the other",
     "nsec-kind-differs=CRITICAL@192.0.2.2",
     {.edits = {{.servers = "2", .question = "@ NSEC", .authority = "=@"},
                {.servers = "2", .question = "@ TYPE65280", .authority = "=@"},
                {.servers = "2", .question = "@ AAAA", .authority = "=@"},
                {.servers = "2", .question = "@ MX", .authority = "=@"},
                {.servers = "2", .question = "@ TXT", .authority = "=@"},
                {.servers = "2",
                 .question = R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "=@ ~" R " ~*"},
                {.servers = "2",
                 .question = R "." R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "=@ ~" R " ~*"},
                {.servers = "2",
                 .question = LAST " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "=@ ~" LAST " ~*"},
                {.servers = "2", .question = "@ NSEC3PARAM", .answer = "@ NSEC3PARAM 1 0 0 -"}}}},
    {"both at one server",
     "nsec-kind-differs=CRITICAL@192.0.2.2 nsec-mixed=WARNING@192.0.2.2",
     {.edits = {{.servers = "2", .question = "@ TYPE65280", .authority = "=@"}}}},
    {"another salt at one server",
     "nsec-kind-differs=CRITICAL@192.0.2.2 nsec3param-mismatch=WARNING@192.0.2.2 "
     "nsec3-salt=WARNING@192.0.2.2",
     {.nsec3 = true,
      .edits = {{.servers = "2", .question = "@ NSEC", .authority = "2=@"},
                {.servers = "2", .question = "@ TYPE65280", .authority = "2=@"},
                {.servers = "2",
                 .question = R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "2=@ 2~" R " 2~*"},
                {.servers = "2",
                 .question = R "." R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "2=@ 2~" R " 2~*"}}}},
    {"another salt at one server, which has another version of the zone",
     "nsec3param-mismatch=WARNING@192.0.2.2 nsec-kind-differs=WARNING@192.0.2.2 "
     "nsec3-salt=WARNING@192.0.2.2",
     {.nsec3 = true,
      .edits = {{.servers = "2", .question = "@ SOA", .answer = SOA_AHEAD},
                {.servers = "2", .question = "@ NSEC", .authority = "2=@"},
                {.servers = "2", .question = "@ TYPE65280", .authority = "2=@"}}}},
    {"a type denied that is served, at one server, with --partial warning",
     "nsec-type-contradiction=WARNING@192.0.2.2",
     {.zone = {.subject = "www.example.com"},
      .edits =
          {{.servers = "2", .question = "www AAAA", .authority = "www NSEC @ MX RRSIG NSEC\n"}},
      .tune = partial_warning}},
    {"the same at both",
     "nsec-type-contradiction=CRITICAL",
     {.zone = {.subject = "www.example.com"},
      .edits = {{.question = "www AAAA", .authority = "www NSEC @ MX RRSIG NSEC\n"}},
      .tune = partial_warning}},
    {"no answer to a question about a name that is not there, at one server",
     "rcode-servfail=WARNING@192.0.2.2",
     {.edits = {{.servers = "2", .question = R " A", .rcode = RCODE_SERVFAIL}}}},
    {"the same at both",
     "rcode-servfail=CRITICAL@192.0.2.1 rcode-servfail=CRITICAL@192.0.2.2",
     {.edits = {{.question = R " A", .rcode = RCODE_SERVFAIL}}}},
    {"a negative answer without SOA, at one server",
     "negative-no-soa=CRITICAL@192.0.2.2",
     {.edits = {{.servers = "2",
                 .question = "@ TYPE65280",
                 .authority = NSEC_APEX_SET,
                 .no_soa = true}}}},
    {"silence", "net-timeout-one=WARNING@192.0.2.2", {.zone = {.twist = silence}}},
};

START_TEST(servers)
{
    denialzone_judge_rows(server_rows, COUNT(server_rows));
}
END_TEST

/* The resolver remembers a name server that the zone had. */
static void remember(struct signedzone *zone)
{
    struct rrset a = fixture_rrset(zone->arena, "ns1.example.com. A 192.0.2.1");
    struct fixture_window window = {.inception = (uint32_t)(zone->now - 3 * DAY),
                                    .expiration = (uint32_t)(zone->now + 11 * DAY)};
    a = fixture_sign(zone->arena, &a, signedzone_key(zone, "Z1"), window);
    struct message reply = signedzone_reply(zone, RCODE_NOERROR, &a, NULL);
    reply.aa = false;
    fakenet_answer(zone->net, SERVER_RESOLVER, "ns1.example.com", "A", &reply);
}

static const struct denial_row lie_rows[] = {
    {"what only the resolver knows, from its cache", "", {.zone = {.twist = remember}}},
    {"a type that is served is not in the bitmap",
     "nsec-type-contradiction=CRITICAL",
     {.zone = {.subject = "www.example.com"},
      .edits = {{.question = "www AAAA", .authority = "www NSEC @ MX RRSIG NSEC\n"}}}},
    {"a type that the apex has is not in its bitmap",
     "nsec-type-contradiction=CRITICAL",
     {.edits = {{.question = "@ MX", .answer = "@ MX 10 www"}}}},
    {"the same for NSEC3",
     "nsec-type-contradiction=CRITICAL",
     {.nsec3 = true,
      .zone = {.subject = "www.example.com"},
      .edits = {{.question = "www AAAA", .authority = "=www:MX,RRSIG"}}}},
    {"a span covers a name that exists",
     "nsec-exists-contradiction=CRITICAL",
     {.zone = {.subject = "www.example.com"},
      .edits = {{.question = R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "x.ent NSEC @ A RRSIG NSEC\n" NSEC_APEX_SET}}}},
    {"compact denial of a name that exists",
     "nsec-exists-contradiction=CRITICAL compact-denial=OK",
     {.zone = {.subject = "www.example.com"},
      .edits = {{.question = "www AAAA", .authority = "www NSEC \\000.www RRSIG NSEC TYPE128\n"}}}},
    {"one server denies what the other shows",
     "nsec-exists-contradiction=CRITICAL@192.0.2.2",
     {.zone = {.subject = "www.example.com"},
      .edits = {{.servers = "2",
                 .question = "www A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "sub NSEC @ NS RRSIG NSEC\n" NSEC_APEX_SET}}}},
};

START_TEST(lies)
{
    denialzone_judge_rows(lie_rows, COUNT(lie_rows));
}
END_TEST

#define COMPACT(name, types)                                                                       \
    {                                                                                              \
        .question = name " A", .authority = name " NSEC \\000." name " " types                     \
    }

#define ONLINE_APEX "@ NSEC \\000 A NS SOA RRSIG NSEC DNSKEY"

static const struct denial_row online_rows[] = {
    {"compact denial",
     "compact-denial=OK",
     {.edits = {COMPACT(R, "RRSIG NSEC TYPE128"), COMPACT(R "." R, "RRSIG NSEC TYPE128")}}},
    {"compact denial of the name of --hostname",
     "rec-nxdomain=CRITICAL compact-denial=OK",
     {.zone = {.subject = "gone.example.com"},
      .edits = {COMPACT(R, "RRSIG NSEC TYPE128"),
                COMPACT("gone", "RRSIG NSEC TYPE128"),
                {.question = "gone AAAA", .authority = "gone NSEC \\000.gone RRSIG NSEC TYPE128"},
                {.question = "gone TYPE65280",
                 .authority = "gone NSEC \\000.gone RRSIG NSEC TYPE128"}}}},
    {"compact denial with NXDOMAIN",
     "compact-rcode=WARNING compact-denial=OK",
     {.edits = {COMPACT(R, "RRSIG NSEC TYPE128"),
                {.question = R "." R " A",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = R "." R " NSEC \\000." R "." R " RRSIG NSEC TYPE128"}}}},
    {"compact denial with other types",
     "compact-malformed=WARNING compact-denial=OK",
     {.edits = {COMPACT(R, "MX RRSIG NSEC TYPE128"), COMPACT(R "." R, "RRSIG NSEC TYPE128")}}},
    {"older compact denial",
     "compact-no-signal=OK white-lies=OK",
     {.edits = {COMPACT(R, "RRSIG NSEC"), COMPACT(R "." R, "RRSIG NSEC")}}},
    {"types that are not there, as of Knot",
     "white-lies=OK compact-no-signal=OK",
     {.edits = {COMPACT(R, "AAAA RRSIG NSEC"), COMPACT(R "." R, "AAAA RRSIG NSEC")}}},
    {"a wildcard that answers about all names",
     "white-lies=OK",
     {.tune = forbid_nsec,
      .edits = {{.question = R " A", .answer = R " A 192.0.2.5"},
                {.question = R "." R " A", .answer = R "." R " A 192.0.2.5"},
                {.question = LAST " A", .answer = LAST " A 192.0.2.5"},
                {.question = "@ NSEC", .answer = ONLINE_APEX},
                {.question = "@ NSEC3PARAM", .authority = ONLINE_APEX},
                {.question = "@ TYPE65280", .authority = ONLINE_APEX}}}},
    {"a name next to the apex in a zone that can be walked",
     "zone-walkable=WARNING white-lies=OK",
     {.tune = forbid_nsec, .edits = {{.question = "@ TYPE65280", .authority = ONLINE_APEX}}}},
    {"narrow spans",
     "white-lies=OK",
     {.nsec3 = true,
      .edits = {{.question = R " A", .rcode = RCODE_NXDOMAIN, .authority = "=@ <" R " <*"},
                {.question = R "." R " A", .rcode = RCODE_NXDOMAIN, .authority = "=@ <" R " <*"}}}},
};

START_TEST(online)
{
    denialzone_judge_rows(online_rows, COUNT(online_rows));
}
END_TEST

static void name_outside(struct nsec_options *options)
{
    options->names.ent = fixture_name("ent.example.net");
}

#define DANGLING                                                                                   \
    .rcode = RCODE_NXDOMAIN, .answer = "*.w CNAME nothere", .expanded = R ".w",                    \
    .authority = "*.w NSEC www CNAME RRSIG NSEC\n" NSEC_X NSEC_APEX_SET

static const struct denial_row name_rows[] = {
    {"an ENT that is denied",
     "ent-denied-nxdomain=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "ent A", .rcode = RCODE_NXDOMAIN, .authority = NSEC_APEX_SET}}}},
    {"an ENT with records",
     "nsec-exists-contradiction=CRITICAL probe-name-unfit=UNKNOWN",
     {.tune = name_all, .edits = {{.question = "ent A", .answer = "ent A 192.0.2.7"}}}},
    {"a wildcard that is not there",
     "rec-nxdomain=CRITICAL white-lies=OK",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w A", .rcode = RCODE_NXDOMAIN, .authority = "=w <" R ".w <*.w"},
                {.question = R ".w TYPE65280",
                 .rcode = RCODE_NXDOMAIN,
                 .authority = "=w <" R ".w <*.w"}}}},
    {"a name in a zone that the servers have as well",
     "probe-name-unfit=UNKNOWN",
     {.tune = name_all,
      .edits = {{.question = "ent A",
                 .authority = "ent SOA ns1 hostmaster 7 7200 3600 604800 3600\n"
                              "ent NSEC ent NS SOA RRSIG NSEC DNSKEY"}}}},
    {"a wildcard below a delegation",
     "probe-name-unfit=UNKNOWN",
     {.tune = name_all,
      .edits =
          {{.question = R ".w A", .authority = "w NS ns.example.net.", .not_aa = true},
           {.question = R ".w TYPE65280", .authority = "w NS ns.example.net.", .not_aa = true}}}},
    {"a child with DS",
     "probe-name-unfit=UNKNOWN",
     {.tune = name_all,
      .edits = {{.question = "sub DS",
                 .answer = "sub DS 1 13 2 "
                           "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}}}},
    {"a child that is an ordinary name",
     "probe-name-unfit=UNKNOWN",
     {.tune = name_all,
      .edits = {{.question = "sub DS", .authority = "sub NSEC *.w A RRSIG NSEC\n"},
                {.question = "sub NS", .authority = "sub NSEC *.w A RRSIG NSEC\n"}}}},
    {"a child that is an ordinary name, by NSEC3",
     "probe-name-unfit=UNKNOWN",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = "sub DS", .authority = "=sub:A"},
                {.question = "sub NS", .authority = "=sub:A"}}}},
    {"a delegation that the proof does not know",
     "nsec-ds-ns-bit-clear=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "sub DS", .authority = "sub NSEC *.w A RRSIG NSEC\n"}}}},
    {"a DS denied by a child that the servers have as well",
     "nsec-child-side-ds=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "sub DS",
                 .authority = "sub NSEC sub NS SOA RRSIG NSEC DNSKEY",
                 .signing = SIGN_FOREIGN}}}},
    {"the same by NSEC3",
     "nsec-child-side-ds=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "sub DS",
                 .authority = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.sub NSEC3 1 0 0 - "
                              "2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA RRSIG DNSKEY NSEC3PARAM",
                 .signing = SIGN_FOREIGN}}}},
    {"the same by a child that is not signed",
     "nsec-child-side-ds=CRITICAL",
     {.tune = name_all,
      .edits = {{.question = "sub DS",
                 .authority = "sub SOA ns1 hostmaster 7 7200 3600 604800 3600"}}}},
    {"an ENT that is denied by NXNAME",
     "ent-denied-nxdomain=CRITICAL white-lies=OK compact-no-signal=OK compact-denial=OK",
     {.tune = name_all,
      .edits = {COMPACT("ent", "RRSIG NSEC TYPE128"), COMPACT(R, "AAAA RRSIG NSEC")}}},
    {"an ENT with records of another type",
     "probe-name-unfit=UNKNOWN",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = "ent A", .authority = "=ent:TXT,RRSIG"}}}},
    {"an ENT that is not there, below a wildcard",
     "probe-name-unfit=UNKNOWN white-lies=OK",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = "ent A", .authority = "=@ <ent ^*:TXT,RRSIG"}}}},
    {"a wildcard that is not there, below another one",
     "nsec-exists-contradiction=CRITICAL probe-name-unfit=UNKNOWN white-lies=OK",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w A",
                 .answer = "* A 192.0.2.5",
                 .expanded = R ".w",
                 .authority = "<w"}}}},
    {"a wildcard that is not there, below another one without the type",
     "probe-name-unfit=UNKNOWN white-lies=OK",
     {.nsec3 = true,
      .tune = name_all,
      .edits = {{.question = R ".w TYPE65280", .authority = "=@ <w ^*:TXT,RRSIG"}}}},
    {"a wildcard with an alias of a name that is not there",
     "",
     {.tune = name_all,
      .edits = {{.question = R ".w A", DANGLING}, {.question = R ".w TYPE65280", DANGLING}}}},
    {"a name outside the zone", "probe-name-unfit=UNKNOWN", {.tune = name_outside}},
    {"a name outside what was taken for the zone, and no server that tells",
     "net-timeout-all=CRITICAL",
     {.zone = {.use_servers = true, .twist = silence_all}, .tune = name_outside}},
};

START_TEST(names)
{
    denialzone_judge_rows(name_rows, COUNT(name_rows));
}
END_TEST

SUITE_MAIN("nsec_policy", parameters, servers, lies, online, names)
