/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RSA moduli with the fault of CVE-2017-15361, for tests that tell them. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

/*
 * The product of two primes of the form k * M + (65537^a mod M), M being the product of the first
 * 39 primes; another one each time.  `bits` is at least 512 and even.
 */
struct bytes roca_modulus(struct arena *arena, int bits);

/* The same of two ordinary primes. */
struct bytes usual_modulus(struct arena *arena, int bits);
