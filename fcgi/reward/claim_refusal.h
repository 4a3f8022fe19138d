/* SPDX-License-Identifier: MIT */
/* Explains why a claim is refused. */
#ifndef DOJANG_REWARD_CLAIM_REFUSAL_H
#define DOJANG_REWARD_CLAIM_REFUSAL_H

#include "reward/claim_state.h"

/* The first reason in the order of claim_milestone; with ERR_FORBIDDEN item->unmet. RESULT_OK:
 * there is none. The state was read, and its customer is active. */
enum result claim_refusal(
	struct db *db, const struct claim_state *state, instant now, struct claim_item *item);

#endif
