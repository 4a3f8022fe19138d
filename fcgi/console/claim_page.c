/* SPDX-License-Identifier: MIT */
/* Handles one claim: fulfilment and cancellation. */
#include "console/claims.h"

#include "base/memory.h"
#include "base/text.h"
#include "console/form_page.h"
#include "console/list.h"
#include "console/routes.h"
#include "customer/address.h"
#include "reward/claim_cancel.h"
#include "reward/coupon.h"
#include "reward/fulfilment.h"
#include "reward/review.h"

#include <inttypes.h>

static const char *const NEXT_STATES[] = { "claimed", "preparing", "shipped", "delivered", NULL };

const struct field CLAIM_FIELDS[] = { PATH_FIELD(struct claim_fields, claim, FIELD_ID), { 0 } };
const struct field ADVANCE_FIELDS[] = {
	PATH_FIELD(struct advance_form, claim, FIELD_ID),
	BODY_FIELD(struct advance_form, state, FIELD_CHOICE, .choices = NEXT_STATES,
		.is_required = true),
	BODY_FIELD(struct advance_form, tracking, FIELD_TEXT, FIELD_RANGE(1, 190)),
	BODY_FIELD(struct advance_form, version, FIELD_NUMBER, FIELD_RANGE(1, (int64_t)1 << 53),
		.is_required = true),
	{ 0 },
};
const struct field CANCEL_FIELDS[] = {
	PATH_FIELD(struct cancel_form, claim, FIELD_ID),
	BODY_FIELD(
		struct cancel_form, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true),
	BODY_FIELD(struct cancel_form, may_claim_again, FIELD_YES_NO),
	{ 0 },
};

static const struct column HISTORY[] = {
	[CONSOLE_CLAIM_HISTORY_ID] = { .name = "id", .kind = COLUMN_HIDDEN },
	[CONSOLE_CLAIM_HISTORY_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_CLAIM_HISTORY_ACTOR_NAME] = { .name = "actor", .kind = COLUMN_TEXT },
	[CONSOLE_CLAIM_HISTORY_ACTION] = { .name = "action", .kind = COLUMN_WORD },
	[CONSOLE_CLAIM_HISTORY_BEFORE_CHANGE] = { .name = "before", .kind = COLUMN_FACTS },
	[CONSOLE_CLAIM_HISTORY_AFTER_CHANGE] = { .name = "after", .kind = COLUMN_FACTS },
	[CONSOLE_CLAIM_HISTORY_COLUMNS] = { .name = NULL },
};

static uint64_t claim_id_of(const struct call *call)
{
	return ((const struct claim_fields *)call->fields)->claim;
}

static const char *path_of(const struct call *call)
{
	return memory_format(call->context, "/admin/claims/%" PRIu64, claim_id_of(call));
}

struct work {
	const struct call *call;
	json_object *data;
	struct advance_form form;
	bool is_item;
	bool is_cancelled;
};

static void put_person(json_object *data, const struct db_rows *rows, const void *context)
{
	const char *name = db_get_text(rows, CONSOLE_CLAIM_USERNAME, context);
	json_put_number(data, "customer", db_get_number(rows, CONSOLE_CLAIM_USER_ID));
	json_put_text(data, "username",
		name ? name
		     : memory_format(context, "#%" PRIu64, db_get_id(rows, CONSOLE_CLAIM_USER_ID)));
	json_put_number(data, "balance", db_get_number(rows, CONSOLE_CLAIM_BALANCE));
}

static int state_index(const char *state)
{
	int index = 0;
	while (NEXT_STATES[index] && !text_equals(NEXT_STATES[index], state))
		index++;
	return NEXT_STATES[index] ? index : 0;
}

static enum result put_review(const struct work *work)
{
	struct review review;
	enum result result = review_read(
		console_of(work->call)->db, (claim_id){ claim_id_of(work->call) }, &review);
	if (result != RESULT_OK)
		return result;
	json_put_bool(work->data, "is_to_review", review.is_due);
	json_put_bool(work->data, "has_lost_day", review.has_lost_day);
	json_put_bool(work->data, "is_shared", !review.has_lost_day);
	json_put_bool(work->data, "is_reviewed",
		review.is_done && (review.customers > 0 || review.has_lost_day));
	json_put_number(work->data, "sharing", review.customers);
	return RESULT_OK;
}

