/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server addresses as typed, as they stand in records and in resolv.conf. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "ask/server.h"
#include "lib/suite.h"

START_TEST(good_literals)
{
    static const struct {
        const char *text;
        uint8_t family;
        uint16_t port;
        const char *expected;
    } rows[] = {
        {"192.0.2.1", 4, 53, "192.0.2.1"},
        {"192.0.2.1@5353", 4, 5353, "192.0.2.1@5353"},
        {"192.0.2.1:5353", 4, 5353, "192.0.2.1@5353"},
        {"192.0.2.1@1", 4, 1, "192.0.2.1@1"},
        {"192.0.2.1@65535", 4, 65535, "192.0.2.1@65535"},
        {"2001:db8::1", 6, 53, "2001:db8::1"},
        {"2001:DB8:0:0::1", 6, 53, "2001:db8::1"},
        {"2001:db8::1@5353", 6, 5353, "2001:db8::1@5353"},
        {"[2001:db8::1]", 6, 53, "2001:db8::1"},
        {"[2001:db8::1]:5353", 6, 5353, "2001:db8::1@5353"},
        {"[2001:db8::1]@5353", 6, 5353, "2001:db8::1@5353"},
        {"::1", 6, 53, "::1"},
        {"::", 6, 53, "::"},
        {"::ffff:192.0.2.1", 6, 53, "::ffff:192.0.2.1"},
        {"fe80::1%7", 6, 53, "fe80::1%7"},
        {"[fe80::1%7]:54", 6, 54, "fe80::1%7@54"},
        {"2001:db8:1111:2222:3333:4444:5555:6666@65535", 6, 65535,
         "2001:db8:1111:2222:3333:4444:5555:6666@65535"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server server = {.family = 0};
        const char *error = server_parse(arena, rows[i].text, 53, &server);
        ck_assert_msg(error == NULL, "%s: %s", rows[i].text, error);
        ck_assert_uint_eq(server.family, rows[i].family);
        ck_assert_uint_eq(server.port, rows[i].port);
        ck_assert_str_eq(server.text, rows[i].expected);
        ck_assert_ptr_null(server.host);
    }
    arena_destroy(arena);
}
END_TEST

static const char bad_name[] = "a host name, where an IPv4 or IPv6 address should stand";
static const char bad_junk[] = "not an IPv4 or IPv6 address";
static const char bad_port[] = "the port is not a number from 1 to 65535";
static const char no_scope[] = "a link-local address goes with its interface, as in fe80::1%eth0";
static const char bad_scope[] = "an interface (%) goes with link-local IPv6 addresses only";
static const struct {
    const char *text;
    const char *error;
} bad_rows[] = {
    {"", "empty"},
    {"ns1.example.com", bad_name},
    {"ns1.example.com.", bad_name},
    {"ns1.example.com:53", bad_name},
    {"ns1.example.com@53", bad_name},
    {"localhost", bad_name},
    {"1.2.3.4.example", bad_name},
    {"192.0.2", bad_junk},
    {"192.0.2.256", bad_junk},
    {"192.0.2.1.1", bad_junk},
    {"192.000.002.0001", bad_junk},
    {" 192.0.2.1", bad_junk},
    {"192.0.2.1 ", bad_junk},
    {"192.0.2.1/24", bad_junk},
    {"2001:db8::1::2", bad_junk},
    {"2001:db8:::1", bad_junk},
    {"2001:db8::g", bad_junk},
    {"1:2:3:4:5:6:7:8:9", bad_junk},
    {":", bad_junk},
    {"@53", bad_junk},
    {"[]", bad_junk},
    {"[]:53", bad_junk},
    {"192.0.2.1@", bad_port},
    {"192.0.2.1:", bad_port},
    {"192.0.2.1@0", bad_port},
    {"192.0.2.1@65536", bad_port},
    {"192.0.2.1@99999999999999999999", bad_port},
    {"192.0.2.1@-1", bad_port},
    {"192.0.2.1@+1", bad_port},
    {"192.0.2.1@53x", bad_port},
    {"192.0.2.1@53@54", bad_port},
    {"192.0.2.1@ 53", bad_port},
    {"192.0.2.1@domain", bad_port},
    {"2001:db8::1@0", bad_port},
    {"[2001:db8::1]:", bad_port},
    {"[2001:db8::1]:70000", bad_port},
    {"[2001:db8::1", "the closing bracket is missing"},
    {"[2001:db8::1]53", "junk after the closing bracket"},
    {"[2001:db8::1]]", "junk after the closing bracket"},
    {"[192.0.2.1]:53", "brackets are for IPv6 addresses"},
    {"192.0.2.1%lo", bad_scope},
    {"2001:db8::1%lo", bad_scope},
    {"fe80::1", no_scope},
    {"[febf::1]:53", no_scope},
    {"fe80::1%", "no such network interface"},
    {"fe80::1%0", "no such network interface"},
    {"fe80::1%no-such-interface", "no such network interface"},
    {"fe80::1%lo:1|", "no such network interface"},
    {"fe80::1%99999999999", "no such network interface"},
    {"tls://192.0.2.1", "DNS over TLS (tls://) is not available yet"},
    {"tls://192.0.2.1#dns.example", "DNS over TLS (tls://) is not available yet"},
    {"1111111111111111111111111111111111111111111111111111111111111111111111111111111111"
     "1111111111111111111111111111111111111111111111111111111111111111111111111111111111",
     bad_junk},
    {"a111111111111111111111111111111111111111111111111111111111111111111111111111111111"
     ".111111111111111111111111111111111111111111111111111111111111111111111111111111111",
     bad_name},
};

START_TEST(bad_literals)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
        struct server server = {.family = 77, .port = 7};
        const char *error = server_parse(arena, bad_rows[i].text, 53, &server);
        ck_assert_msg(error != NULL, "%s", bad_rows[i].text);
        ck_assert_msg(strcmp(error, bad_rows[i].error) == 0, "%s: %s", bad_rows[i].text, error);
        ck_assert_uint_eq(server.family, 77);
        ck_assert_uint_eq(server.port, 7);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(interfaces_have_names)
{
    char name[IF_NAMESIZE] = "";
    if (!if_indextoname(1, name)) {
        return; /* a host without a single interface */
    }
    struct arena *arena = arena_create();
    struct server server;
    ck_assert_ptr_null(server_parse(arena, arena_printf(arena, "fe80::1%%%s", name), 53, &server));
    ck_assert_uint_eq(server.scope, 1);
    ck_assert_str_eq(server.text, arena_printf(arena, "fe80::1%%%s", name));
    arena_destroy(arena);
}
END_TEST

START_TEST(addresses_from_records)
{
    static const uint8_t a[] = {192, 0, 2, 7};
    static const uint8_t aaaa[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    struct arena *arena = arena_create();
    struct server server = server_from_address(arena, a, sizeof a, 53, "ns1.example");
    ck_assert_uint_eq(server.family, 4);
    ck_assert_str_eq(server.text, "192.0.2.7");
    ck_assert_str_eq(server.host, "ns1.example");
    server = server_from_address(arena, aaaa, sizeof aaaa, 5353, NULL);
    ck_assert_uint_eq(server.family, 6);
    ck_assert_uint_eq(server.port, 5353);
    ck_assert_str_eq(server.text, "2001:db8::7");
    ck_assert_ptr_null(server.host);
    arena_destroy(arena);
}
END_TEST

START_TEST(same_or_not)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.1@53", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "192.0.2.1@54", false},
        {"2001:db8::1", "[2001:db8:0::1]:53", true},
        {"2001:db8::1", "2001:db8::2", false},
        {"fe80::1%1", "fe80::1%2", false},
        {"fe80::1%2", "fe80::1%2", true},
        {"192.0.2.1", "::ffff:192.0.2.1", false},
        {"192.0.2.1", "c000:201::", false},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server a;
        struct server b;
        ck_assert_ptr_null(server_parse(arena, rows[i].a, 53, &a));
        ck_assert_ptr_null(server_parse(arena, rows[i].b, 53, &b));
        ck_assert_msg(server_equal(&a, &b) == rows[i].same, "%s %s", rows[i].a, rows[i].b);
        ck_assert(!rows[i].same || server_hash(&a) == server_hash(&b));
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(socket_addresses)
{
    struct arena *arena = arena_create();
    struct server server;
    struct sockaddr_storage address;
    ck_assert_ptr_null(server_parse(arena, "192.0.2.1@5353", 53, &server));
    ck_assert_uint_eq(server_sockaddr(&server, &address), sizeof(struct sockaddr_in));
    struct sockaddr_in in;
    memcpy(&in, &address, sizeof in);
    ck_assert_int_eq(in.sin_family, AF_INET);
    ck_assert_uint_eq(ntohs(in.sin_port), 5353);
    ck_assert_uint_eq(ntohl(in.sin_addr.s_addr), 0xc0000201);

    ck_assert_ptr_null(server_parse(arena, "fe80::1%3", 53, &server));
    ck_assert_uint_eq(server_sockaddr(&server, &address), sizeof(struct sockaddr_in6));
    struct sockaddr_in6 in6;
    memcpy(&in6, &address, sizeof in6);
    ck_assert_int_eq(in6.sin6_family, AF_INET6);
    ck_assert_uint_eq(ntohs(in6.sin6_port), 53);
    ck_assert_uint_eq(in6.sin6_scope_id, 3);
    ck_assert_mem_eq(in6.sin6_addr.s6_addr, server.address, 16);
    arena_destroy(arena);
}
END_TEST

/* Has a resolv.conf of that text read; what was found stands in `found`, one after the other. */
static const char *read_text(struct arena *arena, const char *text, size_t size, char **found)
{
    char path[] = "/tmp/test_server.XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
    ck_assert_int_eq(close(fd), 0);
    const struct server *servers = NULL;
    size_t count = 0;
    const char *error = server_resolv_conf(arena, path, &servers, &count);
    ck_assert_int_eq(unlink(path), 0);
    *found = arena_text(arena, "");
    for (size_t i = 0; i < count; i++) {
        *found = arena_printf(arena, "%s %s", *found, servers[i].text);
        ck_assert_uint_ne(servers[i].port, 0);
    }
    return error;
}

START_TEST(resolv_conf)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"nameserver 192.0.2.1\n", " 192.0.2.1"},
        {"nameserver 192.0.2.1", " 192.0.2.1"},
        {"nameserver\t192.0.2.1\r\n", " 192.0.2.1"},
        {"nameserver   192.0.2.1   \n", " 192.0.2.1"},
        {"nameserver 192.0.2.1 # comment\n", " 192.0.2.1"},
        {"nameserver 192.0.2.1; comment\n", " 192.0.2.1"},
        {"# nameserver 192.0.2.9\n;nameserver 192.0.2.8\nnameserver ::1\n", " ::1"},
        {"search example.com\noptions edns0\nnameserver 2001:db8::1\n", " 2001:db8::1"},
        {"nameserver ns.example\nnameserver 192.0.2.1\n", " 192.0.2.1"},
        {"nameserver\nnameserver 192.0.2.1\n", " 192.0.2.1"},
        {"nameserver \nnameserver 192.0.2.1\n", " 192.0.2.1"},
        {"nameservers 192.0.2.9\n nameserver 192.0.2.8\nnameserver 192.0.2.1\n", " 192.0.2.1"},
        {"nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
         "nameserver 192.0.2.4\n",
         " 192.0.2.1 192.0.2.2 192.0.2.3"},
        {"nameserver 127.0.0.1@5353\n", " 127.0.0.1@5353"},
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *found = NULL;
        const char *error = read_text(arena, rows[i].text, strlen(rows[i].text), &found);
        ck_assert_msg(error == NULL, "%s: %s", rows[i].text, error);
        ck_assert_str_eq(found, rows[i].expected);
    }
    arena_destroy(arena);
}
END_TEST

