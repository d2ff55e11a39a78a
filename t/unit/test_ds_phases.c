/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rollovers as check_ds_match sees them: healthy phases are recognised, broken forms are told. */
#include <string.h>

#include "lib/linkzone.h"
#include "lib/suite.h"

#define KEYS(ds_, dnskey_, sign_) .ds = (ds_), .dnskey = (dnskey_), .sign_dnskey = (sign_)

static const struct link_row zsk_rows[] = {
    {"steady", "", {.zone = {KEYS("K1", "K1 Z1", "K1")}}},
    {"published", "<zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2"}}},
    {"active", "<zsk-published>", {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}}},
    {"mixture",
     "<zsk-signing>",
     {.zone = {.dnskey = "K1 Z1 Z2"},
      .odd = {{.types = "SOA", .deed = DEED_RESIGN, .keys = "Z2", .servers = "12"}}}},
    {"double signature",
     "<zsk-double-signature>",
     {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}}},
    {"signatures left",
     "<zsk-signatures-left>",
     {.zone = {.dnskey = "K1 Z2", .sign_data = "Z1 Z2"}}},
    {"one server lacks the new key that signs",
     "dnskey-missing-server=CRITICAL@" SERVER_2 " <zsk-published>",
     {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}, .dnskey_2 = "K1 Z1"}},
    {"one server lacks the new key that waits",
     "dnskey-missing-server=WARNING@" SERVER_2 " <zsk-published>",
     {.zone = {.dnskey = "K1 Z1 Z2"}, .dnskey_2 = "K1 Z1"}},
};

START_TEST(zsk)
{
    linkzone_judge_rows(zsk_rows, COUNT(zsk_rows));
}
END_TEST

