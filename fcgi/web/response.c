/* SPDX-License-Identifier: MIT */
/* Fills answers. */
#include "web/response.h"

#include "base/memory.h"

void response_json(struct response *out, json_object *json)
{
	out->json = json_attach(out->context, json);
}

enum result response_field_error(struct response *out, enum result result, const char *field, const char *detail)
{
	field_errors_add(&out->errors, out->context, field, detail);
	return result;
}
