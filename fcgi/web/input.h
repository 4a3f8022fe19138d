/* SPDX-License-Identifier: MIT */
/* Reads the fields of a request into the struct of its route: path and query first (400), then the
 * JSON body (422). All errors are reported at once, each with the name of its field. */
#ifndef DOJANG_WEB_INPUT_H
#define DOJANG_WEB_INPUT_H

#include "base/fields.h"
#include "web/form.h"
#include "web/request.h"
#include "web/response.h"

/* Reads a segment of the path into its field. */
enum result input_path(const struct field *table, const char *name,
	const struct request_text *segment, void *target, struct response *out);
/* Reads the whole query. Repeated and missing names are errors, and unknown names unless they are
 * ignored. */
enum result input_query(const struct field *table, const struct request *request,
	bool ignores_other_names, void *target, struct response *out);
/* Reads a JSON object; an empty text is an empty object. ERR_BAD_REQUEST when it is not JSON,
 * ERR_INVALID when a field is invalid. */
enum result input_body(const struct field *table, const char *text, size_t length, void *target,
	struct response *out);
/* Reads a form. An empty value is absent. Names with a leading underscore belong to the page, not
 * to the route. */
enum result input_form(
	const struct field *table, const struct form *form, void *target, struct response *out);

#endif
