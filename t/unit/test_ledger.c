/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every question once, in stages; and the fake network that the tests of collect steps use. */
#include <check.h>

#include "ask/ledger.h"
#include "lib/fakenet.h"
#include "lib/suite.h"

struct setup {
    struct arena *arena;
    struct fakenet *fake;
    struct ledger ledger;
    struct server one, two;
};

static void set_up(struct setup *setup)
{
    setup->arena = arena_create();
    setup->fake = fakenet_create(setup->arena);
    setup->ledger = ledger_start(setup->arena, fakenet_net(setup->fake));
    ck_assert_ptr_null(server_parse(setup->arena, "192.0.2.1", 53, &setup->one));
    ck_assert_ptr_null(server_parse(setup->arena, "192.0.2.2", 53, &setup->two));
}

static struct question *ask(struct setup *setup, const struct server *server, const char *text,
                            uint16_t type, unsigned flags)
{
    struct name name;
    ck_assert_ptr_null(name_from_text(text, &name));
    return ledger_ask(&setup->ledger, server, &name, type, flags);
}

START_TEST(the_same_question_is_asked_once)
{
    struct setup setup;
    set_up(&setup);
    struct question *first = ask(&setup, &setup.one, "example.com", RR_SOA, 0);
    struct server again = setup.one;
    again.host = "another name of the same server";
    ck_assert_ptr_eq(ask(&setup, &again, "EXAMPLE.com.", RR_SOA, 0), first);
    ck_assert_ptr_ne(ask(&setup, &setup.two, "example.com", RR_SOA, 0), first);
    ck_assert_ptr_ne(ask(&setup, &setup.one, "example.org", RR_SOA, 0), first);
    ck_assert_ptr_ne(ask(&setup, &setup.one, "example.com", RR_NS, 0), first);
    ck_assert_ptr_ne(ask(&setup, &setup.one, "example.com", RR_SOA, QUERY_TCP), first);
    ck_assert_uint_eq(setup.ledger.count, 5);
    ledger_settle(&setup.ledger, 0);
    ck_assert_ptr_eq(ask(&setup, &setup.one, "example.com", RR_SOA, 0), first);
    ck_assert_int_eq(first->status, NET_ANSWERED);
    ck_assert_uint_eq(setup.ledger.count, 5);
    arena_destroy(setup.arena);
}
END_TEST

START_TEST(stages)
{
    struct setup setup;
    set_up(&setup);
    ledger_settle(&setup.ledger, 0);
    ck_assert_uint_eq(setup.ledger.stage, 0);
    ck_assert_uint_eq(fakenet_stages(setup.fake), 0);

    struct question *first = ask(&setup, &setup.one, "a.example", RR_SOA, 0);
    ask(&setup, &setup.two, "a.example", RR_SOA, 0);
    ck_assert_int_eq(first->status, NET_PENDING);
    ledger_settle(&setup.ledger, 0);
    struct question *second = ask(&setup, &setup.one, "b.example", RR_NS, 0);
    ask(&setup, &setup.one, "a.example", RR_SOA, 0);
    ledger_settle(&setup.ledger, 0);
    ledger_settle(&setup.ledger, 0);

    ck_assert_uint_eq(first->stage, 1);
    ck_assert_uint_eq(second->stage, 2);
    ck_assert_uint_eq(setup.ledger.stage, 2);
    ck_assert_uint_eq(setup.ledger.settled, 3);
    ck_assert_ptr_eq(setup.ledger.questions[0], first);
    ck_assert_ptr_eq(setup.ledger.questions[2], second);
    ck_assert_uint_eq(fakenet_stages(setup.fake), 2);
    ck_assert_uint_eq(fakenet_count(setup.fake, 0), 0);
    ck_assert_uint_eq(fakenet_count(setup.fake, 1), 2);
    ck_assert_uint_eq(fakenet_count(setup.fake, 2), 1);
    ck_assert_uint_eq(fakenet_count(setup.fake, 3), 0);
    ck_assert(fakenet_asked(setup.fake, 1, "192.0.2.2", "a.example", "SOA"));
    ck_assert(fakenet_asked(setup.fake, 2, NULL, NULL, "NS"));
    ck_assert(!fakenet_asked(setup.fake, 1, "192.0.2.1", "b.example", NULL));
    ck_assert(!fakenet_asked(setup.fake, 2, "192.0.2.2", NULL, NULL));
    arena_destroy(setup.arena);
}
END_TEST

START_TEST(many_questions)
{
    enum { COUNT = 5000 };
    struct setup setup;
    set_up(&setup);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            const char *text = arena_printf(setup.arena, "name-%u.example", i);
            struct question *question = ask(&setup, &setup.one, text, RR_A, 0);
            ck_assert_ptr_eq(setup.ledger.questions[i], question);
        }
    }
    ck_assert_uint_eq(setup.ledger.count, COUNT);
    ledger_settle(&setup.ledger, 0);
    ck_assert_uint_eq(fakenet_count(setup.fake, 1), COUNT);
    arena_destroy(setup.arena);
}
END_TEST

