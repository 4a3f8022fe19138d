/* SPDX-License-Identifier: MIT */
/* What staff put right for one customer: days that count or do not, points. Each locks the
 * customer's row first. */
#ifndef DOJANG_REWARD_CUSTOMER_EDIT_H
#define DOJANG_REWARD_CUSTOMER_EDIT_H

#include "records/edit.h"
#include "records/ids.h"

struct day_change {
	const char *event;
	customer_id customer;
	date day;
	const char *reason;
};

/* RESULT_CREATED; ERR_NOT_FOUND; ERR_CONFLICT: "day" is no day of the event that has come, or is
 * there already. */
enum result customer_edit_add_day(struct edit *edit, const struct day_change *change);
/* RESULT_OK; ERR_NOT_FOUND; ERR_CONFLICT: the day is not there, or a claim that stands needs it. */
enum result customer_edit_remove_day(struct edit *edit, const struct day_change *change);

struct points_adjustment {
	customer_id customer;
	/* not 0; below 0 takes points away, never more than there are */
	int64_t amount;
	const char *reason;        /* the customer reads it */
	const char *internal_note; /* staff alone; may be NULL */
	const char *reference;     /* unique: the form's id */
};

enum { ADJUSTMENT_MAXIMUM = 1000000000 };

/* RESULT_CREATED; ERR_NOT_FOUND; ERR_INVALID or ERR_CONFLICT ("amount"). */
enum result customer_edit_points(struct edit *edit, const struct points_adjustment *adjustment);

/* Inside a transaction: locks the customer, blocked and removed ones too. ERR_NOT_FOUND, noted. */
enum result customer_edit_lock(struct edit *edit, customer_id customer, int64_t *points);

#endif
