/* SPDX-License-Identifier: MIT */
/* Parses multipart/form-data. Searches for complete delimiters only, and never beyond the end of
 * the body. */
#define _GNU_SOURCE /* memmem, strcasestr */
#include "web/multipart.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { BOUNDARY_MAXIMUM = 70 };

static const char TYPE[] = "multipart/form-data";

/* The unread rest of the body. */
struct rest {
	const char *at;
	size_t size;
};

bool multipart_is(const char *content_type)
{
	size_t length = sizeof TYPE - 1;
	return content_type && strncasecmp(content_type, TYPE, length) == 0
		&& (content_type[length] == ';' || content_type[length] == ' ');
}

/* "--" and the boundary of the content type; NULL when it has no valid one. */
static const char *delimiter_of(const void *context, const char *content_type)
{
	static const char ALLOWED[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=?";
	const char *name = strcasestr(content_type, "boundary=");
	if (!name)
		return NULL;
	const char *value = name + strlen("boundary=");
	value += *value == '"';
	size_t length = strspn(value, ALLOWED);
	return length > 0 && length <= BOUNDARY_MAXIMUM
		? memory_format(context, "\r\n--%.*s", (int)length, value)
		: NULL;
}

static bool skip(struct rest *rest, const char *text)
{
	size_t length = strlen(text);
	if (rest->size < length || memcmp(rest->at, text, length) != 0)
		return false;
	rest->at += length;
	rest->size -= length;
	return true;
}

/* Reads up to text and skips it; false when it does not occur. */
static bool take_until(struct rest *rest, const char *text, struct rest *taken)
{
	const char *end = memmem(rest->at, rest->size, text, strlen(text));
	if (!end)
		return false;
	*taken = (struct rest){ rest->at, (size_t)(end - rest->at) };
	rest->size -= taken->size + strlen(text);
	rest->at = end + strlen(text);
	return true;
}

/* The field name in the headers of a part, or NULL. */
static const char *part_name(const void *context, const struct rest *headers)
{
	const char *text = memory_copy_bytes(context, headers->at, headers->size);
	const char *disposition = strlen(text) == headers->size
		? strcasestr(text, "content-disposition:")
		: NULL;
	if (!disposition)
		return NULL;
	size_t line = strcspn(disposition, "\r\n");
	const char *name = memmem(disposition, line, "; name=\"", strlen("; name=\""));
	if (!name)
		return NULL;
	name += strlen("; name=\"");
	size_t length = strcspn(name, "\"\r\n");
	return name[length] == '"' && text_is_utf8(name, length)
		? memory_copy_bytes(context, name, length)
		: NULL;
}

static bool add(const void *context, struct form *form, const char *name, const struct rest *value)
{
	if (!name || form->count == FORM_PAIRS_MAXIMUM || form_text(form, name))
		return false;
	bool is_text = text_is_utf8(value->at, value->size);
	const char *bytes = memory_copy_bytes(context, value->at, value->size);
	form->pairs[form->count++] = (struct form_pair){ { name, true },
		{ is_text ? bytes : "", is_text }, bytes, value->size };
	return true;
}

enum result multipart_read(
	const struct request *request, const char *body, size_t length, struct form *form)
{
	const void *context = request->context;
	const char *delimiter = delimiter_of(context, request->content_type);
	struct rest rest = { body, length }, headers, value;
	if (!delimiter || !skip(&rest, delimiter + 2)) /* the first one starts the body */
		return ERR_BAD_REQUEST;
	while (!skip(&rest, "--"))
		if (!skip(&rest, "\r\n") || !take_until(&rest, "\r\n\r\n", &headers)
			|| !take_until(&rest, delimiter, &value)
			|| !add(context, form, part_name(context, &headers), &value))
			return ERR_BAD_REQUEST;
	return RESULT_OK;
}
