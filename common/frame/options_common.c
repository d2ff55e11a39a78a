/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readers of option values, and the options common to all plugins with their defaults. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "frame/options.h"
#include "result/threshold.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, TRIES_MAX = 10, PORT_MAX = 65535, NUMBER_MAX = 1000000 };

/* Says that `text` is not what it should be. */
static const char *not_a(struct arena *arena, const char *text, const char *expected)
{
    if (*text == '\0') {
        return arena_printf(arena, "the value is empty, not %s", expected);
    }
    return arena_printf(arena, "%s is not %s", text, expected);
}

const char *option_flag(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    (void)text;
    *(bool *)target = true;
    return NULL;
}

static const char *option_count(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    (void)text;
    unsigned *count = target;
    if (*count < NUMBER_MAX) {
        (*count)++;
    }
    return NULL;
}

const char *option_text(struct arena *arena, const char *text, void *target)
{
    (void)arena;
    if (*text == '\0') {
        return "the value is empty";
    }
    *(const char **)target = text;
    return NULL;
}

const char *option_texts(struct arena *arena, const char *text, void *target)
{
    if (*text == '\0') {
        return "the value is empty";
    }
    texts_add(arena, target, text);
    return NULL;
}

static const char *option_name(struct arena *arena, const char *text, void *target)
{
    if (*text == '\0') {
        return "the name is empty";
    }
    return option_texts(arena, text, target);
}

const char *option_number(struct arena *arena, const char *text, void *target)
{
    uint64_t number;
    if (!text_number(text, NUMBER_MAX, &number)) {
        return not_a(arena, text, "a number from 0 to 1000000");
    }
    *(unsigned *)target = (unsigned)number;
    return NULL;
}

static const char *option_tries(struct arena *arena, const char *text, void *target)
{
    uint64_t number;
    if (!text_number(text, TRIES_MAX, &number) || number == 0) {
        return not_a(arena, text, "a number from 1 to 10");
    }
    *(unsigned *)target = (unsigned)number;
    return NULL;
}

static const char *option_port(struct arena *arena, const char *text, void *target)
{
    uint64_t number;
    if (!text_number(text, PORT_MAX, &number) || number == 0) {
        return not_a(arena, text, "a port from 1 to 65535");
    }
    *(uint16_t *)target = (uint16_t)number;
    return NULL;
}

const char *option_duration(struct arena *arena, const char *text, void *target)
{
    int64_t seconds;
    if (!text_duration(text, &seconds)) {
        return not_a(arena, text, "a duration (as in 7d)");
    }
    *(int64_t *)target = seconds;
    return NULL;
}

const char *option_horizon(struct arena *arena, const char *text, void *target)
{
    const char *problem = horizon_parse(text, target);
    if (problem == NULL) {
        return NULL;
    }
    return *text == '\0' ? problem : arena_printf(arena, "%s: %s", text, problem);
}

const char *option_range(struct arena *arena, const char *text, void *target)
{
    const char *problem = range_parse(text, true, target);
    if (problem == NULL) {
        return NULL;
    }
    return *text == '\0' ? problem : arena_printf(arena, "%s: %s", text, problem);
}

/* Seconds with at most three decimals that count, as milliseconds. */
static bool read_seconds(const char *text, int64_t *milliseconds)
{
    enum { WHOLE_DIGITS = 9 };
    int64_t total = 0;
    size_t whole = strspn(text, "0123456789");
    if (whole == 0 || whole > WHOLE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < whole; i++) {
        total = total * 10 + (text[i] - '0');
    }
    total *= 1000;
    const char *rest = text + whole;
    if (*rest == '.') {
        rest++;
        size_t decimals = strspn(rest, "0123456789");
        int64_t unit = 100;
        for (size_t i = 0; i < decimals; i++) {
            total += (rest[i] - '0') * unit;
            unit /= 10;
        }
        rest = decimals == 0 ? "." : rest + decimals;
    }
    if (*rest != '\0') {
        return false;
    }
    *milliseconds = total;
    return true;
}

/* Sets a time to wait if it is above zero and at most a day. */
static const char *set_wait(struct arena *arena, const char *text, int64_t milliseconds,
                            int64_t *target)
{
    if (milliseconds <= 0) {
        return arena_printf(arena, "%s is not more than 0 seconds", text);
    }
    if (milliseconds > DAY_MS) {
        return arena_printf(arena, "%s is more than a day", text);
    }
    *target = milliseconds;
    return NULL;
}

