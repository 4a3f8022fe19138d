/* SPDX-License-Identifier: MIT */
/* dojangctl event …: creates, opens and lists events. */
#include "command/areas.h"

#include "reward/event_archive.h"
#include "reward/event_edit.h"
#include "reward/event_options.h"

#include <inttypes.h>

static const char *const MODES[] = {
	[MODE_CUMULATIVE] = "cumulative", [MODE_CONSECUTIVE] = "consecutive", NULL
};

struct create_input {
	const char *slug, *name, *description, *image, *terms, *time_zone;
	date starts, ends;
	int mode;
	int64_t freezes, freeze_every, makeups, makeup_back, makeup_price;
	bool is_open, makeup_pays;
};

static const struct field CREATE_FIELDS[] = {
	FIELD(struct create_input, slug, FIELD_SLUG, .is_required = true,
		.help = "the event's name in addresses"),
	FIELD(struct create_input, name, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "what customers read"),
	FIELD(struct create_input, starts, FIELD_DATE, .is_required = true, .help = "first day"),
	FIELD(struct create_input, ends, FIELD_DATE, .is_required = true, .help = "last day"),
	FIELD_NAMED("time-zone", FIELD_ANYWHERE, struct create_input, time_zone, FIELD_ZONE,
		.fallback = "Asia/Seoul", .help = "whose midnight begins a day"),
	FIELD(struct create_input, mode, FIELD_CHOICE, .choices = MODES, .fallback = "cumulative",
		.help = "how days count towards milestones"),
	FIELD(struct create_input, description, FIELD_LONG_TEXT, FIELD_RANGE(0, 10000),
		.help = "shown with the event"),
	FIELD(struct create_input, image, FIELD_TEXT, FIELD_RANGE(1, 500),
		.help = "address of an image"),
	FIELD(struct create_input, terms, FIELD_LONG_TEXT, FIELD_RANGE(1, 10000),
		.help = "the terms of taking part"),
	FIELD_NAMED("open", FIELD_ANYWHERE, struct create_input, is_open, FIELD_YES_NO,
		.fallback = "no", .help = "customers see it at once"),
	FIELD(struct create_input, freezes, FIELD_NUMBER, FIELD_RANGE(0, FREEZES_MAXIMUM),
		.fallback = "0",
		.help = "how many freezes a customer begins with, and can have at most: each keeps "
			"a streak alive over one missed day"),
	FIELD_NAMED("freeze-every", FIELD_ANYWHERE, struct create_input, freeze_every, FIELD_NUMBER,
		FIELD_RANGE(0, FREEZE_EVERY_MAXIMUM), .fallback = "0",
		.help = "one more freeze with every so many check-ins; 0: none"),
	FIELD_NAMED("makeup", FIELD_ANYWHERE, struct create_input, makeups, FIELD_NUMBER,
		FIELD_RANGE(0, MAKEUPS_MAXIMUM), .fallback = "0",
		.help = "how many missed days a customer can make up"),
	FIELD_NAMED("makeup-back", FIELD_ANYWHERE, struct create_input, makeup_back, FIELD_NUMBER,
		FIELD_RANGE(1, MAKEUP_BACK_MAXIMUM), .fallback = "7",
		.help = "how many days back a day can be made up"),
	FIELD_NAMED("makeup-price", FIELD_ANYWHERE, struct create_input, makeup_price, FIELD_NUMBER,
		FIELD_RANGE(0, MAKEUP_PRICE_MAXIMUM), .fallback = "0",
		.help = "the points that a made-up day costs; 0: free"),
	FIELD_NAMED("makeup-pays", FIELD_ANYWHERE, struct create_input, makeup_pays, FIELD_YES_NO,
		.fallback = "no", .help = "a made-up day pays what a check-in does"),
	{ .name = NULL },
};

