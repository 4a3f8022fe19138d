/* SPDX-License-Identifier: MIT */
/* Pages with a form: made from the same table of fields that its answer is checked by. Labels are
 * "field.NAME" of the catalogue, words of choices "word.CHOICE", the page's own texts
 * "form.FORM.title", ".send" and, where there are such, ".intro". */
#ifndef DOJANG_CONSOLE_FORM_PAGE_H
#define DOJANG_CONSOLE_FORM_PAGE_H

#include "console/page.h"

/* Of a field whose value is one of many rows: [{"value","label"}]. */
struct form_options {
	const char *field;
	json_object *options;
};

struct form_page {
	const char *name;          /* "event-new" */
	const struct field *table; /* its rows of FIELD_BODY are asked for */
	/* the struct of table, shown before anything is typed; NULL: fallbacks */
	const void *values;
	const struct form_options *options;
	size_t option_count;
	/* names of fields that are shown and cannot be changed, ending with NULL; NULL: none */
	const char *const *locked;
	const char *back;    /* where "Cancel" leads */
	const char *other;   /* where "form.FORM.other" leads; NULL: nowhere */
	const char *another; /* the same with "form.FORM.another" */
	bool is_danger;      /* asks for something that cannot be undone */
};

/* The fields as data for console/fields.html. */
json_object *form_page_fields(
	const struct call *call, const struct response *out, const struct form_page *form);
/* What was seen when the form was made (its version, a mark for each field), and what is wrong with
 * the whole. */
void form_page_put_seen(const struct call *call, const struct response *out,
	const struct form_page *form, json_object *data);
/* The whole page; data is of page_new, with what the form's texts name. */
enum result form_page_show(const struct call *call, struct response *out,
	const struct form_page *form, json_object *data);

#endif
