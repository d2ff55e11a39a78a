/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a chain of trust as a tree for terminals and as a graph for Graphviz. */
#include "base/text.h"
#include "plugins/chain.h"
#include "wire/rr.h"

static const char *key_text(struct arena *arena, const struct dnskey *key)
{
    return arena_printf(arena, "%u %s%s", key->tag, policy_algorithm_text(arena, key->algorithm),
                        (key->flags & DNSKEY_SEP) != 0 ? " KSK" : "");
}

/* " DS 12345/ED25519": that which the link to a zone rests on; "" for none. */
static const char *ds_text(struct arena *arena, const struct chain_zone *zone)
{
    const struct ds_verdict *ds = zone->link.ds;
    return ds == NULL ? ""
                      : arena_printf(arena, " DS %s",
                                     policy_key_text(arena, ds->ds.key_tag, ds->ds.algorithm));
}

static const char *zone_line(struct arena *arena, const struct chain_zone *zone)
{
    const struct sig_verdict *deciding = zone->dnskey_judgement.deciding;
    const char *name = name_text(arena, &zone->name);
    const char *how = deciding == NULL
                          ? ""
                          : arena_printf(arena, ", DNSKEY signed by %u, %s", deciding->sig->key_tag,
                                         text_expiry(arena, deciding->remaining));
    if (zone->ds == NULL || zone->link.ds == NULL) {
        return arena_printf(arena, "%s (trust anchor)%s", name, how);
    }
    return arena_printf(arena, "%s%s%s", name, ds_text(arena, zone), how);
}

/* The zone at which the chain ends. */
static const char *end_line(struct arena *arena, const struct chain_zone *zone)
{
    const char *name = name_text(arena, &zone->name);
    return arena_printf(arena, "%s%s: %s (%s)", name, ds_text(arena, zone),
                        security_text(zone->security), finding_class(zone->link.reason)->slug);
}

static const char *target_line(struct arena *arena, const struct chain *chain,
                               const struct chain_hop *hop)
{
    const char *name = name_text(arena, &hop->name);
    const char *type = rr_type_text(arena, chain->type);
    const char *what = "";
    switch (hop->outcome) {
    case OUTCOME_ALIAS:
        what = arena_printf(arena, " alias of %s", name_text(arena, &hop->target));
        break;
    case OUTCOME_NODATA:
        what = " no such type";
        break;
    case OUTCOME_NXDOMAIN:
        what = " no such name";
        break;
    case OUTCOME_NONE:
        what = " not reached";
        break;
    case OUTCOME_ANSWER:
        break;
    }
    const struct sig_verdict *deciding = hop->judgement.deciding;
    const char *by = deciding == NULL
                         ? ""
                         : arena_printf(arena, ", signed by %u, %s", deciding->sig->key_tag,
                                        text_expiry(arena, deciding->remaining));
    return arena_printf(arena, "%s/%s%s: %s%s", name, type, what, security_text(hop->security), by);
}

void chain_draw_tree(struct run *run, const struct chain *chain, struct report *report)
{
    struct arena *arena = run->arena;
    for (size_t i = 0; i < chain->hop_count; i++) {
        const struct chain_hop *hop = &chain->hops[i];
        int depth = 0;
        for (size_t j = 0; j < hop->zone_count; j++) {
            report_detail(report, 1, "%*s%s%s", depth, "", j == 0 ? "" : "+- ",
                          zone_line(arena, &hop->zones[j]));
            depth += j == 0 ? 0 : 3;
        }
        if (hop->end != NULL) {
            report_detail(report, 1, "%*s+- %s", depth, "", end_line(arena, hop->end));
            depth += 3;
        }
        report_detail(report, 1, "%*s+- %s", depth, "", target_line(arena, chain, hop));
    }
}

static const char *colour(enum security security)
{
    switch (security) {
    case SECURITY_SECURE:
        return "forestgreen";
    case SECURITY_INSECURE:
        return "gray40";
    case SECURITY_BOGUS:
        return "red3";
    case SECURITY_INDETERMINATE:
        break;
    }
    return "orange3";
}

static size_t key_index(const struct chain_zone *zone, uint16_t tag)
{
    for (size_t i = 0; i < zone->key_count; i++) {
        if (zone->keys[i].tag == tag) {
            return i;
        }
    }
    return 0;
}

/* The zones on the path and, where there is one, that at which the chain ends. */
static const struct chain_zone *drawn_zone(const struct chain_hop *hop, size_t i)
{
    return i < hop->zone_count ? &hop->zones[i] : hop->end;
}

static size_t drawn_count(const struct chain_hop *hop)
{
    return hop->zone_count + (hop->end == NULL ? 0 : 1);
}

