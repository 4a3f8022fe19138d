/* SPDX-License-Identifier: MIT */
/* Checks the schema and its content, with the administrator's account. */
#include "command/doctor.h"

#include "base/memory.h"
#include "base/seal.h"
#include "base/text.h"
#include "command/connection.h"
#include "db/migrate.h"
#include "notification/webhook.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct schema_facts {
	const void *context;
	const char *charset, *odd_table;
};

static enum result schema_transaction(struct db *db, void *state)
{
	struct schema_facts *facts = state;
	struct db_rows *rows = db_select(db, QUERY_DOCTOR_SCHEMA, DB_NO_PARAMS);
	facts->charset = db_next(rows)
		? db_get_text(rows, DOCTOR_SCHEMA_DEFAULT_CHARACTER_SET_NAME, facts->context)
		: NULL;
	rows = db_select(db, QUERY_DOCTOR_TABLES, DB_NO_PARAMS);
	facts->odd_table = db_next(rows)
		? db_get_text(rows, DOCTOR_TABLES_TABLE_NAME, facts->context)
		: NULL;
	return RESULT_OK;
}

/* The first time zone of an event that this host does not know; NULL when there is none. */
static enum result find_odd_zone(struct db *db, const void *context, const char **odd)
{
	*odd = NULL;
	struct db_rows *rows = db_read(db, QUERY_DOCTOR_ZONES, DB_NO_PARAMS);
	while (!*odd && db_next(rows)) {
		const char *zone = db_get_text(rows, DOCTOR_ZONES_TIME_ZONE, context);
		*odd = zone_exists(zone) ? NULL : zone;
	}
	return db_end_read(db);
}

/* --- the lines --- */

static void judge_charset(struct doctor *doctor, const struct schema_facts *facts)
{
	const void *context = doctor->context;
	if (facts->odd_table)
		doctor_add(doctor, FINDING_WRONG, "character set",
			memory_format(
				context, "the table %s is not InnoDB in utf8mb4", facts->odd_table),
			memory_format(context,
				"ALTER TABLE %s ENGINE=InnoDB, CONVERT TO CHARACTER SET utf8mb4",
				facts->odd_table));
	else if (!facts->charset || strcmp(facts->charset, "utf8mb4") != 0)
		doctor_add(doctor, FINDING_WARNING, "character set",
			memory_format(context, "the database is in %s, its tables in utf8mb4",
				facts->charset ? facts->charset : "?"),
			"ALTER DATABASE ... CHARACTER SET utf8mb4");
	else
		doctor_add(doctor, FINDING_OK, "character set", "utf8mb4", NULL);
}

static void check_schema(struct doctor *doctor)
{
	struct schema_facts facts = { .context = doctor->context };
	if (db_autocommit(doctor->call->db, schema_transaction, &facts) == RESULT_OK)
		judge_charset(doctor, &facts);
	else
		doctor_add(doctor, FINDING_WRONG, "database server",
			connection_fault(doctor->context, doctor->call->db),
			"give the administrator its rights");
}

/* A network in between can be this host's own, or a private one: the administrator decides. */
static void check_transport(struct doctor *doctor)
{
	const char *transport = db_transport(doctor->call->db);
	bool is_verified = doctor->settings->database.tls == TLS_VERIFIED;
	if (!transport)
		return; /* lost just now, which other checks report */
	if (text_equals(transport, "socket"))
		doctor_add(doctor, FINDING_OK, "database transport", "a socket of this host", NULL);
	else if (text_equals(transport, "no TLS"))
		doctor_add(doctor, FINDING_WARNING, "database transport",
			"TCP without TLS: everybody on the way can read and change it",
			"switch TLS on in the server and set database.tls = verified");
	else
		doctor_add(doctor, is_verified ? FINDING_OK : FINDING_WARNING, "database transport",
			memory_format(doctor->context, "TLS with %s, the certificate is %s",
				transport, is_verified ? "verified" : "not verified"),
			is_verified ? NULL
				    : "set database.tls = verified and database.tls_ca_file");
}

static void check_migrations(struct doctor *doctor)
{
	struct migration_states states;
	size_t waiting = 0, foreign = 0;
	const char *error = migrate_read_states(doctor->call->db, doctor->context, &states);
	for (size_t i = 0; !error && i < states.count; i++) {
		waiting += states.items[i].stage != MIGRATION_DONE;
		foreign += states.items[i].is_foreign;
	}
	if (error)
		doctor_add(doctor, FINDING_WRONG, "migrations", error,
			"give the administrator its rights");
	else if (waiting)
		doctor_add(doctor, FINDING_WRONG, "migrations",
			memory_format(doctor->context, "%zu are waiting", waiting),
			"run dojangctl migrate");
	else if (foreign)
		doctor_add(doctor, FINDING_WARNING, "migrations",
			memory_format(doctor->context,
				"%zu are unknown here: the database is newer", foreign),
			"install the newer version on this host too");
	else
		doctor_add(doctor, FINDING_OK, "migrations", "none is waiting", NULL);
}

