/* SPDX-License-Identifier: MIT */
/* Runs the migrations that are not done yet, one process at a time. A crash at any point is safe.
 */
#include "db/migrate.h"

#include "db/migration_table.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <time.h>
#include <unistd.h>

enum { LEASE_SECONDS = 60, POLL_NANOSECONDS = 200000000, NO_SUCH_TABLE = 1146 };

struct run {
	struct db *db;
	const void *context;
	const struct migrate_watcher *watcher;
	const char *owner; /* of the lock, while this process holds it */
	bool is_held;
	struct migration_states states;
	size_t done; /* of MIGRATION_COUNT */
};

static const char *fault(struct run *run, const char *doing)
{
	return memory_format(run->context, "%s failed: %s", doing, db_error_text(run->db));
}

static void report_progress(const struct run *run, enum migrate_news news, const char *name)
{
	run->watcher->report_progress(run->watcher->state, news, name, run->done, MIGRATION_COUNT);
}

/* --- what is done --- */

/* This program's step of that number, or NULL. Numbers may have gaps. */
static const struct migration *find_migration(unsigned number)
{
	for (size_t i = 0; i < MIGRATION_COUNT; i++)
		if (MIGRATIONS[i].number == number)
			return &MIGRATIONS[i];
	return NULL;
}

static bool is_known(unsigned number, const char *name)
{
	const struct migration *migration = find_migration(number);
	return migration && text_equals(migration->name, name);
}

static void add_state(struct run *run, const struct migration_state *state)
{
	struct migration_states *states = &run->states;
	states->items = memory_grow(
		run->context, states->items, struct migration_state, states->count + 1);
	states->items[states->count++] = *state;
}

static enum result read_rows(struct db *db, void *pointer)
{
	struct run *run = pointer;
	run->states.count = run->done = 0;
	struct db_rows *rows = db_select(db, QUERY_MIGRATION_LIST, DB_NO_PARAMS);
	while (db_next(rows)) {
		struct migration_state state = {
			.number = (unsigned)db_get_number(rows, MIGRATION_LIST_NUMBER),
			.name = db_get_text(rows, MIGRATION_LIST_NAME, run->context),
			.started_at = db_get_time(rows, MIGRATION_LIST_STARTED_AT),
			.done_at = db_get_time(rows, MIGRATION_LIST_DONE_AT),
			.stage = db_is_null(rows, MIGRATION_LIST_DONE_AT) ? MIGRATION_STARTED
									  : MIGRATION_DONE,
		};
		state.is_foreign = !is_known(state.number, state.name);
		run->done += state.stage == MIGRATION_DONE && !state.is_foreign;
		add_state(run, &state);
	}
	return RESULT_OK;
}

static const struct migration_state *find_state(const struct run *run, unsigned number)
{
	for (size_t i = 0; i < run->states.count; i++)
		if (run->states.items[i].number == number)
			return &run->states.items[i];
	return NULL;
}

static const char *read_states(struct run *run)
{
	if (db_autocommit(run->db, read_rows, run) == RESULT_OK
		|| db_error_number(run->db) == NO_SUCH_TABLE)
		return NULL;
	return fault(run, "reading which migrations are done");
}

const char *migrate_read_states(struct db *db, const void *context, struct migration_states *states)
{
	struct run run = { .db = db, .context = context };
	const char *error = read_states(&run);
	for (size_t i = 0; !error && i < MIGRATION_COUNT; i++)
		if (!find_state(&run, MIGRATIONS[i].number))
			add_state(&run,
				&(struct migration_state){ .number = MIGRATIONS[i].number,
					.name = MIGRATIONS[i].name });
	*states = run.states;
	return error;
}

/* A foreign step under one of our numbers means another database or another branch of versions. */
static const char *check_states(const struct run *run)
{
	for (size_t i = 0; i < run->states.count; i++) {
		const struct migration_state *state = &run->states.items[i];
		const struct migration *ours = find_migration(state->number);
		if (state->is_foreign && ours)
			return memory_format(run->context,
				"migration %u is \"%s\" in the database but \"%s\" in this "
				"program: is this the right database?",
				state->number, state->name, ours->name);
	}
	return NULL;
}

/* --- the lock --- */

static enum result make_tables(struct db *db, void *nothing)
{
	(void)nothing;
	db_change(db, QUERY_MIGRATION_TABLE, DB_NO_PARAMS);
	db_change(db, QUERY_MIGRATION_LOCK_TABLE, DB_NO_PARAMS);
	db_change_unless_duplicate(db, QUERY_MIGRATION_LOCK_ROW, DB_NO_PARAMS, NULL);
	return RESULT_OK;
}

static enum result take_lock(struct db *db, void *pointer)
{
	struct run *run = pointer;
	run->is_held = db_change(db, QUERY_MIGRATION_LOCK_TAKE,
			       DB_PARAMS(db_text(run->owner), db_number(LEASE_SECONDS),
				       db_text(run->owner)))
		== 1;
	return RESULT_OK;
}

