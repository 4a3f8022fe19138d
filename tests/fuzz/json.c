/* SPDX-License-Identifier: MIT */
/* JSON that json-c and the walk beside it both take: nothing of its text may be said to be missing,
 * or any customer could end a worker. */
#include "fuzz.h"

#include "base/json.h"
#include "base/json_walk.h"
#include "base/text.h"

enum { DEPTH = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	char *text = memory_copy_bytes(context, data, size);
	struct json_walk found;
	if (text_is_utf8(text, size)) {
		json_object *json = json_read(context, text, DEPTH);
		if (json && json_walk(text, &found) && !found.has_nul && !found.has_half_pair)
			FUZZ_HOLDS(json_walk_fit(context, &found, json, text, DEPTH) != JSON_LACKS);
	}
	memory_free(context);
	return 0;
}
