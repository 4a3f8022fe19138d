/* SPDX-License-Identifier: MIT */
/* Seals, opens and erases delivery addresses. */
#include "customer/address.h"

#include "base/memory.h"
#include "base/text.h"
#include "records/audit.h"
#include "records/received.h"
#include "customer/customer.h"

#include <inttypes.h>
#include <string.h>

/* An address sealed for one claim opens for no other. */
static const char *purpose_of(const void *context, claim_id claim)
{
	return memory_format(context, "address:%" PRIu64, claim.value);
}

static char *address_text(const void *context, const struct address *address)
{
	json_object *lines = json_new_array(), *json = json_attach(context, json_new_object());
	for (size_t i = 0; i < address->lines.count; i++)
		json_append_text(lines, address->lines.items[i]);
	json_put_text(json, "name", address->name);
	json_put_text(json, "phone", address->phone);
	json_put_text(json, "postcode", address->postcode);
	json_put(json, "lines", lines);
	json_put_text(json, "country", address->country);
	return json_text(context, json);
}

static const char *open_text(const struct db_rows *rows, unsigned column, const void *context,
	const struct seal *seal, claim_id claim)
{
	size_t size, length;
	const char *sealed = db_get_bytes(rows, column, context, &size);
	return seal && sealed
		? seal_read(seal, context, purpose_of(context, claim), sealed, size, &length)
		: NULL;
}

struct put_work {
	const void *context;
	const struct seal *seal;
	const struct address_put *put;
	const char *text; /* the address */
	bool is_overtaken;
};

static enum result check_claim(struct db *db, const struct put_work *work)
{
	int64_t points;
	enum result result = customer_lock(db, work->put->customer, &points);
	if (result != RESULT_OK)
		return result;
	struct db_rows *rows = db_select(
		db, QUERY_ADDRESS_CLAIM, DB_PARAMS(db_id(work->put->claim.value)));
	if (!db_next(rows) || db_get_id(rows, ADDRESS_CLAIM_USER_ID) != work->put->customer.value)
		return ERR_NOT_FOUND;
	const char *kind = db_get_text(rows, ADDRESS_CLAIM_KIND, work->context),
		   *claimed = db_get_text(rows, ADDRESS_CLAIM_STATE, work->context);
	return text_equals(kind, "item")
			&& (text_equals(claimed, "claimed") || text_equals(claimed, "preparing"))
		? RESULT_OK
		: ERR_CONFLICT;
}

/* Behind the lock of the customer. Sets *is_same when the later request gave the same address. */
static bool is_overtaken(struct db *db, const struct put_work *work, bool *is_same)
{
	struct db_rows *rows = db_select(
		db, QUERY_ADDRESS_LAST, DB_PARAMS(db_id(work->put->claim.value)));
	if (!db_next(rows)
		|| !received_is_overtaken(
			work->put->received, db_get_number(rows, ADDRESS_LAST_RECEIVED_MS)))
		return false;
	*is_same = text_equals(work->text,
		open_text(rows, ADDRESS_LAST_SEALED, work->context, work->seal, work->put->claim));
	return true;
}

static enum result put_transaction(struct db *db, void *state)
{
	struct put_work *work = state;
	const struct address_put *put = work->put;
	bool is_same = false;
	enum result result = check_claim(db, work);
	if (result != RESULT_OK)
		return result;
	work->is_overtaken = is_overtaken(db, work, &is_same);
	if (work->is_overtaken)
		return is_same ? RESULT_NO_CONTENT : ERR_CONFLICT;
	struct db_value sealed = db_bytes(seal_close(work->seal, work->context,
						  purpose_of(work->context, put->claim), work->text,
						  strlen(work->text)),
				strlen(work->text) + SEAL_OVERHEAD),
			now = db_time(put->now), received = db_number(put->received);
	db_change(db, QUERY_ADDRESS_PUT,
		DB_PARAMS(db_id(put->claim.value), db_id(put->customer.value), sealed, now,
			received, sealed, now, received));
	return RESULT_NO_CONTENT;
}

enum result address_put(struct db *db, const void *context, const struct seal *seal,
	const struct address_put *put, bool *is_overtaken)
{
	struct put_work work = { .context = context,
		.seal = seal,
		.put = put,
		.text = address_text(context, put->address) };
	enum result result = seal ? db_transaction(db, put_transaction, &work) : ERR_UNAVAILABLE;
	*is_overtaken = work.is_overtaken;
	return result;
}

