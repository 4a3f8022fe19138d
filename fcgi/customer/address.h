/* SPDX-License-Identifier: MIT */
/* Delivery addresses. Only customers who claim an item are asked for one. It is stored sealed, and
 * erased some days after delivery. */
#ifndef DOJANG_CUSTOMER_ADDRESS_H
#define DOJANG_CUSTOMER_ADDRESS_H

#include "base/fields.h"
#include "base/json.h"
#include "base/seal.h"
#include "records/edit.h"
#include "records/ids.h"

struct address {
	const char *name, *phone, *postcode, *country; /* country: two letters of ISO 3166-1 */
	struct text_list lines;
};

struct address_put {
	customer_id customer;
	claim_id claim;
	const struct address *address;
	int64_t received; /* of the request, see records/received.h */
	instant now;
};

/* Stores the address of the claim's customer. RESULT_NO_CONTENT; ERR_NOT_FOUND for claims of
 * others; ERR_CONFLICT when the claim is not an item, is cancelled or has shipped, or when a later
 * request gave another address (*is_overtaken); ERR_UNAVAILABLE when seal is NULL (no key is set).
 */
enum result address_put(struct db *db, const void *context, const struct seal *seal,
	const struct address_put *put, bool *is_overtaken);

/* For staff who ship: reads the address, which is recorded in the audit log. ERR_NOT_FOUND when
 * there is none or it was erased. */
enum result address_read(
	struct edit *edit, const struct seal *seal, claim_id claim, json_object **address);

/* The same for all goods that wait to be shipped (500 at most, the oldest first), as
 * {"claim":...,"product":"...","address":{...}}. Each is recorded, with the reason. Addresses that
 * cannot be opened are left out. */
enum result address_read_to_ship(
	struct edit *edit, const struct seal *seal, const char *reason, json_object **list);

/* Inside a transaction function: all addresses of a customer as
 * {"claim":...,"consented_at":...,"address":{...}}. address is null when it cannot be opened. */
json_object *address_of_user(struct db *db, const void *context, const struct seal *seal,
	customer_id customer, instant now);

/* Inside a transaction. */
void address_set_erasure(struct db *db, claim_id claim, instant now, int64_t days);
uint64_t address_erase_user(struct db *db, customer_id customer);

#endif
