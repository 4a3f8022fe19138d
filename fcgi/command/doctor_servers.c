/* SPDX-License-Identifier: MIT */
/* Checks each server of database.hosts: version, durability, binary log, cluster. */
#include "command/doctor.h"

#include "base/memory.h"
#include "base/text.h"
#include "command/connection.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_OF_DAY = 86400, KEPT_DAYS = 2 };

struct server {
	struct doctor *doctor;
	const char *host; /* NULL: the only one */
	struct db *db;
	json_object *values; /* what SHOW GLOBAL VARIABLES and STATUS say */
	size_t host_count;
};

static enum result read_transaction(struct db *db, void *state)
{
	struct server *server = state;
	struct db_rows *rows = db_select(db, QUERY_DOCTOR_VARIABLES, DB_NO_PARAMS);
	const void *context = server->doctor->context;
	while (db_next(rows))
		json_put_text(server->values,
			db_get_text(rows, DOCTOR_VARIABLES_VARIABLE_NAME, context),
			db_get_text(rows, DOCTOR_VARIABLES_VALUE, context));
	rows = db_select(db, QUERY_DOCTOR_STATUS, DB_NO_PARAMS);
	while (db_next(rows))
		json_put_text(server->values,
			db_get_text(rows, DOCTOR_STATUS_VARIABLE_NAME, context),
			db_get_text(rows, DOCTOR_STATUS_VALUE, context));
	return RESULT_OK;
}

/* "" where the server has no such variable. */
static const char *value_of(const struct server *server, const char *name)
{
	json_object *value = json_object_object_get(server->values, name);
	return value ? json_object_get_string(value) : "";
}

static bool is_on(const struct server *server, const char *name)
{
	return text_equals(value_of(server, name), "ON");
}

/* -1 where the server has no such variable. */
static int64_t number_of(const struct server *server, const char *name)
{
	const char *value = value_of(server, name);
	return *value ? strtoll(value, NULL, 10) : -1;
}

static void add(const struct server *server, enum finding finding, const char *check,
	const char *found, const char *todo)
{
	if (server->host)
		check = memory_format(server->doctor->context, "%s on %s", check, server->host);
	doctor_add(server->doctor, finding, check, found, todo);
}

static void judge_version(const struct server *server)
{
	const char *version = value_of(server, "version");
	bool is_mariadb = strstr(version, "MariaDB");
	char *rest;
	long major = strtol(version, &rest, 10),
	     minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
	bool is_enough = is_mariadb ? major > 10 || (major == 10 && minor >= 6) : major >= 8;
	add(server, is_enough ? FINDING_OK : FINDING_WRONG, "database version", version,
		is_enough ? NULL : "MariaDB 10.6 or MySQL 8.0 is needed, or newer");
}

/* 3 is MariaDB's 1 or more. */
static void judge_durability(const struct server *server)
{
	const void *context = server->doctor->context;
	int64_t flush = number_of(server, "innodb_flush_log_at_trx_commit");
	int64_t sync = number_of(server, "sync_binlog");
	if (flush != 1 && flush != 3)
		add(server, FINDING_WRONG, "durability",
			memory_format(context,
				"innodb_flush_log_at_trx_commit is %" PRId64
				": a power cut loses what was answered",
				flush),
			"set innodb_flush_log_at_trx_commit = 1 in the server's settings");
	else if (is_on(server, "log_bin") && sync != 1)
		add(server, FINDING_WARNING, "durability",
			memory_format(context,
				"sync_binlog is %" PRId64
				": after a power cut the binary log lacks the last changes",
				sync),
			"set sync_binlog = 1 in the server's settings");
	else
		add(server, FINDING_OK, "durability", "what was answered is on the disk", NULL);
}

/* How long the server keeps its binary log; 0: for ever. */
static int64_t kept_seconds(const struct server *server)
{
	int64_t seconds = number_of(server, "binlog_expire_logs_seconds");
	int64_t days = (int64_t)strtod(value_of(server, "expire_logs_days"), NULL);
	return seconds > 0 ? seconds : days * SECONDS_OF_DAY;
}

