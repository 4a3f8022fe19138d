/* SPDX-License-Identifier: MIT */
/* What the audit log says of refused sign-ins stays bounded, and attempts to sign in by OpenID are
 * used once, on a real server. */
#include "database.h"

#include "auth/openid_staff.h"
#include "auth/password.h"
#include "auth/sign_in.h"
#include "auth/sign_in_log.h"
#include "base/memory.h"
#include "records/staff_edit.h"

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
	struct sign_in attempt = { "nobody@shop.example", "wrong", "192.0.2.99", NULL, tomorrow };
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

/* --- whom failures lock out --- */

#define PASSWORD "a long enough password"

static const char EMAIL[] = "mina@example.com";

struct client {
	const char *address, *device;
};

/* A wait is counted as 1, a refusal as 0; -1: signed in. */
static int sign_in(const struct database *database, const struct client *client, const char *email,
	const char *password, instant now)
{
	uint64_t staff;
	int64_t wait = 0;
	enum result result = sign_in_by_password(database->db, database->context, SECRET,
		&(struct sign_in){ email, password, client->address, client->device, now }, &staff,
		&wait);
	assert_true(result == RESULT_OK || result == ERR_UNAUTHORIZED
		|| (result == ERR_TOO_MANY_REQUESTS && wait > 0));
	return result == RESULT_OK ? -1 : result == ERR_TOO_MANY_REQUESTS;
}

static int fail_from(const struct database *database, const struct client *client, unsigned times)
{
	int waits = 0;
	for (unsigned i = 0; i < times; i++)
		waits += sign_in(database, client, EMAIL, "not this one", NOON);
	return waits;
}

static bool may_enter(const struct database *database, const struct client *client)
{
	return sign_in(database, client, EMAIL, PASSWORD, NOON) == -1;
}

static void begin_sign_ins(const struct database *database)
{
	database_run(database, "DELETE FROM sign_in_failures");
	database_run(database, "UPDATE staff SET password = '%s' WHERE id = 1",
		password_hash(database->context, PASSWORD));
}

static const struct client HOME = { "192.0.2.7", NULL }, ATTACKER = { "203.0.113.9", NULL };

static void others_failures_lock_nobody_out(void **state)
{
	const struct database *database = *state;
	begin_sign_ins(database);
	assert_int_equal(fail_from(database, &ATTACKER, 20), 15);
	assert_false(may_enter(database, &ATTACKER));
	assert_true(may_enter(database, &HOME));
	assert_int_equal(fail_from(database, &ATTACKER, 1), 1);
}

static void a_known_device_is_open_whatever_others_do(void **state)
{
	const struct database *database = *state;
	const struct client device = { ATTACKER.address, "a" }, other = { HOME.address, "b" };
	begin_sign_ins(database);
	/* One account from very many addresses: the row of all has counted two. */
	fail_from(database, &(struct client){ "198.51.100.1", NULL }, 1);
	fail_from(database, &(struct client){ "198.51.100.2", NULL }, 1);
	database_run(database, "UPDATE sign_in_failures SET failures = 101 WHERE failures = 2");
	fail_from(database, &ATTACKER, 5);
	assert_false(may_enter(database, &HOME));
	assert_true(may_enter(database, &device));
	assert_int_equal(fail_from(database, &device, 20), 15);
	assert_false(may_enter(database, &device));
	assert_true(may_enter(database, &other));
}

/* One's own success between them does not help an attacker to guess from one address. */
static void a_success_ends_ones_own_failures_only(void **state)
{
	const struct database *database = *state;
	static const char OTHER[] = "nobody@example.com";
	begin_sign_ins(database);
	assert_int_equal(fail_from(database, &HOME, 4), 0);
	assert_true(may_enter(database, &HOME));
	assert_int_equal(fail_from(database, &HOME, 4), 0);
	database_run(database,
		"UPDATE sign_in_failures SET failures = failures + 21 WHERE kind = 'address'");
	assert_int_equal(sign_in(database, &HOME, OTHER, "x", NOON), 0);
	assert_true(may_enter(database, &HOME));
	assert_int_equal(sign_in(database, &HOME, OTHER, "x", NOON), 0);
	assert_int_equal(sign_in(database, &HOME, OTHER, "x", NOON), 1);
	assert_int_equal(database_number(database,
				 "SELECT failures FROM sign_in_failures WHERE kind = 'address' AND "
				 "failures > 20"),
		31);
}

