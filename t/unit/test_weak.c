/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RSA keys known to be weak: by their structure, and by lists of fingerprints. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "judge/weak.h"
#include "lib/linkzone.h"
#include "lib/rocakey.h"
#include "lib/suite.h"

START_TEST(roca)
{
    struct arena *arena = arena_create();
    static const int sizes[] = {512, 1024, 1536};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (unsigned n = 0; n < 4; n++) {
            struct bytes modulus = roca_modulus(arena, sizes[i]);
            ck_assert(weak_is_roca(modulus));
            /* The next odd number is none of them. */
            uint8_t *other = arena_copy(arena, modulus.data, modulus.size);
            other[modulus.size - 1] = (uint8_t)(other[modulus.size - 1] ^ 2);
            ck_assert(!weak_is_roca((struct bytes){other, modulus.size}));
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(usual_keys_are_not_roca)
{
    struct arena *arena = arena_create();
    for (unsigned n = 0; n < 100; n++) {
        ck_assert(!weak_is_roca(usual_modulus(arena, 512)));
    }
    ck_assert(!weak_is_roca((struct bytes){NULL, 0}));
    ck_assert(!weak_is_roca((struct bytes){(const uint8_t *)"\x00", 1}));
    /* 1 and 65537 are powers of 65537. */
    ck_assert(weak_is_roca((struct bytes){(const uint8_t *)"\x01", 1}));
    ck_assert(weak_is_roca((struct bytes){(const uint8_t *)"\x01\x00\x01", 3}));
    arena_destroy(arena);
}
END_TEST

/* Fingerprints: printf 'Modulus=...\n' | sha1sum | cut -c 21-40 */
static const struct {
    const char *modulus;
    const char *print;
} prints[] = {
    {"c0ffee00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899"
     "aabbccddeeff00112233445566778899aabbccddef",
     "cfd03979271a19103df2"},
    {"05ffee0011", "c7790c220ac73aa9a8f0"}, /* no zero in front */
};

static struct weak_list list_of(struct arena *arena, const char *const *texts, size_t count)
{
    struct weak_print *list = arena_alloc(arena, count * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        struct bytes octets = fixture_hex(arena, texts[i]);
        ck_assert_uint_eq(octets.size, WEAK_PRINT_SIZE);
        memcpy(list[i].octets, octets.data, octets.size);
    }
    return weak_list_of(list, count);
}

START_TEST(fingerprints)
{
    struct arena *arena = arena_create();
    struct crypto *crypto = crypto_create(arena);
    const char *const texts[] = {"ffffffffffffffffffff", prints[1].print, "00000000000000000000",
                                 prints[0].print};
    for (size_t i = 0; i < COUNT(prints); i++) {
        struct bytes modulus = fixture_hex(arena, prints[i].modulus);
        struct weak_list all = list_of(arena, texts, COUNT(texts));
        ck_assert_int_eq(weak_look_up(crypto, &all, modulus), CRYPTO_BAD);
        struct weak_list others = list_of(arena, texts, 1);
        ck_assert_int_eq(weak_look_up(crypto, &others, modulus), CRYPTO_GOOD);
        struct weak_list none = {.count = 0};
        ck_assert_int_eq(weak_look_up(crypto, &none, modulus), CRYPTO_GOOD);
    }
    arena_destroy(arena);
}
END_TEST

/* The option. */

static const struct {
    const char *text;
    size_t count;
    const char *problem; /* behind the name of the file; or NULL */
} files[] = {
    {"", 0, NULL},
    {"# comment\n\n0123456789abcdef0123\n", 1, NULL},
    {"0123456789abcdef0123\r\nffffffffffffffffffff", 2, NULL},
    {"0123456789ABCDEF0123\n", 1, NULL},
    {"0123456789abcdef012\n", 0, "line 1 is not a fingerprint of 20 hexadecimal digits"},
    {"#\n\n0123456789abcdef01234\n", 0, "line 3 is not a fingerprint of 20 hexadecimal digits"},
    {"0123456789abcdef0123\n0123456789abcdef012g\n", 0,
     "line 2 is not a fingerprint of 20 hexadecimal digits"},
    {" 0123456789abcdef0123\n", 0, "line 1 is not a fingerprint of 20 hexadecimal digits"},
};

static const char *validate(struct arena *arena, struct ds_options *options, const char *path)
{
    const char **items = arena_alloc(arena, sizeof *items);
    items[0] = path;
    *options = (struct ds_options){.weak_files = {.items = items, .count = 1}};
    return ds_validate(arena, options);
}

START_TEST(lists_of_fingerprints)
{
    struct arena *arena = arena_create();
    struct ds_options options;
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[] = "/tmp/test_weak_XXXXXX";
        int fd = mkstemp(path);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, files[i].text, strlen(files[i].text)),
                         (ssize_t)strlen(files[i].text));
        close(fd);
        const char *problem = validate(arena, &options, path);
        unlink(path);
        if (files[i].problem == NULL) {
            ck_assert_ptr_null(problem);
            ck_assert_uint_eq(options.weak.count, files[i].count);
        } else {
            ck_assert_str_eq(problem,
                             arena_printf(arena, "--weak-keys %s: %s", path, files[i].problem));
        }
    }
    ck_assert_str_eq(validate(arena, &options, "/nonexistent/list"),
                     "--weak-keys /nonexistent/list: cannot be read: No such file or directory");
    arena_destroy(arena);
}
END_TEST

