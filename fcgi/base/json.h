/* SPDX-License-Identifier: MIT */
/* Builds and parses JSON. A failed allocation of json-c ends the process. A NULL text becomes null.
 */
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
/* null when unset */
void json_put_optional(json_object *object, const char *name, struct optional_number number);
void json_put_bool(json_object *object, const char *name, bool truth);
void json_put_null(json_object *object, const char *name);
/* takes ownership of value */
void json_put(json_object *object, const char *name, json_object *value);
/* takes ownership of value */
void json_append(json_object *array, json_object *value);
void json_append_text(json_object *array, const char *text);

/* Takes ownership of object, which is freed with context. Returns it. */
json_object *json_attach(const void *context, json_object *object);
/* Replaces each escaped surrogate pair by its character. The result is allocated below context, or
 * is text itself when it has no numeric escapes. json-c 0.16 decodes a pair to U+FFFD when the
 * character's last 16 bits are D800 to DFFF, as in U+1D800. *length is the length of text, then of
 * the result. */
const char *json_without_pairs(const void *context, const char *text, size_t *length);
/* Replaces each escaped NUL and each escaped half of a surrogate pair by \u0001, so that texts and
 * names that contain one stay distinct and are never valid. The result is allocated below context,
 * or is text itself, and has the same length. */
const char *json_with_marks(const void *context, const char *text);
/* Parses one JSON text in UTF-8 strictly, with at most depth levels. Numbers beyond 64 bits are
 * valid. The caller puts the result, which is NULL for null and with *error. */
json_object *json_parse(const char *text, size_t length, int depth, enum json_tokener_error *error);
/* Parses like json_parse a text that ends with NUL. The result is freed with
 * context. NULL when it is invalid, or null. */
json_object *json_read(const void *context, const char *text, int depth);
/* Formats the object on one line, or indented. Valid until the object is changed, formatted again
 * or freed. */
const char *json_line(json_object *object);
const char *json_pretty(json_object *object);
/* Formats on one line, below context. The caller keeps the object. */
char *json_text(const void *context, json_object *object);

#endif
