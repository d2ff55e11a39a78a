/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Root hints: the addresses of the root servers, from a file or built in. */
#include "ask/hints.h"

#include <string.h>

#include "ask/file.h"
#include "base/text.h"
#include "wire/masterfile.h"
#include "wire/rr.h"

enum { PATH_SHOWN = 200 };

/* https://www.internic.net/domain/named.root */
static const char built_in[] = ". NS a.root-servers.net.\n"
                               ". NS b.root-servers.net.\n"
                               ". NS c.root-servers.net.\n"
                               ". NS d.root-servers.net.\n"
                               ". NS e.root-servers.net.\n"
                               ". NS f.root-servers.net.\n"
                               ". NS g.root-servers.net.\n"
                               ". NS h.root-servers.net.\n"
                               ". NS i.root-servers.net.\n"
                               ". NS j.root-servers.net.\n"
                               ". NS k.root-servers.net.\n"
                               ". NS l.root-servers.net.\n"
                               ". NS m.root-servers.net.\n"
                               "a.root-servers.net. A 198.41.0.4\n"
                               "a.root-servers.net. AAAA 2001:503:ba3e::2:30\n"
                               "b.root-servers.net. A 170.247.170.2\n"
                               "b.root-servers.net. AAAA 2801:1b8:10::b\n"
                               "c.root-servers.net. A 192.33.4.12\n"
                               "c.root-servers.net. AAAA 2001:500:2::c\n"
                               "d.root-servers.net. A 199.7.91.13\n"
                               "d.root-servers.net. AAAA 2001:500:2d::d\n"
                               "e.root-servers.net. A 192.203.230.10\n"
                               "e.root-servers.net. AAAA 2001:500:a8::e\n"
                               "f.root-servers.net. A 192.5.5.241\n"
                               "f.root-servers.net. AAAA 2001:500:2f::f\n"
                               "g.root-servers.net. A 192.112.36.4\n"
                               "g.root-servers.net. AAAA 2001:500:12::d0d\n"
                               "h.root-servers.net. A 198.97.190.53\n"
                               "h.root-servers.net. AAAA 2001:500:1::53\n"
                               "i.root-servers.net. A 192.36.148.17\n"
                               "i.root-servers.net. AAAA 2001:7fe::53\n"
                               "j.root-servers.net. A 192.58.128.30\n"
                               "j.root-servers.net. AAAA 2001:503:c27::2:30\n"
                               "k.root-servers.net. A 193.0.14.129\n"
                               "k.root-servers.net. AAAA 2001:7fd::1\n"
                               "l.root-servers.net. A 199.7.83.42\n"
                               "l.root-servers.net. AAAA 2001:500:9f::42\n"
                               "m.root-servers.net. A 202.12.27.33\n"
                               "m.root-servers.net. AAAA 2001:dc3::35\n";

/* An address that waits for the NS records to be complete. */
struct address {
    struct file_record record;
    unsigned line;
};

struct hints {
    struct arena *arena;
    uint16_t port;
    struct name *hosts;
    size_t host_count;
    struct address *addresses;
    size_t address_count;
};

static const char *take_record(struct hints *hints, const struct file_record *record, unsigned line)
{
    if (record->type == RR_NS) {
        struct name host;
        if (record->owner.labels != 0) {
            return arena_printf(hints->arena, "the NS record is one of %s, not of the root",
                                name_text(hints->arena, &record->owner));
        }
        if (!rr_target(RR_NS, record->rdata, &host)) {
            return "not an NS record";
        }
        hints->hosts =
            arena_grow(hints->arena, hints->hosts, hints->host_count, sizeof *hints->hosts);
        hints->hosts[hints->host_count++] = host;
        return NULL;
    }
    if (record->type != RR_A && record->type != RR_AAAA) {
        return arena_printf(hints->arena, "root hints are NS, A and AAAA records, not %s",
                            rr_type_text(hints->arena, record->type));
    }
    hints->addresses =
        arena_grow(hints->arena, hints->addresses, hints->address_count, sizeof *hints->addresses);
    hints->addresses[hints->address_count++] = (struct address){*record, line};
    return NULL;
}

/* Reads all records; what is wrong with `line`, or NULL. */
static const char *read_records(struct hints *hints, const char *text, unsigned *line)
{
    struct masterfile file = masterfile_open(hints->arena, text);
    struct file_record record;
    const char *problem = NULL;
    enum masterfile_status status;
    while ((status = masterfile_next(hints->arena, &file, &record, &problem)) ==
           MASTERFILE_RECORD) {
        problem = take_record(hints, &record, file.line);
        if (problem != NULL) {
            break;
        }
    }
    *line = file.line;
    return problem;
}

static bool is_host(const struct hints *hints, const struct name *name)
{
    for (size_t i = 0; i < hints->host_count; i++) {
        if (name_equal(&hints->hosts[i], name)) {
            return true;
        }
    }
    return false;
}

static bool add_server(const struct hints *hints, const struct file_record *record,
                       struct server *servers, size_t count)
{
    struct server server =
        server_from_address(hints->arena, record->rdata.data, record->rdata.size, hints->port,
                            name_text(hints->arena, &record->owner));
    for (size_t i = 0; i < count; i++) {
        if (server_equal(&servers[i], &server)) {
            return false;
        }
    }
    servers[count] = server;
    return true;
}

/* The addresses of the root's name servers, each once; a stranger's address is an error. */
static const char *list_servers(const struct hints *hints, const struct server **servers,
                                size_t *count, unsigned *line)
{
    struct server *list = arena_alloc(hints->arena, (hints->address_count + 1) * sizeof *list);
    size_t used = 0;
    for (size_t i = 0; i < hints->address_count; i++) {
        const struct file_record *record = &hints->addresses[i].record;
        if (!is_host(hints, &record->owner)) {
            *line = hints->addresses[i].line;
            return arena_printf(hints->arena, "%s is in no NS record of the root",
                                name_text(hints->arena, &record->owner));
        }
        used += add_server(hints, record, list, used) ? 1 : 0;
    }
    *servers = list;
    *count = used;
    return NULL;
}

const char *hints_parse(struct arena *arena, const char *path, const char *text, uint16_t port,
                        const struct server **servers, size_t *count)
{
    struct hints hints = {.arena = arena, .port = port};
    const struct server *list = NULL;
    size_t used = 0;
    unsigned line = 0;
    const char *shown = text_clean(arena, path, strlen(path), PATH_SHOWN);
    const char *problem = read_records(&hints, text, &line);
    if (problem == NULL) {
        problem = list_servers(&hints, &list, &used, &line);
    }
    if (problem != NULL) {
        return arena_printf(arena, "%s line %u: %s", shown, line, problem);
    }
    if (used == 0) {
        return arena_printf(arena, "%s: no address of a root server", shown);
    }
    *servers = list;
    *count = used;
    return NULL;
}

const char *hints_read(struct arena *arena, const char *path, uint16_t port,
                       const struct server **servers, size_t *count)
{
    const char *text = NULL;
    const char *problem = file_read(arena, path, &text);
    return problem != NULL ? problem : hints_parse(arena, path, text, port, servers, count);
}

const struct server *hints_built_in(struct arena *arena, uint16_t port, size_t *count)
{
    const struct server *servers = NULL;
    /* The text is right, as a test makes sure. */
    (void)hints_parse(arena, "built in", built_in, port, &servers, count);
    return servers;
}
