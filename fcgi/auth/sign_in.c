/* SPDX-License-Identifier: MIT */
/* Counts failed sign-ins, refuses further tries for a while, and compares passwords. */
#include "auth/sign_in.h"

#include "auth/failure_row.h"
#include "auth/password.h"
#include "auth/sign_in_log.h"
#include "base/memory.h"
#include "base/network.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { WAIT_FIRST = 15, WAIT_LONGEST = 900, FORGET_SECONDS = 86400 };
/* An address may be shared by a whole office. Many addresses may belong to one attacker. */
enum { FREE_BY_CLIENT = 4, FREE_BY_ADDRESS = 30, FREE_BY_EMAIL = 100 };

struct counter {
	struct failure_row row; /* as it was before this attempt */
	uint64_t free_failures;
	uint64_t failures; /* with this attempt */
};
/* A known device has the first one only. */
enum { BY_CLIENT, BY_EMAIL, BY_ADDRESS, COUNTERS };

struct work {
	const void *context;
	const struct sign_in *attempt;
	const char *email;
	struct counter counters[COUNTERS];
	size_t count;
	int64_t wait;
	uint64_t staff;   /* 0: no such person */
	const char *hash; /* hash of the password; NULL: none */
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
	struct counter counter = { .row.kind = kind, .free_failures = free_failures };
	unsigned size = FAILURE_HASH_BYTES;
	const char *whole = memory_format(context, "%s\n%s\n%s", what, kind, text ? text : "");
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)whole,
		    strlen(whole), counter.row.hash, &size))
		memory_exhausted();
	return counter;
}

/* Counts this try as failed before the password is compared, so that concurrent tries cannot exceed
 * the limit. */
static int64_t count_failure(struct db *db, struct counter *counter, uint64_t staff, instant now)
{
	struct failure_row *row = &counter->row;
	failure_row_lock(db, row, now);
	uint64_t failures = instant_is_over(row->last, FORGET_SECONDS, now) ? 0 : row->failures;
	int64_t left = row->last.seconds + sign_in_wait(failures, counter->free_failures)
		- now.seconds;
	if (failures > counter->free_failures && left > 0)
		return left;
	counter->failures = failures + 1;
	failure_row_set(db, row, staff, counter->failures, now);
	return 0;
}

/* Undoes the count of this attempt, and nobody else's. */
static void uncount(struct db *db, const struct counter *counter, instant now)
{
	db_change(db, QUERY_SIGN_IN_FAILURES_UNDO,
		DB_PARAMS(db_time(now), db_time(counter->row.last), db_text(counter->row.kind),
			db_bytes(counter->row.hash, FAILURE_HASH_BYTES)));
}

static void find_staff(struct db *db, struct work *work)
{
	struct db_rows *rows = db_select(
		db, QUERY_STAFF_FIND_PASSWORD, DB_PARAMS(db_text(work->email)));
	if (!db_next(rows))
		return;
	work->staff = db_get_id(rows, STAFF_FIND_PASSWORD_ID);
	work->hash = db_get_text(rows, STAFF_FIND_PASSWORD_PASSWORD, work->context);
	work->is_active = db_get_number(rows, STAFF_FIND_PASSWORD_IS_ACTIVE) != 0;
}

/* Only counters of this person are removed when the person is unlocked. */
static enum result try_transaction(struct db *db, void *state)
{
	struct work *work = state;
	work->wait = 0;
	work->staff = 0;
	work->hash = NULL;
	find_staff(db, work);
	for (size_t i = 0; i < work->count && work->wait == 0; i++)
		work->wait = count_failure(db, &work->counters[i],
			i == BY_ADDRESS ? 0 : work->staff, work->attempt->now);
	return work->wait > 0 ? ERR_TOO_MANY_REQUESTS : RESULT_OK;
}

/* A success ends the series of this client, which has proved to be the person. Failures of others
 * stay. */
static enum result clear_transaction(struct db *db, void *state)
{
	const struct work *work = state;
	const struct counter *client = &work->counters[BY_CLIENT];
	db_change(db, QUERY_SIGN_IN_FAILURES_CLEAR,
		DB_PARAMS(
			db_text(client->row.kind), db_bytes(client->row.hash, FAILURE_HASH_BYTES)));
	for (size_t i = BY_CLIENT + 1; i < work->count; i++)
		uncount(db, &work->counters[i], work->attempt->now);
	db_change(db, QUERY_SIGN_IN_FAILURES_FORGET,
		DB_PARAMS(db_time((instant){ work->attempt->now.seconds - FORGET_SECONDS })));
	return RESULT_OK;
}

