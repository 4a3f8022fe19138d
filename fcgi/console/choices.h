/* SPDX-License-Identifier: MIT */
/* What a select can choose among, by a query: for filters (console/list.h) and forms
 * (console/form_page.h). */
#ifndef DOJANG_CONSOLE_CHOICES_H
#define DOJANG_CONSOLE_CHOICES_H

#include "console/service.h"
#include "db/db.h"

/* [{"value","label"}] below context, of a query whose first two columns are texts. Inside a body
 * (db/db.h). */
json_object *choices_select(struct db *db, const void *context, enum query query);
/* The same as a work of its own, below the call's context. */
enum result choices_read(const struct call *call, enum query query, json_object **choices);
/* One more. */
void choices_add(json_object *choices, const char *value, const char *label);

#endif
