/* SPDX-License-Identifier: MIT */
/* Cancelling claims. An unshipped product returns to the stock. Points are reversed by an opposite
 * entry, the only one that may make a balance negative. */
#ifndef DOJANG_REWARD_CLAIM_CANCEL_H
#define DOJANG_REWARD_CLAIM_CANCEL_H

#include "records/edit.h"
#include "records/ids.h"

struct claim_cancellation {
	claim_id id;
	const char *reason;   /* for staff, stored in the audit log */
	bool may_claim_again; /* the customer may claim again, in a new round */
	/* the address is erased after so many days, unless it is erased earlier */
	int64_t keep_address_days;
};

/* RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: already cancelled. */
enum result claim_cancel(struct edit *edit, const struct claim_cancellation *cancellation);

#endif
