/* SPDX-License-Identifier: MIT */
/* Claims that staff review before they ship: items that many customers claimed from one address
 * (events.review_customers), and claims whose day the shop's backend took back. Carriers share
 * addresses, so nothing is refused for it. */
#ifndef DOJANG_REWARD_REVIEW_H
#define DOJANG_REWARD_REVIEW_H

#include "records/edit.h"
#include "records/ids.h"

struct review {
	bool is_due; /* it must not ship yet */
	bool is_done;
	bool has_lost_day; /* it was earned by a day that was taken back */
	/* customers who claimed the product from the same address; 0: unknown */
	int64_t customers;
};

/* Inside a transaction function. All fields are false and 0 when there is no such claim. */
struct review review_of(struct db *db, claim_id id);
enum result review_read(struct db *db, claim_id id, struct review *review);
/* Allows shipping; and_others: also of those that wait for the same reason. RESULT_OK, also when it
 * was allowed before; ERR_NOT_FOUND, recorded. */
enum result review_note(struct edit *edit, claim_id id, bool and_others);

#endif
