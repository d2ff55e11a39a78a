/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the fields and numbers of a DNSKEY. */
#include "judge/keys.h"

#include "judge/crypto_key.h"
#include "judge/policy.h"

enum { EXPONENT_BITS_MAX = 32, FLAGS_KNOWN = DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP };

static unsigned field_defects(const struct dnskey *key)
{
    unsigned defects = 0;
    defects |= (key->flags & DNSKEY_ZONE) == 0 ? KEY_NOT_ZONE : 0;
    defects |= (key->flags & DNSKEY_REVOKE) != 0 ? KEY_REVOKED : 0;
    defects |= (key->flags & ~FLAGS_KNOWN) != 0 ? KEY_FLAGS_RESERVED : 0;
    defects |= key->protocol != 3 ? KEY_PROTOCOL : 0;
    return defects;
}

static unsigned algorithm_defects(uint8_t number)
{
    switch (number) {
    case 0:
    case 2:
    case 252:
        return KEY_ALG_NOT_ZONE;
    case 253:
    case 254:
        return KEY_ALG_PRIVATE;
    default:
        break;
    }
    const struct algorithm *algorithm = policy_algorithm(number);
    if (algorithm->validation == USE_MUST_NOT) {
        return KEY_ALG_FORBIDDEN;
    }
    if (algorithm->validation == USE_NOT_ASSIGNED) {
        return KEY_ALG_UNASSIGNED;
    }
    return algorithm->signing == USE_NOT_RECOMMENDED ? KEY_ALG_NOT_RECOMMENDED : 0;
}

static unsigned rsa_defects(const struct dnskey *key)
{
    struct crypto_rsa rsa;
    if (!crypto_rsa_look(key->public_key, &rsa)) {
        return KEY_LENGTH;
    }
    unsigned defects = 0;
    defects |= rsa.bits < KEY_RSA_BITS_MIN     ? KEY_RSA_TINY
               : rsa.bits < KEY_RSA_BITS_USUAL ? KEY_RSA_SHORT
               : rsa.bits > KEY_RSA_BITS_MAX   ? KEY_RSA_LONG
                                               : 0;
    if (rsa.exponent_bits == 1 || rsa.exponent_even) {
        defects |= KEY_RSA_EXPONENT_WEAK;
    } else if (rsa.exponent_bits > EXPONENT_BITS_MAX || rsa.leading_zeros) {
        defects |= KEY_RSA_EXPONENT_ODD;
    }
    defects |= weak_is_roca(rsa.modulus) ? KEY_ROCA : 0;
    return defects;
}

unsigned key_defects(struct crypto *crypto, const struct dnskey *key)
{
    unsigned defects = field_defects(key) | algorithm_defects(key->algorithm);
    const struct algorithm *algorithm = policy_algorithm(key->algorithm);
    if (algorithm->rsa && algorithm->implemented) {
        return defects | rsa_defects(key);
    }
    if (algorithm->key_size > 0 && key->public_key.size != algorithm->key_size) {
        return defects | KEY_LENGTH;
    }
    if (algorithm->implemented && crypto_key_usable(crypto, key) == CRYPTO_BAD) {
        defects |= KEY_POINT;
    }
    return defects;
}

enum crypto_result key_look_up(struct crypto *crypto, const struct weak_list *list,
                               const struct dnskey *key)
{
    struct crypto_rsa rsa;
    if (!policy_algorithm(key->algorithm)->rsa || !crypto_rsa_look(key->public_key, &rsa)) {
        return CRYPTO_GOOD;
    }
    return weak_look_up(crypto, list, rsa.modulus);
}

bool key_algorithm_is_useless(uint8_t algorithm)
{
    return (algorithm_defects(algorithm) &
            (KEY_ALG_FORBIDDEN | KEY_ALG_NOT_ZONE | KEY_ALG_UNASSIGNED | KEY_ALG_PRIVATE)) != 0;
}
