/* SPDX-License-Identifier: MIT */
/* The answer to a request: status, a few headers and one body. */
#ifndef DOJANG_WEB_RESPONSE_H
#define DOJANG_WEB_RESPONSE_H

#include "base/fields.h"
#include "base/result.h"

#include <json-c/json.h>

struct response {
	const void *context;                    /* memory of the request */
	enum result result;
	int status;                             /* 0: the result's own */
	json_object *json;                      /* an answer's body; freed with the context once response_json took it */
	const char *text, *content_type;        /* or a body of another kind */
	const char *detail;                     /* of a problem; NULL: the problem's title */
	struct field_errors errors;             /* of a problem */
	const char *allow;                      /* of a 405 or an OPTIONS */
	unsigned retry_after;                   /* seconds; 0: none */
	bool wants_token;                       /* 401: name the error as a token's */
};

/* Takes json over: it goes with the request's memory. */
void response_json(struct response *out, json_object *json);
/* Notes one wrong field; detail is copied below the context. Answers result, for `return`. */
enum result response_field_error(struct response *out, enum result result, const char *field, const char *detail);

/* Builders that cannot forget an allocation failure: a NULL from json-c ends the process. text NULL is null. */
json_object *json_new_object(void);
json_object *json_new_array(void);
void json_put_text(json_object *object, const char *name, const char *text);
void json_put_number(json_object *object, const char *name, int64_t number);
void json_put_bool(json_object *object, const char *name, bool truth);
void json_put_null(json_object *object, const char *name);
void json_put(json_object *object, const char *name, json_object *value);      /* takes value over */
void json_append(json_object *array, json_object *value);                      /* takes value over */
void json_append_text(json_object *array, const char *text);

#endif
