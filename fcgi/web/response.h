/* SPDX-License-Identifier: MIT */
/* The response to a request: status, a few headers and one body. */
#ifndef DOJANG_WEB_RESPONSE_H
#define DOJANG_WEB_RESPONSE_H

#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"
#include "web/writer.h"

enum stream_progress { STREAM_GOES_ON, STREAM_ENDED, STREAM_FAILED };

struct response {
	const void *context; /* memory of the request */
	enum result result;
	/* a JSON body; freed with the context after response_json */
	json_object *json;
	const char *text, *content_type; /* or a body of another type */
	/* Or a body that is produced while it is sent: each call appends the next part to `to`.
	 * Other requests are served between the calls. STREAM_FAILED cuts the response off, so that
	 * half is not taken for the whole. */
	enum stream_progress (*stream)(struct writer *to, void *state);
	void *stream_state;
	/* further headers, each with its line end; see response_header */
	const char *headers;
	/* the error body exists already: the form with its errors */
	bool is_shown;
	const char *detail; /* detail of a problem; NULL: its title */
	/* the machine-readable reason of a problem; NULL: none beside the type */
	const char *reason;
	struct field_errors errors; /* invalid fields of a problem */
	const char *allow;          /* for a 405 or OPTIONS */
	unsigned retry_after;       /* in seconds; 0: none */
	bool varies_by_origin;      /* a customers' route: sends Vary: Origin */
	/* the same address has another response for callers with a token: sends Vary: Authorization
	 */
	bool varies_by_token;
	const char *cache_control; /* NULL: no-store */
	const char *cors_origin;   /* the origin that may read this; NULL: none */
	/* for a preflight: the headers that the page may send, separated by commas */
	const char *cors_headers;
};

/* Takes ownership of json, which is freed with the request's memory. */
void response_json(struct response *out, json_object *json);
/* Adds a header. A value with a line end is omitted entirely. */
void response_header(struct response *out, const char *name, const char *value);
/* Lets any cache keep the JSON body for so many seconds, and adds its ETag. Returns
 * RESULT_NOT_MODIFIED, and drops the body, when if_none_match (NULL: absent) has this ETag;
 * otherwise RESULT_OK. */
enum result response_make_public(struct response *out, unsigned seconds, const char *if_none_match);
/* Adds an invalid field; detail is copied below the context. */
void response_note_field(struct response *out, const char *field, const char *detail);
/* The same; returns result, for `return`. */
static inline enum result response_field_error(
	struct response *out, enum result result, const char *field, const char *detail)
{
	response_note_field(out, field, detail);
	return result;
}

#endif
