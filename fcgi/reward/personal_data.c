/* SPDX-License-Identifier: MIT */
/* Finds and erases the personal data of customers. */
#include "reward/personal_data.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/address.h"
#include "records/audit.h"
#include "customer/erased_subject.h"

#include <inttypes.h>
#include <string.h>

struct find_work {
	const void *context;
	const struct subject *subject;
	customer_id id;
};

static enum result find_transaction(struct db *db, void *state)
{
	struct find_work *work = state;
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER,
		DB_PARAMS(db_id(work->subject->issuer_id), db_text(work->subject->subject)));
	work->id.value = db_next(rows) ? db_get_id(rows, SHOP_USER_ID) : 0;
	return work->id.value ? RESULT_OK : ERR_NOT_FOUND;
}

enum result personal_data_find(
	struct db *db, const void *context, const struct subject *subject, customer_id *id)
{
	struct find_work work = { .context = context, .subject = subject };
	enum result result = db_autocommit(db, find_transaction, &work);
	*id = work.id;
	return result;
}

struct remove_work {
	struct edit *edit;
	const struct subject *subject;
	const char *secret;
	uint64_t addresses;
};

static void keep_out(struct db *db, const struct remove_work *work, customer_id id)
{
	unsigned char hash[ERASED_SUBJECT_HASH_BYTES];
	struct db_rows *rows = db_select(db, QUERY_REMOVAL_UNTIL, DB_PARAMS(db_id(id.value)));
	if (!db_next(rows) || db_is_null(rows, REMOVAL_UNTIL_LAST_ON))
		return;
	instant until = erased_subject_end_of_day(db_get_date(rows, REMOVAL_UNTIL_LAST_ON));
	if (until.seconds <= work->edit->now.seconds)
		return;
	erased_subject_hash(work->edit->context, work->secret, work->subject, hash);
	struct db_value known = db_bytes(hash, sizeof hash);
	db_change(db, QUERY_REMOVAL_FORGET, DB_PARAMS(known, db_time(work->edit->now)));
	db_change(db, QUERY_REMOVAL_FORGET_EVENTS, DB_PARAMS(known));
	db_change_unless_duplicate(
		db, QUERY_REMOVAL_KEEP_OUT, DB_PARAMS(known, db_time(until)), NULL);
	db_change(db, QUERY_REMOVAL_NOTE_EVENTS, DB_PARAMS(known, db_id(id.value)));
}

static enum result remove_transaction(struct db *db, void *state)
{
	struct remove_work *work = state;
	struct find_work found = { .context = work->edit->context, .subject = work->subject };
	enum result result = find_transaction(db, &found);
	if (result != RESULT_OK)
		return result == ERR_NOT_FOUND ? RESULT_NO_CONTENT : result;
	db_next(db_select(db, QUERY_REMOVAL_LOCK, DB_PARAMS(db_id(found.id.value))));
	keep_out(db, work, found.id);
	work->addresses = address_erase_user(db, found.id);
	db_change(db, QUERY_REMOVAL_UNMARK, DB_PARAMS(db_id(found.id.value)));
	db_change(db, QUERY_REMOVAL_FORGET_CLIENTS, DB_PARAMS(db_id(found.id.value)));
	db_change(db, QUERY_REMOVAL_ERASE, DB_PARAMS(db_id(found.id.value)));
	db_change_unless_duplicate(db, QUERY_REMOVAL_LOG,
		DB_PARAMS(db_id(found.id.value), db_time(work->edit->now),
			db_text(work->edit->actor.name), db_text("subject, username, addresses")),
		NULL);
	audit_write(work->edit, "user.remove", "user", found.id.value, NULL, NULL);
	return RESULT_NO_CONTENT;
}

enum result personal_data_erase(
	struct edit *edit, const struct subject *subject, const char *secret, uint64_t *addresses)
{
	struct remove_work work = { .edit = edit, .subject = subject, .secret = secret };
	enum result result = edit_transaction(edit, remove_transaction, &work);
	if (addresses)
		*addresses = work.addresses;
	return result;
}

/* --- by number --- */

struct subject_work {
	const void *context;
	customer_id id;
	struct subject *subject;
};

static enum result subject_transaction(struct db *db, void *state)
{
	const struct subject_work *work = state;
	struct db_rows *rows = db_select(
		db, QUERY_PERSON_SUBJECT, DB_PARAMS(db_id(work->id.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	*work->subject = (struct subject){ .issuer_id = db_get_id(rows, PERSON_SUBJECT_ISSUER_ID),
		.subject = db_get_text(rows, PERSON_SUBJECT_SUBJECT, work->context) };
	return RESULT_OK;
}

enum result personal_data_subject(
	struct db *db, const void *context, customer_id id, struct subject *subject)
{
	return db_autocommit(
		db, subject_transaction, &(struct subject_work){ context, id, subject });
}
