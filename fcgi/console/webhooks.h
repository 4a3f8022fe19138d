/* SPDX-License-Identifier: MIT */
/* Fields of the pages about the shop's endpoints for webhooks. */
#ifndef DOJANG_CONSOLE_WEBHOOKS_H
#define DOJANG_CONSOLE_WEBHOOKS_H

#include "base/fields.h"

/* Its subscriptions, one for each kind of message. */
struct webhook_wants {
	bool claim_created, claim_cancelled, claim_fulfilled, claim_closing, stock_low,
		stock_sold_out, points_changed, attendance_created, payout_due, points_expiring;
};

struct webhook_form {
	uint64_t webhook;
	const char *url, *cursor;
	int state;
	struct webhook_wants wants;
};
extern const struct field WEBHOOK_FIELDS[], WEBHOOK_PAGE_FIELDS[], WEBHOOK_STATE_FIELDS[],
	WEBHOOK_NEW_FIELDS[], WEBHOOK_EVENTS_FIELDS[];

#endif
