/* SPDX-License-Identifier: MIT */
/* Begins, finds and ends sessions of staff. */
#include "auth/session.h"

#include "auth/sign_in_log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { TOKEN_BYTES = 32, HASH_BYTES = 32, TOUCH_SECONDS = 60, FORM_SECONDS = 2 * 86400 };

const char *const STAFF_ROLES[] = {
	[STAFF_VIEWER] = "viewer", [STAFF_MANAGER] = "manager", [STAFF_OWNER] = "owner", NULL
};

char *session_token(const void *context)
{
	unsigned char bytes[TOKEN_BYTES];
	random_bytes(bytes, sizeof bytes);
	return text_to_base64url(context, bytes, sizeof bytes);
}

static void hash_token(const char *token, unsigned char out[HASH_BYTES])
{
	unsigned size = HASH_BYTES;
	if (!EVP_Digest(token, strlen(token), out, &size, EVP_sha256(), NULL))
		memory_exhausted();
}

char *session_csrf(const void *context, const char *secret, const char *token)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned size = sizeof bytes;
	const char *text = memory_format(context, "csrf\n%s", token);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), bytes, &size))
		memory_exhausted();
	return text_to_base64url(context, bytes, size);
}

bool session_csrf_is_good(const char *secret, const char *token, const char *csrf)
{
	void *context = memory_context(NULL);
	const char *expected = session_csrf(context, secret, token);
	bool is_good = csrf && strlen(csrf) == strlen(expected)
		&& CRYPTO_memcmp(csrf, expected, strlen(expected)) == 0;
	memory_free(context);
	return is_good;
}

struct work {
	unsigned char hash[HASH_BYTES];
	uint64_t staff;
	instant now;
	const char *address;
};

static struct db_value hash_value(const struct work *work)
{
	return db_bytes(work->hash, HASH_BYTES);
}

static instant before(instant now, int64_t seconds)
{
	return (instant){ now.seconds - seconds };
}

/* Old rows are deleted at a sign-in, which is rare enough. */
void session_insert(struct db *db, const struct session_start *start)
{
	unsigned char hash[HASH_BYTES];
	json_object *after = json_new_object();
	hash_token(start->token, hash);
	json_put_text(after, "by", start->by);
	db_change(db, QUERY_STAFF_SESSIONS_FORGET,
		DB_PARAMS(db_time(before(start->now, SESSION_ABSOLUTE_SECONDS))));
	db_change(db, QUERY_FORM_USES_FORGET, DB_PARAMS(db_time(before(start->now, FORM_SECONDS))));
	db_change(db, QUERY_STAFF_SESSION_INSERT,
		DB_PARAMS(db_bytes(hash, sizeof hash), db_id(start->staff), db_time(start->now),
			db_time(start->now)));
	sign_in_log_write(db,
		&(struct sign_in_note){
			"sign-in", start->staff, start->address, start->now, after });
	json_object_put(after);
}

struct begin_work {
	const struct session_start *start;
};

static enum result begin_transaction(struct db *db, void *state)
{
	const struct begin_work *work = state;
	session_insert(db, work->start);
	return RESULT_OK;
}

enum result session_begin(struct db *db, const struct session_start *start)
{
	return db_transaction(db, begin_transaction, &(struct begin_work){ start });
}

static enum staff_role role_of(const char *name)
{
	enum staff_role role = STAFF_OWNER;
	while (role > STAFF_VIEWER && !text_equals(STAFF_ROLES[role], name))
		role--;
	return role; /* an unknown role may only read */
}

enum result session_find(
	struct db *db, const void *context, const char *token, instant now, struct session *session)
{
	unsigned char hash[HASH_BYTES];
	hash_token(token, hash);
	struct db_rows *row = db_read_one(db, QUERY_STAFF_SESSION_FIND,
		DB_PARAMS(db_bytes(hash, sizeof hash),
			db_time(before(now, SESSION_ABSOLUTE_SECONDS)),
			db_time(before(now, SESSION_IDLE_SECONDS))));
	*session = (struct session){
		.id = db_get_id(row, STAFF_SESSION_FIND_ID),
		.staff = db_get_id(row, STAFF_SESSION_FIND_STAFF_ID),
		.email = db_get_text(row, STAFF_SESSION_FIND_EMAIL, context),
		.name = db_get_text(row, STAFF_SESSION_FIND_NAME, context),
		.role = role_of(db_get_text(row, STAFF_SESSION_FIND_ROLE, context)),
		.language = db_get_text(row, STAFF_SESSION_FIND_LANGUAGE, context),
		.dead_letters = db_get_number(row, STAFF_SESSION_FIND_DEAD_LETTERS),
	};
	instant seen_at = db_get_time(row, STAFF_SESSION_FIND_SEEN_AT);
	enum result result = db_end_read(db);
	if (result == ERR_NOT_FOUND)
		return ERR_UNAUTHORIZED;
	if (result == RESULT_OK && instant_is_over(seen_at, TOUCH_SECONDS, now))
		result = db_write(db, QUERY_STAFF_SESSION_TOUCH,
			DB_PARAMS(db_time(now), db_id(session->id)), NULL);
	return result;
}

static enum result end_transaction(struct db *db, void *state)
{
	const struct work *work = state;
	struct db_rows *rows = db_select(
		db, QUERY_STAFF_SESSION_STAFF, DB_PARAMS(hash_value(work)));
	uint64_t staff = db_next(rows) ? db_get_id(rows, STAFF_SESSION_STAFF_STAFF_ID) : 0;
	if (db_change(db, QUERY_STAFF_SESSION_END, DB_PARAMS(hash_value(work))) > 0)
		sign_in_log_write(db,
			&(struct sign_in_note){
				"sign-out", staff, work->address, work->now, NULL });
	return RESULT_OK;
}

enum result session_end(struct db *db, const char *token, const char *address, instant now)
{
	struct work work = { .address = address, .now = now };
	hash_token(token, work.hash);
	return db_transaction(db, end_transaction, &work);
}

static enum result end_all_transaction(struct db *db, void *state)
{
	const struct work *work = state;
	if (db_change(db, QUERY_STAFF_SESSIONS_END, DB_PARAMS(db_id(work->staff))) > 0)
		sign_in_log_write(db,
			&(struct sign_in_note){ "sign-out.everywhere", work->staff, work->address,
				work->now, NULL });
	return RESULT_OK;
}

enum result session_end_all(struct db *db, uint64_t staff, const char *address, instant now)
{
	struct work work = { .staff = staff, .address = address, .now = now };
	return db_transaction(db, end_all_transaction, &work);
}

enum result session_choose_language(struct db *db, uint64_t staff, const char *language)
{
	return db_write(db, QUERY_STAFF_LANGUAGE, DB_PARAMS(db_text(language), db_id(staff)), NULL);
}
