/* SPDX-License-Identifier: MIT */
/* Options of a select element, read by a query: for filters (console/list.h) and forms
 * (console/form_page.h). */
#ifndef DOJANG_CONSOLE_CHOICES_H
#define DOJANG_CONSOLE_CHOICES_H

#include "console/service.h"
#include "db/db.h"

/* [{"value","label"}], below context, from a query whose first two columns are texts. Inside a
 * transaction function (db/db.h). */
json_object *choices_select(struct db *db, const void *context, enum query query);
/* The same outside a transaction function, below the call's context. */
enum result choices_read(const struct call *call, enum query query, json_object **choices);
/* Adds an option. */
void choices_add(json_object *choices, const char *value, const char *label);

#endif