/* Reads the address in a column; NULL when it cannot be opened. */
static json_object *open_address(const struct db_rows *rows, unsigned column, const void *context,
	const struct seal *seal, claim_id claim)
{
	const char *text = open_text(rows, column, context, seal, claim);
	return text ? json_tokener_parse(text) : NULL;
}

struct read_work {
	struct edit *edit;
	const struct seal *seal;
	claim_id claim;
	json_object *address;
};

static enum result read_transaction(struct db *db, void *state)
{
	struct read_work *work = state;
	struct db_rows *rows = db_select(db, QUERY_ADDRESS_READ,
		DB_PARAMS(db_id(work->claim.value), db_time(work->edit->now)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	work->address = open_address(
		rows, ADDRESS_READ_SEALED, work->edit->context, work->seal, work->claim);
	if (!work->address)
		return ERR_INTERNAL;
	json_attach(work->edit->context, work->address);
	audit_write(work->edit, "address.read", "claim", work->claim.value, NULL, NULL);
	return RESULT_OK;
}

enum result address_read(
	struct edit *edit, const struct seal *seal, claim_id claim, json_object **address)
{
	struct read_work work = { .edit = edit, .seal = seal, .claim = claim };
	enum result result = edit_transaction(edit, read_transaction, &work);
	*address = work.address;
	return result;
}

struct list_work {
	struct edit *edit;
	const struct seal *seal;
	const char *reason;
	json_object *list;
};

static enum result list_transaction(struct db *db, void *state)
{
	struct list_work *work = state;
	const void *context = work->edit->context;
	work->list = json_attach(context, json_new_array());
	struct db_rows *rows = db_select(
		db, QUERY_ADDRESS_TO_SHIP, DB_PARAMS(db_time(work->edit->now)));
	while (db_next(rows)) {
		claim_id claim = { db_get_id(rows, ADDRESS_TO_SHIP_ID) };
		json_object *address = open_address(
			rows, ADDRESS_TO_SHIP_SEALED, context, work->seal, claim);
		if (!address)
			continue;
		json_object *json = json_new_object();
		json_put_number(json, "claim", (int64_t)claim.value);
		json_put_text(
			json, "product", db_get_text(rows, ADDRESS_TO_SHIP_PRODUCT_NAME, context));
		json_put(json, "address", address);
		json_append(work->list, json);
	}
	for (size_t i = 0; i < json_object_array_length(work->list); i++) {
		json_object *reason = json_new_object();
		json_put_text(reason, "reason", work->reason);
		audit_write(work->edit, "address.read", "claim",
			(uint64_t)json_object_get_int64(json_object_object_get(
				json_object_array_get_idx(work->list, i), "claim")),
			NULL, reason);
	}
	return RESULT_OK;
}

enum result address_read_to_ship(
	struct edit *edit, const struct seal *seal, const char *reason, json_object **list)
{
	struct list_work work = { .edit = edit, .seal = seal, .reason = reason };
	enum result result = edit_transaction(edit, list_transaction, &work);
	*list = work.list;
	return result;
}

json_object *address_of_user(struct db *db, const void *context, const struct seal *seal,
	customer_id customer, instant now)
{
	char text[INSTANT_TEXT];
	json_object *list = json_new_array();
	struct db_rows *rows = db_select(
		db, QUERY_ADDRESS_OF_USER, DB_PARAMS(db_id(customer.value), db_time(now)));
	while (db_next(rows)) {
		claim_id claim = { db_get_id(rows, ADDRESS_OF_USER_CLAIM_ID) };
		json_object *json = json_new_object(),
			    *address = open_address(
				    rows, ADDRESS_OF_USER_SEALED, context, seal, claim);
		json_put_number(json, "claim", (int64_t)claim.value);
		json_put_text(json, "consented_at",
			instant_format(db_get_time(rows, ADDRESS_OF_USER_CONSENTED_AT), text));
		if (address)
			json_put(json, "address", address);
		else
			json_put_null(json, "address");
		json_append(list, json);
	}
	return list;
}

void address_set_erasure(struct db *db, claim_id claim, instant now, int64_t days)
{
	enum { DAY_SECONDS = 86400 };
	db_change(db, QUERY_ADDRESS_SET_ERASURE,
		DB_PARAMS(db_time((instant){ now.seconds + days * DAY_SECONDS }),
			db_id(claim.value)));
}

uint64_t address_erase_user(struct db *db, customer_id customer)
{
	return db_change(db, QUERY_ADDRESS_ERASE_USER, DB_PARAMS(db_id(customer.value)));
}
