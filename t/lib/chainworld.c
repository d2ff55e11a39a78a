/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the zones of a planned world onto a fake net. */
#include "lib/chainworld.h"

#include <string.h>

#include <check.h>

static const struct world_zone usual_zones[] = {
    {.name = "."},   {.name = "com"},         {.name = "example.com"},
    {.name = "net"}, {.name = "example.net"},
};
enum { USUAL_ZONES = sizeof usual_zones / sizeof usual_zones[0] };

static const struct world_reply usual_replies[] = {
    {.question = "www.example.com A", .answer = "www.example.com. A 192.0.2.80"},
    {.question = "www.example.net A", .answer = "www.example.net. A 192.0.2.81"},
    {.question = "example.com A", .answer = "example.com. A 192.0.2.82"},
    {.question = "example.com SOA", .answer = "example.com. SOA . . 7 7200 3600 604800 3600"},
    {.question = "example.net SOA", .answer = "example.net. SOA . . 7 7200 3600 604800 3600"},
    {.question = "example.net A",
     .authority = "example.net. SOA . . 7 7200 3600 604800 3600\n"
                  "example.net. NSEC www.example.net. NS SOA RRSIG NSEC DNSKEY"},
};
enum { USUAL_REPLIES = sizeof usual_replies / sizeof usual_replies[0] };

/* Where a zone is served with --iterate, and its NS records. */
static const struct {
    char letter;
    const char *address;
    const char *zone; /* the zones at and below it */
    const char *host; /* NULL for the root */
} places[] = {
    {'0', WORLD_ROOT, ".", NULL},
    {'P', WORLD_TLD, "com", "ns.com."},
    {'Q', WORLD_TLD_2, "com", "ns2.com."},
    {'P', WORLD_TLD, "net", "ns.net."},
    {'1', WORLD_EXAMPLE_1, "example.com", "ns1.example.com."},
    {'2', WORLD_EXAMPLE_2, "example.com", "ns2.example.com."},
    {'3', WORLD_NET, "example.net", "ns.example.net."},
};
enum { PLACES = sizeof places / sizeof places[0] };

static const char *or_usual(const char *text, const char *usual)
{
    return text == NULL ? usual : text;
}

/* Zones. */

/* The nth zone of the plan, which replaces or follows the usual ones; NULL: no more. */
static const struct world_zone *zone_at(const struct world_plan *plan, size_t nth)
{
    for (size_t i = 0; i < WORLD_ZONES; i++) {
        const struct world_zone *own = &plan->zones[i];
        if (nth < USUAL_ZONES && own->name != NULL &&
            strcmp(own->name, usual_zones[nth].name) == 0) {
            return own;
        }
    }
    if (nth < USUAL_ZONES) {
        return &usual_zones[nth];
    }
    nth -= USUAL_ZONES;
    for (size_t i = 0; i < WORLD_ZONES; i++) {
        bool extra = plan->zones[i].name != NULL;
        for (size_t j = 0; extra && j < USUAL_ZONES; j++) {
            extra = strcmp(plan->zones[i].name, usual_zones[j].name) != 0;
        }
        if (extra && nth-- == 0) {
            return &plan->zones[i];
        }
    }
    return NULL;
}

/* The zone that holds data of `owner`: for a DS the one above the cut. */
static const struct world_zone *zone_of(const struct world_plan *plan, const struct name *owner,
                                        uint16_t type)
{
    const struct world_zone *found = &usual_zones[0];
    size_t labels = 0;
    const struct world_zone *zone = zone_at(plan, 0);
    for (size_t i = 0; zone != NULL; zone = zone_at(plan, ++i)) {
        struct name apex = fixture_name(zone->name);
        if (name_is_under(owner, &apex) && apex.labels >= labels &&
            (type != RR_DS || !name_equal(owner, &apex) || apex.labels == 0)) {
            found = zone;
            labels = apex.labels;
        }
    }
    return found;
}

static const struct world_zone *zone_above(const struct world_plan *plan,
                                           const struct world_zone *zone)
{
    struct name apex = fixture_name(zone->name);
    return zone_of(plan, &apex, RR_DS);
}

