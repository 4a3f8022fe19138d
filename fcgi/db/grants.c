/* SPDX-License-Identifier: MIT */
/* Grants the rights of the programs' database users. Names cannot be bound as parameters, so only
 * plain names are accepted. */
#include "db/grants.h"

#include "db/migration_table.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { NO_SUCH_USER = 1133, NO_USER_BY_GRANT = 1410 };

static bool is_plain(const char *text, const char *more)
{
	static const char LETTERS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	if (!text || !*text || strlen(text) > 80)
		return false;
	for (; *text; text++)
		if (!strchr(LETTERS, *text) && !strchr(more, *text))
			return false;
	return true;
}

static const char *account_fault(const void *context, const struct grant_account *account)
{
	if (!is_plain(account->database, "") || !is_plain(account->user, ".")
		|| !is_plain(account->host, ".:%"))
		return memory_format(context,
			"'%s'@'%s' on %s: only letters, digits, _ and - (and . in users, . : %% in "
			"hosts) can be used here",
			account->user, account->host, account->database);
	return NULL;
}

static const char *replace(const void *context, const char *text, const char *word, const char *by)
{
	char *out = memory_copy_text(context, "");
	for (const char *found; (found = strstr(text, word)) != NULL; text = found + strlen(word))
		out = memory_format(context, "%s%.*s%s", out, (int)(found - text), text, by);
	return memory_format(context, "%s%s", out, text);
}

/* In MariaDB, GRANT creates a missing user without a password unless this mode is set. MySQL never
 * does, and reads it as a comment. */
static const char *grant_text(
	const void *context, const struct grant_account *account, const char *sql)
{
	const char *user = memory_format(context, "'%s'@'%s'", account->user, account->host);
	const char *database = memory_format(context, "`%s`", account->database);
	sql = replace(context, replace(context, sql, "{user}", user), "{database}", database);
	return memory_format(
		context, "/*M! SET STATEMENT sql_mode = 'NO_AUTO_CREATE_USER' FOR */ %s", sql);
}

static const char *refusal(struct db *db, const void *context, const struct grant_account *account)
{
	unsigned number = db_error_number(db);
	if (number == NO_SUCH_USER || number == NO_USER_BY_GRANT)
		return memory_format(context,
			"the database user '%s'@'%s' does not exist: make it, or run migrate "
			"--create-users",
			account->user, account->host);
	return db_error_text(db);
}

const char *grants_apply(
	struct db *db, const void *context, const struct grant_account *account, size_t *given)
{
	*given = 0;
	const char *error = account_fault(context, account);
	for (size_t i = 0; !error && i < GRANT_COUNT; i++) {
		if (!text_equals(GRANTS[i].program, account->program))
			continue;
		if (db_execute_text(db, grant_text(context, account, GRANTS[i].sql)))
			(*given)++;
		else
			error = refusal(db, context, account);
	}
	return error;
}

const char *grants_create_user(struct db *db, const void *context,
	const struct grant_account *account, const char *password)
{
	const char *error = account_fault(context, account);
	if (error)
		return error;
	if (text_has_control(password) || strpbrk(password, "'\"\\"))
		return memory_format(context,
			"the password of %s has a quote or backslash in it: choose another",
			account->user);
	const char *sql = memory_format(context,
		"CREATE USER IF NOT EXISTS '%s'@'%s' IDENTIFIED BY '%s'", account->user,
		account->host, password);
	return db_execute_text(db, sql) ? NULL : memory_format(context, "%s", db_error_text(db));
}

const char *grants_create_database(struct db *db, const void *context, const char *name)
{
	if (!is_plain(name, ""))
		return memory_format(context,
			"\"%s\" cannot be made: a database's name has only letters, digits, _ and "
			"- here",
			name);
	if (db_execute_text(db,
		    memory_format(context,
			    "CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4", name)))
		return NULL;
	return memory_format(context, "the database %s does not exist and cannot be made: %s", name,
		db_error_text(db));
}

/* --- the rights one by one --- */

/* Copies a word without surrounding blanks. */
static char *word(const void *context, const char *at, size_t length)
{
	for (; length > 0 && *at == ' '; at++)
		length--;
	while (length > 0 && at[length - 1] == ' ')
		length--;
	return memory_copy_bytes(context, at, length);
}

static void add_right(
	struct grant_right_list *list, const void *context, const struct grant_right *right)
{
	list->items = memory_grow(context, list->items, struct grant_right, list->count + 1);
	list->items[list->count++] = *right;
}

/* Parses "UPDATE (subject, username)", or "SELECT" alone. Returns what follows its comma, or NULL.
 */
static const char *add_privilege(
	struct grant_right_list *list, const void *context, const char *at, const char *table)
{
	size_t length = strcspn(at, ",(");
	const char *privilege = word(context, at, length);
	at += length;
	if (*at != '(')
		add_right(list, context, &(struct grant_right){ privilege, table, "" });
	for (bool is_column = *at == '('; is_column; is_column = *at == ',') {
		length = strcspn(++at, ",)");
		add_right(list, context,
			&(struct grant_right){ privilege, table, word(context, at, length) });
		at += length;
	}
	at += strcspn(at, ",");
	return *at == ',' ? at + 1 : NULL;
}

/* "GRANT SELECT, UPDATE (state) ON {database}.users TO {user}" */
static void add_grant(struct grant_right_list *list, const void *context, const char *sql)
{
	const char *on = strstr(sql, " ON {database}."), *to = on ? strstr(on, " TO ") : NULL;
	if (!to || strncmp(sql, "GRANT ", strlen("GRANT ")) != 0)
		return;
	const char *table = word(context, on + strlen(" ON {database}."),
		(size_t)(to - on) - strlen(" ON {database}."));
	const char *at = word(
		context, sql + strlen("GRANT "), (size_t)(on - sql) - strlen("GRANT "));
	while (at)
		at = add_privilege(list, context, at, table);
}

struct grant_right_list grants_rights(const void *context, const char *program)
{
	struct grant_right_list list = { NULL, 0 };
	for (size_t i = 0; i < GRANT_COUNT; i++)
		if (text_equals(GRANTS[i].program, program))
			add_grant(&list, context, GRANTS[i].sql);
	return list;
}
