/* SPDX-License-Identifier: MIT */
/* Compares the claims of a token with the requirements of an event. */
#include "reward/eligibility.h"

enum lack eligibility_lack(
	const struct requirements *asked, const struct token_facts *facts, instant now)
{
	enum { DAY_SECONDS = 86400 };
	if (asked->email && !facts->has_email)
		return LACK_EMAIL;
	if (asked->phone && !facts->has_phone)
		return LACK_PHONE;
	if (asked->account_days == 0)
		return LACK_NOTHING;
	if (!facts->has_account_start)
		return LACK_ACCOUNT_START;
	return facts->account_start.seconds + (int64_t)asked->account_days * DAY_SECONDS
			<= now.seconds
		? LACK_NOTHING
		: LACK_ACCOUNT_AGE;
}
