/* SPDX-License-Identifier: MIT */
/* Finds what json-c accepts against RFC 8259, and what it lost, by a second pass over the parsed
 * text. */
#ifndef DOJANG_BASE_JSON_WALK_H
#define DOJANG_BASE_JSON_WALK_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct json_walk {
	int64_t names;   /* members of the outermost object, counting repeated ones */
	int64_t members; /* members of all objects, likewise */
	int64_t nulls;
	int64_t text_bytes; /* length of all strings and names, unescaped */
	bool has_nul; /* an escaped NUL: the standard allows it, but honest clients do not send it
		       */
	bool has_half_pair; /* half of a surrogate pair: not a character, and not UTF-8 */
};

/* False when a string contains a control character, or when a scalar is neither a string, true,
 * false, null nor a number of the standard (NaN, 01, 1.). Relies on json-c for everything else. */
bool json_walk(const char *text, struct json_walk *found);

enum json_walk_fit {
	JSON_FITS,
	/* an object has two members of one name; json-c kept the last */
	JSON_REPEATS,
	/* out of memory: json-c 0.16 silently omits a member, a value or part of a string */
	JSON_LACKS,
};

/* Compares json-c's result with what was found in the text. Do not call it for a text with a NUL or
 * half a pair. depth is as for json_read. context is for parsing the text again when something is
 * missing. */
enum json_walk_fit json_walk_fit(const void *context, const struct json_walk *found,
	json_object *json, const char *text, int depth);

#endif
