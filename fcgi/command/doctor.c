/* SPDX-License-Identifier: MIT */
/* dojangctl doctor: checks what an installation depends on, and says how to fix what is wrong. */
#include "command/doctor.h"

#include "base/memory.h"
#include "command/areas.h"

static const char *const WORDS[FINDING_COUNT] = {
	[FINDING_OK] = "ok", [FINDING_WARNING] = "warning", [FINDING_WRONG] = "wrong"
};

void doctor_add(struct doctor *doctor, enum finding finding, const char *check, const char *found,
	const char *todo)
{
	json_object *json = json_new_object();
	json_put_text(json, "check", check);
	json_put_text(json, "state", WORDS[finding]);
	json_put_text(json, "found", found);
	json_put_text(json, "todo", todo);
	json_append(doctor->checks, json);
	doctor->text = memory_format(doctor->context,
		todo ? "%s%-8s%s: %s\n        -> %s\n" : "%s%-8s%s: %s\n", doctor->text,
		WORDS[finding], check, found, todo);
	doctor->counts[finding]++;
}

static enum result doctor_run(const struct command_call *call, struct command_answer *out)
{
	struct doctor doctor = { .call = call,
		.context = call->context,
		.settings = call->settings,
		.checks = json_new_array(),
		.text = "" };
	command_json(out, json_new_object());
	json_put(out->json, "checks", doctor.checks);
	doctor_check_files(&doctor);
	doctor_check_database(&doctor);
	doctor_check_programs(&doctor);
	doctor_check_web(&doctor);
	doctor_check_outside(&doctor);
	size_t wrong = doctor.counts[FINDING_WRONG];
	json_put_bool(out->json, "ok", wrong == 0);
	json_put_number(out->json, "wrong", (int64_t)wrong);
	json_put_number(out->json, "warnings", (int64_t)doctor.counts[FINDING_WARNING]);
	command_say(out,
		"%s%zu wrong, %zu warnings; whether the data is sound, dojangctl audit says",
		doctor.text, wrong, doctor.counts[FINDING_WARNING]);
	return wrong ? ERR_CONFLICT : RESULT_OK;
}

const struct command DOCTOR_COMMANDS[] = {
	{ "doctor", NEEDS_SETTINGS_ALONE, doctor_run, NULL, 0,
		"looks at settings, files, database, rights, issuers and mail" },
	{ .words = NULL },
};
