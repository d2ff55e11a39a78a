/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of domain names on the wire and in messages, where compression makes them dangerous. */
#include <string.h>

#include "base/name.h"
#include "lib/suite.h"

START_TEST(test_wire)
{
    static const struct {
        const char *wire;
        size_t size;
        size_t taken;
        const char *text;
    } rows[] = {
        {"\0", 1, 1, "."},
        {"\0\0\0", 3, 1, "."},
        {"\003WWW\007Example\0", 13, 13, "www.example"},
        {"\003www\0and more", 13, 5, "www"},
        {"", 0, 0, NULL},
        {"\003", 1, 0, NULL},
        {"\003ww", 3, 0, NULL},
        {"\003www", 4, 0, NULL},
        {"\003www\003", 5, 0, NULL},
        {"\300\0", 2, 0, NULL},
        {"\001a\300\0", 4, 0, NULL},
        {"\100", 1, 0, NULL},
        {"\200a\0", 3, 0, NULL},
        {"\377\377", 2, 0, NULL},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint8_t *wire = arena_copy(arena, rows[i].wire, rows[i].size);
        struct name name = {.size = 77};
        size_t taken = name_from_wire(wire, rows[i].size, &name);
        ck_assert_msg(taken == rows[i].taken, "row %zu: %zu octets", i, taken);
        if (taken > 0) {
            ck_assert_str_eq(name_text(arena, &name), rows[i].text);
        } else {
            ck_assert_uint_eq(name.size, 77);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(test_wire_limits)
{
    uint8_t wire[300];
    for (size_t i = 0; i < sizeof wire; i++) {
        wire[i] = i % 2 == 0 ? 1 : 'x';
    }
    struct name name;
    ck_assert_uint_eq(name_from_wire(wire, sizeof wire, &name), 0); /* no end in sight */
    wire[254] = 0;
    ck_assert_uint_eq(name_from_wire(wire, sizeof wire, &name), 255);
    ck_assert_uint_eq(name.labels, 127);
    ck_assert_uint_eq(name_from_wire(wire, 254, &name), 0);
    wire[254] = 1;
    wire[256] = 0;
    ck_assert_uint_eq(name_from_wire(wire, sizeof wire, &name), 0);
    uint8_t label[66] = {64};
    ck_assert_uint_eq(name_from_wire(label, sizeof label, &name), 0);
    memset(label, 'x', 64);
    label[0] = 63;
    ck_assert_uint_eq(name_from_wire(label, sizeof label, &name), 65);
}
END_TEST

START_TEST(test_name_folds_ascii_letters_only)
{
    uint8_t wire[258];
    for (unsigned octet = 0; octet < 256; octet++) {
        wire[0] = 1;
        wire[1] = (uint8_t)octet;
        wire[2] = 0;
        struct name name;
        ck_assert_uint_eq(name_from_wire(wire, 3, &name), 3);
        ck_assert_uint_eq(name.wire[1], octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
    }
}
END_TEST

/* The names of the example in RFC 1035 4.1.4 begin at 20, 40, 64 and 92; here they start at 0. */
static const char message_wire[] = "\001F\003ISI\004ARPA\0" /* 0: F.ISI.ARPA */
                                   "\003FOO\300\000"        /* 12: FOO.F.ISI.ARPA */
                                   "\300\006"               /* 18: ARPA */
                                   "\0"                     /* 20: the root */
                                   "\300\022"               /* 21: ARPA by two pointers */
                                   "\300\027"               /* 23: itself */
                                   "\300\034"               /* 25: forward */
                                   "\001A\001B"             /* 27 */
                                   "\300\035"               /* 31: into the labels before */
                                   "\003bad\300\043"        /* 33: into itself, past its start */
                                   "\001x\300\047"          /* 39: at its own start: a loop */
                                   "\100\200"               /* 43: other label types */
                                   "\003XYZ\300";           /* 45: half a pointer at the end */

START_TEST(test_message)
{
    static const struct {
        size_t offset;
        size_t taken;
        const char *text;
    } rows[] = {
        {0, 12, "f.isi.arpa"},
        {2, 10, "isi.arpa"},
        {12, 6, "foo.f.isi.arpa"},
        {18, 2, "arpa"},
        {20, 1, "."},
        {21, 2, "arpa"},
        {23, 0, NULL},
        {25, 0, NULL},
        {27, 0, NULL}, /* its pointer leads into itself, behind its start */
        {31, 0, NULL}, /* and from here it comes back to the pointer */
        {33, 0, NULL},
        {39, 0, NULL},
        {43, 0, NULL},
        {44, 0, NULL},
        {45, 0, NULL},
        {49, 0, NULL},
        {50, 0, NULL},
        {51, 0, NULL},
        {65535, 0, NULL},
        {SIZE_MAX, 0, NULL},
    };
    struct arena *arena = arena_create();
    size_t size = sizeof message_wire - 1;
    struct bytes message = {.data = arena_copy(arena, message_wire, size), .size = size};
    ck_assert_uint_eq(size, 50);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name name = {.size = 77};
        size_t taken = name_from_message(message, rows[i].offset, &name);
        ck_assert_msg(taken == rows[i].taken, "offset %zu: %zu octets", rows[i].offset, taken);
        if (taken > 0) {
            ck_assert_str_eq(name_text(arena, &name), rows[i].text);
        } else {
            ck_assert_uint_eq(name.size, 77);
        }
    }
    struct name name = {.size = 77};
    ck_assert_uint_eq(name_from_message((struct bytes){0}, 0, &name), 0);
    arena_destroy(arena);
}
END_TEST

/* Pointers on pointers, each to the one before: a few are followed, a flood is not. */
START_TEST(test_message_with_a_chain_of_pointers)
{
    uint8_t wire[16384] = {0};
    for (size_t at = 2; at < sizeof wire; at += 2) {
        bytes_put16(wire + at, (uint16_t)(0xC000 | (at - 2)));
    }
    struct bytes message = {.data = wire, .size = sizeof wire};
    struct name name;
    ck_assert_uint_eq(name_from_message(message, 20, &name), 2);
    ck_assert_uint_eq(name.size, 1);
    ck_assert_uint_eq(name_from_message(message, sizeof wire - 2, &name), 0);
}
END_TEST

/* A name that grows beyond 255 octets only through its pointer. */
START_TEST(test_message_with_a_name_too_long)
{
    uint8_t wire[600] = {0};
    for (size_t at = 0; at < 252; at += 2) {
        wire[at] = 1;
        wire[at + 1] = 'x';
    }
    static const uint8_t fits[] = {1, 'y', 0xC0, 0};
    static const uint8_t too_long[] = {2, 'y', 'y', 0xC0, 0};
    memcpy(wire + 300, fits, sizeof fits);
    memcpy(wire + 310, too_long, sizeof too_long);
    struct bytes message = {.data = wire, .size = sizeof wire};
    struct name name;
    ck_assert_uint_eq(name_from_message(message, 300, &name), 4);
    ck_assert_uint_eq(name.size, 255);
    ck_assert_uint_eq(name.labels, 127);
    ck_assert_uint_eq(name_from_message(message, 310, &name), 0);
}
END_TEST

/* Whatever the octets are: no read outside (AddressSanitizer watches), and only whole names. */
START_TEST(test_message_of_noise)
{
    struct arena *arena = arena_create();
    uint32_t noise = 20261129;
    for (size_t size = 0; size < 600; size += 3) {
        uint8_t *data = arena_alloc(arena, size);
        for (size_t i = 0; i < size; i++) {
            noise = noise * 1664525 + 1013904223;
            static const uint8_t likely[] = {0, 1, 2, 3, 0xC0, 0xC1, 63, 'a'};
            data[i] = noise >> 31 != 0 ? likely[noise >> 24 & 7] : (uint8_t)(noise >> 16);
        }
        for (size_t offset = 0; offset <= size + 1; offset++) {
            struct name name;
            size_t taken = name_from_message((struct bytes){data, size}, offset, &name);
            ck_assert(taken == 0 || offset + taken <= size);
            struct name again;
            ck_assert(taken == 0 || name_from_wire(name.wire, name.size, &again) == name.size);
            ck_assert(taken == 0 || name_equal(&name, &again));
        }
    }
    arena_destroy(arena);
}
END_TEST

/* RFC 4034 6.2: in canonical form a name is uncompressed and in lower case. */
START_TEST(test_canonical_form)
{
    static const char wire[] = "\007EXAMPLE\003COM\0\003WwW\300\000";
    struct bytes message = {.data = (const uint8_t *)wire, .size = sizeof wire - 1};
    struct name name;
    ck_assert_uint_eq(name_from_message(message, 13, &name), 6);
    ck_assert_uint_eq(name.size, 17);
    ck_assert_mem_eq(name.wire, "\003www\007example\003com", 17);
}
END_TEST

SUITE_MAIN("name_wire", test_wire, test_wire_limits, test_name_folds_ascii_letters_only,
           test_message, test_message_with_a_chain_of_pointers, test_message_with_a_name_too_long,
           test_message_of_noise, test_canonical_form)
