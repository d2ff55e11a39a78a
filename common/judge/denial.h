/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the NSEC and NSEC3 records of one reply prove about a name and a type.
 *
 * There is one question and one answer: not a function for each claim that a reply can make, but
 * one that says what the records prove (RFC 4035 5.4, RFC 5155 8, RFC 6840 4, RFC 9824 3).  The
 * claim of the reply is asked for because what is missing depends on it, and because Opt-Out proves
 * different things to different questions.  Nothing here touches signatures: the caller has
 * verified them, and says of each RRset whether it may be used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/name.h"
#include "judge/crypto.h"
#include "judge/sig.h"
#include "wire/rr.h"

/* What is proved. */
enum denial {
    DENIAL_NONE,               /* nothing about the name and type */
    DENIAL_EXISTS,             /* the records say that it exists: they contradict the reply */
    DENIAL_NODATA,             /* the name exists, the type does not; about DS: it is no zone cut */
    DENIAL_ENT,                /* the name is an empty non-terminal: it has no type at all */
    DENIAL_NXDOMAIN,           /* neither the name nor a wildcard that would match it exists */
    DENIAL_WILDCARD_NODATA,    /* a wildcard matches the name and does not have the type */
    DENIAL_WILDCARD_EXPANSION, /* no closer name exists than the wildcard that gave the answer */
    DENIAL_INSECURE_DELEGATION, /* a zone cut without DS (asked about DS only) */
    DENIAL_OPT_OUT,             /* the name is in an Opt-Out span: what is there is not signed */
    DENIAL_TOO_COSTLY,          /* not decided: beyond our limits of work */
    DENIAL_REFUSED_HERE         /* not decided: this host does not do SHA-1 */
};

/* What the reply says by its shape and rcode. */
enum denial_claim {
    CLAIM_NXDOMAIN,    /* rcode NXDOMAIN */
    CLAIM_NODATA,      /* rcode NOERROR and no such type; for DS also at a name that is no cut */
    CLAIM_WILDCARD,    /* an answer whose RRSIG has fewer labels than its owner */
    CLAIM_UNSIGNED_CUT /* a referral, or known cut, without DS; the type is DS */
};

enum denial_kind { DENIAL_BY_NOTHING, DENIAL_BY_NSEC, DENIAL_BY_NSEC3 };

/*
 * What is odd about the records or missing from the proof: bit positions in proof.defects, one for
 * one finding id (denial_defect_slug).  Some are only notes.  Those of single records are set
 * whether or not the proof needs the record.
 */
enum denial_defect {
    DEFECT_DENIAL_MISSING,          /* no NSEC or NSEC3 at all */
    DEFECT_DENIAL_MISSING_WILDCARD, /* none about the wildcard of an answer or NODATA */
    DEFECT_NSEC_QNAME_UNCOVERED,    /* no NSEC covers the name (or the next closer name) */
    DEFECT_NSEC_WILDCARD_UNCOVERED, /* `*.closest-encloser` is not proved absent */
    DEFECT_NSEC_NO_MATCH,           /* NODATA without match, ENT or wildcard proof */
    DEFECT_NSEC_TYPE_SET,           /* the bitmap has the type; for NSEC3, too */
    DEFECT_NSEC_CNAME_SET,
    DEFECT_NSEC_ANCESTOR_DELEGATION, /* only a record from above a cut or DNAME would do */
    DEFECT_NSEC_CHILD_SIDE_DS,       /* denial of DS by the apex of the child */
    DEFECT_NSEC_DS_NS_BIT_CLEAR,     /* denial of DS at a cut that the bitmap knows nothing of */
    DEFECT_NSEC_DS_BIT_SET,
    DEFECT_NSEC_WILDCARD_OWNER_FORGED, /* the owner is an expansion; judged as the wildcard it is */
    DEFECT_NSEC_NEXT_OVERREACH,        /* the next name is outside the zone: ignored */
    DEFECT_NSEC_LAST_NOT_APEX,         /* goes back, but not to the apex: covers nothing */
    DEFECT_NSEC_COVERS_OUTSIDE,        /* the name asked about is not in the zone of the records */
    DEFECT_NSEC_BITMAP_NO_SELF,        /* without NSEC or RRSIG */
    DEFECT_NSEC_BITMAP_APEX,           /* of the apex, without SOA, NS or DNSKEY */
    DEFECT_NSEC_BITMAP_MALFORMED,      /* one that does not parse makes the record unused */
    DEFECT_NSEC_MULTIPLE,              /* several at one owner: ignored */
    DEFECT_NSEC_MIXED,                 /* NSEC and NSEC3 in one reply */
    DEFECT_NSEC3_NO_CLOSEST_ENCLOSER,
    DEFECT_NSEC3_NEXT_CLOSER_UNCOVERED,
    DEFECT_NSEC3_WILDCARD_UNCOVERED,
    DEFECT_NSEC3_NO_MATCH,
    DEFECT_NSEC3_OPTOUT_NEEDED,  /* denial of DS by a span that is not Opt-Out */
    DEFECT_NSEC3_OPTOUT_ON,      /* note: a record has the flag */
    DEFECT_NSEC3_ITER_NONZERO,   /* 1 to 50 iterations; the highest of the reply counts */
    DEFECT_NSEC3_ITER_INSECURE,  /* 51 to 150 */
    DEFECT_NSEC3_ITER_REFUSED,   /* more */
    DEFECT_NSEC3_SALT,           /* not empty */
    DEFECT_NSEC3_HASH_UNKNOWN,   /* algorithm other than 1: ignored */
    DEFECT_NSEC3_FLAGS_UNKNOWN,  /* other than Opt-Out: ignored */
    DEFECT_NSEC3_PARAMS_MIXED,   /* each set of parameters is tried by itself */
    DEFECT_NSEC3_OWNER_INVALID,  /* not one base32hex label of 20 octets under the zone: ignored */
    DEFECT_NSEC3_NEXT_INVALID,   /* next hash not 20 octets: ignored */
    DEFECT_NSEC3_TOO_MANY,       /* more than other resolvers take; above 16 not looked at */
    DEFECT_NSEC3_MULTIPLE_OWNER, /* several with the same owner and parameters */
    DEFECT_COMPACT_DENIAL,       /* note: NXNAME says that the name does not exist (RFC 9824) */
    DEFECT_COMPACT_MALFORMED,    /* NXNAME with other types, at an apex, or with a far next name */
    DEFECT_COMPACT_NO_SIGNAL, /* note: no types and the nearest next name: an ENT (RFC 9824), or a
                                 name that does not exist (older signers) */
    DEFECT_WHITE_LIES,        /* note: minimally covering records (RFC 4470, RFC 7129 B) */
    DEFECT_WILDCARD_COVERED,  /* a record denies the wildcard that gave the answer */
    DENIAL_DEFECT_COUNT
};