START_TEST(resolv_conf_without_servers)
{
    static const char nul[] = "nameserver 192.0.2.1\0\nnameserver\0 192.0.2.2\n";
    struct arena *arena = arena_create();
    char *found = NULL;
    ck_assert_ptr_nonnull(strstr(read_text(arena, "", 0, &found), "no usable nameserver line"));
    ck_assert_ptr_nonnull(
        strstr(read_text(arena, "search a.\n", 10, &found), "no usable nameserver line"));
    ck_assert_ptr_null(read_text(arena, nul, sizeof nul - 1, &found));
    ck_assert_str_eq(found, " 192.0.2.1");

    size_t size = 5000; /* a line of this length is passed over as a whole */
    char *text = arena_alloc(arena, size);
    memset(text, 'x', size);
    memcpy(text + 1023, "nameserver 192.0.2.1", 20);
    ck_assert_ptr_nonnull(strstr(read_text(arena, text, size, &found), "no usable"));

    const struct server *servers = NULL;
    size_t count = 0;
    const char *error = server_resolv_conf(arena, "no-such-folder/resolv.conf", &servers, &count);
    ck_assert_str_eq(error, "cannot read no-such-folder/resolv.conf: No such file or directory");
    error = server_resolv_conf(arena, "/", &servers, &count);
    ck_assert_str_eq(error, "cannot read /: Is a directory");
    ck_assert_ptr_null(servers);
    arena_destroy(arena);
}
END_TEST

SUITE_MAIN("server", good_literals, bad_literals, interfaces_have_names, addresses_from_records,
           same_or_not, socket_addresses, resolv_conf, resolv_conf_without_servers)
