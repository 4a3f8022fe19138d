/* SPDX-License-Identifier: MIT */
/* Finds and removes persons. */
#include "reward/person.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/address.h"
#include "reward/audit.h"
#include "reward/removed.h"

#include <inttypes.h>
#include <string.h>

enum { DAY_SECONDS = 86400, ZONES_HOURS = 12 };

/* A day ends last at UTC-12. */
static instant end_of_day_everywhere(date day)
{
	return (instant){ ((int64_t)day.day + 1) * DAY_SECONDS + ZONES_HOURS * 3600 };
}

struct find_work { const void *context; const struct subject *subject; user_id id; };

static enum result find_body(struct db *db, void *state)
{
	struct find_work *work = state;
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER, DB_VALUES(db_id(work->subject->issuer_id), db_text(work->subject->subject)));
	work->id.value = db_next(rows) ? db_get_id(rows, 0) : 0;
	return work->id.value ? RESULT_OK : ERR_NOT_FOUND;
}

enum result person_find(struct db *db, const void *context, const struct subject *subject, user_id *id)
{
	struct find_work work = { .context = context, .subject = subject };
	enum result result = db_attempt(db, find_body, &work);
	*id = work.id;
	return result;
}

struct remove_work {
	struct edit *edit;
	const struct subject *subject;
	const char *secret;
};

static void keep_out(struct db *db, const struct remove_work *work, user_id id)
{
	unsigned char hash[REMOVED_HASH_BYTES];
	struct db_rows *rows = db_select(db, QUERY_REMOVAL_UNTIL, DB_VALUES(db_id(id.value)));
	if (!db_next(rows) || db_is_null(rows, 0))
		return;
	instant until = end_of_day_everywhere(db_get_date(rows, 0));
	if (until.seconds <= work->edit->now.seconds)
		return;
	removed_hash(work->edit->context, work->secret, work->subject, hash);
	db_change(db, QUERY_REMOVAL_FORGET, DB_VALUES(db_bytes(hash, sizeof hash), db_time(work->edit->now)));
	db_change_unless_duplicate(db, QUERY_REMOVAL_KEEP_OUT, DB_VALUES(db_bytes(hash, sizeof hash), db_time(until)), NULL);
}

static enum result remove_body(struct db *db, void *state)
{
	struct remove_work *work = state;
	struct find_work found = { .context = work->edit->context, .subject = work->subject };
	enum result result = find_body(db, &found);
	if (result != RESULT_OK)
		return result == ERR_NOT_FOUND ? RESULT_NO_CONTENT : result;
	db_next(db_select(db, QUERY_REMOVAL_LOCK, DB_VALUES(db_id(found.id.value))));
	keep_out(db, work, found.id);
	address_erase_user(db, found.id);
	db_change(db, QUERY_REMOVAL_UNMARK, DB_VALUES(db_id(found.id.value)));
	db_change(db, QUERY_REMOVAL_FORGET_CLIENTS, DB_VALUES(db_id(found.id.value)));
	db_change(db, QUERY_REMOVAL_ERASE, DB_VALUES(db_id(found.id.value)));
	db_change_unless_duplicate(db, QUERY_REMOVAL_LOG, DB_VALUES(db_id(found.id.value), db_time(work->edit->now),
		db_text(work->edit->actor.name), db_text("subject, username, addresses")), NULL);
	audit_write(work->edit, "user.remove", "user", found.id.value, NULL, NULL);
	return RESULT_NO_CONTENT;
}

enum result person_remove(struct edit *edit, const struct subject *subject, const char *secret)
{
	return edit_transaction(edit, remove_body, &(struct remove_work){ edit, subject, secret });
}