static const char *option_milliseconds(struct arena *arena, const char *text, void *target)
{
    int64_t milliseconds;
    if (!read_seconds(text, &milliseconds)) {
        return not_a(arena, text, "a number of seconds (as in 1.5)");
    }
    return set_wait(arena, text, milliseconds, target);
}

static bool read_state(const char *text, enum state *state)
{
    for (enum state s = STATE_OK; s <= STATE_UNKNOWN; s++) {
        if (strcasecmp(text, state_text(s)) == 0) {
            *state = s;
            return true;
        }
    }
    return false;
}

/* The target is a common_options, of which two fields are set. */
static const char *option_timeout(struct arena *arena, const char *text, void *target)
{
    struct common_options *options = target;
    size_t size = strcspn(text, ":");
    const char *time = arena_printf(arena, "%.*s", (int)size, text);
    enum state state = options->timeout_state;
    if (text[size] == ':' && !read_state(text + size + 1, &state)) {
        return not_a(arena, text + size + 1, "ok, warning, critical or unknown");
    }
    int64_t milliseconds;
    int64_t seconds;
    if (!read_seconds(time, &milliseconds)) {
        if (!text_duration(time, &seconds)) {
            return not_a(arena, time, "a number of seconds (as in 10 or 10:CRITICAL)");
        }
        milliseconds = seconds * 1000;
    }
    const char *problem = set_wait(arena, time, milliseconds, &options->timeout_ms);
    if (problem == NULL) {
        options->timeout_state = state;
    }
    return problem;
}

static const char *option_severity(struct arena *arena, const char *text, void *target)
{
    struct rating *rating = target;
    size_t size = strcspn(text, "=");
    const char *slug = arena_printf(arena, "%.*s", (int)size, text);
    if (text[size] != '=') {
        return not_a(arena, text, "ID=STATE (as in rrsig-validity-long=ok)");
    }
    enum finding_id id;
    if (!finding_from_slug(slug, &id)) {
        return not_a(arena, slug, "the id of a finding (see --list-findings)");
    }
    const char *word = text + size + 1;
    enum state state;
    if (strcasecmp(word, "ignore") == 0) {
        rating->state[id] = RATING_IGNORE;
    } else if (read_state(word, &state)) {
        rating->state[id] = (signed char)state;
    } else {
        return not_a(arena, word, "ok, warning, critical, unknown or ignore");
    }
    return NULL;
}

static const char *option_partial(struct arena *arena, const char *text, void *target)
{
    enum state state;
    if (!read_state(text, &state) || (state != STATE_WARNING && state != STATE_CRITICAL)) {
        return not_a(arena, text, "warning or critical");
    }
    *(enum state *)target = state;
    return NULL;
}

/* Which of `count` words the text is, upper or lower case alike; `count` when it is none. */
static unsigned word_index(const char *text, const char *const *words, unsigned count)
{
    unsigned index = 0;
    while (index < count && strcasecmp(text, words[index]) != 0) {
        index++;
    }
    return index;
}

static const char *option_expect(struct arena *arena, const char *text, void *target)
{
    static const char *const words[] = {
        [EXPECT_SECURE] = "secure", [EXPECT_INSECURE] = "insecure", [EXPECT_ANY] = "any"};
    unsigned index = word_index(text, words, 3);
    if (index == 3) {
        return not_a(arena, text, "secure, insecure or any");
    }
    *(enum expect *)target = (enum expect)index;
    return NULL;
}

static const char *option_sha1(struct arena *arena, const char *text, void *target)
{
    static const char *const words[] = {
        [SHA1_WARN] = "warn", [SHA1_INSECURE] = "insecure", [SHA1_OK] = "ok"};
    unsigned index = word_index(text, words, 3);
    if (index == 3) {
        return not_a(arena, text, "warn, insecure or ok");
    }
    *(enum sha1 *)target = (enum sha1)index;
    return NULL;
}

static const char *option_format(struct arena *arena, const char *text, void *target)
{
    static const char *const words[] = {[FORMAT_MULTI_LINE] = "multi-line",
                                        [FORMAT_JSON] = "json",
                                        [FORMAT_PROMETHEUS] = "prometheus",
                                        [FORMAT_DOT] = "dot"};
    unsigned index = word_index(text, words, 4);
    if (index == 4) {
        return not_a(arena, text, "multi-line, json or prometheus");
    }
    *(enum format *)target = (enum format)index;
    return NULL;
}

void options_defaults(struct common_options *options)
{
    *options = (struct common_options){
        .port = 53,
        .timeout_ms = 10000,
        .timeout_state = STATE_UNKNOWN,
        .tries = 3,
        .try_timeout_ms = 1500,
        .expect = EXPECT_SECURE,
        .partial = STATE_OK,
        .min_good = 1,
        .sha1 = SHA1_WARN,
        .format = FORMAT_MULTI_LINE,
    };
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        options->rating.state[i] = RATING_DEFAULT;
    }
}

