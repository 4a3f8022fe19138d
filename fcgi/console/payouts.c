/* SPDX-License-Identifier: MIT */
/* Lists payouts into the shop's own wallet, shows one, and tries failed ones again. */
#include "console/payouts.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/list.h"
#include "console/routes.h"
#include "reward/payout.h"

#include <inttypes.h>
#include <string.h>

/* Empty form fields are sent as empty texts. */
const struct field PAYOUT_LIST_FIELDS[] = {
	LIST_CURSOR(struct payout_list_fields),
	QUERY_FIELD(struct payout_list_fields, state, FIELD_TEXT, FIELD_RANGE(0, 20)),
	QUERY_FIELD(struct payout_list_fields, whose, FIELD_TEXT, FIELD_RANGE(0, 255)),
	QUERY_FIELD(struct payout_list_fields, sort, FIELD_TEXT, FIELD_RANGE(0, 20)),
	{ 0 },
};
const struct field PAYOUT_FIELDS[] = {
	PATH_FIELD(struct payout_fields, payout, FIELD_ID),
	{ 0 },
};

static const struct column COLUMNS[] = {
	[CONSOLE_PAYOUT_ROW_ID] = { .name = "payout",
		.kind = COLUMN_ID,
		.link = "/admin/payouts/",
		.link_from = CONSOLE_PAYOUT_ROW_ID },
	[CONSOLE_PAYOUT_ROW_DUE_AT] = { .name = "due_since",
		.kind = COLUMN_TIME,
		.falling = "newest",
		.rising = "oldest" },
	[CONSOLE_PAYOUT_ROW_POINTS] = { .name = "points", .kind = COLUMN_CHANGE },
	[CONSOLE_PAYOUT_ROW_REASON] = { .name = "reason",
		.kind = COLUMN_TEXT,
		.link = "/admin/payouts/",
		.link_from = CONSOLE_PAYOUT_ROW_ID,
		.place = PLACE_TITLE,
		.is_long = true },
	[CONSOLE_PAYOUT_ROW_EVENT_NAME] = { .name = "event",
		.kind = COLUMN_TEXT,
		.place = PLACE_NONE,
		.is_long = true },
	[CONSOLE_PAYOUT_ROW_USERNAME] = { .name = "username",
		.kind = COLUMN_TEXT,
		.link = "/admin/customers/",
		.link_from = CONSOLE_PAYOUT_ROW_USER_ID },
	[CONSOLE_PAYOUT_ROW_STATE] = { .name = "state", .kind = COLUMN_WORD, .place = PLACE_STATE },
	[CONSOLE_PAYOUT_ROW_SETTLED_AT] = { .name = "settled_at",
		.kind = COLUMN_TIME,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_REFERENCE] = { .name = "payment",
		.kind = COLUMN_TEXT,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_FAILURE] = { .name = "failure",
		.kind = COLUMN_TEXT,
		.place = PLACE_NONE,
		.is_long = true },
	[CONSOLE_PAYOUT_ROW_USER_ID] = { .name = "customer_number",
		.kind = COLUMN_ID,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_SUBJECT] = { .name = "subject",
		.kind = COLUMN_TEXT,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_SLUG] = { .name = "slug",
		.kind = COLUMN_TEXT,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_CLAIM_ID] = { .name = "claim",
		.kind = COLUMN_ID,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_REVERSES] = { .name = "reverses",
		.kind = COLUMN_ID,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_DUE_LOCAL] = { .name = "due_local",
		.kind = COLUMN_LOCAL_TIME,
		.is_for_files_only = true },
	[CONSOLE_PAYOUT_ROW_COLUMNS] = { .name = NULL },
};

static const char *const SORTS[] = { "newest", "oldest", NULL };
static const char *const *const STATES = PAYOUT_STATES + 1; /* without "any" */

/* --- the list --- */

static bool is_filled(const char *text)
{
	return text && *text;
}

static void use(struct list *list, const void *context, enum query newest, enum query oldest,
	const struct db_value *values, unsigned count)
{
	list->query = list->is_rising ? oldest : newest;
	list->values = memcpy(
		memory_array(context, struct db_value, count), values, count * sizeof *values);
	list->value_count = count;
}

/* A customer by the number ("12", "#12"), by the shop's id or by name. */
static void use_of_customer(
	struct list *list, const void *context, const char *typed, struct db_value state)
{
	int64_t number = 0;
	bool is_number = text_to_number(
		typed + (*typed == '#'), 1, ((int64_t)1 << 53) - 1, &number);
	struct db_value whose = db_text(typed);
	use(list, context, QUERY_CONSOLE_PAYOUTS_OF_CUSTOMER,
		QUERY_CONSOLE_PAYOUTS_OF_CUSTOMER_OLDEST,
		DB_PARAMS(whose, is_number ? db_id((uint64_t)number) : db_null(), whose, state,
			state));
}

static enum result list_of(const struct call *call, struct list *list)
{
	const struct payout_list_fields *fields = call->fields;
	const void *context = call->context;
	if (!list_filters_knows(SORTS, fields->sort) || !list_filters_knows(STATES, fields->state))
		return ERR_BAD_REQUEST;
	struct db_value state = is_filled(fields->state) ? db_text(fields->state) : db_null();
	*list = (struct list){ .name = "payouts",
		.columns = COLUMNS,
		.path = "/admin/payouts",
		.export_path = "/admin/payouts.csv",
		.is_rising = text_equals(fields->sort, "oldest") };
	list->filter = memory_format(context, "%s%s%s",
		list_filter(context, "state", fields->state),
		list_filter(context, "whose", fields->whose),
		list_filter(context, "sort", fields->sort));
	if (is_filled(fields->whose))
		use_of_customer(list, context, fields->whose, state);
	else if (is_filled(fields->state))
		use(list, context, QUERY_CONSOLE_PAYOUTS_IN_STATE,
			QUERY_CONSOLE_PAYOUTS_IN_STATE_OLDEST, DB_PARAMS(state));
	else
		list->query = list->is_rising ? QUERY_CONSOLE_PAYOUTS_OLDEST
					      : QUERY_CONSOLE_PAYOUTS;
	return RESULT_OK;
}

