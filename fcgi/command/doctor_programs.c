/* SPDX-License-Identifier: MIT */
/* Checks the programs' database accounts: each must reach the database and have the rights of
 * sql/grants.sql. */
#include "command/doctor.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/connection.h"
#include "db/grants.h"

#include <inttypes.h>
#include <string.h>

enum { CLOCK_WARNING_SECONDS = 5, CLOCK_WRONG_SECONDS = 60 };

struct program {
	const char *name, *user, *password_file;
	bool shares_its_user;
};

struct rights {
	const void *context;
	const char *program, *missing;
	bool is_excessive;
};

/* Tests one right, on a column when column is not empty. */
static bool may(struct db *db, const struct grant_right *right)
{
	struct db_value privilege = db_text(right->privilege), table = db_text(right->table),
			column = db_text(right->column);
	struct db_rows *rows = db_select(db, QUERY_DOCTOR_MAY,
		DB_PARAMS(privilege, privilege, privilege, table, privilege, table, column));
	return db_next(rows);
}

static enum result rights_transaction(struct db *db, void *state)
{
	struct rights *rights = state;
	struct grant_right_list list = grants_rights(rights->context, rights->program);
	rights->missing = NULL;
	for (size_t i = 0; i < list.count && !rights->missing && !db_has_failed(db); i++) {
		const struct grant_right *right = &list.items[i];
		if (!may(db, right))
			rights->missing = memory_format(rights->context,
				*right->column ? "%s (%s) on %s" : "%s%s on %s", right->privilege,
				right->column, right->table);
	}
	rights->is_excessive = db_next(db_select(db, QUERY_DOCTOR_EXCESS, DB_NO_PARAMS));
	return RESULT_OK;
}

static void check_rights(struct doctor *doctor, struct db *db, const struct program *program)
{
	struct rights rights = { .context = doctor->context, .program = program->name };
	const char *check = memory_format(doctor->context, "rights of %s", program->name);
	enum result result = db_autocommit(db, rights_transaction, &rights);
	if (result != RESULT_OK)
		doctor_add(
			doctor, FINDING_WRONG, check, db_error_text(db), "run dojangctl migrate");
	else if (rights.missing)
		doctor_add(doctor, FINDING_WRONG, check,
			memory_format(
				doctor->context, "%s may not %s", program->user, rights.missing),
			"run dojangctl migrate, which gives each account its rights");
	else if (rights.is_excessive && program->shares_its_user)
		doctor_add(doctor, FINDING_OK, check,
			memory_format(doctor->context, "%s may do all that %s needs", program->user,
				program->name),
			NULL);
	else if (rights.is_excessive)
		doctor_add(doctor, FINDING_WARNING, check,
			memory_format(doctor->context, "%s may do more than %s needs",
				program->user, program->name),
			"where the host allows it, give each program an account of its own: "
			"dojangctl migrate --create-users");
	else
		doctor_add(doctor, FINDING_OK, check,
			memory_format(
				doctor->context, "%s may do its work and no more", program->user),
			NULL);
}

/* --- the clock as the api sees it --- */

static void judge_clock(struct doctor *doctor, instant now)
{
	int64_t apart = now.seconds - clock_now(doctor->settings->demo.clock_file).seconds;
	int64_t size = apart < 0 ? -apart : apart;
	enum finding finding = size > CLOCK_WRONG_SECONDS ? FINDING_WRONG
		: size > CLOCK_WARNING_SECONDS            ? FINDING_WARNING
							  : FINDING_OK;
	doctor_add(doctor, finding, "clock",
		memory_format(doctor->context,
			apart < 0 ? "this host's is %" PRId64 " seconds ahead of the database's"
				  : "the database's is %" PRId64 " seconds ahead of this host's",
			size),
		finding == FINDING_OK
			? NULL
			: "let an NTP client set both hosts' clocks (systemd-timesyncd, chrony)");
}

static void check_clock(struct doctor *doctor, struct db *db)
{
	struct db_rows *row = db_read_one(db, QUERY_DOCTOR_CLOCK, DB_NO_PARAMS);
	instant now = db_get_time(row, DOCTOR_CLOCK_SERVER_TIME);
	if (db_end_read(db) == RESULT_OK)
		judge_clock(doctor, now);
}

/* --- all of it --- */

static void check_program(struct doctor *doctor, const struct program *program)
{
	const char *error, *password = NULL;
	const char *check = memory_format(doctor->context, "database for %s", program->name);
	if (program->password_file
		&& !(password = settings_read_secret(
			     doctor->context, program->password_file, &error)))
		return; /* reported with the secrets */
	struct db_settings login = db_settings_for(doctor->settings, program->user, password);
	struct db *db = db_new(doctor->context, &login);
	if (db_is_reachable(db)) {
		doctor_add(doctor, FINDING_OK, check,
			memory_format(doctor->context, "%s reaches it", program->user), NULL);
		check_rights(doctor, db, program);
		if (text_equals(program->name, "api"))
			check_clock(doctor, db);
		return;
	}
	doctor_add(doctor, FINDING_WRONG, check,
		memory_format(doctor->context, "%s: the database says: %s", program->user,
			db_error_text(db)),
		memory_format(doctor->context,
			"check database.%s_user and its password file; dojangctl migrate "
			"--create-users makes accounts",
			program->name));
}

/* Shared hosts have a single account, which is also the administrator's. This is said once, and
 * excessive rights are not reported. */
static bool have_one_user(const struct settings *settings)
{
	const char *admin = settings->database.admin_user;
	return text_equals(settings->database.api_user, admin)
		&& text_equals(settings->database.console_user, admin)
		&& text_equals(settings->database.notifier_user, admin);
}

static void tell_of_one_user(struct doctor *doctor)
{
	doctor_add(doctor, FINDING_WARNING, "database users",
		memory_format(doctor->context,
			"%s is the one user for all programs: what one of them may do, "
			"each may",
			doctor->settings->database.admin_user),
		"where the host allows several, give each program its own: dojangctl migrate "
		"--create-users");
}

void doctor_check_programs(struct doctor *doctor)
{
	const struct settings *settings = doctor->settings;
	bool is_one = have_one_user(settings);
	const struct program programs[] = {
		{ "api", settings->database.api_user, settings->database.api_password_file,
			is_one },
		{ "console", settings->database.console_user,
			settings->database.console_password_file, is_one },
		{ "notifier", settings->database.notifier_user,
			settings->database.notifier_password_file, is_one },
	};
	if (is_one)
		tell_of_one_user(doctor);
	for (size_t i = 0; i < countof(programs); i++)
		check_program(doctor, &programs[i]);
}
