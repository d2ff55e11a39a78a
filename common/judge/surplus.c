/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what stands beside good signatures and DS. */
#include "judge/surplus.h"

#include "judge/policy.h"

enum { MANY_SIGNATURES = 8, TOO_MANY_SIGNATURES = 16, COLLIDING_KEYS = 4 };

enum state surplus_signatures(size_t count)
{
    return count > TOO_MANY_SIGNATURES ? STATE_CRITICAL
           : count > MANY_SIGNATURES   ? STATE_WARNING
                                       : STATE_OK;
}

size_t surplus_same_tag(const struct dnskey *keys, size_t count, size_t index)
{
    size_t same = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_same = keys[i].tag == keys[index].tag && keys[i].algorithm == keys[index].algorithm;
        if (is_same && i < index) {
            return 0;
        }
        same += is_same ? 1 : 0;
    }
    return same;
}

enum state surplus_collision(size_t same, bool signs)
{
    return signs || same > COLLIDING_KEYS ? STATE_CRITICAL : STATE_WARNING;
}

const char *surplus_collision_text(struct arena *arena, const struct dnskey *key, size_t same,
                                   bool signs)
{
    return arena_printf(
        arena, "%zu DNSKEYs share tag %u and algorithm %s%s: replace all but one of them", same,
        key->tag, policy_algorithm_text(arena, key->algorithm),
        signs ? ", one of them signs, and some validators give up at the first failure" : "");
}

bool surplus_is_length(const struct ds *ds)
{
    const struct digest *digest = policy_digest(ds->digest_type);
    return ds->digest.size == 0 || (digest->implemented && ds->digest.size != digest->size);
}

const char *surplus_length_text(struct arena *arena, const struct ds *ds)
{
    const struct digest *digest = policy_digest(ds->digest_type);
    return arena_printf(arena,
                        "DS %u has a digest of %zu octets, type %u needs %s, some validators fail "
                        "on it even beside a good one",
                        ds->key_tag, ds->digest.size, ds->digest_type,
                        digest->size == 0 ? "some" : arena_printf(arena, "%zu", digest->size));
}
