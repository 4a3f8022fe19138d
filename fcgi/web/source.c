/* SPDX-License-Identifier: MIT */
/* Reads files that are installed with the program. */
#include "web/source.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIZE_MAXIMUM = 256 * 1024, DEPTH_MAXIMUM = 4 };

bool source_exists(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static const char *fail(const void *context, const char *path, const char *what, const char **error)
{
	*error = memory_format(context, "%s: %s", path, what);
	return NULL;
}

const char *source_read(const void *context, const char *path, const char **error)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return fail(context, path, strerror(errno), error);
	char *text = memory_zeroed(context, SIZE_MAXIMUM + 1);
	size_t length = fread(text, 1, SIZE_MAXIMUM + 1, file);
	bool has_failed = ferror(file);
	fclose(file);
	if (has_failed)
		return fail(context, path, "cannot be read", error);
	if (length > SIZE_MAXIMUM)
		return fail(context, path, "is larger than 256 KiB", error);
	if (strlen(text) != length)
		return fail(context, path, "holds a NUL", error);
	char *copy = memory_copy_bytes(context, text, length);
	memory_free(text);
	return copy;
}

struct walk {
	const void *context;
	source_callback *exchange;
	void *state;
	const char **error;
};

static bool walk(
	const struct walk *self, const char *directory, const char *prefix, unsigned depth);

static bool visit_entry(const struct walk *self, const char *directory, const char *prefix,
	const char *name, unsigned depth)
{
	const char *path = memory_format(self->context, "%s/%s", directory, name);
	const char *relative = memory_format(self->context, "%s%s", prefix, name);
	struct stat status;
	if (name[0] == '.' || stat(path, &status) != 0)
		return true;
	if (S_ISDIR(status.st_mode))
		return depth == DEPTH_MAXIMUM
			|| walk(self, path, memory_format(self->context, "%s/", relative),
				depth + 1);
	return !S_ISREG(status.st_mode) || self->exchange(self->state, relative, path);
}

static bool walk(const struct walk *self, const char *directory, const char *prefix, unsigned depth)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, NULL, alphasort);
	if (count < 0) {
		fail(self->context, directory, strerror(errno), self->error);
		return false;
	}
	bool is_good = true;
	for (int i = 0; i < count; i++) {
		is_good = is_good
			&& visit_entry(self, directory, prefix, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	return is_good;
}

bool source_walk(const void *context, const char *directory, source_callback *exchange, void *state,
	const char **error)
{
	return walk(&(struct walk){ context, exchange, state, error }, directory, "", 0);
}
