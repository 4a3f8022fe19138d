/* SPDX-License-Identifier: MIT */
/* Stores the result of a leased message and its consequences in one transaction. */
#include "notification/outbox.h"

#include "base/memory.h"
#include "base/random.h"
#include "notification/notification.h"

/* The waits of Standard Webhooks, also for mails. */
static const unsigned WAITS[] = { 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600,
	20 * 3600, 24 * 3600 };

enum { HOLD_FIRST = 5, HOLD_MAXIMUM = 300, RETRY_AFTER_MAXIMUM = 24 * 3600 };

static unsigned jittered(unsigned seconds)
{
	return seconds + (unsigned)random_below(seconds / 5 + 1);
}

unsigned outbox_wait(unsigned attempts)
{
	return attempts > 0 && attempts <= countof(WAITS) ? jittered(WAITS[attempts - 1]) : 0;
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned asked_for(const struct outbox_save_result *note)
{
	return note->retry_after < RETRY_AFTER_MAXIMUM ? note->retry_after : RETRY_AFTER_MAXIMUM;
}

/* 5, 10, 20, … seconds, at most five minutes. */
static unsigned hold_wait(const struct outbox_save_result *note)
{
	unsigned wait = note->hold_tries < 6 ? (unsigned)HOLD_FIRST << note->hold_tries
					     : HOLD_MAXIMUM;
	return larger(wait < HOLD_MAXIMUM ? wait : HOLD_MAXIMUM, asked_for(note));
}

struct work {
	const struct outbox_save_result *note;
	bool is_dead;
};

static const char *channel_of(const struct outbox_message *message)
{
	return message->is_mail ? "mail" : "webhook";
}

static uint64_t lane_of(const struct outbox_message *message)
{
	return message->is_mail ? 0 : message->receiver;
}

static void hold(struct db *db, const struct outbox_save_result *note)
{
	unsigned wait = hold_wait(note);
	db_change(db, QUERY_OUTBOX_HOLD,
		DB_PARAMS(db_text(channel_of(note->message)), db_id(lane_of(note->message)),
			db_text(note->reason), db_number(wait), db_text(note->reason),
			db_number(wait)));
}

static void unhold(struct db *db, const struct outbox_save_result *note)
{
	if (note->hold_tries > 0)
		db_change(db, QUERY_OUTBOX_UNHOLD,
			DB_PARAMS(
				db_text(channel_of(note->message)), db_id(lane_of(note->message))));
}

static bool mark_done(struct db *db, const struct outbox_save_result *note, const char *state)
{
	return db_change(db, QUERY_OUTBOX_MARK_DONE,
		       DB_PARAMS(db_text(state), db_text(note->reason), db_id(note->message->id),
			       db_text(note->owner)))
		== 1;
}

static void mark_dead(struct db *db, struct work *work)
{
	const struct outbox_save_result *note = work->note;
	work->is_dead = mark_done(db, note, "dead");
	if (work->is_dead)
		notification_enqueue_dead_letters(db, note->message->kind, note->now);
}

static void fail(struct db *db, struct work *work)
{
	const struct outbox_save_result *note = work->note;
	unsigned wait = outbox_wait(note->message->attempts + 1);
	if (wait == 0)
		mark_dead(db, work);
	else
		db_change(db, QUERY_OUTBOX_MARK_RETRY,
			DB_PARAMS(db_text(note->reason), db_number(larger(wait, asked_for(note))),
				db_id(note->message->id), db_text(note->owner)));
	if (note->is_throttled)
		hold(db, note);
	else
		unhold(db, note);
}

static void release(struct db *db, const struct outbox_save_result *note)
{
	db_change(db, QUERY_OUTBOX_RELEASE,
		DB_PARAMS(db_text(note->reason), db_id(note->message->id), db_text(note->owner)));
}

static void disable(struct db *db, struct work *work)
{
	db_change(db, QUERY_WEBHOOK_SET_STATE,
		DB_PARAMS(db_text("disabled"), db_id(work->note->message->receiver)));
	mark_dead(db, work);
	db_change(db, QUERY_OUTBOX_MARK_DEAD_DISABLED, DB_NO_PARAMS);
}

static void hand_on(struct db *db, struct work *work)
{
	const struct outbox_save_result *note = work->note;
	if (db_change(db, QUERY_OUTBOX_HAND_ON, DB_PARAMS(db_id(note->message->id))) > 0)
		db_change(db, QUERY_OUTBOX_DELETE,
			DB_PARAMS(db_id(note->message->id), db_text(note->owner)));
	else
		fail(db, work);
}

static void log_attempt(struct db *db, const struct outbox_save_result *note)
{
	if (!note->attempt.is_noted)
		return;
	db_change(db, QUERY_WEBHOOK_ATTEMPT_INSERT,
		DB_PARAMS(db_id(note->message->receiver), db_id(note->message->id),
			note->attempt.status ? db_number(note->attempt.status) : db_null(),
			db_text(note->reason), db_number(note->attempt.duration_ms)));
}

static enum result note_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct outbox_save_result *note = work->note;
	work->is_dead = false;
	log_attempt(db, note);
	switch (note->end) {
	case OUTBOX_SENT:
		mark_done(db, note, "sent");
		unhold(db, note);
		break;
	case OUTBOX_FAILED: fail(db, work); break;
	case OUTBOX_DEAD:
		mark_dead(db, work);
		unhold(db, note);
		break;
	case OUTBOX_HELD:
		release(db, note);
		hold(db, note);
		break;
	case OUTBOX_GONE: disable(db, work); break;
	case OUTBOX_HANDED_ON: hand_on(db, work); break;
	case OUTBOX_RELEASED: release(db, note); break;
	}
	return RESULT_OK;
}

enum result outbox_save_result(struct db *db, const struct outbox_save_result *note, bool *is_dead)
{
	struct work work = { note, false };
	enum result result = db_transaction(db, note_transaction, &work);
	*is_dead = result == RESULT_OK && work.is_dead;
	return result;
}
