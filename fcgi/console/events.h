/* SPDX-License-Identifier: MIT */
/* Fields of the pages about events. */
#ifndef DOJANG_CONSOLE_EVENTS_H
#define DOJANG_CONSOLE_EVENTS_H

#include "base/fields.h"

struct event_list_fields { const char *cursor; };
extern const struct field EVENT_LIST_FIELDS[];

#endif
