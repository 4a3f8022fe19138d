/* SPDX-License-Identifier: MIT */
/* Fields of the pages about claims. */
#ifndef DOJANG_CONSOLE_CLAIMS_H
#define DOJANG_CONSOLE_CLAIMS_H

#include "base/fields.h"

struct claim_list_fields {
	const char *cursor, *event, *product, *customer, *state, *review, *sort;
};
extern const struct field CLAIM_LIST_FIELDS[];

struct claim_fields {
	uint64_t claim;
};
extern const struct field CLAIM_FIELDS[];

struct advance_form {
	uint64_t claim;
	int state;
	const char *tracking;
	int64_t version;
};
extern const struct field ADVANCE_FIELDS[];

struct cancel_form {
	uint64_t claim;
	const char *reason;
	bool may_claim_again;
};
extern const struct field CANCEL_FIELDS[];

struct review_form {
	uint64_t claim;
	bool and_others;
};
extern const struct field REVIEW_FIELDS[];

#endif
