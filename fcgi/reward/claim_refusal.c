/* SPDX-License-Identifier: MIT */
/* Compares a claim with all that was read, in the order that the API documents. */
#include "reward/claim_refusal.h"

struct refusal_work {
	const struct claim_state *state;
	instant now;
	struct claim_item *item;
};

static enum requirement unmet_requirement(struct db *db, const struct refusal_work *work)
{
	const struct event_options *options = &work->state->options;
	enum requirement unmet = eligibility_unmet(
		&options->asked, &work->item->subject->facts, work->now);
	if (unmet == REQUIREMENT_NONE && options->excludes_staff
		&& customer_is_staff(db, work->state->customer))
		return REQUIREMENT_NOT_STAFF;
	return unmet;
}

static enum result refusal_transaction(struct db *db, void *pointer)
{
	const struct refusal_work *work = pointer;
	const struct claim_state *state = work->state;
	work->item->unmet = unmet_requirement(db, work);
	if (work->item->unmet != REQUIREMENT_NONE)
		return ERR_FORBIDDEN;
	enum result result = claim_window_error(state, work->now);
	if (result != RESULT_OK)
		return result;
	if (state->attended < (int64_t)state->rule.at)
		return ERR_NOT_ELIGIBLE;
	if (!claim_is_sold_out(state))
		return RESULT_OK;
	return claim_is_earned(db, state, state->customer, work->item->context) ? ERR_SOLD_OUT
										: ERR_NOT_ELIGIBLE;
}

enum result claim_refusal(
	struct db *db, const struct claim_state *state, instant now, struct claim_item *item)
{
	return db_autocommit(db, refusal_transaction, &(struct refusal_work){ state, now, item });
}
