/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short list behind a lock: servers that are silent are few. */
#include "ask/silence.h"

#include <pthread.h>
#include <stddef.h>

struct entry {
    struct server server; /* its address alone */
    bool broken;
};

struct silence {
    pthread_mutex_t lock;
    struct arena *arena; /* of its own, since other threads use other arenas */
    struct entry *entries;
    size_t count;
};

static void destroy(void *object)
{
    struct silence *silence = object;
    (void)pthread_mutex_destroy(&silence->lock); /* nobody holds it any more */
    arena_destroy(silence->arena);
}

struct silence *silence_create(struct arena *arena)
{
    struct silence *silence = arena_alloc(arena, sizeof *silence);
    silence->arena = arena_create();
    (void)pthread_mutex_init(&silence->lock, NULL); /* cannot fail without attributes */
    arena_defer(arena, destroy, silence);
    return silence;
}

static struct entry *find(const struct silence *silence, const struct server *server)
{
    for (size_t i = 0; i < silence->count; i++) {
        if (server_equal(&silence->entries[i].server, server)) {
            return &silence->entries[i];
        }
    }
    return NULL;
}

void silence_note(struct silence *silence, const struct server *server)
{
    (void)pthread_mutex_lock(&silence->lock);
    if (find(silence, server) == NULL) {
        silence->entries =
            arena_grow(silence->arena, silence->entries, silence->count, sizeof *silence->entries);
        struct entry *entry = &silence->entries[silence->count++];
        *entry = (struct entry){.server = *server};
        entry->server.text = NULL;
        entry->server.host = NULL;
    }
    (void)pthread_mutex_unlock(&silence->lock);
}

void silence_broken(struct silence *silence, const struct server *server)
{
    (void)pthread_mutex_lock(&silence->lock);
    struct entry *entry = find(silence, server);
    if (entry != NULL) {
        entry->broken = true;
    }
    (void)pthread_mutex_unlock(&silence->lock);
}

bool silence_of(struct silence *silence, const struct server *server)
{
    (void)pthread_mutex_lock(&silence->lock);
    const struct entry *entry = find(silence, server);
    bool silent = entry != NULL && !entry->broken;
    (void)pthread_mutex_unlock(&silence->lock);
    return silent;
}
