/* SPDX-License-Identifier: MIT */
/* Records sign-ins, sign-outs and refusals in the audit log, and limits how many refusals are
 * recorded. */
#include "auth/sign_in_log.h"

#include "base/json.h"
#include "base/memory.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { HASH_BYTES = 32, HOUR = 3600 };

static void insert(struct db *db, const struct sign_in_note *note, const char *actor)
{
	const char *after = note->after ? json_line(note->after) : NULL;
	db_change(db, QUERY_AUDIT_INSERT,
		DB_PARAMS(db_time(note->now), db_text(actor), db_text(note->address),
			db_text(note->action), db_text(note->staff ? "staff" : "nobody"),
			db_id(note->staff), db_null(), db_text(after)));
}

void sign_in_log_write(struct db *db, const struct sign_in_note *note)
{
	void *context = memory_context(NULL);
	insert(db, note, memory_format(context, "staff:%" PRIu64, note->staff));
	memory_free(context);
}

/* --- refusals --- */

struct work {
	const struct sign_in_note *note;
	unsigned char hash[HASH_BYTES];
};

/* The number of refusals within the hour, including this one. It is one more counter beside those
 * of failures. */
static uint64_t count_notes(struct db *db, const struct work *work)
{
	struct db_value kind = db_text("address"), hash = db_bytes(work->hash, HASH_BYTES);
	struct db_rows *rows = db_select(db, QUERY_SIGN_IN_FAILURES_FIND, DB_PARAMS(kind, hash));
	bool is_known = db_next(rows);
	uint64_t count = is_known ? db_get_id(rows, SIGN_IN_FAILURES_FIND_FAILURES) : 0;
	instant since = is_known ? db_get_time(rows, SIGN_IN_FAILURES_FIND_LAST_AT)
				 : work->note->now;
	if (instant_is_over(since, HOUR, work->note->now)) {
		count = 0;
		since = work->note->now;
	}
	struct db_value next = db_id(count + 1), time = db_time(since);
	db_change(db, QUERY_SIGN_IN_FAILURES_INSERT, DB_PARAMS(kind, hash, next, time, next, time));
	return count + 1;
}

static enum result refused_transaction(struct db *db, void *state)
{
	const struct work *work = state;
	uint64_t count = count_notes(db, work);
	if (!work->note->staff && count == SIGN_IN_NOTES_PER_HOUR)
		json_put_bool(work->note->after, "more_not_noted", true);
	if (work->note->staff || count <= SIGN_IN_NOTES_PER_HOUR)
		insert(db, work->note, "nobody");
	return RESULT_OK;
}

enum result sign_in_log_refused(struct db *db, const char *secret, const struct sign_in_note *note)
{
	struct work work = { .note = note };
	unsigned size = HASH_BYTES;
	const char *text = note->staff ? "sign-in-notes\nstaff" : "sign-in-notes\nnobody";
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), work.hash, &size))
		memory_exhausted();
	return db_transaction(db, refused_transaction, &work);
}
