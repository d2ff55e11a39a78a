/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rollovers: their healthy phases raise nothing, their broken forms are told. */
#include "lib/signedzone.h"
#include "lib/suite.h"

/* An RRset that the signer has already, or not yet, made anew. */
#define BY(rrsets, signers)                                                                        \
    {                                                                                              \
        {                                                                                          \
            .types = (rrsets), .deed = DEED_RESIGN, .keys = (signers)                              \
        }                                                                                          \
    }

static const struct zone_row zsk_rows[] = {
    {"pre-publication: steady", "", {.dnskey = "K1 Z1"}},
    {"pre-publication: published", "", {.dnskey = "K1 Z1 Z2", .sign_data = "Z1"}},
    {"pre-publication: active", "", {.dnskey = "K1 Z1 Z2", .sign_data = "Z2"}},
    {"pre-publication: re-signing",
     "",
     {.dnskey = "K1 Z1 Z2", .sign_data = "Z1", .odd = BY("SOA A", "Z2")}},
    {"pre-publication: re-signed at one server first",
     "",
     {.dnskey = "K1 Z1 Z2",
      .sign_data = "Z1",
      .odd = {{.servers = "2", .types = "SOA NS A NSEC", .deed = DEED_RESIGN, .keys = "Z2"}}}},
    {"pre-publication: removed", "", {.dnskey = "K1 Z2", .sign_data = "Z2"}},
    {"pre-publication: removed before all is re-signed",
     "rrsig-no-key=CRITICAL",
     {.dnskey = "K1 Z2", .sign_data = "Z2", .odd = BY("A", "Z1")}},
    {"pre-publication: never published",
     "rrsig-no-key=CRITICAL",
     {.dnskey = "K1 Z1", .sign_data = "Z2"}},
    {"double signature: both", "", {.dnskey = "K1 Z1 Z2", .sign_data = "Z1 Z2"}},
    {"double signature: partly",
     "",
     {.dnskey = "K1 Z1 Z2", .sign_data = "Z1", .odd = BY("A", "Z1 Z2")}},
    {"double signature: the old key gone", "", {.dnskey = "K1 Z2", .sign_data = "Z2"}},
    {"double signature: the old signatures still there",
     "rrsig-no-key-extra=OK",
     {.dnskey = "K1 Z2", .sign_data = "Z1 Z2"}},
    {"double signature: only part carries both when the old key goes",
     "rrsig-no-key=CRITICAL",
     {.dnskey = "K1 Z2", .sign_data = "Z2", .odd = BY("A NSEC", "Z1")}},
};

START_TEST(zsk)
{
    signedzone_judge_rows(zsk_rows, COUNT(zsk_rows));
}
END_TEST

