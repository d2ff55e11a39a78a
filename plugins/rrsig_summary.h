/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of check_rrsig_expiry: summary line, perfdata, samples, lines for -v and -vv. */
#pragma once

#include "plugins/rrsig_survey.h"

void rrsig_summarise(const struct survey *survey, struct report *report);