/* NULL: a restore can bring back everything. */
static const char *log_fault(const struct server *server)
{
	int64_t kept = kept_seconds(server);
	if (!is_on(server, "log_bin"))
		return "is off: a restore loses what happened since the last backup";
	if (!text_equals(value_of(server, "binlog_format"), "ROW"))
		return "binlog_format is not ROW: a restore can differ from what was lost";
	if (kept && kept < KEPT_DAYS * SECONDS_OF_DAY)
		return "is kept for less than two days: it can end before the next backup";
	if (is_on(server, "wsrep_on") && !is_on(server, "log_slave_updates"))
		return "log_slave_updates is OFF: it lacks what other nodes wrote";
	return NULL;
}

static void judge_binary_log(const struct server *server)
{
	const char *fault = log_fault(server);
	int64_t kept = kept_seconds(server);
	if (fault)
		add(server, FINDING_WARNING, "binary log", fault,
			"use the settings of share/dojang/database.cnf "
			"(docs/operations/backup-and-restore.md); where the server is not yours, "
			"take backups more often");
	else
		add(server, FINDING_OK, "binary log",
			kept ? memory_format(server->doctor->context, "kept for %" PRId64 " days",
				kept / SECONDS_OF_DAY)
			     : "kept until somebody deletes it",
			NULL);
}

/* NULL: the node is as docs/cluster.md describes. */
static const char *cluster_fault(const struct server *server, const char **todo)
{
	*todo = "see docs/cluster.md, When something fails";
	if (!text_equals(value_of(server, "wsrep_cluster_status"), "Primary")
		|| !is_on(server, "wsrep_ready"))
		return "does not take part in the cluster";
	if (number_of(server, "wsrep_cluster_size") < (int64_t)server->host_count)
		return "the cluster has fewer nodes than database.hosts";
	*todo = "see docs/cluster.md, Settings of the nodes";
	if (number_of(server, "wsrep_sync_wait") % 2 != 1)
		return "wsrep_sync_wait is not 1: customers can be refused by old data";
	if (is_on(server, "wsrep_dirty_reads"))
		return "wsrep_dirty_reads is ON: a node without the majority answers by old data";
	if (!is_on(server, "innodb_doublewrite"))
		return "innodb_doublewrite is OFF: a crash can damage the data";
	return NULL;
}

static void judge_cluster(const struct server *server)
{
	const char *todo;
	if (!is_on(server, "wsrep_on"))
		return;
	const char *fault = cluster_fault(server, &todo);
	if (fault)
		add(server, FINDING_WRONG, "cluster", fault, todo);
	else
		add(server, FINDING_OK, "cluster",
			memory_format(server->doctor->context, "one of %s nodes",
				value_of(server, "wsrep_cluster_size")),
			NULL);
}

static void check_server(struct server *server)
{
	const void *context = server->doctor->context;
	server->values = json_attach(context, json_new_object());
	if (db_autocommit(server->db, read_transaction, server) != RESULT_OK) {
		add(server, FINDING_WRONG, "database server", connection_fault(context, server->db),
			"the others of database.hosts serve meanwhile, if they are there");
		return;
	}
	judge_version(server);
	judge_durability(server);
	judge_binary_log(server);
	judge_cluster(server);
}

void doctor_check_servers(struct doctor *doctor)
{
	size_t count;
	const char *error;
	const char *const *hosts = connection_hosts(doctor->context, doctor->settings, &count);
	for (size_t i = 0; i < count; i++) {
		struct server server = { .doctor = doctor,
			.host = count > 1 ? hosts[i] : NULL,
			.host_count = count,
			.db = connection_to(doctor->context, doctor->settings, hosts[i], &error) };
		if (server.db)
			check_server(&server);
	}
}
