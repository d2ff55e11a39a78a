/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each finding that check_ds_match makes of keys and of CDS. */
#include "lib/linkzone.h"
#include "lib/suite.h"

#define CDS(keys) .cds = (keys), .cdnskey = (keys)

/* Keys. */

#define X8   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 48 octets */
#define X64  X8 "AAAAAAAAAAAAAAAAAAAAAA=="
#define N8   "////////////////////////////////////////////////////////////////" /* 48 octets */
#define N128 N8 N8 N8

static void flags(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 258 3 100 " N8);
}

static void not_recommended(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 10 AwEAAf" N128 N128 "//");
}

static void not_for_zones(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 2 " N8);
}

static void private_algorithm(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 253 " N8);
}

static void forbidden_algorithm(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 3 " N8);
}

static void no_point(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 13 " X64);
}

/* Exponent, then modulus (RFC 3110 2). */
static void rsa_short(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 AwEAAf" N8 N8 N8 N8 "//");
}

static void rsa_tiny(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 AwEAAf" N8 "//");
}

static void rsa_long(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 AwEAAf" N128 N128 N128 N128 "//");
}

static void rsa_exponent_one(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 AwAAAf" N128 N128 "//");
}

static void rsa_exponent_even(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 AwEAAv" N128 N128 "//");
}

static void rsa_exponent_long(struct linkzone *zone)
{
    linkzone_add_key(zone, "example.com. DNSKEY 256 3 8 BgEAAAAAAf" N128 N128 "//");
}

static void large_answer(struct linkzone *zone)
{
    struct rrset set;
    ck_assert(keyring_dnskeys(&zone->base.keyring, "example.com", "K1 Z1", &set));
    const struct signer signer = {
        .ring = &zone->base.keyring, .owner = "example.com", .now = zone->base.now, .keys = "K1"};
    set = keyring_sign(&signer, set, NULL, 0);
    struct message reply = signedzone_reply(&zone->base, RCODE_NOERROR, &set, NULL);
    reply.size = 1400;
    fakenet_answer(zone->base.net, SERVER_1, "example.com", "DNSKEY", &reply);
    fakenet_answer(zone->base.net, SERVER_2, "example.com", "DNSKEY", &reply);
}

static void many_keys(struct linkzone *zone)
{
    const char *text = "";
    for (unsigned i = 0; i < 11; i++) {
        text = arena_printf(zone->base.arena, "%sexample.com. DNSKEY 256 3 15 %c%.41s8=\n", text,
                            (int)('A' + i), N8);
    }
    linkzone_add_key(zone, text);
}

static void stray_records(struct linkzone *zone)
{
    struct rrset set = linkzone_rrset(zone, '1', "www.example.com. DNSKEY 256 3 13 " X64);
    linkzone_answer(zone, SERVER_1, RCODE_NOERROR, &set, NULL, "www.example.com", "DNSKEY");
    set = linkzone_rrset(zone, '2', "www.example.com. CDS 1 13 2 00");
    linkzone_answer(zone, SERVER_2, RCODE_NOERROR, &set, NULL, "www.example.com", "CDS");
}

static void own_ds(struct linkzone *zone)
{
    struct rrset set = linkzone_rrset(zone, '2', "example.com. DS 1 13 2 00");
    linkzone_answer(zone, SERVER_2, RCODE_NOERROR, &set, NULL, "example.com", "DS");
}

