/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_dns_records: the records of a name at each server, and the delegation of its zone. */
#include "frame/plugin.h"
#include "plugins/records.h"

int main(int argc, char **argv)
{
    const struct records_options defaults = records_defaults();
    const struct plugin plugin = {
        .name = "check_dns_records",
        .service = "RECORDS",
        .summary =
            "Checks the records of a name at each of its authoritative servers: as expected, "
            "the same everywhere, validly signed, and well delegated.",
        .noun = "names",
        .options = records_option_table(),
        .needs_anchors = true,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .validate = records_validate,
        .keeps = records_keeps,
        .run = records_run,
    };
    return plugin_main(&plugin, argc, argv);
}
