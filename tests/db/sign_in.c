/* SPDX-License-Identifier: MIT */
/* What the audit log says of refused sign-ins stays bounded, and attempts to sign in by OpenID are
 * used once, on a real server. */
#include "database.h"

#include "auth/openid_staff.h"
#include "auth/sign_in.h"
#include "auth/sign_in_log.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const instant NOON = { 1795316400 }; /* 2026-11-22 in Seoul */
static const char SECRET[] = "0123456789abcdef0123456789abcdef";

static int open_database(void **state)
{
	static struct database database;
	database = database_make_migrated();
	database_run(&database,
		"INSERT INTO staff (id, email, name, role, openid_issuer, openid_subject, "
		"created_at) VALUES "
		"(1, 'mina@example.com', 'Mina', 'owner', 'https://id.example', 'u-1', "
		"UTC_TIMESTAMP()), "
		"(2, 'juno@example.com', 'Juno', 'viewer', NULL, NULL, UTC_TIMESTAMP())");
	*state = &database;
	return 0;
}

static int close_database(void **state)
{
	database_drop(*state);
	return 0;
}

static void refuse(
	const struct database *database, uint64_t staff, int64_t after_seconds, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		json_object *after = json_new_object();
		assert_int_equal(
			sign_in_log_refused(database->db, SECRET,
				&(struct sign_in_note){ "sign-in.refused", staff, "192.0.2.7",
					{ NOON.seconds + after_seconds }, after }),
			RESULT_OK);
		json_object_put(after);
	}
}

static int64_t notes(const struct database *database, const char *subject)
{
	return database_number(database,
		"SELECT COUNT(*) FROM audit_entries WHERE action = 'sign-in.refused' AND subject = "
		"'%s'",
		subject);
}

static void tries_at_names_of_nobody_fill_no_log(void **state)
{
	const struct database *database = *state;
	refuse(database, 0, 0, SIGN_IN_NOTES_PER_HOUR + 50);
	assert_int_equal(notes(database, "nobody"), SIGN_IN_NOTES_PER_HOUR);
	assert_int_equal(database_number(database,
				 "SELECT COUNT(*) FROM audit_entries WHERE after_change LIKE "
				 "'%%\"more_not_noted\":true%%'"),
		1);
	refuse(database, 0, 3599, 1);
	assert_int_equal(notes(database, "nobody"), SIGN_IN_NOTES_PER_HOUR);
	refuse(database, 0, 3600, 1);
	assert_int_equal(notes(database, "nobody"), SIGN_IN_NOTES_PER_HOUR + 1);
}

static void tries_at_an_account_are_all_noted_beside_them(void **state)
{
	const struct database *database = *state;
	refuse(database, 0, 0, SIGN_IN_NOTES_PER_HOUR + 1);
	refuse(database, 2, 0, SIGN_IN_NOTES_PER_HOUR + 5);
	assert_int_equal(notes(database, "staff"), SIGN_IN_NOTES_PER_HOUR + 5);
	assert_int_equal(database_number(database,
				 "SELECT COUNT(*) FROM audit_entries WHERE subject = 'staff' AND "
				 "subject_id <> 2"),
		0);
}

/* The clock was a day ahead, and has been corrected. */
static void failures_of_a_wrong_clock_lock_nobody_out(void **state)
{
	enum { FAILURES = 8, DAY_SECONDS = 86400 };
	const struct database *database = *state;
	const instant tomorrow = { NOON.seconds + DAY_SECONDS };
	struct sign_in attempt = { "nobody@shop.example", "wrong", "192.0.2.99", tomorrow };
	uint64_t staff;
	int64_t wait = 0;
	for (int i = 0; i < FAILURES; i++)
		sign_in_by_password(
			database->db, database->context, SECRET, &attempt, &staff, &wait);
	assert_true(wait > 0);
	attempt.now = NOON;
	assert_int_equal(sign_in_by_password(
				 database->db, database->context, SECRET, &attempt, &staff, &wait),
		ERR_UNAUTHORIZED);
}

