/* SPDX-License-Identifier: MIT */
/* Creates and changes webhook receivers. */
#include "notification/webhook.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "records/audit.h"
#include "notification/notification.h"
#include "notification/webhook_address.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

enum { SECRET_BYTES = 32, URL_MAXIMUM = 500 };

/* The host of an address without its port and brackets; NULL: none. */
static const char *host_of(const void *context, const char *rest)
{
	bool is_bracketed = *rest == '[';
	size_t length = strcspn(rest + is_bracketed, is_bracketed ? "]" : "/:?");
	/* with brackets, when the second one is not missing */
	const char *behind = rest + 2 + length;
	if (length == 0 || *rest == '.'
		|| (is_bracketed && (behind[-1] != ']' || (*behind && !strchr("/:?", *behind)))))
		return NULL;
	return memory_copy_bytes(context, rest + is_bracketed, length);
}

const char *webhook_url_fault(const void *context, const char *url, bool allows_private)
{
	const char *rest = text_starts_with(url, "https://")         ? url + 8
		: allows_private && text_starts_with(url, "http://") ? url + 7
								     : NULL;
	if (strlen(url) > URL_MAXIMUM)
		return "must not be longer than 500 bytes";
	if (!rest)
		return "must begin with https://";
	for (const char *at = url; *at; at++)
		if (*at <= 0x20 || *at >= 0x7f || strchr("@#\\\"<>", *at))
			return "must be an address without a user, a fragment or blanks";
	const char *host = host_of(context, rest);
	if (!host)
		return "must name a host";
	return allows_private || webhook_address_may_be_public(host) ? NULL
								     : "must be a public address";
}

static const char *new_secret(const void *context)
{
	unsigned char bytes[SECRET_BYTES], base64[4 * ((SECRET_BYTES + 2) / 3) + 1];
	random_bytes(bytes, sizeof bytes);
	EVP_EncodeBlock(base64, bytes, (int)sizeof bytes);
	const char *secret = memory_format(context, "whsec_%s", (const char *)base64);
	explicit_bzero(bytes, sizeof bytes);
	return secret;
}

/* --- sealed secrets --- */

/* the purpose of release 0.1.0, see base/seal.h */
static const char UNBOUND[] = "webhook";

/* A secret sealed for one receiver opens for no other. */
static const char *purpose_of(const void *context, uint64_t id)
{
	return memory_format(context, "webhook:%" PRIu64, id);
}

static struct db_value sealed(
	const void *context, const struct seal *seal, uint64_t id, const char *secret)
{
	size_t length = strlen(secret);
	return db_bytes(seal_close(seal, context, purpose_of(context, id), secret, length),
		length + SEAL_OVERHEAD);
}

char *webhook_open_secret(const struct seal *seal, const void *context, uint64_t id,
	const void *bytes, size_t length, bool *is_bound)
{
	size_t size;
	char *secret = seal_read(seal, context, purpose_of(context, id), bytes, length, &size);
	*is_bound = secret != NULL;
	return secret ? secret : seal_read(seal, context, UNBOUND, bytes, length, &size);
}

struct work {
	struct edit *edit;
	const struct seal *seal;
	const struct webhook_draft *draft;
	const struct text_list *events;
	uint64_t id;
	const char *secret, *state;
};

/* --- what it wants to hear --- */

static bool is_kind(const char *word)
{
	for (size_t i = 0; NOTIFICATION_KINDS[i]; i++)
		if (text_equals(word, NOTIFICATION_KINDS[i]))
			return true;
	return false;
}

static enum result check_events(struct edit *edit, const struct text_list *events)
{
	for (size_t i = 0; i < events->count; i++)
		if (!is_kind(events->items[i]))
			return edit_refuse(edit, ERR_INVALID, "events",
				"must be of claim.created, claim.cancelled, claim.fulfilled, "
				"claim.closing, stock.low, stock.sold_out, "
				"points.changed, attendance.created, payout.due, points.expiring; "
				"not %s",
				events->items[i]);
	return RESULT_OK;
}

