/* SPDX-License-Identifier: MIT */
/* dojangctl user …: shows, exports, erases, blocks and marks customers. */
#include "command/areas.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/block.h"
#include "reward/personal_data.h"

#include <inttypes.h>

enum { SUBJECT_BYTES = 255 };

struct user_input {
	const char *subject, *issuer;
};

static const struct field USER_FIELDS[] = {
	FIELD(struct user_input, subject, FIELD_TEXT, FIELD_RANGE(1, SUBJECT_BYTES),
		.is_required = true, .help = "whom the issuer's tokens name so"),
	FIELD(struct user_input, issuer, FIELD_TEXT, FIELD_RANGE(1, 255),
		.help = "the issuer's name in the settings, or its iss; needed where there are "
			"several"),
	{ .name = NULL },
};

/* --- who is meant --- */

static const struct issuer_settings *find_issuer(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->issuer_count; i++) {
		const struct issuer_settings *issuer = &settings->issuers[i];
		if (!name || text_equals(issuer->name, name) || text_equals(issuer->iss, name))
			return issuer;
	}
	return NULL;
}

static enum result find_subject(
	const struct command_call *call, struct command_answer *out, struct subject *subject)
{
	const struct user_input *input = call->input;
	const struct issuer_settings *issuer = find_issuer(call->settings, input->issuer);
	const char *detail = NULL;
	if (!input->issuer && call->settings->issuer_count > 1)
		detail = "is needed: the settings have several issuers";
	else if (!issuer)
		detail = "is not one of the settings' issuers";
	if (detail) {
		field_errors_add(&out->errors, out->context, "issuer", detail);
		return ERR_INVALID;
	}
	*subject = (struct subject){ .subject = input->subject };
	return customer_issuer(call->db, issuer->iss, &subject->issuer_id);
}

static const char *open_seal(const struct command_call *call, struct seal **seal)
{
	const char *error = NULL, *file = call->settings->server.seal_key_file;
	*seal = file
		? seal_open(call->context, file, call->settings->server.old_seal_key_file, &error)
		: NULL;
	return error;
}

static enum result refuse_unknown(
	struct command_answer *out, enum result result, const struct subject *subject)
{
	if (result == ERR_NOT_FOUND)
		return command_refuse(out, result, "there is no customer %s", subject->subject);
	return result;
}

static enum result read_profile(const struct command_call *call, struct command_answer *out,
	struct subject *subject, json_object **profile)
{
	enum result result = find_subject(call, out, subject);
	if (result == RESULT_OK)
		result = customer_profile(call->db, call->context, subject, call->now, profile);
	return refuse_unknown(out, result, subject);
}

static json_object *part(json_object *profile, const char *name)
{
	return json_object_object_get(profile, name);
}

static const char *text_of(json_object *profile, const char *name)
{
	const char *text = json_object_get_string(part(profile, name));
	return text ? text : "-";
}

/* --- the commands --- */

static void say_participation(struct command_answer *out, json_object *participation)
{
	command_say(out, "%s\n%s: %s days, now %s in a row, at most %s, last on %s", out->text,
		text_of(participation, "event"), text_of(participation, "count"),
		text_of(participation, "streak"), text_of(participation, "longest_streak"),
		text_of(participation, "last_date"));
}

static enum result show(const struct command_call *call, struct command_answer *out)
{
	struct subject subject;
	json_object *profile;
	enum result result = read_profile(call, out, &subject, &profile);
	if (result != RESULT_OK)
		return result;
	command_json(out, json_object_get(profile));
	command_say(out, "customer %s: %s\nname: %s\nstate: %s\npoints: %s\nsince: %s",
		text_of(profile, "id"), subject.subject, text_of(profile, "username"),
		text_of(profile, "state"), text_of(profile, "points"), text_of(profile, "since"));
	json_object *list = part(profile, "participations");
	for (size_t i = 0; i < json_object_array_length(list); i++)
		say_participation(out, json_object_array_get_idx(list, i));
	return RESULT_OK;
}

