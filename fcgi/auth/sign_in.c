/* SPDX-License-Identifier: MIT */
/* Counts failed sign-ins, refuses further tries for a while, and compares passwords. */
#include "auth/sign_in.h"

#include "auth/password.h"
#include "auth/sign_in_log.h"
#include "base/memory.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { HASH_BYTES = 32, WAIT_FIRST = 15, WAIT_LONGEST = 900, FORGET_SECONDS = 86400 };
/* An address may be shared by a whole office. */
enum { FREE_BY_EMAIL = 4, FREE_BY_ADDRESS = 30 };

struct counter {
	const char *kind;
	uint64_t free_failures, failures;
	unsigned char hash[HASH_BYTES];
};
enum { BY_EMAIL, BY_ADDRESS, COUNTERS };

struct work {
	const void *context;
	const struct sign_in *attempt;
	const char *email;
	struct counter counters[COUNTERS];
	int64_t wait;
	uint64_t staff;
	const char *hash; /* hash of the password; NULL: no such person, or no password */
	bool is_active;
};

char *sign_in_email(const void *context, const char *email)
{
	char *copy = memory_copy_text(context, email);
	for (char *at = copy; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return copy;
}

int64_t sign_in_wait(uint64_t failures, uint64_t free_failures)
{
	int64_t wait = WAIT_FIRST;
	if (failures <= free_failures)
		return 0;
	for (uint64_t i = free_failures + 1; i < failures && wait < WAIT_LONGEST; i++)
		wait *= 2;
	return wait < WAIT_LONGEST ? wait : WAIT_LONGEST;
}

/* distinguishes several counters of one kind */
static struct counter counter(const void *context, const char *secret, const char *kind,
	const char *what, const char *text, uint64_t free_failures)
{
	struct counter counter = { .kind = kind, .free_failures = free_failures };
	unsigned size = HASH_BYTES;
	const char *whole = memory_format(context, "%s\n%s\n%s", what, kind, text ? text : "");
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)whole,
		    strlen(whole), counter.hash, &size))
		memory_exhausted();
	return counter;
}

/* Counts this try as failed before the password is compared, so that concurrent tries cannot exceed
 * the limit. */
static int64_t count_failure(struct db *db, struct counter *counter, instant now)
{
	struct db_value kind = db_text(counter->kind), hash = db_bytes(counter->hash, HASH_BYTES);
	struct db_rows *rows = db_select(db, QUERY_SIGN_IN_FAILURES_FIND, DB_PARAMS(kind, hash));
	bool is_known = db_next(rows);
	uint64_t failures = is_known ? db_get_id(rows, SIGN_IN_FAILURES_FIND_FAILURES) : 0;
	instant last = is_known ? db_get_time(rows, SIGN_IN_FAILURES_FIND_LAST_AT) : now;
	if (instant_is_over(last, FORGET_SECONDS, now))
		failures = 0;
	int64_t left = last.seconds + sign_in_wait(failures, counter->free_failures) - now.seconds;
	if (failures > counter->free_failures && left > 0)
		return left;
	counter->failures = failures + 1;
	struct db_value next = db_id(failures + 1), time = db_time(now);
	db_change(db, QUERY_SIGN_IN_FAILURES_INSERT, DB_PARAMS(kind, hash, next, time, next, time));
	return 0;
}

static enum result try_transaction(struct db *db, void *state)
{
	struct work *work = state;
	work->wait = 0;
	work->staff = 0;
	work->hash = NULL;
	for (size_t i = 0; i < COUNTERS && work->wait == 0; i++)
		work->wait = count_failure(db, &work->counters[i], work->attempt->now);
	if (work->wait > 0)
		return ERR_TOO_MANY_REQUESTS;
	struct db_rows *rows = db_select(
		db, QUERY_STAFF_FIND_PASSWORD, DB_PARAMS(db_text(work->email)));
	if (db_next(rows)) {
		work->staff = db_get_id(rows, STAFF_FIND_PASSWORD_ID);
		work->hash = db_get_text(rows, STAFF_FIND_PASSWORD_PASSWORD, work->context);
		work->is_active = db_get_number(rows, STAFF_FIND_PASSWORD_IS_ACTIVE) != 0;
	}
	return RESULT_OK;
}

