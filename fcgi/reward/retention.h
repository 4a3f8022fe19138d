/* SPDX-License-Identifier: MIT */
/* Data with a retention time. The notifier erases it in small steps; dojangctl retention shows it
 * and can erase it too. */
#ifndef DOJANG_REWARD_RETENTION_H
#define DOJANG_REWARD_RETENTION_H

#include "base/settings.h"
#include "db/db.h"

struct retention_rule {
	const char *name; /* "addresses" */
	/* the setting with the number of days; NULL: each row has its own end */
	const char *setting;
	size_t offset;    /* offset of the setting's days in struct settings */
	bool has_own_end; /* the rows have their own end all the same */
	/* only dojangctl may do it: the other programs cannot change the audit log */
	bool is_left_to_command;
	/* end: query for the next range of a long table; QUERY_COUNT: not a long one */
	enum query due, erase, end;
};

extern const struct retention_rule RETENTION_RULES[];
extern const size_t RETENTION_RULE_COUNT;

/* Days of the rule; 0 without a setting. */
int64_t retention_days(const struct retention_rule *rule, const struct settings *settings);
/* The number of rows that are due. */
enum result retention_due(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, int64_t *due);
/* Erases what is due, at most some thousand rows at a time: *has_more. *erased counts rows. */
enum result retention_erase(struct db *db, const struct retention_rule *rule,
	const struct settings *settings, instant now, uint64_t *erased, bool *has_more);

#endif
