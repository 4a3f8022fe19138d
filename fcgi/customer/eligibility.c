/* SPDX-License-Identifier: MIT */
/* Compares the claims of a token with the requirements of an event. */
#include "customer/eligibility.h"

enum requirement eligibility_unmet(
	const struct requirements *asked, const struct token_facts *facts, instant now)
{
	enum { DAY_SECONDS = 86400 };
	if (asked->email && !facts->has_email)
		return REQUIREMENT_EMAIL;
	if (asked->phone && !facts->has_phone)
		return REQUIREMENT_PHONE;
	if (asked->account_days == 0)
		return REQUIREMENT_NONE;
	if (!facts->has_account_start)
		return REQUIREMENT_ACCOUNT_START;
	return facts->account_start.seconds + (int64_t)asked->account_days * DAY_SECONDS
			<= now.seconds
		? REQUIREMENT_NONE
		: REQUIREMENT_ACCOUNT_AGE;
}