/* A zone as a cluster of its keys; an edge from the DS above to the key that it names. */
static const char *zone_graph(struct arena *arena, const struct chain_zone *zone, size_t hop,
                              size_t index)
{
    enum { MOST = 12 };
    bool end = zone->security != SECURITY_SECURE; /* those on the path are secure */
    const struct sig_verdict *deciding = zone->dnskey_judgement.deciding;
    const char *text = arena_printf(
        arena, "  subgraph cluster_%zu_%zu {\n    label=\"%s%s%s\"; style=rounded; color=%s;\n",
        hop, index, name_text(arena, &zone->name), end ? ": " : "",
        end ? finding_class(zone->link.reason)->slug : "", colour(zone->security));
    if (zone->key_count == 0) {
        text = arena_printf(arena, "%s    k_%zu_%zu_0 [shape=box, label=\"no DNSKEY\"];\n", text,
                            hop, index);
    }
    for (size_t i = 0; i < zone->key_count && i < MOST; i++) {
        text = arena_printf(arena, "%s    k_%zu_%zu_%zu [shape=box, label=\"DNSKEY %s\"];\n", text,
                            hop, index, i, key_text(arena, &zone->keys[i]));
        if (deciding != NULL && zone->keys[i].tag != deciding->sig->key_tag) {
            text = arena_printf(arena, "%s    k_%zu_%zu_%zu -> k_%zu_%zu_%zu [color=%s];\n", text,
                                hop, index, key_index(zone, deciding->sig->key_tag), hop, index, i,
                                colour(zone->security));
        }
    }
    return arena_printf(arena, "%s  }\n", text);
}

static const char *zone_edges(struct arena *arena, const struct chain_hop *hop, size_t h, size_t i)
{
    const struct chain_zone *zone = drawn_zone(hop, i);
    const struct sig_verdict *deciding = zone->dnskey_judgement.deciding;
    const struct ds_verdict *ds = i == 0 ? NULL : zone->link.ds;
    size_t signer = deciding != NULL                ? key_index(zone, deciding->sig->key_tag)
                    : ds != NULL && ds->key != NULL ? key_index(zone, ds->key->tag)
                                                    : 0;
    if (ds == NULL) {
        return arena_printf(arena, "  anchor_%zu -> k_%zu_%zu_%zu [color=%s];\n", h, h, i, signer,
                            colour(zone->security));
    }
    const struct chain_zone *above = &hop->zones[i - 1];
    size_t by = zone->ds_judgement.deciding == NULL
                    ? 0
                    : key_index(above, zone->ds_judgement.deciding->sig->key_tag);
    return arena_printf(
        arena,
        "  d_%zu_%zu [shape=ellipse, label=\"DS %u\"];\n  k_%zu_%zu_%zu -> d_%zu_%zu "
        "[color=%s];\n  d_%zu_%zu -> k_%zu_%zu_%zu [color=%s%s];\n",
        h, i, ds->ds.key_tag, h, i - 1, by, h, i, colour(above->security), h, i, h, i, signer,
        colour(zone->security), zone == hop->end ? ", style=dashed" : "");
}

static const char *hop_graph(struct arena *arena, const struct chain *chain, size_t h)
{
    const struct chain_hop *hop = &chain->hops[h];
    const char *text =
        arena_printf(arena, "  anchor_%zu [shape=house, label=\"trust anchor\"];\n", h);
    for (size_t i = 0; i < drawn_count(hop); i++) {
        text = arena_printf(arena, "%s%s%s", text, zone_graph(arena, drawn_zone(hop, i), h, i),
                            zone_edges(arena, hop, h, i));
    }
    text = arena_printf(arena, "%s  t_%zu [shape=note, color=%s, label=\"%s\"];\n", text, h,
                        colour(hop->security), target_line(arena, chain, hop));
    if (hop->zone_count == 0) {
        return arena_printf(arena, "%s  anchor_%zu -> t_%zu [color=%s, style=dashed];\n", text, h,
                            h, colour(hop->security));
    }
    size_t index = drawn_count(hop) - 1;
    const struct chain_zone *last = drawn_zone(hop, index);
    const struct sig_verdict *deciding = hop->end == NULL ? hop->judgement.deciding : NULL;
    return arena_printf(arena, "%s  k_%zu_%zu_%zu -> t_%zu [color=%s%s];\n", text, h, index,
                        deciding == NULL ? 0 : key_index(last, deciding->sig->key_tag), h,
                        colour(hop->security), deciding == NULL ? ", style=dashed" : "");
}

char *chain_draw_graph(struct run *run, const struct chain *chain)
{
    struct arena *arena = run->arena;
    char *text = arena_printf(arena,
                              "digraph chain {\n  rankdir=TB; labelloc=t; "
                              "label=\"%s/%s: %s\";\n  node [fontsize=11];\n",
                              name_text(arena, &chain->name), rr_type_text(arena, chain->type),
                              security_text(chain->verdict));
    for (size_t i = 0; i < chain->hop_count; i++) {
        text = arena_printf(arena, "%s%s", text, hop_graph(arena, chain, i));
        if (i > 0) {
            text = arena_printf(arena, "%s  t_%zu -> t_%zu [style=dotted, label=\"alias\"];\n",
                                text, i - 1, i);
        }
    }
    return arena_printf(arena, "%s}\n", text);
}
