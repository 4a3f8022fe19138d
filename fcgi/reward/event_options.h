/* SPDX-License-Identifier: MIT */
/* The requirements of an event and what it checks, as set by staff at any time, also while it runs.
 */
#ifndef DOJANG_REWARD_EVENT_OPTIONS_H
#define DOJANG_REWARD_EVENT_OPTIONS_H

#include "records/edit.h"
#include "reward/event.h"

enum {
	ACCOUNT_DAYS_MAXIMUM = 3650,
	REVIEW_CUSTOMERS_MAXIMUM = 1000,
	CLOSING_HOURS_MAXIMUM = 720,
	SHOP_DAYS_BACK_MAXIMUM = 90,
	FREEZES_MAXIMUM = 100,
	FREEZE_EVERY_MAXIMUM = 3660,
	MAKEUPS_MAXIMUM = 100,
	MAKEUP_BACK_USUAL = 7,
	MAKEUP_BACK_MAXIMUM = 365,
	MAKEUP_PRICE_MAXIMUM = 1000000
};

struct event_options_record {
	event_id id;
	struct event_options options;
	uint64_t fingerprint; /* fingerprint of the seen version */
};

/* Drafts too. ERR_NOT_FOUND, recorded. */
enum result event_options_read(
	struct edit *edit, const char *slug, struct event_options_record *record);
/* seen: the fingerprint of the edited version; 0: any. RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT
 * ("version"): changed by somebody else. */
enum result event_options_save(
	struct edit *edit, const char *slug, const struct event_options *options, uint64_t seen);
/* Inside a transaction: copies the options to a copy of an event. */
void event_options_copy(struct edit *edit, const char *from, event_id to);

#endif
