/* SPDX-License-Identifier: MIT */
/* What json-c takes for JSON and RFC 8259 does not, found by a walk over the text that json-c has read. */
#ifndef DOJANG_BASE_JSON_WALK_H
#define DOJANG_BASE_JSON_WALK_H

#include <stdbool.h>
#include <stdint.h>

struct json_walk {
	int64_t names;                  /* of the outermost object, repeated ones counted again */
	int64_t members;                /* of all objects, likewise */
	bool has_odd_escape;            /* NUL, or half a surrogate pair: the standard allows both, few mean well */
};

/* False where text has a control character inside of strings, or a scalar outside of them that is neither true, false, null nor a number
 * as the standard writes them (NaN, 01, 1.). It relies on json-c for everything else. */
bool json_walk(const char *text, struct json_walk *found);

#endif