static void write_events(struct db *db, const struct work *work)
{
	db_change(db, QUERY_WEBHOOK_UNSUBSCRIBE_ALL, DB_PARAMS(db_id(work->id)));
	for (size_t i = 0; i < work->events->count; i++)
		db_change_unless_duplicate(db, QUERY_WEBHOOK_SUBSCRIBE,
			DB_PARAMS(db_text(work->events->items[i]), db_id(work->id)), NULL);
}

static json_object *events_json(const struct work *work)
{
	json_object *json = json_new_object(), *events = json_new_array();
	for (size_t i = 0; i < work->events->count; i++)
		json_append_text(events, work->events->items[i]);
	json_put(json, "events", events);
	return json;
}

/* --- changes --- */

static enum result add_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	db_change(db, QUERY_WEBHOOK_TOUCH_EVENTS, DB_NO_PARAMS);
	db_change(db, QUERY_WEBHOOK_INSERT,
		DB_PARAMS(db_text(work->draft->url), db_time(work->edit->now)));
	work->id = db_inserted_id(db);
	db_change(db, QUERY_WEBHOOK_SET_SECRET,
		DB_PARAMS(sealed(work->edit->context, work->seal, work->id, work->secret),
			db_id(work->id)));
	write_events(db, work);
	json_object *after = events_json(work);
	json_put_text(after, "url", work->draft->url);
	audit_write(work->edit, "webhook.add", "webhook", work->id, NULL, after);
	return RESULT_CREATED;
}

enum result webhook_add(struct edit *edit, const struct seal *seal,
	const struct webhook_draft *draft, uint64_t *id, const char **secret)
{
	struct work work = { .edit = edit,
		.seal = seal,
		.draft = draft,
		.events = draft->events,
		.secret = new_secret(edit->context) };
	const char *fault = webhook_url_fault(edit->context, draft->url, draft->allows_private);
	if (fault)
		return edit_refuse(edit, ERR_INVALID, "url", "%s", fault);
	enum result result = check_events(edit, draft->events);
	if (result == RESULT_OK)
		result = edit_transaction(edit, add_transaction, &work);
	*id = work.id;
	*secret = work.secret;
	return result;
}

static enum result find(struct db *db, const struct work *work)
{
	struct db_rows *rows = db_select(db, QUERY_WEBHOOK_FIND, DB_PARAMS(db_id(work->id)));
	if (!db_next(rows))
		return edit_refuse(
			work->edit, ERR_NOT_FOUND, "id", "there is no endpoint %" PRIu64, work->id);
	return RESULT_OK;
}

static enum result subscribe_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	db_change(db, QUERY_WEBHOOK_TOUCH_EVENTS, DB_NO_PARAMS);
	enum result result = find(db, work);
	if (result != RESULT_OK)
		return result;
	write_events(db, work);
	audit_write(work->edit, "webhook.subscribe", "webhook", work->id, NULL, events_json(work));
	return RESULT_OK;
}

enum result webhook_subscribe(struct edit *edit, uint64_t id, const struct text_list *events)
{
	struct work work = { .edit = edit, .id = id, .events = events };
	enum result result = check_events(edit, events);
	return result == RESULT_OK ? edit_transaction(edit, subscribe_transaction, &work) : result;
}

static enum result state_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	db_change(db, QUERY_WEBHOOK_TOUCH_EVENTS, DB_NO_PARAMS);
	enum result result = find(db, work);
	if (result != RESULT_OK)
		return result;
	json_object *after = json_new_object();
	json_put_text(after, "state", work->state);
	db_change(db, QUERY_WEBHOOK_SET_STATE, DB_PARAMS(db_text(work->state), db_id(work->id)));
	audit_write(work->edit, "webhook.state", "webhook", work->id, NULL, after);
	return RESULT_OK;
}

enum result webhook_set_enabled(struct edit *edit, uint64_t id, bool is_enabled)
{
	struct work work = { .edit = edit, .id = id, .state = is_enabled ? "enabled" : "disabled" };
	return edit_transaction(edit, state_transaction, &work);
}

static enum result rotate_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	enum result result = find(db, work);
	if (result != RESULT_OK)
		return result;
	db_change(db, QUERY_WEBHOOK_ROTATE_SECRET,
		DB_PARAMS(sealed(work->edit->context, work->seal, work->id, work->secret),
			db_id(work->id)));
	audit_write(work->edit, "webhook.rotate", "webhook", work->id, NULL, NULL);
	return RESULT_OK;
}

