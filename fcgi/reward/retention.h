/* SPDX-License-Identifier: MIT */
/* What is kept for some time only. The notifier erases it in small pieces; dojangctl retention
 * shows it, and can do the same. */
#ifndef DOJANG_REWARD_RETENTION_H
#define DOJANG_REWARD_RETENTION_H

#include "base/settings.h"
#include "db/db.h"

struct retention_rule {
	const char *name; /* "addresses" */
	/* that says for how many days; NULL: each row has its own end */
	const char *setting;
	size_t offset;    /* of the setting's days in struct settings */
	bool has_own_end; /* … and its rows their own end all the same */
	/* only dojangctl may: the programs change no line of the audit log */
	bool is_left_to_command;
	/* end: of the next stretch of a long table; QUERY_COUNT: it is no long one */
	enum query due, erase, end;
};

extern const struct retention_rule RETENTION_RULES[];
extern const size_t RETENTION_RULE_COUNT;

/* Days of the rule; 0 where there is no setting. */
int64_t retention_days(const struct retention_rule *rule, const struct settings *settings);
/* How many rows are due. */
enum result retention_due(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, int64_t *due);
/* Erases what is due, at most some thousands of rows at a time: *has_more. *erased counts rows. */
enum result retention_erase(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, uint64_t *erased, bool *has_more);

#endif
