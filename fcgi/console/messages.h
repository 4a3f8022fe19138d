/* SPDX-License-Identifier: MIT */
/* Fields of the pages about messages. */
#ifndef DOJANG_CONSOLE_MESSAGES_H
#define DOJANG_CONSOLE_MESSAGES_H

#include "base/fields.h"

struct message_list_fields {
	const char *cursor, *state;
};
extern const struct field MESSAGE_LIST_FIELDS[];
struct message_fields {
	uint64_t message;
};
extern const struct field MESSAGE_FIELDS[];

#endif
