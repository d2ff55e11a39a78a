/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The special-purpose address registries of IANA as a table. */
#include "plugins/records_bogon.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>

struct block {
    uint8_t family;
    const char *prefix;
    unsigned bits;
    const char *words; /* NULL: reachable, though a larger block is not */
};

/* Where blocks are within each other the one with the longest prefix counts. */
static const struct block blocks[] = {
    {4, "0.0.0.0", 8, "this network"},
    {4, "10.0.0.0", 8, "private"},
    {4, "100.64.0.0", 10, "shared by carriers"},
    {4, "127.0.0.0", 8, "loopback"},
    {4, "169.254.0.0", 16, "link-local"},
    {4, "172.16.0.0", 12, "private"},
    {4, "192.0.0.0", 24, "for protocols"},
    {4, "192.0.0.9", 32, NULL},
    {4, "192.0.0.10", 32, NULL},
    {4, "192.0.2.0", 24, "documentation"},
    {4, "192.88.99.0", 24, "6to4 relay"},
    {4, "192.168.0.0", 16, "private"},
    {4, "198.18.0.0", 15, "benchmarking"},
    {4, "198.51.100.0", 24, "documentation"},
    {4, "203.0.113.0", 24, "documentation"},
    {4, "224.0.0.0", 4, "multicast"},
    {4, "240.0.0.0", 4, "reserved"},
    {4, "255.255.255.255", 32, "broadcast"},
    {6, "::", 96, "IPv4-compatible"},
    {6, "::", 128, "unspecified"},
    {6, "::1", 128, "loopback"},
    {6, "::ffff:0:0", 96, "IPv4-mapped"},
    {6, "64:ff9b::", 96, "NAT64"},
    {6, "64:ff9b:1::", 48, "NAT64"},
    {6, "100::", 64, "discarded"},
    {6, "100:0:0:1::", 64, "dummy"},
    {6, "2001::", 23, "for protocols"},
    {6, "2001::", 32, "Teredo"},
    {6, "2001:1::1", 128, NULL},
    {6, "2001:1::2", 128, NULL},
    {6, "2001:1::3", 128, NULL},
    {6, "2001:2::", 48, "benchmarking"},
    {6, "2001:3::", 32, NULL},
    {6, "2001:4:112::", 48, NULL},
    {6, "2001:10::", 28, "ORCHID"},
    {6, "2001:20::", 28, NULL},
    {6, "2001:30::", 28, NULL},
    {6, "2001:db8::", 32, "documentation"},
    {6, "2002::", 16, "6to4"},
    {6, "3fff::", 20, "documentation"},
    {6, "5f00::", 16, "segment routing"},
    {6, "fc00::", 7, "private"},
    {6, "fe80::", 10, "link-local"},
    {6, "fec0::", 10, "site-local"},
    {6, "ff00::", 8, "multicast"},
};

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++) {
        unsigned mask = 0x80u >> (i % 8);
        if ((a[i / 8] & mask) != (b[i / 8] & mask)) {
            return false;
        }
    }
    return true;
}

static bool is_in(const struct server *server, const struct block *block)
{
    uint8_t prefix[16] = {0};
    return server->family == block->family &&
           inet_pton(block->family == 4 ? AF_INET : AF_INET6, block->prefix, prefix) == 1 &&
           same_bits(server->address, prefix, block->bits);
}

const char *bogon_words(const struct server *server)
{
    const struct block *closest = NULL;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (is_in(server, &blocks[i]) && (closest == NULL || blocks[i].bits > closest->bits)) {
            closest = &blocks[i];
        }
    }
    return closest == NULL ? NULL : closest->words;
}