static void check_zones(struct doctor *doctor)
{
	const char *odd;
	if (find_odd_zone(doctor->call->db, doctor->context, &odd) != RESULT_OK)
		return; /* no schema yet: reported already */
	if (odd)
		doctor_add(doctor, FINDING_WRONG, "time zones",
			memory_format(doctor->context, "%s is not known on this host", odd),
			"install the package tzdata, or bring it up to date");
	else
		doctor_add(doctor, FINDING_OK, "time zones", "tzdata knows the events' time zones",
			NULL);
}

struct sealed {
	int64_t all, closed;
};

static enum result count_sealed(
	struct db *db, const void *context, const struct seal *seal, struct sealed *sealed)
{
	*sealed = (struct sealed){ 0 };
	struct db_rows *rows = db_read(db, QUERY_DOCTOR_SEALED, DB_NO_PARAMS);
	while (db_next(rows)) {
		size_t length;
		const char *name = db_get_bytes(rows, DOCTOR_SEALED_NAME, context, &length);
		int64_t total = db_get_number(rows, DOCTOR_SEALED_TOTAL);
		sealed->all += total;
		sealed->closed += seal_has_key_of(seal, name, length) ? 0 : total;
	}
	return db_end_read(db);
}

/* Secrets of release 0.1.0 can be swapped between receivers. */
static void check_bound(struct doctor *doctor, const struct seal *seal)
{
	int64_t unbound = 0, foreign = 0;
	struct db_rows *rows = db_read(
		doctor->call->db, QUERY_DOCTOR_WEBHOOK_SECRETS, DB_NO_PARAMS);
	while (db_next(rows)) {
		size_t length;
		bool is_bound;
		const char *sealed = db_get_bytes(
			rows, DOCTOR_WEBHOOK_SECRETS_SECRET, doctor->context, &length);
		const char *secret = webhook_open_secret(seal, doctor->context,
			db_get_id(rows, DOCTOR_WEBHOOK_SECRETS_ID), sealed, length, &is_bound);
		unbound += secret && !is_bound;
		foreign += !secret && seal_has_key_of(seal, sealed, length);
	}
	if (db_end_read(doctor->call->db) != RESULT_OK)
		return; /* no schema yet: reported already */
	if (foreign)
		doctor_add(doctor, FINDING_WRONG, "webhook secrets",
			memory_format(doctor->context,
				"%" PRId64 " were changed, or sealed for another endpoint",
				foreign),
			"dojangctl webhook rotate makes new ones; find out who changed the "
			"database");
	if (unbound)
		doctor_add(doctor, FINDING_WARNING, "webhook secrets",
			memory_format(doctor->context,
				"%" PRId64 " of release 0.1.0 are not bound to their endpoints",
				unbound),
			"dojangctl webhook bind, once no program of 0.1.0 runs any more");
}

/* A replaced key does not open existing data. */
static void check_sealed(struct doctor *doctor)
{
	const char *error, *file = doctor->settings->server.seal_key_file;
	struct seal *seal = file ? seal_open(doctor->context, file,
				    doctor->settings->server.old_seal_key_file, &error)
				 : NULL;
	struct sealed sealed;
	if (!seal || count_sealed(doctor->call->db, doctor->context, seal, &sealed) != RESULT_OK)
		return; /* reported already */
	if (sealed.closed)
		doctor_add(doctor, FINDING_WRONG, "sealed data",
			memory_format(doctor->context,
				"%" PRId64 " of %" PRId64 " addresses and webhook secrets were "
				"sealed with another key",
				sealed.closed, sealed.all),
			"bring that key back from its copy: as server.old_seal_key_file, the new "
			"one stays");
	else
		doctor_add(doctor, FINDING_OK, "sealed data",
			"the key opens all addresses and webhook secrets", NULL);
	check_bound(doctor, seal);
}

/* The administrator's password may be readable only by root, and the programs' user can run doctor
 * too. */
static void explain_no_password(struct doctor *doctor)
{
	const char *file = doctor->settings->database.admin_password_file;
	bool is_closed = file && access(file, R_OK) != 0 && errno == EACCES;
	if (is_closed)
		doctor_add(doctor, FINDING_WARNING, "database for dojangctl",
			memory_format(doctor->context,
				"not checked as this user, who may not read %s: "
				"server, schema and migrations were not looked at",
				file),
			"run dojangctl doctor once more as the user who runs dojangctl migrate");
	else
		doctor_add(doctor, FINDING_WRONG, "database for dojangctl", doctor->call->db_fault,
			"mend database.admin_password_file");
}

void doctor_check_database(struct doctor *doctor)
{
	if (!doctor->call->db) {
		explain_no_password(doctor);
		return;
	}
	if (!db_is_reachable(doctor->call->db)) {
		doctor_add(doctor, FINDING_WRONG, "database for dojangctl",
			connection_fault(doctor->context, doctor->call->db),
			"nothing else about the database can be said before dojangctl reaches it");
		return;
	}
	doctor_add(doctor, FINDING_OK, "database for dojangctl", "reachable", NULL);
	check_transport(doctor);
	doctor_check_servers(doctor);
	check_schema(doctor);
	check_migrations(doctor);
	check_zones(doctor);
	check_sealed(doctor);
}
