/* SPDX-License-Identifier: MIT */
/* The audit log: every change by staff and by dojangctl, written in the transaction of the change.
 */
#ifndef DOJANG_RECORDS_AUDIT_H
#define DOJANG_RECORDS_AUDIT_H

#include "base/json.h"
#include "records/edit.h"

/* Inside a transaction: writes a row. action is "stock.change"; subject is the kind of object
 * ("product") and id its id. before and after have the differences, with internal ids and no
 * personal data; NULL: none. Takes ownership of both. */
void audit_write(const struct edit *edit, const char *action, const char *subject, uint64_t id,
	json_object *before, json_object *after);

#endif
