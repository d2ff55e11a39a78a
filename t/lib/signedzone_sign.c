/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the keys of a planned zone and signs its RRsets. */
#include <string.h>

#include <check.h>

#include "lib/signedzone.h"

#define NAME "example.com"

static const char *or_usual(const char *text, const char *usual)
{
    return text == NULL ? usual : text;
}

/* P1 is the K1 of the parent. */
const struct fixture_key *signedzone_key(struct signedzone *zone, const char *name)
{
    return name[0] == 'P'
               ? keyring_key(&zone->keyring, "com", arena_printf(zone->arena, "K%s", name + 1))
               : keyring_key(&zone->keyring, NAME, name);
}

static bool applies(const struct signedzone *zone, const struct deviation *odd, char server,
                    uint16_t type)
{
    return strchr(or_usual(odd->servers, "12"), server) != NULL &&
           (odd->types == NULL ||
            keyring_has_word(zone->arena, odd->types, rr_type_text(zone->arena, type)));
}

static const char *signers_of(const struct signedzone *zone, char server, uint16_t type)
{
    const struct zone_plan *plan = zone->plan;
    if (server == 'P') {
        return type == RR_NS ? "" : "K1";
    }
    if (plan->dnskey != NULL && plan->dnskey[0] == '\0') {
        return "";
    }
    return type == RR_DNSKEY ? or_usual(plan->sign_dnskey, "K1") : or_usual(plan->sign_data, "Z1");
}

static struct rrset sign_all(struct signedzone *zone, char server, struct rrset set)
{
    enum { ODDS = sizeof zone->plan->odd / sizeof zone->plan->odd[0] };
    const struct deviation *odds[ODDS];
    size_t count = 0;
    for (size_t i = 0; i < ODDS; i++) {
        if (applies(zone, &zone->plan->odd[i], server, set.type)) {
            odds[count++] = &zone->plan->odd[i];
        }
    }
    const struct signer signer = {
        .ring = &zone->keyring,
        .owner = server == 'P' ? "com" : NAME,
        .now = zone->now,
        .keys = signers_of(zone, server, set.type),
    };
    return keyring_sign(&signer, set, odds, count);
}

struct rrset signedzone_rrset(struct signedzone *zone, char server, const char *text)
{
    return sign_all(zone, server, fixture_rrset(zone->arena, text));
}

bool signedzone_keys(struct signedzone *zone, char server, const char *names, struct rrset *set)
{
    bool any = server == 'P' ? keyring_ds(&zone->keyring, NAME, names, set)
                             : keyring_dnskeys(&zone->keyring, NAME, names, set);
    if (any) {
        *set = sign_all(zone, server, *set);
    }
    return any;
}
