/* SPDX-License-Identifier: MIT */
/* Reads style sheets. */
#include "web/style.h"

#include "base/memory.h"
#include "web/source.h"

#include <stddef.h>

bool style_load(const void *context, const char *directory, const char *name, const char **style,
	const char **error)
{
	*style = NULL;
	if (!directory)
		return true;
	const char *path = memory_format(context, "%s/assets/%s", directory, name);
	if (!source_exists(path))
		return true;
	*style = source_read(context, path, error);
	return *style != NULL;
}
