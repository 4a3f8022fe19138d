/* SPDX-License-Identifier: MIT */
/* Builders of JSON that cannot forget an allocation failure: a NULL from json-c ends the process.
 * text NULL is null. */
#ifndef DOJANG_BASE_JSON_H
#define DOJANG_BASE_JSON_H

#include "base/fields.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

json_object *json_new_object(void);
json_object *json_new_array(void);
void json_put_text(json_object *object, const char *name, const char *text);
void json_put_number(json_object *object, const char *name, int64_t number);
/* unset is null */
void json_put_optional(json_object *object, const char *name, struct optional_number number);
void json_put_bool(json_object *object, const char *name, bool truth);
void json_put_null(json_object *object, const char *name);
/* takes value over */
void json_put(json_object *object, const char *name, json_object *value);
/* takes value over */
void json_append(json_object *array, json_object *value);
void json_append_text(json_object *array, const char *text);

/* Takes object over: it goes with context. Answers it. */
json_object *json_attach(const void *context, json_object *object);
/* A text in which each escaped pair of surrogates stands as the character that it means, below
 * context; text itself where nothing is escaped by number. json-c 0.16 makes U+FFFD of a pair whose
 * character ends in D800 to DFFF, as U+1D800 does. *length: of the text, and of the answer. */
const char *json_without_pairs(const void *context, const char *text, size_t *length);
/* One JSON text in UTF-8, no more than depth levels deep, strictly; it goes with context. NULL when
 * it is none, or null. */
json_object *json_read(const void *context, const char *text, int depth);
/* The object on one line, or indented; good until the object is changed, written again or goes. */
const char *json_line(json_object *object);
const char *json_pretty(json_object *object);
/* On one line, below context; the object stays the caller's. */
char *json_text(const void *context, json_object *object);

#endif
