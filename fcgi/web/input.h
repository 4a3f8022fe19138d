/* SPDX-License-Identifier: MIT */
/* Fields of a request into the struct of its route: path and query first (400), then the JSON body
 * (422). Everything that is wrong is reported at once, each by the name of its field. */
#ifndef DOJANG_WEB_INPUT_H
#define DOJANG_WEB_INPUT_H

#include "base/fields.h"
#include "web/form.h"
#include "web/request.h"
#include "web/response.h"

/* A segment of the path into its field. */
enum result input_path(const struct field *table, const char *name,
	const struct request_text *segment, void *target, struct response *out);
/* The whole query: repeated and missing names are errors too, and unknown ones where they are not
 * ignored. */
enum result input_query(const struct field *table, const struct request *request,
	bool ignores_other_names, void *target, struct response *out);
/* A JSON object (an empty text counts as an empty object): ERR_BAD_REQUEST when it is not JSON,
 * ERR_INVALID when a field is wrong. */
enum result input_body(const struct field *table, const char *text, size_t length, void *target,
	struct response *out);
/* A form: what was left empty counts as absent, and names that begin with an underscore belong to
 * the page, not to the route. */
enum result input_form(
	const struct field *table, const struct form *form, void *target, struct response *out);

#endif