/* Names in zone text end in a dot. */
static const char *dotted(struct arena *arena, const char *name)
{
    return strcmp(name, ".") == 0 ? name : arena_printf(arena, "%s.", name);
}

/* Whether the place serves the zone. */
static bool serves(const struct world_plan *plan, size_t place, const struct world_zone *zone)
{
    struct name apex = fixture_name(zone->name);
    struct name own = fixture_name(places[place].zone);
    if (places[place].letter == 'Q' && !plan->two_tlds) {
        return false;
    }
    return name_equal(&apex, &own) || (own.labels == 2 && name_is_under(&apex, &own)) ||
           (own.labels == 1 && apex.labels == 1 && name_is_under(&apex, &own));
}

/* Signatures. */

static bool is_synthesised(const struct section *section, const struct rrset *set)
{
    for (size_t i = 0; set->type == RR_CNAME && i < section->count; i++) {
        const struct rrset *other = &section->rrsets[i];
        if (other->type == RR_DNAME && name_is_under(&set->owner, &other->owner)) {
            return true;
        }
    }
    return false;
}

static size_t deviations(const struct chainworld *world, char letter, const struct rrset *set,
                         const struct deviation *odds[WORLD_ODDS])
{
    size_t count = 0;
    for (size_t i = 0; i < WORLD_ODDS; i++) {
        const struct world_odd *odd = &world->plan->odd[i];
        struct name owner = odd->owner == NULL ? set->owner : fixture_name(odd->owner);
        if (name_equal(&owner, &set->owner) &&
            (odd->how.servers == NULL || strchr(odd->how.servers, letter) != NULL) &&
            (odd->how.types == NULL || keyring_has_word(world->arena, odd->how.types,
                                                        rr_type_text(world->arena, set->type)))) {
            odds[count++] = &odd->how;
        }
    }
    return count;
}

static struct rrset sign_set(struct chainworld *world, char letter, const struct world_zone *zone,
                             struct rrset set)
{
    const struct deviation *odds[WORLD_ODDS];
    size_t count = deviations(world, letter, &set, odds);
    bool is_signed = zone->dnskey == NULL || zone->dnskey[0] != '\0';
    const struct signer signer = {
        .ring = &world->keyring,
        .owner = zone->name,
        .now = world->now,
        .keys = !is_signed              ? ""
                : set.type == RR_DNSKEY ? or_usual(zone->sign_dnskey, "K1")
                                        : or_usual(zone->sign_data, "Z1"),
    };
    return keyring_sign(&signer, set, odds, count);
}

static const struct world_zone *named_zone(const struct chainworld *world, const char *name)
{
    struct name apex = fixture_name(name);
    const struct world_zone *zone = zone_of(world->plan, &apex, RR_SOA);
    ck_assert_str_eq(zone->name, name);
    return zone;
}

static struct section sign_section(struct chainworld *world, char letter,
                                   const struct world_reply *reply, const char *text,
                                   bool authority)
{
    struct section plain = fixture_section(world->arena, text);
    struct rrset *sets = arena_alloc(world->arena, (plain.count + 1) * sizeof *sets);
    for (size_t i = 0; i < plain.count; i++) {
        const struct rrset *set = &plain.rrsets[i];
        bool denies = set->type == RR_NSEC || set->type == RR_NSEC3;
        const struct world_zone *zone = reply->signer != NULL && denies
                                            ? named_zone(world, reply->signer)
                                            : zone_of(world->plan, &set->owner, set->type);
        bool bare = (authority && set->type == RR_NS) || is_synthesised(&plain, set);
        sets[i] = bare ? *set : sign_set(world, letter, zone, *set);
    }
    return (struct section){.rrsets = sets, .count = plain.count};
}

struct message chainworld_message(struct chainworld *world, char letter,
                                  const struct world_reply *reply)
{
    return (struct message){
        .rcode = reply->rcode,
        .aa = letter != 'R' && letter != 'T' && !reply->lame,
        .ra = letter == 'R' || letter == 'T',
        .ad = reply->ad,
        .edns = !reply->no_edns,
        .edns_do = !reply->no_edns,
        .case_kept = true,
        .size = 512,
        .ede = reply->ede,
        .ede_count = reply->ede_count,
        .answer = sign_section(world, letter, reply, reply->answer, false),
        .authority = sign_section(world, letter, reply, reply->authority, true),
    };
}