enum result webhook_rotate(
	struct edit *edit, const struct seal *seal, uint64_t id, const char **secret)
{
	struct work work = {
		.edit = edit, .seal = seal, .id = id, .secret = new_secret(edit->context)
	};
	*secret = work.secret;
	return edit_transaction(edit, rotate_transaction, &work);
}

static enum result retire_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	enum result result = find(db, work);
	if (result != RESULT_OK)
		return result;
	if (db_change(db, QUERY_WEBHOOK_RETIRE_SECRET, DB_PARAMS(db_id(work->id))) != 1)
		return edit_refuse(work->edit, ERR_CONFLICT, "id", "has one secret only");
	audit_write(work->edit, "webhook.retire", "webhook", work->id, NULL, NULL);
	return RESULT_OK;
}

enum result webhook_retire(struct edit *edit, uint64_t id)
{
	struct work work = { .edit = edit, .id = id };
	return edit_transaction(edit, retire_transaction, &work);
}

/* Changes of receivers are serialized by the rows of the events: no message is written for this one
 * during or after the change. */
static enum result remove_transaction(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	struct db_value id = db_id(work->id);
	db_change(db, QUERY_WEBHOOK_TOUCH_EVENTS, DB_NO_PARAMS);
	enum result result = find(db, work);
	if (result != RESULT_OK)
		return result;
	db_change(db, QUERY_WEBHOOK_UNSUBSCRIBE_ALL, DB_PARAMS(id));
	db_change(db, QUERY_WEBHOOK_DISCARD_MESSAGES, DB_PARAMS(id));
	db_change(db, QUERY_WEBHOOK_FORGET_HOLD, DB_PARAMS(id));
	db_change(db, QUERY_WEBHOOK_DELETE, DB_PARAMS(id));
	audit_write(work->edit, "webhook.remove", "webhook", work->id, NULL, NULL);
	return RESULT_OK;
}

enum result webhook_remove(struct edit *edit, uint64_t id)
{
	struct work work = { .edit = edit, .id = id };
	return edit_transaction(edit, remove_transaction, &work);
}

/* --- secrets of release 0.1.0 --- */

struct bind_work {
	struct edit *edit;
	const struct seal *seal;
	int64_t *count;
};

/* The value with the secret bound, or as it is: NULL, bound already, or sealed with another key. */
static struct db_value rebound(
	const struct bind_work *work, const struct db_rows *rows, unsigned column, bool *is_changed)
{
	size_t length;
	bool is_bound;
	const void *context = work->edit->context;
	uint64_t id = db_get_id(rows, WEBHOOK_SECRETS_ID);
	const char *bytes = db_get_bytes(rows, column, context, &length);
	const char *secret = bytes
		? webhook_open_secret(work->seal, context, id, bytes, length, &is_bound)
		: NULL;
	if (!secret || is_bound)
		return bytes ? db_bytes(bytes, length) : db_null();
	*is_changed = true;
	return sealed(context, work->seal, id, secret);
}

static enum result bind_transaction(struct db *db, void *pointer)
{
	const struct bind_work *work = pointer;
	*work->count = 0;
	struct db_rows *rows = db_select(db, QUERY_WEBHOOK_SECRETS, DB_NO_PARAMS);
	while (db_next(rows)) {
		bool is_changed = false;
		uint64_t id = db_get_id(rows, WEBHOOK_SECRETS_ID);
		struct db_value secret = rebound(work, rows, WEBHOOK_SECRETS_SECRET, &is_changed),
				second = rebound(
					work, rows, WEBHOOK_SECRETS_SECOND_SECRET, &is_changed);
		if (!is_changed)
			continue;
		db_change(db, QUERY_WEBHOOK_SET_SECRETS, DB_PARAMS(secret, second, db_id(id)));
		audit_write(work->edit, "webhook.bind", "webhook", id, NULL, NULL);
		++*work->count;
	}
	return RESULT_OK;
}

enum result webhook_bind(struct edit *edit, const struct seal *seal, int64_t *count)
{
	struct bind_work work = { edit, seal, count };
	return edit_transaction(edit, bind_transaction, &work);
}