static void an_attempt_is_used_once(void **state)
{
	const struct database *database = *state;
	struct openid_attempt one, other;
	enum result result;
	openid_attempt_new(database->context, SECRET, 0, NULL, NOON, &one);
	openid_attempt_new(database->context, SECRET, 0, NULL, NOON, &other);
	assert_true(openid_staff_use(database->db, &one, NOON, &result));
	assert_false(openid_staff_use(database->db, &one, NOON, &result));
	assert_int_equal(result, ERR_CONFLICT);
	assert_true(openid_staff_use(database->db, &other, NOON, &result));
}

static enum result come(const struct database *database, const char *issuer, const char *subject,
	bool has_role, enum staff_role role)
{
	const struct openid_settings settings = { .issuer = issuer,
		.role_from = OPENID_ROLE_FROM_GROUPS };
	const struct id_token token = { subject, has_role, role };
	return openid_staff_admit(database->db, database->context,
		&(struct openid_entry){ SECRET, &settings, &token, session_token(database->context),
			"192.0.2.7", NOON });
}

static void staff_are_found_by_issuer_and_subject(void **state)
{
	const struct database *database = *state;
	static const struct {
		const char *sentence, *issuer, *subject;
		bool has_role;
		enum result want;
	} CASES[] = {
		{ "both fit", "https://id.example", "u-1", true, RESULT_OK },
		{ "no group has a role", "https://id.example", "u-1", false, ERR_FORBIDDEN },
		{ "another subject", "https://id.example", "u-2", true, ERR_UNAUTHORIZED },
		{ "the case counts", "https://id.example", "U-1", true, ERR_UNAUTHORIZED },
		{ "blanks count", "https://id.example", "u-1 ", true, ERR_UNAUTHORIZED },
		{ "another issuer", "https://id.example/", "u-1", true, ERR_UNAUTHORIZED },
		{ "an e-mail address is no subject", "https://id.example", "mina@example.com", true,
			ERR_UNAUTHORIZED },
	};
	for (size_t i = 0; i < countof(CASES); i++)
		if (come(database, CASES[i].issuer, CASES[i].subject, CASES[i].has_role,
			    STAFF_OWNER)
			!= CASES[i].want)
			fail_msg("%s", CASES[i].sentence);
	assert_int_equal(database_number(database, "SELECT COUNT(*) FROM staff_sessions"), 1);
	assert_int_equal(database_number(database, "SELECT COUNT(*) FROM staff"), 2);
}

static void the_role_follows_the_groups_even_of_the_last_owner(void **state)
{
	const struct database *database = *state;
	assert_int_equal(
		come(database, "https://id.example", "u-1", true, STAFF_VIEWER), RESULT_OK);
	assert_int_equal(
		database_number(database, "SELECT role = 'viewer' FROM staff WHERE id = 1"), 1);
	assert_int_equal(database_number(database,
				 "SELECT COUNT(*) FROM audit_entries WHERE action = 'staff.role' "
				 "AND actor = 'openid' "
				 "AND before_change = '{\"role\":\"owner\"}' AND after_change = "
				 "'{\"role\":\"viewer\"}'"),
		1);
	assert_int_equal(
		come(database, "https://id.example", "u-1", true, STAFF_VIEWER), RESULT_OK);
	assert_int_equal(database_number(database,
				 "SELECT COUNT(*) FROM audit_entries WHERE action = 'staff.role'"),
		1);
}

#define IN_DATABASE(test) cmocka_unit_test_setup_teardown(test, open_database, close_database)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DATABASE(tries_at_names_of_nobody_fill_no_log),
		IN_DATABASE(tries_at_an_account_are_all_noted_beside_them),
		IN_DATABASE(failures_of_a_wrong_clock_lock_nobody_out),
		IN_DATABASE(an_attempt_is_used_once),
		IN_DATABASE(staff_are_found_by_issuer_and_subject),
		IN_DATABASE(the_role_follows_the_groups_even_of_the_last_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