/* The plugin. */

static void add_rsa_key(struct linkzone *zone, struct bytes modulus)
{
    struct arena *arena = zone->base.arena;
    uint8_t *key = arena_alloc(arena, 4 + modulus.size);
    memcpy(key, "\x03\x01\x00\x01", 4);
    memcpy(key + 4, modulus.data, modulus.size);
    char *text = arena_alloc(arena, (modulus.size + 8) * 2);
    ck_assert_int_gt(EVP_EncodeBlock((unsigned char *)text, key, (int)modulus.size + 4), 0);
    linkzone_add_key(zone, arena_printf(arena, "example.com. DNSKEY 256 3 8 %s", text));
}

static void roca_key(struct linkzone *zone)
{
    add_rsa_key(zone, roca_modulus(zone->base.arena, 1024));
}

static void usual_key(struct linkzone *zone)
{
    add_rsa_key(zone, usual_modulus(zone->base.arena, 1024));
}

static void listed_key(struct linkzone *zone)
{
    add_rsa_key(zone, fixture_hex(zone->base.arena, prints[0].modulus));
}

static void give_list(struct ds_options *options)
{
    static const struct weak_print print = {
        {0xcf, 0xd0, 0x39, 0x79, 0x27, 0x1a, 0x19, 0x10, 0x3d, 0xf2}};
    options->weak = (struct weak_list){.prints = &print, .count = 1};
}

static const struct link_row rows[] = {
    {"ROCA, told without being asked for",
     "dnskey-weak-debian=CRITICAL dnskey-rsa-short=WARNING",
     {.twist = roca_key}},
    {"a usual key", "dnskey-rsa-short=WARNING", {.twist = usual_key}},
    {"a usual key, and a list that lacks it",
     "dnskey-rsa-short=WARNING",
     {.twist = usual_key, .tune = give_list}},
    {"a key in the list",
     "dnskey-weak-debian=CRITICAL dnskey-rsa-short=CRITICAL",
     {.twist = listed_key, .tune = give_list}},
    {"the same without the list", "dnskey-rsa-short=CRITICAL", {.twist = listed_key}},
};

START_TEST(keys_of_a_zone)
{
    linkzone_judge_rows(rows, COUNT(rows));
}
END_TEST

SUITE_MAIN("weak", roca, usual_keys_are_not_roca, fingerprints, lists_of_fingerprints,
           keys_of_a_zone)