static enum result release_lock(struct db *db, void *pointer)
{
	struct run *run = pointer;
	db_change(db, QUERY_MIGRATION_LOCK_RELEASE, DB_PARAMS(db_text(run->owner)));
	return RESULT_OK;
}

static enum result read_owner(struct db *db, void *pointer)
{
	struct run *run = pointer;
	struct db_rows *rows = db_select(db, QUERY_MIGRATION_LOCK_OWNER, DB_NO_PARAMS);
	run->owner = db_next(rows) ? db_get_text(rows, MIGRATION_LOCK_OWNER_OWNER, run->context)
				   : "";
	return RESULT_OK;
}

/* The holder: host, process id and a random value. */
static const char *new_owner(const void *context)
{
	char host[65] = "";
	gethostname(host, sizeof host - 1);
	return memory_format(
		context, "%s process %ld, %s", host, (long)getpid(), random_hex(context, 8));
}

static const char *other_owner(const struct run *run)
{
	struct run other = *run;
	db_autocommit(run->db, read_owner, &other);
	return other.owner;
}

static const char *wait_for_lock(struct run *run, unsigned wait_seconds)
{
	int64_t deadline = clock_monotonic_ms() + (int64_t)wait_seconds * 1000;
	for (bool has_told = false; db_autocommit(run->db, take_lock, run) == RESULT_OK;
		has_told = true) {
		if (run->is_held)
			return NULL;
		if (!has_told)
			report_progress(run, MIGRATE_WAITS_FOR_LOCK, other_owner(run));
		if (clock_monotonic_ms() >= deadline)
			return memory_format(run->context,
				"another run holds the lock (%s): try again when it has ended, at "
				"the latest %d seconds after a crash",
				other_owner(run), LEASE_SECONDS);
		nanosleep(&(struct timespec){ .tv_nsec = POLL_NANOSECONDS }, NULL);
	}
	return fault(run, "taking the lock");
}

/* --- the steps --- */

/* Errors which prove, when a step is repeated, that it succeeded the first time. */
static bool is_proof_of_done(unsigned number)
{
	static const unsigned PROOFS[] = {
		/* the table, column, key, foreign key or check exists */
		1050,
		1060,
		1061,
		1826,
		3822,
		/* the table, column or key to be dropped does not */
		1051,
		1091,
	};
	for (size_t i = 0; i < countof(PROOFS); i++)
		if (PROOFS[i] == number)
			return true;
	return false;
}

static enum result note_start(struct db *db, void *pointer)
{
	const struct migration *migration = pointer;
	db_change_unless_duplicate(db, QUERY_MIGRATION_START,
		DB_PARAMS(db_number(migration->number), db_text(migration->name)), NULL);
	return RESULT_OK;
}

static enum result note_done(struct db *db, void *pointer)
{
	const struct migration *migration = pointer;
	db_change(db, QUERY_MIGRATION_DONE, DB_PARAMS(db_number(migration->number)));
	return RESULT_OK;
}

static const char *run_step(struct run *run, const struct migration *migration, bool was_started)
{
	struct migration row = *migration;
	const char *title = memory_format(
		run->context, "%04u_%s", migration->number, migration->name);
	report_progress(run, was_started ? MIGRATE_RESUMES : MIGRATE_RUNS, title);
	if (db_autocommit(run->db, take_lock, run) != RESULT_OK
		|| db_autocommit(run->db, note_start, &row) != RESULT_OK)
		return fault(run, title);
	if (!run->is_held)
		return memory_format(run->context, "%s: another run took the lock over (%s)", title,
			other_owner(run));
	if (!db_execute_text(run->db, migration->sql)) {
		if (!was_started || !is_proof_of_done(db_error_number(run->db)))
			return fault(run, title);
		report_progress(run, MIGRATE_HAD_BEEN_DONE, title);
	}
	if (db_autocommit(run->db, note_done, &row) != RESULT_OK)
		return fault(run, title);
	run->done++;
	return NULL;
}

static const char *run_queue(struct run *run, size_t *ran)
{
	const char *error = read_states(run);
	if (!error)
		error = check_states(run);
	for (size_t i = 0; !error && i < MIGRATION_COUNT; i++) {
		const struct migration_state *state = find_state(run, MIGRATIONS[i].number);
		if (state && state->stage == MIGRATION_DONE)
			continue;
		error = run_step(run, &MIGRATIONS[i], state != NULL);
		*ran += !error;
	}
	return error;
}

const char *migrate_run(struct db *db, const void *context, const struct migrate_watcher *watcher,
	unsigned wait_seconds, size_t *ran)
{
	struct run run = {
		.db = db, .context = context, .watcher = watcher, .owner = new_owner(context)
	};
	*ran = 0;
	if (db_autocommit(db, make_tables, NULL) != RESULT_OK)
		return fault(&run, "making the tables for bookkeeping");
	const char *error = wait_for_lock(&run, wait_seconds);
	if (error)
		return error;
	error = run_queue(&run, ran);
	db_autocommit(db, release_lock, &run);
	return error;
}
