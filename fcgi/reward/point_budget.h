/* SPDX-License-Identifier: MIT */
/* Budgets: how many points an event may still pay. What is left is kept in several rows, so that
 * check-ins do not wait for each other; one that finds too little in its row takes from all. */
#ifndef DOJANG_REWARD_POINT_BUDGET_H
#define DOJANG_REWARD_POINT_BUDGET_H

#include "db/db.h"
#include "records/ids.h"

/* Inside a transaction function: points left as of now, without a lock. */
int64_t point_budget_left(struct db *db, event_id event);
/* Inside a transaction: the same, and nobody else can take from it before the transaction ends. */
int64_t point_budget_lock(struct db *db, event_id event);
/* Inside a transaction, preferably as its last change: takes the points. key chooses the row. False
 * when so many are not left. */
bool point_budget_take(struct db *db, event_id event, uint64_t key, int64_t points);
void point_budget_return(struct db *db, event_id event, uint64_t key, int64_t points);
/* Inside a transaction that locked the event: sets what is left; unset: there is no budget. */
void point_budget_set(struct db *db, event_id event, struct optional_number left);

#endif