static void a_success_does_not_prolong_the_wait_of_the_address(void **state)
{
	const struct database *database = *state;
	begin_sign_ins(database);
	(void)sign_in(database, &HOME, "nobody@example.com", "x", NOON);
	database_run(database, "UPDATE sign_in_failures SET failures = 31 WHERE kind = 'address'");
	assert_false(may_enter(database, &HOME));
	const instant later = { NOON.seconds + 15 };
	assert_int_equal(sign_in(database, &HOME, EMAIL, PASSWORD, later), -1);
	assert_int_equal(sign_in(database, &HOME, "one@example.com", "x", later), 0);
	assert_int_equal(sign_in(database, &HOME, "two@example.com", "x", later), 1);
}

static void an_ipv6_network_is_one_client(void **state)
{
	const struct database *database = *state;
	const struct client near = { "2001:db8:1:2:ffff::9", NULL },
			    next = { "2001:db8:1:3::1", NULL };
	begin_sign_ins(database);
	for (unsigned i = 0; i < 5; i++)
		fail_from(database,
			&(struct client){
				memory_format(database->context, "2001:db8:1:2::%u", i + 1), NULL },
			1);
	assert_false(may_enter(database, &near));
	assert_true(may_enter(database, &next));
	assert_int_equal(fail_from(database, &(struct client){ "::ffff:192.0.2.7", NULL }, 5), 0);
	assert_false(may_enter(database, &HOME));
	assert_true(may_enter(database, &(struct client){ "::ffff:192.0.2.8", NULL }));
}

static void a_new_password_and_an_owner_end_the_lock(void **state)
{
	const struct database *database = *state;
	struct edit edit = { .db = database->db,
		.context = database->context,
		.actor = { .name = "staff:1" },
		.now = NOON };
	begin_sign_ins(database);
	fail_from(database, &HOME, 5);
	assert_false(may_enter(database, &HOME));
	assert_int_equal(staff_edit_unlock(&edit, 2), RESULT_OK);
	assert_false(may_enter(database, &HOME));
	assert_int_equal(staff_edit_unlock(&edit, 1), RESULT_OK);
	assert_true(may_enter(database, &HOME));
	fail_from(database, &HOME, 5);
	assert_int_equal(staff_edit_password(&edit, 1, password_hash(database->context, PASSWORD)),
		RESULT_OK);
	assert_true(may_enter(database, &HOME));
	assert_int_equal(staff_edit_unlock(&edit, 77), ERR_NOT_FOUND);
}

static void openid_counts_are_undone_one_by_one(void **state)
{
	const struct database *database = *state;
	struct sign_in_openid attempt = { .address = HOME.address, .now = NOON };
	begin_sign_ins(database);
	for (unsigned i = 0; i < 31; i++) {
		assert_int_equal(
			sign_in_count_openid(database->db, database->context, SECRET, &attempt),
			RESULT_OK);
		if (i % 2) /* a success of somebody else at this address */
			continue;
		assert_int_equal(
			sign_in_count_openid(database->db, database->context, SECRET, &attempt),
			i < 30 ? RESULT_OK : ERR_TOO_MANY_REQUESTS);
		if (i < 30)
			assert_int_equal(sign_in_forget_openid(
						 database->db, database->context, SECRET, &attempt),
				RESULT_OK);
	}
}

/* --- OpenID --- */

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
		IN_DATABASE(others_failures_lock_nobody_out),
		IN_DATABASE(a_known_device_is_open_whatever_others_do),
		IN_DATABASE(a_success_ends_ones_own_failures_only),
		IN_DATABASE(a_success_does_not_prolong_the_wait_of_the_address),
		IN_DATABASE(an_ipv6_network_is_one_client),
		IN_DATABASE(a_new_password_and_an_owner_end_the_lock),
		IN_DATABASE(openid_counts_are_undone_one_by_one),
		IN_DATABASE(an_attempt_is_used_once),
		IN_DATABASE(staff_are_found_by_issuer_and_subject),
		IN_DATABASE(the_role_follows_the_groups_even_of_the_last_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
