/* SPDX-License-Identifier: MIT */
/* The personal data of a customer, and its erasure. Name, subject and address are erased
 * everywhere. Attendance, claims and ledger stay under an internal number. Until the events of the
 * customer are over, the same subject is kept out. */
#ifndef DOJANG_REWARD_PERSONAL_DATA_H
#define DOJANG_REWARD_PERSONAL_DATA_H

#include "base/json.h"
#include "base/seal.h"
#include "customer/customer.h"
#include "records/edit.h"

/* The profile as JSON, without sealed data; ERR_NOT_FOUND. */
enum result customer_profile(struct db *db, const void *context, const struct subject *subject,
	instant now, json_object **profile);
/* Everything that is known of a customer, with addresses and coupon codes. The same transaction
 * writes the audit row; this is the only way to read all of it. seal opens addresses and may be
 * NULL. ERR_NOT_FOUND. */
enum result personal_data_export(struct edit *edit, const struct subject *subject,
	const struct seal *seal, json_object **profile);
/* Only finds the id; ERR_NOT_FOUND. */
enum result personal_data_find(struct db *db, const struct subject *subject, customer_id *id);
/* Finds the customer with the internal number; ERR_NOT_FOUND for an unknown or erased one. */
enum result personal_data_subject(
	struct db *db, const void *context, customer_id id, struct subject *subject);
/* Erases the customer; also a success when there is none. secret is the key of the hash that keeps
 * the subject out. *addresses (may be NULL) counts the deleted delivery addresses. */
enum result personal_data_erase(
	struct edit *edit, const struct subject *subject, const char *secret, uint64_t *addresses);

#endif