/* A success resets the failures in a row. */
static enum result clear_transaction(struct db *db, void *state)
{
	const struct work *work = state;
	for (size_t i = 0; i < COUNTERS; i++)
		db_change(db, QUERY_SIGN_IN_FAILURES_CLEAR,
			DB_PARAMS(db_text(work->counters[i].kind),
				db_bytes(work->counters[i].hash, HASH_BYTES)));
	db_change(db, QUERY_SIGN_IN_FAILURES_FORGET,
		DB_PARAMS(db_time((instant){ work->attempt->now.seconds - FORGET_SECONDS })));
	return RESULT_OK;
}

/* For the audit log: the number of failures in a row, and whether the next try has to wait. */
static enum result refuse(struct db *db, const char *secret, const struct work *work)
{
	const struct counter *email = &work->counters[BY_EMAIL],
			     *address = &work->counters[BY_ADDRESS];
	int64_t by_email = sign_in_wait(email->failures, email->free_failures),
		by_address = sign_in_wait(address->failures, address->free_failures);
	json_object *after = json_attach(work->context, json_new_object());
	json_put_text(after, "by", "password");
	json_put_number(after, "failures", (int64_t)email->failures);
	if (by_email > 0 || by_address > 0) {
		json_put_text(after, "locked", by_email > 0 ? "account" : "address");
		json_put_number(after, "seconds", by_email > by_address ? by_email : by_address);
	}
	enum result result = sign_in_log_refused(db, secret,
		&(struct sign_in_note){
			by_email > 0 || by_address > 0 ? "sign-in.locked" : "sign-in.refused",
			work->staff, work->attempt->address, work->attempt->now, after });
	return result == RESULT_OK ? ERR_UNAUTHORIZED : result;
}

enum result sign_in_by_password(struct db *db, const void *context, const char *secret,
	const struct sign_in *attempt, uint64_t *staff, int64_t *wait_seconds)
{
	const char *email = sign_in_email(context, attempt->email);
	struct work work = { .context = context,
		.attempt = attempt,
		.email = email,
		.counters = { [BY_EMAIL] = counter(
				      context, secret, "email", "sign-in", email, FREE_BY_EMAIL),
			[BY_ADDRESS] = counter(context, secret, "address", "sign-in",
				attempt->address, FREE_BY_ADDRESS) } };
	enum result result = db_transaction(db, try_transaction, &work);
	*wait_seconds = work.wait;
	if (result != RESULT_OK)
		return result;
	bool is_good = password_verify(context, attempt->password, work.hash);
	if (!is_good || !work.is_active)
		return refuse(db, secret, &work);
	*staff = work.staff;
	return db_transaction(db, clear_transaction, &work);
}

/* --- by OpenID --- */

struct openid_work {
	struct counter counter;
	instant now;
	int64_t wait;
};

static struct openid_work openid_work(
	const void *context, const char *secret, const char *address, instant now)
{
	return (struct openid_work){ counter(context, secret, "address", "sign-in-openid", address,
					     FREE_BY_ADDRESS),
		now, 0 };
}

static enum result openid_count_transaction(struct db *db, void *state)
{
	struct openid_work *work = state;
	work->wait = count_failure(db, &work->counter, work->now);
	return work->wait > 0 ? ERR_TOO_MANY_REQUESTS : RESULT_OK;
}

enum result sign_in_count_openid(struct db *db, const void *context, const char *secret,
	const char *address, instant now, int64_t *wait_seconds)
{
	struct openid_work work = openid_work(context, secret, address, now);
	enum result result = db_transaction(db, openid_count_transaction, &work);
	*wait_seconds = work.wait;
	return result;
}

enum result sign_in_forget_openid(
	struct db *db, const void *context, const char *secret, const char *address, instant now)
{
	struct openid_work work = openid_work(context, secret, address, now);
	return db_write(db, QUERY_SIGN_IN_FAILURES_CLEAR,
		DB_PARAMS(db_text(work.counter.kind), db_bytes(work.counter.hash, HASH_BYTES)),
		NULL);
}
