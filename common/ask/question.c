/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a question, in words. */
#include "ask/question.h"

const struct question *questions_find(const struct questions *questions,
                                      const struct server *server, const struct name *name,
                                      uint16_t type)
{
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = questions->list[i];
        if (question->type == type && name_equal(&question->name, name) &&
            server_equal(question->server, server)) {
            return question;
        }
    }
    return NULL;
}

bool question_answered(const struct question *question, const struct message *message)
{
    for (size_t i = 0; i < message->answer.count; i++) {
        const struct rrset *set = &message->answer.rrsets[i];
        if (set->type == question->type && set->count > 0) {
            return true;
        }
    }
    return false;
}

const char *net_status_text(enum net_status status)
{
    switch (status) {
    case NET_PENDING:
        return "not asked";
    case NET_ANSWERED:
        return "answered";
    case NET_TIMEOUT:
        return "timeout";
    case NET_REFUSED:
        return "connection refused";
    case NET_UNREACHABLE:
        return "unreachable";
    case NET_MALFORMED:
        return "malformed reply";
    case NET_MISMATCHED:
        return "mismatched reply";
    case NET_TCP_FAILED:
        return "truncated, no answer over TCP";
    case NET_TRUNCATED:
        return "truncated over TCP, too";
    }
    return "unknown";
}
