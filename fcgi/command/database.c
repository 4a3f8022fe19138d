/* SPDX-License-Identifier: MIT */
/* dojangctl migrate: brings schema and rights up to date. */
#include "command/areas.h"

#include "base/memory.h"
#include "base/text.h"
#include "command/connection.h"
#include "db/grants.h"
#include "db/migrate.h"

enum { NO_SUCH_DATABASE = 1049, WAIT_SECONDS_MAXIMUM = 3600 };

struct migrate_input {
	bool is_status, may_create_users;
	int64_t wait;
};

static const struct field MIGRATE_FIELDS[] = {
	FIELD_NAMED("status", FIELD_ANYWHERE, struct migrate_input, is_status, FIELD_YES_NO,
		.fallback = "no", .help = "only say what is done and what is waiting"),
	FIELD_NAMED("create-users", FIELD_ANYWHERE, struct migrate_input, may_create_users,
		FIELD_YES_NO, .fallback = "no",
		.help = "make the programs' database users that do not exist, with the passwords "
			"of their files"),
	FIELD(struct migrate_input, wait, FIELD_NUMBER, FIELD_RANGE(0, WAIT_SECONDS_MAXIMUM),
		.fallback = "120", .help = "seconds to wait for another run to end"),
	{ .name = NULL },
};

static const char *const STAGES[] = { [MIGRATION_WAITING] = "waiting",
	[MIGRATION_STARTED] = "started, not done",
	[MIGRATION_DONE] = "done" };

static json_object *state_json(const struct migration_state *state)
{
	char started[INSTANT_TEXT], done[INSTANT_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "number", state->number);
	json_put_text(json, "name", state->name);
	json_put_text(json, "state",
		state->is_foreign ? "unknown to this program" : STAGES[state->stage]);
	json_put_text(json, "started_at",
		state->stage >= MIGRATION_STARTED ? instant_format(state->started_at, started)
						  : NULL);
	json_put_text(json, "done_at",
		state->stage == MIGRATION_DONE ? instant_format(state->done_at, done) : NULL);
	return json;
}

static enum result show_status(const struct command_call *call, struct command_answer *out)
{
	struct migration_states states;
	const char *error = migrate_read_states(call->db, call->context, &states);
	if (error)
		return command_refuse(out, ERR_UNAVAILABLE, "%s", error);
	command_json(out, json_new_array());
	for (size_t i = 0; i < states.count; i++)
		json_append(out->json, state_json(&states.items[i]));
	return RESULT_OK;
}

/* Connects. Creates the database if only that is missing. */
static const char *reach(const struct command_call *call)
{
	const char *name = call->settings->database.name, *error = NULL;
	if (db_is_reachable(call->db))
		return NULL;
	if (db_error_number(call->db) != NO_SUCH_DATABASE)
		return connection_fault(call->context, call->db);
	struct db *without_name = connection_new(call->context, call->settings, NULL, &error);
	if (without_name)
		error = grants_create_database(without_name, call->context, name);
	return error || db_is_reachable(call->db) ? error
						  : connection_fault(call->context, call->db);
}

static void report_progress(
	void *state, enum migrate_news news, const char *name, size_t done, size_t total)
{
	struct progress *progress = state;
	switch (news) {
	case MIGRATE_WAITS_FOR_LOCK:
		progress_note(progress, "waiting for another run to end (%s)", name);
		break;
	case MIGRATE_RESUMES:
		progress_note(progress, "%s was started and not finished: running it again", name);
		break;
	case MIGRATE_HAD_BEEN_DONE: progress_note(progress, "%s had been done", name); break;
	case MIGRATE_RUNS: progress_show(progress, name, done, total); break;
	}
}

/* --- rights --- */

struct program_account {
	const char *program, *user, *password_file;
};

static const char *create_user(const struct command_call *call, const struct grant_account *account,
	const char *password_file)
{
	const char *error = NULL;
	if (!password_file)
		return memory_format(
			call->context, "database.%s_password_file is not set", account->program);
	const char *password = settings_read_secret(call->context, password_file, &error);
	return password ? grants_create_user(call->db, call->context, account, password) : error;
}

static bool is_administrator(const struct command_call *call, const struct program_account *program)
{
	return !program->user || text_equals(program->user, call->settings->database.admin_user);
}

/* Grants the rights of one program; returns NULL, or a sentence on the failure. */
static const char *grant(
	const struct command_call *call, const struct program_account *program, size_t *given)
{
	const struct migrate_input *input = call->input;
	const struct settings *settings = call->settings;
	struct grant_account account = { program->program, settings->database.name, program->user,
		settings->database.account_host };
	const char *error = NULL;
	*given = 0;
	if (is_administrator(call, program))
		return "uses the administrator's account: it may do more than it needs";
	if (input->may_create_users)
		error = create_user(call, &account, program->password_file);
	return error ? error : grants_apply(call->db, call->context, &account, given);
}

/* False: the program lacks a right. */
static bool put_grant(const struct command_call *call, struct command_answer *out,
	json_object *array, const struct program_account *program)
{
	size_t given;
	const char *note = grant(call, program, &given);
	json_object *json = json_new_object();
	json_put_text(json, "program", program->program);
	json_put_text(json, "user", program->user);
	json_put_number(json, "granted", (int64_t)given);
	json_put_text(json, "note", note);
	json_append(array, json);
	if (note)
		command_say(out, "%s\nrights of %s: %s", out->text, program->program, note);
	else
		command_say(out, "%s\nrights of %s: %zu given to %s", out->text, program->program,
			given, program->user);
	return !note || is_administrator(call, program);
}

static bool give_rights(const struct command_call *call, struct command_answer *out)
{
	const struct settings *settings = call->settings;
	const struct program_account programs[] = {
		{ "api", settings->database.api_user, settings->database.api_password_file },
		{ "console", settings->database.console_user,
			settings->database.console_password_file },
		{ "notifier", settings->database.notifier_user,
			settings->database.notifier_password_file },
	};
	bool are_given = true;
	json_object *array = json_new_array();
	json_put(out->json, "rights", array);
	for (size_t i = 0; i < countof(programs); i++)
		are_given &= put_grant(call, out, array, &programs[i]);
	return are_given;
}

static enum result migrate(const struct command_call *call, struct command_answer *out)
{
	const struct migrate_input *input = call->input;
	size_t ran;
	const char *error = reach(call);
	if (error)
		return command_refuse(out, ERR_UNAVAILABLE, "%s", error);
	if (input->is_status)
		return show_status(call, out);
	error = migrate_run(call->db, call->context,
		&(struct migrate_watcher){ report_progress, call->progress }, (unsigned)input->wait,
		&ran);
	progress_end(call->progress);
	if (error)
		return command_refuse(out, ERR_INTERNAL, "%s", error);
	command_say(out, ran ? "%zu migrations run" : "nothing to migrate", ran);
	command_json(out, json_new_object());
	json_put_number(out->json, "migrated", (int64_t)ran);
	return give_rights(call, out) ? RESULT_OK
				      : command_refuse(out, ERR_FORBIDDEN, "%s", out->text);
}

const struct command DATABASE_COMMANDS[] = {
	{ "migrate", NEEDS_SETTINGS, migrate, MIGRATE_FIELDS, sizeof(struct migrate_input),
		"brings the database's schema and rights up to date" },
	{ .words = NULL },
};
