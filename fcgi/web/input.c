/* SPDX-License-Identifier: MIT */
/* Reads path and query into fields. */
#include "web/input.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

static const char NOT_DECODABLE[] = "must be percent-encoded UTF-8";

static enum result set(const struct field *field, const struct request_text *value, void *target,
	struct response *out)
{
	const char *fault = value->is_good
		? field_set(field, out->context, target, value->text, strlen(value->text))
		: NOT_DECODABLE;
	return fault ? response_field_error(out, ERR_BAD_REQUEST, field->name, fault) : RESULT_OK;
}

enum result input_path(const struct field *table, const char *name,
	const struct request_text *segment, void *target, struct response *out)
{
	const struct field *field = field_find(table, name, FIELD_PATH);
	return set(field, segment, target, out);
}

static bool is_repeated(const struct request *request, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (text_equals(request->pairs[i].name.text, request->pairs[index].name.text))
			return true;
	return false;
}

/* Returns the error of the name itself, or NULL. */
static const char *name_fault(
	const struct field *field, const struct request *request, size_t index)
{
	if (!request->pairs[index].name.is_good)
		return NOT_DECODABLE;
	if (!field)
		return "is not known here";
	return is_repeated(request, index) ? "must not be repeated" : NULL;
}

static bool has_pair(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->pair_count; i++)
		if (text_equals(request->pairs[i].name.text, name))
			return true;
	return false;
}

static void report_missing(
	const struct field *table, const struct request *request, struct response *out)
{
	for (const struct field *field = table; field && field->name; field++)
		if (field->source == FIELD_QUERY && field->is_required
			&& !has_pair(request, field->name))
			field_errors_add(&out->errors, out->context, field->name, "is required");
}

enum result input_query(const struct field *table, const struct request *request,
	bool ignores_other_names, void *target, struct response *out)
{
	for (size_t i = 0; i < request->pair_count; i++) {
		const struct request_pair *pair = &request->pairs[i];
		const struct field *field = table ? field_find(table, pair->name.text, FIELD_QUERY)
						  : NULL;
		if (!field && ignores_other_names)
			continue;
		const char *fault = name_fault(field, request, i);
		if (fault)
			field_errors_add(&out->errors, out->context,
				pair->name.is_good ? pair->name.text : "query", fault);
		else
			set(field, &pair->value, target, out);
	}
	if (request->has_too_many_pairs)
		field_errors_add(&out->errors, out->context, "query", "has too many names");
	report_missing(table, request, out);
	return out->errors.count ? ERR_BAD_REQUEST : RESULT_OK;
}
