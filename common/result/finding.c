/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of findings as data, and the order of states. */
#include "result/finding.h"

#include <assert.h>
#include <string.h>

#include "base/page.h"

static const struct finding_class classes[] = {
#define FINDING(id, slug, state, ede, cause, reference, meaning)                                   \
    [FINDING_##id] = {slug, state, ede, cause, reference, meaning},
#include "result/findings.def"
#undef FINDING
};

const struct finding_class *finding_class(enum finding_id id)
{
    assert(id < FINDING_COUNT);
    return &classes[id];
}

const char *finding_meaning(struct arena *arena, enum finding_id id)
{
    const char *text = finding_class(id)->meaning;
    return arena_printf(arena, "%.*s", (int)strcspn(text, ";"), text);
}

bool finding_from_slug(const char *slug, enum finding_id *id)
{
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        if (strcmp(classes[i].slug, slug) == 0) {
            *id = (enum finding_id)i;
            return true;
        }
    }
    return false;
}

const char *state_text(enum state state)
{
    static const char *const texts[] = {
        [STATE_OK] = "OK",
        [STATE_WARNING] = "WARNING",
        [STATE_CRITICAL] = "CRITICAL",
        [STATE_UNKNOWN] = "UNKNOWN",
    };
    assert(state <= STATE_UNKNOWN);
    return texts[state];
}

bool state_worse(enum state a, enum state b)
{
    static const int gravity[] = {
        [STATE_OK] = 0,
        [STATE_UNKNOWN] = 1,
        [STATE_WARNING] = 2,
        [STATE_CRITICAL] = 3,
    };
    assert(a <= STATE_UNKNOWN && b <= STATE_UNKNOWN);
    return gravity[a] > gravity[b];
}

static int longer(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

/* How wide the columns of texts are. */
struct widths {
    int slug;
    int reference;
};

static struct widths table_widths(void)
{
    struct widths widths = {0};
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        widths.slug = longer(widths.slug, classes[i].slug);
        widths.reference = longer(widths.reference, classes[i].reference);
    }
    return widths;
}

char *findings_table(struct arena *arena)
{
    struct widths widths = table_widths();
    struct page table = page_start(arena);
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        const struct finding_class *row = &classes[i];
        const char *ede = row->ede == EDE_NONE ? "-" : arena_printf(arena, "%d", row->ede);
        page_printf(&table, "%-*s  %-8s  %3s  %-*s  %s\n", widths.slug, row->slug,
                    state_text(row->state), ede, widths.reference, row->reference, row->meaning);
    }
    return table.text;
}