#define AT(field) offsetof(struct common_options, field)

static const struct option_def common_rows[] = {
    {"hostname", 'H', "NAME", AT(names), option_name,
     "domain name to check, with or without the final dot; may be given several times"},
    {"zone", 'Z', "NAME", AT(names), option_name, "the same as --hostname"},
    {"names-from", 0, "FILE", AT(names_from), option_texts,
     "more names, one per line; # begins a comment, - is standard input; may be given several "
     "times"},
    {"server", 's', "ADDR", AT(servers), option_texts,
     "ask this server instead of those found; of check_dnssec_chain: a resolver to be tested; "
     "192.0.2.1, 192.0.2.1@5353 or [2001:db8::1]:5353; may be given several times"},
    {"resolver", 'r', "ADDR", AT(resolvers), option_texts,
     "resolver used to find the name servers; may be given several times (default: "
     "/etc/resolv.conf)"},
    {"iterate", 0, NULL, AT(iterate), option_flag,
     "follow delegations from the root servers instead of using a resolver"},
    {"root-hints", 0, "FILE", AT(root_hints), option_text,
     "root servers for --iterate, in zone file format (default: built in)"},
    {"trust-anchor", 0, "FILE", AT(trust_anchors), option_texts,
     "DS or DNSKEY records of any zone, or a BIND key file, instead of the system's and the "
     "built-in anchors of the root; may be given several times"},
    {"port", 'p', "PORT", AT(port), option_port,
     "port of servers and resolvers given without one, and of servers found (default: 53)"},
    {"use-ipv4", '4', NULL, AT(ipv4_only), option_flag,
     "use IPv4 only; addresses given of the other family are left out"},
    {"use-ipv6", '6', NULL, AT(ipv6_only), option_flag, "use IPv6 only, likewise"},
    {"tcp", 0, NULL, AT(tcp), option_flag,
     "ask over TCP (default: UDP, and TCP when an answer is truncated)"},
    {"timeout", 't', "SEC[:STATE]", 0, option_timeout,
     "budget of the whole run, and the state when it is spent with nothing decided (default: "
     "10:UNKNOWN)"},
    {"tries", 0, "N", AT(tries), option_tries, "sends per question, 1 to 10 (default: 3)"},
    {"try-timeout", 0, "SEC", AT(try_timeout_ms), option_milliseconds,
     "wait for each send (default: 1.5)"},
    {"expect", 0, "WHAT", AT(expect), option_expect,
     "what the zone is supposed to be: secure, insecure or any (default: secure)"},
    {"severity", 0, "ID=STATE", AT(rating), option_severity,
     "rate a finding as ok, warning, critical, unknown or ignore; may be repeated"},
    {"partial", 0, "STATE", AT(partial), option_partial,
     "warning or critical: the state of a fault that shows on some servers only (default: "
     "critical for wrong data, warning for silence)"},
    {"min-good", 0, "N", AT(min_good), option_number,
     "servers that must answer well before silence of the others is only a WARNING (default: 1)"},
    {"sha1", 0, "HOW", AT(sha1), option_sha1,
     "how algorithms 5 and 7 are taken: warn, insecure or ok (default: warn)"},
    {"own-zone-only", 0, NULL, AT(rating.own_zone_only), option_flag,
     "faults above the checked zone are WARNING instead of CRITICAL"},
    {"at", 0, "TIME", AT(at), option_text,
     "judge as of then: 1789000000, 20260920112640, 2026-09-20T11:26:40Z, +3d or -12h "
     "(default: now)"},
    {"output-format", 'o', "FORMAT", AT(format), option_format,
     "multi-line, json or prometheus; check_dnssec_chain also draws: dot (default: multi-line)"},
    {"output-file", 0, "FILE", AT(output_file), option_text,
     "write there instead of to standard output, atomically; a new or a regular file"},
    {"verbose", 'v', NULL, AT(verbosity), option_count,
     "more lines: -v every finding, -vv servers and RRsets, -vvv every question"},
    {"list-findings", 0, NULL, AT(list_findings), option_flag,
     "print the table of findings: id, default state, EDE code, reference and meaning"},
    {"help", 'h', NULL, AT(help), option_flag, "print this text"},
    {"version", 'V', NULL, AT(version), option_flag, "print the version"},
    OPTION_END,
};

const struct option_def *options_common(void)
{
    return common_rows;
}
