/* SPDX-License-Identifier: MIT */
/* A Cookie header: a value that is found stands in it, and a name that comes twice is not believed.
 */
#include "fuzz.h"

#include "web/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	char *name = fuzz_piece(&pieces, context, NULL),
	     *cookie = fuzz_piece(&pieces, context, NULL);
	struct request request = { .context = context, .cookie = cookie };
	const char *value = *name ? request_cookie(&request, name) : NULL;
	if (value)
		FUZZ_HOLDS(strstr(cookie, memory_format(context, "%s=%s", name, value))
			&& !strchr(value, ';'));
	request.cookie = memory_format(context, "%s=a; %s=b", name, name);
	if (*name && !strpbrk(name, "=; \t"))
		FUZZ_HOLDS(!request_cookie(&request, name));
	memory_free(context);
	return 0;
}
