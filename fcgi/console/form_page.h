/* SPDX-License-Identifier: MIT */
/* Pages with a form, made from the same field table that validates it. Labels are "field.NAME" of
 * the catalogue, choices "word.CHOICE", and texts of the page "form.FORM.title", ".send" and, if it
 * exists, ".intro". */
#ifndef DOJANG_CONSOLE_FORM_PAGE_H
#define DOJANG_CONSOLE_FORM_PAGE_H

#include "console/page.h"

/* The options of a field whose value is one of many rows: [{"value","label"}]. */
struct form_options {
	const char *field;
	json_object *options;
};

struct form_page {
	const char *name;          /* "event-new" */
	const struct field *table; /* its FIELD_BODY rows are shown */
	/* the struct of table, shown before anything is typed; NULL: defaults */
	const void *values;
	const struct form_options *options;
	size_t option_count;
	/* names of fields that are shown and locked, ending with NULL; NULL: none */
	const char *const *locked;
	const char *back;    /* the target of "Cancel" */
	const char *other;   /* the target of "form.FORM.other"; NULL: none */
	const char *another; /* the same with "form.FORM.another" */
	const char *further; /* the same with "form.FORM.further" */
	bool is_danger;      /* the form does something that cannot be undone */
};

/* The fields as data for console/fields.html. */
json_object *form_page_fields(
	const struct call *call, const struct response *out, const struct form_page *form);
/* Adds what was seen when the form was made (its version, a mark for each field), and the errors of
 * the whole form. */
void form_page_put_seen(const struct call *call, const struct response *out,
	const struct form_page *form, json_object *data);
/* The whole page. data is from page_new, with the values of the form's texts. */
enum result form_page_show(const struct call *call, struct response *out,
	const struct form_page *form, json_object *data);

#endif
