/* SPDX-License-Identifier: MIT */
/* Builders over json-c that end the process when memory does. */
#include "base/json.h"

#include "base/memory.h"

#include <errno.h>
#include <string.h>

static json_object *checked(json_object *object)
{
	if (!object)
		memory_exhausted();
	return object;
}

static json_object *new_text(const char *text)
{
	return text ? checked(json_object_new_string(text)) : NULL;
}

json_object *json_new_object(void)
{
	return checked(json_object_new_object());
}

json_object *json_new_array(void)
{
	return checked(json_object_new_array());
}

void json_put(json_object *object, const char *name, json_object *value)
{
	if (json_object_object_add(object, name, value) != 0)
		memory_exhausted();
}

void json_put_text(json_object *object, const char *name, const char *text)
{
	json_put(object, name, new_text(text));
}

void json_put_number(json_object *object, const char *name, int64_t number)
{
	json_put(object, name, checked(json_object_new_int64(number)));
}

void json_put_optional(json_object *object, const char *name, struct optional_number number)
{
	json_put(object, name, number.is_set ? checked(json_object_new_int64(number.value)) : NULL);
}

void json_put_bool(json_object *object, const char *name, bool truth)
{
	json_put(object, name, checked(json_object_new_boolean(truth)));
}

void json_put_null(json_object *object, const char *name)
{
	json_put(object, name, NULL);
}

void json_append(json_object *array, json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		memory_exhausted();
}

void json_append_text(json_object *array, const char *text)
{
	json_append(array, new_text(text));
}

static void release(void *object)
{
	json_object_put(object);
}

json_object *json_attach(const void *context, json_object *object)
{
	memory_attach(context, object, release);
	return object;
}

/* json-c 0.16 leaves out, in silence, what its text had no memory for: a name came out as "". */
static const char *written(json_object *object, int flags)
{
	errno = 0;
	const char *text = json_object_to_json_string_ext(object, flags | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text || errno == ENOMEM)
		memory_exhausted();
	return text;
}

const char *json_line(json_object *object)
{
	return written(object, JSON_C_TO_STRING_PLAIN);
}

const char *json_pretty(json_object *object)
{
	return written(object, JSON_C_TO_STRING_PRETTY);
}

char *json_text(const void *context, json_object *object)
{
	return memory_copy_text(context, json_line(object));
}

json_object *json_read(const void *context, const char *text, int depth)
{
	json_tokener *tokener = json_tokener_new_ex(depth);
	if (!tokener)
		memory_exhausted();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	errno = 0;
	json_object *object = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	if (!object && errno == ENOMEM)
		memory_exhausted();
	json_tokener_free(tokener);
	return object ? json_attach(context, object) : NULL;
}
