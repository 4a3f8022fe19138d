/* SPDX-License-Identifier: MIT */
/* Handles calls of the shop's backend on customers: profile, points, erasure. */
#include "api/resources.h"
#include "api/shop.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/personal_data.h"
#include "customer/customer_list.h"
#include "reward/points.h"
#include "reward/shop_attendance.h"

#include <inttypes.h>

struct edit shop_edit(const struct call *call)
{
	return (struct edit){ .db = api_of(call)->db,
		.context = call->context,
		.now = call->now,
		.received = call->request->received,
		.actor = { memory_format(call->context, "key:%" PRIu64, key_of(call)->id),
			call->request->address } };
}

enum result shop_edited(struct response *out, const struct edit *edit, enum result result)
{
	for (size_t i = 0; i < edit->errors.count; i++)
		response_field_error(
			out, result, edit->errors.items[i].field, edit->errors.items[i].detail);
	if (edit->errors.count)
		out->detail = memory_format(out->context, "%s: %s", edit->errors.items[0].field,
			edit->errors.items[0].detail);
	return result;
}

/* Returns the named issuer, or the only one. */
static enum result find_issuer(
	const struct call *call, const char *iss, size_t *index, struct response *out)
{
	const struct issuers *issuers = api_of(call)->issuers;
	size_t count = issuers_count(issuers);
	*index = 0;
	if (!iss && count > 1)
		return response_field_error(
			out, ERR_BAD_REQUEST, "issuer", "is required: there are several");
	while (iss && *index < count && !text_equals(issuers_at(issuers, *index)->iss, iss))
		++*index;
	return *index < count ? RESULT_OK
			      : response_field_error(out, ERR_BAD_REQUEST, "issuer",
				      "is not one of the configured issuers");
}

static enum result find_subject(const struct call *call, const struct shop_user *customer,
	struct subject *subject, struct response *out)
{
	size_t index;
	enum result result = find_issuer(call, customer->issuer, &index, out);
	*subject = (struct subject){ .subject = customer->subject, .secret = api_of(call)->secret };
	return result == RESULT_OK
		? authenticated_issuer_id(api_of(call), index, &subject->issuer_id)
		: result;
}

enum result shop_user_show(const struct call *call, struct response *out)
{
	const struct shop_profile *input = call->fields;
	struct subject subject;
	struct edit edit = shop_edit(call);
	json_object *profile;
	if (input->wants_export && !(key_of(call)->scopes & SCOPE_USERS_EXPORT)) {
		out->detail = "An export needs a key with the scope users:export";
		return ERR_FORBIDDEN;
	}
	enum result result = find_subject(call, &input->customer, &subject, out);
	if (result == RESULT_OK && !input->wants_export)
		result = customer_profile(
			api_of(call)->db, call->context, &subject, call->now, &profile);
	else if (result == RESULT_OK)
		result = personal_data_export(&edit, &subject, api_of(call)->seal, &profile);
	if (result == RESULT_OK)
		response_json(out, json_object_get(profile));
	return result;
}

enum result shop_user_remove(const struct call *call, struct response *out)
{
	const struct shop_removal *input = call->fields;
	struct subject subject;
	struct edit edit = shop_edit(call);
	enum result result = find_subject(call, &input->customer, &subject, out);
	return result == RESULT_OK ? shop_edited(
		       out, &edit, personal_data_erase(&edit, &subject, api_of(call)->secret, NULL))
				   : result;
}

/* A grant may come before the customer's first token: it creates the customer as that would. */
static enum result find_or_create(
	const struct call *call, const struct subject *subject, int64_t amount, customer_id *id)
{
	struct db *db = api_of(call)->db;
	struct customer customer;
	enum result result = personal_data_find(db, subject, id);
	if (result != ERR_NOT_FOUND || amount < 0)
		return result;
	result = customer_enter(db, call->context, subject, call->now, &customer);
	*id = customer.id;
	return result;
}

