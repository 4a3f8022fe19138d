/* SPDX-License-Identifier: MIT */
/* The findings of dojangctl doctor, line by line. Only for the files doctor*.c. */
#ifndef DOJANG_COMMAND_DOCTOR_H
#define DOJANG_COMMAND_DOCTOR_H

#include "command/command.h"

enum finding { FINDING_OK, FINDING_WARNING, FINDING_WRONG, FINDING_COUNT };

struct doctor {
	const struct command_call *call;
	const void *context;
	const struct settings *settings;
	json_object *checks; /* the lines */
	const char *text;
	size_t counts[FINDING_COUNT];
};

/* Adds a line: what was checked, what was found, and what to do about it (NULL: nothing). */
void doctor_add(struct doctor *doctor, enum finding finding, const char *check, const char *found,
	const char *todo);

/* One file each. */
void doctor_check_files(struct doctor *doctor);
void doctor_check_database(struct doctor *doctor);
void doctor_check_servers(struct doctor *doctor); /* each of database.hosts */
/* the programs' accounts and rights in the database */
void doctor_check_programs(struct doctor *doctor);
void doctor_check_web(struct doctor *doctor);     /* nginx, on a host that has its site */
void doctor_check_outside(struct doctor *doctor); /* issuers and the mail server */

/* True when systemd passes this file to a unit (without .service), under the file's own name.
 * Another file under that name takes precedence, too. */
enum handing { HANDS_NOTHING, HANDS_IT, HANDS_ANOTHER };
enum handing doctor_handing(const void *context, const char *unit, const char *file);

#endif
