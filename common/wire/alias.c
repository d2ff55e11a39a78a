/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds and follows CNAME and DNAME records in a reply. */
#include "wire/alias.h"

static bool substitute(const struct name *name, const struct rrset *dname, struct name *target)
{
    struct name result;
    if (!rr_target(RR_DNAME, dname->rr[0], &result)) {
        return false;
    }
    for (unsigned labels = dname->owner.labels + 1u; labels <= name->labels; labels++) {
        struct name suffix = name_suffix(name, labels);
        if (!name_prepend(&result, (const char *)&suffix.wire[1], suffix.wire[0], &result)) {
            return false;
        }
    }
    *target = result;
    return true;
}

bool alias_target(const struct rrset *alias, const struct name *name, struct name *target)
{
    return alias->type == RR_DNAME ? substitute(name, alias, target)
                                   : rr_target(RR_CNAME, alias->rr[0], target);
}

const struct rrset *alias_find(const struct section *section, const struct name *name)
{
    for (unsigned labels = name->labels; labels-- > 0;) {
        struct name ancestor = name_suffix(name, labels);
        const struct rrset *dname = section_records(section, &ancestor, RR_DNAME);
        if (dname != NULL) {
            return dname;
        }
    }
    return section_records(section, name, RR_CNAME);
}

static bool was_here(const struct alias_trail *trail, const struct name *name)
{
    for (unsigned i = 0; i <= trail->steps; i++) {
        if (name_equal(&trail->names[i], name)) {
            return true;
        }
    }
    return false;
}

struct alias_trail alias_follow(const struct message *reply, const struct name *name, uint16_t type)
{
    struct alias_trail trail = {.steps = 0};
    trail.names[0] = *name;
    for (;;) {
        const struct name *at = &trail.names[trail.steps];
        const struct rrset *set = section_records(&reply->answer, at, type);
        if (set != NULL) {
            trail.set = set;
            return trail;
        }
        const struct rrset *alias = alias_find(&reply->answer, at);
        if (alias == NULL) {
            return trail;
        }
        trail.first = trail.first == NULL ? alias : trail.first;
        struct name target;
        if (trail.steps == ALIAS_STEPS || !alias_target(alias, at, &target) ||
            was_here(&trail, &target)) {
            trail.loops = true;
            return trail;
        }
        trail.names[++trail.steps] = target;
    }
}
