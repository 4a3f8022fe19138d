/* SPDX-License-Identifier: MIT */
/* dojangctl audit: checks the promises on a live database. */
#include "command/areas.h"

#include "base/memory.h"
#include "command/connection.h"
#include "reward/invariants.h"

static json_object *finding_json(
	const struct invariant *invariant, const struct invariant_finding *finding)
{
	json_object *json = json_new_object(), *faults = json_new_array();
	json_put_number(json, "invariant", invariant->area);
	json_put_text(json, "check", db_query_name(invariant->query));
	json_put_text(json, "promise", invariant->promise);
	for (size_t i = 0; i < finding->count; i++)
		json_append_text(faults, finding->faults[i]);
	json_put(json, "faults", faults);
	json_put_bool(json, "has_more", finding->has_more);
	return json;
}

static void say_finding(struct command_answer *out, const struct invariant *invariant,
	const struct invariant_finding *finding)
{
	const char *before = out->text ? out->text : "";
	command_say(out, "%s%s %u  %s\n", before, finding->count ? "BROKEN" : "holds ",
		invariant->area, invariant->promise);
	for (size_t i = 0; i < finding->count; i++)
		command_say(out, "%s          %s\n", out->text, finding->faults[i]);
	if (finding->has_more)
		command_say(out, "%s          … and more\n", out->text);
}

static void note(void *progress, const char *table, uint64_t done, uint64_t total)
{
	progress_show(progress, table, done, total > done ? total : done);
}

struct input {
	bool is_on_every_host;
};

static const struct field FIELDS[] = {
	FIELD_NAMED("every-host", FIELD_ANYWHERE, struct input, is_on_every_host, FIELD_YES_NO,
		.fallback = "no", .help = "ask each server of database.hosts, not only the first"),
	{ .name = NULL },
};

/* Puts ok and checks into json, and the lines into out->text. */
static enum result audit_server(const struct command_call *call, struct db *db,
	struct command_answer *out, json_object *json, size_t *broken)
{
	struct invariant_finding *findings = memory_array(
		call->context, struct invariant_finding, INVARIANT_COUNT);
	enum result result = invariants_check_all(
		db, call->context, &(struct invariant_watcher){ note, call->progress }, findings);
	if (!is_success(result))
		return result;
	json_object *checks = json_new_array();
	*broken = 0;
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		json_append(checks, finding_json(&INVARIANTS[i], &findings[i]));
		say_finding(out, &INVARIANTS[i], &findings[i]);
		*broken += findings[i].count > 0;
	}
	json_put_bool(json, "ok", *broken == 0);
	json_put(json, "checks", checks);
	if (*broken)
		command_say(out, "%s%zu of %zu promises are broken", out->text, *broken,
			INVARIANT_COUNT);
	else
		command_say(out, "%sall %zu promises hold", out->text, INVARIANT_COUNT);
	return RESULT_OK;
}

/* A server that cannot be asked counts as broken. */
static bool audit_host(const struct command_call *call, struct command_answer *out,
	json_object *list, const char *host)
{
	const char *error = NULL;
	size_t broken = 0;
	json_object *json = json_new_object();
	json_append(list, json);
	json_put_text(json, "host", host);
	command_say(out, "%s%s%s:\n", out->text ? out->text : "", out->text ? "\n" : "", host);
	struct db *db = connection_to(call->context, call->settings, host, &error);
	enum result result = db ? audit_server(call, db, out, json, &broken) : ERR_UNAVAILABLE;
	if (is_success(result))
		return broken == 0;
	error = db ? connection_fault(call->context, db) : error;
	json_put_bool(json, "ok", false);
	json_put_text(json, "error", error);
	command_say(out, "%snot checked: %s", out->text, error);
	return false;
}

static enum result audit_every_host(const struct command_call *call, struct command_answer *out)
{
	size_t count;
	const char *const *hosts = connection_hosts(call->context, call->settings, &count);
	json_object *list = json_new_array();
	bool is_good = true;
	command_json(out, json_new_object());
	json_put(out->json, "hosts", list);
	for (size_t i = 0; i < count; i++)
		is_good &= audit_host(call, out, list, hosts[i]);
	json_put_bool(out->json, "ok", is_good);
	return is_good ? RESULT_OK : ERR_CONFLICT;
}

static enum result audit(const struct command_call *call, struct command_answer *out)
{
	const struct input *input = call->input;
	size_t broken;
	if (input->is_on_every_host)
		return audit_every_host(call, out);
	json_object *json = json_attach(call->context, json_new_object());
	enum result result = audit_server(call, call->db, out, json, &broken);
	if (!is_success(result))
		return result;
	command_json(out, json_object_get(json));
	return broken ? ERR_CONFLICT : RESULT_OK;
}

const struct command AUDIT_COMMANDS[] = {
	{ "audit", NEEDS_DATABASE, audit, FIELDS, sizeof(struct input),
		"checks what must always be true, and says which rows break it" },
	{ .words = NULL },
};