static int64_t wait_of(const struct work *work, size_t counter)
{
	const struct counter *of = &work->counters[counter];
	return counter < work->count ? sign_in_wait(of->failures, of->free_failures) : 0;
}

static int64_t longest(int64_t one, int64_t other)
{
	return one > other ? one : other;
}

/* For the audit log: the number of failures in a row, and whether the next try has to wait. */
static enum result refuse(struct db *db, const char *secret, const struct work *work)
{
	int64_t by_email = longest(wait_of(work, BY_CLIENT), wait_of(work, BY_EMAIL)),
		by_address = wait_of(work, BY_ADDRESS);
	json_object *after = json_attach(work->context, json_new_object());
	json_put_text(after, "by", "password");
	json_put_number(after, "failures", (int64_t)work->counters[BY_CLIENT].failures);
	if (by_email > 0 || by_address > 0) {
		json_put_text(after, "locked", by_email > 0 ? "account" : "address");
		json_put_number(after, "seconds", longest(by_email, by_address));
	}
	enum result result = sign_in_log_refused(db, secret,
		&(struct sign_in_note){
			by_email > 0 || by_address > 0 ? "sign-in.locked" : "sign-in.refused",
			work->staff, work->attempt->address, work->attempt->now, after });
	return result == RESULT_OK ? ERR_UNAUTHORIZED : result;
}

static const char *client_network(const void *context, const char *address)
{
	const char *network = network_of(context, address);
	return network ? network : address;
}

static void make_counters(struct work *work, const char *secret)
{
	const void *context = work->context;
	const struct sign_in *attempt = work->attempt;
	const char *network = client_network(context, attempt->address);
	work->count = attempt->device ? BY_CLIENT + 1 : COUNTERS;
	work->counters[BY_CLIENT] = counter(context, secret, "email",
		attempt->device ? "sign-in-device" : "sign-in-client",
		memory_format(context, "%s\n%s", work->email,
			attempt->device   ? attempt->device
				: network ? network
					  : ""),
		FREE_BY_CLIENT);
	work->counters[BY_EMAIL] = counter(
		context, secret, "email", "sign-in-all", work->email, FREE_BY_EMAIL);
	work->counters[BY_ADDRESS] = counter(
		context, secret, "address", "sign-in", network, FREE_BY_ADDRESS);
}

enum result sign_in_by_password(struct db *db, const void *context, const char *secret,
	const struct sign_in *attempt, uint64_t *staff, int64_t *wait_seconds)
{
	struct work work = { .context = context,
		.attempt = attempt,
		.email = sign_in_email(context, attempt->email) };
	make_counters(&work, secret);
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
	struct sign_in_openid *attempt;
};

static struct counter openid_counter(
	const void *context, const char *secret, const struct sign_in_openid *attempt)
{
	return counter(context, secret, "address", "sign-in-openid",
		client_network(context, attempt->address), FREE_BY_ADDRESS);
}

static enum result openid_count_transaction(struct db *db, void *state)
{
	struct openid_work *work = state;
	work->attempt->wait = count_failure(db, &work->counter, 0, work->attempt->now);
	work->attempt->last_before = work->counter.row.last;
	return work->attempt->wait > 0 ? ERR_TOO_MANY_REQUESTS : RESULT_OK;
}

enum result sign_in_count_openid(
	struct db *db, const void *context, const char *secret, struct sign_in_openid *attempt)
{
	struct openid_work work = { openid_counter(context, secret, attempt), attempt };
	return db_transaction(db, openid_count_transaction, &work);
}

static enum result openid_uncount_transaction(struct db *db, void *state)
{
	const struct openid_work *work = state;
	uncount(db, &work->counter, work->attempt->now);
	return RESULT_OK;
}

enum result sign_in_forget_openid(struct db *db, const void *context, const char *secret,
	const struct sign_in_openid *attempt)
{
	struct sign_in_openid copy = *attempt;
	struct openid_work work = { openid_counter(context, secret, attempt), &copy };
	work.counter.row.last = attempt->last_before;
	return db_transaction(db, openid_uncount_transaction, &work);
}
