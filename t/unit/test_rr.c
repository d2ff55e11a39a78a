/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoders and type bitmaps, with the examples of RFC 4034 and 5155. */
#include <string.h>

#include <check.h>

#include "lib/fixture.h"
#include "lib/suite.h"
#include "wire/rr.h"

/* RFC 4034 5.4. */
static const char DS_KEY[] =
    "dskey.example.com. 86400 IN DNSKEY 256 3 5 (\n"
    "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMz\n"
    "NXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJ\n"
    "BjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw== ) ; key id = 60485\n";
static const char DS[] = "dskey.example.com. 86400 IN DS 60485 5 1 "
                         "2BB183AF5F22588179A53B0A98631FAD1A292118\n";

/* RFC 4034 2.3: the key that made the signature of 3.3. */
static const char ZONE_KEY[] = "example.com. 86400 IN DNSKEY 256 3 5 (\n"
                               "AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31Gaj\n"
                               "IQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzO\n"
                               "JBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w== )\n";
static const char RRSIG[] = "host.example.com. 86400 IN RRSIG A 5 3 86400 20030322173103 (\n"
                            "20030220173103 2642 example.com.\n"
                            "oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb\n"
                            "+v6oB9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3tGNazPwQKkRN20XPXV6nwwfoXmJQb\n"
                            "sLNrLfkGJ5D6fwFm8nN+6pBzeDQfsS3Ap3o= )\n";

/* RFC 4034 4.3. */
static const char NSEC[] =
    "alfa.example.com. 86400 IN NSEC host.example.com. A MX RRSIG NSEC TYPE1234\n";

/* RFC 5155 appendix A. */
static const char NSEC3[] =
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 1 1 12 aabbccdd "
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG\n";

static struct bytes rdata_of(struct arena *arena, const char *text)
{
    return fixture_rrset(arena, text).rr[0];
}

START_TEST(dnskey_of_rfc_4034)
{
    struct arena *arena = arena_create();
    struct bytes rdata = rdata_of(arena, DS_KEY);
    struct dnskey key;
    ck_assert(rr_dnskey(rdata, &key));
    ck_assert_uint_eq(key.tag, 60485);
    ck_assert_uint_eq(key.flags, DNSKEY_ZONE);
    ck_assert_uint_eq(key.protocol, 3);
    ck_assert_uint_eq(key.algorithm, 5);
    ck_assert_uint_eq(key.public_key.size, 130);
    ck_assert_ptr_eq(key.public_key.data, rdata.data + 4);
    ck_assert_ptr_eq(key.rdata.data, rdata.data);
    ck_assert_uint_eq(key.rdata.size, rdata.size);
    ck_assert_uint_eq(rr_key_tag(rdata_of(arena, ZONE_KEY)), 2642);
    arena_destroy(arena);
}
END_TEST

