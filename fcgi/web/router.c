/* SPDX-License-Identifier: MIT */
/* Finds the route of a request and makes all checks in their order before it calls the handler. */
#include "web/router.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/cors.h"
#include "web/input.h"
#include "web/multipart.h"
#include "web/problem.h"

#include <string.h>
#include <strings.h>

enum { RETRY_AFTER_SECONDS = 1 };

/* --- the table --- */

static const char *fault(const void *context, const struct route *route, const char *what)
{
	return memory_format(context, "route %s %s: %s", route->method, route->path, what);
}

/* The next part of a route's path, without its slash; *size is 0 at the end. */
static const char *next_piece(const char **path, size_t *size)
{
	const char *piece = **path == '/' ? *path + 1 : *path;
	*size = strcspn(piece, "/");
	*path = piece + *size;
	return piece;
}

static bool is_parameter(const char *piece, size_t size)
{
	return size > 2 && piece[0] == '{' && piece[size - 1] == '}';
}

static const char *parameter_name(const void *context, const char *piece, size_t size)
{
	return memory_copy_bytes(context, piece + 1, size - 2);
}

static bool has_all_path_fields(const struct route *route, const void *context)
{
	size_t size;
	for (const char *path = route->path; *path;) {
		const char *piece = next_piece(&path, &size);
		if (is_parameter(piece, size)
			&& (!route->fields
				|| !field_find(route->fields, parameter_name(context, piece, size),
					FIELD_PATH)))
			return false;
	}
	return true;
}

const char *router_fault(const struct router *router, const void *context)
{
	for (size_t i = 0; i < router->route_count; i++) {
		const struct route *route = &router->routes[i];
		const struct field *field = route->fields ? field_table_fault(route->fields) : NULL;
		if (route->role == ROLE_UNSET)
			return fault(context, route, "has no role");
		if ((route->role == ROLE_SHOP) != (route->scope != 0))
			return fault(context, route,
				"needs a scope exactly when it is for the shop's backend");
		if (!route->handle)
			return fault(context, route, "has no handler");
		if (field)
			return fault(context, route,
				memory_format(context, "field %s cannot work", field->name));
		if (!has_all_path_fields(route, context))
			return fault(context, route, "a name in its path is not among its fields");
	}
	return NULL;
}

static bool matches(const struct route *route, const struct request *request)
{
	const char *path = route->path;
	size_t size, count = 0;
	while (*path) {
		const char *piece = next_piece(&path, &size);
		if (count == request->segment_count)
			return false;
		const struct request_text *segment = &request->segments[count++];
		if (!is_parameter(piece, size)
			&& !(segment->is_good && strlen(segment->text) == size
				&& memcmp(segment->text, piece, size) == 0))
			return false;
	}
	return count == request->segment_count;
}