static enum result export_profile(const struct command_call *call, struct command_answer *out)
{
	struct subject subject;
	struct seal *seal;
	struct edit edit = command_edit(call);
	json_object *profile;
	const char *error = open_seal(call, &seal);
	if (error)
		return command_refuse(out, ERR_INVALID, "%s", error);
	enum result result = find_subject(call, out, &subject);
	if (result == RESULT_OK)
		result = personal_data_export(&edit, &subject, seal, &profile);
	if (result != RESULT_OK)
		return refuse_unknown(out, result, &subject);
	command_json(out, json_object_get(profile));
	command_say(out, "%s", json_text(out->context, profile));
	return RESULT_OK;
}

static void report_erasure(struct command_answer *out, json_object *profile, uint64_t addresses)
{
	json_object *json = json_new_object(), *destroyed = json_new_object();
	json_put_number(json, "removed", json_object_get_int64(part(profile, "id")));
	json_put_bool(destroyed, "subject", true);
	json_put_bool(destroyed, "username", part(profile, "username") != NULL);
	json_put_number(destroyed, "addresses", (int64_t)addresses);
	json_put(json, "destroyed", destroyed);
	command_json(out, json);
	command_say(out,
		"destroyed: subject, %s%" PRIu64
		" delivery addresses\nkept without a name, as customer "
		"%s: attendance, claims and points",
		part(profile, "username") ? "name, " : "", addresses, text_of(profile, "id"));
}

static enum result remove_person(const struct command_call *call, struct command_answer *out)
{
	struct subject subject;
	uint64_t addresses;
	json_object *profile;
	struct edit edit = command_edit(call);
	const char *error,
		*secret = settings_read_secret(
			call->context, call->settings->server.secret_file, &error);
	if (!secret)
		return command_refuse(out, ERR_INVALID, "%s", error);
	enum result result = read_profile(call, out, &subject, &profile);
	if (result != RESULT_OK)
		return result;
	result = command_edited(
		out, &edit, personal_data_erase(&edit, &subject, secret, &addresses));
	if (is_success(result))
		report_erasure(out, profile, addresses);
	return result;
}

/* --- kept out --- */

/* Begins like user_input. */
struct kept_out_input {
	struct user_input user;
	const char *reason;
	bool is_staff;
};

static const struct field BLOCK_FIELDS[] = {
	FIELD_NAMED("subject", FIELD_ANYWHERE, struct kept_out_input, user.subject, FIELD_TEXT,
		FIELD_RANGE(1, SUBJECT_BYTES), .is_required = true,
		.help = "whom the issuer's tokens name so"),
	FIELD_NAMED("issuer", FIELD_ANYWHERE, struct kept_out_input, user.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255),
		.help = "the issuer's name in the settings, or its iss; needed where there are "
			"several"),
	FIELD(struct kept_out_input, reason, FIELD_TEXT, FIELD_RANGE(1, BLOCK_REASON_MAXIMUM),
		.is_required = true, .help = "for staff; stands in the audit log"),
	{ .name = NULL },
};
static const struct field STAFF_FIELDS[] = {
	FIELD_NAMED("subject", FIELD_ANYWHERE, struct kept_out_input, user.subject, FIELD_TEXT,
		FIELD_RANGE(1, SUBJECT_BYTES), .is_required = true,
		.help = "whom the issuer's tokens name so"),
	FIELD_NAMED("issuer", FIELD_ANYWHERE, struct kept_out_input, user.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255),
		.help = "the issuer's name in the settings, or its iss; needed where there are "
			"several"),
	FIELD_NAMED("is-staff", FIELD_ANYWHERE, struct kept_out_input, is_staff, FIELD_YES_NO,
		.fallback = "yes", .help = "no: no longer"),
	{ .name = NULL },
};

static enum result find_user(
	const struct command_call *call, struct command_answer *out, customer_id *id)
{
	struct subject subject;
	enum result result = find_subject(call, out, &subject);
	if (result == RESULT_OK)
		result = personal_data_find(call->db, &subject, id);
	return result == ERR_NOT_FOUND
		? command_refuse(out, result, "there is no customer %s", subject.subject)
		: result;
}

