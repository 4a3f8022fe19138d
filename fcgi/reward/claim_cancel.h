/* SPDX-License-Identifier: MIT */
/* Taking a claim back: what was not shipped returns to the stock, points are reversed by an
 * opposite entry, which alone may take a balance below zero. */
#ifndef DOJANG_REWARD_CLAIM_CANCEL_H
#define DOJANG_REWARD_CLAIM_CANCEL_H

#include "records/edit.h"
#include "records/ids.h"

struct claim_cancellation {
	claim_id id;
	const char *reason;   /* for staff: it stands in the audit log */
	bool may_claim_again; /* a new round begins with the customer's next claim */
	/* the address is erased so many days later, unless it goes earlier */
	int64_t keep_address_days;
};

/* RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: cancelled already. */
enum result claim_cancel(struct edit *edit, const struct claim_cancellation *cancellation);

#endif
