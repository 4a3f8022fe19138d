/* SPDX-License-Identifier: MIT */
/* What an event asks of those who take part and what it watches, as staff set it: at any time, also
 * while it runs. */
#ifndef DOJANG_REWARD_EVENT_OPTIONS_H
#define DOJANG_REWARD_EVENT_OPTIONS_H

#include "records/edit.h"
#include "reward/event.h"

enum { ACCOUNT_DAYS_MAXIMUM = 3650, REVIEW_CUSTOMERS_MAXIMUM = 1000, CLOSING_HOURS_MAXIMUM = 720 };

struct event_options_record {
	event_id id;
	struct event_options options;
	uint64_t fingerprint; /* of what one has seen */
};

/* Drafts too; ERR_NOT_FOUND, noted. */
enum result event_options_read(
	struct edit *edit, const char *slug, struct event_options_record *record);
/* seen: the fingerprint that the change was made from, 0: whichever. RESULT_OK; ERR_NOT_FOUND;
 * ERR_CONFLICT ("version"): someone was faster. */
enum result event_options_save(
	struct edit *edit, const char *slug, const struct event_options *options, uint64_t seen);
/* Inside a transaction: a copy of an event asks for the same. */
void event_options_copy(struct edit *edit, const char *from, event_id to);

#endif