static enum result put_claim(struct work *work)
{
	struct db *db = console_of(work->call)->db;
	const void *context = work->call->context;
	char time[INSTANT_TEXT];
	json_object *data = work->data;
	struct db_rows *rows = db_read_one(db, QUERY_CONSOLE_CLAIM,
		DB_PARAMS(db_time(work->call->now), db_id(claim_id_of(work->call))));
	const char *kind = db_get_text(rows, CONSOLE_CLAIM_KIND, context),
		   *state = db_get_text(rows, CONSOLE_CLAIM_STATE, context);
	work->is_item = text_equals(kind, "item");
	work->is_cancelled = text_equals(state, "cancelled");
	work->form = (struct advance_form){ .state = state_index(state),
		.tracking = db_get_text(rows, CONSOLE_CLAIM_TRACKING, context) };
	work->form.version = (int64_t)fulfilment_fingerprint(context, state, work->form.tracking);
	put_person(data, rows, context);
	json_put_number(data, "claim", db_get_number(rows, CONSOLE_CLAIM_ID));
	json_put_text(data, "event", db_get_text(rows, CONSOLE_CLAIM_SLUG, context));
	json_put_text(data, "event_name", db_get_text(rows, CONSOLE_CLAIM_EVENT_NAME, context));
	json_put_number(data, "product", db_get_number(rows, CONSOLE_CLAIM_PRODUCT_ID));
	json_put_text(data, "product_name", db_get_text(rows, CONSOLE_CLAIM_PRODUCT_NAME, context));
	json_put_text(data, "kind", kind);
	json_put_optional(data, "points", db_get_optional(rows, CONSOLE_CLAIM_POINTS));
	json_put_text(data, "state", list_claim_word(state, kind));
	json_put_text(data, "claimed_at",
		instant_format(db_get_time(rows, CONSOLE_CLAIM_CLAIMED_AT), time));
	json_put_bool(data, "has_coupon", db_get_number(rows, CONSOLE_CLAIM_HAS_COUPON) != 0);
	json_put_text(data, "tracking", work->form.tracking);
	json_put_number(data, "round", db_get_number(rows, CONSOLE_CLAIM_ROUND));
	json_put_bool(data, "may_claim_again",
		work->is_cancelled && db_get_number(rows, CONSOLE_CLAIM_ANOTHER_ROUND));
	json_put_text(data, "payout", db_get_text(rows, CONSOLE_CLAIM_PAYOUT, context));
	json_put_bool(data, "goes_below_zero",
		db_is_null(rows, CONSOLE_CLAIM_PAYOUT)
			&& db_get_number(rows, CONSOLE_CLAIM_POINTS)
				> db_get_number(rows, CONSOLE_CLAIM_BALANCE));
	json_put_number(data, "at", db_get_number(rows, CONSOLE_CLAIM_AT));
	enum result result = db_end_read(db);
	return result == RESULT_OK ? put_review(work) : result;
}

enum result claim_show(const struct call *call, struct response *out)
{
	struct work work = { .call = call, .data = page_new(call, "page.claim", "claims") };
	struct db_value id = db_id(claim_id_of(call));
	json_object *history;
	enum result result = put_claim(&work);
	if (result == RESULT_OK)
		result = list_rows(call,
			&(struct list){ .name = "history",
				.query = QUERY_CONSOLE_CLAIM_HISTORY,
				.columns = HISTORY,
				.values = &id,
				.value_count = 1 },
			&history);
	if (result != RESULT_OK)
		return result;
	struct form_page form = {
		.name = "advance", .table = ADVANCE_FIELDS, .values = &work.form
	};
	json_put(work.data, "history", json_object_get(history));
	json_put_bool(work.data, "may_advance",
		page_may(call, STAFF_MANAGER) && work.is_item && !work.is_cancelled);
	json_put_bool(work.data, "is_kept_back",
		out->errors.count > 0 && text_equals(out->errors.items[0].field, "review"));
	json_put_bool(work.data, "may_see_coupon", page_may(call, STAFF_MANAGER));
	json_put_bool(work.data, "may_cancel", page_may(call, STAFF_MANAGER) && !work.is_cancelled);
	json_put(work.data, "fields", form_page_fields(call, out, &form));
	form_page_put_seen(call, out, &form, work.data);
	return page_show(call, out, "claim", work.data);
}

/* A button, because each view is recorded in the audit log. */
enum result claim_address(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	json_object *address, *data = page_new(call, "page.address", "claims");
	edit.form = NULL; /* viewing again is harmless */
	enum result result = address_read(
		&edit, console_of(call)->seal, (claim_id){ claim_id_of(call) }, &address);
	if (result != RESULT_OK && result != ERR_NOT_FOUND)
		return result;
	json_put_number(data, "claim", (int64_t)claim_id_of(call));
	json_put(data, "address", result == RESULT_OK ? json_object_get(address) : NULL);
	json_put_bool(data, "is_domestic",
		result == RESULT_OK
			&& text_equals(
				json_object_get_string(json_object_object_get(address, "country")),
				"KR"));
	return page_show(call, out, "address", data);
}

/* A button as well: a code is worth money to whoever reads it first. */
enum result claim_coupon(const struct call *call, struct response *out)
{
	struct edit edit = page_edit(call);
	const char *code;
	json_object *data = page_new(call, "page.coupon", "claims");
	edit.form = NULL; /* looking again is no harm */
	enum result result = coupon_read(&edit, (claim_id){ claim_id_of(call) }, &code);
	if (result != RESULT_OK)
		return result;
	json_put_number(data, "claim", (int64_t)claim_id_of(call));
	json_put_text(data, "coupon", code);
	return page_show(call, out, "coupon", data);
}

enum result claim_advance(const struct call *call, struct response *out)
{
	const struct advance_form *form = call->fields;
	struct edit edit = page_edit(call);
	struct shipment shipment;
	enum result result = fulfilment_advance_seen(&edit, (claim_id){ form->claim },
		(uint64_t)form->version, form->state, form->tracking,
		console_of(call)->settings->privacy.address_days, &shipment);
	return page_edited(call, out, &edit, result, path_of(call), "claim-advanced");
}

enum result claim_cancel_ask(const struct call *call, struct response *out)
{
	struct work work = { .call = call,
		.data = page_new(call, "form.claim-cancel.title", "claims") };
	enum result result = put_claim(&work);
	if (result != RESULT_OK)
		return result;
	bool goes_below = json_object_get_boolean(
		json_object_object_get(work.data, "goes_below_zero"));
	return form_page_show(call, out,
		&(struct form_page){ .name = goes_below ? "claim-cancel-below" : "claim-cancel",
			.table = CANCEL_FIELDS,
			.back = path_of(call),
			.is_danger = true },
		work.data);
}

enum result claim_cancel_send(const struct call *call, struct response *out)
{
	const struct cancel_form *form = call->fields;
	struct edit edit = page_edit(call);
	enum result result = claim_cancel(&edit,
		&(struct claim_cancellation){ { form->claim }, form->reason, form->may_claim_again,
			console_of(call)->settings->privacy.address_days });
	return page_edited(call, out, &edit, result, path_of(call), "claim-cancelled");
}