static const struct link_row key_rows[] = {
    {"reserved flags",
     "dnskey-alg-unassigned=WARNING dnskey-flags-reserved=WARNING",
     {.twist = flags}},
    {"protocol of a key that signs",
     "dnskey-protocol=CRITICAL",
     {.zone = {.dnskey = "K1 Z1p", .sign_data = "Z1p"}}},
    {"protocol of a key that does not sign",
     "dnskey-protocol=WARNING <zsk-published>",
     {.zone = {.dnskey = "K1 Z1 Z2p"}}},
    {"impossible length", "dnskey-length=CRITICAL", {.zone = {.dnskey = "K1 Z1s"}}},
    {"no point of its curve", "dnskey-point-invalid=WARNING <zsk-published>", {.twist = no_point}},
    {"no zone key",
     "ds-points-non-zone-key=CRITICAL dnskey-no-zone-key=CRITICAL",
     {.zone = {.ds = "K1n", .dnskey = "K1n", .sign_dnskey = "K1n", .sign_data = "K1n"}}},
    {"revoked and silent about it",
     "dnskey-revoked-unsigned=WARNING dnskey-revoked-present=OK",
     {.zone = {.dnskey = "K1 Z1 K2r"}}},
    {"algorithm 10", "dnskey-alg-notrec=WARNING", {.twist = not_recommended}},
    {"algorithm 2", "dnskey-alg-not-zone=WARNING", {.twist = not_for_zones}},
    {"algorithm 253", "dnskey-alg-private=WARNING", {.twist = private_algorithm}},
    {"algorithm 3", "ds-alg-forbidden=WARNING", {.twist = forbidden_algorithm}},
    {"RSA of 1552 bits", "dnskey-rsa-short=WARNING", {.twist = rsa_short}},
    {"RSA of 400 bits", "dnskey-rsa-short=CRITICAL", {.twist = rsa_tiny}},
    {"RSA of 4600 bits", "dnskey-rsa-long=WARNING", {.twist = rsa_long}},
    {"exponent 1", "dnskey-rsa-exponent=CRITICAL", {.twist = rsa_exponent_one}},
    {"even exponent", "dnskey-rsa-exponent=CRITICAL", {.twist = rsa_exponent_even}},
    {"long exponent", "dnskey-rsa-exponent=WARNING", {.twist = rsa_exponent_long}},
    {"two keys of one tag, one signs",
     "dnskey-tag-collision=CRITICAL dnskey-point-invalid=WARNING",
     {.zone = {.dnskey = "K1 Z1 Z1c"}}},
    {"two keys of one tag, none signs",
     "dnskey-point-invalid=WARNING dnskey-tag-collision=WARNING",
     {.zone = {.dnskey = "K1 Z1 Z2 Z2c"}}},
    {"large answer", "dnskey-too-many=WARNING", {.twist = large_answer}},
    {"many keys", "dnskey-too-many=WARNING", {.twist = many_keys}},
    {"keys and CDS below the apex",
     "dnskey-not-apex=WARNING" AT1 " cds-not-apex=WARNING" AT2,
     {.zone = {.subject = "www.example.com"}, .twist = stray_records}},
    {"a DS in the zone itself", "ds-at-child-apex=WARNING" AT2, {.twist = own_ds}},
    {"a key that signs data is missing at one server",
     "dnskey-missing-server=CRITICAL" AT2,
     {.dnskey_2 = "K1"}},
};

START_TEST(keys)
{
    linkzone_judge_rows(key_rows, COUNT(key_rows));
}
END_TEST

/* CDS. */

static void malformed_delete(struct linkzone *zone)
{
    struct rrset set = linkzone_rrset(zone, '1', "example.com. CDS 0 0 1 00");
    linkzone_answer(zone, SERVER_1, RCODE_NOERROR, &set, NULL, "example.com", "CDS");
    linkzone_answer(zone, SERVER_2, RCODE_NOERROR, &set, NULL, "example.com", "CDS");
}

