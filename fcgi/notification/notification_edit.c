/* SPDX-License-Identifier: MIT */
/* Retries or discards dead letters and sends tests, with audit rows. */
#include "notification/notification_edit.h"

#include "records/audit.h"
#include "notification/notification.h"

#include <inttypes.h>

struct work {
	struct edit *edit;
	enum query query;
	uint64_t id;
	const char *action;
};

static enum result body(struct db *db, void *pointer)
{
	const struct work *work = pointer;
	uint64_t count = work->id ? db_change(db, work->query, DB_PARAMS(db_id(work->id)))
				  : db_change(db, work->query, DB_NO_PARAMS);
	if (work->id && count != 1)
		return edit_refuse(work->edit, ERR_CONFLICT, "message",
			"was sent, is on its way or is not there");
	if (count > 0)
		audit_write(work->edit, work->action, "message", work->id, NULL, NULL);
	return RESULT_OK;
}

enum result notification_edit_retry(struct edit *edit, uint64_t id)
{
	return edit_transaction(
		edit, body, &(struct work){ edit, QUERY_OUTBOX_RETRY, id, "message.retry" });
}

enum result notification_edit_discard(struct edit *edit, uint64_t id)
{
	return edit_transaction(
		edit, body, &(struct work){ edit, QUERY_OUTBOX_DISCARD, id, "message.discard" });
}

enum result notification_edit_retry_all(struct edit *edit)
{
	return edit_transaction(
		edit, body, &(struct work){ edit, QUERY_OUTBOX_RETRY_ALL, 0, "message.retry_all" });
}

struct test_work {
	struct edit *edit;
	bool is_mail;
	uint64_t receiver;
};

static enum result test_transaction(struct db *db, void *pointer)
{
	const struct test_work *work = pointer;
	const char *subject = work->is_mail ? "recipient" : "webhook";
	if (notification_test(db, work->is_mail, work->receiver, work->edit->now) != RESULT_OK)
		return edit_refuse(work->edit, ERR_NOT_FOUND, "id", "there is no %s %" PRIu64,
			work->is_mail ? "recipient" : "enabled endpoint", work->receiver);
	audit_write(work->edit, "message.test", subject, work->receiver, NULL, NULL);
	return RESULT_OK;
}

enum result notification_edit_test(struct edit *edit, bool is_mail, uint64_t receiver)
{
	return edit_transaction(
		edit, test_transaction, &(struct test_work){ edit, is_mail, receiver });
}
