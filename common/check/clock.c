/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the present time with all signatures of a run. */
#include "check/clock.h"

#include "judge/reason.h"

struct watch {
    int64_t now;
    struct name signer; /* of the first signature seen */
    bool two_signers;
    bool inside;
    bool late;
    bool early;
};

static void look_at_signature(struct watch *watch, const struct rrsig *sig)
{
    if (sig->malformed) {
        return;
    }
    if (watch->signer.size == 0) {
        watch->signer = sig->signer;
    }
    watch->two_signers = watch->two_signers || !name_equal(&watch->signer, &sig->signer);
    uint32_t now = (uint32_t)watch->now;
    if (rr_serial_difference(sig->expiration, now) < 0) {
        watch->late = true;
    } else if (rr_serial_difference(now, sig->inception) < -REASON_SKEW) {
        watch->early = true;
    } else {
        watch->inside = true;
    }
}

static void look_at_section(struct watch *watch, const struct section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        for (size_t j = 0; j < section->rrsets[i].sig_count; j++) {
            look_at_signature(watch, &section->rrsets[i].sigs[j]);
        }
    }
}

static void look_at_replies(struct watch *watch, const struct questions *questions)
{
    for (size_t i = 0; i < questions->count; i++) {
        const struct message *reply = questions->list[i]->reply;
        if (reply != NULL) {
            look_at_section(watch, &reply->answer);
            look_at_section(watch, &reply->authority);
        }
    }
}

enum clock_side clock_judge(const struct questions *lists, size_t count, int64_t now)
{
    struct watch watch = {.now = now};
    for (size_t i = 0; i < count; i++) {
        look_at_replies(&watch, &lists[i]);
    }
    if (!watch.two_signers || watch.inside || watch.late == watch.early) {
        return CLOCK_PLAUSIBLE;
    }
    return watch.late ? CLOCK_TOO_LATE : CLOCK_TOO_EARLY;
}
