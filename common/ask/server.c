/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads server addresses as typed and as they stand in resolv.conf. */
#include "ask/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

enum {
    PORT_DNS = 53,
    PORT_MAX = 65535,
    LITERAL_MAX = INET6_ADDRSTRLEN + IF_NAMESIZE + 16, /* address, scope, brackets, port */
    RESOLVERS_MAX = 3,
    LINE_MAX_SIZE = 1024,
    LINES_MAX = 10000,
};

/* An address as typed, taken apart in place: `port` and `scope` are NULL where not given. */
struct literal {
    char buffer[LITERAL_MAX];
    char *address;
    char *port;
    char *scope;
};

static const char not_an_address[] = "not an IPv4 or IPv6 address";
static const char is_a_name[] = "a host name, where an IPv4 or IPv6 address should stand";

/* Cuts `text` at the first `separator` and returns what follows it, or NULL. */
static char *cut(char *text, char separator)
{
    char *at = strchr(text, separator);
    if (!at) {
        return NULL;
    }
    *at = '\0';
    return at + 1;
}

/* `[address]`, `[address]:port`, `[address]@port`. */
static const char *split_brackets(struct literal *literal)
{
    literal->address = literal->buffer + 1;
    char *rest = cut(literal->address, ']');
    if (!rest) {
        return "the closing bracket is missing";
    }
    if (*rest == '\0') {
        return NULL;
    }
    if (*rest != ':' && *rest != '@') {
        return "junk after the closing bracket";
    }
    literal->port = rest + 1;
    return NULL;
}

/* Finds the parts of a literal; one colon alone cannot be IPv6, so a port follows it. */
static const char *split(struct literal *literal)
{
    if (literal->buffer[0] == '[') {
        const char *error = split_brackets(literal);
        if (error) {
            return error;
        }
    } else {
        literal->address = literal->buffer;
        literal->port = cut(literal->buffer, '@');
        const char *colon = strchr(literal->address, ':');
        if (!literal->port && colon && !strchr(colon + 1, ':')) {
            literal->port = cut(literal->address, ':');
        }
    }
    literal->scope = cut(literal->address, '%');
    return NULL;
}

/* Says what a text is that is not an address. */
static const char *why_no_address(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_.";
    bool any_letter = text[strcspn(text, letters)] != '\0';
    bool all_fit = text[strspn(text, name_bytes)] == '\0';
    return any_letter && all_fit ? is_a_name : not_an_address;
}

static const char *read_address(const char *text, struct server *server)
{
    if (inet_pton(AF_INET, text, server->address) == 1) {
        server->family = 4;
    } else if (inet_pton(AF_INET6, text, server->address) == 1) {
        server->family = 6;
    } else {
        return why_no_address(text);
    }
    return NULL;
}

static bool is_link_local(const struct server *server)
{
    return server->family == 6 && server->address[0] == 0xfe && (server->address[1] & 0xc0) == 0x80;
}

static const char *read_scope(const char *text, struct server *server)
{
    if (!is_link_local(server)) {
        return "an interface (%) goes with link-local IPv6 addresses only";
    }
    uint64_t number = 0;
    /* An address label of Linux (eth0:1) is no interface, but the kernel reads up to the colon. */
    server->scope = strchr(text, ':') == NULL ? if_nametoindex(text) : 0;
    if (server->scope == 0 && text_number(text, UINT32_MAX, &number)) {
        server->scope = (uint32_t)number;
    }
    return server->scope == 0 ? "no such network interface" : NULL;
}

static const char *read_port(const char *text, struct server *server)
{
    uint64_t number = 0;
    if (!text_number(text, PORT_MAX, &number) || number == 0) {
        return "the port is not a number from 1 to 65535";
    }
    server->port = (uint16_t)number;
    return NULL;
}

/* The address as it is always written, whatever way it was typed. */
static const char *address_text(struct arena *arena, const struct server *server)
{
    char text[INET6_ADDRSTRLEN] = "";
    int family = server->family == 4 ? AF_INET : AF_INET6;
    (void)inet_ntop(family, server->address, text, sizeof text); /* cannot fail: it fits */
    return arena_text(arena, text);
}

static const char *literal_text(struct arena *arena, const struct literal *literal,
                                const struct server *server)
{
    const char *scope = literal->scope ? arena_printf(arena, "%%%s", literal->scope) : "";
    const char *port = literal->port ? arena_printf(arena, "@%u", (unsigned)server->port) : "";
    return arena_printf(arena, "%s%s%s", address_text(arena, server), scope, port);
}