static const struct zone_row ksk_rows[] = {
    {"double KSK: new key", "", {.ds = "K1", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}},
    {"double KSK: DS swapped", "", {.ds = "K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}},
    {"double KSK: both DS", "", {.ds = "K1 K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1 K2"}},
    {"double KSK: done", "", {.ds = "K2", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"double KSK: DS swapped first",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K2", .dnskey = "K1 Z1", .sign_dnskey = "K1"}},
    {"double KSK: key removed before the DS",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K1", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"double KSK: the new key does not sign",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1"}},
    {"double KSK: the old DS at one parent server only is enough",
     "",
     {.ds = "K1 K2", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"double DS: published", "", {.ds = "K1 K2", .dnskey = "K1 Z1", .sign_dnskey = "K1"}},
    {"double DS: swapped", "", {.ds = "K1 K2", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"double DS: old key kept, not signing",
     "",
     {.ds = "K1 K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K2"}},
    {"double DS: done", "", {.ds = "K2", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"double DS: swapped too early",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K1", .dnskey = "K2 Z1", .sign_dnskey = "K2"}},
    {"standby KSK", "", {.ds = "K1 K2", .dnskey = "K1 K2 Z1", .sign_dnskey = "K1"}},
    {"DNSKEY signed by the ZSK as well", "", {.sign_dnskey = "K1 Z1"}},
    {"CSK", "", {.dnskey = "K1", .sign_data = "K1"}},
    {"CSK: new key, both sign",
     "",
     {.ds = "K1", .dnskey = "K1 K2", .sign_dnskey = "K1 K2", .sign_data = "K1 K2"}},
    {"CSK: DS swapped",
     "",
     {.ds = "K2", .dnskey = "K1 K2", .sign_dnskey = "K1 K2", .sign_data = "K1 K2"}},
    {"KSK and ZSK to CSK",
     "",
     {.ds = "K1", .dnskey = "K1 Z1 K2", .sign_dnskey = "K1 K2", .sign_data = "Z1 K2"}},
    {"double RRset",
     "",
     {.ds = "K1 K2", .dnskey = "K1 K2 Z1 Z2", .sign_dnskey = "K1 K2", .sign_data = "Z1 Z2"}},
    {"revocation: the old key signs itself out",
     "",
     {.ds = "K2", .dnskey = "K1r K2 Z1", .sign_dnskey = "K1r K2"}},
    {"revocation of the only entry point",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K1", .dnskey = "K1r Z1", .sign_dnskey = "K1r"}},
    {"first signatures, no DS yet", "", {.ds = ""}},
    {"going unsigned: the DS is gone first", "zone-unsigned=CRITICAL", {.dnskey = "", .ds = ""}},
};

START_TEST(ksk)
{
    signedzone_judge_rows(ksk_rows, COUNT(ksk_rows));
}
END_TEST

/* Algorithm 13 to 15 (RFC 6781 4.1.4). */
static const struct zone_row algorithm_rows[] = {
    {"signed ahead", "rrsig-no-key-extra=OK", {.sign_data = "Z1 Zb"}},
    {"published", "", {.dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb"}},
    {"liberal: keys and signatures at once, some data not yet",
     "rrsig-missing-alg-dnskey=WARNING",
     {.dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb", .odd = BY("A", "Z1")}},
    {"both DS",
     "",
     {.ds = "K1 Kb", .dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb"}},
    {"DS swapped",
     "",
     {.ds = "Kb", .dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb"}},
    {"unpublished",
     "rrsig-no-key-extra=OK",
     {.ds = "Kb", .dnskey = "Kb Zb", .sign_dnskey = "Kb", .sign_data = "Z1 Zb"}},
    {"done", "", {.ds = "Kb", .dnskey = "Kb Zb", .sign_dnskey = "Kb", .sign_data = "Zb"}},
    {"broken: DS too early beside the old one",
     "rrsig-missing-alg-ds=WARNING",
     {.ds = "K1 Kb", .dnskey = "K1 Z1", .sign_dnskey = "K1", .sign_data = "Z1"}},
    {"broken: DS swapped too early",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "Kb", .dnskey = "K1 Z1", .sign_dnskey = "K1", .sign_data = "Z1"}},
    {"broken: data by the new algorithm only",
     "rrsig-missing-alg-dnskey=WARNING",
     {.ds = "K1", .dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Zb"}},
    {"broken: the old key is gone, its DS is not",
     "rrsig-missing-ksk=CRITICAL",
     {.ds = "K1", .dnskey = "Kb Zb", .sign_dnskey = "Kb", .sign_data = "Zb"}},
};

START_TEST(algorithm)
{
    signedzone_judge_rows(algorithm_rows, COUNT(algorithm_rows));
}
END_TEST

#define TWO_ALGORITHMS(...)                                                                        \
    {                                                                                              \
        .dnskey = "K1 Z1 Kb Zb", .sign_dnskey = "K1 Kb", .sign_data = "Z1 Zb", .odd = {            \
            {.types = "A", .deed = DEED_RESIGN, .keys = "Z1"},                                     \
            {.types = "A", .deed = DEED_ALSO, .keys = "Zb", __VA_ARGS__}                           \
        }                                                                                          \
    }

/* What is wrong with the only signature of a published algorithm is no surplus. */
static const struct zone_row one_of_two_rows[] = {
    {"both good", "", TWO_ALGORITHMS(.spoilt = false)},
    {"one expired", "rrsig-missing-alg-dnskey=WARNING",
     TWO_ALGORITHMS(.from = -20 * DAY, .until = -6 * DAY)},
    {"one not valid yet", "rrsig-missing-alg-dnskey=WARNING",
     TWO_ALGORITHMS(.from = DAY, .until = 15 * DAY)},
    {"one does not verify", "rrsig-missing-alg-dnskey=WARNING", TWO_ALGORITHMS(.spoilt = true)},
    {"one ends soon", "rrsig-expiring-crit=CRITICAL",
     TWO_ALGORITHMS(.from = -12 * DAY, .until = 2 * HOUR)},
};

START_TEST(one_of_two_algorithms)
{
    signedzone_judge_rows(one_of_two_rows, COUNT(one_of_two_rows));
}
END_TEST

SUITE_MAIN("rrsig_phases", zsk, ksk, algorithm, one_of_two_algorithms)
