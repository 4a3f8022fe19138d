/* SPDX-License-Identifier: MIT */
/* Fills responses. */
#include "web/response.h"

#include "base/memory.h"

#include <string.h>

void response_json(struct response *out, json_object *json)
{
	out->json = json_attach(out->context, json);
}

void response_header(struct response *out, const char *name, const char *value)
{
	if (!strpbrk(value, "\r\n"))
		out->headers = memory_format(out->context, "%s%s: %s\r\n",
			out->headers ? out->headers : "", name, value);
}

void response_note_field(struct response *out, const char *field, const char *detail)
{
	field_errors_add(&out->errors, out->context, field, detail);
}