static enum result create(const struct command_call *call, struct command_answer *out)
{
	const struct create_input *input = call->input;
	struct edit edit = command_edit(call);
	event_id id;
	enum result result = event_edit_create(&edit,
		&(struct event_draft){ .slug = input->slug,
			.name = input->name,
			.description = input->description,
			.image = input->image,
			.terms = input->terms,
			.mode = (enum event_mode)input->mode,
			.time_zone = input->time_zone,
			.window = { input->starts, input->ends },
			.is_open = input->is_open,
			.freezes = { (uint32_t)input->freezes, (uint32_t)input->freeze_every },
			.makeup = { (uint32_t)input->makeups, (uint32_t)input->makeup_back,
				(uint32_t)input->makeup_price, input->makeup_pays } },
		&id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id.value);
	json_put_text(json, "event", input->slug);
	json_put_text(json, "state", input->is_open ? "open" : "draft");
	command_json(out, json);
	command_say(out, "event %s created (%s)", input->slug,
		input->is_open ? "open" : "a draft: open it with event open");
	return result;
}

struct slug_input {
	const char *slug;
};

static const struct field SLUG_FIELDS[] = {
	FIELD(struct slug_input, slug, FIELD_SLUG, .is_required = true, .help = "the event"),
	{ .name = NULL },
};

static enum result open_event(const struct command_call *call, struct command_answer *out)
{
	const struct slug_input *input = call->input;
	struct edit edit = command_edit(call);
	event_id id;
	bool was_open;
	enum result result = event_edit_open(&edit, input->slug, &id, &was_open);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id.value);
	json_put_text(json, "event", input->slug);
	json_put_text(json, "state", "open");
	command_json(out, json);
	command_say(out, "event %s %s open", input->slug, was_open ? "was already" : "is");
	return result;
}

static json_object *event_json(const struct db_rows *rows, const void *context)
{
	char starts[DATE_TEXT], ends[DATE_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, EDIT_EVENT_LIST_ID));
	json_put_text(json, "event", db_get_text(rows, EDIT_EVENT_LIST_SLUG, context));
	json_put_text(json, "name", db_get_text(rows, EDIT_EVENT_LIST_NAME, context));
	json_put_text(json, "mode", db_get_text(rows, EDIT_EVENT_LIST_MODE, context));
	json_put_text(json, "time_zone", db_get_text(rows, EDIT_EVENT_LIST_TIME_ZONE, context));
	json_put_text(json, "starts_on",
		date_format(db_get_date(rows, EDIT_EVENT_LIST_STARTS_ON), starts));
	json_put_text(
		json, "ends_on", date_format(db_get_date(rows, EDIT_EVENT_LIST_ENDS_ON), ends));
	json_put_text(json, "state", db_get_text(rows, EDIT_EVENT_LIST_STATE, context));
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_EDIT_EVENT_LIST, DB_NO_PARAMS, event_json);
}

/* --- who may take part --- */

enum { AS_IT_IS, NO, YES };
static const char *const STAMPERS[] = { "as-it-is", "customer", "shop", "both", NULL };
static const char *const CHOICES[] = { [AS_IT_IS] = "as-it-is", [NO] = "no", [YES] = "yes", NULL };

struct options_input {
	const char *slug;
	int verified_email, verified_phone, excludes_staff, is_public, stamped_by, makeup_pays;
	struct optional_number account_days, review_customers, closing_hours, shop_days_back,
		freezes, freeze_every, makeups, makeup_back, makeup_price;
};

