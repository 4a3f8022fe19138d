/* SPDX-License-Identifier: MIT */
/* The answer to a request: status, a few headers and one body. */
#ifndef DOJANG_WEB_RESPONSE_H
#define DOJANG_WEB_RESPONSE_H

#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"

/* Takes the next bytes of a long body; false when nobody reads them any more. */
struct response_sink {
	bool (*write)(void *source, const char *bytes, size_t size);
	void *source;
};

struct response {
	const void *context; /* memory of the request */
	enum result result;
	/* an answer's body; freed with the context once response_json took it */
	json_object *json;
	const char *text, *content_type; /* or a body of another kind */
	/* Or a body that is made while it is sent; false cuts the answer off, so that nobody takes
	 * half for the whole. */
	bool (*stream)(const struct response_sink *sink, void *state);
	void *stream_state;
	/* more of them, each with its line end: see response_header */
	const char *headers;
	/* the body of an error is there already: a form with what is wrong in it */
	bool is_shown;
	const char *detail; /* of a problem; NULL: the problem's title */
	/* of a problem: why, as a word for programs; NULL: the type says it all */
	const char *reason;
	struct field_errors errors; /* of a problem */
	const char *allow;          /* of a 405 or an OPTIONS */
	unsigned retry_after;       /* seconds; 0: none */
	bool varies_by_origin;      /* a customers' route: caches must know */
	const char *cors_origin;    /* the page that may read this; NULL: none */
};

/* Takes json over: it goes with the request's memory. */
void response_json(struct response *out, json_object *json);
/* Adds a header. A value that could end its line is left out whole. */
void response_header(struct response *out, const char *name, const char *value);
/* Notes one wrong field; detail is copied below the context. */
void response_note_field(struct response *out, const char *field, const char *detail);
/* … and answers result, for `return`. */
static inline enum result response_field_error(
	struct response *out, enum result result, const char *field, const char *detail)
{
	response_note_field(out, field, detail);
	return result;
}

#endif
