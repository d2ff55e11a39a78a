/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The IANA registries of DNSKEY algorithms and DS digest types.
 *
 * The columns are those that RFC 9904 moved to IANA, with the changes of RFC 9905 (SHA-1) and RFC
 * 9906 (GOST).  A number without a row here is unassigned or reserved.
 */
#include "judge/policy.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct algorithm algorithms[] = {
    {.number = 0, .mnemonic = "DELETE"},
    {.number = 1,
     .mnemonic = "RSAMD5",
     .signing = USE_MUST_NOT,
     .validation = USE_MUST_NOT,
     .rsa = true},
    {.number = 2, .mnemonic = "DH"},
    {.number = 3, .mnemonic = "DSA", .signing = USE_MUST_NOT, .validation = USE_MUST_NOT},
    {.number = 5,
     .mnemonic = "RSASHA1",
     .signing = USE_MUST_NOT,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .sha1 = true,
     .rsa = true},
    {.number = 6,
     .mnemonic = "DSA-NSEC3-SHA1",
     .signing = USE_MUST_NOT,
     .validation = USE_MUST_NOT},
    {.number = 7,
     .mnemonic = "RSASHA1-NSEC3-SHA1",
     .signing = USE_MUST_NOT,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .sha1 = true,
     .rsa = true},
    {.number = 8,
     .mnemonic = "RSASHA256",
     .signing = USE_RECOMMENDED,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .rsa = true},
    {.number = 10,
     .mnemonic = "RSASHA512",
     .signing = USE_NOT_RECOMMENDED,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .rsa = true},
    {.number = 12,
     .mnemonic = "ECC-GOST",
     .signing = USE_MUST_NOT,
     .validation = USE_MUST_NOT,
     .key_size = 64,
     .signature_size = 64},
    {.number = 13,
     .mnemonic = "ECDSAP256SHA256",
     .signing = USE_RECOMMENDED,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .key_size = 64,
     .signature_size = 64},
    {.number = 14,
     .mnemonic = "ECDSAP384SHA384",
     .signing = USE_MAY,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .key_size = 96,
     .signature_size = 96},
    {.number = 15,
     .mnemonic = "ED25519",
     .signing = USE_RECOMMENDED,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .key_size = 32,
     .signature_size = 64},
    {.number = 16,
     .mnemonic = "ED448",
     .signing = USE_MAY,
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .key_size = 57,
     .signature_size = 114},
    {.number = 17,
     .mnemonic = "SM2SM3",
     .signing = USE_MAY,
     .validation = USE_MAY,
     .key_size = 64,
     .signature_size = 64},
    {.number = 23,
     .mnemonic = "ECC-GOST12",
     .signing = USE_MAY,
     .validation = USE_MAY,
     .key_size = 64,
     .signature_size = 64},
    {.number = 252, .mnemonic = "INDIRECT"},
    {.number = 253, .mnemonic = "PRIVATEDNS", .signing = USE_MAY, .validation = USE_MAY},
    {.number = 254, .mnemonic = "PRIVATEOID", .signing = USE_MAY, .validation = USE_MAY},
    {.number = 255, .mnemonic = "ALGORITHM"}, /* and every number without a row */
};

static const struct digest digests[] = {
    {.number = 0, .mnemonic = "NULL", .validation = USE_MUST_NOT},
    {.number = 1,
     .mnemonic = "SHA-1",
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .size = 20},
    {.number = 2,
     .mnemonic = "SHA-256",
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .size = 32},
    {.number = 3, .mnemonic = "GOST R 34.11-94", .validation = USE_MUST_NOT, .size = 32},
    {.number = 4,
     .mnemonic = "SHA-384",
     .validation = USE_RECOMMENDED,
     .implemented = true,
     .size = 48},
    {.number = 5, .mnemonic = "GOST R 34.11-2012", .validation = USE_MAY, .size = 32},
    {.number = 6, .mnemonic = "SM3", .validation = USE_MAY, .size = 32},
    {.number = 255, .mnemonic = "DIGEST"}, /* and every number without a row */
};

const struct algorithm *policy_algorithm(uint8_t number)
{
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        if (algorithms[i].number == number) {
            return &algorithms[i];
        }
    }
    return &algorithms[COUNT(algorithms) - 1];
}

const struct digest *policy_digest(uint8_t number)
{
    for (size_t i = 0; i < COUNT(digests); i++) {
        if (digests[i].number == number) {
            return &digests[i];
        }
    }
    return &digests[COUNT(digests) - 1];
}

const char *policy_algorithm_text(struct arena *arena, uint8_t number)
{
    const struct algorithm *algorithm = policy_algorithm(number);
    return algorithm->number == number ? algorithm->mnemonic : arena_printf(arena, "%u", number);
}

const char *policy_key_text(struct arena *arena, uint16_t tag, uint8_t algorithm)
{
    return arena_printf(arena, "%u/%s", tag, policy_algorithm_text(arena, algorithm));
}

bool policy_algorithm_usable(uint8_t number, enum sha1 sha1)
{
    const struct algorithm *algorithm = policy_algorithm(number);
    if (algorithm->sha1 && sha1 == SHA1_INSECURE) {
        return false;
    }
    return algorithm->implemented && algorithm->validation != USE_MUST_NOT;
}

bool policy_digest_usable(uint8_t number)
{
    const struct digest *digest = policy_digest(number);
    return digest->implemented && digest->validation != USE_MUST_NOT;
}