/* Replies. */

static void split_question(struct arena *arena, const char *question, const char **name,
                           const char **type)
{
    size_t size = strcspn(question, " ");
    ck_assert_msg(question[size] == ' ', "chainworld: question %s", question);
    *name = arena_printf(arena, "%.*s", (int)size, question);
    *type = question + size + 1;
}

static void put(struct chainworld *world, const char *server, char letter,
                const struct world_reply *reply)
{
    const char *name;
    const char *type;
    split_question(world->arena, reply->question, &name, &type);
    if (reply->status != NET_PENDING || reply->open) {
        fakenet_fail(world->net, server, name, type, reply->status);
        return;
    }
    struct message message = chainworld_message(world, letter, reply);
    fakenet_answer(world->net, server, name, type, &message);
}

static char letter_of(const char *server)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (strcmp(places[i].address, server) == 0) {
            return places[i].letter;
        }
    }
    return strncmp(server, WORLD_TESTED, strlen(WORLD_TESTED)) == 0 ? 'T' : 'R';
}

/* At all servers of a zone. */
static void put_at_zone(struct chainworld *world, const struct world_zone *zone,
                        const struct world_reply *reply)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (serves(world->plan, i, zone)) {
            put(world, places[i].address, places[i].letter, reply);
        }
    }
}

/* The servers of the zone above `cut` refer there when asked that. */
static void refer(struct chainworld *world, const char *question, const struct world_zone *cut,
                  const struct world_reply *ds)
{
    const struct world_zone *above = zone_above(world->plan, cut);
    struct world_reply referral = *ds;
    const char *glue = "";
    referral.question = question;
    referral.authority = ds->authority == NULL ? "" : ds->authority;
    for (size_t i = 0; i < PLACES; i++) {
        if (serves(world->plan, i, cut)) {
            referral.authority = arena_printf(world->arena, "%s\n%s NS %s", referral.authority,
                                              dotted(world->arena, cut->name), places[i].host);
            glue =
                arena_printf(world->arena, "%s\n%s A %s", glue, places[i].host, places[i].address);
        }
    }
    const char *name;
    const char *type;
    split_question(world->arena, question, &name, &type);
    for (size_t i = 0; i < PLACES; i++) {
        if (serves(world->plan, i, above) && !serves(world->plan, i, cut)) {
            struct message message = chainworld_message(world, places[i].letter, &referral);
            message.aa = false;
            message.additional = fixture_section(world->arena, glue);
            struct rrset set;
            if (keyring_ds(&world->keyring, cut->name, or_usual(cut->ds, "K1"), &set)) {
                struct rrset *sets = arena_alloc(world->arena, 16 * sizeof *sets);
                memcpy(sets, message.authority.rrsets, message.authority.count * sizeof *sets);
                sets[message.authority.count++] = sign_set(world, places[i].letter, above, set);
                message.authority.rrsets = sets;
            }
            fakenet_answer(world->net, places[i].address, name, type, &message);
        }
    }
}

/* The proof that there is no DS; a reply without records where there is one. */
static struct world_reply ds_reply(struct chainworld *world, const struct world_zone *zone)
{
    const struct world_zone *above = zone_above(world->plan, zone);
    struct world_reply reply = {
        .question = arena_printf(world->arena, "%s DS", zone->name),
        .signer = above->name,
    };
    if (zone->ds != NULL && zone->ds[0] == '\0') {
        const char *apex = dotted(world->arena, above->name);
        reply.authority =
            arena_printf(world->arena, "%s NSEC zz%s%s NS RRSIG NSEC",
                         dotted(world->arena, zone->name), strcmp(apex, ".") == 0 ? "" : ".", apex);
    }
    return reply;
}