static const struct field OPTIONS_FIELDS[] = {
	FIELD(struct options_input, slug, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD_NAMED("verified-email", FIELD_ANYWHERE, struct options_input, verified_email,
		FIELD_CHOICE, .choices = CHOICES, .fallback = "as-it-is",
		.help = "only accounts with a verified e-mail address (email_verified of the "
			"token) take part"),
	FIELD_NAMED("verified-phone", FIELD_ANYWHERE, struct options_input, verified_phone,
		FIELD_CHOICE, .choices = CHOICES, .fallback = "as-it-is",
		.help = "only accounts with a verified phone number (phone_number_verified) take "
			"part"),
	FIELD_NAMED("account-days", FIELD_ANYWHERE, struct options_input, account_days,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, ACCOUNT_DAYS_MAXIMUM),
		.help = "only accounts so many days old take part; needs account_created_claim of "
			"the issuer"),
	FIELD_NAMED("excludes-staff", FIELD_ANYWHERE, struct options_input, excludes_staff,
		FIELD_CHOICE, .choices = CHOICES, .fallback = "as-it-is",
		.help = "those who belong to the shop do not take part"),
	FIELD_NAMED("review-customers", FIELD_ANYWHERE, struct options_input, review_customers,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, REVIEW_CUSTOMERS_MAXIMUM),
		.help = "items are reviewed before they ship when so many customers claim one from "
			"the same address; 0: never"),
	FIELD_NAMED("closing-hours", FIELD_ANYWHERE, struct options_input, closing_hours,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, CLOSING_HOURS_MAXIMUM),
		.help = "claim.closing is sent so many hours before a claim deadline; 0: never"),
	FIELD_NAMED("stamped-by", FIELD_ANYWHERE, struct options_input, stamped_by, FIELD_CHOICE,
		.choices = STAMPERS, .fallback = "as-it-is",
		.help = "who adds days: the customers, the shop's backend, or both"),
	FIELD_NAMED("shop-days-back", FIELD_ANYWHERE, struct options_input, shop_days_back,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, SHOP_DAYS_BACK_MAXIMUM),
		.help = "how many days later the shop's backend can still add a day"),
	FIELD(struct options_input, freezes, FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, FREEZES_MAXIMUM),
		.help = "how many freezes a customer begins with, and can have at most; only until "
			"the event begins"),
	FIELD_NAMED("freeze-every", FIELD_ANYWHERE, struct options_input, freeze_every,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, FREEZE_EVERY_MAXIMUM),
		.help = "one more freeze with every so many check-ins; 0: none"),
	FIELD_NAMED("makeup", FIELD_ANYWHERE, struct options_input, makeups, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, MAKEUPS_MAXIMUM),
		.help = "how many missed days a customer can make up; not fewer once the event has "
			"begun"),
	FIELD_NAMED("makeup-back", FIELD_ANYWHERE, struct options_input, makeup_back,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(1, MAKEUP_BACK_MAXIMUM),
		.help = "how many days back a day can be made up"),
	FIELD_NAMED("makeup-price", FIELD_ANYWHERE, struct options_input, makeup_price,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(0, MAKEUP_PRICE_MAXIMUM),
		.help = "the points that a made-up day costs; 0: free"),
	FIELD_NAMED("makeup-pays", FIELD_ANYWHERE, struct options_input, makeup_pays, FIELD_CHOICE,
		.choices = CHOICES, .fallback = "as-it-is",
		.help = "a made-up day pays what a check-in does"),
	FIELD_NAMED("public", FIELD_ANYWHERE, struct options_input, is_public, FIELD_CHOICE,
		.choices = CHOICES, .fallback = "as-it-is",
		.help = "visitors who have not signed in can see the event"),
	{ .name = NULL },
};

static bool chosen(int choice, bool before)
{
	return choice == AS_IT_IS ? before : choice == YES;
}

static int64_t number(struct optional_number given, int64_t before)
{
	return given.is_set ? given.value : before;
}

static struct event_options changed(
	const struct options_input *input, const struct event_options *before)
{
	return (struct event_options){
		.asked = { chosen(input->verified_email, before->asked.email),
			chosen(input->verified_phone, before->asked.phone),
			(uint32_t)number(input->account_days, before->asked.account_days) },
		.excludes_staff = chosen(input->excludes_staff, before->excludes_staff),
		.review_customers = number(input->review_customers, before->review_customers),
		.closing_hours = number(input->closing_hours, before->closing_hours),
		.is_public = chosen(input->is_public, before->is_public),
		.stamped_by = input->stamped_by == AS_IT_IS
			? before->stamped_by
			: (enum stamped_by)(input->stamped_by - 1),
		.shop_days_back = number(input->shop_days_back, before->shop_days_back),
		.freezes = { (uint32_t)number(input->freezes, before->freezes.most),
			(uint32_t)number(input->freeze_every, before->freezes.every) },
		.makeup = { (uint32_t)number(input->makeups, before->makeup.most),
			(uint32_t)number(input->makeup_back, before->makeup.days_back),
			(uint32_t)number(input->makeup_price, before->makeup.price),
			chosen(input->makeup_pays, before->makeup.pays) },
	};
}