/* Fills the literal's server; the parts are checked from left to right. */
static const char *read_literal(const struct literal *literal, struct server *server)
{
    const char *error = read_address(literal->address, server);
    if (!error && literal->scope) {
        error = read_scope(literal->scope, server);
    } else if (!error && is_link_local(server)) {
        error = "a link-local address goes with its interface, as in fe80::1%eth0";
    }
    if (!error && literal->port) {
        error = read_port(literal->port, server);
    }
    if (!error && literal->buffer[0] == '[' && server->family != 6) {
        error = "brackets are for IPv6 addresses";
    }
    return error;
}

const char *server_parse(struct arena *arena, const char *text, uint16_t port,
                         struct server *server)
{
    struct literal literal = {.address = NULL};
    size_t size = strlen(text);
    if (size == 0) {
        return "empty";
    }
    if (strncmp(text, "tls://", 6) == 0) {
        return "DNS over TLS (tls://) is not available yet";
    }
    if (size >= sizeof literal.buffer) {
        return why_no_address(text);
    }
    memcpy(literal.buffer, text, size + 1);
    struct server result = {.port = port};
    const char *error = split(&literal);
    if (!error) {
        error = read_literal(&literal, &result);
    }
    if (error) {
        return error;
    }
    result.text = literal_text(arena, &literal, &result);
    *server = result;
    return NULL;
}

struct server server_from_address(struct arena *arena, const uint8_t *address, size_t size,
                                  uint16_t port, const char *host)
{
    struct server server = {.family = size == 4 ? 4 : 6, .port = port, .host = host};
    memcpy(server.address, address, size == 4 ? 4 : 16);
    server.text = address_text(arena, &server);
    return server;
}

const struct server *server_copy(struct arena *arena, const struct server *server)
{
    struct server *copy = arena_copy(arena, server, sizeof *server);
    copy->text = arena_text(arena, server->text);
    copy->host = NULL;
    return copy;
}

bool server_equal(const struct server *a, const struct server *b)
{
    return a->family == b->family && a->port == b->port && a->scope == b->scope &&
           memcmp(a->address, b->address, a->family == 4 ? 4 : 16) == 0;
}

uint32_t server_hash(const struct server *server)
{
    uint32_t hash = bytes_hash(BYTES_HASH ^ server->port ^ server->scope << 16, server->address,
                               server->family == 4 ? 4 : 16);
    return hash ^ hash >> 15;
}

socklen_t server_sockaddr(const struct server *server, struct sockaddr_storage *address)
{
    *address = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
    if (server->family == 4) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(server->port)};
        memcpy(&in.sin_addr, server->address, 4);
        memcpy(address, &in, sizeof in);
        return sizeof in;
    }
    struct sockaddr_in6 in6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(server->port), .sin6_scope_id = server->scope};
    memcpy(&in6.sin6_addr, server->address, 16);
    memcpy(address, &in6, sizeof in6);
    return sizeof in6;
}

/* The address of a `nameserver` line, cut out in place, or NULL for any other line. */
static char *nameserver_address(char *line)
{
    static const char keyword[] = "nameserver";
    static const char blanks[] = " \t\r\n\v\f";
    size_t size = sizeof keyword - 1;
    if (strncmp(line, keyword, size) != 0 || !strchr(blanks, line[size]) || line[size] == '\0') {
        return NULL;
    }
    char *address = line + size + strspn(line + size, blanks);
    address[strcspn(address, " \t\r\n\v\f;#")] = '\0';
    return address;
}

/* As the C library reads it: lines it does not understand are passed over. */
static size_t read_resolvers(struct arena *arena, FILE *file, struct server *servers)
{
    char line[LINE_MAX_SIZE];
    size_t count = 0;
    bool whole = true; /* the last line read was complete, so a new one starts here */
    for (size_t i = 0; i < LINES_MAX && count < RESOLVERS_MAX; i++) {
        if (!fgets(line, sizeof line, file)) {
            break;
        }
        bool starts = whole;
        whole = strchr(line, '\n') != NULL;
        char *address = starts ? nameserver_address(line) : NULL;
        if (address && !server_parse(arena, address, PORT_DNS, &servers[count])) {
            count++;
        }
    }
    return count;
}

const char *server_resolv_conf(struct arena *arena, const char *path, const struct server **servers,
                               size_t *count)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return arena_printf(arena, "cannot read %s: %s", path, strerror(errno));
    }
    struct server *found = arena_alloc(arena, RESOLVERS_MAX * sizeof *found);
    size_t found_count = read_resolvers(arena, file, found);
    bool failed = ferror(file) != 0;
    int error = errno;
    (void)fclose(file); /* only read from */
    if (failed) {
        return arena_printf(arena, "cannot read %s: %s", path, strerror(error));
    }
    if (found_count == 0) {
        return arena_printf(arena, "no usable nameserver line in %s", path);
    }
    *servers = found;
    *count = found_count;
    return NULL;
}