static void publish_reply(struct chainworld *world, const struct world_reply *reply)
{
    if (reply->at != NULL) {
        put(world, reply->at, letter_of(reply->at), reply);
        return;
    }
    if (!world->plan->iterate) {
        put(world, WORLD_RESOLVER, 'R', reply);
        return;
    }
    const char *name;
    const char *type;
    uint16_t number;
    split_question(world->arena, reply->question, &name, &type);
    ck_assert(rr_type_from_text(type, &number));
    struct name owner = fixture_name(name);
    const struct world_zone *zone = zone_of(world->plan, &owner, number);
    put_at_zone(world, zone, reply);
    for (; strcmp(zone->name, ".") != 0; zone = zone_above(world->plan, zone)) {
        struct world_reply ds = ds_reply(world, zone);
        refer(world, reply->question, zone, &ds);
    }
}

void chainworld_answer(struct chainworld *world, const struct world_reply *reply)
{
    publish_reply(world, reply);
}

/* A zone that is not signed has a SOA all the same. */
static void deny_keys(struct chainworld *world, const struct world_zone *zone)
{
    struct world_reply reply = {
        .question = arena_printf(world->arena, "%s DNSKEY", zone->name),
        .authority = arena_printf(world->arena, "%s SOA . . 7 7200 3600 604800 3600",
                                  dotted(world->arena, zone->name)),
    };
    publish_reply(world, &reply);
}

/* The DS RRset, or the proof that there is none, as the server of that letter gives it. */
static struct message ds_message(struct chainworld *world, char letter,
                                 const struct world_zone *zone)
{
    struct rrset set;
    struct world_reply ds = ds_reply(world, zone);
    struct message message = chainworld_message(world, letter, &ds);
    if (keyring_ds(&world->keyring, zone->name, or_usual(zone->ds, "K1"), &set)) {
        set = sign_set(world, letter, zone_above(world->plan, zone), set);
        message.answer = (struct section){arena_copy(world->arena, &set, sizeof set), 1};
    }
    return message;
}

static void publish_ds(struct chainworld *world, const struct world_zone *zone)
{
    if (!world->plan->iterate) {
        struct message message = ds_message(world, 'R', zone);
        fakenet_answer(world->net, WORLD_RESOLVER, zone->name, "DS", &message);
        return;
    }
    for (size_t i = 0; i < PLACES; i++) {
        if (serves(world->plan, i, zone_above(world->plan, zone))) {
            struct message message = ds_message(world, places[i].letter, zone);
            fakenet_answer(world->net, places[i].address, zone->name, "DS", &message);
        }
    }
}

/* DNSKEY and DS. */
static void publish_zone(struct chainworld *world, const struct world_zone *zone)
{
    struct rrset set;
    if (strcmp(zone->name, ".") != 0) {
        publish_ds(world, zone);
    }
    if (!keyring_dnskeys(&world->keyring, zone->name, or_usual(zone->dnskey, "K1 Z1"), &set)) {
        deny_keys(world, zone);
        return;
    }
    for (size_t i = 0; i < PLACES + 1; i++) {
        bool resolver = i == PLACES;
        char letter = resolver ? 'R' : places[i].letter;
        if (resolver == !world->plan->iterate && (resolver || serves(world->plan, i, zone))) {
            struct rrset keys = sign_set(world, letter, zone, set);
            struct message message =
                chainworld_message(world, letter, &(struct world_reply){.question = NULL});
            message.answer = (struct section){arena_copy(world->arena, &keys, sizeof keys), 1};
            fakenet_answer(world->net, resolver ? WORLD_RESOLVER : places[i].address, zone->name,
                           "DNSKEY", &message);
        }
    }
}

void chainworld_fill(struct chainworld *world)
{
    const struct world_plan *plan = world->plan;
    world->net = fakenet_create(world->arena);
    const struct world_zone *zone = zone_at(plan, 0);
    for (size_t i = 0; zone != NULL; zone = zone_at(plan, ++i)) {
        publish_zone(world, zone);
    }
    for (size_t i = 0; i < USUAL_REPLIES; i++) {
        publish_reply(world, &usual_replies[i]);
    }
    for (size_t i = 0; i < WORLD_REPLIES && plan->replies[i].question != NULL; i++) {
        publish_reply(world, &plan->replies[i]);
    }
}
