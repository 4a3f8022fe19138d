/* SPDX-License-Identifier: MIT */
/* What json-c takes for JSON and RFC 8259 does not, and what it lost, found by a walk over the text
 * that json-c has read. */
#ifndef DOJANG_BASE_JSON_WALK_H
#define DOJANG_BASE_JSON_WALK_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct json_walk {
	int64_t names;   /* of the outermost object, repeated ones counted again */
	int64_t members; /* of all objects, likewise */
	int64_t nulls;
	int64_t text_bytes; /* of all strings and names, unescaped */
	bool has_nul;       /* escaped; the standard allows it, few mean well */
	bool has_half_pair; /* of surrogates: no character, and no UTF-8 */
};

/* False where text has a control character inside of strings, or a scalar outside of them that is
 * neither true, false, null nor a number as the standard writes them (NaN, 01, 1.). It relies on
 * json-c for everything else. */
bool json_walk(const char *text, struct json_walk *found);

enum json_walk_fit {
	JSON_FITS,
	/* an object has two members with one name: json-c kept the last */
	JSON_REPEATS,
	/* memory: json-c 0.16 leaves out a member, a value or a part of a string, and says nothing
	 */
	JSON_LACKS,
};

/* Holds what json-c made of a text to what was found in it. Not to be asked where there was a NUL
 * or half a pair. depth: as for json_read; context: for a second reading of the text, where
 * something is missing. */
enum json_walk_fit json_walk_fit(const void *context, const struct json_walk *found,
	json_object *json, const char *text, int depth);

#endif
