/* SPDX-License-Identifier: MIT */
/* A customer as a person: what is known, and its removal (rule: name, subject and address go
 * everywhere; attendance, claims and ledger stay under an internal number; until the events they
 * took part in are over the same subject is kept out). */
#ifndef DOJANG_REWARD_PERSONAL_DATA_H
#define DOJANG_REWARD_PERSONAL_DATA_H

#include "base/json.h"
#include "base/seal.h"
#include "customer/customer.h"
#include "records/edit.h"

/* The profile as JSON (with everything that is known when wants_all; seal opens addresses and may
 * be NULL); ERR_NOT_FOUND. */
enum result customer_profile(struct db *db, const void *context, const struct subject *subject,
	bool wants_all, const struct seal *seal, instant now, json_object **profile);
/* Finds the id alone; ERR_NOT_FOUND. */
enum result personal_data_find(
	struct db *db, const void *context, const struct subject *subject, customer_id *id);
/* Who has the internal number; ERR_NOT_FOUND: nobody, or who was removed. */
enum result personal_data_subject(
	struct db *db, const void *context, customer_id id, struct subject *subject);
/* All that is known of who has the number, for staff; noted in the audit log. ERR_NOT_FOUND. */
enum result personal_data_export(
	struct edit *edit, customer_id id, const struct seal *seal, json_object **profile);
/* Removes the person; a success too when there is none. secret keys the hash that keeps the subject
 * out. */
enum result personal_data_erase(
	struct edit *edit, const struct subject *subject, const char *secret);

#endif