/* A network that has every question answered by another server, and remembers the limit. */
struct substitute {
    struct net net;
    const struct server *server;
    int64_t limit_ms;
};

static void answer_elsewhere(struct net *net, struct batch *batch)
{
    struct substitute *substitute = (struct substitute *)net;
    substitute->limit_ms = batch->limit_ms;
    for (size_t i = 0; i < batch->count; i++) {
        batch->questions[i]->server = substitute->server;
        batch->questions[i]->status = NET_ANSWERED;
    }
}

START_TEST(another_resolver_answers)
{
    struct setup setup;
    set_up(&setup);
    struct substitute substitute = {.net = {answer_elsewhere}, .server = &setup.two};
    setup.ledger = ledger_start(setup.arena, &substitute.net);
    struct question *first = ask(&setup, &setup.one, "example.com", RR_NS, QUERY_RECURSE);
    ledger_settle(&setup.ledger, 1234);
    ck_assert_ptr_eq(first->server, &setup.two);
    ck_assert_int_eq(substitute.limit_ms, 1234);
    ck_assert_ptr_eq(ask(&setup, &setup.one, "example.com", RR_NS, QUERY_RECURSE), first);
    ck_assert_ptr_ne(ask(&setup, &setup.two, "example.com", RR_NS, QUERY_RECURSE), first);
    arena_destroy(setup.arena);
}
END_TEST

START_TEST(fake_rows)
{
    struct setup setup;
    set_up(&setup);
    struct fakenet *fake = setup.fake;
    const struct message nxdomain = {.rcode = RCODE_NXDOMAIN};
    const struct message refused = {.rcode = RCODE_REFUSED};
    const struct message failed = {.rcode = RCODE_SERVFAIL};
    fakenet_answer(fake, "*", "a.example", "SOA", &nxdomain);
    fakenet_answer(fake, "192.0.2.1", "*", "SOA", &refused);
    fakenet_answer(fake, "192.0.2.1", "b.example", "SOA", &failed);
    fakenet_fail(fake, "192.0.2.1", "c.example", "NS", NET_MALFORMED);
    fakenet_default(fake, "192.0.2.2", RCODE_NOTIMP, false);
    const struct {
        const struct server *server;
        const char *name;
        uint16_t type;
        enum net_status status;
        uint16_t rcode;
    } rows[] = {
        {&setup.two, "a.example", RR_SOA, NET_ANSWERED, RCODE_NXDOMAIN},
        {&setup.one, "a.example", RR_SOA, NET_ANSWERED, RCODE_REFUSED},
        {&setup.one, "b.example", RR_SOA, NET_ANSWERED, RCODE_SERVFAIL},
        {&setup.one, "c.example", RR_NS, NET_MALFORMED, 0},
        {&setup.one, "c.example", RR_A, NET_ANSWERED, RCODE_NOERROR},
        {&setup.two, "b.example", RR_SOA, NET_ANSWERED, RCODE_NOTIMP},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct question *question = ask(&setup, rows[i].server, rows[i].name, rows[i].type, 0);
        ledger_settle(&setup.ledger, 0);
        ck_assert_int_eq(question->status, rows[i].status);
        ck_assert_int_eq(question->reply != NULL, rows[i].status == NET_ANSWERED);
        if (question->reply) {
            ck_assert_uint_eq(question->reply->rcode, rows[i].rcode);
            ck_assert(name_equal(&question->reply->qname, &question->name));
            ck_assert_uint_eq(question->reply->qtype, rows[i].type);
        }
    }
    ck_assert_uint_eq(fakenet_question(fake, 4, 0)->type, RR_NS);
    ck_assert_ptr_null(fakenet_question(fake, 4, 1));
    arena_destroy(setup.arena);
}
END_TEST

START_TEST(fake_defaults)
{
    struct setup setup;
    set_up(&setup);
    fakenet_silent(setup.fake, "192.0.2.2");
    struct question *silent = ask(&setup, &setup.two, "example.com", RR_A, 0);
    struct question *plain = ask(&setup, &setup.one, "example.com", RR_A, 0);
    struct question *recurse = ask(&setup, &setup.one, "example.com", RR_A, QUERY_RECURSE);
    ledger_settle(&setup.ledger, 0);
    ck_assert_int_eq(silent->status, NET_TIMEOUT);
    ck_assert_ptr_null(silent->reply);
    ck_assert(plain->reply->aa && !plain->reply->ra);
    ck_assert(!recurse->reply->aa && recurse->reply->ra);
    ck_assert_uint_eq(plain->reply->answer.count, 0);
    arena_destroy(setup.arena);
}
END_TEST

SUITE_MAIN("ledger", the_same_question_is_asked_once, stages, many_questions,
           another_resolver_answers, fake_rows, fake_defaults)
