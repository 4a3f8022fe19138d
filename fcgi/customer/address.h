/* SPDX-License-Identifier: MIT */
/* Delivery addresses: asked only from those who claim an item, kept sealed, erased some days after
 * delivery. */
#ifndef DOJANG_CUSTOMER_ADDRESS_H
#define DOJANG_CUSTOMER_ADDRESS_H

#include "base/fields.h"
#include "base/json.h"
#include "base/seal.h"
#include "records/edit.h"
#include "records/ids.h"

struct address {
	const char *name, *phone, *postcode, *country; /* country by ISO 3166-1, two letters */
	struct text_list lines;
};

/* By the one who claimed it: RESULT_NO_CONTENT; ERR_NOT_FOUND for others' claims; ERR_CONFLICT when
 * it is no item, was cancelled, or is on its way. seal NULL (no key was set): ERR_UNAVAILABLE. */
enum result address_put(struct db *db, const void *context, const struct seal *seal,
	customer_id customer, claim_id claim, const struct address *address, instant now);

/* By those who ship: reading is noted in the audit log. ERR_NOT_FOUND when none was given or it was
 * erased. */
enum result address_read(
	struct edit *edit, const struct seal *seal, claim_id claim, json_object **address);

/* Inside a body: all of a customer's, as {"claim":...,"consented_at":...,"address":{...}}; what
 * cannot be opened has address null. */
json_object *address_of_user(struct db *db, const void *context, const struct seal *seal,
	customer_id customer, instant now);

/* Inside a transaction. */
void address_set_erasure(struct db *db, claim_id claim, instant now, int64_t days);
void address_erase_user(struct db *db, customer_id customer);

#endif
