/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that ask check_dns_records' questions share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "frame/targets.h"
#include "plugins/records.h"

/* Whether the chain of trust is asked for: by the resolver, or from the root with --iterate. */
bool records_wants_chain(const struct run *run, const struct records_options *options);

/* records_transfers.c: asks each server for a transfer of its zone, in a last stage. */
void records_ask_transfers(struct run *run, struct records_facts *facts, size_t count);

/* records_follow.c: asks for what is at the end of aliases out of their zones, round by round. */
void records_follow_aliases(struct run *run, struct records_facts *facts, size_t count,
                            const struct records_options *options);