static void tell_options(
	struct command_answer *out, const char *slug, const struct event_options *options)
{
	json_object *json = json_new_object();
	json_put_text(json, "event", slug);
	json_put_bool(json, "verified_email", options->asked.email);
	json_put_bool(json, "verified_phone", options->asked.phone);
	json_put_number(json, "account_days", options->asked.account_days);
	json_put_bool(json, "excludes_staff", options->excludes_staff);
	json_put_number(json, "review_customers", options->review_customers);
	json_put_number(json, "closing_hours", options->closing_hours);
	json_put_bool(json, "is_public", options->is_public);
	json_put_text(json, "stamped_by", STAMPED_BY[options->stamped_by]);
	json_put_number(json, "shop_days_back", options->shop_days_back);
	json_put_number(json, "freezes", options->freezes.most);
	json_put_number(json, "freeze_every", options->freezes.every);
	json_put_number(json, "makeup", options->makeup.most);
	json_put_number(json, "makeup_back", options->makeup.days_back);
	json_put_number(json, "makeup_price", options->makeup.price);
	json_put_bool(json, "makeup_pays", options->makeup.pays);
	command_say(out, "%s", json_text(out->context, json));
	command_json(out, json);
}

/* With only the slug it shows the options. */
static enum result set_options(const struct command_call *call, struct command_answer *out)
{
	const struct options_input *input = call->input;
	struct edit edit = command_edit(call);
	struct event_options_record record;
	enum result result = event_options_read(&edit, input->slug, &record);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	const struct event_options after = changed(input, &record.options);
	bool is_shown = input->verified_email == AS_IT_IS && input->verified_phone == AS_IT_IS
		&& input->excludes_staff == AS_IT_IS && input->is_public == AS_IT_IS
		&& !input->account_days.is_set && !input->review_customers.is_set
		&& !input->closing_hours.is_set && input->stamped_by == AS_IT_IS
		&& !input->shop_days_back.is_set && !input->freezes.is_set
		&& !input->freeze_every.is_set && !input->makeups.is_set
		&& !input->makeup_back.is_set && !input->makeup_price.is_set
		&& input->makeup_pays == AS_IT_IS;
	if (!is_shown)
		result = event_options_save(&edit, input->slug, &after, record.fingerprint);
	if (is_success(result))
		tell_options(out, input->slug, &after);
	return command_edited(out, &edit, result);
}

/* --- the archive --- */

static const struct field ARCHIVE_FIELDS[] = {
	FIELD_NAMED("event", FIELD_ANYWHERE, struct slug_input, slug, FIELD_SLUG,
		.is_required = true, .help = "one that is over for more than a day"),
	{ .name = NULL },
};

static void note_moved(void *progress, uint64_t moved)
{
	progress_show(progress, "check-ins moved:", moved, 0);
}

static enum result archive(const struct command_call *call, struct command_answer *out)
{
	const struct slug_input *input = call->input;
	struct edit edit = command_edit(call);
	struct event_archive_outcome outcome;
	enum result result = event_archive(&edit, input->slug,
		&(struct event_archive_watcher){ note_moved, call->progress }, &outcome);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_text(json, "event", input->slug);
	json_put_number(json, "moved", (int64_t)outcome.moved);
	json_put_bool(json, "had_begun", outcome.had_begun);
	command_json(out, json);
	command_say(out, "event %s is archived, %" PRIu64 " check-ins were moved%s", input->slug,
		outcome.moved, outcome.had_begun ? " (others earlier)" : "");
	return result;
}

const struct command EVENT_COMMANDS[] = {
	{ "event archive", NEEDS_DATABASE, archive, ARCHIVE_FIELDS, sizeof(struct slug_input),
		"moves the check-ins of an event that is over to the archive" },
	{ "event create", NEEDS_DATABASE, create, CREATE_FIELDS, sizeof(struct create_input),
		"makes an event" },
	{ "event list", NEEDS_DATABASE, list, NULL, 0, "lists all events" },
	{ "event options", NEEDS_DATABASE, set_options, OPTIONS_FIELDS,
		sizeof(struct options_input),
		"says or shows who may take part, and what is watched" },
	{ "event open", NEEDS_DATABASE, open_event, SLUG_FIELDS, sizeof(struct slug_input),
		"shows a draft to customers" },
	{ .words = NULL },
};
