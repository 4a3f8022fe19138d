/* SPDX-License-Identifier: MIT */
/* dojangctl audit: checks the promises on a live database. */
#include "command/areas.h"

#include "base/memory.h"
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

static enum result audit(const struct command_call *call, struct command_answer *out)
{
	json_object *checks = json_attach(call->context, json_new_array());
	struct invariant_finding *findings = memory_array(
		call->context, struct invariant_finding, INVARIANT_COUNT);
	size_t broken = 0;
	enum result result = invariants_check_all(call->db, call->context,
		&(struct invariant_watcher){ note, call->progress }, findings);
	if (!is_success(result))
		return result;
	for (size_t i = 0; i < INVARIANT_COUNT; i++) {
		json_append(checks, finding_json(&INVARIANTS[i], &findings[i]));
		say_finding(out, &INVARIANTS[i], &findings[i]);
		broken += findings[i].count > 0;
	}
	command_json(out, json_new_object());
	json_put_bool(out->json, "ok", broken == 0);
	json_put(out->json, "checks", json_object_get(checks));
	if (broken)
		command_say(out, "%s%zu of %zu promises are broken", out->text, broken,
			INVARIANT_COUNT);
	else
		command_say(out, "%sall %zu promises hold", out->text, INVARIANT_COUNT);
	return broken ? ERR_CONFLICT : RESULT_OK;
}

const struct command AUDIT_COMMANDS[] = {
	{ "audit", NEEDS_DATABASE, audit, NULL, 0,
		"checks what must always be true, and says which rows break it" },
	{ .words = NULL },
};
