/* SPDX-License-Identifier: MIT */
/* Who may take part in an event, as a pure function of the token's claims and the event's
 * requirements. */
#ifndef DOJANG_CUSTOMER_ELIGIBILITY_H
#define DOJANG_CUSTOMER_ELIGIBILITY_H

#include "base/calendar.h"

#include <stdbool.h>
#include <stdint.h>

/* Claims of a token besides the subject and the name. None of them is stored. */
struct token_facts {
	bool has_email, has_phone, has_account_start;
	instant account_start;
};

/* What an event requires of its participants; account_days 0: an account of any age. */
struct requirements {
	bool email, phone;
	uint32_t account_days;
};

/* The requirement that a customer does not meet. */
enum requirement {
	REQUIREMENT_NONE,
	REQUIREMENT_EMAIL,
	REQUIREMENT_PHONE,
	REQUIREMENT_ACCOUNT_START,
	REQUIREMENT_ACCOUNT_AGE,
	REQUIREMENT_NOT_STAFF,
	/* only the shop's backend adds days to the event */
	REQUIREMENT_BY_SHOP
};

/* The first requirement that is not met. A token without the account's start meets no minimum age.
 */
enum requirement eligibility_unmet(
	const struct requirements *asked, const struct token_facts *facts, instant now);

#endif
