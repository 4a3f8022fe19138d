/* SPDX-License-Identifier: MIT */
/* Brings the schema up to date: numbered steps of one DDL statement each. A row says that a step
 * was started and one more word that it is done; a leased lock row lets one run work at a time. A
 * lease that ran out under a long step is harmless: the step is run again, and that what it makes
 * exists already proves it done. The same holds after a crash. */
#ifndef DOJANG_DB_MIGRATE_H
#define DOJANG_DB_MIGRATE_H

#include "db/db.h"

enum migration_stage { MIGRATION_WAITING, MIGRATION_STARTED, MIGRATION_DONE };

struct migration_state {
	unsigned number;
	const char *name;
	enum migration_stage stage;
	/* in the database, but unknown to this program, which is older */
	bool is_foreign;
	instant started_at, done_at;
};

struct migration_states {
	struct migration_state *items;
	size_t count;
};

/* What there is to tell while it goes on. */
enum migrate_news { MIGRATE_WAITS_FOR_LOCK, MIGRATE_RESUMES, MIGRATE_RUNS, MIGRATE_HAD_BEEN_DONE };
struct migrate_watcher {
	void (*tell)(
		void *state, enum migrate_news news, const char *name, size_t done, size_t total);
	void *state;
};

/* NULL and *states below context, or what is wrong in words. */
const char *migrate_read_states(
	struct db *db, const void *context, struct migration_states *states);
/* Runs all that is waiting; *ran counts them. NULL, or what is wrong in words. wait_seconds: how
 * long to wait for another run. */
const char *migrate_run(struct db *db, const void *context, const struct migrate_watcher *watcher,
	unsigned wait_seconds, size_t *ran);

#endif
