/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every unit test program needs; its main is `SUITE_MAIN("name", test_a, test_b)`. */
#pragma once

#include <stdlib.h>

#include <check.h>

/* The elements of an array. */
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Runs the tests, forked unless CK_FORK=no; the status says whether all passed. */
static inline int suite_main(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 600); /* ends what hangs, not what is slow */
    for (size_t i = 0; i < count; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define SUITE_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return suite_main(name, tests, COUNT(tests));                                              \
    }
