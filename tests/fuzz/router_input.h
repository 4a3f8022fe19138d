/* SPDX-License-Identifier: MIT */
/* A request made of a fuzz input, and a program's whole route table with handlers that only look.
 */
#ifndef DOJANG_TESTS_ROUTER_INPUT_H
#define DOJANG_TESTS_ROUTER_INPUT_H

#include "fuzz.h"

#include "base/text.h"
#include "web/problem.h"
#include "web/router.h"

/* The pieces of an input, in this order. */
enum {
	PIECE_METHOD,
	PIECE_URI,
	PIECE_TYPE,
	PIECE_LENGTH,
	PIECE_AUTHORIZATION,
	PIECE_ORIGIN,
	PIECE_LANGUAGE,
	PIECE_COOKIE,
	PIECE_HOST,
	PIECE_BODY,
	PIECE_COUNT
};

struct router_input {
	char *pieces[PIECE_COUNT];
	size_t lengths[PIECE_COUNT];
};

static inline const char *router_input_get(void *source, const char *name)
{
	static const char *const NAMES[] = {
		"REQUEST_METHOD",
		"REQUEST_URI",
		"CONTENT_TYPE",
		"CONTENT_LENGTH",
		"HTTP_AUTHORIZATION",
		"HTTP_ORIGIN",
		"HTTP_ACCEPT_LANGUAGE",
		"HTTP_COOKIE",
		"HTTP_HOST",
	};
	const struct router_input *input = source;
	for (size_t i = 0; i < countof(NAMES); i++)
		if (text_equals(NAMES[i], name))
			return input->lengths[i] ? input->pieces[i] : NULL;
	return NULL;
}

static inline long router_input_body(void *source, char *into, size_t size)
{
	const struct router_input *input = source;
	size_t length = input->lengths[PIECE_BODY] < size ? input->lengths[PIECE_BODY] : size;
	memcpy(into, input->pieces[PIECE_BODY], length);
	return (long)length;
}

static inline bool is_text_of_the_field(const struct field *field, const char *text)
{
	size_t length = text ? strlen(text) : 0;
	return !text
		|| (text_is_utf8(text, length)
			&& (field->maximum <= 0
				|| text_characters(text) <= (size_t)field->maximum));
}

/* A handler never sees raw input: texts are UTF-8 within their bounds, numbers too. */
static inline enum result router_input_look(const struct call *call, struct response *out)
{
	const struct route *route = call->program;
	const char *fields = call->fields;
	(void)out;
	for (const struct field *field = route ? route->fields : NULL; field && field->name;
		field++) {
		const void *slot = fields + field->offset;
		if (field->type == FIELD_TEXT)
			FUZZ_HOLDS(is_text_of_the_field(field, *(const char *const *)slot));
		if (field->type == FIELD_NUMBER)
			FUZZ_HOLDS(*(const int64_t *)slot == 0
				|| (*(const int64_t *)slot >= field->minimum
					&& *(const int64_t *)slot <= field->maximum));
	}
	return RESULT_OK;
}

static inline enum result router_input_allow(
	struct call *call, const struct route *route, enum role role, struct response *out)
{
	union {
		const struct route *in;
		void *out;
	} program = { .in = route };
	(void)role;
	(void)out;
	call->program = program.out;
	return route->role == ROLE_ANYONE || call->request->authorization || call->request->cookie
		? RESULT_OK
		: ERR_UNAUTHORIZED;
}

/* The table with its handlers replaced, made once. */
static inline struct route *router_input_routes(const struct route *from, size_t count)
{
	struct route *routes = memory_array(NULL, struct route, count);
	for (size_t i = 0; i < count; i++) {
		routes[i] = from[i];
		routes[i].handle = router_input_look;
		if (routes[i].show_again)
			routes[i].show_again = router_input_look;
	}
	return routes;
}

static inline void router_input_run(const struct router *router, const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct router_input input;
	struct fuzz_input pieces = fuzz_input(data, size);
	struct response out;
	for (size_t i = 0; i < PIECE_COUNT; i++)
		input.pieces[i] = fuzz_piece(&pieces, context, &input.lengths[i]);
	struct request *request = request_read(context, router_input_get, &input);
	request->read_body = router_input_body;
	request->source = &input;
	struct call call = { .context = context, .request = request };
	router_dispatch(router, &call, &out);
	FUZZ_HOLDS(out.result < RESULT_COUNT);
	for (size_t i = 0; i < out.errors.count; i++)
		FUZZ_HOLDS(out.errors.items[i].field && out.errors.items[i].detail);
	if (!is_success(out.result))
		(void)json_text(context, json_attach(context, problem_json(&out, "id")));
	memory_free(context);
}

#endif
