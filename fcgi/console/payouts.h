/* SPDX-License-Identifier: MIT */
/* Fields of the pages about payouts. */
#ifndef DOJANG_CONSOLE_PAYOUTS_H
#define DOJANG_CONSOLE_PAYOUTS_H

#include "base/fields.h"

struct payout_list_fields {
	const char *cursor, *state, *whose, *sort;
};
extern const struct field PAYOUT_LIST_FIELDS[];

struct payout_fields {
	uint64_t payout;
};
extern const struct field PAYOUT_FIELDS[];

#endif
