/* SPDX-License-Identifier: MIT */
/* Reads the content of a message from the database. */
#include "notification/notification_content.h"

#include "base/memory.h"
#include "base/text.h"

struct work {
	const void *context;
	const struct outbox_message *message;
	const char *time_zone;
	json_object *facts;
};

static void put_time(json_object *object, const char *name, instant time)
{
	char text[INSTANT_TEXT];
	json_put_text(object, name, instant_format(time, text));
}

static void put_text(json_object *object, const char *name, const struct db_rows *rows,
	unsigned column, const void *context)
{
	json_put_text(object, name, db_get_text(rows, column, context));
}

/* A number or text of the message's own data. */
static json_object *data_of(const struct work *work, const char *name)
{
	json_object *value = NULL, *data = json_tokener_parse(work->message->data);
	if (!data)
		return NULL;
	json_attach(work->context, data);
	json_object_object_get_ex(data, name, &value);
	return value;
}

/* --- who --- */

/* Of an erased customer only the number remains. */
static enum result put_user(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_FACT_USER, DB_PARAMS(db_id(work->message->customer.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	json_object *customer = json_new_object();
	json_put(work->facts, "user", customer);
	json_put_number(customer, "id", db_get_number(rows, FACT_USER_ID));
	put_text(customer, "subject", rows, FACT_USER_SUBJECT, work->context);
	put_text(customer, "issuer", rows, FACT_USER_ISS, work->context);
	return RESULT_OK;
}

/* --- each kind --- */

static enum result stock_facts(struct db *db, struct work *work)
{
	uint64_t id = work->message->product.value;
	struct db_rows *rows = db_select(db, QUERY_FACT_PRODUCT, DB_PARAMS(db_id(id)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	json_object *product = json_new_object(), *events = json_new_array();
	json_put(work->facts, "product", product);
	json_put_number(product, "id", (int64_t)id);
	put_text(product, "name", rows, FACT_PRODUCT_NAME, work->context);
	json_put_optional(product, "remain", db_get_optional(rows, FACT_PRODUCT_REMAIN));
	json_put_optional(product, "threshold", db_get_optional(rows, FACT_PRODUCT_THRESHOLD));
	json_put(work->facts, "events", events);
	rows = db_select(db, QUERY_FACT_PRODUCT_EVENTS, DB_PARAMS(db_id(id)));
	while (db_next(rows))
		json_append_text(
			events, db_get_text(rows, FACT_PRODUCT_EVENTS_NAME, work->context));
	return RESULT_OK;
}

static json_object *claim_product(const struct db_rows *rows, const void *context)
{
	json_object *product = json_new_object();
	json_put_number(product, "id", db_get_number(rows, FACT_CLAIM_PRODUCT_ID));
	put_text(product, "name", rows, FACT_CLAIM_PRODUCT_NAME, context);
	put_text(product, "kind", rows, FACT_CLAIM_KIND, context);
	json_put_optional(product, "points", db_get_optional(rows, FACT_CLAIM_POINTS));
	return product;
}

static enum result claim_facts(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_FACT_CLAIM, DB_PARAMS(db_id(work->message->claim.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	json_object *claim = json_new_object();
	json_put(work->facts, "claim", claim);
	json_put_number(claim, "id", db_get_number(rows, FACT_CLAIM_ID));
	put_text(claim, "event", rows, FACT_CLAIM_SLUG, work->context);
	json_put_number(claim, "milestone", db_get_number(rows, FACT_CLAIM_MILESTONE_ID));
	json_put_number(claim, "round", db_get_number(rows, FACT_CLAIM_ROUND));
	json_put(claim, "product", claim_product(rows, work->context));
	put_text(claim, "state", rows, FACT_CLAIM_STATE, work->context);
	put_time(claim, "claimed_at", db_get_time(rows, FACT_CLAIM_CLAIMED_AT));
	put_text(claim, "tracking", rows, FACT_CLAIM_TRACKING, work->context);
	return put_user(db, work);
}

static enum result points_facts(struct db *db, struct work *work)
{
	int64_t id = json_object_get_int64(data_of(work, "entry"));
	struct db_rows *rows = db_select(db, QUERY_FACT_POINT_ENTRY, DB_PARAMS(db_number(id)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	json_object *entry = json_new_object();
	json_put(work->facts, "entry", entry);
	json_put_number(entry, "id", db_get_number(rows, FACT_POINT_ENTRY_ID));
	json_put_number(entry, "amount", db_get_number(rows, FACT_POINT_ENTRY_AMOUNT));
	json_put_number(entry, "balance", db_get_number(rows, FACT_POINT_ENTRY_BALANCE));
	put_text(entry, "source", rows, FACT_POINT_ENTRY_SOURCE, work->context);
	put_text(entry, "reference", rows, FACT_POINT_ENTRY_REFERENCE, work->context);
	put_text(entry, "reason", rows, FACT_POINT_ENTRY_REASON, work->context);
	put_time(entry, "at", db_get_time(rows, FACT_POINT_ENTRY_AT));
	return put_user(db, work);
}

static enum result expiring_facts(struct db *db, struct work *work)
{
	json_put_number(work->facts, "points", json_object_get_int64(data_of(work, "points")));
	json_put_text(work->facts, "on", json_object_get_string(data_of(work, "on")));
	return put_user(db, work);
}

static json_object *closing_product(const struct db_rows *rows, const void *context)
{
	json_object *product = json_new_object();
	json_put_number(product, "id", db_get_number(rows, CLOSING_FACTS_PRODUCT_ID));
	put_text(product, "name", rows, CLOSING_FACTS_PRODUCT_NAME, context);
	put_text(product, "kind", rows, CLOSING_FACTS_KIND, context);
	json_put_optional(product, "points", db_get_optional(rows, CLOSING_FACTS_POINTS));
	return product;
}

/* Also says whether it was claimed meanwhile, so that nobody is reminded of a reward they have. */
static enum result closing_facts(struct db *db, struct work *work)
{
	int64_t id = json_object_get_int64(data_of(work, "milestone"));
	struct db_rows *rows = db_select(db, QUERY_CLOSING_FACTS,
		DB_PARAMS(db_id(work->message->customer.value), db_number(id)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	json_object *milestone = json_new_object();
	put_text(work->facts, "event", rows, CLOSING_FACTS_SLUG, work->context);
	json_put(work->facts, "milestone", milestone);
	json_put_number(milestone, "id", id);
	json_put_number(milestone, "at", db_get_number(rows, CLOSING_FACTS_AT));
	json_put(milestone, "product", closing_product(rows, work->context));
	if (db_is_null(rows, CLOSING_FACTS_CLAIM_UNTIL))
		json_put_null(milestone, "claim_until");
	else
		put_time(milestone, "claim_until", db_get_time(rows, CLOSING_FACTS_CLAIM_UNTIL));
	json_put_bool(
		work->facts, "is_claimed", db_get_number(rows, CLOSING_FACTS_IS_CLAIMED) != 0);
	return put_user(db, work);
}

static enum result attendance_facts(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_FACT_EVENT, DB_PARAMS(db_id(work->message->event.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	put_text(work->facts, "event", rows, FACT_EVENT_SLUG, work->context);
	json_put_text(work->facts, "date", json_object_get_string(data_of(work, "date")));
	return put_user(db, work);
}

static json_object *payout_facts_of(const struct db_rows *rows, const void *context)
{
	json_object *payout = json_new_object(), *customer = json_new_object();
	json_put_number(payout, "id", db_get_number(rows, FACT_PAYOUTS_ID));
	json_put_number(payout, "points", db_get_number(rows, FACT_PAYOUTS_POINTS));
	put_text(payout, "reason", rows, FACT_PAYOUTS_REASON, context);
	put_text(payout, "event", rows, FACT_PAYOUTS_SLUG, context);
	put_text(payout, "state", rows, FACT_PAYOUTS_STATE, context);
	put_time(payout, "due_at", db_get_time(rows, FACT_PAYOUTS_DUE_AT));
	json_put(payout, "user", customer);
	json_put_number(customer, "id", db_get_number(rows, FACT_PAYOUTS_USER_ID));
	put_text(customer, "subject", rows, FACT_PAYOUTS_SUBJECT, context);
	put_text(customer, "issuer", rows, FACT_PAYOUTS_ISS, context);
	return payout;
}

static enum result payouts_facts(struct db *db, struct work *work)
{
	json_object *list = json_new_array(), *ids = data_of(work, "payouts");
	json_put(work->facts, "payouts", list);
	if (!ids)
		return ERR_NOT_FOUND;
	struct db_rows *rows = db_select(
		db, QUERY_FACT_PAYOUTS, DB_PARAMS(db_text(json_line(ids))));
	while (db_next(rows))
		json_append(list, payout_facts_of(rows, work->context));
	return RESULT_OK;
}

static int64_t count(
	struct db *db, enum query query, const struct db_value *values, unsigned value_count)
{
	struct db_rows *rows = db_select(db, query, values, value_count);
	return db_next(rows) ? db_get_number(rows, DB_ONLY_COLUMN) : 0;
}

enum { PAYOUT_IS_OVERDUE_AFTER = 86400 };

/* The oldest that are due for more than a day, and how many there are. */
static void put_payouts(struct db *db, struct work *work)
{
	int64_t overdue = 0;
	json_object *list = json_new_array();
	json_put(work->facts, "overdue_payouts", list);
	const instant before = { work->message->created_at.seconds - PAYOUT_IS_OVERDUE_AFTER };
	struct db_rows *rows = db_select(
		db, QUERY_DIGEST_OVERDUE, DB_PARAMS(db_time(before), db_time(before)));
	while (db_next(rows)) {
		json_object *payout = json_new_object();
		json_append(list, payout);
		overdue = db_get_number(rows, DIGEST_OVERDUE_TOTAL);
		json_put_number(payout, "id", db_get_number(rows, DIGEST_OVERDUE_ID));
		json_put_number(payout, "points", db_get_number(rows, DIGEST_OVERDUE_POINTS));
		put_text(payout, "reason", rows, DIGEST_OVERDUE_REASON, work->context);
		put_time(payout, "due_at", db_get_time(rows, DIGEST_OVERDUE_DUE_AT));
	}
	json_put_number(work->facts, "overdue", overdue);
	json_put_number(work->facts, "failed_payouts",
		count(db, QUERY_DIGEST_FAILED_PAYOUTS, DB_NO_PARAMS));
}

static bool put_low_products(struct db *db, struct work *work)
{
	json_object *low = json_new_array();
	json_put(work->facts, "low", low);
	struct db_rows *rows = db_select(db, QUERY_DIGEST_PRODUCTS, DB_NO_PARAMS);
	while (db_next(rows)) {
		json_object *product = json_new_object();
		json_append(low, product);
		json_put_number(product, "id", db_get_number(rows, DIGEST_PRODUCTS_ID));
		put_text(product, "name", rows, DIGEST_PRODUCTS_NAME, work->context);
		json_put_number(product, "remain", db_get_number(rows, DIGEST_PRODUCTS_REMAIN));
		json_put_optional(
			product, "threshold", db_get_optional(rows, DIGEST_PRODUCTS_THRESHOLD));
		json_put_bool(
			product, "is_sold_out", db_get_number(rows, DIGEST_PRODUCTS_REMAIN) == 0);
	}
	return json_object_array_length(low) > 0;
}

static enum result digest_facts(struct db *db, struct work *work)
{
	const char *text = json_object_get_string(data_of(work, "date"));
	date day;
	if (!text || !date_parse(text, &day))
		return ERR_NOT_FOUND;
	instant start = zone_day_start(work->time_zone, day),
		end = zone_day_start(work->time_zone, (date){ day.day + 1 });
	json_put_text(work->facts, "date", text);
	json_put_number(work->facts, "check_ins",
		count(db, QUERY_DIGEST_CHECK_INS,
			DB_PARAMS(db_date(day), db_date(day), db_date(day))));
	json_put_number(work->facts, "claims",
		count(db, QUERY_DIGEST_CLAIMS, DB_PARAMS(db_time(start), db_time(end))));
	json_put_bool(work->facts, "has_low", put_low_products(db, work));
	put_payouts(db, work);
	json_put_number(
		work->facts, "dead_letters", count(db, QUERY_DEAD_LETTER_COUNT, DB_NO_PARAMS));
	return RESULT_OK;
}

static enum result dead_letters_facts(struct db *db, struct work *work)
{
	json_object *letters = json_new_array();
	json_put(work->facts, "letters", letters);
	json_put_number(
		work->facts, "dead_letters", count(db, QUERY_DEAD_LETTER_COUNT, DB_NO_PARAMS));
	struct db_rows *rows = db_select(db, QUERY_DEAD_LETTER_LIST, DB_NO_PARAMS);
	while (db_next(rows)) {
		json_object *letter = json_new_object();
		json_append(letters, letter);
		json_put_number(letter, "id", db_get_number(rows, DEAD_LETTER_LIST_ID));
		put_text(letter, "kind", rows, DEAD_LETTER_LIST_KIND, work->context);
		put_text(letter, "error", rows, DEAD_LETTER_LIST_LAST_ERROR, work->context);
	}
	return RESULT_OK;
}

static enum result test_facts(struct db *db, struct work *work)
{
	(void)db;
	put_time(work->facts, "sent_at", work->message->created_at);
	return RESULT_OK;
}

static const struct {
	const char *kind;
	enum result (*put)(struct db *db, struct work *work);
} FACTS[] = {
	{ "stock.low", stock_facts },
	{ "stock.sold_out", stock_facts },
	{ "claim.created", claim_facts },
	{ "claim.cancelled", claim_facts },
	{ "claim.fulfilled", claim_facts },
	{ "claim.closing", closing_facts },
	{ "points.changed", points_facts },
	{ "points.expiring", expiring_facts },
	{ "payout.due", payouts_facts },
	{ "attendance.created", attendance_facts },
	{ "digest.daily", digest_facts },
	{ "dead_letters.exist", dead_letters_facts },
	{ "mail.test", test_facts },
	{ "webhook.test", test_facts },
};

static enum result facts_transaction(struct db *db, void *state)
{
	struct work *work = state;
	work->facts = json_attach(work->context, json_new_object());
	for (size_t i = 0; i < countof(FACTS); i++)
		if (text_equals(FACTS[i].kind, work->message->kind))
			return FACTS[i].put(db, work);
	return ERR_NOT_FOUND;
}

enum result notification_content(struct db *db, const void *context,
	const struct outbox_message *message, const char *time_zone, json_object **facts)
{
	struct work work = { context, message, time_zone, NULL };
	enum result result = db_autocommit(db, facts_transaction, &work);
	*facts = work.facts;
	return result;
}

/* --- receivers --- */

enum result notification_recipient(
	struct db *db, const void *context, uint64_t receiver, struct mail_recipient *out)
{
	struct db_rows *row = db_read_one(db, QUERY_RECIPIENT_FIND, DB_PARAMS(db_id(receiver)));
	*out = (struct mail_recipient){ db_get_text(row, RECIPIENT_FIND_EMAIL, context),
		db_get_text(row, RECIPIENT_FIND_LANGUAGE, context) };
	return db_end_read(db);
}

enum result notification_endpoint(
	struct db *db, const void *context, uint64_t endpoint, struct webhook_endpoint *out)
{
	struct db_rows *row = db_read_one(db, QUERY_WEBHOOK_FIND, DB_PARAMS(db_id(endpoint)));
	out->url = db_get_text(row, WEBHOOK_FIND_URL, context);
	out->secret = db_get_bytes(row, WEBHOOK_FIND_SECRET, context, &out->secret_length);
	out->second_secret = db_get_bytes(
		row, WEBHOOK_FIND_SECOND_SECRET, context, &out->second_length);
	out->is_enabled = text_equals(db_get_text(row, WEBHOOK_FIND_STATE, context), "enabled");
	return db_end_read(db);
}