static enum result tell_state(struct command_answer *out, struct edit *edit, enum result result,
	customer_id id, const char *what)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id.value);
	json_put_text(json, "state", what);
	command_json(out, json);
	command_say(out, "customer %" PRIu64 ": %s", id.value, what);
	return command_edited(out, edit, result);
}

static enum result block(const struct command_call *call, struct command_answer *out)
{
	const struct kept_out_input *input = call->input;
	struct edit edit = command_edit(call);
	customer_id id;
	enum result result = find_user(call, out, &id);
	return result == RESULT_OK
		? tell_state(out, &edit, block_customer(&edit, id, input->reason), id, "blocked")
		: result;
}

static enum result unblock(const struct command_call *call, struct command_answer *out)
{
	const struct kept_out_input *input = call->input;
	struct edit edit = command_edit(call);
	customer_id id;
	enum result result = find_user(call, out, &id);
	return result == RESULT_OK
		? tell_state(out, &edit, block_lift(&edit, id, input->reason), id, "active")
		: result;
}

/* A customer who does not exist is created, so that they are excluded from the first day on. */
static enum result mark_as_staff(const struct command_call *call, struct command_answer *out)
{
	const struct kept_out_input *input = call->input;
	struct edit edit = command_edit(call);
	struct subject subject;
	struct customer customer;
	enum result result = find_subject(call, out, &subject);
	if (result == RESULT_OK)
		result = personal_data_find(call->db, &subject, &customer.id);
	const char *error = NULL;
	if (result == ERR_NOT_FOUND) {
		subject.username = subject.subject;
		subject.secret = settings_read_secret(
			call->context, call->settings->server.secret_file, &error);
		if (error)
			return command_refuse(out, ERR_INVALID, "%s", error);
		result = customer_enter(call->db, call->context, &subject, call->now, &customer);
	}
	return result == RESULT_OK ? tell_state(out, &edit,
		       block_mark_as_staff(&edit, customer.id, input->is_staff), customer.id,
		       input->is_staff ? "belongs to the shop" : "does not belong to the shop")
				   : result;
}

static json_object *staff_row(const struct db_rows *rows, const void *context)
{
	char at[INSTANT_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, BLOCK_EXCLUDED_LIST_USER_ID));
	json_put_text(json, "subject", db_get_text(rows, BLOCK_EXCLUDED_LIST_SUBJECT, context));
	json_put_text(json, "issuer", db_get_text(rows, BLOCK_EXCLUDED_LIST_ISS, context));
	json_put_text(json, "since", instant_format(db_get_time(rows, BLOCK_EXCLUDED_LIST_AT), at));
	return json;
}

static enum result list_staff(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_BLOCK_EXCLUDED_LIST, DB_NO_PARAMS, staff_row);
}

const struct command USER_COMMANDS[] = {
	{ "user show", NEEDS_DATABASE, show, USER_FIELDS, sizeof(struct user_input),
		"shows a customer: name, state, points, participations" },
	{ "user export", NEEDS_DATABASE, export_profile, USER_FIELDS, sizeof(struct user_input),
		"prints all that is known of a customer, as JSON" },
	{ "user block", NEEDS_DATABASE, block, BLOCK_FIELDS, sizeof(struct kept_out_input),
		"keeps a customer out until the block is lifted" },
	{ "user unblock", NEEDS_DATABASE, unblock, BLOCK_FIELDS, sizeof(struct kept_out_input),
		"lifts the block" },
	{ "user staff", NEEDS_DATABASE, mark_as_staff, STAFF_FIELDS, sizeof(struct kept_out_input),
		"says that a customer belongs to the shop, for events that exclude staff" },
	{ "user staff-list", NEEDS_DATABASE, list_staff, NULL, 0,
		"lists the customers who belong to the shop" },
	{ "user remove", NEEDS_DATABASE, remove_person, USER_FIELDS, sizeof(struct user_input),
		"removes a person at once, and says what was destroyed" },
	{ .words = NULL },
};