/*
 * How many RRsets of denial and NSEC3 records of a reply are looked at, and from how many on others
 * give up.
 */
enum { DENIAL_NSEC3_MAX = 16, DENIAL_NSEC3_USUAL = 8 };

/* One NSEC or NSEC3 RRset of the reply; sets of other types are passed over. */
struct denial_record {
    const struct rrset *set;
    bool usable;    /* one of its signatures, by the zone asked about, is good */
    uint8_t labels; /* the labels field of that signature */
    bool unjudged;  /* nobody looked at its signatures: there are too many records */
};

/* Whether the owner was made from a wildcard: more labels than were signed (RFC 4035 5.3.2). */
static inline bool denial_is_expanded(const struct denial_record *record)
{
    return record->labels < sig_labels(&record->set->owner);
}

struct denial_question {
    const struct name *zone; /* the signer: for DS the parent */
    const struct name *name; /* of the alias chain, the last one */
    uint16_t type;
    enum denial_claim claim;
    uint8_t labels; /* for CLAIM_WILDCARD: the labels field of the answer's RRSIG */
};

struct proof {
    enum denial verdict;
    enum denial_kind kind; /* of the records that the verdict comes from */
    struct name encloser;  /* closest encloser; size 0 where the proof needs none */
    bool opt_out;          /* rests on an Opt-Out span: insecure, whatever is proved */
    uint16_t iterations;   /* of the NSEC3 records used; the highest when none was */
    uint64_t defects;      /* denial_defect_bit of each */
};

static inline uint64_t denial_defect_bit(enum denial_defect defect)
{
    return UINT64_C(1) << defect;
}

/* The bit where a condition holds, otherwise 0. */
static inline uint64_t denial_defect_if(bool condition, enum denial_defect defect)
{
    return condition ? denial_defect_bit(defect) : 0;
}

static inline bool proof_has(const struct proof *proof, enum denial_defect defect)
{
    return (proof->defects & denial_defect_bit(defect)) != 0;
}

/*
 * An RRset with what sig_judge said of its signatures (one verdict each, for the zone that will be
 * asked about): usable when one is good, which then gives the labels.
 */
struct denial_record denial_record(const struct rrset *set, const struct sig_verdict *verdicts);

/*
 * What the usable records prove (DENIAL_NONE: nothing, also when there are none), and what is wrong
 * with them.  Defects of the proof are set only when it fails the claim; those of records and
 * notes always.  A name outside the zone is never denied.  A CLAIM_WILDCARD whose labels are not
 * fewer than the owner's needs no proof and gets DENIAL_WILDCARD_EXPANSION.
 *
 * More than NSEC3_ITERATIONS_MAX iterations, or more hashes than NSEC3_HASHES_MAX allows, are
 * DENIAL_TOO_COSTLY, as is nothing proved where not all records were looked at.  Between them and
 * the bounds of validators (50, 150) the tier is only said: the caller decides whether it makes a
 * secure denial insecure (RFC 9276 3.2).
 */
struct proof denial_prove(struct crypto *crypto, const struct denial_question *question,
                          const struct denial_record *records, size_t count);

/*
 * Whether the proof is one of what the reply says; a compact denial is one of NODATA and of
 * NXDOMAIN.  False with a verdict other than NONE is a mismatch of rcode and denial.
 */
bool denial_supports(const struct proof *proof, enum denial_claim claim);

/* Whether `a` says more than `b`: first what supports the claim, then any verdict. */
bool denial_is_better(const struct proof *a, const struct proof *b, enum denial_claim claim);

/*
 * Whether a usable record says that `name` does not have `type` although an answer shows it: the
 * bitmap lacks it, or a span that is not Opt-Out covers the name (aggressive caches will believe
 * it, RFC 8198).  Not to be asked for names made by a wildcard or below a DNAME.
 */
bool denial_contradicts(struct crypto *crypto, const struct denial_question *question,
                        const struct denial_record *records, size_t count);

/* "nsec-qname-uncovered": the id of the finding for a defect. */
const char *denial_defect_slug(enum denial_defect defect);

/* The slugs of all bits, with a comma between them; "" for 0. */
const char *denial_defects_text(struct arena *arena, uint64_t defects);

/* "does not exist", "has no such type", ...: what is proved, to follow the name. */
const char *denial_text(enum denial denial);