static void mixed_delete(struct linkzone *zone)
{
    struct rrset set =
        linkzone_rrset(zone, '1',
                       "example.com. CDS 0 0 0 00\nexample.com. CDS 1 13 2 "
                       "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    linkzone_answer(zone, SERVER_1, RCODE_NOERROR, &set, NULL, "example.com", "CDS");
    linkzone_answer(zone, SERVER_2, RCODE_NOERROR, &set, NULL, "example.com", "CDS");
}

static void expect_any(struct ds_options *options)
{
    options->common.expect = EXPECT_ANY;
}

#define TWICE(id) id " " id

static const struct link_row cds_rows[] = {
    {"CDS of the key with the DS", "", {CDS("K1")}},
    {"CDS alone", "cds-only=OK", {.cds = "K1"}},
    {"CDNSKEY alone", "cdnskey-only=OK", {.cdnskey = "K1"}},
    {"CDS by SHA-384 too", "", {.cds = "K1 K1/4", .cdnskey = "K1"}},
    {"CDS by SHA-1 too", "cds-sha1=WARNING", {.cds = "K1 K1/1", .cdnskey = "K1"}},
    {"CDS and CDNSKEY of different keys",
     "cds-mismatch-cdnskey=WARNING <ksk-new-key> cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}, .cds = "K1", .cdnskey = "K2"}},
    {"differing, nothing pending", "cds-inconsistent=WARNING" AT2, {CDS("K1"), .cds_2 = ""}},
    {"differing in a roll",
     TWICE("cds-inconsistent=CRITICAL" AT2) " <ksk-submitted> cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"},
      CDS("K2"),
      .cds_2 = "K1",
      .cdnskey_2 = "K1"}},
    {"differing in a roll, the other way round",
     TWICE("cds-inconsistent=CRITICAL" AT2) " <ksk-new-key> cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"},
      CDS("K1"),
      .cds_2 = "K2",
      .cdnskey_2 = "K2"}},
    {"a removal that one server asks for",
     TWICE("cds-inconsistent=CRITICAL" AT2) " cds-delete=WARNING cds-pending=OK",
     {CDS("K1"), .cds_2 = "delete", .cdnskey_2 = "delete"}},
    {"unsigned",
     TWICE("cds-unsigned=WARNING"),
     {CDS("K1"), .odd = {{.types = "CDS CDNSKEY", .deed = DEED_UNSIGN}}}},
    {"signed badly",
     TWICE("cds-bad-sig=WARNING"),
     {CDS("K1"), .odd = {{.types = "CDS CDNSKEY", .deed = DEED_RESIGN, .spoilt = true}}}},
    {"signed by a key without DS",
     TWICE("cds-not-by-trusted-key=WARNING"),
     {CDS("K1"), .sign_cds = "Z1"}},
    {"signed by a key that is not published",
     TWICE("cds-bad-sig=WARNING"),
     {CDS("K1"), .sign_cds = "X1"}},
    {"would break: no such key",
     "cds-would-break=CRITICAL cds-no-dnskey-match=WARNING cds-pending=OK",
     {CDS("K2")}},
    {"would break: the key does not sign",
     "cds-would-break=CRITICAL cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1"}, CDS("K2")}},
    {"would break: only CDNSKEY",
     "cds-would-break=CRITICAL cdnskey-only=OK cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1"}, .cdnskey = "K2"}},
    {"would break: wrong digest",
     "cds-would-break=CRITICAL cds-mismatch-cdnskey=WARNING cds-no-dnskey-match=WARNING "
     "cds-pending=OK",
     {.cds = "K1=d", .cdnskey = "K1"}},
    {"a CDS too many",
     "cds-no-dnskey-match=WARNING cds-pending=OK",
     {.zone = {.dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}, CDS("K2 X1")}},
    {"key without Zone flag",
     "cds-non-zone=WARNING cds-pending=OK",
     {.zone = {.dnskey = "K1 Z1 K2n", .sign_dnskey = "K1"}, CDS("K1 K2n")}},
    {"key without SEP flag",
     "ds-points-non-sep=OK dnskey-no-sep-flag=OK cds-non-sep=OK",
     {.zone = {.ds = "Z1", .dnskey = "Z1", .sign_dnskey = "Z1"}, CDS("Z1"), .sign_cds = "Z1"}},
    {"in an unsigned zone",
     "zone-unsigned=CRITICAL cds-without-dnskey=WARNING",
     {.zone = {.ds = "", .dnskey = ""}, .dnskey_2 = "", CDS("K1")}},
    {"removal asked for",
     "cds-delete=WARNING <unsigning-requested> cds-pending=OK",
     {CDS("delete")}},
    {"removal asked for by CDS only",
     "cds-mismatch-cdnskey=WARNING cds-delete=WARNING <unsigning-requested> cds-pending=OK",
     {.cds = "delete", .cdnskey = "K1"}},
    {"removal mixed",
     "cds-delete-mixed=CRITICAL <unsigning-requested> cds-only=OK cds-pending=OK",
     {.twist = mixed_delete}},
    {"removal malformed", "cds-delete-malformed=WARNING cds-only=OK", {.twist = malformed_delete}},
    {"first DS asked for",
     "ds-absent-signed=CRITICAL bootstrap-possible=WARNING <signing-cds>",
     {.zone = {.ds = ""}, CDS("K1")}},
    {"first DS asked for, anything expected",
     "ds-absent-signed=WARNING <signing-cds> bootstrap-possible=OK",
     {.zone = {.ds = ""}, CDS("K1"), .tune = expect_any}},
};

START_TEST(cds)
{
    linkzone_judge_rows(cds_rows, COUNT(cds_rows));
}
END_TEST

SUITE_MAIN("ds_keys", keys, cds)
