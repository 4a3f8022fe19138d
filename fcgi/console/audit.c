/* SPDX-License-Identifier: MIT */
/* Shows the audit log and the settings. */
#include "console/choices.h"
#include "console/list_view.h"
#include "console/routes.h"
#include "console/staff.h"

#include "base/memory.h"

static const struct column COLUMNS[] = {
	[CONSOLE_AUDIT_ROW_ID] = { .name = "entry", .kind = COLUMN_ID },
	[CONSOLE_AUDIT_ROW_AT] = { .name = "at_time", .kind = COLUMN_TIME },
	[CONSOLE_AUDIT_ROW_ACTOR_NAME] = { .name = "actor", .kind = COLUMN_ACTOR },
	[CONSOLE_AUDIT_ROW_ACTION] = { .name = "action", .kind = COLUMN_WORD },
	[CONSOLE_AUDIT_ROW_SUBJECT] = { .name = "about", .kind = COLUMN_WORD },
	[CONSOLE_AUDIT_ROW_SUBJECT_ID] = { .name = "number", .kind = COLUMN_ID },
	[CONSOLE_AUDIT_ROW_BEFORE_CHANGE] = { .name = "before", .kind = COLUMN_FACTS },
	[CONSOLE_AUDIT_ROW_AFTER_CHANGE] = { .name = "after", .kind = COLUMN_FACTS },
	[CONSOLE_AUDIT_ROW_ADDRESS] = { .name = "address", .kind = COLUMN_TEXT },
	[CONSOLE_AUDIT_ROW_COLUMNS] = { .name = NULL },
};

const struct field AUDIT_FIELDS[] = {
	LIST_CURSOR(struct audit_fields),
	QUERY_FIELD(struct audit_fields, who, FIELD_TEXT, FIELD_RANGE(0, 64)),
	QUERY_FIELD(struct audit_fields, about, FIELD_TEXT, FIELD_RANGE(0, 40)),
	QUERY_FIELD(struct audit_fields, number, FIELD_TEXT, FIELD_RANGE(0, 20)),
	{ 0 },
};

static const char *const ABOUTS[] = { "event", "milestone", "outage", "product", "user", "claim",
	"message", "webhook", "recipient", "key", "staff", NULL };

static const char *filled(const char *text)
{
	return text && *text ? text : NULL;
}

/* Actors are ASCII, and the database cannot compare other text with them. */
static bool may_be_actor(const char *who)
{
	for (; who && *who; who++)
		if ((unsigned char)*who >= 0x80)
			return false;
	return true;
}

/* A number needs a kind of object. Beside a person, the search is limited to that person's actions.
 */
static enum result list_of(const struct call *call, struct list *list)
{
	const struct audit_fields *fields = call->fields;
	const void *context = call->context;
	const char *who = filled(fields->who), *about = filled(fields->about);
	uint64_t number;
	bool is_good = list_filters_number(fields->number, &number)
		&& list_filters_knows(ABOUTS, about) && may_be_actor(who);
	struct db_value *values = memory_array(context, struct db_value, 5);
	*list = (struct list){ .name = "audit",
		.query = QUERY_CONSOLE_AUDIT,
		.columns = COLUMNS,
		.values = values,
		.path = "/admin/audit",
		.export_path = "/admin/audit.csv",
		.filter = memory_format(context, "%s%s%s", list_filter(context, "who", who),
			list_filter(context, "about", about),
			list_filter(context, "number", fields->number)) };
	if (!is_good)
		return ERR_BAD_REQUEST;
	if (number && !about) { /* the kind is missing, so the list is empty */
		list->name = "audit-number";
		list->query = QUERY_CONSOLE_AUDIT_ABOUT_ONE;
		list->value_count = 2;
		values[0] = db_text("");
		values[1] = db_id(number);
	} else if (who) {
		list->query = QUERY_CONSOLE_AUDIT_OF_ACTOR;
		list->value_count = 5;
		values[0] = db_text(who);
		values[1] = values[2] = db_text(about);
		values[3] = values[4] = number ? db_id(number) : db_null();
	} else if (about) {
		list->query = number ? QUERY_CONSOLE_AUDIT_ABOUT_ONE : QUERY_CONSOLE_AUDIT_ABOUT;
		list->value_count = number ? 2 : 1;
		values[0] = db_text(about);
		values[1] = db_id(number);
	}
	return RESULT_OK;
}

static enum result put_filters(const struct call *call, struct list *list)
{
	const struct audit_fields *fields = call->fields;
	json_object *people;
	enum result result = choices_read(call, QUERY_CONSOLE_STAFF_OPTIONS, &people);
	if (result != RESULT_OK)
		return result;
	list->filters = list_filters_new(call);
	list_filters_rows(list->filters, "who", people, fields->who);
	list_filters_words(list->filters, "about", ABOUTS, fields->about);
	list_filters_digits(list->filters, "number", fields->number);
	return RESULT_OK;
}

static const struct list_view VIEW = { "page.audit", "audit", list_of, put_filters, NULL, NULL,
	STAFF_VIEWER, NULL };

enum result audit_index(const struct call *call, struct response *out)
{
	const struct audit_fields *fields = call->fields;
	return list_view_show(call, out, &VIEW, fields->cursor);
}

enum result audit_export(const struct call *call, struct response *out)
{
	return list_view_export(call, out, &VIEW);
}

/* --- settings --- */

static void add_settings(const struct call *call, json_object *list, const char *section,
	const struct field *table, const void *values)
{
	const void *context = call->context;
	for (const struct field *field = table; field->name; field++) {
		json_object *item = json_new_object();
		json_put_text(item, "setting",
			section ? memory_format(context, "%s.%s", section, field->name)
				: field->name);
		json_put_text(item, "value", field_show(field, context, values));
		json_put_text(item, "help",
			page_text(call,
				memory_format(context, "setting.%s%s", section ? "issuer." : "",
					field->name)));
		json_append(list, item);
	}
}

/* What staff want to know, before the names and paths of the settings file. */
static void put_summary(const struct call *call, json_object *data, const struct settings *settings)
{
	json_put_text(data, "provider",
		settings->console_openid.issuer ? settings->console_openid.name : NULL);
	json_put_text(data, "digest_at",
		memory_format(call->context, "%02d:%02d (%s)", (int)settings->notifier.digest_hour,
			(int)settings->notifier.digest_minute,
			settings->notifier.digest_time_zone));
	json_put_number(data, "address_days", settings->privacy.address_days);
	json_put_number(data, "keep_days", settings->notifier.keep_days);
}

enum result settings_show(const struct call *call, struct response *out)
{
	const struct settings *settings = console_of(call)->settings;
	json_object *data = page_new(call, "page.settings", "settings"), *list = json_new_array();
	put_summary(call, data, settings);
	add_settings(call, list, NULL, SETTINGS, settings);
	for (size_t i = 0; i < settings->issuer_count; i++)
		add_settings(call, list,
			memory_format(call->context, "issuer %s", settings->issuers[i].name),
			ISSUER_SETTINGS, &settings->issuers[i]);
	json_put(data, "settings", list);
	return page_show(call, out, "settings", data);
}
