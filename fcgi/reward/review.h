/* SPDX-License-Identifier: MIT */
/* Claims that staff look at before they ship: items that many customers claimed from one address
 * (events.review_customers). Carriers share addresses, so nothing is refused by it. */
#ifndef DOJANG_REWARD_REVIEW_H
#define DOJANG_REWARD_REVIEW_H

#include "records/edit.h"
#include "records/ids.h"

struct review {
	bool is_due; /* it must not ship yet */
	bool is_done;
	/* who claimed the product from the same address; 0: not known (any more) */
	int64_t customers;
};

/* Inside a body. All is false and 0 when there is no such claim. */
struct review review_of(struct db *db, claim_id id);
enum result review_read(struct db *db, claim_id id, struct review *review);
/* It may ship; and_others: those that wait for the same look too. RESULT_OK, also when that was so;
 * ERR_NOT_FOUND, noted. */
enum result review_note(struct edit *edit, claim_id id, bool and_others);

#endif
