/* SPDX-License-Identifier: MIT */
/* The audit log: every change by staff and by the command line, written in the change's own
 * transaction. */
#ifndef DOJANG_RECORDS_AUDIT_H
#define DOJANG_RECORDS_AUDIT_H

#include "base/json.h"
#include "records/edit.h"

/* Inside a transaction. action "stock.change", subject "product": what was changed, id: which.
 * before and after say what differs, with internal ids and no personal data; NULL: there was
 * nothing. Both are taken over. */
void audit_write(const struct edit *edit, const char *action, const char *subject, uint64_t id,
	json_object *before, json_object *after);

#endif
