/* SPDX-License-Identifier: MIT */
/* Corrections by staff for one customer: days and points. Each locks the customer's row first. */
#ifndef DOJANG_REWARD_CUSTOMER_EDIT_H
#define DOJANG_REWARD_CUSTOMER_EDIT_H

#include "customer/customer.h"
#include "records/edit.h"
#include "records/ids.h"

struct day_change {
	const char *event;
	customer_id customer;
	date day;
	const char *reason;
	bool pays; /* an added day pays what a check-in on it would have paid */
};

/* RESULT_CREATED; ERR_NOT_FOUND; ERR_CONFLICT: "day" is not a past day of the event, or exists
 * already. */
enum result customer_edit_add_day(struct edit *edit, const struct day_change *change);
/* Also takes back what the day paid. RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: the day does not
 * exist, or an active claim needs it. */
enum result customer_edit_remove_day(struct edit *edit, const struct day_change *change);

struct points_adjustment {
	customer_id customer;
	/* not 0; negative takes points away, at most those there are */
	int64_t amount;
	const char *reason;        /* shown to the customer */
	const char *internal_note; /* only for staff; may be NULL */
	const char *reference;     /* unique: the id of the form */
};

enum { ADJUSTMENT_MAXIMUM = 1000000000 };

/* RESULT_CREATED; ERR_NOT_FOUND; ERR_INVALID or ERR_CONFLICT ("amount"). */
enum result customer_edit_points(struct edit *edit, const struct points_adjustment *adjustment);

/* Inside a transaction: locks the customer, also a blocked or erased one. ERR_NOT_FOUND, with the
 * reason recorded. */
enum result customer_edit_lock(struct edit *edit, customer_id customer, struct account *account);

#endif
