/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