static void put_filters(const struct call *call, struct list *list)
{
	const struct payout_list_fields *fields = call->fields;
	list->filters = list_filters_new(call);
	list_filters_text(list->filters, "whose", fields->whose);
	list_filters_words(list->filters, "state", STATES, fields->state);
	list_filters_words(list->filters, "sort", SORTS, fields->sort);
}

static enum result put_have_failed(const struct call *call, json_object *data)
{
	struct db *db = console_of(call)->db;
	struct db_rows *row = db_read_one(db, QUERY_CONSOLE_PAYOUTS_HAVE_FAILED, NULL, 0);
	json_put_bool(data, "have_failed",
		db_get_number(row, CONSOLE_PAYOUTS_HAVE_FAILED_HAVE_FAILED) != 0);
	return db_end_read(db);
}

enum result payout_index(const struct call *call, struct response *out)
{
	const struct payout_list_fields *fields = call->fields;
	struct list list;
	json_object *table, *data = page_new(call, "page.payouts", "payouts");
	enum result result = list_of(call, &list);
	if (result != RESULT_OK)
		return result;
	put_filters(call, &list);
	result = list_page(call, &list, fields->cursor, &table);
	if (result == RESULT_OK)
		result = put_have_failed(call, data);
	if (result != RESULT_OK)
		return result;
	if (is_filled(fields->whose) || is_filled(fields->state))
		json_put_text(table, "empty", "payouts-found");
	json_put(data, "table", json_object_get(table));
	json_put_null(data, "new_path");
	return page_show(call, out, "payouts", data);
}

enum result payout_export(const struct call *call, struct response *out)
{
	struct list list;
	enum result result = list_of(call, &list);
	return result == RESULT_OK ? list_export(call, out, &list) : result;
}

/* --- one --- */

static void put_time(
	json_object *json, const char *name, const struct db_rows *rows, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name,
		db_is_null(rows, column) ? NULL : instant_format(db_get_time(rows, column), text));
}

/* Ids are not grouped by thousands. */
static void put_id(const struct call *call, json_object *json, const char *name,
	const struct db_rows *rows, unsigned column)
{
	json_put_text(json, name,
		db_is_null(rows, column)
			? NULL
			: memory_format(call->context, "%" PRIu64, db_get_id(rows, column)));
}

static void put_payout(const struct call *call, json_object *data, const struct db_rows *rows)
{
	static const struct {
		const char *name;
		unsigned column;
	} TEXTS[] = { { "reason", CONSOLE_PAYOUT_REASON }, { "event", CONSOLE_PAYOUT_SLUG },
		{ "event_name", CONSOLE_PAYOUT_EVENT_NAME },
		{ "username", CONSOLE_PAYOUT_USERNAME }, { "state", CONSOLE_PAYOUT_STATE },
		{ "reference", CONSOLE_PAYOUT_REFERENCE }, { "failure", CONSOLE_PAYOUT_FAILURE } };
	int64_t points = db_get_number(rows, CONSOLE_PAYOUT_POINTS);
	for (size_t i = 0; i < countof(TEXTS); i++)
		json_put_text(
			data, TEXTS[i].name, db_get_text(rows, TEXTS[i].column, call->context));
	put_id(call, data, "payout", rows, CONSOLE_PAYOUT_ID);
	put_id(call, data, "customer", rows, CONSOLE_PAYOUT_USER_ID);
	put_id(call, data, "claim", rows, CONSOLE_PAYOUT_CLAIM_ID);
	put_id(call, data, "reverses", rows, CONSOLE_PAYOUT_REVERSES);
	put_id(call, data, "reversed_by", rows, CONSOLE_PAYOUT_REVERSED_BY);
	json_put_number(data, "points", points < 0 ? -points : points);
	json_put_text(data, "sign", points < 0 ? "−" : "+");
	put_time(data, "due_at", rows, CONSOLE_PAYOUT_DUE_AT);
	put_time(data, "settled_at", rows, CONSOLE_PAYOUT_SETTLED_AT);
	json_put_bool(data, "has_failed",
		text_equals(db_get_text(rows, CONSOLE_PAYOUT_STATE, call->context), "failed"));
}

enum result payout_show(const struct call *call, struct response *out)
{
	const struct payout_fields *fields = call->fields;
	struct db *db = console_of(call)->db;
	json_object *data = page_new(call, "page.payout", "payouts");
	put_payout(call, data,
		db_read_one(db, QUERY_CONSOLE_PAYOUT, DB_PARAMS(db_id(fields->payout))));
	enum result result = db_end_read(db);
	return result == RESULT_OK ? page_show(call, out, "payout", data) : result;
}

enum result payout_retry(const struct call *call, struct response *out)
{
	const struct payout_fields *fields = call->fields;
	uint64_t id = fields->payout;
	struct edit edit = page_edit(call);
	enum result result = payouts_settle(&edit,
		&(struct payout_settlement){ .ids = { &id, 1 }, .state = PAYOUT_DUE }, NULL, NULL);
	return page_edited(call, out, &edit, result,
		memory_format(call->context, "/admin/payouts/%" PRIu64, id), "payout-retried");
}

enum result payout_retry_all(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	return page_edited(
		call, out, &edit, payouts_retry(&edit), "/admin/payouts", "payouts-retried");
}