enum result shop_points_change(const struct call *call, struct response *out)
{
	const struct shop_points *input = call->fields;
	const struct settings *settings = api_of(call)->settings;
	struct db *db = api_of(call)->db;
	struct subject subject;
	struct point_entry entry;
	struct point_change change = { .amount = input->amount,
		.source = "shop",
		.reference = input->reference,
		.reason = input->reason,
		.at = call->now,
		.refund_of = input->refund_of,
		.terms = { settings->points.time_zone, settings->points.refund_days } };
	enum result result = find_subject(call, &input->customer, &subject, out);
	if (result == RESULT_OK && input->amount == 0)
		return response_field_error(out, ERR_INVALID, "amount", "must not be 0");
	if (result == RESULT_OK && input->refund_of && input->amount < 0)
		return response_field_error(
			out, ERR_INVALID, "refund_of", "must not be given: only a grant refunds");
	if (result == RESULT_OK)
		result = find_or_create(call, &subject, input->amount, &change.customer);
	if (result != RESULT_OK)
		return result;
	result = points_change(db, call->context, &change, &entry);
	if (result == ERR_CONFLICT)
		out->detail = input->refund_of
			? "There is no such spend with so many points left to refund, or this "
			  "reference was used for another change already"
			: "This reference was used for another change already";
	if (result == RESULT_CREATED)
		request_metrics_points(api_of(call)->request_metrics, input->amount);
	if (is_success(result))
		response_json(out, point_entry_json(&entry));
	return result;
}

enum result shop_points_index(const struct call *call, struct page *page)
{
	const struct shop_entries *input = call->fields;
	struct point_entry *entries = NULL;
	struct subject subject;
	customer_id customer = { 0 };
	size_t count = 0;
	enum result result = find_subject(call, &input->customer, &subject, page->out);
	if (result == RESULT_OK)
		result = personal_data_find(api_of(call)->db, &subject, &customer);
	if (result == RESULT_OK)
		result = points_list(api_of(call)->db, call->context, customer, page->position,
			page->limit, &entries, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, point_entry_json(&entries[i]), entries[i].id);
	return result;
}

static json_object *represent_customer(const struct listed_customer *customer)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)customer->id.value);
	json_put_text(json, "issuer", customer->issuer);
	json_put_text(json, "subject", customer->subject);
	json_put_text(json, "username", customer->username);
	json_put_text(json, "state", customer->state);
	json_put_number(json, "points", customer->points);
	put_time_json(json, "since", customer->since);
	return json;
}

enum result shop_user_index(const struct call *call, struct page *page)
{
	struct listed_customer *customers;
	size_t count = 0;
	enum result result = customer_list(api_of(call)->db, call->context, call->now,
		page->position, page->limit, &customers, &count, &page->has_more);
	for (size_t i = 0; i < count; i++)
		page_add(page, represent_customer(&customers[i]), customers[i].id.value);
	return result;
}

static json_object *represent_report(
	const struct shop_stamp *input, const struct shop_report_outcome *outcome)
{
	json_object *json = json_new_object();
	json_put_text(json, "event", input->event);
	json_put_text(json, "reference", input->reference);
	json_put_text(json, "source", SHOP_ATTENDANCE_SOURCES[input->source]);
	put_date_json(json, "date", outcome->day);
	put_time_json(json, "at", outcome->at);
	json_put_bool(json, "already", !outcome->made_day);
	return json;
}

/* A report may come before the customer's first token, like a grant of points. */
enum result shop_stamp_add(const struct call *call, struct response *out)
{
	const struct shop_stamp *input = call->fields;
	struct edit edit = shop_edit(call);
	struct subject subject;
	struct shop_report report = { .event = input->event,
		.reference = input->reference,
		.source = input->source,
		.has_day = input->date };
	struct shop_report_outcome outcome;
	if (input->date && !date_parse(input->date, &report.day))
		return response_field_error(
			out, ERR_INVALID, "date", "must be a date like 2026-11-22");
	enum result result = find_subject(call, &input->customer, &subject, out);
	if (result == RESULT_OK)
		result = find_or_create(call, &subject, 0, &report.customer);
	if (result != RESULT_OK)
		return result;
	result = shop_attendance_add(&edit, &report, &outcome);
	if (is_success(result))
		response_json(out, represent_report(input, &outcome));
	return shop_edited(out, &edit, result);
}

enum result shop_stamp_remove(const struct call *call, struct response *out)
{
	const struct shop_stamp *input = call->fields;
	struct edit edit = shop_edit(call);
	struct subject subject;
	customer_id customer = { 0 };
	enum result result = find_subject(call, &input->customer, &subject, out);
	if (result == RESULT_OK)
		result = personal_data_find(api_of(call)->db, &subject, &customer);
	return result == RESULT_OK
		? shop_edited(out, &edit, shop_attendance_remove(&edit, customer, input->reference))
		: result;
}
