/* SPDX-License-Identifier: MIT */
/* A settings file: it is read whole, or the error names the file. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "base/settings.h"
#include "base/text.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	int file = memfd_create("settings", MFD_CLOEXEC);
	const char *path = memory_format(context, "/proc/self/fd/%d", file), *error = NULL;
	FUZZ_HOLDS(file >= 0 && write(file, data, size) == (ssize_t)size);
	const struct settings *settings = settings_read(context, path, &error);
	FUZZ_HOLDS((settings == NULL) == (error != NULL));
	if (error)
		FUZZ_HOLDS(strstr(error, path));
	for (const struct field *field = SETTINGS; settings && field->name; field++)
		(void)field_show(field, context, settings);
	close(file);
	memory_free(context);
	return 0;
}
