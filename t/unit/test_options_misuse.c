/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every way to get the command line wrong: one line that names the option and the problem. */
#include <string.h>

#include "frame/options.h"
#include "lib/command.h"
#include "lib/suite.h"

static const struct {
    const char *line;
    const char *expected;
} every_misuse_has_its_line_rows[] = {
    /* the options themselves */
    {"-x", "unknown option -x"},
    {"-4x", "unknown option -x"},
    {"-?", "unknown option -?"},
    {"--foo", "unknown option --foo"},
    {"--foo=bar", "unknown option --foo"},
    {"--Timeout 5", "unknown option --Timeout"},
    {"--=x", "-- is ambiguous: "},
    {"--tr 3", "--tr is ambiguous: --trust-anchor, --tries, --try-timeout"},
    {"--use-ip=4", "--use-ip is ambiguous: --use-ipv4, --use-ipv6"},
    {"--tcp=yes", "--tcp takes no argument"},
    {"--iterate=yes", "--iterate takes no argument"},
    {"--root-hints", "--root-hints: the argument FILE is missing"},
    {"--trust-anchor", "--trust-anchor: the argument FILE is missing"},
    {"--verb=3", "--verbose takes no argument"},
    {"-w", "-w: the argument LIFE is missing"},
    {"--warning", "--warning: the argument LIFE is missing"},
    {"--warn", "--warning: the argument LIFE is missing"},
    {"-vH", "-H: the argument NAME is missing"},
    {"foo", "unexpected argument foo"},
    {"-H a.example foo -v", "unexpected argument foo"},
    {"-v -- -v", "unexpected argument -v"},
    {"-", "unexpected argument -"},
    {"-4 --use-ipv6", "-4 and -6 exclude each other"},
    /* empty values, as from an empty macro */
    {"-H ", "-H: the name is empty"},
    {"--zone=", "--zone: the name is empty"},
    {"--names-from ", "--names-from: the value is empty"},
    {"-s ", "-s: the value is empty"},
    {"-r ", "-r: the value is empty"},
    {"--at ", "--at: the value is empty"},
    {"--root-hints=", "--root-hints: the value is empty"},
    {"--trust-anchor=", "--trust-anchor: the value is empty"},
    {"--output-file=", "--output-file: the value is empty"},
    {"-T ", "-T: the value is empty"},
    {"-p ", "-p: the value is empty, not a port from 1 to 65535"},
    {"-t ", "-t: the value is empty, not a number of seconds"},
    {"-w ", "-w: a duration or percentage is missing"},
    {"--count ", "--count: the range is empty"},
    {"--severity ", "--severity: the value is empty, not ID=STATE"},
    {"-o ", "-o: the value is empty, not multi-line, json or prometheus"},
    /* values out of their range or grammar */
    {"-p 0", "-p: 0 is not a port from 1 to 65535"},
    {"-p 65536", "-p: 65536 is not a port from 1 to 65535"},
    {"-p 53x", "-p: 53x is not a port from 1 to 65535"},
    {"-p -1", "-p: -1 is not a port from 1 to 65535"},
    {"--tries 0", "--tries: 0 is not a number from 1 to 10"},
    {"--tries 11", "--tries: 11 is not a number from 1 to 10"},
    {"--tries two", "--tries: two is not a number from 1 to 10"},
    {"--min-good -1", "--min-good: -1 is not a number from 0 to 1000000"},
    {"--most 1000001", "--most: 1000001 is not a number from 0 to 1000000"},
    {"--most 18446744073709551617", "--most: 18446744073709551617 is not a number"},
    {"-t 0", "-t: 0 is not more than 0 seconds"},
    {"-t 0.0009", "-t: 0.0009 is not more than 0 seconds"},
    {"-t 86401", "-t: 86401 is more than a day"},
    {"-t 2d", "-t: 2d is more than a day"},
    {"-t 9999999999", "-t: 9999999999 is "},
    {"-t 99999999999999999999999", "-t: 99999999999999999999999 is not a number"},
    {"-t -5", "-t: -5 is not a number of seconds"},
    {"-t 1e3", "-t: 1e3 is not a number of seconds"},
    {"-t 1.", "-t: 1. is not a number of seconds"},
    {"-t .5", "-t: .5 is not a number of seconds"},
    {"-t 1.5s", "-t: 1.5s is not a number of seconds"},
    {"-t 5:", "-t: the value is empty, not ok, warning, critical or unknown"},
    {"-t 5:bad", "-t: bad is not ok, warning, critical or unknown"},
    {"-t 5:ok:ok", "-t: ok:ok is not ok, warning, critical or unknown"},
    {"-t :ok", "-t: the value is empty, not a number of seconds"},
    {"--timeout x:ok", "--timeout: x is not a number of seconds"},
    {"--try-timeout 0", "--try-timeout: 0 is not more than 0 seconds"},
    {"--try-timeout 1s", "--try-timeout: 1s is not a number of seconds (as in 1.5)"},
    {"--max-life-of-any-signature abc",
     "--max-life-of-any-signature: abc is not a duration (as in 7d)"},
    {"-w abc", "-w: abc: neither a duration nor a percentage"},
    {"--warning=3d/", "--warning: 3d/: "},
    {"--count 3x", "--count: 3x: junk after the number"},
    {"--count /root:10", "--count: /root:10: a slash is in the range"},
    {"--expect signed", "--expect: signed is not secure, insecure or any"},
    {"--sha1 warning", "--sha1: warning is not warn, insecure or ok"},
    {"--partial ok", "--partial: ok is not warning or critical"},
    {"--partial unknown", "--partial: unknown is not warning or critical"},
    {"-o xml", "-o: xml is not multi-line, json or prometheus"},
    {"--output-format jso", "--output-format: jso is not multi-line, json or prometheus"},
    {"--severity rrsig-too-many",
     "--severity: rrsig-too-many is not ID=STATE (as in rrsig-validity-long=ok)"},
    {"--severity no-such-id=ok",
     "--severity: no-such-id is not the id of a finding (see --list-findings)"},
    {"--severity =ok", "--severity: the value is empty, not the id of a finding"},
    {"--severity rrsig-too-many=",
     "--severity: the value is empty, not ok, warning, critical, unknown or ignore"},
    {"--severity rrsig-too-many=bad",
     "--severity: bad is not ok, warning, critical, unknown or ignore"},
    /* not accepted before they work */
    {"--tls", "unknown option --tls"},
    {"--tsig-file x", "unknown option --tsig-file"},
    {"--extra-opts", "unknown option --extra-opts"},
    {"--axfr", "unknown option --axfr"},
    {"--zone-file x", "unknown option --zone-file"},
};

