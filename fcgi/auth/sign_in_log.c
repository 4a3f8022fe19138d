/* SPDX-License-Identifier: MIT */
/* Records sign-ins, sign-outs and refusals in the audit log, and limits how many refusals are
 * recorded. */
#include "auth/sign_in_log.h"

#include "auth/failure_row.h"
#include "base/json.h"
#include "base/memory.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { HOUR = 3600 };

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
	struct failure_row row;
};

/* The number of refusals within the hour, including this one. It is one more counter beside those
 * of failures. */
static uint64_t count_notes(struct db *db, struct work *work)
{
	struct failure_row *row = &work->row;
	instant now = work->note->now;
	failure_row_lock(db, row, now);
	bool is_new = instant_is_over(row->last, HOUR, now);
	uint64_t count = is_new ? 1 : row->failures + 1;
	failure_row_set(db, row, 0, count, is_new ? now : row->last);
	return count;
}

static enum result refused_transaction(struct db *db, void *state)
{
	struct work *work = state;
	uint64_t count = count_notes(db, work);
	if (!work->note->staff && count == SIGN_IN_NOTES_PER_HOUR)
		json_put_bool(work->note->after, "more_not_noted", true);
	if (work->note->staff || count <= SIGN_IN_NOTES_PER_HOUR)
		insert(db, work->note, "nobody");
	return RESULT_OK;
}

enum result sign_in_log_refused(struct db *db, const char *secret, const struct sign_in_note *note)
{
	struct work work = { .note = note, .row.kind = "address" };
	unsigned size = FAILURE_HASH_BYTES;
	const char *text = note->staff ? "sign-in-notes\nstaff" : "sign-in-notes\nnobody";
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), work.row.hash, &size))
		memory_exhausted();
	return db_transaction(db, refused_transaction, &work);
}
