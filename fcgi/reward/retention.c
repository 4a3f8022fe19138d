/* SPDX-License-Identifier: MIT */
/* Erases data whose retention time is over. */
#include "reward/retention.h"

#include "base/memory.h"

enum { DAY_SECONDS = 86400, PIECE = 1000, PIECES = 20 };

#define DAYS(member) .setting = #member, .offset = offsetof(struct settings, member)
const struct retention_rule RETENTION_RULES[] = {
	{ "addresses", DAYS(privacy.address_days), .has_own_end = true,
		.due = QUERY_RETENTION_ADDRESSES_DUE, .erase = QUERY_RETENTION_ADDRESSES,
		.end = QUERY_COUNT },
	{ "removed subjects", NULL, .has_own_end = true, .due = QUERY_RETENTION_REMOVED_DUE,
		.erase = QUERY_RETENTION_REMOVED, .end = QUERY_COUNT },
	{ "clients", DAYS(privacy.client_days), .due = QUERY_RETENTION_CLIENTS_DUE,
		.erase = QUERY_RETENTION_CLIENTS, .end = QUERY_RETENTION_CLIENTS_END },
	{ "messages", DAYS(notifier.keep_days), .due = QUERY_RETENTION_MESSAGES_DUE,
		.erase = QUERY_RETENTION_MESSAGES, .end = QUERY_COUNT },
	{ "webhook attempts", DAYS(privacy.attempt_days), .due = QUERY_RETENTION_ATTEMPTS_DUE,
		.erase = QUERY_RETENTION_ATTEMPTS, .end = QUERY_COUNT },
	{ "sessions", DAYS(privacy.session_days), .due = QUERY_RETENTION_SESSIONS_DUE,
		.erase = QUERY_RETENTION_SESSIONS, .end = QUERY_COUNT },
	{ "sign-in failures", DAYS(privacy.sign_in_days), .due = QUERY_RETENTION_FAILURES_DUE,
		.erase = QUERY_RETENTION_FAILURES, .end = QUERY_COUNT },
	{ "audit", DAYS(privacy.audit_address_days), .is_left_to_command = true,
		.due = QUERY_RETENTION_AUDIT_DUE, .erase = QUERY_RETENTION_AUDIT,
		.end = QUERY_RETENTION_AUDIT_END },
};
#undef DAYS
const size_t RETENTION_RULE_COUNT = countof(RETENTION_RULES);

int64_t retention_days(const struct retention_rule *rule, const struct settings *settings)
{
	return rule->setting
		? *(const int64_t *)(const void *)((const char *)settings + rule->offset)
		: 0;
}

struct work {
	const struct retention_rule *rule;
	instant until;
	uint64_t erased;
	bool has_more;
};

static struct work work_of(
	const struct retention_rule *rule, const struct settings *settings, instant now)
{
	int64_t days = rule->has_own_end ? 0 : retention_days(rule, settings);
	return (struct work){ .rule = rule, .until = { now.seconds - days * DAY_SECONDS } };
}

enum result retention_due(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, int64_t *due)
{
	struct work work = work_of(rule, settings, now);
	struct db_rows *row = db_read_one(db, rule->due, DB_PARAMS(db_time(work.until)));
	*due = db_get_number(row, DB_ONLY_COLUMN);
	return db_end_read(db);
}

static enum result erase_piece(struct db *db, struct work *work)
{
	uint64_t erased;
	enum result result = db_write(
		db, work->rule->erase, DB_PARAMS(db_time(work->until)), &erased);
	work->erased += erased;
	work->has_more = erased == PIECE;
	return result;
}

/* The next range of a long table, up to the last row that is old enough. */
static enum result stretch_transaction(struct db *db, void *pointer)
{
	struct work *work = pointer;
	struct db_value name = db_text(work->rule->name);
	struct db_rows *rows = db_select(db, QUERY_RETENTION_MARK, DB_PARAMS(name));
	struct db_value from = db_id(db_next(rows) ? db_get_id(rows, RETENTION_MARK_POSITION) : 0);
	rows = db_select(db, work->rule->end, DB_PARAMS(from, db_time(work->until)));
	work->has_more = db_next(rows) && !db_is_null(rows, DB_ONLY_COLUMN);
	if (!work->has_more)
		return RESULT_OK;
	struct db_value to = db_id(db_get_id(rows, DB_ONLY_COLUMN));
	work->erased += db_change(db, work->rule->erase, DB_PARAMS(from, to));
	db_change(db, QUERY_RETENTION_SET_MARK, DB_PARAMS(name, to, to));
	return RESULT_OK;
}

enum result retention_erase(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, uint64_t *erased, bool *has_more)
{
	struct work work = work_of(rule, settings, now);
	enum result result = RESULT_OK;
	work.has_more = true;
	for (unsigned i = 0; i < PIECES && work.has_more && result == RESULT_OK; i++)
		result = rule->end == QUERY_COUNT ? erase_piece(db, &work)
						  : db_transaction(db, stretch_transaction, &work);
	*erased = work.erased;
	*has_more = work.has_more && result == RESULT_OK;
	return result;
}
