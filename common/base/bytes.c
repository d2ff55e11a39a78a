/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing and hashing spans of bytes. */
#include "base/bytes.h"

#include <string.h>

int bytes_compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common); /* NULL is allowed when empty */
    if (order != 0) {
        return order;
    }
    return (a.size > b.size) - (a.size < b.size);
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && bytes_compare(a, b) == 0;
}

uint32_t bytes_hash(uint32_t hash, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619U;
    }
    return hash;
}
