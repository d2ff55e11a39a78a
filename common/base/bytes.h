/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A borrowed span of bytes, and big-endian integers in it; hashes for tables. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data;
    size_t size;
};

static inline uint16_t bytes_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t bytes_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void bytes_put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void bytes_put32(uint8_t *at, uint32_t value)
{
    bytes_put16(at, (uint16_t)(value >> 16));
    bytes_put16(at + 2, (uint16_t)value);
}

/* Order of RFC 4034 6.3: as left-justified octet sequences, a missing octet sorts first. */
int bytes_compare(struct bytes a, struct bytes b);

bool bytes_equal(struct bytes a, struct bytes b);

/* The hash (FNV-1a) of no bytes, and one that is continued over some. */
#define BYTES_HASH UINT32_C(2166136261)
uint32_t bytes_hash(uint32_t hash, const uint8_t *data, size_t size);