/* RFC 6781 4.1.2, double-KSK, with CDS and without. */
static const struct link_row ksk_rows[] = {
    {"new key", "<ksk-new-key>", {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")}}},
    {"new key, CDS of the old one",
     "<ksk-new-key>",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")}, .cds = "K1", .cdnskey = "K1"}},
    {"submitted",
     "<ksk-submitted> cds-pending=OK",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")}, .cds = "K2", .cdnskey = "K2"}},
    {"submitted beside the old one",
     "<ksk-submitted> cds-pending=OK",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")}, .cds = "K1 K2", .cdnskey = "K1 K2"}},
    {"DS of both",
     "<ksk-ds-both> cds-pending=OK",
     {.zone = {KEYS("K1 K2", "K1 K2 Z1", "K1 K2")}, .cds = "K2", .cdnskey = "K2"}},
    {"DS of both, without CDS", "<ksk-ds-both>", {.zone = {KEYS("K1 K2", "K1 K2 Z1", "K1 K2")}}},
    {"DS swapped looks like a new key",
     "<ksk-new-key>",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")}, .cds = "K2", .cdnskey = "K2", .sign_cds = "K2"}},
    {"DS swapped at two of three servers",
     "ds-parent-inconsistent=WARNING <ksk-ds-both> cds-pending=OK",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")}, .ds_r = "K1", .cds = "K2", .cdnskey = "K2"}},
    {"done",
     "",
     {.zone = {KEYS("K2", "K2 Z1", "K2")}, .cds = "K2", .cdnskey = "K2", .sign_cds = "K2"}},
    {"broken a: the DS was switched first",
     "ds-none-match=CRITICAL",
     {.zone = {KEYS("K2", "K1 Z1", "K1")}}},
    {"broken b: the key was removed first",
     "ds-none-match=CRITICAL",
     {.zone = {KEYS("K1", "K2 Z1", "K2")}}},
    {"broken c: the new key does not sign",
     "ds-no-valid-sep=CRITICAL",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1")}}},
    {"risky: the old key is gone, most servers have the old DS",
     "ds-parent-inconsistent=CRITICAL <ksk-ds-ahead>",
     {.zone = {KEYS("K1", "K2 Z1", "K2")}, .ds_r = "K2"}},
    {"risky: the old key is gone, some servers have the old DS",
     "ds-parent-inconsistent=CRITICAL <ksk-old-ds-left> cds-pending=OK",
     {.zone = {KEYS("K2", "K2 Z1", "K2")},
      .ds_r = "K1",
      .cds = "K2",
      .cdnskey = "K2",
      .sign_cds = "K2"}},
};

START_TEST(double_ksk)
{
    linkzone_judge_rows(ksk_rows, COUNT(ksk_rows));
}
END_TEST

static const struct link_row ds_rows[] = {
    {"CDS ahead",
     "<ksk-cds-ahead> cds-no-dnskey-match=OK cds-pending=OK",
     {.zone = {KEYS("K1", "K1 Z1", "K1")}, .cds = "K1 K2", .cdnskey = "K1 K2"}},
    {"DS ahead",
     "ds-stale-extra=OK <ksk-ds-ahead> cds-no-dnskey-match=OK",
     {.zone = {KEYS("K1 K2", "K1 Z1", "K1")}, .cds = "K1 K2", .cdnskey = "K1 K2"}},
    {"swapped, CDS of both",
     "ds-stale-extra=OK <ksk-ds-ahead> cds-no-dnskey-match=OK",
     {.zone = {KEYS("K1 K2", "K2 Z1", "K2")},
      .cds = "K1 K2",
      .cdnskey = "K1 K2",
      .sign_cds = "K2"}},
    {"swapped, CDS of the new one",
     "ds-stale-extra=OK <ksk-old-ds-left> cds-pending=OK",
     {.zone = {KEYS("K1 K2", "K2 Z1", "K2")}, .cds = "K2", .cdnskey = "K2", .sign_cds = "K2"}},
    {"swapped, without CDS: it may be a leftover",
     "ds-stale-extra=WARNING <ksk-ds-ahead>",
     {.zone = {KEYS("K1 K2", "K2 Z1", "K2")}}},
    {"standby key",
     "ds-key-not-signing=OK <ksk-standby>",
     {.zone = {KEYS("K1 K2", "K1 K2 Z1", "K1")}}},
    {"swapped too early", "ds-none-match=CRITICAL", {.zone = {KEYS("K1", "K2 Z1", "K2")}}},
    {"double RRset",
     "<ksk-ds-both> <zsk-double-signature>",
     {.zone = {KEYS("K1 K2", "K1 K2 Z1 Z2", "K1 K2"), .sign_data = "Z1 Z2"}}},
};

START_TEST(double_ds)
{
    linkzone_judge_rows(ds_rows, COUNT(ds_rows));
}
END_TEST

static const struct link_row csk_rows[] = {
    {"CSK", "", {.zone = {KEYS("K1", "K1", "K1"), .sign_data = "K1"}}},
    {"CSK: new key",
     "<ksk-new-key>",
     {.zone = {KEYS("K1", "K1 K2", "K1 K2"), .sign_data = "K1 K2"}}},
    {"CSK: DS of both",
     "<ksk-ds-both>",
     {.zone = {KEYS("K1 K2", "K1 K2", "K1 K2"), .sign_data = "K1 K2"}}},
    {"CSK: DS swapped looks like a new key",
     "<ksk-new-key>",
     {.zone = {KEYS("K2", "K1 K2", "K1 K2"), .sign_data = "K1 K2"},
      .cds = "K2",
      .cdnskey = "K2",
      .sign_cds = "K2"}},
    {"KSK and ZSK to CSK",
     "<ksk-new-key>",
     {.zone = {KEYS("K1", "K1 Z1 K2", "K1 K2"), .sign_data = "Z1 K2"}}},
};

START_TEST(csk)
{
    linkzone_judge_rows(csk_rows, COUNT(csk_rows));
}
END_TEST

/* From 13 to 15, as RFC 6781 4.1.4 goes. */
static const struct link_row algorithm_rows[] = {
    {"signed ahead", "<algorithm-presigned>", {.zone = {.sign_data = "Z1 Zb"}}},
    {"published",
     "<algorithm-published>",
     {.zone = {KEYS("K1", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"}}},
    {"liberal: data not yet signed",
     "rrsig-missing-alg-dnskey=WARNING <algorithm-partly-signed>",
     {.zone = {KEYS("K1", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1"}}},
    {"both DS",
     "<algorithm-ds-both>",
     {.zone = {KEYS("K1 Kb", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"}}},
    {"DS swapped looks like published",
     "<algorithm-published>",
     {.zone = {KEYS("Kb", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"}}},
    {"unpublished looks like signed ahead",
     "<algorithm-presigned>",
     {.zone = {KEYS("Kb", "Kb Zb", "Kb"), .sign_data = "Z1 Zb"}}},
    {"done", "", {.zone = {KEYS("Kb", "Kb Zb", "Kb"), .sign_data = "Zb"}}},
    {"broken 1: a DS too early beside the old one",
     "ds-missing-sep-alg=WARNING",
     {.zone = {KEYS("K1 Kb", "K1 Z1", "K1")}}},
    {"broken 1: a DS of a key that does not sign yet",
     "ds-missing-sep-alg=WARNING",
     {.zone = {KEYS("K1 Kb", "K1 Z1 Kb Zb", "K1"), .sign_data = "Z1 Zb"}}},
    {"broken 2: the DS swapped too early",
     "ds-none-match=CRITICAL",
     {.zone = {KEYS("Kb", "K1 Z1", "K1")}}},
    {"broken 3: data by the new algorithm only",
     "rrsig-missing-alg-dnskey=WARNING",
     {.zone = {KEYS("K1", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Zb"}}},
    {"broken 4: the old keys are gone, their DS is not",
     "ds-none-match=CRITICAL",
     {.zone = {KEYS("K1", "Kb Zb", "Kb"), .sign_data = "Zb"}}},
};

START_TEST(algorithm)
{
    linkzone_judge_rows(algorithm_rows, COUNT(algorithm_rows));
}
END_TEST

static void expect_insecure(struct ds_options *options)
{
    options->common.expect = EXPECT_INSECURE;
}

static void expect_any(struct ds_options *options)
{
    options->common.expect = EXPECT_ANY;
}

static void multi_signer(struct ds_options *options)
{
    options->multi_signer = true;
}

static const struct link_row security_rows[] = {
    {"going secure: no DS yet", "ds-absent-signed=CRITICAL <signing-no-ds>", {.zone = {.ds = ""}}},
    {"going secure, as is known",
     "ds-absent-signed=WARNING <signing-no-ds>",
     {.zone = {.ds = ""}, .tune = expect_any}},
    {"going secure: CDS",
     "ds-absent-signed=CRITICAL bootstrap-possible=WARNING <signing-cds>",
     {.zone = {.ds = ""}, .cds = "K1", .cdnskey = "K1"}},
    {"going secure: a server is not signed yet, no DS",
     "ds-absent-signed=CRITICAL dnskey-missing-server=WARNING@" SERVER_2 " <signing-no-ds>",
     {.zone = {.ds = ""}, .dnskey_2 = ""}},
    {"going secure: a server is not signed yet, nor to be at once",
     "ds-absent-signed=WARNING dnskey-missing-server=OK@" SERVER_2 " <signing-no-ds>",
     {.zone = {.ds = ""}, .serial_2 = 6, .dnskey_2 = "", .tune = expect_any}},
    {"going insecure: one server is done",
     "ds-absent-signed=OK dnskey-missing-server=OK@" SERVER_2 " <signing-no-ds>",
     {.zone = {.ds = ""}, .dnskey_2 = "", .tune = expect_insecure}},
    {"going secure: a server is not signed yet",
     "ds-child-unsigned-server=CRITICAL@" SERVER_2,
     {.dnskey_2 = ""}},
    {"going insecure: asked for",
     "zone-signed=WARNING <unsigning-requested> cds-delete=OK cds-pending=OK",
     {.cds = "delete", .cdnskey = "delete", .tune = expect_insecure}},
    {"going insecure: the DS has gone",
     "ds-absent-signed=OK <unsigning-ds-gone> cds-delete=OK",
     {.zone = {.ds = ""}, .cds = "delete", .cdnskey = "delete", .tune = expect_insecure}},
    {"going insecure: done",
     "zone-unsigned=OK",
     {.zone = {.ds = "", .dnskey = ""}, .tune = expect_insecure}},
    {"going insecure: the wrong way round", "ds-child-unsigned=CRITICAL", {.zone = {.dnskey = ""}}},
    {"revocation",
     "dnskey-revoked-present=OK <revocation>",
     {.zone = {KEYS("K2", "K1r K2 Z1", "K1r K2")}}},
    {"revocation of the only entry point",
     "ds-points-revoked=CRITICAL dnskey-revoked-present=OK",
     {.zone = {KEYS("K1", "K1r Z1", "K1r")}}},
    {"no DS, but an anchor",
     "ds-absent-signed=OK <signing-no-ds>",
     {.zone = {.ds = ""}, .own_anchor = true}},
    {"no DS, but an anchor for another key",
     "ta-lacks-current-root=CRITICAL ds-absent-signed=CRITICAL <signing-no-ds>",
     {.zone = {.ds = "", .dnskey = "K2 Z1", .sign_dnskey = "K2"}, .own_anchor = true}},
    {"two signers",
     "dnskey-missing-server=OK@" SERVER_1 " dnskey-missing-server=OK@" SERVER_2,
     {.zone = {KEYS("K1 K2", "K1 Z1 Z2", "K1"), .sign_data = "Z1"},
      .dnskey_2 = "K2 Z1 Z2",
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "Z2",
      .tune = multi_signer}},
    {"two signers, as their keys show",
     "dnskey-missing-server=OK@" SERVER_1 " dnskey-missing-server=OK@" SERVER_2,
     {.zone = {KEYS("K1 K2", "K1 Z1 Z2", "K1"), .sign_data = "Z1"},
      .dnskey_2 = "K2 Z1 Z2",
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "Z2"}},
    {"two signers, one of which rolls its KSK",
     "dnskey-missing-server=OK@" SERVER_1 " dnskey-missing-server=OK@" SERVER_2
     " dnskey-missing-server=OK@" SERVER_2 " ds-points-non-sep=OK@" SERVER_1 " <ksk-ds-both>",
     {.zone = {KEYS("K1 K2 X1", "K1 X1 Z1 Z2", "K1 X1"), .sign_data = "Z1"},
      .dnskey_2 = "K2 Z1 Z2",
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "Z2"}},
    {"two signers with one KSK",
     "",
     {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z1"}, .sign_data_2 = "Z2"}},
    {"a ZSK rollover at a server that is behind",
     "<zsk-signing>",
     {.zone = {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}, .serial_2 = 6, .sign_data_2 = "Z1"}},
    {"two signers with a CSK each",
     "ds-key-not-signing=OK@" SERVER_1 " ds-key-not-signing=OK@" SERVER_2,
     {.zone = {KEYS("K1 K2", "K1 K2", "K1"), .sign_data = "K1"},
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "K2"}},
    {"two signers, a ZSK was not imported, which is not known to be so",
     "dnskey-missing-server=CRITICAL@" SERVER_1 " dnskey-missing-server=CRITICAL@" SERVER_2
     " <ksk-ds-both> <zsk-signing>",
     {.zone = {KEYS("K1 K2", "K1 Z1 Z2", "K1"), .sign_data = "Z1"},
      .dnskey_2 = "K2 Z2",
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "Z2"}},
    {"two signers, a ZSK was not imported",
     "multisigner-zsk-missing=CRITICAL@" SERVER_2 " dnskey-missing-server=OK@" SERVER_1
     " dnskey-missing-server=OK@" SERVER_2,
     {.zone = {KEYS("K1 K2", "K1 Z1 Z2", "K1"), .sign_data = "Z1"},
      .dnskey_2 = "K2 Z2",
      .sign_dnskey_2 = "K2",
      .sign_data_2 = "Z2",
      .tune = multi_signer}},
};

START_TEST(security)
{
    linkzone_judge_rows(security_rows, COUNT(security_rows));
}
END_TEST

static void partial_warning(struct ds_options *options)
{
    options->common.partial = STATE_WARNING;
}

/* A secondary that is behind, in the middle of a rollover. */
static const struct link_row lag_rows[] = {
    {"it lacks a new KSK",
     "dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"it has a KSK that is gone",
     "dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K2", "K2 Z1", "K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 K2 Z1",
      .sign_dnskey_2 = "K1 K2"}},
    {"serials pass zero",
     "dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K2", "K2 Z1", "K2")},
      .serial_2 = UINT32_MAX,
      .dnskey_2 = "K1 K2 Z1",
      .sign_dnskey_2 = "K1 K2"}},
    {"the first server is the one behind",
     "dnskey-missing-server=OK@" SERVER_1 " <ksk-new-key>",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 8,
      .dnskey_2 = "K2 Z1",
      .sign_dnskey_2 = "K2"}},
    {"KSKs change places, both with a DS",
     "dnskey-missing-server=OK@" SERVER_2 " <ksk-ds-both>",
     {.zone = {KEYS("K1 K2", "K2 Z1", "K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"an algorithm is published",
     "dnskey-missing-server=OK@" SERVER_2 " <algorithm-published>",
     {.zone = {KEYS("K1", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"CDS change",
     "<ksk-submitted> cds-pending=OK cds-inconsistent=OK@" SERVER_2
     " cds-inconsistent=OK@" SERVER_2,
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 6,
      .cds = "K2",
      .cdnskey = "K2",
      .cds_2 = "K1",
      .cdnskey_2 = "K1"}},
    {"it has neither the new key nor its CDS",
     "dnskey-missing-server=OK@" SERVER_2 " cds-would-break=OK@" SERVER_2
     " <ksk-submitted> cds-pending=OK cds-inconsistent=OK@" SERVER_2
     " cds-inconsistent=OK@" SERVER_2,
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1",
      .cds = "K2",
      .cdnskey = "K2",
      .cds_2 = "",
      .cdnskey_2 = ""}},
    {"the DS has changed before it had the key",
     "dnskey-missing-server=CRITICAL@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K2", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"the DS has changed at one server of the parent before it had the key",
     "ds-parent-inconsistent=CRITICAL dnskey-missing-server=CRITICAL@" SERVER_2 " <ksk-ds-both>",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .ds_r = "K2",
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"the same with --partial warning",
     "ds-parent-inconsistent=WARNING dnskey-missing-server=WARNING@" SERVER_2 " <ksk-ds-both>",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .ds_r = "K2",
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1",
      .tune = partial_warning}},
    {"the key is gone at the newest server while its DS is there",
     "ds-none-match=CRITICAL@" SERVER_1 " dnskey-missing-server=OK@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K1", "K2 Z1", "K2")},
      .serial_2 = 6,
      .dnskey_2 = "K1 K2 Z1",
      .sign_dnskey_2 = "K1 K2"}},
    {"it signs by a ZSK that is gone",
     "dnskey-missing-server=CRITICAL@" SERVER_2 " <zsk-signing>",
     {.zone = {.dnskey = "K1 Z2", .sign_data = "Z2"},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1 Z2",
      .sign_data_2 = "Z1"}},
    {"it lacks an algorithm that has a DS already",
     "ds-missing-sep-alg=WARNING@" SERVER_2 " dnskey-missing-server=OK@" SERVER_2
     " <algorithm-ds-both>",
     {.zone = {KEYS("K1 Kb", "K1 Z1 Kb Zb", "K1 Kb"), .sign_data = "Z1 Zb"},
      .serial_2 = 6,
      .dnskey_2 = "K1 Z1",
      .sign_dnskey_2 = "K1"}},
    {"CDS change, the first server is the one behind",
     "<ksk-submitted> cds-pending=OK cds-inconsistent=OK@" SERVER_2
     " cds-inconsistent=OK@" SERVER_2,
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")},
      .serial_2 = 8,
      .cds = "K1",
      .cdnskey = "K1",
      .cds_2 = "K2",
      .cdnskey_2 = "K2"}},
    {"keys differ at the same serial",
     "dnskey-missing-server=WARNING@" SERVER_2 " <ksk-new-key>",
     {.zone = {KEYS("K1", "K1 K2 Z1", "K1 K2")}, .dnskey_2 = "K1 Z1", .sign_dnskey_2 = "K1"}},
};

START_TEST(lag)
{
    linkzone_judge_rows(lag_rows, COUNT(lag_rows));
}
END_TEST

SUITE_MAIN("ds_phases", zsk, double_ksk, double_ds, csk, algorithm, security, lag)
