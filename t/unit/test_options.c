/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: every common option, and the usage text. */
#include <string.h>

#include "frame/options.h"
#include "lib/command.h"
#include "lib/suite.h"

START_TEST(defaults_are_those_documented)
{
    struct arena *arena = arena_create();
    struct command_options options;
    memset(&options, 0xff, sizeof options);
    options_defaults(&options.common);
    ck_assert_ptr_null(command_parse(arena, "", &options));
    const struct common_options *common = &options.common;
    ck_assert_uint_eq(common->names.count, 0);
    ck_assert_uint_eq(common->names_from.count, 0);
    ck_assert_uint_eq(common->servers.count, 0);
    ck_assert_uint_eq(common->resolvers.count, 0);
    ck_assert_uint_eq(common->port, 53);
    ck_assert(!common->iterate);
    ck_assert_ptr_null(common->root_hints);
    ck_assert_uint_eq(common->trust_anchors.count, 0);
    ck_assert(!common->ipv4_only && !common->ipv6_only && !common->tcp);
    ck_assert_int_eq(common->timeout_ms, 10000);
    ck_assert_int_eq(common->timeout_state, STATE_UNKNOWN);
    ck_assert_uint_eq(common->tries, 3);
    ck_assert_int_eq(common->try_timeout_ms, 1500);
    ck_assert_int_eq(common->expect, EXPECT_SECURE);
    ck_assert_int_eq(common->partial, STATE_OK);
    ck_assert_uint_eq(common->min_good, 1);
    ck_assert_int_eq(common->sha1, SHA1_WARN);
    ck_assert_ptr_null(common->at);
    ck_assert_int_eq(common->format, FORMAT_MULTI_LINE);
    ck_assert_ptr_null(common->output_file);
    ck_assert_uint_eq(common->verbosity, 0);
    ck_assert(!common->list_findings && !common->help && !common->version);
    ck_assert(!common->rating.own_zone_only);
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        ck_assert_int_eq(common->rating.state[i], RATING_DEFAULT);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(names_and_addresses_add_up)
{
    struct arena *arena = arena_create();
    const struct command_options options = command_good(
        arena, "-H a.example --zone b.example -Zc.example --hostname=d.example -s 192.0.2.1 "
               "--server [2001:db8::1]:5353 -r 192.0.2.2 --resolver=192.0.2.3");
    static const char *const names[] = {"a.example", "b.example", "c.example", "d.example"};
    ck_assert_uint_eq(options.common.names.count, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(options.common.names.items[i], names[i]);
    }
    ck_assert_uint_eq(options.common.servers.count, 2);
    ck_assert_str_eq(options.common.servers.items[1], "[2001:db8::1]:5353");
    ck_assert_uint_eq(options.common.resolvers.count, 2);
    ck_assert_str_eq(options.common.resolvers.items[0], "192.0.2.2");
    arena_destroy(arena);
}
END_TEST

START_TEST(flags_and_texts_are_read)
{
    struct arena *arena = arena_create();
    struct command_options options = command_good(
        arena,
        "-4vp 5353 --tcp --names-from - --names-from=a --at +3d --output-file=/tmp/x -v -T SOA,NS");
    ck_assert(options.common.ipv4_only && options.common.tcp && !options.common.ipv6_only);
    ck_assert_uint_eq(options.common.verbosity, 2);
    ck_assert_uint_eq(options.common.port, 5353);
    ck_assert_uint_eq(options.common.names_from.count, 2);
    ck_assert_str_eq(options.common.names_from.items[0], "-");
    ck_assert_str_eq(options.common.names_from.items[1], "a");
    ck_assert_str_eq(options.common.at, "+3d");
    ck_assert_str_eq(options.common.output_file, "/tmp/x");
    ck_assert_str_eq(options.types, "SOA,NS");
    options =
        command_good(arena, "-6 -vvv --own-zone-only --list-findings --min-good 0 --tries 10");
    ck_assert(options.common.ipv6_only && options.common.rating.own_zone_only);
    ck_assert(options.common.list_findings);
    ck_assert_uint_eq(options.common.verbosity, 3);
    ck_assert_uint_eq(options.common.min_good, 0);
    ck_assert_uint_eq(options.common.tries, 10);
    options = command_good(arena, "--iterate --root-hints h --trust-anchor a --trust-anchor=b");
    ck_assert(options.common.iterate);
    ck_assert_str_eq(options.common.root_hints, "h");
    ck_assert_uint_eq(options.common.trust_anchors.count, 2);
    ck_assert_str_eq(options.common.trust_anchors.items[1], "b");
    ck_assert(command_good(arena, "--use-ipv4").common.ipv4_only);
    ck_assert(command_good(arena, "--use-ipv6").common.ipv6_only);
    arena_destroy(arena);
}
END_TEST

START_TEST(own_options_are_read)
{
    struct arena *arena = arena_create();
    struct command_options options = command_good(
        arena, "-w 3d/10% --count @1:3 --max-life-of-any-signature 1d12h --most 7 --type TXT");
    ck_assert_double_eq(options.warning.seconds, 3 * 86400);
    ck_assert_double_eq(options.warning.share, 0.10);
    ck_assert_double_eq(options.count.start, 1);
    ck_assert_double_eq(options.count.end, 3);
    ck_assert(options.count.alert_inside);
    ck_assert_int_eq(options.max_life, 129600);
    ck_assert_uint_eq(options.most, 7);
    ck_assert_str_eq(options.types, "TXT");
    /* A value may look like an option, and the last one counts. */
    ck_assert_str_eq(command_good(arena, "-T A -T -v").types, "-v");
    /* Durations are allowed in ranges. */
    ck_assert_double_eq(command_good(arena, "--count 36h:").count.start, 129600);
    arena_destroy(arena);
}
END_TEST

START_TEST(words_are_read_in_any_case)
{
    struct arena *arena = arena_create();
    ck_assert_int_eq(command_good(arena, "--expect Insecure").common.expect, EXPECT_INSECURE);
    ck_assert_int_eq(command_good(arena, "--expect any").common.expect, EXPECT_ANY);
    ck_assert_int_eq(command_good(arena, "--expect SECURE").common.expect, EXPECT_SECURE);
    ck_assert_int_eq(command_good(arena, "--sha1 ok").common.sha1, SHA1_OK);
    ck_assert_int_eq(command_good(arena, "--sha1 INSECURE").common.sha1, SHA1_INSECURE);
    ck_assert_int_eq(command_good(arena, "--sha1 warn").common.sha1, SHA1_WARN);
    ck_assert_int_eq(command_good(arena, "--partial Warning").common.partial, STATE_WARNING);
    ck_assert_int_eq(command_good(arena, "--partial critical").common.partial, STATE_CRITICAL);
    ck_assert_int_eq(command_good(arena, "-o JSON").common.format, FORMAT_JSON);
    ck_assert_int_eq(command_good(arena, "-oprometheus").common.format, FORMAT_PROMETHEUS);
    ck_assert_int_eq(command_good(arena, "-o json -o Multi-Line").common.format, FORMAT_MULTI_LINE);
    arena_destroy(arena);
}
END_TEST

START_TEST(timeouts_are_read)
{
    static const struct {
        const char *line;
        int64_t timeout_ms;
        enum state state;
        int64_t try_timeout_ms;
    } rows[] = {
        {"-t 5", 5000, STATE_UNKNOWN, 1500},
        {"-t 0.5", 500, STATE_UNKNOWN, 1500},
        {"-t 2.0019999", 2001, STATE_UNKNOWN, 1500},
        {"-t 1m", 60000, STATE_UNKNOWN, 1500},
        {"-t 86400", 86400000, STATE_UNKNOWN, 1500},
        {"-t 5:critical", 5000, STATE_CRITICAL, 1500},
        {"--timeout=5s:WARNING", 5000, STATE_WARNING, 1500},
        {"-t 0.25:Ok", 250, STATE_OK, 1500},
        {"-t 5:ok -t 6", 6000, STATE_OK, 1500},
        {"--try-timeout 0.001", 10000, STATE_UNKNOWN, 1},
        {"--try-timeout 3", 10000, STATE_UNKNOWN, 3000},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command_options options = command_good(arena, rows[i].line);
        ck_assert_int_eq(options.common.timeout_ms, rows[i].timeout_ms);
        ck_assert_int_eq(options.common.timeout_state, rows[i].state);
        ck_assert_int_eq(options.common.try_timeout_ms, rows[i].try_timeout_ms);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(severities_are_read)
{
    static const struct {
        const char *word;
        int expected;
    } rows[] = {
        {"ok", STATE_OK},           {"Warning", STATE_WARNING}, {"CRITICAL", STATE_CRITICAL},
        {"unknown", STATE_UNKNOWN}, {"ignore", RATING_IGNORE},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *line = arena_printf(
            arena, "--severity rrsig-validity-long=ok --severity rrsig-too-many=%s", rows[i].word);
        const struct rating rating = command_good(arena, line).common.rating;
        ck_assert_int_eq(rating.state[FINDING_RRSIG_TOO_MANY], rows[i].expected);
        ck_assert_int_eq(rating.state[FINDING_RRSIG_VALIDITY_LONG], STATE_OK);
        ck_assert_int_eq(rating.state[FINDING_TIMEOUT_ALL], RATING_DEFAULT);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(long_options_can_be_abbreviated)
{
    struct arena *arena = arena_create();
    ck_assert_str_eq(command_good(arena, "--host a.example").common.names.items[0], "a.example");
    ck_assert_int_eq(command_good(arena, "--output-fo=json").common.format, FORMAT_JSON);
    ck_assert_uint_eq(command_good(arena, "--tri 2").common.tries, 2);
    arena_destroy(arena);
}
END_TEST

START_TEST(tables_are_sound)
{
    const struct option_def *rows = options_common();
    for (size_t i = 0; rows[i].name != NULL; i++) {
        ck_assert_ptr_nonnull(rows[i].parse);
        ck_assert_uint_gt(strlen(rows[i].help), 0);
        ck_assert_uint_lt(rows[i].offset, sizeof(struct common_options));
        for (size_t j = 0; j < i; j++) {
            ck_assert_str_ne(rows[i].name, rows[j].name);
            ck_assert(rows[i].letter == 0 || rows[i].letter != rows[j].letter);
        }
    }
}
END_TEST

START_TEST(usage_names_every_option)
{
    struct arena *arena = arena_create();
    const char *text = options_usage(arena, "check_test",
                                     "Tests options, at such length that the line must be broken "
                                     "somewhere, which is here or there.",
                                     command_rows);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        ck_assert_msg(strcspn(line, "\n") <= 80, "%.*s", (int)strcspn(line, "\n"), line);
        ck_assert_msg(*line == '\n' || strchr(line, '\n')[-1] != ' ', "%.90s", line);
    }
    const struct option_def *tables[] = {command_rows, options_common()};
    for (size_t i = 0; i < 2; i++) {
        for (const struct option_def *row = tables[i]; row->name != NULL; row++) {
            const char *option =
                arena_printf(arena, " --%s%s%s", row->name, row->argument == NULL ? " " : " ",
                             row->argument == NULL ? "" : row->argument);
            ck_assert_msg(strstr(text, option) != NULL, "%s", option);
        }
    }
    ck_assert_int_eq(strncmp(text, "Usage: check_test ", 18), 0);
    ck_assert_ptr_nonnull(strstr(text, "\n  -w, --warning LIFE          remaining life"));
    ck_assert_ptr_nonnull(strstr(text, "\n      --most N                a number\n"));
    ck_assert_ptr_nonnull(strstr(text, "\n      --max-life-of-any-signature DURATION\n"
                                       "                              longest life"));
    ck_assert_ptr_nonnull(strstr(text, "7d"));
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    const char *without = options_usage(arena, "check_test", "Tests.", NULL);
    ck_assert_ptr_null(strstr(without, "this plugin"));
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("options", defaults_are_those_documented, names_and_addresses_add_up,
           flags_and_texts_are_read, own_options_are_read, words_are_read_in_any_case,
           timeouts_are_read, severities_are_read, long_options_can_be_abbreviated,
           tables_are_sound, usage_names_every_option)
