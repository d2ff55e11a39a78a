/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/suite.h"

START_TEST(empty)
{
}
END_TEST

SUITE_MAIN("message", empty)