START_TEST(every_misuse_has_its_line)
{
    struct arena *arena = arena_create();
    for (size_t i = 0;
         i < sizeof every_misuse_has_its_line_rows / sizeof every_misuse_has_its_line_rows[0];
         i++) {
        struct command_options options = command_defaults();
        const char *problem =
            command_parse(arena, every_misuse_has_its_line_rows[i].line, &options);
        ck_assert_msg(problem != NULL, "%s was accepted", every_misuse_has_its_line_rows[i].line);
        ck_assert_msg(strncmp(problem, every_misuse_has_its_line_rows[i].expected,
                              strlen(every_misuse_has_its_line_rows[i].expected)) == 0,
                      "%s: %s, expected: %s", every_misuse_has_its_line_rows[i].line, problem,
                      every_misuse_has_its_line_rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(refused_values_leave_the_default)
{
    static const char *const lines[] = {
        "-t 5:bad",   "-t 0:ok",      "-p 99999", "--tries 99", "--try-timeout -1",
        "--expect x", "--partial ok", "--sha1 x", "--at ",      "--severity net-timeout-all=x",
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct command_options options = command_defaults();
        ck_assert_ptr_nonnull(command_parse(arena, lines[i], &options));
        const struct common_options *after = &options.common;
        ck_assert_int_eq(after->timeout_ms, 10000);
        ck_assert_int_eq(after->timeout_state, STATE_UNKNOWN);
        ck_assert_int_eq(after->try_timeout_ms, 1500);
        ck_assert_uint_eq(after->port, 53);
        ck_assert_uint_eq(after->tries, 3);
        ck_assert_int_eq(after->expect, EXPECT_SECURE);
        ck_assert_int_eq(after->partial, STATE_OK);
        ck_assert_int_eq(after->sha1, SHA1_WARN);
        ck_assert_ptr_null(after->at);
        ck_assert_int_eq(after->rating.state[FINDING_TIMEOUT_ALL], RATING_DEFAULT);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(errors_know_the_format)
{
    static const struct {
        const char *line;
        enum format expected;
    } rows[] = {
        {"-x -o json", FORMAT_JSON},
        {"-o json -x", FORMAT_JSON},
        {"foo --output-format=prometheus", FORMAT_PROMETHEUS},
        {"--foo=1 -ojson", FORMAT_JSON},
        {"-p 0 -o JSON", FORMAT_JSON},
        {"-o json -o bad", FORMAT_JSON},
        {"-o bad -o json", FORMAT_JSON},
        {"-o json -w", FORMAT_JSON},
        {"-vvo json --tcp=1", FORMAT_JSON},
        {"-x", FORMAT_MULTI_LINE},
        {"-x -- -o json", FORMAT_MULTI_LINE},
        {"-x -T -o json", FORMAT_MULTI_LINE}, /* -o is the argument of -T */
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct command_options options = command_defaults();
        ck_assert_msg(command_parse(arena, rows[i].line, &options) != NULL, "%s", rows[i].line);
        ck_assert_msg(options.common.format == rows[i].expected, "%s", rows[i].line);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(errors_know_the_place)
{
    static const struct {
        const char *line;
        const char *expected; /* NULL: standard output */
    } rows[] = {
        {"-x --output-file /tmp/x", "/tmp/x"},
        {"--output-file=/tmp/x -x", "/tmp/x"},
        {"-p 0 --output-file /tmp/x", "/tmp/x"},
        {"-x", NULL},
        {"-x --output-file=", NULL},
        {"--output-file", NULL},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct command_options options = command_defaults();
        ck_assert_msg(command_parse(arena, rows[i].line, &options) != NULL, "%s", rows[i].line);
        const char *file = options.common.output_file;
        ck_assert_msg((file == NULL) == (rows[i].expected == NULL), "%s", rows[i].line);
        if (file != NULL) {
            ck_assert_str_eq(file, rows[i].expected);
        }
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(help_and_version_override_all_else)
{
    struct arena *arena = arena_create();
    ck_assert(command_good(arena, "-h").common.help);
    ck_assert(command_good(arena, "--foo --help").common.help);
    ck_assert(command_good(arena, "foo -p 0 -h").common.help);
    ck_assert(command_good(arena, "-V").common.version);
    ck_assert(command_good(arena, "--bar --version").common.version);
    ck_assert(!command_good(arena, "-T -h").common.help);
    arena_destroy(arena);
}
END_TEST

START_TEST(arguments_stay_in_order)
{
    struct arena *arena = arena_create();
    char *argv[] = {arena_text(arena, "check_test"), arena_text(arena, "foo"),
                    arena_text(arena, "-v"), NULL};
    struct command_options options = command_defaults();
    ck_assert_str_eq(options_parse(arena, command_rows, 3, argv, &options),
                     "unexpected argument foo");
    ck_assert_str_eq(argv[1], "foo");
    arena_destroy(arena);
}
END_TEST

START_TEST(no_arguments_at_all)
{
    struct arena *arena = arena_create();
    char *argv[] = {NULL};
    struct command_options options = command_defaults();
    ck_assert_ptr_null(options_parse(arena, command_rows, 0, argv, &options));
    ck_assert_ptr_null(options_parse(arena, NULL, 0, argv, &options));
    arena_destroy(arena);
}
END_TEST

START_TEST(hostile_arguments_do_no_harm)
{
    struct arena *arena = arena_create();
    char *huge = arena_alloc(arena, 70001);
    memset(huge, 'x', 70000);
    char *words[] = {
        huge,
        arena_printf(arena, "--%s", huge),
        arena_printf(arena, "--%s=%s", huge, huge),
        arena_printf(arena, "-%s", huge),
        arena_printf(arena, "--severity=%s", huge),
        arena_printf(arena, "--timeout=%s:%s", huge, huge),
        arena_text(arena, "-\xff\xfe"),
        arena_text(arena, "-\xc4\x80"),
        arena_text(arena, "--\x01\n|"),
        arena_text(arena, "--%s%n%d"),
        arena_text(arena, "-%n"),
        arena_text(arena, "---"),
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char *argv[] = {arena_text(arena, "check_test"), words[i], NULL};
        struct command_options options = command_defaults();
        ck_assert_ptr_nonnull(options_parse(arena, command_rows, 2, argv, &options));
    }
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("options_misuse", every_misuse_has_its_line, refused_values_leave_the_default,
           errors_know_the_format, errors_know_the_place, help_and_version_override_all_else,
           arguments_stay_in_order, no_arguments_at_all, hostile_arguments_do_no_harm)