/* The methods of the matching routes ("GET, HEAD, OPTIONS"); "" when none matches. */
static const char *allowed_methods(const struct router *router, const struct request *request)
{
	char *methods = memory_copy_text(request->context, "");
	for (size_t i = 0; i < router->route_count; i++) {
		const struct route *route = &router->routes[i];
		if (matches(route, request))
			methods = memory_format(request->context, "%s%s%s, ", methods,
				route->method, strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
	}
	return *methods ? memory_format(request->context, "%sOPTIONS", methods) : methods;
}

void router_find(const struct router *router, struct call *call)
{
	for (size_t i = 0; i < router->route_count && !call->route; i++) {
		const struct route *route = &router->routes[i];
		if (!matches(route, call->request))
			continue;
		call->same_path = route;
		if (text_equals(route->method, call->request->method))
			call->route = route;
	}
}

/* --- the checks --- */

static bool is_type(const char *content_type, const char *wanted)
{
	size_t length = strlen(wanted);
	if (!content_type || strncasecmp(content_type, wanted, length) != 0)
		return false;
	const char *rest = content_type + length + strspn(content_type + length, " \t");
	return *rest == 0 || *rest == ';';
}

static enum result check_path_and_query(const struct route *route, const struct request *request,
	void *fields, struct response *out)
{
	const char *path = route->path;
	size_t size;
	for (size_t i = 0; *path; i++) {
		const char *piece = next_piece(&path, &size);
		if (is_parameter(piece, size))
			input_path(route->fields, parameter_name(request->context, piece, size),
				&request->segments[i], fields, out);
	}
	return input_query(route->fields, request, route->ignores_other_names, fields, out);
}

static enum result check_body(const struct route *route, const struct request *request,
	void *fields, struct response *out)
{
	char *body = NULL;
	size_t length = 0;
	enum result result = request_body(request, route->body_limit, &body, &length);
	return result == RESULT_OK ? input_body(route->fields, body, length, fields, out) : result;
}

/* The guard of a form runs before its fields are read. */
static enum result check_form(
	const struct router *router, const struct route *route, struct call *call)
{
	struct form *form = memory_new(call->context, struct form);
	enum result result = form_read(call->request, route->body_limit, form);
	call->form = form;
	return result == RESULT_OK ? router->guard_form(call, route) : result;
}

static bool is_good_type(const struct router *router, const char *content_type)
{
	if (!router->guard_form)
		return is_type(content_type, "application/json");
	return is_type(content_type, "application/x-www-form-urlencoded")
		|| multipart_is(content_type);
}

static enum result check_input(const struct router *router, const struct route *route,
	struct call *call, struct response *out)
{
	bool is_form = route->body_limit && router->guard_form;
	void *fields = memory_zeroed(call->context, route->fields_size ? route->fields_size : 1);
	call->fields = fields;
	if (route->body_limit && call->request->content_length > 0
		&& !is_good_type(router, call->request->content_type))
		return ERR_UNSUPPORTED_MEDIA_TYPE;
	enum result result = is_form ? check_form(router, route, call) : RESULT_OK;
	if (result != RESULT_OK)
		return result;
	if (route->fields)
		field_set_fallbacks(route->fields, call->context, fields);
	result = check_path_and_query(route, call->request, fields, out);
	if (result == RESULT_OK && is_form)
		return input_form(route->fields, call->form, fields, out);
	if (result == RESULT_OK && route->body_limit)
		result = check_body(route, call->request, fields, out);
	return result;
}

static enum result check_size(const struct route *route, const struct request *request)
{
	if (request->content_length < 0)
		return ERR_BAD_REQUEST;
	return route->body_limit && request->content_length > (int64_t)route->body_limit
		? ERR_TOO_LARGE
		: RESULT_OK;
}

/* A refused form is shown again with the typed values. */
static enum result show_again(
	const struct route *route, struct call *call, struct response *out, enum result result)
{
	if (!out->is_shown && route->show_again && call->form
		&& (result == ERR_INVALID || result == ERR_CONFLICT))
		out->is_shown = is_success(route->show_again(call, out));
	return result;
}

static enum result check(const struct router *router, struct call *call, struct response *out)
{
	const struct route *route = call->route;
	enum result result = check_size(route, call->request);
	if (result != RESULT_OK)
		return result;
	if (route->role != ROLE_ANYONE || router->authorizes_anyone)
		result = router->authorize(call, route, route->role, out);
	if (result != RESULT_OK)
		return result;
	result = check_input(router, route, call, out);
	/* the handler would have checked the customer: 403 comes before invalid input */
	if (result != RESULT_OK && route->role == ROLE_BEARER) {
		enum result allowed = router->authorize(call, route, ROLE_CUSTOMER, out);
		if (allowed != RESULT_OK)
			return allowed;
	}
	return result == RESULT_OK ? result : show_again(route, call, out, result);
}

static enum result answer_without_route(const struct router *router, const struct request *request,
	bool has_path, struct response *out)
{
	if (!has_path)
		return ERR_NOT_FOUND;
	out->allow = allowed_methods(router, request);
	return text_equals(request->method, "OPTIONS") ? RESULT_NO_CONTENT : ERR_METHOD_NOT_ALLOWED;
}

static void complete(const struct router *router, struct call *call, struct response *out)
{
	if (is_success(out->result) || out->is_shown)
		return;
	if (out->result != ERR_BAD_REQUEST && out->result != ERR_INVALID)
		out->errors.count = 0;
	if (out->result == ERR_UNAVAILABLE || out->result == ERR_TOO_MANY_REQUESTS)
		out->retry_after = out->retry_after ? out->retry_after : RETRY_AFTER_SECONDS;
	out->text = NULL;
	if (router->present_error) {
		router->present_error(call, out);
		return;
	}
	out->content_type = "application/problem+json";
	response_json(out, problem_json(out, call->request->id));
}

void router_check(const struct router *router, struct call *call, struct response *out)
{
	*out = (struct response){ .context = call->context };
	out->result = call->route
		? check(router, call, out)
		: answer_without_route(router, call->request, call->same_path, out);
	call->is_checked = call->route && out->result == RESULT_OK;
}

void router_answer(const struct router *router, struct call *call, struct response *out)
{
	if (call->is_checked)
		out->result = show_again(call->route, call, out, call->route->handle(call, out));
	cors_answer(router, call->same_path, call->request, out);
	complete(router, call, out);
}

void router_refuse(
	const struct router *router, struct call *call, struct response *out, enum result result)
{
	*out = (struct response){ .context = call->context, .result = result };
	cors_answer(router, call->same_path, call->request, out);
	complete(router, call, out);
}

void router_dispatch(const struct router *router, struct call *call, struct response *out)
{
	router_find(router, call);
	router_check(router, call, out);
	router_answer(router, call, out);
}
