/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rdata made canonical: names expanded and folded where they must be, and what is refused. */
#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/rr.h"

/* An RRSIG up to its signer. */
#define SIG_FIXED "0001 0d 02 00000e10 00000002 00000001 002a "

/* A name that a pointer to offset 0 means: "aA.b", 6 octets. */
#define POINTED "02614101 6200 "

static const struct {
    uint16_t type;
    const char *rdata; /* stands behind POINTED */
    const char *canonical;
} canonical_rdata_rows[] = {
    {RR_NS, "0158c003", "0178016200"},
    {RR_NS, "c000", "026161016200"},
    {RR_CNAME, "00", "00"},
    {RR_PTR, "014100", "016100"},
    {RR_DNAME, "014100", "016100"},
    {RR_MX, "4142 c000", "4142026161016200"},
    {RR_SOA, "c000 0142c003 0000000100000002000000030000000400000005",
     "02616101620001620162000000000100000002000000030000000400000005"},
    {RR_SRV, "000100024141 014100", "000100024141016100"},
    {35, "00010002 0155 0341423c 00 014100",
     "000100020155"
     "0341423c"
     "00"
     "016100"},
    {17, "014100 c000", "016100026161016200"},
    {18, "0001 014100", "0001016100"},
    {26, "0001 014100 014200", "0001016100016200"},
    {RR_RRSIG, SIG_FIXED "014100 4142", "00010d0200000e100000000200000001002a0161004142"},
    {RR_RRSIG, SIG_FIXED "c000 41", "00010d0200000e100000000200000001002a02616101620041"},
    {RR_NSEC, "014100 0001 40", "014100000140"}, /* RFC 6840 5.1: the case stays */
    {RR_NSEC, "0158c000 0001 40", "0158026141016200000140"},
    {RR_A, "41424344", "41424344"},
    {RR_AAAA, "41424344414243444142434441424344", "41424344414243444142434441424344"},
    {13, "0141 0142", "01410142"}, /* HINFO holds no names */
    {RR_TXT, "0441424344", "0441424344"},
    {65280, "014100", "014100"},
    {65280, "", ""},
    {RR_DS, "41424344", "41424344"},
    {RR_DNSKEY, "4142434445", "4142434445"},
    {RR_CDS, "00000000", "00000000"},
    {RR_NSEC3, "01000000 00 0141 0001 40", "01000000000141000140"},
    {RR_NSEC3PARAM, "01000000 01aa", "0100000001aa"},
};

START_TEST(canonical_rdata)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof canonical_rdata_rows / sizeof canonical_rdata_rows[0]; i++) {
        struct bytes message = fixture_hex(
            arena, arena_printf(arena, POINTED "%s ffff", canonical_rdata_rows[i].rdata));
        struct bytes rdata;
        bool taken =
            rr_canonical(arena, message, 6, message.size - 8, canonical_rdata_rows[i].type, &rdata);
        ck_assert_msg(taken, "type %u: %s", canonical_rdata_rows[i].type,
                      canonical_rdata_rows[i].rdata);
        ck_assert_str_eq(fixture_hex_text(arena, rdata), canonical_rdata_rows[i].canonical);
    }
    arena_destroy(arena);
}
END_TEST

static const struct {
    uint16_t type;
    const char *rdata;
} rdata_that_does_not_fit_rows[] = {
    {RR_A, ""},
    {RR_A, "414243"},
    {RR_A, "4142434445"},
    {RR_AAAA, "414243444142434441424344414243"},
    {RR_AAAA, "4142434441424344414243444142434445"},
    {RR_NS, ""},
    {RR_NS, "0141"},   /* would go on behind the rdata */
    {RR_NS, "0141c0"}, /* a pointer cut in two */
    {RR_NS, "014100 00"},
    {RR_NS, "c006"}, /* to itself */
    {RR_NS, "c007"}, /* forward */
    {RR_MX, "00"},
    {RR_MX, "000a"},
    {RR_MX, "000a c000 00"},
    {RR_SOA, "c000 c000 00000001000000020000000300000004000000"},
    {RR_SOA, "c000 c000 000000010000000200000003000000040000000500"},
    {RR_SOA, "c000"},
    {RR_SRV, "0001000200"},
    {35, "00010002 0155 0341"},
    {35, "00010002 0155 00 00"},
    {35, "0001"},
    {RR_DS, "414243"},
    {RR_CDS, "414243"},
    {RR_DNSKEY, "414243"},
    {RR_CDNSKEY, ""},
    {RR_RRSIG, "0001"},
    {RR_RRSIG, SIG_FIXED},
    {RR_RRSIG, SIG_FIXED "0141"},
    {RR_NSEC, ""},
    {RR_NSEC, "0141"},
    {RR_NSEC3, "010000"},
    {RR_NSEC3, "01000000"},
    {RR_NSEC3, "01000000 01"},
    {RR_NSEC3, "01000000 00 0241"},
    {RR_NSEC3PARAM, "01000000 01"},
    {RR_NSEC3PARAM, "01000000 00 00"},
};

START_TEST(rdata_that_does_not_fit)
{
    struct arena *arena = arena_create();
    for (size_t i = 0;
         i < sizeof rdata_that_does_not_fit_rows / sizeof rdata_that_does_not_fit_rows[0]; i++) {
        struct bytes message = fixture_hex(
            arena, arena_printf(arena, POINTED "%s 0000", rdata_that_does_not_fit_rows[i].rdata));
        struct bytes rdata = {NULL, 77};
        bool taken = rr_canonical(arena, message, 6, message.size - 8,
                                  rdata_that_does_not_fit_rows[i].type, &rdata);
        ck_assert_msg(!taken && rdata.size == 77, "type %u: %s",
                      rdata_that_does_not_fit_rows[i].type, rdata_that_does_not_fit_rows[i].rdata);
    }
    struct bytes message = fixture_hex(arena, POINTED);
    struct bytes rdata;
    ck_assert(!rr_canonical(arena, message, 7, 0, 65280, &rdata));
    ck_assert(!rr_canonical(arena, message, 0, 7, 65280, &rdata));
    ck_assert(!rr_canonical(arena, message, 1, SIZE_MAX, 65280, &rdata));
    ck_assert(rr_canonical(arena, message, 6, 0, 65280, &rdata));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("rr_canonical", canonical_rdata, rdata_that_does_not_fit)