START_TEST(key_tags)
{
    static const struct {
        const char *rdata;
        uint16_t tag;
    } rows[] = {
        {"0101 03 08 00000000", 0x0101 + 0x0308},
        {"0101 03 08", 0x0101 + 0x0308},
        {"0101 03 08 ff", 0x0309 + 1},           /* an odd octet is a high one: 0x0409 + 0xff00 */
        {"0101 03 08 ffff ffff", 0x0407 + 2},    /* the carry is added: 0x0409 + 0x1fffe */
        {"0101 03 01 01 03 aabbccddee", 0xccdd}, /* algorithm 1: out of the modulus */
        {"0101 03 01 112233", 0x1122},
        {"0101 03 01 1122", 0}, /* too short to have that part */
        {"0101 03 01", 0},
        {"", 0},
        {"01", 0x0100},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t tag = rr_key_tag(fixture_hex(arena, rows[i].rdata));
        ck_assert_msg(tag == rows[i].tag, "%s: %u, not %u", rows[i].rdata, tag, rows[i].tag);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(short_keys_and_ds_are_refused)
{
    static const uint8_t data[4] = {1, 0, 3, 8};
    struct dnskey key = {.tag = 77};
    struct ds ds = {.key_tag = 77};
    for (size_t size = 0; size < 4; size++) {
        ck_assert(!rr_dnskey((struct bytes){data, size}, &key));
        ck_assert(!rr_ds((struct bytes){data, size}, &ds));
    }
    ck_assert_uint_eq(key.tag, 77);
    ck_assert_uint_eq(ds.key_tag, 77);
    ck_assert(rr_dnskey((struct bytes){data, 4}, &key));
    ck_assert_uint_eq(key.public_key.size, 0);
    ck_assert(rr_ds((struct bytes){data, 4}, &ds));
    ck_assert_uint_eq(ds.digest.size, 0);
}
END_TEST

START_TEST(ds_of_rfc_4034)
{
    struct arena *arena = arena_create();
    struct ds ds;
    ck_assert(rr_ds(rdata_of(arena, DS), &ds));
    ck_assert_uint_eq(ds.key_tag, 60485);
    ck_assert_uint_eq(ds.algorithm, 5);
    ck_assert_uint_eq(ds.digest_type, 1);
    ck_assert_str_eq(fixture_hex_text(arena, ds.digest),
                     "2bb183af5f22588179a53b0a98631fad1a292118");
    arena_destroy(arena);
}
END_TEST

START_TEST(rrsig_of_rfc_4034)
{
    struct arena *arena = arena_create();
    struct rrset set = fixture_rrset(arena, RRSIG);
    ck_assert_uint_eq(set.count, 0);
    ck_assert_uint_eq(set.type, RR_A);
    ck_assert_uint_eq(set.sig_count, 1);
    const struct rrsig *sig = &set.sigs[0];
    ck_assert(!sig->malformed);
    ck_assert_uint_eq(sig->covered, RR_A);
    ck_assert_uint_eq(sig->algorithm, 5);
    ck_assert_uint_eq(sig->labels, 3);
    ck_assert_uint_eq(sig->original_ttl, 86400);
    ck_assert_uint_eq(sig->expiration, 1048354263);
    ck_assert_uint_eq(sig->inception, 1045762263);
    ck_assert_uint_eq(sig->key_tag, 2642);
    ck_assert_uint_eq(sig->ttl, 86400);
    ck_assert_str_eq(name_text(arena, &sig->signer), "example.com");
    ck_assert_uint_eq(sig->signature.size, 128);
    ck_assert_uint_eq(sig->signature.data[0], 0xa0);
    ck_assert_uint_eq(sig->signature.data[127], 0x7a);
    ck_assert_str_eq(fixture_hex_text(arena, sig->head), "0001050300015180"
                                                         "3e7c9dd73e5510d7"
                                                         "0a52"
                                                         "076578616d706c6503636f6d00");
    arena_destroy(arena);
}
END_TEST

#define SIG_FIXED "0001 0d 02 00000e10 00000002 00000001 002a "

START_TEST(rrsigs_malformed_and_not)
{
    static const struct {
        const char *rdata;
        bool malformed;
        uint16_t covered;
    } rows[] = {
        {"", true, 0},
        {"00", true, 0},
        {"0001", true, 1},
        {"0101 0d", true, 257},
        {"0001 0d 02 00000e10 00000002 00000001 00", true, 1}, /* 17 octets */
        {SIG_FIXED, true, 1},                                  /* no signer */
        {SIG_FIXED "01", true, 1},
        {SIG_FIXED "0161", true, 1},      /* a name without its end */
        {SIG_FIXED "c000 aa", true, 1},   /* a pointer */
        {SIG_FIXED "016140 aa", true, 1}, /* a label of another kind */
        {SIG_FIXED "016100", true, 1},    /* no signature */
        {SIG_FIXED "00", true, 1},
        {SIG_FIXED "00 aa", false, 1}, /* the root signs */
        {SIG_FIXED "016100 aa", false, 1},
        {SIG_FIXED "014100 aabb", false, 1},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rrsig sig = rr_rrsig(arena, fixture_hex(arena, rows[i].rdata), 5);
        ck_assert_msg(sig.malformed == rows[i].malformed, "%s", rows[i].rdata);
        ck_assert_uint_eq(sig.covered, rows[i].covered);
        ck_assert_uint_eq(sig.ttl, 5);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(rrsig_signer_is_folded_in_its_head)
{
    struct arena *arena = arena_create();
    struct bytes rdata = fixture_hex(arena, SIG_FIXED "014100 4142");
    struct rrsig sig = rr_rrsig(arena, rdata, 5);
    ck_assert_str_eq(name_text(arena, &sig.signer), "a");
    ck_assert_str_eq(fixture_hex_text(arena, sig.head),
                     "00010d0200000e100000000200000001002a016100");
    ck_assert_str_eq(fixture_hex_text(arena, sig.signature), "4142");
    ck_assert_uint_eq(rdata.data[19], 'A');
    arena_destroy(arena);
}
END_TEST

START_TEST(soa_fields)
{
    struct arena *arena = arena_create();
    struct bytes rdata = rdata_of(
        arena, "example.com. IN SOA NS.example.com. host\\.master.example.com. 4294967295 2 3 4 5");
    struct soa soa = {.minimum = 77};
    ck_assert(rr_soa(rdata, &soa));
    ck_assert_str_eq(name_text(arena, &soa.mname), "ns.example.com");
    ck_assert_uint_eq(soa.rname.labels, 3);
    ck_assert_uint_eq(soa.serial, UINT32_MAX);
    ck_assert_uint_eq(soa.refresh, 2);
    ck_assert_uint_eq(soa.retry, 3);
    ck_assert_uint_eq(soa.expire, 4);
    ck_assert_uint_eq(soa.minimum, 5);

    struct soa untouched = {.minimum = 77};
    for (size_t size = 0; size < rdata.size; size++) {
        ck_assert(!rr_soa((struct bytes){rdata.data, size}, &untouched));
    }
    uint8_t *longer = arena_alloc(arena, rdata.size + 1);
    memcpy(longer, rdata.data, rdata.size);
    ck_assert(!rr_soa((struct bytes){longer, rdata.size + 1}, &untouched));
    ck_assert_uint_eq(untouched.minimum, 77);
    arena_destroy(arena);
}
END_TEST

START_TEST(nsec_of_rfc_4034)
{
    struct arena *arena = arena_create();
    struct bytes rdata = rdata_of(arena, NSEC);
    ck_assert_str_eq(fixture_hex_text(arena, rdata),
                     "04686f7374076578616d706c6503636f6d00"
                     "0006400100000003"
                     "041b000000000000000000000000000000000000000000000000000020");
    struct nsec nsec;
    ck_assert(rr_nsec(rdata, &nsec));
    ck_assert_str_eq(name_text(arena, &nsec.next), "host.example.com");
    ck_assert(rr_bitmap_well_formed(nsec.types));
    static const uint16_t present[] = {RR_A, RR_MX, RR_RRSIG, RR_NSEC, 1234};
    size_t found = 0;
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        found += rr_bitmap_has(nsec.types, (uint16_t)type) ? 1 : 0;
    }
    ck_assert_uint_eq(found, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_msg(rr_bitmap_has(nsec.types, present[i]), "type %u", (unsigned)present[i]);
    }
    struct nsec untouched = {.next = {.labels = 9}};
    ck_assert(!rr_nsec((struct bytes){rdata.data, 17}, &untouched));
    ck_assert(!rr_nsec((struct bytes){NULL, 0}, &untouched));
    ck_assert_uint_eq(untouched.next.labels, 9);
    ck_assert(rr_nsec((struct bytes){rdata.data, 18}, &nsec));
    ck_assert_uint_eq(nsec.types.size, 0);
    arena_destroy(arena);
}
END_TEST

START_TEST(nsec3_of_rfc_5155)
{
    struct arena *arena = arena_create();
    struct bytes rdata = rdata_of(arena, NSEC3);
    struct nsec3 nsec3;
    ck_assert(rr_nsec3(rdata, &nsec3));
    ck_assert_uint_eq(nsec3.algorithm, 1);
    ck_assert_uint_eq(nsec3.flags, 1);
    ck_assert_uint_eq(nsec3.iterations, 12);
    ck_assert_str_eq(fixture_hex_text(arena, nsec3.salt), "aabbccdd");
    ck_assert_uint_eq(nsec3.next.size, 20);
    ck_assert_uint_eq(nsec3.next.data[0], 0x17);
    ck_assert(rr_bitmap_has(nsec3.types, RR_NSEC3PARAM));
    ck_assert(!rr_bitmap_has(nsec3.types, RR_NSEC3));
    /* All but the bitmap has to be there. */
    struct nsec3 untouched = {.iterations = 77};
    for (size_t size = 0; size < 30; size++) {
        ck_assert(!rr_nsec3((struct bytes){rdata.data, size}, &untouched));
    }
    ck_assert_uint_eq(untouched.iterations, 77);
    ck_assert(rr_nsec3((struct bytes){rdata.data, 30}, &nsec3));
    ck_assert_uint_eq(nsec3.types.size, 0);
    arena_destroy(arena);
}
END_TEST

START_TEST(targets)
{
    static const struct {
        uint16_t type;
        const char *rdata;
        const char *target;
    } rows[] = {
        {RR_NS, "016100", "a"},
        {RR_CNAME, "014100", "a"},
        {RR_PTR, "00", "."},
        {RR_DNAME, "0161016200", "a.b"},
        {RR_MX, "000a 016100", "a"},
        {RR_SRV, "000100020003 016100", "a"},
        {RR_A, "016100", NULL},
        {RR_SOA, "016100", NULL},
        {RR_NS, "", NULL},
        {RR_NS, "0161", NULL},
        {RR_NS, "016100 00", NULL},
        {RR_NS, "c000", NULL},
        {RR_MX, "00", NULL},
        {RR_MX, "000a", NULL},
        {RR_SRV, "0001000200", NULL},
        {RR_SRV, "000100020003", NULL},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct name target = {.labels = 99};
        bool taken = rr_target(rows[i].type, fixture_hex(arena, rows[i].rdata), &target);
        ck_assert_msg(taken == (rows[i].target != NULL), "%u %s", rows[i].type, rows[i].rdata);
        if (taken) {
            ck_assert_str_eq(name_text(arena, &target), rows[i].target);
        } else {
            ck_assert_uint_eq(target.labels, 99);
        }
    }
    arena_destroy(arena);
}
END_TEST

#define ZEROS_8  "0000000000000000"
#define ZEROS_31 ZEROS_8 ZEROS_8 ZEROS_8 "00000000000000"

START_TEST(bitmaps)
{
    static const struct {
        const char *bitmap;
        uint16_t type;
        bool has;
        bool well_formed;
    } rows[] = {
        {"", 1, false, true}, /* an empty non-terminal under NSEC3 */
        {"0001 40", 1, true, true},
        {"0001 40", 0, false, true},
        {"0001 80", 0, true, true},
        {"0001 01", 7, true, true},
        {"0001 40", 9, false, true}, /* behind the end of its window */
        {"0001 40", 257, false, true},
        {"0001 40 0101 40", 257, true, true},
        {"0001 40 ff01 01", 0xff07, true, true},
        {"0101 40", 1, false, true},
        {"0020" ZEROS_31 "01", 255, true, true},
        {"00", 1, false, false},        /* cut in the window's head */
        {"0001", 1, false, false},      /* cut before its octets */
        {"0002 40", 1, false, false},   /* cut in them */
        {"0001 40 01", 1, true, false}, /* what was read before still counts */
        {"0001 40 0102 40", 257, false, false},
        {"0000", 1, false, false}, /* no octets */
        {"0000 0101 40", 257, false, false},
        {"0021" ZEROS_31 "0001", 7, false, false}, /* 33 octets */
        {"0021" ZEROS_31 "0001 0101 40", 257, false, false},
        {"0002 4000", 1, true, false}, /* ends in a zero octet */
        {"0001 00", 1, false, false},
        {"0001 00 0101 40", 257, true, false},
        {"0101 40 0001 40", 1, false, false}, /* going down */
        {"0001 20 0001 40", 1, false, false}, /* the same twice */
        {"0001 20 0001 40", 2, true, false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes bitmap = fixture_hex(arena, rows[i].bitmap);
        ck_assert_msg(rr_bitmap_has(bitmap, rows[i].type) == rows[i].has, "%s has %u",
                      rows[i].bitmap, (unsigned)rows[i].type);
        ck_assert_msg(rr_bitmap_well_formed(bitmap) == rows[i].well_formed, "%s", rows[i].bitmap);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(keys_and_ds_of_a_set)
{
    struct arena *arena = arena_create();
    struct bytes rr[] = {fixture_hex(arena, "010003"), fixture_hex(arena, "01010308"),
                         fixture_hex(arena, "0100030841")};
    struct rrset set = {.rr = rr, .count = 3};
    size_t count = 77;
    const struct dnskey *keys = rr_dnskeys(arena, &set, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(keys[0].flags, 257);
    ck_assert_uint_eq(keys[1].flags, 256);
    const struct ds *all = rr_ds_set(arena, &set, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(all[0].key_tag, 257);
    ck_assert_uint_eq(all[1].digest.size, 1);

    (void)rr_dnskeys(arena, NULL, &count);
    ck_assert_uint_eq(count, 0);
    count = 77;
    (void)rr_ds_set(arena, NULL, &count);
    ck_assert_uint_eq(count, 0);
    set.count = 0;
    count = 77;
    (void)rr_dnskeys(arena, &set, &count);
    ck_assert_uint_eq(count, 0);
    arena_destroy(arena);
}
END_TEST

START_TEST(same_data)
{
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } rows[] = {
        {"a. 60 A 192.0.2.1", "a. 30 A 192.0.2.1", true},
        {"a. A 192.0.2.1\na. A 192.0.2.2", "a. A 192.0.2.2\na. A 192.0.2.1", true},
        {"a. A 192.0.2.1", "a. A 192.0.2.2", false},
        {"a. A 192.0.2.1", "a. A 192.0.2.1\na. A 192.0.2.2", false},
        {"a. MX 1 B.", "a. MX 1 b.", true},
        {"a. TXT B", "a. TXT b", false},
        {"a. A 192.0.2.1",
         "a. A 192.0.2.1\na. RRSIG A 13 1 60 20300101000000 20200101000000 1 a. AAAA", true},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rrset a = fixture_rrset(arena, rows[i].a);
        struct rrset b = fixture_rrset(arena, rows[i].b);
        ck_assert_msg(rrset_same_data(&a, &b) == rows[i].same, "row %zu", i);
        ck_assert_msg(rrset_same_data(&b, &a) == rows[i].same, "row %zu", i);
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("rr", dnskey_of_rfc_4034, key_tags, short_keys_and_ds_are_refused, ds_of_rfc_4034,
           rrsig_of_rfc_4034, rrsigs_malformed_and_not, rrsig_signer_is_folded_in_its_head,
           soa_fields, nsec_of_rfc_4034, nsec3_of_rfc_5155, targets, bitmaps, keys_and_ds_of_a_set,
           same_data)
