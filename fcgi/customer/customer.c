/* SPDX-License-Identifier: MIT */
/* Finds customers by issuer and subject, creates new ones, and locks them before anything of theirs
 * changes. */
#include "customer/customer.h"

#include "base/text.h"
#include "customer/erased_subject.h"

struct issuer_work {
	const char *iss;
	uint64_t id;
};

static bool find_issuer(struct db *db, struct issuer_work *work)
{
	struct db_rows *rows = db_select(db, QUERY_ISSUER_FIND, DB_PARAMS(db_text(work->iss)));
	if (!db_next(rows))
		return false;
	work->id = db_get_id(rows, ISSUER_FIND_ID);
	return true;
}

static enum result issuer_transaction(struct db *db, void *state)
{
	struct issuer_work *work = state;
	if (find_issuer(db, work))
		return RESULT_OK;
	db_change_unless_duplicate(db, QUERY_ISSUER_INSERT, DB_PARAMS(db_text(work->iss)), NULL);
	return find_issuer(db, work) ? RESULT_OK : ERR_INTERNAL;
}

enum result customer_issuer(struct db *db, const char *iss, uint64_t *issuer_id)
{
	struct issuer_work work = { .iss = iss };
	enum result result = db_autocommit(db, issuer_transaction, &work);
	*issuer_id = work.id;
	return result;
}

struct enter_work {
	const void *context;
	const struct subject *subject;
	instant now;
	struct customer *customer;
	bool is_active;
};

static bool find_customer(struct db *db, struct enter_work *work)
{
	struct db_rows *rows = db_select(db, QUERY_CUSTOMER_FIND,
		DB_PARAMS(db_time(work->now), db_id(work->subject->issuer_id),
			db_text(work->subject->subject)));
	if (!db_next(rows))
		return false;
	*work->customer = (struct customer){
		.id = { db_get_id(rows, CUSTOMER_FIND_ID) },
		.username = db_get_text(rows, CUSTOMER_FIND_USERNAME, work->context),
		.points = db_get_number(rows, CUSTOMER_FIND_POINTS),
		.ledger = db_get_number(rows, CUSTOMER_FIND_LEDGER),
		.has_lots = db_get_number(rows, CUSTOMER_FIND_HAS_LOTS),
	};
	work->is_active = db_get_number(rows, CUSTOMER_FIND_IS_ACTIVE) != 0;
	return true;
}

static void make_customer(struct db *db, const struct enter_work *work)
{
	const struct subject *subject = work->subject;
	db_change_unless_duplicate(db, QUERY_CUSTOMER_INSERT,
		DB_PARAMS(db_id(subject->issuer_id), db_text(subject->subject),
			db_text(subject->username ? subject->username : subject->subject),
			db_time(work->now)),
		NULL);
}

static bool is_kept_out(struct db *db, const struct enter_work *work)
{
	unsigned char hash[ERASED_SUBJECT_HASH_BYTES];
	if (!work->subject->secret)
		return false;
	erased_subject_hash(work->context, work->subject->secret, work->subject, hash);
	return db_next(db_select(db, QUERY_REMOVAL_IS_KEPT_OUT,
		DB_PARAMS(db_bytes(hash, sizeof hash), db_time(work->now),
			db_date(erased_subject_day_over(work->now)))));
}

/* False: the customer was just erased. That no row changed may also mean that another request set
 * the same name. */
static bool rename_customer(struct db *db, struct enter_work *work)
{
	const char *username = work->subject->username;
	if (db_change(db, QUERY_CUSTOMER_RENAME,
		    DB_PARAMS(db_text(username), db_id(work->customer->id.value)))
			== 0
		&& !find_customer(db, work))
		return false;
	work->customer->username = username;
	return true;
}

static enum result enter_transaction(struct db *db, void *state)
{
	struct enter_work *work = state;
	if (!find_customer(db, work)) {
		if (is_kept_out(db, work))
			return ERR_FORBIDDEN;
		make_customer(db, work);
		if (!find_customer(db, work))
			return ERR_INTERNAL;
	}
	bool has_name = !work->is_active || !work->subject->username
		|| text_equals(work->customer->username, work->subject->username);
	return (has_name || rename_customer(db, work)) && work->is_active ? RESULT_OK
									  : ERR_FORBIDDEN;
}

enum result customer_enter(struct db *db, const void *context, const struct subject *subject,
	instant now, struct customer *customer)
{
	struct enter_work work = {
		.context = context, .subject = subject, .now = now, .customer = customer
	};
	return db_autocommit(db, enter_transaction, &work);
}

enum result customer_lock_account(struct db *db, customer_id id, struct account *account)
{
	struct db_rows *rows = db_select(db, QUERY_CUSTOMER_LOCK, DB_PARAMS(db_id(id.value)));
	*account = (struct account){ 0 };
	if (!db_next(rows))
		return ERR_FORBIDDEN;
	*account = (struct account){ db_get_number(rows, CUSTOMER_LOCK_POINTS),
		!db_is_null(rows, CUSTOMER_LOCK_EXPIRES_AT),
		db_get_time(rows, CUSTOMER_LOCK_EXPIRES_AT) };
	return db_get_number(rows, CUSTOMER_LOCK_IS_ACTIVE) ? RESULT_OK : ERR_FORBIDDEN;
}

enum result customer_lock(struct db *db, customer_id id, int64_t *points)
{
	struct account account;
	enum result result = customer_lock_account(db, id, &account);
	*points = account.points;
	return result;
}

bool account_is_due(const struct account *account, instant now)
{
	return account->has_lots && account->expires_at.seconds <= now.seconds;
}

bool customer_is_staff(struct db *db, customer_id id)
{
	return db_next(db_select(
		db, QUERY_CUSTOMER_IS_STAFF, DB_PARAMS(db_id(id.value), db_id(id.value))));
}
