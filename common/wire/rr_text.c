/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of record types and response codes, to and from text. */
#include <string.h>
#include <strings.h>

#include <ldns/ldns.h>

#include "base/text.h"
#include "wire/rr.h"

struct mnemonic {
    unsigned number;
    const char *text;
};

/* Types that ldns has no descriptor for: questions only, and those newer than ldns 1.8. */
static const struct mnemonic TYPES[] = {
    {66, "DSYNC"},     {128, "NXNAME"},  {251, "IXFR"},   {252, "AXFR"},
    {253, "MAILB"},    {254, "MAILA"},   {255, "ANY"},    {258, "AVC"},
    {260, "AMTRELAY"}, {261, "RESINFO"}, {262, "WALLET"},
};

/* The names of the IANA registry; 16 is BADVERS here, as only TSIG means BADSIG by it. */
static const struct mnemonic RCODES[] = {
    {0, "NOERROR"},  {1, "FORMERR"},    {2, "SERVFAIL"}, {3, "NXDOMAIN"},  {4, "NOTIMP"},
    {5, "REFUSED"},  {6, "YXDOMAIN"},   {7, "YXRRSET"},  {8, "NXRRSET"},   {9, "NOTAUTH"},
    {10, "NOTZONE"}, {11, "DSOTYPENI"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"},
    {19, "BADMODE"}, {20, "BADNAME"},   {21, "BADALG"},  {22, "BADTRUNC"}, {23, "BADCOOKIE"},
};

enum {
    TYPE_COUNT = sizeof TYPES / sizeof TYPES[0],
    RCODE_COUNT = sizeof RCODES / sizeof RCODES[0]
};

const char *rr_type_text(struct arena *arena, uint16_t type)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (TYPES[i].number == type) {
            return TYPES[i].text;
        }
    }
    const ldns_rr_descriptor *descriptor = ldns_rr_descript(type);
    /* For a type that it does not know, ldns hands out the descriptor of type 0. */
    if (type != 0 && descriptor != NULL && descriptor->_type == type && descriptor->_name != NULL) {
        return descriptor->_name;
    }
    return arena_printf(arena, "TYPE%u", (unsigned)type);
}

bool rr_type_from_text(const char *text, uint16_t *type)
{
    uint64_t number = 0;
    if (strncasecmp(text, "TYPE", 4) == 0) { /* ldns would take "TYPE12x" for 12 */
        bool is_number = text_number(text + 4, UINT16_MAX, &number);
        *type = is_number ? (uint16_t)number : *type;
        return is_number;
    }
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcasecmp(text, TYPES[i].text) == 0) {
            *type = (uint16_t)TYPES[i].number;
            return true;
        }
    }
    ldns_rr_type found = ldns_get_rr_type_by_name(text);
    if (found == 0) {
        return false;
    }
    *type = (uint16_t)found;
    return true;
}

const char *rr_rcode_text(struct arena *arena, unsigned rcode)
{
    for (size_t i = 0; i < RCODE_COUNT; i++) {
        if (RCODES[i].number == rcode) {
            return RCODES[i].text;
        }
    }
    return arena_printf(arena, "RCODE%u", rcode);
}
