/* SPDX-License-Identifier: MIT */
/* dojangctl settings: shows every setting with its value, default and help. */
#include "command/areas.h"

#include "base/memory.h"

static const char HIDDEN[] = "(hidden)";

static json_object *setting_json(
	const void *context, const char *section, const struct field *field, const void *target)
{
	const char *value = field_show(field, context, target);
	json_object *json = json_new_object();
	json_put_text(json, "name",
		section ? memory_format(context, "%s.%s", section, field->name) : field->name);
	json_put_text(json, "value", value && field->is_secret ? HIDDEN : value);
	json_put_text(json, "default", field->is_secret ? NULL : field->fallback);
	json_put_bool(json, "required", field->is_required);
	json_put_text(json, "help", field->help);
	return json;
}

static const char *text_of(json_object *json, const char *name)
{
	return json_object_get_string(json_object_object_get(json, name));
}

/* "database.hosts = unix:/run/…" and its help below */
static char *setting_text(const void *context, json_object *json)
{
	const char *value = text_of(json, "value"), *fallback = text_of(json, "default");
	char *text = memory_format(context, "%s = %s\n    %s", text_of(json, "name"),
		value ? value : "", text_of(json, "help"));
	return fallback ? memory_format(context, "%s (default: %s)", text, fallback) : text;
}

static void add(struct command_answer *out, const char *section, const struct field *field,
	const void *target)
{
	json_object *json = setting_json(out->context, section, field, target);
	json_append(out->json, json);
	command_say(out, "%s%s%s", out->text ? out->text : "", out->text ? "\n" : "",
		setting_text(out->context, json));
}

static enum result settings(const struct command_call *call, struct command_answer *out)
{
	const struct settings *known = call->settings;
	command_json(out, json_new_array());
	for (const struct field *field = SETTINGS; field->name; field++)
		add(out, NULL, field, known);
	for (size_t i = 0; i < known->issuer_count; i++) {
		const char *section = memory_format(
			call->context, "issuer %s", known->issuers[i].name);
		for (const struct field *field = ISSUER_SETTINGS; field->name; field++)
			add(out, section, field, &known->issuers[i]);
	}
	return RESULT_OK;
}

const struct command SETTINGS_COMMANDS[] = {
	{ "settings", NEEDS_SETTINGS, settings, NULL, 0,
		"shows every setting with its value, its default and what it is for" },
	{ .words = NULL },
};
