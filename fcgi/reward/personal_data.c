/* SPDX-License-Identifier: MIT */
/* Finds and erases the personal data of customers. */
#include "reward/personal_data.h"

#include "base/memory.h"
#include "base/text.h"
#include "customer/address.h"
#include "records/audit.h"
#include "customer/erased_subject.h"
#include "reward/payout.h"

#include <inttypes.h>
#include <string.h>

enum result personal_data_find(struct db *db, const struct subject *subject, customer_id *id)
{
	struct db_rows *row = db_read_one(db, QUERY_SHOP_USER_FIND,
		DB_PARAMS(db_id(subject->issuer_id), db_text(subject->subject)));
	id->value = db_get_id(row, SHOP_USER_FIND_ID);
	return db_end_read(db);
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
	struct db_rows *rows = db_select(db, QUERY_SHOP_USER_FIND,
		DB_PARAMS(db_id(work->subject->issuer_id), db_text(work->subject->subject)));
	if (!db_next(rows))
		return RESULT_NO_CONTENT;
	customer_id id = { db_get_id(rows, SHOP_USER_FIND_ID) };
	db_next(db_select(db, QUERY_REMOVAL_LOCK, DB_PARAMS(db_id(id.value))));
	keep_out(db, work, id);
	work->addresses = address_erase_user(db, id);
	db_change(db, QUERY_REMOVAL_UNMARK, DB_PARAMS(db_id(id.value)));
	db_change(db, QUERY_REMOVAL_FORGET_CLIENTS, DB_PARAMS(db_id(id.value)));
	payouts_cancel_of_customer(db, id, work->edit->now);
	db_change(db, QUERY_REMOVAL_ERASE, DB_PARAMS(db_id(id.value)));
	db_change_unless_duplicate(db, QUERY_REMOVAL_LOG,
		DB_PARAMS(db_id(id.value), db_time(work->edit->now),
			db_text(work->edit->actor.name), db_text("subject, username, addresses")),
		NULL);
	audit_write(work->edit, "user.remove", "user", id.value, NULL, NULL);
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

enum result personal_data_subject(
	struct db *db, const void *context, customer_id id, struct subject *subject)
{
	struct db_rows *row = db_read_one(db, QUERY_PERSON_SUBJECT, DB_PARAMS(db_id(id.value)));
	*subject = (struct subject){ .issuer_id = db_get_id(row, PERSON_SUBJECT_ISSUER_ID),
		.subject = db_get_text(row, PERSON_SUBJECT_SUBJECT, context) };
	return db_end_read(db);
}
