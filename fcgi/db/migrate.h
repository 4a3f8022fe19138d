/* SPDX-License-Identifier: MIT */
/* Brings the schema up to date by numbered steps of one DDL statement each. A row records that a
 * step was started, and then that it is done. A leased lock row lets one process work at a time. A
 * lease that expires during a long step is harmless: the step is repeated, and the error that its
 * object exists proves it done. The same holds after a crash. */
#ifndef DOJANG_DB_MIGRATE_H
#define DOJANG_DB_MIGRATE_H

#include "db/db.h"

enum migration_stage { MIGRATION_WAITING, MIGRATION_STARTED, MIGRATION_DONE };

struct migration_state {
	unsigned number;
	const char *name;
	enum migration_stage stage;
	/* in the database, but unknown to this older program */
	bool is_foreign;
	instant started_at, done_at;
};

struct migration_states {
	struct migration_state *items;
	size_t count;
};

/* Reports the progress. */
enum migrate_news { MIGRATE_WAITS_FOR_LOCK, MIGRATE_RESUMES, MIGRATE_RUNS, MIGRATE_HAD_BEEN_DONE };
struct migrate_watcher {
	void (*report_progress)(
		void *state, enum migrate_news news, const char *name, size_t done, size_t total);
	void *state;
};

/* Returns NULL and *states below context, or an error. */
const char *migrate_read_states(
	struct db *db, const void *context, struct migration_states *states);
/* Runs all missing steps; *ran counts them. Returns NULL, or an error. wait_seconds: how long to
 * wait for another process. */
const char *migrate_run(struct db *db, const void *context, const struct migrate_watcher *watcher,
	unsigned wait_seconds, size_t *ran);

#endif
