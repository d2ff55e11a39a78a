/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of types and rcodes, to and from text. */
#include <stdio.h>

#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/rr.h"

START_TEST(type_names)
{
    static const struct {
        uint16_t type;
        const char *text;
    } rows[] = {
        {RR_A, "A"},     {RR_SOA, "SOA"},      {RR_RRSIG, "RRSIG"},   {RR_NSEC3PARAM, "NSEC3PARAM"},
        {RR_CDS, "CDS"}, {RR_CAA, "CAA"},      {RR_NXNAME, "NXNAME"}, {66, "DSYNC"},
        {RR_ANY, "ANY"}, {252, "AXFR"},        {65, "HTTPS"},         {262, "WALLET"},
        {0, "TYPE0"},    {65280, "TYPE65280"}, {65535, "TYPE65535"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(rr_type_text(arena, rows[i].type), rows[i].text);
    }
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        const char *text = rr_type_text(arena, (uint16_t)type);
        uint16_t back = 0;
        ck_assert_msg(rr_type_from_text(text, &back) && back == type, "%u %s", type, text);
        char number[16];
        (void)snprintf(number, sizeof number, "type%u", type);
        ck_assert_msg(rr_type_from_text(number, &back) && back == type, "%s", number);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(type_names_of_any_case_and_bad_ones)
{
    static const struct {
        const char *text;
        int type; /* -1: none */
    } rows[] = {
        {"soa", 6},       {"Soa", 6},     {"nsec3param", 51}, {"nxname", 128},
        {"TYPE128", 128}, {"TYPE001", 1}, {"any", 255},       {"Type65535", 65535},
        {"", -1},         {"SO", -1},     {"SOAX", -1},       {"SOA ", -1},
        {" SOA", -1},     {"TYPE", -1},   {"TYPE65536", -1},  {"TYPE99999999999", -1},
        {"TYPE-1", -1},   {"TYPE1x", -1}, {"TYPE 1", -1},     {"TYPE+1", -1},
        {"1", -1},        {"BOGUS", -1},  {"*", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t type = 7777;
        bool taken = rr_type_from_text(rows[i].text, &type);
        ck_assert_msg(taken == (rows[i].type >= 0), "\"%s\"", rows[i].text);
        ck_assert_int_eq(type, taken ? rows[i].type : 7777);
    }
}
END_TEST

START_TEST(rcode_names)
{
    static const struct {
        unsigned rcode;
        const char *text;
    } rows[] = {
        {RCODE_NOERROR, "NOERROR"},
        {RCODE_FORMERR, "FORMERR"},
        {RCODE_SERVFAIL, "SERVFAIL"},
        {RCODE_NXDOMAIN, "NXDOMAIN"},
        {RCODE_NOTIMP, "NOTIMP"},
        {RCODE_REFUSED, "REFUSED"},
        {RCODE_NOTAUTH, "NOTAUTH"},
        {16, "BADVERS"},
        {23, "BADCOOKIE"},
        {12, "RCODE12"},
        {42, "RCODE42"},
        {4095, "RCODE4095"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(rr_rcode_text(arena, rows[i].rcode), rows[i].text);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("rr_text", type_names, type_names_of_any_case_and_bad_ones, rcode_names)
